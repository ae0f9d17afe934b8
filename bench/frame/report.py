# SPDX-License-Identifier: PostgreSQL
"""What a run leaves: the heading, the table for readers, the ratios for the next comparison."""
import datetime
import json
import os
import platform
import re

from .plot import svg
from .stack import ROOT, SETTINGS, run
from .table import markdown

RATIOS = ROOT / "bench" / "ratios.json"
PLOT = ROOT / "bench" / "place.svg"
RESULTS = ROOT / "bench" / "RESULTS.md"

# The part of a ratio that may be lost before make bench-check complains: less is noise of the machine.
TOLERANCE = 0.35


def machine(stack):
    """Machine, versions and settings: without these no figure means anything."""
    cpu = re.search(r"model name\s*: (.*)", open("/proc/cpuinfo").read())
    memory = int(re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo").read())[1]) / 2**20
    server = stack.psql("SHOW server_version")
    distribution = re.search(r'PRETTY_NAME="(.*)"', open("/etc/os-release").read())[1]
    commit = run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"]).strip()
    changed = run(["git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no"]).strip()
    settings = ", ".join(f"{name} {value}" for name, value in SETTINGS.items())
    load = os.getloadavg()[0]
    busy = "\n\n**The machine had other work: take these figures for a trial.**" if load > os.cpu_count() / 2 else ""
    return "\n".join([
        f"- {datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d %H:%M} UTC, commit {commit}"
        + (" with changes" if changed else ""),
        f"- {cpu[1] if cpu else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; load at the start {load:.1f}",
        f"- {distribution}, Linux {platform.release()}, PostgreSQL {server}, Python {platform.python_version()}",
        f"- fsync on; {settings}; the rest PostgreSQL's defaults",
    ]) + busy


def heading(bench):
    return (f"- {bench.rounds} rounds in turn, {bench.seconds} s a run; medians, ratios taken round by round\n"
            f"{machine(bench.stack)}")


def write_plot(topic, values):
    series = {title: points for title, points in topic.plot(values).items() if points}
    if series:
        PLOT.write_text(svg("Time to place an automatic event", "every event of the calendar has to be passed; "
                            "one client, not waiting for the disk; both axes logarithmic", series))


def write(head, results):
    RESULTS.write_text(f"# Results\n\n{head}\n\n{markdown(results)}\n")
    RATIOS.write_text(json.dumps({result["row"].name: round(result["ratio"], 4)
                                  for result in results
                                  if not result.get("failed") and result["row"].is_comparable}, indent=2) + "\n")


def compare(results):
    """The number of rows that did worse than the recorded rows; each is named."""
    recorded = json.loads(RATIOS.read_text())
    worse = 0
    for result in results:
        row, before = result["row"], recorded.get(result["row"].name)
        if result.get("failed"):
            print(f"WORSE {row.name}: could not be measured: {result['failed']}")
            worse += 1
        elif before is not None:
            now = result["ratio"]
            lost = now > before * (1 + TOLERANCE) if row.less_is_better else now < before * (1 - TOLERANCE)
            if lost:
                print(f"WORSE {row.name}: {now:.3g} where {before:.3g} is recorded ({row.what})")
            worse += lost
    print(f"{len(results) - worse} of {len(results)} rows hold what is recorded")
    return worse
