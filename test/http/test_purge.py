# SPDX-License-Identifier: PostgreSQL
"""A reader who continues in a purged part of a history is told so; a reader who begins anew gets what is kept.

Could break: the reader gets an empty page, which means that nothing has happened."""

import json

JSON = [("Content-Type", "application/json")]


def test_purged_history_is_gone(service, calendar, psql, days):
    body = {"event_name": "Old", "date": days["monday"], "start_time": "09:00:00", "calendars": [calendar]}
    booked = json.loads(service.call("POST", "/events", json.dumps(body).encode(), JSON).body)
    psql.value("SELECT set_config('jb_scheduler.now', (now() + interval '1 hour')::text, false)")
    assert int(psql.value("SELECT changes FROM jb_purge('0')")) > 0
    psql.value("SELECT set_config('jb_scheduler.now', '', false)")

    gone = service.call("GET", f"/calendars/{calendar}/changes?after=0")
    assert gone.status == 410, gone.body
    assert json.loads(gone.body)["type"] == "/problems/history-purged"
    assert "up to 1 " in json.loads(gone.body)["detail"]
    for target in (f"/calendars/{calendar}/changes", f"/calendars/{calendar}/changes?after=1", f"/events/{booked['id']}/history"):
        kept = service.call("GET", target)
        assert (kept.status, json.loads(kept.body)) == (200, []), target
    assert service.call("GET", f"/events/{booked['id']}").status == 200

    assert service.call("POST", f"/events/{booked['id']}/cancel", b"").status == 200
    changes = json.loads(service.call("GET", f"/calendars/{calendar}/changes?after=1").body)
    assert [(change["seq"], change["kind"]) for change in changes] == [(2, "cancelled")]
