-- Promise: a status changes only as rules 3.3 to 3.8 allow; the same status again is unchanged; any other wish is 55000
-- and changes nothing.
-- Could break: three of the statuses are told by the clock and not stored, so "pending" must be refused to a completed
-- event though both are stored as scheduled.
\i test/regress/sql/frame/open.psql
-- One event per row of the table, in each of the five statuses that this version can reach
SELECT test.clock('2026-11-24 10:30+01');
SELECT event_id FROM jb_schedule('Completed', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', allow_past => true);
SELECT event_id FROM jb_schedule('In progress', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', allow_past => true);
SELECT event_id FROM jb_schedule('Pending', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Waiting', '1 hour', not_before => '2026-11-24 14:00+01', not_after => '2026-11-24 15:00+01', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Cancelled', '1 hour', '2026-11-24', '16:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel(5);
SELECT outcome FROM jb_schedule('Takes its place', '1 hour', '2026-11-24', '14:00', calendars => '{room:a}');
SELECT id, status FROM jb_events('room:a', '2026-11-24') WHERE id < 6 ORDER BY id;

-- ---- the whole table: every status wished of every status, each tried and undone ----
CREATE FUNCTION pg_temp.wished(id bigint, target text, OUT answer text, OUT now_is text) LANGUAGE plpgsql AS $$
BEGIN
  SELECT outcome INTO answer FROM jb_update(id, jsonb_build_object('status', target));
  SELECT concat_ws(' ', status, start_timestamp::time, end_timestamp::time) INTO now_is FROM jb_event(id);
  RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'undo';
EXCEPTION WHEN OTHERS THEN
  IF SQLSTATE <> 'P0001' THEN
    answer := SQLSTATE || ' ' || SQLERRM;
  END IF;
END $$;
SELECT e.status AS "from", target AS "to", answer, now_is
  FROM generate_series(1, 5) AS event, jb_event(event) e,
       unnest('{pending,in_progress,completed,cancelled,waiting,held,denied,expired}'::text[]) AS target,
       pg_temp.wished(e.id, target);

-- ---- what each allowed change does to time ----
-- pending to in_progress, while event 2 is running until 11:00: the time until its start is not free
SELECT outcome, reason, detail, conflicts, rejection_id IS NOT NULL AS recorded FROM jb_update(3, '{"status": "in_progress"}');
-- once that time is free: the start becomes now, the end stays
SELECT test.clock('2026-11-24 11:30+01');
SELECT outcome, start_timestamp, end_timestamp, version FROM jb_update(3, '{"status": "in_progress"}');
SELECT status, start_time, start_timestamp, end_timestamp FROM jb_event(3);
-- in_progress to completed: the end becomes now, the rest is free
SELECT test.clock('2026-11-24 12:15+01');
SELECT outcome, start_timestamp, end_timestamp, version FROM jb_update(3, '{"status": "completed"}');
SELECT status, duration, start_timestamp, end_timestamp FROM jb_event(3);
SELECT outcome FROM jb_schedule('In the freed time', '45 minutes', '2026-11-24', '12:15', calendars => '{room:a}');
SELECT kind, old_range, new_range, fields FROM jb_history(3);
-- completed in the second in which it began: the event lasts a second
SELECT event_id FROM jb_schedule('Over at once', '1 hour', '2026-11-24', '13:00', calendars => '{room:a}') \gset short_
SELECT test.clock('2026-11-24 13:00+01');
SELECT outcome, end_timestamp - start_timestamp AS length FROM jb_update(:short_event_id, '{"status": "completed"}');
-- cancelled while in progress: all its time is free
SELECT event_id FROM jb_schedule('Broken off', '30 minutes', '2026-11-24', '13:00:01', calendars => '{room:a}') \gset off_
SELECT test.clock('2026-11-24 13:10+01');
SELECT jb_status(:off_event_id);
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:off_event_id, '{"status": "cancelled"}');
SELECT outcome FROM jb_schedule('In its time', '10 minutes', '2026-11-24', '13:15', calendars => '{room:a}');
-- a waiting event that is cancelled has no time
SELECT outcome, start_timestamp FROM jb_update(4, '{"status": "cancelled"}');
SELECT status, start_timestamp, version FROM jb_event(4);

-- ---- with other fields ----
-- a name changes with the status, in one version
SELECT event_id FROM jb_schedule('Old name', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}') \gset named_
SELECT outcome, version FROM jb_update(:named_event_id, '{"status": "cancelled", "event_name": "New name"}');
SELECT event_name, status FROM jb_event(:named_event_id);
SELECT kind, fields FROM jb_history(:named_event_id);
-- a time does not change with the status: must fail
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :named_event_id, '{"status": "pending", "start_time": "10:00"}'));
-- the name of a completed event may be corrected
SELECT outcome FROM jb_update(:named_event_id, '{"event_name": "Corrected"}');
SELECT outcome FROM jb_update(1, '{"event_name": "Corrected"}');

-- ---- buffers that changed since the booking ----
RESET SESSION AUTHORIZATION;
-- an event that begins or ends early keeps the buffers that it has: the present buffers would overlap its neighbour's claim
SELECT jb_calendar_set('room:buffers', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT test.clock('2026-11-25 08:00+01') \g /dev/null
SELECT event_id AS first FROM jb_schedule('First', '1 hour', start_timestamp => '2026-11-25 10:00+01', calendars => '{room:buffers}') \gset
SELECT outcome FROM jb_schedule('Second', '1 hour', start_timestamp => '2026-11-25 11:00+01', calendars => '{room:buffers}');
SELECT jb_calendar_set('room:buffers', '{"buffer_after": "30 minutes"}') \g /dev/null
SELECT test.clock('2026-11-25 09:45+01') \g /dev/null
SELECT outcome, start_timestamp FROM jb_update(:first, '{"status": "in_progress"}');
SELECT test.clock('2026-11-25 10:45+01') \g /dev/null
SELECT outcome, end_timestamp FROM jb_update(:first, '{"status": "completed"}');
-- an event that is displaced by buffers alone goes back to its place with the present buffers
SELECT jb_calendar_set('room:buffers', '{"buffer_after": "15 minutes"}') \g /dev/null
SELECT outcome, start_timestamp FROM jb_schedule('Third', '1 hour', not_before => '2026-11-25 14:00+01', calendars => '{room:buffers}');
SELECT jb_calendar_set('room:buffers', '{"buffer_after": null}') \g /dev/null
SELECT outcome FROM jb_schedule('Fourth', '1 hour', start_timestamp => '2026-11-25 15:00+01', calendars => '{room:buffers}');
SET SESSION AUTHORIZATION regress_secretary;
\i test/regress/sql/frame/close.psql
