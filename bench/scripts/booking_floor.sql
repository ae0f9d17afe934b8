-- The half hours of booking_fixed, by a function that decides nothing (peers/floor.c).
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
\set start 4102444800 + :run * 31536000 + :slot / :calendars * 1800
SELECT floor_book(:calendar, to_timestamp(:start::float8), :takes_free_time);
