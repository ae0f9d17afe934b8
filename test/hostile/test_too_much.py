# SPDX-License-Identifier: PostgreSQL
"""Promise (rule 5.12): a caller who asks too much gets 429 with Retry-After, from the program and, if the caller does not heed
it, from nginx before the program; other callers notice nothing. Without a certificate the address counts. A caller who has as
many requests under way as are allowed, long polls included, gets 429 from nginx until a request ends.

Why it could break: the two counts are one; all callers share one count; nginx answers with a page of its own."""

import contextlib
import os
import subprocess

import pytest

from raw import Raw, ask, problem, until

RATE = {"JB_RATE": "5", "JB_BURST": "20"}  # of the program; nginx allows twice as much
USUAL = {"JB_RATE": "500", "JB_BURST": "2000"}

# limit_conn of jb_address_connections and jb_caller_connections, and the message of nginx's log
ADDRESS_CONNECTIONS = 40
CALLER_CONNECTIONS = 200
NGINX_SAYS = "So many requests of one caller at once, or one after another, are not taken."


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


@contextlib.contextmanager
def at_the_same_moment(service, certificate, request, count):
    """As many requests under way as nginx allows: while they last, another request is refused."""
    another = burst("/polls/1/schedules/x" if certificate == "guest" else "/health", 1)

    def is_refused():
        (answer,) = ask(service, another, certificate)
        if answer[0] != 429:
            return False
        assert problem(answer, 429)["detail"] == NGINX_SAYS and answer[1]["retry-after"] == "1", answer
        return True

    busy = [Raw(service, certificate).send(request) for _ in range(count)]

    def is_full():
        """One of them may have been turned away, by what the caller had asked for just before: another takes its place."""
        if is_refused():
            return True
        busy.append(Raw(service, certificate).send(request))
        return False

    def has_room():
        if not is_refused():
            return True
        busy.pop().close()
        return False

    try:
        until(is_full, "the refusal of one more request")
        yield
        until(has_room, "room for one more when one has ended")
    finally:
        for connection in busy:
            connection.close()


# Before the tests with `strict`: the rates of `strict` would be met first.

def test_connections_of_one_address(service):
    body_begun = ("PUT /polls/1/schedules/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Content-Length: 100\r\n\r\n[")
    with at_the_same_moment(service, "guest", body_begun, ADDRESS_CONNECTIONS):
        assert service.call("GET", "/health").status == 200


def test_long_polls_of_one_certificate(service):
    target = "/rejections?after=9000000000000000000&wait="
    with at_the_same_moment(service, "viewer", f"GET {target}50 HTTP/1.1\r\nHost: localhost\r\n\r\n", CALLER_CONNECTIONS):
        answer = service.call("GET", f"{target}1", certificate="secretary")
        assert (answer.status, answer.body) == (200, b"[]"), "another certificate's may wait too"


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
