# SPDX-License-Identifier: PostgreSQL
"""A day of a real conference is booked as it was held: 107 talks in four rooms over HTTPS, each at its place in the
programme.

Could break: touching talks count as overlapping (66 pairs touch); the talks of one room block another room; the pages
of a list lose a row."""

import datetime
import json
import pathlib
import random
import uuid
import zoneinfo

import pytest

from client import JSON, exchange

ZONE = zoneinfo.ZoneInfo("Europe/Brussels")
PROGRAM = pathlib.Path(__file__).parent / "data" / "conference.tsv"


def talks():
    """Room, wall-clock start, and length of each talk, moved by whole weeks into the next months."""
    rows = [line.split("\t") for line in PROGRAM.read_text().splitlines() if not line.startswith("#")][1:]
    first = min(datetime.date.fromisoformat(row[1]) for row in rows)
    ahead = datetime.datetime.now(ZONE).date() + datetime.timedelta(14) - first
    shift = datetime.timedelta(7 * -(-ahead.days // 7))
    return [(room, datetime.datetime.fromisoformat(f"{date}T{time}") + shift, datetime.timedelta(seconds=int(length)))
            for room, date, time, length in rows]


@pytest.fixture(scope="module")
def connection(service):
    connection = service.connect("manager")
    yield connection
    connection.close()


def ask(connection, method, target, body=None):
    answer = exchange(connection, method, target, body and json.dumps(body).encode(), JSON if body else ())
    return answer.status, json.loads(answer.body)


def on_the_wall(event):
    """Start and end of an event on the conference's wall clock."""
    times = [datetime.datetime.fromisoformat(event[name]) for name in ("start_timestamp", "end_timestamp")]
    return tuple(time.astimezone(ZONE).replace(tzinfo=None) for time in times)


def listed(connection, calendar, since):
    """All events of a calendar, page by page."""
    events, after = [], ""
    while True:
        target = f"/events?calendar={calendar}&from={since}T00:00:00Z&limit=10{after}"
        answer = exchange(connection, "GET", target)
        assert answer.status == 200, answer.body
        events += json.loads(answer.body)
        if 'rel="next"' not in answer.headers.get("link", ""):
            return events
        after = "&after=" + answer.headers["link"].split("after=")[1].split(">")[0].split("&")[0]


def make_calendar(connection, name, **settings):
    status, body = ask(connection, "PUT", f"/calendars/{name}", {"time_zone": "Europe/Brussels", **settings})
    assert status == 201, body


def test_every_talk_stands_where_the_program_says(connection, psql):
    program = talks()
    run = uuid.uuid4().hex[:8]
    calendars = {room: f"room:{room}:{run}" for room, _, _ in program}
    assert len(program) == 107 and len(calendars) == 4
    for calendar in calendars.values():
        make_calendar(connection, calendar)
    mixed = random.Random(107).sample(program, len(program))
    for number, (room, start, length) in enumerate(mixed):
        body = {"event_name": f"talk {number}", "date": str(start.date()), "start_time": str(start.time()),
                "duration": int(length.total_seconds()), "calendars": [calendars[room]]}
        status, event = ask(connection, "POST", "/events", body)
        assert status == 201, event
        assert on_the_wall(event) == (start, start + length)
        assert event["moves"] == []
    room, start, length = mixed[0]
    status, problem = ask(connection, "POST", "/events", {**body, "date": str(start.date()), "calendars": [calendars[room]],
                                                          "start_time": str(start.time())})
    assert (status, problem["reason"]) == (409, "conflict")
    since = min(start for _, start, _ in program).date() - datetime.timedelta(1)
    for room, calendar in calendars.items():
        expected = sorted((start, start + length) for where, start, length in program if where == room)
        assert [on_the_wall(event) for event in listed(connection, calendar, since)] == expected
