#!/usr/bin/env bash
# What makes a machine of a minimal system; mmdebstrap runs it when the packages are in place.
# usage: customize.sh ROOT
# BOX_CA_BUNDLE names a file of certificates that the system shall trust besides Debian's.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# What compose nodes have as well
NODE=$here/../../docker/node/rootfs
SHARED=(etc/apt/apt.conf.d etc/dpkg/dpkg.cfg.d etc/systemd/journald.conf.d)
# Nothing that waits for hardware or the network, nothing that such a machine has not, and no timer
# that wakes up during a benchmark: every program that starts costs an emulated processor a second.
# Sessions are not kept, nobody is kept out while it boots, and the hypervisor gives random numbers.
MASKED=(
	apt-daily-upgrade.timer apt-daily.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer
	systemd-tmpfiles-clean.timer
	tmp.mount run-lock.mount dev-hugepages.mount dev-mqueue.mount sys-fs-fuse-connections.mount sys-kernel-config.mount
	sys-kernel-debug.mount sys-kernel-tracing.mount proc-sys-fs-binfmt_misc.automount
	modprobe@configfs.service modprobe@drm.service modprobe@efi_pstore.service modprobe@fuse.service
	e2scrub_reap.service getty@tty1.service getty-static.service serial-getty@ttyS0.service
	systemd-binfmt.service systemd-firstboot.service systemd-hwdb-update.service
	systemd-network-generator.service systemd-networkd-wait-online.service systemd-pcrlock-make-policy.service
	systemd-pstore.service systemd-udev-load-credentials.service systemd-update-utmp.service
	systemd-modules-load.service systemd-networkd-persistent-storage.service kmod-static-nodes.service
	systemd-tmpfiles-setup-dev-early.service systemd-tmpfiles-setup-dev.service
	systemd-logind.service systemd-random-seed.service systemd-remount-fs.service systemd-user-sessions.service
)
GENERATORS=(
	bless-boot cryptsetup debug getty gpt-auto hibernate-resume integritysetup rc-local run ssh
	system-update tpm2 veritysetup
)

files() {
	(cd "$NODE" && cp -r --parents "${SHARED[@]}" "$1")
	cp -r "$here/rootfs/." "$1"
	find "$here/rootfs" -mindepth 1 -printf '%P\0' | while IFS= read -r -d '' name; do
		chmod u=rwX,go=rX "$1/$name"
		chown -h root:root "$1/$name"
	done
	chmod 0440 "$1/etc/sudoers.d/vagrant"
}

user() {
	chroot "$1" useradd --create-home --shell /bin/bash --groups sudo,adm,systemd-journal vagrant
	chroot "$1" chown -R vagrant:vagrant /home/vagrant
	chmod 0700 "$1/home/vagrant/.ssh"
	chmod 0600 "$1/home/vagrant/.ssh/authorized_keys"
}

services() {
	rm -f "$1"/etc/ssh/ssh_host_*
	chroot "$1" systemctl --quiet set-default multi-user.target
	chroot "$1" systemctl --quiet mask "${MASKED[@]}"
	mkdir -p "$1/etc/systemd/system-generators"
	for name in "${GENERATORS[@]}"; do
		ln -s /dev/null "$1/etc/systemd/system-generators/systemd-$name-generator"
	done
	ln -s /dev/null "$1/etc/tmpfiles.d/systemd-nologin.conf"
	chroot "$1" systemctl --quiet enable ssh.service ssh-host-key.service systemd-networkd.service name-servers.path
	: >"$1/etc/resolv.conf"
	echo debian >"$1/etc/hostname"
	printf '127.0.0.1 localhost\n::1 localhost\n' >"$1/etc/hosts"
	: >"$1/etc/machine-id"
	chroot "$1" journalctl --update-catalog
	touch "$1/etc/.updated" "$1/var/.updated"
}

trust() {
	[ -n "${BOX_CA_BUNDLE:-}" ] || return 0
	cp "$BOX_CA_BUNDLE" "$1/tmp/bundle.crt"
	cp "$NODE/usr/local/lib/node/trust-ca.sh" "$1/tmp/"
	chroot "$1" sh /tmp/trust-ca.sh /tmp/bundle.crt >/dev/null
	rm "$1/tmp/bundle.crt" "$1/tmp/trust-ca.sh"
}

# lists - what provisioning asks for first, read here where that is quick. What apt makes of them holds
# as long as their times stay, and mmdebstrap sets back every one that is later than its own start.
lists() {
	find "$1/var/lib/apt/lists" "$1/var/lib/dpkg" -maxdepth 1 -type f -exec touch -d '1 hour ago' {} +
	chroot "$1" apt-cache gencaches
	rm -f "$1"/var/cache/apt/archives/*.deb
}

main() {
	files "$1"
	user "$1"
	services "$1"
	trust "$1"
	lists "$1"
	chroot "$1" update-initramfs -u -k all
}

main "$@"
