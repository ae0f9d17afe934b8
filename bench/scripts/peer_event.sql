-- The event of call_event.sql as FastAPI reads it (peers/fastapi/reads.py).
SELECT to_json(e) FROM booked_now AS e WHERE id = :moved;
