-- Soundness -----------------------------------------------------------------------------------------------------
-- Compiling the statements of a check (JIT) takes seconds, and running them on a small database milliseconds.

CREATE TYPE @extschema@.jb_problem AS (
  rule      text,
  calendar  text,
  event_id  bigint,
  detail    text
);
COMMENT ON TYPE @extschema@.jb_problem IS
  'A rule that the stored data break, with where and how.';

CREATE FUNCTION @extschema@.jb_tree_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_tree_problems';
COMMENT ON FUNCTION @extschema@.jb_tree_problems() IS
  'Compares the free time that the day tree of each calendar holds with what hours and claims leave; no row when they agree.';

-- An event whose calendar was given another zone on purpose stays where it is (rule 2.17.3). Such an event has a
-- wish_zone and is no problem, so jb_check() does not report it.
CREATE FUNCTION @extschema@.jb_wall_clock_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_wall_clock_problems';
COMMENT ON FUNCTION @extschema@.jb_wall_clock_problems() IS
  'The fixed events that have not begun and stand elsewhere than their date and start_time say by their calendar''s time zone: since its rules have changed (wall clock is kept), or since the calendar was given another zone (wall clock is the calendar''s); jb_rezone() moves them there.';

-- Polls are private: the function runs with the owner's rights and names no participant. The event that a poll booked
-- may have been deleted, or have left the poll's calendars: then the history of these calendars shows it, unless the
-- history was purged, or was deleted with its calendar.
CREATE FUNCTION @extschema@.jb_poll_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
  SELECT 'values in range', p.calendars[1], p.event_id, format('Poll %s holds a value that no function would have stored.', p.id)
    FROM @extschema@.jb_poll p
   WHERE @extschema@.jb_require_operator() AND NOT (char_length(p.title) BETWEEN 1 AND 500
              AND p.from_time < p.to_time
              AND p.to_time - p.from_time <= interval '366 days'
              AND p.duration BETWEEN interval '1 second' AND p.to_time - p.from_time
              AND p.daily_from < p.daily_to
              AND cardinality(p.calendars) <= 100
              AND octet_length(p.organiser_token) = 32
              AND CASE p.status WHEN 'open' THEN p.event_id IS NULL AND p.closed_at IS NULL
                                WHEN 'closed' THEN p.event_id IS NOT NULL AND p.closed_at IS NOT NULL
                                ELSE false END)
  UNION ALL
  SELECT DISTINCT 'participants belong to polls', NULL, NULL::bigint, format('Poll %s does not exist, but has participants.', n.poll_id)
    FROM @extschema@.jb_poll_participant n
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_poll p WHERE p.id = n.poll_id)
  UNION ALL
  SELECT DISTINCT 'values in range', p.calendars[1], p.event_id, format('A participant of poll %s holds a value that no function would have stored.', p.id)
    FROM @extschema@.jb_poll_participant n JOIN @extschema@.jb_poll p ON p.id = n.poll_id
   WHERE NOT (char_length(n.name) BETWEEN 1 AND 200
              AND octet_length(n.token) = 32
              AND num_nulls(n.yes, n.if_need_be, n.answered_at) IN (0, 3)
              AND (n.yes && n.if_need_be) IS NOT TRUE)
  UNION ALL
  SELECT DISTINCT 'schedules lie in the frame', p.calendars[1], p.event_id, format('A schedule of poll %s leaves the frame.', p.id)
    FROM @extschema@.jb_poll_participant n JOIN @extschema@.jb_poll p ON p.id = n.poll_id
   WHERE NOT tstzmultirange(tstzrange(p.from_time, p.to_time)) @> (n.yes + n.if_need_be)
  UNION ALL
  SELECT 'participants are counted', p.calendars[1], p.event_id, format('The counts of poll %s are not those of its participants.', p.id)
    FROM @extschema@.jb_poll p
   CROSS JOIN LATERAL (
         SELECT count(*) AS participants, count(n.yes) AS answers, count(*) FILTER (WHERE NOT n.invited) AS uninvited,
                coalesce(sum(i.n), 0) AS intervals, coalesce(sum(i.n) FILTER (WHERE NOT n.invited), 0) AS uninvited_intervals
           FROM @extschema@.jb_poll_participant n
          CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM unnest(n.yes)) + (SELECT count(*) FROM unnest(n.if_need_be)) AS n) AS i
          WHERE n.poll_id = p.id) AS found
   WHERE num_nulls(p.participant_count, p.answer_count, p.uninvited_count, p.interval_count, p.uninvited_interval_count) < 5
     AND (p.participant_count, p.answer_count, p.uninvited_count, p.interval_count, p.uninvited_interval_count)
         IS DISTINCT FROM (found.participants, found.answers, found.uninvited, found.intervals, found.uninvited_intervals)
  UNION ALL
  SELECT 'polls are closed by events', p.calendars[1], p.event_id, format('The event that closed poll %s does not exist, and no history tells where it went.', p.id)
    FROM @extschema@.jb_poll p
   WHERE p.event_id IS NOT NULL AND p.calendars <> '{}'
     AND NOT EXISTS (SELECT FROM @extschema@.jb_event e WHERE e.id = p.event_id)
     AND NOT EXISTS (SELECT FROM @extschema@.jb_change_log l WHERE l.event_id = p.event_id AND l.version > 1 AND l.new_status IS NULL)
     AND NOT EXISTS (SELECT FROM unnest(p.calendars) AS k (name) LEFT JOIN @extschema@.jb_calendar c ON c.name = k.name
                      WHERE c.id IS NULL OR c.created_at > p.closed_at OR c.purged_seq > 0);
END;
COMMENT ON FUNCTION @extschema@.jb_poll_problems() IS
  'The polls, participants and schedules that hold what no function would have stored; no row when there are none.';

-- Rows that came without their sequence, by a dump of a part or by logical replication: each call that makes a row would be
-- 23505 until the sequence has passed them. Nobody else may read the sequences. Ids of deleted events stand in the history.
CREATE FUNCTION @extschema@.jb_id_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
  SELECT 'ids are new', NULL, NULL::bigint, format('The next %s gets the id %s, but %s has been given.', n.kind, n.next, n.given)
    FROM (SELECT 'calendar' AS kind, s.last_value + s.is_called::int AS next, (SELECT max(c.id) FROM @extschema@.jb_calendar c) AS given
            FROM @extschema@.jb_calendar_id_seq s
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
  SELECT 'calendars stand on their shard', c.name, NULL, format('The calendar belongs to shard %s of %s, this database is shard %s.', @extschema@.jb_shard(c.name), s.shards, s.shard)
    FROM @extschema@.jb_sharding s JOIN @extschema@.jb_calendar c ON @extschema@.jb_shard(c.name) <> s.shard
  UNION ALL
  SELECT 'ids tell their shard', i.calendar, i.event_id, format('%s %s would be looked for on shard %s of %s, this database is shard %s.', i.kind, i.id, CASE WHEN i.id < s.first_id THEN 0 ELSE i.id % s.shards END, s.shards, s.shard)
    FROM @extschema@.jb_sharding s
    JOIN (SELECT 'Event' AS kind, e.id, e.calendars[1] AS calendar, e.id AS event_id FROM @extschema@.jb_event e
           UNION ALL
          SELECT 'Rejection', r.id, r.calendars[1], NULL FROM @extschema@.jb_rejection r
           UNION ALL
          SELECT 'Poll', p.id, p.calendars[1], NULL FROM @extschema@.jb_poll p) i
      ON CASE WHEN i.id < s.first_id THEN 0 ELSE i.id % s.shards END <> s.shard
  UNION ALL
  SELECT 'ids tell their shard', NULL, NULL::bigint, format('The next %s gets an id of another shard: jb_shard_set(%s, %s) mends it.', q.kind, s.shard, s.shards)
    FROM @extschema@.jb_sharding s
    JOIN (SELECT 'event' AS kind, n.last_value + CASE WHEN n.is_called THEN i.seqincrement ELSE 0 END AS next, i.seqincrement
            FROM @extschema@.jb_event_id_seq n, pg_sequence i WHERE i.seqrelid = '@extschema@.jb_event_id_seq'::regclass
           UNION ALL
          SELECT 'rejection', n.last_value + CASE WHEN n.is_called THEN i.seqincrement ELSE 0 END, i.seqincrement
            FROM @extschema@.jb_rejection_id_seq n, pg_sequence i WHERE i.seqrelid = '@extschema@.jb_rejection_id_seq'::regclass
           UNION ALL
          SELECT 'poll', n.last_value + CASE WHEN n.is_called THEN i.seqincrement ELSE 0 END, i.seqincrement
            FROM @extschema@.jb_poll_id_seq n, pg_sequence i WHERE i.seqrelid = '@extschema@.jb_poll_id_seq'::regclass) q
      ON q.seqincrement <> s.shards OR q.next < s.first_id OR q.next % s.shards <> s.shard
   WHERE s.shard IS NOT NULL;
END;
COMMENT ON FUNCTION @extschema@.jb_id_problems() IS
  'The sequences whose next id has been given before, and on a shard the calendars, ids and sequences that are another shard''s; no row when there are none.';
