-- Calendars as the caller sees them, and their settings ----------------------------------------------------------
CREATE VIEW @extschema@.jb_calendar_default AS
SELECT coalesce(
         (SELECT split_part(setting, '=', 2)
            FROM pg_catalog.pg_db_role_setting s
            JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
            CROSS JOIN unnest(s.setconfig) AS setting
           WHERE d.datname = current_database() AND s.setrole = 0 AND lower(setting) LIKE 'timezone=%'),
         (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'TimeZone')) AS time_zone,
       jsonb_build_object('monday', span, 'tuesday', span, 'wednesday', span, 'thursday', span, 'friday', span,
                          'saturday', '[]'::jsonb, 'sunday', '[]'::jsonb) AS hours,
       interval '5 minutes' AS slot_increment,
       interval '0' AS min_notice, interval '366 days' AS horizon,
       interval '0' AS buffer_before, interval '0' AS buffer_after,
       interval '0' AS settled_within,
       NULL::int AS max_events_per_day, false AS check_attendees,
       NULL::interval AS confirm_within, interval '30 minutes' AS default_duration,
       false AS strict, false AS public_booking, NULL::text AS display_name, NULL::text AS color,
       50 AS max_guest_bookings, 20 AS max_guest_bookings_per_day, 'midnight'::text AS slots_from,
       NULL::interval AS max_source_age
  FROM (SELECT '[{"start": "08:00:00", "end": "17:00:00"}]'::jsonb AS span) AS weekday;
COMMENT ON VIEW @extschema@.jb_calendar_default IS
  'The settings of a new calendar. Its time zone is the database''s or, if the database sets none, the server''s.';

-- All calendars, for the extension's functions, which find one by its name.
CREATE VIEW @extschema@.jb_calendar_row AS
SELECT name, time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within,
       max_events_per_day, check_attendees, confirm_within, default_duration, strict,
       k.change_seq, created_at, updated_at, public_booking, display_name, color, max_guest_bookings, max_guest_bookings_per_day, slots_from,
       max_source_age, source_as_of
  FROM @extschema@.jb_calendar JOIN @extschema@.jb_calendar_lock k USING (id);
COMMENT ON VIEW @extschema@.jb_calendar_row IS
  'All calendars, with the columns of jb_calendar_view.';

-- OFFSET 0 keeps every condition of a reader above the view. Below it, a condition would reach an index, and the plan
-- would distinguish hidden calendars that match from those that do not exist (rule 13.5).
CREATE VIEW @extschema@.jb_calendar_view WITH (security_barrier) AS
SELECT * FROM @extschema@.jb_calendar_row WHERE @extschema@.jb_may(name, 'busy') OFFSET 0;
COMMENT ON VIEW @extschema@.jb_calendar_view IS
  'The calendars on which the caller has a right, with their settings, change_seq, the number of the last change on each, and source_as_of, when it last heard from the source that it mirrors.';

-- Reading calendars ---------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_calendar(calendar text, principal text = NULL) RETURNS @extschema@.jb_calendar_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 100
AS 'MODULE_PATHNAME', 'jb_calendar_one';
COMMENT ON FUNCTION @extschema@.jb_calendar(text, text) IS
  'The settings of a calendar; for ''ceo'' before its first booking, the defaults. Raises P0002 if the calendar does not exist.';

CREATE FUNCTION @extschema@.jb_calendars(prefix text = NULL, after text = NULL, max_rows int = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_calendar_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_calendars';
COMMENT ON FUNCTION @extschema@.jb_calendars(text, text, int, text) IS
  'The calendars visible to the caller, with their settings, by name in byte order: those whose names begin with prefix and follow after.';

CREATE FUNCTION @extschema@.jb_day_start(calendar text, date date, principal text = NULL) RETURNS timestamptz
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_day_start';
COMMENT ON FUNCTION @extschema@.jb_day_start(text, date, text) IS
  'The start of a date in a calendar''s time zone, or in a new calendar''s if there is none of this name. Null for null.';

CREATE FUNCTION @extschema@.jb_time_zone(calendar text, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_time_zone';
COMMENT ON FUNCTION @extschema@.jb_time_zone(text, text) IS
  'The time zone of a calendar; null if there is no such calendar.';

-- Settings of a calendar ----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_calendar_set(calendar text, settings jsonb, principal text = NULL) RETURNS @extschema@.jb_calendar_view
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_calendar_set';
COMMENT ON FUNCTION @extschema@.jb_calendar_set(text, jsonb, text) IS
  'Creates a calendar or changes its settings: time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, max_events_per_day, check_attendees, confirm_within, default_duration, strict, public_booking, max_guest_bookings, max_guest_bookings_per_day, display_name, color, slots_from, max_source_age. An omitted key keeps its value; null restores the default. Placed events do not move.';

CREATE FUNCTION @extschema@.jb_calendar_make(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_calendar_make';
COMMENT ON FUNCTION @extschema@.jb_calendar_make(text, text) IS
  'Makes a calendar with the default settings. Returns false if a calendar of this name exists, even one that the caller may not see.';

CREATE FUNCTION @extschema@.jb_calendar_delete(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_calendar_delete';
COMMENT ON FUNCTION @extschema@.jb_calendar_delete(text, text) IS
  'Deletes a calendar and its history. Raises 55000 if the calendar still has events, P0002 if it does not exist.';

CREATE FUNCTION @extschema@.jb_calendar_json(calendar @extschema@.jb_calendar_view) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'name', $1.name, 'time_zone', $1.time_zone, 'hours', $1.hours,
  'slot_increment', extract(epoch FROM $1.slot_increment)::bigint,
  'min_notice', extract(epoch FROM $1.min_notice)::bigint,
  'horizon', extract(epoch FROM $1.horizon)::bigint,
  'buffer_before', extract(epoch FROM $1.buffer_before)::bigint,
  'buffer_after', extract(epoch FROM $1.buffer_after)::bigint,
  'settled_within', extract(epoch FROM $1.settled_within)::bigint,
  'max_events_per_day', $1.max_events_per_day, 'check_attendees', $1.check_attendees,
  'confirm_within', extract(epoch FROM $1.confirm_within)::bigint, 'default_duration', extract(epoch FROM $1.default_duration)::bigint,
  'strict', $1.strict, 'public_booking', $1.public_booking, 'max_guest_bookings', $1.max_guest_bookings,
  'max_guest_bookings_per_day', $1.max_guest_bookings_per_day, 'display_name', $1.display_name, 'color', $1.color, 'slots_from', $1.slots_from,
  'max_source_age', extract(epoch FROM $1.max_source_age)::bigint);
COMMENT ON FUNCTION @extschema@.jb_calendar_json(@extschema@.jb_calendar_view) IS
  'A calendar''s settings as GET /calendars/:name returns and PUT accepts them.';
