# SPDX-License-Identifier: PostgreSQL
"""A calendar follows a file that another program exports repeatedly: after each edit there the calendar equals the
file, and importing it again changes nothing. Changes made here by hand remain where the file has not changed.

Could break: an edit of a series is no edit of its events; two events change places; an export names zones as Windows
does; every export has another time stamp; the file's occurrence, its series, and the changes made here disagree."""

import datetime
import json
from random import Random

import icalendar
import pytest
from dateutil import rrule, tz

from client import JSON

BERLIN = tz.gettz("Europe/Berlin")
UTC = datetime.timezone.utc
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)
WINDOWS = "W. Europe Standard Time"
ZONE = """BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""


# ---- the source: a program in the manner of Outlook ----

class Source:
    """Its events by UID. An event is a dict: start (a wall clock time, or a date), length, name, and more."""

    def __init__(self, zone=""):
        self.zone = zone
        self.events = {}
        self.exports = 0

    def add(self, uid, start, length=HOUR, **more):
        self.events[uid] = {"start": start, "length": length, "name": uid.capitalize(), "sequence": 0, "changed": 0, "place": "",
                            "people": [], "rule": "", "exdates": [], "rdates": [], "overrides": {}, "status": "", **more}

    def edit(self, uid, counts=True, **changes):
        """`counts`: whether SEQUENCE is incremented; LAST-MODIFIED always changes."""
        event = self.events[uid]
        event.update(changes)
        event["sequence"] += counts
        event["changed"] += 1

    def override(self, uid, of, **changes):
        event = self.events[uid]
        self.edit(uid)
        event["overrides"][of] = {**event, "start": of, "rule": "", "exdates": [], "rdates": [], "overrides": {}, **changes}

    def text(self):
        self.exports += 1
        lines = ["BEGIN:VCALENDAR", "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "VERSION:2.0", "METHOD:PUBLISH",
                 "X-CALSTART:20260101T000000Z", "X-WR-RELCALID:{0000002E-CD35-7E04-EBEA-35CD6C9D0E2C}", *self.zone.splitlines()]
        for uid, event in self.events.items():
            lines += self.vevent(uid, event)
            for at, changed in event["overrides"].items():
                lines += self.vevent(uid, changed, at)
        return "\r\n".join([*lines, "END:VCALENDAR", ""])

    def vevent(self, uid, event, at=None):
        stamp = datetime.datetime(2026, 1, 1) + datetime.timedelta(minutes=event["changed"])
        lines = ["BEGIN:VEVENT", "CLASS:PUBLIC", f"UID:{uid}@source", f"SUMMARY;LANGUAGE=de:{event['name']}",
                 f"DTSTAMP:{datetime.datetime(2026, 2, 1) + datetime.timedelta(minutes=self.exports):%Y%m%dT%H%M%SZ}",
                 f"LAST-MODIFIED:{stamp:%Y%m%dT%H%M%SZ}", f"SEQUENCE:{event['sequence']}", "PRIORITY:5",
                 "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "X-MICROSOFT-CDO-IMPORTANCE:1", "X-MICROSOFT-DISALLOW-COUNTER:FALSE",
                 'X-ALT-DESC;FMTTYPE=text/html:<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN">',
                 f"DTSTART{written(event['start'])}", f"DTEND{written(event['start'] + event['length'])}"]
        lines += [f"LOCATION:{event['place']}"] * bool(event["place"])
        lines += [f'ATTENDEE;CN="{name}":mailto:{name}@example.org' for name in event["people"]]
        lines += [f"RRULE:{event['rule']}"] * bool(event["rule"])
        lines += [f"{key}{written(each)}" for key, dates in (("EXDATE", "exdates"), ("RDATE", "rdates")) for each in event[dates]]
        lines += [f"STATUS:{event['status']}"] * bool(event["status"])
        if at is not None:
            lines.append(f"RECURRENCE-ID{written(at)}")
        return [*lines, "END:VEVENT"]


def written(moment):
    if isinstance(moment, datetime.datetime):
        return f';TZID="{WINDOWS}":{moment:%Y%m%dT%H%M%S}'
    return f";VALUE=DATE:{moment:%Y%m%d}"


# ---- what a file means, by other libraries ----

def wall(value):
    """A value of python-icalendar as wall clock time in Berlin; a date is its midnight."""
    moment = value.dt
    if not isinstance(moment, datetime.datetime):
        return datetime.datetime.combine(moment, datetime.time())
    return moment.replace(tzinfo=None)


def listed(event, name):
    found = event.get(name, [])
    return [wall(each) for line in (found if isinstance(found, list) else [found]) for each in line.dts]


def occurrences(event):
    start = wall(event["DTSTART"])
    whole = rrule.rruleset()
    whole.rdate(start)
    if "RRULE" in event:
        whole.rrule(rrule.rrulestr(event["RRULE"].to_ical().decode(), dtstart=start))
    for each in listed(event, "RDATE"):
        whole.rdate(each)
    for each in listed(event, "EXDATE"):
        whole.exdate(each)
    return set(whole)


def instant(moment):
    return moment.replace(tzinfo=BERLIN).astimezone(UTC)


def meant(text):
    """The events of the file, each occurrence separately: start, end, name, place, people."""
    events = icalendar.Calendar.from_ical(text).walk("VEVENT")
    changed = {(str(event["UID"]), wall(event["RECURRENCE-ID"])) for event in events if "RECURRENCE-ID" in event}
    result = []
    for event in events:
        if event.get("STATUS") == "CANCELLED":
            continue
        starts = occurrences(event)
        if "RECURRENCE-ID" not in event:
            starts = {start for start in starts if (str(event["UID"]), start) not in changed}
        length = wall(event["DTEND"]) - wall(event["DTSTART"])
        people = event.get("ATTENDEE", [])
        people = tuple(sorted(str(each).removeprefix("mailto:") for each in (people if isinstance(people, list) else [people])))
        result += [(instant(start), instant(start + length), str(event["SUMMARY"]), str(event.get("LOCATION", "")), people)
                   for start in starts]
    return sorted(result)


def shown(service, calendar):
    """The events of the calendar's feed, in the same form."""
    answer = service.call("GET", f"/calendars/{calendar}.ics?from=2020-01-01T00:00:00Z")
    assert answer.status == 200, answer.body
    result = []
    for event in icalendar.Calendar.from_ical(answer.body).walk("VEVENT"):
        if event["STATUS"] == "CANCELLED":
            continue
        people = event.get("ATTENDEE", [])
        people = tuple(sorted(str(each).removeprefix("mailto:") for each in (people if isinstance(people, list) else [people])))
        start, end = ((instant(wall(event[key])) if not isinstance(event[key].dt, datetime.datetime) else event[key].dt.astimezone(UTC))
                      for key in ("DTSTART", "DTEND"))
        result.append((start, end, str(event["SUMMARY"]), str(event.get("LOCATION", "")), people))
    return sorted(result)


# ---- the import ----

def upload(service, calendar, text, query="?sync&cancel_missing"):
    answer = service.call("POST", f"/calendars/{calendar}/import{query}", text.encode(),
                          [("Content-Type", "text/calendar; charset=utf-8")], "secretary")
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def told(rows):
    return [(row["uid"], row["recurrence_id"], row["outcome"]) for row in rows]


def stored(psql, calendar):
    """Everything that an import can change."""
    return psql.value(f"""SELECT md5(concat(
        (SELECT json_agg(e ORDER BY e.id) FROM jb_event e WHERE '{calendar}' = ANY (e.calendars)),
        (SELECT json_agg(l ORDER BY l.seq) FROM jb_change_log l JOIN jb_calendar c ON c.id = l.calendar WHERE c.name = '{calendar}'),
        (SELECT json_agg(i ORDER BY i.uid, i.recurrence_id) FROM jb_imported i JOIN jb_calendar c ON c.id = i.calendar WHERE c.name = '{calendar}')))""")


def mirror(service, psql, calendar, text):
    """Imports the file three times: as a dry run, for good, and once more. Result: the outcome of each event."""
    before = stored(psql, calendar)
    trial = upload(service, calendar, text, "?sync&cancel_missing&dry_run")
    assert stored(psql, calendar) == before, "a trial changes nothing"
    rows = upload(service, calendar, text)
    assert told(trial) == told(rows), "a trial tells what the import will do"
    assert not [row for row in rows if row["outcome"] in ("rejected", "invalid")], rows
    assert shown(service, calendar) == meant(text)
    before = stored(psql, calendar)
    again = upload(service, calendar, text)
    assert {row["outcome"] for row in again} <= {"unchanged", "ignored"}, again
    assert stored(psql, calendar) == before, "the same file again changes nothing"
    return {(row["uid"].removesuffix("@source"), row["recurrence_id"]): row["outcome"] for row in rows}


def test_a_calendar_equals_its_source_after_each_edit(service, psql, calendar, days):
    for zone in (ZONE, ""):
        monday = datetime.datetime.fromisoformat(days["monday"])
        follow(service, psql, f"{calendar}-{'described' if zone else 'named'}", Source(zone), monday)


def follow(service, psql, calendar, source, monday):
    assert service.call("PUT", f"/calendars/{calendar}", b'{"time_zone":"Europe/Berlin"}', JSON).status == 201

    def at(day, hour, minute=0):
        return monday + day * DAY + datetime.timedelta(hours=hour, minutes=minute)

    source.add("board", at(0, 9), place="Room 1", people=["anna", "ben"])
    source.add("press", at(0, 11))
    source.add("lunch", at(0, 12), datetime.timedelta(minutes=30))
    source.add("fair", (monday + 20 * DAY).date(), DAY)
    source.add("weekly", at(1, 9), rule="FREQ=WEEKLY;COUNT=5", people=["cleo"])
    source.add("daily", at(0, 16), datetime.timedelta(minutes=15), rule="FREQ=DAILY;COUNT=8", exdates=[at(2, 16)])
    source.add("visits", at(2, 14), rdates=[at(4, 14), at(9, 15)])
    source.add("walk", at(3, 7), rule="FREQ=WEEKLY;COUNT=20")  # across a clock change
    source.add("review", datetime.datetime(2026, 1, 7, 9), name="Last year's review")

    def step(**expected):
        outcomes = mirror(service, psql, calendar, source.text())
        seen = {(uid, outcome) for (uid, _), outcome in outcomes.items() if outcome != "unchanged"}
        assert seen == set(expected.items()), outcomes  # an occurrence with an event of its own has a row of its own
        return outcomes

    step(**dict.fromkeys(source.events, "placed"))
    # 1 to 5: one event
    source.edit("board", start=at(0, 8))
    step(board="updated")
    source.edit("press", counts=False, name="Press conference; all of it")
    step(press="updated")
    source.edit("press", place="Room 2", people=["anna", "cleo"])
    step(press="updated")
    source.edit("press", place="", people=[])
    step(press="updated")
    source.edit("lunch", length=HOUR)
    step(lunch="updated")
    # 6, 7: events change places
    source.edit("press", start=at(0, 12))
    source.edit("lunch", start=at(0, 11))
    step(press="updated", lunch="updated")
    source.edit("board", start=at(0, 11))
    source.edit("press", start=at(0, 8))
    source.edit("lunch", start=at(0, 12))
    step(board="updated", press="updated", lunch="updated")
    # 8: a new event
    source.add("dinner", at(0, 19))
    step(dinner="placed")
    # 9 to 11: an occurrence has an event of its own
    source.override("weekly", at(8, 9), start=at(8, 13))
    assert step(weekly="updated")[("weekly", f"{instant(at(8, 9)):%Y%m%dT%H%M%SZ}")] == "updated"
    source.override("weekly", at(15, 9), name="Weekly, with guests", length=2 * HOUR)
    step(weekly="updated")
    del source.events["weekly"]["overrides"][at(8, 9)]
    source.edit("weekly")
    step(weekly="updated")
    # 12, 13: exceptions
    source.edit("daily", exdates=[at(2, 16), at(3, 16)])
    step(daily="updated")
    source.edit("daily", exdates=[at(3, 16)])
    step(daily="updated")
    # 14, 15: a longer and a shorter rule
    source.edit("daily", rule="FREQ=DAILY;COUNT=12")
    step(daily="updated")
    source.edit("daily", rule="FREQ=DAILY;COUNT=6")
    step(daily="updated")
    # 16, 17: all of a series, an hour later and on another day of the week
    source.edit("weekly", start=at(1, 10), overrides={})
    step(weekly="updated")
    source.edit("weekly", start=at(2, 10), rule="FREQ=WEEKLY;COUNT=5;BYDAY=WE")
    step(weekly="updated")
    # 18: dates besides the rule
    source.edit("visits", rdates=[at(4, 14), at(10, 15), at(11, 15)])
    step(visits="updated")
    # 19: an occurrence is cancelled
    source.override("weekly", at(9, 10), status="CANCELLED")
    cancelled = mirror(service, psql, calendar, source.text())
    assert cancelled[("weekly", f"{instant(at(9, 10)):%Y%m%dT%H%M%SZ}")] == "cancelled"
    # 20: a whole day becomes two
    source.edit("fair", length=2 * DAY)
    assert mirror(service, psql, calendar, source.text())[("fair", None)] == "updated"
    # 21, 22: an event is cancelled, and another is no longer there
    source.edit("dinner", status="CANCELLED")
    assert mirror(service, psql, calendar, source.text())[("dinner", None)] == "cancelled"
    gone = {uid: source.events.pop(uid) for uid in ("lunch", "weekly")}
    outcomes = mirror(service, psql, calendar, source.text())
    assert (outcomes[("lunch", None)], outcomes[("weekly", None)]) == ("cancelled", "cancelled")
    # 23, 24: both come back
    source.edit("dinner", status="")
    assert mirror(service, psql, calendar, source.text())[("dinner", None)] == "placed"
    source.events.update(gone)
    outcomes = mirror(service, psql, calendar, source.text())
    assert (outcomes[("lunch", None)], outcomes[("weekly", None)]) == ("placed", "placed")
    # 25, 26: an event becomes a series, and a series an event
    source.edit("board", rule="FREQ=WEEKLY;COUNT=3")
    assert mirror(service, psql, calendar, source.text())[("board", None)] == "placed"
    source.edit("daily", rule="", exdates=[])
    assert mirror(service, psql, calendar, source.text())[("daily", None)] == "placed"


# ---- random files, beside what each of them says alone ----

NAMES = {"event": ("old", "new"), "change": ("t", "u")}


def random_file(random):
    """An event, a series or neither, and changes of occurrences, of one UID, in March 2027."""
    def at(day, hour):
        return f"202703{day:02d}T{hour:02d}0000"

    def vevent(*lines):
        return ["BEGIN:VEVENT", "UID:s", *lines, "END:VEVENT"]

    kind = random.choice(["series"] * 4 + ["single", "none"])
    first, hour, name = random.choice([8, 15, 15, 15, 16, 22]), random.choice([9, 9, 9, 15]), random.choice(NAMES["event"])
    days, lines = random.sample(range(15, 20), random.choice([1, 2])), []
    if kind != "none":
        own = [f"SUMMARY:{name}", f"DTSTART;TZID=Europe/Berlin:{at(first, hour)}", f"DURATION:PT{random.choice([60, 60, 30])}M"]
        if kind == "series":
            step, count = random.choice([(1, random.randint(1, 4)), (7, random.randint(1, 2))])
            days = [first + step * i for i in range(count)]
            own += [f"RRULE:FREQ={'DAILY' if step == 1 else 'WEEKLY'};COUNT={count}"]
            own += [f"EXDATE;TZID=Europe/Berlin:{at(day, hour)}" for day in days if random.random() < 0.15]
        lines += vevent(*own)
    for day in days if kind != "single" else []:
        if kind == "none" or random.random() < 0.3:
            later = ";RANGE=THISANDFUTURE" if kind == "series" and random.random() < 0.2 else ""
            lines += vevent(f"RECURRENCE-ID{later};TZID=Europe/Berlin:{at(day, hour)}", f"SUMMARY:{random.choice((*NAMES['change'], name))}",
                            f"DTSTART;TZID=Europe/Berlin:{at(day, random.choice([hour, 12, 13]))}", f"DURATION:PT{random.choice([60, 30])}M",
                            *(["STATUS:CANCELLED"] if random.random() < 0.2 else []))
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""])


def sync(psql, name, text):
    return psql.value(f"SELECT string_agg(outcome, ',') FROM jb_import('{name}', $ics${text}$ics$, sync => true, cancel_missing => true)")


def standing(psql, name, which="true", told="event_name, start_timestamp, end_timestamp"):
    return psql.value(f"""SELECT string_agg(concat_ws(' ', {told}), ', ' ORDER BY start_timestamp, event_name)
                            FROM jb_event WHERE '{name}' = ANY (calendars) AND status = 'scheduled' AND {which}""")


def test_what_was_followed_is_what_the_file_says_alone(psql, calendar):
    """Whatever earlier files said, a calendar that follows a file ends up like an empty calendar that imports it, and
    is sound; a second import changes nothing."""
    for seed in range(250):
        random = Random(seed)
        *before, after = random_file(random), random_file(random), random_file(random)
        psql.value("BEGIN")
        psql.value("SET LOCAL jb_scheduler.now = '2027-03-01 07:30+01'")
        psql.value(f"SELECT count(jb_calendar_set('{calendar}:' || n, jsonb '{{\"time_zone\": \"Europe/Berlin\"}}')) FROM unnest('{{a,b}}'::text[]) AS n")
        for text in (*before, after):
            sync(psql, f"{calendar}:a", text)
        sync(psql, f"{calendar}:b", after)
        assert standing(psql, f"{calendar}:a") == standing(psql, f"{calendar}:b"), (seed, before, after)
        assert psql.value("SELECT count(*) FROM jb_check()") == "0", (seed, before, after)
        again = sync(psql, f"{calendar}:a", after)
        assert set(again.split(",")) <= {"unchanged", "ignored", "invalid", "cancelled"}, (seed, before, after, again)
        assert standing(psql, f"{calendar}:a") == standing(psql, f"{calendar}:b"), (seed, before, after)
        psql.value("ROLLBACK")


def test_what_is_over_stays_and_what_is_to_come_is_what_the_file_says(psql, calendar):
    """Time goes on between the files. What took place remains as it was; what is still to come is that of an empty
    calendar that imports the last file; a second import changes nothing."""
    over = "end_timestamp <= jb_now()", "id, start_timestamp, end_timestamp"
    for seed in range(150):
        random, clock, files = Random(seed), datetime.datetime(2027, 3, 10, 8, 30), []
        psql.value("BEGIN")
        psql.value(f"SELECT count(jb_calendar_set('{calendar}:a', jsonb '{{\"time_zone\": \"Europe/Berlin\"}}'))")
        for _ in range(random.randint(2, 5)):
            clock += datetime.timedelta(hours=random.choice([0, 1, 24, 27, 48, 110]), minutes=random.choice([0, 45]))
            psql.value(f"SET LOCAL jb_scheduler.now = '{clock}+01'")
            files.append(f"{clock}\n{random_file(random)}" if random.random() < 0.85 else "BEGIN:VCALENDAR\r\nEND:VCALENDAR")
            text = files[-1][files[-1].index("BEGIN"):]
            records = standing(psql, f"{calendar}:a", *over).split(", ")
            sync(psql, f"{calendar}:a", text)
            assert set(records) - {""} <= set(standing(psql, f"{calendar}:a", *over).split(", ")), (seed, files)
            psql.value("SAVEPOINT empty")
            psql.value(f"SELECT count(jb_calendar_set('{calendar}:b', jsonb '{{\"time_zone\": \"Europe/Berlin\"}}'))")
            sync(psql, f"{calendar}:b", text)
            meant = standing(psql, f"{calendar}:b", "start_timestamp > jb_now()")
            psql.value("ROLLBACK TO empty")
            assert standing(psql, f"{calendar}:a", "start_timestamp > jb_now()") == meant, (seed, files)
            assert psql.value("SELECT count(*) FROM jb_check()") == "0", (seed, files)
            again = sync(psql, f"{calendar}:a", text)
            assert set(again.split(",")) <= {"unchanged", "ignored", "invalid", ""}, (seed, files, again)
            assert standing(psql, f"{calendar}:a", "start_timestamp > jb_now()") == meant, (seed, files)
        psql.value("ROLLBACK")


def test_a_calendar_in_another_zone_is_followed(psql, calendar):
    """Events stay at their instants when the zone of their calendar changes. A file without zones is read on the new
    clock, whether or not its dates and times are the old ones."""
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:s", "SUMMARY:Weekly", "DTSTART:20270310T090000", "DURATION:PT1H",
                        "RRULE:FREQ=WEEKLY;COUNT=2", "END:VEVENT", "BEGIN:VEVENT", "UID:e", "SUMMARY:Once", "DTSTART:20270311T090000", "DURATION:PT1H",
                        "END:VEVENT", "END:VCALENDAR", ""])
    starts = f"SELECT string_agg(to_char(start_timestamp AT TIME ZONE 'UTC', 'DD HH24'), ', ' ORDER BY start_timestamp) FROM jb_events('{calendar}')"
    follow = f"SELECT string_agg(outcome, ',') FROM jb_import('{calendar}', $ics${text}$ics$, sync => true)"
    psql.value("BEGIN")
    psql.value("SET LOCAL jb_scheduler.now = '2027-03-01 07:30+01'")
    for zone, outcome, stands in (("Europe/Berlin", "placed", "10 08, 11 08, 17 08"), ("America/New_York", "updated", "10 14, 11 14, 17 13")):
        psql.value(f"SELECT name FROM jb_calendar_set('{calendar}', jsonb '{{\"time_zone\": \"{zone}\"}}')")
        assert psql.value(follow) == f"{outcome},{outcome}" and psql.value(starts) == stands
        assert psql.value(follow) == "unchanged,unchanged" and psql.value("SELECT count(*) FROM jb_check()") == "0"
    psql.value("ROLLBACK")


def test_the_age_of_the_news_is_told(service, calendar, days):
    """Slots, busy times and answers tell when it last heard from the source; where that is too long ago nothing is offered."""
    settings = {"time_zone": "Europe/Berlin", "max_source_age": 86400}
    assert json.loads(service.call("PUT", f"/calendars/{calendar}", json.dumps(settings).encode(), JSON).body)["max_source_age"] == 86400
    slots, busy = f"/slots?calendars={calendar}&duration=1800", f"/calendars/{calendar}/busy?from={days['monday']}&to={days['monday']}"
    unheard = service.call("GET", slots)
    assert (json.loads(unheard.body), unheard.headers.get("as-of")) == ([], None)
    wish = {"event_name": "Fixed", "calendars": [calendar], "date": days["monday"], "start_time": "09:00"}
    warned = json.loads(service.call("POST", "/events", json.dumps(wish).encode(), JSON).body)
    assert "has not heard yet" in warned["detail"] and "facts" not in warned
    source = Source()
    source.add("walk", datetime.datetime.fromisoformat(days["monday"]) + 11 * HOUR)
    upload(service, calendar, source.text())
    as_of = service.call("GET", busy).headers["as-of"]
    assert abs(datetime.datetime.fromisoformat(as_of) - datetime.datetime.now(UTC)) < HOUR
    heard = service.call("GET", slots)
    assert heard.headers["as-of"] == as_of and len(json.loads(heard.body)) == 10
    booked = json.loads(service.call("POST", "/events", json.dumps(wish | {"start_time": "10:00"}).encode(), JSON).body)
    assert datetime.datetime.fromisoformat(booked["facts"]["as_of"]) == datetime.datetime.fromisoformat(as_of)
    assert "detail" not in booked
