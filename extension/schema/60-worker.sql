-- The background worker -----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_due(until timestamptz = NULL, OUT calendar text, OUT due timestamptz) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_due';
COMMENT ON FUNCTION @extschema@.jb_due(timestamptz) IS
  'The earliest due time for each calendar that a held or waiting event names first. Due are deadlines of holds, expiries of waiting events, and times from which the horizon may have brought time for an event. With until, only due times up to it, and one more row for the next one.';

CREATE FUNCTION @extschema@.jb_worker(OUT state text, OUT pid int, OUT heartbeat timestamptz, OUT due timestamptz, OUT visits bigint,
                                     OUT library text)
LANGUAGE c VOLATILE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_worker';
COMMENT ON FUNCTION @extschema@.jb_worker() IS
  'The background worker for this database; state is on, off or late (something has been due for more than five seconds). pid and heartbeat are its launcher''s process and last wake-up, due the next due time, visits how often it has looked, library the library''s version. If jb_default_rights() is nothing, heartbeat, due and visits are only for members of jb_operator.';
