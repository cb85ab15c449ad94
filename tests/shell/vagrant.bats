#!/usr/bin/env bats
# shellcheck disable=SC1090,SC2030,SC2031,SC2034,SC2154,SC2329  # stubs, sourced code, a shell per test
# provision/vagrant/host.sh and vagrant/box/build.sh: what they decide, with stub commands.

load stubs

setup() {
	host=$BATS_TEST_DIRNAME/../../provision/vagrant/host.sh
	build=$BATS_TEST_DIRNAME/../../vagrant/box/build.sh
	run_dir=$BATS_TEST_TMPDIR/run
	mkdir -p "$run_dir"
	stubbed
	# whatever a test gets wrong, this machine's packages and daemons stay as they are
	for name in apt-get apt-cache systemctl virsh libvirtd virtlogd vagrant; do stub "$name" 'exit 1'; done
	stub dpkg-query "shift 3; printf 'installed %s\n' \"\$@\""
	stub id 'echo 0'
}

teardown() {
	if [[ -n ${stranger:-} ]]; then kill "$stranger" 2>/dev/null || true; fi
}

# hosted WORD - host.sh as on a machine without systemd, its files below this test's folder
hosted() {
	(
		source "$host"
		RUN_DIR=$run_dir CONF=$BATS_TEST_TMPDIR/qemu.conf DEVICE=${device:-/nonexistent} START_TIMEOUT_S=${patience:-5}
		systemd_runs() { [ -n "${systemd:-}" ]; }
		main "$@"
	)
}

# daemon NAME - one that host.sh started; its pid lands in $stranger
daemon() {
	program "$1"
	echo "$stranger" >"$run_dir/redis-ha-$1.pid"
}

@test "where all packages are there and libvirt answers nothing is done, and nobody has to be root" {
	stub virsh 'exit 0'
	stub id 'echo 1000'
	run hosted install
	[ "$status" -eq 0 ]
	[ "$output" = $':: packages ok\n:: libvirt ok' ]
	refute grep -E '^(apt-get|libvirtd)' "$calls"
}

@test "Vagrant comes from the distribution where that has it" {
	stub dpkg-query 'exit 1'
	stub apt-get 'exit 0'
	stub apt-cache 'exit 0'
	stub virsh 'exit 0'
	run hosted install
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = ':: packages changed' ]
	grep 'apt-get.* install .*libvirt-daemon-system.* vagrant vagrant-libvirt vagrant-hostmanager' "$calls"
}

@test "Vagrant of another origin stays, and only the rest is installed" {
	stub dpkg-query 'exit 1'
	stub apt-get 'exit 0'
	stub virsh 'exit 0'
	run hosted install
	[ "$status" -eq 0 ]
	grep 'apt-get.* install .*libvirt-daemon-system' "$calls"
	refute grep 'apt-get.* install .*vagrant' "$calls"
}

@test "a distribution without Vagrant is told where to get it, and nothing is installed" {
	stub dpkg-query 'exit 1'
	stub apt-get 'exit 0'
	rm "$stubs/vagrant"
	for tool in bash dirname cat timeout; do ln -sf "$(command -v "$tool")" "$stubs/$tool"; done
	PATH=$stubs run hosted install
	[ "$status" -eq 2 ]
	[[ $output == *": this distribution has no package of Vagrant: install it from its makers"* ]]
	refute grep 'apt-get.* install' "$calls"
}

@test "an ordinary user is told what takes root" {
	stub dpkg-query 'exit 1'
	stub id 'echo 1000'
	run hosted install
	[ "$status" -eq 2 ]
	[[ $output == *": needs root: sudo ./inv vagrant.install"* ]]
	run hosted start
	[[ $output == *": needs root: sudo ./inv vagrant.install"* ]]
}

@test "without systemd the daemons are started, the one for logs first, and waited for" {
	stub libvirtd "touch $BATS_TEST_TMPDIR/serves"
	stub virtlogd 'exit 0'
	stub virsh "[ -e $BATS_TEST_TMPDIR/serves ]"
	run hosted start
	[ "$status" -eq 0 ]
	[ "$output" = ':: libvirt changed' ]
	[ "$(grep -E '^(virtlogd|libvirtd)' "$calls")" = "$(printf '%s\n' \
		"virtlogd --daemon --pid-file $run_dir/redis-ha-virtlogd.pid" \
		"libvirtd --daemon --pid-file $run_dir/redis-ha-libvirtd.pid")" ]
}

@test "with systemd they are its business" {
	systemd=yes
	stub systemctl "touch $BATS_TEST_TMPDIR/serves"
	stub virsh "[ -e $BATS_TEST_TMPDIR/serves ]"
	run hosted start
	[ "$output" = ':: libvirt changed' ]
	grep -q 'systemctl enable --now libvirtd.service' "$calls"
	refute grep -E '^(virtlogd|libvirtd)' "$calls"
	run hosted stop
	[ "$output" = ':: libvirt ok' ]
}

@test "a daemon that never answers is an error of one line" {
	patience=1
	stub libvirtd 'exit 0'
	stub virtlogd 'exit 0'
	run hosted start
	[ "$status" -eq 2 ]
	[[ $output == *": libvirtd does not answer after 1 s" ]]
}

@test "where the device is for root alone QEMU is made to run as root, once" {
	device=$BATS_TEST_TMPDIR/kvm
	touch "$device"
	chmod 600 "$device"
	stub runuser 'exit 1'
	stub libvirtd "touch $BATS_TEST_TMPDIR/serves"
	stub virtlogd 'exit 0'
	stub virsh "[ -e $BATS_TEST_TMPDIR/serves ]"
	hosted start
	rm "$BATS_TEST_TMPDIR/serves"
	hosted start
	[ "$(cat "$BATS_TEST_TMPDIR/qemu.conf")" = $'user = "root"\ngroup = "root"' ]
	chmod 666 "$device"
	rm "$BATS_TEST_TMPDIR/serves" "$BATS_TEST_TMPDIR/qemu.conf"
	hosted start
	[ ! -e "$BATS_TEST_TMPDIR/qemu.conf" ]
}

@test "only daemons of ours are stopped, and only when no machine is left" {
	run hosted stop
	[ "$output" = ':: libvirt ok' ]
	daemon libvirtd
	stub virsh 'echo somebodys-machine'
	run hosted stop
	[ "$output" = ':: libvirt ok' ]
	kill -0 "$stranger"
	stub virsh 'exit 0'
	run hosted stop
	[ "$output" = ':: libvirt changed' ]
	until ! kill -0 "$stranger" 2>/dev/null; do sleep 0.01; done
}

@test "a pid file that another process has come to own stops nobody" {
	daemon libvirtd
	mv "$run_dir/redis-ha-libvirtd.pid" "$run_dir/redis-ha-virtlogd.pid"
	stub virsh 'exit 0'
	run hosted stop
	[ "$output" = ':: libvirt ok' ]
	kill -0 "$stranger"
}

@test "words that host.sh does not know" {
	run bash "$host" restart
	[ "$status" -eq 2 ]
	[ "$output" = 'host.sh: usage: host.sh install|start|stop' ]
}

# --- build.sh

box() {
	run bash "$build" --suite trixie --name redis-ha/debian-13 --version 13.0.1
}

@test "a box that Vagrant has is not built again" {
	stub vagrant 'echo "redis-ha/debian-13 (libvirt, 13.0.1)"'
	box
	[ "$status" -eq 0 ]
	[ "$output" = ':: box ok' ]
}

@test "another version, another hypervisor or a longer name is another box" {
	stub id 'echo 1000' # so that none is built
	for has in '(libvirt, 13.0.10)' '(virtualbox, 13.0.1)' '(libvirt, 13x0.1)'; do
		stub vagrant "echo 'redis-ha/debian-13 $has'"
		box
		[ "$status" -eq 2 ]
		[[ $output == 'build.sh: needs root'* ]]
	done
}

@test "what build.sh lacks is named before anything is made" {
	run bash "$build" --suite trixie
	[ "$output" = 'build.sh: --suite, --name and --version are needed' ]
	run bash "$build" --size 8
	[ "$output" = 'build.sh: unknown option: --size' ]
	[ "$status" -eq 2 ]
}

# --- what is in the box

@test "name servers are those of every lease, and stay when there is none" {
	local leases=$BATS_TEST_TMPDIR/leases conf=$BATS_TEST_TMPDIR/resolv.conf
	names() {
		sh -c "$(sed "s#/run/systemd/netif/leases#$leases#; s#/etc/resolv.conf#$conf#g" \
			"$BATS_TEST_DIRNAME/../../vagrant/box/rootfs/usr/local/sbin/name-servers.sh")"
	}
	mkdir "$leases"
	printf 'ADDRESS=192.0.2.7\nDNS=192.0.2.1 192.0.2.2\nDOMAINNAME=example\n' >"$leases/2"
	printf 'ADDRESS=198.51.100.7\nDNS=198.51.100.1\n' >"$leases/3"
	names
	[ "$(cat "$conf")" = $'nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 198.51.100.1' ]
	rm "$leases"/*
	names
	[ "$(wc -l <"$conf")" -eq 3 ]
}
