-- The end of an update ---------------------------------------------------------------------------------------------
-- Where a script grants a right on an object, the server notes all rights on that object as first rights of the extension
-- (pg_init_privs): those too that an administrator has granted. pg_dump leaves out first rights. So the rights of roles that
-- are not the extension's are taken out of these notes, and since PostgreSQL 17 out of what says which roles are in a note.
SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true), pg_catalog.set_config('allow_system_table_mods', 'on', true);

UPDATE pg_init_privs i
   SET initprivs = ARRAY(SELECT a FROM unnest(i.initprivs) AS a
                          WHERE EXISTS (SELECT FROM aclexplode(ARRAY[a]) AS x LEFT JOIN pg_roles r ON r.oid = x.grantee
                                         WHERE x.grantee = x.grantor OR r.rolname IN ('jb_viewer', 'jb_secretary', 'jb_manager', 'jb_guest', 'jb_operator', 'jb_gateway')))
 WHERE (i.classoid, i.objoid) IN (SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                                   WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'jb_scheduler');
DELETE FROM pg_shdepend s
 WHERE s.deptype = 'i' AND s.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND (s.classid, s.objid) IN (SELECT d.classid, d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
                                 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'jb_scheduler')
   AND NOT EXISTS (SELECT FROM pg_init_privs i CROSS JOIN LATERAL aclexplode(i.initprivs) AS x
                    WHERE i.classoid = s.classid AND i.objoid = s.objid AND s.refobjid IN (x.grantee, x.grantor));

SELECT pg_catalog.set_config('allow_system_table_mods', 'off', true);
