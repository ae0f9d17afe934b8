-- The background worker -----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_due(until timestamptz = NULL, OUT calendar text, OUT due timestamptz) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_due';
COMMENT ON FUNCTION @extschema@.jb_due(timestamptz) IS
  'For each calendar that an event which is held or waits names first, when something falls due there: a deadline, the moment from which an event waits for nothing any more, or from which the horizon may have brought time for the event; with until, only what falls due by then, and one row more, of what falls due next.';

CREATE FUNCTION @extschema@.jb_worker(OUT state text, OUT pid int, OUT heartbeat timestamptz, OUT due timestamptz, OUT visits bigint,
                                     OUT library text)
LANGUAGE c VOLATILE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_worker';
COMMENT ON FUNCTION @extschema@.jb_worker() IS
  'The background worker as far as this database goes: on, off, or late (something has been due for more than five seconds); its launcher''s process and when that last woke up; when something falls due next, under jb_default_rights() of nothing for members of jb_operator alone; how often it has looked; and the version of the library.';
