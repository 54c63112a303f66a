# Makes an image archive with a static busybox as its one layer: $1 = the file, $2 = the image's name.
set -e
work=$(mktemp -d)
mkdir -p $work/root/bin $work/root/proc $work/root/sys $work/root/dev $work/root/etc
cp "$(command -v busybox)" $work/root/bin/busybox
for applet in sh ip ping sleep cat; do ln -s busybox $work/root/bin/$applet; done
tar -C $work/root -cf $work/layer.tar .
sum=$(sha256sum $work/layer.tar | cut -d' ' -f1)
case $(uname -m) in aarch64) architecture=arm64 ;; *) architecture=amd64 ;; esac
cat >$work/config.json <<END
{"architecture": "$architecture", "os": "linux", "config": {"Env": ["PATH=/bin"]}, "rootfs": {"type": "layers", "diff_ids": ["sha256:$sum"]}}
END
cat >$work/manifest.json <<END
[{"Config": "config.json", "RepoTags": ["$2"], "Layers": ["layer.tar"]}]
END
tar -C $work -cf "$1" manifest.json config.json layer.tar
rm -r $work
