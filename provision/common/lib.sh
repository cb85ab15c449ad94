#!/usr/bin/env bash
# What every provision script shares: errors of one line, quiet commands, step results.
# Sourced, never run.

# With a value nothing is changed: a step that would change something is reported as due
CHECK=

# die MESSAGE... - one line on stderr, exit status 2
die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 2
}

# report STEP changed|ok|due|failed - the line that the control machine reads back
report() {
	printf ':: %s %s\n' "$1" "$2"
}

# due STEP - the step has something to change and may; with CHECK it is reported and left
due() {
	[ -n "$CHECK" ] || return 0
	report "$1" due
	return 1
}

# struck - the moment of a fault by this node's own clock, which the control machine reads back
struck() {
	local LC_ALL=C # or the point may be a comma
	printf ':: struck %s\n' "$EPOCHREALTIME"
}

# What programs say of a disk that cannot be written, often long before their last line
UNWRITABLE=$'[^:\n]*: (No space left on device|Read-only file system|Disk quota exceeded)'

# quietly COMMAND... - silent when it works, the last lines of its output when it does not
quietly() {
	local output reason=
	if ! output=$("$@" 2>&1 </dev/null); then
		printf '%s\n' "$output" | tail -n 15 >&2
		if [[ $output =~ $UNWRITABLE ]]; then reason=": ${BASH_REMATCH[0]}"; fi
		die "failed: $*$reason"
	fi
}

# writing PATH COMMAND... - COMMAND, which writes PATH; where it cannot, PATH and the reason
writing() {
	local said
	said=$("${@:2}" 2>&1 </dev/null) || die "cannot write $1: ${said##*: }"
}

# replace_file FILE NEW OPTION... - NEW in the place of FILE, by options of install; at no moment half of it
replace_file() {
	if ! install "${@:3}" "$2" "$1.new" || ! mv -f "$1.new" "$1"; then
		rm -f "$1.new"
		return 1
	fi
}

have() {
	command -v "$1" >/dev/null 2>&1
}

# systemd_runs - it keeps the services of this machine
systemd_runs() {
	[ -d /run/systemd/system ]
}

# within SECONDS COMMAND... - whether it has succeeded by then
within() {
	local deadline=$((SECONDS + $1))
	until "${@:2}"; do
		[ "$SECONDS" -lt "$deadline" ] || return 1
		sleep 0.1
	done
}

# server_program - the server's name; a Valkey without compatible names has only its own
server_program() {
	if have redis-server; then
		echo redis-server
	elif have valkey-server; then
		echo valkey-server
	else
		die "no redis-server on PATH"
	fi
}
