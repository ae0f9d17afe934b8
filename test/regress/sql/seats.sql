-- Promise: an event has as many seats as its max_attendees says. Whoever attends takes one, whoever leaves frees one, each in
-- one change; every way of changing the attendees keeps to it, and readers see how many seats are left.
-- Could break: a list of attendees, or a lower number, passes the limit; one name takes two seats; a repeated call changes
-- something; attending moves the event, or needs no right; what is over, cancelled or waits is attended.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:b,anna,ben}'::text[]) AS name \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- attending and leaving ----
SELECT outcome, version FROM jb_schedule('Yoga', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', attendees => '{Zoe}', max_attendees => 3); --> placed|1
SELECT outcome, version, event ->> 'seats_left' FROM jb_attend(1, 'Ann'); --> updated|2|1
-- again, in another case and with other blanks: no change
SELECT outcome, version FROM unnest('{Ann,ANN," ann "}'::text[]) AS name, jb_attend(1, name); --> unchanged|2
--> unchanged|2
--> unchanged|2
SELECT outcome, event ->> 'seats_left' FROM jb_attend(1, 'Bob'); --> updated|0
SELECT * FROM test.refusal($$SELECT jb_attend(1, 'Carl')$$); -- must fail: full --> JB409|event 1 is full: 3 attend it|{"outcome": "full"}|Attend another event, or try again once somebody has left.
SELECT outcome FROM jb_attend(1, 'bob'); -- who attends still does --> unchanged
SELECT outcome, version, event ->> 'attendees' FROM jb_leave(1, 'ANN'); --> updated|4|["Zoe","Bob"]
SELECT outcome, version FROM jb_leave(1, 'Ann'); --> unchanged|4
SELECT outcome, event ->> 'attendees', event ->> 'seats_left' FROM jb_attend(1, 'Carl'); --> updated|["Zoe","Bob","Carl"]|0
SELECT kind, fields, principal FROM jb_history(1); --> placed|{}|regress_secretary
--> updated|{attendees}|regress_secretary
--> updated|{attendees}|regress_secretary
--> updated|{attendees}|regress_secretary
--> updated|{attendees}|regress_secretary
SELECT attendees, max_attendees FROM jb_event(1); --> {Zoe,Bob,Carl}|3
-- a late retry answers as the call did, and brings nobody back who has left
SELECT outcome, version, event ->> 'attendees' FROM jb_leave(1, 'Carl', idempotency_key => 'leaves'); --> updated|6|["Zoe","Bob"]
SELECT outcome, version, event ->> 'attendees' FROM jb_attend(1, 'Carl', idempotency_key => 'attends'); --> updated|7|["Zoe","Bob","Carl"]
SELECT outcome, version FROM jb_leave(1, 'Carl'); --> updated|8
SELECT outcome, version, event ->> 'attendees' FROM jb_attend(1, 'Carl', idempotency_key => 'attends'); --> updated|7|["Zoe","Bob","Carl"]
SELECT current_setting('jb_scheduler.replayed') AS replayed, version, attendees FROM jb_event(1); --> on|8|{Zoe,Bob}
SELECT outcome, version FROM jb_attend(1, 'Carl'); --> updated|9
SELECT outcome, version, event ->> 'attendees' FROM jb_leave(1, 'Carl', idempotency_key => 'leaves'); --> updated|6|["Zoe","Bob"]
SELECT current_setting('jb_scheduler.replayed') AS replayed, version, attendees FROM jb_event(1); --> on|9|{Zoe,Bob,Carl}
SELECT state, message FROM unnest('{"leave(1, ''Carl''","attend(1, ''Dora''","attend(2, ''Carl''"}'::text[]) AS call, test.refusal(format($$SELECT jb_%s, idempotency_key => 'attends')$$, call)); -- must fail: another request
--> JB422|idempotency_key "attends" was used with another request
--> JB422|idempotency_key "attends" was used with another request
--> JB422|idempotency_key "attends" was used with another request
-- a refusal keeps no answer
SELECT state FROM test.refusal($$SELECT jb_attend(1, 'Dora', 'late')$$); -- must fail: full --> JB409
SELECT outcome FROM jb_leave(1, 'Bob'); --> updated
SELECT outcome, event ->> 'attendees' FROM jb_attend(1, 'Dora', 'late'); --> updated|["Zoe","Carl","Dora"]
SELECT outcome FROM jb_leave(1, 'Dora') UNION ALL SELECT outcome FROM jb_attend(1, 'Bob'); --> updated
--> updated

-- ---- the limit ----
SELECT message, detail FROM test.refusal($$SELECT jb_update(1, '{"attendees": ["a", "b", "c", "d"]}')$$); -- must fail
--> invalid attendees "4": the event's max_attendees is 3|[{"field":"attendees","value":"4","message":"the event's max_attendees is 3"}]
SELECT message, hint FROM test.refusal($$SELECT jb_update(1, '{"max_attendees": 2}')$$); -- must fail: three attend
--> invalid max_attendees "2": 3 attend the event|Give a whole number from 1 to 1000, and not fewer than attend.
SELECT message FROM test.refusal($$SELECT jb_update(1, '{"max_attendees": 1, "attendees": ["a", "b"]}')$$); -- must fail --> invalid attendees "2": the event's max_attendees is 1
SELECT message FROM test.refusal($$SELECT jb_schedule('Full', '1 hour', calendars => '{room:a}', attendees => '{a,b}', max_attendees => 1)$$); -- must fail
--> invalid attendees "2": the event's max_attendees is 1
SELECT detail FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "a", "attendees": ["a", "b"], "max_attendees": 1}, {"event_name": "b", "max_attendees": 1001}]')$$); -- must fail
--> [{"index":0,"field":"attendees","value":"2","message":"the event's max_attendees is 1"},{"index":1,"field":"max_attendees","value":"1001","message":"it must be from 1 to 1000"}]
SELECT message FROM unnest('{0,1001}'::int[]) AS most, test.refusal(format($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', max_attendees => %s)$$, most)); -- must fail
--> invalid max_attendees "0": it must be from 1 to 1000
--> invalid max_attendees "1001": it must be from 1 to 1000
SELECT message FROM test.refusal($$SELECT jb_update(1, '{"seats_left": 2}')$$); -- must fail: a result --> invalid seats_left "2": it is a result and cannot be changed
SELECT outcome, event ->> 'seats_left' FROM jb_update(1, '{"max_attendees": 4, "seats_left": 0}'); --> updated|1
-- what was shown changes nothing, and what a replacement leaves out stays
SELECT outcome FROM jb_update(1, jb_event_json(jb_event(1))::jsonb, replace => true); --> unchanged
SELECT outcome, event -> 'max_attendees' FROM jb_update(1, '{"event_name": "Yoga", "duration": 3600, "date": "2026-11-24", "start_time": "09:00", "attendees": ["Zoe"]}', replace => true);
--> updated|4
SELECT outcome, event -> 'max_attendees', event -> 'seats_left' FROM jb_update(1, '{"max_attendees": null}'); --> updated|null|null
SELECT outcome FROM jb_attend(1, 'Ann'); --> updated
SELECT event_id, events FROM jb_schedule('Course', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', attendees => '{Zoe}', max_attendees => 2, recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
--> 2|{2,3,4}
SELECT outcome FROM jb_attend(3, 'Ann'); --> updated
-- each event of a series has seats of its own; a change of all that one of them refuses changes none
SELECT message FROM test.refusal($$SELECT jb_update(2, '{"max_attendees": 1, "scope": "all"}')$$); -- must fail: two attend the second --> invalid max_attendees "1": 2 attend the event
SELECT id, attendees, max_attendees FROM jb_event_view WHERE event_name = 'Course' ORDER BY id; --> 2|{Zoe}|2
--> 3|{Zoe,Ann}|2
--> 4|{Zoe}|2

-- ---- which events ----
SELECT outcome FROM jb_schedule('Held', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', hold_for => '1 hour', attendees => '{Zoe}'); --> held
SELECT outcome FROM jb_attend(5, 'Ann'); --> updated
SELECT outcome FROM jb_cancel(5); --> cancelled
SELECT outcome FROM jb_schedule('Waits', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}', on_no_slot => 'wait', attendees => '{Zoe}'); --> waiting
SELECT state, message FROM unnest('{5,6}'::int[]) AS id, test.refusal(format($$SELECT jb_attend(%s, 'Carl')$$, id)); -- must fail: cancelled, waiting
--> 55000|event 5 is cancelled and cannot be attended
--> 55000|event 6 is waiting and cannot be attended
SELECT state, message FROM test.refusal($$SELECT jb_leave(5, 'Ann')$$); -- must fail: cancelled --> 55000|event 5 is cancelled and cannot be left
SELECT outcome FROM jb_leave(6, 'Nobody'); -- no change is none, whatever the status --> unchanged
SELECT state, message FROM unnest('{99,NULL}'::int[]) AS id, test.refusal(format($$SELECT jb_attend(%L, 'Ann')$$, id)); -- must fail --> P0002|event 99 does not exist
--> P0002|event NULL does not exist
SELECT message, hint FROM test.refusal($$SELECT jb_attend(1, NULL)$$); -- must fail --> invalid name "NULL": it is required|Give the name of the attendee, 1 to 200 characters.
SELECT state, message, detail, hint FROM unnest(ARRAY['', E'a\nb', repeat('x', 201)]) AS name, test.refusal(format($$SELECT jb_attend(1, %L)$$, name)); -- must fail
--> 22023|invalid name "": it must be 1 to 200 characters long|[{"field":"name","value":"","message":"it must be 1 to 200 characters long"}]|Give the name of the attendee, 1 to 200 characters.
--> 22023|invalid name "a
--> b": it must have no control characters, and none that turn the direction of writing|[{"field":"name","value":"a\nb","message":"it must have no control characters, and none that turn the direction of writing"}]|Give the name of the attendee, 1 to 200 characters.
--> 22023|invalid name "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…": it must be 1 to 200 characters long|[{"field":"name","value":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…","message":"it must be 1 to 200 characters long"}]|Give the name of the attendee, 1 to 200 characters.
SELECT test.clock('2026-11-24 09:30+01') \g /dev/null
SELECT outcome FROM jb_attend(1, 'late'); --> updated
SELECT test.clock('2026-11-24 10:00+01') \g /dev/null
SELECT state, message, hint FROM test.refusal($$SELECT jb_attend(1, 'too late')$$); -- must fail
--> 55000|event 1 is completed and cannot be attended|An event is attended, or left, from when it has a place until it ends.
SELECT state, message FROM test.refusal($$SELECT jb_leave(1, 'late')$$); -- must fail --> 55000|event 1 is completed and cannot be left
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- attendees whose calendars are claimed ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-26', calendars => '{room:b}', check_attendees => true, max_attendees => 5); --> 7|2026-11-26 08:00:00+01
SELECT outcome, event -> 'attendee_calendars' FROM jb_attend(7, 'anna'); --> updated|["anna"]
SELECT outcome FROM jb_schedule('Elsewhere', '1 hour', '2026-11-26', '08:00', calendars => '{ben}'); --> placed
SELECT state, message, hint FROM test.refusal($$SELECT jb_attend(7, 'ben')$$); -- must fail: the event would move
--> 55000|event 7 would move|Attending leaves an event where it is: change its attendees with jb_update(), which may move it.
SELECT outcome, start_timestamp FROM jb_leave(7, 'anna'); --> updated|2026-11-26 08:00:00+01
SELECT event_id, outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-26', '08:00', calendars => '{anna}', check_attendees => true); --> 9|placed
SELECT outcome, reason, conflicts FROM jb_attend(9, 'ben'); -- rejected: he is elsewhere --> rejected|conflict|{8}
-- as by any change of attendees, an automatic event may come to earlier time that is open to those who stay
SELECT event_id, start_timestamp FROM jb_schedule('Later', '1 hour', '2026-11-26', calendars => '{room:a}', attendees => '{anna}', check_attendees => true); --> 10|2026-11-26 10:00:00+01
SELECT outcome, start_timestamp FROM jb_leave(10, 'anna'); --> updated|2026-11-26 08:00:00+01

-- ---- who may ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('room:b', 'principal:regress_manager', 'manage'), jb_grant('room:b', 'principal:regress_secretary', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM unnest('{ann,anna}'::text[]) AS name, test.refusal(format($$SELECT jb_attend(7, %L)$$, name)); -- must fail: reads only
--> 42501|calendar "room:b" does not grant the right to book
--> 42501|calendar "room:b" does not grant the right to book
SELECT max_attendees FROM jb_event(7); --> 5
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('room:b', 'principal:regress_secretary'), jb_grant('room:b', 'principal:regress_secretary', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal($$SELECT jb_attend(7, 'ann')$$); -- must fail: a busy time --> P0002|event 7 does not exist
SELECT e.event ->> 'event_name', e.event -> 'max_attendees', e.event -> 'seats_left' FROM jb_events_json('room:b') AS e; --> null|null|null
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM unnest('{attend,leave}'::text[]) AS call, test.refusal(format($$SELECT jb_%s(1, 'ann')$$, call)); -- must fail: a viewer --> 42501
--> 42501
