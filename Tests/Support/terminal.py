"""Runs a program on a terminal of its own, as a person would, and copies what it shows to standard output.

usage: terminal.py PATTERN PROGRAM [ARGUMENT ...]
PATTERN is a regular expression: when it is first seen, Ctrl-C is typed. An empty one types nothing.
The exit status is the program's, 128 + N after signal N, and 99 when it runs longer than a minute.
"""
import os
import pty
import re
import select
import signal
import sys
import time

pattern, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    os.environ.setdefault("TERM", "xterm")
    os.execv(command[0], command)

shown = b""
typed = pattern == ""
deadline = time.monotonic() + 60
while time.monotonic() < deadline:
    readable, _, _ = select.select([terminal], [], [], 1)
    if not readable:
        continue
    try:
        piece = os.read(terminal, 65536)
    except OSError:  # the program has closed its side
        piece = b""
    if not piece:
        break
    shown += piece
    os.write(1, piece)
    if not typed and re.search(pattern.encode(), shown):
        typed = True
        os.write(terminal, b"\x03")
else:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    sys.exit(99)
_, status = os.waitpid(child, 0)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
