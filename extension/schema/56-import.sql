-- iCalendar in --------------------------------------------------------------------------------------------------
-- The names of imported events. An imported event is recognised by its UID, so importing the same file twice creates no
-- event twice. A row is for an event, or for a series by its id as long as one event of the series is stored; its
-- calendar is given by id. If the file's event took no time whenever it was followed, event_id is 0. An imported series
-- also has a row for each occurrence, with the start that the file gave it. A file names an occurrence by this start,
-- wherever it has been moved since, and the history of the moves may be purged.
-- A day, or a time without a zone, is stored as the calendar's clock shows it (local_start): once the calendar has
-- another zone, the same file means another instant.
-- A digest of each part of the file's event is stored beside its name. With it, an import that follows its source
-- changes only what the source has changed.

CREATE TABLE @extschema@.jb_imported (
  calendar       int    NOT NULL,
  uid            text   NOT NULL,
  recurrence_id  text   NOT NULL,
  event_id       bigint NOT NULL,
  original_start timestamptz,
  local_start    timestamp,
  sequence       int,
  stamped_at     timestamptz,
  said           text,
  gone           bool   NOT NULL DEFAULT false,
  left_behind    int    NOT NULL DEFAULT 0,
  is_series      bool   NOT NULL DEFAULT false,
  PRIMARY KEY (calendar, uid, recurrence_id)
);
COMMENT ON TABLE @extschema@.jb_imported IS
  'The event, or series by its id, imported into a calendar under each UID. recurrence_id and original_start identify an occurrence of a series; local_start is the same on the calendar''s clock, if the file names no zone. sequence, stamped_at and said (a digest of each part) are the state of the file''s event last followed. gone: missing from a file of the whole calendar. left_behind: bits of what its event could not follow: 1 name, 2 place, 4 people, 8 length, 16 all. is_series: event_id is that of a series.';
CREATE INDEX jb_imported_event ON @extschema@.jb_imported (event_id);
CREATE INDEX jb_imported_present ON @extschema@.jb_imported (calendar, uid) WHERE NOT gone;

CREATE FUNCTION @extschema@.jb_import(calendar text, ics text, after int = NULL, max_rows int = NULL, sync bool = false,
                          cancel_missing bool = false, on_no_slot text = 'reject', dry_run bool = false,
                          idempotency_key text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_import_row
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_import';
COMMENT ON FUNCTION @extschema@.jb_import(text, text, int, int, bool, bool, text, bool, text, text) IS
  'Places the events of an iCalendar file (RFC 5545) on a calendar as fixed ones, each UID once. Takes at most 1,000, or max_rows following event number after. With sync, which needs read, earlier imports follow the file; cancel_missing cancels those missing from it. With on_no_slot skip, events without a place are left out. Raises P0002 if there is no such calendar, 22023 with the line if the file is not iCalendar.';

CREATE FUNCTION @extschema@.jb_import_json(import @extschema@.jb_import_row) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_import_json';
COMMENT ON FUNCTION @extschema@.jb_import_json(@extschema@.jb_import_row) IS
  'A row of jb_import as POST /calendars/:name/import returns it.';
