-- Promise: every change of an event is one entry of its calendar's history, numbered without a gap, with who made it.
-- Could break: a refusal, a dry run or a lock takes a number; the change of a displaced event is not told.
\i test/regress/sql/frame/open.psql
-- calls that take no number
SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Tried', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', dry_run => true);
SELECT jb_lock('{room:a}');
SELECT change_seq FROM jb_calendar('room:a');
SELECT count(*) FROM jb_changes('room:a');

-- ---- one entry each ----
SELECT event_id FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}');
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2026-11-23 07:10+01');
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '08:30', calendars => '{room:a}');
SELECT outcome FROM jb_update(2, '{"event_name": "Renamed", "priority": 60}');
SELECT outcome FROM jb_update(2, '{"event_name": "Renamed"}');
SELECT outcome FROM jb_reschedule(2, start_time => '15:00');
SELECT outcome FROM jb_cancel(2);
SELECT outcome FROM jb_cancel(2);
SELECT jb_delete(2);
SELECT test.clock('2026-11-24 09:10+01');
SELECT outcome FROM jb_update(1, '{"status": "in_progress"}');
SELECT test.clock('2026-11-24 09:20+01');
SELECT outcome FROM jb_update(1, '{"status": "completed"}');
SELECT calendar, seq, at, principal, event_id, version, kind, old_range, new_range, old_status, new_status, fields, image IS NOT NULL AS has_image
  FROM jb_changes('room:a');
SELECT change_seq FROM jb_calendar('room:a');

-- ---- reading on ----
SELECT array_agg(seq) FROM jb_changes('room:a', 3, 2);
SELECT array_agg(seq) FROM jb_changes('room:a', -5, 2);
SELECT count(*) FROM jb_changes('room:a', (SELECT change_seq FROM jb_calendar('room:a')));
-- the changes of one event, oldest first
SELECT seq, kind FROM jb_history(1);
-- also within one second, and across calendars, whose sequences cannot be compared
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}');
SELECT event_id FROM jb_schedule('Wanders', '1 hour', '2026-11-27', '09:00', calendars => '{room:b}') \gset
SELECT outcome FROM jb_reschedule(:event_id, calendars => '{room:a}');
SELECT outcome FROM jb_reschedule(:event_id, calendars => '{room:b}');
SELECT jb_delete(:event_id);
SELECT version, calendar, kind, old_status, new_status FROM jb_history(:event_id);
-- the view is for joins
SELECT kind, count(*) FROM jb_change GROUP BY kind ORDER BY kind;

-- ---- many in one transaction ----
BEGIN;
SELECT count(*) FROM generate_series(1, 30) AS i, jb_schedule('Many ' || i, '5 minutes', '2026-11-25', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}');
SAVEPOINT try;
SELECT outcome FROM jb_schedule('Undone', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}');
ROLLBACK TO try;
SELECT outcome FROM jb_schedule('Kept', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}');
COMMIT;
SELECT count(*), min(seq), max(seq), c.change_seq FROM jb_changes('room:a'), jb_calendar('room:a') c GROUP BY c.change_seq;

-- ---- a calendar that is made again ----
-- it goes on with the next seq: who had read everything misses nothing, who had not is told so
SELECT name FROM jb_calendar_set('room:again', '{"time_zone": "Europe/Berlin"}');
SELECT count(*) FROM generate_series(1, 3) AS i, jb_schedule('Before ' || i, '1 hour', '2026-11-27', calendars => '{room:again}');
SELECT array_agg(seq) FROM jb_changes('room:again', 1);
SELECT count(jb_delete(id)) FROM jb_events('room:again');
SELECT change_seq AS read FROM jb_calendar('room:again') \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_delete('room:again');
SELECT name FROM jb_calendar_set('room:again', '{"time_zone": "Europe/Berlin"}');
SELECT outcome FROM jb_schedule('After', '1 hour', '2026-11-27', calendars => '{room:again}');
SELECT seq - :read AS further, kind, event_id IS NOT NULL AS of_an_event FROM jb_changes('room:again', :read);
SELECT seq - :read AS further FROM jb_changes('room:again');
SELECT state, message FROM test.refusal($$SELECT jb_changes('room:again', 2)$$); -- must fail: what followed is gone
SELECT count(*) AS problems FROM jb_check();
-- deleted before anything happened on it, it leaves nothing behind
SELECT name FROM jb_calendar_set('room:unused', '{}');
SELECT jb_calendar_delete('room:unused');
SELECT change_seq FROM jb_calendar_set('room:unused', '{}');

-- ---- a reader that is ahead ----
-- a restore has taken changes back: the reader would take the next ones for known: must fail
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_changes(%L, after => %s)', 'room:again', :read + 2));
SELECT state, message FROM test.refusal($$SELECT jb_changes('ceo', after => 1)$$); -- not made yet
SELECT count(*) FROM jb_changes('ceo', after => 0);
-- made and deleted, it goes on from its last change, as any calendar does that is made again
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(event_id), jb_calendar_delete('ceo') FROM jb_schedule('First', '1 hour');
RESET SESSION AUTHORIZATION;
SELECT jb_changes_after('ceo', 0) AS after, (jb_calendar('ceo')).change_seq, last FROM jb_last_numbers('{ceo}');
SELECT count(*) FROM jb_changes('ceo', after => 2);
SELECT state, message FROM test.refusal($$SELECT jb_changes('ceo', after => 0)$$); -- JB410
SELECT outcome FROM jb_schedule('First again', '1 hour');
SELECT seq FROM jb_changes('ceo', after => 2);
\i test/regress/sql/frame/close.psql
