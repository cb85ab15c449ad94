#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/redis/upgrade.sh on a Debian with systemd, with stubs.

load stubs
load nodes
load packages

setup() {
	a_node
}

# debian_machine - a Debian with systemd; $running/UNIT says since when a unit runs
debian_machine() {
	newer_debian
	program=$BATS_TEST_TMPDIR/redis-server
	touch "$program"
	stub systemctl '
		unit='"$running"'/${*: -1}
		case "$*" in
		is-active*) [[ -e $unit ]] ;;
		*ExecStart" "*) echo "{ path='"$program"' ; argv[]='"$program"' --daemonize no ; ignore_errors=no }" ;;
		*ExecMainStartTimestamp*) cat "$unit" ;;
		restart* | start*) date >"$unit" ;;
		reset-failed*) ;;
		*) echo "{ path='"$program"' ; argv[]='"$program"' }" ;;
		esac'
	for unit in redis.service redis-sentinel.service redis-server.service; do
		date -d '1 hour' >"$running/$unit"
	done
	project
	mkdir -p "$machine/etc/redis"
}

upgrade() {
	: >"$calls"
	run bash "$project/redis/upgrade.sh" "$@" \
		--process redis=redis.service,redis-server.service --process sentinel=redis-sentinel.service
}

restarted() {
	sed -n 's/^systemctl \(restart\|start\) //p' "$calls"
}

@test "a check names packages and changes nothing" {
	debian_machine
	upgrade --check
	[ "$status" -eq 0 ]
	[ "$output" = $'package redis-tools 1.0 2.0\npackage redis-server 1.0 2.0' ]
	[ -z "$(restarted)" ]
}

@test "a check names what still runs the program of before" {
	debian_machine
	date -d '1 hour ago' >"$running/redis-sentinel.service"
	upgrade --check
	[ "${lines[-1]}" = 'restart sentinel' ]
}

@test "an upgrade restarts Redis, then Sentinel" {
	debian_machine
	for unit in "$running"/*; do date -d '1 hour ago' >"$unit"; done
	upgrade
	[ "$status" -eq 0 ]
	[ "$output" = $':: packages changed\n:: vendor ok\n:: redis changed\n:: sentinel changed' ]
	[ "$(restarted | wc -l)" -eq 2 ]
	[[ $(restarted) == redis*$'\n'redis-sentinel.service ]]
}

@test "where nothing is newer nothing is restarted" {
	debian_machine
	upgrade
	upgrade
	[ "$output" = $':: packages ok\n:: vendor ok\n:: redis ok\n:: sentinel ok' ]
	[ -z "$(restarted)" ]
}

@test "a process that an upgrade before left down is started" {
	debian_machine
	rm "$running"/redis.service "$running"/redis-server.service
	upgrade
	[ "$status" -eq 0 ]
	[[ $output == *$':: redis changed\n:: sentinel ok' ]]
}

@test "a Redis that does not start leaves Sentinel as it is" {
	debian_machine
	for unit in "$running"/*; do date -d '1 hour ago' >"$unit"; done
	sed -i 's/restart\* | start\*) date.*/restart* | start*) exit 1 ;;/' "$stubs/systemctl"
	stub journalctl 'echo "Illegal instruction"'
	upgrade
	[ "$status" -eq 2 ]
	[[ $output == *'Illegal instruction'*'does not start' ]]
	[ "$(restarted | wc -l)" -eq 1 ]
}

@test "a package that does not install restarts nothing" {
	debian_machine
	for unit in "$running"/*; do date -d '1 hour ago' >"$unit"; done
	stub apt-get 'echo "post-installation script returned error exit status 1"; exit 100'
	upgrade
	[ "$status" -eq 2 ]
	[ -z "$(restarted)" ]
	[ ! -e "$policy" ]
}

@test "the configuration of the new package is kept beside ours" {
	debian_machine
	echo ours >"$machine/etc/redis/redis.conf"
	echo theirs >"$machine/etc/redis/redis.conf.dpkg-dist"
	upgrade
	[[ $output == *':: vendor changed'* ]]
	[ "$(cat "$machine/etc/redis/redis.conf.vendor")" = theirs ]
	[ "$(cat "$machine/etc/redis/redis.conf")" = ours ]
	[ ! -e "$machine/etc/redis/redis.conf.dpkg-dist" ]
}

@test "upgrade.sh wants to be told which processes there are" {
	for check in '' --check; do
		run bash "$provision/redis/upgrade.sh" ${check:+"$check"}
		[ "$status" -eq 2 ]
		[ "$output" = 'upgrade.sh: --process is needed' ]
	done
	[ ! -s "$calls" ]
}
