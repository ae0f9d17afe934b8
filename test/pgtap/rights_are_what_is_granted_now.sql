-- Promise: a caller's rights on a calendar are what the calendar grants now, whatever was read before: before the
-- calendar existed, in a rolled-back transaction, or before a replica's writes (rules 13.1 and 13.2).
-- Could break: a backend caches the grants until a change is announced; a calendar created where calendars give all by
-- role changes no grant, and session_replication_role = replica switches triggers off.
BEGIN;
SELECT no_plan();
CREATE ROLE test_one LOGIN IN ROLE jb_manager;
CREATE ROLE test_two LOGIN IN ROLE jb_manager;
GRANT ALL ON SCHEMA public TO test_one, test_two;
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';

-- ---- asked for before it existed ----
SELECT jb_calendar_set('room:a', '{}') IS NOT NULL AS made \g /dev/null
SELECT jb_grant('room:a', 'principal:somebody', 'busy') \g /dev/null
CREATE FUNCTION pg_temp.seen(name text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN concat_ws(' ', jb_may(name, 'read'), jb_time_zone(name) IS NOT NULL, cardinality(jb_seen(ARRAY[name])), (SELECT count(*) FROM jb_slots('1 hour', ARRAY[name], max_rows => 1)));
EXCEPTION WHEN invalid_parameter_value THEN
  RETURN concat_ws(' ', jb_may(name, 'read'), jb_time_zone(name) IS NOT NULL, 'unknown');
END $$;
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.seen('room:b'), 't f unknown', 'a calendar that does not exist');
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:b', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.seen('room:b'), 't t 1 1', 'is seen as soon as it is made, by whoever asked for it before');
RESET SESSION AUTHORIZATION;
SAVEPOINT before;
SELECT jb_calendar_set('room:c', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.seen('room:c'), 't t 1 1', 'so is one');
ROLLBACK TO before;
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.seen('room:c'), 't f unknown', 'that is taken back');
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:other', '{}') IS NOT NULL, jb_calendar_set('room:c', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.seen('room:c'), 't t 1 1', 'and is made once more, with another number');
RESET SESSION AUTHORIZATION;

-- ---- the same where calendars give nothing ----
SELECT jb_default_rights_set('nothing') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.seen('room:b'), 'f f unknown', 'where calendars give nothing it is hidden');
SELECT is(pg_temp.seen('room:d'), 'f f unknown', 'as one that does not exist');
SAVEPOINT before;
SELECT jb_calendar_set('room:d', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SELECT is(pg_temp.seen('room:d'), 't t 1 1', 'whoever makes it sees it');
ROLLBACK TO before;
SELECT is(pg_temp.seen('room:d'), 'f f unknown', 'unless that is taken back');
SET LOCAL SESSION AUTHORIZATION test_two;
SELECT jb_calendar_set('room:d', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SELECT is(pg_temp.seen('room:d'), 't t 1 1', 'or whoever makes it then');
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.seen('room:d'), 'f f unknown', 'and nobody else');
RESET SESSION AUTHORIZATION;

-- ---- by a role that is given and taken ----
CREATE ROLE test_group;
SELECT jb_grant('room:b', 'role:test_group', 'read') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(jb_may('room:b', 'read'), false, 'who is not in the role may not');
RESET SESSION AUTHORIZATION;
GRANT test_group TO test_one;
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(jb_may('room:b', 'read'), true, 'who comes into it may at once');
RESET SESSION AUTHORIZATION;
REVOKE test_group FROM test_one;
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(jb_may('room:b', 'read'), false, 'and who leaves it may not any more');
RESET SESSION AUTHORIZATION;

-- ---- by a replica's writes ----
SET LOCAL session_replication_role = replica;
SELECT jb_grant('room:b', 'principal:test_one', 'read') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(jb_may('room:b', 'read'), true, 'a grant counts at once under session_replication_role = replica, too');
RESET SESSION AUTHORIZATION;
SET LOCAL session_replication_role = replica;
SELECT jb_default_rights_set('all by role') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(jb_may('room:a', 'manage'), true, 'and so does what the database gives');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
