#!/bin/bash
# hold.sh DIR CGROUP [PID]: holds the node of a cluster until it is told to end (SIGTERM), or the process PID has ended. Then removes what the
# node's namespaces do not take with them: its control groups.
dir=$1 cgroup=$2 watched=${3:-}
. "$(dirname "$(readlink -f "$0")")/remains.sh"
here=$(dirname "$(readlink -f "$0")")
# A file, because $$ would be taken for that of a process with the same number one day: with the time of its start.
process_identity $$ >"$dir/run/holder"
# Should this process be killed: the node's first process and so the whole node go with it, by the kernel's hand.
setpriv --pdeathsig KILL unshare --mount --net --pid --uts --fork --kill-child --propagation private \
  env -u MULTINET_BIN -u BUILT_IN -u REFERENCE_PLUGINS sh "$here/../../eng/node.sh" bash "$here/inside.sh" "$dir" "$cgroup" &
node=$!
trap 'kill -KILL $node 2>/dev/null' TERM INT HUP
while kill -0 $node 2>/dev/null && { [ -z "$watched" ] || kill -0 "$watched" 2>/dev/null; }; do
  sleep 0.5 &
  wait $!
done
kill -KILL $node 2>/dev/null
wait $node 2>/dev/null
remove_control_groups "$cgroup"
rm -f "$dir/run/holder"
