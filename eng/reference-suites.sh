#!/usr/bin/env bash
# usage: eng/reference-suites.sh [--vm] [SUITE...]
#
# Runs the test suites of containernetworking/plugins (Debian sid's newest release) against MultiNet and against the reference plugins
# themselves, and prints a table. SUITE: host-local, static, loopback, bridge, ptp, tuning, portmap, bandwidth, firewall, sbr, tap, dhcp,
# integration (the default), dummy, macvlan, ipvlan, vlan, vrf, host-device (where the kernel has what they need). With --vm they run in the
# virtual machine of tests/vm, whose kernel has everything; the default is then bridge, tuning and those six.
# Ends with 0 if no test fails but those that fail with the reference on this machine as well (its kernel lacks something) and those of
# eng/reference-suites/expected-differences.txt. docs/reference-suites.md says how it works and what the results mean.
#
# MULTINET_BIN names the executable; without it artifacts/bin/multinet is built. Needs root. Go, its libraries and the tests are Debian
# packages, only unpacked into ${XDG_CACHE_HOME:-$HOME/.cache}/multinet/reference-suites. The tests run in namespaces of their own.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh
. eng/private-apt.sh
own=$PWD/eng/reference-suites

in_vm=false
if [ "${1:-}" = --vm ]; then
  in_vm=true
  shift
fi
case "${1:-}" in
  --help | -h) sed -n '2,13s/^# \{0,1\}//p' "$0"; exit 0 ;;
  -*) fail "unknown option '$1' (see --help)" ;;
esac
# Where each suite is. MultiNet comes in instead of the plugin's functions (a shim), but for loopback, whose tests build a program and start
# it, and integration, which calls plugins by name.
declare -A folder=([host-local]=plugins/ipam/host-local [static]=plugins/ipam/static [dhcp]=plugins/ipam/dhcp [loopback]=plugins/main/loopback
  [bridge]=plugins/main/bridge [ptp]=plugins/main/ptp [tap]=plugins/main/tap [dummy]=plugins/main/dummy [macvlan]=plugins/main/macvlan
  [ipvlan]=plugins/main/ipvlan [vlan]=plugins/main/vlan [host-device]=plugins/main/host-device [tuning]=plugins/meta/tuning
  [portmap]=plugins/meta/portmap [bandwidth]=plugins/meta/bandwidth [firewall]=plugins/meta/firewall [sbr]=plugins/meta/sbr
  [vrf]=plugins/meta/vrf [integration]=integration)
way() {
  case $1 in
    loopback) echo program ;;
    integration) echo name ;;
    *) echo shim ;;
  esac
}
suites=("$@")
if [ ${#suites[@]} -eq 0 ] && $in_vm; then suites=(bridge tuning dummy macvlan ipvlan vlan vrf host-device); fi
[ ${#suites[@]} -gt 0 ] || suites=(host-local static loopback bridge ptp tuning portmap bandwidth firewall sbr tap dhcp integration)
for suite in "${suites[@]}"; do
  [ -n "${folder[$suite]:-}" ] || fail "unknown suite '$suite', allowed are: ${!folder[*]}"
done
[ "$(id -u)" = 0 ] || fail "the suites make network namespaces and bridges: run this as root"

multinet=${MULTINET_BIN:-}
case $multinet in
  "") ./build.sh artifacts/bin; multinet=$PWD/artifacts/bin/multinet ;;
  /*) ;;
  *) multinet=$called_from/$multinet ;;
esac
[ -x "$multinet" ] || fail "MULTINET_BIN: $multinet is not an executable file"
need_packages "the reference suites" dbus-daemon:dbus-daemon dnsmasq:dnsmasq-base jq:jq ip:iproute2 unshare:util-linux iptables:iptables nft:nftables ping:iputils-ping xz:xz-utils
reference=$(eng/reference-plugins.sh)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
log=$work/log

# Go and the libraries, unpacked; the source trees with the tests, which the packages of libraries lack, over them.
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/multinet/reference-suites
packages=(golang-go golang-github-containernetworking-plugins-dev golang-github-onsi-ginkgo-v2-dev golang-gomega-dev
  golang-github-mattn-go-shellwords-dev golang-dbus-dev golang-github-coreos-go-systemd-dev golang-github-insomniacslk-dhcp-dev)
# The release, 1.9.1 say, and what is in the folder: whoever changes the list gets another one.
root=$cache/$(basename "$reference")-$(cksum <<<"${packages[*]}" | cut -d' ' -f1)
if [ ! -d "$root" ]; then
  printf 'fetching Go and the reference suites of Debian sid (about 140 MB)\n' >&2
  mkdir -p "$work/apt" "$work/debs" "$work/source" "$cache"
  need_private_apt sid "$work/apt" "deb deb-src"
  fetch() {
    private_apt update
    private_apt -s --no-install-recommends install "${packages[@]}" >"$work/plan"
    (cd "$work/debs" && private_apt download $(awk '/^Inst golang-/ { print $2 }' "$work/plan"))
    (cd "$work/source" && private_apt --tar-only --download-only source \
      golang-github-containernetworking-plugins golang-github-appc-cni)
  }
  if ! (set -e; fetch) >"$log" 2>&1; then
    cat "$log" >&2
    fail "could not get Go and the sources of the reference suites from $private_apt_uri (apt's output is above)"
  fi
  fresh=$cache/.fresh.$$
  trap 'rm -rf "$work" "$fresh"' EXIT
  rm -rf "$fresh"
  mkdir -p "$fresh"
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$fresh"; done
  sources=$fresh/usr/share/gocode/src/github.com/containernetworking
  for pair in plugins:golang-github-containernetworking-plugins cni:golang-github-appc-cni; do
    rm -rf "${sources:?}/${pair%%:*}"
    mkdir "$sources/${pair%%:*}"
    tar -xf "$work"/source/"${pair#*:}"_*.orig.tar.* -C "$sources/${pair%%:*}" --strip-components=1
  done
  mkdir "$sources/plugins/bin" # the tests of integration look for the plugins there: a mount point
  mv -T "$fresh" "$root" 2>/dev/null || [ -d "$root" ] # another run was first
fi

goroot=("$root"/usr/lib/go-*/)
export GOROOT=${goroot[0]%/} GOPATH=$root/usr/share/gocode GOCACHE=$cache/go-build
export GO111MODULE=off GOPROXY=off GOTOOLCHAIN=local GOTELEMETRY=off GOENV=off CGO_ENABLED=0 GOFLAGS=""
export PATH=$GOROOT/bin:$PATH:/usr/sbin:/sbin
plugins=$GOPATH/src/github.com/containernetworking/plugins

mkdir -p "$work"/{bin.reference,bin.multinet,tools,overlay,programs,reports}
for file in "$reference"/*; do
  cp "$file" "$work/bin.reference/"
  cp "$file" "$work/bin.multinet/"
done
cp "$multinet" "$work/bin.multinet/multinet"
for plugin in $("$multinet" version -o json | jq -r '.builtinPlugins[]'); do ln -sf multinet "$work/bin.multinet/$plugin"; done

go_or_fail() {
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    fail "could not compile (the output is above): $*"
  fi
}
printf 'compiling the suites with %s\n' "$(go version)" >&2
go_or_fail go build -o "$work/tools/cnitool" github.com/containernetworking/cni/cnitool
go_or_fail env GO111MODULE=off go build -o "$work/tools/summary" "$own/summary/main.go"

# Some tests use a dummy interface as any interface. Where the kernel has none a bridge stands in for it, in the copy that is compiled.
has_dummy=true
$in_vm || unshare --net ip link add dummy0 type dummy 2>/dev/null || has_dummy=false

# compile SUITE SIDE
compile() {
  local suite=$1 side=$2 in=$plugins/${folder[$1]} replace=() file
  if ! $has_dummy && [ "$suite" != dummy ]; then
    for file in $(grep -l 'netlink\.Dummy{' "$in"/*_test.go); do
      sed 's/netlink\.Dummy{/netlink.Bridge{/' "$file" >"$work/overlay/$suite.${file##*/}"
      replace+=("$file=$work/overlay/$suite.${file##*/}")
    done
  fi
  if [ "$side" = multinet ]; then
    file=$(grep -l '^func main()' "$in"/*.go || true)
    case $(way "$suite") in
      shim)
        sed -E 's/^func cmd(Add|Del|Check|Status)\(/func reference\1(/' "$file" >"$work/overlay/$suite.go"
        replace+=("$file=$work/overlay/$suite.go" "$in/multinet_shim.go=$own/shim/shim.go")
        ;;
      program) replace+=("$file=$own/program/main.go") ;;
    esac
  fi
  local json="" pair
  for pair in ${replace[@]+"${replace[@]}"}; do json+=",\"${pair%%=*}\":\"${pair#*=}\""; done
  printf '{"Replace":{%s}}\n' "${json#,}" >"$work/overlay/$suite.$side.json"
  mkdir -p "$work/programs/$side"
  (cd "$in" && go test -vet=off -c -overlay "$work/overlay/$suite.$side.json" -o "$work/programs/$side/$suite.test" .)
}

# job SUITE SIDE: the commands that run a suite. The exit code says nothing new, the report does.
job() {
  local suite=$1 side=$2 overlay=""
  # Programs that tests build while they run get the same replacements.
  [ "$(way "$suite")" != program ] || overlay=-overlay=$work/overlay/$suite.$side.json
  declare -p GOROOT GOPATH GOCACHE GO111MODULE GOPROXY GOTOOLCHAIN GOTELEMETRY GOENV CGO_ENABLED
  printf 'export PATH=%q GOFLAGS=%q\n' "$work/bin.$side:$work/tools:$PATH" "$overlay"
  printf '%q ' timeout --kill-after=10 1800 unshare --mount --net --pid --fork --kill-child --propagation private \
    bash "$own/sandbox.sh" "$work/bin.$side" "$work/reports" "$plugins" "$plugins/${folder[$suite]}" \
    "$work/programs/$side/$suite.test" -ginkgo.no-color -ginkgo.seed=1 \
    -ginkgo.json-report="/run/multinet-suites/reports/$suite.$side.json"
  printf '>%q 2>&1 </dev/null || true\n' "$work/reports/$suite.$side.log"
}

mkdir "$work/jobs"
for suite in "${suites[@]}"; do
  for side in reference multinet; do
    go_or_fail compile "$suite" "$side"
    job "$suite" "$side" >"$work/jobs/$suite.$side"
  done
done
if $in_vm; then
  for suite in "${suites[@]}"; do printf 'bash %q\n' "$work/jobs/$suite.reference" "$work/jobs/$suite.multinet"; done >"$work/jobs/all"
  printf 'running %s in a virtual machine\n' "${suites[*]}" >&2
  tests/vm/run.sh --timeout 3600 --share "$work/reports" bash "$work/jobs/all"
else
  for suite in "${suites[@]}"; do
    for side in reference multinet; do
      printf 'running %s with %s\n' "$suite" "$side" >&2
      bash "$work/jobs/$suite.$side"
    done
  done
fi

# Kept for whoever wants to know why a test failed.
kept=$PWD/artifacts/reference-suites
rm -rf "$kept"
mkdir -p "$(dirname "$kept")"
cp -r "$work/reports" "$kept"

printf 'containernetworking/plugins %s; the logs are in artifacts/reference-suites\n\n' "$(basename "$reference")"
"$work/tools/summary" "$own/expected-differences.txt" "$work/reports" "${suites[@]}"
