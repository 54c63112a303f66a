# Sourced by reference-suites.sh: a virtual machine with a Debian kernel that has what the machine's own may lack (bridges that filter
# VLANs, macvlan, ipvlan, vlan, dummy). It sees the machine's files, read-only below a layer in its memory, under the same paths.

# need_vm CACHE: unpacks emulator and kernel (Debian trixie) into CACHE/vm, with an initial file system of the few modules that reach the files.
need_vm() {
  vm=$1/vm
  [ ! -e "$vm/initrd.gz" ] || return 0
  printf 'fetching an emulator and a kernel of Debian trixie (about 200 MB)\n' >&2
  local fresh=$work/vm kernel deb
  mkdir -p "$work/vm-apt" "$work/vm-debs" "$fresh/root" "$fresh/initrd"/{bin,proc,sys,dev,host,layer,root,modules}
  need_private_apt trixie "$work/vm-apt" deb
  fetch_vm() {
    private_apt update
    private_apt -s --no-install-recommends install qemu-system-x86 seabios kmod busybox-static linux-image-amd64 >"$work/vm-plan"
    (cd "$work/vm-debs" && private_apt download $(awk '/^Inst / { print $2 }' "$work/vm-plan"))
  }
  if ! (set -e; fetch_vm) >"$log" 2>&1; then
    cat "$log" >&2
    fail "could not get an emulator and a kernel from $private_apt_uri (apt's output is above)"
  fi
  mkdir -p "$fresh"/root/usr/{bin,sbin,lib,lib64}
  for deb in bin sbin lib lib64; do ln -s "usr/$deb" "$fresh/root/$deb"; done # trixie's layout, also for packages of before
  for deb in "$work"/vm-debs/*.deb; do dpkg --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$fresh/root"; done

  kernel=$(basename "$fresh"/root/boot/vmlinuz-*)
  kernel=${kernel#vmlinuz-}
  in_vm_root "$fresh/root" depmod -b "$fresh/root" "$kernel"
  cp "$(find "$fresh/root/usr/bin" "$fresh/root/usr/sbin" -name busybox | head -n 1)" "$fresh/initrd/bin/"
  local module file number=100
  for module in 9p 9pnet_virtio virtio_pci overlay; do
    # A line of modules.dep: the module's file, then those that it needs, the first needed last.
    for file in $(awk -F: -v name="/$module.ko" 'index($1, name) { count = split($2, needs, " "); for (i = count; i > 0; i--) print needs[i]; print $1 }' \
      "$fresh/root/usr/lib/modules/$kernel/modules.dep"); do
      number=$((number + 1))
      case $file in
        *.xz) xz -dc "$fresh/root/usr/lib/modules/$kernel/$file" ;;
        *.zst) zstd -dc "$fresh/root/usr/lib/modules/$kernel/$file" ;;
        *) cat "$fresh/root/usr/lib/modules/$kernel/$file" ;;
      esac >"$fresh/initrd/modules/$number.ko"
    done
  done
  cp "$own/vm-init.sh" "$fresh/initrd/init"
  chmod 755 "$fresh/initrd/init"
  (cd "$fresh/initrd" && find . | ./bin/busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$fresh/initrd.gz"
  rm -rf "$fresh/initrd" "$vm"
  mkdir -p "$1"
  cp -a "$fresh" "$vm.$$"
  mv -T "$vm.$$" "$vm"
}

# in_vm_root ROOT PROGRAM ARGUMENT...: runs a program of the unpacked packages with their own libraries.
in_vm_root() {
  local unpacked=$1 program=$2 found
  shift 2
  found=$(command -v "$unpacked/usr/bin/$program" || command -v "$unpacked/usr/sbin/$program")
  "$unpacked/lib64/ld-linux-x86-64.so.2" --library-path "$unpacked/usr/lib/x86_64-linux-gnu" --argv0 "$program" "$found" "$@"
}

# vm_run SCRIPT FOLDER: runs bash with SCRIPT in the virtual machine; what it writes to FOLDER is seen here.
vm_run() {
  printf '#!/bin/bash\nexport VM=%q JOB=%q FOLDER=%q\nexec bash %q\n' "$vm" "$1" "$2" "$own/vm-inside.sh" >"$work/vm-start.sh"
  timeout --kill-after=10 3600 bash -c "$(declare -f in_vm_root); in_vm_root \"\$@\"" vm "$vm/root" qemu-system-x86_64 \
    -L "$vm/root/usr/share/qemu" -L "$vm/root/usr/share/seabios" \
    -machine q35,accel=tcg -cpu max -smp 2 -m 4G -nodefaults -no-reboot -nographic -serial mon:stdio \
    -kernel "$vm"/root/boot/vmlinuz-* -initrd "$vm/initrd.gz" -append "console=ttyS0 quiet panic=-1 multinet.start=$work/vm-start.sh" \
    -fsdev local,id=files,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=files,mount_tag=files \
    -fsdev local,id=folder,path="$2",security_model=none -device virtio-9p-pci,fsdev=folder,mount_tag=folder \
    >"$2/console.log" 2>&1 </dev/null
}
