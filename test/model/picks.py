"""Random calendars and wishes, chosen to conflict: near clock changes, on full days, at each other's edges."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

from calendars import Calendar, Within
from rules import OneOf, World
from wall_clock import DAY, Zone

HOUR, MINUTE = 3600, 60
# Zones whose clocks change by an hour, by half an hour, by a day, at midnight, in either half of the year, and never.
ZONES = [("Europe/Berlin", 2026), ("America/New_York", 2026), ("Australia/Lord_Howe", 2026), ("Pacific/Apia", 2011),
         ("America/Sao_Paulo", 2018), ("Africa/Casablanca", 2026), ("Africa/Cairo", 2026), ("America/St_Johns", 2010),
         ("Asia/Kathmandu", 2026), ("Etc/UTC", 2027)]
INCREMENTS = [1 * MINUTE, 5 * MINUTE, 5 * MINUTE, 7 * MINUTE, 15 * MINUTE, 15 * MINUTE, 30 * MINUTE, 45 * MINUTE, HOUR,
              90 * MINUTE, 2 * HOUR, DAY, 100]
LENGTHS = [1, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, 30 * MINUTE, 45 * MINUTE, HOUR, HOUR, 90 * MINUTE, 2 * HOUR,
           4 * HOUR, 9 * HOUR, 25 * HOUR, 1234]
LONG = [HOUR, 6 * HOUR, DAY, 3 * DAY, 6 * DAY, 7 * DAY - 1, 7 * DAY, 7 * DAY + 1, 8 * DAY, 20 * DAY, 33 * DAY, 70 * DAY]
LENGTHS_OF_MEETINGS = [15 * MINUTE, 30 * MINUTE, HOUR, HOUR, 90 * MINUTE, 2 * HOUR, 4 * HOUR]
_zones = {}


def zone_named(name):
    return _zones.setdefault(name, Zone(name))


def start_of_time(rng):
    """Where a round begins, and the zone that it tests: shortly before a clock change, if there is one."""
    name, year = rng.choice(ZONES)
    zone = zone_named(name)
    changes = zone.changes(year) if rng.random() < 0.7 else []
    if changes:
        return zone, rng.choice(changes) + rng.randint(-3 * DAY, 6 * HOUR)
    some_day = datetime(year, rng.randint(1, 12), rng.randint(1, 28), tzinfo=timezone.utc)
    return zone, int(some_day.timestamp()) + rng.randrange(DAY)


def world(rng):
    """The kind of calendars, whether wishes name lists of them, and a world without events."""
    zone, now = start_of_time(rng)
    kind = rng.choice(["plain", "crowded", "long"])
    has_lists = rng.random() < 0.5
    names = [f"calendar-{i}" for i in range(rng.randint(3, 5) if has_lists else rng.randint(1, 3))]
    calendars = [calendar(rng, name, zone, kind) for name in names]
    if has_lists:
        calendars = [alike(rng, calendars[0], each) for each in calendars]
    return kind, has_lists, World(calendars, now)


def other_zone(rng):
    return zone_named(rng.choice(ZONES)[0])


def hours(rng, kind):
    if kind == "long":
        rare, always, most = [[(9 * HOUR, 15 * HOUR)]] + [[]] * 6, [[(0, DAY)]] * 7, [[(0, DAY)]] * 6 + [[]]
        return rng.choice([always, always, most, rare])
    if kind == "crowded":
        first = rng.randrange(0, 20 * HOUR, HOUR)
        few = [(first, first + 2 * HOUR), (first + 3 * HOUR, first + 4 * HOUR)]
        return [rng.choice([few, few, [(0, DAY)]])] * 7
    kind = rng.choice(["office", "office", "always", "split", "night", "ragged", "ragged", "never"])
    if kind == "office":
        return [[(8 * HOUR, 17 * HOUR)]] * 5 + [[], []]
    if kind == "always":
        return [[(0, DAY)]] * 7
    if kind == "split":
        return [[(9 * HOUR, 12 * HOUR), (13 * HOUR, 18 * HOUR)]] * 6 + [[]]
    if kind == "night":
        return [[(0, 6 * HOUR), (22 * HOUR, DAY)]] * 7
    if kind == "never" and rng.random() < 0.3:
        return [[]] * 7
    return [ragged_day(rng) for _ in range(7)]


def ragged_day(rng):
    """Up to three spans that neither touch nor overlap, some of them in the hours when clocks change."""
    latest = rng.choice([5 * 60, 24 * 60])
    marks = sorted(rng.sample(range(0, latest + 1, rng.choice([1, 15])), 2 * rng.randint(0, 3)))
    return [(start * MINUTE, end * MINUTE) for start, end in zip(marks[::2], marks[1::2])]


def calendar(rng, name, zone, kind):
    """A crowded calendar lacks time, so that events meet, give way and wait; a long one is searched for months."""
    zone = zone if rng.random() < 0.7 else zone_named(rng.choice(ZONES)[0])
    special = {}
    if kind == "crowded":
        special = {"min_notice": 0, "horizon": rng.choice([DAY, 30 * HOUR, 2 * DAY]), "strict": rng.random() < 0.1}
    if kind == "long":
        special = {"slot_increment": rng.choice([2 * HOUR, 6 * HOUR, DAY]), "min_notice": rng.choice([0, 0, 10 * DAY]),
                   "horizon": rng.choice([20, 70, 200, 366, 1100, 3660]) * DAY, "default_duration": rng.choice(LONG)}
    return Calendar(name, zone, hours(rng, kind), **{**settings(rng), **special})


def alike(rng, first, other):
    """Mostly a calendar with the same time as the first, since only such candidates compete."""
    if rng.random() < 0.25:
        return other
    own = {name: getattr(other, name) for name in ("name", "confirm_within", "default_duration", "max_events_per_day")}
    return replace(first, **own, min_notice=0, _open=None)


def settings(rng):
    return {
        "slot_increment": rng.choice(INCREMENTS),
        "min_notice": rng.choice([0, 0, 0, 10 * MINUTE, 5000, DAY]),
        "horizon": rng.choice([5 * HOUR, 30 * HOUR, DAY, 2 * DAY, 3 * DAY, 7 * DAY, 7 * DAY, 12 * DAY]),
        "settled_within": rng.choice([0, 0, HOUR, DAY]),
        "default_duration": rng.choice([15 * MINUTE, 30 * MINUTE, HOUR]),
        "strict": rng.random() < 0.3,
        "buffer_before": rng.choice([0, 0, 0, 10 * MINUTE, 1]),
        "buffer_after": rng.choice([0, 0, 0, 15 * MINUTE, HOUR]),
        "max_events_per_day": rng.choice([None, None, None, 1, 2, 3]),
        "check_attendees": rng.random() < 0.2,
        "confirm_within": rng.choice([None, None, None, None, None, 2 * HOUR]),
        "slots_from": rng.choice(["midnight", "midnight", "opening"]),
    }


def instant(rng, world, calendar_name):
    """An instant, often at the edge of an event or of the allowed time, a second beside it, or on the increment."""
    calendar = world.calendars.get(calendar_name) or next(iter(world.calendars.values()))
    if rng.random() < 0.1:
        return world.now + rng.choice([0, 0, -300, calendar.min_notice, calendar.horizon - HOUR]) - rng.choice([0, 0, 1])
    placed = [event for event in world.events.values() if event.start is not None]
    movable = [event for event in placed if not event.is_fixed() and event.start > world.now]
    if movable and rng.random() < 0.5:
        event = rng.choice(movable)
        return event.start + rng.choice([0, 0, -1, 1, -15 * MINUTE, event.end - event.start - 1])
    if placed and rng.random() < 0.4:
        event = rng.choice(placed)
        return rng.choice([event.start, event.end]) + rng.choice([0, 0, 0, -1, 1, -15 * MINUTE, 15 * MINUTE, -HOUR])
    start = world.now + rng.randint(-HOUR, calendar.horizon + HOUR)
    return start - start % rng.choice([1, 5 * MINUTE, 15 * MINUTE, 15 * MINUTE, HOUR])


def day(rng, world, calendar_name):
    calendar = world.calendars.get(calendar_name) or next(iter(world.calendars.values()))
    ahead = rng.randint(-1, calendar.horizon // DAY + 1) if rng.random() < 0.5 else rng.randint(0, 2)
    return calendar.zone.wall(world.now).date() + timedelta(ahead)


def fixed_wish(rng, world, calendar_name):
    if rng.random() < 0.5:
        return {"start_timestamp": instant(rng, world, calendar_name)}
    if rng.random() < 0.8:
        calendar = world.calendars.get(calendar_name) or next(iter(world.calendars.values()))
        wall = calendar.zone.wall(instant(rng, world, calendar_name))
        return {"date": wall.date(), "start_time": wall.hour * HOUR + wall.minute * MINUTE + wall.second}
    return {"date": day(rng, world, calendar_name), "start_time": rng.randrange(0, DAY, 15 * MINUTE)}


def automatic_wish(rng, world, calendar_name):
    wish = {}
    if rng.random() < 0.4:
        wish["date"] = day(rng, world, calendar_name)
    if rng.random() < 0.2:
        wish["not_before"] = instant(rng, world, calendar_name)
    if rng.random() < 0.2:
        wish["not_after"] = instant(rng, world, calendar_name)
    if rng.random() < 0.2:
        wish["within"] = within(rng)
    return wish


def within(rng):
    """Hours of some days, often across midnight."""
    days = tuple(sorted(rng.sample(range(7), rng.randint(1, 6)))) if rng.random() < 0.6 else Within().days
    if rng.random() < 0.3:
        return Within(days)
    begin = rng.randrange(0, DAY, 15 * MINUTE)
    end = (begin + rng.choice([HOUR, 2 * HOUR, 4 * HOUR, 8 * HOUR, 12 * HOUR, 23 * HOUR])) % DAY
    return Within(days, begin, end or rng.choice([0, DAY]))


def length(rng, kind):
    return rng.choice({"crowded": LENGTHS_OF_MEETINGS, "long": LONG}.get(kind, LENGTHS))


def days(rng):
    return rng.choice([1, 1, 1, 2, 3, 7])


def known_calendars(rng, world):
    """Mostly one calendar's name, sometimes several."""
    known = list(world.calendars)
    return tuple(rng.sample(known, min(len(known), rng.choice([1, 1, 1, 1, 2, 2, 3]))))


def calendar_names(rng, world):
    """Like known_calendars(), but sometimes with the name of a calendar that does not exist."""
    names = known_calendars(rng, world)
    return names if rng.random() < 0.98 else (*names, "nowhere")


def lists(rng, world):
    """Some named calendars, often none, and one or two lists of others."""
    names = rng.sample([*world.calendars], len(world.calendars))
    named = [names.pop() for _ in range(rng.choice([0, 0, 1]))]
    found = []
    while len(names) >= 2 and len(found) < 2 and (not found or rng.random() < 0.5):
        candidates = tuple(names.pop() for _ in range(rng.randint(2, min(len(names), 4))))
        weights = tuple(rng.choice([1, 1, 2, 5, 1000]) for _ in candidates) if rng.random() < 0.3 else ()
        found.append(OneOf(candidates, rng.choice([1, 1, 2]), rng.choice(["first", "least_busy"]), weights,
                           rng.choice(["day", "week", "week", "month"])))
    if rng.random() < 0.02:
        found[0] = found[0]._replace(**rng.choice([{"count": 5}, {"calendars": found[0].calendars + found[0].calendars[:1]},
                                                   {"calendars": found[0].calendars + ("nowhere",)}]))
    return tuple(named), tuple(found)


def attendees(rng, world):
    return tuple(rng.sample([*world.calendars, "anna", "o'hara"], rng.randint(1, 2)))


def wish(rng, world, number, kind):
    names = calendar_names(rng, world)
    name = names[0]
    fields = {"event_name": f"event {number}", "calendars": names}
    if rng.random() < 0.2:
        fields["attendees"] = attendees(rng, world)
    if rng.random() < 0.1:
        fields["check_attendees"] = rng.random() < 0.7
    if rng.random() < 0.1:
        fields["hold_for"] = rng.choice([1, 600, HOUR, DAY])
    is_fixed = rng.random() < 0.4
    fields.update(fixed_wish(rng, world, name) if is_fixed else automatic_wish(rng, world, name))
    if rng.random() < 0.85:
        fields["duration"] = length(rng, kind)
    if is_fixed and rng.random() < 0.2:
        fields.pop("duration", None)
        fields["days"] = days(rng)
    if rng.random() < 0.4:
        fields["priority"] = rng.choice([0, 10, 50, 60, 100])
    if rng.random() < 0.02:
        fields.update(rng.choice([{"event_name": ""}, {"start_time": 9 * HOUR}, {"start_timestamp": world.now + HOUR}, {"days": 1},
                                  {"within": Within(begin=HOUR, end=HOUR)}]))
    return fields


def wish_with_lists(rng, world, number, kind, has_lists):
    """A wish; if it may have lists, mostly with some in place of its calendars."""
    fields = wish(rng, world, number, kind)
    if has_lists and rng.random() < 0.6:
        fields["calendars"], fields["one_of"] = lists(rng, world)
    return fields
