-- Moves a fixed event by a day, to and fro.
\set n :n + 1
\set start 4102444800 + (:n % 2) * 86400
SELECT * FROM jb_reschedule(:moved, start_timestamp => to_timestamp(:start::float8));
