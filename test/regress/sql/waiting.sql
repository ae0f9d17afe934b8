-- Promise: a request that may wait does, until time opens, in whatever way time opens. Waiting events are tried by priority,
-- then age; an event whose own time has passed expires with a rejection. No event waits silently for ever.
-- Could break: time opens in many ways, and the code of each way has to think of the waiting events.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;

-- ---- which requests wait, and which do not ----
SELECT outcome, event_id FROM jb_schedule('All day', '9 hours', '2026-11-24', '08:00', calendars => '{room:a}'); --> placed|1
SELECT outcome, event_id, start_timestamp, reason, detail, rejection_id
  FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}', on_no_slot => 'wait');
--> waiting|2|null|no_open_slot|No slot of 01:00:00 is open from 2026-11-24T00:00:00+01:00 to 2026-11-25T00:00:00+01:00.|null
SELECT outcome, event_id, reason, conflicts FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', on_no_slot => 'wait'); --> waiting|3|conflict|{1}
SELECT outcome, event_id FROM jb_schedule('Urgent', '8 hours', '2026-11-24', calendars => '{room:a}', priority => 90, on_no_slot => 'wait'); --> waiting|4
-- a request that even empty calendars could not hold does not wait
SELECT outcome, reason FROM jb_schedule('Sunday', '1 hour', '2026-11-29', calendars => '{room:a}', on_no_slot => 'wait'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_schedule('Yesterday', '1 hour', '2026-11-22', '10:00', calendars => '{room:a}', on_no_slot => 'wait'); --> rejected|in_the_past
SELECT id, status, start_timestamp, version FROM jb_event_view ORDER BY id; --> 1|pending|2026-11-24 08:00:00+01|1
--> 2|waiting|null|1
--> 3|waiting|null|1
--> 4|waiting|null|1
SELECT count(*) FROM jb_rejections(); --> 2

-- ---- time opens ----
-- the event of high priority is tried first; the fixed event stands in its time, and the automatic event behind it
SELECT outcome FROM jb_cancel(1); --> cancelled
SELECT id, event_name, status, start_timestamp, version FROM jb_event_view ORDER BY id; --> 1|All day|cancelled|2026-11-24 08:00:00+01|2
--> 2|Automatic|pending|2026-11-24 16:00:00+01|2
--> 3|Fixed|pending|2026-11-24 10:00:00+01|2
--> 4|Urgent|waiting|null|3
SELECT seq, event_id, kind, new_range, old_status, new_status, fields FROM jb_changes('room:a', 4); --> 5|1|cancelled|["2026-11-24 08:00:00+01","2026-11-24 17:00:00+01")|scheduled|cancelled|{status}
--> 6|4|placed|["2026-11-24 08:00:00+01","2026-11-24 16:00:00+01")|waiting|scheduled|{status,start_timestamp,end_timestamp}
--> 7|2|placed|["2026-11-24 16:00:00+01","2026-11-24 17:00:00+01")|waiting|scheduled|{status,start_timestamp,end_timestamp}
--> 8|3|placed|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|waiting|scheduled|{status,start_timestamp,end_timestamp}
--> 9|4|waiting|null|scheduled|waiting|{start_timestamp,end_timestamp,status}
SELECT * FROM jb_check();
-- an event that ends early lets the next begin
SELECT outcome, event_id FROM jb_schedule('Long', '9 hours', '2026-11-25', '08:00', calendars => '{room:b}'); --> placed|5
SELECT outcome, event_id FROM jb_schedule('Behind it', '1 hour', '2026-11-25', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|6
SELECT test.clock('2026-11-25 12:02+01') \g /dev/null
SELECT outcome FROM jb_update(5, '{"status": "completed"}'); --> updated
SELECT status, start_timestamp FROM jb_event(6); --> pending|2026-11-25 12:05:00+01
-- so does an event that is shortened, moved, deleted, or whose hours grow
SELECT outcome, event_id FROM jb_schedule('Full', '8 hours', '2026-11-26', '08:00', calendars => '{room:b}'); --> placed|7
SELECT outcome, event_id FROM jb_schedule('Wide', '2 hours', '2026-11-26', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|8
SELECT outcome FROM jb_reschedule(7, duration => '7 hours'); --> updated
SELECT status, start_timestamp FROM jb_event(8); --> pending|2026-11-26 15:00:00+01
SELECT outcome, event_id FROM jb_schedule('Wider', '3 hours', '2026-11-26', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|9
SELECT outcome FROM jb_reschedule(7, '2026-11-27'); --> updated
SELECT status, start_timestamp FROM jb_event(9); --> pending|2026-11-26 08:00:00+01
SELECT outcome, event_id FROM jb_schedule('Friday', '9 hours', '2026-11-27', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|10
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(7); --> t
SELECT status, start_timestamp FROM jb_event(10); --> pending|2026-11-27 08:00:00+01
SELECT outcome, event_id FROM jb_schedule('Friday too', '1 hour', '2026-11-27', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|11
SELECT name FROM jb_calendar_set('room:b', '{"hours": {"friday": [{"start": "08:00", "end": "18:00"}]}}'); --> room:b
SELECT status, start_timestamp FROM jb_event(11); --> pending|2026-11-27 17:00:00+01
SELECT name FROM jb_calendar_set('room:b', '{"hours": null}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;
-- on another calendar too: an event that is displaced here frees time there
SELECT outcome, event_id, start_timestamp FROM jb_schedule('On both', '9 hours', '2026-12-01', calendars => '{room:a,room:b}'); --> placed|12|2026-12-01 08:00:00+01
SELECT outcome, event_id FROM jb_schedule('Only b', '1 hour', '2026-12-01', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|13
SELECT outcome, moves FROM jb_schedule('Board', '1 hour', '2026-12-01', '10:00', calendars => '{room:a}');
--> placed|{"(12,\"2026-12-01 08:00:00+01\",\"2026-12-01 17:00:00+01\",,,,)","(13,,,\"2026-12-01 08:00:00+01\",\"2026-12-01 09:00:00+01\",,)"}
SELECT status, start_timestamp FROM jb_event(13); --> pending|2026-12-01 08:00:00+01
SELECT * FROM jb_check();

-- ---- time passes ----
SELECT outcome FROM jb_schedule('Tomorrow', '9 hours', '2026-12-01', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting
SELECT test.clock('2026-12-01 16:00+01') \g /dev/null
SELECT jb_expire() > 0 AS something_was_due; --> t
SELECT event_name, status FROM jb_event_view WHERE event_name IN ('On both', 'Tomorrow') ORDER BY 1; --> On both|expired
--> Tomorrow|expired
SELECT request ->> 'event_name' AS event_name, detail FROM jb_rejections() WHERE reason = 'window_passed' ORDER BY 1; --> On both|It waited for a slot until the time asked for had passed.
--> Tomorrow|It waited for a slot until the time asked for had passed.
--> Urgent|It waited for a slot until the time asked for had passed.
-- a cancelled event waits no more
SELECT outcome, event_id FROM jb_schedule('Filled', '9 hours', '2026-12-02', '08:00', calendars => '{room:b}') \gset filled_
SELECT outcome, event_id FROM jb_schedule('Gives up', '1 hour', '2026-12-02', calendars => '{room:b}', on_no_slot => 'wait') \gset waiting_
SELECT outcome FROM jb_cancel(:waiting_event_id); --> cancelled
SELECT outcome FROM jb_cancel(:filled_event_id); --> cancelled
SELECT status, start_timestamp FROM jb_event(:waiting_event_id); --> cancelled|null
-- a dry run tries and leaves nothing
SELECT outcome, event_id, reason FROM jb_schedule('Tried', '1 hour', '2026-12-02', calendars => '{room:a}', on_no_slot => 'wait', dry_run => true); --> placed|null|null
SELECT * FROM jb_check();

-- ---- a hold that was confirmed ----
-- given back to the scheduler and displaced, the event waits, and takes a place without being confirmed again
SELECT event_id FROM jb_schedule('Promised', '1 hour', '2026-12-10', '09:00', calendars => '{room:a}', hold_for => '10 minutes') \gset promised_
SELECT outcome FROM jb_confirm(:promised_event_id); --> confirmed
SELECT outcome, start_timestamp FROM jb_reschedule(:promised_event_id, make_automatic => true); --> updated|2026-12-10 08:00:00+01
SELECT event_id, cardinality(moves) FROM jb_schedule('All Thursday', '9 hours', '2026-12-10', '08:00', calendars => '{room:a}') \gset thursday_
SELECT status FROM jb_event(:promised_event_id); --> waiting
SELECT outcome FROM jb_cancel(:thursday_event_id); --> cancelled
SELECT status, start_timestamp FROM jb_event(:promised_event_id); --> pending|2026-12-10 08:00:00+01
-- also where a call asks it to take a place
SELECT outcome, cardinality(moves) FROM jb_schedule('All Thursday again', '9 hours', '2026-12-10', '08:00', calendars => '{room:a}'); --> placed|1
SELECT outcome, start_timestamp FROM jb_reschedule(:promised_event_id, '2026-12-11'); --> placed|2026-12-11 08:00:00+01
-- expired while waiting, it is no ended hold: it has no time that a confirmation could give back. Must fail
SELECT outcome, cardinality(moves) FROM jb_schedule('All Friday', '9 hours', '2026-12-11', '08:00', calendars => '{room:a}'); --> placed|1
SELECT test.clock('2026-12-12 08:00+01') \g /dev/null
SELECT jb_expire() > 0 AS something_was_due; --> t
SELECT status, start_timestamp, hold_for FROM jb_event(:promised_event_id); --> expired|null|00:10:00
SELECT r.state, regexp_replace(r.message, '\d+', 'N') AS message
  FROM (VALUES ('SELECT jb_confirm(%s)'), ('SELECT jb_confirm(%s, if_still_free => true)')) AS q (call),
       test.refusal(format(q.call, :promised_event_id)) r; --> 55000|event N is expired and cannot be confirmed
--> 55000|event N is expired and cannot be confirmed

-- ---- a time that has passed ----
-- no event waits for a passed time: an event with the answer "waiting" still exists when the call ends
SELECT event_id FROM jb_schedule('Call', '1 hour', start_timestamp => '2026-12-12 07:57+01', calendars => '{room:a}') \gset call_
SELECT outcome, event_id, reason, conflicts = ARRAY[:call_event_id::bigint] AS by_the_call, rejection_id IS NOT NULL AS recorded
  FROM jb_schedule('Late', '10 minutes', start_timestamp => '2026-12-12 07:58+01', calendars => '{room:a}', on_no_slot => 'wait'); --> rejected|null|conflict|t|t
SELECT outcome, reason FROM jb_schedule('Record', '10 minutes', '2026-12-12', '07:57', calendars => '{room:a}', allow_past => true, on_no_slot => 'wait'); --> rejected|conflict
SELECT verdict, reason FROM jb_explain('Late', '10 minutes', start_timestamp => '2026-12-12 07:58+01', calendars => '{room:a}', on_no_slot => 'wait'); --> in_the_way|conflict
--> rejected|conflict
SELECT count(*) FROM jb_event_view WHERE event_name IN ('Late', 'Record'); --> 0
-- the present second has not passed
SELECT outcome, reason FROM jb_schedule('Now', '10 minutes', '2026-12-12', '08:00', calendars => '{room:a}', on_no_slot => 'wait', dry_run => true); --> waiting|conflict

-- ---- an event that waits on many calendars ----
-- a booking beside it learns of all its calendars at once: each new beginning would cost a transaction id
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_calendar_set('client:' || n, '{"time_zone": "Europe/Berlin"}')) FROM generate_series(1, 60) n; --> 60
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_schedule('All Monday', '9 hours', '2026-12-14', '08:00', calendars => '{client:1}'); --> placed
SELECT outcome FROM jb_schedule('Everybody', '9 hours', '2026-12-14', on_no_slot => 'wait',
                                calendars => (SELECT array_agg('client:' || n ORDER BY n) || '{room:a}' FROM generate_series(1, 60) n)); --> waiting
SELECT pg_current_xact_id() AS before \gset
SELECT outcome FROM jb_schedule('Beside it', '1 hour', '2026-12-15', '09:00', calendars => '{room:a}'); --> placed
SELECT pg_current_xact_id()::text::bigint - :before < 30 AS at_once; --> t
SELECT * FROM jb_check();
-- ---- the zone of the calendar changes ----
-- in Tokyo the date ends before not_before: nothing of the wish is left, and the calendar takes the zone nevertheless. The
-- event is still found when its calendar comes back
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:z', '{"time_zone": "Europe/Berlin", "hours": {"tuesday": [{"start": "00:00", "end": "24:00"}]}}'); --> room:z
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('All afternoon', '14 hours', '2026-12-15', '10:00', calendars => '{room:z}') \gset afternoon_
SELECT outcome, event_id FROM jb_schedule('Late on', '1 hour', '2026-12-15', not_before => '2026-12-15 21:00+01', calendars => '{room:z}', on_no_slot => 'wait') \gset late_
SET SESSION AUTHORIZATION regress_manager;
SELECT time_zone FROM jb_calendar_set('room:z', '{"time_zone": "Asia/Tokyo"}'); --> Asia/Tokyo
SELECT status FROM jb_event(:late_event_id); --> waiting
SELECT time_zone FROM jb_calendar_set('room:z', '{"time_zone": "Europe/Berlin"}'); --> Europe/Berlin
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_cancel(:afternoon_event_id); --> cancelled
SELECT status, start_timestamp FROM jb_event(:late_event_id); --> pending|2026-12-15 21:00:00+01

-- ---- starts on an increment ----
-- five minutes open: no shorter event could begin in or beside them, but the long one begins two hours before
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:h', '{"time_zone": "Europe/Berlin", "slot_increment": "1 hour", "strict": false}'); --> room:h
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Five minutes', '5 minutes', '2026-12-15', '10:00', calendars => '{room:h}') \gset minutes_
SELECT outcome FROM jb_schedule('The rest', '6 hours 55 minutes', '2026-12-15', '10:05', calendars => '{room:h}'); --> placed
SELECT outcome, event_id FROM jb_schedule('Long', '125 minutes', '2026-12-15', calendars => '{room:h}', on_no_slot => 'wait') \gset long_
SELECT outcome FROM jb_cancel(:minutes_event_id); --> cancelled
SELECT status, start_timestamp FROM jb_event(:long_event_id); --> pending|2026-12-15 08:00:00+01

-- ---- a hold ends where a call only tried ----
-- the trial is undone, but not the end of the hold: the event that waits for the hold's time has it
SELECT outcome FROM jb_schedule('Held', '1 hour', '2026-12-15', '10:00', calendars => '{client:2}', hold_for => '5 minutes'); --> held
SELECT outcome, event_id FROM jb_schedule('Next', '1 hour', '2026-12-15', '10:00', calendars => '{client:2}', on_no_slot => 'wait') \gset next_
SELECT test.clock('2026-12-12 08:06+01') \g /dev/null
SELECT outcome FROM jb_schedule_all('[
  {"event_name": "Tried", "calendars": ["client:3"], "attendees": ["client:2"], "check_attendees": true, "duration": "PT1H", "date": "2026-12-15", "start_time": "15:00", "dry_run": true},
  {"event_name": "Booked", "calendars": ["client:3"], "duration": "PT1H", "date": "2026-12-15", "start_time": "15:00"}]'); --> placed
--> placed
SELECT status, start_timestamp FROM jb_event(:next_event_id); --> pending|2026-12-15 10:00:00+01
SELECT * FROM jb_check();

-- ---- days come within the horizon ----
-- nobody opens time, but the horizon reaches one day further each day: the next look finds it, and not each call looks
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:near', '{"time_zone": "Europe/Berlin", "horizon": "3 days"}'); --> room:near
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_schedule('Full', '9 hours', '2026-12-14', '08:00', calendars => '{room:near}'); --> placed
SELECT outcome, event_id FROM jb_schedule('Waits', '9 hours', calendars => '{room:near}', on_no_slot => 'wait') \gset far_
SELECT calendar, due - jb_now() AS due_in FROM jb_due() WHERE calendar = 'room:near'; --> room:near|03:00:00
SELECT test.clock('2026-12-12 11:30+01') \g /dev/null
SELECT jb_expire('{room:near}'); --> 0
SELECT status FROM jb_event(:far_event_id); --> waiting
SELECT calendar, due - jb_now() AS due_in FROM jb_due() WHERE calendar = 'room:near'; --> room:near|03:00:00
SELECT test.clock('2026-12-12 17:00+01') \g /dev/null
SELECT jb_expire('{room:near}'); --> 1
SELECT status, start_timestamp FROM jb_event(:far_event_id); --> pending|2026-12-15 08:00:00+01
-- the horizon of a strict calendar reaches the time of a fixed event that waits, once it is free
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:strict', '{"time_zone": "Europe/Berlin", "strict": true}'); --> room:strict
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Before it', '5 hours', '2026-12-24', '10:00', calendars => '{room:strict}') \gset before_
SELECT outcome, event_id FROM jb_schedule('Fixed', '1 hour', '2026-12-24', '10:00', calendars => '{room:strict}', on_no_slot => 'wait') \gset fixed_
SELECT outcome, event_id FROM jb_schedule('Nearer', '1 hour', '2026-12-24', '14:00', calendars => '{room:strict,room:near}', on_no_slot => 'wait') \gset nearer_
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:strict', '{"horizon": "10 days"}'); --> room:strict
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_cancel(:before_event_id); --> cancelled
SELECT status FROM jb_event(:fixed_event_id); --> waiting
SELECT calendar, due FROM jb_due() WHERE calendar = 'room:strict'; --> room:strict|2026-12-14 11:00:00+01
SELECT test.clock('2026-12-14 11:00+01') \g /dev/null
SELECT jb_expire('{room:strict}'); --> 1
SELECT status, start_timestamp FROM jb_event(:fixed_event_id); --> pending|2026-12-24 10:00:00+01
-- the nearer horizon of a calendar that is not strict does not bind it
SELECT test.clock('2026-12-14 15:00+01') \g /dev/null
SELECT jb_expire('{room:strict}'); --> 2
SELECT status, start_timestamp FROM jb_event(:nearer_event_id); --> pending|2026-12-24 14:00:00+01
SELECT test.clock('2026-12-12 17:00+01') \g /dev/null
-- an event with a window of its own waits to its end, however near the horizon is
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:monday', '{"time_zone": "Europe/Berlin", "horizon": "3 days", "hours": {"monday": [{"start": "08:00", "end": "17:00"}]}}'); --> room:monday
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_schedule('This week', '9 hours', '2026-12-14', '08:00', calendars => '{room:monday}'); --> placed
SELECT outcome, event_id FROM jb_schedule('Next week will do', '9 hours', not_after => '2027-01-10', calendars => '{room:monday}', on_no_slot => 'wait') \gset patient_
SELECT outcome, event_id FROM jb_schedule('Any time', '9 hours', calendars => '{room:monday}', on_no_slot => 'wait') \gset any_
SELECT test.clock('2026-12-16 09:00+01') \g /dev/null
SELECT jb_expire('{room:monday}'); --> 1
SELECT status FROM jb_event(:patient_event_id); --> waiting
SELECT status FROM jb_event(:any_event_id); --> expired
SELECT test.clock('2026-12-19 09:00+01') \g /dev/null
SELECT jb_expire('{room:monday}'); --> 1
SELECT status, start_timestamp FROM jb_event(:patient_event_id); --> pending|2026-12-21 08:00:00+01
SELECT * FROM jb_check();
-- must fail
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', on_no_slot => 'hope')$$);
--> 22023|invalid on_no_slot "hope": it must be reject, wait or skip|[{"field":"on_no_slot","value":"hope","message":"it must be reject, wait or skip"}]|Correct every field that is named and call again.
-- ---- an answer tells where things stand: nobody takes time from what the call has placed, and the next call tries again ----
SELECT test.clock('2027-03-01 07:30+01') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:tue', '{"time_zone": "Europe/Berlin", "hours": {"tuesday": [{"start": "10:00", "end": "12:00"}]}}'); --> room:tue
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Two hours', '2 hours', '2027-03-02', '10:00', calendars => '{room:tue}') \gset tue_
SELECT outcome, event_id FROM jb_schedule('At half past', '1 hour', '2027-03-02', '10:30', calendars => '{room:tue}', on_no_slot => 'wait') \gset half_
SELECT outcome, start_timestamp, moves, event ->> 'start_timestamp' AS shown
  FROM jb_reschedule(:tue_event_id, make_automatic => true, duration => '1 hour'); --> updated|2027-03-02 10:00:00+01|{}|2027-03-02T10:00:00+01:00
SELECT status, start_timestamp FROM jb_event(:half_event_id); --> waiting|null
SELECT outcome, moves FROM jb_schedule('Next call', '1 hour', '2027-03-09', '10:00', calendars => '{room:tue}');
--> placed|{"(44,,,\"2027-03-02 10:30:00+01\",\"2027-03-02 11:30:00+01\",,)","(43,\"2027-03-02 10:00:00+01\",\"2027-03-02 11:00:00+01\",,,,)"}
SELECT status, start_timestamp FROM jb_event(:half_event_id); --> pending|2027-03-02 10:30:00+01
-- the outcome of a cancellation lists who makes room for an event that waited
SELECT event_id FROM jb_schedule('In the way', '1 hour', '2027-03-16', '10:00', calendars => '{room:tue}') \gset way_
SELECT outcome FROM jb_schedule('Waits', '90 minutes', '2027-03-16', '10:30', calendars => '{room:tue}', on_no_slot => 'wait'); --> waiting
SELECT start_timestamp FROM jb_schedule('Makes room', '30 minutes', '2027-03-16', calendars => '{room:tue}'); --> 2027-03-16 11:00:00+01
SELECT outcome, moves FROM jb_cancel(:way_event_id);
--> cancelled|{"(47,,,\"2027-03-16 10:30:00+01\",\"2027-03-16 12:00:00+01\",,)","(48,\"2027-03-16 11:00:00+01\",\"2027-03-16 11:30:00+01\",\"2027-03-16 10:00:00+01\",\"2027-03-16 10:30:00+01\",,)"}
-- the outcome of a call whose own event waits lists them, too
SELECT outcome FROM jb_schedule('In the way', '1 hour', '2027-03-23', '10:00', calendars => '{room:tue}', hold_for => '30 minutes'); --> held
SELECT outcome FROM jb_schedule('Waits', '90 minutes', '2027-03-23', '10:30', calendars => '{room:tue}', on_no_slot => 'wait'); --> waiting
SELECT start_timestamp FROM jb_schedule('Makes room', '30 minutes', '2027-03-23', calendars => '{room:tue}'); --> 2027-03-23 11:00:00+01
SELECT test.clock('2027-03-01 08:30+01') \g /dev/null
SELECT outcome, moves FROM jb_schedule('Waits too', '2 hours', '2027-03-09', '10:00', calendars => '{room:tue}', on_no_slot => 'wait');
--> waiting|{"(50,,,\"2027-03-23 10:30:00+01\",\"2027-03-23 12:00:00+01\",,)","(51,\"2027-03-23 11:00:00+01\",\"2027-03-23 11:30:00+01\",\"2027-03-23 10:00:00+01\",\"2027-03-23 10:30:00+01\",,)"}
SELECT * FROM jb_check();
-- ---- in another zone a fixed event goes on waiting for its moment ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Europe/Berlin"}'); --> room:moved
SELECT event_id FROM jb_schedule('In the way', '1 hour', '2027-03-23', '15:00', calendars => '{room:moved}') \gset in_
SELECT outcome, event_id FROM jb_schedule('Waits', '1 hour', '2027-03-23', '15:00', calendars => '{room:moved}', on_no_slot => 'wait') \gset moment_
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "America/New_York"}'); --> room:moved
SELECT status, start_timestamp, wished_start FROM jb_event(:moment_event_id); --> waiting|null|2027-03-23 15:00:00+01
SELECT outcome FROM jb_cancel(:in_event_id); --> cancelled
SELECT status, start_timestamp FROM jb_event(:moment_event_id); --> pending|2027-03-23 15:00:00+01
-- and back in its first zone it wishes for its wall clock again; one in days ends when it would have ended
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Europe/Berlin"}'); --> room:moved
SELECT date, start_time, wished_start FROM jb_event(:moment_event_id); --> 2027-03-23|15:00:00|null
SELECT event_id FROM jb_schedule('In the way', '1 hour', start_timestamp => '2027-03-13 12:00+01', calendars => '{room:moved}') \gset in_
SELECT outcome, event_id FROM jb_schedule('Waits', days => 1, start_timestamp => '2027-03-13 10:00+01', calendars => '{room:moved}', on_no_slot => 'wait') \gset days_
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "America/New_York"}'); --> room:moved
SELECT outcome FROM jb_cancel(:in_event_id); --> cancelled
SELECT status, start_timestamp, end_timestamp, days, duration FROM jb_event(:days_event_id); --> pending|2027-03-13 10:00:00+01|2027-03-14 10:00:00+01|null|24:00:00
-- a day is counted from the moment, not from the wall clock of the first zone, where the calendar comes to a third one
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Europe/Berlin"}'); --> room:moved
SELECT event_id FROM jb_schedule('In the way', '1 hour', start_timestamp => '2027-04-05 12:00+02', calendars => '{room:moved}') \gset in_
SELECT event_id FROM jb_schedule('Waits', days => 1, event_date => '2027-04-05', start_time => '10:00', calendars => '{room:moved}', on_no_slot => 'wait') \gset third_
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "America/New_York"}'); --> room:moved
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Asia/Tokyo"}'); --> room:moved
SELECT status, wished_start, days, duration FROM jb_event(:third_event_id); --> waiting|2027-04-05 10:00:00+02|1|null
-- ---- an event in the way becomes automatic, and stays where it is ----
SELECT name FROM jb_calendar_set('room:kept', '{"time_zone": "Europe/Berlin"}'); --> room:kept
SELECT outcome FROM jb_schedule('Before', '1 hour', '2027-03-24', '08:00', calendars => '{room:kept}'); --> placed
SELECT event_id FROM jb_schedule('In the way', '1 hour', '2027-03-24', '09:00', calendars => '{room:kept}') \gset in_
SELECT outcome, event_id FROM jb_schedule('Waits', '1 hour', '2027-03-24', '09:00', calendars => '{room:kept}', on_no_slot => 'wait') \gset kept_
-- the call answers where the event is, so it is the next call that moves the event
SELECT outcome, start_timestamp FROM jb_reschedule(:in_event_id, make_automatic => true); --> updated|2027-03-24 09:00:00+01
SELECT jb_expire('{room:kept}') > 0 AS was_due; --> t
SELECT event_name, status, start_timestamp FROM jb_events('room:kept') WHERE id IN (:in_event_id, :kept_event_id); --> Waits|pending|2027-03-24 09:00:00+01
--> In the way|pending|2027-03-24 10:00:00+01
-- ---- what waited takes the earliest time, also one that opens while the waiting events are tried ----
SELECT test.clock('2027-06-06 08:00+02') \g /dev/null
SELECT name FROM jb_calendar_set('room:early', '{"time_zone": "Europe/Berlin", "hours": {"monday": [{"start": "08:00", "end": "12:00"}]}}'); --> room:early
SELECT start_timestamp FROM jb_schedule('Automatic', '2 hours', calendars => '{room:early}'); --> 2027-06-07 08:00:00+02
SELECT event_id FROM jb_schedule('In the way', '1 hour', '2027-06-07', '10:00', calendars => '{room:early}') \gset early_
SELECT outcome FROM jb_schedule('Last hour', '1 hour', '2027-06-07', '11:00', calendars => '{room:early}'); --> placed
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2027-06-07', '09:30', priority => 90, calendars => '{room:early}', on_no_slot => 'wait'); --> waiting
SELECT outcome FROM jb_schedule('Short', '30 minutes', '2027-06-07', priority => 10, calendars => '{room:early}', on_no_slot => 'wait'); --> waiting
SELECT outcome FROM jb_cancel(:early_event_id); --> cancelled
SELECT event_name, start_timestamp FROM jb_events('room:early', '2027-06-07', '2027-06-08'); --> Short|2027-06-07 08:00:00+02
--> Fixed|2027-06-07 09:30:00+02
--> In the way|2027-06-07 10:00:00+02
--> Last hour|2027-06-07 11:00:00+02
-- and time on a calendar whose hold is over, although it opens elsewhere
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin", "hours": {"tuesday": [{"start": "08:00", "end": "12:00"}]}}') IS NOT NULL FROM unnest('{room:one,room:two}'::text[]) AS name; --> f
--> f
SELECT outcome FROM jb_schedule('Held', '1 hour', '2027-06-08', '08:00', calendars => '{room:two}', hold_for => '10 minutes'); --> held
SELECT event_id FROM jb_schedule('Rest', '3 hours', '2027-06-08', '09:00', calendars => '{room:one}') \gset rest_
SELECT event_id FROM jb_schedule('Both', '1 hour', '2027-06-08', calendars => '{room:one,room:two}', on_no_slot => 'wait') \gset both_
SELECT test.clock('2027-06-06 08:30+02') \g /dev/null
SELECT outcome FROM jb_cancel(:rest_event_id); --> cancelled
SELECT status, start_timestamp FROM jb_event(:both_event_id); --> pending|2027-06-08 08:00:00+02
-- an event that the call itself lets wait, and places once another has given way, is answered as placed
SELECT name FROM jb_calendar_set('room:told', '{"time_zone": "Europe/Berlin", "hours": {"monday": [{"start": "08:00", "end": "13:00"}]}}'); --> room:told
SELECT start_timestamp FROM jb_schedule('Gives way', '2 hours', calendars => '{room:told}'); --> 2027-06-07 08:00:00+02
SELECT outcome, start_timestamp, version, reason, event ->> 'status' AS status
  FROM jb_schedule_all('[{"event_name": "Early", "duration": "1 hour", "not_after": "2027-06-07T09:30:00+02:00", "on_no_slot": "wait", "calendars": ["room:told"]},
                         {"event_name": "Fixed", "start_timestamp": "2027-06-07T09:00:00+02:00", "duration": "1 hour", "calendars": ["room:told"]}]'); --> placed|2027-06-07 08:00:00+02|2|null|pending
--> placed|2027-06-07 09:00:00+02|1|null|pending
-- ---- a waiting event that is changed misses no time that comes within the horizon ----
SELECT test.clock('2027-06-01 06:00+00') \g /dev/null
SELECT jb_calendar_set(name, '{"time_zone": "UTC", "horizon": "30 days", "hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "00:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}}') IS NOT NULL FROM unnest('{room:edited,room:rezoned}'::text[]) AS name;
--> f
--> f
SELECT count(*) FROM (SELECT (jb_schedule('Full', '30 days 10 hours', start_timestamp => '2027-06-01 06:00+00', calendars => ARRAY[name])).* FROM unnest('{room:edited,room:rezoned}'::text[]) AS name) AS o WHERE outcome = 'placed';
--> 2
SELECT event_id FROM jb_schedule('Waits', '1 hour', not_after => '2027-07-02 02:00+00', calendars => '{room:edited}', on_no_slot => 'wait') \gset edited_
SELECT event_id FROM jb_schedule('Waits', '1 hour', not_after => '2027-07-02 02:00+00', calendars => '{room:rezoned}', on_no_slot => 'wait') \gset rezoned_
SELECT test.clock('2027-06-02 03:00+00') \g /dev/null
SELECT outcome FROM jb_update(:edited_event_id, '{"event_name": "Changed"}'); --> updated
SELECT count(*) FROM jb_rezone('room:rezoned'); --> 1
SELECT test.clock('2027-06-10 06:00+00') \g /dev/null
SELECT jb_expire('{room:edited,room:rezoned}') > 0 AS was_due; --> t
SELECT status, start_timestamp FROM jb_event(:edited_event_id) UNION ALL SELECT status, start_timestamp FROM jb_event(:rezoned_event_id); --> pending|2027-07-01 18:00:00+02
--> pending|2027-07-01 18:00:00+02
-- ---- marks that a clock change puts further apart than the increment ----
SELECT test.clock('2027-10-20 08:00+00') \g /dev/null
SELECT name FROM jb_calendar_set('room:gap', '{"time_zone": "Europe/Berlin", "slot_increment": "6 hours", "hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "00:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}}');
--> room:gap
SELECT outcome FROM jb_schedule('Rest', days => 3, start_timestamp => '2027-10-31 06:00+01', calendars => '{room:gap}'); --> placed
SELECT event_id FROM jb_schedule('Pin', '5 minutes', start_timestamp => '2027-10-31 05:50+01', calendars => '{room:gap}') \gset pin_
SELECT event_id FROM jb_schedule('Waits', '6 hours 55 minutes', '2027-10-31', calendars => '{room:gap}', on_no_slot => 'wait') \gset gap_
SELECT outcome FROM jb_cancel(:pin_event_id); --> cancelled
SELECT status, start_timestamp FROM jb_event(:gap_event_id); --> pending|2027-10-31 00:00:00+02
SELECT * FROM jb_check();
-- ---- a change of an event that waits does not put off a look that is due ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:due', '{"time_zone": "Europe/Berlin"}'); --> room:due
SELECT event_id FROM jb_schedule('In the way', '1 hour', '2027-11-10', '08:00', calendars => '{room:due}') \gset way_
SELECT outcome, event_id FROM jb_schedule('Due', '1 hour', '2027-11-10', '08:00', calendars => '{room:due}', on_no_slot => 'wait') \gset due_
BEGIN;
SELECT outcome FROM jb_update(:way_event_id, '{"start_time": null, "not_before": "2027-11-10T08:00:00+01:00", "not_after": "2027-11-10T12:00:00+01:00"}'); --> updated
SELECT outcome FROM jb_update(:due_event_id, '{"description": "one"}'); --> updated
COMMIT;
SELECT jb_expire('{room:due}'); --> 2
SELECT event_name, status, start_timestamp FROM jb_event_view WHERE id IN (:way_event_id, :due_event_id) ORDER BY id; --> In the way|pending|2027-11-10 09:00:00+01
--> Due|pending|2027-11-10 08:00:00+01

-- Promise: jb_replan() places the automatic events of a calendar that have not begun again, by priority and as early as
-- possible. It never makes a placed event wait, and changes nothing else.
-- Could break: the place that one event leaves is needed by another event, and the last of a chain may find none.
\i test/regress/sql/frame/open.psql
SELECT wish.name, event_id, start_timestamp
  FROM (VALUES ('First', 50), ('Second', 50), ('Third', 90)) AS wish (name, priority),
       jb_schedule(wish.name, '1 hour', '2026-11-24', calendars => '{room:a}', priority => wish.priority); --> First|1|2026-11-24 08:00:00+01
--> Second|2|2026-11-24 09:00:00+01
--> Third|3|2026-11-24 10:00:00+01
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_cancel(1); --> cancelled
-- a dry run, then the call
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_replan('room:a', dry_run => true); --> 3|2026-11-24 10:00:00+01|2026-11-24 08:00:00+01
SELECT id, start_timestamp FROM jb_event_view ORDER BY id; --> 1|2026-11-24 08:00:00+01
--> 2|2026-11-24 09:00:00+01
--> 3|2026-11-24 10:00:00+01
--> 4|2026-11-24 12:00:00+01
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_replan('room:a'); --> 3|2026-11-24 10:00:00+01|2026-11-24 08:00:00+01
SELECT id, start_timestamp, status, version FROM jb_event_view ORDER BY id; --> 1|2026-11-24 08:00:00+01|cancelled|2
--> 2|2026-11-24 09:00:00+01|pending|1
--> 3|2026-11-24 08:00:00+01|pending|2
--> 4|2026-11-24 12:00:00+01|pending|1
-- again there is nothing to do
SELECT count(*) FROM jb_replan('room:a'); --> 0
-- an event of a morning that an event of higher priority would push out keeps its place
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Morning', '1 hour', calendars => '{room:a}', priority => 10,
                                                           not_before => '2026-11-25 08:00+01', not_after => '2026-11-25 09:00+01'); --> placed|5|2026-11-25 08:00:00+01
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Important', '1 hour', '2026-11-25', calendars => '{room:a}', priority => 90); --> placed|6|2026-11-25 09:00:00+01
SELECT count(*) FROM jb_replan('room:a'); --> 0
SELECT event_name, start_timestamp, status FROM jb_event_view WHERE event_name IN ('Morning', 'Important') ORDER BY 1; --> Important|2026-11-25 09:00:00+01|pending
--> Morning|2026-11-25 08:00:00+01|pending
-- an event that has begun, or is settled, stays
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Today', '1 hour', calendars => '{room:a}', not_before => '2026-11-23 10:00+01'); --> placed|7|2026-11-23 10:00:00+01
SET SESSION AUTHORIZATION regress_manager;
SELECT settled_within FROM jb_calendar_set('room:a', '{"settled_within": 14400}'); --> 04:00:00
SELECT count(*) FROM jb_replan('room:a'); --> 0
SELECT settled_within FROM jb_calendar_set('room:a', '{"settled_within": null}'); --> 00:00:00
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update(7, '{"not_before": null}'); --> updated
SELECT start_timestamp FROM jb_event(7); --> 2026-11-23 08:00:00+01
SELECT * FROM jb_check();
-- each must fail
SELECT state, message FROM test.refusal($$SELECT jb_replan('nowhere')$$); --> P0002|calendar "nowhere" does not exist
SELECT state, message FROM test.refusal($$SELECT jb_rezone('room:a')$$); --> 42501|permission denied for function jb_rezone
-- ---- zones whose rules have changed ----
-- the stored instant is by an older zone database: an hour off
SELECT outcome, event_id FROM jb_schedule('Weekly', '1 hour', '2026-12-01', '09:00', calendars => '{room:a}'); --> placed|8
SELECT outcome, event_id FROM jb_schedule('In its way', '1 hour', '2026-12-01', calendars => '{room:a}', not_before => '2026-12-01 10:00+01'); --> placed|9
RESET SESSION AUTHORIZATION;
UPDATE jb_event SET start_time = '10:00' WHERE id = 8;
SELECT event_id, rule, detail FROM jb_wall_clock_problems(); --> 8|wall clock is kept|It stands at 2026-12-01T09:00:00+01:00, its wish is 2026-12-01T10:00:00+01:00.
SELECT rule, calendar, event_id FROM jb_check(); --> wall clock is kept|room:a|8
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('room:a', dry_run => true); --> 8|2026-12-01 09:00:00+01|2026-12-01 10:00:00+01
--> 9|2026-12-01 10:00:00+01|2026-12-01 11:00:00+01
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('room:a'); --> 8|2026-12-01 09:00:00+01|2026-12-01 10:00:00+01
--> 9|2026-12-01 10:00:00+01|2026-12-01 11:00:00+01
SELECT * FROM jb_check();

-- ---- a calendar that is given another zone moves no event, and is sound ----
SELECT jb_calendar_set('room:z', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT event_id FROM jb_schedule('Kept', '1 hour', '2026-12-02', '09:00', calendars => '{room:z,room:a}') \gset kept_
SELECT event_id FROM jb_schedule('Other first', '1 hour', '2026-12-02', '11:00', calendars => '{room:a,room:z}') \gset other_
SELECT event_id FROM jb_schedule('By instant', '1 hour', start_timestamp => '2026-12-02 13:00+01', calendars => '{room:z}') \gset instant_
SELECT jb_calendar_set('room:z', '{"time_zone": "America/New_York"}') \g /dev/null
SELECT event_id = :kept_event_id AS kept, rule, detail FROM jb_wall_clock_problems(); --> t|wall clock is the calendar's|It stands at 2026-12-02T03:00:00-05:00, its wish is 2026-12-02T09:00:00-05:00.
SELECT * FROM jb_check();
-- a later event is wished in the new zone
SELECT event_id, start_timestamp FROM jb_schedule('New', '1 hour', '2026-12-03', '09:00', calendars => '{room:z}') \gset new_
-- a change of other fields leaves the event where it is, in the zone of its wish
SELECT outcome FROM jb_update(:kept_event_id, '{"event_name": "Still kept", "priority": 7}'); --> updated
SELECT * FROM jb_check();
-- with the first zone again no event is out of place, nor with the second, nor with a third
SELECT jb_calendar_set('room:z', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT event_id = :new_event_id AS is_new, rule FROM jb_wall_clock_problems(); --> t|wall clock is the calendar's
SELECT * FROM jb_check();
SELECT jb_calendar_set('room:z', '{"time_zone": "America/New_York"}') \g /dev/null
SELECT jb_calendar_set('room:z', '{"time_zone": "Asia/Kathmandu"}') \g /dev/null
SELECT id = :kept_event_id AS is_kept, wished_wall FROM jb_event WHERE wished_wall IS NOT NULL ORDER BY id; --> t|2026-12-02 09:00:00
--> f|2026-12-03 09:00:00
SELECT count(*) FROM jb_wall_clock_problems(); --> 2
SELECT * FROM jb_check();
-- new rules of a zone concern the events that were wished in the calendar's zone, and no event with a wish in another zone
UPDATE jb_event SET start_time = start_time + interval '1 hour' WHERE id IN (:kept_event_id, :other_event_id);
SELECT event_id = :other_event_id AS other, rule, calendar FROM jb_check(); --> t|wall clock is kept|room:a
UPDATE jb_event SET start_time = start_time - interval '1 hour' WHERE id IN (:kept_event_id, :other_event_id);
-- with another duration the event begins where it did, and keeps the zone of its wish
SELECT outcome, start_timestamp FROM jb_update(:new_event_id, '{"duration": 1800}'); --> updated|2026-12-03 15:00:00+01
SELECT wished_wall FROM jb_event WHERE id = :new_event_id; --> 2026-12-03 09:00:00
-- a new wish is in the present zone
SELECT outcome, start_timestamp FROM jb_reschedule(:kept_event_id, '2026-12-04', '09:00'); --> updated|2026-12-04 04:15:00+01
SELECT outcome, start_timestamp FROM jb_reschedule(:new_event_id, start_time => '10:00'); --> updated|2026-12-03 05:15:00+01
SELECT id, wished_wall FROM jb_event WHERE wished_wall IS NOT NULL;
UPDATE jb_event SET start_time = start_time + interval '1 hour' WHERE id IN (:kept_event_id, :new_event_id);
SELECT rule, count(*) FROM jb_check() GROUP BY 1; --> wall clock is kept|2
SELECT count(*) FROM jb_rezone('room:z'); --> 2
SELECT * FROM jb_check();
SELECT * FROM jb_wall_clock_problems();

-- ---- an event within the notice stays ----
-- any new place would be later
SET SESSION AUTHORIZATION regress_manager;
SELECT min_notice FROM jb_calendar_set('room:n', '{"time_zone": "Europe/Berlin", "min_notice": "1 day"}'); --> 24:00:00
SET SESSION AUTHORIZATION regress_secretary;
SELECT start_timestamp FROM jb_schedule('Tomorrow', '1 hour', calendars => '{room:n}'); --> 2026-11-24 08:00:00+01
SELECT start_timestamp FROM jb_schedule('On both', '1 hour', calendars => '{room:a,room:n}'); --> 2026-11-24 10:00:00+01
SELECT event_id, start_timestamp FROM jb_schedule('Cancelled', '3 hours', calendars => '{room:n}') \gset gap_
SELECT start_timestamp FROM jb_schedule('Behind it', '2 hours', calendars => '{room:n}'); --> 2026-11-24 14:00:00+01
SELECT outcome FROM jb_cancel(:gap_event_id); --> cancelled
SELECT test.clock('2026-11-23 12:00+01') \g /dev/null
SELECT old_start_timestamp, new_start_timestamp FROM jb_replan('room:n'); --> 2026-11-24 14:00:00+01|2026-11-24 12:00:00+01
SELECT count(*) FROM jb_replan('room:a'); --> 0

-- ---- an event that stays claims what it did ----
-- by the buffer of now there would be room beside it
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:buffer', '{"time_zone": "UTC", "buffer_before": "2 hours"}') \g /dev/null
SELECT outcome FROM jb_schedule('With its buffer', '1 hour', '2026-12-09', '12:00', calendars => '{room:buffer}'); --> placed
SELECT jb_calendar_set('room:buffer', '{"buffer_before": 0}') \g /dev/null
SELECT outcome FROM jb_schedule('Before it', '30 minutes', '2026-12-09', '08:00', calendars => '{room:buffer}'); --> placed
SELECT outcome FROM jb_schedule('In its way', '1 hour', start_timestamp => '2026-12-09 15:00Z', calendars => '{room:buffer}'); --> placed
SELECT jb_calendar_set('room:buffer', '{"time_zone": "Etc/GMT+3"}') \g /dev/null
SELECT count(*) FROM jb_rezone('room:buffer'); --> 0
SELECT * FROM jb_check();

-- ---- many calendars ----
-- an event that keeps its place does not make the call begin anew, which would cost a transaction id each time
SELECT count(jb_calendar_set('client:' || n, '{"time_zone": "Europe/Berlin"}')) FROM generate_series(1, 60) n; --> 60
SELECT jb_calendar_set('room:m', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT count(*) FROM generate_series(1, 60) n,
  jb_schedule('Fixed', '5 minutes', start_timestamp => '2026-12-07 08:00+01'::timestamptz + n * interval '5 minutes', calendars => ARRAY['room:m', 'client:' || n]); --> 60
SELECT pg_current_xact_id() AS before \gset
SELECT count(*) FROM jb_replan('room:m'); --> 0
SELECT pg_current_xact_id()::text::bigint - :before < 30 AS at_once; --> t
\i test/regress/sql/frame/close.psql
