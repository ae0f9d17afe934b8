# SPDX-License-Identifier: PostgreSQL
"""Promise: a request with `wait` is answered as soon as there is news, otherwise with an empty list when its time is
over; while it waits, it holds up no other request. A poll's organiser hears at once of each answer, with the organiser's
token alone, and nothing is repeated.

Could break: a change between reading the table and waiting is missed; waiting requests take the threads that other
requests need; a client that is gone keeps its place; a poll is deleted and the request waits on; a booking is another
state under the same ETag."""

import json
import threading
import time

import pytest

from client import Psql, exchange, gauges
from test_restart import PATIENCE, until


class Poll(threading.Thread):
    """A request in a thread of its own, which keeps the answer and the time that it took."""

    def __init__(self, service, target, certificate="manager", headers=()):
        super().__init__()
        self.connection, self.target, self.headers = service.connect(certificate), target, headers
        self.connection.timeout = PATIENCE
        self.answer = None
        self.start()

    def run(self):
        started = time.monotonic()
        self.answer = exchange(self.connection, "GET", self.target, None, self.headers)
        self.took = time.monotonic() - started
        self.connection.close()

    def answered(self):
        self.join(PATIENCE)
        assert self.answer is not None, f"{self.target} was not answered"
        return self.answer

    def result(self):
        assert self.answered().status == 200, self.answer
        return json.loads(self.answer.body)


def book(service, calendar, **fields):
    body = {"event_name": "Wanted", "duration": 60, "calendars": [calendar], **fields}
    return service.send("POST", "/events", body)


def last_rejection(psql):
    return psql.value("SELECT coalesce(max(id), 0) FROM jb_rejection")


def of_calendar(rejections, calendar):
    """The rejections on this calendar and on those named after it: events of other tests may expire meanwhile."""
    return [rejection for rejection in rejections if rejection["calendars"][0].startswith(calendar)]


def told_of(service, calendar, told, count=1):
    """The first `count` rejections of this calendar, in `told` and in the rejections that follow."""
    own = of_calendar(told, calendar)
    while len(own) < count:
        told = Poll(service, f"/rejections?after={told[-1]['id']}&wait=50").result()
        assert told, "no further rejection came"
        own += of_calendar(told, calendar)
    return own


def nobody_waits():
    until(lambda: gauges()["jb_long_polls"] == 0, "the end of those that waited before")


def waits(count):
    until(lambda: gauges()["jb_long_polls"] >= count, f"{count} requests that wait")


def test_a_change_is_told_when_it_comes(service, calendar):
    first, second = (Poll(service, f"/calendars/{calendar}/changes?wait=50") for _ in range(2))
    waits(2)
    assert book(service, calendar).status == 201
    for poll in (first, second):
        assert [(change["seq"], change["kind"]) for change in poll.result()] == [(1, "placed")]
        assert poll.took < 25
    other = Poll(service, f"/calendars/{calendar}/changes?after=1&wait=3")
    assert other.result() == []
    assert other.took >= 3


def test_a_reader_of_a_calendar_that_is_made_again_misses_nothing(service, calendar):
    """A calendar made again under its name continues with the next seq. If it began with 1, a reader waiting for
    changes after the old 4 would miss its first ones."""
    assert [book(service, calendar).status for _ in range(2)] == [201, 201]
    ahead = service.call("GET", f"/calendars/{calendar}/changes?after=3&wait=50")
    assert (ahead.status, json.loads(ahead.body)["type"]) == (410, "/problems/history-purged")
    for event in json.loads(service.call("GET", f"/events?calendar={calendar}").body):
        assert service.call("DELETE", f"/events/{event['id']}").status == 204
    poll = Poll(service, f"/calendars/{calendar}/changes?after=4&wait=50")
    waits(1)
    # both rejections in one transaction: no read falls between them
    psql = Psql()
    psql.value(f"BEGIN; SELECT jb_calendar_delete('{calendar}')")
    psql.value(f"SELECT name FROM jb_calendar_set('{calendar}', '{{}}')")
    psql.value("COMMIT; SELECT 1")
    psql.close()
    assert book(service, calendar).status == 201
    assert [(change["seq"], change["kind"]) for change in poll.result()] == [(5, "placed")]
    assert poll.took < 25
    assert service.call("GET", f"/calendars/{calendar}/changes?after=3").status == 410


def test_a_rejection_is_told_when_it_comes(service, calendar, psql):
    poll = Poll(service, f"/rejections?after={last_rejection(psql)}&wait=50")
    waits(1)
    assert book(service, calendar, duration=86400).status == 409
    told = told_of(service, calendar, poll.result())
    assert [(rejection["calendars"], rejection["reason"]) for rejection in told] == [([calendar], "outside_hours")]
    assert poll.took < 25


def test_what_is_there_is_told_at_once_and_pages_link(service, calendar):
    assert book(service, calendar).status == 201
    assert book(service, calendar).status == 201
    answer = service.call("GET", f"/calendars/{calendar}/changes?wait=50&limit=1")
    assert [change["seq"] for change in json.loads(answer.body)] == [1]
    assert answer.headers["link"] == f'</calendars/{calendar.replace(":", "%3A")}/changes?wait=50&limit=1&after=1>; rel="next"'


def test_a_calendar_that_is_deleted_answers_404(service, calendar):
    poll = Poll(service, f"/calendars/{calendar}/changes?wait=50")
    waits(1)
    assert service.call("DELETE", f"/calendars/{calendar}").status == 204
    poll.join(PATIENCE)
    assert poll.answer.status == 404


def test_more_than_threads_may_wait_and_a_client_may_hang_up(service, calendar, psql):
    """Three times as many requests as threads wait, and others are served; a client that hangs up frees its place."""
    nobody_waits()
    polls = []
    for _ in range(24):
        connection = service.connect()
        connection.putrequest("GET", f"/calendars/{calendar}/changes?wait=50")
        connection.endheaders()
        polls.append(connection)
    waits(24)
    assert service.call("GET", "/health").status == 200
    busy = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'jb_gateway' AND state <> 'idle'"
    until(lambda: int(psql.value(busy)) <= 1, "the end of transactions of those who wait")
    for connection in polls[1:]:
        connection.sock.close()
    until(lambda: gauges()["jb_long_polls"] <= 1, "the end of those that hung up")
    assert book(service, calendar).status == 201
    assert [change["seq"] for change in json.loads(polls[0].getresponse().read())] == [1]
    polls[0].close()


def make_poll(service, calendar, days):
    frame = {"from": f"{days['monday']}T08:00:00{days['offset']}", "to": f"{days['monday']}T18:00:00{days['offset']}", "duration": 3600}
    answer = service.send("POST", "/polls", {"title": "When?", "calendars": [calendar], "public": True, **frame})
    assert answer.status == 201, answer.body
    return json.loads(answer.body)


def open_poll(service, calendar, days):
    return f"/polls/{make_poll(service, calendar, days)['id']}"


@pytest.fixture
def poll(service, calendar, days):
    return open_poll(service, calendar, days)


def follow(service, poll, version):
    nobody_waits()
    followed = Poll(service, f"{poll}?wait=50", "manager", [("If-None-Match", version)])
    waits(1)
    return followed


def test_each_answer_is_heard_at_once(service, calendar, days, poll):
    other = open_poll(service, calendar, days)
    version = service.send("GET", poll).headers["etag"]
    free = [{"start": f"{days['monday']}T10:00:00{days['offset']}", "end": f"{days['monday']}T11:00:00{days['offset']}"}]
    for name in ("Anna", "Ben"):
        followed = follow(service, poll, version)
        assert service.send("PUT", f"{other}/schedules/{name}", free).status == 201
        assert service.send("PUT", f"{poll}/schedules/{name}", free).status == 201
        assert [one["participant"] for one in followed.result()["participants"]][-1] == name and followed.took < 25
        version = followed.answer.headers["etag"]
    followed = follow(service, poll, version)
    assert service.send("DELETE", f"{poll}/participants/Anna").status == 204
    assert [one["participant"] for one in followed.result()["participants"]] == ["Ben"]


def test_who_has_the_organisers_token_waits_as_long(service, calendar, days):
    made = make_poll(service, calendar, days)
    token = [("Authorization", f"Bearer {made['organiser_token']}")]
    version = service.send("GET", f"/polls/{made['id']}", certificate="guest", more=token).headers["etag"]
    waited = Poll(service, f"/polls/{made['id']}?wait=12", "guest", [("If-None-Match", version), *token]).answered()
    assert waited.status == 304, "the public address ends no request before its time"


def test_the_end_is_heard(service, poll, days):
    followed = follow(service, poll, service.send("GET", poll).headers["etag"])
    booked = service.send("POST", f"{poll}/book", {"start_timestamp": f"{days['monday']}T10:00:00{days['offset']}"})
    assert booked.status == 201, booked.body
    assert followed.result()["status"] == "closed"
    closed = followed.answer.headers["etag"]
    assert service.send("POST", f"/events/{json.loads(booked.body)['id']}/cancel").status == 200
    assert service.send("GET", poll, more=[("If-None-Match", closed)]).status == 200
    followed = follow(service, poll, service.send("GET", poll).headers["etag"])
    assert service.send("DELETE", poll).status == 204
    assert followed.answered().status == 404


def test_another_event_is_another_state(service, psql, calendar, days):
    at = lambda hour: f"{days['monday']}T{hour}:00:00{days['offset']}"  # noqa: E731
    assert service.send("PUT", f"/calendars/{calendar}", {"confirm_within": 3600}).status == 200
    made = make_poll(service, calendar, days)
    poll = f"/polls/{made['id']}"
    # a hold that has ended: it was booked yesterday
    first = psql.value(f"BEGIN; SET LOCAL jb_scheduler.now = '{days['yesterday']} 07:00+01';"
                       f" SELECT event_id FROM jb_poll_book({made['id']}, '{at(10)}'); COMMIT")
    second = json.loads(service.send("POST", f"{poll}/book", {"start_timestamp": at(12)}).body)["id"]
    version = service.send("GET", poll).headers["etag"]
    assert service.send("GET", poll, more=[("If-None-Match", version)]).status == 304
    assert service.send("POST", f"/events/{second}/cancel").status == 200
    assert service.send("POST", f"/events/{first}/confirm", {"if_still_free": True}).status == 200
    now = service.send("GET", poll, more=[("If-None-Match", version)])
    assert now.status == 200 and json.loads(now.body)["event_id"] == int(first)
    assert service.send("POST", f"{poll}/book", {"start_timestamp": at(14)}).status == 409


def test_what_is_known_is_not_told_again(service, poll):
    version = service.send("GET", poll).headers["etag"]
    assert Poll(service, f"{poll}?wait=1", "manager", [("If-None-Match", version)]).answered().status == 304
    assert service.send("GET", f"{poll}?wait=50").status == 200
    assert service.send("GET", f"{poll}?wait=51").status == 400
