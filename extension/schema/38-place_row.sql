-- Rows of one's own tables --------------------------------------------------------------------------------------
-- The trigger function books by jb_schedule_all, changes by jb_update, and ends by jb_cancel or jb_delete, with the
-- rights of the user who writes the row. So the right to create a trigger with this function is not a right to book. It
-- reads as the owner of the tables only what these functions have let the user change or end.

CREATE FUNCTION @extschema@.jb_place_row() RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_place_row';
COMMENT ON FUNCTION @extschema@.jb_place_row() IS
  'Row trigger BEFORE INSERT, UPDATE or DELETE that books the row, changes its event, or cancels it. It writes back start_timestamp, end_timestamp and event_id, null if the row was rejected. Its arguments name the columns of duration, calendars, start and end, or are field=column, field:=constant, on_delete:=delete and on_rejection:=error.';

-- It has no search_path of its own, since triggers of the caller's table run inside it as in the caller's own UPDATE.
CREATE FUNCTION @extschema@.jb_follow_rows(own_table regclass, events bigint[] = NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_follow_rows';
COMMENT ON FUNCTION @extschema@.jb_follow_rows(regclass, bigint[]) IS
  'Updates the rows of a table with the trigger jb_place_row to the present times and states of their events: all rows, or those of events. Runs with the caller''s rights; returns the number of outdated rows, one with two events counted once for each.';
