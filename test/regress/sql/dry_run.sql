-- Promise: a dry run answers what the call itself would, by what its transaction sees; in a READ ONLY transaction too. It
-- takes no lock, no id and no transaction's number, and leaves nothing.
-- Could break: a hold past its deadline, whose end no call has written yet, is taken as stored; the calls that need more
-- than one calendar, or a tree made anew, read another moment; a request that is only tried gets an id.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "max_events_per_day": 2}'); --> room:b
SELECT name FROM jb_calendar_set('room:strict', '{"time_zone": "Europe/Berlin", "strict": true, "buffer_after": 600, "confirm_within": 1800}'); --> room:strict
SELECT coach_hash_id FROM jb_coach_create('7'); --> 7
SELECT client_hash_id FROM jb_client_create('9'); --> 9
SELECT provider_id FROM jb_provider_availability_add('p1', '2026-11-26', '{"09:00": "12:00"}'); --> p1
SELECT event_id AS gone FROM jb_schedule('Gone', '1 hour', '2026-11-24', calendars => '{room:a}') \gset
SELECT event_id AS automatic FROM jb_schedule('Automatic', '2 hours', '2026-11-24', calendars => '{room:a,room:b}') \gset
SELECT outcome FROM jb_cancel(:gone); --> cancelled
SELECT event_id AS fixed FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}') \gset
SELECT event_id AS held FROM jb_schedule('Held', '2 hours', '2026-11-25', '08:00', calendars => '{room:a}', hold_for => '5 minutes') \gset
SELECT event_id AS series FROM jb_schedule('Series', '1 hour', '2026-12-01', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
SELECT event_id AS in_the_way FROM jb_schedule('In its way', '1 hour', '2026-12-02', '14:00', calendars => '{room:a}') \gset
SELECT event_id AS waiting FROM jb_schedule('Waiting', '1 hour', not_before => '2026-11-24 12:00+01', not_after => '2026-11-24 13:00+01', calendars => '{room:a}', on_no_slot => 'wait') \gset
SELECT event_id AS late FROM jb_schedule('Late', '1 hour', not_before => '2026-11-30 15:00+01', calendars => '{room:a}') \gset
SELECT poll_id AS poll FROM jb_poll_create('Poll', '2026-12-07 09:00+01', '2026-12-07 12:00+01', '1 hour', calendars => '{room:a}') \gset
SELECT event_id AS appointment FROM jb_appointment_reserve('p1', 'Ann', '2026-11-26', '10:00') \gset
SELECT event_id AS off_the_wall FROM jb_schedule('Off the wall', '1 hour', '2026-12-04', '10:00', calendars => '{room:a}') \gset
SELECT event_id AS beside FROM jb_schedule('Beside it', '1 hour', '2026-12-04', calendars => '{room:a}', not_before => '2026-12-04 11:00+01') \gset
RESET SESSION AUTHORIZATION;
-- an event that stands as older rules of its zone had it, and a hold whose deadline no call has noticed
UPDATE jb_event SET start_time = '11:00' WHERE id = :off_the_wall;
SELECT test.clock('2026-11-23 07:10+01'); --> 2026-11-23 07:10:00+01
SET SESSION AUTHORIZATION regress_manager;
SELECT status FROM jb_event(:held); --> expired

-- The answer of a call, without the basis, which only a dry run has; the answer of an outcome lacks the ids of events that
-- only a real call makes, and the event, which a dry run shows as it is stored.
CREATE FUNCTION pg_temp.answer(call text, OUT answer jsonb) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('SELECT jsonb_agg(to_jsonb(o)) FROM %s o', call) INTO answer;
  answer := (SELECT jsonb_agg(CASE WHEN e ? 'outcome' THEN e - '{rejection_id,version,event_id,events,event,basis}'::text[] ELSE e - 'basis' END)
               FROM jsonb_array_elements(answer) e);
EXCEPTION WHEN OTHERS THEN
  answer := to_jsonb(SQLSTATE || ' ' || SQLERRM);
END $$;
-- The rows of a dry run, for their basis; none if it fails.
CREATE FUNCTION pg_temp.bases(call text) RETURNS SETOF jsonb LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY EXECUTE format('SELECT to_jsonb(o) FROM %s o', call);
EXCEPTION WHEN OTHERS THEN
  NULL;
END $$;
-- The answer of a call that is made and undone.
CREATE FUNCTION pg_temp.undone(call text, OUT answer jsonb) LANGUAGE plpgsql AS $$
BEGIN
  answer := pg_temp.answer(call);
  RAISE EXCEPTION USING ERRCODE = 'UNDO1';
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
  NULL;
END $$;

SELECT E'BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:days\nDTSTART;VALUE=DATE:20270327\nRRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\n'
       'BEGIN:VEVENT\nUID:lunch\nDTSTART:20261124T120000\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR' AS ics \gset
CREATE TEMP TABLE call (n int, call text, read_only jsonb, tried jsonb);
INSERT INTO call (n, call)
SELECT n, call FROM unnest(ARRAY[
  $$jb_schedule('x', '1 hour', dry_run => false)$$,
  $$jb_schedule('x', '1 hour', calendars => '{room:a}', dry_run => false)$$,
  $$jb_schedule('x', '3 hours', '2026-11-24', '08:00', calendars => '{room:a}', dry_run => false)$$,
  $$jb_schedule('x', '1 hour', '2026-11-24', '12:30', calendars => '{room:a}', dry_run => false)$$,
  $$jb_schedule('x', '2 hours', '2026-11-25', '08:00', calendars => '{room:a}', dry_run => false)$$,
  $$jb_schedule('x', '1 hour', '2026-11-24', calendars => '{room:strict}', dry_run => false)$$,
  $$jb_schedule('x', '7 minutes', '2026-11-24', '08:01', calendars => '{room:strict}', dry_run => false)$$,
  $$jb_schedule('x', '1 hour', not_before => '2026-11-24 12:00+01', not_after => '2026-11-24 13:00+01', calendars => '{room:a}', on_no_slot => 'wait', dry_run => false)$$,
  $$jb_schedule('x', '1 hour', calendars => '{room:a}', priority => 90, preempt => true, not_before => '2026-11-24 09:00+01', not_after => '2026-11-24 10:00+01', dry_run => false)$$,
  $$jb_schedule('x', '1 hour', '2026-12-01', '14:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', dry_run => false)$$,
  $$jb_schedule('x', '1 hour', '2026-12-01', '14:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip', dry_run => false)$$,
  $$jb_schedule('', calendars => '{room:nowhere}', dry_run => false)$$,
  $$jb_schedule_all('[{"event_name": "1", "duration": 3600, "date": "2026-11-24", "start_time": "09:00", "calendars": ["room:a"]}, {"event_name": "2", "duration": 3600, "date": "2026-11-24", "calendars": ["room:b"]}]', false)$$,
  format($$jb_reschedule(%s, '2026-11-25', '08:00', dry_run => false)$$, :fixed),
  format($$jb_reschedule(%s, '2026-11-24', '12:00', dry_run => false)$$, :in_the_way),
  format($$jb_reschedule(%s, start_time => '14:00', scope => 'all', dry_run => false)$$, :series),
  format($$jb_reschedule(%s, '2026-11-24', '17:00', dry_run => false)$$, :waiting),
  format($$jb_update(%s, '{"event_name": "Other", "duration": 7200}', dry_run => false)$$, :fixed),
  format($$jb_update(%s, '{"priority": 7}', expected_version => 9, dry_run => false)$$, :fixed),
  format($$jb_cancel(%s, dry_run => false)$$, :fixed),
  format($$jb_cancel(%s, scope => 'following', dry_run => false)$$, :series + 1),
  format($$jb_confirm(%s, dry_run => false)$$, :held),
  format($$jb_confirm(%s, if_still_free => true, dry_run => false)$$, :held),
  format($$jb_deny(%s, dry_run => false)$$, :held),
  format($$jb_deny(%s, dry_run => false)$$, :appointment),
  $$jb_cancel(-1, dry_run => false)$$,
  $$jb_replan('room:a', dry_run => false)$$,
  $$jb_rezone('room:a', dry_run => false)$$,
  $$jb_rezone('room:nowhere', dry_run => false)$$,
  format($$jb_import('room:a', %L, dry_run => false)$$, :'ics'),
  $$jb_session_create('7', '9', '2026-12-01 10:00+01', 30, dry_run => false)$$,
  $$jb_appointment_reserve('p1', 'Bob', '2026-11-26', '10:15', dry_run => false)$$,
  $$jb_appointment_reserve('p1', 'Bob', '2026-11-26', '10:00', dry_run => false)$$,
  format($$jb_appointment_status_set(%s, 'CONFIRMED', dry_run => false)$$, :appointment),
  format($$jb_poll_book(%s, '2026-12-07 10:00+01', dry_run => false)$$, :poll)
]) WITH ORDINALITY AS calls (call, n);

-- ---- in a READ ONLY transaction, in a transaction that may write, and as a real call ----
SELECT test.stored() AS before \gset
BEGIN READ ONLY;
UPDATE call SET read_only = pg_temp.answer(replace(call, 'false)', 'true)'));
COMMIT;
UPDATE call SET tried = pg_temp.answer(replace(call, 'false)', 'true)'));
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT n, coalesce(read_only #>> '{0,outcome}', read_only #>> '{}') AS answer, read_only #>> '{0,reason}' AS reason, jsonb_array_length(read_only #> '{0,moves}') AS moves
  FROM call ORDER BY n; --> 1|placed|null|0
--> 2|placed|null|0
--> 3|placed|null|1
--> 4|rejected|conflict|0
--> 5|placed|null|0
--> 6|held|null|0
--> 7|rejected|off_increment|0
--> 8|waiting|no_open_slot|0
--> 9|placed|null|1
--> 10|rejected|conflict|0
--> 11|placed|null|0
--> 12|22023 invalid event_name "": it must not be empty|null|null
--> 13|placed|null|1
--> 14|updated|null|1
--> 15|rejected|conflict|0
--> 16|rejected|conflict|0
--> 17|placed|null|0
--> 18|updated|null|0
--> 19|JB412 event 3 has version 1, not 9|null|null
--> 20|cancelled|null|1
--> 21|cancelled|null|0
--> 22|rejected|hold_expired|0
--> 23|confirmed|null|0
--> 24|55000 event 4 is expired and cannot become denied|null|null
--> 25|denied|null|0
--> 26|P0002 event -1 does not exist|null|null
--> 27|[{"event_id": 2, "new_calendars": null, "old_calendars": null, "new_end_timestamp": "2026-11-24T10:00:00+01:00", "old_end_timestamp": "2026-11-24T11:00:00+01:00", "new_start_timestamp": "2026-11-24T08:00:00+01:00", "old_start_timestamp": "2026-11-24T09:00:00+01:00"}]|null|null
--> 28|[{"event_id": 12, "new_calendars": null, "old_calendars": null, "new_end_timestamp": "2026-12-04T12:00:00+01:00", "old_end_timestamp": "2026-12-04T11:00:00+01:00", "new_start_timestamp": "2026-12-04T11:00:00+01:00", "old_start_timestamp": "2026-12-04T10:00:00+01:00"}, {"event_id": 13, "new_calendars": null, "old_calendars": null, "new_end_timestamp": "2026-12-04T13:00:00+01:00", "old_end_timestamp": "2026-12-04T12:00:00+01:00", "new_start_timestamp": "2026-12-04T12:00:00+01:00", "old_start_timestamp": "2026-12-04T11:00:00+01:00"}]|null|null
--> 29|P0002 calendar "room:nowhere" does not exist|null|null
--> 30|placed|null|0
--> 31|placed|null|0
--> 32|held|null|0
--> 33|rejected|conflict|0
--> 34|confirmed|null|0
--> 35|placed|null|0
SELECT n, call, read_only, tried, undone FROM call, pg_temp.undone(call) AS undone WHERE read_only IS DISTINCT FROM tried OR tried IS DISTINCT FROM undone ORDER BY n;
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- the law of the basis: whatever call comes between a dry run and its call, the result is what was shown, or stale ----
-- The parts of an answer for which a basis stands.
CREATE FUNCTION pg_temp.shown(answer jsonb) RETURNS jsonb LANGUAGE sql AS $$
  SELECT coalesce(jsonb_agg(CASE WHEN e ? 'outcome' THEN jsonb_build_array(e -> 'outcome', e -> 'start_timestamp', e -> 'end_timestamp', e -> 'reason', e -> 'skipped', e -> 'moves') ELSE e - 'basis' END), '[]')
    FROM jsonb_array_elements(answer) e
$$;
CREATE FUNCTION pg_temp.basis(call text) RETURNS text LANGUAGE sql AS $$
  SELECT min(b ->> 'basis') FROM pg_temp.bases(replace(call, 'false)', 'true)')) AS b
$$;
-- Makes the other call and then the call with its basis, and undoes both. Result: "as shown", if a new dry run has the same
-- basis; "stale", with the basis of a new dry run; "error", that of a new dry run; or what is wrong.
CREATE FUNCTION pg_temp.between(call text, tried jsonb, basis text, other text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  made   jsonb;
  again  jsonb;
  anew   text;
  facts  jsonb;
  became text;
  error  text;
BEGIN
  PERFORM pg_temp.answer(other);
  again := pg_temp.answer(replace(call, 'false)', 'true)'));
  anew := pg_temp.basis(call);
  BEGIN
    EXECUTE format('SELECT jsonb_agg(to_jsonb(o)) FROM %s o', replace(call, 'false)', format('false, basis => %L)', basis))) INTO made;
    became := CASE WHEN pg_temp.shown(made) IS DISTINCT FROM pg_temp.shown(tried) THEN 'wrong: ' || made::text
                   WHEN anew IS DISTINCT FROM basis THEN 'wrong: not stale' ELSE 'as shown' END;
  EXCEPTION WHEN SQLSTATE 'JB412' THEN
    GET STACKED DIAGNOSTICS facts = PG_EXCEPTION_DETAIL;
    became := CASE WHEN anew = basis OR facts ->> 'basis' <> anew THEN 'wrong: ' || facts::text ELSE 'stale' END;
  WHEN OTHERS THEN
    error := SQLSTATE || ' ' || SQLERRM;
    became := CASE WHEN to_jsonb(error) = again THEN 'error' ELSE 'wrong: ' || error END;
  END;
  RAISE EXCEPTION USING ERRCODE = 'UNDO1';
EXCEPTION WHEN SQLSTATE 'UNDO1' THEN
  RETURN became;
END $$;
CREATE TEMP TABLE meeting AS
SELECT c.call, o.other, pg_temp.between(c.call, c.tried, b.basis, o.other) AS became
  FROM call c,
       LATERAL pg_temp.basis(c.call) AS b (basis),
       (SELECT call AS other FROM call UNION ALL
        SELECT unnest(ARRAY[
          $$jb_calendar_set('room:a', '{"slot_increment": 3600}')$$, $$jb_calendar_set('room:a', '{"buffer_after": 1800}')$$,
          $$jb_calendar_set('room:a', '{"check_attendees": false, "confirm_within": 600}')$$, $$jb_calendar_set('room:b', '{"max_events_per_day": 1}')$$,
          $$jb_calendar_set('room:a', '{"time_zone": "Europe/London"}')$$, $$jb_availability_set('room:a', '2026-11-24', '[]')$$,
          $$jb_provider_availability_remove('p1', '2026-11-26')$$, $$jb_expire()$$, $$test.clock('2026-11-24 09:30+01')$$, $$test.clock('2027-01-01 00:00Z')$$,
          format($$jb_delete(%s)$$, :fixed), format($$jb_delete(%s)$$, :series), format($$jb_delete(%s)$$, :automatic),
          format($$jb_update_all('[{"id": %s, "cancel": true}, {"id": %s, "start_time": "09:00"}]')$$, :fixed, :in_the_way)])) o
 WHERE b.basis IS NOT NULL;
SELECT DISTINCT ON (call, became) * FROM meeting WHERE became LIKE 'wrong%' ORDER BY call, became, other;
SELECT count(DISTINCT call) AS calls, count(DISTINCT other) AS others, bool_or(became = 'stale') AS stale, bool_or(became = 'as shown') AS as_shown, bool_or(became = 'error') AS error FROM meeting;
--> 28|49|t|t|t
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- nothing is taken: no lock, no number of a transaction, no id ----
SELECT event_id AS last FROM jb_schedule('Last', '1 hour', '2026-12-10', calendars => '{room:a}') \gset
BEGIN;
SELECT outcome FROM jb_schedule('x', '3 hours', '2026-11-24', '08:00', calendars => '{room:a,room:b}', dry_run => true); --> placed
SELECT event_id, new_start_timestamp FROM jb_rezone('room:a', dry_run => true); --> 12|2026-12-04 11:00:00+01
--> 13|2026-12-04 12:00:00+01
SELECT DISTINCT mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype NOT IN ('virtualxid'); --> AccessShareLock
SELECT pg_current_xact_id_if_assigned(); --> null
COMMIT;
SELECT event_id - :last AS later FROM jb_schedule('Next', '1 hour', '2026-12-10', calendars => '{room:a}'); --> 1

-- ---- what its own transaction has done is seen, in the same statement too ----
BEGIN;
SELECT made.outcome, tried.outcome, tried.conflicts = ARRAY[made.event_id] AS by_it
  FROM jb_schedule('Made', '1 hour', '2026-12-11', '09:00', calendars => '{room:a}') made,
       LATERAL jb_schedule('Tried', '1 hour', '2026-12-11', '09:30', calendars => '{room:a}', priority => 49 + made.version::int, dry_run => true) tried; --> placed|rejected|t
ROLLBACK;

-- ---- a batch that is only tried: an event that is not made has no id that could be named ----
SELECT outcome, event_id, start_timestamp, detail, conflicts, moves, events FROM jb_schedule_all('[
  {"event_name": "Automatic", "duration": 3600, "date": "2026-12-14", "calendars": ["room:a"]},
  {"event_name": "Takes its time", "duration": 3600, "date": "2026-12-14", "start_time": "08:00", "calendars": ["room:a"]},
  {"event_name": "In the way of both", "duration": 3600, "date": "2026-12-14", "start_time": "08:30", "calendars": ["room:a"]},
  {"event_name": "Series", "duration": 3600, "date": "2026-12-14", "start_time": "08:30", "calendars": ["room:a"], "recurrence": "RRULE:FREQ=DAILY;COUNT=2"}]', dry_run => true);
--> placed|null|2026-12-14 09:00:00+01|null|{}|{}|null
--> placed|null|2026-12-14 08:00:00+01|null|{}|{"(,\"2026-12-14 08:00:00+01\",\"2026-12-14 09:00:00+01\",\"2026-12-14 09:00:00+01\",\"2026-12-14 10:00:00+01\",,)"}|null
--> rejected|null|null|From 2026-12-14T08:30:00+01:00 to 2026-12-14T09:30:00+01:00 is taken by request 1.|{}|{}|null
--> rejected|null|null|Occurrence 1 of 2, 2026-12-14 08:30:00: From 2026-12-14T08:30:00+01:00 to 2026-12-14T09:30:00+01:00 is taken by request 1.|{}|{}|null

-- ---- a moment later, as real calls ----
SELECT event_id, new_start_timestamp FROM jb_rezone('room:a'); --> 12|2026-12-04 11:00:00+01
--> 13|2026-12-04 12:00:00+01

-- ---- a caller who may book may try, and no other caller ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT state FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', dry_run => true)$$); -- must fail --> 42501
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', dry_run => true, principal => 'somebody else')$$); -- must fail
--> 42501|role "regress_secretary" may not name principal "somebody else"
\i test/regress/sql/frame/close.psql
