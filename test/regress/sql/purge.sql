-- Promise: the history shows each calendar as it stood after any of its changes, up to what the tables hold. jb_purge forgets
-- the history, rejections and keys that are older than it is told, and nothing else; a reader of purged history is told so.
-- Could break: a reader takes a purged history for a calendar on which nothing happened; events go with their history; an
-- event whose changes are purged is taken for an event that never was.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT outcome, event_id FROM jb_schedule('One', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
SELECT outcome, event_id FROM jb_schedule('Two', '1 hour', '2026-11-24', calendars => '{room:a}');
SELECT outcome, moves FROM jb_schedule('Displaces', '1 hour', '2026-11-24', '08:00', calendars => '{room:a}');
SELECT outcome FROM jb_reschedule(1, calendars => '{room:b}');
SELECT test.clock('2026-11-23 08:00+01') \g /dev/null
SELECT outcome FROM jb_update(2, '{"event_name": "Second"}');
SELECT outcome FROM jb_reschedule(2, event_date => '2026-11-25');
SELECT outcome FROM jb_cancel(3);
SELECT outcome, reason FROM jb_schedule('Refused', '1 hour', '2026-11-24', '09:30', calendars => '{room:b}', idempotency_key => 'k');
SELECT outcome, event_id FROM jb_schedule('Four', '1 hour', calendars => '{room:a}');
SELECT jb_delete(2);
SELECT outcome FROM jb_reschedule(1, calendars => '{room:a}', start_time => '11:00');

-- ---- at any change ----
SELECT seq, event_id, kind, old_range, new_range, old_status, new_status FROM jb_changes('room:a');
SELECT s.seq, e.* FROM generate_series(0, 11) AS s (seq), jb_events_at('room:a', s.seq) e;
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
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:a', -1)$$);
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:a', NULL)$$);
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:nowhere', 0)$$);
SELECT count(*) FROM jb_events_at('ceo', 0);
SELECT state FROM test.refusal($$SELECT * FROM jb_events_at('ceo', 1)$$);

-- also of an event that stands on a calendar by its attendees alone, and holds no time
SELECT outcome FROM jb_schedule('Both', '1 hour', '2026-11-26', '09:00', calendars => '{room:b}', attendees => '{room:a}', check_attendees => true);
SELECT jb_cancel(event_id) FROM jb_changes('room:a', after => 11) \g /dev/null
SELECT id, status FROM jb_events_at('room:a', 13) WHERE id > 4;
SELECT s AS seq, d.* FROM generate_series(0, 13) AS s, LATERAL (
  SELECT * FROM jb_events_at('room:a', s) a FULL JOIN pg_temp.replayed('room:a', s) r USING (id)
   WHERE (a.start_timestamp, a.end_timestamp, a.status) IS DISTINCT FROM (r.start_timestamp, r.end_timestamp, r.status)) AS d;

-- ---- nothing is old enough, and calls that are refused ----
SELECT test.stored() AS before \gset
SELECT * FROM jb_purge('1 hour 1 second');
SELECT state, message, hint FROM test.refusal($$SELECT jb_purge('-1 second')$$);
SELECT state, message FROM test.refusal($$SELECT jb_purge(NULL)$$);
SELECT state FROM test.refusal($$SELECT jb_purge('1 month -40 days')$$);
SELECT test.stored() = :'before' AS nothing_changed;
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_purge('1 year')$$);
SET SESSION AUTHORIZATION regress_manager;

-- ---- entries that are older than a moment before 08:00 ----
SELECT md5(json_agg(e ORDER BY id)::text) AS events FROM jb_event e \gset
SELECT * FROM jb_purge('0');
SELECT * FROM jb_purge('30 minutes');
SELECT md5(json_agg(e ORDER BY id)::text) = :'events' AS events_stay FROM jb_event e;
SELECT seq, event_id, kind FROM jb_changes('room:a');
SELECT seq FROM jb_changes('room:a', after => 5);
SELECT seq FROM jb_changes('room:a', after => 8);
SELECT state, message, detail, hint FROM test.refusal($$SELECT * FROM jb_changes('room:a', after => 4)$$);
SELECT state FROM test.refusal($$SELECT * FROM jb_changes('room:a', after => 0)$$);
SELECT s.seq, e.* FROM generate_series(5, 13) AS s (seq), jb_events_at('room:a', s.seq) e;
SELECT state, message FROM test.refusal($$SELECT * FROM jb_events_at('room:a', 4)$$);
SELECT seq, kind FROM jb_history(1);
SELECT seq, kind FROM jb_history(3);
SELECT count(*) AS rejections FROM jb_rejections();
SELECT * FROM jb_check();

-- ---- later: all entries ----
SELECT test.clock('2027-11-23 08:00:01+01') \g /dev/null
SELECT * FROM jb_purge('1 year');
SELECT * FROM jb_purge('1 year');
SELECT count(*) AS changes FROM jb_changes('room:a');
SELECT id, status FROM jb_events_at('room:a', 13);
SELECT count(*) AS of_an_event_that_is FROM jb_history(1);
SELECT state AS of_one_that_was FROM test.refusal('SELECT * FROM jb_history(2)');
SELECT md5(json_agg(e ORDER BY id)::text) = :'events' AS events_stay FROM jb_event e;
SELECT * FROM jb_check();
-- and the history goes on
SELECT outcome FROM jb_schedule('Later', '1 hour', calendars => '{room:a}');
SELECT seq, kind FROM jb_changes('room:a', after => 13);
SELECT id, status FROM jb_events_at('room:a', 14);
SELECT * FROM jb_check();

-- ---- in pieces: each is a transaction, and what one has forgotten stays forgotten when the next fails ----
SELECT count(jb_update(event_id, jsonb_build_object('event_name', 'Name ' || i))) FROM jb_changes('room:a', after => 13), generate_series(1, 9) AS i;
SELECT test.clock('2028-11-24 08:00:01+01') \g /dev/null
BEGIN;
SELECT * FROM jb_purge('1 day', max_rows => 4);
SELECT * FROM jb_check();
SELECT * FROM jb_purge('1 day', max_rows => 100);
SELECT * FROM jb_purge('1 day', max_rows => 100);
SELECT * FROM jb_check();
ROLLBACK;
SELECT state, message FROM test.refusal($$SELECT jb_purge('1 day', max_rows => 0)$$);
RESET SESSION AUTHORIZATION;
CREATE FUNCTION test.stop() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'stop at %', old.seq; END$$;
CREATE TRIGGER stop BEFORE DELETE ON jb_change_log FOR EACH ROW WHEN (old.seq = 20) EXECUTE FUNCTION test.stop();
SET SESSION AUTHORIZATION regress_manager;
\set VERBOSITY terse
CALL jb_purge_in_pieces('1 day', max_rows => 2); -- fails in the fourth piece
\set VERBOSITY default
SELECT array_agg(seq ORDER BY seq) AS what_three_pieces_leave FROM jb_changes('room:a');
SELECT * FROM jb_check();
RESET SESSION AUTHORIZATION;
DROP TRIGGER stop ON jb_change_log;
SET SESSION AUTHORIZATION regress_manager;
CALL jb_purge_in_pieces(older_than => interval '1 day', max_rows => 2);
SELECT count(*) AS changes FROM jb_changes('room:a');
SELECT * FROM jb_check();
BEGIN;
CALL jb_purge_in_pieces('1 day'); -- fails: it commits
ROLLBACK;
SET SESSION AUTHORIZATION regress_secretary;
CALL jb_purge_in_pieces('1 day'); -- fails
SET SESSION AUTHORIZATION regress_manager;
\i test/regress/sql/frame/close.psql
