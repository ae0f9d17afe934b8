-- The status by the clock ----------------------------------------------------------------------------------------
-- Inlined into each query that uses it. In C++ it is status_at (core/event/event.cpp).
CREATE FUNCTION @extschema@.jb_status_at(status text, expires_at timestamptz, start_timestamp timestamptz, end_timestamp timestamptz, now timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE WHEN $1 = 'held' AND $2 <= $5 THEN 'expired'
            WHEN $1 <> 'scheduled' THEN $1
            WHEN $5 < $3 THEN 'pending'
            WHEN $5 < $4 THEN 'in_progress'
            ELSE 'completed' END;
COMMENT ON FUNCTION @extschema@.jb_status_at IS
  'The status of an event by the clock at now, from its stored status, deadline and time.';

-- Events as the caller sees them -------------------------------------------------------------------------------
-- A caller who may read one of the calendars that an event names reads the event. A caller who may only know when one
-- of them is taken, or has a right on an attendee's calendar alone, sees a busy time without details while the event
-- takes time. For all others the event does not exist. Lists of events repeat these conditions (functions/event.hpp), and a
-- test compares both. The conditions on id and time that are pushed below the view are the server's own (leakproof).
CREATE VIEW @extschema@.jb_event_view WITH (security_barrier) AS
SELECT e.id,
       CASE WHEN s.reads THEN e.event_name END AS event_name,
       CASE WHEN s.reads THEN e.attendees ELSE '{}' END AS attendees,
       CASE WHEN s.reads THEN e.event_location END AS event_location,
       CASE WHEN s.reads THEN e.calendars ELSE s.seen END AS calendars,
       CASE WHEN s.reads THEN coalesce(e.attendee_calendars, '{}') ELSE '{}' END AS attendee_calendars,
       CASE WHEN s.reads THEN e.check_attendees END AS check_attendees,
       CASE WHEN s.reads THEN e.date END AS date, CASE WHEN s.reads THEN e.start_time END AS start_time,
       CASE WHEN s.reads THEN e.wished_start END AS wished_start,
       CASE WHEN s.reads THEN e.duration ELSE e.end_timestamp - e.start_timestamp END AS duration,
       CASE WHEN s.reads THEN e.not_before END AS not_before, CASE WHEN s.reads THEN e.not_after END AS not_after,
       CASE WHEN s.reads THEN e.priority END AS priority, CASE WHEN s.reads THEN e.hold_for END AS hold_for,
       e.start_timestamp, e.end_timestamp,
       @extschema@.jb_status_at(CASE WHEN s.reads THEN e.status ELSE 'scheduled' END, e.expires_at, e.start_timestamp,
                                e.end_timestamp, clock.now) AS status,
       CASE WHEN NOT s.reads THEN NULL
            WHEN e.start_time IS NULL AND e.wished_start IS NULL THEN 'automatic' ELSE 'fixed' END AS placement,
       CASE WHEN s.reads THEN
         coalesce((SELECT jsonb_agg(jsonb_build_object('n', a.n, 'name', a.name, 'media_type', a.media_type,
                                                       'size', octet_length(a.data), 'url', a.url) ORDER BY a.n)
                     FROM @extschema@.jb_attachment a WHERE a.event_id = e.id AND a.name IS NOT NULL), '[]')
         ELSE '[]' END AS attachments,
       CASE WHEN s.reads THEN e.series END AS series,
       CASE WHEN s.reads THEN (SELECT r.recurrence FROM @extschema@.jb_series r WHERE r.id = e.series) END AS recurrence,
       CASE WHEN s.reads THEN e.expires_at END AS expires_at,
       (SELECT c.time_zone FROM @extschema@.jb_calendar c
         WHERE c.name = CASE WHEN s.reads THEN e.calendars[1] ELSE s.seen[1] END) AS time_zone,
       CASE WHEN s.reads THEN e.created_at END AS created_at, CASE WHEN s.reads THEN e.updated_at END AS updated_at,
       CASE WHEN s.reads THEN e.version END AS version, CASE WHEN s.reads THEN e.description END AS description,
       CASE WHEN s.reads THEN e.metadata END AS metadata,
       CASE WHEN s.reads THEN e.recurrence_id END AS recurrence_id, CASE WHEN s.reads THEN e.days END AS days,
       CASE WHEN s.reads THEN e.held_by END AS held_by, CASE WHEN s.reads THEN e.proposed_on END AS proposed_on,
       CASE WHEN s.reads THEN e.offer[1] END AS offer_id, CASE WHEN s.reads THEN e.within END AS within,
       CASE WHEN s.reads THEN e.one_of END AS one_of,
       CASE WHEN s.reads THEN e.max_attendees END AS max_attendees
  FROM @extschema@.jb_event e
  CROSS JOIN (SELECT @extschema@.jb_now() AS now) AS clock
  CROSS JOIN LATERAL (
        SELECT sight.of = 'read' AS reads, sight.of = 'busy' AS knows,
               CASE WHEN sight.of = 'busy' THEN @extschema@.jb_seen(e.calendars || e.attendee_calendars) END AS seen
          FROM (SELECT @extschema@.jb_sight(e.calendars, e.attendee_calendars) AS of) AS sight OFFSET 0) AS s
 WHERE s.reads OR (s.knows AND (e.status = 'scheduled' OR (e.status = 'held' AND e.expires_at > clock.now)));
COMMENT ON VIEW @extschema@.jb_event_view IS
  'The events that the caller may read, with wish, result and status by the clock. date and start_time are wall-clock times in time_zone, the first calendar''s. Events that the caller may know only as busy times show nothing but their time.';

-- Reading events ------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_event(event_id bigint, principal text = NULL) RETURNS @extschema@.jb_event_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 100
AS 'MODULE_PATHNAME', 'jb_event_one';
COMMENT ON FUNCTION @extschema@.jb_event(bigint, text) IS
  'One event with its wish, result and status by the clock. Raises P0002 if it does not exist.';

CREATE FUNCTION @extschema@.jb_event_answer(event_id bigint, principal text = NULL, OUT tag text, OUT event json, OUT status text)
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_event_answer';
COMMENT ON FUNCTION @extschema@.jb_event_answer(bigint, text) IS
  'One event as GET /events/:id returns it, with its ETag and status by the clock. Raises P0002 if it does not exist.';

-- PostgreSQL does not push a join's condition below a security barrier, so a join with jb_event_view reads every event.
-- The body of this function is inlined into the caller's query. There its argument is a value for each row, which is
-- pushed below the barrier and reaches the key. OFFSET 0 keeps the argument a value.
CREATE FUNCTION @extschema@.jb_event_if(event_id bigint) RETURNS SETOF @extschema@.jb_event_view
LANGUAGE sql STABLE PARALLEL SAFE ROWS 1
BEGIN ATOMIC
  SELECT * FROM @extschema@.jb_event_view v WHERE v.id = $1 AND v.event_name IS NOT NULL OFFSET 0;
END;
COMMENT ON FUNCTION @extschema@.jb_event_if(bigint) IS
  'One event as in jb_event(), looked up by its key; no row if it does not exist or the caller may not read it. To join another table''s rows with their events: FROM … CROSS JOIN LATERAL jb_event_if(event_id).';

CREATE FUNCTION @extschema@.jb_status(event_id bigint, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_status';
COMMENT ON FUNCTION @extschema@.jb_status(bigint, text) IS
  'The status of an event by the clock: pending, in_progress or completed if scheduled, else held, waiting, cancelled, denied or expired. Raises P0002 if there is no such event.';

CREATE FUNCTION @extschema@.jb_version(event_id bigint, principal text = NULL) RETURNS bigint
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_version';
COMMENT ON FUNCTION @extschema@.jb_version(bigint, text) IS
  'The version of an event, for If-Match; null if there is no such event.';

CREATE FUNCTION @extschema@.jb_events(calendar text = 'ceo', from_time timestamptz = @extschema@.jb_now(), to_time timestamptz = NULL,
                          status text[] = NULL, attendee text = NULL, after text = NULL, max_rows int = 100,
                          calendars text[] = NULL, metadata jsonb = NULL, q text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_event_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_events';
COMMENT ON FUNCTION @extschema@.jb_events(text, timestamptz, timestamptz, text[], text, text, int, text[], jsonb, text, text) IS
  'The events of one or several calendars that overlap from_time to to_time, ordered by start, then id; waiting events come last. status, attendee, metadata (contained in the event''s) and q (case-insensitive prefixes of words in name, place, description, attendees or contact) filter the list. after is the jb_event_cursor of the last row seen.';

-- A caller who may read an event sees its whole row, so the function reads the row without the view; for all others it
-- uses the view. A list of a hundred events costs half as much as by jb_event_json(jb_events(…)).
CREATE FUNCTION @extschema@.jb_events_json(calendar text = 'ceo', from_time timestamptz = @extschema@.jb_now(), to_time timestamptz = NULL,
                          status text[] = NULL, attendee text = NULL, after text = NULL, max_rows int = 100,
                          calendars text[] = NULL, metadata jsonb = NULL, q text = NULL, principal text = NULL,
                          OUT event json, OUT cursor text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_events_json';
COMMENT ON FUNCTION @extschema@.jb_events_json(text, timestamptz, timestamptz, text[], text, text, int, text[], jsonb, text, text) IS
  'The rows of jb_events as GET /events returns them: each event as in jb_event_json, and its jb_event_cursor.';

CREATE FUNCTION @extschema@.jb_event_cursor(event @extschema@.jb_event_view) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat(date_part('epoch', $1.start_timestamp)::bigint, ',', $1.id);
COMMENT ON FUNCTION @extschema@.jb_event_cursor(@extschema@.jb_event_view) IS
  'The position after this event in a listing: the argument after of jb_events.';
