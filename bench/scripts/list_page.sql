-- A page of a hundred events in the middle of three thousand, as GET /events reads it.
SELECT event, cursor FROM jb_events_json('listed', '2090-02-01Z');
