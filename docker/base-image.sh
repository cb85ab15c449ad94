#!/usr/bin/env bash
# Makes a Debian base image from the distribution's mirror, for a site that reaches no
# container registry.
#
#   base-image.sh NAME   such as debian:trixie-slim; the suite is the tag's first word
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=provision/common/lib.sh
source "$here/../provision/common/lib.sh"
# shellcheck source=provision/engine/mirror.sh
source "$here/../provision/engine/mirror.sh"
# shellcheck source=provision/engine/bootstrap.sh
source "$here/../provision/engine/bootstrap.sh"

# suite_of IMAGE_NAME
suite_of() {
	[[ $1 =~ (^|/)debian:([a-z]+)(-slim)?$ ]] ||
		die "makes images named debian:SUITE or debian:SUITE-slim only, not '$1': pull or load that one yourself"
	printf '%s\n' "${BASH_REMATCH[2]}"
}

main() {
	(($# == 1)) || die "usage: base-image.sh NAME"
	local name=$1 suite
	suite=$(suite_of "$name")
	if docker image inspect "$name" >/dev/null 2>&1; then
		report base-image ok
		return
	fi
	docker version >/dev/null 2>&1 || die "no engine answers: sudo ./inv engine.install"
	require_mmdebstrap

	# A whole tarball first: an import that reads a broken pipe would still name what it got.
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	trap 'exit 130' INT TERM
	bootstrap "$suite" "$scratch/base.tar" "$scratch"
	quietly docker import --change 'CMD ["bash"]' "$scratch/base.tar" "$name"
	report base-image changed
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
