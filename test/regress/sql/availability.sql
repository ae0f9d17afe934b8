-- Promise: jb_availability_set gives one date hours of its own, or none; jb_availability tells the hours of each date;
-- automatic events follow at once, in both directions, and no placed event moves.
-- Could break: a backend goes on with the hours that it knew, a rollback leaves them changed, a day is opened beside the
-- claims on it, the spans of a date are read in another zone or lost with a clock change.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
\set starts 'SELECT string_agg(to_char(lower(slot), \'Dy HH24:MI\'), \', \') AS starts FROM jb_slots(\'3 hours\', \'{room:a}\', \'2026-11-23\', \'2026-11-30\', 1000) AS slot'
SELECT slot_increment FROM jb_calendar_set('room:a', '{"slot_increment": "3 hours", "hours": {"monday": [{"start": "09:00", "end": "12:00"}], "tuesday": [{"start": "09:00", "end": "18:00"}]}}');

-- ---- the hours of each date ----
SELECT * FROM jb_availability('room:a', '2026-11-22', '2026-11-24');
-- a week from today unless said otherwise
SELECT min(date), max(date) FROM jb_availability('room:a');
SELECT min(date), max(date) FROM jb_availability('room:a', '2026-12-01');
SELECT min(date), max(date) FROM jb_availability('room:a', to_date => '2026-11-25');
:starts;

-- ---- hours of a date: opened, changed, closed, removed ----
SELECT * FROM jb_availability_set('room:a', '2026-11-25', '[{"start": "13:30", "end": "18:00"}]');
SELECT date, spans, overridden FROM jb_availability('room:a', '2026-11-24', '2026-11-26');
:starts;
-- sorted, joined where they overlap or touch; a span may end at 24:00
SELECT spans FROM jb_availability_set('room:a', '2026-11-25', '[{"start": "18:00", "end": "24:00"}, {"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "12:30"}, {"start": "15:00", "end": "18:00"}]');
:starts;
-- a closed day, and a day that is open across midnight into its neighbour
SELECT spans, overridden, open FROM jb_availability_set('room:a', '2026-11-24', '[]');
SELECT spans FROM jb_availability_set('room:a', '2026-11-26', '[{"start": "00:00", "end": "02:00"}]');
SELECT lower(slot) FROM jb_slots('8 hours', '{room:a}', to_time => '2026-12-01') AS slot;
:starts;
SELECT a.date, a.overridden FROM generate_series(timestamp '2026-11-24', '2026-11-26', '1 day') AS d, jb_availability_set('room:a', d::date, NULL) AS a;
:starts;
-- a second removal changes nothing
SELECT * FROM jb_availability_set('room:a', '2026-11-24', NULL);

-- ---- events: placed events stay, later requests follow ----
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-25', '13:00', calendars => '{room:a}');
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '3 hours', '2026-11-24', calendars => '{room:a}');
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[]');
SELECT spans FROM jb_availability_set('room:a', '2026-11-25', '[{"start": "09:00", "end": "18:00"}]');
SELECT event_name, start_timestamp FROM jb_events('room:a');
:starts;
SELECT outcome, reason FROM jb_schedule('Closed', '1 hour', '2026-11-24', calendars => '{room:a}');
SELECT start_timestamp FROM jb_schedule('Around', '3 hours', '2026-11-25', calendars => '{room:a}');
:starts;
-- strict: a fixed event keeps to the date's hours as well
SELECT strict FROM jb_calendar_set('room:a', '{"strict": true}');
SELECT outcome, reason FROM jb_schedule('Before', '3 hours', '2026-11-25', '06:00', calendars => '{room:a}');
SELECT outcome, reason FROM jb_schedule('Tuesday', '3 hours', '2026-11-24', '15:00', calendars => '{room:a}');
SELECT outcome, reason FROM jb_schedule('Wednesday', '3 hours', '2026-11-25', '15:00', calendars => '{room:a}');

-- ---- a waiting event takes the time that a date opens ----
SELECT spans FROM jb_availability_set('room:a', '2026-12-03', '[{"start": "09:00", "end": "12:00"}]');
SELECT event_id, start_timestamp FROM jb_schedule('First', '3 hours', '2026-12-03', calendars => '{room:a}');
SELECT event_id, outcome FROM jb_schedule('Second', '3 hours', '2026-12-03', calendars => '{room:a}', on_no_slot => 'wait');
SELECT spans FROM jb_availability_set('room:a', '2026-12-03', '[{"start": "06:00", "end": "15:00"}]');
SELECT event_name, start_timestamp, status FROM jb_events('room:a', '2026-12-03', '2026-12-04');

-- ---- undone with the transaction ----
BEGIN;
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[{"start": "00:00", "end": "24:00"}]');
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25');
SAVEPOINT sp;
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[{"start": "03:00", "end": "06:00"}]');
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25');
ROLLBACK TO sp;
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25');
ROLLBACK;
SELECT count(*) FROM jb_slots('3 hours', '{room:a}', '2026-11-24', '2026-11-25');
SELECT count(*) AS problems FROM jb_check();

-- ---- beside the other settings ----
-- buffers keep apart, a full day stays closed though its hours open, and the weekly pattern changes the other days only
SELECT buffer_after FROM jb_calendar_set('room:a', '{"buffer_after": "3 hours", "slot_increment": "1 hour"}');
SELECT max_events_per_day FROM jb_calendar_set('room:a', '{"max_events_per_day": 1, "hours": {"tuesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "10:00", "end": "14:00"}]}}');
SELECT spans FROM jb_availability_set('room:a', '2026-11-24', '[{"start": "00:00", "end": "24:00"}]');
:starts;
SELECT max_events_per_day FROM jb_calendar_set('room:a', '{"max_events_per_day": null, "buffer_after": null}');
:starts;
SELECT count(*) AS problems FROM jb_check();
-- the dates are those of the calendar's zone
SELECT time_zone FROM jb_calendar_set('room:a', '{"time_zone": "Pacific/Kiritimati"}');
SELECT * FROM jb_availability('room:a', '2026-11-24', '2026-11-25');
SELECT count(*) AS problems FROM jb_check();

-- ---- clock changes ----
SELECT time_zone FROM jb_calendar_set('room:dst', '{"time_zone": "Europe/Berlin", "hours": {}, "horizon": "3660 days"}');
SELECT spans, open FROM jb_availability_set('room:dst', '2027-03-28', '[{"start": "02:00", "end": "03:00"}, {"start": "03:30", "end": "24:00"}]');
SELECT spans, open FROM jb_availability_set('room:dst', '2027-10-31', '[{"start": "01:00", "end": "03:00"}]');
SELECT slot FROM jb_slots('3 hours', '{room:dst}', '2027-10-31', '2027-11-01') AS slot;
-- the first and the last possible date
SELECT date, spans, overridden, open FROM jb_availability_set('room:dst', '0001-01-01', '[{"start": "00:00", "end": "24:00"}]');
SELECT date, spans, overridden, open FROM jb_availability_set('room:dst', '9999-12-31', '[{"start": "00:00", "end": "24:00"}]');
SELECT date, overridden FROM jb_availability('room:dst', '9999-12-30');
SELECT count(*) FROM jb_availability('room:dst', '2027-01-01', '2037-01-07');
-- a date that the zone never had
SELECT time_zone FROM jb_calendar_set('room:dst', '{"time_zone": "Pacific/Apia"}');
SELECT spans, open FROM jb_availability_set('room:dst', '2011-12-30', '[{"start": "09:00", "end": "17:00"}]');
SELECT count(*) AS problems FROM jb_check();

-- ---- ceo ----
SELECT date, spans, overridden FROM jb_availability('ceo', '2026-11-23', '2026-11-23');
SELECT count(*) FROM jb_calendars() AS c WHERE c.name = 'ceo';
SELECT date, spans, overridden FROM jb_availability_set('ceo', '2026-11-23', '[]');
SELECT start_timestamp FROM jb_schedule('Jeff', '1 hour');

-- ---- invalid: each of these must fail ----
SELECT test.stored() AS before \gset
SELECT call, state, message, hint <> '' AS hinted
  FROM unnest(ARRAY[
    $$jb_availability('room:nowhere', '2026-11-23', '2026-11-23')$$, $$jb_availability(NULL, '2026-11-23', '2026-11-23')$$, $$jb_availability('room:a', '2026-11-23', '2026-11-22')$$, $$jb_availability('room:a', '2027-01-01', '2037-01-08')$$,
    $$jb_availability('room:a', 'infinity')$$, $$jb_availability('room:a', to_date => '-infinity')$$, $$jb_availability('room:a', '0001-12-31 BC', '0001-01-01')$$, $$jb_availability('room:a', '9999-12-31', '10000-01-01')$$,
    $$jb_availability_set('room:nowhere', '2026-11-23', '[]')$$, $$jb_availability_set('room:nowhere', '2026-11-23', NULL)$$, $$jb_availability_set(NULL, '2026-11-23', '[]')$$, $$jb_availability_set('room:a', NULL, '[]')$$,
    $$jb_availability_set('room:a', 'infinity', '[]')$$, $$jb_availability_set('room:a', '0001-12-31 BC', '[]')$$, $$jb_availability_set('room:a', '10000-01-01', '[]')$$,
    $$jb_availability_set('room:a', '2026-11-23', 'null')$$, $$jb_availability_set('room:a', '2026-11-23', '{}')$$, $$jb_availability_set('room:a', '2026-11-23', '"09:00"')$$, $$jb_availability_set('room:a', '2026-11-23', '[7]')$$,
    $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00"}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "10:00", "open": true}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "10:00"}, {"start": "12:00", "end": "11:00"}]')$$,
    $$jb_availability_set('room:a', '2026-11-23', '[{"start": "09:00", "end": "09:00"}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "24:00", "end": "24:00"}]')$$, $$jb_availability_set('room:a', '2026-11-23', '[{"start": "9", "end": "24:01"}]')$$,
    $$jb_availability_set('room:a', '2026-11-23', (SELECT jsonb_agg('{"start": "09:00", "end": "10:00"}'::jsonb) FROM generate_series(1, 289)))$$
  ]) AS call, test.refusal('SELECT ' || call);
-- all faults are told at once
SELECT detail FROM test.refusal($$SELECT jb_availability_set('room:a', NULL, '[{"start": "x", "end": "25:00"}, 7]')$$); -- must fail
-- the most spans there may be
SELECT jsonb_array_length(spans) FROM jb_availability_set('room:a', '2026-11-27', (SELECT jsonb_agg(jsonb_build_object('start', t::time, 'end', (t + '4 min')::time)) FROM generate_series(timestamp '2026-01-01', '2026-01-01 23:55', '5 min') AS t));
SELECT overridden FROM jb_availability_set('room:a', '2026-11-27', NULL);
-- and the most that all dates of a calendar may have, set by hand, since so many calls take long
RESET SESSION AUTHORIZATION;
SELECT time_zone FROM jb_calendar_set('room:full', '{"time_zone": "UTC"}');
CREATE TEMP TABLE most AS SELECT jsonb_agg(jsonb_build_object('start', t::time, 'end', (t + '4 min')::time)) AS spans FROM generate_series(timestamp '2026-01-01', '2026-01-01 23:55', '5 min') AS t;
INSERT INTO jb_override SELECT c.id, date '2027-01-01' + n, m.spans FROM jb_calendar c, most m, generate_series(1, 346) AS n WHERE c.name = 'room:full';
UPDATE jb_calendar SET overrides_version = 'full' WHERE name = 'room:full';
SELECT jsonb_array_length(a.spans) FROM most m, jb_availability_set('room:full', '2028-06-01', m.spans) a;
SELECT state, message FROM test.refusal($$SELECT jb_availability_set('room:full', '2028-06-02', (SELECT spans FROM most))$$); -- must fail
SELECT jsonb_array_length(spans) FROM jb_availability_set('room:full', '2028-06-02', '[]');
SELECT overridden FROM jb_availability_set('room:full', '2028-06-01', NULL);
-- a session that reads more, from before there was a limit, ends within a second of its timeout
INSERT INTO jb_override SELECT c.id, date '2030-01-01' + n, m.spans FROM jb_calendar c, most m, generate_series(1, 10000) AS n WHERE c.name = 'room:full';
UPDATE jb_calendar SET overrides_version = 'over' WHERE name = 'room:full';
SET statement_timeout = '500ms';
DO $$DECLARE began timestamptz := clock_timestamp(); BEGIN PERFORM jb_availability('room:full', '2028-06-01', '2028-06-01'); RAISE WARNING 'it was read'; EXCEPTION WHEN query_canceled THEN IF clock_timestamp() - began > '1500 ms' THEN RAISE WARNING 'it ended late'; END IF; END$$;
RESET statement_timeout;
DELETE FROM jb_override o USING jb_calendar c WHERE c.id = o.calendar AND c.name = 'room:full' AND o.date > '2030-01-01';
INSERT INTO jb_override SELECT c.id, date '2030-01-01' + n, '[]' FROM jb_calendar c, generate_series(1, 9700) AS n WHERE c.name = 'room:full';
UPDATE jb_calendar SET overrides_version = 'many' WHERE name = 'room:full';
SELECT state, message FROM test.refusal($$SELECT jb_availability_set('room:full', '2029-06-02', '[]')$$); -- must fail
SELECT jb_calendar_delete('room:full');
SET SESSION AUTHORIZATION regress_manager;
-- a secretary reads hours and changes none: must fail
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal($$SELECT jb_availability_set('room:a', '2026-11-23', '[]')$$);
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM test.refusal($$SELECT jb_availability_set('room:a', '2026-11-23', NULL)$$);
SELECT overridden FROM jb_availability('room:a', '2026-11-24', '2026-11-24');
SET SESSION AUTHORIZATION regress_nobody;
SELECT state FROM test.refusal($$SELECT jb_availability('room:a', '2026-11-23', '2026-11-23')$$);
SET SESSION AUTHORIZATION regress_manager;

-- ---- hours of dates go with their calendar ----
SELECT jb_calendar_delete('room:dst');
SELECT time_zone FROM jb_calendar_set('room:dst', '{"time_zone": "Europe/Berlin", "hours": {}}');
SELECT bool_or(overridden) FROM jb_availability('room:dst', '2027-03-28', '2027-03-28');
\i test/regress/sql/frame/close.psql
