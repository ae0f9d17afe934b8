-- Promise: an iCalendar file is placed on a calendar, each event once however often it is imported, and a calendar's feed
-- can be imported again. A dry run tells the same and changes nothing. An event that cannot be placed or read is told, and
-- keeps no other event out.
-- Could break: an event is made twice by a second import, or by a file that is imported under two keys; a series has no UID
-- of its own for each occurrence; the dry run places other events than the booking.
\i test/regress/sql/frame/open.psql
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
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
CREATE TEMP TABLE first AS SELECT * FROM jb_import('room:b', :'ics', idempotency_key => 'k');
SELECT count(*) FROM first WHERE outcome = 'placed';
SELECT (SELECT json_agg(f) FROM first f)::text = (SELECT json_agg(r) FROM jb_import('room:b', :'ics', idempotency_key => 'k') r)::text AS same_answer;
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L, idempotency_key => %L)', 'room:b', :'ics' || E'\n', 'k')); -- must fail: another file

-- ---- round trip: a feed can be imported, here and elsewhere ----
SELECT jb_icalendar('room:a', '2025-01-01') AS feed \gset
SELECT outcome, count(*) FROM jb_import('room:a', :'feed') GROUP BY outcome ORDER BY outcome;
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:c', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
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
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM unnest('{room:dates,room:ends,room:lengths,room:exact,room:again}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
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
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:e', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
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

\i test/regress/sql/frame/close.psql
