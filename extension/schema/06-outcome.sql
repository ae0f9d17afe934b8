-- Outcomes ------------------------------------------------------------------------------------------------------

CREATE TYPE @extschema@.jb_move AS (
  event_id             bigint,
  old_start_timestamp  timestamptz,
  old_end_timestamp    timestamptz,
  new_start_timestamp  timestamptz,
  new_end_timestamp    timestamptz
);
COMMENT ON TYPE @extschema@.jb_move IS
  'An automatic event that gave way: where it was and where it is now; the new timestamps are null when it waits.';

CREATE TYPE @extschema@.jb_skipped AS (
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  conflicts        bigint[]
);
COMMENT ON TYPE @extschema@.jb_skipped IS
  'An occurrence of a series that was left out, since it found no place: where it would have been and why it is not.';

CREATE TYPE @extschema@.jb_outcome AS (
  outcome          text,
  event_id         bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  detail           text,
  conflicts        bigint[],
  moves            @extschema@.jb_move[],
  alternatives     tstzrange[],
  rejection_id     bigint,
  version          bigint,
  time_zone        text,
  event            json,
  events           bigint[],
  skipped          @extschema@.jb_skipped[],
  facts            jsonb
);
COMMENT ON TYPE @extschema@.jb_outcome IS
  'What a writing call did: placed, held, waiting or rejected, or updated, cancelled, confirmed, denied, unchanged; where it found no place also why, what is in the way and where the request would fit, and the facts of the reason; time_zone is that of the first calendar; event, the event as it stood then, is there under an idempotency key only; events are those of a series that the call placed or changed, skipped the occurrences that it left out.';

-- Outcomes as JSON ----------------------------------------------------------------------------------------------
-- The JSON that HTTPS answers to a write. Every booking pays for it, so an outcome without moves needs no planning: the
-- function is one expression, which PostgreSQL inlines into the calling statement, and the plans of its queries are
-- kept in C++ (extension/src/sql/json.cpp).

-- VOLATILE, so that the function sees the event that another call in the same statement has just written.
CREATE FUNCTION @extschema@.jb_event_json_now(event_id bigint) RETURNS json
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_event_json_now';
COMMENT ON FUNCTION @extschema@.jb_event_json_now(bigint) IS
  'An event as GET /events/:id answers it, as it stands at this moment of the transaction; null when there is none of this id.';

CREATE FUNCTION @extschema@.jb_moves_json(moves @extschema@.jb_move[], time_zone text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_agg(json_build_object(
           'event_id', m.event_id,
           'old_start_timestamp', @extschema@.jb_timestamp_text(m.old_start_timestamp, $2),
           'old_end_timestamp', @extschema@.jb_timestamp_text(m.old_end_timestamp, $2),
           'new_start_timestamp', @extschema@.jb_timestamp_text(m.new_start_timestamp, $2),
           'new_end_timestamp', @extschema@.jb_timestamp_text(m.new_end_timestamp, $2)) ORDER BY m.place)
    FROM unnest($1) WITH ORDINALITY AS m (event_id, old_start_timestamp, old_end_timestamp,
                                          new_start_timestamp, new_end_timestamp, place);
END;
COMMENT ON FUNCTION @extschema@.jb_moves_json(@extschema@.jb_move[], text) IS
  'Moves as a JSON array, in order, their times in the zone; null for none.';

CREATE FUNCTION @extschema@.jb_skipped_json(skipped @extschema@.jb_skipped[], time_zone text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_agg(json_build_object(
           'start_timestamp', @extschema@.jb_timestamp_text(s.start_timestamp, $2),
           'end_timestamp', @extschema@.jb_timestamp_text(s.end_timestamp, $2),
           'reason', s.reason, 'conflicts', s.conflicts) ORDER BY s.place)
    FROM unnest($1) WITH ORDINALITY AS s (start_timestamp, end_timestamp, reason, conflicts, place);
END;
COMMENT ON FUNCTION @extschema@.jb_skipped_json(@extschema@.jb_skipped[], text) IS
  'Occurrences left out as a JSON array, in order, their times in the zone; null for none.';

CREATE FUNCTION @extschema@.jb_outcome_json(outcome @extschema@.jb_outcome) RETURNS json
LANGUAGE sql VOLATILE PARALLEL UNSAFE
RETURN json_build_object(
  'outcome', $1.outcome, 'event_id', $1.event_id,
  'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, $1.time_zone),
  'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, $1.time_zone),
  'reason', $1.reason, 'detail', $1.detail, 'conflicts', $1.conflicts,
  'moves', CASE WHEN cardinality($1.moves) > 0 THEN @extschema@.jb_moves_json($1.moves, $1.time_zone) ELSE '[]' END,
  'alternatives',
  CASE WHEN cardinality($1.alternatives) > 0 THEN @extschema@.jb_ranges_json($1.alternatives, $1.time_zone) ELSE '[]' END,
  'facts', $1.facts, 'rejection_id', $1.rejection_id, 'version', $1.version,
  'events', coalesce($1.events, '{}'),
  'skipped', CASE WHEN cardinality($1.skipped) > 0 THEN @extschema@.jb_skipped_json($1.skipped, $1.time_zone) ELSE '[]' END,
  'event', coalesce($1.event, @extschema@.jb_event_json_now($1.event_id)));
COMMENT ON FUNCTION @extschema@.jb_outcome_json(@extschema@.jb_outcome) IS
  'An outcome as JSON, with the event as it stands now, or stood when the answer was given that an idempotency key repeats.';
