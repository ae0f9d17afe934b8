#!/usr/bin/python3
"""Lists repeated in a page are complete: the roles that remain to be dropped after DROP EXTENSION, the kinds of change,
and the possible reports of jb_check()."""
import json
import re
import sys

from tree import read


def problems():
    roles = set(re.findall(r"'(jb_[a-z]+)'", read("extension/schema/00-roles.sql")))
    dropped = set(re.findall(r"jb_[a-z]+", re.search(r"`DROP ROLE ([^`]*)`", read("docs/operations.md")).group(1)))
    if roles != dropped:
        yield f"docs/operations.md, Remove: DROP ROLE and 00-roles.sql differ in {', '.join(sorted(roles ^ dropped))}"
    kinds = set(json.loads(read("docs/openapi.json"))["components"]["schemas"]["Change"]["properties"]["kind"]["enum"]) - {None}
    told = set(re.findall(r"`([a-z]+)`", re.search(r"`kind` \(([^)]*)\)", read("docs/http.md")).group(1)))
    if kinds != told:
        yield f"docs/http.md, history: the kinds and openapi.json differ in {', '.join(sorted(kinds ^ told))}"
    schema = read("extension/schema/70-problem.sql") + read("extension/schema/70-problem_lists.sql") + read("extension/schema/71-check.sql") + read("extension/src/functions/upkeep.cpp")
    rules = set(re.findall(r"SELECT (?:DISTINCT )?'([a-z '-]+)',\s|\"(free [a-z ]+)\"|w\.rule = '([a-z ]+)'", schema))
    rules = {next(filter(None, found)).replace("''", "'") for found in rules} - {"event", "change", "rejection", "poll"}
    mended = set(re.findall(r"^\| ([^|`]+?) \|", read("docs/operations.md").split("## When jb_check() reports")[1].split("\n## ")[0], re.MULTILINE))
    if rules != mended - {"rule", "---"}:
        yield f"docs/operations.md, When jb_check() reports: the rules differ in {', '.join(sorted(rules ^ (mended - {'rule', '---'})))}"


def main():
    found = list(problems())
    print("\n".join(found) or "lists are whole")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
