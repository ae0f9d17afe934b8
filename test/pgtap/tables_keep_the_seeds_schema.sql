-- Promise: events are stored as the first seed's schema says; an overlapping claim is refused even to a superuser who
-- writes by hand; pg_dump dumps what users store; every object has a comment.
-- Could break: the exclusion constraint is dropped for speed, a new table is not marked for pg_dump.
BEGIN;
SELECT no_plan();

-- ---- the seed: Events Schema ----
SELECT col_type_is('jb_event', 'id', 'bigint', 'id: Serial');
SELECT col_is_pk('jb_event', 'id', 'id is the key');
SELECT col_type_is('jb_event', 'event_name', 'text', 'event_name: text');
SELECT col_not_null('jb_event', 'event_name', 'event_name: not null');
SELECT col_type_is('jb_event', 'start_timestamp', 'timestamp with time zone', 'start_timestamp: timestamp, of an instant');
SELECT col_type_is('jb_event', 'end_timestamp', 'timestamp with time zone', 'end_timestamp: timestamp, of an instant');
SELECT has_index('jb_event', 'jb_event_time', ARRAY['start_timestamp', 'end_timestamp'], 'start_timestamp, end_timestamp: indexed');
SELECT col_type_is('jb_event', 'attendees', 'text[]', 'attendees: text[]');
SELECT col_not_null('jb_event', 'attendees', 'attendees: not null');
SELECT col_type_is('jb_event', 'event_location', 'text', 'event_location: text');
SELECT col_not_null('jb_event', 'event_location', 'event_location: not null');

-- ---- the tables of the sessions' and of the appointments' seed ----
SELECT columns_are('jb_coach', ARRAY['coach_hash_id', 'created_at', 'updated_at']);
SELECT columns_are('jb_client', ARRAY['client_hash_id', 'created_at', 'updated_at']);
SELECT columns_are('jb_session', ARRAY['id', 'coach_hash_id', 'client_hash_id', 'start', 'duration', 'created_at', 'updated_at']);
SELECT columns_are('jb_provider_availability', ARRAY['provider_id', 'availability_date', 'available_slots']);
SELECT has_column('jb_appointment', name, 'jb_appointment has the seed''s ' || name)
  FROM unnest('{provider_id,appointment_id,date,start_time,status}'::name[]) AS name;

-- ---- the last line of defence ----
SELECT lives_ok($$INSERT INTO jb_claim VALUES (1, 1, '[2026-11-24 09:00+01,2026-11-24 10:00+01)')$$, 'a claim by hand');
SELECT throws_ok($$INSERT INTO jb_claim VALUES (1, 2, '[2026-11-24 09:30+01,2026-11-24 10:30+01)')$$, '23P01', NULL, 'one that overlaps it is refused');
SELECT throws_ok($$INSERT INTO jb_claim VALUES (1, 2, '[2026-11-24 09:59:59+01,2026-11-24 10:30+01)')$$, '23P01', NULL, 'by a second is enough');
SELECT throws_ok($$INSERT INTO jb_claim VALUES (1, 2, '(,)')$$, '23514', NULL, 'a time without an end claims nothing');
SELECT lives_ok($$INSERT INTO jb_claim VALUES (1, 2, '[2026-11-24 10:00+01,2026-11-24 11:00+01)')$$, 'one that touches it is not');
SELECT lives_ok($$INSERT INTO jb_claim VALUES (2, 1, '[2026-11-24 09:00+01,2026-11-24 10:00+01)')$$, 'nor one on another calendar');
SELECT throws_ok($$INSERT INTO jb_claim VALUES (1, 1, '[2026-11-25 09:00+01,2026-11-25 10:00+01)')$$, '23505', NULL, 'an event claims a calendar once');
SELECT throws_ok($$UPDATE jb_claim SET during = '[2026-11-24 09:30+01,2026-11-24 11:00+01)' WHERE event_id = 2$$, '23P01', NULL, 'nor may a claim grow into another');

-- ---- dump and description ----
CREATE TEMP VIEW ours AS
SELECT c.oid, c.relname::text AS name, c.relkind AS kind FROM pg_class c
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i')
 WHERE c.relkind IN ('r', 'v', 'S') AND c.relname LIKE 'jb\_%';
SELECT set_eq($$SELECT name FROM ours WHERE kind IN ('r', 'S') AND oid <> ALL ((SELECT extconfig FROM pg_extension WHERE extname = 'jb_scheduler')::oid[])$$, ARRAY[]::text[],
              'each table and sequence is marked for pg_dump');
SELECT set_eq($$SELECT name FROM ours WHERE kind IN ('r', 'v') AND obj_description(oid, 'pg_class') IS NULL$$, ARRAY[]::text[], 'each table and view has a comment');
SELECT set_eq($$SELECT typname FROM pg_type t JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
                 JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'jb_scheduler' WHERE obj_description(t.oid, 'pg_type') IS NULL
                  AND t.typcategory <> 'A' AND t.oid NOT IN (SELECT reltype FROM pg_class WHERE relkind <> 'c')$$, ARRAY[]::name[],
              'so has each type of its own');
SELECT set_eq('SELECT DISTINCT tgname FROM pg_trigger WHERE tgrelid IN (SELECT oid FROM ours)', ARRAY['jb_rights_changed']::name[], 'no trigger stands on a dumped table, since it would fire during a restore, but the one that is to: it tells sessions of rights, and writes nothing');
SELECT is((SELECT count(*) FROM jb_calendar) + (SELECT count(*) FROM jb_event) + (SELECT count(*) FROM jb_change_log) + (SELECT count(*) FROM jb_rejection) + (SELECT count(*) FROM jb_principal), 0::bigint,
          'CREATE EXTENSION stores no row, which a restore would find twice');

-- ---- ceo's defaults ----
DELETE FROM jb_claim;
SET LOCAL timezone = 'Asia/Tokyo';
SELECT is((jb_calendar('ceo')).time_zone, (SELECT split_part(c, '=', 2) FROM pg_db_role_setting, unnest(setconfig) AS c
                                             WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database()) AND setrole = 0 AND c ILIKE 'timezone=%'),
          'a new calendar takes the database''s zone, not the session''s');
SELECT lives_ok($$SELECT jb_schedule('First', '1 hour')$$, 'ceo is made');
SELECT is((SELECT jb_calendar_view - 'change_seq' - 'created_at' - 'updated_at' - 'source_as_of' FROM (SELECT to_jsonb(v) AS jb_calendar_view FROM jb_calendar('ceo') v) AS made),
          (SELECT to_jsonb(d) || '{"name": "ceo"}' FROM jb_calendar_default d), 'with what reading it has shown before');
SELECT * FROM finish();
ROLLBACK;
