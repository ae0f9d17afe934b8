# SPDX-License-Identifier: PostgreSQL
"""Promise: a waiting request outlives a restart of the database, and is answered when the front end ends. Stops and
starts programs, so it runs only against a stack of the test's own (dev/check http).

Could break: the one connection that reads for all waiting requests stays broken; waiting requests are cut off."""

import os
import signal

import pytest

from test_long_poll import Poll, book, nobody_waits, waits
from test_restart import PATIENCE, end, pid, stack, until, whole_stack  # noqa: F401 (a fixture)

pytestmark = pytest.mark.skipif("JB_STACK_DIR" not in os.environ, reason="not a stack of the test's own")


def test_waiting_outlives_the_database(service, calendar, whole_stack):  # noqa: F811
    poll = Poll(service, f"/calendars/{calendar}/changes?wait=50")
    waits(1)
    end(pid("postgres"), signal.SIGINT)
    assert stack("up").returncode == 0
    assert book(service, calendar).status in (201, 503)  # 503 if a session broke during a write
    until(lambda: book(service, calendar).status == 201, "a booking")
    assert poll.result()[0]["seq"] == 1


def test_time_is_over_while_the_database_is_away(service, calendar, whole_stack):  # noqa: F811
    database = pid("postgres")
    nobody_waits()
    poll = Poll(service, f"/calendars/{calendar}/changes?wait=10")
    waits(1)
    end(database, signal.SIGINT)
    poll.join(PATIENCE)
    assert poll.answer.status == 503
    assert poll.answer.headers["retry-after"] == "1"


def test_the_end_answers_those_who_wait(service, calendar, whole_stack):  # noqa: F811
    polls = [Poll(service, f"/calendars/{calendar}/changes?wait=50") for _ in range(20)]
    waits(20)
    end(pid("fcgi"), signal.SIGTERM)
    assert [poll.result() for poll in polls] == [[]] * 20
    assert max(poll.took for poll in polls) < 25
