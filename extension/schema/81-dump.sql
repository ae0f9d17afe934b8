-- What a dump holds -----------------------------------------------------------------------------------------------
-- Every table and sequence of the extension holds data, which a dump leaves out unless the extension asks for them.

DO $dump$
DECLARE
  stored regclass;
BEGIN
  FOR stored IN
    SELECT c.oid FROM pg_class c JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
     WHERE e.extname = 'jb_scheduler' AND c.relkind IN ('r', 'S') ORDER BY c.oid
  LOOP
    PERFORM pg_extension_config_dump(stored, '');
  END LOOP;
END
$dump$;
