#!/usr/bin/env bash
# usage: bench/many-adds.sh [PODS [MEBIBYTES]]
#
# Memory of PODS (200) ADDs at once on a real cluster (tests/cluster): of the node daemon, which answers them all, and of the calls together, each with
# the cluster network and two others; then again with a third network whose plugin takes MEBIBYTES (55), as some do. The calls are made as the
# runtime makes them, all at the same moment; the kubelet is ended before. The executables are those of artifacts/bin. Needs PODS times MEBIBYTES of memory.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh
case "${1:-}" in --help | -h) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
pods=${1:-200} mebibytes=${2:-55}
[[ $pods =~ ^[1-9][0-9]*$ && $mebibytes =~ ^[1-9][0-9]*$ ]] || fail "expected a number of pods and one of MiB, found '$*'"
need_packages "the benchmark" jq:jq

dir=$(mktemp -d)
cluster() { tests/cluster/cluster.sh "$1" "$dir" "${@:2}"; }
end() { cluster stop || true; rm -rf "$dir"; }
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

daemon() { cluster exec sh -c 'awk -v key="$1:" "\$1 == key { printf \"%.1f\", \$2 / 1024 }" "/proc/$(pgrep -x multinetd)/status"' sh "$1"; }

list() { # NETWORKS
  local i
  printf '{"apiVersion": "v1", "kind": "List", "items": ['
  for ((i = 1; i <= pods; i++)); do
    [ "$i" -eq 1 ] || printf ','
    printf '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "pod-%d", "namespace": "default", "annotations": {"k8s.v1.cni.cncf.io/networks": "%s"}}, "spec": {"nodeName": "node", "containers": [{"name": "main", "image": "multinet.test/busybox:1"}]}}' "$i" "$1"
  done
  printf ']}'
}

# calls VERB: all at once; prints how many failed, and the peak of their control group in MiB.
calls() {
  cluster exec bash -c '
    group=/sys/fs/cgroup/memory/multinet-bench-$$ peak=memory.max_usage_in_bytes
    [ -d /sys/fs/cgroup/memory ] || group=/sys/fs/cgroup/multinet-bench-$$ peak=memory.peak
    mkdir "$group"
    jq -c "{name, cniVersion} + .plugins[0]" /etc/cni/net.d/00-multinet.conflist >/run/bench.conf
    export CNI_COMMAND=$1 CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin
    for ((i = 1; i <= $2; i++)); do
      (
        until [ -e /run/bench.go ]; do sleep 0.1; done
        export CNI_CONTAINERID=bench-$i CNI_NETNS=/run/netns/bench-$i CNI_ARGS="K8S_POD_NAMESPACE=default;K8S_POD_NAME=pod-$i;K8S_POD_INFRA_CONTAINER_ID=bench-$i"
        exec sh -c "echo \$\$ >$group/cgroup.procs; exec /opt/cni/bin/multinet" </run/bench.conf >/run/bench-$i.out 2>&1
      ) &
    done
    : >/run/bench.go
    failed=0
    for job in $(jobs -p); do wait "$job" || failed=$((failed + 1)); done
    rm /run/bench.go
    awk -v failed=$failed "{ printf \"%d %.0f\", failed, \$1 / 1048576 }" "$group/$peak"
    rmdir "$group"' bash "$1" "$pods"
}

# measure TITLE NETWORKS
measure() {
  local failed peak i before
  list "$2" | cluster kubectl apply -f - >/dev/null
  until cluster exec busybox wget -q -O - http://127.0.0.1:9453/metrics | grep -q "multinet_cache_objects{cache=\"pods\"} $pods$"; do sleep 0.2; done
  before=$(daemon VmRSS)
  read -r failed peak < <(calls ADD; echo)
  [ "$failed" -eq 0 ] || { cluster exec sh -c 'tail -n 3 /run/bench-1.out' >&2; fail "$failed of $pods ADDs failed"; }
  printf '%-36s %10s %10s %10s %10s\n' "$1" "$peak" "$before" "$(daemon VmRSS)" "$(daemon VmHWM)"
  read -r failed peak < <(calls DEL; echo)
  [ "$failed" -eq 0 ] || fail "$failed of $pods DELs failed"
  cluster kubectl delete pods --all --force --grace-period=0 >/dev/null 2>&1
}

cluster start >/dev/null
cluster install artifacts/bin
for name in blue green heavy; do
  printf '{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "%s", "namespace": "default"}, "spec": {"config": %s}}' "$name" \
    "$(jq -nc --arg name "$name" --arg subnet "10.$((80 + ${#name})).0.0/16" '
      {cniVersion: "1.0.0", name: $name} + if $name == "heavy" then {type: "heavy"} else {type: "bridge", bridge: ("br-" + $name), ipam: {type: "host-local", subnet: $subnet}} end | tojson')" |
    cluster kubectl apply -f - >/dev/null
done
# A plugin that holds as much memory as it was told, and touches all of it.
cluster exec sh -c 'cat >/opt/cni/bin/heavy; chmod 755 /opt/cni/bin/heavy' <<END
#!/bin/sh
[ "\$CNI_COMMAND" != ADD ] || { busybox dd if=/dev/zero of=/dev/null bs=${mebibytes}M count=4 2>/dev/null; echo '{"cniVersion": "1.0.0"}'; }
END
cluster kill kubelet
cluster run multinetd
until cluster exec busybox wget -q -O /dev/null http://127.0.0.1:9453/readyz 2>/dev/null; do sleep 0.2; done
cluster exec sh -c 'for i in $(seq "$1"); do ip netns add "bench-$i"; done' sh "$pods"
printf '%-36s %10s %10s %10s %10s\n' "$pods ADDs at once, MiB" "calls" "daemon" "after" "its peak"
measure "cluster network and 2 more" "blue, green"
measure "and a plugin of $mebibytes MiB" "blue, green, heavy"
