# SPDX-License-Identifier: PostgreSQL
"""The output of a run: the heading, the tables for readers, and the figures of run.json for pages and comparisons."""
import datetime
import json
import os
import platform
import re
import time

from . import beside
from .stack import ROOT, SETTINGS, run
from .steady import how_steady, is_steady
from .table import REACHED, growth_markdown, markdown

RUN = ROOT / "bench" / "run.json"  # what pages and the next comparison take from the last recorded run
RESULTS = ROOT / "bench" / "RESULTS.md"
GROWTH = ROOT / "bench" / "GROWTH.md"

# The part of a ratio that may be lost before make bench-check reports it: less is noise of the machine.
TOLERANCE = 0.35
# The share of the processors that others may use on a machine that is called quiet.
QUIET = 0.1

HOW_TO_READ = """\
Figures are medians of the rounds; a ratio is taken round by round. *Between*: nine times in ten, the median of all rounds
that could be run lies between these two figures; with fewer than five rounds they are the lowest and the highest. *Reached*
and *not reached* mean that both are on one side of the target. A row whose target lies between them was given more rounds, as
long as there was time; those that are still not decided stand apart. *Processor µs* is the processor time of one call on the
server's side, without the client's."""

HOW_TO_READ_UNDECIDED = """\
## Not decided

The target lies between the two figures: these rows say nothing."""

HOW_TO_READ_GROWTH = """\
What a call costs beside more and more of what can grow, at four sizes. *Power* is the exponent of its growth: 0 is flat, 1 is
linear. Flat may have 0.25 here, logarithmic 0.5, linear 1.5 (`topics/growth.py`)."""


def processor_seconds():
    """The work of all processors together so far, and the most that they could have done."""
    user, nice, system, idle, iowait, irq, softirq, steal = map(int, open("/proc/stat").readline().split()[1:9])
    worked = user + nice + system + irq + softirq + steal
    return worked, worked + idle + iowait


def how_quiet():
    """A sentence on whether others used the machine before the benchmark began."""
    load, (worked, could) = os.getloadavg()[0], processor_seconds()
    time.sleep(3)
    now_worked, now_could = processor_seconds()
    share = (now_worked - worked) / max(now_could - could, 1)
    said = f"load {load:.1f} at the start, {share:.0%} of the processors in use in the three seconds before"
    return f"the machine was quiet: {said}" if share < QUIET else f"**the machine had other work, take this for a trial**: {said}"


def machine(stack, quiet):
    """Machine, versions and settings: without these no figure means anything."""
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    memory = int(re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo").read())[1]) / 2**20
    server = stack.psql("SHOW server_version")
    distribution = re.search(r'PRETTY_NAME="(.*)"', open("/etc/os-release").read())[1]
    commit = run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"]).strip()
    # The plots are drawn before this heading.
    changed = run(["git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no", "--", ".", ":!bench/*.svg"]).strip()
    settings = ", ".join(f"{name} {value}" for name, value in SETTINGS.items())
    return "\n".join([
        f"- {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, commit {commit}"
        + (" with changes" if changed else ""),
        f"- {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; {quiet}; {how_steady()}",
        f"- {distribution}, Linux {platform.release()}, PostgreSQL {server}, Python {platform.python_version()}",
        f"- fsync on; {settings}; the rest PostgreSQL's defaults",
    ])


def heading(bench, quiet):
    return (f"- {bench.rounds} rounds in turn, up to {bench.most_rounds} where a row is not decided, and its time allows it; {bench.seconds} s a run\n"
            f"{machine(bench.stack, quiet)}")


def write_plot(topic, rounds):
    name, drawing = topic.plot(rounds)
    if drawing:
        (ROOT / "bench" / name).write_text(drawing)


def is_growth(result):
    return result["topic"] == "growth"


def is_undecided(result):
    return not result.get("failed") and not result["row"].is_decided(result["rounds"])


def tables(heading, results, sections):
    """The text of RESULTS.md, and that of GROWTH.md or None if none of it was measured."""
    shown = [result for result in results if not is_growth(result) and not is_undecided(result)]
    open_ones = [result for result in results if not is_growth(result) and is_undecided(result)]
    if open_ones:
        sections = [*sections, f"{HOW_TO_READ_UNDECIDED}\n\n{markdown(open_ones)}"]
    if missed := beside.table(results):
        sections = [*sections, missed]
    grown = [result for result in results if is_growth(result)]
    return ("\n\n".join([f"# Results\n\n{heading}\n\n{HOW_TO_READ}", markdown(shown), *sections]),
            f"# Growth\n\n{heading}\n\n{HOW_TO_READ_GROWTH}\n\n{growth_markdown(grown)}" if grown else None)


def figures_of(result):
    """A row of run.json; ours and peer in the row's unit."""
    row, rounds = result["row"], result["rounds"]
    spread = row.spread(rounds)
    return {"what": row.what, "against": row.against, "unit": row.unit, "ours": rounds.median(row.ours, row.part),
            "peer": rounds.median(row.peer, row.part) if row.peer else None, "kind": row.kind, "median": round(spread.median, 4),
            "low": spread.low, "high": spread.high, "target": row.target, "verdict": (row.is_reached(spread) or "").strip("*")}


def write(heading, results, sections):
    for page, text in zip((RESULTS, GROWTH), tables(heading, results, sections)):
        if text:
            page.write_text(text + "\n")
    rows = {result["row"].name: figures_of(result) for result in results if not result.get("failed") and not is_growth(result)}
    growth = [row for row in results if is_growth(row) and not row.get("failed")]
    held = sum(result["row"].is_reached(result["row"].spread(result["rounds"])) == REACHED for result in growth)
    run = {"heading": heading, "is_steady": is_steady(), "growth": {"held": held, "all": len(growth)}, "rows": rows}
    RUN.write_text(json.dumps(run, indent=1) + "\n")


def compare(results):
    """The number of rows that did worse than recorded; prints each."""
    recorded = json.loads(RUN.read_text())["rows"]
    worse = 0
    for result in results:
        row = result["row"]
        before = recorded.get(row.name, {}).get("median") if row.is_comparable else None
        if result.get("failed"):
            print(f"WORSE {row.name}: could not be measured: {result['failed']}")
            worse += 1
        elif before is not None:
            now = row.spread(result["rounds"]).median
            lost = now > before * (1 + TOLERANCE) if row.less_is_better else now < before * (1 - TOLERANCE)
            if lost:
                print(f"WORSE {row.name}: {now:.3g} where {before:.3g} is recorded ({row.what})")
            worse += lost
    print(f"{len(results) - worse} of {len(results)} rows hold what is recorded")
    return worse
