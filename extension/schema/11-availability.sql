-- Hours by date -------------------------------------------------------------------------------------------------
-- The overrides: dates of a calendar with spans of their own, or none, instead of the weekly pattern's. Each change of
-- an override gives the calendar's row another overrides_version, which shows a backend that its cached overrides are
-- out of date. A booking reads the calendar's row anyway. It reads this table only after a change, and then, by the
-- versions of the rows, only the spans of the dates that have changed.

CREATE TABLE @extschema@.jb_override (
  calendar  int    NOT NULL,
  date      date   NOT NULL,
  spans     jsonb  NOT NULL CHECK (jsonb_typeof(spans) = 'array'),
  version   bigint NOT NULL DEFAULT hashtextextended(gen_random_uuid()::text, 0),  -- another one for each change
  PRIMARY KEY (calendar, date)
);
COMMENT ON TABLE @extschema@.jb_override IS
  'The dates on which a calendar''s hours differ from its weekly pattern.';

CREATE TYPE @extschema@.jb_availability AS (
  date       date,
  spans      jsonb,
  overridden bool,
  open       tstzmultirange,
  time_zone  text
);
COMMENT ON TYPE @extschema@.jb_availability IS
  'The hours of one date. spans are wall-clock times in time_zone, overridden if not the weekly pattern''s; open has them as instants, which a clock change may shorten.';

-- Reading hours by date -----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_availability(calendar text, from_date date = NULL, to_date date = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_availability
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_availability';
COMMENT ON FUNCTION @extschema@.jb_availability(text, date, date, text) IS
  'The hours of a calendar on each date from from_date (default today) through to_date (default six days later), at most 3,660. Claims are ignored. Raises P0002 if there is no such calendar.';

-- Changing hours by date ----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_availability_set(calendar text, on_date date, spans jsonb, principal text = NULL) RETURNS @extschema@.jb_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_availability_set';
COMMENT ON FUNCTION @extschema@.jb_availability_set(text, date, jsonb, text) IS
  'Overrides a date''s hours with a wall-clock list of {"start", "end"}. An empty list closes the date; NULL restores the weekly pattern. Placed events do not move. Raises P0002 if the calendar does not exist.';

-- Hours by date as JSON -----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_availability_json(availability @extschema@.jb_availability) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'date', $1.date, 'spans', $1.spans, 'overridden', $1.overridden,
  'open', coalesce((SELECT json_agg(@extschema@.jb_range_json(o.range, $1.time_zone) ORDER BY o.range) FROM unnest($1.open) AS o (range)), '[]'),
  'time_zone', $1.time_zone);
COMMENT ON FUNCTION @extschema@.jb_availability_json(@extschema@.jb_availability) IS
  'A date''s hours as GET /calendars/:name/availability returns them.';
