# Sourced: starts and stops what the benchmarks talk to. Everything lives in $work and ends with the shell.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
venv=$("$root/Tests/Support/venv.sh" --path)
work=$(mktemp -d /dev/shm/groundwork-bench.XXXXXX)
chmod 755 "$work"
pids=()

cleanup() {
    local pid
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
    [ -z "${cluster:-}" ] || as_postgres "$pgbin/pg_ctl" -D "$cluster" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

wait_for_port() { # port
    for _ in $(seq 300); do
        (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return 0
        sleep 0.1
    done
    echo "nothing listens on port $1" >&2
    return 1
}

as_postgres() {
    if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# An S3 endpoint in a process of its own. Sets endpoint and exports AWS_*.
start_loopback() { # directory, or discard
    local port
    port=$(free_port)
    "$root/Tests/Benchmarks/.build/release/loopback-s3" --port "$port" --bucket bench --storage "$1" >"$work/s3.log" 2>&1 &
    pids+=($!)
    s3_pid=$!
    wait_for_port "$port"
    endpoint=http://127.0.0.1:$port
    use_endpoint
}

start_weed() {
    local port name ports=()
    port=$(free_port)
    # Each port by its name: the ones for gRPC are 10,000 higher otherwise, which may be beyond 65,535.
    for name in master.port master.port.grpc volume.port volume.port.grpc filer.port filer.port.grpc s3.port.grpc; do
        ports+=("-$name=$(free_port)")
    done
    mkdir -p "$work/weed"
    printf '{"identities":[{"name":"bench","credentials":[{"accessKey":"benchaccess","secretKey":"benchsecret"}],"actions":["Admin","Read","Write","List","Tagging"]}]}' \
        >"$work/identities.json"
    env -u AWS_ACCESS_KEY_ID -u AWS_SECRET_ACCESS_KEY -u AWS_S3_ENDPOINT \
        "$venv/bin/weed" server -ip=127.0.0.1 -ip.bind=127.0.0.1 -dir="$work/weed" -filer -s3 -s3.port="$port" \
        "${ports[@]}" -s3.port.iceberg=0 -s3.port.lance=0 -master.telemetry=false \
        -s3.config="$work/identities.json" >"$work/weed.log" 2>&1 &
    pids+=($!)
    s3_pid=$!
    wait_for_port "$port"
    endpoint=http://127.0.0.1:$port
    use_endpoint
    for _ in $(seq 100); do
        empty_bucket && "$venv/bin/aws" s3 cp "$work/identities.json" s3://bench/probe >/dev/null 2>&1 && return 0
        sleep 0.3
    done
    echo "SeaweedFS does not get ready; the last lines of its log:" >&2
    tail -5 "$work/weed.log" >&2
    return 1
}

# SeaweedFS keeps what was overwritten until its next tidying; with the bucket everything goes at once.
empty_bucket() {
    "$venv/bin/aws" s3 rb s3://bench --force >/dev/null 2>&1 || true
    "$venv/bin/aws" s3 mb s3://bench >/dev/null 2>&1
}

stop_s3() {
    kill "$s3_pid" 2>/dev/null || true
    wait "$s3_pid" 2>/dev/null || true
    rm -rf "$work/weed" "$work/objects"
}

use_endpoint() {
    export AWS_ACCESS_KEY_ID=benchaccess AWS_SECRET_ACCESS_KEY=benchsecret AWS_DEFAULT_REGION=us-east-1
    export AWS_S3_BUCKET=bench AWS_S3_ENDPOINT=$endpoint AWS_S3_REGION=us-east-1 AWS_S3_FORCE_PATH_STYLE=true
    export AWS_ENDPOINT_URL=$endpoint AWS_EC2_METADATA_DISABLED=true
    export RCLONE_CONFIG=/dev/null RCLONE_CONFIG_BENCH_TYPE=s3 RCLONE_CONFIG_BENCH_PROVIDER=Other
    export RCLONE_CONFIG_BENCH_ENDPOINT=$endpoint RCLONE_CONFIG_BENCH_ACCESS_KEY_ID=benchaccess
    export RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY=benchsecret RCLONE_CONFIG_BENCH_REGION=us-east-1
    export RCLONE_CONFIG_BENCH_FORCE_PATH_STYLE=true
}

# A throw-away cluster. Sets cluster, pgbin, pghost, pgport.
start_postgres() {
    pgbin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)
    mkdir -p "$work/pg"
    [ "$(id -u)" != 0 ] || chown postgres "$work/pg"
    cluster=$work/pg/data
    pghost=$work/pg
    pgport=$(free_port)
    as_postgres "$pgbin/initdb" -D "$cluster" -A trust -U postgres -N >/dev/null
    as_postgres "$pgbin/pg_ctl" -D "$cluster" -l "$work/pg/log" -w \
        -o "-p $pgport -k $pghost -c listen_addresses='' -c fsync=off -c max_wal_size=8GB -c shared_buffers=512MB" start >/dev/null
}

build_examples() { # BENCH_SKIP_BUILD=1 takes the programs as they are
    bin=$root/Examples/.build/release
    [ -z "${BENCH_SKIP_BUILD:-}" ] || return 0
    swift build -c release --package-path "$root/Examples" >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
    swift build -c release --package-path "$root/Tests/Benchmarks" --product loopback-s3 >"$work/build.log" 2>&1 \
        || { tail -30 "$work/build.log"; exit 1; }
}
