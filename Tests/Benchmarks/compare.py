"""Runs commands in interleaved rounds and prints medians: wall time, CPU time of the process tree, largest resident set.

    from compare import Case, Goal, compare, finish, judge
    medians = compare("Upload", [Case("ours", "store put ..."), Case("aws", "aws s3 cp - ...")], reference="aws")
    judge(medians, [Goal("ours", "wall", "aws", 1.0), Goal("ours", "rss", None, 72)])
    finish()  # exit code 1 when a goal was missed
"""
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass
class Case:
    name: str
    command: str  # run by bash with pipefail
    before: str = ""  # run before each round, not measured
    environment: dict = field(default_factory=dict)


@dataclass
class Run:
    wall: float
    cpu: float
    rss: float


def measure(case: Case, log) -> Run:
    environment = {**os.environ, **case.environment}
    if case.before:
        subprocess.run(["bash", "-c", case.before], check=True, stdout=log, stderr=log, env=environment)
    start = time.monotonic()
    child = subprocess.Popen(["bash", "-o", "pipefail", "-c", case.command], stdout=log, stderr=log, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.monotonic() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{case.name}: exit code {child.returncode}; see {log.name}")
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def compare(title: str, cases: list, rounds: int = 5, reference: str | None = None, log_path="/dev/stderr") -> dict:
    runs = {case.name: [] for case in cases}
    with open(log_path, "a") as log:
        for number in range(rounds):
            for case in cases:
                runs[case.name].append(measure(case, log))
                print(f"  round {number + 1}: {case.name} {runs[case.name][-1].wall:.2f} s", file=sys.stderr)
    median = {
        name: Run(*(statistics.median(getattr(run, key) for run in of) for key in ("wall", "cpu", "rss")))
        for name, of in runs.items()
    }
    base = median[reference or cases[0].name]
    print(f"\n### {title}\n")
    print(f"Medians of {rounds} interleaved rounds; ratios to *{reference or cases[0].name}*.\n")
    print("| tool | wall s | (min–max) | × | CPU s | × | peak RSS MB |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, run in median.items():
        name, key = name.replace("|", ","), name
        walls = [one.wall for one in runs[key]]
        print(
            f"| {name} | {run.wall:.2f} | {min(walls):.2f}–{max(walls):.2f} | {run.wall / base.wall:.2f} "
            f"| {run.cpu:.2f} | {run.cpu / base.cpu:.2f} | {run.rss:.0f} |"
        )
    sys.stdout.flush()
    return median


@dataclass
class Goal:
    tool: str
    what: str  # wall, cpu or rss
    reference: str | None  # the tool that it is a ratio to; None for an absolute figure (seconds, MB)
    limit: float


missed = []


def judge(median: dict, goals: list) -> None:
    """Prints what was measured beside what was aimed at, and keeps in mind what was missed."""
    names = {"wall": "wall time", "cpu": "CPU time", "rss": "peak memory"}
    units = {"wall": " s", "cpu": " s", "rss": " MB"}
    print("\n| goal | measured | |\n| --- | --- | --- |")
    for goal in goals:
        value = getattr(median[goal.tool], goal.what)
        if goal.reference is None:
            aim = f"{goal.tool}: {names[goal.what]} at most {goal.limit:g}{units[goal.what]}"
        else:
            value /= getattr(median[goal.reference], goal.what)
            aim = f"{goal.tool}: {names[goal.what]} at most {goal.limit:.2f} × {goal.reference}"
        value = round(value, 2)  # what is printed is what is judged
        if value > goal.limit:
            missed.append(f"{aim}, measured {value:.2f}")
        print(f"| {aim} | {value:.2f} | {'**MISSED**' if value > goal.limit else 'held'} |")
    sys.stdout.flush()


def finish() -> None:
    """Ends the program, with exit code 1 and a list when a goal was missed."""
    for line in missed:
        print(f"MISSED: {line}", file=sys.stderr)
    sys.exit(1 if missed else 0)
