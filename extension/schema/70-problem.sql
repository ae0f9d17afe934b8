-- Soundness -----------------------------------------------------------------------------------------------------
-- Compiling the statements of a check (JIT) takes seconds; running them on a small database takes milliseconds.

CREATE TYPE @extschema@.jb_problem AS (
  rule      text,
  calendar  text,
  event_id  bigint,
  detail    text
);
COMMENT ON TYPE @extschema@.jb_problem IS
  'A rule that the stored data break, with place and detail.';

CREATE FUNCTION @extschema@.jb_tree_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_tree_problems';
COMMENT ON FUNCTION @extschema@.jb_tree_problems() IS
  'Compares the free time in each calendar''s day tree with that left by hours and claims; no rows if they agree. A calendar that cannot be read has the rule "values in range".';

-- An event stays where it is when its calendar is given another zone on purpose (rule 2.17.3). It then has a
-- wished_wall and is not a problem, so jb_check() does not report it.
CREATE FUNCTION @extschema@.jb_wall_clock_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_wall_clock_problems';
COMMENT ON FUNCTION @extschema@.jb_wall_clock_problems() IS
  'The fixed events that have not begun and have left the wall-clock time of their wish; jb_rezone() moves them there. rule is "wall clock is kept" after a change of the zone''s rules, "wall clock is the calendar''s" after the calendar was given another zone, "values in range" if the event cannot be read.';

-- Polls are private, so the function runs with the owner's rights and names no participant. An event that a poll was
-- booked as may have been deleted, or have left the poll's calendars. The history of these calendars shows that, unless
-- it was purged, or deleted with its calendar.
CREATE FUNCTION @extschema@.jb_poll_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET jit = off
BEGIN ATOMIC
  SELECT DISTINCT 'schedules lie in the frame', p.calendars[1], NULL::bigint, format('A schedule of poll %s leaves the frame.', p.id)
    FROM @extschema@.jb_poll_participant n JOIN @extschema@.jb_poll p ON p.id = n.poll_id
   WHERE @extschema@.jb_require_operator() AND NOT tstzmultirange(tstzrange(p.from_time, p.to_time)) @> (n.yes + n.if_need_be)
  UNION ALL
  SELECT 'participants are counted', p.calendars[1], NULL, format('The counts of poll %s are not those of its participants.', p.id)
    FROM @extschema@.jb_poll p
   CROSS JOIN LATERAL (
         SELECT count(*) AS participants, count(n.yes) AS answers, count(*) FILTER (WHERE NOT n.invited) AS uninvited,
                coalesce(sum(i.n), 0) AS intervals, coalesce(sum(i.n) FILTER (WHERE NOT n.invited), 0) AS uninvited_intervals
           FROM @extschema@.jb_poll_participant n
          CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM unnest(n.yes)) + (SELECT count(*) FROM unnest(n.if_need_be)) AS n) AS i
          WHERE n.poll_id = p.id) AS found
   WHERE (p.participant_count, p.answer_count, p.uninvited_count, p.interval_count, p.uninvited_interval_count)
         <> (found.participants, found.answers, found.uninvited, found.intervals, found.uninvited_intervals)
  UNION ALL
  SELECT 'polls are closed by events', p.calendars[1], b.event_id, format('The event that closed poll %s does not exist, and no history tells where it went.', p.id)
    FROM @extschema@.jb_poll p JOIN @extschema@.jb_poll_event b ON b.poll_id = p.id
   WHERE p.calendars <> '{}'
     AND NOT EXISTS (SELECT FROM @extschema@.jb_event e WHERE e.id = b.event_id)
     AND NOT EXISTS (SELECT FROM @extschema@.jb_change_log l WHERE l.event_id = b.event_id AND l.version > 1 AND l.new_status IS NULL)
     AND NOT EXISTS (SELECT FROM unnest(p.calendars) AS k (name) LEFT JOIN @extschema@.jb_calendar c ON c.name = k.name
                      WHERE c.id IS NULL OR c.created_at > b.booked_at OR c.purged_seq > 0)
  UNION ALL
  SELECT 'polls are closed by events', p.calendars[1], b.event_id, format('Event %s of poll %s stands, and so does event %s.', b.event_id, p.id, p.event_id)
    FROM @extschema@.jb_poll_view p JOIN @extschema@.jb_poll_event b ON b.poll_id = p.id AND b.event_id <> p.event_id
    JOIN @extschema@.jb_event e ON e.id = b.event_id
   WHERE @extschema@.jb_status_at(e.status, e.expires_at, e.start_timestamp, e.end_timestamp, @extschema@.jb_now())
         NOT IN ('expired', 'denied', 'cancelled');
END;
COMMENT ON FUNCTION @extschema@.jb_poll_problems() IS
  'Polls with wrong counts, a lost event or two that stand, and schedules outside the frame, which no constraint refuses; no rows if there are none.';

-- Finds rows that arrived without their sequence, by a partial dump or by logical replication: each call that inserts a
-- row would raise 23505 until the sequence has passed them. Nobody but the owner may read the sequences. Ids of deleted
-- events are in the history. Also finds rows whose calendar or poll no longer exists. No foreign key guards them,
-- because pg_restore with several jobs fills tables in any order, which a foreign key would refuse.
CREATE FUNCTION @extschema@.jb_id_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET jit = off
BEGIN ATOMIC
  SELECT 'ids are new', NULL, NULL::bigint, format('The next %s gets the id %s, but %s has been given.', n.kind, n.next, n.given)
    FROM (SELECT 'calendar' AS kind, coalesce((SELECT max(n.id) FROM @extschema@.jb_calendar_number n), 0) + 1 AS next,
                 (SELECT max(c.id) FROM @extschema@.jb_calendar c) AS given
           UNION ALL
          SELECT 'event', s.last_value + s.is_called::int,
                 greatest((SELECT max(e.id) FROM @extschema@.jb_event e), (SELECT max(l.event_id) FROM @extschema@.jb_change_log l))
            FROM @extschema@.jb_event_id_seq s
           UNION ALL
          SELECT 'change', s.last_value + s.is_called::int, (SELECT max(l.id) FROM @extschema@.jb_change_log l)
            FROM @extschema@.jb_change_id_seq s
           UNION ALL
          SELECT 'rejection', s.last_value + s.is_called::int, (SELECT max(r.id) FROM @extschema@.jb_rejection r)
            FROM @extschema@.jb_rejection_id_seq s
           UNION ALL
          SELECT 'poll', s.last_value + s.is_called::int, (SELECT max(p.id) FROM @extschema@.jb_poll p)
            FROM @extschema@.jb_poll_id_seq s) n
   WHERE @extschema@.jb_require_operator() AND n.next <= n.given
  UNION ALL
  SELECT DISTINCT 'ids lead to rows', NULL, NULL::bigint, format('A row of %s names %s %s, which does not exist.', r.name, r.kind, r.id)
    FROM (SELECT 'jb_grant' AS name, 'calendar' AS kind, calendar AS id FROM @extschema@.jb_grant
          UNION ALL SELECT 'jb_override', 'calendar', calendar FROM @extschema@.jb_override
          UNION ALL SELECT 'jb_feed', 'calendar', calendar FROM @extschema@.jb_feed
          UNION ALL SELECT 'jb_imported', 'calendar', calendar FROM @extschema@.jb_imported
          UNION ALL SELECT 'jb_poll_participant', 'poll', poll_id FROM @extschema@.jb_poll_participant
          UNION ALL SELECT 'jb_poll_event', 'poll', poll_id FROM @extschema@.jb_poll_event) r
   WHERE @extschema@.jb_require_operator()
     AND CASE r.kind WHEN 'poll' THEN NOT EXISTS (SELECT FROM @extschema@.jb_poll p WHERE p.id = r.id)
                     ELSE NOT EXISTS (SELECT FROM @extschema@.jb_calendar c WHERE c.id = r.id) END
  UNION ALL
  SELECT 'grants name their calendars', c.name, NULL::bigint, format('What calendar %s grants to %s stands under the name %s.', c.name, g.grantee, g.name)
    FROM @extschema@.jb_grant g JOIN @extschema@.jb_calendar c ON c.id = g.calendar
   WHERE @extschema@.jb_require_operator() AND g.name <> c.name;
END;
COMMENT ON FUNCTION @extschema@.jb_id_problems() IS
  'Ids that would be assigned twice, rows of missing calendars and polls, and grants under a wrong calendar name; no rows if there are none.';

-- The functions find their tables by the schema's name, and some run with a superuser's rights. The schema's owner could
-- rename it while calls run, and put another in its place. If several functions have the same name, PostgreSQL calls the
-- one that best fits the arguments, and takes a type of that name for a conversion. A function that somebody else made
-- would run with the rights of the extension's callers. The installation (first_check.sql) and jb_keep_names also call
-- this, so it needs no library.
CREATE FUNCTION @extschema@.jb_schema_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE
SET jit = off
BEGIN ATOMIC
  SELECT 'only superusers build in the schema', NULL, NULL::bigint,
         format('%s can put objects into the schema %I in place of the extension''s.', coalesce(r.rolname, 'PUBLIC'), n.nspname)
    FROM pg_extension x
    JOIN pg_namespace n ON n.oid = x.extnamespace
    JOIN pg_database d ON d.datname = current_database()
   CROSS JOIN LATERAL (SELECT n.nspowner UNION SELECT a.grantee FROM aclexplode(n.nspacl) a WHERE a.privilege_type = 'CREATE') builder (role)
    LEFT JOIN pg_roles named ON named.oid = builder.role
    LEFT JOIN pg_roles r ON r.oid = CASE named.rolname WHEN 'pg_database_owner' THEN d.datdba ELSE named.oid END
   WHERE x.extname = 'jb_scheduler' AND r.rolsuper IS NOT TRUE
  UNION ALL
  SELECT DISTINCT 'names are the extension''s', NULL, NULL::bigint, format('%s has the name of a function of jb_scheduler.', pg_describe_object(o.classid, o.oid, 0))
    FROM pg_extension x
    JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = x.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e'
    JOIN pg_proc own ON own.oid = d.objid
   CROSS JOIN LATERAL (
         SELECT 'pg_proc'::regclass, p.oid FROM pg_proc p WHERE p.proname = own.proname AND p.pronamespace = x.extnamespace
          UNION ALL
         SELECT 'pg_type'::regclass, t.oid FROM pg_type t WHERE t.typname = own.proname AND t.typnamespace = x.extnamespace AND t.typrelid = 0) o (classid, oid)
   WHERE x.extname = 'jb_scheduler'
     AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = o.classid AND m.objid = o.oid
                        AND m.refclassid = d.refclassid AND m.refobjid = x.oid AND m.deptype = 'e');
END;
COMMENT ON FUNCTION @extschema@.jb_schema_problems() IS
  'Everybody except superusers who may create objects in the extension''s schema, and objects there that could be called instead of a function of the extension; no rows if there are none.';
