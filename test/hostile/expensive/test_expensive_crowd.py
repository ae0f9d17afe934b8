# SPDX-License-Identifier: PostgreSQL
"""Promise: under fifty hostile connections each of a viewer, a secretary and guests, a manager keeps booking: of a
hundred bookings ninety-nine take less than a second, and none is 503.

Why it could break: one caller can take all threads, all places in the line, or all sessions of the database; a reader's
work waits in the writers' line; a request of the crowd locks what the manager needs."""

import os
import pathlib
import subprocess

import pytest

from conftest import PROMPT

SECONDS = float(os.environ.get("JB_CROWD_SECONDS", "20"))
CROWD = pathlib.Path(__file__).parent / "crowd.py"


@pytest.fixture
def hostile(psql, machine):
    poll = psql.value("SELECT (jb_poll_create('public', '2027-01-01 00:00Z', '2027-12-31 00:00Z', '1 minute', calendars => '{expensive:2}',"
                      " public => true)).poll_id")
    feed = psql.value("SELECT jb_feed_create('expensive:big')")
    crowd = subprocess.Popen(["/usr/bin/python3", "-B", CROWD, str(SECONDS), poll, feed], stdout=subprocess.PIPE, text=True)
    assert crowd.stdout.readline() == "ready\n"
    yield crowd
    crowd.kill()
    crowd.wait()
    crowd.stdout.close()


def test_a_manager_goes_on_booking(machine, manager, hostile):
    since, mark = machine.now(), manager.mark()
    told = hostile.stdout.readline()
    seconds = manager.since(mark)
    limit = PROMPT * machine.stretch(since)
    print(f"the crowd was told {told.strip()}; {len(seconds)} bookings took {seconds[len(seconds) // 2]:.3f} s in the middle, "
          f"{seconds[-1]:.3f} s at most (limit {limit:.2f} s)")
    assert not manager.refusals, f"{len(manager.refusals)} bookings were refused: {manager.refusals[0]}"
    late = sum(each >= limit for each in seconds)
    assert late <= len(seconds) // 100, f"{late} of {len(seconds)} bookings took {limit:.2f} s and more; the longest {seconds[-late:]}"
    assert hostile.wait(60) == 0
