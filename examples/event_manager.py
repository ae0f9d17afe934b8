#!/usr/bin/python3
# SPDX-License-Identifier: PostgreSQL
"""Books each request of a file exactly once: event_manager.py REQUESTS. Routes come from GET /openapi.json."""
import http.client, json, os, random, ssl, sys, time  # noqa: E401
from urllib.parse import quote, urlencode, urlsplit


class Scheduler:
    def __init__(self):
        self.at = urlsplit(os.environ["JB_URL"])
        self.tls = ssl.create_default_context(cafile=os.environ["JB_CA"])
        self.tls.load_cert_chain(os.environ["JB_CERT"], os.environ["JB_KEY"])
        self.link, self.routes = None, {"openapi": ("GET", "/openapi.json")}
        for path, methods in self.call("openapi")[1]["paths"].items():
            for method, operation in methods.items():
                self.routes[operation["operationId"]] = (method.upper(), path)

    def call(self, operation, body=None, key=None, version=None, **named):
        """Status and body of the answer. Asks ten times until there is one: under a key nothing is done twice."""
        method, path = self.routes[operation]
        query = urlencode({name: value for name, value in named.items() if f"{{{name}}}" not in path})
        path = path.format(**{name: quote(str(value), safe="") for name, value in named.items()}) + (query and "?" + query)
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": key} if key else {})
        headers |= {"If-Match": f'"{version}"'} if version else {}
        for attempt in range(10):
            wait = min(30, 0.2 * 2**attempt) * random.uniform(0.5, 1)
            try:
                self.link = self.link or http.client.HTTPSConnection(self.at.hostname, self.at.port, context=self.tls, timeout=60)
                self.link.request(method, path, body and json.dumps(body), headers)
                answer = self.link.getresponse()
                text = answer.read()
                if answer.status not in (408, 429, 502, 503, 504):
                    return answer.status, json.loads(text or "null")
                wait = max(wait, float(answer.headers.get("Retry-After", 0)))
            except (OSError, http.client.HTTPException):
                self.link.close()
                self.link = None  # whether the request was done is unknown
            time.sleep(wait)
        raise SystemExit(f"{key}: no answer; start me again later")


if __name__ == "__main__":
    scheduler = Scheduler()
    for line in open(sys.argv[1], encoding="utf-8"):
        request = json.loads(line)
        key = request.pop("key")
        status, answer = scheduler.call("createEvent", request, key)
        print(f"{key}: {status}", answer["start_timestamp"] if status == 201 else answer.get("detail", answer.get("status")))
