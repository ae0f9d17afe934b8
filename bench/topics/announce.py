# SPDX-License-Identifier: PostgreSQL
"""What NOTIFY can carry while every commit waits for the disk: rejections at 1, 8 and 64 clients, how long each takes,
and what bookings on other calendars notice of them. PostgreSQL commits the transactions that have notified one by one
(src/backend/commands/async.c), so many rejections wait for each other's flush, unless the worker announces them."""
import concurrent.futures
import contextlib
import pathlib
import statistics
import tempfile
import time

from frame.found import Found
from frame.pgbench import pgbench
from frame.stack import Failed
from frame.table import Row, Topic, figure
from topics import rejection

CLIENTS = (1, 8, 64)
BOOKING = 8  # clients that book beside


def prepare(bench):
    if rejection.database is None:
        rejection.prepare(bench)


def timed(bench, script, clients):
    """A run of pgbench whose parts have the median and the 99th percentile in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        options = ["-l", f"--log-prefix={folder}/log"]
        found = pgbench(rejection.database, script, clients, bench.seconds, durable=True, options=options,
                        variables={"monday": rejection.monday})
        times = [int(line.split()[2]) / 1000 for log in pathlib.Path(folder).iterdir() for line in log.read_text().splitlines()]
    cut = statistics.quantiles(times, n=100)
    return Found(found, found.note, {"median": cut[49], "p99": cut[98]})


@contextlib.contextmanager
def announced(by):
    """The database's rejections are announced by their commit, or by the worker."""
    if by == "commit":
        yield
        return
    served = rejection.database.sql("SHOW jb_scheduler.worker_databases")
    rejection.database.sql("ALTER DATABASE rejection SET jb_scheduler.announce = worker;"
                           "ALTER SYSTEM SET jb_scheduler.worker_databases = 'rejection'; SELECT pg_reload_conf()")
    try:
        yield
        ends = time.monotonic() + 10
        while rejection.database.number("SELECT count(*) FROM jb_announcement") > 0:
            if time.monotonic() > ends:
                raise Failed("the worker does not keep up")
            time.sleep(0.05)
    finally:
        rejection.database.sql(f"ALTER DATABASE rejection RESET jb_scheduler.announce;"
                               f"ALTER SYSTEM SET jb_scheduler.worker_databases = '{served}'; SELECT pg_reload_conf()")


def rejections(clients, by):
    def measure(bench):
        with announced(by), rejection.listener():
            return timed(bench, "rejection", clients)
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
    def cells(name):
        times = " / ".join(figure(rounds.median(name, part)) for part in ("median", "p99"))
        return [figure(rounds.median(name)), times] if name in measures else ["", ""]

    lines = ["## What NOTIFY can carry", "",
             "Every commit waits for the disk. Milliseconds: median / 99th percentile. Rejections have three alternatives, and a client",
             f"listens. Beside those that their commit announces, {BOOKING} clients book on other calendars.", "",
             "| clients that are rejected | announced by their commit, a second | how long each takes | bookings a second beside "
             "| how long each takes | announced by the worker, a second | how long each takes |",
             "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for clients in (0, *CLIENTS):
        found = [cell for name in (f"rejected {clients}", f"booked beside {clients}", f"rejected {clients}, worker") for cell in cells(name)]
        lines.append(f"| {clients or 'none'} | {' | '.join(found)} |")
    return "\n".join(lines)


measures = {f"rejected {clients}{', worker' if by == 'worker' else ''}": rejections(clients, by)
            for by in ("commit", "worker") for clients in CLIENTS}
measures |= {f"booked beside {clients}": bookings(clients) for clients in (0, *CLIENTS)}
rows = [Row(f"announced_by_{by}", f"99th percentile of a rejection that {who} announces, {CLIENTS[-1]} clients, waiting for the disk",
            "–", f"rejected {CLIENTS[-1]}{suffix}", None, "ms", target, kind="limit", part="p99")
        for by, who, suffix, target in (("commit", "its commit", "", None), ("worker", "the worker", ", worker", 50))]

TOPIC = Topic("announce", prepare, measures, rows, rejection.finish, rounds=3, appendix=appendix)
