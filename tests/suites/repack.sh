#!/usr/bin/env bash
# On a Debian node: offer the distribution's Redis packages under a higher version.
# usage: repack.sh offer SUFFIX [sound|postinst|binary] | repack.sh withdraw | repack.sh undo
#   offer     a local repository with the packages; broken on purpose in the script that
#             configures redis-server, or in the program itself
#   withdraw  no repository any more
#   undo      the distribution's own packages again; services are not restarted
set -euo pipefail

FOLDER=/var/tmp/redis-ha-packages
LIST=/etc/apt/sources.list.d/redis-ha-packages.list
NAMES=(redis-tools redis-server redis-sentinel)

originals() {
	[ ! -d "$FOLDER/originals" ] || return 0
	mkdir -p "$FOLDER/originals"
	(cd "$FOLDER/originals" && apt-get -qq download "${NAMES[@]}")
}

# repack DEB SUFFIX DEFECT - the package under a higher version, and its entry in the list
repack() {
	local tree version file
	tree=$(mktemp -d)
	dpkg-deb -R "$1" "$tree"
	version=$(dpkg-deb -f "$1" Version)
	sed -i "s/$version/$version$2/" "$tree/DEBIAN/control"
	case $3:$1 in
	postinst:*redis-server*) printf '#!/bin/sh\necho broken on purpose\nexit 1\n' >"$tree/DEBIAN/postinst" ;;
	binary:*redis-tools*) printf '#!/bin/sh\nexit 1\n' >"$tree/usr/bin/redis-check-rdb" ;;
	esac
	file=$(dpkg-deb -f "$1" Package).deb
	dpkg-deb -Znone -b "$tree" "$FOLDER/$file" >/dev/null
	rm -r "$tree"
	dpkg-deb -f "$FOLDER/$file"
	printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$FOLDER/$file")" \
		"$(sha256sum "$FOLDER/$file" | cut -d' ' -f1)"
}

offer() {
	originals
	for deb in "$FOLDER"/originals/*.deb; do repack "$deb" "$1" "${2:-sound}"; done >"$FOLDER/Packages"
	printf 'deb [trusted=yes] file:%s ./\n' "$FOLDER" >"$LIST"
}

withdraw() {
	rm -f "$LIST"
}

undo() {
	withdraw
	trap 'rm -f /usr/sbin/policy-rc.d' EXIT
	apt-get -qq update
	printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
	chmod 755 /usr/sbin/policy-rc.d
	DEBIAN_FRONTEND=noninteractive apt-get -qq --allow-downgrades \
		-o Dpkg::Options::=--force-confold install "$FOLDER"/originals/*.deb >/dev/null
	rm -rf "$FOLDER"
}

"$@"
