#!/usr/bin/env bats
# shellcheck disable=SC2030,SC2031,SC2016,SC2154  # a shell per test
# provision/faults/*.sh, with stub nft, systemd and mounts: no root, no network and no disk touched.

load stubs

setup() {
	faults=$BATS_TEST_DIRNAME/../../provision/faults
	given=$BATS_TEST_TMPDIR/given
	limited=$BATS_TEST_TMPDIR/limited
	mkdir -p "$limited"
	stubbed
	for name in systemctl systemd-run mount umount; do stub "$name" 'exit 0'; done
	stub nft 'case $1 in -f) cat >"'"$given"'" ;; list) [ -e "'"$given"'" ] ;; delete) rm "'"$given"'" ;; esac'
}

# moment LINE - whether it tells one, to the microsecond
moment() {
	grep -qxE ':: struck [0-9]+\.[0-9]{6}' <<<"$1"
}

network() {
	run bash "$faults/network.sh" "$@"
}

# drops - the rules that nft was given, one line each
drops() {
	grep drop "$given" | grep -v table | tr -s ' '
}

# --- network.sh

@test "a cut replaces the drill's own table as a whole, and touches no other" {
	network cut --others 10.0.0.12,10.0.0.13
	[ "$status" -eq 0 ]
	moment "${lines[0]}"
	[ "${lines[1]}" = ':: network changed' ]
	[ "$(grep '^nft' "$calls")" = 'nft -f -' ]
	[ "$(grep table "$given")" = "$(printf '%s\n' 'table inet redis_ha_drill' \
		'delete table inet redis_ha_drill' 'table inet redis_ha_drill {')" ]
	refute grep -E 'flush|policy drop' "$given"
	[ "$(drops)" = "$(printf '%s\n' 'ip saddr { 10.0.0.12,10.0.0.13 } drop' \
		'ip daddr { 10.0.0.12,10.0.0.13 } drop')" ]
}

@test "a cut may be of one direction" {
	network cut --others 10.0.0.12 --direction in
	[ "$(drops)" = 'ip saddr { 10.0.0.12 } drop' ]
	grep -q 'hook input' "$given"
	refute grep -q 'hook output' "$given"
	network cut --others 10.0.0.12 --direction out
	[ "$(drops)" = 'ip daddr { 10.0.0.12 } drop' ]
	grep -q 'hook output' "$given"
	refute grep -q 'hook input' "$given"
}

@test "a cut may be of some ports, at either end" {
	network cut --others 10.0.0.12 --direction in --ports 26379,26380
	[ "$(drops)" = "$(printf '%s\n' 'ip saddr { 10.0.0.12 } tcp sport { 26379,26380 } drop' \
		'ip saddr { 10.0.0.12 } tcp dport { 26379,26380 } drop')" ]
}

@test "a cut may be of some packets" {
	network cut --others 10.0.0.12 --percent 10
	[ "$(drops)" = "$(printf '%s\n' 'ip saddr { 10.0.0.12 } numgen random mod 100 < 10 drop' \
		'ip daddr { 10.0.0.12 } numgen random mod 100 < 10 drop')" ]
}

@test "the timer is set anew, and undoes nothing but the drill's table" {
	network arm
	[ "$status" -eq 0 ]
	[ "$(cat "$calls")" = "$(printf '%s\n' 'systemctl stop redis-ha-drill-network.timer' \
		'systemctl reset-failed redis-ha-drill-network.service' \
		'systemd-run --quiet --unit=redis-ha-drill-network --on-active=180 --timer-property=AccuracySec=1s nft delete table inet redis_ha_drill')" ]
	network arm --seconds 5
	grep -q -- '--on-active=5 ' "$calls"
}

@test "healing stops the timer and removes the table, once" {
	network cut --others 10.0.0.12
	: >"$calls"
	network heal
	[ "$output" = ':: network changed' ]
	[ "$(grep -v reset-failed "$calls")" = "$(printf '%s\n' 'systemctl stop redis-ha-drill-network.timer' \
		'nft list table inet redis_ha_drill' 'nft delete table inet redis_ha_drill')" ]
	network heal
	[ "$status" -eq 0 ]
	[ "$output" = ':: network ok' ]
}

@test "without nftables there is nothing to heal and nothing to cut" {
	for tool in bash dirname cat; do ln -s "$(command -v "$tool")" "$limited"; done
	for tool in systemctl systemd-run; do ln -s "$stubs/$tool" "$limited"; done
	for words in arm "cut --others 10.0.0.12"; do
		# shellcheck disable=SC2086 # words
		PATH=$limited run bash "$faults/network.sh" $words
		[ "$status" -eq 2 ]
		[ "$output" = 'network.sh: needs nftables: install the package of that name' ]
	done
	[ ! -s "$calls" ]
	PATH=$limited run bash "$faults/network.sh" heal
	[ "$status" -eq 0 ]
	[ "$output" = ':: network ok' ]
}

@test "a table that nft refuses is an error of one line" {
	stub nft 'exit 1'
	network cut --others 10.0.0.12
	[ "$status" -eq 2 ]
	[ "$output" = 'network.sh: nft refuses the table' ]
}

@test "what network.sh does not know is refused before anything is touched" {
	network cut
	[ "$output" = 'network.sh: --others is needed' ]
	network cut --others 10.0.0.12 --direction up
	[ "$output" = 'network.sh: --direction is in, out or both' ]
	network cut --all yes
	[ "$output" = 'network.sh: unknown option: --all' ]
	network
	[ "$output" = 'network.sh: the first word is arm, cut or heal' ]
	[ "$status" -eq 2 ]
	[ ! -s "$calls" ]
}

# --- signal.sh

# service NAME - a process of ours that systemctl knows as the main one of NAME.service
service() {
	sleep 60 3>&- &
	echo $! >"$BATS_TEST_TMPDIR/$1.service"
	started+=($!)
}

teardown() {
	for pid in "${started[@]}"; do kill -KILL "$pid" 2>/dev/null || true; done
}

# state PID - as ps has it: T for stopped, nothing for gone
state() {
	ps -o state= -p "$1" || true
}

# stopped PID - whether it is, at the latest when it next gets a turn
stopped() {
	local n
	for ((n = 0; n < 100; n++)); do
		[ "$(state "$1")" != T ] || return 0
		sleep 0.05
	done
	return 1
}

@test "a signal goes to the main processes of all services, and the moment is told" {
	started=()
	service redis
	service sentinel
	stub systemctl 'cat "'"$BATS_TEST_TMPDIR"'/$4"'
	before=$(date +%s)
	run bash "$faults/signal.sh" STOP redis.service sentinel.service
	[ "$status" -eq 0 ]
	moment "$output"
	told=${output#:: struck }
	[ "${told%.*}" -ge "$before" ]
	[ "${told%.*}" -le "$(date +%s)" ]
	for pid in "${started[@]}"; do stopped "$pid"; done
	LC_ALL=de_DE.UTF-8 run bash "$faults/signal.sh" KILL redis.service sentinel.service
	moment "$output"
	for pid in "${started[@]}"; do
		wait "$pid" 2>/dev/null || [ $? -eq 137 ]
		[ -z "$(state "$pid")" ]
	done
}

@test "where one of the services does not run, none is hit" {
	started=()
	service redis
	echo 0 >"$BATS_TEST_TMPDIR/sentinel.service"
	stub systemctl 'cat "'"$BATS_TEST_TMPDIR"'/$4"'
	run bash "$faults/signal.sh" KILL redis.service sentinel.service
	[ "$status" -eq 2 ]
	[ "$output" = 'signal.sh: sentinel.service does not run' ]
	[ -n "$(state "${started[0]}")" ]
	run bash "$faults/signal.sh" KILL
	[ "$output" = 'signal.sh: usage: signal.sh KILL|STOP UNIT...' ]
}

# --- disk.sh

# redis PID - one that runs, below folders that stand for /proc and the real disk
redis() {
	proc=$BATS_TEST_TMPDIR/proc
	real=$BATS_TEST_TMPDIR/appendonlydir
	seen=$proc/$1/root$real
	mkdir -p "$seen" "$real" "$proc/$1/fd"
	touch "$proc/$1/mountinfo"
	stub systemctl "echo $1"
	stub mount "echo '49 1 0:1 / $real rw - tmpfs redis-ha-drill rw,size=16m' >>'$proc/$1/mountinfo'"
	stub umount ": >'$proc/$1/mountinfo'"
	stub dd 'for word; do [[ $word != of=* ]] || touch "${word#of=}"; done; exit 1'
	sed -e "s|^PROC=.*|PROC=$proc|" -e "s|^FOLDER=.*|FOLDER=$real|" \
		-e "s|^\. .*|. '$faults/../common/lib.sh'|" "$faults/disk.sh" >"$BATS_TEST_TMPDIR/disk.sh"
}

disk() {
	: >"$calls"
	run bash "$BATS_TEST_TMPDIR/disk.sh" "$@"
}

# done_to_disk - without the question for the process
done_to_disk() {
	grep -v '^systemctl' "$calls"
}

@test "the small disk is mounted where Redis alone sees it, once" {
	redis 42
	disk mount
	[ "$output" = ':: disk changed' ]
	[ "$(done_to_disk)" = "mount --namespace 42 -t tmpfs -o size=16m,mode=750,uid=redis,gid=redis redis-ha-drill $real" ]
	disk mount
	[ "$output" = ':: disk ok' ]
	[ -z "$(done_to_disk)" ]
}

@test "it is filled and emptied on Redis's side only" {
	redis 42
	disk mount
	disk fill
	moment "${lines[0]}"
	[ "${lines[1]}" = ':: disk changed' ]
	[ -e "$seen/ballast" ]
	disk empty
	[ "$output" = ':: disk changed' ]
	[ ! -e "$seen/ballast" ]
	[ -z "$(ls "$real")" ]
}

@test "nothing but the small disk is ever filled" {
	redis 42
	disk fill
	[ "$status" -eq 2 ]
	[ "$output" = 'disk.sh: there is nothing mounted that could be filled' ]
	[ -z "$(done_to_disk)" ]
}

@test "what Redis wrote meanwhile is on the real disk before the small one goes" {
	redis 42
	disk mount
	echo 1 >"$seen/appendonly.aof.2.incr.aof"
	echo 2 >"$seen/appendonly.aof.manifest"
	touch "$seen/ballast" "$seen/temp-appendonly.aof.incr"
	disk unmount
	[ "$output" = ':: disk changed' ]
	[ "$(ls "$real")" = "$(printf '%s\n' appendonly.aof.2.incr.aof appendonly.aof.manifest)" ]
	[ "$(done_to_disk)" = "umount --lazy --namespace 42 $real" ]
	disk unmount
	[ "$output" = ':: disk ok' ]
}

@test "a Redis that still writes to a disk that was taken away is told of" {
	redis 42
	ln -s /appendonly.aof.2.incr.aof "$proc/42/fd/9"
	disk unmount
	[ "$output" = ':: disk changed' ]
	[ -z "$(done_to_disk)" ]
}

@test "a Redis that has ended leaves nothing to put back" {
	redis 0
	rm -r "$proc"
	for word in empty unmount; do
		disk "$word"
		[ "$status" -eq 0 ]
		[ "$output" = ':: disk ok' ]
	done
	disk mount
	[ "$output" = 'disk.sh: Redis does not run' ]
}

@test "a Redis with one append-only file is refused, with what it takes" {
	redis 42
	rmdir "$seen"
	disk mount
	[ "$status" -eq 2 ]
	[[ $output == *'needs Redis 7 or newer'* ]]
	[ -z "$(done_to_disk)" ]
}

@test "what disk.sh does not know is refused" {
	redis 42
	disk format
	[ "$status" -eq 2 ]
	[ "$output" = 'disk.sh: the word is mount, fill, empty, unmount or look' ]
}
