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
generate() { # target, output, further arguments
    local target=$1 output=$2
    shift 2
    swift package --scratch-path .build-docs --allow-writing-to-directory .build-docs/html \
        generate-documentation --target "$target" --transform-for-static-hosting --hosting-base-path "$target" \
        --output-path "$output" "$@"
}

# EnvSchema is built in parts that its users do not see: their symbols are documented as its own.
env_parts=(GroundworkEnvModel GroundworkDotEnv GroundworkEnvValues GroundworkEnvSources)
env_schema() {
    local graphs=.build-docs/env-schema-graphs part
    rm -rf "$graphs"
    mkdir -p "$graphs"
    for part in "${env_parts[@]}" EnvSchema; do
        generate "$part" .build-docs/html/parts >/dev/null 2>&1 || true
        python3 - "$part" "$graphs" <<'PYTHON'
import glob, json, os, sys
part, graphs = sys.argv[1:]
found = glob.glob(f".build-docs/**/{part}*.symbols.json", recursive=True)
found = [path for path in found if "env-schema-graphs" not in path]
if not found:
    sys.exit(f"no symbol graph of {part}")
for path in found:
    with open(path) as file:
        graph = json.load(file)
    if graph["module"]["name"] != part:
        continue
    graph["module"]["name"] = "EnvSchema"
    base = os.path.basename(path).split("@")
    name = "EnvSchema" if len(base) == 1 else "EnvSchema@" + base[1].removesuffix(".symbols.json")
    with open(f"{graphs}/{name}-{part}.symbols.json", "w") as file:
        json.dump(graph, file)
PYTHON
    done
    rm -rf .build-docs/html/parts
    docc convert Sources/EnvSchema/Documentation.docc --additional-symbol-graph-dir "$graphs" \
        --fallback-display-name EnvSchema --fallback-bundle-identifier EnvSchema --warnings-as-errors \
        --transform-for-static-hosting --hosting-base-path EnvSchema --output-path .build-docs/html/EnvSchema
}

status=0
for module in "${modules[@]}"; do
    echo "== $module =="
    if [ "$module" = EnvSchema ]; then
        env_schema || status=1
        continue
    fi
    generate "$module" ".build-docs/html/$module" --warnings-as-errors || status=1
done
[ "$status" = 0 ] || { echo "The documentation has mistakes; see above." >&2; exit 1; }
echo "documentation: .build-docs/html"
