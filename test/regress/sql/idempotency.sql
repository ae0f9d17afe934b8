-- Promise: a caller who repeats a call under the same idempotency key gets the first answer, success or rejection, and
-- nothing happens twice. Another request under the key is refused. A call that fails, is rolled back or only tried keeps no key.
-- Could break: the answer is worked out anew from what has changed since; a key is kept without its booking, or shared by
-- two callers.
\i test/regress/sql/frame/open.psql
-- ---- a booking ----
SELECT s.* FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1') s \gset first_
SELECT :'first_outcome' AS outcome, :'first_event_id' AS event_id, (:'first_event'::json) ->> 'event_name' AS event_name;
SELECT s::text AS again FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1') s \gset
-- whatever has become of the event, the first answer is repeated
SELECT outcome FROM jb_reschedule(1, start_time => '11:00');
SELECT s::text = :'again' AS is_the_same, (s.event ->> 'start_time') AS then FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1') s;
-- with the defaults named it is the same request, and so it is in another session's zone and styles
SET timezone = 'Asia/Tokyo'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'postgres_verbose';
SELECT event_id, start_timestamp = '2026-11-24 09:00+01' AS then FROM jb_schedule('Board', '60 minutes', '2026-11-24', '09:00', priority => 50, calendars => '{room:a}', idempotency_key => 'k1');
SET timezone = 'Europe/Berlin'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';
SELECT count(*) AS events, max(version) AS version FROM jb_event;
-- without a key every call books
SELECT outcome, event ->> 'event_name' AS event_name FROM generate_series(1, 2) AS i, jb_schedule('No key ' || i, '1 hour', calendars => '{room:a}');

-- ---- a rejection ----
SELECT outcome, reason, conflicts, rejection_id, cardinality(alternatives) AS alternatives FROM jb_schedule('Taken', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', idempotency_key => 'k2');
SELECT outcome FROM jb_cancel(1);
SELECT outcome, reason, conflicts, rejection_id, cardinality(alternatives) AS alternatives FROM jb_schedule('Taken', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', idempotency_key => 'k2');
SELECT count(*) AS rejections FROM jb_rejection;

-- ---- another request ----
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_schedule('Board 2', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1')$$);
SELECT state FROM test.refusal($$SELECT jb_cancel(1, idempotency_key => 'k1')$$);
SELECT state FROM test.refusal($$SELECT jb_schedule_all('{"event_name": "Board"}', idempotency_key => 'k1')$$);
SELECT state FROM test.refusal($$SELECT jb_schedule(NULL, '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1')$$);

-- ---- the caller can tell ----
SELECT current_setting('jb_scheduler.replayed') AS after_a_refusal;
SELECT outcome FROM jb_schedule('Told', '1 hour', '2026-11-30', calendars => '{room:a}', idempotency_key => 'told');
SELECT current_setting('jb_scheduler.replayed') AS at_first;
SELECT s.outcome, current_setting('jb_scheduler.replayed') AS in_the_same_statement FROM jb_schedule('Told', '1 hour', '2026-11-30', calendars => '{room:a}', idempotency_key => 'told') s;
SELECT current_setting('jb_scheduler.replayed') AS after_it;
SELECT outcome FROM jb_schedule('Told', '1 hour', '2026-11-30', calendars => '{room:a}', dry_run => true, idempotency_key => 'told');
SELECT current_setting('jb_scheduler.replayed') AS after_a_dry_run;

SET jb_scheduler.replayed = on; -- must fail

-- ---- every function ----
SELECT outcome, moves FROM generate_series(1, 2), jb_schedule('Gives way', '1 hour', '2026-11-25', calendars => '{room:a}', idempotency_key => 'auto') \g /dev/null
SELECT outcome, event_id, cardinality(moves) AS moves, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '08:00', calendars => '{room:a}', idempotency_key => 'fixed');
SELECT outcome, event_id, cardinality(moves) AS moves, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '08:00', calendars => '{room:a}', idempotency_key => 'fixed');
SELECT event_id, outcome FROM jb_schedule_all('[{"event_name": "A", "calendars": ["room:a"]}, {"event_name": "B", "date": "2026-11-28", "calendars": ["room:a"]}]', idempotency_key => 'all');
SELECT event_id, outcome, event ->> 'event_name' AS event_name FROM jb_schedule_all('[{"calendars": ["room:a"], "event_name": "A"}, {"event_name": "B", "date": "2026-11-28", "calendars": ["room:a"]}]', idempotency_key => 'all');
-- an empty list is a request, too
SELECT count(*) FROM jb_schedule_all('[]', idempotency_key => 'none');
SELECT state FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "C", "calendars": ["room:a"]}]', idempotency_key => 'none')$$);
SELECT outcome, version FROM jb_reschedule(2, start_timestamp => '2026-11-26 09:00+01', idempotency_key => 'move', expected_version => 1);
SELECT outcome, version FROM jb_reschedule(2, start_timestamp => '2026-11-26 09:00+01', idempotency_key => 'move', expected_version => 1);
SELECT outcome, version FROM jb_update(2, '{"event_name": "Renamed"}', idempotency_key => 'name');
SELECT outcome, version FROM jb_update(2, '{"event_name": "Renamed"}', idempotency_key => 'name');
SELECT outcome, version FROM jb_attach(2, '{"name": "a", "data": "YQ=="}', idempotency_key => 'file');
SELECT outcome, version FROM jb_attach(2, '{"name": "a", "data": "YQ=="}', idempotency_key => 'file');
SELECT outcome, version FROM jb_detach(2, 1, idempotency_key => 'no file');
SELECT outcome, version FROM jb_detach(2, 1, idempotency_key => 'no file');
SELECT outcome, version FROM jb_cancel(2, idempotency_key => 'cancel', expected_version => 5);
SELECT outcome, version FROM jb_cancel(2, idempotency_key => 'cancel', expected_version => 5);
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(2, idempotency_key => 'delete');
SELECT jb_delete(2, idempotency_key => 'delete');
SELECT state FROM test.refusal('SELECT jb_delete(2)');
SELECT state FROM test.refusal($$SELECT jb_delete(3, idempotency_key => 'delete')$$);
SET SESSION AUTHORIZATION regress_secretary;
-- also of an event that was deleted
SELECT outcome, event ->> 'status' AS then FROM jb_cancel(2, idempotency_key => 'cancel', expected_version => 5);
SELECT max(version) AS versions FROM jb_history(2);

-- ---- a key belongs to one caller ----
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome, event_id FROM jb_schedule('Mine', '1 hour', calendars => '{room:a}', idempotency_key => 'k1');
SET SESSION AUTHORIZATION regress_secretary;

-- ---- calls that keep no key ----
SELECT outcome, event_id FROM jb_schedule('Tried', '1 hour', calendars => '{room:a}', dry_run => true, idempotency_key => 'dry');
SELECT outcome, event_id FROM jb_schedule_all('{"event_name": "Tried", "calendars": ["room:a"], "dry_run": true}', idempotency_key => 'dry');
SELECT outcome FROM jb_cancel(3, dry_run => true, idempotency_key => 'dry');
SELECT outcome FROM jb_update(3, '{"event_name": "x", "dry_run": true}', idempotency_key => 'dry');
SELECT state FROM test.refusal($$SELECT jb_schedule('Nowhere', '1 hour', calendars => '{room:nowhere}', idempotency_key => 'bad')$$);
SELECT state FROM test.refusal($$SELECT jb_schedule('', idempotency_key => 'bad')$$);
SELECT state FROM test.refusal($$SELECT jb_cancel(999, idempotency_key => 'bad')$$);
BEGIN;
SELECT outcome FROM jb_schedule('Undone', '1 hour', calendars => '{room:a}', idempotency_key => 'undone');
ROLLBACK;
SELECT outcome FROM jb_schedule('Another', '1 hour', calendars => '{room:a}', idempotency_key => 'undone');
RESET SESSION AUTHORIZATION;
SELECT key FROM jb_idempotency WHERE principal = 'regress_secretary' ORDER BY key;
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal('SELECT * FROM jb_idempotency');

-- ---- one statement that repeats itself ----
SELECT count(DISTINCT s.event_id) FROM generate_series(1, 3) AS i, LATERAL (SELECT * FROM jb_schedule('Same', '1 hour' + i * interval '0', calendars => '{room:a}', idempotency_key => 'same')) s;

-- ---- an import: whatever has become of its events, its calendar and the caller's rights ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:i', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
\set one 'BEGIN:VEVENT\nUID:one\nSUMMARY:One\nDTSTART:20261201T080000\nDURATION:PT1H\nEND:VEVENT\n'
\set two 'BEGIN:VEVENT\nUID:two\nSUMMARY:Two\nDTSTART:20261201T100000\nDURATION:PT1H\nEND:VEVENT\n'
SELECT replace('BEGIN:VCALENDAR\n' || :'one' || :'two' || 'END:VCALENDAR\n', '\n', E'\n') AS both, replace('BEGIN:VCALENDAR\n' || :'one' || 'END:VCALENDAR\n', '\n', E'\n') AS only_one \gset
SELECT n, uid, outcome FROM jb_import('room:i', :'both', sync => true);
CREATE TEMP TABLE imported AS SELECT * FROM jb_import('room:i', :'only_one', sync => true, cancel_missing => true, idempotency_key => 'import');
SELECT n, uid, event_name, outcome, detail FROM imported;
CREATE FUNCTION pg_temp.is_the_same(file text) RETURNS bool LANGUAGE sql AS $$
  SELECT (SELECT json_agg(i) FROM imported i)::text = (SELECT json_agg(r) FROM jb_import('room:i', file, sync => true, cancel_missing => true, idempotency_key => 'import') r)::text $$;
SELECT outcome FROM jb_update((SELECT event_id FROM imported WHERE n IS NULL), '{"event_name": "Renamed"}');
SELECT pg_temp.is_the_same(:'only_one');
SELECT n, uid, outcome FROM jb_import('room:i', :'both', sync => true);
SELECT pg_temp.is_the_same(:'only_one');
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:i', '{"time_zone": "America/New_York"}');
SELECT * FROM jb_grant('room:i', 'role:regress_secretary', 'busy');
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L)', 'room:i', :'only_one')); -- must fail: no right to book
SELECT pg_temp.is_the_same(:'only_one'), current_setting('jb_scheduler.replayed') AS replayed;
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_delete(e.id)) FROM jb_event e WHERE e.calendars = '{room:i}';
SELECT jb_calendar_delete('room:i');
SET SESSION AUTHORIZATION regress_secretary;
SELECT pg_temp.is_the_same(:'only_one');
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L, idempotency_key => %L)', 'room:i', :'both', 'import')); -- must fail: another request

-- ---- 30 days ----
SELECT event_id AS mine FROM jb_schedule('Month', '1 hour', calendars => '{room:a}', idempotency_key => 'month') \gset
SELECT test.clock('2026-12-23 07:00+01') \g /dev/null
SELECT event_id = :mine AS is_the_same FROM jb_schedule('Month', '1 hour', calendars => '{room:a}', idempotency_key => 'month');
SELECT test.clock('2026-12-23 07:00:01+01') \g /dev/null
SELECT event_id = :mine AS is_the_same FROM jb_schedule('Month', '1 hour', calendars => '{room:a}', idempotency_key => 'month');
-- old keys are removed when new ones come
RESET SESSION AUTHORIZATION;
SELECT count(*) > 4 AS some_are_old FROM jb_idempotency WHERE at < jb_now() - interval '30 days';
SELECT count(s.outcome) FROM generate_series(1, 200) AS i, jb_schedule('New ' || i, '1 minute', calendars => '{room:a}', idempotency_key => 'new ' || i) s;
SELECT count(*) AS old FROM jb_idempotency WHERE at < jb_now() - interval '30 days';
SET SESSION AUTHORIZATION regress_secretary;

-- ---- texts that are no key ----
SELECT length(given), state, left(message, 60) AS message, hint FROM unnest(ARRAY['', ' ', repeat('x', 256), 'tab	', 'ü']) AS given, test.refusal(format('SELECT jb_schedule(%L, idempotency_key => %L)', 'x', given));
SELECT outcome FROM jb_schedule('Long key', '1 hour', calendars => '{room:a}', idempotency_key => repeat('~', 255));
\i test/regress/sql/frame/close.psql
