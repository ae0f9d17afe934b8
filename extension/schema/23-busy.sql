-- Claimed time --------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_busy(calendar text, from_time timestamptz, to_time timestamptz, principal text = NULL) RETURNS tstzmultirange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_busy';
COMMENT ON FUNCTION @extschema@.jb_busy(text, timestamptz, timestamptz, text) IS
  'The claimed time of a calendar, buffers included, between from_time and to_time, at most 3,660 days apart. Raises P0002 if the calendar does not exist.';

CREATE FUNCTION @extschema@.jb_busy_all(calendars text[], from_time timestamptz, to_time timestamptz, principal text = NULL)
RETURNS TABLE (calendar text, time_zone text, busy tstzmultirange, as_of timestamptz)
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_busy_all';
COMMENT ON FUNCTION @extschema@.jb_busy_all(text[], timestamptz, timestamptz, text) IS
  'jb_busy for up to 100 calendars, in their order, each with its zone and with when it last heard from the source that it mirrors. Raises 22023 for calendars that do not exist.';
