# SPDX-License-Identifier: PostgreSQL
"""The requests that trials have found to cost too much, and the requests that no budget may refuse."""

from request import (EVERYBODY, FACE, HUNDRED, SLOW_ZONE, START, THRICE, TIMES, WEEK, WRITERS, Request, as_json, batch, book, crowd, event, explain,
                     import_file, quoted, read, series, standard, until_full, vevent, vtimezone, zone_rules)


def rules():
    """Series whose rule alone is expensive."""
    many = ",".join([START.replace("-", "")] * 100_000)
    return {
        "from 1025": series(f"RRULE:FREQ=YEARLY;BYDAY={WEEK};{TIMES};BYSETPOS=1;COUNT=400", date="1025-01-01"),
        "from 1025 by month": series(f"RRULE:FREQ=MONTHLY;BYDAY={WEEK};{TIMES};BYSETPOS=-1;COUNT=400", date="1025-01-01"),
        "of a position that is never met": series(f"RRULE:FREQ=DAILY;{TIMES};BYSETPOS=300;COUNT=4"),
        "of a day that never comes": series("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231", date="0001-01-01"),
        "of a week that never comes": series("RRULE:FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6;UNTIL=99991231", date="0001-01-01"),
        "of every day of the year": series("RRULE:FREQ=YEARLY;BYYEARDAY=" + ",".join(map(str, range(1, 367))) + f";{TIMES};BYSETPOS=366;COUNT=9",
                                           date="0001-01-01"),
        "every 9999 years": series(f"RRULE:FREQ=YEARLY;INTERVAL=9999;BYDAY={WEEK};{TIMES};BYSETPOS=-1;COUNT=9", date="0001-01-01"),
        "every second": series("RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30;COUNT=9"),
        "with a long line of exceptions": series(f"RRULE:FREQ=DAILY;COUNT=3\nEXDATE:{many}"),
        "with exceptions of a long zone": series(f"RRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID={'x' * 500_000}:{many[:8_900]}"),
        "with a long part": series("RRULE:FREQ=DAILY;COUNT=3;BYHOUR=" + "0," * 300_000 + "0"),
        "of many parts": series("RRULE:" + "FREQ=DAILY;" * 80_000),
    }


def products():
    """Series with many long occurrences."""
    return {
        "for a thousand people": series(THRICE + "1000", attendees=crowd(1000)),
        "on a hundred calendars": series(THRICE + "1000", calendars=HUNDRED),
        "with all that is long": series(THRICE + "1000", calendars=HUNDRED, event_name=FACE * 500, event_location=FACE * 1000,
                                        attendees=crowd(500)),
        "with long addresses": series(THRICE + "1000", attachments=[{"name": f"{i}", "url": "https://example.org/" + "x" * 1900} for i in range(100)]),
    }


def batches():
    at = lambda i: f"{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}"  # noqa: E731
    never = series(f"RRULE:FREQ=DAILY;{TIMES};BYSETPOS=300;COUNT=4")
    excluded = "\nEXDATE:" + ",".join(["20270104"] * 90)
    yield batch("of 400 series", [series(THRICE + "1000", start_time=at(2 * i)) for i in range(400)])
    yield batch("of long series", [series("RRULE:FREQ=DAILY;COUNT=300" + excluded, start_time=at(2 * i)) for i in range(900)])
    yield batch("at every limit", until_full(lambda i: event(date=START, start_time=at(2 * i), event_name=FACE * 500, event_location=FACE * 1000,
                                                             attendees=crowd(2)))[:1000])
    yield batch("on all calendars", until_full(lambda i: event(date=START, start_time=at(2 * i), calendars=HUNDRED))[:1000])
    yield batch("of series that never come", [never] * 1000)
    yield batch("in the way of much", [event(calendars=["expensive:big"], date=START, start_time="00:00:00", duration=86_400)] * 1000)
    yield Request("batch of nothing", WRITERS, f"SELECT count(*) FROM jb_schedule_all('[{'{},' * 340_000}{{}}]')", "POST", "/events/batch",
                  b"[" + b"{}," * 99_000 + b"{}]")


def files():
    start = "DTSTART:20270104T090000"
    long_line = "EXDATE:" + ",".join(["20270104"] * 30_000)
    described = vtimezone("Slow", *[standard(SLOW_ZONE)] * 8)
    dates = [f"2027{m:02}{d:02}T{h:02}0000Z" for m in range(1, 3) for d in range(5, 27) for h in range(22)]
    yield import_file("of sixty thousand dates", vevent(1, "DTSTART:20270104T090000Z", "RDATE:" + ",".join(["20270105T090000Z"] * 60_000)))
    yield import_file("of dates and exceptions", *[vevent(i, "DTSTART:20270104T090000Z", "RDATE:" + ",".join(dates), "EXDATE:" + ",".join(dates))
                                                   for i in range(30)])
    yield import_file("of a slow zone", described, vevent(1, "DTSTART;TZID=Slow:20270104T090000"))
    yield import_file("of a slower zone", vtimezone("Slow", *[standard(SLOW_ZONE)] * 6000), vevent(1, "DTSTART;TZID=Slow:20270104T090000"))
    yield import_file("of many blocks", vtimezone("Many", *[standard()] * 8000), vevent(1, "DTSTART;TZID=Many:20270104T090000"))
    yield import_file("of many zones", *[vtimezone(f"Z{i}", standard()) for i in range(4500)],
                      *[vevent(i, f"DTSTART;TZID=Z{i}:20270104T090000") for i in range(1000)])
    yield import_file("of zones with many changes", vtimezone("Hasty", standard("RDATE:" + ",".join(f"2027{m:02}{d:02}T{h:02}0000" for m in (1, 2)
                                                              for d in range(1, 29) for h in range(24)))),
                      vevent(1, "DTSTART;TZID=Hasty:20270104T090000", "RRULE:FREQ=DAILY;COUNT=300",
                             "EXDATE;TZID=Hasty:" + ",".join(["20270104T090000"] * 900)))
    yield import_file("of rules as zones", *[vevent(i, f"DTSTART;TZID={zone}:20270104T090000") for i, zone in enumerate(zone_rules(10_000))])
    yield import_file("of rules as zones of occurrences", *[vevent(i, start, f"RECURRENCE-ID;TZID={zone}:20270104T090000")
                                                            for i, zone in enumerate(zone_rules(8_000))])
    yield import_file("of rules as zones of exceptions", *[vevent(i, start, "RRULE:FREQ=DAILY;COUNT=3", *[f"EXDATE;TZID={zone}:20270105T090000"
                      for zone in zone_rules(11_000)[i::1000]]) for i in range(1000)])
    yield import_file("with a long line of exceptions", vevent(1, start, "RRULE:FREQ=DAILY;COUNT=3", long_line))
    yield import_file("of rules that never come", *[vevent(i, "DTSTART:00010101T090000", "RRULE:FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6") for i in range(1000)])
    yield import_file("of rules without end", *[vevent(i, "DTSTART:20270104T090000", "RRULE:FREQ=DAILY") for i in range(1000)])
    yield import_file("of series for many", *[vevent(i, start, "RRULE:FREQ=DAILY;COUNT=1000", *[f"ATTENDEE:mailto:{'x' * 190}"] * 80) for i in range(50)])
    yield import_file("of empty events", *["BEGIN:VEVENT\r\nEND:VEVENT"] * 40_000)
    yield import_file("of short lines", "BEGIN:VEVENT", "A:\n" * 340_000, "END:VEVENT")
    yield import_file("of many parameters", vevent(1, start, "SUMMARY" + "".join(f";{i}=" for i in range(120_000)) + ":x"))


def numbers():
    """Numbers that are short in a body, and long when written out."""
    for name, number, count in (("before their point", "1e131000", 5000), ("behind it", "1e-16383", 100_000)):
        wish = as_json(event(metadata={"n": 0})).replace('"n": 0', '"n": [' + ",".join([number] * count) + "]")
        yield Request(f"explain numbers with many digits {name}", EVERYBODY, f"SELECT count(*) FROM jb_explain_request({quoted(wish)}, 1000)",
                      "POST", "/events/explain", wish.encode())


def readings():
    """Small requests with large answers, on calendars with much data."""
    dense, big, year = "expensive:dense", "expensive:big", "'2027-01-01', '2037-01-07'"
    listed = "{" + ",".join(HUNDRED) + "}"
    yield read("hours of ten years", f"SELECT json_agg(jb_availability_json(a)) FROM jb_availability('{dense}', {year}) AS a",
               f"/calendars/{dense}/availability?from=2027-01-01&to=2037-01-07")
    yield explain("the longest on short hours", event(calendars=[dense], duration=366 * 86_400))
    yield explain("short ones on short hours", event(calendars=[dense], duration=600))
    yield explain("in the way of much", event(calendars=[big], date=START, start_time="00:00:00", duration=86_400))
    yield explain("behind much", event(calendars=[big], date=START))
    yield read("slots", f"SELECT count(*) FROM jb_slots('1 minute', '{listed}', max_rows => 1000)",
               f"/slots?duration=60&limit=1000&calendars={','.join(HUNDRED)}")
    yield read("lead times", f"SELECT count(*) FROM jb_lead_time((SELECT array_agg(make_interval(secs => 600 + i)) FROM generate_series(1, 100) AS i), '{listed}')",
               f"/lead-time?calendars={','.join(HUNDRED)}&duration={','.join(str(600 + i) for i in range(100))}")
    yield read("slots on short hours", f"SELECT count(*) FROM jb_slots('10 minutes', '{{{dense}}}', max_rows => 1000)",
               f"/slots?duration=600&limit=1000&calendars={dense}")
    yield read("events", f"SELECT json_agg(e.event) FROM jb_events_json('{big}', '2027-01-01', max_rows => 1000) AS e",
               f"/events?calendar={big}&from=2027-01-01T00:00:00Z&limit=1000")
    yield read("feed", f"SELECT length(jb_icalendar('{big}'))", f"/calendars/{big}.ics")
    yield read("rejections", "SELECT json_agg(jb_rejection_json(r)) FROM jb_rejections(max_rows => 1000) AS r", "/rejections?limit=1000")
    yield read("changes", f"SELECT json_agg(jb_change_json(c)) FROM jb_changes('{big}', max_rows => 1000) AS c",
               f"/calendars/{big}/changes?limit=1000")
    yield read("changes with their events", f"SELECT json_agg(jb_change_event_json(c)) FROM jb_changes('{big}', max_rows => 1000) AS c",
               f"/calendars/{big}/changes?limit=100&expand=event")
    yield read("events of a moment", f"SELECT count(*) FROM jb_events_at('{big}', (SELECT change_seq FROM jb_calendar('{big}')))")
    yield read("plan made anew", f"SELECT count(*) FROM jb_replan('{big}', dry_run => true)", roles=WRITERS)
    yield book("in the way of much", event(calendars=[big], date=START, start_time="00:00:00", duration=86_400))
    yield book("a series in the way of much", series("RRULE:FREQ=DAILY;COUNT=300", calendars=[big], duration=72_000))


def found():
    """The requests that trials have found, by name."""
    for name, wish in {**rules(), **products()}.items():
        yield explain(name, wish)
        yield book(name, wish)
    yield from batches()
    yield from files()
    yield from readings()
    yield from numbers()


def always_taken():
    """Products of two limits that the docs promise, so no budget may refuse them."""
    return [book("a series of 1,000 for twenty", series(THRICE + "1000", attendees=crowd(20))),
            explain("a series of 1,000 for twenty", series(THRICE + "1000", attendees=crowd(20))),
            batch("of 1,000", [event(date=START, start_time=f"{i // 60:02}:{i % 60:02}:00") for i in range(1000)]),
            book("100 by 100", series("RRULE:FREQ=DAILY;COUNT=100", calendars=HUNDRED)),
            explain("100 by 100", series("RRULE:FREQ=DAILY;COUNT=100", calendars=HUNDRED))]
