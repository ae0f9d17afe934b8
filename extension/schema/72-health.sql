-- Health --------------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_health(OUT version text, OUT server_version text, OUT worker text, OUT now timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'jb_scheduler'),
         current_setting('server_version'), (SELECT state FROM @extschema@.jb_worker()), @extschema@.jb_now();
END;
COMMENT ON FUNCTION @extschema@.jb_health() IS
  'Health check: the scheduler''s version, the server''s, the background worker (on, off or late), and the scheduler''s clock.';

CREATE FUNCTION @extschema@.jb_last_numbers(calendars text[], rejections_after bigint = NULL, polls bigint[] = NULL,
                                OUT calendar text, OUT last bigint, OUT poll bigint) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_last_numbers';
COMMENT ON FUNCTION @extschema@.jb_last_numbers(text[], bigint, bigint[]) IS
  'Numbers by which the gateway wakes its long polls: each calendar''s change_seq and each poll''s version, null if it is gone. For an empty name, a number that changes with the changes of all calendars. A row with neither has the last readable rejection after rejections_after.';
