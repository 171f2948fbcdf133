#!/usr/bin/env bash
# Runs the tests under the thread sanitizer, then under the address sanitizer (which also looks for leaks). Those of the
# programs of Examples are left out: they run in processes of their own, which no sanitizer of the tests looks into.
# usage: sanitize.sh [thread|address] [filter]
set -euo pipefail
cd "$(dirname "$0")/../.."
which=${1:-both}
filter=${2:-.}
Tests/Support/install.sh
GROUNDWORK_TEST_VENV=$(Tests/Support/venv.sh --path)
export GROUNDWORK_TEST_VENV
GROUNDWORK_TEST_POSTGRES=$(Tests/Support/postgres.sh --path 18)
export GROUNDWORK_TEST_POSTGRES
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-suppressions=$PWD/Tests/Support/lsan.supp}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=0:exitcode=66:suppressions=$PWD/Tests/Support/tsan.supp}
if [ "$which" != address ]; then
    echo "== thread sanitizer =="
    # One after the other: under the sanitizers all is many times slower, and the tests know time limits.
    swift test --disable-xctest --no-parallel --sanitize=thread -Xswiftc -DTSAN --scratch-path .build-tsan --filter "$filter" \
        --skip "Example(Output)?Tests"
fi
if [ "$which" != thread ]; then
    echo "== address sanitizer =="
    swift test --disable-xctest --no-parallel --sanitize=address --scratch-path .build-asan --filter "$filter" \
        --skip "Example(Output)?Tests"
fi
