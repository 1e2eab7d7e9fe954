#!/bin/bash
# A real Slurm on this machine for tests: munged, slurmctld and a slurmd for each virtual node, all below one folder.
# No accounting database: `sacct` says so, `sacct -c` reads the file of completed jobs. Needs root and Debian's packages
# slurm-wlm and munge; nothing outside $SLURM_ROOT is changed but the test user.
#
#   SLURM_ROOT   folder, a short absolute path (sockets lie in it)  [/tmp/yard-slurm]
#   SLURM_PORT   port of slurmctld; the nodes take those after it   [26900]
#   SLURM_NODES  virtual nodes of two CPUs and 1000 MB each          [2]
#   SLURM_USER_NAME  plain user that submits, made if missing       [tester]
#
# Clients need SLURM_CONF=$SLURM_ROOT/slurm.conf. Starting twice is harmless. Stop with stop-slurm.sh.
set -eu
root=${SLURM_ROOT:-/tmp/yard-slurm} port=${SLURM_PORT:-26900} nodes=${SLURM_NODES:-2} user=${SLURM_USER_NAME:-tester}
fail() { echo "start-slurm: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "must be run as root"
for program in munged slurmctld slurmd sbatch; do
  command -v $program > /dev/null || fail "$program is missing: apt-get install --no-install-recommends slurm-wlm munge"
done
case $root in /?*) ;; *) fail "SLURM_ROOT must be an absolute path";; esac
id "$user" > /dev/null 2>&1 || useradd --create-home --shell /bin/bash "$user"

export SLURM_CONF=$root/slurm.conf
running() { pid=$(cat "$root/run/$1.pid" 2> /dev/null) && [ "$(cat "/proc/$pid/comm" 2> /dev/null)" = "$2" ]; }
umask 022
mkdir -p "$root"/{run,log,state,spool,munge}
chmod 755 "$root"
chown slurm: "$root"/{run,log,state}
[ -s "$root/munge/key" ] || (umask 077; head --bytes 1024 /dev/urandom > "$root/munge/key")
[ -e "$root/log/jobcomp" ] || install --owner slurm --mode 644 /dev/null "$root/log/jobcomp"

host=$(hostname -s)
cat > "$SLURM_CONF" <<CONF
ClusterName=yard
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=slurm
AuthType=auth/munge
# A requeued job waits until its credential has expired: two minutes by default.
AuthInfo=socket=$root/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$root/state
SlurmdSpoolDir=$root/spool/%n
SlurmctldPidFile=$root/run/slurmctld.pid
SlurmdPidFile=$root/run/slurmd.%n.pid
SlurmctldLogFile=$root/log/slurmctld.log
SlurmdLogFile=$root/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
# Virtual nodes may claim more CPUs than there are.
SlurmdParameters=config_overrides
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
DefMemPerCPU=100
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=5,batch_sched_delay=1
MaxArraySize=1001
MinJobAge=300
KillWait=2
SlurmdTimeout=12
MessageTimeout=10
TCPTimeout=2
JobRequeue=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/filetxt
JobCompLoc=$root/log/jobcomp
NodeName=node[1-$nodes] NodeHostname=$host NodeAddr=127.0.0.1 Port=[$((port + 1))-$((port + nodes))] CPUs=2 RealMemory=1000 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES DefaultTime=10 MaxTime=60 State=UP
PartitionName=short Nodes=ALL DefaultTime=1 MaxTime=2 State=UP
CONF

running munged munged || munged --force --key-file="$root/munge/key" --socket="$root/munge/socket" --pid-file="$root/run/munged.pid" \
  --log-file="$root/munge/log" --seed-file="$root/munge/seed" 2> /dev/null || fail "munged does not start: see $root/munge/log"
running slurmctld slurmctld || slurmctld || fail "slurmctld does not start: see $root/log/slurmctld.log"
for i in $(seq "$nodes"); do
  running "slurmd.node$i" slurmd || slurmd -N "node$i" || fail "slurmd of node$i does not start: see $root/log/slurmd.node$i.log"
done
SECONDS=0
while [ $SECONDS -lt 30 ]; do
  [ "$(timeout 3 sinfo --noheader --Node --partition main --states idle,alloc,mix --format %N 2> /dev/null | sort -u | wc -l)" -ge "$nodes" ] && exit 0
  sleep 0.2
done
fail "the nodes are not ready after 30 s: see $root/log"
