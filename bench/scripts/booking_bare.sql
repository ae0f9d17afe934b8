-- The same half hours as booking_fixed, into a table that has only the exclusion constraint.
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
\set start 4102444800 + :run * 31536000 + :slot / :calendars * 1800
INSERT INTO bare (calendar, during) VALUES (:calendar, tstzrange(to_timestamp(:start::float8), to_timestamp(:start::float8 + 1800)));
