-- Explaining ----------------------------------------------------------------------------------------------------

CREATE TYPE @extschema@.jb_verdict AS (
  candidate  tstzrange,
  verdict    text,
  reason     text,
  calendar   text,
  conflicts  bigint[],
  moves      @extschema@.jb_move[],
  detail     text,
  time_zone  text,
  facts      jsonb
);
COMMENT ON TYPE @extschema@.jb_verdict IS
  'What became of some starts, passed_over, or later than one that is open, of an event that is in_the_way, of an occurrence that is skipped, or, in the last row, of the request: placed, held, waiting or rejected; candidate is the starts that this holds for, or the event''s own time, time_zone that of the first calendar, and facts what the reason says of its starts.';

CREATE FUNCTION @extschema@.jb_explain(event_name text, duration interval = NULL, event_date date = NULL,
                           start_time time = NULL, start_timestamp timestamptz = NULL, attendees text[] = '{}',
                           event_location text = '', calendars text[] = '{ceo}', not_before timestamptz = NULL,
                           not_after timestamptz = NULL, priority int = 50, preempt bool = false,
                           on_no_slot text = 'reject', check_attendees bool = NULL, hold_for interval = NULL,
                           recurrence text = NULL, attachments jsonb[] = '{}', allow_past bool = false,
                           dry_run bool = false, description text = NULL, metadata jsonb = NULL,
                           idempotency_key text = NULL, principal text = NULL, max_rows int = 100, aside bigint = NULL)
RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_explain';
COMMENT ON FUNCTION @extschema@.jb_explain IS
  'What jb_schedule would answer to the same arguments, in the last row, and before it the starts that an automatic event was passed over at, or the events that a fixed one cannot move, each with the reason; as if the event aside were not there; writes nothing.';

CREATE FUNCTION @extschema@.jb_explain_request(request jsonb, max_rows int = 100, aside bigint = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_explain_request';
COMMENT ON FUNCTION @extschema@.jb_explain_request(jsonb, int, bigint, text) IS
  'jb_explain of one event as POST /events takes it.';

CREATE FUNCTION @extschema@.jb_explain_event(event_id bigint, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_explain_event';
COMMENT ON FUNCTION @extschema@.jb_explain_event(bigint, int, text) IS
  'jb_explain of an event''s own wish, as if the event were not there: why the event stands where it stands, or waits; an event that has begun is explained as fixed at its time.';

CREATE FUNCTION @extschema@.jb_verdict_json(verdict @extschema@.jb_verdict) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'candidate', @extschema@.jb_range_json($1.candidate, $1.time_zone), 'verdict', $1.verdict, 'reason', $1.reason,
  'calendar', $1.calendar, 'conflicts', $1.conflicts,
  'moves', CASE WHEN cardinality($1.moves) > 0 THEN @extschema@.jb_moves_json($1.moves, $1.time_zone) ELSE '[]' END,
  'detail', $1.detail, 'facts', $1.facts);
COMMENT ON FUNCTION @extschema@.jb_verdict_json(@extschema@.jb_verdict) IS
  'A row of jb_explain as POST /events/explain answers it.';
