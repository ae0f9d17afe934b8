# SPDX-License-Identifier: PostgreSQL
"""POST /events through nginx with a client certificate, 16 kept connections, against pgbench and against FastAPI."""
import contextlib
import json
import resource
import socket

from frame.fastapi import FastApi
from frame.pgbench import next_run, pgbench
from frame.stack import ROOT, Failed, run
from frame.table import Row, Topic

OURS = {
    "fixed": '{"event_name": "Visit", "duration": 1800, "calendars": ["c@CALENDAR@"], "start_timestamp": "@START@"}',
    "automatic": '{"event_name": "Visit", "duration": 1800, "calendars": ["c@CALENDAR@"]}',
}
FASTAPI = '{"event_name": "Visit", "duration": 1800, "calendar": "c@CALENDAR@", "start_timestamp": "@START@"}'

database = None
peer = None
last = None


class Load:
    def __init__(self, found, processors):
        self.rate = found["rate"]
        self.tail = found["p99"] / found["median"]
        self.note = f"median {found['median']:.1f} ms, 99th percentile {found['p99']:.1f} ms; us each: "
        self.note += ", ".join(f"{name} {seconds / found['201'] * 1e6:.0f}" for name, seconds in processors.items())


def load(bench, port, body):
    environment = bench.stack.environment
    before = processors(bench.stack)
    found = json.loads(run([ROOT / "build/http_load", port, environment["JB_CA"], environment["JB_CERT"],
                            environment["JB_KEY"], 16, bench.seconds, 4102444800 + next_run() * 31536000, body]))
    if set(found) - {"rate", "median", "p99", "201"}:
        raise Failed(f"not every answer was 201: {found}")
    return Load(found, {name: seconds - before[name] for name, seconds in processors(bench.stack).items()})


def processors(stack):
    """Seconds of processor time so far, of the scheduler and of the load; those of FastAPI and its nginx are not measured."""
    own = {name: stack.processor_time(name) for name in ("postgres", "fcgi", "nginx")}
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own | {"load": ended.ru_utime + ended.ru_stime}


@contextlib.contextmanager
def commits(durable):
    """Sets synchronous_commit for the sessions of the front ends, which exist already."""
    if not durable:
        database.sql("ALTER SYSTEM SET synchronous_commit = off; SELECT pg_reload_conf()")
    try:
        yield
    finally:
        database.sql("ALTER SYSTEM RESET synchronous_commit; SELECT pg_reload_conf()")


def prepare(bench):
    global database, peer
    database = bench.stack.existing("jb")
    database.calendars(1000)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    peer = FastApi(bench.stack, port)
    peer.up()
    for kind in OURS:
        pgbench(database, f"booking_{kind}", transactions=1000)
        ours(kind, False)(bench)
    fastapi(False)(bench)


def ours(kind, durable):
    def rate(bench):
        global last
        with commits(durable):
            last = load(bench, bench.stack.environment["JB_URL"].rsplit(":", 1)[1], OURS[kind])
        return last
    return rate


def fastapi(durable):
    def rate(bench):
        with commits(durable):
            return load(bench, peer.port, FASTAPI)
    return rate


def sql(kind, durable):
    return lambda bench: pgbench(database, f"booking_{kind}", 16, bench.seconds, durable=durable)


def tail(bench):
    return last.tail


def finish(bench):
    if peer:
        peer.down()
    database.is_sound()


measures = {}
rows = []
for durable, slow in ((False, ""), (True, ", waiting for the disk")):
    key = " durable" if durable else ""
    for kind in ("fixed", "automatic"):
        measures[f"{kind}{key}"] = ours(kind, durable)
        measures[f"{kind} tail{key}"] = tail
        measures[f"pgbench {kind}{key}"] = sql(kind, durable)
        name = f"http_{kind}{'_durable' if durable else ''}"
        rows.append(Row(name, f"`POST /events`, {kind}, client certificate, 16 kept connections{slow}",
                        f"pgbench calling `jb_schedule`, 16 clients{slow}",
                        f"{kind}{key}", f"pgbench {kind}{key}", "a second", 0.6))
        rows.append(Row(f"{name}_tail", f"99th percentile of `POST /events`, {kind}{slow}", "its median",
                        f"{kind} tail{key}", None, "× the median", 10, kind="limit"))
    measures[f"fastapi{key}"] = fastapi(durable)
    rows.append(Row(f"fastapi{'_durable' if durable else ''}", f"`POST /events`, fixed{slow}",
                    f"FastAPI + asyncpg, exclusion constraint, same nginx, same certificate{slow}",
                    f"fixed{key}", f"fastapi{key}", "a second", 3))

TOPIC = Topic("http", prepare, measures, rows, finish)
