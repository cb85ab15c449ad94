#!/usr/bin/env bats
# shellcheck disable=SC2016,SC2154  # formats of printf; variables of bats
# files/redis/mend-aof.sh, on files of the test.

load stubs

# aof TEXT - the file that Redis appends to, after an older one and its base, with this text (of printf)
aof() {
	aof=$BATS_TEST_TMPDIR/data/appendonlydir
	mkdir -p "$aof"
	printf 'base\0' | tee "$aof/a.2.base.rdb" >"$aof/a.3.incr.aof"
	printf 'file a.2.base.rdb seq 2 type b\nfile a.3.incr.aof seq 3 type i\nfile a.4.incr.aof seq 4 type i startoffset 9\n' >"$aof/appendonly.aof.manifest"
	# shellcheck disable=SC2059  # the text is a format
	printf "$1" >"$aof/a.4.incr.aof"
}

mend() {
	run bash "$BATS_TEST_DIRNAME/../../files/redis/mend-aof.sh" "$BATS_TEST_TMPDIR/data"
	[ "$status" -eq 0 ]
}

@test "zeros at the end of the append-only file go, those within it and in other files stay" {
	aof '$3\r\na\0b\r\n'
	cp -r "$aof" "$BATS_TEST_TMPDIR/before"
	head -c 5000 /dev/zero >>"$aof/a.4.incr.aof"
	mend
	[ "$output" = 'took 5000 zeros off the end of a.4.incr.aof: what the disk lacked when the power went' ]
	diff -r "$BATS_TEST_TMPDIR/before" "$aof"
}

@test "an append-only file that ends as it should, or is empty, is not touched" {
	for text in '$1\r\na\r\n' '$9\r\nhalf' ''; do
		aof "$text"
		touch -d '2 hours ago' "$aof"/*
		mend
		[ -z "$output" ]
		[ -z "$(find "$aof" -mmin -60 -type f)" ]
	done
}

@test "before the first start there is nothing to mend" {
	mend
	[ -z "$output" ]
}
