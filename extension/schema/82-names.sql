-- The names of the functions -----------------------------------------------------------------------------------
-- Among the functions of one name PostgreSQL calls the one that fits the arguments best. Whoever may create in the
-- extension's schema could add one that fits better than ours, and it would run with the rights of whoever calls: of the
-- extension's owner, or of the front end. A domain of that name would be taken for a conversion. So nobody else gives
-- one of these names to anything that can be called.

CREATE FUNCTION @extschema@.jb_keep_names() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  intruder text;
BEGIN
  SELECT pg_describe_object(other.classid, other.oid, 0) INTO intruder
    FROM pg_extension e
    JOIN pg_depend d ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e' AND d.classid = 'pg_proc'::regclass
    JOIN pg_proc own ON own.oid = d.objid
   CROSS JOIN LATERAL (
         SELECT 'pg_proc'::regclass AS classid, p.oid FROM pg_proc p WHERE p.proname = own.proname AND p.pronamespace = e.extnamespace
         UNION ALL
         SELECT 'pg_type'::regclass, t.oid FROM pg_type t WHERE t.typname = own.proname AND t.typnamespace = e.extnamespace AND t.typrelid = 0) other
   WHERE e.extname = 'jb_scheduler'
     AND NOT EXISTS (SELECT FROM pg_depend m WHERE m.classid = other.classid AND m.objid = other.oid
                        AND m.refclassid = d.refclassid AND m.refobjid = e.oid AND m.deptype = 'e')
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
  WHEN TAG IN ('CREATE FUNCTION', 'CREATE PROCEDURE', 'CREATE AGGREGATE', 'CREATE TYPE', 'CREATE DOMAIN',
               'ALTER FUNCTION', 'ALTER PROCEDURE', 'ALTER ROUTINE', 'ALTER AGGREGATE', 'ALTER TYPE', 'ALTER DOMAIN')
  EXECUTE FUNCTION @extschema@.jb_keep_names();
ALTER EVENT TRIGGER jb_keep_names ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER jb_keep_names IS
  'In the schema of jb_scheduler nobody else makes a function of a name that one of its functions has.';

-- So that whoever creates a function need not be able to use the schema. It fires the trigger, which finds what was
-- there before the extension.
ALTER FUNCTION @extschema@.jb_keep_names() SECURITY DEFINER;
