#!/usr/bin/env bash
# same_digest.sh WINDHOVER...: a small study has the same digest from every build given and on every instruction set that
# this machine has.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/study.toml" <<'STUDY'
name = "same-digest"
seeds = [1]
[factors]
recurrent = [true, false]
layer_norm = [true, false]
[learner]
hidden = 24
[training]
episodes = 10
[evaluation]
velocities = [5, 100]
episodes = 5
STUDY

expected=""
runs=0
for windhover in "$@"; do
  for target in SCALAR AVX2 AVX3; do
    out="$folder/out-$runs"
    if ! log=$(WINDHOVER_TARGET=$target "$windhover" study "$folder/study.toml" --out "$out" 2>&1); then
      if [[ "$log" == *"instruction set"* ]]; then
        echo "same_digest: $windhover: this machine lacks $target, skipped"
        continue
      fi
      printf '%s\n' "$log" >&2
      exit 1
    fi
    digest=$(sed -n 's/^digest[: ]*//p' <<<"$log")
    echo "same_digest: $windhover on $target: $digest"
    [[ -n "$digest" ]] || exit 1
    expected=${expected:-$digest}
    [[ "$digest" == "$expected" ]] || { echo "same_digest: the digests differ" >&2; exit 1; }
    runs=$((runs + 1))
  done
done
((runs > 0)) || { echo "same_digest: nothing was run" >&2; exit 1; }
