#!/usr/bin/python3
"""The pages against each other and the sources: every relative link leads to a file and, with "#", to a heading in it;
docs/http.md has exactly the routes of fcgi/routes/; the map in CONTRIBUTING.md names each folder of the tree.
"""
import glob
import os
import re
import subprocess
import sys

from tree import SOURCE, read

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
ROUTE = re.compile(r'^    \{"([A-Z]+)", "(/[^"]*)"', re.MULTILINE)
ROUTE_SHOWN = re.compile(r"^### `([A-Z]+) (/[^`?]*)", re.MULTILINE)


def without_code(text):
    return re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text):
    """The anchors of a page's headings, as forges make them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(without_code(text))}


def broken_links(page):
    for target in LINK.findall(without_code(read(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = os.path.normpath(os.path.join(os.path.dirname(page), path)) if path else page
        if not os.path.exists(os.path.join(SOURCE, file)):
            yield f"{page}: there is no {file}"
        elif anchor and anchor not in anchors(read(file)):
            yield f"{page}: {file} has no heading #{anchor}"


def route_files():
    return [os.path.relpath(path, SOURCE) for path in sorted(glob.glob(os.path.join(SOURCE, "fcgi/routes/*.cpp")))]


def route_differences():
    known, shown = {route for path in route_files() for route in ROUTE.findall(read(path))}, set(ROUTE_SHOWN.findall(read("docs/http.md")))
    for method, path in sorted(known - shown):
        yield f"docs/http.md lacks {method} {path}"
    for method, path in sorted(shown - known):
        yield f"docs/http.md has {method} {path}, which fcgi/routes/ has not"


def missing_rooms(files):
    rooms = {file.split("/")[0] for file in files if "/" in file} - {".ci"}
    page = read("CONTRIBUTING.md")
    return [f"CONTRIBUTING.md: the map lacks {room}/" for room in sorted(rooms) if not re.search(rf"^(\S+/ )*{room}/", page, re.MULTILINE)]


def main():
    listed = subprocess.check_output(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=SOURCE, text=True)
    files = [file for file in listed.split("\n") if file and os.path.exists(os.path.join(SOURCE, file))]
    pages = [file for file in files if file.endswith(".md")]
    faults = [fault for page in pages for fault in broken_links(page)] + list(route_differences()) + missing_rooms(files)
    for fault in faults:
        print("docs: " + fault, file=sys.stderr)
    print(f"{len(pages)} pages, {len(faults)} broken links, missing routes or rooms")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
