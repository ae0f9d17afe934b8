#!/usr/bin/python3
"""Reports the length of the hand-written pages and the age of the recorded figures. Lists sentences that are longer
than 25 words or begin with a clause in place of a subject ("What is wrong in it is 422"). Generated pages and blocks,
recorded results and rules are omitted. Tables, code and headings are not sentences.

It fails if the pages together contain more words than the bound here, and on each such sentence. Lower the bound when
the pages become shorter.
"""
import datetime
import json
import re
import subprocess
import sys

from tree import SOURCE, read

LEFT_OUT = re.compile(r"docs/(rules|reference|errors|limits)\.md|.*/(RESULTS|GROWTH|YEAR)\.md")
LONG = 25
MOST_WORDS = 68_150
CLAUSE = re.compile(r"(Who|Whoever|What|Whatever) .*[^:?]$|.*[ ,]so (does|do|are|is) |.*\b(of ours|whoever)\b")


def written(page):
    return re.sub(r"<!-- made of .*?<!-- end -->", "", read(page), flags=re.S)


def sentences(text):
    text = re.sub(r"^```.*?^```", "", text, flags=re.M | re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r"^(\||#|:?---).*$", "", text, flags=re.M)
    text = re.sub(r"!?\[([^]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"`[^`]*`", "code", text)
    for block in re.split(r"\n\s*\n|^\s*(?:[-*]|\d+\.) ", text, flags=re.M):
        yield from re.split(r"(?<=[.!?:])[*)\"]*\s+", " ".join(block.split()))


def age(date):
    return f"{date}, {(datetime.date.today() - datetime.date.fromisoformat(date)).days} days old"


def main():
    pages = subprocess.check_output(["git", "ls-files", "*.md"], cwd=SOURCE, text=True).split()
    pages = [page for page in pages if not LEFT_OUT.fullmatch(page)]
    words = {page: len(written(page).split()) for page in pages}
    long = [(len(sentence.split()), page, sentence) for page in pages for sentence in sentences(written(page))
            if len(sentence.split()) > LONG]
    print(f"{sum(words.values()):,} words on {len(pages)} pages; {len(long)} sentences of more than {LONG} words. The longest:")
    for count, page, sentence in sorted(long, reverse=True)[:10]:
        print(f"  {count} {page}: {sentence[:100]}…")
    clauses = [(page, sentence) for page in pages for sentence in sentences(written(page)) if CLAUSE.match(sentence)]
    for page, sentence in clauses:
        print(f"  a clause in place of a subject, {page}: {sentence[:100]}")
    heading = json.loads(read("bench/run.json"))["heading"]
    print("make bench was recorded on", age(re.search(r"\d{4}-\d\d-\d\d", heading)[0]))
    last = {line.split("\t")[2]: line.split("\t") for line in read("docs/tested.tsv").splitlines()}
    for system, (date, commit, *_) in last.items():
        print(f"{system} was tested on {age(date)}, {commit}")
    sys.exit(sum(words.values()) > MOST_WORDS or bool(long) or bool(clauses))


main()
