# SPDX-License-Identifier: PostgreSQL
"""Promise: each request runs under the role of its own certificate, whatever request came before on the same session of
PostgreSQL, and however that ended (rule 6.3).

Why it could break: a session keeps its role for the next request. After an error PostgreSQL reverts the role that the
request had taken, and the front end must know."""

import json
import random

import raw  # noqa: F401 (finds client)
from client import JSON, exchange

REQUESTS = 600
TALK = json.dumps({"event_name": "Talk", "duration": 60, "dry_run": True}).encode()
WRONG = b'{"event_name": "Talk", "duration": -1}'
CLOSED = json.dumps({"event_name": "Talk", "duration": 60, "start_timestamp": "2001-01-01T00:00:00Z", "dry_run": True}).encode()

# The requests, and the answers for manager, secretary and viewer. No other role gets any of these answers.
ASKED = [
    ("POST", "/events", TALK, (200, 200, 403)),
    ("POST", "/events", WRONG, (422, 422, 403)),
    ("POST", "/events", CLOSED, (409, 409, 403)),
    ("DELETE", "/events/999999999", None, (404, 403, 403)),
    ("DELETE", "/calendars/nobody-{}", None, (404, 403, 403)),
    ("GET", "/events?limit=1", None, (200, 200, 200)),
    ("GET", "/events/999999999", None, (404, 404, 404)),
    ("GET", "/slots?duration=-1", None, (422, 422, 422)),
]
ROLES = ("manager", "secretary", "viewer")


def test_no_request_has_the_role_of_the_one_before(service, unchanged):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    connections = {role: service.connect(role) for role in (*ROLES, "guest")}
    asked = []
    for _ in range(REQUESTS):
        if chance.random() < 0.1:
            role, method, target, body, expected = "guest", "GET", "/feeds/nobody.ics", None, 404
        else:
            place = chance.randrange(len(ROLES))
            role = ROLES[place]
            method, target, body, statuses = chance.choice(ASKED)
            target, expected = target.format(chance.randrange(10**9)), statuses[place]
        answer = exchange(connections[role], method, target, body, JSON if body else ())
        asked.append(f"{role} {method} {target}: {answer.status}")
        assert answer.status == expected, f"seed {seed}, expected {expected}: {answer.body}\n" + "\n".join(asked[-6:])
    for connection in connections.values():
        connection.close()
