#!/usr/bin/env python3
"""Prints README.md with the table of docs/tested.tsv in its place: the last recorded run of each system and server."""
import pathlib
import re

BEGIN, END = "<!-- made of docs/tested.tsv -->", "<!-- end -->"


def main():
    last = {}
    for line in pathlib.Path("docs/tested.tsv").read_text().splitlines():
        date, commit, system, server, seconds, suites = line.split("\t")
        last[system, server] = (f"| {system} | {server} | {suites} | {int(seconds) // 60} min {int(seconds) % 60:02} s "
                                f"| {date} | {commit} |")
    rows = [last[key] for key in sorted(last)]
    table = "\n".join(["| system | server | suites that passed | in | date | commit |",
                       "| --- | --- | --- | --- | --- | --- |", *rows])
    text = pathlib.Path("README.md").read_text()
    place = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.S)
    assert len(place.findall(text)) == 1, "README.md has no place for the table of what was tested"
    print(place.sub(lambda _: f"{BEGIN}\n{table}\n{END}", text), end="")


main()
