#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/common/hold-down.sh, with a stub of systemd.

load stubs
load nodes

setup() {
	a_node
}

# hold_down on|off - the script, with /run in a folder of the test
hold_down() {
	sed "s#/run/systemd#$BATS_TEST_TMPDIR/run#g" "$provision/common/hold-down.sh" >"$BATS_TEST_TMPDIR/hold-down.sh"
	cp "$provision/common/lib.sh" "$BATS_TEST_TMPDIR"
	: >"$calls"
	run bash "$BATS_TEST_TMPDIR/hold-down.sh" "$@"
}

@test "a unit is held down under its real name, and let go again" {
	stub systemctl '[[ $1 != show ]] || echo redis-server.service'
	dropin=$BATS_TEST_TMPDIR/run/system/redis-server.service.d/90-held-down.conf
	hold_down on redis.service
	[ "$status" -eq 0 ]
	[ "$(cat "$dropin")" = $'[Service]\nRestart=no' ]
	grep -q '^systemctl daemon-reload$' "$calls"
	hold_down off redis.service
	[ "$status" -eq 0 ]
	[ ! -e "$dropin" ]
	grep -q '^systemctl daemon-reload$' "$calls"
	grep -q '^systemctl reset-failed redis.service$' "$calls"
}

@test "letting go of a unit that was not held reloads nothing" {
	stub systemctl 'case $1 in show) echo redis-server.service ;; reset-failed) exit 1 ;; esac'
	hold_down off redis.service
	[ "$status" -eq 0 ]
	refute grep -q daemon-reload "$calls"
}

@test "hold-down.sh refuses what it does not know, with status 2" {
	for words in 'half redis.service' 'on' ''; do
		# shellcheck disable=SC2086  # words
		hold_down $words
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
	done
	[ ! -s "$calls" ]
}
