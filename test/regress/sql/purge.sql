-- Promise: the history shows each calendar as it stood after any of its changes, up to what the tables hold. jb_purge forgets
-- the history, rejections and keys that are older than it is told, and nothing else; a reader of purged history is told so.
-- Could break: a reader takes a purged history for a calendar on which nothing happened; events go with their history; an
-- event whose changes are purged is taken for an event that never was.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT outcome, event_id FROM jb_schedule('One', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> placed|1
SELECT outcome, event_id FROM jb_schedule('Two', '1 hour', '2026-11-24', calendars => '{room:a}'); --> placed|2
SELECT outcome, moves FROM jb_schedule('Displaces', '1 hour', '2026-11-24', '08:00', calendars => '{room:a}');
--> placed|{"(2,\"2026-11-24 08:00:00+01\",\"2026-11-24 09:00:00+01\",\"2026-11-24 10:00:00+01\",\"2026-11-24 11:00:00+01\",,)"}
SELECT outcome FROM jb_reschedule(1, calendars => '{room:b}'); --> updated
SELECT test.clock('2026-11-23 08:00+01') \g /dev/null
SELECT outcome FROM jb_update(2, '{"event_name": "Second"}'); --> updated
SELECT outcome FROM jb_reschedule(2, event_date => '2026-11-25'); --> updated
SELECT outcome FROM jb_cancel(3); --> cancelled
SELECT outcome, reason FROM jb_schedule('Refused', '1 hour', '2026-11-24', '09:30', calendars => '{room:b}', idempotency_key => 'k'); --> rejected|conflict
SELECT outcome, event_id FROM jb_schedule('Four', '1 hour', calendars => '{room:a}'); --> placed|4
SELECT jb_delete(2); --> t
SELECT outcome FROM jb_reschedule(1, calendars => '{room:a}', start_time => '11:00'); --> updated

-- ---- at any change ----
SELECT seq, event_id, kind, old_range, new_range, old_status, new_status FROM jb_changes('room:a'); --> 1|1|placed|null|["2026-11-24 09:00:00+01","2026-11-24 10:00:00+01")|null|scheduled
--> 2|2|placed|null|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|null|scheduled
--> 3|3|placed|null|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|null|scheduled
--> 4|2|moved|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|scheduled|scheduled
--> 5|1|moved|["2026-11-24 09:00:00+01","2026-11-24 10:00:00+01")|null|scheduled|null
--> 6|2|updated|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|scheduled|scheduled
--> 7|2|moved|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|["2026-11-25 08:00:00+01","2026-11-25 09:00:00+01")|scheduled|scheduled
--> 8|3|cancelled|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|scheduled|cancelled
--> 9|4|placed|null|["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|null|scheduled
--> 10|2|deleted|["2026-11-25 08:00:00+01","2026-11-25 09:00:00+01")|null|scheduled|null
--> 11|1|moved|null|["2026-11-24 11:00:00+01","2026-11-24 12:00:00+01")|null|scheduled
SELECT s.seq, e.* FROM generate_series(0, 11) AS s (seq), jb_events_at('room:a', s.seq) e; --> 1|1|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|scheduled
--> 2|2|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 2|1|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|scheduled
--> 3|2|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 3|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 3|1|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|scheduled
--> 4|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 4|1|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|scheduled
--> 4|2|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|scheduled
--> 5|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 5|2|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|scheduled
--> 6|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 6|2|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|scheduled
--> 7|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 7|2|2026-11-25 08:00:00+01|2026-11-25 09:00:00+01|scheduled
--> 8|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 8|2|2026-11-25 08:00:00+01|2026-11-25 09:00:00+01|scheduled
--> 9|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 9|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 9|2|2026-11-25 08:00:00+01|2026-11-25 09:00:00+01|scheduled
--> 10|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 10|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 11|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 11|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 11|1|2026-11-24 11:00:00+01|2026-11-24 12:00:00+01|scheduled
-- equal to a replay of all changes before it, and at the end to the tables: must be no row
CREATE FUNCTION pg_temp.replayed(calendar text, up_to bigint) RETURNS SETOF jb_event_at LANGUAGE sql AS $$
  SELECT event_id, lower(new_range), upper(new_range), new_status
    FROM (SELECT DISTINCT ON (event_id) * FROM jb_change c WHERE c.calendar = $1 AND c.seq <= $2 ORDER BY event_id, seq DESC) last
   WHERE new_status IS NOT NULL
$$;
SELECT c.name, s AS seq, a, r FROM jb_calendars() c, generate_series(0, c.change_seq) AS s, LATERAL (
  SELECT * FROM jb_events_at(c.name, s) a FULL JOIN pg_temp.replayed(c.name, s) r USING (id)
   WHERE (a.start_timestamp, a.end_timestamp, a.status) IS DISTINCT FROM (r.start_timestamp, r.end_timestamp, r.status)) AS d (id, a, r);
SELECT a, e.id FROM jb_events_at('room:a', 11) a FULL JOIN (SELECT * FROM jb_event WHERE calendars = '{room:a}') e USING (id)
 WHERE (a.start_timestamp, a.end_timestamp, a.status) IS DISTINCT FROM (e.start_timestamp, e.end_timestamp, e.status);
SELECT state, message, hint FROM test.refusal($$SELECT * FROM jb_events_at('room:a', 12)$$);
--> 22023|invalid seq "12": it must be from 0 to 11|Give the seq of a change that jb_changes() shows; change_seq of jb_calendar() is the last.
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:a', -1)$$); --> 22023|invalid seq "-1": it must be from 0 to 11
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:a', NULL)$$); --> 22023|invalid seq "NULL": it must be from 0 to 11
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:nowhere', 0)$$); --> P0002|calendar "room:nowhere" does not exist
SELECT count(*) FROM jb_events_at('ceo', 0); --> 0
SELECT state FROM test.refusal($$SELECT * FROM jb_events_at('ceo', 1)$$); --> 22023

-- also of an event that stands on a calendar by its attendees alone, and holds no time
SELECT outcome FROM jb_schedule('Both', '1 hour', '2026-11-26', '09:00', calendars => '{room:b}', attendees => '{room:a}', check_attendees => true); --> placed
SELECT jb_cancel(event_id) FROM jb_changes('room:a', after => 11) \g /dev/null
SELECT id, status FROM jb_events_at('room:a', 13) WHERE id > 4; --> 5|cancelled
SELECT s AS seq, d.* FROM generate_series(0, 13) AS s, LATERAL (
  SELECT * FROM jb_events_at('room:a', s) a FULL JOIN pg_temp.replayed('room:a', s) r USING (id)
   WHERE (a.start_timestamp, a.end_timestamp, a.status) IS DISTINCT FROM (r.start_timestamp, r.end_timestamp, r.status)) AS d;

-- ---- nothing is old enough, and calls that are refused ----
SELECT test.stored() AS before \gset
SELECT * FROM jb_purge('1 hour 1 second'); --> 0|0|0|f
SELECT state, message, hint FROM test.refusal($$SELECT jb_purge('-1 second')$$); --> 22023|invalid older_than "-00:00:01": it must not be negative|Give a length of time, such as interval '1 year'.
SELECT state, message FROM test.refusal($$SELECT jb_purge(NULL)$$); --> 22023|invalid older_than "NULL": it is required
SELECT state FROM test.refusal($$SELECT jb_purge('1 month -40 days')$$); --> 22023
SELECT test.stored() = :'before' AS nothing_changed; --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_purge('1 year')$$); --> 42501
SET SESSION AUTHORIZATION regress_manager;

-- ---- entries that are older than a moment before 08:00 ----
SELECT md5(json_agg(e ORDER BY id)::text) AS events FROM jb_event e \gset
SELECT * FROM jb_purge('0'); --> 6|0|0|f
SELECT * FROM jb_purge('30 minutes'); --> 0|0|0|f
SELECT md5(json_agg(e ORDER BY id)::text) = :'events' AS events_stay FROM jb_event e; --> t
SELECT seq, event_id, kind FROM jb_changes('room:a'); --> 6|2|updated
--> 7|2|moved
--> 8|3|cancelled
--> 9|4|placed
--> 10|2|deleted
--> 11|1|moved
--> 12|5|placed
--> 13|5|cancelled
SELECT seq FROM jb_changes('room:a', after => 5); --> 6
--> 7
--> 8
--> 9
--> 10
--> 11
--> 12
--> 13
SELECT seq FROM jb_changes('room:a', after => 8); --> 9
--> 10
--> 11
--> 12
--> 13
SELECT state, message, detail, hint FROM test.refusal($$SELECT * FROM jb_changes('room:a', after => 4)$$);
--> JB410|the changes of calendar "room:a" up to 5 have been purged|History was asked for from 4 on.|Take the number of the last change, which jb_changes_after() tells, then read the events, and go on from that number.
SELECT state FROM test.refusal($$SELECT * FROM jb_changes('room:a', after => 0)$$); --> JB410
SELECT s.seq, e.* FROM generate_series(5, 13) AS s (seq), jb_events_at('room:a', s.seq) e; --> 5|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 5|2|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|scheduled
--> 6|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 6|2|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|scheduled
--> 7|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|scheduled
--> 7|2|2026-11-25 08:00:00+01|2026-11-25 09:00:00+01|scheduled
--> 8|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 8|2|2026-11-25 08:00:00+01|2026-11-25 09:00:00+01|scheduled
--> 9|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 9|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 9|2|2026-11-25 08:00:00+01|2026-11-25 09:00:00+01|scheduled
--> 10|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 10|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 11|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 11|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 11|1|2026-11-24 11:00:00+01|2026-11-24 12:00:00+01|scheduled
--> 12|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 12|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 12|1|2026-11-24 11:00:00+01|2026-11-24 12:00:00+01|scheduled
--> 12|5|2026-11-26 09:00:00+01|2026-11-26 10:00:00+01|scheduled
--> 13|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|scheduled
--> 13|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01|cancelled
--> 13|1|2026-11-24 11:00:00+01|2026-11-24 12:00:00+01|scheduled
--> 13|5|2026-11-26 09:00:00+01|2026-11-26 10:00:00+01|cancelled
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:a', 4)$$); --> JB410|the changes of calendar "room:a" up to 5 have been purged
SELECT seq, kind FROM jb_history(1); --> 11|moved
--> 2|moved
SELECT seq, kind FROM jb_history(3); --> 8|cancelled
SELECT count(*) AS rejections FROM jb_rejections(); --> 1
SELECT * FROM jb_check();

-- ---- later: all entries ----
SELECT test.clock('2027-11-23 08:00:01+01') \g /dev/null
SELECT * FROM jb_purge('1 year'); --> 11|1|1|f
SELECT * FROM jb_purge('1 year'); --> 0|0|0|f
SELECT count(*) AS changes FROM jb_changes('room:a'); --> 0
SELECT id, status FROM jb_events_at('room:a', 13); --> 4|scheduled
--> 3|cancelled
--> 1|scheduled
--> 5|cancelled
SELECT count(*) AS of_an_event_that_is FROM jb_history(1); --> 0
SELECT state AS of_one_that_was FROM test.refusal('SELECT * FROM jb_history(2)'); --> P0002
SELECT md5(json_agg(e ORDER BY id)::text) = :'events' AS events_stay FROM jb_event e; --> t
SELECT * FROM jb_check();
-- and the history goes on
SELECT outcome FROM jb_schedule('Later', '1 hour', calendars => '{room:a}'); --> placed
SELECT seq, kind FROM jb_changes('room:a', after => 13); --> 14|placed
SELECT id, status FROM jb_events_at('room:a', 14); --> 4|scheduled
--> 3|cancelled
--> 1|scheduled
--> 5|cancelled
--> 6|scheduled
SELECT * FROM jb_check();

-- ---- in pieces: each is a transaction, and what one has forgotten stays forgotten when the next fails ----
SELECT count(jb_update(event_id, jsonb_build_object('event_name', 'Name ' || i))) FROM jb_changes('room:a', after => 13), generate_series(1, 9) AS i; --> 9
SELECT test.clock('2028-11-24 08:00:01+01') \g /dev/null
BEGIN;
SELECT * FROM jb_purge('1 day', max_rows => 4); --> 4|0|0|t
SELECT * FROM jb_check();
SELECT * FROM jb_purge('1 day', max_rows => 100); --> 6|0|0|t
SELECT * FROM jb_purge('1 day', max_rows => 100); --> 0|0|0|f
SELECT * FROM jb_check();
ROLLBACK;
SELECT state, message FROM test.refusal($$SELECT jb_purge('1 day', max_rows => 0)$$); --> 22023|invalid max_rows "0": it must be at least 1
RESET SESSION AUTHORIZATION;
CREATE FUNCTION test.stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'stop at %', old.seq; END$$;
CREATE TRIGGER stop BEFORE DELETE ON jb_change_log FOR EACH ROW WHEN (old.seq = 20) EXECUTE FUNCTION test.stop();
SET SESSION AUTHORIZATION regress_manager;
\set VERBOSITY terse
CALL jb_purge_in_pieces('1 day', max_rows => 2); -- fails in the fourth piece --> ERROR:  stop at 20
\set VERBOSITY default
SELECT array_agg(seq ORDER BY seq) AS what_three_pieces_leave FROM jb_changes('room:a'); --> {20,21,22,23}
SELECT * FROM jb_check();
RESET SESSION AUTHORIZATION;
DROP TRIGGER stop ON jb_change_log;
SET SESSION AUTHORIZATION regress_manager;
CALL jb_purge_in_pieces(older_than => interval '1 day', max_rows => 2); --> 4|0|0
SELECT count(*) AS changes FROM jb_changes('room:a'); --> 0
SELECT * FROM jb_check();
BEGIN;
CALL jb_purge_in_pieces('1 day'); -- fails: it commits --> ERROR:  invalid transaction termination
ROLLBACK;
SET SESSION AUTHORIZATION regress_secretary;
CALL jb_purge_in_pieces('1 day'); -- fails --> ERROR:  permission denied for procedure jb_purge_in_pieces
SET SESSION AUTHORIZATION regress_manager;
\i test/regress/sql/frame/close.psql
