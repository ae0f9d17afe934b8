#!/usr/bin/python3
"""SECURITY.md against the tests that it names: each row of its threats names one at least, as `file::text`, and the text
stands in that file. A test that was renamed or lost leaves a threat without its proof."""
import os
import re
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
NAMED = re.compile(r"`([\w./-]+)::([^`]+)`")


def read(path):
    with open(os.path.join(SOURCE, path), encoding="utf-8") as file:
        return file.read()


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
            elif text not in read(path):
                yield f"{path} has no test \"{text}\""


def main():
    found = list(faults())
    for fault in found:
        print("docs: SECURITY.md: " + fault, file=sys.stderr)
    print(f"SECURITY.md: {len(found)} tests are missing")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
