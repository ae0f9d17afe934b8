#!/usr/bin/python3
"""Each function of the reference has a row in the table of what may grow, which bench/run --only growth measures."""
import os
import re
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
sys.path.insert(0, os.path.join(SOURCE, "bench"))
sys.dont_write_bytecode = True
from growth.table import GROWTH, LINEAR  # noqa: E402


def problems():
    with open(os.path.join(SOURCE, "docs/reference.md"), encoding="utf-8") as file:
        functions = set(re.findall(r"^### (\w+)$", file.read(), re.MULTILINE))
    table = {row.function for row in GROWTH}
    for name in sorted(functions - table):
        yield f"bench/growth/table.py: {name} has no row: what may grow, and how much may it cost then?"
    for name in sorted(table - functions):
        yield f"bench/growth/table.py: there is no function {name}"
    names = [row.name for row in GROWTH]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"bench/growth/table.py: {name} has two rows"
    for row in GROWTH:
        if (row.allowed == LINEAR or not row.call) and not row.reason:
            yield f"bench/growth/table.py: {row.name} needs a reason"


def main():
    found = list(problems())
    print("\n".join(found) or "each function has a row of growth")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
