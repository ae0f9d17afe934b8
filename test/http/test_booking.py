# SPDX-License-Identifier: PostgreSQL
"""Promise: a visitor who has only the link of a booking hears at once of each decision or move, whoever makes it. A
stranger learns nothing: not whether there is such a provider, what a token opens, or who has taken a time.

Could break: a request waits although the booking has changed, or is answered at each change of the calendar; a refusal
names an event; a token appears in a log."""

import datetime
import json
import os
import pathlib
import secrets
import zoneinfo

import pytest

from test_long_poll import Poll, nobody_waits, waits


pytestmark = pytest.mark.skipif("JB_PUBLIC_URL" not in os.environ, reason="the stack has no public address")


def send(service, method, target, body=None, token=None, certificate="guest", more=()):
    return service.send(method, target, body, token, certificate, more)


@pytest.fixture
def page(service, calendar, days):
    assert send(service, "POST", f"/providers/{calendar}/availability", {"date": days["monday"], "slots": {"09:00": "12:00"}},
                certificate="manager").status == 201
    assert send(service, "PUT", f"/calendars/provider:{calendar}", {"public_booking": True}, certificate="manager").status == 200
    return f"/book/{calendar}"


def wish(days, start, client="Ann"):
    return {"client": client, "contact": f"{client}@example.org", "start_timestamp": f"{days['monday']}T{start}:00{days['offset']}"}


def book(service, page, days, start, client="Ann"):
    answer = send(service, "POST", page, wish(days, start, client))
    assert answer.status == 201, answer.body
    return json.loads(answer.body)


def own_token():
    return "jbb_" + secrets.token_hex(24)


def appointment(service, calendar, client):
    listed = json.loads(send(service, "GET", f"/appointments?provider_id={calendar}&client={client}", certificate="secretary").body)
    return listed[0]["appointment_id"]


def follow(service, page, token, version='"1"'):
    nobody_waits()
    poll = Poll(service, f"{page}/booking?wait=50", "guest", [("Authorization", f"Bearer {token}"), ("If-None-Match", version)])
    waits(1)
    return poll


def test_a_decision_and_a_move_are_heard_at_once(service, calendar, days, page):
    token = book(service, page, days, "09:00")["token"]
    event = appointment(service, calendar, "Ann")
    poll = follow(service, page, token)
    book(service, page, days, "11:00", "Other")  # another change of the calendar, not of this booking
    assert send(service, "PUT", f"/appointments/{event}/status", {"status": "CONFIRMED", "reply": "Come."}, certificate="secretary").status == 200
    booking = poll.result()
    assert (booking["status"], booking["reply"]) == ("CONFIRMED", "Come.") and poll.took < 25
    poll = follow(service, page, token, poll.answer.headers["etag"])
    moved = send(service, "PATCH", f"/events/{event}", {"start_timestamp": f"{days['monday']}T10:00:00{days['offset']}"}, certificate="secretary")
    assert moved.status == 200, moved.body
    assert poll.result()["start_timestamp"].startswith(f"{days['monday']}T10:00:00") and poll.took < 25


def test_what_is_known_is_not_told_again(service, calendar, days, page):
    token = book(service, page, days, "09:00")["token"]
    headers = [("Authorization", f"Bearer {token}"), ("If-None-Match", '"1"')]
    poll = Poll(service, f"{page}/booking?wait=1", "guest", headers)
    assert poll.answered().status == 304
    assert service.call("GET", f"{page}/booking?wait=50", None, headers[:1], certificate="guest").status == 200


def test_a_deadline_is_heard(service, calendar, days, page):
    assert send(service, "PUT", f"/calendars/provider:{calendar}", {"confirm_within": 2}, certificate="manager").status == 200
    headers = [("Authorization", f"Bearer {book(service, page, days, '09:00')['token']}"), ("If-None-Match", '"1"')]
    poll = Poll(service, f"{page}/booking?wait=50", "guest", headers)  # on a busy machine perhaps after the deadline
    assert poll.result()["status"] == "EXPIRED" and poll.took < 25


def test_a_stranger_learns_nothing(service, calendar, days, page, psql):
    booking = book(service, page, days, "09:00", "Secretive")
    off = f"{page}-off"
    assert send(service, "POST", f"/providers/{calendar}-off/availability", {"date": days["monday"], "slots": {"09:00": "12:00"}},
                certificate="manager").status == 201
    told = []
    for method, rest, body in [("GET", "", None), ("GET", "/slots", None), ("POST", "", wish(days, "09:00", "Eve")), ("GET", "/booking", None),
                               ("PUT", "/booking", {"start_timestamp": wish(days, "10:00")["start_timestamp"]}), ("DELETE", "/booking", None)]:
        answers = [send(service, method, of + rest, body, booking["token"]) for of in (off, "/book/no-such-provider")]
        assert [answer.status for answer in answers] == [404, 404], (method, rest)
        details = {json.loads(answer.body)["detail"].replace(f"{calendar}-off", "ID").replace("no-such-provider", "ID") for answer in answers}
        assert len(details) == 1, details
        told += answers
    for token in ("jbb_" + "0" * 48, booking["token"][:-1], booking["token"].upper(), "jbp_" + booking["token"][4:]):
        told.append(send(service, "GET", page + "/booking", token=token))
        assert told[-1].status == 404
    told.append(send(service, "POST", page, wish(days, "09:00", "Eve")))
    assert told[-1].status == 409
    event = appointment(service, calendar, "Secretive")
    for answer in told:
        text = answer.body.decode()
        assert "Secretive" not in text and booking["token"] not in text and "conflicts" not in text and f": {event}" not in text, text
    assert booking["token"] not in psql.value("SELECT string_agg(l::text, ' ') || (SELECT string_agg(e::text, ' ') FROM jb_event e) FROM jb_booking_link l")
    for answer in (send(service, "GET", f"{page}/{booking['token']}"), send(service, "GET", f"{page}/booking?token={booking['token']}", token=booking["token"])):
        assert answer.status in (400, 404)
    if "JB_STACK_DIR" in os.environ:
        for log in (pathlib.Path(os.environ["JB_STACK_DIR"]).resolve() / "log").iterdir():
            assert booking["token"] not in log.read_text(errors="replace"), log


def test_a_visitors_own_token_makes_a_repetition_safe(service, calendar, days, page):
    token = own_token()
    first, again = (send(service, "POST", page, wish(days, "09:00"), token) for _ in range(2))
    assert (first.status, again.status) == (201, 200) and json.loads(first.body)["status"] == json.loads(again.body)["status"] == "PENDING"
    assert "token" not in json.loads(first.body), "the visitor has it"
    other = send(service, "POST", page, wish(days, "10:00"), token)
    assert other.status == 422 and json.loads(other.body)["type"] == "/problems/idempotency-key-reused", other.body
    assert send(service, "POST", page, wish(days, "10:00"), "jbb_guess").status == 422
    listed = json.loads(send(service, "GET", f"/appointments?provider_id={calendar}", certificate="secretary").body)
    assert len(listed) == 1


def test_a_link_is_made_of_the_configured_address_whatever_the_caller_asks_for(service, page, days):
    answer = send(service, "POST", page, wish(days, "10:00", "Mallory"), more=[("Host", "phishing.example")])
    made = json.loads(answer.body)
    assert answer.status == 201
    assert made["url"].startswith(os.environ["JB_PUBLIC_URL"] + "/book/") and made["url"].endswith("#" + made["token"])


def test_answers_that_nginx_gives_by_itself_say_that_they_are_json_for_this_origin_alone(service):
    for certificate in ("nobody", "guest", "probe"):
        answer = service.call("GET", "/nothing/here", certificate=certificate)
        assert (answer.headers["x-content-type-options"], answer.headers["cross-origin-resource-policy"]) == ("nosniff", "same-origin"), certificate
        assert answer.headers["cache-control"] == "no-store", certificate


def test_no_network_takes_all_and_no_contact_is_shut_out(service, calendar, days, page):
    """All come from one address: its share is a quarter of a day's bookings, whatever names and contacts it gives."""
    def asked(number, token=None):
        return send(service, "POST", page, {**wish(days, f"09:{15 * number % 60:02}" if number < 4 else f"10:{15 * number % 60:02}", f"N{number}")}, token)

    assert [asked(number).status for number in range(5)] == [201] * 5
    full = asked(5)
    assert full.status == 409, full.body
    problem = json.loads(full.body)
    assert (problem["type"], problem["facts"]["max_guest_bookings_per_day"]) == ("/problems/too-many-bookings", 20)
    assert json.loads(send(service, "GET", f"{page}/slots").body) == [], "what could not be booked is not offered"
    # Another caller books under the same contacts: here one with a certificate.
    other = send(service, "POST", page, {**wish(days, "11:00"), "contact": "N0@example.org"}, certificate="viewer")
    assert other.status == 201, other.body
    assert send(service, "PUT", f"/calendars/provider:{calendar}", {"max_guest_bookings": 20}, certificate="manager").status == 200
    told = send(service, "GET", f"{page}/slots")
    assert told.status == 409 and json.loads(told.body)["type"] == "/problems/too-many-bookings", told.body
    assert send(service, "GET", f"{page}/slots", certificate="viewer").status == 200


def test_a_refusal_offers_what_could_be_booked(service, calendar, days, page):
    """Not the rest of a day that is full for the visitor; if every day is full, the answer says so."""
    assert send(service, "POST", f"/providers/{calendar}/availability", {"date": days["tuesday"], "slots": {"09:00": "12:00"}}, certificate="manager").status == 201
    tuesday = f"{days['tuesday']}T09:00:00{days['offset']}"
    token = json.loads(send(service, "POST", page, {**wish(days, "09:00"), "start_timestamp": tuesday}).body)["token"]
    taken = wish(days, "09:00")["start_timestamp"]

    def refusals():
        return [send(service, "POST", page, wish(days, "09:00")), send(service, "PUT", f"{page}/booking", {"start_timestamp": taken}, token)]

    for number in range(4):
        book(service, page, days, f"09:{15 * number:02}", f"N{number}")
    for refused in refusals():
        problem = json.loads(refused.body)
        assert problem["reason"] == "conflict" and problem["alternatives"][0]["start_timestamp"].startswith(days["monday"]), problem
    book(service, page, days, "10:00", "N4")
    for refused in refusals():
        problem = json.loads(refused.body)
        assert problem["reason"] == "conflict", problem
        assert not [one for one in problem["alternatives"] if one["start_timestamp"].startswith(days["monday"])], problem
    assert send(service, "PUT", f"/calendars/provider:{calendar}", {"max_guest_bookings": 20}, certificate="manager").status == 200
    problem = json.loads(refusals()[0].body)
    assert (problem["type"], problem["facts"]) == ("/problems/too-many-bookings", {"max_guest_bookings": 20})


def test_a_booking_in_another_zone_is_another_text(service, calendar, days, page):
    token = book(service, page, days, "09:00")["token"]
    headers = [("Authorization", f"Bearer {token}"), ("If-None-Match", '"1"')]
    assert service.call("GET", f"{page}/booking", None, headers, certificate="guest").status == 304
    assert send(service, "PUT", f"/calendars/provider:{calendar}", {"time_zone": "America/New_York"}, certificate="manager").status == 200
    answer = service.call("GET", f"{page}/booking?wait=50", None, headers, certificate="guest")
    there = datetime.datetime.fromisoformat(wish(days, "09:00")["start_timestamp"]).astimezone(zoneinfo.ZoneInfo("America/New_York"))
    assert (answer.status, answer.headers["etag"]) == (200, '"1-1"') and there.isoformat() in answer.body.decode()
    headers[1] = ("If-None-Match", answer.headers["etag"])
    poll = Poll(service, f"{page}/booking?wait=1", "guest", headers)
    assert poll.answered().status == 304, "it waits, and does not spin"
    moved = send(service, "PUT", f"{page}/booking", {"start_timestamp": wish(days, "15:15")["start_timestamp"]}, token)  # in the morning there
    assert (moved.status, moved.headers["etag"]) == (200, '"2-1"')


@pytest.mark.parametrize("target", ["/book/%zz", "/book/%", "/book/%00", "/%2e%2e/book/p", pytest.param("/book/" + "a" * 9_000, id="long"), "/book/%ff", "/book/%c0%af", "/%c0%af", "/polls/%zz"])
def test_people_are_told_in_a_page_of_an_address_that_cannot_be_read(service, target):
    """For some of these nginx reads no header, so it does not know what its client accepts."""
    page = service.call("GET", target, headers=[("Accept", "text/html")], certificate="guest")
    assert page.headers["content-type"].startswith("text/html"), page.body
    assert page.status in ((200,) if target in ("/book/%ff", "/book/%c0%af") else (400, 404))
    if len(target) < 1000:
        assert json.loads(send(service, "POST", target, {}).body)["status"] in (400, 404), "a program in JSON"
