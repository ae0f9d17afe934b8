#!/usr/bin/python3
"""Hunts for a call whose answer differs from the model's: makes random calls, each to the server and to rules.py.

Each round has its own seed, which replays it: hunt.py --seed SEED --rounds 1. After each step the outcome, every event,
the recorded rejections and jb_check() are compared. A difference ends the hunt and prints all statements of its round,
for pasting into psql. The connection is libpq's (PG* variables), as a superuser, to an otherwise empty database without
a background worker: each round begins by emptying the database, and sets its clock.
"""

import argparse
import copy
import dataclasses
import itertools
import json
import random
import sys
import time

import picks
from calendars import FOREVER, Within
from rules import Event, Options, Refused, Rule
from server import (AS_SQL, CLEAR, HELPERS, SETTINGS, Failed, Server, arguments, as_json, explain_call, json_sql, named_sql, outcome_call, outcome_from,
                    quoted, rfc3339, settings_call, spans_json, within_json)
from wall_clock import DAY


class Difference(Exception):
    pass


class Round:
    def __init__(self, server, seed):
        self.server = server
        self.rng = random.Random(seed)
        self.kind, self.has_lists, self.world = picks.world(self.rng)  # the zones of calendars in lists do not change (rule 2.18.1)
        self.script = []
        self.last_rejection = 0
        self.last_id = 0
        self.number = 0
        self.steps = 0
        self.savepoints = []  # the worlds at BEGIN and at each savepoint; empty outside a transaction
        self.tell(CLEAR)
        self.set_clock()
        for calendar in self.world.calendars.values():
            self.tell(settings_call(calendar))

    # ---- to the server ----

    def tell(self, statement):
        self.script.append(statement)
        return self.server.ask(statement)

    def set_clock(self):
        fraction = self.rng.choice(["Z", "Z", ".001Z", ".999999Z"])  # now is floored to whole seconds
        self.tell(f"SET jb_scheduler.now = {quoted(rfc3339(self.world.now).replace('Z', fraction))}")

    def compare(self, what, server, model):
        if server != model:
            raise Difference(f"{what}\n    server: {server}\n    model:  {model}")

    def step(self, call, model, read, dry_run=False):
        """Asks the server, then the model, which is given the server's answer; compares answers and states. Every other
        dry run is made in a read-only transaction."""
        self.steps += 1
        is_read_only = dry_run and self.steps % 2
        if is_read_only:
            self.tell("SET default_transaction_read_only = on")
        self.script.append(call)
        deep = self.steps % 5 == 0  # jb_check() is the slowest part, and a fault that it finds stays
        answer, state = self.server.ask_all([call, f"SELECT hunt_state({self.last_rejection}, {deep})"])
        if is_read_only:
            self.tell("RESET default_transaction_read_only")
        got = self.answer = answer.sqlstate if isinstance(answer, Failed) else read(answer)
        self.world.rejections = []
        try:
            wanted = model(got)
        except Refused as refused:
            wanted = refused.sqlstate
        if isinstance(answer, Failed) and got != wanted:
            got = str(answer)
        self.compare("answer", got, wanted)
        self.compare_state(json.loads(state))
        if self.steps % 3 == 0:
            self.compare_slots()

    def compare_slots(self):
        """Rule 2.16: the open slots for a request that could be made now."""
        names, lists = picks.known_calendars(self.rng, self.world), None
        if self.has_lists and self.rng.random() < 0.5:
            names, lists = picks.lists(self.rng, self.world)
        duration = picks.length(self.rng, self.kind)
        within = picks.within(self.rng)
        within = within if within.holds(duration) and self.rng.random() < 0.3 else None
        try:
            wanted = self.world.slots(names, duration, most=2, within=within, one_of=lists)
        except Refused:
            return  # the candidates of this event without a named calendar are in several zones
        offered = self.server.ask(self.slots_call(names, duration, "", 2, within, lists))
        self.compare(f"slots of {duration} s on {names}, {lists}, {within}", slots_from(offered), wanted)

    def slots_call(self, names, duration, bounds, most, within, lists=None):
        bounds += "" if lists is None else f", one_of => {AS_SQL['one_of'](lists)}"
        bounds += "" if within is None else f", within => {AS_SQL['within'](within)}"
        return (f"SELECT coalesce(json_agg(json_build_array(hunt_seconds(lower(s)), hunt_seconds(upper(s)))), '[]') "
                f"FROM jb_slots(interval '{duration} seconds', {named_sql(names)}{bounds}, max_rows => {most}) AS s")

    def compare_state(self, state):
        now = self.world.now
        server = {row[0]: row for row in state["events"]}
        model = {event.id: shown(event, now) for event in self.world.events.values()}
        for event_id in sorted(server.keys() | model.keys()):
            self.compare(f"event {event_id}", server.get(event_id), model.get(event_id))
        self.compare("rejections", [tuple(row) for row in state["rejections"]], self.world.rejections)
        self.compare("jb_check()", state["problems"], None)
        self.last_rejection = state["last_rejection"] or self.last_rejection

    def check_rejection(self, outcome, rejection_id, recorded):
        """A rejected call names its record, whose id is higher than any before; a dry run makes no record."""
        is_due = outcome.outcome == "rejected" and recorded
        if is_due != (rejection_id is not None) or (is_due and rejection_id <= self.last_rejection):
            raise Difference(f"rejection_id {rejection_id} after {self.last_rejection} for {outcome}")

    def outcome_step(self, call, model, dry_run=False):
        def read(text):
            outcome, rejection_id = outcome_from(text)
            self.check_rejection(outcome, rejection_id, not dry_run)
            return outcome

        self.step(call, model, read, dry_run)

    def explained_step(self, values, model, dry_run):
        """A request; before every third one, jb_explain is asked to predict its outcome. What it tells of candidates is a
        matter of one_of_is_chosen_exactly.cpp."""
        call = explain_call(values)
        asks = self.number % 3 == 0
        explained = self.server.ask_all([call])[0] if asks else None
        self.outcome_step(outcome_call("jb_schedule", {**values, "dry_run": dry_run}), model, dry_run)
        if not asks:
            return
        if isinstance(explained, Failed):
            self.compare(call, explained.sqlstate, self.answer)
            return
        answer, leaves_out, offers = json.loads(explained)
        outcome = self.answer
        start = outcome.start if outcome.outcome in ("placed", "held") else None
        answer[4] = [tuple(move) for move in answer[4]]
        # Not what waited and is placed now, nor what that displaces.
        displaced = list(itertools.takewhile(lambda move: move[1] is not None, outcome.moves))
        self.compare(call, answer, [outcome.outcome, start, outcome.reason, outcome.conflicts, displaced])
        self.compare(call, [leaves_out, offers], [False, False])

    # ---- the steps ----

    def new_id(self, outcome):
        """The id that the server gave to a new event, which is higher than any before."""
        if not hasattr(outcome, "event_id") or outcome.event_id is None:
            return 0
        if outcome.event_id <= self.last_id:
            raise Difference(f"event id {outcome.event_id} after {self.last_id}")
        self.last_id = outcome.event_id
        return outcome.event_id

    def schedule(self):
        self.number += 1
        wish = self.wish()
        options = {"allow_past": self.rng.random() < 0.1, "preempt": self.rng.random() < 0.15,
                   "on_no_slot": self.rng.choice(["reject", "reject", "wait"])}
        options["preempt"] = options["preempt"] and ("one_of" not in wish or self.rng.random() < 0.1)
        dry_run = self.rng.random() < 0.1
        model = lambda got: self.world.schedule(wish, self.new_id(got), Options(**options), dry_run)
        self.explained_step({**wish, **options}, model, dry_run)

    def wish(self):
        return picks.wish_with_lists(self.rng, self.world, self.number, self.kind, self.has_lists)

    def series(self):
        self.number += 1
        wish = self.wish()
        wish = {name: value for name, value in wish.items() if name not in ("not_before", "not_after", "within")}
        if "start_time" not in wish and "start_timestamp" not in wish:
            wish = {**{name: value for name, value in wish.items() if name != "date"},
                    **picks.fixed_wish(self.rng, self.world, first_of(wish))}
        rule = self.some_rule(first_of(wish))
        options = {"allow_past": self.rng.random() < 0.1,
                   "on_no_slot": self.rng.choice(["reject", "skip"] if self.rng.random() < 0.95 else ["wait"])}
        dry_run = self.rng.random() < 0.1

        def model(got):
            ids = [] if dry_run or not hasattr(got, "events") else got.events
            if ids and (ids[0] <= self.last_id or ids != sorted(set(ids))):
                raise Difference(f"event ids {ids} after {self.last_id}")
            self.last_id = max([self.last_id, *ids])
            return self.world.schedule_series(wish, rule, ids, Options(**options), dry_run)

        self.explained_step({**wish, **options, "recurrence": rule.text()}, model, dry_run)

    def some_rule(self, name):
        """A rule of a series. Most series end within the horizon, if the horizon is far enough."""
        rules = [Rule(days, count) for days in (1, 1, 2, 7, 30) for count in (1, 2, 2, 3, 4, 8)]
        if self.rng.random() < 0.9 and name in self.world.calendars:
            most = self.world.calendars[name].horizon // DAY // 2
            rules = [rule for rule in rules if rule.days * rule.count <= max(most, 2)]
        return self.rng.choice(rules)

    def some_scope(self, event_id):
        event = self.world.events.get(event_id)
        likely = event is not None and event.series is not None
        return self.rng.choice(["one", "following", "all"]) if self.rng.random() < (0.8 if likely else 0.05) else "one"

    def schedule_all(self):
        wishes = []
        for _ in range(self.rng.randint(1, 4)):
            self.number += 1
            wishes.append(self.wish())
        dry_run = self.rng.random() < 0.2
        trials = set() if dry_run else {n for n in range(len(wishes)) if self.rng.random() < 0.3}
        requests = json_sql([{**as_json(wish), **({"dry_run": True} if n in trials else {})} for n, wish in enumerate(wishes)])
        call = f"SELECT json_agg(hunt_outcome(o)) FROM jb_schedule_all({requests}, dry_run => {dry_run}) AS o"

        def nameless(outcomes):
            """Leaves out the ids of events that a dry run creates and rolls back, since no caller learns them."""
            is_real = lambda event_id: event_id in self.world.events
            for each in outcomes if dry_run else ():
                each.conflicts = [event_id for event_id in each.conflicts if is_real(event_id)]
                each.moves = [(move[0] if is_real(move[0]) else None, *move[1:]) for move in each.moves]
            return outcomes

        def read(text):
            return [outcome_from(json.dumps(row))[0] for row in json.loads(text)]

        def model(got):
            ids = [-1, -2, -3, -4]
            if not isinstance(got, str) and not dry_run:
                ids = [self.new_id(each) for n, each in enumerate(got) if n not in trials and each.outcome in ("placed", "held")]
            return nameless(self.world.schedule_all(wishes, ids, dry_run, trials))

        self.step(call, model, read, dry_run)

    def some_event(self, statuses=("waiting", "in_progress", "held")):
        """An event's id, occasionally a nonexistent one; events of the rare statuses are preferred."""
        ids = list(self.world.events)
        rare = [id for id in ids if self.world.events[id].status_at(self.world.now) in statuses]
        of_series = [id for id in ids if self.world.events[id].series is not None]
        if of_series and self.rng.random() < 0.3:
            return self.rng.choice(of_series)
        if rare and self.rng.random() < 0.4:
            return self.rng.choice(rare)
        return self.rng.choice(ids) if ids and self.rng.random() < 0.98 else self.last_id + 1000

    def some_version(self, event_id):
        event = self.world.events.get(event_id)
        if event is None or self.rng.random() < 0.7:
            return None
        return event.version if self.rng.random() < 0.7 else event.version + 1

    def time_changes(self, event_id):
        event = self.world.events.get(event_id)
        name = event.calendars[0] if event else next(iter(self.world.calendars))
        changes = {}
        if event and event.status_at(self.world.now) == "in_progress" and self.rng.random() < 0.6:
            so_far = self.world.now - event.start
            return {"duration": max(1, so_far + self.rng.choice([0, 1, 900, 3600, event.duration or DAY]))}
        if self.has_lists and self.rng.random() < 0.2:
            changes.update(self.other_lists(event))
        elif self.rng.random() < 0.1 and not (event and event.one_of):
            names = picks.calendar_names(self.rng, self.world)
            changes["calendars"] = names
            name = changes["calendars"][0]
        kind = self.rng.choice(["fixed", "fixed", "date", "time", "none"])
        if kind == "fixed":
            changes.update(picks.fixed_wish(self.rng, self.world, name))
        elif kind == "date":
            changes["date"] = picks.day(self.rng, self.world, name)
        elif kind == "time":
            changes["start_time"] = self.rng.randrange(0, DAY, 900)
        if kind in ("date", "none") and self.rng.random() < 0.2:
            changes["within"] = picks.within(self.rng)
        if self.rng.random() < 0.25:
            changes["duration"] = picks.length(self.rng, self.kind)
        elif self.rng.random() < 0.1:
            changes["days"] = picks.days(self.rng)
        return changes

    def other_lists(self, event):
        """Rule 2.18.7: other candidates of the same lists, or other lists."""
        if event and event.one_of and self.rng.random() < 0.6:
            some = lambda each: tuple(sorted(self.rng.sample(each.calendars, each.count), key=each.calendars.index))
            return {"one_of": tuple(each._replace(chosen=self.rng.choice([(), some(each)])) for each in event.one_of)}
        names, lists = picks.lists(self.rng, self.world)
        return {"calendars": names, "one_of": lists} if names else {"one_of": lists}

    def reschedule(self):
        event_id = self.some_event()
        changes = self.time_changes(event_id)
        version = self.some_version(event_id)
        automatic = self.rng.random() < 0.15
        dry_run = self.rng.random() < 0.1
        scope = self.some_scope(event_id)
        options = {"make_automatic": automatic, "expected_version": version, "dry_run": dry_run, "scope": scope}
        call = outcome_call("jb_reschedule", {"event_id": event_id, **changes, **options})

        def model(_):
            if automatic and ("start_time" in changes or "start_timestamp" in changes):
                raise Refused("22023")
            cleared = {"start_time": None, "start_timestamp": None} if automatic else {}
            return self.world.change(event_id, {**changes, **cleared}, version, place_waiting=True, dry_run=dry_run,
                                     scope=scope)

        self.outcome_step(call, model, dry_run)

    def update(self):
        event_id = self.some_event()
        changes = self.time_changes(event_id) if self.rng.random() < 0.4 else {}
        edge = lambda: picks.instant(self.rng, self.world, "")
        people = picks.attendees(self.rng, self.world)
        others = [("event_name", f"renamed {self.number}"), ("event_name", ""), ("attendees", people), ("check_attendees", True), ("check_attendees", None),
                  ("attendees", None), ("event_location", "Room 1"), ("event_location", None), ("priority", 70),
                  ("priority", None), ("duration", None), ("days", 1), ("days", None), ("date", None), ("start_time", None),
                  ("start_timestamp", None), ("not_before", edge()), ("not_before", None), ("not_after", edge()),
                  ("not_after", None), ("within", picks.within(self.rng)), ("within", Within(begin=3600, end=3600)), ("within", None), ("status", "pending"), ("status", "in_progress"), ("status", "in_progress"),
                  ("status", "completed"), ("status", "cancelled"), ("status", "waiting"), ("status", "pending"),
                  ("status", "denied"), ("status", "expired"), ("hold_for", 600), ("hold_for", None)]
        changes.update(self.rng.sample(others, self.rng.choice([0, 1, 1, 1, 2])))
        version = self.some_version(event_id)
        allow_past = self.rng.random() < 0.1
        dry_run = self.rng.random() < 0.1
        scope = self.some_scope(event_id)
        document = as_json({**changes, **({"allow_past": True} if allow_past else {}),
                            **({"scope": scope} if scope != "one" else {})})
        if changes.get("within") is not None:
            changes["within"], document["within"] = self.merged(event_id, changes["within"])
        options = {"expected_version": version, "dry_run": dry_run}
        call = outcome_call("jb_update", {"event_id": event_id, "changes": document, **options})
        self.outcome_step(call, lambda _: self.update_model(event_id, changes, version, allow_past, dry_run, scope=scope),
                          dry_run)

    def merged(self, event_id, within):
        """RFC 7396: what a change to some of the members makes of the event's present hours, and this change."""
        event = self.world.events.get(event_id)
        present = event and event.within or Within()
        shown_as = {"days": "days", "begin": "from", "end": "to"}
        sent = self.rng.sample(list(shown_as), self.rng.randint(0, 3))
        document = within_json(within)
        changed = present._replace(**{name: getattr(within, name) for name in sent})
        return changed, {shown_as[name]: document[shown_as[name]] for name in sent}

    def update_model(self, event_id, changes, version=None, allow_past=False, dry_run=False, shows_wish=False,
                     scope="one"):
        """In JSON the present start is no wish if the wish is given too or the event can no longer move."""
        event = self.world.events.get(event_id)
        if event is not None and changes.get("duration") is not None and changes.get("days") is not None:
            raise Refused("22023")
        if event is not None and changes.get("start_timestamp") is not None:
            moves_no_more = event.status_at(self.world.now) not in ("pending", "held")
            shows_wish = shows_wish or moves_no_more or changes.get("start_time") is not None
            is_result = changes["start_timestamp"] == event.start and shows_wish
            if is_result or changes["start_timestamp"] == event.wished_start:
                changes = {name: value for name, value in changes.items() if name != "start_timestamp"}
        changes = drop_present(changes, event, self.world.now)
        return self.world.change(event_id, changes, version, options=Options(allow_past=allow_past), dry_run=dry_run,
                                 scope=scope)

    def put_back(self):
        """PUT of the answer of GET changes nothing."""
        if not self.world.events:
            return
        event_id = self.rng.choice(list(self.world.events))
        got = f"(SELECT jb_event_json(jb_event({event_id}))::jsonb)"
        call = f"SELECT hunt_outcome(o) FROM jb_update({event_id}, {got}, replace => true) AS o"
        self.outcome_step(call, lambda _: self.world.change(event_id, {}))

    def put(self):
        """PUT of the answer of GET with some members changed, or of a new wish: a missing member is cleared."""
        event_id = self.some_event()
        document = quoted("{}") + "::jsonb"
        event = self.world.events.get(event_id)
        if event and event.one_of:
            return
        if self.rng.random() < 0.5 and event_id in self.world.events:
            changes = self.time_changes(event_id)
            if "duration" in changes or "days" in changes:  # GET shows both, one of them null
                changes = {"duration": None, "days": None, **changes}
            document = f"jb_event_json(jb_event({event_id}))::jsonb - 'time_zone'"  # other calendars may differ
            model = lambda _: self.update_model(event_id, changes, shows_wish=True)
        else:
            changes = picks.wish(self.rng, self.world, self.number, self.kind)
            for name in ("calendars", "not_before", "not_after", "within", "priority", "check_attendees", "hold_for"):
                changes.pop(name, None)
            left_out = ("event_name", "attendees", "event_location", "date", "start_time", "start_timestamp", "duration", "days")
            model = lambda _: self.update_model(event_id, {**dict.fromkeys(left_out), **changes})
        call = (f"SELECT hunt_outcome(o) FROM jb_update({event_id}, {document} || {json_sql(as_json(changes))}, "
                "replace => true) AS o")
        self.outcome_step(call, model)

    def cancel(self):
        event_id = self.some_event()
        version = self.some_version(event_id)
        dry_run = self.rng.random() < 0.1
        scope = self.some_scope(event_id)
        named = {"event_id": event_id, "scope": scope, "expected_version": version, "dry_run": dry_run}
        call = outcome_call("jb_cancel", named)
        self.outcome_step(call, lambda _: self.world.cancel(event_id, version, dry_run, scope), dry_run)

    def confirm(self):
        event_id = self.some_event(("held", "expired"))
        version = self.some_version(event_id)
        if_still_free, dry_run = self.rng.random() < 0.5, self.rng.random() < 0.1
        scope = self.some_scope(event_id)
        named = {"event_id": event_id, "if_still_free": if_still_free, "scope": scope, "expected_version": version,
                 "dry_run": dry_run}
        call = outcome_call("jb_confirm", named)
        self.outcome_step(call, lambda _: self.world.confirm(event_id, if_still_free, version, dry_run, scope), dry_run)

    def deny(self):
        event_id = self.some_event(("held",))
        version = self.some_version(event_id)
        dry_run = self.rng.random() < 0.1
        scope = self.some_scope(event_id)
        named = {"event_id": event_id, "scope": scope, "expected_version": version, "dry_run": dry_run}
        call = outcome_call("jb_deny", named)
        self.outcome_step(call, lambda _: self.world.deny(event_id, version, dry_run, scope), dry_run)

    def moves_step(self, function, model):
        name = self.rng.choice(list(self.world.calendars))
        dry_run = self.rng.random() < 0.3
        call = ("SELECT coalesce(json_agg(json_build_array(m.event_id, hunt_seconds(m.old_start_timestamp), "
                "hunt_seconds(m.old_end_timestamp), hunt_seconds(m.new_start_timestamp), "
                f"hunt_seconds(m.new_end_timestamp), m.old_calendars, m.new_calendars)), '[]') FROM {function}({quoted(name)}, {dry_run}) AS m")
        self.step(call, lambda _: model(name, dry_run), lambda text: [tuple(row) for row in json.loads(text)],
                  dry_run)

    def replan(self):
        self.moves_step("jb_replan", self.world.replan)

    def rezone(self):
        """Gives a calendar another zone, or its old zone; its events stay until jb_rezone()."""
        calendar = self.rng.choice(list(self.world.calendars.values()))
        if not self.has_lists and self.rng.random() < 0.7:
            kept = {each.name: getattr(calendar, each.name) for each in dataclasses.fields(calendar) if each.init}
            del kept["_open"]
            changed = type(calendar)(**{**kept, "zone": picks.other_zone(self.rng)})
            self.step(settings_call(changed), lambda _: self.world.retune(changed), lambda _: None)
        self.moves_step("jb_rezone", self.world.rezone)

    def delete(self):
        event_id = self.some_event()
        version = self.some_version(event_id)
        named = arguments({"event_id": event_id, "expected_version": version})
        self.step(f"SELECT jb_delete({named})", lambda _: self.world.delete(event_id, version) or "t", str)

    def slots(self):
        names = picks.calendar_names(self.rng, self.world)
        duration = picks.length(self.rng, self.kind)
        first = picks.instant(self.rng, self.world, names[0]) if self.rng.random() < 0.5 else None
        last = (first or self.world.now) + self.rng.randint(0, 5 * DAY) if self.rng.random() < 0.5 else None
        most = self.rng.choice([1, 3, 10, 200])
        bounds = "".join(f", {argument} => timestamptz '{rfc3339(value)}'"
                         for argument, value in (("from_time", first), ("to_time", last)) if value is not None)
        within = picks.within(self.rng) if self.rng.random() < 0.3 else None
        call = self.slots_call(names, duration, bounds, most, within)
        self.step(call, lambda _: self.world.slots(names, duration, first, last, most, within), slots_from)

    def listing(self):
        all_names = list(self.world.calendars)
        names = self.rng.sample(all_names, self.rng.randint(1, len(all_names)))
        first = picks.instant(self.rng, self.world, names[0])
        last = first + self.rng.randint(1, 3 * DAY) if self.rng.random() < 0.7 else None
        all_statuses = ["pending", "in_progress", "completed", "waiting", "cancelled", "held", "denied", "expired"]
        statuses = self.rng.sample(all_statuses, 2) if self.rng.random() < 0.4 else []
        bounds = f"timestamptz '{rfc3339(first)}', {'NULL' if last is None else quoted(rfc3339(last))}"
        wanted = quoted("{" + ",".join(statuses) + "}") if statuses else "NULL"
        several = f", calendars => {quoted('{' + ','.join(names) + '}')}" if len(names) > 1 else ""
        call = (f"SELECT coalesce(json_agg(e.id), '[]') "
                f"FROM jb_events({quoted(names[0])}, {bounds}, {wanted}, max_rows => 1000{several}) AS e")
        self.step(call, lambda _: self.world.listed(names, first, FOREVER if last is None else last, statuses), json.loads)

    def advance(self):
        ahead = [t for e in self.world.events.values() for t in (e.start, e.end) if t is not None and t > self.world.now]
        if ahead and self.rng.random() < 0.5:
            self.world.now = max(self.world.now, min(ahead) + self.rng.choice([0, 0, -1, 1]))
        else:
            most = {"crowded": 7200, "long": 40 * DAY}.get(self.kind, DAY)
            self.world.now += self.rng.choice([1, 60, 301, self.rng.randrange(7200), self.rng.randrange(most)])
        self.set_clock()
        self.expire()

    def expire(self):
        """Writes whatever is due on several calendars at once. Without this call, each calendar is written only when a
        call writes there. On a single calendar this is mostly left to the calls."""
        if len(self.world.calendars) > 1 or self.rng.random() < 0.2:
            self.step("SELECT jb_expire()", lambda _: self.world.expire(), lambda _: None)

    def new_settings(self):
        """Other settings move no placed event."""
        calendar = self.rng.choice(list(self.world.calendars.values()))
        changed = picks.calendar(self.rng, calendar.name, calendar.zone, self.kind)
        changed.overrides = calendar.overrides
        if self.has_lists:
            changed.zone = calendar.zone
        if self.rng.random() < 0.6:
            one = self.rng.choice(["zone", "hours", *SETTINGS])
            kept = {each.name: getattr(calendar, each.name) for each in dataclasses.fields(calendar) if each.init}
            del kept["_open"]
            changed = type(calendar)(**{**kept, one: getattr(changed, one)})
        self.step(settings_call(changed), lambda _: self.world.retune(changed), lambda _: None)

    def hours_by_date(self):
        """Gives a date its own hours, or none, or the weekly hours again: no placed event moves."""
        calendar = self.rng.choice(list(self.world.calendars.values()))
        day = picks.day(self.rng, self.world, calendar.name)
        spans = self.rng.choice([None, [], picks.ragged_day(self.rng), picks.ragged_day(self.rng)])
        overrides = {date: kept for date, kept in calendar.overrides.items() if date != day}
        if spans is not None:
            overrides[day] = spans
        changed = dataclasses.replace(calendar, overrides=overrides, _open=None)
        given = "NULL" if spans is None else json_sql(spans_json(spans))
        call = f"SELECT jb_availability_set({quoted(calendar.name)}, '{day}', {given})"
        self.step(call, lambda _: self.world.retune(changed), lambda _: None)

    def transaction(self):
        """Rule 2.15: several calls in one transaction, and savepoints to which the world returns."""
        if not self.savepoints or self.rng.random() < 0.2:
            self.tell("SAVEPOINT trial" if self.savepoints else "BEGIN")
            self.savepoints.append((copy.deepcopy(self.world.events), dict(self.world.calendars)))
        elif self.rng.random() < 0.5:
            self.commit()
        else:
            self.tell("ROLLBACK" if len(self.savepoints) == 1 else "ROLLBACK TO trial; RELEASE trial")
            self.world.events, self.world.calendars = self.savepoints.pop()
            self.set_clock()  # the rollback also undid SET
            self.expire()

    def commit(self):
        if self.savepoints:
            self.tell("COMMIT")
            self.savepoints = []

    STEPS = [("schedule", 40), ("schedule_all", 4), ("series", 8), ("reschedule", 14), ("update", 14), ("put_back", 3),
             ("put", 5), ("cancel", 5), ("delete", 4), ("slots", 8), ("listing", 3), ("advance", 8), ("new_settings", 3),
             ("hours_by_date", 5), ("transaction", 5), ("confirm", 5), ("deny", 2), ("replan", 3), ("rezone", 2)]

    def take_step(self):
        crowded = len(self.world.events) > 50
        names, weights = zip(*self.STEPS)
        getattr(self, "delete" if crowded else self.rng.choices(names, weights)[0])()


def first_of(wish):
    return (*wish["calendars"], *(name for each in wish.get("one_of", ()) for name in each.calendars))[0]


def slots_from(text):
    return [tuple(row) for row in json.loads(text)]


def drop_present(changes, event, now):
    """In JSON a value equal to the present one is no change."""
    if event is None:
        return changes
    shown_now = dataclasses.asdict(event)
    kept = {}
    for name, value in changes.items():
        if name == "status" and value == event.status_at(now):
            continue
        if name in ("start_timestamp", "status") or value is None and name in ("duration", "event_name", "priority"):
            kept[name] = value
        elif shown_now[name] != (() if name == "attendees" and value is None else value):
            kept[name] = value
    return kept


UNSHOWN = ("wished_wall", "created_at", "updated_at", "looked_at", "claims")
SHOWN = [each.name for each in dataclasses.fields(Event) if each.name not in UNSHOWN]


def shown(event, now):
    """The event as hunt_events() shows it."""
    shown_as = {name: list(getattr(event, name)) for name in ("attendees", "calendars", "attendee_calendars")}
    shown_as["date"] = None if event.date is None else str(event.date)
    shown_as["status"] = event.status_at(now)
    shown_as["within"] = event.within and within_json(event.within)
    shown_as["one_of"] = event.one_of and [shown_list(each) for each in event.one_of]
    return [*(shown_as[name] if name in shown_as else getattr(event, name) for name in SHOWN), "fixed" if event.is_fixed() else "automatic"]


def shown_list(each):
    weights = [each.weight(name) for name in each.calendars]
    return {"calendars": list(each.calendars), "count": each.count, "choose": each.choose, "weights": weights, "per": each.per,
            "same": False, "chosen": list(each.chosen)}


def hunt(server, seed, steps):
    """Makes a round; false if it found a difference."""
    world = None
    try:
        world = Round(server, seed)
        for _ in range(steps):
            world.take_step()
        world.commit()
    except (Difference, Failed) as difference:
        print(f"Round with seed {seed} differs: {difference}")
        print("Its statements:\n" + ";\n".join(world.script if world else []) + ";")
        return False
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--steps", type=int, default=100)
    wanted = parser.parse_args()
    server = Server(HELPERS)
    started = time.monotonic()
    print(f"seeds {wanted.seed} to {wanted.seed + wanted.rounds - 1}, {wanted.steps} steps each", flush=True)
    for seed in range(wanted.seed, wanted.seed + wanted.rounds):
        if not hunt(server, seed, wanted.steps):
            print(f"Replay: test/model/hunt.py --seed {seed} --rounds 1 --steps {wanted.steps}")
            sys.exit(1)
    print(f"{wanted.rounds * wanted.steps} steps without a difference in {time.monotonic() - started:.0f} s")
    server.close()


if __name__ == "__main__":
    main()
