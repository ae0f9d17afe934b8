-- One event as JSON, as GET /events/ID reads it.
SELECT jb_event_json(e) FROM jb_event(:moved) AS e;
