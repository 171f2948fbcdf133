#!/usr/bin/env bash
# AppleSignIn: verifying an identity token beside the bare RSA operation and beside jwt-kit, client secrets beside the
# bare P-256 signature, and the build of a program that imports AppleSignIn alone. Fails when a goal is missed.
# usage: apple.sh [rounds]     (5 by default)
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
swift build -c release --package-path AppleSignIn >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
bench=$(swift build -c release --package-path AppleSignIn --show-bin-path)/apple-bench
read -r rival rival_wall rival_cpu < <(./apple-jwtkit.sh)
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$work/key.p8" 2>/dev/null
"$bench" prepare "$work" >"$work/prepare"
for round in $(seq "$rounds"); do
    openssl speed -seconds 2 rsa2048 ecdsap256 >"$work/openssl-$round" 2>/dev/null
    "$bench" verify "$work" >"$work/verify-$round"
    "$rival" "$work" >"$work/rival-$round"
    "$bench" secret "$work" >"$work/secret-$round"
    "$bench" scale "$work" >"$work/scale-$round"
done
./build-alone.sh AppleSignIn >"$work/alone"
python3 - "$work" "$rounds" "$rival_wall" "$rival_cpu" <<'PY'
import statistics, sys
work, rounds = sys.argv[1], int(sys.argv[2])
def lines(name): return [line.split() for line in open(f"{work}/{name}")]
def named(name): return {line[0]: line for line in lines(name)}
verify, rsa, p256, rival, rival_sign, cached, sign, scale = ([] for _ in range(8))
for n in range(1, rounds + 1):
    for line in lines(f"openssl-{n}"):
        if line[:2] == ["rsa", "2048"]: rsa.append(1e6 / float(line[-1]))
        if "ecdsa" in line: p256.append(1e6 / float(line[-2]))
    first = lines(f"verify-{n}")[0]
    verify.append(float(first[3])); blocks = int(first[5])
    other = named(f"rival-{n}")
    rival.append(float(other["verify"][4])); rival_blocks = int(other["verify"][6])
    rival_sign.append(float(other["sign"][4]))
    own = named(f"secret-{n}")
    cached.append(float(own["cached"][4])); sign.append(float(own["sign"][4]))
    speeds = {1: [], 2: []}
    for line in lines(f"scale-{n}"): speeds[int(line[1])].append(float(line[3]))
    scale.append(max(speeds[2]) / max(speeds[1]))
size = lines("prepare")[0][1]
wall, cpu = map(float, open(f"{work}/alone").read().split())
middle = statistics.median
def ratio(left, right): return middle(a / b for a, b in zip(left, right))
missed = []
def row(what, goal, measured, holds=None):
    if holds is False: missed.append(what)
    print(f"| {what} | {goal} | {measured} | {'' if holds is None else 'held' if holds else '**MISSED**'} |")
print(f"\n## AppleSignIn\n\nProcessor time, medians of {rounds} interleaved rounds; ratios are taken within a round.\n")
print("| what | goal | measured | |\n| --- | --- | --- | --- |")
row("bare RSA-2048 verification, `openssl speed`", "", f"{middle(rsa):.1f} µs")
r = ratio(verify, rsa)
row(f"verify an identity token of {size} bytes, keys cached", "at most 1.6 × that", f"{middle(verify):.1f} µs, {r:.2f} ×", r <= 1.6)
row("the same with jwt-kit 5.7.1", "", f"{middle(rival):.1f} µs, {ratio(rival, rsa):.2f} ×, {ratio(rival, verify):.1f} × ours")
row("allocations of one verification", "at most 15", f"{blocks} (jwt-kit: {rival_blocks})", blocks <= 15)
s = middle(scale)
row("two tasks on two cores, verifications in a second", "at least 1.7 × one task's", f"{s:.2f} ×", s >= 1.7)
row("cached client secret", "at most 1 µs", f"{middle(cached):.2f} µs", middle(cached) <= 1)
row("bare P-256 signature, `openssl speed`", "", f"{middle(p256):.1f} µs")
r = ratio(sign, p256)
row("sign a client secret", "at most 2 × that", f"{middle(sign):.1f} µs, {r:.2f} ×", r <= 2)
row("the same with jwt-kit 5.7.1", "", f"{middle(rival_sign):.1f} µs, {ratio(rival_sign, p256):.2f} ×")
row("clean release build of a program that imports AppleSignIn alone, wall time", "under 45 s", f"{wall:.1f} s ({cpu:.1f} s of processor time)", wall < 45)
row("the same with jwt-kit 5.7.1", "", f"{float(sys.argv[3]):.0f} s ({float(sys.argv[4]):.0f} s of processor time)")
sys.exit(f"missed: {', '.join(missed)}" if missed else 0)
PY
