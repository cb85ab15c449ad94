#!/usr/bin/env bash
# Folders of a TYPO3 site, on a node that has all that the role web brings.
# usage: 1-provision.sh [--check] [--root FOLDER]; see ../common/role.sh
#   --root FOLDER  a node that is a folder of processes: no owners
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

ACCOUNT=site
# Whose the web server is: it reads what is public by the folders' group
READER=www-data
# PHP is the site's account: it owns what TYPO3 writes, and nothing of what it runs. In the folder of
# the settings it makes files, and leaves those that are root's alone.
FOLDERS=(
	"/etc/redis-ha/typo3 755 root root"
	"/var/lib/redis-ha/site 755 root root"
	"/var/lib/redis-ha/site/composer 2750 $ACCOUNT $ACCOUNT"
	"/srv/site 2755 root $ACCOUNT"
	"/srv/site/config 2750 root $ACCOUNT"
	"/srv/site/config/sites 2750 $ACCOUNT $ACCOUNT"
	"/srv/site/config/system 3770 root $ACCOUNT"
	"/srv/site/var 2750 $ACCOUNT $ACCOUNT"
	"/srv/site/public 2750 root $READER"
	"/srv/site/public/_assets 2750 $ACCOUNT $READER"
	"/srv/site/public/fileadmin 2750 $ACCOUNT $READER"
	"/srv/site/public/typo3temp 2750 $ACCOUNT $READER"
)

# reader - the account may give folders to the web server's group: else their sub-folders lose it
reader() {
	[ -z "$ROOT" ] || return 0
	if id -nG "$ACCOUNT" | grep -qw "$READER"; then
		report group ok
		return
	fi
	due group || return 0
	quietly usermod --append --groups "$READER" "$ACCOUNT"
	report group changed
}

folders() {
	local folder path mode owner group result=ok
	for folder in "${FOLDERS[@]}"; do
		read -r path mode owner group <<<"$folder"
		[ -z "$ROOT" ] || mode=${mode/3770/2750} # who runs this owns all of it
		if is_as_wanted "$ROOT$path" "$mode $owner $group"; then continue; fi
		due folders || return 0
		make_folder "$path" "$mode" "$owner" "$group"
		result=changed
	done
	report folders "$result"
}

# is_as_wanted PATH "MODE OWNER GROUP"
is_as_wanted() {
	if [ -n "$ROOT" ]; then
		[ "$(stat -c %a "$1" 2>/dev/null)" = "${2%% *}" ]
	else
		[ "$(stat -c '%a %U %G' "$1" 2>/dev/null)" = "$2" ]
	fi
}

main() {
	umask 022
	parse_role "$@"
	reader
	folders
}

main "$@"
