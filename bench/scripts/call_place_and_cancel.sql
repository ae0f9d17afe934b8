-- Books the first free half hour and cancels it: two calls.
SELECT event_id FROM jb_schedule('Visit', '30 minutes', calendars => '{cancelled}') \gset
SELECT outcome FROM jb_cancel(:event_id);
