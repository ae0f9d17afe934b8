-- Reading hours by date -----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_availability(calendar text, from_date date = NULL, to_date date = NULL) RETURNS SETOF @extschema@.jb_availability
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_availability';
COMMENT ON FUNCTION @extschema@.jb_availability(text, date, date) IS
  'The hours of a calendar on each date from from_date (today) to to_date (six days later), both included, at most 3,660 of them; claims are not looked at; P0002 when there is none of this name.';
