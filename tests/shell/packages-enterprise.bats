#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/common/packages.sh on Enterprise Linux, with stubs of dnf and rpm.

load stubs
load nodes
load packages

setup() {
	a_node
}

@test "Enterprise Linux: only what is missing is installed, and only once" {
	stub rpm 'name=${*: -1}; if [[ -e '"$installed"'/$name ]]; then echo "$name"; else echo "package $name is not installed"; exit 1; fi'
	stub dnf 'touch '"$installed"'/redis'
	only dnf rpm
	packages
	PATH=$limited run install_packages redis
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	[ "$(cat "$calls")" = $'rpm -q --queryformat %{NAME}\\n redis\ndnf -q -y install redis' ]
	PATH=$limited run install_packages redis
	[ "$output" = ':: packages ok' ]
	[ "$(grep -c '^dnf' "$calls")" -eq 1 ]
}

@test "Enterprise Linux: a check names what is missing, and installs nothing" {
	stub rpm 'echo "package ${*: -1} is not installed"; exit 1'
	only dnf rpm
	packages
	CHECK=yes
	PATH=$limited run install_packages redis
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages due' ]
	refute grep -q '^dnf' "$calls"
}

@test "Enterprise Linux: a failing installation is one clear error" {
	stub dnf 'echo "Unable to find a match: redis" >&2; exit 1'
	only dnf rpm
	packages
	PATH=$limited run install_packages redis
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'Unable to find a match: redis' ]
	[[ ${lines[1]} == *': failed: dnf -q -y install redis' ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "Enterprise Linux: what is newer is named, upgraded once, and then no more" {
	newer_enterprise
	packages
	PATH=$limited run newer_packages redis
	[ "$status" -eq 0 ]
	[ "$output" = 'redis 1.0-1 2.0-1.el9' ]
	PATH=$limited run upgrade_packages redis
	[ "$output" = ':: packages changed' ]
	grep -q '^dnf -q -y upgrade redis$' "$calls"
	PATH=$limited run newer_packages redis
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	PATH=$limited run upgrade_packages redis
	[ "$output" = ':: packages ok' ]
}

@test "Enterprise Linux: what is not installed is not upgraded" {
	newer_enterprise
	rm "$installed/redis"
	packages
	PATH=$limited run newer_packages redis
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	PATH=$limited run upgrade_packages redis
	[ "$output" = ':: packages ok' ]
	refute grep -q '^dnf' "$calls"
}

@test "Enterprise Linux: lists that cannot be fetched are an error" {
	newer_enterprise
	stub dnf 'echo "Error: Failed to download metadata" >&2; exit 1'
	packages
	PATH=$limited run newer_packages redis
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'Error: Failed to download metadata' ]
	[[ ${lines[1]} == *': failed: dnf check-update redis' ]]
}
