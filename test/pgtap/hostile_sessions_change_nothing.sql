-- Promise: a caller who may call a function can neither make it do more than it says, nor act as another principal,
-- whatever is set in the session. Default privileges of the installing role give nobody a right on the extension. A
-- trigger on somebody's table books with the rights of the user who inserts.
-- Could break: a caller's setting affects a function that runs with its owner's rights; the session user and the
-- current user are confused; a new table is created while default privileges give it away.
\ir frame/plant.psql
\ir frame/calls.psql
SET client_min_messages = warning;
CREATE ROLE test_mallory LOGIN;
CREATE ROLE test_boss LOGIN IN ROLE jb_manager;
CREATE ROLE test_viewer LOGIN IN ROLE jb_viewer;
CREATE ROLE test_front_end LOGIN NOINHERIT IN ROLE jb_gateway;

BEGIN;
SELECT no_plan();

-- ---- default privileges ----
DROP EXTENSION jb_scheduler;
CREATE SCHEMA own;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO test_mallory WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES IN SCHEMA own GRANT ALL ON SEQUENCES TO test_mallory;
ALTER DEFAULT PRIVILEGES IN SCHEMA own GRANT ALL ON TABLES TO PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO test_mallory;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TYPES TO test_mallory;
CREATE EXTENSION jb_scheduler SCHEMA own;
SELECT set_eq($$SELECT DISTINCT a.grantee::regrole::text
                  FROM (SELECT relacl, relowner, relkind::text FROM pg_class WHERE relnamespace = 'own'::regnamespace AND relkind IN ('r', 'v', 'S')
                        UNION ALL SELECT proacl, proowner, 'f' FROM pg_proc WHERE pronamespace = 'own'::regnamespace
                        UNION ALL SELECT t.typacl, t.typowner, 'T' FROM pg_type t JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c' WHERE t.typnamespace = 'own'::regnamespace) AS o (acl, owner, kind)
                 CROSS JOIN LATERAL aclexplode(coalesce(o.acl, acldefault(CASE o.kind WHEN 'S' THEN 's' WHEN 'v' THEN 'r' ELSE o.kind END::"char", o.owner))) a
                 WHERE a.grantee <> o.owner$$,
              '{jb_viewer,jb_secretary,jb_manager,jb_guest,jb_operator,jb_gateway}'::text[], 'default privileges give nobody anything: only our own roles have rights');
SELECT set_eq($$SELECT a.grantee::regrole::text, a.privilege_type FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'own' AND a.grantee <> n.nspowner$$,
              $$VALUES ('jb_viewer', 'USAGE'), ('jb_guest', 'USAGE'), ('jb_operator', 'USAGE'), ('jb_gateway', 'USAGE')$$, 'of a schema of its own four roles may use what is there, and nobody may create');
DROP EXTENSION jb_scheduler;
DROP SCHEMA own;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TABLES FROM test_mallory;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM test_mallory;
ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM test_mallory;
CREATE EXTENSION jb_scheduler;
GRANT CREATE, USAGE ON SCHEMA public TO PUBLIC;

-- ---- settings of the session ----
SET LOCAL jb_scheduler.now = '2027-03-01 07:30+01';
CREATE TEMP TABLE kept (settings text, thing text, value text);
GRANT SELECT, INSERT ON kept TO PUBLIC;
-- What the calls leave behind, as values and not as text, and the calls that failed.
CREATE FUNCTION pg_temp.run_all() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT sql || ' -> ' || answer FROM (SELECT sql, pg_temp.try(replace(sql, '§', '')) AS answer FROM calls WHERE sql !~ 'CREATE TEMP' ORDER BY n) t WHERE answer <> '00000'
$$;
CREATE FUNCTION pg_temp.keep(label text) RETURNS void LANGUAGE sql SECURITY DEFINER AS $$
  INSERT INTO kept
  SELECT label, 'event', concat_ws('|', event_name, calendars, attendees, date - '2027-03-01', extract(epoch FROM start_time), extract(epoch FROM duration), extract(epoch FROM start_timestamp), extract(epoch FROM end_timestamp), status, version) FROM jb_event
  UNION ALL SELECT label, 'calendar', concat_ws('|', name, time_zone, hours, extract(epoch FROM horizon), extract(epoch FROM buffer_after), strict, change_seq) FROM jb_calendar_view
  UNION ALL SELECT label, 'change', concat_ws('|', c.name, l.seq, l.kind, extract(epoch FROM lower(l.new_range)), extract(epoch FROM upper(l.new_range)), l.new_status, l.fields) FROM jb_change_log l JOIN jb_calendar c ON c.id = l.calendar
  UNION ALL SELECT label, 'rejection', concat_ws('|', calendars, reason, request ->> 'event_name', request ->> 'start_timestamp', principal) FROM jb_rejection
$$;
CREATE FUNCTION pg_temp.shown() RETURNS text LANGUAGE sql AS $$
  SELECT (SELECT string_agg(jb_event_json(e)::text, E'\n' ORDER BY id) FROM jb_event_view e) || (SELECT string_agg(jb_calendar_json(c)::text, E'\n' ORDER BY name) FROM jb_calendar_view c)
      || (SELECT string_agg(jb_change_json(c)::text, E'\n' ORDER BY calendar, seq) FROM jb_change c) || (SELECT string_agg(jb_rejection_json(r)::text, E'\n' ORDER BY id) FROM jb_rejections() r)
$$;
SAVEPOINT clean;
SET LOCAL SESSION AUTHORIZATION test_boss;
SET LOCAL timezone = 'Europe/Berlin';
SELECT is_empty('SELECT pg_temp.run_all()', 'every function works under the usual settings');
SELECT pg_temp.keep('usual') \g /dev/null
SELECT json_agg(k) AS usual FROM kept k \gset
ROLLBACK TO clean;
SET LOCAL SESSION AUTHORIZATION test_boss;
SET LOCAL timezone = 'Europe/Berlin';
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL intervalstyle = 'sql_standard';
SET LOCAL array_nulls = off;
SET LOCAL transform_null_equals = on;
SET LOCAL extra_float_digits = -15;
SET LOCAL bytea_output = 'escape';
SET LOCAL row_security = off;
SET LOCAL enable_indexscan = off;
SET LOCAL plan_cache_mode = force_custom_plan;
SET LOCAL join_collapse_limit = 1;
SET LOCAL quote_all_identifiers = on;
SET LOCAL default_transaction_isolation = 'serializable';
SELECT set_config('standard_conforming_strings', 'off', true) WHERE current_setting('server_version_num')::int < 190000 \g /dev/null
SELECT is_empty('SELECT pg_temp.run_all()', 'and under settings that change how almost anything is read and written');
SELECT pg_temp.shown() AS hostile \gset
SELECT pg_temp.keep('hostile') \g /dev/null
RESET standard_conforming_strings;
RESET datestyle;
RESET intervalstyle;
RESET array_nulls;
RESET transform_null_equals;
RESET extra_float_digits;
RESET bytea_output;
INSERT INTO kept SELECT 'usual', u.thing, u.value FROM json_to_recordset(:'usual') AS u (settings text, thing text, value text);
SELECT cmp_ok((SELECT count(*) FROM kept WHERE settings = 'usual'), '>', 40::bigint, 'they leave something behind');
SELECT is_empty($$SELECT thing, value, array_agg(settings) FROM kept GROUP BY thing, value HAVING count(*) FILTER (WHERE settings = 'usual') <> count(*) FILTER (WHERE settings = 'hostile')$$, 'the same in both');
SELECT is(:'hostile', pg_temp.shown(), 'and it is shown the same, to the letter');
SELECT is_empty('SELECT * FROM jb_check() WHERE rule <> ''only superusers build in the schema''', 'and is sound');
ROLLBACK TO clean;

SET LOCAL SESSION AUTHORIZATION test_boss;
SELECT throws_ok($$SET LOCAL jb_scheduler.now = '2030-01-01'$$, '42501', NULL, 'nobody but a superuser sets the clock');
SELECT throws_ok($$SELECT set_config('jb_scheduler.now', '2030-01-01', true)$$, '42501', NULL, 'nor by a function');
SELECT throws_ok($$ALTER ROLE test_boss SET jb_scheduler.now = '2030-01-01'$$, '42501', NULL, 'nor for the next session');
SELECT throws_ok($$SET LOCAL jb_scheduler.worker_databases = ''$$, '55P02', NULL, 'nor tells the worker what to do');
SELECT throws_ok($$SET LOCAL session_replication_role = replica$$, '42501', NULL, 'nor switches triggers off');
RESET SESSION AUTHORIZATION;

-- ---- who is calling ----
CREATE FUNCTION public.as_owner(statement text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  answer text;
BEGIN
  EXECUTE statement INTO answer;
  RETURN answer;
END $$;
GRANT EXECUTE ON FUNCTION public.as_owner TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_boss;
SELECT throws_ok('SET LOCAL ROLE jb_gateway', '42501', NULL, 'a manager cannot take the gateway''s role');
SELECT throws_ok($$SELECT jb_schedule('x', '1 hour', principal => 'Ann')$$, '42501', NULL, 'nor book in somebody''s name');
SET LOCAL ROLE jb_secretary;
SELECT throws_ok($$SELECT jb_delete(1)$$, '42501', NULL, 'under a smaller role only that role''s rights hold');
SELECT event_id FROM jb_schedule('Whose', '1 hour') \gset
SELECT is((SELECT principal FROM jb_history(:event_id)), 'test_boss', 'and history names the session''s user, whatever the role');
RESET ROLE;
RESET SESSION AUTHORIZATION;
SET LOCAL SESSION AUTHORIZATION test_front_end;
SELECT throws_ok($$SELECT jb_schedule('x', '1 hour')$$, '42501', NULL, 'a front end books nothing until it takes a role');
SET LOCAL ROLE jb_manager;
SELECT lives_ok($$SELECT jb_schedule('x', '1 hour', principal => 'Ann')$$, 'and then in anybody''s name');
RESET SESSION AUTHORIZATION;
-- The owner of as_owner is a superuser here; still, a viewer who calls as_owner counts as a viewer.
SET LOCAL SESSION AUTHORIZATION test_viewer;
SELECT throws_ok($$SELECT jb_schedule('x', '1 hour')$$, '42501', NULL, 'a viewer does not book');
SELECT throws_ok($$SELECT public.as_owner('SELECT jb_schedule(''x'', ''1 hour'', principal => ''Ann'')')$$, '42501', NULL, 'nor in somebody''s name through a function of somebody who may');
RESET SESSION AUTHORIZATION;
SELECT poll_id, token FROM jb_poll_create('Whose', jb_now(), jb_now() + interval '1 day', '1 hour') \gset
SET LOCAL SESSION AUTHORIZATION test_viewer;
SELECT throws_ok(format('SELECT public.jb_poll(%s)', :poll_id), '42501', NULL, 'a viewer reads no poll without its token');
SELECT throws_ok(format('SELECT public.as_owner(%L)', 'SELECT jb_poll(' || :poll_id || ')'), '42501', NULL, 'not through somebody else''s function either');
SELECT lives_ok(format('SELECT jb_poll(%s, %L)', :poll_id, :'token'), 'with its token a viewer does');
SELECT throws_ok(format('SELECT jb_poll(%s, %L)', :poll_id, upper(:'token')), '42501', NULL, 'and with nothing like it');
RESET SESSION AUTHORIZATION;
SELECT is_empty(format('SELECT * FROM jb_poll WHERE jb_poll::text LIKE %L OR encode(organiser_token, %L) LIKE %L', '%' || :'token' || '%', 'escape', '%' || :'token' || '%'), 'of the token only a hash is kept');

-- ---- tables of another owner: ANALYZE, autovacuum and REFRESH run this owner's functions in any session ----
CREATE FUNCTION public.try(statement text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  EXECUTE statement;
  RETURN 'done';
EXCEPTION WHEN OTHERS THEN
  RETURN sqlstate;
END $$;
GRANT EXECUTE ON FUNCTION public.try TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_viewer;
SELECT format('CREATE MATERIALIZED VIEW public.loot AS SELECT public.try(%L) AS poll, public.try(%L) AS bin WITH NO DATA',
              format('SELECT public.jb_poll(%s)', :poll_id), format('SELECT public.jb_poll_delete(%s)', :poll_id)) \gexec
SET LOCAL SESSION AUTHORIZATION test_boss;
-- since PostgreSQL 17 a view is refreshed with the server's own search_path: hence the schema
CREATE MATERIALIZED VIEW public.mask AS
  SELECT public.try($$SELECT public.jb_schedule('x', '1 hour')$$) AS booked, public.try($$SELECT public.jb_schedule('x', '1 hour', principal => 'Ann')$$) AS named WITH NO DATA;
RESET SESSION AUTHORIZATION;
REFRESH MATERIALIZED VIEW public.loot;
REFRESH MATERIALIZED VIEW public.mask;
SELECT results_eq('TABLE public.loot', $$VALUES ('42501', '42501')$$, 'a superuser who refreshes a viewer''s view opens no poll to it');
SELECT is((SELECT count(*) FROM jb_poll WHERE id = :poll_id), 1::bigint, 'and deletes none for it');
SELECT results_eq('TABLE public.mask', $$VALUES ('42501', '42501')$$, 'nor books for a manager in a superuser''s name, or anybody''s');

-- ---- triggers on another user's table ----
SET LOCAL SESSION AUTHORIZATION test_mallory;
CREATE TABLE public.bait (event_name text, duration interval, event_id bigint);
SELECT throws_ok('CREATE TRIGGER place BEFORE INSERT ON public.bait FOR EACH ROW EXECUTE FUNCTION jb_place_row()', '42501', NULL, 'who may not book makes no trigger that does');
CREATE FUNCTION public.who(text) RETURNS json LANGUAGE plpgsql AS $$BEGIN RAISE 'called as %', current_user USING ERRCODE = 'P0669'; END$$;
CREATE TYPE public.mood AS ENUM ('fair');
CREATE FUNCTION public.who(mood) RETURNS json LANGUAGE plpgsql AS $$BEGIN RAISE 'called as %', current_user USING ERRCODE = 'P0669'; END$$;
CREATE CAST (mood AS json) WITH FUNCTION public.who(mood);
RESET SESSION AUTHORIZATION;
CREATE TRIGGER place BEFORE INSERT ON public.bait FOR EACH ROW EXECUTE FUNCTION jb_place_row();
GRANT ALL ON public.bait TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_viewer;
SELECT throws_ok($$INSERT INTO public.bait VALUES ('x', '1 hour')$$, '42501', NULL, 'a viewer books nothing by somebody''s trigger');
SET LOCAL SESSION AUTHORIZATION test_mallory;
SELECT throws_ok($$INSERT INTO public.bait VALUES ('x', '1 hour')$$, '42501', NULL, 'nor does the table''s owner');
ALTER TABLE public.bait ADD COLUMN attendees mood DEFAULT 'fair';
SET LOCAL SESSION AUTHORIZATION test_boss;
SELECT throws_ok($$INSERT INTO public.bait (event_name, duration) VALUES ('x', '1 hour')$$, 'P0669', 'called as test_boss', 'what its owner smuggles in runs as who inserts, as in any trigger: never as the owner of the scheduler');
-- what jb_follow_rows runs for the owner of a table
SET LOCAL SESSION AUTHORIZATION test_mallory;
CREATE TABLE public.lure (event_id bigint, outcome text);
CREATE FUNCTION public.bite() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'called as %', current_user USING ERRCODE = 'P0669'; END$$;
CREATE TRIGGER bite BEFORE UPDATE ON public.lure FOR EACH ROW EXECUTE FUNCTION public.bite();
INSERT INTO public.lure VALUES (-1, 'placed');
RESET SESSION AUTHORIZATION;
CREATE TRIGGER place BEFORE INSERT ON public.lure FOR EACH ROW EXECUTE FUNCTION jb_place_row();
GRANT ALL ON public.lure TO PUBLIC;
SET LOCAL SESSION AUTHORIZATION test_boss;
SELECT throws_ok($$SELECT jb_follow_rows('public.lure')$$, 'P0669', 'called as test_boss', 'a trigger of a table that is brought up to date runs as who asks for it');
SET LOCAL SESSION AUTHORIZATION test_mallory;
SELECT throws_ok($$SELECT jb_follow_rows('public.lure')$$, '42501', NULL, 'and who may not book asks for nothing');
RESET SESSION AUTHORIZATION;

SELECT * FROM finish();
ROLLBACK;
DROP OWNED BY test_mallory, test_boss, test_viewer, test_front_end CASCADE;
DROP ROLE test_mallory, test_boss, test_viewer, test_front_end;
