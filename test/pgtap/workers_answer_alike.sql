-- Promise: a function declared PARALLEL SAFE answers in a parallel worker as in the leader.
-- Could break: a worker begins with nothing: it loads the library, its setting, its cached plans and its zones again.
BEGIN;
SELECT no_plan();
SELECT set_config(CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'debug_parallel_query' ELSE 'force_parallel_mode' END, 'on', true) \g /dev/null
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
CREATE FUNCTION pg_temp.plan_of(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  plan text := '';
BEGIN
  FOR line IN EXECUTE 'EXPLAIN (COSTS off) ' || query LOOP
    plan := plan || line || E'\n';
  END LOOP;
  RETURN plan;
END $$;
SELECT matches(pg_temp.plan_of($$SELECT jb_timestamp_text('2026-11-24 09:00+01', 'UTC')$$), 'Gather', 'a safe function is run by a worker here');
SELECT is(jb_now(), '2026-11-23 07:00+01'::timestamptz, 'the worker''s clock is the leader''s');
SELECT is((SELECT jb_timestamp_text(at, 'Asia/Kathmandu') FROM (VALUES ('2026-11-24 09:00+01'::timestamptz)) AS v (at)), '2026-11-24T13:45:00+05:45', 'a worker knows the zones');
SELECT is((SELECT time_zone IS NOT NULL FROM jb_calendar('ceo')), true, 'a worker reads a calendar');
SELECT is((SELECT count(*) FROM jb_slots('1 hour', max_rows => 5)), 5::bigint, 'a worker finds slots');
SELECT is((SELECT count(lead) FROM jb_lead_time('{1 hour,9 hours}')), 2::bigint, 'a worker finds lead times');
SELECT is(jb_busy('ceo', '2026-11-23', '2026-11-24'), '{}'::tstzmultirange, 'a worker reads claims');
SELECT is((SELECT count(*) FROM jb_explain('Where', '1 hour')), 3::bigint, 'a worker explains');
SELECT is(jb_proof_request('{"event_name": "Past", "duration": 60, "start_timestamp": "2026-11-20T09:00:00Z"}') ->> 'is_proved', 'true', 'a worker proves');
SELECT is((SELECT count(*) FROM jb_events('ceo')), 0::bigint, 'a worker lists events');
SELECT poll_id FROM jb_poll_create('Meeting', '2026-11-24', '2026-11-25', '1 hour', public => true) \gset
SELECT participant FROM jb_poll_answer(:poll_id, 'Ann', '[{"start": "2026-11-24T09:00:00+01:00", "end": "2026-11-24T11:00:00+01:00"}]') \g /dev/null
SELECT is((SELECT latest_start FROM jb_poll_ranking(:poll_id)), '2026-11-24 10:00+01'::timestamptz, 'a worker ranks a poll');
SELECT is((SELECT count(*) FROM jb_check()), 0::bigint, 'a worker checks');
SELECT throws_ok('SELECT jb_status(1)', 'P0002', 'event 1 does not exist', 'a worker''s error arrives with its SQLSTATE');
SELECT is((SELECT count(*) FROM jb_rejections()), 0::bigint, 'rejections are read, by the leader');
SELECT * FROM finish();
ROLLBACK;
