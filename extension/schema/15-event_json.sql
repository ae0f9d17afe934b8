-- Events as JSON ------------------------------------------------------------------------------------------------
-- The JSON of events that HTTPS answers. The database makes it, so that the front end needs no second model of an
-- event. Durations are seconds; times are RFC 3339 with the offset of the calendar's zone. A function that is one
-- expression has a RETURN body and pins no search_path: so PostgreSQL inlines it into the calling statement, and does
-- not plan it again at each call.

CREATE FUNCTION @extschema@.jb_event_json(event @extschema@.jb_event_view) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'id', $1.id, 'event_name', $1.event_name, 'attendees', $1.attendees, 'event_location', $1.event_location,
  'calendars', $1.calendars, 'attendee_calendars', $1.attendee_calendars, 'date', $1.date, 'start_time', $1.start_time,
  'wished_start', @extschema@.jb_timestamp_text($1.wished_start, $1.time_zone),
  'duration', extract(epoch FROM $1.duration)::bigint,
  'not_before', @extschema@.jb_timestamp_text($1.not_before, $1.time_zone),
  'not_after', @extschema@.jb_timestamp_text($1.not_after, $1.time_zone),
  'priority', $1.priority, 'check_attendees', $1.check_attendees,
  'hold_for', extract(epoch FROM $1.hold_for)::bigint,
  'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, $1.time_zone),
  'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, $1.time_zone),
  'status', $1.status, 'placement', $1.placement, 'attachments', $1.attachments,
  'series', $1.series, 'recurrence', $1.recurrence,
  'expires_at', @extschema@.jb_timestamp_text($1.expires_at, $1.time_zone),
  'time_zone', $1.time_zone,
  'created_at', @extschema@.jb_timestamp_text($1.created_at, $1.time_zone),
  'updated_at', @extschema@.jb_timestamp_text($1.updated_at, $1.time_zone),
  'version', $1.version);
COMMENT ON FUNCTION @extschema@.jb_event_json(@extschema@.jb_event_view) IS
  'An event as GET /events/:id answers it.';
