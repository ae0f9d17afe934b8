"""A calendar: its hours, and the instants on its increment, found by trying them all."""

import bisect
from dataclasses import dataclass, field
from datetime import timedelta
from math import gcd
from typing import NamedTuple

from wall_clock import DAY, QUARTER

NEVER, FOREVER = -(10**12), 10**12


@dataclass
class Calendar:
    name: str
    zone: object
    hours: list  # seven lists of (start, end), Monday first
    slot_increment: int = 300
    min_notice: int = 0
    horizon: int = 366 * DAY
    settled_within: int = 0
    default_duration: int = 1800
    strict: bool = False
    buffer_before: int = 0
    buffer_after: int = 0
    max_events_per_day: int = None
    check_attendees: bool = False
    confirm_within: int = None
    slots_from: str = "midnight"
    overrides: dict = field(default_factory=dict)  # spans by date, instead of the weekly spans
    _open: tuple = field(default=None, repr=False)
    _marks: dict = field(default_factory=dict, init=False, repr=False)  # by day since 1970 in UTC

    def on_increment(self, instant):
        """Rule 2.3.4: counted from midnight, or from the start of the last span of the date."""
        time, since = self.zone.time_of_day(instant), 0
        if self.slots_from == "opening":
            day = self.zone.wall(instant).date()
            ends = -1  # touching spans of one date are one
            for start, end in sorted(self.overrides.get(day, self.hours[day.weekday()])):
                since, ends = start if ends < start <= time else since, max(ends, end)
        return (time - since) % self.slot_increment == 0

    def starts(self, first, last):
        """All instants on the increment from first to last, both included."""
        for day in range(first // DAY, last // DAY + 1):
            starts = self._marks_of(day) if self.slots_from == "opening" else self.zone.multiples(day, self.slot_increment)
            yield from starts[bisect.bisect_left(starts, first) : bisect.bisect_right(starts, last)]

    def _marks_of(self, day):
        if day not in self._marks:
            starts = [start for spans in (*self.hours, *self.overrides.values()) for start, _ in spans]
            step = gcd(self.slot_increment, QUARTER, *starts)
            self._marks[day] = [tick for tick in range(day * DAY, (day + 1) * DAY, step) if self.on_increment(tick)]
        return self._marks[day]

    def open_spans(self, first, last):
        """The hours of at least the local days from first to last; adjacent hours are joined."""
        days = [self.zone.wall(instant).date() for instant in (first, last)]
        if self._open is None or days[0] <= self._open[0] or self._open[1] <= days[1]:
            known = self._open[:2] if self._open else days
            around = timedelta(30)
            days = min(days[0], known[0]) - around, max(days[1], known[1]) + around
            self._open = (*days, self._spans_of(*days))
        return self._open[2]

    def _spans_of(self, day, last_day):
        spans = []
        while day <= last_day:
            spans += shown_spans(self.zone, day, self.overrides.get(day, self.hours[day.weekday()]))
            day += timedelta(1)
        return joined(spans)

    def in_hours(self, start, end):
        return lies_in(self.open_spans(start, end), start, end)


class Within(NamedTuple):
    """Rule 2.3.9: the days, Monday as 0, on which a stretch begins, and its times of day. If the second is not after the
    first, it is one of the next day."""

    days: tuple = (0, 1, 2, 3, 4, 5, 6)
    begin: int = 0
    end: int = DAY

    def is_one(self):
        return self.begin != self.end

    def holds(self, duration):
        """Whether the longest stretch is as long on the wall clock, found by trying a month."""
        spans = [(day * DAY + start, day * DAY + end) for day in range(28) for start, end in self._of_day(day % 7)]
        return len(self.days) == 7 and self.end == self.begin + DAY or any(end - start >= duration for start, end in joined(spans))

    def spans(self, zone, first, last):
        """The stretches around [first, last), as instants; adjacent ones are joined."""
        day, found = zone.wall(first).date() - timedelta(2), []
        while day <= zone.wall(last).date() + timedelta(2):
            found += shown_spans(zone, day, self._of_day(day.weekday()))
            day += timedelta(1)
        return joined(found)

    def _of_day(self, weekday):
        parts = [(0, self.end)] if self.end <= self.begin and (weekday - 1) % 7 in self.days else []
        if weekday in self.days:
            parts.append((self.begin, self.end if self.end > self.begin else DAY))
        return [(start, end) for start, end in parts if start < end]


def shown_spans(zone, day, spans):
    found = [(zone.at(day, start), zone.at(day, end)) for start, end in spans if zone.is_shown(day, start, end)]
    return [(start, end) for start, end in found if start < end]


def joined(spans):
    together = []
    for start, end in sorted(spans):
        if together and start <= together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return together


def lies_in(spans, start, end):
    place = bisect.bisect_right(spans, (start, FOREVER)) - 1
    return place >= 0 and end <= spans[place][1]
