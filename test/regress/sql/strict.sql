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
