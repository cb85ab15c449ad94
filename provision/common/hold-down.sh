#!/usr/bin/env bash
# Keep systemd from restarting a service that is about to be killed on purpose, and undo that.
# usage: hold-down.sh on|off UNIT
# What it writes lies under /run: a reboot undoes it as well.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# dropin UNIT - the file that holds this unit down, whichever alias names it
dropin() {
	printf '/run/systemd/system/%s.d/90-held-down.conf' "$(systemctl show --property=Id --value "$1")"
}

hold() {
	local file
	file=$(dropin "$1")
	mkdir -p "${file%/*}"
	printf '[Service]\nRestart=no\n' >"$file"
	systemctl daemon-reload
}

release() {
	local file
	file=$(dropin "$1")
	[ ! -e "$file" ] || {
		rm -f "$file"
		systemctl daemon-reload
	}
	systemctl reset-failed "$1" 2>/dev/null || true # it is in no failed state
}

main() {
	[ $# -eq 2 ] || die "usage: hold-down.sh on|off UNIT"
	case $1 in
	on) hold "$2" ;;
	off) release "$2" ;;
	*) die "unknown word: $1" ;;
	esac
}

main "$@"
