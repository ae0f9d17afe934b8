-- The status of one event.
SELECT * FROM jb_status(:moved);
