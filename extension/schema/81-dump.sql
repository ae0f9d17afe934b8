-- What pg_dump includes -------------------------------------------------------------------------------------------
-- pg_dump leaves out the rows of an extension's tables, and the state of its sequences, unless they are marked. All of
-- ours are data.

DO $dump$
DECLARE
  data regclass;
BEGIN
  FOR data IN
    SELECT c.oid FROM pg_class c
      JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
      JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
     WHERE e.extname = 'jb_scheduler' AND c.relkind IN ('r', 'S')
  LOOP
    PERFORM pg_extension_config_dump(data, '');
  END LOOP;
END
$dump$;

-- Sequences of identity columns, whose names the server chose. If somebody else's sequence already had such a name, the
-- server chose another one, and the installation fails here.
SELECT pg_extension_config_dump('@extschema@.jb_event_id_seq', '');
SELECT pg_extension_config_dump('@extschema@.jb_poll_id_seq', '');
SELECT pg_extension_config_dump('@extschema@.jb_rejection_id_seq', '');
