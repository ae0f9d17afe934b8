-- Promise: the times at which something is due can be listed, and what is due can be written calendar by calendar; the other
-- calendars wait for a call of their own. A database that no worker looks after says so, and works as well.
-- Could break: readers and writers work out a deadline and the end of a waiting event's time in different ways; the worker
-- sleeps until the times that are listed here.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Asia/Tokyo"}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM jb_due();

-- ---- deadlines ----
SELECT outcome, event_id FROM jb_schedule('A', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', hold_for => '10 minutes'); --> held|1
SELECT outcome, event_id FROM jb_schedule('B', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', hold_for => '5 minutes'); --> held|2
SELECT outcome, event_id FROM jb_schedule('C', '1 hour', '2026-11-24', '12:00', calendars => '{room:b,room:a}', hold_for => '7 minutes'); --> held|3
SELECT * FROM jb_due() ORDER BY due; --> room:a|2026-11-23 07:05:00+01
--> room:b|2026-11-23 07:07:00+01

-- only what falls due by a time, and what falls due next, be it on a calendar that is listed already
SELECT * FROM jb_due(jb_now()) ORDER BY due; --> room:a|2026-11-23 07:05:00+01
SELECT * FROM jb_due(jb_now() + interval '5 minutes') ORDER BY due; --> room:a|2026-11-23 07:05:00+01
--> room:b|2026-11-23 07:07:00+01
SELECT * FROM jb_due(jb_now() + interval '7 minutes') ORDER BY due; --> room:a|2026-11-23 07:05:00+01
--> room:b|2026-11-23 07:07:00+01
--> room:a|2026-11-23 07:10:00+01
SELECT * FROM jb_due('infinity') ORDER BY due; --> room:a|2026-11-23 07:05:00+01
--> room:b|2026-11-23 07:07:00+01

-- ---- waiting events ----
-- a fixed event waits until its start, by the wall clock in the zone of its first calendar
SELECT outcome, event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|4
SELECT outcome FROM jb_deny(3); --> denied
SELECT status FROM jb_event(4); --> pending
SELECT outcome, event_id FROM jb_schedule('Fixed too', '1 hour', '2026-11-24', '12:00', calendars => '{room:b}', on_no_slot => 'wait'); --> waiting|5
SELECT * FROM jb_due() WHERE calendar = 'room:b'; --> room:b|2026-11-24 04:00:01+01
-- an automatic event waits for as long as it would fit into its window
SELECT outcome, event_id FROM jb_schedule('Automatic', '15 minutes', calendars => '{room:b}', not_before => '2026-11-24 12:00+09', not_after => '2026-11-24 12:30+09', on_no_slot => 'wait');
--> waiting|6
SELECT * FROM jb_due() WHERE calendar = 'room:b'; --> room:b|2026-11-24 04:00:01+01
SELECT outcome FROM jb_cancel(5); --> cancelled
SELECT * FROM jb_due() WHERE calendar = 'room:b'; --> room:b|2026-11-24 04:15:01+01
SELECT outcome FROM jb_cancel(6); --> cancelled
SELECT * FROM jb_due(); --> room:a|2026-11-23 07:05:00+01

-- ---- done calendar by calendar ----
SELECT outcome, event_id FROM jb_schedule('D', '1 hour', '2026-11-25', '12:00', calendars => '{room:b}', hold_for => '1 minute'); --> held|7
SELECT test.clock('2026-11-23 07:06+01') \g /dev/null
SELECT * FROM jb_due() ORDER BY due; --> room:b|2026-11-23 07:01:00+01
--> room:a|2026-11-23 07:05:00+01
SELECT jb_expire('{}'); --> 0
SELECT jb_expire('{room:a}'), jb_expire('{room:a}'); --> 1|0
SELECT * FROM jb_due() ORDER BY due; --> room:b|2026-11-23 07:01:00+01
--> room:a|2026-11-23 07:10:00+01
SELECT jb_expire(), jb_expire(); --> 1|0
SELECT * FROM jb_due() ORDER BY due; --> room:a|2026-11-23 07:10:00+01
SELECT event_id, reason, principal FROM jb_rejections(); --> 2|hold_expired|regress_secretary
--> 7|hold_expired|regress_secretary
SELECT * FROM jb_check();

-- ---- the worker ----
SELECT state, pid, heartbeat, due, visits FROM jb_worker(); --> off|null|null|null|null
SELECT worker FROM jb_health(); --> off
SHOW jb_scheduler.worker_interval; --> 1min
-- a setting that does not exist
SELECT r.state, r.message FROM test.refusal('SET jb_scheduler.worker_database = postgres') r; --> 42602|invalid configuration parameter name "jb_scheduler.worker_database"

-- ---- bad input: each must fail ----
SELECT q.what, r.state, r.message
  FROM (VALUES ('no such calendar', $$SELECT jb_expire('{room:a,room:z}')$$), ('a null among them', $$SELECT jb_expire('{room:a,null}')$$),
               ('another principal', $$SELECT jb_expire(principal => 'jb_worker')$$)) AS q (what, call),
       test.refusal(q.call) r; --> no such calendar|22023|invalid calendars "room:z": there is no such calendar
--> a null among them|22023|invalid calendars[1] "NULL": it must not be null
--> another principal|42501|role "regress_secretary" may not name principal "jb_worker"
RESET SESSION AUTHORIZATION;
SELECT r.state, r.message FROM test.refusal('SET jb_scheduler.worker_databases = postgres') r; --> 55P02|parameter "jb_scheduler.worker_databases" cannot be changed now
\i test/regress/sql/frame/close.psql
