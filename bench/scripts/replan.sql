-- Cancels the first event of a full calendar, replans, so that all other events move up, and books a new event at the
-- end. The second statement is timed.
SELECT id FROM jb_events('replan', jb_now(), max_rows => 1) \gset
SELECT outcome FROM jb_cancel(:id);
SELECT count(*) FROM jb_replan('replan');
SELECT outcome FROM jb_schedule('Visit', '30 minutes', calendars => '{replan}');
