#!/usr/bin/env bash
# Packages, account and folders of a web node, and links to the newest PHP that it has.
# usage: 1-provision.sh [--check] [--root FOLDER]; see ../common/role.sh
#   --root FOLDER  a node that is a folder of processes: no packages, no root, no owners
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

ACCOUNT=site
# The programs of a node's PHP, by names without a version
LINKS=/usr/local/lib/redis-ha
WEB=(nginx-light)
PHP=(php-fpm php-cli php-apcu php-curl php-gd php-igbinary php-intl php-mbstring php-mysql php-redis
	php-xml php-zip)
OTHERS=(composer ghostscript graphicsmagick mariadb-client mariadb-server poppler-utils unzip)
FOLDERS=(
	"/etc/redis-ha/web 755 root root"
	"/srv/site 2755 $ACCOUNT $ACCOUNT"
	"/srv/site/public 2755 $ACCOUNT $ACCOUNT"
)

packages() {
	if [ -n "$ROOT" ]; then
		report packages ok
		return
	fi
	[ "$(package_family)" = apt ] || die "the role web is for Debian: here is no apt-get"
	install_idle "nginx.service php*-fpm.service" "${WEB[@]}" "${PHP[@]}" "${OTHERS[@]}"
}

# programs - the links, to the newest that there is
programs() {
	local newest name target result=ok
	[ -z "$ROOT" ] || return 0
	newest=$(newest_php)
	if [ -z "$newest" ]; then
		[ -n "$CHECK" ] || die "no php-fpm here: the package php-fpm brings none"
		report programs due
		return
	fi
	for name in php-fpm php; do
		target=/usr/bin/php$newest
		[ "$name" = php ] || target=/usr/sbin/php-fpm$newest
		if [ "$(readlink "$LINKS/$name")" = "$target" ]; then continue; fi
		due programs || return 0
		writing "$LINKS" mkdir -p "$LINKS"
		writing "$LINKS/$name" ln -sfn "$target" "$LINKS/$name"
		result=changed
	done
	report programs "$result"
}

newest_php() {
	compgen -G '/usr/sbin/php-fpm[0-9]*' | sed 's/.*php-fpm//' | sort -V | tail -n 1
}

# The site belongs to its account; what is there already stays as it is.
folders() {
	local folder path result=ok
	for folder in "${FOLDERS[@]}"; do
		if [ -d "$ROOT${folder%% *}" ]; then continue; fi
		due folders || return 0
		# shellcheck disable=SC2086  # words
		make_folder $folder
		result=changed
	done
	for path in ${ROOT:+/run/redis-web /run/redis-web-php}; do
		writing "$ROOT$path" mkdir -p "$ROOT$path"
	done
	report folders "$result"
}

main() {
	umask 022
	parse_role "$@"
	packages
	account "$ACCOUNT" /srv/site
	programs
	folders
}

main "$@"
