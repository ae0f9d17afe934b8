-- As booking_automatic, and as much is announced as of a rejection.
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
SELECT outcome, pg_notify('jb_rejected', repeat('x', 400)) FROM jb_schedule('Visit', '30 minutes', calendars => ARRAY['c' || :calendar::text]);
