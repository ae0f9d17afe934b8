# SPDX-License-Identifier: PostgreSQL
"""Promise: a client that waits for an appointment's decision hears it at once, whether a person or the clock decides.

Could break: a deadline comes although no call writes it."""

import datetime
import json
import os
import subprocess

from client import JSON, Psql
from test_long_poll import Poll, waits


def made(service, path, body):
    answer = service.send("POST", path, body)
    assert answer.status == 201, answer.body


def provider(service, calendar, date, **settings):
    """Opens a date of the provider of that name."""
    if settings:
        answer = service.send("PUT", f"/calendars/provider:{calendar}", settings)
        assert answer.status == 201, answer.body
    made(service, f"/providers/{calendar}/availability", {"date": date, "slots": {"09:00": "12:00"}})


def reserved(service, calendar, date):
    body = {"provider_id": calendar, "client": "Ann", "date": date, "start_time": "09:00"}
    answer = service.send("POST", "/appointments", body)
    assert answer.status == 201, answer.body
    return json.loads(answer.body)["appointment_id"]


def decide(service, appointment, status, **more):
    body = json.dumps({"status": status, **more}).encode()
    return service.call("PUT", f"/appointments/{appointment}/status", body, JSON)


def test_who_waits_hears_of_a_decision(service, calendar, days):
    provider(service, calendar, days["monday"])
    for status, ends in (("CONFIRMED", "confirm"), ("DENIED", "deny"), ("EXPIRED", "expire"), ("CANCELLED", "cancel")):
        made(service, f"/providers/{calendar}/availability", {"date": days["monday"], "slots": {}})
        appointment = reserved(service, calendar, days["monday"])
        polls = [Poll(service, f"/appointments/{appointment}?wait=50") for _ in range(2)]
        waits(2)
        if ends == "cancel":
            assert service.call("POST", f"/events/{appointment}/cancel").status == 200
        else:
            assert decide(service, appointment, status).status == 200
        for poll in polls:
            assert poll.result()["status"] == status
            assert poll.took < 25
        if ends == "confirm":
            assert service.call("DELETE", f"/events/{appointment}").status == 204


def test_who_waits_hears_of_the_deadline(service, calendar, days):
    """No call can write at the deadline, because the calendar is locked: the clock alone ends the wait."""
    provider(service, calendar, days["monday"], time_zone="Europe/Berlin", hours={}, confirm_within=10)
    appointment = reserved(service, calendar, days["monday"])
    short = Poll(service, f"/appointments/{appointment}?wait=1")
    somebody = Psql()
    somebody.value("BEGIN")
    somebody.value(f"SELECT jb_lock('{{provider:{calendar}}}')")
    told = Poll(service, f"/appointments/{appointment}?wait=50").result()
    assert somebody.value(f"SELECT status FROM jb_event WHERE id = {appointment}") == "held"
    somebody.value("COMMIT")
    somebody.close()
    assert told["status"] == "EXPIRED"
    assert datetime.datetime.now(datetime.timezone.utc) >= datetime.datetime.fromisoformat(told["expires_at"])
    assert short.result()["status"] == "PENDING"
    late = decide(service, appointment, "CONFIRMED")
    assert (late.status, json.loads(late.body)["reason"]) == (409, "hold_expired")
    slots = json.loads(service.call("GET", f"/providers/{calendar}/slots?date={days['monday']}").body)
    assert slots[0]["start_time"] == "09:00:00"
    assert decide(service, appointment, "CONFIRMED", if_still_free=True).status == 200


def test_a_day_ahead_is_a_day_to_the_minute(service, calendar, days):
    provider(service, calendar, days["monday"])
    now = datetime.datetime.now(datetime.timezone.utc)
    for ahead, reason in ((datetime.timedelta(hours=23, minutes=59), "too_soon"),
                          (datetime.timedelta(days=1, minutes=1), "outside_hours")):
        body = {"provider_id": calendar, "client": "Ann", "start_timestamp": (now + ahead).isoformat(timespec="seconds")}
        answer = service.send("POST", "/appointments", body)
        assert (answer.status, json.loads(answer.body)["reason"]) == (409, reason)


def test_who_waits_hears_of_a_move_to_another_provider(service, calendar, days):
    for name in (calendar, calendar + "-2"):
        provider(service, name, days["monday"])
    appointment = reserved(service, calendar, days["monday"])
    poll = Poll(service, f"/appointments/{appointment}?wait=50")
    waits(1)
    moved = json.dumps({"calendars": [f"provider:{calendar}-2"]}).encode()
    assert service.call("PATCH", f"/events/{appointment}", moved, JSON).status == 200
    assert decide(service, appointment, "DENIED").status == 200
    told = poll.result()
    assert (told["status"], told["provider_id"]) == ("DENIED", calendar + "-2")
    assert poll.took < 25


def seed():
    tool = os.path.join(os.path.dirname(os.environ["JB_STACK"]), "seed")
    return subprocess.check_output([tool, os.environ["JB_STACK_DIR"]], text=True)


def test_the_sample_week_is_made_once(psql):
    """make seed may be repeated at any time: the second run finds everything there."""
    seed()
    assert psql.value("SELECT count(*) FROM jb_coach WHERE coach_hash_id IN ('123', '124', '125')") == "3"
    assert psql.value("SELECT count(*) FROM jb_client WHERE client_hash_id IN ('456', '457', '458', '459', '460')") == "5"
    assert int(psql.value("SELECT count(*) FROM jb_session WHERE coach_hash_id IN ('123', '124', '125')")) >= 11
    assert seed().startswith("new: 0 coaches, 0 clients, 0 sessions in the week of ")


def test_the_seeds_own_request_books_2022(service):
    """The seed's curl line, with only address and certificate changed; make seed has made the coach and the client."""
    line = ["curl", "-sS", "-o", "-", "-w", " %{http_code}", "-X", "POST",
            "https://{}:{}/api/v1/sessions".format(*service.address), "-H", "Content-Type: application/json", "-d", """{
    "session": {
      "coach_hash_id": "123",
      "client_hash_id": "456",
      "start": "2022-12-01T14:30:00Z",
      "duration": 60
    }
  }"""]
    seed()
    certificate = ["--cacert", service.ca, "--cert", f"{service.pki}/manager.crt", "--key", f"{service.pki}/manager.key"]
    told = [subprocess.check_output(line + certificate, text=True) for _ in range(2)]
    assert [text.rsplit(" ", 1)[1] for text in told] == ["201", "409"]
    session = json.loads(told[0].rsplit(" ", 1)[0])
    assert session["start"] == "2022-12-01T15:30:00+01:00" and session["duration"] == 60
    assert service.call("DELETE", f"/api/v1/sessions/{session['id']}").status == 204
