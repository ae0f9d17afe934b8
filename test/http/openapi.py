# SPDX-License-Identifier: PostgreSQL
"""Checks requests and answers against docs/openapi.json."""

import copy
import json
import pathlib
import re
from urllib.parse import unquote, urlsplit

import jsonschema

SOURCE = pathlib.Path(__file__).parents[2]
DOCUMENT = json.loads((SOURCE / "docs/openapi.json").read_text())


def closed(value):
    """The schema with every object of named members closed: an undescribed member of an answer is an error here, though
    clients must accept such members."""
    if isinstance(value, list):
        return [closed(item) for item in value]
    if not isinstance(value, dict):
        return value
    result = {name: closed(item) for name, item in value.items()}
    if result.get("type") == "object" and "properties" in result:
        result.setdefault("additionalProperties", False)
    return result


CLOSED = closed({"components": {"schemas": DOCUMENT["components"]["schemas"]}})
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date-time")
def is_instant(value):
    """RFC 3339 with an offset, as the scheduler writes it. PostgreSQL's years BC or of five digits do not fit."""
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?(:\d\d)?)", value)


@FORMATS.checks("date")
def is_date(value):
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value)


def resolved(value):
    while "$ref" in value:
        target = DOCUMENT
        for part in value["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        value = target
    return value


def fault(schema, value):
    """What in `value` does not fit the schema, as a text, or None if everything fits."""
    whole = {**closed(copy.deepcopy(schema)), **CLOSED}
    validator = jsonschema.Draft202012Validator(whole, format_checker=FORMATS)
    error = jsonschema.exceptions.best_match(validator.iter_errors(value))
    return error and f"{error.json_path}: {error.message[:500]}"


def matches(pattern, path):
    expression = "".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", pattern))
    return re.fullmatch(expression, path)


def operation(method, target):
    """The operation that a request calls, or None. Literal paths come before paths with placeholders."""
    path = urlsplit(target).path.rstrip("/")
    method = "get" if method == "HEAD" else method.lower()
    for pattern in sorted(DOCUMENT["paths"], key=lambda p: [part.startswith("{") and part.endswith("}") for part in p.split("/")]):
        if matches(pattern, path):
            found = DOCUMENT["paths"][pattern].get(method)
            if found:
                return found
    return None


def parameters(described, where):
    return {p["name"]: p for p in map(resolved, described.get("parameters", [])) if p["in"] == where}


def query_values(target):
    for pair in filter(None, urlsplit(target).query.split("&")):
        name, _, value = pair.partition("=")
        yield unquote(name), unquote(value)


def typed(schema, text):
    """A parameter's text as a value of its schema's type."""
    schema = resolved(schema)
    if schema.get("type") == "array":
        return [typed(schema["items"], item) for item in text.split(",")]
    return int(text) if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", text) else text


def request_faults(described, target, headers, body):
    """The undescribed parts of an accepted request."""
    known = parameters(described, "query")
    for name, value in query_values(target):
        if name not in known:
            yield f"the parameter {name} is not described"
        elif found := fault(known[name]["schema"], typed(known[name]["schema"], value)):
            yield f"parameter {name}: {found}"
    given = {name for name, _ in query_values(target)}
    yield from (f"the parameter {name} is described as required" for name, p in known.items() if p.get("required") and name not in given)
    content = described.get("requestBody", {}).get("content", {})
    kind = next((value for name, value in headers if name.lower() == "content-type"), "").split(";")[0].strip().lower()
    if body and kind in content and "name" not in given:
        if found := fault(content[kind]["schema"], json.loads(body) if kind.endswith("json") else body.decode()):
            yield f"body: {found}"


def sent_undescribed(described, headers):
    """Whether the request sent a header that has a meaning on other routes and is refused on this one."""
    known = {name.lower() for name in parameters(described, "header")}
    return any(name.lower() in ("if-match", "if-none-match", "idempotency-key") and name.lower() not in known for name, _ in headers)


def answer_faults(described, method, answer):
    response = described["responses"].get(str(answer.status))
    if response is None:
        yield f"the status {answer.status} is not described"
        return
    response = resolved(response)
    yield from (f"the header {name} is missing" for name in response.get("headers", {}) if name not in ("Link", "ETag", "As-Of") and name.lower() not in answer.headers)
    for name in ("ETag", "Link", "Location"):
        if name.lower() in answer.headers and name not in response.get("headers", {}):
            yield f"the header {name} is not described"
    if method == "HEAD" or not response.get("content"):
        if method != "HEAD" and answer.body:
            yield "a body is not described"
        return
    kind = answer.headers["content-type"].split(";")[0]
    content = response["content"].get(kind, response["content"].get("*/*"))
    if content is None:
        yield f"the type {kind} is not described"
    elif content["schema"] and kind.endswith("json") and (found := fault(content["schema"], json.loads(answer.body))):
        yield found


def is_answered(described, certificate):
    """Whether the operation names this certificate's server: for `guest` the public address, for `probe` the loopback
    address without TLS."""
    scheme = {"guest": "https:", "probe": "http:"}.get(certificate, "/")
    return any(server["url"].startswith(scheme) for server in described.get("servers", DOCUMENT["servers"]))


def faults(method, target, headers, body, certificate, answer):
    """How a request and its answer depart from the description. If the server at this address lacks the operation, only
    errors and OPTIONS may be answered."""
    described = operation(method, target)
    if described is None or not is_answered(described, certificate):
        return [] if answer.status >= 400 or method == "OPTIONS" else ["the operation is not described"]
    found = [] if answer.status >= 400 and sent_undescribed(described, headers) else list(answer_faults(described, method, answer))
    if answer.status < 300:
        found += request_faults(described, target, headers, body)
    return found
