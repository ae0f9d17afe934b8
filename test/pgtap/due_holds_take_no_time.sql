-- Promise: a hold past its deadline takes no time for a reader, whether or not a writer has ended it (rule 3.9): slots,
-- busy time and lead time are the same as after the write.
-- Could break: a reader releases few holds at once, in separate stretches, but over a hundred only as far as its search
-- has come; beside lasting claims, with buffers, on full days, from between them, until near one, on 2 calendars.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00Z';
SET LOCAL timezone = 'UTC';
CREATE TABLE pg_temp.room (name, parts) AS SELECT concat(kind, ':', parts), parts FROM unnest('{plain,buffers,full}'::text[]) AS kind, unnest('{7,30}'::int[]) AS parts;
SELECT count(jb_calendar_set(name, '{"time_zone": "UTC", "horizon": "800 days"}' || CASE split_part(name, ':', 1)
  WHEN 'buffers' THEN '{"buffer_before": "10 minutes", "buffer_after": "5 minutes"}'::jsonb WHEN 'full' THEN '{"max_events_per_day": 2}' ELSE '{}' END)) FROM pg_temp.room;
-- Two or three a day on three days, then nothing for weeks, and the same again; every third one stays.
SELECT count(*) FROM pg_temp.room AS r (room, parts), generate_series(0, parts - 1) AS part, generate_series(0, 2) AS day, generate_series(0, 2) AS n,
  jb_schedule('Event', '45 minutes', start_timestamp => timestamptz '2026-11-24 09:00Z' + part * interval '21 days' + day * interval '1 day' + n * interval '90 minutes',
              calendars => ARRAY[room], hold_for => CASE WHEN (part + day + n) % 3 > 0 THEN interval '1 hour' END);
SET LOCAL jb_scheduler.now = '2026-11-23 08:30Z';
SELECT is(array_agg(count ORDER BY count), '{28,42,42,120,180,180}', 'holds are due and not written: few and many')
  FROM (SELECT count(*) FROM jb_event WHERE status = 'held' AND expires_at < jb_now() GROUP BY calendars) AS due;
CREATE FUNCTION pg_temp.read(rooms text[]) RETURNS text LANGUAGE sql AS $$
  SELECT md5(concat((SELECT string_agg(s::text, ',') FROM jb_slots('30 minutes', rooms, max_rows => 1000) AS s),
                    (SELECT string_agg(s::text, ',') FROM jb_slots('3 hours', rooms, '2027-01-20 10:00Z', '2027-06-01Z', max_rows => 1000) AS s),
                    (SELECT string_agg(s::text, ',') FROM jb_slots('30 minutes', rooms, '2028-05-02 08:00Z', '2028-05-02 08:50Z') AS s),
                    jb_busy(rooms[1], '2026-11-23Z', '2029-01-01Z'),
                    (SELECT json_agg(l) FROM jb_lead_time(ARRAY[interval '8 hours', '30 minutes', '9 hours'], rooms) AS l)))
$$;
CREATE TABLE pg_temp.before AS
  SELECT rooms, pg_temp.read(rooms) FROM (SELECT ARRAY[name] FROM pg_temp.room UNION ALL VALUES ('{full:30,buffers:7}'::text[]), ('{buffers:30,full:30}')) AS r (rooms);
SELECT cmp_ok((SELECT count(*) FROM jb_expire(calendars => ARRAY(SELECT name FROM pg_temp.room))), '>', 0::bigint, 'a writer ends them');
SELECT is((SELECT count(*) FROM jb_event WHERE status = 'held'), 0::bigint, 'all of them');
SELECT is(pg_temp.read(rooms), read, concat(rooms, ' read the same before and after')) FROM pg_temp.before;
SELECT * FROM finish();
ROLLBACK;
