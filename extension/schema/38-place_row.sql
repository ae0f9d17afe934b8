-- Rows of one's own tables --------------------------------------------------------------------------------------
-- The trigger function books by jb_schedule_all with the rights of the user who inserts: the right to create a trigger
-- with this function is no right to book.

CREATE FUNCTION @extschema@.jb_place_row() RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_place_row';
COMMENT ON FUNCTION @extschema@.jb_place_row() IS
  'A trigger BEFORE INSERT FOR EACH ROW that books the row and writes start_timestamp, end_timestamp and event_id back, null where it was rejected; its arguments name the columns of duration, calendars, start and end, or are field=column and field:=constant.';
