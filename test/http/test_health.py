# SPDX-License-Identifier: PostgreSQL
"""GET /health shows whether the background worker is on, off, or late. It always answers 200: readers see a hold end at
its deadline even without the worker. Changes the server's settings, so it runs only against a stack of the test's own
(dev/check http)."""

import json
import os

import pytest

from client import Psql
from test_restart import until

pytestmark = pytest.mark.skipif("JB_STACK_DIR" not in os.environ, reason="not a stack of the test's own")


def worker(service):
    answer = service.call("GET", "/health", certificate="probe")
    assert answer.status == 200, answer
    return json.loads(answer.body)["worker"]


@pytest.fixture
def configure(psql):
    def look_after(databases):
        psql.value(f"ALTER SYSTEM SET jb_scheduler.worker_databases = '{databases}'")
        psql.value("SELECT pg_reload_conf()")

    yield look_after
    psql.value("ALTER SYSTEM RESET jb_scheduler.worker_databases")
    psql.value("SELECT pg_reload_conf()")


def test_the_worker_is_on_or_off(service, configure):
    until(lambda: worker(service) == "on", "the worker is on")
    configure("")
    until(lambda: worker(service) == "off", "the worker is off")
    configure("jb")
    until(lambda: worker(service) == "on", "the worker is on again")


def test_the_worker_is_late_when_something_is_overdue(service, calendar, configure):
    def status(event):
        answer = service.call("GET", f"/events/status/{event}")
        assert answer.status == 200, answer
        return json.loads(answer.body)["status"]

    configure("")
    until(lambda: worker(service) == "off", "the worker is off")
    body = {"event_name": "Held", "duration": 3600, "calendars": [calendar], "hold_for": 1}
    answer = service.send("POST", "/events", body)
    assert answer.status == 201, answer
    event = json.loads(answer.body)["id"]
    somebody = Psql()
    somebody.value("BEGIN")
    somebody.value(f"SELECT jb_lock('{{{calendar}}}')")
    configure("jb")
    until(lambda: worker(service) == "late", "the worker is late")
    assert status(event) == "expired"  # readers see it, although no call could write it
    somebody.value("COMMIT")
    somebody.close()
    until(lambda: worker(service) == "on", "the worker has caught up")
