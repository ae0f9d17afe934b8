#!/usr/bin/python3
"""Sends the examples of docs/openapi.json to a stack and compares the answers with those in the file.

Promise: each operation can be called with its examples, from top to bottom, succeeds, and answers as the file shows.
Could break with every rule and every field that changes in only one place.

The paths come in their order, the POST and PUT of a path before its GET; operations that delete come last, from bottom
to top. Required parameters are sent as in their examples. If an operation has a dry run, that is sent. The database and
its clock are as for the examples of a page.

    openapi.py check STACK    differences go to standard error; exit status 1
    openapi.py write STACK    puts the answers into the file; dev/pages/openapi.py makes the rest of it
"""
import json
import os
import ssl
import sys
import urllib.error
import urllib.parse
import urllib.request

from examples import SOURCE, environment_of, reset

sys.path.insert(0, os.path.join(SOURCE, "dev/pages"))
from layout import layout  # noqa: E402

PAGE = os.path.join(SOURCE, "docs/openapi.json")
METHODS = ["post", "put", "patch", "get"]


def in_order(paths):
    kept = [(path, method) for path, operations in paths.items() for method in METHODS if method in operations]
    return kept + [(path, "delete") for path in reversed(paths) if "delete" in paths[path]]


class Caller:
    """Calls operations as the manager."""

    def __init__(self, document, environment):
        self.document, self.url = document, environment["JB_URL"]
        self.token = None  # of a poll's participant, who alone may answer, or of a feed, whose address contains it
        self.context = ssl.create_default_context(cafile=environment["JB_CA"])
        self.context.load_cert_chain(environment["JB_CERT"], environment["JB_KEY"])

    def resolved(self, value):
        if "$ref" in value:
            target = self.document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            return target
        return value

    def target(self, path, operation):
        query = {}
        for parameter in map(self.resolved, operation.get("parameters", [])):
            if parameter["name"] == "dry_run":
                query["dry_run"] = "true"  # the following examples find the database unchanged
            if not parameter.get("required"):
                continue
            value = self.token if parameter["name"] == "token" else parameter["example"]
            text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
            if parameter["in"] == "path":
                path = path.replace("{" + parameter["name"] + "}", urllib.parse.quote(text, safe=""))
            else:
                query[parameter["name"]] = text
        return path + ("?" + urllib.parse.urlencode(query) if query else "")

    @staticmethod
    def body(content):
        """(type, text) of a body's example: JSON if JSON is one of the types."""
        kind = "application/json" if "application/json" in content else next(iter(content))
        example = content[kind]["example"]
        return kind, example if kind == "text/calendar" else json.dumps(example)

    def open_page(self):
        """The examples of booking pages are called once the provider of the other examples has a page."""
        request = urllib.request.Request(self.url + "/calendars/provider:p1", b'{"public_booking": true}',
                                         {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(request, context=self.context).close()
        self.token, self.before = None, self.token

    def be_refused(self):
        """A rejection to look at: of an event in the past, which leaves the other examples as they are."""
        past = b'{"event_name": "Late", "date": "2020-01-01", "start_time": "09:00", "duration": 3600}'
        request = urllib.request.Request(self.url + "/events", past, {"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, context=self.context).close()
        except urllib.error.HTTPError as refused:
            refused.close()

    def call(self, path, method):
        """(status, body) of the operation's example."""
        operation = self.document["paths"][path][method]
        if operation["operationId"] == "proveRejection":
            self.be_refused()
        if operation["operationId"] == "makeBooking":
            self.open_page()
        request = urllib.request.Request(self.url + self.target(path, operation), method=method.upper())
        if "requestBody" in operation:
            kind, content = self.body(operation["requestBody"]["content"])
            request.data = content.encode()
            request.add_header("Content-Type", kind)
        if self.token and {"token": []} in operation.get("security", []):
            request.add_header("Authorization", f"Bearer {self.token}")
        try:
            with urllib.request.urlopen(request, context=self.context) as answer:
                status, kind, body = answer.status, answer.headers.get_content_type(), answer.read()
        except urllib.error.HTTPError as error:
            status, kind, body = error.code, error.headers.get_content_type(), error.read()
        body = json.loads(body) if body and kind.endswith("json") else None
        self.token = body.get("token", self.token) if isinstance(body, dict) else self.token
        if operation["operationId"] == "cancelBooking":
            self.token = self.before
        return status, body


def difference(operation, status, body):
    """The differences of the answer, as a text, or None. Puts the answer into the document."""
    response = operation["responses"].get(str(status))
    if status >= 300 or response is None:
        return f"answered {status}: {json.dumps(body)}"
    shown = response.get("content", {}).get("application/json", {})
    if "example" not in shown or shown["example"] == body:
        return None
    text = f"shows {json.dumps(shown['example'])}\nbut answered {json.dumps(body)}"
    shown["example"] = body
    return text


def main():
    mode, stack = sys.argv[1:]
    with open(PAGE, encoding="utf-8") as file:
        document = json.load(file)
    environment = environment_of(stack)
    reset(stack, environment)
    caller = Caller(document, environment)
    order, differences = in_order(document["paths"]), 0
    for path, method in order:
        found = difference(document["paths"][path][method], *caller.call(path, method))
        if found:
            differences += 1
            print(f"docs/openapi.json: {method.upper()} {path} {found}", file=sys.stderr)
    if mode == "write":
        with open(PAGE, "w", encoding="utf-8") as file:
            file.write(layout(document) + "\n")
    print(f"openapi: {len(order)} operations, {differences} differ")
    sys.exit(1 if differences and mode == "check" else 0)


if __name__ == "__main__":
    main()
