# SPDX-License-Identifier: PostgreSQL
"""The instructions that a front end executes for one request, by callgrind on its process, without those of the kernel,
nginx and PostgreSQL. As for a backend, a figure is the difference between two runs, divided by the additional requests
of the second."""
import http.client
import os
import ssl

from .peer import Peer

REQUESTS = 400
OPENING = 50

BODY = '{"event_name": "Visit", "duration": 1800, "calendars": ["c%d"]}'
ROAD_BODY = '{"calendar": "c%d", "start_timestamp": "%d-01-01T00:00:00Z"}'


def jb_fcgi(peer):
    environment = peer.environment
    peer.environment = {**environment, "JB_SOCKET": peer.place / "socket", "PGDATABASE": "jb", "PGUSER": "jb_gateway"}
    return [peer.tree / "build" / "jb_fcgi"]


def road(peer):
    return [peer.tree / "build" / "road", peer.place / "socket"]


# The program, method and target of a request, and its body if any, by the number of the request.
COUNTED = {
    "POST /events": (jb_fcgi, "POST", "/events", lambda number: BODY % (number % 100)),
    "GET /events/:id": (jb_fcgi, "GET", "/events/1", None),
    "GET /events/status/:id": (jb_fcgi, "GET", "/events/status/1", None),
    "GET /events, a hundred": (jb_fcgi, "GET", "/events?calendar=listed&from=2090-02-01T00:00:00Z&limit=100", None),
    "GET /slots, ten": (jb_fcgi, "GET", "/slots?duration=1800&calendars=c7&limit=10", None),
    "the road's POST": (road, "POST", "/events", lambda number: ROAD_BODY % (number % 100, 2100 + number // 100)),
}


def ask(peer, name, first, count):
    """Sends requests over one kept connection; every answer must be good."""
    _, method, target, body = COUNTED[name]
    environment = peer.environment
    context = ssl.create_default_context(cafile=environment["JB_CA"])
    context.load_cert_chain(environment["JB_CERT"], environment["JB_KEY"])
    connection = http.client.HTTPSConnection("localhost", peer.port, context=context)
    for number in range(first, first + count):
        connection.request(method, target, body(number) if body else None, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status in (200, 201), (name, answer.status, said)


def run_of(stack, name, folder, total, first, count):
    """callgrind's file on a process that answers that many requests."""
    before = set(folder.iterdir())
    peer = Peer(stack, "counted")
    command = COUNTED[name][0](peer)
    umask = os.umask(0)  # nginx, another user, must reach the socket
    try:
        peer.up(["valgrind", "--tool=callgrind", "--quiet", f"--callgrind-out-file={folder}/%p", *command], over_http=False)
    finally:
        os.umask(umask)
    try:
        ask(peer, name, first, count)
    finally:
        peer.down()
    return max(set(folder.iterdir()) - before, key=total)


def runs(stack, name, folder, total):
    """The files of a short run and a long one."""
    return (run_of(stack, name, folder, total, 0, OPENING), run_of(stack, name, folder, total, OPENING, OPENING + REQUESTS))
