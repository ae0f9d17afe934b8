-- A database administrator's own way to place an event in the first gap of a calendar. A table has the calendar's events,
-- with an exclusion constraint and an index on both ends in the order of time; three functions search it. Each first takes
-- the calendar's lock and writes the event in the same call, as jb_schedule does; none keeps a history. The tables are
-- filled with the claims of the scheduler's calendar, all at once and then vacuumed, which is their best state.
CREATE TABLE planned (
  id       bigint      GENERATED ALWAYS AS IDENTITY,
  calendar int         NOT NULL,
  start_ts timestamptz NOT NULL,
  end_ts   timestamptz NOT NULL
);
INSERT INTO planned (calendar, start_ts, end_ts)
SELECT calendar, lower(during), upper(during) FROM jb_claim ORDER BY calendar, lower(during);
ALTER TABLE planned ADD PRIMARY KEY (id),
  ADD EXCLUDE USING gist (calendar WITH =, tstzrange(start_ts, end_ts) WITH &&);
CREATE INDEX planned_time ON planned (calendar, start_ts) INCLUDE (end_ts);
VACUUM ANALYZE planned;

-- The earliest start of an event that can matter after `earliest`: the end of the event under way then.
CREATE FUNCTION peer_begin(of_calendar int, earliest timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
  SELECT greatest(earliest, (SELECT end_ts FROM planned WHERE calendar = of_calendar AND start_ts <= earliest
                              ORDER BY start_ts DESC LIMIT 1))
$$;

-- Looks at event after event, in PL/pgSQL, and stops at the first gap that is long enough.
CREATE FUNCTION place_by_scan(of_calendar int, earliest timestamptz, length interval) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  gap_begin timestamptz;
  event     record;
  placed    bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(of_calendar);
  gap_begin := peer_begin(of_calendar, earliest);
  FOR event IN SELECT start_ts, end_ts FROM planned WHERE calendar = of_calendar AND start_ts > earliest ORDER BY start_ts LOOP
    EXIT WHEN event.start_ts - gap_begin >= length;
    gap_begin := event.end_ts;
  END LOOP;
  INSERT INTO planned (calendar, start_ts, end_ts) VALUES (of_calendar, gap_begin, gap_begin + length) RETURNING id INTO placed;
  RETURN placed;
END $$;

-- By lead(), in the order of the index, so that LIMIT stops the search at the first gap.
CREATE FUNCTION place_by_lead(of_calendar int, earliest timestamptz, length interval) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  placed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(of_calendar);
  INSERT INTO planned (calendar, start_ts, end_ts)
  SELECT of_calendar, gap_begin, gap_begin + length
    FROM (SELECT peer_begin(of_calendar, earliest) AS gap_begin, 0 AS turn
           WHERE coalesce((SELECT start_ts - peer_begin(of_calendar, earliest) >= length FROM planned
                            WHERE calendar = of_calendar AND start_ts > earliest ORDER BY start_ts LIMIT 1), true)
          UNION ALL
          (SELECT end_ts, 1
             FROM (SELECT start_ts, end_ts, lead(start_ts) OVER (ORDER BY start_ts) AS next
                     FROM planned WHERE calendar = of_calendar AND start_ts > earliest) AS neighbours
            WHERE next - end_ts >= length OR next IS NULL
            ORDER BY start_ts LIMIT 1)) AS gap
   ORDER BY turn LIMIT 1
  RETURNING id INTO placed;
  RETURN placed;
END $$;

-- By range_agg: all taken time as one multirange, its complement, and the first free range that is long enough.
CREATE FUNCTION place_by_range_agg(of_calendar int, earliest timestamptz, length interval) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
  placed bigint;
BEGIN
  PERFORM pg_advisory_xact_lock(of_calendar);
  INSERT INTO planned (calendar, start_ts, end_ts)
  SELECT of_calendar, lower(gap), lower(gap) + length
    FROM unnest(tstzmultirange(tstzrange(peer_begin(of_calendar, earliest), NULL))
                - coalesce((SELECT range_agg(tstzrange(start_ts, end_ts)) FROM planned
                             WHERE calendar = of_calendar AND start_ts > earliest), '{}')) AS gap
   WHERE upper_inf(gap) OR upper(gap) - lower(gap) >= length
   ORDER BY lower(gap) LIMIT 1
  RETURNING id INTO placed;
  RETURN placed;
END $$;
