# SPDX-License-Identifier: PostgreSQL
"""Promise: a request whose end can be read in two ways is refused and the connection closed, so that no part of it
reaches the program as another request. The client gets the refusal as a problem; other clients are served meanwhile.

Why it could break: nginx and the program read a body's length from different headers; nginx answers an error of its own
with a page of its own."""

import json

import pytest

from raw import Raw, answers, ask, problem

BODY = '{"event_name":"Smuggled","duration":60}'
JSON = "Content-Type: application/json\r\n"
HEAD = "Host: localhost\r\nConnection: close\r\n"
SECOND = "GET /calendars HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: smuggled\r\n\r\n"


def post(headers, rest="", version="HTTP/1.1"):
    return f"POST /events {version}\r\n{HEAD}{JSON}{headers}\r\n{rest}"


def get(headers, line="GET /health HTTP/1.1"):
    return f"{line}\r\n{headers}Connection: close\r\n\r\n"


# The status that the only answer must have.
REFUSED = {
    "length_and_chunks": (400, post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + SECOND)),
    "chunks_and_length": (400, post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "8\r\nSMUGGLED\r\n0\r\n\r\n")),
    "two_lengths": (400, post(f"Content-Length: 2\r\nContent-Length: {2 + len(SECOND)}\r\n", "{}" + SECOND)),
    "two_equal_lengths": (400, post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}")),
    "length_list": (400, post("Content-Length: 2, 2\r\n", "{}")),
    "negative_length": (400, post("Content-Length: -1\r\n", "{}")),
    "signed_length": (400, post("Content-Length: +2\r\n", "{}")),
    "hexadecimal_length": (400, post("Content-Length: 0x2\r\n", "{}")),
    "endless_length": (400, post("Content-Length: 99999999999999999999999\r\n", "{}")),
    "blank_before_the_colon": (400, post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n" + SECOND)),
    "tab_before_the_colon": (400, post("Content-Length\t: 2\r\n", "{}")),
    "folded_header": (400, post("X-A: b\r\n Transfer-Encoding: chunked\r\n", SECOND)),
    "two_transfer_encodings": (400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
    "other_transfer_encoding": (501, post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
    "identity": (501, post("Transfer-Encoding: identity\r\nContent-Length: 2\r\n", "{}")),
    "list_of_encodings": (501, post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")),
    "vertical_tab": (501, post("Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n")),
    "chunks_of_http_1_0": (400, post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n" + SECOND, "HTTP/1.0")),
    "chunk_of_no_size": (400, post("Transfer-Encoding: chunked\r\n", "zz\r\n{}\r\n0\r\n\r\n")),
    "chunk_of_negative_size": (400, post("Transfer-Encoding: chunked\r\n", "-2\r\n{}\r\n0\r\n\r\n")),
    "chunk_of_endless_size": (400, post("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\n{}\r\n0\r\n\r\n")),
    "chunk_of_huge_size": (413, post("Transfer-Encoding: chunked\r\n", "ffffffff\r\n{}\r\n0\r\n\r\n")),
    "chunk_that_is_longer": (400, post("Transfer-Encoding: chunked\r\n", "1\r\n{}\r\n0\r\n\r\n")),
    "request_in_a_body": (400, post(f"Content-Length: {len(SECOND)}\r\n", SECOND)),
    "carriage_return_in_a_value": (400, get("Host: localhost\r\nX-A: a\rX-Request-Id: forged\r\n")),
    "nul_in_a_value": (400, get("Host: localhost\r\nX-A: a\0b\r\n")),
    "blank_in_a_name": (400, get("Host: localhost\r\nX A: b\r\n")),
    "no_host": (400, get("")),
    "two_hosts": (400, get("Host: localhost\r\nHost: evil.example\r\n")),
    "host_of_two_words": (400, get("Host: local host\r\n")),
    "host_with_a_path": (400, get("Host: localhost/../x\r\n")),
    "no_target": (400, get("Host: localhost\r\n", "GET HTTP/1.1")),
    "relative_target": (400, get("Host: localhost\r\n", "GET events HTTP/1.1")),
    "query_alone": (400, get("Host: localhost\r\n", "GET ?a=b HTTP/1.1")),
    "control_in_a_target": (400, get("Host: localhost\r\n", "GET /\x01 HTTP/1.1")),
    "lower_case_method": (400, get("Host: localhost\r\n", "get /health HTTP/1.1")),
    "trace": (501, get("Host: localhost\r\n", "TRACE /health HTTP/1.1")),
    "connect": (400, get("Host: localhost\r\n", "CONNECT localhost:443 HTTP/1.1")),
    "unknown_method": (405, get("Host: localhost\r\n", "MOVE /events/1 HTTP/1.1")),
    "http_3": (505, get("Host: localhost\r\n", "GET /health HTTP/3.0")),
    "http_of_no_version": (400, get("Host: localhost\r\n", "GET /health HTTPS/1.1")),
    "http_2_without_asking": (400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "header_of_nine_kilobytes": (400, get("Host: localhost\r\nX-A: " + "a" * 9000 + "\r\n")),
    "headers_of_forty_kilobytes": (400, get("Host: localhost\r\n" + "".join(f"X-{i}: {'a' * 4000}\r\n" for i in range(10)))),
    "thousands_of_headers": (400, get("Host: localhost\r\n" + "".join(f"X-{i}: a\r\n" for i in range(4000)))),
    "target_of_nine_kilobytes": (400, get("Host: localhost\r\n", f"GET /{'a' * 9000} HTTP/1.1")),
    "plain_http_in_tls": (400, "\x16\x03\x01\x02\x00\x01\x00\r\n\r\n"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused(service, unchanged, name):
    status, request = REFUSED[name]
    found = ask(service, request)
    assert [answer[0] for answer in found] == [status], found
    problem(found[0], status)


def test_a_huge_length_is_refused(service, unchanged):
    """The answer comes at once, though nginx reads the refused body for five more seconds, for slow readers."""
    with Raw(service) as connection:
        connection.send(post("Content-Length: 1000000000000\r\n", "{}"))
        found = answers(connection.socket.recv(65536))
    problem(found[0], 413)


def test_plain_http_is_refused(service):
    with Raw(service, plain=True) as connection:
        found = answers(connection.send(get("Host: localhost\r\n")).receive())
    assert len(found) == 1
    problem(found[0], 400)


# A target of each kind of location, and its caller.
OLD = [("/calendars", "manager"), ("/events/1/attachments", "manager"), ("/feeds/x.ics", "manager"), ("/", "manager"),
       ("/openapi", "manager"), ("/web/x.js", "manager"), ("/calendars", "nobody"), ("/", "guest"),
       ("/polls/1/schedules/x", "guest"), ("/feeds/x.ics", "guest"), ("/", "probe"), ("/health", "probe"), ("/metrics", "probe")]


@pytest.mark.parametrize("target, certificate", OLD)
def test_http_0_9_is_refused(service, target, certificate):
    """An HTTP/0.9 answer has no status line and no headers: only the body comes back, and it is a problem."""
    with Raw(service, certificate) as connection:
        received = connection.send(f"GET {target}\r\n").receive()
    assert json.loads(received)["status"] == (401 if certificate == "nobody" else 400), received


# Unusual but well-defined requests, with the statuses of their answers.
TAKEN = {
    "line_feeds_alone": ([200], "GET /health HTTP/1.1\nHost: localhost\nConnection: close\n\n"),
    "absolute_form": ([200], get("Host: localhost\r\n", "GET https://localhost/health HTTP/1.1")),
    "absolute_form_of_another_host": ([200], get("Host: localhost\r\n", "GET http://evil.example/health HTTP/1.1")),
    "another_host": ([200], get("Host: evil.example\r\n")),
    "http_1_0": ([200], "GET /health HTTP/1.0\r\n\r\n"),
    "after_the_body_another": ([422, 200], "POST /events HTTP/1.1\r\nHost: localhost\r\n" + JSON +
                               "Content-Length: 2\r\n\r\n{}" + get("Host: localhost\r\n")),
    "chunks_with_trailers": ([422], post("Transfer-Encoding: chunked\r\n",
                                         "1;a=b\r\n{\r\n1\r\n}\r\n0\r\nContent-Length: 9\r\nX-Request-Id: t\r\n\r\n")),
}


@pytest.mark.parametrize("name", TAKEN)
def test_is_answered(service, unchanged, name):
    statuses, request = TAKEN[name]
    assert [answer[0] for answer in ask(service, request)] == statuses


def test_chunks_book(service, psql):
    body = '{"event_name":"In two parts","duration":60}'
    chunks = f"{9:x}\r\n{body[:9]}\r\n{len(body) - 9:x}\r\n{body[9:]}\r\n0\r\n\r\n"
    found = ask(service, post("Transfer-Encoding: chunked\r\n", chunks))
    assert [answer[0] for answer in found] == [201], found
    assert psql.value(f"SELECT event_name FROM jb_event WHERE id = {json.loads(found[0][2])['id']}") == "In two parts"


def test_half_a_request_does_nothing(service, unchanged):
    whole = post(f"Content-Length: {len(BODY)}\r\n", BODY)
    for length in (1, 20, len(whole) - len(BODY), len(whole) - 1):
        with Raw(service) as connection:
            connection.send(whole[:length])
    chunked = post("Transfer-Encoding: chunked\r\n", f"{len(BODY):x}\r\n{BODY}\r\n")
    with Raw(service) as connection:
        connection.send(chunked)


def test_pipelined_requests_are_answered_in_order(service):
    requests = [f"GET /health HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: in-order-{i}\r\n\r\n" for i in range(50)]
    found = ask(service, "".join(requests) + get("Host: localhost\r\nX-Request-Id: in-order-50\r\n"))
    assert [answer[1]["x-request-id"] for answer in found] == [f"in-order-{i}" for i in range(51)]
    assert {answer[0] for answer in found} == {200}
