#!/usr/bin/env bash
# Packages, users and folders of a Redis node.
# usage: 1-provision.sh [--check] [--root FOLDER]; see ../common/role.sh
#   --root FOLDER  a node that is a folder of processes: no packages, no root, no owners
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

packages() {
	local family
	if [ -n "$ROOT" ]; then
		server_program >/dev/null
		report packages ok
		return
	fi
	family=$(package_family)
	case $family in
	apt) install_packages redis-server redis-sentinel redis-tools ;;
	dnf) install_packages redis ;;
	esac
}

# The packages bring the user; a system where somebody removed it is mended.
users() {
	if [ -n "$ROOT" ] || id -u redis >/dev/null 2>&1; then
		report users ok
		return
	fi
	due users || return 0
	quietly useradd --system --home-dir /var/lib/redis --shell /usr/sbin/nologin redis
	report users changed
}

# Redis and Sentinel rewrite their files beside the old ones: the folder must be theirs.
folders() {
	local wanted folder result=ok
	wanted=$(unlike "/etc/redis 2770" "/var/lib/redis 750" "/var/log/redis 2750")
	if [ -n "$wanted" ]; then
		due folders || return 0
		while read -r folder; do
			# shellcheck disable=SC2086  # words
			make_folder $folder redis redis
		done <<<"$wanted"
		result=changed
	fi
	report folders "$result"
}

# unlike "PATH MODE"... - prints those that are missing, or not Redis's own with that mode
unlike() {
	local folder path mode user=redis
	for folder in "$@"; do
		read -r path mode <<<"$folder"
		if [ -n "$ROOT" ]; then
			mode=700 user=$(id -un)
		fi
		[ "$(stat -c '%a %U' "$ROOT$path" 2>/dev/null)" = "$mode $user" ] || echo "$path $mode"
	done
}

main() {
	parse_role "$@"
	packages
	users
	folders
}

main "$@"
