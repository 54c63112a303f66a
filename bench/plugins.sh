#!/usr/bin/env bash
# usage: bench/plugins.sh [--vm] [quick]
#
# Measures ADD and DEL of each built-in plugin beside the reference plugin, in one run, and prints a table; the figures go to
# artifacts/bench-plugins.json (with --vm: artifacts/bench-plugins-vm.json) too. --vm measures those that the machine's kernel may lack, in
# the virtual machine of tests/vm. "quick" measures a few times only. Needs root.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh

where=here rounds=40
for argument; do
  case $argument in
    --vm) where=vm ;;
    quick) rounds=4 ;;
    --help | -h) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) printf 'unknown argument "%s" (see --help)\n' "$argument" >&2; exit 2 ;;
  esac
done
[ "$(id -u)" = 0 ] || fail "needs root: it makes network namespaces"

need_dotnet
eng/install-dependencies.sh
MULTINET_BIN=${MULTINET_BIN:-}
if [ -z "$MULTINET_BIN" ]; then
  ./build.sh artifacts/bin
  MULTINET_BIN=$PWD/artifacts/bin/multinet
fi
REFERENCE_PLUGINS=${REFERENCE_PLUGINS:-$(eng/reference-plugins.sh)}
BUILT_IN=$("$MULTINET_BIN" version -o json | jq -r '.builtinPlugins | join(" ")')
export MULTINET_BIN REFERENCE_PLUGINS BUILT_IN
dotnet build bench/MultiNet.Bench -c Release --nologo -v quiet -o artifacts/bench </dev/null >&2

node=(unshare --mount --net --pid --fork --kill-child --propagation private sh eng/node.sh sh -e -c '
  for side in ours reference; do
    ip netns add pod-$side
    ip link add dev-$side type veth peer name far-$side
  done
  ip link add uplink type veth peer name far-uplink
  ip link set far-uplink up
  ip link set uplink up
  exec dotnet "$@"' bench "$PWD/artifacts/bench/MultiNet.Bench.dll" plugins "$where" "$rounds")
if [ "$where" = vm ]; then
  tests/vm/run.sh --share "$PWD/artifacts" "${node[@]}" "$PWD/artifacts/bench-plugins-vm.json"
else
  "${node[@]}" "$PWD/artifacts/bench-plugins.json"
fi
