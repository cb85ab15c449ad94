#!/bin/sh
# Process 1 of a node, until systemd takes its place.
set -eu

# Docker gives a container its own cgroup namespace, but read-only, and systemd starts nothing
# without cgroups of its own. Writable here means writable below the container's own cgroup.
for mount in /sys/fs/cgroup /sys/fs/cgroup/*/; do
	if mountpoint -q "$mount"; then mount -o remount,bind,rw "$mount"; fi
done

# systemd's last versions for cgroup v1 want to be told twice.
if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
	set -- "$@" SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1
fi
exec /sbin/init "$@"
