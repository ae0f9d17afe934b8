#!/usr/bin/python3
"""Several sessions make random calls, all at once, on the same few calendars; none may see an error of concurrency.

Rules 2.15.3 and 2.15.4: at READ COMMITTED a transaction of one call never sees a deadlock, a serialization failure or a
constraint error; a transaction of several calls takes its calendars first with jb_lock(). The answers depend on the
order of the calls; jb_check() checks that the result is sound. The connection is libpq's, as a superuser, to a database
that holds nothing else.
"""

import argparse
import collections
import random
import re
import sys
import threading

import picks
from rules import Event, World
from server import HELPERS, Failed, Server, arguments, as_json, json_sql, outcome_call, outcome_from, quoted, rfc3339

ALLOWED = {"22023", "P0002", "55000", "JB412"}  # a call may get these after another session's call


class Client(threading.Thread):
    """A session, which knows its own events as the last answers showed them."""

    def __init__(self, seed, calls, calendars, now, shared_ids):
        super().__init__()
        self.rng = random.Random(seed)
        self.calls = calls
        self.world = World(calendars, now)
        self.ids = shared_ids
        self.server = Server()
        self.server.ask(f"SET jb_scheduler.now = {quoted(rfc3339(now))}")
        self.said = []
        self.errors = []
        self.done = collections.Counter()

    def run(self):
        for _ in range(self.calls):
            names, weights = zip(*self.CALLS)
            call = getattr(self, self.rng.choices(names, weights)[0])()
            self.said.append(call)
            answer = self.server.ask_all([call])[0]
            raised = set(re.findall(r"ERROR:  (\w{5}):", str(answer)))
            if raised - ALLOWED:
                self.errors.append(f"{call}\n    {answer}")
            elif not raised and answer.startswith("["):
                self.remember(outcome_from(answer)[0])
            self.done.update(raised or ["done"])

    def remember(self, outcome):
        if outcome.event_id is None:
            return
        self.ids.append(outcome.event_id)
        self.world.events[outcome.event_id] = Event(id=outcome.event_id, start=outcome.start, end=outcome.end)

    def wish(self):
        return picks.wish(self.rng, self.world, len(self.said), "crowded")

    def some_id(self):
        return self.rng.choice(self.ids) if self.ids else 1

    def schedule(self):
        options = {"on_no_slot": self.rng.choice(["reject", "wait"]), "preempt": self.rng.random() < 0.2}
        return outcome_call("jb_schedule", {**self.wish(), **options})

    def schedule_all(self):
        wishes = [as_json(self.wish()) for _ in range(3)]
        return f"SELECT count(*) FROM jb_schedule_all({json_sql(wishes)})"

    def reschedule(self):
        """Moves an event, sometimes to another calendar; then two calendars are locked."""
        wish = {name: value for name, value in self.wish().items() if name in ("date", "start_time", "start_timestamp", "duration")}
        if self.rng.random() < 0.5:
            wish["calendars"] = picks.known_calendars(self.rng, self.world)
        return outcome_call("jb_reschedule", {"event_id": self.some_id(), **wish})

    def update(self):
        changes = self.rng.choice([{"event_name": "renamed"}, {"priority": 70}, {"duration": 1800}, {"status": "in_progress"},
                                   {"calendars": (self.rng.choice(list(self.world.calendars)),)}])
        return outcome_call("jb_update", {"event_id": self.some_id(), "changes": as_json(changes)})

    def confirm(self):
        return outcome_call("jb_confirm", {"event_id": self.some_id(), "if_still_free": self.rng.random() < 0.5})

    def deny(self):
        return outcome_call("jb_deny", {"event_id": self.some_id()})

    def expire(self):
        return "SELECT jb_expire()"

    def replan(self):
        return f"SELECT count(*) FROM jb_replan('{self.rng.choice(list(self.world.calendars))}')"

    def cancel(self):
        return outcome_call("jb_cancel", {"event_id": self.some_id()})

    def delete(self):
        return f"SELECT jb_delete({self.some_id()})"

    def settings(self):
        name = self.rng.choice(list(self.world.calendars))
        day = picks.day(self.rng, self.world, name)
        spans = self.rng.choice(["NULL", quoted('[{"start": "00:00", "end": "24:00"}]')])
        return self.rng.choice([f"SELECT jb_calendar_set('{name}', '{{\"slot_increment\": {self.rng.choice([300, 900])}}}')",
                                f"SELECT jb_calendar_set('{name}', '{{\"buffer_after\": {self.rng.choice([0, 600])}}}')",
                                f"SELECT jb_availability_set('{name}', '{day}', {spans})"])

    def passing_calendar(self):
        """A calendar is created and removed, while other sessions may book on it."""
        name = "passing"
        return self.rng.choice([f"SELECT jb_calendar_set('{name}', '{{}}')", f"SELECT jb_calendar_delete('{name}')",
                                outcome_call("jb_schedule", {"event_name": "x", "calendars": (name,)}),
                                f"SELECT count(jb_delete(id)) FROM jb_event WHERE calendars = '{{{name}}}'"])

    def several(self):
        names = list(self.world.calendars)
        self.rng.shuffle(names)
        calls = ";\n".join(f"SELECT count(*) FROM jb_schedule({arguments({**self.wish(), 'calendars': (name,)})})"
                           for name in names)
        return f"BEGIN;\nSELECT jb_lock('{{{','.join(names)}}}');\n{calls};\nCOMMIT"

    def slots(self):
        return f"SELECT count(*) FROM jb_slots('1 hour', '{{{self.rng.choice(list(self.world.calendars))}}}')"

    CALLS = [("schedule", 30), ("schedule_all", 6), ("reschedule", 20), ("update", 10), ("cancel", 6), ("delete", 6),
             ("settings", 2), ("passing_calendar", 4), ("several", 3), ("slots", 3), ("confirm", 5), ("deny", 2), ("expire", 2), ("replan", 2)]


def race(seed, sessions, calls):
    rng = random.Random(seed)
    zone, now = picks.start_of_time(rng)
    calendars = [picks.calendar(rng, name, zone, "crowded") for name in ("ceo", "room-1", "room-2")]
    server = Server(HELPERS)
    server.clear()
    server.ask("SELECT jb_calendar_set('room-1', '{}'), jb_calendar_set('room-2', '{}')")  # a booking creates ceo
    ids = []
    clients = [Client(seed * 1000 + i, calls, calendars, now, ids) for i in range(sessions)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    errors = [error for client in clients for error in client.errors]
    problems = server.ask("SELECT string_agg(c::text, '; ') FROM jb_check() AS c")
    for each in [*clients, *[server]]:
        (each.server if isinstance(each, Client) else each).close()
    print(f"seed {seed}:", dict(sum((client.done for client in clients), collections.Counter())), flush=True)
    for error in errors:
        print(error)
    if problems:
        print(f"jb_check(): {problems}")
    return not errors and not problems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sessions", type=int, default=6)
    parser.add_argument("--calls", type=int, default=300)
    wanted = parser.parse_args()
    for seed in range(wanted.seed, wanted.seed + wanted.rounds):
        if not race(seed, wanted.sessions, wanted.calls):
            sys.exit(1)
    print(f"{wanted.rounds * wanted.sessions * wanted.calls} calls, no error of concurrency")


if __name__ == "__main__":
    main()
