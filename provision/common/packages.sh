#!/usr/bin/env bash
# Packages on the two families of distributions. Sourced, never run; needs lib.sh.

# package_family - apt or dnf
package_family() {
	if have apt-get; then
		echo apt
	elif have dnf; then
		echo dnf
	else
		die "neither apt-get nor dnf here: this distribution is not supported"
	fi
}

# install_packages NAME... - reports the step `packages`
install_packages() {
	local family missing=()
	family=$(package_family)
	for name in "$@"; do
		"${family}_has" "$name" || missing+=("$name")
	done
	if [ ${#missing[@]} -eq 0 ]; then
		report packages ok
		return
	fi
	"${family}_install" "${missing[@]}"
	report packages changed
}

apt_has() {
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

dnf_has() {
	rpm --quiet -q "$1"
}

apt_install() {
	export DEBIAN_FRONTEND=noninteractive
	quietly apt-get -qq -o DPkg::Lock::Timeout=120 update
	without_starting quietly apt-get -qq -o DPkg::Lock::Timeout=120 install --no-install-recommends "$@"
}

dnf_install() {
	quietly dnf -q -y install "$@"
}

# without_starting COMMAND... - Debian starts services on installation; ours are configured first
without_starting() {
	local policy=/usr/sbin/policy-rc.d
	if [ -e "$policy" ]; then
		"$@"
		return
	fi
	printf '#!/bin/sh\nexit 101\n' >"$policy"
	chmod 755 "$policy"
	trap 'rm -f /usr/sbin/policy-rc.d' EXIT
	"$@"
	rm -f "$policy"
	trap - EXIT
}
