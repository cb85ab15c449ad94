#!/usr/bin/env bash
# Takes zeros off the end of Redis's append-only file, before each start, as its user.
# usage: mend-aof.sh [FOLDER]   where Redis keeps its data
# A loss of power can leave the file longer than what had reached the disk, filled up with zeros. Redis
# loads a file that ends too early, and refuses one that ends so. No command ends with a zero.
set -euo pipefail

# What may not have reached the disk within the second between two syncs, generously
TAIL=$((64 * 1024 * 1024))

# last_file FOLDER - the file of the manifest that commands are appended to; nothing before the first start
last_file() {
	local manifest=$1/appendonlydir/appendonly.aof.manifest
	[ -r "$manifest" ] || return 0
	awk -v folder="$1/appendonlydir" '$5 == "type" && $6 == "i" { file = $2 } END { if (file) print folder "/" file }' "$manifest"
}

ends_with_zero() {
	[ -s "$1" ] && [ "$(tail -c 1 "$1" | tr -d '\0' | wc -c)" -eq 0 ]
}

# zeros FILE - how many end it. A shell takes the newlines off the end of what a command prints.
zeros() {
	local size window
	size=$(stat -c %s "$1")
	window=$(tail -c "$TAIL" "$1" | tr -c '\0' x | tr '\0' '\n')
	echo $(((size < TAIL ? size : TAIL) - ${#window}))
}

main() {
	local file count
	file=$(last_file "${1:-/var/lib/redis}")
	if [ -z "$file" ] || ! ends_with_zero "$file"; then return 0; fi
	count=$(zeros "$file")
	truncate -s "-$count" "$file"
	echo "took $count zeros off the end of ${file##*/}: what the disk lacked when the power went"
}

main "$@"
