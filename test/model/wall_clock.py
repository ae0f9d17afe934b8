"""Wall clock and instants, by Python's own reading of the zone data: no code is shared with the scheduler.

Instants are seconds since 1970 in UTC; a wall clock time is a naive datetime.
"""

from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from math import gcd
from zoneinfo import ZoneInfo

DAY = 86400
QUARTER = 900


class Zone:
    def __init__(self, name):
        self.name = name
        self.info = ZoneInfo(name)
        self._offset_of_day = {}  # None if the clock changes within the day
        self._multiples = {}  # by day and increment

    @lru_cache(None)
    def _offset(self, instant):
        return round(datetime.fromtimestamp(instant, self.info).utcoffset().total_seconds())

    def offset(self, instant):
        """Looks up the offset once a day, unless the clock changes that day. No clock changes twice on one day."""
        day = instant // DAY
        if day not in self._offset_of_day:
            first, last = self._offset(day * DAY), self._offset((day + 1) * DAY)
            self._offset_of_day[day] = first if first == last else None
        offset = self._offset_of_day[day]
        return self._offset(instant) if offset is None else offset

    def wall(self, instant):
        return datetime.fromtimestamp(instant + self.offset(instant), timezone.utc).replace(tzinfo=None)

    def time_of_day(self, instant):
        return (instant + self.offset(instant)) % DAY

    def multiples(self, day, increment):
        """The instants of the day-th day since 1970 in UTC whose time of day is a multiple of the increment, found by
        trying all."""
        if (day, increment) not in self._multiples:
            step = gcd(increment, QUARTER)  # offsets are also multiples of a quarter of an hour
            ticks = range(day * DAY, (day + 1) * DAY, step)
            self._multiples[day, increment] = [tick for tick in ticks if self.time_of_day(tick) % increment == 0]
        return self._multiples[day, increment]

    def instant(self, wall):
        """Reads a skipped time with the offset before the change, and a repeated time as the first (RFC 5545, 3.3.5),
        as PEP 495 does with fold=0."""
        return round(wall.replace(tzinfo=self.info, fold=0).timestamp())

    def at(self, day, seconds):
        """The instant of a time of day; 86400 is the midnight that ends the day."""
        return self.instant(datetime.combine(day, datetime.min.time()) + timedelta(seconds=seconds))

    def day_at(self, instant):
        """The day around an instant, from midnight to midnight. If the clock goes back across midnight, the repeated
        times of the old date belong to the new date: America/St_Johns, 2010-11-07."""
        return next(day for day in self._days_near(instant) if day[0] <= instant < day[1])

    def _days_near(self, instant):
        shown = self.wall(instant).date()
        return [(self.at(day, 0), self.at(day, DAY)) for day in (shown, shown + timedelta(1), shown - timedelta(1))]

    def is_shown(self, day, start, end):
        """Whether a clock ever shows a time of [start, end) on that day; all of them are whole minutes."""
        first, last = midnight_of(day) + start, midnight_of(day) + end
        if self.at(day, start) + self.offset(self.at(day, start)) == first:
            return True
        around = range(self.at(day, start) - DAY, self.at(day, end) + DAY, 60)
        return any(first <= instant + self.offset(instant) < last for instant in around)

    def changes(self, year):
        """The instants of that year at which the offset changes, to the quarter of an hour."""
        start = midnight_of(date(year, 1, 1))
        quarters = [start + i * QUARTER for i in range(366 * 96)]
        return [b for a, b in zip(quarters, quarters[1:]) if self.offset(a) != self.offset(b)]


def midnight_of(day):
    """Seconds since 1970 on a clock that is never changed."""
    return (day - date(1970, 1, 1)).days * DAY
