-- Promise: an automatic request with preempt that finds no slot takes the earliest slot that is free when automatic events of
-- lower priority are set aside; the events in its way move, and no other event does.
-- Could break: an event that is set aside and not in the way has to come back exactly as it was.
\i test/regress/sql/frame/open.psql
SELECT wish.name, event_id, start_timestamp
  FROM (VALUES ('Low', 10), ('Middle', 50), ('High', 90)) AS wish (name, priority),
       jb_schedule(wish.name, '3 hours', '2026-11-24', calendars => '{room:a}', priority => wish.priority);
-- without preempt there is no slot; nor is there one where no event has a lower priority
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-24', calendars => '{room:a}', priority => 60);
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-24', calendars => '{room:a}', priority => 10, preempt => true);
SELECT id, start_timestamp FROM jb_event_view ORDER BY id;
-- the event of lowest priority stands first and gives way; the middle one stays, although it could have been moved
SELECT outcome, start_timestamp, moves FROM jb_schedule('Urgent', '1 hour', '2026-11-24', calendars => '{room:a}', priority => 60, preempt => true);
SELECT id, event_name, start_timestamp, status FROM jb_event_view ORDER BY id;
SELECT event_id, reason FROM jb_rejections() ORDER BY id DESC LIMIT 1;
-- where there is room elsewhere no event moves
SELECT outcome, start_timestamp, moves FROM jb_schedule('Any time', '1 hour', calendars => '{room:a}', priority => 100, preempt => true);
-- fixed and held events never move
SELECT outcome FROM jb_schedule('Fixed', '9 hours', '2026-11-25', '08:00', calendars => '{room:a}', priority => 0);
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-25', calendars => '{room:a}', priority => 100, preempt => true);
SELECT outcome FROM jb_schedule('Held', '9 hours', '2026-11-26', calendars => '{room:a}', priority => 0, hold_for => '1 hour');
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-26', calendars => '{room:a}', priority => 100, preempt => true);
-- a full day gives up its least important event
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "max_events_per_day": 2}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, start_timestamp FROM jb_schedule('Small', '30 minutes', '2026-11-27', calendars => '{room:b}', priority => 20);
SELECT outcome, start_timestamp FROM jb_schedule('Smaller', '30 minutes', '2026-11-27', calendars => '{room:b}', priority => 10);
SELECT outcome, start_timestamp, (moves[1]).event_id = (SELECT id FROM jb_event_view WHERE event_name = 'Smaller') AS smaller_gives_way, cardinality(moves)
  FROM jb_schedule('Urgent', '1 hour', '2026-11-27', calendars => '{room:b}', priority => 60, preempt => true, not_before => '2026-11-27 10:00+01', not_after => '2026-11-27 12:00+01');
-- a dry run
SELECT outcome, cardinality(moves) FROM jb_schedule('Tried', '5 hours', '2026-11-24', calendars => '{room:a}', priority => 80, preempt => true, dry_run => true);
SELECT * FROM jb_check();
\i test/regress/sql/frame/close.psql
