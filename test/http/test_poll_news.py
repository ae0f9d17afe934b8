# SPDX-License-Identifier: PostgreSQL
"""Promise: a poll's organiser hears at once of each answer, with the organiser's token alone, and nothing is repeated.

Could break: a request waits although somebody has answered, or is answered for another poll; the poll is deleted and
the request waits on; a booking is another state under the same ETag, or another event is."""

import json

import pytest

from test_long_poll import Poll, nobody_waits, waits

JSON = [("Content-Type", "application/json")]


def send(service, method, target, body=None, certificate="manager", more=()):
    headers = (JSON if body is not None else []) + list(more)
    return service.call(method, target, None if body is None else json.dumps(body).encode(), headers, certificate=certificate)


def make_poll(service, calendar, days):
    frame = {"from": f"{days['monday']}T08:00:00{days['offset']}", "to": f"{days['monday']}T18:00:00{days['offset']}", "duration": 3600}
    answer = send(service, "POST", "/polls", {"title": "When?", "calendars": [calendar], "public": True, **frame})
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
    version = send(service, "GET", poll).headers["etag"]
    free = [{"start": f"{days['monday']}T10:00:00{days['offset']}", "end": f"{days['monday']}T11:00:00{days['offset']}"}]
    for name in ("Anna", "Ben"):
        followed = follow(service, poll, version)
        assert send(service, "PUT", f"{other}/schedules/{name}", free, "manager").status == 201
        assert send(service, "PUT", f"{poll}/schedules/{name}", free, "manager").status == 201
        assert [one["participant"] for one in followed.result()["participants"]][-1] == name and followed.took < 25
        version = followed.answer.headers["etag"]
    followed = follow(service, poll, version)
    assert send(service, "DELETE", f"{poll}/participants/Anna").status == 204
    assert [one["participant"] for one in followed.result()["participants"]] == ["Ben"]


def test_who_has_the_organisers_token_waits_as_long(service, calendar, days):
    made = make_poll(service, calendar, days)
    token = [("Authorization", f"Bearer {made['organiser_token']}")]
    version = send(service, "GET", f"/polls/{made['id']}", certificate="guest", more=token).headers["etag"]
    waited = Poll(service, f"/polls/{made['id']}?wait=12", "guest", [("If-None-Match", version), *token]).answered()
    assert waited.status == 304, "the public address ends no request before its time"


def test_the_end_is_heard(service, poll, days):
    followed = follow(service, poll, send(service, "GET", poll).headers["etag"])
    booked = send(service, "POST", f"{poll}/book", {"start_timestamp": f"{days['monday']}T10:00:00{days['offset']}"})
    assert booked.status == 201, booked.body
    assert followed.result()["status"] == "closed"
    closed = followed.answer.headers["etag"]
    assert send(service, "POST", f"/events/{json.loads(booked.body)['id']}/cancel").status == 200
    assert send(service, "GET", poll, more=[("If-None-Match", closed)]).status == 200
    followed = follow(service, poll, send(service, "GET", poll).headers["etag"])
    assert send(service, "DELETE", poll).status == 204
    assert followed.answered().status == 404


def test_another_event_is_another_state(service, psql, calendar, days):
    at = lambda hour: f"{days['monday']}T{hour}:00:00{days['offset']}"  # noqa: E731
    assert send(service, "PATCH", f"/calendars/{calendar}", {"confirm_within": 3600}).status == 200
    made = make_poll(service, calendar, days)
    poll = f"/polls/{made['id']}"
    # a hold that has ended: it was booked yesterday
    first = psql.value(f"BEGIN; SET LOCAL jb_scheduler.now = '{days['yesterday']} 07:00+01';"
                       f" SELECT event_id FROM jb_poll_book({made['id']}, '{at(10)}'); COMMIT")
    second = json.loads(send(service, "POST", f"{poll}/book", {"start_timestamp": at(12)}).body)["id"]
    version = send(service, "GET", poll).headers["etag"]
    assert send(service, "GET", poll, more=[("If-None-Match", version)]).status == 304
    assert send(service, "POST", f"/events/{second}/cancel").status == 200
    assert send(service, "POST", f"/events/{first}/confirm", {"if_still_free": True}).status == 200
    now = send(service, "GET", poll, more=[("If-None-Match", version)])
    assert now.status == 200 and json.loads(now.body)["event_id"] == int(first)
    assert send(service, "POST", f"{poll}/book", {"start_timestamp": at(14)}).status == 409


def test_what_is_known_is_not_told_again(service, poll):
    version = send(service, "GET", poll).headers["etag"]
    assert Poll(service, f"{poll}?wait=1", "manager", [("If-None-Match", version)]).answered().status == 304
    assert send(service, "GET", f"{poll}?wait=50").status == 200
    assert send(service, "GET", f"{poll}?wait=51").status == 400
