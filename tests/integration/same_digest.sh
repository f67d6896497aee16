#!/usr/bin/env bash
# same_digest.sh WINDHOVER...: small studies have the same digests from every build given and on every instruction set that
# this machine has. Together they have every arm, the delay, each network, and environments of three kinds.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat >"$folder/arms.toml" <<'STUDY'
name = "arms"
seeds = [1]
arms = ["a3c", "individual", "a2c", "individual-matched", "individual-mixed"]
[factors]
recurrent = [true, false]
layer_norm = [true, false]
[learner]
hidden = 24
[training]
workers = 3
episodes = 4
[evaluation]
velocities = [5, 100]
episodes = 5
STUDY
cat >"$folder/delay.toml" <<'STUDY'
name = "delay"
seeds = [1]
arms = ["a3c"]
profile = "sound"
[factors]
delay = [0, 3]
[learner]
hidden = 16
[training]
workers = 3
episodes = 10
[evaluation]
velocities = [20]
episodes = 6
STUDY
cat >"$folder/environments.toml" <<'STUDY'
name = "environments"
seeds = [1]
[factors]
environment = ["cartpole", "repeat-previous"]
[learner]
hidden = 16
gae_lambda = 0.9
normalise_advantage = false
[training]
workers = 2
steps = 2000
[evaluation]
episodes = 5
STUDY

declare -A expected
runs=0
for windhover in "$@"; do
  for target in SCALAR AVX2 AVX3; do
    for study in arms delay environments; do
      out="$folder/out-$runs"
      if ! log=$(WINDHOVER_TARGET=$target "$windhover" study "$folder/$study.toml" --out "$out" 2>&1); then
        if [[ "$log" == *"instruction set"* ]]; then
          echo "same_digest: $windhover: this machine lacks $target, skipped"
          break
        fi
        printf '%s\n' "$log" >&2
        exit 1
      fi
      digest=$(sed -n 's/^digest[: ]*//p' <<<"$log")
      echo "same_digest: $windhover on $target, $study: $digest"
      [[ -n "$digest" ]] || exit 1
      expected[$study]=${expected[$study]:-$digest}
      [[ "$digest" == "${expected[$study]}" ]] || { echo "same_digest: the digests differ" >&2; exit 1; }
      runs=$((runs + 1))
    done
  done
done
((runs > 0)) || { echo "same_digest: nothing was run" >&2; exit 1; }
