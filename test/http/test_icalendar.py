# SPDX-License-Identifier: PostgreSQL
"""A calendar can be subscribed to: another program's reader finds each event in its feed, checks cheaply for changes,
and reads it without a certificate by a token that is in no log.

Could break: text is escaped by other rules than it is read by; a phone that keeps its copy misses a change; a token in
an address is logged wherever addresses are logged."""

import datetime
import json
import os
import pathlib
import re
import signal
import zoneinfo

import icalendar
import pytest

from client import JSON
from test_restart import end, pid, until, whole_stack  # noqa: F401 (a fixture)

UTC = datetime.timezone.utc


def book(service, calendar, **event):
    answer = service.send("POST", "/events", {"calendars": [calendar], **event})
    assert answer.status == 201, answer.body
    return json.loads(answer.body)


def read(answer):
    """The events of a feed by name."""
    assert (answer.status, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8"), answer.body
    whole = icalendar.Calendar.from_ical(answer.body)
    assert answer.body == b"\r\n".join(answer.body.split(b"\r\n")) and b"\n" not in answer.body.replace(b"\r\n", b"")
    return {str(event["SUMMARY"]): event for event in whole.walk("VEVENT")}


def feed(service, calendar, **shows):
    answer = service.send("POST", f"/calendars/{calendar}/feed", shows)
    assert answer.status == 201, answer.body
    return json.loads(answer.body)


@pytest.fixture
def busy_calendar(service, calendar, days):
    """A calendar with an event of every kind."""
    fixed = book(service, calendar, event_name='Board; "first", second\\third line — ünïcödé', date=days["monday"], start_time="09:00:00",
                 duration=5400, attendees=["anna@example.com", "Ben, \"B\" Ä"], event_location="Room 1; left")
    book(service, calendar, event_name="Offer", date=days["monday"], start_time="12:00:00", duration=3600, hold_for=3600)
    book(service, calendar, event_name="Weekly", date=days["tuesday"], start_time="10:00:00", duration=1800,
         recurrence="RRULE:FREQ=WEEKLY;COUNT=3")
    gone = book(service, calendar, event_name="Gone", date=days["monday"], start_time="15:00:00", duration=3600)
    assert service.call("POST", f"/events/{gone['id']}/cancel").status == 200
    waits = service.call("POST", "/events", json.dumps({"calendars": [calendar], "event_name": "Waits", "date": days["monday"],
                         "start_time": "09:00:00", "duration": 600, "on_no_slot": "wait"}).encode(), JSON)
    assert waits.status == 202
    return calendar, fixed


def test_another_program_reads_each_event(service, busy_calendar, days):
    calendar, fixed = busy_calendar
    answer = service.call("GET", f"/calendars/{calendar}.ics", certificate="viewer")
    events = read(answer)
    assert set(events) == {'Board; "first", second\\third line — ünïcödé', "Offer", "Weekly", "Gone"}
    board = events['Board; "first", second\\third line — ünïcödé']
    assert str(board["LOCATION"]) == "Room 1; left"
    assert board["DTSTART"].dt == datetime.datetime.fromisoformat(fixed["start_timestamp"])
    assert board["DTEND"].dt - board["DTSTART"].dt == datetime.timedelta(seconds=5400)
    assert [str(a) for a in board["ATTENDEE"]][0] == "mailto:anna@example.com"
    assert board["ATTENDEE"][1].params["CN"] == "Ben, 'B' Ä"
    changed = datetime.datetime.fromisoformat(fixed["updated_at"])
    assert board["DTSTAMP"].dt == changed
    assert board["SEQUENCE"] == (changed - datetime.datetime.fromisoformat("2020-01-01T00:00:00+00:00")).total_seconds()
    assert {name: str(event["STATUS"]) for name, event in events.items() if name in ("Offer", "Weekly", "Gone")} == {
        "Offer": "TENTATIVE", "Weekly": "CONFIRMED", "Gone": "CANCELLED"}
    whole = icalendar.Calendar.from_ical(answer.body)
    names = [(str(event["UID"]), event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None) for event in whole.walk("VEVENT")]
    assert len(names) == len(set(names)) == 6, "each occurrence is an event of its own"
    weekly = [event for event in whole.walk("VEVENT") if event["SUMMARY"] == "Weekly"]
    assert len({str(event["UID"]) for event in weekly}) == 1, "they have the UID of their series"
    assert all(event["RECURRENCE-ID"].dt == event["DTSTART"].dt for event in weekly), "and tell their original starts"
    assert str(whole["X-WR-TIMEZONE"]) == "Europe/Berlin"
    assert all(len(line) <= 75 for line in answer.body.split(b"\r\n"))


def test_a_reader_that_has_it_gets_nothing(service, calendar, days):
    target = f"/calendars/{calendar}.ics"
    tag = service.call("GET", target).headers["etag"]
    for given in (tag, f'"x", {tag}', f"W/{tag}", "*"):
        answer = service.call("GET", target, headers=[("If-None-Match", given)])
        assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
    assert service.call("GET", target, headers=[("If-None-Match", '"x"')]).status == 200
    assert service.call("GET", target, headers=[("If-None-Match", "x")]).status == 400
    made = book(service, calendar, event_name="Talk", date=days["monday"], start_time="09:00:00", duration=3600)
    answer = service.call("GET", target, headers=[("If-None-Match", tag)])
    assert answer.status == 200 and answer.headers["etag"] != tag
    tag = answer.headers["etag"]
    assert service.call("DELETE", f"/events/{made['id']}").status == 204
    answer = service.call("GET", target, headers=[("If-None-Match", tag)])
    assert answer.status == 200 and not read(answer)


def test_free_busy_shows_times_and_no_names(service, busy_calendar, days):
    calendar, fixed = busy_calendar
    for query in ("free_busy", "free_busy=true"):
        answer = service.call("GET", f"/calendars/{calendar}.ics?{query}", certificate="viewer")
        assert b"Board" not in answer.body and b"anna" not in answer.body
        (times,) = icalendar.Calendar.from_ical(answer.body).walk("VFREEBUSY")
        start = datetime.datetime.fromisoformat(fixed["start_timestamp"]).astimezone(UTC)
        assert [(period.params["FBTYPE"], period.start) for period in times["FREEBUSY"]][0] == ("BUSY", start)
        assert [period.params["FBTYPE"] for period in times["FREEBUSY"]].count("BUSY-TENTATIVE") == 1
    assert read(service.call("GET", f"/calendars/{calendar}.ics?free_busy=false"))


def test_a_range_narrows_it(service, busy_calendar, days):
    calendar, _ = busy_calendar
    day = f"from={days['tuesday']}T00:00:00Z&to={days['wednesday']}T00:00:00Z"
    assert set(read(service.call("GET", f"/calendars/{calendar}.ics?{day}"))) == {"Weekly"}
    for query in ("from=yesterday", "free_busy=maybe", "colour=red", "free_busy&free_busy"):
        assert service.call("GET", f"/calendars/{calendar}.ics?{query}").status == 400, query
    assert service.call("GET", "/calendars/nowhere.ics").status == 404
    assert service.call("POST", f"/calendars/{calendar}.ics").status == 405


def test_a_phone_subscribes_by_token(service, busy_calendar):
    calendar, _ = busy_calendar
    made = feed(service, calendar)
    assert made["url"] == f"{os.environ['JB_PUBLIC_URL']}/feeds/{made['token']}.ics"
    assert made["webcal_url"] == made["url"].replace("https://", "webcal://")
    answer = service.call("GET", made["path"], certificate="guest")
    events = read(answer)
    assert str(events['Board; "first", second\\third line — ünïcödé']["LOCATION"]) == "Room 1; left"
    assert b"ATTENDEE" not in answer.body and b"anna" not in answer.body
    tag = answer.headers["etag"]
    assert service.call("GET", made["path"], headers=[("If-None-Match", tag)], certificate="guest").status == 304
    assert service.call("GET", made["path"] + "?free_busy", certificate="guest").status == 200
    wrong = service.call("GET", made["path"] + "?colour=red", certificate="guest")
    assert (wrong.status, json.loads(wrong.body)["errors"][0]["field"]) == (400, "colour"), "a program is told what is wrong"
    for path in (made["path"] + "?colour=red", "/feeds/%C3.ics", "/feeds/jbf_0.ics"):
        page = service.call("GET", path, headers=[("Accept", "text/html")], certificate="guest")
        assert page.status in (400, 404) and page.headers["content-type"].startswith("text/html"), "somebody with a browser in a page"


def test_a_feed_of_busy_times_names_nothing(service, busy_calendar):
    calendar, fixed = busy_calendar
    made = feed(service, calendar, shows="busy")
    answer = service.call("GET", made["path"], certificate="guest")
    assert set(read(answer)) == {"Busy"}
    for word in (b"Board", b"Room", b"anna", b"Offer", b"Weekly", b"CREATED", b"LAST-MODIFIED", b"SEQUENCE", b"TENTATIVE"):
        assert word not in answer.body
    assert service.call("PATCH", f"/events/{fixed['id']}", b'{"description": "hidden"}', [("Content-Type", "application/json")]).status == 200
    again = service.call("GET", made["path"], headers=[("If-None-Match", answer.headers["etag"])], certificate="guest")
    assert again.status == 304, "nor does the tag tell of a change that is hidden"
    assert not re.search(rb"UID:jb-[0-9]", answer.body), "no id of an event"
    times = service.call("GET", made["path"] + "?free_busy", certificate="guest").body
    assert b"FREEBUSY;FBTYPE=BUSY:" in times and b"TENTATIVE" not in times


def test_a_token_opens_nothing_else(service, calendar):
    made = feed(service, calendar)
    for method, target in (("POST", made["path"]), ("DELETE", made["path"]), ("GET", made["path"].removesuffix(".ics")),
                           ("GET", made["path"] + "/x"), ("GET", f"/calendars/{calendar}.ics"), ("GET", f"/calendars/{calendar}/feed"),
                           ("DELETE", f"/calendars/{calendar}/feed"), ("GET", "/feeds"), ("GET", "/feeds/.ics"),
                           ("GET", made["path"][:-5] + ".ics"), ("GET", made["path"].replace("jbf_", "JBF_")),
                           ("GET", "/feeds/%27%3B.ics")):
        answer = service.call(method, target, certificate="guest")
        assert answer.status in (404, 405), (method, target, answer.status)
        assert made["token"].encode() not in answer.body
    other = service.call("GET", "/feeds/jbf_0.ics", certificate="guest")
    assert (other.status, json.loads(other.body)["type"]) == (404, "/problems/not-found")


def test_another_token_ends_the_first_and_revoking_ends_all(service, calendar):
    first, second = feed(service, calendar), feed(service, calendar)
    assert service.call("GET", first["path"], certificate="guest").status == 404
    assert service.call("GET", second["path"], certificate="guest").status == 200
    assert service.call("DELETE", f"/calendars/{calendar}/feed").status == 204
    assert service.call("GET", second["path"], certificate="guest").status == 404
    assert service.call("DELETE", f"/calendars/{calendar}/feed").status == 404


def test_a_feed_ends_with_its_maker(service, calendar, psql):
    book(service, calendar, event_name="Board", start_timestamp="2030-03-04T09:00:00Z", duration=3600)
    managers = feed(service, calendar, shows="busy")["path"]
    own = json.loads(service.call("POST", f"/calendars/{calendar}/feed", certificate="secretary").body)["path"]
    opened = lambda path: service.call("GET", path, certificate="guest").status
    assert (opened(managers), opened(own)) == (200, 200)
    role = "SELECT count(jb_principal_set(issuer, subject, principal, '{}')) FROM jb_principal WHERE principal = 'secretary'"
    try:
        psql.value(role.format("viewer"))
        assert (opened(managers), opened(own)) == (200, 404)
    finally:
        psql.value(role.format("secretary"))
    assert opened(own) == 200
    assert service.call("DELETE", f"/calendars/{calendar}/feed", certificate="secretary").status == 204
    assert service.call("DELETE", f"/calendars/{calendar}/feed", certificate="secretary").status == 404
    assert (opened(managers), opened(own)) == (200, 404)


def test_a_viewer_makes_no_feed_public(service, calendar):
    for method in ("POST", "DELETE"):
        assert service.call(method, f"/calendars/{calendar}/feed", certificate="viewer").status == 403
    assert service.call("POST", "/calendars/nowhere/feed").status == 404
    for body in (b'{"shows": "all"}', b'{"shows": 1}', b'{"colour": "red"}', b"[]"):
        assert service.call("POST", f"/calendars/{calendar}/feed", body, JSON).status == 422
    assert service.call("POST", f"/calendars/{calendar}/feed", b"{", JSON).status == 400


def logs():
    folder = pathlib.Path(os.environ["JB_STACK_DIR"]).resolve() / "log"
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


def spellings(token):
    """Addresses that open the feed: by RFC 3986, 6.2.2.2, a percent-encoded letter is that letter."""
    digits = token.removeprefix("jbf_")
    return [f"/feeds/{token}.ics", f"/feeds/{token}.ics?free_busy", f"/%66eeds/{token}.ics", f"/feeds/%6Abf_{digits}.ics",
            f"/feeds/j%62f_{digits}.ics", f"/feeds/jbf%5F{digits}.ics", f"/feeds/jbf%5f{digits}.ics",
            f"/%66eeds/%6Abf_{digits}.ics", f"/%66%65%65%64%73/%6A%62%66%5F{digits}.ics"]


def test_no_log_holds_the_token(service, calendar, psql):
    token = feed(service, calendar)["token"]
    digits = token.removeprefix("jbf_")
    for target in spellings(token):
        assert service.call("GET", target, certificate="guest").status == 200, target
        service.call("GET", target)
    for target in (f"//feeds/{token}.ics", f"/x/../feed%73/%6a%62f_{digits}.ics", f"/feeds/{token}", f"/feeds/{token}.ics/x", f"/feeds/{token}x.ics", f"/nowhere/%6Abf_{digits}", f"/{token}",
                   f"/feeds/%6Abf_{digits}.ics%ff", f"/%66eeds/%6Abf_{digits}.ics%zz", f"/events?{token}"):
        for certificate in ("guest", "manager", "nobody"):
            assert service.call("GET", target, certificate=certificate).status in (400, 401, 404, 422), target
    last = service.call("GET", "/health", headers=[("X-Request-Id", f"after-{digits[:8]}")])
    assert last.status == 200
    until(lambda: logs().count(f"after-{digits[:8]}".encode()) == 2, "the requests in the logs")
    assert b"/feeds/-" in logs()
    assert digits.encode() not in logs()


def test_no_log_holds_the_token_while_the_program_is_away(service, calendar, whole_stack):  # noqa: F811
    token = feed(service, calendar)["token"]
    end(pid("fcgi"), signal.SIGTERM)
    for certificate in ("guest", "manager"):
        for target in spellings(token):
            assert service.call("GET", target, certificate=certificate).status == 503
    assert service.call("GET", f"/calendars/{calendar}?after={token[4:12]}").status == 503
    until(lambda: token[4:12].encode() in logs(), "nginx's own error in its log")
    assert token.removeprefix("jbf_").encode() not in logs()


# ---- import ----

CALENDAR = [("Content-Type", "text/calendar; charset=utf-8; method=PUBLISH")]


def upload(service, calendar, body, query="", headers=(), certificate="secretary"):
    return service.call("POST", f"/calendars/{calendar}/import{query}", body.encode(), [*CALENDAR, *headers], certificate)


def written(days, **more):
    """A file as another program writes it: a zone named by that program, a changed occurrence, a whole day."""
    whole = icalendar.Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", "-//example//example//EN")
    monday = datetime.datetime.fromisoformat(days["monday"])

    def add(uid, name, start, **properties):
        event = icalendar.Event()
        event.add("uid", uid)
        event.add("summary", name)
        event.add("dtstamp", monday.replace(tzinfo=UTC))
        event.add("dtstart", start, parameters=properties.pop("zone", None))
        for key, value in properties.items():
            event.add(key, value)
        whole.add_component(event)

    add("one@x", 'Board; "first", second\\third line — ünïcödé ' * 3, monday.replace(hour=9), duration=datetime.timedelta(hours=1), location="Room, 1",
        zone={"TZID": "Europe/Berlin"})
    add("two@x", "Weekly", datetime.datetime.fromisoformat(f"{days['monday']}T16:00:00{days['offset']}").astimezone(UTC), duration=datetime.timedelta(minutes=30), rrule={"freq": "weekly", "count": 3})
    add("day@x", "Away", (monday + datetime.timedelta(5)).date(), **more)
    return whole.to_ical().decode()


def test_a_file_of_another_program_is_imported_once(service, calendar, days):
    body = written(days)
    trial = upload(service, calendar, body, "?dry_run")
    assert trial.status == 200 and [row["outcome"] for row in json.loads(trial.body)] == ["placed"] * 3
    assert not read(service.call("GET", f"/calendars/{calendar}.ics"))
    rows = json.loads(upload(service, calendar, body).body)
    assert [(row["outcome"], len(row["events"])) for row in rows] == [("placed", 0), ("placed", 3), ("placed", 0)]
    assert [row["start_timestamp"][:16] for row in rows] == [f"{days['monday']}T09:00", f"{days['monday']}T16:00", f"{days['saturday']}T00:00"]
    event = json.loads(service.call("GET", f"/events/{rows[0]['event_id']}").body)
    assert event["event_name"] == ('Board; "first", second\\third line — ünïcödé ' * 3) and event["event_location"] == "Room, 1"
    assert (event["start_time"], event["placement"]) == ("09:00:00", "fixed")
    again = json.loads(upload(service, calendar, body).body)
    assert [row["outcome"] for row in again] == ["unchanged"] * 3
    assert len(icalendar.Calendar.from_ical(service.call("GET", f"/calendars/{calendar}.ics").body).walk("VEVENT")) == 5


def test_a_feed_can_be_imported_elsewhere(service, busy_calendar, days):
    calendar, _ = busy_calendar
    other = calendar + "-x"
    assert service.call("PUT", f"/calendars/{other}", b'{"time_zone":"America/New_York"}', JSON).status == 201
    feed_text = service.call("GET", f"/calendars/{calendar}.ics").body
    rows = json.loads(upload(service, other, feed_text.decode()).body)
    assert sorted(row["outcome"] for row in rows) == ["ignored"] + ["placed"] * 5

    def shown(name):
        events = icalendar.Calendar.from_ical(service.call("GET", f"/calendars/{name}.ics").body).walk("VEVENT")
        return sorted((str(e["UID"]), str(e["SUMMARY"]), e["DTSTART"].dt, e["DTEND"].dt, str(e.get("LOCATION")), str(e.get("ATTENDEE")))
                      for e in events if e["STATUS"] != "CANCELLED")

    assert shown(other) == shown(calendar)


def test_an_import_is_repeated_by_its_key(service, calendar, days):
    key = [("Idempotency-Key", f"import-{calendar}"[:200])]
    first = upload(service, calendar, written(days), headers=key)
    assert first.status == 200 and upload(service, calendar, written(days), headers=key).body == first.body
    assert upload(service, calendar, written(days, summary="x"), headers=key).status == 422
    empty = [upload(service, calendar, "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", headers=[("Idempotency-Key", f"empty-{calendar}"[:200])]) for _ in range(2)]
    assert [(answer.body.strip(), answer.headers.get("idempotent-replayed")) for answer in empty] == [(b"[]", None), (b"[]", "true")]


def test_what_cannot_be_imported_is_told(service, calendar, days):
    body = written(days).replace("DTSTART;VALUE=DATE:", "DTSTART:x")
    rows = json.loads(upload(service, calendar, body).body)
    assert rows[2]["outcome"] == "invalid" and rows[2]["detail"].startswith("DTSTART in line ")
    later = json.loads(upload(service, calendar, written(days).replace("@x", "@y")).body)
    assert [row["outcome"] for row in later] == ["rejected", "rejected", "placed"]
    assert later[0]["reason"] == "conflict" and later[0]["conflicts"] == [rows[0]["event_id"]] and later[0]["rejection_id"]
    problem = json.loads(upload(service, calendar, "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n").body)
    assert (problem["status"], problem["errors"][0]["field"]) == (422, "request") and "line 2" in problem["errors"][0]["message"]
    assert upload(service, "nowhere", written(days)).status == 404
    assert upload(service, calendar, written(days), certificate="viewer").status == 403
    assert upload(service, calendar, "").status == 400
    assert upload(service, calendar, written(days), "?limit=0").status == 400
    assert [row["n"] for row in json.loads(upload(service, calendar, written(days), "?after=1&limit=1&dry_run=true").body)] == [2]
    assert service.call("POST", f"/calendars/{calendar}/import", b"{}", JSON).status == 415
    assert service.call("POST", f"/calendars/{calendar}/import", b"x", [("Content-Type", "text/calendar; charset=latin-1")]).status == 415
    assert upload(service, calendar, "BEGIN:VCALENDAR\r\n" + "X-A:" + "a" * (1 << 20)).status == 413


def test_one_odd_line_costs_one_line(service, calendar, days):
    """Also a line folded within a character, which makes the file invalid UTF-8."""
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:torn", "no line", "SUMMARY:GrTORNße", f"DTSTART:{days['monday'].replace('-', '')}T090000",
             "DURATION:PT1H", "END:VEVENT", "END:VCALENDAR", ""]
    body = "\r\n".join(lines).encode().replace(b"TORN", b"\xc3\r\n \xbc")
    answer = service.call("POST", f"/calendars/{calendar}/import", body, [("Content-Type", "text/calendar")])
    row = json.loads(answer.body)[0]
    assert (row["outcome"], row["event_name"]) == ("placed", "Grüße")
    assert '"no line", was overlooked' in row["detail"]
    answer = service.call("POST", f"/calendars/{calendar}/import", body.replace(b"\xc3\r\n \xbc", b"\xfc"), [("Content-Type", "text/calendar")])
    assert answer.status == 400


def test_lines_around_a_calendar_are_told(service, calendar, days):
    body = "Dear all\r\nX: y\r\n" + written(days) + "END:VEVENT\r\nRegards\r\n"
    first, second, *_ = json.loads(upload(service, calendar, body, "?sync=true&cancel_missing=true").body)
    for line in ("Dear all", "X: y", "END:VEVENT", "Regards"):
        assert f'"{line}", was overlooked' in first["detail"], first["detail"]
    assert "overlooked" not in (second["detail"] or "")
    problem = upload(service, calendar, "Dear all\r\nRegards\r\n", "?sync=true&cancel_missing=true")
    assert problem.status == 422


def test_a_conference_is_imported_room_by_room(service, calendar):
    """The busiest room of a real conference. Its talks touch, are in the past, and have a zone of their own."""
    rooms = {}
    brussels = zoneinfo.ZoneInfo("Europe/Brussels")
    lines = (pathlib.Path(__file__).parent / "data/conference.tsv").read_text().splitlines()
    for number, line in enumerate(line for line in lines if not line.startswith(("#", "room"))):
        room, date, begin, seconds = line.split("\t")
        start = datetime.datetime.fromisoformat(f"{date}T{begin}").replace(tzinfo=brussels)
        rooms.setdefault(room, []).append((number, start, int(seconds)))
    room, talks = max(rooms.items(), key=lambda pair: len(pair[1]))
    whole = icalendar.Calendar()
    whole.add("version", "2.0")
    whole.add("prodid", "-//example//example//EN")
    for number, start, seconds in talks:
        event = icalendar.Event()
        event.add("uid", f"{number}@conference")
        event.add("summary", f"Talk {number}")
        event.add("location", room)
        event.add("dtstamp", start.astimezone(UTC))
        event.add("dtstart", start.replace(tzinfo=None), parameters={"TZID": "Europe/Brussels"})
        event.add("duration", datetime.timedelta(seconds=seconds))
        whole.add_component(event)
    rows = json.loads(upload(service, calendar, whole.to_ical().decode()).body)
    assert len(talks) > 30 and {row["outcome"] for row in rows} == {"placed"}
    begin = min(start for _, start, _ in talks).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    shown = icalendar.Calendar.from_ical(service.call("GET", f"/calendars/{calendar}.ics?from={begin}").body).walk("VEVENT")
    assert sorted((str(e["UID"]), e["DTSTART"].dt, (e["DTEND"].dt - e["DTSTART"].dt).seconds, str(e["LOCATION"])) for e in shown) == sorted(
        (f"{number}@conference", start, seconds, room) for number, start, seconds in talks)
