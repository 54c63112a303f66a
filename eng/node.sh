# A node in a box, for tests and benchmarks. Run in fresh namespaces:
#   unshare --mount --net --pid --fork --kill-child --propagation private sh eng/node.sh [COMMAND...]
# with REFERENCE_PLUGINS (a folder), MULTINET_BIN (a file) and BUILT_IN (names of plugins) in the environment, as far as the node is to have
# them, and REFERENCE_PLUGINS_BOOKWORM (a folder). Runs COMMAND in the node; without one it prints "ready PID" (as the machine sees it) and keeps the node until standard input is closed.
#
# /etc, /var and /opt show the machine's files, but what is written there is seen in this node only and ends with it.
# /run and the folders of CNI start empty.
set -e
read -r pid rest </proc/self/stat # /proc is still the machine's: this is the process id as the machine sees it

mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/.cgroup /run/lock /run/netns
mount --rbind /sys/fs/cgroup /run/.cgroup
mount -t sysfs sysfs /sys # /sys/class/net of the new network namespace
mount --move /run/.cgroup /sys/fs/cgroup
rmdir /run/.cgroup

for folder in etc var opt; do
  mkdir -p /run/.node/$folder/upper /run/.node/$folder/work
  mount -t overlay overlay -o lowerdir=/$folder,upperdir=/run/.node/$folder/upper,workdir=/run/.node/$folder/work /$folder
done
mkdir -p /etc/cni /opt/cni /var/lib/cni
for folder in /etc/cni /opt/cni /var/lib/cni; do mount -t tmpfs -o mode=755 tmpfs $folder; done
mkdir -p /etc/cni/net.d /opt/cni/bin /opt/cni/reference
mount -t proc proc /proc
ip link set lo up

# The plugins: the reference ones as they are; MultiNet's executable with a link for each plugin that it has built in.
[ -z "${REFERENCE_PLUGINS:-}" ] || mount --bind "$REFERENCE_PLUGINS" /opt/cni/reference
if [ -n "${REFERENCE_PLUGINS_BOOKWORM:-}" ]; then
  mkdir /opt/cni/bookworm
  mount --bind "$REFERENCE_PLUGINS_BOOKWORM" /opt/cni/bookworm
fi
if [ -n "${MULTINET_BIN:-}" ]; then
  : >/opt/cni/bin/multinet
  mount --bind "$MULTINET_BIN" /opt/cni/bin/multinet
fi
for name in ${BUILT_IN:-}; do ln -s multinet /opt/cni/bin/$name; done

[ $# -eq 0 ] || exec "$@"
echo "ready $pid"
exec cat >/dev/null # until the test closes our standard input, or dies
