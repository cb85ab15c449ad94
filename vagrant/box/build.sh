#!/usr/bin/env bash
# Builds a Debian box for libvirt from the distribution's mirror and adds it to Vagrant, for a
# site that reaches no registry of boxes.
# usage: build.sh --suite SUITE --name NAME --version VERSION
#   --suite SUITE      such as trixie
#   --name NAME        what Vagrant calls the box
#   --version VERSION  numbers and dots; what Vagrant has already is not built again
# In the box lies its kernel as well, for those who want to know whether KVM boots it.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=provision/common/lib.sh
source "$here/../../provision/common/lib.sh"
# shellcheck source=provision/engine/mirror.sh
source "$here/../../provision/engine/mirror.sh"
# shellcheck source=provision/engine/bootstrap.sh
source "$here/../../provision/engine/bootstrap.sh"

PATH=$PATH:/usr/sbin:/sbin
DISK_GIB=8
# Where the file system begins: behind the boot loader
OFFSET=$((1024 * 1024))
MBR=/usr/lib/EXTLINUX/mbr.bin
PACKAGES=(
	linux-image-cloud-amd64 initramfs-tools zstd systemd-sysv udev dbus openssh-server sudo
	ca-certificates curl iproute2 iputils-ping less nftables procps python3-minimal
)
SUITE=
NAME=
VERSION=
SCRATCH=
LOOP=

parse() {
	while [ $# -gt 0 ]; do
		case $1 in
		--suite) SUITE=${2:?} ;;
		--name) NAME=${2:?} ;;
		--version) VERSION=${2:?} ;;
		*) die "unknown option: $1" ;;
		esac
		shift 2
	done
	[ -n "$SUITE" ] && [ -n "$NAME" ] && [ -n "$VERSION" ] || die "--suite, --name and --version are needed"
}

# has_box LIST - whether the output of `vagrant box list` names this box in this version
has_box() {
	grep -qE "^${NAME//./\\.} +\(libvirt, ${VERSION//./\\.}[,)]" <<<"$1"
}

require_tools() {
	(($(id -u) == 0)) || die "needs root, to make a file system with what belongs to root"
	[ "$(dpkg --print-architecture 2>/dev/null)" = amd64 ] || die "makes boxes on Debian and Ubuntu for amd64 only"
	require_mmdebstrap
	for tool in extlinux qemu-img sfdisk mke2fs losetup; do
		have "$tool" || die "needs $tool: sudo ./inv vagrant.install"
	done
}

cleanup() {
	if mountpoint -q "$SCRATCH/root"; then umount "$SCRATCH/root"; fi
	if [ -n "$LOOP" ]; then losetup --detach "$LOOP"; fi
	rm -rf "$SCRATCH"
}

system() {
	# The first file system of a boot finds its disk without a device manager of its own
	bootstrap "$SUITE" "$SCRATCH/system.tar" "$SCRATCH" --skip=cleanup/apt \
		--dpkgopt='path-exclude=/usr/share/initramfs-tools/*/udev' \
		--include="$(tr ' ' , <<<"${PACKAGES[*]}")" --customize-hook="$here/customize.sh"
	report system changed
}

# disk - one partition, a boot loader, the system; as small a file system as old boot loaders read
disk() {
	local image=$SCRATCH/disk.raw
	truncate -s "${DISK_GIB}G" "$image"
	printf 'label: dos\nstart=%s, type=83, bootable\n' $((OFFSET / 512)) | sfdisk --quiet "$image" >/dev/null
	dd if="$MBR" of="$image" bs=440 count=1 conv=notrunc status=none
	LOOP=$(losetup --find --show --offset "$OFFSET" "$image")
	quietly mke2fs -q -t ext4 -L root -O '^64bit,^metadata_csum' -m 1 "$LOOP"
	mount "$LOOP" "$SCRATCH/root"
	tar -xf "$SCRATCH/system.tar" -C "$SCRATCH/root" --numeric-owner --xattrs --xattrs-include='*'
	quietly extlinux --install "$SCRATCH/root/boot/extlinux"
	install -m 644 "$SCRATCH/root/vmlinuz" "$SCRATCH/box/vmlinuz"
	umount "$SCRATCH/root"
	losetup --detach "$LOOP"
	LOOP=
	report disk changed
}

box() {
	local folder=$SCRATCH/box
	quietly qemu-img convert -c -O qcow2 "$SCRATCH/disk.raw" "$folder/box.img"
	cp "$here/Vagrantfile" "$folder"
	printf '{"provider": "libvirt", "format": "qcow2", "virtual_size": %s}\n' "$DISK_GIB" >"$folder/metadata.json"
	tar -cf "$SCRATCH/box.box" -C "$folder" metadata.json Vagrantfile box.img vmlinuz
	cat >"$SCRATCH/catalogue.json" <<-END
		{"name": "$NAME", "versions": [{"version": "$VERSION", "providers":
		[{"name": "libvirt", "url": "file://$SCRATCH/box.box"}]}]}
	END
	quietly vagrant box add --force --provider libvirt "$SCRATCH/catalogue.json"
	report box changed
}

main() {
	parse "$@"
	have vagrant || die "no vagrant here: sudo ./inv vagrant.install"
	if has_box "$(vagrant box list)"; then
		report box ok
		return
	fi
	require_tools
	SCRATCH=$(mktemp -d)
	mkdir "$SCRATCH/root" "$SCRATCH/box"
	trap cleanup EXIT
	trap 'exit 130' INT TERM
	system
	disk
	box
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then main "$@"; fi
