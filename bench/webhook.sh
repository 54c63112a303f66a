#!/usr/bin/env bash
# usage: bench/webhook.sh [--knowledge]
#
# Measures multinet-webhook over TLS on loopback: start to ready, memory, and reviews of definitions and pods with 1, 16 and 64 in flight. Prints a
# table; the figures go to artifacts/bench-webhook.json too (with --knowledge: bench-webhook-knowledge.json). About a minute, when all is built.
# --knowledge: it watches a scripted API server with 5,000 pods of two networks each and 500 definitions, and every rule is applied.
# MULTINET_WEBHOOK_BIN: an executable that is built already.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh

mode=webhook
case "${1:-}" in
  "") ;;
  --knowledge) mode=webhook-knowledge ;;
  --help | -h) sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) printf 'unknown argument "%s" (see --help)\n' "$1" >&2; exit 2 ;;
esac
need_dotnet
if [ -z "${MULTINET_WEBHOOK_BIN:-}" ]; then
  ./build.sh artifacts/bin
  MULTINET_WEBHOOK_BIN=$PWD/artifacts/bin/multinet-webhook
fi
dotnet build bench/MultiNet.Bench -c Release --nologo -v quiet -o artifacts/bench </dev/null >&2
dotnet artifacts/bench/MultiNet.Bench.dll "$mode" "$MULTINET_WEBHOOK_BIN" "$PWD/artifacts/bench-$mode.json"
