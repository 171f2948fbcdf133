#!/usr/bin/env bash
# Mailer: composing beside Python's email and nodemailer, encoding an attachment, and the cost of a DKIM signature beside OpenSSL's own
# figure. Fails when a goal is missed.
set -euo pipefail
cd "$(dirname "$0")"
../Support/install.sh node-nodemailer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# As it is deployed: with Swift's libraries inside, so that the memory of those is what is used of them.
build=(-c release --static-swift-stdlib --package-path Mail)
[ -n "${BENCH_SKIP_BUILD:-}" ] || swift build "${build[@]}" >"$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
bench=$(swift build "${build[@]}" --show-bin-path)/mail-bench
head -c 10000000 /dev/urandom >"$work/attachment"
cat >"$work/rival.py" <<'PY'
import email.message, email.policy, sys, time
texts = open(sys.argv[1]).read().split('"""')
text, html = texts[1], texts[3]
def build():
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m["From"], m["To"] = "Der Laden <laden@example.org>", "Jürgen Müller <juergen@example.com>"
    m["Subject"] = "Deine Bestellung ist unterwegs, Jürgen"
    m.set_content(text)
    m.add_alternative(html, subtype="html")
    return m.as_bytes()
times = []
for _ in range(5):
    start = time.process_time()
    for _ in range(200): build()
    times.append(time.process_time() - start)
print("middle", 200 / sorted(times)[2])
data = open(sys.argv[2], "rb").read()
times = []
for _ in range(5):
    start = time.process_time()
    m = email.message.EmailMessage(policy=email.policy.SMTP)
    m.set_content("x")
    m.add_attachment(data, maintype="application", subtype="octet-stream", filename="data.bin")
    m.as_bytes()
    times.append(time.process_time() - start)
print("middle", len(data) / sorted(times)[2])
PY
cat >"$work/rival.js" <<'JS'
const fs = require("fs");
const MailComposer = require("nodemailer/lib/mail-composer");
const [, text, , html] = fs.readFileSync(process.argv[2], "utf8").split('"""');
const data = fs.readFileSync(process.argv[3]);
const build = (more) => new Promise((done, fail) => new MailComposer({
    from: "Der Laden <laden@example.org>", to: "Jürgen Müller <juergen@example.com>",
    subject: "Deine Bestellung ist unterwegs, Jürgen", text, html, ...more,
}).compile().build((error, message) => error ? fail(error) : done(message)));
const median = async (count, more) => {
    const times = [];
    for (let round = 0; round < 5; round++) {
        const began = process.cpuUsage();
        for (let index = 0; index < count; index++) await build(more);
        const spent = process.cpuUsage(began);
        times.push((spent.user + spent.system) / 1e6);
    }
    return times.sort((a, b) => a - b)[2];
};
(async () => {
    await build();
    console.log("middle", 500 / await median(500));
    console.log("middle", data.length / await median(1, { attachments: [{ filename: "data.bin", content: data }] }));
})();
JS
NODE_PATH=/usr/share/nodejs /usr/bin/node "$work/rival.js" Mail/Sources/mail-bench/SampleMail.swift "$work/attachment" >"$work/node"
"$bench" compose >"$work/compose"
"$bench" attachment "$work/attachment" >"$work/encode"
# In turns, so that both meet the same machine.
for _ in 1 2 3 4 5; do
    openssl speed -seconds 1 rsa2048 ed25519 >>"$work/openssl" 2>/dev/null
    "$bench" dkim rsa >>"$work/dkim-rsa"
    "$bench" dkim ed25519 >>"$work/dkim-ed25519"
done
python3 "$work/rival.py" Mail/Sources/mail-bench/SampleMail.swift "$work/attachment" >"$work/rival"
python3 - "$work" <<'PY'
import statistics, sys
work = sys.argv[1]
def words(name): return [line.split() for line in open(f"{work}/{name}")]
missed = []
def verdict(holds, name):
    if not holds: missed.append(name)
    return "held" if holds else "**MISSED**"
compose, size = float(words("compose")[0][1]), words("compose")[1][1]
encode, (rest, memory, whole) = float(words("encode")[0][1]), [int(line[1]) / 1048576 for line in words("encode")[2:5]]
rival = [float(line[1]) for line in words("rival")]
node = [float(line[1]) for line in words("node")]
signs = {"rsa": [], "ed25519": []}
for line in open(f"{work}/openssl"):
    if line.startswith("rsa 2048"): signs["rsa"].append(1 / float(line.split()[-2]))
    if "Ed25519" in line: signs["ed25519"].append(1 / float(line.split()[-2]))
print("\n## Mailer\n\nProcessor time, the middle of 15 rounds.\n\n| what | goal | measured | |\n| --- | --- | --- | --- |")
print(f"| composing a message of {size} bytes, text and HTML | at least 50,000/s | {compose:,.0f}/s | {verdict(compose >= 50_000, 'compose')} |")
print(f"| the same with Python's email | | {rival[0]:,.0f}/s (ours: {compose / rival[0]:.0f} times) | |")
print(f"| the same with nodemailer | | {node[0]:,.0f}/s (ours: {compose / node[0]:.0f} times) | |")
print(f"| encoding an attachment of 10 MB from a file | at least 800 MB/s | {encode / 1e6:,.0f} MB/s | {verdict(encode >= 800e6, 'encode')} |")
print(f"| most memory of that process ({rest:.1f} MiB before it begins; {whole:.1f} MiB with the pages of its program and libraries) | under 16 MiB | {memory:.1f} MiB | {verdict(memory < 16, 'memory')} |")
print(f"| the same with Python's email, the whole file in memory | | {rival[1] / 1e6:,.0f} MB/s | |")
print(f"| the same with nodemailer, the whole file in memory | | {node[1] / 1e6:,.0f} MB/s | |")
for name in ("rsa", "ed25519"):
    whole = statistics.median(float(line[1]) for line in words(f"dkim-{name}"))
    one = statistics.median(signs[name])
    extra = (whole - one) * 1e6
    print(f"| DKIM with {name}: {whole * 1e6:.0f} µs; beyond one signature of `openssl speed`, {one * 1e6:.0f} µs | at most 20 µs | {extra:.1f} µs | {verdict(extra <= 20, name)} |")
sys.exit(f"missed: {', '.join(missed)}" if missed else 0)
PY
