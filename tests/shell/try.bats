#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/redis/try.sh on a folder node, with a stub of the server.

load stubs
load nodes

setup() {
	a_node
	conf=$BATS_TEST_TMPDIR/redis.conf
	echo 'port 6379' >"$conf"
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	ready='echo "1:M * Ready to accept connections unix"; exec -a server /bin/sleep 60'
}

try() {
	: >"$calls"
	run setsid --wait bash "$provision/redis/try.sh" --root "$root" "$@"
}

# ended - no server of a test is left, and no folder of it
ended() {
	refute pgrep -f "^server 60" >/dev/null
	[ -z "$(ls "$TMPDIR")" ]
}

@test "a server that says it is ready takes its file, and is ended" {
	stub redis-server "$ready"
	try --redis "$conf"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	grep -q 'server.conf --port 0 --unixsocket s --dir .*--replicaof no one$' "$calls"
	ended
}

@test "each file of a node has a server of its own, Sentinel's as Sentinel" {
	stub redis-server "$ready"
	try --redis "$conf" --sentinel "$conf"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^redis-server ' "$calls")" -eq 2 ]
	grep -q -- '--loglevel notice --sentinel$' "$calls"
	ended
}

@test "a line that a server does not take is said in its words" {
	stub redis-server 'printf "%s\n" "*** FATAL CONFIG FILE ERROR ***" "Reading the configuration file, at line 2" ">>> '"'maxclients x'"'" "argument could not be parsed"; exit 1'
	try --redis "$conf"
	[ "$status" -eq 2 ]
	[ "$output" = "try.sh: redis refuses its configuration: 'maxclients x' argument could not be parsed" ]
	ended
}

@test "else its last words are" {
	stub redis-server 'echo "7:M 26 Nov 2026 08:50:18.123 # Cannot load module"; exit 1'
	try --sentinel "$conf"
	[ "$status" -eq 2 ]
	[ "$output" = "try.sh: sentinel refuses its configuration: Cannot load module" ]
}

@test "one that says nothing is not waited for without end" {
	stub sleep 'exec /bin/sleep 0.01'
	stub redis-server 'exec -a server /bin/sleep 60'
	try --redis "$conf"
	[ "$status" -eq 2 ]
	[[ $output == *"redis refuses its configuration:"* ]]
	ended
}

@test "a port of TLS is closed as well" {
	stub redis-server "$ready"
	echo 'tls-port 6380' >>"$conf"
	try --redis "$conf"
	grep -q -- '--tls-port 0$' "$calls"
}

@test "nothing is tried where no server is installed" {
	only
	rm -f "$stubs/redis-server"
	PATH=$limited run bash "$provision/redis/try.sh" --root "$root" --redis "$conf"
	[ "$status" -eq 0 ]
}

@test "an option that nobody knows is refused" {
	try --nonsense x
	[ "$status" -eq 2 ]
	[[ $output == *"unknown option: --nonsense" ]]
}
