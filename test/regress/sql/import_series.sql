-- Promise: a series of a file is booked as the file means it: without the occurrences that it changes, from now on where it
-- began long ago, to the horizon where it ends later, and perhaps without any occurrence. With sync its events follow it, also
-- where the same file is read otherwise than before.
-- Could break: an event that changes one occurrence repeats the rule; a series without an occurrence is invalid, and its events
-- stay; a limit counts what is over; an occurrence whose change cannot be read is lost; a series in another zone stays.
\i test/regress/sql/frame/open.psql
CREATE FUNCTION pg_temp.event(uid text, lines text, of text = NULL) RETURNS text LANGUAGE sql AS $$
  SELECT format(E'BEGIN:VEVENT\nUID:%s\nSUMMARY:%1$s\n%s%s\nDURATION:PT1H\nEND:VEVENT\n', uid, E'RECURRENCE-ID;TZID=Europe/Berlin:' || of || E'\n', lines)
$$;
CREATE FUNCTION pg_temp.file(VARIADIC events text[]) RETURNS text LANGUAGE sql AS $$
  SELECT E'BEGIN:VCALENDAR\n' || array_to_string(events, '') || 'END:VCALENDAR'
$$;
CREATE FUNCTION pg_temp.import(room text, ics text, sync bool = true) RETURNS TABLE (n int, recurrence_id text, outcome text, events int, detail text) LANGUAGE sql AS $$
  SELECT n, recurrence_id, outcome, cardinality(events), detail FROM jb_import(room, ics, sync => sync, cancel_missing => sync)
$$;
CREATE FUNCTION pg_temp.shown(room text) RETURNS TABLE (event_name text, start_timestamp timestamptz, status text) LANGUAGE sql AS $$
  SELECT event_name, start_timestamp, status FROM jb_events(room, '2020-01-01') ORDER BY start_timestamp, id
$$;
SET SESSION AUTHORIZATION regress_manager;
SELECT count(*) FROM unnest('{room:b,room:c,room:d,room:e,room:f,room:g,room:h,room:i,room:j,room:k}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;

-- ---- an event that changes one occurrence is one event, whatever it repeats of the rule ----
SELECT pg_temp.event('week', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=4') AS week,
       pg_temp.event('week', E'DTSTART;TZID=Europe/Berlin:20270322T140000\nRRULE:FREQ=WEEKLY;COUNT=4\nRDATE:20270501T120000Z\nEXDATE;TZID=Europe/Berlin:20270322T140000\nEXRULE:FREQ=DAILY;COUNT=2', '20270322T090000') AS change \gset
SELECT * FROM pg_temp.import('room:a', pg_temp.file(:'week', :'change'), false);
SELECT * FROM pg_temp.shown('room:a');
-- what an earlier reader made of it, a series of its own, ends but for the one event: as a plain series that has the change's name
SELECT * FROM pg_temp.import('room:b', pg_temp.file(replace(:'week', 'DURATION', E'EXDATE;TZID=Europe/Berlin:20270322T090000\nDURATION'), pg_temp.event('stray', E'DTSTART;TZID=Europe/Berlin:20270322T140000\nRRULE:FREQ=WEEKLY;COUNT=4')), false);
RESET SESSION AUTHORIZATION;
DELETE FROM jb_imported WHERE uid = 'stray' AND recurrence_id <> '';
UPDATE jb_imported SET uid = 'week', recurrence_id = '20270322T080000Z', original_start = '2027-03-22 08:00Z' WHERE uid = 'stray';
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, count(*) FROM pg_temp.shown('room:b') AS s, LATERAL (SELECT s.status AS outcome) AS o GROUP BY 1;
SELECT * FROM pg_temp.import('room:b', pg_temp.file(:'week', :'change'));
SELECT * FROM pg_temp.shown('room:b') WHERE status = 'pending';
SELECT * FROM pg_temp.import('room:b', pg_temp.file(:'week', :'change'));

-- ---- a series of which no occurrence is left is valid, and its events end ----
SELECT pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=2') AS master,
       pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270315T110000', '20270315T090000') || pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270322T110000', '20270322T090000') AS changes,
       pg_temp.event('off', E'DTSTART;TZID=Europe/Berlin:20270316T090000\nRRULE:FREQ=WEEKLY;COUNT=2') AS off \gset
SELECT replace(:'off', 'DURATION', E'EXDATE;TZID=Europe/Berlin:20270316T090000,20270323T090000\nDURATION') AS none \gset
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none'));
SELECT * FROM pg_temp.shown('room:c');
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none'));
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'off'));
SELECT * FROM pg_temp.shown('room:c') WHERE status = 'pending';
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none'));
SELECT * FROM pg_temp.shown('room:c') WHERE status = 'pending';
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none'));
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'off'));
SELECT * FROM pg_temp.shown('room:c') WHERE status = 'pending';

-- ---- a change that cannot be read leaves its occurrence where it is ----
SELECT pg_temp.event('all', 'DTSTART:tomorrow', '20270322T090000') AS unclear \gset
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', :'unclear'));
SELECT * FROM pg_temp.shown('room:d');
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270322T110000', '20270322T090000')));
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', :'unclear'));
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', replace(:'unclear', 'RECURRENCE-ID;TZID=Europe/Berlin', 'RECURRENCE-ID;TZID=Mars/Olympus')));
SELECT * FROM pg_temp.import('room:d', pg_temp.file(replace(:'master', 'COUNT=2', 'COUNT=3'), :'unclear'));
SELECT * FROM pg_temp.shown('room:d');
-- in whatever part of the file it is
SELECT n, line, uid, recurrence_id, outcome, detail, conflicts, facts FROM jb_import('room:d', replace(pg_temp.file(:'master', :'unclear'), 'UID:all', 'UID:part'), max_rows => 1, dry_run => true);

-- ---- a series that began long ago is booked from now on, if it has more than 1,000 occurrences ----
SELECT pg_temp.event('stand-up', E'DTSTART;TZID=Europe/Berlin:20220103T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR') AS standup,
       pg_temp.event('count', E'DTSTART;TZID=Europe/Berlin:20261123T070000\nRRULE:FREQ=DAILY;COUNT=1500') AS count,
       pg_temp.event('over', E'DTSTART;TZID=Europe/Berlin:20000101T200000\nRRULE:FREQ=DAILY;UNTIL=20261122T235959Z') AS over \gset
SELECT pg_temp.file(:'standup', :'count', :'over') AS long \gset
SELECT * FROM pg_temp.import('room:e', :'long');
SELECT event_name, count(*), min(start_timestamp), max(start_timestamp) FROM (SELECT * FROM jb_event_view WHERE 'room:e' = ANY (calendars)) AS s GROUP BY 1 ORDER BY 1;
SELECT * FROM pg_temp.import('room:e', :'long');
-- what is past by then stays, also where it has been moved; the horizon has moved on
SELECT id AS moved FROM jb_events('room:e') WHERE event_name = 'stand-up' ORDER BY start_timestamp LIMIT 1 \gset
SELECT outcome FROM jb_reschedule(:moved, event_date => '2027-06-05');
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2026-12-07 08:00+01');
SET SESSION AUTHORIZATION regress_secretary;
SELECT n, outcome, events FROM pg_temp.import('room:e', :'long');
SELECT n, outcome, events FROM pg_temp.import('room:e', replace(:'long', 'SUMMARY:stand-up', 'SUMMARY:Stand-up, renamed'));
SELECT event_name, status, count(*), min(start_timestamp), max(start_timestamp) FROM (SELECT * FROM jb_event_view WHERE 'room:e' = ANY (calendars)) AS s GROUP BY 1, 2 ORDER BY 1, 2;
-- an end in the past ends what is still to come, and nothing else
SELECT n, outcome, events, detail FROM pg_temp.import('room:e', replace(:'long', 'BYDAY=MO,TU,WE,TH,FR', 'BYDAY=MO,TU,WE,TH,FR;UNTIL=20261201T000000Z'));
SELECT event_name, status, count(*), min(start_timestamp), max(start_timestamp) FROM (SELECT * FROM jb_event_view WHERE 'room:e' = ANY (calendars)) AS s WHERE event_name LIKE 'Stand-up%' OR event_name = 'stand-up' GROUP BY 1, 2 ORDER BY 1, 2;

-- ---- a series in another zone moves, though its rule and its first start are the same ----
SELECT pg_temp.event('zone', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=4') AS zone \gset
SELECT * FROM pg_temp.import('room:f', pg_temp.file(:'zone'));
SELECT * FROM pg_temp.import('room:f', pg_temp.file(replace(:'zone', 'Europe/Berlin', 'Africa/Lagos')));
SELECT * FROM pg_temp.shown('room:f') WHERE status = 'pending';
SELECT * FROM pg_temp.import('room:f', pg_temp.file(replace(:'zone', 'Europe/Berlin', 'Africa/Lagos')));
-- ---- a change of this and all later occurrences ----
SELECT pg_temp.event('course', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=5') AS course,
       replace(replace(pg_temp.event('course', E'DTSTART;TZID=Europe/Berlin:20270329T140000\nATTENDEE:mailto:anna@example.org', '20270329T090000'), 'RECURRENCE-ID;', 'RECURRENCE-ID;RANGE=THISANDFUTURE;'), 'SUMMARY:course', E'SUMMARY:course, afternoon\nLOCATION:Hall') AS later \gset
SELECT * FROM pg_temp.import('room:g', pg_temp.file(:'course', :'later'), false);
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:g') ORDER BY start_timestamp;
SELECT line FROM regexp_split_to_table(jb_icalendar('room:g'), E'\r\n') AS line WHERE line LIKE 'RECURRENCE-ID%';
-- with sync: as before, otherwise, for good; a change of the series itself says nothing of the later ones
SELECT * FROM pg_temp.import('room:g', pg_temp.file(:'course', :'later'));
SELECT * FROM pg_temp.import('room:h', pg_temp.file(:'course'));
SELECT id AS monday FROM jb_events('room:h') ORDER BY start_timestamp LIMIT 1 \gset
SELECT outcome FROM jb_reschedule(:monday, start_time => '11:00');
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', 'SUMMARY:Course'), :'later'));
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:h') ORDER BY start_timestamp;
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', 'SUMMARY:Course'), :'later'));
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', E'SUMMARY:Course, renamed\nLOCATION:Room'), :'later'));
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', E'SUMMARY:Course, renamed\nLOCATION:Room'), replace(:'later', '20270329T140000', '20270330T150000')));
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:h') ORDER BY start_timestamp;
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', E'SUMMARY:Course, renamed\nLOCATION:Room')));
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:h') ORDER BY start_timestamp;
SELECT * FROM pg_temp.import('room:h', pg_temp.file(:'course', replace(:'later', 'DURATION', E'STATUS:CANCELLED\nDURATION')));
SELECT * FROM pg_temp.shown('room:h');
-- ---- times are counted on the clock of the series, also where the calendar's clock shows them twice ----
SELECT pg_temp.event('night', E'DTSTART:20271029T003000Z\nRRULE:FREQ=DAILY;COUNT=4') AS night,
       replace(pg_temp.event('night', 'DTSTART:20271030T013000Z', '20271030T023000'), 'RECURRENCE-ID;', 'RECURRENCE-ID;RANGE=THISANDFUTURE;') AS hour_later \gset
SELECT * FROM pg_temp.import('room:i', pg_temp.file(:'night'));
SELECT event_name, start_timestamp AT TIME ZONE 'UTC' AS utc FROM pg_temp.shown('room:i');
SELECT * FROM pg_temp.import('room:i', pg_temp.file(:'night', :'hour_later'));
SELECT event_name, start_timestamp AT TIME ZONE 'UTC' AS utc FROM pg_temp.shown('room:i');
SELECT * FROM pg_temp.import('room:i', pg_temp.file(:'night', :'hour_later'));
-- the whole series in the second of the two hours; a rejection tells an occurrence by the calendar's clock
SELECT pg_temp.event('second', E'DTSTART:20271031T013000Z\nRRULE:FREQ=DAILY;COUNT=2') AS second \gset
SELECT * FROM pg_temp.import('room:j', pg_temp.file(:'second'));
SELECT event_name, start_timestamp AT TIME ZONE 'UTC' AS utc FROM pg_temp.shown('room:j');
SELECT n, outcome, detail FROM pg_temp.import('room:j', pg_temp.file(replace(:'second', 'second', 'other')), false);
SELECT * FROM jb_check();

-- ---- an event without a rule takes no time where its own start is excepted, or is another event of the file ----
SELECT pg_temp.event('one', E'DTSTART;TZID=Europe/Berlin:20270315T090000') AS one \gset
SELECT * FROM pg_temp.import('room:k', pg_temp.file(replace(:'one', 'DURATION', E'EXDATE;TZID=Europe/Berlin:20270316T090000\nDURATION')));
SELECT * FROM pg_temp.import('room:k', pg_temp.file(replace(:'one', 'DURATION', E'EXDATE:20270315T080000Z\nDURATION')));
SELECT * FROM pg_temp.import('room:k', pg_temp.file(:'one', pg_temp.event('one', E'DTSTART;TZID=Europe/Berlin:20270315T110000', '20270315T090000')));
SELECT * FROM pg_temp.shown('room:k');

-- ---- one occurrence has one name, however files call it, in whatever part they tell it ----
SET SESSION AUTHORIZATION regress_manager;
SELECT count(*) FROM unnest('{day:a,day:b,day:c,day:d,day:e,day:f}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT E'DTSTART;TZID=Europe/Berlin:20270315T090000' AS at, E'DTSTART;VALUE=DATE:' AS on \gset
SELECT pg_temp.event('w', :'at' || E'\nRRULE:FREQ=DAILY;COUNT=3') AS daily, pg_temp.event('w', :'at', '20270315T090000') AS first, pg_temp.event('w', replace(:'at', '15T', '16T'), '20270316T090000') AS second \gset
-- changes without their series, told twice
SELECT outcome FROM pg_temp.import('day:a', pg_temp.file(:'daily'));
SELECT outcome, detail FROM pg_temp.import('day:a', pg_temp.file(:'first', :'second'));
SELECT outcome FROM pg_temp.import('day:a', pg_temp.file(replace(:'first', 'SUMMARY:w', 'SUMMARY:other'), :'second'));
SELECT * FROM pg_temp.shown('day:a');
-- a part of the file is not the whole: the others of its UID are looked for in all of it
SELECT outcome FROM pg_temp.import('day:b', pg_temp.file(:'daily'));
SELECT outcome, detail FROM jb_import('day:b', pg_temp.file(:'first', :'second'), sync => true, cancel_missing => true, max_rows => 1);
SELECT * FROM pg_temp.shown('day:b');
SELECT outcome FROM pg_temp.import('day:c', pg_temp.file(replace(:'daily', 'SUMMARY', E'SEQUENCE:2\nSUMMARY')));
SELECT outcome, detail FROM jb_import('day:c', pg_temp.file(replace(:'daily', 'SUMMARY', E'SEQUENCE:1\nSUMMARY'), replace(:'second', '16T090000\nDUR', '16T150000\nDUR')), sync => true, after => 1);
-- from days to times and back
SELECT pg_temp.event('w', :'on' || '20270315') AS day, replace(pg_temp.event('w', :'on' || '20270316', '20270316'), 'ID;TZID=Europe/Berlin', 'ID;VALUE=DATE') AS day_change \gset
SELECT outcome FROM pg_temp.import('day:d', pg_temp.file(:'daily'));
SELECT outcome FROM pg_temp.import('day:d', pg_temp.file(replace(:'day', E'DURATION:PT1H\n', ''), replace(:'day_change', E'DURATION:PT1H\n', '')));
SELECT outcome FROM pg_temp.import('day:d', pg_temp.file(replace(pg_temp.event('w', :'at'), '0315T', '0320T'), :'second'));
SELECT * FROM pg_temp.shown('day:d') WHERE status = 'pending';
SELECT count(*) FROM pg_temp.import('day:d', pg_temp.file(pg_temp.event('v', :'at')));
SELECT * FROM pg_temp.shown('day:d') WHERE status = 'pending';
-- a date names a day on the clock of the series: 22 March in New York begins on the 23rd in Berlin
SELECT pg_temp.event('ny', E'DTSTART;TZID=America/New_York:20270320T200000\nRRULE:FREQ=DAILY;COUNT=4') AS ny, replace(pg_temp.event('ny', 'DTSTART;TZID=America/New_York:20270322T150000', '20270322'), 'ID;TZID=Europe/Berlin', 'ID;VALUE=DATE') AS ny_change \gset
SELECT outcome FROM pg_temp.import('day:e', pg_temp.file(:'ny'));
SELECT outcome FROM pg_temp.import('day:e', pg_temp.file(:'ny', :'ny_change'));
SELECT * FROM pg_temp.shown('day:e');
SELECT outcome FROM pg_temp.import('day:e', pg_temp.file(:'ny', :'ny_change'));
-- what people have added by a longer rule is what the source adds later
SELECT outcome FROM pg_temp.import('day:f', pg_temp.file(:'daily'));
SELECT outcome FROM jb_update((SELECT min(id) FROM jb_events('day:f', '2027-03-01')), '{"recurrence": "RRULE:FREQ=DAILY;COUNT=5", "scope": "all"}');
SELECT outcome FROM pg_temp.import('day:f', pg_temp.file(replace(:'daily', 'COUNT=3', 'COUNT=4')));
SELECT outcome FROM pg_temp.import('day:f', pg_temp.file(replace(:'daily', 'COUNT=3', 'COUNT=2')));
SELECT * FROM pg_temp.shown('day:f');
-- a change of all that come after, of an event that has none
SELECT n, outcome FROM jb_import('day:f', pg_temp.file(pg_temp.event('x', replace(:'at', '15T', '25T')), replace(pg_temp.event('x', replace(:'at', '15T09', '24T10'), '20270324T090000'), 'ID;', 'ID;RANGE=THISANDFUTURE;')), max_rows => 1);

\i test/regress/sql/frame/close.psql
