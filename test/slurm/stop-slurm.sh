#!/bin/bash
# Ends the Slurm that start-slurm.sh started below $SLURM_ROOT, with the jobs that still run there; `--wipe` removes the folder too.
# Only processes whose pid file lies in that folder, and the steps that hold it open, are ended.
set -u
root=${SLURM_ROOT:-/tmp/yard-slurm}
case $root in /?*) ;; *) echo "stop-slurm: SLURM_ROOT must be an absolute path" >&2; exit 1;; esac
export SLURM_CONF=$root/slurm.conf
alive() { [ "$(cat "/proc/$1/comm" 2> /dev/null)" = "$2" ] && ! grep -q '^State:.Z' "/proc/$1/status" 2> /dev/null; }
end() { # NAME PID-FILE...: TERM, and KILL after five seconds
  name=$1; shift
  for file in "$@"; do
    pid=$(cat "$file" 2> /dev/null) && alive "$pid" "$name" || continue
    kill "$pid"
    for _ in $(seq 100); do alive "$pid" "$name" || break; sleep 0.05; done
    alive "$pid" "$name" && kill -KILL "$pid"
    rm -f "$file"
  done
}
descendants() { for child in $(pgrep --parent "$1"); do echo "$child"; descendants "$child"; done; }

[ -f "$SLURM_CONF" ] && jobs=$(timeout 5 squeue --noheader --format %A 2> /dev/null | sort -u) && [ -n "$jobs" ] && timeout 10 scancel $jobs 2> /dev/null && sleep 1
end slurmd "$root"/run/slurmd.*.pid
for process in /proc/[0-9]*; do
  pid=${process#/proc/}
  alive "$pid" slurmstepd && ls -l "$process/fd" 2> /dev/null | grep -qF " $root/" && kill -KILL "$pid" $(descendants "$pid") 2> /dev/null
done
end slurmctld "$root/run/slurmctld.pid"
end munged "$root/run/munged.pid"
if [ "${1:-}" = --wipe ] && [ -f "$SLURM_CONF" ]; then rm -rf "$root"; fi
exit 0
