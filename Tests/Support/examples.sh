#!/usr/bin/env bash
# Builds the programs of Examples for the tests that run them, below the build folder. Quick when nothing has changed.
# usage: examples.sh [--path]    --path prints the folder of the programs
set -euo pipefail
cd "$(dirname "$0")/../.."
scratch=$PWD/.build/examples
mkdir -p .build
echo "Building Examples in $scratch ..." >&2
swift build --package-path Examples --scratch-path "$scratch" >"$scratch.log" 2>&1 || { tail -40 "$scratch.log" >&2; exit 1; }
if [ "${1:-}" = --path ]; then echo "$scratch/debug"; fi
