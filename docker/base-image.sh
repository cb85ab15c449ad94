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

# suite_of IMAGE_NAME
suite_of() {
	[[ $1 =~ (^|/)debian:([a-z]+)(-slim)?$ ]] ||
		die "makes images named debian:SUITE or debian:SUITE-slim only, not '$1': pull or load that one yourself"
	printf '%s\n' "${BASH_REMATCH[2]}"
}

# published URI SUITE SCRATCH_FILE - whether the archive has that suite; asked through apt, which
# knows the site's proxy and certificates
published() {
	/usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=1 \
		download-file "${1%/}/dists/$2/InRelease" "$3" >/dev/null 2>&1
}

# sources SUITE SCRATCH_FILE - apt sources for the image; none where the host is no Debian, and
# mmdebstrap then takes its defaults. Testing and unstable have no updates or security suites.
sources() {
	local uri suite
	debian_archives "$1" | while read -r uri suite; do
		if published "$uri" "$suite" "$2"; then
			echo "deb [signed-by=$DEBIAN_KEYRING] $uri $suite main"
		elif [[ $suite == "$1" ]]; then
			die "the package mirror has no suite '$suite' ($uri)"
		fi
	done
}

require_mmdebstrap() {
	if have mmdebstrap; then return; fi
	if (($(id -u) != 0)) || ! have apt-get; then
		die "needs mmdebstrap, and debian-archive-keyring: install both packages"
	fi
	quietly env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq install -y --no-install-recommends mmdebstrap debian-archive-keyring
}

# bootstrap SUITE TAR SOURCES_LINE...
bootstrap() {
	local suite=$1 tar=$2 setting output options=(
		--variant=minbase --format=tar
		--aptopt='Acquire::Languages "none"'
		--dpkgopt=force-unsafe-io
		--dpkgopt=path-exclude=/usr/share/man/*
		--dpkgopt=path-exclude=/usr/share/locale/*
		--dpkgopt=path-exclude=/usr/share/doc/*
		--dpkgopt=path-include=/usr/share/doc/*/copyright
	)
	shift 2
	# or the image could not fetch a package, not even this one
	if [[ $* == *https://* ]]; then options+=(--include=ca-certificates); fi
	while read -r setting; do options+=(--aptopt="$setting"); done < <(apt_settings)
	output=$(mmdebstrap "${options[@]}" "$suite" "$tar" "$@" 2>&1 </dev/null) ||
		die "mmdebstrap $suite: $(awk '/^E:/ && !e { e = $0 } NF { last = $0 } END { print e ? e : last }' <<<"$output")"
}

main() {
	(($# == 1)) || die "usage: base-image.sh NAME"
	local name=$1 suite lines
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
	lines=$(sources "$suite" "$scratch/InRelease")
	mapfile -t lines < <(printf '%s' "$lines")
	bootstrap "$suite" "$scratch/base.tar" "${lines[@]}"
	quietly docker import --change 'CMD ["bash"]' "$scratch/base.tar" "$name"
	report base-image changed
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
