-- Promise: GET /events, jb_event, jb_status and jb_version bypass the view for events that the caller may read. They
-- answer what jb_event_view shows of these events to this caller (rule 13.4).
-- Could break: a field masked in only one of the two, a status computed twice, a zone of another calendar, a long text
-- left in its row.
BEGIN;
SELECT no_plan();
SELECT setseed(0.4711);
SET LOCAL jb_scheduler.now = '2026-11-24 07:00+01';
SET LOCAL timezone = 'Europe/Berlin';

SELECT count(jb_calendar_set(name, jsonb_build_object('time_zone', zone, 'horizon', '3660 days', 'hours', '{"monday": [{"start": "00:00", "end": "24:00"}]}'::jsonb)))
  FROM (VALUES ('a', 'Europe/Berlin'), ('b', 'Asia/Tokyo'), ('c', 'America/St_Johns'), ('d', 'UTC')) AS c (name, zone);
-- Two hundred events of every kind, on one to three random calendars, with an attendee who has one.
SELECT count((jb_schedule('Event ' || i, i % 50 * interval '1 minute' + interval '1 minute',
    start_timestamp => CASE WHEN i % 3 > 0 THEN timestamptz '2026-11-25 00:00+01' + i * interval '20 minutes' END,
    calendars => (SELECT array_agg(c ORDER BY random()) FROM unnest('{a,b,c,d}'::text[]) AS c WHERE c = chr(97 + i % 4) OR random() < 0.2),
    attendees => CASE WHEN i % 7 = 0 THEN ARRAY[chr(97 + (i + 1) % 4), 'nobody'] END, check_attendees => i % 2 = 0,
    event_location => CASE WHEN i % 5 = 0 THEN 'Room "5" \ é' END, priority => i % 10,
    hold_for => CASE WHEN i % 8 = 2 AND i % 3 > 0 THEN i * interval '1 hour' END,
    recurrence => CASE WHEN i % 40 = 1 AND i % 3 > 0 THEN 'RRULE:FREQ=DAILY;COUNT=3' END,
    description => CASE WHEN i % 11 = 0 THEN (SELECT string_agg(md5(i || '-' || n), '') FROM generate_series(1, 240) AS n) END,
    metadata => CASE WHEN i % 4 = 0 THEN jsonb_build_object('order', i) END,
    attachments => CASE WHEN i % 13 = 0 THEN ARRAY['{"name": "a", "url": "https://example.org/"}'::jsonb] END,
    on_no_slot => CASE WHEN i % 3 = 0 THEN 'wait' ELSE 'reject' END)).event_id)
  FROM generate_series(1, 200) AS i;
SELECT jb_cancel(id) IS NOT NULL AS cancelled FROM jb_event WHERE id % 9 = 0 AND status = 'scheduled' AND end_timestamp > jb_now() \g /dev/null
SET LOCAL jb_scheduler.now = '2026-11-26 12:00+01';
SELECT cmp_ok(count(DISTINCT status), '>=', 5::bigint, 'there are events of five kinds and more') FROM jb_event_view;

-- The rights of each principal, at random; nobody is named on every calendar.
SELECT jb_default_rights_set('nothing') \g /dev/null
CREATE ROLE test_reader LOGIN IN ROLE jb_viewer;
CREATE TEMP TABLE given AS
SELECT 'p' || p AS who, c AS calendar, (ARRAY['busy', 'read', 'book', 'manage'])[1 + floor(random() * 4)::int] AS "right"
  FROM unnest('{a,b,c,d}'::text[]) AS c, generate_series(1, 6) AS p WHERE random() < 0.7;
GRANT SELECT ON given TO test_reader;
SELECT count(jb_grant(calendar, 'principal:' || who, "right")) FROM given;
GRANT jb_gateway TO test_reader;

CREATE FUNCTION pg_temp.differ(who text, calendars text[], status text[]) RETURNS SETOF text LANGUAGE sql AS $$
  SELECT coalesce(j.event::text, v.event::text)
    FROM ROWS FROM (jb_events_json(from_time => '-infinity', calendars => calendars, status => status, max_rows => 1000, principal => who))
           WITH ORDINALITY AS j (event, cursor, n)
    FULL JOIN (SELECT jb_event_json(e) AS event, jb_event_cursor(e) AS cursor, row_number() OVER () AS n
                 FROM jb_events(from_time => '-infinity', calendars => calendars, status => status, max_rows => 1000, principal => who) AS e) AS v USING (n)
   WHERE (j.event::text, j.cursor) IS DISTINCT FROM (v.event::text, v.cursor)
$$;
CREATE TEMP TABLE ids AS SELECT id FROM jb_event;
GRANT SELECT ON ids TO test_reader;
-- A caller who may not read an event is told that there is none: the view shows a nameless busy time, or nothing.
CREATE FUNCTION pg_temp.told(id bigint, who text, OUT one jsonb, OUT status text, OUT version bigint) LANGUAGE plpgsql AS $$
BEGIN
  version := jb_version(id, principal => who);
  status := jb_status(id, principal => who);
  one := to_jsonb(jb_event(id, principal => who));
EXCEPTION WHEN no_data_found THEN NULL;
END $$;
CREATE FUNCTION pg_temp.told_wrong(who text) RETURNS SETOF bigint LANGUAGE sql AS $$
  SELECT i.id FROM pg_temp.ids AS i CROSS JOIN LATERAL pg_temp.told(i.id, who) AS t
    LEFT JOIN jb_events(from_time => '-infinity', calendars => '{a,b,c,d}', max_rows => 1000, principal => who) AS v
           ON v.id = i.id AND v.event_name IS NOT NULL
   WHERE (t.one, t.status, t.version) IS DISTINCT FROM (to_jsonb(v), v.status, v.version)
$$;
SELECT is_empty($$SELECT pg_temp.told_wrong(NULL)$$, 'an event alone is what the view shows to the owner');
SELECT cmp_ok((SELECT count(*) FROM jb_events_json(from_time => '-infinity', calendars => '{a,b,c,d}', max_rows => 1000)), '>', 150::bigint, 'a list holds events of every kind');
SELECT is_empty($$SELECT pg_temp.differ(NULL, '{a,b,c,d}', NULL)$$, 'it is what the view shows to the owner');
SET LOCAL SESSION AUTHORIZATION test_reader;
SELECT is_empty(format('SELECT pg_temp.differ(%L, %L, %L)', who, array_agg(calendar), status), format('to %s, of the statuses %s', who, status))
  FROM given, unnest('{NULL,"{pending,held}","{waiting,cancelled}"}'::text[]) AS status GROUP BY who, status;
SELECT is_empty(format('SELECT pg_temp.told_wrong(%L)', who), format('an event alone, to %s', who))
  FROM (SELECT who FROM given GROUP BY who HAVING count(*) = 4) AS named;
RESET SESSION AUTHORIZATION;

-- A list checks for each event, apart from the view, whether the caller may read it, or know that it takes time.
SELECT jb_grant('a', 'role:test_reader', 'busy'), jb_grant('b', 'role:test_reader', 'read') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_reader;
SELECT cmp_ok((SELECT count(*) FROM jb_events(from_time => '-infinity', calendars => '{a,b}', max_rows => 1000) WHERE event_name IS NULL), '>', 10::bigint, 'a list holds busy times');
SELECT bag_eq(format($$SELECT * FROM jb_events(from_time => '-infinity', calendars => '{a,b}', status => %L, attendee => %L, max_rows => 1000)$$, status, who),
              format($$SELECT * FROM jb_event_view WHERE calendars || attendee_calendars && '{a,b}' AND (%1$L::text[] IS NULL OR status = ANY (%1$L)) AND (%2$L::text IS NULL OR %2$L = ANY (attendees))$$, status, who),
              format('and those of the statuses %s, with %s', status, who))
  FROM unnest('{NULL,"{pending,held}","{completed,in_progress}","{expired,cancelled}"}'::text[]) AS status, unnest('{NULL,nobody}'::text[]) AS who;
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
