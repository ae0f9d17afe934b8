# SPDX-License-Identifier: PostgreSQL
"""The branches of the parsers that the fuzz targets reach, as a table, from the export of llvm-cov.

A condition has two branches, taken and not taken. Each counts once for each place in a source, however many copies the
compiler made. With --lines, the branches that were not reached are also listed."""

import json
import os
import sys

GOAL = 90


def branches(function):
    """((line, column), taken or not) of each branch of one copy of a function, and whether it was reached."""
    for line, column, end_line, end_column, taken, not_taken, *_ in function["branches"]:
        place = (line, column, end_line, end_column)
        yield (place, True), taken > 0
        yield (place, False), not_taken > 0


def reached(data, files):
    """By file, whether each of its branches was reached in any copy."""
    found = {name: {} for name in files}
    root = os.getcwd() + "/"
    for function in data["functions"]:
        name = function["filenames"][0].removeprefix(root)
        if name not in found:
            continue
        for branch, was_taken in branches(function):
            found[name][branch] = found[name].get(branch, False) or was_taken
    return found


def main():
    files = [line.strip() for line in open(sys.argv[1]) if line.strip() and not line.startswith("#")]
    data = json.load(open(sys.argv[2]))["data"][0]
    found = reached(data, files)
    print(f"{'file':46} {'branches':>9} {'reached':>8}")
    for name, marks in found.items():
        share = f"{100 * sum(marks.values()) / len(marks):6.1f} %" if marks else "       –"
        print(f"{name:46} {len(marks):9} {share}")
        if "--lines" in sys.argv:
            for (place, taken), was in sorted(marks.items()):
                if not was:
                    print(f"    {name}:{place[0]}:{place[1]} never {'true' if taken else 'false'}")
    every = [was for marks in found.values() for was in marks.values()]
    total = 100 * sum(every) / len(every)
    print(f"{'all':46} {len(every):9} {total:6.1f} %")
    return 0 if total >= GOAL else f"the goal is {GOAL} %"


sys.exit(main())
