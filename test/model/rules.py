"""The scheduler's rules, said as plainly as they can be: SPEC 2.1 to 2.6, 2.9 to 2.11 and 3, on a few calendars.

Nothing here is clever. Every start on the increment is tried in turn, alternatives are all open starts sorted by their
distance, and the present status follows from the clock. Instants and lengths are whole seconds; a time of day is
seconds since midnight. The names of fields are those of the events' JSON.
"""

import copy
from dataclasses import dataclass, field, fields as dataclass_fields, replace

from calendars import FOREVER, NEVER, lies_in
from wall_clock import DAY

PAST_TOLERANCE = 300


class Refused(Exception):
    """Invalid input: an error, and nothing changes."""

    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


INVALID, NOT_FOUND, NOT_NOW, OTHER_VERSION = "22023", "P0002", "55000", "JB412"


@dataclass
class Event:
    id: int = 0
    event_name: str = ""
    attendees: tuple = ()
    event_location: str = ""
    calendar: str = "ceo"
    date: object = None
    start_time: int = None
    wished_start: int = None
    duration: int = 0
    not_before: int = None
    not_after: int = None
    priority: int = 50
    status: str = "scheduled"
    start: int = None
    end: int = None
    version: int = 1
    created_at: int = 0
    updated_at: int = 0

    def is_fixed(self):
        return self.start_time is not None or self.wished_start is not None

    def is_claiming(self):
        return self.status == "scheduled"

    def wish_for_time(self):
        start = (self.calendar, self.date, self.start_time, self.wished_start)
        return (*start, self.duration, self.not_before, self.not_after)

    def status_at(self, now):
        if self.status != "scheduled":
            return self.status
        return "pending" if now < self.start else "in_progress" if now < self.end else "completed"


@dataclass
class Outcome:
    outcome: str
    event_id: int = None
    start: int = None
    end: int = None
    reason: str = None
    conflicts: list = field(default_factory=list)
    moves: list = field(default_factory=list)
    alternatives: list = field(default_factory=list)
    version: int = None


class World:
    """All calendars and events, and the clock."""

    def __init__(self, calendars, now):
        self.calendars = {calendar.name: calendar for calendar in calendars}
        self.events = {}
        self.now = now
        self.rejections = []  # (event_id, calendar, reason), those of the last call
        self.locked = set()  # the calendars that the last call was about

    # ---- the calls ----

    def schedule(self, wish, new_id, allow_past=False, dry_run=False):
        return self._all_or_nothing(dry_run, lambda: self._schedule(wish, new_id, allow_past, dry_run))

    def schedule_all(self, wishes, new_ids, dry_run=False):
        def work():
            outcomes, ids = [], list(new_ids)
            for wish in wishes:
                self._check_new(wish)
            for wish in wishes:
                outcomes.append(self._schedule(wish, ids[0] if ids else 0, False, dry_run))
                if outcomes[-1].outcome == "placed" and ids:
                    ids.pop(0)
            return outcomes

        return self._all_or_nothing(dry_run, work)

    def change(self, event_id, changes, expected_version=None, place_waiting=False, allow_past=False, dry_run=False):
        def work():
            event = self._find(event_id, expected_version)
            return self._change(event, changes, place_waiting, allow_past)

        return self._all_or_nothing(dry_run, work)

    def cancel(self, event_id, expected_version=None, dry_run=False):
        return self.change(event_id, {"status": "cancelled"}, expected_version, dry_run=dry_run)

    def delete(self, event_id, expected_version=None):
        def work():
            event = self._find(event_id, expected_version)
            self._calendar(event.calendar)
            del self.events[event.id]

        self._all_or_nothing(False, work)

    def retune(self, calendar):
        """Other settings: as if time had opened."""
        self.calendars[calendar.name] = calendar
        self.rejections, self.locked = [], {calendar.name}
        self._tend({calendar.name})

    def slots(self, calendar_name, duration, first=None, last=None, most=10):
        calendar = self._calendar(calendar_name)
        window = (NEVER if first is None else first, FOREVER if last is None else last)
        starts = list(self._open_starts(calendar, duration, window, self._busy(calendar.name), most))
        return [(start, start + duration) for start in starts]

    def listed(self, calendar_name, first, last, statuses):
        found = [event for event in self.events.values() if event.calendar == calendar_name]
        found = [event for event in found if event.start is None or (event.start < last and first < event.end)]
        found = [event for event in found if not statuses or event.status_at(self.now) in statuses]
        return [event.id for event in sorted(found, key=lambda e: (FOREVER if e.start is None else e.start, e.id))]

    # ---- placing ----

    def _schedule(self, wish, new_id, allow_past, dry_run):
        self._check_new(wish)
        calendar = self._calendar(wish.get("calendar", "ceo"))
        event = self._lay({"duration": None, **wish}, Event(calendar=calendar.name, version=1), calendar)
        found = self._place(event, allow_past)
        if found.reason:
            return self._reject(event, None, found)
        event.id, event.start, event.end = new_id, found.start, found.end
        event.created_at = event.updated_at = self.now
        moves = self._displace(found.displaced, event)
        if dry_run:
            return Outcome("placed", None, event.start, event.end, moves=moves)
        return Outcome("placed", event.id, event.start, event.end, moves=moves, version=1)

    def _place(self, event, allow_past=False, has_begun=False):
        """Where the event goes, or why it goes nowhere; its own present time is not in its way (2.9)."""
        calendar = self._calendar(event.calendar)
        busy = self._busy(calendar.name, besides=event.id)
        if not event.is_fixed() and not has_begun:
            return self._place_automatic(event, calendar, busy)
        start = event.start if has_begun else self._wished_start(event, calendar)
        return self._place_fixed(event, calendar, busy, (start, start + event.duration), allow_past, has_begun)

    def _place_automatic(self, event, calendar, busy):
        window = self._window(event, calendar)
        for start in self._open_starts(calendar, event.duration, window, busy, 1):
            return Found(start, start + event.duration)
        return Found(reason=self._why_nowhere(event, calendar, window))

    def _place_fixed(self, event, calendar, busy, wished, allow_past, has_begun):
        start, end = wished
        found = Found(start, end, reason=self._fixed_reason(calendar, start, end, allow_past, has_begun))
        if not found.reason:
            in_the_way = [other for other in busy if other.start < end and start < other.end]
            found.displaced = [other for other in in_the_way if self._may_be_displaced(other, calendar)]
            found.conflicts = [other.id for other in in_the_way if not self._may_be_displaced(other, calendar)]
            found.reason = "conflict" if found.conflicts else None
        if found.reason and not has_begun:
            open_starts = list(self._open_starts(calendar, end - start, (NEVER, FOREVER), busy))
            nearest = sorted(open_starts, key=lambda s: (abs(s - start), s))[:3]
            found.alternatives = [(s, s + end - start) for s in nearest]
        return found

    def _fixed_reason(self, calendar, start, end, allow_past, has_begun):
        if not allow_past and not has_begun and start < self.now - PAST_TOLERANCE:
            return "in_the_past"
        if not calendar.strict:
            return None
        if end > self.now + calendar.horizon:
            return "beyond_horizon"
        is_record = allow_past and start < self.now
        if not is_record and not has_begun and start < self.now + calendar.min_notice:
            return "too_soon"
        if not calendar.in_hours(start, end):
            return "outside_hours"
        if not has_begun and not calendar.on_increment(start):
            return "off_increment"
        return None

    def _open_starts(self, calendar, duration, window, busy, most=None):
        """SPEC 2.3, start by start."""
        first = max(window[0], self.now + calendar.min_notice)
        last = min(window[1], self.now + calendar.horizon) - duration
        if first > last:
            return
        found, spans = 0, calendar.open_spans(first, last + duration)
        for start in calendar.starts(first, last):
            end = start + duration
            if lies_in(spans, start, end) and not any(other.start < end and start < other.end for other in busy):
                yield start
                found += 1
                if found == most:
                    return

    def _why_nowhere(self, event, calendar, window):
        """The first reason of 2.6 that leaves no start."""
        duration, notice, horizon = event.duration, self.now + calendar.min_notice, self.now + calendar.horizon
        first, last = max(window[0], self.now), window[1] - duration
        if last < self.now:
            return "in_the_past"
        if first + duration > horizon:
            return "beyond_horizon"
        if last < notice:
            return "too_soon"
        first, last = max(first, notice), min(last, horizon - duration)
        if first + duration > horizon:
            return "beyond_horizon"
        spans = calendar.open_spans(first, last + duration)
        if not any(min(end, last + duration) - max(start, first) >= duration for start, end in spans):
            return "outside_hours"
        if not any(lies_in(spans, start, start + duration) for start in calendar.starts(first, last)):
            return "off_increment"
        return "no_open_slot"

    def _displace(self, displaced, winner):
        """SPEC 2.4. The winner stands where it is; each of the displaced is placed again, or waits."""
        before = {event.id: (event.start, event.end) for event in displaced}
        self.events[winner.id] = winner
        for event in displaced:
            event.status, event.start, event.end = "waiting", None, None
        moves = []
        for event in sorted(displaced, key=lambda e: (-e.priority, before[e.id][0], e.id)):
            calendar = self._calendar(event.calendar)
            found = self._place_automatic(event, calendar, self._busy(calendar.name))
            event.version += 1
            event.updated_at = self.now
            if found.reason:
                self.rejections.append((event.id, event.calendar, "displaced"))
            else:
                event.status, event.start, event.end = "scheduled", found.start, found.end
            moves.append((event.id, *before[event.id], event.start, event.end))
        return moves

    def _may_be_displaced(self, event, calendar):
        begins_later = event.start > self.now and event.start >= self.now + calendar.settled_within
        return not event.is_fixed() and begins_later

    # ---- changing ----

    def _change(self, event, changes, place_waiting, allow_past):
        self._calendar(event.calendar)
        calendar = self._calendar(changes.get("calendar", event.calendar))
        status = changes.get("status")
        wanted = self._lay(self._whole_wall_clock(changes, event, calendar), event, calendar)
        self._check_wish(changes, wanted)
        other_time = wanted.wish_for_time() != event.wish_for_time()
        other_status = status is not None and status != event.status_at(self.now)
        if other_time and other_status:
            raise Refused(INVALID)
        if other_status:
            return self._transition(event, wanted, status)
        if other_time or (place_waiting and event.status == "waiting"):
            return self._move(event, wanted, allow_past)
        if wanted == event:
            return Outcome("unchanged", event.id, event.start, event.end, version=event.version)
        return self._store("updated", wanted)

    def _move(self, event, wanted, allow_past):
        if event.status not in ("scheduled", "waiting") or event.status_at(self.now) == "completed":
            raise Refused(NOT_NOW)
        has_begun = event.status_at(self.now) == "in_progress"
        if has_begun:
            if replace(event, duration=wanted.duration).wish_for_time() != wanted.wish_for_time():
                raise Refused(NOT_NOW)
            if event.start + wanted.duration <= self.now:
                raise Refused(NOT_NOW)
        found = self._place(wanted, allow_past, has_begun)
        if found.reason:
            return self._reject(wanted, event.id, found)
        wanted.status, wanted.start, wanted.end = "scheduled", found.start, found.end
        moves = self._displace(found.displaced, wanted)
        return self._store("placed" if event.status == "waiting" else "updated", wanted, moves)

    def _transition(self, event, wanted, status):
        present = event.status_at(self.now)
        if status == "cancelled" and present in ("pending", "in_progress", "waiting"):
            wanted.status = "cancelled"
            return self._store("cancelled", wanted)
        if status == "in_progress" and present == "pending":
            busy = self._busy(event.calendar, besides=event.id)
            in_the_way = [other.id for other in busy if other.start < event.start and self.now < other.end]
            if in_the_way:
                return self._reject(wanted, event.id, Found(reason="conflict", conflicts=in_the_way))
            wanted.start = self.now
        elif status == "completed" and present == "in_progress":
            wanted.end = max(self.now, event.start + 1)  # no event is empty
        else:
            raise Refused(NOT_NOW)
        return self._store("updated", wanted)

    def _store(self, outcome, wanted, moves=()):
        wanted.version += 1
        wanted.updated_at = self.now
        self.events[wanted.id] = wanted
        return Outcome(outcome, wanted.id, wanted.start, wanted.end, moves=list(moves), version=wanted.version)

    def _reject(self, wanted, event_id, found):
        self.rejections.append((event_id, wanted.calendar, found.reason))
        version = wanted.version if event_id else None
        return Outcome("rejected", event_id, None, None, found.reason, found.conflicts, [], found.alternatives, version)

    # ---- waiting ----

    def _tend(self, opened):
        """SPEC 2.11, at the end of a call: what waits for a time that has passed expires; where time has opened, what
        waits is tried by priority, then age, until nothing more finds a place."""
        for event in self._waiting(self.locked):
            if self._latest_start(event) < self.now:
                event.status, event.version, event.updated_at = "expired", event.version + 1, self.now
                self.rejections.append((event.id, event.calendar, "window_passed"))
        while opened:
            claims = self._claims()
            for event in self._waiting(opened):
                found = self._place(event)
                if found.reason:
                    continue
                event.status, event.start, event.end = "scheduled", found.start, found.end
                event.version, event.updated_at = event.version + 1, self.now
                self._displace(found.displaced, event)
            opened = self._opened_since(claims)

    def _waiting(self, calendars):
        waiting = [e for e in self.events.values() if e.status == "waiting" and e.calendar in calendars]
        return sorted(waiting, key=lambda e: (-e.priority, e.created_at, e.id))

    def _latest_start(self, event):
        calendar = self.calendars[event.calendar]
        if event.is_fixed():
            return self._wished_start(event, calendar)
        return min(self._window(event, calendar)[1], event.updated_at + calendar.horizon) - event.duration

    def _claims(self):
        return {e.id: (e.calendar, e.start, e.end) for e in self.events.values() if e.is_claiming()}

    def _opened_since(self, claims):
        """The calendars on which an event gave up the time that it had."""
        present = self._claims()
        return {claim[0] for event_id, claim in claims.items() if present.get(event_id) != claim}

    # ---- wishes ----

    def _lay(self, changes, event, calendar):
        """The changes over a copy of the event. A start named as an instant replaces one named by the wall clock, and
        the other way round; None clears."""
        event = copy.copy(event)
        if changes.get("start_timestamp") is not None:
            event.date = event.start_time = None
        if changes.get("date") is not None or changes.get("start_time") is not None:
            event.wished_start = None
        cleared = {each.name: each.default for each in dataclass_fields(Event)}
        for name, value in changes.items():
            if name == "start_timestamp":
                event.wished_start = value
            elif name == "duration":
                event.duration = calendar.default_duration if value is None else value
            elif name != "status":
                setattr(event, name, cleared[name] if value is None else value)
        return event

    def _whole_wall_clock(self, changes, event, calendar):
        """2.9: a date alone moves a fixed event to the same wall time on that date; a time alone stays on its date."""
        changes = dict(changes)
        if event.wished_start is not None and "start_timestamp" not in changes:
            wall = calendar.zone.wall(event.wished_start)
            if changes.get("date") is not None and "start_time" not in changes:
                changes["start_time"] = calendar.zone.time_of_day(event.wished_start)
            if changes.get("start_time") is not None and "date" not in changes:
                changes["date"] = wall.date()
        return changes

    def _check_new(self, wish):
        if not wish.get("event_name"):
            raise Refused(INVALID)
        calendar = self._calendar(wish.get("calendar", "ceo"))
        self._check_wish(wish, self._lay(wish, Event(calendar=calendar.name, duration=1), calendar))

    def _check_wish(self, changes, event):
        if "event_name" in changes and not event.event_name:
            raise Refused(INVALID)
        if event.start_time is not None and event.date is None:
            raise Refused(INVALID)
        if event.wished_start is not None and (event.date is not None or event.start_time is not None):
            raise Refused(INVALID)
        names_window = changes.get("not_before") is not None or changes.get("not_after") is not None
        if event.is_fixed() and names_window:
            raise Refused(INVALID)
        if event.not_before is not None and event.not_after is not None and event.not_after <= event.not_before:
            raise Refused(INVALID)

    def _wished_start(self, event, calendar):
        if event.wished_start is not None:
            return event.wished_start
        return calendar.zone.at(event.date, event.start_time)

    def _window(self, event, calendar):
        first, last = NEVER, FOREVER
        if event.date is not None:
            first, last = calendar.zone.at(event.date, 0), calendar.zone.at(event.date, DAY)
        if event.not_before is not None:
            first = max(first, event.not_before)
        if event.not_after is not None:
            last = min(last, event.not_after)
        return first, last

    # ---- the rest ----

    def _calendar(self, name):
        if name not in self.calendars:
            raise Refused(INVALID)
        self.locked.add(name)
        return self.calendars[name]

    def _find(self, event_id, expected_version):
        event = self.events.get(event_id)
        if event is None:
            raise Refused(NOT_FOUND)
        if expected_version is not None and expected_version != event.version:
            raise Refused(OTHER_VERSION)
        return event

    def _busy(self, calendar_name, besides=None):
        others = [event for event in self.events.values() if event.calendar == calendar_name and event.id != besides]
        return sorted((event for event in others if event.is_claiming()), key=lambda event: event.start)

    def _all_or_nothing(self, dry_run, work):
        self.rejections, self.locked = [], set()
        before = {event_id: copy.copy(event) for event_id, event in self.events.items()}
        claims = self._claims()
        try:
            result = work()
            self._tend(self._opened_since(claims))
        except Refused:
            self.events, self.rejections = before, []
            raise
        if dry_run:
            self.events, self.rejections = before, []
        return result


@dataclass
class Found:
    """The answer of the rules to one wish."""

    start: int = None
    end: int = None
    reason: str = None
    displaced: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    alternatives: list = field(default_factory=list)
