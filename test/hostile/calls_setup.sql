-- A database worth attacking: calendars with events of every kind, members of each role, and another user's schema,
-- whose objects have names that a careless function would look up there.
CREATE EXTENSION jb_scheduler;

CREATE ROLE hostile_manager IN ROLE jb_manager;
CREATE ROLE hostile_secretary IN ROLE jb_secretary;
CREATE ROLE hostile_viewer IN ROLE jb_viewer;
CREATE ROLE hostile_guest IN ROLE jb_guest;

SELECT count(jb_calendar_set(name, '{"hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "08:00", "end": "12:00"}]},
  "buffer_after": 300}')) FROM unnest(ARRAY['room:1', 'room:2']) AS name;
SELECT count(jb_provider_availability_add('p1', current_date + i, '{"09:00": "12:00", "13:00": "17:00"}')) FROM generate_series(1, 5) AS i;
SELECT count(jb_coach_create(i::text)), count(jb_client_create(i::text)) FROM generate_series(1, 2) AS i;
SELECT count(jb_schedule('Event ' || i, interval '20 minutes', calendars => CASE i % 3 WHEN 0 THEN '{room:1}' WHEN 1 THEN '{ceo}' ELSE '{room:1,room:2}' END::text[],
  priority => i, hold_for => CASE WHEN i % 5 = 0 THEN interval '1 day' END, on_no_slot => 'wait')) FROM generate_series(1, 60) AS i;
SELECT count(jb_schedule('Series', event_date => current_date + 7, start_time => '20:00', recurrence => 'RRULE:FREQ=DAILY;COUNT=5'));
SELECT count(jb_poll_create('When?', now(), now() + interval '5 days', interval '1 hour')) FROM generate_series(1, 3);

CREATE SCHEMA hostile;
GRANT USAGE ON SCHEMA hostile TO PUBLIC;
CREATE FUNCTION hostile.hijacked() RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked' USING ERRCODE = 'HJ000'; END $$;
CREATE FUNCTION hostile.equal(a text, b text) RETURNS bool LANGUAGE sql AS $$ SELECT hostile.hijacked() IS NULL $$;
CREATE FUNCTION hostile.equal(a bigint, b bigint) RETURNS bool LANGUAGE sql AS $$ SELECT hostile.hijacked() IS NULL $$;
CREATE OPERATOR hostile.= (leftarg = text, rightarg = text, function = hostile.equal);
CREATE OPERATOR hostile.= (leftarg = bigint, rightarg = bigint, function = hostile.equal);
CREATE FUNCTION hostile.jb_now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT now() FROM hostile.hijacked() $$;
CREATE FUNCTION hostile.to_char(at timestamp, format text) RETURNS text LANGUAGE sql AS $$ SELECT '' FROM hostile.hijacked() $$;
CREATE FUNCTION hostile.lower(a text) RETURNS text LANGUAGE sql AS $$ SELECT '' FROM hostile.hijacked() $$;
CREATE VIEW hostile.jb_event AS SELECT hostile.hijacked();
CREATE VIEW hostile.jb_calendar AS SELECT hostile.hijacked();
CREATE VIEW hostile.jb_event_view AS SELECT hostile.hijacked();
