-- Changing hours by date ----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_availability_set(calendar text, on_date date, spans jsonb) RETURNS @extschema@.jb_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_availability_set';
COMMENT ON FUNCTION @extschema@.jb_availability_set(text, date, jsonb) IS
  'Gives a date hours of its own, as a list of {"start", "end"} in wall clock: an empty one closes it, NULL brings the weekly pattern back; nothing that is placed moves; P0002 when there is no calendar of this name.';
