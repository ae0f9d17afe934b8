-- Outcomes as JSON ----------------------------------------------------------------------------------------------
-- What HTTPS answers to a write. Each booking pays for it, so nothing here is planned anew where nothing was moved: one
-- expression that becomes part of its statement, and plans kept in C++.

-- VOLATILE, so that it sees the event that the call beside it in the same statement has just written.
CREATE FUNCTION @extschema@.jb_event_json_now(event_id bigint) RETURNS json
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_event_json_now';
COMMENT ON FUNCTION @extschema@.jb_event_json_now(bigint) IS
  'An event as GET /events/:id answers it, as it stands at this moment of the transaction; null when there is none of this id.';

CREATE FUNCTION @extschema@.jb_ranges_json(ranges tstzrange[], time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_ranges_json';
COMMENT ON FUNCTION @extschema@.jb_ranges_json(tstzrange[], text) IS
  'Ranges as a JSON array, each as jb_range_json writes it; null for none.';

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

CREATE FUNCTION @extschema@.jb_verdict_json(verdict @extschema@.jb_verdict) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'candidate', @extschema@.jb_range_json($1.candidate, $1.time_zone), 'verdict', $1.verdict, 'reason', $1.reason,
  'calendar', $1.calendar, 'conflicts', $1.conflicts,
  'moves', CASE WHEN cardinality($1.moves) > 0 THEN @extschema@.jb_moves_json($1.moves, $1.time_zone) ELSE '[]' END,
  'detail', $1.detail, 'facts', $1.facts);
COMMENT ON FUNCTION @extschema@.jb_verdict_json(@extschema@.jb_verdict) IS
  'A row of jb_explain as POST /events/explain answers it.';
