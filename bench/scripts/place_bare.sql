-- Inserts a claim of ten minutes behind all others and deletes it again; the INSERT is timed.
INSERT INTO bare (calendar, during) SELECT :calendar::int, tstzrange(:now::timestamptz + interval '20 years', :now::timestamptz + interval '20 years 10 minutes');
DELETE FROM bare WHERE calendar = :calendar::int AND during && tstzrange(:now::timestamptz + interval '20 years', NULL);
