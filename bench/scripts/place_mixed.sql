-- The same with lengths as those that filled the calendar: some find a gap on the way.
\set length 10 * random(1, 30)
SELECT event_id FROM jb_schedule('Visit', make_interval(secs => :length), calendars => '{grown}') \gset
SELECT outcome FROM jb_cancel(:event_id);
