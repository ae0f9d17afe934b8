-- The search path of the functions -----------------------------------------------------------------------------
-- A function that runs with its owner's rights finds the server's own objects and nothing that somebody else has made: each
-- of the extension's has this search_path. Whoever declares one need not say so.

DO $paths$
DECLARE
  definer regprocedure;
BEGIN
  FOR definer IN
    SELECT p.oid FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
     WHERE e.extname = 'jb_scheduler' AND p.prosecdef
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp', definer);
  END LOOP;
END
$paths$;
