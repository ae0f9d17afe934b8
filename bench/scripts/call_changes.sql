-- A page of a hundred changes of a calendar.
SELECT * FROM jb_changes('listed', 1000);
