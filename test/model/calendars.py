"""A calendar: its hours, and the instants on its increment, found by trying them all."""

import bisect
from dataclasses import dataclass, field
from datetime import timedelta
from math import gcd

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
            for start, end in self.overrides.get(day, self.hours[day.weekday()]):
                span = (self.zone.at(day, start), self.zone.at(day, end))
                if span[0] < span[1] and self.zone.is_shown(day, start, end):
                    spans.append(span)
            day += timedelta(1)
        joined = []
        for start, end in sorted(spans):
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
            else:
                joined.append((start, end))
        return joined

    def in_hours(self, start, end):
        return lies_in(self.open_spans(start, end), start, end)


def lies_in(spans, start, end):
    place = bisect.bisect_right(spans, (start, FOREVER)) - 1
    return place >= 0 and end <= spans[place][1]
