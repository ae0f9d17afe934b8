-- Promise: date and start_time are wall clock of the calendar's zone, on days of 23 and 25 hours too, and a move by date keeps
-- them. How times near a change are read is in test/tap/wall_clock.t, what hours are then in test/core/hours_are_wall_clock.cpp.
-- Could break: PostgreSQL's own cast reads a repeated time as the second, and a day is easily taken for 24 hours.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT test.clock('2026-01-01 00:00Z');
SELECT name FROM jb_calendar_set('berlin', '{"time_zone": "Europe/Berlin"}');
SELECT name FROM jb_calendar_set('berlin:always', '{"time_zone": "Europe/Berlin", "hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "00:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}, "slot_increment": "2 hours"}');
SELECT name FROM jb_calendar_set('berlin:at-two', '{"time_zone": "Europe/Berlin", "hours": {"sunday": [{"start": "02:00", "end": "03:00"}]}}');
SET SESSION AUTHORIZATION regress_secretary;
SET timezone = 'UTC';

-- the second 02:30 can be named as an instant; PostgreSQL's own cast reads the wall clock time as this instant
SELECT start_timestamp, '2026-10-25 02:30 Europe/Berlin'::timestamptz = start_timestamp AS is_what_the_cast_says
  FROM jb_schedule('The second', '1 minute', start_timestamp => '2026-10-25 02:30+01', calendars => '{berlin}');

-- ---- a date is the whole local day ----
-- 23 hours on 29 March, 25 on 25 October
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('All of it', '23 hours', '2026-03-29', calendars => '{berlin:always}', dry_run => true);
SELECT outcome, reason FROM jb_schedule('Too long', '23 hours 1 second', '2026-03-29', calendars => '{berlin:always}', dry_run => true);
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Long', '25 hours', '2026-10-25', calendars => '{berlin:always}', dry_run => true);
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Too long', '25 hours', '2026-10-26', calendars => '{berlin:always}', dry_run => true);

-- ---- a duration is elapsed time ----
-- an hour that begins at 01:30 ends at 03:30 on the wall clock in spring, at 02:30 in autumn
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Spring', '1 hour', '2026-03-29', '01:30', calendars => '{berlin:always}');
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Autumn', '1 hour', '2026-10-25', '01:30', calendars => '{berlin:always}');

-- ---- moving by date keeps the wall clock ----
SELECT event_id FROM jb_schedule('Weekly', '30 minutes', '2026-03-22', '02:15', calendars => '{berlin:at-two}') \gset weekly_
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:weekly_event_id, '2026-06-21');
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:weekly_event_id, '2026-03-29');
-- the wish keeps 02:15 all the same
SELECT date, start_time FROM jb_event(:weekly_event_id);
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:weekly_event_id, '2026-04-05');
-- an event that was wished as an instant keeps its wall clock too
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-03-23 08:00Z', calendars => '{berlin:at-two}') \gset instant_
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:instant_event_id, '2026-03-30');
SELECT date, start_time, wished_start FROM jb_event(:instant_event_id);
\i test/regress/sql/frame/close.psql
