-- Ten slots of half an hour on each of fifty calendars.
SELECT count(slot) FROM generate_series(0, 49) AS c, LATERAL jb_slots('30 minutes', ARRAY['c' || c], :now::timestamptz, :now::timestamptz + interval '30 days', 10) AS slot;
