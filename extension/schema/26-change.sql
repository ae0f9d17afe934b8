-- Reading history -----------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_changes(calendar text, after bigint = NULL, max_rows int = 100) RETURNS SETOF @extschema@.jb_change
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_changes';
COMMENT ON FUNCTION @extschema@.jb_changes(text, bigint, int) IS
  'The changes of a calendar whose seq is greater than after, in order and without a gap, without after from the first that is kept; P0002 when there is no such calendar, JB410 when some of them have been purged, or after is greater than change_seq.';

CREATE FUNCTION @extschema@.jb_history(event_id bigint) RETURNS SETOF @extschema@.jb_change
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_history';
COMMENT ON FUNCTION @extschema@.jb_history(bigint) IS
  'The changes of one event, oldest first, also of a deleted one; P0002 when there never was one of this id, or all of a deleted one has been purged.';

CREATE TYPE @extschema@.jb_event_at AS (
  id               bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  status           text
);
COMMENT ON TYPE @extschema@.jb_event_at IS
  'An event on a calendar as a change left it: where it stood, and its stored status.';

CREATE FUNCTION @extschema@.jb_events_at(calendar text, seq bigint) RETURNS SETOF @extschema@.jb_event_at
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_events_at';
COMMENT ON FUNCTION @extschema@.jb_events_at(text, bigint) IS
  'The events of a calendar as they stood after its change seq, by start, then id; P0002 when there is no such calendar, 22023 when there is no such change yet, JB410 when history is purged beyond it.';
