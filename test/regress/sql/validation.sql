-- Promise: an invalid value raises an error of its SQLSTATE that names the argument and the value and says what to do, and
-- changes nothing.
-- Could break: a value that slips through is stored, or meets a constraint or a cast far inside and fails without a name.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('There', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Makes ceo', '1 hour', '2026-11-24', '09:00');
SELECT test.stored() AS before \gset

-- ---- jb_schedule: each of these must fail ----
SELECT claim, state, message, hint <> '' AS hinted
  FROM (VALUES
    ('no name',                    $$jb_schedule(NULL, '1 hour')$$),
    ('empty name',                 $$jb_schedule('', '1 hour')$$),
    ('blank name',                 $$jb_schedule('   ', '1 hour')$$),
    ('name of 501 characters',     $$jb_schedule(repeat('ä', 501), '1 hour')$$),
    ('zero duration',              $$jb_schedule('x', '0')$$),
    ('negative duration',          $$jb_schedule('x', '-1 hour')$$),
    ('fractional duration',        $$jb_schedule('x', '1.5 seconds')$$),
    ('a tenth of a second',        $$jb_schedule('x', '0.1 seconds')$$),
    ('one second too long',        $$jb_schedule('x', '366 days 1 second')$$),
    ('enormous duration',          $$jb_schedule('x', '2147483647 days')$$),
    ('enormous hours',             $$jb_schedule('x', '2147483647 hours')$$),
    ('months',                     $$jb_schedule('x', '1 month')$$),
    ('years',                      $$jb_schedule('x', '178000000 years')$$),
    ('months that days undo',      $$jb_schedule('x', '1 month -30 days 1 hour')$$),
    ('no duration at all',         $$jb_schedule('x', 'soon')$$),
    ('30 February',                $$jb_schedule('x', '1 hour', '2026-02-30', '09:00')$$),
    ('25:00',                      $$jb_schedule('x', '1 hour', '2026-11-24', '25:00')$$),
    ('24:00 as a start',           $$jb_schedule('x', '1 hour', '2026-11-24', '24:00')$$),
    ('start_time without date',    $$jb_schedule('x', '1 hour', start_time => '09:00')$$),
    ('two starts',                 $$jb_schedule('x', '1 hour', '2026-11-24', '09:00', '2026-11-24 09:00+01')$$),
    ('start_timestamp and date',   $$jb_schedule('x', '1 hour', '2026-11-24', start_timestamp => '2026-11-24 09:00+01')$$),
    ('date of infinity',           $$jb_schedule('x', '1 hour', 'infinity', '09:00')$$),
    ('date of -infinity',          $$jb_schedule('x', '1 hour', '-infinity')$$),
    ('date before Christ',         $$jb_schedule('x', '1 hour', '0044-03-15 BC')$$),
    ('year 10000',                 $$jb_schedule('x', '1 hour', '10000-01-01')$$),
    ('start of infinity',          $$jb_schedule('x', '1 hour', start_timestamp => 'infinity')$$),
    ('start of -infinity',         $$jb_schedule('x', '1 hour', start_timestamp => '-infinity', allow_past => true)$$),
    ('an end in year 10000',       $$jb_schedule('x', '1 day', start_timestamp => '9999-12-31 23:00Z', calendars => '{room:a}')$$),
    ('a start in year 0',          $$jb_schedule('x', '1 hour', '0001-01-01', '00:00', calendars => '{room:a}', allow_past => true)$$),
    ('window from -infinity',      $$jb_schedule('x', '1 hour', not_before => '-infinity')$$),
    ('window to infinity',         $$jb_schedule('x', '1 hour', not_after => 'infinity')$$),
    ('empty window',               $$jb_schedule('x', '1 hour', not_before => '2026-11-24 09:00+01', not_after => '2026-11-24 09:00+01')$$),
    ('window of a fixed event',    $$jb_schedule('x', '1 hour', '2026-11-24', '09:00', not_before => '2026-11-24 08:00+01')$$),
    ('priority below 0',           $$jb_schedule('x', '1 hour', priority => -1)$$),
    ('priority above 100',         $$jb_schedule('x', '1 hour', priority => 101)$$),
    ('unknown calendar',           $$jb_schedule('x', '1 hour', calendars => '{room:nowhere}')$$),
    ('no calendar',                $$jb_schedule('x', '1 hour', calendars => '{}')$$),
    ('a calendar twice',           $$jb_schedule('x', '1 hour', calendars => '{room:a,room:a}')$$),
    ('null for a calendar',        $$jb_schedule('x', '1 hour', calendars => '{NULL}')$$),
    ('empty calendar',             $$jb_schedule('x', '1 hour', calendars => '{""}')$$),
    ('calendar with a blank',      $$jb_schedule('x', '1 hour', calendars => '{room a}')$$),
    ('calendar of 201 characters', $$jb_schedule('x', '1 hour', calendars => ARRAY[repeat('c', 201)])$$),
    ('null for an attendee',       $$jb_schedule('x', '1 hour', attendees => '{Jeff,NULL}')$$),
    ('empty attendee',             $$jb_schedule('x', '1 hour', attendees => '{Jeff,""}')$$),
    ('attendee not seen',          $$jb_schedule('x', '1 hour', attendees => ARRAY['Jeff', chr(12288)])$$),
    ('name not seen',              $$jb_schedule(chr(160) || chr(8203), '1 hour')$$),
    ('attendee of 201 characters', $$jb_schedule('x', '1 hour', attendees => ARRAY[repeat('ä', 201)])$$),
    ('1001 attendees',             $$jb_schedule('x', '1 hour', attendees => array_fill('a'::text, ARRAY[1001]))$$),
    ('location of 1001 characters',$$jb_schedule('x', '1 hour', event_location => repeat('ä', 1001))$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);
-- several values are wrong: all of them are told, the first in the message
SELECT state, message, detail FROM test.refusal($$SELECT jb_schedule('', '0', start_time => '09:00',
  attendees => '{"",NULL}', calendars => '{a b}', priority => 500)$$);
-- infinity is an interval since PostgreSQL 17, and refused under the argument's name; before, it is no interval
SELECT call, state ~ '^22' AND (message LIKE format('invalid %s "%%infinity":%%', field) OR current_setting('server_version_num')::int < 170000) AS refused
  FROM (VALUES ('duration', $$jb_schedule('x', 'infinity')$$), ('duration', $$jb_schedule('x', '-infinity')$$), ('hold_for', $$jb_schedule('x', '1 hour', hold_for => 'infinity')$$),
    ('duration', $$jb_slots('infinity', '{room:a}')$$), ('durations[0]', $$jb_lead_time('{infinity}', '{room:a}')$$), ('duration', $$jb_reschedule(1, duration => 'infinity')$$),
    ('duration', $$jb_poll_create('x', '2026-12-01', '2026-12-02', 'infinity')$$)) AS wrong (field, call), test.refusal('SELECT ' || call);
-- nothing of the request was stored
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- the limits themselves are allowed ----
SELECT outcome FROM jb_schedule(repeat('ä', 500), '366 days', '2030-01-01', '00:00', calendars => '{room:a}', priority => 0,
  attendees => array_fill(repeat('ä', 200), ARRAY[1000]), event_location => repeat('ä', 1000));
SELECT outcome FROM jb_schedule('x', '1 second', '2029-12-31', '23:59:59', calendars => '{room:a}', priority => 100);
SELECT char_length(event_name), char_length(event_location), cardinality(attendees) FROM jb_event(3);
SELECT test.stored() AS before \gset

-- ---- ids that no event has: each of these must fail ----
SELECT call, state, message
  FROM unnest('{-1,0,9223372036854775807,NULL}'::text[]) WITH ORDINALITY AS ids (id, place),
       unnest('{jb_event,jb_status,jb_history,jb_reschedule,jb_cancel}'::text[]) AS functions (name),
       format('%s(%s)', name, coalesce(id, 'NULL')) AS call,
       test.refusal('SELECT ' || call) ORDER BY name, place;
-- and a number that is no id at all
SELECT call, state FROM unnest('{jb_event(9223372036854775808),"jb_cancel(''one'')","jb_cancel(''1.5'')"}'::text[]) AS call,
       test.refusal('SELECT ' || call);
SELECT state, message FROM test.refusal($$SELECT jb_update(-1, '{}')$$);
SELECT state, message FROM test.refusal($$SELECT jb_update(NULL, '{}')$$);

-- ---- reading: each of these must fail ----
SELECT claim, state, message
  FROM (VALUES
    ('unknown calendar',          $$jb_events('room:nowhere')$$),
    ('null for a calendar',       $$jb_events(NULL)$$),
    ('range turned round',        $$jb_events('room:a', '2026-12-01', '2026-11-01')$$),
    ('no rows',                   $$jb_events('room:a', max_rows => 0)$$),
    ('fewer than none',           $$jb_events('room:a', max_rows => -1)$$),
    ('more than 1000 rows',       $$jb_events('room:a', max_rows => 1001)$$),
    ('unknown status',            $$jb_events('room:a', status => '{pending,canceled}')$$),
    ('null for a status',         $$jb_events('room:a', status => '{NULL}')$$),
    ('cursor without comma',      $$jb_events('room:a', after => '17')$$),
    ('cursor without id',         $$jb_events('room:a', after => '17,')$$),
    ('cursor of words',           $$jb_events('room:a', after => 'a,b')$$),
    ('cursor with more after it', $$jb_events('room:a', after => '17,1 ')$$),
    ('cursor beyond all time',    $$jb_events('room:a', after => '9223372036854775807,1')$$),
    ('empty cursor',              $$jb_events('room:a', after => '')$$),
    ('slots of no duration',      $$jb_slots(NULL, '{room:a}')$$),
    ('slots of zero',             $$jb_slots('0', '{room:a}')$$),
    ('slots of a month',          $$jb_slots('1 month', '{room:a}')$$),
    ('slots on no calendar',      $$jb_slots('1 hour', '{}')$$),
    ('slots on 101 calendars',    $$jb_slots('1 hour', array_fill('ceo'::text, '{101}'))$$),
    ('slots on one twice',        $$jb_slots('1 hour', '{room:a,ceo,room:a}')$$),
    ('slots on two unknown ones', $$jb_slots('1 hour', '{room:b,room:a,room:c}')$$),
    ('slots on null',             $$jb_slots('1 hour', '{NULL}')$$),
    ('slots somewhere unknown',   $$jb_slots('1 hour', '{room:nowhere}')$$),
    ('slots in a turned range',   $$jb_slots('1 hour', '{room:a}', '2026-12-01', '2026-11-01')$$),
    ('1001 slots',                $$jb_slots('1 hour', '{room:a}', max_rows => 1001)$$),
    ('changes somewhere unknown', $$jb_changes('room:nowhere')$$),
    ('changes of null',           $$jb_changes(NULL)$$),
    ('no changes',                $$jb_changes('room:a', max_rows => 0)$$),
    ('settings of nothing known', $$jb_calendar('room:nowhere')$$),
    ('settings of null',          $$jb_calendar(NULL)$$),
    ('no rejections',             $$jb_rejections(max_rows => 0)$$),
    ('unknown zone',              $$jb_timestamp_text('2026-11-24 09:00+01', 'Europe/Atlantis')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);

-- ---- text that PostgreSQL itself refuses: each of these must fail ----
SELECT claim, state
  FROM (VALUES
    ('a NUL in JSON',            $$jb_update(1, '{"event_name": "a\u0000b"}')$$),
    ('half a surrogate in JSON', $$jb_update(1, '{"event_name": "\ud800"}')$$),
    ('truncated JSON',           $$jb_update(1, '{"event_name": "a')$$),
    ('nothing for JSON',         $$jb_schedule_all('')$$),
    ('invalid UTF-8',            $$jb_schedule(E'\xff', '1 hour')$$),
    ('a NUL in text',            $$jb_schedule(E'a\000b', '1 hour')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);

-- ---- an unknown calendar is told with all else: each of these must fail ----
SELECT detail
  FROM (VALUES
    ($$jb_schedule('', '1 hour', calendars => '{room:a,room:nowhere,room:gone}')$$),
    ($$jb_schedule_all('[{"event_name": "", "duration": 60, "calendars": ["room:a"]}, {"event_name": "x", "duration": 60, "calendars": ["room:nowhere"]}]')$$),
    ($$jb_explain_request('{"event_name": "", "calendars": ["room:nowhere"]}')$$),
    ($$jb_update(1, '{"priority": 101, "calendars": ["room:nowhere"]}')$$),
    ($$jb_reschedule(1, calendars => '{room:nowhere}', duration => '0')$$),
    ($$jb_update_all('[{"id": 1, "priority": 101}, {"id": 2, "calendars": ["room:nowhere"]}]')$$),
    ($$jb_schedule('', '1 hour')$$)
  ) AS wrong (call), test.refusal('SELECT ' || call);

-- ---- locks: each of these must fail ----
SELECT claim, state, message
  FROM (VALUES
    ('unknown calendar among known', $$jb_lock('{room:a,room:nowhere}')$$),
    ('null for a calendar',          $$jb_lock('{room:a,NULL}')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);
SELECT test.stored() = :'before' AS nothing_changed;
-- a place may have lines, and no other control
SELECT r.state, r.message FROM unnest(ARRAY['Hall' || chr(8238) || '1', E'Hall\x1b1', E'Hall\n1']) place, test.refusal(format('SELECT jb_schedule(''x'', ''1 hour'', event_location => %L, dry_run => true)', place)) r;

-- Promise: whatever is wrong with an argument, each function names the argument and the fault, with a hint, and changes
-- nothing.
-- Could break: a null, an empty text, an infinity, a number at the border comes to a function that only met good values.
-- The bad values that a topic's own file tries are not repeated here.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('There', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Held', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', hold_for => '1 hour');
SELECT event_id FROM jb_schedule('Gone', '1 hour', '2026-11-24', '13:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel(3);
RESET SESSION AUTHORIZATION;
CREATE TABLE test.call (n int GENERATED ALWAYS AS IDENTITY, text text);
INSERT INTO test.call (text) VALUES
  -- reading
  ($$jb_event(NULL)$$), ($$jb_event(0)$$), ($$jb_event(-1)$$), ($$jb_event(9223372036854775807)$$),
  ($$jb_status(NULL)$$), ($$jb_status(99)$$),
  ($$jb_history(NULL)$$), ($$jb_history(99)$$),
  ($$jb_events(NULL)$$), ($$jb_events('room:x')$$), ($$jb_events('')$$), ($$jb_events('room:a', '2026-11-24', '2026-11-23')$$), ($$jb_events('room:a', status => '{lost}')$$),
  ($$jb_events('room:a', status => '{scheduled,NULL}')$$), ($$jb_events('room:a', after => 'seven')$$), ($$jb_events('room:a', after => ',')$$), ($$jb_events('room:a', after => '1,2,3')$$),
  ($$jb_events('room:a', max_rows => 0)$$), ($$jb_events('room:a', max_rows => 1001)$$),
  ($$jb_calendar(NULL)$$), ($$jb_calendar('')$$), ($$jb_calendar('room a')$$),
  ($$jb_availability(NULL)$$), ($$jb_availability('room:x')$$), ($$jb_availability('room:a', '2026-11-24', '2026-11-23')$$), ($$jb_availability('room:a', '0001-01-01', '9999-12-31')$$),
  ($$jb_availability('room:a', '-infinity')$$),
  ($$jb_slots(NULL)$$), ($$jb_slots('0')$$), ($$jb_slots('1 month')$$), ($$jb_slots('1 hour', '{}')$$), ($$jb_slots('1 hour', '{NULL}')$$), ($$jb_slots('1 hour', '{room:a,room:a}')$$),
  ($$jb_slots('1 hour', '{room:a}', '2026-11-24', '2026-11-23')$$), ($$jb_events('room:a', '2026-11-24 10:00:00.5+01', '2026-11-24 10:00+01')$$), ($$jb_slots('1 hour', '{room:a}', to_time => '2026-11-01')$$), ($$jb_slots('1 hour', '{room:a}', max_rows => -1)$$),
  ($$jb_lead_time(NULL)$$), ($$jb_lead_time('{}')$$), ($$jb_lead_time('{NULL}')$$), ($$jb_lead_time('{1 hour,0.5 seconds}', '{room:a}')$$), ($$jb_lead_time('{1 hour}', '{room:x}')$$),
  ($$jb_busy(NULL, '2026-11-23', '2026-11-24')$$), ($$jb_busy('room:a', NULL, '2026-11-24')$$), ($$jb_busy('room:a', '2026-11-24', '2026-11-23')$$), ($$jb_busy('room:a', '-infinity', 'infinity')$$),
  ($$jb_changes(NULL)$$), ($$jb_changes('room:x')$$), ($$jb_changes('room:a', after => -1)$$), ($$jb_changes('room:a', max_rows => 0)$$),
  ($$jb_events_at('room:a', -1)$$), ($$jb_events_at('room:a', 99)$$), ($$jb_events_at('room:a', NULL)$$), ($$jb_events_at('room:x', 1)$$),
  ($$jb_rejections(after => -1)$$), ($$jb_rejections(max_rows => 1001)$$),
  ($$jb_attachment(NULL, 1)$$), ($$jb_attachment(1, NULL)$$), ($$jb_attachment(1, 1)$$), ($$jb_attachment(99, 1)$$),
  ($$jb_explain(NULL)$$), ($$jb_explain('')$$), ($$jb_explain('x', calendars => NULL, max_rows => 1001)$$), ($$jb_explain('x', '1 hour', calendars => '{}')$$),
  -- placing and moving
  ($$jb_schedule(NULL)$$), ($$jb_schedule('x', '1 hour', 'infinity', calendars => '{room:a}')$$), ($$jb_schedule('x', '1 hour', start_timestamp => 'infinity', calendars => '{room:a}')$$),
  ($$jb_schedule('x', '1 hour', not_before => '-infinity', calendars => '{room:a}')$$), ($$jb_schedule('x', '-1 hour', calendars => '{room:a}')$$), ($$jb_schedule('x', '1 hour', calendars => NULL, priority => 101)$$),
  ($$jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{NULL}')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{""}')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', on_no_slot => '')$$),
  ($$jb_schedule('x', '1 hour', calendars => '{room:a}', hold_for => '0')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', idempotency_key => '')$$), ($$jb_schedule('x', '1 hour', calendars => '{room:a}', attachments => '{NULL}')$$),
  ($$jb_schedule_all('{}')$$), ($$jb_schedule_all('[1]')$$), ($$jb_schedule_all('null')$$), ($$jb_schedule_all('[{"event_name": "x", "duration": true}]')$$), ($$jb_schedule_all('[{"event_name": "x", "calendars": []}]')$$),
  ($$jb_reschedule(NULL)$$), ($$jb_reschedule(99, '2026-11-25')$$), ($$jb_reschedule(1, '2026-11-25', start_timestamp => '2026-11-25 10:00+01')$$), ($$jb_reschedule(1, 'infinity')$$), ($$jb_reschedule(1, duration => '1 month')$$),
  ($$jb_reschedule(1, calendars => '{}')$$), ($$jb_reschedule(1, calendars => '{room:x}')$$), ($$jb_reschedule(1, make_automatic => true, start_time => '10:00')$$), ($$jb_reschedule(1, '2026-11-25', expected_version => 0)$$), ($$jb_reschedule(3, '2026-11-25')$$),
  ($$jb_update(NULL, '{}')$$), ($$jb_update(99, '{}')$$), ($$jb_update(1, NULL)$$), ($$jb_update(1, '[]')$$), ($$jb_update(1, '{"id": 2}')$$), ($$jb_update(1, '{"event_name": null}')$$), ($$jb_update(1, '{"status": "lost"}')$$), ($$jb_update(1, '{"calendars": null}')$$),
  ($$jb_update(1, '{"nonsense": 1, "duration": "soon"}')$$), ($$jb_update(1, '{"status": "completed"}')$$), ($$jb_update(1, '{}', 99)$$),
  ($$jb_cancel(NULL)$$), ($$jb_cancel(99)$$), ($$jb_cancel(1, expected_version => 7)$$), ($$jb_cancel(1, idempotency_key => repeat('k', 256))$$),
  ($$jb_confirm(NULL)$$), ($$jb_confirm(99)$$), ($$jb_confirm(1)$$), ($$jb_confirm(3)$$), ($$jb_confirm(2, expected_version => 7)$$),
  ($$jb_deny(NULL)$$), ($$jb_deny(99)$$), ($$jb_deny(1)$$), ($$jb_deny(3)$$), ($$jb_deny(2, expected_version => 7)$$),
  ($$jb_delete(NULL)$$), ($$jb_delete(99)$$), ($$jb_delete(1, 7)$$),
  ($$jb_attach(NULL, '{"name": "a", "url": "https://example.org"}')$$), ($$jb_attach(99, '{"name": "a", "url": "https://example.org"}')$$), ($$jb_attach(1, NULL)$$), ($$jb_attach(1, '[]')$$), ($$jb_attach(1, '{"name": "a/b", "url": "ftp://example.org"}')$$),
  ($$jb_detach(NULL, 1)$$), ($$jb_detach(1, NULL)$$), ($$jb_detach(1, 1)$$), ($$jb_detach(1, 1, 7)$$),
  ($$jb_replan(NULL)$$), ($$jb_replan('')$$), ($$jb_rezone(NULL)$$), ($$jb_rezone('room:x')$$), ($$jb_rebuild(NULL)$$), ($$jb_rebuild('room:x')$$),
  ($$jb_lock('{room:x}')$$), ($$jb_lock('{room:a,NULL}')$$),
  -- settings
  ($$jb_calendar_set(NULL, '{}')$$), ($$jb_calendar_set('', '{}')$$), ($$jb_calendar_set('room a', '{}')$$), ($$jb_calendar_set(repeat('r', 201), '{}')$$), ($$jb_calendar_set('room:a', NULL)$$), ($$jb_calendar_set('room:a', '[]')$$),
  ($$jb_calendar_set('room:a', '{"time_zone": "CEST", "slot_increment": 0, "min_notice": -1, "horizon": "11 years", "max_events_per_day": 0, "strict": 1, "hours": {"monday": [{"start": "12:00", "end": "08:00"}]}, "colour": "red"}')$$),
  ($$jb_calendar_set('room:a', '{"hours": {"monday": "all day", "someday": []}, "confirm_within": 0, "default_duration": "1 month", "buffer_after": "2 days", "check_attendees": null, "settled_within": "never"}')$$),
  ($$jb_calendar_delete(NULL)$$), ($$jb_calendar_delete('room:x')$$), ($$jb_calendar_delete('room:a')$$),
  ($$jb_availability_set(NULL, '2026-11-24', '[]')$$), ($$jb_availability_set('room:x', '2026-11-24', '[]')$$), ($$jb_availability_set('room:a', NULL, '[]')$$), ($$jb_availability_set('room:a', 'infinity', '[]')$$), ($$jb_availability_set('room:a', '2026-11-24', '{}')$$),
  ($$jb_availability_set('room:a', '2026-11-24', '[{"start": "10:00"}, {"start": "12:00", "end": "11:00"}, 7]')$$),
  ($$jb_purge(NULL)$$), ($$jb_purge('-1 day')$$),
  ($$jb_principal_set(NULL, 'CN=a', 'a', 'viewer')$$), ($$jb_principal_set('CN=ca', '', 'a', 'viewer')$$), ($$jb_principal_set('CN=ca', 'CN=a', '', 'viewer')$$), ($$jb_principal_set('CN=ca', 'CN=a', 'a', 'owner')$$),
  ($$jb_timestamp_text('2026-11-24 09:00+01', 'Mars/Olympus')$$), ($$jb_timestamp_text('infinity', 'UTC')$$);
SELECT test.stored() AS before \gset
CREATE TABLE test.answer AS SELECT n, text, r.* FROM test.call, test.refusal('SELECT * FROM ' || text) r;
SELECT text AS call, state, message FROM test.answer ORDER BY n;
SELECT test.stored() = :'before' AS as_before;
-- every error that a caller can cause has a hint, a message of one line that names the value, and shows nothing internal
SELECT text, state, message, hint FROM test.answer WHERE state NOT IN ('none', '22023', 'P0002', '55000', 'JB412', '22P02') OR (state <> 'none' AND hint !~ '^([A-Z]|jb_).*\.$') OR message ~ '\n|\.$';
\i test/regress/sql/frame/close.psql
