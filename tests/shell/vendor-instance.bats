#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/redis/vendor-instance.sh on a folder node, with a stub of the server.

load stubs
load nodes

setup() {
	a_node
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
	stub valkey-server 'exit 0'
	PATH=$limited run bash "$provision/redis/vendor-instance.sh" start --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 0 ]
	grep -q '^valkey-server --port 6390 --bind 127.0.0.11 ' "$calls"
}

@test "the vendor's instance has the vendor's file where there is one" {
	mkdir -p "$root/var/lib/redis"
	touch "$root/etc/redis/redis.conf.vendor"
	stub redis-server 'exit 0'
	run bash "$provision/redis/vendor-instance.sh" start --root "$root" --port 6390 --address 127.0.0.11
	[ "$status" -eq 0 ]
	grep -q "^redis-server $root/etc/redis/redis.conf.vendor --port 6390 " "$calls"
}
