-- Promise: each SQLSTATE of extension/errors.def is raised where that table says, with a message of one line that
-- begins in lower case and has no full stop, and with a hint for the caller (rules 8.1 and 8.2).
-- Could break: an error loses its SQLSTATE on the way out of C++, and becomes an internal one.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SELECT jb_calendar_set('room:a', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT event_id FROM jb_schedule('There', '1 hour', '2026-11-23', '09:00', calendars => '{room:a}') \gset
CREATE ROLE test_secretary LOGIN IN ROLE jb_secretary;

CREATE TEMP TABLE raised (situation text, sqlstate text, state text, message text, detail text, hint text);
CREATE FUNCTION pg_temp.raise(situation text, expected text, statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  state text; message text; detail text; hint text;
BEGIN
  BEGIN
    EXECUTE statement;
    state := 'none';
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
  END;
  INSERT INTO raised VALUES ($1, $2, state, message, detail, hint);
END $$;
GRANT INSERT, SELECT ON raised TO PUBLIC;

SELECT pg_temp.raise(situation, expected, replace(statement, '$id', :'event_id')) FROM (VALUES
  ('a value out of its range',             '22023', $$SELECT jb_schedule('x', '0')$$),
  ('contradictory arguments',              '22023', $$SELECT jb_schedule('x', '1 hour', '2026-11-24', start_timestamp => '2026-11-24 09:00+01')$$),
  ('an unknown zone',                      '22023', $$SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Atlantis"}')$$),
  ('a calendar that does not exist',       '22023', $$SELECT jb_schedule('x', '1 hour', calendars => '{room:nowhere}')$$),
  ('a status and a time at once',          '22023', $$SELECT jb_update($id, '{"status": "cancelled", "start_time": "10:00"}')$$),
  ('a number that no double holds',        '22P02', format('SELECT jb_update($id, %L)', '{"duration": 1' || repeat('0', 400) || '}')),
  ('a number out of range in a batch',     '22P02', format('SELECT jb_schedule_all(%L)', '[{"event_name": "x", "duration": 1' || repeat('0', 400) || '}]')),
  ('no event of this id',                  'P0002', $$SELECT jb_status(-1)$$),
  ('no event of this id, to write',        'P0002', $$SELECT jb_cancel(-1)$$),
  ('no calendar of this name',             'P0002', $$SELECT jb_calendar('room:nowhere')$$),
  ('a status that does not allow it',      '55000', $$SELECT jb_update($id, '{"status": "completed"}')$$),
  ('a calendar that holds events',         '55000', $$SELECT jb_calendar_delete('room:a')$$),
  ('a row of the day tree with a flipped bit', 'XX001', $$UPDATE jb_tree SET data = set_bit(data, 60, 1 - get_bit(data, 60)) WHERE level = 0; SELECT * FROM jb_slots('1 hour', '{room:a}')$$),
  ('a key that was used otherwise',        'JB422', $$SELECT jb_cancel($id, dry_run => true); SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', idempotency_key => 'k'); SELECT jb_cancel($id, idempotency_key => 'k')$$),
  ('a sixth booking of a network on a day', 'JB429', $$SELECT jb_provider_availability_add('p1', (jb_now() + interval '9 days')::date, '{"09:00": "12:00"}'), jb_calendar_set('provider:p1', '{"public_booking": true}'); SELECT count((jb_booking_make('p1', jsonb_build_object('client', 'Ann', 'contact', 'ann@example.org', 'start_timestamp', jb_timestamp_text(lower(s), 'UTC')), sender => 'x')).token) FROM (SELECT s FROM jb_booking_slots('p1', max_rows => 6) s OFFSET 0) s$$),
  ('changes that are yet to come',         'JB410', $$SELECT * FROM jb_changes('room:a', after => 1000000)$$),
  ('changes that have been purged',        'JB410', $$UPDATE jb_calendar SET purged_seq = 1; SELECT * FROM jb_changes('room:a', after => 0)$$),
  ('another version than expected',        'JB412', $$SELECT jb_cancel($id, expected_version => 7)$$),
  ('an event that is full',                'JB409', $$SELECT jb_attend(o.event_id, 'Bob') FROM jb_schedule('Full', '1 hour', calendars => '{room:a}', attendees => '{Ann}', max_attendees => 1) AS o$$),
  ('a row that is rejected',               'JB409', $$CREATE TABLE own (start_timestamp timestamptz); CREATE TRIGGER place BEFORE INSERT ON own FOR EACH ROW EXECUTE FUNCTION jb_place_row('calendars:={room:a}', 'on_rejection:=error'); INSERT INTO own VALUES ('2026-11-23 09:00+01')$$)
) AS provoke (situation, expected, statement) \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_secretary;
SELECT pg_temp.raise('a principal that it may not name', '42501', $$SELECT jb_schedule('x', '1 hour', principal => 'Ann')$$) \g /dev/null
SELECT pg_temp.raise('a function that the role lacks', '42501', $$SELECT jb_delete(1)$$) \g /dev/null
RESET SESSION AUTHORIZATION;

SELECT is(state, sqlstate, situation || ': ' || sqlstate) FROM raised;
SELECT set_eq('SELECT DISTINCT sqlstate FROM raised', ARRAY['22023', '22P02', 'P0002', '55000', 'JB409', 'JB410', 'JB412', 'JB422', 'JB429', '42501', 'XX001'], 'these are all of extension/errors.def');
SELECT set_eq($$SELECT situation FROM raised WHERE message ~ '\n' OR message !~ '^[a-z]' OR message ~ '\.$'$$, ARRAY[]::text[], 'each message is one line, begins in lower case and ends without a full stop');
SELECT set_eq($$SELECT situation FROM raised WHERE hint !~ '^([A-Z]|jb_).*\.$'$$, ARRAY['a function that the role lacks'], 'each hint is a sentence; PostgreSQL''s own refusal has none');
SELECT set_eq($$SELECT situation FROM raised WHERE sqlstate NOT IN ('22023', 'JB409', 'JB429') AND detail <> '' AND detail !~ '^[A-Z].*\.$'$$, ARRAY[]::text[], 'each detail is a sentence, but for the facts of these');
SELECT set_eq($$SELECT situation FROM raised WHERE sqlstate = '22023' AND (jsonb_typeof(detail::jsonb) <> 'array' OR detail::jsonb -> 0 ->> 'field' IS NULL OR detail::jsonb -> 0 ->> 'message' IS NULL)$$, ARRAY[]::text[],
              'or for an invalid value the JSON list of the fields');
SELECT set_eq($$SELECT situation FROM raised WHERE sqlstate = 'JB409' AND coalesce(detail::jsonb ->> 'reason', detail::jsonb ->> 'outcome') NOT IN ('conflict', 'full')$$, ARRAY[]::text[], 'or for a rejected row, or a full event, its facts as JSON');
SELECT throws_ok('SELECT 1/0', '22012', NULL, 'after all that the session answers as before');
SELECT is((SELECT count(*) FROM jb_check()), 0::bigint, 'and what is stored is sound');
SELECT * FROM finish();
ROLLBACK;
