#!/usr/bin/env bash
# usage: eng/kubectl.sh
#
# Prints the path of a kubectl that knows components of kustomize (1.24 or newer), for what makes manifests of deploy/: the machine's own, else
# the one of Debian 13, unpacked into ${XDG_CACHE_HOME:-$HOME/.cache}/multinet/kubectl. Nothing is installed.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh
. eng/private-apt.sh

case "${1:-}" in
  "") ;;
  *) sed -n '2,5s/^# \{0,1\}//p' "$0"; [ "$1" = --help ] && exit 0 || exit 2 ;;
esac

# Since 1.24 it tells kustomize's version, too.
is_new() { "$1" version --client 2>/dev/null | grep -q '^Kustomize Version'; }

if [ -z "${MULTINET_OWN_KUBECTL:-}" ] && own=$(command -v kubectl) && is_new "$own"; then
  echo "$own"
  exit 0
fi
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/multinet/kubectl
if [ ! -x "$cache/kubectl" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  need_private_apt trixie "$work" deb
  echo "fetching kubectl of Debian 13" >&2
  if ! private_apt update >"$work/log" 2>&1 || ! (cd "$work" && private_apt download kubectl) >>"$work/log" 2>&1; then
    cat "$work/log" >&2
    fail "could not get kubectl of Debian 13 from $private_apt_uri (apt's output is above)"
  fi
  dpkg -x "$work"/kubectl_*.deb "$work/root"
  is_new "$work/root/usr/bin/kubectl" || fail "kubectl of $(echo "$work"/*.deb) does not know kustomize, or does not run here"
  mkdir -p "$cache"
  cp "$work/root/usr/bin/kubectl" "$cache/.kubectl.$$"
  mv "$cache/.kubectl.$$" "$cache/kubectl"
fi
echo "$cache/kubectl"
