#!/usr/bin/env bash
# The package of the proxy. Its service, which somebody may use for something else, is not ours.
# usage: 1-provision.sh [--check] [--root FOLDER]; see ../common/role.sh
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

THEIRS=haproxy.service

# A service that came with our installing the package would start at the next boot, and serve nothing.
packages() {
	if [ -n "$ROOT" ]; then
		report packages ok
		return
	fi
	have haproxy || [ -n "$CHECK" ] || remember "$THEIRS" disable
	install_packages haproxy
	[ -n "$(noted "$THEIRS")" ] || return 0
	due "$THEIRS" || return 0
	quietly systemctl disable --now "$THEIRS"
	forget "$THEIRS"
}

main() {
	parse_role "$@"
	packages
}

main "$@"
