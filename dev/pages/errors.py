#!/usr/bin/python3
"""Renders docs/errors.md from extension/errors.def and reasons.def, from which the C++ enums and the HTTP map are also
made.

The problems of the front end itself, which are in no table, are written here; main() fails if the sources have another
set.

    errors.py          prints the page
"""
import glob
import os
import re
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
ROW = re.compile(r'^JB_ERROR\((\w+), "(\w{5})", (\d{3}), "([\w-]+)", "([^"]+)", (true|false),\s*"([^"]+)"\)', re.MULTILINE)
REASON = re.compile(r'^JB_REASON\((\w+), (\w+), (true|false), "([^"]*)",\s*"([^"]*)",\s*"([^"]*)"\)', re.MULTILINE)
FOREIGN = re.compile(r'^    \{"(\w+)", (\d{3}), "([^"]*)"\},(?:  // (.*))?$', re.MULTILINE)

HEAD = """# Errors

<!-- Made by dev/docs from extension/errors.def, extension/reasons.def and fcgi/message.cpp: change those. -->

A call raises an error for bad input or a change that is not allowed, and changes nothing. A well-formed request that
finds no place is not an error but an [outcome](glossary.md) with a reason: see the end of this page.

Over HTTPS every error is `application/problem+json` (RFC 9457). `type` is `/problems/` and the word below, `detail` the
message, `hint` what to do. `errors` lists all refused values at once, each with `field`, `value` and `message`; below
`/api/v1` it has lists of messages by field. `request_id` finds the line in the log.

## Raised by the functions themselves

| SQLSTATE | raised for | HTTP | problem type | may a retry help |
| --- | --- | --- | --- | --- |
"""

FOREIGN_HEAD = """
In SQL, `22023` carries the list of all refused values as JSON in DETAIL.

## Raised by PostgreSQL

Errors that a client can cause, or that pass, have their own status. The first row that fits counts; a code may be the
beginning of a SQLSTATE. `503` comes with `Retry-After`. Any other error is `500`, problem type `internal`, with its text
only in the log.

| SQLSTATE | HTTP | problem type | meaning |
| --- | --- | --- | --- |
"""

# The front end writes no such table: each is where it is decided, mostly in fcgi/gateway.cpp and arguments.cpp.
FRONT = """
`40001` and `40P01` are answered like this after up to three retries. A `42501` that PostgreSQL raises for a missing
right is also `403`.

## Answered by the front end

| HTTP | problem type | when |
| --- | --- | --- |
| 400 | `malformed-request` | an unreadable parameter, header or body; a parameter that the route does not know |
| 401 | `no-certificate` | no client certificate that the CA has issued and not revoked |
| 401 | `not-signed-in` | where [people sign in](operations.md#people-who-sign-in), nobody is signed in, or no longer |
| 401 | `no-token` | on the public address, a request without the token of a poll or booking that it needs |
| 403 | `not-let-in` | the organisation's sign-in does not let this person in |
| 403 | `another-caller` | the caller is not whom `Expect-Principal` names |
| 403 | `not-allowed` | a caller who is not on the list, or whose role does not suffice; if a grant's bound refuses, `facts` has `calendar`, `bound` and `granted` |
| 403 | `foreign-origin` | a write with an `Origin` other than this server, or a request that a page of another origin made a browser send |
| 404 | `not-found` | no such route, event or calendar |
| 405 | `method-not-allowed` | the route exists with other methods; `Allow` names them |
| 408 | `request-timeout` | never sent: if the head takes more than 15 seconds, or the body stalls for as long, nginx closes the connection |
| 412 | `version-mismatch` | `If-Match` on a route whose resource has no version |
| 413 | `content-too-large` | a body of more than 1 MiB, or 15 MiB for an attachment |
| 415 | `unsupported-media-type` | a body of another type or character set, or a compressed one; `Accept` names the right ones |
| 421 | `misdirected-request` | a `Host` other than that of the TLS connection |
| 429 | `too-many-requests` | more than 500 requests a second of one certificate, 2,000 at once, 200 at the same moment or 200 in line; on the public address more than 50 a second, 60 bookings a minute or 40 at the same moment; `Retry-After` says how long to wait |
| 501 | `not-implemented` | `TRACE` or `CONNECT`; a `Transfer-Encoding` other than `chunked` |
| 503 | `unavailable` | the front end or the database cannot be reached |
| 505 | `version-not-supported` | neither HTTP/1.1 nor HTTP/1.0 |

## Reasons of rejections

A rejected request is not an error in SQL: the outcome is `rejected`. Over HTTPS it is `409`, and the problem type is the
reason with dashes. The first reason that applies counts, in the order of this table.

`detail` gives the reason in a sentence, for people. Programs read `facts`, a JSON object whose members the table names,
`conflicts` (the events in the way) and `alternatives`. `calendar` in `facts` is the calendar whose rule it was, unless the
rule was not that of a single one. `start_timestamp`, `end_timestamp` and `limit` are RFC 3339, `duration` and
`slot_increment` seconds. A series also has `occurrence` and `occurrences`, a dry run of a batch `requests`. If too few
candidates of a list of `one_of` are open to a fixed event, `free` names those that are.

| reason | when | for | can open time help | `facts` |
| --- | --- | --- | --- | --- |
"""


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


def own_rows():
    for _, state, status, kind, _, retry, when in ROW.findall(read("extension/errors.def")):
        yield f"| `{state}` | {when} | {status} | `{kind}` | {'yes' if retry == 'true' else 'no'} |\n"


def reason_rows():
    for name, concerns, lifts, binds, facts, when in REASON.findall(read("extension/reasons.def")):
        whom = {"request": binds, "event": "events", "start": "explanations"}[concerns]
        yield f"| `{name}` | {when} | {whom} | {'yes' if lifts == 'true' else 'no'} | {facts} |\n"


KIND = re.compile(r'row\.status == (\d{3})\) return Problem\(\1, "([\w-]+)"')
MEANINGS = {
    "22007": "A date or time that is not written as one.",
    "22008": "A date or time out of range.",
    "22009": "A time zone displacement out of range.",
    "22003": "A number out of range.",
}


def foreign_rows():
    source = read("fcgi/message.cpp")
    kinds = dict(KIND.findall(source)) | {"422": "invalid-value", "503": "unavailable"}
    for state, status, detail, remark in FOREIGN.findall(source):
        meaning = detail or (remark[:1].upper() + remark[1:] + "." if remark else MEANINGS[state])
        yield f"| `{state}` | {status} | `{kinds[status]}` | {meaning} |\n"


def require(page, sources, pattern, what):
    """Checks that each name that the pattern finds in the sources is on the page."""
    text = "".join(read(path) for path in sources)
    missing = sorted(name for name in set(re.findall(pattern, text)) if f"`{name}`" not in page)
    if missing:
        sys.exit(f"errors.py: the page lacks the {what} {', '.join(missing)}")


def main():
    own, foreign = list(own_rows()), list(foreign_rows())
    if len(own) != read("extension/errors.def").count("\nJB_ERROR("):
        sys.exit("errors.py: a row of extension/errors.def was not understood")
    reasons = list(reason_rows())
    if len(reasons) != read("extension/reasons.def").count("\nJB_REASON("):
        sys.exit("errors.py: a row of extension/reasons.def was not understood")
    page = HEAD + "".join(own) + FOREIGN_HEAD + "".join(foreign) + FRONT + "".join(reasons)
    front = sorted(glob.glob("fcgi/**/*.cpp", root_dir=SOURCE, recursive=True))
    require(page, front, r'\(\d{3}, "([a-z-]+)"', "problem type")
    require(page, ["nginx/site.conf.in"], r'"/problems/([a-z-]+)"', "problem type of nginx")
    print(page, end="")


if __name__ == "__main__":
    main()
