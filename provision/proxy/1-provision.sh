#!/usr/bin/env bash
# The package of the proxy. Its service, which somebody may use for something else, is not ours.
# usage: 1-provision.sh [--check] [--root FOLDER]; see ../common/role.sh
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

packages() {
	if [ -n "$ROOT" ]; then
		report packages ok
	else
		install_idle haproxy.service haproxy
	fi
}

main() {
	parse_role "$@"
	packages
}

main "$@"
