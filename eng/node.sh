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
mkdir -p /run/.cgroup /run/lock /run/netns \
  /run/.node/etc/upper /run/.node/etc/work /run/.node/var/upper /run/.node/var/work /run/.node/opt/upper /run/.node/opt/work
mount --rbind /sys/fs/cgroup /run/.cgroup
mount -t sysfs sysfs /sys # /sys/class/net of the new network namespace
mount --move /run/.cgroup /sys/fs/cgroup
rmdir /run/.cgroup

# One process for them all: most of what a node costs in an emulated machine is the start of processes. What is mounted already is left out, so
# the names are this node's: it may be one in another node.
for folder in etc var opt; do
  printf 'node-%s /%s overlay lowerdir=/%s,upperdir=/run/.node/%s/upper,workdir=/run/.node/%s/work 0 0\n' $pid $folder $folder $folder $folder
done >/run/.node/fstab
for folder in /etc/cni /opt/cni /var/lib/cni; do printf 'node-%s %s tmpfs mode=755,X-mount.mkdir 0 0\n' $pid $folder; done >>/run/.node/fstab
printf 'node-%s /proc proc defaults 0 0\n' $pid >>/run/.node/fstab
mount --fstab /run/.node/fstab --all
mkdir -p /etc/cni/net.d /opt/cni/bin /opt/cni/reference ${REFERENCE_PLUGINS_BOOKWORM:+/opt/cni/bookworm}
ip link set lo up

# The plugins: the reference ones as they are; MultiNet's executable with a link for each plugin that it has built in.
[ -z "${REFERENCE_PLUGINS:-}" ] || mount --bind "$REFERENCE_PLUGINS" /opt/cni/reference
if [ -n "${REFERENCE_PLUGINS_BOOKWORM:-}" ]; then
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
