-- Promise: cancel keeps the row and frees the time; delete removes the row, and its last image stays in the history.
-- Could break: the time stays claimed; a second cancel is taken for an error; a deleted event cannot be traced.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('To cancel', '1 hour', '2026-11-24', '09:00', attendees => '{Ann}', event_location => 'Room 1', calendars => '{room:a}', priority => 80);
SELECT event_id FROM jb_schedule('To delete', '1 hour', '2026-11-24', '10:00', attendees => '{Ann}', event_location => 'Room 1', calendars => '{room:a}', priority => 80);

-- ---- cancel ----
SELECT outcome, event_id, start_timestamp, end_timestamp, version FROM jb_cancel(1);
-- the row is there, its time is free
SELECT event_name, status, start_timestamp, end_timestamp, version FROM jb_event(1);
SELECT outcome, event_id FROM jb_schedule('In its place', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
-- again: unchanged
SELECT outcome, version FROM jb_cancel(1);
SELECT jb_status(1);
-- a version that the event no longer has: must fail, cancelled or not
SELECT state FROM test.refusal('SELECT jb_cancel(1, expected_version => 1)');
SELECT state FROM test.refusal('SELECT jb_cancel(2, expected_version => 7)');
-- a dry run tells what the call would do
SELECT outcome, version FROM jb_cancel(2, dry_run => true);
SELECT jb_status(2);
-- a completed event stays completed: must fail
SELECT test.clock('2026-11-24 10:00+01');
SELECT state, message, hint FROM test.refusal('SELECT jb_cancel(3)');
-- an event in progress may still be cancelled
SELECT outcome FROM jb_cancel(2, dry_run => true);
SELECT test.clock('2026-11-23 07:00+01');

-- ---- delete: for managers ----
SELECT state, message FROM test.refusal('SELECT jb_delete(2)'); -- must fail
SET SESSION AUTHORIZATION regress_manager;
SELECT state FROM test.refusal('SELECT jb_delete(2, expected_version => 2)'); -- must fail
SELECT jb_delete(2, expected_version => 1);
-- the event is gone, its time is free
SELECT state, message FROM test.refusal('SELECT jb_event(2)'); -- must fail
SELECT outcome FROM jb_schedule('In its place', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}');
-- a second delete finds no event: must fail
SELECT state, message FROM test.refusal('SELECT jb_delete(2)');
-- the last image of the event stays
SELECT seq, kind, old_range, new_range, old_status, new_status, principal, image FROM jb_history(2);
-- also of a cancelled event, as it was last
SELECT jb_delete(1);
SELECT seq, kind, old_status, new_status, image ->> 'version' AS version, image ->> 'status' AS status, image ->> 'event_name' AS name FROM jb_history(1);
-- each of these must fail
SELECT call, state, message
  FROM unnest('{jb_delete(-1),jb_delete(0),jb_delete(NULL),jb_delete(9223372036854775807)}'::text[]) AS call, test.refusal('SELECT ' || call);
-- the sequence has no hole
SELECT array_agg(seq ORDER BY seq) FROM jb_changes('room:a');
\i test/regress/sql/frame/close.psql
