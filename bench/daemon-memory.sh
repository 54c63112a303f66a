#!/usr/bin/env bash
# usage: bench/daemon-memory.sh
#
# Measures the memory of multinetd with 500 pods and 200 definitions in its caches, at rest and under load, with a scripted API server over
# TLS, and prints a table; the figures go to artifacts/bench-daemon-memory.json too. MULTINETD_BIN: an executable that is built already.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh

case "${1:-}" in
  "") ;;
  --help | -h) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) printf 'unknown argument "%s" (see --help)\n' "$1" >&2; exit 2 ;;
esac
need_dotnet
if [ -z "${MULTINETD_BIN:-}" ]; then
  ./build.sh artifacts/bin
  MULTINETD_BIN=$PWD/artifacts/bin/multinetd
fi
dotnet build bench/MultiNet.Bench -c Release --nologo -v quiet -o artifacts/bench </dev/null >&2
dotnet artifacts/bench/MultiNet.Bench.dll daemon-memory "$MULTINETD_BIN" "$PWD/artifacts/bench-daemon-memory.json"
