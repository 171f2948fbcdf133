#!/usr/bin/env bash
# Installs what is missing, builds the demo and runs it. It touches no system service and no database but its own.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v swift >/dev/null || { echo "demo: swift is missing; install Swift 6.3 from swift.org first" >&2; exit 1; }
Tests/Support/install.sh libssl-dev zlib1g-dev libcurl4-openssl-dev postgresql
log=$(mktemp)
trap 'rm -f "$log"' EXIT
trap 'echo "demo: Interrupted while it was built; nothing was started." >&2; exit 130' INT TERM
echo "Building (the first time takes some minutes) ..."
if ! swift build --package-path Examples -c release --product demo >"$log" 2>&1; then
    tail -40 "$log" >&2
    echo "demo: the build failed; the compiler's last words are above" >&2
    exit 1
fi
program=$(swift build --package-path Examples -c release --show-bin-path)/demo
rm -f "$log"
trap - EXIT INT TERM
exec "$program" "$@"
