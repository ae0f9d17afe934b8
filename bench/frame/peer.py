# SPDX-License-Identifier: PostgreSQL
"""Peers of the front end, each behind its own nginx, configured like the scheduler's except for the upstream."""
import os
import re
import shutil
import socket
import subprocess
import time

from .stack import BUILD, ROOT, Failed, run, spent

# nginx talks to FastAPI over HTTP, on as many kept connections as to the scheduler; headers carry the identity.
HTTP = """location / {
    proxy_pass http://jb_fcgi_kept;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_set_header Host $host;
    proxy_set_header X-Client-Verify $ssl_client_verify;
    proxy_set_header X-Client-Issuer $ssl_client_i_dn;
    proxy_set_header X-Client-Subject $ssl_client_s_dn;
    proxy_set_header X-Request-Id $request_id;
}
"""


class Peer:
    def __init__(self, stack, name):
        self.environment = stack.environment
        self.tree = stack.program.parents[1]
        self.room = (stack.place / "room").resolve()
        self.place = self.room / name  # where nginx's workers may go
        self.port = free_port()
        self.processes = {}

    def up(self, command, over_http):
        """Starts the program, which must listen on self.place / "socket", and nginx in front of it."""
        shutil.rmtree(self.place, ignore_errors=True)
        (self.place / "nginx").mkdir(parents=True)
        self._start("front end", command)
        self._wait((self.place / "socket").exists)
        self._write_nginx(over_http)
        self._start("nginx", ["/usr/sbin/nginx", "-p", self.place / "nginx", "-c", self.place / "nginx/nginx.conf",
                              "-e", self.place / "nginx.log"])
        self._wait(lambda: "unavailable" not in (self.get("/events/1") or "unavailable"))  # nginx's own answer until then
        return self

    def down(self):
        for process in reversed(self.processes.values()):
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def seconds(self):
        """The processor time of each of its programs so far."""
        return {name: spent(process.pid) for name, process in self.processes.items()}

    def get(self, target):
        return get(self.environment, self.port, target)

    def _write_nginx(self, over_http):
        site = (self.room / "nginx/site.conf").read_text().split("# ---- for probes on this machine")[0]
        site, sockets = re.subn(r'"unix:[^"]*"', f'"unix:{self.place / "socket"}"', site)
        routes = (self.room / "nginx/snippets/jb_scheduler.conf").read_text()
        routes = routes.replace("fastcgi_keep_conn on;", "")  # libfcgi's own loop would hold a thread for each connection
        site, ports = re.subn(r"listen 127\.0\.0\.1:\d+ ssl", f"listen 127.0.0.1:{self.port} ssl", site)
        locations = 1
        if over_http:
            routes, locations = re.subn(r"^location / \{\n.*?\n\}\n", lambda _: HTTP, routes, flags=re.S | re.M)
        if (sockets, ports, locations) != (2, 1, 1):
            raise Failed("a peer's nginx configuration cannot be made from ours: it has changed its form")
        (self.place / "nginx/snippets").mkdir()
        (self.place / "nginx/snippets/jb_scheduler.conf").write_text(routes)
        (self.place / "nginx/site.conf").write_text(site)
        main = (self.room / "nginx/nginx.conf").read_text().replace(str(self.room / "nginx"), str(self.place / "nginx"))
        (self.place / "nginx/nginx.conf").write_text(main)
        shutil.copy(self.room / "nginx/ca.crl", self.place / "nginx/ca.crl")

    def _start(self, name, command):
        with open(self.place / f"{name}.log", "a") as log:
            self.processes[name] = subprocess.Popen([str(part) for part in command], stdout=log, stderr=log, env=self.environment)

    def _wait(self, condition):
        end = time.monotonic() + 20
        while not condition():
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes.values()):
                logs = " | ".join(log.read_text().strip()[-300:] for log in self.place.glob("*.log"))
                self.down()
                raise Failed(f"{self.place.name} does not come up: {logs}")
            time.sleep(0.1)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def get(environment, port, target):
    """The body of the answer; empty if there is none."""
    return subprocess.run(["curl", "-s", "--cacert", environment["JB_CA"], "--cert", environment["JB_CERT"], "--key",
                           environment["JB_KEY"], f"https://localhost:{port}{target}"], capture_output=True, text=True).stdout


def fastapi(stack):
    """uvicorn with a worker for each core."""
    peer = Peer(stack, "fastapi")
    named = run(["openssl", "x509", "-in", stack.environment["JB_CERT"], "-noout", "-subject", "-nameopt", "RFC2253"])
    stack.psql((ROOT / "bench/peers/fastapi/schema.sql").read_text(),
               variables={"subject": named.strip().removeprefix("subject=")})
    return peer.up(["/usr/bin/python3", "-B", "-m", "uvicorn", "app:app", "--app-dir", ROOT / "bench/peers/fastapi",
                    "--uds", peer.place / "socket", "--workers", os.cpu_count(), "--loop", "uvloop", "--http", "httptools",
                    "--no-access-log", "--log-level", "warning"], over_http=True)


def road(stack):
    """bench/peers/road.cpp, which inserts into the table of bench/peers/bare.sql."""
    return on_the_road(stack, "road")


def floor(stack):
    """The road, writing the rows of a booking."""
    return on_the_road(stack, "floor", "floor")


def on_the_road(stack, name, *arguments):
    peer = Peer(stack, name)
    return peer.up([BUILD.parent / "road", peer.place / "socket", *arguments], over_http=False)
