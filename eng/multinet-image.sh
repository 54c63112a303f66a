#!/usr/bin/env bash
# usage: eng/multinet-image.sh [--webhook] OUT.tar [NAME]
#
# Makes a container image of the static executables in artifacts/bin (./build.sh): one layer, nothing else in it, no tool of containers
# needed. It holds multinet and multinetd; with --webhook, multinet-webhook alone. OUT.tar is an OCI image layout and a docker archive at once:
#     ctr -n k8s.io images import OUT.tar        docker load -i OUT.tar        skopeo copy oci-archive:OUT.tar docker://REGISTRY/multinet:VERSION
# NAME is what it is called there; default localhost/multinet:VERSION, localhost/multinet-webhook:VERSION. BIN names another folder of executables.
# The same executables give the same bytes.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/packages.sh"

title=multinet programs=(multinet multinetd)
case "${1:-}" in
  --help | -h | "") sed -n '2,9s/^# \{0,1\}//p' "$0"; [ -n "${1:-}" ] && exit 0 || exit 2 ;;
  --webhook) title=multinet-webhook programs=(multinet-webhook); shift ;;
esac
[ $# -ge 1 ] || fail "expected the archive to make (see --help)"
[ $# -le 2 ] || fail "expected the archive and at most a name, found $# arguments"
out=$1
bin=${BIN:-$here/../artifacts/bin}
[ -x "$bin/multinet" ] || fail "no executable $bin/multinet: run ./build.sh first"
version=$("$bin/multinet" version -o json | tr -d ' \n' | sed -n 's/.*"version":"\([^"+]*\).*/\1/p')
[ -n "$version" ] || fail "$bin/multinet does not tell its version"
name=${2:-localhost/$title:$version}
case $name in *:*) ;; *) fail "'$name' has no tag: expected NAME:TAG" ;; esac
case $(uname -m) in
  x86_64) arch=amd64 ;;
  aarch64) arch=arm64 ;;
  *) fail "no image for this machine: $(uname -m), allowed are x86_64 and aarch64" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
blobs=$work/image/blobs/sha256
mkdir -p "$work/root/usr/bin" "$work/root/tmp" "$blobs"
files=0
for program in "${programs[@]}"; do
  # Before the daemon is built there is an image of the plugin alone, which is enough for direct mode.
  if [ -x "$bin/$program" ]; then install -m 755 "$bin/$program" "$work/root/usr/bin/$program"; files=$((files + 1)); fi
done
[ -x "$work/root/usr/bin/$title" ] || fail "no executable $bin/$title: run ./build.sh first"

# pack FOLDER OUT FILE...: the same files give the same bytes.
pack() {
  local folder=$1 to=$2
  shift 2
  tar --create --file "$to" --directory "$folder" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner --format=posix \
    --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime "$@"
}

# blob FILE: moves it to its place by content, prints digest and size.
blob() {
  local sum size
  sum=$(sha256sum <"$1" | cut -d' ' -f1)
  size=$(stat -c %s "$1")
  mv "$1" "$blobs/$sum"
  printf '%s %s\n' "$sum" "$size"
}

pack "$work/root" "$work/layer.tar" tmp usr
diff_id=$(sha256sum <"$work/layer.tar" | cut -d' ' -f1)
gzip -9 -n "$work/layer.tar"
read -r layer layer_size < <(blob "$work/layer.tar.gz")

printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["/usr/bin/%s"],"Env":["PATH=/usr/bin"],"Labels":{"org.opencontainers.image.title":"%s","org.opencontainers.image.version":"%s","org.opencontainers.image.licenses":"Apache-2.0"}},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
  "$arch" "$title" "$title" "$version" "$diff_id" >"$work/config"
read -r config config_size < <(blob "$work/config")

printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%s},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"sha256:%s","size":%s}]}' \
  "$config" "$config_size" "$layer" "$layer_size" >"$work/manifest"
read -r manifest manifest_size < <(blob "$work/manifest")

printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"io.containerd.image.name":"%s","org.opencontainers.image.ref.name":"%s"},"platform":{"architecture":"%s","os":"linux"}}]}' \
  "$manifest" "$manifest_size" "$name" "${name##*:}" "$arch" >"$work/image/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$work/image/oci-layout"
printf '[{"Config":"blobs/sha256/%s","RepoTags":["%s"],"Layers":["blobs/sha256/%s"]}]' "$config" "$name" "$layer" >"$work/image/manifest.json"

pack "$work/image" "$work/out.tar" blobs index.json manifest.json oci-layout
mkdir -p "$(dirname "$out")"
mv "$work/out.tar" "$out"
printf '%s: %s, %d executables, layer %s, archive %s\n' "$out" "$name" "$files" \
  "$(numfmt --to=iec-i --suffix=B "$layer_size")" "$(numfmt --to=iec-i --suffix=B "$(stat -c %s "$out")")" >&2
