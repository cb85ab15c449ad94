#!/usr/bin/env bash
# Let the disk of a running Redis be full, and undo that, without a restart.
# usage: disk.sh mount|fill|empty|unmount|look
#   mount    put a small file system over the append-only folder, where Redis alone sees it
#   fill     leave no byte free on it
#   empty    make room again
#   look     say `changed` where it is mounted, and change nothing
#   unmount  copy to the real folder what Redis wrote meanwhile, and take the file system away
# After `mount` and after `unmount` Redis has to rewrite its append-only file (BGREWRITEAOF):
# only then does it open its next file in the folder that it sees.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/../common/lib.sh"

SOURCE=redis-ha-drill
FOLDER=/var/lib/redis/appendonlydir
SIZE=16m
PROC=/proc # another one in tests

# redis_pid - 0 when it does not run
redis_pid() {
	systemctl show --property=MainPID --value redis.service
}

# mounted PID
mounted() {
	grep -q " - tmpfs $SOURCE " "$PROC/$1/mountinfo" 2>/dev/null
}

# seen PID - the folder as Redis sees it
seen() {
	printf '%s/%s/root%s' "$PROC" "$1" "$FOLDER"
}

mount_over() {
	local pid options="size=$SIZE,mode=750,uid=redis,gid=redis"
	pid=$(redis_pid)
	[ "$pid" != 0 ] || die "Redis does not run"
	[ -d "$(seen "$pid")" ] || die "$FOLDER is not there, or not to be seen: this needs Redis 7 or newer, and root's full rights (CAP_SYS_PTRACE)"
	if mounted "$pid"; then
		report disk ok
		return
	fi
	quietly mount --namespace "$pid" -t tmpfs -o "$options" "$SOURCE" "$FOLDER"
	report disk changed
}

fill() {
	local pid
	pid=$(redis_pid)
	mounted "$pid" || die "there is nothing mounted that could be filled"
	dd if=/dev/zero of="$(seen "$pid")/ballast" bs=4k 2>/dev/null || true # it ends when nothing fits
	struck
	report disk changed
}

look() {
	if mounted "$(redis_pid)"; then report disk changed; else report disk ok; fi
}

# astray PID - whether Redis still writes to a file system that was taken away
astray() {
	find "$PROC/$1/fd" -lname '/appendonly.*' 2>/dev/null | grep -q .
}

# A Redis that has ended took the file system with it.
empty() {
	local pid
	pid=$(redis_pid)
	if ! mounted "$pid"; then
		report disk ok
		return
	fi
	rm -f "$(seen "$pid")/ballast"
	report disk changed
}

unmount() {
	local pid
	pid=$(redis_pid)
	if mounted "$pid"; then
		copy_back "$(seen "$pid")"
		quietly umount --lazy --namespace "$pid" "$FOLDER"
		report disk changed
	elif astray "$pid"; then
		report disk changed # the rewrite is missing
	else
		report disk ok
	fi
}

# copy_back FOLDER - the manifest last: it names the others
copy_back() {
	find "$1" -maxdepth 1 -name '*.aof' -exec cp -a {} "$FOLDER" \;
	find "$1" -maxdepth 1 -name '*.manifest' -exec cp -a {} "$FOLDER" \;
}

main() {
	case ${1-} in
	mount) mount_over ;;
	fill | empty | unmount | look) "$1" ;;
	*) die "the word is mount, fill, empty, unmount or look" ;;
	esac
}

main "$@"
