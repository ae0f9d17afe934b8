-- Promise: a calendar's name determines its shard, and so does each id that a shard gives. A database stays the same
-- shard, and jb_shard_problems() detects a shard restored in the wrong place, or without its increments.
-- Could break: another version computes a hash differently; a dump resets a sequence to steps of one; shard 0 gave ids
-- before there were shards.
BEGIN;
\ir ../../cluster/shards/shard.sql
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
CREATE FUNCTION pg_temp.ids() RETURNS text LANGUAGE sql AS $$SELECT concat_ws(' ', nextval('jb_event_id_seq'), nextval('jb_event_id_seq'), nextval('jb_rejection_id_seq'), nextval('jb_poll_id_seq'))$$;
SELECT is(jb_shard('anna@acme'), 0, 'where there are no shards, all calendars are of shard 0');

-- ---- an empty database becomes a shard ----
SAVEPOINT empty;
SELECT throws_ok(format('SELECT jb_shard_set(%s)', given), '22023', NULL, 'refused: ' || given)
  FROM unnest('{"0, 1","0, 257","4, 4","-1, 4","0, NULL","0, 4, 0"}'::text[]) AS given;
SELECT is(jb_shard_set(3, 4, 10), 10::bigint, 'shard 3 begins where shard 0 says');
SELECT is(pg_temp.ids(), '11 15 11 11', 'and gives ids that leave 3');
-- by sha256sum: acme 822b33ad, globex 5bc1a08d, initech 4cdc1a42, nothing e3b0c442, acme.com 1194228d, x1 is of 3
SELECT is(ARRAY(SELECT jb_shard(n) FROM unnest('{ceo,anna@acme,coach:17@globex,anna@home@initech,x@,b@acme.com,a@x1}'::text[]) AS n), '{0,1,1,2,2,1,3}'::int[], 'what follows the last @ decides');
SELECT is((SELECT count(*) FROM jb_shard_problems()), 0::bigint, 'all is sound');
SELECT is(jb_shard_set(3, 4), 10::bigint, 'to say it again, as after a restore, changes nothing');
SELECT is(jb_shard_set(3, 4), 10::bigint, 'however often');
SELECT is(pg_temp.ids(), '19 23 15 15', 'and the ids go on');
SELECT throws_ok(format('SELECT jb_shard_set(%s)', given), '55000', 'this database is shard 3 of 4 from id 10 on, and stays it', 'it stays that shard: ' || given)
  FROM unnest('{"2, 4","3, 8","3, 4, 11","NULL, 4"}'::text[]) AS given;

-- ---- what a restore can do ----
ALTER SEQUENCE jb_event_id_seq INCREMENT BY 1;
SELECT set_eq('SELECT rule, calendar, event_id FROM jb_shard_problems()', $$VALUES ('ids tell their shard', NULL::text, NULL::bigint)$$, 'a sequence that was restored without its increment is found before it gives an id');
SELECT jb_shard_set(3, 4) \g /dev/null
SELECT is((SELECT count(*) FROM jb_shard_problems()), 0::bigint, 'and put right by the same call');
SELECT jb_calendar_set('a@x1', '{}'), jb_schedule('Here', '1 hour', '2026-11-24', '09:00', calendars => '{a@x1}') \g /dev/null
SELECT is((SELECT count(*) FROM jb_shard_problems()), 0::bigint, 'what belongs here is sound');
SELECT count(*) FROM jb_person_erase('a@x1') \g /dev/null
SELECT is((SELECT count(*) FROM jb_shard_problems()), 0::bigint, 'and stays when its person is erased');
SELECT jb_calendar_set('a@x1', '{}'), jb_schedule('Here', '1 hour', '2026-11-24', '09:00', calendars => '{a@x1}') \g /dev/null
SELECT jb_calendar_set('a@acme', '{}') \g /dev/null
SELECT set_eq('SELECT rule, calendar, event_id FROM jb_shard_problems()', $$VALUES ('calendars stand on their shard', 'a@acme', NULL::bigint)$$, 'a calendar of another shard is found');
UPDATE jb_sharding SET shard = 2;
SELECT set_has('SELECT rule, calendar FROM jb_shard_problems()', $$VALUES ('ids tell their shard', 'a@x1'), ('calendars stand on their shard', 'a@x1')$$, 'and so is an event of another shard');
ROLLBACK TO empty;

-- ---- a database that only knows ----
SELECT is(jb_shard_set(NULL, 4, 10), 10::bigint, 'a database can know of shards and be none');
SELECT is(jb_shard('anna@acme'), 1, 'it tells where a calendar stands');
SELECT is(pg_temp.ids(), '1 2 1 1', 'and its own ids are as ever');
ROLLBACK TO empty;

-- ---- a database with events becomes shard 0 ----
SELECT jb_schedule('Before', '1 hour', '2026-11-24', '09:00') \g /dev/null
SELECT throws_ok('SELECT jb_shard_set(1, 4)', '55000', NULL, 'no other shard can have given ids before');
SELECT throws_ok('SELECT jb_shard_set(0, 4, 1)', '22023', NULL, 'nor can they count as new');
SELECT is(jb_shard_set(0, 4), 4::bigint, 'shard 0 begins after what it has given');
SELECT is(pg_temp.ids(), '4 8 4 4', 'and gives ids that leave 0');
SELECT is((SELECT count(*) FROM jb_shard_problems()), 0::bigint, 'the older ids are its own');
SELECT * FROM finish();
ROLLBACK;
