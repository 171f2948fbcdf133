#!/usr/bin/env bash
# Checks the form of all Swift files, and that all C code is valid on arm64.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift format lint --strict --recursive Sources Tests Examples Package.swift
Tests/Support/install.sh libc6-dev-arm64-cross libssl-dev zlib1g-dev libcurl4-openssl-dev
for target in Sources/C*/; do
    # The C library's headers are arm64's, those of the other libraries are this machine's.
    clang -target aarch64-linux-gnu -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -nostdlibinc \
        -isystem /usr/aarch64-linux-gnu/include -idirafter /usr/include -idirafter "/usr/include/$(uname -m)-linux-gnu" \
        -I"${target}include" "$target"*.c
done
echo "lint: no complaint"
