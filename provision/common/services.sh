#!/usr/bin/env bash
# Services by the names of processes: of systemd, by the units in UNITS, or of the supervisord of a
# local environment where SUPERVISOR (its file) and NODE are set. Sourced, never run; needs lib.sh.

SUPERVISOR=
NODE=
# How long a process may take to save and end, in seconds; then it is killed
STOPS_S=30
# What supervisord said of all processes of the node, empty where it is to be asked
STATES=
# By the name of a process: the names that its unit may have, with commas between
declare -gA UNITS=()
# By the name of a process: the signal by which it reloads, if not HUP
declare -gA SIGNALS=()
# Where a unit has its file
UNIT_FOLDERS=(/etc/systemd/system /usr/lib/systemd/system /lib/systemd/system)

# services_seen - asks for all at once where each question takes a program's start; what it says holds
# until one of them is started
services_seen() {
	[ -z "$SUPERVISOR" ] || STATES=$(supervisor_control status "$NODE:*")
}

service_enabled() { _service enabled "$1"; }
service_enable() { _service enable "$1"; }
service_active() { _service active "$1"; }
service_outdated() { _service outdated "$1"; }
service_start() { _service start "$1"; }
service_restart() { _service restart "$1"; }
service_reload() { _service reload "$1"; }

_service() {
	local unit
	if [ -n "$SUPERVISOR" ]; then
		"supervisor_$1" "$2"
	else
		unit=$(unit_of "$2") || exit # also where a caller asks in an `if`
		"systemd_$1" "$unit" "$2"
	fi
}

# unit_of NAME - the unit: of several names the one that has a file here and is no alias
unit_of() {
	local names name
	[ -n "${UNITS[$1]-}" ] || die "--process: no unit of $1"
	IFS=, read -ra names <<<"${UNITS[$1]}"
	if [ ${#names[@]} -gt 1 ]; then
		for name in "${names[@]}"; do
			if has_unit_file "$name"; then
				echo "$name"
				return
			fi
		done
	fi
	echo "${names[0]}"
}

# has_unit_file UNIT - a file of its own; a link is an alias
has_unit_file() {
	local folder
	for folder in "${UNIT_FOLDERS[@]}"; do
		if [ -f "$folder/$1" ] && [ ! -L "$folder/$1" ]; then return 0; fi
	done
	return 1
}

systemd_enabled() { systemctl is-enabled --quiet "$1"; }
systemd_enable() { quietly systemctl enable "$1"; }
systemd_active() { systemctl is-active --quiet "$1"; }
# systemd_outdated UNIT - it runs a program that was replaced on disk after its start.
# By the clock: what /proc says of another user's process is closed to root in a container.
systemd_outdated() {
	local program started
	systemd_active "$1" || return 1
	program=$(systemctl show --property=ExecStart --value "$1" | sed -n 's/^{ path=\([^ ;]*\).*/\1/p')
	started=$(systemctl show --property=ExecMainStartTimestamp --value "$1")
	[ "$(stat -L -c %Z "$program")" -gt "$(date -d "$started" +%s)" ]
}
systemd_start() { started_or_die start "$1"; }

# systemd_restart UNIT NAME - reports whether it had to be killed, as its drop-in and systemd have it
systemd_restart() {
	local begun=$SECONDS
	started_or_die restart "$1"
	[ $((SECONDS - begun)) -ge "$STOPS_S" ] || return 0
	! journalctl --no-pager --output=cat --since="-$((SECONDS - begun + 1))s" --unit="$1" |
		grep -q 'timed out. Killing' || report "$2" killed
}

systemd_reload() { quietly systemctl reload "$1"; }

# started_or_die start|restart UNIT - with the unit's own last words in the error
started_or_die() {
	systemctl reset-failed "$2" 2>/dev/null || true # it is in no failed state
	systemctl "$1" "$2" 2>/dev/null || {
		journalctl --no-pager --output=cat --lines=5 --unit="$2" >&2 || true # there is no journal
		die "$2 does not start"
	}
}

# What supervisord knows it also starts: there is nothing to enable.
supervisor_enabled() { :; }
supervisor_enable() { :; }
supervisor_active() {
	grep -Eq "^$NODE:$1 +RUNNING" <<<"${STATES:-$(supervisor_control status "$NODE:$1")}"
}
supervisor_reload() { quietly supervisorctl -c "$SUPERVISOR" signal "${SIGNALS[$1]-HUP}" "$NODE:$1"; }

supervisor_start() {
	STATES=
	case $(supervisor_control start "$NODE:$1") in *": started") return ;; esac
	# what matters is whether it runs, whoever started it
	supervisor_control status "$NODE:$1" | grep -Eq 'RUNNING|STARTING' || {
		supervisor_control tail "$NODE:$1" | tail -n 2 >&2 || true # it has said nothing yet
		die "$NODE:$1 does not start"
	}
}

# supervisord's own stop is SIGKILL (drills need that), so an orderly one goes by signal.
# One that is starting has read its files and may not end yet, or supervisord takes it for failed.
supervisor_restart() {
	supervisor_leaves STARTING "$1" || true # it never runs for long enough
	if supervisor_active "$1"; then
		supervisor_control signal TERM "$NODE:$1" >/dev/null || true # it has just ended by itself
		within "$STOPS_S" supervisor_has_ended || {
			supervisor_control stop "$NODE:$1" >/dev/null
			report "$1" killed
		}
	fi
	supervisor_start "$1"
}

# supervisor_leaves STATE NAME - waits until it is in another state, which STATES has then; says no
# when the time is over
supervisor_leaves() { within "$STOPS_S" supervisor_has_left "$@"; }
supervisor_has_left() {
	STATES=$(supervisor_control status "$NODE:$2")
	! grep -q "$1" <<<"$STATES"
}

# supervisor_has_ended - whether the process of STATES is gone; by /proc, for to ask supervisord takes longer
# than most processes take to end, and Sentinels count how long a Redis is away
supervisor_has_ended() { ! [[ $STATES =~ pid\ ([0-9]+) && -e /proc/${BASH_REMATCH[1]} ]]; }

# supervisorctl reports by its exit status what its words say already
supervisor_control() { supervisorctl -c "$SUPERVISOR" "$@" || [ "$1" = status ]; }
