# SPDX-License-Identifier: PostgreSQL
"""The clients of the tortured cluster: bookers over SQL and over HTTPS, a follower of all changes, jb listen, jb relay.

A booker remembers its answers: `acknowledged`, event ids by the name of the event. An unanswered call is repeated over
HTTPS, under the same Idempotency-Key; over SQL it stays unknown, and its event may or may not be there.
"""

import base64
import http.client
import http.server
import json
import os
import select
import ssl
import subprocess
import threading
import time
import uuid

import psycopg2
import psycopg2.extensions

NAMES = tuple(f"room:{number}" for number in range(40))
PATIENCE = 6  # seconds after which a client gives up waiting for an answer
PAUSE = 0.05  # of a booker between two wishes: the test measures fail-overs, not bookings
TAKEN = "2027-01-01 00:00Z"  # when the first of the calendars is taken: a request for this time is rejected


class Silence(Exception):
    """No answer in time, for example from a leader that is frozen or cut off."""


def wait_for_answer(connection):
    """libpq waits as long as the server does; the server has no limit for a COMMIT that waits for a standby."""
    end = time.monotonic() + PATIENCE
    while (state := connection.poll()) != psycopg2.extensions.POLL_OK:
        left = end - time.monotonic()
        reads, writes = ([connection], []) if state == psycopg2.extensions.POLL_READ else ([], [connection])
        if left <= 0 or not any(select.select(reads, writes, [], left)):
            raise Silence  # psycopg2 holds its lock here, and closes the connection itself


psycopg2.extensions.set_wait_callback(wait_for_answer)


class Client(threading.Thread):
    """Calls step() until it is told to end; `faults` are answers that nobody should get."""

    def __init__(self, env):
        super().__init__(daemon=True)
        self.env, self.ending, self.faults = env, threading.Event(), []

    def run(self):
        while not self.ending.is_set():
            try:
                self.step()
            except Exception as error:  # a client that ends silently would hide its findings
                self.faults.append(f"{type(self).__name__}: {error!r}")
                self.ending.wait(1)

    def end(self):
        self.ending.set()
        self.join()


def connect(env, first):
    """libpq tries the nodes in turn, here from `first` on, so that not all clients stay with a node that hangs."""
    ports = env["PGPORT"].split(",")
    first %= len(ports)
    return psycopg2.connect(host=env["PGHOST"], port=",".join(ports[first:] + ports[:first]), dbname=env["PGDATABASE"], user=env["PGUSER"],
                            password=env["PGPASSWORD"], target_session_attrs="read-write", connect_timeout=3)


class SqlBooker(Client):
    def __init__(self, env, number, names=NAMES):
        super().__init__(env)
        self.number, self.names, self.connection, self.count = number, names, None, 0
        self.acknowledged, self.rejected, self.unknown, self.answers = {}, {}, [], []

    def step(self):
        self.count += 1
        name, room = f"sql {self.number} {self.count}", self.names[self.count % len(self.names)]
        try:
            if self.connection is None:
                self.connection = connect(self.env, self.number)
                self.connection.autocommit = True
            rejected = self.count % 20 == 0
            with self.connection.cursor() as cursor:
                if rejected:
                    cursor.execute("SELECT event_id, outcome FROM jb_schedule(%s, '1 minute', start_timestamp => %s, calendars => ARRAY[%s], allow_past => true)",
                                   (name, TAKEN, self.names[0]))
                else:
                    cursor.execute("SELECT event_id, outcome FROM jb_schedule(%s, '5 minutes', calendars => ARRAY[%s])", (name, room))
                event, outcome = cursor.fetchone()
            if self.connection.notices:  # a COMMIT whose wait for the standby was cancelled answers with a warning
                self.connection.notices.clear()
                self.unknown.append(name)
                return
            if outcome != ("rejected" if rejected else "placed"):
                self.faults.append(f"{name}: {outcome}")
            (self.rejected if rejected else self.acknowledged)[name] = event
            self.answers.append(time.monotonic())
            self.ending.wait(PAUSE)
        except (psycopg2.OperationalError, psycopg2.InterfaceError, Silence, psycopg2.errors.ReadOnlySqlTransaction):
            self.unknown.append(name)
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            self.ending.wait(0.1)


class HttpsBooker(Client):
    def __init__(self, env, number, names=NAMES):
        super().__init__(env)
        self.number, self.names, self.connection, self.acknowledged, self.answers, self.count = number, names, None, {}, [], 0
        self.context = ssl.create_default_context(cafile=env["JB_CA"])
        self.context.load_cert_chain(env["JB_CERT"], env["JB_KEY"])
        self.wish = None

    def ask(self, method, path, body=None, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPSConnection(self.env["JB_URL"].removeprefix("https://"), context=self.context, timeout=30)
        try:
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def step(self):
        if self.wish is None:
            self.count += 1
            self.wish = {"event_name": f"https {self.number} {self.count}", "duration": 300, "calendars": [self.names[self.count % len(self.names)]]}, uuid.uuid4().hex
        body, key = self.wish
        try:
            status, headers, answer = self.ask("POST", "/events", json.dumps(body), {"Content-Type": "application/json", "Idempotency-Key": key})
        except (OSError, http.client.HTTPException):
            self.ending.wait(0.1)
            return
        if status == 201:
            self.acknowledged[body["event_name"]] = json.loads(answer)["id"]
            self.answers.append(time.monotonic())
            self.wish = None
            self.ending.wait(PAUSE)
        elif status == 503 and headers.get("Retry-After"):
            self.ending.wait(0.2)
        else:
            self.faults.append(f"{body['event_name']}: {status} {answer[:300]!r}")
            self.wish = None


class Follower(HttpsBooker):
    """Continues GET /changes from the last cursor, and keeps the results."""

    def __init__(self, env):
        super().__init__(env, 0)
        self.address, self.seen = "/changes?limit=1000", []

    def step(self):
        try:
            status, headers, answer = self.ask("GET", self.address)
        except (OSError, http.client.HTTPException):
            self.ending.wait(0.1)
            return
        if status == 503:
            self.ending.wait(0.2)
        elif status != 200:
            self.faults.append(f"{self.address}: {status} {answer[:300]!r}")
            self.ending.wait(1)
        else:
            changes = [(change["calendar"], change["seq"]) for change in json.loads(answer)]
            self.seen += changes
            if link := headers.get("Link"):
                self.address = link.split(">")[0].lstrip("<")
            if not changes:
                self.ending.wait(PAUSE)


class Listener:
    """jb listen, with a state file of its own; the ids that it printed."""

    def __init__(self, env, program, directory):
        self.path = os.path.join(directory, "listened")
        with open(self.path, "w", encoding="utf-8") as out, open(self.path + ".log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([program, "listen", "--json", "--after", "0", "--heartbeat", "2", "--state", os.path.join(directory, "place")],
                                            env={**os.environ, **env}, stdout=out, stderr=log)

    def ids(self):
        with open(self.path, encoding="utf-8") as file:
            return [json.loads(line)["id"] for line in file if line.endswith("\n")]

    def end(self):
        self.process.terminate()
        self.process.wait()


class Receiver(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 1  # an idle connection makes room for the next one

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append(self.headers["webhook-id"])
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


class Relay:
    """jb relay, with a state file of its own, and the receiver of its messages: their ids, in order of arrival."""

    def __init__(self, env, program, directory):
        self.server = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
        self.server.taken = []
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        secret = "whsec_" + base64.b64encode(os.urandom(24)).decode()
        with open(os.path.join(directory, "relay.log"), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([program, "relay", "--to", f"http://127.0.0.1:{self.server.server_port}/", "--from-start", "--state", os.path.join(directory, "relayed")],
                                            env={**os.environ, **env, "JB_WEBHOOK_SECRET": secret}, stdout=log, stderr=log)

    def first_seen(self, kind):
        """Each message once, in order of first arrival: a relay may send one twice."""
        return list(dict.fromkeys(message for message in list(self.server.taken) if message.startswith(kind)))

    def end(self):
        self.process.terminate()
        self.process.wait()
        self.server.shutdown()
