#!/usr/bin/env bash
# Backup of a database to an S3 endpoint: ours beside the pipelines that people use.
# usage: backup.sh [rounds [mixed | bench]]
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
source servers.sh
build_examples
start_postgres
if [ "${2:-mixed}" = mixed ]; then
    cp mixed.sql "$work/mixed.sql"
    chmod 644 "$work/mixed.sql"
    as_postgres "$pgbin/createdb" -h "$pghost" -p "$pgport" mixed
    as_postgres "$pgbin/psql" -q -h "$pghost" -p "$pgport" -d mixed -v ON_ERROR_STOP=1 -f "$work/mixed.sql" >/dev/null
fi
if [ "${2:-bench}" = bench ]; then
    as_postgres "$pgbin/createdb" -h "$pghost" -p "$pgport" bench
    as_postgres "$pgbin/pgbench" -q -i -s 50 -h "$pghost" -p "$pgport" bench >/dev/null 2>&1
fi
mkdir -p "$work/objects"
start_loopback "$work/objects"
export work bin venv rounds pgbin pghost pgport

run() { # database
    python3 - "$1" <<'PY'
import os, sys
sys.path.insert(0, ".")
from compare import Case, compare
work, binaries, venv, pgbin = (os.environ[name] for name in ("work", "bin", "venv", "pgbin"))
host, port, database = os.environ["pghost"], os.environ["pgport"], sys.argv[1]
dump = f"{pgbin}/pg_dump -h {host} -p {port} -U postgres -d {database}"
aws = f"{venv}/bin/aws s3 cp"
url = f"postgresql://postgres@localhost:{port}/{database}?host={host}"
compare(f"Backup of `{database}`, to the loopback server", [
    Case("backup run", f"{binaries}/backup run", environment={"BACKUP_DATABASE_URL": url, "BACKUP_FILE_PREFIX": database}),
    Case("pg_dump -Ft, gzip, file, upload", f"{dump} -Ft | gzip > {work}/t.tar.gz && {aws} {work}/t.tar.gz s3://bench/t.tar.gz"),
    Case("pg_dump -Fc | aws s3 cp -", f"{dump} -Fc | {aws} - s3://bench/fc"),
    Case("pg_dump -Fc -Z1 | aws s3 cp -", f"{dump} -Fc -Z1 | {aws} - s3://bench/fc1"),
], rounds=int(os.environ["rounds"]), reference="backup run", log_path=f"{work}/tools.log")
PY
}

if [ "${2:-mixed}" = mixed ]; then run mixed; fi
if [ "${2:-bench}" = bench ]; then run bench; fi
echo
echo "Stored bytes: $(cd "$work/objects" && du -sb . | cut -f1) in all; database sizes:"
as_postgres "$pgbin/psql" -At -h "$pghost" -p "$pgport" -c "SELECT datname, pg_size_pretty(pg_database_size(datname)) FROM pg_database WHERE datname IN ('mixed','bench')"
