#!/usr/bin/env bash
# The SMTP client beside Postfix's smtp-source, Python's smtplib, nodemailer and swaks, one connection each (swaks one for
# each mail: it knows no other way), against Postfix's smtp-sink; and over a relay with 20 ms of round trip. Fails when a
# goal is missed.
# usage: smtp.sh [rounds]    BENCH_SKIP_BUILD=1 takes the program as it is
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5}
../Support/install.sh postfix node-nodemailer swaks
source servers.sh
[ -n "${BENCH_SKIP_BUILD:-}" ] || swift build -c release --package-path SMTP >"$work/build.log" 2>&1 \
    || { tail -30 "$work/build.log"; exit 1; }
bench=$(swift build -c release --package-path SMTP --show-bin-path)/smtp-bench
export PATH=$PATH:/usr/sbin
port=$(free_port)
as=()
[ "$(id -u)" != 0 ] || as=(-u nobody)
smtp-sink "${as[@]}" "127.0.0.1:$port" 1000 2>"$work/sink.log" &
pids+=($!)
wait_for_port "$port"
far=$(free_port)
python3 delay_relay.py "$far" "$port" 10 2>"$work/relay.log" &
pids+=($!)
wait_for_port "$far"
cat >"$work/smtplib_bench.py" <<'PY'
import smtplib, sys, time
port, count = int(sys.argv[1]), int(sys.argv[2])
message = b"From: <sender@example.org>\r\nTo: <recipient@example.org>\r\nSubject: benchmark\r\n\r\n" + (b"x" * 62 + b"\r\n") * 16
client = smtplib.SMTP("127.0.0.1", port)
client.ehlo()
began = time.monotonic()
for _ in range(count): client.sendmail("sender@example.org", ["recipient@example.org"], message)
print(count / (time.monotonic() - began))
client.quit()
PY
cat >"$work/nodemailer_bench.js" <<'JS'
// The pool with one connection, fed as it asks for more.
const [port, count] = process.argv.slice(2).map(Number);
const transport = require("nodemailer").createTransport({
    pool: true, maxConnections: 1, maxMessages: Infinity, host: "127.0.0.1", port, ignoreTLS: true,
});
const text = ("x".repeat(62) + "\r\n").repeat(16);
const mail = { from: "sender@example.org", to: "recipient@example.org", subject: "benchmark", text };
transport.sendMail(mail, () => {
    const began = process.hrtime.bigint();
    Promise.all(Array.from({ length: count }, () => transport.sendMail(mail))).then(() => {
        console.log(count / (Number(process.hrtime.bigint() - began) / 1e9));
        transport.close();
    });
});
JS
export work bench port far rounds
python3 - <<'PY'
import os, statistics, subprocess, sys, time
work, bench, port, far = (os.environ[name] for name in ("work", "bench", "port", "far"))
rounds = int(os.environ["rounds"])
def ours(mode, port, count):
    return float(subprocess.run([bench, port, str(count), mode, "1024"], check=True, capture_output=True, text=True).stdout)
def source(count):
    began = time.monotonic()
    subprocess.run(["smtp-source", "-d", "-s", "1", "-l", "1024", "-m", str(count), f"127.0.0.1:{port}"], check=True)
    return count / (time.monotonic() - began)
def smtplib(port, count):
    command = [sys.executable, f"{work}/smtplib_bench.py", port, str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
def nodemailer(port, count):
    environment = dict(os.environ, NODE_PATH="/usr/share/nodejs")
    command = ["/usr/bin/node", f"{work}/nodemailer_bench.js", port, str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout)
def swaks(count):
    command = ["swaks", "--server", "127.0.0.1", "--port", port, "--from", "sender@example.org",
        "--to", "recipient@example.org", "--body", "x" * 1024, "--silent", "3"]
    began = time.monotonic()
    for _ in range(count): subprocess.run(command, check=True)
    return count / (time.monotonic() - began)
cases = {
    "smtp-source": lambda: source(20_000),
    "ours, grouped": lambda: ours("grouped", port, 20_000),
    "ours, across messages": lambda: ours("across", port, 20_000),
    "Python smtplib": lambda: smtplib(port, 5_000),
    "nodemailer": lambda: nodemailer(port, 200),
    "swaks": lambda: swaks(5),
    "ours, grouped, 20 ms": lambda: ours("grouped", far, 100),
    "ours, across messages, 20 ms": lambda: ours("across", far, 100),
    "Python smtplib, 20 ms": lambda: smtplib(far, 20),
    "nodemailer, 20 ms": lambda: nodemailer(far, 20),
}
rates = {name: [] for name in cases}
for number in range(rounds):
    for name, run in cases.items():
        rates[name].append(run())
        print(f"  round {number + 1}: {name} {rates[name][-1]:.1f}/s", file=sys.stderr)
median = {name: statistics.median(of) for name, of in rates.items()}
base = median["smtp-source"]
# The goal, as a multiple of smtp-source or in mails a second.
goals = {
    "ours, grouped": (1.1 * base, "1.1 × smtp-source"),
    "ours, across messages": (3 * base, "3 × smtp-source"),
    "ours, grouped, 20 ms": (20, "20/s"),
    "ours, across messages, 20 ms": (40, "40/s"),
}
print(f"\n### SMTP\n\nMails of 1 KB over one connection to smtp-sink; medians of {rounds} interleaved rounds. Ours composes each mail too.\n")
print("| client | mails/s | (min–max) | × smtp-source | goal | |\n| --- | --- | --- | --- | --- | --- |")
missed = []
for name, rate in median.items():
    goal, text = goals.get(name, (None, ""))
    if goal is not None and rate < goal: missed.append(name)
    verdict = "" if goal is None else "**MISSED**" if name in missed else "held"
    print(f"| {name} | {rate:.1f} | {min(rates[name]):.1f}–{max(rates[name]):.1f} | {rate / base:.2f} | {text} | {verdict} |")
sys.exit(f"missed: {', '.join(missed)}" if missed else 0)
PY
