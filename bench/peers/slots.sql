-- Two ways to list free slots in SQL. The usual way makes every start by generate_series and leaves out the starts at
-- which an event is in the way; the careful way keeps the starts in a table whose index gives them in order, so that it
-- may stop at ten. Both look for events by the index of the exclusion constraint; their tables are filled at once and
-- vacuumed.
CREATE TABLE slot_taken (calendar int NOT NULL, during tstzrange NOT NULL, EXCLUDE USING gist (calendar WITH =, during WITH &&));
INSERT INTO slot_taken SELECT calendar, during FROM jb_claim;
CREATE TABLE slot_calendar AS SELECT id FROM jb_calendar;
CREATE TABLE slot_start (start timestamptz PRIMARY KEY);
INSERT INTO slot_start
SELECT start FROM generate_series(:'now'::timestamptz, :'now'::timestamptz + interval '30 days', '5 minutes') AS start
 WHERE extract(isodow FROM start) < 6 AND start::time >= '08:00' AND start::time <= '16:30';
VACUUM ANALYZE slot_taken, slot_calendar, slot_start;
