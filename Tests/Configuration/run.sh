#!/usr/bin/env bash
# Proves the trait SwiftConfiguration: off, nothing of swift-configuration is fetched; on, the bridge works, alone and in
# a graph in which another package uses EnvSchema without it.
# usage: run.sh            resolves without the trait (seconds)
#        run.sh --bridge   also builds and runs the bridge, twice (minutes)
set -euo pipefail
cd "$(dirname "$0")"
scratch=../../.build/configuration
mkdir -p ../../.build
rm -rf "$scratch-plain" Package.resolved
GROUNDWORK_GRAPH=plain swift package --scratch-path "$scratch-plain" resolve >"$scratch.log" 2>&1 \
    || { tail -30 "$scratch.log"; exit 1; }
if ls "$scratch-plain/checkouts" 2>/dev/null | grep -q configuration; then
    echo "FAILED: swift-configuration is fetched without the trait"
    exit 1
fi
if grep -q swift-configuration Package.resolved 2>/dev/null; then
    echo "FAILED: swift-configuration is pinned without the trait"
    exit 1
fi
echo "configuration: nothing is fetched without the trait"
rm -f Package.resolved
[ "${1:-}" = --bridge ] || exit 0
for graph in trait diamond; do
    export GROUNDWORK_GRAPH=$graph
    swift build --scratch-path "$scratch-trait" >"$scratch.log" 2>&1 || { tail -30 "$scratch.log"; exit 1; }
    echo -n "configuration ($graph): "
    "$scratch-trait/debug/Bridge"
done
rm -f Package.resolved
