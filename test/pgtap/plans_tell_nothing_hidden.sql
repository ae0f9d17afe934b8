-- Promise: EXPLAIN shows a reader the same plan, estimates, rows and buffers for a hidden value and for one that does
-- not exist, in each column of each view but ids and times (rule 13.5).
-- Could break: PostgreSQL pushes a condition on a plain column below the rights of a view, to the index and statistics
-- of the table, where "Rows Removed by Filter" reveals any value. The columns come from the catalogue, so a new column
-- is also tested.
BEGIN;
SELECT no_plan();
CREATE ROLE test_reader LOGIN IN ROLE jb_viewer;
GRANT ALL ON SCHEMA public TO test_reader;
SELECT set_config('jb_scheduler.now', '2026-11-23 07:00+01', true);
SET LOCAL timezone = 'Europe/Berlin';

-- ---- what is hidden, each of it often enough for statistics, and a little that the reader sees ----
CREATE FUNCTION pg_temp.furnish(who text, zone text, day date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  at timestamptz;
  n int := length(who);
  hides bool := who = 'hidden';
BEGIN
  PERFORM jb_calendar_set(name, jsonb_build_object('time_zone', zone, 'slot_increment', 60 * n, 'min_notice', 60 * n, 'horizon', 86400 * (300 + n),
      'buffer_before', 60 * n, 'buffer_after', 120 * n, 'settled_within', 60 * n, 'max_events_per_day', 90 + n, 'max_guest_bookings', 100 + n, 'max_guest_bookings_per_day', 30 + n, 'default_duration', 60 * n, 'confirm_within', 3600 * n,
      'display_name', who || ' shown', 'color', CASE WHEN hides THEN 'teal' ELSE 'red' END, 'check_attendees', hides, 'strict', hides, 'public_booking', name = 'provider:hidden', 'slots_from', CASE WHEN hides THEN 'opening' ELSE 'midnight' END,
      'hours', (SELECT jsonb_object_agg(weekday, jsonb_build_array(jsonb_build_object('start', lpad(n::text, 2, '0') || ':00:00', 'end', '24:00:00')))
                  FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) AS weekday)))
     FROM unnest('{room,coach,client,provider}'::text[]) AS kind, LATERAL (SELECT kind || ':' || who AS name) AS c;
  PERFORM jb_calendar_set('stays:' || who, '{}');
  FOR i IN 1 .. 8 LOOP
    PERFORM jb_schedule(who || ' stays', event_date => day + 8 * i, start_time => '00:00', days => n, calendars => ARRAY['stays:' || who]);
    at := day + i * interval '1 day' + interval '10 hours';
    PERFORM jb_schedule(who || ' meets', make_interval(mins => 10 + n), start_timestamp => at, attendees => ARRAY[who || '@example.org'], event_location => who || ' place',
                        calendars => ARRAY['room:' || who] || CASE WHEN i % 2 = 0 THEN '{anna}'::text[] END, description => who || ' text', metadata => jsonb_build_object(who, n), priority => n,
                        attachments => ARRAY[jsonb_build_object('name', who || ' file', 'url', 'https://example.org/')], check_attendees => NULL, principal => who);
    PERFORM jb_session_create(who, who, at + interval '1 hour', 60 + n), jb_appointment_reserve(who, who || ' client', start_timestamp => at, duration => make_interval(mins => 30 + n)),
            jb_provider_availability_add(who, at::date + 30, jsonb_build_object('02:' || 20 + n, '03:00'));
    CONTINUE WHEN NOT hides;
    PERFORM jb_schedule('hidden later', '40 minutes', at::date, not_before => at - interval '3 hours', not_after => at + interval '9 hours', calendars => '{room:hidden}', hold_for => '28 hours');
    PERFORM jb_schedule('hidden hours', '4 minutes', day + 40 + i, calendars => '{room:hidden}', within => jsonb_build_object('from', make_time(10, i, 0)), max_attendees => 800 + i);
    PERFORM jb_schedule('hidden choice', '4 minutes', day + 50 + i, one_of => jsonb_build_array(jsonb_build_object('calendars', '["room:hidden", "coach:hidden"]'::jsonb, 'weights', jsonb_build_array(i, 9))));
    PERFORM jb_schedule('hidden refused', '5 minutes', start_timestamp => at, calendars => '{room:hidden}', attendees => '{coach:hidden}', check_attendees => true);
    PERFORM jb_schedule('hidden check', '5 minutes', start_timestamp => at - interval '2 hours', calendars => '{room:hidden}', attendees => '{coach:hidden}', check_attendees => true);
  END LOOP;
  UPDATE jb_event SET held_by = who, proposed_on = ARRAY['room:' || who], offer = ARRAY[id, id] WHERE event_name = who || ' meets';
  UPDATE jb_calendar SET max_source_age = n * interval '30 days', source_as_of = jb_now() - n * interval '1 day' WHERE name = 'room:' || who;
  PERFORM jb_feed_create('room:' || who, CASE WHEN hides THEN 'busy' ELSE 'events' END, principal => who);
  IF hides THEN
    PERFORM set_config('jb_scheduler.now', '2026-11-23 07:45+01', true);
    PERFORM jb_schedule('hidden again', '7 minutes', day + 20, '15:00', calendars => '{room:hidden}', recurrence => 'RRULE:FREQ=DAILY;COUNT=4');
    PERFORM jb_update(id, '{"event_name": "hidden changed"}') FROM jb_event WHERE event_name = 'hidden again';
    PERFORM jb_cancel(id), jb_delete(id) FROM jb_event WHERE event_name = 'hidden changed' AND id % 2 = 0;
    PERFORM jb_cancel(id) FROM jb_event WHERE event_name = 'hidden changed' AND id % 4 = 1;
    PERFORM jb_appointment_status_set(id, 'DENIED') FROM jb_event WHERE attendees = '{hidden client}' AND id % 2 = 0;
  END IF;
END $$;
SELECT jb_calendar_set('anna', '{"time_zone": "Europe/Berlin"}') IS NOT NULL AS made \g /dev/null
SELECT set_config('jb_scheduler.now', '2026-11-23 07:30+01', true) \g /dev/null
SELECT pg_temp.furnish('hidden', 'Asia/Tokyo', '2026-11-28') \g /dev/null
SELECT set_config('jb_scheduler.now', '2026-11-23 08:00+01', true) \g /dev/null
SELECT pg_temp.furnish('own', 'Europe/Paris', '2027-02-28') \g /dev/null
SELECT jb_default_rights_set('nothing') \g /dev/null
SELECT jb_grant('anna', 'principal:test_reader', 'busy') \g /dev/null
SELECT count(jb_grant(name, 'principal:test_reader', 'manage')) FROM jb_calendar WHERE name LIKE '%own' \g /dev/null
ANALYZE;

-- ---- every view that a reader may read, every column, and what it holds ----
CREATE TEMP TABLE asked AS
SELECT c.relname::text AS view, a.attname::text AS col, format_type(a.atttypid, NULL) AS type
  FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
  JOIN pg_extension e ON e.oid = d.refobjid AND e.extname = 'jb_scheduler'
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind = 'v' AND has_table_privilege('test_reader', c.oid, 'SELECT') AND c.relname <> 'jb_calendar_default';
-- A plan may show that an event with this id exists, and that there are events at this time.
DELETE FROM asked WHERE (view, col) IN (('jb_event_view', 'id'), ('jb_event_view', 'start_timestamp'), ('jb_event_view', 'end_timestamp'),
  ('jb_session', 'id'), ('jb_session', 'start'), ('jb_appointment', 'appointment_id'), ('jb_appointment', 'start_timestamp'), ('jb_appointment', 'end_timestamp'),
  ('jb_rejection_view', 'id'));
CREATE TEMP TABLE held (view text, col text, value text);
CREATE TEMP TABLE seen (view text, col text, value text);
GRANT ALL ON asked, held, seen TO PUBLIC;
CREATE FUNCTION pg_temp.look(kept text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  a asked;
BEGIN
  FOR a IN SELECT * FROM asked LOOP
    EXECUTE format('INSERT INTO %I SELECT DISTINCT %L, %L, %I::text FROM %I WHERE %3$I IS NOT NULL', kept, a.view, a.col, a.col, a.view);
  END LOOP;
END $$;
SELECT pg_temp.look('held') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_reader;
SELECT pg_temp.look('seen') \g /dev/null
RESET SESSION AUTHORIZATION;
CREATE TEMP TABLE hidden AS
SELECT a.*, h.value, row_number() OVER (PARTITION BY a.view, a.col ORDER BY h.value) AS n,
       CASE a.type WHEN 'text' THEN h.value || '!' WHEN 'timestamp with time zone' THEN (h.value::timestamptz + interval '1 microsecond')::text
                   WHEN 'interval' THEN (h.value::interval + interval '1 microsecond')::text WHEN 'numeric' THEN (h.value::numeric + 0.001)::text
                   WHEN 'time without time zone' THEN (h.value::time + interval '1 microsecond')::text WHEN 'date' THEN '2026-06-01' WHEN 'integer' THEN '4711'
                   WHEN 'bigint' THEN '987654' WHEN 'smallint' THEN '77' WHEN 'text[]' THEN '{absent}' WHEN 'jsonb' THEN '{"absent": 1}'
                   WHEN 'tstzrange' THEN '[2026-06-01,2026-06-02)' END AS absent
  FROM asked a JOIN held h USING (view, col)
 WHERE NOT EXISTS (SELECT FROM seen s WHERE (s.view, s.col, s.value) = (h.view, h.col, h.value));
-- Of the two boolean values a view may hold one that the reader does not see; there is no third.
UPDATE hidden SET absent = CASE value WHEN 'true' THEN 'false' ELSE 'true' END WHERE type = 'boolean';
DELETE FROM hidden h WHERE type = 'boolean' AND EXISTS (SELECT FROM held WHERE (held.view, held.col, held.value) = (h.view, h.col, h.absent));
GRANT SELECT ON hidden TO PUBLIC;
SELECT is_empty('SELECT view, col, type FROM hidden WHERE absent IS NULL', 'for every type there is a value that no row holds, beside the hidden one where values have an order');
SELECT is_empty($$SELECT view, col FROM asked EXCEPT SELECT view, col FROM hidden
                  EXCEPT SELECT view, col FROM asked WHERE type = 'boolean'$$, 'every column hides something, if it has more than two values');

-- ---- the plans ----
-- A backend without cached grants reads them when a view checks rights, so the plan shows which rows were checked.
CREATE FUNCTION pg_temp.forget_rights() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'UPDATE jb_default_rights SET gives = gives WHERE false';
CREATE FUNCTION pg_temp.plan(h hidden, form text, value text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  line text;
  lines text := '';
  literal text := quote_literal(value) || '::' || h.type;
BEGIN
  PERFORM pg_temp.forget_rights();
  FOR line IN EXECUTE format('EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) SELECT * FROM %I WHERE ', h.view)
                      || replace(replace(form, '§', quote_ident(h.col)), '?', literal) LOOP
    CONTINUE WHEN line ~ '(Filter|Cond): \(|(Planning|Execution) Time:';  -- the condition itself, and how long it took
    lines := lines || line || E'\n';
  END LOOP;
  RETURN lines;
END $$;
-- The first plan of a condition reads catalogues, and an invalidation sent to every backend may cause this again.
CREATE FUNCTION pg_temp.differ(h hidden, form text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  unseen text;
  unknown text;
BEGIN
  FOR round IN 1 .. 4 LOOP
    unseen := pg_temp.plan(h, form, h.value);
    unknown := pg_temp.plan(h, form, h.absent);
    EXIT WHEN unseen = unknown;
  END LOOP;
  RETURN CASE WHEN unseen <> unknown THEN concat_ws(E'\n', h.view || '.' || h.col || ' ' || form, h.value, unseen, h.absent, unknown) END;
END $$;
SET LOCAL SESSION AUTHORIZATION test_reader;
CREATE TEMP TABLE found AS
SELECT h.view, h.col, f.form, pg_temp.differ(h, f.form) AS difference FROM hidden h
 CROSS JOIN LATERAL (VALUES ('§ = ?'), ('§ >= ?'), ('§ = ANY (ARRAY[?])'), ('§ @> ?')) AS f (form)
 WHERE h.n <= 3 AND CASE f.form WHEN '§ @> ?' THEN h.type IN ('text[]', 'jsonb', 'tstzrange') WHEN '§ = ANY (ARRAY[?])' THEN h.type <> 'text[]'
   WHEN '§ >= ?' THEN h.type IN ('text', 'timestamp with time zone', 'interval', 'numeric', 'time without time zone') ELSE true END;
RESET SESSION AUTHORIZATION;
SELECT is(string_agg(difference, E'\n' ORDER BY form), NULL, format('no plan tells what %s.%s hides', view, col)) FROM found GROUP BY view, col ORDER BY view, col;
SELECT * FROM finish();
ROLLBACK;
