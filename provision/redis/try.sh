#!/usr/bin/env bash
# Starts a server with a configuration file where it can do nothing, to see whether it takes it.
# usage: try.sh [--redis FILE] [--sentinel FILE]... [--root FOLDER]
#   --redis FILE, --sentinel FILE  what a Redis, or a Sentinel, would be started with
#   --root FOLDER  a node that is a folder of processes: they run as whoever runs this
# In an empty folder, with no port and no master, as Redis's user; it is ended in any case. What it has against
# the file is printed in its own words, status 2. Nothing is tried where no server is installed yet.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"

ROOT=
# What is to be tried: a line each, redis or sentinel, a space, the file
TRIALS=()
# How long a server may take to start, in tenths of a second
STARTS=100
# What a server says when it has taken all of its file
READY='[Rr]eady to accept connections|Sentinel ID is'
# What makes it the user of Redis; one that forks, as runuser does, would outlive its end
AS=()
FOLDER=
PID=

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--redis | --sentinel) TRIALS+=("${1#--} ${2:?}") ;;
		--root) ROOT=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
}

# try KIND FILE
try() {
	local options=(--port 0 --unixsocket s --dir "$FOLDER" --daemonize no --supervised no
		--pidfile "$FOLDER/pid" --logfile "" --loglevel notice)
	case $1 in
	redis) options+=(--replicaof no one) ;;
	sentinel) options+=(--sentinel) ;;
	esac
	if grep -q '^tls-port' "$2"; then options+=(--tls-port 0); fi
	cp "$2" "$FOLDER/server.conf"
	[ -n "$ROOT" ] || chown -R redis:redis "$FOLDER"
	: >"$FOLDER.log" # it is read before the server may have begun
	(cd "$FOLDER" && exec "${AS[@]}" "$(server_program)" "$FOLDER/server.conf" "${options[@]}") \
		>"$FOLDER.log" 2>&1 </dev/null &
	PID=$!
	started || die "$1 refuses its configuration: $(reason)"
	end
}

# started - whether the server says that it is ready, and does not end before
started() {
	local n
	for ((n = 0; n < STARTS; n++)); do
		! grep -Eq "$READY" "$FOLDER.log" || return 0
		kill -0 "$PID" 2>/dev/null || break
		sleep 0.1
	done
	grep -Eq "$READY" "$FOLDER.log"
}

# reason - the line that it does not take and what it has against it, else its last words
reason() {
	local said
	said=$(grep -A 1 '^>>> ' "$FOLDER.log" | tail -n 2 | sed 's/^>>> //' | paste -sd ' ' -)
	echo "${said:-$(tail -n 1 "$FOLDER.log" | sed -E 's/^[0-9]+:.*[0-9]{2}\.[0-9]{3} . //')}"
}

end() {
	[ -z "$PID" ] || kill -KILL "$PID" 2>/dev/null || true # it has ended by itself
	[ -z "$PID" ] || wait "$PID" 2>/dev/null || true
	PID=
}

tidy() {
	end
	[ -z "$FOLDER" ] || rm -rf "$FOLDER" "$FOLDER.log"
}

main() {
	local trial
	parse "$@"
	have redis-server || have valkey-server || return 0
	[ -n "$ROOT" ] || AS=(setpriv --reuid=redis --regid=redis --init-groups --)
	trap tidy EXIT
	umask 077
	for trial in "${TRIALS[@]}"; do
		FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/redis-ha-try.XXXXXX")
		try "${trial%% *}" "${trial#* }"
		tidy
	done
}

main "$@"
