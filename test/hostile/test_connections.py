# SPDX-License-Identifier: PostgreSQL
"""Promise: a client that sends slowly, or opens ten thousand silent connections, takes connections of nginx, but no
thread of the program, and holds up no other client.

Why it could break: the program reads a body while it arrives; a worker of nginx has fewer connections or files than
come. test_slow_end.py shows how the slow connections end."""

import os
import resource
import select
import socket
import time

import pytest

from client import gauges
from raw import PATIENCE, until

MANY = 10_000
CLIENT_TIMEOUT = 15  # client_header_timeout and client_body_timeout
SOCKET = os.path.join(os.path.dirname(os.environ.get("PGHOST", "")), "fcgi", "socket")


def requests_in_hand():
    """The number of requests in the program, except the one that asks."""
    told = gauges()
    return told["jb_threads_busy"] + told["jb_requests_in_line"] - 1


def test_slow_senders_hold_no_thread(service, slow):
    until(lambda: requests_in_hand() == 0, "the program's being idle")
    for connection in slow[0] + slow[1]:
        connection.send("a")
    assert requests_in_hand() == 0
    for _ in range(20):
        assert service.call("GET", "/health").status == 200


def test_a_connection_without_a_request_is_given_up(service):
    """As from an nginx worker stopped before or during sending: nothing, half of a FastCGI record's head, a request
    without parameters that does not end."""
    begun = b"\1\1\0\1\0\10\0\0" + b"\0\1\0\0\0\0\0\0"
    silent = []
    for sent in (b"", begun[:4], begun, begun) * 2:
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(SOCKET)
        connection.send(sent)
        connection.settimeout(PATIENCE)
        silent.append(connection)
    for _ in range(20):
        assert service.call("GET", "/health").status == 200
    for connection in silent:
        said = b""
        while part := connection.recv(1000):
            said += part
        assert b"Status" not in said, "half a request was answered"
        connection.close()


def record(kind, content):
    """A FastCGI record of request 1."""
    return bytes([1, kind, 0, 1]) + len(content).to_bytes(2, "big") + b"\0\0" + content


def live_request():
    """A GET of /health/live, as nginx sends it on a kept connection."""
    parameters = {b"REQUEST_METHOD": b"GET", b"REQUEST_URI": b"/health/live", b"JB_FACE": b"admin", b"JB_CALLER": b"probe"}
    pairs = b"".join(bytes([len(name), len(value)]) + name + value for name, value in parameters.items())
    return record(1, b"\0\1\1\0\0\0\0\0") + record(4, pairs) + record(4, b"") + record(5, b"")


def answer_on(connection):
    """The bytes up to the end of the request, which is a record of eight bytes."""
    said = b""
    while record(3, bytes(8)) not in said and (part := connection.recv(1000)):
        said += part
    return said


def test_kept_connections_hold_no_thread(service):
    """More of them than there are threads. Then one sends half a head, and one ends."""
    kept = []
    for _ in range(40):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(PATIENCE)
        connection.connect(SOCKET)
        kept.append(connection)
    for _ in range(3):
        for connection in kept:
            connection.send(live_request())
        assert all(b"Status: 200" in answer_on(connection) for connection in kept)
    kept[0].send(live_request()[:12])
    kept[1].close()
    for _ in range(20):
        assert service.call("GET", "/health").status == 200
    assert kept[0].recv(1000) == b"", "half a request was waited for"
    kept[2].send(live_request())
    assert b"Status: 200" in answer_on(kept[2])
    for connection in kept:
        connection.close()


def allow_files(count):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        pytest.skip(f"this machine allows a process {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))


def connect_all(address, count):
    """Simultaneously open connections, each with the first byte of TLS sent, so that nginx counts it as busy."""
    connections = []
    for _ in range(count):
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(address)
        connections.append(connection)
    waiting = {connection.fileno(): connection for connection in connections}
    poll = select.poll()
    for number in waiting:
        poll.register(number, select.POLLOUT)
    deadline = time.monotonic() + PATIENCE
    while waiting:
        assert time.monotonic() < deadline, f"{len(waiting)} of {count} connections did not come about"
        for number, _ in poll.poll(1000):
            poll.unregister(number)
            connection = waiting.pop(number)
            assert connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
            connection.send(b"\x16")
    return connections


def still_open(connections):
    poll = select.poll()
    for connection in connections:
        poll.register(connection, select.POLLIN | select.POLLHUP)
    return len(connections) - len(poll.poll(0))


def test_ten_thousand_connections(service, slow):
    allow_files(MANY + 500)
    came = time.monotonic()
    connections = connect_all(("127.0.0.1", service.address[1]), MANY)
    try:
        longest = 0
        for _ in range(20):
            began = time.monotonic()
            assert service.call("GET", "/events?limit=1").status == 200
            longest = max(longest, time.monotonic() - began)
        closed = MANY - still_open(connections)
        assert closed == 0 or time.monotonic() - came > CLIENT_TIMEOUT, f"{closed} were closed for want of room, not of time"
        assert longest < CLIENT_TIMEOUT, f"a caller waited {longest:.1f} s behind those who say nothing"
        print(f"{MANY} connections; the slowest of 20 calls meanwhile took {longest * 1000:.0f} ms")
    finally:
        for connection in connections:
            connection.close()
