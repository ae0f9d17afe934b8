# SPDX-License-Identifier: PostgreSQL
"""Promise: a path names the resource in its text; a path written to reach another resource is not found, or refused.
The text of a header reaches neither another header nor another log line.

Why it could break: nginx chooses by the path as nginx reads it, and the program by the path as the client sent it; a
value is logged as it came."""

import json

import pytest

from raw import ask, problem

PATHS = {
    "/../health": 400, "/a/../../health": 400, "/%2e%2e/health": 400, "/a/%2e%2e/%2e%2e/etc/passwd": 400,
    "/a/../health": 404, "/a/%2e%2e/health": 404, "/./health": 404, "/health/.": 404, "/%2fhealth": 404,
    "//health": 404, "/health//": 404, "/health;a=b": 404, "/health%3ba": 404, "/HEALTH": 404, "/health%20": 404,
    "/health%00": 400, "/events/%00": 400, "/health%0d%0aX-A:%20b": 404, "/events?from=%00": 400,
    "/events/%c0%ae%c0%ae/": 400, "/events/%c0%af": 400, "/events/%ed%a0%80": 400, "/events/%f5%80%80%80": 400,
    "/events/%ff": 400, "/events/%": 400, "/events/%zz": 400, "/events/1%2f..%2f2": 404, "/events/..%5c1": 404,
    "/events/1/attachments/%2e%2e": 404, "/events/1/attachments/../../2": 404, "/health#a": 400, "/health\\..": 404,
    "/.problem/400": 404, "/.problem/503": 404, "/.problem/": 404, "/%2eproblem/503": 404, "/a/../.problem/503": 404,
    "/calendars/..%2f..%2fetc%2fpasswd": 400, "/calendars/a/..%2f..%2fevents": 404, "/events/1e3": 404, "/events/+1": 404, "/events/%2b1": 404,
    "/events/9223372036854775808": 404, "/events?limit=%c0%80": 400, "/events?a%00b=c": 400, "/metrics/../events": 404,
}

# At the public address every path but the schedules of polls is 404, however it is written.
GUEST_PATHS = ["/events", "/polls/1", "/polls/1/schedules/", "/polls/1/schedules/../../../events",
               "/polls/1/schedules/%2e%2e/%2e%2e/%2e%2e/events", "/events/%2e%2e/polls/1/schedules/x",
               "/polls/1/schedules/x/../../participants", "/polls/1/schedules/x%2f..%2f..%2fparticipants/y",
               "/events/../polls/1/schedules/x/../..", "//polls/1/schedules/x", "/polls/1//schedules/x",
               "/polls/1;/schedules/x", "/health", "/metrics", "/calendars/ceo", "/.problem/503"]


def get(target, headers=""):
    return f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n"


@pytest.mark.parametrize("path", PATHS)
def test_leads_nowhere_else(service, unchanged, path):
    found = ask(service, get(path))
    assert len(found) == 1
    problem(found[0], PATHS[path])


@pytest.mark.parametrize("path", GUEST_PATHS)
def test_guests_reach_nothing_else(service, unchanged, path):
    found = ask(service, get(path), "guest")
    assert len(found) == 1
    problem(found[0], 404)


IDS = ['a" forged="1', "a b", "a\tb", "a" * 101, "", "\xe9", "a;b", "<script>", "a\\nb", "%0d%0aX-A: b"]


@pytest.mark.parametrize("given", IDS, ids=range(len(IDS)))
def test_only_a_word_is_taken_for_a_request_id(service, given):
    for target in ("/health", "/../x"):  # answered by the program, and by nginx itself
        found = ask(service, get(target, f"X-Request-Id: {given}\r\n"))
        assert len(found) == 1
        given_back = found[0][1]["x-request-id"]
        assert given_back != given and given_back.isalnum(), given_back
        assert "x-a" not in found[0][1]


def test_a_value_is_shown_and_nothing_more(service, unchanged):
    target = '/events?calendar=%0d%0aX-A:%20b%22%3c%1b%5b2J&from=x"y'
    found = ask(service, get(target))
    assert "x-a" not in found[0][1]
    assert problem(found[0], 400)["errors"][0]["field"] == "from"


def test_identity_comes_from_the_certificate_alone(service):
    forged = "".join(f"{name}: {value}\r\n" for name in ("JB_CLIENT_VERIFY", "JB-CLIENT-VERIFY", "HTTP_JB_CLIENT_VERIFY",
                     "JB_FACE", "JB-Face", "X-Forwarded-For", "Forwarded", "X-Real-IP", "SSL_CLIENT_S_DN", "Proxy")
                     for value in ("SUCCESS",))
    found = ask(service, get("/events", forged), "nobody")
    assert [answer[0] for answer in found] == [401]
    found = ask(service, get("/events", forged), "stranger")
    assert [answer[0] for answer in found] == [403]
    found = ask(service, get("/events", "JB_FACE: main\r\nJB-Face: main\r\n"), "guest")
    assert [answer[0] for answer in found] == [404]


def test_a_foreign_host_is_named_nowhere(service):
    found = ask(service, f"GET /events?limit=1 HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nConnection: close\r\n\r\n")
    assert found[0][0] == 200
    assert b"evil" not in found[0][2] and "evil" not in json.dumps(found[0][1])
