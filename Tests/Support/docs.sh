#!/usr/bin/env bash
# Builds the DocC documentation of every public module; a warning is an error.
set -euo pipefail
cd "$(dirname "$0")/../.."
export GROUNDWORK_DOCS=1
mkdir -p .build-docs/html
modules=${*:-GroundworkCore GroundworkHTTP GroundworkCurl GroundworkStorage S3Compat PGBackup GroundworkTesting LoopbackS3 S3CompatTesting PGBackupTesting}
for module in $modules; do
    echo "== $module =="
    swift package --scratch-path .build-docs --allow-writing-to-directory .build-docs/html \
        generate-documentation --target "$module" --warnings-as-errors \
        --transform-for-static-hosting --hosting-base-path "$module" --output-path ".build-docs/html/$module"
done
echo "documentation: .build-docs/html"
