#!/usr/bin/python3
"""Random refusals are proved, and both of examples/check_proof.* accept each proof, but no proof that lacks a fact.

Each round fills random calendars with random events and asks for proofs of random wishes. What a wish with a place
answers is not looked at here. The checker in Python gets what it looks up from the functions behind the routes that it
asks for; that it can ask for them over HTTPS is a matter of test/http/test_proofs.py. The connection is libpq's, as a
superuser, to a database that holds nothing else.
"""

import argparse
import collections
import importlib.util
import json
import pathlib
import random
import sys
import time
import urllib.parse

import picks
from rules import Event
from server import HELPERS, Failed, Server, as_json, json_sql, quoted, rfc3339, settings_call
from wall_clock import DAY

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
MOST_LEFT_OUT = 8  # of the facts of one proof, by the checker in Python; the one in SQL leaves one out
PROOFS = """
CREATE FUNCTION hunt_proof(request jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  RETURN jb_proof_request(request);
EXCEPTION WHEN invalid_parameter_value OR program_limit_exceeded THEN
  RETURN '{"outcome": "invalid"}';
END $$;
CREATE FUNCTION hunt_proofs(requests jsonb) RETURNS json LANGUAGE sql AS $$
  SELECT json_agg(json_build_array(request, proof,
           CASE WHEN proof ? 'reason' THEN (SELECT is_refuted AND false_facts IS NULL FROM pg_temp.check_proof(proof)) END,
           CASE WHEN proof -> 'facts' <> '[]' THEN (SELECT is_refuted FROM pg_temp.check_proof(
             jsonb_set(proof, '{facts}', (proof -> 'facts') - (n % jsonb_array_length(proof -> 'facts'))::int))) END,
           CASE WHEN proof ? 'reason' AND n % 8 = 0 THEN
             (SELECT e.reason FROM ROWS FROM (jb_explain_request(request, 1000)) WITH ORDINALITY AS e (candidate, verdict, reason, calendar, conflicts, moves, detail, time_zone, facts, i)
               WHERE e.verdict NOT IN ('not_chosen', 'later') ORDER BY i DESC LIMIT 1) END) ORDER BY n)
    FROM jsonb_array_elements(requests) WITH ORDINALITY AS r (request, n), hunt_proof(request) AS proof
$$;
"""


class Wrong(Exception):
    pass


class Round:
    def __init__(self, server, seed, checker):
        self.server = server
        self.rng = random.Random(seed)
        self.checker = checker
        self.kind, self.has_lists, self.world = picks.world(self.rng)
        if self.kind == "long" or self.rng.random() < 0.98:  # with fewer starts, more proofs are tried
            self.coarsen()
        self.seen = {}
        self.count = collections.Counter()
        checker.get = self.get
        server.clear()
        server.ask(f"SET jb_scheduler.now = {quoted(rfc3339(self.world.now))}")
        for calendar in self.world.calendars.values():
            server.ask(settings_call(calendar))
        for _ in range(self.rng.choice([5, 15, 30])):
            self.server.ask_all([f"SELECT count(*) FROM jb_schedule_all({json_sql(self.requests(4))})"])
            events = json.loads(server.ask("SELECT coalesce(json_agg(json_build_array(id, hunt_seconds(start_timestamp), hunt_seconds(end_timestamp))), '[]')"
                                           " FROM jb_event_view WHERE start_timestamp IS NOT NULL"))
            self.world.events = {number: Event(id=number, start=start, end=end) for number, start, end in events}

    def coarsen(self):
        for calendar in self.world.calendars.values():
            calendar.slot_increment = max(calendar.slot_increment, 900)
            calendar.horizon = min(calendar.horizon, 2 * DAY)

    def requests(self, number):
        wishes = [picks.wish_with_lists(self.rng, self.world, n, self.kind, self.has_lists) for n in range(number)]
        return [as_json(wish) | ({"preempt": True} if "one_of" not in wish and self.rng.random() < 0.15 else {}) for wish in wishes]

    def get(self, path, **query):
        """What the route answers. The tables do not change while proofs are checked."""
        key = (path, *query.values())
        if key not in self.seen:
            answer = self.server.ask(self.statement(urllib.parse.unquote(path).split("/")[1:], {name: str(value) for name, value in query.items()}))
            self.seen[key] = json.loads(answer)
        return self.seen[key]

    def statement(self, path, query):
        if path[0] == "busy":
            return ("SELECT json_agg(json_build_object('busy', jb_ranges_json(ARRAY(SELECT unnest(busy)), 'UTC'), 'as_of', as_of)) "
                    f"FROM jb_busy_all(ARRAY[{quoted(query['calendars'])}], {quoted(query['from'])}, {quoted(query['to'])})")
        if path[0] == "calendars" and len(path) == 2:
            return f"SELECT jb_calendar_json(c) FROM jb_calendar({quoted(path[1])}) AS c"
        if path[0] == "calendars":
            return f"SELECT json_agg(jb_availability_json(a)) FROM jb_availability({quoted(path[1])}, {quoted(query['from'])}, {quoted(query['to'])}) AS a"
        if len(path) == 2:
            return f"SELECT jb_event_json(e) FROM jb_event({path[1]}) AS e"
        return (f"SELECT coalesce(json_agg(event), '[]') FROM jb_events_json({quoted(query['calendar'])}, {quoted(query['from'])}, {quoted(query['to'])}, "
                f"string_to_array({quoted(query['status'])}, ','), max_rows => {query['limit']})")

    def prove(self, number):
        for request, proof, accepted, shorter, explained in json.loads(self.server.ask(f"SELECT hunt_proofs({json_sql(self.requests(number))})")):
            self.count[proof["outcome"]] += 1
            if "reason" not in proof:
                continue
            self.count["facts"] += len(proof["facts"])
            try:
                self.judge(proof, accepted, shorter, explained)
            except Wrong as wrong:
                raise Wrong(f"{wrong}\n{json.dumps(request)}\n{json.dumps(proof)}") from None

    def judge(self, proof, accepted, shorter, explained):
        if not accepted:
            raise Wrong("SQL does not accept the proof")
        if shorter:
            raise Wrong("SQL accepts it without a fact")
        if explained not in (None, proof["reason"]):
            raise Wrong(f"jb_explain says {explained}")
        starts = self.checker.starts_left(proof)
        closed = [self.checker.closed_by(proof, fact, starts) for fact in proof["facts"]]
        if None in closed:
            raise Wrong(f"Python finds not true: {proof['facts'][closed.index(None)]}")
        if left := self.checker.open_starts(proof, starts, closed):
            raise Wrong(f"Python finds starts open: {left}")
        for i in range(len(closed)) if len(closed) <= MOST_LEFT_OUT else self.rng.sample(range(len(closed)), MOST_LEFT_OUT):
            self.count["left out"] += 1
            if not self.checker.open_starts(proof, starts, closed[:i] + closed[i + 1:]):
                raise Wrong(f"Python accepts it without {proof['facts'][i]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--proofs", type=int, default=1000, help="go on until so many refusals are proved")
    parser.add_argument("--wishes", type=int, default=200, help="in each round")
    wanted = parser.parse_args()
    spec = importlib.util.spec_from_file_location("check_proof", EXAMPLES / "check_proof.py")
    checker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checker)
    server = Server(HELPERS)
    server.ask(EXAMPLES.joinpath("check_proof.sql").read_text())
    server.define(PROOFS)
    count, begun, seed = collections.Counter(), time.monotonic(), wanted.seed
    while count["rejected"] < wanted.proofs:
        one = Round(server, seed, checker)
        try:
            one.prove(wanted.wishes)
        except (Wrong, Failed) as wrong:
            print(f"{wrong}\nReplay: test/model/proofs.py --seed {seed} --proofs 1 --wishes {wanted.wishes}")
            sys.exit(1)
        count.update(one.count)
        seed += 1
        if seed % 20 == 0:
            print(f"to seed {seed}: {dict(count)}, {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{count['rejected']} refusals, {count['facts']} facts, each proof accepted by both checkers, and none of {count['left out']} "
          f"without a fact: {dict(count)} in {time.monotonic() - begun:.0f} s from seed {wanted.seed}")
    server.close()


if __name__ == "__main__":
    main()
