-- The tables of floor.c: those that a booking writes, with their indexes, and a row of each as left by a real booking.
-- Calendar N is row N of floor_lock and has two rows in floor_tree. :library is floor.c, compiled.
CREATE TABLE floor_event (LIKE jb_event INCLUDING ALL) WITH (fillfactor = 90);
CREATE TABLE floor_claim (LIKE jb_claim INCLUDING ALL);
CREATE TABLE floor_change (LIKE jb_change_log INCLUDING ALL);
CREATE TABLE floor_lock (LIKE jb_calendar_lock INCLUDING ALL) WITH (fillfactor = 50);
CREATE TABLE floor_tree (LIKE jb_tree INCLUDING ALL) WITH (fillfactor = 80);
SELECT count(jb_schedule('Visit', '30 minutes', calendars => '{c0}'));
INSERT INTO floor_event SELECT * FROM jb_event ORDER BY id DESC LIMIT 1;
INSERT INTO floor_claim SELECT l.* FROM jb_claim l JOIN floor_event e ON e.id = l.event_id;
INSERT INTO floor_change SELECT l.* FROM jb_change_log l JOIN floor_event e ON e.id = l.event_id;
UPDATE floor_claim SET calendar = -1;
UPDATE floor_change SET calendar = -1;
INSERT INTO floor_lock (id) SELECT generate_series(0, 999);
INSERT INTO floor_tree SELECT c, t.level, 0, t.data FROM generate_series(0, 999) AS c, (SELECT DISTINCT ON (level) level, data FROM jb_tree WHERE level < 2) AS t;
CREATE FUNCTION floor_book(calendar int, start timestamptz, takes_free_time bool) RETURNS bigint LANGUAGE c AS :'library';
-- That many bookings in one transaction, on a hundred calendars in turn; each is a command, as a trigger's is.
CREATE SEQUENCE floor_runs;
CREATE FUNCTION floor_rows(rows int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE beginning constant timestamptz := timestamptz '2100-01-01Z' + nextval('floor_runs') * interval '1 year';
BEGIN
  FOR i IN 0 .. rows - 1 LOOP
    PERFORM floor_book(i % 100, beginning + i / 100 * interval '30 minutes', true);
  END LOOP;
END $$;
