#!/usr/bin/env bash
# The drill of a pgbench database: how fast a backup is restored, and what that says of the present database.
# usage: drill.sh [scale]      50 unless given; BENCH_SKIP_BUILD=1 takes the program as it is
set -euo pipefail
cd "$(dirname "$0")"
scale=${1:-50}
source servers.sh
if [ -z "${BENCH_SKIP_BUILD:-}" ]; then
    swift build -c release --package-path . --product drill-rate >"$work/build.log" 2>&1 \
        || { tail -30 "$work/build.log"; exit 1; }
fi
start_postgres
export PGHOST=$pghost PGPORT=$pgport PGUSER=postgres
"$pgbin/createdb" bench
"$pgbin/pgbench" -i -q -s "$scale" bench >/dev/null 2>&1
mkdir -p "$work/drill"
chmod 755 "$work/drill"
echo "### The drill of pgbench -s $scale"
echo
echo "| what | figure |"
echo "|---|---|"
BACKUP_DATABASE_URL="postgresql:///bench?host=$pghost&port=$pgport&user=postgres" \
    .build/release/drill-rate "$work/drill" >"$work/figures"
awk -F '\t' '{ printf "| %s | %s |\n", $1, $2 }' "$work/figures"
