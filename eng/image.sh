# Makes an image archive with a static busybox, and the files $3... in /usr/local/bin, as its one layer: $1 = the file, $2 = the image's name.
# Started with no command, it sleeps until it is told to end (so it serves as a pod's pause container, too).
set -e
archive=$1 name=$2
shift 2
work=$(mktemp -d)
mkdir -p $work/root/bin $work/root/usr/local/bin $work/root/proc $work/root/sys $work/root/dev $work/root/etc $work/root/tmp
cp "$(command -v busybox)" $work/root/bin/busybox
for applet in sh ip ping sleep cat ls nc httpd wget echo mount umount mkdir rm true; do ln -s busybox $work/root/bin/$applet; done
for file; do cp "$file" $work/root/usr/local/bin/; done
tar -C $work/root --sort=name --owner=0 --group=0 -cf $work/layer.tar .
sum=$(sha256sum $work/layer.tar | cut -d' ' -f1)
case $(uname -m) in aarch64) architecture=arm64 ;; *) architecture=amd64 ;; esac
cat >$work/config.json <<END
{"architecture": "$architecture", "os": "linux", "config": {"Env": ["PATH=/usr/local/bin:/bin"],
 "Cmd": ["/bin/sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 3600 & wait; done"]}, "rootfs": {"type": "layers", "diff_ids": ["sha256:$sum"]}}
END
cat >$work/manifest.json <<END
[{"Config": "config.json", "RepoTags": ["$name"], "Layers": ["layer.tar"]}]
END
tar -C $work -cf "$archive" manifest.json config.json layer.tar
rm -r $work
