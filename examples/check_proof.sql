-- Checks a proof that a request has no place (rule 2.19), without any code of jb_scheduler's: looks up each fact in what
-- the caller may read, and asks whether the facts forbid every start.
--   \i examples/check_proof.sql
--   SELECT c.* FROM pg_temp.check_proof(jb_proof(17)::jsonb) AS c;
-- The refusal is proved if is_refuted and false_facts is null. not_looked_up counts the facts of hidden events, of which
-- only the time was looked up, and the hours that the request asks for, which the caller knows.
CREATE OR REPLACE FUNCTION pg_temp.check_proof(proof jsonb, OUT is_refuted bool, OUT open_starts timestamptz[], OUT false_facts jsonb, OUT not_looked_up bigint)
LANGUAGE sql STABLE SET jit = off AS $$  -- compiling the statement takes longer than running it
WITH fact AS (
  SELECT f AS said, f ->> 'reason' AS reason, f -> 'facts' ->> 'calendar' AS calendar, (f ->> 'event_id')::bigint AS event_id,
         (f ->> 'version')::bigint AS version, tstzrange((f -> 'forbids' ->> 'from')::timestamptz, (f -> 'forbids' ->> 'until')::timestamptz) AS starts,
         tstzrange((f -> 'facts' ->> 'start_timestamp')::timestamptz, (f -> 'facts' ->> 'end_timestamp')::timestamptz) AS span,
         (proof ->> 'at')::timestamptz AS at, make_interval(secs => (proof ->> 'duration')::int) AS duration
    FROM jsonb_array_elements(proof -> 'facts') AS f
), allowed AS (
  SELECT start FROM jsonb_array_elements(proof -> 'allowed') AS run,
         generate_series((run ->> 'first')::timestamptz, (run ->> 'last')::timestamptz, make_interval(secs => (run ->> 'step')::int)) AS start
), closed AS (
  SELECT coalesce(calendar, '') AS calendar, range_agg(starts) AS starts FROM fact GROUP BY 1
), need AS MATERIALIZED (
  SELECT number, (one ->> 'count')::int AS count, calendar
    FROM jsonb_array_elements(proof -> 'needs') WITH ORDINALITY AS n (one, number), jsonb_array_elements_text(one -> 'calendars') AS calendar
), left_open AS (
  SELECT start FROM allowed
   WHERE NOT EXISTS (SELECT FROM closed WHERE calendar = '' AND starts @> start)
     AND NOT EXISTS (SELECT FROM need LEFT JOIN closed ON closed.calendar = need.calendar AND starts @> start
                      GROUP BY number, count HAVING count(*) FILTER (WHERE closed.calendar IS NULL) < count)
), looked_up AS (
  -- the starts that the fact forbids, as far as it is true
  SELECT said, starts, CASE reason
    WHEN 'in_the_past' THEN tstzrange(NULL, at)
    WHEN 'outside_window' THEN tstzrange(lower(span) - duration, upper(span), '()')
    WHEN 'too_soon' THEN tstzrange(NULL, at + make_interval(secs => extract(epoch FROM c.min_notice)::float8))
    WHEN 'beyond_horizon' THEN tstzrange(at + make_interval(secs => extract(epoch FROM c.horizon)::float8) - duration, NULL, '()')
    WHEN 'source_stale' THEN CASE WHEN c.source_as_of + c.max_source_age >= at THEN NULL WHEN c.max_source_age IS NOT NULL THEN tstzrange(NULL, NULL) END
    WHEN 'conflict' THEN CASE
      WHEN jb_busy(calendar, lower(span), upper(span)) @> span
       AND (event_id IS NULL OR EXISTS (SELECT FROM jb_event_if(event_id) e WHERE e.version = fact.version AND calendar = ANY (e.calendars || e.attendee_calendars)
                                           AND span @> tstzrange(e.start_timestamp, e.end_timestamp)))
      THEN tstzrange(lower(span) - c.buffer_after - duration, upper(span) + c.buffer_before, '()') END
    WHEN 'outside_hours' THEN CASE
      WHEN NOT EXISTS (SELECT FROM jb_availability(calendar, (lower(span) AT TIME ZONE c.time_zone)::date - 1, (upper(span) AT TIME ZONE c.time_zone)::date + 1) AS a WHERE a.open && span)
      THEN tstzrange(lower(span) - duration, upper(span), '()') END
    WHEN 'over_limit' THEN CASE
      WHEN upper(span) - lower(span) <= interval '25 hours' AND c.max_events_per_day <= (SELECT count(*) FROM jb_events(calendar, lower(span), upper(span), status => '{pending,in_progress,completed,held}', max_rows => 1000) e
                                     WHERE span @> e.start_timestamp)
      THEN tstzrange(lower(span) - duration, upper(span), '()') END
    WHEN 'off_increment' THEN CASE
      WHEN NOT EXISTS (SELECT FROM generate_series(lower(starts), upper(starts) - interval '1 second', interval '1 second') AS t
                        CROSS JOIN LATERAL (SELECT t AT TIME ZONE c.time_zone) AS clock (wall)
                         JOIN (SELECT a.date, begin FROM jb_availability(calendar, (lower(starts) AT TIME ZONE c.time_zone)::date, (upper(starts) AT TIME ZONE c.time_zone)::date) AS a,
                                      LATERAL (SELECT time '00:00' UNION ALL SELECT (s ->> 'start')::time FROM jsonb_array_elements(a.spans) AS s
                                                WHERE c.slots_from = 'opening') AS counted (begin)) AS counted ON counted.date = wall::date AND begin <= wall::time
                        GROUP BY t, wall HAVING extract(epoch FROM wall::time - max(begin))::int % extract(epoch FROM c.slot_increment)::int = 0)
      THEN starts END
    END AS forbidden, reason = 'outside_window' OR (reason = 'conflict' AND event_id IS NULL) AS is_unseen
    FROM fact LEFT JOIN jb_calendar_view c ON c.name = calendar
   WHERE (calendar IS NULL) = (reason IN ('in_the_past', 'outside_window'))
)
SELECT proof ? 'allowed' AND NOT EXISTS (SELECT FROM left_open),
       (SELECT array_agg(start ORDER BY start) FROM left_open),
       (SELECT jsonb_agg(said) FROM (SELECT said FROM fact EXCEPT SELECT said FROM looked_up WHERE forbidden @> starts) AS one),
       (SELECT count(*) FROM looked_up WHERE is_unseen)
$$;
