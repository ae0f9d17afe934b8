-- Placing again -------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_replan(calendar text, dry_run bool = false, principal text = NULL) RETURNS SETOF @extschema@.jb_move
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_replan';
COMMENT ON FUNCTION @extschema@.jb_replan(text, bool, text) IS
  'Places anew the automatic events of a calendar that have not begun, by priority and as early as possible. None loses its place. Returns the moves; with dry_run it makes none.';

CREATE FUNCTION @extschema@.jb_rezone(calendar text, dry_run bool = false, principal text = NULL) RETURNS SETOF @extschema@.jb_move
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_rezone';
COMMENT ON FUNCTION @extschema@.jb_rezone(text, bool, text) IS
  'Moves the fixed events of a calendar back to their wished wall-clock time, after its time zone or the zone''s rules have changed. Returns the moves; with dry_run it makes none.';
