#!/usr/bin/python3
"""Makes docs/openapi.json from the route table (fcgi/routes/), extension/fields.def, reasons.def, fcgi/openapi/*.yaml.

    openapi.py         prints the document; its examples show the answers that docs/openapi.json shows now

The table gives an operation its parameters with their types, kind of body, errors and addresses. operations.yaml gives
the rest. In its keys ":NAME" is a parameter of the path, "?NAME" one of the query, and a number is a status; "all" has
those that all operations of its tag share. Its values, and those of schemas.yaml and events.yaml, are texts:

    TYPE -- MEANING            a member, parameter or answer; a member whose name ends in "?" may be left out
    string 1..200, int 1..     with bounds of length or value
    Id[..100]                  a list, with bounds of how many; Id is a schema
    (A or B)[], A or null      alternatives; either A or B: never both; one of a, b, null: these values
    time, long, base64, ...    see FORMATS; map of T: an object of any names; object: of any names and values; any: any value
"""
import json
import pathlib
import re
import sys

import yaml

from layout import layout
from routes import routes

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PAGE = SOURCE / "docs/openapi.json"
FORMATS = {"date": ("string", "date"), "time": ("string", "date-time"), "uri": ("string", "uri"),
           "uri-reference": ("string", "uri-reference"), "long": ("integer", "int64")}
TYPES = {"string": "string", "int": "integer", "number": "number", "bool": "boolean", "null": "null"}
BOUNDS = {"string": ("minLength", "maxLength"), "integer": ("minimum", "maximum"), "array": ("minItems", "maxItems")}


def read(path):
    return (SOURCE / path).read_text(encoding="utf-8")


def source(name):
    return yaml.safe_load(read(f"fcgi/openapi/{name}.yaml"))


def some(**members):
    """An object of the members that have a value."""
    return {name: value for name, value in members.items() if value}


# Types, members and whole objects.

def bounded(schema, bounds):
    """The schema with bounds such as "1..", in the unit of its type."""
    for name, value in zip(BOUNDS.get(schema["type"], ()), bounds.split("..")):
        if value:
            schema[name] = int(value)
    return schema


def plain(text):
    """The schema of a type without alternatives."""
    if text.startswith("map of "):
        return {"type": "object", "additionalProperties": typed(text.removeprefix("map of "))}
    if found := re.fullmatch(r"(.+)\[(\d*\.\.\d*)?\]", text):
        return bounded({"type": "array", "items": typed(found[1].removeprefix("(").removesuffix(")"))}, found[2] or "..")
    if text.startswith("one of "):
        values = [{"null": None, "true": True}.get(value, value.strip('"')) for value in text.removeprefix("one of ").split(", ")]
        types = list(dict.fromkeys("null" if value is None else "boolean" if value is True else "string" for value in values))
        return {"type": types[0] if len(types) == 1 else types, "enum": values}
    if found := re.fullmatch(r"string /(.+)/", text):
        return {"type": "string", "pattern": found[1]}
    if text in ("object", "any", "base64"):
        return {"object": {"type": "object", "additionalProperties": True}, "any": {},
                "base64": {"type": "string", "contentEncoding": "base64"}}[text]
    name, bounds, default = re.fullmatch(r"([\w-]+)(?: (\d*\.\.\d*))?(?: default (\d+))?", text).groups()
    if name[0].isupper():
        return {"$ref": f"#/components/schemas/{name}"}
    schema = dict(zip(("type", "format"), FORMATS[name])) if name in FORMATS else {"type": TYPES[name]}
    return bounded(schema, bounds or "..") | ({"default": int(default)} if default else {})


def typed(text):
    """The schema of a type."""
    first, *others = [plain(part) for part in re.split(r" or (?![^(]*\))", text.removeprefix("either "))]
    if not others:
        return first
    if isinstance(first.get("type"), str) and first["type"] not in ("array", "object") and all(other.keys() == {"type"} for other in others):
        return {**first, "type": [part["type"] for part in (first, *others)]}
    return {"oneOf" if text.startswith("either ") else "anyOf": [first, *others]}


def split(text):
    """Type and meaning of a text; None if missing."""
    kind, mark, meaning = text.partition(" -- ")
    return (kind, meaning) if mark else (text, None)


def member(value):
    kind, meaning = split(value)
    return typed(kind) | some(description=meaning)


def record(members, closed=False):
    """The schema of an object. Request objects are closed, including nested ones."""
    members = dict(members)
    about = members.pop("about", None)
    required = [name for name in members if not name.endswith("?")]
    properties = {name.removesuffix("?"): record(value, closed) if isinstance(value, dict) else member(value) for name, value in members.items()}
    return {"type": "object"} | some(description=about, required=required, properties=properties) | ({"additionalProperties": False} if closed else {})


# Events, whose members are those of fields.def. By kind, the type in a request and in an answer.

KINDS = {"text": ("string ..1000 or null", "string"), "date": ("date or null",) * 2, "time_of_day": ("string or null",) * 2,
         "timestamp": ("time or null",) * 2, "duration": ("Duration", "int or null"), "days": ("int 1..366 or null", "int or null"),
         "count": ("int 1..1000 or null", "int or null"),
         "int": ("int 0..100 or null", "int"), "bool": ("bool or null",) * 2, "long_text": ("string ..8000 or null", "string or null"),
         "json": ("object or null",) * 2, "within": ("Within or null",) * 2, "lists": ("OneOf[1..4] or null",) * 2}


def with_kind(name, kind, text):
    """The text of a member, with the type of its kind if it has none."""
    if kind is None and " -- " not in text:
        sys.exit(f"fcgi/openapi/events.yaml: {name} has no type, as in \"string -- {text}\"")
    return text if " -- " in text else f"{kind} -- {text}"


def events():
    """The schemas that name every field. A field of fields.def that events.yaml lacks ends the program."""
    given, table = source("events"), read("extension/fields.def")
    fields = re.findall(r"^JB_(?:LONG_)?FIELD\((\w+), (\w+), [\w.]+, (\w+),", table, re.MULTILINE)
    options = re.findall(r"^JB_OPTION\((\w+), (\w+),", table, re.MULTILINE)
    kinds = {name: KINDS.get(kind, (None,))[0] for name, kind, _ in fields} | dict(options)
    request = {name: with_kind(name, kinds.get(name.removesuffix("?")), text) for name, text in given["request"].items()}
    told = {name.removesuffix("?"): text for name, text in request.items()}
    if missing := sorted(kinds.keys() - told.keys()):
        sys.exit(f"fcgi/openapi/events.yaml: what does {missing[0]} mean in a request?")
    event = {"id": given["results"]["id"]}
    for _, kind, column in fields:
        shown, text = KINDS.get(kind, (None, None))[1], given["columns"].get(column)
        event[column] = f"{shown} -- {text}" if shown and text else shown or text
        if event[column] is None:
            sys.exit(f"fcgi/openapi/events.yaml: columns has no type of {column}")
    event |= given["results"]
    busy = {name: "null" for name in event if not name.endswith("?")} | given["busy"]
    change = {name.removesuffix("?"): text for name, text in event.items()} | {name: told[name] for name in [*kinds, "end_timestamp"]}
    change = {f"{name}?": text for name, text in change.items()} | given["change"]
    listed = given["listed"] | {name: text for name, text in change.items() if name not in ("id?", "about")}
    return {"EventRequest": record(request, True), "Event": record(event), "BusyTime": record(busy),
            "EventChange": record(change, True), "ListedChange": record(listed, True)}


def schemas():
    given = source("schemas")
    reasons = ", ".join(re.findall(r"^JB_REASON\((\w+), (?!start)", read("extension/reasons.def"), re.MULTILINE))
    return {**{name: member(text.replace("REASONS", reasons)) for name, text in given["values"].items()},
            **{name: record(members, True) for name, members in given["taken"].items()}, **events(),
            **{name: record(members) for name, members in given["given"].items()}}


# Operations.

LISTS = ("page", "dates", "changes", "all_changes", "rejections")  # the answers of pages, which have a Link
OWN_STATUS = {**dict.fromkeys(("created", "changed", "booked", "written"), "409"), **dict.fromkeys(("nothing", "deleted"), "204")}  # the status that the kind of an answer implies
BODIES = {"none": (), "merge_patch": ("application/merge-patch+json", "application/json"), "file": ("application/json", "*/*"),
          "calendar": ("text/calendar",)}
CERTIFICATE, TOKEN = {"clientCertificate": []}, {"token": []}


def security(route):
    """Who may call: on the main address a certificate may suffice, elsewhere nothing or a token."""
    if route.face == "admin" or "{token}" in route.path:
        return [CERTIFICATE, {}]
    if "opening" in route.words:
        return [CERTIFICATE | TOKEN, TOKEN]
    if "asker" in route.words:
        return [CERTIFICATE, CERTIFICATE | TOKEN, TOKEN]
    return [CERTIFICATE | TOKEN, CERTIFICATE, TOKEN, {}]


def parameter(of, argument, about):
    """A parameter of the path, query or headers, described by the table and the source."""
    schema = typed(about.get("type") or argument.type)
    told = {"name": of.lstrip(":?"), "in": {":": "path", "?": "query"}.get(of[0], "header")}
    told |= some(required=of[0] == ":" or argument.is_required, description=about.get("about"))
    if schema.get("type") == "array":
        told |= {"style": "form", "explode": False}
    return told | {"schema": schema} | some(example=about.get("example"))


def references(kind, names):
    return {name: {"$ref": f"#/components/{kind}/{name}"} for name in names}


def has_version(route):
    return bool({"If-Match", "If-None-Match"} & route.takes("header").keys())


class Document:
    def __init__(self):
        self.frame, self.routes = source("frame"), routes()
        self.shown = json.loads(PAGE.read_text(encoding="utf-8"))["paths"] if PAGE.exists() else {}
        self.shared = {}  # the used components, by name
        self.first = {}
        for name, about in self.frame["parameters"].items():
            self.first.setdefault(about["of"], name)
            self.first.setdefault((about["of"], about.get("type")), name)
        self.responses = {name: split(text) for name, text in self.frame["responses"].items()}
        self.by_status = {}
        for name, (status, _) in self.responses.items():
            self.by_status.setdefault(status[:3], name)

    def parameter(self, of, argument, told):
        """An operation's entry for a parameter: the name of a shared one, its meaning, or more."""
        shared = self.frame["parameters"]
        name = self.first.get((of, argument.type), self.first.get(of)) if told is None else told if isinstance(told, str) and told in shared else None
        if name is None:
            if isinstance(told, str):
                kind, meaning = split(told)
                told = {"type": kind, "about": meaning} if meaning else {"about": told}
            if told and set(told) == {"example"}:
                told = shared.get(self.first.get(of), {}) | told
            return parameter(of, argument, told or {})
        made = parameter(of, argument, shared[name])
        if self.shared.setdefault(name, made) != made:
            sys.exit(f"fcgi/openapi/frame.yaml: the parameter {name} is of one kind here and of another there: give it a type")
        return references("parameters", [name])[name]

    def parameters(self, route, told):
        of = {f":{name}": argument for name, argument in route.placeholders.items()}
        of |= {f"?{name}": argument for name, argument in route.takes("query").items()} | route.takes("header")
        if unknown := [key for key in told if str(key)[0] in ":?" and key not in of]:
            sys.exit(f"fcgi/openapi/operations.yaml: {route.method} {route.path} has no {unknown[0]}")
        return [self.parameter(key, argument, told.get(key)) for key, argument in of.items()]

    def body(self, route, told):
        kinds = BODIES.get(route.body, ("application/json",))
        if not kinds:
            return None
        schema = typed(told.get("takes", "string"))
        content = {kind: {"schema": {} if kind == "*/*" else schema} for kind in kinds}
        content["application/json" if "application/json" in kinds else kinds[0]]["example"] = told["example"]
        required = route.body != "members" or any(argument.is_required for argument in route.takes("member").values())
        return {"required": required, "content": content}

    def answer(self, route, told, status):
        kind, meaning = split(told[status])
        kind, _, named = kind.removeprefix("shown ").partition(" with ")
        headers = [name for name in named.split(", ") if name]
        if route.answer in LISTS:
            headers.append("Link")
        if "ETag" not in headers and has_version(route):
            headers.append("ETag")
        kinds, schema = ["application/json"], None
        if "/" in kind:
            kinds, schema = kind.split(" or "), typed("string" if kind.startswith("text/") else "any")
        content = {name: {"schema": typed(kind) if schema is None else schema} for name in kinds}
        if told[status].startswith("shown "):
            now = self.shown.get(route.path, {}).get(route.method.lower(), {}).get("responses", {}).get(str(status), {})
            content[kinds[0]]["example"] = now.get("content", {}).get(kinds[0], {}).get("example")
        return {"description": meaning} | some(headers=references("headers", headers), content=content)

    def answers(self, route, told):
        # Every route refuses a large body, even if it takes none; a write without versions refuses If-Match.
        statuses = {"400", "401", "403", "413", "429", "500", "503"}
        if route.placeholders:
            statuses.add("404")
        if route.body != "none":
            statuses |= {"415", "422"}
        if "Idempotency-Key" in route.takes("header") or "to" in route.takes("query"):
            statuses.add("422")  # a key that was used otherwise, a range that ends before it begins
        if route.access == "write":
            statuses.add("412")
        elif has_version(route):
            statuses.add("304")
        if route.answer in OWN_STATUS:
            statuses.add(OWN_STATUS[route.answer])
        named = {str(status): text for status, text in told.items() if isinstance(status, int)}
        made = {}
        for status in sorted(statuses | named.keys()):
            text = named.get(status, self.by_status.get(status))
            if text in self.responses:
                made[status] = references("responses", [text])[text]
            elif text != "none":
                made[status] = self.answer(route, told, int(status))
        return made

    def operation(self, key, tag, told):
        if key not in self.routes:
            sys.exit(f"fcgi/openapi/operations.yaml: there is no route {key}")
        route = self.routes[key]
        name, summary = split(told["does"])
        made = {"operationId": name, "tags": [tag], "summary": summary}
        if route.face != "main":
            made |= {"security": security(route), "servers": [{"url": "/"}, self.frame["faces"][route.face]]}
        return made | some(parameters=self.parameters(route, told), requestBody=self.body(route, told), responses=self.answers(route, told))

    def response(self, name):
        kind, meaning = self.responses[name]
        status, _, header = kind.partition(" with ")
        problem = {"application/problem+json": {"schema": typed("Problem")}} if status >= "400" else None
        return {"description": meaning} | some(headers=references("headers", [header] if header else []), content=problem)

    def header(self, text):
        kind, meaning = split(text)
        return {"description": meaning, "schema": typed(kind)}

    def made(self):
        operations, paths = source("operations"), {}
        for tag, members in operations.items():
            shared = members.pop("all", {})
            for key, told in members.items():
                method, path = key.split()
                told = {of: about for of, about in shared.items() if f"{{{of[1:]}}}" in path} | told
                paths.setdefault(path, {})[method.lower()] = self.operation(key, tag, told)
        described = {key for members in operations.values() for key in members}
        if missing := sorted(self.routes.keys() - described):
            sys.exit(f"fcgi/openapi/operations.yaml has not {', '.join(missing)}")
        return {**self.frame["document"], "tags": [{"name": tag} for tag in operations], "paths": paths, "components": {
            "securitySchemes": self.frame["securitySchemes"],
            "parameters": {name: self.shared[name] for name in self.frame["parameters"] if name in self.shared},
            "headers": {name: self.header(text) for name, text in self.frame["headers"].items()},
            "responses": {name: self.response(name) for name in self.responses},
            "schemas": schemas()}}


if __name__ == "__main__":
    print(layout(Document().made()))
