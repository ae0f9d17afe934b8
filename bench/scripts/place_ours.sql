-- Places an event and cancels it again, so that the calendar keeps its size; the first statement is timed.
SELECT event_id FROM jb_schedule('Visit', make_interval(secs => :length), calendars => '{grown}') \gset
SELECT outcome FROM jb_cancel(:event_id);
