# SPDX-License-Identifier: PostgreSQL
"""POST /events while 500 long polls wait, half for rejections, half for changes of a calendar without changes."""
import contextlib
import os
import re
import select
import socket
import ssl
import time

from frame.found import Found
from frame.https import CONNECTIONS, Scheduler, load
from frame.stack import Failed, run
from frame.table import Row, Topic
from topics.http import FIXED

COUNT = 500
CERTIFICATES = ("manager", "secretary", "viewer")  # in turn: nginx allows each 200 requests at once
TARGETS = ("/rejections?after=9000000000000000000&wait=50", "/calendars/quiet/changes?wait=50")

database = None


def prepare(bench):
    global database
    database = bench.stack.existing("jb")
    database.calendars(1000)
    database.sql("SELECT jb_calendar_set('quiet', '{}')")
    milliseconds(bench)


def waiting(environment):
    """The number of long polls that wait in the front end."""
    told = run(["curl", "-s", "--noproxy", "*", "--max-time", 20, f"{environment['JB_ADMIN_URL']}/metrics"])
    return int(re.search(r"^jb_long_polls (\d+)$", told, re.M)[1])


def ask(context, port, target):
    connection = context.wrap_socket(socket.create_connection(("localhost", port)), server_hostname="localhost")
    connection.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    return connection


def client_context(ca, name):
    context = ssl.create_default_context(cafile=ca)
    path = os.path.join(os.path.dirname(ca), name)
    context.load_cert_chain(path + ".crt", path + ".key")
    return context


@contextlib.contextmanager
def parked(environment):
    contexts = [client_context(environment["JB_CA"], name) for name in CERTIFICATES]
    port = int(environment["JB_URL"].rsplit(":", 1)[1])
    with contextlib.ExitStack() as stack:
        polls = [stack.enter_context(ask(contexts[i % len(contexts)], port, TARGETS[i % 2])) for i in range(COUNT)]
        deadline = time.monotonic() + 20
        while waiting(environment) < COUNT:
            if time.monotonic() > deadline:
                raise Failed("the long polls do not wait")
            time.sleep(0.05)
        yield
        for poll in polls:
            poll.setblocking(False)
        if any(is_answered(poll) for poll in polls):
            raise Failed("a long poll was answered while it had to wait")


def is_answered(poll):
    """Whether an answer has arrived: a socket may also be readable because of a TLS message."""
    if not select.select([poll], [], [], 0)[0]:
        return False
    try:
        return poll.recv(1) is not None
    except ssl.SSLWantReadError:
        return False


def milliseconds(bench):
    """The time of a POST on each of the kept connections."""
    found = load(bench, Scheduler(bench.stack), ("POST", "/events", FIXED))
    return Found(CONNECTIONS * 1000 / found, found.note, found.parts)


def while_they_wait(bench):
    with parked(bench.stack.environment):
        return milliseconds(bench)


TOPIC = Topic(
    "long_poll", prepare, {"none wait": milliseconds, "500 wait": while_they_wait},
    [Row("long_poll", f"`POST /events`, fixed, {CONNECTIONS} kept connections, while {COUNT} long polls wait", "while none waits",
         "500 wait", "none wait", "ms", 1.1, kind="growth")],
    lambda bench: database.is_sound())
