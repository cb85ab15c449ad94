#!/usr/bin/env bash
# Installs Docker Engine and Compose v2 from the distribution's packages and starts the daemon,
# with systemd or without. Does nothing where both work already.
#
#   install.sh          needs root on Debian or Ubuntu, unless there is nothing to do
#   install.sh --stop   stops a daemon that this script started without systemd
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=provision/common/lib.sh
source "$here/../common/lib.sh"
# shellcheck source=provision/engine/mirror.sh
source "$here/mirror.sh"

# dockerd looks for iptables on its PATH, and a user's PATH may lack these
PATH=$PATH:/usr/sbin:/sbin

RUN_DIR=/run
LOG=/var/log/dockerd.log
COMPOSE_PLUGIN=/usr/libexec/docker/cli-plugins/docker-compose
# The oldest Debian release with Compose v2; its binary runs on libc 2.34 and later
COMPOSE_SUITE=trixie
START_TIMEOUT_S=90
STOP_TIMEOUT_S=60

# --- what is there

engine_answers() {
	timeout 5 docker version --format '{{.Server.Version}}' >/dev/null 2>&1
}

compose_works() {
	[[ $(timeout 10 docker compose version --short 2>/dev/null) =~ ^v?([2-9]|[1-9][0-9]+)\. ]]
}

# require_debian OS_RELEASE_FILE
require_debian() {
	local ids
	ids=$(sed -n -E 's/^(ID|ID_LIKE)=//p' "$1" 2>/dev/null | tr -d '"' | tr '\n' ' ')
	[[ " $ids" =~ \ (debian|ubuntu)\  ]] ||
		die "installs on Debian and Ubuntu only, this is ${ids:-unknown}: install Docker Engine and Compose v2 yourself"
}

require_root() {
	(($(id -u) == 0)) || die "needs root: sudo ./inv engine.install (an engine that runs serves the group docker)"
}

# --- packages

# apt_knows PACKAGE [LEAST_VERSION]
apt_knows() {
	local candidate
	candidate=$(apt-cache policy "$1" | awk '$1 == "Candidate:" { print $2 }')
	[[ -n $candidate && $candidate != "(none)" ]] && dpkg --compare-versions "$candidate" ge "${2:-0}"
}

apt_get() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 "$@"
}

apt_install() {
	quietly apt_get install -y --no-install-recommends "$@"
}

install_engine() {
	local packages=(docker.io iptables ca-certificates mmdebstrap debian-archive-keyring)
	apt_knows docker.io || quietly apt_get update
	apt_knows docker.io || die "apt knows no package docker.io: add the distribution's main (Ubuntu: universe) archive"
	# a package of its own since Debian 13; and a client may be on PATH without any package
	if ! have docker && apt_knows docker-cli; then packages+=(docker-cli); fi
	# where the kernel enforces AppArmor, dockerd cannot load its profile without the parser
	if grep -qs Y /sys/module/apparmor/parameters/enabled; then packages+=(apparmor); fi
	apt_install "${packages[@]}"
}

install_compose() {
	apt_knows docker.io || quietly apt_get update
	if apt_knows docker-compose-v2; then
		apt_install docker-compose-v2
	elif apt_knows docker-compose 2; then
		apt_install docker-compose
	else
		fetch_compose
	fi
	compose_works || die "docker compose does not work: $(docker compose version 2>&1 | tail -n 1)"
}

# fetch_compose - the plugin out of a later Debian release's package. An apt state of its own,
# since naming that release in the host's would offer its packages to every later upgrade.
fetch_compose() (
	dir=$(mktemp -d)
	trap 'rm -rf "$dir"' EXIT
	uri=$(debian_archives "$COMPOSE_SUITE" | awk 'NR == 1 { print $1 }')
	[[ -n $uri ]] || die "no Compose v2 among this host's packages, and no Debian archive to take it from: install it yourself"
	echo "deb [signed-by=$DEBIAN_KEYRING] $uri $COMPOSE_SUITE main" >"$dir/sources.list"
	mkdir -p "$dir"/{state,cache}
	touch "$dir/status"
	isolated=(
		-o "Dir::Etc::SourceList=$dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
		-o Dir::Etc::PreferencesParts=/dev/null -o Dir::Etc::Preferences=/dev/null
		-o "Dir::State=$dir/state" -o "Dir::State::Status=$dir/status" -o "Dir::Cache=$dir/cache"
		-o Acquire::Languages=none -o APT::Sandbox::User=root
	)
	cd "$dir"
	quietly apt_get "${isolated[@]}" update
	quietly apt_get "${isolated[@]}" download docker-compose
	quietly dpkg-deb --extract docker-compose_*.deb "$dir/package"
	replace_file "$COMPOSE_PLUGIN" "$dir/package$COMPOSE_PLUGIN" -D -m 0755
)

# --- the daemon

# runs PIDFILE PROGRAM - whether the file names a live process of that program. After a crash the
# number may belong to a stranger, and dockerd itself looks no further than that it exists.
runs() {
	local pid
	pid=$(cat "$1" 2>/dev/null) || return 1
	[[ $pid =~ ^[0-9]+$ && $(readlink "/proc/$pid/exe") =~ /"$2"( \(deleted\))?$ ]]
}

# listens SOCKET
listens() {
	awk -v path="$1" '$4 == "00010000" && $NF == path { found = 1 } END { exit !found }' /proc/net/unix
}

# clear_leftovers RUN_DIR - what a killed daemon leaves there and the next one stumbles over:
# it refuses to start beside a pid file, waits for (and then kills!) whatever runs under
# containerd's old pid, and connects to containerd's socket if only the file exists.
clear_leftovers() {
	runs "$1/docker.pid" dockerd || rm -f "$1/docker.pid"
	runs "$1/docker/containerd/containerd.pid" containerd || rm -f "$1/docker/containerd/containerd.pid"
	listens "$1/containerd/containerd.sock" || rm -f "$1/containerd/containerd.sock"
}

start_engine() {
	clear_leftovers "$RUN_DIR"
	if systemd_runs; then
		systemctl reset-failed docker.service docker.socket 2>/dev/null || true
		quietly systemctl enable --now docker.service
	elif ! runs "$RUN_DIR/docker.pid" dockerd; then
		start_detached
	fi
	await_engine
}

# start_detached - in a session of its own and with no descriptor of ours, so that it outlives
# the terminal and nobody who reads our output waits for it
start_detached() {
	if [[ -e $LOG ]]; then mv "$LOG" "$LOG.1"; fi
	(cd / && exec setsid dockerd --pidfile "$RUN_DIR/docker.pid" >"$LOG" 2>&1 </dev/null) &
	daemon=$!
}

await_engine() {
	local deadline=$((SECONDS + START_TIMEOUT_S))
	until engine_answers; do
		if [[ -n ${daemon:-} ]] && ! kill -0 "$daemon" 2>/dev/null; then
			die "dockerd ended at once: $(last_words)"
		fi
		((SECONDS < deadline)) || die "dockerd does not answer after $START_TIMEOUT_S s: $(last_words)"
		sleep 0.2
	done
}

# last_words - the line of the daemon's log that most likely says why, and where the rest is
last_words() {
	local log=$LOG line
	if systemd_runs; then
		log="journalctl -u docker"
		line=$(journalctl -u docker -n 50 -o cat --no-pager 2>/dev/null | complaint)
	else
		line=$(complaint <"$LOG")
	fi
	printf '%s (%s)' "${line:-it logged nothing}" "$log"
}

# complaint - of the log on stdin, the last line that is more than a notice, else the last one
complaint() {
	awk 'NF { last = $0; if (!/level=(debug|info|warning)/) worst = $0 } END { print worst ? worst : last }'
}

stop_engine() {
	local pid
	if systemd_runs; then die "systemd keeps this engine: systemctl stop docker.socket docker"; fi
	if ! runs "$RUN_DIR/docker.pid" dockerd; then
		report engine-stopped ok
		return
	fi
	require_root
	pid=$(cat "$RUN_DIR/docker.pid")
	kill "$pid"
	within "$STOP_TIMEOUT_S" engine_ended ||
		die "dockerd (pid $pid) does not stop within $STOP_TIMEOUT_S s: $(last_words)"
	report engine-stopped changed
}

engine_ended() { ! runs "$RUN_DIR/docker.pid" dockerd; }

# --- steps

# ensure STEP WORKS MAKE... - runs the commands in order only where WORKS says no
ensure() {
	local step=$1 works=$2 make
	shift 2
	if "$works"; then
		report "$step" ok
		return
	fi
	require_root
	require_debian /etc/os-release
	for make in "$@"; do "$make"; done
	report "$step" changed
}

# provide_engine - an installed engine that is merely down gets started, never replaced: the
# distribution's package would push out Docker's own
provide_engine() {
	if [[ -n ${DOCKER_HOST:-} ]]; then
		die "no engine answers at DOCKER_HOST=$DOCKER_HOST: unset it, or start that engine"
	fi
	have dockerd || install_engine
	start_engine
}

main() {
	case "$*" in
	"") ;;
	--stop)
		stop_engine
		return
		;;
	*) die "unknown arguments: $* (usage: install.sh [--stop])" ;;
	esac
	ensure engine engine_answers provide_engine
	ensure compose compose_works install_compose
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
