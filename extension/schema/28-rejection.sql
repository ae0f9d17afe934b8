-- Reading rejections --------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_rejections(after bigint = NULL, max_rows int = 100) RETURNS SETOF @extschema@.jb_rejection
LANGUAGE c STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_rejections';
COMMENT ON FUNCTION @extschema@.jb_rejections(bigint, int) IS
  'The rejections whose id is greater than after, in order of id, up to the first whose transaction is still open, so that a reader who goes on from the last id seen misses nothing.';
