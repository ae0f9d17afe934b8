-- The tables of the FastAPI peer's own bookings, and of its callers.
DROP TABLE IF EXISTS calendar, principal, event;
CREATE TABLE calendar (
  id   int  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE
);
CREATE TABLE principal (
  subject text PRIMARY KEY,
  role    text NOT NULL
);
CREATE TABLE event (
  id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  calendar       int         NOT NULL,
  event_name     text        NOT NULL,
  attendees      text[]      NOT NULL,
  event_location text        NOT NULL,
  during         tstzrange   NOT NULL,
  booked_by      text        NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  EXCLUDE USING gist (calendar WITH =, during WITH &&)
);
INSERT INTO calendar (name) SELECT 'c' || i FROM generate_series(0, 999) i;
INSERT INTO principal VALUES (:'subject', 'manager');
