#!/usr/bin/env bash
# Fails if a folder below windhover/ includes one that the table in docs/architecture.md does not allow. The table is the
# block fenced as `layers`: "folder: folders it may include". Fails too if the command line prints past its console.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

declare -A allowed
while IFS=: read -r folder targets; do
  allowed[$folder]=" $folder $targets "
done < <(awk '/^```layers$/ {inside = 1; next} /^```$/ {inside = 0} inside' docs/architecture.md)
((${#allowed[@]} > 0)) || { echo "no table of layers in docs/architecture.md" >&2; exit 1; }

broken=0
while IFS=: read -r file line include; do
  from=${file#windhover/}
  from=${from%%/*}
  to=${include#*\"windhover/}
  to=${to%%/*}
  if [[ -z "${allowed[$from]:-}" ]]; then
    echo "$file: folder '$from' is not in the table of docs/architecture.md" >&2
    broken=1
  elif [[ "${allowed[$from]}" != *" $to "* ]]; then
    echo "$file:$line: '$from' may not include '$to'" >&2
    broken=1
  fi
done < <(grep -rnE '^#include "windhover/' windhover --include='*.cpp' --include='*.hpp')

if grep -rnE '^#include "apps/' windhover; then
  echo "the library may not include the application" >&2
  broken=1
fi
# Elsewhere a stream that fails would throw, or be overlooked, and names would reach the terminal raw.
if grep -rnE 'fmt::v?print|std::(cout|cerr|puts|printf)|\bf?printf\(' apps --include='*.cpp' --include='*.hpp'; then
  echo "the application prints by apps/windhover/console.hpp alone" >&2
  broken=1
fi
((broken == 0)) && echo "layers: every include is allowed"
exit "$broken"
