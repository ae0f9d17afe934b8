# SPDX-License-Identifier: PostgreSQL
"""What the checker must find: the tables as they would be if the product had failed in one way each.

A checker that finds nothing proves nothing. Each of these is written over what a sound round has left, in a transaction
that is taken back, and the checker has to name the law that is broken. What breaks the product itself, by a patch, is in
breaks/.
"""

import copy

import laws
from stack import Failed
from tables import Tables

# what is broken: the law that must notice, and how it is done
ANY_EVENT = "(SELECT max(id) FROM jb_event WHERE status = 'scheduled')"
BREAKS = {
    "an event is lost with its claim and its history": (
        "acknowledged_is_there",
        f"CREATE TEMP TABLE lost AS SELECT {ANY_EVENT} AS id;"
        "DELETE FROM jb_claim WHERE event_id = (SELECT id FROM lost);"
        "DELETE FROM jb_change_log WHERE event_id = (SELECT id FROM lost);"
        "DELETE FROM jb_event WHERE id = (SELECT id FROM lost);"),
    "the last changes of all calendars are lost": (
        "acknowledged_is_there",
        "DELETE FROM jb_change_log l USING jb_calendar c WHERE c.id = l.calendar AND l.seq = c.change_seq;"),
    "a repeated call is booked twice": (
        "booked_as_often_as_asked",
        f"CREATE TEMP TABLE twice AS SELECT * FROM jb_event WHERE id = {ANY_EVENT};"
        "UPDATE twice SET id = 999999999; INSERT INTO jb_event SELECT * FROM twice;"),
    "a cancelled event is back": (
        "versions_only_grow",
        "UPDATE jb_event SET status = 'scheduled' WHERE id = (SELECT max(id) FROM jb_event WHERE status = 'cancelled');"),
    "an event is elsewhere than was answered": (
        "versions_only_grow",
        "UPDATE jb_event SET start_timestamp = start_timestamp + interval '1 hour',"
        f" end_timestamp = end_timestamp + interval '1 hour' WHERE id = {ANY_EVENT};"),
    "two events claim one time": (
        "no_two_at_one_time",
        "ALTER TABLE jb_claim DROP CONSTRAINT jb_claim_calendar_during_excl;"
        "UPDATE jb_claim SET during = tstzrange(lower(during), upper(during) + interval '30 days')"
        f" WHERE event_id = {ANY_EVENT};"),
    "a change has no number": (
        "sequences_have_no_hole",
        "DELETE FROM jb_change_log l USING jb_calendar c WHERE c.id = l.calendar AND l.seq = c.change_seq / 2;"),
    "what a follower has read is another thing now": (
        "followers_see_all_in_order",
        "UPDATE jb_change_log SET kind = 'moved' WHERE seq = 1 AND calendar = (SELECT id FROM jb_calendar WHERE name = 'hot:0');"),
    "a rejection is not recorded": (
        "rejections_are_recorded",
        "DELETE FROM jb_rejection WHERE id = (SELECT max(id) FROM jb_rejection WHERE event_id IS NULL);"),
    "a key is not kept": (
        "keys_stand_for_answers",
        "DELETE FROM jb_idempotency WHERE key = (SELECT max(key) FROM jb_idempotency);"),
    "a rolled back call has left its key": (
        "keys_stand_for_answers",
        "UPDATE jb_idempotency SET key = 'k.0.0' WHERE key = (SELECT max(key) FROM jb_idempotency);"),
}


def deaf_to_one(history):
    """The same history, but for one announcement that was never heard."""
    deaf = copy.copy(history)

    def watched(pattern):
        for name, lines in history.watched(pattern):
            heard = [line for line in lines if line[0] == "H"]
            yield name, [line for line in lines if not heard or line[0] != "H" or line[2] != heard[-1][2]]

    deaf.watched = watched
    return deaf


def try_all(stack, history):
    """Each break must be found. Yields what was broken and what the checker said."""
    for what, (law, damage) in BREAKS.items():
        found = list(getattr(laws, law)(history, Tables(stack, damage)))
        if not found:
            raise Failed(f"the checker does not notice that {what}")
        yield what, found[0]
    found = list(laws.rejections_are_announced(deaf_to_one(history), Tables(stack, "SELECT;")))
    if not found:
        raise Failed("the checker does not notice a rejection that nobody heard of")
    yield "a rejection was never announced", found[0]
