#!/usr/bin/env bash
# usage: bench/api-latency.sh [quick]
#
# Measures an ADD of MultiNet in direct mode (pod, definitions and network-status over HTTPS) by how long the API server takes for each request:
# 0, 100, 300, 1000 ms; beside it the same pod from manifests. The server is a scripted one in the same node. Needs root.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh

rounds=20
case "${1:-}" in
  "") ;;
  quick) rounds=3 ;;
  --help | -h) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) printf 'unknown argument "%s" (see --help)\n' "$1" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || fail "needs root: it makes network namespaces"

need_dotnet
eng/install-dependencies.sh
need_packages "the benchmarks" time
MULTINET_BIN=${MULTINET_BIN:-}
if [ -z "$MULTINET_BIN" ]; then
  ./build.sh artifacts/bin
  MULTINET_BIN=$PWD/artifacts/bin/multinet
fi
REFERENCE_PLUGINS=${REFERENCE_PLUGINS:-$(eng/reference-plugins.sh)}
BUILT_IN=$("$MULTINET_BIN" version -o json | jq -r '.builtinPlugins | join(" ")')
export MULTINET_BIN REFERENCE_PLUGINS BUILT_IN
dotnet build bench/MultiNet.Bench -c Release --nologo -v quiet -o artifacts/bench </dev/null >&2

unshare --mount --net --pid --fork --kill-child --propagation private sh eng/node.sh sh -e -c '
  ip netns add pod-a
  exec dotnet "$@"' bench "$PWD/artifacts/bench/MultiNet.Bench.dll" api "$rounds"
