#!/usr/bin/env bash
# What serves the greeter's page; see ../common/role.sh for the options.
set -euo pipefail

# shellcheck source=provision/common/role.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

main() {
	parse_role "$@"
	[ -n "$ROOT" ] || install_packages busybox
}

main "$@"
