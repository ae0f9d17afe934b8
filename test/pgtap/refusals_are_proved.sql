-- Promise: the proof of a refusal holds to a checker that shares no code with the scheduler and reads what the caller may
-- (examples/check_proof.sql, rule 2.19). No fact can be left out, and none be bent. What has a place has no proof.
-- Could break: a fact forbids more starts than its claim does, or a start that the request leaves is missing in the list.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL TIME ZONE 'UTC';
\ir ../../examples/check_proof.sql
SELECT setseed(0.5) \g /dev/null
SELECT jb_calendar_set('room:a', '{"time_zone": "Europe/Berlin", "horizon": "9 days"}'),
       jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "horizon": "12 days", "buffer_before": "10 minutes", "buffer_after": "20 minutes", "slot_increment": "15 minutes"}'),
       jb_calendar_set('room:c', '{"time_zone": "America/New_York", "horizon": "10 days", "min_notice": "1 day", "max_events_per_day": 3, "strict": true}'),
       jb_calendar_set('room:d', '{"time_zone": "Europe/Berlin", "horizon": "9 days", "slot_increment": "25 minutes", "slots_from": "opening", "strict": true,
                                   "hours": {"monday": [{"start": "08:10", "end": "12:00"}, {"start": "13:05", "end": "17:00"}], "thursday": [{"start": "09:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "11:00"}]}}'),
       jb_calendar_set('room:e', '{"time_zone": "Europe/Berlin", "max_source_age": "1 day", "horizon": "9 days"}') \g /dev/null
SELECT jb_availability_set('room:a', '2026-11-25', '[{"start": "06:00", "end": "22:00"}]') \g /dev/null

-- Fixed, held and automatic events all over the days.
CREATE FUNCTION pg_temp.one(list text[]) RETURNS text LANGUAGE sql AS 'SELECT list[1 + floor(random() * cardinality(list))]';
SELECT count(*) FROM generate_series(1, 150) AS n, LATERAL (
  SELECT jb_schedule('Event', make_interval(mins => 10 + floor(random() * 20)::int * 5 + n * 0),
                     start_timestamp => timestamptz '2026-11-23 06:00Z' + make_interval(mins => floor(random() * 1900)::int * 5 + n * 0),
                     calendars => CASE WHEN random() < 0.2 THEN '{room:a,room:b}' ELSE ARRAY[pg_temp.one('{room:a,room:b,room:c,room:d}')] END,
                     hold_for => CASE WHEN random() < 0.2 THEN interval '20 days' END)) AS s \g /dev/null

-- Requests that are hard to place, some with a fixed start.
CREATE FUNCTION pg_temp.asked(n int) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
  at timestamptz := timestamptz '2026-11-22 22:00Z' + make_interval(mins => floor(random() * 2400)::int * 5);
  lists constant jsonb[] := ARRAY['{"calendars": ["room:a"]}', '{"calendars": ["room:b"]}', '{"calendars": ["room:c"]}', '{"calendars": ["room:d"]}', '{"calendars": ["room:b", "room:a"]}',
    '{"calendars": ["room:d", "room:c"]}', '{"one_of": [{"calendars": ["room:a", "room:b", "room:d"]}]}', '{"one_of": [{"calendars": ["room:a", "room:b", "room:d"], "count": 2}]}',
    '{"calendars": ["room:a"], "one_of": [{"calendars": ["room:c", "room:d"]}]}', '{"calendars": ["room:e"]}', '{"calendars": ["room:a"], "attendees": ["room:b"], "check_attendees": true}'];
  asked jsonb := lists[1 + n % cardinality(lists)] || jsonb_build_object('event_name', 'Wish');
BEGIN
  IF random() < 0.3 THEN
    RETURN asked || jsonb_build_object('start_timestamp', at, 'duration', 60 * (1 + floor(random() * 180)::int));
  END IF;
  asked := asked || jsonb_build_object('duration', 300 * (1 + floor(random() * 110)::int));
  IF random() < 0.7 THEN
    asked := asked || jsonb_build_object('not_before', at, 'not_after', at + make_interval(secs => (asked ->> 'duration')::int + floor(random() * 40)::int * 3600));
  END IF;
  IF random() < 0.2 AND (asked ->> 'duration')::int <= 23400 THEN
    asked := asked || '{"within": {"days": ["monday", "tuesday", "friday"], "from": "09:00", "to": "15:30"}}';
  END IF;
  RETURN asked;
END $$;
CREATE TEMP TABLE proved AS SELECT n, asked, jb_proof_request(asked)::jsonb AS proof FROM generate_series(1, 400) AS n, pg_temp.asked(n) AS asked;
CREATE TEMP TABLE refused AS SELECT * FROM proved WHERE proof ? 'reason';

SELECT cmp_ok((SELECT count(*) FROM refused), '>', 50::bigint, 'many requests are refused');
SELECT is_empty($$SELECT n, asked, proof FROM refused WHERE (proof ->> 'is_proved')::bool IS NOT true$$, 'each refusal is said to be proved');
SELECT is_empty($$SELECT n, asked, c.* FROM refused, pg_temp.check_proof(proof) AS c WHERE NOT c.is_refuted OR c.false_facts IS NOT NULL$$, 'each proof is accepted');
SELECT set_has($$SELECT f ->> 'reason' FROM refused, jsonb_array_elements(proof -> 'facts') AS f$$,
               $$VALUES ('in_the_past'), ('outside_window'), ('beyond_horizon'), ('too_soon'), ('outside_hours'), ('off_increment'), ('source_stale'), ('over_limit'), ('conflict')$$, 'with facts of every kind');
SELECT is_empty($$SELECT n, i FROM refused, generate_series(0, jsonb_array_length(proof -> 'facts') - 1) AS i, pg_temp.check_proof(jsonb_set(proof, '{facts}', (proof -> 'facts') - i)) AS c
                   WHERE jsonb_array_length(proof -> 'facts') <= 6 AND c.is_refuted$$, 'no fact can be left out');

-- A fact that forbids more, or another time, or names another event, is noticed.
CREATE TEMP TABLE bent AS
SELECT n, f ->> 'reason' AS reason, how, jsonb_set(proof, ARRAY['facts', i::text], to_be) AS proof
  FROM refused, LATERAL (SELECT f, i - 1 AS i FROM jsonb_array_elements(proof -> 'facts') WITH ORDINALITY AS e (f, i)) AS e,
       LATERAL (VALUES ('earlier', jsonb_set(f, '{forbids,from}', to_jsonb((f -> 'forbids' ->> 'from')::timestamptz - interval '1 day'))),
                       ('later', jsonb_set(f, '{forbids,until}', to_jsonb((f -> 'forbids' ->> 'until')::timestamptz + interval '1 day'))),
                       ('longer', jsonb_set(f, '{facts,end_timestamp}', to_jsonb((f -> 'facts' ->> 'end_timestamp')::timestamptz + interval '1 year'))),
                       ('another version', jsonb_set(f, '{version}', '99')), ('another event', jsonb_set(f, '{event_id}', '1000000'))) AS v (how, to_be)
 WHERE to_be <> f AND NOT (how = 'longer' AND f ->> 'reason' IN ('in_the_past', 'outside_window')) AND NOT (how = 'earlier' AND f ->> 'reason' IN ('in_the_past', 'too_soon'))
   AND NOT (how IN ('another version', 'another event') AND f ->> 'reason' <> 'conflict')
   AND (proof ->> 'duration')::int < 86400 AND jsonb_array_length(proof -> 'facts') <= 6;
SELECT cmp_ok((SELECT count(*) FROM bent), '>', 50::bigint, 'many lies are told');
SELECT is_empty($$SELECT n, reason, how, proof FROM bent, pg_temp.check_proof(proof) AS c WHERE c.false_facts IS NULL$$, 'each is noticed');

SELECT is_empty($$SELECT * FROM proved WHERE proof ->> 'outcome' = 'placed' AND proof ?| '{facts,allowed,reason}'$$, 'what would be placed has no facts');
SELECT is((SELECT count(*) FROM proved, pg_temp.check_proof(proof) AS c WHERE proof ->> 'outcome' = 'placed' AND c.is_refuted), 0::bigint, 'and is not refuted');
SELECT is_empty($$SELECT n FROM refused, LATERAL (SELECT (jb_schedule_all(asked)).*) AS s WHERE s.outcome = 'placed'$$, 'what is refused cannot be booked');
SELECT is_empty($$SELECT r.id FROM (SELECT (jb_rejections(max_rows => 100)).*) AS r, pg_temp.check_proof(jb_proof(r.id)::jsonb) AS c WHERE NOT c.is_refuted$$, 'nor later, by its rejection');
SELECT jb_calendar_set('room:f', '{"time_zone": "Europe/Berlin"}'), jb_schedule('All day', '10 hours', '2026-11-24', '08:00', calendars => '{room:f}') \g /dev/null
SELECT w.event_id AS waits FROM jb_schedule('Waits', '1 hour', '2026-11-24', calendars => '{room:f}', on_no_slot => 'wait') AS w \gset
SELECT ok((pg_temp.check_proof(jb_proof_event(:waits)::jsonb)).is_refuted, 'why an event waits is proved too');
SELECT throws_ok('SELECT jb_proof(99999999)', 'P0002', NULL, 'an unknown rejection has none');

-- ---- what is not in one calendar's claims alone ----
SELECT jb_calendar_set('room:g', '{"time_zone": "Europe/Berlin", "horizon": "20 days"}') \g /dev/null
CREATE TEMP TABLE offered AS SELECT jb_proof_request('{"event_name": "Offer", "calendars": ["room:g"], "date": "2026-11-24", "duration": 32400, "offer": 2}')::jsonb AS proof;
SELECT results_eq($$SELECT proof ->> 'outcome', proof ->> 'reason', proof ->> 'is_proved' FROM offered$$, $$VALUES ('rejected', 'no_open_slot', 'false')$$, 'an offer of which only the first time has a place is refused');
CREATE TEMP TABLE weekly AS SELECT jb_proof_request('{"event_name": "Series", "calendars": ["room:g"], "start_timestamp": "2026-11-24T10:00:00Z", "duration": 3600, "recurrence": "RRULE:FREQ=WEEKLY;COUNT=6"}')::jsonb AS proof;
SELECT results_eq($$SELECT proof ->> 'reason', c.is_refuted, c.false_facts FROM weekly, pg_temp.check_proof(proof) AS c$$, $$VALUES ('beyond_horizon', true, NULL::jsonb)$$, 'the horizon refuses a series, and is its proof');
SELECT jb_calendar_set('like:' || n, '{"time_zone": "Europe/Berlin"}') FROM generate_series(1, 10) AS n \g /dev/null
SELECT is(jb_proof_request(jsonb_build_object('event_name', 'Long', 'duration', 36000, 'one_of', jsonb_build_array(jsonb_build_object('calendars', (SELECT jsonb_agg('like:' || n) FROM generate_series(1, 10) AS n)))))::jsonb ->> 'is_proved', 'true', 'ten rooms alike have the starts of one');

-- ---- hidden events ----
SELECT jb_schedule('Hidden', '1 hour', '2026-12-01', '10:00', calendars => '{room:f}', attendees => '{room:b}', check_attendees => true) \g /dev/null
CREATE ROLE test_booker IN ROLE jb_secretary;
SELECT jb_grant('room:b', 'role:test_booker', 'book'), jb_default_rights_set('nothing') \g /dev/null
SET LOCAL ROLE test_booker;
CREATE TEMP TABLE seen AS SELECT jb_proof_request('{"event_name": "Wish", "date": "2026-12-01", "start_time": "10:30", "duration": 600, "calendars": ["room:b"]}')::jsonb AS proof;
SELECT results_eq($$SELECT f ->> 'reason', f ->> 'event_id', f ->> 'version' FROM seen, jsonb_array_elements(proof -> 'facts') AS f$$,
                  $$VALUES ('conflict', NULL::text, NULL::text)$$, 'a hidden event forbids without being named');
SELECT results_eq($$SELECT c.is_refuted, c.false_facts, c.not_looked_up FROM seen, pg_temp.check_proof(proof) AS c$$,
                  $$VALUES (true, NULL::jsonb, 1::bigint)$$, 'and its time can be looked up');
RESET ROLE;
SELECT jb_schedule('Hidden, may move', '1 hour', '2026-11-24', calendars => '{room:g}'), jb_grant('room:g', 'role:test_booker', 'book', may_move => false) \g /dev/null
SET LOCAL ROLE test_booker;
SELECT unalike(jb_proof_request('{"event_name": "Wish", "date": "2026-11-24", "start_time": "08:00", "duration": 600, "calendars": ["room:g"]}')::text, '%bound%', 'nobody learns of a hidden event that it may move');
SELECT rejection_id AS own FROM jb_schedule('Wish', '10 minutes', '2026-11-24', '08:00', calendars => '{room:g}') \gset
SELECT ok(NOT r.facts ? 'bound', 'nor later, from the rejection') FROM jb_rejections(:own - 1, 1) AS r;
RESET ROLE;
SELECT * FROM finish();
ROLLBACK;
