-- The end of the installation --------------------------------------------------------------------------------------
-- The schema must belong to a superuser, and nobody else may create in it (jb_schema_problems). jb_check() finds it if that
-- changes later.

DO $check$
DECLARE
  problem text;
BEGIN
  SELECT p.detail INTO problem FROM @extschema@.jb_schema_problems() p LIMIT 1;
  IF FOUND THEN
    RAISE '%', problem USING
      ERRCODE = 'object_not_in_prerequisite_state',
      DETAIL = 'The functions of jb_scheduler run with a superuser''s rights, so they need a schema in which only superusers build.',
      HINT = 'CREATE SCHEMA jb_scheduler; CREATE EXTENSION jb_scheduler SCHEMA jb_scheduler;';
  END IF;
END
$check$;
