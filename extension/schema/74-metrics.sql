-- Metrics -------------------------------------------------------------------------------------------------------

-- Monitoring calls this every few seconds. jb_watched lists held and waiting events, however many events are stored.
CREATE FUNCTION @extschema@.jb_metrics(calendars text[] = '{}', OUT metric text, OUT calendar text, OUT value float8)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET max_parallel_workers_per_gather = 0
BEGIN ATOMIC
  SELECT m.metric, NULL, m.value
    FROM (SELECT count(*) FILTER (WHERE e.status = 'held' AND e.expires_at > @extschema@.jb_now()) AS held,
                 count(*) FILTER (WHERE e.status = 'waiting') AS waiting
            FROM (SELECT DISTINCT w.event_id FROM @extschema@.jb_watched w WHERE @extschema@.jb_require_operator()) w
           CROSS JOIN LATERAL (SELECT v.status, v.expires_at FROM @extschema@.jb_event v WHERE v.id = w.event_id OFFSET 0) e) n
   CROSS JOIN LATERAL (VALUES ('jb_events_held', n.held::float8), ('jb_events_waiting', n.waiting)) AS m (metric, value)
  UNION ALL
  SELECT 'jb_worker_up', NULL, (w.state <> 'off')::int::float8 FROM @extschema@.jb_worker() AS w
  UNION ALL
  SELECT 'jb_worker_lag_seconds', NULL, greatest(0, coalesce(extract(epoch FROM @extschema@.jb_now() - min(d.due)), 0))::float8
    FROM @extschema@.jb_due(@extschema@.jb_now()) AS d
  UNION ALL
  SELECT 'jb_last_rejection_id', NULL, coalesce((SELECT max(r.id) FROM @extschema@.jb_rejection r), 0)::float8
   WHERE @extschema@.jb_require_operator()
  UNION ALL
  SELECT 'jb_first_free_seconds', c.name, extract(epoch FROM l.lead)::float8
    FROM (SELECT n.name FROM unnest($1) AS u (name)
           CROSS JOIN LATERAL (SELECT 'ceo' WHERE lower(u.name COLLATE "C") = 'ceo' UNION
                               SELECT k.name FROM @extschema@.jb_calendar k WHERE lower(k.name COLLATE "C") = lower(u.name COLLATE "C")) AS n (name)
           WHERE @extschema@.jb_may(n.name, 'busy')
           GROUP BY n.name) AS c,
         @extschema@.jb_lead_time('{30 minutes}'::interval[], ARRAY[c.name]) AS l
   WHERE l.lead IS NOT NULL;
END;
COMMENT ON FUNCTION @extschema@.jb_metrics(text[]) IS
  'Metrics for monitoring: numbers of held and waiting events, whether the worker runs, how many seconds something has been overdue, and the last rejection''s id. For each named calendar, the seconds until its first free 30 minutes.';
