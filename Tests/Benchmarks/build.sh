#!/usr/bin/env bash
# Times a clean release build of the whole package, dependencies included.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=.build-bench-clean
rm -rf "$scratch"
swift package --scratch-path "$scratch" resolve >/dev/null 2>&1
goal=120
TIMEFORMAT='%R %U %S'
times=$({ time swift build -c release --scratch-path "$scratch" >"$scratch/log" 2>&1; } 2>&1) || { tail -30 "$scratch/log"; exit 1; }
rm -rf "$scratch"
read -r wall user system <<<"$times"
printf '\n### Clean release build\n\n`swift build -c release`, everything compiled, on %s cores:\n\n' "$(nproc)"
printf '| goal | measured | |\n| --- | --- | --- |\n'
awk -v wall="$wall" -v user="$user" -v system_="$system" -v goal=$goal 'BEGIN {
    missed = wall > goal
    printf "| wall time at most %d s | %.1f s (%.1f s of CPU time) | %s |\n", goal, wall, user + system_, missed ? "**MISSED**" : "held"
    exit missed
}'
