#!/usr/bin/env bash
# usage: ./build.sh [DIR]
#
# Publishes MultiNet's executables into DIR (default artifacts/bin) as static native files that run on any Linux distribution.
# Needs the .NET SDK; the C tool chain (gcc, cmake, zlib1g-dev, libssl-dev) is installed with apt-get where it is missing.
set -euo pipefail
called_from=$PWD
cd "$(dirname "$(readlink -f "$0")")"
. eng/packages.sh

case "${1:-}" in
  --help | -h) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
  -*) fail "unknown option '$1' (see --help)" ;;
esac
[ $# -le 1 ] || fail "expected at most one argument, the folder to build into, found $#"
target=${1:-$PWD/artifacts/bin}
case $target in /*) ;; *) target=$called_from/$target ;; esac

node=$((24 * 1024 * 1024)) # bytes, TLS included; a node holds it in memory once for every pod that starts
server=$((28 * 1024 * 1024)) # with a web server; two of them run in a cluster

case $(uname -m) in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) fail "no native build for this machine: $(uname -m), allowed are x86_64 and aarch64" ;;
esac
need_dotnet
need_packages "the native build" gcc:gcc readelf:binutils cmake:cmake make:make libc6-dev zlib1g-dev libssl-dev

log=$(mktemp)
placing=""
trap 'rm -f "$log" ${placing:+"$placing"}' EXIT

# publish NAME PROJECT LARGEST
publish() {
  local name=$1 project=$2 largest=$3 out=$PWD/artifacts/publish/$1 size
  printf 'building %s for %s\n' "$name" "$rid" >&2
  # The linker warns of getpwnam_r and the like in every static executable: shown only when something went wrong.
  if ! dotnet publish "$project" -c Release -r "$rid" -o "$out" --nologo -v minimal -p:DebugType=none >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    fail "dotnet publish of $project failed (its output is above)"
  fi
  [ -f "$out/$name" ] || fail "dotnet publish of $project left no $out/$name"

  if readelf -lW "$out/$name" | grep -q INTERP; then
    fail "$out/$name asks for a dynamic loader: it must be static to run on any node (StaticExecutable in $project?)"
  fi
  size=$(stat -c %s "$out/$name")
  [ "$size" -le "$largest" ] || fail "$out/$name has $size bytes, more than the allowed $largest"

  # Only the executable is shipped, its debug symbols stay in artifacts/publish. A rename, because the file may be running.
  mkdir -p "$target"
  placing=$(mktemp "$target/.$name.XXXXXX")
  cp "$out/$name" "$placing"
  chmod 755 "$placing"
  mv -f "$placing" "$target/$name"
  placing=""
  printf '%s: static, %s\n' "$target/$name" "$(numfmt --to=iec-i --suffix=B "$size")" >&2
}

publish multinet src/Meta/MultiNet.Meta.csproj $node
publish multinetd src/Daemon/MultiNet.Daemon.csproj $node
publish multinet-webhook src/Webhook/MultiNet.Webhook.csproj $server
