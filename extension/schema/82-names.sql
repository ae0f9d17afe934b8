-- The names of the schema and of the functions -----------------------------------------------------------------------
-- Functions in PL/pgSQL look up the extension's objects by the schema's name when they run, so the schema must keep it.
-- Somebody who may create functions there could add one that fits a call better than the extension's
-- (jb_schema_problems). An event trigger refuses both.

CREATE FUNCTION @extschema@.jb_keep_names() RETURNS event_trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
  own pg_extension := (SELECT x FROM pg_extension x WHERE x.extname = 'jb_scheduler');
  ours oid := own.extnamespace;
  problem text;
BEGIN
  IF to_regnamespace('@extschema@') IS DISTINCT FROM ours THEN
    RAISE 'the schema of jb_scheduler keeps its name'
      USING ERRCODE = 'feature_not_supported', HINT = 'Dump the data alone, and restore them where the extension has another schema.';
  END IF;
  -- Objects of an extension that moves are not listed, and the multirange type of a range may be in another schema. An
  -- update of this extension replaces hundreds of its functions, and is looked at with this one and at its end.
  IF NOT EXISTS (SELECT FROM pg_event_trigger_ddl_commands() c
                  WHERE c.object_type IN ('extension', 'type')
                     OR to_regnamespace(quote_ident(c.schema_name)) = ours
                        AND (c.objid = '@extschema@.jb_keep_names'::regproc
                             OR NOT EXISTS (SELECT FROM pg_depend d
                                             WHERE d.classid = c.classid AND d.objid = c.objid AND d.deptype = 'e'
                                               AND d.refclassid = 'pg_extension'::regclass AND d.refobjid = own.oid))) THEN
    RETURN;
  END IF;
  SELECT p.detail INTO problem FROM @extschema@.jb_schema_problems() p WHERE p.rule = 'names are the extension''s' LIMIT 1;
  IF FOUND THEN
    RAISE '%', problem USING ERRCODE = 'duplicate_function', HINT = 'Give it another name, or put it into another schema.';
  END IF;
END
$$;
COMMENT ON FUNCTION @extschema@.jb_keep_names() IS
  'Refuses to rename the extension''s schema, and to create a function or type there under the name of a function of the extension.';

CREATE EVENT TRIGGER jb_keep_names ON ddl_command_end
  WHEN TAG IN ('ALTER SCHEMA', 'ALTER EXTENSION', 'CREATE FUNCTION', 'CREATE PROCEDURE', 'CREATE AGGREGATE', 'CREATE TYPE',
               'CREATE DOMAIN', 'ALTER FUNCTION', 'ALTER PROCEDURE', 'ALTER ROUTINE', 'ALTER AGGREGATE', 'ALTER TYPE',
               'ALTER DOMAIN')
  EXECUTE FUNCTION @extschema@.jb_keep_names();
ALTER EVENT TRIGGER jb_keep_names ENABLE ALWAYS;
COMMENT ON EVENT TRIGGER jb_keep_names IS
  'Keeps the name of jb_scheduler''s schema, and keeps others from creating a function there under the name of one of its functions.';

-- Somebody who creates a function need not have any right in this schema. The command also fires the trigger for the
-- first time, which then finds earlier objects.
ALTER FUNCTION @extschema@.jb_keep_names() SECURITY DEFINER;
