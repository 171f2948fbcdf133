#!/usr/bin/env bash
# Builds the program on jwt-kit, if it is not there yet, and prints its path and the seconds that its clean build took.
# jwt-kit builds a whole cryptographic library: count on ten minutes.
set -euo pipefail
cd "$(dirname "$0")/AppleSignIn/JWTKit"
stamp=.build/clean-build
if [ ! -f "$stamp" ]; then
    rm -rf .build
    swift package resolve >/dev/null 2>&1
    TIMEFORMAT='%R %U %S'
    log=$(mktemp)
    times=$({ time swift build -c release >"$log" 2>&1; } 2>&1) || { tail -30 "$log" >&2; rm -f "$log"; exit 1; }
    rm -f "$log"
    read -r wall user system <<<"$times"
    awk -v wall="$wall" -v user="$user" -v system_="$system" 'BEGIN { print wall, user + system_ }' >"$stamp"
else
    swift build -c release >/dev/null 2>&1
fi
echo "$(swift build -c release --show-bin-path)/jwt-bench $(cat "$stamp")"
