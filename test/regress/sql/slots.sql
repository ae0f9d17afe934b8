-- Promise: jb_slots offers exactly the starts at which jb_schedule would place an automatic event now, the earliest first.
-- Could break: two implementations of one rule drift apart; the last slot before a border is one second too long.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('Morning', '2 hours', '2026-11-23', '09:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Off the increment', '61 minutes 1 second', '2026-11-23', '12:07', calendars => '{room:a}'); --> placed

-- ---- what is offered ----
SELECT slot FROM jb_slots('1 hour', '{room:a}', max_rows => 4) AS slot; --> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")
--> ["2026-11-23 11:00:00+01","2026-11-23 12:00:00+01")
--> ["2026-11-23 11:05:00+01","2026-11-23 12:05:00+01")
--> ["2026-11-23 13:10:00+01","2026-11-23 14:10:00+01")
-- ten slots unless the caller says otherwise
SELECT count(*) FROM jb_slots('1 hour', '{room:a}'); --> 10
-- before the fixed event, and right after it where the increment allows
SELECT slot FROM jb_slots('45 minutes', '{room:a}', '2026-11-23 10:30+01', '2026-11-23 14:00+01') AS slot; --> ["2026-11-23 11:00:00+01","2026-11-23 11:45:00+01")
--> ["2026-11-23 11:05:00+01","2026-11-23 11:50:00+01")
--> ["2026-11-23 11:10:00+01","2026-11-23 11:55:00+01")
--> ["2026-11-23 11:15:00+01","2026-11-23 12:00:00+01")
--> ["2026-11-23 11:20:00+01","2026-11-23 12:05:00+01")
--> ["2026-11-23 13:10:00+01","2026-11-23 13:55:00+01")
--> ["2026-11-23 13:15:00+01","2026-11-23 14:00:00+01")
-- the whole slot lies in the range
SELECT slot FROM jb_slots('1 hour', '{room:a}', '2026-11-24 09:01+01', '2026-11-24 10:10+01') AS slot; --> ["2026-11-24 09:05:00+01","2026-11-24 10:05:00+01")
--> ["2026-11-24 09:10:00+01","2026-11-24 10:10:00+01")
SELECT count(*) FROM jb_slots('1 hour', '{room:a}', '2026-11-24 09:00+01', '2026-11-24 09:59:59+01'); --> 0
SELECT count(*) FROM jb_slots('1 hour', '{room:a}', '2026-11-24 09:00+01', '2026-11-24 09:00+01'); --> 0
-- not in the past, whatever the range says
SELECT slot FROM jb_slots('9 hours', '{room:a}', '2020-01-01', max_rows => 1) AS slot; --> ["2026-11-24 08:00:00+01","2026-11-24 17:00:00+01")
SELECT count(*) FROM jb_slots('1 hour', '{room:a}', '2020-01-01', '2026-11-23 07:00+01'); --> 0
-- infinite borders are no borders
SELECT count(*) FROM jb_slots('1 hour', '{room:a}', '-infinity', 'infinity', 3); --> 3
-- until the horizon: the last one ends on Tuesday 23 November 2027 at 17:00, the horizon is the day after at 07:00
SELECT slot FROM jb_slots('9 hours', '{room:a}', '2027-11-22', max_rows => 10) AS slot; --> ["2027-11-22 08:00:00+01","2027-11-22 17:00:00+01")
--> ["2027-11-23 08:00:00+01","2027-11-23 17:00:00+01")
-- a duration that fits nowhere is offered nowhere
SELECT count(*) FROM jb_slots('9 hours 1 second', '{room:a}'); --> 0

-- ---- several calendars: where all of them are free, by the rules of each ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:coarse', '{"slot_increment": "1 hour", "time_zone": "Europe/Berlin"}') \g /dev/null
SELECT outcome FROM jb_schedule('There', '1 hour', '2026-11-23', '12:00', calendars => '{room:coarse}'); --> placed
SELECT slot FROM jb_slots('1 hour', '{room:a,room:coarse}', max_rows => 4) AS slot; --> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")
--> ["2026-11-23 11:00:00+01","2026-11-23 12:00:00+01")
--> ["2026-11-23 14:00:00+01","2026-11-23 15:00:00+01")
--> ["2026-11-23 15:00:00+01","2026-11-23 16:00:00+01")
-- in whichever order they are named
SELECT array_agg(slot) = (SELECT array_agg(slot) FROM jb_slots('1 hour', '{room:coarse,room:a}') AS slot) AS same
  FROM jb_slots('1 hour', '{room:a,room:coarse}') AS slot; --> t
-- after the longest notice, before the nearest horizon
SELECT jb_calendar_set('room:late', '{"min_notice": "1 day", "horizon": "30 days", "time_zone": "Europe/Berlin"}') \g /dev/null
SELECT jb_calendar_set('room:near', '{"min_notice": "1 hour", "horizon": "2 days", "time_zone": "Europe/Berlin"}') \g /dev/null
SELECT min(lower(slot)), max(upper(slot)) FROM jb_slots('1 hour', '{room:a,room:late,room:near}', max_rows => 1000) AS slot; --> 2026-11-24 08:00:00+01|2026-11-24 17:00:00+01
-- the first is where jb_schedule goes, and each can be booked
SELECT duration, lower(slot) = s.start_timestamp AS is_booked_there
  FROM unnest('{1 second,45 minutes,1 hour,3 hours,9 hours}'::interval[]) AS duration,
       jb_slots(duration, '{room:a,room:coarse,room:late}', max_rows => 1) AS slot,
       jb_schedule('Probe', duration, calendars => '{room:a,room:coarse,room:late}', dry_run => true) s; --> 00:00:01|t
--> 00:45:00|t
--> 01:00:00|t
--> 03:00:00|t
--> 09:00:00|t
SELECT s.outcome, cardinality(s.moves) AS moves, count(*)
  FROM jb_slots('45 minutes', '{room:a,room:coarse,room:late}', max_rows => 50) AS slot,
       jb_schedule('Probe', '45 minutes', not_before => lower(slot), not_after => upper(slot), calendars => '{room:late,room:coarse,room:a}', dry_run => true) s
 GROUP BY 1, 2; --> placed|0|50

-- ---- other cases ----
-- a calendar that was never booked
SELECT upper(slot) - lower(slot) AS length FROM jb_slots('1 hour', max_rows => 1) AS slot; --> 01:00:00

-- ---- slots from opening time (rule 2.3.4): each span counts anew ----
RESET SESSION AUTHORIZATION;
SELECT name, slots_from FROM unnest('{open:two,open:half,open:fifty,open:night}'::text[], ARRAY[
  '{"hours": {"tuesday": [{"start": "08:00", "end": "12:00"}, {"start": "12:30", "end": "17:30"}]}, "slot_increment": 3600, "strict": true}',
  '{"hours": {"tuesday": [{"start": "09:30", "end": "12:30"}]}, "slot_increment": 3600}',
  '{"hours": {"tuesday": [{"start": "09:00", "end": "12:30"}]}, "slot_increment": 3000}',
  '{"hours": {"tuesday": [{"start": "21:30", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "03:00"}]}, "slot_increment": 3600}']::jsonb[]) AS c (calendar, settings),
  jb_calendar_set(calendar, settings || '{"slots_from": "opening", "time_zone": "Europe/Berlin"}'); --> open:two|opening
--> open:half|opening
--> open:fifty|opening
--> open:night|opening
SET SESSION AUTHORIZATION regress_secretary;
SELECT c.name, string_agg(to_char(lower(s), 'HH24:MI'), ' ' ORDER BY lower(s)) AS starts
  FROM unnest('{open:two,open:half,open:fifty,open:night}'::text[]) AS c (name), jb_slots('50 minutes', ARRAY[c.name], '2026-11-24', '2026-11-25 12:00+01') s GROUP BY 1 ORDER BY 1;
--> open:fifty|09:00 09:50 10:40 11:30
--> open:half|09:30 10:30 11:30
--> open:night|21:30 22:30 23:30 00:00 01:00 02:00
--> open:two|08:00 09:00 10:00 11:00 12:30 13:30 14:30 15:30 16:30
-- an event goes over the midnight at which the count begins anew
SELECT string_agg(to_char(lower(s), 'HH24:MI'), ' ' ORDER BY lower(s)) FROM jb_slots('2 hours', '{open:night}', '2026-11-24', '2026-11-25 12:00+01') s; --> 21:30 22:30 23:30 00:00 01:00
-- with others: where both have a start
SELECT string_agg(to_char(lower(s), 'HH24:MI'), ' ' ORDER BY lower(s)) FROM jb_slots('30 minutes', '{open:two,open:half}', '2026-11-24', '2026-11-25') s; --> null
SELECT string_agg(to_char(lower(s), 'HH24:MI'), ' ' ORDER BY lower(s)) FROM jb_slots('30 minutes', '{open:two,room:a}', '2026-11-24', '2026-11-25') s;
--> 08:00 09:00 10:00 11:00 12:30 13:30 14:30 15:30 16:30
-- placing, refusing, explaining and lead time ask the same
SELECT outcome, to_char(start_timestamp, 'HH24:MI') FROM jb_schedule('Noon', '1 hour', '2026-11-24', '12:30', calendars => '{open:two}'); --> placed|12:30
SELECT outcome, reason, detail, facts ->> 'slot_increment' AS increment FROM jb_schedule('Between', '1 hour', '2026-11-24', '14:00', calendars => '{open:two}');
--> rejected|off_increment|The start is not on the slot increment of 01:00:00.|3600
SELECT verdict, reason, detail FROM jb_explain('Next', '1 hour', not_before => '2026-11-24 13:30+01', not_after => '2026-11-24 15:00+01', calendars => '{open:two}');
--> passed_over|outside_window|It was asked for from 2026-11-24T13:30:00+01:00 on.
--> later|null|An earlier start is open.
--> placed|null|It is the earliest start that every rule allows.
SELECT start_timestamp FROM jb_lead_time('{4 hours}', '{open:two}'); --> 2026-11-24 08:00:00+01
-- a date of its own has marks of its own; and back to midnight
RESET SESSION AUTHORIZATION;
SELECT jb_availability_set('open:half', '2026-11-24', '[{"start": "10:10", "end": "13:00"}]') \g /dev/null
SELECT string_agg(to_char(lower(s), 'HH24:MI'), ' ' ORDER BY lower(s)) FROM jb_slots('30 minutes', '{open:half}', '2026-11-24', '2026-11-25') s; --> 10:10 11:10 12:10
SELECT slots_from FROM jb_calendar_set('open:half', '{"slots_from": null}'); --> midnight
SELECT string_agg(to_char(lower(s), 'HH24:MI'), ' ' ORDER BY lower(s)) FROM jb_slots('30 minutes', '{open:half}', '2026-11-24', '2026-11-25') s; --> 11:00 12:00
-- each must fail
SELECT state, message FROM test.refusal($$SELECT jb_calendar_set('open:half', '{"slots_from": "noon"}')$$); --> 22023|invalid slots_from "noon": it must be midnight or opening
SELECT state, message FROM test.refusal($$SELECT jb_calendar_set('open:half', '{"slots_from": 5}')$$); --> 22023|invalid slots_from "5": it must be a text
SET SESSION AUTHORIZATION regress_secretary;
-- asking changes nothing
SELECT seq, kind FROM jb_changes('room:a'); --> 1|placed
--> 2|placed

-- Promise: jb_busy is exactly the claimed time of a calendar between two instants: clipped to the two instants, joined
-- where claims touch, and nothing else.
-- Could break: a claim across a bound is left out or told in full; an event without a claim (cancelled, waiting) counts.
\i test/regress/sql/frame/open.psql
SELECT jb_busy('room:a', '2026-11-23 00:00+01', '2026-11-24 00:00+01'); --> {}
SELECT outcome FROM jb_schedule('Nine', '1 hour', '2026-11-23', '09:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Ten', '1 hour', '2026-11-23', '10:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Noon', '90 minutes', '2026-11-23', '12:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Night', '10 hours', '2026-11-23', '20:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_cancel((jb_schedule('Cancelled', '1 hour', '2026-11-23', '15:00', calendars => '{room:a}')).event_id); --> cancelled

-- claims that touch are one span, and a cancelled event's time is free
SELECT jb_busy('room:a', '2026-11-23 00:00+01', '2026-11-25 00:00+01');
--> {["2026-11-23 09:00:00+01","2026-11-23 11:00:00+01"),["2026-11-23 12:00:00+01","2026-11-23 13:30:00+01"),["2026-11-23 20:00:00+01","2026-11-24 06:00:00+01")}
-- clipped on both sides
SELECT jb_busy('room:a', '2026-11-23 10:30+01', '2026-11-23 21:00+01');
--> {["2026-11-23 10:30:00+01","2026-11-23 11:00:00+01"),["2026-11-23 12:00:00+01","2026-11-23 13:30:00+01"),["2026-11-23 20:00:00+01","2026-11-23 21:00:00+01")}
-- within an event
SELECT jb_busy('room:a', '2026-11-23 22:00+01', '2026-11-23 23:00+01'); --> {["2026-11-23 22:00:00+01","2026-11-23 23:00:00+01")}
-- a claim that only touches the range is not in it
SELECT jb_busy('room:a', '2026-11-23 11:00+01', '2026-11-23 12:00+01'); --> {}
SELECT jb_busy('room:a', '2026-11-23 09:30+01', '2026-11-23 09:30+01'); --> {}
-- fractions of a second are floored
SELECT jb_busy('room:a', '2026-11-23 09:30:00.9+01', '2026-11-23 09:40:00.9+01'); --> {["2026-11-23 09:30:00+01","2026-11-23 09:40:00+01")}
-- a calendar that was never booked has no busy time, and stays without a row
SELECT jb_busy('ceo', '2026-11-23 00:00+01', '2026-11-24 00:00+01'); --> {}
-- another calendar's time is its own
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{}') \g /dev/null
SELECT jb_busy('room:b', '2026-11-23 00:00+01', '2026-11-24 00:00+01'); --> {}
-- the farthest reading
SELECT jb_busy('room:a', '2026-11-23 00:00Z', '2036-11-30 00:00Z') = jb_busy('room:a', '2026-11-23 00:00Z', '2026-11-25 00:00Z') AS same; --> t
-- free time and busy time share no second, and together they are the day's hours
SELECT tstzmultirange('["2026-11-23 08:00+01","2026-11-23 17:00+01")'::tstzrange) - jb_busy('room:a', '2026-11-23 08:00+01', '2026-11-23 17:00+01')
     = (SELECT range_agg(slot) FROM jb_slots('5 minutes', '{room:a}', '2026-11-23 08:00+01', '2026-11-23 17:00+01', 1000) AS slot) AS complete; --> t

-- ---- each of these must fail ----
SELECT claim, state, message, hint
  FROM (VALUES
    ('unknown calendar', $$jb_busy('room:nowhere', '2026-11-23', '2026-11-24')$$),
    ('no calendar',      $$jb_busy(NULL, '2026-11-23', '2026-11-24')$$),
    ('no begin',         $$jb_busy('room:a', NULL, '2026-11-24')$$),
    ('no end',           $$jb_busy('room:a', '2026-11-23', NULL)$$),
    ('turned',           $$jb_busy('room:a', '2026-11-24', '2026-11-23')$$),
    ('an endless one',   $$jb_busy('room:a', '2026-11-23', 'infinity')$$),
    ('too long a one',   $$jb_busy('room:a', '2026-11-23 00:00Z', '2036-11-30 00:00:01Z')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call); --> unknown calendar|P0002|calendar "room:nowhere" does not exist|jb_calendars() lists those that exist; jb_calendar_set() makes one.
--> no calendar|P0002|calendar "" does not exist|jb_calendars() lists those that exist; jb_calendar_set() makes one.
--> no begin|22023|invalid from_time "NULL": it is required|Give an instant in the years 0001 to 9999.
--> no end|22023|invalid to_time "NULL": it is required|Give an instant that is not before the begin of the range.
--> turned|22023|invalid to_time "2026-11-22T23:00:00+00:00": it must not be before the begin of the range|Give an instant that is not before the begin of the range.
--> an endless one|22023|invalid to_time "after year 9999": it must lie in the years 0001 to 9999|Give an instant that is not before the begin of the range.
--> too long a one|22023|invalid to_time "2036-11-30T00:00:01+00:00": it must be at most 3660 days after the begin of the range|Give an instant that is not before the begin of the range.
SELECT detail FROM test.refusal($$SELECT jb_busy('room:a', NULL, 'infinity')$$);
--> [{"field":"from_time","value":"NULL","message":"it is required"},{"field":"to_time","value":"after year 9999","message":"it must lie in the years 0001 to 9999"}]

-- Promise: jb_lead_time tells, for each duration in order, when an event of this duration could be at the earliest on these
-- calendars: where jb_schedule would place it now.
-- Could break: the order of the durations is lost; a duration that fits nowhere drops its row or takes another row's answer.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('Morning', '4 hours', '2026-11-23', '08:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Tomorrow', '8 hours 30 minutes', '2026-11-24', '08:00', calendars => '{room:a}'); --> placed

-- ---- in the order of the durations; without a slot all but the duration is null ----
SELECT * FROM jb_lead_time('{30 minutes,9 hours,1 hour,10 hours,30 minutes}', '{room:a}'); --> 00:30:00|2026-11-23 12:00:00+01|2026-11-23 12:30:00+01|05:00:00
--> 09:00:00|2026-11-25 08:00:00+01|2026-11-25 17:00:00+01|49:00:00
--> 01:00:00|2026-11-23 12:00:00+01|2026-11-23 13:00:00+01|05:00:00
--> 10:00:00|null|null|null
--> 00:30:00|2026-11-23 12:00:00+01|2026-11-23 12:30:00+01|05:00:00
SELECT * FROM jb_lead_time('{PT5H}', '{room:a}'); --> 05:00:00|2026-11-23 12:00:00+01|2026-11-23 17:00:00+01|05:00:00
-- a calendar that was never booked; it is not made
SELECT duration, lead IS NOT NULL AS fits FROM jb_lead_time('{1 hour}'); --> 01:00:00|t
-- several calendars: when all of them are free
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:late', '{"min_notice": "1 day", "horizon": "3 days", "time_zone": "Europe/Berlin"}') \g /dev/null
SELECT * FROM jb_lead_time('{30 minutes,45 minutes,9 hours}', '{room:a,room:late}'); --> 00:30:00|2026-11-24 16:30:00+01|2026-11-24 17:00:00+01|33:30:00
--> 00:45:00|2026-11-25 08:00:00+01|2026-11-25 08:45:00+01|49:00:00
--> 09:00:00|2026-11-25 08:00:00+01|2026-11-25 17:00:00+01|49:00:00
SELECT * FROM jb_lead_time('{45 minutes}', '{room:late}'); --> 00:45:00|2026-11-24 08:00:00+01|2026-11-24 08:45:00+01|25:00:00

-- ---- it is where jb_schedule goes ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT l.duration, s.start_timestamp = l.start_timestamp AND s.end_timestamp = l.end_timestamp AND s.start_timestamp - jb_now() = l.lead AS is_booked_there
  FROM jb_lead_time('{1 second,15 minutes,59 minutes,1 hour,3 hours,5 hours,9 hours}', '{room:a}') AS l, jb_schedule('Probe', l.duration, calendars => '{room:a}', dry_run => true) AS s; --> 00:00:01|t
--> 00:15:00|t
--> 00:59:00|t
--> 01:00:00|t
--> 03:00:00|t
--> 05:00:00|t
--> 09:00:00|t
-- a hundred durations
SELECT count(*), count(lead) FROM jb_lead_time(array_fill(interval '1 minute', '{100}'), '{room:a}'); --> 100|100
SELECT jb_lead_json(l, 'room:a') FROM jb_lead_time('{30 minutes,10 hours}', '{room:a}') AS l;
--> {"duration" : 1800, "start_timestamp" : "2026-11-23T12:00:00+01:00", "end_timestamp" : "2026-11-23T12:30:00+01:00", "lead" : 18000}
--> {"duration" : 36000, "start_timestamp" : null, "end_timestamp" : null, "lead" : null}

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
--> no list|22023|invalid durations "NULL": there must be 1 to 100|Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'.
--> an empty list|22023|invalid durations "0": there must be 1 to 100|Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'.
--> 101 durations|22023|invalid durations "101": there must be 1 to 100|Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'.
--> a null among them|22023|invalid durations[1] "NULL": it must not be null|Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'.
--> a month among them|22023|invalid durations[2] "1 mon": months and years have no fixed length|Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'.
--> a fraction|22023|invalid durations[0] "00:00:01.5": fractions of a second are not allowed|Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'.
--> more than a year|22023|invalid durations[0] "367 days": it must be from 1 second to 366 days|Give each as whole seconds from 1 second to 366 days, such as interval '30 minutes'.
--> no calendar|22023|invalid calendars "0": there must be 1 to 100|Name existing calendars; jb_calendars() lists them.
--> an unknown one|22023|invalid calendars "room:nowhere": there is no such calendar|Name existing calendars; jb_calendars() lists them.
-- all faults are told at once
SELECT detail FROM test.refusal($$SELECT jb_lead_time('{0,1 hour,1 month}', '{NULL}')$$);
--> [{"field":"durations[0]","value":"00:00:00","message":"it must be from 1 second to 366 days"},{"field":"durations[2]","value":"1 mon","message":"months and years have no fixed length"},{"field":"calendars[0]","value":"NULL","message":"it must not be null"},{"field":"calendars","value":"?","message":"a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics"}]
\i test/regress/sql/frame/close.psql
