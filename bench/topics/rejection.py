# SPDX-License-Identifier: PostgreSQL
"""Rejections on full calendars, with alternatives and NOTIFY, while a client listens: their rate and their delay."""
import contextlib
import statistics
import subprocess

from frame.beside import Counted, Measured
from frame.pgbench import pgbench
from frame.stack import ROOT, Failed, run
from frame.table import Row, Topic

HEARD = ROOT / "bench" / "frame" / "heard.py"
REJECTED = ROOT / "bench" / "scripts" / "rejection.sql"
# Two weeks from a future Monday, every half hour of the day: 672 on each of 50 calendars.
FILL = """SELECT count(*) FILTER (WHERE outcome = 'placed') FROM generate_series(0, 49) c, LATERAL (
  SELECT jsonb_agg(jsonb_build_object('event_name', 'Visit', 'duration', 1800, 'start_timestamp',
                                      to_timestamp(:monday::float8 + i * 1800),
                                      'calendars', jsonb_build_array('full' || c))) AS requests
    FROM generate_series(0, 671) i) r, LATERAL jb_schedule_all(r.requests)"""

database = None
monday = 0


def prepare(bench):
    global database, monday
    database = bench.stack.database("rejection")
    database.sql("ALTER DATABASE rejection SET jb_scheduler.rejections_per_day = 0")
    database.calendars(1000)
    database.sql("SELECT count(jb_calendar_set('full' || i, '{}')) FROM generate_series(0, 49) i")
    monday = int(database.number("SELECT extract(epoch FROM date_trunc('week', now() + interval '2 weeks'))"))
    if database.number(FILL, variables={"monday": monday}) != 50 * 672:
        raise Failed("the calendars could not be filled")
    pgbench(database, "booking_automatic", transactions=1000)
    pgbench(database, "rejection", transactions=1000, variables={"monday": monday})


@contextlib.contextmanager
def listener():
    process = subprocess.Popen([HEARD, "listen"], env=environment())
    try:
        yield
        if process.poll() is not None:
            raise Failed("the listener ended")
    finally:
        process.kill()
        process.wait()


def environment():
    return {**database.stack.environment, "PGDATABASE": database.name}


def placed(clients):
    return lambda bench: pgbench(database, "booking_automatic", clients, bench.seconds)


def rejected(clients):
    def rate(bench):
        before = database.number("SELECT count(*) FROM jb_rejection")
        with listener():
            found = pgbench(database, "rejection", clients, bench.seconds, variables={"monday": monday})
        if database.number("SELECT count(*) FROM jb_rejection") != before + found.count:
            raise Failed("not every request was rejected")
        return found
    return rate


def notified(bench):
    with listener():
        return pgbench(database, "booking_notified", 8, bench.seconds)


def heard(bench):
    """The 99th percentile in milliseconds, while four clients book on other calendars."""
    load = subprocess.Popen(
        ["pgbench", "-n", "-M", "prepared", "-c", "4", "-T", "60", "-D", "n=0", "-D", "clients=4", "-D", "calendars=1000",
         "-f", ROOT / "bench" / "scripts" / "booking_automatic.sql", database.name],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        times = [float(line) for line in
                 run([HEARD, 100 if bench.quick else 500, monday], env=environment(), timeout=50).split()]
    finally:
        load.terminate()
        load.wait()
    return statistics.quantiles(times, n=100)[98]


def finish(bench):
    database.is_sound()


measures = {"placed 1": placed(1), "rejected 1": rejected(1), "placed 8": placed(8), "rejected 8": rejected(8),
            "notified 8": notified, "heard": heard}
COUNTED = Counted("call_rejection", "booking_automatic", "a booking")
rows = [
    Row("rejection_1", "rejection on a full calendar, three alternatives, NOTIFY, 1 client", "a placed booking, automatic",
        "rejected 1", "placed 1", "a second", 0.8, beside=(COUNTED,)),
    Row("rejection_8", "rejection on a full calendar, 8 clients", "a placed booking, automatic, 8 clients", "rejected 8", "placed 8", "a second", 0.6,
        beside=(Measured("notified_8", "a booking with a NOTIFY"), COUNTED)),
    Row("notified_8", "a placed booking that sends a NOTIFY of the same length, 8 clients", "the same without", "notified 8", "placed 8",
        "a second"),
    Row("heard", "COMMIT of a rejection until a listener in another process has it, 99th percentile, under load",
        "–", "heard", None, "ms", 10, kind="limit"),
]

TOPIC = Topic("rejection", prepare, measures, rows, finish)
