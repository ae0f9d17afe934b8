-- Open slots ----------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_slots(duration interval, calendars text[] = NULL, from_time timestamptz = NULL,
                         to_time timestamptz = NULL, max_rows int = 10, within jsonb = NULL,
                         one_of jsonb = NULL, principal text = NULL)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_slots';
COMMENT ON FUNCTION @extschema@.jb_slots(interval, text[], timestamptz, timestamptz, int, jsonb, jsonb, text) IS
  'The earliest slots where jb_schedule would now place an automatic event of this duration on these calendars and enough candidates of each list of one_of, between from_time (default now) and to_time (default horizon), and in the hours of within. Without calendars and one_of, on ceo.';

CREATE FUNCTION @extschema@.jb_source_as_of(calendars text[], principal text = NULL) RETURNS timestamptz
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_source_as_of';
COMMENT ON FUNCTION @extschema@.jb_source_as_of(text[], text) IS
  'When these calendars last heard from the sources that they mirror: of their last imports with sync, the time of the oldest. Null if none of them mirrors a source.';
