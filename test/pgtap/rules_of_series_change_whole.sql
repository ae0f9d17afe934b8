-- Promise: an event and those after it get another rule whole or not at all (rule 2.14.8). Afterwards they have exactly
-- the starts of the rule, as many as possible are the earlier events, and no other fixed event has moved.
-- Could break: an event is left over or lost where rules, times of day, lengths and clock changes meet; a rejected rule
-- has changed something, or was rejected though all its starts are free; a dry run answers differently from the call.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2027-02-01 07:00Z';
SET LOCAL timezone = 'Europe/Berlin';
SELECT setseed(0.2148);
SELECT is(name, 'room:rule') FROM jb_calendar_set('room:rule', jsonb_build_object('time_zone', 'Europe/Berlin', 'horizon', '400 days', 'hours',
  (SELECT jsonb_object_agg(day, '[{"start": "00:00", "end": "24:00"}]'::jsonb) FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) AS day)));
-- In the way: a fixed one on every ninth day. Automatic ones give way.
SELECT is(count(*), 21::bigint) FROM generate_series(0, 20) AS n, jb_schedule('Fixed', '2 hours', date '2027-02-03' + 9 * n, '11:00', calendars => '{room:rule}');
SELECT is(count(*), 41::bigint) FROM generate_series(0, 40) AS n, jb_schedule('Anywhere', '90 minutes', date '2027-02-02' + 4 * n, calendars => '{room:rule}');
CREATE TABLE pg_temp.wrong (n int, what text);
CREATE TABLE pg_temp.outcomes (outcome text);
CREATE FUNCTION pg_temp.stored() RETURNS text LANGUAGE sql AS $$
  SELECT md5(concat((SELECT json_agg(e ORDER BY id) FROM jb_event e), (SELECT json_agg(s ORDER BY id) FROM jb_series s), (SELECT json_agg(c ORDER BY event_id) FROM jb_claim c),
                    (SELECT count(*) FROM jb_change_log), (SELECT count(*) FROM jb_rejection))) $$;

-- The starts of a rule, by another method than the scheduler's: every day is tested.
CREATE FUNCTION pg_temp.starts(first timestamp, step int, days int[], most int) RETURNS timestamp[] LANGUAGE sql AS $$
  SELECT array_agg(day ORDER BY day) FROM (
    SELECT day FROM generate_series(0, 1500) AS n, LATERAL (SELECT first + make_interval(days => n) AS day) d
     WHERE CASE WHEN days IS NULL THEN n % step = 0
                ELSE extract(isodow FROM day) = ANY (days) AND (date_trunc('week', day)::date - date_trunc('week', first)::date) / 7 % step = 0 END
     ORDER BY day LIMIT most) s $$;

DO $$
DECLARE
  words text[] := '{MO,TU,WE,TH,FR,SA,SU}';
  e jb_event; tried jb_outcome; done jb_outcome; changes jsonb; rule text; days int[]; step int; most int; first timestamp; length int;
  wanted timestamp[]; got timestamp[]; before text; followers bigint[]; kept int; fixed text; blocked boolean; last timestamptz; former text;
BEGIN
  FOR n IN 1..160 LOOP
    IF n % 8 = 1 THEN
      PERFORM jb_schedule('Series', '1 hour', date '2027-02-02' + (random() * 60)::int, make_time((random() * 20)::int, 0, 0), calendars => '{room:rule}',
        recurrence => format('RRULE:FREQ=DAILY;INTERVAL=%s;COUNT=%s', 1 + (random() * 6)::int, 1 + (random() * 8)::int));
    END IF;
    SELECT v.* INTO e FROM jb_event v WHERE v.event_name IN ('Series', 'Fixed') AND v.status = 'scheduled' ORDER BY v.event_name = 'Fixed' AND n % 20 > 0, random() LIMIT 1;
    CONTINUE WHEN e.id IS NULL;
    -- the change: a rule; perhaps another day, another time of day, another length
    step := 1 + (random() * 2)::int; most := 1 + (random() * 9)::int;
    first := (e.start_timestamp AT TIME ZONE 'Europe/Berlin');
    IF random() < 0.3 THEN first := first + make_interval(days => (random() * 9)::int); END IF;
    IF random() < 0.3 THEN first := date_trunc('day', first) + make_interval(hours => (random() * 22)::int); END IF;
    length := CASE WHEN random() < 0.3 THEN 1800 * (1 + (random() * 5)::int) ELSE extract(epoch FROM e.duration) END;
    days := CASE WHEN random() < 0.5 THEN ARRAY(SELECT DISTINCT d FROM unnest(ARRAY[extract(isodow FROM first)::int, 1 + (random() * 6)::int, 1 + (random() * 6)::int]) AS d) END;
    rule := CASE WHEN days IS NULL THEN format('RRULE:FREQ=DAILY;INTERVAL=%s;COUNT=%s', step, most)
                 ELSE format('RRULE:FREQ=WEEKLY;INTERVAL=%s;BYDAY=%s;COUNT=%s', step, (SELECT string_agg(words[d], ',') FROM unnest(days) AS d), most) END;
    CONTINUE WHEN rule = (SELECT s.recurrence FROM jb_series s WHERE s.id = e.series) OR first AT TIME ZONE 'Europe/Berlin' < jb_now();
    changes := jsonb_build_object('recurrence', rule, 'scope', 'following', 'date', first::date, 'start_time', first::time, 'duration', length);
    wanted := pg_temp.starts(first, step, days, most);

    followers := CASE WHEN e.series IS NULL THEN ARRAY[e.id] ELSE ARRAY(SELECT v.id FROM jb_event v WHERE v.series = e.series AND v.status = 'scheduled'
                                                                           AND (v.start_timestamp, v.id) >= (e.start_timestamp, e.id)) END;
    fixed := (SELECT md5(jsonb_agg(to_jsonb(v) - '{version,updated_at}'::text[] ORDER BY v.id)::text) FROM jb_event v WHERE v.event_name <> 'Anywhere' AND NOT v.id = ANY (followers));
    blocked := EXISTS (SELECT FROM unnest(wanted) AS w, jb_event v WHERE v.event_name <> 'Anywhere' AND v.status = 'scheduled' AND NOT v.id = ANY (followers)
                        AND tstzrange(v.start_timestamp, v.end_timestamp) && tstzrange(w AT TIME ZONE 'Europe/Berlin', (w AT TIME ZONE 'Europe/Berlin') + make_interval(secs => length)));
    before := pg_temp.stored();
    tried := jb_update(e.id, changes, dry_run => true);
    IF before <> pg_temp.stored() THEN INSERT INTO pg_temp.wrong VALUES (n, 'a trial changes something'); END IF;
    done := jb_update(e.id, changes);
    IF (tried.outcome, tried.reason, tried.start_timestamp) IS DISTINCT FROM (done.outcome, done.reason, done.start_timestamp)
      THEN INSERT INTO pg_temp.wrong VALUES (n, concat('a trial says ', tried.outcome, ', the call ', done.outcome)); END IF;
    IF (done.outcome = 'rejected') <> blocked THEN INSERT INTO pg_temp.wrong VALUES (n, concat_ws(' ', done.outcome, done.detail, 'but blocked is', blocked, changes)); END IF;
    IF fixed IS DISTINCT FROM (SELECT md5(jsonb_agg(to_jsonb(v) - '{version,updated_at}'::text[] ORDER BY v.id)::text) FROM jb_event v WHERE v.event_name <> 'Anywhere' AND NOT v.id = ANY (followers) AND NOT v.id = ANY (coalesce(done.events, '{}')))
      THEN INSERT INTO pg_temp.wrong VALUES (n, 'another event has changed'); END IF;
    IF done.outcome = 'updated' THEN
      got := ARRAY(SELECT v.start_timestamp AT TIME ZONE 'Europe/Berlin' FROM jb_event v WHERE v.series = e.id AND v.status = 'scheduled' AND v.id = ANY (done.events) ORDER BY 1);
      IF got IS DISTINCT FROM wanted THEN INSERT INTO pg_temp.wrong VALUES (n, concat('starts ', got, ' and not ', wanted)); END IF;
      kept := (SELECT count(*) FROM jb_event v WHERE v.id = ANY (followers) AND v.status = 'scheduled');
      IF kept <> least(cardinality(followers), most) THEN INSERT INTO pg_temp.wrong VALUES (n, concat(kept, ' of ', cardinality(followers), ' are kept')); END IF;
      IF rule IS DISTINCT FROM (SELECT v.recurrence FROM jb_event_view v WHERE v.id = done.events[cardinality(done.events)])
        THEN INSERT INTO pg_temp.wrong VALUES (n, 'the rule is another'); END IF;
    END IF;
    -- the rule of the series that they left ends with its last remaining event, and omits those that went
    IF done.outcome = 'updated' AND e.series <> e.id THEN
      last := (SELECT max(v.recurrence_id) FROM jb_event v WHERE v.series = e.series AND v.status = 'scheduled');
      former := (SELECT s.recurrence FROM jb_series s WHERE s.id = e.series);
      IF last IS NOT NULL AND former !~ format('^RRULE:[^\n]*;UNTIL=%s', to_char(last AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'))
        THEN INSERT INTO pg_temp.wrong VALUES (n, concat('the former rule is ', former, ' and its last event ', last)); END IF;
    END IF;
    INSERT INTO pg_temp.outcomes VALUES (done.outcome);
  END LOOP;
END $$;

SELECT is((SELECT string_agg(concat_ws(': ', n, what), E'\n') FROM pg_temp.wrong), NULL, 'every rule is carried out whole, or not at all');
SELECT cmp_ok(count(*), '>', 20::bigint, concat('often enough: ', outcome)) FROM pg_temp.outcomes GROUP BY outcome;
SELECT is((SELECT count(DISTINCT outcome) FROM pg_temp.outcomes), 2::bigint, 'some rules were carried out, and some were not');

-- Long values are left in the rows until they are needed: an added occurrence has all of them.
SELECT string_agg(md5(i::text), '') AS long FROM generate_series(1, 240) AS i \gset
SELECT is(name, 'room:long') FROM jb_calendar_set('room:long', '{"horizon": "400 days"}');
SELECT event_id AS long_id FROM jb_schedule('Long', '1 hour', date '2027-02-01', '23:00', calendars => '{room:long}', description => :'long', metadata => jsonb_build_object('a', left(:'long', 6000)),
  attendees => ARRAY(SELECT md5(i::text) || '@example.org' FROM generate_series(1, 200) AS i), recurrence => 'RRULE:FREQ=YEARLY;COUNT=1') \gset
SELECT is(outcome, 'updated', 'a long event gets another rule') FROM jb_update(:long_id, '{"recurrence": "RRULE:FREQ=MONTHLY;INTERVAL=1;COUNT=5", "scope": "all"}');
SELECT is((SELECT array_agg(DISTINCT row(description = :'long', length(metadata->>'a'), cardinality(attendees), cardinality(attendee_calendars))::text) FROM jb_event WHERE event_name = 'Long'),
  '{"(t,6000,200,)"}', 'each occurrence has description, metadata and attendees whole');
SELECT is((SELECT count(*) FROM jb_event WHERE event_name = 'Long'), 5::bigint, 'and there are as many as the rule says');
SELECT is_empty('SELECT * FROM jb_check()', 'what is stored is sound');
SELECT * FROM finish();
ROLLBACK;
