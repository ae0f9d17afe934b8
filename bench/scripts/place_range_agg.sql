-- As place_ours, by a peer (peers/first_fit.sql).
SELECT place_by_range_agg(:calendar, :now, make_interval(secs => :length)) AS event_id \gset
DELETE FROM planned WHERE id = :event_id;
