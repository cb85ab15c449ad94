#!/usr/bin/env bash
# A second, idle Redis with the distribution's own configuration, to measure against.
# usage: vendor-instance.sh start|stop --port PORT --address ADDRESS [--replica-of ADDRESS] [--root FOLDER]
#   --replica-of ADDRESS  follow the one at that address and the same port
#   --root FOLDER  a node that is a folder of processes: no vendor file there, the server's
#                  built-in defaults are the vendor's configuration
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"

ROOT=
PORT=
ADDRESS=
MASTER=

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--port) PORT=${2:?} ;;
		--address) ADDRESS=${2:?} ;;
		--replica-of) MASTER=${2:?} ;;
		--root) ROOT=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
	[ -n "$PORT" ] && [ -n "$ADDRESS" ] || die "--port and --address are needed"
}

folder() {
	printf '%s/var/lib/redis/vendor-%s' "$ROOT" "$PORT"
}

# Its file is a copy: a server may be told to rewrite it, a replica by a Sentinel.
start() {
	local folder server vendor=$ROOT/etc/redis/redis.conf.vendor as=() conf=
	folder=$(folder)
	server=$(server_program)
	rm -rf "$folder"
	if [ -z "$ROOT" ]; then
		install -d -o redis -g redis -m 700 "$folder"
		as=(runuser -u redis --)
	else
		mkdir -m 700 "$folder"
	fi
	if [ -e "$vendor" ]; then
		conf=$folder/redis.conf
		quietly install -m 600 "$vendor" "$conf"
		[ -n "$ROOT" ] || quietly chown redis:redis "$conf"
	fi
	# `protected-mode no`: the vendor has no password, and the measuring client is on the node
	quietly "${as[@]}" "$server" ${conf:+"$conf"} --port "$PORT" --bind "$ADDRESS" \
		--dir "$folder" --pidfile "$folder/pid" --logfile "$folder/log" \
		--daemonize yes --supervised no --protected-mode no \
		${MASTER:+--replicaof "$MASTER" "$PORT"}
	within 5 test -s "$folder/pid" || die "$server has not said its process id within 5 s"
}

ended() { ! kill -0 "$1" 2>/dev/null; }

stop() {
	local folder pid
	folder=$(folder)
	if pid=$(cat "$folder/pid" 2>/dev/null); then
		kill "$pid" 2>/dev/null || true                                # it has ended by itself
		within 5 ended "$pid" || kill -KILL "$pid" 2>/dev/null || true # it has ended by now
	fi
	rm -rf "$folder"
}

main() {
	local word=${1-}
	[ $# -eq 0 ] || shift
	parse "$@"
	case $word in
	start | stop) "$word" ;;
	*) die "the first word is start or stop" ;;
	esac
}

main "$@"
