-- Promise: the server can prepare each statement of the library, as its tables, views and functions are now.
-- Could break: a column gets another name, and a statement that hardly ever runs keeps the old one. The library marks
-- its statements (pg/spi.hpp), so they are read from the file that this session has loaded.
BEGIN;
SELECT no_plan();

SELECT jb_now() IS NOT NULL AS is_loaded;
CREATE TEMP TABLE statements AS -- distinct, since what a debugger reads has them again
SELECT DISTINCT replace(m[1], '\\', '\') AS text
  FROM regexp_matches(encode(pg_read_binary_file((regexp_match(pg_read_file('/proc/self/maps'), '/\S+/jb_scheduler-\S+\.so'))[1]), 'escape'),
                      'jb_statement: ((?:[^\\]|\\\\)+)', 'g') AS m;
SELECT cmp_ok((SELECT count(*) FROM statements), '>', 150::bigint, 'the statements are found');
SELECT lives_ok(format('PREPARE %I AS %s', md5(text), text), text) FROM statements ORDER BY text;

SELECT * FROM finish();
ROLLBACK;
