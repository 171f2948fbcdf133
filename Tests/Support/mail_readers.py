"""Lets mail readers of other hands take messages apart: mail_readers.py PARTIES.

Reads a JSON list of messages in base64; writes, for each reader's name, a list of what it found in each message:
{"complaints": [...], "parts": [{"fileName", "content" in base64}, ...]}.
"""
import base64
import json
import os
import platform
import subprocess
import sys
import tempfile

root = sys.argv[1] + "/root"
environment = dict(
    os.environ,
    LD_LIBRARY_PATH=":".join(f"{root}{folder}/{platform.machine()}-linux-gnu" for folder in ("/usr/lib", "/lib")),
    PERL5LIB=f"{root}/usr/share/perl5",
)
messages = [base64.b64decode(text) for text in json.load(sys.stdin)]
b64 = lambda data: base64.b64encode(data).decode()

MIME_TOOLS = r"""
use strict; use MIME::Parser; use MIME::Base64; use JSON::PP;
local $/;
my @found;
for my $message (@{decode_json(<STDIN>)}) {
    my $parser = MIME::Parser->new;
    $parser->output_to_core(1);
    $parser->tmp_to_core(1);
    $parser->extract_nested_messages(0);
    my @open = ($parser->parse_data(decode_base64($message)));
    my @parts;
    while (my $entity = shift @open) {
        if ($entity->parts) { unshift @open, $entity->parts; next }
        my $body = $entity->bodyhandle ? $entity->bodyhandle->as_string : "";
        utf8::encode($body) if utf8::is_utf8($body);
        push @parts, {fileName => $entity->head->recommended_filename, content => encode_base64($body, "")};
    }
    push @found, {complaints => [map { "$_" } $parser->results->errors, $parser->results->warnings], parts => \@parts};
}
print encode_json(\@found);
"""


def run(arguments, **options):
    return subprocess.run(arguments, env=environment, capture_output=True, timeout=30, **options)


def mime_tools():
    result = run(["perl", "-e", MIME_TOOLS], input=json.dumps([b64(message) for message in messages]).encode(), check=True)
    return json.loads(result.stdout)


def reformime(message, folder):
    """Of maildrop; its -V judges the form of the message."""
    judged = run([f"{root}/usr/bin/reformime", "-V"], input=message)
    complaints = [] if judged.returncode == 0 else [f"reformime -V: {judged.returncode}"]
    listed = run([f"{root}/usr/bin/reformime", "-i"], input=message, check=True).stdout.decode()
    sections = [dict(line.split(": ", 1) for line in block.splitlines() if ": " in line) for block in listed.split("\n\n") if block]
    parts = []
    for section in sections:
        if section["content-type"].startswith("multipart/"):
            continue
        content = run([f"{root}/usr/bin/reformime", "-e", "-s", section["section"]], input=message, check=True).stdout
        parts.append({"fileName": section.get("content-disposition-filename"), "content": b64(content)})
    return {"complaints": complaints, "parts": parts}


def into_folder(program, options):
    def read(message, folder):
        file, target = f"{folder}/mail", f"{folder}/parts"
        os.mkdir(target)
        with open(file, "wb") as writer:
            writer.write(message)
        result = run([f"{root}/usr/bin/{program}", *options(file, target)], cwd=folder)
        complaints = [] if result.returncode == 0 else [result.stderr.decode("utf-8", "replace")]
        parts = []
        for name in sorted(os.listdir(target)):
            with open(f"{target}/{name}", "rb") as reader:
                parts.append({"fileName": name, "content": b64(reader.read())})
        return {"complaints": complaints, "parts": parts}

    return read


def each(read):
    found = []
    for message in messages:
        with tempfile.TemporaryDirectory() as folder:
            # These read files as they lie on disk, with line feeds.
            found.append(read(message.replace(b"\r\n", b"\n"), folder))
    return found


json.dump(
    {
        "MIME-tools": mime_tools(),
        "reformime": each(reformime),
        "munpack": each(into_folder("munpack", lambda file, target: ["-q", "-t", "-C", target, file])),
        "ripMIME": each(into_folder("ripmime", lambda file, target: ["-i", file, "-d", target])),
    },
    sys.stdout,
)
