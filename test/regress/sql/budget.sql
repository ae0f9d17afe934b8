-- Promise: the product of a call's fields has a budget; beyond the budget the call is refused with 22023, by field and
-- limit, and changes nothing. A call that docs/limits.md promises is always taken.
-- Could break: a series, a batch or a file of a few hundred bytes takes the server's time or memory for minutes.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SET client_min_messages = warning;
SELECT count(jb_calendar_set('room:' || n, '{"hours": {}}')) FROM generate_series(1, 100) AS n; --> 100
CREATE TABLE test.texts AS
  SELECT array_fill(repeat('😀', 200), '{20}') AS few, array_fill(repeat('😀', 200), '{1000}') AS many,
         (SELECT array_agg('room:' || n) FROM generate_series(1, 100) AS n) AS rooms,
         'RRULE:FREQ=DAILY;BYHOUR=9,11,13;BYMINUTE=0;BYSECOND=0;COUNT=' AS rule,
         'RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;'
         'BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55;BYSETPOS=1;COUNT=400' AS endless;
GRANT SELECT ON test.texts TO PUBLIC;
SET SESSION AUTHORIZATION regress_secretary;
SELECT test.stored() AS before \gset

-- ---- always taken ----
-- a series of 1,000 with 20 attendees, each of 200 characters of four bytes
SELECT outcome, cardinality(events) FROM test.texts, jb_schedule('Standup', '15 minutes', '2026-11-24', '09:00', attendees => few, recurrence => rule || '1000', dry_run => true); --> placed|null
-- the same series with calendars that its attendees have
SELECT outcome FROM test.texts, jb_schedule('Standup', '15 minutes', '2026-11-24', '09:00', attendees => rooms[1:20], check_attendees => true, recurrence => rule || '1000', dry_run => true);
--> placed
-- 100 occurrences on 100 calendars
SELECT outcome FROM test.texts, jb_schedule('All hands', '15 minutes', '2026-11-24', '09:00', calendars => rooms, recurrence => rule || '100', dry_run => true); --> placed
-- a batch of 1,000
SELECT outcome, count(*)
  FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'n', 'duration', 60, 'date', '2026-11-24', 'start_time', '08:00', 'calendars', '["room:1"]'::jsonb) || jsonb_build_object('start_time', '00:00'::time + n * interval '1 minute')) FROM generate_series(1, 1000) AS n), dry_run => true)
 GROUP BY 1; --> placed|1000

-- ---- each of these must fail ----
SELECT claim, state, message
  FROM test.texts, (VALUES
    ('too much text',              $$jb_schedule('x', '1 minute', '2026-11-24', '09:00', attendees => (SELECT many FROM test.texts), recurrence => (SELECT rule || '1000' FROM test.texts), dry_run => true)$$),
    ('too many claims',            $$jb_schedule('x', '1 minute', '2026-11-24', '09:00', calendars => (SELECT rooms FROM test.texts), recurrence => (SELECT rule || '1000' FROM test.texts))$$),
    ('too many to explain',        $$jb_explain('x', '1 minute', '2026-11-24', '09:00', calendars => (SELECT rooms FROM test.texts), recurrence => (SELECT rule || '1000' FROM test.texts))$$),
    ('too many events in a batch', $$jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'x', 'duration', 1, 'date', '2026-11-24', 'start_time', '09:00', 'recurrence', rule || '1000')) FROM test.texts, generate_series(1, 400)), dry_run => true)$$),
    ('too many steps of a rule',   $$jb_schedule('x', '1 minute', '1025-01-01', '00:00', recurrence => (SELECT endless FROM test.texts), allow_past => true, dry_run => true)$$),
    ('and of one to explain',      $$jb_explain('x', '1 minute', '1025-01-01', '00:00', recurrence => (SELECT endless FROM test.texts), allow_past => true)$$),
    ('steps in a batch',           $$jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'x', 'duration', 60, 'date', '2027-01-01', 'start_time', '00:00', 'recurrence', replace(endless, '=400', '=1'))) FROM test.texts, generate_series(1, 400)))$$),
    ('a longer rule',              $$jb_schedule('x', '1 minute', '2026-11-24', '09:00', recurrence => 'RRULE:FREQ=DAILY;COUNT=3' || chr(10) || 'EXDATE;TZID=' || repeat('x', 200000) || ':20261125T090000')$$))
    AS bad (claim, call), test.refusal('SELECT count(o) FROM ' || call || ' AS o'); --> too much text|22023|invalid attendees "800004000 bytes": one call may take at most 33554432 bytes
--> too many claims|22023|invalid calendars "100000 claims": one call may take at most 25000 claims
--> too many to explain|22023|invalid calendars "100000 claims": one call may take at most 25000 claims
--> too many events in a batch|22023|request 20: invalid recurrence "21000 events": one call may take at most 20000 events
--> too many steps of a rule|22023|invalid recurrence "300001 steps": one call may take at most 300000 steps
--> and of one to explain|22023|invalid recurrence "300001 steps": one call may take at most 300000 steps
--> steps in a batch|22023|request 2: invalid recurrence "300001 steps": one call may take at most 300000 steps
--> a longer rule|22023|invalid recurrence "RRULE:FREQ=DAILY;COUNT=3
--> EXDATE;TZID=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…": it must be at most 128 KiB long
SELECT test.stored() = :'before' AS unchanged; --> t

-- ---- the events that a change of a series reaches are counted too ----
SELECT event_id AS first FROM test.texts, jb_schedule('Standup', '15 minutes', '2026-11-24', '09:00', calendars => '{room:a}', recurrence => rule || '1000') \gset
SELECT outcome, cardinality(events) FROM test.texts, jb_update(:first, jsonb_build_object('attendees', few, 'scope', 'all')); --> updated|1000
SELECT state, message FROM test.refusal(format($$SELECT jb_update(%s, jsonb_build_object('attendees', many, 'scope', 'all')) FROM test.texts$$, :first));
--> 22023|invalid attendees "33600546 bytes": one call may take at most 33554432 bytes

-- ---- a calendar of 288 spans a day, ten years ahead ----
RESET SESSION AUTHORIZATION;
SELECT count(jb_calendar_set('room:dense', jsonb_build_object('time_zone', 'Europe/Berlin', 'horizon', '3660 days', 'hours', (SELECT jsonb_object_agg(day, spans) FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) AS day,
         (SELECT jsonb_agg(jsonb_build_object('start', to_char(n * interval '5 minutes', 'HH24:MI:SS'), 'end', to_char(n * interval '5 minutes' + interval '4 minutes', 'HH24:MI:SS'))) FROM generate_series(0, 287) AS n) AS all_day (spans)))));
--> 1
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*) FROM jb_availability('room:dense', '2026-11-23', '2027-11-04'); --> 347
-- more spans than a call may show: this must fail
SELECT state, message FROM test.refusal($$SELECT count(*) FROM jb_availability('room:dense', '2026-11-23', '2036-11-23')$$);
--> 22023|invalid to_date "100224 spans": one call may take at most 100000 spans
-- an explanation that would read millions of spans says where it stopped
SELECT detail, count(*) FROM jb_explain('x', '366 days', calendars => '{room:dense}', max_rows => 1000) WHERE detail NOT LIKE 'The hours hold%' GROUP BY 1;
--> There are more reasons than rows: ask with not_before from here on.|1
--> The calendar's hours hold no stretch of 366 days from 2026-11-23T07:00:00+01:00 to 2036-11-30T07:00:00+01:00.|1

-- ---- only names of the zone database are time zones ----
RESET SESSION AUTHORIZATION;
SELECT name, state
  FROM unnest(ARRAY['AAA/3', 'AAAA/3', 'Europe/Berlin' || chr(10), 'UTC+3', 'GMT1', 'GMT+5', 'Etc/GMT+13', 'Etc/GMT+05', 'EST5', '<x>3', 'Europe/Ber lin', 'Berlin', '',
                    'europe/BERLIN', 'Etc/GMT+12', 'Etc/GMT-14', 'GMT0', 'EST5EDT', 'UTC', 'Asia/Ust-Nera', 'America/Port-au-Prince']) AS name,
       test.refusal(format($$SELECT jb_calendar_set('room:zone', jsonb_build_object('time_zone', %L))$$, name)); --> AAA/3|22023
--> AAAA/3|22023
--> Europe/Berlin
--> |22023
--> UTC+3|22023
--> GMT1|22023
--> GMT+5|22023
--> Etc/GMT+13|22023
--> Etc/GMT+05|22023
--> EST5|22023
--> <x>3|22023
--> Europe/Ber lin|22023
--> Berlin|22023
--> |22023
--> europe/BERLIN|none
--> Etc/GMT+12|none
--> Etc/GMT-14|none
--> GMT0|none
--> EST5EDT|none
--> UTC|none
--> Asia/Ust-Nera|none
--> America/Port-au-Prince|none
\i test/regress/sql/frame/close.psql
