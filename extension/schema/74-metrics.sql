-- Metrics -------------------------------------------------------------------------------------------------------

-- Monitoring asks this every few seconds. The small index jb_event_watched finds the held and waiting events, however
-- many events are stored.
CREATE FUNCTION @extschema@.jb_metrics(calendars text[] = '{}', OUT metric text, OUT calendar text, OUT value float8)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
BEGIN ATOMIC
  SELECT 'jb_events_held', NULL, count(*) FILTER (WHERE e.status = 'held' AND e.expires_at > @extschema@.jb_now())::float8
    FROM @extschema@.jb_event e WHERE @extschema@.jb_require_operator() AND e.status IN ('held', 'waiting')
  UNION ALL
  SELECT 'jb_events_waiting', NULL, count(*) FILTER (WHERE e.status = 'waiting')::float8
    FROM @extschema@.jb_event e WHERE e.status IN ('held', 'waiting')
  UNION ALL
  SELECT 'jb_worker_up', NULL, (w.state <> 'off')::int::float8 FROM @extschema@.jb_worker() AS w
  UNION ALL
  SELECT 'jb_worker_lag_seconds', NULL, greatest(0, coalesce(extract(epoch FROM @extschema@.jb_now() - min(d.due)), 0))::float8
    FROM @extschema@.jb_due(@extschema@.jb_now()) AS d
  UNION ALL
  SELECT 'jb_first_free_seconds', c.name, extract(epoch FROM l.lead)::float8
    FROM (SELECT DISTINCT u.name FROM unnest($1) AS u (name)
           WHERE (u.name = 'ceo' OR EXISTS (SELECT FROM @extschema@.jb_calendar k WHERE k.name = u.name))
             AND @extschema@.jb_may(u.name, 'busy')) AS c,
         @extschema@.jb_lead_time('{30 minutes}'::interval[], ARRAY[c.name]) AS l
   WHERE l.lead IS NOT NULL;
END;
COMMENT ON FUNCTION @extschema@.jb_metrics(text[]) IS
  'What a monitoring system asks every few seconds: how many events are held and wait, whether the worker runs and for how many seconds something has been overdue, and how many until the first free 30 minutes of each of these calendars that is there and of which the caller may know.';
