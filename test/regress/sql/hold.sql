-- Promise: a held event keeps its time until its deadline, and ends at its deadline for every caller, whether or not a call
-- has written its end. A confirmation in time succeeds, and makes the event fixed.
-- Could break: readers and writers learn of the deadline in different ways, and must agree to the second.
\i test/regress/sql/frame/open.psql

-- ---- held ----
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Interview', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', hold_for => '10 minutes'); --> held|1|2026-11-24 09:00:00+01
SELECT status, expires_at, hold_for, placement FROM jb_event(1); --> held|2026-11-23 07:10:00+01|00:10:00|fixed
-- no other event gets its time, and it does not give way
SELECT outcome, reason, conflicts FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}'); --> rejected|conflict|{1}
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Automatic', '2 hours', '2026-11-24', calendars => '{room:a}', hold_for => '5 minutes'); --> held|2|2026-11-24 10:00:00+01
SELECT outcome, conflicts FROM jb_schedule('Board', '1 hour', '2026-11-24', '10:30', calendars => '{room:a}'); --> rejected|{2}
-- confirmed, the automatic event is fixed where it is
SELECT outcome, start_timestamp FROM jb_confirm(2); --> confirmed|2026-11-24 10:00:00+01
SELECT status, placement, date, wished_start, expires_at, version FROM jb_event(2); --> pending|fixed|null|2026-11-24 10:00:00+01|2026-11-23 07:05:00+01|2
SELECT outcome FROM jb_confirm(2); --> unchanged

-- ---- at the deadline ----
SELECT test.clock('2026-11-23 07:09:59+01') \g /dev/null
SELECT status FROM jb_event(1); --> held
SELECT lower(slot) FROM jb_slots('30 minutes', '{room:a}', '2026-11-24 08:45+01', max_rows => 1) slot; --> 2026-11-24 12:00:00+01
SELECT test.clock('2026-11-23 07:10+01') \g /dev/null
-- readers see it expired although no call has written that
SELECT status FROM jb_event(1); --> expired
SELECT status FROM jb_event WHERE id = 1; --> held
SELECT lower(slot) FROM jb_slots('30 minutes', '{room:a}', '2026-11-24 08:45+01', max_rows => 1) slot; --> 2026-11-24 08:45:00+01
SELECT jb_busy('room:a', '2026-11-24', '2026-11-24 10:00+01'); --> {}
-- the next writer makes it so, with a rejection
SELECT outcome, start_timestamp FROM jb_schedule('Next', '30 minutes', '2026-11-24', '09:30', calendars => '{room:a}'); --> placed|2026-11-24 09:30:00+01
SELECT status FROM jb_event WHERE id = 1; --> expired
SELECT event_id, reason, detail FROM jb_rejections(); --> null|conflict|From 2026-11-24T09:30:00+01:00 to 2026-11-24T10:30:00+01:00 is taken by event 1.
--> null|conflict|From 2026-11-24T10:30:00+01:00 to 2026-11-24T11:30:00+01:00 is taken by event 2.
--> 1|hold_expired|It was not confirmed in time.
SELECT kind, old_status, new_status FROM jb_history(1); --> held|null|held
--> expired|held|expired
-- too late
SELECT outcome, reason, detail FROM jb_confirm(1); --> rejected|hold_expired|It was held until 2026-11-23T07:10:00+01:00.
SELECT outcome, reason, detail, conflicts FROM jb_confirm(1, if_still_free => true); --> rejected|hold_expired|It was held until 2026-11-23T07:10:00+01:00, and its time is taken.|{3}
SELECT outcome FROM jb_cancel(3); --> cancelled
SELECT outcome, start_timestamp FROM jb_confirm(1, if_still_free => true); --> confirmed|2026-11-24 09:00:00+01
SELECT status FROM jb_event(1); --> pending

-- ---- denied, cancelled, expired by hand ----
SELECT outcome, event_id FROM jb_schedule('One', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', hold_for => '1 hour'); --> held|4
SELECT outcome FROM jb_deny(4); --> denied
SELECT outcome FROM jb_deny(4); --> unchanged
SELECT outcome, event_id FROM jb_schedule('Two', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', hold_for => '1 hour'); --> held|5
SELECT outcome FROM jb_cancel(5); --> cancelled
SELECT outcome, event_id FROM jb_schedule('Three', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', hold_for => '1 hour'); --> held|6
SELECT outcome FROM jb_update(6, '{"status": "expired"}'); --> updated
SELECT id, status, start_timestamp FROM jb_event_view WHERE id IN (4, 5, 6) ORDER BY id; --> 4|denied|2026-11-25 09:00:00+01
--> 5|cancelled|2026-11-25 09:00:00+01
--> 6|expired|2026-11-25 09:00:00+01
SELECT count(*) FROM jb_claim WHERE event_id IN (4, 5, 6); --> 0
-- jb_expire() writes what is due
SELECT outcome, event_id FROM jb_schedule('Four', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', hold_for => '1 second'); --> held|7
SELECT jb_expire(); --> 0
SELECT test.clock('2026-11-23 07:10:01+01') \g /dev/null
SELECT jb_expire(), jb_expire(); --> 1|0
SELECT status FROM jb_event WHERE id = 7; --> expired

-- ---- a calendar that asks for confirmation ----
SET SESSION AUTHORIZATION regress_manager;
SELECT confirm_within FROM jb_calendar_set('room:a', '{"confirm_within": 1800}'); --> 00:30:00
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id FROM jb_schedule('Asked', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}'); --> held|8
SELECT status, expires_at FROM jb_event(8); --> held|2026-11-23 07:40:01+01
SELECT outcome, event_id FROM jb_schedule('Sooner', '1 hour', '2026-11-26', '11:00', calendars => '{room:a}', hold_for => '1 minute'); --> held|9
SELECT expires_at FROM jb_event(9); --> 2026-11-23 07:11:01+01
-- a waiting event that gives up its own time is held as the calendar says
SELECT event_id FROM jb_schedule('All day', '9 hours', '2026-12-08', '08:00', calendars => '{room:a}') \gset day_
SELECT event_id FROM jb_schedule('Waits', '1 hour', '2026-12-08', calendars => '{room:a}', hold_for => '1 minute', on_no_slot => 'wait') \gset waits_
SELECT outcome FROM jb_update(:waits_event_id, '{"hold_for": null}'); --> updated
SELECT status, hold_for FROM jb_event(:waits_event_id); --> waiting|00:30:00
SELECT outcome FROM jb_cancel(:day_event_id); --> cancelled
SELECT status, hold_for, expires_at FROM jb_event(:waits_event_id); --> held|00:30:00|2026-11-23 07:40:01+01
SELECT * FROM jb_check();

-- ---- many at once ----
-- the call that ends them learns of all their calendars at once: each new beginning would cost a transaction id
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_calendar_set('client:' || n, '{"time_zone": "Europe/Berlin"}')) FROM generate_series(1, 60) n; --> 60
SET SESSION AUTHORIZATION regress_secretary;
SELECT count(*) FROM generate_series(1, 60) n,
  jb_schedule('Of many', '5 minutes', start_timestamp => '2026-12-07 08:00+01'::timestamptz + n * interval '5 minutes', calendars => ARRAY['room:a', 'client:' || n], hold_for => '1 second'); --> 60
SELECT test.clock('2026-11-23 07:10:02+01') \g /dev/null
SELECT pg_current_xact_id() AS before \gset
SELECT outcome FROM jb_update(2, '{"event_location": "Berlin"}'); --> updated
SELECT pg_current_xact_id()::text::bigint - :before < 30 AS at_once; --> t
SELECT status, count(*) FROM jb_event WHERE event_name = 'Of many' GROUP BY 1; --> expired|60

-- ---- a day that is full by then ----
SET SESSION AUTHORIZATION regress_manager;
SELECT max_events_per_day FROM jb_calendar_set('room:one', '{"time_zone": "Europe/Berlin", "max_events_per_day": 1}'); --> 1
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Interview', '1 hour', '2026-11-25', '09:00', calendars => '{room:one}', hold_for => '1 second') \gset ended_
SELECT test.clock('2026-11-23 07:10:03+01') \g /dev/null
SELECT outcome, event_id FROM jb_schedule('Other', '1 hour', '2026-11-25', '11:00', calendars => '{room:one}') \gset other_
SELECT outcome, reason, detail, conflicts FROM jb_confirm(:ended_event_id, if_still_free => true); --> rejected|hold_expired|It was held until 2026-11-23T07:10:03+01:00, and its day is full.|{}
SELECT outcome FROM jb_cancel(:other_event_id); --> cancelled
SELECT outcome, start_timestamp FROM jb_confirm(:ended_event_id, if_still_free => true); --> confirmed|2026-11-25 09:00:00+01

-- ---- a hold that is given more time ----
SELECT event_id FROM jb_schedule('Longer', '1 hour', '2026-12-15', '09:00', calendars => '{room:one}', hold_for => '10 minutes') \gset longer_
SELECT event_id FROM jb_schedule('As asked', '1 hour', '2026-12-15', '11:00', calendars => '{room:a}', hold_for => '10 minutes') \gset asked_
SELECT test.clock('2026-11-23 07:15+01') \g /dev/null
SELECT outcome FROM jb_update(:longer_event_id, '{"hold_for": 1200}'); --> updated
SELECT status, hold_for, expires_at FROM jb_event(:longer_event_id); --> held|00:20:00|2026-11-23 07:35:00+01
SELECT fields FROM jb_history(:longer_event_id) ORDER BY seq DESC LIMIT 1; --> {hold_for,expires_at}
-- the same again changes nothing; with null the hold is what the calendar says; where the calendar has none, the deadline stays
SELECT outcome FROM jb_update(:longer_event_id, '{"hold_for": 1200}'); --> unchanged
SELECT outcome FROM jb_update(:longer_event_id, '{"hold_for": null}'); --> updated
SELECT status, hold_for, expires_at FROM jb_event(:longer_event_id); --> held|null|2026-11-23 07:35:00+01
SELECT outcome FROM jb_update(:asked_event_id, '{"hold_for": null}'); --> updated
SELECT status, hold_for, expires_at FROM jb_event(:asked_event_id); --> held|00:30:00|2026-11-23 07:45:00+01
SELECT test.clock('2026-11-23 07:35+01') \g /dev/null
SELECT id = :longer_event_id AS the_longer, status FROM jb_event_view WHERE id IN (:longer_event_id, :asked_event_id) ORDER BY id; --> t|expired
--> f|held

-- ---- a change to a hold is refused: what was asked is still a hold ----
SELECT outcome FROM jb_schedule('In the way', '1 hour', '2026-12-15', '13:00', calendars => '{room:a}'); --> held
SELECT outcome, reason FROM jb_update(:asked_event_id, '{"start_time": "13:00"}'); --> rejected|conflict
SELECT request ->> 'start_time' AS start_time, request ->> 'hold_for' AS hold_for FROM jb_rejection ORDER BY id DESC LIMIT 1; --> 13:00:00|1800

-- ---- what is confirmed, or was never held, is not held again ----
SELECT event_id FROM jb_schedule('Stands', '1 hour', '2026-12-16', '09:00', calendars => '{client:1}') \gset stands_
SELECT event_id FROM jb_schedule('Confirmed', '1 hour', '2026-12-16', '11:00', calendars => '{room:a}', hold_for => '10 minutes') \gset confirmed_
SELECT outcome FROM jb_confirm(:confirmed_event_id); --> confirmed
SELECT r.state, r.message, r.detail FROM unnest(ARRAY[:stands_event_id, :confirmed_event_id]) AS id, test.refusal(format($$SELECT jb_update(%s, '{"hold_for": 1200}')$$, id)) r; -- must fail
--> 22023|invalid hold_for "00:20:00": the event is not held, and does not wait|[{"field":"hold_for","value":"00:20:00","message":"the event is not held, and does not wait"}]
--> 22023|invalid hold_for "00:20:00": the event is not held, and does not wait|[{"field":"hold_for","value":"00:20:00","message":"the event is not held, and does not wait"}]
SELECT outcome, event_location, hold_for FROM jb_update(:confirmed_event_id, '{"event_location": "Bonn", "hold_for": 600}'), jb_event(:confirmed_event_id); --> updated||00:10:00
SELECT outcome FROM jb_update(:stands_event_id, '{"event_location": "Bonn", "hold_for": null}'); --> updated

-- ---- an event that waits takes a new hold, and is held once it has its place ----
SELECT event_id FROM jb_schedule('Put off', '1 hour', calendars => '{client:1}', hold_for => '1 hour', not_before => '2026-12-17 10:00+01', not_after => '2026-12-17 17:00+01') \gset off_
SELECT outcome FROM jb_confirm(:off_event_id); --> confirmed
SELECT outcome FROM jb_reschedule(:off_event_id, make_automatic => true); --> updated
SELECT event_id FROM jb_schedule('All day', '9 hours', '2026-12-17', '08:00', calendars => '{client:1}') \gset all_
SELECT outcome, status, expires_at FROM jb_update(:off_event_id, '{"hold_for": "2 hours"}'), jb_event(:off_event_id); --> updated|waiting|2026-11-23 08:35:00+01
SELECT outcome FROM jb_cancel(:all_event_id); --> cancelled
SELECT status, hold_for, expires_at - jb_now() AS held_for FROM jb_event(:off_event_id); --> held|02:00:00|02:00:00

-- ---- the holds of a series are prolonged by scope: one that is confirmed, or cancelled, stays as it is ----
SELECT event_id FROM jb_schedule('Each', '1 hour', '2026-12-21', '09:00', calendars => '{client:1}', hold_for => '1 hour', recurrence => 'RRULE:FREQ=DAILY;COUNT=4') \gset each_
SELECT c.outcome, d.outcome FROM jb_cancel(:each_event_id + 2) c, jb_confirm(:each_event_id + 1) d; --> cancelled|confirmed
SELECT outcome, events FROM jb_update(:each_event_id, '{"hold_for": "3 hours", "event_location": "Bonn", "scope": "all"}'); --> updated|{81,82,84}
SELECT status, hold_for, event_location FROM jb_event_view WHERE event_name = 'Each' ORDER BY id; --> held|03:00:00|Bonn
--> pending|01:00:00|Bonn
--> cancelled|01:00:00|
--> held|03:00:00|Bonn

-- ---- bad input: each must fail ----
SELECT q.what, r.state, r.message
  FROM (VALUES ('a hold of nothing', $$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', hold_for => '0')$$),
               ('a hold of a month', $$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', hold_for => '1 month')$$),
               ('confirm what is cancelled', 'SELECT jb_confirm(5)'), ('confirm what was denied', 'SELECT jb_confirm(4)'),
               ('deny what is confirmed', 'SELECT jb_deny(2)'), ('deny what has expired', 'SELECT jb_deny(7)'),
               ('no such event', 'SELECT jb_confirm(99)'), ('another version', 'SELECT jb_confirm(8, expected_version => 7)')) AS q (what, call),
       test.refusal(q.call) r; --> a hold of nothing|22023|invalid hold_for "00:00:00": it must be from 1 second to 366 days
--> a hold of a month|22023|invalid hold_for "1 mon": months and years have no fixed length
--> confirm what is cancelled|55000|event 5 is cancelled and cannot be confirmed
--> confirm what was denied|55000|event 4 is denied and cannot be confirmed
--> deny what is confirmed|55000|event 2 is pending and cannot become denied
--> deny what has expired|55000|event 7 is expired and cannot become denied
--> no such event|P0002|event 99 does not exist
--> another version|JB412|event 8 has version 1, not 7
\i test/regress/sql/frame/close.psql
