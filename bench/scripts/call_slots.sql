-- Ten slots of half an hour on one calendar.
SELECT * FROM jb_slots('30 minutes', '{listed}', '2090-02-01Z', '2090-03-01Z');
