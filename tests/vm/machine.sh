# Sourced by run.sh, after packages.sh and private-apt.sh: the emulator and the kernel of the virtual machine.

machine_suite=trixie # its QEMU has igb, a card with SR-IOV; its kernel has every kind of link
# Below kernel/ of the modules' folder: what is kept. The rest (wireless, sound, disks, hundreds of cards) is never asked for.
machine_modules=(net lib crypto arch fs/9p fs/overlayfs fs/netfs fs/fscache drivers/virtio drivers/char/hw_random drivers/vfio virt/lib drivers/iommu
  drivers/net/{bonding,dummy.ko,geneve.ko,ifb.ko,ipvlan,macsec.ko,macvlan.ko,macvtap.ko,mdio,netconsole.ko,netdevsim,nlmon.ko,tap.ko,team,tun.ko,veth.ko,virtio_net.ko,vrf.ko,vxlan}
  drivers/net/ethernet/intel/{igb,igbvf} drivers/net/net_failover.ko drivers/dca drivers/ptp drivers/pps drivers/i2c/algos drivers/i2c/i2c-core.ko drivers/infiniband/core)

# need_machine: unpacks emulator and kernel into $machine, if they are not there. The folder appears with all that is in it, or not at all.
need_machine() {
  local cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/multinet/vm
  mkdir -p "$cache/slots"
  machine_slots=$cache/slots
  # The name says what is in it: whoever changes the list of modules gets another folder.
  machine=$cache/$machine_suite-$(cksum <"$(dirname "${BASH_SOURCE[0]}")/machine.sh" | cut -d' ' -f1)
  [ ! -d "$machine" ] || return 0
  need_packages "the virtual machine" xz:xz-utils flock:util-linux
  exec 8>"$cache/fetching"
  flock 8 # another run fetches: its result is ours
  if [ ! -d "$machine" ]; then
    local folder
    folder=$(mktemp -d "$cache/.fresh.XXXXXX")
    (set -e; trap 'rm -rf "$folder"' EXIT; fetch_machine "$folder") # what a killed run has left is removed by the next one
    find "$cache" -mindepth 1 -maxdepth 1 -name '.fresh.*' -exec rm -rf {} +
  fi
  exec 8>&-
}

# fetch_machine FOLDER
fetch_machine() {
  local folder=$1 root=$1/root deb kept kernel
  printf 'fetching an emulator and a kernel of Debian %s (about 200 MB, once on this machine)\n' "$machine_suite" >&2
  mkdir -p "$folder"/{apt,debs} "$root"/usr/{bin,sbin,lib,lib64}
  need_private_apt "$machine_suite" "$folder/apt" deb
  fetch_packages() {
    private_apt update
    private_apt -s --no-install-recommends install qemu-system-x86 seabios kmod busybox-static linux-image-amd64 >"$folder/plan"
    cd "$folder/debs" && private_apt download $(awk '/^Inst / { print $2 }' "$folder/plan")
  }
  if ! (set -e; fetch_packages) >"$folder/log" 2>&1; then
    cat "$folder/log" >&2
    fail "could not get an emulator and a kernel from $private_apt_uri (apt's output is above)"
  fi
  for deb in bin sbin lib lib64; do ln -s "usr/$deb" "$root/$deb"; done # today's layout, also for packages of before
  for deb in "$folder"/debs/*.deb; do dpkg --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$root"; done

  kernel=$(basename "$root"/boot/vmlinuz-*)
  kernel=${kernel#vmlinuz-}
  local all=$root/usr/lib/modules/$kernel/kernel
  mv "$all" "$folder/all"
  for kept in "${machine_modules[@]}"; do
    mkdir -p "$(dirname "$all/$kept")"
    mv "$folder/all/$kept" "$(dirname "$all/$kept")/" 2>/dev/null || mv "$folder/all/$kept".* "$(dirname "$all/$kept")/" 2>/dev/null || true
  done
  find "$all" -name '*.ko.xz' -exec xz -d {} + # once here, not in the emulated machine every time
  machine_program "$root" depmod -b "$root" "$kernel"
  rm -rf "$folder"/{apt,debs,all,plan,log} "$root"/usr/share/{doc,man,locale,info,bash-completion}
  mv -T "$folder" "$machine"
}

# machine_program ROOT PROGRAM ARGUMENT...: becomes a program of the unpacked packages, with their own libraries.
machine_program() (
  root=$1 program=$2
  shift 2
  found=$root/usr/bin/$program
  [ -e "$found" ] || found=$root/usr/sbin/$program
  exec "$root/lib64/ld-linux-x86-64.so.2" --library-path "$root/usr/lib/x86_64-linux-gnu" --argv0 "$program" "$found" "$@"
)

# machine_initrd FILE: the initial file system, with the few modules that reach the files.
machine_initrd() {
  local root=$machine/root work=$1.d modules module file number=100
  modules=$(echo "$root"/usr/lib/modules/*)
  mkdir -p "$work"/{bin,proc,sys,dev,host,layer,root,modules}
  cp "$(find "$root/usr/bin" "$root/usr/sbin" -name busybox | head -n 1)" "$work/bin/"
  for module in 9p 9pnet_virtio virtio_pci overlay; do
    # A line of modules.dep: the module's file, then those that it needs, the first needed last.
    for file in $(awk -F: -v name="/$module.ko" 'index($1, name) { count = split($2, needs, " "); for (i = count; i > 0; i--) print needs[i]; print $1 }' "$modules/modules.dep"); do
      number=$((number + 1))
      cp "$modules/$file" "$work/modules/$number.ko"
    done
  done
  cp "$(dirname "${BASH_SOURCE[0]}")/init.sh" "$work/init"
  chmod 755 "$work/init"
  (cd "$work" && find . | ./bin/busybox cpio -o -H newc 2>/dev/null) >"$1"
  rm -rf "$work"
}
