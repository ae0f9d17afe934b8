-- Promise: now is the machine's clock in whole seconds; only a superuser may set another one, for tests.
-- Could break: anybody who sets the clock can book the past and end what runs.
\i sql/frame/open.psql
-- the test's clock, floored to its second
SELECT jb_now();
SELECT test.clock('2026-11-23 07:00:59.999999+01');
SELECT jb_now();
-- of another zone, the same instant
RESET SESSION AUTHORIZATION;
SET jb_scheduler.now = '2026-11-23T07:00:00Z';
SELECT jb_now();
-- empty: the machine's
SET jb_scheduler.now = '';
SELECT jb_now() BETWEEN now() - interval '1 second' AND now() + interval '1 hour' AS is_the_machines, extract(microseconds FROM jb_now())::int % 1000000 AS fraction;
-- text that is no time fails where it is read: must fail
SET jb_scheduler.now = 'tomorrow or so';
SELECT jb_now();
RESET jb_scheduler.now;

-- nobody else may set it: each of these must fail
SET SESSION AUTHORIZATION regress_manager;
SET jb_scheduler.now = '2000-01-01';
SELECT state FROM test.refusal($$SELECT set_config('jb_scheduler.now', '2000-01-01', true)$$);
SELECT jb_now() > '2001-01-01' AS still_the_machines;
-- nor before the library is loaded: the setting is dropped with a warning when it is; where it is preloaded, this fails
\c -
SET client_min_messages = error;
SET SESSION AUTHORIZATION regress_manager;
SELECT test.refusal($$SET jb_scheduler.now = '2000-01-01'$$) \g /dev/null
SELECT jb_now() > '2001-01-01' AS still_the_machines;
RESET SESSION AUTHORIZATION;

-- health tells it
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO';
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
SELECT h.now, h.version = (SELECT extversion FROM pg_extension WHERE extname = 'jb_scheduler') AS version,
       h.server_version = current_setting('server_version') AS server_version, worker FROM jb_health() h;
\i sql/frame/close.psql
