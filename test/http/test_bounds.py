# SPDX-License-Identifier: PostgreSQL
"""Promise (rules 13.14 and 13.15): a program with a certificate of its own does no more than its grant's bounds allow, and
a refusal names the bound. What it may only propose is held until somebody else confirms it. A list of grants has all
bounds, and a change keeps those that it leaves out.

Could break: a route forgets the bounds; a refusal says only that it is not allowed; the maker confirms by another route;
a PATCH of the rights frees a program of its bounds."""

import json
import os
import uuid

import pytest

import openapi
from certificates import Authority, common, names
from client import JSON

pytestmark = pytest.mark.skipif("JB_STACK_DIR" not in os.environ, reason="not a stack of the test's own")

NONE = {"max_priority": None, "may_preempt": None, "may_move": None, "max_held": None, "until": None}
MANAGER = {"grantee": "principal:manager", "rights": ["manage"], **NONE}


class Caller:
    """Calls with one certificate. Each request and answer must be as docs/openapi.json describes them."""

    def __init__(self, service, certificate, principal):
        self.service, self.certificate, self.principal = service, certificate, principal

    def call(self, method, target, body=None, status=200):
        encoded, headers = (None, []) if body is None else (json.dumps(body).encode(), JSON)
        answer = self.service.call(method, target, encoded, headers, certificate=self.certificate)
        assert answer.status == status, (target, answer.body)
        assert not list(openapi.faults(method, target, headers, encoded, self.certificate, answer)), target
        return json.loads(answer.body)


@pytest.fixture
def manager(service):
    return Caller(service, "manager", "manager")


@pytest.fixture
def agent(service, psql, tmp_path):
    """A program with a certificate of its own, entered as a secretary."""
    principal = "agent-" + uuid.uuid4().hex[:10]
    certificate = Authority.load(service.pki).issue(str(tmp_path), principal, common(principal))
    issuer, subject = names(certificate)
    psql.value(f"SELECT jb_principal_set('{issuer}', '{subject}', '{principal}', 'secretary') IS NOT NULL")
    return Caller(service, certificate, principal)


def grant(manager, calendar, agent, rights, **bounds):
    """Grants the agent these rights and no more bounds. Result: its line of the list."""
    line = {"grantee": f"principal:{agent.principal}", "rights": rights, **bounds}
    stored = manager.call("PUT", f"/calendars/{calendar}/grants", [{"grantee": MANAGER["grantee"], "rights": ["manage"]}, line])
    return next(one for one in stored if one["grantee"] == line["grantee"])


def wish(calendar, days, start="09:00:00", **more):
    return {"event_name": "Talk", "calendars": [calendar], "date": days["monday"], "start_time": start, "duration": 3600, **more}


def refused(answer, calendar, bound, granted):
    assert (answer["type"], answer["facts"]) == ("/problems/not-allowed", {"calendar": calendar, "bound": bound, "granted": granted})


def test_a_refusal_names_the_bound_whatever_the_route(manager, agent, calendar, days):
    grant(manager, calendar, agent, ["read", "book"], max_priority=40, may_preempt=False, max_held=1)
    placed = agent.call("POST", "/events", wish(calendar, days, priority=40), 201)
    one = f"/events/{placed['id']}"
    high = wish(calendar, days, "11:00:00", priority=41)
    for method, target, body in (("POST", "/events", high), ("POST", "/events", {**high, "dry_run": True}), ("POST", "/events/batch", [high]),
                                 ("POST", "/events/explain", high), ("PATCH", one, {"priority": 41})):
        refused(agent.call(method, target, body, 403), calendar, "max_priority", 40)
    automatic = {"event_name": "Talk", "calendars": [calendar], "duration": 900, "priority": 40}
    refused(agent.call("POST", "/events", {**automatic, "preempt": True}, 403), calendar, "may_preempt", False)
    agent.call("POST", "/events", {**automatic, "hold_for": 3600}, 201)
    refused(agent.call("POST", "/events", {**automatic, "hold_for": 3600}, 403), calendar, "max_held", 1)
    until = grant(manager, calendar, agent, ["read", "book"], until="2001-01-01T00:00:00Z")["until"]
    answer = agent.call("POST", "/events", wish(calendar, days, "11:00:00"), 403)
    assert (answer["facts"]["bound"], until[:10]) == ("until", "2001-01-01")


def test_what_may_not_move_is_a_conflict_that_says_so(manager, agent, calendar, days):
    grant(manager, calendar, agent, ["read", "book"], may_move=False)
    manager.call("POST", "/events", {"event_name": "Movable", "calendars": [calendar], "date": days["monday"], "duration": 3600}, 201)
    whole_day = wish(calendar, days, "00:00:00", duration=24 * 3600)
    answer = agent.call("POST", "/events", whole_day, 409)
    assert (answer["reason"], answer["facts"]["bound"]) == ("conflict", "may_move")
    explained = agent.call("POST", "/events/explain", whole_day)
    assert [one["facts"]["stays"] for one in explained if one["verdict"] == "in_the_way"] == ["bound"]


def test_what_is_proposed_becomes_binding_when_somebody_else_says_so(manager, agent, calendar, days):
    grant(manager, calendar, agent, ["read", "propose"])
    proposed = agent.call("POST", "/events", wish(calendar, days), 201)
    assert (proposed["status"], proposed["held_by"], proposed["proposed_on"]) == ("held", agent.principal, [calendar])
    one = f"/events/{proposed['id']}"
    agent.call("POST", f"{one}/confirm", {}, 403)
    agent.call("PATCH", one, {"status": "pending"}, 403)
    agent.call("PATCH", one, {"event_name": "Another"}, 403)
    waiting = manager.call("GET", f"/events?calendars={calendar}&status=held")
    assert [(event["held_by"], event["proposed_on"]) for event in waiting] == [(agent.principal, [calendar])]
    assert manager.call("POST", f"{one}/confirm", {})["status"] == "pending"
    withdrawn = agent.call("POST", "/events", wish(calendar, days, "11:00:00"), 201)
    assert agent.call("POST", f"/events/{withdrawn['id']}/cancel", {})["status"] == "cancelled"
    booked = manager.call("POST", "/events", wish(calendar, days, "13:00:00"), 201)
    assert "held_by" not in booked and "proposed_on" not in booked


def test_a_change_of_the_rights_keeps_the_bounds_that_it_leaves_out(manager, agent, calendar):
    path, who = f"/calendars/{calendar}/grants", f"principal:{agent.principal}"
    stored = grant(manager, calendar, agent, ["book"], max_priority=40, max_held=3, until="2030-12-24T12:00:00+01:00")
    assert stored == {"grantee": who, "rights": ["book"], **NONE, "max_priority": 40, "max_held": 3, "until": "2030-12-24T12:00:00+01:00"}
    listed = manager.call("GET", path)
    assert sorted(listed, key=lambda one: one["rights"]) == [stored, MANAGER]
    assert manager.call("PUT", path, listed) == listed, "what is read can be written"
    changed = manager.call("PATCH", path, [{"grantee": who, "rights": ["read", "book"], "max_held": None, "may_move": False}])
    assert {**stored, "rights": ["read", "book"], "max_held": None, "may_move": False} in changed
    problem = manager.call("PATCH", path, [{"grantee": who, "rights": ["manage"]}], 422)
    assert {error["field"] for error in problem["errors"]} == {"grants[0].max_priority", "grants[0].may_move"}
    assert manager.call("GET", path) == changed, "a refused change changes nothing"
