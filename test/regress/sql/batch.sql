-- Promise: jb_schedule_all places a JSON array in order, each request beside the events of the requests before it, with one
-- outcome each; an invalid request refuses all requests and is named by its index.
-- Could break: a rejection in the middle stops the rest; the index names the wrong item; what jb_schedule refuses is taken.
\i test/regress/sql/frame/open.psql

-- ---- in order, an outcome for each; a rejection is an outcome and stops no other request ----
SELECT outcome, event_id, start_timestamp, reason, conflicts, cardinality(moves) AS moves, rejection_id FROM jb_schedule_all('[
  {"event_name": "Automatic", "duration": 3600, "calendars": ["room:a"]},
  {"event_name": "Fixed", "duration": 3600, "date": "2026-11-23", "start_time": "08-30-00", "calendars": ["room:a"]},
  {"event_name": "In its way", "duration": 3600, "date": "2026-11-23", "start_time": "08:45", "calendars": ["room:a"]},
  {"event_name": "By instant", "duration": "PT1H", "start_timestamp": "2026-11-23T15:00:00Z", "calendars": ["room:a"], "attendees": ["Ann"], "event_location": "Room 1", "priority": 7},
  {"event_name": "Tried only", "duration": 3600, "calendars": ["room:a"], "dry_run": true},
  {"event_name": "Recorded", "duration": 60, "date": "2026-11-20", "start_time": "12:00", "calendars": ["room:a"], "allow_past": true},
  {"event_name": "In a window", "duration": 3600, "not_before": "2026-11-25T10:00:00+01:00", "not_after": "2026-11-25T11:00:00+01:00", "calendars": ["room:a"]},
  {"event_name": "Default length", "calendars": ["room:a"]},
  {"event_name": "Nulls are as good as left out", "duration": null, "date": null, "start_time": null, "attendees": null, "priority": null, "calendars": ["room:a"]}]');
--> placed|1|2026-11-23 09:30:00+01|null|{}|0|null
--> placed|2|2026-11-23 08:30:00+01|null|{}|1|null
--> rejected|null|null|conflict|{2}|0|1
--> placed|3|2026-11-23 16:00:00+01|null|{}|0|null
--> placed|null|2026-11-23 10:30:00+01|null|{}|0|null
--> placed|5|2026-11-20 12:00:00+01|null|{}|0|null
--> placed|6|2026-11-25 10:00:00+01|null|{}|0|null
--> placed|7|2026-11-23 08:00:00+01|null|{}|0|null
--> placed|8|2026-11-23 10:30:00+01|null|{}|0|null
-- the fifth request left nothing
SELECT id, event_name, start_timestamp, end_timestamp, priority FROM jb_events('room:a', '2026-11-01'); --> 5|Recorded|2026-11-20 12:00:00+01|2026-11-20 12:01:00+01|50
--> 7|Default length|2026-11-23 08:00:00+01|2026-11-23 08:30:00+01|50
--> 2|Fixed|2026-11-23 08:30:00+01|2026-11-23 09:30:00+01|50
--> 1|Automatic|2026-11-23 09:30:00+01|2026-11-23 10:30:00+01|50
--> 8|Nulls are as good as left out|2026-11-23 10:30:00+01|2026-11-23 11:00:00+01|50
--> 3|By instant|2026-11-23 16:00:00+01|2026-11-23 17:00:00+01|7
--> 6|In a window|2026-11-25 10:00:00+01|2026-11-25 11:00:00+01|50
-- a single object is a request too; without calendars it is for ceo
SELECT outcome, start_timestamp IS NOT NULL AS has_time FROM jb_schedule_all('{"event_name": "Jeff", "duration": 60}'); --> placed|t
-- no request at all
SELECT count(*) FROM jb_schedule_all('[]'); --> 0
SELECT count(*) FROM jb_schedule_all(NULL); --> 0
-- a thousand requests
SELECT outcome, count(*), min(start_timestamp), max(end_timestamp)
  FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Many ' || i, 'duration', 300, 'date', '2026-12-0' || i % 9 + 1, 'calendars', ARRAY['room:a']))
                          FROM generate_series(1, 1000) AS i)) GROUP BY outcome ORDER BY outcome; --> placed|756|2026-12-01 08:00:00+01|2026-12-09 17:00:00+01
--> rejected|244|null|null

-- ---- an event that gave way to a trial, or to a series that then failed, is where it was, and its time is taken ----
SELECT event_id AS automatic, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2027-02-01', calendars => '{room:a}') \gset
SELECT event_id AS fixed FROM jb_schedule('In the way of its second', '1 hour', '2027-02-02', '08:00', calendars => '{room:a}') \gset
SELECT outcome, event_id IS NULL AS is_nobody, start_timestamp, cardinality(moves) AS moves, reason, conflicts = ARRAY[:fixed]::bigint[] AS by_it FROM jb_schedule_all('[
  {"event_name": "Tried in its place", "duration": 3600, "date": "2027-02-01", "start_time": "08:00", "calendars": ["room:a"], "dry_run": true},
  {"event_name": "Series in its place", "duration": 3600, "date": "2027-02-01", "start_time": "08:00", "calendars": ["room:a"], "recurrence": "RRULE:FREQ=DAILY;COUNT=2"},
  {"event_name": "Beside it", "duration": 3600, "date": "2027-02-01", "calendars": ["room:a"]}
]'); --> placed|t|2027-02-01 08:00:00+01|1|null|f
--> rejected|t|null|0|conflict|t
--> placed|f|2027-02-01 09:00:00+01|0|null|f
SELECT start_timestamp FROM jb_event(:automatic); --> 2027-02-01 08:00:00+01
SELECT * FROM jb_check();
SELECT outcome, start_timestamp FROM jb_schedule('And after it', '1 hour', '2027-02-01', calendars => '{room:a}'); --> placed|2027-02-01 10:00:00+01

-- ---- an invalid request refuses all requests: each of these must fail ----
SELECT test.stored() AS before \gset
SELECT claim, state, message
  FROM (VALUES
    ('the second of two',       '[{"event_name": "Good", "duration": 60, "calendars": ["room:a"]}, {"event_name": "", "calendars": ["room:a"]}]'),
    ('no object',               '[7]'),
    ('not even a list',         '"text"'),
    ('a null',                  'null'),
    ('no name',                 '[{"duration": 60}]'),
    ('a field that is none',    '[{"event_name": "x", "colour": "red"}]'),
    ('a result',                '[{"event_name": "x", "status": "pending"}]'),
    ('an id',                   '[{"event_name": "x", "id": 7}]'),
    ('start_time without date', '[{"event_name": "x", "start_time": "09:00"}]'),
    ('a calendar twice',        '[{"event_name": "x", "calendars": ["room:a", "room:a"]}]'),
    ('unknown calendar',        '[{"event_name": "Good", "calendars": ["room:a"]}, {"event_name": "x", "calendars": ["room:nowhere"]}]'),
    ('an end after year 9999',  '[{"event_name": "Good", "duration": 60, "calendars": ["room:a"]}, {"event_name": "x", "duration": 36000, "date": "9999-12-31", "start_time": "23:59", "calendars": ["room:a"]}]'),
    ('one object alone',        '{"event_name": "x", "calendars": ["room:nowhere"]}'),
    ('one that ends too late',  '{"event_name": "x", "duration": 36000, "date": "9999-12-31", "start_time": "23:59", "calendars": ["room:a"]}'),
    ('in another zone',         '[{"event_name": "x", "calendars": ["room:a"], "date": "2026-12-01", "start_time": "09:00", "time_zone": "Asia/Tokyo"}]'),
    ('zero seconds',            '[{"event_name": "x", "duration": 0}]'),
    ('a name that holds a quote and a line', '[{"event_name": "x", "date": "a\"b\\nc"}]')
  ) AS wrong (claim, requests), test.refusal(format('SELECT jb_schedule_all(%L)', requests)); --> the second of two|22023|request 1: invalid event_name "": it must not be empty
--> no object|22023|request 0: invalid request "7": it must be a JSON object
--> not even a list|22023|invalid request "text": it must be a JSON object
--> a null|22023|invalid request "null": it must be a JSON object
--> no name|22023|request 0: invalid event_name "": it is required
--> a field that is none|22023|request 0: invalid colour "red": there is no such field
--> a result|22023|request 0: invalid status "pending": it is a result and cannot be wished
--> an id|22023|request 0: invalid id "7": it is a result and cannot be wished
--> start_time without date|22023|request 0: invalid start_time "09:00:00": it needs date beside it
--> a calendar twice|22023|request 0: invalid calendars "room:a": it is named twice
--> unknown calendar|22023|request 1: invalid calendars "room:nowhere": there is no such calendar
--> an end after year 9999|22023|request 1: invalid date "9999-12-31": the event must begin and end in the years 0001 to 9999
--> one object alone|22023|invalid calendars "room:nowhere": there is no such calendar
--> one that ends too late|22023|invalid date "9999-12-31": the event must begin and end in the years 0001 to 9999
--> in another zone|22023|request 0: invalid time_zone "Asia/Tokyo": the first calendar is in Europe/Berlin
--> zero seconds|22023|request 0: invalid duration "0": it must be from 1 second to 366 days
--> a name that holds a quote and a line|22023|request 0: invalid date "a"b\nc": it must be an existing date written YYYY-MM-DD
SELECT state, detail FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "", "duration": 0}, {"event_name": "Good"}, {"start_time": "9"}]')$$);
--> 22023|[{"index":0,"field":"duration","value":"0","message":"it must be from 1 second to 366 days"},{"index":0,"field":"event_name","value":"","message":"it must not be empty"},{"index":2,"field":"start_time","value":"9","message":"it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS"},{"index":2,"field":"event_name","value":"","message":"it is required"}]
SELECT state, message FROM test.refusal($$SELECT jb_schedule_all((SELECT jsonb_agg('{"event_name": "x"}'::jsonb) FROM generate_series(1, 1001)))$$);
--> 22023|invalid requests "1001": there must be at most 1000
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT outcome, start_timestamp FROM jb_schedule_all('[{"event_name": "In its zone", "calendars": ["room:a"], "date": "2026-12-01", "start_time": "09:00", "time_zone": "Europe/Berlin"}]', dry_run => true);
--> placed|2026-12-01 09:00:00+01
-- the alternatives of a rejected request lie beside all other requests, the later ones too
SELECT outcome, alternatives FROM jb_schedule_all('[{"event_name": "a", "duration": 3600, "calendars": ["room:a"], "date": "2026-11-23", "start_time": "09:30"},
  {"event_name": "b", "duration": 3600, "calendars": ["room:a"], "date": "2026-12-02", "start_time": "11:00"}, {"event_name": "c", "duration": 3600, "calendars": ["room:a"], "date": "2026-12-02", "start_time": "10:30"},
  {"event_name": "d", "duration": 3600, "calendars": ["room:a"], "date": "2026-12-02", "start_time": "12:00"}]', all_or_none => true, dry_run => true); --> undone|{}
--> undone|{}
--> rejected|{"[\"2026-11-30 16:00:00+01\",\"2026-11-30 17:00:00+01\")","[\"2026-11-30 15:00:00+01\",\"2026-11-30 16:00:00+01\")","[\"2026-12-10 08:00:00+01\",\"2026-12-10 09:00:00+01\")"}
--> undone|{}
-- and so do those of a rejected series
SELECT outcome, alternatives FROM jb_schedule_all('[{"event_name": "a", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-19", "start_time": "11:00"},
  {"event_name": "b", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-12", "start_time": "11:00", "recurrence": "RRULE:FREQ=WEEKLY;COUNT=2"},
  {"event_name": "c", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-19", "start_time": "10:00"}, {"event_name": "d", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-12", "start_time": "12:00"}]', all_or_none => true);
--> undone|{}
--> rejected|{"[\"2027-01-12 09:00:00+01\",\"2027-01-12 10:00:00+01\")","[\"2027-01-12 13:00:00+01\",\"2027-01-12 14:00:00+01\")","[\"2027-01-12 08:00:00+01\",\"2027-01-12 09:00:00+01\")"}
--> undone|{}
--> undone|{}
-- ---- a trial of all or none names the request in the way, as the call does ----
SELECT '[{"event_name":"a","duration":3600,"start_timestamp":"2027-03-02T10:00:00Z"},{"event_name":"b","duration":3600,"start_timestamp":"2027-03-02T10:30:00Z"}]' AS two \gset
SELECT detail, facts FROM jb_schedule_all(:'two', dry_run => true, all_or_none => true) WHERE outcome = 'rejected';
--> From 2027-03-02T02:30:00-08:00 to 2027-03-02T03:30:00-08:00 is taken by request 0.|{"requests": [0], "end_timestamp": "2027-03-02T03:30:00-08:00", "start_timestamp": "2027-03-02T02:30:00-08:00"}
SELECT detail, facts FROM jb_schedule_all(:'two', all_or_none => true) WHERE outcome = 'rejected';
--> From 2027-03-02T02:30:00-08:00 to 2027-03-02T03:30:00-08:00 is taken by request 0.|{"requests": [0], "end_timestamp": "2027-03-02T03:30:00-08:00", "start_timestamp": "2027-03-02T02:30:00-08:00"}

-- Promise: jb_update_all changes and cancels the events of a list together, whatever its order: all of them or none. One
-- outcome for each item says what became of it. What one item refuses is recorded, and undoes the others.
-- Could break: an event is judged while another of the list still has its old time; some items stay done; an item names an
-- event that another item reaches as well.
\i test/regress/sql/frame/open.psql
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
-- five talks in a row, of an hour each, from 9:00
SELECT outcome, count(*) FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Talk ' || i, 'date', '2026-11-24',
  'start_time', to_char(time '08:00' + i * interval '1 hour', 'HH24:MI'), 'duration', 3600, 'calendars', '{room:a}'::text[])) FROM generate_series(1, 5) AS i)) GROUP BY outcome; --> placed|5
CREATE FUNCTION pg_temp.shown() RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(id || ' ' || to_char(start_timestamp, 'HH24:MI'), ', ' ORDER BY id) FROM jb_events('room:a', '2026-11-24', '2026-11-25', status => '{pending,held}')
$$;

-- ---- a shift by an hour, in any order: one by one each would meet the next ----
SELECT outcome FROM jb_update(1, '{"start_time": "10:00"}'); --> rejected
SELECT outcome, event_id, start_timestamp, version, cardinality(moves) AS moves FROM jb_update_all((SELECT jsonb_agg(jsonb_build_object('id', id, 'start_timestamp', start_timestamp + interval '1 hour') ORDER BY id)
  FROM jb_events('room:a', '2026-11-24', '2026-11-25') AS e)); --> updated|1|2026-11-24 10:00:00+01|2|0
--> updated|2|2026-11-24 11:00:00+01|2|0
--> updated|3|2026-11-24 12:00:00+01|2|0
--> updated|4|2026-11-24 13:00:00+01|2|0
--> updated|5|2026-11-24 14:00:00+01|2|0
SELECT outcome, event_id, start_timestamp FROM jb_update_all((SELECT jsonb_agg(jsonb_build_object('id', id, 'start_timestamp', start_timestamp - interval '1 hour') ORDER BY id % 3, id)
  FROM jb_events('room:a', '2026-11-24', '2026-11-25') AS e)); --> updated|3|2026-11-24 11:00:00+01
--> updated|1|2026-11-24 09:00:00+01
--> updated|4|2026-11-24 12:00:00+01
--> updated|2|2026-11-24 10:00:00+01
--> updated|5|2026-11-24 13:00:00+01
SELECT pg_temp.shown(); --> 1 09:00, 2 10:00, 3 11:00, 4 12:00, 5 13:00
SELECT seq, kind, fields, version FROM jb_history(1); --> 1|placed|{}|1
--> 6|moved|{date,start_time,wished_start,start_timestamp,end_timestamp}|2
--> 11|moved|{wished_start,start_timestamp,end_timestamp}|3

-- ---- two change places, a third is cancelled, a fourth takes its time ----
SELECT outcome, event_id, start_timestamp FROM jb_update_all('[{"id": 5, "start_time": "11:00"}, {"id": 3, "cancel": true}, {"id": 1, "start_time": "10:00"}, {"id": 2, "start_time": "09:00"}]');
--> updated|5|2026-11-24 11:00:00+01
--> cancelled|3|2026-11-24 11:00:00+01
--> updated|1|2026-11-24 10:00:00+01
--> updated|2|2026-11-24 09:00:00+01
SELECT pg_temp.shown(); --> 1 10:00, 2 09:00, 4 12:00, 5 11:00

-- ---- one is refused: nothing changes, and its rejection is kept ----
SELECT test.stored() AS before \gset
SELECT outcome, event_id, start_timestamp, reason, conflicts, rejection_id IS NOT NULL AS is_recorded, version, event ->> 'start_time' AS stays
  FROM jb_update_all('[{"id": 1, "event_name": "Renamed"}, {"id": 2, "start_time": "12:30"}, {"id": 4, "start_time": "16:00"}, {"id": 5, "start_time": "10:30"}]', dry_run => true);
--> undone|1|2026-11-24 10:00:00+01|null|{}|f|4|10:00:00
--> undone|2|2026-11-24 09:00:00+01|null|{}|f|4|09:00:00
--> undone|4|2026-11-24 12:00:00+01|null|{}|f|3|null
--> rejected|5|null|conflict|{1}|f|4|11:00:00
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT outcome, event_id, reason, conflicts, rejection_id IS NOT NULL AS is_recorded, version FROM jb_update_all('[{"id": 1, "event_name": "Renamed"}, {"id": 2, "start_time": "18:00", "cancel": false}, {"id": 5, "start_time": "10:30"}]');
--> undone|1|null|{}|f|4
--> undone|2|null|{}|f|4
--> rejected|5|conflict|{1}|t|4
SELECT event_id, reason, conflicts, request ->> 'start_time' AS start_time FROM jb_rejections(); --> 1|conflict|{2}|10:00:00
--> 5|conflict|{1}|10:30:00
SELECT pg_temp.shown(), event_name FROM jb_event(1); --> 1 10:00, 2 09:00, 4 12:00, 5 11:00|Talk 1
-- two of the list that want the same time: the one of higher priority has it
SELECT outcome, event_id, reason, conflicts FROM jb_update_all('[{"id": 2, "start_time": "15:00"}, {"id": 4, "start_time": "15:00", "priority": 60}]'); --> rejected|2|conflict|{4}
--> undone|4|null|{}

-- ---- an automatic event gives way once, to the item that takes its time; one of the list is placed behind the fixed ones ----
SELECT event_id AS auto, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}') \gset auto_
SELECT :'auto_start_timestamp' AS before, outcome, event_id, moves FROM jb_update_all('[{"id": 4, "start_time": "14:00"}, {"id": 1, "start_time": "08:00"}]'); --> 2026-11-24 08:00:00+01|updated|4|{}
--> 2026-11-24 08:00:00+01|updated|1|{"(6,\"2026-11-24 08:00:00+01\",\"2026-11-24 09:00:00+01\",\"2026-11-24 10:00:00+01\",\"2026-11-24 11:00:00+01\",,)"}
SELECT outcome, event_id, start_timestamp FROM jb_update_all(jsonb_build_array(jsonb_build_object('id', :auto_auto, 'duration', 1800), '{"id": 2, "start_time": "16:00"}'::jsonb));
--> updated|6|2026-11-24 09:00:00+01
--> updated|2|2026-11-24 16:00:00+01
SELECT pg_temp.shown(); --> 1 08:00, 2 16:00, 4 14:00, 5 11:00, 6 09:00

-- ---- a waiting event, a held one, one of a series, another calendar ----
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "confirm_within": "1 day"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id AS held FROM jb_schedule('Held', '1 hour', '2026-11-25', '09:00', calendars => '{room:b}') \gset h_
SELECT outcome, event_id AS waiting FROM jb_schedule_all('{"event_name": "Waits", "duration": 3600, "date": "2026-11-25", "start_time": "09:00", "calendars": ["room:b"], "on_no_slot": "wait"}') \gset w_
SELECT outcome, event_id AS first, events FROM jb_schedule('Daily', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset s_
SELECT :'h_outcome', :'w_outcome', :'s_outcome'; --> held|waiting|placed
SELECT outcome, start_timestamp, events FROM jb_update_all(jsonb_build_array(jsonb_build_object('id', :h_held, 'status', 'pending'), jsonb_build_object('id', :w_waiting, 'start_time', '11:00'),
  jsonb_build_object('id', :s_first, 'start_time', '10:00', 'scope', 'following'), '{"id": 4, "date": "2026-11-25", "start_time": "09:00"}'::jsonb)); --> confirmed|2026-11-25 09:00:00+01|null
--> held|2026-11-25 11:00:00+01|null
--> updated|2026-11-25 10:00:00+01|{9,10,11}
--> updated|2026-11-25 09:00:00+01|null
SELECT outcome, start_timestamp, event -> 'calendars' AS calendars FROM jb_update_all(jsonb_build_array(jsonb_build_object('id', :s_first, 'calendars', '{room:b}'::text[], 'start_time', '13:00')));
--> updated|2026-11-25 13:00:00+01|["room:b"]
-- what a cancellation of the list opens goes to who waits
SELECT outcome, event_id AS late FROM jb_schedule_all('{"event_name": "Waits too", "duration": 3600, "date": "2026-11-25", "start_time": "13:00", "calendars": ["room:b"], "on_no_slot": "wait"}') \gset l_
SELECT outcome FROM jb_update_all(jsonb_build_array(jsonb_build_object('id', :s_first, 'cancel', true, 'expected_version', (SELECT version FROM jb_event(:s_first))))); --> cancelled
SELECT :'l_outcome' AS before, status, start_timestamp FROM jb_event(:l_late); --> waiting|held|2026-11-25 13:00:00+01

-- ---- what one would be refused for refuses all: each of these must fail ----
SELECT test.stored() AS before \gset
SELECT claim, state, message
  FROM (VALUES
    ('an unknown id',              '[{"id": 1, "event_name": "x"}, {"id": 9999}]'),
    ('no id',                      '[{"id": 1, "event_name": "x"}, {"event_name": "x"}]'),
    ('an id that is none',         '[{"id": "1"}]'),
    ('an id below one',            '[{"id": 0}]'),
    ('an id twice',                '[{"id": 1, "event_name": "x"}, {"id": 2}, {"id": 1, "cancel": true}]'),
    ('an event of two scopes',     format('[{"id": %s, "scope": "all", "event_name": "x"}, {"id": %s, "event_name": "y"}]', :s_first + 1, :s_first + 2)),
    ('another version',            '[{"id": 2, "event_name": "x"}, {"id": 1, "event_name": "x", "expected_version": 1}]'),
    ('a version that is none',     '[{"id": 1, "expected_version": "1"}]'),
    ('a cancellation that changes', '[{"id": 1, "cancel": true, "event_name": "x"}]'),
    ('a cancellation that is none', '[{"id": 1, "cancel": 1}]'),
    ('a field that is none',       '[{"id": 1}, {"id": 2, "colour": "red"}]'),
    ('a field out of range',       '[{"id": 1}, {"id": 2, "priority": 101}]'),
    ('an unknown calendar',        '[{"id": 1, "event_name": "x"}, {"id": 2, "calendars": ["room:nowhere"]}]'),
    ('another rule',               format('[{"id": %s, "recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}]', :s_first + 1)),
    ('status and time at once',    '[{"id": 1, "status": "cancelled", "start_time": "17:00"}]'),
    ('a status that does not allow it', '[{"id": 2, "event_name": "x"}, {"id": 3, "start_time": "17:00"}]'),
    ('some tried only',            '[{"id": 1, "dry_run": true}, {"id": 2}]'),
    ('not even a list',            '"text"')
  ) AS wrong (claim, list), test.refusal(format('SELECT jb_update_all(%L)', list)); --> an unknown id|P0002|event 9999 does not exist
--> no id|22023|request 1: invalid id "null": it must be a whole number from 1
--> an id that is none|22023|request 0: invalid id "1": it must be a whole number from 1
--> an id below one|22023|request 0: invalid id "0": it must be a whole number from 1
--> an id twice|22023|request 2: invalid id "1": item 0 of the list names this event already
--> an event of two scopes|22023|request 1: invalid id "11": item 0 of the list changes this event already
--> another version|JB412|event 1 has version 5, not 1
--> a version that is none|22023|request 0: invalid expected_version "1": it must be a whole number from 1
--> a cancellation that changes|22023|request 0: invalid event_name "x": a cancellation changes no field
--> a cancellation that is none|22023|request 0: invalid cancel "1": it must be true or false
--> a field that is none|22023|request 1: invalid colour "red": there is no such field
--> a field out of range|22023|request 1: invalid priority "101": it must be from 0 to 100
--> an unknown calendar|22023|request 1: invalid calendars "room:nowhere": there is no such calendar
--> another rule|22023|request 0: invalid recurrence "RRULE:FREQ=DAILY;COUNT=2": a series gets another rule by a change of its own
--> status and time at once|22023|request 0: invalid status "cancelled": status and time cannot change in one call
--> a status that does not allow it|55000|event 3 is cancelled and cannot be moved
--> some tried only|22023|request 1: invalid dry_run "false": all items of a list are tried, or none
--> not even a list|22023|invalid request "text": it must be a JSON object
SELECT state, detail FROM test.refusal($$SELECT jb_update_all('[{"id": 1, "priority": 101}, {"id": 2, "duration": 0}]')$$);
--> 22023|[{"index":0,"field":"priority","value":"101","message":"it must be from 0 to 100"},{"index":1,"field":"duration","value":"0","message":"it must be from 1 second to 366 days"}]
SELECT state, message FROM test.refusal($$SELECT jb_update_all((SELECT jsonb_agg(jsonb_build_object('id', i)) FROM generate_series(1, 1001) AS i))$$);
--> 22023|invalid changes "1001": there must be at most 1000
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT count(*) FROM jb_update_all('[]'); --> 0
SELECT count(*) FROM jb_update_all(NULL); --> 0
SELECT outcome FROM jb_update_all('{"id": 1, "event_location": "One object is a list of one"}'); --> updated
SELECT outcome, version FROM jb_update_all('[{"id": 3, "cancel": true}, {"id": 1}]'); --> unchanged|4
--> unchanged|6

-- ---- under a key it happens once ----
SELECT outcome, version FROM jb_update_all('[{"id": 1, "event_location": "Keyed"}]', idempotency_key => 'list'); --> updated|7
SELECT outcome, version, current_setting('jb_scheduler.replayed') AS replayed FROM jb_update_all('[{"id": 1, "event_location": "Keyed"}]', idempotency_key => 'list'); --> updated|7|on

-- ---- all of new events, or none ----
SELECT test.stored() AS before \gset
SELECT outcome, event_id, start_timestamp, reason, conflicts, facts -> 'requests' AS requests, rejection_id IS NOT NULL AS is_recorded, event
  FROM jb_schedule_all('[{"event_name": "Good", "date": "2026-12-07", "start_time": "09:00", "calendars": ["room:a"]},
                         {"event_name": "In its way", "date": "2026-12-07", "start_time": "09:15", "calendars": ["room:a"]},
                         {"event_name": "Tried only", "date": "2026-12-07", "start_time": "09:00", "calendars": ["room:a"], "dry_run": true}]', all_or_none => true);
--> undone|null|null|null|{}|null|f|null
--> rejected|null|null|conflict|{}|[0]|t|null
--> rejected|null|null|conflict|{}|[0]|f|null
SELECT reason, conflicts, facts -> 'requests' AS requests FROM jb_rejections() ORDER BY id DESC LIMIT 1; --> conflict|{}|[0]
SELECT count(*) FROM jb_events('room:a', '2026-12-07', '2026-12-08'); --> 0
SELECT outcome, start_timestamp FROM jb_schedule_all('[{"event_name": "One", "date": "2026-12-07", "calendars": ["room:a"]}, {"event_name": "Two", "date": "2026-12-07", "calendars": ["room:a"]}]', all_or_none => true);
--> placed|2026-12-07 08:00:00+01
--> placed|2026-12-07 08:30:00+01
-- ---- the present start alone fixes an automatic event, as in the single call ----
SELECT event_id FROM jb_schedule('Automatic', '1 hour', calendars => '{ceo}') \gset auto_
SELECT outcome, event ->> 'placement' AS placement FROM jb_update_all((SELECT jsonb_build_array(jsonb_build_object('id', id, 'start_timestamp', start_timestamp))
  FROM jb_event(:auto_event_id)), dry_run => true); --> updated|automatic
SELECT outcome, event ->> 'placement' AS placement FROM jb_update_all((SELECT jsonb_build_array(jsonb_build_object('id', id, 'start_timestamp', start_timestamp))
  FROM jb_event(:auto_event_id))); --> updated|fixed
-- an outcome tells where its event stands in the end, though another item has moved it
SELECT event_id FROM jb_schedule('Gives way', '1 hour', not_before => '2026-12-07 00:00+01', calendars => '{ceo}') \gset way_
SELECT event_id FROM jb_schedule('Takes its time', '1 hour', '2026-12-08', '10:00', calendars => '{ceo}') \gset takes_
SELECT outcome, start_timestamp, version, event ->> 'start_timestamp' AS shown, event ->> 'version' AS shown_version FROM jb_update_all(jsonb_build_array(
  jsonb_build_object('id', :way_event_id, 'event_name', 'Renamed'), jsonb_build_object('id', :takes_event_id, 'date', '2026-12-07', 'start_time', '08:00')));
--> updated|2026-12-07 18:00:00+01|3|2026-12-07T09:00:00-08:00|3
--> updated|2026-12-07 17:00:00+01|2|2026-12-07T08:00:00-08:00|2
\i test/regress/sql/frame/close.psql
