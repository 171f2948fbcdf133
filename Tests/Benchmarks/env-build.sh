#!/usr/bin/env bash
# Times a clean release build of a program that imports EnvSchema alone; prints wall and processor time in seconds.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/Sources/alone"
cat >"$work/Package.swift" <<SWIFT
// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "alone",
    dependencies: [.package(name: "swift-groundwork", path: "$root")],
    targets: [
        .executableTarget(name: "alone", dependencies: [.product(name: "EnvSchema", package: "swift-groundwork")])
    ]
)
SWIFT
cat >"$work/Sources/alone/main.swift" <<'SWIFT'
import EnvSchema

struct ServiceEnv: EnvSchema {
    @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 8080
}

print(try ServiceEnv.load().port)
SWIFT
# Fetching is not building.
swift package --package-path "$work" resolve >/dev/null 2>&1
TIMEFORMAT='%R %U %S'
times=$({ time swift build -c release --package-path "$work" >"$work/log" 2>&1; } 2>&1) || { tail -30 "$work/log" >&2; exit 1; }
[ "$("$work/.build/release/alone")" = 8080 ] || { echo "the program does not run" >&2; exit 1; }
read -r wall user system <<<"$times"
awk -v wall="$wall" -v user="$user" -v system_="$system" 'BEGIN { print wall, user + system_ }'
