#!/usr/bin/python3
"""docs/rules.md against the tree: each rule has its own number and existing tests; each number cited by a comment or a
page (`rule 2.3`, `rules 2.1 to 2.13 and 3`) is a rule; and nothing cites a contract that a reader does not have."""
import collections
import os
import re
import subprocess
import sys

from security import SOURCE, has_test, read

PAGE = "docs/rules.md"
NUMBER = r"\d{1,2}(?:\.\d{1,2})*(?!\d)"
HEADING = re.compile(rf"^##+ ({NUMBER}) ", re.MULTILINE)
ROW = re.compile(rf"^\| ({NUMBER}) \| (.*) \| (.*) \| (.*) \|$", re.MULTILINE)
LIST = rf"{NUMBER}(?:(?:,? and|,? or|,| to) {NUMBER})*"
CITED = re.compile(rf"\b[Rr]ules? ({LIST})")
IN_PARENTHESES = re.compile(rf"\(({LIST})\)")
BREAK = re.compile(r"\s*\n\s*(?://+|#+|--+|\*)?\s*")  # a comment may break a citation into two lines
CONTRACT = re.compile(r"\bSPE[C]\b")
TEST = re.compile(r"`((?:test|sql)/[^`:]+)(?:::([^`]+))?`")
LEFT_OUT = ("test/fuzz/corpus/", "test/fuzz/seeds/", "third_party/")


def page_faults(page, numbers):
    for number, count in collections.Counter(numbers).items():
        if count > 1:
            yield f"rule {number} stands {count} times"
    section = ""
    for line in page.split("\n"):
        heading, row = HEADING.match(line), ROW.match(line)
        section = heading.group(1) if heading else section
        if not row:
            continue
        number, what, _, tests = row.groups()
        if number.rpartition(".")[0] != section:
            yield f"rule {number} stands in section {section}"
        for other in IN_PARENTHESES.findall(what):
            yield from (f"rule {number} names {n}, which is none" for n in missing(other, numbers))
        named = TEST.findall(tests)
        if not named:
            yield f"rule {number} names no test"
        for path, text in named:
            if not os.path.exists(os.path.join(SOURCE, path)):
                yield f"rule {number}: there is no {path}"
            elif text and not has_test(path, text):
                yield f"rule {number}: {path} has no test \"{text}\""


def missing(cited, numbers):
    return [number for number in re.findall(NUMBER, cited) if number not in numbers]


def citation_faults(path, numbers):
    try:
        text = BREAK.sub(" ", read(path))
    except UnicodeDecodeError:
        return
    for cited in CITED.findall(text):
        yield from (f"{path} cites rule {number}, which is none" for number in missing(cited, numbers))
    if CONTRACT.search(text):
        yield f"{path} cites {CONTRACT.search(text).group()}, which is not in the tree"


def main():
    page = read(PAGE)
    numbers = HEADING.findall(page) + [row[0] for row in ROW.findall(page)]
    found = [f"{PAGE}: {fault}" for fault in page_faults(page, numbers)]
    listed = subprocess.check_output(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=SOURCE, text=True)
    for path in listed.split("\n"):
        if path and not path.startswith(LEFT_OUT) and os.path.isfile(os.path.join(SOURCE, path)):
            found += citation_faults(path, numbers)
    for fault in found:
        print("docs: " + fault, file=sys.stderr)
    print(f"{PAGE}: {len(numbers)} numbers, {len(found)} faults")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
