#!/usr/bin/python3
"""Names are written in one way: constants outside functions are kConstant, a rule of placing is named after its reason,
color is spelled as in JSON and CSS, and each name in the glossary exists."""
import re
import subprocess
import sys

from tree import SOURCE, read

# The arguments of routes are words of the table of routes, and objects that are called are named like functions.
OTHERS = re.compile(r"constexpr (Argument|Sql) |= \[\]|(_json|(?:from|to|check)_\w+)( =|;|,)")
CONSTANT = re.compile(r"^(?:inline |static )*constexpr [\w:<>, *]+? (?!k[A-Z])([a-z]\w*)(?:\[\])?(?: ?=|\{)")


def problems():
    files = subprocess.run(["git", "-C", SOURCE, "ls-files", "extension", "fcgi", "cli", "web/src"],
                           capture_output=True, text=True, check=True).stdout.split()
    sources = {file: read(file) for file in files if file.endswith((".cpp", ".hpp", ".def", ".sql", ".ts"))}
    for file, source in sources.items():
        for number, line in enumerate(source.split("\n"), 1):
            constant = CONSTANT.match(line) if file.endswith("pp") and not OTHERS.search(line) else None
            if constant and not line.endswith(") {"):
                yield f"{file}:{number}: the constant {constant[1]} is not named kConstant"
            if re.search(r"[Cc]olour\w*_|\w[Cc]olour", line):
                yield f"{file}:{number}: color is spelled as in JSON and CSS"
    rules = re.findall(r"JB_RULE\((\w+)\)$", read("extension/src/core/scheduling/rules.def"), re.MULTILINE)
    for rule in set(rules) - set(re.findall(r"JB_REASON\((\w+),", read("extension/reasons.def"))):
        yield f"rules.def: {rule} is the name of no reason"
    whole = "\n".join(sources.values())
    for name in re.findall(r"`([A-Za-z_]\w\w+)`", read("docs/glossary.md")):
        if not re.search(rf"\b{name}\b", whole):
            yield f"docs/glossary.md: {name} is no name of the sources"


def main():
    found = list(problems())
    print("\n".join(found) or "names are written in one way")
    return 1 if found else 0


sys.exit(main())
