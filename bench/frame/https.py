# SPDX-License-Identifier: PostgreSQL
"""Load over HTTPS with a client certificate on kept connections, and the processor time of each program."""
import contextlib
import json

from .found import Found
from .pgbench import next_run
from .peer import get
from .stack import ROOT, run
from .table import figure

CONNECTIONS = 16
# The parts of a request, in the order in which it passes them.
PARTS = ("client", "nginx", "front end", "PostgreSQL")


class Scheduler:
    """The scheduler's own front end, measured as its peers are."""

    def __init__(self, stack):
        self.stack = stack
        self.port = stack.environment["JB_URL"].rsplit(":", 1)[1]

    def seconds(self):
        return {"nginx": self.stack.processor_time("nginx"), "front end": self.stack.processor_time("fcgi")}

    def get(self, target):
        return get(self.stack.environment, self.port, target)


def load(bench, server, request, base=None, connections=CONNECTIONS, rate=0):
    """Returns the answers per second. request is method, target and perhaps a body (placeholders: bench/http_load.cpp).
    Without a base, the fixed times of each run are in a year of their own. rate is the number of requests that arrive
    per second, 0 if each connection waits for its answer."""
    environment, before = bench.stack.environment, seconds(bench.stack, server)
    base = base or 4102444800 + next_run() * 31536000
    found = json.loads(run([ROOT / "build/http_load", server.port, environment["JB_CA"], environment["JB_CERT"],
                            environment["JB_KEY"], connections, bench.seconds, rate, base, *request]))
    worked = {name: after - before[name] for name, after in seconds(bench.stack, server).items()}
    worked["client"] = found["processor"]
    parts = {name: spent / found["answers"] * 1e6 for name, spent in worked.items()}
    note = f"median {found['median']:.1f} ms, 99th percentile {found['p99']:.1f} ms; us each: "
    note += ", ".join(f"{name} {parts[name]:.0f}" for name in PARTS)
    parts["processor"] = sum(parts.values()) - parts["client"]
    return Found(found["rate"], note, parts | {"tail": found["p99"] / found["median"],
                                               **{name: found[name] for name in ("median", "p90", "p99")}})


def costs(rounds, ways):
    """A request's processor time in each part, in microseconds; ways maps measures to names. Leaves out failed ones."""
    found = {name: [rounds.median(way, part) for part in PARTS] for way, name in ways.items()}
    return {name: times for name, times in found.items() if None not in times}


def cost_table(title, found):
    lines = [f"| {name} | {' | '.join(map(figure, times))} | {figure(sum(times))} |" for name, times in found.items()]
    return "\n".join([f"## {title}", "", "µs of processor time a request, not waiting for the disk.", "",
                      f"| | {' | '.join(PARTS)} | all |", f"| --- |{' ---: |' * (len(PARTS) + 1)}", *lines])


def seconds(stack, server):
    return server.seconds() | {"PostgreSQL": stack.processor_time("postgres")}


@contextlib.contextmanager
def commits(database, durable):
    """Sets synchronous_commit for the sessions of the front ends, which exist already."""
    if not durable:
        database.sql("ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf()")
    try:
        yield
    finally:
        database.sql("ALTER SYSTEM RESET synchronous_commit; SELECT pg_reload_conf()")
