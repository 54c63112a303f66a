#!/usr/bin/env bash
# usage: bench/run.sh [quick]
#
# Measures MultiNet beside the reference plugins, in one run on this machine, and prints a table. The figures go to
# artifacts/bench.json too. "quick" measures a tenth as often. Needs root.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh

start_rounds=500 attach_rounds=60
case "${1:-}" in
  "") ;;
  quick) start_rounds=50 attach_rounds=6 ;;
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
BUILT_IN="bridge ptp loopback tuning host-local static"
export MULTINET_BIN REFERENCE_PLUGINS BUILT_IN
dotnet build bench/MultiNet.Bench -c Release --nologo -v quiet -o artifacts/bench </dev/null >&2

unshare --mount --net --pid --fork --kill-child --propagation private sh eng/node.sh sh -e -c '
  for pod in pod-a pod-b pod-c; do ip netns add $pod; done
  exec dotnet "$@"' bench "$PWD/artifacts/bench/MultiNet.Bench.dll" "$start_rounds" "$attach_rounds" "$PWD/artifacts/bench.json"
