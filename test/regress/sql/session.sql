-- Promise: a session is a fixed event on its coach's and its client's calendar, in the words of the seed; neither side is
-- ever booked twice, and past sessions may be recorded.
-- Could break: the views are another sight of events, and a change of an event must show in them.
\i test/regress/sql/frame/open.psql

-- ---- coaches and clients ----
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM jb_coach_create('123');
SELECT client_hash_id FROM jb_client_create('456');
SELECT client_hash_id FROM jb_client_create('457');
SELECT coach_hash_id FROM jb_coach_create('a.b:c@d+e-f_g');
SELECT state, message, hint FROM test.refusal($$SELECT jb_coach_create('123')$$);
SELECT r.state, r.message FROM unnest(ARRAY['', 'a b', 'Ü', repeat('x', 195)]) id, test.refusal(format('SELECT jb_coach_create(%L)', id)) r;
SELECT state, message FROM test.refusal($$SELECT jb_client_create(NULL)$$);
SELECT * FROM jb_coach ORDER BY coach_hash_id;
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a session ----
SELECT outcome, event_id, start_timestamp, end_timestamp FROM jb_session_create('123', '456', '2022-12-01T14:30:00Z', 60);
SELECT * FROM jb_session;
SELECT event_name, calendars, status, placement FROM jb_event(1);
-- a claim on either side is enough to refuse, and a session that only touches another is no overlap
SELECT outcome, reason, conflicts, cardinality(alternatives) FROM jb_session_create('123', '457', '2022-12-01T15:29:59Z', 1);
SELECT outcome, reason, conflicts FROM jb_session_create('a.b:c@d+e-f_g', '456', '2022-12-01T14:00:00Z', 31);
SELECT outcome FROM jb_session_create('123', '457', '2022-12-01T15:30:00Z', 30);
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60, dry_run => true);
-- the same key books once
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60, idempotency_key => 'k');
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60, idempotency_key => 'k');
-- an event that was booked in another way on both calendars is a session as well
SELECT outcome FROM jb_schedule('Automatic', '90 seconds', '2026-11-24', calendars => '{coach:123,client:457}');
SELECT id, start, duration FROM jb_sessions('123', from_time => '2026-11-01');

-- ---- listings ----
SELECT id, coach_hash_id, client_hash_id FROM jb_sessions();
SELECT id FROM jb_sessions(client_hash_id => '457');
SELECT id FROM jb_sessions('123', '456');
SELECT id FROM jb_sessions(from_time => '2022-12-01 15:30+00', to_time => '2026-11-24 09:00+01');
SELECT id FROM jb_sessions(max_rows => 2);
SELECT id FROM jb_sessions(after => (SELECT jb_event_cursor(jb_event(2))), max_rows => 2);
SELECT id FROM jb_sessions('123', after => (SELECT jb_event_cursor(jb_event(2))));
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions('nobody')$$);
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions(client_hash_id => '123')$$);
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions(after => 'x')$$);
SELECT state, message FROM test.refusal($$SELECT * FROM jb_sessions(from_time => '2026-01-02', to_time => '2026-01-01')$$);

-- ---- bad input, all of it at once, and nothing is stored ----
SELECT test.stored() AS before \gset
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_session_create('9', '8', '2026-11-24 09:00+01', 0)$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_session_create('9', '8', '2026-11-24 09:00+01', 30)$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_session_create(NULL, NULL, NULL, NULL)$$);
SELECT state, message FROM test.refusal($$SELECT jb_session_create('123', '456', 'infinity', 527041)$$);
SELECT state, message FROM test.refusal($$SELECT jb_session_create('123', '456', 'infinity', 60)$$);
SELECT r.state, r.message, r.detail FROM (VALUES
  ('null'), ('[]'), ('{}'), ('{"session": []}'), ('{"session": {}, "more": 1}'), ('{"session": {}}'),
  ('{"session": {"coach_hash_id": 123, "client_hash_id": "8", "start": "2022-12-01T14:30:00", "duration": "60", "room": 1}}'),
  ('{"session": {"coach_hash_id": "123", "client_hash_id": "456", "start": "2022-12-01T14:30:00Z", "duration": 1.5}}'),
  ('{"session": {"coach_hash_id": "123", "client_hash_id": "456", "start": null, "duration": -1}}')) AS v (body),
  test.refusal(format('SELECT jb_session_post(%L)', body)) r;
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- as JSON ----
SELECT jb_session_json(j -> 'event') FROM jb_session_post('{"session": {"coach_hash_id": "123", "client_hash_id": "456", "start": "2026-11-25T14:30:00Z", "duration": 60}}') o, jb_outcome_json(o) j;

-- ---- changes ----
SELECT outcome, event_id, version FROM jb_session_patch(5, '{"session": {"duration": 60, "start": "2026-11-25T14:30:00Z", "coach_hash_id": "123"}}');
SELECT outcome, start_timestamp, end_timestamp FROM jb_session_patch(5, '{"session": {"duration": 90}}');
SELECT outcome, start_timestamp, end_timestamp FROM jb_session_patch(5, '{"session": {"start": "2021-01-01T08:00:00Z", "client_hash_id": "457"}}');
SELECT * FROM jb_session WHERE id = 5;
SELECT outcome, reason, conflicts FROM jb_session_patch(4, '{"session": {"start": "2026-11-24T08:30:00Z"}}');
SELECT state, message FROM test.refusal($$SELECT jb_session_patch(1, '{"session": {"duration": 30}}')$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_session_patch(3, '{"session": {"coach_hash_id": "9", "client_hash_id": null, "status": "x"}}')$$);
SELECT state, message FROM test.refusal($$SELECT jb_session_patch(3, '{"session": {"duration": 30}}', expected_version => 7)$$);
SELECT outcome FROM jb_schedule('No session', '1 hour', calendars => '{coach:123}');
SELECT state, message, hint FROM test.refusal($$SELECT jb_session_patch(6, '{"session": {"duration": 30}}')$$);
SELECT state, message FROM test.refusal($$SELECT jb_session_patch(99, '{"session": {"duration": 30}}')$$);
-- a cancelled session is a session no more, and its time is free
SELECT outcome FROM jb_cancel(3);
SELECT count(*) FROM jb_session WHERE id = 3;
SELECT state FROM test.refusal($$SELECT jb_session_patch(3, '{"session": {"duration": 30}}')$$);
SELECT outcome FROM jb_session_create('123', '456', '2026-11-24 09:00+01', 60);
-- held for as long as its coach's calendar says, and expired at the deadline
SET SESSION AUTHORIZATION regress_manager;
SELECT confirm_within FROM jb_calendar_set('coach:123', '{"confirm_within": "10 minutes"}');
SELECT outcome, event_id FROM jb_session_create('123', '456', '2026-12-01 09:00+01', 60);
SELECT count(*) FROM jb_session WHERE start = '2026-12-01 09:00+01';
RESET SESSION AUTHORIZATION;
SELECT test.clock('2026-11-23 07:10+01') \g /dev/null
SELECT count(*) FROM jb_session WHERE start = '2026-12-01 09:00+01';
-- a coach or client who attends another session, which claims their time as well, has it in no list
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id FROM jb_schedule('Watched', '1 hour', '2026-11-30', '09:00', calendars => '{coach:a.b:c@d+e-f_g,client:456}', attendees => '{coach:123,client:457}', check_attendees => true) \gset watched_
SELECT attendee_calendars FROM jb_event(:watched_event_id);
SELECT coach, client, array_agg(s.id) FROM (VALUES ('123', NULL), (NULL, '457'), ('a.b:c@d+e-f_g', NULL), (NULL, '456')) AS v (coach, client), jb_sessions(coach, client, '2026-11-30') s GROUP BY coach, client ORDER BY coach;
\i test/regress/sql/frame/close.psql
