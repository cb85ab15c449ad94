#!/usr/bin/env bats
# shellcheck disable=SC1090,SC1091,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/redis/*.sh and provision/common/*.sh, with stub services and packages: no root, no system touched.

load stubs

setup() {
	provision=$BATS_TEST_DIRNAME/../../provision
	root=$BATS_TEST_TMPDIR/redis1
	files=$BATS_TEST_TMPDIR/rendered
	running=$BATS_TEST_TMPDIR/running
	installed=$BATS_TEST_TMPDIR/installed
	policy=$BATS_TEST_TMPDIR/policy-rc.d
	limited=$BATS_TEST_TMPDIR/limited
	mkdir -p "$limited" "$root/etc/redis" "$files/etc/redis" "$running" "$installed"
	stubbed
	# whatever a test gets wrong, this machine's packages, users and services stay as they are
	for name in apt-get dnf rpm dpkg-query systemctl journalctl useradd chown; do
		stub "$name" 'exit 1'
	done
	stub redis-server 'exit 1'
	supervisor
}

# only NAME... - leave nothing on the PATH $limited but the stubs of these names and plain tools
only() {
	local tool
	for tool in bash cat chmod dirname id mkdir rm stat tail touch; do
		ln -sf "$(command -v "$tool")" "$limited"
	done
	for tool in "$@"; do ln -sf "$stubs/$tool" "$limited"; done
}

# supervisor - one that keeps in a folder what runs
supervisor() {
	stub supervisorctl '
		verb=$3 process=${*: -1}
		case $verb in
		status) [[ -e '"$running"'/$process ]] && echo "$process RUNNING pid 1" || { echo "$process STOPPED"; exit 3; } ;;
		start) touch "'"$running"'/$process" ;;
		signal) rm "'"$running"'/$process" ;;
		*) exit 1 ;;
		esac'
}

# done_to_processes - what supervisord was asked to do, in the order of the processes
done_to_processes() {
	sed -n 's/^supervisorctl -c [^ ]* //p' "$calls" | grep -v '^status ' | sort -s -k 2
}

# rendered PROCESS TEXT - what is to be installed
rendered() {
	printf '# Managed by redis-ha\n%s\n' "$2" >"$files/etc/redis/$1.conf"
}

configure() {
	: >"$calls"
	run bash "$provision/redis/2-configure.sh" --files "$files" --processes "redis,sentinel" \
		--root "$root" --supervisor "$BATS_TEST_TMPDIR/supervisord.conf" --node redis1
}

steps() {
	grep '^:: ' <<<"$output" | sort
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

# --- 2-configure.sh

@test "the first run installs and starts, the second finds nothing to do" {
	rendered redis 'port 1'
	rendered sentinel 'port 2'
	configure
	[ "$status" -eq 0 ]
	[ "$(steps)" = ":: redis changed
:: redis.conf changed
:: sentinel changed
:: sentinel.conf changed
:: vendor ok" ]
	[ "$(done_to_processes)" = $'start redis1:redis\nstart redis1:sentinel' ]
	cmp "$files/etc/redis/redis.conf" "$root/etc/redis/redis.conf"
	[ "$(stat -c %a "$root/etc/redis/redis.conf")" = 600 ]

	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep -c ' ok$')" -eq 5 ]
	[ -z "$(done_to_processes)" ]
}

@test "a changed file restarts its own process and no other" {
	rendered redis 'port 1'
	rendered sentinel 'port 2'
	configure
	rendered sentinel 'port 3'
	configure
	[ "$status" -eq 0 ]
	[ "$(steps | grep changed)" = $':: sentinel changed\n:: sentinel.conf changed' ]
	[ "$(done_to_processes)" = $'signal TERM redis1:sentinel\nstart redis1:sentinel' ]
	grep -q 'port 3' "$root/etc/redis/sentinel.conf"
}

@test "a process that has ended is started, not restarted" {
	rendered redis 'port 1'
	rendered sentinel 'port 2'
	configure
	rm "$running/redis1:redis"
	configure
	[ "$(steps | grep changed)" = ':: redis changed' ]
	[ "$(done_to_processes)" = 'start redis1:redis' ]
}

@test "the vendor's file is kept once, ours never" {
	echo '# of the vendor' >"$root/etc/redis/redis.conf"
	rendered redis 'port 1'
	rendered sentinel 'port 2'
	configure
	[ "$(steps | grep vendor)" = ':: vendor changed' ]
	[ "$(cat "$root/etc/redis/redis.conf.vendor")" = '# of the vendor' ]
	echo '# of a newer vendor' >"$root/etc/redis/redis.conf"
	configure
	[ "$(steps | grep vendor)" = ':: vendor ok' ]
	[ "$(cat "$root/etc/redis/redis.conf.vendor")" = '# of the vendor' ]
	[ ! -e "$root/etc/redis/sentinel.conf.vendor" ]
}

@test "a process that does not start fails the run, with its reason; the others run" {
	stub supervisorctl '
		case "$*" in
		*"start redis1:redis") echo "redis1:redis: ERROR (spawn error)"; exit 7 ;;
		*"status redis1:sentinel") echo "redis1:sentinel STARTING" ;;
		*"tail redis1:redis") echo "bind: Address already in use" ;;
		*status*) exit 3 ;;
		*start*) touch "'"$running"'/${*: -1}" ;;
		esac'
	rendered redis 'port 1'
	rendered sentinel 'port 2'
	configure
	[ "$status" -eq 2 ]
	grep -q '^bind: Address already in use$' <<<"$output"
	grep -q '^2-configure.sh: redis1:redis does not start$' <<<"$output"
	grep -q '^:: sentinel changed$' <<<"$output"
	refute grep -q '^:: redis changed$' <<<"$output"
	[ -e "$running/redis1:sentinel" ]
}

@test "a missing folder of files is refused" {
	run bash "$provision/redis/2-configure.sh" --files "$root/none" --processes redis
	[ "$status" -eq 2 ]
	[ "$output" = "2-configure.sh: --files: no such folder: $root/none" ]
}

@test "without processes there is nothing to configure, which is no success" {
	run bash "$provision/redis/2-configure.sh" --files "$files" --root "$root"
	[ "$status" -eq 2 ]
	[ "$output" = '2-configure.sh: --processes is needed' ]
}

@test "an unknown option is refused in one line with status 2" {
	for script in redis/1-provision.sh redis/2-configure.sh redis/upgrade.sh common/hosts.sh; do
		run bash "$provision/$script" --bogus value
		[ "$status" -eq 2 ]
		[ "$output" = "${script##*/}: unknown option: --bogus" ]
	done
	[ ! -s "$calls" ]
}

# --- 3-redis-commander.sh

# console DIGEST - provision the folder node's console from a package of this digest
console() {
	: >"$calls"
	mkdir -p "$files/etc/redis-commander"
	printf '{"port": 8081}\n' >"$files/etc/redis-commander/local-development.json"
	run bash "$provision/redis/3-redis-commander.sh" --files "$files" --package "$1" \
		--root "$root" --supervisor "$BATS_TEST_TMPDIR/supervisord.conf" --node redis1
}

# packed TEXT - the tarball of a console that consists of this
packed() {
	mkdir -p "$BATS_TEST_TMPDIR/tree/bin"
	printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/tree/bin/redis-commander.js"
	tar -czf "$files/package.tgz" -C "$BATS_TEST_TMPDIR/tree" bin
}

@test "the console is installed and started once, then nothing is left to do" {
	stub node 'echo v20.1.0'
	packed first
	console one
	[ "$status" -eq 0 ]
	[ "$output" = ":: package changed
:: local-development.json changed
:: commander changed" ]
	[ "$(cat "$root/opt/redis-commander/bin/redis-commander.js")" = first ]
	[ "$(stat -c %a "$root/etc/redis-commander/local-development.json")" = 600 ]
	[ "$(done_to_processes)" = 'start redis1:commander' ]

	rm "$files/package.tgz" # not sent again
	console one
	[ "$status" -eq 0 ]
	[ "$(steps | grep -c ' ok$')" -eq 3 ]
	[ -z "$(done_to_processes)" ]
}

@test "another package takes the place of the one before, whole" {
	stub node 'echo v20.1.0'
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
	stub node 'echo v20.1.0'
	packed first
	console one
	touch "$root/etc/redis-commander/restart-due"
	console one
	[ "$(steps)" = ":: commander changed
:: local-development.json ok
:: package ok" ]
	[ "$(done_to_processes)" = $'signal TERM redis1:commander\nstart redis1:commander' ]
	[ ! -e "$root/etc/redis-commander/restart-due" ]
}

@test "a package that is not there, or is none, leaves what runs as it is" {
	stub node 'echo v20.1.0'
	packed first
	console one
	rm "$files/package.tgz"
	console two
	[ "$status" -eq 2 ]
	[ "$output" = "3-redis-commander.sh: --files: no package.tgz in $files" ]
	echo broken >"$files/package.tgz"
	console two
	[ "$status" -eq 2 ]
	[ "$(cat "$root/opt/redis-commander/bin/redis-commander.js")" = first ]
	[ -z "$(done_to_processes)" ]
}

@test "a console without Node.js, or with one too old, is refused" {
	only
	PATH=$limited run bash "$provision/redis/3-redis-commander.sh" --files "$files" --package one --root "$root"
	[ "$status" -eq 2 ]
	[ "$output" = '3-redis-commander.sh: no Node.js on PATH' ]
	stub node 'echo v10.24.0'
	console one
	[ "$status" -eq 2 ]
	[ "$output" = '3-redis-commander.sh: Node.js 10.24.0 is too old, this needs 12' ]
}

# --- common/services.sh with systemd

# services - the functions, as a node with systemd has them
services() {
	set -euo pipefail
	. "$provision/common/lib.sh"
	. "$provision/common/services.sh"
}

@test "units of systemd are named as both families name them" {
	stub systemctl 'exit 0'
	services
	service_enabled sentinel-26380
	service_active sentinel
	service_enable sentinel
	[ "$(cat "$calls")" = "systemctl is-enabled --quiet redis-sentinel@26380.service
systemctl is-active --quiet redis-sentinel.service
systemctl enable redis-sentinel.service" ]
	run unit_of web
	[ "$status" -eq 2 ]
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

# --- common/packages.sh

# packages - the functions, with policy-rc.d in a folder of the test
packages() {
	set -euo pipefail
	. "$provision/common/lib.sh"
	. <(sed "s#/usr/sbin/policy-rc.d#$policy#g" "$provision/common/packages.sh")
	LISTS=$BATS_TEST_TMPDIR/lists
	JOURNAL=$BATS_TEST_TMPDIR/updates
}

# debian - dpkg and apt that keep in a folder what is installed
debian() {
	stub dpkg-query 'for name; do [[ ! -e '"$installed"'/$name ]] || echo "installed $name"; done'
	stub apt-get '
		[[ $* == *" install "* ]] || exit 0
		policy='"$policy"'
		[[ ! -x $policy ]] || { "$policy"; echo "policy $?" >>'"$calls"'; }
		for name; do [[ $name == redis-* ]] && touch "'"$installed"'/$name"; done
		exit 0'
}

@test "Debian: only what is missing is installed, and only once" {
	debian
	touch "$installed/redis-tools"
	packages
	run install_packages redis-server redis-tools
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	grep -q '^apt-get .* update$' "$calls"
	grep -q '^apt-get .* install --no-install-recommends redis-server$' "$calls"
	: >"$calls"
	run install_packages redis-server redis-tools
	[ "$output" = ':: packages ok' ]
	refute grep -q apt-get "$calls"
}

@test "Debian: lists of less than an hour ago are not fetched again, older ones are" {
	debian
	packages
	mkdir "$LISTS"
	run install_packages redis-server
	[ "$output" = ':: packages changed' ]
	refute grep -q 'update$' "$calls"
	touch -d '2 hours ago' "$LISTS"
	run install_packages redis-tools
	[ "$output" = ':: packages changed' ]
	grep -q '^apt-get .* update$' "$calls"
}

@test "Debian: where lists do not do although they are fresh, they are fetched after all" {
	debian
	stub apt-get '
		case "$*" in
		*update) touch '"$BATS_TEST_TMPDIR"'/fetched ;;
		*) [ -e '"$BATS_TEST_TMPDIR"'/fetched ] && touch '"$installed"'/redis-server ;;
		esac'
	packages
	mkdir "$LISTS"
	run install_packages redis-server
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	[ "$(grep -c '^apt-get' "$calls")" -eq 3 ]
	[ ! -e "$policy" ]
}

@test "Debian: an installation that was broken off is gone on with first, without a question" {
	debian
	stub dpkg 'rm -r '"$BATS_TEST_TMPDIR/updates"
	packages
	mkdir "$JOURNAL"
	touch "$JOURNAL/0001"
	run install_packages redis-server
	[ "$status" -eq 0 ]
	[ "$(grep -n '^dpkg ' "$calls")" = '2:dpkg --force-confdef --force-confold --configure -a' ]
	grep -q '^apt-get .* install .*redis-server$' "$calls"
	: >"$calls"
	run install_packages redis-tools
	[ "$status" -eq 0 ]
	refute grep -q '^dpkg ' "$calls"
}

@test "Debian: the policy that a killed run has left is not taken for somebody else's" {
	debian
	printf '#!/bin/sh\n# redis-ha\nexit 101\n' >"$policy"
	packages
	run install_packages redis-server
	[ "$status" -eq 0 ]
	[ ! -e "$policy" ]
}

@test "Debian: no service is started by its installation, and the policy goes again" {
	debian
	packages
	run install_packages redis-server
	[ "$status" -eq 0 ]
	grep -q '^policy 101$' "$calls"
	[ ! -e "$policy" ]
}

@test "Debian: a policy that was there before stays as it is" {
	debian
	printf '#!/bin/sh\nexit 104\n' >"$policy"
	chmod 755 "$policy"
	packages
	run install_packages redis-server
	[ "$status" -eq 0 ]
	grep -q '^policy 104$' "$calls"
	[ "$(cat "$policy")" = $'#!/bin/sh\nexit 104' ]
}

@test "Debian: a failing installation is one clear error, and the policy goes as well" {
	debian
	stub apt-get '[[ $* != *" install "* ]] || { for n in {1..40}; do echo "line $n"; done; exit 100; }'
	packages
	run install_packages redis-server
	[ "$status" -eq 2 ]
	[[ ${lines[-1]} == *': failed: apt-get '*' redis-server' ]]
	[ "${lines[-2]}" = 'line 40' ]
	[ "${#lines[@]}" -eq 16 ]
	[ ! -e "$policy" ]
	refute grep -q '^:: packages' <<<"$output"
}

@test "Enterprise Linux: only what is missing is installed, and only once" {
	stub rpm 'name=${*: -1}; if [[ -e '"$installed"'/$name ]]; then echo "$name"; else echo "package $name is not installed"; exit 1; fi'
	stub dnf 'touch '"$installed"'/redis'
	only dnf rpm
	packages
	PATH=$limited run install_packages redis
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	[ "$(cat "$calls")" = $'rpm -q --queryformat %{NAME}\\n redis\ndnf -q -y install redis' ]
	PATH=$limited run install_packages redis
	[ "$output" = ':: packages ok' ]
	[ "$(grep -c '^dnf' "$calls")" -eq 1 ]
}

@test "Enterprise Linux: a failing installation is one clear error" {
	stub dnf 'echo "Unable to find a match: redis" >&2; exit 1'
	only dnf rpm
	packages
	PATH=$limited run install_packages redis
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'Unable to find a match: redis' ]
	[[ ${lines[1]} == *': failed: dnf -q -y install redis' ]]
	[ "${#lines[@]}" -eq 2 ]
}

# newer_debian - a Debian whose lists have 2.0 of everything; $installed/NAME holds `WANT STATUS VERSION`
newer_debian() {
	stub dpkg-query '
		for name; do
			[[ -e '"$installed"'/$name ]] || continue
			read -r want status version <'"$installed"'/$name
			case $* in *Want*) echo "$want $status" ;; *) echo "$name $version $status" ;; esac
			found=1
		done
		[[ ${found-} ]]'
	stub apt-get '
		policy='"$policy"'
		case "$*" in
		*" update") exit 0 ;;
		"-s "*)
			for name; do
				[[ -e '"$installed"'/$name ]] || continue
				read -r want status version <'"$installed"'/$name
				[[ $version = 2.0 ]] || echo "Inst $name [$version] (2.0 Debian:13/stable [amd64])"
				[[ "$version $status" = "2.0 installed" ]] || echo "Conf $name (2.0 Debian:13/stable [amd64])"
			done ;;
		*" install "*)
			[[ ! -x $policy ]] || { "$policy"; echo "policy $?" >>'"$calls"'; }
			for name; do [[ ! -e '"$installed"'/$name ]] || echo "install installed 2.0" >'"$installed"'/$name; done ;;
		esac'
	echo 'install installed 1.0' >"$installed/redis-server"
	echo 'install installed 1.0' >"$installed/redis-tools"
}

@test "Debian: what is newer is named and not touched" {
	newer_debian
	packages
	run newer_packages redis-tools redis-server redis-sentinel
	[ "$status" -eq 0 ]
	[ "$output" = $'redis-tools 1.0 2.0\nredis-server 1.0 2.0' ]
	grep -q '^apt-get .*Error-Mode=any update$' "$calls"
	[ "$(cat "$installed/redis-server")" = 'install installed 1.0' ]
}

@test "Debian: an upgrade installs only what is there, once, asks nothing and starts nothing" {
	newer_debian
	packages
	run upgrade_packages redis-tools redis-server redis-sentinel
	[ "$status" -eq 0 ]
	[ "$output" = ':: packages changed' ]
	grep -q -- '--force-confold --only-upgrade --no-install-recommends --no-remove install redis-tools redis-server$' "$calls"
	grep -q '^policy 101$' "$calls"
	[ ! -e "$policy" ]
	run upgrade_packages redis-tools redis-server redis-sentinel
	[ "$output" = ':: packages ok' ]
	run newer_packages redis-tools redis-server redis-sentinel
	[ -z "$output" ]
}

@test "Debian: a held package is left alone" {
	newer_debian
	echo 'hold installed 1.0' >"$installed/redis-server"
	packages
	run newer_packages redis-server redis-tools
	[ "$output" = 'redis-tools 1.0 2.0' ]
	run upgrade_packages redis-server
	[ "$output" = ':: packages ok' ]
	[ "$(cat "$installed/redis-server")" = 'hold installed 1.0' ]
}

@test "Debian: an upgrade that broke off is gone on with" {
	newer_debian
	echo 'install half-configured 2.0' >"$installed/redis-server"
	packages
	run newer_packages redis-server
	[ "$output" = 'redis-server unfinished 2.0' ]
	run upgrade_packages redis-server
	[ "$output" = ':: packages changed' ]
}

@test "Debian: lists that cannot be fetched are an error, not nothing newer" {
	newer_debian
	stub apt-get 'echo "E: Failed to fetch"; exit 100'
	packages
	run newer_packages redis-server
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'E: Failed to fetch' ]
}

# newer_enterprise - an Enterprise Linux with a newer redis; $installed/redis holds its version
newer_enterprise() {
	echo 1.0-1 >"$installed/redis"
	stub rpm '
		[[ -e '"$installed"'/${*: -1} ]] || exit 1
		case $* in *NAME*) echo "${*: -1} $(cat '"$installed"'/${*: -1})" ;; *query*) cat '"$installed"'/${*: -1} ;; esac'
	stub dnf '
		case "$*" in
		*check-update*)
			[[ $(cat '"$installed"'/redis) != 2.0-1.el9 ]] || exit 0
			printf "\nredis.x86_64     1:2.0-1.el9    appstream\nredis-doc.noarch 9-9 appstream\n"
			exit 100 ;;
		*upgrade*) echo 2.0-1.el9 >'"$installed"'/redis ;;
		esac'
	only dnf rpm
	ln -sf "$(command -v awk)" "$limited"
}

@test "Enterprise Linux: what is newer is named, upgraded once, and then no more" {
	newer_enterprise
	packages
	PATH=$limited run newer_packages redis
	[ "$status" -eq 0 ]
	[ "$output" = 'redis 1.0-1 2.0-1.el9' ]
	PATH=$limited run upgrade_packages redis
	[ "$output" = ':: packages changed' ]
	grep -q '^dnf -q -y upgrade redis$' "$calls"
	PATH=$limited run newer_packages redis
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	PATH=$limited run upgrade_packages redis
	[ "$output" = ':: packages ok' ]
}

@test "Enterprise Linux: what is not installed is not upgraded" {
	newer_enterprise
	rm "$installed/redis"
	packages
	PATH=$limited run newer_packages redis
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	PATH=$limited run upgrade_packages redis
	[ "$output" = ':: packages ok' ]
	refute grep -q '^dnf' "$calls"
}

@test "Enterprise Linux: lists that cannot be fetched are an error" {
	newer_enterprise
	stub dnf 'echo "Error: Failed to download metadata" >&2; exit 1'
	packages
	PATH=$limited run newer_packages redis
	[ "$status" -eq 2 ]
	[ "${lines[0]}" = 'Error: Failed to download metadata' ]
	[[ ${lines[1]} == *': failed: dnf check-update redis' ]]
}

# --- redis/upgrade.sh

# machine - a Debian with systemd; $running/UNIT says since when a unit runs
machine() {
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
	mkdir -p "$BATS_TEST_TMPDIR/etc/redis" "$BATS_TEST_TMPDIR/project/redis"
	sed "s#/usr/sbin/policy-rc.d#$policy#g" "$provision/common/packages.sh" >"$BATS_TEST_TMPDIR/packages.sh"
	cp -r "$provision/common" "$BATS_TEST_TMPDIR/project"
	mv "$BATS_TEST_TMPDIR/packages.sh" "$BATS_TEST_TMPDIR/project/common"
	sed "s#/etc/redis#$BATS_TEST_TMPDIR/etc/redis#" "$provision/redis/upgrade.sh" \
		>"$BATS_TEST_TMPDIR/project/redis/upgrade.sh"
}

upgrade() {
	: >"$calls"
	run bash "$BATS_TEST_TMPDIR/project/redis/upgrade.sh" "$@" --processes redis,sentinel
}

restarted() {
	sed -n 's/^systemctl \(restart\|start\) //p' "$calls"
}

@test "a check names packages and changes nothing" {
	machine
	upgrade --check
	[ "$status" -eq 0 ]
	[ "$output" = $'package redis-tools 1.0 2.0\npackage redis-server 1.0 2.0' ]
	[ -z "$(restarted)" ]
}

@test "a check names what still runs the program of before" {
	machine
	date -d '1 hour ago' >"$running/redis-sentinel.service"
	upgrade --check
	[ "${lines[-1]}" = 'restart sentinel' ]
}

@test "an upgrade restarts Redis, then Sentinel" {
	machine
	for unit in "$running"/*; do date -d '1 hour ago' >"$unit"; done
	upgrade --apply
	[ "$status" -eq 0 ]
	[ "$output" = $':: packages changed\n:: vendor ok\n:: redis changed\n:: sentinel changed' ]
	[ "$(restarted | wc -l)" -eq 2 ]
	[[ $(restarted) == redis*$'\n'redis-sentinel.service ]]
}

@test "where nothing is newer nothing is restarted" {
	machine
	upgrade --apply
	upgrade --apply
	[ "$output" = $':: packages ok\n:: vendor ok\n:: redis ok\n:: sentinel ok' ]
	[ -z "$(restarted)" ]
}

@test "a process that an upgrade before left down is started" {
	machine
	rm "$running"/redis.service "$running"/redis-server.service
	upgrade --apply
	[ "$status" -eq 0 ]
	[[ $output == *$':: redis changed\n:: sentinel ok' ]]
}

@test "a Redis that does not start leaves Sentinel as it is" {
	machine
	for unit in "$running"/*; do date -d '1 hour ago' >"$unit"; done
	sed -i 's/restart\* | start\*) date.*/restart* | start*) exit 1 ;;/' "$stubs/systemctl"
	stub journalctl 'echo "Illegal instruction"'
	upgrade --apply
	[ "$status" -eq 2 ]
	[[ $output == *'Illegal instruction'*'does not start' ]]
	[ "$(restarted | wc -l)" -eq 1 ]
}

@test "a package that does not install restarts nothing" {
	machine
	for unit in "$running"/*; do date -d '1 hour ago' >"$unit"; done
	stub apt-get 'echo "post-installation script returned error exit status 1"; exit 100'
	upgrade --apply
	[ "$status" -eq 2 ]
	[ -z "$(restarted)" ]
	[ ! -e "$policy" ]
}

@test "the configuration of the new package is kept beside ours" {
	machine
	echo ours >"$BATS_TEST_TMPDIR/etc/redis/redis.conf"
	echo theirs >"$BATS_TEST_TMPDIR/etc/redis/redis.conf.dpkg-dist"
	upgrade --apply
	[[ $output == *':: vendor changed'* ]]
	[ "$(cat "$BATS_TEST_TMPDIR/etc/redis/redis.conf.vendor")" = theirs ]
	[ "$(cat "$BATS_TEST_TMPDIR/etc/redis/redis.conf")" = ours ]
	[ ! -e "$BATS_TEST_TMPDIR/etc/redis/redis.conf.dpkg-dist" ]
}

@test "upgrade.sh wants to be told what to do" {
	run bash "$provision/redis/upgrade.sh" --processes redis
	[ "$status" -eq 2 ]
	[ "$output" = 'upgrade.sh: --check or --apply is needed' ]
	run bash "$provision/redis/upgrade.sh" --check
	[ "$output" = 'upgrade.sh: --processes is needed' ]
	[ ! -s "$calls" ]
}

# --- common/hold-down.sh

# hold_down on|off - the script, with /run in a folder of the test
hold_down() {
	sed "s#/run/systemd#$BATS_TEST_TMPDIR/run#g" "$provision/common/hold-down.sh" >"$BATS_TEST_TMPDIR/hold-down.sh"
	cp "$provision/common/lib.sh" "$BATS_TEST_TMPDIR"
	: >"$calls"
	run bash "$BATS_TEST_TMPDIR/hold-down.sh" "$@"
}

@test "a unit is held down under its real name, and let go again" {
	stub systemctl '[[ $1 != show ]] || echo redis-server.service'
	dropin=$BATS_TEST_TMPDIR/run/system/redis-server.service.d/90-held-down.conf
	hold_down on redis.service
	[ "$status" -eq 0 ]
	[ "$(cat "$dropin")" = $'[Service]\nRestart=no' ]
	grep -q '^systemctl daemon-reload$' "$calls"
	hold_down off redis.service
	[ "$status" -eq 0 ]
	[ ! -e "$dropin" ]
	grep -q '^systemctl daemon-reload$' "$calls"
	grep -q '^systemctl reset-failed redis.service$' "$calls"
}

@test "letting go of a unit that was not held reloads nothing" {
	stub systemctl 'case $1 in show) echo redis-server.service ;; reset-failed) exit 1 ;; esac'
	hold_down off redis.service
	[ "$status" -eq 0 ]
	refute grep -q daemon-reload "$calls"
}

@test "hold-down.sh refuses what it does not know, with status 2" {
	for words in 'half redis.service' 'on' ''; do
		# shellcheck disable=SC2086  # words
		hold_down $words
		[ "$status" -eq 2 ]
		[ "${#lines[@]}" -eq 1 ]
	done
	[ ! -s "$calls" ]
}

# --- common/hosts.sh

hosts() {
	run bash "$provision/common/hosts.sh" --file "$BATS_TEST_TMPDIR/hosts" --block "$BATS_TEST_TMPDIR/block" --name "$1"
}

@test "the block is written once, changed in its place's stead, and removed" {
	printf '127.0.0.1 localhost\n' >"$BATS_TEST_TMPDIR/hosts"
	printf '10.0.0.1 redis1\n' >"$BATS_TEST_TMPDIR/block"
	hosts default
	[ "$output" = ':: hosts changed' ]
	[ "$(cat "$BATS_TEST_TMPDIR/hosts")" = "127.0.0.1 localhost
# redis-ha default begin
10.0.0.1 redis1
# redis-ha default end" ]
	hosts default
	[ "$output" = ':: hosts ok' ]
	printf '10.0.0.9 redis1\n' >"$BATS_TEST_TMPDIR/block"
	hosts default
	[ "$output" = ':: hosts changed' ]
	[ "$(grep -c redis1 "$BATS_TEST_TMPDIR/hosts")" -eq 1 ]
	: >"$BATS_TEST_TMPDIR/block"
	hosts default
	[ "$(cat "$BATS_TEST_TMPDIR/hosts")" = '127.0.0.1 localhost' ]
}

@test "the block of another environment stays" {
	printf '127.0.0.1 localhost\n' >"$BATS_TEST_TMPDIR/hosts"
	printf '10.0.0.1 redis1\n' >"$BATS_TEST_TMPDIR/block"
	hosts one
	hosts two
	: >"$BATS_TEST_TMPDIR/block"
	hosts two
	grep -q '^# redis-ha one begin$' "$BATS_TEST_TMPDIR/hosts"
	refute grep -q 'redis-ha two' "$BATS_TEST_TMPDIR/hosts"
}

# --- redis/vendor-instance.sh

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

# --- mend-aof.sh

# aof TEXT - the file that Redis appends to, after an older one and its base, with this text (of printf)
aof() {
	aof=$BATS_TEST_TMPDIR/data/appendonlydir
	mkdir -p "$aof"
	printf 'base\0' | tee "$aof/a.2.base.rdb" >"$aof/a.3.incr.aof"
	printf 'file a.2.base.rdb seq 2 type b\nfile a.3.incr.aof seq 3 type i\nfile a.4.incr.aof seq 4 type i startoffset 9\n' >"$aof/appendonly.aof.manifest"
	# shellcheck disable=SC2059  # the text is a format
	printf "$1" >"$aof/a.4.incr.aof"
}

mend() {
	run bash "$provision/redis/mend-aof.sh" "$BATS_TEST_TMPDIR/data"
	[ "$status" -eq 0 ]
}

@test "zeros at the end of the append-only file go, those within it and in other files stay" {
	aof '$3\r\na\0b\r\n'
	cp -r "$aof" "$BATS_TEST_TMPDIR/before"
	head -c 5000 /dev/zero >>"$aof/a.4.incr.aof"
	mend
	[ "$output" = 'took 5000 zeros off the end of a.4.incr.aof: what the disk lacked when the power went' ]
	diff -r "$BATS_TEST_TMPDIR/before" "$aof"
}

@test "an append-only file that ends as it should, or is empty, is not touched" {
	for text in '$1\r\na\r\n' '$9\r\nhalf' ''; do
		aof "$text"
		touch -d '2 hours ago' "$aof"/*
		mend
		[ -z "$output" ]
		[ -z "$(find "$aof" -mmin -60 -type f)" ]
	done
}

@test "before the first start there is nothing to mend" {
	mend
	[ -z "$output" ]
}
