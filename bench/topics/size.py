# SPDX-License-Identifier: PostgreSQL
"""The time to place an automatic event against the size of its calendar: by the scheduler, and in three ways in SQL.

Each size has its own database. The calendar is always open, and was filled over time (scripts/fill.sql). The request is
for ten minutes, longer than any gap, so every search has to pass every event. "Mixed" requests are like those that
filled the calendar.
"""
from frame.pgbench import pgbench
from frame.plot import svg
from frame.stack import ROOT, LeftOut
from frame.table import Row, Topic

NOW = "2030-01-01 00:00:00+00"
SIZES = (100, 1_000, 6_400, 10_000, 100_000, 1_000_000)
FILL = (ROOT / "bench/scripts/fill.sql").read_text()
KINDS = {"ours": "jb_scheduler", "scan": "PL/pgSQL scan", "lead": "lead()", "range_agg": "range_agg"}
SETTINGS = """{"time_zone": "Europe/Berlin", "slot_increment": 10, "horizon": "3660 days", "hours": {%s}}""" % ", ".join(
    f'"{day}": [{{"start": "00:00", "end": "24:00"}}]'
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))

databases = {}


def prepare(bench):
    bench.stack.psql("ALTER SYSTEM SET autovacuum = off; SELECT pg_reload_conf()")
    for size in SIZES[:bench.sizes]:
        name = f"size_{size}"
        database = bench.stack.database(name)
        database.sql(f"ALTER DATABASE {name} SET jb_scheduler.now = '{NOW}'")
        database.sql("SELECT jb_calendar_set('grown', :'settings')", variables={"settings": SETTINGS})
        database.sql(FILL, variables={"events": size}, options="-c synchronous_commit=off")
        database.script("peers/first_fit.sql")
        database.script("peers/bare.sql")
        database.sql("INSERT INTO bare SELECT calendar, during FROM jb_claim ORDER BY ctid")
        databases[size] = database


def place(kind, size):
    """Measures the milliseconds of only the statement that searches and writes."""
    def milliseconds(bench):
        if size not in databases:
            raise LeftOut()
        variables = {"length": 600, "calendar": 1, "now": NOW}
        found = pgbench(databases[size], f"place_{kind}", seconds=1, variables=variables)
        own = kind in ("ours", "mixed")
        return found.milliseconds("SELECT event_id" if own else "INSERT INTO bare" if kind == "bare" else "SELECT place_by")
    return milliseconds


def plot(rounds):
    series = {title: [(size, rounds.median(f"{kind} {size}")) for size in SIZES if rounds.median(f"{kind} {size}") is not None]
              for kind, title in KINDS.items()}
    drawn = {title: points for title, points in series.items() if points}
    return "place.svg", drawn and svg("Time to place an automatic event", "every event of the calendar has to be passed; one client, "
                                      "not waiting for the disk; both axes logarithmic", drawn)


def finish(bench):
    for database in databases.values():
        database.is_sound()
    bench.stack.psql("ALTER SYSTEM RESET autovacuum; SELECT pg_reload_conf()")


def against_scan(size, target):
    return Row(f"scan_{size}", f"`jb_schedule`, automatic, on {size:,} events, all of them passed", "PL/pgSQL first-fit scan",
               f"ours {size}", f"scan {size}", "ms", target, kind="time")


measures = {f"{kind} {size}": place(kind, size) for size in SIZES for kind in KINDS}
measures |= {f"{kind} {size}": place(kind, size) for size in (1_000, 100_000, 1_000_000) for kind in ("mixed", "scan_mixed")}
measures |= {f"bare {size}": place("bare", size) for size in (1_000, 1_000_000)}
rows = [
    Row("grown", "`jb_schedule`, automatic, on 1,000,000 events filled over time, no vacuum", "the same on 1,000 events",
        "ours 1000000", "ours 1000", "ms", 1.2, kind="growth"),
    Row("grown_mixed", "the same, requests like those that filled it", "the same on 1,000 events",
        "mixed 1000000", "mixed 1000", "ms", 1.2, kind="growth"),
    Row("grown_bare", "bare INSERT, same constraint, behind 1,000,000 claims", "the same behind 1,000", "bare 1000000", "bare 1000", "ms",
        kind="growth"),
    against_scan(6_400, 8),
    against_scan(100_000, 100),
    Row("scan_mixed", "the same on 100,000 events, requests like those that filled it", "PL/pgSQL first-fit scan",
        "mixed 100000", "scan_mixed 100000", "ms", kind="time"),
    Row("lead", "`jb_schedule`, automatic, on 100,000 events, all of them passed", "`lead()`, stops at the first gap",
        "ours 100000", "lead 100000", "ms", kind="time"),
    Row("range_agg", "the same", "`range_agg`, first piece of the complement", "ours 100000", "range_agg 100000", "ms",
        kind="time"),
]

TOPIC = Topic("size", prepare, measures, rows, finish, plot=plot)
