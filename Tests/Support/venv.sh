#!/usr/bin/env bash
# Makes the Python environment of the tests: the S3 servers and clients of others, in pinned versions, below the build
# folder. Quick when it is there already.
# usage: venv.sh [--path]    --path prints where it is
set -euo pipefail
cd "$(dirname "$0")/../.."
requirements=Tests/Support/requirements.txt
venv=${GROUNDWORK_TEST_VENV:-$PWD/.build/venv}
stamp=$venv/.requirements

if ! cmp -s "$requirements" "$stamp"; then
    echo "Making the tests' Python environment in $venv (about 600 MB, once) ..." >&2
    mkdir -p "$(dirname "$venv")"
    # One at a time: two runs of the tests may begin together.
    exec 9>"$venv.lock"
    flock 9
    if ! cmp -s "$requirements" "$stamp"; then
        rm -rf "$venv"
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --no-input -r "$requirements" >&2
        cp "$requirements" "$stamp"
    fi
fi
if [ "${1:-}" = --path ]; then echo "$venv"; fi
