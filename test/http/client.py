# SPDX-License-Identifier: PostgreSQL
"""HTTPS with a client certificate, and a psql that stays open. Standard library only."""

import http.client
import json
import os
import ssl
import subprocess
from dataclasses import dataclass
from urllib.parse import urlsplit

JSON = [("Content-Type", "application/json")]


@dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    body: bytes


class Service:
    """The stack described by the environment, which dev/stack writes."""

    def __init__(self, environment=os.environ):
        url = urlsplit(environment["JB_URL"])
        admin = urlsplit(environment["JB_ADMIN_URL"])
        self.address = (url.hostname, url.port)
        self.admin_address = (admin.hostname, admin.port)
        public = urlsplit(environment.get("JB_PUBLIC_URL", ""))
        self.public_address = (public.hostname, public.port) if public.hostname else None
        self.ca = environment["JB_CA"]
        self.pki = os.path.dirname(self.ca)
        self.contexts = {}

    def context(self, certificate):
        if certificate not in self.contexts:
            context = ssl.create_default_context(cafile=self.ca)
            if certificate not in ("nobody", "guest"):
                path = os.path.join(self.pki, certificate)
                context.load_cert_chain(path + ".crt", path + ".key")
            self.contexts[certificate] = context
        return self.contexts[certificate]

    def connect(self, certificate="manager"):
        if certificate == "probe":
            return http.client.HTTPConnection(*self.admin_address, timeout=30)
        address = self.public_address if certificate == "guest" else self.address
        return http.client.HTTPSConnection(*address, timeout=30, context=self.context(certificate))

    def send(self, method, target, body=None, token=None, certificate="manager", more=()):
        """A request whose body, if any, is JSON, with a token if one is given."""
        headers = (JSON if body is not None else []) + ([("Authorization", f"Bearer {token}")] if token else []) + list(more)
        return self.call(method, target, None if body is None else json.dumps(body).encode(), headers, certificate)

    def call(self, method, target, body=None, headers=(), certificate="manager"):
        connection = self.connect(certificate)
        try:
            return exchange(connection, method, target, body, headers)
        finally:
            connection.close()


def exchange(connection, method, target, body=None, headers=()):
    connection.putrequest(method, target, skip_host=any(n.lower() == "host" for n, _ in headers), skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    if body is not None and not any(n.lower() == "content-length" for n, _ in headers):
        connection.putheader("Content-Length", str(len(body)))
    try:
        connection.endheaders(body)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server refused before the whole body was sent: its answer can be read
    response = connection.getresponse()
    received = response.read()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, received)


def gauges():
    """The front end's values in GET /metrics, by name."""
    told = Service().call("GET", "/metrics", certificate="probe").body.decode()
    return {name: float(value) for name, value in (line.split() for line in told.splitlines() if line.startswith("jb_") and "{" not in line)}


class Psql:
    """A psql session; each statement must return one value."""

    END = "end of the answer"

    def __init__(self):
        self.process = subprocess.Popen(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )

    def value(self, statement):
        self.process.stdin.write(f"{statement};\n\\echo {self.END}\n")
        self.process.stdin.flush()
        lines = []
        for line in self.process.stdout:
            if line.rstrip("\n") == self.END:
                return "\n".join(lines)
            lines.append(line.rstrip("\n"))
        raise RuntimeError(f"psql ended at: {statement}")

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()
