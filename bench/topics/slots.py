# SPDX-License-Identifier: PostgreSQL
"""Open slots on fifty calendars at once, each half full for thirty days."""
from frame.pgbench import pgbench
from frame.stack import Failed
from frame.table import Row, Topic

NOW = "2030-01-07 00:00:00+01"  # a Monday
# Half of the half hours of each working day, at random.
FILL = """SELECT count(*) FILTER (WHERE outcome = 'placed') FROM generate_series(0, 49) c, LATERAL (
  SELECT jsonb_agg(jsonb_build_object('event_name', 'Visit', 'duration', 1800, 'start_timestamp', start,
                                      'calendars', jsonb_build_array('c' || c))) AS requests
    FROM (SELECT start FROM generate_series(:'now'::timestamptz, :'now'::timestamptz + interval '30 days', '30 minutes') start
           WHERE extract(isodow FROM start) < 6 AND start::time >= '08:00' AND start::time < '17:00' AND c >= 0
           ORDER BY random() LIMIT 198) AS half) r, LATERAL jb_schedule_all(r.requests)"""

database = None


def prepare(bench):
    global database
    database = bench.stack.database("slots")
    database.sql(f"ALTER DATABASE slots SET jb_scheduler.now = '{NOW}'")
    database.calendars(50)
    if database.number(FILL, variables={"now": NOW}) != 50 * 198:
        raise Failed("the calendars could not be filled")
    database.script("peers/slots.sql", now=NOW)
    database.sql("VACUUM ANALYZE")


def found(kind):
    def milliseconds(bench):
        run = pgbench(database, f"slots_{kind}", seconds=bench.seconds, variables={"now": NOW})
        return run.told_as(1000 / run)
    return milliseconds


measures = {kind: found(kind) for kind in ("ours", "series", "stored")}
WHAT = "`jb_slots`, ten on each of 50 calendars, 30 days, half full"
rows = [
    Row("slots", WHAT, "–", "ours", None, "ms", 2, kind="limit"),
    Row("slots_series", WHAT, "anti-join with `generate_series`", "ours", "series", "ms", 100, kind="time"),
    Row("slots_stored", WHAT, "anti-join with stored starts, stops at ten", "ours", "stored", "ms", kind="time"),
]

TOPIC = Topic("slots", prepare, measures, rows, lambda bench: database.is_sound())
