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
  'One row of an explanation. verdict: starts passed_over, or later than the one taken; an event in_the_way; an occurrence skipped; a candidate not_chosen; in the last row placed, held, waiting or rejected. candidate is the range of starts, or the event''s time; facts are those of the reason.';

CREATE FUNCTION @extschema@.jb_explain(event_name text, duration interval = NULL, event_date date = NULL,
                           start_time time = NULL, start_timestamp timestamptz = NULL, attendees text[] = '{}',
                           event_location text = '', calendars text[] = NULL, not_before timestamptz = NULL,
                           not_after timestamptz = NULL, priority int = 50, preempt bool = false,
                           on_no_slot text = 'reject', check_attendees bool = NULL, hold_for interval = NULL,
                           recurrence text = NULL, attachments jsonb[] = '{}', allow_past bool = false,
                           dry_run bool = false, description text = NULL, metadata jsonb = NULL, days int = NULL,
                           within jsonb = NULL, one_of jsonb = NULL, max_attendees int = NULL,
                           idempotency_key text = NULL, principal text = NULL, max_rows int = 100, aside bigint = NULL)
RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_explain';
COMMENT ON FUNCTION @extschema@.jb_explain IS
  'Explains, without writing, the answer of jb_schedule to the same arguments, which is the last row. Earlier rows are the starts passed over for an automatic event, or the events that block a fixed one, then the candidates not chosen. The event aside is ignored.';

CREATE FUNCTION @extschema@.jb_explain_request(request jsonb, max_rows int = 100, aside bigint = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_explain_request';
COMMENT ON FUNCTION @extschema@.jb_explain_request(jsonb, int, bigint, text) IS
  'jb_explain for a request body of POST /events.';

CREATE FUNCTION @extschema@.jb_explain_event(event_id bigint, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_explain_event';
COMMENT ON FUNCTION @extschema@.jb_explain_event(bigint, int, text) IS
  'jb_explain for an event''s own wish, as if the event did not exist: why it is where it is, or waits. An event that has begun is explained as fixed at its time.';

CREATE FUNCTION @extschema@.jb_verdict_json(verdict @extschema@.jb_verdict) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_verdict_json';
COMMENT ON FUNCTION @extschema@.jb_verdict_json(@extschema@.jb_verdict) IS
  'A row of jb_explain as POST /events/explain returns it.';

-- Proving -------------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_proof_request(request jsonb, aside bigint = NULL, principal text = NULL) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_proof_request';
COMMENT ON FUNCTION @extschema@.jb_proof_request(jsonb, bigint, text) IS
  'Proves that a request, a body of POST /events, has no place now: the starts that it leaves (allowed), and facts that together forbid each of them (rule 2.19). A request that would be placed has no proof; outcome says so. Writes nothing. The event aside is ignored.';

CREATE FUNCTION @extschema@.jb_proof_event(event_id bigint, principal text = NULL) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_proof_event';
COMMENT ON FUNCTION @extschema@.jb_proof_event(bigint, text) IS
  'jb_proof_request for an event''s own wish, as if the event did not exist: why it waits.';

CREATE FUNCTION @extschema@.jb_proof(rejection_id bigint, principal text = NULL) RETURNS json
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_proof';
COMMENT ON FUNCTION @extschema@.jb_proof(bigint, text) IS
  'jb_proof_request for the request of a rejection, as of now: what was refused then may have a place by now.';
