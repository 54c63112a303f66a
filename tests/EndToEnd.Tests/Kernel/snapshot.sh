# Prints what the kernel holds for a node and the network namespaces of its pods, a headed section for each query.
# $0 = the name of the namespace in the headings ("host" for the node's own), $SCRIPT = this text, $PODS = the pods' names.
ask() {
  echo "=== $0 $1"
  shift
  "$@" 2>/dev/null || echo "null"
}
export PATH=/usr/sbin:/usr/bin:/sbin:/bin
ask link ip -json -details link
ask address ip -json address
ask route ip -json route show table all
ask route6 ip -json -6 route show table all
ask rule ip -json rule
ask rule6 ip -json -6 rule
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
  ask bridge-link bridge -json -details link
  ask bridge-vlan bridge -json vlan
  ask iptables iptables-save
  ask ip6tables ip6tables-save
  ask nft nft --json list ruleset
  for pod in $PODS; do
    nsenter --net=/run/netns/$pod sh -c "$SCRIPT" "$pod"
  done
fi
