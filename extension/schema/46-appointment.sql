-- Appointments --------------------------------------------------------------------------------------------------
-- Appointments are a view of calendars and events, with the tables and columns of the seed. A provider is the calendar
-- provider:ID, the provider's availability is this calendar's overrides, and each event on this calendar alone is an
-- appointment.

CREATE FUNCTION @extschema@.jb_slot_dictionary(spans jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT coalesce(jsonb_object_agg(regexp_replace(s.span ->> 'start', '^(..:..):00$', '\1'),
                                         regexp_replace(s.span ->> 'end', '^(..:..):00$', '\1')), '{}')
          FROM jsonb_array_elements($1) AS s (span));
COMMENT ON FUNCTION @extschema@.jb_slot_dictionary(jsonb) IS
  'Spans of hours as a dictionary from starts to ends, seconds left out where they are none.';

CREATE VIEW @extschema@.jb_provider_availability AS
SELECT substr(c.name, 10) AS provider_id, o.date AS availability_date, @extschema@.jb_slot_dictionary(o.spans) AS available_slots
  FROM @extschema@.jb_override o JOIN @extschema@.jb_calendar c ON c.id = o.calendar
 WHERE c.name LIKE 'provider:%' AND o.spans <> '[]';
COMMENT ON VIEW @extschema@.jb_provider_availability IS
  'The dates that providers have opened, each with its open spans; what is reserved is not looked at.';

CREATE VIEW @extschema@.jb_appointment AS
SELECT substr(e.calendars[1], 10) AS provider_id, e.id AS appointment_id, e.attendees[1] AS client,
       (e.start_timestamp AT TIME ZONE c.time_zone)::date AS date,
       (e.start_timestamp AT TIME ZONE c.time_zone)::time AS start_time,
       e.end_timestamp - e.start_timestamp AS duration,
       CASE WHEN e.status = 'scheduled' THEN 'CONFIRMED'
            WHEN e.status <> 'held' THEN upper(e.status)
            WHEN e.expires_at <= clock.now THEN 'EXPIRED'
            ELSE 'PENDING'
       END AS status,
       e.expires_at, e.start_timestamp, e.end_timestamp, e.created_at, e.updated_at
  FROM @extschema@.jb_event e
  JOIN @extschema@.jb_calendar c ON c.name = e.calendars[1]
 CROSS JOIN (SELECT @extschema@.jb_now() AS now) AS clock
 WHERE e.calendars[1] LIKE 'provider:%' AND cardinality(e.calendars) = 1;
COMMENT ON VIEW @extschema@.jb_appointment IS
  'The appointments, events on one provider''s calendar, with status PENDING (held), CONFIRMED, DENIED, EXPIRED, CANCELLED or WAITING; date and start_time are wall clock in the provider''s zone.';

CREATE FUNCTION @extschema@.jb_appointment_reserve(provider_id text, client text, event_date date = NULL, start_time time = NULL,
                                       duration interval = NULL, start_timestamp timestamptz = NULL, dry_run bool = false,
                                       idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_appointment_reserve';
COMMENT ON FUNCTION @extschema@.jb_appointment_reserve(text, text, date, time, interval, timestamptz, bool, text, text) IS
  'Reserves a time with a provider, named as date and start_time or as an instant, by the settings of the provider''s calendar: held until its confirm_within has passed; where there is no place the outcome is rejected, and an unknown provider raises 22023.';

CREATE FUNCTION @extschema@.jb_appointment_post(request jsonb, idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_appointment_post';
COMMENT ON FUNCTION @extschema@.jb_appointment_post(jsonb, text, text) IS
  'Reserves as jb_appointment_reserve does, from a request as POST /appointments takes it, with all that is wrong in it told at once.';

CREATE FUNCTION @extschema@.jb_appointment_status_set(appointment_id bigint, status text, if_still_free bool = false,
                                          expected_version bigint = NULL, dry_run bool = false,
                                          idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_appointment_status_set';
COMMENT ON FUNCTION @extschema@.jb_appointment_status_set(bigint, text, bool, bigint, bool, text, text) IS
  'Makes an appointment CONFIRMED, DENIED or EXPIRED; past its deadline a confirmation is rejected with hold_expired, unless if_still_free is true and its time is free; P0002 when the event is no appointment.';

CREATE FUNCTION @extschema@.jb_provider_availability_add(provider_id text, on_date date, slots jsonb)
RETURNS @extschema@.jb_provider_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_provider_availability_add';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_add(text, date, jsonb) IS
  'Opens a date for a dictionary from starts to ends, {"09:00": "12:00"}, besides what is open already; makes the provider''s calendar where there is none, and leaves the settings of one that exists.';

CREATE FUNCTION @extschema@.jb_provider_availability_post(provider_id text, request jsonb)
RETURNS @extschema@.jb_provider_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_provider_availability_post';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_post(text, jsonb) IS
  'Opens a date as jb_provider_availability_add does, from a request as POST /providers/:id/availability takes it, with all that is wrong in it told at once.';

CREATE FUNCTION @extschema@.jb_provider_availability_remove(provider_id text, on_date date) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_provider_availability_remove';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_remove(text, date) IS
  'Closes a date of a provider, and returns true; what is reserved on it stays; P0002 when there is no such provider.';

CREATE FUNCTION @extschema@.jb_provider_slots(provider_id text, on_date date, duration interval = NULL, max_rows int = 100)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_provider_slots';
COMMENT ON FUNCTION @extschema@.jb_provider_slots(text, date, interval, int) IS
  'The slots that begin on a date and could be reserved with a provider now, as jb_slots finds them, of the duration or else of the provider''s default; P0002 when there is no such provider.';

CREATE FUNCTION @extschema@.jb_appointments(provider_id text = NULL, client text = NULL, status text[] = NULL,
                                from_time timestamptz = @extschema@.jb_now(), to_time timestamptz = NULL, after text = NULL,
                                max_rows int = 100)
RETURNS SETOF @extschema@.jb_appointment
LANGUAGE c STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_appointments';
COMMENT ON FUNCTION @extschema@.jb_appointments(text, text, text[], timestamptz, timestamptz, text, int) IS
  'The appointments that overlap from_time to to_time, of a provider or all, by start, then id; client and status narrow the list, and after, the jb_event_cursor of the last one seen, goes on with it.';

-- Appointments as JSON -------------------------------------------------------------------------------------------

-- Made from the event's JSON, so that an answer kept under an idempotency key shows the appointment as it was then.
CREATE FUNCTION @extschema@.jb_appointment_json(event json) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'appointment_id', ($1 ->> 'id')::bigint, 'provider_id', substr($1 -> 'calendars' ->> 0, 10),
  'client', $1 -> 'attendees' ->> 0,
  'date', coalesce(substr($1 ->> 'start_timestamp', 1, 10), $1 ->> 'date'),
  'start_time', coalesce(substr($1 ->> 'start_timestamp', 12, 8), $1 ->> 'start_time'),
  'duration', coalesce(extract(epoch FROM ($1 ->> 'end_timestamp')::timestamptz - ($1 ->> 'start_timestamp')::timestamptz)::bigint,
                       ($1 ->> 'duration')::bigint),
  'status', CASE $1 ->> 'status' WHEN 'held' THEN 'PENDING' WHEN 'pending' THEN 'CONFIRMED'
                                 WHEN 'in_progress' THEN 'CONFIRMED' WHEN 'completed' THEN 'CONFIRMED'
                                 ELSE upper($1 ->> 'status') END,
  'expires_at', $1 ->> 'expires_at',
  'start_timestamp', $1 ->> 'start_timestamp', 'end_timestamp', $1 ->> 'end_timestamp',
  'created_at', $1 ->> 'created_at', 'updated_at', $1 ->> 'updated_at');
COMMENT ON FUNCTION @extschema@.jb_appointment_json(json) IS
  'An appointment as GET /appointments/:id answers it, from its event as jb_event_json gives it.';

CREATE FUNCTION @extschema@.jb_provider_availability_json(availability @extschema@.jb_provider_availability) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object('provider_id', $1.provider_id, 'date', $1.availability_date, 'slots', $1.available_slots);
COMMENT ON FUNCTION @extschema@.jb_provider_availability_json(@extschema@.jb_provider_availability) IS
  'One open date as POST /providers/:id/availability answers it.';

CREATE FUNCTION @extschema@.jb_provider_slot_json(slot tstzrange, provider_id text) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object('date', substr(s.starts, 1, 10), 'start_time', substr(s.starts, 12, 8),
                           'start_timestamp', s.starts, 'end_timestamp', @extschema@.jb_timestamp_text(upper($1), s.time_zone))
    FROM (SELECT c.time_zone, @extschema@.jb_timestamp_text(lower($1), c.time_zone) AS starts FROM @extschema@.jb_calendar('provider:' || $2) c) AS s;
END;
COMMENT ON FUNCTION @extschema@.jb_provider_slot_json(tstzrange, text) IS
  'A slot as GET /providers/:id/slots answers it, in the provider''s zone, with the date and start_time that reserve it.';
