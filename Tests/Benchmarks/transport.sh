#!/usr/bin/env bash
# The transport beside the curl program and async-http-client, against a local nginx.
# usage: transport.sh [rounds] [part...]
#   a part is one of get-file get-stream put-file put-stream small, for both schemes, or with one: small-https;
#   or floor, only when it is named: what a GET over https costs at least on this OpenSSL, beside async-http-client
#   BENCH_SKIP_BUILD=1 takes the program as it is. Exit code 1 when a goal is missed.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
export parts="${*:2}"
source servers.sh
[ -n "${BENCH_SKIP_BUILD:-}" ] || swift build -c release --package-path Transport >"$work/build.log" 2>&1 \
    || { tail -30 "$work/build.log"; exit 1; }
bench=$(swift build -c release --package-path Transport --show-bin-path)/transport-bench

case " $parts " in *" floor "*) cc -O2 -o "$work/tls-floor" tls-floor.c -lssl -lcrypto ;; esac

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
from compare import Case, Goal, compare, finish, judge
work, bench = os.environ["work"], os.environ["bench"]
curl = f"exec curl --http1.1 -sSf --cacert {work}/ca.pem"
target = f"{work}/target"
source = f"{work}/www/large"
size = os.path.getsize(source)
peer = "async-http-client"
parts = os.environ["parts"].split()
known = ["get-file", "get-stream", "put-file", "put-stream", "small"]
for part in parts:
    if part != "floor" and part not in known and not any(part == f"{kind}-{scheme}" for kind in known for scheme in ("http", "https")):
        sys.exit(f"unknown part {part}")

def table(kind, scheme, title, arguments, program, before=":"):
    if parts and kind not in parts and f"{kind}-{scheme}" not in parts:
        return
    medians = compare(f"{title}, {scheme}", [
        Case("curl", f"{curl} {program}", before),
        Case("ours", f"exec {bench} ours {kind} {arguments}", before),
        Case(peer, f"exec {bench} ahc {kind} {arguments}", before),
    ], rounds=int(os.environ["rounds"]), reference="curl", log_path=f"{work}/tools.log")
    goals = [Goal("ours", "rss", None, 32)]
    if kind == "small":
        goals += [Goal("ours", "cpu", "curl", 1.5), Goal("ours", "wall", peer, 1.1)]
    else:
        through_sequence = kind.endswith("stream")
        goals += [
            Goal("ours", "wall", "curl", 1 / (0.7 if through_sequence else 0.85)),
            Goal("ours", "cpu", "curl", 1.9 if through_sequence else 1.25),
            Goal("ours", "wall", peer, 1.0),
        ]
    if not (kind.startswith("put") and scheme == "http"):
        goals.append(Goal("ours", "cpu", peer, 1.0))
    judge(medians, goals)

# A virtual machine gives memory back that lies idle; the first rounds would pay for having it again.
with open(target, "wb") as file:
    for _ in range(3 << 10):
        file.write(bytes(1 << 20))
os.remove(target)

print("\n## Transport")
for scheme in ("http", "https"):
    base = os.environ[scheme]
    fresh = f"rm -f {target}"
    empty = f"rm -f {work}/www/put/*"
    table("get-file", scheme, "GET of 1 GiB into a file", f"{base}/large {target}", f"-o {target} {base}/large", fresh)
    table("get-stream", scheme, "GET of 1 GiB, async sequence", f"{base}/large", f"-o /dev/null {base}/large", fresh)
    table("put-file", scheme, "PUT of 1 GiB from a file", f"{base}/put/a {source}", f"-T {source} {base}/put/a", empty)
    table("put-stream", scheme, "PUT of 1 GiB, async sequence", f"{base}/put/a {size}", f"-T {source} {base}/put/a", empty)
    os.system(empty)
    table("small", scheme, "20,000 GETs of 4 KiB, 32 at a time", f"{base}/small 20000 32",
          f"-Z --parallel-max 32 -o /dev/null '{base}/small?[1-20000]'")
if "floor" in parts:
    url, port = f"{os.environ['https']}/large", os.environ["https"].rsplit(":", 1)[1]
    loop = f"exec {work}/tls-floor {work}/ca.pem localhost {port} /large 0 TLS_AES_128_GCM_SHA256"
    for title, kind, file in [("discarded", "get-stream", ""), ("into a file", "get-file", target)]:
        compare(f"The least for a GET of 1 GiB over https, {title}", [
            Case(peer, f"exec {bench} ahc {kind} {url} {file}", f"rm -f {target}"),
            Case("a loop of SSL_read in C", f"{loop} {file}", f"rm -f {target}"),
            Case("ours", f"exec {bench} ours {kind} {url} {file}", f"rm -f {target}"),
        ], rounds=int(os.environ["rounds"]), reference=peer, log_path=f"{work}/tools.log")
finish()
PY
