#!/usr/bin/python3
"""The table of routes, as far as a description needs it, read from the rows in fcgi/routes/ and the words of
fcgi/arguments.hpp. test/fcgi/openapi_has_every_route_and_field.cpp compares the description with the table itself."""
import pathlib
import re

FCGI = pathlib.Path(__file__).resolve().parents[2] / "fcgi"
ROW = re.compile(r'\{"([A-Z]+)", "(/[^"]*)", (read|write), Body::(\w+),[^{}]*\{((?:[^{}]|\{[^{}]*\})*)\},\s*(\w+)(?:, Face::(\w+))?')
# The type that a word or a reader takes, written as in fcgi/openapi. Types that are missing here are given there.
TYPES = {"text": "string", "calendar": "string", "json": "string", "json_list": "string", "list": "string[]", "instant": "TimeOrDate", "range_end": "TimeOrDate",
         "date": "date", "item_date": "date", "id": "Id", "item_number": "int 1..", "given": "string", "flag": 'one of "", "true", "false"',
         "truth": 'one of "true", "false"', "duration": "int 1..", "durations": "(int 1..)[]", "key": "string", "versions": "string",
         "tags": "string"}
MEMBERS = ("member", "option", "word")


def source(path):
    """The text of a source without comments and statements."""
    text = re.sub(r'R"\(.*?\)"', '""', path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r'("(?:\\.|[^"\\])*")|//[^\n]*', lambda found: found[1] or "", text)
    return re.sub(r'"(?:\\.|[^"\\])*"', lambda found: found[0] if re.fullmatch(r'"[\w/:.-]*"', found[0]) else '""', text)


def split(text):
    """The parts between the commas outside brackets."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "({") - (sign in ")}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


def constants(text):
    """The named arguments of a file."""
    declared = (part for statement in re.findall(r"constexpr Argument\s+(\w+(?:\{| =)[^;]*);", text) for part in split(statement))
    return dict(re.match(r"(\w+)(?: = )?(.+)", part, re.DOTALL).groups() for part in declared)


class Argument:
    """An argument of a route: its name, its source ("query", "header", "member", or None for the path and the rest), and
    its type as a text, None if the row has its own reader."""

    def __init__(self, text, known):
        self.is_required = False
        while text in known or re.match(r"(required|aside)\(", text):
            self.is_required |= text.startswith("required(")
            text = known.get(text) or text[text.index("(") + 1:-1]
        word = re.match(r"\w*", text)[0]
        name, reader, source = (re.search(pattern, text) for pattern in (r'"([^"]+)"', r"reads::(\w+)", r"Source::(\w+)"))
        self.name = name and name[1]
        self.source = source[1] if source else "member" if word in MEMBERS else "header" if word == "header" else "query" if word else None
        self.type = "time" if "is_moment" in text else TYPES.get(reader[1] if reader else word)
        if word == "number":
            least, most = (int(bound.replace("'", "")) if bound[0].isdigit() else "" for bound in split(text[len("number("):-1])[1:3])
            self.type = f"int {least}..{'' if most == '' or most >= 2 ** 31 - 1 else most}"


class Route:
    def __init__(self, method, pattern, access, body, arguments, answer, face, known):
        self.method, self.access, self.body, self.answer, self.face = method, access, body, answer, face or "main"
        self.path = re.sub(r":(\w+)", r"{\1}", pattern)
        self.words = split(arguments)
        self.arguments = [Argument(word, known) for word in self.words]
        # The placeholders of the path, with the arguments that read them, in order.
        readers = [argument for word, argument in zip(self.words, self.arguments) if word in ("path", "event_id", "poll_id", "rejection_id", "item", "item_number", "item_date")]
        self.placeholders = dict(zip(re.findall(r":(\w+)", pattern), readers))

    def takes(self, source):
        return {argument.name: argument for argument in self.arguments if argument.source == source}


def routes():
    """By "GET /events/{id}"."""
    shared, found = constants(source(FCGI / "arguments.hpp")), {}
    for path in sorted((FCGI / "routes").glob("*.cpp")):
        text = source(path)
        for row in ROW.findall(text):
            route = Route(*row, {**shared, **constants(text)})
            found[f"{route.method} {route.path}"] = route
    return found
