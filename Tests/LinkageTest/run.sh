#!/usr/bin/env bash
# Proves what each product links: never full Foundation, and no library of another product.
# usage: run.sh            checks the dynamic libraries of debug programs
#        run.sh --sizes    also builds static, stripped release programs and prints their sizes
set -euo pipefail
cd "$(dirname "$0")"
scratch=../../.build/linkage
mkdir -p ../../.build
swift build --scratch-path "$scratch" >"$scratch.log" 2>&1 || { tail -30 "$scratch.log"; exit 1; }
failed=0
check() { # program, then the libraries that it must not link
    local program=$1 libraries
    shift
    libraries=$(ldd "$scratch/debug/$program")
    for library in libFoundation.so libFoundationNetworking lib_FoundationICU "$@"; do
        if grep -q "$library" <<<"$libraries"; then
            echo "FAILED: $program links $library"
            failed=1
        fi
    done
}
check UsesS3Compat
check UsesPGBackup libcurl
check UsesAppleSignIn
check UsesEnvSchema libcurl libssl libcrypto 'libz\.so'
check UsesEnvSchemaTools libcurl libssl libcrypto 'libz\.so'
check UsesEnvSchemaAudit libcurl 'libz\.so'
# What an import asks the loader for: the C library, Swift's own runtime, and the libraries that are named here.
needs() { # program, then the libraries that it may link
    local program=$1 library
    shift
    while read -r library; do
        case $library in
        libc.so.6 | libm.so.6 | libgcc_s.so.1 | libstdc++.so.6 | ld-linux-*) ;;
        libswift*.so | libFoundationEssentials.so | lib_FoundationCShims.so | lib_FoundationCollections.so) ;;
        libdispatch.so | libBlocksRuntime.so) ;;
        *)
            if [[ " $* " != *" ${library%%.so*} "* ]]; then
                echo "FAILED: $program needs $library"
                failed=1
            fi
            ;;
        esac
    done < <(readelf -d "$scratch/debug/$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
}
needs UsesEnvSchema
needs UsesAppleSignIn libssl libcrypto libcurl
[ "$failed" = 0 ] || exit 1
if [ "${1:-}" = --sizes ]; then
    swift build -c release --static-swift-stdlib --scratch-path "$scratch-static" >"$scratch.log" 2>&1 \
        || { tail -30 "$scratch.log"; exit 1; }
    for program in UsesS3Compat UsesPGBackup UsesAppleSignIn UsesEnvSchema UsesEnvSchemaTools UsesEnvSchemaAudit; do
        strip -o "$scratch-static/$program.stripped" "$scratch-static/release/$program"
        echo "$program: $(($(stat -c %s "$scratch-static/$program.stripped") / 1000000)) MB static and stripped"
    done
fi
echo "linkage: 1 passed, 0 failed"
