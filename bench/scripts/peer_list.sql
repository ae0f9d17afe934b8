-- The page of list_page.sql as FastAPI asks for it (peers/fastapi/reads.py).
SELECT coalesce(json_agg(e), '[]')
  FROM (SELECT * FROM booked_now WHERE calendars[1] = 'listed' AND end_timestamp > '2090-02-01Z' ORDER BY start_timestamp, id
         LIMIT 100) AS e;
