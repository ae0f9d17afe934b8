-- As booking_automatic, with a NOTIFY as long as that of a rejection.
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
SELECT *, pg_notify('jb_rejected', repeat('x', 115)) FROM jb_schedule('Visit', '30 minutes', calendars => ARRAY['c' || :calendar::text]);
