#!/usr/bin/env bash
# Newer packages of a Redis node, and a restart of what still runs the old ones.
# usage: upgrade.sh [--check] --process NAME=UNIT,...; see ../common/role.sh
#   --check  change nothing; print `package NAME FROM TO` and `restart PROCESS` lines
# Without --check what --check names is installed, then Redis restarts, then the Sentinels.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/role.sh"

names() {
	case $(package_family) in
	apt) echo redis-tools redis-server redis-sentinel ;;
	dnf) echo redis ;;
	esac
}

check() {
	local names process
	names=$(names)
	# shellcheck disable=SC2086  # words
	newer_packages $names | sed 's/^/package /'
	for process in "${PROCESSES[@]}"; do
		if service_outdated "$process"; then echo "restart $process"; fi
	done
}

apply() {
	local names process
	names=$(names)
	# shellcheck disable=SC2086  # words
	upgrade_packages $names
	vendor
	# one after the other: a Sentinel that starts finds its own Redis
	for process in "${PROCESSES[@]}"; do refresh "$process"; done
}

# What the package has for the configuration now, for comparison; ours stays what it is.
vendor() {
	local result=ok process file new
	for process in "${PROCESSES[@]}"; do
		file=/etc/redis/$process.conf
		for new in "$file.dpkg-dist" "$file.rpmnew"; do
			if [ -e "$new" ]; then
				mv -f "$new" "$file.vendor"
				result=changed
			fi
		done
	done
	report vendor "$result"
}

# refresh PROCESS - running, and of the program that is installed now
refresh() {
	if service_outdated "$1"; then
		service_restart "$1"
	elif ! service_active "$1"; then
		service_start "$1"
	else
		report "$1" ok
		return
	fi
	report "$1" changed
}

main() {
	parse_role "$@"
	require_processes
	if [ -n "$CHECK" ]; then check; else apply; fi
}

main "$@"
