-- A fixed wish at a time that a fixed event takes: recorded, announced, with alternatives.
SELECT * FROM jb_schedule('Visit', '30 minutes', start_timestamp => '2090-02-01 08:00Z', calendars => '{listed}');
