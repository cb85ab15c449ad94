#!/usr/bin/env bash
# The redis-commander console on its node: Node.js, the package, settings, service.
# usage: 3-redis-commander.sh --files FOLDER --package DIGEST [--root FOLDER --supervisor FILE --node NAME]
#   --files FOLDER     rendered files, laid out as below /; beside them package.tgz where the
#                      node has another package than DIGEST
#   --package DIGEST   what is to be installed, by its content
#   --root FOLDER      a node that is a folder of processes, kept by the supervisord of FILE
# Nothing is fetched for the package itself: it comes whole from the control machine.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/packages.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/services.sh"

ROOT=
FILES=
PACKAGE=
ACCOUNT=redis-commander
OLDEST_NODE=12

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--files) FILES=${2:?} ;;
		--package) PACKAGE=${2:?} ;;
		--root) ROOT=${2:?} ;;
		--supervisor) SUPERVISOR=${2:?} ;;
		--node) NODE=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
	[ -d "$FILES" ] || die "--files: no such folder: $FILES"
	[ -n "$PACKAGE" ] || die "--package is needed"
}

# changing - before the first change: a run that breaks off leaves word that a restart is due
changing() {
	mkdir -p "$ROOT/etc/redis-commander"
	: >"$ROOT/etc/redis-commander/restart-due"
}

restart_due() { [ -e "$ROOT/etc/redis-commander/restart-due" ]; }

nodejs() {
	local version
	[ -n "$ROOT" ] || install_packages nodejs nftables
	have node || die "no Node.js on PATH"
	version=$(node --version)
	version=${version#v}
	[ "${version%%.*}" -ge "$OLDEST_NODE" ] || die "Node.js $version is too old, this needs $OLDEST_NODE"
}

account() {
	[ -z "$ROOT" ] || return 0
	if getent passwd "$ACCOUNT" >/dev/null; then
		report account ok
		return
	fi
	quietly useradd --system --user-group --home-dir /nonexistent --no-create-home \
		--shell /usr/sbin/nologin "$ACCOUNT"
	report account changed
}

# The new one is whole beside the old one before it takes its place.
package() {
	local folder=$ROOT/opt/redis-commander
	if [ "$(cat "$folder/.digest" 2>/dev/null)" = "$PACKAGE" ]; then
		report package ok
		return
	fi
	[ -e "$FILES/package.tgz" ] || die "--files: no package.tgz in $FILES"
	rm -rf "$folder.new" "$folder.old"
	mkdir -p "$folder.new"
	quietly tar -xzpf "$FILES/package.tgz" -C "$folder.new" --no-same-owner
	printf '%s\n' "$PACKAGE" >"$folder.new/.digest"
	changing
	[ ! -e "$folder" ] || mv -T "$folder" "$folder.old"
	mv -T "$folder.new" "$folder"
	rm -rf "$folder.old"
	report package changed
}

# put FILE MODE GROUP - FILE is its path below /
put() {
	local new=$FILES/$1 file=$ROOT/$1
	if cmp -s "$new" "$file"; then
		report "${1##*/}" ok
		return
	fi
	changing
	mkdir -p "${file%/*}"
	if [ -n "$ROOT" ]; then
		renew "$file" "$new" -m 600
	else
		renew "$file" "$new" -m "$2" -o root -g "$3"
	fi
	report "${1##*/}" changed
}

settings() {
	put etc/redis-commander/local-development.json 640 "$ACCOUNT"
	[ -z "$ROOT" ] || return 0
	put etc/redis-commander/firewall.nft 644 root
	put etc/systemd/system/redis-commander.service 644 root
	! restart_due || quietly systemctl daemon-reload
}

run() {
	local result=ok
	service_enabled commander || {
		service_enable commander
		result=changed
	}
	if restart_due; then
		service_restart commander
		rm "$ROOT/etc/redis-commander/restart-due"
		result=changed
	elif ! service_active commander; then
		service_start commander
		result=changed
	fi
	report commander "$result"
}

main() {
	umask 022 # the service has an account of its own; settings get a mode of theirs
	parse "$@"
	nodejs
	account
	package
	settings
	run
}

main "$@"
