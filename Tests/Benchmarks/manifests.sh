#!/usr/bin/env bash
# Ten thousand backups in a bucket: how long listing and planning take.
# usage: manifests.sh [count]      BENCH_SKIP_BUILD=1 takes the program as it is
set -euo pipefail
cd "$(dirname "$0")"
count=${1:-10000}
source servers.sh
if [ -z "${BENCH_SKIP_BUILD:-}" ]; then
    for product in loopback-s3 many-backups; do
        swift build -c release --package-path . --product "$product" >"$work/build.log" 2>&1 \
            || { tail -30 "$work/build.log"; exit 1; }
    done
fi
start_loopback memory
echo "### $count backups"
echo
echo "| step | backups | time |"
echo "|---|---|---|"
.build/release/many-backups "$count" >"$work/steps"
awk -F '\t' '{ printf "| %s | %s | %s |\n", $1, $2, $3 }' "$work/steps"
echo
# The goal: under 2 s.
awk -F '\t' '$1 == "list and plan" { split($3, t, " "); ok = t[1] < 2000 } END { exit !ok }' "$work/steps" \
    || { echo "Missed: list and plan takes 2 s or more."; exit 1; }
