-- The day tree --------------------------------------------------------------------------------------------------
-- The free time of each calendar as rows of a first-fit segment tree (extension/src/core/free/day_tree.md). A booking
-- changes two or three small rows in place: the fill factor leaves room on the page, and `data` stays out of TOAST,
-- where each change would rewrite the whole value. A day without a row is open in the calendar's hours.

CREATE TABLE @extschema@.jb_tree (
  calendar  int      NOT NULL,
  level     smallint NOT NULL,
  block     int      NOT NULL,
  data      bytea    NOT NULL,
  PRIMARY KEY (calendar, level, block)
) WITH (fillfactor = 80);
ALTER TABLE @extschema@.jb_tree ALTER COLUMN data SET STORAGE MAIN;
COMMENT ON TABLE @extschema@.jb_tree IS
  'The free time of each calendar, derived from hours and claims, for first fit in a few reads; jb_rebuild() rebuilds it.';

CREATE FUNCTION @extschema@.jb_rebuild(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_rebuild';
COMMENT ON FUNCTION @extschema@.jb_rebuild(text, text) IS
  'Rebuilds a calendar''s day tree from hours and claims, under its lock, and returns true. Raises P0002 if there is no such calendar.';
