# SPDX-License-Identifier: PostgreSQL
"""Promise: a refusal over HTTPS has a proof that examples/check_proof.py accepts, looking up each fact with the caller's
own certificate. Without one of its facts the proof is refused, and so is one with a fact that is not true.

Could break: the routes name a fact in a form that no other route shows."""

import copy
import json
import os
import pathlib
import subprocess

import pytest

CHECKER = pathlib.Path(__file__).resolve().parents[2] / "examples/check_proof.py"


@pytest.fixture
def check(service, tmp_path):
    def check(proof):
        """Whether the checker accepts a proof, or the answer of a route that proves."""
        if isinstance(proof, dict):
            tmp_path.joinpath("proof.json").write_text(json.dumps(proof))
            proof = str(tmp_path / "proof.json")
        environment = {**os.environ, "JB_CA": service.ca, "JB_CERT": f"{service.pki}/manager.crt", "JB_KEY": f"{service.pki}/manager.key"}
        done = subprocess.run([CHECKER, proof], env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode in (0, 1) and not done.stderr.startswith("Traceback"), done.stderr
        return done.returncode == 0
    return check


def ask(service, method, target, body=None, status=200):
    answer = service.send(method, target, body)
    assert answer.status == status, (target, answer.body)
    return json.loads(answer.body)


def test_a_refusal_is_proved_to_a_foreign_checker(service, calendar, days, check):
    monday, zone = days["monday"], days["offset"]
    settings = {"time_zone": "Europe/Berlin", "buffer_before": 600, "buffer_after": 300, "max_events_per_day": 4}
    ask(service, "PUT", f"/calendars/{calendar}", settings)
    for hour in ("09", "11", "14"):
        ask(service, "POST", "/events", {"event_name": "Fixed", "calendars": [calendar], "date": monday, "start_time": f"{hour}:00", "duration": 3600}, 201)
    wish = {"event_name": "Long", "calendars": [calendar], "duration": 10800, "not_before": f"{monday}T00:00:00{zone}", "not_after": f"{monday}T22:00:00{zone}"}
    refused = ask(service, "POST", "/events", wish, 409)
    proof = ask(service, "GET", f"/rejections/{refused['rejection_id']}/proof")
    assert (proof["outcome"], proof["reason"], proof["is_proved"]) == ("rejected", "no_open_slot", True)
    assert {fact["reason"] for fact in proof["facts"]} == {"conflict", "outside_hours"}
    assert proof["change_seq"] == {calendar: 3}
    assert check(proof) and check(f"/rejections/{refused['rejection_id']}/proof")
    for i in range(len(proof["facts"])):
        assert not check({**proof, "facts": proof["facts"][:i] + proof["facts"][i + 1:]}), "every fact is needed"
    for i, fact in enumerate(proof["facts"]):
        lie = copy.deepcopy(proof)
        lie["facts"][i]["forbids"].pop("until", None)
        assert not check(lie), fact
        if "event_id" in fact:
            lie = copy.deepcopy(proof)
            lie["facts"][i]["version"] += 1
            assert not check(lie), fact
    booked = ask(service, "POST", "/events", {**wish, "not_after": f"{days['tuesday']}T12:00:00{zone}"}, 201)
    assert check(ask(service, "POST", "/events/proof", wish)), "an event beside it refutes nothing"
    assert ask(service, "POST", f"/events/proof?aside={booked['id']}", {**wish, "duration": 60}).keys() == {"at", "time_zone", "outcome", "start_timestamp", "end_timestamp"}


def test_other_facts_are_looked_up_too(service, calendar, days, check):
    day, zone = days["wednesday"], days["offset"]
    settings = {"time_zone": "America/New_York", "strict": True, "min_notice": "1 day", "horizon": "20 days", "slot_increment": 1500, "max_events_per_day": 1}
    ask(service, "PUT", f"/calendars/{calendar}", {**settings, "horizon": "200 days"})
    ask(service, "POST", "/events", {"event_name": "Full", "calendars": [calendar], "date": day, "start_time": "10:00", "duration": 1500}, 201)
    far = {"event_name": "x", "calendars": [calendar], "start_timestamp": f"{days['far']}T09:00:00Z", "duration": 60}
    reasons = []
    for wish in (far, {**far, "start_timestamp": f"{days['yesterday']}T09:00:00Z"}, {**far, "start_timestamp": f"{day}T09:31:00-04:00"},
                 {**far, "start_timestamp": f"{days['sunday']}T10:00:00{zone}"}, {"event_name": "x", "calendars": [calendar], "date": day, "duration": 600}):
        proof = ask(service, "POST", "/events/proof", wish)
        assert proof["is_proved"] and check(proof), proof
        reasons += [fact["reason"] for fact in proof["facts"]]
    assert {"beyond_horizon", "in_the_past", "outside_hours", "over_limit"} <= set(reasons)


def test_an_event_that_waits_is_proved(service, calendar, days, check):
    ask(service, "POST", "/events", {"event_name": "All day", "calendars": [calendar], "date": days["monday"], "start_time": "08:00", "duration": 32400}, 201)
    waits = ask(service, "POST", "/events", {"event_name": "Waits", "calendars": [calendar], "date": days["monday"], "duration": 3600, "on_no_slot": "wait"}, 202)
    assert check(f"/events/{waits['id']}/proof")


def test_an_unknown_rejection_is_not_found(service):
    for target in ("/rejections/4000000000/proof", "/rejections/x/proof", "/rejections/0/proof", "/events/4000000000/proof"):
        assert service.call("GET", target).status == 404, target
