# SPDX-License-Identifier: PostgreSQL
"""The stack under attack. After each module the database is sound, and the program wrote each line of the logs."""

import json
import os
import re
import threading
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
            pytest.exit(f"{name} is not set: dev/check hostile expensive", 2)
    return raw.service()


@pytest.fixture
def unchanged(psql):
    """The tables hold the same after the test as before it."""
    before = psql.value(STATE)
    yield
    assert psql.value(STATE) == before, "a refused request changed something"


LENGTH = 1000
BEGUN = ("POST /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
         f"Content-Length: {LENGTH}\r\n\r\n{{")
PAUSE = 4  # seconds; nginx waits fifteen for another byte


class Drip(threading.Thread):
    """A request whose body grows by a byte every few seconds, until end() sends the rest."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.connection = raw.Raw(service, "secretary").send(BEGUN)
        self.missing = LENGTH - 1
        self.enough = threading.Event()
        self.start()

    def run(self):
        while not self.enough.wait(PAUSE):
            self.connection.send(" ")
            self.missing -= 1

    def end(self):
        """The answer to the whole body."""
        self.enough.set()
        self.join()
        return self.connection.send("}".rjust(self.missing)).receive()


@pytest.fixture(scope="session")
def slow(service):
    """Forty heads and forty bodies that are incomplete, one body that drips, and their starting time. They continue
    while other tests run."""
    heads = [raw.Raw(service).send("GET /health HTTP/1.1\r\nHost: localhost\r\nX-A: ") for _ in range(40)]
    bodies = [raw.Raw(service, "secretary").send(BEGUN) for _ in range(40)]
    drip = Drip(service)
    began = time.monotonic()
    yield heads, bodies, drip, began
    drip.enough.set()
    for connection in [*heads, *bodies, drip.connection]:
        connection.close()


@pytest.fixture(scope="module", autouse=True)
def honest_logs():
    yield
    for line in (raw.log_directory() / "access.log").read_text().splitlines():
        entry = json.loads(line)
        assert set(entry) == {"at", "request_id", "client", "verify", "address", "request", "status", "bytes", "seconds"}, line
    for line in (raw.log_directory() / "fcgi.log").read_text().splitlines():
        assert FCGI_LINE.fullmatch(line), f"a line that the program did not write: {line!r}"
