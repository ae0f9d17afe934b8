# SPDX-License-Identifier: PostgreSQL
"""A thousand requests in one statement, against a call for each, and against bare inserts of rows whose times are known."""
from frame.pgbench import pgbench
from frame.table import Row, Topic

database = None

REQUESTS = """CREATE TABLE batch AS
SELECT jsonb_agg(jsonb_build_object('event_name', 'Visit', 'duration', 1800, 'calendars', jsonb_build_array('c' || i % 100)))
       AS requests FROM generate_series(0, 999) i"""


def prepare(bench):
    global database
    database = bench.stack.database("batch")
    database.calendars(100)
    database.script("peers/bare.sql")
    database.sql(REQUESTS)
    for script in ("batch_ours", "batch_bare"):
        pgbench(database, script, transactions=2)
    pgbench(database, "booking_automatic", transactions=1000, variables={"calendars": 100})


def measure(script, each=1):
    def events_a_second(bench):
        run = pgbench(database, script, seconds=bench.seconds, variables={"calendars": 100})
        return run.told_as(each * run, each)
    return events_a_second


def finish(bench):
    database.is_sound()


measures = {"batch": measure("batch_ours", 1000), "single": measure("booking_automatic"),
            "bare": measure("batch_bare", 1000)}
rows = [
    Row("batch_single", "`jb_schedule_all`, 1,000 requests a statement, 100 calendars", "`jb_schedule`, one call each",
        "batch", "single", "events a second", 5),
    Row("batch_bare", "`jb_schedule_all`, 1,000 requests a statement, 100 calendars",
        "set-wise bare inserts of event, claim and change, times known", "batch", "bare", "events a second", 0.7),
]

TOPIC = Topic("batch", prepare, measures, rows, finish)
