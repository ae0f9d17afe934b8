-- Promise: a session finds the rows of locks and day trees wherever they stand by now, though it looks first where it has seen
-- them last (store/tree_rows.hpp).
-- Could break: another row has taken the place, the table has become shorter, or what stood there was rolled back.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT count(jb_calendar_set('place:' || i, '{"time_zone": "Europe/Berlin"}')) FROM generate_series(1, 200) AS i; --> 200
SELECT count(*), min((o).outcome), max((o).start_timestamp) FROM (SELECT jb_schedule('First', '1 hour', calendars => ARRAY['place:' || i]) AS o FROM generate_series(1, 200) AS i OFFSET 0) AS s;
--> 200|placed|2026-11-23 08:00:00+01
-- rows take the places of others
SELECT count(jb_delete(id)) FROM jb_event_view WHERE calendars[1] IN (SELECT 'place:' || i FROM generate_series(1, 199, 2) AS i); --> 100
SELECT count(jb_calendar_delete('place:' || i)) FROM generate_series(1, 199, 2) AS i; --> 100
VACUUM FULL jb_calendar_lock, jb_tree;
SELECT count(*), min((o).outcome), min((o).start_timestamp), max((o).start_timestamp) FROM (SELECT jb_schedule('Second', '1 hour', calendars => ARRAY['place:' || i]) AS o FROM generate_series(2, 200, 2) AS i OFFSET 0) AS s;
--> 100|placed|2026-11-23 09:00:00+01|2026-11-23 09:00:00+01
-- what stood there was rolled back
BEGIN;
SAVEPOINT attempt;
SELECT (jb_schedule('Undone', '1 hour', calendars => '{place:2,place:4}')).start_timestamp; --> 2026-11-23 10:00:00+01
ROLLBACK TO attempt;
SELECT (jb_schedule('Third', '1 hour', calendars => '{place:2,place:4}')).start_timestamp; --> 2026-11-23 10:00:00+01
COMMIT;
-- the table is empty, and so short that no place in it is known
DELETE FROM jb_tree;
VACUUM FULL jb_tree;
SELECT count(jb_rebuild('place:' || i)) FROM generate_series(2, 200, 2) AS i; --> 100
SELECT (jb_schedule('Fourth', '1 hour', calendars => '{place:2}')).start_timestamp, (jb_schedule('Fourth', '1 hour', calendars => '{place:200}')).start_timestamp AS other;
--> 2026-11-23 11:00:00+01|2026-11-23 10:00:00+01
\i test/regress/sql/frame/close.psql
