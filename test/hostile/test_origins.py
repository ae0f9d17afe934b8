# SPDX-License-Identifier: PostgreSQL
"""Promise (rule 6.7): a write for another server's page is refused, and a write for a page of this server is not,
however its origin and the Host are written.

Why it could break: nginx compares origin and host by one pattern, in which a host may end too early or too late."""

import pytest

from raw import ask, problem


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


@pytest.mark.parametrize("target", ["/book/p%23jbb_", "/book/jbb_", "/polls/1/schedules/jbp_", "/nothing/jbp_"])
def test_people_are_told_in_a_page_wherever_a_token_stands(service, target):
    head = f"GET {target}{'0' * 48} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    ((found, headers, body),) = ask(service, head, "guest")
    assert (found, headers["content-type"]) == (404, "text/html; charset=utf-8") and b"0" * 48 not in body


@pytest.mark.parametrize("certificate, target", [("manager", "/openapi"), ("manager", "/web/icon.svg"), ("guest", "/web/icon.svg")])
def test_conditions_of_files(service, certificate, target):
    """nginx itself answers these, with a page of its own by default."""
    def asked(header):
        return ask(service, f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{header}\r\nConnection: close\r\n\r\n", certificate)[0]

    for header in ('If-Match: "x"', "If-Unmodified-Since: Thu, 01 Jan 2015 00:00:00 GMT"):
        answer = asked(header)
        assert problem(answer, 412)["type"] == "/problems/version-mismatch"
        assert answer[1]["cross-origin-opener-policy"] == "same-origin"
    assert asked("Range: bytes=99999999-")[0] == 200


@pytest.mark.parametrize("target, status", [
    ("/openapi", 200), ("/signed-out", 200), ("/polls/1", 200), ("/events/1", 403), ("/calendars/ceo.ics", 403), ("/calendars/none.ics", 403),
    ("/web/icon.svg", 403), ("/openapi/../events", 403), ("/polls/1/schedules", 403), ("/polls/1%20/signed-out", 403), ("/.problem/403", 403),
])
def test_links_lead_to_pages_for_people(service, target, status):
    """A foreign page that opens a file in a window keeps control of the window, if there is such a file."""
    head = (f"GET {target} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nSec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n"
            "Sec-Fetch-Dest: document\r\nConnection: close\r\n\r\n")
    ((found, _, _),) = ask(service, head, "manager")
    assert found == status
