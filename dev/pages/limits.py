#!/usr/bin/python3
"""Renders docs/limits.md. Its budgets come from extension/budgets.def, from which core/values/input.hpp is also made,
and its texts from extension/fields.def.

    limits.py          prints the page
"""
import os
import re
import sys

SOURCE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.realpath(__file__))))
TEXT = re.compile(r'^JB_FIELD\((\w+), text,', re.MULTILINE)
ROW = re.compile(r'^JB_BUDGET\((\w+), "(\w+)", ([\d\']+), "([^"]+)",\s*"([^"]+)"\)', re.MULTILINE)

HEAD = """# Limits

<!-- Made by dev/docs from extension/budgets.def and dev/pages/limits.py: change those. -->

The cost of a request is bounded. Each field has its own limit, and the product of the fields of one call has a budget. A
call beyond either changes nothing, and is refused with `22023` (over HTTPS `422`), which names the field and the limit.

A call ends within a second of `statement_timeout`, `pg_cancel_backend()`, `pg_terminate_backend()`, or the client of an
HTTPS request hanging up. No request of 1 MiB makes a database session grow by more than 256 MiB, and the memory is
returned to the system when the call ends.

## Budgets of one call

A call is one SQL function call or one HTTPS request. Its budgets cover all requests of a batch, and all events of a file.

| budget | the refusal names | limit | what is counted |
| --- | --- | --- | --- |
"""

TAIL = """
These products are within every budget and are always accepted:

- a series of 1,000 occurrences with 20 attendees, whose calendars it may claim as well;
- a batch of 1,000 requests for single events, or a list of changes to 1,000 events;
- 100 occurrences on 100 calendars each.

`jb_explain` is not refused for the number of its reasons: it reads some 2,000,000 spans of hours, or looks 100,000 times
at a calendar, and says where it stopped. The search for alternatives to a rejected series uses the steps that its own rule
has left.

## Limits of one field

| field | limit |
| --- | --- |
| `event_name` | 500 characters |
| {texts} | 1,000 characters |
| `description` | 8,000 characters |
| `metadata` | 16,384 bytes, blanks between members not counted; nested at most 64 deep |
| `q` | 1 to 20 words, 200 characters in all |
| `attendees` | 1,000, of 200 characters each; `max_attendees` 1 to 1,000 |
| `calendars` of an event | 100 |
| `one_of` | 4 lists, of 100 candidates each; `weights` 1 to 1,000 |
| `duration`, `hold_for` | 1 second to 366 days |
| `days` | 1 to 366 |
| requests of a batch, changes of a list | 1,000 |
| occurrences of a series | 1,000, of an imported one those that are booked; its `recurrence` has at most 128 KiB, 1,000 exceptions, and names at most 288 times a day |
| `attachments` | 100 of an event, each of 10 MiB; 100 MiB for all series of a call |
| `hours`, spans of a day | 288 |
| hours by date of a calendar | 10,000 dates, 100,000 spans in all |
| `horizon` | 3,660 days |
| `ics`, a file to be imported | 16 MiB, 1,000 events a call; a VTIMEZONE changes its clocks at most 2,000 times, and not twice within an hour; an event has at most 1,000 EXDATE and 1,000 RDATE |
| `max_rows` | 1,000 |
| body of an HTTPS request | 1 MiB, an attachment's 15 MiB |

## What a session keeps

A session caches what it has computed of calendars, up to 120 MiB. The least recently used entries go first.

| kept | at most |
| --- | --- |
| weekly hours | 16 MiB |
| hours by date | 64 MiB |
| what is open on the days that were asked for | 32 MiB |
| settings and free time as the last bookings left them | 8 MB |

Measured by `RssAnon` in `/proc/PID/status`, after `jb_slots` on each of so many calendars with 288 spans a day, and other spans on
every ninth of 3,060 days: 36 calendars took 89 MB, which were
528 MB before there was a bound.

The limits of polls stand in [how to find a time](how-to-polls.md), those of requests at the same moment in
[operations](operations.md).
"""


def main():
    with open(os.path.join(SOURCE, "extension/budgets.def"), encoding="utf-8") as file:
        text = file.read()
    rows = ROW.findall(text)
    if len(rows) != text.count("\nJB_BUDGET("):
        sys.exit("limits.py: a row of extension/budgets.def was not understood")
    table = "".join(f"| {name.replace('_', ' ')} | `{field}` | {int(limit.replace(chr(39), '')):,} {unit} | {what} |\n"
                    for name, field, limit, unit, what in rows)
    with open(os.path.join(SOURCE, "extension/fields.def"), encoding="utf-8") as file:
        texts = ", ".join(f"`{name}`" for name in TEXT.findall(file.read()) if name != "event_name")
    print(HEAD + table + TAIL.replace("{texts}", texts), end="")


if __name__ == "__main__":
    main()
