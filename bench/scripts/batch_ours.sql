-- A thousand automatic requests, ten for each of a hundred calendars, made beforehand.
SELECT count(*) FROM jb_schedule_all((SELECT requests FROM batch));
