#!/usr/bin/env bash
# Installs what the tests need and runs every test, unit and integration.
# usage: test.sh [options of swift test]    with options, such as --filter, only tests run
set -euo pipefail
cd "$(dirname "$0")/../.."
command -v swift >/dev/null || { echo "swift is missing; install Swift 6.3 from swift.org first." >&2; exit 1; }
Tests/Support/install.sh
GROUNDWORK_TEST_VENV=$(Tests/Support/venv.sh --path)
export GROUNDWORK_TEST_VENV
GROUNDWORK_TEST_MAIL_PARTIES=$(Tests/Support/mail_parties.sh --path)
export GROUNDWORK_TEST_MAIL_PARTIES
GROUNDWORK_TEST_POSTGRES=$(Tests/Support/postgres.sh --path 18)
export GROUNDWORK_TEST_POSTGRES
GROUNDWORK_TEST_EXAMPLES=$(Tests/Support/examples.sh --path)
export GROUNDWORK_TEST_EXAMPLES
# One at a time: hundreds of tests at once starve the thread pool of a small machine, and those that measure time fail.
swift test --disable-xctest --no-parallel "$@"
# A choice of tests is no run of everything.
if [ $# = 0 ]; then
    Tests/LinkageTest/run.sh
    Tests/Configuration/run.sh
fi
