-- Promise: jb_metrics tells how many events are held and wait now, for how long something has been overdue, and how long it
-- is until the first free half hour of each named calendar; it finds this without reading all events.
-- Could break: a hold that ended by the clock alone goes on being counted; the figure of one calendar is told for another.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('Day', '9 hours', '2026-11-23', '08:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Held', '1 hour', '2026-11-24', calendars => '{room:a}', hold_for => '10 minutes'); --> held
SELECT outcome FROM jb_schedule('Waits', '1 hour', '2026-11-23', calendars => '{room:a}', on_no_slot => 'wait'); --> waiting

SET SESSION AUTHORIZATION regress_viewer;
SELECT * FROM jb_metrics() WHERE metric <> 'jb_worker_up' ORDER BY metric; --> jb_events_held|null|1
--> jb_events_waiting|null|1
--> jb_last_rejection_id|null|0
--> jb_worker_lag_seconds|null|0
SELECT value IN (0, 1) AS is_up_or_not FROM jb_metrics() WHERE metric = 'jb_worker_up'; --> t
SELECT calendar, make_interval(secs => value) AS lead FROM jb_metrics('{room:a,CEO,Room:A}') WHERE metric = 'jb_first_free_seconds' ORDER BY calendar; --> ceo|10:00:00
--> room:a|26:00:00
-- past its deadline a hold does not count, whether or not a call has written its end, and jb_metrics tells that it is overdue
SELECT test.clock('2026-11-23 07:12+01') \g /dev/null
SELECT * FROM jb_metrics() WHERE metric <> 'jb_worker_up' ORDER BY metric; --> jb_events_held|null|0
--> jb_events_waiting|null|1
--> jb_last_rejection_id|null|0
--> jb_worker_lag_seconds|null|120

-- the name of a calendar that does not exist hides no other figure
SELECT metric, calendar FROM jb_metrics('{room:none,room:a,NULL}') ORDER BY metric, calendar; --> jb_events_held|null
--> jb_events_waiting|null
--> jb_first_free_seconds|room:a
--> jb_last_rejection_id|null
--> jb_worker_lag_seconds|null
--> jb_worker_up|null

-- ---- this must fail ----
SET SESSION AUTHORIZATION regress_nobody;
SELECT state FROM test.refusal('SELECT * FROM jb_metrics()'); --> 42501
RESET SESSION AUTHORIZATION;
-- ---- many events, few of them of interest ----
INSERT INTO jb_event (event_name, attendees, event_location, calendars, duration, priority, status, created_at, updated_at)
SELECT 'Old', '{}', '', '{room:b}', '1 hour', 50, 'cancelled', now(), now() FROM generate_series(1, 5000);
ANALYZE jb_event;
SET enable_seqscan = off;
EXPLAIN (COSTS OFF) SELECT count(*) FROM jb_event e WHERE e.status IN ('held', 'waiting'); --> Aggregate
-->   ->  Bitmap Heap Scan on jb_event e
-->         Recheck Cond: (status = ANY ('{held,waiting}'::text[]))
-->         ->  Bitmap Index Scan on jb_event_watched
RESET enable_seqscan;
DELETE FROM jb_event WHERE event_name = 'Old';
\i test/regress/sql/frame/close.psql
