-- Fills the calendar "grown" to :events events, over time: automatic requests of 10 s to 5 min, a thousand per
-- transaction. After each transaction a tenth as many events are cancelled here and there, so that later requests find
-- gaps. Nothing is vacuumed meanwhile.
CREATE PROCEDURE cancel_some(OUT cancelled int, events int) LANGUAGE plpgsql AS $$
DECLARE
  newest bigint := (SELECT max(id) FROM jb_event);
BEGIN
  cancelled := 0;
  FOR i IN 1..events LOOP
    cancelled := cancelled + ((jb_cancel(1 + floor(random() * newest)::bigint)).outcome = 'cancelled')::int;
    COMMIT;
  END LOOP;
END $$;
CREATE PROCEDURE fill(events int) LANGUAGE plpgsql AS $$
DECLARE
  missing   int := events;
  requests  jsonb;
  cancelled int;
BEGIN
  WHILE missing > 0 LOOP
    SELECT jsonb_agg(jsonb_build_object('event_name', 'Visit', 'duration', 10 * (1 + floor(random() * 30)), 'calendars', '["grown"]'::jsonb))
      INTO requests FROM generate_series(1, least(missing, 1000));
    PERFORM outcome FROM jb_schedule_all(requests);
    COMMIT;
    missing := missing - jsonb_array_length(requests);
    IF missing > 0 THEN
      CALL cancel_some(cancelled, jsonb_array_length(requests) / 10);
      missing := missing + cancelled;
    END IF;
  END LOOP;
END $$;
CALL fill(:events);
