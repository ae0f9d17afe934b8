# SPDX-License-Identifier: PostgreSQL
"""GET of an event, a status, a hundred events and ten slots, against FastAPI + asyncpg with its own tables."""
import json

from frame import peer
from frame.https import CONNECTIONS, Scheduler, cost_table, costs, load
from frame.stack import Failed
from frame.table import Row, Topic

CALENDARS = 1000
EACH = 100  # of the 480 half hours between 8:00 and 17:00 in thirty days from a Monday
# As written in an address.
MONDAY = """SELECT to_char(date_trunc('week', now() + interval '2 weeks') AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
FILL = """SELECT count(*) FILTER (WHERE outcome = 'placed') FROM generate_series(0, :calendars - 1) c, LATERAL (
  SELECT jsonb_agg(jsonb_build_object('event_name', 'Visit', 'duration', 1800, 'start_timestamp', start,
                                      'calendars', jsonb_build_array('r' || c))) AS requests
    FROM (SELECT start FROM generate_series(:'monday'::timestamptz, :'monday'::timestamptz + interval '30 days', '30 minutes') start
           WHERE extract(isodow FROM start) < 6 AND start::time >= '08:00' AND start::time < '17:00' AND c >= 0
           ORDER BY random() LIMIT :each) AS half) r, LATERAL jb_schedule_all(r.requests)"""

TARGETS = {
    "event": ("`GET /events/:id`", "/events/@ID@"),
    "status": ("`GET /events/status/:id`", "/events/status/@ID@"),
    "events": ("`GET /events`, a hundred rows", "/events?calendar=r@CALENDAR@&from=@MONDAY@&limit=100"),
    "slots": ("`GET /slots`, ten of a calendar", "/slots?duration=1800&calendars=r@CALENDAR@&from=@MONDAY@&limit=10"),
}
TO_REACH = {"event": 1.5, "status": 1.6, "events": 1.25, "slots": 2}

database = None
scheduler = None
fastapi = None
monday = ""
first_id = 0


def fill(bench):
    """Fills the calendars to be read, once per run."""
    global database, monday, first_id
    if first_id:
        return
    database = bench.stack.existing("jb")
    database.calendars(CALENDARS, prefix="r")
    monday = database.sql(MONDAY)
    if database.number(FILL, variables={"calendars": CALENDARS, "each": EACH, "monday": monday}) != CALENDARS * EACH:
        raise Failed("the calendars could not be filled")
    first_id = int(database.number("SELECT min(id) FROM jb_event WHERE calendars = '{r0}'"))
    database.sql("VACUUM ANALYZE")


def prepare(bench):
    global scheduler, fastapi
    fill(bench)
    database.script("peers/reads.sql", monday=monday, calendars="r%")
    scheduler, fastapi = Scheduler(bench.stack), peer.fastapi(bench.stack)
    for name in TARGETS:
        answers_are_the_same(name)
        for server in (scheduler, fastapi):
            load(bench, server, request(name), first_id)


def request(name):
    return "GET", TARGETS[name][1].replace("@MONDAY@", monday)


def answers_are_the_same(name):
    """Fails unless the peer gives the same answers."""
    target = request(name)[1].replace("@CALENDAR@", "7").replace("@ID@", str(first_id + 7))
    ours, theirs = scheduler.get(target), fastapi.get(target)
    if not ours or json.loads(ours) != json.loads(theirs):
        raise Failed(f"{target}: the scheduler answers {ours[:1000]}, the peer {theirs[:1000]}")


def read(server, name):
    return lambda bench: load(bench, server(), request(name), first_id)


def appendix(rounds):
    ways = {}
    for name, (what, _) in TARGETS.items():
        ways |= {name: what, f"fastapi {name}": f"{what}, FastAPI"}
    return cost_table("What a GET costs, and where", costs(rounds, ways))


def finish(bench):
    if fastapi:
        fastapi.down()
    database.is_sound()


measures, rows = {}, []
for name, (what, _) in TARGETS.items():
    measures |= {name: read(lambda: scheduler, name), f"fastapi {name}": read(lambda: fastapi, name)}
    rows.append(Row(f"get_{name}", f"{what}, client certificate, {CONNECTIONS} kept connections",
                    "FastAPI + asyncpg, the same JSON made by PostgreSQL from tables of its own",
                    name, f"fastapi {name}", "a second", TO_REACH[name]))

TOPIC = Topic("reads", prepare, measures, rows, finish, appendix=appendix)
