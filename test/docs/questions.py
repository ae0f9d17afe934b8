#!/usr/bin/python3
"""Eight questions that the readers of each page have, and the words of that page that answer each.

Promise: README and the four readers' pages answer them by themselves. Could break if an editor cuts an answer. After a
change of such a page somebody who has not read it should answer the questions from the page alone; this program only
checks that the answering words are still there.
"""
import re
import sys

from tree import read

QUESTIONS = {
    "README.md": [
        ("What is it, in a sentence?", "Calendars inside PostgreSQL in which two events never overlap"),
        ("Can I have it on my managed PostgreSQL?", "No managed PostgreSQL offers it"),
        ("Is it released, and who supports it?", "not released. "),
        ("When should I take something else?", "## Which to take"),
        ("What does a refusal look like?", '"status": 409'),
        ("What does a booking cost beside my own table with EXCLUDE?", "bare INSERT, same constraint, same times, prepared"),
        ("How do I try it, and what is left behind?", "All that runs is found under `.run`"),
        ("Where do I go on, as who I am?", "## Where to go on"),
    ],
    "docs/event-manager.md": [
        ("How do I get in, and which role do I need?", "A *secretary* also books"),
        ("What do I send to book, and what comes back?", '"placement": "automatic"'),
        ("How do I make sure that I book once, whatever breaks?", "repeat the same request under the same key until there is an answer"),
        ("What do I do on each status?", "| 429, 503 |"),
        ("How do I read a refusal?", "`conflicts` are the events in the way"),
        ("How do I not overwrite somebody else's change?", "Send it back as `If-Match`"),
        ("How do I follow what happens, and what is 410?", "410 `history-purged` means that your number no longer fits"),
        ("How much may I ask?", "One certificate has 500 requests a second"),
    ],
    "docs/database-administrator.md": [
        ("Who has to install it, and with which right?", "a superuser: it is C code"),
        ("Which role do I give an application?", "Grant one of these roles, the least that will do"),
        ("What does it lock, and for how long?", "## In your transaction"),
        ("What does it write, and how fast does it grow?", "bench/YEAR.md"),
        ("Why does pg_stat_statements not show the rows?", "`pg_stat_statements`, `auto_explain`, `log_statement`"),
        ("Do my triggers on its tables fire?", "Statement triggers never fire"),
        ("Will my pool do?", "A pool that gives a connection to each *transaction* will do"),
        ("How do I see that it is sound, and get rid of it?", "`DROP EXTENSION`; [the roles stay]"),
    ],
    "docs/secretary.md": [
        ("How do I open it?", "Import it in the browser's settings"),
        ("What do the colours and signs mean?", "fixed: stays at its time"),
        ("How do I book at a time, or wherever there is room?", "press **Find a slot**"),
        ("Who moved my event, and why?", "**Who moved my event?**"),
        ("How do I move, cancel or undo?", "**Undo**, in the notice"),
        ("Can I delete an event?", "Only a manager deletes an event for good"),
        ("Somebody is away: what do I do?", "**Somebody is away?**"),
        ("I have lost my certificate: what now?", "You have lost the certificate, or the machine that holds it?"),
    ],
    "CONTRIBUTING.md": [
        ("Where do I begin to read, and how long does it take?", "## A path of three hours"),
        ("Which room holds what, and who knows whom?", "## The map"),
        ("How long do all tests take, and what do they install?", "about 15 minutes on two cores"),
        ("How do I run one test file, or one promise?", "JB_TAP=test/tap/notify.t dev/check tap"),
        ("How do I put a debugger on a backend?", "`gdb -p PID`"),
        ("How do I add a function, a field, a setting, a rule, a route?", "## Add a rule"),
        ("How do I change the schema, and make the next version?", "### How the next version is made"),
        ("What should code, comments and commits look like?", "## Rules"),
    ],
}


def faults():
    for page, questions in QUESTIONS.items():
        text = re.sub(r"\s+", " ", read(page))
        if len(questions) != 8:
            yield f"{page} has {len(questions)} questions"
        yield from (f"{page} does not answer any more: {question}" for question, answer in questions if answer not in text)


def main():
    found = list(faults())
    for fault in found:
        print("docs: " + fault, file=sys.stderr)
    print(f"{sum(map(len, QUESTIONS.values()))} questions of readers, {len(found)} without an answer")
    sys.exit(1 if found else 0)


main()
