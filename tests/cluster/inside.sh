#!/bin/bash
# The first process of the node: inside.sh DIR CGROUP. Prepares what kubelet and containerd find, and then only reaps what they leave behind.
# eng/node.sh has made the node's files; "outside" is a network namespace beside it from which tests reach the node as a neighbour does.
set -e
dir=$1 cgroup=$2
mount --make-rshared / # as on a node that systemd has started: volumes of pods are seen by all
hostname node
mkdir -p /var/lib/kubelet /etc/kubernetes/manifests
mount --bind "$dir/kubelet" /var/lib/kubelet
mount --make-shared /var/lib/kubelet

# The kubelet sets these for the whole machine: here it finds them set, in files that only this node sees.
mkdir /run/.sysctl
while read -r name value; do
  echo "$value" >"/run/.sysctl/${name//\//.}"
  [ ! -e "/proc/sys/$name" ] || mount --bind "/run/.sysctl/${name//\//.}" "/proc/sys/$name"
done <<END
vm/overcommit_memory 1
vm/panic_on_oom 0
kernel/panic 10
kernel/panic_on_oops 1
kernel/keys/root_maxkeys 1000000
kernel/keys/root_maxbytes 25000000
END

# A part of each tree of control groups is this cluster's. It goes when the cluster is stopped.
for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ ! -e "$tree/cgroup.procs" ] || mkdir -p "$tree/$cgroup"
done

ip netns add outside
ip link add uplink type veth peer name wire netns outside
ip address add 172.30.0.2/24 dev uplink
ip link set uplink up
ip -n outside address add 172.30.0.1/24 dev wire
ip -n outside link set wire up
ip -n outside link set lo up
ip route add default via 172.30.0.1
echo 1 >/proc/sys/net/ipv4/ip_forward
# What kube-proxy would do for the one service that there is: the API server.
for chain in PREROUTING OUTPUT; do
  iptables -t nat -A $chain -d 10.96.0.1/32 -p tcp --dport 443 -j REDIRECT --to-ports 6443
done

: >"$dir/run/prepared"
trap 'exit 0' TERM
while :; do sleep 3600 & wait $!; done
