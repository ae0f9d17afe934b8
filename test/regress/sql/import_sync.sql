-- Promise: an import with sync follows its source: an event that was imported before becomes what the file says by now. What
-- people have changed here stays, where the file has not changed since. What has no place stays where it is, and is told.
-- Could break: an older file undoes a newer one; a file that says nothing new undoes what people did; two events of a file stand
-- in each other's way; an event that has ended is moved; what was cancelled never comes back; a trial tells something else.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:b,room:c,room:g,room:h,room:e,room:f,room:i,room:j,room:k,room:l,room:m,room:n,room:s,room:t,room:u,past:h,past:i,past:j,past:k,past:l,feed:a,feed:b,feed:c,feed:d}'::text[]) AS room \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
-- One event of a file: its UID, its state, and its other lines.
CREATE FUNCTION pg_temp.event(uid text, sequence int, lines text, day text = '20261124') RETURNS text LANGUAGE sql AS $$
  SELECT format(E'BEGIN:VEVENT\nUID:%s\nSEQUENCE:%s\nDTSTAMP:20261101T000000Z\nSUMMARY:%1$s\n%3$s\nEND:VEVENT\n', uid, sequence, replace(lines, 'DAY', day))
$$;
CREATE FUNCTION pg_temp.file(VARIADIC events text[]) RETURNS text LANGUAGE sql AS $$
  SELECT E'BEGIN:VCALENDAR\nX-WR-TIMEZONE:Europe/Berlin\n' || array_to_string(events, '') || 'END:VCALENDAR'
$$;
-- What a file does: tried first, which has to tell the same and to change nothing.
CREATE FUNCTION pg_temp.sync(ics text, cancel_missing bool = false, on_no_slot text = 'reject', room text = 'room:a')
RETURNS TABLE (n int, uid text, recurrence_id text, outcome text, start_timestamp timestamptz, reason text, detail text, is_as_tried bool) LANGUAGE plpgsql AS $$
DECLARE
  before text := test.stored();
  tried text[] := ARRAY(SELECT concat_ws(' ', i.n, i.uid, i.outcome, i.start_timestamp, i.reason) FROM jb_import(room, ics, sync => true, cancel_missing => cancel_missing, on_no_slot => on_no_slot, dry_run => true) AS i);
BEGIN
  IF test.stored() <> before THEN RAISE 'the trial changed something'; END IF;
  RETURN QUERY SELECT i.n, i.uid, i.recurrence_id, i.outcome, i.start_timestamp, i.reason, i.detail, concat_ws(' ', i.n, i.uid, i.outcome, i.start_timestamp, i.reason) = ANY (tried)
    FROM jb_import(room, ics, sync => true, cancel_missing => cancel_missing, on_no_slot => on_no_slot) AS i;
END $$;
CREATE FUNCTION pg_temp.shown(room text = 'room:a') RETURNS TABLE (event_name text, start_timestamp timestamptz, end_timestamp timestamptz, status text, event_location text, attendees text[]) LANGUAGE sql AS $$
  SELECT event_name, start_timestamp, end_timestamp, status, event_location, attendees FROM jb_events(room, '2025-01-01') ORDER BY start_timestamp, id
$$;

-- ---- which state counts ----
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 1, E'DTSTART:DAYT090000\nDURATION:PT1H'))); --> 1|talk|null|placed|2026-11-24 09:00:00+01|null|null|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 1, E'DTSTART:DAYT090000\nDURATION:PT1H'))); --> 1|talk|null|unchanged|2026-11-24 09:00:00+01|null|It was imported before, as event 1.|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 0, E'DTSTART:DAYT100000\nDURATION:PT1H')));
--> 1|talk|null|unchanged|2026-11-24 09:00:00+01|null|The file has an older state of it than was imported before.|t
SELECT * FROM pg_temp.sync(replace(pg_temp.file(pg_temp.event('talk', 1, E'DTSTART:DAYT100000\nDURATION:PT1H')), 'DTSTAMP:20261101', 'DTSTAMP:20261031'));
--> 1|talk|null|unchanged|2026-11-24 09:00:00+01|null|The file has an older state of it than was imported before.|t
SELECT * FROM pg_temp.sync(replace(pg_temp.file(pg_temp.event('talk', 1, E'DTSTART:DAYT100000\nDURATION:PT1H')), 'DTSTAMP:20261101', 'DTSTAMP:20261102'));
--> 1|talk|null|updated|2026-11-24 10:00:00+01|null|null|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 2, E'DTSTART:DAYT110000\nDURATION:PT2H\nLOCATION:Room 1\nATTENDEE:mailto:anna@example.com')));
--> 1|talk|null|updated|2026-11-24 11:00:00+01|null|null|t
-- a state that says nothing new is the last that was followed
SELECT outcome FROM pg_temp.sync(replace(pg_temp.file(pg_temp.event('talk', 2, E'DTSTART:DAYT110000\nDURATION:PT2H\nLOCATION:Room 1\nATTENDEE:mailto:anna@example.com')), 'DTSTAMP:20261101', 'DTSTAMP:20261103'));
--> unchanged
SELECT outcome, detail FROM pg_temp.sync(replace(pg_temp.file(pg_temp.event('talk', 2, E'DTSTART:DAYT130000\nDURATION:PT2H\nLOCATION:Room 1\nATTENDEE:mailto:anna@example.com')), 'DTSTAMP:20261101', 'DTSTAMP:20261102'));
--> unchanged|The file has an older state of it than was imported before.
-- without sync nothing that is there changes
SELECT outcome, detail FROM jb_import('room:a', pg_temp.file(pg_temp.event('talk', 3, E'DTSTART:DAYT120000\nDURATION:PT1H')));
--> unchanged|It was imported before, as event 1, which stands at another time here.
SELECT * FROM pg_temp.shown(); --> talk|2026-11-24 11:00:00+01|2026-11-24 13:00:00+01|pending|Room 1|{anna@example.com}

-- ---- what people changed here ----
SELECT id AS talk FROM jb_events('room:a') \gset
SELECT outcome FROM jb_update(:talk, '{"event_name": "Talk, renamed", "event_location": "Room 2"}'); --> updated
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 4, E'DTSTART:DAYT130000\nDURATION:PT2H\nLOCATION:Room 1\nATTENDEE:mailto:anna@example.com')));
--> 1|talk|null|updated|2026-11-24 13:00:00+01|null|null|t
SELECT * FROM pg_temp.shown(); --> Talk, renamed|2026-11-24 13:00:00+01|2026-11-24 15:00:00+01|pending|Room 2|{anna@example.com}
SELECT outcome FROM jb_reschedule(:talk, event_date => '2026-11-25'); --> updated
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 5, E'DTSTART:DAYT130000\nDURATION:PT2H\nLOCATION:Room 3\nATTENDEE:mailto:anna@example.com')));
--> 1|talk|null|updated|2026-11-25 13:00:00+01|null|null|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 5, E'DTSTART:DAYT130000\nDURATION:PT2H\nLOCATION:Room 3\nATTENDEE:mailto:anna@example.com')));
--> 1|talk|null|unchanged|2026-11-25 13:00:00+01|null|It was imported before, as event 1, which stands at another time here.|t
SELECT * FROM pg_temp.shown(); --> Talk, renamed|2026-11-25 13:00:00+01|2026-11-25 15:00:00+01|pending|Room 3|{anna@example.com}
SELECT outcome FROM jb_cancel(:talk); --> cancelled
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 6, E'DTSTART:DAYT140000\nDURATION:PT2H'))); --> 1|talk|null|unchanged|2026-11-25 13:00:00+01|null|It has been cancelled here.|t
-- cancelled there and set again, it is another event
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 7, E'DTSTART:DAYT140000\nDURATION:PT2H\nSTATUS:CANCELLED'))); --> 1|talk|null|cancelled|2026-11-25 13:00:00+01|null|It is cancelled.|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 8, E'DTSTART:DAYT150000\nDURATION:PT2H'))); --> 1|talk|null|placed|2026-11-24 15:00:00+01|null|null|t
SELECT max(id) AS talk FROM jb_events('room:a') \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:talk); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 8, E'DTSTART:DAYT150000\nDURATION:PT2H'))); --> 1|talk|null|unchanged|null|null|It has been deleted here.|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('talk', 9, E'DTSTART:DAYT160000\nDURATION:PT2H'))); --> 1|talk|null|placed|2026-11-24 16:00:00+01|null|null|t
SELECT * FROM pg_temp.shown() WHERE status = 'pending'; --> talk|2026-11-24 16:00:00+01|2026-11-24 18:00:00+01|pending||{}
-- a feed of this calendar names this event itself
SELECT outcome FROM jb_schedule('Own', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}'); --> placed
SELECT * FROM pg_temp.sync(replace(jb_icalendar('room:a'), 'SUMMARY:', 'SUMMARY:Not ')); --> 1|talk|null|updated|2026-11-24 16:00:00+01|null|null|t
--> 2|jb-1-20261123T060000Z|null|unchanged|2026-11-25 13:00:00+01|null|It is cancelled.|t
--> 3|jb-4-20261123T060000Z|null|unchanged|2026-11-26 09:00:00+01|null|It was imported before, as event 4.|t

-- ---- what ends ----
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('a', 0, E'DTSTART:DAYT080000\nDURATION:PT1H'), pg_temp.event('b', 0, E'DTSTART:DAYT090000\nDURATION:PT1H'), pg_temp.event('never', 0, E'DTSTART:DAYT080000\nSTATUS:CANCELLED')));
--> 1|a|null|placed|2026-11-24 08:00:00+01|null|null|t
--> 2|b|null|placed|2026-11-24 09:00:00+01|null|null|t
--> 3|never|null|ignored|null|null|It is cancelled.|t
SELECT * FROM pg_temp.sync(replace(pg_temp.file(pg_temp.event('a', 0, '')), 'X-WR-TIMEZONE:Europe/Berlin', 'METHOD:CANCEL')); --> 1|a|null|cancelled|2026-11-24 08:00:00+01|null|It is cancelled.|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('b', 1, E'DTSTART:DAYT090000\nDURATION:PT1H\nTRANSP:TRANSPARENT')));
--> 1|b|null|cancelled|2026-11-24 09:00:00+01|null|It takes no time: it is TRANSPARENT.|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('b', 1, E'DTSTART:DAYT090000\nDURATION:PT1H\nTRANSP:TRANSPARENT')));
--> 1|b|null|unchanged|2026-11-24 09:00:00+01|null|It takes no time: it is TRANSPARENT.|t
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('b', 2, E'DTSTART:DAYT090000\nDURATION:PT1H\nTRANSP:OPAQUE'))); --> 1|b|null|placed|2026-11-24 09:00:00+01|null|null|t
SELECT event_name, status FROM pg_temp.shown() WHERE event_name IN ('a', 'b'); --> a|cancelled
--> b|cancelled
--> b|pending

-- ---- what is missing, of a file that is the whole calendar ----
SELECT pg_temp.file(pg_temp.event('one', 0, E'DTSTART:DAYT080000\nDURATION:PT1H'), pg_temp.event('two', 0, E'DTSTART:DAYT090000\nDURATION:PT1H'),
                    pg_temp.event('week', 0, E'DTSTART:DAYT100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3'),
                    pg_temp.event('past', 0, E'DTSTART:20260102T100000\nDURATION:PT1H')) AS whole \gset
SELECT outcome FROM jb_schedule('Booked here', '1 hour', '2026-11-24', '14:00', calendars => '{room:b}'); --> placed
SELECT uid, outcome FROM pg_temp.sync(:'whole', true, room => 'room:b'); --> one|placed
--> two|placed
--> week|placed
--> past|placed
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('one', 0, E'DTSTART:DAYT080000\nDURATION:PT1H')), false, room => 'room:b');
--> 1|one|null|unchanged|2026-11-24 08:00:00+01|null|It was imported before, as event 9.|t
CREATE TEMP TABLE first AS SELECT * FROM jb_import('room:b', pg_temp.file(pg_temp.event('one', 0, E'DTSTART:DAYT080000\nDURATION:PT1H')), sync => true, cancel_missing => true, idempotency_key => 'k');
SELECT n, line, uid, event_name, outcome, event_id IS NOT NULL AS has_event, cardinality(events) AS events, detail FROM first; --> 1|3|one|one|unchanged|t|null|It was imported before, as event 9.
--> null|null|two|two|cancelled|t|null|The file does not have it.
--> null|null|week|week|cancelled|t|3|The file does not have it.
SELECT (SELECT json_agg(f) FROM first f)::text = (SELECT json_agg(r) FROM jb_import('room:b', pg_temp.file(pg_temp.event('one', 0, E'DTSTART:DAYT080000\nDURATION:PT1H')), sync => true, cancel_missing => true, idempotency_key => 'k') r)::text AS same_answer;
--> t
SELECT n, uid, outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('one', 0, E'DTSTART:DAYT080000\nDURATION:PT1H')), true, room => 'room:b'); --> 1|one|unchanged
SELECT event_name, start_timestamp, status FROM pg_temp.shown('room:b'); --> past|2026-01-02 10:00:00+01|completed
--> one|2026-11-24 08:00:00+01|pending
--> two|2026-11-24 09:00:00+01|cancelled
--> week|2026-11-24 10:00:00+01|cancelled
--> Booked here|2026-11-24 14:00:00+01|pending
--> week|2026-12-01 10:00:00+01|cancelled
--> week|2026-12-08 10:00:00+01|cancelled
SELECT uid, outcome FROM pg_temp.sync(:'whole', true, room => 'room:b'); --> one|unchanged
--> two|placed
--> week|placed
--> past|unchanged
SELECT event_name, status, count(*) FROM pg_temp.shown('room:b') GROUP BY 1, 2 ORDER BY 1, 2; --> Booked here|pending|1
--> one|pending|1
--> past|completed|1
--> two|cancelled|1
--> two|pending|1
--> week|cancelled|3
--> week|pending|3

-- ---- what has no place ----
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:c}'); --> placed
SELECT outcome FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:c}', not_before => '2026-11-24 13:00+01'); --> placed
SELECT * FROM pg_temp.sync(pg_temp.file(pg_temp.event('x', 0, E'DTSTART:DAYT090000\nDURATION:PT1H'), pg_temp.event('y', 0, E'DTSTART:DAYT100000\nDURATION:PT1H'), pg_temp.event('z', 0, E'DTSTART:DAYT110000\nDURATION:PT1H')), room => 'room:c');
--> 1|x|null|placed|2026-11-24 09:00:00+01|null|null|t
--> 2|y|null|placed|2026-11-24 10:00:00+01|null|null|t
--> 3|z|null|placed|2026-11-24 11:00:00+01|null|null|t
-- x goes to the place of y, y to that of z, and z to a time that is taken: so all stay
SELECT pg_temp.file(pg_temp.event('x', 1, E'DTSTART:DAYT100000\nDURATION:PT1H'), pg_temp.event('y', 1, E'DTSTART:DAYT110000\nDURATION:PT1H'), pg_temp.event('z', 1, E'DTSTART:DAYT120000\nDURATION:PT1H')) AS chain \gset
SELECT n, uid, outcome, start_timestamp, reason, is_as_tried FROM pg_temp.sync(:'chain', room => 'room:c'); --> 1|x|rejected|2026-11-24 10:00:00+01|conflict|t
--> 2|y|rejected|2026-11-24 11:00:00+01|conflict|t
--> 3|z|rejected|2026-11-24 12:00:00+01|conflict|t
SELECT event_name, start_timestamp FROM pg_temp.shown('room:c'); --> x|2026-11-24 09:00:00+01
--> y|2026-11-24 10:00:00+01
--> z|2026-11-24 11:00:00+01
--> Fixed|2026-11-24 12:00:00+01
--> Automatic|2026-11-24 13:00:00+01
SELECT count(*) AS rejections FROM jb_rejections() \gset
SELECT n, uid, outcome, start_timestamp, reason, is_as_tried FROM pg_temp.sync(:'chain', on_no_slot => 'skip', room => 'room:c'); --> 1|x|skipped|2026-11-24 10:00:00+01|conflict|t
--> 2|y|skipped|2026-11-24 11:00:00+01|conflict|t
--> 3|z|skipped|2026-11-24 12:00:00+01|conflict|t
SELECT count(*) = :rejections AS tells_nobody FROM jb_rejections(); --> t
-- once that time is free, all go
SELECT outcome FROM jb_cancel((SELECT id FROM jb_events('room:c') WHERE event_name = 'Fixed')); --> cancelled
SELECT n, uid, outcome, start_timestamp, reason, is_as_tried FROM pg_temp.sync(:'chain', room => 'room:c'); --> 1|x|updated|2026-11-24 10:00:00+01|null|t
--> 2|y|updated|2026-11-24 11:00:00+01|null|t
--> 3|z|updated|2026-11-24 12:00:00+01|null|t
-- an automatic event gives way
SELECT i.outcome, m.old_start_timestamp, m.new_start_timestamp FROM jb_import('room:c', pg_temp.file(pg_temp.event('z', 2, E'DTSTART:DAYT130000\nDURATION:PT1H')), sync => true) AS i, unnest(i.moves) AS m;
--> updated|2026-11-24 13:00:00+01|2026-11-24 14:00:00+01
-- of a series the rest is placed, and what is left out is tried again
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-12-08', '16:00', calendars => '{room:c}'); --> placed
SELECT pg_temp.file(pg_temp.event('week', 0, E'DTSTART:DAYT160000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3'), pg_temp.event('w', 0, E'DTSTART:20261208T160000\nDURATION:PT1H')) AS weekly \gset
SELECT outcome, reason, events IS NULL AS none FROM jb_import('room:c', :'weekly', sync => true, dry_run => true); --> rejected|conflict|t
--> rejected|conflict|t
SELECT outcome, reason, cardinality(events) AS events, (SELECT array_agg(s.start_timestamp) FROM unnest(skipped) s) AS skipped FROM jb_import('room:c', :'weekly', on_no_slot => 'skip');
--> placed|null|2|{"2026-12-08 16:00:00+01"}
--> skipped|conflict|null|null
SELECT outcome, reason, cardinality(events) AS events, (SELECT array_agg(s.start_timestamp) FROM unnest(skipped) s) AS skipped FROM jb_import('room:c', :'weekly', sync => true, on_no_slot => 'skip');
--> unchanged|null|null|{"2026-12-08 16:00:00+01"}
--> skipped|conflict|null|null
SELECT outcome FROM jb_cancel((SELECT id FROM jb_events('room:c', '2026-12-01') WHERE event_name = 'Fixed')); --> cancelled
SELECT outcome, reason, cardinality(events) AS events, skipped FROM jb_import('room:c', :'weekly', sync => true, on_no_slot => 'skip'); --> updated|null|1|null
--> skipped|conflict|null|null
SELECT outcome, reason, cardinality(events) AS events, skipped FROM jb_import('room:c', :'weekly', sync => true, on_no_slot => 'skip'); --> unchanged|null|null|null
--> skipped|conflict|null|null

-- ---- what an older file says of a series, and what people did to its rule ----
SELECT E'DTSTART:DAYT090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3' AS rule, E'RECURRENCE-ID:20261201T090000\nDTSTART:20261201T150000\nDURATION:PT1H' AS change \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 2, :'rule')), room => 'room:g'); --> placed
-- the change has no state of its own here: it is as old as the series of its file
SELECT n, outcome, start_timestamp, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 1, :'rule'), pg_temp.event('week', 1, :'change')), room => 'room:g');
--> 1|unchanged|2026-11-24 09:00:00+01|The file has an older state of it than was imported before.
--> 2|unchanged|2026-12-01 09:00:00+01|The file has an older state of it than was imported before.
SELECT n, outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 1, :'rule'), pg_temp.event('week', 1, replace(:'change', '1201T090000', '1203T090000'))), room => 'room:g');
--> 1|unchanged|The file has an older state of it than was imported before.
--> 2|unchanged|The file has an older state of it than was imported before.
SELECT start_timestamp, status FROM pg_temp.shown('room:g'); --> 2026-11-24 09:00:00+01|pending
--> 2026-12-01 09:00:00+01|pending
--> 2026-12-08 09:00:00+01|pending
-- the numbers of a series and of its changes count apart
SELECT n, outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 2, :'rule'), pg_temp.event('week', 0, :'change')), room => 'room:g'); --> 1|unchanged
--> 2|updated
SELECT start_timestamp, status FROM pg_temp.shown('room:g'); --> 2026-11-24 09:00:00+01|pending
--> 2026-12-01 15:00:00+01|pending
--> 2026-12-08 09:00:00+01|pending
-- a rule that people have changed here stays, unless the source changes its own: a name or a change is no other rule
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 2, :'rule')), room => 'room:h'); --> placed
SELECT outcome FROM jb_update((SELECT min(id) FROM jb_events('room:h')), '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=2", "scope": "all"}'); --> updated
SELECT outcome FROM pg_temp.sync(pg_temp.file(replace(pg_temp.event('week', 3, :'rule'), 'SUMMARY:', 'SUMMARY:Every ')), room => 'room:h'); --> updated
SELECT DISTINCT event_name, recurrence FROM jb_events('room:h') WHERE status = 'pending'; --> Every week|RRULE:FREQ=WEEKLY;COUNT=2
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 3, :'rule'), pg_temp.event('week', 0, replace(:'change', '1201', '1124'))), room => 'room:h'); --> updated
--> updated
SELECT DISTINCT recurrence FROM jb_events('room:h') WHERE status = 'pending'; --> RRULE:FREQ=WEEKLY;COUNT=2
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 4, replace(:'rule', '3', '4'))), room => 'room:h'); --> updated
SELECT DISTINCT recurrence FROM jb_events('room:h') WHERE status = 'pending'; --> RRULE:FREQ=WEEKLY;COUNT=4

-- ---- what has begun or ended ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:d', '{"time_zone": "Europe/Berlin", "horizon": "60 days"}'); --> room:d
SET SESSION AUTHORIZATION regress_secretary;
SELECT uid, outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('ended', 0, E'DTSTART:DAYT080000\nDURATION:PT1H', '20261122'), pg_temp.event('later', 0, E'DTSTART:DAYT100000\nDURATION:PT1H', '20261122'), pg_temp.event('running', 0, E'DTSTART:DAYT063000\nDURATION:PT1H', '20261123')), room => 'room:d');
--> ended|placed
--> later|placed
--> running|placed
SELECT uid, outcome, start_timestamp, detail, is_as_tried FROM pg_temp.sync(pg_temp.file(pg_temp.event('ended', 1, E'DTSTART:DAYT120000\nDURATION:PT1H', '20261122'), pg_temp.event('later', 1, E'DTSTART:DAYT100000\nDURATION:PT1H', '20261124'), pg_temp.event('running', 1, E'DTSTART:DAYT063000\nDURATION:PT2H', '20261123')), room => 'room:d');
--> ended|unchanged|2026-11-22 08:00:00+01|The file has another time for event 35, which is completed here and stays where it is.|t
--> later|placed|2026-11-24 10:00:00+01|null|t
--> running|updated|2026-11-23 06:30:00+01|null|t
SELECT uid, outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('running', 2, E'DTSTART:DAYT100000\nDURATION:PT2H', '20261123')), room => 'room:d'); --> running|placed|null
SELECT event_name, start_timestamp, end_timestamp, status FROM pg_temp.shown('room:d'); --> ended|2026-11-22 08:00:00+01|2026-11-22 09:00:00+01|completed
--> later|2026-11-22 10:00:00+01|2026-11-22 11:00:00+01|completed
--> running|2026-11-23 06:30:00+01|2026-11-23 08:30:00+01|in_progress
--> running|2026-11-23 10:00:00+01|2026-11-23 12:00:00+01|pending
--> later|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|pending
-- an endless rule is followed to the horizon, wherever that is by then
SELECT pg_temp.file(pg_temp.event('endless', 0, E'DTSTART:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY')) AS endless \gset
SELECT outcome FROM pg_temp.sync(:'endless', room => 'room:d'); --> placed
SELECT count(*), max(start_timestamp) FROM pg_temp.shown('room:d') WHERE event_name = 'endless'; --> 8|2027-01-19 09:00:00+01
SELECT outcome FROM pg_temp.sync(:'endless', room => 'room:d'); --> unchanged
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2026-12-14 07:00+01'); --> 2026-12-14 07:00:00+01
SELECT jb_delete((SELECT max(id) FROM jb_events('room:d'))); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, detail FROM pg_temp.sync(:'endless', room => 'room:d'); --> updated|The rule has no end: it is followed to the calendar's horizon, 2027-02-12.
SELECT count(*), max(start_timestamp) FROM pg_temp.shown('room:d') WHERE event_name = 'endless'; --> 10|2027-02-09 09:00:00+01
-- an occurrence that was moved or cancelled here stays so where the rule still names it
SELECT array_agg(id ORDER BY start_timestamp) AS ids FROM jb_events('room:d', '2026-12-14') WHERE event_name = 'endless' \gset
SELECT outcome FROM jb_reschedule((:'ids'::bigint[])[1], start_time => '11:00'); --> updated
SELECT outcome FROM jb_cancel((:'ids'::bigint[])[2]); --> cancelled
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('endless', 1, E'DTSTART:20261201T090000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20270110T000000\nEXDATE:20270105T090000')), room => 'room:d');
--> updated
SELECT start_timestamp, status FROM pg_temp.shown('room:d') WHERE event_name = 'endless'; --> 2026-12-01 09:00:00+01|completed
--> 2026-12-08 09:00:00+01|completed
--> 2026-12-15 11:00:00+01|pending
--> 2026-12-22 09:00:00+01|cancelled
--> 2026-12-29 09:00:00+01|pending
--> 2027-01-05 09:00:00+01|cancelled
--> 2027-01-12 09:00:00+01|cancelled
--> 2027-01-26 09:00:00+01|cancelled
--> 2027-02-02 09:00:00+01|cancelled
--> 2027-02-09 09:00:00+01|cancelled
SELECT DISTINCT recurrence FROM jb_events('room:d') WHERE event_name = 'endless'; --> RRULE:FREQ=WEEKLY;UNTIL=20270110T000000
--> EXDATE:20270105T090000

-- ---- what a file need not have, and how it may name zones ----
SELECT E'BEGIN:VCALENDAR\n' || string_agg(format(E'BEGIN:VEVENT\nSUMMARY:%s\nDTSTART;TZID=%1$s:20270701T090000\nDTEND;TZID="%1$s":20270701T090100\nEND:VEVENT\n', zone), '' ORDER BY zone) || 'END:VCALENDAR' AS zones
  FROM unnest('{W. Europe Standard Time,Pacific Standard Time,India Standard Time,Nepal Standard Time,Tokyo Standard Time,GMT Standard Time,Nowhere Standard Time}'::text[]) AS zone \gset
SELECT event_name, outcome, start_timestamp AT TIME ZONE 'UTC' AS utc, uid LIKE 'jb-made-%' AS is_made, detail FROM jb_import('room:e', :'zones');
--> GMT Standard Time|placed|2027-07-01 08:00:00|t|null
--> India Standard Time|placed|2027-07-01 03:30:00|t|null
--> Nepal Standard Time|placed|2027-07-01 03:15:00|t|null
--> Nowhere Standard Time|invalid|null|t|DTSTART in line 19, "20270701T090000": there is no time zone "Nowhere Standard Time", and the file describes none of this TZID.
--> Pacific Standard Time|placed|2027-07-01 16:00:00|t|null
--> Tokyo Standard Time|placed|2027-07-01 00:00:00|t|null
--> W. Europe Standard Time|placed|2027-07-01 07:00:00|t|null
SELECT event_name, outcome FROM jb_import('room:e', :'zones'); --> GMT Standard Time|unchanged
--> India Standard Time|unchanged
--> Nepal Standard Time|unchanged
--> Nowhere Standard Time|invalid
--> Pacific Standard Time|unchanged
--> Tokyo Standard Time|unchanged
--> W. Europe Standard Time|unchanged
-- whole days go out as dates, and come back the same
SELECT outcome, cardinality(events) FROM jb_import('room:e', pg_temp.file(pg_temp.event('days', 0, E'DTSTART;VALUE=DATE:20270327\nRRULE:FREQ=DAILY;COUNT=2\nRDATE;VALUE=DATE:20271031'), pg_temp.event('trip', 0, E'DTSTART;VALUE=DATE:20270401\nDTEND;VALUE=DATE:20270404')));
--> placed|3
--> placed|null
SELECT jb_icalendar('room:e', '2027-03-01') AS feed \gset
SELECT line FROM regexp_split_to_table(:'feed', E'\r\n') WITH ORDINALITY AS l (line, n) WHERE line LIKE 'DT%DATE%' ORDER BY n; --> DTSTART;VALUE=DATE:20270327
--> DTEND;VALUE=DATE:20270328
--> DTSTART;VALUE=DATE:20270328
--> DTEND;VALUE=DATE:20270329
--> DTSTART;VALUE=DATE:20270401
--> DTEND;VALUE=DATE:20270404
--> DTSTART;VALUE=DATE:20271031
--> DTEND;VALUE=DATE:20271101
SELECT outcome, count(*) FROM jb_import('room:f', :'feed') GROUP BY outcome; --> placed|10
SELECT (SELECT array_agg(s ORDER BY s) FROM pg_temp.shown('room:e') AS s) = (SELECT array_agg(s ORDER BY s) FROM pg_temp.shown('room:f') AS s) AS are_the_same; --> t

-- ---- what is not valid ----
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nEND:VCALENDAR', cancel_missing => true)$$); --> 22023|invalid cancel_missing "true": it goes with sync only
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nEND:VCALENDAR', on_no_slot => 'wait')$$); --> 22023|invalid on_no_slot "wait": it must be reject or skip
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nMETHOD:CANCEL\nEND:VCALENDAR', sync => true, cancel_missing => true)$$);
--> 22023|invalid ics "METHOD:CANCEL": line 2: what answers or cancels is no calendar to import
SELECT state, message FROM test.refusal($$SELECT jb_import('room:a', E'BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR', sync => true)$$);
--> 22023|invalid ics "METHOD:REPLY": line 2: what answers or cancels is no calendar to import

-- ---- what takes no time when the file is followed is remembered: an older copy of the file books nothing ----
SELECT E'DTSTART:20270112T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3' AS rule, E'RECURRENCE-ID:20270119T100000\nDTSTART:20270119T100000\nDURATION:PT1H' AS change \gset
SELECT pg_temp.file(pg_temp.event('ended', 2, E'DTSTART:20270112T080000\nDURATION:PT1H\nSTATUS:CANCELLED'), pg_temp.event('free', 2, E'DTSTART:20270112T090000\nDURATION:PT1H\nTRANSP:TRANSPARENT'),
                    pg_temp.event('week', 2, :'rule'), pg_temp.event('week', 2, :'change' || E'\nSTATUS:CANCELLED')) AS newer \gset
SELECT pg_temp.file(pg_temp.event('ended', 1, E'DTSTART:20270112T080000\nDURATION:PT1H'), pg_temp.event('free', 1, E'DTSTART:20270112T090000\nDURATION:PT1H'),
                    pg_temp.event('week', 1, :'rule'), pg_temp.event('week', 1, :'change')) AS older \gset
SELECT n, outcome, start_timestamp, detail, is_as_tried FROM pg_temp.sync(:'newer', room => 'room:i'); --> 1|ignored|null|It is cancelled.|t
--> 2|ignored|null|It takes no time: it is TRANSPARENT.|t
--> 3|placed|2027-01-12 10:00:00+01|null|t
--> 4|ignored|null|It is cancelled.|t
SELECT n, outcome, start_timestamp, detail, is_as_tried FROM pg_temp.sync(:'older', room => 'room:i');
--> 1|ignored|2027-01-12 08:00:00+01|The file has an older state of it than was imported before.|t
--> 2|ignored|2027-01-12 09:00:00+01|The file has an older state of it than was imported before.|t
--> 3|unchanged|2027-01-12 10:00:00+01|The file has an older state of it than was imported before.|t
--> 4|ignored|2027-01-19 10:00:00+01|The file has an older state of it than was imported before.|t
SELECT n, outcome, start_timestamp, detail, is_as_tried FROM pg_temp.sync(:'newer', room => 'room:i'); --> 1|ignored|null|It is cancelled.|t
--> 2|ignored|null|It takes no time: it is TRANSPARENT.|t
--> 3|unchanged|2027-01-12 10:00:00+01|It was imported before, as event 71.|t
--> 4|ignored|null|It is cancelled.|t
SELECT event_name, start_timestamp FROM pg_temp.shown('room:i'); --> week|2027-01-12 10:00:00+01
--> week|2027-01-26 10:00:00+01
-- a newer one books it; and the series has its occurrence again where the file has no event for it any more
SELECT n, outcome, start_timestamp FROM pg_temp.sync(pg_temp.file(pg_temp.event('ended', 3, E'DTSTART:20270112T080000\nDURATION:PT1H'), pg_temp.event('week', 3, :'rule')), true, room => 'room:i');
--> 1|placed|2027-01-12 08:00:00+01
--> 2|updated|2027-01-19 10:00:00+01
SELECT event_name, start_timestamp, status FROM pg_temp.shown('room:i'); --> ended|2027-01-12 08:00:00+01|pending
--> week|2027-01-12 10:00:00+01|pending
--> week|2027-01-19 10:00:00+01|pending
--> week|2027-01-26 10:00:00+01|pending
SELECT n, outcome FROM pg_temp.sync(:'newer', room => 'room:i'); --> 1|unchanged
--> 2|ignored
--> 3|unchanged
--> 4|unchanged

-- ---- each cancelled event is told with its UID, also where the file has others of this UID ----
SELECT replace(:'change', '0119', '0112') AS first \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 0, :'first'), pg_temp.event('week', 0, :'change')), room => 'room:j'); --> placed
--> placed
SELECT pg_temp.file(pg_temp.event('week', 0, :'first')) AS one \gset
CREATE TEMP TABLE told AS SELECT * FROM jb_import('room:j', :'one', sync => true, cancel_missing => true, idempotency_key => 'one');
SELECT n, uid, event_name, outcome, start_timestamp FROM told; --> 1|week|week|unchanged|2027-01-12 10:00:00+01
--> null|week|week|cancelled|2027-01-19 10:00:00+01
SELECT n, uid, outcome FROM pg_temp.sync(:'one', true, room => 'room:j'); --> 1|week|unchanged
SELECT (SELECT json_agg(t) FROM told t)::text = (SELECT json_agg(r) FROM jb_import('room:j', :'one', sync => true, cancel_missing => true, idempotency_key => 'one') r)::text AS same_answer; --> t
SELECT n, uid, outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 0, :'first'), pg_temp.event('week', 0, :'change')), true, room => 'room:j'); --> 1|week|unchanged
--> 2|week|placed
SELECT n, uid, outcome, is_as_tried FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 1, :'rule')), true, room => 'room:j'); --> 1|week|placed|t
SELECT start_timestamp, status FROM pg_temp.shown('room:j'); --> 2027-01-12 10:00:00+01|cancelled
--> 2027-01-12 10:00:00+01|pending
--> 2027-01-19 10:00:00+01|cancelled
--> 2027-01-19 10:00:00+01|cancelled
--> 2027-01-19 10:00:00+01|pending
--> 2027-01-26 10:00:00+01|pending

-- ---- the report tells where events stand at the end, also where a later event of the file has moved them ----
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('soft', 0, E'DTSTART:20270112T090000\nDURATION:PT1H')), room => 'room:k'); --> placed
SELECT outcome, start_timestamp FROM jb_reschedule((SELECT id FROM jb_events('room:k', '2027-01-01') WHERE event_name = 'soft'), make_automatic => true); --> updated|2027-01-12 08:00:00+01
SELECT n, outcome, start_timestamp, is_as_tried FROM pg_temp.sync(pg_temp.file(pg_temp.event('soft', 1, E'DTSTART:20270112T090000\nDURATION:PT1H\nLOCATION:Here'), pg_temp.event('hard', 0, E'DTSTART:20270112T080000\nDURATION:PT1H')), room => 'room:k');
--> 1|updated|2027-01-12 09:00:00+01|t
--> 2|placed|2027-01-12 08:00:00+01|t
SELECT event_name, start_timestamp FROM pg_temp.shown('room:k'); --> hard|2027-01-12 08:00:00+01
--> soft|2027-01-12 09:00:00+01
-- ---- a calendar that comes into another zone: the same days and floating times of the file are the same occurrences ----
SELECT replace(pg_temp.file(pg_temp.event('days', 0, E'DTSTART;VALUE=DATE:20270112\nRRULE:FREQ=DAILY;COUNT=3'), pg_temp.event('days', 0, E'RECURRENCE-ID;VALUE=DATE:20270113\nDTSTART;VALUE=DATE:20270120'),
                            pg_temp.event('floating', 0, E'DTSTART:20270212T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3'), pg_temp.event('floating', 0, E'RECURRENCE-ID:20270213T100000\nDTSTART:20270220T100000\nDURATION:PT1H')),
               E'X-WR-TIMEZONE:Europe/Berlin\n', '') AS local \gset
SELECT replace(pg_temp.file(pg_temp.event('days', 1, E'RECURRENCE-ID;VALUE=DATE:20270114\nDTSTART;VALUE=DATE:20270114\nSTATUS:CANCELLED'), pg_temp.event('floating', 1, E'RECURRENCE-ID:20270214T100000\nDTSTART:20270214T100000\nSTATUS:CANCELLED')),
               E'X-WR-TIMEZONE:Europe/Berlin\n', '') AS one_less \gset
SELECT n, uid, recurrence_id, outcome, start_timestamp FROM pg_temp.sync(:'local', room => 'room:l'); --> 1|days|null|placed|2027-01-12 00:00:00+01
--> 2|days|2027-01-13|placed|2027-01-20 00:00:00+01
--> 3|floating|null|placed|2027-02-12 10:00:00+01
--> 4|floating|20270213T090000Z|placed|2027-02-20 10:00:00+01
SELECT outcome FROM jb_import('room:m', :'local'); --> placed
--> placed
--> placed
--> placed
CREATE TEMP TABLE before AS SELECT id, start_timestamp FROM jb_events('room:l', '2027-01-01');
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM unnest('{room:l,room:m}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "America/New_York"}'); --> room:l
--> room:m
SET SESSION AUTHORIZATION regress_secretary;
-- without sync nothing is booked twice
SELECT outcome, detail IS NOT NULL AS has_detail FROM jb_import('room:m', :'local'); --> unchanged|t
--> unchanged|t
--> unchanged|t
--> unchanged|t
SELECT count(*) FROM pg_temp.shown('room:m'); --> 6
-- a cancellation finds its occurrence
SELECT n, uid, recurrence_id, outcome, start_timestamp, is_as_tried FROM pg_temp.sync(:'one_less', room => 'room:m'); --> 1|days|2027-01-14|cancelled|2027-01-14 00:00:00+01|t
--> 2|floating|20270214T150000Z|cancelled|2027-02-14 10:00:00+01|t
-- with sync each event keeps its occurrence, and goes to the midnight or the wall clock of the new zone
SELECT n, uid, recurrence_id, outcome, start_timestamp, is_as_tried FROM pg_temp.sync(:'local', true, room => 'room:l'); --> 1|days|null|updated|2027-01-12 06:00:00+01|t
--> 2|days|2027-01-13|updated|2027-01-20 06:00:00+01|t
--> 3|floating|null|updated|2027-02-12 16:00:00+01|t
--> 4|floating|20270213T150000Z|updated|2027-02-20 16:00:00+01|t
SELECT e.start_timestamp AT TIME ZONE 'America/New_York' AS on_its_clock, e.start_timestamp - b.start_timestamp AS moved FROM jb_events('room:l', '2027-01-01') e JOIN before b USING (id) ORDER BY 1;
--> 2027-01-12 00:00:00|06:00:00
--> 2027-01-14 00:00:00|06:00:00
--> 2027-01-20 00:00:00|06:00:00
--> 2027-02-12 10:00:00|06:00:00
--> 2027-02-14 10:00:00|06:00:00
--> 2027-02-20 10:00:00|06:00:00
SELECT outcome FROM pg_temp.sync(:'local', true, room => 'room:l'); --> unchanged
--> unchanged
--> unchanged
--> unchanged
SELECT n, uid, outcome FROM pg_temp.sync(:'one_less', room => 'room:l'); --> 1|days|cancelled
--> 2|floating|cancelled
SELECT event_name, start_timestamp AT TIME ZONE 'America/New_York' AS on_its_clock FROM pg_temp.shown('room:l') WHERE status = 'pending'; --> days|2027-01-12 00:00:00
--> days|2027-01-20 00:00:00
--> floating|2027-02-12 10:00:00
--> floating|2027-02-20 10:00:00

-- ---- a series that is cancelled takes with it what stands for its occurrences, and an older state brings none back ----
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 0, :'change')), room => 'room:n'); --> placed
SELECT replace(pg_temp.file(pg_temp.event('week', 2, :'rule' || E'\nSTATUS:CANCELLED')), 'DTSTAMP:20261101', 'DTSTAMP:20261102') AS cancelled \gset
SELECT n, outcome FROM pg_temp.sync(:'cancelled', room => 'room:n'); --> 1|cancelled
SELECT n, outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 1, :'rule'), pg_temp.event('week', 0, :'change')), room => 'room:n');
--> 1|ignored|The file has an older state of it than was imported before.
--> 2|unchanged|The file has an older state of it than was imported before.
SELECT n, outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('week', 0, :'change')), room => 'room:n'); --> 1|unchanged|The file has an older state of it than was imported before.
SELECT n, outcome FROM pg_temp.sync(replace(pg_temp.file(pg_temp.event('week', 0, :'change')), 'DTSTAMP:20261101', 'DTSTAMP:20261103'), room => 'room:n'); --> 1|placed
-- a change that was rejected left its occurrence to the series
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2027-03-01', '12:00', calendars => '{room:n}'); --> placed
SELECT pg_temp.event('other', 1, E'RECURRENCE-ID:20270223T100000\nDTSTART:20270301T120000\nDURATION:PT1H') AS taken, replace(:'rule', '0112', '0216') AS rule \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('other', 0, :'rule')), room => 'room:n'); --> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('other', 1, :'rule'), :'taken'), room => 'room:n'); --> unchanged
--> rejected
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('other', 2, :'rule' || E'\nSTATUS:CANCELLED'), :'taken'), room => 'room:n'); --> cancelled
--> rejected
SELECT start_timestamp FROM pg_temp.shown('room:n') WHERE (event_name, status) = ('other', 'pending'); --> 2027-02-23 10:00:00+01
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('other', 2, :'rule' || E'\nSTATUS:CANCELLED')), room => 'room:n'); --> cancelled
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('other', 2, :'rule' || E'\nSTATUS:CANCELLED')), room => 'room:n'); --> unchanged
SELECT count(*) FROM pg_temp.shown('room:n') WHERE (event_name, status) = ('other', 'pending'); --> 0

-- ---- the report names what a call ended beside the event that it tells of ----
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('less', 0, E'DTSTART:20270312T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2\nRDATE:20270320T090000')), room => 'room:n'); --> placed
SELECT outcome, i.start_timestamp, replace(detail, max(e.id)::text, 'the third') AS detail FROM jb_events('room:n', '2027-03-12') e,
  LATERAL (SELECT * FROM jb_import('room:n', pg_temp.file(pg_temp.event('less', 1, E'DTSTART:20270312T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2')), sync => true, dry_run => true)) i GROUP BY 1, 2, i.detail;
--> updated|2027-03-12 09:00:00+01|This event was cancelled: the third.
SELECT outcome, start_timestamp, detail ~ '^These events were cancelled: \d+, \d+, \d+\.$' AS tells FROM pg_temp.sync(pg_temp.file(pg_temp.event('less', 2, E'DTSTART:20270312T090000\nDURATION:PT1H')), room => 'room:n');
--> placed|2027-03-12 09:00:00+01|t
SELECT * FROM jb_check();
-- ---- a zone that has the same offset at the first start, and another one later ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM unnest('{room:o,room:p,room:q,room:r}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "UTC"}'); --> room:o
--> room:p
--> room:q
--> room:r
SET SESSION AUTHORIZATION regress_secretary;
SELECT replace(pg_temp.file(pg_temp.event('weekly', 0, E'DTSTART:20270310T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=4'), pg_temp.event('three days', 0, E'DTSTART;VALUE=DATE:20270327\nDTEND;VALUE=DATE:20270330')),
               E'X-WR-TIMEZONE:Europe/Berlin\n', '') AS local \gset
SELECT outcome FROM pg_temp.sync(:'local', room => 'room:o'); --> placed
--> placed
SELECT replace(pg_temp.file(pg_temp.event('two days', 0, E'DTSTART;VALUE=DATE:20270327\nDTEND;VALUE=DATE:20270329\nRRULE:FREQ=WEEKLY;COUNT=2')), E'X-WR-TIMEZONE:Europe/Berlin\n', '') AS days \gset
SELECT outcome FROM pg_temp.sync(:'days', room => 'room:r'); --> placed
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM unnest('{room:o,room:r}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/London"}'); --> room:o
--> room:r
SELECT rule, detail FROM jb_check();
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_name, start_timestamp AT TIME ZONE 'UTC' AS utc, end_timestamp - start_timestamp AS lasts FROM pg_temp.shown('room:o'); --> weekly|2027-03-10 10:00:00|01:00:00
--> weekly|2027-03-17 10:00:00|01:00:00
--> weekly|2027-03-24 10:00:00|01:00:00
--> three days|2027-03-27 00:00:00|3 days
--> weekly|2027-03-31 10:00:00|01:00:00
SELECT outcome, is_as_tried FROM pg_temp.sync(:'local', true, room => 'room:o'); --> updated|t
--> updated|t
SELECT event_name, start_timestamp AT TIME ZONE 'Europe/London' AS on_its_clock, end_timestamp AT TIME ZONE 'Europe/London' AS ends FROM pg_temp.shown('room:o');
--> weekly|2027-03-10 10:00:00|2027-03-10 11:00:00
--> weekly|2027-03-17 10:00:00|2027-03-17 11:00:00
--> weekly|2027-03-24 10:00:00|2027-03-24 11:00:00
--> three days|2027-03-27 00:00:00|2027-03-30 00:00:00
--> weekly|2027-03-31 10:00:00|2027-03-31 11:00:00
SELECT outcome FROM pg_temp.sync(:'local', true, room => 'room:o'); --> unchanged
--> unchanged
SELECT outcome FROM pg_temp.sync(:'days', room => 'room:r'); --> updated
SELECT start_timestamp AT TIME ZONE 'Europe/London' AS on_its_clock, end_timestamp AT TIME ZONE 'Europe/London' AS ends FROM pg_temp.shown('room:r'); --> 2027-03-27 00:00:00|2027-03-29 00:00:00
--> 2027-04-03 00:00:00|2027-04-05 00:00:00

-- ---- a feed of this calendar, read back as the whole calendar, ends nothing ----
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('one', 0, E'DTSTART:20270310T100000\nDURATION:PT1H'), pg_temp.event('week', 0, :'rule'), pg_temp.event('week', 0, replace(:'change', '0119', '0223'))), room => 'room:p');
--> placed
--> placed
--> placed
SELECT count(*) FILTER (WHERE outcome <> 'unchanged') AS others, count(*) FROM jb_import('room:p', jb_icalendar('room:p'), sync => true, cancel_missing => true); --> 0|4
SELECT DISTINCT status FROM pg_temp.shown('room:p'); --> pending

-- ---- a series that moves: each event stays with its day, and what ended here stays ended ----
SELECT E'DTSTART:20270404T120000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=5' AS daily \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily')), room => 'room:q'); --> placed
SELECT outcome FROM jb_cancel((SELECT id FROM jb_events('room:q', '2027-04-05', '2027-04-06'))); --> cancelled
SELECT outcome FROM jb_update((SELECT id FROM jb_events('room:q', '2027-04-07', '2027-04-08')), '{"event_name": "The seventh"}'); --> updated
SELECT outcome, detail, is_as_tried FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, replace(:'daily', 'T12', 'T13'))), room => 'room:q'); --> updated|null|t
SELECT event_name, start_timestamp, status FROM pg_temp.shown('room:q'); --> daily|2027-04-04 13:00:00+02|pending
--> daily|2027-04-05 12:00:00+02|cancelled
--> daily|2027-04-06 13:00:00+02|pending
--> The seventh|2027-04-07 13:00:00+02|pending
--> daily|2027-04-08 13:00:00+02|pending
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 2, replace(:'daily', 'T12', 'T14') || E'\nEXDATE:20270404T140000')), room => 'room:q'); --> updated
SELECT event_name, start_timestamp, status FROM pg_temp.shown('room:q'); --> daily|2027-04-04 13:00:00+02|cancelled
--> daily|2027-04-05 12:00:00+02|cancelled
--> daily|2027-04-06 14:00:00+02|pending
--> The seventh|2027-04-07 14:00:00+02|pending
--> daily|2027-04-08 14:00:00+02|pending
-- by a day, all go in order
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 3, replace(replace(:'daily', 'COUNT=5', 'COUNT=4'), '0404', '0501'))), room => 'room:q'); --> updated
SELECT event_name, start_timestamp, status FROM pg_temp.shown('room:q'); --> daily|2027-04-04 13:00:00+02|cancelled
--> daily|2027-04-05 12:00:00+02|cancelled
--> daily|2027-05-02 12:00:00+02|pending
--> The seventh|2027-05-03 12:00:00+02|pending
--> daily|2027-05-04 12:00:00+02|pending
-- what has begun stays as a record, and is not booked a second time
SELECT test.clock('2027-05-03 12:30+02') \g /dev/null
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 4, replace(replace(replace(:'daily', 'COUNT=5', 'COUNT=4'), '0404', '0501'), 'T12', 'T11'))), room => 'room:q'); --> updated
SELECT event_name, start_timestamp, status FROM pg_temp.shown('room:q'); --> daily|2027-04-04 13:00:00+02|cancelled
--> daily|2027-04-05 12:00:00+02|cancelled
--> daily|2027-05-02 12:00:00+02|completed
--> The seventh|2027-05-03 12:00:00+02|in_progress
--> daily|2027-05-04 11:00:00+02|pending
-- of which the source has an occurrence at another time, it is booked: also where the new series is over in part
SELECT E'DTSTART:20270503T090000\nDURATION:PT4H\nRRULE:FREQ=DAILY;COUNT=3' AS mornings, E'DTSTART:20270603T090000\nDURATION:PT4H\nRRULE:FREQ=DAILY;COUNT=3' AS june \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('mornings', 0, :'mornings')), room => 'room:r'); --> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('mornings', 1, :'june')), room => 'room:r'); --> updated
SELECT start_timestamp, status FROM pg_temp.shown('room:r') WHERE event_name = 'mornings'; --> 2027-05-03 09:00:00+02|in_progress
--> 2027-06-03 09:00:00+02|pending
--> 2027-06-04 09:00:00+02|pending
--> 2027-06-05 09:00:00+02|pending
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('afternoons', 0, E'DTSTART:20270503T150000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3')), room => 'room:r'); --> placed
SELECT array_agg(id ORDER BY start_timestamp) AS afternoons FROM jb_events('room:r', '2027-05-03') WHERE event_name = 'afternoons' \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('afternoons', 1, E'DTSTART:20270503T080000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3')), room => 'room:r'); --> updated
SELECT start_timestamp, status, id = ANY (:'afternoons') AS stays FROM jb_events('room:r', '2027-05-03') WHERE event_name = 'afternoons' ORDER BY 1; --> 2027-05-03 08:00:00+02|completed|f
--> 2027-05-03 15:00:00+02|cancelled|t
--> 2027-05-04 08:00:00+02|pending|t
--> 2027-05-05 08:00:00+02|pending|t

-- ---- an occurrence that was cancelled, and that another rule of its series books anew, is booked in a mirror too ----
SELECT event_id AS first FROM jb_schedule('Talk', duration => '1 hour', event_date => '2027-06-08', start_time => '10:00', calendars => '{room:s}', recurrence => 'RRULE:FREQ=DAILY;COUNT=4') \gset
SELECT outcome FROM jb_cancel((SELECT id FROM jb_events('room:s', '2027-06-09', '2027-06-10'))); --> cancelled
SELECT outcome FROM jb_import('room:t', jb_icalendar('room:s'), sync => true, cancel_missing => true); --> placed
--> ignored
--> placed
--> placed
SELECT outcome FROM jb_update(:first, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=5", "scope": "all"}'); --> updated
SELECT outcome, start_timestamp FROM jb_import('room:t', jb_icalendar('room:s'), sync => true, cancel_missing => true); --> unchanged|2027-06-08 10:00:00+02
--> placed|2027-06-09 10:00:00+02
--> unchanged|2027-06-10 10:00:00+02
--> unchanged|2027-06-11 10:00:00+02
--> placed|2027-06-12 10:00:00+02
SELECT outcome FROM jb_cancel((SELECT id FROM jb_events('room:s', '2027-06-11', '2027-06-12')), scope => 'following'); --> cancelled
SELECT outcome FROM jb_update(:first, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=6", "scope": "all"}'); --> updated
SELECT outcome, start_timestamp FROM jb_import('room:t', jb_icalendar('room:s'), sync => true, cancel_missing => true); --> unchanged|2027-06-08 10:00:00+02
--> unchanged|2027-06-09 10:00:00+02
--> unchanged|2027-06-10 10:00:00+02
--> unchanged|2027-06-11 10:00:00+02
--> unchanged|2027-06-12 10:00:00+02
--> placed|2027-06-13 10:00:00+02
SELECT outcome, start_timestamp FROM jb_import('room:u', jb_icalendar('room:s')); --> placed|2027-06-08 10:00:00+02
--> placed|2027-06-09 10:00:00+02
--> placed|2027-06-10 10:00:00+02
--> placed|2027-06-11 10:00:00+02
--> placed|2027-06-12 10:00:00+02
--> placed|2027-06-13 10:00:00+02
SELECT room, array_agg(start_timestamp::date ORDER BY start_timestamp) AS days FROM unnest('{room:s,room:t,room:u}'::text[]) AS room, pg_temp.shown(room) WHERE status = 'pending' GROUP BY room ORDER BY room;
--> room:s|{2027-06-08,2027-06-09,2027-06-10,2027-06-11,2027-06-12,2027-06-13}
--> room:t|{2027-06-08,2027-06-09,2027-06-10,2027-06-11,2027-06-12,2027-06-13}
--> room:u|{2027-06-08,2027-06-09,2027-06-10,2027-06-11,2027-06-12,2027-06-13}

-- ---- a series of which nothing would be left, since its new times are taken, stays until one is free ----
SELECT E'DTSTART:20270601T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2' AS before, E'DTSTART:20270601T100000Z\nDURATION:PT1H\nRDATE:20270620T100000Z\nEXDATE:20270601T100000Z' AS after \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('moved', 1, :'before')), room => 'room:u'); --> placed
SELECT event_id AS taken FROM jb_schedule('Taken', duration => '1 hour', start_timestamp => '2027-06-20 10:00Z', calendars => '{room:u}') \gset
SELECT outcome, reason, is_as_tried FROM pg_temp.sync(pg_temp.file(pg_temp.event('moved', 2, :'after')), on_no_slot => 'skip', room => 'room:u'); --> skipped|conflict|t
SELECT start_timestamp, status FROM pg_temp.shown('room:u') WHERE event_name = 'moved'; --> 2027-06-01 12:00:00+02|pending
--> 2027-06-08 12:00:00+02|pending
SELECT outcome FROM jb_cancel(:taken); --> cancelled
SELECT outcome, reason, is_as_tried FROM pg_temp.sync(pg_temp.file(pg_temp.event('moved', 2, :'after')), on_no_slot => 'skip', room => 'room:u'); --> updated|null|t
SELECT start_timestamp, status FROM pg_temp.shown('room:u') WHERE event_name = 'moved' AND status = 'pending'; --> 2027-06-20 12:00:00+02|pending
SELECT * FROM jb_check();

-- ---- what is over needs no place, and what has begun stays as a record ----
SET SESSION AUTHORIZATION regress_manager;
SELECT count(*) FROM unnest('{past:a,past:b,past:c,past:d,past:e}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}'); --> 5
SELECT test.clock('2027-07-01 08:00+02'); --> 2027-07-01 08:00:00+02
SET SESSION AUTHORIZATION regress_secretary;
SELECT E'DTSTART:20270701T100000\nDURATION:PT1H' AS once, E'DTSTART:20270701T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3' AS daily \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 0, :'once')), room => 'past:a'); --> placed
SELECT outcome FROM unnest('{past:b,past:c}'::text[]) AS r (name), pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily')), room => r.name); --> placed
--> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily'), pg_temp.event('daily', 0, E'RECURRENCE-ID:20270703T100000\nDTSTART:20270701T150000\nDURATION:PT1H')), room => 'past:d');
--> placed
--> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 0, replace(:'once', '0701', '0708'))), room => 'past:e'); --> placed
SELECT outcome FROM jb_schedule('Here', '1 hour', '2027-07-01', '10:00', calendars => '{past:e}'); --> placed
SELECT test.clock('2027-07-01 17:00+02'); --> 2027-07-01 17:00:00+02
-- an event that took place becomes a series, which is booked beside it, and the event once more
SELECT outcome, reason, cardinality(events) AS events, (SELECT array_agg(s.start_timestamp) FROM unnest(skipped) AS s) AS skipped FROM jb_import('past:a', pg_temp.file(pg_temp.event('once', 1, :'daily')), sync => true);
--> placed|null|2|{"2027-07-01 10:00:00+02"}
SELECT outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 1, :'daily')), room => 'past:a'); --> unchanged|It was imported before, as event 166.
SELECT outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 2, :'once')), room => 'past:a'); --> skipped|These events were cancelled: 166, 167.
SELECT outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 2, :'once')), room => 'past:a'); --> ignored|It is over, and had no place here.
SELECT start_timestamp, status FROM pg_temp.shown('past:a'); --> 2027-07-01 10:00:00+02|completed
--> 2027-07-02 10:00:00+02|cancelled
--> 2027-07-03 10:00:00+02|cancelled
-- a running series that one file of the whole calendar does not have comes back; what was deleted here does not
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(id) FROM jb_events('past:b', '2027-07-03'); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(E'BEGIN:VCALENDAR\nEND:VCALENDAR', true, room => 'past:b'); --> cancelled
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily')), true, room => 'past:b'); --> updated
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily')), true, room => 'past:b'); --> unchanged
SELECT start_timestamp, status FROM pg_temp.shown('past:b'); --> 2027-07-01 10:00:00+02|completed
--> 2027-07-02 10:00:00+02|cancelled
--> 2027-07-02 10:00:00+02|pending
-- a series that is only what took place, and then one event at that time, and then later
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, replace(:'daily', '3', '1'))), room => 'past:c'); --> updated
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 2, :'once')), room => 'past:c'); --> skipped
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 3, replace(:'once', '0701', '0702'))), room => 'past:c'); --> placed
SELECT start_timestamp, status FROM pg_temp.shown('past:c'); --> 2027-07-01 10:00:00+02|completed
--> 2027-07-02 10:00:00+02|cancelled
--> 2027-07-02 10:00:00+02|pending
--> 2027-07-03 10:00:00+02|cancelled
-- an occurrence that took place earlier than its rule has it, until its own event goes from the file
SELECT outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, :'daily')), room => 'past:d'); --> updated|null
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, :'daily')), room => 'past:d'); --> unchanged
SELECT start_timestamp, status FROM pg_temp.shown('past:d'); --> 2027-07-01 10:00:00+02|completed
--> 2027-07-01 15:00:00+02|completed
--> 2027-07-02 10:00:00+02|pending
--> 2027-07-03 10:00:00+02|pending
-- an event that the file moves to a time that is over and taken ends, and comes back from there
SELECT outcome, reason, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 1, :'once')), room => 'past:e'); --> skipped|conflict|This event was cancelled: 164.
SELECT outcome, reason, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 1, :'once')), room => 'past:e'); --> ignored|null|It is over, and had no place here.
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('once', 2, replace(:'once', '0701', '0709'))), room => 'past:e'); --> placed
SELECT event_name, start_timestamp, status FROM pg_temp.shown('past:e'); --> Here|2027-07-01 10:00:00+02|completed
--> once|2027-07-08 10:00:00+02|cancelled
--> once|2027-07-09 10:00:00+02|pending
-- what took place this morning is to take place in the afternoon, too
SET SESSION AUTHORIZATION regress_manager;
SELECT count(*) FROM unnest('{past:f,past:g}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}'); --> 2
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM unnest('{past:f,past:g}'::text[]) AS r (name), pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, replace(:'daily', '0701', '0702'))), room => r.name); --> placed
--> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, replace(:'daily', '0701T100000', E'0702T100000\nEXDATE:20270702T100000')), pg_temp.event('daily', 1, E'RECURRENCE-ID:20270704T100000\nDTSTART:20270702T100000\nDURATION:PT1H')), room => 'past:g');
--> updated
--> updated
SELECT test.clock('2027-07-02 12:00+02'); --> 2027-07-02 12:00:00+02
SELECT outcome, start_timestamp FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, replace(:'daily', '0701', '0702')), pg_temp.event('daily', 1, E'RECURRENCE-ID;RANGE=THISANDFUTURE:20270702T100000\nDTSTART:20270702T150000\nDURATION:PT1H')), room => 'past:f');
--> updated|2027-07-03 15:00:00+02
--> placed|2027-07-02 15:00:00+02
SELECT start_timestamp, status FROM pg_temp.shown('past:f'); --> 2027-07-02 10:00:00+02|completed
--> 2027-07-02 15:00:00+02|pending
--> 2027-07-03 15:00:00+02|pending
--> 2027-07-04 15:00:00+02|pending
-- at the time of another occurrence, which is excepted until then
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 2, replace(:'daily', '0701', '0702'))), room => 'past:g'); --> updated
SELECT start_timestamp, status FROM pg_temp.shown('past:g'); --> 2027-07-02 10:00:00+02|cancelled
--> 2027-07-02 10:00:00+02|completed
--> 2027-07-03 10:00:00+02|pending
--> 2027-07-04 10:00:00+02|pending

-- ---- an occurrence whose own event had no place when its series changed gets all of it later ----
SELECT replace(:'daily', '0701', '0705') AS daily, E'RECURRENCE-ID:20270706T100000\nSUMMARY:renamed\nDTSTART:20270706T150000\nDURATION:PT30M' AS change \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily')), room => 'past:h'); --> placed
SELECT event_id AS taken FROM jb_schedule('Here', '1 hour', '2027-07-06', '15:00', calendars => '{past:h}') \gset
SELECT replace(pg_temp.file(pg_temp.event('daily', 1, replace(:'daily', 'PT1H', 'PT30M')), pg_temp.event('daily', 1, :'change')), 'SUMMARY:daily', 'SUMMARY:renamed') AS changed \gset
SELECT outcome FROM pg_temp.sync(:'changed', room => 'past:h'); --> updated
--> rejected
SELECT outcome FROM jb_cancel(:taken); --> cancelled
SELECT outcome FROM pg_temp.sync(:'changed', room => 'past:h'); --> unchanged
--> updated
SELECT outcome FROM pg_temp.sync(:'changed', room => 'past:h'); --> unchanged
--> unchanged
SELECT event_name, start_timestamp, end_timestamp FROM pg_temp.shown('past:h') WHERE status = 'pending'; --> renamed|2027-07-05 10:00:00+02|2027-07-05 10:30:00+02
--> renamed|2027-07-06 15:00:00+02|2027-07-06 15:30:00+02
--> renamed|2027-07-07 10:00:00+02|2027-07-07 10:30:00+02
-- nothing stands here for a series whose time is over and taken, but for one occurrence with an event of its own
SELECT outcome FROM unnest('{past:i,past:j}'::text[]) AS r (name), jb_schedule('Here', '1 hour', '2027-07-05', '10:00', calendars => ARRAY[r.name]); --> placed
--> placed
SELECT outcome FROM unnest('{past:i,past:j}'::text[]) AS r (name), jb_schedule('To come', '1 hour', '2027-07-07', CASE r.name WHEN 'past:i' THEN time '15:00' ELSE '10:00' END, calendars => ARRAY[r.name]);
--> placed
--> placed
SELECT test.clock('2027-07-05 12:00+02'); --> 2027-07-05 12:00:00+02
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, replace(:'daily', '3', '2')), pg_temp.event('daily', 0, E'RECURRENCE-ID:20270706T100000\nDTSTART:20270706T150000\nDURATION:PT1H')), room => 'past:i');
--> skipped
--> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, :'daily')), room => 'past:i'); --> placed
SELECT event_name, start_timestamp, status FROM pg_temp.shown('past:i'); --> Here|2027-07-05 10:00:00+02|completed
--> daily|2027-07-06 10:00:00+02|pending
--> daily|2027-07-06 15:00:00+02|cancelled
--> daily|2027-07-07 10:00:00+02|pending
--> To come|2027-07-07 15:00:00+02|pending
SELECT count(*) FROM jb_event WHERE series = 0; --> 0
-- a series that is refused for what is to come says so
SELECT outcome, detail FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily')), room => 'past:j');
--> rejected|Occurrence 3 of 3, 2027-07-07 10:00:00: From 2027-07-07T10:00:00+02:00 to 2027-07-07T11:00:00+02:00 is taken by event 187.
-- an occurrence that the file moves to a time that is over and taken ends, and the others go where they are said to
SELECT outcome FROM jb_schedule('Here', '1 hour', '2027-07-06', '10:00', calendars => '{past:k}'); --> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, replace(:'daily', 'T10', 'T14'))), room => 'past:k'); --> placed
SELECT test.clock('2027-07-06 12:00+02'); --> 2027-07-06 12:00:00+02
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, :'daily')), room => 'past:k'); --> updated
SELECT event_name, start_timestamp, status FROM pg_temp.shown('past:k'); --> daily|2027-07-05 14:00:00+02|completed
--> Here|2027-07-06 10:00:00+02|completed
--> daily|2027-07-06 14:00:00+02|cancelled
--> daily|2027-07-07 10:00:00+02|pending
-- what was followed but for a skipped occurrence is what the next file is compared with
SELECT replace(:'daily', '0705', '0712') AS daily \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, :'daily')), room => 'past:l'); --> placed
SELECT outcome FROM jb_schedule('Here', '1 hour', '2027-07-13', '15:00', calendars => '{past:l}'); --> placed
SELECT outcome FROM pg_temp.sync(replace(pg_temp.file(pg_temp.event('daily', 1, replace(:'daily', 'T10', 'T15'))), 'SUMMARY:daily', 'SUMMARY:renamed'), on_no_slot => 'skip', room => 'past:l');
--> updated
SELECT event_name, start_timestamp FROM pg_temp.shown('past:l'); --> renamed|2027-07-12 15:00:00+02
--> daily|2027-07-13 10:00:00+02
--> Here|2027-07-13 15:00:00+02
--> renamed|2027-07-14 15:00:00+02
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 2, replace(:'daily', 'T10', 'T16'))), on_no_slot => 'skip', room => 'past:l'); --> updated
SELECT event_name, start_timestamp FROM pg_temp.shown('past:l'); --> daily|2027-07-12 16:00:00+02
--> Here|2027-07-13 15:00:00+02
--> daily|2027-07-13 16:00:00+02
--> daily|2027-07-14 16:00:00+02
-- an event that could go to neither of two new times goes to the third
SELECT replace(:'daily', 'COUNT=3', 'COUNT=1') AS single \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('single', 0, replace(:'single', 'T10', 'T08'))), room => 'past:l'); --> placed
SELECT o.outcome FROM unnest('{18:00,19:00}'::time[]) AS at (start), jb_schedule('Here', '1 hour', '2027-07-12', at.start, calendars => '{past:l}') AS o; --> placed
--> placed
SELECT hour, s.outcome FROM generate_series(18, 20) AS hour, pg_temp.sync(pg_temp.file(pg_temp.event('single', hour, replace(:'single', 'T10', 'T' || hour))), on_no_slot => 'skip', room => 'past:l') AS s;
--> 18|unchanged
--> 19|unchanged
--> 20|updated
SELECT start_timestamp, status FROM pg_temp.shown('past:l') WHERE event_name = 'single'; --> 2027-07-12 20:00:00+02|pending
-- when another event takes over a UID, the readers of a feed see it as newer
CREATE FUNCTION pg_temp.followed(file text) RETURNS TABLE (outcome text, start_timestamp timestamptz, follower text, there timestamptz) LANGUAGE plpgsql AS $$
BEGIN
  SELECT string_agg(s.outcome, ',') INTO outcome FROM pg_temp.sync(file, true, room => 'feed:a') s;
  SELECT string_agg(s.outcome, ',' ORDER BY s.outcome) INTO follower FROM jb_import('feed:b', jb_icalendar('feed:a'), sync => true, cancel_missing => true) s;
  SELECT max(s.start_timestamp) INTO start_timestamp FROM pg_temp.shown('feed:a') s WHERE s.status <> 'cancelled';
  SELECT max(s.start_timestamp) INTO there FROM pg_temp.shown('feed:b') s WHERE s.status <> 'cancelled';
  RETURN NEXT;
END
$$;
SELECT * FROM pg_temp.followed(pg_temp.file(pg_temp.event('talk', 0, E'DTSTART:20270801T090000\nDURATION:PT1H'))); --> placed|2027-08-01 09:00:00+02|placed|2027-08-01 09:00:00+02
SELECT test.clock('2027-07-07 12:00+02'); --> 2027-07-07 12:00:00+02
SELECT * FROM pg_temp.followed(pg_temp.file(VARIADIC '{}')); --> cancelled|null|cancelled|null
SELECT test.clock('2027-07-08 12:00+02'); --> 2027-07-08 12:00:00+02
SELECT * FROM pg_temp.followed(pg_temp.file(pg_temp.event('talk', 0, E'DTSTART:20270801T090000\nDURATION:PT1H'))); --> placed|2027-08-01 09:00:00+02|ignored,placed|2027-08-01 09:00:00+02
SELECT outcome, version FROM jb_update((SELECT max(id) FROM jb_event WHERE calendars = '{feed:a}'), '{"event_location": "Room 1"}'); --> updated|2
SELECT test.clock('2027-08-01 09:30+02'); --> 2027-08-01 09:30:00+02
SELECT * FROM pg_temp.followed(pg_temp.file(pg_temp.event('talk', 1, E'DTSTART:20270802T090000\nDURATION:PT1H'))); --> placed|2027-08-02 09:00:00+02|ignored,placed,rejected|2027-08-02 09:00:00+02
-- and so is a cancelled occurrence that stands for it again, once the event after it is gone
CREATE FUNCTION pg_temp.differences(room text, follower text) RETURNS TABLE (start_timestamp timestamptz, rooms text[]) LANGUAGE sql AS $$
  SELECT b.start_timestamp, array_agg(b.room) FROM (SELECT room, s.* FROM pg_temp.shown(room) s UNION ALL SELECT follower, s.* FROM pg_temp.shown(follower) s) b
   WHERE b.status NOT IN ('cancelled', 'denied', 'expired') GROUP BY b.start_timestamp HAVING count(DISTINCT b.room) < 2 ORDER BY 1
$$;
SELECT outcome FROM jb_schedule('weekly', '1 hour', '2027-09-01', '14:00', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=4', calendars => '{feed:c}'); --> placed
SELECT count(*) FROM jb_import('feed:d', jb_icalendar('feed:c'), sync => true, cancel_missing => true); --> 4
SELECT outcome FROM jb_cancel((SELECT id FROM jb_event WHERE start_timestamp = '2027-09-15 14:00+02' AND calendars = '{feed:c}')); --> cancelled
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2027-08-02 12:00+02'); --> 2027-08-02 12:00:00+02
SELECT outcome FROM jb_update((SELECT min(id) FROM jb_event WHERE calendars = '{feed:c}'), '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=5", "scope": "all"}'); --> updated
SELECT count(*) FROM jb_import('feed:d', jb_icalendar('feed:c'), sync => true, cancel_missing => true); --> 5
SELECT count(*) FROM pg_temp.differences('feed:c', 'feed:d'); --> 0
SELECT test.clock('2027-08-03 12:00+02'); --> 2027-08-03 12:00:00+02
SELECT jb_delete((SELECT id FROM jb_event WHERE start_timestamp = '2027-09-15 14:00+02' AND calendars = '{feed:c}' AND status = 'scheduled')); --> t
SELECT count(*) FROM jb_import('feed:d', jb_icalendar('feed:c'), sync => true, cancel_missing => true); --> 5
SELECT * FROM pg_temp.differences('feed:c', 'feed:d');
-- an event that a rule given here has made part of another series keeps its occurrence there, wherever the file moves it
SELECT name FROM unnest('{feed:e,feed:f}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}'); --> feed:e
--> feed:f
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('weekly', 0, E'DTSTART:20270906T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3')), room => 'feed:e'); --> placed
SELECT outcome FROM jb_update((SELECT max(id) FROM jb_event WHERE calendars = '{feed:e}'), '{"recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}'); --> updated
SELECT outcome FROM jb_reschedule((SELECT id FROM jb_event WHERE start_timestamp = '2027-09-21 10:00+02' AND calendars = '{feed:e}'), start_time => '14:00'); --> updated
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('weekly', 1, E'DTSTART:20270907T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3')), room => 'feed:e'); --> updated
SELECT count(*) FROM jb_import('feed:f', jb_icalendar('feed:e'), sync => true, cancel_missing => true); --> 5
SELECT start_timestamp FROM pg_temp.shown('feed:e') WHERE status <> 'cancelled'; --> 2027-09-07 10:00:00+02
--> 2027-09-14 10:00:00+02
--> 2027-09-21 10:00:00+02
--> 2027-09-21 14:00:00+02
--> 2027-09-22 10:00:00+02
SELECT * FROM pg_temp.differences('feed:e', 'feed:f');
-- a record that a rule given here has put in the place of another occurrence leaves that one to the file
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 0, E'DTSTART:20271005T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3')), room => 'feed:e'); --> placed
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE start_timestamp = '2027-10-05 09:00+02' AND calendars = '{feed:e}'), '{"recurrence": "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3", "scope": "all"}');
--> updated
SELECT outcome FROM jb_reschedule((SELECT id FROM jb_event WHERE start_timestamp = '2027-10-09 09:00+02' AND calendars = '{feed:e}'), '2027-10-04'); --> updated
SELECT test.clock('2027-10-04 12:00+02'); --> 2027-10-04 12:00:00+02
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('daily', 1, E'DTSTART:20271007T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3')), room => 'feed:e'); --> updated
SELECT start_timestamp FROM pg_temp.shown('feed:e') WHERE event_name = 'daily' AND status <> 'cancelled'; --> 2027-10-04 09:00:00+02
--> 2027-10-07 09:00:00+02
--> 2027-10-08 09:00:00+02
--> 2027-10-09 09:00:00+02
-- an occurrence as a whole day is not the one at a time that the same file cancels
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('alone', 0, E'RECURRENCE-ID:20271018T070000Z\nDTSTART:20271018T070000Z\nDURATION:PT1H')), room => 'feed:f'); --> placed
SELECT recurrence_id, outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('alone', 5, E'RECURRENCE-ID;VALUE=DATE:20271018\nDTSTART;VALUE=DATE:20271018'), pg_temp.event('alone', 3, E'RECURRENCE-ID:20271018T070000Z\nDTSTART:20271018T070000Z\nDURATION:PT1H\nSTATUS:CANCELLED')), room => 'feed:f');
--> 2027-10-18|placed
--> 20271018T070000Z|cancelled
SELECT start_timestamp, end_timestamp, status FROM pg_temp.shown('feed:f') WHERE event_name = 'alone'; --> 2027-10-18 00:00:00+02|2027-10-19 00:00:00+02|pending
--> 2027-10-18 09:00:00+02|2027-10-18 10:00:00+02|cancelled
-- ---- a source that sends its changes one by one: a series of which each occurrence has had a change is still a series ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM unnest('{step:a,step:b,step:c,step:d}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}'); --> step:a
--> step:b
--> step:c
--> step:d
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM unnest(ARRAY[
  pg_temp.event('pair', 1, E'DTSTART:20271109T130000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2'),
  pg_temp.event('pair', 2, E'RECURRENCE-ID:20271109T130000\nDTSTART:20271109T130000\nSTATUS:CANCELLED'),
  pg_temp.event('pair', 3, E'RECURRENCE-ID:20271109T130000\nDTSTART:20271109T150000\nDURATION:PT1H'),
  pg_temp.event('pair', 3, E'RECURRENCE-ID:20271110T130000\nDTSTART:20271110T150000\nDURATION:PT1H'),
  pg_temp.event('pair', 7, E'DTSTART:20271116T130000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2')]) WITH ORDINALITY AS sent (event, n),
  LATERAL pg_temp.sync(pg_temp.file(event), room => 'step:a') ORDER BY sent.n; --> placed
--> cancelled
--> placed
--> updated
--> updated
SELECT start_timestamp, status FROM pg_temp.shown('step:a') WHERE status <> 'cancelled'; --> 2027-11-16 13:00:00+01|pending
--> 2027-11-17 13:00:00+01|pending
-- its rule is shown by each of its events, which all get a version with it; earlier changes keep the earlier rule
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('pair', 8, E'DTSTART:20271116T130000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3')), room => 'step:a'); --> updated
SELECT start_timestamp, version, recurrence FROM jb_events('step:a', '2027-11-16') WHERE status <> 'cancelled' ORDER BY 1; --> 2027-11-16 13:00:00+01|2|RRULE:FREQ=DAILY;COUNT=3
--> 2027-11-17 13:00:00+01|2|RRULE:FREQ=DAILY;COUNT=3
--> 2027-11-18 13:00:00+01|1|RRULE:FREQ=DAILY;COUNT=3
SELECT kind, fields, jb_change_event('step:a', seq) ->> 'recurrence' AS left_as FROM jb_changes('step:a', max_rows => 1000) ORDER BY seq DESC LIMIT 5; --> updated|{recurrence}|RRULE:FREQ=DAILY;COUNT=3
--> updated|{recurrence}|RRULE:FREQ=DAILY;COUNT=3
--> updated|{recurrence}|RRULE:FREQ=DAILY;COUNT=3
--> updated|{recurrence}|RRULE:FREQ=DAILY;COUNT=3
--> placed|{}|RRULE:FREQ=DAILY;COUNT=3
-- ---- what lies at the horizon follows once the horizon includes it: a move of all later ones, another length and name ----
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('late', 1, E'DTSTART:20271005T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY'), pg_temp.event('long', 1, E'DTSTART:20271005T113000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY')), room => 'step:b');
--> placed
--> placed
SELECT pg_temp.file(pg_temp.event('late', 2, E'DTSTART:20271005T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY'), pg_temp.event('late', 2, E'RECURRENCE-ID;RANGE=THISANDFUTURE:20271012T100000\nDTSTART:20271013T100000\nDURATION:PT1H'),
  replace(pg_temp.event('long', 2, E'DTSTART:20271005T113000\nDURATION:PT2H\nRRULE:FREQ=WEEKLY'), 'SUMMARY:long', 'SUMMARY:longer')) AS changed \gset
SELECT outcome FROM pg_temp.sync(:'changed', true, room => 'step:b'); --> updated
--> updated
--> updated
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2027-11-20 12:00+01'); --> 2027-11-20 12:00:00+01
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(:'changed', true, room => 'step:b'); --> updated
--> unchanged
--> updated
SELECT event_name, start_timestamp, end_timestamp - start_timestamp AS length FROM jb_events('step:b', '2028-09-25', '2028-10-12') ORDER BY 1, 2; --> late|2028-09-27 10:00:00+02|01:00:00
--> late|2028-10-04 10:00:00+02|01:00:00
--> late|2028-10-11 10:00:00+02|01:00:00
--> longer|2028-09-26 11:30:00+02|02:00:00
--> longer|2028-10-03 11:30:00+02|02:00:00
--> longer|2028-10-10 11:30:00+02|02:00:00
-- an exception there that is taken back follows the rule again
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('step:c', '{"horizon": "30 days"}'); --> step:c
SET SESSION AUTHORIZATION regress_secretary;
SELECT pg_temp.event('weekly', 1, E'DTSTART:20271123T120000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;UNTIL=20271228T225959Z') AS weekly, pg_temp.event('weekly', 1, E'RECURRENCE-ID:20271228T120000\nDTSTART:20271229T170000\nDURATION:PT1H') AS moved \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'weekly', :'moved'), true, room => 'step:c'); --> placed
--> placed
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2027-11-25 12:00+01'); --> 2027-11-25 12:00:00+01
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'weekly', :'moved'), true, room => 'step:c'); --> updated
--> unchanged
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'weekly'), true, room => 'step:c'); --> unchanged
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2027-12-10 12:00+01'); --> 2027-12-10 12:00:00+01
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'weekly'), true, room => 'step:c'); --> updated
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'weekly'), true, room => 'step:c'); --> unchanged
SELECT start_timestamp, status FROM pg_temp.shown('step:c') WHERE start_timestamp > '2027-12-20'; --> 2027-12-21 12:00:00+01|pending
--> 2027-12-28 12:00:00+01|pending
--> 2027-12-29 17:00:00+01|cancelled
-- ---- times that were named as instants, then without a zone, follow the calendar into another zone ----
SELECT pg_temp.event('course', 1, E'DTSTART:20280105T130000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3') || pg_temp.event('course', 1, E'RECURRENCE-ID:20280106T130000\nDTSTART:20280106T160000\nDURATION:PT1H') AS course \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'course'), room => 'step:d'); --> placed
--> placed
SELECT replace(pg_temp.file(:'course'), E'X-WR-TIMEZONE:Europe/Berlin\n', '') AS local \gset
SELECT outcome FROM pg_temp.sync(:'local', room => 'step:d'); --> unchanged
--> unchanged
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('step:d', '{"time_zone": "America/New_York"}'); --> step:d
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(:'local', room => 'step:d'); --> updated
--> updated
SELECT outcome FROM pg_temp.sync(:'local', room => 'step:d'); --> unchanged
--> unchanged
SELECT start_timestamp FROM pg_temp.shown('step:d'); --> 2028-01-05 19:00:00+01
--> 2028-01-06 22:00:00+01
--> 2028-01-07 19:00:00+01
-- ---- of what lies at the horizon, people's changes stay, and so do exceptions if the series alone is sent again ----
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2028-02-01 12:00+01'); --> 2028-02-01 12:00:00+01
SELECT name FROM unnest('{step:e,step:f}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin", "horizon": "20 days"}'); --> step:e
--> step:f
SET SESSION AUTHORIZATION regress_secretary;
SELECT pg_temp.event('talks', 1, E'DTSTART:20280207T113000\nDURATION:PT30M\nRRULE:FREQ=WEEKLY') AS talks \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'talks'), room => 'step:e'); --> placed
SELECT outcome FROM jb_update((SELECT max(id) FROM jb_event WHERE calendars = '{step:e}'), '{"event_name": "ours", "start_timestamp": "2028-02-20T17:00:00+01:00"}'); --> updated
SELECT replace(replace(pg_temp.file(:'talks'), 'PT30M', 'PT2H'), 'SEQUENCE:1', 'SEQUENCE:2') AS longer \gset
SELECT outcome FROM pg_temp.sync(:'longer', true, room => 'step:e'); --> updated
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'talks'), room => 'step:f'); --> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('talks', 1, E'RECURRENCE-ID:20280214T113000\nDTSTART:20280216T090000\nDURATION:PT1H')), room => 'step:f'); --> updated
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2028-02-10 12:00+01'); --> 2028-02-10 12:00:00+01
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(:'longer', true, room => 'step:e'); --> updated
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'talks'), room => 'step:f'); --> updated
SELECT room, event_name, start_timestamp, end_timestamp FROM unnest('{step:e,step:f}'::text[]) AS room, pg_temp.shown(room) WHERE start_timestamp > '2028-02-10' ORDER BY 1, 3;
--> step:e|talks|2028-02-14 11:30:00+01|2028-02-14 13:30:00+01
--> step:e|ours|2028-02-20 17:00:00+01|2028-02-20 19:00:00+01
--> step:e|talks|2028-02-28 11:30:00+01|2028-02-28 13:30:00+01
--> step:f|talks|2028-02-16 09:00:00+01|2028-02-16 10:00:00+01
--> step:f|talks|2028-02-21 11:30:00+01|2028-02-21 12:00:00+01
--> step:f|talks|2028-02-28 11:30:00+01|2028-02-28 12:00:00+01
-- ---- an occurrence whose new time is taken waits beside its series, however often the file comes, and follows once the time is free ----
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2028-03-01 12:00+01'); --> 2028-03-01 12:00:00+01
SELECT name FROM jb_calendar_set('step:g', '{"time_zone": "Europe/Berlin"}'); --> step:g
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS blocking FROM jb_schedule('Blocks', '1 hour', '2028-03-20', '10:00', calendars => '{step:g}') \gset
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('stints', 1, E'DTSTART:20280306T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=4;COUNT=4')), room => 'step:g'); --> placed
SELECT pg_temp.file(pg_temp.event('stints', 2, E'DTSTART:20280308T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=4;COUNT=4')) AS moved \gset
SELECT outcome, detail FROM jb_import('step:g', :'moved', sync => true, on_no_slot => 'skip'); --> updated|null
SELECT id AS behind FROM jb_events('step:g', '2028-03-01') WHERE start_timestamp = '2028-03-18 10:00+01' \gset
SELECT outcome, detail FROM jb_import('step:g', :'moved', sync => true, on_no_slot => 'skip'); --> unchanged|It was imported before, as event 380.
SELECT start_timestamp, event_name FROM pg_temp.shown('step:g') WHERE status <> 'cancelled' ORDER BY 1; --> 2028-03-08 10:00:00+01|stints
--> 2028-03-12 10:00:00+01|stints
--> 2028-03-16 10:00:00+01|stints
--> 2028-03-18 10:00:00+01|stints
--> 2028-03-20 10:00:00+01|Blocks
SELECT outcome FROM jb_cancel(:blocking); --> cancelled
SELECT outcome, event_id = :behind AS is_same FROM jb_import('step:g', :'moved', sync => true, on_no_slot => 'skip'); --> updated|t
SELECT start_timestamp, recurrence_id = start_timestamp AS is_named FROM jb_events('step:g', '2028-03-01') WHERE status <> 'cancelled' ORDER BY 1; --> 2028-03-08 10:00:00+01|t
--> 2028-03-12 10:00:00+01|t
--> 2028-03-16 10:00:00+01|t
--> 2028-03-20 10:00:00+01|t
SELECT outcome FROM jb_import('step:g', :'moved', sync => true, on_no_slot => 'skip'); --> unchanged
-- an occurrence that is half of the smallest gap away is another one: one that was deleted here does not keep it from being booked
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('only', 1, E'DTSTART:20280404T120000\nDURATION:PT1H\nRRULE:FREQ=DAILY;INTERVAL=2;COUNT=3')), room => 'step:g'); --> placed
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(id) FROM jb_events('step:g', '2028-03-01') WHERE start_timestamp = '2028-04-04 12:00+02'; --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(pg_temp.file(pg_temp.event('only', 2, E'DTSTART:20280403T120000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=1')), room => 'step:g'); --> updated
SELECT start_timestamp, status FROM pg_temp.shown('step:g') WHERE event_name = 'only' ORDER BY 1; --> 2028-04-03 12:00:00+02|pending
--> 2028-04-06 12:00:00+02|cancelled
--> 2028-04-08 12:00:00+02|cancelled
-- ---- what joins a series whose events have all left it for another rule has the rule of the source, even if its own was purged ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM unnest('{step:h,step:i}'::text[]) AS room, jb_calendar_set(room, '{"time_zone": "Europe/Berlin"}'); --> step:h
--> step:i
SELECT name FROM jb_calendar_set('step:j', '{"time_zone": "Europe/Berlin", "horizon": "20 days"}'); --> step:j
SET SESSION AUTHORIZATION regress_secretary;
SELECT pg_temp.event('yoga', 1, E'DTSTART:20280303T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4') AS yoga, pg_temp.event('yoga', 2, E'DTSTART:20280303T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=6') AS more, pg_temp.event('choir', 1, E'DTSTART:20280303T180000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY') AS choir \gset
SELECT outcome FROM unnest('{step:h,step:i}'::text[]) AS room, pg_temp.sync(pg_temp.file(:'yoga'), room => room); --> placed
--> placed
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'choir'), room => 'step:j'); --> placed
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(e.id) FROM unnest('{step:h,step:i,step:j}'::text[]) AS room, LATERAL (SELECT min(id) AS id FROM jb_events(room, '2028-03-01')) e; --> t
--> t
--> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, cardinality(events) FROM unnest('{step:h,step:i,step:j}'::text[]) AS room, LATERAL (SELECT min(id) AS id FROM jb_events(room, '2028-03-01')) e, jb_update(e.id, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}');
--> updated|3
--> updated|3
--> updated|3
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'more'), room => 'step:h'); --> updated
RESET SESSION AUTHORIZATION;
SELECT changes FROM jb_purge('10 years'); --> 0
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'more'), room => 'step:i'); --> updated
-- the horizon brings occurrences to it, too
SET SESSION AUTHORIZATION regress_manager;
SELECT test.clock('2028-03-12 12:00+01'); --> 2028-03-12 12:00:00+01
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM pg_temp.sync(pg_temp.file(:'choir'), room => 'step:j'); --> updated
SELECT room, dense_rank() OVER (PARTITION BY room ORDER BY series DESC) AS series, recurrence, start_timestamp, recurrence_id = start_timestamp AS is_named FROM unnest('{step:h,step:i,step:j}'::text[]) AS room, jb_events(room, '2028-03-01') ORDER BY 1, start_timestamp;
--> step:h|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-04 09:00:00+01|t
--> step:h|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-05 09:00:00+01|t
--> step:h|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-06 09:00:00+01|t
--> step:h|2|RRULE:FREQ=DAILY;COUNT=6|2028-03-07 09:00:00+01|t
--> step:h|2|RRULE:FREQ=DAILY;COUNT=6|2028-03-08 09:00:00+01|t
--> step:i|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-04 09:00:00+01|t
--> step:i|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-05 09:00:00+01|t
--> step:i|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-06 09:00:00+01|t
--> step:i|2|RRULE:FREQ=DAILY;COUNT=6|2028-03-07 09:00:00+01|t
--> step:i|2|RRULE:FREQ=DAILY;COUNT=6|2028-03-08 09:00:00+01|t
--> step:j|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-10 18:00:00+01|t
--> step:j|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-11 18:00:00+01|t
--> step:j|1|RRULE:FREQ=DAILY;COUNT=3|2028-03-12 18:00:00+01|t
--> step:j|2|RRULE:FREQ=WEEKLY|2028-03-24 18:00:00+01|t
--> step:j|2|RRULE:FREQ=WEEKLY|2028-03-31 18:00:00+02|t
SELECT room, count(DISTINCT uid) AS uids FROM unnest('{step:h,step:i,step:j}'::text[]) AS room, regexp_matches(jb_icalendar(room), E'\nUID:[^\r]+', 'g') AS uid GROUP BY 1 ORDER BY 1; --> step:h|2
--> step:i|2
--> step:j|2
-- ---- a file in parts: what is missing beside a UID's other events ends with these, and an occurrence follows its series from part to part ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('step:k', '{"time_zone": "Europe/Berlin"}'); --> step:k
SET SESSION AUTHORIZATION regress_secretary;
CREATE FUNCTION pg_temp.parts(ics text, cancel_missing bool = false) RETURNS TABLE (n int, uid text, outcome text) LANGUAGE sql AS $$
  SELECT i.n, i.uid, i.outcome FROM generate_series(0, 2) AS part, jb_import('step:k', ics, sync => true, cancel_missing => cancel_missing, after => part, max_rows => 1) AS i
$$;
SELECT pg_temp.event('alone', 1, E'DTSTART:20280404T090000\nDURATION:PT15M') AS alone, pg_temp.event('apart', 1, E'RECURRENCE-ID:20280405T090000\nDTSTART:20280405T090000\nDURATION:PT15M') AS apart, pg_temp.event('apart', 1, E'RECURRENCE-ID:20280412T090000\nDTSTART:20280412T090000\nDURATION:PT15M') AS deleted \gset
SELECT * FROM pg_temp.parts(pg_temp.file(:'alone', :'apart', :'deleted'), true); --> 1|alone|placed
--> 2|apart|placed
--> 3|apart|placed
SELECT * FROM pg_temp.parts(pg_temp.file(:'alone', :'apart'), true); --> 1|alone|unchanged
--> 2|apart|unchanged
--> null|apart|cancelled
SELECT outcome FROM jb_import('step:k', pg_temp.file(pg_temp.event('old', 1, E'DTSTART:20280504T090000\nDURATION:PT15M\nRRULE:FREQ=WEEKLY;COUNT=3\nLOCATION:Room 1\nATTENDEE:mailto:anna@example.com')), sync => true);
--> placed
SELECT replace(pg_temp.file(pg_temp.event('old', 2, E'DTSTART:20280504T090000\nDURATION:PT45M\nRRULE:FREQ=WEEKLY;COUNT=3\nLOCATION:Room 2\nATTENDEE:mailto:ben@example.com'), pg_temp.event('old', 2, E'RECURRENCE-ID:20280511T090000\nDTSTART:20280511T090000\nDURATION:PT45M\nLOCATION:Room 2\nATTENDEE:mailto:ben@example.com')), 'SUMMARY:old', 'SUMMARY:new') AS renewed \gset
SELECT * FROM pg_temp.parts(:'renewed'); --> 1|old|updated
--> 2|old|updated
SELECT * FROM pg_temp.shown('step:k') WHERE start_timestamp > '2028-05-01' ORDER BY 2; --> new|2028-05-04 09:00:00+02|2028-05-04 09:45:00+02|pending|Room 2|{ben@example.com}
--> new|2028-05-11 09:00:00+02|2028-05-11 09:45:00+02|pending|Room 2|{ben@example.com}
--> new|2028-05-18 09:00:00+02|2028-05-18 09:45:00+02|pending|Room 2|{ben@example.com}
SELECT * FROM pg_temp.parts(:'renewed'); --> 1|old|unchanged
--> 2|old|unchanged
\i test/regress/sql/frame/close.psql
