-- Promise: a viewer reads; a secretary also books, moves and cancels; a manager also deletes and sets; the gateway has no
-- right but to ask who a certificate is, until it takes a caller's role; a guest answers polls; nobody else reaches anything, and nobody but the
-- owner writes a table.
-- Could break: a grant too many shows nowhere but here. So each right is looked up, and then really tried.
BEGIN;
SELECT no_plan();
CREATE ROLE test_nobody LOGIN;
GRANT USAGE ON SCHEMA public TO test_nobody;
GRANT ALL ON SCHEMA public TO jb_viewer, jb_guest, jb_gateway; -- the tests' own functions stand there

-- ---- the roles ----
SELECT set_eq($$SELECT rolname::text, rolcanlogin, rolinherit, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname LIKE 'jb\_%'$$,
              $$VALUES ('jb_viewer', false, true, false), ('jb_secretary', false, true, false), ('jb_manager', false, true, false), ('jb_guest', false, true, false), ('jb_gateway', true, false, false)$$,
              'five roles: only the gateway logs in, it inherits nothing, none is more than an ordinary user');
SELECT set_eq($$SELECT m.member::regrole::text, m.roleid::regrole::text, m.admin_option FROM pg_auth_members m WHERE m.member::regrole::text LIKE 'jb\_%'$$,
              $$VALUES ('jb_secretary', 'jb_viewer', false), ('jb_manager', 'jb_secretary', false),
                       ('jb_gateway', 'jb_viewer', false), ('jb_gateway', 'jb_secretary', false), ('jb_gateway', 'jb_manager', false), ('jb_gateway', 'jb_guest', false)$$,
              'each of three holds the one below it, a guest none; the gateway may take any of them');

-- ---- functions: the least role that may call each ----
CREATE TEMP TABLE least (name text PRIMARY KEY, role text NOT NULL);
INSERT INTO least
SELECT unnest('{jb_event,jb_status,jb_event_cursor,jb_events,jb_calendar,jb_calendars,jb_slots,jb_lead_time,jb_busy,jb_changes,jb_history,jb_rejections,jb_event_json,jb_range_json,jb_slot_json,jb_lead_json,jb_outcome_json,jb_event_json_now,jb_ranges_json,jb_moves_json,jb_skipped_json,jb_rejection_json,jb_change_json,jb_calendar_json,jb_check,jb_tree_problems,jb_wall_clock_problems,jb_poll_problems}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_now,jb_health,jb_worker,jb_metrics}'::text[]), 'viewer and gateway'
UNION ALL SELECT unnest('{jb_schedule,jb_schedule_all,jb_reschedule,jb_update,jb_cancel,jb_confirm,jb_deny,jb_expire,jb_replan,jb_lock}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_delete,jb_calendar_set,jb_calendar_delete,jb_rebuild,jb_rezone,jb_principal_set}'::text[]), 'manager'
UNION ALL SELECT unnest('{jb_attachment,jb_events_at}'::text[]), 'viewer'
UNION ALL SELECT 'jb_due', 'viewer'
UNION ALL SELECT 'jb_purge', 'manager'
UNION ALL SELECT unnest('{jb_availability,jb_availability_json,jb_explain,jb_explain_request,jb_verdict_json}'::text[]), 'viewer'
UNION ALL SELECT 'jb_availability_set', 'manager'
UNION ALL SELECT unnest('{jb_attach,jb_detach,jb_place_row}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_sessions,jb_session_json,jb_coach_json,jb_client_json}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_session_create,jb_session_post,jb_session_patch}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_coach_create,jb_client_create}'::text[]), 'manager'
UNION ALL SELECT unnest('{jb_poll_create,jb_poll_create_json,jb_polls}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_poll,jb_poll_schedules,jb_poll_ranking,jb_poll_invite,jb_poll_book,jb_poll_delete,jb_poll_json,jb_recommendation_json}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_poll_answer,jb_poll_withdraw,jb_poll_schedule_json,jb_timestamp_text}'::text[]), 'viewer and guest'
UNION ALL SELECT unnest('{jb_appointments,jb_provider_slots,jb_slot_dictionary,jb_appointment_json,jb_provider_availability_json,jb_provider_slot_json}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_appointment_reserve,jb_appointment_post,jb_appointment_status_set}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_provider_availability_add,jb_provider_availability_post,jb_provider_availability_remove}'::text[]), 'manager'
UNION ALL SELECT 'jb_principal_of', 'gateway';

CREATE TEMP VIEW ours AS
SELECT p.oid, p.proname::text AS name,
       -- a strict function of nulls is not called at all: it gets a time and a zone
       CASE WHEN p.proname = 'jb_timestamp_text' THEN $$SELECT jb_timestamp_text(now(), 'UTC')$$
            WHEN p.prorettype = 'trigger'::regtype THEN format('SELECT %I()', p.proname) ELSE
       format('SELECT count(*) FROM %I(%s)', p.proname, (SELECT string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY n) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n))) END AS call
  FROM pg_proc p
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'jb_scheduler';
CREATE TEMP TABLE expected AS
SELECT ours.*, r.role, CASE r.role WHEN 'test_nobody' THEN false
                                   WHEN 'jb_gateway' THEN least.role LIKE '%gateway'
                                   WHEN 'jb_guest' THEN least.role LIKE '%guest'
                                   WHEN 'jb_viewer' THEN least.role LIKE 'viewer%'
                                   WHEN 'jb_secretary' THEN least.role LIKE 'viewer%' OR least.role = 'secretary'
                                   WHEN 'jb_manager' THEN least.role <> 'gateway' END AS may
  FROM ours LEFT JOIN least USING (name)
 CROSS JOIN unnest('{test_nobody,jb_gateway,jb_guest,jb_viewer,jb_secretary,jb_manager}'::text[]) AS r (role);
SELECT set_eq('SELECT name FROM ours', 'SELECT name FROM least', 'the list of least roles is complete');
SELECT set_eq('SELECT role, name FROM expected WHERE has_function_privilege(role, oid, $$EXECUTE$$) <> may', 'SELECT role, name FROM expected WHERE false',
              'by the catalogue each role may execute what it should');

CREATE TEMP TABLE tried (role text, thing text, state text);
GRANT SELECT, INSERT ON tried TO PUBLIC;
GRANT SELECT ON expected TO PUBLIC;
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RAISE EXCEPTION USING ERRCODE = 'P0001';
EXCEPTION
  WHEN raise_exception THEN RETURN 'done';
  WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
SET LOCAL ROLE test_nobody;
INSERT INTO tried SELECT role, name, pg_temp.try(call) FROM expected WHERE role = current_user;
SET LOCAL ROLE jb_gateway;
INSERT INTO tried SELECT role, name, pg_temp.try(call) FROM expected WHERE role = current_user;
SET LOCAL ROLE jb_guest;
INSERT INTO tried SELECT role, name, pg_temp.try(call) FROM expected WHERE role = current_user;
SET LOCAL ROLE jb_viewer;
INSERT INTO tried SELECT role, name, pg_temp.try(call) FROM expected WHERE role = current_user;
SET LOCAL ROLE jb_secretary;
INSERT INTO tried SELECT role, name, pg_temp.try(call) FROM expected WHERE role = current_user;
SET LOCAL ROLE jb_manager;
INSERT INTO tried SELECT role, name, pg_temp.try(call) FROM expected WHERE role = current_user;
RESET ROLE;
SELECT is((SELECT count(*) FROM tried), (SELECT count(*) FROM expected), 'every role has tried every function');
SELECT set_eq('SELECT t.role, t.thing, t.state FROM tried t JOIN expected e ON e.role = t.role AND e.name = t.thing WHERE (t.state <> $$42501$$) <> e.may', 'SELECT role, thing, state FROM tried WHERE false',
              'each role gets through to what it may call, and 42501 for the rest');
SELECT set_eq('SELECT DISTINCT state FROM tried', ARRAY['done', '42501', '22023', 'P0002', '39P01'], 'called with nothing, none fails in another way than a trigger''s function does');

-- ---- tables, views, sequences ----
CREATE TEMP TABLE relations AS
SELECT c.oid, c.relname::text AS name, c.relkind AS kind, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = 1) AS first_column
  FROM pg_class c
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i')
 WHERE c.relkind IN ('r', 'v', 'S') AND c.relname LIKE 'jb\_%';
SELECT cmp_ok((SELECT count(*) FROM relations), '>=', 13::bigint, 'tables, views and sequences are found');
SELECT set_eq($$SELECT name, role FROM relations, unnest('{jb_viewer,jb_secretary,jb_manager,jb_guest,jb_gateway,test_nobody}'::text[]) AS role WHERE kind <> 'S' AND has_table_privilege(role, oid, 'SELECT')$$,
              $$SELECT name, role FROM relations, unnest('{jb_viewer,jb_secretary,jb_manager}'::text[]) AS role WHERE kind <> 'S' AND name NOT IN ('jb_principal', 'jb_idempotency', 'jb_poll', 'jb_poll_view', 'jb_poll_participant')$$,
              'viewer, secretary and manager read everything but the list of certificates the answers kept under keys, and polls, which a token opens; a guest, the gateway and others nothing');
SELECT set_eq($$SELECT name, role FROM relations, unnest('{jb_viewer,jb_secretary,jb_manager,jb_guest,jb_gateway,test_nobody}'::text[]) AS role
                 WHERE kind <> 'S' AND has_table_privilege(role, oid, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                    OR kind = 'S' AND has_sequence_privilege(role, oid, 'USAGE, SELECT, UPDATE')$$, 'SELECT name, name AS role FROM relations WHERE false',
              'none of them writes, references or truncates a table, hangs a trigger on one, or touches a sequence');
SELECT set_eq($$SELECT c.relname FROM pg_class c JOIN relations USING (oid), aclexplode(coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner))) a WHERE a.grantee = 0$$, ARRAY[]::name[],
              'nothing is granted to PUBLIC');
-- really tried, by the one who may most
TRUNCATE tried;
GRANT SELECT ON relations TO PUBLIC;
SET LOCAL ROLE jb_manager;
INSERT INTO tried SELECT 'jb_manager', name || ': ' || verb, pg_temp.try(format(statement, name, first_column))
  FROM relations, (VALUES ('insert', 'INSERT INTO %1$I DEFAULT VALUES'), ('update', 'UPDATE %1$I SET %2$I = DEFAULT'), ('delete', 'DELETE FROM %1$I'), ('truncate', 'TRUNCATE %1$I'), ('drop', 'DROP TABLE %1$I')) AS s (verb, statement)
 WHERE kind = 'r';
INSERT INTO tried SELECT 'jb_manager', name, pg_temp.try(format('SELECT nextval(%L)', name)) FROM relations WHERE kind = 'S';
RESET ROLE;
SELECT set_eq('SELECT thing, state FROM tried WHERE state <> $$42501$$', 'SELECT thing, state FROM tried WHERE false', 'a manager who writes a table by hand gets 42501');

-- ---- the gateway ----
SET LOCAL SESSION AUTHORIZATION jb_gateway;
SELECT throws_ok('SELECT * FROM jb_event', '42501', NULL, 'the gateway itself reads no event');
SELECT throws_ok($$SELECT jb_status(1)$$, '42501', NULL, 'nor asks for one');
SET LOCAL ROLE jb_viewer;
SELECT lives_ok('SELECT * FROM jb_event', 'as a viewer it reads');
SELECT throws_ok($$SELECT jb_schedule('x')$$, '42501', NULL, 'and does not book');
SET LOCAL ROLE jb_manager;
SELECT lives_ok($$SELECT jb_schedule('x', '1 hour', dry_run => true, principal => 'Ann')$$, 'as a manager it books, in another''s name');
SELECT throws_ok('SET LOCAL ROLE postgres', '42501', NULL, 'it takes no other role than these');
RESET SESSION AUTHORIZATION;

-- ---- a guest ----
SET LOCAL SESSION AUTHORIZATION jb_gateway;
SET LOCAL ROLE jb_guest;
SELECT throws_ok($$SELECT jb_poll_answer(1, 'Ann', '[]', 'x')$$, 'P0002', NULL, 'a guest gets through to answer a poll');
SELECT throws_ok($$SELECT jb_status(1)$$, '42501', NULL, 'asks for no event');
SELECT throws_ok($$SELECT jb_poll(1, 'x')$$, '42501', NULL, 'reads no poll, not with a token either');
SELECT throws_ok('SELECT * FROM jb_poll_participant', '42501', NULL, 'nor who takes part in one');
RESET SESSION AUTHORIZATION;

-- ---- an application ----
CREATE ROLE test_application LOGIN IN ROLE jb_manager;
SET LOCAL SESSION AUTHORIZATION test_application;
SELECT lives_ok($$SELECT jb_schedule('x', '1 hour', dry_run => true)$$, 'GRANT jb_manager is all that an application needs to book');
SELECT lives_ok($$SELECT * FROM jb_event_view JOIN jb_change ON event_id = id$$, 'and to read the views');
SELECT throws_ok($$SELECT jb_schedule('x', '1 hour', dry_run => true, principal => 'Ann')$$, '42501', NULL, 'it does not name another principal');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
