#!/usr/bin/env bash
# Installs what the demonstration and the tests use, as far as it is missing. Debian 12 or newer.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh

case "${1:-}" in
  "") ;;
  *) printf 'usage: %s\nInstalls the Debian packages that demo.sh and test.sh use, as far as they are missing (as root).\n' "${0##*/}"
     [ "$1" = --help ] && exit 0 || exit 2 ;;
esac

# dnsmasq is the DHCP server that the tests ask; iptables brings ip6tables and iptables-save; busybox-static is the one layer of the test containers' image; strace kills at chosen steps.
need_packages "demo and tests" \
  ip:iproute2 nft:nftables iptables:iptables jq:jq ps:procps conntrack:conntrack socat:socat ping:iputils-ping unshare:util-linux mount:mount \
  containerd:containerd ctr:containerd runc:runc strace:strace dbus-daemon:dbus-daemon busybox-static ca-certificates \
  dnsmasq:dnsmasq-base tcpdump:tcpdump xz:xz-utils flock:util-linux
