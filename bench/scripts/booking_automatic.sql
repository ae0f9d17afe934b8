-- The calendars take turns as in booking_fixed; the scheduler finds the half hour.
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
SELECT * FROM jb_schedule('Visit', '30 minutes', calendars => ARRAY['c' || :calendar::text]);
