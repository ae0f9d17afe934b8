-- Promise: an event is shown exactly as its columns say, wherever it is shown: in the outcome of the call that wrote
-- it, in the answer repeated under an idempotency key, and to later readers.
-- Could break: the outcome's event is written from the call's memory, a reader's from a row. One of the two could omit
-- a field, or a later step of the same call, or write a zone, a text or a list differently.
BEGIN;
SELECT no_plan();
SELECT extract(epoch FROM clock_timestamp())::int AS seed \gset
SELECT diag('seed ' || :seed) FROM setseed(:seed % 1000 / 1000.0);
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL timezone = 'Asia/Tokyo';
SET LOCAL datestyle = 'SQL, DMY';
SET LOCAL intervalstyle = 'postgres_verbose';

CREATE FUNCTION by_columns(event jb_event_view) RETURNS text LANGUAGE sql RETURN json_build_object(
  'id', $1.id, 'event_name', $1.event_name, 'attendees', $1.attendees, 'event_location', $1.event_location,
  'calendars', $1.calendars, 'attendee_calendars', $1.attendee_calendars, 'date', $1.date, 'start_time', $1.start_time,
  'wished_start', jb_timestamp_text($1.wished_start, $1.time_zone), 'duration', extract(epoch FROM $1.duration)::bigint,
  'not_before', jb_timestamp_text($1.not_before, $1.time_zone), 'not_after', jb_timestamp_text($1.not_after, $1.time_zone),
  'priority', $1.priority, 'check_attendees', $1.check_attendees, 'hold_for', extract(epoch FROM $1.hold_for)::bigint,
  'description', $1.description, 'metadata', $1.metadata, 'days', $1.days,
  'within', CASE WHEN $1.within IS NOT NULL THEN format('{"days" : %s, "from" : %s, "to" : %s}', replace(($1.within -> 'days')::text, ' ', ''), $1.within -> 'from', $1.within -> 'to')::json END,
  'one_of', (SELECT ('[' || string_agg(format('{"calendars" : %s, "count" : %s, "choose" : %s, "weights" : %s, "per" : %s, "same" : %s, "chosen" : %s}', replace((l -> 'calendars')::text, ', ', ','),
                                              l -> 'count', l -> 'choose', replace((l -> 'weights')::text, ', ', ','), l -> 'per', l -> 'same', replace((l -> 'chosen')::text, ', ', ',')), ',' ORDER BY n) || ']')::json
               FROM jsonb_array_elements($1.one_of) WITH ORDINALITY AS l (l, n)),
  'max_attendees', $1.max_attendees,
  'start_timestamp', jb_timestamp_text($1.start_timestamp, $1.time_zone),
  'end_timestamp', jb_timestamp_text($1.end_timestamp, $1.time_zone), 'status', $1.status, 'placement', $1.placement,
  'attachments', $1.attachments, 'series', $1.series, 'recurrence', $1.recurrence, 'recurrence_id', jb_timestamp_text($1.recurrence_id, $1.time_zone),
  'expires_at', jb_timestamp_text($1.expires_at, $1.time_zone), 'time_zone', $1.time_zone,
  'created_at', jb_timestamp_text($1.created_at, $1.time_zone), 'updated_at', jb_timestamp_text($1.updated_at, $1.time_zone),
  'version', $1.version)::text;

-- An event as shown by the outcome, as shown to a reader, and as its columns say.
CREATE TABLE told (call text, outcome text, said text, read text, stored text);
CREATE FUNCTION tell(call text, o jb_outcome) RETURNS void LANGUAGE sql AS $$
  INSERT INTO told SELECT $1, o.outcome, o.event::text, jb_event_json(v)::text, CASE WHEN v.id IS NOT NULL THEN by_columns(v) END
    FROM (SELECT) AS once LEFT JOIN jb_event_view AS v ON v.id = o.event_id $$;

CREATE FUNCTION pick(VARIADIC text[]) RETURNS text LANGUAGE sql VOLATILE AS $$SELECT $1[1 + floor(random() * cardinality($1))::int]$$;
CREATE FUNCTION some_text() RETURNS text LANGUAGE sql VOLATILE
RETURN pick('Plain', 'Fixed "quoted" \ back', E'tab\tline\ncr\r\b\f\u0001\u001f\u007f', 'ünïcode ☕ 𝄞 ‮', '</script>&''', repeat('0123456789', 50), '{}', 'null');

-- Each has other members than the last: a change merges them.
CREATE FUNCTION some_metadata() RETURNS jsonb LANGUAGE sql VOLATILE
RETURN (SELECT jsonb_object_agg(some_text(), CASE WHEN random() < 0.3 THEN to_jsonb(some_text()) WHEN random() < 0.3 THEN '[1.50, {"a": 1e30}]'
                                                WHEN random() < 0.5 THEN jsonb_build_object(some_text(), 1, some_text(), some_text()) END) FROM generate_series(1, 3));

-- Zones with an offset of half an hour, of 45 minutes and of seconds; a clock change of half an hour; a skipped day.
CREATE TABLE zone (calendar text, time_zone text);
INSERT INTO zone VALUES ('berlin', 'Europe/Berlin'), ('beside', 'Europe/Berlin'), ('kathmandu', 'Asia/Kathmandu'), ('lord_howe', 'Australia/Lord_Howe'), ('apia', 'Pacific/Apia'),
  ('newfoundland', 'America/St_Johns'), ('monrovia', 'Africa/Monrovia'), ('utc', 'UTC'), ('person', 'Asia/Tokyo');
SELECT jb_calendar_set(calendar, json_build_object('time_zone', time_zone)::jsonb) FROM zone;

CREATE FUNCTION request() RETURNS jsonb LANGUAGE sql VOLATILE AS $$
  SELECT jsonb_strip_nulls(jsonb_build_object(
           'event_name', some_text(), 'event_location', pick('', some_text()),
           'description', pick(NULL, '', some_text()), 'metadata', CASE WHEN random() < 0.5 THEN some_metadata() END, 'priority', pick('0', '50', '100')::int,
           'attendees', pick('[]', '["Ann", "B, \"C\""]', '["person"]', '["person", "Ann"]')::jsonb,
           'calendars', pick('["berlin"]', '["kathmandu"]', '["lord_howe", "utc"]', '["apia"]', '["newfoundland", "berlin"]', '["monrovia"]')::jsonb,
           'duration', pick('1', '1800', '5400', '86400', NULL)::int, 'check_attendees', pick(NULL, 'true', 'false')::bool,
           'hold_for', pick(NULL, NULL, '1', '864000')::int, 'preempt', pick('true', 'false')::bool, 'allow_past', true,
           'attachments', pick(NULL, NULL, NULL, '[{"name": "a \"b\"", "data": "AAEC"}, {"name": "c", "url": "https://example.org/?a=b"}]')::jsonb)
         || CASE kind
              WHEN 'date' THEN jsonb_build_object(
                'date', pick('2026-11-30', '2026-10-25', '2011-12-29', '0001-01-02', '9999-12-29'), 'start_time', pick('00:00', '02:30', '23:59:59'),
                'recurrence', pick(NULL, NULL, 'RRULE:FREQ=WEEKLY;COUNT=2'))
              WHEN 'instant' THEN jsonb_build_object('start_timestamp', pick(to_json(jb_now() - interval '10 min') #>> '{}', '0001-01-03T00:00:00Z', '9998-12-28T00:00:00Z',
                                                                             '1969-12-31T23:59:59Z', '2026-10-25T00:30:00Z'))
              WHEN 'day' THEN jsonb_build_object('date', pick('2026-12-01', '2026-12-02'), 'on_no_slot', pick('reject', 'wait'))
              ELSE jsonb_build_object('on_no_slot', pick('reject', 'wait')) || pick('{}', '{"not_before": "2027-10-31T01:30:00Z"}', '{"not_after": "2027-10-31T00:30:00Z"}',
                                                                                    '{"not_before": "2027-01-04T00:00:00Z", "not_after": "2027-01-05T00:00:00Z"}', '{"within": {"days": ["monday", "friday"], "from": "08:00", "to": "10:30"}}')::jsonb
            END
         || pick('{}', '{}', '{}', '{"calendars": null, "preempt": false, "one_of": [{"calendars": ["berlin", "beside"]}, {"calendars": ["apia", "utc", "person"], "count": 2}]}',
                 '{"preempt": false, "one_of": [{"calendars": ["person", "beside"], "choose": "least_busy", "weights": [1, 7], "per": "month"}]}')::jsonb)
    FROM (SELECT pick('date', 'instant', 'day', 'window')) AS k (kind) $$;

-- So that requests have to wait on this day.
SELECT outcome FROM zone, jb_schedule('Taken', '3 days', '2027-01-03', '12:00', calendars => ARRAY[calendar]);

-- One random call, on a clock that advances; a call that is invalid, or not allowed now, adds nothing.
CREATE PROCEDURE call_at_random(n int) LANGUAGE plpgsql AS $$
DECLARE
  call text := pick('book', 'book', 'book', 'book', 'update', 'move', 'cancel', 'confirm', 'deny', 'attach', 'detach');
  dry bool := random() < 0.1;
  key text := CASE WHEN random() < 0.2 THEN 'key' || n END;
  event bigint := (SELECT id FROM jb_event ORDER BY random() LIMIT 1);
  answer jb_outcome;
BEGIN
  PERFORM set_config('jb_scheduler.now', (jb_now() + interval '1 min')::text, true);
  CASE call
    WHEN 'book' THEN answer := jb_schedule_all(request(), dry, idempotency_key => key);
    WHEN 'update' THEN answer := jb_update(event, request() - '{on_no_slot,preempt,allow_past,recurrence,attachments}'::text[], dry_run => dry, idempotency_key => key);
    WHEN 'move' THEN answer := jb_reschedule(event, start_timestamp => jb_now() + interval '1 day' * floor(random() * 3), dry_run => dry, idempotency_key => key);
    WHEN 'cancel' THEN answer := jb_cancel(event, pick('one', 'all'), dry_run => dry, idempotency_key => key);
    WHEN 'confirm' THEN answer := jb_confirm(event, pick('true', 'false')::bool, dry_run => dry, idempotency_key => key);
    WHEN 'deny' THEN answer := jb_deny(event, dry_run => dry, idempotency_key => key);
    WHEN 'attach' THEN answer := jb_attach(event, '{"name": "notes", "url": "https://example.org/"}', idempotency_key => key);
    ELSE answer := jb_detach(event, 1, idempotency_key => key);
  END CASE;
  PERFORM tell(call || CASE WHEN dry THEN ', tried' ELSE '' END, answer);
EXCEPTION WHEN data_exception OR object_not_in_prerequisite_state OR no_data_found THEN NULL;
END $$;
-- At least 600 calls, and as many more as needed to meet each status and each outcome.
DO $$BEGIN
  FOR n IN 1..20000 LOOP
    CALL call_at_random(n);
    EXIT WHEN n % 200 = 0 AND n >= 600 AND (SELECT count(DISTINCT said::json ->> 'status') = 8 AND count(DISTINCT outcome) = 9 FROM told);
  END LOOP;
END$$;

SELECT cmp_ok(count(*), '>', 200::bigint, 'calls are told') FROM told;
SELECT is_empty('SELECT * FROM told WHERE said IS DISTINCT FROM stored', 'an outcome shows the event as it is stored');
SELECT is_empty('SELECT * FROM told WHERE read IS DISTINCT FROM stored', 'and so does a reading');
SELECT is_empty($$SELECT * FROM told WHERE (said IS NULL) <> (outcome = 'rejected' AND call LIKE 'book%' OR call = 'book, tried')$$,
                'only of a request that became no event none is shown');
SELECT is_empty('SELECT id FROM jb_event_view AS v WHERE jb_event_json(v)::text IS DISTINCT FROM by_columns(v)', 'and all that there is, is shown as it is stored');

-- ---- what the calls have to have met, or the above says little ----
SELECT set_eq($$SELECT DISTINCT said::json ->> 'status' FROM told WHERE said IS NOT NULL$$,
              '{pending,in_progress,completed,held,waiting,cancelled,denied,expired}'::text[], 'events of every status are told');
SELECT set_eq($$SELECT DISTINCT outcome FROM told$$, '{placed,held,waiting,rejected,updated,cancelled,confirmed,denied,unchanged}'::text[], 'and every outcome');
SELECT cmp_ok(count(*), '>', 0::bigint, format('%s is told and left out', key))
  FROM told, json_each(said::json) WHERE said IS NOT NULL
 GROUP BY key HAVING key IN ('date', 'start_time', 'wished_start', 'not_before', 'not_after', 'within', 'one_of', 'check_attendees', 'hold_for', 'series', 'recurrence', 'recurrence_id', 'expires_at')
    AND bool_or(json_typeof(value) = 'null') AND bool_or(json_typeof(value) <> 'null');
SELECT cmp_ok(count(DISTINCT right(said::json ->> 'created_at', 6)), '>=', 6::bigint, 'in several zones') FROM told;

-- ---- a later step of the same call ----
CREATE TEMP TABLE batch AS
SELECT * FROM jb_schedule_all('[{"event_name": "gives way", "calendars": ["utc"], "date": "2027-03-01", "duration": 3600},
                                {"event_name": "takes its time", "calendars": ["utc"], "date": "2027-03-01", "start_time": "00:00", "duration": 3600}]');
SELECT is(b.event::text, by_columns(v), v.event_name || ': the first event of a call is shown as the last leaves it')
  FROM batch AS b JOIN jb_event_view AS v ON v.id = b.event_id;
SELECT isnt(event ->> 'start_timestamp', '2027-03-01T00:00:00+00:00', 'it has moved') FROM batch LIMIT 1;

-- ---- an answer that is kept ----
CREATE TEMP TABLE kept AS SELECT event_id, event::text FROM jb_schedule('Kept', '1 hour', '2027-03-02', '09:00', calendars => '{utc}', idempotency_key => 'kept');
SELECT jb_update(event_id, '{"event_name": "Changed"}') FROM kept;
SELECT is(o.event::text, kept.event, 'a repeated call shows the event as it was')
  FROM kept, jb_schedule('Kept', '1 hour', '2027-03-02', '09:00', calendars => '{utc}', idempotency_key => 'kept') AS o;

-- ---- rows that nobody stored ----
SELECT is(jb_event_json(NULL)::text, NULL, 'no event is shown as none');
SELECT is(jb_event_json(jsonb_populate_record(NULL::jb_event_view, '{"id": 5, "attendees": [null], "start_timestamp": "infinity", "end_timestamp": "-infinity"}')) ->> 'start_timestamp',
          NULL, 'a row without a zone is shown without times');
SELECT is(jb_event_json(jsonb_populate_record(NULL::jb_event_view, '{"time_zone": "UTC", "start_timestamp": "infinity", "end_timestamp": "infinity", "duration": "1 mon 1 day"}')) ->> 'duration',
          '86400', 'a row with times that no event has is shown');
SELECT throws_ok($$SELECT jb_event_json(jsonb_populate_record(NULL::jb_event_view, '{"time_zone": "Nowhere"}'))$$, '22023', NULL, 'a zone that there is not is refused');
SELECT throws_ok($$SELECT jb_event_json(jsonb_populate_record(NULL::jb_event_view, '{"status": "nowhere"}'))$$, '22023', NULL, 'so is such a status');
SELECT is(jb_range_json(range, 'UTC')::jsonb, shown::jsonb, coalesce(range::text, 'no range'))
  FROM (VALUES ('[2027-01-01Z,2027-01-02Z)'::tstzrange, '{"start_timestamp": "2027-01-01T00:00:00+00:00", "end_timestamp": "2027-01-02T00:00:00+00:00"}'),
               ('[2027-01-01Z,)', '{"start_timestamp": "2027-01-01T00:00:00+00:00", "end_timestamp": null}'), ('empty', '{"start_timestamp": null, "end_timestamp": null}'),
               ('(,)', '{"start_timestamp": null, "end_timestamp": null}'), (NULL, NULL)) AS r (range, shown);
SELECT is(jb_ranges_json(ARRAY['[2027-01-01Z,2027-01-02Z)'::tstzrange, NULL], NULL)::text, '[{"start_timestamp" : null, "end_timestamp" : null}, null]', 'without a zone there are no times');
SELECT is(jb_ranges_json('{}', 'UTC')::text, NULL, 'no ranges are null');
SELECT is(jb_moves_json(ARRAY[(7, '2027-01-01Z', '2027-01-02Z', NULL, NULL, '{a}', '{b}', NULL)::jb_replanned], 'Asia/Kathmandu')::text,
          '[{"event_id" : 7, "old_start_timestamp" : "2027-01-01T05:45:00+05:45", "old_end_timestamp" : "2027-01-02T05:45:00+05:45", "new_start_timestamp" : null, "new_end_timestamp" : null, "old_calendars" : ["a"], "new_calendars" : ["b"], "basis" : null}]', 'a move to nowhere');
SELECT is(jb_outcome_json(jsonb_populate_record(NULL::jb_outcome, jsonb_build_object('time_zone', 'UTC', 'skipped', to_jsonb(ARRAY[('2027-01-01Z', '2027-01-02Z', 'con"flict', '{1,2}')::jb_skipped]))))::jsonb -> 'skipped',
          '[{"start_timestamp": "2027-01-01T00:00:00+00:00", "end_timestamp": "2027-01-02T00:00:00+00:00", "reason": "con\"flict", "conflicts": [1, 2]}]', 'an occurrence that was left out');
SELECT is(jb_outcome_json(jsonb_populate_record(NULL::jb_outcome, '{}'))::jsonb -> 'moves', '[]', 'an outcome without moves moved nobody');
CREATE FUNCTION pg_temp.answer(outcome text, moves jb_move[], events bigint[], skipped jb_skipped[]) RETURNS text LANGUAGE sql
RETURN jb_outcome_json(jsonb_populate_record(NULL::jb_outcome, jsonb_build_object('outcome', $1, 'time_zone', 'UTC', 'event', '{"id": 7}'::jsonb,
                                             'moves', to_jsonb($2), 'events', to_jsonb($3), 'skipped', to_jsonb($4))), is_answer => true)::text;
SELECT is(pg_temp.answer('placed', NULL, NULL, NULL), '{"id": 7, "moves" : []}', 'an answer is the event with its moves');
SELECT is(pg_temp.answer('placed', ARRAY[(3, '2027-01-01Z', '2027-01-02Z', NULL, NULL, NULL, '{}')::jb_move], '{7,8}', '{}')::jsonb,
          '{"id": 7, "events": [7, 8], "skipped": [], "moves": [{"event_id": 3, "old_start_timestamp": "2027-01-01T00:00:00+00:00",
            "old_end_timestamp": "2027-01-02T00:00:00+00:00", "new_start_timestamp": null, "new_end_timestamp": null, "old_calendars": null, "new_calendars": []}]}', 'and of a series with its events, and what was skipped');
SELECT is(pg_temp.answer('rejected', NULL, NULL, NULL)::jsonb -> 'outcome', '"rejected"', 'an answer to what was rejected is the outcome');

SELECT * FROM finish();
ROLLBACK;
