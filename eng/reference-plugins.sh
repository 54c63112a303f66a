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

# Mirror and key, from the first Debian archive (not the security one) among the machine's own sources.
read_deb822() {
  awk 'BEGIN { RS = ""; FS = "\n" }
       { uri = ""; key = ""; suites = ""
         for (i = 1; i <= NF; i++) {
           if ($i ~ /^URIs:/)      { uri = $i; sub(/^URIs:[ \t]*/, "", uri); sub(/[ \t].*/, "", uri) }
           if ($i ~ /^Suites:/)    { suites = $i }
           if ($i ~ /^Signed-By:/) { key = $i; sub(/^Signed-By:[ \t]*/, "", key) } }
         if (uri != "" && suites ~ /(bookworm|trixie|forky|sid|stable|testing|unstable)/ && suites !~ /security/) { print uri; print key; exit } }' "$@"
}
read_one_line() {
  awk '$1 == "deb" { key = ""; i = 2
         if ($2 ~ /^\[/) { for (; i <= NF; i++) { if (match($i, /signed-by=[^] ]+/)) key = substr($i, RSTART + 10, RLENGTH - 10); if ($i ~ /\]$/) { i++; break } } }
         if ($(i + 1) ~ /^(bookworm|trixie|forky|sid|stable|testing|unstable)$/) { print $i; print key; exit } }' "$@"
}
shopt -s nullglob
deb822=(/etc/apt/sources.list.d/*.sources)
one_line=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list)
source_of_machine=""
[ ${#deb822[@]} -eq 0 ] || source_of_machine=$(read_deb822 "${deb822[@]}")
[ -n "$source_of_machine" ] || [ ! -e "${one_line[0]}" ] || source_of_machine=$(read_one_line "${one_line[0]}" "${one_line[@]:1}")
[ -n "$source_of_machine" ] ||
  fail "found no Debian archive in /etc/apt/sources.list or /etc/apt/sources.list.d: the reference plugins come from there"
uri=$(sed -n 1p <<<"$source_of_machine")
key=$(sed -n 2p <<<"$source_of_machine")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # apt fetches as another user
mkdir -p "$work"/{state/lists/partial,cache/archives/partial,none}
{
  printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: main\n' "$uri" "$suite"
  [ -z "$key" ] || printf 'Signed-By: %s\n' "$key"
} >"$work/private.sources"
private_apt() {
  apt-get -q -o Dir::Etc::sourcelist="$work/private.sources" -o Dir::Etc::sourceparts="$work/none" \
    -o Dir::Etc::preferencesparts="$work/none" -o Dir::Etc::preferences="$work/none/preferences" \
    -o Dir::State="$work/state" -o Dir::State::status=/dev/null -o Dir::Cache="$work/cache" \
    -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}
log=$work/log
printf 'fetching the reference plugins of Debian %s\n' "$suite" >&2
if ! private_apt update >"$log" 2>&1 || ! (cd "$work" && private_apt download containernetworking-plugins) >>"$log" 2>&1; then
  cat "$log" >&2
  fail "could not get containernetworking-plugins of Debian $suite from $uri (apt's output is above)"
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
