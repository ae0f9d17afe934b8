# SPDX-License-Identifier: PostgreSQL
"""Bytes to the front end and back, as no HTTP library would send them."""

import json
import os
import pathlib
import re
import socket
import ssl
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "http"))

from client import Service  # noqa: E402

PATIENCE = 60


class Raw:
    """A connection. `certificate` names the caller; `nobody` has no certificate, `guest` calls the public address,
    `probe` the address without TLS; `plain` speaks no TLS at an address that requires it."""

    def __init__(self, service, certificate="manager", plain=False):
        address = {"guest": service.public_address, "probe": service.admin_address}.get(certificate, service.address)
        self.socket = socket.create_connection(address, PATIENCE)
        if not plain and certificate != "probe":
            self.socket = service.context(certificate).wrap_socket(self.socket, server_hostname=address[0])

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode("latin-1"))
        return self

    def receive(self):
        """Everything received until the other side closes."""
        parts = []
        while True:
            try:
                part = self.socket.recv(65536)
            except (ConnectionResetError, ssl.SSLError, BrokenPipeError):
                break
            if not part:
                break
            parts.append(part)
        return b"".join(parts)

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def answers(received):
    """The answers received, in order: status, headers by lower-case name, body. Nothing else may have been received."""
    found = []
    while received:
        head, border, rest = received.partition(b"\r\n\r\n")
        assert border, f"no answer: {received[:200]!r}"
        lines = head.decode("latin-1").split("\r\n")
        status = re.fullmatch(r"HTTP/1\.[01] (\d{3})( .*)?", lines[0])
        assert status, f"no status line: {lines[0]!r}"
        headers = {}
        for line in lines[1:]:
            name, colon, value = line.partition(": ")
            assert colon and name.lower() not in headers, f"an odd header: {line!r}"
            headers[name.lower()] = value
        length = int(headers.get("content-length", 0))
        assert len(rest) >= length, "an answer that was cut short"
        found.append((int(status[1]), headers, rest[:length]))
        received = rest[length:]
    return found


def ask(service, data, certificate="manager"):
    """What comes back to `data`. The other side must close the connection, by itself or because `data` asks for it."""
    with Raw(service, certificate) as connection:
        connection.send(data)
        return answers(connection.receive())


def problem(answer, status):
    """Asserts that the answer is a problem with this status, in the form of all problems."""
    assert answer[0] == status, answer
    assert answer[1]["content-type"] == "application/problem+json", answer
    body = json.loads(answer[2])
    assert body["status"] == status and body["type"].startswith("/problems/") and body["title"], answer
    assert body["request_id"] == answer[1]["x-request-id"], answer
    return body


def until(condition, what):
    """The condition's value once it is true."""
    deadline = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen"
        time.sleep(0.02)
    return value


def ask_until(service, data, certificate="manager"):
    """What comes back to `data`, asked until some of it is taken: other tests may have used up what this caller may ask."""
    def taken():
        found = ask(service, data, certificate)
        return found if {answer[0] for answer in found} != {429} else None

    return until(taken, "an answer other than 429")


def log_directory():
    return pathlib.Path(os.environ["JB_STACK_DIR"]) / "log"


def service():
    return Service()
