"""The scheduler's rules, stated as plainly as possible: rules 2.1 to 2.18 and 3, on a few calendars.

No search here is clever. Every start on the increment is tried in turn, alternatives are chosen among all open starts,
and the present status follows from the clock. Instants and lengths are whole seconds; a time of day is seconds since
midnight. The names of fields are those of the events' JSON.
"""

import copy
import heapq
import itertools
from datetime import datetime, timedelta
from dataclasses import dataclass, field, fields as dataclass_fields, replace
from fractions import Fraction
from typing import NamedTuple

from calendars import FOREVER, NEVER, Within, lies_in
from wall_clock import DAY

PAST_TOLERANCE = 300
REASONS = ("in_the_past", "outside_window", "beyond_horizon", "too_soon", "outside_hours", "off_increment", "over_limit",
           "conflict", "no_open_slot")  # rule 2.6.3
MAY_WAIT = {"over_limit", "conflict", "no_open_slot"}  # rule 2.6: reasons that empty calendars would remove


class Refused(Exception):
    """Invalid input: an error, and nothing changes."""

    def __init__(self, sqlstate):
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


INVALID, NOT_FOUND, NOT_NOW, OTHER_VERSION = "22023", "P0002", "55000", "JB412"


class OneOf(NamedTuple):
    """Rule 2.18: a list of candidates, and the candidates that the event has of it."""

    calendars: tuple
    count: int = 1
    choose: str = "first"
    weights: tuple = ()
    per: str = "week"
    chosen: tuple = ()

    def weight(self, name):
        return self.weights[self.calendars.index(name)] if self.weights else 1

    def pool(self, event):
        """Those of its candidates that the event is on: if they are more than `count`, the event has yet to choose."""
        return tuple(name for name in self.calendars if name in event.calendars)


@dataclass
class Event:
    id: int = 0
    event_name: str = ""
    attendees: tuple = ()
    event_location: str = ""
    calendars: tuple = ("ceo",)
    attendee_calendars: tuple = ()
    check_attendees: bool = None
    hold_for: int = None
    date: object = None
    start_time: int = None
    wished_start: int = None
    duration: int = None
    days: int = None  # either this or the duration
    not_before: int = None
    not_after: int = None
    within: Within = None
    one_of: tuple = None
    priority: int = 50
    series: int = None
    status: str = "scheduled"
    start: int = None
    end: int = None
    expires_at: int = None
    version: int = 1
    created_at: int = 0
    updated_at: int = 0
    wished_wall: object = None  # rule 2.8.9: the wall clock of its wish, from before its calendar's zone changed
    looked_at: int = 0  # the last check whether the horizon has brought time for the waiting event
    claims: dict = field(default_factory=dict)  # by calendar, with the buffers of the day on which the event was placed

    def is_fixed(self):
        return self.start_time is not None or self.wished_start is not None

    def lists(self):
        return self.one_of or ()

    def candidates(self):
        return tuple(name for each in self.lists() for name in each.calendars)

    def named(self):
        return tuple(name for name in self.calendars if name not in self.candidates())

    def has_choice(self):
        return any(len(each.pool(self)) > each.count for each in self.lists())

    def stand_on(self, calendars):
        """Rule 2.18.7: each list tells what was chosen of it."""
        self.calendars = calendars
        if self.one_of is not None:
            pools = [each.pool(self) for each in self.one_of]
            self.one_of = tuple(each._replace(chosen=pool if len(pool) == each.count else ())
                                for each, pool in zip(self.one_of, pools))

    def widen(self):
        """Rule 2.18.7: an event without a place is on all of its candidates."""
        self.stand_on(self.named() + self.candidates())

    def is_claiming(self):
        return self.status in ("scheduled", "held")

    def booked_on(self):
        return self.calendars + self.attendee_calendars

    def wish_for_time(self):
        start = (self.booked_on(), self.date, self.start_time, self.wished_start)
        return (*start, self.duration, self.days, self.not_before, self.not_after, self.within)

    def status_at(self, now):
        if self.status == "held" and self.expires_at <= now:
            return "expired"
        if self.status != "scheduled":
            return self.status
        return "pending" if now < self.start else "in_progress" if now < self.end else "completed"

    def has_begun(self, now):
        return self.is_claiming() and self.start <= now


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
    events: list = field(default_factory=list)
    skipped: list = field(default_factory=list)
    own_id: int = field(default=None, compare=False)  # the event's id, even in a dry run, which names none

    def has_done(self):
        return self.reason is None and self.outcome != "undone"


@dataclass
class Rule:
    """The rule of a series: RRULE:FREQ=DAILY;INTERVAL=days;COUNT=count."""

    days: int
    count: int

    def text(self):
        return f"RRULE:FREQ=DAILY;INTERVAL={self.days};COUNT={self.count}"

    def starts(self, first):
        return [first + timedelta(self.days * k) for k in range(self.count)]


@dataclass
class Options:
    """The options of a call, which are not stored with the event."""

    allow_past: bool = False
    preempt: bool = False
    on_no_slot: str = "reject"
    has_begun: bool = False
    keeps_start: bool = False
    keeps_end: bool = False


class World:
    """All calendars and events, and the clock."""

    def __init__(self, calendars, now):
        self.calendars = {calendar.name: calendar for calendar in calendars}
        self.events = {}
        self.now = now
        self.rejections = []  # (event_id, calendar, reason) of each rejection of the last call
        self.locked = set()  # the calendars that the last call locked
        self.kept = set()  # the events from which no waiting event takes time any more
        self.tried_next = set()  # the waiting events to be tried by the next call on their calendars
        self.versions_read = {}  # by event, before the call: versions that do not yet count the end of a due hold

    # ---- the calls ----

    def schedule(self, wish, new_id, options=Options(), dry_run=False):
        return self._all_or_nothing(dry_run, lambda: self._schedule(wish, new_id, options, dry_run))

    def schedule_series(self, wish, rule, new_ids, options=Options(), dry_run=False):
        def work():
            outcome = self._schedule_series(wish, rule, list(new_ids), options)
            outcome.own_id = outcome.event_id
            if dry_run:
                outcome.event_id = outcome.version = None
                outcome.events = []
            return outcome

        return self._all_or_nothing(dry_run, work)

    def schedule_all(self, wishes, new_ids, dry_run=False, trials=()):
        """`trials`: the positions in the batch of the requests that are only tried; if all are, the batch is tried."""
        if len(trials) == len(wishes):
            dry_run, trials = True, ()
        def work():
            outcomes, ids = [], list(new_ids)
            for wish in wishes:
                self._check_new(wish)
            for n, wish in enumerate(wishes):
                if n in trials:
                    outcomes.append(self._tried(wish))
                    continue
                outcomes.append(self._schedule(wish, ids[0] if ids else 0, Options(), dry_run))
                if outcomes[-1].outcome in ("placed", "held") and ids:
                    ids.pop(0)
            return outcomes

        return self._all_or_nothing(dry_run, work)

    def change(self, event_id, changes, expected_version=None, place_waiting=False, options=Options(), dry_run=False,
               scope="one"):
        def work():
            event = self._find(event_id, expected_version)
            if scope == "one" or event.series is None:
                outcome = self._carry_out(self._intent(event, changes, place_waiting), options)
            else:
                outcome = self._change_series(event, changes, place_waiting, options, scope)
            outcome.moves = self._place_displaced()
            return outcome

        return self._all_or_nothing(dry_run, work)

    def cancel(self, event_id, expected_version=None, dry_run=False, scope="one"):
        return self.change(event_id, {"status": "cancelled"}, expected_version, dry_run=dry_run, scope=scope)

    def confirm(self, event_id, if_still_free, expected_version=None, dry_run=False, scope="one"):
        changes = {"status": "scheduled", "if_still_free": if_still_free}
        return self.change(event_id, changes, expected_version, dry_run=dry_run, scope=scope)

    def deny(self, event_id, expected_version=None, dry_run=False, scope="one"):
        return self.change(event_id, {"status": "denied"}, expected_version, dry_run=dry_run, scope=scope)

    def delete(self, event_id, expected_version=None):
        def work():
            event = self._find(event_id, expected_version)
            self._lock(event.booked_on())
            del self.events[event.id]

        self._all_or_nothing(False, work)

    def retune(self, calendar):
        """Gives a calendar new settings, as if time had opened."""
        former = self.calendars.get(calendar.name, calendar).zone
        self.calendars[calendar.name] = calendar
        if former.name != calendar.zone.name:
            self._keep_moments(former, calendar)
        self.rejections, self.locked = [], {calendar.name}
        self._expire_holds()
        self._watch_again(calendar.name)
        self._tend({calendar.name: [(NEVER, FOREVER)]})

    def _keep_moments(self, former, calendar):
        """Rule 2.8.9: in a new zone, future fixed events wish for instants; back in the first, for their wall clock."""
        for event in self.events.values():
            has_place = (event.is_claiming() or event.status == "expired") and event.start is not None
            if event.calendars[0] != calendar.name or not (event.start > self.now if has_place else event.status == "waiting"):
                continue
            wall = event.wished_wall or (None if event.start_time is None else wall_of(event))
            if wall is None and event.days is None:
                continue
            told = event.start if has_place else event.wished_start
            moment = former.instant(wall) if told is None else told
            if event.days is not None and (wall is None or not has_place):
                counted = former.instant((wall if told is None else former.wall(moment)) + timedelta(event.days))
                end = event.end if has_place else counted
                if calendar.zone.instant(calendar.zone.wall(moment) + timedelta(event.days)) != end:
                    event.duration, event.days = end - moment, None
            if wall is None:
                continue
            counted = None if event.days is None else calendar.zone.instant(calendar.zone.wall(moment) + timedelta(event.days))
            if calendar.zone.instant(wall) != moment or (has_place and counted not in (None, event.end)):
                event.date = event.start_time = None
                event.wished_start, event.wished_wall = moment, wall
            elif event.wished_wall:
                self._wish_for_wall_clock(event)

    @staticmethod
    def _wish_for_wall_clock(event):
        event.date, event.start_time = event.wished_wall.date(), seconds_of(event.wished_wall)
        event.wished_start = event.wished_wall = None

    def expire(self):
        """Writes whatever is due."""
        self.rejections, self.locked = [], set(self.calendars)
        claims = self._claims()
        self._expire_holds()
        self._tend(self._opened_since(claims))

    def replan(self, calendar_name, dry_run=False):
        if calendar_name not in self.calendars:
            raise Refused(NOT_FOUND)
        return self._all_or_nothing(dry_run, lambda: self._replan(self._calendar(calendar_name)))

    def rezone(self, calendar_name, dry_run=False):
        if calendar_name not in self.calendars:
            raise Refused(NOT_FOUND)
        return self._all_or_nothing(dry_run, lambda: self._rezone(self._calendar(calendar_name)))

    def slots(self, names, duration, first=None, last=None, most=10, within=None, one_of=None):
        event = Event(calendars=names)
        if one_of:
            event = self._lay({"calendars": names, "one_of": one_of, "duration": duration}, Event(calendars=()))
            self._check_lists({"calendars": names, "one_of": one_of}, event)
        if not event.calendars or any(name not in self.calendars for name in event.calendars):
            raise Refused(INVALID)
        if within is not None and not within.holds(duration):
            raise Refused(INVALID)
        window = (NEVER if first is None else first, FOREVER if last is None else last)
        starts = itertools.islice(self._valid_starts(event, duration, window, self._others(), within), most)
        return [(start, start + duration) for start, _ in starts]

    def listed(self, names, first, last, statuses):
        found = [event for event in self.events.values() if set(names) & set(event.booked_on())]
        found = [event for event in found if event.start is None or (event.start < last and first < event.end)]
        found = [event for event in found if not statuses or event.status_at(self.now) in statuses]
        return [event.id for event in sorted(found, key=lambda e: (FOREVER if e.start is None else e.start, e.id))]

    # ---- placing ----

    def _schedule(self, wish, new_id, options, dry_run):
        self._check_new(wish)
        if options.preempt and wish.get("one_of"):
            raise Refused(INVALID)
        event = self._requested(wish)
        found = self._place(event, options)
        shown_id, version = (None, None) if dry_run else (new_id, 1)
        has_passed = event.is_fixed() and self._wished_start(event) < self.now
        if found.reason in MAY_WAIT and options.on_no_slot == "wait" and not has_passed:
            event.id, event.status = new_id, "waiting"
            self.events[new_id] = event
            return Outcome("waiting", shown_id, None, None, found.reason, found.conflicts, [], found.alternatives, version)
        if found.reason:
            return self._reject(event, None, found)
        event.id = new_id
        self._begin(event)
        self._displace(found, event)
        moves = self._place_displaced()
        return Outcome(placing_word(event), shown_id, event.start, event.end, moves=moves, version=version, own_id=new_id)

    def _tried(self, wish):
        before = {event_id: copy.copy(event) for event_id, event in self.events.items()}
        rejected = len(self.rejections)
        outcome = self._schedule(wish, -100, Options(), True)
        self.events = before
        del self.rejections[rejected:]
        return outcome

    def _requested(self, wish):
        event = self._requested_alone(wish)
        self._resolve_attendees(event)
        self._resolve_hold(event)
        event.created_at = event.updated_at = self.now
        return event

    def _requested_alone(self, wish):
        """Rule 2.18.1: with lists, `calendars` is empty by default."""
        named = () if wish.get("one_of") else self._names(wish)
        return self._lay(wish, Event(version=1, calendars=named))

    def _resolve_hold(self, event):
        if event.hold_for is None:
            asked = [self.calendars[name].confirm_within for name in event.calendars]
            event.hold_for = min((each for each in asked if each is not None), default=None)

    def _begin(self, event):
        """An event placed now is held until its deadline, if it needs confirmation and has not been held before."""
        if event.hold_for is None or event.expires_at is not None:
            event.status = "scheduled"
        else:
            event.status, event.expires_at = "held", self.now + event.hold_for

    def _place(self, event, options=Options()):
        """Where the event goes, or why it has no place; its own present time does not block it (rule 2.9.1)."""
        others = self._others(besides=event.id)
        if not event.is_fixed() and not options.has_begun:
            found = self._place_automatic(event, others)
            if found.reason in MAY_WAIT and options.preempt:
                return self._preempt(event, others) or found
            return found
        start = event.start if options.has_begun or options.keeps_start else self._wished_start(event)
        end = event.end if options.keeps_end else self._end_from(event, start)
        if end <= start:
            raise Refused(INVALID)
        if event.has_choice():
            return self._choose_at(event, others, (start, end), options)
        return self._place_fixed(event, others, (start, end), options)

    def _place_automatic(self, event, others, asked=(NEVER, FOREVER)):
        window = self._window(event)
        window = max(window[0], asked[0]), min(window[1], asked[1])
        if event.has_choice():
            return self._choose(event, window, others)
        for start in self._open_starts(event.booked_on(), event.duration, window, others, 1, event.within):
            return Found(start, start + event.duration)
        return Found(reason=self._why_nowhere(event, window, others))

    def _valid_starts(self, event, duration, window, others, within=None):
        """Rule 2.18.2: each valid start, with the candidates that are open then. A candidate is open for itself alone."""
        needed = event.named() + event.attendee_calendars
        on = [(name, self._open_starts([name], duration, window, others)) for each in event.lists() for name in each.pool(event)]
        on += [("", self._open_starts(needed, duration, window, others))] if needed else []
        tagged = [zip(starts, itertools.repeat(name)) for name, starts in on]
        zone = self.calendars[event.calendars[0]].zone
        for start, group in itertools.groupby(heapq.merge(*tagged), key=lambda each: each[0]):
            is_open = {name for _, name in group}
            if needed and "" not in is_open:
                continue
            if any(len(is_open & set(each.pool(event))) < each.count for each in event.lists()):
                continue
            if within is None or lies_in(within.spans(zone, start, start + duration), start, start + duration):
                yield start, is_open

    def _busy(self, each, name, event, at, length, others):
        """Rule 2.18.4."""
        zone = self.calendars[name].zone
        day = zone.day_at(at)
        date = zone.wall(day[0] + (day[1] - day[0]) // 2).date()
        first, last = {"day": (date, date + timedelta(1)),
                       "week": (date - timedelta(date.weekday()), date + timedelta(7 - date.weekday())),
                       "month": (date.replace(day=1), (date.replace(day=1) + timedelta(31)).replace(day=1))}[each.per]
        first, last = zone.at(first, 0), zone.at(last, 0)
        booked = sum(e.end - e.start for e in others if e.id != event.id and name in e.claims and first <= e.start < last)
        return Fraction(booked + length, each.weight(name))

    def _in_order(self, each, event, at, length, others):
        """The candidates in the order in which the list takes them."""
        if each.choose == "first":
            return list(each.pool(event))
        return sorted(each.pool(event), key=lambda name: self._busy(each, name, event, at, length, others))

    def _choose(self, event, window, others):
        """Rule 2.18.3."""
        length = event.duration
        starts = self._valid_starts(event, length, window, others, event.within)
        first = next(starts, None)
        if first is None:
            return Found(reason=self._why_none(event, window, others))
        left = [first]
        if any(each.choose == "least_busy" for each in event.lists()):
            day_ends = self.calendars[event.calendars[0]].zone.day_at(first[0])[1]
            left += itertools.takewhile(lambda each: each[0] < day_ends, starts)
        chosen = event.named()
        for each in event.lists():
            count = each.count
            for name in self._in_order(each, event, first[0], length, others):
                having = [start for start in left if name in start[1]]
                if having and count:
                    left, chosen, count = having, (*chosen, name), count - 1
        start = left[0][0]
        return Found(start, start + length, calendars=self._as_listed(event, chosen))

    @staticmethod
    def _as_listed(event, chosen):
        return event.named() + tuple(name for name in event.candidates() if name in chosen)

    def _why_none(self, event, window, others):
        """The last reason of rule 2.6 for which a candidate has no start beside the named calendars; if each has one, no
        start has enough of them."""
        reasons = []
        for each in event.lists():
            for name in each.pool(event):
                alone = replace(event, calendars=(*event.named(), name), one_of=None)
                if not any(True for _ in self._open_starts(alone.booked_on(), event.duration, window, others, 1, event.within)):
                    reasons.append(self._why_nowhere(alone, window, others))
        return max(reasons, key=REASONS.index, default="no_open_slot")

    def _choose_at(self, event, others, wished, options):
        """Rule 2.18.5."""
        start, end = wished
        needed = event.named() + event.attendee_calendars
        found = self._judge(needed, others, wished, options) if needed else Found()
        chosen = event.named()
        for each in event.lists():
            if found.reason:
                break
            open_ones, refused = [], []
            for name in self._in_order(each, event, start, end - start, others):
                alone = self._judge([name], others, wished, options)
                (refused if alone.reason else open_ones).append((len(alone.displaced), name, alone))
            open_ones.sort(key=lambda one: one[0])
            chosen += tuple(name for _, name, _ in open_ones[:each.count])
            if len(open_ones) < each.count:
                found = Found(reason=max((one[2].reason for one in refused), key=REASONS.index))
                conflicts = [id for one in refused if one[2].reason == found.reason for id in one[2].conflicts]
                found.conflicts = list(dict.fromkeys(conflicts))
        if not found.reason:
            calendars = self._as_listed(event, chosen)
            found = self._judge(calendars + event.attendee_calendars, others, wished, options)
            found.calendars = calendars
            return found
        if event.days is None:
            open_times = [(s, s + end - start) for s, _ in self._valid_starts(event, end - start, (NEVER, FOREVER), others)]
        else:
            open_times = self._open_dates(event, others)
        found.alternatives = nearest_apart(open_times, start)
        return found

    def _preempt(self, event, others):
        """Rule 2.12.2: the earliest start that is open when all movable events of lower priority are set aside. They
        are put back in the order of rule 2.4.2, and any event that no longer fits gives way."""
        names, window = event.booked_on(), self._window(event)
        lower = [e for e in others if e.priority < event.priority and not e.is_fixed()
                 and set(names) & set(e.booked_on()) and self._may_be_displaced(e)]
        standing = [e for e in others if e not in lower]
        for start in self._open_starts(names, event.duration, window, standing, 1, event.within):
            found = Found(start, start + event.duration)
            for each in sorted(lower, key=replaced_earlier):
                if self._is_open(names, start, event.duration, [*standing, each]):
                    standing.append(each)
                else:
                    found.displaced.append(each)
            return found
        return None

    def _judge(self, names, others, wished, options):
        """Whether a fixed event may take the time on these calendars, and which events it would displace."""
        start, end = wished
        found = Found(start, end, reason=self._fixed_reason(names, start, end, options, others))
        if not found.reason:
            in_the_way = {other.id: other for name in names for other in others if self._overlaps(other, name, start, end)}
            by_start = sorted(in_the_way.values(), key=lambda other: (other.start, other.id))
            found.displaced = [other for other in by_start if self._may_be_displaced(other)]
            found.conflicts = [other.id for other in by_start if not self._may_be_displaced(other)]
            found.reason = "conflict" if found.conflicts else None
        return found

    def _place_fixed(self, event, others, wished, options):
        start, end = wished
        names = event.booked_on()
        found = self._judge(names, others, wished, options)
        if found.reason and not options.has_begun:
            if event.days is None:
                open_times = [(s, s + end - start) for s in self._open_starts(names, end - start, (NEVER, FOREVER), others)]
            else:
                open_times = self._open_dates(event, others)
            found.alternatives = nearest_apart(open_times, start)
        return found

    def _could_begin(self, event, start, duration, others):
        return any(True for _ in self._valid_starts(event, duration, (start, start + duration), others))

    def _open_dates(self, event, others):
        """Rule 2.5.2: the times of an event in days, from the same time of day on another date."""
        zone, names = self.calendars[event.calendars[0]].zone, event.booked_on()
        wall = wall_of(event) if event.start_time is not None else zone.wall(event.wished_start)
        day = zone.wall(self.now).date() - timedelta(2)
        last = self.now + min(self.calendars[name].horizon for name in names)
        while zone.at(day, 0) <= last:
            start = zone.at(day, seconds_of(wall))
            end = zone.at(day + timedelta(event.days), seconds_of(wall))
            if start < end and self._could_begin(event, start, end - start, others):
                yield start, end
            day += timedelta(1)

    def _fixed_reason(self, names, start, end, options, others):
        if not options.allow_past and not options.has_begun and start < self.now - PAST_TOLERANCE:
            return "in_the_past"
        calendars = [self.calendars[name] for name in names]
        strict = [calendar for calendar in calendars if calendar.strict]
        if any(end > self.now + calendar.horizon for calendar in strict):
            return "beyond_horizon"
        is_record = options.allow_past and start < self.now
        if not is_record and not options.has_begun and any(start < self.now + c.min_notice for c in strict):
            return "too_soon"
        if not all(calendar.in_hours(start, end) for calendar in strict):
            return "outside_hours"
        if not options.has_begun and not all(calendar.on_increment(start) for calendar in strict):
            return "off_increment"
        if not options.has_begun and any(self._is_full(calendar, start, others) for calendar in calendars):
            return "over_limit"
        if not options.has_begun and any(first < end and start < last for first, last in self._full_days(strict, others)):
            return "over_limit"
        return None

    def _open_starts(self, names, duration, window, others, most=None, within=None):
        """Rule 2.3: tries each start."""
        calendars = [self.calendars[name] for name in names]
        first = max(window[0], *(self.now + calendar.min_notice for calendar in calendars))
        last = min(window[1], *(self.now + calendar.horizon for calendar in calendars)) - duration
        if first > last:
            return
        taken = [claim for name in names for claim in self._in_the_way_of(name, others)]
        taken += self._full_days(calendars, others)
        spans = [calendar.open_spans(first, last + duration) for calendar in calendars]
        if within is not None:
            spans.append(within.spans(calendars[0].zone, first, last + duration))
        found = 0
        for start in calendars[0].starts(first, last):
            end = start + duration
            if not all(calendar.on_increment(start) for calendar in calendars[1:]):
                continue
            if not all(lies_in(each, start, end) for each in spans):
                continue
            if any(a < end and start < b for a, b in taken):
                continue
            yield start
            found += 1
            if found == most:
                return

    def _is_open(self, names, start, duration, others):
        return any(True for _ in self._open_starts(names, duration, (start, start + duration), others, 1))

    def _claim(self, name, start, end):
        calendar = self.calendars[name]
        return start - calendar.buffer_before, end + calendar.buffer_after

    def _overlaps(self, other, name, start, end):
        claim = other.claims.get(name)
        first, last = self._claim(name, start, end)
        return claim is not None and claim[0] < last and first < claim[1]

    def _in_the_way_of(self, name, others):
        """The spans that an event on this calendar may not overlap, so that its own claim overlaps no claim."""
        calendar = self.calendars[name]
        claims = [other.claims[name] for other in others if name in other.claims]
        return [(start - calendar.buffer_after, end + calendar.buffer_before) for start, end in claims]

    def _is_full(self, calendar, start, others):
        if calendar.max_events_per_day is None:
            return False
        first, last = calendar.zone.day_at(start)
        on_it = [e for e in others if calendar.name in e.claims and first <= e.start < last]
        return len(on_it) >= calendar.max_events_per_day

    def _full_days(self, calendars, others):
        days = []
        for calendar in calendars:
            for event in others:
                if calendar.name in event.claims and self._is_full(calendar, event.start, others):
                    days.append(calendar.zone.day_at(event.start))
        return days

    def _why_nowhere(self, event, window, others):
        """The first reason of rule 2.6 that leaves no start."""
        names, duration = event.booked_on(), event.duration
        calendars = [self.calendars[name] for name in names]
        notice = max(self.now + calendar.min_notice for calendar in calendars)
        horizon = min(self.now + calendar.horizon for calendar in calendars)
        first, last = max(window[0], self.now), window[1] - duration
        if last < self.now:
            return "in_the_past"
        asked = self._first_asked(event, (first, window[1]))
        if asked is None:
            return "outside_window"
        if asked + duration > horizon:
            return "beyond_horizon"
        asked = self._first_asked(event, (max(first, notice), window[1]))
        if last < notice or asked is None:
            return "too_soon"
        if asked + duration > horizon:
            return "beyond_horizon"
        first, last = max(first, notice), min(last, horizon - duration)
        spans = [(first, last + duration)]
        if event.within is not None:
            spans = common(spans, event.within.spans(calendars[0].zone, first, last + duration))
        for calendar in calendars:
            spans = common(spans, calendar.open_spans(first, last + duration))
        if not any(end - start >= duration for start, end in spans):
            return "outside_hours"
        if not any(True for _ in self._open_starts(names, duration, window, [], 1, event.within)):
            return "off_increment"
        if event.date is not None:
            midnight = calendars[0].zone.at(event.date, 0)
            if any(self._is_full(calendar, midnight, others) for calendar in calendars):
                return "over_limit"
        return "no_open_slot"

    def _first_asked(self, event, window):
        """Rule 2.3.9: the first start that the window leaves within the hours asked for, whatever is open."""
        first, last = window
        if event.within is None:
            return first
        far = min(last, first + event.duration + 21 * DAY)
        for start, end in event.within.spans(self.calendars[event.calendars[0]].zone, first, far):
            start = max(first, start)
            if start + event.duration <= min(end, last):
                return start
        return None

    def _last_asked(self, event, end):
        """The last start that ends by `end`, within the hours asked for if the window has any."""
        last = end - event.duration
        if event.within is None:
            return last
        first = max(self._window(event)[0], last - 21 * DAY)
        spans = event.within.spans(self.calendars[event.calendars[0]].zone, first, end) if first < end else []
        starts = [min(b, end) - event.duration for a, b in spans if min(b, end) - max(a, first) >= event.duration]
        return max(starts, default=last)

    def _displace(self, found, winner):
        """Rule 2.4.1. The winner takes its new time; the events that it displaces claim nothing until placed again."""
        self._stand(winner, found.start, found.end, found.calendars)
        self._put(winner)
        for event in [self.events[each.id] for each in found.displaced]:
            self.displaced.append((replaced_earlier(event), event))
            event.claims = {}

    def _place_displaced(self):
        """Rules 2.4.2 and 2.4.3. Each displaced event is placed again, or waits."""
        displaced = [event for _, event in sorted(self.displaced, key=lambda each: each[0])]
        self.displaced = []
        before = {event.id: (event.start, event.end, event.calendars) for event in displaced}
        for event in displaced:
            event.status, event.start, event.end, event.claims = "waiting", None, None, {}
            event.widen()
            self._lock(event.booked_on())
        moves, kept = [], set()
        for event, keeps_start in [(each, True) for each in displaced if each.one_of] + [(each, False) for each in displaced]:
            if event.id in kept:
                continue
            asked = before[event.id][:2] if keeps_start else (NEVER, FOREVER)
            again = self._place_automatic(event, self._others(besides=event.id), asked)
            if keeps_start:  # rule 2.18.6
                if again.reason:
                    continue
                kept.add(event.id)
            event.version += 1
            event.updated_at = self.now
            if again.reason:
                self.rejections.append((event.id, event.calendars[0], "displaced"))
            else:
                event.status = "scheduled"
                self._stand(event, again.start, again.end, again.calendars)
            if before[event.id] != (event.start, event.end, event.calendars):
                moves.append((event.id, *before[event.id][:2], event.start, event.end))
        return moves

    def _stand(self, event, start, end, calendars=None):
        event.stand_on(calendars or event.calendars)
        event.start, event.end = start, end
        event.claims = {name: self._claim(name, start, end) for name in event.booked_on()}

    def _last(self, event, start, end):
        """Gives the event another start or end, but keeps the buffers that it has."""
        event.claims = self._lasting(event, start, end)
        event.start, event.end = start, end

    def _lasting(self, event, start, end):
        return {name: (a + start - event.start, b + end - event.end) for name, (a, b) in event.claims.items()}

    def _may_be_displaced(self, event):
        """Whether the event is automatic, has not begun, and is settled on none of its calendars."""
        settled = max(self.calendars[name].settled_within for name in event.booked_on())
        begins_later = event.start > self.now and event.start >= self.now + settled
        return event.status == "scheduled" and not event.is_fixed() and begins_later and event.id not in self.kept

    # ---- changing ----

    def _intent(self, event, changes, place_waiting):
        """What the changes mean for the event."""
        changes = dict(changes)
        if_still_free = changes.pop("if_still_free", False)
        self._lock(event.booked_on())
        names = self._names(changes, event.calendars)
        status = changes.get("status")
        wanted = self._lay(self._whole_wall_clock(changes, event, self._calendar(names[0])), event)
        if {"calendars", "attendees", "check_attendees"} & changes.keys():
            self._resolve_attendees(wanted)
        self._check_wish(changes, wanted)
        if "one_of" in changes and changes["one_of"] is None and not changes.get("calendars") and event.has_choice():
            raise Refused(INVALID)
        other_time = wanted.wish_for_time() != event.wish_for_time() or (event.start is not None and wanted.has_choice())
        if other_time and wanted.one_of and event.calendars == wanted.calendars and not event.has_begun(self.now):
            wanted.widen()  # another time is chosen for anew
            self._lock(wanted.calendars)
        if "hold_for" in changes and event.status in ("waiting", "held"):
            self._resolve_hold(wanted)
        elif "hold_for" in changes and wanted.hold_for not in (None, event.hold_for):
            raise Refused(INVALID)
        is_status = status in (event.status_at(self.now), event.status if status == "scheduled" else None)
        other_status = status is not None and not is_status
        if other_time and other_status:
            raise Refused(INVALID)
        if event.status == "held" and not other_status and wanted.hold_for not in (None, event.hold_for):
            wanted.expires_at = self.now + wanted.hold_for
        moves = other_time or (place_waiting and event.status == "waiting")
        return Intent(event, wanted, status if other_status else None, if_still_free, moves)

    def _carry_out(self, intent, options):
        event, wanted = intent.event, intent.wanted
        if intent.status:
            return self._transition(event, wanted, intent.status, intent.if_still_free)
        if intent.moves:
            return self._move(event, wanted, options)
        if wanted == event:
            return Outcome("unchanged", event.id, event.start, event.end, version=event.version)
        return self._store("updated", wanted)

    def _move(self, event, wanted, options):
        may_move = event.is_claiming() or event.status == "waiting"
        if not may_move or (event.is_claiming() and event.end <= self.now):
            raise Refused(NOT_NOW)
        named = lambda e: (e.date, e.start_time, e.wished_start, e.calendars[0])  # rule 2.9: if none of these changes, the start stays
        keeps_start = event.is_claiming() and named(event) == named(wanted)
        keeps_end = keeps_start and event.days is not None and event.days == wanted.days
        options = replace(options, has_begun=event.has_begun(self.now), keeps_start=keeps_start, keeps_end=keeps_end)
        if options.has_begun:
            if replace(event, duration=wanted.duration, days=wanted.days).wish_for_time() != wanted.wish_for_time():
                raise Refused(NOT_NOW)
            if self._end_from(wanted, event.start) <= self.now:
                raise Refused(NOT_NOW)
        found = self._place(wanted, options)
        if found.reason:
            return self._reject(wanted, event.id, found)
        was_waiting = event.status == "waiting"
        if event.one_of and not was_waiting:
            settled = replace(wanted, start=found.start, end=found.end)
            settled.stand_on(found.calendars or wanted.calendars)
            if settled == event or (settled == replace(event, claims={}) and settled.claims == {}):
                return Outcome("unchanged", event.id, event.start, event.end, version=event.version)
        if was_waiting:
            self._begin(wanted)
        self._displace(found, wanted)
        return self._store(placing_word(wanted) if was_waiting else "updated", wanted)

    def _transition(self, event, wanted, status, if_still_free):
        present = event.status_at(self.now)
        has_ended = present == "expired" and event.expires_at is not None and event.start is not None
        was_held = present == "held" or has_ended
        if status == "cancelled" and present in ("pending", "in_progress", "waiting", "held"):
            return self._end(wanted, "cancelled")
        if status == "denied" and present == "held":
            return self._end(wanted, "denied")
        if status == "expired" and present == "held":
            self.rejections.append((event.id, event.calendars[0], "hold_expired"))
            self._end(wanted, "expired")
            return Outcome("updated", event.id, event.start, event.end, version=wanted.version)
        if (status == "scheduled" and was_held) or (status == "pending" and present == "held"):
            return self._confirm(event, wanted, present, if_still_free)
        if status == "in_progress" and present == "pending":
            in_the_way = self._in_the_way(event, self._lasting(event, self.now, event.end))
            if in_the_way:
                return self._reject(wanted, event.id, Found(reason="conflict", conflicts=in_the_way))
            self._last(wanted, self.now, event.end)
        elif status == "completed" and present == "in_progress":
            self._last(wanted, event.start, max(self.now, event.start + 1))  # an event is never empty
        else:
            raise Refused(NOT_NOW)
        return self._store("updated", wanted)

    def _end(self, wanted, status):
        wanted.status, wanted.claims = status, {}
        return self._store(status, wanted)

    def _confirm(self, event, wanted, present, if_still_free):
        if present == "expired":
            claims = {name: self._claim(name, event.start, event.end) for name in event.booked_on()}
            in_the_way = self._in_the_way(event, claims)
            others = self._others(besides=event.id)
            is_full = any(self._is_full(self.calendars[name], event.start, others) for name in event.booked_on())
            if not if_still_free or in_the_way or event.start < self.now or is_full:
                return self._reject(wanted, event.id, Found(reason="hold_expired", conflicts=in_the_way))
        wanted.status = "scheduled"
        if present == "expired":
            self._stand(wanted, event.start, event.end)
        if not wanted.is_fixed():  # rule 2.5: confirming makes a held automatic event fixed
            wanted.date, wanted.wished_start = None, wanted.start
        return self._store("confirmed", wanted)

    def _in_the_way(self, event, claims):
        """The events that claim the time that this event would claim, by start, then id."""
        others = {}
        for name in event.booked_on():
            first, last = claims[name]
            for other in self._others(besides=event.id):
                if name in other.claims and other.claims[name][0] < last and first < other.claims[name][1]:
                    others[other.id] = other
        return [e.id for e in sorted(others.values(), key=lambda e: (e.start, e.id))]

    def _store(self, outcome, wanted):
        wanted.version += 1
        wanted.updated_at = self.now
        self._put(wanted)
        return Outcome(outcome, wanted.id, wanted.start, wanted.end, version=wanted.version)

    def _put(self, event):
        """An event that wishes for another start loses the wish from its former zone."""
        read = lambda e: (e.date, e.start_time, e.wished_start, e.calendars[0])
        before = self.events.get(event.id, event)
        if read(before) != read(event) or (None not in (before.start, event.start) and before.start != event.start):
            event.wished_wall = None
        self.events[event.id] = event

    def _reject(self, wanted, event_id, found):
        self.rejections.append((event_id, wanted.calendars[0], found.reason))
        version = wanted.version if event_id else None
        return Outcome("rejected", event_id, None, None, found.reason, found.conflicts, [], found.alternatives, version)

    # ---- series ----

    def _schedule_series(self, wish, rule, new_ids, options):
        """Rule 2.14.4: every occurrence is judged as a fixed event, together with the occurrences before it."""
        self._check_new(wish)
        event = self._requested(wish)
        zone = self.calendars[event.calendars[0]].zone
        if not event.is_fixed() or options.on_no_slot == "wait":
            raise Refused(INVALID)
        first = zone.wall(self._wished_start(event)) if event.wished_start is not None else wall_of(event)
        if event.wished_start is not None and zone.instant(first) != event.wished_start:
            raise Refused(INVALID)
        horizon = self.now + min(self.calendars[name].horizon for name in event.booked_on())
        if event.days is None:
            latest = horizon - event.duration
        else:
            latest = zone.instant(zone.wall(horizon) - timedelta(event.days))
        starts = rule.starts(first)
        if any(zone.instant(start) > latest for start in starts):
            return self._reject(event, None, Found(reason="beyond_horizon"))
        before, claims = self._snapshot()
        placed, skipped, failed = [], [], None
        for start in starts:
            occurrence = copy.copy(event)
            occurrence.wished_start, occurrence.date, occurrence.start_time = None, start.date(), seconds_of(start)
            found = self._place(occurrence, options)
            if not found.reason:
                occurrence.id = new_ids.pop(0) if new_ids else -1 - len(placed)
                occurrence.series = placed[0].id if placed else occurrence.id
                self._begin(occurrence)
                self._displace(found, occurrence)
                placed.append(occurrence)
                continue
            found.conflicts = [each for each in found.conflicts if each not in [one.id for one in placed]]
            at = zone.instant(start)
            skipped.append((at, self._end_from(occurrence, at), found.reason, found.conflicts))
            failed = failed or found
            if options.on_no_slot != "skip":
                break
        if not placed or (failed and options.on_no_slot != "skip"):
            self._restore(before, claims)
            failed.alternatives = self._series_alternatives(event, rule, zone, first, latest)
            return self._reject(event, None, failed)
        moves = self._place_displaced()
        one = placed[0]
        return Outcome(placing_word(one), one.id, one.start, one.end, moves=moves, version=1,
                       events=[each.id for each in placed], skipped=skipped)

    def _series_alternatives(self, event, rule, zone, first, latest):
        """Starts on the same date at which every occurrence is open, nearest first; tries at most 5,000 occurrences."""
        at, left = zone.instant(first), [5000]
        if event.days is not None:
            return []

        def holds(start):
            starts = rule.starts(zone.wall(start))
            if zone.instant(starts[0]) != start:
                return False
            cost = max(1, sum(zone.instant(each) <= latest for each in starts)) * (len(event.candidates()) + 1)
            if cost > left[0]:
                return None
            left[0] -= cost
            if zone.instant(starts[-1]) > latest:
                return False
            standing = self._others()
            for each in map(zone.instant, starts):
                if not self._could_begin(event, each, event.duration, standing):
                    return False
                occurrence = copy.copy(event)
                self._stand(occurrence, each, each + event.duration)
                standing.append(occurrence)
            return True

        open_starts = self._valid_starts(event, event.duration, zone.day_at(at), self._others())
        return nearest_apart([(start, start + event.duration) for start, _ in open_starts], at, holds)

    def _change_series(self, event, changes, place_waiting, options, scope):
        """Changes every event in the scope as the named event is changed, or none."""
        own = self._intent(event, changes, place_waiting)
        zone = self.calendars[event.calendars[0]].zone
        key = lambda e: (self._start_in_series(e, zone), e.id)
        members = sorted((e for e in self.events.values() if e.series == event.series), key=key)
        intents = []
        for each in members:
            if scope == "following" and key(each) < key(event):
                continue
            self._lock(each.booked_on())
            intent = own if each is event else self._intent(each, self._transposed(own, changes, each), place_waiting)
            if each is event or self._joins(intent):
                intents.append(intent)
        before, claims = self._snapshot()
        outcome, changed = None, []
        for intent in intents:
            if intent.moves and self._may_move(intent.event):
                intent.event.claims = {}
        for intent in sorted(intents, key=lambda intent: intent.moves):
            one = self._carry_out_one(intent, options)
            if one.outcome == "rejected":
                rejection = self.rejections[-1]
                self._restore(before, claims)
                self.rejections.append(rejection)
                one.alternatives = []
                return one
            if one.outcome != "unchanged":
                changed.append(one.event_id)
            if intent.event is event:
                outcome = one
        outcome.events = changed
        return outcome

    def _carry_out_one(self, intent, options):
        """Rule 2.14.3: the horizon always binds a series, although its events need not be on strict calendars."""
        wanted = intent.wanted
        if intent.moves and self._may_move(intent.event) and wanted.is_fixed():
            end = self._end_from(wanted, self._wished_start(wanted))
            if any(end > self.now + self.calendars[name].horizon for name in wanted.booked_on()):
                return self._reject(wanted, intent.event.id, Found(reason="beyond_horizon"))
        return self._carry_out(intent, options)

    def _start_in_series(self, event, zone):
        """The event's start, or the start of its date while it waits; events waiting for any day come last."""
        if event.start is not None:
            return event.start
        if event.is_fixed():
            return self._wished_start(event)
        return FOREVER if event.date is None else zone.at(event.date, 0)

    def _may_move(self, event):
        return event.status == "waiting" or (event.is_claiming() and event.start > self.now)

    def _joins(self, intent):
        """Whether another event of the series joins: it must lie ahead, its status must allow the change, and the
        change must not concern one event alone."""
        if intent.status is None:
            return self._may_move(intent.event)
        present = intent.event.status_at(self.now)
        if intent.status == "cancelled":
            return present in ("pending", "in_progress", "waiting", "held")
        return intent.status in ("denied", "scheduled", "pending", "expired") and present == "held"

    def _transposed(self, own, changes, sibling):
        """The changes for another event of the series: by as many days, and to the same time of day if that changes, each
        on the clock of its event's first calendar. Each event keeps whatever the changes do not name."""
        zone = lambda event: self.calendars[event.calendars[0]].zone
        when = {"date", "start_time", "start_timestamp"} & changes.keys()
        if not when:
            return changes
        taken_away = {name for name in when if changes[name] is None}
        changes = {name: value for name, value in changes.items() if name not in when}
        mine, my_time = self._wall_date(sibling, zone(sibling)), self._wall_time(sibling, zone(sibling))
        if mine is None:
            return changes
        old, by = self._wall_date(own.event, zone(own.event)), timedelta(0)
        if old is not None and when - taken_away - {"start_time"}:
            by = self._wall_date(own.wanted, zone(own.wanted)) - old
        time = self._wall_time(own.wanted, zone(own.wanted))
        gives_back = "start_time" in taken_away or ("start_timestamp" in taken_away and own.event.wished_start is not None)
        if time is None:
            time = None if gives_back else my_time
        elif time == self._wall_time(own.event, zone(own.event)):
            time = my_time
        next_zone = zone(own.wanted) if "calendars" in changes else zone(sibling)
        if by or time != my_time or next_zone.name != zone(sibling).name:
            changes["date"] = mine + by
            if time is not None or my_time is not None:
                changes["start_time"] = time
            if time is None and my_time is not None:
                changes["start_timestamp"] = None
        return changes

    def _wall_date(self, event, zone):
        start = self._wall_start(event, zone)
        return event.date or (start and start.date())

    def _wall_time(self, event, zone):
        """The wished time of day."""
        return seconds_of(self._wall_start(event, zone)) if event.is_fixed() else None

    def _wall_start(self, event, zone):
        if event.start_time is not None:
            return wall_of(event)
        start = event.wished_start if event.wished_start is not None else event.start
        if start is not None:
            return zone.wall(start)
        return None if event.date is None else datetime.combine(event.date, datetime.min.time())

    def _snapshot(self):
        events = {event_id: copy.copy(event) for event_id, event in self.events.items()}
        return events, (list(self.rejections), list(self.displaced))

    def _restore(self, events, lists):
        self.events = events
        self.rejections, self.displaced = lists

    # ---- replanning ----

    def _replan(self, calendar):
        """Rule 2.13. An event that would be left without a place keeps its present one, and the search begins anew
        around it. An event within the notice stays, since it could only move to a later start."""
        candidates = [e for e in self.events.values() if calendar.name in e.booked_on() and e.is_claiming()
                      and self._may_be_displaced(e)
                      and all(e.start >= self.now + self.calendars[name].min_notice for name in e.booked_on())
                      and e.claims == {name: self._claim(name, e.start, e.end) for name in e.booked_on()}]
        candidates.sort(key=replaced_earlier)
        for event in candidates:
            self._lock(event.booked_on() + event.candidates())
        staying = set()
        while True:
            moving = [event for event in candidates if event.id not in staying]
            standing = [e for e in self._others() if e not in moving]
            stuck = None
            again = []
            for event in moving:
                placed = copy.copy(event)
                placed.widen()
                found = self._place_automatic(placed, standing)
                if found.reason:
                    stuck = event
                    break
                own = self._place_automatic(event, standing, (event.start, event.end))
                is_no_gain = found.start == event.start and not own.reason  # others at the same time
                self._stand(placed, found.start, found.end, event.calendars if is_no_gain else found.calendars)
                standing.append(placed)
                again.append(placed)
            if stuck is None:
                break
            staying.add(stuck.id)
        moves = []
        for placed in again:
            event = self.events[placed.id]
            if (event.start, event.end, event.calendars) != (placed.start, placed.end, placed.calendars):
                moves.append((event.id, event.start, event.end, placed.start, placed.end))
                self._store("moved", placed)
        return moves

    def _rezone(self, calendar):
        """Rule 2.17.2: events wished on this wall clock return to that wish, or stay if there is no place."""
        away = [e for e in self.events.values() if e.calendars[0] == calendar.name and calendar.name in e.claims
                and e.start > self.now and self._has_left(e)]
        away.sort(key=lambda e: (e.start, e.id))
        self._watch_again(calendar.name)
        staying = set()
        while True:
            before, lists = self._snapshot()
            moving = [self.events[e.id] for e in away if e.id not in staying]
            for event in moving:
                self._lock(event.booked_on())
                event.claims = {}
            moves, stuck = [], None
            for event in moving:
                wanted = copy.copy(event)
                if wanted.wished_wall:
                    self._wish_for_wall_clock(wanted)
                found = self._place(wanted, Options(allow_past=True))
                if found.reason:
                    stuck = event.id
                    break
                moves.append((event.id, event.start, event.end, found.start, found.end))
                self._displace(found, wanted)
                self._store("moved", wanted)
            if stuck is None:
                return moves + self._place_displaced()
            self._restore(before, lists)
            staying.add(stuck)

    def _has_left(self, event):
        """Whether the event has left its wish. Days from an instant are counted on the wall clock, too."""
        if event.wished_wall:
            event = copy.copy(event)
            self._wish_for_wall_clock(event)
        if event.days is not None:
            start = self._wished_start(event)
            return (event.start, event.end) != (start, self._end_from(event, start))
        return event.start_time is not None and event.start != self._wished_start(event)

    # ---- holds and waiting ----

    def _expire_holds(self):
        """Rule 3.9: a hold ends at its deadline, for every call that writes on its calendars."""
        for event in self._by_priority("held", self.locked):
            if event.expires_at <= self.now:
                self.rejections.append((event.id, event.calendars[0], "hold_expired"))
                self._end(event, "expired")

    def _tend(self, opened):
        """Rule 2.11, at the end of a call: a waiting event expires when its time has passed. If time has opened, or has
        come within the horizon, the waiting events are tried by priority, then age, until none finds a place any more.
        Result: the moves of the placed events, and of those that gave way, each event once."""
        moves = {}
        while True:
            if self._look_at_due(opened):
                continue
            if not opened:
                return [move for move in moves.values() if move[1] is not None or move[3] is not None]
            claims = self._claims()
            for event in self._by_priority("waiting", set(opened)):
                if not self._could_use(event, opened):
                    continue
                found = self._place(event)
                if found.reason:
                    if self._is_kept_out(event, found):
                        self.tried_next.add(event.id)
                    continue
                self._begin(event)
                event.version, event.updated_at = event.version + 1, self.now
                self._displace(found, event)
                gave_way = self._place_displaced()
                self.kept |= {move[0] for move in gave_way}
                for move in [(event.id, None, None, event.start, event.end), *gave_way]:
                    moves[move[0]] = (*moves.get(move[0], move)[:3], *move[3:])
            opened = self._opened_since(claims)

    def _look_at_due(self, opened):
        """Whether events were due. Time that the horizon has brought for them is added to the opened time."""
        due = [event for event in self._by_priority("waiting", self.locked) if self._is_due(event)]
        for event in due:
            self._lock(event.booked_on())
        for event in due:
            if self._latest_start(event) < self.now:
                event.status, event.version, event.updated_at = "expired", event.version + 1, self.now
                self.rejections.append((event.id, event.calendars[0], "window_passed"))
                continue
            event.looked_at = self.now
            if event.is_fixed():
                self.tried_now.discard(event.id)
                self.tried_next.discard(event.id)
                start = self._wished_start(event)
                for name in event.booked_on():
                    opened.setdefault(name, []).append((start, self._end_from(event, start)))
                continue
            found = self._place(event)
            for name in [] if found.reason else event.booked_on():
                opened.setdefault(name, []).append((found.start, self.now + self.calendars[name].horizon))
        return bool(due)

    def _is_due(self, event):
        """Rules 2.11.4 and 2.11.6."""
        if self._latest_start(event) < self.now:
            return True
        looked_at, calendars = max(event.looked_at, event.updated_at), [self.calendars[name] for name in event.booked_on()]
        if event.is_fixed():
            horizon = min((each.horizon for each in calendars if each.strict), default=None)
            end = self._end_from(event, self._wished_start(event))
            return event.id in self.tried_now or (horizon is not None and looked_at + horizon < end <= self.now + horizon)
        horizon = min(each.horizon for each in calendars)
        return self._window(event)[1] > looked_at + horizon and looked_at + max(1, min(DAY, horizon // 24)) <= self.now

    def _is_kept_out(self, event, found):
        """Rule 2.11.5: whether it is blocked only by automatic events whose place the call has already answered."""
        if event.one_of:
            kept, self.kept = self.kept, set()
            again = self._place(event)
            self.kept = kept
            return event.is_fixed() and not again.reason
        others = [self.events[event_id] for event_id in found.conflicts]
        return event.is_fixed() and bool(others) and all(each.id in self.kept and not each.is_fixed() for each in others)

    def _watch_again(self, name):
        for event in self._by_priority("waiting", {name}):
            event.looked_at = self.now

    def _by_priority(self, status, calendars):
        found = [e for e in self.events.values() if e.status == status and set(e.booked_on()) & calendars]
        return sorted(found, key=lambda e: (-e.priority, e.created_at, e.id))

    def _latest_start(self, event):
        if event.is_fixed():
            return self._wished_start(event)
        bound = event.date is not None or event.not_after is not None
        end = self._window(event)[1] if bound else event.updated_at + min(self.calendars[name].horizon for name in event.booked_on())
        return self._last_asked(event, end)

    def _claims(self):
        return {(e.id, name): (claim, e.start) for e in self.events.values() for name, claim in e.claims.items()}

    def _could_use(self, event, opened):
        """Whether a fixed event's own time overlaps the opened time, or an automatic event could lie in or next to it,
        considering only this calendar."""
        for name in set(event.booked_on()) & set(opened):
            calendar = self.calendars[name]
            first, last = self._window(event)
            if event.is_fixed():
                first = self._wished_start(event)
                last = self._end_from(event, first)
            for claimed in opened[name]:
                start, end = claimed[0] - calendar.buffer_after, claimed[1] + calendar.buffer_before
                if first >= end or start >= last:
                    continue
                if event.is_fixed():
                    return True
                beside = (max(first, start - event.duration), min(last, end + event.duration))
                others = self._others(besides=event.id)
                if any(True for _ in self._open_starts([name], event.duration, beside, others, 1)):
                    return True
        return False

    def _opened_since(self, claims):
        """The time that events gave up, as lists of spans by calendar. If a day can be full, the whole day opens."""
        present, opened = self._claims(), {}
        for (event_id, name), (claim, start) in claims.items():
            if present.get((event_id, name), (None, None))[0] == claim:
                continue
            if self.calendars[name].max_events_per_day is not None:
                day = self.calendars[name].zone.day_at(start)
                claim = (min(claim[0], day[0]), max(claim[1], day[1]))
            opened.setdefault(name, []).append(claim)
        return opened

    # ---- wishes ----

    def _lay(self, changes, event):
        """Applies the changes to a copy of the event. A start_timestamp replaces a date and start_time, and the other
        way round; None clears a field."""
        event = copy.copy(event)
        event.claims = dict(event.claims)
        if changes.get("one_of"):
            event.calendars = event.named()  # rule 2.18.7: other lists leave only these
            if not changes.get("calendars"):
                self._check_named(event.calendars, changes["one_of"])
        if changes.get("calendars") or not event.calendars:
            event.calendars = tuple(changes.get("calendars") or ())
        if changes.get("start_timestamp") is not None:
            event.date = event.start_time = None
        if changes.get("date") is not None or changes.get("start_time") is not None:
            event.wished_start = None
        if changes.get("duration") is not None:
            event.days = None
        if changes.get("days") is not None:
            event.duration = None
        cleared = {each.name: each.default for each in dataclass_fields(Event)}
        for name, value in changes.items():
            if name == "start_timestamp":
                event.wished_start = value
            elif name not in ("status", "calendars"):
                setattr(event, name, cleared[name] if value is None else value)
        if event.one_of and ("one_of" in changes or "calendars" in changes):
            self._choose_anew(event, changes)
        if event.duration is None and event.days is None:
            first = (event.named() + event.candidates() + event.calendars)[0]  # rule 2.18.1
            event.duration = self._calendar(first).default_duration
        return event

    def _choose_anew(self, event, changes):
        """Rule 2.18.7: the event is on the candidates that the change asks for, or else on all."""
        calendars = event.named()
        for each in event.one_of:
            asked = each.chosen if "one_of" in changes else ()
            if not asked and "calendars" in changes:
                asked = each.pool(event)
            calendars += asked if len(asked) == each.count else each.calendars
        event.stand_on(calendars)
        self._lock(calendars)

    def _whole_wall_clock(self, changes, event, calendar):
        """Rule 2.9: a date alone moves a fixed event to the same wall time on that date; a time alone stays on its date."""
        changes = dict(changes)
        if event.wished_start is not None and "start_timestamp" not in changes:
            wall = calendar.zone.wall(event.wished_start)
            if changes.get("date") is not None and "start_time" not in changes:
                changes["start_time"] = calendar.zone.time_of_day(event.wished_start)
            if changes.get("start_time") is not None and "date" not in changes:
                changes["date"] = wall.date()
        return changes

    def _resolve_attendees(self, event):
        """Rule 2.7.2: an attendee that names a calendar is also claimed, if check_attendees says so."""
        checks = event.check_attendees
        if checks is None:
            checks = any(self._calendar(name).check_attendees for name in event.calendars)
        own = event.calendars + event.candidates()
        named = [name for name in dict.fromkeys(event.attendees) if name in self.calendars and name not in own]
        event.attendee_calendars = tuple(named) if checks else ()
        self._lock(event.attendee_calendars)

    def _check_new(self, wish):
        if not wish.get("event_name"):
            raise Refused(INVALID)
        self._check_wish(wish, self._requested_alone(wish))

    def _check_wish(self, changes, event):
        if "event_name" in changes and not event.event_name:
            raise Refused(INVALID)
        if event.start_time is not None and event.date is None:
            raise Refused(INVALID)
        if event.wished_start is not None and (event.date is not None or event.start_time is not None):
            raise Refused(INVALID)
        if event.days is not None and (event.duration is not None or not event.is_fixed()):
            raise Refused(INVALID)
        names_window = any(changes.get(name) is not None for name in ("not_before", "not_after", "within"))
        if event.is_fixed() and names_window:
            raise Refused(INVALID)
        if changes.get("one_of"):
            self._check_lists(changes, event)
        if event.within is not None and not event.within.is_one():
            raise Refused(INVALID)
        if event.within is not None and not event.is_fixed() and not event.within.holds(event.duration):
            raise Refused(INVALID)
        if event.not_before is not None and event.not_after is not None and event.not_after <= event.not_before:
            raise Refused(INVALID)

    def _check_lists(self, changes, event):
        """Rule 2.18.1."""
        candidates = event.candidates()
        if len(set(candidates)) < len(candidates) or any(not 1 <= each.count <= len(each.calendars) for each in event.one_of):
            raise Refused(INVALID)
        self._check_named(changes.get("calendars") or (), changes["one_of"])
        zones = {self._calendar(name).zone.name for name in event.one_of[0].calendars}
        if not event.named() and len(zones) > 1:
            raise Refused(INVALID)

    @staticmethod
    def _check_named(named, lists):
        if any(name in each.calendars and name not in each.chosen for each in lists for name in named):
            raise Refused(INVALID)

    def _wished_start(self, event):
        if event.wished_start is not None:
            return event.wished_start
        return self.calendars[event.calendars[0]].zone.at(event.date, event.start_time)

    def _end_from(self, event, start):
        """Rule 2.1.6: days end at the same time of day, so many days later; a skipped start counts as requested."""
        if event.days is None:
            return start + event.duration
        zone = self.calendars[event.calendars[0]].zone
        is_wished = event.start_time is not None and start == self._wished_start(event)
        wall = wall_of(event) if is_wished else zone.wall(start)
        return zone.instant(wall + timedelta(event.days))

    def _window(self, event):
        first, last = NEVER, FOREVER
        if event.date is not None:
            zone = self.calendars[event.calendars[0]].zone
            first, last = zone.at(event.date, 0), zone.at(event.date, DAY)
        if event.not_before is not None:
            first = max(first, event.not_before)
        if event.not_after is not None:
            last = min(last, event.not_after)
        return first, last

    # ---- the rest ----

    def _names(self, changes, present=("ceo",)):
        names = tuple(changes.get("calendars") or present)
        self._lock(names)
        return names

    def _lock(self, names):
        for name in names:
            self._calendar(name)

    def _calendar(self, name):
        if name not in self.calendars:
            raise Refused(INVALID)
        self.locked.add(name)
        return self.calendars[name]

    def _find(self, event_id, expected_version):
        event = self.events.get(event_id)
        if event is None:
            raise Refused(NOT_FOUND)
        if expected_version is not None and expected_version != self.versions_read[event_id]:
            raise Refused(OTHER_VERSION)
        return event

    def _others(self, besides=None):
        """The events that claim time. A due hold claims none."""
        others = [e for e in self.events.values() if e.id != besides and e.is_claiming()]
        return [e for e in others if e.status_at(self.now) != "expired"]

    def _all_or_nothing(self, dry_run, work):
        self.rejections, self.displaced, self.kept = [], [], set()
        tried_next, self.tried_now = set(self.tried_next), set(self.tried_next)
        self.locked = set(self.calendars) if len(self.calendars) == 1 else set()
        before = {event_id: copy.copy(event) for event_id, event in self.events.items()}
        self.versions_read = {event_id: event.version for event_id, event in before.items()}
        claims = self._claims()
        try:
            self._expire_holds()
            ended = {event.id: event.version for event in self.events.values()}
            result = work()
            outcomes = [each for each in (result if isinstance(result, list) else [result]) if isinstance(each, Outcome)]
            self.kept = {event.id for event in self.events.values() if ended.get(event.id) != event.version}
            for outcome in outcomes:
                self.kept |= {outcome.event_id, outcome.own_id, *outcome.events}
            self._tell_moves(result, outcomes, self._tend(self._opened_since(claims)))
            self._tell_where(outcomes)
            for told in [outcome.moves for outcome in outcomes] or ([result] if isinstance(result, list) else []):
                told[:] = [self._with_calendars(move, before.get(move[0])) for move in told]
        except Refused:
            self.events, self.rejections, self.tried_next = before, [], tried_next
            raise
        if dry_run:
            self.events, self.rejections, self.tried_next = before, [], tried_next
        return result


    def _with_calendars(self, move, before):
        """Rule 2.18.6: a move tells the calendars where others were chosen."""
        after = self.events.get(move[0])
        if None in (before, after, move[1], move[3]) or not after.one_of or before.calendars == after.calendars:
            return (*move, None, None)
        return (*move, list(before.calendars), list(after.calendars))

    def _tell_where(self, outcomes):
        """Sets the final time and version of its event in each outcome."""
        for outcome in outcomes:
            event = self.events.get(outcome.event_id if outcome.own_id is None else outcome.own_id)
            if event is not None and outcome.reason is None:
                outcome.start, outcome.end = event.start, event.end
                outcome.version = outcome.version and event.version

    def _tell_moves(self, result, outcomes, moves):
        """Rule 2.4.4: the moves of waiting events, and those that make room for them, belong to the outcome of the oldest event."""
        now = {move[0]: move[3:] for move in moves}
        moves_of = [outcome.moves for outcome in outcomes if outcome.has_done() or len(outcomes) > 1]
        moves_of += [result] if isinstance(result, list) and not outcomes else []
        known = {each for outcome in outcomes for each in (outcome.event_id, outcome.own_id)}
        for told in moves_of:
            known |= {move[0] for move in told}
            told[:] = [(*move[:3], *now.get(move[0], move[3:])) for move in told]
        done = [outcome for outcome in outcomes if outcome.has_done() or outcome.outcome == "waiting"]
        if done or moves_of:
            told = min(done, key=lambda outcome: outcome.event_id or 0).moves if done else result
            told.extend(move for move in moves if move[0] not in known)


def wall_of(event):
    return datetime.combine(event.date, datetime.min.time()) + timedelta(seconds=event.start_time)


def seconds_of(wall):
    return wall.hour * 3600 + wall.minute * 60 + wall.second


def placing_word(event):
    return "held" if event.status == "held" else "placed"


def nearest_apart(open_times, at, holds=lambda start: True):
    """Rule 2.5: up to three times that do not overlap, first one on each side of `at`, sorted by the distance of their
    starts. If both sides have times that do not overlap, no chosen time leaves the other side without any. A start that
    `holds` rejects is left out; if `holds` cannot decide (None), the search ends."""
    open_times = list(open_times)
    before, after = [t for t in open_times if t[0] < at], [t for t in open_times if t[0] >= at]
    if before and after and max(after)[0] >= min(before)[1]:
        before, after = ([t for t in before if t[1] <= max(after)[0]], [t for t in after if t[0] >= min(before)[1]])
    rank, chosen = lambda t: (abs(t[0] - at), t[0]), []
    left = sorted(before + after, key=rank)
    while left and len(chosen) < 3:
        others = [t for t in left if len(chosen) == 1 and (t[0] < at) != (chosen[0][0] < at)]
        time = (others or left)[0]
        good = holds(time[0])
        if good is None:
            break
        left.remove(time)
        if good:
            chosen.append(time)
        left = [t for t in left if all(t[1] <= c[0] or c[1] <= t[0] for c in chosen)]
    return sorted(chosen, key=rank)


def replaced_earlier(event):
    """Rule 2.4.2: by priority, high first, then original start, then id."""
    return -event.priority, event.start, event.id


def common(spans, others):
    """The parts of the spans that also lie in one of the others."""
    both = [(max(a, c), min(b, d)) for a, b in spans for c, d in others]
    return [(start, end) for start, end in both if start < end]


@dataclass
class Intent:
    """What a change means for one event."""

    event: Event
    wanted: Event
    status: str  # the requested status, if any
    if_still_free: bool
    moves: bool


@dataclass
class Found:
    """The answer of the rules to one wish."""

    start: int = None
    end: int = None
    reason: str = None
    calendars: tuple = None  # those chosen; None: those that the event is on
    displaced: list = field(default_factory=list)
    conflicts: list = field(default_factory=list)
    alternatives: list = field(default_factory=list)
