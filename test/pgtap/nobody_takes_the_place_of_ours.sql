-- Promise (rule 6.5): writing functions run with the rights of the installing role, mostly a superuser, and call
-- nothing that another role has put in their way: not in a schema before the extension's in the search_path, not in its
-- schema, before or after the installation, not in pg_temp. The schema keeps its name.
-- Could break: a statement, a view, an index or a default looks up an operator or a function where others may create,
-- and a better-matching object is taken instead of the server's.
\ir frame/plant.psql
\ir frame/calls.psql
SET client_min_messages = warning;
DROP EXTENSION jb_scheduler;
CREATE ROLE test_mallory LOGIN;
CREATE ROLE test_boss LOGIN;
CREATE SCHEMA lair AUTHORIZATION test_mallory;
GRANT ALL ON SCHEMA lair TO PUBLIC;

BEGIN;
SELECT no_plan();

-- ---- objects that are in the schema already are refused, or ignored (as CVE-2022-2625) ----
SET LOCAL ROLE test_mallory;
SELECT cmp_ok(pg_temp.plant('lair'), '>', 1000, 'an attacker has filled the schema with operators and functions');
RESET ROLE;

-- ---- the schema must be a superuser's alone ----
SELECT throws_ok('CREATE EXTENSION jb_scheduler SCHEMA lair', '55000', NULL, 'it is not installed into the schema of somebody who could replace it');
ALTER SCHEMA lair OWNER TO CURRENT_USER;
SELECT throws_ok('CREATE EXTENSION jb_scheduler SCHEMA lair', '55000', 'PUBLIC can put objects into the schema lair in place of the extension''s.', 'nor where everybody may create');
REVOKE CREATE ON SCHEMA lair FROM PUBLIC;
GRANT CREATE ON SCHEMA lair TO test_mallory;
SELECT throws_ok('CREATE EXTENSION jb_scheduler SCHEMA lair', '55000', 'test_mallory can put objects into the schema lair in place of the extension''s.', 'or somebody');
REVOKE CREATE ON SCHEMA lair FROM test_mallory;
SAVEPOINT mallorys;
SELECT format('ALTER DATABASE %I OWNER TO test_mallory', current_database()) \gexec
SELECT throws_ok('CREATE EXTENSION jb_scheduler', '55000', 'test_mallory can put objects into the schema public in place of the extension''s.', 'public belongs to the owner of the database');
ROLLBACK TO mallorys;
CREATE FUNCTION pg_temp.preplant(thing text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  GRANT CREATE ON SCHEMA lair TO test_mallory;
  SET LOCAL ROLE test_mallory;
  EXECUTE thing;
  RESET ROLE;
  REVOKE CREATE ON SCHEMA lair FROM test_mallory;
  CREATE EXTENSION jb_scheduler SCHEMA lair;
  RAISE 'adopted' USING ERRCODE = 'P0667';
EXCEPTION WHEN OTHERS THEN
  RESET ROLE;
  RETURN SQLSTATE;
END $$;
SELECT is(pg_temp.preplant($$CREATE TABLE lair.jb_event (id bigint, event_name text)$$), '42P07', 'a table of our name is not adopted');
SELECT is(pg_temp.preplant($$CREATE VIEW lair.jb_event_view AS SELECT 1 AS id$$), '42P07', 'nor a view');
SELECT is(pg_temp.preplant($$CREATE TYPE lair.jb_outcome AS (outcome text)$$), '42710', 'nor a type');
SELECT is(pg_temp.preplant($$CREATE SEQUENCE lair.jb_rejection_id_seq$$), '55000', 'nor a sequence');
SELECT is(pg_temp.preplant($$CREATE FUNCTION lair.jb_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'$$), '42723', 'nor a function');
SELECT is(pg_temp.preplant($$CREATE FUNCTION lair.jb_now(int = 0) RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'$$), '42725', 'one that could be meant as well keeps us from being installed');
SELECT is(pg_temp.preplant($$CREATE FUNCTION lair.jb_status(text) RETURNS text LANGUAGE sql AS 'SELECT $1'$$), '42723', 'as does any other function that has one of our names');
SELECT is(pg_temp.preplant($$CREATE DOMAIN lair.jb_schedule AS text CHECK (value <> '')$$), '42723', 'nor is a domain left, which PostgreSQL would call as a conversion');
SELECT is(pg_temp.preplant($$CREATE TYPE lair.own AS RANGE (subtype = int, multirange_type_name = lair.jb_cancel)$$), '42723', 'nor the multiranges of a range');

SELECT lives_ok('CREATE EXTENSION jb_scheduler SCHEMA lair', 'beside the others it is installed');
GRANT jb_manager TO test_boss;

SELECT is_empty('SELECT * FROM lair.jb_check()', 'and is sound');

-- ---- a right to create there that is granted later adds nothing that PostgreSQL might call in place of ours ----
GRANT CREATE ON SCHEMA lair TO PUBLIC;
CREATE SCHEMA burrow AUTHORIZATION test_mallory;
SET LOCAL ROLE test_mallory;
CREATE FUNCTION burrow.jb_status(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION lair.own(text) RETURNS text LANGUAGE sql AS 'SELECT $1';
SELECT throws_ok(statement, '42723', NULL, statement || ' is refused')
  FROM unnest(ARRAY[
    'CREATE FUNCTION lair.jb_status_at(text, text, timestamptz, timestamptz, timestamptz) RETURNS text LANGUAGE sql AS ''SELECT $1''',
    'CREATE FUNCTION lair.jb_sight(text[]) RETURNS text LANGUAGE sql AS ''SELECT $1[1]''',
    'CREATE PROCEDURE lair.jb_busy(int) LANGUAGE sql AS ''SELECT $1''',
    'CREATE AGGREGATE lair.jb_busy(int) (SFUNC = pg_catalog.int4pl, STYPE = int)',
    'CREATE DOMAIN lair.jb_last_numbers AS text CHECK (value <> '''')',
    'CREATE TYPE lair.jb_status AS ENUM (''pending'')',
    'CREATE TYPE burrow.ranges AS RANGE (subtype = int, multirange_type_name = lair.jb_schedule)',
    'ALTER FUNCTION burrow.jb_status(text) SET SCHEMA lair',
    'ALTER FUNCTION lair.own(text) RENAME TO jb_status',
    'ALTER ROUTINE lair.own(text) RENAME TO jb_status']) AS statement;
RESET ROLE;
CREATE FUNCTION public.jb_sight(text[]) RETURNS text LANGUAGE sql AS 'SELECT $1[1]';
ALTER EXTENSION pgtap ADD FUNCTION public.jb_sight(text[]);
SELECT throws_ok('ALTER EXTENSION pgtap SET SCHEMA lair', '42723', NULL, 'nor with an extension that moves');
ALTER EXTENSION pgtap DROP FUNCTION public.jb_sight(text[]);
DROP FUNCTION public.jb_sight(text[]);
SELECT is_empty($$SELECT DISTINCT d.classid::regclass, d.objid, o.refclassid::regclass, pg_describe_object(o.refclassid, o.refobjid, 0)
                    FROM pg_depend d JOIN pg_depend o ON o.classid = d.classid AND o.objid = d.objid
                    LEFT JOIN pg_proc p ON o.refclassid = 'pg_proc'::regclass AND p.oid = o.refobjid
                    LEFT JOIN pg_operator q ON o.refclassid = 'pg_operator'::regclass AND q.oid = o.refobjid
                   WHERE d.refclassid = 'pg_extension'::regclass AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'jb_scheduler')
                     AND d.deptype = 'e' AND 'test_mallory'::regrole IN (p.proowner, q.oprowner)$$, 'nothing of it stands on what was planted');

SELECT set_eq($$SELECT p.proname::text FROM pg_proc p WHERE p.pronamespace = 'lair'::regnamespace AND p.proname LIKE 'jb\_%' AND pg_get_userbyid(p.proowner) <> 'test_mallory' AND 'internal'::regtype <> ALL (p.proargtypes)
                 AND NOT EXISTS (SELECT FROM calls WHERE sql LIKE '%§' || p.proname || '(%')$$, ARRAY['jb_person_mention_replaced', 'jb_person_overwrite', 'jb_person_export', 'jb_person_erase', 'jb_person_places', 'jb_person_replaced', 'jb_person_condition', 'jb_person_require', 'jb_person_record', 'jb_principal_of', 'jb_last_numbers', 'jb_default_rights_set', 'jb_rights_changed', 'jb_require_operator', 'jb_keep_names', 'jb_purge_in_pieces'], 'each function is called below, but for the gateway''s, the owner''s, the trigger''s, and the procedure, which commits and is called by test/tap/purge.t');

SET LOCAL quote_all_identifiers = on;
SELECT lives_ok('CREATE FUNCTION lair.other(text) RETURNS text LANGUAGE sql AS ''SELECT $1''', 'what has another name is let be, however names are quoted');
SET LOCAL quote_all_identifiers = off;

-- ---- called by a superuser, with the lair before all in the path, and pg_temp full of traps ----
CREATE FUNCTION pg_temp.caught() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT n || ': ' || sql || ' -> ' || answer FROM (SELECT n, sql, pg_temp.try(replace(sql, '§', 'lair.')) AS answer FROM calls ORDER BY n) t WHERE answer <> '00000'
$$;
SET LOCAL jb_scheduler.now = '2027-03-01 07:30+01';
SAVEPOINT clean;
SET LOCAL SESSION AUTHORIZATION test_boss;
CREATE TEMP TABLE jb_event (id bigint, event_name text);
CREATE TEMP TABLE jb_claim (calendar int);
CREATE TEMP TABLE jb_calendar (name text);
CREATE TEMP TABLE jb_poll (id bigint);
CREATE TEMP TABLE jb_principal (issuer text);
CREATE TEMP VIEW jb_event_view AS SELECT 1 AS id;
CREATE TEMP VIEW jb_calendar_default AS SELECT 'UTC' AS time_zone;
CREATE TYPE pg_temp.jb_outcome AS (outcome int);
CREATE TYPE pg_temp.timestamptz AS (trapped int);
SET LOCAL search_path = pg_temp, pg_catalog, public;
SELECT is_empty('SELECT pg_temp.caught()', 'every function works, and meets no trap in its schema or in pg_temp');
ROLLBACK TO clean;
SET LOCAL SESSION AUTHORIZATION test_boss;
SELECT throws_ok($$SET LOCAL search_path = lair, pg_catalog; SELECT '{}'::text[] && '{}'::text[]$$, 'P0666', NULL, 'the traps are set: who asks there by himself is caught');
SET LOCAL search_path = pg_catalog, public;

-- ---- what a view calls to ask for rights reads the tables as their owner, in the path of whoever reads the view ----
RESET SESSION AUTHORIZATION;
SELECT format('GRANT CREATE ON DATABASE %I TO test_boss', current_database()) \gexec
SET LOCAL SESSION AUTHORIZATION test_boss;
CREATE SCHEMA den;
CREATE SEQUENCE den.asked;
CREATE FUNCTION den.trap(text, text) RETURNS bool LANGUAGE plpgsql AS $f$BEGIN
  IF current_user OPERATOR(pg_catalog.<>) 'test_boss'::name THEN RAISE 'an operator was trapped, as %', current_user USING ERRCODE = 'P0666'; END IF;
  PERFORM nextval('den.asked');
  RETURN $1 OPERATOR(pg_catalog.=) $2;
END$f$;
CREATE FUNCTION den.trap(int, int) RETURNS bool LANGUAGE plpgsql AS $f$BEGIN
  IF current_user OPERATOR(pg_catalog.<>) 'test_boss'::name THEN RAISE 'an operator was trapped, as %', current_user USING ERRCODE = 'P0666'; END IF;
  RETURN $1 OPERATOR(pg_catalog.=) $2;
END$f$;
CREATE OPERATOR den.= (LEFTARG = text, RIGHTARG = text, FUNCTION = den.trap);
CREATE OPERATOR den.= (LEFTARG = int, RIGHTARG = int, FUNCTION = den.trap);
RESET SESSION AUTHORIZATION;
SELECT lair.jb_calendar_set('ceo', '{}') \g /dev/null
SELECT lair.jb_default_rights_set('nothing') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_boss;
SET LOCAL search_path = den, pg_catalog, public;
SELECT lives_ok(call, call || ' meets no operator of its caller')
  FROM unnest(ARRAY['SELECT lair.jb_may(''ceo'', ''busy'')', 'SELECT lair.jb_sight(''{ceo}'')', 'SELECT lair.jb_seen(''{ceo}'')', 'SELECT count(*) FROM lair.jb_event_view']) AS call;
RESET SESSION AUTHORIZATION;
SET LOCAL search_path = pg_catalog, public;
SELECT ok((SELECT is_called FROM den.asked), 'though the operator is the one that the caller gets there');
SELECT lair.jb_default_rights_set('all by role') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_boss;

-- ---- the schema's owner, if the schema is given away later, cannot put another in its place ----
RESET SESSION AUTHORIZATION;
SELECT format('GRANT CREATE ON DATABASE %I TO test_mallory', current_database()) \gexec
REVOKE CREATE ON SCHEMA lair FROM PUBLIC;
ALTER SCHEMA lair OWNER TO test_mallory;
SET LOCAL SESSION AUTHORIZATION test_mallory;
SELECT throws_ok('ALTER SCHEMA lair RENAME TO elsewhere', '0A000', 'the schema of jb_scheduler keeps its name', 'by renaming it');
RESET SESSION AUTHORIZATION;
SELECT results_eq('SELECT rule, detail FROM lair.jb_check()',
  $$VALUES ('only superusers build in the schema', 'test_mallory can put objects into the schema lair in place of the extension''s.')$$, 'all is sound but its owner');
SELECT * FROM finish();
ROLLBACK;
DROP OWNED BY test_mallory, test_boss CASCADE;
DROP ROLE test_mallory, test_boss;
