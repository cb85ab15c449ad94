#!/usr/bin/env bash
# Packages, users and folders of a Redis node.
# usage: 1-provision.sh [--root FOLDER]
#   --root FOLDER  a node that is a folder of processes: no packages, no root, no owners
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/packages.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/services.sh"

ROOT=

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--root) ROOT=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
}

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
	quietly useradd --system --home-dir /var/lib/redis --shell /usr/sbin/nologin redis
	report users changed
}

# Redis and Sentinel rewrite their files beside the old ones: the folder must be theirs.
folders() {
	local result=ok
	ensure_folder /etc/redis 2770
	ensure_folder /var/lib/redis 750
	ensure_folder /var/log/redis 2750
	report folders "$result"
}

# ensure_folder PATH MODE - sets `result` of the caller
ensure_folder() {
	local path=$ROOT$1 mode=$2 user=redis
	if [ -n "$ROOT" ]; then
		mode=700 user=$(id -un)
	fi
	[ "$(stat -c '%a %U' "$path" 2>/dev/null)" != "$mode $user" ] || return 0
	mkdir -p "$path"
	[ -n "$ROOT" ] || chown redis:redis "$path"
	chmod "$mode" "$path"
	result=changed
}

# After a loss of power Redis starts by itself: see mend-aof.sh, without which it starts as well.
power_cuts() {
	local ours mend=/usr/local/lib/redis-ha/mend-aof.sh dropin text
	[ -z "$ROOT" ] || return 0
	ours=$(dirname "${BASH_SOURCE[0]}")/mend-aof.sh
	dropin=/etc/systemd/system/$(unit_of redis).d/10-redis-ha.conf
	# As Redis, and outside its sandbox, which lets it execute nothing else.
	text="[Service]"$'\n'"ExecStartPre=-+/usr/sbin/runuser -u redis -- $mend"
	if cmp -s "$ours" "$mend" && cmp -s - "$dropin" <<<"$text"; then
		report power-cuts ok
		return
	fi
	# The script goes first and comes last: a run that breaks off between leaves a difference.
	rm -f "$mend"
	install -D -m 644 /dev/stdin "$dropin" <<<"$text"
	quietly systemctl daemon-reload
	install -D -m 755 "$ours" "$mend"
	report power-cuts changed
}

main() {
	parse "$@"
	packages
	users
	folders
	power_cuts
}

main "$@"
