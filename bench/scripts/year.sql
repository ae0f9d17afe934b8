-- One day of the simulated year: automatic events on a hundred calendars, and after every second booking a cancellation
-- of one of the last two hundred events. Each call is its own transaction, and the clock is stopped at this day's
-- morning.
CREATE PROCEDURE live_a_day(day date, bookings int, INOUT recent bigint[], OUT seconds float8) LANGUAGE plpgsql AS $$
DECLARE
  began  timestamptz := clock_timestamp();
  victim int;
BEGIN
  PERFORM set_config('jb_scheduler.now', (day + time '07:00')::timestamptz::text, false);
  FOR i IN 1..bookings LOOP
    recent := recent || (jb_schedule('Visit of a customer', '30 minutes', attendees => '{anna,bert}',
                                     event_location => 'Room ' || i % 7, calendars => ARRAY['c' || i % 100])).event_id;
    COMMIT;
    IF i % 2 = 0 THEN
      victim := 1 + floor(random() * cardinality(recent));
      PERFORM jb_cancel(recent[victim]) WHERE jb_status(recent[victim]) = 'pending';
      recent := recent[1:victim - 1] || recent[victim + 1:];
      COMMIT;
    END IF;
    IF cardinality(recent) > 200 THEN recent := recent[2:]; END IF;
  END LOOP;
  seconds := extract(epoch FROM clock_timestamp() - began);
END $$;
CREATE PROCEDURE live(first date, days int, bookings int) LANGUAGE plpgsql AS $$
DECLARE
  recent  bigint[] := '{}';
  seconds float8;
BEGIN
  FOR day IN 0..days - 1 LOOP
    CALL live_a_day(first + day, bookings, recent, seconds);
    INSERT INTO lived VALUES (first + day, seconds / bookings * 1e6);
    COMMIT;
  END LOOP;
END $$;
CREATE TABLE lived (day date, microseconds float8);
