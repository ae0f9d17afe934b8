# SPDX-License-Identifier: PostgreSQL
"""Promise (rule 6.7): a write that a page of another server asks for is refused, and a write of a page of this server is not,
however its origin and the Host are written.

Why it could break: nginx compares origin and host by one pattern, in which a host may end too early or too late."""

import pytest

from raw import ask


def status(service, origin, host):
    head = f"DELETE /events/9000000000000000000 HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n"
    ((found, _, _),) = ask(service, head, "manager")
    return found


@pytest.mark.parametrize("origin, host", [
    ("https://localhost:8443", "localhost:8443"), ("https://LocalHost:8443", "localhost:8443"), ("https://localhost", "localhost:443"),
    ("https://localhost:443", "localhost"), ("https://[::1]:8443", "[::1]:8443"),
])
def test_own_pages_write(service, origin, host):
    assert status(service, origin, host) == 404


@pytest.mark.parametrize("origin", [
    "https://evil.example", "http://localhost:8443", "https://localhost", "null", "https://localhost:8443.evil.example",
    "https://evil.example/https://localhost:8443", "https://localhost:8443 https://localhost:8443", "https://",
])
def test_other_pages_do_not(service, origin):
    assert status(service, origin, "localhost:8443") == 403


@pytest.mark.parametrize("certificate, target, status", [
    ("manager", "/openapi", 200), ("manager", "/web/icon.svg", 200), ("manager", "/web/none.js", 404), ("manager", "/signed-out", 200),
    ("manager", "/health", 200), ("manager", "/no-such-route", 404), ("manager", "/health#x", 400), ("nobody", "/health", 401), ("nobody", "/", 401),
    ("guest", "/", 200), ("guest", "/polls/1", 200), ("guest", "/book/p", 200), ("guest", "/web/icon.svg", 200), ("guest", "/nothing", 404),
    ("guest", "/polls/999999999/invitation", 404), ("probe", "/health", 200), ("probe", "/nothing", 404),
])
def test_no_answer_is_framed_or_held_by_its_window(service, certificate, target, status):
    """Whoever answers: nginx, with a page or a problem, or the program."""
    accept = "Accept: text/html\r\n" if "health" not in target and "/invitation" not in target else ""
    head = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{accept}Connection: close\r\n\r\n"
    ((found, headers, _),) = ask(service, head, certificate)
    assert found == status
    assert "frame-ancestors 'none'" in headers["content-security-policy"] and headers["cross-origin-opener-policy"] == "same-origin"
