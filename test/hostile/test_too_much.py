# SPDX-License-Identifier: PostgreSQL
"""Promise: who asks too much hears 429 with Retry-After, from the program and, if that is not heeded, from nginx before it;
other callers notice nothing. Without a certificate the address counts.

It would break where the two counts are one, where all callers share one, and where a page of nginx's own is the answer."""

import os
import subprocess

import pytest

from raw import Raw, ask, problem, until

RATE = {"JB_RATE": "5", "JB_BURST": "20"}  # of the program; nginx allows twice as much
USUAL = {"JB_RATE": "500", "JB_BURST": "2000"}
ADDRESS_CONNECTIONS = 100


def stack_up(settings):
    result = subprocess.run([os.environ["JB_STACK"], "up", os.environ["JB_STACK_DIR"]], env={**os.environ, **settings},
                            capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def strict(service):
    stack_up(RATE)
    yield
    stack_up(USUAL)


def burst(target, count):
    head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n"
    return f"{head}\r\n" * (count - 1) + f"{head}Connection: close\r\n\r\n"


def test_of_one_certificate(service, strict):
    found = ask(service, burst("/health", 500))
    assert len(found) == 500
    refused = [answer for answer in found if answer[0] != 200]
    told = {problem(answer, 429)["detail"] for answer in refused}
    assert len(told) == 2, f"the program and nginx should both have refused: {told}"
    assert all(int(answer[1]["retry-after"]) >= 1 and answer[1]["x-request-id"] for answer in refused)
    assert service.call("GET", "/health", certificate="secretary").status == 200


def test_of_one_address(service, strict):
    found = ask(service, burst("/polls/1/schedules/x", 500), "guest")
    details = [problem(answer, answer[0]).get("detail") for answer in found if answer[0] == 429]
    assert len(set(details)) == 2, set(details)


def test_connections_of_one_address(service):
    head = ("PUT /polls/1/schedules/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            "Content-Length: 100\r\n\r\n[")
    busy = [Raw(service, "guest").send(head) for _ in range(ADDRESS_CONNECTIONS)]
    try:
        found = []

        def is_refused():
            found[:] = ask(service, burst("/polls/1/schedules/x", 1), "guest")
            return found[0][0] == 429

        until(is_refused, "the refusal of one more connection")
        assert problem(found[0], 429) and found[0][1]["retry-after"] == "1"
    finally:
        for connection in busy:
            connection.close()
