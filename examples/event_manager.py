#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
"""A small event manager: books each request of a file exactly once, whatever breaks on the way.

  examples/event_manager.py REQUESTS

REQUESTS is a file of JSON objects, one a line, each with a "key" of the caller's own beside what POST /events takes. The
key is sent as Idempotency-Key: the program may be stopped at any moment and started again with the same file, and the
server may be away for a while; no request is booked twice, and none is forgotten. Prints one line for each: the key and
what became of it. Address and certificate come from JB_URL, JB_CA, JB_CERT and JB_KEY. Needs nothing but Python.
"""
import http.client
import json
import os
import random
import ssl
import sys
import time
import urllib.parse

TRIES = 10


class Scheduler:
    """One connection, made anew when it breaks."""

    def __init__(self):
        self.address = urllib.parse.urlsplit(os.environ["JB_URL"])
        self.context = ssl.create_default_context(cafile=os.environ["JB_CA"])
        self.context.load_cert_chain(os.environ["JB_CERT"], os.environ["JB_KEY"])
        self.connection = None

    def post(self, path, body, key):
        """Status, headers and body. Raises OSError or HTTPException: whether it was done is unknown then."""
        self.connection = self.connection or http.client.HTTPSConnection(
            self.address.hostname, self.address.port, context=self.context, timeout=30)
        try:
            self.connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json", "Idempotency-Key": key})
            answer = self.connection.getresponse()
            return answer.status, answer.headers, json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            self.connection.close()
            self.connection = None
            raise

    def book(self, request):
        """Asks until there is an answer. The same key makes a repetition harmless."""
        body = {name: value for name, value in request.items() if name != "key"}
        for attempt in range(TRIES):
            wait = min(30, 0.2 * 2**attempt) * random.uniform(0.5, 1)
            try:
                status, headers, answer = self.post("/events", body, request["key"])
            except (OSError, http.client.HTTPException):
                time.sleep(wait)
                continue
            if status not in (429, 503):
                return status, answer
            time.sleep(max(wait, float(headers.get("Retry-After", 0))))
        raise SystemExit(f"{request['key']}: no answer after {TRIES} tries; start me again later")


def told(status, answer):
    if status == 201:
        moved = f", {len(answer['moves'])} moved for it" if answer["moves"] else ""
        return f"booked as {answer['id']}, {answer['start_timestamp']}{moved}"
    if status == 202:
        return f"waits as {answer['id']}"
    if status == 409:
        others = ", ".join(each["start_timestamp"] for each in answer.get("alternatives", []))
        return f"refused, {answer.get('reason', answer['title'])}: {answer['detail']}" + (f" Free: {others}" if others else "")
    return f"not understood, {status}: {answer['detail']}"


def main():
    scheduler = Scheduler()
    with open(sys.argv[1], encoding="utf-8") as requests:
        for line in filter(str.strip, requests):
            request = json.loads(line)
            print(f"{request['key']}: {told(*scheduler.book(request))}", flush=True)


if __name__ == "__main__":
    main()
