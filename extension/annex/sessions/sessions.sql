-- Coaching sessions ---------------------------------------------------------------------------------------------
-- Sessions are a view of calendars and events, with the tables and columns of the seed. A coach is the calendar
-- coach:ID, and a client is the calendar client:ID. Each event on one coach's and one client's calendar is a session,
-- however the event was booked.

CREATE VIEW @extschema@.jb_coach WITH (security_barrier) AS
SELECT substr(c.name, 7) AS coach_hash_id, c.created_at, c.updated_at
  FROM @extschema@.jb_calendar_view c WHERE c.name LIKE 'coach:%';
COMMENT ON VIEW @extschema@.jb_coach IS
  'The coaches visible to the caller: the calendars named coach: plus coach_hash_id.';

CREATE VIEW @extschema@.jb_client WITH (security_barrier) AS
SELECT substr(c.name, 8) AS client_hash_id, c.created_at, c.updated_at
  FROM @extschema@.jb_calendar_view c WHERE c.name LIKE 'client:%';
COMMENT ON VIEW @extschema@.jb_client IS
  'The clients visible to the caller: the calendars named client: plus client_hash_id.';

-- An event that was cancelled, denied or never placed takes nobody's time, and is no session. A busy time has no name.
CREATE VIEW @extschema@.jb_session WITH (security_barrier) AS
SELECT e.id, substr(e.calendars[1], 7) AS coach_hash_id, substr(e.calendars[2], 8) AS client_hash_id,
       e.start_timestamp AS start,
       trim_scale(extract(epoch FROM e.end_timestamp - e.start_timestamp) / 60) AS duration, e.created_at, e.updated_at
  FROM @extschema@.jb_event_view e
 WHERE e.calendars[1] LIKE 'coach:%' AND e.calendars[2] LIKE 'client:%' AND cardinality(e.calendars) = 2
   AND e.status IN ('pending', 'in_progress', 'completed', 'held') AND e.event_name IS NOT NULL;
COMMENT ON VIEW @extschema@.jb_session IS
  'The sessions that the caller may read: events on one coach''s and one client''s calendar that hold their time, with duration in minutes. Cancelled sessions are left out.';

-- Reading sessions ----------------------------------------------------------------------------------------------

-- The same of one event, for callers whose principal is named.
CREATE FUNCTION @extschema@.jb_session_of(event @extschema@.jb_event_view) RETURNS SETOF @extschema@.jb_session
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
  SELECT $1.id, substr($1.calendars[1], 7), substr($1.calendars[2], 8), $1.start_timestamp,
         trim_scale(extract(epoch FROM $1.end_timestamp - $1.start_timestamp) / 60), $1.created_at, $1.updated_at
   WHERE $1.calendars[1] LIKE 'coach:%' AND $1.calendars[2] LIKE 'client:%' AND cardinality($1.calendars) = 2
     AND $1.status IN ('pending', 'in_progress', 'completed', 'held') AND $1.event_name IS NOT NULL;
END;
COMMENT ON FUNCTION @extschema@.jb_session_of(@extschema@.jb_event_view) IS
  'The event as a session; no row if it is none that the caller may read.';

CREATE FUNCTION @extschema@.jb_session(session_id bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_session
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  IF @extschema@.jb_version(session_id, principal) IS NOT NULL THEN
    RETURN QUERY SELECT s.* FROM @extschema@.jb_session_of(@extschema@.jb_event(session_id, principal)) s;
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_session(bigint, text) IS
  'One session; no row if the event is not one.';

CREATE FUNCTION @extschema@.jb_session_strangers(coach_hash_id text, client_hash_id text, principal text = NULL) RETURNS @extschema@.jb_fault[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN ARRAY(
    SELECT @extschema@.jb_fault(p.kind, p.id, 'must exist', format('Name a %s that exists: %s lists them.', p.kind, p.list))
      FROM (VALUES ('coach', coach_hash_id, 'jb_coaches()'), ('client', client_hash_id, 'jb_clients()')) AS p (kind, id, list)
     WHERE p.id IS NOT NULL AND @extschema@.jb_time_zone(p.kind || ':' || p.id, principal) IS NULL);
END
$$;
COMMENT ON FUNCTION @extschema@.jb_session_strangers(text, text, text) IS
  'A fault for a coach, and one for a client, that is named and does not exist.';

-- Reads pages of the events of a coach, a client or all coaches, and leaves out what is no session.
CREATE FUNCTION @extschema@.jb_sessions(coach_hash_id text = NULL, client_hash_id text = NULL, from_time timestamptz = NULL,
                            to_time timestamptz = NULL, after text = NULL, max_rows int = 100, principal text = NULL)
RETURNS SETOF @extschema@.jb_session
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
#variable_conflict use_variable
DECLARE
  event    @extschema@.jb_event_view;
  session  @extschema@.jb_session;
  missing  int = coalesce(max_rows, 100);
  seen     int;
BEGIN
  PERFORM @extschema@.jb_refuse(@extschema@.jb_session_strangers(coach_hash_id, client_hash_id, principal));
  LOOP
    seen := 0;
    FOR event IN
      SELECT * FROM @extschema@.jb_events(
        calendars => ARRAY[coalesce('coach:' || coach_hash_id, 'client:' || client_hash_id, 'coach:*')],
        from_time => from_time, to_time => to_time, status => '{pending,in_progress,completed,held}', after => after,
        max_rows => max_rows, principal => principal)
    LOOP
      seen := seen + 1;
      after := @extschema@.jb_event_cursor(event);
      SELECT s.* INTO session FROM @extschema@.jb_session_of(event) s
       WHERE lower(s.coach_hash_id COLLATE "C") = lower(coalesce(coach_hash_id, s.coach_hash_id) COLLATE "C")
         AND lower(s.client_hash_id COLLATE "C") = lower(coalesce(client_hash_id, s.client_hash_id) COLLATE "C");
      CONTINUE WHEN NOT FOUND;
      RETURN NEXT session;
      missing := missing - 1;
      EXIT WHEN missing = 0;
    END LOOP;
    EXIT WHEN missing = 0 OR seen < coalesce(max_rows, 100);
  END LOOP;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_sessions(text, text, timestamptz, timestamptz, text, int, text) IS
  'The sessions of a coach, a client or all, past ones included, that overlap from_time to to_time, ordered by start, then id. after is the jb_event_cursor of the last one seen.';

CREATE FUNCTION @extschema@.jb_coaches(after text = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_coach
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT substr(c.name, 7), c.created_at, c.updated_at
    FROM @extschema@.jb_calendars('coach:', 'coach:' || $1, coalesce($2, 100), $3) c;
END;
COMMENT ON FUNCTION @extschema@.jb_coaches(text, int, text) IS
  'The coaches with coach_hash_id greater than after, in byte order.';

CREATE FUNCTION @extschema@.jb_clients(after text = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_client
LANGUAGE sql STABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT substr(c.name, 8), c.created_at, c.updated_at
    FROM @extschema@.jb_calendars('client:', 'client:' || $1, coalesce($2, 100), $3) c;
END;
COMMENT ON FUNCTION @extschema@.jb_clients(text, int, text) IS
  'The clients with client_hash_id greater than after, in byte order.';

-- Making coaches and clients -------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_session_enrol(kind text, id text, principal text = NULL, OUT hash_id text, OUT created_at timestamptz, OUT updated_at timestamptz)
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  most   int = 199 - length(kind);
  fault  text;
BEGIN
  IF id IS NULL THEN
    fault := 'it is required';
  ELSIF id !~ '^[A-Za-z0-9._:@+-]+$' OR id ~* '[.]ics$' OR length(id) > most THEN
    fault := format('it must be 1 to %s of A-Z a-z 0-9 . _ : @ + -', most);
  ELSIF NOT @extschema@.jb_calendar_make(kind || ':' || id, principal) THEN
    fault := 'has already been taken';
  ELSE
    SELECT id, c.created_at, c.updated_at INTO hash_id, created_at, updated_at FROM @extschema@.jb_calendar(kind || ':' || id, principal) c;
    RETURN;
  END IF;
  PERFORM @extschema@.jb_refuse(ARRAY[@extschema@.jb_fault(
    kind || '_hash_id', id, fault, format('Give 1 to %s of A-Z a-z 0-9 . _ : @ + - that no other %s has.', most, kind))]);
END
$$;
COMMENT ON FUNCTION @extschema@.jb_session_enrol(text, text, text) IS
  'Makes the calendar of a coach or a client. The result is a row of jb_coach or jb_client.';

CREATE FUNCTION @extschema@.jb_coach_create(coach_hash_id text, principal text = NULL) RETURNS @extschema@.jb_coach
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT * FROM @extschema@.jb_session_enrol('coach', $1, $2);
END;
COMMENT ON FUNCTION @extschema@.jb_coach_create(text, text) IS
  'Creates a coach, a calendar with the default settings. Raises 22023 if coach_hash_id is taken.';

CREATE FUNCTION @extschema@.jb_client_create(client_hash_id text, principal text = NULL) RETURNS @extschema@.jb_client
LANGUAGE sql VOLATILE PARALLEL UNSAFE
BEGIN ATOMIC
  SELECT * FROM @extschema@.jb_session_enrol('client', $1, $2);
END;
COMMENT ON FUNCTION @extschema@.jb_client_create(text, text) IS
  'Creates a client, a calendar with the default settings. Raises 22023 if client_hash_id is taken.';

-- Booking sessions ----------------------------------------------------------------------------------------------

CREATE TYPE @extschema@.jb_session_request AS (coach_hash_id text, client_hash_id text, start timestamptz, duration jsonb);
COMMENT ON TYPE @extschema@.jb_session_request IS
  'The fields of a request for a session, with duration in minutes; a field that it leaves out is null.';

-- A field that could not be read is not missing. A new session needs all fields.
CREATE FUNCTION @extschema@.jb_session_faults(asked @extschema@.jb_session_request, faults @extschema@.jb_fault[], is_new bool) RETURNS @extschema@.jb_fault[]
LANGUAGE plpgsql STABLE PARALLEL SAFE
AS $$
BEGIN
  RETURN faults || ARRAY(
  SELECT @extschema@.jb_fault(f.field, f.value, f.message, f.hint)
    FROM (SELECT CASE WHEN jsonb_typeof(asked.duration) = 'number' THEN (asked.duration)::numeric END AS minutes) AS d
   CROSS JOIN LATERAL (SELECT d.minutes = trunc(d.minutes) AND d.minutes BETWEEN 1 AND 527040 AS is_length) AS l
   CROSS JOIN LATERAL (VALUES
     ('coach_hash_id', 'coach', NULL, 'must exist', 'Name a coach that exists: jb_coaches() lists them.', is_new AND asked.coach_hash_id IS NULL),
     ('client_hash_id', 'client', NULL, 'must exist', 'Name a client that exists: jb_clients() lists them.', is_new AND asked.client_hash_id IS NULL),
     ('duration', 'duration', asked.duration #>> '{}', 'it must be a whole number of minutes from 1 to 527040',
      'Give whole minutes, such as 30; 527040 are 366 days.', asked.duration IS NOT NULL AND l.is_length IS NOT TRUE),
     ('start', 'start', @extschema@.jb_timestamp_text(asked.start, 'UTC'), 'the session must begin and end in the years 0001 to 9999', NULL,
      CASE WHEN is_new AND l.is_length THEN asked.start + make_interval(mins => d.minutes::int) >= '10000-01-01 00:00+00' END))
     AS f (read_as, field, value, message, hint, is_so)
   WHERE f.is_so AND NOT EXISTS (SELECT FROM unnest(faults) r WHERE r.field IN (f.read_as, 'session')));
END
$$;
COMMENT ON FUNCTION @extschema@.jb_session_faults(@extschema@.jb_session_request, @extschema@.jb_fault[], bool) IS
  'The faults of a request, those found while it was read included. None needs the database.';

-- A request that has its answer already is not checked once more.
CREATE FUNCTION @extschema@.jb_session_post(request jsonb, idempotency_key text = NULL, principal text = NULL, dry_run bool = false,
                                basis text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  read      record;
  asked     @extschema@.jb_session_request;
  outcomes  @extschema@.jb_outcome[];
BEGIN
  SELECT r.fields, @extschema@.jb_session_faults(r.fields, r.faults, true) AS faults INTO read
    FROM @extschema@.jb_request_read(NULL::@extschema@.jb_session_request, request, 'session', '{start,duration}') r;
  asked := read.fields;
  IF dry_run THEN
    idempotency_key := NULL;
  END IF;
  IF read.faults = '{}' THEN
    outcomes := @extschema@.jb_key_take(idempotency_key, jsonb_build_array('jb_session_post', request), principal);
  END IF;
  IF outcomes IS NULL THEN
    PERFORM @extschema@.jb_refuse(read.faults || @extschema@.jb_session_strangers(asked.coach_hash_id, asked.client_hash_id, principal));
    outcomes := ARRAY[@extschema@.jb_schedule(
      'Session', make_interval(mins => asked.duration::int), start_timestamp => asked.start, allow_past => true,
      calendars => ARRAY['coach:' || asked.coach_hash_id, 'client:' || asked.client_hash_id],
      dry_run => dry_run, basis => basis, principal => principal)];
    PERFORM @extschema@.jb_key_keep(idempotency_key, outcomes, principal);
  END IF;
  RETURN outcomes[1];
END
$$;
COMMENT ON FUNCTION @extschema@.jb_session_post(jsonb, text, text, bool, text) IS
  'Books a session, from a request body of POST /api/v1/sessions, as a fixed event on the calendars of coach and client, even in the past. If either is taken, the outcome is rejected; all that is invalid, an unknown coach or client included, raises one 22023.';

CREATE FUNCTION @extschema@.jb_session_create(coach_hash_id text, client_hash_id text, start timestamptz, duration int,
                                  dry_run bool = false, idempotency_key text = NULL, basis text = NULL,
                                  principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE sql VOLATILE PARALLEL UNSAFE
RETURN @extschema@.jb_session_post(
  jsonb_build_object('session', jsonb_strip_nulls(jsonb_build_object(
    'coach_hash_id', coach_hash_id, 'client_hash_id', client_hash_id, 'duration', duration,
    'start', CASE WHEN isfinite(start) THEN @extschema@.jb_timestamp_text(start, 'UTC') ELSE start::text END))),
  idempotency_key, principal, dry_run, basis);
COMMENT ON FUNCTION @extschema@.jb_session_create(text, text, timestamptz, int, bool, text, text, text) IS
  'Books a session of duration minutes like jb_session_post.';

-- A change is worked out from the session under the locks of all calendars that it concerns.
CREATE FUNCTION @extschema@.jb_session_patch(session_id bigint, request jsonb, expected_version bigint = NULL,
                                 idempotency_key text = NULL, principal text = NULL) RETURNS @extschema@.jb_outcome
LANGUAGE plpgsql VOLATILE PARALLEL UNSAFE
AS $$
DECLARE
  read      record;
  asked     @extschema@.jb_session_request;
  outcomes  @extschema@.jb_outcome[];
  session   @extschema@.jb_session;
  present   text[];
  wanted    text[];
  locked    text[];
BEGIN
  SELECT r.fields, @extschema@.jb_session_faults(r.fields, r.faults, false) AS faults INTO read
    FROM @extschema@.jb_request_read(NULL::@extschema@.jb_session_request, request, 'session') r;
  asked := read.fields;
  IF read.faults = '{}' THEN
    outcomes := @extschema@.jb_key_take(idempotency_key, jsonb_build_array('jb_session_patch', session_id, request), principal);
  END IF;
  IF outcomes IS NOT NULL THEN
    RETURN outcomes[1];
  END IF;
  PERFORM @extschema@.jb_refuse(read.faults || @extschema@.jb_session_strangers(asked.coach_hash_id, asked.client_hash_id, principal));
  LOOP
    SELECT s.* INTO session FROM @extschema@.jb_session(session_id, principal) s;
    IF NOT FOUND THEN
      RAISE EXCEPTION USING ERRCODE = 'P0002', MESSAGE = format('session %s does not exist', coalesce(session_id::text, 'NULL')),
        HINT = 'jb_sessions() lists the sessions; one that was cancelled is none any more.';
    END IF;
    present := ARRAY['coach:' || session.coach_hash_id, 'client:' || session.client_hash_id];
    wanted := ARRAY['coach:' || coalesce(asked.coach_hash_id, session.coach_hash_id),
                    'client:' || coalesce(asked.client_hash_id, session.client_hash_id)];
    EXIT WHEN present <@ locked;
    locked := ARRAY(SELECT DISTINCT unnest(present || wanted));
    PERFORM @extschema@.jb_lock(locked, principal);
  END LOOP;
  outcomes := ARRAY[@extschema@.jb_update(session_id, jsonb_strip_nulls(jsonb_build_object(
    'calendars', to_jsonb(nullif(wanted, present)), 'start_timestamp', nullif(asked.start, session.start),
    'duration', nullif(asked.duration::int, session.duration) * 60, 'allow_past', true)), expected_version, principal => principal)];
  PERFORM @extschema@.jb_key_keep(idempotency_key, outcomes, principal);
  RETURN outcomes[1];
END
$$;
COMMENT ON FUNCTION @extschema@.jb_session_patch(bigint, jsonb, bigint, text, text) IS
  'Applies a request body of PATCH /api/v1/sessions/:id to a session, by the rules of jb_update. Raises P0002 if the event is not a session.';

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
RETURN (SELECT json_build_object('coach_hash_id', $1.coach_hash_id, 'created_at', @extschema@.jb_timestamp_text($1.created_at, z.time_zone),
                                 'updated_at', @extschema@.jb_timestamp_text($1.updated_at, z.time_zone))
          FROM (SELECT coalesce(@extschema@.jb_time_zone('coach:' || $1.coach_hash_id, $2),
                                (SELECT d.time_zone FROM @extschema@.jb_calendar_default d)) AS time_zone) AS z);
COMMENT ON FUNCTION @extschema@.jb_coach_json(@extschema@.jb_coach, text) IS
  'A coach as GET /api/v1/coaches returns it.';

CREATE FUNCTION @extschema@.jb_client_json(client @extschema@.jb_client, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (SELECT json_build_object('client_hash_id', $1.client_hash_id, 'created_at', @extschema@.jb_timestamp_text($1.created_at, z.time_zone),
                                 'updated_at', @extschema@.jb_timestamp_text($1.updated_at, z.time_zone))
          FROM (SELECT coalesce(@extschema@.jb_time_zone('client:' || $1.client_hash_id, $2),
                                (SELECT d.time_zone FROM @extschema@.jb_calendar_default d)) AS time_zone) AS z);
COMMENT ON FUNCTION @extschema@.jb_client_json(@extschema@.jb_client, text) IS
  'A client as GET /api/v1/clients returns it.';
