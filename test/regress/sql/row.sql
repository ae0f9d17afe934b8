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
--> First|01:00:00|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|{room:a}|1|placed|null|null|mine
--> Second|00:30:00|2026-11-23 09:00:00+01|2026-11-23 09:30:00+01|{room:a}|2|placed|null|null|mine
-- a given start is fixed; the automatic event moves, and the row of the other visit still shows its first place
INSERT INTO test.visit (event_name, duration, start_timestamp, calendars) VALUES ('Fixed', '1 hour', '2026-11-23 08:00+01', '{room:a}') RETURNING start_timestamp, end_timestamp, outcome;
--> 2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|placed
SELECT v.event_name, v.start_timestamp, e.start_timestamp AS now, e.placement FROM test.visit v JOIN jb_event_view e ON e.id = v.event_id ORDER BY 1;
--> First|2026-11-23 08:00:00+01|2026-11-23 09:30:00+01|automatic
--> Fixed|2026-11-23 08:00:00+01|2026-11-23 08:00:00+01|fixed
--> Second|2026-11-23 09:00:00+01|2026-11-23 09:00:00+01|automatic
-- rejected: the row stays, its start is null, and the rejection is recorded as ever
INSERT INTO test.visit (event_name, duration, start_timestamp, calendars) VALUES ('Rejected', '1 hour', '2026-11-23 08:30+01', '{room:a}') RETURNING *;
--> Rejected|01:00:00|null|null|{room:a}|null|rejected|conflict|From 2026-11-23T08:30:00+01:00 to 2026-11-23T09:30:00+01:00 is taken by event 3.|mine
SELECT reason, request ->> 'event_name' AS event_name FROM jb_rejections(); --> conflict|Rejected
-- start and end stand for a duration; a duration beside both has to agree with them
INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, calendars) VALUES ('From to', '2026-11-23 12:00+01', '2026-11-23 12:50+01', '{room:a}') RETURNING start_timestamp, end_timestamp, outcome, duration;
--> 2026-11-23 12:00:00+01|2026-11-23 12:50:00+01|placed|null
INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, duration, calendars) VALUES ('All three', '2026-11-23 13:00+01', '2026-11-23 13:50+01', '50 minutes', '{room:a}') RETURNING end_timestamp;
--> 2026-11-23 13:50:00+01
SELECT state, message, detail FROM test.refusal($$INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, duration, calendars) VALUES ('x', '2026-11-23 14:00+01', '2026-11-23 14:50+01', '1 hour', '{room:a}')$$);
--> 22023|invalid end_timestamp "2026-11-23T13:50:00+00:00": it is not the start and the duration later|[{"field":"end_timestamp","value":"2026-11-23T13:50:00+00:00","message":"it is not the start and the duration later"}]
SELECT state, message, detail FROM test.refusal($$INSERT INTO test.visit (event_name, end_timestamp, calendars) VALUES ('x', '2026-11-23 14:50+01', '{room:a}')$$);
--> 22023|invalid end_timestamp "2026-11-23T13:50:00+00:00": it needs a start beside it, or must be null|[{"field":"end_timestamp","value":"2026-11-23T13:50:00+00:00","message":"it needs a start beside it, or must be null"}]
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, start_timestamp, end_timestamp, calendars) VALUES ('x', '2026-11-23 14:50+01', '2026-11-23 14:00+01', '{room:a}')$$);
--> 22023|invalid duration "-3000": it must be from 1 second to 366 days
-- the row's own values are not overwritten, but for the place
INSERT INTO test.visit (event_name, duration, calendars, outcome, reason) VALUES ('Own words', '10 minutes', '{room:a}', 'won', 'because') RETURNING outcome, reason, start_timestamp IS NOT NULL AS placed;
--> won|because|t
-- a row that names its event was booked before: a dump is restored
INSERT INTO test.visit (event_name, duration, start_timestamp, event_id) VALUES ('Restored', '1 hour', '2026-11-23 08:00+01', 1) RETURNING start_timestamp, event_id, outcome;
--> 2026-11-23 08:00:00+01|1|null
-- so was a row that says what became of it: a rejected row stays rejected, until an outcome of null asks again
INSERT INTO test.visit (event_name, duration, calendars, outcome, reason) VALUES ('Rejected once', '10 minutes', '{room:a}', 'rejected', 'conflict') RETURNING start_timestamp, event_id, outcome, reason;
--> null|null|rejected|conflict
INSERT INTO test.visit (event_name, duration, calendars, outcome, reason) VALUES ('Asked again', '10 minutes', '{room:a}', NULL, 'conflict') RETURNING start_timestamp IS NOT NULL AS placed, outcome, reason;
--> t|placed|null
-- columns that no field of the event has are not read: a number that no double holds, or a large file
ALTER TABLE test.visit ADD COLUMN stars numeric, ADD COLUMN scan bytea;
INSERT INTO test.visit (event_name, duration, calendars, stars, scan) VALUES ('With more', '5 minutes', '{room:a}', ('1' || repeat('0', 400))::numeric, decode(repeat('ab', 1000000), 'hex')) RETURNING outcome, length(stars::text), length(scan);
--> placed|401|1000000
-- COPY, and INSERT from a query
COPY test.visit (event_name, duration, calendars) FROM stdin;
Copied	00:15	{room:a}
\.
INSERT INTO test.visit (event_name, duration, calendars) SELECT 'Row ' || i, i * interval '5 minutes', '{room:a}' FROM generate_series(1, 3) AS i RETURNING start_timestamp, end_timestamp;
--> 2026-11-23 11:10:00+01|2026-11-23 11:15:00+01
--> 2026-11-23 11:15:00+01|2026-11-23 11:25:00+01
--> 2026-11-23 11:25:00+01|2026-11-23 11:40:00+01

-- ---- the booking is part of the transaction ----
SELECT test.stored() AS before \gset
BEGIN;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Undone', '1 hour', '{room:a}') RETURNING outcome; --> placed
SAVEPOINT attempt;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Undone first', '1 hour', '{room:a}') RETURNING outcome; --> placed
ROLLBACK TO attempt;
SELECT count(*) FROM jb_events('room:a') WHERE event_name LIKE 'Undone%'; --> 1
ROLLBACK;
SELECT test.stored() = :'before' AS as_before; --> t
-- an invalid row refuses the statement, and the events of the rows before it are gone
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Fine', '1 hour', '{room:a}'), ('Not', '1 month', '{room:a}')$$);
--> 22023|invalid duration "1 mon": months and years have no fixed length
SELECT state, message, detail FROM test.refusal($$INSERT INTO test.visit (event_name, duration, calendars) VALUES (NULL, '0', '{room:x,room:x}')$$);
--> 22023|invalid duration "00:00:00": it must be from 1 second to 366 days|[{"field":"duration","value":"00:00:00","message":"it must be from 1 second to 366 days"},{"field":"calendars","value":"room:x","message":"it is named twice"},{"field":"event_name","value":"","message":"it is required"}]
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Nowhere', '1 hour', '{room:x}')$$);
--> 22023|invalid calendars "room:x": there is no such calendar
SELECT test.stored() = :'before' AS as_before, count(*) FROM test.visit; --> t|15

-- ---- a constraint of the table makes a rejection fail: nothing of the row stays ----
ALTER TABLE test.visit ADD CONSTRAINT has_a_place CHECK (start_timestamp IS NOT NULL) NOT VALID;
SELECT state, message FROM test.refusal($$INSERT INTO test.visit (event_name, duration, start_timestamp, calendars) VALUES ('Must', '1 hour', '2026-11-23 08:30+01', '{room:a}')$$);
--> 23514|new row for relation "visit" violates check constraint "has_a_place"
SELECT test.stored() = :'before' AS as_before; --> t

-- ---- columns by arguments ----
-- by place: the columns of duration, calendars, start and end; a text is a list of one; a table without event_name lends its name
CREATE TABLE test.ticket (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, takes int, room text, begins timestamptz, ends timestamptz, priority text DEFAULT 'high');
CREATE TRIGGER place BEFORE INSERT ON test.ticket FOR EACH ROW EXECUTE FUNCTION jb_place_row('takes', 'room', 'begins', 'ends', 'priority=');
INSERT INTO test.ticket (takes, room) VALUES (900, 'room:a') RETURNING begins, ends; --> 2026-11-23 11:40:00+01|2026-11-23 11:55:00+01
SELECT event_name, calendars, duration, priority FROM jb_event_view ORDER BY id DESC LIMIT 1; --> ticket|{room:a}|00:15:00|50
-- by name, and constants; wall clock; a waiting event has an id and no start
CREATE TABLE test.talk (title text, speakers text[], day date, "at" time, importance int, id bigint, state text, why text, begins timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.talk FOR EACH ROW EXECUTE FUNCTION
  jb_place_row('event_name=title', 'attendees=speakers', 'date=day', 'start_time=at', 'priority=importance', 'event_id=id', 'outcome=state', 'reason=why', 'start_timestamp=begins',
               'calendars:={room:a}', 'duration:=2 hours', 'on_no_slot:=wait', 'check_attendees:=false', 'event_location:=Hall 1');
INSERT INTO test.talk (title, speakers, day, "at", state) VALUES ('Fixed', '{Ann,Bob}', '2026-11-24', '10:00', 'new'), ('Automatic', NULL, '2026-11-24', NULL, 'new'),
  ('Waits', '{}', '2026-11-24', '10:30', 'new') RETURNING title, begins, id IS NOT NULL AS has_id, state, why; --> Fixed|2026-11-24 10:00:00+01|t|placed|null
--> Automatic|2026-11-24 08:00:00+01|t|placed|null
--> Waits|null|t|waiting|conflict
SELECT event_name, attendees, event_location, calendars, priority, status FROM jb_event_view WHERE event_location = 'Hall 1' ORDER BY id; --> Fixed|{Ann,Bob}|Hall 1|{room:a}|50|pending
--> Automatic|{}|Hall 1|{room:a}|50|pending
--> Waits|{}|Hall 1|{room:a}|50|waiting
INSERT INTO test.talk (title, day, "at", importance) VALUES ('Important', '2026-11-25', '09:00', 90) RETURNING state, begins; --> placed|2026-11-25 09:00:00+01
SELECT priority FROM jb_event_view ORDER BY id DESC LIMIT 1; --> 90
-- without a column for the event's id the outcome tells that an event exists; without one for the outcome the reason tells that
-- none does; both columns may hold words of the user's own, too
CREATE TABLE test.plain (start_timestamp timestamptz, state text);
CREATE TRIGGER place BEFORE INSERT ON test.plain FOR EACH ROW EXECUTE FUNCTION jb_place_row('outcome=state', 'event_name:=Plain', 'duration:=5 minutes', 'calendars:={room:a}');
INSERT INTO test.plain VALUES (NULL, 'new'), ('2026-11-26 10:00+01', 'placed'), ('2026-11-26 11:00+01', 'held'), (NULL, 'waiting'), (NULL, 'rejected') RETURNING start_timestamp > '2026-11-26 09:00+01' AS as_it_says, state;
--> f|placed
--> t|placed
--> t|held
--> null|waiting
--> null|rejected
CREATE TABLE test.why (start_timestamp timestamptz, note text);
CREATE TRIGGER place BEFORE INSERT ON test.why FOR EACH ROW EXECUTE FUNCTION jb_place_row('reason=note', 'event_name:=Plain', 'duration:=5 minutes', 'calendars:={room:a}');
INSERT INTO test.why VALUES (NULL, 'a chat'), (NULL, 'outside_hours') RETURNING start_timestamp IS NOT NULL AS placed, note; --> t|null
--> f|outside_hours
SELECT count(*) FROM jb_event_view WHERE event_name = 'Plain'; --> 2
-- a comma within quotes is part of an item, in a constant and in a text
CREATE TABLE test.pair (start_timestamp timestamptz, attendees text);
CREATE TRIGGER place BEFORE INSERT ON test.pair FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Pair', 'duration:=5 minutes', 'calendars:={ room:a }');
INSERT INTO test.pair (attendees) VALUES ('{"Lee, Ann",Bob}'), ('Lee, Ann');
CREATE TABLE test.duo (start_timestamp timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.duo FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Pair', 'duration:=5 minutes', 'calendars:={room:a}', 'attendees:={"Lee, Ann", Bob}');
INSERT INTO test.duo DEFAULT VALUES;
SELECT attendees, cardinality(attendees) FROM jb_event_view WHERE event_name = 'Pair' ORDER BY id; --> {"Lee, Ann",Bob}|2
--> {"Lee, Ann"}|1
--> {"Lee, Ann",Bob}|2
-- a row can be a series: it gets the first occurrence
CREATE TABLE test.course (event_name text, start_timestamp timestamptz, end_timestamp timestamptz, recurrence text, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT ON test.course FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.course VALUES ('Course', '2026-12-01 09:00+01', '2026-12-01 10:00+01', 'RRULE:FREQ=WEEKLY;COUNT=3') RETURNING start_timestamp, end_timestamp, recurrence, event_id IS NOT NULL AS has_id;
--> 2026-12-01 09:00:00+01|2026-12-01 10:00:00+01|RRULE:FREQ=WEEKLY;COUNT=3|t
SELECT count(*), min(start_timestamp), max(start_timestamp), bool_or(id IN (SELECT event_id FROM test.course)) AS has_first FROM jb_event_view WHERE event_name = 'Course';
--> 3|2026-12-01 09:00:00+01|2026-12-15 09:00:00+01|t
-- a series whose first occurrence has no place gives the row the next one; its start and end may differ from the row's own
CREATE TABLE test.weekly (LIKE test.course INCLUDING DEFAULTS, outcome text, on_no_slot text DEFAULT 'skip');
CREATE TRIGGER place BEFORE INSERT ON test.weekly FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.weekly VALUES ('Weekly', '2026-12-08 09:30+01', '2026-12-08 10:30+01', 'RRULE:FREQ=WEEKLY;COUNT=3') RETURNING start_timestamp, end_timestamp, outcome;
--> 2026-12-22 09:30:00+01|2026-12-22 10:30:00+01|placed
SELECT min(start_timestamp), count(*) FROM jb_event_view WHERE event_name = 'Weekly'; --> 2026-12-22 09:30:00+01|1

-- ---- a user who inserts must be allowed to book ----
GRANT INSERT, SELECT ON test.visit TO regress_viewer, regress_nobody;
SET SESSION AUTHORIZATION regress_viewer;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Not mine', '1 hour', '{room:a}'); --> ERROR:  permission denied for function jb_schedule_all
--> CONTEXT:  SQL statement "SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail, o.conflicts, o.facts, o.alternatives, o.time_zone FROM public.jb_schedule_all($1, false, false, NULL::text, NULL::text) o"
CREATE TABLE test.viewers (start_timestamp timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.viewers FOR EACH ROW EXECUTE FUNCTION jb_place_row(); --> ERROR:  permission denied for function jb_place_row
SET SESSION AUTHORIZATION regress_nobody;
INSERT INTO test.visit (event_name, duration, calendars) VALUES ('Not mine', '1 hour', '{room:a}'); --> ERROR:  permission denied for function jb_schedule_all
--> CONTEXT:  SQL statement "SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail, o.conflicts, o.facts, o.alternatives, o.time_zone FROM public.jb_schedule_all($1, false, false, NULL::text, NULL::text) o"
-- the principal is the user who inserts
SET SESSION AUTHORIZATION regress_manager;
CREATE TABLE test.managers (start_timestamp timestamptz, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT ON test.managers FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.managers DEFAULT VALUES RETURNING start_timestamp; --> 2026-11-23 14:00:00+01
SELECT principal, fields FROM jb_changes('room:a', max_rows => 1000) ORDER BY seq DESC LIMIT 1; --> regress_manager|{}
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
--> 39P01|jb_place_row must be called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW|CREATE TRIGGER name BEFORE INSERT OR UPDATE OR DELETE ON table FOR EACH ROW EXECUTE FUNCTION jb_place_row().
--> 39P01|jb_place_row must be called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW|CREATE TRIGGER name BEFORE INSERT OR UPDATE OR DELETE ON table FOR EACH ROW EXECUTE FUNCTION jb_place_row().
--> 22023|invalid trigger argument "start_timestamp": the table needs a column for the start or for the event's id, to be told where it is|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 22023|invalid trigger argument "start_timestamp=start_timestamp": the column must be of type timestamptz, no other|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 22023|invalid trigger argument "event_id=event_id": the column must be of type bigint, no other|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 22023|invalid trigger argument "takes": the table has no column "takes"|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 22023|invalid trigger argument "event_name=title": the table has no column "title"|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 22023|invalid trigger argument "event_name=b": the field event_name is named twice|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 22023|invalid trigger argument "fifth": only the first four arguments are positional|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 22023|invalid calendars "room:x": there is no such calendar|Name existing calendars; jb_calendars() lists them.
--> 22023|invalid preempt "perhaps": it must be true or false|Correct every field that is named and call again.
SELECT t.* FROM test.try('start_timestamp timestamptz', '', 'BEFORE UPDATE', 'ROW', $$INSERT INTO test.tried VALUES (now()); UPDATE test.tried SET start_timestamp = NULL$$) t;
--> 22023|invalid trigger argument "event_id": the table needs a column for the event's id, by which a trigger on UPDATE or DELETE finds it|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
SELECT state, message FROM test.refusal('SELECT jb_place_row()'); --> 39P01|jb_place_row must be called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW
RESET SESSION AUTHORIZATION;

-- Promise (rule 4.22): with the trigger jb_place_row on UPDATE and DELETE, a row and its event stay alike. An UPDATE of a wish
-- changes the event, or, where it is rejected, leaves both as they were and says so; DELETE cancels the event, or deletes it.
-- Could break: a row shows what was only wished, an update of other columns moves the event, an event is left without its row.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
GRANT ALL ON SCHEMA test TO regress_secretary, regress_viewer, regress_manager;
SET SESSION AUTHORIZATION regress_secretary;
CREATE FUNCTION test.version(car text) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN (SELECT e.version FROM test.repair r JOIN jb_event_view e ON e.id = r.event_id WHERE r.car = $1); END$$;
CREATE VIEW test.seen AS SELECT e.event_name, e.start_timestamp, e.end_timestamp, e.calendars, e.placement, e.status FROM jb_event_view e ORDER BY e.id;

CREATE TABLE test.repair (car text, takes interval DEFAULT '1 hour', place text DEFAULT 'room:a', begins timestamptz, ends timestamptz, event_id bigint, outcome text, reason text, detail text, note text DEFAULT '');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.repair FOR EACH ROW EXECUTE FUNCTION jb_place_row('takes', 'place', 'begins', 'ends', 'event_name=car');
INSERT INTO test.repair (car) VALUES ('red'), ('blue');
INSERT INTO test.repair (car, begins) VALUES ('green', '2026-11-23 11:00+01');
SELECT car, begins, ends, outcome FROM test.repair; --> red|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|placed
--> blue|2026-11-23 09:00:00+01|2026-11-23 10:00:00+01|placed
--> green|2026-11-23 11:00:00+01|2026-11-23 12:00:00+01|placed

-- ---- what changes an event, and what does not ----
-- a column of the table's own: neither the event nor its version changes
UPDATE test.repair SET note = 'tyres' WHERE car = 'red' RETURNING note, test.version('red'); --> tyres|1
-- a wish that is written as it is
UPDATE test.repair SET takes = takes, car = car, begins = begins RETURNING car, test.version(car); --> blue|1
--> green|1
--> red|1
-- a start: the event is fixed there, and keeps its duration
UPDATE test.repair SET begins = '2026-11-23 14:00+01' WHERE car = 'red' RETURNING begins, ends, outcome, reason; --> 2026-11-23 14:00:00+01|2026-11-23 15:00:00+01|placed|null
-- the automatic event is not moved by another's departure; a name and a duration change without a move
UPDATE test.repair SET car = 'navy', takes = '30 minutes' WHERE car = 'blue' RETURNING begins, ends, outcome; --> 2026-11-23 08:00:00+01|2026-11-23 08:30:00+01|placed
-- no start: the event is automatic again
UPDATE test.repair SET begins = NULL WHERE car = 'red' RETURNING begins, ends, outcome; --> 2026-11-23 08:30:00+01|2026-11-23 09:30:00+01|placed
SELECT * FROM test.seen; --> red|2026-11-23 08:30:00+01|2026-11-23 09:30:00+01|{room:a}|automatic|pending
--> navy|2026-11-23 08:00:00+01|2026-11-23 08:30:00+01|{room:a}|automatic|pending
--> green|2026-11-23 11:00:00+01|2026-11-23 12:00:00+01|{room:a}|fixed|pending
-- start and end together are a duration, if they agree with the one that the row has
UPDATE test.repair SET begins = '2026-11-23 15:00+01', ends = '2026-11-23 16:00+01' WHERE car = 'red' RETURNING begins, ends; --> 2026-11-23 15:00:00+01|2026-11-23 16:00:00+01
SELECT state, message FROM test.refusal($$UPDATE test.repair SET ends = '2026-11-23 17:00+01' WHERE car = 'red'$$);
--> 22023|invalid end_timestamp "2026-11-23T16:00:00+00:00": it is not the start and the duration later
-- in an update of several rows each sees what became of those before it
UPDATE test.repair SET takes = takes + interval '15 minutes' RETURNING car, begins, ends, outcome; --> green|2026-11-23 11:00:00+01|2026-11-23 12:15:00+01|placed
--> navy|2026-11-23 08:00:00+01|2026-11-23 08:45:00+01|placed
--> red|2026-11-23 15:00:00+01|2026-11-23 16:15:00+01|placed

-- ---- a rejected update ----
-- the row says what its event is, and why it stays there; columns of its own are updated
UPDATE test.repair SET begins = '2026-11-23 11:30+01', car = 'RED', note = 'brakes' WHERE car = 'red' RETURNING car, begins, ends, outcome, reason, detail, note;
--> red|2026-11-23 15:00:00+01|2026-11-23 16:15:00+01|rejected|conflict|From 2026-11-23T11:30:00+01:00 to 2026-11-23T12:45:00+01:00 is taken by event 3.|brakes
SELECT reason, event_id IS NOT NULL AS of_event, request ->> 'event_name' AS wished FROM jb_rejections(); --> conflict|t|RED
-- the next one that goes through says so
UPDATE test.repair SET begins = '2026-11-23 13:00+01' WHERE car = 'red' RETURNING begins, outcome, reason, detail; --> 2026-11-23 13:00:00+01|placed|null|null

-- ---- a row without an event is asked for again ----
INSERT INTO test.repair (car, begins) VALUES ('black', '2026-11-23 11:00+01') RETURNING begins, event_id, outcome, reason; --> null|null|rejected|conflict
UPDATE test.repair SET note = 'later' WHERE car = 'black' RETURNING event_id, outcome, reason; --> null|rejected|conflict
UPDATE test.repair SET begins = '2026-11-23 11:15+01' WHERE car = 'black' RETURNING begins, event_id, outcome, reason; --> null|null|rejected|conflict
UPDATE test.repair SET begins = '2026-11-24 11:00+01' WHERE car = 'black' RETURNING begins, event_id IS NOT NULL AS has_event, outcome, reason, detail; --> 2026-11-24 11:00:00+01|t|placed|null|null
-- or where its outcome is set to null
INSERT INTO test.repair (car, begins) VALUES ('white', '2026-11-24 11:00+01') RETURNING event_id, outcome; --> null|rejected
UPDATE test.repair SET outcome = NULL WHERE car = 'white' RETURNING event_id IS NOT NULL AS has_event, outcome, reason, detail; --> t|placed|null|null

-- ---- a deleted row ----
DELETE FROM test.repair WHERE car = 'white' RETURNING car; --> white
SELECT event_name, status FROM test.seen WHERE event_name = 'white'; --> white|cancelled
-- a row without an event, and a row whose event is over, cancelled or gone
INSERT INTO test.repair (car, begins) VALUES ('none', '2026-11-24 11:00+01') RETURNING outcome; --> rejected
INSERT INTO test.repair (car, begins) VALUES ('over', '2026-11-25 08:00+01'), ('cancelled', '2026-11-25 09:00+01'), ('gone', '2026-11-25 10:00+01');
SELECT outcome FROM jb_cancel((SELECT event_id FROM test.repair WHERE car = 'cancelled')); --> cancelled
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(id) FROM jb_event_view WHERE event_name = 'gone'; --> t
SELECT test.clock('2026-11-25 09:00+01'); --> 2026-11-25 09:00:00+01
SET SESSION AUTHORIZATION regress_secretary;
-- what has ended or is gone is not changed
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-26 08:00+01' WHERE car = 'over'$$);
--> 55000|event n is completed and cannot be moved
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-26 08:00+01' WHERE car = 'cancelled'$$);
--> 55000|event n is cancelled and cannot be moved
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET car = 'away' WHERE car = 'gone'$$); --> P0002|event n does not exist
DELETE FROM test.repair WHERE car IN ('none', 'over') RETURNING car; --> none
--> over
SELECT event_name, status FROM test.seen WHERE event_name IN ('over', 'cancelled'); --> over|completed
--> cancelled|cancelled

-- ---- the event's id, written by hand ----
-- a row that lets its event go keeps what it says; asked for again, it gets another event
UPDATE test.repair SET event_id = NULL, outcome = NULL WHERE car = 'gone' RETURNING begins, event_id IS NOT NULL AS has_event, outcome, reason; --> 2026-11-25 10:00:00+01|t|placed|null
UPDATE test.repair SET event_id = NULL, begins = NULL WHERE car = 'cancelled' RETURNING begins, event_id IS NOT NULL AS has_event, outcome; --> 2026-11-25 09:00:00+01|t|placed
-- a row that names another event stands for that event from then on
SELECT event_id AS other FROM jb_schedule('Other', '1 hour', '2026-11-30', '09:00', calendars => '{room:a}') \gset
UPDATE test.repair SET event_id = :other, takes = '2 hours' WHERE car = 'gone' RETURNING takes; --> 02:00:00
SELECT start_timestamp, end_timestamp FROM jb_event_view WHERE id = :other; --> 2026-11-30 09:00:00+01|2026-11-30 10:00:00+01
UPDATE test.repair SET takes = '3 hours' WHERE car = 'gone' RETURNING begins, ends; --> 2026-11-30 09:00:00+01|2026-11-30 12:00:00+01

-- ---- all of it is part of the transaction ----
SELECT test.stored() AS before \gset
BEGIN;
SAVEPOINT attempt;
UPDATE test.repair SET takes = '10 minutes' WHERE car = 'gone';
DELETE FROM test.repair WHERE car = 'red';
ROLLBACK TO attempt;
SELECT car, takes, begins FROM test.repair WHERE car IN ('gone', 'red') ORDER BY car; --> gone|03:00:00|2026-11-30 09:00:00+01
--> red|01:15:00|2026-11-23 13:00:00+01
DELETE FROM test.repair WHERE car = 'gone';
ROLLBACK;
SELECT test.stored() = :'before' AS as_before; --> t

-- ---- arguments: delete the event, raise what is rejected ----
SET SESSION AUTHORIZATION regress_manager;
CREATE TABLE test.strict (event_name text, start_timestamp timestamptz, end_timestamp timestamptz, event_id bigint, outcome text, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.strict FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'on_delete:=delete', 'on_rejection:=error', 'preempt:=true');
INSERT INTO test.strict VALUES ('One', '2026-12-01 09:00+01'), ('Two', '2026-12-01 11:00+01');
SELECT state, message, detail::jsonb ->> 'reason' AS reason, detail::jsonb -> 'facts' ->> 'start_timestamp' AS start, detail::jsonb -> 'alternatives' -> 0 AS first, hint FROM test.refusal($$INSERT INTO test.strict VALUES ('Three', '2026-12-01 09:30+01')$$);
--> JB409|the row of table "strict" is rejected: conflict|conflict|2026-12-01T09:30:00+01:00|{"end_timestamp": "2026-12-01T11:00:00+01:00", "start_timestamp": "2026-12-01T10:00:00+01:00"}|Take one of the alternatives that DETAIL has, or change what the row wishes.
SELECT state, message, detail::jsonb ->> 'detail' AS detail FROM test.refusal($$UPDATE test.strict SET start_timestamp = '2026-12-01 10:30+01' WHERE event_name = 'One'$$);
--> JB409|the row of table "strict" is rejected: conflict|From 2026-12-01T10:30:00+01:00 to 2026-12-01T11:30:00+01:00 is taken by event 13.
SELECT count(*) FROM jb_rejections(max_rows => 1000) r WHERE r.request ->> 'event_name' IN ('One', 'Three'); --> 0
DELETE FROM test.strict WHERE event_name = 'One';
SELECT count(*) FROM jb_event_view WHERE event_name = 'One'; --> 0
-- where no column can tell of a rejection, a rejected update is an error
CREATE TABLE test.mute (start_timestamp timestamptz, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.mute FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Mute');
INSERT INTO test.mute VALUES ('2026-12-01 11:00+01'), ('2026-12-01 13:00+01') RETURNING start_timestamp, event_id IS NOT NULL AS has_event; --> null|f
--> 2026-12-01 13:00:00+01|t
SELECT state, message FROM test.refusal($$UPDATE test.mute SET start_timestamp = '2026-12-01 11:30+01' WHERE event_id IS NOT NULL$$); --> JB409|the row of table "mute" is rejected: conflict
SET SESSION AUTHORIZATION regress_secretary;

-- ---- words of the table's own stay ----
CREATE TABLE test.words (start_timestamp timestamptz, event_id bigint, outcome text, reason text, detail text, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.words FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Word');
INSERT INTO test.words VALUES ('2026-12-02 09:00+01', NULL, 'won', 'because', 'cake'), ('2026-12-02 11:00+01', NULL, NULL, 'conflict', 'A sentence of ours.') RETURNING outcome, reason, detail;
--> won|because|cake
--> placed|null|null
UPDATE test.words SET start_timestamp = start_timestamp + interval '4 hours' RETURNING start_timestamp, outcome, reason, detail; --> 2026-12-02 13:00:00+01|won|because|cake
--> 2026-12-02 15:00:00+01|placed|null|null

-- ---- a series ----
CREATE TABLE test.course (event_name text, start_timestamp timestamptz, end_timestamp timestamptz, recurrence text, event_id bigint, outcome text, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.course FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.course VALUES ('Course', '2026-12-03 09:00+01', '2026-12-03 10:00+01', 'RRULE:FREQ=WEEKLY;COUNT=3');
UPDATE test.course SET start_timestamp = '2026-12-03 14:00+01' RETURNING start_timestamp, end_timestamp, outcome; --> 2026-12-03 14:00:00+01|2026-12-03 15:00:00+01|placed
SELECT start_timestamp FROM jb_event_view WHERE event_name = 'Course' ORDER BY 1; --> 2026-12-03 14:00:00+01
--> 2026-12-10 14:00:00+01
--> 2026-12-17 14:00:00+01
-- another rule is for all of it, while the first one is ahead
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=2' RETURNING start_timestamp, recurrence, outcome; --> 2026-12-03 14:00:00+01|RRULE:FREQ=DAILY;COUNT=2|placed
SELECT start_timestamp, status, recurrence FROM jb_event_view WHERE event_name = 'Course' ORDER BY 1; --> 2026-12-03 14:00:00+01|pending|RRULE:FREQ=DAILY;COUNT=2
--> 2026-12-04 14:00:00+01|pending|RRULE:FREQ=DAILY;COUNT=2
--> 2026-12-17 14:00:00+01|cancelled|RRULE:FREQ=DAILY;COUNT=2
SELECT state, message FROM test.refusal($$UPDATE test.course SET recurrence = NULL$$); --> 22023|invalid recurrence "null": a series ends where the events that follow are cancelled
DELETE FROM test.course;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Course' GROUP BY status; --> cancelled|3

-- a new rule begins with the row's event: one that was moved before it stays as it is, and is no longer the row's;
-- DELETE ends the whole series, though the row's event was cancelled
INSERT INTO test.course VALUES ('Moved', '2026-12-14 09:00+01', '2026-12-14 10:00+01', 'RRULE:FREQ=DAILY;COUNT=3');
SELECT outcome FROM jb_reschedule((SELECT max(id) FROM jb_event_view WHERE event_name = 'Moved'), start_timestamp => '2026-12-12 09:00+01'); --> updated
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=4' RETURNING start_timestamp, outcome; --> 2026-12-14 09:00:00+01|placed
SELECT e.start_timestamp, e.id = c.event_id AS of_row, e.series = c.event_id AS in_series, e.status FROM jb_event_view e, test.course c WHERE e.event_name = 'Moved' ORDER BY e.start_timestamp;
--> 2026-12-12 09:00:00+01|f|t|pending
--> 2026-12-14 09:00:00+01|t|f|pending
--> 2026-12-15 09:00:00+01|f|f|pending
--> 2026-12-16 09:00:00+01|f|f|pending
--> 2026-12-17 09:00:00+01|f|f|pending
SELECT outcome FROM jb_cancel((SELECT event_id FROM test.course)); --> cancelled
DELETE FROM test.course;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Moved' GROUP BY status; --> cancelled|4
--> pending|1
-- also where the row's own event is the last one by now
INSERT INTO test.course VALUES ('Last', '2026-12-14 09:00+01', '2026-12-14 10:00+01', 'RRULE:FREQ=DAILY;COUNT=3');
SELECT outcome FROM jb_reschedule((SELECT event_id FROM test.course), start_timestamp => '2026-12-19 09:00+01'); --> updated
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=2' RETURNING start_timestamp, outcome; --> 2026-12-19 09:00:00+01|placed
SELECT start_timestamp FROM jb_event_view WHERE event_name = 'Last' AND status = 'pending' ORDER BY 1; --> 2026-12-15 09:00:00+01
--> 2026-12-16 09:00:00+01
--> 2026-12-19 09:00:00+01
--> 2026-12-20 09:00:00+01
DELETE FROM test.course;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Last' GROUP BY status; --> cancelled|2
--> pending|2
-- or where the row's own event was deleted, with whose id the series does not begin by now
INSERT INTO test.course VALUES ('Deleted first', '2027-01-12 09:00+01', '2027-01-12 10:00+01', 'RRULE:FREQ=DAILY;COUNT=4');
SELECT outcome FROM jb_reschedule((SELECT event_id + 1 FROM test.course), start_timestamp => '2027-01-11 09:00+01'); --> updated
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=3';
SELECT e.series = c.event_id AS by_its_id FROM test.course c JOIN jb_event_view e ON e.id = c.event_id; --> f
RESET SESSION AUTHORIZATION;
SELECT jb_delete(event_id) FROM test.course; --> t
SET SESSION AUTHORIZATION regress_secretary;
DELETE FROM test.course;
SELECT start_timestamp, status FROM jb_event_view WHERE event_name = 'Deleted first' ORDER BY 1; --> 2027-01-11 09:00:00+01|pending
--> 2027-01-13 09:00:00+01|cancelled
--> 2027-01-14 09:00:00+01|cancelled
RESET SESSION AUTHORIZATION;
SELECT count(jb_delete(id)) FROM jb_event_view WHERE event_name IN ('Moved', 'Last', 'Deleted first'); --> 12
SET SESSION AUTHORIZATION regress_secretary;

-- ---- INSERT … ON CONFLICT runs the trigger for the row that it then does not insert ----
-- the event of that row is booked and stands in the way of the row's own; MERGE (docs/how-to.md) decides first
CREATE UNIQUE INDEX ON test.repair (car);
INSERT INTO test.repair (car, begins) VALUES ('gone', '2026-12-10 09:00+01') ON CONFLICT (car) DO UPDATE SET begins = excluded.begins RETURNING begins, outcome, reason;
--> 2026-11-30 09:00:00+01|rejected|conflict
SELECT event_name, start_timestamp FROM test.seen WHERE start_timestamp > '2026-11-29'; --> Other|2026-11-30 09:00:00+01
--> Two|2026-12-01 11:00:00+01
--> Mute|2026-12-01 13:00:00+01
--> Word|2026-12-02 13:00:00+01
--> Word|2026-12-02 15:00:00+01
--> Course|2026-12-03 14:00:00+01
--> Course|2026-12-04 14:00:00+01
--> Course|2026-12-17 14:00:00+01
--> gone|2026-12-10 09:00:00+01
-- a row that takes that event over stands for it
INSERT INTO test.repair (car, begins) VALUES ('gone', '2026-12-11 09:00+01') ON CONFLICT (car) DO UPDATE SET event_id = excluded.event_id, begins = excluded.begins, ends = excluded.ends RETURNING begins, event_id <> :other AS other_event;
--> 2026-12-11 09:00:00+01|t

-- ---- a row that goes to another partition keeps its event ----
CREATE TABLE test.parted (shop text, event_name text, start_timestamp timestamptz, event_id bigint, outcome text, calendars text[] DEFAULT '{room:a}') PARTITION BY LIST (shop);
CREATE TABLE test.north PARTITION OF test.parted FOR VALUES IN ('north');
CREATE TABLE test.south PARTITION OF test.parted FOR VALUES IN ('south');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.parted FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour');
INSERT INTO test.parted VALUES ('north', 'Parted', '2026-12-04 09:00+01'), ('north', 'Rejected', '2026-12-04 09:00+01'), ('north', 'Deleted', '2026-12-04 11:00+01') RETURNING event_name, outcome;
--> Parted|placed
--> Rejected|rejected
--> Deleted|placed
SELECT count(*) AS rejections FROM jb_rejections(max_rows => 1000) \gset
UPDATE test.parted SET shop = 'south', start_timestamp = start_timestamp + interval '1 day' RETURNING tableoid::regclass, event_name, start_timestamp, outcome;
--> test.south|Parted|2026-12-05 09:00:00+01|placed
--> test.south|Rejected|null|rejected
--> test.south|Deleted|2026-12-05 11:00:00+01|placed
SELECT event_name, start_timestamp, status FROM jb_event_view WHERE event_name IN ('Parted', 'Rejected', 'Deleted') ORDER BY id; --> Parted|2026-12-05 09:00:00+01|pending
--> Deleted|2026-12-05 11:00:00+01|pending
SELECT count(*) - :rejections AS more_rejections FROM jb_rejections(max_rows => 1000); --> 0
BEGIN;
SAVEPOINT attempt;
UPDATE test.parted SET event_name = 'Other' WHERE event_name = 'Deleted';
ROLLBACK TO attempt;
DELETE FROM test.parted WHERE event_name = 'Deleted';
COMMIT;
SELECT event_name, status FROM jb_event_view WHERE event_name IN ('Parted', 'Rejected', 'Deleted', 'Other') ORDER BY id; --> Other|pending
--> Parted|pending
--> Deleted|cancelled

-- a row with two events keeps both
CREATE TABLE test.trip (shop text, out_at timestamptz, out_id bigint, back_at timestamptz, back_id bigint) PARTITION BY LIST (shop);
CREATE TABLE test.trip_north PARTITION OF test.trip FOR VALUES IN ('north');
CREATE TABLE test.trip_south PARTITION OF test.trip FOR VALUES IN ('south');
CREATE TRIGGER a BEFORE INSERT OR UPDATE OR DELETE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=out_at', 'event_id=out_id', 'duration:=1 hour', 'calendars:={room:a}', 'event_name:=Trip');
CREATE TRIGGER b BEFORE INSERT OR UPDATE OR DELETE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=back_at', 'event_id=back_id', 'duration:=1 hour', 'calendars:={room:a}', 'event_name:=Trip');
INSERT INTO test.trip (shop, out_at, back_at) VALUES ('north', '2026-12-05 13:00+01', '2026-12-05 15:00+01');
UPDATE test.trip SET shop = 'south';
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Trip' GROUP BY status; --> pending|2
DELETE FROM test.trip;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Trip' GROUP BY status; --> cancelled|2
-- MERGE inserts a row after one that has gone to a partition without the trigger
ALTER TABLE test.north DISABLE TRIGGER place;
MERGE INTO test.parted p USING (VALUES ('Parted'), ('Merged')) AS s (name) ON p.event_name = s.name
  WHEN MATCHED THEN UPDATE SET shop = 'north' WHEN NOT MATCHED THEN INSERT (shop, event_name, start_timestamp) VALUES ('south', s.name, '2026-12-06 09:00+01');
SELECT shop, event_name, event_id IS NOT NULL AS has_event, outcome FROM test.parted WHERE event_name IN ('Parted', 'Merged') ORDER BY shop; --> north|Parted|t|placed
--> south|Merged|t|placed
-- or to one whose trigger does not run for a row with an event
CREATE TABLE test.stage (stage text, event_name text, start_timestamp timestamptz, event_id bigint, calendars text[] DEFAULT '{room:a}') PARTITION BY LIST (stage);
CREATE TABLE test.stage_open PARTITION OF test.stage FOR VALUES IN ('open');
CREATE TABLE test.stage_done PARTITION OF test.stage FOR VALUES IN ('done', 'next');
CREATE TRIGGER insert BEFORE INSERT ON test.stage FOR EACH ROW WHEN (NEW.event_id IS NULL) EXECUTE FUNCTION jb_place_row('duration:=1 hour');
CREATE TRIGGER change BEFORE UPDATE OR DELETE ON test.stage FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour');
INSERT INTO test.stage VALUES ('open', 'Staged', '2026-12-21 09:00+01');
WITH done AS (UPDATE test.stage SET stage = 'done' RETURNING start_timestamp)
  INSERT INTO test.stage (stage, event_name, start_timestamp) SELECT 'next', 'Next stage', start_timestamp + interval '1 day' FROM done;
MERGE INTO test.stage p USING (VALUES ('Next stage', 'open'), ('Stage one', 'open'), ('Stage two', 'done')) AS s (name, stage) ON p.event_name = s.name
  WHEN MATCHED THEN UPDATE SET stage = s.stage WHEN NOT MATCHED THEN INSERT (stage, event_name, start_timestamp) VALUES (s.stage, s.name, '2026-12-23 09:00+01'::timestamptz + CASE s.stage WHEN 'done' THEN interval '2 hours' ELSE '0' END);
SELECT p.stage, p.event_name, v.start_timestamp, v.status FROM test.stage p LEFT JOIN jb_event_view v ON v.id = p.event_id ORDER BY p.start_timestamp; --> done|Staged|2026-12-21 09:00:00+01|pending
--> open|Next stage|2026-12-22 09:00:00+01|pending
--> open|Stage one|2026-12-23 09:00:00+01|pending
--> done|Stage two|2026-12-23 11:00:00+01|pending
-- a row that moves to another day's partition as its event does
CREATE TABLE test.days (start_timestamp timestamptz, event_id bigint) PARTITION BY RANGE (start_timestamp);
CREATE TABLE test.day_one PARTITION OF test.days FOR VALUES FROM ('2026-12-24 00:00+01') TO ('2026-12-25 00:00+01');
CREATE TABLE test.day_two PARTITION OF test.days DEFAULT;
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.days FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Day', 'calendars:={room:a}');
INSERT INTO test.days VALUES ('2026-12-24 09:00+01');
UPDATE test.days SET start_timestamp = '2026-12-25 09:00+01' RETURNING tableoid::regclass, start_timestamp; --> test.day_two|2026-12-25 09:00:00+01
SELECT outcome FROM test.days, jb_reschedule(event_id, start_timestamp => '2026-12-24 10:00+01'); --> updated
SELECT jb_follow_rows('test.days'); --> 1
SELECT d.tableoid::regclass, d.start_timestamp, v.start_timestamp AS event, v.status FROM test.days d JOIN jb_event_view v ON v.id = d.event_id;
--> test.day_one|2026-12-24 10:00:00+01|2026-12-24 10:00:00+01|pending
-- a trigger that sees the DELETE of a move, and not its UPDATE, is refused when it first runs
CREATE FUNCTION test.trigger_for(what text, condition text = '') RETURNS TABLE (state text, message text, hint text) LANGUAGE plpgsql AS $$BEGIN
  EXECUTE 'DROP TRIGGER place ON test.parted';
  EXECUTE format('CREATE TRIGGER place BEFORE %s ON test.parted FOR EACH ROW %s EXECUTE FUNCTION jb_place_row(''duration:=1 hour'')', what, condition);
  RETURN QUERY SELECT r.state, r.message, r.hint FROM test.refusal($q$INSERT INTO test.parted VALUES ('north', 'Form', '2026-12-07 15:00+01')$q$) r;
END$$;
SELECT * FROM test.trigger_for('INSERT OR DELETE');
--> 39P01|a partition with jb_place_row on DELETE needs it on every UPDATE too|CREATE TRIGGER name BEFORE INSERT OR UPDATE OR DELETE ON table FOR EACH ROW EXECUTE FUNCTION jb_place_row().
SELECT state FROM test.trigger_for('INSERT OR UPDATE OF start_timestamp OR DELETE'); --> 39P01
CREATE TRIGGER place_all BEFORE UPDATE ON test.parted FOR EACH ROW WHEN (NEW.shop <> 'west') EXECUTE FUNCTION jb_place_row('duration:=1 hour');
SELECT state FROM test.trigger_for('INSERT OR DELETE'); --> 39P01
DROP TRIGGER place_all ON test.parted;
CREATE TRIGGER place_all BEFORE UPDATE ON test.parted FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour');
-- but not where another trigger sees each UPDATE
SELECT state FROM test.trigger_for('INSERT OR DELETE'); --> none
UPDATE test.parted SET shop = 'south' WHERE event_name = 'Parted';
SELECT event_name, status FROM jb_event_view WHERE event_name = 'Parted'; --> Parted|pending

-- ---- a generated column stands for no field ----
CREATE TABLE test.made (start_timestamp timestamptz, minutes int DEFAULT 30, end_timestamp timestamptz GENERATED ALWAYS AS (timezone('UTC', timezone('UTC', start_timestamp) + interval '30 minutes')) STORED, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.made FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=30 minutes');
INSERT INTO test.made (start_timestamp) VALUES ('2026-12-07 09:00+01') RETURNING start_timestamp, end_timestamp; --> 2026-12-07 09:00:00+01|2026-12-07 09:30:00+01
UPDATE test.made SET start_timestamp = '2026-12-07 10:00+01' RETURNING start_timestamp, end_timestamp; --> 2026-12-07 10:00:00+01|2026-12-07 10:30:00+01

-- ---- date and start_time are one wish, also where the calendar came to another zone ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Europe/Berlin"}'); --> room:moved
CREATE TABLE test.clocked (d date, t time, event_id bigint, calendars text[] DEFAULT '{room:moved}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.clocked FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Clocked', 'date=d', 'start_time=t');
INSERT INTO test.clocked VALUES ('2026-12-10', '01:00'), ('2026-12-11', '01:00');
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "America/New_York"}'); --> room:moved
UPDATE test.clocked SET t = '02:00' WHERE d = '2026-12-10';
UPDATE test.clocked SET d = '2026-12-12' WHERE d = '2026-12-11';
SELECT c.d, c.t, v.start_timestamp AT TIME ZONE 'America/New_York' AS stands, v.placement FROM test.clocked c JOIN jb_event_view v ON v.id = c.event_id ORDER BY c.d;
--> 2026-12-10|02:00:00|2026-12-10 02:00:00|fixed
--> 2026-12-12|01:00:00|2026-12-12 01:00:00|fixed
-- of an event that somebody else has moved, the other one of the two stays as it is now
SELECT outcome FROM jb_reschedule((SELECT event_id FROM test.clocked WHERE d = '2026-12-12'), '2026-12-15', '09:00'); --> updated
UPDATE test.clocked SET t = '11:00' WHERE d = '2026-12-12';
SELECT outcome FROM jb_reschedule((SELECT event_id FROM test.clocked WHERE d = '2026-12-10'), start_timestamp => '2026-12-16 10:00-05'); --> updated
UPDATE test.clocked SET d = '2026-12-17' WHERE d = '2026-12-10';
SELECT c.d, c.t, v.start_timestamp AT TIME ZONE 'America/New_York' AS stands FROM test.clocked c JOIN jb_event_view v ON v.id = c.event_id ORDER BY c.d; --> 2026-12-15|11:00:00|2026-12-15 11:00:00
--> 2026-12-17|10:00:00|2026-12-17 10:00:00
SET SESSION AUTHORIZATION regress_secretary;

-- ---- whatever the column's type, the other one of the two stays as the event has it; one without a time of day has none ----
CREATE DOMAIN test.clock_time AS time;
CREATE TABLE test.written (date date, start_time text, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TABLE test.bound (date date, start_time test.clock_time, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.written FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Written');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.bound FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Bound');
INSERT INTO test.written VALUES ('2027-01-12', '10:00'), ('2027-01-13', '10:00');
INSERT INTO test.bound VALUES ('2027-01-14', '10:00');
CREATE TABLE test.short (date text, start_time varchar(5), event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.short FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Short');
INSERT INTO test.short VALUES ('2027-01-15', '10:00'), ('2027-01-25', '10:00');
SELECT outcome FROM (SELECT event_id FROM test.written WHERE date = '2027-01-12' UNION ALL SELECT event_id FROM test.bound) AS r, jb_reschedule(r.event_id, start_time => '15:00'); --> updated
--> updated
SELECT outcome FROM test.written r, jb_reschedule(r.event_id, make_automatic => true) WHERE r.date = '2027-01-13'; --> updated
UPDATE test.written SET date = date + 6 RETURNING date, start_time; --> 2027-01-18|10:00
--> 2027-01-19|10:00
UPDATE test.bound SET date = date + 6 RETURNING date, start_time; --> 2027-01-20|10:00:00
SET datestyle = 'German';
UPDATE test.short SET date = '2027-01-21' WHERE date = '2027-01-15' RETURNING date, start_time; --> 2027-01-21|10:00
UPDATE test.short SET start_time = '11:00' WHERE date = '2027-01-25' RETURNING date, start_time; --> 2027-01-25|11:00
SET datestyle = 'ISO';
SELECT event_name, placement, start_timestamp FROM jb_event_view WHERE event_name IN ('Written', 'Bound', 'Short') ORDER BY id; --> Written|fixed|2027-01-18 15:00:00+01
--> Written|automatic|2027-01-19 08:00:00+01
--> Bound|fixed|2027-01-20 15:00:00+01
--> Short|fixed|2027-01-21 10:00:00+01
--> Short|fixed|2027-01-25 11:00:00+01

-- ---- metadata are kept to the last digit, and a member that the row drops is dropped ----
CREATE TABLE test.orders (start_timestamp timestamptz, event_id bigint, metadata jsonb, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.orders FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Order');
INSERT INTO test.orders VALUES ('2026-12-09 09:00+01', NULL, '{"order": 12345678901234567890123, "price": 1.10, "paid": true, "of": {"a": 1, "b": null}}');
SELECT metadata FROM jb_event_view WHERE event_name = 'Order'; --> {"of": {"a": 1, "b": null}, "paid": true, "order": 12345678901234567890123, "price": 1.10}
SELECT outcome FROM jb_update((SELECT event_id FROM test.orders), '{"metadata": {"desk": 3}}'); --> updated
UPDATE test.orders SET metadata = '{"order": 12345678901234567890124, "price": 1.10, "of": {"b": null, "c": 0.10}}';
SELECT metadata FROM jb_event_view WHERE event_name = 'Order'; --> {"of": {"b": null, "c": 0.10}, "desk": 3, "order": 12345678901234567890124, "price": 1.10}

-- ---- who writes the row must be allowed to change the event ----
GRANT ALL ON test.repair TO regress_viewer, regress_nobody;
SET SESSION AUTHORIZATION regress_viewer;
UPDATE test.repair SET note = 'anybody' WHERE car = 'gone' RETURNING note; --> anybody
UPDATE test.repair SET takes = '2 hours' WHERE car = 'gone'; --> ERROR:  permission denied for function jb_update
--> CONTEXT:  SQL statement "SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail, o.conflicts, o.facts, o.alternatives, o.time_zone FROM public.jb_update($1, $2, $3, false, false, NULL::text, NULL::text) o"
DELETE FROM test.repair WHERE car = 'gone'; --> ERROR:  permission denied for function jb_cancel
--> CONTEXT:  SQL statement "SELECT public.jb_cancel($1, $2, $3, false, NULL::text, NULL::text)"
SET SESSION AUTHORIZATION regress_nobody;
UPDATE test.repair SET note = 'nobody' WHERE car = 'gone' RETURNING note; --> nobody
UPDATE test.repair SET takes = '2 hours' WHERE car = 'gone'; --> ERROR:  permission denied for function jb_update
--> CONTEXT:  SQL statement "SELECT o.event_id, o.start_timestamp, o.end_timestamp, o.outcome, o.reason, o.detail, o.conflicts, o.facts, o.alternatives, o.time_zone FROM public.jb_update($1, $2, $3, false, false, NULL::text, NULL::text) o"
SET SESSION AUTHORIZATION regress_secretary;
CREATE TABLE test.clerk (event_name text, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR DELETE ON test.clerk FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'on_delete:=delete');
INSERT INTO test.clerk (event_name) VALUES ('Clerk');
DELETE FROM test.clerk; --> ERROR:  permission denied for function jb_delete
--> CONTEXT:  SQL statement "SELECT public.jb_delete($1, $2, NULL::text, NULL::text)"

-- ---- a deleted series may end holds, or open time for another of its events, before that is deleted too ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:gone', '{"time_zone": "Europe/Berlin"}'); --> room:gone
CREATE TABLE test.ends (start_timestamp timestamptz, recurrence text, hold_for interval, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR DELETE ON test.ends FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Ends', 'on_delete:=delete');
INSERT INTO test.ends VALUES ('2027-02-01 10:00+01', 'RRULE:FREQ=DAILY;COUNT=4', '1 hour') RETURNING event_id AS first \gset
SELECT outcome FROM unnest(ARRAY[:first + 2, :first + 3]) AS id, jb_update(id, '{"calendars": ["room:gone"]}'); --> updated
--> updated
SELECT jb_now() AS before \gset
SELECT test.clock('2027-01-31 12:00+01') \g /dev/null
DELETE FROM test.ends;
SELECT count(*) AS left FROM jb_event_view WHERE event_name = 'Ends'; --> 0
SELECT test.clock(:'before') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a trigger that cannot work says so ----
SELECT t.n, r.state, r.message, r.hint FROM (VALUES
  (1, 'start_timestamp timestamptz', 'BEFORE UPDATE', '', 'UPDATE test.tried SET start_timestamp = now()'),
  (2, 'start_timestamp timestamptz', 'BEFORE DELETE', '', 'DELETE FROM test.tried'),
  (3, 'event_id bigint', 'AFTER UPDATE', '', 'UPDATE test.tried SET event_id = NULL'),
  (4, 'event_id bigint', 'BEFORE UPDATE', $$'on_delete:=keep'$$, 'UPDATE test.tried SET event_id = NULL'),
  (5, 'event_id bigint, on_rejection text', 'BEFORE UPDATE', $$'on_rejection=on_rejection', 'on_rejection:=error'$$, 'UPDATE test.tried SET event_id = NULL'),
  (6, 'event_id bigint, a int, b int GENERATED ALWAYS AS (a) STORED', 'BEFORE UPDATE', $$'priority=b'$$, 'UPDATE test.tried SET event_id = NULL')
) AS t (n, columns, timing, arguments, work),
LATERAL test.refusal(format('CREATE TABLE test.tried (%s); INSERT INTO test.tried DEFAULT VALUES; CREATE TRIGGER place %s ON test.tried FOR EACH ROW EXECUTE FUNCTION jb_place_row(%s); %s', t.columns, t.timing, t.arguments, t.work)) r ORDER BY t.n;
--> 1|22023|invalid trigger argument "event_id": the table needs a column for the event's id, by which a trigger on UPDATE or DELETE finds it|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 2|22023|invalid trigger argument "event_id": the table needs a column for the event's id, by which a trigger on UPDATE or DELETE finds it|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 3|39P01|jb_place_row must be called by a trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW|CREATE TRIGGER name BEFORE INSERT OR UPDATE OR DELETE ON table FOR EACH ROW EXECUTE FUNCTION jb_place_row().
--> 4|22023|invalid trigger argument "on_delete:=keep": it must be on_delete:=cancel or on_delete:=delete|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 5|22023|invalid trigger argument "on_rejection=on_rejection": it must be on_rejection:=keep or on_rejection:=error|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
--> 6|22023|invalid trigger argument "priority=b": the column "b" is generated, and has no value when a trigger runs|Name the columns of duration, calendars, start and end, or give field=column or field:=constant.
RESET SESSION AUTHORIZATION;

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
INSERT INTO test.repair (car, begins) VALUES ('red', NULL), ('green', '2026-11-23 08:00+01') RETURNING car, begins; --> red|2026-11-23 08:00:00+01
--> green|2026-11-23 08:00:00+01
-- where they are once the statement is over
SELECT jb_follow_rows('test.repair'); --> 1
SELECT car, begins, ends, outcome FROM test.repair ORDER BY car; --> green|2026-11-23 08:00:00+01|2026-11-23 09:00:00+01|placed
--> red|2026-11-23 09:00:00+01|2026-11-23 10:00:00+01|placed
-- in one transaction, as a caller has it right who needs the starts
BEGIN;
INSERT INTO test.repair (car, begins) VALUES ('blue', NULL), ('black', '2026-11-23 10:00+01') RETURNING car, begins; --> blue|2026-11-23 10:00:00+01
--> black|2026-11-23 10:00:00+01
SELECT jb_follow_rows('test.repair'); --> 1
SELECT car, begins FROM test.repair WHERE car IN ('blue', 'black') ORDER BY car; --> black|2026-11-23 10:00:00+01
--> blue|2026-11-23 11:00:00+01
COMMIT;

-- ---- nothing to write ----
SELECT jb_follow_rows('test.repair'); --> 0
SELECT car, placement, version FROM test.repair r JOIN jb_event_view e ON e.id = r.event_id ORDER BY car; --> black|fixed|1
--> blue|automatic|2
--> green|fixed|1
--> red|automatic|2
SELECT * FROM test.noticed ORDER BY car; --> blue|2026-11-23 11:00:00+01|1
--> red|2026-11-23 09:00:00+01|1

-- ---- what others do with the events ----
INSERT INTO test.repair (car, begins) VALUES ('gone', '2026-11-24 08:00+01'), ('cancelled', '2026-11-24 09:00+01'), ('moved', '2026-11-24 10:00+01'), ('own words', '2026-11-24 11:00+01') RETURNING car, outcome;
--> gone|placed
--> cancelled|placed
--> moved|placed
--> own words|placed
INSERT INTO test.repair (car, begins) VALUES ('waits', '2026-11-24 10:30+01') RETURNING begins, outcome, reason; --> null|waiting|conflict
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(id) FROM jb_event_view WHERE event_name = 'gone'; --> t
SELECT (jb_cancel(id)).outcome FROM jb_event_view WHERE event_name = 'cancelled'; --> cancelled
SELECT (jb_reschedule(id, start_timestamp => '2026-11-24 13:00+01')).outcome FROM jb_event_view WHERE event_name = 'moved'; --> updated
SELECT (jb_schedule('All day', '10 hours', start_timestamp => '2026-11-25 08:00+01', calendars => '{room:a}', preempt => true)).outcome; --> placed
SET SESSION AUTHORIZATION regress_secretary;
-- a word of the table's own in a column that no argument names stays
ALTER TABLE test.repair DISABLE TRIGGER place;
UPDATE test.repair SET outcome = 'won', reason = 'because', detail = 'cake' WHERE car = 'own words';
ALTER TABLE test.repair ENABLE TRIGGER place;
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-24 15:00+01')).outcome FROM test.repair WHERE car = 'own words'; --> updated
-- of some events
SELECT jb_follow_rows('test.repair', ARRAY(SELECT event_id FROM test.repair WHERE car IN ('moved', 'red', 'none'))); --> 1
SELECT jb_follow_rows('test.repair', '{}'), jb_follow_rows('test.repair', '{-1,NULL}'), jb_follow_rows(NULL); --> 0|0|0
-- of all
SELECT jb_follow_rows('test.repair'); --> 4
SELECT car, begins, ends, event_id IS NOT NULL AS has_event, outcome, reason, detail FROM test.repair WHERE begins > '2026-11-24' OR begins IS NULL ORDER BY car;
--> cancelled|null|null|t|cancelled|null|null
--> gone|null|null|t|deleted|null|null
--> moved|2026-11-24 13:00:00+01|2026-11-24 14:00:00+01|t|placed|null|null
--> own words|2026-11-24 15:00:00+01|2026-11-24 16:00:00+01|t|won|because|cake
--> waits|2026-11-24 10:30:00+01|2026-11-24 11:30:00+01|t|placed|null|null
SELECT jb_follow_rows('test.repair'); --> 0
-- the row of an event that is gone keeps the event's id, and cannot change what is gone
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-26 08:00+01' WHERE car = 'gone'$$); --> P0002|event n does not exist

-- ---- a row whose update was rejected says so until its event moves ----
-- (or it is an error, where the words in its columns are the table's own)
SELECT state, message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-24 13:30+01' WHERE car = 'own words'$$); --> JB409|the row of table "repair" is rejected: conflict
UPDATE test.repair SET outcome = NULL, reason = NULL, detail = NULL WHERE car = 'own words';
UPDATE test.repair SET begins = '2026-11-24 13:30+01' WHERE car = 'own words' RETURNING begins, outcome, reason; --> 2026-11-24 15:00:00+01|rejected|conflict
SELECT jb_follow_rows('test.repair'); --> 0
SELECT begins, outcome, reason FROM test.repair WHERE car = 'own words'; --> 2026-11-24 15:00:00+01|rejected|conflict
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-24 16:00+01')).outcome FROM test.repair WHERE car = 'own words'; --> updated
SELECT jb_follow_rows('test.repair'); --> 1
SELECT begins, outcome, reason, detail FROM test.repair WHERE car = 'own words'; --> 2026-11-24 16:00:00+01|placed|null|null

-- ---- a trigger of the table that updates another row of it asks for an event as ever ----
CREATE FUNCTION test.twin() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.car = 'moved' AND NEW.begins > OLD.begins THEN UPDATE test.repair SET begins = '2026-11-27 09:00+01' WHERE car = 'red'; END IF; RETURN NEW; END$$;
CREATE TRIGGER twin BEFORE UPDATE ON test.repair FOR EACH ROW EXECUTE FUNCTION test.twin();
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-27 11:00+01')).outcome FROM test.repair WHERE car = 'moved'; --> updated
SELECT jb_follow_rows('test.repair'); --> 1
SELECT r.car, r.begins, e.start_timestamp = r.begins AS is_there, e.placement FROM test.repair r JOIN jb_event_view e ON e.id = r.event_id WHERE car IN ('red', 'moved') ORDER BY car;
--> moved|2026-11-27 11:00:00+01|t|fixed
--> red|2026-11-27 09:00:00+01|t|fixed
DROP TRIGGER twin ON test.repair;
-- a trigger that reads by the caller's search_path does so here
SET search_path = test, public;
CREATE FUNCTION test.by_path() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM FROM noticed; RETURN NEW; END$$;
CREATE TRIGGER by_path BEFORE UPDATE ON repair FOR EACH ROW EXECUTE FUNCTION by_path();
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-27 13:00+01')).outcome FROM repair WHERE car = 'moved'; --> updated
SELECT jb_follow_rows('repair'); --> 1
RESET search_path;

-- ---- names, partitions, columns ----
CREATE TABLE test."jb_own ""rows""" (id int GENERATED ALWAYS AS IDENTITY, "select" timestamptz, "Event" bigint) PARTITION BY RANGE (id);
CREATE TABLE test.first PARTITION OF test."jb_own ""rows""" FOR VALUES FROM (0) TO (2);
CREATE TABLE test.rest PARTITION OF test."jb_own ""rows""" DEFAULT;
CREATE TRIGGER place BEFORE INSERT ON test."jb_own ""rows""" FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=select', 'event_id=Event', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Own');
INSERT INTO test."jb_own ""rows""" ("select") VALUES ('2026-12-01 09:00+01'), ('2026-12-01 10:00+01');
SELECT count((jb_reschedule(id, start_timestamp => start_timestamp + interval '1 day')).outcome) FROM jb_event_view WHERE event_name = 'Own'; --> 2
SELECT jb_follow_rows('test."jb_own ""rows"""'); --> 2
SELECT "select" FROM test."jb_own ""rows""" ORDER BY 1; --> 2026-12-02 09:00:00+01
--> 2026-12-02 10:00:00+01
CREATE TABLE test.signs (start_timestamp timestamptz, event_id bigint, "out@come" text, "re@son" text, "de""tail" text);
CREATE TRIGGER place BEFORE INSERT ON test.signs FOR EACH ROW EXECUTE FUNCTION jb_place_row('outcome=out@come', 'reason=re@son', 'detail=de"tail', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Signs');
INSERT INTO test.signs (start_timestamp) VALUES ('2026-12-01 13:00+01');
SELECT outcome FROM test.signs, jb_cancel(event_id); --> cancelled
SELECT jb_follow_rows('test.signs'); --> 1
SELECT start_timestamp, "out@come", "re@son", "de""tail" FROM test.signs; --> null|cancelled|null|null

-- a row with two events, each with a trigger of its own; a disabled trigger does not count
CREATE TABLE test.trip (out_at timestamptz, out_id bigint, back_at timestamptz, back_id bigint);
CREATE TRIGGER a BEFORE INSERT OR UPDATE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=out_at', 'event_id=out_id', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Trip');
CREATE TRIGGER b BEFORE INSERT OR UPDATE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=back_at', 'event_id=back_id', 'calendars:={room:a}', 'duration:=1 hour', 'event_name:=Trip');
CREATE TRIGGER "0" BEFORE INSERT ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=back_at', 'event_id=out_id');
ALTER TABLE test.trip DISABLE TRIGGER "0";
INSERT INTO test.trip (out_at, back_at) VALUES ('2026-12-03 09:00+01', '2026-12-03 13:00+01');
SELECT (jb_reschedule(back_id, start_timestamp => '2026-12-03 14:00+01')).outcome FROM test.trip; --> updated
SELECT jb_follow_rows('test.trip'); --> 1
SELECT count((jb_reschedule(id, start_timestamp => start_timestamp + interval '1 day')).outcome) FROM jb_event_view WHERE event_name = 'Trip'; --> 2
-- a row counts once for each of its events
SELECT jb_follow_rows('test.trip'); --> 2
SELECT out_at, back_at FROM test.trip; --> 2026-12-04 09:00:00+01|2026-12-04 14:00:00+01
-- an UPDATE of another table by a rule asks for an event as ever
CREATE TABLE test.prepare (start_timestamp timestamptz, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.prepare FOR EACH ROW EXECUTE FUNCTION jb_place_row('calendars:={room:a}', 'duration:=30 minutes', 'event_name:=Prepare');
INSERT INTO test.prepare VALUES ('2026-12-04 08:00+01');
CREATE RULE prepare AS ON UPDATE TO test.trip DO ALSO UPDATE test.prepare SET start_timestamp = NEW.out_at - interval '1 hour';
SELECT outcome FROM jb_reschedule((SELECT out_id FROM test.trip), start_timestamp => '2026-12-04 11:00+01'); --> updated
SELECT jb_follow_rows('test.trip'); --> 1
SELECT p.start_timestamp, v.start_timestamp AS event FROM test.prepare p JOIN jb_event_view v ON v.id = p.event_id; --> 2026-12-04 10:00:00+01|2026-12-04 10:00:00+01

-- ---- the caller's rights count ----
GRANT SELECT ON test.repair TO regress_manager;
SELECT (jb_reschedule(event_id, start_timestamp => '2026-11-27 15:00+01')).outcome FROM test.repair WHERE car = 'moved'; --> updated
SET SESSION AUTHORIZATION regress_manager;
SELECT state, message FROM test.refusal($$SELECT jb_follow_rows('test.repair')$$); --> 42501|permission denied for table repair
SET SESSION AUTHORIZATION regress_viewer;
SELECT state, message FROM test.refusal($$SELECT jb_follow_rows('test.repair')$$); --> 42501|permission denied for function jb_follow_rows
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a table that cannot be followed ----
CREATE TABLE test.plain (event_id bigint);
CREATE TABLE test.blind (start_timestamp timestamptz);
CREATE TRIGGER place BEFORE INSERT ON test.blind FOR EACH ROW EXECUTE FUNCTION jb_place_row();
CREATE TABLE test.wordless (event_id bigint);
CREATE TRIGGER place BEFORE INSERT ON test.wordless FOR EACH ROW EXECUTE FUNCTION jb_place_row();
SELECT r.state, r.message, r.hint FROM unnest('{test.plain,test.blind,jb_event}'::text[]) AS t, LATERAL test.refusal(format('SELECT jb_follow_rows(%L)', t)) r;
--> 22023|invalid own_table "plain": it has no trigger with jb_place_row|Correct every field that is named and call again.
--> 22023|invalid own_table "blind": it has no column for the event's id|Correct every field that is named and call again.
--> 22023|invalid own_table "jb_event": it has no trigger with jb_place_row|Correct every field that is named and call again.
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal('SELECT jb_follow_rows(4000000000::regclass)'); --> 22023|invalid own_table "n": it has no trigger with jb_place_row
SELECT jb_follow_rows('test.wordless'); --> 0

-- ---- who may not read an event writes nothing false into its row, and does not part the two ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;
CREATE TABLE test.desk (name text, begins timestamptz, ends timestamptz, event_id bigint, outcome text, hold_for interval);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.desk FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=begins', 'end_timestamp=ends', 'event_name=name', 'calendars:={room:b}', 'duration:=1 hour', 'on_no_slot:=wait');
INSERT INTO test.desk (name, begins, hold_for) VALUES ('held', '2026-11-24 08:00+01', '2 days'), ('waits', '2026-11-24 08:30+01', NULL), ('gone', '2026-11-24 10:00+01', NULL);
SELECT name, outcome FROM test.desk; --> held|held
--> waits|waiting
--> gone|placed
RESET SESSION AUTHORIZATION;
SELECT jb_delete((SELECT event_id FROM test.desk WHERE name = 'gone')); --> t
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
SELECT * FROM pg_temp.as_secretary(); --> held|P0002|event n does not exist|0
--> waits|P0002|event n does not exist|0
--> gone|P0002|event n does not exist|0
SELECT jb_grant('room:b', 'role:regress_secretary', 'busy') \g /dev/null
SELECT * FROM pg_temp.as_secretary(); --> held|P0002|event n does not exist|0
--> waits|P0002|event n does not exist|0
--> gone|P0002|event n does not exist|0
SELECT jb_grant('room:b', 'role:regress_secretary', 'book') \g /dev/null
SELECT * FROM pg_temp.as_secretary(); --> held|P0002|event n does not exist|0
--> waits|P0002|event n does not exist|0
--> gone|P0002|event n does not exist|0
-- a reader of the history sees that an event was deleted, and may delete its row; a reader of all events writes it down
SELECT jb_grant('room:b', 'role:regress_secretary', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
BEGIN;
DELETE FROM test.desk WHERE name = 'gone';
ROLLBACK;
RESET SESSION AUTHORIZATION;
SELECT jb_follow_rows('test.desk'); --> 1
SELECT name, outcome FROM test.desk ORDER BY name; --> gone|deleted
--> held|held
--> waits|waiting
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
--> deleting|gone held never waits|P0002 event n does not exist, SQL statement "SELECT FROM public.jb_history($1, NULL::text) h LIMIT 1"
--> probe|gone held never waits|P0002 event n does not exist, SQL statement "SELECT FROM public.jb_history($1, NULL::text) h LIMIT 1"
RESET SESSION AUTHORIZATION;
SELECT jb_grant('room:b', 'role:regress_manager', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT own_table, string_agg(own_name, ' ' ORDER BY own_name) AS names, told FROM unnest('{probe,deleting}'::text[]) own_table, unnest('{held,waits,gone,never}'::text[]) own_name, test.told(own_table, own_name) told GROUP BY 1, 3 ORDER BY 1;
--> deleting|gone held never waits|P0002 event n does not exist, SQL statement "SELECT FROM public.jb_history($1, NULL::text) h LIMIT 1"
--> probe|gone held never waits|P0002 event n does not exist, SQL statement "SELECT FROM public.jb_history($1, NULL::text) h LIMIT 1"
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:b', 'role:regress_manager') \g /dev/null
-- of a series too, where somebody has moved one event to a hidden calendar
SELECT jb_grant('room:a', 'role:regress_manager', 'manage') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
CREATE TABLE test.term (start_timestamp timestamptz, recurrence text, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.term FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Term', 'calendars:={room:a}', 'duration:=1 hour');
INSERT INTO test.term VALUES ('2026-12-14 15:00+01', 'RRULE:FREQ=DAILY;COUNT=3');
RESET SESSION AUTHORIZATION;
SELECT outcome FROM jb_update((SELECT max(id) FROM jb_event_view WHERE event_name = 'Term'), '{"calendars": ["room:b"], "start_timestamp": "2026-12-13T16:00:00+01:00"}'); --> updated
SET SESSION AUTHORIZATION regress_manager;
UPDATE test.term SET recurrence = 'RRULE:FREQ=DAILY;COUNT=4' RETURNING start_timestamp; --> 2026-12-14 15:00:00+01
RESET SESSION AUTHORIZATION;
SELECT start_timestamp, calendars, status FROM jb_event_view WHERE event_name = 'Term' ORDER BY 1; --> 2026-12-13 16:00:00+01|{room:b}|pending
--> 2026-12-14 15:00:00+01|{room:a}|pending
--> 2026-12-15 15:00:00+01|{room:a}|pending
--> 2026-12-16 15:00:00+01|{room:a}|pending
--> 2026-12-17 15:00:00+01|{room:a}|pending
SELECT outcome FROM jb_update((SELECT max(id) FROM jb_event_view WHERE event_name = 'Term'), '{"calendars": ["room:b"]}'); --> updated
SELECT jb_cancel((SELECT max(id) FROM jb_event_view WHERE event_name = 'Term')) \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal('DELETE FROM test.term'); --> P0002|event n does not exist
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:a', 'role:regress_manager') \g /dev/null
-- whatever the row says: here that the event is over, which has moved since
UPDATE test.desk SET event_id = (SELECT event_id FROM jb_schedule('moved', '1 hour', start_timestamp => '2026-11-26 10:00+01', calendars => '{room:b}')) WHERE name = 'gone';
ALTER TABLE test.desk DISABLE TRIGGER place;
UPDATE test.desk SET begins = '2026-11-24 10:00+01', ends = '2026-11-24 11:00+01' WHERE name = 'gone';
ALTER TABLE test.desk ENABLE TRIGGER place;
SELECT event_id AS hidden FROM test.desk WHERE name = 'gone' \gset
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$DELETE FROM test.desk WHERE name = 'gone'$$); --> P0002|event n does not exist
-- a row names only an event that its writer may read, so that nobody has a hidden one's time written there
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal(format('INSERT INTO test.desk (name, event_id) VALUES (%L, %s)', 'probe', :hidden)); --> P0002|event n does not exist
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal(format('UPDATE test.desk SET event_id = %s WHERE name = %L', :hidden, 'waits')); --> P0002|event n does not exist
-- a row shows what its writer has made of an event, even on a calendar where the writer may only book
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:c', '{"time_zone": "Europe/Berlin"}'); --> room:c
SELECT jb_grant('room:b', 'role:regress_secretary', 'book'), jb_grant('room:c', 'role:regress_secretary', 'manage') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
CREATE TABLE test.seat (name text, begins timestamptz, event_id bigint, outcome text, hold_for interval, place text);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.seat FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=begins', 'event_name=name', 'calendars=place', 'duration:=1 hour');
INSERT INTO test.seat (name, begins, hold_for, place) VALUES ('held', '2026-11-27 08:00+01', '1 day', 'room:c') RETURNING outcome; --> held
UPDATE test.seat SET place = 'room:b' RETURNING begins, outcome; --> 2026-11-27 08:00:00+01|held
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
SELECT begins, ends, outcome FROM test.move('2026-11-27 12:00+01'); --> 2026-11-27 12:00:00+01|2026-11-27 13:00:00+01|placed
SELECT begins, ends, outcome FROM test.move('2026-11-23 12:00+01'); --> 2026-11-27 12:00:00+01|2026-11-27 13:00:00+01|rejected
UPDATE test.course SET title = 'Pilates';
SELECT title, begins, outcome FROM test.lesson; --> Pilates|2026-11-27 12:00:00+01|placed
SELECT title FROM test.end(); --> Pilates
SELECT event_name, start_timestamp, status FROM jb_event_view WHERE event_name IN ('Yoga', 'Pilates'); --> Pilates|2026-11-27 12:00:00+01|cancelled
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role') \g /dev/null
\i test/regress/sql/frame/close.psql
