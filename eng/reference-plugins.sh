#!/usr/bin/env bash
# usage: eng/reference-plugins.sh [SUITE]
#
# Prints the folder that holds the executables of Debian's containernetworking-plugins as of SUITE: "sid" (default, the newest
# release) or "bookworm" (1.1.1, what nodes with Debian 12 run). They are the yardstick of the differential tests and benchmarks.
#
# Nothing is installed and the machine's own apt configuration stays as it is: a private one in a temporary folder takes
# mirror and key from the machine's Debian source and asks it for another suite; the package is only unpacked, into
# ${XDG_CACHE_HOME:-$HOME/.cache}/multinet/reference-plugins/VERSION, and found there the next time.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. eng/packages.sh
. eng/private-apt.sh

suite=${1:-sid}
case $suite in
  --help) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;;
  sid | bookworm) ;;
  *) fail "unknown suite '$suite', allowed are: sid, bookworm" ;;
esac

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/multinet/reference-plugins
# The link SUITE -> VERSION stands only when everything behind it is complete.
if [ -x "$cache/$suite/bridge" ]; then
  readlink -f "$cache/$suite"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
need_private_apt "$suite" "$work" deb
log=$work/log
printf 'fetching the reference plugins of Debian %s\n' "$suite" >&2
if ! private_apt update >"$log" 2>&1 || ! (cd "$work" && private_apt download containernetworking-plugins) >>"$log" 2>&1; then
  cat "$log" >&2
  fail "could not get containernetworking-plugins of Debian $suite from $private_apt_uri (apt's output is above)"
fi
deb=("$work"/containernetworking-plugins_*.deb)
[ ${#deb[@]} -eq 1 ] || fail "expected one package file of containernetworking-plugins, found ${#deb[@]}"

version=$(dpkg-deb -f "${deb[0]}" Version)
version=${version%%[-+]*}
dpkg -x "${deb[0]}" "$work/root"
plugins=$work/root/usr/lib/cni
[ -x "$plugins/bridge" ] || fail "the package of version $version holds no usr/lib/cni/bridge: has its layout changed?"

mkdir -p "$cache"
if [ ! -d "$cache/$version" ]; then
  rm -rf "$cache/.$version.$$"
  cp -a "$plugins" "$cache/.$version.$$"
  mv -T "$cache/.$version.$$" "$cache/$version" 2>/dev/null || rm -rf "$cache/.$version.$$" # another run was first
fi
ln -sfn "$version" "$cache/.$suite.$$"
mv -T "$cache/.$suite.$$" "$cache/$suite"
readlink -f "$cache/$suite"
