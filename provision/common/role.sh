#!/usr/bin/env bash
# What the scripts of every role share: their options, the files that they install, the processes
# that they see to. Sourced, never run; brings what else they need.
#   --files FOLDER           what the role has here: files.list, a line a file (PATH MODE OWNER GROUP
#                            THEN PROCESSES; THEN is nothing, reload or restart, PROCESSES have commas
#                            between, - for none), and below `files` each of them, laid out as below /
#   --payload FOLDER         what a role needs besides
#   --process NAME=UNIT,...  a process, and the names that its systemd unit may have
#   --reload NAME=SIGNAL     what a process reloads by where supervisord keeps it, if not by HUP
#   --check                  change nothing: a step that would change something is reported as due
#   --root FOLDER --supervisor FILE --node NAME
#                            a node that is a folder of processes, kept by the supervisord of FILE
# Nothing is written and nothing restarted where a file is the same to the letter.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/services.sh"

ROOT=
FILES=
PAYLOAD=
PROCESSES=()
# What a process has to do about changed files, by its name: restart or reload
declare -gA NOTE=()
# Below ROOT. A run that breaks off leaves word here of what is due; the next one goes on from it.
DUE=/var/lib/redis-ha/due
UNITS_OF_OURS=/etc/systemd/system

# shellcheck disable=SC2034  # PAYLOAD is for the scripts of roles, others for services.sh
parse_role() {
	while [ $# -gt 0 ]; do
		case $1 in
		--files) FILES=${2:?} ;;
		--payload) PAYLOAD=${2:?} ;;
		--process) add_process "${2:?}" ;;
		--reload) add_signal "${2:?}" ;;
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

# add_process NAME=UNIT,...
add_process() {
	know_process "$1"
	PROCESSES+=("${1%%=*}")
}

# know_process NAME=UNIT,... - one that another role sees to
# shellcheck disable=SC2034  # UNITS is for services.sh
know_process() {
	[[ $1 == ?*=?* ]] || die "--process: not NAME=UNIT: $1"
	UNITS[${1%%=*}]=${1#*=}
}

# add_signal NAME=SIGNAL
# shellcheck disable=SC2034  # SIGNALS is for services.sh
add_signal() {
	[[ $1 == ?*=?* ]] || die "--reload: not NAME=SIGNAL: $1"
	SIGNALS[${1%%=*}]=${1#*=}
}

require_processes() { [ ${#PROCESSES[@]} -gt 0 ] || die "--process is needed"; }
require_files() { [ -n "$FILES" ] || die "--files is needed"; }

# remember NAME WHAT - before a change: WHAT is due of NAME, also if this run breaks off
remember() {
	writing "$ROOT$DUE/$1" note "$ROOT$DUE/$1" "$2"
}

# note FILE WORD - at no moment half of it: what is due already stays where the disk is full
note() { mkdir -p "${1%/*}" && printf '%s\n' "$2" >"$1.new" && mv -f "$1.new" "$1"; }

# noted NAME - what is due of it: by what this run found, or one that broke off
noted() { echo "${NOTE[$1]:-$(cat "$ROOT$DUE/$1" 2>/dev/null || true)}"; }

forget() { rm -f "$ROOT$DUE/$1"; }

# account NAME HOME - of the system, without a login; a folder's processes are whoever runs them
account() {
	[ -z "$ROOT" ] || return 0
	if getent passwd "$1" >/dev/null; then
		report account ok
		return
	fi
	due account || return 0
	quietly useradd --system --user-group --home-dir "$2" --no-create-home \
		--shell /usr/sbin/nologin "$1"
	report account changed
}

# make_folder PATH MODE OWNER GROUP - whoever runs a folder's processes owns it there
make_folder() {
	writing "$ROOT$1" mkdir -p "$ROOT$1"
	[ -n "$ROOT" ] || writing "$1" chown "$3:$4" "$1"
	writing "$ROOT$1" chmod "$2" "$ROOT$1"
}

# install_files - each of the list that differs; a step a file
install_files() {
	local lines line words
	mapfile -t lines <"$FILES/files.list"
	for line in "${lines[@]}"; do
		read -ra words <<<"$line"
		[ ${#words[@]} -eq 6 ] || die "--files: not PATH MODE OWNER GROUP THEN PROCESSES: $line"
		install_one "${words[@]}"
	done
	reload_units
}

# install_one PATH MODE OWNER GROUP THEN PROCESSES
install_one() {
	local new=$FILES/files$1 file=$ROOT$1 step=${1##*/}
	if cmp -s "$new" "$file"; then
		report "$step" ok
		return
	fi
	[ -r "$new" ] || die "--files: no such file: $new"
	announce "$5" "$6"
	[[ $1 != "$UNITS_OF_OURS"/* ]] || [ -n "$ROOT" ] || announce reload daemon-reload
	due "$step" || return 0
	writing "${file%/*}" mkdir -p "${file%/*}"
	if [ -n "$ROOT" ]; then
		writing "$file" replace_file "$file" "$new" -m "$(private "$2")"
	else
		writing "$file" replace_file "$file" "$new" -m "$2" -o "$3" -g "$4"
	fi
	report "$step" changed
}

# private MODE - what of it the owner has
private() { printf '%s00\n' "${1:0:1}"; }

# announce THEN PROCESSES - these have to take note of a change; a restart is more than a reload
announce() {
	local process processes
	if [ "$1" = nothing ] || [ "$2" = - ]; then return; fi
	IFS=, read -ra processes <<<"$2"
	for process in "${processes[@]}"; do
		[ "$(noted "$process")" != restart ] || continue
		NOTE[$process]=$1
		[ -n "$CHECK" ] || remember "$process" "$1"
	done
}

# reload_units - systemd takes note of changed units, also of those of a run that broke off
reload_units() {
	[ -n "$(noted daemon-reload)" ] || return 0
	due daemon-reload || return 0
	quietly systemctl daemon-reload
	forget daemon-reload
	report daemon-reload changed
}

# run_processes - each enabled, running, and of its present files; side by side: none waits for another
run_processes() {
	local process pid pids=() failed=0
	[ ${#PROCESSES[@]} -eq 0 ] || services_seen
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
	local result=ok work
	work=$(work_of "$1")
	service_enabled "$1" || {
		due "$1" || return 0
		service_enable "$1"
		result=changed
	}
	if [ -n "$work" ]; then
		due "$1" || return 0
		("service_$work" "$1") || {
			report "$1" failed
			exit 2
		}
		forget "$1"
		result=changed
	fi
	report "$1" "$result"
}

# work_of PROCESS - start, reload or restart; nothing where it runs with its present files. One that is
# not active may be about to be, with the files of before: a restart serves it whether it is or not.
work_of() {
	local note
	note=$(noted "$1")
	if service_active "$1"; then
		echo "$note"
	elif [ -n "$note" ]; then
		echo restart
	else
		echo start
	fi
}
