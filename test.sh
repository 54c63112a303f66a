#!/usr/bin/env bash
# usage: ./test.sh [quick]
#
# Installs what the tests use, builds the native executable (artifacts/bin) and runs every test project under tests/; those tests that need
# another kernel than this machine's run at the same time in a virtual machine (tests/vm), which the first run fetches, and some on a real
# Kubernetes (tests/cluster), which the first run builds: 5 to 15 minutes.
# "quick" runs the unit tests only: no native build, no end-to-end tests, no virtual machine, no cluster.
# Fails if a test fails, is skipped, or a project ends without a result. The last line is "N passed, N failed, N skipped".
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
. eng/packages.sh

quick=false
case "${1:-}" in
  "") ;;
  quick) quick=true ;;
  --help | -h) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) printf 'unknown argument "%s" (see --help)\n' "$1" >&2; exit 2 ;;
esac

passed=0 failed=0 skipped=0 vm="" kubernetes="" admission="" cluster="" others=""
summary() {
  trap - EXIT
  local running
  for running in $vm $kubernetes $admission $cluster $others; do kill "$running" 2>/dev/null || true; done
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

# What the tests on a cluster need is built beside everything else, where it is missing.
if ! $quick; then
  tests/cluster/kubernetes.sh >"$results/kubernetes.log" 2>&1 </dev/null &
  kubernetes=$!
  tests/cluster/admission-server.sh >"$results/admission-server.log" 2>&1 </dev/null &
  admission=$!
fi

echo "building the tests" >&2
if ! dotnet build MultiNet.sln --nologo -v quiet >"$results/build.log" 2>&1 </dev/null; then
  cat "$results/build.log" >&2
  fail "dotnet build of MultiNet.sln failed (its output is above)"
fi

# counter FILE NAME: the attribute NAME of the run's summary in a .trx file.
counter() {
  tr '\n' ' ' <"$1" | sed -n 's/.*<Counters \([^>]*\)>.*/ \1/p' | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p"
}

# run_projects PROJECT...: one after the other. NAME.outcome gets the numbers of each; what a person wants to read is shown as each ends.
run_projects() {
  local project name trx started code total run good bad left child=""
  trap '[ -z "$child" ] || kill "$child" 2>/dev/null; exit 143' TERM
  for project in "$@"; do
    name=$(basename "${project%.csproj}")
    started=$SECONDS code=0
    trx=$results/$name.trx
    nice -n 5 dotnet test "$project" --no-build --nologo -v quiet --filter "Kernel!=vm" --logger "trx;LogFileName=$trx" --logger "console;verbosity=normal" \
      --blame-hang-timeout 10m --blame-hang-dump-type none --results-directory "$results" >"$results/$name.log" 2>&1 </dev/null &
    child=$!
    wait "$child" || code=$?
    child=""

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
    # The console log without the lines of the tests that passed.
    if [ "$bad" -gt 0 ] || [ "$left" -gt 0 ]; then grep -v '^  Passed ' "$results/$name.log" >&2 || true; fi
    printf '%s: %d passed, %d failed, %d skipped in %d s\n' "$name" "$good" "$bad" "$left" $((SECONDS - started)) >&2
    printf '%d %d %d\n' "$good" "$bad" "$left" >"$results/$name.outcome"
  done
}

# Three things at the same time, because most tests wait more than they compute: the virtual machine, the cluster, all others one after the
# other. Each has namespaces and files of its own. The machine takes longest and uses one processor: it goes before the others (nice).
vm_projects=$(grep -rl --include='*.cs' '^ *\[Trait("Kernel", "vm")\]' tests | cut -d/ -f2 | sort -u | paste -s -d,)
if ! $quick && [ -n "$vm_projects" ]; then
  vm_started=$SECONDS
  tests/vm/run.sh --timeout 4500 --tests "$vm_projects" >"$results/vm.log" 2>&1 </dev/null &
  vm=$!
fi
projects=() clustered=""
for project in tests/*/*.csproj; do
  case $project in
    tests/Cluster.Tests/*) $quick || clustered=$project ;;
    tests/EndToEnd.Tests/*) $quick || projects+=("$project") ;;
    *) projects+=("$project") ;;
  esac
done
run_projects "${projects[@]}" &
others=$!
if [ -n "$clustered" ]; then
  [ ! -d /proc/"$kubernetes" ] || tail -n 1 "$results/kubernetes.log" >&2
  # Without it the project's tests fail: the reason is said here, once.
  wait "$kubernetes" || cat "$results/kubernetes.log" >&2
  kubernetes=""
  wait "$admission" || cat "$results/admission-server.log" >&2
  admission=""
  run_projects "$clustered" &
  cluster=$!
  wait "$cluster" || true
  cluster=""
fi
wait "$others" || true
others=""
for project in "${projects[@]}" $clustered; do
  name=$(basename "${project%.csproj}") good=0 bad=1 left=0
  # What ended without its numbers is a failure.
  if [ -s "$results/$name.outcome" ]; then read -r good bad left <"$results/$name.outcome"; else printf '%s ended without numbers\n' "$name" >&2; fi
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
done

if [ -n "$vm" ]; then
  printf '%s\n' "--- in the virtual machine: $vm_projects" >&2
  code=0
  wait "$vm" || code=$?
  vm=""
  good=0 bad=0 left=0 ended=0
  # One line for each project: "N passed, N failed, N skipped".
  while read -r one _ two _ three _; do
    good=$((good + one)) bad=$((bad + two)) left=$((left + three)) ended=$((ended + 1))
  done < <(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$results/vm.log")
  commas=${vm_projects//[^,]/}
  missing=$((${#commas} + 1 - ended))
  # A machine that does not come up, and a project that ends without a result, are failures, too.
  if [ "$missing" -gt 0 ] || { [ "$code" -ne 0 ] && [ "$bad" -eq 0 ]; }; then
    printf 'the virtual machine ended with exit code %d; projects without a result: %d\n' "$code" "$missing" >&2
    bad=$((bad + (missing > 0 ? missing : 1)))
  fi
  if [ "$bad" -gt 0 ] || [ "$left" -gt 0 ]; then grep -v '^  Passed ' "$results/vm.log" >&2 || true; fi
  printf 'in the virtual machine: %d passed, %d failed, %d skipped in %d s\n' "$good" "$bad" "$left" $((SECONDS - vm_started)) >&2
  passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
fi

summary
[ "$failed" -eq 0 ] && [ "$skipped" -eq 0 ] && [ "$passed" -gt 0 ]
