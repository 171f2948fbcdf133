"""Answers, with croniter and zoneinfo, when cron expressions are due.

Reads JSON lines {"expression", "zone", "after", "count"} and prints for each a JSON list of seconds since 1970.
croniter gives the readings of the wall clock; what they mean on days when clocks are changed is decided here, by the rule
that CronSchedule states.
"""
import json
import sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from croniter import croniter

EPOCH = datetime(1970, 1, 1)


def local(second, zone):
    moment = datetime.fromtimestamp(second, timezone.utc).astimezone(zone)
    return moment.replace(tzinfo=None, fold=0)


def readings(expression, start):
    iterator = croniter(expression, start, ret_type=datetime, implement_cron_bug=True)
    while True:
        yield iterator.get_next(datetime)


def moments(wall, zone):
    """The moments at which the clock shows `wall`: none, one or two."""
    found = set()
    for fold in (0, 1):
        second = int(wall.replace(tzinfo=zone, fold=fold).timestamp())
        if local(second, zone) == wall:
            found.add(second)
    return sorted(found)


def first_at_or_past(wall, zone):
    exact = moments(wall, zone)
    if exact:
        return exact[0]
    high = int(wall.replace(tzinfo=zone, fold=0).timestamp())
    low = high - 25 * 3600
    while high - low > 1:
        middle = (low + high) // 2
        if local(middle, zone) >= wall:
            high = middle
        else:
            low = middle
    return high


def due(expression, zone, after, count):
    by_clock = expression.split()[1].startswith("*")
    start = local(after, zone) - timedelta(days=2)
    found = set()
    for wall in readings(expression, start):
        hits = moments(wall, zone) if by_clock else [first_at_or_past(wall, zone)]
        found.update(second for second in hits if second > after)
        if len(found) >= count:
            last = sorted(found)[count - 1]
            # Repeated hours bring times that are earlier than those of smaller readings.
            if wall > local(last, zone) + timedelta(hours=4):
                return sorted(found)[:count]


for line in sys.stdin:
    case = json.loads(line)
    print(json.dumps(due(case["expression"], ZoneInfo(case["zone"]), case["after"], case["count"])))
