#!/usr/bin/env bats
# shellcheck disable=SC2154  # of the helpers
# provision/common/hosts.sh, on a file of the test.

load stubs

hosts() {
	run bash "$BATS_TEST_DIRNAME/../../provision/common/hosts.sh" --file "$BATS_TEST_TMPDIR/hosts" --block "$BATS_TEST_TMPDIR/block" --name "$1"
}

@test "the block is written once, changed in its place's stead, and removed" {
	printf '127.0.0.1 localhost\n' >"$BATS_TEST_TMPDIR/hosts"
	printf '10.0.0.1 redis1\n' >"$BATS_TEST_TMPDIR/block"
	hosts default
	[ "$output" = ':: hosts changed' ]
	[ "$(cat "$BATS_TEST_TMPDIR/hosts")" = "127.0.0.1 localhost
# redis-ha default begin
10.0.0.1 redis1
# redis-ha default end" ]
	hosts default
	[ "$output" = ':: hosts ok' ]
	printf '10.0.0.9 redis1\n' >"$BATS_TEST_TMPDIR/block"
	hosts default
	[ "$output" = ':: hosts changed' ]
	[ "$(grep -c redis1 "$BATS_TEST_TMPDIR/hosts")" -eq 1 ]
	: >"$BATS_TEST_TMPDIR/block"
	hosts default
	[ "$(cat "$BATS_TEST_TMPDIR/hosts")" = '127.0.0.1 localhost' ]
}

@test "the block of another environment stays" {
	printf '127.0.0.1 localhost\n' >"$BATS_TEST_TMPDIR/hosts"
	printf '10.0.0.1 redis1\n' >"$BATS_TEST_TMPDIR/block"
	hosts one
	hosts two
	: >"$BATS_TEST_TMPDIR/block"
	hosts two
	grep -q '^# redis-ha one begin$' "$BATS_TEST_TMPDIR/hosts"
	refute grep -q 'redis-ha two' "$BATS_TEST_TMPDIR/hosts"
}
