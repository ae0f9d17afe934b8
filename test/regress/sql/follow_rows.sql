-- Promise (rule 4.23): jb_follow_rows writes into the rows of a user's own table where their events are by now, and what became
-- of them, whoever changed the events; a row that is not behind is not written, and no event is changed.
-- Could break: a row's new start is taken for a wish and fixes the event, or a trigger of the table for something of ours.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
GRANT ALL ON SCHEMA test TO regress_secretary, regress_viewer, regress_manager;
SET SESSION AUTHORIZATION regress_secretary;
CREATE TABLE test.repair (car text PRIMARY KEY, takes interval DEFAULT '1 hour', begins timestamptz, ends timestamptz, event_id bigint, outcome text, reason text, detail text);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.repair FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration=takes', 'start_timestamp=begins', 'end_timestamp=ends', 'event_name=car', 'calendars:={room:a}', 'on_no_slot:=wait');
CREATE TABLE test.noticed (car text, begins timestamptz, at_depth int);
CREATE FUNCTION test.notice() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO test.noticed VALUES (NEW.car, NEW.begins, pg_trigger_depth()); RETURN NULL; END$$;
CREATE TRIGGER notice AFTER UPDATE ON test.repair FOR EACH ROW EXECUTE FUNCTION test.notice();

-- ---- what RETURNING shows when a later row of the statement moves an earlier one ----
-- the start of each row as it was when the row was inserted
INSERT INTO test.repair (car, begins) VALUES ('red', NULL), ('green', '2026-11-23 08:00+01') RETURNING car, begins;
-- where they are once the statement is over
SELECT jb_follow_rows('test.repair');
SELECT car, begins, ends, outcome FROM test.repair ORDER BY car;
-- in one transaction, as a caller has it right who needs the starts
BEGIN;
INSERT INTO test.repair (car, begins) VALUES ('blue', NULL), ('black', '2026-11-23 10:00+01') RETURNING car, begins;
SELECT jb_follow_rows('test.repair');
SELECT car, begins FROM test.repair WHERE car IN ('blue', 'black') ORDER BY car;
COMMIT;

-- ---- nothing to write ----
SELECT jb_follow_rows('test.repair');
SELECT car, placement, version FROM test.repair r JOIN jb_event_view e ON e.id = r.event_id ORDER BY car;
SELECT * FROM test.noticed ORDER BY car;

-- ---- what others do with the events ----
INSERT INTO test.repair (car, begins) VALUES ('gone', '2026-11-24 08:00+01'), ('cancelled', '2026-11-24 09:00+01'), ('moved', '2026-11-24 10:00+01'), ('own words', '2026-11-24 11:00+01') RETURNING car, outcome;
INSERT INTO test.repair (car, begins) VALUES ('waits', '2026-11-24 10:30+01') RETURNING begins, outcome, reason;
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(id) FROM jb_event_view WHERE event_name = 'gone';
SELECT (jb_cancel(id)).outcome FROM jb_event_view WHERE event_name = 'cancelled';
SELECT (jb_reschedule(id, start_timestamp => '2026-11-24 13:00+01')).outcome FROM jb_event_view WHERE event_name = 'moved';
SELECT (jb_schedule('All day', '10 hours', start_timestamp => '2026-11-25 08:00+01', calendars => '{room:a}', preempt => true)).outcome;
SET SESSION AUTHORIZATION regress_secretary;
-- a word of the table's own in a column that no argument names stays
ALTER TABLE test.repair DISABLE TRIGGER place;
UPDATE test.repair SET outcome = 'won', reason = 'because', detail = 'cake' WHERE car = 'own words';
ALTER TABLE test.repair ENABLE TRIGGER place;
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-24 15:00+01')).outcome FROM test.repair WHERE car = 'own words';
-- of some events
SELECT jb_follow_rows('test.repair', ARRAY(SELECT event_id FROM test.repair WHERE car IN ('moved', 'red', 'none')));
SELECT jb_follow_rows('test.repair', '{}'), jb_follow_rows('test.repair', '{-1,NULL}'), jb_follow_rows(NULL);
-- of all
SELECT jb_follow_rows('test.repair');
SELECT car, begins, ends, event_id IS NOT NULL AS has_event, outcome, reason, detail FROM test.repair WHERE begins > '2026-11-24' OR begins IS NULL ORDER BY car;
SELECT jb_follow_rows('test.repair');
-- the row of an event that is gone keeps the event's id, and cannot change what is gone
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-26 08:00+01' WHERE car = 'gone'$$);

-- ---- a row whose update was rejected says so until its event moves ----
-- (or it is an error, where the words in its columns are the table's own)
SELECT state, message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-24 13:30+01' WHERE car = 'own words'$$);
UPDATE test.repair SET outcome = NULL, reason = NULL, detail = NULL WHERE car = 'own words';
UPDATE test.repair SET begins = '2026-11-24 13:30+01' WHERE car = 'own words' RETURNING begins, outcome, reason;
SELECT jb_follow_rows('test.repair');
SELECT begins, outcome, reason FROM test.repair WHERE car = 'own words';
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-24 16:00+01')).outcome FROM test.repair WHERE car = 'own words';
SELECT jb_follow_rows('test.repair');
SELECT begins, outcome, reason, detail FROM test.repair WHERE car = 'own words';

-- ---- a trigger of the table that updates another row of it asks for an event as ever ----
CREATE FUNCTION test.twin() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.car = 'moved' AND NEW.begins > OLD.begins THEN UPDATE test.repair SET begins = '2026-11-27 09:00+01' WHERE car = 'red'; END IF; RETURN NEW; END$$;
CREATE TRIGGER twin BEFORE UPDATE ON test.repair FOR EACH ROW EXECUTE FUNCTION test.twin();
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-27 11:00+01')).outcome FROM test.repair WHERE car = 'moved';
SELECT jb_follow_rows('test.repair');
SELECT r.car, r.begins, e.start_timestamp = r.begins AS is_there, e.placement FROM test.repair r JOIN jb_event_view e ON e.id = r.event_id WHERE car IN ('red', 'moved') ORDER BY car;
DROP TRIGGER twin ON test.repair;
-- a trigger that reads by the caller's search_path does so here
SET search_path = test, public;
CREATE FUNCTION test.by_path() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM FROM noticed; RETURN NEW; END$$;
CREATE TRIGGER by_path BEFORE UPDATE ON repair FOR EACH ROW EXECUTE FUNCTION by_path();
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-27 13:00+01')).outcome FROM repair WHERE car = 'moved';
SELECT jb_follow_rows('repair');
RESET search_path;

-- ---- names, partitions, columns ----
CREATE TABLE test."jb_own ""rows""" (id int GENERATED ALWAYS AS IDENTITY, "select" timestamptz, "Event" bigint) PARTITION BY RANGE (id);
CREATE TABLE test.first PARTITION OF test."jb_own ""rows""" FOR VALUES FROM (0) TO (2);
CREATE TABLE test.rest PARTITION OF test."jb_own ""rows""" DEFAULT;
CREATE TRIGGER place BEFORE INSERT ON test."jb_own ""rows""" FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=select', 'event_id=Event', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Own');
INSERT INTO test."jb_own ""rows""" ("select") VALUES ('2026-12-01 09:00+01'), ('2026-12-01 10:00+01');
SELECT count((jb_reschedule(id, start_timestamp => start_timestamp + interval '1 day')).outcome) FROM jb_event_view WHERE event_name = 'Own';
SELECT jb_follow_rows('test."jb_own ""rows"""');
SELECT "select" FROM test."jb_own ""rows""" ORDER BY 1;
CREATE TABLE test.signs (start_timestamp timestamptz, event_id bigint, "out@come" text, "re@son" text, "de""tail" text);
CREATE TRIGGER place BEFORE INSERT ON test.signs FOR EACH ROW EXECUTE FUNCTION jb_place_row('outcome=out@come', 'reason=re@son', 'detail=de"tail', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Signs');
INSERT INTO test.signs (start_timestamp) VALUES ('2026-12-01 13:00+01');
SELECT outcome FROM test.signs, jb_cancel(event_id);
SELECT jb_follow_rows('test.signs');
SELECT start_timestamp, "out@come", "re@son", "de""tail" FROM test.signs;

-- a row with two events, each with a trigger of its own; a disabled trigger does not count
CREATE TABLE test.trip (out_at timestamptz, out_id bigint, back_at timestamptz, back_id bigint);
CREATE TRIGGER a BEFORE INSERT OR UPDATE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=out_at', 'event_id=out_id', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Trip');
CREATE TRIGGER b BEFORE INSERT OR UPDATE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=back_at', 'event_id=back_id', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Trip');
CREATE TRIGGER "0" BEFORE INSERT ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=back_at', 'event_id=out_id');
ALTER TABLE test.trip DISABLE TRIGGER "0";
INSERT INTO test.trip (out_at, back_at) VALUES ('2026-12-03 09:00+01', '2026-12-03 13:00+01');
SELECT (jb_reschedule(back_id, start_timestamp => '2026-12-03 14:00+01')).outcome FROM test.trip;
SELECT jb_follow_rows('test.trip');
SELECT count((jb_reschedule(id, start_timestamp => start_timestamp + interval '1 day')).outcome) FROM jb_event_view WHERE event_name = 'Trip';
-- a row counts once for each of its events
SELECT jb_follow_rows('test.trip');
SELECT out_at, back_at FROM test.trip;
-- an UPDATE of another table by a rule asks for an event as ever
CREATE TABLE test.prepare (start_timestamp timestamptz, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.prepare FOR EACH ROW EXECUTE FUNCTION jb_place_row('calendars:={room:a}', 'duration:=30 minutes', 'event_name:=Prepare');
INSERT INTO test.prepare VALUES ('2026-12-04 08:00+01');
CREATE RULE prepare AS ON UPDATE TO test.trip DO ALSO UPDATE test.prepare SET start_timestamp = NEW.out_at - interval '1 hour';
SELECT outcome FROM jb_reschedule((SELECT out_id FROM test.trip), start_timestamp => '2026-12-04 11:00+01');
SELECT jb_follow_rows('test.trip');
SELECT p.start_timestamp, v.start_timestamp AS event FROM test.prepare p JOIN jb_event_view v ON v.id = p.event_id;

-- ---- the caller's rights count ----
GRANT SELECT ON test.repair TO regress_manager;
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-27 15:00+01')).outcome FROM test.repair WHERE car = 'moved';
SET SESSION AUTHORIZATION regress_manager;
SELECT state, message FROM test.refusal($$SELECT jb_follow_rows('test.repair')$$);
SET SESSION AUTHORIZATION regress_viewer;
SELECT state, message FROM test.refusal($$SELECT jb_follow_rows('test.repair')$$);
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a table that cannot be followed ----
CREATE TABLE test.plain (event_id bigint);
CREATE TABLE test.blind (start_timestamp timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.blind FOR EACH ROW EXECUTE FUNCTION jb_place_row();
CREATE TABLE test.wordless (event_id bigint);
CREATE TRIGGER place BEFORE INSERT ON test.wordless FOR EACH ROW EXECUTE FUNCTION jb_place_row();
SELECT r.state, r.message, r.hint FROM unnest('{test.plain,test.blind,jb_event}'::text[]) AS t, LATERAL test.refusal(format('SELECT jb_follow_rows(%L)', t)) r;
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal('SELECT jb_follow_rows(4000000000::regclass)');
SELECT jb_follow_rows('test.wordless');

-- ---- who may not read an event writes nothing false into its row, and does not part the two ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
CREATE TABLE test.desk (name text, begins timestamptz, ends timestamptz, event_id bigint, outcome text, hold_for interval);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.desk FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=begins', 'end_timestamp=ends', 'event_name=name', 'calendars:={room:b}', 'duration:=1 hour', 'on_no_slot:=wait');
INSERT INTO test.desk (name, begins, hold_for) VALUES ('held', '2026-11-24 08:00+01', '2 days'), ('waits', '2026-11-24 08:30+01', NULL), ('gone', '2026-11-24 10:00+01', NULL);
SELECT name, outcome FROM test.desk;
RESET SESSION AUTHORIZATION;
SELECT jb_delete((SELECT event_id FROM test.desk WHERE name = 'gone'));
SELECT jb_default_rights_set('nothing') \g /dev/null
CREATE FUNCTION pg_temp.as_secretary() RETURNS TABLE (name text, state text, message text, changed bigint) LANGUAGE plpgsql AS $$
DECLARE before text := (SELECT json_agg(d ORDER BY d.name) FROM test.desk d);
BEGIN
  SET LOCAL ROLE regress_secretary;
  changed := jb_follow_rows('test.desk');
  RETURN QUERY SELECT t, r.state, regexp_replace(r.message, '\d+', 'n'), changed FROM unnest('{held,waits,gone}'::text[]) t, test.refusal(format('DELETE FROM test.desk WHERE name = %L', t)) r;
  RESET ROLE;
  IF before <> (SELECT json_agg(d ORDER BY d.name) FROM test.desk d)::text THEN RAISE 'a row has changed'; END IF;
END $$;
SELECT * FROM pg_temp.as_secretary();
SELECT jb_grant('room:b', 'role:regress_secretary', 'busy') \g /dev/null
SELECT * FROM pg_temp.as_secretary();
SELECT jb_grant('room:b', 'role:regress_secretary', 'book') \g /dev/null
SELECT * FROM pg_temp.as_secretary();
-- a reader of the history sees that an event was deleted, and may delete its row; a reader of all events writes it down
SELECT jb_grant('room:b', 'role:regress_secretary', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
BEGIN;
DELETE FROM test.desk WHERE name = 'gone';
ROLLBACK;
RESET SESSION AUTHORIZATION;
SELECT jb_follow_rows('test.desk');
SELECT name, outcome FROM test.desk ORDER BY name;
-- the same for what is over, cancelled, or was never there, with the same context; also where DELETE deletes
SELECT jb_revoke('room:b', 'role:regress_secretary') \g /dev/null
SELECT jb_cancel((SELECT event_id FROM test.desk WHERE name = 'waits')) \g /dev/null
SELECT test.clock('2026-11-25 08:00+01') \g /dev/null
CREATE TABLE test.probe (name text, event_id bigint);
CREATE TABLE test.deleting (name text, event_id bigint);
INSERT INTO test.probe SELECT name, event_id FROM test.desk UNION ALL VALUES ('never', 999999);
INSERT INTO test.deleting SELECT name, event_id FROM test.probe;
CREATE TRIGGER place BEFORE DELETE ON test.probe FOR EACH ROW EXECUTE FUNCTION jb_place_row();
CREATE TRIGGER place BEFORE DELETE ON test.deleting FOR EACH ROW EXECUTE FUNCTION jb_place_row('on_delete:=delete');
GRANT ALL ON test.probe, test.deleting TO regress_manager;
CREATE FUNCTION test.told(own_table text, own_name text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE message text; context text;
BEGIN
  EXECUTE format('DELETE FROM test.%I WHERE name = %L', own_table, own_name);
  RETURN 'deleted';
EXCEPTION WHEN OTHERS THEN
  GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, context = PG_EXCEPTION_CONTEXT;
  RETURN regexp_replace(SQLSTATE || ' ' || message, '\d+ does', 'n does') || ', ' || split_part(context, E'\n', 1);
END $$;
GRANT EXECUTE ON FUNCTION test.told TO regress_manager;
SET SESSION AUTHORIZATION regress_manager;
SELECT own_table, string_agg(own_name, ' ' ORDER BY own_name) AS names, told FROM unnest('{probe,deleting}'::text[]) own_table, unnest('{held,waits,gone,never}'::text[]) own_name, test.told(own_table, own_name) told GROUP BY 1, 3 ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT jb_grant('room:b', 'role:regress_manager', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT own_table, string_agg(own_name, ' ' ORDER BY own_name) AS names, told FROM unnest('{probe,deleting}'::text[]) own_table, unnest('{held,waits,gone,never}'::text[]) own_name, test.told(own_table, own_name) told GROUP BY 1, 3 ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:b', 'role:regress_manager') \g /dev/null
-- of a series too, where somebody has moved one event to a hidden calendar
SELECT jb_grant('room:a', 'role:regress_manager', 'manage') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
CREATE TABLE test.term (start_timestamp timestamptz, recurrence text, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.term FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Term', 'calendars:={room:a}', 'duration:=1 hour');
INSERT INTO test.term VALUES ('2026-12-14 15:00+01', 'RRULE:FREQ=DAILY;COUNT=3');
RESET SESSION AUTHORIZATION;
SELECT outcome FROM jb_update((SELECT max(id) FROM jb_event_view WHERE event_name = 'Term'), '{"calendars": ["room:b"], "start_timestamp": "2026-12-13T16:00:00+01:00"}');
SET SESSION AUTHORIZATION regress_manager;
UPDATE test.term SET recurrence = 'RRULE:FREQ=DAILY;COUNT=4' RETURNING start_timestamp;
RESET SESSION AUTHORIZATION;
SELECT start_timestamp, calendars, status FROM jb_event_view WHERE event_name = 'Term' ORDER BY 1;
SELECT outcome FROM jb_update((SELECT max(id) FROM jb_event_view WHERE event_name = 'Term'), '{"calendars": ["room:b"]}');
SELECT jb_cancel((SELECT max(id) FROM jb_event_view WHERE event_name = 'Term')) \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal('DELETE FROM test.term');
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:a', 'role:regress_manager') \g /dev/null
-- whatever the row says: here that the event is over, which has moved since
UPDATE test.desk SET event_id = (SELECT event_id FROM jb_schedule('moved', '1 hour', start_timestamp => '2026-11-26 10:00+01', calendars => '{room:b}')) WHERE name = 'gone';
ALTER TABLE test.desk DISABLE TRIGGER place;
UPDATE test.desk SET begins = '2026-11-24 10:00+01', ends = '2026-11-24 11:00+01' WHERE name = 'gone';
ALTER TABLE test.desk ENABLE TRIGGER place;
SELECT event_id AS hidden FROM test.desk WHERE name = 'gone' \gset
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$DELETE FROM test.desk WHERE name = 'gone'$$);
-- a row names only an event that its writer may read, so that nobody has a hidden one's time written there
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal(format('INSERT INTO test.desk (name, event_id) VALUES (%L, %s)', 'probe', :hidden));
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal(format('UPDATE test.desk SET event_id = %s WHERE name = %L', :hidden, 'waits'));
-- a row shows what its writer has made of an event, even on a calendar where the writer may only book
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:c', '{"time_zone": "Europe/Berlin"}');
SELECT jb_grant('room:b', 'role:regress_secretary', 'book'), jb_grant('room:c', 'role:regress_secretary', 'manage') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
CREATE TABLE test.seat (name text, begins timestamptz, event_id bigint, outcome text, hold_for interval, place text);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.seat FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=begins', 'event_name=name', 'calendars=place', 'duration:=1 hour');
INSERT INTO test.seat (name, begins, hold_for, place) VALUES ('held', '2026-11-27 08:00+01', '1 day', 'room:c') RETURNING outcome;
UPDATE test.seat SET place = 'room:b' RETURNING begins, outcome;
-- a function with its owner's rights, and a foreign key, change events for their caller
RESET SESSION AUTHORIZATION;
CREATE TABLE test.course (title text PRIMARY KEY);
CREATE TABLE test.lesson (title text REFERENCES test.course ON UPDATE CASCADE ON DELETE CASCADE, begins timestamptz, ends timestamptz, event_id bigint, outcome text);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.lesson FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=begins', 'end_timestamp=ends', 'event_name=title', 'calendars:={room:c}', 'duration:=1 hour');
CREATE FUNCTION test.move(to_time timestamptz) RETURNS SETOF test.lesson LANGUAGE sql SECURITY DEFINER AS 'UPDATE test.lesson SET begins = $1 RETURNING *';
CREATE FUNCTION test.end() RETURNS SETOF test.lesson LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM test.lesson RETURNING *';
ALTER TABLE test.course OWNER TO regress_manager;
ALTER TABLE test.lesson OWNER TO regress_manager;
ALTER FUNCTION test.move OWNER TO regress_manager;
ALTER FUNCTION test.end OWNER TO regress_manager;
GRANT ALL ON test.course, test.lesson TO regress_secretary;
SET SESSION AUTHORIZATION regress_secretary;
INSERT INTO test.course VALUES ('Yoga');
INSERT INTO test.lesson (title, begins) VALUES ('Yoga', '2026-11-27 10:00+01');
SELECT begins, ends, outcome FROM test.move('2026-11-27 12:00+01');
SELECT begins, ends, outcome FROM test.move('2026-11-23 12:00+01');
UPDATE test.course SET title = 'Pilates';
SELECT title, begins, outcome FROM test.lesson;
SELECT title FROM test.end();
SELECT event_name, start_timestamp, status FROM jb_event_view WHERE event_name IN ('Yoga', 'Pilates');
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role') \g /dev/null
\i test/regress/sql/frame/close.psql
