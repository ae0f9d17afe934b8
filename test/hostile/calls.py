# SPDX-License-Identifier: PostgreSQL
"""Random calls of the extension's functions: arguments of the right types with values that no honest caller would send.

    calls.py SEED COUNT ROLE

reads the catalogue's description of the functions (calls.sql) from standard input and prints a script for psql. The
same seed gives the same script."""

import json
import random
import sys

TEXTS = [
    "''", "' '", "'ceo'", "'room:1'", "'room:2'", "'provider:p1'", "'coach:1'", "'p1'", "'1'", "'nobody'", "'Anna'",
    "'yes'", "'pending'", "'CONFIRMED'", "'all'", "'following'", "'wait'", "'skip'", "'UTC'", "'Europe/Berlin'", "'Mars'",
    "repeat('x', 200)", "repeat('x', 201)", "repeat('ß', 500)", "repeat('x', 100000)", r"E'\u0001\u001f\u007f'",
    r"E'\U0001F600\u202E\uFFFE'", r"E'a\'\"\\\n\r\t'", "'{}'", "'{\"a\"}'", "'$1'", "'%s%n'", "'../..'", "'a b'", "','",
    "',1'", "'0,0'", "'1795132800,1'", "'99999999999999,1'", "'-62135596800,9223372036854775807'",
    "'RRULE:FREQ=DAILY;COUNT=3'", "'RRULE:FREQ=WEEKLY;COUNT=1000'", "'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;UNTIL=99991231'",
    "'RRULE:' || repeat('FREQ=DAILY;', 10000)", "repeat(E'EXDATE:20270101\\n', 2000)",
]
TIMES = ["'infinity'", "'-infinity'", "'4713-11-24 00:00:00 BC'", "'294276-12-31 23:59:59.999999'", "'0001-01-01 00:00Z'",
         "'9999-12-31 23:59:59Z'", "'10000-01-01 00:00Z'", "'epoch'", "now()", "now() + '1 hour'", "now() + '3 days'",
         "date_trunc('day', now()) + '2 days 9 hours'", "now() + '366 days'", "now() - '4 minutes'"]
DATES = ["'infinity'", "'-infinity'", "'4713-11-24 BC'", "'5874897-12-31'", "'0001-01-01'", "'9999-12-31'", "'10000-01-01'",
         "current_date", "current_date + 1", "current_date + 2", "current_date + 400", "'2028-02-29'"]
INTERVALS = ["'0'", "'1 second'", "'30 minutes'", "'2 hours'", "'-1 second'", "'366 days'", "'366 days 1 second'", "'1 month'",
             "'178000000 years'", "'-178000000 years'", "'2147483647 days'", "'-2147483648 days'", "'0.5 seconds'",
             "'1 microsecond'", "make_interval(secs => 9e12)", "make_interval(months => -1, days => 30)"]
NUMBERS = ["0", "1", "2", "3", "7", "20", "-1", "50", "100", "101", "1000", "1001"]
LARGE = ["2147483647", "-2147483648"]
HUGE = ["9223372036854775807", "(-9223372036854775808)"]
BYTES = ["''", r"'\x00'", r"'\xdeadbeef'", "decode(repeat('00', 100000), 'hex')"]

WORDS = {
    "event_name": ["Board", "", "x" * 501, 7, None], "attendees": [[], ["Anna"], [""], ["room:1"], ["x"] * 1001, "Anna", None],
    "event_location": ["Room 1", "x" * 1001, 1], "description": ["Long", "x" * 8001, {}], "metadata": [{"order": "A-17"}, {"a": None, "b": {"c": [1e300]}}, {}, [], "{}"], "calendars": [["room:1"], ["room:1", "room:2"], [], ["nobody"], ["a b"], None],
    "date": ["2027-03-01", "2027-02-30", "0000-01-01", "9999-12-31", 1], "start_time": ["09:00", "24:00", "09-30-00", 9],
    "start_timestamp": ["2027-03-01T09:00:00Z", "9999-12-31T23:59:59-23:59", "x"],
    "duration": [1800, 1, 0, -1, 1e300, 0.5, "30 minutes", "1 month", "P1D", "178000000 years", 31622400, 31622401],
    "not_before": ["2027-03-01T09:00:00Z", 1], "not_after": ["2027-03-05T09:00:00Z", "0001-01-01T00:00:00Z"],
    "max_attendees": [1, 12, 0, 1001, None],
    "within": [{"days": ["monday"], "from": "10:00", "to": "16:00"}, {"from": "22:00", "to": "02:00"}, {"days": [], "to": 1}, [], None],
    "one_of": [[{"calendars": ["room:1", "room:2"]}], [{"calendars": ["room:1", "room:2", "ceo"], "count": 2, "choose": "least_busy", "weights": [2, 1, 1], "per": "day", "same": True, "chosen": ["ceo", "room:2"]}],
               [{"calendars": ["room:1", "ROOM:1"], "count": 1e300, "weights": [0]}], [{"calendars": [f"room:{i}" for i in range(100)]}] * 5, [{}], [], {}, None],
    "priority": [0, 100, 101, -1, 50.5, "1"], "check_attendees": [True, False, 1], "hold_for": [60, "1 hour", 0],
    "on_no_slot": ["wait", "reject", "skip", "never"], "preempt": [True], "allow_past": [True], "dry_run": [True, False, "x"],
    "recurrence": ["RRULE:FREQ=DAILY;COUNT=3", "RRULE:", "x"], "status": ["cancelled", "pending", "completed", "gone", "CONFIRMED"],
    "scope": ["all", "one", "x"], "version": [1, 2], "id": [1, 2, 3, 0, -1, "1", 1e300], "cancel": [True, True, False, "x"], "expected_version": [1, 2, 0, None, "x"],
    "attachments": [[], [{"name": "a", "data": "QUJD"}], [{"name": "../a", "url": "javascript:x"}], [None], {}],
    "time_zone": ["UTC", "Mars", 1], "hours": [{}, {"monday": [{"start": "08:00", "end": "24:00"}]}, {"monday": [{"start": "9", "end": 1}]}, []],
    "slot_increment": [300, 1, 86400, 86401], "min_notice": [0, "1 day"], "horizon": [86400, "366 days", 1],
    "buffer_before": [0, 600, 86400], "buffer_after": [0, 600], "settled_within": [0, 3600], "max_events_per_day": [1, 0, 86401],
    "max_guest_bookings": [1, 0, 1000001], "max_guest_bookings_per_day": [1, 0, 86401],
    "confirm_within": [1, 600, None], "default_duration": [60], "strict": [True, False],
    "provider_id": ["p1", "nobody", 1], "client": ["Anna", "", "x" * 201], "slots": [{"09:00": "12:00"}, {"9": "x"}, {"09:00": "24:00", "10:00": "11:00"}],
    "session": [{"coach_hash_id": "1", "client_hash_id": "1", "start": "2027-03-01T09:00:00Z", "duration": 60}, {}, 1],
    "title": ["When?", " "], "from": ["2027-03-01T09:00:00Z", 1], "to": ["2027-03-05T09:00:00Z", "2020-01-01T00:00:00Z"],
    "daily_from": ["09:00"], "daily_to": ["17:00", "24:00"], "public": [True], "name": ["a.pdf", "ceo"], "media_type": ["text/plain", "x"],
    "data": ["QUJD", "?"], "url": ["https://example.org/", "x"], "unknown": [1, {"deep": [[]]}], "": [""], "\u202e": ["\ud83d\ude00"],
}
ODD_JSON = ["'null'", "'true'", "'[]'", "'{}'", "'\"x\"'", "'1e1000'", "'-0'", "'12345678901234567890'", "'[[{}]]'", "'[null, 1]'",
            "(repeat('[', 1000) || repeat(']', 1000))", "(repeat('{\"a\":', 1000) || '1' || repeat('}', 1000))",
            "('{\"event_name\":' || repeat('[', 1000) || repeat(']', 1000) || '}')",
            "('[' || repeat('{},', 1000) || '{}]')", "('{' || (SELECT string_agg(format('\"k%s\":1', i), ',') FROM generate_series(1, 5000) i) || '}')",
            "'[{\"start\":\"09:00\",\"end\":\"12:00\"},{\"start\":\"11:00\",\"end\":\"24:00\"}]'",
            "'[{\"start\":\"2027-03-01T10:00:00Z\",\"end\":\"2027-03-01T12:00:00Z\",\"preference\":\"yes\"}]'"]

SETTINGS = {
    "datestyle": ["iso, mdy", "sql, dmy", "german", "postgres, ymd"], "intervalstyle": ["postgres", "iso_8601", "sql_standard", "postgres_verbose"],
    "timezone": ["UTC", "Europe/Berlin", "Pacific/Apia", "<+99>-99", "Asia/Kathmandu", "-25:30"], "standard_conforming_strings": ["on", "off"],
    "backslash_quote": ["on", "off"], "bytea_output": ["hex", "escape"], "extra_float_digits": ["-15", "3"], "lc_messages": ["C"],
    "lc_time": ["C"], "lc_numeric": ["C"], "lc_monetary": ["C"], "client_encoding": ["UTF8", "LATIN1", "SQL_ASCII"],
    "default_transaction_isolation": ["read committed", "repeatable read", "serializable"], "default_transaction_read_only": ["off", "off", "off", "on"],
    "search_path": ["public", "pg_catalog, public", "hostile, public", "public, hostile"], "row_security": ["on", "off"],
    "quote_all_identifiers": ["on", "off"], "array_nulls": ["on", "off"], "enable_seqscan": ["on", "off"], "plan_cache_mode": ["auto", "force_generic_plan", "force_custom_plan"],
    "work_mem": ["64kB", "4MB"], "max_parallel_workers_per_gather": ["0", "2"], "xmlbinary": ["hex"], "transform_null_equals": ["on", "off"],
}


class Caller:
    def __init__(self, seed, functions):
        self.random = random.Random(seed)
        self.functions = functions

    def pick(self, values):
        return self.random.choice(values)

    def odds(self, one_in):
        return self.random.randrange(one_in) == 0

    def jsonb(self):
        if self.odds(3):
            return self.pick(ODD_JSON) + "::jsonb"
        names = self.random.sample(list(WORDS), self.random.randint(0, 7))
        if self.odds(2):
            names += ["event_name"]
        value = {name: self.pick(WORDS[name]) for name in names}
        if self.odds(5):
            value = [value] * self.random.randint(1, 3)
        return "$json$" + json.dumps(value, ensure_ascii=True) + "$json$::jsonb"

    def array(self, of):
        item = lambda: self.value(of)  # noqa: E731
        some = ", ".join(item() for _ in range(self.random.randint(1, 3)))
        return self.pick([f"'{{}}'::{of}[]", f"ARRAY[NULL]::{of}[]", f"ARRAY[{some}]::{of}[]", f"ARRAY[ARRAY[{item()}], ARRAY[{item()}]]::{of}[]",
                          f"array_fill({item()}, ARRAY[3], ARRAY[5])", f"array_fill({item()}, ARRAY[2, 2, 2])",
                          f"array_fill({item()}, ARRAY[1001])", f"(ARRAY[{some}]::{of}[])[7:9]"])

    def row(self, type_name, columns):
        return self.pick([f"NULL::{type_name}", f"ROW({', '.join(['NULL'] * columns)})::{type_name}",
                          f"jsonb_populate_record(NULL::{type_name}, {self.jsonb()})"])

    def value(self, type_name, columns=0):
        if type_name == "anyelement":  # a null of no type is refused by the parser
            return f"jsonb_populate_record(NULL::jb_session_request, {self.jsonb()})" if self.odds(2) else "NULL::jb_session_request"
        if self.odds(12):
            return f"NULL::{type_name}"
        if type_name.endswith("[]"):
            return self.array(type_name[:-2])
        pools = {"text": TEXTS, "timestamp with time zone": TIMES, "date": DATES, "interval": INTERVALS, "bytea": BYTES,
                 "time without time zone": ["'00:00'", "'24:00'", "'23:59:59.999999'", "'09:00'", "'08:30:30'"],
                 "boolean": ["true", "false"], "integer": NUMBERS + LARGE, "bigint": NUMBERS * 2 + LARGE + HUGE}
        if type_name in pools:
            return f"({self.pick(pools[type_name])})::{type_name}"
        if type_name in ("json", "jsonb"):
            return f"({self.jsonb()})::{type_name}"
        if type_name in ("tstzrange", "tstzmultirange"):
            return self.pick([f"'{{}}'::{type_name}" if "multi" in type_name else "'empty'::tstzrange", f"{type_name}(tstzrange(NULL, NULL))" if "multi" in type_name
                              else "tstzrange(NULL, NULL)", f"NULL::{type_name}"])
        return self.row(type_name, columns) if columns else f"NULL::{type_name}"

    def call(self):
        function = self.pick(self.functions)
        arguments = []
        for argument in function["arguments"]:
            if argument["has_default"] and self.odds(2):
                continue
            arguments.append(f"{argument['name']} => {self.value(argument['type'], argument['columns'])}")
        return f"SELECT count(x::text) FROM {function['name']}({', '.join(arguments)}) AS x;"

    def setting(self):
        name = self.pick(list(SETTINGS))
        return f"SET {name} = {quoted(self.pick(SETTINGS[name]), name)};"

    def script(self, count, role):
        yield f"SET SESSION AUTHORIZATION hostile_{role};"
        yield "SET statement_timeout = '20s';"
        for number in range(count):
            if self.odds(10):
                yield self.setting()
            if self.odds(40):
                yield "RESET ALL;\nSET statement_timeout = '20s';"
            if self.odds(15):
                yield "BEGIN;\n" + self.call() + "\nSAVEPOINT s;\n" + self.call() + "\nROLLBACK TO s;\n" + self.call() + self.pick(["\nCOMMIT;", "\nROLLBACK;"])
            yield self.call()


def quoted(value, name):
    return value if name == "search_path" or name == "datestyle" else f"'{value}'"


def main():
    seed, count, role = sys.argv[1:]
    functions = [json.loads(line) for line in sys.stdin]
    for statement in Caller(f"{seed} {role}", functions).script(int(count), role):
        print(statement)


if __name__ == "__main__":
    main()
