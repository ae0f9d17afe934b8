-- The same requests, each with an attendee whose calendar must be free as well.
SELECT count(*) FROM jb_schedule_all((SELECT talks FROM batch));
