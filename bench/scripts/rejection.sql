-- A fixed wish in two weeks of a calendar that are full, day and night; the nearest alternatives lie after these weeks.
\set calendar random(0, 49)
\set start :monday + random(0, 671) * 1800
SELECT * FROM jb_schedule('Visit', '30 minutes', start_timestamp => to_timestamp(:start::float8), calendars => ARRAY['full' || :calendar::text]);
