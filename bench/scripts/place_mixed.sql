-- As place_ours, with the lengths of the events that filled the calendar: some requests find a gap on the way.
\set length 10 * random(1, 30)
SELECT event_id FROM jb_schedule('Visit', make_interval(secs => :length), calendars => '{grown}') \gset
SELECT outcome FROM jb_cancel(:event_id);
