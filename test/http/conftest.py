# SPDX-License-Identifier: PostgreSQL
"""The stack under test, and the days that cases name."""

import datetime
import os
import re
import uuid
import zoneinfo

import pytest

from client import Service
from sound import psql  # noqa: F401 (a fixture)

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="session")
def service():
    for name in ("JB_URL", "JB_ADMIN_URL", "JB_CA", "PGHOST"):
        if name not in os.environ:
            pytest.exit(f"{name} is not set: dev/check http, or source the env file of a running stack", 2)
    return Service()


@pytest.fixture
def calendar(service, request):
    """A calendar of the test's own, so that no test sees another test's events."""
    name = re.sub(r"[^A-Za-z0-9]+", "-", request.node.name)[:80] + ":" + uuid.uuid4().hex[:8]
    answer = service.call("PUT", f"/calendars/{name}", b'{"time_zone":"Europe/Berlin"}',
                          [("Content-Type", "application/json")])
    assert answer.status == 201, answer.body
    return name


def offset(day):
    return datetime.datetime.combine(day, datetime.time(12), ZONE).utcoffset()


def clock_change(first, forward):
    """The first day from `first` on with a clock change forward, or back, in its early hours."""
    day = first
    while offset(day) == offset(day - datetime.timedelta(1)) or (offset(day) > offset(day - datetime.timedelta(1))) != forward:
        day += datetime.timedelta(1)
    return day


def quiet_week(first):
    """The Monday of the next whole week without a clock change, including the Saturday before and the Sunday after."""
    monday = first + datetime.timedelta(-first.weekday() % 7)
    while offset(monday - datetime.timedelta(2)) != offset(monday + datetime.timedelta(7)):
        monday += datetime.timedelta(7)
    return monday


@pytest.fixture(scope="session")
def days():
    today = datetime.datetime.now(ZONE).date()
    ahead = today + datetime.timedelta(30)
    monday = quiet_week(ahead)
    names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    result = {name: str(monday + datetime.timedelta(i)) for i, name in enumerate(names)}
    seconds = int(offset(monday).total_seconds())
    result["offset"] = f"+{seconds // 3600:02}:{seconds % 3600 // 60:02}"
    result["spring"] = str(clock_change(ahead, True))
    result["autumn"] = str(clock_change(ahead, False))
    result["yesterday"] = str(today - datetime.timedelta(1))
    result["far"] = str(today + datetime.timedelta(3660))
    return result
