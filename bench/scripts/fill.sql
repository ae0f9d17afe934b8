-- Fills the calendar "grown" to :events events, over time: automatic requests of 10 s to 5 min, a thousand a transaction,
-- and a tenth of the events so far cancelled here and there, so that later ones find gaps. Nothing is vacuumed meanwhile.
CREATE PROCEDURE fill(events int) LANGUAGE plpgsql AS $$
DECLARE
  missing  int := events;
  requests jsonb;
BEGIN
  WHILE missing > 0 LOOP
    SELECT jsonb_agg(jsonb_build_object('event_name', 'Visit', 'duration', 10 * (1 + floor(random() * 30)), 'calendars', '["grown"]'::jsonb))
      INTO requests FROM generate_series(1, least(missing, 1000));
    PERFORM outcome FROM jb_schedule_all(requests);
    missing := missing - jsonb_array_length(requests);
    IF missing > 0 THEN
      missing := missing + (
        SELECT count(*) FROM (
          SELECT (jb_cancel(id)).outcome FROM jb_event
           WHERE id IN (SELECT 1 + floor(random() * (events - missing))::bigint FROM generate_series(1, jsonb_array_length(requests) / 10))
             AND status = 'scheduled') AS cancelled);
    END IF;
    COMMIT;
  END LOOP;
END $$;
CALL fill(:events);
