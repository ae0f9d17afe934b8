# SPDX-License-Identifier: PostgreSQL
"""A hundred thousand cancellations and bookings on a hundred thousand events, with the tables' autovacuum settings."""
from frame.stack import Failed
from frame.table import Row, Topic

# 100 calendars of 1,000 fixed half hours.
FILL = """SELECT count(*) FILTER (WHERE outcome = 'placed') FROM generate_series(0, :calendars - 1) c, LATERAL (
  SELECT jsonb_agg(jsonb_build_object('event_name', 'Visit', 'duration', 1800,
                                      'start_timestamp', to_timestamp(1893456000 + i * 1800),
                                      'calendars', jsonb_build_array('c' || c))) AS requests
    FROM generate_series(0, 999) i) r, LATERAL jb_schedule_all(r.requests)"""
TABLES = ("jb_event", "jb_claim", "jb_tree", "jb_calendar_lock")  # not the history, which is meant to grow

database = None
found = {}


def size():
    names = ", ".join(f"'{table}'" for table in TABLES)
    return database.number(f"SELECT sum(pg_total_relation_size(t::regclass)) FROM unnest(ARRAY[{names}]) t")


def filled(stack, calendars):
    database = stack.database("churn")
    database.calendars(calendars)
    if database.number(FILL, variables={"calendars": calendars}) != calendars * 1000:
        raise Failed("the calendars could not be filled")
    database.sql("VACUUM ANALYZE")
    database.script("scripts/churn.sql")
    return database


def churn(database, pairs, calls):
    """Makes that many pairs in that many calls; returns the seconds of each, and of its longest pair."""
    answers = database.sql(f"CALL churn({pairs // calls}, NULL, NULL);\n" * calls, options="-c synchronous_commit=off")
    return [tuple(map(float, line.split("|"))) for line in answers.splitlines()]


def prepare(bench):
    global database
    calendars = 5 if bench.quick else 100
    database = filled(bench.stack, calendars)
    pairs = calendars * 1000
    seconds = [took for took, _ in churn(database, pairs, calendars)]
    tenth = len(seconds) // 10 or 1
    found["first"], found["last"] = (sum(part) / pairs * len(seconds) / tenth * 1e6 for part in (seconds[:tenth], seconds[-tenth:]))
    found["size after"] = size()
    database.sql("VACUUM FULL")
    found["size anew"] = size()


def value(name):
    return lambda bench: found[name]


measures = {"first": value("first"), "last": value("last"),
            "size anew": lambda bench: found["size anew"] / 2**20, "size after": lambda bench: found["size after"] / 2**20}
rows = [
    Row("churn", "cancel and rebook, 100,000 random pairs on 100,000 events, the last tenth", "the first tenth",
        "last", "first", "µs a pair", 1.1, kind="growth"),  # no slower, within the difference between two runs
    Row("churn_size", "tables and indexes after them, history aside", "the same rows written anew", "size after", "size anew", "MiB", 1.5,
        kind="growth"),
]

TOPIC = Topic("churn", prepare, measures, rows, lambda bench: database.is_sound(), rounds=1)
