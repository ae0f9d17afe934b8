# SPDX-License-Identifier: PostgreSQL
"""What NOTIFY can carry while every commit waits for the disk: rejections at 1, 8 and 64 clients, how long each takes,
and what bookings on other calendars notice of them. PostgreSQL commits the transactions that have notified one by one
(src/backend/commands/async.c), so many rejections wait for each other's flush."""
import concurrent.futures
import pathlib
import statistics
import tempfile

from frame.found import Found
from frame.pgbench import pgbench
from frame.table import Row, Topic, figure
from topics import rejection

CLIENTS = (1, 8, 64)
BOOKING = 8  # clients that book beside
RATE = 2000  # rejections a second, at which the 99th percentile decides


def prepare(bench):
    if rejection.database is None:
        rejection.prepare(bench)


def timed(bench, script, clients, rate=None):
    """A run of pgbench whose parts have the median and the 99th percentile in milliseconds, from when each was due."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["-l", f"--log-prefix={folder}/log", *(["-R", rate] if rate else [])]
        found = pgbench(rejection.database, script, clients, bench.seconds, durable=True, options=options,
                        variables={"monday": rejection.monday})
        times = [int(line.split()[2]) / 1000 for log in pathlib.Path(folder).iterdir() for line in log.read_text().splitlines()]
    cut = statistics.quantiles(times, n=100)
    return Found(found, found.note, {"median": cut[49], "p99": cut[98]})


def rejections(clients, rate=None):
    def measure(bench):
        with rejection.listener():
            return timed(bench, "rejection", clients, rate)
    return measure


def bookings(clients):
    """Bookings while as many clients are rejected; none beside for 0."""
    def measure(bench):
        if not clients:
            return timed(bench, "booking_automatic", BOOKING)
        with rejection.listener(), concurrent.futures.ThreadPoolExecutor() as beside:
            rejected = beside.submit(pgbench, rejection.database, "rejection", clients, bench.seconds, durable=True,
                                     variables={"monday": rejection.monday})
            found = timed(bench, "booking_automatic", BOOKING)
            rejected.result()
        return found
    return measure


def appendix(rounds):
    lines = ["## What NOTIFY can carry", "",
             "Every commit waits for the disk. Milliseconds: median / 99th percentile. Rejections have three alternatives, and a client",
             f"listens. Beside them {BOOKING} clients book on other calendars.", "",
             "| clients that are rejected | rejections a second | how long each takes | bookings a second beside | how long each takes |",
             "| ---: | ---: | ---: | ---: | ---: |"]
    for clients in (0, *CLIENTS):
        cells = []
        for name in (f"rejected {clients}", f"booked beside {clients}"):
            times = " / ".join(figure(rounds.median(name, part)) for part in ("median", "p99")) if name in measures else ""
            cells += [figure(rounds.median(name)) if name in measures else "", times]
        lines.append(f"| {clients or 'none'} | {' | '.join(cells)} |")
    return "\n".join(lines)


LIMIT = f"rejected {CLIENTS[-1]} at {RATE}"
measures = {f"rejected {clients}": rejections(clients) for clients in CLIENTS} \
    | {f"booked beside {clients}": bookings(clients) for clients in (0, *CLIENTS)} | {LIMIT: rejections(CLIENTS[-1], RATE)}
rows = [Row("announced_at_rate", f"99th percentile of a rejection with NOTIFY, {CLIENTS[-1]} clients, {RATE:,} a second, waiting for the disk",
            "–", LIMIT, None, "ms", 50, kind="limit", part="p99")]

TOPIC = Topic("announce", prepare, measures, rows, rejection.finish, rounds=3, appendix=appendix)
