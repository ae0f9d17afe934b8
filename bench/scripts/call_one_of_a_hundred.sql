-- The first half hour in any of a hundred rooms.
SELECT * FROM jb_schedule('Visit', '30 minutes', one_of => rooms('hundred', 100));
