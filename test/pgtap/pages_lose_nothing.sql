-- Promise: a reader who follows a list page by page sees each row once, in order, whatever the filters, the range and
-- the page size; bookings made meanwhile neither hide nor repeat another row (rule 14.5).
-- Could break: a page is read in windows, which are cut where events begin at the same moment, where an event began
-- long before the range, or where a filter leaves few events. The end of a window is guessed from the claims and the
-- present buffer, which may differ from the buffer of those claims. A long list of attendees is left in its row.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL timezone = 'UTC';

-- Two rooms, coaches and providers each have a claim an hour, one of them longer than a month. There are as many events
-- that have ended, several at once, and some without a time. Every third is on one room and attended by the other.
SELECT count(jb_calendar_set(name, jsonb_build_object('time_zone', 'UTC', 'buffer_before', CASE name WHEN 'room:a' THEN '20 minutes' WHEN 'room:b' THEN '2 hours' ELSE '0' END)))
  FROM unnest('{room:a,room:b,coach:a,coach:b,client:a,client:b,provider:a,provider:b}'::text[]) AS name;
CREATE FUNCTION pg_temp.put(first bigint, calendars text[], seats text[], status text, at timestamptz, length interval) RETURNS void LANGUAGE sql AS $$
  INSERT INTO jb_event (id, event_name, start_timestamp, end_timestamp, attendees, event_location, calendars, attendee_calendars, duration, priority, status, expires_at, created_at, updated_at)
  OVERRIDING SYSTEM VALUE
  VALUES (first, 'Event', at, at + length, CASE WHEN first % 25 = 0 THEN '{anna}' || array(SELECT 'somebody with a long name, number ' || n FROM generate_series(1, 300) AS n)
                                                  WHEN first % 5 = 0 THEN '{anna,ben}' WHEN first % 7 = 0 THEN '{ben}' ELSE '{carl}' END::text[], '', calendars, seats,
          length, 0, status, CASE WHEN status = 'held' THEN jb_now() + (first % 2 - 0.5) * interval '1 hour' END, jb_now(), jb_now());
  INSERT INTO jb_claim SELECT c.id, first, tstzrange(at - interval '5 minutes', at + length) FROM jb_calendar c
   WHERE c.name = ANY (calendars || seats) AND status IN ('scheduled', 'held');
$$;
CREATE FUNCTION pg_temp.fill(first bigint, calendars text[], seats text[]) RETURNS bigint LANGUAGE sql AS $$
  SELECT count(pg_temp.put(first + i, calendars, seats, CASE WHEN i % 4 = 0 THEN 'held' ELSE 'scheduled' END, timestamptz '2026-11-20Z' + i * interval '1 hour', '40 minutes'))
    FROM generate_series(0, 199) AS i
  UNION ALL SELECT count(pg_temp.put(first + 200, calendars, seats, 'scheduled', '2026-10-01Z', '40 days'))
  UNION ALL SELECT count(pg_temp.put(first + 300 + i, calendars, seats, ('{cancelled,denied,expired}'::text[])[1 + i % 3], timestamptz '2026-11-20Z' + i % 40 * interval '7 hours', (i % 11 + 1) * interval '1 hour'))
    FROM generate_series(0, 199) AS i
  UNION ALL SELECT count(pg_temp.put(first + 500 + i, calendars, seats, ('{waiting,cancelled}'::text[])[1 + i % 2], NULL, '1 hour')) FROM generate_series(0, 39) AS i
$$;
SELECT pg_temp.fill(1000, '{room:a}', NULL), pg_temp.fill(2000, '{coach:a,client:a}', NULL), pg_temp.fill(3000, '{provider:a}', NULL);
SELECT count(pg_temp.put(id + 10000, CASE WHEN id % 3 = 0 THEN '{room:b}' WHEN id % 3 = 1 THEN '{provider:b}' ELSE '{coach:b,client:b}' END::text[],
                         CASE WHEN id % 3 = 0 THEN '{room:a}'::text[] END, status, start_timestamp + interval '1 year', coalesce(end_timestamp - start_timestamp, '1 hour')))
  FROM jb_event WHERE id < 10000;
-- Those of room:b are also in the past, where they do not meet a claim of room:a.
SELECT count(pg_temp.put(20000 + i, '{room:b}', '{room:a}', 'scheduled', timestamptz '2026-09-01Z' + i * interval '1 hour', '30 minutes')) FROM generate_series(0, 99) AS i;

-- All pages of a list, by the cursor of each last row. Events made by `meanwhile` are in no other list.
CREATE FUNCTION pg_temp.followed(list text, size int, meanwhile text = NULL) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
  seen   bigint[] = '{}';
  page   bigint[];
  last   text;
BEGIN
  LOOP
    EXECUTE format('SELECT array_agg(p.id ORDER BY p.n), max(p.cursor) FILTER (WHERE p.is_last) FROM (SELECT *, row_number() OVER () AS n, row_number() OVER () = count(*) OVER () AS is_last FROM (%s) l) p', list)
       INTO page, last USING size, last;
    EXIT WHEN page IS NULL;
    seen := seen || page;
    EXIT WHEN cardinality(page) < size;
    IF meanwhile IS NOT NULL THEN EXECUTE meanwhile; END IF;
  END LOOP;
  RETURN seen;
END $$;
CREATE FUNCTION pg_temp.some(n int) RETURNS int LANGUAGE sql VOLATILE AS 'SELECT floor(random() * n)::int';
CREATE FUNCTION pg_temp.instant() RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(quote_literal(timestamptz '2026-11-19Z' + pg_temp.some(400) * interval '30 minutes' + (pg_temp.some(3) - 1) * interval '0.4 s'), 'NULL') || '::timestamptz' FROM (SELECT) s WHERE pg_temp.some(5) > 0
$$;
CREATE FUNCTION pg_temp.pick(words text[], most int) RETURNS text LANGUAGE sql VOLATILE AS $$
  SELECT coalesce(quote_literal(array_agg(w)), 'NULL') || '::text[]' FROM (SELECT w FROM unnest(words) AS w ORDER BY random() LIMIT pg_temp.some(most + 1)) s
$$;

CREATE TABLE pg_temp.lists (n int, size int, list text, plain text);
-- One instant may be after the other: the range is then turned around, and sometimes empty.
INSERT INTO lists
SELECT n, (ARRAY[2, 3, 7, 11, 50, 1000])[1 + pg_temp.some(6)], list, plain FROM generate_series(1, 25) AS n,
  LATERAL (SELECT coalesce(pg_temp.instant(), 'NULL::timestamptz') AS a, coalesce(pg_temp.instant(), 'NULL::timestamptz') AS b, n AS again) i,
  LATERAL (SELECT CASE WHEN 'NULL::timestamptz' IN (a, b) THEN a ELSE least(a, b) END AS f, CASE WHEN 'NULL::timestamptz' IN (a, b) THEN b ELSE greatest(a, b) END AS t) r,
  LATERAL (SELECT pg_temp.pick('{pending,in_progress,completed,held,waiting,cancelled,denied,expired}', 3) AS s,
                  pg_temp.pick('{PENDING,CONFIRMED,DENIED,EXPIRED,CANCELLED,WAITING}', 3) AS d,
                  (ARRAY['NULL', 'NULL', $$'anna'$$, $$'ben'$$, $$'nobody'$$])[1 + pg_temp.some(5)] AS who,
                  (ARRAY[$$'a'$$, $$'b'$$, 'NULL'])[1 + pg_temp.some(3)] AS one, (ARRAY[$$'a'$$, $$'b'$$, 'NULL'])[1 + pg_temp.some(3)] AS other, n AS again) w,
  LATERAL (VALUES
    (format($$SELECT e.id, jb_event_cursor(e) AS cursor FROM jb_events('room:a', %s, %s, %s, %s, $2, $1) e$$, f, t, s, who),
     format($$SELECT array_agg(id ORDER BY start_timestamp NULLS LAST, id) FROM jb_event_view v WHERE 'room:a' = ANY (calendars || attendee_calendars)
              AND (start_timestamp IS NULL OR tstzrange(start_timestamp, end_timestamp) && tstzrange(%s, %s))
              AND (%s IS NULL OR status = ANY (%s)) AND (%s IS NULL OR %s = ANY (attendees))$$, f, t, s, s, who, who)),
    (format($$SELECT e.id, jb_event_cursor(e) AS cursor FROM jb_events(from_time => %s, to_time => %s, status => %s, after => $2, max_rows => $1, calendars => '{room:b,coach:a,room:a}') e$$, f, t, s),
     format($$SELECT array_agg(id ORDER BY start_timestamp NULLS LAST, id) FROM jb_event_view v WHERE '{room:a,room:b,coach:a}' && (calendars || attendee_calendars)
              AND (start_timestamp IS NULL OR tstzrange(start_timestamp, end_timestamp) && tstzrange(%s, %s)) AND (%s IS NULL OR status = ANY (%s))$$, f, t, s, s)),
    (format($$SELECT s.id, concat(extract(epoch FROM s.start)::bigint, ',', s.id) AS cursor FROM jb_sessions(%s, %s, %s, %s, $2, $1) s$$, one, other, f, t),
     format($$SELECT array_agg(v.id ORDER BY start, v.id) FROM jb_session v JOIN jb_event e USING (id) WHERE tstzrange(e.start_timestamp, e.end_timestamp) && tstzrange(%s, %s)
              AND (%s::text IS NULL OR coach_hash_id = %s) AND (%s::text IS NULL OR client_hash_id = %s)$$, f, t, one, one, other, other)),
    (format($$SELECT appointment_id AS id, concat(extract(epoch FROM start_timestamp)::bigint, ',', appointment_id) AS cursor FROM jb_appointments(%s, %s, %s, %s, %s, $2, $1)$$, one, who, d, f, t),
     format($$SELECT array_agg(appointment_id ORDER BY start_timestamp NULLS LAST, appointment_id) FROM jb_appointment v
               WHERE (start_timestamp IS NULL OR tstzrange(start_timestamp, end_timestamp) && tstzrange(%s, %s))
              AND (%s::text IS NULL OR provider_id = %s) AND (%s::text IS NULL OR client = %s) AND (%s IS NULL OR status = ANY (%s))$$, f, t, one, one, who, who, d, d))
  ) AS l (list, plain);
CREATE FUNCTION pg_temp.plain(query text) RETURNS bigint[] LANGUAGE plpgsql AS $$DECLARE found bigint[]; BEGIN EXECUTE query INTO found; RETURN coalesce(found, '{}'); END$$;
SELECT is(pg_temp.followed(list, size), pg_temp.plain(plain), format('%s of %s: %s', n, size, list)) FROM lists ORDER BY n;

SELECT is(array(SELECT id FROM jb_events('room:a', '2026-11-23 06:30Z', '2026-11-23 18:00Z', '{in_progress}')), '{1078}', 'what is in progress is found in a range that begins later');

SELECT is(array(SELECT id FROM jb_events('room:a', '2026-11-23 06:30Z', NULL, '{in_progress,pending}', max_rows => 1)), '{1078}', 'and fills a page alone');

-- The list is read in windows, and the first ends a day after the list begins. One claim begins there, by its buffer an
-- hour before its event, and another event begins in between.
SELECT count(jb_calendar_set(name, jsonb_build_object('time_zone', 'UTC', 'buffer_before', buffer))) FROM (VALUES ('edge:a', '0'), ('edge:b', '1 hour')) AS c (name, buffer);
SELECT count(jb_schedule(name, '10 minutes', start_timestamp => at, calendars => ARRAY[calendar]))
  FROM (VALUES ('second', 'edge:b', timestamptz '2026-11-24 08:50Z'), ('first', 'edge:a', '2026-11-24 08:20Z'), ('third', 'edge:a', '2026-11-26 08:20Z')) AS e (name, calendar, at);
SELECT is(array(SELECT v.event_name FROM unnest(pg_temp.followed($$SELECT e.id, jb_event_cursor(e) AS cursor FROM jb_events(from_time => '2026-11-23 08:00Z', after => $2, max_rows => $1, calendars => '{edge:a,edge:b}') e$$, 1))
                  WITH ORDINALITY AS s (id, n) JOIN jb_event v USING (id) ORDER BY n), '{first,second,third}', 'what begins behind the edge of a window is seen in its turn');

-- ---- what comes meanwhile ----
SELECT pg_temp.plain($$SELECT array_agg(id ORDER BY start_timestamp NULLS LAST, id) FROM jb_event_view v WHERE 'room:a' = ANY (calendars || attendee_calendars)$$) AS before \gset
SELECT cmp_ok(cardinality(:'before'::bigint[]), '>', 400, 'the list is long');
CREATE SEQUENCE pg_temp.more START 50000;
SELECT is(array(SELECT id FROM unnest(pg_temp.followed($$SELECT e.id, jb_event_cursor(e) AS cursor FROM jb_events('room:a', NULL, NULL, NULL, NULL, $2, $1) e$$, 7,
                  $$SELECT pg_temp.put(n, '{room:a}', NULL, 'scheduled', timestamptz '2026-11-20 00:52Z' + (n * 7) % 190 * interval '1 hour', '1 minute') FROM nextval('pg_temp.more') AS n$$)) WITH ORDINALITY AS s (id, n)
                 WHERE id < 50000 ORDER BY n), :'before'::bigint[], 'what was there is seen once, in order, whatever is booked meanwhile');
SELECT * FROM finish();
ROLLBACK;
