#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/redis/vendor-instance.sh on a folder node, with a stub of the server.

load stubs
load nodes

setup() {
	a_node
	says_its_pid='while [[ $1 != --pidfile ]]; do shift; done; echo 4194304 >"$2"'
}

@test "the vendor's instance runs beside, and leaves nothing" {
	mkdir -p "$root/var/lib/redis"
	sleep 60 3>&- &
	stub redis-server '
		while [[ $1 != --pidfile ]]; do shift; done
		echo '"$!"' >"$2"'
	vendor_instance=(bash "$provision/redis/vendor-instance.sh")
	run "${vendor_instance[@]}" start --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 0 ]
	grep -q '^redis-server --port 6390 --bind 127.0.0.11 ' "$calls"
	[ -n "$(ls "$root/var/lib/redis")" ]
	run "${vendor_instance[@]}" stop --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 0 ]
	[ -z "$(ls "$root/var/lib/redis")" ]
	refute kill -0 $! 2>/dev/null
}

@test "the vendor's instance is a Valkey where there is nothing else" {
	mkdir -p "$root/var/lib/redis"
	only valkey-server
	stub valkey-server "$says_its_pid"
	PATH=$limited run bash "$provision/redis/vendor-instance.sh" start --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 0 ]
	grep -q '^valkey-server --port 6390 --bind 127.0.0.11 ' "$calls"
}

@test "the vendor's instance has the vendor's file where there is one" {
	mkdir -p "$root/var/lib/redis"
	echo 'appendonly no' >"$root/etc/redis/redis.conf.vendor"
	stub redis-server "$says_its_pid"
	run bash "$provision/redis/vendor-instance.sh" start --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 0 ]
	grep -q "^redis-server $root/var/lib/redis/vendor-6390/redis.conf --port 6390 " "$calls"
	grep -q '^appendonly no$' "$root/var/lib/redis/vendor-6390/redis.conf"
}

@test "a server that does not say its process id did not start" {
	mkdir -p "$root/var/lib/redis"
	stub redis-server 'exit 0'
	stub sleep 'exit 0'
	run bash "$provision/redis/vendor-instance.sh" start --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 2 ]
	[[ $output == *"redis-server has not said its process id within 5 s" ]]
}

@test "a server that does not end is killed" {
	mkdir -p "$root/var/lib/redis/vendor-6390"
	bash -c 'trap "" TERM; while :; do sleep 1; done' 3>&- &
	echo $! >"$root/var/lib/redis/vendor-6390/pid"
	run bash "$provision/redis/vendor-instance.sh" stop --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 0 ]
	wait $! 2>/dev/null || true # killed
	refute kill -0 $! 2>/dev/null
}
