-- Reading calendars ---------------------------------------------------------------------------------------------

CREATE FUNCTION jb_calendar(calendar text) RETURNS jb_calendar_view
LANGUAGE c STABLE PARALLEL SAFE COST 100
SET search_path = pg_catalog, @extschema@, pg_temp
AS 'MODULE_PATHNAME', 'jb_calendar_one';
REVOKE ALL ON FUNCTION jb_calendar(text) FROM PUBLIC;
COMMENT ON FUNCTION jb_calendar(text) IS
  'The settings of a calendar; those of a new one for ''ceo'' before its first booking; P0002 when there is none of this name.';

CREATE FUNCTION jb_calendars() RETURNS SETOF jb_calendar_view
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, @extschema@, pg_temp
AS $$ SELECT v.* FROM jb_calendar_view v ORDER BY v.name COLLATE "C" $$;
REVOKE ALL ON FUNCTION jb_calendars() FROM PUBLIC;
COMMENT ON FUNCTION jb_calendars() IS
  'All calendars with their settings, by name.';
