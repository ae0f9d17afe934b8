# SPDX-License-Identifier: PostgreSQL
"""How much slower each function may get when something grows. Each function of docs/reference.md has a row, which the
docs suite requires (test/docs/growth.py).

allowed is FLAT, LOG or LINEAR in what grows, with the reason if it is LINEAR. A row without a call says why nothing
that grows concerns the function. $n in a call is the size: of the data that fill.sql makes, or of the call's input,
which then has a limit, `most`.
"""
import dataclasses

FLAT, LOG, LINEAR = "flat", "log", "linear"


@dataclasses.dataclass(frozen=True)
class Growth:
    function: str
    dimension: str
    allowed: str
    call: str | None = None
    reason: str = ""
    most: int | None = None  # a limit of the product: no size is larger
    sees_nothing: bool = False  # called by a viewer whom no calendar names, so that it gets nothing

    @property
    def name(self):
        return f"{self.function}: {self.dimension}"

    @property
    def is_of_input(self):
        return self.most is not None and "$n" in self.call


def argument(*functions):
    """Functions that read only their argument, such as all that make JSON."""
    return [Growth(name, "its argument", LINEAR, reason="it reads its argument and a row found by key") for name in functions]


def by_key(*functions):
    return [Growth(name, "what is stored", FLAT, reason="it finds its rows by key, and nothing else that it reads can grow")
            for name in functions]


def of_calendar(function, call, *dimensions, allowed=FLAT, reason="", how=""):
    """One call for each calendar of fill.sql on which something else has grown; $c is the calendar."""
    words = {"later": "later events", "earlier": "earlier events", "ended": "ended events in its way", "held": "held events, none due",
             "due": "due holds that nobody has written", "waiting": "waiting events"}
    return [Growth(function, words[dimension] + how, allowed, call.replace("$c", dimension), reason) for dimension in dimensions]


ALL = ("later", "earlier", "ended", "held", "waiting")
MOST_BOOKINGS = 16_000  # during the snapshot: each is a transaction
MOST_OTHERS = 4_000  # on each calendar: more would exceed what a search looks at
MOST_ROWS = 16_000  # each is a booking in one transaction
BOOK = "SELECT jb_schedule('New', '10 min', start_timestamp => '2030-01-01 12:00Z', calendars => '{$c}')"

# Lists: of $c or another calendar; of $n calendars, of which only the last is open on the first day.
EITHER = """one_of => '[{"calendars": ["$c", "empty"]}]'"""
ANY = """one_of => jsonb_build_array(jsonb_build_object('calendars', (SELECT jsonb_agg(CASE i WHEN $n THEN 'empty' ELSE 'room:' || i END ORDER BY i) FROM generate_series(1, $n) AS i)$more))"""
LEAST_BUSY = ", 'choose', 'least_busy', 'per', 'month'"
MOST_CANDIDATES = 100


def any_of(function, arguments, more="", how="", count="count(*)", reason="each is looked at"):
    """One call whose list has ever more candidates."""
    return Growth(function, "candidates of a list" + how, LINEAR, f"SELECT {count} FROM {function}({arguments}, {ANY.replace('$more', more)})", reason, MOST_CANDIDATES)


# An automatic event on $c, the first of its list, and a fixed one that displaces it to the other.
MOVES = f"""SELECT jb_schedule('Moved', '10 min', not_before => '2030-01-01 12:00Z', not_after => '2030-01-01 13:00Z', {EITHER}),
 jb_schedule('New', '10 min', start_timestamp => '2030-01-01 12:00Z', calendars => '{{$c}}')"""

# A rule for the first of the later events, which have five minutes free between them.
REPEAT = ("SELECT jb_update(10000000, jsonb_build_object('date', '2030-01-02', 'start_time', '00:10', 'duration', 240,"
          " 'recurrence', 'RRULE:FREQ=DAILY;COUNT=' || $count))")

# Moves the first $i of the later events by the five minutes that are free behind each.
SHIFT = ("SELECT count(*) FROM jb_update_all((SELECT jsonb_agg(jsonb_build_object('id', 10000000 + i, 'start_timestamp',"
         " timestamptz '2030-01-02Z' + i * interval '15 min' + interval '5 min')) FROM generate_series(0, $i - 1) AS i))")

# A file that moves the first $i of the events that fill.sql has named.
FOLLOW = ("SELECT count(*) FROM jb_import('later', (SELECT concat(E'BEGIN:VCALENDAR\\n', string_agg(format("
          "E'BEGIN:VEVENT\\nUID:uid-%s\\nDTSTART:%s\\nDURATION:PT10M\\nEND:VEVENT\\n', i,"
          " to_char(timestamptz '2030-01-02 00:02Z' + i * interval '15 min', 'YYYYMMDD\"T\"HH24MISS\"Z\"')), ''), 'END:VCALENDAR')"
          " FROM generate_series(0, $i - 1) AS i), sync => true)")

GROWTH = [
    # ---- lists ----
    *of_calendar("jb_events", "SELECT count(*) FROM jb_events('$c', '2030-01-01Z')", "earlier"),
    *of_calendar("jb_events", "SELECT count(*) FROM jb_events('$c', '2030-01-01Z', '2040-01-01Z')", "later", "ended", "held", "waiting", allowed=LOG),
    *of_calendar("jb_events_json", "SELECT count(*) FROM jb_events_json('$c', '2030-01-01Z', '2040-01-01Z')", "later", "ended", "held", "waiting", allowed=LOG),
    Growth("jb_events", "ended events, of an empty hour", FLAT, "SELECT count(*) FROM jb_events('ended', '2029-01-01Z', '2029-01-01 01:00Z')"),
    Growth("jb_events", "later events, a page far on", LOG, "SELECT count(*) FROM jb_events('later', '2030-01-01Z', after => concat(extract(epoch FROM timestamptz '2030-01-02Z' + $n / 2 * interval '15 min')::bigint, ',1'))"),
    Growth("jb_events", "later events, none of the status", FLAT, "SELECT count(*) FROM jb_events('later', '2030-01-01Z', status => '{cancelled,denied,held}')"),
    Growth("jb_events", "ended events, none of the status", FLAT, "SELECT count(*) FROM jb_events('ended', '2030-01-01Z', status => '{denied,pending}')"),
    Growth("jb_events", "held events, of the status held", LINEAR, "SELECT count(*) FROM jb_events('held', '2030-01-01Z', status => '{held}')",
           "an index of holds by time would cost each of them"),
    Growth("jb_events", "later events, none of the attendee", LINEAR, "SELECT count(*) FROM jb_events('later', '2030-01-01Z', attendee => 'nobody')",
           "an index of attendees would cost each booking; the budget `searched` ends it"),
    Growth("jb_events", "later events, one of them by its metadata", LOG, """SELECT count(*) FROM jb_events('later', '2030-01-01Z', metadata => '{"order": "A-7"}')"""),
    Growth("jb_events", "later events, none by metadata", LOG, """SELECT count(*) FROM jb_events('later', '2030-01-01Z', metadata => '{"order": "B-7"}')"""),
    Growth("jb_events", "later events, a page by metadata that all have", LOG, """SELECT count(*) FROM jb_events('later', '2030-01-01Z', metadata => '{"tenant": "x"}')"""),
    Growth("jb_events", "later events, none of the words", LINEAR, "SELECT count(*) FROM jb_events('later', '2030-01-01Z', q => 'nothing')",
           "an index of words would cost each booking; the budget `searched` ends it"),
    Growth("jb_events", "later, ended, held and waiting events, of all four calendars", LOG, "SELECT count(*) FROM jb_events(from_time => '2030-01-01Z', calendars => '{later,ended,held,waiting}')"),
    Growth("jb_events", "calendars, of a hundred of them", FLAT, "SELECT count(*) FROM jb_events(from_time => '2030-01-01Z', calendars => (SELECT array_agg('other:' || i) FROM generate_series(1, 100) AS i))"),
    *[Growth("jb_sessions", f"later sessions, of {who}", LOG, f"SELECT count(*) FROM jb_sessions({arguments})")
      for who, arguments in (("a coach", "'a'"), ("a client", "client_hash_id => 'a'"), ("both", "'a', 'a'"), ("all", "from_time => '2030-01-01Z'"))],
    Growth("jb_sessions", "earlier events, of all", LINEAR, "SELECT count(*) FROM jb_sessions()",
           "of all, and from the first on, it passes over what is no session: an index would cost each booking; the budget `searched` ends it"),
    *[Growth("jb_appointments", f"later appointments, {which}", LOG, f"SELECT count(*) FROM jb_appointments({arguments})")
      for which, arguments in (("of a provider", "'a'"), ("of all", ""), ("of a client", "client => 'anna'"),
                               ("none denied of a provider", "'a', status => '{DENIED}'"))],
    *[Growth("jb_appointments", f"later events, {which}", LINEAR, f"SELECT count(*) FROM jb_appointments({arguments})",
             "without a provider it passes over what it does not show: an index would cost each booking; the budget `searched` ends it", MOST_OTHERS)
      for which, arguments in (("of an unknown client", "client => 'x'"), ("none denied", "status => '{DENIED}'"))],
    Growth("jb_changes", "changes", FLAT, "SELECT count(*) FROM jb_changes('later', $n / 2)"),
    Growth("jb_change_event", "changes of one event", FLAT, "SELECT count(jb_change_event('later', i)) FROM generate_series(1, 50) AS i"),
    Growth("jb_change_event_json", "changes of one event", FLAT, reason="it is jb_change_event, in a change's JSON"),
    Growth("jb_history", "events and changes", LINEAR, "SELECT count(*) FROM jb_history(10000000)", "it shows each change of the event"),
    Growth("jb_events_at", "changes", LINEAR, "SELECT count(*) FROM jb_events_at('later', 0)", "it reckons back through each change, and shows each event"),
    Growth("jb_changes_all", "changes, from the middle", FLAT, "SELECT count(*) FROM jb_changes_all(regexp_replace(jb_changes_cursor(), '-[^-]*-[^-]*-[^-]*$', format('-%s-%s-1', to_hex($n / 2), to_hex($n / 2))))"),
    Growth("jb_changes_all", "changes, the last ones", FLAT, "SELECT count(*) FROM jb_changes_all(jb_changes_cursor(100))"),
    Growth("jb_changes_all", "changes, none to come", FLAT, "SELECT count(*) FROM jb_changes_all(jb_changes_cursor())"),
    Growth("jb_changes_cursor", "changes", FLAT, "SELECT jb_changes_cursor()"),
    Growth("jb_rejections", "rejections", FLAT, "SELECT count(*) FROM jb_rejections($n / 2)"),
    Growth("jb_rejections", "rejections of the calendar", FLAT, "SELECT count(*) FROM jb_rejections($n / 2, calendar => 'empty')"),
    Growth("jb_rejections", "rejections of other calendars", FLAT, "SELECT count(*) FROM jb_rejections(calendar => 'later')"),
    Growth("jb_rejections_all", "rejections", FLAT, "SELECT count(*) FROM jb_rejections_all(($n / 2)::text)"),
    *[Growth(function, f"{what}, all hidden from the reader", FLAT, call, sees_nothing=True) for function, what, call in (
        ("jb_rejections", "rejections", "SELECT count(*) FROM jb_rejections()"),
        ("jb_rejections", "rejections of the calendar", "SELECT count(*) FROM jb_rejections(calendar => 'empty')"),
        ("jb_rejections_all", "rejections", "SELECT count(*) FROM jb_rejections_all()"),
        ("jb_changes_all", "changes", "SELECT count(*) FROM jb_changes_all()"))],
    *[Growth(function, f"{what} since the last vacuum, while others write; all hidden from the reader", LINEAR, call,
             "a row of an open transaction may stand on any page that no vacuum has marked", sees_nothing=True) for function, what, call in (
        ("jb_rejections_after", "rejections", "SELECT jb_rejections_after(100)"),
        ("jb_changes_cursor", "changes", "SELECT jb_changes_cursor(100)"))],
    Growth("jb_schedule", "rejections of the caller, one more", FLAT, "SELECT jb_schedule('New', '10 min', '2020-01-01', '09:00', calendars => '{empty}')"),
    Growth("jb_calendars", "calendars", LINEAR, "SELECT count(*) FROM jb_calendars()", "it shows each", 16_000),
    Growth("jb_polls", "participants", FLAT, "SELECT count(*) FROM jb_polls()", most=10_000),

    # ---- free and busy time ----
    *of_calendar("jb_busy", "SELECT jb_busy('$c', '2030-01-03Z', '2030-01-04Z')", *ALL, "due"),
    Growth("jb_busy", "claims in the range", LINEAR, "SELECT jb_busy('later', '2030-01-02Z', timestamptz '2030-01-02Z' + least($n, 256000) * interval '15 min')", "it shows the time of each"),
    *of_calendar("jb_busy_all", "SELECT count(*) FROM jb_busy_all('{$c}', '2030-01-03Z', '2030-01-04Z')", *ALL, "due"),
    *of_calendar("jb_slots", "SELECT count(*) FROM jb_slots('10 min', '{$c}')", *ALL, "due"),
    *of_calendar("jb_slots", "SELECT count(*) FROM jb_slots('10 min', '{$c}', '2030-01-02Z')", "due", how=", in their midst"),
    *of_calendar("jb_lead_time", "SELECT count(*) FROM jb_lead_time(ARRAY[interval '10 days'], '{$c}')", "due"),
    *of_calendar("jb_slots", f"SELECT count(*) FROM jb_slots('10 min', {EITHER})", *ALL, "due", how=", of a list of two calendars"),
    any_of("jb_slots", "'10 min'"),
    any_of("jb_lead_time", "ARRAY[interval '10 min']"),
    Growth("jb_provider_slots", "later appointments", FLAT, "SELECT count(*) FROM jb_provider_slots('a', '2030-01-05')"),
    Growth("jb_lead_time", "later events", FLAT, "SELECT count(*) FROM jb_lead_time(ARRAY[interval '10 min'], '{later}')"),

    # ---- booking ----
    *of_calendar("jb_schedule", BOOK, *ALL),
    Growth("jb_schedule", "bookings since a snapshot that stays open", LINEAR, BOOK.replace("$c", "snapshot"),
           "each updates the row of its lock, whose versions stay: no worse than a bare UPDATE of one narrow row", MOST_BOOKINGS),
    *of_calendar("jb_schedule", "SELECT jb_schedule('New', '10 min', calendars => '{$c}')", "later", "earlier", how=", automatic"),
    *of_calendar("jb_schedule_all", "SELECT jb_schedule_all(jsonb_build_object('event_name', 'New', 'duration', 600, 'calendars', jsonb_build_array('$c'), 'offer', 5))",
                 "later", "earlier", "held", how=", an offer of five"),
    Growth("jb_schedule_all", "items", LINEAR, "SELECT count(*) FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'New', 'duration', 600, 'calendars', jsonb_build_array('empty'))) FROM generate_series(1, $n)))", "items are asked for", 1_000),
    *of_calendar("jb_schedule", f"SELECT jb_schedule('New', '10 min', {EITHER})", *ALL, how=", automatic, of a list of two calendars"),
    *of_calendar("jb_schedule", f"SELECT jb_schedule('New', '10 min', start_timestamp => '2030-01-01 12:00Z', {EITHER})", *ALL, how=", of a list of two calendars"),
    *of_calendar("jb_schedule", f"""SELECT jb_schedule('New', '10 min', {EITHER.replace('"]}', '"], "choose": "least_busy", "per": "day"}')})""", *ALL,
                 how=", of the less busy of two calendars"),
    Growth("jb_schedule", "events of the month, of the less busy of two calendars", LINEAR,
           """SELECT jb_schedule('New', '10 min', one_of => '[{"calendars": ["dense", "empty"], "choose": "least_busy", "per": "month"}]')""",
           "it adds up the time of each: a sum kept for each day, week and month would cost each booking"),
    *[any_of("jb_schedule", "'New', '10 min'" + start, more, how) for how, start, more in (
        (", automatic", "", ""), ("", ", start_timestamp => '2030-01-01 12:00Z'", ""),
        (", automatic, least busy", "", LEAST_BUSY), (", least busy", ", start_timestamp => '2030-01-01 12:00Z'", LEAST_BUSY))],
    Growth("jb_schedule", "stretches in which too few candidates are open", LINEAR,
           """SELECT jb_schedule('New', '5 min', not_before => '2030-01-02Z', one_of => '[{"calendars": ["later", "gaps"], "count": 2}]')""",
           "it passes each"),
    *of_calendar("jb_schedule", MOVES, *ALL, how=", one displaced to another candidate"),
    Growth("jb_schedule", "events displaced to another candidate", LINEAR,
           "SELECT jb_schedule('New', $n * interval '15 min', start_timestamp => '2030-01-02Z', calendars => '{chosen}')", "each is moved", 1_000),
    *of_calendar("jb_explain", f"SELECT count(*) FROM jb_explain('New', '10 min', start_timestamp => '2030-01-01 12:00Z', {EITHER})", *ALL, how=", of a list of two calendars"),
    any_of("jb_explain", "'New', '10 min'", how=", automatic"),
    any_of("jb_explain", "'New', '10 min', start_timestamp => '2030-01-01 12:00Z'"),
    *of_calendar("jb_explain", "SELECT count(*) FROM jb_explain('New', '10 min', start_timestamp => '2030-01-01 12:00Z', calendars => '{$c}')", *ALL),
    *of_calendar("jb_proof_request", "SELECT jb_proof_request('{\"event_name\": \"New\", \"duration\": 600, \"start_timestamp\": \"2030-01-01T12:00:00Z\", \"calendars\": [\"$c\"]}')", *ALL),
    Growth("jb_proof_request", "claims that leave no room", LINEAR,
           "SELECT jb_proof_request(jsonb_build_object('event_name', 'New', 'duration', 600, 'calendars', '{later}'::text[], 'not_before', timestamptz '2030-01-02Z',"
           " 'not_after', timestamptz '2030-01-02Z' + $n * interval '15 min'))", "it names each", 1_000),
    *of_calendar("jb_lock", "SELECT jb_lock('{$c}')", *ALL),
    Growth("jb_update", "later events", FLAT, "SELECT jb_update(10000000, '{\"event_name\": \"Other\"}')"),
    Growth("jb_update", "later events, another rule", FLAT, REPEAT.replace("$count", "10")),
    Growth("jb_update", "occurrences of another rule", LINEAR, REPEAT.replace("$count", "$n"), "each is booked", 1_000),
    Growth("jb_update_all", "later events", FLAT, SHIFT.replace("$i", "10")),
    Growth("jb_update_all", "changes of the list", LINEAR, SHIFT.replace("$i", "$n"), "each is asked for", 1_000),
    Growth("jb_reschedule", "later events", FLAT, "SELECT jb_reschedule(10000000, start_timestamp => '2030-01-01 12:00Z')"),
    Growth("jb_cancel", "later events", FLAT, "SELECT jb_cancel(10000000)"),
    Growth("jb_delete", "later events", FLAT, "SELECT jb_delete(10000000)"),
    Growth("jb_confirm", "held events, none due", FLAT, "SELECT jb_confirm(40000000)"),
    Growth("jb_deny", "held events, none due", FLAT, "SELECT jb_deny(40000000)"),
    Growth("jb_expire", "held events, none due", FLAT, "SELECT jb_expire(calendars => '{held}')"),
    Growth("jb_replan", "earlier events", FLAT, "SELECT jb_replan('earlier')"),
    Growth("jb_session_create", "later sessions", FLAT, "SELECT jb_session_create('a', 'a', '2030-01-01 12:00Z', 10)"),
    Growth("jb_session_post", "later sessions", FLAT, "SELECT jb_session_post('{\"session\": {\"coach_hash_id\": \"a\", \"client_hash_id\": \"a\", \"start\": \"2030-01-01T12:00:00Z\", \"duration\": 10}}')"),
    Growth("jb_session_patch", "later sessions", FLAT, "SELECT jb_session_patch(60000000, '{\"session\": {\"start\": \"2030-01-01T12:00:00Z\"}}')"),
    Growth("jb_appointment_reserve", "later appointments", FLAT, "SELECT jb_appointment_reserve('a', 'ben', start_timestamp => '2030-01-01 12:00Z', duration => '10 min')"),
    Growth("jb_appointment_post", "later appointments", FLAT, "SELECT jb_appointment_post('{\"provider_id\": \"a\", \"client\": \"ben\", \"start_timestamp\": \"2030-01-01T12:00:00Z\", \"duration\": 600}')"),
    Growth("jb_appointment_status_set", "held events, none due", FLAT, reason="it is jb_confirm and jb_deny, by another name"),
    Growth("jb_place_row", "rows of one INSERT", LINEAR, "INSERT INTO own_rows (duration) SELECT interval '10 min' FROM generate_series(1, $n)", "each is one booking", MOST_ROWS),
    Growth("jb_place_row", "rows of one INSERT, each on two calendars", LINEAR,
           "INSERT INTO own_rows (duration, calendars) SELECT interval '10 min', '{empty,coach:empty}' FROM generate_series(1, $n)", "each is one booking, in a subtransaction", 1_000),
    Growth("jb_place_row", "rows of the table, of one UPDATE", FLAT, "UPDATE own_rows SET duration = '11 min' WHERE event_id = 10000000"),
    Growth("jb_follow_rows", "rows of the table", LINEAR, "SELECT jb_follow_rows('own_rows')", "it compares each"),
    Growth("jb_follow_rows", "rows of the table, of one event", FLAT, "SELECT jb_follow_rows('own_rows', '{10000000}')"),
    Growth("jb_import", "events of the file", LINEAR, reason="each is one booking; a call takes 1,000"),
    Growth("jb_import", "events of the file, followed", LINEAR, FOLLOW.replace("$i", "$n"), "each is moved", 1_000),
    Growth("jb_import", "later events, one followed", FLAT, FOLLOW.replace("$i", "1")),
    Growth("jb_import", "names that earlier files left", FLAT, FOLLOW.replace("$i", "1").replace("'later'", "'earlier'").replace("sync => true", "sync => true, cancel_missing => true")),
    Growth("jb_poll_book", "participants", LINEAR, reason="it ranks the poll, and books one event"),

    Growth("jb_booking_make", "later appointments", FLAT, reason="it is jb_appointment_reserve, and counts the holds of one calendar, and by an index bookings up to the calendar's limit"),
    Growth("jb_booking_move", "later appointments", FLAT, reason="it is jb_reschedule, found by a token"),
    Growth("jb_booking_cancel", "later appointments", FLAT, reason="it is jb_cancel, found by a token"),
    Growth("jb_booking_slots", "later appointments", FLAT, reason="it is jb_slots on the provider's calendar"),
    *by_key("jb_booking_page", "jb_booking", "jb_booking_json"),

    # ---- polls ----
    Growth("jb_poll", "participants", FLAT, "SELECT jb_poll(1)", most=10_000),
    Growth("jb_poll_invitation", "participants", FLAT, reason="it finds one participant by the index of tokens"),
    Growth("jb_poll_others", "participants", FLAT, reason="it shows at most a hundred, read in the order of the key"),
    Growth("jb_poll_answer", "participants", FLAT, 'SELECT jb_poll_answer(1, \'Late\', \'[{"start": "2030-02-01T00:00:00Z", "end": "2030-02-02T00:00:00Z"}]\')', most=4_000),
    Growth("jb_poll_invite", "participants", FLAT, reason="it finds one participant by key and the counts in the poll's row, as jb_poll_answer does"),
    Growth("jb_poll_withdraw", "participants", FLAT, reason="the same"),
    Growth("jb_poll_revoke", "participants", FLAT, reason="the same"),
    Growth("jb_poll_set_public", "participants", FLAT, reason="it changes the poll's row"),
    Growth("jb_poll_revoke_guests", "participants", LINEAR, reason="it deletes each, as jb_poll_delete"),
    Growth("jb_poll_schedules", "participants", LINEAR, reason="it shows each"),
    Growth("jb_poll_ranking", "participants", LINEAR, "SELECT count(*) FROM jb_poll_ranking(1)", "each answer is read", 10_000),
    Growth("jb_poll_delete", "participants", LINEAR, "SELECT jb_poll_delete(1)", "each row is deleted", 10_000),
    *by_key("jb_poll_create", "jb_poll_create_json"),

    # ---- feeds ----
    Growth("jb_icalendar", "later events", LINEAR, "SELECT length(jb_icalendar('later'))", "it writes each, 10,000 at most", 4_000),
    Growth("jb_icalendar", "ended events elsewhere", FLAT, "SELECT length(jb_icalendar('empty'))"),
    *of_calendar("jb_icalendar_tag", "SELECT jb_icalendar_tag('$c')", *ALL, "due"),
    Growth("jb_feed_read", "later events", LINEAR, reason="it is jb_icalendar, found by a token"),
    *by_key("jb_feed_create", "jb_feed_revoke"),

    # ---- rights ----
    *by_key("jb_rights", "jb_grant", "jb_revoke", "jb_default_rights", "jb_default_rights_set", "jb_keep_names", "jb_rights_changed", "jb_require_operator", "jb_version", "jb_time_zone", "jb_source_as_of",
            "jb_session", "jb_session_strangers", "jb_appointment", "jb_changes_after", "jb_key_take", "jb_key_keep"),
    Growth("jb_grants", "grantees of the calendar", LINEAR, reason="it shows each"),
    Growth("jb_grants_set", "grantees of the calendar", LINEAR, reason="it writes each, 1,000 at most"),
    *[Growth(name, "calendars asked about", LINEAR, reason="it finds the grants of each by key, and remembers them")
      for name in ("jb_sight", "jb_may", "jb_seen")],
    Growth("jb_coaches", "calendars", LINEAR, reason="it is jb_calendars()"),
    Growth("jb_clients", "calendars", LINEAR, reason="it is jb_calendars()"),
    Growth("jb_rejections_cursor", "rejections", FLAT, reason="it is jb_rejections_after()"),
    Growth("jb_last_numbers", "changes and rejections", FLAT, reason="it looks at a thousand of each at most, the last ones"),

    # ---- settings and upkeep ----
    Growth("jb_calendar", "calendars", FLAT, "SELECT jb_calendar('empty')", most=16_000),
    Growth("jb_day_start", "calendars", FLAT, "SELECT jb_day_start('empty', '2030-01-03')", most=16_000),
    Growth("jb_calendar_set", "claims of the calendar", LINEAR, "SELECT jb_calendar_set('later', '{\"hours\": {}}')", "other hours make the day tree anew"),
    Growth("jb_calendar_set", "calendars", FLAT, "SELECT jb_calendar_set('empty', '{\"strict\": true}')", most=16_000),
    Growth("jb_calendar_delete", "changes of the calendar", LINEAR, reason="it deletes each change of the calendar's history"),
    Growth("jb_rebuild", "claims of the calendar", LINEAR, "SELECT jb_rebuild('later')", "it makes the day tree of each claim"),
    Growth("jb_rezone", "claims of the calendars", LINEAR, reason="it makes each day tree anew"),
    Growth("jb_purge", "calendars, and changes in pieces", LINEAR, "SELECT jb_purge('1 day', max_rows => 50)", "it looks for an old change on each calendar", 16_000),
    Growth("jb_purge", "changes, all at once", LINEAR, "SELECT jb_purge('1 day')", "it deletes each"),
    Growth("jb_purge_in_pieces", "changes", LINEAR, reason="it is jb_purge, as often as it has to be"),
    Growth("jb_person_export", "events and changes", LINEAR, "SELECT count(*) FROM jb_person_export('nobody@example.org')", "it reads every row that may hold people's words"),
    Growth("jb_person_erase", "events and changes", LINEAR, "SELECT count(*) FROM jb_person_erase('nobody@example.org')", "it reads every row that may hold people's words"),
    *[Growth(name, "events of a person", LINEAR, reason="it writes a change of each, or each row") for name in
      ("jb_person_record", "jb_person_overwrite")],
    Growth("jb_availability", "days", LINEAR, reason="it shows each day that is asked for"),
    *by_key("jb_availability_set", "jb_provider_availability_add", "jb_provider_availability_post", "jb_provider_availability_remove",
            "jb_calendar_make", "jb_session_enrol", "jb_coach_create", "jb_client_create", "jb_principal_set", "jb_principal_of", "jb_attach", "jb_detach", "jb_attachment"),
    *[Growth(name, "attendees", LINEAR, reason="it compares each, 1,000 at most, and is jb_update") for name in ("jb_attend", "jb_leave", "jb_seat_set")],
    Growth("jb_due", "held events, none due until then", FLAT, "SELECT count(*) FROM jb_due('2029-12-01Z')"),
    Growth("jb_due", "held events, all calendars", LINEAR, "SELECT count(*) FROM jb_due()", "without until it reads what is held or waits"),
    Growth("jb_metrics", "later events", LINEAR, "SELECT count(*) FROM jb_metrics('{empty}')", "it counts what is held or waits"),
    Growth("jb_health", "later events", FLAT, "SELECT jb_health()"),
    Growth("jb_worker", "later events", FLAT, reason="it reads shared memory"),
    *[Growth(name, "what is stored", LINEAR, reason="it checks every row") for name in
      ("jb_check", "jb_tree_problems", "jb_wall_clock_problems", "jb_poll_problems", "jb_id_problems", "jb_list_problems",
       "jb_schema_problems")],

    # ---- one event, and JSON ----
    Growth("jb_event", "events", FLAT, "SELECT jb_event(10000000)"),
    Growth("jb_event_if", "events, joined with a table of one's own", FLAT,
           "SELECT count(e.id) FROM generate_series(10000000, 10000009) AS own (id) CROSS JOIN LATERAL jb_event_if(own.id) AS e"),
    Growth("jb_status", "events", FLAT, "SELECT jb_status(10000000)"),
    Growth("jb_event_answer", "events", FLAT, "SELECT jb_event_answer(10000000)"),
    Growth("jb_event_json", "events", FLAT, "SELECT jb_event_json(jb_event(10000000))"),
    *by_key("jb_now", "jb_event_cursor"),
    *argument("jb_status_at", "jb_appointment_status", "jb_fault", "jb_request_read", "jb_refuse", "jb_person_mention_replaced", "jb_person_places", "jb_person_replaced", "jb_person_condition", "jb_person_require", "jb_session_of", "jb_session_faults"),
    *argument("jb_timestamp_text", "jb_folded", "jb_range_json", "jb_ranges_json", "jb_moves_json", "jb_outcome_json",
              "jb_calendar_json", "jb_availability_json", "jb_change_json", "jb_rejection_json", "jb_lead_json",
              "jb_verdict_json", "jb_session_json", "jb_coach_json", "jb_client_json", "jb_slot_dictionary", "jb_appointment_json",
              "jb_provider_availability_json", "jb_provider_slot_json", "jb_poll_schedule_json", "jb_poll_json", "jb_invitation_json",
              "jb_recommendation_json", "jb_import_json"),
    Growth("jb_explain_event", "its argument", LINEAR, reason="it is jb_explain, asked by an event's id"),
    Growth("jb_explain_request", "its argument", LINEAR, reason="it is jb_explain, asked by JSON"),
    Growth("jb_proof_event", "its argument", LINEAR, reason="it is jb_proof_request, asked by an event's id"),
    Growth("jb_proof", "its argument", LINEAR, reason="it is jb_proof_request, asked by a rejection's id"),
]
