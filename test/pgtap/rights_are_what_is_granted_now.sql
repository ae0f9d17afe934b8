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

-- ---- by a role that its holder leaves (SET ROLE) ----
SELECT jb_default_rights_set('all by role') \g /dev/null
CREATE ROLE test_shut IN ROLE jb_manager;
CREATE ROLE test_wide IN ROLE jb_manager;
GRANT test_group, test_shut, test_wide TO test_one;
CREATE ROLE test_pool LOGIN NOINHERIT IN ROLE test_shut, test_wide;
SELECT jb_calendar_set('room:e', '{}') IS NOT NULL AS made \g /dev/null
SELECT jb_schedule('Talk', '1 hour', '2026-11-24', '10:00', calendars => '{room:e}') \g /dev/null
SELECT jb_grant('room:e', 'role:test_shut', 'busy') \g /dev/null
CREATE FUNCTION pg_temp.wide() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN concat_ws(' ', jb_rights('room:e'), (SELECT count(event_name) FROM jb_event_view));
EXCEPTION WHEN no_data_found THEN
  RETURN 'hidden';
END $$;
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.wide(), '{busy} 0', 'a role that only knows when a calendar is taken');
SET LOCAL ROLE test_wide;
SELECT is(pg_temp.wide(), '{busy} 0', 'restricts its holder under another role, too');
SELECT throws_ok($$SELECT jb_grant('room:e', 'principal:test_one', 'manage')$$, '42501', NULL, 'who does not become a manager in this way');
RESET SESSION AUTHORIZATION;
SELECT jb_grant('room:e', 'role:test_wide', 'read') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.wide(), '{busy,read} 1', 'what all roles of the login may');
SET LOCAL ROLE test_wide;
SELECT is(pg_temp.wide(), '{busy,read} 1', 'is under a role');
SET LOCAL ROLE test_shut;
SELECT is(jb_may('room:e', 'read'), false, 'what this role may, if it is named');
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:e', 'role:test_wide') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_pool;
SET LOCAL ROLE test_wide;
SELECT is(pg_temp.wide(), '{busy,read,book,manage} 1', 'a login that has no privilege of the role is not restricted by it');
RESET SESSION AUTHORIZATION;
SET LOCAL ROLE test_wide;
SELECT is(pg_temp.wide(), '{busy,read,book,manage} 1', 'nor is a superuser, who has those of all roles');
RESET ROLE;
SELECT jb_revoke('room:e', 'role:test_shut') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SET LOCAL ROLE test_wide;
SELECT jb_feed_create('room:e') AS feed \gset
RESET SESSION AUTHORIZATION;
SELECT jb_grant('room:e', 'role:test_shut', 'busy') \g /dev/null
SELECT throws_ok(format('SELECT jb_feed_read(%L)', :'feed'), 'P0002', NULL, 'a feed that was made under another role opens nothing then');
SELECT jb_default_rights_set('nothing') \g /dev/null
SELECT jb_grant('room:e', 'role:test_shut', 'manage') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT is(pg_temp.wide(), '{busy,read,book,manage} 1', 'where calendars give nothing, the grant of a role');
SET LOCAL ROLE test_wide;
SELECT is(pg_temp.wide(), 'hidden', 'stays behind with the role');
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
