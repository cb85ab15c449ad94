#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/common/packages.sh on Debian, with stubs of apt and dpkg.

load stubs
load nodes
load packages

setup() {
	a_node
}

@test "Debian: only what is missing is installed, and only once" {
	debian
	touch "$installed/redis-tools"
	packages
	run install_packages redis-server redis-tools
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	grep -q '^apt-get .* update$' "$calls"
	grep -q '^apt-get .* install --no-install-recommends redis-server$' "$calls"
	: >"$calls"
	run install_packages redis-server redis-tools
	[ "$output" = ':: packages ok' ]
	refute grep -q apt-get "$calls"
}

@test "Debian: lists of less than an hour ago are not fetched again, older ones are" {
	debian
	packages
	mkdir "$LISTS"
	run install_packages redis-server
	[ "$output" = ':: packages changed' ]
	refute grep -q 'update$' "$calls"
	touch -d '2 hours ago' "$LISTS"
	run install_packages redis-tools
	[ "$output" = ':: packages changed' ]
	grep -q '^apt-get .* update$' "$calls"
}

@test "Debian: where lists do not do although they are fresh, they are fetched after all" {
	debian
	stub apt-get '
		case "$*" in
		*update) touch '"$BATS_TEST_TMPDIR"'/fetched ;;
		*) [ -e '"$BATS_TEST_TMPDIR"'/fetched ] && touch '"$installed"'/redis-server ;;
		esac'
	packages
	mkdir "$LISTS"
	run install_packages redis-server
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	[ "$(grep -c '^apt-get' "$calls")" -eq 3 ]
	[ ! -e "$policy" ]
}

@test "Debian: a check names what is missing, and neither fetches nor installs" {
	debian
	touch "$installed/redis-tools"
	packages
	CHECK=yes
	run install_packages redis-server redis-tools
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages due' ]
	run install_packages redis-tools
	[ "$output" = ':: packages ok' ]
	refute grep -q apt-get "$calls"
	[ ! -e "$policy" ]
}

@test "Debian: an installation that was broken off is gone on with first, without a question" {
	debian
	stub dpkg 'rm -r '"$BATS_TEST_TMPDIR/updates"
	packages
	mkdir "$JOURNAL"
	touch "$JOURNAL/0001"
	run install_packages redis-server
	[ "$status" -eq 0 ]
	[ "$(grep -n '^dpkg ' "$calls")" = '2:dpkg --force-confdef --force-confold --configure -a' ]
	grep -q '^apt-get .* install .*redis-server$' "$calls"
	: >"$calls"
	run install_packages redis-tools
	[ "$status" -eq 0 ]
	refute grep -q '^dpkg ' "$calls"
}

@test "Debian: the policy that a killed run has left is not taken for somebody else's" {
	debian
	printf '#!/bin/sh\n# redis-ha\nexit 101\n' >"$policy"
	packages
	run install_packages redis-server
	[ "$status" -eq 0 ]
	[ ! -e "$policy" ]
}

@test "Debian: no service is started by its installation, and the policy goes again" {
	debian
	packages
	run install_packages redis-server
	[ "$status" -eq 0 ]
	grep -q '^policy 101$' "$calls"
	[ ! -e "$policy" ]
}

@test "Debian: a policy that was there before stays as it is" {
	debian
	printf '#!/bin/sh\nexit 104\n' >"$policy"
	chmod 755 "$policy"
	packages
	run install_packages redis-server
	[ "$status" -eq 0 ]
	grep -q '^policy 104$' "$calls"
	[ "$(cat "$policy")" = $'#!/bin/sh\nexit 104' ]
}

@test "Debian: a failing installation is one clear error, and the policy goes as well" {
	debian
	stub apt-get '[[ $* != *" install "* ]] || { for n in {1..40}; do echo "line $n"; done; exit 100; }'
	packages
	run install_packages redis-server
	[ "$status" -eq 2 ]
	[[ ${lines[-1]} == *': failed: apt-get '*' redis-server' ]]
	[ "${lines[-2]}" = 'line 40' ]
	[ "${#lines[@]}" -eq 16 ]
	[ ! -e "$policy" ]
	refute grep -q '^:: packages' <<<"$output"
}

@test "Debian: what is newer is named and not touched" {
	newer_debian
	packages
	run newer_packages redis-tools redis-server redis-sentinel
	[ "$status" -eq 0 ]
	[ "$output" = $'redis-tools 1.0 2.0\nredis-server 1.0 2.0' ]
	grep -q '^apt-get .*Error-Mode=any update$' "$calls"
	[ "$(cat "$installed/redis-server")" = 'install installed 1.0' ]
}

@test "Debian: an upgrade installs only what is there, once, asks nothing and starts nothing" {
	newer_debian
	packages
	run upgrade_packages redis-tools redis-server redis-sentinel
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	grep -q -- '--force-confold --only-upgrade --no-install-recommends --no-remove install redis-tools redis-server$' "$calls"
	grep -q '^policy 101$' "$calls"
	[ ! -e "$policy" ]
	run upgrade_packages redis-tools redis-server redis-sentinel
	[ "$output" = ':: packages ok' ]
	run newer_packages redis-tools redis-server redis-sentinel
	[ -z "$output" ]
}

@test "Debian: a held package is left alone" {
	newer_debian
	echo 'hold installed 1.0' >"$installed/redis-server"
	packages
	run newer_packages redis-server redis-tools
	[ "$output" = 'redis-tools 1.0 2.0' ]
	run upgrade_packages redis-server
	[ "$output" = ':: packages ok' ]
	[ "$(cat "$installed/redis-server")" = 'hold installed 1.0' ]
}

@test "Debian: an upgrade that broke off is gone on with" {
	newer_debian
	echo 'install half-configured 2.0' >"$installed/redis-server"
	packages
	run newer_packages redis-server
	[ "$output" = 'redis-server unfinished 2.0' ]
	run upgrade_packages redis-server
	[ "$output" = ':: packages changed' ]
}

@test "Debian: lists that cannot be fetched are an error, not nothing newer" {
	newer_debian
	stub apt-get 'echo "E: Failed to fetch"; exit 100'
	packages
	run newer_packages redis-server
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'E: Failed to fetch' ]
}
