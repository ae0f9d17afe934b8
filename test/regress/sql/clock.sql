-- Promise: now is the machine's clock in whole seconds; only a superuser, or a role with SET on it, sets another clock.
-- Could break: a user who can set the clock can book the past and end events in progress.
\i test/regress/sql/frame/open.psql
-- the test's clock, floored to its second
SELECT jb_now();
SELECT test.clock('2026-11-23 07:00:59.999999+01');
SELECT jb_now();
-- written in another zone, the same instant
RESET SESSION AUTHORIZATION;
SET jb_scheduler.now = '2026-11-23T07:00:00Z';
SELECT jb_now();
-- empty: the machine's clock
SET jb_scheduler.now = '';
SELECT jb_now() BETWEEN now() - interval '1 second' AND now() + interval '1 hour' AS is_the_machines, extract(microseconds FROM jb_now())::int % 1000000 AS fraction;
-- a text that is no time fails where it is read: must fail
SET jb_scheduler.now = 'tomorrow or so';
SELECT jb_now();
RESET jb_scheduler.now;

-- no other user may set it: each of these must fail
SET SESSION AUTHORIZATION regress_manager;
SET jb_scheduler.now = '2000-01-01';
SELECT state FROM test.refusal($$SELECT set_config('jb_scheduler.now', '2000-01-01', true)$$);
SELECT jb_now() > '2001-01-01' AS still_the_machines;
-- nor before the library is loaded: loading it drops the setting with a warning; where it is preloaded, SET fails here
\c -
SET client_min_messages = error;
SET SESSION AUTHORIZATION regress_manager;
SELECT test.refusal($$SET jb_scheduler.now = '2000-01-01'$$) \g /dev/null
SELECT jb_now() > '2001-01-01' AS still_the_machines;
RESET SESSION AUTHORIZATION;

-- jb_health() tells the setting
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO';
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
SELECT h.now, h.version = (SELECT extversion FROM pg_extension WHERE extname = 'jb_scheduler') AS version,
       h.server_version = current_setting('server_version') AS server_version, worker FROM jb_health() h;
\i test/regress/sql/frame/close.psql
