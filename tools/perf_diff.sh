#!/usr/bin/env bash
# Is the working tree faster or slower than revision REV? Builds both as release, runs `windhover bench` of each in turns, so
# that both meet the same load, and compares run by run. To be called by `./dev perf-diff`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
  cat <<'HELP'
Usage: ./dev perf-diff REV [OPTIONS]

  --cell CELL       network of `bench train` and `bench eval` (gru+ln)
  --repeats N       pairs of runs of each benchmark, at least 8 (31)
  --seconds S       length of a run, after as long a warm-up (0.2)
  --fail-below R    exit 1 if a benchmark is slower with a ratio below R

Ratio: steps per second of the working tree over those of REV, median over the pairs, with the 99 % interval of that median
(order statistics; no assumption about the noise). `faster` or `slower` is said where the interval excludes 1.
Example: ./dev perf-diff HEAD~3 --cell mlp --fail-below 0.95
HELP
}

fail_usage() {
  echo "perf-diff: $1" >&2
  usage >&2
  exit 2
}

revision="" cell=gru+ln repeats=31 seconds=0.2 fail_below=0
while (($# > 0)); do
  case "$1" in
    --help | -h) usage; exit 0 ;;
    --cell | --repeats | --seconds | --fail-below)
      (($# > 1)) || fail_usage "$1 needs a value"
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
      shift 2
      ;;
    -*) fail_usage "there is no option '$1'" ;;
    *)
      [[ -z "$revision" ]] || fail_usage "one revision, not '$revision' and '$1'"
      revision=$1
      shift
      ;;
  esac
done
[[ -n "$revision" ]] || fail_usage "name the revision to compare with"
[[ "$repeats" =~ ^[0-9]+$ ]] && ((repeats >= 8)) || fail_usage "--repeats must be a whole number from 8, not '$repeats'"
[[ "$fail_below" =~ ^[0-9]*\.?[0-9]+$ ]] || fail_usage "--fail-below must be a number, not '$fail_below'"
commit=$(git rev-parse --verify --quiet "$revision^{commit}") || fail_usage "there is no revision '$revision'"

work=build/perf-diff
before=$work/revision
after=.

# A worktree of its own, kept for the next time: only what differs is built again.
check_out_revision() {
  git worktree prune
  if [[ -e "$before/.git" ]]; then
    git -C "$before" checkout --quiet --detach "$commit"
  else
    git worktree add --quiet --detach "$before" "$commit"
  fi
}

# run FOLDER BENCHMARK: steps per second of one run.
run() {
  local network=(--cell "$cell")
  [[ "$2" == env ]] && network=()
  "$1/build/release/bin/windhover" bench "$2" "${network[@]}" --repeats 1 --seconds "$seconds" --json |
    jq --exit-status .steps_per_second
}

# The pairs of one benchmark into a file: "before after" a line. Every second pair is run the other way round.
measure() {
  local repeat old new
  for ((repeat = 0; repeat < repeats; ++repeat)); do
    if ((repeat % 2 == 0)); then
      old=$(run "$before" "$1")
      new=$(run "$after" "$1")
    else
      new=$(run "$after" "$1")
      old=$(run "$before" "$1")
    fi
    echo "$old $new"
  done >"$work/$1.txt"
}

median() { sort -g | awk '{x[NR] = $1} END {print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2}'; }

# Median of ascending ratios, the 99 % interval of it and the verdict. The k-th smallest and the k-th largest hold the median
# between them unless fewer than k of n fair coins fall on one side.
judge() {
  sort -g | awk '
    {ratio[NR] = $1}
    END {
      term = 0.5 ^ NR; below = 0; k = 0
      while (below + term <= 0.005) {below += term; ++k; term *= (NR - k + 1) / k}
      lower = ratio[k]; upper = ratio[NR + 1 - k]
      median = (ratio[int((NR + 1) / 2)] + ratio[int(NR / 2) + 1]) / 2
      verdict = lower > 1 ? "faster" : upper < 1 ? "slower" : "no difference seen"
      printf "%.3f %.3f %.3f %s\n", median, lower, upper, verdict
    }'
}

check_out_revision
echo "building $revision ($commit) and the working tree" >&2
(cd "$before" && ./dev build) >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log" >&2; exit 1; }
./dev build >"$work/build.log" 2>&1 || { tail -n 20 "$work/build.log" >&2; exit 1; }

failed=0
printf '%-14s %12s %12s %7s  %-16s %s\n' "steps/s" "${revision:0:12}" "working tree" ratio "99 % interval" ""
for benchmark in train eval env; do
  echo "$benchmark: $repeats pairs" >&2
  measure "$benchmark"
  read -r ratio lower upper verdict < <(awk '{print $2 / $1}' "$work/$benchmark.txt" | judge)
  label=$benchmark
  [[ "$benchmark" == env ]] || label="$benchmark $cell"
  printf '%-14s %12.0f %12.0f %7s  %-16s %s\n' "$label" "$(awk '{print $1}' "$work/$benchmark.txt" | median)" \
    "$(awk '{print $2}' "$work/$benchmark.txt" | median)" "$ratio" "[$lower, $upper]" "$verdict"
  if [[ "$verdict" == slower ]] && awk "BEGIN {exit !($ratio < $fail_below)}"; then failed=1; fi
done
((failed == 0)) || echo "perf-diff: slower than $fail_below of $revision" >&2
exit "$failed"
