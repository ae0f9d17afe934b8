-- Promise: an event claims every calendar that it names, and with check_attendees those of its attendees, all or none;
-- each with its own buffers, and none on a day that is full. It moves and ends on all of them at once.
-- Could break: each further calendar is another lock, another search and another claim, and each of these could be left out.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('ann', '{"time_zone": "Europe/Berlin", "buffer_before": 600, "buffer_after": 300}'); --> ann
SELECT name FROM jb_calendar_set('bob', '{"time_zone": "Europe/Berlin", "max_events_per_day": 2}'); --> bob
SET SESSION AUTHORIZATION regress_secretary;

-- ---- all or none ----
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Meeting', '1 hour', calendars => '{room:a,ann,bob}'); --> placed|1|2026-11-23 08:00:00+01
-- each calendar is claimed with its own buffers
SELECT c.name, l.during FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar WHERE l.event_id = 1 ORDER BY c.name; --> ann|["2026-11-23 07:50:00+01","2026-11-23 09:05:00+01")
--> bob|["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")
--> room:a|["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")
-- neighbours of ann stand apart by after + before, on the increment
SELECT start_timestamp FROM jb_schedule('Next of ann', '30 minutes', calendars => '{ann}'); --> 2026-11-23 09:15:00+01
SELECT start_timestamp FROM jb_schedule('Next of room', '30 minutes', calendars => '{room:a}'); --> 2026-11-23 09:00:00+01
-- a fixed event whose time is free on one calendar and taken on another has no place
SELECT outcome, event_id FROM jb_schedule('Fixed for ann', '30 minutes', '2026-11-24', '10:00', calendars => '{ann}'); --> placed|4
SELECT outcome, reason, conflicts, alternatives FROM jb_schedule('Both', '30 minutes', '2026-11-24', '10:15', calendars => '{room:a,ann}');
--> rejected|conflict|{4}|{"[\"2026-11-24 10:45:00+01\",\"2026-11-24 11:15:00+01\")","[\"2026-11-24 09:15:00+01\",\"2026-11-24 09:45:00+01\")","[\"2026-11-24 11:15:00+01\",\"2026-11-24 11:45:00+01\")"}
-- also where it would only overlap a buffer
SELECT outcome, reason, conflicts FROM jb_schedule('Too near', '30 minutes', '2026-11-24', '10:35', calendars => '{ann}'); --> rejected|conflict|{4}
SELECT outcome, start_timestamp FROM jb_schedule('Just far enough', '30 minutes', '2026-11-24', '10:45', calendars => '{ann}'); --> placed|2026-11-24 10:45:00+01
-- what is offered for all of them can be booked on all of them
SELECT lower(slot) = s.start_timestamp AS as_offered
  FROM jb_slots('2 hours', '{room:a,ann,bob}', max_rows => 1) slot, jb_schedule('Offered', '2 hours', calendars => '{room:a,ann,bob}') s; --> t
-- an event that is displaced on one calendar frees its time on the others
SELECT outcome, moves FROM jb_schedule('Board', '1 hour', '2026-11-23', '08:15', calendars => '{room:a}');
--> placed|{"(1,\"2026-11-23 08:00:00+01\",\"2026-11-23 09:00:00+01\",\"2026-11-23 12:15:00+01\",\"2026-11-23 13:15:00+01\",,)","(3,\"2026-11-23 09:00:00+01\",\"2026-11-23 09:30:00+01\",\"2026-11-23 09:15:00+01\",\"2026-11-23 09:45:00+01\",,)"}
SELECT c.name, l.during FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar WHERE l.event_id = 1 ORDER BY c.name; --> ann|["2026-11-23 12:05:00+01","2026-11-23 13:20:00+01")
--> bob|["2026-11-23 12:15:00+01","2026-11-23 13:15:00+01")
--> room:a|["2026-11-23 12:15:00+01","2026-11-23 13:15:00+01")
SELECT * FROM jb_check();

-- ---- a day that is full ----
SELECT outcome, start_timestamp FROM jb_schedule('First', '1 hour', '2026-11-26', calendars => '{bob}'); --> placed|2026-11-26 08:00:00+01
SELECT outcome, start_timestamp FROM jb_schedule('Second', '1 hour', '2026-11-26', '15:00', calendars => '{bob}'); --> placed|2026-11-26 15:00:00+01
SELECT outcome, reason, detail FROM jb_schedule('Third, fixed', '1 hour', '2026-11-26', '16:00', calendars => '{bob}'); --> rejected|over_limit|The calendar has its 2 events of that day already.
SELECT outcome, reason, detail FROM jb_schedule('Third, that day', '1 hour', '2026-11-26', calendars => '{bob}'); --> rejected|over_limit|The calendar has its 2 events of 2026-11-26 already.
SET SESSION AUTHORIZATION regress_manager;
SELECT max_events_per_day FROM jb_calendar_set('bob', '{"max_events_per_day": 1}'); --> 1
SET SESSION AUTHORIZATION regress_secretary;
SELECT detail FROM jb_schedule('Third, that day', '1 hour', '2026-11-26', calendars => '{bob}', dry_run => true); --> The calendar has its one event of 2026-11-26 already.
SELECT detail FROM jb_schedule('Third, fixed', '1 hour', '2026-11-26', '16:00', calendars => '{bob}', dry_run => true); --> The calendar has its one event of that day already.
SET SESSION AUTHORIZATION regress_manager;
SELECT max_events_per_day FROM jb_calendar_set('bob', '{"max_events_per_day": 2}'); --> 2
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, start_timestamp FROM jb_schedule('Third, from then on', '1 hour', calendars => '{bob}', not_before => '2026-11-26 00:00+01'); --> placed|2026-11-27 08:00:00+01
SELECT lower(slot) FROM jb_slots('1 hour', '{bob}', '2026-11-26', max_rows => 1) slot; --> 2026-11-27 09:00:00+01
-- the day opens again with the first event that leaves
SELECT outcome FROM jb_cancel(9); --> cancelled
SELECT lower(slot) FROM jb_slots('1 hour', '{bob}', '2026-11-26', max_rows => 1) slot; --> 2026-11-26 09:00:00+01
SELECT * FROM jb_check();

-- an event that has begun may last longer: the limit counts starts, and its start stays
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('few', '{"time_zone": "Europe/Berlin"}'); --> few
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id FROM jb_schedule('Begun', '1 hour', '2026-11-23', '08:00', calendars => '{few}') \gset begun_
SELECT outcome FROM jb_schedule('Later', '1 hour', '2026-11-23', '15:00', calendars => '{few}'); --> placed
SET SESSION AUTHORIZATION regress_manager;
SELECT max_events_per_day FROM jb_calendar_set('few', '{"max_events_per_day": 1}'); --> 1
SELECT test.clock('2026-11-23 08:30+01') \g /dev/null
SELECT outcome, end_timestamp FROM jb_reschedule(:begun_event_id, duration => '2 hours'); --> updated|2026-11-23 10:00:00+01
SELECT outcome, reason FROM jb_reschedule(:begun_event_id, duration => '8 hours'); --> rejected|conflict
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null

-- ---- settled on another calendar ----
SELECT settled_within FROM jb_calendar_set('cat', '{"time_zone": "Europe/Berlin", "settled_within": "14 days"}'); --> 336:00:00
SELECT name FROM jb_calendar_set('room:c', '{"time_zone": "Europe/Berlin"}'); --> room:c
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id, start_timestamp FROM jb_schedule('Near', '9 hours', '2026-12-03', calendars => '{room:c,cat}', priority => 10) \gset near_
SELECT event_id, start_timestamp FROM jb_schedule('Far', '9 hours', '2026-12-09', calendars => '{room:c,cat}', priority => 10) \gset far_
-- the setting that keeps cat's day as it is keeps the room too
SELECT outcome, reason, conflicts = ARRAY[:near_event_id::bigint] AS by_it, moves FROM jb_schedule('Board', '1 hour', '2026-12-03', '09:00', calendars => '{room:c}'); --> rejected|conflict|t|{}
SELECT candidate, verdict, conflicts = ARRAY[:near_event_id::bigint] AS by_it FROM jb_explain('Board', '1 hour', '2026-12-03', '09:00', calendars => '{room:c}');
--> ["2026-12-03 09:00:00+01","2026-12-03 10:00:00+01")|in_the_way|t
--> ["2026-12-03 09:00:00+01","2026-12-03 10:00:00+01")|rejected|t
SELECT outcome, reason FROM jb_schedule('Urgent', '1 hour', '2026-12-03', calendars => '{room:c}', priority => 90, preempt => true); --> rejected|no_open_slot
SELECT status, start_timestamp FROM jb_event(:near_event_id); --> pending|2026-12-03 08:00:00+01
SELECT outcome, (moves[1]).event_id = :far_event_id AS moved FROM jb_schedule('Board', '1 hour', '2026-12-09', '09:00', calendars => '{room:c}'); --> placed|t

-- ---- many events that give way ----
-- the call asks for their calendars at once: each new beginning would cost a transaction id
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_calendar_set('client:' || n, '{"time_zone": "Europe/Berlin"}')) FROM generate_series(1, 60) n; --> 60
SET SESSION AUTHORIZATION regress_secretary;
SELECT count(*) FROM generate_series(1, 60) n, jb_schedule('Small', '5 minutes', '2026-12-10', calendars => ARRAY['room:c', 'client:' || n]); --> 60
SELECT pg_current_xact_id() AS before \gset
SELECT outcome, cardinality(moves) FROM jb_schedule('Large', '9 hours', '2026-12-10', '08:00', calendars => '{room:c}'); --> placed|60
SELECT pg_current_xact_id()::text::bigint - :before < 30 AS at_once; --> t
SELECT * FROM jb_check();

-- ---- attendees ----
SELECT outcome, start_timestamp FROM jb_schedule('Without asking', '1 hour', '2026-11-27', '09:00', calendars => '{room:a}', attendees => '{ann,bob,Eve}'); --> placed|2026-11-27 09:00:00+01
SELECT attendee_calendars FROM jb_event_view WHERE event_name = 'Without asking'; --> {}
SELECT outcome, event_id FROM jb_schedule('Asked', '1 hour', '2026-11-27', '10:00', calendars => '{room:a}', attendees => '{ann,bob,Eve,ann}', check_attendees => true) \gset
SELECT calendars, attendee_calendars, check_attendees FROM jb_event(:event_id); --> {room:a}|{ann,bob}|t
SELECT outcome, conflicts = ARRAY[:event_id]::bigint[] AS in_the_way FROM jb_schedule('Ann too', '1 hour', '2026-11-27', '10:30', calendars => '{ann}'); --> rejected|t
-- the setting of a calendar checks the attendees of all its events, unless an event says no
SET SESSION AUTHORIZATION regress_manager;
SELECT check_attendees FROM jb_calendar_set('room:a', '{"check_attendees": true}'); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, reason FROM jb_schedule('By the setting', '1 hour', '2026-11-27', '10:00', calendars => '{ceo}', attendees => '{ann}', allow_past => true); --> placed|null
SELECT outcome, reason FROM jb_schedule('By the setting', '1 hour', '2026-11-27', '11:00', calendars => '{room:a}', attendees => '{ann}'); --> rejected|conflict
SELECT attendee_calendars FROM jb_event_view WHERE event_name = 'By the setting' ORDER BY id; --> {}
SELECT outcome FROM jb_schedule('Not this one', '1 hour', '2026-11-27', '12:00', calendars => '{room:a}', attendees => '{ann}', check_attendees => false); --> placed
SELECT attendee_calendars FROM jb_event_view WHERE event_name = 'Not this one'; --> {}
-- a further attendee's time is claimed, or the change is refused with the event where it was
SELECT outcome, conflicts FROM jb_update(:event_id, '{"attendees": ["ann", "ceo"]}'); --> updated|{}
SELECT attendees, attendee_calendars FROM jb_event(:event_id); --> {ann,ceo}|{ann,ceo}
SELECT outcome FROM jb_update(:event_id, '{"attendees": ["ann"]}'); --> updated
SELECT c.name FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar WHERE l.event_id = :event_id ORDER BY 1; --> ann
--> room:a

-- ---- change and end on all ----
SELECT outcome FROM jb_reschedule(:event_id, calendars => '{bob,ann}', start_time => '14:00'); --> updated
SELECT calendar, kind, old_range, new_range FROM jb_history(:event_id) ORDER BY calendar, seq; --> ann|placed|null|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> ann|updated|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> ann|updated|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> ann|moved|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|["2026-11-27 14:00:00+01","2026-11-27 15:00:00+01")
--> bob|placed|null|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> bob|updated|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|null
--> bob|moved|null|["2026-11-27 14:00:00+01","2026-11-27 15:00:00+01")
--> ceo|updated|null|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> ceo|updated|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|null
--> room:a|placed|null|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> room:a|updated|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> room:a|updated|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")
--> room:a|moved|["2026-11-27 10:00:00+01","2026-11-27 11:00:00+01")|null
SELECT outcome FROM jb_cancel(:event_id); --> cancelled
SELECT count(*) FROM jb_claim WHERE event_id = :event_id; --> 0
SELECT * FROM jb_check();

-- ---- bad input: each must fail ----
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a,nowhere}')$$);
--> 22023|invalid calendars "nowhere": there is no such calendar|[{"field":"calendars","value":"nowhere","message":"there is no such calendar"}]|Name existing calendars; jb_calendars() lists them.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{ann,bob,ann}')$$);
--> 22023|invalid calendars "ann": it is named twice|[{"field":"calendars","value":"ann","message":"it is named twice"}]|Name existing calendars; jb_calendars() lists them.
SELECT state, message FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => (SELECT array_agg('c' || n) FROM generate_series(1, 101) n))$$);
--> 22023|invalid calendars "101": there must be 1 to 100
-- ---- a full day is closed from midnight on: what a strict calendar offers is what it takes ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('nights', '{"time_zone": "Europe/Berlin", "strict": true, "max_events_per_day": 1,
  "hours": {"saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}}'); --> nights
SELECT outcome FROM jb_schedule('Sunday', '1 hour', '2026-11-29', '18:00', calendars => '{nights}'); --> placed
SELECT count(*) FROM jb_slots('2 hours', '{nights}', '2026-11-28 22:05+01', '2026-11-29 02:00+01'); --> 0
SELECT outcome, reason, detail FROM jb_schedule('Into Sunday', '2 hours', '2026-11-28', '22:30', calendars => '{nights}', dry_run => true);
--> rejected|over_limit|The calendar has its one event of that day already.
SELECT outcome FROM jb_schedule('Before Sunday', '2 hours', '2026-11-28', '22:00', calendars => '{nights}', dry_run => true); --> placed

-- Promise: an attendee who has declined, or came as a guest, claims no calendar, whatever is changed later; a name that is
-- taken off and named again claims as any other does (rule 2.7.4).
-- Could break: a change of attendees works out anew which calendars they claim, and so does another calendar, another rule
-- of a series, and the next state of a file's source.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT count(jb_calendar_set(name, '{"time_zone": "Europe/Berlin", "horizon": "3660 days", "check_attendees": true}')) FROM unnest('{ceo,bob@example.org,carol@example.org,room:a,room:b,provider:paul}'::text[]) AS name;
--> 6
CREATE VIEW test.stored AS SELECT id, event_name, calendars, attendees, attendee_calendars, guests FROM jb_event ORDER BY id;
GRANT SELECT ON test.stored TO PUBLIC;
CREATE FUNCTION test.file(partstat text, properties text = '', uid text = 'u') RETURNS text LANGUAGE sql AS $$
  SELECT format(E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:%s\r\nSUMMARY:Invitation\r\nDTSTART:20261124T090000Z\r\nDTEND:20261124T100000Z\r\nATTENDEE;PARTSTAT=%s;CN=Bob:mailto:Bob@Example.org\r\nATTENDEE:mailto:carol@example.org\r\n%sEND:VEVENT\r\nEND:VCALENDAR\r\n', uid, partstat, properties) $$;
SET SESSION AUTHORIZATION regress_secretary;

-- ---- who has declined is not booked, and nothing is rejected on that account ----
SELECT outcome FROM jb_schedule('Other', '1 hour', start_timestamp => '2026-11-24 09:00Z', calendars => '{bob@example.org}'); --> placed
SELECT outcome FROM jb_import('room:a', test.file('declined')); --> placed
SELECT * FROM test.stored WHERE id > 1; --> 2|Invitation|{room:a}|{Bob@Example.org,carol@example.org}|{carol@example.org}|{Bob@Example.org}
-- named in two lines, one of which has not declined; answers other than DECLINED claim; the calendar's own attendee has declined
SELECT outcome, reason FROM jb_import('room:b', replace(test.file('DECLINED', E'ATTENDEE;PARTSTAT=TENTATIVE:mailto:bob@example.org\r\n', 'twice'), 'carol', 'nobody'), dry_run => true);
--> rejected|conflict
SELECT answer, (SELECT outcome FROM jb_import('room:b', replace(test.file(answer, uid => 'answers'), 'carol', 'nobody'), dry_run => true)) AS outcome FROM unnest('{ACCEPTED,TENTATIVE,NEEDS-ACTION,DELEGATED,"\"DECLINED\""}'::text[]) AS answer;
--> ACCEPTED|rejected
--> TENTATIVE|rejected
--> NEEDS-ACTION|rejected
--> DELEGATED|rejected
--> "DECLINED"|placed
SELECT outcome, detail FROM jb_import('BOB@example.org', test.file('DECLINED')); --> ignored|It takes no time: bob@example.org has declined.

-- ---- every change leaves it so ----
SELECT outcome FROM jb_update(2, '{"attendees": ["carol@example.org", "BOB@example.org", "dora@example.org"]}'); --> updated
SELECT outcome FROM jb_update(2, '{"calendars": ["room:b"]}'); --> updated
SELECT outcome FROM jb_update(2, '{"check_attendees": true}'); --> updated
SELECT outcome FROM jb_reschedule(2, start_timestamp => '2026-11-24 09:30Z'); --> updated
SELECT outcome FROM jb_update(2, '{"event_name": "Renamed", "start_timestamp": "2026-11-24T09:00:00Z"}'); --> updated
SELECT * FROM test.stored WHERE id > 1; --> 2|Renamed|{room:b}|{carol@example.org,BOB@example.org,dora@example.org}|{carol@example.org}|{BOB@example.org}
-- taken off, and named again: somebody who may book names an attendee like any other
SELECT outcome FROM jb_update(2, '{"attendees": ["carol@example.org"]}'); --> updated
SELECT outcome, reason FROM jb_update(2, '{"attendees": ["carol@example.org", "bob@example.org"]}'); --> rejected|conflict
SELECT outcome FROM jb_cancel(1); --> cancelled
SELECT outcome FROM jb_update(2, '{"attendees": ["carol@example.org", "bob@example.org"]}'); --> updated
SELECT * FROM test.stored WHERE id > 1; --> 2|Renamed|{room:b}|{carol@example.org,bob@example.org}|{carol@example.org,bob@example.org}|null

-- ---- a source that is followed: what it says of the answers counts ----
SELECT outcome FROM jb_import('room:a', test.file('DECLINED', E'SEQUENCE:1\r\n', 's'), sync => true); --> rejected
SELECT outcome FROM jb_cancel(2); --> cancelled
SELECT outcome FROM jb_import('room:a', test.file('DECLINED', E'SEQUENCE:1\r\n', 's'), sync => true); --> placed
SELECT outcome FROM jb_import('room:a', test.file('ACCEPTED', E'SEQUENCE:2\r\n', 's'), sync => true); --> updated
SELECT * FROM test.stored ORDER BY id DESC LIMIT 1; --> 3|Invitation|{room:a}|{Bob@Example.org,carol@example.org}|{bob@example.org,carol@example.org}|null
SELECT outcome FROM jb_import('room:a', test.file('ACCEPTED', E'SEQUENCE:2\r\n', 's'), sync => true); --> unchanged
SELECT outcome FROM jb_import('room:a', test.file('DECLINED', E'SEQUENCE:3\r\n', 's'), sync => true); --> updated
SELECT * FROM test.stored ORDER BY id DESC LIMIT 1; --> 3|Invitation|{room:a}|{Bob@Example.org,carol@example.org}|{carol@example.org}|{Bob@Example.org}
SELECT fields FROM jb_history((SELECT max(id) FROM test.stored)) WHERE calendar = 'room:a' ORDER BY version; --> {}
--> {attendees}
--> {attendees}

-- ---- all of a series, and what another rule makes of it ----
SELECT outcome FROM jb_import('room:b', replace(test.file('DECLINED', E'RRULE:FREQ=DAILY;COUNT=3\r\n', 'series'), '20261124', '20261126')); --> placed
SELECT min(id) AS first FROM jb_event WHERE series IS NOT NULL \gset
SELECT outcome FROM jb_update(:first, '{"attendees": ["carol@example.org", "bob@example.org", "x"], "scope": "all"}'); --> updated
SELECT outcome FROM jb_update(:first, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=5", "scope": "all"}'); --> updated
SELECT event_name, attendees, attendee_calendars, guests, count(*) FROM jb_event WHERE series IS NOT NULL GROUP BY 1, 2, 3, 4;
--> Invitation|{carol@example.org,bob@example.org,x}|{carol@example.org}|{bob@example.org}|5

-- ---- guests of a poll and of a booking page ----
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Poll', '2026-12-01 00:00+01', '2026-12-02 00:00+01', '1 hour', calendars => '{room:a}', public => true) \gset
SELECT participant FROM jb_poll_answer(:poll, 'ceo', '[{"start": "2026-12-01T09:00:00Z", "end": "2026-12-01T12:00:00Z"}]'); --> ceo
SELECT outcome, event_id AS event FROM jb_poll_book(:poll, '2026-12-01 09:00Z', token => :'organiser') \gset
SELECT outcome FROM jb_update(:event, '{"attendees": ["ceo", "carol@example.org"]}'); --> updated
SELECT calendars, attendees, attendee_calendars, guests FROM test.stored WHERE id = :event; --> {room:a}|{ceo,carol@example.org}|{carol@example.org}|{ceo}
SELECT outcome FROM jb_schedule('The CEO is free', '1 hour', start_timestamp => '2026-12-01 09:00Z'); --> placed
RESET SESSION AUTHORIZATION;
SELECT public_booking FROM jb_calendar_set('provider:paul', '{"public_booking": true, "hours": {"wednesday": [{"start": "08:00", "end": "12:00"}]}, "confirm_within": "1 day"}'); --> t
SELECT outcome FROM jb_booking_make('paul', '{"client": "CEO", "contact": "a@example.org", "start_timestamp": "2026-12-02T10:00:00+01:00"}', token => 'jbb_' || repeat('a', 48)); --> held
SELECT max(id) AS event FROM jb_event \gset
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_confirm(:event); --> confirmed
SELECT outcome FROM jb_update(:event, '{"attendees": ["CEO", "carol@example.org"]}'); --> updated
RESET SESSION AUTHORIZATION;
SELECT outcome FROM jb_booking_move('paul', 'jbb_' || repeat('a', 48), '2026-12-02 11:00+01'); --> updated
SELECT calendars, attendees, attendee_calendars, guests FROM test.stored WHERE id = :event; --> {provider:paul}|{CEO,carol@example.org}|{carol@example.org}|{CEO}

-- ---- when each of them is taken ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT calendar, time_zone, busy, as_of, busy = jb_busy(calendar, '2026-12-01 00:00+01', '2026-12-03 00:00+01') AS is_its_own
  FROM jb_busy_all('{room:b,CEO,room:a}', '2026-12-01 00:00+01', '2026-12-03 00:00+01'); --> room:b|Europe/Berlin|{}|null|t
--> ceo|Europe/Berlin|{["2026-12-01 10:00:00+01","2026-12-01 11:00:00+01")}|null|t
--> room:a|Europe/Berlin|{["2026-12-01 10:00:00+01","2026-12-01 11:00:00+01")}|2026-11-23 07:00:00+01|t
SELECT r.* FROM (VALUES ('{room:a,room:nowhere,nobody}'), ('{room:a,ROOM:A}'), ('{}')) AS s (names),
       test.refusal(format('SELECT jb_busy_all(%L, jb_now(), jb_now() + interval ''1 day'')', names)) AS r;
--> 22023|invalid calendars "room:nowhere": there is no such calendar|[{"field":"calendars","value":"room:nowhere","message":"there is no such calendar"},{"field":"calendars","value":"nobody","message":"there is no such calendar"}]|Name existing calendars; jb_calendars() lists them.
--> 22023|invalid calendars "ROOM:A": it is named twice|[{"field":"calendars","value":"ROOM:A","message":"it is named twice"}]|Name existing calendars; jb_calendars() lists them.
--> 22023|invalid calendars "0": there must be 1 to 100|[{"field":"calendars","value":"0","message":"there must be 1 to 100"}]|Name existing calendars; jb_calendars() lists them.
SELECT state, message FROM test.refusal($$SELECT jb_busy_all('{room:a}', '2026-01-01', '2036-01-10')$$);
--> 22023|invalid to_time "2036-01-09T23:00:00+00:00": it must be at most 3660 days after the begin of the range
SELECT count(*) FROM jb_busy_all(ARRAY(SELECT name FROM jb_calendars()), '2026-01-01', '2036-01-01'); --> 6

-- ---- a long list, left in its row ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id AS event FROM jb_import('room:b', replace(test.file('DECLINED', (SELECT string_agg(format(E'ATTENDEE;PARTSTAT=DECLINED:mailto:%s%s@example.org\r\n', repeat('n', 40), i), '') FROM generate_series(1, 500) AS i), 'long'), '20261124', '20261210')) \gset
SELECT cardinality(guests) FROM jb_event WHERE id = :event; --> 501
SELECT outcome FROM jb_update(:event, '{"event_name": "Long"}'); --> updated
SELECT outcome FROM jb_update(:event, '{"start_timestamp": "2026-12-10T10:00:00Z"}'); --> updated
SELECT cardinality(guests), attendee_calendars FROM jb_event WHERE id = :event; --> 501|{carol@example.org}

\i test/regress/sql/frame/close.psql
