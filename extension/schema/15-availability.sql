-- Hours by date -------------------------------------------------------------------------------------------------
-- The dates of a calendar that have spans of their own, or none, instead of those of the weekly pattern. A change here
-- gives the calendar's row another overrides_version, by which a backend knows that the hours it keeps are out of date:
-- bookings read that row anyway, and this table only when it has changed.

CREATE TABLE @extschema@.jb_override (
  calendar  int    NOT NULL,
  date      date   NOT NULL,
  spans     jsonb  NOT NULL,
  PRIMARY KEY (calendar, date)
);
COMMENT ON TABLE @extschema@.jb_override IS
  'The dates on which a calendar has other hours than its weekly pattern says.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_override', '');

CREATE TYPE @extschema@.jb_availability AS (
  date       date,
  spans      jsonb,
  overridden bool,
  open       tstzmultirange,
  time_zone  text
);
COMMENT ON TYPE @extschema@.jb_availability IS
  'The hours of one date: spans in wall clock of time_zone, whether an override gives them or the weekly pattern, and as instants, which a clock change may shorten.';
