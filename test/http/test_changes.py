# SPDX-License-Identifier: PostgreSQL
"""Promise (rule 4.28): a client that follows the Link of GET /changes gets every change of every calendar once,
including late commits and what arrives while it waits. A reader who continues in a purged part of a history is told so; a
reader who begins anew gets what is kept.

Could break: a page that is not full has no Link, and its reader starts over; a waiting request misses a change; a
cursor does not survive its way through a URL; an empty page of a purged history means that nothing has happened."""

import json
import re

from test_long_poll import Poll, book, waits
from test_restart import PATIENCE


def target_of(answer, before):
    """The reader's next request: the Link of the answer, or the same request again."""
    link = answer.headers.get("link")
    return re.fullmatch(r'<(.*)>; rel="next"', link)[1] if link else before


def end_of_list(service):
    """The Link after the last change; there is at least one change."""
    assert book(service, "ceo").status == 201
    return target_of(service.call("GET", "/changes?last=1"), None)


class Reader:
    """Follows GET /changes, and keeps the changes of the calendars whose names begin with `calendar`."""

    def __init__(self, service, calendar, target="/changes?limit=1000"):
        self.service, self.calendar, self.target, self.told = service, calendar, target, []

    def take(self, answer):
        assert answer.status == 200, answer
        changes = json.loads(answer.body)
        self.target = target_of(answer, self.target)
        self.told += [(c["calendar"], c["seq"]) for c in changes if c["calendar"].startswith(self.calendar)]
        return changes

    def read(self):
        while self.take(self.service.call("GET", self.target.replace("wait=50", "wait=0"))):
            pass
        return self.told


def test_changes_tell_their_events(service, calendar):
    """Rule 4.29: each change with the event as it was then, whatever it is now."""
    first = book(service, calendar)
    event, header = json.loads(first.body), [("Content-Type", "application/json")]
    event.pop("moves")
    renamed = json.loads(service.call("PATCH", f"/events/{event['id']}", b'{"event_name": "Renamed"}', header).body)
    assert service.call("DELETE", f"/events/{event['id']}").status == 204
    for target in (f"/calendars/{calendar}/changes?expand=event", "/changes?expand=event&last=3"):
        told = [change["event"] for change in json.loads(service.call("GET", target).body)]
        assert [e and (e["event_name"], e["version"]) for e in told] == [(event["event_name"], 1), ("Renamed", 2), None]
        assert told[0].items() >= {k: v for k, v in event.items() if k in told[0]}.items()
        assert told[1].items() >= {k: v for k, v in renamed.items() if k in told[1]}.items()
    for query, field in (("expand=events", "expand"), ("expand=event&limit=101", "limit")):
        refused = service.call("GET", f"/changes?{query}")
        assert refused.status == 400 and json.loads(refused.body)["errors"][0]["field"] == field
    assert "event" not in json.loads(service.call("GET", "/changes?last=1").body)[0]


def test_a_page_of_large_events_ends_early(service, calendar):
    """With expand=event a page ends by the bytes of its events, and its Link goes on behind them."""
    people = ["x" * 190 + str(i) for i in range(1000)]
    end = end_of_list(service)
    booked = book(service, calendar, attendees=people)
    assert booked.status == 201
    version = json.loads(booked.body)["version"]
    for i in range(19):
        people[0] = f"Somebody {i}"
        body = json.dumps({"attendees": people}).encode()
        changed = service.call("PATCH", f"/events/{json.loads(booked.body)['id']}", body, [("Content-Type", "application/json")])
        assert changed.status == 200
    for target in (f"/calendars/{calendar}/changes?expand=event", f"{end}&expand=event"):
        versions, pages = [], 0
        while target:
            answer = service.call("GET", target)
            assert answer.status == 200 and len(answer.body) < 3_000_000
            page = json.loads(answer.body)
            versions += [change["event"]["version"] for change in page]
            pages += len(page) > 0
            target = target_of(answer, None) if page else None
        assert versions == list(range(version, version + 20)) and pages > 1


def test_every_change_is_told_once(service, calendar):
    other = calendar + ":other"
    assert service.call("PUT", f"/calendars/{other}", b"{}", [("Content-Type", "application/json")]).status == 201
    end = end_of_list(service)
    reader = Reader(service, calendar, end + "&limit=2")
    slow = Reader(service, calendar, end + "&limit=1")
    for name in (calendar, other, calendar):
        assert book(service, name).status == 201
    assert book(service, calendar, calendars=[calendar, other]).status == 201
    expected = [(calendar, 1), (other, 1), (calendar, 2), (calendar, 3), (other, 2)]
    assert reader.read() == expected
    assert slow.read() == expected
    assert reader.read() == expected


def test_a_waiting_reader_hears_of_a_change(service, calendar):
    reader = Reader(service, calendar, end_of_list(service))
    reader.read()
    poll = Poll(service, reader.target + "&wait=50")
    waits(1)
    assert book(service, calendar).status == 201
    poll.join(PATIENCE)
    reader.take(poll.answer)
    assert poll.took < 25
    assert reader.read() == [(calendar, 1)]


def test_a_waiting_reader_hears_of_what_commits_late(service, calendar, psql):
    other = calendar + ":other"
    assert service.call("PUT", f"/calendars/{other}", b"{}", [("Content-Type", "application/json")]).status == 201
    reader = Reader(service, calendar, end_of_list(service))
    reader.read()
    psql.value(f"BEGIN; SELECT outcome FROM jb_schedule('Late', '1 hour', calendars => '{{{calendar}}}')")
    assert book(service, other).status == 201
    assert reader.read() == [(other, 1)]
    poll = Poll(service, reader.target + "&wait=50")
    waits(1)
    psql.value("COMMIT; SELECT 1")
    poll.join(PATIENCE)
    reader.take(poll.answer)
    assert poll.took < 25
    assert reader.read() == [(other, 1), (calendar, 1)]


def test_a_list_without_news_is_empty_and_links_to_itself(service):
    target = end_of_list(service)
    reader = Reader(service, "nothing", target)
    reader.read()
    answer = service.call("GET", reader.target)
    assert json.loads(answer.body) == []
    assert target_of(answer, "") == reader.target


def test_who_begins_before_the_first_change_can_go_on(service, calendar, psql):
    psql.value("SELECT set_config('jb_scheduler.now', (now() + interval '1 hour')::text, false)")
    psql.value("SELECT changes FROM jb_purge('0')")
    psql.value("SELECT set_config('jb_scheduler.now', '', false)")
    for target in ("/changes", "/changes?last=1"):
        answer = service.call("GET", target)
        assert (answer.status, json.loads(answer.body)) == (200, [])
        reader = Reader(service, calendar, target_of(answer, None))
        poll = Poll(service, reader.target + "&wait=50")
        waits(1)
        assert book(service, calendar).status == 201
        poll.join(PATIENCE)
        assert len(reader.take(poll.answer)) == 1
        psql.value("SELECT set_config('jb_scheduler.now', (now() + interval '1 hour')::text, false)")
        psql.value("SELECT changes FROM jb_purge('0')")
        psql.value("SELECT set_config('jb_scheduler.now', '', false)")


def test_what_is_no_cursor_is_refused(service):
    for after, status in (("x", 422), ("1-0-0-0-0-0-0-0-0", 410), ("", 400)):
        assert service.call("GET", f"/changes?after={after}").status == status
    assert service.call("GET", "/changes?last=1&wait=5").status == 400


def test_rejections_of_one_calendar_are_told_alone(service, calendar):
    other = calendar + ":other"
    assert service.call("PUT", f"/calendars/{other}", b"{}", [("Content-Type", "application/json")]).status == 201
    for name in (calendar, other, calendar):
        assert book(service, name, duration=86400).status == 409
    ids = {name: [r["id"] for r in json.loads(service.call("GET", f"/rejections?calendar={name}").body)] for name in (calendar, other)}
    assert [len(ids[calendar]), len(ids[other])] == [2, 1]
    assert ids[calendar][0] < ids[other][0] < ids[calendar][1]
    last = json.loads(service.call("GET", f"/rejections?calendar={calendar}&last=1").body)
    assert [r["id"] for r in last] == ids[calendar][1:]
    poll = Poll(service, f"/rejections?calendar={calendar}&after={ids[calendar][1]}&wait=50")
    waits(1)
    assert book(service, other, duration=86400).status == 409
    assert book(service, calendar, duration=86400).status == 409
    assert [r["calendars"] for r in poll.result()] == [[calendar]]


def test_purged_history_is_gone(service, calendar, psql, days):
    body = {"event_name": "Old", "date": days["monday"], "start_time": "09:00:00", "calendars": [calendar]}
    booked = json.loads(service.send("POST", "/events", body).body)
    psql.value("SELECT set_config('jb_scheduler.now', (now() + interval '1 hour')::text, false)")
    assert int(psql.value("SELECT changes FROM jb_purge('0')")) > 0
    psql.value("SELECT set_config('jb_scheduler.now', '', false)")

    gone = service.call("GET", f"/calendars/{calendar}/changes?after=0")
    assert gone.status == 410, gone.body
    assert json.loads(gone.body)["type"] == "/problems/history-purged"
    assert "up to 1 " in json.loads(gone.body)["detail"]
    for target in (f"/calendars/{calendar}/changes", f"/calendars/{calendar}/changes?after=1", f"/events/{booked['id']}/history"):
        kept = service.call("GET", target)
        assert (kept.status, json.loads(kept.body)) == (200, []), target
    assert service.call("GET", f"/events/{booked['id']}").status == 200

    assert service.call("POST", f"/events/{booked['id']}/cancel", b"").status == 200
    changes = json.loads(service.call("GET", f"/calendars/{calendar}/changes?after=1").body)
    assert [(change["seq"], change["kind"]) for change in changes] == [(2, "cancelled")]
