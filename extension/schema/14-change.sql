-- Changes -------------------------------------------------------------------------------------------------------
-- seq is taken from the calendar's change_seq under the calendar's lock: it has no gap, and a reader that has seen
-- seq n has seen everything before it. version is the event's after the change: it orders an event's changes across
-- calendars, which have no sequence in common.

CREATE TABLE @extschema@.jb_change_log (
  calendar    int         NOT NULL,
  seq         bigint      NOT NULL,
  at          timestamptz NOT NULL,
  principal   text        NOT NULL,
  event_id    bigint      NOT NULL,
  version     bigint      NOT NULL,
  kind        text        NOT NULL,
  old_range   tstzrange,
  new_range   tstzrange,
  old_status  text,
  new_status  text,
  fields      text[]      NOT NULL,
  image       jsonb,
  PRIMARY KEY (calendar, seq)
);
COMMENT ON TABLE @extschema@.jb_change_log IS
  'The history of each calendar, one row per change of an event on it; a deletion keeps the event''s last image.';
CREATE INDEX jb_change_log_event ON @extschema@.jb_change_log (event_id);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_change_log', '');

CREATE VIEW @extschema@.jb_change AS
SELECT c.name AS calendar, l.seq, l.at, l.principal, l.event_id, l.version, l.kind, l.old_range, l.new_range, l.old_status,
       l.new_status, l.fields, l.image, c.time_zone
  FROM @extschema@.jb_change_log l
  JOIN @extschema@.jb_calendar c ON c.id = l.calendar;
COMMENT ON VIEW @extschema@.jb_change IS
  'The changes of all calendars, gap-free in seq on each; ranges and statuses are those stored, null where the event was not on the calendar.';
