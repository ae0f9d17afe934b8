-- Every catalogue entry of the extension as a line of text. Two databases with the same extension have the same text:
-- object numbers are replaced by names and stored expressions by their text, and rights are sorted; columns with counts
-- or places of storage are left out. Columns are numbered consecutively: a dropped column leaves a gap, which must not
-- show. pg_upgrade.t and update.t read it.
--
-- The objects of the extension are found by pg_depend, and the server says which column refers to which catalogue
-- (pg_get_catalog_foreign_keys), so this file names no kind of object.
SET search_path = public, pg_catalog;

CREATE TEMP TABLE ours AS
WITH RECURSIVE found AS (
  SELECT 'pg_extension'::regclass::oid AS class, oid AS object FROM pg_extension WHERE extname = 'jb_scheduler'
  UNION
  SELECT d.classid, d.objid
    FROM pg_depend d JOIN found f ON d.refclassid = f.class AND d.refobjid = f.object
   WHERE d.deptype IN ('e', 'i', 'a', 'P', 'S')
     AND NOT (d.classid = 'pg_class'::regclass
              AND EXISTS (SELECT FROM pg_class c WHERE c.oid = d.objid AND c.relnamespace = 'pg_toast'::regnamespace)))
SELECT * FROM found;
ALTER TABLE ours ADD PRIMARY KEY (class, object);

CREATE FUNCTION pg_temp.name_of(class regclass, object oid) RETURNS text LANGUAGE sql AS $$
  SELECT CASE WHEN object = 0 THEN '-' ELSE coalesce(pg_describe_object(class, object, 0), 'unknown ' || class || ' ' || object) END
$$;

-- Catalogues whose rows have no number of their own, and the object to which each row belongs.
CREATE TEMP TABLE belongs (catalogue regclass PRIMARY KEY, class text, object text);
INSERT INTO belongs VALUES
  ('pg_attribute', '''pg_class''::regclass', 'attrelid'), ('pg_index', '''pg_class''::regclass', 'indexrelid'),
  ('pg_sequence', '''pg_class''::regclass', 'seqrelid'), ('pg_inherits', '''pg_class''::regclass', 'inhrelid'),
  ('pg_partitioned_table', '''pg_class''::regclass', 'partrelid'), ('pg_range', '''pg_type''::regclass', 'rngtypid'),
  ('pg_enum', '''pg_type''::regclass', 'enumtypid'), ('pg_aggregate', '''pg_proc''::regclass', 'aggfnoid'),
  ('pg_description', 'classoid', 'objoid'), ('pg_seclabel', 'classoid', 'objoid'), ('pg_init_privs', 'classoid', 'objoid'),
  ('pg_depend', 'classid', 'objid'), ('pg_shdepend', 'CASE WHEN dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) THEN classid END', 'objid');

-- The number of dropped columns of a table before a given number.
CREATE FUNCTION pg_temp.dropped(relation oid, before int) RETURNS int LANGUAGE sql AS $$
  SELECT count(*)::int FROM pg_attribute WHERE attrelid = relation AND attisdropped AND attnum < before
$$;

-- How a column is shown if its type does not determine it. NULL: the column is not shown.
CREATE TEMP TABLE shown (catalogue regclass, col name, as_text text, PRIMARY KEY (catalogue, col));
INSERT INTO shown VALUES
  ('pg_class', 'relfilenode', NULL), ('pg_class', 'relpages', NULL), ('pg_class', 'reltuples', NULL),
  ('pg_class', 'relallvisible', NULL), ('pg_class', 'relallfrozen', NULL), ('pg_class', 'relfrozenxid', NULL),
  -- the owner's own rights may be listed or not: pg_dump does not distinguish the two
  ('pg_class', 'relacl', '(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(coalesce(r.relacl, acldefault(CASE r.relkind WHEN ''S'' THEN ''s'' ELSE ''r'' END::"char", r.relowner))) AS a)::text'),
  ('pg_class', 'relminmxid', NULL), ('pg_class', 'reltoastrelid', '(r.reltoastrelid <> 0)::text'),
  ('pg_class', 'relnatts', '(r.relnatts - pg_temp.dropped(r.oid, r.relnatts + 1))::text'),
  ('pg_attribute', 'attnum', '(r.attnum - pg_temp.dropped(r.attrelid, r.attnum))::text'),
  ('pg_attrdef', 'adnum', '(r.adnum - pg_temp.dropped(r.adrelid, r.adnum))::text'),
  ('pg_constraint', 'conkey', '(SELECT array_agg(k - pg_temp.dropped(r.conrelid, k) ORDER BY n) FROM unnest(r.conkey) WITH ORDINALITY AS u (k, n))::text'),
  ('pg_index', 'indkey', '(SELECT array_agg(k - pg_temp.dropped(r.indrelid, k) ORDER BY n) FROM unnest(r.indkey::int2[]) WITH ORDINALITY AS u (k, n))::text'),
  ('pg_attribute', 'atthasmissing', NULL), ('pg_attribute', 'attmissingval', NULL), ('pg_index', 'indcheckxmin', NULL),
  -- pg_attver is the server's own record of when the column was made
  ('pg_attribute', 'attoptions', '(SELECT array_agg(o ORDER BY o) FROM unnest(r.attoptions) AS o WHERE o NOT LIKE ''pg\_attver=%'')::text'),
  ('pg_shdepend', 'dbid', NULL),
  ('pg_extension', 'extconfig', '(SELECT array_agg(concat(c::regclass, '' '', w) ORDER BY c::regclass::text) FROM unnest(r.extconfig, r.extcondition) AS u (c, w))::text'),
  ('pg_extension', 'extcondition', NULL),
  ('pg_proc', 'prosqlbody', 'pg_get_function_sqlbody(r.oid)'), ('pg_attrdef', 'adbin', 'pg_get_expr(r.adbin, r.adrelid)'),
  ('pg_constraint', 'conbin', 'pg_get_constraintdef(r.oid)'), ('pg_index', 'indexprs', 'pg_get_indexdef(r.indexrelid)'),
  ('pg_index', 'indpred', 'pg_get_expr(r.indpred, r.indrelid)'), ('pg_rewrite', 'ev_action', 'pg_get_ruledef(r.oid)'),
  ('pg_rewrite', 'ev_qual', NULL), ('pg_trigger', 'tgqual', 'pg_get_triggerdef(r.oid)'),
  ('pg_policy', 'polqual', 'pg_get_expr(r.polqual, r.polrelid)'), ('pg_policy', 'polwithcheck', 'pg_get_expr(r.polwithcheck, r.polrelid)'),
  ('pg_depend', 'objsubid', NULL), ('pg_depend', 'refobjsubid', NULL),  -- the descriptions name the column
  ('pg_depend', 'objid', 'pg_describe_object(r.classid, r.objid, r.objsubid)'), ('pg_depend', 'refobjid', 'pg_describe_object(r.refclassid, r.refobjid, r.refobjsubid)'),
  ('pg_shdepend', 'objid', 'pg_describe_object(r.classid, r.objid, r.objsubid)'), ('pg_shdepend', 'refobjid', 'pg_describe_object(r.refclassid, r.refobjid, 0)'),
  ('pg_description', 'objoid', 'pg_describe_object(r.classoid, r.objoid, r.objsubid)'), ('pg_seclabel', 'objoid', 'pg_describe_object(r.classoid, r.objoid, r.objsubid)'),
  ('pg_init_privs', 'objoid', 'pg_describe_object(r.classoid, r.objoid, r.objsubid)');

CREATE FUNCTION pg_temp.expression(catalogue regclass, col name, type regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  reference record;
BEGIN
  IF EXISTS (SELECT FROM shown s WHERE s.catalogue = expression.catalogue AND s.col = expression.col) THEN
    RETURN (SELECT as_text FROM shown s WHERE s.catalogue = expression.catalogue AND s.col = expression.col);
  END IF;
  IF col = 'oid' THEN RETURN format('pg_temp.name_of(%L::regclass, r.oid)', catalogue::text); END IF;
  SELECT k.pktable, k.is_array INTO reference
    FROM pg_get_catalog_foreign_keys() AS k
   WHERE k.fktable = expression.catalogue AND k.fkcols = ARRAY[expression.col::text] LIMIT 1;
  IF reference.pktable IS NOT NULL AND reference.is_array THEN
    RETURN format('(SELECT array_agg(pg_temp.name_of(%L::regclass, o) ORDER BY n) FROM unnest(r.%I::oid[]) WITH ORDINALITY AS u (o, n))::text',
                  reference.pktable::text, col);
  ELSIF reference.pktable IS NOT NULL THEN
    RETURN format('pg_temp.name_of(%L::regclass, r.%I::oid)', reference.pktable::text, col);
  ELSIF type = 'aclitem[]'::regtype THEN
    RETURN format('(SELECT array_agg(a::text ORDER BY a::text) FROM unnest(r.%I) AS a)::text', col);
  ELSIF type = 'pg_node_tree'::regtype THEN
    RETURN format('pg_get_expr(r.%I, 0)', col);
  END IF;
  RETURN format('r.%I::text', col);
END
$$;

CREATE FUNCTION pg_temp.catalogue() RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
  catalogue record;
  fields text;
BEGIN
  FOR catalogue IN
    SELECT c.oid::regclass AS name, coalesce(b.class, format('%L::regclass', c.oid::regclass::text)) AS class, coalesce(b.object, 'oid') AS object
      FROM pg_class c LEFT JOIN belongs b ON b.catalogue = c.oid
     WHERE c.relnamespace = 'pg_catalog'::regnamespace AND c.relkind = 'r' AND NOT (c.relisshared AND b.catalogue IS NULL)
       AND (b.catalogue IS NOT NULL OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'oid'))
     ORDER BY 1
  LOOP
    SELECT string_agg(format('%L, %s', a.attname, e.expression), ', ' ORDER BY a.attnum) INTO fields
      FROM pg_attribute a, pg_temp.expression(catalogue.name, a.attname, a.atttypid::regtype) AS e (expression)
     WHERE a.attrelid = catalogue.name AND a.attnum > 0 AND NOT a.attisdropped AND e.expression IS NOT NULL;
    RETURN QUERY EXECUTE format('SELECT %L || '' '' || json_build_object(%s)::text FROM %s AS r JOIN ours o ON o.class = %s AND o.object = r.%s',
                                catalogue.name::text, fields, catalogue.name, catalogue.class, catalogue.object);
  END LOOP;
END
$$;

SELECT line FROM pg_temp.catalogue() AS line
 WHERE line NOT LIKE 'pg_attribute %"attisdropped" : "true"%'
   AND line !~ '^pg_init_privs \{"objoid" : "(table|view|sequence) .*"initprivs" : "\{(\w+)=\w+/\2\}"\}$' ORDER BY line COLLATE "C";
