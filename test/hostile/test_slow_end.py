# SPDX-License-Identifier: PostgreSQL
"""Promise: nginx closes a connection whose head is incomplete after fifteen seconds, however much of it has come, and
one that gets no byte of the body for fifteen seconds. Half a request gets no answer. A body that keeps coming, however
slowly, is waited for: nginx counts from one byte to the next. Such a request holds no thread of the program, but one of
its caller's few connections (test_too_much.py).

Why it could break: no time limits a head or a body."""

import time

from raw import answers, problem
from test_connections import CLIENT_TIMEOUT, requests_in_hand


def test_slow_senders_are_ended(slow):
    heads, bodies, _, began = slow
    for connection in heads + bodies:
        assert connection.receive() == b""
    assert time.monotonic() - began >= CLIENT_TIMEOUT - 1


def test_a_body_that_drips_is_waited_for(slow):
    _, bodies, drip, began = slow
    for connection in bodies:  # these bodies got no more bytes: nginx has closed their connections
        assert connection.receive() == b""
    assert requests_in_hand() == 0
    while time.monotonic() - began <= CLIENT_TIMEOUT:
        time.sleep(0.1)  # the body grows by itself meanwhile
    (answer,) = answers(drip.end())
    problem(answer, 422)
