# Sourced by cluster.sh and hold.sh: what is left of a cluster whose processes are gone, or are not.

# process_identity PID: the process' number and the time of its start, which together are never given out twice.
process_identity() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  stat=${stat##*) } # after the name, which may hold anything
  set -- "$1" $stat
  printf '%s %s\n' "$1" "${21}"
}

# is_running FILE: whether the process runs whose identity is in the file.
is_running() {
  local number start
  read -r number start 2>/dev/null <"$1" || return 1
  [ "$(process_identity "$number")" = "$number $start" ]
}

# remove_control_groups NAME: in all trees. A group whose last process has just ended may be busy for a moment.
remove_control_groups() {
  local tree tries
  for tree in /sys/fs/cgroup /sys/fs/cgroup/*; do
    [ -e "$tree/cgroup.procs" ] && [ -d "$tree/$1" ] || continue
    for ((tries = 0; tries < 100; tries++)); do
      find "$tree/$1" -depth -type d -exec rmdir {} + 2>/dev/null
      [ -d "$tree/$1" ] || break
      sleep 0.1
    done
  done
}
