-- Promise: a fixed event takes its time. Automatic events in its way that have not begun are placed again under their own
-- wish in the same call; an event that finds no place waits, with a rejection. Fixed events and events that have begun stay.
-- Could break: the order of placing again decides which event gets a good slot; a displaced event could displace another.
\i test/regress/sql/frame/open.psql

-- ---- one event gives way ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}');
SELECT outcome, event_id, start_timestamp, moves
  FROM jb_schedule('Fixed', '1 hour', '2026-11-23', '08:30', calendars => '{room:a}');
-- the event was moved, not made anew: its wish stands, its version counts up
SELECT id, placement, date, not_before, start_timestamp, end_timestamp, status, version FROM jb_event(1);
SELECT seq, event_id, kind, old_range, new_range, old_status, new_status, fields, principal FROM jb_changes('room:a');
-- nothing was refused
SELECT count(*) FROM jb_rejections();
-- a fixed event beside it displaces nobody
SELECT outcome, moves FROM jb_schedule('Beside', '30 minutes', '2026-11-23', '08:00', calendars => '{room:a}');

-- ---- several give way: by priority, then by where they were, then by id ----
-- Tuesday is filled with six automatic hours
SELECT wish.name, wish.priority, event_id, start_timestamp
  FROM (VALUES ('Low', 10), ('Usual', 50), ('Usual too', 50), ('High', 90), ('Lower', 5), ('Usual last', 50)) AS wish (name, priority),
       jb_schedule(wish.name, '1 hour', '2026-11-24', calendars => '{room:a}', priority => wish.priority);
-- five of them must move: the event of high priority finds the first of the three free hours, the last two find none
SELECT m.event_id, m.old_start_timestamp, m.new_start_timestamp
  FROM jb_schedule('Five hours', '5 hours', '2026-11-24', '08:00', calendars => '{room:a}') s, unnest(s.moves) m;
SELECT event_name, priority, start_timestamp, status, version FROM jb_events('room:a', '2026-11-24', '2026-11-25');
-- these two wait, with a rejection each that shows their wish
SELECT id, event_id, calendars, reason, detail, request, principal, at FROM jb_rejections();
SELECT event_id, kind, old_range, new_range, old_status, new_status, fields FROM jb_changes('room:a', 9);
-- a waiting event holds no time, and takes a place when it is asked to
SELECT outcome, reason FROM jb_reschedule(4);
SELECT outcome, event_id, start_timestamp FROM jb_reschedule(4, '2026-11-25');

-- ---- displaced events displace nobody ----
-- Thursday is full: the later event may only be on Thursday, and has the lower priority
SELECT event_id, start_timestamp FROM jb_schedule('High', '4 hours', '2026-11-26', calendars => '{room:a}', priority => 90);
SELECT event_id, start_timestamp FROM jb_schedule('Low', '5 hours', '2026-11-26', calendars => '{room:a}', priority => 10);
SELECT moves FROM jb_schedule('Fixed', '30 minutes', '2026-11-26', '08:00', calendars => '{room:a}');
SELECT event_name, start_timestamp, status FROM jb_events('room:a', '2026-11-26', '2026-11-27', '{pending}');

-- ---- all or nothing ----
-- a fixed event is among them: no event moves, and only the events that may not move are named
SELECT outcome, reason, conflicts, moves FROM jb_schedule('Both in the way', '2 hours', '2026-11-26', '08:15', calendars => '{room:a}');
SELECT event_name, start_timestamp, version FROM jb_events('room:a', '2026-11-26', '2026-11-27', '{pending}');

-- ---- an event that has begun stays ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-27', calendars => '{room:a}');
SELECT test.clock('2026-11-27 08:00+01');
-- the event began this very second: it stays
SELECT outcome, conflicts FROM jb_schedule('Fixed', '1 hour', '2026-11-27', '08:30', calendars => '{room:a}');
SELECT test.clock('2026-11-27 07:59:59+01');
-- a second earlier it gives way
SELECT outcome, (moves[1]).event_id AS moved, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-27', '08:30', calendars => '{room:a}');

-- ---- settled_within protects events that begin soon ----
RESET SESSION AUTHORIZATION;
SELECT settled_within FROM jb_calendar_set('room:settled', '{"time_zone": "Europe/Berlin", "settled_within": "24 hours"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT test.clock('2026-11-29 09:00+01');
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-30', calendars => '{room:settled}') \gset auto_
-- in 23 hours: settled
SELECT outcome, conflicts = ARRAY[:auto_event_id::bigint] AS by_it FROM jb_schedule('Fixed', '1 hour', '2026-11-30', '08:30', calendars => '{room:settled}');
-- in 24 hours exactly: not yet
SELECT test.clock('2026-11-29 08:00+01');
SELECT outcome, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-30', '08:30', calendars => '{room:settled}');

-- ---- other ways to be in the way ----
SELECT test.clock('2026-12-06 12:00+01');
SELECT event_id FROM jb_schedule('Automatic', '1 hour', '2026-12-07', calendars => '{room:a}') \gset auto_
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-12-07', '12:00', calendars => '{room:a}') \gset fixed_
-- a fixed event that is moved onto an automatic event
SELECT outcome, (moves[1]).event_id = :auto_event_id AS moved, (moves[1]).new_start_timestamp FROM jb_reschedule(:fixed_event_id, start_time => '08:00');
-- an automatic event that becomes fixed there
SELECT event_id FROM jb_schedule('Soon fixed', '1 hour', '2026-12-07', calendars => '{room:a}') \gset second_
SELECT outcome, (moves[1]).event_id = :auto_event_id AS moved, (moves[1]).new_start_timestamp
  FROM jb_update(:second_event_id, '{"start_time": "09:00"}');
-- an event that has begun and takes longer
SELECT test.clock('2026-12-07 09:30+01');
SELECT outcome, (moves[1]).event_id = :auto_event_id AS moved, (moves[1]).new_start_timestamp
  FROM jb_reschedule(:second_event_id, duration => '2 hours');
-- priority does not protect from a fixed event
SELECT event_id FROM jb_schedule('Most important', '1 hour', '2026-12-08', calendars => '{room:a}', priority => 100) \gset top_
SELECT outcome, (moves[1]).event_id = :top_event_id AS moved FROM jb_schedule('Fixed', '1 hour', '2026-12-08', '08:00', calendars => '{room:a}', priority => 0);

-- ---- a dry run tells the moves and makes none ----
SELECT test.stored() AS before \gset
SELECT outcome, event_id, rejection_id, (moves[1]).event_id = :top_event_id AS moved, (moves[1]).new_start_timestamp
  FROM jb_schedule('Fixed', '8 hours', '2026-12-08', '09:00', calendars => '{room:a}', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;

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
\i test/regress/sql/frame/close.psql
