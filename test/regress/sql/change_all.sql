-- Promise (rule 4.28): a reader of all changes who goes on from its last cursor misses nothing and gets nothing twice; a
-- cursor from which it could miss something is refused.
-- Could break: a change on several calendars is cut by a page; a purge takes what was not read yet; a text is taken for a
-- cursor; the first change of an event is not found in its history.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;
-- nothing yet
SELECT count(*) FROM jb_changes_all();
SELECT jb_changes_cursor() AS at_beginning \gset
SELECT count(*) FROM jb_changes_all(:'at_beginning');

-- ---- all calendars, in order ----
SELECT event_id FROM jb_schedule('On a', '1 hour', '2026-11-24', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('On both', '1 hour', '2026-11-24', '09:00', calendars => '{room:a,room:b}');
SELECT event_id FROM jb_schedule('Displaces', '1 hour', '2026-11-24', '08:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel(2);
SELECT (c.change).calendar, (c.change).seq, (c.change).event_id, (c.change).kind FROM jb_changes_all() AS c;
-- the rows are those of the calendars' own feeds
SELECT count(*) FROM jb_changes_all() AS c JOIN jb_change v ON v = c.change;
SELECT count(*) FROM jb_change;
-- from a cursor that was made before the first change too
SELECT count(*) FROM jb_changes_all(:'at_beginning');
-- row by row, which cuts the change on both calendars
WITH RECURSIVE reader (n, change, cursor) AS (
  (SELECT 1, r.change, r.cursor FROM jb_changes_all(max_rows => 1) AS r)
  UNION ALL
  SELECT n + 1, r.change, r.cursor FROM reader, jb_changes_all(reader.cursor, 1) AS r)
SELECT n, (change).calendar, (change).seq, (change).kind FROM reader ORDER BY n;
-- from the end, and from a few changes before it
SELECT count(*) FROM jb_changes_all(jb_changes_cursor());
SELECT (c.change).calendar, (c.change).kind FROM jb_changes_all(jb_changes_cursor(3)) AS c;
SELECT count(*) FROM jb_changes_all(jb_changes_cursor(1000));

-- ---- one's own transaction ----
SELECT jb_changes_cursor() AS before \gset
BEGIN;
SELECT outcome FROM jb_schedule('Undone', '1 hour', '2026-11-25', calendars => '{room:a}');
SELECT count(*), max(cursor) AS undone FROM jb_changes_all(:'before') \gset
ROLLBACK;
SELECT :count AS changes_seen_within;
SELECT count(*) FROM jb_changes_all(:'before');
SELECT outcome FROM jb_schedule('Kept', '1 hour', '2026-11-25', calendars => '{room:a}');
SELECT count(*) FROM jb_changes_all(:'before');
SELECT count(*) FROM jb_changes_all(:'undone');

-- ---- history, found by the number of the first change ----
SELECT version, calendar, kind FROM jb_history(2);
SELECT version, calendar, kind FROM jb_history(3);
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(2);
SELECT version, calendar, kind FROM jb_history(2);

-- ---- cursors that are refused: must fail ----
SELECT state, message, hint FROM test.refusal($$SELECT jb_changes_all('after')$$);
SELECT state, message FROM test.refusal($$SELECT jb_changes_all('1-0-0-0-0-0-0-0-0')$$);
SELECT state, message FROM test.refusal($$SELECT jb_changes_all(max_rows => 0)$$);
SELECT state, message FROM test.refusal($$SELECT jb_changes_cursor(1001)$$);
-- of a server that has written more: a later place in the log
SELECT regexp_replace(jb_changes_cursor(), '^(1-[0-9a-f]+-[0-9a-f]+)-[0-9a-f]+', '\1-7fffffffffffffff') AS ahead \gset
SELECT state, regexp_replace(message, '"[^"]*"', '"..."') AS message, detail FROM test.refusal(format('SELECT jb_changes_all(%L)', :'ahead'));
-- of another timeline
SELECT regexp_replace(jb_changes_cursor(), '^(1-[0-9a-f]+)-[0-9a-f]+', '\1-77') AS elsewhere \gset
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'elsewhere'));

-- ---- a purge ----
SELECT test.clock('2026-11-24 07:00+01');
SELECT jb_changes_cursor() AS at_end, jb_changes_cursor(1) AS before_end \gset
SELECT changes > 0 AS purged FROM jb_purge('0');
SELECT count(*) FROM jb_changes_all(:'at_end');
-- changes were purged that these readers have not seen: must fail
SELECT state, regexp_replace(message, '"[^"]*"', '"..."') AS message, hint FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_end'));
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'at_beginning'));
-- who begins anew gets what is kept
SELECT outcome FROM jb_schedule('After the purge', '1 hour', '2026-11-26', calendars => '{room:b}');
SELECT (c.change).calendar, (c.change).seq, (c.change).kind FROM jb_changes_all() AS c;
SELECT (c.change).seq FROM jb_changes_all(:'at_end') AS c;

-- ---- a calendar that is deleted takes its changes along ----
SELECT name FROM jb_calendar_set('room:gone', '{}');
SELECT jb_changes_cursor() AS before_event \gset
SELECT jb_delete((s).event_id) FROM jb_schedule('Short', '1 hour', '2026-11-27', calendars => '{room:gone}') AS s;
SELECT jb_changes_cursor() AS after_event, jb_changes_cursor(1) AS before_deletion \gset
SELECT jb_calendar_delete('room:gone');
-- whoever had seen them goes on; whoever had not is told: must fail
SELECT count(*) FROM jb_changes_all(:'after_event');
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_event'));
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_deletion'));
-- also once the name is another calendar's
SELECT name FROM jb_calendar_set('room:gone', '{}');
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_deletion'));
SELECT count(*) FROM jb_changes_all(:'after_event');

-- ---- a change on two calendars that a page cuts ----
SELECT (jb_calendar_set(name, '{}')).name FROM unnest('{room:y,room:z}'::text[]) AS name;
SELECT jb_changes_cursor() AS before_event \gset
SELECT jb_delete((s).event_id) FROM jb_schedule('On both', '1 hour', '2026-11-27', calendars => '{room:y,room:z}') AS s;
SELECT c.cursor AS first_half FROM jb_changes_all(:'before_event', 3) AS c OFFSET 2 \gset
SELECT c.cursor AS whole FROM jb_changes_all(:'before_event', 4) AS c OFFSET 3 \gset
SELECT (c.change).calendar, (c.change).kind FROM jb_changes_all(:'first_half') AS c;
SELECT jb_calendar_delete('room:z');
-- the rest went with a calendar: must fail
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'first_half'));
SELECT count(*) FROM jb_changes_all(:'whole');

-- ---- a calendar goes after another that had later changes ----
SELECT (jb_calendar_set(name, '{}')).name FROM unnest('{room:w,room:x}'::text[]) AS name;
SELECT jb_changes_cursor() AS before_events \gset
SELECT jb_delete((s).event_id) FROM jb_schedule('Earlier', '1 hour', '2026-11-27', calendars => '{room:w}') AS s;
SELECT jb_delete((s).event_id) FROM jb_schedule('Later', '1 hour', '2026-11-27', calendars => '{room:x}') AS s;
SELECT jb_calendar_delete('room:x');
SELECT (c.change).calendar, (c.change).kind, c.cursor AS halfway FROM jb_changes_all(NULL, 1000) AS c WHERE (c.change).calendar = 'room:w' LIMIT 1 \gset
SELECT (c.change).kind FROM jb_changes_all(:'halfway') AS c WHERE (c.change).calendar = 'room:w';
SELECT jb_calendar_delete('room:w');
-- must fail
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'halfway'));

-- ---- who may ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*) FROM jb_changes_all();
SET SESSION AUTHORIZATION regress_nobody;
SELECT state FROM test.refusal($$SELECT jb_changes_all()$$);
\i test/regress/sql/frame/close.psql
