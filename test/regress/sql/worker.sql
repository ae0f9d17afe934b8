-- Promise: the times at which something is due can be listed, and what is due can be written calendar by calendar; the other
-- calendars wait for a call of their own. A database that no worker looks after says so, and works as well.
-- Could break: readers and writers work out a deadline and the end of a waiting event's time in different ways; the worker
-- sleeps until the times that are listed here.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Asia/Tokyo"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM jb_due();

-- ---- deadlines ----
SELECT outcome, event_id FROM jb_schedule('A', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', hold_for => '10 minutes');
SELECT outcome, event_id FROM jb_schedule('B', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', hold_for => '5 minutes');
SELECT outcome, event_id FROM jb_schedule('C', '1 hour', '2026-11-24', '12:00', calendars => '{room:b,room:a}', hold_for => '7 minutes');
SELECT * FROM jb_due() ORDER BY due;

-- only what falls due by a time, and what falls due next, be it on a calendar that is listed already
SELECT * FROM jb_due(jb_now()) ORDER BY due;
SELECT * FROM jb_due(jb_now() + interval '5 minutes') ORDER BY due;
SELECT * FROM jb_due(jb_now() + interval '7 minutes') ORDER BY due;
SELECT * FROM jb_due('infinity') ORDER BY due;

-- ---- waiting events ----
-- a fixed event waits until its start, by the wall clock in the zone of its first calendar
SELECT outcome, event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:b}', on_no_slot => 'wait');
SELECT outcome FROM jb_deny(3);
SELECT status FROM jb_event(4);
SELECT outcome, event_id FROM jb_schedule('Fixed too', '1 hour', '2026-11-24', '12:00', calendars => '{room:b}', on_no_slot => 'wait');
SELECT * FROM jb_due() WHERE calendar = 'room:b';
-- an automatic event waits for as long as it would fit into its window
SELECT outcome, event_id FROM jb_schedule('Automatic', '15 minutes', calendars => '{room:b}', not_before => '2026-11-24 12:00+09', not_after => '2026-11-24 12:30+09', on_no_slot => 'wait');
SELECT * FROM jb_due() WHERE calendar = 'room:b';
SELECT outcome FROM jb_cancel(5);
SELECT * FROM jb_due() WHERE calendar = 'room:b';
SELECT outcome FROM jb_cancel(6);
SELECT * FROM jb_due();

-- ---- done calendar by calendar ----
SELECT outcome, event_id FROM jb_schedule('D', '1 hour', '2026-11-25', '12:00', calendars => '{room:b}', hold_for => '1 minute');
SELECT test.clock('2026-11-23 07:06+01') \g /dev/null
SELECT * FROM jb_due() ORDER BY due;
SELECT jb_expire('{}');
SELECT jb_expire('{room:a}'), jb_expire('{room:a}');
SELECT * FROM jb_due() ORDER BY due;
SELECT jb_expire(), jb_expire();
SELECT * FROM jb_due() ORDER BY due;
SELECT event_id, reason, principal FROM jb_rejections();
SELECT * FROM jb_check();

-- ---- the worker ----
SELECT state, pid, heartbeat, due, visits FROM jb_worker();
SELECT worker FROM jb_health();
SHOW jb_scheduler.worker_interval;
-- a setting that does not exist
SELECT r.state, r.message FROM test.refusal('SET jb_scheduler.worker_database = postgres') r;

-- ---- bad input: each must fail ----
SELECT q.what, r.state, r.message
  FROM (VALUES ('no such calendar', $$SELECT jb_expire('{room:a,room:z}')$$), ('a null among them', $$SELECT jb_expire('{room:a,null}')$$),
               ('another principal', $$SELECT jb_expire(principal => 'jb_worker')$$)) AS q (what, call),
       test.refusal(q.call) r;
RESET SESSION AUTHORIZATION;
SELECT r.state, r.message FROM test.refusal('SET jb_scheduler.worker_databases = postgres') r;
\i test/regress/sql/frame/close.psql
