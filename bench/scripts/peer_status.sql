-- The status of call_status.sql as FastAPI asks for it (peers/fastapi/reads.py).
SELECT json_build_object('id', id, 'status', status) FROM booked_now WHERE id = :moved;
