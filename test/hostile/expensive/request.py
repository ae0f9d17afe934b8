# SPDX-License-Identifier: PostgreSQL
"""Requests made to cost much: each as a call in SQL and, if there is a route, as bytes of HTTP, from one body.

Each request names the roles that may make it. No request changes anything: one that would is a dry run. The calendars
are those of setup.sql."""

import itertools
import json
from dataclasses import dataclass, field

EVERYBODY = ("viewer", "secretary", "manager")
WRITERS = ("secretary", "manager")

START = "2027-01-04"
HUNDRED = [f"expensive:{i}" for i in range(1, 101)]
ONE = HUNDRED[:1]
MIB = 1 << 20
FACE = "\U0001F600"  # four bytes
WEEK = "MO,TU,WE,TH,FR,SA,SU"
TIMES = "BYHOUR=" + ",".join(map(str, range(24))) + ";BYMINUTE=" + ",".join(map(str, range(0, 60, 5)))
THRICE = "RRULE:FREQ=DAILY;BYHOUR=0,6,12;COUNT="
SLOW_ZONE = f"RRULE:FREQ=YEARLY;BYDAY={WEEK};BYSETPOS=1"


@dataclass(frozen=True)
class Request:
    name: str
    roles: tuple
    sql: str = field(repr=False)
    method: str = field(default="", repr=False)  # "" if there is no route
    target: str = field(default="", repr=False)
    body: bytes = field(default=b"", repr=False)
    media_type: str = field(default="application/json", repr=False)

    def __str__(self):
        return self.name

    def bytes(self, close=True):
        head = (f"{self.method} {self.target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {self.media_type}\r\n"
                f"Content-Length: {len(self.body)}\r\n" + ("Connection: close\r\n" if close else "") + "\r\n")
        return head.encode() + self.body


def quoted(text):
    assert "$long$" not in text
    return f"$long${text}$long$"


def as_json(value):
    text = json.dumps(value, ensure_ascii=False)
    assert len(text.encode()) <= MIB, "nginx would refuse it"
    return text


def event(**fields):
    return {"event_name": "x", "duration": 1, "calendars": ONE, **fields}


def series(rule, **fields):
    return event(**{"date": START, "start_time": "00:00:00", "allow_past": True, "recurrence": rule, **fields})


def explain(name, wish):
    text = as_json(wish)
    return Request(f"explain {name}", EVERYBODY, f"SELECT count(*) FROM jb_explain_request({quoted(text)}, 1000)", "POST",
                   "/events/explain?limit=1000", text.encode())


def book(name, wish):
    wish = {**wish, "dry_run": True}
    return Request(f"book {name}", WRITERS, f"SELECT count(*) FROM jb_schedule_all({quoted(as_json([wish]))})", "POST", "/events",
                   as_json(wish).encode())


def batch(name, wishes):
    text = as_json([{**wish, "dry_run": True} for wish in wishes])
    return Request(f"batch {name}", WRITERS, f"SELECT count(*) FROM jb_schedule_all({quoted(text)})", "POST", "/events/batch", text.encode())


def import_file(name, *lines, calendar=ONE[0]):
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])
    assert len(text.encode()) <= MIB, "nginx would refuse it"
    return Request(f"import {name}", WRITERS, f"SELECT count(*) FROM jb_import('{calendar}', {quoted(text)}, dry_run => true)", "POST",
                   f"/calendars/{calendar}/import?dry_run", text.encode(), "text/calendar")


def read(name, sql, target="", roles=EVERYBODY):
    return Request(f"read {name}", roles, sql, "GET" if target else "", target)


def vevent(uid, *lines):
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DURATION:PT1S", *lines, "END:VEVENT"])


def vtimezone(name, *blocks):
    return "\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *blocks, "END:VTIMEZONE"])


def standard(*lines, start="16010101T000000"):
    return "\r\n".join(["BEGIN:STANDARD", f"DTSTART:{start}", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", *lines, "END:STANDARD"])


def zone_rules(count):
    """Names of zones that the database does not have, each a different POSIX rule."""
    return ["".join(letters) + "/3" for letters in itertools.islice(itertools.product("ABCDEFGHIJ", repeat=5), count)]


def until_full(make, room=MIB - 2000):
    """The values make(0), make(1), … as many as fit into a body."""
    found, size = [], 0
    for number in itertools.count():
        item = make(number)
        size += len(json.dumps(item, ensure_ascii=False).encode()) + 20
        if size > room:
            return found
        found.append(item)


def crowd(count, length=200):
    return [FACE * length] * count
