# SPDX-License-Identifier: PostgreSQL
"""Promise: if calendars give nothing to callers whom they do not name, two applications that share a person, each with
its certificate, learn of each other only when that person is taken. No answer of any route contains a name, place, text
or file of the other's, in its body or a header. Hidden things are answered like missing ones, but for the requested
name.

Could break: each route has a statement of its own, and one that does not name its caller would ask for everybody. So
every route of the description is in the list, and a new one that is not fails."""

import datetime
import json
import os
import re
import uuid

import pytest

import openapi
from certificates import Authority, common, names
from test_bounds import NONE
from test_restart import until
from test_secrets import logs

pytestmark = pytest.mark.skipif("JB_STACK_DIR" not in os.environ, reason="not a stack of the test's own")

UNKNOWN = 4_000_000_000  # an unused id
EMPTY = {}
EVENT = {"event_name": "x", "duration": 900}
PATCH = {"event_name": "x"}

# Requests about names: those in braces belong to one application, or to nobody. A body may be None, JSON or bytes.
ASKED = [
    ("GET /events", "/events?calendar={room}&from=2020-01-01"),
    ("GET /events", "/events?calendars={shared},{room}&from=2020-01-01"),
    ("GET /events", "/events?calendar={shared}&from=2020-01-01&q={text}"),
    ("GET /events", "/events?calendar={shared}&from=2020-01-01&attendee={person}"),
    ("POST /events", "/events", {**EVENT, "calendars": ["{room}"]}),
    ("POST /events", "/events", {**EVENT, "calendars": ["{shared}", "{room}"], "dry_run": True}),
    ("POST /events", "/events", {**EVENT, "one_of": [{"calendars": ["{shared}", "{room}"]}]}),
    ("POST /events/batch", "/events/batch", [{**EVENT, "calendars": ["{room}"]}]),
    ("PATCH /events/batch", "/events/batch", [{"id": "{event}", "event_name": "x"}]),
    ("PATCH /events/batch", "/events/batch", [{"id": "{hidden}", "cancel": True}]),
    ("POST /events/explain", "/events/explain", {**EVENT, "calendars": ["{room}"]}),
    ("POST /events/explain", "/events/explain?aside={event}", {**EVENT, "calendars": ["{shared}"]}),
    ("POST /events/proof", "/events/proof", {**EVENT, "calendars": ["{room}"]}),
    ("POST /events/proof", "/events/proof?aside={event}", {**EVENT, "calendars": ["{shared}"]}),
    ("GET /events/status/{id}", "/events/status/{event}"),
    ("GET /events/{id}", "/events/{event}"),
    ("GET /events/{id}", "/events/{hidden}"),
    ("PUT /events/{id}", "/events/{event}", {**EVENT, "calendars": ["{shared}"]}),
    ("PATCH /events/{id}", "/events/{event}", PATCH),
    ("DELETE /events/{id}", "/events/{event}"),
    ("POST /events/{id}/cancel", "/events/{event}/cancel"),
    ("POST /events/{id}/confirm", "/events/{event}/confirm"),
    ("POST /events/{id}/deny", "/events/{event}/deny"),
    ("GET /events/{id}/history", "/events/{event}/history"),
    ("GET /events/{id}/explain", "/events/{event}/explain"),
    ("GET /events/{id}/proof", "/events/{event}/proof"),
    ("POST /events/{id}/attachments", "/events/{event}/attachments", {"name": "b", "url": "https://example.org/"}),
    ("GET /events/{id}/attachments", "/events/{event}/attachments"),
    ("GET /events/{id}/attachments/{n}", "/events/{event}/attachments/1"),
    ("DELETE /events/{id}/attachments/{n}", "/events/{event}/attachments/1"),
    ("PUT /events/{id}/attendees/{name}", "/events/{event}/attendees/Ann"),
    ("DELETE /events/{id}/attendees/{name}", "/events/{event}/attendees/Ann"),
    ("GET /slots", "/slots?duration=900&calendars={room}"),
    ("GET /slots", "/slots?duration=900&calendars={shared},{room}"),
    ("GET /slots", "/slots?duration=900&one_of=%5B%7B%22calendars%22%3A%5B%22{shared}%22%2C%22{room}%22%5D%7D%5D"),
    ("GET /lead-time", "/lead-time?duration=900&calendars={room}"),
    ("GET /busy", "/busy?calendars={shared},{room}&from=2027-01-01&to=2030-01-01"),
    ("GET /calendars/{name}", "/calendars/{room}"),
    ("GET /calendars/{name}", "/calendars/provider:{provider}"),
    ("DELETE /calendars/{name}", "/calendars/{room}"),
    ("GET /calendars/{name}/rights", "/calendars/{room}/rights"),
    ("GET /calendars/{name}/busy", "/calendars/{room}/busy?from=2027-01-01&to=2030-01-01"),
    ("GET /calendars/{name}.ics", "/calendars/{room}.ics"),
    ("GET /calendars/{name}.ics", "/calendars/{room}.ics?free_busy"),
    ("GET /calendars/{name}/grants", "/calendars/{room}/grants"),
    ("PUT /calendars/{name}/grants", "/calendars/{room}/grants", []),
    ("PATCH /calendars/{name}/grants", "/calendars/{room}/grants", []),
    ("POST /calendars/{name}/feed", "/calendars/{room}/feed"),
    ("DELETE /calendars/{name}/feed", "/calendars/{room}/feed"),
    ("POST /calendars/{name}/import", "/calendars/{room}/import", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"),
    ("GET /calendars/{name}/changes", "/calendars/{room}/changes"),
    ("GET /calendars/{name}/changes", "/calendars/{room}/changes?last=5"),
    ("GET /calendars/{name}/availability", "/calendars/{room}/availability"),
    ("GET /calendars/{name}/availability/{date}", "/calendars/{room}/availability/2030-01-01"),
    ("PUT /calendars/{name}/availability/{date}", "/calendars/{room}/availability/2030-01-01", []),
    ("DELETE /calendars/{name}/availability/{date}", "/calendars/{room}/availability/2030-01-01"),
    ("POST /calendars/{name}/replan", "/calendars/{room}/replan"),
    ("GET /rejections", "/rejections?calendar={room}"),
    ("GET /rejections/{id}/proof", "/rejections/{rejection}/proof"),
    ("GET /api/v1/sessions", "/api/v1/sessions?coach_hash_id={coach}"),
    ("GET /api/v1/sessions", "/api/v1/sessions?client_hash_id={client}&from=2027-01-01"),
    ("POST /api/v1/sessions", "/api/v1/sessions",
     {"session": {"coach_hash_id": "{coach}", "client_hash_id": "{client}", "start": "2031-03-04T09:00:00Z", "duration": 30}}),
    ("GET /api/v1/sessions/{id}", "/api/v1/sessions/{session}"),
    ("PATCH /api/v1/sessions/{id}", "/api/v1/sessions/{session}", {"session": {"duration": 45}}),
    ("DELETE /api/v1/sessions/{id}", "/api/v1/sessions/{session}"),
    ("GET /polls/{id}", "/polls/{poll}"),
    ("PATCH /polls/{id}", "/polls/{poll}", {"public": False}),
    ("DELETE /polls/{id}/guests", "/polls/{poll}/guests"),
    ("DELETE /polls/{id}", "/polls/{poll}"),
    ("GET /polls/{id}/invitation", "/polls/{poll}/invitation"),
    ("POST /polls/{id}/participants", "/polls/{poll}/participants", {"name": "Ann"}),
    ("DELETE /polls/{id}/participants/{participant}", "/polls/{poll}/participants/Nobody"),
    ("PUT /polls/{id}/schedules/{participant}", "/polls/{poll}/schedules/Ann", []),
    ("DELETE /polls/{id}/schedules/{participant}", "/polls/{poll}/schedules/Nobody"),
    ("GET /polls/{id}/recommendations", "/polls/{poll}/recommendations"),
    ("POST /polls/{id}/book", "/polls/{poll}/book"),
    ("POST /polls", "/polls", {"title": "x", "from": "2031-03-03T00:00:00Z", "to": "2031-03-04T00:00:00Z", "duration": 900, "calendars": ["{room}"]}),
    ("GET /providers/{id}/availability", "/providers/{provider}/availability"),
    ("GET /providers/{id}/availability", "/providers/{provider}/availability?date={day}"),
    ("DELETE /providers/{id}/availability", "/providers/{provider}/availability?date={day}"),
    ("GET /providers/{id}/slots", "/providers/{provider}/slots?date={day}"),
    ("GET /appointments", "/appointments?provider_id={provider}"),
    ("GET /appointments/{id}", "/appointments/{appointment}"),
    ("PUT /appointments/{id}/status", "/appointments/{appointment}/status", {"status": "CONFIRMED"}),
    ("POST /appointments", "/appointments",
     {"provider_id": "{provider}", "client": "x", "date": "{day}", "start_time": "11:00", "duration": 1800}),
    # of a provider without a booking page
    ("GET /book/{id}", "/book/{provider}"),
    ("POST /book/{id}", "/book/{provider}", {"client": "x", "contact": "x@example.org", "start_timestamp": "{taken}"}),
    ("GET /book/{id}/slots", "/book/{provider}/slots"),
    ("GET /book/{id}/booking", "/book/{provider}/booking"),
    ("PUT /book/{id}/booking", "/book/{provider}/booking", {"start_timestamp": "{taken}"}),
    ("DELETE /book/{id}/booking", "/book/{provider}/booking"),
    ("GET /metrics", "/metrics?calendar={room}"),
]

# Requests about nothing that has a name of one application: only the secrets are looked for.
LISTS = [
    ("GET /events", "/events?calendar={shared}&from=2020-01-01"),
    ("GET /events", "/events?calendar={shared}&from=2020-01-01&limit=1"),
    ("POST /events", "/events", {**EVENT, "calendars": ["{shared}"], "start_timestamp": "{taken}"}),
    ("GET /slots", "/slots?duration=900&calendars={shared}"),
    ("GET /busy", "/busy?calendars={shared}&from=2027-01-01&to=2032-01-01"),
    ("GET /calendars", "/calendars"),
    ("GET /calendars/{name}.ics", "/calendars/{shared}.ics?from=2027-01-01"),
    ("GET /calendars/{name}/busy", "/calendars/{shared}/busy?from=2027-01-01&to=2032-01-01"),
    ("GET /calendars/{name}/changes", "/calendars/{shared}/changes"),
    ("GET /changes", "/changes?limit=1000"),
    ("GET /changes", "/changes?last=1000"),
    ("GET /rejections", "/rejections?limit=1000"),
    ("GET /rejections", "/rejections?last=1000"),
    ("GET /rejections", "/rejections?calendar={shared}"),
    ("GET /api/v1/sessions", "/api/v1/sessions?limit=1000"),
    ("GET /api/v1/coaches", "/api/v1/coaches?limit=1000"),
    ("GET /api/v1/clients", "/api/v1/clients?limit=1000"),
    ("GET /polls", "/polls?limit=1000"),
    ("GET /appointments", "/appointments?limit=1000&from=2027-01-01"),
    ("GET /whoami", "/whoami"),
    ("GET /health", "/health"),
    ("GET /health/live", "/health/live"),
    ("GET /metrics", "/metrics"),
    ("GET /openapi.json", "/openapi.json"),
]

# A taken name cannot be taken again, which reveals it; a feed is for anybody who has its token.
ELSEWHERE = [
    ("PUT /calendars/{name}", "/calendars/{room}", {}),
    ("POST /api/v1/coaches", "/api/v1/coaches", {"coach": {"coach_hash_id": "{coach}"}}),
    ("POST /api/v1/clients", "/api/v1/clients", {"client": {"client_hash_id": "{client}"}}),
    ("POST /providers/{id}/availability", "/providers/{provider}/availability", {"date": "{day}", "slots": {"09:00": "12:00"}}),
    ("GET /feeds/{token}.ics", "/feeds/{room}.ics"),
]


class Application:
    """An application with a certificate of its own, and with secret names for everything of its own."""

    def __init__(self, service, psql, folder, shared, day):
        self.service, self.psql, self.name = service, psql, "app-" + uuid.uuid4().hex[:10]
        self.certificate = Authority.load(service.pki).issue(str(folder), self.name, common(self.name))
        issuer, subject = names(self.certificate)
        psql.value(f"SELECT jb_principal_set('{issuer}', '{subject}', '{self.name}', 'manager') IS NOT NULL")
        self.secrets = {what: f"{what}-{uuid.uuid4().hex}" for what in
                        ("room", "coach", "client", "provider", "person", "text", "title", "place", "file", "request")}
        self.of = {**self.secrets, "shared": shared, "day": day}

    def call(self, method, target, body=None, headers=()):
        kind = "text/calendar" if isinstance(body, bytes) else "application/json"
        encoded = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        content = [("Content-Type", kind)] if body is not None else []
        return self.service.call(method, target, encoded, [*content, *headers], certificate=self.certificate)

    def make(self, method, target, body, status=201):
        answer = self.call(method, target, body)
        assert answer.status == status, (target, answer.body)
        return json.loads(answer.body)

    def furnish(self, hour):
        of = self.of
        self.make("PUT", f"/calendars/{of['room']}", {"time_zone": "Asia/Tokyo"})
        event = {"event_name": of["title"], "duration": 1800, "attendees": [of["person"]], "event_location": of["place"],
                 "description": of["text"], "metadata": {of["file"]: 1}}
        at = {"start_timestamp": f"2031-03-04T{hour:02}:00:00Z", "calendars": [of["shared"], of["room"]]}
        of["event"] = self.make("POST", "/events", {**event, **at})["id"]
        self.make("POST", f"/events/{of['event']}/attachments", {"name": of["file"], "url": "https://example.org/" + of["file"]})
        of["hidden"] = self.make("POST", "/events", {**event, "calendars": [of["room"]], "hold_for": 86400})["id"]
        of["rejection"] = self.make("POST", "/events", {**event, **at, "event_name": of["request"]}, 409)["rejection_id"]
        gone = self.make("POST", "/events", {**event, "calendars": [of["shared"], of["room"]]})["id"]
        assert self.call("DELETE", f"/events/{gone}").status == 403  # others also manage one of its calendars
        self.psql.value(f"SELECT jb_delete({gone})")
        self.make("POST", "/api/v1/coaches", {"coach": {"coach_hash_id": of["coach"]}})
        self.make("POST", "/api/v1/clients", {"client": {"client_hash_id": of["client"]}})
        of["session"] = self.make("POST", "/api/v1/sessions", {"session": {
            "coach_hash_id": of["coach"], "client_hash_id": of["client"], "start": "2031-03-04T09:00:00Z", "duration": 30}})["id"]
        self.make("POST", f"/providers/{of['provider']}/availability", {"date": of["day"], "slots": {"09:00": "12:00"}})
        of["appointment"] = self.make("POST", "/appointments", {
            "provider_id": of["provider"], "client": of["person"], "date": of["day"], "start_time": "09:00", "duration": 1800})["appointment_id"]
        self.make("POST", "/events", {**event, "calendars": [of["room"]], "one_of": [{"calendars": ["coach:" + of["coach"], "provider:" + of["provider"]]}]})
        of["poll"] = self.make("POST", "/polls", {
            "title": of["title"], "from": "2031-03-03T00:00:00Z", "to": "2031-03-08T00:00:00Z", "duration": 3600, "calendars": [of["room"]]})["id"]
        of["feed"] = self.make("POST", f"/calendars/{of['room']}/feed", None)["token"]
        of["taken"] = at["start_timestamp"]


def filled(template, of):
    """The template with the names of an application, in a target or in a body."""
    if isinstance(template, str):
        if whole := re.fullmatch(r"\{(\w+)\}", template):
            return of[whole[1]]  # an id stays a number
        return re.sub(r"\{(\w+)\}", lambda match: str(of[match[1]]), template)
    if isinstance(template, dict):
        return {name: filled(value, of) for name, value in template.items()}
    return [filled(value, of) for value in template] if isinstance(template, list) else template


def neutral(answer, of):
    """An answer without the differences between any two requests, and without the requested names."""
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "x-request-id", "content-length", "etag", "server")}
    text = f"{answer.status}\n{headers}\n" + answer.body.decode()
    text = re.sub(r'"request_id":"[^"]*"', "", text)
    if "jb_database_up" in text:  # the front end's counts are everybody's
        text = "\n".join(line for line in text.splitlines() if line.startswith("jb_first_free"))
    for what in sorted(of, key=lambda one: -len(str(of[one]))):
        if what not in ("shared", "day"):
            # A cursor is compared as it is: a list goes on behind the last rejection, whoever may read that one.
            text = re.sub(rf"(?<!after=)\b{re.escape(str(of[what]))}\b", "{" + what + "}", text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:+Z-]+", "TIME", text)


@pytest.fixture
def rights(psql):
    """The database gives nothing to callers whom a calendar does not name, until the test ends."""
    psql.value("SELECT jb_default_rights_set('nothing')")
    yield
    psql.value("SELECT jb_default_rights_set('all by role')")


@pytest.fixture
def two(service, psql, tmp_path, days):
    shared = "shared-" + uuid.uuid4().hex[:8]
    for table, first in (("jb_event", 700_000_000), ("jb_poll", 800_000_000), ("jb_rejection", 900_000_000)):  # ids that no text contains by chance
        psql.value(f"SELECT setval('{table}_id_seq', greatest(nextval('{table}_id_seq'), {first}))")
    both = [Application(service, psql, tmp_path, shared, days["monday"]) for _ in range(2)]
    grants = json.dumps([{"grantee": "principal:" + one.name, "rights": ["busy", "book"]} for one in both])
    psql.value(f"SELECT count(jb_calendar_set('{shared}', '{{}}'))")
    psql.value(f"SELECT count(*) FROM jb_grants_set('{shared}', '{grants}')")
    yield both
    psql.value(f"SELECT count(*) FROM jb_grants_set('{shared}', '[]')")


def test_every_route_is_asked():
    described = {f"{method.upper()} {path}" for path, item in openapi.DOCUMENT["paths"].items()
                 for method in item if method in ("get", "post", "put", "patch", "delete")}
    assert described == {route for route, *_ in ASKED + LISTS + ELSEWHERE}


def test_what_may_not_be_seen_is_answered_as_what_does_not_exist(two, rights):
    one, other = two
    one.furnish(9)
    other.furnish(10)
    nobody = {what: f"{what}-{uuid.uuid4().hex}" for what in other.secrets}
    nobody |= {what: UNKNOWN + i for i, what in enumerate(("event", "hidden", "session", "appointment", "poll", "rejection"))} | {what: other.of[what] for what in ("shared", "day", "taken")}
    for asker, owner in ((one, other), (other, one)):
        before = asker_view(owner)
        for route, target, *rest in ASKED:
            method, body = route.split()[0], rest[0] if rest else None
            answers = [neutral(asker.call(method, filled(target, of), filled(body, of)), of) for of in (owner.of, nobody)]
            assert answers[0] == answers[1], (route, target)
        assert asker_view(owner) == before, "nothing of the owner's was changed"


def asker_view(owner):
    """What an application sees of its own."""
    of = owner.of
    return [owner.call("GET", target).body for target in (
        f"/events/{of['event']}", f"/events/{of['hidden']}", f"/calendars/{of['room']}", f"/calendars/{of['room']}/grants",
        f"/api/v1/sessions/{of['session']}", f"/appointments/{of['appointment']}", f"/polls/{of['poll']}")]


def test_no_answer_holds_a_secret_of_the_other(two, rights):
    one, other = two
    one.furnish(9)
    other.furnish(10)
    for asker, owner in ((one, other), (other, one)):
        secrets = {value: what for what, value in owner.secrets.items()}
        own = set()
        for route, target, *rest in LISTS + ASKED:
            of = {**asker.of, "taken": owner.of["taken"]}
            if route.startswith(("DELETE", "PUT")):
                continue
            answer = asker.call(route.split()[0], filled(target, of), filled(rest[0], of) if rest else None)
            text = answer.body.decode() + str(answer.headers)
            held = [secrets[value] for value in secrets if value in text]
            assert held == [], (route, target, answer.status, text)
            assert owner.name not in text, (route, target)
            own |= {what for what, value in asker.secrets.items() if value in text}
        assert own == set(asker.secrets), "while each application sees all of its own"
        feed = asker.call("GET", f"/feeds/{owner.of['feed']}x.ics")
        assert feed.status == 404


@pytest.mark.parametrize("right", ["busy", "book", "nothing"])
def test_no_answer_and_no_log_holds_a_word_of_what_is_hidden(service, psql, tmp_path, two, rights, right):
    """Every route is called by guests, and by a caller who has this right on every calendar of an application."""
    _, owner = two
    owner.furnish(10)
    asker = Application(service, psql, tmp_path, owner.of["shared"], owner.of["day"])
    calendars = [owner.of["shared"], owner.of["room"], *(f"{kind}:{owner.of[kind]}" for kind in ("coach", "client", "provider"))]
    if right != "nothing":
        for calendar in calendars:
            psql.value(f"SELECT count(jb_grant('{calendar}', 'principal:{asker.name}', '{right}'))")
    known = {"room", "coach", "client", "provider"} if right != "nothing" else set()
    begun = {name: len(text) for name, text in logs().items()}
    statuses = set()
    for route, target, *rest in LISTS + ASKED + ELSEWHERE:
        if re.search(r"\{(text|person)\}", target):
            continue  # the request contains such a word itself
        method, asked, body = route.split()[0], filled(target, owner.of), filled(rest[0], owner.of) if rest else None
        sent = asked + json.dumps(body, default=str)
        answers = [asker.call(method, asked, body)]
        if service.public_address:
            content = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
            as_guest = lambda: service.call(method, asked, content, [("Content-Type", "application/json")] if body is not None else [], certificate="guest")
            answers.append(until(lambda: (answer := as_guest()).status != 429 and answer, "the guests' turn, who have used up what their network may ask"))
        for answer in answers:
            statuses.add(answer.status)
            text = answer.body.decode() + str(answer.headers)
            held = [what for what, word in owner.secrets.items() if what not in known and word not in sent and word in text]
            assert held == [], (route, target, answer.status, text)
    assert statuses >= {200, 403, 404}, statuses
    last = service.call("GET", "/events/status/999999999").headers["x-request-id"]
    until(lambda: last in logs()["access.log"] and last in logs()["fcgi.log"], "the requests in the logs")
    for name, text in logs().items():
        held = [what for what in ("person", "text", "title", "place", "file", "request") if owner.secrets[what] in text[begun.get(name, 0):]]
        assert held == [], (name, held)


def test_a_busy_time_says_when_and_nothing_else(two, rights):
    one, other = two
    other.furnish(10)
    listed = json.loads(one.call("GET", f"/events?calendar={one.of['shared']}&from=2020-01-01").body)
    assert len(listed) == 1
    told = {name for name, value in listed[0].items() if value not in (None, [])}
    assert told == {"id", "calendars", "duration", "start_timestamp", "end_timestamp", "status", "time_zone"}
    assert listed[0]["calendars"] == [one.of["shared"]]
    refused = one.call("POST", "/events", {**EVENT, "calendars": [one.of["shared"]], "start_timestamp": other.of["taken"]})
    problem = json.loads(refused.body)
    assert (refused.status, problem["reason"], problem["conflicts"]) == (409, "conflict", [])


def test_a_poll_that_waits_is_not_woken_by_what_its_reader_may_not_see(two, rights):
    """The request comes back when its time is over, and not when the other application books."""
    one, other = two
    other.furnish(10)
    cursor = re.search(r"after=([^>&]*)", one.call("GET", "/changes?last=1").headers.get("link", "after="))[1]
    begun = datetime.datetime.now()
    target = f"/changes?wait=2&after={cursor}" if cursor else "/changes?wait=2&last=1"
    connection = one.service.connect(one.certificate)
    connection.request("GET", target)
    other.make("POST", "/events", {"event_name": "x", "duration": 900, "calendars": [other.of["room"]]})
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())) == (200, [])
    connection.close()
    assert datetime.datetime.now() - begun >= datetime.timedelta(seconds=1.8)


def test_a_poll_is_hidden_on_each_of_its_routes_from_a_caller_whom_its_calendar_restricts(two):
    """All others have every right, so a route that does not name its caller would answer."""
    one, other = two
    other.furnish(10)
    room, poll = other.of["room"], other.of["poll"]
    other.make("PUT", f"/calendars/{room}/grants",
               [{"grantee": f"principal:{other.name}", "rights": ["manage"]}, {"grantee": f"principal:{one.name}", "rights": ["busy"]}], 200)
    for route, target, *body in ASKED:
        if "{poll}" in target:
            hidden, missing = (one.call(route.split()[0], filled(target, {"poll": number}), *body) for number in (poll, UNKNOWN))
            assert (hidden.status, missing.status) == (404, 404), route


def hide_rejections(psql, owner, count):
    """Rejections of the owner alone, as `count` refused requests would leave them. Result: the last id."""
    return psql.value(f"""WITH hidden AS (INSERT INTO jb_rejection (at, calendars, reason, detail, request, principal)
        SELECT jb_now(), '{{{owner.of["room"]}}}', 'conflict', '', '{{}}', '{owner.name}' FROM generate_series(1, {count}) RETURNING id, calendars[1] AS calendar),
        indexed AS (INSERT INTO jb_rejection_calendar SELECT calendar, id FROM hidden) SELECT max(id) FROM hidden""")


def next_page(answer):
    found = re.search(r'<([^>]*)>; rel="next"', answer.headers.get("link", ""))
    return found and found[1]


def test_a_list_gets_past_what_is_hidden_page_by_page(two, rights, psql):
    """No page costs more than its rows, and no reader is stuck forever before hidden rows."""
    one, other = two
    one.furnish(9)
    other.furnish(10)
    first = int(psql.value("SELECT max(id) FROM jb_rejection"))
    hide_rejections(psql, other, 5000)
    one.make("POST", "/events", {"event_name": one.of["request"], "duration": 900, "start_timestamp": "2001-01-01T09:00:00Z", "calendars": [one.of["room"]]}, 409)
    target, answers = f"/rejections?after={first}", []
    while target:
        answers.append(one.call("GET", target))
        target = next_page(answers[-1])
    pages = [json.loads(answer.body) for answer in answers]
    assert [rejection["request"]["event_name"] for page in pages for rejection in page] == [one.of["request"]]
    assert 5 <= len(pages) <= 8, "a thousand at a time"
    assert json.loads(one.call("GET", f"/rejections?after={first}&wait=50").body)[0]["request"]["event_name"] == one.of["request"], "or by waiting"


def test_who_sees_nothing_holds_nobodys_news_back(two, rights, psql):
    """A hundred long polls of one caller, each with everything to skip, and one of another caller."""
    one, other = two
    other.furnish(10)
    last = int(hide_rejections(psql, other, 20_000))
    viewers = []
    for _ in range(100):
        viewers.append(one.service.connect(one.certificate))
        viewers[-1].request("GET", f"/rejections?after={last - 20_000}&wait=50")
    waiting = other.service.connect(other.certificate)
    waiting.request("GET", f"/rejections?after={last}&wait=50")
    begun = datetime.datetime.now()
    other.make("POST", "/events", {"event_name": "x", "duration": 900, "start_timestamp": "2001-01-01T09:00:00Z", "calendars": [other.of["room"]]}, 409)
    heard = json.loads(waiting.getresponse().read())
    took = datetime.datetime.now() - begun
    for connection in [waiting, *viewers]:
        connection.close()
    assert [rejection["reason"] for rejection in heard] == ["in_the_past"]
    assert took < datetime.timedelta(seconds=10), took


def test_grants_are_read_and_written_by_whoever_manages(two, rights):
    one, other = two
    one.furnish(9)
    path = f"/calendars/{one.of['room']}/grants"
    assert json.loads(one.call("GET", path).body) == [{"grantee": "principal:" + one.name, "rights": ["manage"], **NONE}]
    wish = [{"grantee": "principal:" + one.name, "rights": ["manage"], **NONE}, {"grantee": "principal:" + other.name, "rights": ["busy", "read"], **NONE}]
    assert one.make("PUT", path, wish, 200) == sorted(wish, key=lambda grant: grant["grantee"])
    assert json.loads(other.call("GET", f"/events/{one.of['event']}").body)["event_name"] == one.of["title"], "and holds from the next call on"
    assert other.call("GET", path).status == 403
    assert one.make("PATCH", path, [{"grantee": "principal:third", "rights": ["busy"]}, {"grantee": "principal:" + other.name, "rights": []}], 200) == sorted(
        [wish[0], {"grantee": "principal:third", "rights": ["busy"], **NONE}], key=lambda grant: grant["grantee"]), "who is not named stays as before"
    assert other.call("GET", f"/events/{one.of['event']}").status == 404
    assert one.make("PUT", path, wish, 200) == sorted(wish, key=lambda grant: grant["grantee"])
    wrong = one.call("PUT", path, [{"grantee": "anna", "rights": ["see"]}, {"grantee": "role:", "rights": []}])
    assert wrong.status == 422 and len(json.loads(wrong.body)["errors"]) >= 3
    assert json.loads(one.call("GET", path).body) == sorted(wish, key=lambda grant: grant["grantee"])


def test_numbers_of_the_whole_database_are_told_on_the_probe_port_alone(service, rights):
    assert service.call("GET", "/metrics").status == 403
    assert b"jb_events_held " in service.call("GET", "/metrics", certificate="probe").body


def test_under_the_default_everybody_with_the_role_sees_everything(two):
    one, other = two
    one.furnish(9)
    of = one.of
    for target in (f"/events/{of['event']}", f"/events?calendar={of['room']}&from=2020-01-01", f"/calendars/{of['room']}",
                   f"/events/{of['event']}/history", f"/calendars/{of['room']}/changes", f"/rejections?calendar={of['room']}",
                   f"/polls/{of['poll']}", f"/appointments/{of['appointment']}", f"/api/v1/sessions/{of['session']}"):
        assert one.call("GET", target).body == other.call("GET", target).body, target
    assert other.call("POST", f"/events/{of['event']}/cancel").status == 200
