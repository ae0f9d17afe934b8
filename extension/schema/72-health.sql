-- Health --------------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_health(OUT version text, OUT server_version text, OUT worker text, OUT now timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'jb_scheduler'),
         current_setting('server_version'), (SELECT state FROM @extschema@.jb_worker()), @extschema@.jb_now();
END;
COMMENT ON FUNCTION @extschema@.jb_health() IS
  'Whether the scheduler answers: its version, the server''s, the background worker (on, off or late), and the scheduler''s clock.';
