#!/usr/bin/env bash
# Configuration and services of a Redis node.
# usage: 2-configure.sh --files FOLDER --processes NAME,NAME… [--root FOLDER --supervisor FILE --node NAME]
#   --files FOLDER     rendered files, laid out as below /
#   --processes NAMES  redis, sentinel, sentinel-PORT; each has its file in etc/redis
#   --root FOLDER      a node that is a folder of processes, kept by the supervisord of FILE
# Nothing is written and nothing restarted where a file is the same to the letter.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/services.sh"

ROOT=
FILES=
PROCESSES=
CHANGED=()

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--files) FILES=${2:?} ;;
		--processes) PROCESSES=${2//,/ } ;;
		--root) ROOT=${2:?} ;;
		--supervisor) SUPERVISOR=${2:?} ;;
		--node) NODE=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
	[ -d "$FILES" ] || die "--files: no such folder: $FILES"
	[ -n "$PROCESSES" ] || die "--processes is needed"
}

# The distribution's files are kept once, before anything of ours replaces them.
vendor() {
	local result=ok file
	for process in $PROCESSES; do
		file=$ROOT/etc/redis/$process.conf
		if [ -e "$file" ] && [ ! -e "$file.vendor" ] && ! grep -q '^# Managed by redis-ha' "$file"; then
			cp -p "$file" "$file.vendor"
			result=changed
		fi
	done
	report vendor "$result"
}

# configure PROCESS - installs its file; notes in CHANGED that it needs a restart
configure() {
	local new=$FILES/etc/redis/$1.conf file=$ROOT/etc/redis/$1.conf
	if cmp -s "$new" "$file"; then
		report "$1.conf" ok
		return
	fi
	if [ -n "$ROOT" ]; then
		renew "$file" "$new" -m 600
	else
		renew "$file" "$new" -m 640 -o redis -g redis
	fi
	CHANGED+=("$1")
	report "$1.conf" changed
}

# run_process PROCESS - enabled, running, and started with its present file
run_process() {
	local result=ok
	service_enabled "$1" || {
		service_enable "$1"
		result=changed
	}
	if [[ " ${CHANGED[*]-} " == *" $1 "* ]]; then
		service_restart "$1"
		result=changed
	elif ! service_active "$1"; then
		service_start "$1"
		result=changed
	fi
	report "$1" "$result"
}

main() {
	parse "$@"
	vendor
	for process in $PROCESSES; do configure "$process"; done
	run_processes
}

# Side by side: none waits for the start of another.
run_processes() {
	local pids=() failed=0
	for process in $PROCESSES; do
		run_process "$process" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$?
	done
	return "$failed"
}

main "$@"
