"""Compares distances from UTC with Python's zoneinfo.

Reads lines "ZONE SECOND OFFSET" and prints those that are wrong, with what zoneinfo says.
"""
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

count = 0
for line in sys.stdin:
    name, second, offset = line.split()
    moment = (EPOCH + timedelta(seconds=int(second))).astimezone(ZoneInfo(name))
    right = int(moment.utcoffset().total_seconds())
    count += 1
    if right != int(offset):
        print("wrong", line.strip(), right)
print("compared", count)
