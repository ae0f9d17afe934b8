#!/usr/bin/python3
"""The commands that the pages tell a superuser to type, and those of the units, look up nothing in unsafe places: where
a database's owner, or a user who may create in one of its schemas, could have put another object. So each psql pins its
search_path, and objects of the extension are named with their schema. Each extension is created in a named schema, and
no literal is passed without its type. No unit runs as a superuser.

The commands of sh blocks in the runbook also count: the user of the runbook's stack is the superuser, and so may be the
reader who pastes them."""
import os
import re
import subprocess
import sys

from tree import SOURCE, read

PAGES = ("README.md", "debian/jb-scheduler-gateway.README.Debian", "docs/operations.md", "docs/runbook.md", "docs/upgrades.md", "docs/database-administrator.md")
PIN = "PGOPTIONS=-csearch_path=pg_catalog,pg_temp"
OURS = re.compile(r"(?<![\w.])jb_\w+\(|\bFROM jb_")  # a function or table without its schema
UNTYPED = re.compile(r"(?:[(,]|=>)\s*(?:'|NULL\b(?!::))", re.IGNORECASE)


def typed(page):
    """The commands with a prompt, and the lines of sh blocks in the runbook, that call psql."""
    shown = subprocess.run([os.path.join(SOURCE, "test/packages/commands"), os.path.join(SOURCE, page)], capture_output=True, text=True, check=False)
    yield from (command.split("\n", 1)[1] for command in shown.stdout.split("\0") if command)
    if page == "docs/runbook.md":
        for block in re.findall(r"^```sh\n(.*?)^```$", read(page), re.MULTILINE | re.DOTALL):
            yield from block.splitlines()


def wrong(command):
    if PIN + " psql " not in command:
        yield "does not pin search_path"
    if OURS.search(command):
        yield "names something of ours without its schema"
    if "jb_" in command and UNTYPED.search(command):
        yield "has a value without a type"
    if "CREATE EXTENSION" in command and " SCHEMA " not in command:
        yield "does not say where the extension goes"


def faults():
    looked_at = 0
    for page in PAGES:
        for command in typed(page):
            if re.search(r"\bpsql (?=[-\w])", command):
                looked_at += 1
                yield from (f"{page}: {fault}: {command}" for fault in wrong(command))
    if looked_at < 12:
        yield f"only {looked_at} commands are found"
    for unit in sorted(os.listdir(os.path.join(SOURCE, "systemd"))):
        text = read("systemd/" + unit)
        if re.search(r"^User=(postgres|root)$", text, re.MULTILINE) or ("psql" in text and not (PIN in text and "User=" in text)):
            yield f"systemd/{unit} asks the database as a superuser, or with somebody else's search_path"


def main():
    found = list(faults())
    for fault in found:
        print("docs: " + fault, file=sys.stderr)
    print(f"superuser: {len(found)} commands look up what others may plant")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
