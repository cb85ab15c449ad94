#!/usr/bin/env bash
# The files and processes of a role that needs nothing else; see role.sh for the options.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/role.sh"

main() {
	umask 022
	parse_role "$@"
	require_files
	install_files
	run_processes
}

main "$@"
