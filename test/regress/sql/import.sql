-- Promise: an iCalendar file is placed on a calendar, each event once however often it is imported, and a calendar's feed
-- can be imported again. A dry run tells the same and changes nothing. An event that cannot be placed or read is told, and
-- keeps no other event out.
-- Could break: an event is made twice by a second import, or by a file that is imported under two keys; a series has no UID
-- of its own for each occurrence; the dry run places other events than the booking.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:b,room:c,room:dates,room:ends,room:lengths,room:exact,room:again,room:e}'::text[]) AS room \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT E'BEGIN:VCALENDAR\nVERSION:2.0\n'
       'BEGIN:VEVENT\nUID:one\nSUMMARY:Board\nLOCATION:Room 1\nATTENDEE:mailto:anna@example.com\nDTSTART;TZID=Europe/Berlin:20261124T090000\nDTEND;TZID=Europe/Berlin:20261124T100000\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:two\nSUMMARY:Press\nDTSTART:20261124T083000Z\nDURATION:PT1H\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:week\nSUMMARY:Weekly\nDTSTART;TZID=America/New_York:20261125T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:week\nRECURRENCE-ID;TZID=America/New_York:20261202T090000\nSUMMARY:Weekly, later\nDTSTART;TZID=America/New_York:20261202T110000\nDURATION:PT1H\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:past\nSUMMARY:Last year\nDTSTART;VALUE=DATE:20251224\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:free\nSUMMARY:Holiday\nDTSTART;VALUE=DATE:20261224\nTRANSP:TRANSPARENT\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:bad\nSUMMARY:Broken\nDTSTART:tomorrow\nEND:VEVENT\n'
       'END:VCALENDAR\n' AS ics \gset

-- ---- a dry run, then the booking ----
SELECT test.stored() AS before \gset
SELECT n, line, uid, recurrence_id, event_name, outcome, event_id, start_timestamp, reason, detail, conflicts, alternatives, events FROM jb_import('room:a', :'ics', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;
SELECT n, outcome, event_id, start_timestamp, end_timestamp, reason, rejection_id, version, time_zone, events FROM jb_import('room:a', :'ics');
SELECT id, event_name, attendees, event_location, date, start_time, wished_start, duration, start_timestamp, series FROM jb_events('room:a', '2025-01-01');
SELECT reason, request ->> 'event_name' AS event_name FROM jb_rejections();
-- in the way of the dry run: events that stand here, by id, and events that the file itself would place, by line
SELECT n, outcome, detail, conflicts FROM jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:new\nSUMMARY:New\nDTSTART:20261124T100000\nDURATION:PT1H\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:series\nSUMMARY:Series\nDTSTART:20261124T110000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:all\nSUMMARY:All\nDTSTART:20261124T093000\nDURATION:PT2H\nEND:VEVENT\nEND:VCALENDAR\n', dry_run => true);

-- ---- once more: nothing happens twice ----
SELECT n, outcome, event_id, detail FROM jb_import('room:a', :'ics') WHERE outcome <> 'invalid';
SELECT count(*) FROM jb_events('room:a', '2025-01-01');
-- an event that was moved here stays where it is, a cancelled event stays cancelled, a deleted event comes back
SELECT event_id AS board FROM jb_import('room:a', :'ics', max_rows => 1) \gset
SELECT outcome FROM jb_reschedule(:board, event_date => '2026-11-27');
SELECT outcome, detail FROM jb_import('room:a', :'ics', max_rows => 1);
SELECT outcome FROM jb_cancel(:board);
SELECT outcome, event_id = :board AS same FROM jb_import('room:a', :'ics', max_rows => 1);
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:board);
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id = :board AS same FROM jb_import('room:a', :'ics', max_rows => 1);
-- a series is known as long as one of its events exists
SELECT min(id) AS first FROM jb_events('room:a') WHERE series IS NOT NULL \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:first);
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id > :first AS another FROM jb_import('room:a', :'ics', after => 2, max_rows => 1);

-- the same event in two calendars of one file
SELECT n, outcome, start_timestamp, detail FROM jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:twice\nDTSTART:20261221T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n'
  'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:twice\nSEQUENCE:1\nDTSTART:20261221T110000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', dry_run => true);

-- ---- imports in turn ----
SELECT n, event_name, outcome FROM jb_import('room:a', :'ics', after => 4, max_rows => 2, dry_run => true);
SELECT count(*) FROM jb_import('room:a', :'ics', after => 7);

-- ---- under a key: the first answer, word for word ----
CREATE TEMP TABLE first AS SELECT * FROM jb_import('room:b', :'ics', idempotency_key => 'k');
SELECT count(*) FROM first WHERE outcome = 'placed';
SELECT (SELECT json_agg(f) FROM first f)::text = (SELECT json_agg(r) FROM jb_import('room:b', :'ics', idempotency_key => 'k') r)::text AS same_answer;
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L, idempotency_key => %L)', 'room:b', :'ics' || E'\n', 'k')); -- must fail: another file

-- ---- round trip: a feed can be imported, here and elsewhere ----
SELECT jb_icalendar('room:a', '2025-01-01') AS feed \gset
SELECT outcome, count(*) FROM jb_import('room:a', :'feed') GROUP BY outcome ORDER BY outcome;
SELECT outcome, count(*) FROM jb_import('room:c', :'feed') GROUP BY outcome ORDER BY outcome;
SELECT outcome, count(*) FROM jb_import('room:c', :'feed') GROUP BY outcome ORDER BY outcome;
SELECT line FROM regexp_split_to_table(jb_icalendar('room:c', '2025-01-01'), E'\r\n') AS line WHERE line ~ '^(UID|DTSTART|DTEND|SUMMARY|LOCATION|ATTENDEE)'
EXCEPT SELECT line FROM regexp_split_to_table(:'feed', E'\r\n') AS line;

-- ---- an occurrence that the file has moved since ----
-- the event belongs to the series, whether it still stands there or was moved here. Where the series has left it out, or it
-- was deleted here, it is placed
SELECT E'BEGIN:VEVENT\nUID:jour\nSUMMARY:Jour fixe\nDTSTART;TZID=Europe/Berlin:20270111T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\nEND:VEVENT\n' AS master,
       E'BEGIN:VEVENT\nUID:jour\nRECURRENCE-ID;TZID=Europe/Berlin:20270118T090000\nSUMMARY:Jour fixe, later\nDTSTART;TZID=Europe/Berlin:20270118T140000\nDURATION:PT1H\nEND:VEVENT\n' AS change \gset
SELECT outcome, cardinality(events) FROM jb_import('room:a', E'BEGIN:VCALENDAR\n' || :'master' || 'END:VCALENDAR');
SELECT E'BEGIN:VCALENDAR\n' || :'master' || :'change' || 'END:VCALENDAR' AS jour \gset
SELECT n, outcome, start_timestamp, detail FROM jb_import('room:a', :'jour');
SELECT n, outcome, start_timestamp FROM jb_import('room:a', E'BEGIN:VCALENDAR\n' || :'change' || 'END:VCALENDAR');
SELECT id AS moved FROM jb_events('room:a', '2027-01-18', '2027-01-19') \gset
SELECT outcome FROM jb_reschedule(:moved, event_date => '2027-01-19');
SELECT n, outcome, start_timestamp FROM jb_import('room:a', :'jour', after => 1);
SELECT outcome FROM jb_cancel(:moved);
SELECT n, outcome, start_timestamp FROM jb_import('room:a', :'jour', after => 1);
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:moved);
SELECT name FROM jb_calendar_set('room:d', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT n, outcome, start_timestamp FROM jb_import('room:a', :'jour', after => 1);
SELECT n, outcome, cardinality(events) FROM jb_import('room:d', :'jour', max_rows => 1);
SELECT n, outcome, start_timestamp FROM jb_import('room:d', :'jour', after => 1, max_rows => 1);
SELECT n, outcome, start_timestamp FROM jb_import('room:d', :'jour');
-- whole days
SELECT E'BEGIN:VEVENT\nUID:days\nDTSTART;VALUE=DATE:20270301\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\n' AS master \gset
SELECT outcome, cardinality(events) FROM jb_import('room:d', E'BEGIN:VCALENDAR\n' || :'master' || 'END:VCALENDAR');
SELECT n, outcome, start_timestamp FROM jb_import('room:d', E'BEGIN:VCALENDAR\n' || :'master' || E'BEGIN:VEVENT\nUID:days\nRECURRENCE-ID;VALUE=DATE:20270308\nDTSTART;VALUE=DATE:20270309\nEND:VEVENT\nEND:VCALENDAR');

-- ---- days are days of the calendar, on which the clock may be put forward or back ----
-- RFC 5545, 3.3.6 and 3.8.5.3: whole days are nominal, however a file writes them; hours, and the time from a start to an end,
-- are exact
CREATE FUNCTION pg_temp.file(lines text) RETURNS text LANGUAGE sql AS $$
  SELECT E'BEGIN:VCALENDAR\n' || string_agg(format(E'BEGIN:VEVENT\nUID:%s\nSUMMARY:%1$s\nRRULE:FREQ=DAILY;COUNT=3\n%s\nEND:VEVENT\n', name, format(lines, first, second)), '') || 'END:VCALENDAR'
    FROM (VALUES ('spring', '20270327', '20270328'), ('autumn', '20271030', '20271031')) AS v (name, first, second)
$$;
-- by the wall clock, and how many hours each lasts
CREATE FUNCTION pg_temp.days(room text) RETURNS TABLE (event_name text, days text) LANGUAGE sql AS $$
  SELECT event_name, string_agg(format('%s to %s (%s h)', to_char(start_timestamp, 'DD.MM. HH24:MI'), to_char(end_timestamp, 'DD.MM. HH24:MI'), extract(epoch FROM end_timestamp - start_timestamp)::int / 3600), ', ' ORDER BY start_timestamp)
    FROM jb_events(room, '2027-01-01') GROUP BY event_name ORDER BY min(start_timestamp)
$$;
SELECT n, outcome, start_timestamp, end_timestamp, cardinality(events), detail FROM jb_import('room:dates', pg_temp.file('DTSTART;VALUE=DATE:%s'));
SELECT n, outcome, start_timestamp, end_timestamp, cardinality(events), detail FROM jb_import('room:ends', pg_temp.file(E'DTSTART;VALUE=DATE:%s\nDTEND;VALUE=DATE:%s'));
SELECT n, outcome, start_timestamp, end_timestamp, cardinality(events), detail FROM jb_import('room:lengths', pg_temp.file(E'DTSTART;TZID=Europe/Berlin:%sT090000\nDURATION:P1D'));
SELECT * FROM pg_temp.days('room:dates');
SELECT * FROM pg_temp.days('room:ends');
SELECT * FROM pg_temp.days('room:lengths');
-- 24 hours do not fit where the clock is put forward
SELECT n, outcome, reason, detail FROM jb_import('room:exact', pg_temp.file(E'DTSTART;TZID=Europe/Berlin:%sT090000\nDURATION:PT24H'));
SELECT * FROM pg_temp.days('room:exact');
-- a feed shows the same days, and is imported so
SELECT outcome, count(*) FROM jb_import('room:again', jb_icalendar('room:dates', '2027-01-01')) GROUP BY outcome;
SELECT * FROM pg_temp.days('room:again');
SELECT n, outcome FROM jb_import('room:dates', pg_temp.file('DTSTART;VALUE=DATE:%s'));
-- each is an event of one day, which it stays wherever it is moved; fields that no call names stay
SELECT id AS short FROM jb_events('room:dates', '2027-03-28', '2027-03-29') WHERE days = 1 AND end_timestamp - start_timestamp = '23 hours' \gset
SELECT outcome, cardinality(events) FROM jb_update(:short, '{"event_name": "spring, renamed", "scope": "all"}');
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:short, '2027-04-14');
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:short, days => 2);
SELECT * FROM pg_temp.days('room:dates');
SET SESSION AUTHORIZATION regress_manager;
SELECT count(*) FROM jb_rezone('room:dates');
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM jb_check();

-- ---- an occurrence is known by the start that the file gave it ----
-- wherever it was moved here, onto another occurrence's time included, and when the history that would tell is purged
SELECT E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:daily\nSUMMARY:Daily\nDTSTART;TZID=Europe/Berlin:20270308T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\nEND:VEVENT\n' AS daily,
       E'BEGIN:VEVENT\nUID:daily\nRECURRENCE-ID;TZID=Europe/Berlin:%sT090000\nSUMMARY:Daily, later\nDTSTART;TZID=Europe/Berlin:%1$sT140000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR' AS change \gset
SELECT events[1] AS monday, events[2] AS tuesday, events[3] AS wednesday FROM jb_import('room:e', :'daily' || 'END:VCALENDAR') \gset
SELECT outcome FROM jb_reschedule(:tuesday, event_date => '2027-03-15');
SELECT outcome FROM jb_reschedule(:monday, event_date => '2027-03-09');
SELECT outcome FROM jb_cancel(:wednesday);
SELECT outcome, event_id = :tuesday AS is_tuesday FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1);
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock(jb_now() + '1 minute');
SELECT changes > 0 AS has_forgotten FROM jb_purge('0 seconds');
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id = :monday AS is_monday, start_timestamp, detail LIKE '%another time here.' AS is_elsewhere FROM jb_import('room:e', :'daily' || format(:'change', '20270308'), after => 1);
SELECT outcome, event_id = :tuesday AS is_tuesday FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1);
SELECT outcome, event_id = :wednesday AS is_wednesday FROM jb_import('room:e', :'daily' || format(:'change', '20270310'), after => 1);
-- an occurrence that the series never had is placed
SELECT outcome, start_timestamp FROM jb_import('room:e', :'daily' || format(:'change', '20270315'), after => 1);
-- an occurrence that was deleted here is placed, and known from then on
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:tuesday);
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, start_timestamp FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1);
SELECT outcome, start_timestamp FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1);
SELECT outcome, event_id = :monday AS is_monday FROM jb_import('room:e', :'daily' || 'END:VCALENDAR');

-- ---- what is not valid ----
SELECT test.stored() AS before \gset
SELECT state, message, hint FROM test.refusal($$SELECT jb_import('nowhere', '')$$);
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_import('room:a', NULL)$$);
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VALARM')$$);
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nMETHOD:CANCEL\nEND:VCALENDAR')$$);
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', '', after => -1)$$);
SELECT state, detail FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nEND:VCALENDAR', after => -1, max_rows => 0)$$);
SELECT state, message, hint FROM test.refusal(format('SELECT jb_import(%L, %L)', 'room:a', (SELECT E'BEGIN:VCALENDAR\n' || string_agg(E'BEGIN:VEVENT\nEND:VEVENT\n', '') || 'END:VCALENDAR' FROM generate_series(1, 1001))));
SELECT test.stored() = :'before' AS nothing_changed;
SELECT count(*) FROM jb_import('room:a', E'BEGIN:VCALENDAR\nEND:VCALENDAR');
SELECT jb_import_json(r) FROM jb_import('room:a', :'ics', max_rows => 2, dry_run => true) AS r;
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L, dry_run => true)', 'room:a', :'ics')); -- must fail: a viewer books nothing
-- on a calendar whose bookings wait for a confirmation, what is imported is confirmed
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:confirmed', '{"time_zone": "Europe/Berlin", "confirm_within": "30 minutes"}');
SELECT outcome FROM jb_import('room:confirmed', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:dentist\nDTSTART:20261125T100000\nDURATION:PT1H\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:weekly\nDTSTART:20261126T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\nEND:VCALENDAR', sync => true);
SELECT status, count(*) FROM jb_events('room:confirmed') GROUP BY 1;

-- Promise: one odd line of a file costs one line. An event is booked wherever its time is clear, and its row says what was
-- odd. A TZID means what the file says, unless its name means the same everywhere.
-- Could break: a line, a parameter or a long text costs the event, or the file; the server knows another zone of a name
-- that the file describes; what was odd is not told, or told of an event that is not placed.
\i test/regress/sql/frame/open.psql

-- ---- lines ----
SELECT E'BEGIN:VCALENDAR\nstray\n'
       'BEGIN:VEVENT\nUID:lines\nSUMMARY:Lines\nX-RADIUS=49.91\nBegin: at nine\nDTSTART:20261124T080000Z\nDURATION:PT1H\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:both\nSUMMARY:Both\nSUMMARY:Again\nDTSTART:20261124T090000Z\nDTEND:20261124T100000Z\nDURATION:PT0S\n'
       'BEGIN:VEVENT\nUID:date\nSUMMARY:Time as date\nDTSTART;VALUE=DATE:20261124T120000\nDTEND;VALUE=DATE:20261124T130000\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:iso\nSUMMARY:ISO\nDTSTART:2026-11-24T14:00:00+01:00\nDTEND:2026-11-24T15:00Z\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:day\nSUMMARY:A day\nDTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261125\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:late\nSUMMARY:Taken\nodd\nDTSTART:20261124T080000Z\nDURATION:PT1H\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:when\nSUMMARY:Unclear\nDTSTART:20261124T080000Z\nDTSTART:20261124T090000Z\nEND:VEVENT\n'
       'END:VCALENDAR\n\x1a' AS ics \gset
SELECT uid, outcome, start_timestamp, end_timestamp, detail FROM jb_import('room:a', :'ics');
SELECT outcome, detail FROM jb_import('room:a', :'ics', max_rows => 1);

-- ---- texts and lists that are too long ----
SELECT outcome, detail FROM jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:long\nSUMMARY:' || repeat('ß', 501) || E'\nLOCATION:' || repeat('l', 1001)
  || E'\n' || (SELECT string_agg(format('ATTENDEE:mailto:p%s@example.org', i), E'\n') FROM generate_series(1, 1001) i)
  || E'\nDTSTART:20261126T080000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n');
SELECT length(event_name), length(event_location), cardinality(attendees) FROM jb_events('room:a', '2026-11-26', '2026-11-27');

-- ---- series ----
SELECT n, outcome, detail, cardinality(events) FROM jb_import('room:a', E'BEGIN:VCALENDAR\n'
  'BEGIN:VEVENT\nUID:off\nSUMMARY:Off the rule\nDTSTART;TZID=Europe/Berlin:20261203T200000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:periods\nSUMMARY:Periods\nDTSTART:20261205T080000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261205T080000Z/PT1H,20261206T080000Z/20261206T110000Z,soon\nEND:VEVENT\nEND:VCALENDAR\n');
SELECT event_name, start_timestamp, end_timestamp FROM jb_events('room:a', '2026-12-01', '2027-01-01');
-- followed: another length of one of them, by the same start
SELECT outcome FROM jb_import('room:a', E'BEGIN:VCALENDAR\n'
  'BEGIN:VEVENT\nUID:periods\nSUMMARY:Periods\nDTSTART:20261205T080000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261206T080000Z/PT2H\nEND:VEVENT\nEND:VCALENDAR\n', sync => true);
SELECT start_timestamp, end_timestamp FROM jb_events('room:a', '2026-12-05', '2026-12-07');

-- ---- zones ----
SELECT E'BEGIN:VTIMEZONE\nTZID:%1$s\n'
       'BEGIN:STANDARD\nDTSTART:20001029T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nEND:STANDARD\n'
       'BEGIN:DAYLIGHT\nDTSTART;VALUE=DATE:20000326\nRRULE:FREQ=YEARLY;BYHOUR=1;BYMINUTE=0;BYDAY=-1SU;BYMONTH=3\nTZOFFSETTO:+0100\nEND:DAYLIGHT\nEND:VTIMEZONE\n' AS zone \gset
SELECT id, outcome, i.start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('GMT'), ('EST'), ('America/New_York'), ('Mine'), ('Custom/GMT')) AS z (id),
     jb_import('room:a', E'BEGIN:VCALENDAR\n' || format(:'zone', id) || format(E'BEGIN:VEVENT\nDTSTART;TZID=%s:20270701T100000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true) AS i;
-- of a file that describes none
SELECT id, outcome, i.start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('GMT'), ('EST'), ('US/Eastern'), ('IST'), ('Eastern Standard Time'), ('(UTC-05:00) Eastern Time (US & Canada)'), ('(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna'),
             ('(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi'), ('(UTC+13:00) Nuku''alofa'), ('(UTC) Coordinated Universal Time'),
             ('(UTC-05:00) Berlin'), ('(UTC+01:00) Nowhere'), ('(UTC+1:00) Berlin')) AS z (id),
     jb_import('room:a', format(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID="%s":20270701T100000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true) AS i;
SELECT outcome, start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('America/Vancouver'), ('W. Europe Standard Time'), ('Mars/Olympus')) AS z (id),
     jb_import('room:a', format(E'BEGIN:VCALENDAR\nX-WR-TIMEZONE:%s\nBEGIN:VEVENT\nDTSTART:20270705T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true);

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
SELECT test.clock('2026-12-07 08:00+01');
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
