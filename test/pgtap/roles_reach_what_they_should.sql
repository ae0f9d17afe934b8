-- Promise: a viewer reads; a secretary also books, moves and cancels; a manager also deletes and sets; an operator
-- looks after the whole, and reads none of it. The gateway may only look up the holder of a certificate, until it takes
-- a caller's role. A guest answers polls and reads feeds. No other role reaches anything, and nobody but the owner
-- writes a table.
-- Could break: an additional grant shows nowhere but here. So each right is looked up, and then really tried.
BEGIN;
SELECT no_plan();
CREATE ROLE test_nobody LOGIN;
GRANT USAGE ON SCHEMA public TO test_nobody;
GRANT ALL ON SCHEMA public TO jb_viewer, jb_guest, jb_operator, jb_gateway; -- the tests' own functions are in public

-- ---- the roles ----
SELECT set_eq($$SELECT rolname::text, rolcanlogin, rolinherit, rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls FROM pg_roles WHERE rolname LIKE 'jb\_%'$$,
              $$VALUES ('jb_viewer', false, true, false), ('jb_secretary', false, true, false), ('jb_manager', false, true, false), ('jb_guest', false, true, false), ('jb_operator', false, true, false), ('jb_gateway', true, false, false)$$,
              'six roles: only the gateway logs in, it inherits nothing, none is more than an ordinary user');
SELECT set_eq($$SELECT m.member::regrole::text, m.roleid::regrole::text, m.admin_option FROM pg_auth_members m WHERE m.member::regrole::text LIKE 'jb\_%'$$,
              $$VALUES ('jb_secretary', 'jb_viewer', false), ('jb_manager', 'jb_secretary', false),
                       ('jb_gateway', 'jb_viewer', false), ('jb_gateway', 'jb_secretary', false), ('jb_gateway', 'jb_manager', false), ('jb_gateway', 'jb_guest', false), ('jb_gateway', 'jb_operator', false)$$,
              'each of three holds the one below it, a guest and an operator none; the gateway may take any of them');

-- ---- functions: the least role that may call each ----
CREATE TEMP TABLE least (name text PRIMARY KEY, role text NOT NULL);
INSERT INTO least
SELECT unnest('{jb_event,jb_event_if,jb_event_answer,jb_status,jb_event_cursor,jb_events,jb_events_json,jb_calendar,jb_calendars,jb_day_start,jb_slots,jb_lead_time,jb_busy,jb_busy_all,jb_source_as_of,jb_changes,jb_changes_all,jb_changes_cursor,jb_history,jb_rejections,jb_event_json,jb_lead_json,jb_rejection_json,jb_change_json,jb_change_event,jb_change_event_json,jb_calendar_json,jb_sight,jb_may,jb_seen}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_now,jb_health,jb_worker}'::text[]), 'viewer, operator and gateway'
UNION ALL SELECT 'jb_metrics', 'manager and operator'
UNION ALL SELECT unnest('{jb_check,jb_tree_problems,jb_wall_clock_problems,jb_poll_problems,jb_id_problems,jb_list_problems,jb_schema_problems,jb_due}'::text[]), 'manager and operator'
UNION ALL SELECT unnest('{jb_schedule,jb_schedule_all,jb_reschedule,jb_update,jb_update_all,jb_cancel,jb_confirm,jb_deny,jb_expire,jb_replan,jb_lock}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_delete,jb_calendar_set,jb_calendar_delete,jb_rebuild,jb_rezone,jb_principal_set}'::text[]), 'manager'
UNION ALL SELECT unnest('{jb_attachment,jb_events_at}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_purge,jb_purge_in_pieces}'::text[]), 'manager and operator'
UNION ALL SELECT unnest('{jb_availability,jb_availability_json,jb_explain,jb_explain_request,jb_explain_event,jb_verdict_json,jb_proof,jb_proof_request,jb_proof_event}'::text[]), 'viewer'
UNION ALL SELECT 'jb_availability_set', 'manager'
UNION ALL SELECT unnest('{jb_attach,jb_detach,jb_attend,jb_leave,jb_seat_set,jb_place_row,jb_follow_rows}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_sessions,jb_session_json,jb_session_of,jb_session_strangers,jb_coach_json,jb_client_json,jb_fault,jb_request_read,jb_refuse}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_session_create,jb_session_post,jb_session_patch,jb_session_faults,jb_key_take,jb_key_keep}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_coach_create,jb_client_create,jb_session_enrol,jb_calendar_make}'::text[]), 'manager'
UNION ALL SELECT unnest('{jb_poll_create,jb_poll_create_json,jb_polls}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_poll,jb_poll_schedules,jb_poll_ranking,jb_poll_invite,jb_poll_revoke,jb_poll_revoke_guests,jb_poll_set_public,jb_poll_book,jb_poll_delete,jb_poll_json,jb_recommendation_json,jb_outcome_json,jb_moves_json}'::text[]), 'viewer and guest'
UNION ALL SELECT unnest('{jb_poll_answer,jb_poll_withdraw,jb_poll_schedule_json,jb_poll_invitation,jb_poll_others,jb_invitation_json,jb_timestamp_text}'::text[]), 'viewer and guest'
UNION ALL SELECT unnest('{jb_appointments,jb_provider_slots,jb_slot_dictionary,jb_status_at,jb_folded,jb_appointment_status,jb_appointment_json,jb_booking_json,jb_provider_availability_json,jb_provider_slot_json}'::text[]), 'viewer'
UNION ALL SELECT unnest('{jb_appointment_reserve,jb_appointment_post,jb_appointment_status_set}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_provider_availability_add,jb_provider_availability_post,jb_provider_availability_remove}'::text[]), 'manager'
UNION ALL SELECT unnest('{jb_icalendar,jb_icalendar_tag,jb_import_json}'::text[]), 'viewer'
UNION ALL SELECT 'jb_import', 'secretary'
UNION ALL SELECT unnest('{jb_feed_create,jb_feed_revoke}'::text[]), 'secretary'
UNION ALL SELECT unnest('{jb_feed_read}'::text[]), 'viewer and guest'
UNION ALL SELECT unnest('{jb_booking_page,jb_booking_slots,jb_booking_make,jb_booking,jb_booking_move,jb_booking_cancel,jb_range_json,jb_ranges_json}'::text[]), 'viewer and guest'
UNION ALL SELECT unnest('{jb_rights,jb_default_rights,jb_version,jb_changes_after,jb_rejections_after,jb_rejections_all,jb_rejections_cursor,jb_session,jb_coaches,jb_clients,jb_appointment}'::text[]), 'viewer'
UNION ALL SELECT 'jb_time_zone', 'viewer and operator'
UNION ALL SELECT unnest('{jb_grants,jb_grant,jb_revoke,jb_grants_set}'::text[]), 'manager'
UNION ALL SELECT unnest('{jb_person_mention_replaced,jb_person_overwrite,jb_person_places,jb_person_replaced,jb_person_condition,jb_person_require,jb_person_record,jb_person_export,jb_person_erase,jb_default_rights_set,jb_keep_names,jb_rights_changed,jb_require_operator}'::text[]), 'nobody'
UNION ALL SELECT unnest('{jb_principal_of,jb_last_numbers}'::text[]), 'gateway';

CREATE TEMP VIEW ours AS
SELECT p.oid, p.proname::text AS name,
       -- a strict function is not called for nulls: this one gets a time and a zone
       CASE WHEN p.proname = 'jb_timestamp_text' THEN $$SELECT jb_timestamp_text(now(), 'UTC')$$
            WHEN p.proname = 'jb_request_read' THEN $$SELECT jb_request_read(NULL::jb_session_request, NULL)$$ -- of a polymorphic type
            WHEN p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype) THEN format('SELECT %I()', p.proname) ELSE
       format(CASE p.prokind WHEN 'p' THEN 'CALL %I(%s)' ELSE 'SELECT count(*) FROM %I(%s)' END, p.proname, (SELECT string_agg('NULL::' || format_type(t, NULL), ', ' ORDER BY n) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (t, n))) END AS call
  FROM pg_proc p
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'jb_scheduler'
 WHERE 'internal'::regtype <> ALL (p.proargtypes); -- an index's functions cannot be called
CREATE TEMP TABLE expected AS
SELECT ours.*, r.role, CASE r.role WHEN 'test_nobody' THEN false
                                   WHEN 'jb_gateway' THEN least.role LIKE '%gateway'
                                   WHEN 'jb_guest' THEN least.role LIKE '%guest'
                                   WHEN 'jb_operator' THEN least.role LIKE '%operator%'
                                   WHEN 'jb_viewer' THEN least.role LIKE 'viewer%'
                                   WHEN 'jb_secretary' THEN least.role LIKE 'viewer%' OR least.role = 'secretary'
                                   WHEN 'jb_manager' THEN least.role NOT IN ('gateway', 'nobody') END AS may
  FROM ours LEFT JOIN least USING (name)
 CROSS JOIN unnest('{test_nobody,jb_gateway,jb_guest,jb_operator,jb_viewer,jb_secretary,jb_manager}'::text[]) AS r (role);
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
SET LOCAL ROLE jb_operator;
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

-- ---- tables, views, sequences, types, the schema: what each role may, and nobody else ----
CREATE TEMP TABLE objects AS
WITH ours AS (
  SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
   WHERE d.deptype = 'e' AND e.extname = 'jb_scheduler')
SELECT CASE c.relkind WHEN 'S' THEN 'sequence' ELSE 'relation' END AS sort, c.oid, c.relname::text AS name, c.relkind AS kind, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = 1) AS first_column
  FROM ours JOIN pg_class c ON ours.classid = 'pg_class'::regclass AND c.oid = ours.objid AND c.relkind <> 'c'
UNION ALL
SELECT 'type', t.oid, t.typname::text, NULL, NULL
  FROM ours JOIN pg_type t ON ours.classid = 'pg_type'::regclass AND t.oid = ours.objid
 -- row types and array types are members since PostgreSQL 17, and have no rights of their own
 WHERE t.typcategory <> 'A' AND t.oid NOT IN (SELECT reltype FROM pg_class WHERE relkind <> 'c');
CREATE TEMP TABLE rights (sort text, name text, readers text NOT NULL);
INSERT INTO rights
SELECT 'relation', unnest('{jb_calendar_default,jb_calendar_view,jb_event_view,jb_change,jb_coach,jb_client,jb_session,jb_provider_availability,jb_appointment,jb_feed_view,jb_rejection_view}'::text[]), 'viewer'
-- what the views show in parts
UNION ALL SELECT 'relation', unnest('{jb_announcement,jb_calendar,jb_calendar_number,jb_calendar_lock,jb_calendar_row,jb_override,jb_event,jb_series,jb_attachment,jb_claim,jb_watched,jb_tree,jb_change_log,jb_change_row,jb_rejection,jb_rejection_calendar,jb_imported}'::text[]), 'nobody'
-- rights, the list of certificates, the answers kept under keys, deleted things, and what a token opens
UNION ALL SELECT 'relation', unnest('{jb_principal,jb_idempotency,jb_calendar_past,jb_poll_event,jb_poll,jb_poll_view,jb_poll_participant,jb_booking_link,jb_feed,jb_grant,jb_default_rights}'::text[]), 'nobody'
UNION ALL SELECT 'sequence', unnest('{jb_event_id_seq,jb_change_id_seq,jb_rejection_id_seq,jb_poll_id_seq}'::text[]), 'nobody'
-- a user's function or table may have a column of a type of the extension
UNION ALL SELECT 'type', unnest('{jb_move,jb_replanned,jb_skipped,jb_outcome,jb_availability,jb_lead,jb_event_at,jb_verdict,jb_problem,jb_poll_token,jb_poll_schedule,jb_recommendation,jb_invitation,jb_import_row,jb_grantee,jb_booking,jb_fault,jb_session_request}'::text[]), 'viewer';
SELECT set_eq('SELECT sort, name FROM objects', 'SELECT sort, name FROM rights', 'of each object it is decided who may use it');
SELECT set_eq('SELECT DISTINCT classid::regclass::text FROM pg_depend WHERE deptype = $$e$$ AND refobjid = (SELECT oid FROM pg_extension WHERE extname = $$jb_scheduler$$)', ARRAY['pg_class', 'pg_proc', 'pg_type', 'pg_event_trigger', 'pg_opclass', 'pg_opfamily'],
              'there are relations, functions, types, classes for their indexes and the event trigger that keeps the names: no operator, no cast, no schema that others share');
CREATE TEMP VIEW allowed AS
SELECT o.sort, o.name, o.kind, r.role, p.privilege,
       CASE o.sort WHEN 'relation' THEN has_table_privilege(r.role, o.oid, p.privilege)
                   WHEN 'sequence' THEN has_sequence_privilege(r.role, o.oid, p.privilege)
                   ELSE has_type_privilege(r.role, o.oid, p.privilege) END AS has,
       coalesce(e.readers = 'viewer' AND r.role IN ('jb_viewer', 'jb_secretary', 'jb_manager')
                AND p.privilege = CASE o.sort WHEN 'relation' THEN 'SELECT' ELSE 'USAGE' END, false) AS should
  FROM objects o LEFT JOIN rights e USING (sort, name)
 CROSS JOIN unnest('{jb_viewer,jb_secretary,jb_manager,jb_guest,jb_operator,jb_gateway,test_nobody}'::text[]) AS r (role)
 CROSS JOIN LATERAL unnest(CASE o.sort WHEN 'relation' THEN '{SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER}'::text[]
                                       WHEN 'sequence' THEN '{USAGE,SELECT,UPDATE}' ELSE '{USAGE}' END) AS p (privilege);
SELECT is_empty('SELECT sort, name, role, privilege, has FROM allowed WHERE has <> should', 'by the catalogue each role has these rights, and no other');
SELECT is_empty($$SELECT o.name, a.attname FROM objects o JOIN pg_attribute a ON o.sort = 'relation' AND a.attrelid = o.oid WHERE a.attacl IS NOT NULL$$, 'nobody has rights on single columns');
SELECT is_empty($$SELECT o.name, a.grantee::regrole, a.privilege_type
                    FROM objects o LEFT JOIN pg_class c ON o.sort <> 'type' AND c.oid = o.oid LEFT JOIN pg_type t ON o.sort = 'type' AND t.oid = o.oid
                   CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, t.typacl, acldefault(CASE WHEN o.sort = 'type' THEN 'T' WHEN o.kind = 'S' THEN 's' ELSE 'r' END::"char", coalesce(c.relowner, t.typowner)))) a
                   WHERE a.grantee = 0 OR a.is_grantable$$,
                'nothing is granted to PUBLIC, and nobody may hand anything on');
SELECT is_empty($$SELECT e.name, a.grantee::regrole FROM ours e JOIN pg_proc p USING (oid), aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0 OR a.is_grantable$$,
                'of functions neither');
-- each right is tried by the most privileged role
TRUNCATE tried;
GRANT SELECT ON objects TO PUBLIC;
SET LOCAL ROLE jb_manager;
INSERT INTO tried SELECT 'jb_manager', name || ': ' || verb, pg_temp.try(format(statement, name, first_column))
  FROM objects, (VALUES ('insert', 'INSERT INTO %1$I DEFAULT VALUES'), ('update', 'UPDATE %1$I SET %2$I = DEFAULT'), ('delete', 'DELETE FROM %1$I'), ('truncate', 'TRUNCATE %1$I'), ('drop', 'DROP TABLE %1$I')) AS s (verb, statement)
 WHERE kind = 'r';
INSERT INTO tried SELECT 'jb_manager', name, pg_temp.try(format('SELECT nextval(%L)', name)) FROM objects WHERE kind = 'S';
RESET ROLE;
SELECT set_eq('SELECT thing, state FROM tried WHERE state <> $$42501$$', 'SELECT thing, state FROM tried WHERE false', 'a manager who writes a table by hand gets 42501');

-- ---- the gateway ----
SET LOCAL SESSION AUTHORIZATION jb_gateway;
SELECT throws_ok('SELECT * FROM jb_event', '42501', NULL, 'the gateway itself reads no event');
SELECT throws_ok($$SELECT jb_status(1)$$, '42501', NULL, 'nor asks for one');
SET LOCAL ROLE jb_viewer;
SELECT lives_ok('SELECT * FROM jb_event_view', 'as a viewer it reads');
SELECT throws_ok($$SELECT jb_schedule('x')$$, '42501', NULL, 'and does not book');
SET LOCAL ROLE jb_manager;
SELECT lives_ok($$SELECT jb_schedule('x', '1 hour', dry_run => true, principal => 'Ann')$$, 'as a manager it books, in another''s name');
SELECT throws_ok('SET LOCAL ROLE postgres', '42501', NULL, 'it takes no other role than these');
RESET SESSION AUTHORIZATION;

-- ---- a guest ----
SET LOCAL SESSION AUTHORIZATION jb_gateway;
SET LOCAL ROLE jb_guest;
SELECT throws_ok($$SELECT jb_poll_answer(1, 'Ann', '[]', 'x')$$, 'P0002', NULL, 'a guest gets through to answer a poll');
SELECT throws_ok($$SELECT jb_feed_read('x')$$, 'P0002', NULL, 'and to read a feed');
SELECT throws_ok($$SELECT jb_booking_page('p1')$$, 'P0002', NULL, 'and to look for a booking page');
SELECT throws_ok($$SELECT jb_booking('p1', 'x')$$, 'P0002', NULL, 'and for a booking');
SELECT throws_ok('SELECT * FROM jb_booking_link', '42501', NULL, 'sees none of its tokens');
SELECT throws_ok($$SELECT jb_icalendar('ceo')$$, '42501', NULL, 'which is no calendar without its token');
SELECT throws_ok('SELECT * FROM jb_feed', '42501', NULL, 'sees none of the tokens');
SELECT throws_ok($$SELECT jb_status(1)$$, '42501', NULL, 'asks for no event');
SELECT throws_ok($$SELECT jb_poll(1, 'x')$$, 'P0002', NULL, 'gets through to organise a poll by its token');
SELECT throws_ok('SELECT jb_polls()', '42501', NULL, 'sees no list of polls');
SELECT throws_ok($$SELECT jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour')$$, '42501', NULL, 'opens none');
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
