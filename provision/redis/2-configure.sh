#!/usr/bin/env bash
# Configuration and services of a Redis node; see ../common/role.sh for the options.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

# The distribution's files are kept once, before anything of ours replaces them.
vendor() {
	local result=ok process file
	for process in "${PROCESSES[@]}"; do
		file=$ROOT/etc/redis/$process.conf
		if [ -e "$file" ] && [ ! -e "$file.vendor" ] && ! grep -q '^# Managed by redis-ha' "$file"; then
			due vendor || return 0
			writing "$file.vendor" cp -p "$file" "$file.vendor.new" # at no moment half of it
			writing "$file.vendor" mv -f "$file.vendor.new" "$file.vendor"
			result=changed
		fi
	done
	report vendor "$result"
}

main() {
	umask 022
	parse_role "$@"
	require_files
	require_processes
	vendor
	install_files
	run_processes
}

main "$@"
