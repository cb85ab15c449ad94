#!/usr/bin/env bash
# Puts a server's configuration file back as it is to be read next; whose it is and its mode stay.
# usage: put-back.sh --file FILE --from NEW
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"

FILE=
NEW=

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--file) FILE=${2:?} ;;
		--from) NEW=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
	[ -r "$FILE" ] && [ -r "$NEW" ] || die "--file and --from are needed"
}

main() {
	local mode owner group
	parse "$@"
	read -r mode owner group < <(stat -c '%a %u %g' "$FILE")
	writing "$FILE" replace_file "$FILE" "$NEW" -m "$mode" -o "$owner" -g "$group"
}

main "$@"
