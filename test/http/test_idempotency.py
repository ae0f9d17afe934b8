# SPDX-License-Identifier: PostgreSQL
"""Many clients send the same request under one Idempotency-Key at once: it books once, and each client gets the same
answer, byte for byte.

Could break: the key is looked up before it is locked; the second answer is rebuilt; the retries after a deadlock
provoked by such a race book twice."""

import json
import threading

from client import exchange

CLIENTS = 12
ROUNDS = 10


def race(service, body, key):
    """The answers to CLIENTS clients, all sent at once."""
    barrier = threading.Barrier(CLIENTS)
    answers = [None] * CLIENTS

    def call(number):
        connection = service.connect("manager")
        connection.connect()
        headers = [("Content-Type", "application/json"), ("Idempotency-Key", key if number % 2 else f'"{key}"')]
        barrier.wait(30)
        answers[number] = exchange(connection, "POST", "/events", json.dumps(body).encode(), headers)
        connection.close()

    threads = [threading.Thread(target=call, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def without_request_id(answer):
    body = json.loads(answer.body)
    body.pop("request_id", None)
    return body


def test_one_key_books_once(service, calendar, psql, days):
    ids = set()
    for number in range(ROUNDS):
        body = {"event_name": f"Event {number}", "date": days["monday"], "duration": 1800, "calendars": [calendar]}
        answers = race(service, body, f"{calendar}-{number}")
        assert {answer.status for answer in answers} == {201}, answers
        assert len({answer.body for answer in answers}) == 1, answers
        assert len({(answer.headers["location"], answer.headers["etag"]) for answer in answers}) == 1
        assert [answer.headers.get("idempotent-replayed") for answer in answers].count("true") == CLIENTS - 1
        ids.add(json.loads(answers[0].body)["id"])
    assert len(ids) == ROUNDS
    assert psql.value(f"SELECT count(*) FROM jb_event WHERE calendars = ARRAY['{calendar}']") == str(ROUNDS)


def test_one_key_is_rejected_once(service, calendar, psql, days):
    body = {"event_name": "Whole day", "date": days["saturday"], "duration": 1800, "calendars": [calendar]}
    answers = race(service, body, calendar)
    assert {answer.status for answer in answers} == {409}, answers
    assert all(without_request_id(answer) == without_request_id(answers[0]) for answer in answers)
    assert psql.value(f"SELECT count(*) FROM jb_rejection WHERE calendars = ARRAY['{calendar}']") == "1"
