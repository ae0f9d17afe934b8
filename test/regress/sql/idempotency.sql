-- Promise: a caller who repeats a call under the same idempotency key gets the first answer, success or rejection, and
-- nothing happens twice. Another request under the key is refused. A call that fails, is rolled back or only tried keeps no key.
-- Could break: the answer is worked out anew from what has changed since; a key is kept without its booking, or shared by
-- two callers.
\i test/regress/sql/frame/open.psql
-- ---- a booking ----
SELECT s.* FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1') s \gset first_
SELECT :'first_outcome' AS outcome, :'first_event_id' AS event_id, (:'first_event'::json) ->> 'event_name' AS event_name; --> placed|1|Board
SELECT s::text AS again FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1') s \gset
-- whatever has become of the event, the first answer is repeated
SELECT outcome FROM jb_reschedule(1, start_time => '11:00'); --> updated
SELECT s::text = :'again' AS is_the_same, (s.event ->> 'start_time') AS then FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1') s;
--> t|09:00:00
-- with the defaults named it is the same request, and so it is in another session's zone and styles
SET timezone = 'Asia/Tokyo'; SET datestyle = 'SQL, DMY'; SET intervalstyle = 'postgres_verbose';
SELECT event_id, start_timestamp = '2026-11-24 09:00+01' AS then FROM jb_schedule('Board', '60 minutes', '2026-11-24', '09:00', priority => 50, calendars => '{room:a}', idempotency_key => 'k1');
--> 1|t
SET timezone = 'Europe/Berlin'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres';
SELECT count(*) AS events, max(version) AS version FROM jb_event; --> 1|2
-- without a key every call books
SELECT outcome, event ->> 'event_name' AS event_name FROM generate_series(1, 2) AS i, jb_schedule('No key ' || i, '1 hour', calendars => '{room:a}'); --> placed|No key 1
--> placed|No key 2

-- ---- a rejection ----
SELECT outcome, reason, conflicts, rejection_id, cardinality(alternatives) AS alternatives FROM jb_schedule('Taken', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', idempotency_key => 'k2');
--> rejected|conflict|{1}|1|3
SELECT outcome FROM jb_cancel(1); --> cancelled
SELECT outcome, reason, conflicts, rejection_id, cardinality(alternatives) AS alternatives FROM jb_schedule('Taken', '1 hour', '2026-11-24', '11:00', calendars => '{room:a}', idempotency_key => 'k2');
--> rejected|conflict|{1}|1|3
SELECT count(*) AS rejections FROM jb_rejection; --> 1

-- ---- another request ----
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_schedule('Board 2', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1')$$);
--> JB422|idempotency_key "k1" was used with another request|A key stands for one function with one set of arguments for 30 days.|Take a new key for a new request; repeat a request as it was.
SELECT state FROM test.refusal($$SELECT jb_cancel(1, idempotency_key => 'k1')$$); --> JB422
SELECT state FROM test.refusal($$SELECT jb_schedule_all('{"event_name": "Board"}', idempotency_key => 'k1')$$); --> JB422
SELECT state FROM test.refusal($$SELECT jb_schedule(NULL, '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', idempotency_key => 'k1')$$); --> 22023

-- ---- the caller can tell ----
SELECT current_setting('jb_scheduler.replayed') AS after_a_refusal; --> off
SELECT outcome FROM jb_schedule('Told', '1 hour', '2026-11-30', calendars => '{room:a}', idempotency_key => 'told'); --> placed
SELECT current_setting('jb_scheduler.replayed') AS at_first; --> off
SELECT s.outcome, current_setting('jb_scheduler.replayed') AS in_the_same_statement FROM jb_schedule('Told', '1 hour', '2026-11-30', calendars => '{room:a}', idempotency_key => 'told') s;
--> placed|on
SELECT current_setting('jb_scheduler.replayed') AS after_it; --> on
SELECT outcome FROM jb_schedule('Told', '1 hour', '2026-11-30', calendars => '{room:a}', dry_run => true, idempotency_key => 'told'); --> placed
SELECT current_setting('jb_scheduler.replayed') AS after_a_dry_run; --> off

SET jb_scheduler.replayed = on; -- must fail --> ERROR:  parameter "jb_scheduler.replayed" cannot be changed

-- ---- every function ----
SELECT outcome, moves FROM generate_series(1, 2), jb_schedule('Gives way', '1 hour', '2026-11-25', calendars => '{room:a}', idempotency_key => 'auto') \g /dev/null
SELECT outcome, event_id, cardinality(moves) AS moves, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '08:00', calendars => '{room:a}', idempotency_key => 'fixed');
--> placed|6|1|2026-11-25 09:00:00+01
SELECT outcome, event_id, cardinality(moves) AS moves, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '08:00', calendars => '{room:a}', idempotency_key => 'fixed');
--> placed|6|1|2026-11-25 09:00:00+01
SELECT event_id, outcome FROM jb_schedule_all('[{"event_name": "A", "calendars": ["room:a"]}, {"event_name": "B", "date": "2026-11-28", "calendars": ["room:a"]}]', idempotency_key => 'all');
--> 7|placed
--> null|rejected
SELECT event_id, outcome, event ->> 'event_name' AS event_name FROM jb_schedule_all('[{"calendars": ["room:a"], "event_name": "A"}, {"event_name": "B", "date": "2026-11-28", "calendars": ["room:a"]}]', idempotency_key => 'all');
--> 7|placed|A
--> null|rejected|null
-- an empty list is a request, too
SELECT count(*) FROM jb_schedule_all('[]', idempotency_key => 'none'); --> 0
SELECT state FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "C", "calendars": ["room:a"]}]', idempotency_key => 'none')$$); --> JB422
SELECT outcome, version FROM jb_reschedule(2, start_timestamp => '2026-11-26 09:00+01', idempotency_key => 'move', expected_version => 1); --> updated|2
SELECT outcome, version FROM jb_reschedule(2, start_timestamp => '2026-11-26 09:00+01', idempotency_key => 'move', expected_version => 1); --> updated|2
SELECT outcome, version FROM jb_update(2, '{"event_name": "Renamed"}', idempotency_key => 'name'); --> updated|3
SELECT outcome, version FROM jb_update(2, '{"event_name": "Renamed"}', idempotency_key => 'name'); --> updated|3
SELECT outcome, version FROM jb_attach(2, '{"name": "a", "data": "YQ=="}', idempotency_key => 'file'); --> updated|4
SELECT outcome, version FROM jb_attach(2, '{"name": "a", "data": "YQ=="}', idempotency_key => 'file'); --> updated|4
SELECT outcome, version FROM jb_detach(2, 1, idempotency_key => 'no file'); --> updated|5
SELECT outcome, version FROM jb_detach(2, 1, idempotency_key => 'no file'); --> updated|5
SELECT outcome, version FROM jb_cancel(2, idempotency_key => 'cancel', expected_version => 5); --> cancelled|6
SELECT outcome, version FROM jb_cancel(2, idempotency_key => 'cancel', expected_version => 5); --> cancelled|6
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(2, idempotency_key => 'delete'); --> t
SELECT jb_delete(2, idempotency_key => 'delete'); --> t
SELECT state FROM test.refusal('SELECT jb_delete(2)'); --> P0002
SELECT state FROM test.refusal($$SELECT jb_delete(3, idempotency_key => 'delete')$$); --> JB422
SET SESSION AUTHORIZATION regress_secretary;
-- also of an event that was deleted
SELECT outcome, event ->> 'status' AS then FROM jb_cancel(2, idempotency_key => 'cancel', expected_version => 5); --> cancelled|cancelled
SELECT max(version) AS versions FROM jb_history(2); --> 7

-- ---- a key belongs to one caller ----
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome, event_id FROM jb_schedule('Mine', '1 hour', calendars => '{room:a}', idempotency_key => 'k1'); --> placed|8
SET SESSION AUTHORIZATION regress_secretary;

-- ---- calls that keep no key ----
SELECT outcome, event_id FROM jb_schedule('Tried', '1 hour', calendars => '{room:a}', dry_run => true, idempotency_key => 'dry'); --> placed|null
SELECT outcome, event_id FROM jb_schedule_all('{"event_name": "Tried", "calendars": ["room:a"], "dry_run": true}', idempotency_key => 'dry'); --> placed|null
SELECT outcome FROM jb_cancel(3, dry_run => true, idempotency_key => 'dry'); --> cancelled
SELECT outcome FROM jb_update(3, '{"event_name": "x", "dry_run": true}', idempotency_key => 'dry'); --> updated
SELECT state FROM test.refusal($$SELECT jb_schedule('Nowhere', '1 hour', calendars => '{room:nowhere}', idempotency_key => 'bad')$$); --> 22023
SELECT state FROM test.refusal($$SELECT jb_schedule('', idempotency_key => 'bad')$$); --> 22023
SELECT state FROM test.refusal($$SELECT jb_cancel(999, idempotency_key => 'bad')$$); --> P0002
BEGIN;
SELECT outcome FROM jb_schedule('Undone', '1 hour', calendars => '{room:a}', idempotency_key => 'undone'); --> placed
ROLLBACK;
SELECT outcome FROM jb_schedule('Another', '1 hour', calendars => '{room:a}', idempotency_key => 'undone'); --> placed
RESET SESSION AUTHORIZATION;
SELECT key FROM jb_idempotency WHERE principal = 'regress_secretary' ORDER BY key; --> all
--> auto
--> cancel
--> file
--> fixed
--> k1
--> k2
--> move
--> name
--> no file
--> none
--> told
--> undone
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal('SELECT * FROM jb_idempotency'); --> 42501

-- ---- one statement that repeats itself ----
SELECT count(DISTINCT s.event_id) FROM generate_series(1, 3) AS i, LATERAL (SELECT * FROM jb_schedule('Same', '1 hour' + i * interval '0', calendars => '{room:a}', idempotency_key => 'same')) s; --> 1

-- ---- an import: whatever has become of its events, its calendar and the caller's rights ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:i', '{"time_zone": "Europe/Berlin"}'); --> room:i
SET SESSION AUTHORIZATION regress_secretary;
\set one 'BEGIN:VEVENT\nUID:one\nSUMMARY:One\nDTSTART:20261201T080000\nDURATION:PT1H\nEND:VEVENT\n'
\set two 'BEGIN:VEVENT\nUID:two\nSUMMARY:Two\nDTSTART:20261201T100000\nDURATION:PT1H\nEND:VEVENT\n'
SELECT replace('BEGIN:VCALENDAR\n' || :'one' || :'two' || 'END:VCALENDAR\n', '\n', E'\n') AS both, replace('BEGIN:VCALENDAR\n' || :'one' || 'END:VCALENDAR\n', '\n', E'\n') AS only_one \gset
SELECT n, uid, outcome FROM jb_import('room:i', :'both', sync => true); --> 1|one|placed
--> 2|two|placed
CREATE TEMP TABLE imported AS SELECT * FROM jb_import('room:i', :'only_one', sync => true, cancel_missing => true, idempotency_key => 'import');
SELECT n, uid, event_name, outcome, detail FROM imported; --> 1|one|One|unchanged|It was imported before, as event 12.
--> null|two|Two|cancelled|The file does not have it.
CREATE FUNCTION pg_temp.is_the_same(file text) RETURNS bool LANGUAGE sql AS $$
  SELECT (SELECT json_agg(i) FROM imported i)::text = (SELECT json_agg(r) FROM jb_import('room:i', file, sync => true, cancel_missing => true, idempotency_key => 'import') r)::text $$;
SELECT outcome FROM jb_update((SELECT event_id FROM imported WHERE n IS NULL), '{"event_name": "Renamed"}'); --> updated
SELECT pg_temp.is_the_same(:'only_one'); --> t
SELECT n, uid, outcome FROM jb_import('room:i', :'both', sync => true); --> 1|one|unchanged
--> 2|two|placed
SELECT pg_temp.is_the_same(:'only_one'); --> t
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:i', '{"time_zone": "America/New_York"}'); --> room:i
SELECT * FROM jb_grant('room:i', 'role:regress_secretary', 'busy'); --> role:regress_secretary|{busy}|null|null|null|null|null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L)', 'room:i', :'only_one')); -- must fail: no right to book --> 42501
SELECT pg_temp.is_the_same(:'only_one'), current_setting('jb_scheduler.replayed') AS replayed; --> t|on
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_delete(e.id)) FROM jb_event e WHERE e.calendars = '{room:i}'; --> 3
SELECT jb_calendar_delete('room:i'); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT pg_temp.is_the_same(:'only_one'); --> t
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L, idempotency_key => %L)', 'room:i', :'both', 'import')); -- must fail: another request --> JB422

-- ---- 30 days ----
SELECT event_id AS mine FROM jb_schedule('Month', '1 hour', calendars => '{room:a}', idempotency_key => 'month') \gset
SELECT test.clock('2026-12-23 07:00+01') \g /dev/null
SELECT event_id = :mine AS is_the_same FROM jb_schedule('Month', '1 hour', calendars => '{room:a}', idempotency_key => 'month'); --> t
SELECT test.clock('2026-12-23 07:00:01+01') \g /dev/null
SELECT event_id = :mine AS is_the_same FROM jb_schedule('Month', '1 hour', calendars => '{room:a}', idempotency_key => 'month'); --> f
-- old keys are removed when new ones come
RESET SESSION AUTHORIZATION;
SELECT count(*) > 4 AS some_are_old FROM jb_idempotency WHERE at < jb_now() - interval '30 days'; --> t
SELECT count(s.outcome) FROM generate_series(1, 200) AS i, jb_schedule('New ' || i, '1 minute', calendars => '{room:a}', idempotency_key => 'new ' || i) s; --> 200
SELECT count(*) AS old FROM jb_idempotency WHERE at < jb_now() - interval '30 days'; --> 0
SET SESSION AUTHORIZATION regress_secretary;

-- ---- texts that are no key ----
SELECT length(given), state, left(message, 60) AS message, hint FROM unnest(ARRAY['', ' ', repeat('x', 256), 'tab	', 'ü']) AS given, test.refusal(format('SELECT jb_schedule(%L, idempotency_key => %L)', 'x', given));
--> 0|22023|invalid idempotency_key "": it must be 1 to 255 printable ch|Give 1 to 255 printable characters of ASCII, a new key for each request.
--> 1|22023|invalid idempotency_key " ": it must be 1 to 255 printable c|Give 1 to 255 printable characters of ASCII, a new key for each request.
--> 256|22023|invalid idempotency_key "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|Give 1 to 255 printable characters of ASCII, a new key for each request.
--> 4|22023|invalid idempotency_key "tab	": it must be 1 to 255 printabl|Give 1 to 255 printable characters of ASCII, a new key for each request.
--> 1|22023|invalid idempotency_key "ü": it must be 1 to 255 printable c|Give 1 to 255 printable characters of ASCII, a new key for each request.
SELECT outcome FROM jb_schedule('Long key', '1 hour', calendars => '{room:a}', idempotency_key => repeat('~', 255)); --> placed
\i test/regress/sql/frame/close.psql
