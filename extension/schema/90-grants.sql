-- Grants --------------------------------------------------------------------------------------------------------
-- A viewer reads; a secretary books, moves and cancels too; a manager does everything. Nobody but the owner writes a
-- table, and nothing is granted to PUBLIC.

-- Rights that other roles have at this point on a new object are revoked, since nobody decided to give them. They come from
-- the default privileges of the installing role (ALTER DEFAULT PRIVILEGES), or, on types, from the server, which gives
-- everybody USAGE: a column of such a type in any table would keep the next version from changing the type. The row types of
-- tables stay as they are, since pg_dump of PostgreSQL 15 cannot dump rights on them. Array types have no rights of
-- their own. Row types and array types are members of the extension since PostgreSQL 17.
--
-- This script runs in updates, too. There an object is new if it became a member of the extension in the same transaction
-- that wrote the version into pg_extension. What an administrator has granted on other objects stays.
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

-- From here on every name is the name of one of the extension's own objects, and each function is named with the types
-- of its arguments: so no other object can be meant. jb_schedule and jb_explain are named without types, since their
-- arguments are the fields of an event, which are listed where both functions are declared.
SELECT pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);

GRANT USAGE ON SCHEMA @extschema@ TO jb_viewer, jb_guest, jb_operator, jb_gateway;

GRANT USAGE ON TYPE
  jb_move, jb_skipped, jb_outcome, jb_availability, jb_lead, jb_event_at, jb_verdict, jb_problem, jb_poll_token,
  jb_poll_schedule, jb_recommendation, jb_import_row, jb_grantee, jb_invitation
TO jb_viewer;

-- Tables are the owner's alone: the views show of them what the caller may know.
GRANT SELECT ON jb_calendar_default, jb_calendar_view, jb_event_view, jb_change, jb_rejection_view TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_now(), jb_timestamp_text(timestamptz, text),
  jb_event(bigint, text), jb_event_if(bigint), jb_status(bigint, text), jb_attachment(bigint, int, text), jb_event_cursor(jb_event_view),
  jb_events(text, timestamptz, timestamptz, text[], text, text, int, text[], jsonb, text, text),
  jb_calendar(text, text), jb_calendars(text), jb_day_start(text, date, text), jb_availability(text, date, date, text),
  jb_slots(interval, text[], timestamptz, timestamptz, int, text), jb_lead_time(interval[], text[], text),
  jb_busy(text, timestamptz, timestamptz, text),
  jb_explain, jb_explain_request, jb_explain_event(bigint, int, text), jb_verdict_json(jb_verdict),
  jb_changes(text, bigint, int, text), jb_changes_all(text, int, text), jb_changes_cursor(int, text), jb_history(bigint, text), jb_events_at(text, bigint, text),
  jb_rejections(bigint, int, text, text),
  jb_event_json(jb_event_view), jb_range_json(tstzrange, text), jb_slot_json(tstzrange, text, text), jb_lead_json(jb_lead, text, text),
  jb_ranges_json(tstzrange[], text),
  jb_rejection_json(jb_rejection, text), jb_change_json(jb_change), jb_change_event_json(jb_change, text), jb_change_event(text, bigint, text),
  jb_calendar_json(jb_calendar_view), jb_availability_json(jb_availability),
  jb_health(), jb_worker()
TO jb_viewer;

GRANT EXECUTE ON FUNCTION
  jb_schedule,
  jb_schedule_all(jsonb, bool, bool, text, text),
  jb_reschedule(bigint, date, time, timestamptz, interval, text[], bool, text, bigint, bool, text, text),
  jb_update(bigint, jsonb, bigint, bool, bool, text, text),
  jb_update_all(jsonb, bool, text, text),
  jb_cancel(bigint, text, bigint, bool, text, text),
  jb_attach(bigint, jsonb, bytea, bigint, text, text), jb_detach(bigint, int, bigint, text, text),
  jb_confirm(bigint, bool, text, bigint, bool, text, text), jb_deny(bigint, text, bigint, bool, text, text),
  jb_expire(text[], text), jb_replan(text, bool, text),
  jb_lock(text[]), jb_place_row(), jb_follow_rows(regclass, bigint[]),
  jb_poll_create(text, timestamptz, timestamptz, interval, time, time, text, text[], bool, text),
  jb_poll_create_json(jsonb, text), jb_polls(bigint, int, text)
TO jb_secretary;

-- These functions require a secretary's role or the organiser's token themselves. A guest may hold that token, too.
GRANT EXECUTE ON FUNCTION
  jb_poll(bigint, text, text), jb_poll_schedules(bigint, text, text), jb_poll_ranking(bigint, int, text, text),
  jb_poll_invite(bigint, text, text, text), jb_poll_book(bigint, timestamptz, text, bool, text, text),
  jb_poll_revoke(bigint, text, text, text), jb_poll_delete(bigint, text, text), jb_poll_json(jb_poll_view), jb_recommendation_json(jb_recommendation),
  jb_outcome_json(jb_outcome), jb_moves_json(jb_move[], text), jb_skipped_json(jb_skipped[], text)
TO jb_viewer, jb_guest;

-- Besides, a guest may see and answer a poll and read a feed, and nothing else. The functions that make JSON read no table.
GRANT EXECUTE ON FUNCTION
  jb_poll_answer(bigint, text, jsonb, text), jb_poll_withdraw(bigint, text, text),
  jb_poll_schedule_json(jb_poll_schedule), jb_poll_invitation(bigint, text), jb_poll_others(bigint, text),
  jb_invitation_json(jb_invitation)
TO jb_viewer, jb_guest;
GRANT EXECUTE ON FUNCTION jb_timestamp_text(timestamptz, text) TO jb_guest;

GRANT EXECUTE ON FUNCTION
  jb_delete(bigint, bigint, text, text),
  jb_calendar_set(text, jsonb, text), jb_calendar_delete(text, text), jb_rebuild(text, text),
  jb_rezone(text, bool, text),
  jb_availability_set(text, date, jsonb, text),
  jb_principal_set(text, text, text, text)
TO jb_manager;
-- What reaches everything is an operator's. Managers get through only where calendars give those whom they do not name all by role:
-- each of these functions asks jb_require_operator(), or what it asks.
GRANT EXECUTE ON FUNCTION
  jb_check(), jb_tree_problems(), jb_wall_clock_problems(), jb_poll_problems(), jb_id_problems(), jb_due(timestamptz), jb_metrics(text[]),
  jb_purge(interval, int)
TO jb_manager, jb_operator;
GRANT EXECUTE ON PROCEDURE jb_purge_in_pieces(interval, int, bigint, bigint, bigint) TO jb_manager, jb_operator;
GRANT EXECUTE ON FUNCTION jb_now(), jb_health(), jb_worker() TO jb_operator;
