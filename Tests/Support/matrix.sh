#!/usr/bin/env bash
# Runs the conformance suite of all stores on every S3 server, plays the script of S3 semantics to them, and prints what
# each keeps and what it does not; the reasons stand in Documentation/Compatibility.md. Then backs up and restores a
# database of oddities on every major of PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")/../.."
Tests/Support/install.sh
GROUNDWORK_TEST_VENV=$(Tests/Support/venv.sh --path)
export GROUNDWORK_TEST_VENV
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
swift test --disable-xctest --no-parallel --filter 'StoreConformanceTests|SemanticsTests|OddKeyTests' >"$log" 2>&1 || status=$?
grep '^matrix: ' "$log" | sed 's/^matrix: //' | sort -s -t: -k1,1
grep -E 'recorded an issue|Test run with' "$log" || true
# Every major of PostgreSQL that is at hand: Debian's, and those of postgres.sh.
GROUNDWORK_TEST_POSTGRES=$(Tests/Support/postgres.sh --path)
export GROUNDWORK_TEST_POSTGRES
GROUNDWORK_TEST_MAJORS="15 16 17 18" swift test --disable-xctest --no-parallel --filter VersionMatrixTests >"$log" 2>&1 \
    || status=$?
grep -E 'recorded an issue|with [0-9]+ argument|Test run with' "$log" || true
# Beside the stores: the package graphs with and without swift-configuration. Compiling it takes minutes.
Tests/Configuration/run.sh --bridge || status=$?
exit $status
