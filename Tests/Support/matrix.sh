#!/usr/bin/env bash
# Runs the conformance suite of all stores on every S3 server, plays the script of S3 semantics to them, and prints what
# each keeps and what it does not; the reasons stand in Documentation/Compatibility.md. Then backs up and restores a
# database of oddities on every major of PostgreSQL, and carries out the commands of the backup service's image.
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
# The image of the backup service, in a Debian of its own. A program that was built on another one may not start there.
suite=$(sed -n 's/^FROM debian:\([a-z]*\)-slim.*/\1/p' Examples/Backup/Dockerfile)
if [ "$(. /etc/os-release && echo "${VERSION_CODENAME:-}")" = "$suite" ]; then
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    swift build --static-swift-stdlib --package-path Examples --scratch-path .build/image --product backup \
        >"$log" 2>&1 || { tail -20 "$log"; exit 1; }
    "${as_root[@]}" env PGDG="${PGDG:-no}" Examples/Backup/check-image.sh .build/image/debug/backup || status=$?
else
    echo "The image was not tried: it is of Debian $suite, and what is built here may not start there."
fi
exit $status
