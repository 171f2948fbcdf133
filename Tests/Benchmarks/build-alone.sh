#!/usr/bin/env bash
# Times a clean release build of a program that imports one product alone; prints wall and processor time in seconds.
# usage: build-alone.sh EnvSchema | AppleSignIn | S3Compat | PGBackup | Mailer
set -euo pipefail
product=${1:?name a product: EnvSchema, AppleSignIn, S3Compat, PGBackup or Mailer}
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
        .executableTarget(name: "alone", dependencies: [.product(name: "$product", package: "swift-groundwork")])
    ]
)
SWIFT
# A program that uses what it imports, and how its output begins.
case $product in
EnvSchema)
    expected=8080
    cat >"$work/Sources/alone/main.swift" <<'SWIFT'
import EnvSchema

struct ServiceEnv: EnvSchema {
    @Env("PORT", help: "Listen port", range: 1...65535) var port: Int = 8080
}

print(try ServiceEnv.load().port)
SWIFT
    ;;
AppleSignIn)
    expected=malformedToken
    cat >"$work/Sources/alone/main.swift" <<'SWIFT'
import AppleSignIn

let verifier = try AppleTokenVerifier(audiences: ["com.example.app"], keys: AppleKeyStore())
do {
    print(try await verifier.verify("no token", nonce: .raw("nonce")).subject)
} catch {
    print(error)
}
SWIFT
    ;;
S3Compat)
    expected=false
    cat >"$work/Sources/alone/main.swift" <<'SWIFT'
import S3Compat

let bucket = try S3Bucket(environment: [
    "AWS_S3_BUCKET": "photos", "AWS_S3_ENDPOINT": "http://127.0.0.1:9", "AWS_S3_REGION": "auto",
    "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
])
do {
    print(try await bucket.read("photo"))
} catch {
    print(false)
}
SWIFT
    ;;
PGBackup)
    expected=0
    cat >"$work/Sources/alone/main.swift" <<'SWIFT'
import PGBackup

let configuration = try PostgresBackup.Configuration(
    environment: ["BACKUP_DATABASE_URL": "postgresql://127.0.0.1:9/app"]
)
print(try await PostgresBackup(configuration, store: InMemoryObjectStore()).list().backups.count)
SWIFT
    ;;
Mailer)
    expected=emailFrom
    cat >"$work/Sources/alone/main.swift" <<'SWIFT'
import Mailer

do {
    let mailer = try Mailer(environment: ["EMAIL_PROVIDER": "resend"])
    try await mailer.sendVerificationEmail(to: "user@example.com", token: "token")
} catch {
    print("emailFrom", error)
}
SWIFT
    ;;
*)
    echo "build-alone.sh knows no program for $product" >&2
    exit 2
    ;;
esac
# Fetching is not building.
swift package --package-path "$work" resolve >/dev/null 2>&1
TIMEFORMAT='%R %U %S'
times=$({ time swift build -c release --package-path "$work" >"$work/log" 2>&1; } 2>&1) || { tail -30 "$work/log" >&2; exit 1; }
[[ "$(env -u PORT "$work/.build/release/alone")" == "$expected"* ]] || { echo "the program does not run" >&2; exit 1; }
read -r wall user system <<<"$times"
awk -v wall="$wall" -v user="$user" -v system_="$system" 'BEGIN { print wall, user + system_ }'
