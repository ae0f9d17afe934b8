-- Reading events ------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_event(event_id bigint) RETURNS @extschema@.jb_event_view
LANGUAGE c STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_event_one';
COMMENT ON FUNCTION @extschema@.jb_event(bigint) IS
  'One event, wish and result, with its status by the clock; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_status(event_id bigint) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_status';
COMMENT ON FUNCTION @extschema@.jb_status(bigint) IS
  'The status of an event by the clock: pending, in_progress or completed while it is scheduled, else held, waiting, cancelled, denied or expired; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_events(calendar text = 'ceo', from_time timestamptz = @extschema@.jb_now(), to_time timestamptz = NULL,
                          status text[] = NULL, attendee text = NULL, after text = NULL, max_rows int = 100)
RETURNS SETOF @extschema@.jb_event_view
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_events';
COMMENT ON FUNCTION @extschema@.jb_events(text, timestamptz, timestamptz, text[], text, text, int) IS
  'The events of a calendar that overlap from_time to to_time, by start, then id, those that wait last; status and attendee narrow the list, and after, the jb_event_cursor of the last row seen, goes on with it.';

CREATE FUNCTION @extschema@.jb_event_cursor(event @extschema@.jb_event_view) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat(extract(epoch FROM $1.start_timestamp)::bigint, ',', $1.id);
COMMENT ON FUNCTION @extschema@.jb_event_cursor(@extschema@.jb_event_view) IS
  'Where a listing that ended with this event goes on: the argument after of jb_events.';
