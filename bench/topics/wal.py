# SPDX-License-Identifier: PostgreSQL
"""The bytes that one booking adds to the write-ahead log, which the disk and each standby must take; and the floor:
those of its rows alone."""
from frame import floor
from frame.beside import Measured
from frame.pgbench import pgbench
from frame.table import Row, Topic

database = None


def prepare(bench):
    global database
    database = bench.stack.database("wal")
    database.calendars(1000)
    database.script("peers/bare.sql")
    floor.make(database)
    database.sql("ALTER SYSTEM SET full_page_writes = off; SELECT pg_reload_conf()")
    for script in ("booking_fixed", "booking_automatic", "booking_bare"):
        pgbench(database, script, transactions=1000)


def measure(script, **variables):
    def bytes_each(bench):
        before = database.sql("SELECT pg_current_wal_insert_lsn()")
        count = pgbench(database, script, transactions=500 if bench.quick else 5000, variables=variables).count
        return database.number("SELECT pg_current_wal_insert_lsn() - :'before'", variables={"before": before}) / count
    return bytes_each


def finish(bench):
    database.sql("ALTER SYSTEM RESET full_page_writes; SELECT pg_reload_conf()")
    database.is_sound()


measures = {kind: measure(f"booking_{kind}") for kind in ("bare", "fixed", "automatic")}
measures |= {f"floor {kind}": measure("booking_floor", takes_free_time=str(kind == "automatic").lower())
             for kind in ("fixed", "automatic")}
rows = [Row(name=f"wal_{kind}", what=f"WAL of one booking, {kind}, full_page_writes off", against="bare INSERT",
            ours=kind, peer="bare", unit="bytes", kind="limit", target=target,
            beside=(Measured(f"wal_floor_{kind}"),))
        for kind, target in (("fixed", 1110), ("automatic", 1290))]
rows += [Row(name=f"wal_floor_{kind}", what=f"the floor: WAL of the rows of a booking, {kind}, by a bare C function",
             against="bare INSERT", ours=f"floor {kind}", peer="bare", unit="bytes")
         for kind in ("fixed", "automatic")]

TOPIC = Topic("wal", prepare, measures, rows, finish)
