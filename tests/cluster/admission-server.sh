#!/usr/bin/env bash
# usage: tests/cluster/admission-server.sh
#
# Prints the path of an executable that judges objects as the API server of a current Kubernetes does (tests/cluster/admission-server): matchConditions
# of webhooks and admission policies, which the cluster of this folder, of 1.20, does not know.
#
# It is built from Debian sid's packages of the sources of Kubernetes' API server libraries and of etcd, once on a machine (4 to 10 minutes, 2 GB for
# the while), into ${XDG_CACHE_HOME:-$HOME/.cache}/multinet/admission-server/RECIPE. Packages are only unpacked.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. eng/packages.sh
. eng/private-apt.sh
sources=$PWD/tests/cluster/admission-server

case "${1:-}" in
  "") ;;
  --help | -h) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) fail "unknown argument '$1' (see --help)" ;;
esac

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/multinet/admission-server
# Whoever changes what it is made of, or raises the number for what is made below, gets another one: other checkouts keep theirs.
folder=$cache/1-$(cat "$sources"/* | cksum | cut -d' ' -f1)

# fetch WORK: unpacks the packages into WORK/root, and tells the version of Kubernetes in WORK/version.
fetch() {
  local work=$1 names deb go
  mkdir -p "$work"/{apt,debs,root}
  mapfile -t names < <(grep -v '^#' "$sources/packages")
  need_private_apt sid "$work/apt" deb
  private_apt update
  # Go is the one with which sid builds its own packages.
  (cd "$work/debs" && private_apt download golang-go)
  go=$(dpkg-deb -f "$work"/debs/golang-go_*.deb Depends | grep -o 'golang-[0-9.]*-go' | head -n 1)
  (cd "$work/debs" && private_apt download "$go" "${go%-go}-src" "${names[@]}")
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
  dpkg-deb -f "$work"/debs/golang-k8s-apiserver-dev_*.deb Version | sed -n 's/^0\.\([0-9.]*\).*/v1.\1/p' >"$work/version"
  grep -q '^v1\.[0-9]*\.[0-9]*$' "$work/version"
  rm -rf "$work"/{apt,debs}
}

# compile WORK: into WORK/admission-server.
compile() {
  local work=$1 goroot version
  goroot=("$work"/root/usr/lib/go-*/)
  version=$(cat "$work/version")
  export GOROOT=${goroot[0]%/} GOPATH=$work/root/usr/share/gocode GOCACHE=$work/go-cache HOME=$work
  export GO111MODULE=off GOPROXY=off GOTOOLCHAIN=local GOTELEMETRY=off GOENV=off GOFLAGS="" CGO_ENABLED=0
  export PATH=$GOROOT/bin:$PATH
  # With a go.mod Go reads the version in "go.etcd.io/etcd/server/v3" as modules do, also without modules.
  mkdir "$GOPATH/src/admission-server"
  cp "$sources"/*.go "$GOPATH/src/admission-server/"
  printf 'module admission-server\n' >"$GOPATH/src/admission-server/go.mod"
  cd "$GOPATH/src/admission-server"
  local is=k8s.io/component-base/version
  nice -n 5 go build -v -ldflags "-s -w -X $is.gitVersion=$version -X $is.gitMajor=1 -X $is.gitMinor=$(cut -d. -f2 <<<"$version")" -o "$work/admission-server" .
}

# make_folder WORK: WORK/done is what stays.
make_folder() {
  local work=$1 log=$1/log builder started=$SECONDS
  printf 'fetching Go and the sources of the API server (about 75 MB, once on this machine)\n' >&2
  if ! (set -e; fetch "$work") >"$log" 2>&1; then
    cat "$log" >&2
    fail "could not get Go and the API server's sources from $private_apt_uri (apt's output is above)"
  fi
  printf 'building an API server with the admission of Kubernetes %s, once on this machine: 4 to 10 minutes\n' "$(cat "$work/version")" >&2
  (set -e; compile "$work") >"$log" 2>&1 </dev/null &
  builder=$!
  # A sign of life each minute, for people and for CI jobs that end what is silent.
  while kill -0 "$builder" 2>/dev/null; do
    sleep 1
    [ $(((SECONDS - started) % 60)) -ne 0 ] || printf '  after %d s: %s\n' $((SECONDS - started)) "$(tail -n 1 "$log")" >&2
  done
  if ! wait "$builder"; then
    tail -n 60 "$log" >&2
    fail "could not build the API server (the end of its output is above)"
  fi
  mkdir "$work/done"
  mv "$work/admission-server" "$work/done/"
}

if [ ! -d "$folder" ]; then
  mkdir -p "$cache"
  need_packages "building the API server" flock:util-linux xz:xz-utils
  exec 8>"$cache/building"
  flock -n 8 || { printf 'another run builds the API server: waiting for it\n' >&2; flock 8; }
  if [ ! -d "$folder" ]; then
    find "$cache" -mindepth 1 -maxdepth 1 -name '.fresh.*' -exec rm -rf {} + # what a killed run has left
    work=$(mktemp -d "$cache/.fresh.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    make_folder "$work" 8>&-
    mv -T "$work/done" "$folder"
    rm -rf "$work"
    trap - EXIT
  fi
  exec 8>&-
fi
printf '%s\n' "$folder/admission-server"
