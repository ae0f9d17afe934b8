#!/usr/bin/python3
"""Several sessions hold, confirm, deny, wait and let expire, by the real clock and beside the background worker.

Rules 2.11, 3.9, 3.10 and 3.11: a caller whose confirm succeeds keeps the time for good, and no other event has it. A
confirm answered before the deadline cannot fail. A confirm sent after the deadline succeeds only if the time is still
free and `if_still_free` was given. An undecided hold expires at its deadline, not before and not much later, with one
rejection and one NOTIFY. A waiting event gets its time as soon as it is free, or one rejection when its time is over.
Each session calls only for its own events, so it knows the correct result. The connection is libpq's, as a superuser,
to a database that the worker looks after and that holds nothing else.
"""

import argparse
import collections
import random
import re
import subprocess
import sys
import threading
import time

from server import HELPERS, Failed, Server, outcome_call, outcome_from

HOUR = 3600
CALENDARS = ("room-1", "room-2")
BUSY = "busy"  # taken now and for long: an event waiting there for the next seconds will not get in
STARTS = 12
PATIENCE = 30
LATE = 10  # seconds within which a passed deadline must be written, on a machine with other work
CLOCK = "SELECT extract(epoch FROM clock_timestamp())"


class Client(threading.Thread):
    def __init__(self, seed, first, ends):
        super().__init__()
        self.rng = random.Random(seed)
        self.first = first
        self.ends = ends
        self.server = Server()
        self.held = {}  # the deadlines of its undecided holds
        self.confirmed = {}  # the starts of the events that it may keep
        self.ended = set()  # the events that it denied or cancelled
        self.waiting = set()
        self.problems = []
        self.done = collections.Counter()

    def run(self):
        while time.time() < self.ends:
            names, weights = zip(*self.CALLS)
            getattr(self, self.rng.choices(names, weights)[0])()
        for event_id in sorted(self.waiting)[::2]:  # only half, as placing the others one by one takes long
            self.server.ask_all([outcome_call("jb_cancel", {"event_id": event_id})])

    def call(self, function, **values):
        """The outcome of a call, and when it was sent and answered; an error is a problem."""
        call = outcome_call(function, values)
        before, answer, after = self.server.ask_all([CLOCK, call, CLOCK])
        if isinstance(answer, Failed):
            self.problem(f"{call}: {answer}")
            return None, 0, 0
        outcome, _ = outcome_from(answer)
        self.done[" ".join(filter(None, (function, outcome.outcome, outcome.reason)))] += 1
        return outcome, float(before), float(after)

    def problem(self, text):
        self.problems.append(text)

    def wish(self):
        calendars = self.rng.choice([CALENDARS[:1], CALENDARS[1:], CALENDARS])
        wish = {"event_name": "x", "duration": HOUR, "calendars": calendars}
        if self.rng.random() < 0.7:
            return {**wish, "start_timestamp": self.first + self.rng.randrange(STARTS) * HOUR}
        return {**wish, "not_before": self.first, "not_after": self.first + STARTS * HOUR}

    def hold(self):
        options = {"hold_for": self.rng.choice([1, 1, 2, 3])}
        if self.rng.random() < 0.25:
            options = {"hold_for": 1, "on_no_slot": "wait"}
        outcome, _, _ = self.call("jb_schedule", **self.wish(), **options)
        if outcome and outcome.event_id:
            (self.waiting.add if outcome.outcome == "waiting" else self.keep)(outcome.event_id)

    def keep(self, event_id):
        row = self.server.ask(f"SELECT status || ' ' || extract(epoch FROM expires_at) FROM jb_event WHERE id = {event_id}")
        self.held[event_id] = float(row.split()[1])

    def wait_in_vain(self):
        now = int(time.time())
        outcome, _, _ = self.call("jb_schedule", event_name="soon", duration=1, calendars=(BUSY,), on_no_slot="wait",
                                  not_after=now + self.rng.choice([3, 4]))
        if outcome and outcome.event_id:
            self.done["waits in vain"] += 1

    def some_hold(self):
        return self.rng.choice(sorted(self.held)) if self.held else None

    def confirm(self):
        event_id = self.some_hold()
        if not event_id:
            return
        deadline = self.held.pop(event_id)
        still_free = self.rng.random() < 0.3
        outcome, before, after = self.call("jb_confirm", event_id=event_id, **{"if_still_free": True} if still_free else {})
        if not outcome:
            return
        is_confirmed = outcome.outcome == "confirmed"
        if after < deadline and not is_confirmed:
            self.problem(f"event {event_id} was confirmed before its deadline, and the answer is {outcome}")
        if before >= deadline and is_confirmed and not still_free:
            self.problem(f"event {event_id} was confirmed {before - deadline} s after its deadline")
        if is_confirmed:
            self.confirmed[event_id] = outcome.start

    def deny(self):
        event_id = self.some_hold()
        if not event_id:
            return
        del self.held[event_id]
        call = outcome_call("jb_deny", {"event_id": event_id})
        answer, = self.server.ask_all([call])
        if not isinstance(answer, Failed):
            self.ended.add(event_id)
        elif answer.sqlstate != "55000":  # 55000: the hold has expired
            self.problem(f"{call}: {answer}")

    def cancel(self):
        if self.confirmed:
            event_id = self.rng.choice(sorted(self.confirmed))
            del self.confirmed[event_id]
            self.call("jb_cancel", event_id=event_id)
            self.ended.add(event_id)

    def move(self):
        """Moves a hold, which keeps its deadline, or a confirmed event; a hold whose deadline has come cannot move."""
        event_id = self.rng.choice(sorted([*self.held, *self.confirmed]) or [None])
        if not event_id:
            return
        start = self.first + self.rng.randrange(STARTS) * HOUR
        call = outcome_call("jb_reschedule", {"event_id": event_id, "start_timestamp": start})
        answer, after = self.server.ask_all([call, CLOCK])
        if isinstance(answer, Failed):
            if answer.sqlstate != "55000" or float(after) < self.held.get(event_id, float("inf")):
                self.problem(f"{call}: {answer}")
            return
        outcome, _ = outcome_from(answer)
        self.done[f"jb_reschedule {outcome.outcome}"] += 1
        if event_id in self.confirmed and outcome.outcome != "rejected":
            self.confirmed[event_id] = outcome.start

    def expire(self):
        self.server.ask("SELECT jb_expire()")

    def pause(self):
        """Sleeps, so that deadlines pass."""
        self.server.ask(f"SELECT pg_sleep({self.rng.random() / 2})")

    CALLS = [("hold", 12), ("confirm", 4), ("deny", 2), ("cancel", 6), ("move", 4), ("expire", 1), ("wait_in_vain", 1), ("pause", 6)]


def prepare(server, rng):
    server.clear()
    always = ",".join(f'"{day}": [{{"start": "00:00", "end": "24:00"}}]'
                      for day in "monday tuesday wednesday thursday friday saturday sunday".split())
    for name in (*CALENDARS, BUSY):
        server.ask(f"SELECT jb_calendar_set('{name}', '{{\"hours\": {{{always}}}, \"slot_increment\": 1}}')")
    server.ask(f"SELECT jb_schedule('Long', '1 day', start_timestamp => now(), calendars => '{{{BUSY}}}')")
    return int(time.time()) // HOUR * HOUR + rng.randrange(2, 20) * 24 * HOUR


def until(server, statement, what):
    ends = time.time() + PATIENCE
    while server.ask(statement) != "t":
        if time.time() > ends:
            return [f"waited {PATIENCE} s in vain: {what}"]
    return []


def rows(server, statement):
    return [line.split("|") for line in server.ask(statement).splitlines()]


# ---- what must be true when no call is under way ----


def check_tables(server):
    """Statements that find errors, one row each."""
    wrong = {
        "expired before its deadline, or late": f"""
            SELECT c.event_id, c.at, e.expires_at, c.principal FROM jb_change_log c JOIN jb_event e ON e.id = c.event_id
             WHERE c.kind = 'expired' AND c.old_status = 'held'
               AND NOT c.at BETWEEN e.expires_at AND e.expires_at + interval '{LATE} seconds'""",
        "not one rejection for each that the worker expired": """
            SELECT event_id, c.n, r.n
              FROM (SELECT event_id, count(DISTINCT version) AS n FROM jb_change_log
                     WHERE kind = 'expired' AND principal = 'jb_worker' GROUP BY 1) c
              FULL JOIN (SELECT event_id, count(*) AS n FROM jb_rejection WHERE principal = 'jb_worker' GROUP BY 1) r
                USING (event_id)
             WHERE c.n IS DISTINCT FROM r.n""",
        "waits although its time is free": """
            SELECT e.id, e.calendars, e.wished_start FROM jb_event e
             WHERE e.status = 'waiting' AND e.wished_start IS NOT NULL
               AND NOT EXISTS (SELECT FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar
                                WHERE c.name = ANY (e.calendars)
                                  AND l.during && tstzrange(e.wished_start, e.wished_start + e.duration))""",
        "holds or waits past its time": "SELECT * FROM jb_due() WHERE due < jb_now() - interval '5 seconds'",
        "jb_check()": "SELECT * FROM jb_check()",
    }
    return [f"{name}: {row}" for name, statement in wrong.items() for row in rows(server, statement)]


def check_clients(server, clients):
    stored = {int(event_id): (status, start and float(start)) for event_id, status, start in rows(
        server, "SELECT id, status, extract(epoch FROM start_timestamp) FROM jb_event")}
    problems = [problem for client in clients for problem in client.problems]
    for client in clients:
        for event_id, start in client.confirmed.items():
            if stored[event_id] != ("scheduled", start):
                problems.append(f"event {event_id} was confirmed at {start} and is {stored[event_id]}")
        for event_id in client.held:
            if stored[event_id][0] != "expired":
                problems.append(f"event {event_id} was left alone and is {stored[event_id]}")
        for event_id in client.ended:
            if stored[event_id][0] not in ("denied", "cancelled"):
                problems.append(f"event {event_id} was ended and is {stored[event_id]}")
    return problems


def listen():
    listener = subprocess.Popen(["psql", "-XAtq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    listener.stdin.write("LISTEN jb_rejected;\n\\echo listening\n")
    listener.stdin.flush()
    listener.stdout.readline()
    return listener


def check_heard(server, listener):
    listener.stdin.write("SELECT 1;\n")
    said, _ = listener.communicate(timeout=PATIENCE)
    heard = sorted(int(number) for number in re.findall(r'"rejection_id" ?:\s*(\d+)', said))
    stored = sorted(int(number) for number, in rows(server, "SELECT id FROM jb_rejection"))
    return [] if heard == stored else [f"rejections {stored[:9]}… and announcements {heard[:9]}… differ"]


def hunt(seed, sessions, seconds):
    rng = random.Random(seed)
    server = Server(HELPERS)
    first = prepare(server, rng)
    listener = listen()
    clients = [Client(seed * 1000 + i, first, time.time() + seconds) for i in range(sessions)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    problems = until(server, "SELECT NOT EXISTS (SELECT FROM jb_event WHERE status = 'held')", "the end of all holds")
    problems += until(server, f"SELECT NOT EXISTS (SELECT FROM jb_event WHERE status = 'waiting' AND '{BUSY}' = ANY (calendars))",
                      "the end of what waits in vain")
    problems += check_tables(server) + check_clients(server, clients) + check_heard(server, listener)
    print(f"seed {seed}:", dict(sorted(sum((client.done for client in clients), collections.Counter()).items())), flush=True)
    by_worker = server.ask("SELECT count(*) FROM jb_change_log WHERE principal = 'jb_worker'")
    print(f"{by_worker} changes by the worker", flush=True)
    for each in [server, *(client.server for client in clients)]:
        each.close()
    for problem in problems:
        print(problem)
    return not problems and int(by_worker) > 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--sessions", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6)
    wanted = parser.parse_args()
    for seed in range(wanted.seed, wanted.seed + wanted.rounds):
        if not hunt(seed, wanted.sessions, wanted.seconds):
            sys.exit(1)
    print(f"{wanted.rounds * wanted.seconds} seconds, each deadline kept")


if __name__ == "__main__":
    main()
