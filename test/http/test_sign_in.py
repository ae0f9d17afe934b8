# SPDX-License-Identifier: PostgreSQL
"""Promise (rules 6.1, 6.2 and 6.13): where people sign in by their organisation, a request is that of the person whom the
organisation names, and of nobody else; whoever is signed out there, or taken off the list here, is out.

Could break: a header of the client passes for the organisation's; an answer that means something else lets in; the
organisation learns more than it needs."""

import contextlib
import http.client
import http.server
import json
import pathlib
import ssl
import tempfile
import threading
import time

import pytest

from certificates import Nginx, free_port
from client import JSON, exchange
from test_restart import until

ISSUER = "https://auth.example.org"
TEMPLATE = pathlib.Path(__file__).parents[2] / "nginx/signed_in.conf.in"
PAGE = [("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none")]


class Organisation:
    """Answers nginx as an organisation's sign-in does; `tried` with a real one: test/sign_in."""

    def __init__(self):
        self.people = {}  # the value of the session's cookie, and the subject
        self.answer = None  # status and headers, instead of those for the session
        self.pause = 0
        self.asked = []  # the headers of each request, by lower-case name
        organisation = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                asked = [(name.lower(), value) for name, value in self.headers.items()]
                organisation.asked.append(asked)
                self.rfile.read(int(self.headers.get("Content-Length", 0)))  # as a real one does
                time.sleep(organisation.pause)
                status, headers = organisation.answer or organisation.judged(dict(asked))
                with contextlib.suppress(OSError):
                    self.send_response(status)
                    for name, value in [*headers, ("Content-Length", "0")]:
                        self.send_header(name, value)
                    self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def judged(self, headers):
        subject = self.people.get(headers.get("cookie"))
        if subject is None:
            return 401, [("Location", "https://auth.example.org/?back=here")]
        return (403, []) if subject == "barred" else (200, [("X-Subject", subject)])

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Door:
    def __init__(self, service, organisation, port):
        self.organisation, self.port = organisation, port
        self.context = ssl.create_default_context(cafile=service.ca)

    def ask(self, target, cookie=None, headers=(), method="GET", body=None):
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=30, context=self.context)
        try:
            return exchange(connection, method, target, body, [*([("Cookie", cookie)] if cookie else []), *headers])
        finally:
            connection.close()

    def problem(self, target, cookie=None, headers=(), **more):
        answer = self.ask(target, cookie, headers, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer
        told = json.loads(answer.body)
        assert told["status"] == answer.status
        return answer.status, told["type"]


@pytest.fixture(scope="module")
def door(service):
    organisation, port = Organisation(), free_port()
    folder = tempfile.mkdtemp(prefix="jb_sign_in.")
    pathlib.Path(folder).chmod(0o755)  # nginx's workers keep long bodies there
    text = TEMPLATE.read_text()
    for name, value in {"SUBJECT_HEADER": "x_subject", "SIGNED_IN_PORT": port, "SIGNED_IN_NAME": "localhost",
                        "SIGNED_IN_URL": f"https://localhost:{port}", "SIGNED_IN_ISSUER": ISSUER,
                        "SIGN_IN": f"http://127.0.0.1:{organisation.server.server_port}/auth",
                        "SIGN_OUT": "https://auth.example.org/?logout=1", "PKI": service.pki, "LOG": folder,
                        "CALLER_BURST": 2000}.items():
        text = text.replace(f"@{name}@", str(value))
    try:
        with Nginx(folder, service.pki, lambda site: site + text):
            yield Door(service, organisation, port)
    finally:
        organisation.close()


@pytest.fixture(autouse=True)
def people(door, psql):
    door.organisation.people = {"session=1": "anna", "session=2": "tom", "session=3": "barred"}
    door.organisation.answer, door.organisation.pause = None, 0
    door.organisation.asked.clear()
    enter(psql, "anna", "secretary")


def enter(psql, subject, role):
    wanted = "NULL, NULL" if role is None else f"'person {subject}', '{role}'"
    psql.value(f"SELECT coalesce(jb_principal_set('{ISSUER}', '{subject}', {wanted})::text, '')")


def test_a_person_signed_in_and_listed_is_let_in(door, calendar, days):
    assert json.loads(door.ask("/whoami", "session=1").body) == {"principal": "person anna", "role": "secretary"}
    booking = json.dumps({"event_name": "Signed in", "calendars": [calendar], "date": days["monday"], "start_time": "09:00", "duration": 600}).encode()
    own, foreign = [("Origin", f"https://localhost:{door.port}")], [("Origin", "https://evil.example")]
    assert door.problem("/events", "session=1", [*JSON, *foreign], method="POST", body=booking) == (403, "/problems/foreign-origin")
    made = door.ask("/events", "session=1", [*JSON, *own], "POST", booking)
    assert made.status == 201, made.body
    assert door.ask(made.headers["location"], "session=1").status == 200
    assert door.ask("/", "session=1", PAGE).status == 200
    assert door.ask("/", "session=1", [*PAGE[:-1], ("Sec-Fetch-Site", "same-site")]).status == 200, "back from the sign-in"
    assert door.problem("/calendars/another", "session=1", JSON, method="PUT", body=b"{}") == (403, "/problems/not-allowed")


def test_neither_a_long_file_nor_a_long_cookie_is_too_long(door, calendar, days):
    own = [("Origin", f"https://localhost:{door.port}")]
    booking = json.dumps({"event_name": "With a file", "calendars": [calendar], "date": days["tuesday"], "start_time": "09:00", "duration": 600}).encode()
    event = door.ask("/events", "session=1", [*JSON, *own], "POST", booking).headers["location"]
    for length in 2**20 + 1, 10 * 2**20:
        kept = door.ask(f"{event}/attachments?name=x.pdf", "session=1", [("Content-Type", "application/pdf"), *own], "POST", bytes(length))
        assert kept.status == 201, (length, kept.body)
    door.organisation.people["session=1; rest=" + "x" * 20_000] = "anna"
    assert door.ask("/whoami", "session=1; rest=" + "x" * 20_000).status == 200


def test_a_person_whom_no_manager_has_entered_is_not(door):
    assert door.problem("/whoami", "session=2") == (403, "/problems/not-allowed")


def test_nobody_is_sent_to_the_sign_in(door):
    assert door.problem("/events") == (401, "/problems/not-signed-in")
    assert door.problem("/events", "session=9") == (401, "/problems/not-signed-in")
    assert door.problem("/events", method="POST", headers=JSON, body=b"{}") == (401, "/problems/not-signed-in")
    for path in "/web/licences.txt", "/openapi", "/polls/1", "/?calendars=ceo&event=7":
        page = door.ask(path, headers=PAGE)
        assert (page.status, page.headers["location"]) == (302, "https://auth.example.org/?back=here")
        assert page.headers.get("cache-control", "no-store") == "no-store", "a browser would be sent there again and again"
    assert dict(door.organisation.asked[-1])["x-original-url"] == f"https://localhost:{door.port}/?calendars=ceo&event=7"
    door.organisation.answer = 401, []
    page = door.ask("/", headers=PAGE)
    assert (page.status, page.headers["content-type"]) == (401, "text/html; charset=utf-8")
    door.organisation.answer = 401, [("Location", "javascript:alert(1)")]
    assert door.ask("/", headers=PAGE).status == 401


def test_a_person_whom_the_organisation_bars_is_told_so(door):
    assert door.problem("/events", "session=3") == (403, "/problems/not-let-in")
    page = door.ask("/", "session=3", PAGE)
    assert (page.status, page.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert door.problem("/events", "session=3", [("Sec-Fetch-Site", "cross-site")]) == (403, "/problems/foreign-origin")


@pytest.mark.parametrize("answer", [
    (200, []), (204, []), (200, [("X-Subject", "")]), (200, [("X-Subject", "anna@example.org")]), (200, [("X-Subject", "j\u00f6rg")]),
    (302, [("Location", "https://auth.example.org/"), ("X-Subject", "anna")]), (400, []), (404, []), (500, [("X-Subject", "anna")]), (503, []),
])
def test_any_other_answer_is_503(door, answer):
    door.organisation.answer = answer
    assert door.problem("/events", "session=1") == (503, "/problems/unavailable")


def test_no_answer_is_503(door):
    door.organisation.pause = 6
    assert door.problem("/events", "session=1") == (503, "/problems/unavailable")


def test_no_header_of_the_client_makes_somebody_else(door):
    claims = [(name, "anna") for name in ("X-Subject", "X_Subject", "Remote-User", "JB_CLIENT_SUBJECT", "JB-Client-Subject")]
    assert door.problem("/whoami", None, claims) == (401, "/problems/not-signed-in")
    assert door.problem("/whoami", "session=2", claims) == (403, "/problems/not-allowed")


def test_the_organisation_names_no_holder_of_a_certificate(door, psql):
    issuer, subject = psql.value("SELECT issuer || '|' || subject FROM jb_principal WHERE principal = 'manager'").split("|")
    door.organisation.people["session=4"] = subject
    assert door.problem("/whoami", "session=4") == (403, "/problems/not-allowed")
    assert issuer != ISSUER


def test_the_organisation_learns_no_more_than_it_needs(door):
    door.ask("/feeds/jbf_0123456789abcdef0123456789abcdef.ics?x=1", "session=1",
             [("Authorization", "Bearer jbo_0123456789abcdef"), ("X-Secret", "word"), ("Host", "other.example"), ("Referer", "https://localhost/?q=word")])
    asked = dict(door.organisation.asked[-1])
    assert sorted(asked) == ["cookie", "host", "x-forwarded-for", "x-original-method", "x-original-url", "x-request-id"]
    assert (asked["host"], asked["x-original-url"]) == ("localhost", f"https://localhost:{door.port}/feeds/-")


def test_what_a_path_hides_leads_to_no_other_host(door):
    door.ask("/%65vents", "session=1")
    assert dict(door.organisation.asked[-1])["x-original-url"] == f"https://localhost:{door.port}/"


def test_a_long_answer_is_read(door):
    groups = ",".join(f"{i:036d}" for i in range(400))
    door.organisation.answer = 200, [("X-Subject", "anna"), ("X-Groups", groups), ("Set-Cookie", "session=1; Path=/; HttpOnly")]
    assert door.ask("/whoami", "session=1").status == 200


def test_what_nginx_asks_itself_is_no_address(door, service):
    for target in ("/.sign-in", "/x/.sign-in", "/x%20/.sign-in", "/%2esign-in"):
        for headers, status in (([("Sec-Fetch-Site", "cross-site")], 403), ([], 404)):
            assert door.ask(target, "session=1", headers).status == status, target
            assert service.call("GET", target, None, headers).status == status, target


def test_a_page_goes_on_for_nobody_else(door, psql):
    door.organisation.people["session=5"] = "kim"
    enter(psql, "kim", "secretary")
    expected = [("Expect-Principal", "person%20anna")]
    assert door.ask("/whoami", "session=1", expected).status == 200
    until(lambda: door.ask("/whoami", "session=5").status == 200, "the list is read again")
    assert door.problem("/whoami", "session=5", expected) == (403, "/problems/another-caller")
    assert door.problem("/events", "session=5", [*JSON, *expected], method="POST", body=b"{}") == (403, "/problems/another-caller")


def test_a_person_who_leaves_is_out(door, psql):
    assert door.ask("/whoami", "session=1").status == 200
    enter(psql, "anna", None)  # the front end remembers a principal for a second (rule 6.2)
    until(lambda: door.ask("/whoami", "session=1").status != 200, "the list is read again")
    assert door.problem("/whoami", "session=1") == (403, "/problems/not-allowed")
    enter(psql, "anna", "viewer")
    until(lambda: door.ask("/whoami", "session=1").status == 200, "the list is read again")
    del door.organisation.people["session=1"]
    assert door.problem("/whoami", "session=1") == (401, "/problems/not-signed-in")


def test_signing_out_is_the_organisations(door):
    left = door.ask("/signed-out", headers=PAGE)
    assert (left.status, left.headers["location"]) == (302, "https://auth.example.org/?logout=1")
    assert door.organisation.asked == []


def test_a_session_opens_no_other_address(door, service):
    assert service.call("GET", "/whoami", None, [("Cookie", "session=1"), ("X-Subject", "anna")], "nobody").status == 401
