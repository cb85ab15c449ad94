#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/redis/3-redis-commander.sh on a folder node, with stub services.

load stubs
load nodes
load packages

setup() {
	a_node
	stub node 'echo v20.1.0'
}

# console DIGEST OPTION... - provision the folder node's console with a package of this digest
console() {
	rm -f "$files/files.list"
	listed /etc/redis-commander/local-development.json '{"port": 8081}' restart commander
	echo "$1" >"$payload/digest"
	on_folder redis/3-redis-commander.sh --payload "$payload" \
		--process commander=redis-commander.service "${@:2}"
}

# packed TEXT - the tarball of a console that consists of this
packed() {
	mkdir -p "$BATS_TEST_TMPDIR/tree/bin"
	printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/tree/bin/redis-commander.js"
	tar -czf "$payload/package.tgz" -C "$BATS_TEST_TMPDIR/tree" bin
}

@test "the console is installed and started once, then nothing is left to do" {
	packed first
	console one
	[ "$status" -eq 0 ]
	[ "$output" = ":: package changed
:: local-development.json changed
:: commander changed" ]
	[ "$(cat "$root/opt/redis-commander/bin/redis-commander.js")" = first ]
	[ "$(stat -c %a "$root/etc/redis-commander/local-development.json")" = 600 ]
	[ "$(done_to_processes)" = 'start redis1:commander' ]

	rm "$payload/package.tgz" # not sent again
	console one
	[ "$status" -eq 0 ]
	[ "$(steps | grep -c ' ok$')" -eq 3 ]
	[ -z "$(done_to_processes)" ]
}

@test "another package takes the place of the one before, whole" {
	packed first
	console one
	touch "$root/opt/redis-commander/left-over"
	packed second
	console two
	[ "$status" -eq 0 ]
	[ "$(cat "$root/opt/redis-commander/bin/redis-commander.js")" = second ]
	[ ! -e "$root/opt/redis-commander/left-over" ]
	[ "$(ls "$root/opt")" = redis-commander ]
	[ "$(done_to_processes)" = $'signal TERM redis1:commander\nstart redis1:commander' ]
}

@test "a run that broke off before the restart leaves it due" {
	packed first
	console one
	packed second
	stub supervisorctl 'kill -9 0'
	console two
	[ "$status" -eq 137 ]
	supervisord
	console two
	[ "$(steps)" = ":: commander changed
:: local-development.json ok
:: package ok" ]
	[ "$(done_to_processes)" = $'signal TERM redis1:commander\nstart redis1:commander' ]
	console two
	[ "$(steps | grep -c ' ok$')" -eq 3 ]
}

@test "a package that is not there, or is none, leaves what runs as it is" {
	packed first
	console one
	rm "$payload/package.tgz"
	console two
	[ "$status" -eq 2 ]
	[ "$output" = "3-redis-commander.sh: --payload: no package.tgz in $payload" ]
	echo broken >"$payload/package.tgz"
	console two
	[ "$status" -eq 2 ]
	[ "$(cat "$root/opt/redis-commander/bin/redis-commander.js")" = first ]
	[ -z "$(done_to_processes)" ]
	console one # and no restart of it is due
	[ "$(steps | grep -c ' ok$')" -eq 3 ]
}

@test "a run that was killed between two packages is gone on with" {
	packed first
	console one
	packed second
	stub mv '[[ $2 != */opt/*.new ]] || kill -9 0; exec /bin/mv "$@"'
	console two
	[ "$status" -eq 137 ]
	[ ! -e "$root/opt/redis-commander" ]
	rm "$stubs/mv"
	console two
	[ "$status" -eq 0 ]
	[ "$(cat "$root/opt/redis-commander/bin/redis-commander.js")" = second ]
	[ "$(ls "$root/opt")" = redis-commander ]
	[ "$(done_to_processes)" = $'signal TERM redis1:commander\nstart redis1:commander' ]
}

@test "a check names another package and what has to restart for it, and changes nothing" {
	packed first
	console one
	rm "$payload/package.tgz" # a check is sent none
	before=$(everything "$root" "$running")
	console two --check
	[ "$status" -eq 0 ]
	[ "$(steps)" = ":: commander due
:: local-development.json ok
:: package due" ]
	[ -z "$(done_to_processes)" ]
	[ "$(everything "$root" "$running")" = "$before" ]
}

@test "a check of a machine without a console names packages and account, and makes none" {
	debian
	project
	stub getent 'exit 2'
	only getent dpkg-query apt-get systemctl
	ln -s "$(command -v cmp)" "$limited"
	echo one >"$payload/digest"
	: >"$files/files.list"
	PATH=$limited run bash "$project/redis/3-redis-commander.sh" --check --files "$files" --payload "$payload" \
		--process commander=redis-commander.service
	[ "$status" -eq 0 ]
	[ "$output" = ":: packages due
:: account due
:: package due
:: commander due" ]
	[ "$(cut -d ' ' -f 1,2 "$calls" | LC_ALL=C sort -u)" = "dpkg-query -W
getent passwd
systemctl is-active
systemctl is-enabled" ]
	[ ! -e "$machine/opt" ]
}

@test "without the package's digest, files or a process a console is refused before anything is done" {
	: >"$files/files.list"
	run bash "$provision/redis/3-redis-commander.sh" --root "$root" --files "$files" --process commander=x.service
	[ "$status" -eq 2 ]
	[ "$output" = '3-redis-commander.sh: --payload: no digest of a package in ' ]
	run bash "$provision/redis/3-redis-commander.sh" --root "$root" --files "$files"
	[ "$output" = '3-redis-commander.sh: --process is needed' ]
	run bash "$provision/redis/3-redis-commander.sh" --root "$root" --process commander=x.service
	[ "$output" = '3-redis-commander.sh: --files is needed' ]
	[ ! -s "$calls" ]
}

@test "a console without Node.js, or with one too old, is refused" {
	echo one >"$payload/digest"
	: >"$files/files.list"
	only
	for check in '' --check; do
		PATH=$limited run bash "$provision/redis/3-redis-commander.sh" ${check:+"$check"} --files "$files" \
			--payload "$payload" --process commander=redis-commander.service --root "$root"
		[ "$status" -eq 2 ]
		[ "$output" = '3-redis-commander.sh: no Node.js on PATH' ]
	done
	stub node 'echo v10.24.0'
	console one
	[ "$status" -eq 2 ]
	[ "$output" = '3-redis-commander.sh: Node.js 10.24.0 is too old, this needs 12' ]
}
