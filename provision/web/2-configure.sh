#!/usr/bin/env bash
# Configuration and services of a web node; see ../common/role.sh for the options.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

ACCOUNT=site
DATABASE=site
PUBLIC=/srv/site/public

# page - a first one, unless the site has its own
page() {
	local file=$ROOT$PUBLIC/index.html
	if [ -n "$(ls -A "$ROOT$PUBLIC" 2>/dev/null)" ]; then
		report page ok
		return
	fi
	due page || return 0
	writing "$file" install -D -m 644 "$PAYLOAD/index.html" "$file"
	[ -n "$ROOT" ] || writing "$file" chown "$ACCOUNT:$ACCOUNT" "$file"
	report page changed
}

# database - one for the site, whose account logs in by being itself
database() {
	[ -z "$ROOT" ] || return 0
	if [ -n "$CHECK" ] && ! service_active mariadb; then
		report database due
		return
	fi
	if [ -n "$(sql "SELECT 1 FROM mysql.global_priv WHERE User = '$ACCOUNT'")" ] &&
		[ -n "$(sql "SHOW DATABASES LIKE '$DATABASE'")" ]; then
		report database ok
		return
	fi
	due database || return 0
	sql "CREATE DATABASE IF NOT EXISTS $DATABASE CHARACTER SET utf8mb4;
		CREATE USER IF NOT EXISTS '$ACCOUNT'@'localhost' IDENTIFIED VIA unix_socket;
		GRANT ALL ON $DATABASE.* TO '$ACCOUNT'@'localhost'" >/dev/null
	report database changed
}

# sql STATEMENTS - as root, through the socket
sql() { mariadb --batch --skip-column-names --execute "$1" </dev/null; }

main() {
	umask 022
	parse_role "$@"
	require_files
	require_processes
	[ -r "$PAYLOAD/index.html" ] || die "--payload: no index.html in $PAYLOAD"
	page
	install_files
	run_processes
	database
}

main "$@"
