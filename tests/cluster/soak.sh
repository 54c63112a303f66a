#!/usr/bin/env bash
# usage: tests/cluster/soak.sh [--direct] N [WAVE]
#
# Runs N pods (WAVE at a time, 20) with the cluster's network and three others on a real cluster, and deletes them again, while the node daemon and
# the API server are killed and started at random. Then counts what must be 0: pods that ran without all their networks, pods whose network-status
# was not written, and whatever is on the node that was not there before (addresses, links, rules, routes, files). --direct: without the daemon.
# The executables are those of artifacts/bin. Exit code 1 where a count is not 0. SIGUSR1 ends it after the pods of the moment: it counts then.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../../eng/packages.sh"

daemon=true
case "${1:-}" in
  --help | -h) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  --direct) daemon=false; shift ;;
esac
[[ ${1:-} =~ ^[1-9][0-9]*$ ]] && [[ ${2:-20} =~ ^[1-9][0-9]*$ ]] || fail "expected the number of pods, and of pods at a time, found '${*:-}'"
pods=$1 wave=${2:-20} ran=0 is_enough=false

dir=$(mktemp -d) killer=""
cluster() { "$here/cluster.sh" "$1" "$dir" "${@:2}"; }
end() {
  [ -z "$killer" ] || { kill "$killer" && wait "$killer"; } 2>/dev/null || true
  cluster stop || true
  [ -n "${KEEP_LOGS:-}" ] || rm -rf "$dir"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'is_enough=true' USR1

# The API server is away now and then: everything is asked until it answers.
kubectl() {
  local tries
  for ((tries = 0; tries < 120; tries++)); do
    if cluster kubectl "$@" 2>"$dir/errors"; then return 0; fi
    sleep 0.5
  done
  cat "$dir/errors" >&2
  fail "kubectl $*: does not work"
}

# What there is on the node, a line for each thing. Counters and names of the moment are left out.
node_state() {
  cluster exec sh -c '
    ip -o link | sed "s/^[0-9]*: \([^:@]*\).*/link \1/"
    ip -o address | grep -v " fe80:" | sed "s/^[0-9]*: */address /; s/ *\\\\.*//"
    ip route show table all | sed "s/^/route /"
    ip rule | sed "s/^/rule /"
    iptables-save | grep "^-A" | grep -v KUBE | sed "s/^/iptables /"
    find /var/lib/cni /run/cni -type f ! -path "*/locks/*" ! -name lock ! -name "last_reserved_ip*" | sed "s/^/file /"
    ls /run/netns | sed "s/^/netns /"' | grep -vE '^route .*(table local|dev lo|linkdown|ff00::/8|fe80::)' | sort
}

pod() {
  printf '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "%s", "annotations": {"k8s.v1.cni.cncf.io/networks": "blue, wire, chain"}},' "$1"
  # The container itself looks: it ends with 17 where it has not all its networks.
  printf '"spec": {"restartPolicy": "Never", "terminationGracePeriodSeconds": 2, "enableServiceLinks": false, "containers": [{"name": "main", "image": "multinet.test/busybox:1", "command": ["sh", "-c", "%s"]}]}}' \
    "for i in eth0 net1 net2 net3; do ip -o -4 address show dev \$i | busybox grep -q inet || exit 17; done; trap 'exit 0' TERM; while :; do sleep 60 & wait; done"
}

# phases TEXT: how many pods' phase and reason this is.
count_pods() { kubectl get pods -o "jsonpath={range .items[*]}{.status.phase} {.status.containerStatuses[0].state.terminated.exitCode}{\"\\n\"}{end}" | grep -c "$1" || true; }

run_wave() {
  local first=$1 last=$2 i started=$SECONDS
  {
    printf '{"apiVersion": "v1", "kind": "List", "items": ['
    for ((i = first; i <= last; i++)); do [ "$i" -eq "$first" ] || printf ','; pod "soak-$i"; done
    printf ']}'
  } >"$dir/wave.json"
  kubectl apply -f "$dir/wave.json" >/dev/null
  # Until all have started: those that ended with 17 have, too.
  until [ "$(count_pods '^\(Running\|Failed\|Succeeded\)')" -ge $((last - first + 1)) ]; do
    [ $((SECONDS - started)) -lt 600 ] || { kubectl get pods >&2; kubectl get events | grep -v Normal | tail -n 20 >&2; fail "not all pods of a wave have started after 600 s"; }
    sleep 1
  done
  ran_without=$((ran_without + $(count_pods ' 17$')))
  until [ "$(kubectl get pods -o 'jsonpath={range .items[*]}{.metadata.annotations.k8s\.v1\.cni\.cncf\.io/network-status}{end}' | grep -c '"interface": "net3"' || true)" -ge $((last - first + 1)) ]; do
    if [ $((SECONDS - started)) -ge 700 ]; then
      without_status=$((without_status + last - first + 1 - $(kubectl get pods -o 'jsonpath={range .items[*]}{.metadata.annotations.k8s\.v1\.cni\.cncf\.io/network-status}{end}' | grep -c '"interface": "net3"' || true)))
      break
    fi
    sleep 1
  done
  kubectl delete pods --all --wait=false >/dev/null
  until [ -z "$(kubectl get pods -o name)" ]; do sleep 1; done
  ran=$last
  printf '%s pods, %s s, %s kills\n' "$ran" "$SECONDS" "$(wc -l <"$dir/kills")" >&2
}

cluster start >/dev/null
cluster install "$here/../../artifacts/bin"
! $daemon || cluster run multinetd
definition() { printf '{"apiVersion": "k8s.cni.cncf.io/v1", "kind": "NetworkAttachmentDefinition", "metadata": {"name": "%s"}, "spec": {"config": %s}}' "$1" "$(jq -Rs . <<<"$2")"; }
{
  printf '{"apiVersion": "v1", "kind": "List", "items": ['
  definition blue '{"cniVersion": "1.0.0", "name": "blue", "type": "bridge", "bridge": "br-blue", "isGateway": true, "ipMasq": true, "ipam": {"type": "host-local", "subnet": "10.61.0.0/16"}}'
  printf ','
  definition wire '{"cniVersion": "1.0.0", "name": "wire", "type": "ptp", "ipMasq": true, "ipam": {"type": "host-local", "subnet": "10.62.0.0/16"}}'
  printf ','
  definition chain '{"cniVersion": "1.0.0", "name": "chain", "plugins": [{"type": "bridge", "bridge": "br-chain", "ipam": {"type": "host-local", "subnet": "10.63.0.0/16"}}, {"type": "tuning", "mtu": 1400}, {"type": "bandwidth", "ingressRate": 80000000, "ingressBurst": 8000000, "egressRate": 80000000, "egressBurst": 8000000}, {"type": "sbr"}]}'
  printf ']}'
} >"$dir/definitions.json"
kubectl apply -f "$dir/definitions.json" >/dev/null
: >"$dir/kills"
ran_without=0 without_status=0

# The first wave leaves what all pods share (bridges, chains). Nobody is killed yet.
run_wave 1 2
before=$(node_state)

# The daemon every few seconds, the API server, which needs longer to start, every half minute.
killer_loop() {
  trap 'exit 0' TERM
  local round=0 victim
  while :; do
    sleep $((RANDOM % 6 + 2)) & wait $!
    round=$((round + 1)) victim=kube-apiserver
    if [ $((round % 5)) -ne 0 ]; then
      $daemon || continue
      victim=multinetd
    fi
    cluster kill $victim
    echo $victim >>"$dir/kills"
    sleep $((RANDOM % 4)) & wait $!
    cluster run $victim
    if [ $victim = kube-apiserver ]; then
      until cluster kubectl get --raw /readyz >/dev/null; do sleep 0.5 & wait $!; done
    fi
  done
}
killer_loop 2>/dev/null &
killer=$!

for ((i = 3; i <= pods; i += wave)); do
  ! $is_enough || break
  run_wave "$i" $((i + wave - 1 < pods ? i + wave - 1 : pods))
done
kill "$killer" && wait "$killer" 2>/dev/null || true
killer=""
for part in kube-apiserver multinetd; do
  if [ $part = kube-apiserver ] || $daemon; then cluster kill $part 2>/dev/null || true; cluster run $part; fi
done

# What the kernel is still ending is no leak.
for ((tries = 0; tries < 60; tries++)); do
  after=$(node_state)
  [ "$after" != "$before" ] || break
  sleep 1
done
left=$(diff <(echo "$before") <(echo "$after") | grep '^[<>]' || true)
[ -z "$left" ] || printf 'changed on the node:\n%s\n' "$left" >&2
count() { grep -c "^> $1 " <<<"$left" || true; }
printf 'pods %d, kills: daemon %d, API server %d\n' "$ran" "$(grep -c multinetd "$dir/kills" || true)" "$(grep -c kube-apiserver "$dir/kills" || true)"
printf 'ran without all networks %d, without network-status %d\n' "$ran_without" "$without_status"
printf 'left: links %d, addresses %d, routes %d, rules %d, iptables %d, files %d, namespaces %d\n' \
  "$(count link)" "$(count address)" "$(count route)" "$(count rule)" "$(count iptables)" "$(count file)" "$(count netns)"
[ -z "$left" ] && [ "$ran_without" -eq 0 ] && [ "$without_status" -eq 0 ]
