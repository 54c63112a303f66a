# Runs one test program. Start it in fresh namespaces:
#   unshare --mount --net --pid --fork --kill-child --propagation private bash eng/reference-suites/sandbox.sh BIN REPORTS PLUGINS FOLDER COMMAND...
# BIN holds the plugins that the tests find, REPORTS takes ginkgo's report, PLUGINS is the reference's source tree, FOLDER (in it) is where
# COMMAND starts. What the tests write to /run, /var/lib/cni and /tmp is seen here only and ends with them.
set -e
bin=$1 reports=$2 plugins=$3 folder=$4
shift 4
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/netns /run/lock /run/multinet-suites/{bin,reports,multinet} /run/.tmp/{upper,work}
cp -a "$bin"/. /run/multinet-suites/bin
mount --bind "$reports" /run/multinet-suites/reports
mount --bind "$bin" "$plugins/bin"
mount -t sysfs sysfs /sys
mount -t proc proc /proc
mount -t overlay overlay -o lowerdir=/tmp,upperdir=/run/.tmp/upper,workdir=/run/.tmp/work /tmp
rm -rf /tmp/tuning-test /tmp/basic-ptp-test /tmp/chained-ptp-bandwidth-test
mkdir -p /var/lib/cni
mount -t tmpfs tmpfs /var/lib/cni
ip link set lo up
cd "$folder"
exec "$@"
