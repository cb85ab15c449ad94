#!/usr/bin/env bash
# Send a signal to the main processes of services, to all of them at once, and say when.
# usage: signal.sh KILL|STOP UNIT...
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"

# main_pid UNIT
main_pid() {
	local pid
	pid=$(systemctl show --property=MainPID --value "$1")
	[ "${pid:-0}" != 0 ] || die "$1 does not run"
	echo "$pid"
}

main() {
	local signal=${1-} pids=() pid
	[ $# -ge 2 ] || die "usage: signal.sh KILL|STOP UNIT..."
	shift
	for unit in "$@"; do
		pid=$(main_pid "$unit")
		pids+=("$pid")
	done
	kill -s "$signal" "${pids[@]}"
	struck
}

main "$@"
