-- JSON ----------------------------------------------------------------------------------------------------------
-- What HTTPS answers, made here so that the front end needs no second model of an event. Durations are seconds,
-- times RFC 3339 with the offset of the calendar's zone. What is one expression has its body bound here and pins no
-- search_path: so it becomes part of the statement that calls it, and is not planned again at each call.

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

CREATE FUNCTION @extschema@.jb_range_json(range tstzrange, time_zone text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN $1 IS NOT NULL THEN json_build_object(
  'start_timestamp', @extschema@.jb_timestamp_text(lower($1), $2), 'end_timestamp', @extschema@.jb_timestamp_text(upper($1), $2)) END;
COMMENT ON FUNCTION @extschema@.jb_range_json(tstzrange, text) IS
  'A range as JSON: start_timestamp and end_timestamp in the zone; null for null.';

CREATE FUNCTION @extschema@.jb_slot_json(slot tstzrange, calendar text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT @extschema@.jb_range_json($1, (@extschema@.jb_calendar($2)).time_zone);
END;
COMMENT ON FUNCTION @extschema@.jb_slot_json(tstzrange, text) IS
  'A slot as GET /slots answers it, in the zone of the calendar.';

CREATE FUNCTION @extschema@.jb_lead_json(lead @extschema@.jb_lead, calendar text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object(
    'duration', extract(epoch FROM $1.duration)::bigint,
    'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, c.time_zone),
    'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, c.time_zone),
    'lead', extract(epoch FROM $1.lead)::bigint)
    FROM @extschema@.jb_calendar($2) AS c;
END;
COMMENT ON FUNCTION @extschema@.jb_lead_json(@extschema@.jb_lead, text) IS
  'A lead as GET /lead-time answers it, in the zone of the calendar.';

CREATE FUNCTION @extschema@.jb_rejection_json(rejection @extschema@.jb_rejection) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object(
    'id', $1.id,
    'at', @extschema@.jb_timestamp_text($1.at, coalesce((SELECT c.time_zone FROM @extschema@.jb_calendar c WHERE c.name = $1.calendars[1]), 'UTC')),
    'event_id', $1.event_id, 'calendars', $1.calendars, 'reason', $1.reason, 'detail', $1.detail,
    'request', $1.request, 'principal', $1.principal, 'conflicts', $1.conflicts, 'facts', $1.facts,
    'alternatives', coalesce((
      SELECT json_agg(@extschema@.jb_range_json(a.span, coalesce((SELECT c.time_zone FROM @extschema@.jb_calendar c WHERE c.name = $1.calendars[1]), 'UTC')) ORDER BY a.place)
        FROM unnest($1.alternatives) WITH ORDINALITY AS a (span, place)), '[]'));
END;
COMMENT ON FUNCTION @extschema@.jb_rejection_json(@extschema@.jb_rejection) IS
  'A rejection as GET /rejections answers it.';

CREATE FUNCTION @extschema@.jb_change_json(change @extschema@.jb_change) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'calendar', $1.calendar, 'seq', $1.seq, 'at', @extschema@.jb_timestamp_text($1.at, $1.time_zone), 'principal', $1.principal,
  'event_id', $1.event_id, 'version', $1.version, 'kind', $1.kind,
  'old_range', @extschema@.jb_range_json($1.old_range, $1.time_zone), 'new_range', @extschema@.jb_range_json($1.new_range, $1.time_zone),
  'old_status', $1.old_status, 'new_status', $1.new_status, 'fields', $1.fields, 'image', $1.image);
COMMENT ON FUNCTION @extschema@.jb_change_json(@extschema@.jb_change) IS
  'A change as GET /events/:id/history answers it.';

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
  'max_events_per_day', $1.max_events_per_day,
  'check_attendees', $1.check_attendees,
  'confirm_within', extract(epoch FROM $1.confirm_within)::bigint,
  'default_duration', extract(epoch FROM $1.default_duration)::bigint,
  'strict', $1.strict);
COMMENT ON FUNCTION @extschema@.jb_calendar_json(@extschema@.jb_calendar_view) IS
  'A calendar''s settings as GET /calendars/:name answers them and PUT takes them.';
