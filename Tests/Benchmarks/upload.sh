#!/usr/bin/env bash
# Upload of a 1 GiB stream of unknown length: ours, the AWS CLI, rclone.
# usage: upload.sh [rounds [discard | seaweed]]
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
source servers.sh
build_examples
head -c 1073741824 /dev/urandom >"$work/data"
export work bin venv rounds

export -f empty_bucket
status=0

run() { # title, what comes before each measurement
    python3 - "$1" "${2:-}" <<'PY'
import os, sys
sys.path.insert(0, ".")
from compare import Case, Goal, compare, finish, judge
work, binaries, venv = os.environ["work"], os.environ["bin"], os.environ["venv"]
before = sys.argv[2]
medians = compare(sys.argv[1], [
    Case("store put -", f"cat {work}/data | {binaries}/store put - bench/ours", before),
    Case("aws s3 cp -", f"cat {work}/data | {venv}/bin/aws s3 cp - s3://bench/aws --expected-size 1073741824", before),
    Case("rclone rcat", f"cat {work}/data | {venv}/bin/rclone rcat bench:bench/rclone --s3-no-check-bucket", before),
], rounds=int(os.environ["rounds"]), reference="store put -", log_path=f"{work}/tools.log")
# SeaweedFS is itself the limit: there the client's CPU time counts. Memory: four parts of 8 MiB, and 40 MiB.
what = "cpu" if before else "wall"
judge(medians, [Goal("store put -", what, peer, 1.0) for peer in ("aws s3 cp -", "rclone rcat")]
    + [Goal("store put -", "rss", None, 72)])
finish()
PY
}

if [ "${2:-discard}" = discard ]; then
    start_loopback discard
    run "Upload of 1 GiB of unknown length, to a server that discards" || status=1
    stop_s3
fi
if [ "${2:-seaweed}" = seaweed ]; then
    start_weed
    run "Upload of 1 GiB of unknown length, to SeaweedFS" empty_bucket || status=1
    stop_s3
fi
exit "$status"
