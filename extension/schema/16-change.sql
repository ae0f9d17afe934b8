-- Changes -------------------------------------------------------------------------------------------------------
-- seq is drawn from the calendar's change_seq under the calendar's lock, so seq has no gap, and a reader that has seen
-- change n has seen all changes before n (rule 4.7). version is the event's version after the change. It orders the
-- changes of one event across calendars, which have no common sequence.
--
-- id is the number of the change among the changes of all calendars, by which jb_changes_all() reads. A change has a
-- row on each of its calendars, all with the same number. The number is drawn under the locks of these calendars, so it
-- grows with seq on each of them. An event's first change is found by its number (jb_event.first_change), every other
-- change by its event, so a booking adds an entry to only one of the two indexes.

-- jb_changes_cursor() must visit every page that is not all-visible, so vacuum this insert-only table early.
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
  id           bigint      NOT NULL,
  first_change bigint,    -- of a deletion: the number of the event's first change
  named        bigint[],  -- where the calendar is an attendee's: the calendars that the event names, by id
  old_values   jsonb,     -- what the change replaced, by the names of the event's JSON: see jb_change_event
  PRIMARY KEY (calendar, seq)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02);
COMMENT ON TABLE @extschema@.jb_change_log IS
  'The history of each calendar, one row per change of an event on it. A deletion keeps the event''s last image. On an attendee''s calendar, named has the ids of the event''s calendars.';
CREATE SEQUENCE @extschema@.jb_change_id_seq OWNED BY @extschema@.jb_change_log.id;
CREATE INDEX jb_change_log_event ON @extschema@.jb_change_log (event_id, version) WHERE version > 1;
CREATE INDEX jb_change_log_id ON @extschema@.jb_change_log (id);

-- A caller who may only know when the calendar is taken sees the times that were and are taken, not what took them.
CREATE VIEW @extschema@.jb_change_row WITH (security_barrier) AS
SELECT c.name AS calendar, l.seq, l.at, CASE WHEN s.reads THEN l.principal END AS principal,
       CASE WHEN s.reads THEN l.event_id END AS event_id, CASE WHEN s.reads THEN l.version END AS version,
       CASE WHEN s.reads THEN l.kind END AS kind,
       CASE WHEN s.reads OR l.old_status IN ('scheduled', 'held') THEN l.old_range END AS old_range,
       CASE WHEN s.reads OR l.new_status IN ('scheduled', 'held') THEN l.new_range END AS new_range,
       CASE WHEN s.reads THEN l.old_status END AS old_status, CASE WHEN s.reads THEN l.new_status END AS new_status,
       CASE WHEN s.reads THEN l.fields ELSE '{}' END AS fields, CASE WHEN s.reads THEN l.image END AS image, c.time_zone
  FROM @extschema@.jb_calendar c
  JOIN @extschema@.jb_change_log l ON l.calendar = c.id
  CROSS JOIN LATERAL (SELECT CASE WHEN l.named IS NULL THEN @extschema@.jb_may(c.name, 'read') ELSE @extschema@.jb_sight(
           ARRAY(SELECT k.name FROM @extschema@.jb_calendar k WHERE k.id = ANY (l.named))) = 'read' END AS reads OFFSET 0) AS s
 WHERE @extschema@.jb_may(c.name, 'busy');
COMMENT ON VIEW @extschema@.jb_change_row IS
  'The rows of jb_change, for lookups by calendar and seq in the extension''s functions.';

-- A condition on the calendar selects among the calendars that the caller may know. All other conditions select among
-- the changes of those calendars, so no plan reveals what a hidden change holds (rule 13.5).
CREATE VIEW @extschema@.jb_change WITH (security_barrier) AS
SELECT c.name AS calendar, l.seq, l.at, l.principal, l.event_id, l.version, l.kind, l.old_range, l.new_range, l.old_status,
       l.new_status, l.fields, l.image, l.time_zone
  FROM @extschema@.jb_calendar_view c
 CROSS JOIN LATERAL (SELECT * FROM @extschema@.jb_change_row r WHERE r.calendar = c.name OFFSET 0) AS l;
COMMENT ON VIEW @extschema@.jb_change IS
  'The changes of the calendars that the caller may read, gap-free in seq on each. Ranges and statuses are as stored, null where the event was not on the calendar. If the caller may only know when a calendar is taken, only ranges are shown.';

-- Reading history -----------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_changes(calendar text, after bigint = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_change
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_changes';
COMMENT ON FUNCTION @extschema@.jb_changes(text, bigint, int, text) IS
  'The changes of a calendar with seq greater than after (default: from the first one kept), in order and without gaps. Raises P0002 if the calendar does not exist, JB410 if some were purged or after exceeds change_seq.';

CREATE FUNCTION @extschema@.jb_changes_after(calendar text, last int, principal text = NULL) RETURNS bigint
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_changes_after';
COMMENT ON FUNCTION @extschema@.jb_changes_after(text, int, text) IS
  'The seq after which jb_changes returns the most recent kept changes of a calendar; last is their number. Raises P0002 if the calendar does not exist.';

CREATE FUNCTION @extschema@.jb_changes_all(after text = NULL, max_rows int = 100,
                                        principal text = NULL, OUT change @extschema@.jb_change, OUT cursor text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_changes_all';
COMMENT ON FUNCTION @extschema@.jb_changes_all(text, int, text) IS
  'The changes of all calendars after a cursor (default: from the first one kept), each with the cursor after it. Continuing from the last cursor misses nothing and repeats nothing. Raises JB410 if changes would be missed, or the cursor is not of this database''s past.';

CREATE FUNCTION @extschema@.jb_changes_cursor(last int = 0, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_changes_cursor';
COMMENT ON FUNCTION @extschema@.jb_changes_cursor(int, text) IS
  'The cursor after which jb_changes_all returns the most recent changes (last is their number) and all later ones. It is earlier if open transactions made more of the changes before it than a cursor can hold.';

CREATE FUNCTION @extschema@.jb_history(event_id bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_change
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_history';
COMMENT ON FUNCTION @extschema@.jb_history(bigint, text) IS
  'The changes of one event, even a deleted one, oldest first, for callers who may read the event or, if it was deleted, one of its last calendars. Raises P0002 if it never existed, or was deleted and all its changes are purged.';

CREATE TYPE @extschema@.jb_event_at AS (
  id               bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  status           text
);
COMMENT ON TYPE @extschema@.jb_event_at IS
  'An event on a calendar as a change left it: its time and its stored status.';

CREATE FUNCTION @extschema@.jb_events_at(calendar text, seq bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_event_at
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_events_at';
COMMENT ON FUNCTION @extschema@.jb_events_at(text, bigint, text) IS
  'The events of a calendar as of its change seq, ordered by start, then id. Raises P0002 if the calendar does not exist, 22023 if the change does not exist yet, JB410 if history is purged beyond it.';

CREATE FUNCTION @extschema@.jb_change_json(change @extschema@.jb_change) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_change_json';
COMMENT ON FUNCTION @extschema@.jb_change_json(@extschema@.jb_change) IS
  'A change as GET /events/:id/history returns it.';

CREATE FUNCTION @extschema@.jb_change_event(calendar text, seq bigint, principal text = NULL) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_change_event';
COMMENT ON FUNCTION @extschema@.jb_change_event(text, bigint, text) IS
  'The event as this change of the calendar left it, in the form of jb_event_json. Null if the change took it off the calendar, the caller may not read it, or a later change of it is not kept. Raises P0002 if the calendar does not exist.';

CREATE FUNCTION @extschema@.jb_change_event_json(change @extschema@.jb_change, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (left(@extschema@.jb_change_json($1)::text, -1) || ', "event" : '
        || coalesce(@extschema@.jb_change_event($1.calendar, $1.seq, $2)::text, 'null') || '}')::json;
COMMENT ON FUNCTION @extschema@.jb_change_event_json(@extschema@.jb_change, text) IS
  'A change with its event, as GET /changes?expand=event returns it.';
