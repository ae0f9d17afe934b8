-- Promise: each function is declared as it is: the only one of its name, documented, with named arguments, with a
-- pinned search_path if it runs with its owner's rights, and with its true volatility and parallel safety.
-- Could break: a new function lacks one of these, and nothing that it computes shows it.
BEGIN;
SELECT no_plan();

CREATE TEMP VIEW ours AS
SELECT p.oid, p.proname AS name, p.provolatile AS volatility, p.proparallel AS parallel, p.prosecdef AS is_definer,
       p.prorettype, p.pronargs, p.proargnames, p.proallargtypes, coalesce(p.proconfig, '{}') AS config, l.lanname AS language,
       p.prosqlbody IS NOT NULL AS has_bound_body,
       p.prorettype = 'jb_outcome'::regtype
         OR p.proname IN ('jb_calendar_make', 'jb_key_take', 'jb_key_keep', 'jb_session_enrol')
         OR p.proname IN ('jb_delete', 'jb_lock', 'jb_calendar_set', 'jb_calendar_delete', 'jb_availability_set', 'jb_rebuild', 'jb_purge', 'jb_principal_set', 'jb_expire', 'jb_replan', 'jb_rezone', 'jb_coach_create', 'jb_client_create', 'jb_provider_availability_add', 'jb_provider_availability_post', 'jb_provider_availability_remove')
         OR p.proname IN ('jb_grant', 'jb_revoke', 'jb_grants_set', 'jb_default_rights_set')
         OR p.proname IN ('jb_person_erase', 'jb_person_record', 'jb_person_overwrite')
         OR p.proname IN ('jb_booking_make', 'jb_booking_move', 'jb_booking_cancel')
         OR p.proname IN ('jb_feed_create', 'jb_feed_revoke', 'jb_import')
         OR p.proname IN ('jb_poll_create', 'jb_poll_create_json', 'jb_poll_invite', 'jb_poll_revoke', 'jb_poll_revoke_guests', 'jb_poll_set_public', 'jb_poll_answer', 'jb_poll_withdraw', 'jb_poll_delete') AS writes
  FROM pg_proc p
  JOIN pg_language l ON l.oid = p.prolang
  JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
 WHERE e.extname = 'jb_scheduler' AND 'internal'::regtype <> ALL (p.proargtypes); -- an index's functions cannot be called

SELECT cmp_ok((SELECT count(*) FROM ours), '>', 20::bigint, 'the functions are found');
SELECT set_eq('SELECT name FROM ours WHERE name NOT LIKE $$jb\_%$$', ARRAY[]::name[], 'each function''s name begins with jb_');
SELECT set_eq('SELECT name FROM ours GROUP BY name HAVING count(*) > 1', ARRAY[]::name[], 'no function is overloaded');
SELECT set_eq($$SELECT name FROM ours WHERE obj_description(oid, 'pg_proc') IS NULL$$, ARRAY[]::name[], 'each function has a comment');
SELECT set_eq($$SELECT name FROM ours WHERE obj_description(oid, 'pg_proc') !~ '\.$' OR obj_description(oid, 'pg_proc') ~ '\n'$$, ARRAY[]::name[],
              'each comment is a sentence on one line');
SELECT set_eq($$SELECT name FROM ours WHERE pronargs > 0 AND (proargnames IS NULL OR '' = ANY (proargnames))$$, ARRAY[]::name[], 'each argument has a name');
SELECT set_eq($$SELECT name FROM ours WHERE prorettype = 'record'::regtype AND proallargtypes IS NULL$$, ARRAY[]::name[], 'the columns of each result are fixed');
SELECT set_eq($$SELECT name FROM ours WHERE language NOT IN ('c', 'sql')$$, ARRAY['jb_keep_names', 'jb_seat_set', 'jb_session', 'jb_session_enrol', 'jb_session_faults', 'jb_session_patch', 'jb_session_post', 'jb_session_strangers', 'jb_sessions', 'jb_person_replaced', 'jb_person_export', 'jb_person_erase', 'jb_person_overwrite']::name[], 'only annexes are written in another language than C++ and SQL');
SELECT set_eq($$SELECT name FROM ours WHERE language NOT IN ('c', 'sql') AND is_definer$$, ARRAY['jb_keep_names']::name[], 'and what they do in it, they do with the rights of their callers, but for the event trigger, which only looks');

-- ---- rights and paths ----
SELECT set_eq($$SELECT name FROM ours WHERE writes AND NOT is_definer$$, ARRAY['jb_calendar_set', 'jb_feed_create', 'jb_grant', 'jb_grants_set', 'jb_poll_create', 'jb_poll_create_json', 'jb_poll_invite', 'jb_poll_set_public', 'jb_principal_set', 'jb_revoke', 'jb_attend', 'jb_leave', 'jb_seat_set', 'jb_coach_create', 'jb_client_create', 'jb_session_create', 'jb_session_enrol', 'jb_session_patch', 'jb_session_post', 'jb_person_erase', 'jb_person_record', 'jb_person_overwrite']::name[],
              'each writing function runs with its owner''s rights, but for annexes, and those that take them within, once they know as whom they are called (rule 13.11)');
SELECT set_eq($$SELECT name FROM ours WHERE NOT is_definer AND NOT writes AND language = 'c'$$, ARRAY['jb_change_json', 'jb_event_json', 'jb_folded', 'jb_follow_rows', 'jb_import_json', 'jb_verdict_json', 'jb_may', 'jb_moves_json', 'jb_now', 'jb_outcome_json', 'jb_place_row', 'jb_purge_in_pieces', 'jb_range_json', 'jb_ranges_json', 'jb_request_read', 'jb_rights_changed', 'jb_seen', 'jb_sight', 'jb_timestamp_text', 'jb_worker']::name[],
              'each reading function does too, but for those that read no table, and what the views ask of each row');
SELECT set_eq($$SELECT name FROM ours WHERE is_definer AND NOT EXISTS (SELECT FROM unnest(config) AS c WHERE c = 'search_path=pg_catalog, pg_temp')$$, ARRAY[]::name[],
              'each of these pins its search_path to the server''s own schema, with pg_temp last');
SELECT set_eq($$SELECT name FROM ours WHERE EXISTS (SELECT FROM unnest(config) AS c WHERE c LIKE 'search\_path=%' AND c <> 'search_path=pg_catalog, pg_temp')$$, ARRAY[]::name[],
              'no other path is pinned: what stands in the extension''s schema is named with it');
SELECT set_eq($$SELECT name FROM ours WHERE config::text LIKE '%enable%'$$, ARRAY[]::name[], 'none chooses plans for what runs within it');
SELECT set_eq($$SELECT name FROM ours WHERE language = 'sql' AND NOT has_bound_body$$, ARRAY[]::name[], 'each SQL body was bound when it was made');
SELECT set_eq($$SELECT name FROM ours WHERE NOT has_bound_body AND NOT EXISTS (SELECT FROM unnest(config) AS c WHERE c LIKE 'search\_path=%')$$, ARRAY['jb_calendar_set', 'jb_feed_create', 'jb_grant', 'jb_grants_set', 'jb_poll_create', 'jb_poll_create_json', 'jb_poll_invite', 'jb_poll_set_public', 'jb_principal_set', 'jb_revoke', 'jb_change_json', 'jb_event_json', 'jb_folded', 'jb_follow_rows', 'jb_import_json', 'jb_verdict_json', 'jb_may', 'jb_moves_json', 'jb_now', 'jb_outcome_json', 'jb_purge_in_pieces', 'jb_range_json', 'jb_ranges_json', 'jb_request_read', 'jb_seen', 'jb_sight', 'jb_timestamp_text']::name[],
              'all but those that look up nothing pin it, those whose body was bound when they were made, and those that pin it within');
SELECT set_eq($$SELECT p.name FROM ours p, aclexplode(coalesce((SELECT proacl FROM pg_proc WHERE oid = p.oid), acldefault('f', 10))) a WHERE a.grantee = 0$$, ARRAY[]::name[],
              'PUBLIC may execute none of them');

-- ---- volatility and parallel safety ----
SELECT set_eq($$SELECT name FROM ours WHERE writes AND (volatility <> 'v' OR parallel <> 'u')$$, ARRAY[]::name[], 'what writes is VOLATILE and PARALLEL UNSAFE');
SELECT set_eq($$SELECT name FROM ours WHERE volatility = 'i'$$, ARRAY[]::name[], 'none is IMMUTABLE: each reads a table, a setting or zone data');
SELECT set_eq($$SELECT name FROM ours WHERE NOT writes AND volatility = 'v'$$, ARRAY['jb_follow_rows', 'jb_keep_names', 'jb_now', 'jb_place_row', 'jb_purge_in_pieces', 'jb_rights_changed', 'jb_worker']::name[],
              'of the others only the clock and the worker are VOLATILE, the procedure that has jb_purge write, the triggers, one of which asks a function that writes while the other sees what a command has just made, and what updates a table of the caller''s');

-- Functions that do not write work in a read-only transaction.
CREATE FUNCTION pg_temp.calls() RETURNS SETOF text LANGUAGE sql AS $$
  SELECT format('SELECT count(*) FROM %I(%s)', o.name, (SELECT string_agg('NULL::' || replace(format_type(t, NULL), 'anyelement', 'jb_session_request'), ', ' ORDER BY n)
                                                         FROM unnest((SELECT proargtypes FROM pg_proc WHERE oid = o.oid)::oid[]) WITH ORDINALITY AS a (t, n)))
    FROM ours o WHERE NOT writes AND prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype) AND name <> 'jb_purge_in_pieces'
$$;
CREATE FUNCTION pg_temp.answer(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE call;
  RETURN 'fine';
EXCEPTION WHEN OTHERS THEN
  RETURN SQLSTATE;
END $$;
SET LOCAL transaction_read_only = on;
SELECT is(pg_temp.answer('SELECT jb_lock(ARRAY[]::text[])'), 'fine', 'jb_lock of nothing writes nothing');
SELECT is(pg_temp.answer($$SELECT jb_schedule('x', '1 hour')$$), '25006', 'a writing function is refused in a read-only transaction');
SELECT ok(pg_temp.answer(call) IN ('fine', 'P0002', '22023'), 'read-only: ' || call) FROM pg_temp.calls() AS call;
SELECT * FROM finish();
ROLLBACK;
