# SPDX-License-Identifier: PostgreSQL
"""A manager who books over HTTPS, one event after the other, while somebody else attacks."""

import http.client
import json
import threading
import time

from client import exchange
from request import ONE

PAUSE = 0.05
JSON = [("Content-Type", "application/json")]


class Manager(threading.Thread):
    """Bookings on a calendar that the attacked one is too, each at another time: none is in another's way."""

    def __init__(self, service):
        super().__init__(daemon=True)
        self.service, self.connection = service, None
        self.seconds, self.refusals = [], []
        self.enough = threading.Event()
        self.start()

    def run(self):
        number = 0
        while not self.enough.wait(PAUSE):
            minute, number = number % (24 * 60), number + 1
            self.book(f"20{31 + number // (300 * 1440)}-{1 + number // 1440 % 12:02}-{1 + number // (12 * 1440) % 25:02}",
                      f"{minute // 60:02}:{minute % 60:02}")

    def book(self, date, start_time):
        wish = {"event_name": "Board", "duration": 60, "date": date, "start_time": start_time, "calendars": ONE}
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

    def mark(self):
        """Where the next booking that begins will be found."""
        return len(self.seconds) + 1

    def since(self, mark):
        """The seconds that each booking took since then, in order of length, the one that is under way among them."""
        while len(self.seconds) <= mark:
            time.sleep(PAUSE)
        return sorted(self.seconds[mark:])

    def end(self):
        self.enough.set()
        self.join()
        if self.connection:
            self.connection.close()
