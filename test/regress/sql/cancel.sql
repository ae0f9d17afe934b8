-- Promise: cancel keeps the row and frees the time; delete removes the row, and its last image stays in the history.
-- Could break: the time stays claimed; a second cancel is taken for an error; a deleted event cannot be traced.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('To cancel', '1 hour', '2026-11-24', '09:00', attendees => '{Ann}', event_location => 'Room 1', calendars => '{room:a}', priority => 80); --> 1
SELECT event_id FROM jb_schedule('To delete', '1 hour', '2026-11-24', '10:00', attendees => '{Ann}', event_location => 'Room 1', calendars => '{room:a}', priority => 80); --> 2

-- ---- cancel ----
SELECT outcome, event_id, start_timestamp, end_timestamp, version FROM jb_cancel(1); --> cancelled|1|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|2
-- the row is there, its time is free
SELECT event_name, status, start_timestamp, end_timestamp, version FROM jb_event(1); --> To cancel|cancelled|2026-11-24 09:00:00+01|2026-11-24 10:00:00+01|2
SELECT outcome, event_id FROM jb_schedule('In its place', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> placed|3
-- again: unchanged
SELECT outcome, version FROM jb_cancel(1); --> unchanged|2
SELECT jb_status(1); --> cancelled
-- a version that the event no longer has: must fail, cancelled or not
SELECT state FROM test.refusal('SELECT jb_cancel(1, expected_version => 1)'); --> JB412
SELECT state FROM test.refusal('SELECT jb_cancel(2, expected_version => 7)'); --> JB412
-- a dry run tells what the call would do
SELECT outcome, version FROM jb_cancel(2, dry_run => true); --> cancelled|2
SELECT jb_status(2); --> pending
-- a completed event stays completed: must fail
SELECT test.clock('2026-11-24 10:00+01'); --> 2026-11-24 10:00:00+01
SELECT state, message, hint FROM test.refusal('SELECT jb_cancel(3)');
--> 55000|event 3 is completed and cannot become cancelled|What has ended or been cancelled stays as it is; book a new event instead.
-- an event in progress may still be cancelled
SELECT outcome FROM jb_cancel(2, dry_run => true); --> cancelled
SELECT test.clock('2026-11-23 07:00+01'); --> 2026-11-23 07:00:00+01

-- ---- delete: for managers ----
SELECT state, message FROM test.refusal('SELECT jb_delete(2)'); -- must fail --> 42501|permission denied for function jb_delete
SET SESSION AUTHORIZATION regress_manager;
SELECT state FROM test.refusal('SELECT jb_delete(2, expected_version => 2)'); -- must fail --> JB412
SELECT jb_delete(2, expected_version => 1); --> t
-- the event is gone, its time is free
SELECT state, message FROM test.refusal('SELECT jb_event(2)'); -- must fail --> P0002|event 2 does not exist
SELECT outcome FROM jb_schedule('In its place', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}'); --> placed
-- a second delete finds no event: must fail
SELECT state, message FROM test.refusal('SELECT jb_delete(2)'); --> P0002|event 2 does not exist
-- the last image of the event stays
SELECT seq, kind, old_range, new_range, old_status, new_status, principal, image FROM jb_history(2);
--> 2|placed|null|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|null|scheduled|regress_secretary|null
--> 5|deleted|["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|null|scheduled|null|regress_manager|{"id": 2, "date": "2026-11-24", "days": null, "one_of": null, "series": null, "status": "pending", "within": null, "version": 1, "duration": 3600, "hold_for": null, "metadata": null, "priority": 80, "attendees": ["Ann"], "calendars": ["room:a"], "not_after": null, "placement": "fixed", "time_zone": "Europe/Berlin", "created_at": "2026-11-23T07:00:00+01:00", "event_name": "To delete", "expires_at": null, "not_before": null, "recurrence": null, "start_time": "10:00:00", "updated_at": "2026-11-23T07:00:00+01:00", "attachments": [], "description": null, "wished_start": null, "end_timestamp": "2026-11-24T11:00:00+01:00", "max_attendees": null, "recurrence_id": null, "event_location": "Room 1", "check_attendees": null, "start_timestamp": "2026-11-24T10:00:00+01:00", "attendee_calendars": []}
-- also of a cancelled event, as it was last
SELECT jb_delete(1); --> t
SELECT seq, kind, old_status, new_status, image ->> 'version' AS version, image ->> 'status' AS status, image ->> 'event_name' AS name FROM jb_history(1); --> 1|placed|null|scheduled|null|null|null
--> 3|cancelled|scheduled|cancelled|null|null|null
--> 7|deleted|cancelled|null|2|cancelled|To cancel
-- each of these must fail
SELECT call, state, message
  FROM unnest('{jb_delete(-1),jb_delete(0),jb_delete(NULL),jb_delete(9223372036854775807)}'::text[]) AS call, test.refusal('SELECT ' || call); --> jb_delete(-1)|P0002|event -1 does not exist
--> jb_delete(0)|P0002|event 0 does not exist
--> jb_delete(NULL)|P0002|event NULL does not exist
--> jb_delete(9223372036854775807)|P0002|event 9223372036854775807 does not exist
-- the sequence has no hole
SELECT array_agg(seq ORDER BY seq) FROM jb_changes('room:a'); --> {1,2,3,4,5,6,7}
\i test/regress/sql/frame/close.psql
