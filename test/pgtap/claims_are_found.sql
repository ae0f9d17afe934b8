-- Promise: the exclusion constraint of jb_claim refuses exactly the claims that overlap another one of their calendar;
-- its index finds exactly the claims that overlap a range, whatever the range's bounds.
-- Could break: where a page of the index is split, where the index is built from rows, where ranges touch, at bounds
-- that are included, excluded or infinite, where a key differs from its range.
BEGIN;
SELECT no_plan();
SET LOCAL timezone = 'UTC';
SELECT setseed(0.5);

SELECT ok(amvalidate(oid), opcname || ' is an operator class in the server''s eyes') FROM pg_opclass WHERE opcname IN ('jb_calendar_ops', 'jb_time_ops');

-- 30,000 claims of up to six hours in random order, many of them overlapping.
CREATE TEMP TABLE wanted AS
SELECT i AS event_id, 1 + (random() * random() * 40)::int AS calendar, tstzrange(start, start + make_interval(secs => 1 + (random() * 360)::int * 60)) AS during
  FROM (SELECT i, timestamptz '1999-12-01Z' + make_interval(mins => (random() * 86400)::int) FROM generate_series(1, 30000) i) s (i, start);
INSERT INTO jb_claim (calendar, event_id, during) SELECT calendar, event_id, during FROM wanted ON CONFLICT DO NOTHING;
CREATE TEMP TABLE taken AS SELECT * FROM jb_claim;
SELECT cmp_ok((SELECT count(*) FROM taken), '>', 5000::bigint, 'some thousand claims found room');
SELECT is((SELECT count(*) FROM (SELECT lower(during) < lag(upper(during)) OVER (PARTITION BY calendar ORDER BY during) AS overlap FROM taken) t WHERE overlap),
          0::bigint, 'no two of them overlap');
SELECT is((SELECT count(*) FROM wanted w WHERE NOT EXISTS (SELECT FROM taken t WHERE t.calendar = w.calendar AND t.during && w.during)),
          0::bigint, 'no claim was refused that had room');
DELETE FROM jb_claim WHERE event_id % 3 = 0;
DELETE FROM taken WHERE event_id % 3 = 0;

-- Ranges of every kind, with bounds equal to those of claims, just beside them, or absent.
CREATE TEMP TABLE asked AS
SELECT n, n % 42 AS calendar, CASE WHEN low > high THEN tstzrange(high, low, kind) ELSE tstzrange(low, high, kind) END AS range
  FROM generate_series(1, 400) n
  JOIN wanted a ON a.event_id = n * 7
  JOIN wanted b ON b.event_id = n * 11
 CROSS JOIN LATERAL (SELECT (ARRAY['[)', '[]', '(]', '()'])[1 + n % 4], random(), random(),
                            (random() * 2 - 1)::int * interval '1 microsecond', (random() * 2 - 1)::int * interval '1 microsecond') c (kind, x, y, i, j)
 CROSS JOIN LATERAL (SELECT CASE WHEN x < 0.1 THEN '-infinity' WHEN x > 0.2 THEN lower(a.during) + i END) l (low)
 CROSS JOIN LATERAL (SELECT CASE WHEN y < 0.1 THEN 'infinity' WHEN y < 0.3 THEN low WHEN y > 0.4 THEN upper(b.during) + j END) h (high);
INSERT INTO asked SELECT 400 + n, n % 42, 'empty' FROM generate_series(1, 5) n;
SET LOCAL enable_seqscan = off;
SET LOCAL enable_bitmapscan = off;
PREPARE found AS SELECT calendar, during FROM jb_claim WHERE calendar = 1 AND during && '[2000-01-01,2000-01-02)';
CREATE FUNCTION pg_temp.plan() RETURNS SETOF text LANGUAGE plpgsql AS 'BEGIN RETURN QUERY EXECUTE ''EXPLAIN EXECUTE found''; END';
SELECT matches((SELECT string_agg(line, ' ') FROM pg_temp.plan() AS line), 'Index Only Scan using jb_claim_calendar_during_excl', 'the index answers alone');
PREPARE of_a_calendar AS SELECT n, l.calendar, l.during FROM asked a JOIN LATERAL (SELECT calendar, during FROM jb_claim WHERE calendar = a.calendar AND during && a.range OFFSET 0) l ON true;
PREPARE of_all AS SELECT n, l.event_id FROM asked a JOIN LATERAL (SELECT event_id FROM jb_claim WHERE during && a.range OFFSET 0) l ON true WHERE n <= 40 OR n > 400;
CREATE TEMP TABLE of_a_calendar AS SELECT n, t.calendar, t.during FROM asked a JOIN taken t ON t.calendar = a.calendar AND t.during && a.range;
CREATE TEMP TABLE of_all AS SELECT n, t.event_id FROM asked a JOIN taken t ON t.during && a.range WHERE n <= 40 OR n > 400;
SELECT set_eq('of_a_calendar', 'TABLE of_a_calendar', 'the index finds on a calendar what a look at each claim finds');
SELECT set_eq('of_all', 'TABLE of_all', 'and on all calendars');
REINDEX INDEX jb_claim_calendar_during_excl;
SELECT set_eq('of_a_calendar', 'TABLE of_a_calendar', 'an index that was made of rows finds the same on a calendar');
SELECT set_eq('of_all', 'TABLE of_all', 'and on all calendars');

SELECT throws_ok(format('INSERT INTO jb_claim VALUES (99, 99999, %L)', range), '23514', 'an indexed time must be a finite range [start, end), not ' || range, 'a claim of ' || range)
  FROM unnest('{empty,"[2000-01-01,)","(,2000-01-01)","[2000-01-01,infinity)","[-infinity,2000-01-01)","[2000-01-01,2000-01-02]","(2000-01-01,2000-01-02)"}'::tstzrange[]) AS range;
SELECT * FROM finish();
ROLLBACK;
