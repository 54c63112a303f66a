#!/bin/busybox sh
# The first process of the virtual machine, from its initial file system: shows the machine's files and starts the script that the kernel's
# command line names. Writes go to a layer in memory.
box=/bin/busybox
$box mount -t proc proc /proc
$box mount -t sysfs sysfs /sys
$box mount -t devtmpfs devtmpfs /dev
for module in /modules/*; do $box insmod $module 2>/dev/null; done
$box mount -t 9p -o trans=virtio,version=9p2000.L,ro,cache=loose,msize=512000 files /host
$box mount -t tmpfs -o size=1g tmpfs /layer
$box mkdir /layer/upper /layer/work
$box mount -t overlay -o lowerdir=/host,upperdir=/layer/upper,workdir=/layer/work overlay /root
for folder in proc sys dev; do $box mount --move /$folder /root/$folder; done
control=$($box sed 's/.*multinet.control=\([^ ]*\).*/\1/' /root/proc/cmdline)
exec $box switch_root /root /bin/bash "$control/start" "$control"
