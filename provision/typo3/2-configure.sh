#!/usr/bin/env bash
# A TYPO3 site: settings, packages, set-up, upgrade, pages, scheduler; see ../common/role.sh for the
# options. What --payload has of it:
#   digest, version             which packages the site has when all is done, and its version
#   composer.json, repositories both only where it has others
#   config.yaml                 of the site, unless it has its own
#   password, accounts.json     of the admin, and of everybody by name
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

ACCOUNT=site
DATABASE=site
SOCKET=/run/mysqld/mysqld.sock
SITE=/srv/site
KEPT=/var/lib/redis-ha/site
CONSOLE=/usr/local/lib/redis-ha/typo3
STATE=/usr/local/share/redis-ha/php/bin/typo3-state.php
PHP=/usr/local/lib/redis-ha/php
OWN_PROJECT='"name": "redis-ha/site"'
FIRST_PAGE='The web node serves'
# What Composer writes, below the site's folder
OF_COMPOSER=(vendor composer.json composer.lock public/index.php public/typo3)
# With a value the site has other packages than it was set up with, or some that broke off
IS_NEW=
FOUND=()

# as_site COMMAND... - as the account that the site belongs to
as_site() {
	if [ -n "$ROOT" ]; then
		"$@"
	else
		runuser -u "$ACCOUNT" -- "$@"
	fi
}

console() { "$ROOT$CONSOLE" "$@"; }

# seen - whether the site has the packages that it should, since when all was done with them
seen() {
	if cmp -s "$PAYLOAD/digest" "$ROOT$KEPT/digest"; then return; fi
	IS_NEW=yes
}

# prepared - what can fail of other packages without harm, before a file of the site is touched
prepared() {
	[ -n "$IS_NEW" ] || return 0
	if [ -e "$ROOT$SITE/composer.json" ] && ! grep -qF "$OWN_PROJECT" "$ROOT$SITE/composer.json"; then
		die "$ROOT$SITE holds another site: its composer.json is not of this environment"
	fi
	[ -z "$CHECK" ] || return 0
	[ -r "$PAYLOAD/composer.json" ] || die "--payload: no composer.json in $PAYLOAD"
	repositories
	half_written
	in_site composer.json 644 composer.json
	[ -e "$ROOT$KEPT/version" ] || return 0
	composer update --no-install
	# No page is made until all of it fits together again: its entries in the cache would last
	writing "$ROOT$KEPT/closed" touch "$ROOT$KEPT/closed"
}

# half_written - files of a Composer that was killed: the next one could not read them, and would end by that
half_written() {
	local lock=$ROOT$SITE/composer.lock
	[ ! -e "$ROOT$KEPT/closed" ] || quietly rm -rf "$ROOT$SITE/vendor"
	[ ! -e "$lock" ] || [ "$(tail -n 1 "$lock")" = "}" ] || quietly rm "$lock"
}

packages() {
	if [ -z "$IS_NEW" ]; then
		report packages ok
		return
	fi
	due packages || return 0
	[ -e "$ROOT$KEPT/closed" ] || composer update --no-install
	# Composer runs TYPO3, and plugins: none of them may be of other packages than the rest
	quietly rm -rf "$ROOT$SITE/var/cache" "$ROOT$SITE/vendor"
	composer install --no-dev --optimize-autoloader
	quietly rm -rf "$ROOT$SITE/var/cache"
	# The web server reads what packages publish; some are packed as nobody else's, or everybody's
	quietly chmod -R u+rwX,go=rX "$ROOT$SITE/vendor"
	if grep -qsF "$FIRST_PAGE" "$ROOT$SITE/public/index.html"; then
		quietly rm "$ROOT$SITE/public/index.html"
	fi
	report packages changed
}

# composer COMMAND OPTION... - silent when it works; its usage, which it ends with, is not why it does not
composer() {
	local said result=0
	owned_by "$ACCOUNT"
	said=$(COMPOSER_HOME=$ROOT$KEPT/composer COMPOSER_ALLOW_SUPERUSER=1 as_site \
		"$(type -P composer)" --working-dir="$ROOT$SITE" --no-interaction --no-ansi "$1" --no-progress "${@:2}" \
		2>&1 </dev/null) || result=$?
	owned_by root
	[ "$result" -ne 0 ] || return 0
	sed '/^ *$/d; /^[a-z]* \[--/d' <<<"$said" | tail -n 3 >&2
	die "composer $1 failed"
}

# owned_by ACCOUNT - what Composer writes, and the folders that it makes it in
owned_by() {
	[ -z "$ROOT" ] || return 0
	quietly chown "$1" "$SITE" "$SITE/public"
	of_composer
	[ ${#FOUND[@]} -eq 0 ] || quietly chown -R "$1" "${FOUND[@]}"
}

# of_composer - what of it is there, in FOUND
of_composer() {
	local name
	FOUND=()
	for name in "${OF_COMPOSER[@]}"; do
		[ ! -e "$SITE/$name" ] || FOUND+=("$SITE/$name")
	done
}

# rights - PHP is the site's account, and changes nothing of what it runs
rights() {
	[ -z "$ROOT" ] || return 0
	of_composer
	if [ ${#FOUND[@]} -eq 0 ] || [ -z "$(find "${FOUND[@]}" ! -user root -print -quit)" ]; then
		report rights ok
		return
	fi
	due rights || return 0
	owned_by root
	report rights changed
}

# repositories - folders of packages that came along, in the place of those of before
repositories() {
	[ -d "$PAYLOAD/repositories" ] || return 0
	quietly rm -rf "$ROOT$KEPT/repositories"
	writing "$ROOT$KEPT/repositories" cp -r "$PAYLOAD/repositories" "$ROOT$KEPT/repositories"
	quietly chmod -R a+rX "$ROOT$KEPT/repositories"
}

# in_site NAME MODE PATH - a file of the payload, as one of the site's account
in_site() {
	local file=$ROOT$SITE/$3 own=(-m "$2")
	[ -n "$ROOT" ] || own+=(-o "$ACCOUNT" -g "$ACCOUNT")
	writing "$file" replace_file "$file" "$PAYLOAD/$1" "${own[@]}"
}

# state - none, half, done or strange: see typo3-state.php
state() {
	if [ -n "$ROOT" ]; then
		php "$ROOT$STATE" "$ROOT$SITE"
	else
		as_site "$PHP" "$STATE" "$SITE" "$SOCKET" "$DATABASE" "$ACCOUNT"
	fi
}

# set_up - once; what broke off half-way begins anew, since nobody could have used it
set_up() {
	local found
	[ -n "$ROOT" ] || service_active mariadb || due setup || return 0
	found=$(state) || die "cannot tell how far the set-up of $ROOT$SITE has come"
	case $found in
	done)
		report setup ok
		return
		;;
	none | half) IS_NEW=yes ;;
	*) die "$ROOT$SITE: pages without settings or account; put config/system/settings.php back" ;;
	esac
	due setup || return 0
	[ "$found" = none ] || begin_anew
	run_setup
	report setup changed
}

begin_anew() {
	quietly rm -f "$ROOT$SITE/config/system/settings.php"
	if [ -n "$ROOT" ]; then
		quietly rm -rf "$ROOT$SITE/var/sqlite"
	else
		quietly mariadb --execute "DROP DATABASE $DATABASE; CREATE DATABASE $DATABASE CHARACTER SET utf8mb4"
	fi
	report half-set-up changed
}

run_setup() {
	local password driver=(--driver=sqlite)
	read -r password <"$PAYLOAD/password"
	[ -n "$ROOT" ] || driver=(--driver=mysqliSocket --dbname="$DATABASE" --username="$ACCOUNT")
	# The database asks for no password, and TYPO3 for a word
	TYPO3_SETUP_ADMIN_PASSWORD=$password TYPO3_DB_PASSWORD=unused quietly console setup \
		--no-interaction --server-type=other "${driver[@]}" --project-name=redis-ha \
		--admin-username=admin --admin-email=admin@site.example
}

# site_file - where its pages begin, unless the site has its own
site_file() {
	local file=config/sites/main/config.yaml
	if [ -e "$ROOT$SITE/$file" ]; then
		report config.yaml ok
		return
	fi
	due config.yaml || return 0
	as_site mkdir -p "$ROOT$SITE/${file%/*}"
	quietly chmod 2750 "$ROOT$SITE/config/sites" "$ROOT$SITE/config/sites/main"
	in_site config.yaml 640 "$file"
	report config.yaml changed
}

# schema - what the packages want of the database
schema() {
	[ -n "$IS_NEW" ] || return 0
	due schema || return 0
	quietly console extension:setup
	quietly console upgrade:run --no-interaction
	report schema changed
}

# content - pages, accounts, tasks: those that are missing
content() {
	local made known=()
	if [ -n "$CHECK" ] && [ -n "$IS_NEW" ]; then
		report content due
		return
	fi
	passwords_known && known=(--known)
	made=$(console site:content ${CHECK:+--check} "${known[@]}" <"$PAYLOAD/accounts.json") ||
		die "the site's content cannot be made: $(tail -n 1 <<<"$made")"
	if [ "$made" = 0 ]; then
		report content ok
	elif due content; then
		report content changed
	fi
	[ -n "$CHECK" ] || know_passwords
}

# passwords_known - whether they are those of the last time: to hold one against its hash takes a while
passwords_known() {
	[ "$(sha256sum <"$PAYLOAD/accounts.json")" = "$(cat "$ROOT$KEPT/accounts" 2>/dev/null)" ]
}

know_passwords() {
	passwords_known && return
	(umask 077 && writing "$ROOT$KEPT/accounts" note "$ROOT$KEPT/accounts" "$(sha256sum <"$PAYLOAD/accounts.json")")
}

# open_again - the caches are emptied before the first page is made of the other packages
open_again() {
	[ -n "$IS_NEW" ] && [ -z "$CHECK" ] || return 0
	quietly console cache:flush
	reload_php
	writing "$ROOT$KEPT/version" cp "$PAYLOAD/version" "$ROOT$KEPT/version"
	writing "$ROOT$KEPT/digest" cp "$PAYLOAD/digest" "$ROOT$KEPT/digest"
	quietly rm -f "$ROOT$KEPT/closed"
}

# reload_php - what it holds of the other classes is forgotten; a process of the role web
reload_php() {
	if service_active php; then service_reload php; fi
}

main() {
	umask 022
	parse_role "$@"
	require_files
	require_processes
	[ -r "$PAYLOAD/digest" ] || die "--payload: no digest in $PAYLOAD"
	know_process mariadb=mariadb.service
	know_process php=redis-web-php.service
	add_signal php=USR2
	seen
	prepared
	install_files
	packages
	rights
	set_up
	site_file
	schema
	content
	open_again
	run_processes
}

main "$@"
