-- Promise: a hold past its deadline takes no time for a reader, whether or not a writer has ended it (rule 3.9): slots, busy
-- time and lead time are those that are there once it has been written.
-- Could break: a reader gives many holds back at once, by stretches that lie apart, beside claims that stay, with buffers, on
-- full days.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00Z';
SET LOCAL timezone = 'UTC';
SELECT count(jb_calendar_set(name, settings)) FROM (VALUES
  ('room:plain', '{"time_zone": "UTC"}'::jsonb),
  ('room:buffers', '{"time_zone": "UTC", "buffer_before": "10 minutes", "buffer_after": "5 minutes"}'),
  ('room:full', '{"time_zone": "UTC", "max_events_per_day": 2}')) AS c (name, settings);
-- Two or three a day on three days, then nothing for weeks, and the same again; every third stays.
SELECT count(*) FROM unnest('{room:plain,room:buffers,room:full}'::text[]) AS room, generate_series(0, 6) AS part, generate_series(0, 2) AS day, generate_series(0, 2) AS n,
  jb_schedule('Event', '45 minutes', start_timestamp => timestamptz '2026-11-24 09:00Z' + part * interval '21 days' + day * interval '1 day' + n * interval '90 minutes',
              calendars => ARRAY[room], hold_for => CASE WHEN (part + day + n) % 3 > 0 THEN interval '1 hour' END);
SET LOCAL jb_scheduler.now = '2026-11-23 08:30Z';
SELECT cmp_ok((SELECT count(*) FROM jb_event WHERE status = 'held' AND expires_at < jb_now()), '>', 60::bigint, 'many holds are due and not written');
CREATE FUNCTION pg_temp.read(room text) RETURNS text LANGUAGE sql AS $$
  SELECT md5(concat((SELECT string_agg(s::text, ',') FROM jb_slots('30 minutes', ARRAY[room], max_rows => 1000) AS s), jb_busy(room, '2026-11-23Z', '2027-06-01Z'),
                    (SELECT json_agg(l) FROM jb_lead_time(ARRAY[interval '30 minutes', '8 hours'], ARRAY[room]) AS l)))
$$;
CREATE TABLE pg_temp.before AS SELECT name, pg_temp.read(name) FROM jb_calendars() WHERE name LIKE 'room:%';
SELECT cmp_ok((SELECT count(*) FROM jb_expire(calendars => '{room:plain,room:buffers,room:full}')), '>', 0::bigint, 'a writer ends them');
SELECT is((SELECT count(*) FROM jb_event WHERE status = 'held'), 0::bigint, 'all of them');
SELECT is(pg_temp.read(name), read, name || ' reads the same before and after') FROM pg_temp.before;
SELECT * FROM finish();
ROLLBACK;
