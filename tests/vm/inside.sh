# Runs in the virtual machine as its first process, with its own copy of the machine's files: inside.sh CONTROL MACHINE
# CONTROL is the folder that run.sh shares for the command, its output and its exit code; MACHINE has the kernel's modules.
control=$1 machine=$2
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
mount -t 9p -o trans=virtio,version=9p2000.L control "$control"
if [ -e "$control/share" ]; then mount -t 9p -o trans=virtio,version=9p2000.L share "$(cat "$control/share")"; fi
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /lib/modules /dev/pts /dev/shm /run/lock /run/netns
mount --bind "$machine/root/usr/lib/modules" /lib/modules
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t cgroup2 cgroup2 /sys/fs/cgroup
ln -sfn /proc/self/fd /dev/fd
ln -sfn fd/0 /dev/stdin
ln -sfn fd/1 /dev/stdout
ln -sfn fd/2 /dev/stderr

# The kernel loads what it is asked for, with the modprobe of its own release. /usr/local/sbin, because /run is another one in the tests' namespaces.
for program in modprobe lsmod rmmod; do
  printf '#!/bin/bash\nexec %q --library-path %q --argv0 %q %q "$@"\n' \
    "$machine/root/lib64/ld-linux-x86-64.so.2" "$machine/root/usr/lib/x86_64-linux-gnu" "$program" "$machine/root/usr/bin/kmod" >"/usr/local/sbin/$program"
  chmod 755 "/usr/local/sbin/$program"
done
echo /usr/local/sbin/modprobe >/proc/sys/kernel/modprobe
modprobe -a ipv6
ip link set lo up

# To open a file over 9p takes longer than most of what the programs do that tests start: theirs are copied to the layer in memory, by a change
# of the time when they were last read.
if [ -e "$control/near" ]; then xargs -d '\n' -a "$control/near" touch -a -c; fi

bash "$control/command" >"$control/output" 2>"$control/errors" </dev/null
echo $? >"$control/exit-code"
sync
echo o >/proc/sysrq-trigger
sleep 60
