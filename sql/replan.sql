-- Promise: jb_replan() places the automatic events of a calendar that have not begun again, by priority and as early as
-- possible; it never makes a placed one wait, and touches nothing else.
-- Could break: the place that one leaves is needed by another, and the last of a chain may find none.
\i sql/frame/open.psql
SELECT wish.name, event_id, start_timestamp
  FROM (VALUES ('First', 50), ('Second', 50), ('Third', 90)) AS wish (name, priority),
       jb_schedule(wish.name, '1 hour', '2026-11-24', calendars => '{room:a}', priority => wish.priority);
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel(1);
-- tried, then done
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_replan('room:a', dry_run => true);
SELECT id, start_timestamp FROM jb_event_view ORDER BY id;
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_replan('room:a');
SELECT id, start_timestamp, status, version FROM jb_event_view ORDER BY id;
-- again there is nothing to do
SELECT count(*) FROM jb_replan('room:a');
-- a request of a morning that would be pushed out by a more important one keeps its place
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Morning', '1 hour', calendars => '{room:a}', priority => 10,
                                                           not_before => '2026-11-25 08:00+01', not_after => '2026-11-25 09:00+01');
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Important', '1 hour', '2026-11-25', calendars => '{room:a}', priority => 90);
SELECT count(*) FROM jb_replan('room:a');
SELECT event_name, start_timestamp, status FROM jb_event_view WHERE event_name IN ('Morning', 'Important') ORDER BY 1;
-- what has begun, or is about to by the setting, stays
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Today', '1 hour', calendars => '{room:a}', not_before => '2026-11-23 10:00+01');
SET SESSION AUTHORIZATION regress_manager;
SELECT settled_within FROM jb_calendar_set('room:a', '{"settled_within": 14400}');
SELECT count(*) FROM jb_replan('room:a');
SELECT settled_within FROM jb_calendar_set('room:a', '{"settled_within": null}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update(7, '{"not_before": null}');
SELECT start_timestamp FROM jb_event(7);
SELECT * FROM jb_check();
-- each must fail
SELECT state, message FROM test.refusal($$SELECT jb_replan('nowhere')$$);
SELECT state, message FROM test.refusal($$SELECT jb_rezone('room:a')$$);
-- ---- zones whose rules have changed ----
-- the stored instant is as an older zone database said: an hour off
SELECT outcome, event_id FROM jb_schedule('Weekly', '1 hour', '2026-12-01', '09:00', calendars => '{room:a}');
SELECT outcome, event_id FROM jb_schedule('In its way', '1 hour', '2026-12-01', calendars => '{room:a}', not_before => '2026-12-01 10:00+01');
RESET SESSION AUTHORIZATION;
UPDATE jb_event SET start_time = '10:00' WHERE id = 8;
SELECT event_id, rule, detail FROM jb_wall_clock_problems();
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('room:a', dry_run => true);
SELECT event_id, old_start_timestamp, new_start_timestamp FROM jb_rezone('room:a');
SELECT * FROM jb_check();
\i sql/frame/close.psql
