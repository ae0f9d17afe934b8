-- The first half hour in any of ten rooms.
SELECT * FROM jb_schedule('Visit', '30 minutes', one_of => rooms('ten', 10));
