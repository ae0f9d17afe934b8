-- The schema and its names -----------------------------------------------------------------------------------
-- If several functions have the same name, PostgreSQL calls the one that best fits the arguments. A role that may create
-- in the extension's schema could add a better fit than our function, which would then run with the caller's rights:
-- those of the extension's owner, or of the front end. PostgreSQL would take a domain of that name for a conversion. So
-- an event trigger refuses functions and types that have the name of one of our functions.

CREATE FUNCTION @extschema@.jb_keep_names() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  intruder text;
BEGIN
  WITH made AS (
    SELECT classid, objid FROM pg_event_trigger_ddl_commands()
    UNION ALL
    SELECT d.classid, d.objid FROM pg_event_trigger_ddl_commands() c JOIN pg_depend d ON d.refclassid = c.classid AND d.refobjid = c.objid
     WHERE c.classid = 'pg_extension'::regclass AND d.deptype = 'e'
    UNION ALL -- what was there before this function
    SELECT c.classid, p.oid FROM pg_event_trigger_ddl_commands() c JOIN pg_proc this ON this.oid = c.objid JOIN pg_proc p USING (pronamespace)
     WHERE c.classid = 'pg_proc'::regclass AND this.proname = 'jb_keep_names')
  SELECT pg_describe_object(m.classid, m.objid, 0) INTO intruder
    FROM made m
    LEFT JOIN pg_proc f ON m.classid = 'pg_proc'::regclass AND f.oid = m.objid
    LEFT JOIN pg_type t ON m.classid = 'pg_type'::regclass AND t.oid = m.objid AND t.typrelid = 0
    JOIN pg_extension e ON e.extname = 'jb_scheduler' AND e.extnamespace = coalesce(f.pronamespace, t.typnamespace)
    JOIN pg_proc own ON own.proname = coalesce(f.proname, t.typname) AND own.pronamespace = e.extnamespace
    JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = own.oid
                    AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
   WHERE NOT EXISTS (SELECT FROM pg_depend o WHERE o.classid = m.classid AND o.objid = m.objid
                        AND o.refclassid = d.refclassid AND o.refobjid = e.oid AND o.deptype = 'e')
   LIMIT 1;
  IF intruder IS NOT NULL THEN
    RAISE '% has the name of a function of jb_scheduler', intruder
      USING ERRCODE = 'duplicate_function', HINT = 'Give it another name, or put it into another schema.';
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_keep_names() IS
  'Refuses functions and types that could be called in place of a function of the extension: those of its name in its schema.';

CREATE EVENT TRIGGER jb_keep_names ON ddl_command_end
  WHEN TAG IN ('ALTER EXTENSION', 'CREATE FUNCTION', 'CREATE PROCEDURE', 'CREATE AGGREGATE', 'CREATE TYPE', 'CREATE DOMAIN',
               'ALTER FUNCTION', 'ALTER PROCEDURE', 'ALTER ROUTINE', 'ALTER AGGREGATE', 'ALTER TYPE', 'ALTER DOMAIN')
  EXECUTE FUNCTION @extschema@.jb_keep_names();
ALTER EVENT TRIGGER jb_keep_names ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER jb_keep_names IS
  'In the schema of jb_scheduler nobody else makes a function of a name that one of its functions has.';

-- Somebody who creates a function need not have any right in this schema. The command also fires the trigger for the
-- first time, which then finds the functions that were there before.
ALTER FUNCTION @extschema@.jb_keep_names() SECURITY DEFINER;
