# SPDX-License-Identifier: PostgreSQL
"""POST /events through nginx with a client certificate, against pgbench, the road, and FastAPI with and without
jb_schedule; and the floor, which is the road writing a booking's rows."""
from frame import floor, peer
from frame.bars import svg
from frame.https import CONNECTIONS, PARTS, Scheduler, commits, cost_table, costs, load
from frame.beside import AddedOnTheRoad, AsOnTheRoad, Measured
from frame.pgbench import pgbench
from frame.table import Row, Topic

FIXED = '{"event_name": "Visit", "duration": 1800, "calendars": ["c@CALENDAR@"], "start_timestamp": "@START@"}'
AUTOMATIC = '{"event_name": "Visit", "duration": 1800, "calendars": ["c@CALENDAR@"]}'
ONE_CALENDAR = '{"event_name": "Visit", "duration": 1800, "calendar": "c@CALENDAR@", "start_timestamp": "@START@"}'
ROAD = '{"calendar": "c@CALENDAR@", "start_timestamp": "@START@"}'

# The measures: name, server, and request.
WAYS = {
    "fixed": ("scheduler", ("POST", "/events", FIXED)),
    "automatic": ("scheduler", ("POST", "/events", AUTOMATIC)),
    "road": ("road", ("POST", "/events", ROAD)),
    "floor": ("floor", ("POST", "/events", ROAD)),
    "fastapi bare": ("fastapi", ("POST", "/events", ONE_CALENDAR)),
    "fastapi jb_schedule": ("fastapi", ("POST", "/scheduled", FIXED)),
}
BARS = {
    "road": "libfcgi, one INSERT",
    "floor": "libfcgi, the rows of a booking",
    "fixed": "jb_scheduler",
    "fastapi bare": "FastAPI, one INSERT",
    "fastapi jb_schedule": "FastAPI, jb_schedule",
}

database = None
servers = {}


def prepare(bench):
    global database
    database = bench.stack.existing("jb")
    database.calendars(1000)
    database.script("peers/bare.sql")
    floor.make(database)
    for name, start in (("scheduler", Scheduler), ("road", peer.road), ("floor", peer.floor), ("fastapi", peer.fastapi)):
        servers[name] = start(bench.stack)
    for kind in ("fixed", "automatic", "bare"):
        pgbench(database, f"booking_{kind}", transactions=1000)
    for way in WAYS:
        over_https(way, False)(bench)


def over_https(way, durable):
    def rate(bench):
        server, request = WAYS[way]
        with commits(database, durable):
            return load(bench, servers[server], request)
    return rate


def sql(kind, durable):
    """The front ends keep their sessions, so opening them does not count here either."""
    def rate(bench):
        opening = pgbench(database, f"booking_{kind}", CONNECTIONS, transactions=1, durable=durable)
        return pgbench(database, f"booking_{kind}", CONNECTIONS, bench.seconds, durable=durable).beyond(opening)
    return rate


def finish(bench):
    for server in servers.values():
        if isinstance(server, peer.Peer):
            server.down()
    database.is_sound()


def plot(rounds):
    found = costs(rounds, BARS)
    subtitle = ("µs of processor time a request, fixed time, client certificate, "
                f"{CONNECTIONS} kept connections, not waiting for the disk")
    return "post.svg", found and svg("What a POST costs, and where", subtitle, PARTS, found)


def appendix(rounds):
    return cost_table("What a POST costs, and where", costs(rounds, BARS))


def measures_of(key, durable):
    return {f"{way}{key}": over_https(way, durable) for way in WAYS} | {
        f"pgbench {kind}{key}": sql(kind, durable) for kind in ("fixed", "automatic")}


def rows_against_peers(key, suffix, slow):
    post = f"`POST /events`, fixed, client certificate, {CONNECTIONS} kept connections{slow}"
    return [Row(f"post_{name}{suffix}", post, against, f"fixed{key}", f"{way}{key}", "a second", target,
                beside=(Measured(f"post_floor{suffix}"),) if way == "road" else (AsOnTheRoad(f"road{key}"),))
            for name, way, against, target in (
                ("road", "road", "the road: a minimal libfcgi program with one prepared INSERT", 0.55),
                ("bare", "fastapi bare", "FastAPI + asyncpg with one INSERT", 1.4),
                ("scheduled", "fastapi jb_schedule", "FastAPI + asyncpg calling `jb_schedule`", 1.75))] + [
        Row(f"post_floor{suffix}", f"the floor: the road with the rows of a fixed booking, by a bare C function{slow}",
            "the road", f"floor{key}", f"road{key}", "a second")]


def rows_of_kind(kind, key, suffix, slow):
    return [Row(f"http_{kind}{suffix}", f"`POST /events`, {kind}{slow}", f"pgbench calling `jb_schedule`, {CONNECTIONS} clients",
                f"{kind}{key}", f"pgbench {kind}{key}", "a second"),
            Row(f"http_{kind}{suffix}_tail", f"99th percentile of `POST /events`, {kind}{slow}", "its median", f"{kind}{key}", None,
                "× the median", 10, kind="limit", part="tail")]


def rows_of_processor(kind):
    return [Row(f"post_{kind}_postgresql", f"PostgreSQL's processor time of `POST /events`, {kind}",
                f"pgbench calling `jb_schedule`, {CONNECTIONS} clients, in open sessions, with the event's JSON in its result",
                kind, f"pgbench {kind}", "µs", 1.25, kind="growth", part="PostgreSQL",
                beside=(AddedOnTheRoad(),)),
            Row(f"post_{kind}_front_end", f"the front end's processor time of `POST /events`, {kind}", "–", kind, None, "µs", 60,
                kind="limit", part="front end", beside=(Measured("post_road_front_end"),))]


def rows_of_floor():
    """What the road costs PostgreSQL in addition to the call itself, and a front end that does nothing."""
    return [Row("post_road_postgresql", "the floor: PostgreSQL's processor time of the road's INSERT",
                f"pgbench, the same INSERT, {CONNECTIONS} clients, in open sessions", "road", "pgbench bare", "µs", kind="growth",
                part="PostgreSQL"),
            Row("post_road_front_end", "the floor: the front end's processor time on the road", "–", "road", None, "µs", kind="limit",
                part="front end")]


measures = measures_of("", False) | measures_of(" durable", True) | {"pgbench bare": sql("bare", False)}
rows = [*rows_of_processor("fixed"), *rows_of_processor("automatic"), *rows_of_floor()]
for names in (("", "", ""), (" durable", "_durable", ", waiting for the disk")):
    rows += [*rows_against_peers(*names), *rows_of_kind("fixed", *names), *rows_of_kind("automatic", *names)]

TOPIC = Topic("http", prepare, measures, rows, finish, plot=plot, appendix=appendix)
