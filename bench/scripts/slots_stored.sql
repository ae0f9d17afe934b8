-- As slots_ours, over stored starts, which are read in order until there are ten (peers/slots.sql).
SELECT count(start) FROM slot_calendar AS c, LATERAL (SELECT start FROM slot_start AS s WHERE start >= :now::timestamptz AND NOT EXISTS (SELECT FROM slot_taken AS t WHERE t.calendar = c.id AND t.during && tstzrange(start, start + interval '30 minutes')) ORDER BY start LIMIT 10) AS free;
