-- Promise: an event goes where it was wished, or to the earliest start that its rules leave open, or nowhere with a reason.
-- Could break: the given arguments alone tell fixed from automatic, and each of the rules can be forgotten.
\i test/regress/sql/frame/open.psql

-- ---- which kind ----
-- date and start_time: fixed, at that wall clock time
SELECT outcome, event_id, start_timestamp, end_timestamp, version, time_zone
  FROM jb_schedule('Board', '90 minutes', '2026-11-23', '09:00', calendars => '{room:a}');
-- start_timestamp: fixed, at that instant, in whatever zone it is written
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('Call from Tokyo', '30 minutes', start_timestamp => '2026-11-23 20:00+09', calendars => '{room:a}');
-- date alone: automatic, on that date
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('Some time on Tuesday', '1 hour', '2026-11-24', calendars => '{room:a}');
-- neither: automatic, from now on: 08:00 on Monday is free until 09:00
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('As soon as you can', '1 hour', calendars => '{room:a}');
-- a window narrows an automatic event
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('After lunch', '1 hour', not_before => '2026-11-23 13:00+01', not_after => '2026-11-23 15:00+01',
                   calendars => '{room:a}');
-- the kind of each event
SELECT id, placement, date, start_time, wished_start, not_before, not_after, duration, status
  FROM jb_events('room:a', '2026-11-01') ORDER BY id;

-- ---- first fit ----
-- 08:00 to 10:30 is full: the next hour starts at 10:30, where the fixed event ends
SELECT start_timestamp, end_timestamp FROM jb_schedule('Fits before 12:00', '90 minutes', calendars => '{room:a}');
-- an event that fits goes into the hole from 12:30 to 13:00, although later events of the day were booked before
SELECT start_timestamp, end_timestamp FROM jb_schedule('Half an hour', '30 minutes', calendars => '{room:a}');
SELECT start_timestamp, end_timestamp FROM jb_schedule('Another one', '30 minutes', calendars => '{room:a}');
-- hours end at 17:00, and Tuesday's first hour is taken by id 3: an event of four hours goes to Tuesday 09:00
SELECT start_timestamp, end_timestamp FROM jb_schedule('Workshop', '4 hours', calendars => '{room:a}');
-- no event longer than a day's hours fits anywhere
SELECT outcome, reason, detail FROM jb_schedule('Marathon', '9 hours 1 second', calendars => '{room:a}');
-- a date outside the hours
SELECT outcome, reason, detail FROM jb_schedule('Sunday', '1 hour', '2026-11-29', calendars => '{room:a}');
-- a start is on the slot increment: after 14:30 with one second more than half an hour comes 15:05
SELECT start_timestamp, end_timestamp
  FROM jb_schedule('Odd length', '30 minutes 1 second', not_before => '2026-11-23 14:00+01', calendars => '{room:a}');
SELECT start_timestamp, end_timestamp
  FROM jb_schedule('After it', '30 minutes', not_before => '2026-11-23 14:00+01', calendars => '{room:a}');

-- ---- the stored event ----
SELECT outcome, event_id FROM jb_schedule('Everything', '45 minutes', '2026-11-25', '10:00:00',
  attendees => '{Jeff,client:7}', event_location => 'Room 1', calendars => '{room:a}', priority => 70);
SELECT event_name, attendees, event_location, calendars, date, start_time, wished_start, duration, not_before, not_after,
       priority, start_timestamp, end_timestamp, status, placement, time_zone, created_at, updated_at, version
  FROM jb_event(12);
-- duration left out: the calendar's default
SELECT end_timestamp - start_timestamp AS duration
  FROM jb_schedule('Default length', event_date => '2026-11-25', start_time => '12:00', calendars => '{room:a}');
-- fractions of an instant are floored, before and after
SELECT start_timestamp FROM jb_schedule('Floored', '1 minute', start_timestamp => '2026-11-25 13:00:00.999999+01', calendars => '{room:a}');
SELECT start_timestamp FROM jb_schedule('Floored before 1970', '1 minute', start_timestamp => '1969-12-31 23:59:59.5Z',
                                        calendars => '{room:a}', allow_past => true);
-- fixed events stand outside hours, on any second, beyond the horizon, where the calendar is not strict
SELECT outcome, start_timestamp FROM jb_schedule('Midnight', '1 hour', '2026-11-28', '23:59:59', calendars => '{room:a}');
SELECT outcome, start_timestamp FROM jb_schedule('Far away', '1 hour', '2036-02-29', '12:00', calendars => '{room:a}');
-- neighbours may touch
SELECT outcome FROM jb_schedule('Right after the board', '30 minutes', '2026-11-26', '10:00', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Touches its end', '30 minutes', '2026-11-26', '10:30', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Touches its start', '30 minutes', '2026-11-26', '09:30', calendars => '{room:a}');
-- the shortest and the longest
SELECT end_timestamp - start_timestamp AS shortest
  FROM jb_schedule('Blink', '1 second', '2026-11-26', '12:00', calendars => '{room:a}');
SELECT end_timestamp - start_timestamp AS longest
  FROM jb_schedule('Sabbatical', '366 days', '2040-01-01', '00:00', calendars => '{room:a}');

-- ---- conflicts ----
-- a fixed event never takes the time of a fixed event: the answer names its id, and up to three open starts, the nearest first
SELECT outcome, event_id, start_timestamp, reason, detail, conflicts, rejection_id, version
  FROM jb_schedule('Too late', '30 minutes', '2026-11-26', '10:15', calendars => '{room:a}');
-- one second of overlap at either end is an overlap
SELECT outcome, conflicts FROM jb_schedule('One second early', '1 hour', '2026-11-25', '09:00:01', calendars => '{room:a}');
SELECT outcome, conflicts FROM jb_schedule('One second late', '1 hour', '2026-11-25', '10:44:59', calendars => '{room:a}');
-- an event that overlaps several names them all, by start
SELECT outcome, detail, conflicts FROM jb_schedule('All day', '24 hours', '2026-11-26', '00:00', calendars => '{room:a}');
-- the alternatives lie on both sides of the wish, the nearest first, and overlap no claim
SELECT alternative FROM jb_schedule('In the way', '30 minutes', '2026-11-25', '10:05', calendars => '{room:a}') s,
       unnest(s.alternatives) AS alternative;
-- each alternative is where the same request is placed now
BEGIN;
SELECT outcome FROM jb_schedule('First', '30 minutes', start_timestamp => '2026-11-25 09:30+01', calendars => '{room:a}');
ROLLBACK;
BEGIN;
SELECT outcome FROM jb_schedule('Second', '30 minutes', start_timestamp => '2026-11-25 09:25+01', calendars => '{room:a}');
ROLLBACK;
BEGIN;
SELECT outcome FROM jb_schedule('Third', '30 minutes', start_timestamp => '2026-11-25 10:45+01', calendars => '{room:a}');
ROLLBACK;
-- alternatives keep to the hours and to the horizon, even if the wish did not
SELECT alternative FROM jb_schedule('At night', '1 hour', '2036-02-29', '12:30', calendars => '{room:a}') s,
       unnest(s.alternatives) AS alternative;
-- there are none where no automatic event would fit
SELECT outcome, alternatives FROM jb_schedule('Ten hours', '10 hours', '2026-11-25', '10:15', calendars => '{room:a}');
-- an event that has begun is not moved, automatic or not
SELECT test.clock('2026-11-23 08:00+01');
SELECT outcome, conflicts FROM jb_schedule('Now', '10 minutes', '2026-11-23', '08:30', calendars => '{room:a}');

-- ---- the past ----
-- five minutes before now is not too late, one second more is
SELECT test.clock('2026-11-23 07:05+01');
SELECT outcome FROM jb_schedule('Five minutes ago', '1 minute', '2026-11-23', '07:00', calendars => '{room:a}');
SELECT outcome, reason, detail FROM jb_schedule('Too late', '1 minute', '2026-11-23', '06:59:59', calendars => '{room:a}');
-- allow_past records an event of the past
SELECT outcome, start_timestamp FROM jb_schedule('Recorded', '1 minute', '2026-11-23', '06:59', calendars => '{room:a}', allow_past => true);
SELECT outcome, conflicts FROM jb_schedule('Recorded twice', '1 minute', '2026-11-23', '06:59', calendars => '{room:a}', allow_past => true);
-- for an automatic event a date or a window that is over is the past too; allow_past opens none of it
SELECT outcome, reason FROM jb_schedule('Yesterday', '1 hour', '2026-11-22', calendars => '{room:a}', allow_past => true);
SELECT outcome, reason FROM jb_schedule('Window passed', '1 hour', not_after => '2026-11-23 07:00+01', calendars => '{room:a}');
-- an automatic event for today starts no sooner than now
SELECT test.clock('2026-11-23 16:02+01');
SELECT start_timestamp FROM jb_schedule('Today', '10 minutes', '2026-11-23', calendars => '{room:a}');
SELECT outcome, reason, detail FROM jb_schedule('No time left today', '50 minutes', '2026-11-23', calendars => '{room:a}');

-- ---- the first booking of ceo ----
-- reading ceo before writes nothing and shows the defaults
SELECT name, hours ->> 'monday' AS monday, slot_increment, min_notice, horizon, settled_within, default_duration, strict,
       change_seq, created_at FROM jb_calendar('ceo');
SELECT count(*) FROM jb_events('ceo', '2026-01-01');
SELECT count(*) FROM jb_slots('1 hour', from_time => '2026-11-23 17:00+01', max_rows => 3);
SELECT count(*) FROM jb_changes('ceo');
SELECT outcome FROM jb_schedule('Only asking', '1 hour', dry_run => true);
SELECT name FROM jb_calendars();
-- booking makes it
SELECT outcome, event_id IS NOT NULL AS has_id FROM jb_schedule('Jeff', '1 hour', start_timestamp => '2026-12-01 09:00+01');
SELECT name, change_seq FROM jb_calendars();

-- Promise: a strict calendar binds fixed events to its hours, increment, notice and horizon, as every calendar binds
-- automatic events. Of several reasons the first is given (rule 2.6.3): in_the_past, beyond_horizon, too_soon,
-- outside_hours, off_increment, conflict, no_open_slot.
-- Could break: rules in another order still refuse, and nobody notices that the reason is another one.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:strict', '{"time_zone": "Europe/Berlin", "strict": true, "min_notice": "24 hours", "horizon": "30 days", "slot_increment": "15 minutes"}');
SET SESSION AUTHORIZATION regress_secretary;
-- now is Monday 07:00: open from Tuesday 24 November 07:00 to Wednesday 23 December 07:00
SELECT outcome, start_timestamp FROM jb_schedule('Taken', '1 hour', '2026-11-25', '09:00', calendars => '{room:strict}');

-- ---- fixed: each wish breaks the named rule and as many of the rules after it as it can ----
SELECT breaks, outcome, reason, detail
  FROM (VALUES
    ('the past, hours, increment',  '2026-11-22', '03:01', '1 hour'),
    ('horizon, hours, increment',   '2026-12-26', '03:01', '1 hour'),
    ('horizon by its end only',     '2026-12-23', '06:30', '1 hour'),
    ('notice, hours, increment',    '2026-11-23', '07:01', '1 hour'),
    ('notice',                      '2026-11-23', '09:00', '1 hour'),
    ('hours, increment',            '2026-11-28', '10:01', '1 hour'),
    ('hours by its start',          '2026-11-25', '07:45', '30 minutes'),
    ('hours by its end',            '2026-11-25', '16:45', '30 minutes'),
    ('hours across a night',        '2026-11-25', '16:00', '17 hours'),
    ('increment, conflict',         '2026-11-25', '09:10', '1 hour'),
    ('increment by a second',       '2026-11-26', '09:00:01', '1 hour'),
    ('conflict',                    '2026-11-25', '09:15', '1 hour'),
    ('nothing',                     '2026-11-25', '10:00', '1 hour'),
    ('nothing: from its opening',   '2026-11-26', '08:00', '1 hour'),
    ('nothing: until its closing',  '2026-11-26', '16:00', '1 hour'),
    ('nothing: all day',            '2026-11-27', '08:00', '9 hours')
  ) AS wish (breaks, date, start_time, duration),
  jb_schedule(breaks, duration::interval, date::date, start_time::time, calendars => '{room:strict}');
-- the borders themselves: notice over at 08:00 sharp, the horizon at the end of the event
SELECT test.clock('2026-11-30 08:00+01');
SELECT outcome FROM jb_schedule('In 24 hours', '1 hour', '2026-12-01', '08:00', calendars => '{room:strict}');
SELECT outcome, reason FROM jb_schedule('Sooner', '1 hour', '2026-11-30', '16:00', calendars => '{room:strict}');
SELECT test.clock('2026-11-30 10:00+01');
SELECT outcome FROM jb_schedule('Ends in 30 days', '1 hour', '2026-12-30', '09:00', calendars => '{room:strict}');
SELECT outcome, reason FROM jb_schedule('Ends after them', '1 hour', '2026-12-30', '09:15', calendars => '{room:strict}');
-- the alternatives obey all these rules
SELECT alternative FROM jb_schedule('Too soon', '1 hour', '2026-11-30', '11:00', calendars => '{room:strict}') s,
       unnest(s.alternatives) AS alternative;
-- a record of the past needs no notice, but it has to lie in the hours
SELECT outcome, reason FROM jb_schedule('Recorded', '1 hour', '2026-11-26', '10:00', calendars => '{room:strict}', allow_past => true);
SELECT outcome, reason FROM jb_schedule('Recorded at night', '1 hour', '2026-11-26', '03:00', calendars => '{room:strict}', allow_past => true);
-- allow_past is no way around the notice for a start ahead
SELECT outcome, reason FROM jb_schedule('Not past', '1 hour', '2026-11-30', '12:00', calendars => '{room:strict}', allow_past => true);

-- ---- automatic: bound everywhere ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:short', '{"time_zone": "Europe/Berlin", "min_notice": "24 hours", "horizon": "7 days", "slot_increment": "1 hour",
  "hours": {"monday": [], "tuesday": [{"start": "09:00", "end": "11:00"}], "wednesday": [{"start": "09:10", "end": "10:40"}], "thursday": [{"start": "22:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "02:00"}]}}');
SELECT test.clock('2026-12-07 10:00+01');
SET SESSION AUTHORIZATION regress_secretary;
-- open from Tuesday 8 December 10:00 to Monday 14 December 10:00
SELECT breaks, outcome, reason, start_timestamp
  FROM (VALUES
    ('the past',                          '2026-12-06', NULL, NULL, '1 hour'),
    ('the past: no room after now',       NULL, NULL, '2026-12-07 10:30+01', '1 hour'),
    ('the horizon',                       '2026-12-15', NULL, NULL, '1 hour'),
    ('the horizon: longer than that',     NULL, NULL, NULL, '8 days'),
    ('the horizon: too long with notice', NULL, NULL, NULL, '6 days 1 second'),
    ('notice',                            '2026-12-07', NULL, NULL, '1 hour'),
    ('notice: a window that ends before', NULL, NULL, '2026-12-08 10:59:59+01', '1 hour'),
    ('hours: closed that day',            '2026-12-12', NULL, NULL, '1 hour'),
    ('hours: only tuesday before notice', '2026-12-08', NULL, NULL, '90 minutes'),
    ('increment: 09:10 to 10:40',         '2026-12-09', NULL, NULL, '1 hour'),
    ('nothing: 10:00 to 10:40',           '2026-12-09', NULL, NULL, '40 minutes'),
    ('nothing: across midnight',          NULL, NULL, NULL, '4 hours'),
    ('nothing: from now on',              NULL, NULL, NULL, '1 hour'),
    ('no slot: across midnight is taken', NULL, NULL, NULL, '3 hours')
  ) AS wish (breaks, date, not_before, not_after, duration),
  jb_schedule(breaks, duration::interval, date::date, not_before => not_before::timestamptz, not_after => not_after::timestamptz,
              calendars => '{room:short}');
-- that calendar is not strict: fixed events stand anywhere
SELECT outcome FROM jb_schedule('Fixed on Sunday', '1 hour', '2026-12-13', '03:07', calendars => '{room:short}');
SELECT outcome FROM jb_schedule('Fixed next year', '1 hour', '2027-12-13', '03:07', calendars => '{room:short}');
\i test/regress/sql/frame/close.psql
