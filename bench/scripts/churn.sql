-- Cancels a random event and books its time again, `pairs` times, each call in its own transaction. Returns the seconds
-- that took, and the longest pair of calls. The ids are kept here, to spend no time on looking them up. Autovacuum
-- learns of a session's changes when a statement ends, so a long churn is many calls of this.
CREATE PROCEDURE churn(pairs int, OUT seconds float8, OUT longest float8) LANGUAGE plpgsql AS $$
DECLARE
  ids     bigint[] := ARRAY(SELECT event_id FROM jb_claim ORDER BY event_id);
  names   text[]   := ARRAY(SELECT c.name FROM jb_claim l JOIN jb_calendar c ON c.id = l.calendar ORDER BY event_id);
  began   timestamptz := clock_timestamp();
  last    timestamptz := began;
  victim  int;
  outcome jb_outcome;
  booked  jb_outcome;
BEGIN
  FOR i IN 1..pairs LOOP
    victim := 1 + floor(random() * cardinality(ids));
    outcome := jb_cancel(ids[victim]);
    COMMIT;
    booked := jb_schedule('Visit', '30 minutes', start_timestamp => outcome.start_timestamp, calendars => ARRAY[names[victim]]);
    COMMIT;
    IF outcome.outcome <> 'cancelled' OR booked.outcome <> 'placed' THEN
      RAISE EXCEPTION 'pair %: %, %', i, outcome, booked;
    END IF;
    ids[victim] := booked.event_id;
    longest := greatest(longest, extract(epoch FROM clock_timestamp() - last));
    last := clock_timestamp();
  END LOOP;
  seconds := extract(epoch FROM clock_timestamp() - began);
END $$;
