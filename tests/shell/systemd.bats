#!/usr/bin/env bats
# shellcheck disable=SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/common/services.sh and role.sh with a stub of systemd: no root, no system touched.

load stubs
load nodes

setup() {
	a_node
	systemd
	project
	units=$machine/etc/systemd/system
}

# services - the functions, as a node with systemd has them
services() {
	set -euo pipefail
	. "$provision/common/lib.sh"
	. "$provision/common/services.sh"
	UNIT_FOLDERS=("$units" "$machine/usr/lib/systemd/system")
	UNITS[redis]=redis.service,redis-server.service
	UNITS[sentinel]=redis-sentinel.service
	UNITS["sentinel-26380"]=redis-sentinel@26380.service
}

# web - a role with units of its own, a file that restarts and one that reloads
web() {
	listed "$units/web.service" '[Service]' restart web
	listed "$units/web.service.d/10-limits.conf" '[Service]' nothing web
	listed "$machine/etc/web.conf" 'port 1' restart web
	listed "$machine/etc/words.txt" first reload web
}

configure() {
	on_machine common/2-configure.sh --files "$files" --process web=web.service "$@"
}

# --- services.sh

@test "units of systemd are named as they were told" {
	stub systemctl 'exit 0'
	services
	service_enabled sentinel-26380
	service_active sentinel
	service_enable sentinel
	[ "$(cat "$calls")" = "systemctl is-enabled --quiet redis-sentinel@26380.service
systemctl is-active --quiet redis-sentinel.service
systemctl enable redis-sentinel.service" ]
}

@test "a process without a unit is refused in one line, also in a question" {
	services
	for question in unit_of service_restart service_active; do
		run "$question" web
		[ "$status" -eq 2 ]
		[[ $output == *': --process: no unit of web' ]]
	done
	run eval 'if service_active web; then echo runs; else echo rests; fi'
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[ ! -s "$calls" ]
}

@test "of several names the unit with a file of its own is taken, not its alias" {
	services
	mkdir -p "$units" "$machine/usr/lib/systemd/system"
	[ "$(unit_of redis)" = redis.service ] # neither has one: the first is known everywhere
	vendor=$machine/usr/lib/systemd/system/redis-server.service
	touch "$vendor"
	[ "$(unit_of redis)" = redis-server.service ]
	ln -s "$vendor" "$units/redis.service" # as Debian does by enabling it
	[ "$(unit_of redis)" = redis-server.service ]
	rm "$vendor" "$units/redis.service"
	touch "$machine/usr/lib/systemd/system/redis.service" # Enterprise Linux
	[ "$(unit_of redis)" = redis.service ]
}

@test "a unit that reached its start limit is started all the same" {
	stub systemctl 'exit 0'
	services
	service_restart sentinel
	[ "$(cat "$calls")" = "systemctl reset-failed redis-sentinel.service
systemctl restart redis-sentinel.service" ]
}

@test "a unit that does not start shows its own last words" {
	stub systemctl '[[ $1 != start ]]'
	stub journalctl 'echo "Fatal config file error"'
	services
	run service_start sentinel
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'Fatal config file error' ]
	[[ ${lines[1]} == *': redis-sentinel.service does not start' ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "a unit that does not start is named also where no journal is" {
	stub systemctl '[[ $1 != start ]]'
	services
	run service_start sentinel
	[ "$status" -eq 2 ]
	[[ $output == *': redis-sentinel.service does not start' ]]
}

@test "a unit that systemd had to kill is told, one that takes as long to start is not" {
	stub systemctl 'exit 0'
	services
	STOPS_S=0
	stub journalctl 'echo "redis-sentinel.service: State '"'stop-sigterm'"' timed out. Killing."'
	[ "$(service_restart sentinel)" = ':: sentinel killed' ]
	stub journalctl 'echo "Started redis-sentinel.service"'
	[ -z "$(service_restart sentinel)" ]
}

@test "a process of supervisord that does not end in time is killed, told and started" {
	supervisord
	sed -i 's/"signal TERM").*/"signal TERM") ;; "stop "*) rm "'"${running//\//\\/}"'\/$process" ;;/; s/pid [0-9]*/pid '$$/ "$stubs/supervisorctl"
	touch "$running/redis1:redis"
	services
	SUPERVISOR=$supervisor NODE=redis1 STOPS_S=0
	[ "$(service_restart redis)" = ':: redis killed' ]
	[ "$(done_to_processes)" = $'signal TERM redis1:redis\nstop redis1:redis\nstart redis1:redis' ]
}

@test "a unit that cannot be reloaded says why" {
	stub systemctl '[[ $1 != reload ]] || { echo "Job type reload is not applicable" >&2; exit 1; }'
	services
	run service_reload sentinel
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'Job type reload is not applicable' ]
	[[ ${lines[1]} == *': failed: systemctl reload redis-sentinel.service' ]]
}

# --- role.sh

@test "systemd is told of new units once, before they are enabled and started" {
	web
	configure
	[ "$status" -eq 0 ]
	[ "$(done_to_units)" = $'daemon-reload\nenable web.service\nrestart web.service' ]
	[ "$(steps | grep -c changed)" -eq 6 ]
	grep -q '^:: daemon-reload changed$' <<<"$output"
	[ "$(stat -c '%a %U' "$machine/etc/web.conf")" = "640 $(id -un)" ]
	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
	[ "${#lines[@]}" -eq 5 ]
	[ -z "$(done_to_units)" ]
}

@test "a file that is no unit's tells systemd of nothing" {
	web
	configure
	changed "$machine/etc/web.conf" 'port 2'
	configure
	[ "$(done_to_units)" = 'restart web.service' ]
	changed "$machine/etc/words.txt" second
	configure
	[ "$(done_to_units)" = 'reload web.service' ]
}

@test "where a restart and a reload of a unit are due there is a restart" {
	web
	configure
	changed "$machine/etc/web.conf" 'port 2'
	changed "$machine/etc/words.txt" second
	configure
	[ "$(done_to_units)" = 'restart web.service' ]
}

@test "a unit that is starting, and so not active, is restarted for its new file" {
	web
	configure
	rm "$running/web.service"
	changed "$machine/etc/words.txt" second
	configure
	[ "$(done_to_units)" = 'restart web.service' ]
	rm "$running/web.service"
	configure
	[ "$(done_to_units)" = 'start web.service' ]
}

@test "what a run was killed before is made up for: systemd is told, the unit restarted" {
	web
	stub systemctl '[[ $1 != daemon-reload ]] || kill -9 0'
	configure
	[ "$status" -eq 137 ]
	systemd
	touch "$enabled/web.service" "$running/web.service"
	configure
	[ "$status" -eq 0 ]
	[ "$(done_to_units)" = $'daemon-reload\nrestart web.service' ]
	[ "$(steps | grep changed)" = $':: daemon-reload changed\n:: web changed' ]
	configure
	[ -z "$(done_to_units)" ]
}

@test "a unit that failed to restart is restarted by the next run" {
	web
	configure
	changed "$machine/etc/web.conf" 'port 2'
	sed -i 's/start | restart).*/start | restart) exit 1 ;;/' "$stubs/systemctl"
	configure
	[ "$status" -eq 2 ]
	grep -q ': web.service does not start$' <<<"$output"
	systemd
	configure
	[ "$(done_to_units)" = 'restart web.service' ]
	configure
	[ -z "$(done_to_units)" ]
}

@test "a check of a new machine names all, and tells systemd of nothing" {
	web
	before=$(everything "$machine")
	configure --check
	[ "$status" -eq 0 ]
	[ "$(steps)" = ":: 10-limits.conf due
:: daemon-reload due
:: web due
:: web.conf due
:: web.service due
:: words.txt due" ]
	[ -z "$(done_to_units)" ]
	[ "$(everything "$machine")" = "$before" ]
}

@test "a check names a unit that is not enabled, does not run, or has to take note" {
	web
	configure
	for drift in 'rm enabled/web.service' 'rm running/web.service' 'tee machine/etc/web.conf' 'tee machine/etc/words.txt'; do
		cp -a "$machine" "$running" "$enabled" "$BATS_TEST_TMPDIR/a payload"
		(cd "$BATS_TEST_TMPDIR" && $drift </dev/null)
		before=$(everything "$machine" "$running" "$enabled")
		configure --check
		[ "$status" -eq 0 ]
		grep -q '^:: web due$' <<<"$output"
		[ -z "$(done_to_units)" ]
		[ "$(everything "$machine" "$running" "$enabled")" = "$before" ]
		cp -a "$BATS_TEST_TMPDIR/a payload/." "$BATS_TEST_TMPDIR"
	done
	configure --check
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
}

@test "a check names what systemd was not told by a run that was killed, and does not tell it" {
	web
	stub systemctl '[[ $1 != daemon-reload ]] || kill -9 0'
	configure
	systemd
	before=$(everything "$machine")
	for _ in 1 2; do
		configure --check
		[ "$(steps | grep due)" = $':: daemon-reload due\n:: web due' ]
		[ -z "$(done_to_units)" ]
	done
	[ "$(everything "$machine")" = "$before" ]
}

@test "the units of a folder node are no business of this machine's systemd" {
	listed /etc/systemd/system/web.service '[Service]' nothing -
	on_folder common/2-configure.sh
	[ "$status" -eq 0 ]
	[ "$output" = ':: web.service changed' ]
	[ ! -s "$calls" ]
}
