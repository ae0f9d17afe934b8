# SPDX-License-Identifier: PostgreSQL
"""A manager who books over HTTPS, one event after another, while other callers attack."""

import datetime
import http.client
import json
import threading
import time

from client import exchange
from raw import until
from request import ONE

PAUSE = 0.02
BEGIN = datetime.datetime(2031, 1, 1, tzinfo=datetime.timezone.utc)
JSON = [("Content-Type", "application/json")]


class Manager(threading.Thread):
    """Bookings on a calendar that is also attacked, each at its own time: none is in another's way."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.service, self.connection = service, None
        self.seconds, self.refusals = [], []
        self.enough = threading.Event()
        self.start()

    def run(self):
        while not self.enough.wait(PAUSE):
            self.book()

    def book(self):
        wish = {"event_name": "Board", "duration": 1, "start_timestamp": self.another_time(), "calendars": ONE}
        began = time.monotonic()
        try:
            self.connection = self.connection or self.service.connect()
            answer = exchange(self.connection, "POST", "/events", json.dumps(wish).encode(), JSON)
            if answer.status != 201:
                self.refusals.append((answer.status, answer.body))
        except (OSError, http.client.HTTPException) as error:
            self.refusals.append((0, repr(error)))
            self.connection = None
        self.seconds.append(time.monotonic() - began)

    @staticmethod
    def another_time():
        """A start that no other booking within a week has, not even of another Manager."""
        return (BEGIN + datetime.timedelta(seconds=int(time.time() / PAUSE) % 50_000_000)).isoformat()

    def mark(self):
        """Forgets the refusals so far. Result: for since(), the index of the next booking to begin."""
        self.refusals.clear()
        return len(self.seconds) + 1

    def since(self, mark):
        """The seconds of each completed booking begun after `mark`, the shortest first. Waits for the first."""
        until(lambda: len(self.seconds) > mark, "a booking of the manager")
        return sorted(self.seconds[mark:])

    def end(self):
        self.enough.set()
        self.join()
        if self.connection:
            self.connection.close()
