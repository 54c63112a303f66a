#!/bin/sh
# In Multus' place on a node: attaches the cluster network, and on net1 the network of /etc/cni/net.d/multus.d/blue.conflist, by the plugins of the
# node, and keeps of it what Multus keeps: libcni's cache in /var/lib/cni/multus/results, and a file with the delegates named after the container.
# What it attached others have to release.
set -e
state=/var/lib/cni/multus
config=$(cat)

# attach FILE IFNAME: prints the result.
attach() {
  list=$(cat "$1")
  name=$(echo "$list" | jq -r .name) previous=null capabilities='{}' i=0
  while [ "$i" -lt "$(echo "$list" | jq '.plugins | length')" ]; do
    conf=$(echo "$list" | jq -c --argjson i "$i" --argjson previous "$previous" --argjson passed "$(echo "$config" | jq -c '.runtimeConfig // {}')" '
      .plugins[$i] + {name, cniVersion}
      + (if $previous == null then {} else {prevResult: $previous} end)
      + (if .plugins[$i].capabilities.portMappings and $passed.portMappings then {runtimeConfig: {portMappings: $passed.portMappings}} else {} end)')
    [ -z "$(echo "$conf" | jq -r '.runtimeConfig // empty')" ] || capabilities=$(echo "$conf" | jq -c .runtimeConfig)
    previous=$(echo "$conf" | CNI_IFNAME=$2 "/opt/cni/bin/$(echo "$conf" | jq -r .type)")
    i=$((i + 1))
  done
  jq -n --arg container "$CNI_CONTAINERID" --arg name "$name" --arg interface "$2" --arg arguments "$CNI_ARGS" --arg config "$(base64 -w0 "$1")" \
    --argjson capabilities "$capabilities" --argjson result "$previous" '
    {kind: "cniCacheV1", containerId: $container, config: $config, ifName: $interface, networkName: $name,
     cniArgs: [$arguments | split(";")[] | split("=")], capabilityArgs: $capabilities, result: $result}' >"$state/results/$name-$CNI_CONTAINERID-$2"
  echo "$previous"
}

case $CNI_COMMAND in
  VERSION) echo '{"cniVersion": "1.0.0", "supportedVersions": ["0.4.0", "1.0.0"]}' ;;
  ADD)
    mkdir -p $state/results
    jq -n --slurpfile one /etc/cni/net.d/10-cluster.conflist --slurpfile two /etc/cni/net.d/multus.d/blue.conflist '
      [{Conf: {type: ""}, ConfList: $one[0], ConfListPlugin: true, MasterPlugin: true}, {Conf: {type: ""}, ConfList: $two[0], ConfListPlugin: true, ifnameRequest: "net1"}]' \
      >"$state/$CNI_CONTAINERID"
    result=$(attach /etc/cni/net.d/10-cluster.conflist "$CNI_IFNAME")
    attach /etc/cni/net.d/multus.d/blue.conflist net1 >/dev/null
    echo "$result" ;;
  DEL) echo '{"cniVersion": "1.0.0", "code": 11, "msg": "this Multus is gone"}'; exit 1 ;;
esac
