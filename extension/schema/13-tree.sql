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
  'What is free on each calendar, for first fit in a few reads; made from hours and claims, and made anew by jb_rebuild().';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_tree', '');

CREATE FUNCTION @extschema@.jb_rebuild(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
AS 'MODULE_PATHNAME', 'jb_rebuild';
COMMENT ON FUNCTION @extschema@.jb_rebuild(text, text) IS
  'Makes the day tree of a calendar anew from its hours and claims, under its lock; true, or P0002 when there is none of this name.';
