-- Promise: each field of extension/fields.def is a column of jb_event and of jb_event_view, an argument of jb_schedule
-- and of jb_explain, and a member of the answer of jb_event_json, each with the type of its kind; each option is an
-- argument.
-- Could break: the library finds columns and arguments by these names, and silently ignores an argument with another
-- name.
\set fields `sed -nE 's/^JB_([A-Z]+_)?FIELD\(([^()]*)\)$/\2/p' extension/fields.def | paste -sd ';'`
\set options `sed -nE 's/^JB_OPTION\(([a-z_]+), .*/\1/p' extension/fields.def | paste -sd ';'`
\set rows `grep -cE '^JB_([A-Z]+_)?FIELD\(' extension/fields.def`
BEGIN;
SELECT no_plan();

CREATE TEMP TABLE field AS
SELECT part[1] AS name, part[2] AS kind, part[4]::name AS col, part[5] AS argument
  FROM regexp_split_to_table(:'fields', ';') AS line, regexp_split_to_array(line, ', *') AS part;
SELECT is(count(*), :rows::bigint, 'every row of fields.def is understood') FROM field;
SELECT cmp_ok(count(*), '>=', 13::bigint, 'it has rows') FROM field;

CREATE TEMP TABLE kind (name, in_column, in_argument) AS VALUES
  ('text', 'text', 'text'), ('texts', 'text[]', 'text[]'), ('date', 'date', 'date'),
  ('time_of_day', 'time without time zone', 'time without time zone'),
  ('timestamp', 'timestamp with time zone', 'timestamp with time zone'), ('duration', 'interval', 'interval'),
  ('int', 'smallint', 'integer'), ('days', 'smallint', 'integer'), ('count', 'smallint', 'integer'), ('bool', 'boolean', 'boolean'), ('long_text', 'text', 'text'), ('json', 'jsonb', 'jsonb'), ('within', 'jsonb', 'jsonb'), ('lists', 'jsonb', 'jsonb');
SELECT set_eq('SELECT kind FROM field EXCEPT SELECT name FROM kind', ARRAY[]::text[], 'every kind is known');

SELECT col_type_is(relation, f.col, k.in_column, format('%s: a column of %s', f.name, relation))
  FROM field f JOIN kind k ON k.name = f.kind, unnest('{jb_event,jb_event_view}'::name[]) AS relation;

CREATE TEMP VIEW argument AS
SELECT p.proname AS function, name, format_type(type, NULL) AS type
  FROM pg_proc p, unnest(p.proargnames, p.proargtypes::oid[]) AS a (name, type)
 WHERE p.oid IN ('jb_schedule'::regproc, 'jb_explain'::regproc);
SELECT is((SELECT type FROM argument a WHERE a.function = called AND a.name = f.argument), k.in_argument,
          format('%s: the argument %s of %s', f.name, f.argument, called))
  FROM field f JOIN kind k ON k.name = f.kind, unnest('{jb_schedule,jb_explain}'::name[]) AS called;
SELECT ok(EXISTS (SELECT FROM argument a WHERE a.function = called AND a.name = option),
          format('%s: an argument of %s', option, called))
  FROM regexp_split_to_table(:'options', ';') AS option, unnest('{jb_schedule,jb_explain}'::name[]) AS called;

-- The library would ignore an argument that it does not read.
SELECT set_eq($$SELECT name FROM argument WHERE function = 'jb_schedule'
                EXCEPT SELECT argument FROM field EXCEPT SELECT unnest('{recurrence,attachments,basis,idempotency_key,principal}'::text[])$$,
              regexp_split_to_array(:'options', ';'), 'jb_schedule has no other argument');

SELECT is((SELECT outcome FROM jb_schedule('Read as JSON', '1 hour')), 'placed', 'an event to read');
SELECT ok((SELECT jb_event_json(v)::jsonb FROM jb_event_view v) ? f.col, format('%s: a member of jb_event_json', f.name)) FROM field f;
SELECT * FROM finish();
ROLLBACK;
