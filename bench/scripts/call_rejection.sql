-- A fixed wish at a time taken by a fixed event: recorded, announced, with alternatives.
SELECT * FROM jb_schedule('Visit', '30 minutes', start_timestamp => '2090-02-01 08:00Z', calendars => '{listed}');
