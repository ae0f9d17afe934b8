-- Promise: a session is a fixed event on its coach's and its client's calendar, in the words of the seed; neither side is
-- ever booked twice, and past sessions may be recorded.
-- Could break: the views are another sight of events, and a change of an event must show in them.
\i test/regress/sql/frame/open.psql

-- ---- coaches and clients ----
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM jb_coach_create('123'); --> 123|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01
SELECT client_hash_id FROM jb_client_create('456'); --> 456
SELECT client_hash_id FROM jb_client_create('457'); --> 457
SELECT coach_hash_id FROM jb_coach_create('a.b:c@d+e-f_g'); --> a.b:c@d+e-f_g
SELECT state, message, hint FROM test.refusal($$SELECT jb_coach_create('123')$$);
--> 22023|invalid coach_hash_id "123": has already been taken|Give 1 to 194 of A-Z a-z 0-9 . _ : @ + - that no other coach has.
SELECT r.state, r.message FROM unnest(ARRAY['', 'a b', 'Ü', repeat('x', 195)]) id, test.refusal(format('SELECT jb_coach_create(%L)', id)) r;
--> 22023|invalid coach_hash_id "": it must be 1 to 194 of A-Z a-z 0-9 . _ : @ + -
--> 22023|invalid coach_hash_id "a b": it must be 1 to 194 of A-Z a-z 0-9 . _ : @ + -
--> 22023|invalid coach_hash_id "Ü": it must be 1 to 194 of A-Z a-z 0-9 . _ : @ + -
--> 22023|invalid coach_hash_id "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx": it must be 1 to 194 of A-Z a-z 0-9 . _ : @ + -
SELECT state, message FROM test.refusal($$SELECT jb_client_create(NULL)$$); --> 22023|invalid client_hash_id "NULL": it is required
SELECT * FROM jb_coach ORDER BY coach_hash_id; --> 123|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01
--> a.b:c@d+e-f_g|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a session ----
SELECT outcome, event_id, start_timestamp, end_timestamp FROM jb_session_create('123', '456', '2022-12-01T14:30:00Z', 60); --> placed|1|2022-12-01 15:30:00+01|2022-12-01 16:30:00+01
SELECT * FROM jb_session; --> 1|123|456|2022-12-01 15:30:00+01|60|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01
SELECT event_name, calendars, status, placement FROM jb_event(1); --> Session|{coach:123,client:456}|completed|fixed
-- a claim on either side is enough to refuse, and a session that only touches another is no overlap
SELECT outcome, reason, conflicts, cardinality(alternatives) FROM jb_session_create('123', '457', '2022-12-01T15:29:59Z', 1); --> rejected|conflict|{1}|3
SELECT outcome, reason, conflicts FROM jb_session_create('a.b:c@d+e-f_g', '456', '2022-12-01T14:00:00Z', 31); --> rejected|conflict|{1}
SELECT outcome FROM jb_session_create('123', '457', '2022-12-01T15:30:00Z', 30); --> placed
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60, dry_run => true); --> placed|null
-- the same key books once
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60, idempotency_key => 'k'); --> placed|3
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60, idempotency_key => 'k'); --> placed|3
-- an event that was booked in another way on both calendars is a session as well
SELECT outcome FROM jb_schedule('Automatic', '90 seconds', '2026-11-24', calendars => '{coach:123,client:457}'); --> placed
SELECT id, start, duration FROM jb_sessions('123', from_time => '2026-11-01'); --> 3|2026-11-24 09:00:00+01|60
--> 4|2026-11-24 17:00:00+01|1.5

-- ---- listings ----
SELECT id, coach_hash_id, client_hash_id FROM jb_sessions(); --> 1|123|456
--> 2|123|457
--> 3|123|456
--> 4|123|457
SELECT id FROM jb_sessions(client_hash_id => '457'); --> 2
--> 4
SELECT id FROM jb_sessions('123', '456'); --> 1
--> 3
SELECT id FROM jb_sessions(from_time => '2022-12-01 15:30+00', to_time => '2026-11-24 09:00+01'); --> 2
SELECT id FROM jb_sessions(max_rows => 2); --> 1
--> 2
SELECT id FROM jb_sessions(after => (SELECT jb_event_cursor(jb_event(2))), max_rows => 2); --> 3
--> 4
SELECT id FROM jb_sessions('123', after => (SELECT jb_event_cursor(jb_event(2)))); --> 3
--> 4
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions('nobody')$$); --> 22023|invalid coach "nobody": must exist
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions(client_hash_id => '123')$$); --> 22023|invalid client "123": must exist
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions(after => 'x')$$); --> 22023|invalid after "x": it must be the cursor of a row seen
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions(from_time => '2026-01-02', to_time => '2026-01-01')$$);
--> 22023|invalid to_time "2025-12-31T23:00:00+00:00": it must not be before the begin of the range

-- ---- bad input, all of it at once, and nothing is stored ----
SELECT test.stored() AS before \gset
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_session_create('9', '8', '2026-11-24 09:00+01', 0)$$);
--> 22023|invalid duration "0": it must be a whole number of minutes from 1 to 527040|[{"field":"duration","value":"0","message":"it must be a whole number of minutes from 1 to 527040"},{"field":"coach","value":"9","message":"must exist"},{"field":"client","value":"8","message":"must exist"}]|Give whole minutes, such as 30; 527040 are 366 days.
SELECT state, message, detail FROM test.refusal($$SELECT jb_session_create('9', '8', '2026-11-24 09:00+01', 30)$$);
--> 22023|invalid coach "9": must exist|[{"field":"coach","value":"9","message":"must exist"},{"field":"client","value":"8","message":"must exist"}]
SELECT state, message, detail FROM test.refusal($$SELECT jb_session_create(NULL, NULL, NULL, NULL)$$);
--> 22023|invalid start "NULL": it is required|[{"field":"start","value":"NULL","message":"it is required"},{"field":"duration","value":"NULL","message":"it is required"},{"field":"coach","value":"NULL","message":"must exist"},{"field":"client","value":"NULL","message":"must exist"}]
SELECT state, message FROM test.refusal($$SELECT jb_session_create('123', '456', 'infinity', 527041)$$); --> 22023|invalid start "infinity": it must be an RFC 3339 time with its offset
SELECT state, message FROM test.refusal($$SELECT jb_session_create('123', '456', 'infinity', 60)$$); --> 22023|invalid start "infinity": it must be an RFC 3339 time with its offset
SELECT r.state, r.message, r.detail FROM (VALUES
  ('null'), ('[]'), ('{}'), ('{"session": []}'), ('{"session": {}, "more": 1}'), ('{"session": {}}'),
  ('{"session": {"coach_hash_id": 123, "client_hash_id": "8", "start": "2022-12-01T14:30:00", "duration": "60", "room": 1}}'),
  ('{"session": {"coach_hash_id": "123", "client_hash_id": "456", "start": "2022-12-01T14:30:00Z", "duration": 1.5}}'),
  ('{"session": {"coach_hash_id": "123", "client_hash_id": "456", "start": null, "duration": -1}}')) AS v (body),
  test.refusal(format('SELECT jb_session_post(%L)', body)) r;
--> 22023|invalid session "null": the body must be {"session": {...}}|[{"field":"session","value":"null","message":"the body must be {\"session\": {...}}"}]
--> 22023|invalid session "[]": the body must be {"session": {...}}|[{"field":"session","value":"[]","message":"the body must be {\"session\": {...}}"}]
--> 22023|invalid session "{}": the body must be {"session": {...}}|[{"field":"session","value":"{}","message":"the body must be {\"session\": {...}}"}]
--> 22023|invalid session "{"session":[]}": the body must be {"session": {...}}|[{"field":"session","value":"{\"session\":[]}","message":"the body must be {\"session\": {...}}"}]
--> 22023|invalid session "{"more":1,"session":{}}": the body must be {"session": {...}}|[{"field":"session","value":"{\"more\":1,\"session\":{}}","message":"the body must be {\"session\": {...}}"}]
--> 22023|invalid start "NULL": it is required|[{"field":"start","value":"NULL","message":"it is required"},{"field":"duration","value":"NULL","message":"it is required"},{"field":"coach","value":"NULL","message":"must exist"},{"field":"client","value":"NULL","message":"must exist"}]
--> 22023|invalid coach_hash_id "123": it must be a text|[{"field":"coach_hash_id","value":"123","message":"it must be a text"},{"field":"room","value":"1","message":"there is no such field"},{"field":"start","value":"2022-12-01T14:30:00","message":"it must be an RFC 3339 time with its offset"},{"field":"duration","value":"60","message":"it must be a whole number of minutes from 1 to 527040"},{"field":"client","value":"8","message":"must exist"}]
--> 22023|invalid duration "1.5": it must be a whole number of minutes from 1 to 527040|[{"field":"duration","value":"1.5","message":"it must be a whole number of minutes from 1 to 527040"}]
--> 22023|invalid start "null": it must be an RFC 3339 time with its offset|[{"field":"start","value":"null","message":"it must be an RFC 3339 time with its offset"},{"field":"duration","value":"-1","message":"it must be a whole number of minutes from 1 to 527040"}]
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- as JSON ----
SELECT jb_session_json(j -> 'event') FROM jb_session_post('{"session": {"coach_hash_id": "123", "client_hash_id": "456", "start": "2026-11-25T14:30:00Z", "duration": 60}}') o, jb_outcome_json(o) j;
--> {"id" : 5, "coach_hash_id" : "123", "client_hash_id" : "456", "start" : "2026-11-25T06:30:00-08:00", "duration" : 60, "created_at" : "2026-11-22T22:00:00-08:00", "updated_at" : "2026-11-22T22:00:00-08:00"}

-- ---- changes ----
SELECT outcome, event_id, version FROM jb_session_patch(5, '{"session": {"duration": 60, "start": "2026-11-25T14:30:00Z", "coach_hash_id": "123"}}'); --> unchanged|5|1
SELECT outcome, start_timestamp, end_timestamp FROM jb_session_patch(5, '{"session": {"duration": 90}}'); --> updated|2026-11-25 15:30:00+01|2026-11-25 17:00:00+01
SELECT outcome, start_timestamp, end_timestamp FROM jb_session_patch(5, '{"session": {"start": "2021-01-01T08:00:00Z", "client_hash_id": "457"}}');
--> updated|2021-01-01 09:00:00+01|2021-01-01 10:30:00+01
SELECT * FROM jb_session WHERE id = 5; --> 5|123|457|2021-01-01 09:00:00+01|90|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01
SELECT outcome, reason, conflicts FROM jb_session_patch(4, '{"session": {"start": "2026-11-24T08:30:00Z"}}'); --> rejected|conflict|{3}
SELECT state, message FROM test.refusal($$SELECT jb_session_patch(1, '{"session": {"duration": 30}}')$$); --> 55000|event 1 is completed and cannot be moved
SELECT state, message, detail FROM test.refusal($$SELECT jb_session_patch(3, '{"session": {"coach_hash_id": "9", "client_hash_id": null, "status": "x"}}')$$);
--> 22023|invalid client_hash_id "null": it must be a text|[{"field":"client_hash_id","value":"null","message":"it must be a text"},{"field":"status","value":"x","message":"there is no such field"},{"field":"coach","value":"9","message":"must exist"}]
SELECT state, message FROM test.refusal($$SELECT jb_session_patch(3, '{"session": {"duration": 30}}', expected_version => 7)$$); --> JB412|event 3 has version 1, not 7
SELECT outcome FROM jb_schedule('No session', '1 hour', calendars => '{coach:123}'); --> placed
SELECT state, message, hint FROM test.refusal($$SELECT jb_session_patch(6, '{"session": {"duration": 30}}')$$);
--> P0002|session 6 does not exist|jb_sessions() lists the sessions; one that was cancelled is none any more.
SELECT state, message FROM test.refusal($$SELECT jb_session_patch(99, '{"session": {"duration": 30}}')$$); --> P0002|session 99 does not exist
-- a cancelled session is a session no more, and its time is free
SELECT outcome FROM jb_cancel(3); --> cancelled
SELECT count(*) FROM jb_session WHERE id = 3; --> 0
SELECT state FROM test.refusal($$SELECT jb_session_patch(3, '{"session": {"duration": 30}}')$$); --> P0002
SELECT outcome FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60); --> placed
-- held for as long as its coach's calendar says, and expired at the deadline
SET SESSION AUTHORIZATION regress_manager;
SELECT confirm_within FROM jb_calendar_set('coach:123', '{"confirm_within": "10 minutes"}'); --> 00:10:00
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-12-01 09:00+01', 60); --> held|8
SELECT count(*) FROM jb_session WHERE start = '2026-12-01 09:00+01'; --> 1
RESET SESSION AUTHORIZATION;
SELECT test.clock('2026-11-23 07:10+01') \g /dev/null
SELECT count(*) FROM jb_session WHERE start = '2026-12-01 09:00+01'; --> 0
-- a coach or client who attends another session, which claims their time as well, has it in no list
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id FROM jb_schedule('Watched', '1 hour', '2026-11-30', '09:00', calendars => '{coach:a.b:c@d+e-f_g,client:456}', attendees => '{coach:123,client:457}', check_attendees => true) \gset watched_
SELECT attendee_calendars FROM jb_event(:watched_event_id); --> {coach:123,client:457}
SELECT coach, client, array_agg(s.id) FROM (VALUES ('123', NULL), (NULL, '457'), ('a.b:c@d+e-f_g', NULL), (NULL, '456')) AS v (coach, client), jb_sessions(coach, client, '2026-11-30') s GROUP BY coach, client ORDER BY coach;
--> a.b:c@d+e-f_g|null|{9}
--> null|456|{9}
\i test/regress/sql/frame/close.psql
