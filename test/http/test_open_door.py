# SPDX-License-Identifier: PostgreSQL
"""Promise: the address for a first look lets anybody on this machine act as the stack's secretary, and nobody else.

Could break: a page somewhere else, whose name leads to this machine, reads and writes with the reader's browser; the door
opens more than the secretary's rights."""

import http.client
import json
import os
from urllib.parse import urlsplit

import pytest

from client import exchange

DOOR = urlsplit(os.environ.get("JB_OPEN_URL", ""))
JSON = ("Content-Type", "application/json")


def ask(method, target, body=None, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", DOOR.port, timeout=30)
    try:
        host = [] if any(name == "Host" for name, _ in headers) else [("Host", DOOR.netloc)]
        return exchange(connection, method, target, body, [*host, *headers])
    finally:
        connection.close()


def test_who_comes_in_is_the_secretary(calendar, days):
    assert json.loads(ask("GET", "/whoami").body) == {"principal": "secretary", "role": "secretary"}
    booking = json.dumps({"event_name": "Look", "calendars": [calendar], "date": days["monday"], "start_time": "09:00", "duration": 600})
    made = ask("POST", "/events", booking.encode(), [JSON, ("Origin", f"http://{DOOR.netloc}"), ("Sec-Fetch-Site", "same-origin")])
    assert made.status == 201, made.body
    assert ask("GET", made.headers["location"]).status == 200
    assert ask("PUT", "/calendars/another", b"{}", [JSON]).status == 403  # a manager's work


def test_the_page_is_the_sites():
    page = ask("GET", "/", headers=[("Accept", "text/html"), ("Sec-Fetch-Site", "none"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")])
    assert (page.status, page.headers["x-frame-options"]) == (200, "DENY")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "localhost", "localhost.evil.example", "[::1]"])
def test_another_name_of_this_machine_is_refused(host):
    for name in (host, f"{host}:{DOOR.port}"):
        if name == DOOR.netloc:
            continue
        answer = ask("GET", "/events", headers=[("Host", name)])
        assert (answer.status, json.loads(answer.body)["type"]) == (421, "/problems/misdirected-request"), name


@pytest.mark.parametrize("headers", [
    [("Origin", "http://evil.example")],
    [("Origin", "null")],
    [("Origin", "https://localhost")],
    [("Origin", f"http://localhost:{(DOOR.port or 0) + 1}")],
    [("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "same-site")],
])
def test_a_page_of_another_origin_changes_nothing(calendar, days, headers):
    booking = json.dumps({"event_name": "Evil", "calendars": [calendar], "date": days["monday"], "start_time": "09:00", "duration": 600})
    assert ask("POST", "/events", booking.encode(), [JSON, *headers]).status == 403
    assert json.loads(ask("GET", f"/events?calendar={calendar}").body) == []


def test_no_header_makes_somebody_else():
    names = ["JB_CLIENT_SUBJECT", "JB-Client-Subject", "X-Client-Subject", "JB_CLIENT_VERIFY"]
    answer = ask("GET", "/whoami", headers=[(name, "CN=manager") for name in names])
    assert json.loads(answer.body)["principal"] == "secretary"


def test_what_the_site_refuses_is_refused():
    for target, status in (("/nothing", 404), ("/%zz", 400), ("/events?nothing=1", 400)):
        answer = ask("GET", target)
        assert (answer.status, json.loads(answer.body)["status"]) == (status, status), target
    assert ask("POST", "/events", b" " * 2_000_000, [JSON]).status == 413
