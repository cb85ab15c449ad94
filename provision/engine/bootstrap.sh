#!/usr/bin/env bash
# Debian systems made from this host's own package mirror. Sourced, never run; needs lib.sh and
# mirror.sh.

# published URI SUITE SCRATCH_FILE - whether the archive has that suite; asked through apt, which
# knows the site's proxy and certificates
published() {
	/usr/lib/apt/apt-helper -o APT::Sandbox::User=root -o Acquire::Retries=1 \
		download-file "${1%/}/dists/$2/InRelease" "$3" >/dev/null 2>&1
}

# sources SUITE SCRATCH_FILE - apt sources for the system; none where the host is no Debian, and
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

# bootstrap SUITE TAR SCRATCH_FOLDER OPTION... - a minimal system as a tarball; OPTIONs are
# mmdebstrap's own
bootstrap() {
	local suite=$1 tar=$2 scratch=$3 setting text lines output options=(
		--variant=minbase --format=tar
		--aptopt='Acquire::Languages "none"'
		--dpkgopt=force-unsafe-io
		--dpkgopt=path-exclude=/usr/share/man/*
		--dpkgopt=path-exclude=/usr/share/locale/*
		--dpkgopt=path-exclude=/usr/share/doc/*
		--dpkgopt=path-include=/usr/share/doc/*/copyright
	)
	shift 3
	text=$(sources "$suite" "$scratch/InRelease")
	mapfile -t lines < <(printf '%s' "$text")
	# or the system could not fetch a package, not even this one
	if [[ ${lines[*]-} == *https://* ]]; then options+=(--include=ca-certificates); fi
	while read -r setting; do options+=(--aptopt="$setting"); done < <(apt_settings)
	output=$(mmdebstrap "${options[@]}" "$@" "$suite" "$tar" "${lines[@]}" 2>&1 </dev/null) ||
		die "mmdebstrap $suite: $(awk '/^E:/ && !e { e = $0 } NF { last = $0 } END { print e ? e : last }' <<<"$output")"
}
