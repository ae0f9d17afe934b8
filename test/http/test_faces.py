# SPDX-License-Identifier: PostgreSQL
"""Fifty clients ask for one slot at the same moment, each for a client of its own: exactly one gets it, and the others
hear why.

It could break where a slot is looked up before it is locked, and where only one side of a session is."""

import json
import threading

from client import exchange

CLIENTS = 50
JSON = [("Content-Type", "application/json")]


def race(service, path, bodies):
    """The answers to all of the bodies, sent at once."""
    barrier = threading.Barrier(len(bodies))
    answers = [None] * len(bodies)

    def call(number):
        connection = service.connect("secretary")
        connection.connect()
        barrier.wait(60)
        answers[number] = exchange(connection, "POST", path, json.dumps(bodies[number]).encode(), JSON)
        connection.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(len(bodies))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def made(service, path, body):
    answer = service.call("POST", path, json.dumps(body).encode(), JSON)
    assert answer.status == 201, answer.body


def test_fifty_sessions_with_one_coach(service, calendar, psql, days):
    made(service, "/api/v1/coaches", {"coach": {"coach_hash_id": calendar}})
    for number in range(CLIENTS):
        made(service, "/api/v1/clients", {"client": {"client_hash_id": f"{calendar}-{number}"}})
    answers = race(service, "/api/v1/sessions", [
        {"session": {"coach_hash_id": calendar, "client_hash_id": f"{calendar}-{number}",
                     "start": f"{days['monday']}T09:00:00Z", "duration": 60}} for number in range(CLIENTS)])
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [201] + [409] * (CLIENTS - 1), statuses
    for answer in answers:
        if answer.status == 409:
            assert json.loads(answer.body)["errors"] == {"base": ["Session overlaps with another session"]}
    assert psql.value(f"SELECT count(*) FROM jb_session WHERE coach_hash_id = '{calendar}'") == "1"
