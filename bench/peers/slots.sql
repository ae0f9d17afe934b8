-- Two ways to list free slots in SQL. The usual way makes every start with generate_series and removes those that an
-- event blocks. The careful way keeps the starts in a table whose index returns them in order, so that it can stop at
-- ten. Both find events by the index of the exclusion constraint; their tables are filled at once and vacuumed.
CREATE TABLE slot_taken (calendar int NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (calendar WITH =, during WITH &&));
INSERT INTO slot_taken SELECT calendar, during FROM jb_claim;
CREATE TABLE slot_calendar AS SELECT id FROM jb_calendar;
CREATE TABLE slot_start (start timestamptz PRIMARY KEY);
INSERT INTO slot_start
SELECT start FROM generate_series(:'now'::timestamptz, :'now'::timestamptz + interval '30 days', '5 minutes') AS start
 WHERE extract(isodow FROM start) < 6 AND start::time >= '08:00' AND start::time <= '16:30';
VACUUM ANALYZE slot_taken, slot_calendar, slot_start;
