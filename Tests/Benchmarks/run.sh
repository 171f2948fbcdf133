#!/usr/bin/env bash
# Every benchmark, one after the other; prints Markdown for Documentation/Benchmarks.md.
# usage: run.sh [rounds]      (5 by default)
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
../Support/install.sh
../Support/venv.sh
echo "Machine: $(nproc) cores, $(awk '/MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo), $(. /etc/os-release; echo "$PRETTY_NAME"), $(date -u +%F)"
./build.sh
./transport.sh "$rounds"
./upload.sh "$rounds"
./backup.sh "$rounds"
