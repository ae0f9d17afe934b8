# SPDX-License-Identifier: PostgreSQL
"""Runs cases/*.case, whose form README.md describes."""

import json
import pathlib
import re

import pytest

import openapi
from case_file import body_bytes, difference, fill_in, parse, target

CASES = [pytest.param(steps, id=promise)
         for path in sorted((pathlib.Path(__file__).parent / "cases").glob("*.case"))
         for promise, steps in parse(path.read_text()).items()]

# The state that a refused request must not change.
STATE = """SELECT concat_ws(' ', (SELECT count(*) FROM jb_event), (SELECT count(*) FROM jb_claim),
  (SELECT count(*) FROM jb_rejection), (SELECT count(*) FROM jb_attachment), (SELECT count(*) FROM jb_idempotency), (SELECT count(*) FROM jb_calendar),
  (SELECT md5(string_agg(p::text, ',' ORDER BY p.id)) FROM jb_poll AS p),
  (SELECT md5(string_agg(n::text, ',' ORDER BY n.poll_id, n.name)) FROM jb_poll_participant AS n),
  (SELECT md5(string_agg(c::text, ',' ORDER BY c.id)) FROM jb_calendar AS c),
  (SELECT md5(string_agg(k::text, ',' ORDER BY k.id)) FROM jb_calendar_lock AS k))"""

# Internal names that no client should read.
INTERNALS = ["jb_schedule", "jb_update", "SELECT", "relation", "libpq", "PG_", ".cpp", ".sql", "constraint",
             "portal", "/var/", "/tmp/", "exception", "permission denied"]


def send(service, step, variables):
    headers = [(name, fill_in(value, variables)) for name, value in step.headers]
    body = body_bytes(step.body, variables)
    if body is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    if body is None and step.method in ("POST", "PUT", "PATCH"):
        headers.append(("Content-Length", "0"))
    headers = [(name, value) for name, value in headers if value != "-"]
    where = target(step.target, variables)
    answer = service.call(step.method, where, body, headers, step.certificate)
    return answer, openapi.faults(step.method, where, headers, body, step.certificate, answer)


def check_headers(step, answer, variables):
    for name, expected in step.expected_headers:
        actual = answer.headers.get(name.lower())
        if expected == "!":
            assert actual is None, f"header {name} should be absent, is {actual}"
        else:
            assert actual is not None, f"header {name} is missing"
            found = difference(fill_in(expected, variables), actual, variables, f"header {name}")
            assert not found, found


def check_problem(step, answer):
    assert answer.headers.get("content-type") == "application/problem+json"
    if step.method == "HEAD":
        return
    problem = json.loads(answer.body)
    assert problem["status"] == answer.status
    assert problem["type"] and problem["title"]
    assert problem["request_id"] == answer.headers["x-request-id"]
    if "reason" in problem:
        assert problem["type"] == "/problems/" + problem["reason"].replace("_", "-")
    for word in INTERNALS:
        assert word not in answer.body.decode(), f"the problem speaks of the inside: {word}"
    assert not re.search(r"\bjb_\w+\(", answer.body.decode()), "the problem speaks of a function of SQL"
    if problem["type"] == "/problems/not-allowed":
        assert re.search(r"role|right|token", problem["hint"] + problem["detail"]), "the refusal does not say what it takes"


def check_step(service, psql, step, variables):
    before = psql.value(STATE)
    answer, undescribed = send(service, step, variables)
    shown = f"line {step.line}: {step.method} {step.target}\n{answer.status} {answer.headers}\n{answer.body.decode(errors='replace')}"
    assert answer.status == step.status, shown
    assert "x-request-id" in answer.headers, shown
    assert not undescribed, f"not as docs/openapi.json says: {undescribed}\n{shown}"
    check_headers(step, answer, variables)
    if answer.status >= 400:
        check_problem(step, answer)
    if answer.status >= 400 and b'"alternatives":' not in answer.body:  # only rejections have it
        assert psql.value(STATE) == before, f"a refused request changed something: {shown}"
    if step.expected_body.startswith("@"):
        assert answer.body == body_bytes(step.expected_body, variables), shown
    elif step.expected_body:
        expected = json.loads(fill_in(step.expected_body, variables))
        found = difference(expected, json.loads(answer.body), variables)
        assert not found, f"{found}\n{shown}"


@pytest.mark.parametrize("steps", CASES)
def test_case(steps, service, psql, calendar, days):
    variables = {"calendar": calendar, **days}
    if not service.public_address and any(step.certificate == "guest" for step in steps):
        pytest.skip("this stack has no public address: JB_PUBLIC_PORT")
    for step in steps:
        check_step(service, psql, step, variables)
