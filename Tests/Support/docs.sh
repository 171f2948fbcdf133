#!/usr/bin/env bash
# Builds the DocC documentation of every public module; a warning is an error.
# usage: docs.sh [module ...]    without modules: all that a product of the package names
set -euo pipefail
cd "$(dirname "$0")/../.."
export GROUNDWORK_DOCS=1
mkdir -p .build-docs/html
modules=("$@")
if [ ${#modules[@]} -eq 0 ]; then
    mapfile -t modules < <(swift package --scratch-path .build-docs dump-package | python3 -c '
import json, sys
for name in sorted({target for product in json.load(sys.stdin)["products"] for target in product["targets"]}):
    print(name)')
fi
[ ${#modules[@]} -gt 0 ] || { echo "The package could not be read." >&2; exit 1; }
status=0
for module in "${modules[@]}"; do
    echo "== $module =="
    swift package --scratch-path .build-docs --allow-writing-to-directory .build-docs/html \
        generate-documentation --target "$module" --warnings-as-errors \
        --transform-for-static-hosting --hosting-base-path "$module" --output-path ".build-docs/html/$module" || status=1
done
[ "$status" = 0 ] || { echo "The documentation has mistakes; see above." >&2; exit 1; }
echo "documentation: .build-docs/html"
