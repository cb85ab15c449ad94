#!/usr/bin/env bats
# shellcheck disable=SC1090,SC2016,SC2030,SC2031,SC2154,SC2329  # stubs, sourced code, a shell per test
# docker/base-image.sh and provision/engine/mirror.sh with stub commands: no root, engine or network.

load stubs

setup() {
	script=$BATS_TEST_DIRNAME/../../docker/base-image.sh
	TMPDIR=$BATS_TEST_TMPDIR/tmp
	export TMPDIR
	mkdir -p "$TMPDIR"
	stubbed
	stub apt-get 'true'
	stub docker '[[ $1 != image ]]'
	# its operands: suite, tarball, sources
	stub mmdebstrap 'while [[ $1 == --* ]]; do shift; done; echo tar >"$2"'
}

debian_12() {
	stub apt-get 'cat <<-END
		bookworm-security MIRROR/debian-security/
		bookworm MIRROR/debian/
		bookworm MIRROR/debian/
		bookworm-updates MIRROR/debian/
		bookworm-backports MIRROR/debian/
	END'
}

@test "the suite is the tag's first word" {
	source "$script"
	[ "$(suite_of debian:trixie-slim)" = trixie ]
	[ "$(suite_of debian:sid)" = sid ]
	[ "$(suite_of images.example/library/debian:bookworm)" = bookworm ]
}

@test "a name that is no Debian suite is refused in one line" {
	for name in ubuntu:24.04 debian debian:13 debian:trixie-20250520 notdebian:trixie ''; do
		run "$script" "$name"
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
	done
	run "$script"
	[ "$status" -eq 2 ]
	[ ! -s "$calls" ]
}

@test "an image that exists already is left alone" {
	stub docker 'true'
	run "$script" debian:trixie-slim
	[ "$status" -eq 0 ]
	[ "$output" = ":: base-image ok" ]
	[ "$(cat "$calls")" = "docker image inspect debian:trixie-slim" ]
}

@test "no engine: one line, and nothing is made" {
	stub docker 'exit 1'
	run "$script" debian:trixie-slim
	[ "$status" -eq 2 ]
	[[ $output == *"no engine answers"* ]]
	refute grep mmdebstrap "$calls"
}

@test "the host's archives are carried over to the suite, main first, each once, no backports" {
	source "$script"
	debian_12
	run debian_archives trixie
	[ "$output" = "MIRROR/debian/ trixie
MIRROR/debian-security/ trixie-security
MIRROR/debian/ trixie-updates" ]
}

@test "only archives that call themselves Debian's are asked for" {
	source "$script"
	debian_archives trixie
	grep -q -- 'Origin: Debian' "$calls"
}

@test "suites that the mirror has not are left out" {
	source "$script"
	debian_12
	published() { [[ $2 == sid ]]; }
	run sources sid "$BATS_TEST_TMPDIR/scratch"
	[ "$output" = "deb [signed-by=$DEBIAN_KEYRING] MIRROR/debian/ sid main" ]
}

@test "a suite that the mirror does not know at all is an error of one line" {
	source "$script"
	debian_12
	published() { false; }
	run sources trixy "$BATS_TEST_TMPDIR/scratch"
	[ "$status" -eq 2 ]
	[[ $output == *"no suite 'trixy'"* ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "without mmdebstrap an ordinary user learns what to install" {
	source "$script"
	have() { [[ $1 != mmdebstrap ]]; }
	stub id 'echo 1000'
	run require_mmdebstrap
	[ "$status" -eq 2 ]
	[[ $output == *"needs mmdebstrap"* ]]
	refute grep apt-get "$calls"
	stub id 'echo 0'
	require_mmdebstrap
	grep -q '^apt-get .*install.* mmdebstrap' "$calls"
}

@test "a host of another distribution leaves the mirror to mmdebstrap" {
	run "$script" debian:trixie-slim
	[ "$status" -eq 0 ]
	grep -q 'base.tar$' <(grep '^mmdebstrap' "$calls")
}

@test "the image is imported under its name, and nothing stays behind" {
	run "$script" debian:trixie-slim
	[ "$status" -eq 0 ]
	[ "$output" = ":: base-image changed" ]
	grep -q '^docker import .* debian:trixie-slim$' "$calls"
	[ -z "$(ls "$TMPDIR")" ]
}

@test "certificates come with an https mirror" {
	source "$script"
	sources() { echo "deb http://mirror/debian trixie main"; }
	bootstrap trixie "$BATS_TEST_TMPDIR/base.tar" "$BATS_TEST_TMPDIR"
	refute grep -q -- --include=ca-certificates "$calls"
	sources() { echo "deb https://mirror/debian trixie main"; }
	bootstrap trixie "$BATS_TEST_TMPDIR/base.tar" "$BATS_TEST_TMPDIR"
	grep -q -- --include=ca-certificates "$calls"
}

@test "the host's terms with its mirror go into the image, but no proxy of its own" {
	source "$script"
	stub apt-config 'echo "Acquire::http::Proxy \"http://proxy:3142\";"
		echo "Acquire::https::Proxy \"http://127.0.0.1:3142\";"
		echo "Acquire::Check-Date \"\";"
		echo "Acquire::Check-Valid-Until \"false\";"'
	run apt_settings
	[ "$output" = 'Acquire::http::Proxy "http://proxy:3142";
Acquire::Check-Valid-Until "false";' ]
	sources() { :; }
	bootstrap trixie "$BATS_TEST_TMPDIR/base.tar" "$BATS_TEST_TMPDIR"
	grep -q -- '--aptopt=Acquire::Check-Valid-Until "false"; ' "$calls"
}

@test "a failed bootstrap is one line, imports nothing and leaves nothing" {
	stub mmdebstrap 'echo "I: downloading"; echo "E: mirror fell over"; echo "I: removing tempdir"; exit 25'
	run "$script" debian:trixie-slim
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"E: mirror fell over" ]]
	refute grep import "$calls"
	[ -z "$(ls "$TMPDIR")" ]
}

@test "an interrupt leaves neither an image nor files" {
	# as a terminal does: the whole process group hears of it
	stub mmdebstrap 'kill -TERM 0'
	run setsid "$script" debian:trixie-slim
	[ "$status" -eq 130 ]
	refute grep import "$calls"
	[ -z "$(ls "$TMPDIR")" ]
}
