-- Held and waiting events ---------------------------------------------------------------------------------------------

-- What writers need of held and waiting events, so that they read none that is neither due nor helped by newly open
-- time. due_at is no later than the time when the event must be looked at. While it waits, room and needs say where and
-- how long it could be placed (needs is in seconds, 0 unless the event is automatic). rank, the negated priority, and
-- since give its turn.
CREATE TABLE @extschema@.jb_watched (
  calendar  int         NOT NULL,
  event_id  bigint      NOT NULL,
  due_at    timestamptz NOT NULL,
  room      tstzrange,
  needs     bigint      NOT NULL,
  rank      int         NOT NULL,
  since     timestamptz NOT NULL,
  PRIMARY KEY (event_id, calendar)
);
COMMENT ON TABLE @extschema@.jb_watched IS
  'The held and waiting events on each of their calendars: when they fall due, and which open time could place them.';
CREATE INDEX jb_watched_due ON @extschema@.jb_watched (calendar, due_at);
CREATE INDEX jb_watched_next ON @extschema@.jb_watched (due_at);
CREATE INDEX jb_watched_turn ON @extschema@.jb_watched (calendar, rank, since, event_id) WHERE needs > 0;
CREATE INDEX jb_watched_fixed ON @extschema@.jb_watched USING gist
  (calendar @extschema@.jb_calendar_ops, room @extschema@.jb_time_ops) WHERE room IS NOT NULL AND needs = 0;
