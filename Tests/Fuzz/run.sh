#!/usr/bin/env bash
# Fuzzes the parsers: run.sh [seconds for each] [name ...]
#
# A harness is a file <Name>Fuzz.swift with LLVMFuzzerTestOneInput, beside it <Name>Fuzz.sources, the Swift and C files
# to build with it (paths from the package's root), and inputs to begin with in Seeds/<Name>Fuzz/. Imports of the
# package's own modules are dropped: all files are built as one module. An input that breaks a parser is kept under
# .build-fuzz/<Name>Fuzz/ and the script fails.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
shift || true
names=("$@")
if [ ${#names[@]} -eq 0 ]; then
    for file in Tests/Fuzz/*Fuzz.swift; do
        name=${file##*/}
        names+=("${name%.swift}")
    done
fi

# A crash would hang in the backtracer.
export SWIFT_BACKTRACE=enable=no
# Every mistake in overflow, bounds or optionals traps: -O keeps those checks.
flags=(-I Tests/Fuzz/Modules -parse-as-library -sanitize=fuzzer,address -O -g -swift-version 6 -package-name swift-groundwork
    -module-name Fuzz -enable-upcoming-feature ExistentialAny
    -enable-upcoming-feature InternalImportsByDefault -enable-upcoming-feature NonisolatedNonsendingByDefault)

# Some harnesses are built with sources of the package's dependencies.
for name in "${names[@]}"; do
    if grep -q '^\.build/checkouts/' "Tests/Fuzz/$name.sources"; then
        swift package resolve
        break
    fi
done

modules=$(find Sources -mindepth 1 -maxdepth 1 -type d ! -name 'C*' -printf '%f|')
for name in "${names[@]}"; do
    work=.build-fuzz/$name
    mkdir -p "$work/sources" "$work/corpus"
    rm -f "$work"/sources/*
    number=0
    objects=()
    while read -r source; do
        [ -n "$source" ] || continue
        number=$((number + 1))
        case $source in
        *.c)
            object=$work/$number.o
            clang -c -O1 -g -fsanitize=address,fuzzer-no-link -I "$(dirname "$source")/include" "$source" -o "$object"
            objects+=("$object")
            continue
            ;;
        esac
        # Two sources may have the same name.
        sed -E "s/^(@_exported )?((public|package|internal) )?import (${modules%|})\$//" "$source" \
            > "$work/sources/$number-${source##*/}"
    done < "Tests/Fuzz/$name.sources"
    echo "== $name: build"
    swiftc "${flags[@]}" "$work"/sources/*.swift "Tests/Fuzz/$name.swift" "${objects[@]}" -o "$work/$name"
    seeds=()
    [ ! -d "Tests/Fuzz/Seeds/$name" ] || seeds=("Tests/Fuzz/Seeds/$name")
    echo "== $name: $seconds s"
    "$work/$name" "$work/corpus" "${seeds[@]}" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -max_len=65536 -len_control=0 -print_final_stats=1 -verbosity=0 -artifact_prefix="$work/" 2>&1 |
        sed -e '/^"/d' -e '/^######/d'
done
