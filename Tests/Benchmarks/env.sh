#!/usr/bin/env bash
# EnvSchema: parsing a .env file of 10,000 lines beside python-dotenv and swift-configuration, loading forty variables, an audit of fifty
# services, and the build of a program that imports EnvSchema alone. Fails when a goal is missed.
set -euo pipefail
cd "$(dirname "$0")"
venv=$(../Support/venv.sh --path)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swift build -c release --package-path EnvSchema >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
bench=$(swift build -c release --package-path EnvSchema --show-bin-path)/env-bench
swift build -c release --package-path EnvRival >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
rival=$(swift build -c release --package-path EnvRival --show-bin-path)/env-rival
# What real files hold: short settings, URLs, secrets, comments, quotes, a key over several lines.
python3 - "$work/env" <<'PY'
import random, sys
random.seed(1)
alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
word = lambda n: "".join(random.choices(alphabet, k=n))
lines = []
while len(lines) < 10_000:
    n = len(lines)
    kind = n % 10
    if kind == 0: lines.append(f"# Settings of part {n // 10}, see the handbook")
    elif kind == 1: lines.append("")
    elif kind == 2: lines.append(f"SERVICE_{n}_PORT={random.randrange(1024, 65536)}")
    elif kind in (3, 4): lines.append(f"SERVICE_{n}_DATABASE_URL=postgres://user:{word(24)}@db-{n}.internal.example.com:5432/app?sslmode=require")
    elif kind in (5, 6): lines.append(f"SERVICE_{n}_API_KEY={word(48)}")
    elif kind == 7: lines.append(f'SERVICE_{n}_GREETING="Hello, this is service {n}"  # shown at the start')
    elif kind == 8: lines.append(f"SERVICE_{n}_ORIGINS='https://a.example.com, https://b.example.com'")
    else: lines.append(f"export SERVICE_{n}_ENABLED=true")
open(sys.argv[1], "w").write("\n".join(lines[:10_000]) + "\n")
PY
cat >"$work/rival.py" <<'PY'
import io, sys, time
from dotenv import dotenv_values
text = open(sys.argv[1]).read()
times = []
for _ in range(5):
    start = time.process_time()
    values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    times.append(time.process_time() - start)
times.sort()
print("best", times[0], "middle", times[2])
print("bytes", len(text.encode()), "entries", len(values))
PY
for dialect in compose node python bash; do "$bench" parse "$work/env" "$dialect" >"$work/parse-$dialect"; done
"$venv/bin/python3" "$work/rival.py" "$work/env" >"$work/parse-rival"
"$bench" read "$work/env" >"$work/read"
"$rival" "$work/env" >"$work/read-rival"
"$bench" load >"$work/load"
"$bench" audit >"$work/audit"
./build-alone.sh EnvSchema >"$work/env-build"
python3 - "$work" <<'PY'
import sys
work = sys.argv[1]
def read(name, column=3):
    lines = [line.split() for line in open(f"{work}/{name}")]
    return [float(line[column]) for line in lines if line[0] == "best"], lines[-1]
missed = []
def verdict(holds, name):
    if not holds: missed.append(name)
    return "held" if holds else "**MISSED**"
print("\n## EnvSchema\n\nProcessor time. Parsing: the best of 60 rounds. Loading and auditing: the middle one.\n\n| what | goal | measured | |\n| --- | --- | --- | --- |")
for dialect in ("compose", "node", "python", "bash", "rival"):
    times, facts = read(f"parse-{dialect}", column=1)
    speed = float(facts[1]) / times[-1] / 1e6
    name = "python-dotenv itself" if dialect == "rival" else f"dialect {dialect}"
    goal, held = ("at least 100 MB/s", verdict(speed >= 100, dialect)) if dialect != "rival" else ("", "")
    print(f"| parse of 10,000 lines ({facts[3]} assignments, {int(facts[1]) // 1000} kB), {name} | {goal} | {speed:.1f} MB/s | {held} |")
for name, source in (("DotEnvFile", "read"), ("swift-configuration 1.4.0", "read-rival")):
    times, _ = read(source, column=1)
    print(f"| reading the same file from disk, {name} | | {times[0] * 1e3:.2f} ms | |")
times, facts = read("load")
print(f"| first load in a process, which reads the declarations too | | {times[0] * 1e3:.2f} ms | |")
print(f"| load of {facts[1]} variables | at most 1 ms | {times[1] * 1e3:.3f} ms | {verdict(times[1] <= 1e-3, 'load')} |")
times, facts = read("audit")
print(f"| audit of 50 services × 100 variables | under 1 s | {times[0]:.3f} s | {verdict(times[0] < 1, 'audit')} |")
wall, cpu = open(f"{work}/env-build").read().split()
print(f"| clean release build of a program that imports EnvSchema alone, wall time | under 20 s | {float(wall):.1f} s ({float(cpu):.1f} s of processor time) | {verdict(float(wall) < 20, 'build')} |")
sys.exit(f"missed: {', '.join(missed)}" if missed else 0)
PY
