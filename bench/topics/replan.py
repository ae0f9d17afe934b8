# SPDX-License-Identifier: PostgreSQL
"""jb_replan when all events move: of a week's 46 automatic events, and of 10,000."""
from frame.pgbench import pgbench
from frame.stack import Failed, LeftOut
from frame.table import Row, Topic

SIZES = (46, 10_000)
FILL = """SELECT count(*) FROM generate_series(1, :events) AS i
 WHERE (jb_schedule('Visit', '30 minutes', calendars => '{replan}')).outcome = 'placed'"""
SETTINGS = '{"horizon": "3660 days"}'

databases = {}


def prepare(bench):
    for size in SIZES[:1] if bench.quick else SIZES:
        database = bench.stack.database(f"replan_{size}")
        database.sql("SELECT jb_calendar_set('replan', :'settings')", variables={"settings": SETTINGS})
        if database.number(FILL, variables={"events": size}) != size:
            raise Failed("the calendar could not be filled")
        databases[size] = database


def replan(size):
    def milliseconds(bench):
        if size not in databases:
            raise LeftOut()
        return pgbench(databases[size], "replan", transactions=20 if size < 100 else 1).milliseconds("SELECT count(*)")
    return milliseconds


def finish(bench):
    for database in databases.values():
        database.is_sound()


measures = {f"{size}": replan(size) for size in SIZES}
rows = [Row(f"replan_{size}", f"`jb_replan` of {size:,} automatic events, all of which move", "–", f"{size}", None, "ms",
            target, kind="limit") for size, target in zip(SIZES, (5, 500))]

TOPIC = Topic("replan", prepare, measures, rows, finish)
