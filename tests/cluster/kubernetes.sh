#!/usr/bin/env bash
# usage: tests/cluster/kubernetes.sh
#
# Prints the folder with the executables of a real Kubernetes: etcd, kubectl, kube-apiserver, kube-controller-manager, kube-scheduler, kubelet.
#
# etcd and kubectl are those of Debian 12's packages. The others are built from Debian 12's source package of Kubernetes with Debian's Go, once
# on a machine (5 to 15 minutes, 2 GB for the while), into ${XDG_CACHE_HOME:-$HOME/.cache}/multinet/kubernetes/VERSION-RECIPE. Packages are only
# unpacked, but for make, rsync and jq, which the build runs. Where KUBEBUILDER_ASSETS names a folder with kube-apiserver, etcd and kubectl
# (the convention of envtest), the folder printed has links to these three.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/../.."
. eng/packages.sh
. eng/private-apt.sh

case "${1:-}" in
  "") ;;
  --help | -h) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) fail "unknown argument '$1' (see --help)" ;;
esac

version=1.20.2
built=(kube-apiserver kube-controller-manager kube-scheduler kubelet)
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/multinet/kubernetes
recipe=2 # to be raised by whoever changes what is made below: other checkouts keep theirs
folder=$cache/$version-$recipe

# fetch WORK: unpacks the packages into WORK/root and the sources into WORK/go/src/k8s.io/kubernetes. Debian's patches concern kubectl only.
fetch() {
  local work=$1 tree=$1/go/src/k8s.io/kubernetes deb
  mkdir -p "$work"/{apt,debs,source,root} "$tree"
  need_private_apt bookworm "$work/apt" "deb deb-src"
  private_apt update
  (cd "$work/debs" && private_apt download golang-1.19-go golang-1.19-src etcd-server kubernetes-client golang-github-modern-go-reflect2-dev)
  (cd "$work/source" && private_apt --download-only source kubernetes)
  for deb in "$work"/debs/*.deb; do dpkg -x "$deb" "$work/root"; done
  tar -xf "$work"/source/kubernetes_*.orig.tar.* -C "$tree" --strip-components=1
  grep -q "really$version\|_$version" <<<"$(echo "$work"/source/*.dsc)" || { echo "expected version $version, found $(echo "$work"/source/*.dsc)"; return 1; }
  # The reflect2 of that release reads maps as Go laid them out before 1.18: the API server crashes on the first custom resource.
  rm -r "$tree/vendor/github.com/modern-go/reflect2"
  cp -r "$work/root/usr/share/gocode/src/github.com/modern-go/reflect2" "$tree/vendor/github.com/modern-go/"
  rm -rf "$work"/{apt,debs,source}
}

# compile WORK: into WORK/go/src/k8s.io/kubernetes/_output/bin.
compile() {
  local work=$1
  export GOROOT=$work/root/usr/lib/go-1.19 GOPATH=$work/go GOCACHE=$work/go-cache HOME=$work
  export GO111MODULE=off GOPROXY=off GOENV=off GOFLAGS="" CGO_ENABLED=0
  export KUBE_GIT_VERSION=v$version KUBE_GIT_COMMIT=debian KUBE_GIT_TREE_STATE=clean KUBE_GIT_MAJOR=1 KUBE_GIT_MINOR=20
  export PATH=$GOROOT/bin:$PATH
  cd "$work/go/src/k8s.io/kubernetes"
  nice -n 5 make WHAT="${built[*]/#/cmd/}"
}

# make_folder WORK: WORK/done is what stays.
make_folder() {
  local work=$1 log=$1/log builder started=$SECONDS name
  printf 'fetching Go and the sources of Kubernetes %s (about 130 MB, once on this machine)\n' "$version" >&2
  if ! (set -e; fetch "$work") >"$log" 2>&1; then
    cat "$log" >&2
    fail "could not get Kubernetes and Go from $private_apt_uri (apt's output is above)"
  fi
  printf 'building Kubernetes %s, once on this machine: 5 to 15 minutes\n' "$version" >&2
  (set -e; compile "$work") >"$log" 2>&1 </dev/null &
  builder=$!
  # A sign of life each minute, for people and for CI jobs that end what is silent.
  while kill -0 "$builder" 2>/dev/null; do
    sleep 1
    [ $(((SECONDS - started) % 60)) -ne 0 ] || printf '  after %d s: %s\n' $((SECONDS - started)) "$(tail -n 1 "$log")" >&2
  done
  if ! wait "$builder"; then
    tail -n 60 "$log" >&2
    fail "could not build Kubernetes (the end of its output is above)"
  fi
  mkdir "$work/done"
  for name in "${built[@]}"; do cp "$work/go/src/k8s.io/kubernetes/_output/bin/$name" "$work/done/"; done
  cp "$work"/root/usr/bin/{etcd,kubectl} "$work/done/"
  for name in "${built[@]}" etcd kubectl; do
    [ -x "$work/done/$name" ] || fail "the build left no $name"
  done
}

if [ ! -d "$folder" ]; then
  mkdir -p "$cache"
  need_packages "building Kubernetes" flock:util-linux make:make rsync:rsync jq:jq xz:xz-utils
  exec 8>"$cache/building"
  flock -n 8 || { printf 'another run builds Kubernetes: waiting for it\n' >&2; flock 8; }
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

if [ -n "${KUBEBUILDER_ASSETS:-}" ]; then
  mixed=$cache/assets-$(cksum <<<"$folder $KUBEBUILDER_ASSETS" | cut -d' ' -f1)
  for name in kube-apiserver etcd kubectl; do
    [ -x "$KUBEBUILDER_ASSETS/$name" ] || fail "KUBEBUILDER_ASSETS: no executable $KUBEBUILDER_ASSETS/$name"
  done
  mkdir -p "$mixed"
  for name in "${built[@]}"; do ln -sfn "$folder/$name" "$mixed/$name"; done
  for name in kube-apiserver etcd kubectl; do ln -sfn "$(readlink -f "$KUBEBUILDER_ASSETS/$name")" "$mixed/$name"; done
  folder=$mixed
fi
printf '%s\n' "$folder"
