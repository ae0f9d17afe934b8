-- Promise: jb_lead_time tells, for each duration in order, when an event of this duration could be at the earliest on these
-- calendars: where jb_schedule would place it now.
-- Could break: the order of the durations is lost; a duration that fits nowhere drops its row or takes another row's answer.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('Morning', '4 hours', '2026-11-23', '08:00', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Tomorrow', '8 hours 30 minutes', '2026-11-24', '08:00', calendars => '{room:a}');

-- ---- in the order of the durations; without a slot all but the duration is null ----
SELECT * FROM jb_lead_time('{30 minutes,9 hours,1 hour,10 hours,30 minutes}', '{room:a}');
SELECT * FROM jb_lead_time('{PT5H}', '{room:a}');
-- a calendar that was never booked; it is not made
SELECT duration, lead IS NOT NULL AS fits FROM jb_lead_time('{1 hour}');
-- several calendars: when all of them are free
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:late', '{"min_notice": "1 day", "horizon": "3 days", "time_zone": "Europe/Berlin"}') \g /dev/null
SELECT * FROM jb_lead_time('{30 minutes,45 minutes,9 hours}', '{room:a,room:late}');
SELECT * FROM jb_lead_time('{45 minutes}', '{room:late}');

-- ---- it is where jb_schedule goes ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT l.duration, s.start_timestamp = l.start_timestamp AND s.end_timestamp = l.end_timestamp AND s.start_timestamp - jb_now() = l.lead AS is_booked_there
  FROM jb_lead_time('{1 second,15 minutes,59 minutes,1 hour,3 hours,5 hours,9 hours}', '{room:a}') AS l, jb_schedule('Probe', l.duration, calendars => '{room:a}', dry_run => true) AS s;
-- a hundred durations
SELECT count(*), count(lead) FROM jb_lead_time(array_fill(interval '1 minute', '{100}'), '{room:a}');
SELECT jb_lead_json(l, 'room:a') FROM jb_lead_time('{30 minutes,10 hours}', '{room:a}') AS l;

-- ---- each of these must fail ----
SELECT claim, state, message, hint
  FROM (VALUES
    ('no list',            $$jb_lead_time(NULL, '{room:a}')$$),
    ('an empty list',      $$jb_lead_time('{}', '{room:a}')$$),
    ('101 durations',      $$jb_lead_time(array_fill(interval '1 minute', '{101}'), '{room:a}')$$),
    ('a null among them',  $$jb_lead_time('{1 hour,NULL}', '{room:a}')$$),
    ('a month among them', $$jb_lead_time('{1 hour,2 hours,1 month}', '{room:a}')$$),
    ('a fraction',         $$jb_lead_time('{1.5 seconds}', '{room:a}')$$),
    ('more than a year',   $$jb_lead_time('{367 days}', '{room:a}')$$),
    ('no calendar',        $$jb_lead_time('{1 hour}', '{}')$$),
    ('an unknown one',     $$jb_lead_time('{1 hour}', '{room:a,room:nowhere}')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);
-- all faults are told at once
SELECT detail FROM test.refusal($$SELECT jb_lead_time('{0,1 hour,1 month}', '{NULL}')$$);
\i test/regress/sql/frame/close.psql
