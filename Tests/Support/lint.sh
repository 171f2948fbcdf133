#!/usr/bin/env bash
# Checks the form of all Swift files, and that the C code which has a fallback is valid on arm64.
set -euo pipefail
cd "$(dirname "$0")/../.."
swift format lint --strict --recursive Sources Tests Examples Package.swift
clang -target aarch64-linux-gnu -std=c11 -Wall -Wextra -Werror -ffreestanding -fsyntax-only \
    -ISources/CGroundworkChecksum/include Sources/CGroundworkChecksum/*.c
echo "lint: no complaint"
