-- Promise: date, start_time and hours are wall clock of the calendar's zone, on days of 23 and 25 hours too. A skipped time
-- is read with the offset before the change; a time that occurs twice is the first (RFC 5545, 3.3.5).
-- Could break: PostgreSQL's own cast reads a repeated time as the second, and a day is easily taken for 24 hours.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT test.clock('2026-01-01 00:00Z');
SELECT name FROM jb_calendar_set('berlin', '{"time_zone": "Europe/Berlin"}');
SELECT name FROM jb_calendar_set('berlin:always', '{"time_zone": "Europe/Berlin", "hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "00:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}, "slot_increment": "2 hours"}');
SELECT name FROM jb_calendar_set('berlin:at-two', '{"time_zone": "Europe/Berlin", "hours": {"sunday": [{"start": "02:00", "end": "03:00"}]}}');
SELECT name FROM jb_calendar_set('new-york', '{"time_zone": "America/New_York"}');
SELECT name FROM jb_calendar_set('lord-howe', '{"time_zone": "Australia/Lord_Howe"}');
SELECT name FROM jb_calendar_set('apia', '{"time_zone": "Pacific/Apia"}');
SELECT name FROM jb_calendar_set('kathmandu', '{"time_zone": "Asia/Kathmandu"}');
SELECT name FROM jb_calendar_set('utc', '{"time_zone": "UTC"}');
SET SESSION AUTHORIZATION regress_secretary;
SET timezone = 'UTC';

-- ---- a fixed wish on either side of a change, and in it ----
SELECT calendar, date, start_time, s.start_timestamp AS utc, jb_timestamp_text(s.start_timestamp, s.time_zone) AS there
  FROM (VALUES ('berlin', '2026-03-28', '02:30'),      -- the day before
               ('berlin', '2026-03-29', '01:59:59'),   -- the last second of winter
               ('berlin', '2026-03-29', '02:00'),      -- skipped
               ('berlin', '2026-03-29', '02:30'),      -- skipped
               ('berlin', '2026-03-29', '03:45'),      -- summer
               ('berlin', '2026-10-25', '01:30'),      -- summer
               ('berlin', '2026-10-25', '02:00'),      -- twice: the first
               ('berlin', '2026-10-25', '02:30'),      -- twice: the first
               ('berlin', '2026-10-25', '03:00'),      -- winter
               ('new-york', '2026-03-08', '02:30'),   -- skipped
               ('new-york', '2026-11-01', '01:30'),   -- twice: the first
               ('lord-howe', '2026-10-04', '02:15'),  -- skipped, by half an hour
               ('lord-howe', '2026-04-05', '01:45'),  -- twice: the first
               ('apia', '2011-12-29', '12:00'),       -- the day before the one that Samoa skipped
               ('apia', '2011-12-30', '12:00'),       -- skipped, like all of that day
               ('kathmandu', '2026-06-01', '00:00'),  -- an offset of quarters
               ('utc', '2026-03-29', '02:30')
       ) AS wish (calendar, date, start_time),
       jb_schedule(calendar || ' ' || date, '1 second', date::date, start_time::time, calendars => ARRAY[calendar],
                   allow_past => true) AS s;
-- the second 02:30 can be named as an instant; PostgreSQL's own cast reads the wall clock time as this instant
SELECT start_timestamp, '2026-10-25 02:30 Europe/Berlin'::timestamptz = start_timestamp AS is_what_the_cast_says
  FROM jb_schedule('The second', '1 minute', start_timestamp => '2026-10-25 02:30+01', calendars => '{berlin}');

-- ---- hours ----
-- 08:00 stays 08:00: on the last working day before each change and on the first one after it
SELECT day, jb_timestamp_text(lower(slot), 'Europe/Berlin') AS first_slot
  FROM unnest('{2026-03-27,2026-03-30,2026-10-23,2026-10-26}'::date[]) AS day,
       jb_slots('1 hour', '{berlin}', day::timestamptz, max_rows => 1) AS slot;
-- 09:00 to 17:00 in Kathmandu begins on no whole hour in UTC
SELECT slot FROM jb_slots('9 hours', '{kathmandu}', '2026-06-01', max_rows => 2) AS slot;
-- an hour that is skipped is never open; an hour that occurs twice is open both times
SELECT slot FROM jb_slots('30 minutes', '{berlin:at-two}', '2026-03-22', '2026-04-12', max_rows => 20) AS slot
 WHERE lower(slot)::time IN ('01:00', '00:00');
SELECT slot FROM jb_slots('2 hours', '{berlin:at-two}', '2026-01-02') AS slot;

-- ---- a date is the whole local day ----
-- 23 hours on 29 March, 25 on 25 October
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('All of it', '23 hours', '2026-03-29', calendars => '{berlin:always}', dry_run => true);
SELECT outcome, reason FROM jb_schedule('Too long', '23 hours 1 second', '2026-03-29', calendars => '{berlin:always}', dry_run => true);
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Long', '25 hours', '2026-10-25', calendars => '{berlin:always}', dry_run => true);
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Too long', '25 hours', '2026-10-26', calendars => '{berlin:always}', dry_run => true);

-- ---- the increment is counted on the wall clock from midnight ----
-- every two hours: 02:00 does not exist on 29 March, 02:00 comes twice on 25 October
SELECT jb_timestamp_text(lower(slot), 'Europe/Berlin') AS starts
  FROM jb_slots('10 minutes', '{berlin:always}', '2026-03-28 23:00Z', '2026-03-29 06:00Z') AS slot;
SELECT jb_timestamp_text(lower(slot), 'Europe/Berlin') AS starts
  FROM jb_slots('10 minutes', '{berlin:always}', '2026-10-24 22:00Z', '2026-10-25 05:00Z') AS slot;

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

-- ---- answers carry the calendar's offset ----
SELECT jb_timestamp_text('2026-03-29 00:59:59Z', 'Europe/Berlin'), jb_timestamp_text('2026-03-29 01:00Z', 'Europe/Berlin');
SELECT jb_timestamp_text('2026-10-25 00:30Z', 'Europe/Berlin'), jb_timestamp_text('2026-10-25 01:30Z', 'Europe/Berlin');
SELECT jb_timestamp_text('1970-01-01 00:00Z', 'Africa/Monrovia'), jb_timestamp_text('2026-01-01 00:00Z', 'Asia/Kathmandu');
\i test/regress/sql/frame/close.psql
