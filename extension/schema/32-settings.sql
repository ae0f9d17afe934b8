-- Settings of a calendar ----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_calendar_set(calendar text, settings jsonb) RETURNS @extschema@.jb_calendar_view
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_calendar_set';
COMMENT ON FUNCTION @extschema@.jb_calendar_set(text, jsonb) IS
  'Makes a calendar or changes its settings (time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, max_events_per_day, check_attendees, confirm_within, default_duration, strict), where a key left out keeps its value and null restores the default; nothing that is placed moves.';

CREATE FUNCTION @extschema@.jb_calendar_delete(calendar text) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_calendar_delete';
COMMENT ON FUNCTION @extschema@.jb_calendar_delete(text) IS
  'Removes a calendar without events, and its history; 55000 while events stand on it, P0002 when there is none of this name.';

CREATE FUNCTION @extschema@.jb_rebuild(calendar text) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_rebuild';
COMMENT ON FUNCTION @extschema@.jb_rebuild(text) IS
  'Makes the day tree of a calendar anew from its hours and claims, under its lock; true, or P0002 when there is none of this name.';
