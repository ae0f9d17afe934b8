#!/usr/bin/python3
"""Each call meets each other call inside its transaction; the result must be that of one call after the other.

Of two sessions in transactions, the second makes its call after the first one's call, but before the first has ended.
The answers and the tables must match one of the two orders in an equal world where no two calls meet (Herlihy and Wing,
"Linearizability", 1990; here applied to whole transactions). If the first session rolls back, its call must leave no
trace. The only concurrency error allowed is 40001 at REPEATABLE READ and SERIALIZABLE; the caller then repeats the
transaction, as docs/errors.md says.

Each world has its own calendars; the database is cleared after some dozens of worlds. In a statement '@' is the world's
prefix, '#name' the id of an event that the world began with, and '%name' the id of such a poll. The connection is
libpq's, as a superuser.
"""

import argparse
import itertools
import json
import random
import re
import select
import sys

from server import Failed, Server, quoted

HELPERS = """
CREATE FUNCTION pair_ids(ids bigint[]) RETURNS text[] LANGUAGE sql AS $$
  SELECT array_agg('#' || id ORDER BY n) FROM unnest(ids) WITH ORDINALITY AS i (id, n)
$$;
CREATE FUNCTION pair_outcome(o jb_outcome) RETURNS json LANGUAGE sql AS $$
  SELECT json_build_array(o.outcome, '#' || o.event_id, o.start_timestamp, o.end_timestamp, o.reason, pair_ids(o.conflicts),
                          (SELECT json_agg(json_build_array('#' || m.event_id, m.old_start_timestamp, m.new_start_timestamp))
                             FROM unnest(o.moves) AS m),
                          o.alternatives, o.version, pair_ids(o.events), o.rejection_id IS NOT NULL)
$$;
CREATE FUNCTION pair_state(prefix text) RETURNS json LANGUAGE sql AS $$
  SELECT json_build_object(
    'events', (SELECT json_agg(json_build_array('#' || id, event_name, start_timestamp, end_timestamp, calendars, status,
                                                date, start_time, wished_start, duration, days, not_before, not_after, within,
                                                priority, expires_at, '#' || series, version) ORDER BY id)
                 FROM jb_event WHERE calendars[1] LIKE '%' || prefix || '%'),
    'claims', (SELECT json_agg(json_build_array(c.name, '#' || l.event_id, l.during) ORDER BY c.name, l.during)
                 FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar WHERE c.name LIKE '%' || prefix || '%'),
    'changes', (SELECT json_agg(json_build_array(calendar, seq, '#' || event_id, version, kind, old_range, new_range,
                                                 old_status, new_status, fields) ORDER BY calendar, seq)
                  FROM jb_change WHERE calendar LIKE '%' || prefix || '%'),
    'rejections', (SELECT json_agg(json_build_array(calendars, '#' || event_id, reason, request ->> 'event_name')
                                   ORDER BY reason, event_id, request ->> 'event_name')
                     FROM jb_rejection WHERE calendars[1] LIKE '%' || prefix || '%'),
    'calendars', (SELECT json_agg(json_build_array(name, hours, slot_increment, buffer_after, change_seq) ORDER BY name)
                    FROM jb_calendar_view WHERE name LIKE '%' || prefix || '%'),
    'overrides', (SELECT json_agg(json_build_array(c.name, o.date, o.spans) ORDER BY c.name, o.date)
                    FROM jb_override o JOIN jb_calendar c ON c.id = o.calendar WHERE c.name LIKE '%' || prefix || '%'),
    'attachments', (SELECT json_agg(json_build_array('#' || a.event_id, n, name) ORDER BY a.event_id, n)
                      FROM jb_attachment a JOIN jb_event e ON e.id = a.event_id WHERE e.calendars[1] LIKE '%' || prefix || '%'),
    'polls', (SELECT json_agg(json_build_array(p.title, p.status, '#' || p.event_id, a.name, a.yes) ORDER BY p.title, a.name, a.yes::text, p.status)
                FROM jb_poll_view p LEFT JOIN jb_poll_participant a ON a.poll_id = p.id WHERE p.calendars[1] LIKE '%' || prefix || '%'))
$$;
"""

# The initial contents of a world, made at six and at seven o'clock on a Monday.
AT_SIX = """
SELECT jb_calendar_set('@' || name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{ceo,a,b,late,spare}'::text[]) AS name;
SELECT jb_coach_create('@1'), jb_client_create('@2');
SELECT jb_schedule('running', '2 hours', '2026-11-23', '06:30', calendars => '{@a}');
SELECT jb_schedule('late', '1 hour', '2026-11-24', '15:00', calendars => '{@late}', hold_for => '30 minutes')
"""
AT_SEVEN = """
SELECT jb_provider_availability_add('@p', '2026-11-25', '{"09:00": "12:00"}');
SELECT jb_schedule('board', '1 hour', '2026-11-24', '09:00', calendars => '{@ceo}',
                   attachments => ARRAY['{"name": "agenda", "url": "https://example.org/agenda"}']::jsonb[]);
SELECT jb_schedule('call', '1 hour', '2026-11-24', calendars => '{@ceo}');
SELECT jb_schedule('hold', '1 hour', '2026-11-24', '11:00', calendars => '{@ceo}', hold_for => '2 hours');
SELECT jb_schedule('daily', '30 minutes', '2026-11-24', '13:00', calendars => '{@ceo}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
SELECT jb_schedule('tour', '2 hours', calendars => '{@a,@b}');
SELECT jb_schedule('full', '10 hours', '2026-11-25', '08:00', calendars => '{@b}');
SELECT jb_schedule('someday', '1 hour', '2026-11-25', calendars => '{@b}', on_no_slot => 'wait');
SELECT jb_session_create('@1', '@2', '2026-11-24 16:00+01', 60);
SELECT jb_appointment_reserve('@p', 'ann', '2026-11-25', '09:00');
SELECT jb_poll_create('lunch', '2026-11-26 09:00+01', '2026-11-26 17:00+01', '1 hour', calendars => '{@ceo}', public => true);
SELECT jb_poll_answer((SELECT max(id) FROM jb_poll), 'bea', '[{"start": "2026-11-26T10:00:00+01:00", "end": "2026-11-26T12:00:00+01:00"}]')
"""
NAMED = """
SELECT coalesce(json_object_agg(name, id), '{}') FROM (
  SELECT event_name || coalesce('.' || nullif(row_number() OVER (PARTITION BY event_name ORDER BY id), 1), '') AS name, id
    FROM jb_event WHERE calendars[1] LIKE '%@%'
) AS named
"""
POLLS = "SELECT coalesce(json_object_agg(title, id), '{}') FROM jb_poll WHERE calendars[1] LIKE '%@%'"


def outcome(call):
    return f"SELECT pair_outcome(o) FROM {call} AS o"


CALLS = {
    # over an automatic event, which moves; over an event that is also on another calendar; over no movable event
    "book fixed": outcome("jb_schedule('fixed', '1 hour', '2026-11-24', '10:00', calendars => '{@ceo}')"),
    "displace from two": outcome("jb_schedule('fixed on a', '1 hour', '2026-11-23', '09:00', calendars => '{@a}')"),
    "be refused": outcome("jb_schedule('refused', '1 hour', '2026-11-24', '09:30', calendars => '{@ceo}')"),
    "book automatic": outcome("jb_schedule('automatic', '1 hour', calendars => '{@ceo}')"),
    "book on two": outcome("jb_schedule('together', '2 hours', '2026-11-24', calendars => '{@a,@ceo}')"),
    "book on two, otherwise": outcome("jb_schedule('otherwise', '2 hours', '2026-11-24', calendars => '{@ceo,@a}')"),
    "book on a spare": outcome("jb_schedule('spare', '1 hour', calendars => '{@spare}')"),
    "wait": outcome("jb_schedule('waits', '1 hour', '2026-11-25', calendars => '{@b}', on_no_slot => 'wait')"),
    "hold": outcome("jb_schedule('held', '1 hour', '2026-11-24', '14:00', calendars => '{@ceo}', hold_for => '1 hour')"),
    "book a series": outcome("jb_schedule('weekly', '1 hour', '2026-11-24', '15:00', calendars => '{@ceo}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2')"),
    "book all": """SELECT json_agg(pair_outcome(o)) FROM jb_schedule_all('[
        {"event_name": "one", "duration": 3600, "calendars": ["@ceo"]},
        {"event_name": "two", "duration": 3600, "calendars": ["@b", "@a"]}]') AS o""",
    "try": outcome("jb_schedule('trial', '1 hour', '2026-11-24', '10:00', calendars => '{@ceo}', dry_run => true)"),
    "explain": "SELECT json_agg(json_build_array(e.candidate, e.verdict, e.reason, pair_ids(e.conflicts))) FROM "
               "jb_explain('why', '1 hour', '2026-11-24', calendars => '{@ceo}') AS e",
    "move": outcome("jb_reschedule(#board, start_time => '12:00')"),
    "move over it": outcome("jb_reschedule(#full, '2026-11-24', '09:00', duration => '1 hour', calendars => '{@ceo}')"),
    "carry away": outcome("jb_reschedule(#board, calendars => '{@a}')"),
    "carry both": outcome("jb_reschedule(#tour, calendars => '{@ceo,@b}')"),
    "make automatic": outcome("jb_reschedule(#board, make_automatic => true)"),
    "move a series": outcome("jb_reschedule(#daily, start_time => '13:30', scope => 'all')"),
    "rename": outcome("""jb_update(#board, '{"event_name": "The board"}')"""),
    "lengthen": outcome("""jb_update(#call, '{"duration": 7200}')"""),
    "begin": outcome("""jb_update(#tour, '{"status": "in_progress"}')"""),
    "complete": outcome("""jb_update(#running, '{"status": "completed"}')"""),
    "cancel": outcome("jb_cancel(#board)"),
    "cancel what fills a day": outcome("jb_cancel(#full)"),
    "cancel a series": outcome("jb_cancel(#daily, scope => 'all')"),
    "delete": "SELECT jb_delete(#board)",
    "delete from two": "SELECT jb_delete(#tour)",
    "confirm": outcome("jb_confirm(#hold)"),
    "book beside what is due": outcome("jb_schedule('beside', '1 hour', '2026-11-24', '15:00', calendars => '{@late}')"),
    "confirm late": outcome("jb_confirm(#late, if_still_free => true)"),
    "deny": outcome("jb_deny(#hold)"),
    "expire": "SELECT jb_expire('{@late}')",
    "set a buffer": """SELECT json_build_array(c.buffer_after) FROM jb_calendar_set('@ceo', '{"buffer_after": 600}') AS c""",
    "set hours": """SELECT json_build_array(c.hours) FROM jb_calendar_set('@ceo', '{"hours": {"tuesday": [{"start": "08:00", "end": "20:00"}]}}') AS c""",
    "remove a calendar": "SELECT jb_calendar_delete('@spare')",
    "close a day": "SELECT (jb_availability_set('@ceo', '2026-11-24', '[]')).spans",
    "open a day": """SELECT (jb_availability_set('@b', '2026-11-25', '[{"start": "08:00", "end": "20:00"}]')).spans""",
    "replan": "SELECT json_agg(json_build_array('#' || m.event_id, m.new_start_timestamp)) FROM jb_replan('@ceo') AS m",
    "rezone": "SELECT json_agg(json_build_array('#' || m.event_id, m.new_start_timestamp)) FROM jb_rezone('@ceo') AS m",
    "rebuild": "SELECT jb_rebuild('@ceo')",
    "attach": outcome("""jb_attach(#board, '{"name": "minutes", "url": "https://example.org/minutes"}')"""),
    "detach": outcome("jb_detach(#board, 1)"),
    "answer a poll": """SELECT (jb_poll_answer(%lunch, 'anna', '[{"start": "2026-11-26T12:00:00+01:00",
        "end": "2026-11-26T14:00:00+01:00", "preference": "yes"}]')).yes""",
    "book a poll": outcome("jb_poll_book(%lunch, '2026-11-26 12:00+01')"),
    "delete a poll": "SELECT jb_poll_delete(%lunch)",
    "meet a coach": outcome("jb_session_create('@1', '@2', '2026-11-24 16:30+01', 60)"),
    "reserve": outcome("jb_appointment_reserve('@p', 'bob', '2026-11-25', '09:00')"),
    "confirm a reservation": outcome("jb_appointment_status_set(#Appointment, 'CONFIRMED')"),
    "open a provider": """SELECT (jb_provider_availability_add('@p', '2026-11-25', '{"12:00": "13:00"}')).available_slots""",
    "close a provider": "SELECT jb_provider_availability_remove('@p', '2026-11-25')",
    "invite": "SELECT count(*) FROM jb_poll_invite(%lunch, 'anna')",
    "preempt": outcome("jb_schedule('urgent', '3 hours', '2026-11-23', calendars => '{@a}', priority => 90, preempt => true)"),
    "import": """SELECT json_agg(json_build_array(i.outcome, i.reason)) FROM (SELECT (o).* FROM jb_import('@ceo',
        E'BEGIN:VCALENDAR\\nBEGIN:VEVENT\\nUID:1\\nSUMMARY:imported\\nDTSTART:20261124T090000Z\\nDURATION:PT1H\\nEND:VEVENT\\nEND:VCALENDAR') AS o) AS i""",
    "book a series, less what is taken": outcome("jb_schedule('skips', '1 hour', '2026-11-24', '09:00', calendars => '{@ceo}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip')"),
    "move what follows": outcome("jb_reschedule(#daily + 1, start_time => '14:00', scope => 'following')"),
    "move one of a series": outcome("jb_reschedule(#daily + 1, start_time => '14:30', scope => 'one')"),
    "cancel what follows": outcome("jb_cancel(#daily + 1, scope => 'following')"),
    "give another zone": """SELECT json_build_array(c.time_zone) FROM jb_calendar_set('@ceo', '{"time_zone": "Europe/London"}') AS c""",
    "give another zone and move along": """SELECT json_build_array((SELECT c.time_zone
        FROM jb_calendar_set('@ceo', '{"time_zone": "Europe/London"}') AS c), (SELECT count(*) FROM jb_rezone('@ceo')))""",
    "book on what may go": outcome("jb_schedule('spare too', '1 hour', '2026-11-24', '09:00', calendars => '{@spare,@late}')"),
    "make a feed": "SELECT jb_feed_create('@spare') IS NOT NULL",
}

# The answers that no call may give in a world of its own, because such a call would agree with itself in any meeting.
ILL_FORMED = ("42", "0A", "XX", "22")
LEVELS = ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"]
AGAIN = ("40001",)  # an error at READ COMMITTED


class World:
    numbers = itertools.count(1)

    def __init__(self, server):
        self.server = server
        self.prefix = f"w{next(self.numbers)}:"
        server.ask("SET jb_scheduler.now = '2026-11-23 06:00+01'")
        self.ask_each(AT_SIX)
        server.ask("SET jb_scheduler.now = '2026-11-23 07:00+01'")
        self.ask_each(AT_SEVEN)
        self.ids = self.asked(NAMED)
        self.polls = self.asked(POLLS)

    def ask_each(self, script):
        for answer in self.server.ask_all([each.replace("@", self.prefix) for each in script.split(";\n")]):
            if isinstance(answer, Failed):
                raise answer

    def asked(self, query):
        return json.loads(self.server.ask(query.replace("@", self.prefix)))

    def sql(self, statement):
        statement = re.sub(r"#(\w+)", lambda name: str(self.ids[name[1]]), statement)
        statement = re.sub(r"%(\w+)", lambda name: str(self.polls[name[1]]), statement)
        return statement.replace("@", self.prefix)

    def told(self, answers):
        """Answers and tables, without the prefix and the ids in which worlds differ."""
        state = json.loads(self.server.ask(f"SELECT pair_state({quoted(self.prefix)})"))
        names = {str(number): name for name, number in self.asked(NAMED).items()}
        names |= {str(number): name for name, number in self.ids.items()}
        text = json.dumps({"answers": answers, **state}).replace(self.prefix, "@")
        return re.sub(r"(event|#)( ?)(\d+)", lambda id: id[1] + id[2] + names.get(id[3], "?"), text)


def difference(met, allowed):
    """The lines of `met` that are missing in `allowed`, and the reverse."""
    lines = []
    met, allowed = json.loads(met), json.loads(allowed)
    for key in met:
        told, expected = (each[key] or [] for each in (met, allowed))
        lines += [f"  {key}: {line}" for line in told if line not in expected]
        lines += [f"  {key}, one by one: {line}" for line in expected if line not in told]
    return "\n".join(lines) + "\n"


def said(answer):
    return f"{answer.sqlstate}" if isinstance(answer, Failed) else answer


class Pairs:
    def __init__(self):
        self.control, self.first, self.second = Server(HELPERS), Server(), Server()
        for server in (self.first, self.second):
            server.ask("SET jb_scheduler.now = '2026-11-23 07:00+01'")
        self.waiting_pid = int(self.second.ask("SELECT pg_backend_pid()"))
        self.known = {}
        self.worlds = 0
        self.waited = self.repeated = 0

    def world(self):
        if self.worlds % 40 == 0:
            self.clear()
        self.worlds += 1
        return World(self.control)

    def clear(self):
        self.control.ask("SELECT jb_expire()")
        unsound = self.control.ask("SELECT string_agg(c::text, '; ') FROM jb_check() AS c")
        if unsound:
            raise SystemExit(f"jb_check(): {unsound}")
        self.control.clear()

    def one_by_one(self, *names):
        """The result if each call ends before the next begins; the answers are sorted by name, not in this order."""
        if names not in self.known:
            world = self.world()
            answers = sorted((name, said(self.first.ask_all([world.sql(CALLS[name])])[0])) for name in names)
            if len(names) == 1 and answers[0][1].startswith(ILL_FORMED):
                raise SystemExit(f"{names[0]!r} alone is answered {answers[0][1]}")
            self.known[names] = world.told(answers)
        return self.known[names]

    def check_calls(self):
        for name in CALLS:
            self.one_by_one(name)

    def begin(self, server, level):
        server.ask_all([f"BEGIN ISOLATION LEVEL {level}", "SELECT count(*) FROM jb_calendar"])

    def second_waits(self):
        """Waits until the second session has answered, or waits for the first. Result: whether it waits."""
        question = f"SELECT wait_event_type FROM pg_stat_activity WHERE pid = {self.waiting_pid}"
        while not select.select([self.second.psql.stdout], [], [], 0)[0]:
            if self.control.ask(question) == "Lock":
                return True
        return False

    def to_the_end(self, server, level, statement):
        """Makes a transaction, and repeats it as a caller would."""
        for _ in range(3):
            self.begin(server, level)
            answer, end = server.ask_all([statement, "COMMIT"])
            if said(answer) not in AGAIN and said(end) not in AGAIN:
                return answer
            server.ask_all(["ROLLBACK"])
            self.repeated += 1
        return answer

    def meet(self, one, other, level, end):
        """Both answers and the resulting world; the second call is made in the middle of the first's transaction."""
        world = self.world()
        calls = world.sql(CALLS[one]), world.sql(CALLS[other])
        self.begin(self.first, level)
        self.begin(self.second, level)
        answer, = self.first.ask_all([calls[0]])
        self.second.send([calls[1]])
        self.waited += self.second_waits()
        ended, = self.first.ask_all([end])
        if level != LEVELS[0] and said(ended) in AGAIN:
            answer = self.to_the_end(self.first, level, calls[0])
        second = self.second.answer(calls[1])
        ended, = self.second.ask_all(["COMMIT"])
        if level != LEVELS[0] and (said(second) in AGAIN or said(ended) in AGAIN):
            self.second.ask_all(["ROLLBACK"])
            self.repeated += 1
            second = self.to_the_end(self.second, level, calls[1])
        lasting = [(one, said(answer))] if end == "COMMIT" else []
        return world.told(sorted([*lasting, (other, said(second))]))

    def check(self, one, other, level, end):
        """What is wrong with the meeting, or None."""
        met = self.meet(one, other, level, end)
        if end == "ROLLBACK":
            allowed = [self.one_by_one(other)]
        else:
            allowed = [self.one_by_one(*order) for order in ([one, other], [other, one])]
        if met in allowed:
            return None
        return f"{one!r}, {end}, meets {other!r} at {level}:\n" + "or\n".join(difference(met, each) for each in allowed)


def pairs_of(wanted):
    """All pairs of calls, or a share of them selected by a seed; each call also meets itself."""
    every = list(itertools.product(CALLS, CALLS))
    rng = random.Random(wanted.seed)
    for level in LEVELS:
        for end in ("COMMIT", "ROLLBACK"):
            share = wanted.share if end == "COMMIT" else wanted.share / 8
            for pair in every if share >= 1 else rng.sample(every, int(len(every) * share)):
                yield *pair, level, end


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--share", type=float, default=8, help="of all pairs at each level; of those taken back an eighth")
    wanted = parser.parse_args()
    pairs = Pairs()
    pairs.check_calls()
    count = wrong = 0
    for pair in pairs_of(wanted):
        count += 1
        found = pairs.check(*pair)
        if found:
            wrong += 1
            print(found, flush=True)
    pairs.clear()
    print(f"{count} pairs of {len(CALLS)} calls, {pairs.waited} waited, {pairs.repeated} repeated, {wrong} wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
