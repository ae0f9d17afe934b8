-- Ten thousand rows of a user's own table that book themselves in one statement, a hundred for each of a hundred calendars.
INSERT INTO own_rows (calendars) SELECT ARRAY['c' || i % 100] FROM generate_series(0, 9999) AS i;
