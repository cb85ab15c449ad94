#!/usr/bin/env bash
# What serves the greeter's page; see ../common/role.sh for the options.
set -euo pipefail

# shellcheck source=provision/common/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"
# shellcheck source=provision/common/packages.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common/packages.sh"
# shellcheck source=provision/common/services.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common/services.sh"
# shellcheck source=provision/common/role.sh
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

main() {
	parse_role "$@"
	[ -n "$ROOT" ] || install_packages busybox
}

main "$@"
