-- Promise: an event goes where it was wished, or to the earliest start that its rules leave open, or nowhere with a reason.
-- Could break: the given arguments alone tell fixed from automatic, and each of the rules can be forgotten.
\i test/regress/sql/frame/open.psql

-- ---- which kind ----
-- date and start_time: fixed, at that wall clock time
SELECT outcome, event_id, start_timestamp, end_timestamp, version, time_zone
  FROM jb_schedule('Board', '90 minutes', '2026-11-23', '09:00', calendars => '{room:a}'); --> placed|1|2026-11-23 09:00:00+01|2026-11-23 10:30:00+01|1|Europe/Berlin
-- start_timestamp: fixed, at that instant, in whatever zone it is written
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('Call from Tokyo', '30 minutes', start_timestamp => '2026-11-23 20:00+09', calendars => '{room:a}'); --> placed|2|2026-11-23 12:00:00+01|2026-11-23 12:30:00+01
-- date alone: automatic, on that date
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('Some time on Tuesday', '1 hour', '2026-11-24', calendars => '{room:a}'); --> placed|3|2026-11-24 08:00:00+01|2026-11-24 09:00:00+01
-- neither: automatic, from now on: 08:00 on Monday is free until 09:00
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('As soon as you can', '1 hour', calendars => '{room:a}'); --> placed|4|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01
-- a window narrows an automatic event
SELECT outcome, event_id, start_timestamp, end_timestamp
  FROM jb_schedule('After lunch', '1 hour', not_before => '2026-11-23 13:00+01', not_after => '2026-11-23 15:00+01',
                   calendars => '{room:a}'); --> placed|5|2026-11-23 13:00:00+01|2026-11-23 14:00:00+01
-- the kind of each event
SELECT id, placement, date, start_time, wished_start, not_before, not_after, duration, status
  FROM jb_events('room:a', '2026-11-01') ORDER BY id; --> 1|fixed|2026-11-23|09:00:00|null|null|null|01:30:00|pending
--> 2|fixed|null|null|2026-11-23 12:00:00+01|null|null|00:30:00|pending
--> 3|automatic|2026-11-24|null|null|null|null|01:00:00|pending
--> 4|automatic|null|null|null|null|null|01:00:00|pending
--> 5|automatic|null|null|null|2026-11-23 13:00:00+01|2026-11-23 15:00:00+01|01:00:00|pending

-- ---- first fit ----
-- 08:00 to 10:30 is full: the next hour starts at 10:30, where the fixed event ends
SELECT start_timestamp, end_timestamp FROM jb_schedule('Fits before 12:00', '90 minutes', calendars => '{room:a}'); --> 2026-11-23 10:30:00+01|2026-11-23 12:00:00+01
-- an event that fits goes into the hole from 12:30 to 13:00, although later events of the day were booked before
SELECT start_timestamp, end_timestamp FROM jb_schedule('Half an hour', '30 minutes', calendars => '{room:a}'); --> 2026-11-23 12:30:00+01|2026-11-23 13:00:00+01
SELECT start_timestamp, end_timestamp FROM jb_schedule('Another one', '30 minutes', calendars => '{room:a}'); --> 2026-11-23 14:00:00+01|2026-11-23 14:30:00+01
-- hours end at 17:00, and Tuesday's first hour is taken by id 3: an event of four hours goes to Tuesday 09:00
SELECT start_timestamp, end_timestamp FROM jb_schedule('Workshop', '4 hours', calendars => '{room:a}'); --> 2026-11-24 09:00:00+01|2026-11-24 13:00:00+01
-- no event longer than a day's hours fits anywhere
SELECT outcome, reason, detail FROM jb_schedule('Marathon', '9 hours 1 second', calendars => '{room:a}');
--> rejected|outside_hours|The calendar's hours hold no stretch of 09:00:01 from 2026-11-23T07:00:00+01:00 to 2027-11-24T07:00:00+01:00.
-- a date outside the hours
SELECT outcome, reason, detail FROM jb_schedule('Sunday', '1 hour', '2026-11-29', calendars => '{room:a}');
--> rejected|outside_hours|The calendar's hours hold no stretch of 01:00:00 from 2026-11-29T00:00:00+01:00 to 2026-11-30T00:00:00+01:00.
-- a start is on the slot increment: after 14:30 with one second more than half an hour comes 15:05
SELECT start_timestamp, end_timestamp
  FROM jb_schedule('Odd length', '30 minutes 1 second', not_before => '2026-11-23 14:00+01', calendars => '{room:a}'); --> 2026-11-23 14:30:00+01|2026-11-23 15:00:01+01
SELECT start_timestamp, end_timestamp
  FROM jb_schedule('After it', '30 minutes', not_before => '2026-11-23 14:00+01', calendars => '{room:a}'); --> 2026-11-23 15:05:00+01|2026-11-23 15:35:00+01

-- ---- the stored event ----
SELECT outcome, event_id FROM jb_schedule('Everything', '45 minutes', '2026-11-25', '10:00:00',
  attendees => '{Jeff,client:7}', event_location => 'Room 1', calendars => '{room:a}', priority => 70); --> placed|12
SELECT event_name, attendees, event_location, calendars, date, start_time, wished_start, duration, not_before, not_after,
       priority, start_timestamp, end_timestamp, status, placement, time_zone, created_at, updated_at, version
  FROM jb_event(12);
--> Everything|{Jeff,client:7}|Room 1|{room:a}|2026-11-25|10:00:00|null|00:45:00|null|null|70|2026-11-25 10:00:00+01|2026-11-25 10:45:00+01|pending|fixed|Europe/Berlin|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01|1
-- duration left out: the calendar's default
SELECT end_timestamp - start_timestamp AS duration
  FROM jb_schedule('Default length', event_date => '2026-11-25', start_time => '12:00', calendars => '{room:a}'); --> 00:30:00
-- fractions of an instant are floored, before and after
SELECT start_timestamp FROM jb_schedule('Floored', '1 minute', start_timestamp => '2026-11-25 13:00:00.999999+01', calendars => '{room:a}'); --> 2026-11-25 13:00:00+01
SELECT start_timestamp FROM jb_schedule('Floored before 1970', '1 minute', start_timestamp => '1969-12-31 23:59:59.5Z',
                                        calendars => '{room:a}', allow_past => true); --> 1970-01-01 00:59:59+01
-- fixed events stand outside hours, on any second, beyond the horizon, where the calendar is not strict
SELECT outcome, start_timestamp FROM jb_schedule('Midnight', '1 hour', '2026-11-28', '23:59:59', calendars => '{room:a}'); --> placed|2026-11-28 23:59:59+01
SELECT outcome, start_timestamp FROM jb_schedule('Far away', '1 hour', '2036-02-29', '12:00', calendars => '{room:a}'); --> placed|2036-02-29 12:00:00+01
-- neighbours may touch
SELECT outcome FROM jb_schedule('Right after the board', '30 minutes', '2026-11-26', '10:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Touches its end', '30 minutes', '2026-11-26', '10:30', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Touches its start', '30 minutes', '2026-11-26', '09:30', calendars => '{room:a}'); --> placed
-- the shortest and the longest
SELECT end_timestamp - start_timestamp AS shortest
  FROM jb_schedule('Blink', '1 second', '2026-11-26', '12:00', calendars => '{room:a}'); --> 00:00:01
SELECT end_timestamp - start_timestamp AS longest
  FROM jb_schedule('Sabbatical', '366 days', '2040-01-01', '00:00', calendars => '{room:a}'); --> 366 days

-- ---- conflicts ----
-- a fixed event never takes the time of a fixed event: the answer names its id, and up to three open starts, the nearest first
SELECT outcome, event_id, start_timestamp, reason, detail, conflicts, rejection_id, version
  FROM jb_schedule('Too late', '30 minutes', '2026-11-26', '10:15', calendars => '{room:a}');
--> rejected|null|null|conflict|From 2026-11-26T10:15:00+01:00 to 2026-11-26T10:45:00+01:00 is taken by events 18, 19.|{18,19}|3|null
-- one second of overlap at either end is an overlap
SELECT outcome, conflicts FROM jb_schedule('One second early', '1 hour', '2026-11-25', '09:00:01', calendars => '{room:a}'); --> rejected|{12}
SELECT outcome, conflicts FROM jb_schedule('One second late', '1 hour', '2026-11-25', '10:44:59', calendars => '{room:a}'); --> rejected|{12}
-- an event that overlaps several names them all, by start
SELECT outcome, detail, conflicts FROM jb_schedule('All day', '24 hours', '2026-11-26', '00:00', calendars => '{room:a}');
--> rejected|From 2026-11-26T00:00:00+01:00 to 2026-11-27T00:00:00+01:00 is taken by events 20, 18, 19, 21.|{20,18,19,21}
-- the alternatives lie on both sides of the wish, the nearest first, and overlap no claim
SELECT alternative FROM jb_schedule('In the way', '30 minutes', '2026-11-25', '10:05', calendars => '{room:a}') s,
       unnest(s.alternatives) AS alternative; --> ["2026-11-25 09:30:00+01","2026-11-25 10:00:00+01")
--> ["2026-11-25 10:45:00+01","2026-11-25 11:15:00+01")
--> ["2026-11-25 09:00:00+01","2026-11-25 09:30:00+01")
-- each alternative is where the same request is placed now
BEGIN;
SELECT outcome FROM jb_schedule('First', '30 minutes', start_timestamp => '2026-11-25 09:30+01', calendars => '{room:a}'); --> placed
ROLLBACK;
BEGIN;
SELECT outcome FROM jb_schedule('Second', '30 minutes', start_timestamp => '2026-11-25 09:25+01', calendars => '{room:a}'); --> placed
ROLLBACK;
BEGIN;
SELECT outcome FROM jb_schedule('Third', '30 minutes', start_timestamp => '2026-11-25 10:45+01', calendars => '{room:a}'); --> placed
ROLLBACK;
-- alternatives keep to the hours and to the horizon, even if the wish did not
SELECT alternative FROM jb_schedule('At night', '1 hour', '2036-02-29', '12:30', calendars => '{room:a}') s,
       unnest(s.alternatives) AS alternative; --> ["2027-11-23 16:00:00+01","2027-11-23 17:00:00+01")
--> ["2027-11-23 15:00:00+01","2027-11-23 16:00:00+01")
--> ["2027-11-23 14:00:00+01","2027-11-23 15:00:00+01")
-- there are none where no automatic event would fit
SELECT outcome, alternatives FROM jb_schedule('Ten hours', '10 hours', '2026-11-25', '10:15', calendars => '{room:a}'); --> rejected|{}
-- an event that has begun is not moved, automatic or not
SELECT test.clock('2026-11-23 08:00+01'); --> 2026-11-23 08:00:00+01
SELECT outcome, conflicts FROM jb_schedule('Now', '10 minutes', '2026-11-23', '08:30', calendars => '{room:a}'); --> rejected|{4}

-- ---- the past ----
-- five minutes before now is not too late, one second more is
SELECT test.clock('2026-11-23 07:05+01'); --> 2026-11-23 07:05:00+01
SELECT outcome FROM jb_schedule('Five minutes ago', '1 minute', '2026-11-23', '07:00', calendars => '{room:a}'); --> placed
SELECT outcome, reason, detail FROM jb_schedule('Too late', '1 minute', '2026-11-23', '06:59:59', calendars => '{room:a}');
--> rejected|in_the_past|The start 2026-11-23T06:59:59+01:00 lies more than five minutes before now, 2026-11-23T07:05:00+01:00.
-- allow_past records an event of the past
SELECT outcome, start_timestamp FROM jb_schedule('Recorded', '1 minute', '2026-11-23', '06:59', calendars => '{room:a}', allow_past => true); --> placed|2026-11-23 06:59:00+01
SELECT outcome, conflicts FROM jb_schedule('Recorded twice', '1 minute', '2026-11-23', '06:59', calendars => '{room:a}', allow_past => true); --> rejected|{27}
-- for an automatic event a date or a window that is over is the past too; allow_past opens none of it
SELECT outcome, reason FROM jb_schedule('Yesterday', '1 hour', '2026-11-22', calendars => '{room:a}', allow_past => true); --> rejected|in_the_past
SELECT outcome, reason FROM jb_schedule('Window passed', '1 hour', not_after => '2026-11-23 07:00+01', calendars => '{room:a}'); --> rejected|in_the_past
-- an automatic event for today starts no sooner than now
SELECT test.clock('2026-11-23 16:02+01'); --> 2026-11-23 16:02:00+01
SELECT start_timestamp FROM jb_schedule('Today', '10 minutes', '2026-11-23', calendars => '{room:a}'); --> 2026-11-23 16:05:00+01
SELECT outcome, reason, detail FROM jb_schedule('No time left today', '50 minutes', '2026-11-23', calendars => '{room:a}');
--> rejected|no_open_slot|No slot of 00:50:00 is open from 2026-11-23T16:02:00+01:00 to 2026-11-24T00:00:00+01:00.

-- ---- the first booking of ceo ----
-- reading ceo before writes nothing and shows the defaults
SELECT name, hours ->> 'monday' AS monday, slot_increment, min_notice, horizon, settled_within, default_duration, strict,
       change_seq, created_at FROM jb_calendar('ceo'); --> ceo|[{"end": "17:00:00", "start": "08:00:00"}]|00:05:00|00:00:00|366 days|00:00:00|00:30:00|f|0|null
SELECT count(*) FROM jb_events('ceo', '2026-01-01'); --> 0
SELECT count(*) FROM jb_slots('1 hour', from_time => '2026-11-23 17:00+01', max_rows => 3); --> 3
SELECT count(*) FROM jb_changes('ceo'); --> 0
SELECT outcome FROM jb_schedule('Only asking', '1 hour', dry_run => true); --> placed
SELECT name FROM jb_calendars(); --> room:a
-- booking makes it
SELECT outcome, event_id IS NOT NULL AS has_id FROM jb_schedule('Jeff', '1 hour', start_timestamp => '2026-12-01 09:00+01'); --> placed|t
SELECT name, change_seq FROM jb_calendars(); --> ceo|1
--> room:a|25

-- Promise: a strict calendar binds fixed events to its hours, increment, notice and horizon, as every calendar binds
-- automatic events. Of several reasons the first is given (rule 2.6.3): in_the_past, beyond_horizon, too_soon,
-- outside_hours, off_increment, conflict, no_open_slot.
-- Could break: rules in another order still refuse, and nobody notices that the reason is another one.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:strict', '{"time_zone": "Europe/Berlin", "strict": true, "min_notice": "24 hours", "horizon": "30 days", "slot_increment": "15 minutes"}'); --> room:strict
SET SESSION AUTHORIZATION regress_secretary;
-- now is Monday 07:00: open from Tuesday 24 November 07:00 to Wednesday 23 December 07:00
SELECT outcome, start_timestamp FROM jb_schedule('Taken', '1 hour', '2026-11-25', '09:00', calendars => '{room:strict}'); --> placed|2026-11-25 09:00:00+01

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
--> the past, hours, increment|rejected|in_the_past|The start 2026-11-22T03:01:00+01:00 lies more than five minutes before now, 2026-11-23T07:00:00+01:00.
--> horizon, hours, increment|rejected|beyond_horizon|It would end after the horizon, 2026-12-23T07:00:00+01:00.
--> horizon by its end only|rejected|beyond_horizon|It would end after the horizon, 2026-12-23T07:00:00+01:00.
--> notice, hours, increment|rejected|too_soon|The calendar asks for notice until 2026-11-24T07:00:00+01:00.
--> notice|rejected|too_soon|The calendar asks for notice until 2026-11-24T07:00:00+01:00.
--> hours, increment|rejected|outside_hours|From 2026-11-28T10:01:00+01:00 to 2026-11-28T11:01:00+01:00 is not within the calendar's hours.
--> hours by its start|rejected|outside_hours|From 2026-11-25T07:45:00+01:00 to 2026-11-25T08:15:00+01:00 is not within the calendar's hours.
--> hours by its end|rejected|outside_hours|From 2026-11-25T16:45:00+01:00 to 2026-11-25T17:15:00+01:00 is not within the calendar's hours.
--> hours across a night|rejected|outside_hours|From 2026-11-25T16:00:00+01:00 to 2026-11-26T09:00:00+01:00 is not within the calendar's hours.
--> increment, conflict|rejected|off_increment|The start is not on the slot increment of 00:15:00.
--> increment by a second|rejected|off_increment|The start is not on the slot increment of 00:15:00.
--> conflict|rejected|conflict|From 2026-11-25T09:15:00+01:00 to 2026-11-25T10:15:00+01:00 is taken by event 1.
--> nothing|placed|null|null
--> nothing: from its opening|placed|null|null
--> nothing: until its closing|placed|null|null
--> nothing: all day|placed|null|null
-- the borders themselves: notice over at 08:00 sharp, the horizon at the end of the event
SELECT test.clock('2026-11-30 08:00+01'); --> 2026-11-30 08:00:00+01
SELECT outcome FROM jb_schedule('In 24 hours', '1 hour', '2026-12-01', '08:00', calendars => '{room:strict}'); --> placed
SELECT outcome, reason FROM jb_schedule('Sooner', '1 hour', '2026-11-30', '16:00', calendars => '{room:strict}'); --> rejected|too_soon
SELECT test.clock('2026-11-30 10:00+01'); --> 2026-11-30 10:00:00+01
SELECT outcome FROM jb_schedule('Ends in 30 days', '1 hour', '2026-12-30', '09:00', calendars => '{room:strict}'); --> placed
SELECT outcome, reason FROM jb_schedule('Ends after them', '1 hour', '2026-12-30', '09:15', calendars => '{room:strict}'); --> rejected|beyond_horizon
-- the alternatives obey all these rules
SELECT alternative FROM jb_schedule('Too soon', '1 hour', '2026-11-30', '11:00', calendars => '{room:strict}') s,
       unnest(s.alternatives) AS alternative; --> ["2026-12-01 10:00:00+01","2026-12-01 11:00:00+01")
--> ["2026-12-01 11:00:00+01","2026-12-01 12:00:00+01")
--> ["2026-12-01 12:00:00+01","2026-12-01 13:00:00+01")
-- a record of the past needs no notice, but it has to lie in the hours
SELECT outcome, reason FROM jb_schedule('Recorded', '1 hour', '2026-11-26', '10:00', calendars => '{room:strict}', allow_past => true); --> placed|null
SELECT outcome, reason FROM jb_schedule('Recorded at night', '1 hour', '2026-11-26', '03:00', calendars => '{room:strict}', allow_past => true); --> rejected|outside_hours
-- allow_past is no way around the notice for a start ahead
SELECT outcome, reason FROM jb_schedule('Not past', '1 hour', '2026-11-30', '12:00', calendars => '{room:strict}', allow_past => true); --> rejected|too_soon

-- ---- automatic: bound everywhere ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:short', '{"time_zone": "Europe/Berlin", "min_notice": "24 hours", "horizon": "7 days", "slot_increment": "1 hour",
  "hours": {"monday": [], "tuesday": [{"start": "09:00", "end": "11:00"}], "wednesday": [{"start": "09:10", "end": "10:40"}], "thursday": [{"start": "22:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "02:00"}]}}');
--> room:short
SELECT test.clock('2026-12-07 10:00+01'); --> 2026-12-07 10:00:00+01
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
              calendars => '{room:short}'); --> the past|rejected|in_the_past|null
--> the past: no room after now|rejected|in_the_past|null
--> the horizon|rejected|beyond_horizon|null
--> the horizon: longer than that|rejected|beyond_horizon|null
--> the horizon: too long with notice|rejected|beyond_horizon|null
--> notice|rejected|too_soon|null
--> notice: a window that ends before|rejected|too_soon|null
--> hours: closed that day|rejected|outside_hours|null
--> hours: only tuesday before notice|rejected|outside_hours|null
--> increment: 09:10 to 10:40|rejected|off_increment|null
--> nothing: 10:00 to 10:40|placed|null|2026-12-09 10:00:00+01
--> nothing: across midnight|placed|null|2026-12-10 22:00:00+01
--> nothing: from now on|placed|null|2026-12-08 10:00:00+01
--> no slot: across midnight is taken|rejected|no_open_slot|null
-- that calendar is not strict: fixed events stand anywhere
SELECT outcome FROM jb_schedule('Fixed on Sunday', '1 hour', '2026-12-13', '03:07', calendars => '{room:short}'); --> placed
SELECT outcome FROM jb_schedule('Fixed next year', '1 hour', '2027-12-13', '03:07', calendars => '{room:short}'); --> placed
\i test/regress/sql/frame/close.psql
