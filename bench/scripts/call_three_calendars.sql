-- The first half hour that is free on three calendars.
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
SELECT * FROM jb_schedule('Visit', '30 minutes', calendars => ARRAY['c' || :calendar::text, 'open' || :calendar::text, 'three' || :calendar::text]);
