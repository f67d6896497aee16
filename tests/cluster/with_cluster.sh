#!/usr/bin/env bash
# with_cluster.sh COMMAND...: a Slurm of its own on loopback, COMMAND in it, and its exit code. The cluster is a munged, a
# slurmctld and a slurmd with eight processors, whatever the machine has; keys, settings, state and logs lie in a folder of
# their own, and so a cluster that the machine belongs to is not touched. At the end, also by a failure or a signal, its
# processes are stopped and the folder is removed.
#
# Partitions: main, and urgent, whose jobs preempt those of main.
set -euo pipefail

say() { printf 'with_cluster: %s\n' "$*" >&2; }

# Settings of another cluster's commands.
while read -r name; do unset "$name"; done < <(compgen -e | grep -E '^(SLURM|SBATCH|SCANCEL|SCONTROL|SINFO|SQUEUE|MUNGE)')

folder=$(mktemp -d /tmp/windhover-cluster.XXXXXX)
export SLURM_CONF=$folder/slurm.conf
host=$(hostname -s)

# Every process of the cluster and of its jobs has SLURM_CONF from here.
processes() {
  local environment
  for environment in /proc/[0-9]*/environ; do
    { tr '\0' '\n' < "$environment" | grep -qxF "SLURM_CONF=$SLURM_CONF"; } 2> /dev/null && basename "${environment%/environ}"
  done || true
}

# stop ID...: asks these to end, and waits for a while.
stop() {
  local id i
  kill -TERM "$@" 2> /dev/null || true
  for ((i = 0; i < 100; ++i)); do
    for id in "$@"; do
      kill -0 "$id" 2> /dev/null && { sleep 0.05; continue 2; }
    done
    return 0
  done
}

daemons=()
end() {
  local code=$? left i tries
  trap '' INT TERM HUP
  disown -a # nothing is to be said of each that ends by a signal
  for ((i = ${#daemons[@]} - 1; i >= 0; --i)); do stop "${daemons[i]}"; done
  for ((tries = 0; tries < 50; ++tries)); do
    mapfile -t left < <(processes)
    ((${#left[@]} > 0)) || break
    kill -KILL "${left[@]}" 2> /dev/null || true
    sleep 0.1
  done
  ((${#left[@]} == 0)) || say "these could not be ended: ${left[*]}"
  rm -rf "$folder"
  exit "$code"
}
trap end EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# start NAME COMMAND...: a daemon in a session of its own, which Ctrl-C does not reach before `end` does.
start() {
  setsid "${@:2}" > "$folder/$1.out" 2>&1 < /dev/null &
  daemons+=($!)
}

fail() {
  local log
  say "$1"
  for log in "$folder"/*.{out,log}; do
    [[ -s $log ]] || continue
    printf '== %s\n' "$(basename "$log")" >&2
    tail -n 20 "$log" >&2
  done
  exit 1
}

# Fails unless COMMAND works within ten seconds.
until_works() {
  local i
  for ((i = 0; i < 200; ++i)); do
    "${@:2}" > /dev/null 2>&1 && return
    sleep 0.05
  done
  fail "$1"
}

# A port that nobody listens on, below those that the system hands out.
free_port() {
  local port
  while port=$((20000 + RANDOM % 12000)); do
    grep -qi ":$(printf '%04X' "$port") " /proc/net/tcp /proc/net/tcp6 2> /dev/null || break
  done
  echo "$port"
}

write_settings() {
  mkdir "$folder"/{munge,spool,state,tmp}
  chmod 755 "$folder" "$folder/munge" # munge wants its socket to be seen by all
  (umask 077 && head -c 1024 /dev/urandom > "$folder/munge/key")
  cat > "$SLURM_CONF" << SETTINGS
ClusterName=windhover
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$1
SlurmdPort=$2
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
AuthType=auth/munge
# A requeued job may start again once the credential of its last start is over.
AuthInfo=socket=$folder/munge/socket,cred_expire=5
CredType=cred/munge
MailProg=/bin/true
MpiDefault=none
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0,batch_sched_delay=0
PriorityType=priority/basic
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=10
NodeName=node NodeHostname=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=16000 State=UNKNOWN
PartitionName=main Nodes=node Default=YES MaxTime=INFINITE PriorityTier=1 State=UP
PartitionName=urgent Nodes=node MaxTime=INFINITE PriorityTier=2 State=UP
SETTINGS
}

is_idle() { [[ $(sinfo --noheader --format=%T) == idle* ]]; }

write_settings "$(free_port)" "$(free_port)"
start munged munged --foreground --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
  --pid-file="$folder/munge/pid" --log-file="$folder/munged.log" --seed-file="$folder/munge/seed"
until_works "munged does not start" munge --no-input --socket="$folder/munge/socket"
start slurmctld slurmctld -D -f "$SLURM_CONF"
until_works "slurmctld does not start" scontrol ping
start slurmd slurmd -D -f "$SLURM_CONF" -N node
until_works "slurmd does not start, or slurmctld does not take it" is_idle

# What it leaves in the folder for temporary files goes as well.
TMPDIR=$folder/tmp "$@" &
wait $!
