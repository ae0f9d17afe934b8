# SPDX-License-Identifier: PostgreSQL
"""What must be true afterwards, whatever was killed: one function for each law, which yields its violations."""

import collections
import functools
from datetime import datetime, timedelta, timezone

import stack  # makes wall_clock importable
from history import DONE, MAYBE, NOT, WRITES
from tables import base_name
from wall_clock import Zone

STATUS_OF = {"placed": "scheduled", "held": "held", "waiting": "waiting", "confirmed": "scheduled", "cancelled": "cancelled",
             "denied": "denied"}
STATUS_AFTER = {"cancel": "cancelled", "deny": "denied", "confirm": "scheduled"}
BY_THE_CLOCK = {"pending": "scheduled", "in_progress": "scheduled", "completed": "scheduled"}
# The kinds of changes that the scheduler makes by itself. Every other change must have been requested by a call.
BY_ITSELF = {"waiting", "expired", "placed", "held"}
KINDS_OF = {"move": {"moved", "updated", "placed", "held"}, "loosen": {"moved", "updated"}, "update": {"updated"},
            "cancel": {"cancelled"}, "erase": {"deleted"}, "confirm": {"confirmed"}, "deny": {"denied"},
            "book": {"placed", "held", "waiting"}, "batch": {"placed", "held", "waiting", "moved"}}  # a later request displaces
ALTERS = {"move", "loosen", "update"}
ANY_KIND = set().union(BY_ITSELF, *KINDS_OF.values())
ITS_OWN_REASONS = {"displaced", "hold_expired", "window_passed"}
NOBODY = {"blocker"}  # events created before the round
zone_named = functools.lru_cache(None)(Zone)


def answers(history):
    """Each answer that shows an event's state at one of its versions, with its call."""
    for call in history.calls():
        if call.verdict != "answered" or call.is_trial() or call.effect == NOT:
            continue
        for answer in call.items if call.op == "batch" else (call.answer,):
            if answer.event and answer.version and answer.outcome != "rejected":
                yield call, answer


def acknowledged_is_there(history, tables):
    known = collections.Counter()  # the latest version of each event that its client knows
    for call, answer in answers(history):
        was_known, known[answer.event] = known[answer.event], max(known[answer.event], answer.version)
        if call.effect != DONE or (call.op not in WRITES and call.op != "read"):
            continue
        change = tables.by_event.get(answer.event, {}).get(answer.version)
        if change is None:
            yield f"{call}: event {answer.event} never was at version {answer.version}"
            continue
        if answer.start and (answer.start, answer.end) != (change.start, change.end):
            yield (f"{call}: event {answer.event} version {answer.version} was told from {answer.start} to {answer.end}, "
                   f"history says {change.start} to {change.end}")
        told = STATUS_OF.get(answer.outcome) or BY_THE_CLOCK.get(answer.status) or answer.status
        told = STATUS_AFTER.get(call.op, told)
        if told and told != change.new_status and not (told == "expired" and change.new_status == "held"):
            yield f"{call}: event {answer.event} version {answer.version} was told {told}, history says {change.new_status}"
        if call.op in WRITES and answer.version > was_known and change.kind not in kinds_of(history, call, answer):
            yield f"{call}: event {answer.event} version {answer.version} is in history as {change.kind}"
        if "f" in call.how and call.op in ("book", "move") and answer.start and answer.start != call.start:
            yield f"{call}: event {answer.event} was to begin at {call.start} and was told {answer.start}"


def kinds_of(history, call, answer):
    """The kinds of change that an answer can mean. A call that changed nothing returns a version made by another call;
    over HTTPS the answer does not show that nothing changed."""
    if answer.outcome == "unchanged":
        return ANY_KIND
    return KINDS_OF[call.op] | (BY_ITSELF | {"moved"} if history.way_of(call) == "https" and call.op in ALTERS else set())


def deleted_is_gone(history, tables):
    for call in history.calls():
        if call.op == "erase" and call.effect == DONE and call.event in tables.events:
            yield f"{call}: event {call.event} was deleted and is there"


def booked_as_often_as_asked(history, tables):
    there = collections.Counter()
    for id, name in tables.names().items():
        if name in NOBODY:
            continue
        call, item = history.call_named(base_name(name))
        if call is None or call.op not in ("book", "batch"):
            yield f"event {id}: nobody asked for \"{name}\""
        elif call.effect == NOT:
            yield f"event {id}: {call} was refused or rolled back, and it is there"
        there[base_name(name)] += 1
    rejected = collections.Counter(r.name for r in tables.rejections.values() if not r.event)
    for call in history.calls():
        if call.op == "book" and not call.is_trial():
            yield from count_booking(call, there[f"{call.client}.{call.number}"], rejected)
        elif call.op == "batch":
            yield from count_batch(call, there, rejected)


def count_booking(call, found, rejected):
    name = f"{call.client}.{call.number}"
    if call.effect == DONE:
        wanted = 0 if call.outcome == "rejected" else max(call.answer.count, 1)
        if found != wanted:
            yield f"{call}: {found} events are there instead of {wanted}"
    elif call.effect == MAYBE and found not in (0, call.count):
        yield f"{call}: {found} events are there, neither none nor all {call.count}"
    if call.effect != NOT and found and rejected[name]:
        yield f"{call}: it is both there and rejected"


def count_batch(call, there, rejected):
    names = [f"{call.client}.{call.number}.{i}" for i in range(call.count)]
    found = [there[name] + rejected[name] for name in names]
    if call.effect == DONE:
        for name, answer in zip(names, call.items):
            wanted = 0 if answer.outcome == "rejected" else 1
            if there[name] != wanted:
                yield f"{call}: {there[name]} events \"{name}\" are there instead of {wanted}"
    elif call.effect == MAYBE and found not in ([0] * call.count, [1] * call.count):
        yield f"{call}: of a batch without an answer there is {found}"


def transactions_are_whole(history, tables):
    names = set(map(base_name, tables.names().values()))
    for client in history.clients.values():
        groups = collections.defaultdict(set)
        for call in client.calls.values():
            if call.transaction and call.op == "book" and call.effect == MAYBE and call.outcome == "placed":
                groups[call.transaction].add(f"{call.client}.{call.number}" in names)
        for number, found in groups.items():
            if len(found) > 1:
                yield f"client {client.number}: transaction {number} is there in part"


def every_change_was_asked_for(history, tables):
    """Each version of each event was reported to its client, may have been in a lost answer, or is the scheduler's own
    doing."""
    told = {(answer.event, answer.version) for call, answer in answers(history) if call.op in WRITES}
    names, doubts, deleted = tables.names(), collections.defaultdict(list), collections.Counter()
    fixing, loosening = collections.defaultdict(set), collections.defaultdict(set)
    for call in history.calls():
        if call.op in WRITES and call.event:
            if call.effect == MAYBE:
                doubts[call.event].append(call)
            if call.effect == DONE and call.op == "erase":
                deleted[call.event] += 1
            if call.effect == DONE and call.op in ("move", "confirm") and call.outcome != "rejected":
                fixing[call.event].add(call.answer.version)
            if call.effect == DONE and call.op == "loosen":
                loosening[call.event].add(call.answer.version)
    for id, versions in tables.by_event.items():
        if names.get(id) in NOBODY:
            continue
        call, _ = history.call_named(base_name(names.get(id, "")))
        # An event wished on the wall clock, such as any event of a series, moves with its calendar's zone.
        is_on_wall = call is not None and (call.op == "batch" or "w" in call.how or call.count > 1)
        is_fixed = call is not None and "f" in call.how and not is_on_wall
        for version in sorted(versions):
            change = versions[version]
            is_fixed = (is_fixed or (version in fixing[id] and not is_on_wall)) and version not in loosening[id]
            if (id, version) in told or version == 1:
                continue
            if change.kind in BY_ITSELF or (change.kind == "moved" and not is_fixed):
                continue
            if change.kind == "deleted" and deleted[id]:
                deleted[id] -= 1
                continue
            doubt = next((c for c in doubts[id] if change.kind in KINDS_OF[c.op]), None)
            if doubt is None:
                yield f"event {id} version {version}: nobody asked for it to be {change.kind}"
            else:
                doubts[id].remove(doubt)
                is_fixed = is_fixed and doubt.op != "loosen"


def versions_only_grow(_, tables):
    for id, versions in tables.by_event.items():
        if len(versions) != max(versions):
            yield f"event {id}: its versions are {sorted(versions)}"
        last, event = versions[max(versions)], tables.events.get(id)
        if last.kind == "deleted":
            if event:
                yield f"event {id}: deleted as version {last.version}, and there"
        elif event is None:
            yield f"event {id}: last {last.kind} as version {last.version}, and not there"
        elif (event.version, event.status, event.start, event.end) != (last.version, last.new_status, last.start, last.end):
            yield (f"event {id}: it is {event.status} from {event.start} to {event.end}, version {event.version}; history "
                   f"ends with {last.new_status} from {last.start} to {last.end}, version {last.version}")
    for id in tables.events.keys() - tables.by_event.keys():
        yield f"event {id}: it has no history"


def ended_stays_ended(_, tables):
    for id, versions in tables.by_event.items():
        for version, change in versions.items():
            after = versions.get(version + 1)
            if change.kind in ("cancelled", "denied") and after and after.kind != "deleted":
                yield f"event {id}: {change.kind} as version {version}, then {after.kind}"


def sequences_have_no_hole(_, tables):
    next_seq = collections.defaultdict(lambda: 1)
    for change in tables.changes:
        if change.seq != next_seq[change.calendar]:
            yield f"{change.calendar}: change {change.seq} follows {next_seq[change.calendar] - 1}"
        next_seq[change.calendar] = change.seq + 1
    for calendar, seq in tables.calendars.items():
        if next_seq[calendar] != seq + 1:
            yield f"{calendar}: its last change is {next_seq[calendar] - 1}, change_seq {seq}"


def no_two_at_one_time(_, tables):
    """No two claims overlap, no two events overlap, and claims agree with events."""
    claimed, booked = collections.defaultdict(list), collections.defaultdict(list)
    for claim in tables.claims:
        claimed[claim.calendar].append((claim.start, claim.end, claim.event))
    for event in tables.events.values():
        if event.status in ("scheduled", "held"):
            for calendar in event.calendars.split(","):
                booked[calendar].append((event.start, event.end, event.id))
    for what, by_calendar in (("claims", claimed), ("events", booked)):
        for calendar, spans in by_calendar.items():
            spans.sort()
            for before, after in zip(spans, spans[1:]):
                if after[0] < before[1]:
                    yield f"{calendar}: the {what} of events {before[2]} and {after[2]} overlap at {after[0]}"
    for calendar in claimed.keys() | booked.keys():
        if sorted(claimed[calendar]) != sorted(booked[calendar]):
            other = set(claimed[calendar]) ^ set(booked[calendar])
            yield f"{calendar}: claims and events differ: {sorted(other)[:3]}"


def chosen_agrees_with_claims(history, tables):
    """An event claims what its request named, and of each list just those that were chosen; an event that waits is on
    all candidates, and has chosen none unless it needs all (rule 2.18.7)."""
    claimed = collections.defaultdict(set)
    for claim in tables.claims:
        claimed[claim.event].add(claim.calendar)
    for event in tables.events.values():
        candidates = {name for each in event.lists for name in each["calendars"]}
        call, _ = history.call_named(base_name(event.name))
        if call is not None and ("o" in call.how) != bool(event.lists):
            yield f"event {event.id}: {call} asked for other lists than it has"
        if not event.lists or event.status not in ("scheduled", "held", "waiting"):
            continue
        on = set(event.calendars.split(","))
        named = set(call.calendars.split(",")) if call is not None else on - candidates
        has_place = event.status != "waiting"
        wanted = named | {name for each in event.lists for name in each["chosen" if has_place else "calendars"]}
        if on != wanted or claimed[event.id] != (wanted if has_place else set()):
            yield f"event {event.id}: it is on {sorted(on)}, claims {sorted(claimed[event.id])}, and should {sorted(wanted)}"
        for each in event.lists:
            chosen = each["chosen"]
            is_clear = has_place or each["count"] == len(each["calendars"])
            if len(chosen) != (each["count"] if is_clear else 0) or not set(chosen) <= set(each["calendars"]):
                yield f"event {event.id}: of {each['calendars']} it has {chosen}, and needs {each['count']}"


def wall_clock_is_kept(history, tables):
    """An event wished on the wall clock is at that time, a daily series every day. This goes by Python's reading of the
    zone data, in any zone that its first calendar has had: without room in the new zone, an event stays in the old."""
    there = collections.defaultdict(list)
    for event in tables.events.values():
        there[base_name(event.name)].append(event)
    for call in history.calls():
        if call.op != "book" or "w" not in call.how or call.effect == NOT:
            continue
        wall = datetime.fromtimestamp(call.start, timezone.utc).replace(tzinfo=None)
        zones = sorted(history.zones[call.calendars.split(",")[0]])
        days = [wall + timedelta(days=i) for i in range(call.count)]
        starts = [zone_named(zone).instant(day) for zone in zones for day in days]
        if call.effect == DONE and call.answer.start and call.answer.start not in starts:
            yield f"{call}: told {call.answer.start}, {wall} in {' or '.join(zones)} is {starts}"
        for event in there[f"{call.client}.{call.number}"]:
            if not event.start or event.start in starts:
                continue
            yield f"event {event.id}: it stands at {event.start}, {wall} in {' or '.join(zones)} is {starts}"


def what_falls_due_is_written(_, tables):
    for event in tables.events.values():
        if event.is_due:
            yield f"event {event.id}: it is {event.status} still, and its time is over"


def rejections_are_recorded(history, tables):
    told, doubtful = set(), collections.Counter()
    for call in history.calls():
        for answer in call.items or ((call.answer,) if call.answer else ()):
            if answer.outcome == "rejected" and call.effect != NOT and answer.rejection:
                told.add(answer.rejection)
                if call.effect == DONE and answer.rejection not in tables.rejections:
                    yield f"{call}: rejection {answer.rejection} is not recorded"
            if call.effect == DONE and answer.outcome == "rejected" and not call.is_trial() and not answer.rejection:
                yield f"{call}: rejected without a number"
        if call.effect == MAYBE and call.event:
            doubtful[call.event] += 1
    spontaneous = collections.Counter()
    for rejection in tables.rejections.values():
        if rejection.id in told:
            continue
        if rejection.event and rejection.reason in ITS_OWN_REASONS:
            spontaneous[rejection.event, rejection.reason == "displaced"] += 1
        elif rejection.event:
            if not doubtful[rejection.event]:
                yield f"rejection {rejection.id} ({rejection.reason} of event {rejection.event}): nobody was told"
        else:
            call, _ = history.call_named(rejection.name)
            if call is None or call.effect != MAYBE:
                yield f"rejection {rejection.id} ({rejection.reason} of \"{rejection.name}\"): {call or 'nobody asked'}"
    yield from each_fall_is_rejected(tables, spontaneous, doubtful)


def each_fall_is_rejected(tables, spontaneous, doubtful):
    """An event that was displaced, or whose hold or waiting ended, has a rejection for it."""
    falls = collections.Counter()
    for id, versions in tables.by_event.items():
        for change in versions.values():
            if change.kind == "waiting" and change.old_status:
                falls[id, True] += 1
            elif change.kind == "expired":
                falls[id, False] += 1
    for key in falls.keys() | spontaneous.keys():
        missing = falls[key] - spontaneous[key]
        if missing > 0 or -missing > doubtful[key[0]]:
            yield (f"event {key[0]}: {'displaced' if key[1] else 'expired'} {falls[key]} times, "
                   f"{spontaneous[key]} rejections")


def rejections_are_announced(history, tables):
    """A listener hears of each rejection while its connection lasts, and catches up with all of them."""
    for name, lines in history.watched("listener*"):
        read, last = set(), 0
        heard, owed, earlier = set(), {}, set()
        is_listening = is_whole = False
        for line in lines:
            letter, at = line[0], int(line[1])
            if letter in "SE":
                yield from unheard(name, heard, owed, at if letter == "E" else None)
                heard, owed, earlier, is_listening = set(), {}, set(), False
            elif letter == "L":
                is_listening = True
            elif letter == "B":  # committed before it listened, though perhaps held back and read later
                earlier.add(int(line[2]))
            elif letter == "H":
                heard.add(int(line[2]))
            elif letter == "J":
                number = int(line[2])
                if number <= last:
                    yield f"{name}: rejection {number} was read after {last}"
                last = number
                read.add(number)
                if is_listening and number not in earlier:
                    owed[number] = at
            elif letter == "Z":
                is_whole = True
        yield from unheard(name, heard, owed, None)
        if not is_whole:
            yield f"{name}: it did not come to its end"
        missed = tables.rejections.keys() - read
        if missed:
            yield f"{name}: {len(missed)} rejections were never read: {sorted(missed)[:5]}"
        gone = read - tables.rejections.keys()
        if gone:
            yield f"{name}: {len(gone)} rejections were read and are not there: {sorted(gone)[:5]}"


def unheard(name, heard, owed, broken_at):
    """A rejection that was read shortly before the connection broke need not have been heard."""
    grace = 5_000
    silent = [number for number, at in owed.items()
              if number not in heard and (broken_at is None or at < broken_at - grace)]
    if silent:
        yield f"{name}: {len(silent)} rejections were read and never heard of: {silent[:5]}"


def followers_see_all_in_order(history, tables):
    there = {(c.calendar, c.seq): (c.event, c.version, c.kind) for c in tables.changes}
    for name, lines in history.watched("follower*"):
        last = collections.Counter()
        for line in lines:
            if line[0] != "F":
                continue
            calendar, seq = line[2], int(line[3])
            if seq != last[calendar] + 1:
                yield f"{name}: change {seq} of {calendar} was read after {last[calendar]}"
            last[calendar] = seq
            seen = (int(line[4]), int(line[5]), line[6])
            if there.get((calendar, seq)) != seen:
                yield f"{name}: change {seq} of {calendar} was read as {seen}, it is {there.get((calendar, seq))}"
        if not lines or lines[-1][0] != "Z":
            yield f"{name}: it did not come to its end"
        for calendar, seq in last.items():
            if seq != tables.calendars.get(calendar):
                yield f"{name}: the last change of {calendar} that was read is {seq} of {tables.calendars.get(calendar)}"


def keys_stand_for_answers(history, tables):
    kept = collections.Counter(tables.keys)
    asked = {}
    for call in history.calls():
        if call.has_key():
            asked[call.key()] = call
            if call.effect == DONE and kept[call.key()] != 1:
                yield f"{call}: its key is kept {kept[call.key()]} times"
    for key in kept:
        call = asked.get(key)
        if call is None or call.effect == NOT:
            yield f"key {key} is kept: {call or 'nobody has asked under it'}"


def nobody_got_a_wrong_answer(history, _):
    yield from history.complaints()


def the_product_finds_nothing(_, tables):
    yield from tables.problems


LAWS = [acknowledged_is_there, deleted_is_gone, booked_as_often_as_asked, transactions_are_whole,
        every_change_was_asked_for, versions_only_grow, ended_stays_ended, sequences_have_no_hole, no_two_at_one_time,
        chosen_agrees_with_claims, wall_clock_is_kept, rejections_are_recorded, rejections_are_announced,
        followers_see_all_in_order, keys_stand_for_answers, nobody_got_a_wrong_answer, the_product_finds_nothing, what_falls_due_is_written]


def check(history, tables):
    """law -> the sentences that describe its violations."""
    broken = {law.__name__: list(law(history, tables)) for law in LAWS}
    return {name: found for name, found in broken.items() if found}
