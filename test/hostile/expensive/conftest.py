# SPDX-License-Identifier: PostgreSQL
"""The fixtures of expensive requests: calendars with much data, a watched machine, and a manager who keeps booking."""

import os
import pathlib
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE))

from machine import Machine  # noqa: E402
from manager import Manager  # noqa: E402

PROMPT = 1.0  # seconds, on a machine without other work


@pytest.fixture(scope="session")
def machine(service):
    if not os.access(f"/proc/{os.getpid()}/clear_refs", os.W_OK):
        pytest.skip("this kernel does not forget a peak of memory")
    made = subprocess.run(["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-f", HERE / "setup.sql"], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    machine = Machine()
    machine.limit_memory()
    yield machine
    machine.unlimit_memory()


@pytest.fixture(scope="session")
def manager(service, machine):
    manager = Manager(service)
    yield manager
    manager.end()


@pytest.fixture
def prompt_bookings(machine, manager):
    """While the test runs each booking of a manager takes less than a second, and none is refused."""
    since, mark = machine.now(), manager.mark()
    yield
    slowest = manager.since(mark)[-1]
    limit = PROMPT * machine.stretch(since)
    assert not manager.refusals, manager.refusals[0]
    assert slowest < limit, f"a booking beside it took {slowest:.2f} s (limit {limit:.2f} s)"
