# SPDX-License-Identifier: PostgreSQL
"""A thousand requests in one statement, against a call for each, and against bare inserts of rows with known times; a
thousand talks, each of which also needs its speaker's calendar; and ten thousand rows of a user's own table, which book
themselves by a trigger, one after the other."""
from frame import floor
from frame.beside import Measured
from frame.pgbench import pgbench
from frame.table import Row, Topic

database = None

REQUESTS = """CREATE TABLE batch AS
SELECT jsonb_agg(request) AS requests, jsonb_agg(request || jsonb_build_object('attendees', jsonb_build_array('s' || i), 'check_attendees', true)) AS talks
  FROM generate_series(0, 999) i, LATERAL (SELECT jsonb_build_object(
         'event_name', 'Visit', 'duration', 1800, 'calendars', jsonb_build_array('c' || i % 100)) AS request) r"""

ROWS = """CREATE TABLE own_rows (event_name text DEFAULT 'Visit', duration interval DEFAULT '30 min', start_timestamp timestamptz,
                       event_id bigint, calendars text[]);
CREATE TRIGGER place BEFORE INSERT ON own_rows FOR EACH ROW EXECUTE FUNCTION jb_place_row()"""


def prepare(bench):
    global database
    database = bench.stack.database("batch")
    database.calendars(100)
    database.calendars(1000, prefix="s")
    database.sql("""SELECT count(jb_calendar_set(name, '{"horizon": "3660 days"}')) FROM jb_calendar""")  # room for all rounds
    database.script("peers/bare.sql")
    floor.make(database)
    database.sql(REQUESTS)
    database.sql(ROWS)
    for script in ("batch_ours", "batch_talks", "batch_bare", "batch_rows", "batch_floor"):
        pgbench(database, script, transactions=2)
    pgbench(database, "booking_automatic", transactions=1000, variables={"calendars": 100})


def measure(script, each=1):
    def events_a_second(bench):
        run = pgbench(database, script, seconds=bench.seconds, variables={"calendars": 100})
        return run.told_as(each * run, each)
    return events_a_second


def talks(bench):
    run = pgbench(database, "batch_talks", seconds=bench.seconds)
    return run.told_as(1e6 / (1000 * run), 1000)


def finish(bench):
    database.is_sound()


measures = {"batch": measure("batch_ours", 1000), "single": measure("booking_automatic"),
            "bare": measure("batch_bare", 1000), "talks": talks, "rows": measure("batch_rows", 10_000), "floor": measure("batch_floor", 10_000)}
rows = [
    Row("batch_single", "`jb_schedule_all`, 1,000 requests a statement, 100 calendars", "`jb_schedule`, one call each",
        "batch", "single", "events a second", 5),
    Row("batch_bare", "`jb_schedule_all`, 1,000 requests a statement, 100 calendars",
        "set-wise bare inserts of event, claim and change, times known", "batch", "bare", "events a second", 0.75),
    Row("batch_talks", "an event of `jb_schedule_all`, 1,000 talks a statement, each with its speaker's calendar", "–", "talks", None,
        "µs", 333, kind="limit"),
    Row("floor_rows", "the floor: the rows of 10,000 bookings in one transaction, one after the other, by a bare C function",
        "`jb_schedule_all`, 1,000 requests a statement, 100 calendars", "floor", "batch", "events a second"),
    Row("batch_rows", "`INSERT … SELECT` of 10,000 rows with `jb_place_row`, 100 calendars",
        "`jb_schedule_all`, 1,000 requests a statement, 100 calendars", "rows", "batch", "events a second", 0.6,
        beside=(Measured("floor_rows"),)),
]

TOPIC = Topic("batch", prepare, measures, rows, finish)
