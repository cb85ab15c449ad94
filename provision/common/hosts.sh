#!/usr/bin/env bash
# Keep a managed block in the hosts file.
# usage: hosts.sh --block FILE --name NAME [--file FILE]
#   --block FILE  the lines of the block; an empty file removes it
#   --name NAME   which block: several environments may have one each
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BLOCK=
NAME=
FILE=/etc/hosts

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--block) BLOCK=${2:?} ;;
		--name) NAME=${2:?} ;;
		--file) FILE=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
	[ -r "$BLOCK" ] && [ -n "$NAME" ] || die "--block and --name are needed"
}

# wanted - the file's text with the block in place
wanted() {
	local begin="# redis-ha $NAME begin" end="# redis-ha $NAME end"
	awk -v begin="$begin" -v end="$end" '
		$0 == begin { inside = 1 }
		!inside { print }
		$0 == end { inside = 0 }
	' "$FILE"
	[ ! -s "$BLOCK" ] || {
		printf '%s\n' "$begin"
		cat "$BLOCK"
		printf '%s\n' "$end"
	}
}

main() {
	local text
	parse "$@"
	text=$(wanted)
	if [ "$text" = "$(cat "$FILE")" ]; then
		report hosts ok
		return
	fi
	[ -w "$FILE" ] || die "$FILE is not writable"
	# In place: in a container the file is a mount, which cannot be replaced.
	printf '%s\n' "$text" >"$FILE"
	report hosts changed
}

main "$@"
