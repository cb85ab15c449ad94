#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/redis/1-provision.sh and 2-configure.sh, with stub services: no root, no system touched.

load stubs
load nodes
load packages

setup() {
	a_node
	rendered redis 'port 1'
	rendered sentinel 'port 2'
}

# rendered PROCESS TEXT - what its file is to hold
rendered() {
	local file=/etc/redis/$1.conf text=$'# Managed by redis-ha\n'$2
	grep -qs "^$file " "$files/files.list" || listed "$file" "$text" restart "$1"
	changed "$file" "$text"
}

configure() {
	on_folder redis/2-configure.sh --process redis=redis.service,redis-server.service \
		--process sentinel=redis-sentinel.service "$@"
}

# --- 1-provision.sh

@test "a folder node gets its folders once, private, and no packages" {
	rmdir "$root/etc/redis"
	run bash "$provision/redis/1-provision.sh" --root "$root"
	[ "$status" -eq 0 ]
	[ "$output" = $':: packages ok\n:: users ok\n:: folders changed' ]
	for folder in etc/redis var/lib/redis var/log/redis; do
		[ "$(stat -c %a "$root/$folder")" = 700 ]
	done
	run bash "$provision/redis/1-provision.sh" --root "$root"
	[ "$output" = $':: packages ok\n:: users ok\n:: folders ok' ]
	[ ! -s "$calls" ]
}

@test "a folder that others may enter is closed again" {
	bash "$provision/redis/1-provision.sh" --root "$root"
	chmod 755 "$root/var/lib/redis"
	run bash "$provision/redis/1-provision.sh" --root "$root"
	[ "${lines[2]}" = ':: folders changed' ]
	[ "$(stat -c %a "$root/var/lib/redis")" = 700 ]
}

@test "a folder node takes a Valkey that has only its own name" {
	only valkey-server
	stub valkey-server 'exit 1'
	PATH=$limited run bash "$provision/redis/1-provision.sh" --root "$root"
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = ':: packages ok' ]
}

@test "a folder node without redis-server is refused in one line" {
	only
	PATH=$limited run bash "$provision/redis/1-provision.sh" --root "$root"
	[ "$status" -eq 2 ]
	[ "$output" = '1-provision.sh: no redis-server on PATH' ]
}

@test "an unsupported distribution ends the run before anything is touched" {
	for name in id mkdir chmod; do stub "$name" 'exit 0'; done
	only id mkdir chmod chown useradd
	PATH=$limited run bash "$provision/redis/1-provision.sh"
	[ "$status" -eq 2 ]
	[ "$output" = '1-provision.sh: neither apt-get nor dnf here: this distribution is not supported' ]
	[ ! -s "$calls" ]
}

# prepare OPTION... - 1-provision.sh for the machine of the test, which has no user redis
prepare() {
	debian
	project
	stub id 'exit 1'
	stub useradd 'exit 0'
	stub chown 'exit 0'
	on_machine redis/1-provision.sh "$@"
}

@test "a machine gets packages, the user where it is missing, and folders that are theirs" {
	prepare
	[ "$status" -eq 0 ]
	[ "$output" = $':: packages changed\n:: users changed\n:: folders changed' ]
	grep -q '^useradd --system .* redis$' "$calls"
	for folder in '2770 etc/redis' '750 var/lib/redis' '2750 var/log/redis'; do
		[ "$(stat -c %a "$machine/${folder#* }")" = "${folder% *}" ]
		grep -q "^chown redis:redis $machine/${folder#* }\$" "$calls"
	done
}

@test "a check names packages, user and folders, and makes none" {
	before=$(everything "$machine")
	prepare --check
	[ "$status" -eq 0 ]
	[ "$output" = $':: packages due\n:: users due\n:: folders due' ]
	refute grep -Eq '^(apt-get|useradd|chown)' "$calls"
	[ "$(everything "$machine")" = "$before" ]
}

@test "a check names a folder that others may enter, and leaves it" {
	bash "$provision/redis/1-provision.sh" --root "$root"
	run bash "$provision/redis/1-provision.sh" --root "$root" --check
	[ "$output" = $':: packages ok\n:: users ok\n:: folders ok' ]
	chmod 755 "$root/var/lib/redis"
	run bash "$provision/redis/1-provision.sh" --root "$root" --check
	[ "${lines[2]}" = ':: folders due' ]
	[ "$(stat -c %a "$root/var/lib/redis")" = 755 ]
}

# --- 2-configure.sh

@test "the first run installs and starts, the second finds nothing to do" {
	configure
	[ "$status" -eq 0 ]
	[ "$(steps)" = ":: redis changed
:: redis.conf changed
:: sentinel changed
:: sentinel.conf changed
:: vendor ok" ]
	[ "$(done_to_processes)" = $'start redis1:redis\nstart redis1:sentinel' ]
	cmp "$files/files/etc/redis/redis.conf" "$root/etc/redis/redis.conf"
	[ "$(stat -c %a "$root/etc/redis/redis.conf")" = 600 ]

	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
	[ -z "$(done_to_processes)" ]
}

@test "a changed file restarts its own process and no other" {
	configure
	rendered sentinel 'port 3'
	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep changed)" = $':: sentinel changed\n:: sentinel.conf changed' ]
	[ "$(done_to_processes)" = $'signal TERM redis1:sentinel\nstart redis1:sentinel' ]
	grep -q 'port 3' "$root/etc/redis/sentinel.conf"
}

@test "a process that has ended is started, not restarted" {
	configure
	rm "$running/redis1:redis"
	configure
	[ "$(steps | grep changed)" = ':: redis changed' ]
	[ "$(done_to_processes)" = 'start redis1:redis' ]
}

@test "the vendor's file is kept once, ours never" {
	echo '# of the vendor' >"$root/etc/redis/redis.conf"
	configure
	[ "$(steps | grep vendor)" = ':: vendor changed' ]
	[ "$(cat "$root/etc/redis/redis.conf.vendor")" = '# of the vendor' ]
	echo '# of a newer vendor' >"$root/etc/redis/redis.conf"
	configure
	[ "$(steps | grep vendor)" = ':: vendor ok' ]
	[ "$(cat "$root/etc/redis/redis.conf.vendor")" = '# of the vendor' ]
	[ ! -e "$root/etc/redis/sentinel.conf.vendor" ]
}

@test "a file that a server wrote anew is not the vendor's" {
	printf '%s\n' '# Generated by CONFIG REWRITE' 'requirepass secret' >"$root/etc/redis/redis.conf"
	configure
	[ "$(steps | grep vendor)" = ':: vendor ok' ]
	[ ! -e "$root/etc/redis/redis.conf.vendor" ]
}

@test "a check names the vendor's file that is to be kept, and does not keep it" {
	echo '# of the vendor' >"$root/etc/redis/redis.conf"
	before=$(everything "$root" "$running")
	configure --check
	[ "$status" -eq 0 ]
	[ "$(steps)" = ":: redis due
:: redis.conf due
:: sentinel due
:: sentinel.conf due
:: vendor due" ]
	[ -z "$(done_to_processes)" ]
	[ "$(everything "$root" "$running")" = "$before" ]
}

@test "a run that was killed while the vendor's file was copied keeps the whole of it" {
	echo '# of the vendor' >"$root/etc/redis/redis.conf"
	stub cp 'echo "# of" >"${*: -1}"; kill -9 0'
	configure
	[ "$status" -eq 137 ]
	rm "$stubs/cp"
	configure
	[ "$(steps | grep vendor)" = ':: vendor changed' ]
	[ "$(cat "$root/etc/redis/redis.conf.vendor")" = '# of the vendor' ]
	[ ! -e "$root/etc/redis/redis.conf.vendor.new" ]
}

@test "a process that does not start fails the run, with its reason; the others run" {
	stub supervisorctl '
		case "$*" in
		*"start redis1:redis") echo "redis1:redis: ERROR (spawn error)"; exit 7 ;;
		*"status redis1:sentinel") [[ ! -e "'"$running"'"/redis1:sentinel ]] || echo "redis1:sentinel STARTING" ;;
		*"tail redis1:redis") echo "bind: Address already in use" ;;
		*status*) exit 3 ;;
		*start*) touch "'"$running"'/${*: -1}" ;;
		esac'
	configure
	[ "$status" -eq 2 ]
	grep -q '^bind: Address already in use$' <<<"$output"
	grep -q '^2-configure.sh: redis1:redis does not start$' <<<"$output"
	grep -q '^:: sentinel changed$' <<<"$output"
	refute grep -q '^:: redis changed$' <<<"$output"
	[ -e "$running/redis1:sentinel" ]
}

@test "a missing folder of files is refused" {
	run bash "$provision/redis/2-configure.sh" --files "$root/none" --process redis=redis.service
	[ "$status" -eq 2 ]
	[ "$output" = "2-configure.sh: --files: no list of files in $root/none" ]
	run bash "$provision/redis/2-configure.sh" --process redis=redis.service
	[ "$status" -eq 2 ]
	[ "$output" = '2-configure.sh: --files is needed' ]
}

@test "without processes there is nothing to configure, which is no success" {
	run bash "$provision/redis/2-configure.sh" --files "$files" --root "$root"
	[ "$status" -eq 2 ]
	[ "$output" = '2-configure.sh: --process is needed' ]
}
