# SPDX-License-Identifier: PostgreSQL
"""Promise (rule 5.12): a caller who sends too many requests gets 429 with Retry-After from nginx, before the program;
other callers notice nothing. Without a certificate valid here the address counts. A caller with the most simultaneous
requests allowed, long polls included, gets 429 from nginx until one ends, however long the names in the certificate
are. Requests in line take no memory for their bodies.

Why it could break: all callers share one count; nginx answers with a page of its own; a self-made certificate counts as
the one of the person whom it names; a body is read before its request has a turn."""

import contextlib
import json
import os
import pathlib
import subprocess

import pytest

from certificates import Authority, common
from raw import Raw, answers, ask, ask_until, problem, until
from client import JSON
from test_connections import requests_in_hand

RATE = {"JB_RATE": "5", "JB_BURST": "20"}
USUAL = {"JB_RATE": "500", "JB_BURST": "2000"}

# limit_conn of jb_address_connections and jb_caller_connections, and nginx's message in its log
ADDRESS_CONNECTIONS = 40
CALLER_CONNECTIONS = 200
NGINX_SAYS = "So many requests of one caller at once, or one after another, are not taken."


def stack_up(settings):
    result = subprocess.run([os.environ["JB_STACK"], "up", os.environ["JB_STACK_DIR"]], env={**os.environ, **settings},
                            capture_output=True, text=True, timeout=300)
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def strict(service):
    stack_up(RATE)
    yield
    stack_up(USUAL)


def burst(target, count, last=None):
    """Requests of one target, or in the end of another."""
    head = "GET {} HTTP/1.1\r\nHost: localhost\r\n{}\r\n"
    return head.format(target, "") * (count - 1) + head.format(last or target, "Connection: close\r\n")


@contextlib.contextmanager
def at_the_same_moment(service, certificate, request, count):
    """As many simultaneous requests as nginx allows: while they last, another one is refused."""
    another = burst("/polls/1/schedules/x" if certificate == "guest" else "/health", 1)

    def is_refused():
        (answer,) = ask(service, another, certificate)
        if answer[0] != 429:
            return False
        assert problem(answer, 429)["detail"] == NGINX_SAYS and answer[1]["retry-after"] == "1", answer
        return True

    busy = [Raw(service, certificate).send(request) for _ in range(count)]

    def is_full():
        """One may have been refused because of the caller's requests just before: another takes its place."""
        if is_refused():
            return True
        busy.append(Raw(service, certificate).send(request))
        return False

    def has_room():
        if not is_refused():
            return True
        busy.pop().close()
        return False

    try:
        until(is_full, "the refusal of one more request")
        yield
        until(has_room, "room for one more when one has ended")
    finally:
        for connection in busy:
            connection.close()


# Before the tests with `strict`, whose rates would otherwise be reached first.

def test_connections_of_one_address(service):
    body_begun = ("PUT /polls/1/schedules/x HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                  "Content-Length: 100\r\n\r\n[")
    with at_the_same_moment(service, "guest", body_begun, ADDRESS_CONNECTIONS):
        assert service.call("GET", "/health").status == 200


def test_long_polls_of_one_certificate(service):
    target = "/rejections?after=9000000000000000000&wait="
    with at_the_same_moment(service, "viewer", f"GET {target}50 HTTP/1.1\r\nHost: localhost\r\n\r\n", CALLER_CONNECTIONS):
        answer = service.call("GET", f"{target}1", certificate="secretary")
        assert (answer.status, answer.body) == (200, b"[]"), "another certificate's may wait too"


BODY_BEGUN = "POST /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nContent-Length: 100\r\n\r\n["


def caller_of(service, folder, authority, names):
    """Introduces a caller with a new certificate; returns a file with an absolute path, as context() joins them."""
    return authority.issue(str(folder), "caller", names)


def test_a_forged_name_takes_no_place(service, tmp_path):
    """A browser's refusal is a page: nginx counts this request, which without its body lasts as long as bytes come."""
    real = Authority.load(service.pki)
    forged = caller_of(service, tmp_path, Authority.make(real.certificate.subject), common("secretary"))
    with contextlib.ExitStack() as stack:
        for _ in range(CALLER_CONNECTIONS + 1):
            stack.enter_context(Raw(service, forged)).send(BODY_BEGUN)
        assert service.call("GET", "/health", certificate="secretary").status == 200


def test_long_names_are_counted(service, tmp_path):
    """A name of 64 non-ASCII letters, the most that a name may have; nginx writes it six times as long."""
    caller = caller_of(service, tmp_path, Authority.load(service.pki), common("\u0431" * 64))
    with at_the_same_moment(service, caller, BODY_BEGUN, CALLER_CONNECTIONS):
        pass


def resident():
    """The program's resident memory in bytes."""
    pid = subprocess.check_output([os.environ["JB_STACK"], "pid", os.environ["JB_STACK_DIR"], "fcgi"], text=True).strip()
    with open(f"/proc/{pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS:"))


@contextlib.contextmanager
def locked(psql, calendar):
    psql.value(f"SELECT (jb_calendar_set('{calendar}', '{{}}')).name")
    psql.value(f"BEGIN; SELECT jb_lock('{{{calendar}}}')")
    try:
        yield
    finally:
        psql.value("COMMIT; SELECT 1")


@pytest.fixture
def patient(service):
    """A newly started program that lets requests stay in line for long."""
    stack_up({"JB_LOCK_WAIT": "60"})
    yield
    stack_up({"JB_LOCK_WAIT": "5"})


WRITES = 6  # of one caller at once
FILE, FILES = 8 << 20, 12


def test_files_in_line_are_not_in_memory(service, patient, psql):
    """All turns that a secretary may have wait for a locked calendar, and files wait in line behind them."""
    head = "Host: localhost\r\nConnection: close\r\nContent-Type: "
    wish = '{"event_name":"Waits","duration":60,"calendars":["files:in:line"]}'
    book = f"POST /events HTTP/1.1\r\n{head}application/json\r\nContent-Length: {len(wish)}\r\n\r\n{wish}"
    attach = f"POST /events/999999999/attachments?name=a HTTP/1.1\r\n{head}text/plain\r\nContent-Length: {FILE}\r\n\r\n"
    with locked(psql, "files:in:line"):
        waiting = [Raw(service, "secretary").send(book) for _ in range(WRITES)]
        until(lambda: requests_in_hand() == WRITES, "that the bookings wait")
        before = resident()
        waiting += [Raw(service, "secretary").send(attach).send(b"a" * FILE) for _ in range(FILES)]
        until(lambda: requests_in_hand() == WRITES + FILES, "that the files stand in line")
        grown = resident() - before
    statuses = [answers(connection.receive())[0][0] for connection in waiting]
    assert statuses == [201] * WRITES + [404] * FILES
    assert grown < FILES * FILE // 4, f"{grown >> 20} MiB for {FILES} files of {FILE >> 20} MiB"


def test_new_names_of_one_network(service):
    body = {"title": "Fair", "from": "2031-03-03T08:00:00Z", "to": "2031-03-03T18:00:00Z", "duration": 3600, "public": True}
    poll = json.loads(service.send("POST", "/polls", body).body)
    free = json.dumps([{"start": body["from"], "end": body["to"]}]).encode()

    def answer(name, more=()):
        return service.call("PUT", f"/polls/{poll['id']}/schedules/{name}", free, [*JSON, *more], certificate="guest")

    # Other tests have used up what this network may do.
    first = until(lambda: (one := answer("Guest0")).status != 429 and one, "a new name's turn")
    came = [first, *(answer(f"Guest{number}") for number in range(1, 40))]
    own = [answer(f"Own{number}", [("Authorization", f"Bearer jbb_{number:048x}")]) for number in range(10)]
    assert 429 in {one.status for one in own}, "a token of one's own is a new name, too"
    tokens = [json.loads(one.body)["token"] for one in came + own if one.status == 201]
    assert {one.status for one in came} == {201, 429} and 0 < len(tokens) <= 35, len(tokens)
    # The next in turn gets it within 6 s: 10 names are accepted a minute.
    assert {(one.headers["retry-after"], one.headers["cache-control"]) for one in came if one.status == 429} == {("6", "no-store")}
    log = pathlib.Path(os.environ["JB_STACK_DIR"], "log", "access.log")
    until(lambda: f'"request":"PUT /polls/{poll["id"]}/schedules/Guest39","status":429' in log.read_text(), "what was refused, as it was asked")
    for _ in range(10):
        assert answer("Guest0", [("Authorization", f"Bearer {tokens[0]}")]).status == 200, "who has a token changes the answer"
    removed = service.call("DELETE", f"/polls/{poll['id']}/guests", certificate="guest", headers=[("Authorization", f"Bearer {poll['organiser_token']}")])
    assert removed.status == 200 and json.loads(removed.body) == {"removed": len(tokens)}


def test_of_one_certificate(service, strict):
    found = ask(service, burst("/health", 500))
    assert len(found) == 500
    refused = [answer for answer in found if answer[0] != 200]
    assert 0 < len(refused) < 490, "a burst is taken, and no more"
    assert {problem(answer, 429)["detail"] for answer in refused} == {NGINX_SAYS}
    assert all(int(answer[1]["retry-after"]) >= 1 and answer[1]["x-request-id"] for answer in refused)
    assert service.call("GET", "/health", certificate="secretary").status == 200


def test_of_one_address(service, strict):
    ask_until(service, burst("/polls/1/schedules/x", 1), "guest")
    found = ask(service, burst("/polls/1/schedules/x", 500), "guest")
    details = [problem(answer, 429)["detail"] for answer in found if answer[0] == 429]
    assert 0 < len(details) < 490 and set(details) == {NGINX_SAYS}


def test_what_nginx_refuses_counts(service, strict):
    """Before "return" nginx counts nothing: a stranger would fill the log as fast as the network allows."""
    found = ask_until(service, burst("/nothing", 500), "guest")
    assert {answer[0] for answer in found} == {404, 429}
    assert {problem(answer, 429)["detail"] for answer in found if answer[0] == 429} == {NGINX_SAYS}
    # nginx's errors show a request as it came, including the part behind a #.
    token = os.urandom(24).hex()
    for certificate in ("guest", "manager"):
        for target in (f"/polls/1#jbp_{token}", f"/nothing/jbp_{token}", f"/NOTHING/jbf_{token}"):
            until(lambda: ask(service, burst("/nothing", 300, target), certificate)[-1][0] == 429, f"a refusal of {target}")
    log = pathlib.Path(os.environ["JB_STACK_DIR"], "log", "error.log").read_text(errors="replace")
    assert token not in log
    # nginx closes such a connection.
    for certificate, target, refused in (("nobody", "/health", 401), ("manager", "/health#x", 400)):
        assert ask_until(service, burst(target, 1), certificate)[0][0] == refused
        asking = [Raw(service, certificate) for _ in range(60)]
        for connection in asking:
            connection.send(burst(target, 1))
        assert {answers(connection.receive())[0][0] for connection in asking} <= {refused, 429}, target


def test_what_a_foreign_page_asks_for_spends_nothing_of_its_reader(service, strict):
    foreign = burst("/health", 500).replace("Host: localhost\r\n", "Host: localhost\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\n")
    statuses = {answer[0] for answer in ask_until(service, foreign, "secretary")}
    assert statuses == {403, 429}
    assert service.call("GET", "/health", certificate="secretary").status == 200


def on_disk():
    """The bytes of answers in nginx's files, which it unlinks when it opens them."""
    master = pathlib.Path(os.environ["JB_STACK_DIR"], "room/nginx/nginx.pid").read_text().strip()
    workers = subprocess.run(["pgrep", "-P", master], capture_output=True, text=True).stdout.split()
    files = [file for worker in workers for file in pathlib.Path(f"/proc/{worker}/fd").iterdir()]
    total = 0
    for file in files:
        with contextlib.suppress(FileNotFoundError):
            if "/nginx/fastcgi/" in os.readlink(file):
                total += file.stat().st_size
    return total


@pytest.fixture(scope="module")
def ranked(service, psql):
    """The path of a poll's ranking, which names a thousand people, 0.8 MB, in each row; and its organiser's token."""
    poll, token = psql.value("SELECT concat_ws(' ', p.poll_id, p.token) FROM jb_poll_create('Crowd', '2031-03-03Z', '2031-03-13Z', '1 hour') AS p").split()
    psql.value(f"SELECT count(jb_poll_invite({poll}, to_char(i, 'FM0000') || repeat(U&'\\+010330', 196), '{token}')) FROM generate_series(1, 1000) AS i")
    psql.value(f"SELECT count(jb_poll_answer({poll}, to_char(i, 'FM0000') || repeat(U&'\\+010330', 196), jsonb_build_array(jsonb_build_object("
               f"'start', at, 'end', at + interval '1 hour')), '{token}')) FROM generate_series(1, 50) AS i,"
               " LATERAL (SELECT '2031-03-03Z'::timestamptz + i * interval '2 hours') AS s (at)")
    return f"/polls/{poll}/recommendations?limit=", token


def test_a_guest_who_fetches_nothing_keeps_no_turn(service, ranked):
    """All guests share a turn or two, and the longest answer to one would not fit into the buffers of the sockets."""
    target, token = ranked
    request = f"GET {target}%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\r\n"
    longest = request % 42  # 32 MiB
    others = request % 1
    idle = [Raw(service, "guest").send(longest) for _ in range(4)]
    for connection in idle:
        assert connection.socket.recv(1) == b"H", "its answer has begun"
        assert ask(service, others, "guest")[0][0] == 200
    for connection in idle:
        ((status, _, body),) = answers(b"H" + connection.receive())
        assert status == 200 and len(json.loads(body)) == 42, "a client that goes on reading gets all of it"
    ((status, headers, body),) = ask(service, request % 45, "guest")
    told = problem((status, headers, body), 422)
    assert told["errors"][0]["field"] == "limit" and told["hint"], told


def test_an_answer_that_nobody_fetches(service, psql):
    """nginx keeps a part of an unread answer on disk: with all of it, 200 connections of a caller hold gigabytes."""
    most = 16 << 20
    psql.value("SELECT count((jb_schedule('Long', '1 minute', start_timestamp => '2031-03-03Z'::timestamptz + n * interval '1 hour', calendars => '{room:long}',"
               " description => repeat('x', 8000), metadata => jsonb_build_object('x', repeat('y', 16000)))).event_id)"
               " FROM jb_calendar_set('room:long', '{\"time_zone\": \"UTC\"}') AS c, generate_series(1, 1000) AS n")
    connection = Raw(service, "secretary")
    connection.send("GET /events?calendar=room:long&limit=1000 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    held = []

    def has_settled():
        held.append(on_disk())
        return len(held) > 50 and len(set(held[-50:])) == 1 and held[-1] > 0

    until(has_settled, "nginx holds what it takes of the answer")
    assert most // 2 < held[-1] <= most + (1 << 20), held[-1]
    ((status, _, body),) = answers(connection.receive())
    assert status == 200 and len(json.loads(body)) == 1000, "a client that goes on reading gets all of it"
