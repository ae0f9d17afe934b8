-- As place_mixed, by a peer (peers/first_fit.sql).
\set length 10 * random(1, 30)
SELECT place_by_scan(:calendar, :now, make_interval(secs => :length)) AS event_id \gset
DELETE FROM planned WHERE id = :event_id;
