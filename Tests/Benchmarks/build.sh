#!/usr/bin/env bash
# Times a clean release build of the whole package, dependencies included.
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=.build-bench-clean
rm -rf "$scratch"
swift package --scratch-path "$scratch" resolve >/dev/null 2>&1
start=$(date +%s.%N)
swift build -c release --scratch-path "$scratch" >/dev/null
end=$(date +%s.%N)
rm -rf "$scratch"
printf '\n### Clean release build\n\n`swift build -c release`, everything compiled: %.1f s of wall time on %s cores (the goal: under 120 s on 2).\n' \
    "$(echo "$end $start" | awk '{print $1 - $2}')" "$(nproc)"
