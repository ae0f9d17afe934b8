# SPDX-License-Identifier: PostgreSQL
"""Promise: a secret is only with its owner. The tokens of polls are in no log, in no answer to another caller, in no
error and, but for a hash, in no table. No log contains the names of events, or of people whose events are requested.

Could break: a message quotes its argument; a log shows a header, a body or a query; a rejection keeps a request; a
token is spelled differently from what the log looks for."""

import json
import os
import pathlib
import signal
import subprocess

import pytest

from client import JSON
from test_restart import end, pid, until, whole_stack  # noqa: F401 (a fixture)

pytestmark = pytest.mark.skipif("JB_STACK_DIR" not in os.environ, reason="not a stack of the test's own")


def logs():
    folder = pathlib.Path(os.environ["JB_STACK_DIR"]).resolve() / "log"
    return {path.name: path.read_text(errors="replace") for path in folder.iterdir() if path.is_file()}


def test_a_token_is_with_its_owner_alone(service, calendar, days):
    """Every route that takes a token is called with it, rightly and wrongly."""
    answers = []

    def keep(answer):
        answers.append(answer)
        return answer

    secret = "Severance of " + calendar
    person = "Anna.Secret@" + calendar.rpartition(":")[2]
    frame = {"title": secret, "from": f"{days['monday']}T08:00:00{days['offset']}", "to": f"{days['monday']}T18:00:00{days['offset']}",
             "duration": 3600, "calendars": [calendar]}
    made = json.loads(service.send("POST", "/polls", frame).body)
    poll, organiser = f"/polls/{made['id']}", made["organiser_token"]
    invited = json.loads(service.send("POST", poll + "/participants", {"name": "Ann"}, organiser, "viewer").body)
    tokens = [organiser, invited["token"]]
    hours = [{"start": f"{days['monday']}T09:00:00{days['offset']}", "end": f"{days['monday']}T12:00:00{days['offset']}", "preference": "yes"}]
    bad = [{"start": "never", "end": 7, "preference": organiser}]
    for token in tokens + [tokens[0][:-1], tokens[0].upper(), tokens[1] + "0"]:
        for certificate in ("viewer", "manager", "guest"):
            if certificate == "guest" and service.public_address is None:
                continue
            target = poll + "/schedules/Ann"
            keep(service.send("PUT", target, hours, token, certificate))
            keep(service.send("PUT", target, [{"start": "never"}], token, certificate))
            keep(service.send("PUT", poll + "/schedules/Nobody", hours, token, certificate))
            if certificate != "guest":
                keep(service.send("GET", poll, None, token, certificate))
                keep(service.send("GET", poll + "/recommendations?limit=0", None, token, certificate))
                keep(service.send("GET", "/polls/999999999", None, token, certificate))
                keep(service.send("DELETE", poll + "/schedules/Nobody", None, token, certificate))
    assert service.send("PUT", poll + "/schedules/Ann", bad, organiser).status == 422, "who sends a token as something else is told so"
    taken = {"event_name": secret, "date": days["monday"], "start_time": "09:00:00", "duration": 10800, "calendars": [calendar]}
    assert service.send("POST", "/events", taken).status == 201
    assert keep(service.send("POST", poll + "/book", {"start_timestamp": hours[0]["start"]}, organiser, "viewer")).status == 409
    assert {answer.status for answer in answers} >= {200, 403, 404, 409, 422}

    for query in (f"attendee={person}", f"attendee={person}&from=never", f"{person}=1", f"%61ttendee={person}"):
        for target in (f"/events?{query}", f"/?{query}", f"/nothing?{query}", f"//events?{query}", f"/events/%zz?{query}"):
            for certificate in ("manager", "nobody", "guest"):
                if certificate != "guest" or service.public_address:
                    service.send("GET", target, certificate=certificate)

    for token in tokens:  # in places where no token belongs
        escaped = f"%6A{token[1]}{token[2]}%5F{token[4:]}"
        for target in (f"{poll}?token={token}", f"{poll}/schedules/{token}", f"/polls/{token}", f"{poll}/schedules/{escaped}",
                       f"{poll}/schedules/j%62{token[2:]}", f"/polls/{escaped}", f"/polls/{escaped}%ff", f"/polls/{escaped}%zz"):
            service.send("GET", target)
            service.send("GET", target, certificate="nobody")
            if service.public_address:
                service.send("DELETE", target, certificate="guest")

    last = service.send("GET", "/events/status/999999999").headers["x-request-id"]
    until(lambda: last in logs()["access.log"] and last in logs()["fcgi.log"], "the requests in the logs")
    written = {**logs(), "answers": "\n".join(f"{answer.headers} {answer.body.decode()}" for answer in answers),
               "tables": subprocess.run(["pg_dump", "--data-only", "--inserts"], capture_output=True, text=True, check=True).stdout}
    for where, text in written.items():
        for token in tokens:
            found = [line for line in text.splitlines() if token[4:] in line]  # however its beginning is spelled
            assert not found, f"{where} holds a token: {found}"
            assert token.encode().hex() not in text, f"{where} holds a token"
        if where.endswith(".log"):
            assert secret not in text, f"{where} tells what an event is about"
            assert person not in text, f"{where} tells who was asked for"


def planted(body, secret):
    """The body with the secret in place of each of its values in turn, and in a field of its own."""
    yield {**body, secret: 1}
    yield secret
    yield [secret]
    for field, value in body.items():
        for wrong in (secret, [secret], {secret: secret}, f"{value} {secret}", secret + "\0", secret * 500):
            yield {**body, field: wrong}


def test_no_log_quotes_what_was_refused(service, calendar, days, psql):
    """Each field of each body is refused once for its value: by our checks, or by PostgreSQL's own (class 22)."""
    secret = "severance" + os.urandom(8).hex()
    event = json.loads(service.send("POST", "/events", {"event_name": "Held", "duration": 60, "calendars": [calendar], "hold_for": 3600}).body)["id"]
    sent = {
        "POST /events": {"event_name": "x", "duration": 60, "date": days["monday"], "start_time": "09:00:00", "start_timestamp": "2030-01-01T00:00:00Z", "calendars": [calendar],
                         "attendees": ["ann"], "description": "x", "priority": 5, "metadata": {"a": 1}, "not_before": "2030-01-01T00:00:00Z", "recurrence": "RRULE:FREQ=DAILY;COUNT=2"},
        f"PATCH /events/{event}": {"event_name": "x", "duration": 60, "start_timestamp": "2030-01-01T00:00:00Z", "calendars": [calendar]},
        f"PUT /calendars/{calendar}": {"time_zone": "Europe/Berlin", "hours": {"monday": []}, "horizon": "10 days", "slot_increment": 300, "strict": True},
        f"PUT /calendars/{calendar}/availability/{days['monday']}": {"start": "09:00", "end": "10:00"},
        "POST /polls": {"title": "x", "from": f"{days['monday']}T08:00:00Z", "to": f"{days['monday']}T18:00:00Z", "duration": 3600, "calendars": [calendar]},
        "POST /appointments": {"provider_id": "p", "client": "c", "date": days["monday"], "start_time": "09:00", "duration": 900},
        "POST /api/v1/sessions": {"session": {}},
    }
    statuses = set()
    for route, body in sent.items():
        statuses |= {service.send(*route.split(), wrong).status for wrong in planted(body, secret)}
    for target in (f"/events?calendar={secret}", f"/events?calendar={calendar}&from={secret}", f"/slots?duration={secret}", f"/events?calendar={calendar}&from=2030-01-01&after={secret}",
                   f"/changes?after={secret}", f"/slots?duration=60&from={secret}"):
        statuses.add(service.send("GET", target).status)
    assert {400, 422} <= statuses, statuses
    psql.value("CREATE FUNCTION public.full_disk() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'no room, says the test' USING ERRCODE = 'disk_full'; END$$")
    psql.value("CREATE TRIGGER full_disk BEFORE INSERT ON jb_poll FOR EACH ROW EXECUTE FUNCTION public.full_disk()")
    try:
        assert service.send("POST", "/polls", {**sent["POST /polls"], "title": secret}).status == 503
    finally:
        psql.value("DROP FUNCTION public.full_disk() CASCADE")
    until(lambda: "no room, says the test" in logs()["postgres.log"], "what is no refusal in the server's log")
    last = service.send("GET", "/events/status/999999999").headers["x-request-id"]
    until(lambda: last in logs()["fcgi.log"], "the requests in the log")
    assert not [(where, line) for where, text in logs().items() for line in text.splitlines() if secret in line]


def test_no_log_holds_a_token_sent_in_a_path_while_the_program_is_away(service, calendar, whole_stack):  # noqa: F811
    """nginx's own errors show the whole request, query included, as SECURITY.md says; but no token."""
    digits = os.urandom(24).hex()
    end(pid("fcgi"), signal.SIGTERM)
    for certificate in ("guest", "manager"):
        for kind in "op":
            for target in (f"/polls/1/schedules/jb{kind}_{digits}", f"/polls/1/schedules/%6Ab{kind}%5f{digits}"):
                assert service.send("DELETE", target, certificate=certificate).status == 503
    assert service.send("GET", f"/calendars/{digits[:8]}").status == 503
    until(lambda: digits[:8] in logs()["error.log"], "nginx's own error in its log")
    assert not [where for where, text in logs().items() if digits in text]


def test_no_log_holds_a_token_behind_a_fragment(service, calendar, whole_stack):  # noqa: F811
    """A browser keeps the fragment of a link to itself. A program that sends all of it is told so, and its token is in
    no log, not even nginx's, whose errors show the whole request."""
    digits = os.urandom(24).hex()
    targets = (f"/polls/1#jbo_{digits}", f"/polls/1?limit=1#jbp_{digits}", f"/book/p#jbb_{digits}", f"/#jbo_{digits}", f"/web/#jbo_{digits}")
    for is_away in (False, True):
        if is_away:
            end(pid("fcgi"), signal.SIGTERM)
        for certificate in ("guest", "manager"):
            for target in targets:
                answer = service.send("GET", target, certificate=certificate)
                assert answer.status == 400 and json.loads(answer.body)["type"] == "/problems/malformed-request", target
    assert service.send("GET", f"/calendars/{digits[:8]}").status == 503
    until(lambda: digits[:8] in logs()["error.log"], "nginx's own error in its log")
    assert not [(where, line) for where, text in logs().items() for line in text.splitlines() if digits in line]


def test_no_log_holds_a_token_beside_a_body_that_is_refused(service, whole_stack):  # noqa: F811
    """The body of a refused request is neither measured nor read: that would add a refusal and a logged error."""
    digits = os.urandom(24).hex()
    large = b"x" * 2_000_000
    for certificate in ("guest", "manager"):
        for target in (f"/polls/1#jbo_{digits}", f"/book/p#jbb_{digits}"):
            assert service.send("POST", target, large.decode(), certificate=certificate).status == 400, target
        for target in (f"/jbb_{digits}", f"/polls/jbb_{digits}", f"/book/p/booking/jbb_{digits}", f"/web/jbp_{digits}"):
            assert service.send("POST", target, large.decode(), certificate=certificate).status in (404, 413), target
    foreign = [*JSON, ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]
    assert service.call("POST", f"/events/1/cancel?{digits}", large, foreign).status == 403
    end(pid("fcgi"), signal.SIGTERM)
    for size in (10, 3_000_000):
        away = service.call("POST", "/events/1/attachments", b"x" * size, JSON)
        assert away.status == 503 and json.loads(away.body)["type"] == "/problems/unavailable"
    assert not [(where, line) for where, text in logs().items() for line in text.splitlines() if digits in line]


def test_no_log_holds_a_token_sent_in_a_query(service, whole_stack):  # noqa: F811
    """nginx refuses it before it measures a body or asks the program: both could fail, and its error log shows the
    request, and the page before."""
    digits = os.urandom(24).hex()
    large = "x" * 2_000_000
    spelled = [f"jb{kind}_{digits}" for kind in "bfop"] + [f"%6Ab%62_{digits}", f"j%62%6F%5f{digits}", f"JBP_{digits}", f"jbo_%3{ord(digits[0]) % 10}{digits}"]
    for is_away in (False, True):
        if is_away:
            end(pid("fcgi"), signal.SIGTERM)
        for certificate in ("guest", "manager", "probe"):
            for token in spelled:
                for target in (f"/polls/1?token={token}", f"/book/p/booking?a=1&{token}", f"/web/icon.svg?{token}", f"/?{token}"):
                    for method, body in (("GET", None), ("POST", large)):
                        answer = service.send(method, target, body, certificate=certificate)
                        assert answer.status == 400 and json.loads(answer.body)["type"] == "/problems/malformed-request", target
            before = [("Referer", f"https://localhost/polls/1?token=jbp_{digits}")]
            assert service.call("POST", "/polls/1/book", large.encode(), before, certificate=certificate).status == 400
    assert service.send("GET", f"/calendars/{digits[:8]}").status == 503
    until(lambda: digits[:8] in logs()["error.log"], "nginx's own error in its log")
    assert not [(where, line) for where, text in logs().items() for line in text.splitlines() if digits in line]


def test_no_log_quotes_json_that_is_too_deep(service, calendar):
    """PostgreSQL raises 54001, which is in no class of bad values: the client is told 400."""
    secret = "deep" + os.urandom(8).hex()
    body = '{"event_name": "%s", "metadata": %s}' % (secret, "[" * 50_000 + "]" * 50_000)
    answer = service.call("POST", "/events", body.encode(), [("Content-Type", "application/json")])
    assert answer.status == 400, answer.body
    last = answer.headers["x-request-id"]
    until(lambda: last in logs()["fcgi.log"], "the request in the log")
    assert not [(where, line) for where, text in logs().items() for line in text.splitlines() if secret in line or "stack depth" in line]
