-- Promise (rule 4.28): a reader of all changes who goes on from its last cursor misses nothing and gets nothing twice; a
-- cursor from which it could miss something is refused.
-- Could break: a change on several calendars is cut by a page; a purge takes what was not read yet; a text is taken for a
-- cursor; the first change of an event is not found in its history.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;
-- nothing yet
SELECT count(*) FROM jb_changes_all(); --> 0
SELECT jb_changes_cursor() AS at_beginning \gset
SELECT count(*) FROM jb_changes_all(:'at_beginning'); --> 0

-- ---- all calendars, in order ----
SELECT event_id FROM jb_schedule('On a', '1 hour', '2026-11-24', calendars => '{room:a}'); --> 1
SELECT event_id FROM jb_schedule('On both', '1 hour', '2026-11-24', '09:00', calendars => '{room:a,room:b}'); --> 2
SELECT event_id FROM jb_schedule('Displaces', '1 hour', '2026-11-24', '08:00', calendars => '{room:a}'); --> 3
SELECT outcome FROM jb_cancel(2); --> cancelled
SELECT (c.change).calendar, (c.change).seq, (c.change).event_id, (c.change).kind FROM jb_changes_all() AS c; --> room:a|1|1|placed
--> room:a|2|2|placed
--> room:b|1|2|placed
--> room:a|3|3|placed
--> room:a|4|1|moved
--> room:a|5|2|cancelled
--> room:b|2|2|cancelled
-- the rows are those of the calendars' own feeds
SELECT count(*) FROM jb_changes_all() AS c JOIN jb_change v ON v = c.change; --> 7
SELECT count(*) FROM jb_change; --> 7
-- from a cursor that was made before the first change too
SELECT count(*) FROM jb_changes_all(:'at_beginning'); --> 7
-- row by row, which cuts the change on both calendars
WITH RECURSIVE reader (n, change, cursor) AS (
  (SELECT 1, r.change, r.cursor FROM jb_changes_all(max_rows => 1) AS r)
  UNION ALL
  SELECT n + 1, r.change, r.cursor FROM reader, jb_changes_all(reader.cursor, 1) AS r)
SELECT n, (change).calendar, (change).seq, (change).kind FROM reader ORDER BY n; --> 1|room:a|1|placed
--> 2|room:a|2|placed
--> 3|room:b|1|placed
--> 4|room:a|3|placed
--> 5|room:a|4|moved
--> 6|room:a|5|cancelled
--> 7|room:b|2|cancelled
-- from the end, and from a few changes before it
SELECT count(*) FROM jb_changes_all(jb_changes_cursor()); --> 0
SELECT (c.change).calendar, (c.change).kind FROM jb_changes_all(jb_changes_cursor(3)) AS c; --> room:a|moved
--> room:a|cancelled
--> room:b|cancelled
SELECT count(*) FROM jb_changes_all(jb_changes_cursor(1000)); --> 7

-- ---- one's own transaction ----
SELECT jb_changes_cursor() AS before \gset
BEGIN;
SELECT outcome FROM jb_schedule('Undone', '1 hour', '2026-11-25', calendars => '{room:a}'); --> placed
SELECT count(*), max(cursor) AS undone FROM jb_changes_all(:'before') \gset
ROLLBACK;
SELECT :count AS changes_seen_within; --> 1
SELECT count(*) FROM jb_changes_all(:'before'); --> 0
SELECT outcome FROM jb_schedule('Kept', '1 hour', '2026-11-25', calendars => '{room:a}'); --> placed
SELECT count(*) FROM jb_changes_all(:'before'); --> 1
SELECT count(*) FROM jb_changes_all(:'undone'); --> 1

-- ---- history, found by the number of the first change ----
SELECT version, calendar, kind FROM jb_history(2); --> 1|room:a|placed
--> 1|room:b|placed
--> 2|room:a|cancelled
--> 2|room:b|cancelled
SELECT version, calendar, kind FROM jb_history(3); --> 1|room:a|placed
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(2); --> t
SELECT version, calendar, kind FROM jb_history(2); --> 1|room:a|placed
--> 1|room:b|placed
--> 2|room:a|cancelled
--> 2|room:b|cancelled
--> 3|room:a|deleted
--> 3|room:b|deleted

-- ---- cursors that are refused: must fail ----
SELECT state, message, hint FROM test.refusal($$SELECT jb_changes_all('after')$$);
--> 22023|invalid after "after": it must be the cursor of a change seen|Correct every field that is named and call again.
SELECT state, message FROM test.refusal($$SELECT jb_changes_all('1-0-0-0-0-0-0-0-0')$$); --> JB410|the cursor "1-0-0-0-0-0-0-0-0" belongs to another database
SELECT state, message FROM test.refusal($$SELECT jb_changes_all(max_rows => 0)$$); --> 22023|invalid max_rows "0": it must be from 1 to 1000
SELECT state, message FROM test.refusal($$SELECT jb_changes_cursor(1001)$$); --> 22023|invalid last "1001": it must be from 0 to 1000
-- of a server that has written more: a later place in the log
SELECT regexp_replace(jb_changes_cursor(), '^(1-[0-9a-f]+-[0-9a-f]+)-[0-9a-f]+', '\1-7fffffffffffffff') AS ahead \gset
SELECT state, regexp_replace(message, '"[^"]*"', '"..."') AS message, detail FROM test.refusal(format('SELECT jb_changes_all(%L)', :'ahead'));
--> JB410|the cursor "..." is ahead of this database|The server was promoted or restored, and does not have all changes that the reader has seen.
-- of another timeline
SELECT regexp_replace(jb_changes_cursor(), '^(1-[0-9a-f]+)-[0-9a-f]+', '\1-77') AS elsewhere \gset
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'elsewhere')); --> JB410

-- ---- a purge ----
SELECT test.clock('2026-11-24 07:00+01'); --> 2026-11-24 07:00:00+01
SELECT jb_changes_cursor() AS at_end, jb_changes_cursor(1) AS before_end \gset
SELECT changes > 0 AS purged FROM jb_purge('0'); --> t
SELECT count(*) FROM jb_changes_all(:'at_end'); --> 0
-- changes were purged that these readers have not seen: must fail
SELECT state, regexp_replace(message, '"[^"]*"', '"..."') AS message, hint FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_end'));
--> JB410|changes after the cursor "..." have been purged|Take a cursor by jb_changes_cursor(), then read the events, and go on from the cursor.
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'at_beginning')); --> JB410
-- who begins anew gets what is kept
SELECT outcome FROM jb_schedule('After the purge', '1 hour', '2026-11-26', calendars => '{room:b}'); --> placed
SELECT (c.change).calendar, (c.change).seq, (c.change).kind FROM jb_changes_all() AS c; --> room:b|4|placed
SELECT (c.change).seq FROM jb_changes_all(:'at_end') AS c; --> 4

-- ---- a calendar that is deleted takes its changes along ----
SELECT name FROM jb_calendar_set('room:gone', '{}'); --> room:gone
SELECT jb_changes_cursor() AS before_event \gset
SELECT jb_delete((s).event_id) FROM jb_schedule('Short', '1 hour', '2026-11-27', calendars => '{room:gone}') AS s; --> t
SELECT jb_changes_cursor() AS after_event, jb_changes_cursor(1) AS before_deletion \gset
SELECT jb_calendar_delete('room:gone'); --> t
-- whoever had seen them goes on; whoever had not is told: must fail
SELECT count(*) FROM jb_changes_all(:'after_event'); --> 0
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_event')); --> JB410
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_deletion')); --> JB410
-- also once the name is another calendar's
SELECT name FROM jb_calendar_set('room:gone', '{}'); --> room:gone
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'before_deletion')); --> JB410
SELECT count(*) FROM jb_changes_all(:'after_event'); --> 0

-- ---- a change on two calendars that a page cuts ----
SELECT (jb_calendar_set(name, '{}')).name FROM unnest('{room:y,room:z}'::text[]) AS name; --> room:y
--> room:z
SELECT jb_changes_cursor() AS before_event \gset
SELECT jb_delete((s).event_id) FROM jb_schedule('On both', '1 hour', '2026-11-27', calendars => '{room:y,room:z}') AS s; --> t
SELECT c.cursor AS first_half FROM jb_changes_all(:'before_event', 3) AS c OFFSET 2 \gset
SELECT c.cursor AS whole FROM jb_changes_all(:'before_event', 4) AS c OFFSET 3 \gset
SELECT (c.change).calendar, (c.change).kind FROM jb_changes_all(:'first_half') AS c; --> room:z|deleted
SELECT jb_calendar_delete('room:z'); --> t
-- the rest went with a calendar: must fail
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'first_half')); --> JB410
SELECT count(*) FROM jb_changes_all(:'whole'); --> 0

-- ---- a calendar goes after another that had later changes ----
SELECT (jb_calendar_set(name, '{}')).name FROM unnest('{room:w,room:x}'::text[]) AS name; --> room:w
--> room:x
SELECT jb_changes_cursor() AS before_events \gset
SELECT jb_delete((s).event_id) FROM jb_schedule('Earlier', '1 hour', '2026-11-27', calendars => '{room:w}') AS s; --> t
SELECT jb_delete((s).event_id) FROM jb_schedule('Later', '1 hour', '2026-11-27', calendars => '{room:x}') AS s; --> t
SELECT jb_calendar_delete('room:x'); --> t
SELECT (c.change).calendar, (c.change).kind, c.cursor AS halfway FROM jb_changes_all(NULL, 1000) AS c WHERE (c.change).calendar = 'room:w' LIMIT 1 \gset
SELECT (c.change).kind FROM jb_changes_all(:'halfway') AS c WHERE (c.change).calendar = 'room:w'; --> deleted
SELECT jb_calendar_delete('room:w'); --> t
-- must fail
SELECT state FROM test.refusal(format('SELECT jb_changes_all(%L)', :'halfway')); --> JB410

-- ---- who may ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*) FROM jb_changes_all(); --> 3
SET SESSION AUTHORIZATION regress_nobody;
SELECT state FROM test.refusal($$SELECT jb_changes_all()$$); --> 42501
\i test/regress/sql/frame/close.psql
