-- Promise: a provider opens dates, and a client reserves one of the quarter hours that are open, a day ahead; the
-- reservation holds its time until it is confirmed or denied, or its half hour is over.
-- Could break: every rule here is a setting of a calendar, and a setting that is missing binds nobody.
\i test/regress/sql/frame/open.psql

-- ---- availability ----
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM jb_provider_availability_add('p1', '2026-11-25', '{"09:00": "12:00", "13:00": "17:00"}'); --> p1|2026-11-25|{"09:00": "12:00", "13:00": "17:00"}
SELECT slot_increment, min_notice, strict, confirm_within, default_duration, hours -> 'monday' AS monday FROM jb_calendar('provider:p1'); --> 00:15:00|24:00:00|t|00:30:00|00:15:00|[]
SELECT time_zone, min_notice FROM jb_calendar_set('provider:p1', '{"time_zone": "Europe/Berlin"}'); --> Europe/Berlin|24:00:00
-- the new hours are merged with the hours of the date, whether they touch or overlap
SELECT available_slots FROM jb_provider_availability_add('p1', '2026-11-25', '{"12:00": "12:30", "16:00": "18:00"}'); --> {"09:00": "12:30", "13:00": "18:00"}
SELECT available_slots FROM jb_provider_availability_add('p1', '2026-11-25', '{}'); --> {"09:00": "12:30", "13:00": "18:00"}
SELECT available_slots FROM jb_provider_availability_add('p1', '2026-11-26', '{"08:30:30": "09:00", "23:00": "24:00"}'); --> {"23:00": "24:00", "08:30:30": "09:00"}
SELECT available_slots FROM jb_provider_availability_post('p1', '{"date": "2026-11-27", "slots": {"10:00": "10:45"}}'); --> {"10:00": "10:45"}
SELECT * FROM jb_provider_availability ORDER BY availability_date; --> p1|2026-11-25|{"09:00": "12:30", "13:00": "18:00"}
--> p1|2026-11-26|{"23:00": "24:00", "08:30:30": "09:00"}
--> p1|2026-11-27|{"10:00": "10:45"}
SELECT jb_provider_availability_remove('p1', '2026-11-26'), jb_provider_availability_remove('p1', '2026-11-26'); --> t|t
SELECT availability_date FROM jb_provider_availability ORDER BY 1; --> 2026-11-25
--> 2026-11-27
-- settings that exist stay, and the weekly hours count as hours of the date
SELECT name FROM jb_calendar_set('provider:p2', '{"time_zone": "Europe/Berlin"}'); --> provider:p2
SELECT available_slots FROM jb_provider_availability_add('p2', '2026-11-25', '{"17:00": "18:00"}'); --> {"08:00": "18:00"}
SELECT slot_increment, min_notice, strict, confirm_within FROM jb_calendar('provider:p2'); --> 00:05:00|00:00:00|f|null
SELECT jb_provider_availability_remove('p2', '2026-11-25'); --> t
SELECT spans FROM jb_availability('provider:p2', '2026-11-25', '2026-11-25'); --> []
-- bad input makes no provider
SELECT test.stored() AS before \gset
SELECT r.message, r.detail FROM (VALUES ('{"09:00": "09:00"}'), ('{"12:00": "09:00"}'), ('{"09:00": "12:00", "11:00": "13:00"}'),
  ('{"09:00": "12:00", "09:00:00": "10:00"}'), ('{"9 o''clock": 12, "24:00": "24:00"}'), ('[]'), (NULL)) v (slots),
  test.refusal(format('SELECT jb_provider_availability_add(''new'', ''2026-11-25'', %L)', slots)) r;
--> invalid slots.09:00 "09:00": its end must be after its start|[{"field":"slots.09:00","value":"09:00","message":"its end must be after its start"}]
--> invalid slots.12:00 "09:00": its end must be after its start|[{"field":"slots.12:00","value":"09:00","message":"its end must be after its start"}]
--> invalid slots.11:00 "13:00": it overlaps another slot of the same request|[{"field":"slots.11:00","value":"13:00","message":"it overlaps another slot of the same request"}]
--> invalid slots.09:00:00 "10:00": it overlaps another slot of the same request|[{"field":"slots.09:00:00","value":"10:00","message":"it overlaps another slot of the same request"}]
--> invalid slots.24:00 "24:00": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS|[{"field":"slots.24:00","value":"24:00","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"slots.9 o'clock","value":"9 o'clock","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"slots.9 o'clock","value":"12","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"}]
--> invalid slots "[]": it must be {"HH:MM": "HH:MM"}, at most 288 of them|[{"field":"slots","value":"[]","message":"it must be {\"HH:MM\": \"HH:MM\"}, at most 288 of them"}]
--> invalid slots "null": it must be {"HH:MM": "HH:MM"}, at most 288 of them|[{"field":"slots","value":"null","message":"it must be {\"HH:MM\": \"HH:MM\"}, at most 288 of them"}]
SELECT message, detail FROM test.refusal($$SELECT jb_provider_availability_add('a b', NULL, '{"1": 2}')$$);
--> invalid on_date "NULL": it is required|[{"field":"on_date","value":"NULL","message":"it is required"},{"field":"slots.1","value":"1","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"slots.1","value":"2","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"provider_id","value":"a b","message":"it must be 1 to 191 of A-Z a-z 0-9 . _ : @ + -"}]
SELECT r.message, r.detail FROM (VALUES ('{}'), ('[]'), ('{"date": "2026-02-30", "slots": [], "more": 1}')) v (body),
  test.refusal(format('SELECT jb_provider_availability_post(''new'', %L)', body)) r;
--> invalid date "NULL": it is required|[{"field":"date","value":"NULL","message":"it is required"},{"field":"slots","value":"NULL","message":"it is required"}]
--> invalid request "[]": it must be a JSON object|[{"field":"request","value":"[]","message":"it must be a JSON object"}]
--> invalid date "2026-02-30": it must be an existing date written YYYY-MM-DD|[{"field":"date","value":"2026-02-30","message":"it must be an existing date written YYYY-MM-DD"},{"field":"more","value":"1","message":"availability has no such field"},{"field":"slots","value":"[]","message":"it must be {\"HH:MM\": \"HH:MM\"}, at most 288 of them"}]
SELECT state, message FROM test.refusal($$SELECT jb_provider_availability_remove('new', '2026-11-25')$$); --> P0002|provider "new" does not exist
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- slots ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_provider_availability_add('p1', '2026-11-25', '{}')$$); --> 42501
SELECT count(*), min(lower(slot)), max(upper(slot)) FROM jb_provider_slots('p1', '2026-11-25') slot; --> 34|2026-11-25 09:00:00+01|2026-11-25 18:00:00+01
SELECT slot FROM jb_provider_slots('p1', '2026-11-27') slot; --> ["2026-11-27 10:00:00+01","2026-11-27 10:15:00+01")
--> ["2026-11-27 10:15:00+01","2026-11-27 10:30:00+01")
--> ["2026-11-27 10:30:00+01","2026-11-27 10:45:00+01")
SELECT slot FROM jb_provider_slots('p1', '2026-11-27', '30 minutes') slot; --> ["2026-11-27 10:00:00+01","2026-11-27 10:30:00+01")
--> ["2026-11-27 10:15:00+01","2026-11-27 10:45:00+01")
SELECT slot FROM jb_provider_slots('p1', '2026-11-25', max_rows => 1) slot; --> ["2026-11-25 09:00:00+01","2026-11-25 09:15:00+01")
SELECT count(*) FROM jb_provider_slots('p1', '2026-11-28'); --> 0
SELECT state, message, hint FROM test.refusal($$SELECT * FROM jb_provider_slots('new', '2026-11-28')$$); --> P0002|provider "new" does not exist|jb_provider_availability_add() makes one.
SELECT state, message FROM test.refusal($$SELECT * FROM jb_provider_slots('p1', NULL, '-1 second')$$); --> 22023|invalid on_date "NULL": it is required

-- ---- a reservation ----
SELECT state, message FROM test.refusal(format('SELECT jb_appointment_reserve(''p1'', %L, ''2026-11-25'', ''09:00'')', 'An' || chr(8203) || 'n')); -- must fail: nobody sees it
--> 22023|invalid client "An​n": it must have no control characters and none that are invisible
SELECT r.state, r.message FROM (VALUES (chr(12288)), (chr(119129)), (chr(769))) v (client), test.refusal(format('SELECT jb_appointment_reserve(''p1'', %L, ''2026-11-25'', ''09:00'')', v.client)) r; -- must fail
--> 22023|invalid client "　": it must have a character that is seen
--> 22023|invalid client "𝅙": it must have a character that is seen
--> 22023|invalid client "́": it must have a character that is seen
SELECT outcome, event_id, start_timestamp, end_timestamp FROM jb_appointment_reserve('p1', 'Ann', '2026-11-25', '09:00'); --> held|1|2026-11-25 09:00:00+01|2026-11-25 09:15:00+01
SELECT * FROM jb_appointment; --> p1|1|Ann|2026-11-25|09:00:00|00:15:00|PENDING|2026-11-23 07:30:00+01|2026-11-25 09:00:00+01|2026-11-25 09:15:00+01|2026-11-23 07:00:00+01|2026-11-23 07:00:00+01
SELECT status, expires_at FROM jb_event(1); --> held|2026-11-23 07:30:00+01
SELECT lower(slot) FROM jb_provider_slots('p1', '2026-11-25', max_rows => 1) slot; --> 2026-11-25 09:15:00+01
SELECT outcome, reason, conflicts, alternatives FROM jb_appointment_reserve('p1', 'Bob', '2026-11-25', '09:00');
--> rejected|conflict|{1}|{"[\"2026-11-25 09:15:00+01\",\"2026-11-25 09:30:00+01\")","[\"2026-11-25 09:30:00+01\",\"2026-11-25 09:45:00+01\")","[\"2026-11-25 09:45:00+01\",\"2026-11-25 10:00:00+01\")"}
SELECT outcome, start_timestamp, end_timestamp FROM jb_appointment_reserve('p1', 'Bob', start_timestamp => '2026-11-25 09:15+01', duration => '45 minutes');
--> held|2026-11-25 09:15:00+01|2026-11-25 10:00:00+01
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00', dry_run => true); --> held|null
-- a day ahead to the second, and not a second less
SELECT test.clock('2026-11-24 10:00:01+01') \g /dev/null
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00'); --> rejected|too_soon
SELECT test.clock('2026-11-24 10:00+01') \g /dev/null
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00', idempotency_key => 'k'); --> held|3
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:00', idempotency_key => 'k'); --> held|3
-- on the increment, in the hours, on a day that is open, in the future
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '11:07'); --> rejected|off_increment
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '18:00'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-25', '12:15', '30 minutes'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-30', '10:00'); --> rejected|outside_hours
SELECT outcome, reason FROM jb_appointment_reserve('p1', 'Eve', '2026-11-23', '10:00'); --> rejected|in_the_past
-- a provider whose calendar asks for no confirmation confirms at once
SELECT outcome FROM jb_appointment_reserve('p2', 'Eve', '2026-11-26', '10:00'); --> placed
SELECT status, expires_at FROM jb_appointment WHERE provider_id = 'p2'; --> CONFIRMED|null

-- ---- bad input ----
SELECT test.stored() AS before \gset
SELECT state, message, detail FROM test.refusal($$SELECT jb_appointment_reserve(NULL, NULL)$$);
--> 22023|invalid provider_id "NULL": it is required|[{"field":"provider_id","value":"NULL","message":"it is required"},{"field":"client","value":"NULL","message":"it is required"},{"field":"event_date","value":"NULL","message":"it is required"},{"field":"start_time","value":"NULL","message":"it is required"}]
SELECT state, message, hint FROM test.refusal($$SELECT jb_appointment_reserve('new', 'Eve', '2026-11-25', '10:15')$$);
--> 22023|invalid provider_id "new": there is no such provider|Name a provider: 1 to 191 of A-Z a-z 0-9 . _ : @ + -; its first availability makes it.
SELECT state, detail FROM test.refusal($$SELECT jb_appointment_reserve('new', '', '2026-11-25')$$);
--> 22023|[{"field":"client","value":"","message":"it must have 1 to 200 characters"},{"field":"start_time","value":"NULL","message":"it is required"},{"field":"provider_id","value":"new","message":"there is no such provider"}]
SELECT state, detail FROM test.refusal($$SELECT jb_appointment_reserve('p1', repeat('x', 201), start_time => '10:00', duration => '1 month')$$);
--> 22023|[{"field":"duration","value":"1 mon","message":"months and years have no fixed length"},{"field":"client","value":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…","message":"it must have 1 to 200 characters"},{"field":"event_date","value":"NULL","message":"it is required"}]
SELECT state, detail FROM test.refusal($$SELECT jb_appointment_reserve('p1', 'Eve', '2026-11-25', '10:15', start_timestamp => '2026-11-25 10:00+01')$$);
--> 22023|[{"field":"start_timestamp","value":"2026-11-25T09:00:00+00:00","message":"it contradicts event_date and start_time"}]
SELECT r.message, r.detail FROM (VALUES ('[]'), ('{"provider_id": 1, "client": ["x"], "date": "2026-13-01", "start_time": "25:00", "duration": "x", "status": 1}'),
  ('{"provider_id": "new", "client": "Eve", "date": "2026-11-25", "start_time": "10:15", "duration": 0}')) v (body),
  test.refusal(format('SELECT jb_appointment_post(%L)', body)) r; --> invalid request "[]": it must be a JSON object|[{"field":"request","value":"[]","message":"it must be a JSON object"}]
--> invalid client "["x"]": it must be a text|[{"field":"client","value":"[\"x\"]","message":"it must be a text"},{"field":"date","value":"2026-13-01","message":"it must be an existing date written YYYY-MM-DD"},{"field":"duration","value":"x","message":"it must be whole seconds as a number, or a length such as 30 minutes"},{"field":"provider_id","value":"1","message":"it must be a text"},{"field":"start_time","value":"25:00","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"field":"status","value":"1","message":"an appointment has no such field"}]
--> invalid duration "0": it must be from 1 second to 366 days|[{"field":"duration","value":"0","message":"it must be from 1 second to 366 days"},{"field":"provider_id","value":"new","message":"there is no such provider"}]
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- confirmed, denied, expired ----
SELECT outcome FROM jb_appointment_status_set(3, 'CONFIRMED'); --> confirmed
SELECT outcome, version FROM jb_appointment_status_set(3, 'CONFIRMED'); --> unchanged|2
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(3, 'DENIED')$$); --> 55000|appointment 3 is CONFIRMED and cannot become DENIED
-- the deadline of event 2, 07:30 the day before, has passed
SELECT appointment_id, status FROM jb_appointments('p1') ORDER BY 1; --> 1|EXPIRED
--> 2|EXPIRED
--> 3|CONFIRMED
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(2, 'DENIED')$$); --> 55000|appointment 2 is EXPIRED and cannot become DENIED
SELECT outcome, reason, detail FROM jb_appointment_status_set(2, 'CONFIRMED'); --> rejected|hold_expired|It was held until 2026-11-23T07:30:00+01:00.
SELECT outcome, reason FROM jb_appointment_status_set(2, 'CONFIRMED', dry_run => true, if_still_free => true); --> confirmed|null
SELECT outcome FROM jb_appointment_reserve('p1', 'Joe', '2026-11-25', '10:15'); --> held
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(7, 'PENDING')$$); --> 22023|invalid status "PENDING": it must be CONFIRMED, DENIED or EXPIRED
SELECT event_id FROM jb_appointments('p1', 'Joe') a, jb_history(a.appointment_id) \gset joe_
SELECT outcome FROM jb_appointment_status_set(:joe_event_id, 'DENIED'); --> denied
SELECT outcome FROM jb_appointment_status_set(:joe_event_id, 'DENIED'); --> unchanged
SELECT state, message FROM test.refusal(format('SELECT jb_appointment_status_set(%s, ''CONFIRMED'')', :joe_event_id)); --> 55000|appointment 5 is DENIED and cannot become CONFIRMED
SELECT outcome, event_id FROM jb_appointment_reserve('p1', 'Kim', '2026-11-25', '10:15') \gset kim_
SELECT outcome FROM jb_appointment_status_set(:kim_event_id, 'EXPIRED'); --> updated
SELECT outcome FROM jb_appointment_status_set(:kim_event_id, 'EXPIRED'); --> unchanged
SELECT outcome, reason FROM jb_appointment_status_set(:kim_event_id, 'CONFIRMED'); --> rejected|hold_expired
SELECT outcome, reason FROM jb_appointment_status_set(:kim_event_id, 'CONFIRMED', if_still_free => true); --> confirmed|null
SELECT reason, detail FROM jb_rejections() WHERE event_id = :kim_event_id AND reason = 'hold_expired'; --> hold_expired|It was not confirmed in time.
--> hold_expired|It was held until 2026-11-24T10:30:00+01:00.
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_appointment_status_set(1, 'confirmed')$$);
--> 22023|invalid status "confirmed": it must be CONFIRMED, DENIED or EXPIRED|[{"field":"status","value":"confirmed","message":"it must be CONFIRMED, DENIED or EXPIRED"}]|Give CONFIRMED or DENIED, in capitals; EXPIRED where the deadline has passed.
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(1, NULL)$$); --> 22023|invalid status "NULL": it must be CONFIRMED, DENIED or EXPIRED
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(99, 'DENIED')$$); --> P0002|event 99 does not exist
SELECT outcome FROM jb_schedule('No appointment', '1 hour', calendars => '{room:a}', hold_for => '1 hour'); --> held
SELECT state, message, hint FROM test.refusal($$SELECT jb_appointment_status_set((SELECT max(id) FROM jb_event), 'CONFIRMED')$$);
--> P0002|appointment 7 does not exist|jb_appointments() lists the appointments.
SELECT state, message FROM test.refusal($$SELECT jb_appointment_status_set(3, 'CONFIRMED', expected_version => 9)$$); --> JB412|event 3 has version 2, not 9
SELECT outcome FROM jb_cancel(3); --> cancelled

-- ---- listings ----
SELECT appointment_id, client, status FROM jb_appointments(); --> 1|Ann|EXPIRED
--> 2|Bob|EXPIRED
--> 3|Eve|CANCELLED
--> 5|Joe|DENIED
--> 6|Kim|CONFIRMED
--> 4|Eve|CONFIRMED
SELECT appointment_id, client FROM jb_appointments('p1', status => '{CONFIRMED,CANCELLED}'); --> 3|Eve
--> 6|Kim
SELECT appointment_id, provider_id FROM jb_appointments(client => 'Eve'); --> 3|p1
--> 4|p2
SELECT appointment_id FROM jb_appointments(max_rows => 2); --> 1
--> 2
SELECT appointment_id FROM jb_appointments('p1', after => (SELECT jb_event_cursor(jb_event(2)))); --> 3
--> 5
--> 6
SELECT appointment_id FROM jb_appointments(from_time => '2026-11-26', to_time => '2026-11-27'); --> 4
SELECT state, message FROM test.refusal($$SELECT * FROM jb_appointments('new')$$); --> 22023|invalid provider_id "new": there is no such provider
SELECT state, message FROM test.refusal($$SELECT * FROM jb_appointments(status => '{PENDING,held,NULL}')$$); --> 22023|invalid status[2] "NULL": it must not be null

-- ---- as JSON ----
SELECT jb_appointment_json(j -> 'event') FROM jb_appointment_post('{"provider_id": "p1", "client": "Lea", "date": "2026-11-25", "start_time": "14:00", "duration": 1800}') o, jb_outcome_json(o) j;
--> {"appointment_id" : 8, "provider_id" : "p1", "client" : "Lea", "date" : "2026-11-25", "start_time" : "14:00:00", "duration" : 1800, "status" : "PENDING", "expires_at" : "2026-11-24T10:30:00+01:00", "start_timestamp" : "2026-11-25T14:00:00+01:00", "end_timestamp" : "2026-11-25T14:30:00+01:00", "created_at" : "2026-11-24T10:00:00+01:00", "updated_at" : "2026-11-24T10:00:00+01:00", "contact" : null, "note" : null, "reply" : null, "version" : 1}
SELECT jb_provider_slot_json(slot, 'p1') FROM jb_provider_slots('p1', '2026-11-27', max_rows => 1) slot;
--> {"date" : "2026-11-27", "start_time" : "10:00:00", "start_timestamp" : "2026-11-27T10:00:00+01:00", "end_timestamp" : "2026-11-27T10:15:00+01:00"}

-- ---- what is offered can be reserved, on days of 23 and 25 hours too ----
SET SESSION AUTHORIZATION regress_manager;
SELECT available_slots FROM jb_provider_availability_add('p1', '2027-03-28', '{"01:00": "04:00"}'); --> {"01:00": "04:00"}
SELECT available_slots FROM jb_provider_availability_add('p1', '2027-10-31', '{"01:00": "04:00"}'); --> {"01:00": "04:00"}
SELECT on_date, count(*), count(*) FILTER (WHERE outcome = 'held') AS reservable
  FROM unnest('{2026-11-25,2027-03-28,2027-10-31}'::date[]) on_date, jb_provider_slots('p1', on_date) slot,
       jb_appointment_reserve('p1', 'Zoe', start_timestamp => lower(slot), dry_run => true)
 GROUP BY on_date ORDER BY on_date; --> 2026-11-25|27|27
--> 2027-03-28|8|8
--> 2027-10-31|16|16

-- a provider who attends another provider's appointment has it in no list, whether it holds its time or not
SELECT event_id FROM jb_schedule('Together', '45 minutes', '2026-11-27', '10:00', calendars => '{provider:p2}', attendees => '{provider:p1}', check_attendees => true) \gset both_
SELECT status, attendee_calendars FROM jb_event(:both_event_id); --> pending|{provider:p1}
SELECT p, a.status FROM unnest('{p1,p2}'::text[]) p, jb_appointments(p) a WHERE a.appointment_id = :both_event_id; --> p2|CONFIRMED
SELECT outcome FROM jb_cancel(:both_event_id); --> cancelled
SELECT p, a.status FROM unnest('{p1,p2}'::text[]) p, jb_appointments(p) a WHERE a.appointment_id = :both_event_id; --> p2|CANCELLED

-- ---- expired while waiting ----
-- an appointment that was confirmed, given back to the scheduler, displaced, and expired while it waited is no ended hold
SELECT available_slots FROM jb_provider_availability_add('p3', '2026-11-26', '{"09:00": "09:15"}'); --> {"09:00": "09:15"}
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_appointment_reserve('p3', 'Max', '2026-11-26', '09:00') \gset max_
SELECT outcome FROM jb_appointment_status_set(:max_event_id, 'CONFIRMED'); --> confirmed
SELECT outcome FROM jb_reschedule(:max_event_id, make_automatic => true); --> updated
SELECT outcome, cardinality(moves) FROM jb_schedule('Ill', '15 minutes', '2026-11-26', '09:00', calendars => '{provider:p3}'); --> held|1
SELECT test.clock('2026-11-27 10:00+01') \g /dev/null
SELECT jb_expire() > 0 AS something_was_due; --> t
SELECT status FROM jb_appointment WHERE appointment_id = :max_event_id; --> EXPIRED
SELECT r.state, regexp_replace(r.message, '\d+', 'N') AS message
  FROM test.refusal(format('SELECT jb_appointment_status_set(%s, ''CONFIRMED'', if_still_free => true)', :max_event_id)) r; --> 55000|appointment N is EXPIRED and cannot become CONFIRMED

-- ---- slots across midnight ----
SET SESSION AUTHORIZATION regress_manager;
-- the slots begin on the date, and may end on the next date, as reservations do
SELECT available_slots FROM jb_provider_availability_add('night', '2026-12-01', '{"22:45": "24:00"}'); --> {"22:45": "24:00"}
SELECT available_slots FROM jb_provider_availability_add('night', '2026-12-02', '{"00:00": "01:00"}'); --> {"00:00": "01:00"}
SELECT array_agg(lower(slot) ORDER BY slot) FROM jb_provider_slots('night', '2026-12-01', '1 hour') slot;
--> {"2026-12-02 07:45:00+01","2026-12-02 08:00:00+01","2026-12-02 08:15:00+01","2026-12-02 08:30:00+01","2026-12-02 08:45:00+01"}
SELECT array_agg(lower(slot) ORDER BY slot) FROM jb_provider_slots('night', '2026-12-02', '1 hour') slot; --> {"2026-12-02 09:00:00+01"}
SELECT outcome FROM jb_appointment_reserve('night', 'Ann', '2026-12-01', '23:30', '1 hour', dry_run => true); --> held
\i test/regress/sql/frame/close.psql
