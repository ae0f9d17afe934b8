# SPDX-License-Identifier: PostgreSQL
"""Promise: who sends a byte now and then is closed out after fifteen seconds, whatever came in the meantime; there is no
answer, for half a request has none.

It would break where no time limits a head or a body."""

import time

CLIENT_TIMEOUT = 15  # client_header_timeout and client_body_timeout


def test_slow_senders_are_ended(slow):
    heads, bodies, began = slow
    for connection in heads + bodies:
        assert connection.receive() == b""
    assert time.monotonic() - began >= CLIENT_TIMEOUT - 1
