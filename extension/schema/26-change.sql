-- Reading history -----------------------------------------------------------------------------------------------

CREATE FUNCTION jb_changes(calendar text, after bigint = NULL, max_rows int = 100) RETURNS SETOF jb_change
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS 'MODULE_PATHNAME', 'jb_changes';
REVOKE ALL ON FUNCTION jb_changes(text, bigint, int) FROM PUBLIC;
COMMENT ON FUNCTION jb_changes(text, bigint, int) IS
  'The changes of a calendar whose seq is greater than after, in order and without a gap, without after from the first that is kept; P0002 when there is no such calendar, JB410 when some of them have been purged.';

CREATE FUNCTION jb_history(event_id bigint) RETURNS SETOF jb_change
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS 'MODULE_PATHNAME', 'jb_history';
REVOKE ALL ON FUNCTION jb_history(bigint) FROM PUBLIC;
COMMENT ON FUNCTION jb_history(bigint) IS
  'The changes of one event, oldest first, also of a deleted one; P0002 when there never was one of this id, or all of a deleted one has been purged.';

CREATE TYPE jb_event_at AS (
  id               bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  status           text
);
COMMENT ON TYPE jb_event_at IS
  'An event on a calendar as a change left it: where it stood, and its stored status.';

CREATE FUNCTION jb_events_at(calendar text, seq bigint) RETURNS SETOF jb_event_at
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS 'MODULE_PATHNAME', 'jb_events_at';
REVOKE ALL ON FUNCTION jb_events_at(text, bigint) FROM PUBLIC;
COMMENT ON FUNCTION jb_events_at(text, bigint) IS
  'The events of a calendar as they stood after its change seq, by start, then id; P0002 when there is no such calendar, 22023 when there is no such change yet, JB410 when history is purged beyond it.';
