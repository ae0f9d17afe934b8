-- Promise: a fixed event takes its time. Automatic events in its way that have not begun are placed again under their own
-- wish in the same call; an event that finds no place waits, with a rejection. Fixed events and events that have begun stay.
-- Could break: the order of placing again decides which event gets a good slot; a displaced event could displace another.
\i test/regress/sql/frame/open.psql

-- ---- one event gives way ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}'); --> 1|2026-11-23 08:00:00+01
SELECT outcome, event_id, start_timestamp, moves
  FROM jb_schedule('Fixed', '1 hour', '2026-11-23', '08:30', calendars => '{room:a}');
--> placed|2|2026-11-23 08:30:00+01|{"(1,\"2026-11-23 08:00:00+01\",\"2026-11-23 09:00:00+01\",\"2026-11-23 09:30:00+01\",\"2026-11-23 10:30:00+01\",,)"}
-- the event was moved, not made anew: its wish stands, its version counts up
SELECT id, placement, date, not_before, start_timestamp, end_timestamp, status, version FROM jb_event(1); --> 1|automatic|null|null|2026-11-23 09:30:00+01|2026-11-23 10:30:00+01|pending|2
SELECT seq, event_id, kind, old_range, new_range, old_status, new_status, fields, principal FROM jb_changes('room:a');
--> 1|1|placed|null|["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|null|scheduled|{}|regress_secretary
--> 2|2|placed|null|["2026-11-23 08:30:00+01","2026-11-23 09:30:00+01")|null|scheduled|{}|regress_secretary
--> 3|1|moved|["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|["2026-11-23 09:30:00+01","2026-11-23 10:30:00+01")|scheduled|scheduled|{start_timestamp,end_timestamp}|regress_secretary
-- nothing was refused
SELECT count(*) FROM jb_rejections(); --> 0
-- a fixed event beside it displaces nobody
SELECT outcome, moves FROM jb_schedule('Beside', '30 minutes', '2026-11-23', '08:00', calendars => '{room:a}'); --> placed|{}

-- ---- several give way: by priority, then by where they were, then by id ----
-- Tuesday is filled with six automatic hours
SELECT wish.name, wish.priority, event_id, start_timestamp
  FROM (VALUES ('Low', 10), ('Usual', 50), ('Usual too', 50), ('High', 90), ('Lower', 5), ('Usual last', 50)) AS wish (name, priority),
       jb_schedule(wish.name, '1 hour', '2026-11-24', calendars => '{room:a}', priority => wish.priority); --> Low|10|4|2026-11-24 08:00:00+01
--> Usual|50|5|2026-11-24 09:00:00+01
--> Usual too|50|6|2026-11-24 10:00:00+01
--> High|90|7|2026-11-24 11:00:00+01
--> Lower|5|8|2026-11-24 12:00:00+01
--> Usual last|50|9|2026-11-24 13:00:00+01
-- five of them must move: the event of high priority finds the first of the three free hours, the last two find none
SELECT m.event_id, m.old_start_timestamp, m.new_start_timestamp
  FROM jb_schedule('Five hours', '5 hours', '2026-11-24', '08:00', calendars => '{room:a}') s, unnest(s.moves) m; --> 7|2026-11-24 11:00:00+01|2026-11-24 14:00:00+01
--> 5|2026-11-24 09:00:00+01|2026-11-24 15:00:00+01
--> 6|2026-11-24 10:00:00+01|2026-11-24 16:00:00+01
--> 4|2026-11-24 08:00:00+01|null
--> 8|2026-11-24 12:00:00+01|null
SELECT event_name, priority, start_timestamp, status, version FROM jb_events('room:a', '2026-11-24', '2026-11-25'); --> Five hours|50|2026-11-24 08:00:00+01|pending|1
--> Usual last|50|2026-11-24 13:00:00+01|pending|1
--> High|90|2026-11-24 14:00:00+01|pending|2
--> Usual|50|2026-11-24 15:00:00+01|pending|2
--> Usual too|50|2026-11-24 16:00:00+01|pending|2
--> Low|10|null|waiting|2
--> Lower|5|null|waiting|2
-- these two wait, with a rejection each that shows their wish
SELECT id, event_id, calendars, reason, detail, request, principal, at FROM jb_rejections();
--> 1|4|{room:a}|displaced|Another event took its time and no other slot is open to it.|{"date": "2026-11-24", "duration": 3600, "priority": 10, "attendees": [], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "Low", "event_location": ""}|regress_secretary|2026-11-23 07:00:00+01
--> 2|8|{room:a}|displaced|Another event took its time and no other slot is open to it.|{"date": "2026-11-24", "duration": 3600, "priority": 5, "attendees": [], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "Lower", "event_location": ""}|regress_secretary|2026-11-23 07:00:00+01
SELECT event_id, kind, old_range, new_range, old_status, new_status, fields FROM jb_changes('room:a', 9); --> 9|placed|null|["2026-11-24 13:00:00+01","2026-11-24 14:00:00+01")|null|scheduled|{}
--> 10|placed|null|["2026-11-24 08:00:00+01","2026-11-24 13:00:00+01")|null|scheduled|{}
--> 7|moved|["2026-11-24 11:00:00+01","2026-11-24 12:00:00+01")|["2026-11-24 14:00:00+01","2026-11-24 15:00:00+01")|scheduled|scheduled|{start_timestamp,end_timestamp}
--> 5|moved|["2026-11-24 09:00:00+01","2026-11-24 10:00:00+01")|["2026-11-24 15:00:00+01","2026-11-24 16:00:00+01")|scheduled|scheduled|{start_timestamp,end_timestamp}
--> 6|moved|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|["2026-11-24 16:00:00+01","2026-11-24 17:00:00+01")|scheduled|scheduled|{start_timestamp,end_timestamp}
--> 4|waiting|["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|null|scheduled|waiting|{start_timestamp,end_timestamp,status}
--> 8|waiting|["2026-11-24 12:00:00+01","2026-11-24 13:00:00+01")|null|scheduled|waiting|{start_timestamp,end_timestamp,status}
-- a waiting event holds no time, and takes a place when it is asked to
SELECT outcome, reason FROM jb_reschedule(4); --> rejected|no_open_slot
SELECT outcome, event_id, start_timestamp FROM jb_reschedule(4, '2026-11-25'); --> placed|4|2026-11-25 08:00:00+01

-- ---- displaced events displace nobody ----
-- Thursday is full: the later event may only be on Thursday, and has the lower priority
SELECT event_id, start_timestamp FROM jb_schedule('High', '4 hours', '2026-11-26', calendars => '{room:a}', priority => 90); --> 11|2026-11-26 08:00:00+01
SELECT event_id, start_timestamp FROM jb_schedule('Low', '5 hours', '2026-11-26', calendars => '{room:a}', priority => 10); --> 12|2026-11-26 12:00:00+01
SELECT moves FROM jb_schedule('Fixed', '30 minutes', '2026-11-26', '08:00', calendars => '{room:a}'); --> {"(11,\"2026-11-26 08:00:00+01\",\"2026-11-26 12:00:00+01\",,,,)"}
SELECT event_name, start_timestamp, status FROM jb_events('room:a', '2026-11-26', '2026-11-27', '{pending}'); --> Fixed|2026-11-26 08:00:00+01|pending
--> Low|2026-11-26 12:00:00+01|pending

-- ---- all or nothing ----
-- a fixed event is among them: no event moves, and only the events that may not move are named
SELECT outcome, reason, conflicts, moves FROM jb_schedule('Both in the way', '2 hours', '2026-11-26', '08:15', calendars => '{room:a}'); --> rejected|conflict|{13}|{}
SELECT event_name, start_timestamp, version FROM jb_events('room:a', '2026-11-26', '2026-11-27', '{pending}'); --> Fixed|2026-11-26 08:00:00+01|1
--> Low|2026-11-26 12:00:00+01|1

-- ---- an event that has begun stays ----
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-27', calendars => '{room:a}'); --> 14|2026-11-27 08:00:00+01
SELECT test.clock('2026-11-27 08:00+01'); --> 2026-11-27 08:00:00+01
-- the event began this very second: it stays
SELECT outcome, conflicts FROM jb_schedule('Fixed', '1 hour', '2026-11-27', '08:30', calendars => '{room:a}'); --> rejected|{14}
SELECT test.clock('2026-11-27 07:59:59+01'); --> 2026-11-27 07:59:59+01
-- a second earlier it gives way
SELECT outcome, (moves[1]).event_id AS moved, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-27', '08:30', calendars => '{room:a}'); --> placed|14|2026-11-27 09:30:00+01

-- ---- settled_within protects events that begin soon ----
RESET SESSION AUTHORIZATION;
SELECT settled_within FROM jb_calendar_set('room:settled', '{"time_zone": "Europe/Berlin", "settled_within": "24 hours"}'); --> 24:00:00
SET SESSION AUTHORIZATION regress_secretary;
SELECT test.clock('2026-11-29 09:00+01'); --> 2026-11-29 09:00:00+01
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-30', calendars => '{room:settled}') \gset auto_
-- in 23 hours: settled
SELECT outcome, conflicts = ARRAY[:auto_event_id::bigint] AS by_it FROM jb_schedule('Fixed', '1 hour', '2026-11-30', '08:30', calendars => '{room:settled}'); --> rejected|t
-- in 24 hours exactly: not yet
SELECT test.clock('2026-11-29 08:00+01'); --> 2026-11-29 08:00:00+01
SELECT outcome, (moves[1]).new_start_timestamp FROM jb_schedule('Fixed', '1 hour', '2026-11-30', '08:30', calendars => '{room:settled}'); --> placed|2026-11-30 09:30:00+01

-- ---- other ways to be in the way ----
SELECT test.clock('2026-12-06 12:00+01'); --> 2026-12-06 12:00:00+01
SELECT event_id FROM jb_schedule('Automatic', '1 hour', '2026-12-07', calendars => '{room:a}') \gset auto_
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-12-07', '12:00', calendars => '{room:a}') \gset fixed_
-- a fixed event that is moved onto an automatic event
SELECT outcome, (moves[1]).event_id = :auto_event_id AS moved, (moves[1]).new_start_timestamp FROM jb_reschedule(:fixed_event_id, start_time => '08:00'); --> updated|t|2026-12-07 09:00:00+01
-- an automatic event that becomes fixed there
SELECT event_id FROM jb_schedule('Soon fixed', '1 hour', '2026-12-07', calendars => '{room:a}') \gset second_
SELECT outcome, (moves[1]).event_id = :auto_event_id AS moved, (moves[1]).new_start_timestamp
  FROM jb_update(:second_event_id, '{"start_time": "09:00"}'); --> updated|t|2026-12-07 10:00:00+01
-- an event that has begun and takes longer
SELECT test.clock('2026-12-07 09:30+01'); --> 2026-12-07 09:30:00+01
SELECT outcome, (moves[1]).event_id = :auto_event_id AS moved, (moves[1]).new_start_timestamp
  FROM jb_reschedule(:second_event_id, duration => '2 hours'); --> updated|t|2026-12-07 11:00:00+01
-- priority does not protect from a fixed event
SELECT event_id FROM jb_schedule('Most important', '1 hour', '2026-12-08', calendars => '{room:a}', priority => 100) \gset top_
SELECT outcome, (moves[1]).event_id = :top_event_id AS moved FROM jb_schedule('Fixed', '1 hour', '2026-12-08', '08:00', calendars => '{room:a}', priority => 0); --> placed|t

-- ---- a dry run tells the moves and makes none ----
SELECT test.stored() AS before \gset
SELECT outcome, event_id, rejection_id, (moves[1]).event_id = :top_event_id AS moved, (moves[1]).new_start_timestamp
  FROM jb_schedule('Fixed', '8 hours', '2026-12-08', '09:00', calendars => '{room:a}', dry_run => true); --> placed|null|null|t|null
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- Promise: an automatic request with preempt that finds no slot takes the earliest slot that is free when automatic events of
-- lower priority are set aside; the events in its way move, and no other event does.
-- Could break: an event that is set aside and not in the way has to come back exactly as it was.
\i test/regress/sql/frame/open.psql
SELECT wish.name, event_id, start_timestamp
  FROM (VALUES ('Low', 10), ('Middle', 50), ('High', 90)) AS wish (name, priority),
       jb_schedule(wish.name, '3 hours', '2026-11-24', calendars => '{room:a}', priority => wish.priority); --> Low|1|2026-11-24 08:00:00+01
--> Middle|2|2026-11-24 11:00:00+01
--> High|3|2026-11-24 14:00:00+01
-- without preempt there is no slot; nor is there one where no event has a lower priority
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-24', calendars => '{room:a}', priority => 60); --> rejected|no_open_slot
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-24', calendars => '{room:a}', priority => 10, preempt => true); --> rejected|no_open_slot
SELECT id, start_timestamp FROM jb_event_view ORDER BY id; --> 1|2026-11-24 08:00:00+01
--> 2|2026-11-24 11:00:00+01
--> 3|2026-11-24 14:00:00+01
-- the event of lowest priority stands first and gives way; the middle one stays, although it could have been moved
SELECT outcome, start_timestamp, moves FROM jb_schedule('Urgent', '1 hour', '2026-11-24', calendars => '{room:a}', priority => 60, preempt => true);
--> placed|2026-11-24 08:00:00+01|{"(1,\"2026-11-24 08:00:00+01\",\"2026-11-24 11:00:00+01\",,,,)"}
SELECT id, event_name, start_timestamp, status FROM jb_event_view ORDER BY id; --> 1|Low|null|waiting
--> 2|Middle|2026-11-24 11:00:00+01|pending
--> 3|High|2026-11-24 14:00:00+01|pending
--> 4|Urgent|2026-11-24 08:00:00+01|pending
SELECT event_id, reason FROM jb_rejections() ORDER BY id DESC LIMIT 1; --> 1|displaced
-- where there is room elsewhere no event moves
SELECT outcome, start_timestamp, moves FROM jb_schedule('Any time', '1 hour', calendars => '{room:a}', priority => 100, preempt => true); --> placed|2026-11-23 08:00:00+01|{}
-- fixed and held events never move
SELECT outcome FROM jb_schedule('Fixed', '9 hours', '2026-11-25', '08:00', calendars => '{room:a}', priority => 0); --> placed
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-25', calendars => '{room:a}', priority => 100, preempt => true); --> rejected|no_open_slot
SELECT outcome FROM jb_schedule('Held', '9 hours', '2026-11-26', calendars => '{room:a}', priority => 0, hold_for => '1 hour'); --> held
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-11-26', calendars => '{room:a}', priority => 100, preempt => true); --> rejected|no_open_slot
-- a full day gives up its least important event
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "max_events_per_day": 2}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, start_timestamp FROM jb_schedule('Small', '30 minutes', '2026-11-27', calendars => '{room:b}', priority => 20); --> placed|2026-11-27 08:00:00+01
SELECT outcome, start_timestamp FROM jb_schedule('Smaller', '30 minutes', '2026-11-27', calendars => '{room:b}', priority => 10); --> placed|2026-11-27 08:30:00+01
SELECT outcome, start_timestamp, (moves[1]).event_id = (SELECT id FROM jb_event_view WHERE event_name = 'Smaller') AS smaller_gives_way, cardinality(moves)
  FROM jb_schedule('Urgent', '1 hour', '2026-11-27', calendars => '{room:b}', priority => 60, preempt => true, not_before => '2026-11-27 10:00+01', not_after => '2026-11-27 12:00+01');
--> placed|2026-11-27 10:00:00+01|t|1
-- a dry run
SELECT outcome, cardinality(moves) FROM jb_schedule('Tried', '5 hours', '2026-11-24', calendars => '{room:a}', priority => 80, preempt => true, dry_run => true); --> placed|2
\i test/regress/sql/frame/close.psql
