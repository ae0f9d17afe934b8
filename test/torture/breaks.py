# SPDX-License-Identifier: PostgreSQL
"""What the checker must find: tables and histories as they would look after one failure of the product each.

A checker that finds nothing proves nothing. Each break is written over the tables of a sound round, in a transaction
that is rolled back, or over the clients' history, and the law that it breaks has to report exactly this break. There is
at least one break for each law, which `run` checks. The patches in breaks/ break the product itself.
"""

import collections
import copy
import re

import laws
from history import DONE, MAYBE, NOT
from stack import Failed
from tables import Tables

WITHOUT_THE_CONSTRAINT = "ALTER TABLE jb_claim DROP CONSTRAINT jb_claim_calendar_during_excl;"
A_COPY = ("CREATE TEMP TABLE copy AS SELECT * FROM jb_event WHERE id = {event}; UPDATE copy SET {changes};"
          "INSERT INTO jb_event SELECT * FROM copy;")
# Adds one more change of an event to the history of all its calendars.
ONE_MORE = ("INSERT INTO jb_change_log SELECT calendar, (SELECT change_seq + 1 FROM jb_calendar_lock k WHERE k.id = l.calendar), at,"
            " principal, event_id, version + 1, '{kind}', old_range, new_range, old_status, new_status, fields, image,"
            " nextval('jb_change_id_seq')"
            " FROM jb_change_log l WHERE event_id = {event} AND version ="
            " (SELECT max(version) FROM jb_change_log WHERE event_id = {event});"
            "UPDATE jb_calendar_lock SET change_seq = change_seq + 1"
            " WHERE id IN (SELECT calendar FROM jb_change_log WHERE event_id = {event});")

Break = collections.namedtuple("Break", "what law says damage history", defaults=("", None))


class Round:
    """A sound round, and the parts of it that can be damaged."""

    def __init__(self, history, tables):
        self.history, self.tables = history, tables
        doubtful = {call.event for call in history.calls() if call.effect == MAYBE}
        self.sure = {answer.event: call for call, answer in laws.answers(history)
                     if call.op == "book" and call.effect == DONE and answer.event not in doubtful}

    def event(self, fits=lambda event, call: True):
        """An event on one calendar, without doubtful calls."""
        return self.any(event.id for event in self.tables.events.values() if event.status == "scheduled"
                        and event.id in self.sure and "," not in event.calendars and self.sure[event.id].count == 1
                        and fits(event, self.sure[event.id]))

    def call(self, fits):
        return self.any(call for call in self.history.calls() if fits(call))

    @staticmethod
    def any(found):
        for one in found:
            return one
        raise Failed("in this round nothing is there that could be damaged: it was too short")

    def transaction(self):
        """Bookings that were committed together and are in the tables."""
        names = set(self.tables.names().values())
        groups = collections.defaultdict(list)
        for call in self.history.calls():
            if call.transaction and call.op == "book" and call.effect == DONE and call.outcome == "placed" and \
                    call.answer.event in self.tables.events and f"{call.client}.{call.number}" in names:
                groups[call.client, call.transaction].append(call)
        return self.any(calls for calls in groups.values() if len(calls) > 1)

    # ---- other histories ----

    def with_calls(self, changed):
        """The same history with these calls replaced."""
        other, clients = copy.copy(self.history), dict(self.history.clients)
        for call in changed:
            client = clients[call.client] = copy.copy(clients[call.client])
            client.calls = {**client.calls, call.number: call}
        other.clients = clients
        return other

    def with_lost_answer(self, calls):
        """The same history, in which no client got an answer to the COMMIT of these calls."""
        lost = [copy.copy(call) for call in calls]
        for call in lost:
            call.effect = MAYBE
        return self.with_calls(lost)

    def with_complaint(self):
        other = self.with_calls([])
        number, client = next(iter(other.clients.items()))
        other.clients[number] = copy.copy(client)
        other.clients[number].complaints = ["sql book was answered 23P01: and nobody may ever see that"]
        return other

    def deaf_to_one(self):
        """The same history, in which one announcement was never heard."""
        other, watched = copy.copy(self.history), self.history.watched

        def deaf(pattern):
            for name, lines in watched(pattern):
                heard = [line for line in lines if line[0] == "H"]
                yield name, [line for line in lines if not heard or line[0] != "H" or line[2] != heard[-1][2]]

        other.watched = deaf
        return other


def all_breaks(round_):
    event, call = round_.event(), round_.call
    deleted = call(lambda c: c.op == "erase" and c.effect == DONE and c.event not in round_.tables.events).event
    cancelled = call(lambda c: c.op == "cancel" and c.effect == DONE and c.event in round_.tables.events
                     and round_.tables.events[c.event].status == "cancelled").event
    together = round_.transaction()
    rolled_back = call(lambda c: c.transaction and c.has_key() and c.effect == NOT).key()
    choosing = round_.any(e.id for e in round_.tables.events.values() if e.lists and e.status == "scheduled" and e.id in round_.sure)
    on_wall = round_.event(lambda e, c: "w" in c.how)
    on_hot = round_.event(lambda e, c: e.calendars.startswith("hot:"))
    kept = call(lambda c: c.has_key() and c.effect == DONE).key()
    rejection = call(lambda c: c.op == "book" and c.effect == DONE and c.outcome == "rejected" and not c.is_trial()).answer.rejection
    one = f"WHERE id = {event}"
    yield Break("an event is lost with its claim and its history", "acknowledged_is_there", f"event {event} never was at version",
                f"DELETE FROM jb_claim WHERE event_id = {event}; DELETE FROM jb_change_log WHERE event_id = {event};"
                f"DELETE FROM jb_event {one};")
    yield Break("the last changes of all calendars are lost", "acknowledged_is_there", "never was at version",
                "DELETE FROM jb_change_log l USING jb_calendar_lock k WHERE k.id = l.calendar AND l.seq = k.change_seq;")
    yield Break("a cancellation is in history as something else", "acknowledged_is_there",
                f"event {cancelled} version .* is in history as updated",
                f"UPDATE jb_change_log SET kind = 'updated' WHERE event_id = {cancelled} AND kind = 'cancelled';")
    yield Break("a deleted event is back", "deleted_is_gone", f"event {deleted} was deleted and is there",
                A_COPY.format(event=event, changes=f"id = {deleted}"))
    yield Break("a repeated call is booked twice", "booked_as_often_as_asked", "2 events are there instead of 1",
                A_COPY.format(event=event, changes="id = 999999999"))
    yield Break("of a transaction whose COMMIT had no answer one event is missing", "transactions_are_whole", "is there in part",
                f"DELETE FROM jb_event WHERE id = {together[0].answer.event};"
                f"DELETE FROM jb_change_log WHERE event_id = {together[0].answer.event};", round_.with_lost_answer(together))
    yield Break("an event was changed, and nobody asked for it", "every_change_was_asked_for",
                f"event {event} version .*: nobody asked for it to be updated", ONE_MORE.format(event=event, kind="updated"))
    yield Break("a cancelled event is back", "versions_only_grow", f"event {cancelled}: it is scheduled .* ends with cancelled",
                f"UPDATE jb_event SET status = 'scheduled' WHERE id = {cancelled};")
    yield Break("an event is elsewhere than was answered", "versions_only_grow", f"event {event}: it is scheduled from",
                "UPDATE jb_event SET start_timestamp = start_timestamp + interval '1 hour',"
                f" end_timestamp = end_timestamp + interval '1 hour' {one};")
    yield Break("a cancelled event was moved", "ended_stays_ended", f"event {cancelled}: cancelled as version .*, then moved",
                ONE_MORE.format(event=cancelled, kind="moved"))
    yield Break("a change has no number", "sequences_have_no_hole", "change .* follows",
                "DELETE FROM jb_change_log l USING jb_calendar_lock k WHERE k.id = l.calendar AND l.seq = k.change_seq / 2;")
    yield Break("two events claim one time", "no_two_at_one_time", f"the claims of events {on_hot} and .* overlap",
                f"{WITHOUT_THE_CONSTRAINT} UPDATE jb_claim SET during = tstzrange(lower(during) - interval '90 days',"
                f" upper(during) + interval '90 days') WHERE event_id = {on_hot};")
    yield Break("of a list nobody is told as chosen", "chosen_agrees_with_claims", f"event {choosing}: of .* it has \\[\\]",
                f"UPDATE jb_event SET one_of = jsonb_set(one_of, '{{0,chosen}}', '[]') WHERE id = {choosing};")
    yield Break("a chosen calendar is not claimed", "chosen_agrees_with_claims", f"event {choosing}: it is on .* claims",
                f"DELETE FROM jb_claim WHERE event_id = {choosing};")
    yield Break("a clock was changed, and an event on the wall with it", "wall_clock_is_kept", f"event {on_wall}: it stands at",
                f"UPDATE jb_event SET start_timestamp = start_timestamp + interval '1 hour' WHERE id = {on_wall};")
    yield Break("a rejection is not recorded", "rejections_are_recorded", f"rejection {rejection} is not recorded",
                f"DELETE FROM jb_rejection WHERE id = {rejection};")
    yield Break("a rejection was never announced", "rejections_are_announced", "1 rejections were read and never heard of",
                history=round_.deaf_to_one())
    yield Break("what a follower has read is another thing now", "followers_see_all_in_order", "change 1 of hot:0 was read as",
                "UPDATE jb_change_log SET kind = 'moved' WHERE seq = 1"
                " AND calendar = (SELECT id FROM jb_calendar WHERE name = 'hot:0');")
    yield Break("a key is not kept", "keys_stand_for_answers", "its key is kept 0 times", f"DELETE FROM jb_idempotency WHERE key = '{kept}';")
    yield Break("a rolled back call has left its key", "keys_stand_for_answers", f"key {rolled_back} is kept: call .* not done",
                "INSERT INTO jb_idempotency (principal, key, fingerprint, at)"
                f" SELECT principal, '{rolled_back}', fingerprint, at FROM jb_idempotency LIMIT 1;")
    yield Break("somebody saw an error of concurrency", "nobody_got_a_wrong_answer", "answered 23P01", history=round_.with_complaint())
    yield Break("a calendar's day tree knows of nothing", "the_product_finds_nothing", "free time equals what claims leave",
                f"DELETE FROM jb_tree WHERE calendar = (SELECT calendar FROM jb_claim WHERE event_id = {event});")
    yield Break("a hold outlives its deadline", "what_falls_due_is_written", f"event {event}: it is held still",
                f"UPDATE jb_event SET status = 'held', expires_at = now() - interval '1 hour' {one};")


def try_all(stack, history, tables):
    """Each break must be found. Yields what was broken, the law that reports it, and its report."""
    for each in all_breaks(Round(history, tables)):
        damaged = tables
        if each.damage:
            damaged = Tables(stack, each.damage, asks_the_product=each.law == "the_product_finds_nothing")
        found = list(getattr(laws, each.law)(each.history or history, damaged))
        said = next((text for text in found if re.search(each.says, text)), None)
        if said is None:
            raise Failed(f"the checker does not notice that {each.what}: it says {found[:5] or 'nothing'}")
        yield each.what, each.law, said
