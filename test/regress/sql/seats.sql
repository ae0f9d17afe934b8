-- Promise: an event has as many seats as its max_attendees says. Whoever attends takes one, whoever leaves frees one, each in
-- one change; every way of changing the attendees keeps to it, and readers see how many seats are left.
-- Could break: a list of attendees, or a lower number, passes the limit; one name takes two seats; a repeated call changes
-- something; attending moves the event, or needs no right; what is over, cancelled or waits is attended.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:b,anna,ben}'::text[]) AS name \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- attending and leaving ----
SELECT outcome, version FROM jb_schedule('Yoga', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', attendees => '{Zoe}', max_attendees => 3);
SELECT outcome, version, event ->> 'seats_left' FROM jb_attend(1, 'Ann');
-- again, in another case and with other blanks: no change
SELECT outcome, version FROM unnest('{Ann,ANN," ann "}'::text[]) AS name, jb_attend(1, name);
SELECT outcome, event ->> 'seats_left' FROM jb_attend(1, 'Bob');
SELECT * FROM test.refusal($$SELECT jb_attend(1, 'Carl')$$); -- must fail: full
SELECT outcome FROM jb_attend(1, 'bob'); -- who attends still does
SELECT outcome, version, event ->> 'attendees' FROM jb_leave(1, 'ANN');
SELECT outcome, version FROM jb_leave(1, 'Ann');
SELECT outcome, event ->> 'attendees', event ->> 'seats_left' FROM jb_attend(1, 'Carl');
SELECT kind, fields, principal FROM jb_history(1);
SELECT attendees, max_attendees FROM jb_event(1);
-- a late retry answers as the call did, and brings nobody back who has left
SELECT outcome, version, event ->> 'attendees' FROM jb_leave(1, 'Carl', idempotency_key => 'leaves');
SELECT outcome, version, event ->> 'attendees' FROM jb_attend(1, 'Carl', idempotency_key => 'attends');
SELECT outcome, version FROM jb_leave(1, 'Carl');
SELECT outcome, version, event ->> 'attendees' FROM jb_attend(1, 'Carl', idempotency_key => 'attends');
SELECT current_setting('jb_scheduler.replayed') AS replayed, version, attendees FROM jb_event(1);
SELECT outcome, version FROM jb_attend(1, 'Carl');
SELECT outcome, version, event ->> 'attendees' FROM jb_leave(1, 'Carl', idempotency_key => 'leaves');
SELECT current_setting('jb_scheduler.replayed') AS replayed, version, attendees FROM jb_event(1);
SELECT state, message FROM unnest('{"leave(1, ''Carl''","attend(1, ''Dora''","attend(2, ''Carl''"}'::text[]) AS call, test.refusal(format($$SELECT jb_%s, idempotency_key => 'attends')$$, call)); -- must fail: another request
-- a refusal keeps no answer
SELECT state FROM test.refusal($$SELECT jb_attend(1, 'Dora', 'late')$$); -- must fail: full
SELECT outcome FROM jb_leave(1, 'Bob');
SELECT outcome, event ->> 'attendees' FROM jb_attend(1, 'Dora', 'late');
SELECT outcome FROM jb_leave(1, 'Dora') UNION ALL SELECT outcome FROM jb_attend(1, 'Bob');

-- ---- the limit ----
SELECT message, detail FROM test.refusal($$SELECT jb_update(1, '{"attendees": ["a", "b", "c", "d"]}')$$); -- must fail
SELECT message, hint FROM test.refusal($$SELECT jb_update(1, '{"max_attendees": 2}')$$); -- must fail: three attend
SELECT message FROM test.refusal($$SELECT jb_update(1, '{"max_attendees": 1, "attendees": ["a", "b"]}')$$); -- must fail
SELECT message FROM test.refusal($$SELECT jb_schedule('Full', '1 hour', calendars => '{room:a}', attendees => '{a,b}', max_attendees => 1)$$); -- must fail
SELECT detail FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "a", "attendees": ["a", "b"], "max_attendees": 1}, {"event_name": "b", "max_attendees": 1001}]')$$); -- must fail
SELECT message FROM unnest('{0,1001}'::int[]) AS most, test.refusal(format($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', max_attendees => %s)$$, most)); -- must fail
SELECT message FROM test.refusal($$SELECT jb_update(1, '{"seats_left": 2}')$$); -- must fail: a result
SELECT outcome, event ->> 'seats_left' FROM jb_update(1, '{"max_attendees": 4, "seats_left": 0}');
-- what was shown changes nothing, and what a replacement leaves out stays
SELECT outcome FROM jb_update(1, jb_event_json(jb_event(1))::jsonb, replace => true);
SELECT outcome, event -> 'max_attendees' FROM jb_update(1, '{"event_name": "Yoga", "duration": 3600, "date": "2026-11-24", "start_time": "09:00", "attendees": ["Zoe"]}', replace => true);
SELECT outcome, event -> 'max_attendees', event -> 'seats_left' FROM jb_update(1, '{"max_attendees": null}');
SELECT outcome FROM jb_attend(1, 'Ann');
SELECT event_id, events FROM jb_schedule('Course', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', attendees => '{Zoe}', max_attendees => 2, recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
SELECT outcome FROM jb_attend(3, 'Ann');
-- each event of a series has seats of its own; a change of all that one of them refuses changes none
SELECT message FROM test.refusal($$SELECT jb_update(2, '{"max_attendees": 1, "scope": "all"}')$$); -- must fail: two attend the second
SELECT id, attendees, max_attendees FROM jb_event_view WHERE event_name = 'Course' ORDER BY id;

-- ---- which events ----
SELECT outcome FROM jb_schedule('Held', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', hold_for => '1 hour', attendees => '{Zoe}');
SELECT outcome FROM jb_attend(5, 'Ann');
SELECT outcome FROM jb_cancel(5);
SELECT outcome FROM jb_schedule('Waits', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}', on_no_slot => 'wait', attendees => '{Zoe}');
SELECT state, message FROM unnest('{5,6}'::int[]) AS id, test.refusal(format($$SELECT jb_attend(%s, 'Carl')$$, id)); -- must fail: cancelled, waiting
SELECT state, message FROM test.refusal($$SELECT jb_leave(5, 'Ann')$$); -- must fail: cancelled
SELECT outcome FROM jb_leave(6, 'Nobody'); -- no change is none, whatever the status
SELECT state, message FROM unnest('{99,NULL}'::int[]) AS id, test.refusal(format($$SELECT jb_attend(%L, 'Ann')$$, id)); -- must fail
SELECT message, hint FROM test.refusal($$SELECT jb_attend(1, NULL)$$); -- must fail
SELECT state, message, detail, hint FROM unnest(ARRAY['', E'a\nb', repeat('x', 201)]) AS name, test.refusal(format($$SELECT jb_attend(1, %L)$$, name)); -- must fail
SELECT test.clock('2026-11-24 09:30+01') \g /dev/null
SELECT outcome FROM jb_attend(1, 'late');
SELECT test.clock('2026-11-24 10:00+01') \g /dev/null
SELECT state, message, hint FROM test.refusal($$SELECT jb_attend(1, 'too late')$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_leave(1, 'late')$$); -- must fail
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- attendees whose calendars are claimed ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-26', calendars => '{room:b}', check_attendees => true, max_attendees => 5);
SELECT outcome, event -> 'attendee_calendars' FROM jb_attend(7, 'anna');
SELECT outcome FROM jb_schedule('Elsewhere', '1 hour', '2026-11-26', '08:00', calendars => '{ben}');
SELECT state, message, hint FROM test.refusal($$SELECT jb_attend(7, 'ben')$$); -- must fail: the event would move
SELECT outcome, start_timestamp FROM jb_leave(7, 'anna');
SELECT event_id, outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-26', '08:00', calendars => '{anna}', check_attendees => true);
SELECT outcome, reason, conflicts FROM jb_attend(9, 'ben'); -- rejected: he is elsewhere
-- as by any change of attendees, an automatic event may come to earlier time that is open to those who stay
SELECT event_id, start_timestamp FROM jb_schedule('Later', '1 hour', '2026-11-26', calendars => '{room:a}', attendees => '{anna}', check_attendees => true);
SELECT outcome, start_timestamp FROM jb_leave(10, 'anna');

-- ---- who may ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('room:b', 'principal:regress_manager', 'manage'), jb_grant('room:b', 'principal:regress_secretary', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM unnest('{ann,anna}'::text[]) AS name, test.refusal(format($$SELECT jb_attend(7, %L)$$, name)); -- must fail: reads only
SELECT max_attendees FROM jb_event(7);
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('room:b', 'principal:regress_secretary'), jb_grant('room:b', 'principal:regress_secretary', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal($$SELECT jb_attend(7, 'ann')$$); -- must fail: a busy time
SELECT e.event ->> 'event_name', e.event -> 'max_attendees', e.event -> 'seats_left' FROM jb_events_json('room:b') AS e;
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM unnest('{attend,leave}'::text[]) AS call, test.refusal(format($$SELECT jb_%s(1, 'ann')$$, call)); -- must fail: a viewer
