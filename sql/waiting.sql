-- Promise: a request that may wait does, until time opens, whichever way it opened; those that wait are tried by priority,
-- then age; one whose own time has passed expires with a rejection. Nothing waits silently for ever.
-- Could break: each way in which time opens is another place that has to think of those that wait.
\i sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}');
SET SESSION AUTHORIZATION regress_secretary;

-- ---- who waits, and who does not ----
SELECT outcome, event_id FROM jb_schedule('All day', '9 hours', '2026-11-24', '08:00', calendars => '{room:a}');
SELECT outcome, event_id, start_timestamp, reason, detail, rejection_id
  FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}', on_no_slot => 'wait');
SELECT outcome, event_id, reason, conflicts FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', on_no_slot => 'wait');
SELECT outcome, event_id FROM jb_schedule('Urgent', '8 hours', '2026-11-24', calendars => '{room:a}', priority => 90, on_no_slot => 'wait');
-- what empty calendars could not hold either does not
SELECT outcome, reason FROM jb_schedule('Sunday', '1 hour', '2026-11-29', calendars => '{room:a}', on_no_slot => 'wait');
SELECT outcome, reason FROM jb_schedule('Yesterday', '1 hour', '2026-11-22', '10:00', calendars => '{room:a}', on_no_slot => 'wait');
SELECT id, status, start_timestamp, version FROM jb_event_view ORDER BY id;
SELECT count(*) FROM jb_rejections();

-- ---- time opens ----
-- the urgent one is tried first; the fixed one stands within its time, and the automatic one behind it
SELECT outcome FROM jb_cancel(1);
SELECT id, event_name, status, start_timestamp, version FROM jb_event_view ORDER BY id;
SELECT seq, event_id, kind, new_range, old_status, new_status, fields FROM jb_changes('room:a', 4);
SELECT * FROM jb_check();
-- one that ends early lets the next begin
SELECT outcome, event_id FROM jb_schedule('Long', '9 hours', '2026-11-25', '08:00', calendars => '{room:b}');
SELECT outcome, event_id FROM jb_schedule('Behind it', '1 hour', '2026-11-25', calendars => '{room:b}', on_no_slot => 'wait');
RESET SESSION AUTHORIZATION;
SELECT test.clock('2026-11-25 12:02+01') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update(5, '{"status": "completed"}');
SELECT status, start_timestamp FROM jb_event(6);
-- so does one that is shortened, moved, deleted, or whose hours grow
SELECT outcome, event_id FROM jb_schedule('Full', '8 hours', '2026-11-26', '08:00', calendars => '{room:b}');
SELECT outcome, event_id FROM jb_schedule('Wide', '2 hours', '2026-11-26', calendars => '{room:b}', on_no_slot => 'wait');
SELECT outcome FROM jb_reschedule(7, duration => '7 hours');
SELECT status, start_timestamp FROM jb_event(8);
SELECT outcome, event_id FROM jb_schedule('Wider', '3 hours', '2026-11-26', calendars => '{room:b}', on_no_slot => 'wait');
SELECT outcome FROM jb_reschedule(7, '2026-11-27');
SELECT status, start_timestamp FROM jb_event(9);
SELECT outcome, event_id FROM jb_schedule('Friday', '9 hours', '2026-11-27', calendars => '{room:b}', on_no_slot => 'wait');
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(7);
SELECT status, start_timestamp FROM jb_event(10);
SELECT outcome, event_id FROM jb_schedule('Friday too', '1 hour', '2026-11-27', calendars => '{room:b}', on_no_slot => 'wait');
SELECT name FROM jb_calendar_set('room:b', '{"hours": {"friday": [{"start": "08:00", "end": "18:00"}]}}');
SELECT status, start_timestamp FROM jb_event(11);
SELECT name FROM jb_calendar_set('room:b', '{"hours": null}');
SET SESSION AUTHORIZATION regress_secretary;
-- on another calendar too: what displaces here frees time there
SELECT outcome, event_id, start_timestamp FROM jb_schedule('On both', '9 hours', '2026-12-01', calendars => '{room:a,room:b}');
SELECT outcome, event_id FROM jb_schedule('Only b', '1 hour', '2026-12-01', calendars => '{room:b}', on_no_slot => 'wait');
SELECT outcome, moves FROM jb_schedule('Board', '1 hour', '2026-12-01', '10:00', calendars => '{room:a}');
SELECT status, start_timestamp FROM jb_event(13);
SELECT * FROM jb_check();

-- ---- time passes ----
SELECT outcome FROM jb_schedule('Tomorrow', '9 hours', '2026-12-01', calendars => '{room:b}', on_no_slot => 'wait');
RESET SESSION AUTHORIZATION;
SELECT test.clock('2026-12-01 16:00+01') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_expire() > 0 AS something_was_due;
SELECT event_name, status FROM jb_event_view WHERE event_name IN ('On both', 'Tomorrow') ORDER BY 1;
SELECT request ->> 'event_name' AS event_name, detail FROM jb_rejections() WHERE reason = 'window_passed' ORDER BY 1;
-- cancelled, it waits no more
SELECT outcome, event_id FROM jb_schedule('Filled', '9 hours', '2026-12-02', '08:00', calendars => '{room:b}') \gset filled_
SELECT outcome, event_id FROM jb_schedule('Gives up', '1 hour', '2026-12-02', calendars => '{room:b}', on_no_slot => 'wait') \gset waiting_
SELECT outcome FROM jb_cancel(:waiting_event_id);
SELECT outcome FROM jb_cancel(:filled_event_id);
SELECT status, start_timestamp FROM jb_event(:waiting_event_id);
-- a dry run tries and leaves nothing
SELECT outcome, event_id, reason FROM jb_schedule('Tried', '1 hour', '2026-12-02', calendars => '{room:a}', on_no_slot => 'wait', dry_run => true);
SELECT * FROM jb_check();
-- must fail
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', on_no_slot => 'hope')$$);
\i sql/frame/close.psql
