# SPDX-License-Identifier: PostgreSQL
"""Promise: over HTTPS an expensive request is answered or refused like any other, in time and without filling the
program's memory, and a manager's bookings beside it are prompt. At the public address no request costs much.

Why it could break: an unbounded answer is collected in memory; a refusal repeats the request; the program, or nginx,
resends a request that was not answered in time."""

import time

import pytest

from found import found
from measure import MIB, Memory
from raw import Raw, answers

MOST_GROWN = 256 * MIB
PATIENCE = 11  # seconds: the program's limits for a statement and for its wait for a lock
ANSWERED = {200, 201, 202, 409, 413, 422}
NOT_THERE = {404, 405, 429}

WITH_ROUTE = [request for request in found() if request.method]


def ask(service, request, certificate):
    """The status, and the seconds until it came."""
    began = time.monotonic()
    with Raw(service, certificate) as connection:
        connection.send(request.bytes())
        ((status, _, _),) = answers(unchunked(connection.receive()))
    return status, time.monotonic() - began


def unchunked(received):
    """The head of an answer with a chunked body; the whole of any other answer."""
    head, border, _ = received.partition(b"\r\n\r\n")
    return head + border if b"transfer-encoding" in head.lower() else received


@pytest.mark.parametrize("number, request_", enumerate(WITH_ROUTE), ids=lambda value: str(value))
def test_is_answered_in_time(service, machine, prompt_bookings, number, request_):
    Memory.forget_peak(machine.fcgi)
    before = Memory.of(machine.fcgi)
    since = machine.now()
    status, seconds = ask(service, request_, request_.roles[number % len(request_.roles)])
    assert status in ANSWERED, f"{status} after {seconds:.2f} s"
    assert seconds < PATIENCE * machine.stretch(since), f"{status} after {seconds:.2f} s"
    assert Memory.of(machine.fcgi).peak - before.held <= MOST_GROWN


def test_nothing_of_it_is_at_the_public_address(service, machine, prompt_bookings):
    for request_ in WITH_ROUTE:
        status, _ = ask(service, request_, "guest")
        assert status in NOT_THERE, f"{request_}: {status}"
