-- Promise: jb_replan() places the automatic events of a calendar that have not begun again, by priority and as early as
-- possible. It never makes a placed event wait, and changes nothing else.
-- Could break: the place that one event leaves is needed by another event, and the last of a chain may find none.
\i test/regress/sql/frame/open.psql
SELECT wish.name, event_id, start_timestamp
  FROM (VALUES ('First', 50), ('Second', 50), ('Third', 90)) AS wish (name, priority),
       jb_schedule(wish.name, '1 hour', '2026-11-24', calendars => '{room:a}', priority => wish.priority);
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel(1);
-- a dry run, then the call
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_replan('room:a', dry_run => true);
SELECT id, start_timestamp FROM jb_event_view ORDER BY id;
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_replan('room:a');
SELECT id, start_timestamp, status, version FROM jb_event_view ORDER BY id;
-- again there is nothing to do
SELECT count(*) FROM jb_replan('room:a');
-- an event of a morning that an event of higher priority would push out keeps its place
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Morning', '1 hour', calendars => '{room:a}', priority => 10,
                                                           not_before => '2026-11-25 08:00+01', not_after => '2026-11-25 09:00+01');
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Important', '1 hour', '2026-11-25', calendars => '{room:a}', priority => 90);
SELECT count(*) FROM jb_replan('room:a');
SELECT event_name, start_timestamp, status FROM jb_event_view WHERE event_name IN ('Morning', 'Important') ORDER BY 1;
-- an event that has begun, or is settled, stays
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Today', '1 hour', calendars => '{room:a}', not_before => '2026-11-23 10:00+01');
SET SESSION AUTHORIZATION regress_manager;
SELECT settled_within FROM jb_calendar_set('room:a', '{"settled_within": 14400}');
SELECT count(*) FROM jb_replan('room:a');
SELECT settled_within FROM jb_calendar_set('room:a', '{"settled_within": null}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update(7, '{"not_before": null}');
SELECT start_timestamp FROM jb_event(7);
SELECT * FROM jb_check();
-- each must fail
SELECT state, message FROM test.refusal($$SELECT jb_replan('nowhere')$$);
SELECT state, message FROM test.refusal($$SELECT jb_rezone('room:a')$$);
-- ---- zones whose rules have changed ----
-- the stored instant is by an older zone database: an hour off
SELECT outcome, event_id FROM jb_schedule('Weekly', '1 hour', '2026-12-01', '09:00', calendars => '{room:a}');
SELECT outcome, event_id FROM jb_schedule('In its way', '1 hour', '2026-12-01', calendars => '{room:a}', not_before => '2026-12-01 10:00+01');
RESET SESSION AUTHORIZATION;
UPDATE jb_event SET start_time = '10:00' WHERE id = 8;
SELECT event_id, rule, detail FROM jb_wall_clock_problems();
SELECT rule, calendar, event_id FROM jb_check();
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('room:a', dry_run => true);
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('room:a');
SELECT * FROM jb_check();

-- ---- a calendar that is given another zone moves no event, and is sound ----
SELECT jb_calendar_set('room:z', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT event_id FROM jb_schedule('Kept', '1 hour', '2026-12-02', '09:00', calendars => '{room:z,room:a}') \gset kept_
SELECT event_id FROM jb_schedule('Other first', '1 hour', '2026-12-02', '11:00', calendars => '{room:a,room:z}') \gset other_
SELECT event_id FROM jb_schedule('By instant', '1 hour', start_timestamp => '2026-12-02 13:00+01', calendars => '{room:z}') \gset instant_
SELECT jb_calendar_set('room:z', '{"time_zone": "America/New_York"}') \g /dev/null
SELECT event_id = :kept_event_id AS kept, rule, detail FROM jb_wall_clock_problems();
SELECT * FROM jb_check();
-- a later event is wished in the new zone
SELECT event_id, start_timestamp FROM jb_schedule('New', '1 hour', '2026-12-03', '09:00', calendars => '{room:z}') \gset new_
-- a change of other fields leaves the event where it is, in the zone of its wish
SELECT outcome FROM jb_update(:kept_event_id, '{"event_name": "Still kept", "priority": 7}');
SELECT * FROM jb_check();
-- with the first zone again no event is out of place, nor with the second, nor with a third
SELECT jb_calendar_set('room:z', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT event_id = :new_event_id AS is_new, rule FROM jb_wall_clock_problems();
SELECT * FROM jb_check();
SELECT jb_calendar_set('room:z', '{"time_zone": "America/New_York"}') \g /dev/null
SELECT jb_calendar_set('room:z', '{"time_zone": "Asia/Kathmandu"}') \g /dev/null
SELECT id = :kept_event_id AS is_kept, wished_wall FROM jb_event WHERE wished_wall IS NOT NULL ORDER BY id;
SELECT count(*) FROM jb_wall_clock_problems();
SELECT * FROM jb_check();
-- new rules of a zone concern the events that were wished in the calendar's zone, and no event with a wish in another zone
UPDATE jb_event SET start_time = start_time + interval '1 hour' WHERE id IN (:kept_event_id, :other_event_id);
SELECT event_id = :other_event_id AS other, rule, calendar FROM jb_check();
UPDATE jb_event SET start_time = start_time - interval '1 hour' WHERE id IN (:kept_event_id, :other_event_id);
-- with another duration the event begins where it did, and keeps the zone of its wish
SELECT outcome, start_timestamp FROM jb_update(:new_event_id, '{"duration": 1800}');
SELECT wished_wall FROM jb_event WHERE id = :new_event_id;
-- a new wish is in the present zone
SELECT outcome, start_timestamp FROM jb_reschedule(:kept_event_id, '2026-12-04', '09:00');
SELECT outcome, start_timestamp FROM jb_reschedule(:new_event_id, start_time => '10:00');
SELECT id, wished_wall FROM jb_event WHERE wished_wall IS NOT NULL;
UPDATE jb_event SET start_time = start_time + interval '1 hour' WHERE id IN (:kept_event_id, :new_event_id);
SELECT rule, count(*) FROM jb_check() GROUP BY 1;
SELECT count(*) FROM jb_rezone('room:z');
SELECT * FROM jb_check();
SELECT * FROM jb_wall_clock_problems();

-- ---- an event within the notice stays ----
-- any new place would be later
SET SESSION AUTHORIZATION regress_manager;
SELECT min_notice FROM jb_calendar_set('room:n', '{"time_zone": "Europe/Berlin", "min_notice": "1 day"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT start_timestamp FROM jb_schedule('Tomorrow', '1 hour', calendars => '{room:n}');
SELECT start_timestamp FROM jb_schedule('On both', '1 hour', calendars => '{room:a,room:n}');
SELECT event_id, start_timestamp FROM jb_schedule('Cancelled', '3 hours', calendars => '{room:n}') \gset gap_
SELECT start_timestamp FROM jb_schedule('Behind it', '2 hours', calendars => '{room:n}');
SELECT outcome FROM jb_cancel(:gap_event_id);
SELECT test.clock('2026-11-23 12:00+01') \g /dev/null
SELECT old_start_timestamp, new_start_timestamp FROM jb_replan('room:n');
SELECT count(*) FROM jb_replan('room:a');

-- ---- an event that stays claims what it did ----
-- by the buffer of now there would be room beside it
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:buffer', '{"time_zone": "UTC", "buffer_before": "2 hours"}') \g /dev/null
SELECT outcome FROM jb_schedule('With its buffer', '1 hour', '2026-12-09', '12:00', calendars => '{room:buffer}');
SELECT jb_calendar_set('room:buffer', '{"buffer_before": 0}') \g /dev/null
SELECT outcome FROM jb_schedule('Before it', '30 minutes', '2026-12-09', '08:00', calendars => '{room:buffer}');
SELECT outcome FROM jb_schedule('In its way', '1 hour', start_timestamp => '2026-12-09 15:00Z', calendars => '{room:buffer}');
SELECT jb_calendar_set('room:buffer', '{"time_zone": "Etc/GMT+3"}') \g /dev/null
SELECT count(*) FROM jb_rezone('room:buffer');
SELECT * FROM jb_check();

-- ---- many calendars ----
-- an event that keeps its place does not make the call begin anew, which would cost a transaction id each time
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_calendar_set('client:' || n, '{"time_zone": "Europe/Berlin"}')) FROM generate_series(1, 60) n;
SELECT jb_calendar_set('room:m', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT count(*) FROM generate_series(1, 60) n,
  jb_schedule('Fixed', '5 minutes', start_timestamp => '2026-12-07 08:00+01'::timestamptz + n * interval '5 minutes', calendars => ARRAY['room:m', 'client:' || n]);
SELECT pg_current_xact_id() AS before \gset
SELECT count(*) FROM jb_replan('room:m');
SELECT pg_current_xact_id()::text::bigint - :before < 30 AS at_once;
\i test/regress/sql/frame/close.psql
