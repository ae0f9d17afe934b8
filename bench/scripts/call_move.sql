-- Moves a fixed event to the next half hour.
\set n :n + 1
\set start 4102444800 + :run * 31536000 + :n * 1800
SELECT * FROM jb_reschedule(:moved, start_timestamp => to_timestamp(:start::float8));
