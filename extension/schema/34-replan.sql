-- Placing again -------------------------------------------------------------------------------------------------

CREATE TYPE @extschema@.jb_replanned AS (
  event_id             bigint,
  old_start_timestamp  timestamptz,
  old_end_timestamp    timestamptz,
  new_start_timestamp  timestamptz,
  new_end_timestamp    timestamptz,
  old_calendars        text[],
  new_calendars        text[],
  basis                text
);
COMMENT ON TYPE @extschema@.jb_replanned IS
  'A move of jb_replan, as jb_move. basis, of a dry run, has a call make exactly these moves.';

CREATE FUNCTION @extschema@.jb_moves_json(moves @extschema@.jb_replanned[], time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_moves_json';
COMMENT ON FUNCTION @extschema@.jb_moves_json(@extschema@.jb_replanned[], text) IS
  'The moves of jb_replan as a JSON array, in order, with times in time_zone; null for none.';

CREATE FUNCTION @extschema@.jb_replan(calendar text, dry_run bool = false, basis text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_replanned
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_replan';
COMMENT ON FUNCTION @extschema@.jb_replan(text, bool, text, text) IS
  'Places anew the automatic events of a calendar that have not begun, by priority and as early as possible. None loses its place. Returns the moves; with dry_run it makes none.';

CREATE FUNCTION @extschema@.jb_rezone(calendar text, dry_run bool = false, principal text = NULL) RETURNS SETOF @extschema@.jb_move
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_rezone';
COMMENT ON FUNCTION @extschema@.jb_rezone(text, bool, text) IS
  'Moves the fixed events of a calendar back to their wished wall-clock time, after its time zone or the zone''s rules have changed. Returns the moves; with dry_run it makes none.';
