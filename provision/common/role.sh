#!/usr/bin/env bash
# What the scripts of every role share: their options, the files that they install, the processes
# that they see to. Sourced, never run; needs lib.sh and services.sh.
#   --files FOLDER           what the role has here: files.list, a line a file (PATH MODE OWNER GROUP
#                            THEN PROCESSES), and below `files` each of them, laid out as below /
#   --payload FOLDER         what a role needs besides
#   --process NAME=UNIT,...  a process, and the names that its systemd unit may have
#   --check                  change nothing: a step that would change something is reported as due
#   --root FOLDER --supervisor FILE --node NAME
#                            a node that is a folder of processes, kept by the supervisord of FILE
# Nothing is written and nothing restarted where a file is the same to the letter.

ROOT=
FILES=
# shellcheck disable=SC2034  # for the scripts of roles
PAYLOAD=
CHECK=
PROCESSES=()
# What a process has to do about changed files, by its name: restart or reload
declare -A NOTE=()
# Below ROOT. A run that breaks off leaves word here of what is due; the next one goes on from it.
DUE=/var/lib/redis-ha/due

parse_role() {
	while [ $# -gt 0 ]; do
		case $1 in
		--files) FILES=${2:?} ;;
		--payload) PAYLOAD=${2:?} ;;
		--process)
			PROCESSES+=("${2%%=*}")
			UNITS[${2%%=*}]=${2#*=}
			;;
		--root) ROOT=${2:?} ;;
		--supervisor) SUPERVISOR=${2:?} ;;
		--node) NODE=${2:?} ;;
		--check)
			CHECK=yes
			shift
			continue
			;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
	[ -z "$FILES" ] || [ -r "$FILES/files.list" ] || die "--files: no list of files in $FILES"
}

# due STEP - the step has something to change and may; with --check it is reported and left
due() {
	[ -n "$CHECK" ] || return 0
	report "$1" due
	return 1
}

# remember NAME WHAT - before a change: WHAT is due of NAME, also if this run breaks off
remember() {
	mkdir -p "$ROOT$DUE"
	printf '%s\n' "$2" >"$ROOT$DUE/$1"
}

# remembered NAME - what is due of it
remembered() { cat "$ROOT$DUE/$1" 2>/dev/null || true; }

forget() { rm -f "$ROOT$DUE/$1"; }

# install_files - each of the list that differs; a step a file
install_files() {
	local lines line
	mapfile -t lines <"$FILES/files.list"
	for line in "${lines[@]}"; do
		# shellcheck disable=SC2086  # words
		install_one $line
	done
	[ -z "$(remembered daemon-reload)" ] || {
		quietly systemctl daemon-reload
		forget daemon-reload
	}
}

# install_one PATH MODE OWNER GROUP THEN PROCESSES
install_one() {
	local new=$FILES/files$1 file=$ROOT$1 step=${1##*/}
	if cmp -s "$new" "$file"; then
		report "$step" ok
		return
	fi
	announce "$5" "$6"
	due "$step" || return 0
	[[ $1 != /etc/systemd/system/* ]] || remember daemon-reload yes
	mkdir -p "${file%/*}"
	if [ -n "$ROOT" ]; then
		replace_file "$file" "$new" -m 600
	else
		replace_file "$file" "$new" -m "$2" -o "$3" -g "$4"
	fi
	report "$step" changed
}

# announce THEN PROCESSES - these have to take note of a change; a restart is more than a reload
announce() {
	local process
	[ "$1" != nothing ] || return 0
	for process in ${2//,/ }; do
		[ "${NOTE[$process]-}" = restart ] || NOTE[$process]=$1
		[ -n "$CHECK" ] || remember "$process" "${NOTE[$process]}"
	done
}

# run_processes - each enabled, running, and of its present files; side by side: none waits for another
run_processes() {
	local process pid pids=() failed=0
	for process in "${PROCESSES[@]}"; do
		run_process "$process" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$?
	done
	return "$failed"
}

run_process() {
	local result=ok note=${NOTE[$1]:-$(remembered "$1")}
	service_enabled "$1" || {
		due "$1" || return 0
		service_enable "$1"
		result=changed
	}
	if ! service_active "$1"; then
		due "$1" || return 0
		service_start "$1"
		result=changed
	elif [ -n "$note" ]; then
		due "$1" || return 0
		"service_$note" "$1"
		result=changed
	fi
	[ -n "$CHECK" ] || forget "$1"
	report "$1" "$result"
}
