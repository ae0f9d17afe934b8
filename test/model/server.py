"""The scheduler under test: a psql that stays open, and its answers in the model's terms."""

import json
import subprocess
from datetime import datetime, timezone

from rules import Outcome

# The state that the hunt reads after each step, as arrays in the order of rules.Event; instants as seconds.
HELPERS = """
CREATE FUNCTION hunt_seconds(timestamptz) RETURNS bigint LANGUAGE sql AS $$ SELECT extract(epoch FROM $1)::bigint $$;
CREATE FUNCTION hunt_moves(moves jb_move[]) RETURNS json LANGUAGE sql AS $$
  SELECT coalesce(json_agg(json_build_array(
           m.event_id, hunt_seconds(m.old_start_timestamp), hunt_seconds(m.old_end_timestamp),
           hunt_seconds(m.new_start_timestamp), hunt_seconds(m.new_end_timestamp), m.old_calendars, m.new_calendars)), '[]')
    FROM unnest(moves) AS m
$$;
CREATE FUNCTION hunt_outcome(o jb_outcome) RETURNS json LANGUAGE sql AS $$
  SELECT json_build_array(
    o.outcome, o.event_id, hunt_seconds(o.start_timestamp), hunt_seconds(o.end_timestamp), o.reason, o.conflicts,
    hunt_moves(o.moves),
    (SELECT coalesce(json_agg(json_build_array(hunt_seconds(lower(a)), hunt_seconds(upper(a)))), '[]')
       FROM unnest(o.alternatives) AS a),
    o.version, coalesce(o.events, '{}'),
    (SELECT coalesce(json_agg(json_build_array(hunt_seconds(s.start_timestamp), hunt_seconds(s.end_timestamp), s.reason,
              s.conflicts)), '[]')
       FROM unnest(o.skipped) AS s),
    o.rejection_id)
$$;
CREATE FUNCTION hunt_events() RETURNS json LANGUAGE sql AS $$
  SELECT coalesce(json_agg(json_build_array(
           id, event_name, attendees, event_location, calendars, attendee_calendars, check_attendees,
           extract(epoch FROM hold_for)::bigint, date, extract(epoch FROM start_time)::int,
           hunt_seconds(wished_start), extract(epoch FROM duration)::bigint, days, hunt_seconds(not_before),
           hunt_seconds(not_after), within, one_of, priority, series, status, hunt_seconds(start_timestamp), hunt_seconds(end_timestamp),
           hunt_seconds(expires_at), version, placement) ORDER BY id), '[]')
    FROM jb_event_view
$$;
CREATE FUNCTION hunt_state(seen bigint, deep bool) RETURNS json LANGUAGE sql AS $$
  SELECT json_build_object(
    'events', hunt_events(),
    'rejections', (SELECT coalesce(json_agg(json_build_array(event_id, calendars[1], reason) ORDER BY id), '[]')
                     FROM jb_rejection WHERE id > seen),
    'last_rejection', (SELECT max(id) FROM jb_rejection),
    'problems', CASE WHEN deep THEN (SELECT json_agg(p) FROM jb_check() AS p) END)
$$;
"""
CLEAR = "TRUNCATE jb_event, jb_claim, jb_watched, jb_tree, jb_change_log, jb_rejection, jb_rejection_calendar, jb_override, jb_series, jb_attachment, jb_idempotency, jb_poll, jb_poll_event, jb_poll_participant, jb_booking_link, jb_feed, jb_imported, jb_grant, jb_default_rights, jb_calendar, jb_calendar_past, jb_calendar_lock RESTART IDENTITY"
MARK = "answered with "


class Failed(Exception):
    """An error of the server."""

    def __init__(self, sqlstate, text):
        super().__init__(f"{sqlstate}: {text}")
        self.sqlstate = sqlstate


class Server:
    def __init__(self, helpers=""):
        """`helpers`: statements that create functions for all sessions."""
        self.psql = subprocess.Popen(["psql", "-XAtq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True)
        self.statements = []  # of this round, printed with a difference
        # An error inside a transaction undoes only its own statement, as for a client that uses savepoints.
        self.psql.stdin.write("\\set ON_ERROR_ROLLBACK on\n\\set VERBOSITY verbose\n")
        self.ask("SET client_min_messages = warning")
        self.define(helpers)

    def define(self, helpers):
        for statement in helpers.split("\nCREATE ")[1:]:
            self.ask("CREATE OR REPLACE " + statement.rstrip().rstrip(";"))

    def close(self):
        self.psql.stdin.close()
        self.psql.wait()

    def ask_all(self, statements):
        """The answers to several statements, sent together; an error is a Failed among them."""
        self.send(statements)
        return [self.answer(statement) for statement in statements]

    def send(self, statements):
        self.psql.stdin.write("".join(f"{statement};\n\\echo {MARK}:SQLSTATE\n" for statement in statements))
        self.psql.stdin.flush()

    def ask(self, statement):
        answer, = self.ask_all([statement])
        if isinstance(answer, Failed):
            raise answer
        return answer

    def clear(self):
        """Empties the tables. A visit of the background worker may lock them in another order: the loser asks again."""
        while isinstance(failed := self.ask_all([CLEAR])[0], Failed):
            if failed.sqlstate != "40P01":
                raise failed

    def answer(self, statement):
        lines = []
        for line in self.psql.stdout:
            if line.startswith(MARK):
                sqlstate = line[len(MARK):].strip()
                text = "".join(lines).strip()
                return text if sqlstate == "00000" else Failed(sqlstate, text)
            lines.append(line)
        raise SystemExit(f"psql ended at: {statement}\n{''.join(lines)}")


def outcome_from(text):
    """The model's form of an outcome, and the id of its rejection."""
    row = json.loads(text)
    for column in (6, 7, 10):
        row[column] = [tuple(each) for each in row[column]]
    return Outcome(*row[:11]), row[11]


# ---- values as SQL ----


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def json_sql(value):
    return quoted(json.dumps(value)) + "::jsonb"


def rfc3339(instant):
    return datetime.fromtimestamp(instant, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def time_of_day(seconds):
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


SETTINGS = ("slot_increment", "min_notice", "horizon", "settled_within", "default_duration", "strict", "buffer_before",
            "buffer_after", "max_events_per_day", "check_attendees", "confirm_within", "slots_from")


def settings_call(calendar):
    settings = {"time_zone": calendar.zone.name, "hours": {day: spans_json(spans) for day, spans in zip(DAYS, calendar.hours)}}
    for name in SETTINGS:
        settings[name] = getattr(calendar, name)
    return f"SELECT jb_calendar_set({quoted(calendar.name)}, {json_sql(settings)})"


def spans_json(spans):
    clock = lambda seconds: f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    return [{"start": clock(start), "end": clock(end)} for start, end in spans]


def within_json(within):
    return {"days": [DAYS[day] for day in within.days], "from": time_of_day(within.begin), "to": time_of_day(within.end)}


def lists_json(lists):
    """The lists as a call gives them, without members that have their defaults."""
    plain = {"count": 1, "choose": "first", "weights": (), "per": "week", "chosen": ()}
    shown = lambda value: list(value) if isinstance(value, tuple) else value
    return [{name: shown(value) for name, value in each._asdict().items() if value != plain.get(name)} for each in lists]


AS_SQL = {
    "duration": lambda seconds: f"interval '{seconds} seconds'",
    "date": lambda day: f"date '{day}'",
    "start_time": lambda seconds: f"time '{time_of_day(seconds)}'",
    "start_timestamp": lambda instant: f"timestamptz '{rfc3339(instant)}'",
    "not_before": lambda instant: f"timestamptz '{rfc3339(instant)}'",
    "not_after": lambda instant: f"timestamptz '{rfc3339(instant)}'",
    "calendars": lambda names: quoted("{" + ",".join(names) + "}"),
    "hold_for": lambda seconds: f"interval '{seconds} seconds'",
    "attendees": lambda names: "ARRAY[" + ", ".join(map(quoted, names)) + "]::text[]",
    "changes": json_sql,
    "within": lambda within: json_sql(within_json(within)),
    "one_of": lambda lists: json_sql(lists_json(lists)),
}
SQL_NAMES = {"date": "event_date"}


def arguments(values):
    """Named arguments; arguments without a value are left out."""
    named = [(name, value) for name, value in values.items() if value is not None]
    return ", ".join(f"{SQL_NAMES.get(name, name)} => {AS_SQL.get(name, sql_text)(value)}" for name, value in named)


def sql_text(value):
    return str(value) if isinstance(value, int) else quoted(value)


def outcome_call(function, values):
    return f"SELECT hunt_outcome(o) FROM {function}({arguments(values)}) AS o"


def named_sql(names):
    return quoted("{" + ",".join(names) + "}") if names else "NULL"


def explain_call(values):
    """A query of jb_explain that returns three things: its last row; whether the starts passed over have a gap between
    now and the start; and whether jb_slots offers one of the starts that were passed over."""
    calendars = named_sql(values["calendars"])
    offered = "false"
    if values.get("duration"):
        length = f"interval '{values['duration']} seconds'"
        within = f", within => {AS_SQL['within'](values['within'])}" if values.get("within") else ""
        within += f", one_of => {AS_SQL['one_of'](values['one_of'])}" if values.get("one_of") else ""
        offered = (f"coalesce(bool_or(e.verdict = 'passed_over' AND e.calendar = ANY ({calendars}) AND EXISTS ("
                   f"SELECT FROM jb_slots({length}, {calendars}, lower(e.candidate), upper(e.candidate) + {length}, 1{within}) AS s "
                   f"WHERE lower(s) <@ e.candidate)), false)")
    return (f"SELECT json_build_array((array_agg(json_build_array(e.verdict, CASE WHEN e.verdict IN ('placed', 'held') THEN "
            f"hunt_seconds(lower(e.candidate)) END, e.reason, e.conflicts, hunt_moves(e.moves)) ORDER BY e.n DESC))[1], "
            f"coalesce(bool_or(e.follows <> upper(e.candidate) AND e.verdict = 'passed_over'), false), {offered}) "
            f"FROM (SELECT e.*, lead(lower(e.candidate)) OVER (ORDER BY (e.verdict = 'later')::int, e.n) AS follows "
            f"FROM ROWS FROM (jb_explain({arguments(values)}, max_rows => 1000)) WITH ORDINALITY "
            f"AS e (candidate, verdict, reason, calendar, conflicts, moves, detail, time_zone, facts, n) WHERE e.verdict <> 'not_chosen') AS e")


def as_json(values):
    """The fields of an event as JSON, as jb_update and jb_schedule_all take them."""
    def one(name, value):
        if value is None or isinstance(value, (bool, str)) or name in ("duration", "days", "priority", "hold_for"):
            return name, value
        if name in ("calendars", "attendees"):
            return name, list(value)
        if name == "date":
            return name, str(value)
        if name == "within":
            return name, within_json(value)
        if name == "one_of":
            return name, lists_json(value)
        return name, time_of_day(value) if name == "start_time" else rfc3339(value)

    return dict(one(name, value) for name, value in values.items())
