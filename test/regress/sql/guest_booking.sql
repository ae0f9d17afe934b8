-- Promise: a visitor books one of the slots of a provider who has opened a page for that, hears what becomes of it, and moves
-- or cancels it by a token that opens this booking and nothing else.
-- Could break: a page answers that is off, a time is taken that is no slot, somebody is moved, a token opens another booking, or
-- one network takes all the time there is, shuts out whose contact it gives, or fills the database with what is refused.
\i test/regress/sql/frame/open.psql
\set monday 2026-11-30
CREATE FUNCTION pg_temp.wish(start text, contact text = 'ann@example.org', client text = 'Ann', note text = NULL) RETURNS jsonb LANGUAGE sql AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object('client', client, 'contact', contact, 'note', note, 'start_timestamp', '2026-11-30T' || start || ':00+01:00')) $$;

-- ---- the page is off, until the calendar says otherwise ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_provider_availability_add('p1', :'monday', '{"09:00": "12:00"}') IS NOT NULL AS opened; --> t
SELECT public_booking FROM jb_calendar_set('provider:p1', '{"time_zone": "Europe/Berlin"}'); --> f
SELECT name, public_booking FROM jb_calendar_set('provider:p2', '{"time_zone": "Europe/Berlin"}'); --> provider:p2|f
SET SESSION AUTHORIZATION regress_viewer;
SELECT r.state, r.message, r.hint FROM (VALUES ('p1'), ('nobody')) v (id), test.refusal(format('SELECT jb_booking_page(%L)', id)) r; -- must fail, both alike
--> P0002|provider "p1" has no booking page|Ask the provider for the address of the page.
--> P0002|provider "nobody" has no booking page|Ask the provider for the address of the page.
SELECT r.state, r.message FROM (VALUES ('p1'), ('nobody'), (NULL)) v (id), test.refusal(format('SELECT jb_booking_slots(%L)', id)) r; -- must fail --> P0002|provider "p1" has no booking page
--> P0002|provider "nobody" has no booking page
--> P0002|provider "" has no booking page
SELECT r.state, r.message FROM (VALUES ('p1'), ('nobody')) v (id), test.refusal(format('SELECT jb_booking_make(%L, %L)', id, pg_temp.wish('09:00'))) r; -- must fail
--> P0002|provider "p1" has no booking page
--> P0002|provider "nobody" has no booking page
SET SESSION AUTHORIZATION regress_manager;
SELECT state, message FROM test.refusal($$SELECT jb_calendar_set('room:a', '{"public_booking": true}')$$); -- must fail: no provider
--> 22023|invalid public_booking "true": only the calendar of a provider, provider:ID, has a booking page
SELECT state, message FROM test.refusal($$SELECT jb_calendar_set('provider:p1', '{"public_booking": "yes"}')$$); -- must fail --> 22023|invalid public_booking "yes": it must be true or false
SELECT public_booking FROM jb_calendar_set('provider:p1', '{"public_booking": true}'); --> t
SELECT public_booking FROM jb_calendar_set('provider:p1', '{"min_notice": 86400}'); --> t
SELECT jb_calendar_json(c) ->> 'public_booking' FROM jb_calendar('provider:p1') c; --> true

-- ---- what is offered ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT jb_booking_page('p1'); --> {"provider_id" : "p1", "display_name" : null, "time_zone" : "Europe/Berlin", "duration" : 900, "min_notice" : 86400, "confirm_within" : 1800}
SELECT count(*), min(lower(slot)), max(upper(slot)) FROM jb_booking_slots('p1') AS slot; --> 12|2026-11-30 09:00:00+01|2026-11-30 12:00:00+01
SELECT slot FROM jb_booking_slots('p1', '2026-11-30 10:05+01', 2) AS slot; --> ["2026-11-30 10:15:00+01","2026-11-30 10:30:00+01")
--> ["2026-11-30 10:30:00+01","2026-11-30 10:45:00+01")

-- ---- a booking ----
SELECT outcome, reason, alternatives, token ~ '^jbb_[0-9a-f]{48}$' AS is_token, version, booking, calendar, expires_at FROM jb_booking_make('p1', pg_temp.wish('09:00', note => ' May I bring <b>my</b> dog? ')) \gset ann_
SELECT :'ann_outcome' AS outcome, :'ann_is_token' AS is_token, :'ann_booking'::jsonb - 'updated_at' - 'created_at' AS booking, :'ann_calendar' AS calendar, :'ann_expires_at' AS expires_at;
--> held|t|{"date": "2026-11-30", "note": "May I bring <b>my</b> dog?", "reply": null, "client": "Ann", "status": "PENDING", "contact": "ann@example.org", "duration": 900, "expires_at": "2026-11-23T07:30:00+01:00", "start_time": "09:00:00", "provider_id": "p1", "end_timestamp": "2026-11-30T09:15:00+01:00", "start_timestamp": "2026-11-30T09:00:00+01:00"}|provider:p1|2026-11-23 07:30:00+01
SET SESSION AUTHORIZATION regress_secretary;
SELECT appointment_id, client, start_time, status FROM jb_appointments('p1'); --> 1|Ann|09:00:00|PENDING
SELECT attendees, description, metadata FROM jb_event(1); --> {Ann}|May I bring <b>my</b> dog?|{"contact": "ann@example.org"}
SELECT principal, kind FROM jb_history(1); --> booking page|held
RESET SESSION AUTHORIZATION;
SELECT count(*) AS rows, bool_and(octet_length(token) = 32 AND octet_length(request) = 32) AS hashed, count(sender) AS with_sender FROM jb_booking_link; --> 1|t|0
SET SESSION AUTHORIZATION regress_viewer;
-- a visitor's own token makes the call safe to repeat
SELECT outcome, token FROM jb_booking_make('p1', pg_temp.wish('09:30', 'bob@example.org', 'Bob'), 'jbb_' || repeat('b', 48)); --> held|null
SELECT outcome, booking ->> 'client' AS client FROM jb_booking_make('p1', pg_temp.wish('09:30', 'bob@example.org', 'Bob'), 'jbb_' || repeat('b', 48)); --> unchanged|Bob
SELECT state, message FROM test.refusal(format('SELECT jb_booking_make(''p1'', %L, ''jbb_'' || repeat(''b'', 48))', pg_temp.wish('10:00', 'bob@example.org', 'Bob'))); -- must fail
--> JB422|the token stands for another booking
SELECT state, message, detail FROM test.refusal(format('SELECT jb_booking_make(''p1'', %L, ''guess'')', pg_temp.wish('10:00'))); -- must fail
--> 22023|invalid token "": a token that the visitor makes is jbb_ and 48 digits of hexadecimal|[{"field":"token","value":"","message":"a token that the visitor makes is jbb_ and 48 digits of hexadecimal"}]
-- what the page has told comes with the request: another length, or another way to be confirmed, is not booked
SELECT told, r.state, r.message, r.hint FROM (VALUES ('{"duration": 1800}'::jsonb), ('{"confirm_within": null}'), ('{"duration": 900, "confirm_within": "1 hour"}'), ('{"duration": 0}'), ('{"confirm_within": "soon"}')) v (told),
  test.refusal(format('SELECT jb_booking_make(''p1'', %L)', pg_temp.wish('10:30') || told)) r; -- must fail
--> {"duration": 1800}|JB412|the page has duration 900 s, not 1800 s|Read the page again, and repeat the booking if that will do.
--> {"confirm_within": null}|JB412|the page has confirm_within 1800 s, not none|Read the page again, and repeat the booking if that will do.
--> {"duration": 900, "confirm_within": "1 hour"}|JB412|the page has confirm_within 1800 s, not 3600 s|Read the page again, and repeat the booking if that will do.
--> {"duration": 0}|22023|invalid duration "0": it must be from 1 second to 366 days|Give whole seconds from 1 second to 366 days: interval '30 minutes' in SQL, 1800 in JSON.
--> {"confirm_within": "soon"}|22023|invalid confirm_within "soon": it must be whole seconds as a number, or a length such as 30 minutes|Correct every field that is named and call again.
SELECT outcome, reason FROM jb_booking_make('p1', pg_temp.wish('10:07') || '{"duration": "15 min", "confirm_within": 1800}'); -- as told, and no slot --> rejected|off_increment
-- a time that is no slot: taken, off the grid, closed, too soon
SELECT w.start, b.outcome, b.reason, b.alternatives[1], b.token, b.booking FROM (VALUES ('09:00'), ('10:07'), ('13:00')) w (start), LATERAL jb_booking_make('p1', pg_temp.wish(w.start, 'eve@example.org', 'Eve')) b;
--> 09:00|rejected|conflict|["2026-11-30 09:15:00+01","2026-11-30 09:30:00+01")|null|null
--> 10:07|rejected|off_increment|["2026-11-30 10:00:00+01","2026-11-30 10:15:00+01")|null|null
--> 13:00|rejected|outside_hours|["2026-11-30 11:45:00+01","2026-11-30 12:00:00+01")|null|null
SELECT outcome, reason FROM jb_booking_make('p1', '{"client": "Eve", "contact": "eve@example.org", "start_timestamp": "2026-11-23T10:00:00+01:00"}'); --> rejected|too_soon
-- what is wrong in a request, all at once
SELECT state, message, detail FROM test.refusal($$SELECT jb_booking_make('p1', '{"client": "  ", "contact": "me", "note": 7, "start_timestamp": "soon", "attendees": []}')$$);
--> 22023|invalid attendees "[]": a booking has no such field|[{"field":"attendees","value":"[]","message":"a booking has no such field"},{"field":"client","value":"  ","message":"it must have 1 to 200 characters"},{"field":"contact","value":"me","message":"it must be a mail address, or a telephone number of 5 to 20 digits"},{"field":"note","value":"7","message":"it must be a text"},{"field":"start_timestamp","value":"soon","message":"it must be an RFC 3339 time with its offset"}]
SELECT state, detail FROM test.refusal($$SELECT jb_booking_make('p1', '{}')$$);
--> 22023|[{"field":"client","value":"NULL","message":"it is required"},{"field":"contact","value":"NULL","message":"it is required"},{"field":"start_timestamp","value":"NULL","message":"it is required"}]
SELECT state, message FROM test.refusal($$SELECT jb_booking_make('p1', '[]')$$); --> 22023|invalid request "[]": it must be a JSON object
SELECT r.state, left(r.message, 40) AS message FROM (VALUES (repeat('x', 200), '+49 (30) 123-45'), (repeat('x', 201), 'x@y'), ('x', '1234'), ('x', 'a@b@c'), ('x', '@'), ('x', 'a b@c'), (repeat('🎉', 200), '0049 3012345')) v (client, contact),
  test.refusal(format('SELECT jb_booking_make(''p1'', %L)', pg_temp.wish('13:00', contact, client))) r; --> none|null
--> 22023|invalid client "xxxxxxxxxxxxxxxxxxxxxxxx
--> 22023|invalid contact "1234": it must be a mai
--> 22023|invalid contact "a@b@c": it must be a ma
--> 22023|invalid contact "@": it must be a mail a
--> 22023|invalid contact "a b@c": it must be a ma
--> none|null

SELECT r.state, r.message FROM unnest(ARRAY[chr(160), chr(12288), chr(8203), chr(119129), chr(78896)]) v (client), test.refusal(format('SELECT jb_booking_make(''p1'', %L)', pg_temp.wish('13:00', client => client))) r; -- must fail
--> 22023|invalid client " ": it must have a character that is seen
--> 22023|invalid client "　": it must have a character that is seen
--> 22023|invalid client "​": it must have a character that is seen
--> 22023|invalid client "𝅙": it must have a character that is seen
--> 22023|invalid client "𓐰": it must have a character that is seen
-- contact and name show what they are; a note may have line breaks and tabs, and no other controls
SELECT r.state, r.detail::json -> 0 ->> 'field' AS field, r.detail::json -> 0 ->> 'message' AS message
  FROM (VALUES ('a' || chr(8238) || 'b@moc.live'), ('a' || chr(133) || '@b'), ('a' || chr(127) || '@b'), ('a' || chr(8232) || '@b'), ('a' || chr(8203) || '@b')) v (contact),
  test.refusal(format('SELECT jb_booking_make(''p1'', %L)', pg_temp.wish('13:00', contact))) r; -- must fail --> 22023|contact|it must have no control characters and none that are invisible
--> 22023|contact|it must have no control characters and none that are invisible
--> 22023|contact|it must have no control characters and none that are invisible
--> 22023|contact|it must have no control characters and none that are invisible
--> 22023|contact|it must have no control characters and none that are invisible
SELECT r.state, r.detail::json -> 0 ->> 'field' AS field, r.detail::json -> 0 ->> 'message' AS message, r.hint FROM unnest(ARRAY['See' || chr(8238) || 'you', E'a\x1b[2J', E'a\rb', chr(133) || 'a' || chr(133), 'a' || chr(8297) || 'b']) note,
  test.refusal(format('SELECT jb_booking_make(''p1'', %L)', pg_temp.wish('13:00', note => note))) r; -- must fail
--> 22023|note|it must have no control characters but line breaks and tabs, and none that turn the direction of writing|Correct every field that is named and call again.
--> 22023|note|it must have no control characters but line breaks and tabs, and none that turn the direction of writing|Correct every field that is named and call again.
--> 22023|note|it must have no control characters but line breaks and tabs, and none that turn the direction of writing|Correct every field that is named and call again.
--> 22023|note|it must have no control characters but line breaks and tabs, and none that turn the direction of writing|Correct every field that is named and call again.
--> 22023|note|it must have no control characters but line breaks and tabs, and none that turn the direction of writing|Correct every field that is named and call again.
SELECT state, message FROM test.refusal(format('SELECT jb_booking_make(''p1'', %L)', pg_temp.wish('13:00', note => E'One\n\ttwo'))); -- rejected, and not refused --> none|null

-- ---- a provider's calendar that binds nobody else binds visitors, and they move nobody ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, start_timestamp FROM jb_schedule('Automatic', '1 hour', not_before => '2026-11-30 08:00+01', calendars => '{provider:p2}'); --> placed|2026-11-30 08:00:00+01
SET SESSION AUTHORIZATION regress_manager;
SELECT strict, public_booking FROM jb_calendar_set('provider:p2', '{"public_booking": true}'); --> f|t
SET SESSION AUTHORIZATION regress_viewer;
SELECT w.start, b.outcome, b.reason FROM (VALUES ('07:00'), ('08:00'), ('08:30'), ('09:00')) w (start), LATERAL jb_booking_make('p2', pg_temp.wish(w.start)) b; --> 07:00|rejected|outside_hours
--> 08:00|rejected|conflict
--> 08:30|rejected|conflict
--> 09:00|placed|null
SELECT start_timestamp, status FROM jb_event((SELECT max(id) FROM jb_event_view WHERE event_name = 'Automatic')); --> 2026-11-30 08:00:00+01|pending

-- ---- by the token ----
SELECT token AS cy, outcome FROM jb_booking_make('p1', pg_temp.wish('10:00', '+49 30 123-45', 'Cy')) \gset
SELECT outcome, booking ->> 'status' AS status, version FROM jb_booking('p1', :'cy'); --> null|PENDING|1
SELECT r.state, r.message FROM (VALUES ('p1', 'jbb_' || repeat('c', 48)), ('p2', :'cy'), ('nobody', :'cy'), ('p1', ''), ('p1', NULL)) v (id, token), test.refusal(format('SELECT jb_booking(%L, %L)', id, token)) r; -- must fail
--> P0002|no booking has this token
--> P0002|no booking has this token
--> P0002|no booking has this token
--> P0002|no booking has this token
--> P0002|no booking has this token
SELECT count(*), bool_or(lower(slot) = '2026-11-30 10:00+01') AS own FROM jb_booking_slots('p1', token => :'cy') AS slot; --> 9|f
SELECT outcome, reason, booking ->> 'start_timestamp' AS start FROM jb_booking_move('p1', :'cy', '2026-11-30 09:00+01'); --> rejected|conflict|2026-11-30T10:00:00+01:00
SELECT outcome, reason, booking ->> 'start_timestamp' AS start FROM jb_booking_move('p1', :'cy', '2026-11-30 11:00+01'); --> updated|null|2026-11-30T11:00:00+01:00
SELECT outcome FROM jb_booking_move('p1', :'cy', '2026-11-30 11:00+01'); --> unchanged
SELECT state, message FROM test.refusal(format('SELECT jb_booking_move(''p1'', %L, NULL)', :'cy')); -- must fail --> 22023|invalid start_timestamp "NULL": it is required
SELECT state, message FROM test.refusal(format('SELECT jb_booking_move(''p1'', %L, ''infinity'')', :'cy')); -- must fail
--> 22023|invalid start_timestamp "after year 9999": it must lie in the years 0001 to 9999
SELECT state FROM test.refusal($$SELECT jb_booking_move('p1', 'jbb_x', '2026-11-30 11:00+01')$$); -- must fail --> P0002
-- the provider's word, and the secretary's move
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, jb_appointment_json(event) ->> 'reply' AS reply, jb_appointment_json(event) ->> 'contact' AS contact FROM jb_appointment_status_set((SELECT appointment_id FROM jb_appointment WHERE client = 'Cy'), 'CONFIRMED', reply => ' Gladly. ');
--> confirmed|Gladly.|+49 30 123-45
SELECT outcome, jb_appointment_json(event) ->> 'reply' AS reply FROM jb_appointment_status_set((SELECT appointment_id FROM jb_appointment WHERE client = 'Cy'), 'CONFIRMED', reply => 'Bring the papers.');
--> updated|Bring the papers.
SELECT r.state, r.message FROM (VALUES ('  '), (repeat('x', 1001)), ('Yes' || chr(8238) || 'on')) v (reply), test.refusal(format('SELECT jb_appointment_status_set(1, ''CONFIRMED'', reply => %L)', reply)) r;
--> 22023|invalid reply "  ": it must have 1 to 1000 characters
--> 22023|invalid reply "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…": it must have 1 to 1000 characters
--> 22023|invalid reply "Yes‮on": it must have no control characters but line breaks and tabs, and none that turn the direction of writing
SELECT outcome FROM jb_reschedule((SELECT appointment_id FROM jb_appointment WHERE client = 'Cy'), start_timestamp => '2026-11-30 11:30+01'); --> updated
SET SESSION AUTHORIZATION regress_viewer;
SELECT booking ->> 'status' AS status, booking ->> 'reply' AS reply, booking ->> 'start_timestamp' AS start FROM jb_booking('p1', :'cy'); --> CONFIRMED|Bring the papers.|2026-11-30T11:30:00+01:00
-- the page is closed: a booking is looked at and cancelled, not moved
SET SESSION AUTHORIZATION regress_manager;
SELECT public_booking FROM jb_calendar_set('provider:p1', '{"public_booking": null}'); --> f
SET SESSION AUTHORIZATION regress_viewer;
SELECT state, message FROM test.refusal(format('SELECT jb_booking_move(''p1'', %L, ''2026-11-30 11:00+01'')', :'cy')); -- must fail
--> 55000|the booking cannot be moved: the provider takes no bookings by the page now
-- what was booked before is answered once more, and nothing new is
SELECT outcome, booking ->> 'client' AS client FROM jb_booking_make('p1', pg_temp.wish('09:30', 'bob@example.org', 'Bob'), 'jbb_' || repeat('b', 48)); --> unchanged|Bob
SELECT r.state, r.message FROM (VALUES ('10:00', 'b'), ('09:30', 'e')) v (start, letter), test.refusal(format('SELECT jb_booking_make(''p1'', %L, %L)', pg_temp.wish(start, 'bob@example.org', 'Bob'), 'jbb_' || repeat(letter, 48))) r; -- must fail
--> JB422|the token stands for another booking
--> P0002|provider "p1" has no booking page
SELECT outcome, booking ->> 'status' AS status FROM jb_booking_cancel('p1', :'cy'); --> cancelled|CANCELLED
SELECT outcome, booking ->> 'status' AS status FROM jb_booking_cancel('p1', :'cy'); --> unchanged|CANCELLED
SET SESSION AUTHORIZATION regress_manager;
SELECT public_booking FROM jb_calendar_set('provider:p1', '{"public_booking": true}'); --> t
SET SESSION AUTHORIZATION regress_viewer;
SELECT state, message FROM test.refusal(format('SELECT jb_booking_move(''p1'', %L, ''2026-11-30 11:00+01'')', :'cy')); -- must fail: it is over
--> 55000|the booking has begun or is over and cannot be changed
SELECT state, message FROM test.refusal(format('SELECT jb_booking_slots(''p1'', token => %L)', :'cy')); -- must fail: it is over --> 55000|the booking has begun or is over and cannot be changed

SELECT state, message FROM test.refusal($$SELECT jb_booking_cancel('p2', 'jbb_x')$$); -- must fail --> P0002|no booking has this token

-- ---- a hold ends by itself ----
SELECT booking ->> 'status' AS status, expires_at FROM jb_booking('p1', 'jbb_' || repeat('b', 48)); --> PENDING|2026-11-23 07:30:00+01
SELECT test.clock('2026-11-23 07:30+01') \g /dev/null
SELECT booking ->> 'status' AS status FROM jb_booking('p1', 'jbb_' || repeat('b', 48)); --> EXPIRED
SELECT state, message FROM test.refusal($$SELECT jb_booking_cancel('p1', 'jbb_' || repeat('b', 48))$$); -- must fail: it has ended --> 55000|the booking has begun or is over and cannot be changed

-- ---- no network takes all the time, whatever contacts it gives ----
SELECT count((jb_booking_make('p1', pg_temp.wish(to_char(time '09:00' + n * interval '15 minutes', 'HH24:MI'), n || '@example.org', 'M' || n), sender => '192.0.2.1')).token) FROM generate_series(0, 4) n;
--> 5
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_booking_make(''p1'', %L, sender => ''192.0.2.1'')', pg_temp.wish('10:30', 'new@example.org', 'Somebody else'))); -- must fail
--> JB429|one network may have at most 5 bookings on one day|{"limit":"2026-12-01T00:00:00+01:00","max_guest_bookings_per_day":20}|Choose a slot on another day.
-- it is offered no more of that day, and others are; a token opens its own booking's other times, on that day too
SELECT count(*) AS to_the_network FROM jb_booking_slots('p1', sender => '192.0.2.1') AS slot; --> 0
SELECT count(*) AS to_others, min(lower(slot)) FROM jb_booking_slots('p1', sender => '192.0.2.2') AS slot; --> 7|2026-11-30 10:15:00+01
-- whoever's contact was given is not shut out, and nobody learns whether it was
SELECT w.start, b.outcome FROM (VALUES ('10:15'), ('10:30'), ('10:45'), ('11:00')) w (start), LATERAL jb_booking_make('p1', pg_temp.wish(w.start, '0@example.org', 'M0'), sender => '192.0.2.' || right(w.start, 2)) b;
--> 10:15|held
--> 10:30|held
--> 10:45|held
--> 11:00|held
SELECT outcome FROM jb_booking_make('p2', pg_temp.wish('10:00'), sender => '192.0.2.1'); -- another provider --> placed
-- a booking is not moved to a day on which its network has its share
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('provider:p4', '{"time_zone": "Europe/Berlin", "public_booking": true, "default_duration": "15 minutes", "max_guest_bookings_per_day": 2, "max_guest_bookings": 12}') IS NOT NULL AS opened;
--> f
SET SESSION AUTHORIZATION regress_viewer;
CREATE FUNCTION pg_temp.ask(sender text, start text, token text = NULL) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT jb_booking_make(''p4'', %L, %L, %L)', jsonb_build_object('client', 'X', 'contact', 'x@example.org', 'start_timestamp', start), 'jbb_' || lpad(token, 48, 'f'), sender) $$;
CREATE FUNCTION pg_temp.offered(sender text, token text = NULL) RETURNS text LANGUAGE sql AS $$
  SELECT jb_timestamp_text(min(lower(slot)), 'Europe/Berlin') FROM jb_booking_slots('p4', from_time => '2026-11-30 08:00+01', max_rows => 1, sender => sender, token => 'jbb_' || lpad(token, 48, 'f')) AS slot $$;
SELECT pg_temp.offered('a') AS to_a; --> 2026-11-30T08:00:00+01:00
SELECT (test.refusal(pg_temp.ask('a', '2026-11-30T08:00:00+01:00', '1'))).state; --> none
SELECT pg_temp.offered('a') AS to_a, pg_temp.offered('b') AS to_b, pg_temp.offered('a', '1') AS to_its_booking; --> 2026-12-01T08:00:00+01:00|2026-11-30T08:15:00+01:00|2026-11-30T08:05:00+01:00
SELECT (test.refusal(pg_temp.ask('a', '2026-12-01T08:00:00+01:00', '2'))).state; --> none
SELECT state, message FROM test.refusal($$SELECT jb_booking_move('p4', 'jbb_' || lpad('2', 48, 'f'), '2026-11-30 09:00+01')$$); -- must fail
--> JB429|one network may have at most 1 bookings on one day
SELECT outcome FROM jb_booking_move('p4', 'jbb_' || lpad('2', 48, 'f'), '2026-12-01 09:00+01'); --> updated
-- a full day is offered to nobody, and where nothing can be booked on any day the slots say so
SELECT (test.refusal(pg_temp.ask('b', '2026-11-30T08:30:00+01:00', '3'))).state; --> none
SELECT pg_temp.offered('c') AS to_c, pg_temp.offered('a') AS to_a, (test.refusal(pg_temp.ask('c', '2026-11-30T10:00:00+01:00'))).message AS on_the_full_day;
--> 2026-12-01T08:00:00+01:00|2026-12-02T08:00:00+01:00|all visitors together may have at most 2 bookings on one day
SELECT (test.refusal(pg_temp.ask('a', '2026-12-02T08:00:00+01:00', '4'))).state; --> none
SELECT r.state, r.message, r.detail, r.hint FROM test.refusal('SELECT pg_temp.offered(''a'')') r; -- must fail: three of twelve are its share
--> JB429|one network may have at most 3 bookings with the provider that have not begun|{"max_guest_bookings":12}|Come back when one is over, or ask the provider.
SELECT r.state, count(*) FROM generate_series(0, 7) n, test.refusal(pg_temp.ask('n' || n, format('2026-12-%sT08:%s:00+01:00', lpad((7 + n / 2)::text, 2, '0'), 15 + n % 2 * 15), (n + 10)::text)) r GROUP BY r.state;
--> none|8
SELECT r.state, r.message FROM test.refusal('SELECT pg_temp.offered(''c'')') r; -- must fail --> JB429|all visitors together may have at most 12 bookings with the provider that have not begun
SELECT pg_temp.offered('c', '10') AS to_a_booking_that_moves; --> 2026-12-01T08:00:00+01:00
-- all visitors together
RESET SESSION AUTHORIZATION;
SELECT jb_provider_availability_add('p1', '2026-12-01', '{"00:00": "24:00"}') IS NOT NULL AS opened; --> t
SELECT max_guest_bookings_per_day FROM jb_calendar_set('provider:p1', '{"max_guest_bookings_per_day": 96}'); --> 96
SET SESSION AUTHORIZATION regress_viewer;
SELECT state, count(*) FROM generate_series(1, 41) n, test.refusal(format('SELECT jb_booking_make(''p1'', %L)', jsonb_build_object('client', 'N' || n, 'contact', n || '@example.org', 'start_timestamp', jb_timestamp_text('2026-12-01 00:00+01'::timestamptz + n * interval '15 minutes', 'UTC')))) GROUP BY state ORDER BY state NULLS FIRST;
--> none|41
SELECT state, message FROM test.refusal(format('SELECT jb_booking_make(''p1'', %L)', pg_temp.wish('11:15', 'last@example.org', 'Last'))); -- must fail
--> JB429|all visitors together may have at most 50 bookings that wait for the provider's answer

-- ---- nor do strangers where nobody confirms, each under a name of their own ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('provider:p3', '{"time_zone": "Europe/Berlin", "public_booking": true, "default_duration": "15 minutes"}') IS NOT NULL AS opened; --> f
SELECT jb_calendar_json(c) ->> 'max_guest_bookings' AS ahead, jb_calendar_json(c) ->> 'max_guest_bookings_per_day' AS a_day FROM jb_calendar('provider:p3') c; --> 50|20
SET SESSION AUTHORIZATION regress_viewer;
CREATE FUNCTION pg_temp.stranger(n int, start timestamptz) RETURNS text LANGUAGE sql AS $$
  SELECT format('SELECT jb_booking_make(''p3'', %L, %L)', jsonb_build_object('client', 'N' || n, 'contact', n || '@example.org', 'start_timestamp', jb_timestamp_text(start, 'UTC')), 'jbb_' || lpad(n::text, 48, '0')) $$;
SELECT r.state, r.message, r.detail, r.hint, count(*) FROM generate_series(0, 178) n,
  test.refusal(pg_temp.stranger(n, '2026-11-30 08:00+01'::timestamptz + n / 36 * interval '1 day' + n % 36 * interval '15 minutes')) r GROUP BY 1, 2, 3, 4 ORDER BY min(n); --> none|null|null|null|50
--> JB429|all visitors together may have at most 20 bookings on one day|{"limit":"2026-12-01T00:00:00+01:00","max_guest_bookings_per_day":20}|Choose a slot on another day.|16
--> JB429|all visitors together may have at most 20 bookings on one day|{"limit":"2026-12-02T00:00:00+01:00","max_guest_bookings_per_day":20}|Choose a slot on another day.|16
--> JB429|all visitors together may have at most 50 bookings with the provider that have not begun|{"max_guest_bookings":50}|Come back when one is over, or ask the provider.|97
SELECT state, message FROM test.refusal('SELECT jb_booking_slots(''p3'', max_rows => 1)'); -- must fail: nothing can be booked
--> JB429|all visitors together may have at most 50 bookings with the provider that have not begun
-- a booking is not moved to a full day, either, but to another time of its own; one that was moved away by the secretary, or cancelled, leaves room
SELECT state, message FROM test.refusal($$SELECT jb_booking_move('p3', 'jbb_' || lpad('72', 48, '0'), '2026-11-30 15:00+01')$$); -- must fail
--> JB429|all visitors together may have at most 20 bookings on one day
SELECT booking ->> 'start_timestamp' AS start FROM jb_booking('p3', 'jbb_' || lpad('72', 48, '0')); --> 2026-12-02T08:00:00+01:00
SELECT outcome FROM jb_booking_move('p3', 'jbb_' || lpad('72', 48, '0'), '2026-12-02 15:00+01'); --> updated
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_reschedule((SELECT id FROM jb_event_view WHERE 'N0' = ANY (attendees)), start_timestamp => '2026-12-02 15:30+01'); --> updated
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome FROM jb_booking_move('p3', 'jbb_' || lpad('72', 48, '0'), '2026-11-30 15:00+01'); --> updated
SELECT state, message FROM test.refusal(pg_temp.stranger(500, '2026-12-03 09:00+01')); -- must fail: fifty are to come
--> JB429|all visitors together may have at most 50 bookings with the provider that have not begun
SELECT outcome FROM jb_booking_cancel('p3', 'jbb_' || lpad('1', 48, '0')); --> cancelled
SELECT state FROM test.refusal(pg_temp.stranger(501, '2026-12-03 09:00+01')); --> none
-- what has begun does not count, nor what is booked without the page; the calendar says how many there may be
SET SESSION AUTHORIZATION regress_secretary;
SELECT count((jb_appointment_reserve('p3', 'Ann', '2026-12-04', '08:00'::time + n * interval '15 minutes')).event_id) FROM generate_series(0, 29) n; --> 30
SET SESSION AUTHORIZATION regress_manager;
SELECT r.state, r.message FROM unnest(ARRAY['0', '1000001', '"x"']) v, test.refusal(format('SELECT jb_calendar_set(''provider:p3'', %L)', format('{"max_guest_bookings": %s}', v))) r; -- must fail
--> 22023|invalid max_guest_bookings "0": it must be from 1 to 1000000
--> 22023|invalid max_guest_bookings "1000001": it must be from 1 to 1000000
--> 22023|invalid max_guest_bookings "x": it must be a whole number
SELECT max_guest_bookings, max_guest_bookings_per_day FROM jb_calendar_set('provider:p3', '{"max_guest_bookings": 51, "max_guest_bookings_per_day": 2}'); --> 51|2
SET SESSION AUTHORIZATION regress_viewer;
SELECT n, r.state, r.detail FROM generate_series(502, 503) n, test.refusal(pg_temp.stranger(n, '2026-12-04 16:00+01'::timestamptz + (n - 502) * interval '15 minutes')) r; --> 502|none|null
--> 503|JB429|{"max_guest_bookings":51}
SELECT test.clock('2026-11-30 09:30+01') \g /dev/null
SELECT r.state FROM test.refusal(pg_temp.stranger(503, '2026-12-04 16:15+01')) r; --> none
SELECT r.state, r.detail FROM test.refusal(pg_temp.stranger(504, '2026-12-04 16:30+01')) r; --> JB429|{"limit":"2026-12-05T00:00:00+01:00","max_guest_bookings_per_day":2}
SELECT test.clock('2026-11-23 07:30+01') \g /dev/null

-- ---- a network that cancels what it books makes within 24 hours no more than all visitors may have ----
SET SESSION AUTHORIZATION regress_manager;
SELECT max_guest_bookings FROM jb_calendar_set('provider:p5', '{"time_zone": "Europe/Berlin", "public_booking": true, "max_guest_bookings": 4}'); --> 4
SET SESSION AUTHORIZATION regress_viewer;
CREATE FUNCTION pg_temp.once(sender text, n int) RETURNS text LANGUAGE sql AS $$
  SELECT jb_booking_make('p5', pg_temp.wish('09:00'), 'jbb_' || lpad($2::text, 48, 'e'), $1);
  SELECT outcome FROM jb_booking_cancel('p5', 'jbb_' || lpad($2::text, 48, 'e')) $$;
SELECT n, pg_temp.once('a', n) FROM generate_series(1, 4) n; --> 1|cancelled
--> 2|cancelled
--> 3|cancelled
--> 4|cancelled
SELECT state, message, detail, hint FROM test.refusal('SELECT pg_temp.once(''a'', 5)'); -- must fail
--> JB429|one network may have at most 4 bookings that were made within 24 hours, cancelled ones included|{"max_guest_bookings":4}|Come back a day later, or ask the provider.
SELECT state, message FROM test.refusal('SELECT jb_booking_slots(''p5'', max_rows => 1, sender => ''a'')'); -- must fail
--> JB429|one network may have at most 4 bookings that were made within 24 hours, cancelled ones included
SELECT count(*) AS to_others FROM jb_booking_slots('p5', max_rows => 1, sender => 'b'); --> 1
SELECT pg_temp.once('b', 6), (test.refusal('SELECT pg_temp.once(''a'', 4)')).state AS of_an_own_one_again; --> cancelled|none
SELECT test.clock('2026-11-24 07:29:59+01') \g /dev/null
SELECT state FROM test.refusal('SELECT pg_temp.once(''a'', 7)'); -- must fail --> JB429
SELECT test.clock('2026-11-24 07:30+01') \g /dev/null
SELECT pg_temp.once('a', 7); --> cancelled
SELECT test.clock('2026-11-23 07:30+01') \g /dev/null

-- ---- a refusal leaves nothing, whatever it names, and the bound of rejections is none of a visitor's ----
RESET SESSION AUTHORIZATION;
SELECT last_value AS last_rejection FROM jb_rejection_id_seq \gset
SET jb_scheduler.rejections_per_day = 1;
SET SESSION AUTHORIZATION regress_viewer;
SELECT token AS gil FROM jb_booking_make('p5', pg_temp.wish('10:00', client => 'Gil'), sender => 'c') \gset
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome, reason, count(*), min(cardinality(alternatives)) > 0 AS others FROM generate_series(1, 5) n, jb_booking_make('p5', pg_temp.wish('10:00', n || '@example.org', note => repeat('x', 2000)), sender => 'd') GROUP BY 1, 2;
--> rejected|conflict|5|t
SELECT outcome, reason FROM jb_booking_make('p5', pg_temp.wish('14:00'), 'jbb_' || repeat('d', 48), 'd'); --> placed|null
SELECT outcome, reason FROM jb_booking_move('p5', 'jbb_' || repeat('d', 48), '2026-11-30 10:00+01'); --> rejected|conflict
RESET SESSION AUTHORIZATION;
SELECT count(*) AS refusals, (SELECT count(*) FROM jb_booking_link WHERE event_id IS NULL) AS links FROM jb_rejection WHERE principal = 'booking page' AND principal_seq IS NOT NULL; --> 0|0
SELECT last_value = :last_rejection AS no_number_is_drawn FROM jb_rejection_id_seq; --> t
SELECT jb_delete((SELECT event_id FROM jb_booking_link WHERE token = sha256(('jbb_' || repeat('d', 48))::bytea))) AS deleted; --> t
RESET jb_scheduler.rejections_per_day;
-- nor does a visitor fill the history by moving to and fro
SET SESSION AUTHORIZATION regress_viewer;
SELECT n, r.state, r.message, r.detail, r.hint FROM generate_series(1, 5) n, test.refusal(format('SELECT jb_booking_move(''p5'', %L, %L)', :'gil', timestamptz '2026-11-30 10:00+01' + n * interval '15 minutes')) r; -- the last must fail
--> 1|none|null|null|null
--> 2|none|null|null|null
--> 3|none|null|null|null
--> 4|none|null|null|null
--> 5|JB429|a booking may be moved at most 4 times within 24 hours|{"max_guest_bookings":4}|Come back a day later, or ask the provider.
SELECT state, message FROM test.refusal(format('SELECT jb_booking_slots(''p5'', token => %L)', :'gil')); -- must fail: no move is left --> JB429|a booking may be moved at most 4 times within 24 hours
SELECT booking ->> 'start_timestamp' AS start FROM jb_booking('p5', :'gil'); --> 2026-11-30T11:00:00+01:00
SELECT outcome FROM jb_booking_move('p5', :'gil', '2026-11-30 11:00+01'); --> unchanged
SELECT test.clock('2026-11-24 07:30+01') \g /dev/null
SELECT count(*) > 0 AS offered FROM jb_booking_slots('p5', token => :'gil'); --> t
SELECT outcome FROM jb_booking_move('p5', :'gil', '2026-11-30 12:00+01'); --> updated
SELECT test.clock('2026-11-23 07:30+01') \g /dev/null

-- ---- whoever may see nothing of the calendar books all the same; what is deleted opens nothing ----
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing') IS NOT NULL AS is_set; --> t
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*) FROM jb_appointment; --> 0
SELECT outcome, token AS fay FROM jb_booking_make('p2', pg_temp.wish('16:00', 'fay@example.org', 'Fay')) \gset
SELECT outcome FROM jb_booking_move('p2', :'fay', '2026-11-30 16:30+01'); --> updated
SELECT booking ->> 'start_timestamp' AS start FROM jb_booking('p2', :'fay'); --> 2026-11-30T16:30:00+01:00
SELECT count(*) > 0 AS offered FROM jb_booking_slots('p2'); --> t
RESET SESSION AUTHORIZATION;
SELECT jb_delete((SELECT id FROM jb_event WHERE 'Fay' = ANY (attendees))) AS deleted, (SELECT count(*) FROM jb_booking_link WHERE token = sha256(:'fay'::bytea)) AS before; --> t|1
SELECT count(*) FROM jb_booking_link WHERE token = sha256(:'fay'::bytea); --> 0
SELECT state FROM test.refusal(format('SELECT jb_booking(''p2'', %L)', :'fay')); -- must fail --> P0002
SELECT * FROM jb_check();
-- ---- a booking that was moved to another provider's calendar says so, and is not moved by this page, nor shows that provider's time ----
SELECT outcome, token AS moved FROM jb_booking_make('p2', pg_temp.wish('16:00', 'hal@example.org', 'Hal')) \gset
SELECT provider_id FROM jb_provider_availability_add('p6', '2026-11-30', '{"09:00": "17:00"}'); --> p6
SELECT name FROM jb_calendar_set('provider:p6', '{"time_zone": "Europe/Berlin"}'); --> provider:p6
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE 'Hal' = ANY (attendees)), '{"calendars": ["provider:p6"]}'); --> updated
SELECT booking ->> 'provider_id' AS provider, booking ->> 'start_timestamp' AS start FROM jb_booking('p2', :'moved'); --> p6|2026-11-30T16:00:00+01:00
SELECT call, r.* FROM unnest(ARRAY['jb_booking_slots(''p2'', token => %L)', 'jb_booking_move(''p2'', %L, ''2026-11-30 11:00+01'')', 'jb_booking(''p6'', %L)']) AS call, test.refusal(format('SELECT ' || call, :'moved')) AS r;
--> jb_booking_slots('p2', token => %L)|55000|the booking cannot be moved: it is now on another calendar||Ask the provider for another time, or cancel the booking.
--> jb_booking_move('p2', %L, '2026-11-30 11:00+01')|55000|the booking cannot be moved: it is now on another calendar||Ask the provider for another time, or cancel the booking.
--> jb_booking('p6', %L)|P0002|no booking has this token||Use the link that was given when the booking was made.
SELECT name FROM jb_calendar_set('room:none', '{}'); --> room:none
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE 'Hal' = ANY (attendees)), '{"calendars": ["room:none"]}'); --> updated
SELECT booking ->> 'provider_id' AS provider FROM jb_booking('p2', :'moved'); --> null
SELECT call, r.* FROM unnest(ARRAY['jb_booking_move(''p2'', %L, ''2026-11-30 11:00+01'', 9)', 'jb_booking_cancel(''p2'', %L, 9)']) AS call, test.refusal(format('SELECT ' || call, :'moved')) AS r; -- must fail
--> jb_booking_move('p2', %L, '2026-11-30 11:00+01', 9)|JB412|the booking has version 3, not 9|It was changed after it was read.|Look at the booking again, and repeat the change on what it is now.
--> jb_booking_cancel('p2', %L, 9)|JB412|the booking has version 3, not 9|It was changed after it was read.|Look at the booking again, and repeat the change on what it is now.
SELECT outcome, booking ->> 'status' AS status FROM jb_booking_cancel('p2', :'moved', 3); --> cancelled|CANCELLED
-- ---- a link opens a moved booking though the first provider's calendar is gone ----
SELECT provider_id FROM jb_provider_availability_add('p7', '2026-11-30', '{"09:00": "17:00"}'); --> p7
SELECT name FROM jb_calendar_set('provider:p7', '{"time_zone": "Europe/Berlin", "public_booking": true}'); --> provider:p7
SELECT outcome, token AS left FROM jb_booking_make('p7', pg_temp.wish('16:00', 'ivy@example.org', 'Ivy')) \gset
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE 'Ivy' = ANY (attendees)), '{"calendars": ["provider:p6"]}'); --> updated
SELECT jb_calendar_delete('provider:p7') AS deleted; --> t
SELECT booking ->> 'provider_id' AS provider, booking ->> 'status' AS status FROM jb_booking('p7', :'left'); --> p6|PENDING
-- it is offered slots, and moves, once it is back on a later calendar of that name
SELECT provider_id FROM jb_provider_availability_add('p7', '2026-11-30', '{"09:00": "17:00"}'); --> p7
SELECT name FROM jb_calendar_set('provider:p7', '{"time_zone": "Europe/Berlin", "public_booking": true}'); --> provider:p7
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE 'Ivy' = ANY (attendees)), '{"calendars": ["provider:p7"]}'); --> updated
SELECT slot FROM jb_booking_slots('p7', max_rows => 1, token => :'left') AS slot; --> ["2026-11-30 09:00:00+01","2026-11-30 09:15:00+01")
SELECT outcome, booking ->> 'start_time' AS start_time FROM jb_booking_move('p7', :'left', '2026-11-30 10:00+01'); --> updated|10:00:00
-- while it waits for time, it may take another
SELECT outcome FROM jb_confirm((SELECT id FROM jb_event WHERE 'Ivy' = ANY (attendees))); --> confirmed
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE 'Ivy' = ANY (attendees)), '{"start_timestamp": null, "not_after": "2026-11-30T17:00:00+01:00"}'); --> updated
SELECT outcome FROM jb_schedule('All day', '8 hours', '2026-11-30', '09:00', calendars => '{provider:p7}', preempt => true); --> held
SELECT provider_id FROM jb_provider_availability_add('p7', '2026-12-04', '{"09:00": "12:00"}'); --> p7
SELECT booking ->> 'status' AS status FROM jb_booking('p7', :'left'); --> WAITING
SELECT slot FROM jb_booking_slots('p7', max_rows => 1, token => :'left') AS slot; --> ["2026-12-04 09:00:00+01","2026-12-04 09:15:00+01")
-- but not on a day without room, nor after too many moves
SELECT name FROM jb_calendar_set('provider:p7', '{"max_guest_bookings_per_day": 1}'); --> provider:p7
SELECT outcome, token AS full FROM jb_booking_make('p7', '{"client": "Jo", "contact": "jo@example.org", "start_timestamp": "2026-12-04T11:00:00+01:00"}') \gset
SELECT * FROM test.refusal(format('SELECT jb_booking_move(''p7'', %L, ''2026-12-04 09:00+01'')', :'left')); -- must fail
--> JB429|all visitors together may have at most 1 bookings on one day|{"limit":"2026-12-05T00:00:00+01:00","max_guest_bookings_per_day":1}|Choose a slot on another day.
SELECT name FROM jb_calendar_set('provider:p7', '{"max_guest_bookings_per_day": 20, "max_guest_bookings": 1}'); --> provider:p7
SELECT * FROM test.refusal(format('SELECT jb_booking_move(''p7'', %L, ''2026-12-04 09:00+01'')', :'left')); -- must fail
--> JB429|all visitors together may have at most 1 bookings with the provider that have not begun|{"max_guest_bookings":1}|Come back when one is over, or ask the provider.
SELECT name FROM jb_calendar_set('provider:p7', '{"max_guest_bookings": 2}'); --> provider:p7
SELECT outcome FROM jb_booking_make('p7', '{"client": "Kim", "contact": "kim@example.org", "start_timestamp": "2026-12-04T11:30:00+01:00"}'); --> held
SELECT r.* FROM unnest(ARRAY['jb_booking_move(''p7'', %L, ''2026-12-04 09:00+01'')', 'jb_booking_move(''p7'', %L, ''2026-12-04 11:00+01'')', 'jb_booking_slots(''p7'', token => %L)']) AS call, test.refusal(format('SELECT ' || call, :'left')) AS r; -- must fail: all places are taken
--> JB429|all visitors together may have at most 2 bookings with the provider that have not begun|{"max_guest_bookings":2}|Come back when one is over, or ask the provider.
--> JB429|all visitors together may have at most 2 bookings with the provider that have not begun|{"max_guest_bookings":2}|Come back when one is over, or ask the provider.
--> JB429|all visitors together may have at most 2 bookings with the provider that have not begun|{"max_guest_bookings":2}|Come back when one is over, or ask the provider.
SELECT name FROM jb_calendar_set('provider:p7', '{"max_guest_bookings": 20}'); --> provider:p7
SELECT outcome, booking ->> 'start_time' AS start_time FROM jb_booking_move('p7', :'left', '2026-12-04 09:00+01'); --> placed|09:00:00
SELECT outcome, booking ->> 'status' AS status FROM jb_booking_cancel('p7', :'left'); --> cancelled|CANCELLED
SELECT * FROM jb_check();

-- ---- a moved booking is not in its own way: neither its time nor its day's only place ----
SELECT provider_id FROM jb_provider_availability_add('p8', '2026-12-07', '{"09:00": "12:00"}'); --> p8
SELECT name FROM jb_calendar_set('provider:p8', '{"time_zone": "Europe/Berlin", "public_booking": true, "default_duration": 3600, "slot_increment": 1800, "max_events_per_day": 1}'); --> provider:p8
SELECT outcome, token AS lou FROM jb_booking_make('p8', '{"client": "Lou", "contact": "lou@example.org", "start_timestamp": "2026-12-07T10:00:00+01:00"}') \gset
SELECT count(*) AS to_others FROM jb_booking_slots('p8') AS slot; --> 0
SELECT lower(slot) AS start FROM jb_booking_slots('p8', token => :'lou') AS slot; --> 2026-12-07 09:00:00+01
--> 2026-12-07 09:30:00+01
--> 2026-12-07 10:30:00+01
--> 2026-12-07 11:00:00+01
SELECT outcome, booking ->> 'start_time' AS start_time FROM jb_booking_move('p8', :'lou', '2026-12-07 10:30+01'); --> updated|10:30:00

-- ---- a hold past its deadline takes nobody's room, written or not ----
SELECT test.clock('2027-06-01 05:00+02') \g /dev/null
SELECT provider_id FROM jb_provider_availability_add('room', '2027-06-03', '{"08:00": "09:00"}'); --> room
SELECT name FROM jb_calendar_set('provider:room', '{"time_zone": "Europe/Berlin", "public_booking": true, "confirm_within": "1 hour", "max_guest_bookings_per_day": 1}'); --> provider:room
SELECT outcome FROM jb_booking_make('room', '{"client": "C", "contact": "c@example.org", "start_timestamp": "2027-06-03T08:00:00+02:00"}', sender => '10.0.0.1'); --> held
SELECT count(*) FROM jb_booking_slots('room', sender => '10.0.0.2'); --> 0
SELECT test.clock('2027-06-01 08:00+02') \g /dev/null
SELECT count(*) FROM jb_booking_slots('room', sender => '10.0.0.2'); --> 4

-- ---- the first call of a session may be a look ----
SELECT token AS mine FROM jb_booking_make('room', '{"client": "D", "contact": "d@example.org", "start_timestamp": "2027-06-03T08:00:00+02:00"}') \gset
\connect -
SET timezone = 'Europe/Berlin';
SET jb_scheduler.now = '2027-06-01 08:00+02';
SELECT outcome, booking ->> 'client' AS client, booking ->> 'status' AS status FROM jb_booking('room', :'mine'); --> null|D|PENDING
\i test/regress/sql/frame/close.psql
