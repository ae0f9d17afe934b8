-- Promise: a status changes only as rules 3.3 to 3.8 allow; the same status again is unchanged; any other wish is 55000
-- and changes nothing.
-- Could break: three of the statuses are told by the clock and not stored, so "pending" must be refused to a completed
-- event though both are stored as scheduled.
\i test/regress/sql/frame/open.psql
-- One event per row of the table, in each of the five statuses that this version can reach
SELECT test.clock('2026-11-24 10:30+01'); --> 2026-11-24 10:30:00+01
SELECT event_id FROM jb_schedule('Completed', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', allow_past => true); --> 1
SELECT event_id FROM jb_schedule('In progress', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', allow_past => true); --> 2
SELECT event_id FROM jb_schedule('Pending', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}'); --> 3
SELECT event_id FROM jb_schedule('Waiting', '1 hour', not_before => '2026-11-24 14:00+01', not_after => '2026-11-24 15:00+01', calendars => '{room:a}'); --> 4
SELECT event_id FROM jb_schedule('Cancelled', '1 hour', '2026-11-24', '16:00', calendars => '{room:a}'); --> 5
SELECT outcome FROM jb_cancel(5); --> cancelled
SELECT outcome FROM jb_schedule('Takes its place', '1 hour', '2026-11-24', '14:00', calendars => '{room:a}'); --> placed
SELECT id, status FROM jb_events('room:a', '2026-11-24') WHERE id < 6 ORDER BY id; --> 1|completed
--> 2|in_progress
--> 3|pending
--> 4|waiting
--> 5|cancelled

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
       pg_temp.wished(e.id, target); --> completed|pending|55000 event 1 is completed and cannot become pending|null
--> in_progress|pending|55000 event 2 is in_progress and cannot become pending|null
--> pending|pending|unchanged|pending 12:00:00 13:00:00
--> waiting|pending|55000 event 4 is waiting and cannot become pending|null
--> cancelled|pending|55000 event 5 is cancelled and cannot become pending|null
--> completed|in_progress|55000 event 1 is completed and cannot become in_progress|null
--> in_progress|in_progress|unchanged|in_progress 10:00:00 11:00:00
--> pending|in_progress|rejected|pending 12:00:00 13:00:00
--> waiting|in_progress|55000 event 4 is waiting and cannot become in_progress|null
--> cancelled|in_progress|55000 event 5 is cancelled and cannot become in_progress|null
--> completed|completed|unchanged|completed 09:00:00 10:00:00
--> in_progress|completed|updated|completed 10:00:00 10:30:00
--> pending|completed|55000 event 3 is pending and cannot become completed|null
--> waiting|completed|55000 event 4 is waiting and cannot become completed|null
--> cancelled|completed|55000 event 5 is cancelled and cannot become completed|null
--> completed|cancelled|55000 event 1 is completed and cannot become cancelled|null
--> in_progress|cancelled|cancelled|cancelled 10:00:00 11:00:00
--> pending|cancelled|cancelled|cancelled 12:00:00 13:00:00
--> waiting|cancelled|cancelled|cancelled
--> cancelled|cancelled|unchanged|cancelled 16:00:00 17:00:00
--> completed|waiting|55000 event 1 is completed and cannot become waiting|null
--> in_progress|waiting|55000 event 2 is in_progress and cannot become waiting|null
--> pending|waiting|55000 event 3 is pending and cannot become waiting|null
--> waiting|waiting|unchanged|waiting
--> cancelled|waiting|55000 event 5 is cancelled and cannot become waiting|null
--> completed|held|55000 event 1 is completed and cannot become held|null
--> in_progress|held|55000 event 2 is in_progress and cannot become held|null
--> pending|held|55000 event 3 is pending and cannot become held|null
--> waiting|held|55000 event 4 is waiting and cannot become held|null
--> cancelled|held|55000 event 5 is cancelled and cannot become held|null
--> completed|denied|55000 event 1 is completed and cannot become denied|null
--> in_progress|denied|55000 event 2 is in_progress and cannot become denied|null
--> pending|denied|55000 event 3 is pending and cannot become denied|null
--> waiting|denied|55000 event 4 is waiting and cannot become denied|null
--> cancelled|denied|55000 event 5 is cancelled and cannot become denied|null
--> completed|expired|55000 event 1 is completed and cannot become expired|null
--> in_progress|expired|55000 event 2 is in_progress and cannot become expired|null
--> pending|expired|55000 event 3 is pending and cannot become expired|null
--> waiting|expired|55000 event 4 is waiting and cannot become expired|null
--> cancelled|expired|55000 event 5 is cancelled and cannot become expired|null

-- ---- what each allowed change does to time ----
-- pending to in_progress, while event 2 is running until 11:00: the time until its start is not free
SELECT outcome, reason, detail, conflicts, rejection_id IS NOT NULL AS recorded FROM jb_update(3, '{"status": "in_progress"}');
--> rejected|conflict|From 2026-11-24T10:30:00+01:00 to 2026-11-24T12:00:00+01:00 is taken by event 2.|{2}|t
-- once that time is free: the start becomes now, the end stays
SELECT test.clock('2026-11-24 11:30+01'); --> 2026-11-24 11:30:00+01
SELECT outcome, start_timestamp, end_timestamp, version FROM jb_update(3, '{"status": "in_progress"}'); --> updated|2026-11-24 11:30:00+01|2026-11-24 13:00:00+01|2
SELECT status, start_time, start_timestamp, end_timestamp FROM jb_event(3); --> in_progress|12:00:00|2026-11-24 11:30:00+01|2026-11-24 13:00:00+01
-- in_progress to completed: the end becomes now, the rest is free
SELECT test.clock('2026-11-24 12:15+01'); --> 2026-11-24 12:15:00+01
SELECT outcome, start_timestamp, end_timestamp, version FROM jb_update(3, '{"status": "completed"}'); --> updated|2026-11-24 11:30:00+01|2026-11-24 12:15:00+01|3
SELECT status, duration, start_timestamp, end_timestamp FROM jb_event(3); --> completed|01:00:00|2026-11-24 11:30:00+01|2026-11-24 12:15:00+01
SELECT outcome FROM jb_schedule('In the freed time', '45 minutes', '2026-11-24', '12:15', calendars => '{room:a}'); --> placed
SELECT kind, old_range, new_range, fields FROM jb_history(3); --> placed|null|["2026-11-24 12:00:00+01","2026-11-24 13:00:00+01")|{}
--> started|["2026-11-24 12:00:00+01","2026-11-24 13:00:00+01")|["2026-11-24 11:30:00+01","2026-11-24 13:00:00+01")|{start_timestamp}
--> completed|["2026-11-24 11:30:00+01","2026-11-24 13:00:00+01")|["2026-11-24 11:30:00+01","2026-11-24 12:15:00+01")|{end_timestamp}
-- completed in the second in which it began: the event lasts a second
SELECT event_id FROM jb_schedule('Over at once', '1 hour', '2026-11-24', '13:00', calendars => '{room:a}') \gset short_
SELECT test.clock('2026-11-24 13:00+01'); --> 2026-11-24 13:00:00+01
SELECT outcome, end_timestamp - start_timestamp AS length FROM jb_update(:short_event_id, '{"status": "completed"}'); --> updated|00:00:01
-- cancelled while in progress: all its time is free
SELECT event_id FROM jb_schedule('Broken off', '30 minutes', '2026-11-24', '13:00:01', calendars => '{room:a}') \gset off_
SELECT test.clock('2026-11-24 13:10+01'); --> 2026-11-24 13:10:00+01
SELECT jb_status(:off_event_id); --> in_progress
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:off_event_id, '{"status": "cancelled"}'); --> cancelled|2026-11-24 13:00:01+01|2026-11-24 13:30:01+01
SELECT outcome FROM jb_schedule('In its time', '10 minutes', '2026-11-24', '13:15', calendars => '{room:a}'); --> placed
-- a waiting event that is cancelled has no time
SELECT outcome, start_timestamp FROM jb_update(4, '{"status": "cancelled"}'); --> cancelled|null
SELECT status, start_timestamp, version FROM jb_event(4); --> cancelled|null|3

-- ---- with other fields ----
-- a name changes with the status, in one version
SELECT event_id FROM jb_schedule('Old name', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}') \gset named_
SELECT outcome, version FROM jb_update(:named_event_id, '{"status": "cancelled", "event_name": "New name"}'); --> cancelled|2
SELECT event_name, status FROM jb_event(:named_event_id); --> New name|cancelled
SELECT kind, fields FROM jb_history(:named_event_id); --> placed|{}
--> cancelled|{event_name,status}
-- a time does not change with the status: must fail
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :named_event_id, '{"status": "pending", "start_time": "10:00"}'));
--> 22023|invalid status "pending": status and time cannot change in one call
-- the name of a completed event may be corrected
SELECT outcome FROM jb_update(:named_event_id, '{"event_name": "Corrected"}'); --> updated
SELECT outcome FROM jb_update(1, '{"event_name": "Corrected"}'); --> updated

-- ---- buffers that changed since the booking ----
RESET SESSION AUTHORIZATION;
-- an event that begins or ends early keeps the buffers that it has: the present buffers would overlap its neighbour's claim
SELECT jb_calendar_set('room:buffers', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT test.clock('2026-11-25 08:00+01') \g /dev/null
SELECT event_id AS first FROM jb_schedule('First', '1 hour', start_timestamp => '2026-11-25 10:00+01', calendars => '{room:buffers}') \gset
SELECT outcome FROM jb_schedule('Second', '1 hour', start_timestamp => '2026-11-25 11:00+01', calendars => '{room:buffers}'); --> placed
SELECT jb_calendar_set('room:buffers', '{"buffer_after": "30 minutes"}') \g /dev/null
SELECT test.clock('2026-11-25 09:45+01') \g /dev/null
SELECT outcome, start_timestamp FROM jb_update(:first, '{"status": "in_progress"}'); --> updated|2026-11-25 09:45:00+01
SELECT test.clock('2026-11-25 10:45+01') \g /dev/null
SELECT outcome, end_timestamp FROM jb_update(:first, '{"status": "completed"}'); --> updated|2026-11-25 10:45:00+01
-- an event that is displaced by buffers alone goes back to its place with the present buffers
SELECT jb_calendar_set('room:buffers', '{"buffer_after": "15 minutes"}') \g /dev/null
SELECT outcome, start_timestamp FROM jb_schedule('Third', '1 hour', not_before => '2026-11-25 14:00+01', calendars => '{room:buffers}'); --> placed|2026-11-25 14:00:00+01
SELECT jb_calendar_set('room:buffers', '{"buffer_after": null}') \g /dev/null
SELECT outcome FROM jb_schedule('Fourth', '1 hour', start_timestamp => '2026-11-25 15:00+01', calendars => '{room:buffers}'); --> placed
SET SESSION AUTHORIZATION regress_secretary;
\i test/regress/sql/frame/close.psql
