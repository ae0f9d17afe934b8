-- The least that keeps two events apart: one table with one exclusion constraint, as an application would write it.
CREATE TABLE bare (
  calendar int       NOT NULL,
  during   tstzrange NOT NULL,
  EXCLUDE USING gist (calendar WITH =, during WITH &&)
);

-- A batch is compared with inserts into these tables: an event, its claim and its history, with the keys and indexes
-- that they need.
CREATE TABLE bare_event (
  id              bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_name      text        NOT NULL,
  start_timestamp timestamptz NOT NULL,
  end_timestamp   timestamptz NOT NULL,
  attendees       text[]      NOT NULL,
  event_location  text        NOT NULL,
  calendar        int         NOT NULL,
  duration        interval    NOT NULL,
  status          text        NOT NULL,
  created_at      timestamptz NOT NULL
);
CREATE INDEX ON bare_event (start_timestamp, end_timestamp);

CREATE TABLE bare_claim (
  calendar int       NOT NULL,
  event_id bigint    NOT NULL,
  during   tstzrange NOT NULL,
  PRIMARY KEY (event_id, calendar),
  EXCLUDE USING gist (calendar WITH =, during WITH &&)
);

CREATE TABLE bare_change (
  calendar  int         NOT NULL,
  seq       bigint      NOT NULL,
  at        timestamptz NOT NULL,
  principal text        NOT NULL,
  event_id  bigint      NOT NULL,
  kind      text        NOT NULL,
  new_range tstzrange   NOT NULL,
  PRIMARY KEY (calendar, seq)
);
CREATE INDEX ON bare_change (event_id);
