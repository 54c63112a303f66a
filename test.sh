#!/usr/bin/env bash
# usage: ./test.sh [quick]
#
# Installs what the tests use, builds the native executable (artifacts/bin) and runs every test project under tests/.
# "quick" runs the unit tests only: no native build, no end-to-end tests.
# Fails if a test fails, is skipped, or a project ends without a result. The last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. eng/packages.sh

quick=false
case "${1:-}" in
  "") ;;
  quick) quick=true ;;
  --help | -h) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) printf 'unknown argument "%s" (see --help)\n' "$1" >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0
summary() {
  trap - EXIT
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}
# What ends the script early (a package that cannot be had, a build that fails) is a failure too, and says so in the same form.
trap 'failed=$((failed + 1)); summary' EXIT

need_dotnet
eng/install-dependencies.sh
if ! $quick; then
  ./build.sh artifacts/bin
  export MULTINET_BIN=$PWD/artifacts/bin/multinet
  REFERENCE_PLUGINS=$(eng/reference-plugins.sh)
  REFERENCE_PLUGINS_BOOKWORM=$(eng/reference-plugins.sh bookworm)
  export REFERENCE_PLUGINS REFERENCE_PLUGINS_BOOKWORM
fi

results=$PWD/artifacts/test-results
rm -rf "$results"
mkdir -p "$results"

echo "building the tests" >&2
if ! dotnet build MultiNet.sln --nologo -v quiet >"$results/build.log" 2>&1 </dev/null; then
  cat "$results/build.log" >&2
  fail "dotnet build of MultiNet.sln failed (its output is above)"
fi

# counter FILE NAME: the attribute NAME of the run's summary in a .trx file.
counter() {
  tr '\n' ' ' <"$1" | sed -n 's/.*<Counters \([^>]*\)>.*/ \1/p' | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p"
}

for project in tests/*/*.csproj; do
  name=$(basename "${project%.csproj}")
  if $quick && [ "$name" = MultiNet.EndToEnd.Tests ]; then continue; fi
  printf '%s\n' "--- $name" >&2
  started=$SECONDS code=0
  trx=$results/$name.trx
  dotnet test "$project" --no-build --nologo -v quiet --filter "Kernel!=vm" --logger "trx;LogFileName=$trx" --logger "console;verbosity=normal" \
    --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$results" >"$results/$name.log" 2>&1 </dev/null || code=$?

  total=0 run=0 good=0
  if [ -f "$trx" ]; then
    total=$(counter "$trx" total) run=$(counter "$trx" executed) good=$(counter "$trx" passed)
  fi
  bad=$((run - good)) left=$((total - run))
  # No result at all, or a host that died half-way with every finished test green: a failure of the project itself.
  if [ "$total" -eq 0 ] || { [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
    printf '%s ended with exit code %d and %d test results\n' "$name" "$code" "$total" >&2
    bad=$((bad + 1))
  fi
  # The console log without the lines of the tests that passed: what a person wants to read.
  if [ "$bad" -gt 0 ] || [ "$left" -gt 0 ]; then grep -v '^  Passed ' "$results/$name.log" >&2 || true; fi
  printf '%s: %d passed, %d failed, %d skipped in %d s\n' "$name" "$good" "$bad" "$left" $((SECONDS - started)) >&2
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
done

summary
[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ] && [ "$passed" -gt 0 ]
