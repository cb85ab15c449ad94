#!/usr/bin/env bash
# The redis-commander console on its node: Node.js, the package, settings, service; see
# ../common/role.sh for the options.
#   --payload FOLDER  has `digest`, what is to be installed by its content, and package.tgz where the
#                     node has another one
# Nothing is fetched for the package itself: it comes whole from the control machine.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

ACCOUNT=redis-commander
OLDEST_NODE=12

nodejs() {
	local version
	[ -n "$ROOT" ] || install_packages nodejs nftables
	if [ -n "$CHECK" ] && [ -z "$ROOT" ] && ! have node; then return; fi # the package brings it
	have node || die "no Node.js on PATH"
	version=$(node --version)
	version=${version#v}
	[ "${version%%.*}" -ge "$OLDEST_NODE" ] || die "Node.js $version is too old, this needs $OLDEST_NODE"
}

# The new one is whole beside the old one before it takes its place.
package() {
	local folder=$ROOT/opt/redis-commander
	if cmp -s "$PAYLOAD/digest" "$folder/.digest"; then
		report package ok
		return
	fi
	[ -n "$CHECK" ] || unpack "$folder.new"
	announce restart "${PROCESSES[0]}"
	due package || return 0
	rm -rf "$folder.old"
	[ ! -e "$folder" ] || mv -T "$folder" "$folder.old"
	mv -T "$folder.new" "$folder"
	rm -rf "$folder.old"
	report package changed
}

# unpack FOLDER - the package, with its digest beside it
unpack() {
	[ -e "$PAYLOAD/package.tgz" ] || die "--payload: no package.tgz in $PAYLOAD"
	rm -rf "$1"
	mkdir -p "$1"
	quietly tar -xzpf "$PAYLOAD/package.tgz" -C "$1" --no-same-owner
	cp "$PAYLOAD/digest" "$1/.digest"
}

main() {
	umask 022 # the service has an account of its own; settings get a mode of theirs
	parse_role "$@"
	require_files
	require_processes
	[ -s "$PAYLOAD/digest" ] || die "--payload: no digest of a package in $PAYLOAD"
	nodejs
	account "$ACCOUNT" /nonexistent
	package
	install_files
	run_processes
}

main "$@"
