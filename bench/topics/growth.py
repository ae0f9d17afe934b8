# SPDX-License-Identifier: PostgreSQL
"""The cost of each function, and of each route that reads more than its functions, against growing data, at four sizes:
the exponent of its growth, compared with the tables in growth/table.py and growth/routes.py. A row that grows faster
than its table allows fails.

The exponent is the slope of a line through the logarithms of the last three sizes, since at the first the constant part
hides the growth. Flat is at most 0.25, logarithmic 0.5, linear 1.5, because larger data leave the caches. A cost that
stays within twice that of the smallest size has the exponent 0.
"""
import math
import subprocess

from frame.found import Found
from frame.stack import Failed
from frame.table import Row, Topic
from growth.routes import OWN
from growth.table import FLAT, GROWTH, LINEAR, LOG, MOST_BOOKINGS

NOW = "2030-01-01 00:00:00+00"
SIZES = {"quick": (60, 250, 1_000, 4_000), "check": (250, 1_000, 4_000, 16_000), "full": (1_000, 4_000, 16_000, 64_000)}
ALLOWED = {FLAT: 0.25, LOG: 0.5, LINEAR: 1.5}
ROUNDS = 7

databases = {}
sessions = []


def open_snapshot(database):
    """From now on, no row version that the database has or gets can be cleaned up."""
    session = subprocess.Popen(["psql", "-X", "-q", "-At", "-d", database.name], env=database.stack.environment, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    session.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM jb_event;\n")
    session.stdin.flush()
    session.stdout.readline()
    sessions.append(session)


def prepare(bench):
    for size in SIZES["quick" if bench.quick else "full" if bench.is_thorough else "check"]:
        name = f"growth_{size}"
        database = bench.stack.database(name)
        database.sql(f"ALTER DATABASE {name} SET jb_scheduler.now = '{NOW}'; ALTER DATABASE {name} SET timezone = 'UTC'")
        database.script("growth/fill.sql", n=size)
        open_snapshot(database)
        database.sql(f"SET synchronous_commit = off; CALL book({min(size, MOST_BOOKINGS)})")
        databases[size] = database


def finish(bench):
    for session in sessions:
        session.communicate()


def slope(points):
    """The slope of the line through the logarithms, by least squares."""
    xs, ys = [math.log(size) for size, _ in points], [math.log(time) for _, time in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys)) / sum((a - x) ** 2 for a in xs)


def measured(row, database, size):
    call = row.call.replace("$n", str(size)).replace("'", "''")
    return database.number(f"SELECT microseconds('{call}', {ROUNDS}, {row.sees_nothing})")


def sizes_of(row):
    """The sizes of what grows, in the order of the databases: those of the data, or of the input up to its limit."""
    if row.is_of_input:
        most = min(row.most, max(databases))
        return [most // 64, most // 16, most // 4, most]
    return [size for size in databases if row.most is None or size <= row.most]


def points_of(row):
    return [(size, measured(row, database, size)) for size, database in zip(sizes_of(row), databases.values())]


def exponent_of(points):
    stays = points[-1][1] <= 2 * points[0][1]
    return 0 if stays else slope(points[-3:])


def grows(row):
    """Measures a row that grows too fast again, and uses the shorter times: the machine may have been busy briefly."""
    def exponent(bench):
        points = points_of(row)
        if exponent_of(points) > ALLOWED[row.allowed]:
            points = [min(pair, key=lambda point: point[1]) for pair in zip(points, points_of(row))]
        times = f"{row.allowed}: " + ", ".join(f"{size:,}: {time / 1000:.2f} ms" for size, time in points)
        found = exponent_of(points)
        if found > ALLOWED[row.allowed]:
            raise Failed(f"grows by the power of {found:.2f}, {row.allowed} is allowed ({times})")
        return Found(found, times)
    return exponent


MEASURED = [row for row in GROWTH + OWN if row.call]
measures = {row.name: grows(row) for row in MEASURED}
rows = [Row(row.name, f"`{row.function}`, {row.dimension}", row.allowed + (f": {row.reason}" if row.reason else ""), row.name, None,
            "exponent", ALLOWED[row.allowed], kind="limit") for row in MEASURED]

TOPIC = Topic("growth", prepare, measures, rows, finish, rounds=1)
