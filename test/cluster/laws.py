# SPDX-License-Identifier: PostgreSQL
"""Shared by three nodes (fail_over) and two shards (shards_torture): calendars, and what clients must find true."""

import pathlib
import shlex
import time

from clients import TAKEN

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ALWAYS = ", ".join(f'"{day}": [{{"start": "00:00", "end": "24:00"}}]'
                   for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))


class Failed(Exception):
    """The check itself could not continue."""


def wait_until(condition, what, patience=180, pause=0.05):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"waited {patience} s in vain: {what}")
        time.sleep(pause)


def settings(path):
    with open(path, encoding="utf-8") as file:
        return dict(shlex.split(line)[-1].split("=", 1) for line in file)


def make_calendars(query, names):
    """Calendars that are always open; at TAKEN the first one is taken."""
    for name in names:
        query(f"""SELECT name FROM jb_calendar_set('{name}', '{{"hours": {{{ALWAYS}}}, "slot_increment": "5 minutes"}}')""")
    query(f"SELECT outcome FROM jb_schedule('taken', '1 minute', start_timestamp => '{TAKEN}', calendars => '{{{names[0]}}}', allow_past => true)")


def acknowledged_is_there_once(queries, sql, https):
    """Acknowledged bookings are there, once; rejections are recorded. Each of the queries reads one database."""
    stored = {}
    for query in queries:
        for event, name in query("SELECT id, event_name FROM jb_event WHERE event_name <> 'taken'"):
            stored.setdefault(name, []).append(event)
    for name, event in ((name, event) for client in (*sql, *https) for name, event in client.acknowledged.items()):
        if stored.get(name) != [event]:
            yield f"event {event} \"{name}\" was acknowledged, stored are {stored.get(name)}"
    yield from (f"\"{name}\" is stored {len(events)} times" for name, events in stored.items() if len(events) > 1)
    recorded = {row[0] for query in queries for row in query("SELECT request->>'event_name' FROM jb_rejection")}
    yield from (f"\"{name}\" was rejected, which is not recorded" for client in sql for name in client.rejected if name not in recorded)


def follower_sees_all_in_order(seen, changes):
    """`seen` and `changes`: calendar and seq of each."""
    last = {}
    if len(seen) != len(set(seen)) or set(seen) != set(changes):
        yield f"of {len(changes)} changes the follower saw {len(seen)}, {len(set(changes) - set(seen))} not, {len(set(seen) - set(changes))} that are not there"
    for calendar, seq in seen:
        if seq != last.get(calendar, 0) + 1:
            yield f"the follower saw {calendar} {seq} after {last.get(calendar, 0)}"
        last[calendar] = seq
