-- The search path of the functions -----------------------------------------------------------------------------
-- A function that runs with its owner's rights, or whose names are looked up when it runs, must find only the server's
-- own objects. This gives all such functions of the extension that search_path, so that their declarations need not.

DO $paths$
DECLARE
  routine regprocedure;
BEGIN
  FOR routine IN
    SELECT p.oid FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
      JOIN pg_language l ON l.oid = p.prolang
     WHERE e.extname = 'jb_scheduler' AND (p.prosecdef OR l.lanname = 'plpgsql')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp', routine);
  END LOOP;
END
$paths$;
