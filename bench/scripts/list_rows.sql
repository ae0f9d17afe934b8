-- The same page as rows.
SELECT e.id, e.event_name, e.start_timestamp, e.end_timestamp FROM jb_events('listed', '2090-02-01Z') AS e;
