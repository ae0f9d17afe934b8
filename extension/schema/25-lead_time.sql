-- Lead time -----------------------------------------------------------------------------------------------------

CREATE TYPE @extschema@.jb_lead AS (
  duration         interval,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  lead             interval
);
COMMENT ON TYPE @extschema@.jb_lead IS
  'The earliest slot for an event of this duration; lead is its start minus now. All but duration are null if there is none before the horizon.';

CREATE FUNCTION @extschema@.jb_lead_time(durations interval[], calendars text[] = NULL, within jsonb = NULL,
                             one_of jsonb = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_lead
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_lead_time';
COMMENT ON FUNCTION @extschema@.jb_lead_time(interval[], text[], jsonb, jsonb, text) IS
  'How overbooked these calendars are: for each of up to 100 durations, in order, the earliest slot of jb_slots and the time until then.';

CREATE FUNCTION @extschema@.jb_lead_json(lead @extschema@.jb_lead, calendar text, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT json_build_object(
    'duration', extract(epoch FROM $1.duration)::bigint,
    'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, c.time_zone),
    'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, c.time_zone),
    'lead', extract(epoch FROM $1.lead)::bigint)
    FROM @extschema@.jb_calendar($2, $3) AS c);
COMMENT ON FUNCTION @extschema@.jb_lead_json(@extschema@.jb_lead, text, text) IS
  'A lead as GET /lead-time returns it, in the calendar''s zone.';
