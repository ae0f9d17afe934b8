-- Promise: jb_events lists the events that overlap a range, by start, then id, waiting events last. Page after page by the
-- cursor shows every event once, in any mixture of statuses and equal starts.
-- Could break: a cursor on the start alone loses events that start together; a cursor on null loses the waiting events.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "America/New_York"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT wish.name, event_id, outcome
  FROM (VALUES ('Tuesday', '2026-11-24 09:00+01', '1 hour', '{Ann}'), ('Wednesday', '2026-11-25 09:00+01', '1 hour', '{Ann,Bob}'),
               ('Night', '2026-11-24 22:00+01', '6 hours', '{Bob}'), ('Monday', '2026-11-23 09:00+01', '1 hour', '{}')) AS wish (name, start, duration, attendees),
       jb_schedule(wish.name, duration::interval, start_timestamp => start::timestamptz, attendees => wish.attendees::text[], calendars => '{room:a}');
-- three events at one time, two of them cancelled
SELECT outcome FROM jb_cancel(1);
SELECT event_id FROM jb_schedule('Tuesday again', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel(5);
SELECT event_id FROM jb_schedule('Tuesday at last', '1 hour', '2026-11-24', '09:00', attendees => '{Ann}', calendars => '{room:a}');
-- two waiting events, one of them with a date
SELECT w.event_id FROM (VALUES ('Waits', '2026-11-26'), ('Waits too', '2026-11-26')) AS wish (name, date),
       jb_schedule(wish.name, '4 hours', wish.date::date, calendars => '{room:a}') w;
SELECT count(*) FROM jb_schedule('Thursday', '9 hours', '2026-11-26', '08:00', calendars => '{room:a}') s, unnest(s.moves);
-- an event on another calendar
SELECT event_id FROM jb_schedule('Elsewhere', '1 hour', '2026-11-24', '09:00', calendars => '{room:b}');

-- ---- order: by start, then id; waiting events last ----
SELECT id, event_name, start_timestamp, status FROM jb_events('room:a', '2026-11-23');
-- without from_time the range begins at present; these events lie ahead, whenever the test runs
SELECT outcome FROM jb_schedule('In 2200', '1 hour', start_timestamp => '2200-01-01 09:00+01', calendars => '{room:b}');
SELECT outcome FROM jb_schedule('In 2020', '1 hour', start_timestamp => '2020-01-01 09:00+01', calendars => '{room:b}', allow_past => true);
SELECT event_name FROM jb_events('room:b') WHERE event_name LIKE 'In %';

-- ---- range: the events that overlap it, half-open ----
SELECT event_name FROM jb_events('room:a', '2026-11-24 10:00+01', '2026-11-25 09:00+01', '{pending}');
SELECT event_name FROM jb_events('room:a', '2026-11-24 09:59:59+01', '2026-11-25 09:00:01+01', '{pending}');
-- in the middle of an event
SELECT event_name FROM jb_events('room:a', '2026-11-25 01:00+01', '2026-11-25 01:00:01+01', '{pending}');
-- an empty range holds no event that has time
SELECT event_name FROM jb_events('room:a', '2026-11-25 01:00+01', '2026-11-25 01:00+01', '{pending}');
-- from_time null, or infinite: from the beginning
SELECT count(*) FROM jb_events('room:a', NULL);
SELECT count(*) FROM jb_events('room:a', '-infinity', 'infinity');

-- ---- filters ----
SELECT event_name, status FROM jb_events('room:a', '2026-11-23', status => '{cancelled,waiting}');
SELECT event_name FROM jb_events('room:a', '2026-11-23', attendee => 'Ann');
SELECT event_name FROM jb_events('room:a', '2026-11-23', attendee => 'Ann', status => '{pending}');
SELECT count(*) FROM jb_events('room:a', '2026-11-23', attendee => 'Nobody');
SELECT count(*) FROM jb_events('room:a', '2026-11-23', status => '{}');
-- statuses are those of the clock
SELECT test.clock('2026-11-24 09:30+01');
SELECT event_name, status FROM jb_events('room:a', '2026-11-23', status => '{in_progress,completed}');
SELECT test.clock('2026-11-23 07:00+01');

-- ---- paging ----
-- event by event: every event once, in the same order
WITH RECURSIVE page AS (
  SELECT 1 AS number, e.id, jb_event_cursor(e) AS cursor FROM jb_events('room:a', '2026-11-23', max_rows => 1) e
   UNION ALL
  SELECT page.number + 1, e.id, jb_event_cursor(e) FROM page, jb_events('room:a', '2026-11-23', after => page.cursor, max_rows => 1) e)
SELECT array_agg(id ORDER BY number) AS ids, array_agg(cursor ORDER BY number) AS cursors FROM page;
-- three at a time
SELECT array_agg(e.id) AS ids FROM jb_events('room:a', '2026-11-23', max_rows => 3) e;
SELECT array_agg(e.id) AS ids FROM jb_events('room:a', '2026-11-23', max_rows => 3, after => (SELECT jb_event_cursor(jb_event(5)))) e;
-- the cursor of the last event ends the list
SELECT count(*) FROM jb_events('room:a', '2026-11-23', after => jb_event_cursor(jb_event(8)));
-- a cursor goes on after its event has been deleted
SELECT jb_event_cursor(jb_event(5)) AS cursor \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(5);
SET SESSION AUTHORIZATION regress_secretary;
SELECT array_agg(e.id) AS ids FROM jb_events('room:a', '2026-11-23', max_rows => 2, after => :'cursor') e;

-- ---- no table is read from end to end, however little was in it when the list was first asked for ----
BEGIN;
SELECT sum(seq_scan) AS before FROM pg_stat_xact_user_tables WHERE relname IN ('jb_event', 'jb_claim') \gset
SELECT count(*) > 0 AS some FROM jb_events('room:a', '2026-11-23');
SELECT sum(seq_scan) - :before AS from_end_to_end FROM pg_stat_xact_user_tables WHERE relname IN ('jb_event', 'jb_claim');
COMMIT;

-- ---- one event ----
SELECT id, event_name, status FROM jb_event(3);
SELECT jb_status(3), jb_status(7);
-- the view is for joins
SELECT status, count(*) FROM jb_event_view WHERE calendars = '{room:a}' GROUP BY status ORDER BY status;

-- ---- a list that is called where no set can be returned: must fail, and leaves the session sound ----
SELECT state FROM test.refusal($$SELECT CASE WHEN true THEN jb_events('room:a') END$$);
SELECT count(*) FROM (SELECT jb_events('room:a', '2026-11-23')) AS in_the_select_list;
\i test/regress/sql/frame/close.psql
