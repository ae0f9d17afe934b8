# SPDX-License-Identifier: PostgreSQL
"""How long an answer takes, and how long until a rejection is heard, if requests arrive at random and do not wait for
each other's answers: at 1, 16 and 64 connections, at a tenth, half and nine tenths of their maximum rate."""
import statistics
import subprocess
import time

from frame.found import Found
from frame.https import Scheduler, commits, load
from frame.pgbench import pgbench
from frame.stack import Failed, run
from frame.table import Topic, figure
from topics import reads, rejection
from topics.http import FIXED

CONNECTIONS = (1, 16, 64)
SHARES = {0.1: "a tenth", 0.5: "half", 0.9: "nine tenths"}
PERCENTILES = ("median", "p90", "p99")
REQUESTS = {"POST /events": None, "GET /events/:id": "event", "GET /events, a hundred": "events", "GET /slots, ten": "slots"}
HEARD = "COMMIT of a rejection until it is heard"

most = {}  # answers per second, by request and connections


def prepare(bench):
    reads.fill(bench)
    if rejection.database is None:
        rejection.prepare(bench)
    bench.stack.existing("jb").calendars(1000)
    for connections in CONNECTIONS:
        for name in REQUESTS:
            most[name, connections] = statistics.median(asked(bench, name, connections) for _ in range(3))
        most[HEARD, connections] = statistics.median(rejection.rejected(connections)(bench) for _ in range(3))


def asked(bench, name, connections, rate=0):
    server = Scheduler(bench.stack)
    with commits(bench.stack.existing("jb"), False):
        if REQUESTS[name] is None:
            return load(bench, server, ("POST", "/events", FIXED), None, connections, rate)
        return load(bench, server, reads.request(REQUESTS[name]), reads.first_id, connections, rate)


def answered(name, connections, share):
    def milliseconds(bench):
        found = asked(bench, name, connections, share * most[name, connections])
        return Found(found.parts["median"], found.note, found.parts)
    return milliseconds


def heard(connections, share):
    """Many sessions reject requests, while another one rejects some and times when a listener hears of these."""
    def milliseconds(bench):
        with commits(rejection.database, False):
            beside = subprocess.Popen(
                ["pgbench", "-n", "-M", "prepared", "-c", str(connections), "-j", "2", "-T", "60", "-R", f"{share * most[HEARD, connections]:.1f}",
                 "-D", f"monday={rejection.monday}", "-f", rejection.REJECTED, rejection.database.name],
                env=rejection.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                time.sleep(2)  # until its sessions are open and warm
                said = run([rejection.HEARD, 50 if bench.quick else 200, rejection.monday], env=rejection.environment(), timeout=50)
                if beside.poll() is not None:
                    raise Failed("the sessions beside ended")
            finally:
                beside.terminate()
                beside.wait()
        cut = statistics.quantiles(map(float, said.split()), n=100)
        parts = {"median": cut[49], "p90": cut[89], "p99": cut[98]}
        return Found(parts["median"], "", parts)
    return milliseconds


def appendix(rounds):
    """The median of the rounds, for each percentile."""
    lines = ["## How long an answer takes", "",
             "Milliseconds: median / 90th / 99th percentile. Requests come by chance and wait for no other's answer; waiting for a",
             "connection counts. *Most* is how many answers a second as many connections got that each waited for the answer before.",
             "Load, nginx, front end and PostgreSQL share the cores. No commit waits for the disk.", "",
             f"| | connections | most | {' | '.join(f'at {share} of it' for share in SHARES.values())} |",
             "| --- | ---: | ---: | ---: | ---: | ---: |"]
    for name in (*REQUESTS, HEARD):
        for connections in CONNECTIONS:
            cells = [" / ".join(figure(rounds.median(measure(name, connections, share), part)) for part in PERCENTILES)
                     for share in SHARES]
            lines.append(f"| {name} | {connections} | {figure(most[name, connections])} | {' | '.join(cells)} |")
    return "\n".join(lines)


def measure(name, connections, share):
    return f"{name}, {connections} at {share}"


def finish(bench):
    bench.stack.existing("jb").is_sound()
    rejection.finish(bench)


measures = {measure(name, connections, share): heard(connections, share) if name == HEARD else answered(name, connections, share)
            for name in (*REQUESTS, HEARD) for connections in CONNECTIONS for share in SHARES}

TOPIC = Topic("latency", prepare, measures, [], finish, rounds=3, appendix=appendix, compares=False)
