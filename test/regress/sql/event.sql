-- Promise: jb_events lists the events that overlap a range, by start, then id, waiting events last. Page after page by the
-- cursor shows every event once, in any mixture of statuses and equal starts.
-- Could break: a cursor on the start alone loses events that start together; a cursor on null loses the waiting events.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "America/New_York"}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;
SELECT wish.name, event_id, outcome
  FROM (VALUES ('Tuesday', '2026-11-24 09:00+01', '1 hour', '{Ann}'), ('Wednesday', '2026-11-25 09:00+01', '1 hour', '{Ann,Bob}'),
               ('Night', '2026-11-24 22:00+01', '6 hours', '{Bob}'), ('Monday', '2026-11-23 09:00+01', '1 hour', '{}')) AS wish (name, start, duration, attendees),
       jb_schedule(wish.name, duration::interval, start_timestamp => start::timestamptz, attendees => wish.attendees::text[], calendars => '{room:a}'); --> Tuesday|1|placed
--> Wednesday|2|placed
--> Night|3|placed
--> Monday|4|placed
-- three events at one time, two of them cancelled
SELECT outcome FROM jb_cancel(1); --> cancelled
SELECT event_id FROM jb_schedule('Tuesday again', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> 5
SELECT outcome FROM jb_cancel(5); --> cancelled
SELECT event_id FROM jb_schedule('Tuesday at last', '1 hour', '2026-11-24', '09:00', attendees => '{Ann}', calendars => '{room:a}'); --> 6
-- two waiting events, one of them with a date
SELECT w.event_id FROM (VALUES ('Waits', '2026-11-26'), ('Waits too', '2026-11-26')) AS wish (name, date),
       jb_schedule(wish.name, '4 hours', wish.date::date, calendars => '{room:a}') w; --> 7
--> 8
SELECT count(*) FROM jb_schedule('Thursday', '9 hours', '2026-11-26', '08:00', calendars => '{room:a}') s, unnest(s.moves); --> 2
-- an event on another calendar
SELECT event_id FROM jb_schedule('Elsewhere', '1 hour', '2026-11-24', '09:00', calendars => '{room:b}'); --> 10

-- ---- order: by start, then id; waiting events last ----
SELECT id, event_name, start_timestamp, status FROM jb_events('room:a', '2026-11-23'); --> 4|Monday|2026-11-23 09:00:00+01|pending
--> 1|Tuesday|2026-11-24 09:00:00+01|cancelled
--> 5|Tuesday again|2026-11-24 09:00:00+01|cancelled
--> 6|Tuesday at last|2026-11-24 09:00:00+01|pending
--> 3|Night|2026-11-24 22:00:00+01|pending
--> 2|Wednesday|2026-11-25 09:00:00+01|pending
--> 9|Thursday|2026-11-26 08:00:00+01|pending
--> 7|Waits|null|waiting
--> 8|Waits too|null|waiting
-- without from_time the range begins at present; these events lie ahead, whenever the test runs
SELECT outcome FROM jb_schedule('In 2200', '1 hour', start_timestamp => '2200-01-01 09:00+01', calendars => '{room:b}'); --> placed
SELECT outcome FROM jb_schedule('In 2020', '1 hour', start_timestamp => '2020-01-01 09:00+01', calendars => '{room:b}', allow_past => true); --> placed
SELECT event_name FROM jb_events('room:b') WHERE event_name LIKE 'In %'; --> In 2200

-- ---- range: the events that overlap it, half-open ----
SELECT event_name FROM jb_events('room:a', '2026-11-24 10:00+01', '2026-11-25 09:00+01', '{pending}'); --> Night
SELECT event_name FROM jb_events('room:a', '2026-11-24 09:59:59+01', '2026-11-25 09:00:01+01', '{pending}'); --> Tuesday at last
--> Night
--> Wednesday
-- in the middle of an event
SELECT event_name FROM jb_events('room:a', '2026-11-25 01:00+01', '2026-11-25 01:00:01+01', '{pending}'); --> Night
-- an empty range holds no event that has time
SELECT event_name FROM jb_events('room:a', '2026-11-25 01:00+01', '2026-11-25 01:00+01', '{pending}');
-- from_time null, or infinite: from the beginning
SELECT count(*) FROM jb_events('room:a', NULL); --> 9
SELECT count(*) FROM jb_events('room:a', '-infinity', 'infinity'); --> 9

-- ---- filters ----
SELECT event_name, status FROM jb_events('room:a', '2026-11-23', status => '{cancelled,waiting}'); --> Tuesday|cancelled
--> Tuesday again|cancelled
--> Waits|waiting
--> Waits too|waiting
SELECT event_name FROM jb_events('room:a', '2026-11-23', attendee => 'Ann'); --> Tuesday
--> Tuesday at last
--> Wednesday
SELECT event_name FROM jb_events('room:a', '2026-11-23', attendee => 'Ann', status => '{pending}'); --> Tuesday at last
--> Wednesday
SELECT count(*) FROM jb_events('room:a', '2026-11-23', attendee => 'Nobody'); --> 0
SELECT count(*) FROM jb_events('room:a', '2026-11-23', status => '{}'); --> 0
-- statuses are those of the clock
SELECT test.clock('2026-11-24 09:30+01'); --> 2026-11-24 09:30:00+01
SELECT event_name, status FROM jb_events('room:a', '2026-11-23', status => '{in_progress,completed}'); --> Monday|completed
--> Tuesday at last|in_progress
SELECT test.clock('2026-11-23 07:00+01'); --> 2026-11-23 07:00:00+01

-- ---- paging ----
-- event by event: every event once, in the same order
WITH RECURSIVE page AS (
  SELECT 1 AS number, e.id, jb_event_cursor(e) AS cursor FROM jb_events('room:a', '2026-11-23', max_rows => 1) e
   UNION ALL
  SELECT page.number + 1, e.id, jb_event_cursor(e) FROM page, jb_events('room:a', '2026-11-23', after => page.cursor, max_rows => 1) e)
SELECT array_agg(id ORDER BY number) AS ids, array_agg(cursor ORDER BY number) AS cursors FROM page;
--> {4,1,5,6,3,2,9,7,8}|{"1795420800,4","1795507200,1","1795507200,5","1795507200,6","1795554000,3","1795593600,2","1795676400,9",",7",",8"}
-- three at a time
SELECT array_agg(e.id) AS ids FROM jb_events('room:a', '2026-11-23', max_rows => 3) e; --> {4,1,5}
SELECT array_agg(e.id) AS ids FROM jb_events('room:a', '2026-11-23', max_rows => 3, after => (SELECT jb_event_cursor(jb_event(5)))) e; --> {6,3,2}
-- the cursor of the last event ends the list
SELECT count(*) FROM jb_events('room:a', '2026-11-23', after => jb_event_cursor(jb_event(8))); --> 0
-- a cursor goes on after its event has been deleted
SELECT jb_event_cursor(jb_event(5)) AS cursor \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(5); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT array_agg(e.id) AS ids FROM jb_events('room:a', '2026-11-23', max_rows => 2, after => :'cursor') e; --> {6,3}

-- ---- no table is read from end to end, however little was in it when the list was first asked for ----
BEGIN;
SELECT sum(seq_scan) AS before FROM pg_stat_xact_user_tables WHERE relname IN ('jb_event', 'jb_claim') \gset
SELECT count(*) > 0 AS some FROM jb_events('room:a', '2026-11-23'); --> t
SELECT sum(seq_scan) - :before AS from_end_to_end FROM pg_stat_xact_user_tables WHERE relname IN ('jb_event', 'jb_claim'); --> 0
COMMIT;

-- ---- one event ----
SELECT id, event_name, status FROM jb_event(3); --> 3|Night|pending
SELECT jb_status(3), jb_status(7); --> pending|waiting
-- the view is for joins
SELECT status, count(*) FROM jb_event_view WHERE calendars = '{room:a}' GROUP BY status ORDER BY status; --> cancelled|1
--> pending|5
--> waiting|2

-- ---- a list that is called where no set can be returned: must fail, and leaves the session sound ----
SELECT state FROM test.refusal($$SELECT CASE WHEN true THEN jb_events('room:a') END$$); --> 0A000
SELECT count(*) FROM (SELECT jb_events('room:a', '2026-11-23')) AS in_the_select_list; --> 8

-- Promise: a list is narrowed by metadata that an event's contain and by words that begin words of its name, place,
-- description, people or contact, and shows events of several calendars in one order, each once, page after page.
-- Could break: an event on two of the calendars has two claims; a page that is cut out of many calendars' events may lose
-- what begins at its end; metadata are found in three ways, by how many events have them.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT count(jb_calendar_set(name, '{"time_zone": "Europe/Berlin", "horizon": "3660 days"}')) FROM unnest('{room:a,room:b,room:c}'::text[]) AS name; --> 3
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Annual Review', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', event_location => 'Room 1', metadata => '{"order": "A-17", "lines": [1, 2], "to": {"town": "Bonn", "zip": 53111}}');
--> 1
SELECT event_id FROM jb_schedule('Board (budget)', '1 hour', '2026-11-24', '09:00', calendars => '{room:b}', description => 'Übersicht der Preise, C++ und #5', metadata => '{"order": "A-18", "to": {"town": "Bonn"}}');
--> 2
SELECT event_id FROM jb_schedule('Both rooms', '1 hour', '2026-11-24', '11:00', calendars => '{room:b,room:a}', metadata => '{"order": "A-17"}'); --> 3
SELECT event_id FROM jb_schedule('Cancelled', '1 hour', '2026-11-24', '12:00', calendars => '{room:a,room:b}', metadata => '{"order": "A-17"}'); --> 4
SELECT outcome FROM jb_cancel(4); --> cancelled
SELECT outcome, event_id FROM jb_schedule('Waits', '9 hours', '2026-11-24', calendars => '{room:a,room:b}', on_no_slot => 'wait', metadata => '{"order": "A-17"}'); --> waiting|5
SELECT outcome, event_id FROM jb_schedule('Waits too', '9 hours', '2026-11-24', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|6
SELECT event_id FROM jb_schedule('Held', '1 hour', '2026-11-24', '13:00', calendars => '{room:b,room:a}', hold_for => '1 hour'); --> 7
SELECT event_id FROM jb_schedule('Elsewhere', '1 hour', '2026-11-24', '09:00', calendars => '{room:c}', metadata => '{"order": "A-17"}'); --> 8
SELECT event_id FROM jb_schedule('Earlier', '1 hour', '2026-11-23', '09:00', calendars => '{room:b}', attendees => '{Ann}'); --> 9

-- ---- several calendars: each event once, by start, then id, in whatever order they are named ----
SELECT id, event_name, status FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23'); --> 9|Earlier|pending
--> 1|Annual Review|pending
--> 2|Board (budget)|pending
--> 3|Both rooms|pending
--> 4|Cancelled|cancelled
--> 7|Held|held
--> 5|Waits|waiting
--> 6|Waits too|waiting
SELECT array_agg(e.id) = (SELECT array_agg(f.id) FROM jb_events(calendars => '{room:b,room:a}', from_time => '2026-11-23') f) AS the_same FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23') e;
--> t
SELECT array_agg(id) AS one FROM jb_events(calendars => '{room:c}', from_time => '2026-11-23'); --> {8}
SELECT array_agg(id) AS ids FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23', status => '{cancelled,waiting}'); --> {4,5,6}
SELECT array_agg(id) AS ids FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23', status => '{held}'); --> {7}
SELECT array_agg(id) AS ids FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23', attendee => 'Ann'); --> {9}
-- page after page
WITH RECURSIVE page AS (
  SELECT 1 AS number, e.id, jb_event_cursor(e) AS cursor FROM jb_events(calendars => '{room:a,room:c,room:b}', from_time => '2026-11-23', max_rows => 1) e
  UNION ALL
  SELECT page.number + 1, e.id, jb_event_cursor(e) FROM page, jb_events(calendars => '{room:a,room:c,room:b}', from_time => '2026-11-23', after => page.cursor, max_rows => 1) e)
SELECT array_agg(id ORDER BY number) AS ids FROM page; --> {9,1,2,8,3,4,7,5,6}
-- a hundred calendars with an event an hour each, and one event on all of them: pages are those of one list
RESET SESSION AUTHORIZATION;
SELECT count(jb_calendar_set('many:' || i, '{"time_zone": "Europe/Berlin", "horizon": "3660 days"}')) FROM generate_series(1, 100) AS i; --> 100
SET SESSION AUTHORIZATION regress_secretary;
SELECT count(*) FROM generate_series(1, 10) AS hour, LATERAL jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'e', 'duration', 600, 'start_timestamp', timestamptz '2026-12-01 00:00+01' + hour * interval '1 hour' + i % 3 * interval '1 second', 'calendars', jsonb_build_array('many:' || i))) FROM generate_series(1, 100) AS i));
--> 1000
SELECT outcome FROM jb_schedule('On all', '10 minutes', start_timestamp => '2026-12-01 05:30+01', calendars => (SELECT array_agg('many:' || i) FROM generate_series(1, 100) AS i)); --> placed
SELECT array_agg('many:' || i) AS many FROM generate_series(1, 100) AS i \gset
WITH RECURSIVE page AS (
  SELECT 1 AS number, array_agg(e.id) AS ids, max(jb_event_cursor(e)) AS cursor FROM jb_events(calendars => :'many', max_rows => 37) e
  UNION ALL
  SELECT page.number + 1, f.ids, f.cursor FROM page, LATERAL (SELECT array_agg(e.id) AS ids, (array_agg(jb_event_cursor(e)))[count(*)] AS cursor FROM jb_events(calendars => :'many', after => (SELECT jb_event_cursor(jb_event(page.ids[cardinality(page.ids)]))), max_rows => 37) e) f WHERE page.ids IS NOT NULL)
SELECT count(*) AS events, count(DISTINCT id) AS different, array_agg(id ORDER BY number, n) = (SELECT array_agg(v.id ORDER BY v.start_timestamp, v.id) FROM jb_event_view v WHERE v.calendars && :'many') AS in_order
  FROM page, unnest(ids) WITH ORDINALITY AS u (id, n); --> 1001|1001|t

-- ---- metadata: what contains them ----
SELECT sought, (SELECT array_agg(id) FROM jb_events('room:a', '2026-11-23', metadata => sought)) AS ids
  FROM unnest('{"{\"order\": \"A-17\"}","{\"lines\": [2]}","{\"to\": {\"town\": \"Bonn\"}}","{\"to\": {}}","{\"order\": \"a-17\"}","{\"order\": \"A-1\"}","{}"}'::jsonb[]) AS sought;
--> {"order": "A-17"}|{1,3,4,5}
--> {"lines": [2]}|{1}
--> {"to": {"town": "Bonn"}}|{1}
--> {"to": {}}|{1}
--> {"order": "a-17"}|null
--> {"order": "A-1"}|null
--> {}|{1,3,4,5}
SELECT array_agg(id) AS ids FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23', metadata => '{"to": {"town": "Bonn"}}', status => '{pending}', q => 'BUDGET'); --> {2}

-- ---- words: each begins a word of name, place or description ----
SELECT q, (SELECT array_agg(id) FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23', q => q)) AS ids
  FROM unnest('{review,REV,annual room,room,eview,annual board,budget,(bud,Über,Übersicht PREIS,c++,#5,+,.*,\\w,"  board   budget ",1}'::text[]) AS q; --> review|{1}
--> REV|{1}
--> annual room|{1}
--> room|{1,3}
--> eview|null
--> annual board|null
--> budget|{2}
--> (bud|{2}
--> Über|{2}
--> Übersicht PREIS|{2}
--> c++|{2}
--> #5|{2}
--> +|{2}
--> .*|null
--> \w|null
-->   board   budget |{2}
--> 1|{1}

-- whatever the case, by Unicode's rules, and in whatever form an accent is written: as a part of its letter or behind it
SELECT s1.outcome, s2.outcome FROM jb_schedule(U&'R\00E9union Stra\00DFe', '1 hour', '2026-11-25', '09:00', calendars => '{room:c}', attendees => ARRAY[U&'R\00E9my']) s1, jb_schedule(U&'Re\0301union', '1 hour', '2026-11-25', '10:00', calendars => '{room:c}', event_location => U&'\03A3\03AF\03C3\03C5\03C6\03BF\03C2') s2;
--> placed|placed
SELECT q, (SELECT array_agg(event_name = normalize(event_name) ORDER BY id) FROM jb_events('room:c', '2026-11-25', '2026-11-26', q => q)) AS composed
  FROM unnest(ARRAY[U&'R\00E9union', U&'re\0301union', U&'R\00C9U', 'reunion', 'STRASSE', U&'stra\1E9Ee', U&'\03A3\038A\03A3\03A5\03A6\039F\03A3', 'union']) AS q; --> Réunion|{t,f}
--> réunion|{t,f}
--> RÉU|{t,f}
--> reunion|null
--> STRASSE|{t}
--> straẞe|{t}
--> ΣΊΣΥΦΟΣ|{f}
--> union|null
SELECT count(*) FROM jb_events('room:c', '2026-11-25', '2026-11-26', attendee => U&'RE\0301MY'); --> 1
SELECT count(*) FROM jb_events('room:c', '2026-11-25', '2026-11-26', attendee => U&'RE\0301MY', q => 'stra'); --> 1
SELECT count(*) FROM jb_events('room:c', '2026-11-25', '2026-11-26', attendee => 'remy'); --> 0
SELECT jb_folded(U&'RE\0301UNION \0130\FB01') = jb_folded(U&'r\00E9union i\0307fi') AS the_same, jb_folded('Plain'), jb_folded(NULL); --> t|plain|null
-- white space is one blank, whichever and however much, and none at the ends
SELECT jb_folded(w) AS folded, count(*) FROM (VALUES (U&'Anna\3000B'), (U&' Anna\00A0\2003 B\00A0'), (E'anna  B\t'), (E'\nANNA\r\n\x0b\fb'), (U&'Anna\1680\0085B\2028')) v (w) GROUP BY 1; --> anna b|5
SELECT jb_folded('  ') = '' AS blanks, jb_folded(U&'\3000') = '' AS wide_blanks; --> t|t

-- ---- and words of those who attend, and of how a client is reached; of nothing else that is kept ----
SELECT event_id FROM jb_schedule('Visit', '1 hour', '2026-11-25', '09:00', calendars => '{room:b}', attendees => '{Zoë Stein,room:c}', metadata => '{"contact": "+49 30 4711", "reply": "hidden", "order": "B-9"}');
--> 1013
SELECT q, (SELECT array_agg(event_name) FROM jb_events(calendars => '{room:a,room:b}', from_time => '2026-11-23', q => q)) AS names
  FROM unnest('{zoë,stein,room:c,4711,+49 zoë,visit 30,hidden,B-9}'::text[]) AS q; --> zoë|{Visit}
--> stein|{Visit}
--> room:c|{Visit}
--> 4711|{Visit}
--> +49 zoë|{Visit}
--> visit 30|{Visit}
--> hidden|null
--> B-9|null

-- ---- in a calendar of thousands: few, many, and some that have the metadata ----
SELECT count(*) FROM generate_series(0, 4) AS part, LATERAL jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Trip', 'duration', 60, 'start_timestamp', timestamptz '2027-01-01 00:00+01' + i * interval '2 minutes', 'calendars', '["room:c"]'::jsonb,
    'metadata', jsonb_build_object('trip', i, 'tenant', 'x') || CASE WHEN i >= 3000 THEN jsonb '{"late": true}' ELSE '{}' END)) FROM generate_series(part * 900, part * 900 + 899) AS i)); --> 4500
SELECT (metadata ->> 'trip')::int AS trip FROM jb_events('room:c', metadata => '{"trip": 4321}'); --> 4321
SELECT count(*), min((metadata ->> 'trip')::int), max((metadata ->> 'trip')::int) FROM jb_events('room:c', metadata => '{"tenant": "x"}', max_rows => 50); --> 50|0|49
SELECT count(*), min((metadata ->> 'trip')::int), max((metadata ->> 'trip')::int) FROM jb_events('room:c', metadata => '{"late": true}', max_rows => 50); --> 50|3000|3049
SELECT count(*) FROM jb_events('room:c', metadata => '{"trip": 4321, "tenant": "y"}'); --> 0
-- page after page of those that an index finds
SELECT (metadata ->> 'trip')::int AS trip FROM jb_events('room:c', metadata => '{"trip": 4321}', after => (SELECT jb_event_cursor(e) FROM jb_events('room:c', metadata => '{"trip": 4320}') e));
--> 4321
SELECT count(*) FROM jb_events('room:c', metadata => '{"trip": 4321}', after => (SELECT jb_event_cursor(e) FROM jb_events('room:c', metadata => '{"trip": 4321}') e)); --> 0
BEGIN;
SELECT sum(seq_scan) AS before FROM pg_stat_xact_user_tables WHERE relname IN ('jb_event', 'jb_claim') \gset
SELECT count(*) FROM jb_events('room:c', metadata => '{"trip": 7}', q => 'trip'); --> 1
SELECT sum(seq_scan) - :before AS from_end_to_end FROM pg_stat_xact_user_tables WHERE relname IN ('jb_event', 'jb_claim'); --> 0
COMMIT;

-- ---- what is refused ----
SELECT state, message FROM test.refusal($$SELECT jb_events(calendars => '{room:a,room:x,room:y}')$$); --> 22023|invalid calendars "room:x": there is no such calendar
SELECT state, message FROM test.refusal($$SELECT jb_events(calendars => '{room:a,room:a}')$$); --> 22023|invalid calendars "room:a": it is named twice
SELECT state, message FROM test.refusal($$SELECT jb_events(calendars => '{}')$$); --> 22023|invalid calendars "0": there must be 1 to 100
SELECT state, message, hint FROM test.refusal($$SELECT jb_events('room:a', metadata => '["A-17"]')$$);
--> 22023|invalid metadata "["A-17"]": it must be a JSON object|Give a JSON object such as {"order": "A-17"}, of at most 16 kB, nested at most 64 deep.
SELECT state, message, hint FROM test.refusal($$SELECT jb_events('room:a', q => '  ')$$);
--> 22023|invalid q "  ": it must be 1 to 20 words, 200 characters in all|Give 1 to 20 words, 200 characters in all.
SELECT state FROM test.refusal($$SELECT jb_events('room:a', q => repeat('a ', 21))$$); --> 22023
SELECT state FROM test.refusal($$SELECT jb_events('room:a', q => repeat('a', 201))$$); --> 22023
SELECT count(*) FROM jb_events('room:a', q => repeat('(', 200)); --> 0

-- Promise: the JSON functions show every field under its name, times as RFC 3339 with the calendar's offset, durations in
-- seconds, null where there is no value.
-- Could break: a field is added to a view and forgotten here, or depends on the session's zone or style.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('Fixed "quoted" \ ünïcode ☕', '1 hour', '2026-11-24', '09:00', attendees => '{Ann,"B, C"}', event_location => 'Room 1', calendars => '{room:a}', priority => 70); --> 1
SELECT event_id FROM jb_schedule('By instant', '90 minutes 1 second', start_timestamp => '2026-07-01 09:00+02', calendars => '{room:a}', allow_past => true); --> 2
SELECT event_id FROM jb_schedule('Automatic', '366 days', not_before => '2026-11-24 08:00+01', calendars => '{room:a}'); --> null
SELECT event_id FROM jb_schedule('Waiting', '1 hour', not_before => '2026-11-25 10:00+01', not_after => '2026-11-25 11:00+01', calendars => '{room:a}'); --> 3
-- whatever the session's zone and styles
SET timezone = 'Asia/Tokyo';
SET datestyle = 'SQL, DMY';
SET intervalstyle = 'postgres_verbose';

-- ---- an event ----
SELECT jb_event_json(e) FROM jb_event(1) e;
--> {"id" : 1, "event_name" : "Fixed \"quoted\" \\ ünïcode ☕", "attendees" : ["Ann","B, C"], "event_location" : "Room 1", "calendars" : ["room:a"], "attendee_calendars" : [], "date" : "2026-11-24", "start_time" : "09:00:00", "wished_start" : null, "duration" : 3600, "not_before" : null, "not_after" : null, "priority" : 70, "check_attendees" : null, "hold_for" : null, "description" : null, "metadata" : null, "days" : null, "within" : null, "one_of" : null, "max_attendees" : null, "start_timestamp" : "2026-11-24T09:00:00+01:00", "end_timestamp" : "2026-11-24T10:00:00+01:00", "status" : "pending", "placement" : "fixed", "attachments" : [], "series" : null, "recurrence" : null, "recurrence_id" : null, "expires_at" : null, "time_zone" : "Europe/Berlin", "created_at" : "2026-11-23T07:00:00+01:00", "updated_at" : "2026-11-23T07:00:00+01:00", "version" : 1}
SELECT jb_event_json(e) FROM jb_event(2) e;
--> {"id" : 2, "event_name" : "By instant", "attendees" : [], "event_location" : "", "calendars" : ["room:a"], "attendee_calendars" : [], "date" : null, "start_time" : null, "wished_start" : "2026-07-01T09:00:00+02:00", "duration" : 5401, "not_before" : null, "not_after" : null, "priority" : 50, "check_attendees" : null, "hold_for" : null, "description" : null, "metadata" : null, "days" : null, "within" : null, "one_of" : null, "max_attendees" : null, "start_timestamp" : "2026-07-01T09:00:00+02:00", "end_timestamp" : "2026-07-01T10:30:01+02:00", "status" : "completed", "placement" : "fixed", "attachments" : [], "series" : null, "recurrence" : null, "recurrence_id" : null, "expires_at" : null, "time_zone" : "Europe/Berlin", "created_at" : "2026-11-23T07:00:00+01:00", "updated_at" : "2026-11-23T07:00:00+01:00", "version" : 1}

-- ---- outcomes ----
SELECT jb_outcome_json(s) FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '10:00', calendars => '{room:a}') s;
--> {"outcome" : "placed", "event_id" : 4, "start_timestamp" : "2026-11-25T10:00:00+01:00", "end_timestamp" : "2026-11-25T11:00:00+01:00", "reason" : null, "detail" : null, "conflicts" : [], "moves" : [{"event_id" : 3, "old_start_timestamp" : "2026-11-25T10:00:00+01:00", "old_end_timestamp" : "2026-11-25T11:00:00+01:00", "new_start_timestamp" : null, "new_end_timestamp" : null, "old_calendars" : null, "new_calendars" : null}], "alternatives" : [], "rejection_id" : null, "version" : 1, "event" : {"id" : 4, "event_name" : "Fixed", "attendees" : [], "event_location" : "", "calendars" : ["room:a"], "attendee_calendars" : [], "date" : "2026-11-25", "start_time" : "10:00:00", "wished_start" : null, "duration" : 3600, "not_before" : null, "not_after" : null, "priority" : 50, "check_attendees" : null, "hold_for" : null, "description" : null, "metadata" : null, "days" : null, "within" : null, "one_of" : null, "max_attendees" : null, "start_timestamp" : "2026-11-25T10:00:00+01:00", "end_timestamp" : "2026-11-25T11:00:00+01:00", "status" : "pending", "placement" : "fixed", "attachments" : [], "series" : null, "recurrence" : null, "recurrence_id" : null, "expires_at" : null, "time_zone" : "Europe/Berlin", "created_at" : "2026-11-23T07:00:00+01:00", "updated_at" : "2026-11-23T07:00:00+01:00", "version" : 1}, "events" : [], "skipped" : [], "facts" : null, "basis" : null}
SELECT jb_event_json(e) FROM jb_event(3) e;
--> {"id" : 3, "event_name" : "Waiting", "attendees" : [], "event_location" : "", "calendars" : ["room:a"], "attendee_calendars" : [], "date" : null, "start_time" : null, "wished_start" : null, "duration" : 3600, "not_before" : "2026-11-25T10:00:00+01:00", "not_after" : "2026-11-25T11:00:00+01:00", "priority" : 50, "check_attendees" : null, "hold_for" : null, "description" : null, "metadata" : null, "days" : null, "within" : null, "one_of" : null, "max_attendees" : null, "start_timestamp" : null, "end_timestamp" : null, "status" : "waiting", "placement" : "automatic", "attachments" : [], "series" : null, "recurrence" : null, "recurrence_id" : null, "expires_at" : null, "time_zone" : "Europe/Berlin", "created_at" : "2026-11-23T07:00:00+01:00", "updated_at" : "2026-11-23T07:00:00+01:00", "version" : 2}
SELECT jb_outcome_json(s) FROM jb_schedule('In the way', '1 hour', '2026-11-25', '10:30', calendars => '{room:a}') s;
--> {"outcome" : "rejected", "event_id" : null, "start_timestamp" : null, "end_timestamp" : null, "reason" : "conflict", "detail" : "From 2026-11-25T10:30:00+01:00 to 2026-11-25T11:30:00+01:00 is taken by event 4.", "conflicts" : [4], "moves" : [], "alternatives" : [{"start_timestamp" : "2026-11-25T11:00:00+01:00", "end_timestamp" : "2026-11-25T12:00:00+01:00"}, {"start_timestamp" : "2026-11-25T09:00:00+01:00", "end_timestamp" : "2026-11-25T10:00:00+01:00"}, {"start_timestamp" : "2026-11-25T12:00:00+01:00", "end_timestamp" : "2026-11-25T13:00:00+01:00"}], "rejection_id" : 3, "version" : null, "event" : null, "events" : [], "skipped" : [], "facts" : {"end_timestamp": "2026-11-25T11:30:00+01:00", "start_timestamp": "2026-11-25T10:30:00+01:00"}, "basis" : null}
SELECT regexp_replace(jb_outcome_json(s)::text, 'b1[0-9a-f]{64}', 'b1…') FROM jb_schedule('Dry', '1 hour', '2026-11-25', '12:00', calendars => '{room:a}', dry_run => true) s;
--> {"outcome" : "placed", "event_id" : null, "start_timestamp" : "2026-11-25T12:00:00+01:00", "end_timestamp" : "2026-11-25T13:00:00+01:00", "reason" : null, "detail" : null, "conflicts" : [], "moves" : [], "alternatives" : [], "rejection_id" : null, "version" : null, "event" : null, "events" : [], "skipped" : [], "facts" : null, "basis" : "b1…"}

-- ---- the other JSON functions ----
SELECT jb_change_json(c) FROM jb_history(1) c;
--> {"calendar" : "room:a", "seq" : 1, "at" : "2026-11-23T07:00:00+01:00", "principal" : "regress_secretary", "event_id" : 1, "version" : 1, "kind" : "placed", "old_range" : null, "new_range" : {"start_timestamp" : "2026-11-24T09:00:00+01:00", "end_timestamp" : "2026-11-24T10:00:00+01:00"}, "old_status" : null, "new_status" : "scheduled", "fields" : [], "image" : null}
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(1); --> t
SELECT jb_change_json(c) -> 'image' AS image FROM jb_history(1) c; --> null
--> {"id": 1, "date": "2026-11-24", "days": null, "one_of": null, "series": null, "status": "pending", "within": null, "version": 1, "duration": 3600, "hold_for": null, "metadata": null, "priority": 70, "attendees": ["Ann", "B, C"], "calendars": ["room:a"], "not_after": null, "placement": "fixed", "time_zone": "Europe/Berlin", "created_at": "2026-11-23T07:00:00+01:00", "event_name": "Fixed \"quoted\" \\ ünïcode ☕", "expires_at": null, "not_before": null, "recurrence": null, "start_time": "09:00:00", "updated_at": "2026-11-23T07:00:00+01:00", "attachments": [], "description": null, "wished_start": null, "end_timestamp": "2026-11-24T10:00:00+01:00", "max_attendees": null, "recurrence_id": null, "event_location": "Room 1", "check_attendees": null, "start_timestamp": "2026-11-24T09:00:00+01:00", "attendee_calendars": []}
SELECT jb_rejection_json(r) FROM jb_rejections() r;
--> {"id" : 1, "at" : "2026-11-23T07:00:00+01:00", "event_id" : null, "calendars" : ["room:a"], "reason" : "beyond_horizon", "detail" : "It could end no earlier than 2027-11-25T08:00:00+01:00; the horizon is 2027-11-24T07:00:00+01:00.", "request" : {"duration": 31622400, "priority": 50, "attendees": [], "calendars": ["room:a"], "event_name": "Automatic", "not_before": "2026-11-24T08:00:00+01:00", "event_location": ""}, "principal" : "regress_secretary", "conflicts" : [], "facts" : {"limit": "2027-11-24T07:00:00+01:00", "end_timestamp": "2027-11-25T08:00:00+01:00", "start_timestamp": "2026-11-24T08:00:00+01:00"}, "alternatives" : []}
--> {"id" : 2, "at" : "2026-11-23T07:00:00+01:00", "event_id" : 3, "calendars" : ["room:a"], "reason" : "displaced", "detail" : "Another event took its time and no other slot is open to it.", "request" : {"duration": 3600, "priority": 50, "attendees": [], "calendars": ["room:a"], "not_after": "2026-11-25T11:00:00+01:00", "event_name": "Waiting", "not_before": "2026-11-25T10:00:00+01:00", "event_location": ""}, "principal" : "regress_secretary", "conflicts" : [4], "facts" : {"end_timestamp": "2026-11-25T11:00:00+01:00", "start_timestamp": "2026-11-25T10:00:00+01:00"}, "alternatives" : []}
--> {"id" : 3, "at" : "2026-11-23T07:00:00+01:00", "event_id" : null, "calendars" : ["room:a"], "reason" : "conflict", "detail" : "From 2026-11-25T10:30:00+01:00 to 2026-11-25T11:30:00+01:00 is taken by event 4.", "request" : {"date": "2026-11-25", "duration": 3600, "priority": 50, "attendees": [], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "In the way", "start_time": "10:30:00", "event_location": ""}, "principal" : "regress_secretary", "conflicts" : [4], "facts" : {"end_timestamp": "2026-11-25T11:30:00+01:00", "start_timestamp": "2026-11-25T10:30:00+01:00"}, "alternatives" : [{"start_timestamp" : "2026-11-25T11:00:00+01:00", "end_timestamp" : "2026-11-25T12:00:00+01:00"}, {"start_timestamp" : "2026-11-25T09:00:00+01:00", "end_timestamp" : "2026-11-25T10:00:00+01:00"}, {"start_timestamp" : "2026-11-25T12:00:00+01:00", "end_timestamp" : "2026-11-25T13:00:00+01:00"}]}
SELECT jb_range_json('[2026-03-29 00:00Z,2026-03-29 01:00Z)', 'Europe/Berlin'), jb_range_json(NULL, 'Europe/Berlin');
--> {"start_timestamp" : "2026-03-29T01:00:00+01:00", "end_timestamp" : "2026-03-29T03:00:00+02:00"}|null
SELECT jb_calendar_json(jb_calendar('room:a')) ->> 'slot_increment' AS seconds; --> 300

-- ---- each field of a view is a member of the record, so that none is forgotten: must be no row ----
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_event_view'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_event_json(e)) FROM jb_event(2) e
EXCEPT SELECT json_object_keys(event) FROM jb_schedule_all('{"event_name": "Offered", "calendars": ["room:a"], "offer": 2}')
EXCEPT VALUES ('held_by'::name), ('proposed_on'); -- of a proposal, in bound.sql
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_calendar_view'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_calendar_json(jb_calendar('room:a'))) EXCEPT VALUES ('change_seq'::name), ('created_at'), ('updated_at'), ('source_as_of');
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_change'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_change_json(c)) FROM jb_history(2) c EXCEPT VALUES ('time_zone'::name);
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_rejection'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_rejection_json(r)) FROM jb_rejections() r EXCEPT VALUES ('principal_seq'::name);
SELECT attname FROM pg_attribute WHERE attrelid = 'jb_outcome'::regclass AND attnum > 0
EXCEPT SELECT json_object_keys(jb_outcome_json(o)) FROM jb_schedule('Dry', '1 hour', '2026-11-25', '12:00', calendars => '{room:a}', dry_run => true) o EXCEPT VALUES ('time_zone'::name);
\i test/regress/sql/frame/close.psql
