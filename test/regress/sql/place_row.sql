-- Promise: with the trigger jb_place_row, INSERT into a user's own table books the row and returns where it was placed. A
-- rejected row stays, without a start; ROLLBACK takes back row and event; a user who may not book may not insert.
-- Could break: the columns of the table have other names than the event's fields, any type, or were dropped or never made.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
GRANT ALL ON SCHEMA test TO regress_secretary, regress_viewer, regress_manager;
SET SESSION AUTHORIZATION regress_secretary;

-- ---- columns by their names ----
CREATE TABLE test.visit (event_name text, gone int, duration interval, start_timestamp timestamptz, end_timestamp timestamptz, calendars text[], event_id bigint, outcome text, reason text, detail text, note text DEFAULT 'mine');
ALTER TABLE test.visit DROP COLUMN gone;
CREATE TRIGGER place BEFORE INSERT ON test.visit FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('First', '1 hour', '{room:a}'), ('Second', '30 minutes', '{room:a}') RETURNING *;
-- a given start is fixed; the automatic event moves, and the row of the other visit still shows its first place
INSERT INTO test.visit (event_name, duration, start_timestamp, calendars) VALUES ('Fixed', '1 hour', '2026-11-23 08:00+01', '{room:a}') RETURNING start_timestamp, end_timestamp, outcome;
SELECT v.event_name, v.start_timestamp, e.start_timestamp AS now, e.placement FROM test.visit v JOIN jb_event_view e ON e.id = v.event_id ORDER BY 1;
-- rejected: the row stays, its start is null, and the rejection is recorded as ever
INSERT INTO test.visit (event_name, duration, start_timestamp, calendars) VALUES ('Rejected', '1 hour', '2026-11-23 08:30+01', '{room:a}') RETURNING *;
SELECT reason, request ->> 'event_name' AS event_name FROM jb_rejections();
-- start and end stand for a duration; a duration beside both has to agree with them
INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, calendars) VALUES ('From to', '2026-11-23 12:00+01', '2026-11-23 12:50+01', '{room:a}') RETURNING start_timestamp, end_timestamp, outcome, duration;
INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, duration, calendars) VALUES ('All three', '2026-11-23 13:00+01', '2026-11-23 13:50+01', '50 minutes', '{room:a}') RETURNING end_timestamp;
SELECT state, message, detail FROM test.refusal($$INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, duration, calendars) VALUES ('x', '2026-11-23 14:00+01', '2026-11-23 14:50+01', '1 hour', '{room:a}')$$);
SELECT state, message, detail FROM test.refusal($$INSERT INTO test.visit (event_name, end_timestamp, calendars) VALUES ('x', '2026-11-23 14:50+01', '{room:a}')$$);
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, calendars) VALUES ('x', '2026-11-23 14:50+01', '2026-11-23 14:00+01', '{room:a}')$$);
-- the row's own values are not overwritten, but for the place
INSERT INTO test.visit (event_name, duration, calendars, outcome, reason) VALUES ('Own words', '10 minutes', '{room:a}', 'won', 'because') RETURNING outcome, reason, start_timestamp IS NOT NULL AS placed;
-- a row that names its event was booked before: a dump is restored
INSERT INTO test.visit (event_name, duration, start_timestamp, event_id) VALUES ('Restored', '1 hour', '2026-11-23 08:00+01', 1) RETURNING start_timestamp, event_id, outcome;
-- so was a row that says what became of it: a rejected row stays rejected, until an outcome of null asks again
INSERT INTO test.visit (event_name, duration, calendars, outcome, reason) VALUES ('Rejected once', '10 minutes', '{room:a}', 'rejected', 'conflict') RETURNING start_timestamp, event_id, outcome, reason;
INSERT INTO test.visit (event_name, duration, calendars, outcome, reason) VALUES ('Asked again', '10 minutes', '{room:a}', NULL, 'conflict') RETURNING start_timestamp IS NOT NULL AS placed, outcome, reason;
-- columns that no field of the event has are not read: a number that no double holds, or a large file
ALTER TABLE test.visit ADD COLUMN stars numeric, ADD COLUMN scan bytea;
INSERT INTO test.visit (event_name, duration, calendars, stars, scan) VALUES ('With more', '5 minutes', '{room:a}', ('1' || repeat('0', 400))::numeric, decode(repeat('ab', 1000000), 'hex')) RETURNING outcome, length(stars::text), length(scan);
-- COPY, and INSERT from a query
COPY test.visit (event_name, duration, calendars) FROM stdin;
Copied	00:15	{room:a}
\.
INSERT INTO test.visit (event_name, duration, calendars) SELECT 'Row ' || i, i * interval '5 minutes', '{room:a}' FROM generate_series(1, 3) AS i RETURNING start_timestamp, end_timestamp;

-- ---- the booking is part of the transaction ----
SELECT test.stored() AS before \gset
BEGIN;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Undone', '1 hour', '{room:a}') RETURNING outcome;
SAVEPOINT attempt;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Undone first', '1 hour', '{room:a}') RETURNING outcome;
ROLLBACK TO attempt;
SELECT count(*) FROM jb_events('room:a') WHERE event_name LIKE 'Undone%';
ROLLBACK;
SELECT test.stored() = :'before' AS as_before;
-- an invalid row refuses the statement, and the events of the rows before it are gone
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Fine', '1 hour', '{room:a}'), ('Not', '1 month', '{room:a}')$$);
SELECT state, message, detail FROM test.refusal($$INSERT INTO test.visit (event_name, duration, calendars) VALUES (NULL, '0', '{room:x,room:x}')$$);
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Nowhere', '1 hour', '{room:x}')$$);
SELECT test.stored() = :'before' AS as_before, count(*) FROM test.visit;

-- ---- a constraint of the table makes a rejection fail: nothing of the row stays ----
ALTER TABLE test.visit ADD CONSTRAINT has_a_place CHECK (start_timestamp IS NOT NULL) NOT VALID;
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, duration, start_timestamp, calendars) VALUES ('Must', '1 hour', '2026-11-23 08:30+01', '{room:a}')$$);
SELECT test.stored() = :'before' AS as_before;

-- ---- columns by arguments ----
-- by place: the columns of duration, calendars, start and end; a text is a list of one; a table without event_name lends its name
CREATE TABLE test.ticket (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, takes int, room text, begins timestamptz, ends timestamptz, priority text DEFAULT 'high');
CREATE TRIGGER place BEFORE INSERT ON test.ticket FOR EACH ROW EXECUTE FUNCTION jb_place_row('takes', 'room', 'begins', 'ends', 'priority=');
INSERT INTO test.ticket (takes, room) VALUES (900, 'room:a') RETURNING begins, ends;
SELECT event_name, calendars, duration, priority FROM jb_event_view ORDER BY id DESC LIMIT 1;
-- by name, and constants; wall clock; a waiting event has an id and no start
CREATE TABLE test.talk (title text, speakers text[], day date, "at" time, importance int, id bigint, state text, why text, begins timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.talk FOR EACH ROW EXECUTE FUNCTION
  jb_place_row('event_name=title', 'attendees=speakers', 'date=day', 'start_time=at', 'priority=importance', 'event_id=id', 'outcome=state', 'reason=why', 'start_timestamp=begins',
               'calendars:={room:a}', 'duration:=2 hours', 'on_no_slot:=wait', 'check_attendees:=false', 'event_location:=Hall 1');
INSERT INTO test.talk (title, speakers, day, "at", state) VALUES ('Fixed', '{Ann,Bob}', '2026-11-24', '10:00', 'new'), ('Automatic', NULL, '2026-11-24', NULL, 'new'),
  ('Waits', '{}', '2026-11-24', '10:30', 'new') RETURNING title, begins, id IS NOT NULL AS has_id, state, why;
SELECT event_name, attendees, event_location, calendars, priority, status FROM jb_event_view WHERE event_location = 'Hall 1' ORDER BY id;
INSERT INTO test.talk (title, day, "at", importance) VALUES ('Important', '2026-11-25', '09:00', 90) RETURNING state, begins;
SELECT priority FROM jb_event_view ORDER BY id DESC LIMIT 1;
-- without a column for the event's id the outcome tells that an event exists; without one for the outcome the reason tells that
-- none does; both columns may hold words of the user's own, too
CREATE TABLE test.plain (start_timestamp timestamptz, state text);
CREATE TRIGGER place BEFORE INSERT ON test.plain FOR EACH ROW EXECUTE FUNCTION jb_place_row('outcome=state', 'event_name:=Plain', 'duration:=5 minutes', 'calendars:={room:a}');
INSERT INTO test.plain VALUES (NULL, 'new'), ('2026-11-26 10:00+01', 'placed'), ('2026-11-26 11:00+01', 'held'), (NULL, 'waiting'), (NULL, 'rejected') RETURNING start_timestamp > '2026-11-26 09:00+01' AS as_it_says, state;
CREATE TABLE test.why (start_timestamp timestamptz, note text);
CREATE TRIGGER place BEFORE INSERT ON test.why FOR EACH ROW EXECUTE FUNCTION jb_place_row('reason=note', 'event_name:=Plain', 'duration:=5 minutes', 'calendars:={room:a}');
INSERT INTO test.why VALUES (NULL, 'a chat'), (NULL, 'outside_hours') RETURNING start_timestamp IS NOT NULL AS placed, note;
SELECT count(*) FROM jb_event_view WHERE event_name = 'Plain';
-- a comma within quotes is part of an item, in a constant and in a text
CREATE TABLE test.pair (start_timestamp timestamptz, attendees text);
CREATE TRIGGER place BEFORE INSERT ON test.pair FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Pair', 'duration:=5 minutes', 'calendars:={ room:a }');
INSERT INTO test.pair (attendees) VALUES ('{"Lee, Ann",Bob}'), ('Lee, Ann');
CREATE TABLE test.duo (start_timestamp timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.duo FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Pair', 'duration:=5 minutes', 'calendars:={room:a}', 'attendees:={"Lee, Ann", Bob}');
INSERT INTO test.duo DEFAULT VALUES;
SELECT attendees, cardinality(attendees) FROM jb_event_view WHERE event_name = 'Pair' ORDER BY id;
-- a row can be a series: it gets the first occurrence
CREATE TABLE test.course (event_name text, start_timestamp timestamptz, end_timestamp timestamptz, recurrence text, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT ON test.course FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.course VALUES ('Course', '2026-12-01 09:00+01', '2026-12-01 10:00+01', 'RRULE:FREQ=WEEKLY;COUNT=3') RETURNING start_timestamp, end_timestamp, recurrence, event_id IS NOT NULL AS has_id;
SELECT count(*), min(start_timestamp), max(start_timestamp), bool_or(id IN (SELECT event_id FROM test.course)) AS has_first FROM jb_event_view WHERE event_name = 'Course';
-- a series whose first occurrence has no place gives the row the next one; its start and end may differ from the row's own
CREATE TABLE test.weekly (LIKE test.course INCLUDING DEFAULTS, outcome text, on_no_slot text DEFAULT 'skip');
CREATE TRIGGER place BEFORE INSERT ON test.weekly FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.weekly VALUES ('Weekly', '2026-12-08 09:30+01', '2026-12-08 10:30+01', 'RRULE:FREQ=WEEKLY;COUNT=3') RETURNING start_timestamp, end_timestamp, outcome;
SELECT min(start_timestamp), count(*) FROM jb_event_view WHERE event_name = 'Weekly';

-- ---- a user who inserts must be allowed to book ----
GRANT INSERT, SELECT ON test.visit TO regress_viewer, regress_nobody;
SET SESSION AUTHORIZATION regress_viewer;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Not mine', '1 hour', '{room:a}');
CREATE TABLE test.viewers (start_timestamp timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.viewers FOR EACH ROW EXECUTE FUNCTION jb_place_row();
SET SESSION AUTHORIZATION regress_nobody;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Not mine', '1 hour', '{room:a}');
-- the principal is the user who inserts
SET SESSION AUTHORIZATION regress_manager;
CREATE TABLE test.managers (start_timestamp timestamptz, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT ON test.managers FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.managers DEFAULT VALUES RETURNING start_timestamp;
SELECT principal, fields FROM jb_changes('room:a', max_rows => 1000) ORDER BY seq DESC LIMIT 1;
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a trigger that cannot work says so ----
CREATE FUNCTION test.try(columns text, arguments text, timing text DEFAULT 'BEFORE INSERT', each text DEFAULT 'ROW', work text DEFAULT 'INSERT INTO test.tried DEFAULT VALUES', OUT state text, OUT message text, OUT hint text)
LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE TABLE test.tried (%s)', columns);
  EXECUTE format('CREATE TRIGGER place %s ON test.tried FOR EACH %s EXECUTE FUNCTION jb_place_row(%s)', timing, each, arguments);
  SELECT r.state, r.message, r.hint INTO state, message, hint FROM test.refusal(work) r;
  DROP TABLE test.tried;
END $$;
SELECT t.* FROM (VALUES
  (1, 'start_timestamp timestamptz', '', 'AFTER INSERT', 'ROW'),
  (2, 'start_timestamp timestamptz', '', 'BEFORE INSERT', 'STATEMENT'),
  (3, 'title text', '', 'BEFORE INSERT', 'ROW'),
  (4, 'start_timestamp timestamp', '', 'BEFORE INSERT', 'ROW'),
  (5, 'start_timestamp timestamptz, event_id int, outcome varchar(5)', '', 'BEFORE INSERT', 'ROW'),
  (6, 'start_timestamp timestamptz', $$'takes'$$, 'BEFORE INSERT', 'ROW'),
  (7, 'start_timestamp timestamptz', $$'event_name=title', 'where=here', 'calendars={room:a}'$$, 'BEFORE INSERT', 'ROW'),
  (8, 'start_timestamp timestamptz, a text, b text', $$'event_name=a', 'event_name=b', 'outcome:=fine'$$, 'BEFORE INSERT', 'ROW'),
  (9, 'start_timestamp timestamptz', $$'', '', '', '', 'fifth'$$, 'BEFORE INSERT', 'ROW'),
  (10, 'start_timestamp timestamptz', $$'calendars:={room:x}'$$, 'BEFORE INSERT', 'ROW'),
  (11, 'start_timestamp timestamptz, priority text DEFAULT ''high''', $$'calendars:={room:a}', 'preempt:=perhaps'$$, 'BEFORE INSERT', 'ROW')
) AS wrong (n, columns, arguments, timing, each), test.try(columns, arguments, timing, each) t ORDER BY n;
SELECT t.* FROM test.try('start_timestamp timestamptz', '', 'BEFORE UPDATE', 'ROW', $$INSERT INTO test.tried VALUES (now()); UPDATE test.tried SET start_timestamp = NULL$$) t;
SELECT state, message FROM test.refusal('SELECT jb_place_row()');
RESET SESSION AUTHORIZATION;
\i test/regress/sql/frame/close.psql
