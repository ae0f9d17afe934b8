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
  'Spans of hours as a JSON object that maps starts to ends, omitting zero seconds.';

CREATE VIEW @extschema@.jb_provider_availability WITH (security_barrier) AS
SELECT substr(c.name, 10) AS provider_id, o.date AS availability_date, @extschema@.jb_slot_dictionary(o.spans) AS available_slots
  FROM @extschema@.jb_override o JOIN @extschema@.jb_calendar c ON c.id = o.calendar
 WHERE c.name LIKE 'provider:%' AND o.spans <> '[]' AND @extschema@.jb_may(c.name, 'busy') OFFSET 0;
COMMENT ON VIEW @extschema@.jb_provider_availability IS
  'The dates opened by the providers visible to the caller, each with its open spans. Reservations are ignored.';

CREATE FUNCTION @extschema@.jb_appointment_status(status text) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN $1 = 'held' THEN 'PENDING' WHEN $1 IN ('pending', 'in_progress', 'completed') THEN 'CONFIRMED' ELSE upper($1) END;
COMMENT ON FUNCTION @extschema@.jb_appointment_status IS
  'The appointment status for an event''s status by the clock.';

CREATE VIEW @extschema@.jb_appointment WITH (security_barrier) AS
SELECT s.provider_id, e.id AS appointment_id, s.client, s.date, s.start_time, s.duration, s.status, s.expires_at,
       e.start_timestamp, e.end_timestamp, s.created_at, s.updated_at
  FROM @extschema@.jb_event e
 CROSS JOIN (SELECT @extschema@.jb_now() AS now) AS clock
 CROSS JOIN LATERAL (
       SELECT substr(e.calendars[1], 10) AS provider_id, e.attendees[1] AS client,
              (e.start_timestamp AT TIME ZONE c.time_zone)::date AS date,
              (e.start_timestamp AT TIME ZONE c.time_zone)::time AS start_time,
              e.end_timestamp - e.start_timestamp AS duration,
              @extschema@.jb_appointment_status(@extschema@.jb_status_at(
                e.status, e.expires_at, e.start_timestamp, e.end_timestamp, clock.now)) AS status,
              e.expires_at, e.created_at, e.updated_at
         FROM @extschema@.jb_calendar c
        WHERE c.name = e.calendars[1] AND e.calendars[1] LIKE 'provider:%' AND cardinality(e.calendars) = 1
          AND @extschema@.jb_sight(e.calendars, e.attendee_calendars) = 'read' OFFSET 0) AS s;
COMMENT ON VIEW @extschema@.jb_appointment IS
  'The appointments that the caller may read: events on one provider''s calendar. status is PENDING (held), CONFIRMED, DENIED, EXPIRED, CANCELLED or WAITING; date and start_time are wall-clock times in the provider''s zone.';

CREATE FUNCTION @extschema@.jb_appointment_reserve(provider_id text, client text, event_date date = NULL, start_time time = NULL,
                                       duration interval = NULL, start_timestamp timestamptz = NULL, dry_run bool = false,
                                       idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_appointment_reserve';
COMMENT ON FUNCTION @extschema@.jb_appointment_reserve(text, text, date, time, interval, timestamptz, bool, text, text, text) IS
  'Reserves a time with a provider, at event_date and start_time or at start_timestamp, by the settings of the provider''s calendar: held for its confirm_within. Without a place the outcome is rejected; an unknown provider raises 22023.';

CREATE FUNCTION @extschema@.jb_appointment_post(request jsonb, idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_appointment_post';
COMMENT ON FUNCTION @extschema@.jb_appointment_post(jsonb, text, text) IS
  'Reserves like jb_appointment_reserve, from a request body of POST /appointments. All its errors are reported at once.';

CREATE FUNCTION @extschema@.jb_appointment_status_set(appointment_id bigint, status text, if_still_free bool = false,
                                          expected_version bigint = NULL, dry_run bool = false, reply text = NULL,
                                          idempotency_key text = NULL, basis text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_appointment_status_set';
COMMENT ON FUNCTION @extschema@.jb_appointment_status_set(bigint, text, bool, bigint, bool, text, text, text, text) IS
  'Makes an appointment CONFIRMED, DENIED or EXPIRED, with an optional reply to the client. A late confirmation is rejected with hold_expired, unless if_still_free is true and the time is free. Raises P0002 if the event is not an appointment.';

CREATE FUNCTION @extschema@.jb_provider_availability_add(provider_id text, on_date date, slots jsonb, principal text = NULL)
RETURNS @extschema@.jb_provider_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_provider_availability_add';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_add(text, date, jsonb, text) IS
  'Opens a date for more spans, as an object that maps starts to ends: {"09:00": "12:00"}. Creates the provider''s calendar if there is none; the settings of an existing one stay.';

CREATE FUNCTION @extschema@.jb_provider_availability_post(provider_id text, request jsonb, principal text = NULL)
RETURNS @extschema@.jb_provider_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_provider_availability_post';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_post(text, jsonb, text) IS
  'Opens a date like jb_provider_availability_add, from a request body of POST /providers/:id/availability. All its errors are reported at once.';

CREATE FUNCTION @extschema@.jb_provider_availability_remove(provider_id text, on_date date, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_provider_availability_remove';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_remove(text, date, text) IS
  'Closes a date of a provider and returns true; reservations stay. Raises P0002 if there is no such provider.';

CREATE FUNCTION @extschema@.jb_provider_slots(provider_id text, on_date date, duration interval = NULL, max_rows int = 100,
                                        principal text = NULL)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_provider_slots';
COMMENT ON FUNCTION @extschema@.jb_provider_slots(text, date, interval, int, text) IS
  'The slots beginning on a date that could be reserved with a provider now, of duration or the provider''s default. Raises P0002 if there is no such provider.';

CREATE FUNCTION @extschema@.jb_appointment(appointment_id bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_appointment
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_appointment_one';
COMMENT ON FUNCTION @extschema@.jb_appointment(bigint, text) IS
  'One appointment; no row if the event is not one.';

CREATE FUNCTION @extschema@.jb_appointments(provider_id text = NULL, client text = NULL, status text[] = NULL,
                                from_time timestamptz = @extschema@.jb_now(), to_time timestamptz = NULL, after text = NULL,
                                max_rows int = 100, principal text = NULL)
RETURNS SETOF @extschema@.jb_appointment
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_appointments';
COMMENT ON FUNCTION @extschema@.jb_appointments(text, text, text[], timestamptz, timestamptz, text, int, text) IS
  'The appointments of a provider or all that overlap from_time to to_time, ordered by start, then id. client and status filter the list; after is the jb_event_cursor of the last one seen.';
