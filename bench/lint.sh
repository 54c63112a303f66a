#!/bin/sh
# How long "multinet lint" takes for 1,000 files: one definition and one pod that uses it in each. Needs the executable: ./build.sh artifacts/bin
#   bench/lint.sh [EXECUTABLE]
set -eu
cd "$(dirname "$0")/.."
multinet=${1:-artifacts/bin/multinet}
[ -x "$multinet" ] || { echo "bench/lint.sh: no $multinet; build it: ./build.sh artifacts/bin" >&2; exit 2; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT INT TERM

i=0
while [ $i -lt 1000 ]; do
    cat > "$folder/net$i.yaml" <<YAML
apiVersion: k8s.cni.cncf.io/v1
kind: NetworkAttachmentDefinition
metadata:
  name: net$i
spec:
  config: |
    {
      "cniVersion": "1.0.0", "name": "net$i",
      "plugins": [
        {"type": "bridge", "bridge": "br$i", "vlan": 5000, "capabilities": {"ips": true},
         "ipam": {"type": "host-local", "subnet": "10.$((i / 250)).$((i % 250)).0/24", "rangStart": "10.1.0.5"}},
        {"type": "tuning", "sysctl": {"net.ipv4.conf.IFNAME.arp_filter": "1"}}
      ]
    }
---
apiVersion: v1
kind: Pod
metadata:
  name: pod$i
  annotations:
    k8s.v1.cni.cncf.io/networks: '[{"name": "net$i", "interface": "net1"}]'
spec:
  containers: [{name: c, image: i}]
YAML
    i=$((i + 1))
done

for run in 1 2 3; do
    start=$(date +%s%N)
    "$multinet" lint "$folder" > "$folder/out" 2> "$folder/err" && code=0 || code=$?
    end=$(date +%s%N)
    echo "lint of 1000 files: $(((end - start) / 1000000)) ms, exit code $code, $(cat "$folder/err")"
done
