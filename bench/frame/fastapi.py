# SPDX-License-Identifier: PostgreSQL
"""Runs the FastAPI peer: uvicorn with one worker a core, behind an nginx whose configuration is made from the scheduler's."""
import os
import re
import shutil
import subprocess
import time

from .stack import ROOT, Failed, run

# The identity comes in headers instead of FastCGI parameters; there are as many kept connections as clients.
UPSTREAM = 'upstream peer {\n    server "unix:SOCKET";\n    keepalive 16;\n}\n'
LOCATION = """    location / {
        proxy_pass http://peer;
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header X-Client-Verify $ssl_client_verify;
        proxy_set_header X-Client-Issuer $ssl_client_i_dn;
        proxy_set_header X-Client-Subject $ssl_client_s_dn;
        proxy_set_header X-Request-Id $request_id;
    }
"""


class FastApi:
    def __init__(self, stack, port):
        self.stack = stack
        self.port = port
        self.room = (stack.place / "room").resolve()
        self.place = self.room / "peer"  # where nginx's workers may go
        self.processes = []

    def up(self):
        shutil.rmtree(self.place, ignore_errors=True)
        (self.place / "nginx").mkdir(parents=True)
        self._database()
        self._spawn("uvicorn", ["/usr/bin/python3", "-B", "-m", "uvicorn", "app:app", "--app-dir", ROOT / "bench/peers/fastapi",
                                "--uds", self.place / "socket", "--workers", str(os.cpu_count()),
                                "--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning"],
                    PGDATABASE="fastapi")
        self._write_nginx()
        self._wait(lambda: (self.place / "socket").exists())
        self._spawn("nginx", ["/usr/sbin/nginx", "-p", self.place / "nginx", "-c", self.place / "nginx/nginx.conf",
                              "-e", self.place / "nginx.log"])
        self._wait(lambda: self._status() == "405")  # GET on a route of POST: the application answers

    def down(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()

    def _database(self):
        subject = run(["openssl", "x509", "-in", self.stack.environment["JB_CERT"], "-noout", "-subject", "-nameopt",
                       "RFC2253"]).strip().removeprefix("subject=")
        self.stack.psql("CREATE DATABASE fastapi")
        self.stack.psql((ROOT / "bench/peers/fastapi/schema.sql").read_text(), "fastapi", {"subject": subject})

    def _write_nginx(self):
        site = (self.room / "nginx/site.conf").read_text()
        site = site.split("# ---- for probes on this machine")[0]
        site, upstreams = re.subn(r"upstream jb_fcgi \{.*?\n\}\n", UPSTREAM.replace("SOCKET", str(self.place / "socket")),
                                  site, flags=re.S)
        site, locations = re.subn(r"    location / \{\n.*?\n    \}\n", lambda _: LOCATION, site, flags=re.S)
        site, ports = re.subn(r"listen 127\.0\.0\.1:\d+ ssl", f"listen 127.0.0.1:{self.port} ssl", site)
        if (upstreams, locations, ports) != (1, 1, 1):
            raise Failed("the peer's nginx configuration cannot be made from ours: it has changed its form")
        (self.place / "nginx/site.conf").write_text(site)
        main = (self.room / "nginx/nginx.conf").read_text().replace(str(self.room / "nginx"), str(self.place / "nginx"))
        (self.place / "nginx/nginx.conf").write_text(main)
        shutil.copy(self.room / "nginx/ca.crl", self.place / "nginx/ca.crl")

    def _status(self):
        environment = self.stack.environment
        done = subprocess.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--cacert", environment["JB_CA"],
                               "--cert", environment["JB_CERT"], "--key", environment["JB_KEY"],
                               f"https://localhost:{self.port}/events"], capture_output=True, text=True)
        return done.stdout

    def _spawn(self, name, command, **variables):
        log = open(self.place / f"{name}.log", "a")
        self.processes.append(subprocess.Popen([str(part) for part in command], stdout=log, stderr=log,
                                               env={**self.stack.environment, **variables}))

    def _wait(self, condition):
        end = time.monotonic() + 20
        while not condition():
            if time.monotonic() > end or any(process.poll() is not None for process in self.processes):
                logs = " | ".join(log.read_text().strip()[-300:] for log in self.place.glob("*.log"))
                raise Failed(f"FastAPI does not come up: {logs}")
            time.sleep(0.1)
