-- Promise: a provider opens dates, and a client reserves one of the quarter hours that are open, a day ahead; the
-- reservation holds its time until it is confirmed or denied, or its half hour is over.
-- Could break: every rule here is a setting of a calendar, and a setting that is missing binds nobody.
\i test/regress/sql/frame/open.psql

-- ---- availability ----
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM jb_provider_availability_add('p1', '2026-11-25', '{"09:00": "12:00", "13:00": "17:00"}');
SELECT slot_increment, min_notice, strict, confirm_within, default_duration, hours -> 'monday' AS monday FROM jb_calendar('provider:p1');
SELECT time_zone, min_notice FROM jb_calendar_set('provider:p1', '{"time_zone": "Europe/Berlin"}');
-- the new hours are merged with the hours of the date, whether they touch or overlap
SELECT available_slots FROM jb_provider_availability_add('p1', '2026-11-25', '{"12:00": "12:30", "16:00": "18:00"}');
SELECT available_slots FROM jb_provider_availability_add('p1', '2026-11-25', '{}');
SELECT available_slots FROM jb_provider_availability_add('p1', '2026-11-26', '{"08:30:30": "09:00", "23:00": "24:00"}');
SELECT available_slots FROM jb_provider_availability_post('p1', '{"date": "2026-11-27", "slots": {"10:00": "10:45"}}');
SELECT * FROM jb_provider_availability ORDER BY availability_date;
SELECT jb_provider_availability_remove('p1', '2026-11-26'), jb_provider_availability_remove('p1', '2026-11-26');
SELECT availability_date FROM jb_provider_availability ORDER BY 1;
-- settings that exist stay, and the weekly hours count as hours of the date
SELECT name FROM jb_calendar_set('provider:p2', '{"time_zone": "Europe/Berlin"}');
SELECT available_slots FROM jb_provider_availability_add('p2', '2026-11-25', '{"17:00": "18:00"}');
SELECT slot_increment, min_notice, strict, confirm_within FROM jb_calendar('provider:p2');
SELECT jb_provider_availability_remove('p2', '2026-11-25');
SELECT spans FROM jb_availability('provider:p2', '2026-11-25', '2026-11-25');
-- bad input makes no provider
SELECT test.stored() AS before \gset
SELECT r.message, r.detail FROM (VALUES ('{"09:00": "09:00"}'), ('{"12:00": "09:00"}'), ('{"09:00": "12:00", "11:00": "13:00"}'),
  ('{"09:00": "12:00", "09:00:00": "10:00"}'), ('{"9 o''clock": 12, "24:00": "24:00"}'), ('[]'), (NULL)) v (slots),
  test.refusal(format('SELECT jb_provider_availability_add(''new'', ''2026-11-25'', %L)', slots)) r;
SELECT message, detail FROM test.refusal($$SELECT jb_provider_availability_add('a b', NULL, '{"1": 2}')$$);
SELECT r.message, r.detail FROM (VALUES ('{}'), ('[]'), ('{"date": "2026-02-30", "slots": [], "more": 1}')) v (body),
  test.refusal(format('SELECT jb_provider_availability_post(''new'', %L)', body)) r;
SELECT state, message FROM test.refusal($$SELECT jb_provider_availability_remove('new', '2026-11-25')$$);
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- slots ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_provider_availability_add('p1', '2026-11-25', '{}')$$);
SELECT count(*), min(lower(slot)), max(upper(slot)) FROM jb_provider_slots('p1', '2026-11-25') slot;
SELECT slot FROM jb_provider_slots('p1', '2026-11-27') slot;
SELECT slot FROM jb_provider_slots('p1', '2026-11-27', '30 minutes') slot;
SELECT slot FROM jb_provider_slots('p1', '2026-11-25', max_rows => 1) slot;
SELECT count(*) FROM jb_provider_slots('p1', '2026-11-28');
SELECT state, message, hint FROM test.refusal($$SELECT * FROM jb_provider_slots('new', '2026-11-28')$$);
SELECT state, message FROM test.refusal($$SELECT * FROM jb_provider_slots('p1', NULL, '-1 second')$$);

-- ---- a reservation ----
SELECT state, message FROM test.refusal(format('SELECT jb_appointment_reserve(''p1'', %L, ''2026-11-25'', ''09:00'')', 'An' || chr(8203) || 'n')); -- must fail: nobody sees it
SELECT r.state, r.message FROM (VALUES (chr(12288)), (chr(119129)), (chr(769))) v (client), test.refusal(format('SELECT jb_appointment_reserve(''p1'', %L, ''2026-11-25'', ''09:00'')', v.client)) r; -- must fail
SELECT outcome, event_id, start_timestamp, end_timestamp FROM jb_appointment_reserve('p1', 'Ann', '2026-11-25', '09:00');
SELECT * FROM jb_appointment;
SELECT status, expires_at FROM jb_event(1);
SELECT lower(slot) FROM jb_provider_slots('p1', '2026-11-25', max_rows => 1) slot;
SELECT outcome, reason, conflicts, alternatives FROM jb_appointment_reserve('p1', 'Bob', '2026-11-25', '09:00');
SELECT outcome, start_timestamp, end_timestamp FROM jb_appointment_reserve('p1', 'Bob', start_timestamp => '2026-11-25 09:15+01', duration => '45 minutes');
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00', dry_run => true);
-- a day ahead to the second, and not a second less
SELECT test.clock('2026-11-24 10:00:01+01') \g /dev/null
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00');
SELECT test.clock('2026-11-24 10:00+01') \g /dev/null
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00', idempotency_key => 'k');
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00', idempotency_key => 'k');
-- on the increment, in the hours, on a day that is open, in the future
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '11:07');
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '18:00');
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '12:15', '30 minutes');
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-30', '10:00');
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-23', '10:00');
-- a provider whose calendar asks for no confirmation confirms at once
SELECT outcome FROM jb_appointment_reserve('p2', 'Eve', '2026-11-26', '10:00');
SELECT status, expires_at FROM jb_appointment WHERE provider_id = 'p2';

-- ---- bad input ----
SELECT test.stored() AS before \gset
SELECT state, message, detail FROM test.refusal($$SELECT jb_appointment_reserve(NULL, NULL)$$);
SELECT state, message, hint FROM test.refusal($$SELECT jb_appointment_reserve('new', 'Eve', '2026-11-25', '10:15')$$);
SELECT state, detail FROM test.refusal($$SELECT jb_appointment_reserve('new', '', '2026-11-25')$$);
SELECT state, detail FROM test.refusal($$SELECT jb_appointment_reserve('p1', repeat('x', 201), start_time => '10:00', duration => '1 month')$$);
SELECT state, detail FROM test.refusal($$SELECT jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:15', start_timestamp => '2026-11-25 10:00+01')$$);
SELECT r.message, r.detail FROM (VALUES ('[]'), ('{"provider_id": 1, "client": ["x"], "date": "2026-13-01", "start_time": "25:00", "duration": "x", "status": 1}'),
  ('{"provider_id": "new", "client": "Eve", "date": "2026-11-25", "start_time": "10:15", "duration": 0}')) v (body),
  test.refusal(format('SELECT jb_appointment_post(%L)', body)) r;
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- confirmed, denied, expired ----
SELECT outcome FROM jb_appointment_status_set(3, 'CONFIRMED');
SELECT outcome, version FROM jb_appointment_status_set(3, 'CONFIRMED');
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(3, 'DENIED')$$);
-- the deadline of event 2, 07:30 the day before, has passed
SELECT appointment_id, status FROM jb_appointments('p1') ORDER BY 1;
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(2, 'DENIED')$$);
SELECT outcome, reason, detail FROM jb_appointment_status_set(2, 'CONFIRMED');
SELECT outcome, reason FROM jb_appointment_status_set(2, 'CONFIRMED', dry_run => true, if_still_free => true);
SELECT outcome FROM jb_appointment_reserve('p1', 'Joe', '2026-11-25', '10:15');
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(7, 'PENDING')$$);
SELECT event_id FROM jb_appointments('p1', 'Joe') a, jb_history(a.appointment_id) \gset joe_
SELECT outcome FROM jb_appointment_status_set(:joe_event_id, 'DENIED');
SELECT outcome FROM jb_appointment_status_set(:joe_event_id, 'DENIED');
SELECT state, message FROM test.refusal(format('SELECT jb_appointment_status_set(%s, ''CONFIRMED'')', :joe_event_id));
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Kim', '2026-11-25', '10:15') \gset kim_
SELECT outcome FROM jb_appointment_status_set(:kim_event_id, 'EXPIRED');
SELECT outcome FROM jb_appointment_status_set(:kim_event_id, 'EXPIRED');
SELECT outcome, reason FROM jb_appointment_status_set(:kim_event_id, 'CONFIRMED');
SELECT outcome, reason FROM jb_appointment_status_set(:kim_event_id, 'CONFIRMED', if_still_free => true);
SELECT reason, detail FROM jb_rejections() WHERE event_id = :kim_event_id AND reason = 'hold_expired';
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_appointment_status_set(1, 'confirmed')$$);
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(1, NULL)$$);
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(99, 'DENIED')$$);
SELECT outcome FROM jb_schedule('No appointment', '1 hour', calendars => '{room:a}', hold_for => '1 hour');
SELECT state, message, hint FROM test.refusal($$SELECT jb_appointment_status_set((SELECT max(id) FROM jb_event), 'CONFIRMED')$$);
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(3, 'CONFIRMED', expected_version => 9)$$);
SELECT outcome FROM jb_cancel(3);

-- ---- listings ----
SELECT appointment_id, client, status FROM jb_appointments();
SELECT appointment_id, client FROM jb_appointments('p1', status => '{CONFIRMED,CANCELLED}');
SELECT appointment_id, provider_id FROM jb_appointments(client => 'Eve');
SELECT appointment_id FROM jb_appointments(max_rows => 2);
SELECT appointment_id FROM jb_appointments('p1', after => (SELECT jb_event_cursor(jb_event(2))));
SELECT appointment_id FROM jb_appointments(from_time => '2026-11-26', to_time => '2026-11-27');
SELECT state, message FROM test.refusal($$SELECT * FROM jb_appointments('new')$$);
SELECT state, message FROM test.refusal($$SELECT * FROM jb_appointments(status => '{PENDING,held,NULL}')$$);

-- ---- as JSON ----
SELECT jb_appointment_json(j -> 'event') FROM jb_appointment_post('{"provider_id": "p1", "client": "Lea", "date": "2026-11-25", "start_time": "14:00", "duration": 1800}') o, jb_outcome_json(o) j;
SELECT jb_provider_slot_json(slot, 'p1') FROM jb_provider_slots('p1', '2026-11-27', max_rows => 1) slot;

-- ---- what is offered can be reserved, on days of 23 and 25 hours too ----
SET SESSION AUTHORIZATION regress_manager;
SELECT available_slots FROM jb_provider_availability_add('p1', '2027-03-28', '{"01:00": "04:00"}');
SELECT available_slots FROM jb_provider_availability_add('p1', '2027-10-31', '{"01:00": "04:00"}');
SELECT on_date, count(*), count(*) FILTER (WHERE outcome = 'held') AS reservable
  FROM unnest('{2026-11-25,2027-03-28,2027-10-31}'::date[]) on_date, jb_provider_slots('p1', on_date) slot,
       jb_appointment_reserve('p1', 'Zoe', start_timestamp => lower(slot), dry_run => true)
 GROUP BY on_date ORDER BY on_date;

-- a provider who attends another provider's appointment has it in no list, whether it holds its time or not
SELECT event_id FROM jb_schedule('Together', '45 minutes', '2026-11-27', '10:00', calendars => '{provider:p2}', attendees => '{provider:p1}', check_attendees => true) \gset both_
SELECT status, attendee_calendars FROM jb_event(:both_event_id);
SELECT p, a.status FROM unnest('{p1,p2}'::text[]) p, jb_appointments(p) a WHERE a.appointment_id = :both_event_id;
SELECT outcome FROM jb_cancel(:both_event_id);
SELECT p, a.status FROM unnest('{p1,p2}'::text[]) p, jb_appointments(p) a WHERE a.appointment_id = :both_event_id;

-- ---- expired while waiting ----
-- an appointment that was confirmed, given back to the scheduler, displaced, and expired while it waited is no ended hold
SELECT available_slots FROM jb_provider_availability_add('p3', '2026-11-26', '{"09:00": "09:15"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_appointment_reserve('p3', 'Max', '2026-11-26', '09:00') \gset max_
SELECT outcome FROM jb_appointment_status_set(:max_event_id, 'CONFIRMED');
SELECT outcome FROM jb_reschedule(:max_event_id, make_automatic => true);
SELECT outcome, cardinality(moves) FROM jb_schedule('Ill', '15 minutes', '2026-11-26', '09:00', calendars => '{provider:p3}');
SELECT test.clock('2026-11-27 10:00+01') \g /dev/null
SELECT jb_expire() > 0 AS something_was_due;
SELECT status FROM jb_appointment WHERE appointment_id = :max_event_id;
SELECT r.state, regexp_replace(r.message, '\d+', 'N') AS message
  FROM test.refusal(format('SELECT jb_appointment_status_set(%s, ''CONFIRMED'', if_still_free => true)', :max_event_id)) r;

-- ---- slots across midnight ----
SET SESSION AUTHORIZATION regress_manager;
-- the slots begin on the date, and may end on the next date, as reservations do
SELECT available_slots FROM jb_provider_availability_add('night', '2026-12-01', '{"22:45": "24:00"}');
SELECT available_slots FROM jb_provider_availability_add('night', '2026-12-02', '{"00:00": "01:00"}');
SELECT array_agg(lower(slot) ORDER BY slot) FROM jb_provider_slots('night', '2026-12-01', '1 hour') slot;
SELECT array_agg(lower(slot) ORDER BY slot) FROM jb_provider_slots('night', '2026-12-02', '1 hour') slot;
SELECT outcome FROM jb_appointment_reserve('night', 'Ann', '2026-12-01', '23:30', '1 hour', dry_run => true);
\i test/regress/sql/frame/close.psql
