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

start() {
	local folder server vendor=$ROOT/etc/redis/redis.conf.vendor as=()
	folder=$(folder)
	server=$(server_program)
	rm -rf "$folder"
	if [ -z "$ROOT" ]; then
		install -d -o redis -g redis -m 700 "$folder"
		as=(runuser -u redis --)
	else
		mkdir -m 700 "$folder"
	fi
	[ -e "$vendor" ] || vendor=
	# `protected-mode no`: the vendor has no password, and the measuring client is on the node
	quietly "${as[@]}" "$server" ${vendor:+"$vendor"} --port "$PORT" --bind "$ADDRESS" \
		--dir "$folder" --pidfile "$folder/pid" --logfile "$folder/log" \
		--daemonize yes --supervised no --protected-mode no \
		${MASTER:+--replicaof "$MASTER" "$PORT"}
}

stop() {
	local folder pid
	folder=$(folder)
	if pid=$(cat "$folder/pid" 2>/dev/null); then
		kill "$pid" 2>/dev/null || true # it has ended by itself
		for _ in $(seq 50); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
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
