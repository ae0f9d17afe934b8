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
-- the fifth request left nothing
SELECT id, event_name, start_timestamp, end_timestamp, priority FROM jb_events('room:a', '2026-11-01');
-- a single object is a request too; without calendars it is for ceo
SELECT outcome, start_timestamp IS NOT NULL AS has_time FROM jb_schedule_all('{"event_name": "Jeff", "duration": 60}');
-- no request at all
SELECT count(*) FROM jb_schedule_all('[]');
SELECT count(*) FROM jb_schedule_all(NULL);
-- a thousand requests
SELECT outcome, count(*), min(start_timestamp), max(end_timestamp)
  FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Many ' || i, 'duration', 300, 'date', '2026-12-0' || i % 9 + 1, 'calendars', ARRAY['room:a']))
                          FROM generate_series(1, 1000) AS i)) GROUP BY outcome ORDER BY outcome;

-- ---- an event that gave way to a trial, or to a series that then failed, is where it was, and its time is taken ----
SELECT event_id AS automatic, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2027-02-01', calendars => '{room:a}') \gset
SELECT event_id AS fixed FROM jb_schedule('In the way of its second', '1 hour', '2027-02-02', '08:00', calendars => '{room:a}') \gset
SELECT outcome, event_id IS NULL AS is_nobody, start_timestamp, cardinality(moves) AS moves, reason, conflicts = ARRAY[:fixed]::bigint[] AS by_it FROM jb_schedule_all('[
  {"event_name": "Tried in its place", "duration": 3600, "date": "2027-02-01", "start_time": "08:00", "calendars": ["room:a"], "dry_run": true},
  {"event_name": "Series in its place", "duration": 3600, "date": "2027-02-01", "start_time": "08:00", "calendars": ["room:a"], "recurrence": "RRULE:FREQ=DAILY;COUNT=2"},
  {"event_name": "Beside it", "duration": 3600, "date": "2027-02-01", "calendars": ["room:a"]}
]');
SELECT start_timestamp FROM jb_event(:automatic);
SELECT * FROM jb_check();
SELECT outcome, start_timestamp FROM jb_schedule('And after it', '1 hour', '2027-02-01', calendars => '{room:a}');

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
  ) AS wrong (claim, requests), test.refusal(format('SELECT jb_schedule_all(%L)', requests));
SELECT state, detail FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "", "duration": 0}, {"event_name": "Good"}, {"start_time": "9"}]')$$);
SELECT state, message FROM test.refusal($$SELECT jb_schedule_all((SELECT jsonb_agg('{"event_name": "x"}'::jsonb) FROM generate_series(1, 1001)))$$);
SELECT test.stored() = :'before' AS nothing_changed;
SELECT outcome, start_timestamp FROM jb_schedule_all('[{"event_name": "In its zone", "calendars": ["room:a"], "date": "2026-12-01", "start_time": "09:00", "time_zone": "Europe/Berlin"}]', dry_run => true);
-- the alternatives of a rejected request lie beside all other requests, the later ones too
SELECT outcome, alternatives FROM jb_schedule_all('[{"event_name": "a", "duration": 3600, "calendars": ["room:a"], "date": "2026-11-23", "start_time": "09:30"},
  {"event_name": "b", "duration": 3600, "calendars": ["room:a"], "date": "2026-12-02", "start_time": "11:00"}, {"event_name": "c", "duration": 3600, "calendars": ["room:a"], "date": "2026-12-02", "start_time": "10:30"},
  {"event_name": "d", "duration": 3600, "calendars": ["room:a"], "date": "2026-12-02", "start_time": "12:00"}]', all_or_none => true, dry_run => true);
-- and so do those of a rejected series
SELECT outcome, alternatives FROM jb_schedule_all('[{"event_name": "a", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-19", "start_time": "11:00"},
  {"event_name": "b", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-12", "start_time": "11:00", "recurrence": "RRULE:FREQ=WEEKLY;COUNT=2"},
  {"event_name": "c", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-19", "start_time": "10:00"}, {"event_name": "d", "duration": 3600, "calendars": ["room:a"], "date": "2027-01-12", "start_time": "12:00"}]', all_or_none => true);
-- ---- a trial of all or none names the request in the way, as the call does ----
SELECT '[{"event_name":"a","duration":3600,"start_timestamp":"2027-03-02T10:00:00Z"},{"event_name":"b","duration":3600,"start_timestamp":"2027-03-02T10:30:00Z"}]' AS two \gset
SELECT detail, facts FROM jb_schedule_all(:'two', dry_run => true, all_or_none => true) WHERE outcome = 'rejected';
SELECT detail, facts FROM jb_schedule_all(:'two', all_or_none => true) WHERE outcome = 'rejected';
\i test/regress/sql/frame/close.psql
