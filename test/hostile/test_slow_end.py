# SPDX-License-Identifier: PostgreSQL
"""Promise: a head that is not whole after fifteen seconds is closed, whatever came of it in the meantime, and so is a body
of which nothing has come for fifteen seconds; there is no answer, for half a request has none. A body that goes on
coming, however slowly, is waited for: nginx counts from one of its bytes to the next. It holds no thread of the program, and
one of the few places that its caller has (test_too_much.py).

It would break where no time limits a head or a body."""

import time

from raw import answers, problem
from test_connections import CLIENT_TIMEOUT, front_end_connections


def test_slow_senders_are_ended(slow):
    heads, bodies, _, began = slow
    for connection in heads + bodies:
        assert connection.receive() == b""
    assert time.monotonic() - began >= CLIENT_TIMEOUT - 1


def test_a_body_that_drips_is_waited_for(slow):
    _, bodies, drip, began = slow
    for connection in bodies:  # those of which nothing more came are gone by now
        assert connection.receive() == b""
    assert front_end_connections() == 0
    while time.monotonic() - began <= CLIENT_TIMEOUT:
        time.sleep(0.1)  # it goes on by itself
    (answer,) = answers(drip.end())
    problem(answer, 422)
