#!/bin/sh
# Becomes the first process of a machine of its own: called by tests/support/systemd.py in new namespaces. The root is
# this machine's, to be written over in memory; nothing of it reaches the disk.
#
#     systemd_inside.sh DIRECTORY
set -eu
place=$1
root=$place/root
mount -t tmpfs tmpfs "$place"
mkdir "$place/over" "$place/work" "$root"
mount -t overlay -o "lowerdir=/,upperdir=$place/over,workdir=$place/work" overlay "$root"
mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null:3 zero:5 full:7 random:8 urandom:9; do
    mknod -m 666 "$root/dev/${device%:*}" c 1 "${device#*:}"
done
mknod -m 666 "$root/dev/tty" c 5 0
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mkdir "$root/run/given"
mount --bind "$2" "$root/run/given"
ip link set lo up
# Nothing else of this machine starts there: no unit of its own, no log of its own, no name of its own.
rm -rf "$root/etc/systemd/system" "$root/var/log/journal"
rm -f "$root/usr/sbin/policy-rc.d" # of images: packages may not start what they bring
mkdir "$root/etc/systemd/system"
: >"$root/etc/machine-id"
cat >"$root/etc/systemd/system/alone.target" <<'UNIT'
[Unit]
Description=Nothing but what is asked for
Requires=systemd-journald.service dbus.service
After=systemd-journald.service dbus.service
UNIT
cd "$root"
mkdir old
pivot_root . old
umount -l /old
mount --make-rshared / # what one service mounts for another is seen, as on a machine that has started by itself
exec env -i container=tests PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    /lib/systemd/systemd --system --unit=alone.target --show-status=no </dev/null
