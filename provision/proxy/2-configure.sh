#!/usr/bin/env bash
# Configuration and service of the proxy; see ../common/role.sh for the options.
# What HAProxy refuses is not installed: the proxy that runs goes on with what it has.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

CONFIG=/etc/redis-proxy/haproxy.cfg
PATH=$PATH:/usr/local/sbin:/usr/sbin # which Debian leaves out of a user's

accepted() {
	! cmp -s "$FILES/files$CONFIG" "$ROOT$CONFIG" || return 0
	if [ -n "$CHECK" ] && ! have haproxy; then return; fi # the package brings it
	have haproxy || die "no haproxy on PATH"
	quietly haproxy -c -f "$FILES/files$CONFIG"
}

main() {
	umask 022
	parse_role "$@"
	require_files
	require_processes
	accepted
	install_files
	run_processes
}

main "$@"
