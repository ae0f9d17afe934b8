# SPDX-License-Identifier: PostgreSQL
"""Promise (rule 6.13): people sign in by a real organisation's portal, LemonLDAP::NG, as docs/operations.md says, and are
out once their session there has ended.

Could break: what test/http/test_sign_in.py takes for a sign-in's answers is not what one answers."""

import contextlib
import grp
import http.client
import json
import os
import pathlib
import pwd
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.parse

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "test/http"))

from certificates import Nginx, free_port
from client import Psql, Service, exchange
from test_restart import until

SHIPPED = pathlib.Path("/var/lib/lemonldap-ng/conf/lmConf-1.json")
PAGE = [("Accept", "text/html"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none")]
NAME, PORTAL, ISSUER = "calendar.example.com", "auth.example.com", "https://auth.example.com"


class Lemonldap:
    """The portal and the handler of Debian's packages, with folders of their own."""

    def __init__(self, folder, portal_port, port):
        self.folder, self.socket = folder, folder / "llng.sock"
        for name in ("conf", "sessions/lock", "psessions/lock", "cache", "notifications"):
            (folder / name).mkdir(parents=True)
        conf = json.loads(SHIPPED.read_text().replace("/var/lib/lemonldap-ng", str(folder)))
        conf |= {
            "portal": f"https://{PORTAL}:{portal_port}/", "whatToTrace": "uid", "securedCookie": 1, "https": 1,
            "locationRules": {PORTAL: {"default": "accept"}, NAME: {"default": '$uid ne "msmith"'}},
            "exportedHeaders": {}, "vhostOptions": {NAME: {"vhostHttps": 1, "vhostPort": port}},
        }
        (folder / "conf/lmConf-1.json").write_text(json.dumps(conf))
        settings = pathlib.Path("/etc/lemonldap-ng/lemonldap-ng.ini").read_text().replace("/var/lib/lemonldap-ng", str(folder))
        (folder / "lemonldap-ng.ini").write_text(settings)
        account = pwd.getpwnam("www-data")
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, account.pw_uid, account.pw_gid)
        self.process = subprocess.Popen(
            ["/usr/sbin/llng-fastcgi-server", "--foreground", "-u", "www-data", "-g", grp.getgrgid(account.pw_gid).gr_name, "-s", self.socket,
             "-p", folder / "pid", "-n", "3"],
            env={**os.environ, "LLNG_DEFAULTCONFFILE": str(folder / "lemonldap-ng.ini"), "LLNG_DEFAULTLOGGER": "Lemonldap::NG::Common::Logger::Std"},
            stdin=subprocess.DEVNULL, stdout=open(folder / "log", "w"), stderr=subprocess.STDOUT)
        until(lambda: self.process.poll() is not None or self.socket.exists(), "llng-fastcgi-server")

    def close(self):
        self.process.terminate()
        self.process.wait(30)


def sites(folder, service, socket, ports):
    """The portal's site, as Debian gives it, the endpoint of docs/operations.md for the handler, and our own."""
    page = (ROOT / "docs/operations.md").read_text()
    handler = re.search(r"```nginx\n(# LemonLDAP.*?)```", page, re.S)[1].replace("/run/llng-fastcgi-server/llng-fastcgi.sock", str(socket))
    handler = handler.replace("127.0.0.1:4180", f"127.0.0.1:{ports['auth']}")
    portal = pathlib.Path("/etc/lemonldap-ng/portal-nginx.conf").read_text()
    portal = portal.replace("/var/run/llng-fastcgi-server/llng-fastcgi.sock", str(socket)).replace("  listen [::]:80;\n", "").replace(
        "listen 80;", f"listen 127.0.0.1:{ports['portal']} ssl; ssl_certificate {service.pki}/server.crt; ssl_certificate_key {service.pki}/server.key;")
    own = (ROOT / "nginx/signed_in.conf.in").read_text()
    for name, value in {"SUBJECT_HEADER": "lm_remote_user", "SIGNED_IN_PORT": ports["own"], "SIGNED_IN_NAME": NAME,
                        "SIGNED_IN_URL": f"https://{NAME}:{ports['own']}", "SIGNED_IN_ISSUER": ISSUER,
                        "SIGN_IN": f"http://127.0.0.1:{ports['auth']}/auth", "SIGN_OUT": f"https://{PORTAL}:{ports['portal']}/?logout=1",
                        "PKI": service.pki, "LOG": folder, "CALLER_BURST": 2000}.items():
        own = own.replace(f"@{name}@", str(value))
    return own + portal + handler


class Browser:
    """Follows no redirect, and keeps the cookies of the domain."""

    def __init__(self, ports):
        self.ports = {NAME: ports["own"], PORTAL: ports["portal"]}
        self.cookies = {}

    def ask(self, url, headers=(), form=None, body=None):
        to = urllib.parse.urlsplit(url)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the stack's certificate is localhost's
        connection = http.client.HTTPSConnection("127.0.0.1", self.ports[to.hostname], timeout=30, context=context)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = urllib.parse.urlencode(form).encode() if form else body
        try:
            answer = exchange(connection, "POST" if body else "GET", (to.path or "/") + (f"?{to.query}" if to.query else ""), body,
                              [("Host", to.netloc), *headers, *([("Cookie", cookie)] if cookie else []),
                               *([("Content-Type", "application/x-www-form-urlencoded")] if form else [])])
        finally:
            connection.close()
        if "set-cookie" in answer.headers:
            for name, value in re.findall(r"(lemonldap)=([^;]*)", answer.headers["set-cookie"]):
                self.cookies[name] = value
        return answer

    def sign_in(self, portal, user):
        """Fills in the portal's form, and returns where the portal then leads."""
        page = self.ask(portal).body.decode()
        hidden = dict(re.findall(r'type="hidden" name="(token|url|skin)" value="([^"]*)"', page))
        return self.ask(portal, form={**hidden, "user": user, "password": user}).headers["location"]


@pytest.fixture(scope="module")
def ports():
    chosen = set()
    while len(chosen) < 3:
        chosen.add(free_port())
    return dict(zip(("own", "portal", "auth"), chosen))


@pytest.fixture(scope="module")
def address(ports):
    if not SHIPPED.exists():
        pytest.exit("LemonLDAP::NG is missing: dev/install test/sign_in/packages", 77)
    service, folder = Service(), pathlib.Path(tempfile.mkdtemp(prefix="jb_sign_in."))
    folder.chmod(0o755)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        lemonldap = Lemonldap(folder / "llng", ports["portal"], ports["own"])
        stack.callback(lemonldap.close)
        text = sites(str(folder / "nginx"), service, lemonldap.socket, ports)
        stack.enter_context(Nginx(str(folder / "nginx"), service.pki, lambda site: site + text))
        psql = Psql()
        stack.callback(psql.close)
        psql.value(f"SELECT coalesce(jb_principal_set('{ISSUER}', 'dwho', 'the doctor', 'secretary')::text, '')")
        service.send("PUT", "/calendars/ceo", {"time_zone": "Europe/Berlin"})
        yield f"https://{NAME}:{ports['own']}"


@pytest.fixture
def browser(ports):
    return Browser(ports)


def test_a_page_leads_to_the_portal_and_back(address, browser):
    to = browser.ask(f"{address}/?calendars=ceo", PAGE)
    assert to.status == 302
    assert browser.sign_in(to.headers["location"], "dwho") == f"{address}/?calendars=ceo"
    page = browser.ask(f"{address}/?calendars=ceo", PAGE)
    assert (page.status, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert json.loads(browser.ask(f"{address}/whoami").body) == {"principal": "the doctor", "role": "secretary"}


def test_a_program_gets_a_problem(address, browser):
    answer = browser.ask(f"{address}/whoami", [("Accept", "application/json")])
    assert (answer.status, json.loads(answer.body)["type"]) == (401, "/problems/not-signed-in")


@pytest.mark.parametrize("user, problem", [("rtyler", "/problems/not-allowed"), ("msmith", "/problems/not-let-in")])
def test_who_is_signed_in_is_not_yet_let_in(address, browser, user, problem):
    browser.sign_in(browser.ask(f"{address}/", PAGE).headers["location"], user)
    answer = browser.ask(f"{address}/events", [("Sec-Fetch-Mode", "cors")])
    assert (answer.status, json.loads(answer.body)["type"]) == (403, problem)


def test_who_is_signed_in_books(address, browser):
    browser.sign_in(browser.ask(f"{address}/", PAGE).headers["location"], "dwho")
    headers = [("Content-Type", "application/json"), ("Origin", address)]
    answer = browser.ask(f"{address}/events", headers, body=json.dumps({"event_name": "Regeneration", "duration": 600, "calendars": ["ceo"]}).encode())
    assert answer.status == 201, answer.body


def test_whose_session_has_ended_is_out(address, browser):
    browser.sign_in(browser.ask(f"{address}/", PAGE).headers["location"], "dwho")
    assert browser.ask(f"{address}/events").status == 200
    kept = dict(browser.cookies)
    goodbye = browser.ask(f"{address}/signed-out", PAGE)
    assert goodbye.status == 302
    browser.ask(goodbye.headers["location"])
    browser.cookies = kept  # whoever has copied the cookie
    assert browser.ask(f"{address}/events").status in (302, 401)


def test_an_open_page_goes_on_after_another_sign_in(address, ports):
    psql = Psql()
    psql.value(f"SELECT coalesce(jb_principal_set('{ISSUER}', 'rtyler', 'the companion', 'secretary')::text, '')")
    psql.close()
    subprocess.run(["node", ROOT / "test/sign_in/page.mjs"], check=True, timeout=300,
                   env={**os.environ, "JB_SIGNED_IN_URL": address, "JB_PORTAL": f"https://{PORTAL}:{ports['portal']}/"})
