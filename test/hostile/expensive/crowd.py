# SPDX-License-Identifier: PostgreSQL
"""Fifty hostile connections each of a viewer, a secretary and guests. The crowd is a process of its own with the lowest
priority, so that its time is not taken from the measuring test.

    crowd.py SECONDS POLL FEED

Guests come from fifty addresses of the loopback network, since nginx counts by address. Prints how often each status came."""

import collections
import json
import os
import pathlib
import random
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent.parent / "http"))

from client import Service  # noqa: E402
from found import batches, files, products, readings, rules  # noqa: E402
from request import Request, book, explain  # noqa: E402

EACH = 50
PAUSE = 0.1  # seconds between an answer and the next request: their content shall cost, not their number
PATIENCE = 60


def of_viewer():
    yield from (explain(name, wish) for name, wish in {**rules(), **products()}.items() if len(json.dumps(wish)) < 10_000)
    yield from (request for request in readings() if "viewer" in request.roles and request.target)


def of_secretary():
    yield from (book(name, wish) for name, wish in {**rules(), **products()}.items() if len(json.dumps(wish)) < 500_000)
    yield from (request for request in [*batches(), *files()] if len(request.body) < 500_000)


def of_guest(poll, feed):
    schedule = [{"start": f"2027-01-{1 + i % 28:02}T{i % 24:02}:00:00Z", "end": f"2027-01-{1 + i % 28:02}T{i % 24:02}:30:00Z"} for i in range(1000)]
    for name in ("x", "y"):
        for body in (b"[]", b"[" * 1000, json.dumps(schedule).encode()):
            yield Request("answer", (), "", "PUT", f"/polls/{poll}/schedules/{name}", body)
    yield Request("feed", (), "", "GET", f"/feeds/{feed}.ics")


class Hostile(threading.Thread):
    def __init__(self, service, certificate, requests, number, until, counts):
        super().__init__(daemon=True)
        self.service, self.certificate, self.until, self.counts = service, certificate, until, counts
        self.requests = [request.bytes(close=False) for request in requests]
        self.random = random.Random(f"{certificate} {number}")
        self.source = (f"127.0.0.{2 + number}", 0) if certificate == "guest" else None

    def connect(self):
        address = self.service.public_address if self.certificate == "guest" else self.service.address
        plain = socket.create_connection(address, PATIENCE, self.source)
        return self.service.context(self.certificate).wrap_socket(plain, server_hostname=address[0])

    def run(self):
        connection = None
        while time.monotonic() < self.until:
            try:
                connection = connection or self.connect()
                connection.sendall(self.random.choice(self.requests))
                self.counts[self.certificate, status_of_answer(connection)] += 1
            except OSError:
                self.counts[self.certificate, "closed"] += 1
                connection = None
            time.sleep(self.random.uniform(0, 2 * PAUSE))


def status_of_answer(connection):
    """Reads an answer to its end and throws it away."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += part_of(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    chunked = b"transfer-encoding" in fields
    length, size, end = int(fields.get(b"content-length", 0)), len(body), body[-5:]
    while end != b"0\r\n\r\n" if chunked else size < length:
        part = part_of(connection)
        size, end = size + len(part), (end + part)[-5:]
    return head.split()[1].decode()


def part_of(connection):
    part = connection.recv(1 << 18)
    if not part:
        raise ConnectionResetError
    return part


def main():
    seconds, poll, feed = float(sys.argv[1]), *sys.argv[2:]
    os.nice(19)
    service, counts = Service(), collections.Counter()
    asked = {"viewer": list(of_viewer()), "secretary": list(of_secretary()), "guest": list(of_guest(poll, feed))}
    print("ready", flush=True)
    until = time.monotonic() + seconds
    crowd = [Hostile(service, certificate, requests, number, until, counts) for certificate, requests in asked.items() for number in range(EACH)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join(max(0, until + PATIENCE - time.monotonic()))
    print(json.dumps({f"{certificate} {status}": count for (certificate, status), count in sorted(counts.items())}))


if __name__ == "__main__":
    main()
