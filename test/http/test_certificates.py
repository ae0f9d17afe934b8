# SPDX-License-Identifier: PostgreSQL
"""Promise (rules 6.1 and 6.2): only a currently valid client certificate of this CA that is not revoked admits its
holder, as the principal listed with exactly this issuer and subject, letter by letter. A principal taken off the list
is refused within a second.

Could break: nginx verifies less than assumed; a name is quoted in one place and not in another; a session, a second
server block or a header takes the place of a certificate that was not shown."""

import http.client
import json
import os
import shutil
import socket
import ssl
import subprocess
import time
import uuid

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from certificates import DAY, ORGANISATION, SERVER, Authority, Nginx, common, name, names, write
from client import exchange
from test_restart import stack, until

own_stack = pytest.mark.skipif("JB_STACK_DIR" not in os.environ, reason="not a stack of the test's own")


@pytest.fixture(scope="module")
def authority(service):
    return Authority.load(service.pki)


def client_context(service, path=None, **options):
    context = ssl.create_default_context(cafile=service.ca)
    if path:
        context.set_ciphers("DEFAULT@SECLEVEL=0")  # the server must judge what the client sends
        context.load_cert_chain(path + ".crt", path + ".key")
    for option, value in options.items():
        setattr(context, option, value)
    return context


def ask(service, path, target="/events", address=None, method="GET", headers=()):
    connection = http.client.HTTPSConnection(*(address or service.address), timeout=30, context=client_context(service, path))
    try:
        return exchange(connection, method, target, None, headers)
    finally:
        connection.close()


def enter(psql, path, role, principal="somebody"):
    issuer, subject = names(path)
    wanted = "NULL, NULL" if role is None else f"'{principal}', '{role}'"
    psql.value(f"SELECT coalesce(jb_principal_set($i${issuer}$i$, $s${subject}$s$, {wanted})::text, '')")


MANAGER = common("manager")


def refused(folder, ca):
    """Certificates with the manager's subject, by their defect. None of them may admit its holder."""
    other = Authority.make(name(ORGANISATION, (NameOID.COMMON_NAME, "another CA")))
    double = Authority.make(ca.certificate.subject)
    between = Authority.make(name(ORGANISATION, (NameOID.COMMON_NAME, "between")), ca)
    namesake = Authority.make(ca.certificate.subject, ca)
    return {
        "expired": ca.issue(folder, "expired", MANAGER, begins=-2 * DAY, ends=-DAY / 1440),
        "not yet valid": ca.issue(folder, "early", MANAGER, begins=DAY / 24),
        "meant for servers": ca.issue(folder, "usage", MANAGER, usage=SERVER),
        "of another CA": other.issue(folder, "other", MANAGER),
        "of another CA of the same name": double.issue(folder, "double", MANAGER),
        "the same, with its CA beside it": double.issue(folder, "brought", MANAGER, chain=[double]),
        "of a CA that ours was not meant to have below it": between.issue(folder, "between", MANAGER, chain=[between]),
        "of such a one with our own CA's name": namesake.issue(folder, "namesake", MANAGER, chain=[namesake]),
        "with a key that anybody can break": ca.issue(folder, "weak", MANAGER, weak=True),
    }


def test_what_the_ca_did_not_mean_is_refused(service, authority, tmp_path):
    assert ask(service, authority.issue(str(tmp_path), "fine", MANAGER)).status == 200, "the same without a fault is let in"
    for fault, path in refused(str(tmp_path), authority).items():
        answer = ask(service, path)
        assert answer.status == 401, f"{fault}: {answer}"
        assert json.loads(answer.body)["type"] == "/problems/no-certificate"


def test_server_and_ca_are_no_clients(service):
    assert ask(service, os.path.join(service.pki, "server")).status == 401
    assert ask(service, os.path.join(service.pki, "ca")).status in (401, 403)


# These subjects resemble the manager's, O=jb_scheduler development and CN=manager, but each is another subject.
NEARLY = {
    "a comma that ends nothing": name((NameOID.COMMON_NAME, "manager,O=jb_scheduler development")),
    "the other order": name((NameOID.COMMON_NAME, "manager"), ORGANISATION),
    "one part of two values": x509.Name([x509.RelativeDistinguishedName(
        [x509.NameAttribute(*ORGANISATION), x509.NameAttribute(NameOID.COMMON_NAME, "manager")])]),
    "a byte of zero": common("manager\0"),
    "what comes after a byte of zero": common("manager\0,O=x"),
    "a space at the end": common("manager "),
    "a space at the beginning": common(" manager"),
    "a capital letter": common("Manager"),
    "a backslash": common("manager\\"),
    "a letter that looks the same": common("m\u0430nager"),
    "a letter with an accent beside it": common("manage\u0301r"),
    "a part more": name(ORGANISATION, (NameOID.COMMON_NAME, "manager"), (NameOID.ORGANIZATIONAL_UNIT_NAME, "x")),
    "the same part twice": name(ORGANISATION, (NameOID.COMMON_NAME, "manager"), (NameOID.COMMON_NAME, "manager")),
    "another attribute": name(ORGANISATION, (NameOID.GIVEN_NAME, "manager")),
    "a plus sign": common("manager+UID=0"),
    "an end of line": common("manager\nO=jb_scheduler development"),
    "a quote": common("manager' OR 'a'='a"),
}


@own_stack
def test_a_name_is_compared_letter_by_letter(service, authority, tmp_path):
    log = os.path.join(os.environ["JB_STACK_DIR"], "log")
    with open(os.path.join(log, "access.log"), "rb") as file:
        before = len(file.read().splitlines())
    for number, (what, subject) in enumerate(NEARLY.items()):
        answer = ask(service, authority.issue(str(tmp_path), str(number), subject))
        assert answer.status == 403, f"{what}: {answer}"
    assert ask(service, authority.issue(str(tmp_path), "nameless", x509.Name([]))).status == 401, "nobody is nobody"

    def logged():
        with open(os.path.join(log, "access.log"), "rb") as file:
            return file.read().splitlines()[before:]
    until(lambda: len(logged()) > len(NEARLY), "a line for each in nginx's log")
    assert all(isinstance(json.loads(line), dict) for line in logged()), "no name breaks out of its line"


ODD = ['comma, "quote" <angle>; #sharp + plus = equals \\ back', "#leading", " both ends ", "Jürgen Groß-Ähß 会议 🗓", "tab\tand\nline", "x" * 64]


def test_an_odd_name_is_let_in_as_openssl_writes_it(service, authority, psql, tmp_path):
    for number, text in enumerate(ODD):
        path = authority.issue(str(tmp_path), str(number), common(text))
        enter(psql, path, "viewer")
        assert ask(service, path).status == 200, text
        enter(psql, path, None)


FORGED = [(name, value) for value in ("SUCCESS", "manager", "CN=manager,O=jb_scheduler development", "admin") for name in (
    "JB-Face", "JB_FACE", "JB-Client-Verify", "JB_CLIENT_VERIFY", "JB-Client-Subject", "JB_CLIENT_SUBJECT", "JB-Client-Issuer",
    "HTTP-JB-Face", "X-SSL-Client-Verify", "X-SSL-Client-S-DN", "X-Client-Cert", "SSL-Client-Verify", "Proxy", "X-Forwarded-User",
    "X-Forwarded-For", "Forwarded", "Remote-User", "X-Remote-User", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override",
    "Authorization", "Script-Name", "Path-Info", "Request-URI", "Document-URI")]


def test_no_header_makes_anybody_somebody(service):
    for header in FORGED:
        assert service.call("GET", "/events", headers=[header], certificate="nobody").status == 401, header
        assert service.call("GET", "/events", headers=[header], certificate="stranger").status == 403, header
        assert service.call("DELETE", "/events/1", headers=[header], certificate="viewer").status == 403, header


# ---- TLS ----

def handshake(service, context, address=None, session=None):
    raw = socket.create_connection(address or service.address, timeout=30)
    return context.wrap_socket(raw, server_hostname="localhost", session=session)


def read_all(tls):
    received = b""
    try:
        while data := tls.recv(65536):
            received += data
    except (ConnectionResetError, ssl.SSLError):
        pass
    return received


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_old_versions_are_refused(service, version):
    for address in (service.address, service.public_address):
        if address is None:
            continue
        context = client_context(service, os.path.join(service.pki, "manager"))
        context.minimum_version = context.maximum_version = version
        with pytest.raises(ssl.SSLError, match="(?i)version"):
            handshake(service, context, address)


def test_ciphers_without_forward_secrecy_are_refused(service):
    context = client_context(service, os.path.join(service.pki, "manager"), maximum_version=ssl.TLSVersion.TLSv1_2)
    for cipher in ("AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA384", "NULL", "aNULL"):
        context.set_ciphers(cipher + "@SECLEVEL=0")
        with pytest.raises(ssl.SSLError, match="(?i)handshake failure"):
            handshake(service, context)


REQUEST = b"GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_no_session_is_resumed(service, version):
    """No session is resumed at the same address. Nor is one of the public address, which asks for no certificate,
    resumed here (CVE-2025-23419)."""
    known = client_context(service, os.path.join(service.pki, "manager"), minimum_version=version, maximum_version=version)
    sessions = []
    for address in filter(None, (service.address, service.public_address)):
        with handshake(service, known, address) as tls:
            tls.sendall(REQUEST)
            read_all(tls)
            sessions.append(tls.session)
    for session in sessions:
        with handshake(service, known, session=session) as tls:
            assert not tls.session_reused
    with handshake(service, client_context(service)) as tls:
        tls.sendall(REQUEST)
        assert read_all(tls).startswith(b"HTTP/1.1 401 ")


def test_nothing_is_renegotiated(service):
    command = ["openssl", "s_client", "-connect", "%s:%d" % service.address, "-tls1_2", "-CAfile", service.ca,
               "-cert", os.path.join(service.pki, "manager.crt"), "-key", os.path.join(service.pki, "manager.key")]
    tried = subprocess.run(command, input="R\n", capture_output=True, text=True, timeout=60, check=False)
    said = tried.stdout + tried.stderr
    assert "RENEGOTIATING" in said and ("no renegotiation" in said or "unexpected" in said), said[-1500:]


def test_http_2_is_not_spoken(service):
    context = client_context(service, os.path.join(service.pki, "manager"))
    context.set_alpn_protocols(["h2", "http/1.1"])
    with handshake(service, context) as tls:
        assert tls.selected_alpn_protocol() in (None, "http/1.1")
    with handshake(service, client_context(service, os.path.join(service.pki, "manager"))) as tls:
        tls.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0")
        assert read_all(tls)[:15] in (b"HTTP/1.1 400 Ba", b"HTTP/1.1 405 No", b""), "a client that will not ask is told nothing"
    answer = service.call("GET", "/events", headers=[("Upgrade", "h2c"), ("Connection", "Upgrade, HTTP2-Settings"), ("HTTP2-Settings", "AAMAAABk")])
    assert answer.status == 200, "nor is it switched to"


# ---- principals that are taken off the list ----

def test_who_is_taken_out_of_the_list_is_out_within_a_second(service, authority, psql, tmp_path):
    path = authority.issue(str(tmp_path), "leaver", common("leaver"))
    connection = http.client.HTTPSConnection(*service.address, timeout=30, context=client_context(service, path))

    def status(method="GET", target="/events/status/1"):
        return exchange(connection, method, target).status

    def within_a_second(expected, *request):
        """Repeats the request until one begun at least a second after this call is answered; checks that answer."""
        entered = began = time.monotonic()
        while began < entered + 1:
            time.sleep(0.02)  # calls without a principal are limited in rate
            began = time.monotonic()
            heard = status(*request)
        assert heard == expected

    enter(psql, path, "manager")
    within_a_second(404, "DELETE", "/events/999999999")
    enter(psql, path, "viewer")
    within_a_second(403, "DELETE", "/events/999999999")
    assert status("GET", "/events") == 200
    enter(psql, path, None)
    within_a_second(403, "GET", "/events")
    connection.close()


@own_stack
def test_a_revoked_certificate_is_refused_after_a_reload(service, psql, tmp_path):
    who = f"lost-{uuid.uuid4().hex[:8]}"
    made = stack("client", who, "viewer")
    assert made.returncode == 0, made.stderr
    path = os.path.join(service.pki, who)
    until(lambda: ask(service, path).status == 200, "letting the new certificate in")
    shown = str(tmp_path / "shown")
    for ending in (".crt", ".key"):
        shutil.copy(path + ending, shown + ending)
    renewed = stack("renew", who)
    assert renewed.returncode == 0, renewed.stderr
    assert ask(service, path).status == 200, "one more of the same subject"
    for gone in (path, shown):
        assert ask(service, gone).status == 200
    revoked = stack("revoke", who)
    assert revoked.returncode == 0, revoked.stderr
    for gone in (path, shown):
        assert ask(service, gone).status == 401, "whichever of them is shown"
    assert service.call("GET", "/events").status == 200, "the others go on"
    enter(psql, path, "viewer")
    assert ask(service, shown).status == 401, "also when the subject is let in again"
    enter(psql, path, None)


# ---- other authorities, in an nginx beside the stack's ----

@pytest.fixture(scope="module")
def between(service, authority, tmp_path_factory):
    """A root CA of its own, a CA below it, and clients of the lower CA; server.crt is the stack's."""
    folder = str(tmp_path_factory.mktemp("pki"))
    os.chmod(folder, 0o755)
    for file in ("server.crt", "server.key"):
        shutil.copy(os.path.join(service.pki, file), folder)
    root = Authority.make(name(ORGANISATION, (NameOID.COMMON_NAME, "root")))
    lower = Authority.make(name(ORGANISATION, (NameOID.COMMON_NAME, "lower")), root)
    write(os.path.join(folder, "ca.crt"), lower.certificate, root.certificate)
    return folder, root, lower


def deeper(site):
    return site.replace("ssl_verify_depth 1;", "ssl_verify_depth 2;")


@own_stack
def test_an_intermediate_ca_needs_its_revocations_too(service, between, psql, tmp_path):
    folder, root, lower = between
    client = lower.issue(folder, "client", MANAGER, chain=[lower])
    revoked = lower.issue(folder, "revoked", MANAGER)
    with open(revoked + ".crt", "rb") as file:
        lost = x509.load_pem_x509_certificate(file.read())
    lists = {"both": [root.revocations(), lower.revocations(lost)], "root's alone": [root.revocations()],
             "one of them old": [root.revocations(), lower.revocations(lost, ends=-DAY / 24)],
             "the CA itself revoked": [root.revocations(lower.certificate), lower.revocations()]}
    answers = {}
    for which, revocations in lists.items():
        write(os.path.join(folder, "ca.crl"), *revocations)
        with Nginx(str(tmp_path / which), folder, deeper) as nginx:
            answers[which] = ask(service, client, address=("localhost", nginx.port)).status
            if which == "both":
                assert ask(service, revoked, address=("localhost", nginx.port)).status == 401, "revoked by the lower CA"
                enter(psql, client, "viewer")
                until(lambda: ask(service, client, address=("localhost", nginx.port)).status == 200, "letting the client in")
                enter(psql, client, None)
    # The same subject from another issuer is another principal: nginx admits it, but it is not on the list.
    assert answers == {"both": 403, "root's alone": 401, "one of them old": 401, "the CA itself revoked": 401}


@own_stack
def test_two_addresses_on_one_port_stay_two(service, between, tmp_path):
    """The public and the closed address differ only in name: a caller connected to one may not use the other's."""
    folder, root, lower = between
    write(os.path.join(folder, "ca.crl"), root.revocations(), lower.revocations())

    def together(site):
        front, public = site.rsplit("listen 127.0.0.1:", 1)
        port = front.split("listen 127.0.0.1:", 1)[1].split(" ")[0]
        public = port + public[public.index(" "):].replace("server_name localhost", "server_name public.localhost", 1)
        return front + "listen 127.0.0.1:" + public

    with Nginx(str(tmp_path / "nginx"), folder, together) as nginx:
        context = client_context(service, check_hostname=False)
        raw = socket.create_connection(("127.0.0.1", nginx.port), timeout=30)
        with context.wrap_socket(raw, server_hostname="public.localhost") as tls:
            tls.sendall(b"GET /events HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            assert read_all(tls).startswith(b"HTTP/1.1 421 ")
