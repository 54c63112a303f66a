# Prints what the kernel holds for a node and the network namespaces of its pods, a headed section for each query.
# $0 = the name of the namespace in the headings ("host" for the node's own), $SCRIPT = this text, $PODS = the pods' names.
ask() {
  echo "=== $0 $1"
  shift
  "$@" 2>/dev/null || echo "null"
}
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
links=$(ip -json -details link 2>/dev/null || echo null)
printf '=== %s link\n%s\n' "$0" "$links"
# One process for several queries, an answer in a line each: under emulation a process costs more than what it asks.
ask address,route,rule ip -json -batch - <<END
address
route show table all
rule
END
ask route6,rule6 ip -json -6 -batch - <<END
route show table all
rule
END
qdiscs=$(tc -json qdisc show 2>/dev/null || echo null)
printf '=== %s qdisc\n%s\n' "$0" "$qdiscs"
case $qdiscs in
  *'"ingress"'* | *'"clsact"'*)
    for link in $(printf %s "$qdiscs" | jq -r '.[] | select(.kind == "ingress" or .kind == "clsact") | .dev'); do
      ask "filter:$link" tc -json filter show dev "$link" ingress
    done ;;
esac
# stable_secret cannot be read, and everything else there may be set by a plugin.
ask sysctl grep -rs --exclude=stable_secret . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf /proc/sys/net/ipv4/ip_forward
if [ "$0" = host ]; then
  case $links in
    *'"info_kind":"bridge"'*)
      ask bridge-link bridge -json -details link
      ask bridge-vlan bridge -json vlan ;;
  esac
  rules=$(nft --json list ruleset 2>/dev/null || echo null)
  printf '=== %s nft\n%s\n' "$0" "$rules"
  # iptables has its rules there, too.
  case $rules in
    *'"table"'*)
      ask iptables iptables-save
      ask ip6tables ip6tables-save ;;
  esac
  for pod in $PODS; do
    nsenter --net=/run/netns/$pod sh -c "$SCRIPT" "$pod"
  done
fi
