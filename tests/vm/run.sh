#!/usr/bin/env bash
# usage: tests/vm/run.sh [--share FOLDER] [--timeout SECONDS] COMMAND [ARGUMENT...]
#        tests/vm/run.sh [--timeout SECONDS] --tests PROJECT[,PROJECT...] [TEXT]
#
# Runs COMMAND in a virtual machine with a Debian kernel, as root: it sees this machine's files under the same paths, starts in the same
# working directory with the same environment, and may write everywhere; what it writes is gone afterwards, but in FOLDER. Its output is shown
# as it comes, its exit code is this script's. 125: the virtual machine failed, 124: it was ended after SECONDS (1800).
#
# --tests runs the tests of tests/PROJECT that need the virtual machine ([Trait("Kernel", "vm")]) and have TEXT in their name (namespace, class,
# method, arguments), as they were built last: tests/vm/run.sh --tests Delegates.Tests Macvlan
#
# The first run fetches kernel and emulator (Debian packages, about 200 MB) into ${XDG_CACHE_HOME:-$HOME/.cache}/multinet/vm. Not more than two
# virtual machines run at the same time; a third one waits. tests/vm/README.md says what is in the machine.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/../../eng/packages.sh"
. "$here/../../eng/private-apt.sh"
. "$here/machine.sh"

share="" limit=1800 tests=false
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) sed -n '2,14s/^# \{0,1\}//p' "$0"; exit 0 ;;
    --share) [ -d "${2:-}" ] || fail "--share needs a folder, found '${2:-}'"; share=$(readlink -f "$2"); shift 2 ;;
    --timeout) [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "--timeout needs a number of seconds, found '${2:-}'"; limit=$2; shift 2 ;;
    --tests) tests=true; shift; break ;;
    --) shift; break ;;
    -*) fail "unknown option '$1' (see --help)" ;;
    *) break ;;
  esac
done
[ $# -gt 0 ] || fail "nothing to run (see --help)"
near=()
if $tests; then
  projects=() text=${2:-}
  for project in ${1//,/ }; do
    project=${project#tests/}
    project=${project%/}
    dll=$(find "$here/../$project/bin/Debug" -name "MultiNet.$project.dll" -path '*/net*' 2>/dev/null | head -n 1)
    [ -n "$dll" ] || fail "tests/$project has not been built (dotnet build tests/$project)"
    projects+=("$(readlink -f "$dll")")
  done
  # What the JIT compiles is emulated, too: fewer threads that do it again and better.
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_TieredPGO=0
  set -- bash -c 'text=$1; shift; code=0; for dll; do printf "%s\n" "--- $(basename "$dll" .dll)"; dotnet "$dll" "$text" || code=1; done; exit $code' tests "$text" "${projects[@]}"

  # What the tests start again and again, as far as it is there, with the libraries and the settings that it opens each time.
  for program in bash bridge busybox cat chmod conntrack cp dash ethtool find grep head ip ip6tables-save iptables iptables-save jq kill ln ls \
    mkdir mount mv nft nsenter ping ps readlink rm sed seq sleep socat sort ss strace tc timeout touch tr umount unshare wc xtables-nft-multi; do
    program=$(PATH=$PATH:/usr/sbin:/sbin type -P "$program") || continue
    near+=("$program" $(ldd "$program" 2>/dev/null | grep -o '/[^ ]*' || true))
  done
  for file in /etc/ld.so.cache /etc/iproute2/* /usr/share/iproute2/* /usr/lib/*/xtables/*.so "${MULTINET_BIN:-$here/../../artifacts/bin/multinet}" "${REFERENCE_PLUGINS:-/nowhere}"/*; do
    [ ! -f "$file" ] || near+=("$file")
  done
fi

need_machine

work=$(mktemp -d)
qemu=""
end() {
  [ -z "$qemu" ] || kill "$qemu" 2>/dev/null || true
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

control=$work/control
mkdir "$control"
: >"$control/output"
: >"$control/errors"
cp "$here/inside.sh" "$control/inside"
printf '#!/bin/bash\nexec bash "$1/inside" "$1" %q\n' "$machine" >"$control/start"
{
  export -p
  printf 'cd %q || exit 126\n' "$PWD"
  printf 'exec'
  printf ' %q' "$@"
  printf '\n'
} >"$control/command"
if [ ${#near[@]} -gt 0 ]; then readlink -f "${near[@]}" | sort -u >"$control/near"; fi
sharing=()
if [ -n "$share" ]; then
  printf '%s\n' "$share" >"$control/share"
  sharing=(-fsdev "local,id=share,path=$share,security_model=none,multidevs=remap" -device virtio-9p-pci,fsdev=share,mount_tag=share)
fi
machine_initrd "$work/initrd"

# One of two places. The lock is this process's, and ends with it.
waited=false
until for slot in 1 2; do exec 9>"$machine_slots/$slot"; if flock -n 9; then break; fi; done && flock -n 9; do
  $waited || printf 'two virtual machines are running: waiting for a place\n' >&2
  waited=true
  sleep 1
done

# A machine without the flag may have a /dev/kvm that is none: kernels that only imitate it stop at the first unusual instruction.
# One emulated processor does more than two, which wait for each other at every change of a page table.
accelerators=(-accel tcg -smp 1)
if grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo && [ -r /dev/kvm ] && [ -w /dev/kvm ]; then accelerators=(-accel kvm -accel tcg -smp 2); fi

root=$machine/root
# no_timer_check: on a busy machine the emulated timer may be late. No guards against attacks: they cost a third of the time under emulation;
# nor zeros in memory that nobody reads (init_on_alloc): a tenth of a process' start.
# Two cards with SR-IOV on one wire, each behind a port of its own, at 0000:01:00.0 and 0000:02:00.0.
timeout --foreground --kill-after=5 "$limit" "$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" "$root/usr/bin/qemu-system-x86_64" \
  -L "$root/usr/share/qemu" -L "$root/usr/share/seabios" \
  -machine q35 "${accelerators[@]}" -cpu max -m 2G -nodefaults -no-reboot -nographic -serial stdio \
  -kernel "$root"/boot/vmlinuz-* -initrd "$work/initrd" -append "console=ttyS0 quiet panic=-1 no_timer_check mitigations=off norandmaps init_on_alloc=0 multinet.control=$control" \
  -fsdev local,id=files,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=files,mount_tag=files \
  -fsdev "local,id=control,path=$control,security_model=none" -device virtio-9p-pci,fsdev=control,mount_tag=control \
  ${sharing[@]+"${sharing[@]}"} \
  -device intel-iommu -netdev hubport,id=wire1,hubid=0 -netdev hubport,id=wire2,hubid=0 \
  -device pcie-root-port,id=port1,chassis=1,slot=1 -device igb,bus=port1,netdev=wire1,mac=52:54:00:00:01:00 \
  -device pcie-root-port,id=port2,chassis=2,slot=2 -device igb,bus=port2,netdev=wire2,mac=52:54:00:00:02:00 \
  >"$work/console.log" 2>&1 </dev/null 9>&9 &
qemu=$!
tail -s 0.1 -n +1 -f --pid="$qemu" "$control/errors" >&2 9>&- &
shown=$!
tail -s 0.1 -n +1 -f --pid="$qemu" "$control/output" 9>&- &
wait $! "$shown" || true # waited for, not run in the foreground: signals are obeyed at once
code=0
wait "$qemu" || code=$?
qemu=""

if [ -s "$control/exit-code" ]; then exit "$(cat "$control/exit-code")"; fi
printf '%s: its console:\n' "${0##*/}" >&2
tail -n 60 "$work/console.log" >&2
case $code in
  124 | 137) printf '%s: the virtual machine was ended after %s seconds\n' "${0##*/}" "$limit" >&2; exit 124 ;;
  *) printf '%s: the virtual machine ended (emulator: %s) without a result of the command; its console is above\n' "${0##*/}" "$code" >&2; exit 125 ;;
esac
