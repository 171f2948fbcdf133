#!/usr/bin/env bash
# The transport beside the curl program and async-http-client, against a local nginx.
# usage: transport.sh [rounds]
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
source servers.sh
swift build -c release --package-path Transport >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
bench=$(swift build -c release --package-path Transport --show-bin-path)/transport-bench

http_port=$(free_port)
https_port=$(free_port)
mkdir -p "$work/www/put"
head -c 1073741824 /dev/urandom >"$work/www/large"
head -c 4096 /dev/urandom >"$work/www/small"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/ca.pem" 2>/dev/null
cat >"$work/nginx.conf" <<CONF
daemon off;
user $(id -un);
worker_processes 1;
pid $work/nginx.pid;
error_log $work/nginx.log;
events { worker_connections 1024; }
http {
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 10000000;
    client_max_body_size 0;
    client_body_temp_path $work/body;
    proxy_temp_path $work/proxy;
    fastcgi_temp_path $work/fastcgi;
    uwsgi_temp_path $work/uwsgi;
    scgi_temp_path $work/scgi;
    ssl_certificate $work/ca.pem;
    ssl_certificate_key $work/key.pem;
    ssl_protocols TLSv1.2 TLSv1.3;
    server {
        listen 127.0.0.1:$http_port;
        listen 127.0.0.1:$https_port ssl;
        root $work/www;
        location /put/ { dav_methods PUT; client_body_buffer_size 1m; }
    }
}
CONF
/usr/sbin/nginx -p "$work" -c "$work/nginx.conf" 2>"$work/nginx.start" &
pids+=($!)
wait_for_port "$http_port"
export work bench rounds http="http://127.0.0.1:$http_port" https="https://localhost:$https_port" BENCH_CA="$work/ca.pem"

python3 - <<'PY'
import os, sys
sys.path.insert(0, ".")
from compare import Case, compare
work, bench = os.environ["work"], os.environ["bench"]
curl = f"exec curl --http1.1 -sSf --cacert {work}/ca.pem"
target = f"{work}/target"
source = f"{work}/www/large"
size = os.path.getsize(source)

def table(title, ours, theirs, program, before=":"):
    compare(title, [
        Case("curl", f"{curl} {program}", before),
        Case("ours", f"exec {bench} ours {ours}", before),
        Case("async-http-client", f"exec {bench} ahc {theirs or ours}", before),
    ], rounds=int(os.environ["rounds"]), reference="curl", log_path=f"{work}/tools.log")

print("\n## Transport")
for scheme in ("http", "https"):
    base = os.environ[scheme]
    fresh = f"rm -f {target}"
    empty = f"rm -f {work}/www/put/*"
    table(f"GET of 1 GiB into a file, {scheme}", f"get-file {base}/large {target}", None, f"-o {target} {base}/large", fresh)
    table(f"GET of 1 GiB, async sequence, {scheme}", f"get-stream {base}/large", None, f"-o /dev/null {base}/large", fresh)
    table(f"PUT of 1 GiB from a file, {scheme}", f"put-file {base}/put/a {source}", None, f"-T {source} {base}/put/a", empty)
    table(f"PUT of 1 GiB, async sequence, {scheme}", f"put-stream {base}/put/a {size}", None, f"-T {source} {base}/put/a", empty)
    os.system(empty)
    table(f"20,000 GETs of 4 KiB, 32 at a time, {scheme}", f"small {base}/small 20000 32", None,
          f"-Z --parallel-max 32 -o /dev/null '{base}/small?[1-20000]'")
PY
