# SPDX-License-Identifier: PostgreSQL
"""The stack under attack. After each module the database is sound, and what was logged are lines that nobody forged."""

import json
import os
import re
import time

import pytest

import raw
from sound import psql  # noqa: F401 (a fixture)

FCGI_LINE = re.compile(r'(time=\S+ request=\S+ principal=\S+ method=\S+ path=("[^"\n]*"|\S+) status=\d+ us=\d+( error=.*)?|event=\S+.*)')

STATE = """SELECT concat_ws(' ', (SELECT count(*) FROM jb_event), (SELECT count(*) FROM jb_claim),
  (SELECT count(*) FROM jb_rejection), (SELECT count(*) FROM jb_calendar), (SELECT count(*) FROM jb_idempotency))"""


@pytest.fixture(scope="session")
def service():
    for name in ("JB_URL", "JB_PUBLIC_URL", "JB_STACK_DIR", "PGHOST"):
        if name not in os.environ:
            pytest.exit(f"{name} is not set: dev/check hostile", 2)
    return raw.service()


@pytest.fixture
def unchanged(psql):
    """What the tables hold is the same after the test."""
    before = psql.value(STATE)
    yield
    assert psql.value(STATE) == before, "a refused request changed something"


@pytest.fixture(scope="session")
def slow(service):
    """Forty heads and forty bodies that have begun to come, and when; they go on while other tests run."""
    heads = [raw.Raw(service).send("GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ") for _ in range(40)]
    begun = "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
    bodies = [raw.Raw(service, "secretary").send(begun) for _ in range(40)]
    began = time.monotonic()
    yield heads, bodies, began
    for connection in heads + bodies:
        connection.close()


@pytest.fixture(scope="module", autouse=True)
def honest_logs():
    yield
    for line in (raw.log_directory() / "access.log").read_text().splitlines():
        entry = json.loads(line)
        assert set(entry) == {"at", "request_id", "client", "verify", "address", "request", "status", "bytes", "seconds"}, line
    for line in (raw.log_directory() / "fcgi.log").read_text().splitlines():
        assert FCGI_LINE.fullmatch(line), f"a line that the program did not write: {line!r}"
