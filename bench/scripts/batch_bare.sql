-- A thousand events with known times, ten for each of a hundred calendars: event, claim and change, each by one INSERT.
\set n :n + 1
\set start 4102444800 + :run * 31536000 + :n * 18000
WITH event AS (
  INSERT INTO bare_event (event_name, start_timestamp, end_timestamp, attendees, event_location, calendar, duration, status, created_at)
  SELECT 'Visit', start, start + interval '30 minutes', '{}', '', i % 100, interval '30 minutes', 'scheduled', now()
    FROM (SELECT i, to_timestamp(:start::float8 + i / 100 * 1800) AS start FROM generate_series(0, 999) i) AS request
  RETURNING id, calendar, start_timestamp, end_timestamp
), claim AS (
  INSERT INTO bare_claim SELECT calendar, id, tstzrange(start_timestamp, end_timestamp) FROM event
)
INSERT INTO bare_change SELECT calendar, id, now(), 'bench', id, 'placed', tstzrange(start_timestamp, end_timestamp) FROM event;
