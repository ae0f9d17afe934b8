-- Reading calendars ---------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_calendar(calendar text) RETURNS @extschema@.jb_calendar_view
LANGUAGE c STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_calendar_one';
COMMENT ON FUNCTION @extschema@.jb_calendar(text) IS
  'The settings of a calendar; those of a new one for ''ceo'' before its first booking; P0002 when there is none of this name.';

CREATE FUNCTION @extschema@.jb_calendars() RETURNS SETOF @extschema@.jb_calendar_view
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT v.* FROM @extschema@.jb_calendar_view v ORDER BY v.name COLLATE "C";
END;
COMMENT ON FUNCTION @extschema@.jb_calendars() IS
  'All calendars with their settings, by name.';
