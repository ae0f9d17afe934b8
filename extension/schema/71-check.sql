-- Soundness: the whole -----------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_check() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET jit = off
BEGIN ATOMIC
  -- Compared pair by pair in order of time, without the index that enforces it.
  SELECT 'no overlap', c.name, n.event_id, format('%s overlaps event %s.', n.during, n.before_id)
    FROM (SELECT calendar, event_id, during,
                 max(upper(during)) OVER earlier AS busy_until, lag(event_id) OVER (PARTITION BY calendar ORDER BY lower(during), upper(during)) AS before_id
            FROM @extschema@.jb_claim
          WINDOW earlier AS (PARTITION BY calendar ORDER BY lower(during), upper(during)
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) n
    LEFT JOIN @extschema@.jb_calendar c ON c.id = n.calendar
   WHERE @extschema@.jb_require_operator() AND lower(n.during) < n.busy_until
  UNION ALL
  -- A claim covers the event and the buffers that the calendar had when it was made.
  SELECT 'claims match events', coalesce(c.name, wanted.name), coalesce(l.event_id, wanted.id),
         format('The claim is %s, the event asks for %s.', coalesce(l.during::text, 'absent'), coalesce(wanted.during::text, 'none'))
    FROM @extschema@.jb_claim l
    JOIN @extschema@.jb_calendar c ON c.id = l.calendar
    FULL JOIN (SELECT e.id, k.name,
                      CASE WHEN e.start_timestamp <= e.end_timestamp THEN tstzrange(e.start_timestamp, e.end_timestamp) END AS during
                 FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)
                WHERE e.status IN ('scheduled', 'held')) wanted
      ON wanted.id = l.event_id AND wanted.name = c.name
   WHERE NOT coalesce(format('%s %s', extract(epoch FROM lower(wanted.during) - lower(l.during))::bigint,
                             extract(epoch FROM upper(l.during) - upper(wanted.during))::bigint)
                      = ANY (coalesce(c.buffers_used, '{0 0}')), false)
  UNION ALL SELECT 'claims stand on calendars', l.calendar::text, l.event_id, 'The claim''s calendar does not exist.'
    FROM @extschema@.jb_claim l
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_calendar c WHERE c.id = l.calendar)
  UNION ALL SELECT 'events stand on calendars', k.name, e.id, 'The event''s calendar does not exist.'
    FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_calendar c WHERE c.name = k.name)
  UNION ALL SELECT DISTINCT 'attachments belong to events', NULL, a.event_id, 'The attachment''s event does not exist.'
    FROM @extschema@.jb_attachment a
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_event e WHERE e.id = a.event_id)
  UNION ALL SELECT 'bookings are counted', e.calendars[1], e.id, format('The booking is counted at %s, the event begins at %s.', l.starts_at, e.start_timestamp)
    FROM @extschema@.jb_booking_link l JOIN @extschema@.jb_event e ON e.id = l.event_id
   WHERE l.starts_at IS DISTINCT FROM CASE WHEN e.status IN ('scheduled', 'held') AND starts_with(e.calendars[1], 'provider:') THEN e.start_timestamp END
  UNION ALL SELECT 'events belong to series', e.calendars[1], e.id, 'The event''s series does not exist, or the event stands for no occurrence of it.'
    FROM @extschema@.jb_event e
   WHERE (e.series IS NULL) <> (e.recurrence_id IS NULL) OR e.series IS NOT NULL AND NOT EXISTS (SELECT FROM @extschema@.jb_series s WHERE s.id = e.series)
  UNION ALL SELECT 'events belong to series', min(e.calendars[1]), max(e.id), format('%s events of series %s stand for its occurrence of %s.', count(*), e.series, e.recurrence_id)
    FROM @extschema@.jb_event e WHERE e.series IS NOT NULL AND e.status IN ('scheduled', 'held', 'waiting') GROUP BY e.series, e.recurrence_id HAVING count(*) > 1
  UNION ALL
  SELECT 'values in range', e.calendars[1], e.id, 'The event holds a value that no function would have stored.'
    FROM @extschema@.jb_event e
   WHERE NOT (char_length(e.event_name) BETWEEN 1 AND 500
              AND char_length(e.event_location) <= 1000
              AND (e.description IS NULL OR char_length(e.description) <= 8000)
              AND (e.metadata IS NULL OR jsonb_typeof(e.metadata) = 'object')
              AND cardinality(e.calendars) BETWEEN 1 AND 100
              AND array_position(e.calendars || e.attendees, NULL) IS NULL
              AND (e.guests IS NULL OR (e.guests <@ e.attendees AND e.guests <> '{}'))
              AND num_nonnulls(e.duration, e.days) = 1
              AND (e.duration IS NULL OR e.duration BETWEEN interval '1 second' AND interval '366 days')
              AND (e.days IS NULL OR e.days BETWEEN 1 AND 366 AND num_nonnulls(e.start_time, e.wished_start) = 1)
              AND (e.within IS NULL OR (e.within::text ~ '^{"to": "\d\d:\d\d:\d\d", "days": \[("(mon|tues|wednes|thurs|fri|satur|sun)day"(, )?){1,7}\], "from": "\d\d:\d\d:\d\d"}$' AND e.within -> 'from' <> e.within -> 'to'))
              AND e.priority BETWEEN 0 AND 100 AND e.max_attendees BETWEEN 1 AND 1000 IS NOT FALSE
              AND (e.start_time IS NULL OR e.date IS NOT NULL) AND (e.wished_start IS NULL OR e.date IS NULL)
              AND (e.status <> 'held' OR e.expires_at IS NOT NULL)
              AND CASE WHEN e.status IN ('scheduled', 'held', 'denied') THEN coalesce(e.start_timestamp < e.end_timestamp, false)
                       WHEN e.status = 'waiting' THEN e.start_timestamp IS NULL AND e.end_timestamp IS NULL
                       WHEN e.status IN ('cancelled', 'expired')
                       THEN coalesce(e.start_timestamp < e.end_timestamp, e.start_timestamp IS NULL AND e.end_timestamp IS NULL)
                       ELSE false
                  END)
  UNION ALL
  SELECT 'calendars have locks', coalesce(c.name, k.id::text), NULL,
         CASE WHEN c.id IS NULL THEN 'The lock''s calendar does not exist.' ELSE 'The calendar has no lock: nobody can book on it.' END
    FROM @extschema@.jb_calendar c FULL JOIN @extschema@.jb_calendar_lock k USING (id)
   WHERE c.id IS NULL OR k.id IS NULL
  UNION ALL
  SELECT 'watched events are counted', c.name, NULL, format('watched is %s, but %s events are held or wait.', k.watched, coalesce(w.n, 0))
    FROM @extschema@.jb_calendar c JOIN @extschema@.jb_calendar_lock k USING (id)
    LEFT JOIN (SELECT k.name, count(*) AS n
                 FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)
                WHERE e.status IN ('held', 'waiting') GROUP BY k.name) w ON w.name = c.name
   WHERE k.watched <> coalesce(w.n, 0)
  UNION ALL
  SELECT 'watched events are found', coalesce(c.name, w.calendar::text), coalesce(w.event_id, e.id),
         CASE WHEN e.id IS NULL THEN 'The event is neither held nor waits on this calendar, but is watched.'
              WHEN w.event_id IS NULL THEN 'The event is held or waits, but nobody would look at it when it falls due.'
              ELSE format('The event is looked at from %s on, but its hold ends at %s.', w.due_at, e.expires_at) END
    FROM @extschema@.jb_watched w
    FULL JOIN (SELECT h.id, h.status, h.expires_at, c.id AS calendar
                 FROM @extschema@.jb_event h CROSS JOIN unnest(h.calendars || h.attendee_calendars) AS k (name)
                 JOIN @extschema@.jb_calendar c ON c.name = k.name
                WHERE h.status IN ('held', 'waiting')) e ON e.id = w.event_id AND e.calendar = w.calendar
    LEFT JOIN @extschema@.jb_calendar c ON c.id = coalesce(w.calendar, e.calendar)
   WHERE e.id IS NULL OR w.event_id IS NULL OR (e.status = 'held' AND w.due_at > e.expires_at)
  UNION ALL
  SELECT 'overrides stand on calendars', c.name, NULL,
         CASE WHEN o.has_any THEN 'The calendar is not marked for its hours by date: nothing reads them.'
              ELSE 'The calendar is marked for hours by date that do not exist.' END
    FROM @extschema@.jb_calendar c
   CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM @extschema@.jb_override v WHERE v.calendar = c.id) AS has_any) o
   WHERE (c.overrides_version IS NULL) = o.has_any
  UNION ALL
  SELECT t.* FROM @extschema@.jb_tree_problems() t
  UNION ALL SELECT w.* FROM @extschema@.jb_wall_clock_problems() w WHERE w.rule = 'wall clock is kept' OR w.rule = 'values in range'
  UNION ALL
  SELECT p.* FROM @extschema@.jb_poll_problems() p UNION ALL SELECT i.* FROM @extschema@.jb_id_problems() i
  UNION ALL SELECT s.* FROM @extschema@.jb_schema_problems() s UNION ALL SELECT o.* FROM @extschema@.jb_list_problems() o
  UNION ALL
  SELECT 'sequence without a hole', c.name, NULL,
         format('change_seq is %s, purged up to %s, but %s changes are stored, the last %s.', k.change_seq, c.purged_seq, s.n, s.last)
    FROM @extschema@.jb_calendar c JOIN @extschema@.jb_calendar_lock k USING (id)
    LEFT JOIN (SELECT calendar, count(*) AS n, min(seq) AS first, max(seq) AS last FROM @extschema@.jb_change_log GROUP BY calendar) s
      ON s.calendar = c.id
   WHERE coalesce(s.n, 0) <> k.change_seq - c.purged_seq
      OR (s.n > 0 AND (s.first <> c.purged_seq + 1 OR s.last <> k.change_seq))
  UNION ALL
  -- No change may be numbered before one that a reader of all changes has seen.
  SELECT 'changes are numbered as they follow', c.name, l.event_id, format('Change %s has the number %s, the one before %s.', l.seq, l.id, l.before_id)
    FROM (SELECT calendar, seq, event_id, id, lag(id) OVER (PARTITION BY calendar ORDER BY seq) AS before_id FROM @extschema@.jb_change_log) l
    JOIN @extschema@.jb_calendar c ON c.id = l.calendar
   WHERE l.before_id IS NOT NULL AND (l.id > l.before_id) IS NOT TRUE
  UNION ALL
  -- The last change of an event on a calendar shows it as it is now; a null status means that it is no longer there.
  SELECT 'history replays to the present', coalesce(h.name, now.name), coalesce(h.event_id, now.id),
         format('History ends with %s %s, the event is %s %s.', coalesce(h.new_status, 'nothing'), h.new_range,
                coalesce(now.status, 'nothing'), now.during)
    FROM (SELECT DISTINCT ON (l.calendar, l.event_id) c.name, l.event_id, l.new_status, l.new_range
            FROM @extschema@.jb_change_log l JOIN @extschema@.jb_calendar c ON c.id = l.calendar
           ORDER BY l.calendar, l.event_id, l.seq DESC) h
    FULL JOIN (SELECT e.id, k.name, e.status,
                      CASE WHEN e.start_timestamp IS NOT NULL AND (e.start_timestamp > e.end_timestamp) IS NOT TRUE
                           THEN tstzrange(e.start_timestamp, e.end_timestamp) END AS during
                 FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)) now
      ON now.id = h.event_id AND now.name = h.name
    LEFT JOIN @extschema@.jb_calendar c ON c.name = now.name
   WHERE (h.new_status IS DISTINCT FROM now.status OR h.new_range IS DISTINCT FROM now.during)
     AND (h.event_id IS NOT NULL OR c.purged_seq = 0)
  UNION ALL
  SELECT 'history replays to the present', c.name, l.event_id,
         format('Change %s begins with %s %s, the one before ended with %s %s.', l.seq, coalesce(l.old_status, 'nothing'),
                l.old_range, coalesce(l.before_status, 'nothing'), l.before_range)
    FROM (SELECT calendar, seq, event_id, old_status, old_range, lag(new_status) OVER before AS before_status,
                 lag(new_range) OVER before AS before_range, lag(seq) OVER before AS before_seq
            FROM @extschema@.jb_change_log
          WINDOW before AS (PARTITION BY calendar, event_id ORDER BY seq)) l
    JOIN @extschema@.jb_calendar c ON c.id = l.calendar
   WHERE (l.old_status IS DISTINCT FROM l.before_status OR l.old_range IS DISTINCT FROM l.before_range)
     AND (l.before_seq IS NOT NULL OR c.purged_seq = 0);
END;
COMMENT ON FUNCTION @extschema@.jb_check() IS
  'Checks the stored data: claims match events, free time matches claims, sequences have no gaps, history replays to the present, and more. No rows if the database is sound.';
