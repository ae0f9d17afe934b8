-- Promise: what a user adds to the extension's tables works as on any other table: row triggers, foreign keys that
-- point to an event, columns, indexes. A trigger's function must qualify the objects that it uses, or pin its
-- search_path: it is fired by a function in whose path only the server's objects are.
-- Could break: the functions write rows without statements, so PostgreSQL does none of this by itself.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL timezone = 'Europe/Berlin';
SELECT jb_calendar_set('ceo', '{"time_zone": "Europe/Berlin"}');
SELECT jb_schedule('Before', '1 hour', '2026-11-24', '09:00');

ALTER TABLE jb_event ADD COLUMN room_key text DEFAULT 'brass', ADD COLUMN remark text;
CREATE INDEX mine ON jb_event (lower(event_name)) WHERE remark IS NULL;
CREATE TABLE ticket (event_id bigint REFERENCES jb_event (id) ON DELETE CASCADE);
CREATE TABLE seen (what text, name text, start timestamptz);
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$BEGIN
  INSERT INTO seen VALUES (TG_WHEN || ' ' || TG_OP, coalesce(NEW.event_name, OLD.event_name), NEW.start_timestamp);
  RETURN coalesce(NEW, OLD);
END$$;
CREATE TRIGGER tell_before BEFORE INSERT OR UPDATE OR DELETE ON jb_event FOR EACH ROW EXECUTE FUNCTION tell();
CREATE TRIGGER tell_after AFTER INSERT OR UPDATE OR DELETE ON jb_event FOR EACH ROW EXECUTE FUNCTION tell();

UPDATE jb_event SET remark = 'kept' WHERE id = 1;
DELETE FROM seen;
SELECT is((SELECT outcome FROM jb_schedule('After', '1 hour', '2026-11-24', '11:00')), 'placed', 'an event is booked beside the additions');
SELECT results_eq($$SELECT what, name FROM seen ORDER BY what$$, $$VALUES ('AFTER INSERT', 'After'), ('BEFORE INSERT', 'After')$$, 'row triggers hear of it');
INSERT INTO ticket VALUES (1), (2);
DELETE FROM seen;
SELECT is((SELECT outcome FROM jb_reschedule(1, start_time => '10:00')), 'updated', 'an event from before them moves');
SELECT results_eq($$SELECT what, start FROM seen ORDER BY what$$,
                  $$VALUES ('AFTER UPDATE', '2026-11-24 10:00'::timestamptz), ('BEFORE UPDATE', '2026-11-24 10:00')$$, 'row triggers see it where it is now');
SELECT is((SELECT remark FROM jb_event WHERE id = 1), 'kept', 'and a column of the user''s keeps its value');
SET LOCAL enable_seqscan = off;
SELECT is((SELECT count(*) FROM jb_event WHERE lower(event_name) = 'after' AND remark IS NULL), 1::bigint, 'an index of the user''s finds what was booked');
RESET enable_seqscan;
DELETE FROM seen;
SELECT is((SELECT outcome FROM jb_schedule('Dry', '1 hour', '2026-11-24', '13:00', dry_run => true)), 'placed', 'a dry run places');
SELECT is_empty($$SELECT * FROM seen$$, 'and leaves nothing of what its triggers did');
SELECT ok(jb_delete(1), 'an event is deleted');
SELECT results_eq($$SELECT event_id FROM ticket$$, ARRAY[2::bigint], 'what points to it goes with it');

ALTER TABLE ticket DROP CONSTRAINT ticket_event_id_fkey, ADD FOREIGN KEY (event_id) REFERENCES jb_event (id);
SELECT throws_ok('SELECT jb_delete(2)', '23503', NULL, 'an event that something points to stays, where the user wants it so');
SELECT is((SELECT outcome FROM jb_cancel(2)), 'cancelled', 'after the error all goes on');

CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'not on my watch' USING ERRCODE = 'P0777'; END$$;
CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON jb_event DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION refuse();
SELECT throws_ok($$SELECT jb_schedule('Refused', '1 hour', '2026-11-24', '15:00')$$, 'P0777', NULL, 'a trigger can refuse a booking');
SELECT throws_ok($$SELECT jb_schedule_all('[{"event_name": "Refused"}, {"event_name": "Too"}]')$$, 'P0777', NULL, 'and a batch');
DROP TRIGGER refuse ON jb_event;
CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NULL; END$$;

CREATE FUNCTION book_too() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$BEGIN
  IF NEW.event_name = 'Flight' THEN PERFORM jb_schedule('Ride to the airport', '1 hour', calendars => NEW.calendars); END IF;
  RETURN NEW;
END$$;
CREATE TRIGGER book_too AFTER INSERT ON jb_event FOR EACH ROW EXECUTE FUNCTION book_too();
SELECT is((SELECT outcome FROM jb_schedule('Flight', '2 hours', '2026-11-25', '09:00')), 'placed', 'a trigger may book by itself');
SELECT is((SELECT count(*) FROM jb_event WHERE event_name = 'Ride to the airport'), 1::bigint, 'and its event is there');
CREATE FUNCTION book_again() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$BEGIN
  IF NEW.event_name LIKE 'Echo%' THEN PERFORM jb_schedule('Echo', '1 hour', idempotency_key => 'echo'); END IF;
  RETURN NEW;
END$$;
CREATE TRIGGER book_again AFTER INSERT ON jb_event FOR EACH ROW EXECUTE FUNCTION book_again();
SELECT throws_ok($$SELECT jb_schedule('Echo', '1 hour', idempotency_key => 'echo')$$, '55000', 'the call under idempotency_key "echo" is still under way', 'one that makes the same call under the same key is told so');
SELECT throws_ok($$SELECT jb_schedule('Echo too', '1 hour')$$, '55000', NULL, 'and so is one whose call makes itself');
DROP TRIGGER book_again ON jb_event;
-- In the middle of a change of a calendar: its settings are already new, and its day tree is not.
SELECT jb_calendar_set('moving', '{"time_zone": "Europe/Berlin"}');
SELECT jb_schedule('Wished', '1 hour', '2026-11-24', '09:00', calendars => '{moving}');
CREATE FUNCTION book_meanwhile() RETURNS trigger LANGUAGE plpgsql SET search_path = public AS $$BEGIN
  PERFORM jb_schedule('Meanwhile', '1 hour', calendars => '{moving}');
  RETURN NEW;
END$$;
CREATE TRIGGER book_meanwhile AFTER UPDATE ON jb_event FOR EACH ROW EXECUTE FUNCTION book_meanwhile();
SELECT is((jb_calendar_set('moving', '{"time_zone": "America/New_York"}')).time_zone, 'America/New_York', 'a trigger may book on a calendar while it changes');
DROP TRIGGER book_meanwhile ON jb_event;
SELECT is((SELECT start_timestamp FROM jb_schedule('Next', '1 hour', '2026-11-23', calendars => '{moving}')), '2026-11-23 09:00-05'::timestamptz,
          'and the next booking stands behind that one, in the new hours');
SELECT is_empty('SELECT * FROM jb_check()', 'all is sound');
SELECT * FROM finish();
ROLLBACK;
