# SPDX-License-Identifier: PostgreSQL
"""Promise: a batch of a thousand events gets one answer with a thousand outcomes; one of 1,001 events is refused whole.

Could break: the body exceeds a limit on the way, or the answer comes in another order than the request."""

import json


def book(service, calendar, count):
    items = [{"event_name": f"Item {i}", "duration": 300, "calendars": [calendar]} for i in range(count)]
    answer = service.send("POST", "/events/batch", items)
    return answer.status, json.loads(answer.body)


def test_a_thousand_are_answered_in_order(service, psql, calendar):
    status, outcomes = book(service, calendar, 1000)
    assert status == 200, outcomes
    assert [o["outcome"] for o in outcomes] == ["placed"] * 1000
    assert [o["event"]["event_name"] for o in outcomes] == [f"Item {i}" for i in range(1000)]
    starts = [o["event"]["start_timestamp"] for o in outcomes]
    assert starts == sorted(starts) and len(set(starts)) == 1000


def test_one_more_is_refused_whole(service, psql, calendar):
    status, problem = book(service, calendar, 1001)
    assert status == 422
    assert problem["errors"] == [{"field": "requests", "value": "1001", "message": "there must be at most 1000"}]
    assert psql.value(f"SELECT change_seq FROM jb_calendar_view WHERE name = '{calendar}'") == "0"
