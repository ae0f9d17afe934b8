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
