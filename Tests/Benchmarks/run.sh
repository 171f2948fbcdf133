#!/usr/bin/env bash
# Every benchmark, one after the other; prints Markdown for Documentation/Benchmarks.md.
# usage: run.sh [rounds]      (5 by default); exit code 1 when a goal was missed
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
../Support/install.sh
../Support/venv.sh
echo "Machine: $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), $(. /etc/os-release; echo "$PRETTY_NAME"), $(date -u +%F)"
status=0
./build.sh || status=1
./transport.sh "$rounds" || status=1
./upload.sh "$rounds" || status=1
./backup.sh "$rounds" || status=1
./manifests.sh || status=1
./drill.sh || status=1
./env.sh || status=1
./apple.sh "$rounds" || status=1
./smtp.sh "$rounds" || status=1
./mail.sh || status=1
[ "$status" = 0 ] || echo "At least one goal was missed, or a benchmark did not run." >&2
exit $status
