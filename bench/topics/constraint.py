# SPDX-License-Identifier: PostgreSQL
"""The least possible cost of the exclusion constraint: one insert into tables that differ only in how they refuse an
overlap. Not part of make bench: bench/run --only constraint. docs/performance.md shows the result."""
from frame.pgbench import pgbench
from frame.stack import BUILD
from frame.table import Row, Topic

# A calendar and a time in one integer range: two calendars are 2^34 seconds apart, 544 years.
TIMES = "tstzrange(to_timestamp(:start::float8), to_timestamp(:start::float8 + 1800))"
SECONDS = "int8range(:start::bigint, :start::bigint + 1800)"
JOINED = "int8range(:calendar::bigint << 34 | :start::bigint, :calendar::bigint << 34 | :start::bigint + 1800)"

# Name, columns, constraint, values, description.
VARIANTS = (
    ("heap", "calendar int, during tstzrange", None, f":calendar, {TIMES}", "no constraint, no index"),
    ("btree", "calendar int, during tstzrange", "UNIQUE (calendar, during)", f":calendar, {TIMES}",
     "B-tree, `UNIQUE (calendar, during)`: refuses no overlap"),
    ("claim", "calendar int, during tstzrange", "EXCLUDE USING gist (calendar WITH =, during WITH &&)",
     f":calendar, {TIMES}", "GiST, `calendar WITH =, during WITH &&` on int and tstzrange: ours"),
    ("swapped", "calendar int, during tstzrange", "EXCLUDE USING gist (during WITH &&, calendar WITH =)",
     f":calendar, {TIMES}", "GiST, the same with the range first"),
    ("seconds", "calendar int, during int8range", "EXCLUDE USING gist (calendar WITH =, during WITH &&)",
     f":calendar, {SECONDS}", "GiST on int and int8range, seconds"),
    ("joined", "during int8range", "EXCLUDE USING gist (during WITH &&)", JOINED,
     "GiST on one int8range that holds calendar and time"),
    ("spgist", "during int8range", "EXCLUDE USING spgist (during WITH &&)", JOINED,
     "SP-GiST on one int8range that holds calendar and time"),
)

database = None


def prepare(bench):
    global database
    database = bench.stack.database("constraint")
    for name, columns, constraint, values, _ in VARIANTS:
        database.sql(f"CREATE TABLE v_{name} ({columns}{', ' + constraint if constraint else ''})")
        script(name).write_text(
            "\\set n :n + 1\n\\set slot :n * :clients + :client_id\n\\set calendar (:slot * 617) % :calendars\n"
            "\\set start 4102444800 + :run * 31536000 + :slot / :calendars * 1800\n"
            f"INSERT INTO v_{name} VALUES ({values});\n")
        pgbench(database, script(name), transactions=20_000)


def script(name):
    return BUILD / f"constraint_{name}.sql"


def insert(name):
    return lambda bench: pgbench(database, script(name), seconds=bench.seconds)


def size(name):
    return lambda bench: database.number(f"SELECT pg_indexes_size('v_{name}')::float8 / greatest(count(*), 1) FROM v_{name}")


measures = {name: insert(name) for name, *_ in VARIANTS} | {f"{name} bytes": size(name) for name, *_ in VARIANTS}
rows = [Row(f"constraint_{name}", f"one insert, 1,000 calendars: {what}", "ours", name, "claim", "a second")
        for name, _, _, _, what in VARIANTS]
rows += [Row(f"constraint_{name}_bytes", f"index of it: {what}", "ours", f"{name} bytes", "claim bytes", "bytes a row",
             kind="growth") for name, _, _, _, what in VARIANTS if name != "heap"]

TOPIC = Topic("constraint", prepare, measures, rows, optional=True)
