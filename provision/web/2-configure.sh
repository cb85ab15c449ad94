#!/usr/bin/env bash
# Configuration and services of a web node; see ../common/role.sh for the options.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

ACCOUNT=site
DATABASE=site
PUBLIC=/srv/site/public
# How many pages PHP makes at a time: half of the memory, for processes of CHILD_MB each, which is
# what one takes with a TYPO3 in it; the other half is MariaDB's, nginx's, the system's
CHILD_MB=64
FEWEST=4
MOST=50
# Where the node shares its machine with all others
OF_FOLDERS=8
MEMORY=/proc/meminfo

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

# children - how many there are at most, in a file of its own: what the node alone knows
children() {
	local file=$ROOT/etc/redis-ha/web/children.conf new
	new=$(printf '[site]\npm.max_children = %s\n' "$(number_of_children)")
	if [ "$new" = "$(cat "$file" 2>/dev/null)" ]; then
		report children ok
		return
	fi
	announce reload php
	due children || return 0
	writing "$file" mkdir -p "${file%/*}"
	printf '%s\n' "$new" >"$file.new" || die "cannot write $file"
	writing "$file" mv -f "$file.new" "$file"
	report children changed
}

# number_of_children - what the inventory says, 0 for what the memory allows
number_of_children() {
	local wanted memory_mb
	read -r wanted <"$PAYLOAD/children"
	if [ "$wanted" -gt 0 ]; then
		echo "$wanted"
	elif [ -n "$ROOT" ]; then
		echo "$OF_FOLDERS"
	else
		memory_mb=$(awk '/^MemTotal:/ { print int($2 / 1024) }' "$MEMORY")
		between "$FEWEST" $((memory_mb / 2 / CHILD_MB)) "$MOST"
	fi
}

# between LEAST NUMBER MOST
between() {
	if [ "$2" -lt "$1" ]; then
		echo "$1"
	elif [ "$2" -gt "$3" ]; then
		echo "$3"
	else
		echo "$2"
	fi
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
	[ -r "$PAYLOAD/children" ] || die "--payload: no children in $PAYLOAD"
	page
	children
	install_files
	run_processes
	database
}

main "$@"
