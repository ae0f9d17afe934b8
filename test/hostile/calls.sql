-- The extension's callable functions, as a line of JSON each, for calls.py. Trigger functions and functions with an
-- internal type are omitted, and so is jb_check(), which takes a second or two and is called at the end anyway.
SET search_path = pg_catalog; -- so that a type of the extension is written with its schema
SELECT json_build_object('name', format('%s.%I', p.pronamespace::regnamespace, p.proname), 'arguments', coalesce((
         SELECT json_agg(json_build_object('name', a.name, 'type', format_type(a.type, NULL), 'has_default', a.place > p.pronargs - p.pronargdefaults,
                  'columns', (SELECT count(*) FROM pg_attribute c JOIN pg_type t ON t.typrelid = c.attrelid
                               WHERE t.oid = a.type AND c.attnum > 0 AND NOT c.attisdropped)) ORDER BY a.place)
           FROM unnest(p.proargtypes::oid[], p.proargnames[:p.pronargs]) WITH ORDINALITY AS a (type, name, place)), '[]'))
  FROM pg_proc p JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
  JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND e.extname = 'jb_scheduler'
 WHERE p.prokind = 'f' AND p.prorettype NOT IN ('trigger'::regtype, 'internal'::regtype, 'event_trigger'::regtype)
   AND NOT 'internal'::regtype = ANY (p.proargtypes)
   AND p.proname <> 'jb_check'
 ORDER BY p.proname;
