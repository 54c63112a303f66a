#!/usr/bin/env bash
# usage: tests/cluster/cluster.sh start DIR [--while PID]     starts a cluster with one node, "node"; its files are below DIR
#        tests/cluster/cluster.sh stop DIR                    ends it; only DIR/log stays
#        tests/cluster/cluster.sh install DIR FOLDER          installs MultiNet from FOLDER (artifacts/bin) around a bridge; the node gets Ready
#        tests/cluster/cluster.sh kubectl DIR ARGUMENT...     kubectl as the cluster's administrator
#        tests/cluster/cluster.sh exec DIR COMMAND...         runs a command on the node
#        tests/cluster/cluster.sh kill DIR PART [SIGNAL]      ends a part of the cluster (SIGNAL: KILL) and waits until it has ended
#        tests/cluster/cluster.sh run DIR PART                starts it again; PART: etcd, kube-apiserver, kube-controller-manager,
#                                                             kube-scheduler, containerd, kubelet; multinetd (after install)
#        tests/cluster/cluster.sh image DIR NAME [FILE...]    gives the node an image with busybox and, in /usr/local/bin, FILEs
#
# A real Kubernetes on this machine, all in namespaces of its own (mount, network, processes): nothing of it is seen by the machine, several can
# run side by side, and everything ends with it. With --while it ends when the process PID has ended. The node has no CNI configuration and
# no plugins: it gets Ready when somebody installs them. "start" prints the environment file, DIR/environment: CLUSTER_BIN (the executables),
# KUBECONFIG, NODE_PID. The first start fetches and builds Kubernetes (tests/cluster/kubernetes.sh). tests/cluster/README.md says what is where.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../../eng/packages.sh"
. "$here/certificates.sh"
. "$here/remains.sh"
. "$here/install.sh"

patience=180 # seconds for each step of the start, on a machine that is busy

usage() { sed -n '2,15s/^# \{0,1\}//p' "$0"; }
case "${1:-}" in
  --help | -h) usage; exit 0 ;;
  start | stop | install | kubectl | exec | kill | run | image) ;;
  *) usage >&2; exit 2 ;;
esac
verb=$1
[ -n "${2:-}" ] || { usage >&2; exit 2; }
[ "$(id -u)" = 0 ] || fail "a cluster needs namespaces and a container runtime: run this as root"
case $verb in
  start) mkdir -p "$2" ;;
  *) [ -d "$2" ] || fail "no cluster there: $2 is not a folder" ;;
esac
dir=$(readlink -f "$2")
shift 2
cgroup=multinet-cluster-$(cksum <<<"$dir" | cut -d' ' -f1)

in_node() { nsenter --target "$NODE_PID" --mount --net --pid --uts --wd=/ -- "$@"; }

# wait_for WHAT COMMAND...
wait_for() {
  local what=$1 started=$SECONDS
  shift
  until "$@" >/dev/null 2>&1; do
    is_running "$dir/run/holder" || { tail -n 20 "$dir"/log/node.log >&2; fail "the node has ended while waiting for $what (its output is above)"; }
    [ $((SECONDS - started)) -lt $patience ] || { tail -n 15 "$dir"/log/*.log >&2; fail "$what: not within $patience s (the ends of the logs are above)"; }
    sleep 0.2
  done
}

load() {
  is_running "$dir/run/holder" || fail "the cluster in $dir does not run"
  . "$dir/environment"
}

run_part() {
  case $1 in
    etcd | kube-apiserver | kube-controller-manager | kube-scheduler | containerd | kubelet | multinetd) ;;
    *) fail "no such part of the cluster: $1 (see --help)" ;;
  esac
  # The number of the process before it would be taken for its own by a "kill" that comes at once.
  rm -f "$dir/run/$1.pid"
  in_node bash -c 'exec setsid --fork bash -c '\''echo $$ >"$1/run/$2.pid"; exec bash "$3" "$1" "$2"'\'' part "$@" >>"$1/log/$2.log" 2>&1 </dev/null' \
    run "$dir" "$1" "$here/component.sh" 9>&-
  wait_for "the process of $1" test -s "$dir/run/$1.pid"
}

kill_part() {
  local part=$1 signal=${2:-KILL} pid started=$SECONDS
  pid=$(cat "$dir/run/$part.pid" 2>/dev/null) || fail "$part was never started"
  in_node kill -s "$signal" "$pid" 2>/dev/null || return 0
  while in_node kill -0 "$pid" 2>/dev/null; do
    [ $((SECONDS - started)) -lt $patience ] || fail "$part does not end on SIG$signal"
    sleep 0.05
  done
}

import_image() {
  local name=$1 archive
  shift
  archive=$(mktemp "$dir/image.XXXXXX")
  sh "$here/../../eng/image.sh" "$archive" "$name" "$@"
  in_node ctr -n k8s.io images import --snapshotter "$CLUSTER_SNAPSHOTTER" "$archive" >/dev/null
  rm -f "$archive"
}

# The lock is held while the cluster starts and stops, not while it runs.
lock() {
  exec 9>"$dir/.lock"
  flock 9
}

end_cluster() {
  local number=""
  if is_running "$dir/run/holder"; then
    read -r number _ <"$dir/run/holder"
    kill -TERM "$number"
    while is_running "$dir/run/holder"; do sleep 0.1; done
  fi
  remove_control_groups "$cgroup" # of a cluster whose holder was killed
  rm -rf "$dir"/{etcd,containerd,kubelet,pki,run,environment,containerd.toml,kubelet.yaml} "$dir"/image.*
}

# can_overlay: whether containerd's quick snapshots work on the file system of DIR.
can_overlay() {
  mkdir -p "$dir"/run/try/{lower,upper,work,all}
  unshare --mount mount -t overlay overlay -o "lowerdir=$dir/run/try/lower,upperdir=$dir/run/try/upper,workdir=$dir/run/try/work" "$dir/run/try/all" 2>/dev/null
}

write_configurations() {
  cat >"$dir/containerd.toml" <<END
version = 2
root = "$dir/containerd"
state = "/run/containerd"
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "multinet.test/busybox:1"
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "$CLUSTER_SNAPSHOTTER"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/opt/cni/bin"
    conf_dir = "/etc/cni/net.d"
END
  # What the machine lacks (disk, swap off) is no reason to refuse or to evict pods. Everything is looked at often: tests wait for it.
  cat >"$dir/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}, x509: {clientCAFile: "$dir/pki/ca.crt"}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
cgroupRoot: /$cgroup
failSwapOn: false
evictionHard: {memory.available: "1Mi", nodefs.available: "0%", nodefs.inodesFree: "0%", imagefs.available: "0%"}
imageGCHighThresholdPercent: 100
staticPodPath: /etc/kubernetes/manifests
fileCheckFrequency: 1s
syncFrequency: 10s
nodeStatusUpdateFrequency: 3s
nodeStatusReportFrequency: 30s
maxPods: 250
resolvConf: ""
kubeAPIQPS: 200
kubeAPIBurst: 400
registryPullQPS: 0
eventRecordQPS: 0
serializeImagePulls: false
END
}

start() {
  local watched=""
  if [ "${1:-}" = --while ]; then
    [[ ${2:-} =~ ^[1-9][0-9]*$ ]] && kill -0 "$2" 2>/dev/null || fail "--while needs the number of a running process, found '${2:-}'"
    watched=$2
    shift 2
  fi
  [ $# -eq 0 ] || fail "unknown argument '$1' (see --help)"
  need_packages "a cluster" openssl:openssl containerd:containerd ctr:containerd runc:runc busybox-static ip:iproute2 iptables:iptables \
    unshare:util-linux setpriv:util-linux flock:util-linux mount:mount pgrep:procps conntrack:conntrack
  lock
  ! is_running "$dir/run/holder" || fail "a cluster runs in $dir already"
  end_cluster # what a killed one has left
  CLUSTER_BIN=$("$here/kubernetes.sh")
  mkdir -p "$dir"/{log,run,etcd,containerd,kubelet}
  chmod 700 "$dir/etcd"
  rm -f "$dir"/log/*.log
  trap 'end_cluster' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  CLUSTER_SNAPSHOTTER=native
  ! can_overlay || CLUSTER_SNAPSHOTTER=overlayfs
  make_certificates "$dir/pki" https://127.0.0.1:6443
  write_configurations

  setsid bash "$here/hold.sh" "$dir" "$cgroup" $watched >"$dir/log/node.log" 2>&1 </dev/null 9>&- &
  local holder=$!
  until [ -s "$dir/run/holder" ] || ! kill -0 "$holder" 2>/dev/null; do sleep 0.05; done
  wait_for "the node's namespaces" test -e "$dir/run/prepared"
  # unshare's one child is the node's first process.
  NODE_PID=$(pgrep -P "$(pgrep -P "$holder" -x unshare)")
  printf '%s=%q\n' CLUSTER_BIN "$CLUSTER_BIN" CLUSTER_SNAPSHOTTER "$CLUSTER_SNAPSHOTTER" KUBECONFIG "$dir/pki/admin.kubeconfig" NODE_PID "$NODE_PID" \
    >"$dir/environment"

  run_part etcd
  run_part containerd
  run_part kube-apiserver
  wait_for "containerd" in_node ctr version
  import_image multinet.test/busybox:1
  wait_for "the API server" kubectl_ get --raw /readyz
  run_part kube-controller-manager
  run_part kube-scheduler
  run_part kubelet
  wait_for "the kubelet's registration" kubectl_ get node node
  wait_for "the service account of new pods" kubectl_ get serviceaccount default
  trap - EXIT
  printf '%s\n' "$dir/environment"
}

kubectl_() { in_node "$CLUSTER_BIN/kubectl" --kubeconfig "$dir/pki/admin.kubeconfig" "$@"; }

case $verb in
  start) start "$@" ;;
  stop) lock; end_cluster ;;
  install) load; install_multinet "$@" ;;
  kubectl) load; kubectl_ "$@" ;;
  exec) load; in_node "$@" ;;
  kill) load; kill_part "$@" ;;
  run) load; run_part "$@" ;;
  image) load; import_image "$@" ;;
esac
