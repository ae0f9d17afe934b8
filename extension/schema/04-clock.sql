-- The clock, and times as text ----------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_now() RETURNS timestamptz
LANGUAGE c VOLATILE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_now';
COMMENT ON FUNCTION @extschema@.jb_now() IS
  'The scheduler''s clock in whole seconds: the system''s, unless a superuser, or a role with SET on it, has set jb_scheduler.now.';

CREATE FUNCTION @extschema@.jb_timestamp_text(instant timestamptz, time_zone text) RETURNS text
LANGUAGE c STABLE STRICT PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_timestamp_text';
COMMENT ON FUNCTION @extschema@.jb_timestamp_text(timestamptz, text) IS
  'An instant as RFC 3339 text, with the zone''s offset at that instant.';

CREATE FUNCTION @extschema@.jb_range_json(range tstzrange, time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_range_json';
COMMENT ON FUNCTION @extschema@.jb_range_json(tstzrange, text) IS
  'A range as JSON: start_timestamp and end_timestamp in time_zone; null for null.';

CREATE FUNCTION @extschema@.jb_ranges_json(ranges tstzrange[], time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_ranges_json';
COMMENT ON FUNCTION @extschema@.jb_ranges_json(tstzrange[], text) IS
  'Ranges as a JSON array, each as jb_range_json writes it; null for none.';
