-- Coaching sessions ---------------------------------------------------------------------------------------------
-- Sessions are a view of calendars and events, with the tables and columns of the seed. A coach is the calendar
-- coach:ID, and a client is the calendar client:ID. Each event on one coach's and one client's calendar is a session,
-- however the event was booked.

CREATE VIEW @extschema@.jb_coach WITH (security_barrier) AS
SELECT substr(c.name, 7) AS coach_hash_id, c.created_at, c.updated_at FROM @extschema@.jb_calendar c
 WHERE c.name LIKE 'coach:%' AND @extschema@.jb_may(c.name, 'busy') OFFSET 0;
COMMENT ON VIEW @extschema@.jb_coach IS
  'The coaches visible to the caller: the calendars named coach: plus coach_hash_id.';

CREATE VIEW @extschema@.jb_client WITH (security_barrier) AS
SELECT substr(c.name, 8) AS client_hash_id, c.created_at, c.updated_at FROM @extschema@.jb_calendar c
 WHERE c.name LIKE 'client:%' AND @extschema@.jb_may(c.name, 'busy') OFFSET 0;
COMMENT ON VIEW @extschema@.jb_client IS
  'The clients visible to the caller: the calendars named client: plus client_hash_id.';

CREATE VIEW @extschema@.jb_session WITH (security_barrier) AS
SELECT e.id, s.coach_hash_id, s.client_hash_id, e.start_timestamp AS start, s.duration, s.created_at, s.updated_at
  FROM @extschema@.jb_event e
 CROSS JOIN LATERAL (
       SELECT substr(e.calendars[1], 7) AS coach_hash_id, substr(e.calendars[2], 8) AS client_hash_id,
              trim_scale(extract(epoch FROM e.end_timestamp - e.start_timestamp) / 60) AS duration,
              e.created_at, e.updated_at
        WHERE e.calendars[1] LIKE 'coach:%' AND e.calendars[2] LIKE 'client:%' AND cardinality(e.calendars) = 2
          AND (e.status = 'scheduled' OR (e.status = 'held' AND e.expires_at > @extschema@.jb_now()))
          AND @extschema@.jb_sight(e.calendars, e.attendee_calendars) = 'read' OFFSET 0) AS s;
COMMENT ON VIEW @extschema@.jb_session IS
  'The sessions that the caller may read: events on one coach''s and one client''s calendar that hold their time, with duration in minutes. Cancelled sessions are left out.';

CREATE FUNCTION @extschema@.jb_session(session_id bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_session
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_session_one';
COMMENT ON FUNCTION @extschema@.jb_session(bigint, text) IS
  'One session; no row if the event is not one.';

CREATE FUNCTION @extschema@.jb_sessions(coach_hash_id text = NULL, client_hash_id text = NULL, from_time timestamptz = NULL,
                            to_time timestamptz = NULL, after text = NULL, max_rows int = 100, principal text = NULL)
RETURNS SETOF @extschema@.jb_session
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_sessions';
COMMENT ON FUNCTION @extschema@.jb_sessions(text, text, timestamptz, timestamptz, text, int, text) IS
  'The sessions of a coach, a client or all, past ones included, that overlap from_time to to_time, ordered by start, then id. after is the jb_event_cursor of the last one seen.';

CREATE FUNCTION @extschema@.jb_session_create(coach_hash_id text, client_hash_id text, start timestamptz, duration int,
                                  dry_run bool = false, idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_session_create';
COMMENT ON FUNCTION @extschema@.jb_session_create(text, text, timestamptz, int, bool, text, text) IS
  'Books a session of duration minutes as a fixed event on the calendars of coach and client, even in the past. If either is taken, the outcome is rejected; an unknown coach or client raises 22023.';

CREATE FUNCTION @extschema@.jb_session_post(request jsonb, idempotency_key text = NULL, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_session_post';
COMMENT ON FUNCTION @extschema@.jb_session_post(jsonb, text, text) IS
  'Books a session like jb_session_create, from a request body of POST /api/v1/sessions. All its errors are reported at once.';

CREATE FUNCTION @extschema@.jb_session_patch(session_id bigint, request jsonb, expected_version bigint = NULL,
                                 idempotency_key text = NULL, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_session_patch';
COMMENT ON FUNCTION @extschema@.jb_session_patch(bigint, jsonb, bigint, text, text) IS
  'Applies a request body of PATCH /api/v1/sessions/:id to a session, by the rules of jb_update. Raises P0002 if the event is not a session.';

CREATE FUNCTION @extschema@.jb_coaches(after text = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_coach
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_coaches';
COMMENT ON FUNCTION @extschema@.jb_coaches(text, int, text) IS
  'The coaches with coach_hash_id greater than after, in byte order.';

CREATE FUNCTION @extschema@.jb_clients(after text = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_client
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_clients';
COMMENT ON FUNCTION @extschema@.jb_clients(text, int, text) IS
  'The clients with client_hash_id greater than after, in byte order.';

CREATE FUNCTION @extschema@.jb_coach_create(coach_hash_id text, principal text = NULL) RETURNS @extschema@.jb_coach
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_coach_create';
COMMENT ON FUNCTION @extschema@.jb_coach_create(text, text) IS
  'Creates a coach, a calendar with the default settings. Raises 22023 if coach_hash_id is taken.';

CREATE FUNCTION @extschema@.jb_client_create(client_hash_id text, principal text = NULL) RETURNS @extschema@.jb_client
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_client_create';
COMMENT ON FUNCTION @extschema@.jb_client_create(text, text) IS
  'Creates a client, a calendar with the default settings. Raises 22023 if client_hash_id is taken.';

-- Made from the event's JSON, so that an answer kept under an idempotency key shows the session as it was then.
CREATE FUNCTION @extschema@.jb_session_json(event json) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'id', ($1 ->> 'id')::bigint,
  'coach_hash_id', substr($1 -> 'calendars' ->> 0, 7), 'client_hash_id', substr($1 -> 'calendars' ->> 1, 8),
  'start', $1 ->> 'start_timestamp',
  'duration', trim_scale(extract(epoch FROM ($1 ->> 'end_timestamp')::timestamptz
                                          - ($1 ->> 'start_timestamp')::timestamptz) / 60),
  'created_at', $1 ->> 'created_at', 'updated_at', $1 ->> 'updated_at');
COMMENT ON FUNCTION @extschema@.jb_session_json(json) IS
  'A session as GET /api/v1/sessions/:id returns it, from the jb_event_json of its event.';

-- A coach that the same statement has just made is not visible here yet, so its zone is the zone of a new calendar.
CREATE FUNCTION @extschema@.jb_coach_json(coach @extschema@.jb_coach, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT json_build_object('coach_hash_id', $1.coach_hash_id, 'created_at', @extschema@.jb_timestamp_text($1.created_at, z.time_zone),
                           'updated_at', @extschema@.jb_timestamp_text($1.updated_at, z.time_zone))
    FROM (SELECT coalesce(@extschema@.jb_time_zone('coach:' || $1.coach_hash_id, $2),
                          (SELECT d.time_zone FROM @extschema@.jb_calendar_default d)) AS time_zone) AS z;
END;
COMMENT ON FUNCTION @extschema@.jb_coach_json(@extschema@.jb_coach, text) IS
  'A coach as GET /api/v1/coaches returns it.';

CREATE FUNCTION @extschema@.jb_client_json(client @extschema@.jb_client, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT json_build_object('client_hash_id', $1.client_hash_id, 'created_at', @extschema@.jb_timestamp_text($1.created_at, z.time_zone),
                           'updated_at', @extschema@.jb_timestamp_text($1.updated_at, z.time_zone))
    FROM (SELECT coalesce(@extschema@.jb_time_zone('client:' || $1.client_hash_id, $2),
                          (SELECT d.time_zone FROM @extschema@.jb_calendar_default d)) AS time_zone) AS z;
END;
COMMENT ON FUNCTION @extschema@.jb_client_json(@extschema@.jb_client, text) IS
  'A client as GET /api/v1/clients returns it.';
