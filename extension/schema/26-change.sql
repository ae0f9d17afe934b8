-- Reading history -----------------------------------------------------------------------------------------------

CREATE FUNCTION jb_changes(calendar text, after bigint = NULL, max_rows int = 100) RETURNS SETOF jb_change
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS 'MODULE_PATHNAME', 'jb_changes';
REVOKE ALL ON FUNCTION jb_changes(text, bigint, int) FROM PUBLIC;
COMMENT ON FUNCTION jb_changes(text, bigint, int) IS
  'The changes of a calendar whose seq is greater than after, in order and without a gap; P0002 when there is no such calendar.';

CREATE FUNCTION jb_history(event_id bigint) RETURNS SETOF jb_change
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS 'MODULE_PATHNAME', 'jb_history';
REVOKE ALL ON FUNCTION jb_history(bigint) FROM PUBLIC;
COMMENT ON FUNCTION jb_history(bigint) IS
  'The changes of one event, oldest first, also of a deleted one; P0002 when there never was one of this id.';
