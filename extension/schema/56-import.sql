-- iCalendar in --------------------------------------------------------------------------------------------------
-- The names of imported events. An imported event is known again by its UID, so a second import of the same file makes
-- no event twice. A row stands for an event, or for a series by the series' id as long as one event of the series is
-- stored; its calendar is named by id. An imported series also has a row for each occurrence, with the start that the
-- file gave the occurrence: a file names an occurrence by this start, wherever the occurrence has been moved since, and
-- the history of the moves may be purged. What the file said of an event is kept beside its name, as a digest of each
-- part: so an import that follows its source changes only what the source has changed.

CREATE TABLE @extschema@.jb_imported (
  calendar       int    NOT NULL,
  uid            text   NOT NULL,
  recurrence_id  text   NOT NULL,
  event_id       bigint NOT NULL,
  original_start timestamptz,
  sequence       int,
  stamped_at     timestamptz,
  said           text,
  gone           bool   NOT NULL DEFAULT false,
  PRIMARY KEY (calendar, uid, recurrence_id)
);
COMMENT ON TABLE @extschema@.jb_imported IS
  'Which event, or series by its id, was imported into a calendar under which UID; recurrence_id, empty for most, is an occurrence of a series, with its original_start; sequence, stamped_at and said are the state of the file''s event that was followed last, said a digest of each part, empty where the event took no time; gone: a file that was the whole calendar did not have it.';
CREATE INDEX jb_imported_event ON @extschema@.jb_imported (event_id);
CREATE INDEX jb_imported_present ON @extschema@.jb_imported (calendar, uid) WHERE NOT gone;
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_imported', '');

CREATE TYPE @extschema@.jb_import_row AS (
  n                int,
  line             int,
  uid              text,
  recurrence_id    text,
  event_name       text,
  outcome          text,
  event_id         bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  detail           text,
  conflicts        bigint[],
  moves            @extschema@.jb_move[],
  alternatives     tstzrange[],
  rejection_id     bigint,
  version          bigint,
  time_zone        text,
  events           bigint[],
  skipped          @extschema@.jb_skipped[],
  facts            jsonb
);
COMMENT ON TYPE @extschema@.jb_import_row IS
  'What became of one VEVENT, the nth of its file, which begins in this line: an outcome as of jb_schedule, updated or cancelled where it was followed, or unchanged (it was imported before), skipped (it has no place and was left out), ignored (it takes no time), invalid (it cannot be read), with detail saying why; n and line are null for an event that was cancelled since the file does not have it.';

CREATE FUNCTION @extschema@.jb_import(calendar text, ics text, after int = NULL, max_rows int = NULL, sync bool = false,
                          cancel_missing bool = false, on_no_slot text = 'reject', dry_run bool = false,
                          idempotency_key text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_import_row
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_import';
COMMENT ON FUNCTION @extschema@.jb_import(text, text, int, int, bool, bool, text, bool, text, text) IS
  'Places the events of an iCalendar file (RFC 5545) on a calendar as fixed ones, past ones too, in the order of the file and those of one UID once; with sync those that were imported before become what the file says by now, with cancel_missing those that it does not have are cancelled, and with on_no_slot skip what has no place is left out without a rejection; at most 1,000 of them, or max_rows after the nth; P0002 when there is no such calendar, 22023 for what is no iCalendar file, with the line.';

CREATE FUNCTION @extschema@.jb_import_json(import @extschema@.jb_import_row) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'n', $1.n, 'line', $1.line, 'uid', $1.uid, 'recurrence_id', $1.recurrence_id, 'event_name', $1.event_name,
  'outcome', $1.outcome, 'event_id', $1.event_id,
  'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, $1.time_zone),
  'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, $1.time_zone),
  'reason', $1.reason, 'detail', $1.detail, 'conflicts', $1.conflicts,
  'moves', CASE WHEN cardinality($1.moves) > 0 THEN @extschema@.jb_moves_json($1.moves, $1.time_zone) ELSE '[]' END,
  'alternatives',
  CASE WHEN cardinality($1.alternatives) > 0 THEN @extschema@.jb_ranges_json($1.alternatives, $1.time_zone) ELSE '[]' END,
  'rejection_id', $1.rejection_id, 'version', $1.version, 'events', coalesce($1.events, '{}'),
  'skipped',
  CASE WHEN cardinality($1.skipped) > 0 THEN @extschema@.jb_skipped_json($1.skipped, $1.time_zone) ELSE '[]' END,
  'facts', $1.facts);
COMMENT ON FUNCTION @extschema@.jb_import_json(@extschema@.jb_import_row) IS
  'A row of jb_import as POST /calendars/:name/import answers it.';
