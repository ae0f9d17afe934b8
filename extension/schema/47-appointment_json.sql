-- Appointments as JSON -------------------------------------------------------------------------------------------

-- Made from the event's JSON, so that an answer kept under an idempotency key shows the appointment as it was then.
CREATE FUNCTION @extschema@.jb_appointment_json(event json) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'appointment_id', ($1 ->> 'id')::bigint, 'provider_id', substring($1 -> 'calendars' ->> 0 FROM '^provider:(.*)$'),
  'client', coalesce($1 -> 'attendees' ->> 0, $1 ->> 'event_name'),
  'date', coalesce(substr($1 ->> 'start_timestamp', 1, 10), $1 ->> 'date'),
  'start_time', coalesce(substr($1 ->> 'start_timestamp', 12, 8), $1 ->> 'start_time'),
  'duration', coalesce(extract(epoch FROM ($1 ->> 'end_timestamp')::timestamptz - ($1 ->> 'start_timestamp')::timestamptz)::bigint,
                       ($1 ->> 'duration')::bigint),
  'status', @extschema@.jb_appointment_status($1 ->> 'status'),
  'expires_at', $1 ->> 'expires_at',
  'start_timestamp', $1 ->> 'start_timestamp', 'end_timestamp', $1 ->> 'end_timestamp',
  'created_at', $1 ->> 'created_at', 'updated_at', $1 ->> 'updated_at',
  'contact', $1 -> 'metadata' ->> 'contact', 'note', $1 ->> 'description', 'reply', $1 -> 'metadata' ->> 'reply',
  'version', ($1 ->> 'version')::bigint);
COMMENT ON FUNCTION @extschema@.jb_appointment_json(json) IS
  'An appointment as GET /appointments/:id returns it, from the jb_event_json of its event.';

CREATE FUNCTION @extschema@.jb_provider_availability_json(availability @extschema@.jb_provider_availability) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object('provider_id', $1.provider_id, 'date', $1.availability_date, 'slots', $1.available_slots);
COMMENT ON FUNCTION @extschema@.jb_provider_availability_json(@extschema@.jb_provider_availability) IS
  'One open date as POST /providers/:id/availability returns it.';

CREATE FUNCTION @extschema@.jb_provider_slot_json(slot tstzrange, provider_id text, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT json_build_object('date', substr(s.starts, 1, 10), 'start_time', substr(s.starts, 12, 8),
                                 'start_timestamp', s.starts, 'end_timestamp', @extschema@.jb_timestamp_text(upper($1), s.time_zone))
          FROM (SELECT c.time_zone, @extschema@.jb_timestamp_text(lower($1), c.time_zone) AS starts FROM @extschema@.jb_calendar('provider:' || $2, $3) c) AS s);
COMMENT ON FUNCTION @extschema@.jb_provider_slot_json(tstzrange, text, text) IS
  'A slot as GET /providers/:id/slots returns it, in the provider''s zone, with the date and start_time that reserve it.';
