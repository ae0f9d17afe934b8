# SPDX-License-Identifier: PostgreSQL
"""An answer over 1 kB is compressed for a caller who accepts that, and its ETag still guards a write and spares a body.
Answers with the token of a poll or feed are not: their length would show how much of a guess is right (BREACH).

Could break: nginx makes the ETag of a compressed answer weak, and a weak tag never matches in If-Match by RFC 9110; an
answer with a token is compressed like all others."""

import gzip
import json

import pytest

JSON = ("Content-Type", "application/json")
GZIP = ("Accept-Encoding", "gzip")


def call(service, method, target, body=None, *headers):
    encoded = None if body is None else json.dumps(body).encode()
    return service.call(method, target, encoded, [GZIP, JSON, *headers] if body is not None else [GZIP, *headers])


@pytest.fixture
def large_event(service, calendar, days):
    """The address of an event whose JSON is longer than 1 kB."""
    attendees = [f"person.{i}@example.com" for i in range(100)]
    made = call(service, "POST", "/events", {"event_name": "Assembly", "date": days["monday"], "start_time": "09:00:00",
                                             "duration": 3600, "calendars": [calendar], "attendees": attendees})
    assert made.status == 201, made.body
    return made.headers["location"]


def test_the_tag_of_a_compressed_answer_guards_a_write(service, large_event):
    got = call(service, "GET", large_event)
    assert (got.status, got.headers["content-encoding"], got.headers["etag"]) == (200, "gzip", 'W/"1"')
    assert "accept-encoding" in got.headers["vary"].lower()
    assert json.loads(gzip.decompress(got.body))["version"] == 1
    tag = ("If-Match", got.headers["etag"])
    changed = call(service, "PATCH", large_event, {"event_location": "Hall"}, tag)
    assert (changed.status, changed.headers["content-encoding"], changed.headers["etag"]) == (200, "gzip", 'W/"2"')
    assert call(service, "PATCH", large_event, {"event_location": "Yard"}, tag).status == 412, "the version has gone by"
    assert json.loads(gzip.decompress(call(service, "GET", large_event).body))["event_location"] == "Hall"
    assert call(service, "DELETE", large_event, None, ("If-Match", changed.headers["etag"])).status == 204


def test_the_tag_of_a_compressed_answer_spares_the_body(service, large_event):
    tag = call(service, "GET", large_event).headers["etag"]
    again = call(service, "GET", large_event, None, ("If-None-Match", tag))
    assert (again.status, again.body) == (304, b"")


def test_only_who_takes_it_gets_it(service, large_event):
    plain = service.call("GET", large_event)
    assert "content-encoding" not in plain.headers and plain.headers["etag"] == '"1"'
    assert json.loads(plain.body)["event_name"] == "Assembly"
    refused = service.call("GET", large_event, headers=[("Accept-Encoding", "gzip;q=0")])
    assert "content-encoding" not in refused.headers


def test_short_answers_stay_as_they_are(service, calendar):
    assert "content-encoding" not in call(service, "GET", f"/events?calendar={calendar}").headers


@pytest.fixture
def large_poll(service, calendar, days):
    """The address of a poll whose JSON is longer than 1 kB, its organiser's token, and a participant's name."""
    zone = days["offset"]
    made = call(service, "POST", "/polls", {"title": "T" * 500, "from": f"{days['monday']}T08:00:00{zone}",
                                            "to": f"{days['monday']}T18:00:00{zone}", "duration": 3600, "calendars": [calendar]})
    assert made.status == 201, made.body
    return f"/polls/{json.loads(made.body)['id']}", json.loads(made.body)["organiser_token"], made


def test_answers_with_tokens_are_not_compressed(service, calendar, days, large_poll):
    """Every route below /polls, with long answers where possible, and the token of a feed."""
    poll, token, made = large_poll
    bearer = ("Authorization", f"Bearer {token}")
    name = "N" * 200
    invited = call(service, "POST", poll + "/participants", {"name": name}, bearer)
    answers = [made, invited, call(service, "GET", poll, None, bearer), call(service, "GET", "/polls", None, bearer),
               call(service, "GET", "/polls/", None, bearer), call(service, "GET", poll.replace("polls", "%70olls"), None, bearer),
               call(service, "GET", poll + "/recommendations?limit=1000", None, bearer)]
    hours = [{"start": f"{days['monday']}T{hour:02}:00:00{days['offset']}", "end": f"{days['monday']}T{hour:02}:50:00{days['offset']}",
              "preference": "yes"} for hour in range(8, 18)]
    own = ("Authorization", f"Bearer {json.loads(invited.body)['token']}")
    answers += [call(service, "PUT", f"{poll}/schedules/{name}", hours, own) for _ in range(2)]
    answers += [call(service, "POST", f"/calendars/{calendar}/feed", {})]
    assert [answer.status for answer in answers] == [201, 201, 200, 200, 200, 200, 200, 200, 200, 201]
    assert sum(len(answer.body) > 1024 for answer in answers) >= 4, "there are answers long enough"
    for answer in answers:
        assert "content-encoding" not in answer.headers, answer.body[:200]
    for answer in answers:
        json.loads(answer.body)
