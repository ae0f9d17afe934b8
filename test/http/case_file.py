# SPDX-License-Identifier: PostgreSQL
"""Reads the case files that README.md describes."""

import json
import re
from dataclasses import dataclass, field


@dataclass
class Step:
    line: int
    method: str
    target: str
    certificate: str
    headers: list = field(default_factory=list)
    body: str = ""
    status: int = 0
    expected_headers: list = field(default_factory=list)
    expected_body: str = ""


EMPTY = '""'  # the empty text, in a cell
REQUEST = re.compile(r"> (\S+) (\S+|@link \S+)(?: as (\S+))?$")


def parse(text):
    """The promises of a case file, each with its steps. Errors: ValueError, which names the line that cannot be read."""
    promises, steps, step, part = {}, None, None, None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        if line.startswith("== "):
            if line[3:] in promises:
                raise ValueError(f"line {number}: a second {line[3:]}")
            steps, part = promises.setdefault(line[3:], []), None
        elif line.startswith("| "):
            steps.append(row(number, line))
            part = None
        elif line.startswith("> ") and part != "request":
            match = REQUEST.match(line)
            if not match:
                raise ValueError(f"line {number}: no request: {line}")
            step = Step(number, match[1], match[2], match[3] or "manager")
            steps.append(step)
            part = "request"
        elif line.startswith("> "):
            step.headers.append(split_header(number, line))
        elif line.startswith("< ") and part in ("request", "body"):
            step.status = int(line[2:])
            part = "answer"
        elif line.startswith("< "):
            step.expected_headers.append(split_header(number, line))
        elif part in ("request", "body") and (line or part == "body"):
            step.body += line + "\n"
            part = "body"
        elif part in ("answer", "expected") and line:
            step.expected_body += line + "\n"
            part = "expected"
        elif line:
            raise ValueError(f"line {number}: belongs to no request: {line}")
    return promises


def row(number, line):
    """The step that a row of a table stands for."""
    cells = [cell.strip() for cell in re.split(r"(?<= )\|(?= )", line[1:].removesuffix("|"))]
    request, body, status, field, value, message = cells + [""] * (6 - len(cells))
    request, *headers = request.split(" with ")
    match = REQUEST.match(f"> {request}")
    status, _, kind = status.partition(" ")
    if not match or (int(status) < 400 and (kind or value)):
        raise ValueError(f"line {number}: no row: {line}")
    expected = {"type": f"/problems/{kind}"} if kind else {}
    if int(status) < 400:
        expected = dict(kept.split(" ") for kept in field.split(", ") if kept)
    elif field:
        expected["errors"] = [{"field": name} for name in field.split(", ")]
        expected["errors"][0] |= {"value": "" if value == EMPTY else value} if value else {}
        expected["errors"][0] |= {"message": message} if message else {}
    elif message:
        expected["detail"] = message
    return Step(number, match[1], match[2], match[3] or "manager", body=body, status=int(status),
                headers=[split_header(number, f"> {header}") for header in headers],
                expected_body=json.dumps(expected, ensure_ascii=False) if expected else "")


def split_header(number, line):
    name, colon, value = line[2:].partition(":")
    if not colon:
        raise ValueError(f"line {number}: no header: {line}")
    return name, value.strip()


def fill_in(text, variables):
    """Text with each ${name} replaced by its value. Errors: KeyError for an unknown name."""
    return re.sub(r"\$\{(\w+)\}", lambda match: str(variables[match[1]]), text)


def target(text, variables):
    """The target of a request; for "@link name" the target of the Link header kept as `name`."""
    if text.startswith("@link "):
        return re.match(r"<([^>]*)>", variables[text.removeprefix("@link ")])[1]
    return fill_in(text, variables)


def body_bytes(text, variables):
    """A body as sent; None without a body."""
    if not text:
        return None
    text = text.removesuffix("\n")
    kind, _, rest = text.partition(" ")
    if kind == "@hex":
        return bytes.fromhex(rest)
    if kind == "@nested":
        count, _, member = rest.partition(" ")
        value = b"[" * int(count) + b"]" * int(count)
        return b'{"%s": %s}' % (member.encode(), value) if member else value
    if kind == "@json":
        return json.dumps(variables[rest]).encode()
    if kind == "@repeat":
        count, _, piece = rest.partition(" ")
        return piece.encode() * int(count)
    return fill_in(text, variables).encode()


def difference(expected, actual, variables, where="body"):
    """How `actual` differs from the expected value, as a text, or None. Keeps the values of "=name" in `variables`."""
    if isinstance(expected, str):
        return text_difference(expected, actual, variables, where)
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            if value == "!":
                if name in actual:
                    return f"{where}.{name} should be absent, is {json.dumps(actual[name])}"
            elif name not in actual:
                return f"{where}.{name} is missing"
            elif found := difference(value, actual[name], variables, f"{where}.{name}"):
                return found
        return None
    if isinstance(expected, list) and isinstance(actual, list):
        if len(expected) != len(actual):
            return f"{where} should have {len(expected)} items, has {len(actual)}: {json.dumps(actual)}"
        for index, (one, other) in enumerate(zip(expected, actual)):
            if found := difference(one, other, variables, f"{where}[{index}]"):
                return found
        return None
    if type(expected) is not type(actual) or expected != actual:
        return f"{where} should be {json.dumps(expected)}, is {json.dumps(actual)}"
    return None


def text_difference(expected, actual, variables, where):
    if expected == "***":
        return None
    if expected.startswith("="):
        variables[expected[1:]] = actual
        return None
    if expected.startswith("~"):
        if isinstance(actual, str) and re.fullmatch(expected[1:], actual, re.DOTALL):
            return None
        return f"{where} should match {expected[1:]}, is {json.dumps(actual)}"
    if expected != actual:
        return f"{where} should be {json.dumps(expected)}, is {json.dumps(actual)}"
    return None
