#!/usr/bin/env bash
# Where this host gets its Debian packages. Sourced, never run.

# Read by the scripts that source this file.
# shellcheck disable=SC2034
DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# debian_archives SUITE - the host's own Debian archives carried over to another suite,
# one "URI SUITE" a line, the main archive first; nothing on a host of another distribution.
#
# The site's mirror is the one place that is known to be reachable. Origin and codename come
# from the signed release files, so a third party's repository is never taken for Debian's.
debian_archives() {
	# apt expands these, not the shell
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' |
		awk -v wanted="$1" '
			{ pocket = $1; sub(/^[^-]*/, "", pocket) }
			pocket ~ /^(-updates|-security)?$/ && !seen[$2, pocket]++ {
				print length(pocket) ? 2 : 1, $2, wanted pocket
			}' |
		sort -s -n -k 1,1 | cut -d ' ' -f 2-
}

# apt_settings - what this host's apt needs to reach its mirror or to accept it, one setting a
# line: a proxy (but none on this machine itself, which no container reaches), and for a mirror
# that stands still no look at release files' dates.
apt_settings() {
	apt-config dump Acquire::http::Proxy Acquire::https::Proxy Acquire::Check-Valid-Until Acquire::Check-Date |
		awk '!/"";$|localhost|127\.|\[::1\]/'
}
