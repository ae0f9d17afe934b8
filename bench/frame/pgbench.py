# SPDX-License-Identifier: PostgreSQL
"""Runs of pgbench: prepared statements, no output, one number back."""
import itertools
import re
import time

from .found import Found
from .stack import ROOT, run

# Each run that books fixed times has its own year, so that no two runs book the same time.
_runs = itertools.count(1)


def next_run():
    return next(_runs)


def pgbench(database, script, clients=1, seconds=None, transactions=None, durable=False, variables={}, options=()):
    """Runs bench/scripts/SCRIPT.sql, or the file at a path, and returns pgbench's report.

    durable is synchronous_commit. Without it no run waits for the disk. Such waits would add the same milliseconds to
    each side and hide the cost of the statements, so the comparison without them is stricter.
    """
    command = ["pgbench", "-n", "-M", "prepared", "-c", clients, "-j", min(clients, 2), "-r",
               "-f", ROOT / "bench" / "scripts" / f"{script}.sql" if isinstance(script, str) else script, "-D", f"clients={clients}",
               "-D", f"run={next_run()}", "-D", "n=0"]
    variables = {"calendars": 1000, **variables}
    command += ["-T", seconds] if seconds else ["-t", transactions]
    for name, value in variables.items():
        command += ["-D", f"{name}={value}"]
    environment = {**database.stack.environment, "PGOPTIONS": f"-c synchronous_commit={'on' if durable else 'off'}"}
    before = database.stack.processor_time("postgres")
    said = run([*command, *options, database.name], env=environment)
    time.sleep(0.05)  # the last sessions are ending
    return Run(said, database.stack.processor_time("postgres") - before)


class Run(Found):
    """The transactions per second."""

    def __new__(cls, said, processor_time):
        count = int(re.search(r"actually processed: (\d+)", said)[1])
        microseconds = processor_time / count * 1e6  # less sensitive than the rate to other work on the machine
        rate, note = re.search(r"^tps = ([0-9.]+)", said, re.M)[1], f"{microseconds:.0f} us of processor time each"
        found = super().__new__(cls, rate, note, {"processor": microseconds, "PostgreSQL": microseconds})
        found.count = count
        # For each command: "latency in ms, failures, text".
        found.latencies = {text.strip(): float(ms) for ms, text in
                           re.findall(r"^\s+([0-9.]+)\s+\d+\s+(\S.*)$", said, re.M)}
        return found

    def told_as(self, figure, each=1):
        """The same run with another figure; a transaction does `each` units of it."""
        return Found(figure, self.note, {part: value / each for part, value in self.parts.items()})

    def beyond(self, opening):
        """The same run without the cost of sessions and first calls, which a run of one transaction each has shown."""
        if self.count < 10 * opening.count:  # the machine stood still: no difference to measure
            return self
        count = self.count - opening.count
        parts = {part: (value * self.count - opening.parts[part] * opening.count) / count for part, value in self.parts.items()}
        return Found(self, f"{parts['processor']:.0f} us of processor time each in open sessions", parts)

    def milliseconds(self, beginning):
        """The mean latency of the only statement whose text begins this way."""
        found = [ms for text, ms in self.latencies.items() if text.startswith(beginning)]
        if len(found) != 1:
            raise LookupError(f"pgbench reports {len(found)} statements that begin with {beginning!r}")
        return found[0]
