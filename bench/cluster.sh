#!/usr/bin/env bash
# usage: bench/cluster.sh [PODS]
#
# How long a real cluster (tests/cluster) needs for PODS (30) pods from "kubectl apply" until all are ready, and for the sandbox of each (from the
# runtime's log; it holds the CNI ADD): with the cluster's network alone, by the reference plugins without MultiNet and with MultiNet; and with three
# further networks, where multinet asks the API server, where it asks the node daemon, and where it executes the reference plugins. Then ten static
# pods, which the kubelet starts by itself, with the reference plugins alone and with MultiNet. The executables are those of artifacts/bin.
# Milliseconds; compare within one run only.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh
case "${1:-}" in --help | -h) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
pods=${1:-30}
[[ $pods =~ ^[1-9][0-9]*$ ]] || fail "expected a number of pods, found '$pods'"
need_packages "the benchmark" jq:jq
reference=$(eng/reference-plugins.sh)

dir=$(mktemp -d)
cluster() { tests/cluster/cluster.sh "$1" "$dir" "${@:2}"; }
end() { cluster stop || true; rm -rf "$dir"; }
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

milliseconds() { date +%s%3N; }

# sandboxes PREFIX: median and greatest time of the sandboxes of the pods of that name.
sandboxes() {
  awk -v prefix="Name:$1-" '
    function at(t) { split(substr(t, 12, 15), p, ":"); return (p[1] * 3600 + p[2] * 60 + p[3]) * 1000 }
    /RunPodSandbox for/ && index($0, prefix) {
      match($0, /time="[^"]*"/); t = substr($0, RSTART + 6, RLENGTH - 7)
      match($0, /Name:[^,]*/); name = substr($0, RSTART, RLENGTH)
      if (/returns sandbox id/) { if (name in begun) print at(t) - begun[name] } else begun[name] = at(t)
    }' "$dir/log/containerd.log" | sort -n | awk '{ v[NR] = $1 } END { printf "%8.0f %8.0f", v[int((NR + 1) / 2)], v[NR] }'
}

manifest() { # NAME NETWORKS
  printf '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "namespace": "default", "annotations": {"k8s.v1.cni.cncf.io/networks": "%s"}}, "spec": {"terminationGracePeriodSeconds": 2, "containers": [{"name": "main", "image": "multinet.test/busybox:1"}]}}' "$1" "$2"
}

# measure TITLE PREFIX NETWORKS
measure() {
  local title=$1 prefix=$2 networks=$3 i started
  {
    printf '{"apiVersion": "v1", "kind": "List", "items": ['
    for ((i = 1; i <= pods; i++)); do [ "$i" -eq 1 ] || printf ','; manifest "$prefix-$i" "$networks"; done
    printf ']}'
  } >"$dir/pods.json"
  started=$(milliseconds)
  cluster kubectl apply -f "$dir/pods.json" >/dev/null
  cluster kubectl wait --for=condition=Ready pods --all --timeout=300s >/dev/null
  printf '%-52s %8d %s\n' "$title" $(($(milliseconds) - started)) "$(sandboxes "$prefix")"
  cluster kubectl delete pods --all >/dev/null
}

# measure_static TITLE PREFIX: ten of them.
measure_static() {
  local title=$1 prefix=$2 i started
  started=$(milliseconds)
  for ((i = 1; i <= 10; i++)); do
    manifest "$prefix-$i" "" | cluster exec sh -c 'cat >"/etc/kubernetes/$1.fresh"; mv "/etc/kubernetes/$1.fresh" "/etc/kubernetes/manifests/$1.json"' sh "$prefix-$i"
  done
  for ((i = 1; i <= 10; i++)); do
    until [ "$(cluster kubectl get pod "$prefix-$i-node" --ignore-not-found -o 'jsonpath={.status.phase}')" = Running ]; do sleep 0.1; done
  done
  printf '%-52s %8d %s\n' "$title" $(($(milliseconds) - started)) "$(sandboxes "$prefix")"
  cluster exec sh -c 'rm -f /etc/kubernetes/manifests/*'
  until [ -z "$(cluster kubectl get pods -o name)" ]; do sleep 0.2; done
}

cluster start >/dev/null
printf '%-52s %8s %8s %8s\n' "$pods pods" "all" "sandbox" "slowest"
cluster exec sh -c 'cp "$1"/* /opt/cni/bin/; cat >/etc/cni/net.d/10-cluster.conflist' sh "$reference" <<'END'
{"cniVersion": "1.0.0", "name": "cluster-network", "plugins": [
  {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "subnet": "10.244.0.0/16", "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
cluster kubectl wait --for=condition=Ready node/node --timeout=120s >/dev/null
measure "cluster network, reference plugins, no MultiNet" reference ""
measure_static "10 static pods, reference plugins, no MultiNet" static-reference

cluster exec sh -c 'cd /opt/cni/bin && rm -f *'
cluster install artifacts/bin
for name in blue green red; do
  printf '{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "%s", "namespace": "default"}, "spec": {"config": %s}}' "$name" \
    "$(jq -nc --arg name "$name" --arg subnet "10.$((80 + ${#name})).0.0/16" '{cniVersion: "1.0.0", name: $name, type: "bridge", bridge: ("br-" + $name), ipam: {type: "host-local", subnet: $subnet}} | tojson')" |
    cluster kubectl apply -f - >/dev/null
done
measure "cluster network, MultiNet, API server" direct ""
measure "and 3 networks, API server" direct3 "blue, green, red"
cluster run multinetd
until cluster exec busybox wget -q -O /dev/null http://127.0.0.1:9453/readyz 2>/dev/null; do sleep 0.2; done
measure "and 3 networks, daemon" daemon3 "blue, green, red"
measure_static "10 static pods, MultiNet, daemon" static-daemon
# The reference plugins take the names of ours, and are executed. The runtime needs a moment to read its configuration again.
cluster exec sh -c 'rm -f /opt/cni/bin/bridge /opt/cni/bin/host-local /opt/cni/bin/portmap; cp "$1"/bridge "$1"/host-local "$1"/portmap /opt/cni/bin/
  cd /etc/cni/net.d; jq ".plugins[0].builtin = \"off\"" 00-multinet.conflist >.fresh; mv .fresh 00-multinet.conflist; sleep 2' sh "$reference"
measure "and 3 networks, daemon, reference plugins" executed3 "blue, green, red"
