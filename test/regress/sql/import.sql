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
--> 1|3|one|null|Board|placed|null|2026-11-24 09:00:00+01|null|null|{}|{}|null
--> 2|11|two|null|Press|rejected|null|2026-11-24 09:30:00+01|conflict|From 2026-11-24T09:30:00+01:00 to 2026-11-24T10:30:00+01:00 is taken by "Board" in line 3 of this file.|{}|{"[\"2026-11-24 10:00:00+01\",\"2026-11-24 11:00:00+01\")","[\"2026-11-24 08:00:00+01\",\"2026-11-24 09:00:00+01\")","[\"2026-11-24 11:00:00+01\",\"2026-11-24 12:00:00+01\")"}|null
--> 3|17|week|null|Weekly|placed|null|2026-11-25 15:00:00+01|null|null|{}|{}|null
--> 4|24|week|20261202T140000Z|Weekly, later|placed|null|2026-12-02 17:00:00+01|null|null|{}|{}|null
--> 5|31|past|null|Last year|placed|null|2025-12-24 00:00:00+01|null|null|{}|{}|null
--> 6|36|free|null|Holiday|ignored|null|null|null|It takes no time: it is TRANSPARENT.|{}|{}|null
--> 7|42|bad|null|Broken|invalid|null|null|null|DTSTART in line 45, "tomorrow": it is no date or time such as 20261224, 20261224T090000 or 20261224T080000Z.|{}|{}|null
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT n, outcome, event_id, start_timestamp, end_timestamp, reason, rejection_id, version, time_zone, events FROM jb_import('room:a', :'ics');
--> 1|placed|1|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|null|null|1|Europe/Berlin|null
--> 2|rejected|null|2026-11-24 09:30:00+01|2026-11-24 10:30:00+01|conflict|1|null|Europe/Berlin|null
--> 3|placed|2|2026-11-25 15:00:00+01|2026-11-25 16:00:00+01|null|null|1|Europe/Berlin|{2,3}
--> 4|placed|4|2026-12-02 17:00:00+01|2026-12-02 18:00:00+01|null|null|1|Europe/Berlin|null
--> 5|placed|5|2025-12-24 00:00:00+01|2025-12-25 00:00:00+01|null|null|1|Europe/Berlin|null
--> 6|ignored|null|null|null|null|null|null|Europe/Berlin|null
--> 7|invalid|null|null|null|null|null|null|Europe/Berlin|null
SELECT id, event_name, attendees, event_location, date, start_time, wished_start, duration, start_timestamp, series FROM jb_events('room:a', '2025-01-01');
--> 5|Last year|{}||2025-12-24|00:00:00|null|null|2025-12-24 00:00:00+01|null
--> 1|Board|{anna@example.com}|Room 1|2026-11-24|09:00:00|null|01:00:00|2026-11-24 09:00:00+01|null
--> 2|Weekly|{}||2026-11-25|15:00:00|null|01:00:00|2026-11-25 15:00:00+01|2
--> 4|Weekly, later|{}||null|null|2026-12-02 17:00:00+01|01:00:00|2026-12-02 17:00:00+01|null
--> 3|Weekly|{}||2026-12-09|15:00:00|null|01:00:00|2026-12-09 15:00:00+01|2
SELECT reason, request ->> 'event_name' AS event_name FROM jb_rejections(); --> conflict|Press
-- in the way of the dry run: events that stand here, by id, and events that the file itself would place, by line
SELECT n, outcome, detail, conflicts FROM jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:new\nSUMMARY:New\nDTSTART:20261124T100000\nDURATION:PT1H\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:series\nSUMMARY:Series\nDTSTART:20261124T110000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:all\nSUMMARY:All\nDTSTART:20261124T093000\nDURATION:PT2H\nEND:VEVENT\nEND:VCALENDAR\n', dry_run => true); --> 1|placed|null|{}
--> 2|placed|null|{}
--> 3|rejected|From 2026-11-24T09:30:00+01:00 to 2026-11-24T11:30:00+01:00 is taken by event 1, "New" in line 2 of this file, "Series" in line 8 of this file.|{1}

-- ---- once more: nothing happens twice ----
SELECT n, outcome, event_id, detail FROM jb_import('room:a', :'ics') WHERE outcome <> 'invalid'; --> 1|unchanged|1|It was imported before, as event 1.
--> 2|rejected|null|From 2026-11-24T09:30:00+01:00 to 2026-11-24T10:30:00+01:00 is taken by event 1.
--> 3|unchanged|2|It was imported before, as event 2.
--> 4|unchanged|4|It was imported before, as event 4.
--> 5|unchanged|5|It was imported before, as event 5.
--> 6|ignored|null|It takes no time: it is TRANSPARENT.
SELECT count(*) FROM jb_events('room:a', '2025-01-01'); --> 5
-- an event that was moved here stays where it is, a cancelled event stays cancelled, a deleted event comes back
SELECT event_id AS board FROM jb_import('room:a', :'ics', max_rows => 1) \gset
SELECT outcome FROM jb_reschedule(:board, event_date => '2026-11-27'); --> updated
SELECT outcome, detail FROM jb_import('room:a', :'ics', max_rows => 1); --> unchanged|It was imported before, as event 1, which stands at another time here.
SELECT outcome FROM jb_cancel(:board); --> cancelled
SELECT outcome, event_id = :board AS same FROM jb_import('room:a', :'ics', max_rows => 1); --> unchanged|t
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:board); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id = :board AS same FROM jb_import('room:a', :'ics', max_rows => 1); --> placed|f
-- a series is known as long as one of its events exists
SELECT min(id) AS first FROM jb_events('room:a') WHERE series IS NOT NULL \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:first); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id > :first AS another FROM jb_import('room:a', :'ics', after => 2, max_rows => 1); --> unchanged|t

-- the same event in two calendars of one file
SELECT n, outcome, start_timestamp, detail FROM jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:twice\nDTSTART:20261221T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n'
  'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:twice\nSEQUENCE:1\nDTSTART:20261221T110000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', dry_run => true);
--> 1|ignored|null|The file has another state of this event in line 9.
--> 2|placed|2026-12-21 11:00:00+01|null

-- ---- imports in turn ----
SELECT n, event_name, outcome FROM jb_import('room:a', :'ics', after => 4, max_rows => 2, dry_run => true); --> 5|Last year|unchanged
--> 6|Holiday|ignored
SELECT count(*) FROM jb_import('room:a', :'ics', after => 7); --> 0

-- ---- under a key: the first answer, word for word ----
CREATE TEMP TABLE first AS SELECT * FROM jb_import('room:b', :'ics', idempotency_key => 'k');
SELECT count(*) FROM first WHERE outcome = 'placed'; --> 4
SELECT (SELECT json_agg(f) FROM first f)::text = (SELECT json_agg(r) FROM jb_import('room:b', :'ics', idempotency_key => 'k') r)::text AS same_answer; --> t
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L, idempotency_key => %L)', 'room:b', :'ics' || E'\n', 'k')); -- must fail: another file --> JB422

-- ---- round trip: a feed can be imported, here and elsewhere ----
SELECT jb_icalendar('room:a', '2025-01-01') AS feed \gset
SELECT outcome, count(*) FROM jb_import('room:a', :'feed') GROUP BY outcome ORDER BY outcome; --> unchanged|4
SELECT outcome, count(*) FROM jb_import('room:c', :'feed') GROUP BY outcome ORDER BY outcome; --> placed|4
SELECT outcome, count(*) FROM jb_import('room:c', :'feed') GROUP BY outcome ORDER BY outcome; --> unchanged|4
SELECT line FROM regexp_split_to_table(jb_icalendar('room:c', '2025-01-01'), E'\r\n') AS line WHERE line ~ '^(UID|DTSTART|DTEND|SUMMARY|LOCATION|ATTENDEE)'
EXCEPT SELECT line FROM regexp_split_to_table(:'feed', E'\r\n') AS line;

-- ---- an occurrence that the file has moved since ----
-- the event belongs to the series, whether it still stands there or was moved here. Where the series has left it out, or it
-- was deleted here, it is placed
SELECT E'BEGIN:VEVENT\nUID:jour\nSUMMARY:Jour fixe\nDTSTART;TZID=Europe/Berlin:20270111T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4\nEND:VEVENT\n' AS master,
       E'BEGIN:VEVENT\nUID:jour\nRECURRENCE-ID;TZID=Europe/Berlin:20270118T090000\nSUMMARY:Jour fixe, later\nDTSTART;TZID=Europe/Berlin:20270118T140000\nDURATION:PT1H\nEND:VEVENT\n' AS change \gset
SELECT outcome, cardinality(events) FROM jb_import('room:a', E'BEGIN:VCALENDAR\n' || :'master' || 'END:VCALENDAR'); --> placed|4
SELECT E'BEGIN:VCALENDAR\n' || :'master' || :'change' || 'END:VCALENDAR' AS jour \gset
SELECT n, outcome, start_timestamp, detail FROM jb_import('room:a', :'jour'); --> 1|unchanged|2027-01-11 09:00:00+01|It was imported before, as event 16.
--> 2|unchanged|2027-01-18 09:00:00+01|It was imported before, as event 17, which stands at another time here.
SELECT n, outcome, start_timestamp FROM jb_import('room:a', E'BEGIN:VCALENDAR\n' || :'change' || 'END:VCALENDAR'); --> 1|unchanged|2027-01-18 09:00:00+01
SELECT id AS moved FROM jb_events('room:a', '2027-01-18', '2027-01-19') \gset
SELECT outcome FROM jb_reschedule(:moved, event_date => '2027-01-19'); --> updated
SELECT n, outcome, start_timestamp FROM jb_import('room:a', :'jour', after => 1); --> 2|unchanged|2027-01-19 09:00:00+01
SELECT outcome FROM jb_cancel(:moved); --> cancelled
SELECT n, outcome, start_timestamp FROM jb_import('room:a', :'jour', after => 1); --> 2|unchanged|2027-01-19 09:00:00+01
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:moved); --> t
SELECT name FROM jb_calendar_set('room:d', '{"time_zone": "Europe/Berlin"}'); --> room:d
SET SESSION AUTHORIZATION regress_secretary;
SELECT n, outcome, start_timestamp FROM jb_import('room:a', :'jour', after => 1); --> 2|placed|2027-01-18 14:00:00+01
SELECT n, outcome, cardinality(events) FROM jb_import('room:d', :'jour', max_rows => 1); --> 1|placed|3
SELECT n, outcome, start_timestamp FROM jb_import('room:d', :'jour', after => 1, max_rows => 1); --> 2|placed|2027-01-18 14:00:00+01
SELECT n, outcome, start_timestamp FROM jb_import('room:d', :'jour'); --> 1|unchanged|2027-01-11 09:00:00+01
--> 2|unchanged|2027-01-18 14:00:00+01
-- whole days
SELECT E'BEGIN:VEVENT\nUID:days\nDTSTART;VALUE=DATE:20270301\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\n' AS master \gset
SELECT outcome, cardinality(events) FROM jb_import('room:d', E'BEGIN:VCALENDAR\n' || :'master' || 'END:VCALENDAR'); --> placed|2
SELECT n, outcome, start_timestamp FROM jb_import('room:d', E'BEGIN:VCALENDAR\n' || :'master' || E'BEGIN:VEVENT\nUID:days\nRECURRENCE-ID;VALUE=DATE:20270308\nDTSTART;VALUE=DATE:20270309\nEND:VEVENT\nEND:VCALENDAR');
--> 1|unchanged|2027-03-01 00:00:00+01
--> 2|unchanged|2027-03-08 00:00:00+01

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
--> 1|placed|2027-03-27 00:00:00+01|2027-03-28 00:00:00+01|3|null
--> 2|placed|2027-10-30 00:00:00+02|2027-10-31 00:00:00+02|3|null
SELECT n, outcome, start_timestamp, end_timestamp, cardinality(events), detail FROM jb_import('room:ends', pg_temp.file(E'DTSTART;VALUE=DATE:%s\nDTEND;VALUE=DATE:%s'));
--> 1|placed|2027-03-27 00:00:00+01|2027-03-28 00:00:00+01|3|null
--> 2|placed|2027-10-30 00:00:00+02|2027-10-31 00:00:00+02|3|null
SELECT n, outcome, start_timestamp, end_timestamp, cardinality(events), detail FROM jb_import('room:lengths', pg_temp.file(E'DTSTART;TZID=Europe/Berlin:%sT090000\nDURATION:P1D'));
--> 1|placed|2027-03-27 09:00:00+01|2027-03-28 09:00:00+02|3|null
--> 2|placed|2027-10-30 09:00:00+02|2027-10-31 09:00:00+01|3|null
SELECT * FROM pg_temp.days('room:dates'); --> spring|27.03. 00:00 to 28.03. 00:00 (24 h), 28.03. 00:00 to 29.03. 00:00 (23 h), 29.03. 00:00 to 30.03. 00:00 (24 h)
--> autumn|30.10. 00:00 to 31.10. 00:00 (24 h), 31.10. 00:00 to 01.11. 00:00 (25 h), 01.11. 00:00 to 02.11. 00:00 (24 h)
SELECT * FROM pg_temp.days('room:ends'); --> spring|27.03. 00:00 to 28.03. 00:00 (24 h), 28.03. 00:00 to 29.03. 00:00 (23 h), 29.03. 00:00 to 30.03. 00:00 (24 h)
--> autumn|30.10. 00:00 to 31.10. 00:00 (24 h), 31.10. 00:00 to 01.11. 00:00 (25 h), 01.11. 00:00 to 02.11. 00:00 (24 h)
SELECT * FROM pg_temp.days('room:lengths'); --> spring|27.03. 09:00 to 28.03. 09:00 (23 h), 28.03. 09:00 to 29.03. 09:00 (24 h), 29.03. 09:00 to 30.03. 09:00 (24 h)
--> autumn|30.10. 09:00 to 31.10. 09:00 (25 h), 31.10. 09:00 to 01.11. 09:00 (24 h), 01.11. 09:00 to 02.11. 09:00 (24 h)
-- 24 hours do not fit where the clock is put forward
SELECT n, outcome, reason, detail FROM jb_import('room:exact', pg_temp.file(E'DTSTART;TZID=Europe/Berlin:%sT090000\nDURATION:PT24H'));
--> 1|rejected|conflict|Occurrence 2 of 3, 2027-03-28 09:00:00: It overlaps the occurrence before it, or its buffer, because the clock changes. A duration is elapsed time; days in its place end at the same time of day.
--> 2|placed|null|null
SELECT * FROM pg_temp.days('room:exact'); --> autumn|30.10. 09:00 to 31.10. 08:00 (24 h), 31.10. 09:00 to 01.11. 09:00 (24 h), 01.11. 09:00 to 02.11. 09:00 (24 h)
-- a feed shows the same days, and is imported so
SELECT outcome, count(*) FROM jb_import('room:again', jb_icalendar('room:dates', '2027-01-01')) GROUP BY outcome; --> placed|6
SELECT * FROM pg_temp.days('room:again'); --> spring|27.03. 00:00 to 28.03. 00:00 (24 h), 28.03. 00:00 to 29.03. 00:00 (23 h), 29.03. 00:00 to 30.03. 00:00 (24 h)
--> autumn|30.10. 00:00 to 31.10. 00:00 (24 h), 31.10. 00:00 to 01.11. 00:00 (25 h), 01.11. 00:00 to 02.11. 00:00 (24 h)
SELECT n, outcome FROM jb_import('room:dates', pg_temp.file('DTSTART;VALUE=DATE:%s')); --> 1|unchanged
--> 2|unchanged
-- each is an event of one day, which it stays wherever it is moved; fields that no call names stay
SELECT id AS short FROM jb_events('room:dates', '2027-03-28', '2027-03-29') WHERE days = 1 AND end_timestamp - start_timestamp = '23 hours' \gset
SELECT outcome, cardinality(events) FROM jb_update(:short, '{"event_name": "spring, renamed", "scope": "all"}'); --> updated|3
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:short, '2027-04-14'); --> updated|2027-04-14 00:00:00+02|2027-04-15 00:00:00+02
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:short, days => 2); --> updated|2027-04-14 00:00:00+02|2027-04-16 00:00:00+02
SELECT * FROM pg_temp.days('room:dates'); --> spring, renamed|27.03. 00:00 to 28.03. 00:00 (24 h), 29.03. 00:00 to 30.03. 00:00 (24 h), 14.04. 00:00 to 16.04. 00:00 (48 h)
--> autumn|30.10. 00:00 to 31.10. 00:00 (24 h), 31.10. 00:00 to 01.11. 00:00 (25 h), 01.11. 00:00 to 02.11. 00:00 (24 h)
SET SESSION AUTHORIZATION regress_manager;
SELECT count(*) FROM jb_rezone('room:dates'); --> 0
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM jb_check();

-- ---- an occurrence is known by the start that the file gave it ----
-- wherever it was moved here, onto another occurrence's time included, and when the history that would tell is purged
SELECT E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:daily\nSUMMARY:Daily\nDTSTART;TZID=Europe/Berlin:20270308T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4\nEND:VEVENT\n' AS daily,
       E'BEGIN:VEVENT\nUID:daily\nRECURRENCE-ID;TZID=Europe/Berlin:%sT090000\nSUMMARY:Daily, later\nDTSTART;TZID=Europe/Berlin:%1$sT140000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR' AS change \gset
SELECT events[1] AS monday, events[2] AS tuesday, events[3] AS wednesday FROM jb_import('room:e', :'daily' || 'END:VCALENDAR') \gset
SELECT outcome FROM jb_reschedule(:tuesday, event_date => '2027-03-15'); --> updated
SELECT outcome FROM jb_reschedule(:monday, event_date => '2027-03-09'); --> updated
SELECT outcome FROM jb_cancel(:wednesday); --> cancelled
SELECT outcome, event_id = :tuesday AS is_tuesday FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1); --> unchanged|t
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock(jb_now() + '1 minute'); --> 2026-11-23 07:01:00+01
SELECT changes > 0 AS has_forgotten FROM jb_purge('0 seconds'); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id = :monday AS is_monday, start_timestamp, detail LIKE '%another time here.' AS is_elsewhere FROM jb_import('room:e', :'daily' || format(:'change', '20270308'), after => 1);
--> unchanged|t|2027-03-09 09:00:00+01|t
SELECT outcome, event_id = :tuesday AS is_tuesday FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1); --> unchanged|t
SELECT outcome, event_id = :wednesday AS is_wednesday FROM jb_import('room:e', :'daily' || format(:'change', '20270310'), after => 1); --> unchanged|t
-- an occurrence that the series never had is placed
SELECT outcome, start_timestamp FROM jb_import('room:e', :'daily' || format(:'change', '20270315'), after => 1); --> placed|2027-03-15 14:00:00+01
-- an occurrence that was deleted here is placed, and known from then on
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:tuesday); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, start_timestamp FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1); --> placed|2027-03-09 14:00:00+01
SELECT outcome, start_timestamp FROM jb_import('room:e', :'daily' || format(:'change', '20270309'), after => 1); --> unchanged|2027-03-09 14:00:00+01
SELECT outcome, event_id = :monday AS is_monday FROM jb_import('room:e', :'daily' || 'END:VCALENDAR'); --> unchanged|t

-- ---- what is not valid ----
SELECT test.stored() AS before \gset
SELECT state, message, hint FROM test.refusal($$SELECT jb_import('nowhere', '')$$); --> P0002|calendar "nowhere" does not exist|jb_calendars() lists those that exist; jb_calendar_set() makes one.
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_import('room:a', NULL)$$);
--> 22023|invalid ics "": there is no BEGIN:VCALENDAR in it|[{"field":"ics","value":"","message":"there is no BEGIN:VCALENDAR in it"}]|Give an iCalendar file (RFC 5545): BEGIN:VCALENDAR, events from BEGIN:VEVENT to END:VEVENT, END:VCALENDAR.
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VALARM')$$);
--> 22023|invalid ics "BEGIN:VEVENT": line 2: the file ends before this component does
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nMETHOD:CANCEL\nEND:VCALENDAR')$$);
--> 22023|invalid ics "METHOD:CANCEL": line 2: what answers or cancels is no calendar to import
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', '', after => -1)$$); --> 22023|invalid after "-1": it must not be below 0
SELECT state, detail FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nEND:VCALENDAR', after => -1, max_rows => 0)$$);
--> 22023|[{"field":"after","value":"-1","message":"it must not be below 0"},{"field":"max_rows","value":"0","message":"it must be from 1 to 1000"}]
SELECT state, message, hint FROM test.refusal(format('SELECT jb_import(%L, %L)', 'room:a', (SELECT E'BEGIN:VCALENDAR\n' || string_agg(E'BEGIN:VEVENT\nEND:VEVENT\n', '') || 'END:VCALENDAR' FROM generate_series(1, 1001))));
--> 22023|invalid ics "1001 events": a call imports at most 1000|Import 1000 at a time: max_rows says how many, after how many to pass over.
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT count(*) FROM jb_import('room:a', E'BEGIN:VCALENDAR\nEND:VCALENDAR'); --> 0
SELECT jb_import_json(r) FROM jb_import('room:a', :'ics', max_rows => 2, dry_run => true) AS r;
--> {"n" : 1, "line" : 3, "uid" : "one", "recurrence_id" : null, "event_name" : "Board", "outcome" : "unchanged", "event_id" : 6, "start_timestamp" : "2026-11-24T09:00:00+01:00", "end_timestamp" : "2026-11-24T10:00:00+01:00", "reason" : null, "detail" : "It was imported before, as event 6.", "conflicts" : [], "moves" : [], "alternatives" : [], "rejection_id" : null, "version" : 1, "events" : [], "skipped" : [], "facts" : null}
--> {"n" : 2, "line" : 11, "uid" : "two", "recurrence_id" : null, "event_name" : "Press", "outcome" : "rejected", "event_id" : null, "start_timestamp" : "2026-11-24T09:30:00+01:00", "end_timestamp" : "2026-11-24T10:30:00+01:00", "reason" : "conflict", "detail" : "From 2026-11-24T09:30:00+01:00 to 2026-11-24T10:30:00+01:00 is taken by event 6.", "conflicts" : [6], "moves" : [], "alternatives" : [{"start_timestamp" : "2026-11-24T10:00:00+01:00", "end_timestamp" : "2026-11-24T11:00:00+01:00"}, {"start_timestamp" : "2026-11-24T08:00:00+01:00", "end_timestamp" : "2026-11-24T09:00:00+01:00"}, {"start_timestamp" : "2026-11-24T11:00:00+01:00", "end_timestamp" : "2026-11-24T12:00:00+01:00"}], "rejection_id" : null, "version" : null, "events" : [], "skipped" : [], "facts" : {"end_timestamp": "2026-11-24T10:30:00+01:00", "start_timestamp": "2026-11-24T09:30:00+01:00"}}
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM test.refusal(format('SELECT jb_import(%L, %L, dry_run => true)', 'room:a', :'ics')); -- must fail: a viewer books nothing --> 42501
-- on a calendar whose bookings wait for a confirmation, what is imported is confirmed
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:confirmed', '{"time_zone": "Europe/Berlin", "confirm_within": "30 minutes"}'); --> room:confirmed
SELECT outcome FROM jb_import('room:confirmed', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:dentist\nDTSTART:20261125T100000\nDURATION:PT1H\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:weekly\nDTSTART:20261126T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2\nEND:VEVENT\nEND:VCALENDAR', sync => true); --> placed
--> placed
SELECT status, count(*) FROM jb_events('room:confirmed') GROUP BY 1; --> pending|3

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
--> lines|placed|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|Line 6, "X-RADIUS=49.91", was overlooked: it is no line such as NAME:value. Line 7, "Begin: at nine", was overlooked: it is no line such as NAME:value. Line 2, "stray", was overlooked: it is no line such as NAME:value.
--> both|placed|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|Its END:VEVENT is missing. SUMMARY in line 13, "Both": it stands there twice, and the first counts. DURATION in line 17, "PT0S": it was overlooked, since DTEND counts.
--> date|placed|2026-11-24 12:00:00+01|2026-11-24 13:00:00+01|DTSTART in line 21, "20261124T120000": it was read as 2026-11-24T12:00:00. DTEND in line 22, "20261124T130000": it was read as 2026-11-24T13:00:00.
--> iso|placed|2026-11-24 14:00:00+01|2026-11-24 16:00:00+01|DTSTART in line 27, "2026-11-24T14:00:00+01:00": it was read as 2026-11-24T13:00:00+00:00. DTEND in line 28, "2026-11-24T15:00Z": it was read as 2026-11-24T15:00:00+00:00.
--> day|placed|2026-11-25 00:00:00+01|2026-11-26 00:00:00+01|DTEND in line 34, "20261125": it is the day of DTSTART, and the event was read as one whole day.
--> late|rejected|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|From 2026-11-24T09:00:00+01:00 to 2026-11-24T10:00:00+01:00 is taken by event 1.
--> when|invalid|null|null|DTSTART in line 47, "20261124T090000Z": it stands there twice.
SELECT outcome, detail FROM jb_import('room:a', :'ics', max_rows => 1); --> unchanged|It was imported before, as event 1.

-- ---- texts and lists that are too long ----
SELECT outcome, detail FROM jb_import('room:a', E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:long\nSUMMARY:' || repeat('ß', 501) || E'\nLOCATION:' || repeat('l', 1001)
  || E'\n' || (SELECT string_agg(format('ATTENDEE:mailto:p%s@example.org', i), E'\n') FROM generate_series(1, 1001) i)
  || E'\nDTSTART:20261126T080000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n');
--> placed|SUMMARY in line 4, "ßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßßß…": it is longer than 500 characters, and its end was left out. LOCATION in line 5, "llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll…": it is longer than 1000 characters, and its end was left out. ATTENDEE in line 1006, "mailto:p1001@example.org": an event has at most 1000 attendees, and the others were left out.
SELECT length(event_name), length(event_location), cardinality(attendees) FROM jb_events('room:a', '2026-11-26', '2026-11-27'); --> 500|1000|1000

-- ---- series ----
SELECT n, outcome, detail, cardinality(events) FROM jb_import('room:a', E'BEGIN:VCALENDAR\n'
  'BEGIN:VEVENT\nUID:off\nSUMMARY:Off the rule\nDTSTART;TZID=Europe/Berlin:20261203T200000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3;BYDAY=WE\nEND:VEVENT\n'
  'BEGIN:VEVENT\nUID:periods\nSUMMARY:Periods\nDTSTART:20261205T080000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261205T080000Z/PT1H,20261206T080000Z/20261206T110000Z,soon\nEND:VEVENT\nEND:VCALENDAR\n');
--> 1|placed|RRULE in line 7, "FREQ=WEEKLY;COUNT=3;BYDAY=WE": it does not name DTSTART, which is the first occurrence all the same.|3
--> 2|placed|RDATE in line 14, "20261205T080000Z/PT1H,20261206T080000Z/20261206T110000Z,soon": "soon" is no date or time, and was overlooked.|2
SELECT event_name, start_timestamp, end_timestamp FROM jb_events('room:a', '2026-12-01', '2027-01-01'); --> Off the rule|2026-12-03 20:00:00+01|2026-12-03 21:00:00+01
--> Periods|2026-12-05 09:00:00+01|2026-12-05 10:00:00+01
--> Periods|2026-12-06 09:00:00+01|2026-12-06 12:00:00+01
--> Off the rule|2026-12-09 20:00:00+01|2026-12-09 21:00:00+01
--> Off the rule|2026-12-16 20:00:00+01|2026-12-16 21:00:00+01
-- followed: another length of one of them, by the same start
SELECT outcome FROM jb_import('room:a', E'BEGIN:VCALENDAR\n'
  'BEGIN:VEVENT\nUID:periods\nSUMMARY:Periods\nDTSTART:20261205T080000Z\nDURATION:PT1H\nRDATE;VALUE=PERIOD:20261206T080000Z/PT2H\nEND:VEVENT\nEND:VCALENDAR\n', sync => true); --> updated
SELECT start_timestamp, end_timestamp FROM jb_events('room:a', '2026-12-05', '2026-12-07'); --> 2026-12-05 09:00:00+01|2026-12-05 10:00:00+01
--> 2026-12-06 09:00:00+01|2026-12-06 11:00:00+01

-- ---- zones ----
SELECT E'BEGIN:VTIMEZONE\nTZID:%1$s\n'
       'BEGIN:STANDARD\nDTSTART:20001029T020000\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0000\nEND:STANDARD\n'
       'BEGIN:DAYLIGHT\nDTSTART;VALUE=DATE:20000326\nRRULE:FREQ=YEARLY;BYHOUR=1;BYMINUTE=0;BYDAY=-1SU;BYMONTH=3\nTZOFFSETTO:+0100\nEND:DAYLIGHT\nEND:VTIMEZONE\n' AS zone \gset
SELECT id, outcome, i.start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('GMT'), ('EST'), ('America/New_York'), ('Mine'), ('Custom/GMT')) AS z (id),
     jb_import('room:a', E'BEGIN:VCALENDAR\n' || format(:'zone', id) || format(E'BEGIN:VEVENT\nDTSTART;TZID=%s:20270701T100000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true) AS i;
--> GMT|placed|2027-07-01 09:00:00|null
--> EST|placed|2027-07-01 09:00:00|null
--> America/New_York|placed|2027-07-01 14:00:00|null
--> Mine|placed|2027-07-01 09:00:00|null
--> Custom/GMT|placed|2027-07-01 09:00:00|null
-- of a file that describes none
SELECT id, outcome, i.start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('GMT'), ('EST'), ('US/Eastern'), ('IST'), ('Eastern Standard Time'), ('(UTC-05:00) Eastern Time (US & Canada)'), ('(GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna'),
             ('(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi'), ('(UTC+13:00) Nuku''alofa'), ('(UTC) Coordinated Universal Time'),
             ('(UTC-05:00) Berlin'), ('(UTC+01:00) Nowhere'), ('(UTC+1:00) Berlin')) AS z (id),
     jb_import('room:a', format(E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID="%s":20270701T100000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true) AS i;
--> GMT|placed|2027-07-01 10:00:00|null
--> EST|placed|2027-07-01 15:00:00|null
--> US/Eastern|placed|2027-07-01 14:00:00|null
--> IST|invalid|null|DTSTART in line 3, "20270701T100000": there is no time zone "IST", and the file describes none of this TZID.
--> Eastern Standard Time|placed|2027-07-01 14:00:00|null
--> (UTC-05:00) Eastern Time (US & Canada)|placed|2027-07-01 14:00:00|null
--> (GMT+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna|placed|2027-07-01 08:00:00|null
--> (UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi|placed|2027-07-01 04:30:00|null
--> (UTC+13:00) Nuku'alofa|placed|2027-06-30 21:00:00|null
--> (UTC) Coordinated Universal Time|placed|2027-07-01 10:00:00|null
--> (UTC-05:00) Berlin|invalid|null|DTSTART in line 3, "20270701T100000": there is no time zone "(UTC-05:00) Berlin", and the file describes none of this TZID.
--> (UTC+01:00) Nowhere|invalid|null|DTSTART in line 3, "20270701T100000": there is no time zone "(UTC+01:00) Nowhere", and the file describes none of this TZID.
--> (UTC+1:00) Berlin|invalid|null|DTSTART in line 3, "20270701T100000": there is no time zone "(UTC+1:00) Berlin", and the file describes none of this TZID.
SELECT outcome, start_timestamp AT TIME ZONE 'UTC' AS utc, detail
FROM (VALUES ('America/Vancouver'), ('W. Europe Standard Time'), ('Mars/Olympus')) AS z (id),
     jb_import('room:a', format(E'BEGIN:VCALENDAR\nX-WR-TIMEZONE:%s\nBEGIN:VEVENT\nDTSTART:20270705T090000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n', id), dry_run => true);
--> placed|2027-07-05 16:00:00|null
--> placed|2027-07-05 07:00:00|null
--> placed|2027-07-05 07:00:00|X-WR-TIMEZONE in line 2, "Mars/Olympus": there is no time zone "Mars/Olympus", and the file describes none of this TZID; the calendar's zone is used.

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
SELECT count(*) FROM unnest('{room:b,room:c,room:d,room:e,room:f,room:g,room:h,room:i,room:j,room:k}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}'); --> 10
SET SESSION AUTHORIZATION regress_secretary;

-- ---- an event that changes one occurrence is one event, whatever it repeats of the rule ----
SELECT pg_temp.event('week', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=4') AS week,
       pg_temp.event('week', E'DTSTART;TZID=Europe/Berlin:20270322T140000\nRRULE:FREQ=WEEKLY;COUNT=4\nRDATE:20270501T120000Z\nEXDATE;TZID=Europe/Berlin:20270322T140000\nEXRULE:FREQ=DAILY;COUNT=2', '20270322T090000') AS change \gset
SELECT * FROM pg_temp.import('room:a', pg_temp.file(:'week', :'change'), false); --> 1|null|placed|3|null
--> 2|20270322T080000Z|placed|null|null
SELECT * FROM pg_temp.shown('room:a'); --> week|2027-03-15 09:00:00+01|pending
--> week|2027-03-22 14:00:00+01|pending
--> week|2027-03-29 09:00:00+02|pending
--> week|2027-04-05 09:00:00+02|pending
-- what an earlier reader made of it, a series of its own, ends but for the one event: as a plain series that has the change's name
SELECT * FROM pg_temp.import('room:b', pg_temp.file(replace(:'week', 'DURATION', E'EXDATE;TZID=Europe/Berlin:20270322T090000\nDURATION'), pg_temp.event('stray', E'DTSTART;TZID=Europe/Berlin:20270322T140000\nRRULE:FREQ=WEEKLY;COUNT=4')), false);
--> 1|null|placed|3|null
--> 2|null|placed|4|null
RESET SESSION AUTHORIZATION;
DELETE FROM jb_imported WHERE uid = 'stray' AND recurrence_id <> '';
UPDATE jb_imported SET uid = 'week', recurrence_id = '20270322T080000Z', original_start = '2027-03-22 08:00Z' WHERE uid = 'stray';
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, count(*) FROM pg_temp.shown('room:b') AS s, LATERAL (SELECT s.status AS outcome) AS o GROUP BY 1; --> pending|7
SELECT * FROM pg_temp.import('room:b', pg_temp.file(:'week', :'change')); --> 1|null|updated|3|null
--> 2|20270322T080000Z|updated|null|These events were cancelled: 9, 10, 11.
SELECT * FROM pg_temp.shown('room:b') WHERE status = 'pending'; --> week|2027-03-15 09:00:00+01|pending
--> week|2027-03-22 14:00:00+01|pending
--> week|2027-03-29 09:00:00+02|pending
--> week|2027-04-05 09:00:00+02|pending
SELECT * FROM pg_temp.import('room:b', pg_temp.file(:'week', :'change')); --> 1|null|unchanged|null|It was imported before, as event 5.
--> 2|20270322T080000Z|unchanged|null|It was imported before, as event 8.

-- ---- a series of which no occurrence is left is valid, and its events end ----
SELECT pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=2') AS master,
       pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270315T110000', '20270315T090000') || pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270322T110000', '20270322T090000') AS changes,
       pg_temp.event('off', E'DTSTART;TZID=Europe/Berlin:20270316T090000\nRRULE:FREQ=WEEKLY;COUNT=2') AS off \gset
SELECT replace(:'off', 'DURATION', E'EXDATE;TZID=Europe/Berlin:20270316T090000,20270323T090000\nDURATION') AS none \gset
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none')); --> 1|null|ignored|null|It takes no time: no occurrence of the series is left.
--> 2|20270315T080000Z|placed|null|null
--> 3|20270322T080000Z|placed|null|null
--> 4|null|ignored|null|It takes no time: no occurrence of the series is left.
SELECT * FROM pg_temp.shown('room:c'); --> all|2027-03-15 11:00:00+01|pending
--> all|2027-03-22 11:00:00+01|pending
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none')); --> 1|null|ignored|null|It takes no time: no occurrence of the series is left.
--> 2|20270315T080000Z|unchanged|null|It was imported before, as event 12.
--> 3|20270322T080000Z|unchanged|null|It was imported before, as event 13.
--> 4|null|ignored|null|It takes no time: no occurrence of the series is left.
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'off')); --> 1|null|placed|2|These events were cancelled: 12, 13.
--> 2|null|placed|2|null
SELECT * FROM pg_temp.shown('room:c') WHERE status = 'pending'; --> all|2027-03-15 09:00:00+01|pending
--> off|2027-03-16 09:00:00+01|pending
--> all|2027-03-22 09:00:00+01|pending
--> off|2027-03-23 09:00:00+01|pending
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none')); --> 1|null|unchanged|null|It takes no time: no occurrence of the series is left.
--> 2|20270315T080000Z|updated|null|null
--> 3|20270322T080000Z|updated|null|null
--> 4|null|cancelled|2|It takes no time: no occurrence of the series is left.
SELECT * FROM pg_temp.shown('room:c') WHERE status = 'pending'; --> all|2027-03-15 11:00:00+01|pending
--> all|2027-03-22 11:00:00+01|pending
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'changes', :'none')); --> 1|null|unchanged|null|It takes no time: no occurrence of the series is left.
--> 2|20270315T080000Z|unchanged|null|It was imported before, as event 14.
--> 3|20270322T080000Z|unchanged|null|It was imported before, as event 15.
--> 4|null|unchanged|null|It takes no time: no occurrence of the series is left.
SELECT * FROM pg_temp.import('room:c', pg_temp.file(:'master', :'off')); --> 1|null|updated|2|null
--> 2|null|placed|2|null
SELECT * FROM pg_temp.shown('room:c') WHERE status = 'pending'; --> all|2027-03-15 09:00:00+01|pending
--> off|2027-03-16 09:00:00+01|pending
--> all|2027-03-22 09:00:00+01|pending
--> off|2027-03-23 09:00:00+01|pending

-- ---- a change that cannot be read leaves its occurrence where it is ----
SELECT pg_temp.event('all', 'DTSTART:tomorrow', '20270322T090000') AS unclear \gset
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', :'unclear')); --> 1|null|placed|2|null
--> 2|20270322T080000Z|invalid|null|DTSTART in line 13, "tomorrow": it is no date or time such as 20261224, 20261224T090000 or 20261224T080000Z. Its occurrence stays where the series has it.
SELECT * FROM pg_temp.shown('room:d'); --> all|2027-03-15 09:00:00+01|pending
--> all|2027-03-22 09:00:00+01|pending
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', pg_temp.event('all', E'DTSTART;TZID=Europe/Berlin:20270322T110000', '20270322T090000')));
--> 1|null|unchanged|null|It was imported before, as event 20.
--> 2|20270322T080000Z|updated|null|null
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', :'unclear')); --> 1|null|unchanged|null|It was imported before, as event 20.
--> 2|20270322T080000Z|invalid|null|DTSTART in line 13, "tomorrow": it is no date or time such as 20261224, 20261224T090000 or 20261224T080000Z. Its occurrence stays where the series has it.
SELECT * FROM pg_temp.import('room:d', pg_temp.file(:'master', replace(:'unclear', 'RECURRENCE-ID;TZID=Europe/Berlin', 'RECURRENCE-ID;TZID=Mars/Olympus')));
--> 1|null|unchanged|null|It was imported before, as event 20.
--> 2|null|invalid|null|RECURRENCE-ID in line 12, "20270322T090000": there is no time zone "Mars/Olympus", and the file describes none of this TZID.
SELECT * FROM pg_temp.import('room:d', pg_temp.file(replace(:'master', 'COUNT=2', 'COUNT=3'), :'unclear')); --> 1|null|updated|3|null
--> 2|20270322T080000Z|invalid|null|DTSTART in line 13, "tomorrow": it is no date or time such as 20261224, 20261224T090000 or 20261224T080000Z. Its occurrence stays where the series has it.
SELECT * FROM pg_temp.shown('room:d'); --> all|2027-03-15 09:00:00+01|pending
--> all|2027-03-22 11:00:00+01|pending
--> all|2027-03-29 09:00:00+02|pending
-- in whatever part of the file it is
SELECT n, line, uid, recurrence_id, outcome, detail, conflicts, facts FROM jb_import('room:d', replace(pg_temp.file(:'master', :'unclear'), 'UID:all', 'UID:part'), max_rows => 1, dry_run => true);
--> 1|2|part|null|rejected|Occurrence 1 of 2, 2027-03-15 09:00:00: From 2027-03-15T09:00:00+01:00 to 2027-03-15T10:00:00+01:00 is taken by event 20.|{20}|{"occurrence": 1, "occurrences": 2, "end_timestamp": "2027-03-15T10:00:00+01:00", "start_timestamp": "2027-03-15T09:00:00+01:00"}

-- ---- a series that began long ago is booked from now on, if it has more than 1,000 occurrences ----
SELECT pg_temp.event('stand-up', E'DTSTART;TZID=Europe/Berlin:20220103T090000\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR') AS standup,
       pg_temp.event('count', E'DTSTART;TZID=Europe/Berlin:20261123T070000\nRRULE:FREQ=DAILY;COUNT=1500') AS count,
       pg_temp.event('over', E'DTSTART;TZID=Europe/Berlin:20000101T200000\nRRULE:FREQ=DAILY;UNTIL=20261122T235959Z') AS over \gset
SELECT pg_temp.file(:'standup', :'count', :'over') AS long \gset
SELECT * FROM pg_temp.import('room:e', :'long');
--> 1|null|placed|262|It has more than 1000 occurrences: those before 2026-11-23 are over, and left out. The rule has no end: it is followed to the calendar's horizon, 2027-11-24.
--> 2|null|placed|366|The rule ends after the horizon: it is followed to the calendar's horizon, 2027-11-24.
--> 3|null|ignored|null|It takes no time: no occurrence of the series is left.
SELECT event_name, count(*), min(start_timestamp), max(start_timestamp) FROM (SELECT * FROM jb_event_view WHERE 'room:e' = ANY (calendars)) AS s GROUP BY 1 ORDER BY 1;
--> count|366|2026-11-23 07:00:00+01|2027-11-23 07:00:00+01
--> stand-up|262|2026-11-23 09:00:00+01|2027-11-23 09:00:00+01
SELECT * FROM pg_temp.import('room:e', :'long'); --> 1|null|unchanged|null|It was imported before, as event 23.
--> 2|null|unchanged|null|It was imported before, as event 285.
--> 3|null|ignored|null|It takes no time: no occurrence of the series is left.
-- what is past by then stays, also where it has been moved; the horizon has moved on
SELECT id AS moved FROM jb_events('room:e') WHERE event_name = 'stand-up' ORDER BY start_timestamp LIMIT 1 \gset
SELECT outcome FROM jb_reschedule(:moved, event_date => '2027-06-05'); --> updated
SELECT test.clock('2026-12-07 08:00+01'); --> 2026-12-07 08:00:00+01
SELECT n, outcome, events FROM pg_temp.import('room:e', :'long'); --> 1|updated|10
--> 2|updated|15
--> 3|ignored|null
SELECT n, outcome, events FROM pg_temp.import('room:e', replace(:'long', 'SUMMARY:stand-up', 'SUMMARY:Stand-up, renamed')); --> 1|updated|262
--> 2|unchanged|null
--> 3|ignored|null
SELECT event_name, status, count(*), min(start_timestamp), max(start_timestamp) FROM (SELECT * FROM jb_event_view WHERE 'room:e' = ANY (calendars)) AS s GROUP BY 1, 2 ORDER BY 1, 2;
--> Stand-up, renamed|pending|262|2026-12-07 09:00:00+01|2027-12-07 09:00:00+01
--> count|completed|15|2026-11-23 07:00:00+01|2026-12-07 07:00:00+01
--> count|pending|366|2026-12-08 07:00:00+01|2027-12-08 07:00:00+01
--> stand-up|completed|9|2026-11-24 09:00:00+01|2026-12-04 09:00:00+01
--> stand-up|pending|1|2027-06-05 09:00:00+02|2027-06-05 09:00:00+02
-- an end in the past ends what is still to come, and nothing else
SELECT n, outcome, events, detail FROM pg_temp.import('room:e', replace(:'long', 'BYDAY=MO,TU,WE,TH,FR', 'BYDAY=MO,TU,WE,TH,FR;UNTIL=20261201T000000Z'));
--> 1|cancelled|262|It takes no time: no occurrence of the series is left.
--> 2|unchanged|null|It was imported before, as event 285.
--> 3|ignored|null|It takes no time: no occurrence of the series is left.
SELECT event_name, status, count(*), min(start_timestamp), max(start_timestamp) FROM (SELECT * FROM jb_event_view WHERE 'room:e' = ANY (calendars)) AS s WHERE event_name LIKE 'Stand-up%' OR event_name = 'stand-up' GROUP BY 1, 2 ORDER BY 1, 2;
--> Stand-up, renamed|cancelled|262|2026-12-07 09:00:00+01|2027-12-07 09:00:00+01
--> stand-up|completed|9|2026-11-24 09:00:00+01|2026-12-04 09:00:00+01
--> stand-up|pending|1|2027-06-05 09:00:00+02|2027-06-05 09:00:00+02

-- ---- a series in another zone moves, though its rule and its first start are the same ----
SELECT pg_temp.event('zone', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=4') AS zone \gset
SELECT * FROM pg_temp.import('room:f', pg_temp.file(:'zone')); --> 1|null|placed|4|null
SELECT * FROM pg_temp.import('room:f', pg_temp.file(replace(:'zone', 'Europe/Berlin', 'Africa/Lagos'))); --> 1|null|updated|2|null
SELECT * FROM pg_temp.shown('room:f') WHERE status = 'pending'; --> zone|2027-03-15 09:00:00+01|pending
--> zone|2027-03-22 09:00:00+01|pending
--> zone|2027-03-29 10:00:00+02|pending
--> zone|2027-04-05 10:00:00+02|pending
SELECT * FROM pg_temp.import('room:f', pg_temp.file(replace(:'zone', 'Europe/Berlin', 'Africa/Lagos'))); --> 1|null|unchanged|null|It was imported before, as event 676.
-- ---- a change of this and all later occurrences ----
SELECT pg_temp.event('course', E'DTSTART;TZID=Europe/Berlin:20270315T090000\nRRULE:FREQ=WEEKLY;COUNT=5') AS course,
       replace(replace(pg_temp.event('course', E'DTSTART;TZID=Europe/Berlin:20270329T140000\nATTENDEE:mailto:anna@example.org', '20270329T090000'), 'RECURRENCE-ID;', 'RECURRENCE-ID;RANGE=THISANDFUTURE;'), 'SUMMARY:course', E'SUMMARY:course, afternoon\nLOCATION:Hall') AS later \gset
SELECT * FROM pg_temp.import('room:g', pg_temp.file(:'course', :'later'), false); --> 1|null|placed|4|null
--> 2|20270329T070000Z|placed|null|null
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:g') ORDER BY start_timestamp; --> course|2027-03-15 09:00:00+01||{}
--> course|2027-03-22 09:00:00+01||{}
--> course, afternoon|2027-03-29 14:00:00+02|Hall|{anna@example.org}
--> course, afternoon|2027-04-05 14:00:00+02|Hall|{anna@example.org}
--> course, afternoon|2027-04-12 14:00:00+02|Hall|{anna@example.org}
SELECT line FROM regexp_split_to_table(jb_icalendar('room:g'), E'\r\n') AS line WHERE line LIKE 'RECURRENCE-ID%'; --> RECURRENCE-ID:20270315T080000Z
--> RECURRENCE-ID:20270322T080000Z
--> RECURRENCE-ID:20270329T070000Z
--> RECURRENCE-ID:20270405T070000Z
--> RECURRENCE-ID:20270412T070000Z
-- with sync: as before, otherwise, for good; a change of the series itself says nothing of the later ones
SELECT * FROM pg_temp.import('room:g', pg_temp.file(:'course', :'later')); --> 1|null|unchanged|null|It was imported before, as event 680.
--> 2|20270329T070000Z|unchanged|null|It was imported before, as event 684.
SELECT * FROM pg_temp.import('room:h', pg_temp.file(:'course')); --> 1|null|placed|5|null
SELECT id AS monday FROM jb_events('room:h') ORDER BY start_timestamp LIMIT 1 \gset
SELECT outcome FROM jb_reschedule(:monday, start_time => '11:00'); --> updated
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', 'SUMMARY:Course'), :'later')); --> 1|null|updated|4|null
--> 2|20270329T070000Z|updated|null|null
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:h') ORDER BY start_timestamp; --> Course|2027-03-15 11:00:00+01||{}
--> Course|2027-03-22 09:00:00+01||{}
--> course, afternoon|2027-03-29 14:00:00+02|Hall|{anna@example.org}
--> course, afternoon|2027-04-05 14:00:00+02|Hall|{anna@example.org}
--> course, afternoon|2027-04-12 14:00:00+02|Hall|{anna@example.org}
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', 'SUMMARY:Course'), :'later')); --> 1|null|unchanged|null|It was imported before, as event 685.
--> 2|20270329T070000Z|unchanged|null|It was imported before, as event 687.
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', E'SUMMARY:Course, renamed\nLOCATION:Room'), :'later')); --> 1|null|updated|2|null
--> 2|20270329T070000Z|unchanged|null|It was imported before, as event 687.
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', E'SUMMARY:Course, renamed\nLOCATION:Room'), replace(:'later', '20270329T140000', '20270330T150000')));
--> 1|null|updated|2|null
--> 2|20270329T070000Z|updated|null|null
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:h') ORDER BY start_timestamp; --> Course, renamed|2027-03-15 11:00:00+01|Room|{}
--> Course, renamed|2027-03-22 09:00:00+01|Room|{}
--> course, afternoon|2027-03-30 15:00:00+02|Hall|{anna@example.org}
--> course, afternoon|2027-04-06 15:00:00+02|Hall|{anna@example.org}
--> course, afternoon|2027-04-13 15:00:00+02|Hall|{anna@example.org}
SELECT * FROM pg_temp.import('room:h', pg_temp.file(replace(:'course', 'SUMMARY:course', E'SUMMARY:Course, renamed\nLOCATION:Room'))); --> 1|null|updated|3|null
SELECT event_name, start_timestamp, event_location, attendees FROM jb_events('room:h') ORDER BY start_timestamp; --> Course, renamed|2027-03-15 11:00:00+01|Room|{}
--> Course, renamed|2027-03-22 09:00:00+01|Room|{}
--> Course, renamed|2027-03-29 09:00:00+02|Room|{}
--> Course, renamed|2027-04-05 09:00:00+02|Room|{}
--> Course, renamed|2027-04-12 09:00:00+02|Room|{}
SELECT * FROM pg_temp.import('room:h', pg_temp.file(:'course', replace(:'later', 'DURATION', E'STATUS:CANCELLED\nDURATION'))); --> 1|null|updated|4|These events were cancelled: 688, 689.
--> 2|20270329T070000Z|cancelled|null|It is cancelled.
SELECT * FROM pg_temp.shown('room:h'); --> course|2027-03-15 11:00:00+01|pending
--> course|2027-03-22 09:00:00+01|pending
--> Course, renamed|2027-03-29 09:00:00+02|cancelled
--> Course, renamed|2027-04-05 09:00:00+02|cancelled
--> Course, renamed|2027-04-12 09:00:00+02|cancelled
-- ---- times are counted on the clock of the series, also where the calendar's clock shows them twice ----
SELECT pg_temp.event('night', E'DTSTART:20271029T003000Z\nRRULE:FREQ=DAILY;COUNT=4') AS night,
       replace(pg_temp.event('night', 'DTSTART:20271030T013000Z', '20271030T023000'), 'RECURRENCE-ID;', 'RECURRENCE-ID;RANGE=THISANDFUTURE;') AS hour_later \gset
SELECT * FROM pg_temp.import('room:i', pg_temp.file(:'night')); --> 1|null|placed|4|null
SELECT event_name, start_timestamp AT TIME ZONE 'UTC' AS utc FROM pg_temp.shown('room:i'); --> night|2027-10-29 00:30:00
--> night|2027-10-30 00:30:00
--> night|2027-10-31 00:30:00
--> night|2027-11-01 00:30:00
SELECT * FROM pg_temp.import('room:i', pg_temp.file(:'night', :'hour_later')); --> 1|null|updated|2|null
--> 2|20271030T003000Z|updated|null|null
SELECT event_name, start_timestamp AT TIME ZONE 'UTC' AS utc FROM pg_temp.shown('room:i'); --> night|2027-10-29 00:30:00
--> night|2027-10-30 01:30:00
--> night|2027-10-31 01:30:00
--> night|2027-11-01 01:30:00
SELECT * FROM pg_temp.import('room:i', pg_temp.file(:'night', :'hour_later')); --> 1|null|unchanged|null|It was imported before, as event 690.
--> 2|20271030T003000Z|unchanged|null|It was imported before, as event 691.
-- the whole series in the second of the two hours; a rejection tells an occurrence by the calendar's clock
SELECT pg_temp.event('second', E'DTSTART:20271031T013000Z\nRRULE:FREQ=DAILY;COUNT=2') AS second \gset
SELECT * FROM pg_temp.import('room:j', pg_temp.file(:'second')); --> 1|null|placed|2|null
SELECT event_name, start_timestamp AT TIME ZONE 'UTC' AS utc FROM pg_temp.shown('room:j'); --> second|2027-10-31 01:30:00
--> second|2027-11-01 01:30:00
SELECT n, outcome, detail FROM pg_temp.import('room:j', pg_temp.file(replace(:'second', 'second', 'other')), false);
--> 1|rejected|Occurrence 1 of 2, 2027-10-31 02:30:00: From 2027-10-31T02:30:00+01:00 to 2027-10-31T03:30:00+01:00 is taken by event 694.
SELECT * FROM jb_check();

-- ---- an event without a rule takes no time where its own start is excepted, or is another event of the file ----
SELECT pg_temp.event('one', E'DTSTART;TZID=Europe/Berlin:20270315T090000') AS one \gset
SELECT * FROM pg_temp.import('room:k', pg_temp.file(replace(:'one', 'DURATION', E'EXDATE;TZID=Europe/Berlin:20270316T090000\nDURATION'))); --> 1|null|placed|null|null
SELECT * FROM pg_temp.import('room:k', pg_temp.file(replace(:'one', 'DURATION', E'EXDATE:20270315T080000Z\nDURATION')));
--> 1|null|cancelled|null|It takes no time: no occurrence of the series is left.
SELECT * FROM pg_temp.import('room:k', pg_temp.file(:'one', pg_temp.event('one', E'DTSTART;TZID=Europe/Berlin:20270315T110000', '20270315T090000')));
--> 1|null|unchanged|null|It takes no time: no occurrence of the series is left.
--> 2|20270315T080000Z|placed|null|null
SELECT * FROM pg_temp.shown('room:k'); --> one|2027-03-15 09:00:00+01|cancelled
--> one|2027-03-15 11:00:00+01|pending

-- ---- one occurrence has one name, however files call it, in whatever part they tell it ----
SET SESSION AUTHORIZATION regress_manager;
SELECT count(*) FROM unnest('{day:a,day:b,day:c,day:d,day:e,day:f}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}'); --> 6
SET SESSION AUTHORIZATION regress_secretary;
SELECT E'DTSTART;TZID=Europe/Berlin:20270315T090000' AS at, E'DTSTART;VALUE=DATE:' AS on \gset
SELECT pg_temp.event('w', :'at' || E'\nRRULE:FREQ=DAILY;COUNT=3') AS daily, pg_temp.event('w', :'at', '20270315T090000') AS first, pg_temp.event('w', replace(:'at', '15T', '16T'), '20270316T090000') AS second \gset
-- changes without their series, told twice
SELECT outcome FROM pg_temp.import('day:a', pg_temp.file(:'daily')); --> placed
SELECT outcome, detail FROM pg_temp.import('day:a', pg_temp.file(:'first', :'second')); --> unchanged|It was imported before, as event 698.
--> unchanged|It was imported before, as event 699.
--> cancelled|The file does not have it.
SELECT outcome FROM pg_temp.import('day:a', pg_temp.file(replace(:'first', 'SUMMARY:w', 'SUMMARY:other'), :'second')); --> updated
--> unchanged
SELECT * FROM pg_temp.shown('day:a'); --> other|2027-03-15 09:00:00+01|pending
--> w|2027-03-16 09:00:00+01|pending
--> w|2027-03-17 09:00:00+01|cancelled
-- a part of the file is not the whole: the others of its UID are looked for in all of it
SELECT outcome FROM pg_temp.import('day:b', pg_temp.file(:'daily')); --> placed
SELECT outcome, detail FROM jb_import('day:b', pg_temp.file(:'first', :'second'), sync => true, cancel_missing => true, max_rows => 1); --> unchanged|It was imported before, as event 701.
--> cancelled|The file does not have it.
SELECT * FROM pg_temp.shown('day:b'); --> w|2027-03-15 09:00:00+01|pending
--> w|2027-03-16 09:00:00+01|pending
--> w|2027-03-17 09:00:00+01|cancelled
SELECT outcome FROM pg_temp.import('day:c', pg_temp.file(replace(:'daily', 'SUMMARY', E'SEQUENCE:2\nSUMMARY'))); --> placed
SELECT outcome, detail FROM jb_import('day:c', pg_temp.file(replace(:'daily', 'SUMMARY', E'SEQUENCE:1\nSUMMARY'), replace(:'second', '16T090000\nDUR', '16T150000\nDUR')), sync => true, after => 1);
--> unchanged|The file has an older state of it than was imported before.
-- from days to times and back
SELECT pg_temp.event('w', :'on' || '20270315') AS day, replace(pg_temp.event('w', :'on' || '20270316', '20270316'), 'ID;TZID=Europe/Berlin', 'ID;VALUE=DATE') AS day_change \gset
SELECT outcome FROM pg_temp.import('day:d', pg_temp.file(:'daily')); --> placed
SELECT outcome FROM pg_temp.import('day:d', pg_temp.file(replace(:'day', E'DURATION:PT1H\n', ''), replace(:'day_change', E'DURATION:PT1H\n', ''))); --> placed
--> updated
SELECT outcome FROM pg_temp.import('day:d', pg_temp.file(replace(pg_temp.event('w', :'at'), '0315T', '0320T'), :'second')); --> updated
--> updated
SELECT * FROM pg_temp.shown('day:d') WHERE status = 'pending'; --> w|2027-03-16 09:00:00+01|pending
--> w|2027-03-20 09:00:00+01|pending
SELECT count(*) FROM pg_temp.import('day:d', pg_temp.file(pg_temp.event('v', :'at'))); --> 2
SELECT * FROM pg_temp.shown('day:d') WHERE status = 'pending'; --> v|2027-03-15 09:00:00+01|pending
-- a date names a day on the clock of the series: 22 March in New York begins on the 23rd in Berlin
SELECT pg_temp.event('ny', E'DTSTART;TZID=America/New_York:20270320T200000\nRRULE:FREQ=DAILY;COUNT=4') AS ny, replace(pg_temp.event('ny', 'DTSTART;TZID=America/New_York:20270322T150000', '20270322'), 'ID;TZID=Europe/Berlin', 'ID;VALUE=DATE') AS ny_change \gset
SELECT outcome FROM pg_temp.import('day:e', pg_temp.file(:'ny')); --> placed
SELECT outcome FROM pg_temp.import('day:e', pg_temp.file(:'ny', :'ny_change')); --> unchanged
--> updated
SELECT * FROM pg_temp.shown('day:e'); --> ny|2027-03-21 01:00:00+01|pending
--> ny|2027-03-22 01:00:00+01|pending
--> ny|2027-03-22 20:00:00+01|pending
--> ny|2027-03-24 01:00:00+01|pending
SELECT outcome FROM pg_temp.import('day:e', pg_temp.file(:'ny', :'ny_change')); --> unchanged
--> unchanged
-- what people have added by a longer rule is what the source adds later
SELECT outcome FROM pg_temp.import('day:f', pg_temp.file(:'daily')); --> placed
SELECT outcome FROM jb_update((SELECT min(id) FROM jb_events('day:f', '2027-03-01')), '{"recurrence": "RRULE:FREQ=DAILY;COUNT=5", "scope": "all"}'); --> updated
SELECT outcome FROM pg_temp.import('day:f', pg_temp.file(replace(:'daily', 'COUNT=3', 'COUNT=4'))); --> updated
SELECT outcome FROM pg_temp.import('day:f', pg_temp.file(replace(:'daily', 'COUNT=3', 'COUNT=2'))); --> updated
SELECT * FROM pg_temp.shown('day:f'); --> w|2027-03-15 09:00:00+01|pending
--> w|2027-03-16 09:00:00+01|pending
--> w|2027-03-17 09:00:00+01|cancelled
--> w|2027-03-18 09:00:00+01|cancelled
--> w|2027-03-19 09:00:00+01|pending
-- a change of all that come after, of an event that has none
SELECT n, outcome FROM jb_import('day:f', pg_temp.file(pg_temp.event('x', replace(:'at', '15T', '25T')), replace(pg_temp.event('x', replace(:'at', '15T09', '24T10'), '20270324T090000'), 'ID;', 'ID;RANGE=THISANDFUTURE;')), max_rows => 1);
--> 1|placed
\i test/regress/sql/frame/close.psql
