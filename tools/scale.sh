#!/usr/bin/env bash
# scale.sh PROGRAM [--repeats N]: a study of 32 runs on 1, 2, 4 and 8 ranks of one thread, on this machine: wall time, speed
# against one rank, and the processor time of all ranks and mpirun together, which a busy machine changes less. Ranks beyond the
# processors share them.
set -euo pipefail
program=$1
repeats=3
shift
if (($# > 0)); then
  [[ $# == 2 && $1 == --repeats && $2 =~ ^[1-9][0-9]{0,2}$ ]] ||
    { echo "scale: it takes --repeats and a whole number from 1 to 999, not '$*'" >&2; exit 2; }
  repeats=$2
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/scale.toml" <<'TOML'
name = "scale"
environment = "t-maze"
seeds = [1, 2, 3, 4]
[factors]
recurrent = [true, false]
layer_norm = [true, false]
[training]
workers = 2
steps = 20000
[evaluation]
episodes = 10
TOML

# As root Open MPI starts nothing unless it is told to.
TIMEFORMAT='%U %S'
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
digests=$work/digests
for ((repeat = 1; repeat <= repeats; ++repeat)); do
  for ranks in 1 2 4 8; do
    echo "scale: repeat $repeat of $repeats, $ranks ranks" >&2
    { time mpirun --oversubscribe -n "$ranks" "$program" study "$work/scale.toml" --jobs 1 --json --fresh \
      --out "$work/out" >"$work/summary.json" 2>"$work/messages" || { cat "$work/messages" >&2; exit 1; }; } \
      2>"$work/time"
    awk '{print $1 + $2}' "$work/time" >>"$work/$ranks.cpu"
    sed -n 's/.*"wall_seconds": \([0-9.]*\).*/\1/p' "$work/summary.json" >>"$work/$ranks"
    sed -n 's/.*"digest": "\([0-9a-f]*\)".*/\1/p' "$work/summary.json" >>"$digests"
  done
done
median() { sort -n "$1" | awk '{value[NR] = $1} END {print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2}'; }
one=$(median "$work/1")
one_cpu=$(median "$work/1.cpu")
printf '%5s %10s %8s %12s %14s\n' ranks seconds speed 'cpu seconds' 'against 1 rank'
for ranks in 1 2 4 8; do
  awk -v ranks="$ranks" -v one="$one" -v seconds="$(median "$work/$ranks")" -v one_cpu="$one_cpu" \
    -v cpu="$(median "$work/$ranks.cpu")" 'BEGIN {
    printf "%5d %10.2f %8.2f %12.2f %13.1f%%\n", ranks, seconds, one / seconds, cpu, 100 * cpu / one_cpu }'
done
[[ $(sort -u "$digests" | wc -l) == 1 ]] || { echo "scale: the digests differ" >&2; exit 1; }
echo "one digest: $(head -n 1 "$digests")"
