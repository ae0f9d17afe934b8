#!/usr/bin/python3
"""A crowd asks for the same thing at the same moment, round after round: exactly one client gets it, and all get a true
answer.

In each round all clients send a call at once, and the answers are compared with what was available. Some rounds offer
one slot for a fixed time, one slot for any time, one hold to confirm or deny, or one call under one idempotency key. In
the last kind, fixed events are booked over automatic events that are each on two calendars of a ring, so that all of
them interfere. At READ COMMITTED no client may see an error. At REPEATABLE READ and SERIALIZABLE a client that gets
40001 repeats its transaction, as docs/errors.md says, and finally gets the same true answer. Each round has its own
time. The connection is libpq's, as a superuser.
"""

import argparse
import collections
import json
import random
import sys
import time

from server import Failed, Server, quoted

NOW = "2026-01-05 00:00+00"
SETTINGS = quoted(json.dumps({"time_zone": "UTC", "horizon": "3650 days", "max_events_per_day": None,
                              "hours": {day: [{"start": "00:00", "end": "24:00"}] for day in
                                        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")}}))
LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]


def outcome(call):
    return f"SELECT json_build_array(o.outcome, o.event_id, o.reason, o.conflicts) FROM {call} AS o"


def hour(number):
    """The arguments of the number-th hour."""
    return f"start_timestamp => timestamptz {quoted(NOW)} + interval '{number + 1} hours', calendars => '{{ceo}}'"


class Crowd:
    def __init__(self, clients, seed):
        self.rng = random.Random(seed)
        self.clients = [Server() for _ in range(clients)]
        self.control = self.clients[0]
        self.control.clear()
        for client in self.clients:
            client.ask(f"SET jb_scheduler.now = {quoted(NOW)}")
        for name in ["ceo", *(f"ring{i}" for i in range(8))]:
            self.control.ask(f"SELECT jb_calendar_set('{name}', {SETTINGS})")
        self.repeated = collections.Counter()

    def all_at_once(self, calls, level):
        """Each client's answer. A transaction that gets 40001 is repeated until it is answered."""
        left = list(zip(self.clients, calls, range(len(calls))))
        answers = [None] * len(calls)
        while left:
            for client, call, _ in left:
                client.send([f"BEGIN ISOLATION LEVEL {level}", call, "COMMIT"])
            again = []
            for client, call, place in left:
                _, answer, end = [client.answer(each) for each in ("BEGIN", call, "COMMIT")]
                failed = next((each for each in (answer, end) if isinstance(each, Failed)), None)
                if failed and failed.sqlstate == "40001" and level != LEVELS[0]:
                    client.ask_all(["ROLLBACK"])
                    again.append((client, call, place))
                    self.repeated[level] += 1
                    continue
                answers[place] = f"{failed}" if failed else json.loads(answer)
            left = again
        return answers

    def count(self, answers):
        return collections.Counter(answer if isinstance(answer, str) else answer[0] for answer in answers)

    # ---- what the clients ask for ----

    def one_hour(self, number, level):
        call = outcome(f"jb_schedule('one', '1 hour', {hour(number)})")
        answers = self.all_at_once([call] * len(self.clients), level)
        winner = [answer[1] for answer in answers if answer[0] == "placed"]
        truth = len(winner) == 1 and all(answer[2:] == ["conflict", winner] for answer in answers if answer[0] != "placed")
        return truth, self.count(answers)

    def any_hour_of_one(self, number, level):
        start = f"timestamptz {quoted(NOW)} + interval '{number + 1} hours'"
        call = outcome(f"jb_schedule('any', '1 hour', not_before => {start}, not_after => {start} + interval '1 hour')")
        answers = self.all_at_once([call] * len(self.clients), level)
        count = self.count(answers)
        truth = count == {"placed": 1, "rejected": len(answers) - 1} and all(
            answer[2] == "no_open_slot" for answer in answers if answer[0] == "rejected")
        return truth, count

    def one_hold(self, number, level):
        """Some clients confirm a hold, others deny it: the first call decides, and the others learn its decision."""
        held = json.loads(self.control.ask(outcome(f"jb_schedule('hold', '1 hour', {hour(number)}, hold_for => '1 hour')")))[1]
        calls = [outcome(f"jb_{'confirm' if i % 2 else 'deny'}({held})") for i in range(len(self.clients))]
        self.rng.shuffle(calls)
        answers = self.all_at_once(calls, level)
        status = self.control.ask(f"SELECT status FROM jb_event WHERE id = {held}")
        said = self.count(answers)
        half = len(calls) // 2
        refused = sum(n for text, n in said.items() if text.startswith("55000"))
        decided = "confirmed" if status == "scheduled" else "denied"
        return said[decided] == 1 and said["unchanged"] == half - 1 and refused == len(calls) - half, said

    def one_key(self, number, level):
        call = outcome(f"jb_schedule('key', '1 hour', {hour(number)}, idempotency_key => 'round {number}')")
        answers = self.all_at_once([call] * len(self.clients), level)
        return all(answer == answers[0] and answer[0] == "placed" for answer in answers), self.count(answers)

    def ring(self, number, level):
        """Automatic events on pairs from a ring, fixed events over them; no displaced event displaces another."""
        start = f"timestamptz {quoted(NOW)} + interval '{number + 1} hours'"
        for i in range(8):
            self.control.ask(f"SELECT jb_schedule('auto', '30 minutes', not_before => {start}, not_after => {start} + interval '6 hours',"
                             f" calendars => '{{ring{i},ring{(i + 3) % 8}}}')")
        calls = []
        for _ in self.clients:
            names = self.rng.sample(range(8), self.rng.choice([1, 1, 2]))
            calls.append(outcome(f"jb_schedule('over', '30 minutes', start_timestamp => {start} + interval '{self.rng.randrange(0, 120, 15)} minutes',"
                                 f" calendars => '{{{','.join(f'ring{i}' for i in names)}}}')"))
        answers = self.all_at_once(calls, level)
        said = self.count(answers)
        return set(said) <= {"placed", "rejected"} and said["placed"] > 0, said


ROUNDS = [("one hour", Crowd.one_hour, 10), ("any hour of one", Crowd.any_hour_of_one, 4), ("one hold", Crowd.one_hold, 2),
          ("one key", Crowd.one_key, 2), ("ring", Crowd.ring, 2)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=1000, help="for one hour; of the others in proportion; a tenth of all at each other level")
    wanted = parser.parse_args()
    crowd = Crowd(wanted.clients, wanted.seed)
    number, wrong = 0, 0
    for level in LEVELS:
        for name, play, weight in ROUNDS:
            rounds = max(1, wanted.rounds * weight // 10 // (1 if level == LEVELS[0] else 10))
            begun, said = time.monotonic(), collections.Counter()
            for _ in range(rounds):
                truth, count = play(crowd, number, level)
                number += 8  # a round may move the ring's events by some hours
                said.update(count)
                if not truth:
                    wrong += 1
                    print(f"seed {wanted.seed}, {name}: {dict(count)}", flush=True)
            print(f"{level}, {name}: {rounds} rounds of {wanted.clients}, {time.monotonic() - begun:.1f} s: {dict(said)}", flush=True)
    unsound = crowd.control.ask("SELECT string_agg(c::text, '; ') FROM jb_check() AS c")
    if unsound:
        print(f"jb_check(): {unsound}")
    print(f"seed {wanted.seed}: repeated {dict(crowd.repeated)}, {wrong} rounds wrong")
    sys.exit(bool(wrong or unsound))


if __name__ == "__main__":
    main()
