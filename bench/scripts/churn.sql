-- Cancels a random event and books its time again, :pairs times, each call a transaction of its own; prints the seconds
-- that the first and the last tenth took. The ids are kept here, so that no time is spent on looking an id up.
CREATE PROCEDURE churn(pairs int, OUT first float8, OUT last float8) LANGUAGE plpgsql AS $$
DECLARE
  ids     bigint[]    := ARRAY(SELECT id FROM jb_event ORDER BY id);
  part    int         := pairs / 10;
  began   timestamptz := clock_timestamp();
  victim  int;
  outcome jb_outcome;
  booked  jb_outcome;
BEGIN
  FOR i IN 1..pairs LOOP
    IF i = pairs - part + 1 THEN began := clock_timestamp(); END IF;
    victim := 1 + floor(random() * cardinality(ids));
    outcome := jb_cancel(ids[victim]);
    COMMIT;
    booked := jb_schedule('Visit', '30 minutes', start_timestamp => outcome.start_timestamp, calendars => ARRAY['c' || (victim - 1) / 1000]);
    COMMIT;
    IF outcome.outcome <> 'cancelled' OR booked.outcome <> 'placed' THEN
      RAISE EXCEPTION 'pair %: %, %', i, outcome, booked;
    END IF;
    ids[victim] := booked.event_id;
    IF i = part THEN first := extract(epoch FROM clock_timestamp() - began); END IF;
  END LOOP;
  last := extract(epoch FROM clock_timestamp() - began);
END $$;
