-- A row of a user's own table that books itself by jb_place_row.
\set n :n + 1
\set slot :n * :clients + :client_id
\set calendar (:slot * 617) % :calendars
INSERT INTO own_rows (calendars) VALUES (ARRAY['c' || :calendar::text]);
