-- The status of call_status.sql as FastAPI reads it (peers/fastapi/reads.py).
SELECT json_build_object('id', id, 'status', status) FROM booked_now WHERE id = :moved;
