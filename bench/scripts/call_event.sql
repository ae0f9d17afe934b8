-- One event as JSON, as GET /events/ID reads it.
SELECT e.tag, e.event, e.status IN ('in_progress', 'completed', 'expired') FROM jb_event_answer(:moved) AS e;
