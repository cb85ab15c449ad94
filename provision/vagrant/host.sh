#!/usr/bin/env bash
# What virtual machines take on this host: Vagrant, libvirt and QEMU from the distribution's
# packages, and libvirt's daemons where no systemd keeps them.
# usage: host.sh install|start|stop
#   install  packages, then start; needs root on Debian or Ubuntu, unless there is nothing to do
#   start    does nothing where libvirt answers
#   stop     ends the daemons that this script started, once there is no machine left
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=provision/common/lib.sh
source "$here/../common/lib.sh"
# shellcheck source=provision/common/packages.sh
source "$here/../common/packages.sh"

PATH=$PATH:/usr/sbin:/sbin
RUN_DIR=/run
CONF=/etc/libvirt/qemu.conf
DEVICE=/dev/kvm
START_TIMEOUT_S=30
# virtlogd first: libvirtd starts machines, and they log there
DAEMONS=(virtlogd libvirtd)
PACKAGES=(
	libvirt-daemon-system libvirt-clients dnsmasq-base qemu-system-x86 qemu-utils
	mmdebstrap debian-archive-keyring fdisk extlinux openssh-client
)
OF_VAGRANT=(vagrant vagrant-libvirt vagrant-hostmanager)

answers() {
	timeout 10 virsh --connect "${LIBVIRT_DEFAULT_URI:-qemu:///system}" uri >/dev/null 2>&1
}

require_root() {
	[ "$(id -u)" = 0 ] || die "needs root: sudo ./inv vagrant.install (who is in the group libvirt needs it no more)"
}

packages() {
	[ "$(package_family)" = apt ] ||
		die "installs on Debian and Ubuntu only: install Vagrant, libvirt, QEMU and the plugin vagrant-libvirt yourself"
	local all=("${OF_VAGRANT[@]}" "${PACKAGES[@]}")
	if [ "$(apt_installed "${all[@]}" | wc -l)" -eq ${#all[@]} ]; then
		report packages ok
		return
	fi
	require_root
	quietly apt-get -qq update
	if apt-cache show vagrant-libvirt >/dev/null 2>&1; then
		PACKAGES+=("${OF_VAGRANT[@]}")
	elif ! have vagrant; then # Ubuntu dropped it after 22.04
		die "this distribution has no package of Vagrant: install it from its makers, and its plugin vagrant-libvirt, then this again"
	fi
	install_packages "${PACKAGES[@]}"
}

# pid_of DAEMON - of the one that this script started; nothing where it does not run
pid_of() {
	local pid
	pid=$(cat "$RUN_DIR/redis-ha-$1.pid" 2>/dev/null) || return 0
	if [[ $(readlink "/proc/$pid/exe") == */"$1" ]]; then echo "$pid"; fi
}

# as_root - where the device is root's alone, QEMU has to be: it is probed anew at every call else
as_root() {
	if [ -e "$DEVICE" ] && [ -z "$(find "$DEVICE" -perm /o+rw)" ] && ! runuser -u libvirt-qemu -- test -w "$DEVICE" 2>/dev/null; then
		grep -Eq '^user *=' "$CONF" || printf 'user = "root"\ngroup = "root"\n' >>"$CONF"
	fi
}

start() {
	have virsh || die "no virsh here: sudo ./inv vagrant.install"
	if answers; then
		report libvirt ok
		return
	fi
	require_root
	if systemd_runs; then
		quietly systemctl enable --now libvirtd.service
	else
		as_root
		for daemon in "${DAEMONS[@]}"; do
			[ -n "$(pid_of "$daemon")" ] || start_detached "$daemon"
		done
	fi
	within "$START_TIMEOUT_S" answers || die "libvirtd does not answer after $START_TIMEOUT_S s"
	report libvirt changed
}

# start_detached DAEMON - with no descriptor of ours, so that nobody who reads our output waits
start_detached() {
	(cd / && exec "$1" --daemon --pid-file "$RUN_DIR/redis-ha-$1.pid" </dev/null >/dev/null 2>&1)
}

stop() {
	local pid result=ok
	if systemd_runs || [ -z "$(pid_of libvirtd)" ]; then
		report libvirt ok
		return
	fi
	if [ -n "$(virsh --connect qemu:///system list --all --name 2>/dev/null | tr -d '\n')" ]; then
		report libvirt ok # somebody's machines are left
		return
	fi
	for daemon in libvirtd virtlogd; do
		pid=$(pid_of "$daemon")
		[ -z "$pid" ] || {
			kill "$pid"
			result=changed
		}
	done
	report libvirt "$result"
}

main() {
	case "$*" in
	install) packages && start ;;
	start | stop) "$1" ;;
	*) die "usage: host.sh install|start|stop" ;;
	esac
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
