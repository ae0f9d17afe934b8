-- Promise: everything happens inside the caller's transaction: ROLLBACK undoes all of it, a savepoint is a dry run, a dry
-- run leaves nothing, and a caller that catches an error goes on with a sound session.
-- Could break: the library remembers what was undone: a locked calendar, a sequence number, a subtransaction left open.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}'); --> placed
SELECT test.stored() AS before \gset

-- ---- dry runs tell what would happen, and leave nothing ----
SELECT outcome, event_id, start_timestamp, cardinality(moves) AS moves, rejection_id, version FROM jb_schedule('Dry', '1 hour', '2026-11-24', '08:00', calendars => '{room:a}', dry_run => true);
--> placed|null|2026-11-24 08:00:00+01|1|null|null
SELECT outcome, reason, conflicts, rejection_id FROM jb_schedule('Dry', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}', dry_run => true); --> rejected|conflict|{2}|null
-- in a batch each request sees the events of the requests before it
SELECT outcome, event_id, start_timestamp FROM jb_schedule_all('[{"event_name": "1", "duration": 3600, "calendars": ["room:a"]}, {"event_name": "2", "duration": 3600, "calendars": ["room:a"]}]', dry_run => true);
--> placed|null|2026-11-23 08:00:00+01
--> placed|null|2026-11-23 09:00:00+01
SELECT outcome FROM jb_reschedule(1, '2026-11-25', dry_run => true); --> updated
SELECT outcome FROM jb_update(1, '{"event_name": "Dry"}', dry_run => true); --> updated
SELECT outcome FROM jb_cancel(1, dry_run => true); --> cancelled
-- an error in a dry run is an error: must fail
SELECT state FROM test.refusal($$SELECT jb_schedule('', dry_run => true)$$); --> 22023
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- ROLLBACK ----
BEGIN;
SELECT outcome FROM jb_schedule('Undone', '1 hour', '2026-11-24', '08:00', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_cancel(2); --> cancelled
SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-20', '08:00', calendars => '{room:a}'); --> rejected
ROLLBACK;
SELECT test.stored() = :'before' AS nothing_changed; --> t
-- the first booking of ceo too
BEGIN;
SELECT outcome FROM jb_schedule('Undone', '1 hour'); --> placed
SELECT count(*) FROM jb_calendars(); --> 2
ROLLBACK;
SELECT count(*) FROM jb_calendars(); --> 1
SELECT outcome FROM jb_schedule('Made after all', '1 hour'); --> placed

-- ---- savepoints ----
SELECT test.stored() AS before \gset
BEGIN;
SELECT jb_lock('{room:a,ceo}'); -->
SAVEPOINT one;
SELECT outcome, start_timestamp FROM jb_schedule('One', '1 hour', '2026-11-25', calendars => '{room:a}'); --> placed|2026-11-25 08:00:00+01
SAVEPOINT two;
SELECT outcome, start_timestamp FROM jb_schedule('Two', '1 hour', '2026-11-25', calendars => '{room:a}'); --> placed|2026-11-25 09:00:00+01
ROLLBACK TO two;
-- the place of event two is free again, that of event one is not
SELECT outcome, start_timestamp FROM jb_schedule('Three', '1 hour', '2026-11-25', calendars => '{room:a}', dry_run => true); --> placed|2026-11-25 09:00:00+01
ROLLBACK TO one;
SELECT outcome, start_timestamp FROM jb_schedule('Four', '1 hour', '2026-11-25', calendars => '{room:a}', dry_run => true); --> placed|2026-11-25 08:00:00+01
COMMIT;
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- an error inside ----
-- caught in PL/pgSQL, the rest goes on
DO $$
BEGIN
  PERFORM jb_schedule('Before', '1 hour', '2026-11-26', '09:00', calendars => '{room:a}');
  BEGIN
    PERFORM jb_schedule('Undone', '1 hour', '2026-11-26', '10:00', calendars => '{room:a}');
    PERFORM jb_update((SELECT max(id) FROM jb_event), '{"start_time": "nonsense"}');
  EXCEPTION WHEN invalid_parameter_value THEN
    NULL;
  END;
  PERFORM jb_schedule('After', '1 hour', '2026-11-26', '10:00', calendars => '{room:a}');
END $$;
SELECT event_name, start_timestamp FROM jb_events('room:a', '2026-11-26', '2026-11-27'); --> Before|2026-11-26 09:00:00+01
--> After|2026-11-26 10:00:00+01
-- uncaught, everything before it in the transaction is gone
BEGIN;
SELECT outcome FROM jb_schedule('Undone', '1 hour', '2026-11-27', '09:00', calendars => '{room:a}'); --> placed
SELECT jb_cancel(-1); -- must fail --> ERROR:  event -1 does not exist
--> HINT:  jb_events() lists the events of a calendar.
SELECT outcome FROM jb_schedule('Too late', '1 hour', '2026-11-27', '10:00', calendars => '{room:a}'); -- must fail
--> ERROR:  current transaction is aborted, commands ignored until end of transaction block
COMMIT;
SELECT count(*) FROM jb_events('room:a', '2026-11-27', '2026-11-28'); --> 0

-- ---- a read-only transaction: a writing call must fail, a reading or a dry run must not ----
BEGIN READ ONLY;
SELECT call, state
  FROM unnest(ARRAY[
    $$jb_schedule('x', '1 hour', calendars => '{room:a}')$$, $$jb_schedule('x', '1 hour', calendars => '{room:a}', dry_run => true)$$, $$jb_schedule_all('{"event_name": "x", "calendars": ["room:a"]}')$$,
    $$jb_reschedule(1, '2026-11-30')$$, $$jb_update(1, '{"event_name": "x"}')$$, $$jb_cancel(1)$$, $$jb_lock('{room:a}')$$,
    $$jb_event(1)$$, $$jb_status(1)$$, $$jb_history(1)$$, $$jb_events('room:a')$$, $$jb_slots('1 hour', '{room:a}')$$, $$jb_changes('room:a')$$, $$jb_rejections()$$, $$jb_calendar('room:a')$$, $$jb_calendars()$$, $$jb_check()$$, $$jb_health()$$
  ]) AS call, test.refusal('SELECT ' || call); --> jb_schedule('x', '1 hour', calendars => '{room:a}')|25006
--> jb_schedule('x', '1 hour', calendars => '{room:a}', dry_run => true)|none
--> jb_schedule_all('{"event_name": "x", "calendars": ["room:a"]}')|25006
--> jb_reschedule(1, '2026-11-30')|25006
--> jb_update(1, '{"event_name": "x"}')|25006
--> jb_cancel(1)|25006
--> jb_lock('{room:a}')|25006
--> jb_event(1)|none
--> jb_status(1)|none
--> jb_history(1)|none
--> jb_events('room:a')|none
--> jb_slots('1 hour', '{room:a}')|none
--> jb_changes('room:a')|none
--> jb_rejections()|none
--> jb_calendar('room:a')|none
--> jb_calendars()|none
--> jb_check()|none
--> jb_health()|none
COMMIT;

-- ---- in the caller's own trigger ----
RESET SESSION AUTHORIZATION;
CREATE TABLE test.wish (name text, event_id bigint);
GRANT ALL ON test.wish TO regress_secretary;
CREATE FUNCTION test.book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.event_id := (jb_schedule(NEW.name, '1 hour', '2026-11-30', calendars => '{room:a}')).event_id;
  RETURN NEW;
END $$;
CREATE TRIGGER book BEFORE INSERT ON test.wish FOR EACH ROW EXECUTE FUNCTION test.book();
SET SESSION AUTHORIZATION regress_secretary;
INSERT INTO test.wish (name) SELECT 'From a trigger ' || i FROM generate_series(1, 3) AS i;
SELECT w.name, e.start_timestamp FROM test.wish w JOIN jb_event_view e ON e.id = w.event_id ORDER BY 2; --> From a trigger 1|2026-11-30 08:00:00+01
--> From a trigger 2|2026-11-30 09:00:00+01
--> From a trigger 3|2026-11-30 10:00:00+01
\i test/regress/sql/frame/close.psql
