-- Retention -----------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_purge(older_than interval, OUT changes bigint, OUT rejections bigint, OUT idempotency_keys bigint)
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_purge';
COMMENT ON FUNCTION @extschema@.jb_purge(interval) IS
  'Forgets history and rejections older than this, and idempotency keys of more than 30 days, and tells how many of each; events stay, whatever their age, and the calendars concerned are locked meanwhile.';
