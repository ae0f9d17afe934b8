# SPDX-License-Identifier: PostgreSQL
"""One booking per transaction, against one bare INSERT under the same exclusion constraint; and the floor: the rows of
a booking written by a bare C function, which decides nothing."""
from frame import floor
from frame.beside import Counted, Measured
from frame.pgbench import pgbench
from frame.table import Row, Topic

database = None


def prepare(bench):
    global database
    database = bench.stack.database("booking")
    database.calendars(1000)
    database.script("peers/bare.sql")
    floor.make(database)
    for script in ("booking_fixed", "booking_automatic", "booking_bare"):
        pgbench(database, script, transactions=1000)  # so that catalogues and plans are cached, and tables not empty


def measure(script, clients, durable=False):
    return lambda bench: pgbench(database, script, clients, bench.seconds, durable=durable)


def measure_floor(clients, kind):
    variables = {"takes_free_time": str(kind == "automatic").lower()}
    return lambda bench: pgbench(database, "booking_floor", clients, bench.seconds, variables=variables)


def finish(bench):
    database.is_sound()


measures = {f"{kind} {clients}{' durable' if durable else ''}": measure(f"booking_{kind}", clients, durable)
            for clients, durable in ((1, False), (8, False), (1, True), (8, True))
            for kind in ("bare", "fixed", "automatic")}
measures |= {f"floor {kind} {clients}": measure_floor(clients, kind) for clients in (1, 8) for kind in ("fixed", "automatic")}


TARGETS = {("fixed", 1): 0.62, ("automatic", 1): 0.68, ("fixed", 8): 0.55, ("automatic", 8): 0.57}


def at(clients):
    return f"{clients} client{'s' if clients > 1 else ''}"


rows = [
    Row(name=f"{kind}_{clients}{'_durable' if durable else ''}",
        what=f"`jb_schedule`, {kind}, {at(clients)}, 1,000 calendars"
             + (", waiting for the disk" if durable else ""),
        against="bare INSERT, same constraint, same times, prepared",
        ours=f"{kind} {clients}{' durable' if durable else ''}", peer=f"bare {clients}{' durable' if durable else ''}",
        unit="a second", target=TARGETS[kind, clients],
        beside=() if durable else (Measured(f"floor_{kind}_{clients}"),
                                   Counted(f"booking_{kind}", "booking_floor", "the rows of a fixed one alone")))
    for clients, durable in ((1, False), (8, False), (1, True), (8, True)) for kind in ("fixed", "automatic")]
rows += [
    Row(name=f"floor_{kind}_{clients}", what=f"the floor: the rows of a booking, {kind}, {at(clients)}, by a bare C function",
        against="bare INSERT, as above", ours=f"floor {kind} {clients}", peer=f"bare {clients}", unit="a second")
    for clients in (1, 8) for kind in ("fixed", "automatic")]

TOPIC = Topic("booking", prepare, measures, rows, finish)
