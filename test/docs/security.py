#!/usr/bin/python3
"""SECURITY.md against the tests that it names: each row of its threats names at least one test, as `file::text`, and
the file contains the text. A renamed or lost test would leave a threat without its proof. Defending code is not a test,
and a model proves nothing about the program, so only files in test/ count, without models, and of a Python file only
the functions that pytest runs."""
import os
import re
import sys

from tree import SOURCE, read

NAMED = re.compile(r"`([\w./-]+)::([^`]+)`")
TEST = re.compile(r"test/.*(?<!\.pml)(?<!\.md)")


def has_test(path, text):
    """In a Python file the text is the name of a test; in any other file it is a test's claim, or the line above it."""
    return (f"\ndef {text}(" if path.endswith(".py") else text) in read(path)


def faults():
    threats = read("SECURITY.md").split("\n## Threats\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in threats.split("\n") if line.startswith("| ") and not line.startswith(("| somebody |", "| --- "))]
    if len(rows) < 20:
        yield f"only {len(rows)} threats are found"
    for row in rows:
        named = NAMED.findall(row.replace("\\|", "|"))
        if not named:
            yield f"no test is named: {row[:80]}"
        for path, text in named:
            if not os.path.exists(os.path.join(SOURCE, path)):
                yield f"there is no {path}"
            elif not TEST.fullmatch(path) or "/../" in path:
                yield f"{path} is no test"
            elif not has_test(path, text):
                yield f"{path} has no test \"{text}\""


def main():
    found = list(faults())
    for fault in found:
        print("docs: SECURITY.md: " + fault, file=sys.stderr)
    print(f"SECURITY.md: {len(found)} tests are missing")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
