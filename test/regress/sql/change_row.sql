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
SELECT car, begins, ends, outcome FROM test.repair;

-- ---- what changes an event, and what does not ----
-- a column of the table's own: neither the event nor its version changes
UPDATE test.repair SET note = 'tyres' WHERE car = 'red' RETURNING note, test.version('red');
-- a wish that is written as it is
UPDATE test.repair SET takes = takes, car = car, begins = begins RETURNING car, test.version(car);
-- a start: the event is fixed there, and keeps its duration
UPDATE test.repair SET begins = '2026-11-23 14:00+01' WHERE car = 'red' RETURNING begins, ends, outcome, reason;
-- the automatic event is not moved by another's departure; a name and a duration change without a move
UPDATE test.repair SET car = 'navy', takes = '30 minutes' WHERE car = 'blue' RETURNING begins, ends, outcome;
-- no start: the event is automatic again
UPDATE test.repair SET begins = NULL WHERE car = 'red' RETURNING begins, ends, outcome;
SELECT * FROM test.seen;
-- start and end together are a duration, if they agree with the one that the row has
UPDATE test.repair SET begins = '2026-11-23 15:00+01', ends = '2026-11-23 16:00+01' WHERE car = 'red' RETURNING begins, ends;
SELECT state, message FROM test.refusal($$UPDATE test.repair SET ends = '2026-11-23 17:00+01' WHERE car = 'red'$$);
-- in an update of several rows each sees what became of those before it
UPDATE test.repair SET takes = takes + interval '15 minutes' RETURNING car, begins, ends, outcome;

-- ---- a rejected update ----
-- the row says what its event is, and why it stays there; columns of its own are updated
UPDATE test.repair SET begins = '2026-11-23 11:30+01', car = 'RED', note = 'brakes' WHERE car = 'red' RETURNING car, begins, ends, outcome, reason, detail, note;
SELECT reason, event_id IS NOT NULL AS of_event, request ->> 'event_name' AS wished FROM jb_rejections();
-- the next one that goes through says so
UPDATE test.repair SET begins = '2026-11-23 13:00+01' WHERE car = 'red' RETURNING begins, outcome, reason, detail;

-- ---- a row without an event is asked for again ----
INSERT INTO test.repair (car, begins) VALUES ('black', '2026-11-23 11:00+01') RETURNING begins, event_id, outcome, reason;
UPDATE test.repair SET note = 'later' WHERE car = 'black' RETURNING event_id, outcome, reason;
UPDATE test.repair SET begins = '2026-11-23 11:15+01' WHERE car = 'black' RETURNING begins, event_id, outcome, reason;
UPDATE test.repair SET begins = '2026-11-24 11:00+01' WHERE car = 'black' RETURNING begins, event_id IS NOT NULL AS has_event, outcome, reason, detail;
-- or where its outcome is set to null
INSERT INTO test.repair (car, begins) VALUES ('white', '2026-11-24 11:00+01') RETURNING event_id, outcome;
UPDATE test.repair SET outcome = NULL WHERE car = 'white' RETURNING event_id IS NOT NULL AS has_event, outcome, reason, detail;

-- ---- a deleted row ----
DELETE FROM test.repair WHERE car = 'white' RETURNING car;
SELECT event_name, status FROM test.seen WHERE event_name = 'white';
-- a row without an event, and a row whose event is over, cancelled or gone
INSERT INTO test.repair (car, begins) VALUES ('none', '2026-11-24 11:00+01') RETURNING outcome;
INSERT INTO test.repair (car, begins) VALUES ('over', '2026-11-25 08:00+01'), ('cancelled', '2026-11-25 09:00+01'), ('gone', '2026-11-25 10:00+01');
SELECT outcome FROM jb_cancel((SELECT event_id FROM test.repair WHERE car = 'cancelled'));
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(id) FROM jb_event_view WHERE event_name = 'gone';
SELECT test.clock('2026-11-25 09:00+01');
SET SESSION AUTHORIZATION regress_secretary;
-- what has ended or is gone is not changed
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-26 08:00+01' WHERE car = 'over'$$);
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET begins = '2026-11-26 08:00+01' WHERE car = 'cancelled'$$);
SELECT state, regexp_replace(message, '\d+', 'n') AS message FROM test.refusal($$UPDATE test.repair SET car = 'away' WHERE car = 'gone'$$);
DELETE FROM test.repair WHERE car IN ('none', 'over') RETURNING car;
SELECT event_name, status FROM test.seen WHERE event_name IN ('over', 'cancelled');

-- ---- the event's id, written by hand ----
-- a row that lets its event go keeps what it says; asked for again, it gets another event
UPDATE test.repair SET event_id = NULL, outcome = NULL WHERE car = 'gone' RETURNING begins, event_id IS NOT NULL AS has_event, outcome, reason;
UPDATE test.repair SET event_id = NULL, begins = NULL WHERE car = 'cancelled' RETURNING begins, event_id IS NOT NULL AS has_event, outcome;
-- a row that names another event stands for that event from then on
SELECT event_id AS other FROM jb_schedule('Other', '1 hour', '2026-11-30', '09:00', calendars => '{room:a}') \gset
UPDATE test.repair SET event_id = :other, takes = '2 hours' WHERE car = 'gone' RETURNING takes;
SELECT start_timestamp, end_timestamp FROM jb_event_view WHERE id = :other;
UPDATE test.repair SET takes = '3 hours' WHERE car = 'gone' RETURNING begins, ends;

-- ---- all of it is part of the transaction ----
SELECT test.stored() AS before \gset
BEGIN;
SAVEPOINT attempt;
UPDATE test.repair SET takes = '10 minutes' WHERE car = 'gone';
DELETE FROM test.repair WHERE car = 'red';
ROLLBACK TO attempt;
SELECT car, takes, begins FROM test.repair WHERE car IN ('gone', 'red') ORDER BY car;
DELETE FROM test.repair WHERE car = 'gone';
ROLLBACK;
SELECT test.stored() = :'before' AS as_before;

-- ---- arguments: delete the event, raise what is rejected ----
SET SESSION AUTHORIZATION regress_manager;
CREATE TABLE test.strict (event_name text, start_timestamp timestamptz, end_timestamp timestamptz, event_id bigint, outcome text, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.strict FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'on_delete:=delete', 'on_rejection:=error', 'preempt:=true');
INSERT INTO test.strict VALUES ('One', '2026-12-01 09:00+01'), ('Two', '2026-12-01 11:00+01');
SELECT state, message, detail::jsonb ->> 'reason' AS reason, detail::jsonb -> 'facts' ->> 'start_timestamp' AS start, detail::jsonb -> 'alternatives' -> 0 AS first, hint FROM test.refusal($$INSERT INTO test.strict VALUES ('Three', '2026-12-01 09:30+01')$$);
SELECT state, message, detail::jsonb ->> 'detail' AS detail FROM test.refusal($$UPDATE test.strict SET start_timestamp = '2026-12-01 10:30+01' WHERE event_name = 'One'$$);
SELECT count(*) FROM jb_rejections(max_rows => 1000) r WHERE r.request ->> 'event_name' IN ('One', 'Three');
DELETE FROM test.strict WHERE event_name = 'One';
SELECT count(*) FROM jb_event_view WHERE event_name = 'One';
-- where no column can tell of a rejection, a rejected update is an error
CREATE TABLE test.mute (start_timestamp timestamptz, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.mute FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Mute');
INSERT INTO test.mute VALUES ('2026-12-01 11:00+01'), ('2026-12-01 13:00+01') RETURNING start_timestamp, event_id IS NOT NULL AS has_event;
SELECT state, message FROM test.refusal($$UPDATE test.mute SET start_timestamp = '2026-12-01 11:30+01' WHERE event_id IS NOT NULL$$);
SET SESSION AUTHORIZATION regress_secretary;

-- ---- words of the table's own stay ----
CREATE TABLE test.words (start_timestamp timestamptz, event_id bigint, outcome text, reason text, detail text, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.words FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Word');
INSERT INTO test.words VALUES ('2026-12-02 09:00+01', NULL, 'won', 'because', 'cake'), ('2026-12-02 11:00+01', NULL, NULL, 'conflict', 'A sentence of ours.') RETURNING outcome, reason, detail;
UPDATE test.words SET start_timestamp = start_timestamp + interval '4 hours' RETURNING start_timestamp, outcome, reason, detail;

-- ---- a series ----
CREATE TABLE test.course (event_name text, start_timestamp timestamptz, end_timestamp timestamptz, recurrence text, event_id bigint, outcome text, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.course FOR EACH ROW EXECUTE FUNCTION jb_place_row();
INSERT INTO test.course VALUES ('Course', '2026-12-03 09:00+01', '2026-12-03 10:00+01', 'RRULE:FREQ=WEEKLY;COUNT=3');
UPDATE test.course SET start_timestamp = '2026-12-03 14:00+01' RETURNING start_timestamp, end_timestamp, outcome;
SELECT start_timestamp FROM jb_event_view WHERE event_name = 'Course' ORDER BY 1;
-- another rule is for all of it, while the first one is ahead
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=2' RETURNING start_timestamp, recurrence, outcome;
SELECT start_timestamp, status, recurrence FROM jb_event_view WHERE event_name = 'Course' ORDER BY 1;
SELECT state, message FROM test.refusal($$UPDATE test.course SET recurrence = NULL$$);
DELETE FROM test.course;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Course' GROUP BY status;

-- a new rule begins with the row's event: one that was moved before it stays as it is, and is no longer the row's;
-- DELETE ends the whole series, though the row's event was cancelled
INSERT INTO test.course VALUES ('Moved', '2026-12-14 09:00+01', '2026-12-14 10:00+01', 'RRULE:FREQ=DAILY;COUNT=3');
SELECT outcome FROM jb_reschedule((SELECT max(id) FROM jb_event_view WHERE event_name = 'Moved'), start_timestamp => '2026-12-12 09:00+01');
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=4' RETURNING start_timestamp, outcome;
SELECT e.start_timestamp, e.id = c.event_id AS of_row, e.series = c.event_id AS in_series, e.status FROM jb_event_view e, test.course c WHERE e.event_name = 'Moved' ORDER BY e.start_timestamp;
SELECT outcome FROM jb_cancel((SELECT event_id FROM test.course));
DELETE FROM test.course;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Moved' GROUP BY status;
-- also where the row's own event is the last one by now
INSERT INTO test.course VALUES ('Last', '2026-12-14 09:00+01', '2026-12-14 10:00+01', 'RRULE:FREQ=DAILY;COUNT=3');
SELECT outcome FROM jb_reschedule((SELECT event_id FROM test.course), start_timestamp => '2026-12-19 09:00+01');
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=2' RETURNING start_timestamp, outcome;
SELECT start_timestamp FROM jb_event_view WHERE event_name = 'Last' AND status = 'pending' ORDER BY 1;
DELETE FROM test.course;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Last' GROUP BY status;
-- or where the row's own event was deleted, with whose id the series does not begin by now
INSERT INTO test.course VALUES ('Deleted first', '2027-01-12 09:00+01', '2027-01-12 10:00+01', 'RRULE:FREQ=DAILY;COUNT=4');
SELECT outcome FROM jb_reschedule((SELECT event_id + 1 FROM test.course), start_timestamp => '2027-01-11 09:00+01');
UPDATE test.course SET recurrence = 'RRULE:FREQ=DAILY;COUNT=3';
SELECT e.series = c.event_id AS by_its_id FROM test.course c JOIN jb_event_view e ON e.id = c.event_id;
RESET SESSION AUTHORIZATION;
SELECT jb_delete(event_id) FROM test.course;
SET SESSION AUTHORIZATION regress_secretary;
DELETE FROM test.course;
SELECT start_timestamp, status FROM jb_event_view WHERE event_name = 'Deleted first' ORDER BY 1;
RESET SESSION AUTHORIZATION;
SELECT count(jb_delete(id)) FROM jb_event_view WHERE event_name IN ('Moved', 'Last', 'Deleted first');
SET SESSION AUTHORIZATION regress_secretary;

-- ---- INSERT … ON CONFLICT runs the trigger for the row that it then does not insert ----
-- the event of that row is booked and stands in the way of the row's own; MERGE (docs/how-to.md) decides first
CREATE UNIQUE INDEX ON test.repair (car);
INSERT INTO test.repair (car, begins) VALUES ('gone', '2026-12-10 09:00+01') ON CONFLICT (car) DO UPDATE SET begins = excluded.begins RETURNING begins, outcome, reason;
SELECT event_name, start_timestamp FROM test.seen WHERE start_timestamp > '2026-11-29';
-- a row that takes that event over stands for it
INSERT INTO test.repair (car, begins) VALUES ('gone', '2026-12-11 09:00+01') ON CONFLICT (car) DO UPDATE SET event_id = excluded.event_id, begins = excluded.begins, ends = excluded.ends RETURNING begins, event_id <> :other AS other_event;

-- ---- a row that goes to another partition keeps its event ----
CREATE TABLE test.parted (shop text, event_name text, start_timestamp timestamptz, event_id bigint, outcome text, calendars text[] DEFAULT '{room:a}') PARTITION BY LIST (shop);
CREATE TABLE test.north PARTITION OF test.parted FOR VALUES IN ('north');
CREATE TABLE test.south PARTITION OF test.parted FOR VALUES IN ('south');
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.parted FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour');
INSERT INTO test.parted VALUES ('north', 'Parted', '2026-12-04 09:00+01'), ('north', 'Rejected', '2026-12-04 09:00+01'), ('north', 'Deleted', '2026-12-04 11:00+01') RETURNING event_name, outcome;
SELECT count(*) AS rejections FROM jb_rejections(max_rows => 1000) \gset
UPDATE test.parted SET shop = 'south', start_timestamp = start_timestamp + interval '1 day' RETURNING tableoid::regclass, event_name, start_timestamp, outcome;
SELECT event_name, start_timestamp, status FROM jb_event_view WHERE event_name IN ('Parted', 'Rejected', 'Deleted') ORDER BY id;
SELECT count(*) - :rejections AS more_rejections FROM jb_rejections(max_rows => 1000);
BEGIN;
SAVEPOINT attempt;
UPDATE test.parted SET event_name = 'Other' WHERE event_name = 'Deleted';
ROLLBACK TO attempt;
DELETE FROM test.parted WHERE event_name = 'Deleted';
COMMIT;
SELECT event_name, status FROM jb_event_view WHERE event_name IN ('Parted', 'Rejected', 'Deleted', 'Other') ORDER BY id;

-- a row with two events keeps both
CREATE TABLE test.trip (shop text, out_at timestamptz, out_id bigint, back_at timestamptz, back_id bigint) PARTITION BY LIST (shop);
CREATE TABLE test.trip_north PARTITION OF test.trip FOR VALUES IN ('north');
CREATE TABLE test.trip_south PARTITION OF test.trip FOR VALUES IN ('south');
CREATE TRIGGER a BEFORE INSERT OR UPDATE OR DELETE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=out_at', 'event_id=out_id', 'duration:=1 hour', 'calendars:={room:a}', 'event_name:=Trip');
CREATE TRIGGER b BEFORE INSERT OR UPDATE OR DELETE ON test.trip FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=back_at', 'event_id=back_id', 'duration:=1 hour', 'calendars:={room:a}', 'event_name:=Trip');
INSERT INTO test.trip (shop, out_at, back_at) VALUES ('north', '2026-12-05 13:00+01', '2026-12-05 15:00+01');
UPDATE test.trip SET shop = 'south';
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Trip' GROUP BY status;
DELETE FROM test.trip;
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Trip' GROUP BY status;
-- MERGE inserts a row after one that has gone to a partition without the trigger
ALTER TABLE test.north DISABLE TRIGGER place;
MERGE INTO test.parted p USING (VALUES ('Parted'), ('Merged')) AS s (name) ON p.event_name = s.name
  WHEN MATCHED THEN UPDATE SET shop = 'north' WHEN NOT MATCHED THEN INSERT (shop, event_name, start_timestamp) VALUES ('south', s.name, '2026-12-06 09:00+01');
SELECT shop, event_name, event_id IS NOT NULL AS has_event, outcome FROM test.parted WHERE event_name IN ('Parted', 'Merged') ORDER BY shop;
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
SELECT p.stage, p.event_name, v.start_timestamp, v.status FROM test.stage p LEFT JOIN jb_event_view v ON v.id = p.event_id ORDER BY p.start_timestamp;
-- a row that moves to another day's partition as its event does
CREATE TABLE test.days (start_timestamp timestamptz, event_id bigint) PARTITION BY RANGE (start_timestamp);
CREATE TABLE test.day_one PARTITION OF test.days FOR VALUES FROM ('2026-12-24 00:00+01') TO ('2026-12-25 00:00+01');
CREATE TABLE test.day_two PARTITION OF test.days DEFAULT;
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.days FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Day', 'calendars:={room:a}');
INSERT INTO test.days VALUES ('2026-12-24 09:00+01');
UPDATE test.days SET start_timestamp = '2026-12-25 09:00+01' RETURNING tableoid::regclass, start_timestamp;
SELECT outcome FROM test.days, jb_reschedule(event_id, start_timestamp => '2026-12-24 10:00+01');
SELECT jb_follow_rows('test.days');
SELECT d.tableoid::regclass, d.start_timestamp, v.start_timestamp AS event, v.status FROM test.days d JOIN jb_event_view v ON v.id = d.event_id;
-- a trigger that sees the DELETE of a move, and not its UPDATE, is refused when it first runs
CREATE FUNCTION test.trigger_for(what text, condition text = '') RETURNS TABLE (state text, message text, hint text) LANGUAGE plpgsql AS $$BEGIN
  EXECUTE 'DROP TRIGGER place ON test.parted';
  EXECUTE format('CREATE TRIGGER place BEFORE %s ON test.parted FOR EACH ROW %s EXECUTE FUNCTION jb_place_row(''duration:=1 hour'')', what, condition);
  RETURN QUERY SELECT r.state, r.message, r.hint FROM test.refusal($q$INSERT INTO test.parted VALUES ('north', 'Form', '2026-12-07 15:00+01')$q$) r;
END$$;
SELECT * FROM test.trigger_for('INSERT OR DELETE');
SELECT state FROM test.trigger_for('INSERT OR UPDATE OF start_timestamp OR DELETE');
CREATE TRIGGER place_all BEFORE UPDATE ON test.parted FOR EACH ROW WHEN (NEW.shop <> 'west') EXECUTE FUNCTION jb_place_row('duration:=1 hour');
SELECT state FROM test.trigger_for('INSERT OR DELETE');
DROP TRIGGER place_all ON test.parted;
CREATE TRIGGER place_all BEFORE UPDATE ON test.parted FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour');
-- but not where another trigger sees each UPDATE
SELECT state FROM test.trigger_for('INSERT OR DELETE');
UPDATE test.parted SET shop = 'south' WHERE event_name = 'Parted';
SELECT event_name, status FROM jb_event_view WHERE event_name = 'Parted';

-- ---- a generated column stands for no field ----
CREATE TABLE test.made (start_timestamp timestamptz, minutes int DEFAULT 30, end_timestamp timestamptz GENERATED ALWAYS AS (timezone('UTC', timezone('UTC', start_timestamp) + interval '30 minutes')) STORED, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.made FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=30 minutes');
INSERT INTO test.made (start_timestamp) VALUES ('2026-12-07 09:00+01') RETURNING start_timestamp, end_timestamp;
UPDATE test.made SET start_timestamp = '2026-12-07 10:00+01' RETURNING start_timestamp, end_timestamp;

-- ---- date and start_time are one wish, also where the calendar came to another zone ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Europe/Berlin"}');
CREATE TABLE test.clocked (d date, t time, event_id bigint, calendars text[] DEFAULT '{room:moved}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.clocked FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Clocked', 'date=d', 'start_time=t');
INSERT INTO test.clocked VALUES ('2026-12-10', '01:00'), ('2026-12-11', '01:00');
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "America/New_York"}');
UPDATE test.clocked SET t = '02:00' WHERE d = '2026-12-10';
UPDATE test.clocked SET d = '2026-12-12' WHERE d = '2026-12-11';
SELECT c.d, c.t, v.start_timestamp AT TIME ZONE 'America/New_York' AS stands, v.placement FROM test.clocked c JOIN jb_event_view v ON v.id = c.event_id ORDER BY c.d;
-- of an event that somebody else has moved, the other one of the two stays as it is now
SELECT outcome FROM jb_reschedule((SELECT event_id FROM test.clocked WHERE d = '2026-12-12'), '2026-12-15', '09:00');
UPDATE test.clocked SET t = '11:00' WHERE d = '2026-12-12';
SELECT outcome FROM jb_reschedule((SELECT event_id FROM test.clocked WHERE d = '2026-12-10'), start_timestamp => '2026-12-16 10:00-05');
UPDATE test.clocked SET d = '2026-12-17' WHERE d = '2026-12-10';
SELECT c.d, c.t, v.start_timestamp AT TIME ZONE 'America/New_York' AS stands FROM test.clocked c JOIN jb_event_view v ON v.id = c.event_id ORDER BY c.d;
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
SELECT outcome FROM (SELECT event_id FROM test.written WHERE date = '2027-01-12' UNION ALL SELECT event_id FROM test.bound) AS r, jb_reschedule(r.event_id, start_time => '15:00');
SELECT outcome FROM test.written r, jb_reschedule(r.event_id, make_automatic => true) WHERE r.date = '2027-01-13';
UPDATE test.written SET date = date + 6 RETURNING date, start_time;
UPDATE test.bound SET date = date + 6 RETURNING date, start_time;
SET datestyle = 'German';
UPDATE test.short SET date = '2027-01-21' WHERE date = '2027-01-15' RETURNING date, start_time;
UPDATE test.short SET start_time = '11:00' WHERE date = '2027-01-25' RETURNING date, start_time;
SET datestyle = 'ISO';
SELECT event_name, placement, start_timestamp FROM jb_event_view WHERE event_name IN ('Written', 'Bound', 'Short') ORDER BY id;

-- ---- metadata are kept to the last digit, and a member that the row drops is dropped ----
CREATE TABLE test.orders (start_timestamp timestamptz, event_id bigint, metadata jsonb, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON test.orders FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Order');
INSERT INTO test.orders VALUES ('2026-12-09 09:00+01', NULL, '{"order": 12345678901234567890123, "price": 1.10, "paid": true, "of": {"a": 1, "b": null}}');
SELECT metadata FROM jb_event_view WHERE event_name = 'Order';
SELECT outcome FROM jb_update((SELECT event_id FROM test.orders), '{"metadata": {"desk": 3}}');
UPDATE test.orders SET metadata = '{"order": 12345678901234567890124, "price": 1.10, "of": {"b": null, "c": 0.10}}';
SELECT metadata FROM jb_event_view WHERE event_name = 'Order';

-- ---- who writes the row must be allowed to change the event ----
GRANT ALL ON test.repair TO regress_viewer, regress_nobody;
SET SESSION AUTHORIZATION regress_viewer;
UPDATE test.repair SET note = 'anybody' WHERE car = 'gone' RETURNING note;
UPDATE test.repair SET takes = '2 hours' WHERE car = 'gone';
DELETE FROM test.repair WHERE car = 'gone';
SET SESSION AUTHORIZATION regress_nobody;
UPDATE test.repair SET note = 'nobody' WHERE car = 'gone' RETURNING note;
UPDATE test.repair SET takes = '2 hours' WHERE car = 'gone';
SET SESSION AUTHORIZATION regress_secretary;
CREATE TABLE test.clerk (event_name text, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR DELETE ON test.clerk FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'on_delete:=delete');
INSERT INTO test.clerk (event_name) VALUES ('Clerk');
DELETE FROM test.clerk;

-- ---- a deleted series may end holds, or open time for another of its events, before that is deleted too ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:gone', '{"time_zone": "Europe/Berlin"}');
CREATE TABLE test.ends (start_timestamp timestamptz, recurrence text, hold_for interval, event_id bigint, calendars text[] DEFAULT '{room:a}');
CREATE TRIGGER place BEFORE INSERT OR DELETE ON test.ends FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'event_name:=Ends', 'on_delete:=delete');
INSERT INTO test.ends VALUES ('2027-02-01 10:00+01', 'RRULE:FREQ=DAILY;COUNT=4', '1 hour') RETURNING event_id AS first \gset
SELECT outcome FROM unnest(ARRAY[:first + 2, :first + 3]) AS id, jb_update(id, '{"calendars": ["room:gone"]}');
SELECT jb_now() AS before \gset
SELECT test.clock('2027-01-31 12:00+01') \g /dev/null
DELETE FROM test.ends;
SELECT count(*) AS left FROM jb_event_view WHERE event_name = 'Ends';
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
RESET SESSION AUTHORIZATION;
\i test/regress/sql/frame/close.psql
