-- Promise: a calendar is the same calendar in any case of its name's letters, wherever it is named; what is stored and
-- answered has the calendar's own spelling. Principals stay exact, and what people typed is kept as typed (rule 1.6).
-- Could break: each function finds the calendar in a way of its own, and each cache of a backend has a key; an attendee
-- whose address is spelled otherwise is booked twice.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
CREATE TEMP VIEW stored AS SELECT id, calendars, attendees, attendee_calendars FROM jb_event_view ORDER BY id;

-- ---- one calendar, in its first spelling ----
SELECT name FROM jb_calendar_set('Anna@Example.org', '{"time_zone": "Europe/Berlin"}');
SELECT name, display_name FROM jb_calendar_set('anna@EXAMPLE.org', '{"display_name": "Anna", "name": "ANNA@example.org"}');
SELECT message FROM test.refusal($$SELECT jb_calendar_set('anna@example.org', '{"name": "anna@example.com"}')$$); -- must fail
SELECT name FROM jb_calendar_set('Field:Room', '{"time_zone": "Europe/Berlin", "check_attendees": true}');
SELECT name FROM jb_calendars();
SELECT name FROM jb_calendar('ANNA@EXAMPLE.ORG');
-- the words of the scheduler are small, whatever was typed
SELECT outcome FROM jb_schedule('First', '1 hour', '2026-11-24', '09:00', calendars => '{CEO}');
SELECT outcome FROM jb_schedule('Second', '1 hour', '2026-11-24', '09:00', calendars => '{Ceo}');
SELECT name FROM jb_calendar_set('Coach:Cora', '{"time_zone": "Europe/Berlin"}');
SELECT client_hash_id FROM jb_client_create('Karl');
SELECT call, message FROM unnest('{"jb_coach_create(''cora'')","jb_client_create(''KARL'')"}'::text[]) AS call, test.refusal('SELECT ' || call); -- must fail
SELECT name FROM jb_calendars() ORDER BY name COLLATE "C";

-- ---- an event has the calendars' own names, and its attendees as they were typed ----
SELECT outcome FROM jb_schedule('Dentist', '1 hour', '2026-11-24', '10:00', calendars => '{anna@example.org}');
SELECT outcome, reason FROM jb_schedule('Meeting', '1 hour', '2026-11-24', '10:00', calendars => '{field:room}', attendees => '{ANNA@Example.Org}');
SELECT outcome FROM jb_schedule('Meeting', '1 hour', '2026-11-24', '11:00', calendars => '{FIELD:room}', attendees => '{anna@Example.Org,ANNA@example.org,field:ROOM}');
SELECT outcome FROM jb_schedule_all('[{"event_name": "Batch", "duration": 3600, "date": "2026-11-24", "start_time": "12:00", "calendars": ["FIELD:ROOM"]}, {"event_name": "Batch", "duration": 3600, "date": "2026-11-24", "start_time": "13:00", "calendars": ["field:room", "anna@example.org"]}]');
SELECT * FROM stored WHERE id > 2;
SELECT calendars FROM jb_rejections();
SELECT message, detail FROM test.refusal($$SELECT jb_schedule('Twice', '1 hour', '2026-11-25', '10:00', calendars => '{field:room,Field:Room}')$$); -- must fail
SELECT message FROM test.refusal($$SELECT jb_schedule('None', '1 hour', '2026-11-25', '10:00', calendars => '{fields:room}')$$); -- must fail
-- what is changed finds them, too: the same calendar is no change
SELECT outcome FROM jb_update((SELECT max(id) FROM stored), '{"calendars": ["FIELD:Room", "Anna@example.ORG"]}');
SELECT outcome FROM jb_update((SELECT max(id) FROM stored), '{"calendars": ["field:room"], "attendees": ["anna@EXAMPLE.org"]}');
SELECT * FROM stored ORDER BY id DESC LIMIT 1;
SELECT outcome FROM jb_schedule('Dry', '1 hour', '2026-11-24', '10:00', calendars => '{ANNA@example.org}', dry_run => true);
SELECT jb_lock('{field:ROOM,ANNA@example.org}');

-- ---- every call that names a calendar ----
SELECT count(*) FROM jb_events('ANNA@example.org', '2026-11-24');
SELECT count(*) FROM jb_events(calendars => '{ANNA@example.org,field:room}', from_time => '2026-11-24');
SELECT count(*) FROM jb_events_json('field:room', '2026-11-24');
SELECT jb_busy('ANNA@example.org', '2026-11-24 00:00+01', '2026-11-25 00:00+01');
SELECT * FROM jb_slots('1 hour', '{ANNA@example.org}', '2026-11-24 09:00+01', '2026-11-24 12:00+01', max_rows => 1);
SELECT start_timestamp FROM jb_lead_time('{1 hour}', '{ANNA@example.org}');
SELECT verdict FROM jb_explain('Why', '1 hour', '2026-11-24', '10:00', calendars => '{ANNA@example.org}');
SELECT calendar, seq FROM jb_changes('ANNA@example.org', 1, max_rows => 1);
SELECT jb_changes_after('ANNA@example.org', 0) = (SELECT change_seq FROM jb_calendar('Anna@Example.org')) AS the_last;
SELECT count(*) FROM jb_events_at('ANNA@example.org', 1);
SELECT jb_change_event('ANNA@example.org', 1) -> 'calendars' AS calendars;
SELECT count(*) FROM jb_rejections(calendar => 'FIELD:room');
SELECT jb_rejections_after(0, 'FIELD:room') > 0 AS some;
SELECT jb_icalendar('ANNA@example.org') = jb_icalendar('Anna@Example.org') AS the_same, jb_icalendar_tag('ANNA@example.org') = jb_icalendar_tag('Anna@Example.org') AS the_same;
SELECT jb_time_zone('ANNA@example.org'), jb_day_start('ANNA@example.org', '2026-11-24');
SELECT date, time_zone FROM jb_availability('ANNA@example.org', '2026-11-25', '2026-11-25');
SELECT spans FROM jb_availability_set('ANNA@example.org', '2026-11-25', '[]');
SELECT count(*) FROM jb_replan('ANNA@example.org');
SELECT count(*) FROM jb_rezone('ANNA@example.org');
SELECT jb_rebuild('ANNA@example.org');
SELECT jb_rights('ANNA@example.org');
SELECT outcome FROM jb_import('FIELD:room', E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261126T090000Z\r\nDTEND:20261126T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n');
SELECT outcome FROM jb_import('Field:ROOM', E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20261126T090000Z\r\nDTEND:20261126T100000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n', sync => true);
SELECT length(jb_feed_create('ANNA@example.org')) > 20 AS made;
SELECT calendar FROM jb_feed_view;
SELECT jb_feed_revoke('anna@example.ORG');
SELECT poll_id FROM jb_poll_create('When', '2026-12-01', '2026-12-02', '1 hour', calendars => '{FIELD:room,anna@example.ORG}');
SELECT calendars FROM jb_poll(1);

-- ---- sessions and appointments ----
SELECT outcome FROM jb_session_create('CORA', 'karl', '2026-11-26 10:00+01', 30);
SELECT coach_hash_id, client_hash_id FROM jb_sessions(coach_hash_id => 'cora', client_hash_id => 'KARL');
SELECT name FROM jb_calendar_set('Provider:Paul', '{"time_zone": "Europe/Berlin"}');
SELECT provider_id FROM jb_provider_availability_add('paul', '2026-11-30', '{"09:00": "10:00"}');
SELECT provider_id FROM jb_provider_availability_add('PAUL', '2026-11-30', '{"10:00": "11:00"}');
SELECT outcome FROM jb_appointment_reserve('paul', 'Eve', '2026-11-30', '09:00');
SELECT count(*) FROM jb_provider_slots('pAUL', '2026-11-30', '30 minutes');
SELECT provider_id, client FROM jb_appointments(provider_id => 'paUL');
SELECT public_booking FROM jb_calendar_set('PROVIDER:paul', '{"public_booking": true}');
RESET SESSION AUTHORIZATION;
SELECT calendar, last FROM jb_last_numbers('{ANNA@example.org,CEO}');
SELECT jb_booking_page('PAUL') ->> 'provider_id' AS provider_id;
SELECT outcome, reason, booking ->> 'client' AS client FROM jb_booking_make('PAUL', '{"client": "CEO", "contact": "a@example.org", "start_timestamp": "2026-11-30T10:00:00+01:00"}');

-- ---- rights: of calendars in any case, of principals and roles exactly ----
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM jb_grant('ANNA@example.org', 'principal:regress_secretary', 'book');
SELECT * FROM jb_grant('anna@example.org', 'principal:Regress_Manager', 'manage');
SELECT * FROM jb_grants('anna@EXAMPLE.org');
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_rights('ANNA@example.org'), jb_rights('anna@example.org'), jb_may('aNNa@example.org', 'read');
SELECT outcome FROM jb_schedule('May', '1 hour', '2026-11-27', '10:00', calendars => '{ANNA@example.org}');
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('ANNA@example.org', 'principal:regress_secretary'), jb_revoke('ANNA@example.org', 'principal:regress_manager');

-- ---- deleted and made again in another spelling: the history goes on (rule 4.8) ----
SELECT name FROM jb_calendar_set('Gone', '{}');
SELECT jb_delete((jb_schedule('Event', '1 hour', '2026-11-24', '10:00', calendars => '{gone}')).event_id);
SELECT jb_calendar_delete('GONE');
SELECT name, change_seq FROM jb_calendar_set('GONE', '{}');
SELECT name, change_seq FROM jb_calendar('gone');
SELECT jb_delete((jb_schedule('Event', '1 hour', '2026-11-24', '10:00', calendars => '{gone}')).event_id), jb_calendar_delete('gone');
SELECT name, change_seq FROM jb_calendar_past;
SELECT outcome FROM jb_schedule('Event', '1 hour', '2026-11-24', '14:00', calendars => '{field:room}', attendees => '{gone}');
-- by hand neither is stored twice
SELECT state FROM test.refusal($$INSERT INTO jb_calendar_past (name, change_seq) VALUES ('Gone', 1)$$); -- must fail
SELECT state FROM unnest('{"ANNA@example.org","Coach:dora","CEO"}'::text[]) AS other, test.refusal(format($$INSERT INTO jb_calendar SELECT (jsonb_populate_record(c, jsonb_build_object('id', 999, 'name', %L))).* FROM jb_calendar c WHERE name = 'ceo'$$, other)); -- must fail

SELECT * FROM jb_check();
\i test/regress/sql/frame/close.psql
