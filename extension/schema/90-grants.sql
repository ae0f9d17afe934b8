-- Grants --------------------------------------------------------------------------------------------------------
-- A viewer reads; a secretary books, moves and cancels too; a manager does everything. Nobody but the owner writes a
-- table, and nothing is granted to PUBLIC.

-- Rights that other roles already have on a new object are revoked, since nobody decided to grant them. They come from
-- the default privileges of the installing role (ALTER DEFAULT PRIVILEGES) or, on types, from the server, which grants
-- everybody USAGE. A column of such a type in any table would keep the next version from changing the type. The row
-- types of tables stay as they are, since pg_dump of PostgreSQL 15 cannot dump rights on them. Array types have no
-- rights of their own. Row types and array types are members of the extension since PostgreSQL 17.
--
-- This script also runs in updates. There an object is new if it became a member of the extension in the same
-- transaction that wrote the version into pg_extension. What an administrator has granted on other objects stays.
DO $rights$
DECLARE
  taken text;
BEGIN
  FOR taken IN
    WITH ours AS (
      SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
       WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'jb_scheduler' AND d.xmin = e.xmin),
    things (kind, name, owner, acl, shorthand) AS (
      SELECT 'ROUTINE', p.oid::regprocedure::text, p.proowner, p.proacl, 'f'::"char"
        FROM ours JOIN pg_proc p ON ours.classid = 'pg_proc'::regclass AND p.oid = ours.objid
      UNION ALL
      SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass::text, c.relowner, c.relacl,
             CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"
        FROM ours JOIN pg_class c ON ours.classid = 'pg_class'::regclass AND c.oid = ours.objid AND c.relkind IN ('r', 'v', 'S')
      UNION ALL
      SELECT 'TYPE', t.oid::regtype::text, t.typowner, t.typacl, 'T'
        FROM ours JOIN pg_type t ON ours.classid = 'pg_type'::regclass AND t.oid = ours.objid
       WHERE t.typcategory <> 'A' AND t.oid NOT IN (SELECT reltype FROM pg_class WHERE relkind <> 'c'))
    SELECT format('REVOKE ALL ON %s %s FROM %s CASCADE', t.kind, t.name,
                  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
      FROM things t CROSS JOIN LATERAL aclexplode(coalesce(t.acl, acldefault(t.shorthand, t.owner))) a
     WHERE a.grantee <> t.owner
  LOOP
    EXECUTE taken;
  END LOOP;
END
$rights$;

-- What each role may call. A function is named without argument types, since no two of the extension's share a name. It
-- is looked up among the extension's own, since somebody else may have created one of the same name here.
DO $grants$
DECLARE
  routine regprocedure;
  roles text;
BEGIN
  FOR routine, roles IN
    SELECT o.oid, g.roles
      FROM (VALUES
      ('jb_viewer', 'jb_now jb_timestamp_text jb_folded jb_event jb_event_if jb_event_answer jb_status jb_status_at jb_attachment jb_event_cursor jb_events jb_events_json
        jb_calendar jb_calendars jb_day_start jb_availability jb_slots jb_source_as_of jb_lead_time jb_busy jb_busy_all jb_explain
        jb_explain_request jb_explain_event jb_verdict_json jb_proof jb_proof_request jb_proof_event jb_changes jb_changes_all jb_changes_cursor jb_history
        jb_events_at jb_rejections jb_event_json jb_range_json jb_lead_json jb_ranges_json
        jb_rejection_json jb_change_json jb_change_event_json jb_change_event jb_calendar_json jb_availability_json
        jb_health jb_worker'),
      ('jb_secretary', 'jb_schedule jb_schedule_all jb_reschedule jb_update jb_update_all jb_cancel jb_attach jb_detach jb_confirm
        jb_deny jb_expire jb_replan jb_lock jb_place_row jb_follow_rows jb_poll_create jb_poll_create_json jb_polls'),
      -- These functions require a secretary's role or the organiser's token themselves. A guest may hold that token, too.
      ('jb_viewer, jb_guest', 'jb_poll jb_poll_schedules jb_poll_ranking jb_poll_invite jb_poll_book jb_poll_revoke jb_poll_revoke_guests jb_poll_set_public jb_poll_delete
        jb_poll_json jb_recommendation_json jb_outcome_json jb_moves_json'),
      -- A guest may also see and answer a poll, read a feed and use a booking page. The functions that make JSON read no table.
      ('jb_viewer, jb_guest', 'jb_poll_answer jb_poll_withdraw jb_poll_schedule_json jb_poll_invitation jb_poll_others jb_invitation_json'),
      ('jb_guest', 'jb_timestamp_text'),
      ('jb_manager', 'jb_delete jb_calendar_set jb_calendar_delete jb_rebuild jb_rezone jb_availability_set jb_principal_set'),
      -- Functions that reach the whole database are an operator's. Managers may use them only where calendars give all rights by role to
      -- callers that they do not name: each of these functions calls jb_require_operator(), or makes the same check.
      ('jb_manager, jb_operator', 'jb_check jb_tree_problems jb_wall_clock_problems jb_poll_problems jb_id_problems jb_list_problems jb_schema_problems jb_due jb_metrics jb_purge
        jb_purge_in_pieces'),
      -- jb_time_zone is for the metrics, which skip a calendar that the caller may not see as they skip one that does not exist.
      ('jb_operator', 'jb_now jb_health jb_worker jb_time_zone'),
      ('jb_viewer', 'jb_icalendar jb_icalendar_tag jb_import_json'),
      ('jb_secretary', 'jb_import jb_feed_create jb_feed_revoke'),
      ('jb_viewer, jb_guest', 'jb_feed_read'),
      -- What an annex calls.
      ('jb_viewer', 'jb_fault jb_request_read jb_refuse'),
      ('jb_secretary', 'jb_key_take jb_key_keep'),
      ('jb_manager', 'jb_calendar_make'),
      ('jb_viewer', 'jb_sessions jb_session_json jb_session_of jb_session_strangers jb_coach_json jb_client_json'),
      ('jb_secretary', 'jb_session_create jb_session_post jb_session_patch jb_session_faults'),
      ('jb_manager', 'jb_coach_create jb_client_create jb_session_enrol'),
      ('jb_secretary', 'jb_attend jb_leave jb_seat_set'),
      ('jb_viewer', 'jb_appointments jb_provider_slots jb_slot_dictionary jb_appointment_status jb_appointment_json
        jb_provider_availability_json jb_provider_slot_json'),
      ('jb_secretary', 'jb_appointment_reserve jb_appointment_post jb_appointment_status_set'),
      ('jb_manager', 'jb_provider_availability_add jb_provider_availability_post jb_provider_availability_remove'),
      ('jb_viewer, jb_guest', 'jb_booking_page jb_booking_slots jb_booking_make jb_booking jb_booking_move jb_booking_cancel'),
      ('jb_viewer', 'jb_booking_json'),
      ('jb_guest', 'jb_range_json jb_ranges_json'),
      -- Rights on calendars. Only the extension's owner sets what calendars give to callers that they do not name, since the manager of one
      -- calendar must not open those of others.
      ('jb_viewer', 'jb_sight jb_may jb_seen jb_rights jb_default_rights'),
      ('jb_manager', 'jb_grants jb_grant jb_revoke jb_grants_set'),
      ('jb_viewer', 'jb_time_zone jb_version jb_changes_after jb_rejections_after jb_rejections_all jb_rejections_cursor
        jb_session jb_coaches jb_clients jb_appointment'),
      -- The gateway itself may only look up a certificate, check the database, and read the numbers that wake its long polls.
      ('jb_gateway', 'jb_principal_of jb_now jb_health jb_worker jb_last_numbers')
      ) AS g (roles, names)
     CROSS JOIN LATERAL regexp_split_to_table(g.names, '\s+') AS n (name)
      LEFT JOIN (SELECT p.oid, p.proname::text AS name FROM pg_proc p
                   JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
                   JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
                  WHERE e.extname = 'jb_scheduler') AS o USING (name)
  LOOP
    EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', routine, roles);
  END LOOP;
END
$grants$;

-- From here on, all names are those of the extension's own objects.
SELECT pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);

GRANT USAGE ON SCHEMA @extschema@ TO jb_viewer, jb_guest, jb_operator, jb_gateway;

GRANT USAGE ON TYPE
  jb_move, jb_replanned, jb_skipped, jb_outcome, jb_availability, jb_lead, jb_event_at, jb_verdict, jb_problem, jb_poll_token,
  jb_poll_schedule, jb_recommendation, jb_import_row, jb_grantee, jb_invitation, jb_fault, jb_session_request
TO jb_viewer;

-- Only the owner may use the tables; the views show what the caller may know of them.
GRANT SELECT ON jb_calendar_default, jb_calendar_view, jb_event_view, jb_change, jb_rejection_view TO jb_viewer;
-- iCalendar. The view shows the public feeds of the calendars that the caller manages.
GRANT SELECT ON jb_feed_view TO jb_viewer;

-- Sessions. A coach and a client are calendars, and making one is a setting.
GRANT SELECT ON jb_coach, jb_client, jb_session TO jb_viewer;

-- Appointments. A provider's availability is hours, which are a setting.
GRANT SELECT ON jb_provider_availability, jb_appointment TO jb_viewer;

-- Booking pages. The functions check the provider's setting and the visitor's token themselves.
GRANT USAGE ON TYPE jb_booking TO jb_viewer;
