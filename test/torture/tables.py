# SPDX-License-Identifier: PostgreSQL
"""The contents of the database afterwards, read from the tables in one snapshot; instants are seconds."""

import collections
import json
import re

SECONDS = "coalesce(extract(epoch FROM {})::bigint, 0)"


def seconds(*columns):
    return ", ".join(SECONDS.format(column) for column in columns)


# Holds, and events that wait for a time that is near: both end by themselves.
DUE = "(status = 'held' OR (status = 'waiting' AND coalesce(wished_start < now() + interval '1 minute', false)))"
QUERIES = {
    "events": f"SELECT id, event_name, {seconds('start_timestamp', 'end_timestamp')}, array_to_string(calendars, ','), status,"
              f" version, (start_time IS NULL AND wished_start IS NULL)::int, {DUE}::int, coalesce(one_of, '[]') FROM jb_event",
    "claims": f"SELECT c.name, l.event_id, {seconds('lower(l.during)', 'upper(l.during)')} FROM jb_claim l"
              " LEFT JOIN jb_calendar c ON c.id = l.calendar",
    "changes": "SELECT c.name, l.seq, l.event_id, l.version, l.kind, "
               f"{seconds('lower(l.new_range)', 'upper(l.new_range)')}, coalesce(l.old_status, ''),"
               " coalesce(l.new_status, ''), coalesce(l.image ->> 'event_name', '')"
               " FROM jb_change_log l LEFT JOIN jb_calendar c ON c.id = l.calendar ORDER BY l.calendar, l.seq",
    "rejections": "SELECT id, coalesce(event_id, 0), reason, coalesce(request ->> 'event_name', '') FROM jb_rejection",
    "keys": "SELECT key FROM jb_idempotency",
    "calendars": "SELECT name, change_seq FROM jb_calendar_view",
}
CHECK = "COPY (SELECT rule, coalesce(calendar, ''), coalesce(event_id, 0), detail FROM jb_check()) TO STDOUT"
END = "===="

Event = collections.namedtuple("Event", "id name start end calendars status version is_automatic is_due lists")
Claim = collections.namedtuple("Claim", "calendar event start end")
Change = collections.namedtuple("Change", "calendar seq event version kind start end old_status new_status image_name")
Rejection = collections.namedtuple("Rejection", "id event reason name")


def ints(row, *columns):
    for column in columns:
        row[column] = int(row[column])
    return row


class Tables:
    """`damage` is SQL that runs before the tables are read and is rolled back afterwards; the checker must find it.
    jb_check() is called only if its answer matters."""

    def __init__(self, stack, damage="", asks_the_product=False):
        script = ["BEGIN ISOLATION LEVEL REPEATABLE READ;", damage]
        for query in QUERIES.values():
            script += [f"COPY ({query}) TO STDOUT;", f"\\echo {END}"]
        script += [CHECK + ";"] if asks_the_product else []
        rows = self.split(stack.psql("\n".join([*script, "ROLLBACK;"])))
        self.events = {row[0]: Event(*row[:9], json.loads(row[9])) for row in (ints(r, 0, 2, 3, 6, 7, 8) for r in rows["events"])}
        self.claims = [Claim(*ints(row, 1, 2, 3)) for row in rows["claims"]]
        self.changes = [Change(*ints(row, 1, 2, 3, 5, 6)) for row in rows["changes"]]
        self.rejections = {int(row[0]): Rejection(*ints(row, 0, 1)) for row in rows["rejections"]}
        self.keys = [row[0] for row in rows["keys"]]
        self.calendars = {name: int(seq) for name, seq in rows["calendars"]}
        self.problems = [" ".join(row) for row in rows[CHECK]] if damage else self.check(stack)
        self.by_event = self.sort_changes()

    @staticmethod
    def check(stack):
        """What jb_check() reports; a failed call is a problem, too."""
        done, said, errors = stack.psql(CHECK, check=False)
        return said.splitlines() if done else [errors]

    @staticmethod
    def split(text):
        rows, names = collections.defaultdict(list), iter(QUERIES)
        name = next(names)
        for line in text.splitlines():
            if line == END:
                name = next(names, CHECK)
            else:
                rows[name].append(line.split("\t"))
        return rows

    def sort_changes(self):
        """event -> version -> the change, as recorded on a calendar that the event is on afterwards."""
        by_event = collections.defaultdict(dict)
        for change in self.changes:
            known = by_event[change.event].get(change.version)
            if known is None or change.new_status:
                by_event[change.event][change.version] = change
        return by_event

    def names(self):
        """event -> the name under which it was booked; a deleted event's name is in its last image."""
        names = {id: event.name for id, event in self.events.items()}
        for change in self.changes:
            if change.image_name:
                names.setdefault(change.event, change.image_name)
        return names


def base_name(name):
    return re.sub(r"/.*", "", name)
