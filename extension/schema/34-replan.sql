-- Placing again -------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_replan(calendar text, dry_run bool = false, principal text = NULL) RETURNS SETOF @extschema@.jb_move
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_replan';
COMMENT ON FUNCTION @extschema@.jb_replan(text, bool, text) IS
  'Places the automatic events of a calendar that have not begun again, by priority and as early as possible. None is left without a place. Returns those that moved; with dry_run it moves none.';

CREATE FUNCTION @extschema@.jb_rezone(calendar text, dry_run bool = false, principal text = NULL) RETURNS SETOF @extschema@.jb_move
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_rezone';
COMMENT ON FUNCTION @extschema@.jb_rezone(text, bool, text) IS
  'Moves the fixed events of a calendar back to the wall clock time of their wish, after the rules of its time zone have changed. Returns those that moved; with dry_run it moves none.';
