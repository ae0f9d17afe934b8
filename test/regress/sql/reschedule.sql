-- Promise: jb_reschedule moves an event by the rules of placing with its own time set aside. A field that is not named keeps
-- its value; where the call is rejected, the event stays exactly where it was.
-- Could break: an event is in its own way; a half named wish loses its other half; a rejection leaves the event unclaimed.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "America/New_York", "default_duration": "15 minutes"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Rock', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}');
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-25 09:00+01', calendars => '{room:a}');

-- ---- a fixed event ----
-- a start_time alone keeps the date
SELECT outcome, event_id, start_timestamp, end_timestamp, version FROM jb_reschedule(1, start_time => '10:00');
-- a date alone keeps the wall clock
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, '2026-11-26');
-- both
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, '2026-11-24', '14:00');
-- a duration alone keeps the start; its own time is not in its way
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, duration => '3 hours');
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, start_time => '13:00');
-- an instant replaces date and start_time
SELECT start_timestamp, version FROM jb_reschedule(1, start_timestamp => '2026-11-24 14:30+01');
SELECT date, start_time, wished_start FROM jb_event(1);
-- and date and start_time replace the instant
SELECT start_timestamp, version FROM jb_reschedule(1, '2026-11-24', '14:00');
SELECT date, start_time, wished_start FROM jb_event(1);
-- an event that was wished as an instant: a start_time alone keeps its local date
SELECT start_timestamp FROM jb_reschedule(4, start_time => '10:00');
SELECT date, start_time, wished_start FROM jb_event(4);
-- the wish as it is changes nothing
SELECT outcome, version FROM jb_reschedule(1, '2026-11-24', '14:00', duration => '3 hours');
SELECT outcome, version FROM jb_reschedule(1);

-- ---- rejected, the event stays ----
SELECT outcome, event_id, start_timestamp, reason, conflicts, rejection_id, version FROM jb_reschedule(1, start_time => '11:30');
SELECT outcome, reason FROM jb_reschedule(1, '2026-11-22');
SELECT start_timestamp, end_timestamp, date, start_time, version FROM jb_event(1);
SELECT outcome FROM jb_schedule('In its old place', '1 hour', '2026-11-24', '15:00', calendars => '{room:a}');
-- the rejection keeps the wish
SELECT event_id, reason, request FROM jb_rejections() LIMIT 1;
-- longer than its place allows
SELECT outcome, conflicts FROM jb_reschedule(4, '2026-11-24', '11:00', duration => '61 minutes');

-- ---- an automatic event ----
-- a date alone places it again on that date
SELECT start_timestamp FROM jb_reschedule(3, '2026-11-25');
-- a longer duration: the earliest place for that
SELECT start_timestamp, end_timestamp FROM jb_reschedule(3, duration => '90 minutes');
-- a shorter one: the earliest again
SELECT start_timestamp, end_timestamp FROM jb_reschedule(3, duration => '15 minutes');
-- a start makes it fixed
SELECT start_timestamp FROM jb_reschedule(3, start_time => '09:00');
SELECT placement, date, start_time FROM jb_event(3);
-- make_automatic gives the start back to the scheduler, on the event's date
SELECT start_timestamp FROM jb_reschedule(3, make_automatic => true);
SELECT placement, date, start_time FROM jb_event(3);
-- an event that was wished as an instant is given back without a date
SELECT start_timestamp FROM jb_reschedule(3, start_timestamp => '2026-11-27 12:00+01');
SELECT start_timestamp FROM jb_reschedule(3, make_automatic => true);
SELECT placement, date, start_time, wished_start FROM jb_event(3);
-- again: nothing to do
SELECT outcome FROM jb_reschedule(3, make_automatic => true);
-- a day without hours
SELECT outcome, reason, event_id FROM jb_reschedule(3, '2026-11-28');
SELECT start_timestamp FROM jb_event(3);

-- ---- to another calendar ----
SELECT outcome, start_timestamp, time_zone FROM jb_reschedule(4, calendars => '{room:b}');
-- the wall clock is that of the new calendar
SELECT calendars, date, start_time, jb_timestamp_text(start_timestamp, time_zone) AS there FROM jb_event(4);
-- the old place is free, both histories tell of the move
SELECT outcome FROM jb_schedule('In its old place', '30 minutes', '2026-11-25', '10:00', calendars => '{room:a}');
SELECT calendar, kind, old_range, new_range, old_status, new_status, fields FROM jb_history(4);
-- an instant stays the same instant
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-26 09:00+01', calendars => '{room:a}') \gset instant_
SELECT start_timestamp FROM jb_reschedule(:instant_event_id, calendars => '{room:b}');
-- the time is taken there: the event stays here
SELECT event_id FROM jb_schedule('Also', '30 minutes', start_timestamp => '2026-11-26 09:00+01', calendars => '{room:a}') \gset also_
SELECT outcome, reason, conflicts = ARRAY[:instant_event_id::bigint] AS by_it FROM jb_reschedule(:also_event_id, calendars => '{room:b}');
SELECT calendars, version FROM jb_event(:also_event_id);

-- ---- by the clock ----
-- an event that has begun may change its duration only
SELECT test.clock('2026-11-24 14:30+01');
SELECT jb_status(1);
SELECT state, message, hint FROM test.refusal($$SELECT jb_reschedule(1, start_time => '16:00')$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, make_automatic => true)$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, calendars => '{room:b}')$$); -- must fail
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(1, duration => '40 minutes');
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(1, duration => '2 hours');
-- and may not end in the past
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, duration => '30 minutes')$$); -- must fail
-- an event that has ended, or was cancelled, stays
SELECT test.clock('2026-11-24 18:00+01');
SELECT jb_status(1), jb_status(2);
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, '2026-11-30')$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, duration => '3 hours')$$); -- must fail
SELECT outcome FROM jb_cancel(4);
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(4, '2026-11-30')$$); -- must fail

-- ---- versions and dry runs ----
SELECT version FROM jb_event(:also_event_id);
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_reschedule(%s, %L, expected_version => 2)', :also_event_id, '2026-11-30')); -- must fail
SELECT outcome, version FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-27 09:00+01', expected_version => 1);
SELECT test.stored() AS before \gset
SELECT outcome, start_timestamp, version FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-30 09:00+01', dry_run => true);
SELECT outcome, reason, rejection_id FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-20 09:00+01', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- invalid: each of these must fail ----
SELECT claim, state, message
  FROM (VALUES
    ('start_time without a date',  $$jb_reschedule(3, start_time => '09:00')$$),
    ('two starts',                 $$jb_reschedule(3, '2026-11-30', '09:00', '2026-11-30 09:00+01')$$),
    ('make_automatic and a start', $$jb_reschedule(3, '2026-11-30', '09:00', make_automatic => true)$$),
    ('make_automatic and instant', $$jb_reschedule(3, start_timestamp => '2026-11-30 09:00+01', make_automatic => true)$$),
    ('no duration',                $$jb_reschedule(3, duration => '0')$$),
    ('months',                     $$jb_reschedule(3, duration => '1 month')$$),
    ('24:00',                      $$jb_reschedule(3, '2026-11-30', '24:00')$$),
    ('infinite date',              $$jb_reschedule(3, 'infinity')$$),
    ('infinite start',             $$jb_reschedule(3, start_timestamp => 'infinity')$$),
    ('unknown calendar',           $$jb_reschedule(3, calendars => '{room:nowhere}')$$),
    ('no calendar',                $$jb_reschedule(3, calendars => '{}')$$),
    ('null for a calendar',        $$jb_reschedule(3, calendars => '{NULL}')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);
SELECT test.stored() = :'before' AS nothing_changed;
\i test/regress/sql/frame/close.psql
