#!/usr/bin/env bats
# shellcheck disable=SC1090,SC2016,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/engine/install.sh: what it decides, with stub commands and without root or an engine.

load stubs

setup() {
	install=$BATS_TEST_DIRNAME/../../provision/engine/install.sh
	run_dir=$BATS_TEST_TMPDIR/run
	mkdir -p "$run_dir/docker/containerd" "$run_dir/containerd"
	unset DOCKER_HOST
	stubbed
	# whatever a test gets wrong, this machine's packages and daemon stay as they are
	for name in apt-get systemctl dockerd setsid; do stub "$name" 'exit 1'; done
}

teardown() {
	if [[ -n ${stranger:-} ]]; then kill "$stranger"; fi
}

engine_up() {
	stub docker 'case "$1 $2" in "version --format") echo 28.2.2 ;; "compose version") echo '"${1:-2.26.1-4}"' ;; *) exit 1 ;; esac'
}

@test "an engine that answers and Compose v2 are left alone" {
	engine_up
	run "$install"
	[ "$status" -eq 0 ]
	[ "$output" = $':: engine ok\n:: compose ok' ]
	refute grep -v '^docker ' "$calls"
}

@test "an ordinary user needs no root where there is nothing to do" {
	engine_up
	stub id 'echo 1000'
	run "$install"
	[ "$status" -eq 0 ]
	[ "$output" = $':: engine ok\n:: compose ok' ]
}

@test "without an engine an ordinary user gets one line and status 2" {
	stub docker 'exit 1'
	stub id 'echo 1000'
	run "$install"
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"needs root"* ]]
	refute grep -v -E '^(docker|id) ' "$calls"
}

@test "Compose v1 does not count" {
	source "$install"
	engine_up 1.29.2
	refute compose_works
	engine_up v2.40.3
	compose_works
	engine_up 5.0.1
	compose_works
}

@test "Debian, Ubuntu and their children are served" {
	source "$install"
	for ids in 'ID=debian' 'ID=ubuntu\nID_LIKE=debian' 'ID=linuxmint\nID_LIKE="ubuntu debian"'; do
		printf "NAME=x\n%b\n" "$ids" >"$BATS_TEST_TMPDIR/os-release"
		require_debian "$BATS_TEST_TMPDIR/os-release"
	done
}

@test "another distribution gets one line that names it, and status 2" {
	source "$install"
	printf 'NAME=Rocky\nID="rocky"\nID_LIKE="rhel centos fedora"\n' >"$BATS_TEST_TMPDIR/os-release"
	run require_debian "$BATS_TEST_TMPDIR/os-release"
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *rocky* ]]
	run require_debian "$BATS_TEST_TMPDIR/missing"
	[ "$status" -eq 2 ]
}

@test "an unknown argument is refused" {
	engine_up
	run "$install" --start
	[ "$status" -eq 2 ]
	[[ $output == *"unknown arguments: --start"* ]]
}

@test "an engine elsewhere that is silent is not replaced by one here" {
	source "$install"
	DOCKER_HOST=tcp://127.0.0.1:1
	run provide_engine
	[ "$status" -eq 2 ]
	[[ $output == *"DOCKER_HOST=tcp://127.0.0.1:1"* ]]
	refute grep apt-get "$calls"
}

@test "a pid file counts only for a live process of that program" {
	source "$install"
	program dockerd
	echo "$stranger" >"$run_dir/docker.pid"
	runs "$run_dir/docker.pid" dockerd
	refute runs "$run_dir/docker.pid" containerd
	echo 4194304 >"$run_dir/docker.pid"
	refute runs "$run_dir/docker.pid" dockerd
	echo "nonsense" >"$run_dir/docker.pid"
	refute runs "$run_dir/docker.pid" dockerd
	refute runs "$run_dir/missing.pid" dockerd
}

@test "what a killed daemon left is cleared, though its numbers live on in strangers" {
	source "$install"
	program innocent
	echo "$stranger" >"$run_dir/docker.pid"
	echo "$stranger" >"$run_dir/docker/containerd/containerd.pid"
	touch "$run_dir/containerd/containerd.sock"
	clear_leftovers "$run_dir"
	[ -z "$(find "$run_dir" -type f)" ]
	kill -0 "$stranger"
}

@test "what a live daemon holds stays" {
	source "$install"
	program dockerd
	echo "$stranger" >"$run_dir/docker.pid"
	clear_leftovers "$run_dir"
	[ -e "$run_dir/docker.pid" ]
}

@test "a socket counts only while somebody listens" {
	source "$install"
	socket=$run_dir/containerd/containerd.sock
	python3 -c 'import socket, sys, time
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(); time.sleep(60)' "$socket" 3>&- &
	stranger=$!
	for _ in {1..200}; do listens "$socket" && break || sleep 0.05; done
	clear_leftovers "$run_dir"
	[ -S "$socket" ]
	kill "$stranger"
	wait "$stranger" || true
	stranger=
	clear_leftovers "$run_dir"
	[ ! -e "$socket" ]
}

@test "a daemon that dies at once is reported in one line: its complaint and its log" {
	source "$install"
	LOG=$BATS_TEST_TMPDIR/dockerd.log RUN_DIR=$run_dir
	systemd_runs() { false; }
	stub docker 'exit 1'
	stub setsid 'echo "time=1 level=info msg=Starting"; echo "unable to configure: bad daemon.json"; echo "time=2 level=info msg=bye"; exit 1'
	run start_engine
	[ "$status" -eq 2 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"bad daemon.json"* && $output == *"$LOG"* ]]
}

@test "a daemon that never answers is given up after the time limit" {
	source "$install"
	LOG=$BATS_TEST_TMPDIR/dockerd.log RUN_DIR=$run_dir START_TIMEOUT_S=1
	systemd_runs() { false; }
	program dockerd
	echo "$stranger" >"$run_dir/docker.pid"
	echo "time=1 level=info msg=waiting" >"$LOG"
	stub docker 'exit 1'
	run start_engine
	[ "$status" -eq 2 ]
	[[ $output == *"does not answer after 1 s"*"msg=waiting"* ]]
	# and no second one was started beside it
	refute grep setsid "$calls"
}

@test "an engine that is installed and down is started, not installed again" {
	source "$install"
	install_engine() { echo installed; }
	start_engine() { echo started; }
	run provide_engine
	[ "$output" = started ]
}

@test "stopping where nothing runs is fine" {
	source "$install"
	RUN_DIR=$run_dir
	systemd_runs() { false; }
	run stop_engine
	[ "$status" -eq 0 ]
	[ "$output" = ":: engine-stopped ok" ]
}

@test "the plugin comes from a later release only where apt offers no Compose v2" {
	source "$install"
	fetch_compose() { echo fetched; }
	apt_install() { echo "install $*"; }
	compose_works() { true; }
	apt_knows() { [[ $1 == docker.io ]] || [[ $1 == docker-compose && $release == 13 ]] || [[ $1 == docker-compose-v2 && $release == ubuntu ]]; }
	release=12 run install_compose
	[ "$output" = fetched ]
	release=13 run install_compose
	[ "$output" = "install docker-compose" ]
	release=ubuntu run install_compose
	[ "$output" = "install docker-compose-v2" ]
}

@test "apt knows a package by its candidate's version" {
	source "$install"
	stub apt-cache 'echo "docker-compose:"; echo "  Candidate: 1.29.2-3"'
	apt_knows docker-compose
	refute apt_knows docker-compose 2
	stub apt-cache 'echo "docker-compose:"; echo "  Candidate: (none)"'
	refute apt_knows docker-compose
	stub apt-cache 'true'
	refute apt_knows docker-compose
}
