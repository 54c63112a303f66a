#!/usr/bin/env bash
# usage: bench/daemon.sh [quick]
#
# Measures ADD and DEL of a pod with its default network and three more: with the node daemon, by the API server alone, by manifests; in turns,
# in one run. "quick" measures a few times only. Needs root. MULTINET_BIN and MULTINETD_BIN: executables that are built already.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh

rounds=60
case "${1:-}" in
  "") ;;
  quick) rounds=6 ;;
  --help | -h) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) printf 'unknown argument "%s" (see --help)\n' "$1" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || fail "needs root: it makes network namespaces"

need_dotnet
eng/install-dependencies.sh
if [ -z "${MULTINET_BIN:-}" ] || [ -z "${MULTINETD_BIN:-}" ]; then
  ./build.sh artifacts/bin
  MULTINET_BIN=$PWD/artifacts/bin/multinet MULTINETD_BIN=$PWD/artifacts/bin/multinetd
fi
REFERENCE_PLUGINS=${REFERENCE_PLUGINS:-$(eng/reference-plugins.sh)}
BUILT_IN="bridge ptp loopback tuning host-local static"
export MULTINET_BIN REFERENCE_PLUGINS BUILT_IN
dotnet build bench/MultiNet.Bench -c Release --nologo -v quiet -o artifacts/bench </dev/null >&2

unshare --mount --net --pid --fork --kill-child --propagation private sh eng/node.sh sh -e -c '
  for pod in pod-a pod-b pod-c; do ip netns add $pod; done
  exec dotnet "$@"' bench "$PWD/artifacts/bench/MultiNet.Bench.dll" daemon-add "$MULTINETD_BIN" "$rounds"
