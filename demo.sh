#!/usr/bin/env bash
# usage: ./demo.sh
#
# Shows MultiNet at work: installs what it needs, builds, attaches the two pods of examples/ to four networks each, pings from pod to
# pod over every network, takes everything down and proves that nothing is left. Needs root and the .NET SDK. Everything happens
# in a network and a mount namespace of its own that plays the node: the machine's own network is not touched.
# Exit code 0 only if every ping was answered and nothing is left.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. eng/packages.sh

case "${1:-}" in
  "" | --inside) ;;
  --help | -h) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) printf 'unknown argument "%s" (see --help)\n' "$1" >&2; exit 2 ;;
esac

title() { printf '\n== %s\n' "$1"; }

if [ "${1:-}" != --inside ]; then
  [ "$(id -u)" = 0 ] || fail "network namespaces need root: run it as root (multinet plan examples needs none)"
  title "Installing what is needed and building"
  need_dotnet
  eng/install-dependencies.sh
  ./build.sh artifacts/bin

  # The kernel takes away whatever the demonstration might leave in these namespaces, even if it is killed.
  links_before=$(ip -o link | sed 's/: <.*//')
  code=0 made=false
  [ -e /var/lib/cni ] || { mkdir -p /var/lib/cni && made=true; } # a place to mount a folder of the demonstration's own
  unshare --mount --net --propagation private -- "$0" --inside || code=$?
  ! $made || rmdir --ignore-fail-on-non-empty /var/lib/cni
  links_after=$(ip -o link | sed 's/: <.*//')
  if [ "$links_before" != "$links_after" ]; then
    printf 'the interfaces of the machine itself have changed:\n%s\n' "$(diff <(echo "$links_before") <(echo "$links_after"))"
    code=1
  fi
  [ "$code" = 0 ] || { printf '\nThe demonstration FAILED.\n'; exit 1; }
  printf '\nEverything worked, and nothing is left.\n'
  exit 0
fi

multinet=$PWD/artifacts/bin/multinet
trial=$(mktemp -d /tmp/multinet-demo.XXXXXX)
trap 'rm -rf "$trial"' EXIT
rmdir "$trial" # multinet makes it, and must remove it
mount -t tmpfs -o mode=755 tmpfs /var/lib/cni
ip link set lo up

# What attaching pods leaves on a node, one fact per line.
reservations() { find /var/lib/cni/networks "$trial/networks" -type f ! -name lock ! -name 'last_reserved_ip.*' 2>/dev/null | sort || true; }
journals() { find "$trial/state/journal" "$trial/cache/results" -type f 2>/dev/null | sort || true; }
namespaces() { grep -F "$trial" /proc/self/mountinfo | cut -d' ' -f5 || true; }
# The nftables table cni_plugins_masquerade, with a chain that only leads to the rules of attachments, is shared by all CNI plugins on
# a node, so that none of them may remove it: counted are the rules of attachments, and whatever else there might be.
rules() {
  nft -j list ruleset | jq -c '.nftables[] | select(.rule != null or .set != null) | select((.rule.table == "cni_plugins_masquerade" and .rule.chain == "postrouting") | not)'
  iptables-save | grep -v '^#' || true
}
facts() {
  ip -o link | sed 's/^[0-9]*: \([^:@]*\).*/interface \1/'
  ip -o addr | awk '{ print "address", $2, $4 }'
  ip route show table all | sed 's/^/route /;s/ *$//'
  reservations | sed 's/^/reservation /'
  journals | sed 's/^/journal /'
  namespaces | sed 's/^/namespace /'
  rules | sed 's/^/rule /'
}
count() { grep -c "^$1 " <<<"$2" || true; }
show_counts() {
  for kind in interface address route reservation rule journal namespace; do printf '  %-12s %s\n' "$kind" "$(count "$kind" "$1")"; done
}
before=$(facts)

title "Attaching the pods of examples/ ($(cd examples && echo *.yaml))"
"$multinet" run examples --host --keep --state-dir "$trial" 2>&1 | grep -v '^Still up\|^Take it down\|nsenter\|--down'

title "Pinging from pod to pod over every network"
status=$("$multinet" status --state-dir "$trial/state" -o json)
failed=0 pings=0
# ping_pod FROM TO: every address of TO, from FROM's interface on the same network.
ping_pod() {
  local network interface address
  while read -r network interface address; do
    pings=$((pings + 1))
    if answer=$(nsenter --net="$trial/netns/default_$1" ping -c 1 -W 2 -I "$interface" "${address%/*}" 2>&1); then
      printf '  %-6s -> %-6s %-16s %-6s %-16s %s\n' "$1" "$2" "$network" "$interface" "${address%/*}" "$(grep -o 'time=.*' <<<"$answer")"
    else
      failed=$((failed + 1))
      printf '  %-6s -> %-6s %-16s %-6s %-16s NO ANSWER\n%s\n' "$1" "$2" "$network" "$interface" "${address%/*}" "$answer"
    fi
  done < <(jq -r --arg from "$1" --arg to "$2" '
    ( [ .sandboxes[] | select(.pod.name == $from) | .attachments[] | { key: .network, value: .interface } ] | from_entries ) as $own
    | .sandboxes[] | select(.pod.name == $to) | .attachments[] | . as $a | $own[.network] as $interface | select($interface != null)
    | .result.ips[] | "\($a.network) \($interface) \(.address)"' <<<"$status")
}
ping_pod left right
ping_pod right left
# Four networks, one of them with two addresses, both ways.
[ "$pings" = 10 ] || { printf '  expected 10 pings, made %s\n' "$pings"; failed=$((failed + 1)); }

title "What stands on the node now"
show_counts "$(facts)"

title "Taking everything down"
"$multinet" run --down --state-dir "$trial" 2>&1

title "What is left"
after=$(facts)
if [ "$before" = "$after" ]; then
  echo "  Nothing: the node is as it was before. Looked at, and counted before and after:"
  echo "  (routes of all tables; rules of nftables and iptables; an empty nftables table stays, which all CNI plugins share)"
  paste <(show_counts "$before") <(show_counts "$after" | awk '{ print $2 }')
  if [ -e "$trial" ]; then
    echo "  But the folder of the trial is left: $trial"
    failed=$((failed + 1))
  fi
else
  diff <(echo "$before") <(echo "$after") | sed 's/^/  /' || true
  failed=$((failed + 1))
fi
[ "$failed" = 0 ]
