#!/usr/bin/env bats
# provision/redis/put-back.sh, on files of the test.

setup() {
	file="$BATS_TEST_TMPDIR/a file"
	new=$BATS_TEST_TMPDIR/new
	echo before >"$file"
	echo after >"$new"
	chmod 640 "$file"
}

put_back() {
	run bash "$BATS_TEST_DIRNAME/../../provision/redis/put-back.sh" "$@"
}

@test "the new text takes the place of the file, which keeps its mode and is left alone" {
	put_back --file "$file" --from "$new"
	[ "$status" -eq 0 ]
	[ "$(cat "$file")" = after ]
	[ "$(stat -c '%a %u' "$file")" = "640 $(id -u)" ]
	[ ! -e "$file.new" ]
}

@test "a file that is not there is not made" {
	put_back --file "$file.else" --from "$new"
	[ "$status" -eq 2 ]
	[ "$output" = 'put-back.sh: --file and --from are needed' ]
	[ ! -e "$file.else" ]
}
