-- A hundred events as FastAPI reads them (peers/fastapi/reads.py): the first ones, since its index would scan those
-- before the page of list_page.sql.
SELECT coalesce(json_agg(e), '[]')
  FROM (SELECT * FROM booked_now WHERE calendars[1] = 'listed' AND end_timestamp > '2090-01-01Z' ORDER BY start_timestamp, id
         LIMIT 100) AS e;
