# Runs in the virtual machine, as its first process: VM (emulator and kernel, unpacked), JOB (a script) and FOLDER are in the environment.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
mount -t 9p -o trans=virtio,version=9p2000.L folder "$FOLDER"
mkdir -p /lib/modules /dev/pts /dev/shm
mount --bind "$VM/root/usr/lib/modules" /lib/modules
mount -t devpts devpts /dev/pts
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -s /proc/self/fd /dev/fd
ln -s fd/0 /dev/stdin
ln -s fd/1 /dev/stdout
ln -s fd/2 /dev/stderr
mkdir -p /var/lib/.modprobe # not /run: that is another one in the tests' namespaces
# The kernel loads what it is asked for, with the modprobe of its own release.
printf '#!/bin/bash\nexec %q --library-path %q --argv0 modprobe %q "$@"\n' \
  "$VM/root/lib64/ld-linux-x86-64.so.2" "$VM/root/usr/lib/x86_64-linux-gnu" "$VM/root/usr/bin/kmod" >/var/lib/.modprobe/modprobe
chmod 755 /var/lib/.modprobe/modprobe
echo /var/lib/.modprobe/modprobe >/proc/sys/kernel/modprobe
/var/lib/.modprobe/modprobe ipv6
ip link set lo up
bash "$JOB" >"$FOLDER/vm.log" 2>&1
sync
echo o >/proc/sysrq-trigger
sleep 60
