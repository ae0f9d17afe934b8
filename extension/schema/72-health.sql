-- Health --------------------------------------------------------------------------------------------------------

CREATE FUNCTION jb_health(OUT version text, OUT server_version text, OUT worker text, OUT now timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS $$
  SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'jb_scheduler'),
         current_setting('server_version'), (SELECT state FROM jb_worker()), jb_now()
$$;
REVOKE ALL ON FUNCTION jb_health() FROM PUBLIC;
COMMENT ON FUNCTION jb_health() IS
  'Whether the scheduler answers: its version, the server''s, the background worker (on, off or late), and the scheduler''s clock.';
