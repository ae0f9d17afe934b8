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
SELECT is(pg_temp.wide(), '{busy,read,propose,book,manage} 1', 'a login that has no privilege of the role is not restricted by it');
RESET SESSION AUTHORIZATION;
SET LOCAL ROLE test_wide;
SELECT is(pg_temp.wide(), '{busy,read,propose,book,manage} 1', 'nor is a superuser, who has those of all roles');
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
SELECT is(pg_temp.wide(), '{busy,read,propose,book,manage} 1', 'where calendars give nothing, the grant of a role');
SET LOCAL ROLE test_wide;
SELECT is(pg_temp.wide(), 'hidden', 'stays behind with the role');
RESET SESSION AUTHORIZATION;

-- ---- a deleted event's, under a name that has passed on ----
SET LOCAL SESSION AUTHORIZATION test_two;
SELECT jb_calendar_set(name, '{"time_zone": "UTC"}') IS NOT NULL AS made FROM unnest('{room:past,room:stays}'::text[]) AS name \g /dev/null
SELECT event_id AS past FROM jb_schedule('Past', '1 hour', '2026-11-25', '10:00', calendars => '{room:past,room:stays}') \gset
SELECT (jb_update(:past, '{"event_name": "Gone"}')).outcome, jb_delete(:past), jb_calendar_delete('room:past') \g /dev/null
SELECT set_eq(format('SELECT kind, calendar FROM jb_history(%s)', :past), $$VALUES ('placed', 'room:stays'), ('updated', 'room:stays'), ('deleted', 'room:stays')$$, 'a deleted event has a history for whoever reads one of its calendars');
SET LOCAL SESSION AUTHORIZATION test_one;
SELECT jb_calendar_set('room:past', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SELECT throws_ok(format('SELECT jb_history(%s)', :past), 'P0002', NULL, 'and none for whoever makes another calendar of that name');
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
SET LOCAL session_replication_role = origin;

-- ---- by code that nobody asked for ----
SELECT event_id AS secret FROM jb_schedule('Secret', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}') \gset
SELECT jb_calendar_set('room:free', '{"time_zone": "UTC"}') IS NOT NULL AS made \g /dev/null
SELECT jb_schedule('Open', '1 hour', '2026-11-24', '10:00', calendars => '{room:free}') IS NOT NULL AS made \g /dev/null
CREATE FUNCTION public.tried(call text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  said text;
BEGIN
  EXECUTE 'SELECT ' || call INTO said;
  RETURN coalesce(said, 'nothing');
EXCEPTION WHEN OTHERS THEN
  RETURN sqlstate;
END $$;
SELECT jb_grant('room:a', 'principal:test_one', 'busy') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_one;
CREATE MATERIALIZED VIEW public.loot AS SELECT call, public.tried(call) AS said FROM unnest(ARRAY[
  format('event_name FROM public.jb_event(%s)', :secret), 'string_agg(event_name, '','') FROM public.jb_event_view', $$public.jb_rights('room:a')$$,
  $$public.jb_may('room:a', 'busy')$$, $$public.jb_rights('room:free')$$, $$public.jb_grant('room:a', 'principal:test_one', 'manage')$$, $$public.jb_grant('room:free', 'principal:test_one', 'manage')$$,
  $$public.jb_revoke('room:free', 'principal:test_one')$$, $$public.jb_grants_set('room:free', '[]', true)$$, $$public.jb_feed_create('room:free')$$,
  $$public.jb_calendar_set('room:free', '{}')$$, $$public.jb_principal_set('CN=x', 'CN=one', 'test_two', 'manager')$$,
  $$public.jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour', calendars => '{room:free}')$$]) AS call;
SELECT results_eq($$SELECT said FROM public.loot WHERE call !~ 'grant|revoke|create|_set'$$, $$VALUES ('P0002'), ('Open'), ('P0002'), ('false'), ('{busy,read,propose,book,manage}')$$,
                  'a materialized view reads what names nobody, and nothing that names anybody');
SELECT set_eq($$SELECT said FROM public.loot WHERE call ~ 'grant|revoke|create|_set'$$, $$VALUES ('42501')$$, 'and gives nothing away');
CREATE TEMP TABLE taken AS SELECT format('event_name FROM public.jb_event(%s)', :secret) AS call;
CREATE FUNCTION pg_temp.reveals(call text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$
DECLARE
  said text = public.tried(call);
BEGIN
  IF said <> 'P0002' THEN RAISE 'it read %', said; END IF;
  RETURN said;
END $$;
SELECT lives_ok('CREATE INDEX ON taken (pg_temp.reveals(call))', 'an index expression does no more');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
