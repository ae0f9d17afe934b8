# SPDX-License-Identifier: PostgreSQL
"""Runs of pgbench: prepared statements, no output, one number back."""
import itertools
import re
import time

from .stack import ROOT, run, spent

# Each run that books fixed times has a year of its own, so that no two runs book the same time.
_runs = itertools.count(1)


def next_run():
    return next(_runs)


def pgbench(database, script, clients=1, seconds=None, transactions=None, durable=False, variables={}, options=()):
    """Runs bench/scripts/SCRIPT.sql, or the file at a path, and returns pgbench's report.

    durable is synchronous_commit. Without it no run waits for the disk, which would add the same milliseconds to each side and
    hide what the statements cost: the comparison without it is stricter.
    """
    command = ["pgbench", "-n", "-M", "prepared", "-c", clients, "-j", min(clients, 2), "-r",
               "-f", ROOT / "bench" / "scripts" / f"{script}.sql" if isinstance(script, str) else script, "-D", f"clients={clients}",
               "-D", f"run={next_run()}", "-D", "n=0"]
    variables = {"calendars": 1000, **variables}
    command += ["-T", seconds] if seconds else ["-t", transactions]
    for name, value in variables.items():
        command += ["-D", f"{name}={value}"]
    environment = {**database.stack.environment, "PGOPTIONS": f"-c synchronous_commit={'on' if durable else 'off'}"}
    before = _processor_time(database.stack)
    said = run([*command, *options, database.name], env=environment)
    return Run(said, _processor_time(database.stack) - before)


def _processor_time(stack):
    """The processor time of the server's sessions that have ended, in seconds."""
    time.sleep(0.05)  # the last sessions are ending
    return spent(stack.pid("postgres"), slice(13, 15))


class Run:
    def __init__(self, said, processor_time):
        self.rate = float(re.search(r"^tps = ([0-9.]+)", said, re.M)[1])
        self.count = int(re.search(r"actually processed: (\d+)", said)[1])
        # Depends less than the rate on other work of the machine.
        self.microseconds = processor_time / self.count * 1e6
        self.note = f"{self.microseconds:.0f} us of processor time each"
        # Of each command: "latency in ms, failures, text".
        self.latencies = {text.strip(): float(ms) for ms, text in
                          re.findall(r"^\s+([0-9.]+)\s+\d+\s+(\S.*)$", said, re.M)}

    def milliseconds(self, beginning):
        """The mean latency of the only statement whose text begins so."""
        found = [ms for text, ms in self.latencies.items() if text.startswith(beginning)]
        if len(found) != 1:
            raise LookupError(f"pgbench reports {len(found)} statements that begin with {beginning!r}")
        return found[0]
