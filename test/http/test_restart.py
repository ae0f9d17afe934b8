# SPDX-License-Identifier: PostgreSQL
"""The front end survives its database, and ends without breaking a promise: exactly the events that were answered 201
are booked. Stops and starts programs, so it runs only against a stack of the test's own (dev/check http)."""

import glob
import json
import os
import signal
import subprocess
import threading
import time

import pytest

from client import JSON, Psql, exchange, gauges
from test_listen import Listen, wait_until_listening

pytestmark = pytest.mark.skipif("JB_STACK_DIR" not in os.environ, reason="not a stack of the test's own")

PATIENCE = 60


def stack(*arguments):
    environment = {**os.environ, "JB_PORT": "auto", "JB_ADMIN_PORT": "auto"}
    return subprocess.run([os.environ["JB_STACK"], arguments[0], os.environ["JB_STACK_DIR"], *arguments[1:]],
                          env=environment, capture_output=True, text=True, check=False)


def pid(name):
    return int(stack("pid", name).stdout)


def until(condition, what):
    """The condition's value once it is true."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)
    return value


def end(process, number):
    """A leader is a zombie while other threads still hold the program's sockets."""
    os.kill(process, number)
    until(lambda: threads(process) in ([], ["Z"]), "the end of the program")


def threads(process):
    """The state of each."""
    try:
        return [open(path).read().rpartition(")")[2].split()[0] for path in glob.glob(f"/proc/{process}/task/*/stat")]
    except (FileNotFoundError, ProcessLookupError):
        return None


@pytest.fixture
def whole_stack():
    yield
    result = stack("up")
    assert result.returncode == 0, result.stderr


def test_outlives_its_database(service, calendar, tmp_path, whole_stack):
    front_end = pid("fcgi")
    listener = Listen("--state", str(tmp_path / "state"))
    wait_until_listening(str(tmp_path / "state"))
    end(pid("postgres"), signal.SIGINT)
    for method, target in [("GET", "/events"), ("GET", "/health"), ("DELETE", "/events/1")]:
        answer = service.call(method, target)
        assert answer.status == 503, answer
        assert answer.headers["retry-after"] == "1"
        assert json.loads(answer.body)["type"] == "/problems/unavailable"
    assert service.call("GET", "/health", certificate="probe").status == 503
    assert service.call("GET", "/health/live", certificate="probe").status == 200
    assert stack("up").returncode == 0
    body = {"event_name": "late", "date": "2000-01-03", "start_time": "09:00:00", "duration": 60, "calendars": [calendar]}
    for _ in range(20):  # every thread finds its session gone; none may use it for a write
        assert service.send("POST", "/events", body).status == 409
    assert pid("fcgi") == front_end
    assert '"late"' in listener.line()
    assert listener.end()[0] == 0


class Writer(threading.Thread):
    """Books one second after another on a kept connection until the front end is gone; remembers each answer."""

    def __init__(self, service, calendar, number, day):
        super().__init__()
        self.service, self.calendar, self.number, self.day = service, calendar, number, day
        self.booked, self.refused, self.broken, self.is_enough = [], 0, [], False

    def body(self, i):
        hour, rest = divmod(self.number * 3600 + i, 3600)
        return json.dumps({"event_name": f"{self.number}-{i}", "date": self.day, "duration": 1, "calendars": [self.calendar],
                           "start_time": f"{hour:02}:{rest // 60:02}:{rest % 60:02}"}).encode()

    def book(self, connection, i):
        return exchange(connection, "POST", "/events", self.body(i), JSON).status

    def run(self):
        connection = self.service.connect("manager")
        for i in range(3600):
            try:
                status = self.book(connection, i)
            except OSError as error:
                self.broken.append(error)
                return
            if status == 201:
                self.booked.append(f"{self.number}-{i}")
                if self.is_enough:
                    return
            elif status == 503:
                self.refused += 1
                if self.refused >= 3:
                    return
            else:
                self.broken.append(status)
                return


def check_booked(calendar, writers):
    """The calendar holds exactly what the writers were told, and the database is sound."""
    session = Psql()
    names = session.value(f"SELECT string_agg(event_name, ' ' ORDER BY event_name) FROM jb_event WHERE calendars = '{{{calendar}}}'")
    unsound = session.value("SELECT string_agg(c::text, '; ') FROM jb_check() AS c")
    session.close()
    assert unsound == ""
    assert names.split() == sorted(name for writer in writers for name in writer.booked)


def test_ends_after_the_requests_in_flight(service, calendar, days, whole_stack):
    writers = [Writer(service, calendar, number, days["monday"]) for number in range(4)]
    for writer in writers:
        writer.start()
    until(lambda: all(len(writer.booked) >= 20 for writer in writers), "twenty bookings of each writer")
    end(pid("fcgi"), signal.SIGTERM)
    for writer in writers:
        writer.join(PATIENCE)
    assert [writer.broken for writer in writers] == [[], [], [], []]
    check_booked(calendar, writers)


class KeyedWriter(Writer):
    """Gives each booking a key, and repeats it until nginx has an answer of the front end."""

    def book(self, connection, i):
        while (status := exchange(connection, "POST", "/events", self.body(i), [*JSON, ("Idempotency-Key", f"{self.calendar} {self.number}-{i}")]).status) == 503:
            time.sleep(0.01)
        return status


def test_every_key_is_booked_once_whenever_the_front_end_is_killed(service, calendar, days, whole_stack):
    """kill -9 in the middle of a stream of bookings: some were committed, and their answers lost."""
    writers = [KeyedWriter(service, calendar, number, days["friday"]) for number in range(4)]
    for writer in writers:
        writer.start()
    for kills in range(1, 7):
        until(lambda: all(len(writer.booked) >= 25 * kills for writer in writers), "more bookings of each writer")
        end(pid("fcgi"), signal.SIGKILL)
        assert stack("up").returncode == 0
    for writer in writers:
        writer.is_enough = True
    for writer in writers:
        writer.join(PATIENCE)
    assert [writer.broken for writer in writers] == [[], [], [], []]
    check_booked(calendar, writers)


def test_the_end_keeps_nobody_waiting(service, calendar, days, whole_stack):
    """A booking that waits for its calendar is completed. Other calls on kept connections are answered at once."""
    session, connection = Psql(), service.connect()
    session.value(f"BEGIN; SELECT jb_lock('{{{calendar}}}')")
    writer = Writer(service, calendar, 0, days["monday"])
    writer.start()
    until(lambda: gauges()["jb_threads_busy"] == 2, "a booking that waits")
    assert exchange(connection, "GET", "/calendars").status == 200
    os.kill(pid("fcgi"), signal.SIGTERM)
    until(lambda: exchange(connection, "GET", "/calendars").status == 503, "a refusal")
    assert (writer.booked, writer.refused) == ([], 0)
    session.value("COMMIT; SELECT 1")
    session.close()
    writer.join(PATIENCE)
    assert (writer.booked, writer.broken) == (["0-0"], [])


def sockets():
    """The front end's sockets, each a line of /proc/net/unix."""
    path = os.path.realpath(os.path.join(os.environ["JB_STACK_DIR"], "room", "sockets/fcgi/socket"))
    return [line for line in map(str.split, open("/proc/net/unix")) if line[-1] == path]


def connections():
    """The number of nginx's connections to the front end."""
    return sum(line[5] == "03" for line in sockets())


def listens():
    return any(line[3] == "00010000" for line in sockets())


def test_connections_do_not_pile_up(service, calendar):
    """Each kind of answer comes more often than nginx keeps connections: 32 for each of its two workers."""
    wish = json.dumps({"event_name": "Kept", "duration": 60, "calendars": [calendar]}).encode()
    event = f'/events/{json.loads(service.call("POST", "/events", wish, JSON).body)["id"]}'
    for _ in range(70):
        poll = service.connect()
        poll.request("GET", f"/calendars/{calendar}/changes?after=1&wait=50")
        statuses = [service.call(method, target, body, headers).status for method, target, body, headers in [
            ("POST", "/events", b"{}", JSON), ("HEAD", event, None, []), ("GET", event, None, []),
            ("GET", event, None, [("If-None-Match", '"1"')])]]
        assert statuses == [422, 200, 200, 304]
        poll.close()
    until(lambda: connections() <= 64, "the end of connections that nobody keeps")


def workers_of(nginx):
    return [int(child) for child in open(f"/proc/{nginx}/task/{nginx}/children").read().split()]


@pytest.mark.parametrize("request_kept, request_lost", [("read", "read"), ("read", "write"), ("keyed write", "keyed write")])
def test_a_connection_that_nginx_kept_and_lost_costs_no_request(service, calendar, days, whole_stack, request_kept, request_lost):
    """nginx gets the request before it learns that the front end is gone, and with it the kept connection."""
    connection = service.connect("manager")

    def request(kind, start):
        if kind == "read":
            return ("GET", "/events?limit=1", None, {})
        body = json.dumps({"event_name": "kept", "date": days["monday"], "start_time": start, "duration": 60, "calendars": [calendar]}).encode()
        return ("POST", "/events", body, dict(JSON) | ({"Idempotency-Key": f"{calendar} {start}"} if kind == "keyed write" else {}))

    method, target, body, headers = request(request_kept, "09:00:00")
    assert exchange(connection, method, target, body, headers.items()).status in (200, 201)
    until(lambda: connections() > 0, "a connection that is kept")
    workers = workers_of(pid("nginx"))
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        connection.request(*request(request_lost, "10:00:00"))
        end(pid("fcgi"), signal.SIGKILL)
        up = subprocess.Popen([os.environ["JB_STACK"], "up", os.environ["JB_STACK_DIR"]], stdout=subprocess.DEVNULL)
        until(listens, "the new front end")
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    answer = connection.getresponse()
    assert (answer.status, up.wait(PATIENCE)) == (200 if request_lost == "read" else 201, 0), answer.read()


def test_rights_that_the_front_end_lacks_are_no_callers_fault(service):
    """A role that is gone, or taken from the login, is 503: the database's fault, not the certificate's."""
    psql = Psql()
    new_sessions = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'jb_gateway'"
    losses = [("ALTER ROLE jb_manager RENAME TO jb_elsewhere", "ALTER ROLE jb_elsewhere RENAME TO jb_manager"),
              ("REVOKE jb_manager FROM jb_gateway", "GRANT jb_manager TO jb_gateway"),
              ("REVOKE EXECUTE ON FUNCTION jb_principal_of(text, text) FROM jb_gateway",
               "GRANT EXECUTE ON FUNCTION jb_principal_of(text, text) TO jb_gateway")]
    for loss, remedy in losses:
        psql.value(f"{loss}; {new_sessions}")
        try:
            until(lambda: service.call("GET", "/calendars").status != 200, loss)
            answer = service.call("GET", "/calendars")
            assert (answer.status, answer.headers.get("retry-after")) == (503, "1"), (loss, answer.body)
            assert b"jb_manager" not in answer.body
        finally:
            psql.value(f"{remedy}; SELECT 1")
        until(lambda: service.call("GET", "/calendars").status == 200, remedy)
    psql.close()
