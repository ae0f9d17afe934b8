-- Promise: the queries of operations, "Watch", and of the runbook can be run by the roles that these pages name:
-- jb_operator alone, and jb_operator with jb_manager.
-- Could break: the pages are tried as a superuser, who may read every table.
\set watched `sed -n '/^## Watch/,/^### Metrics/p' docs/operations.md | grep -oP '\x60\KSELECT [^\x60]*' | paste -sd ';'`
\set ran `awk '/^\x60\x60\x60sql/ { f = 1; next } /^\x60\x60\x60/ { f = 0 } f' docs/runbook.md | tr '\n' ' '`
BEGIN;
SELECT no_plan();
CREATE ROLE test_operator IN ROLE jb_operator;
CREATE ROLE test_manager IN ROLE jb_operator, jb_manager;
CREATE TEMP TABLE tried (page text, statement text, state text);
GRANT SELECT, INSERT ON tried TO PUBLIC;
CREATE FUNCTION pg_temp.try(statement text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE statement;
  RETURN 'done';
EXCEPTION
  WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SET LOCAL ROLE test_operator;
INSERT INTO tried SELECT 'operations', s, pg_temp.try(s) FROM regexp_split_to_table(:'watched', ';') AS s;
SET LOCAL ROLE test_manager;
INSERT INTO tried SELECT 'runbook', s, pg_temp.try(s) FROM regexp_split_to_table(:'ran', ';') AS s WHERE s ~ '\S';
RESET ROLE;
SELECT is(state, 'done', format('%s: %s', page, statement)) FROM tried;
SELECT cmp_ok(count(*), '>=', 5::bigint, page || ' has statements') FROM tried GROUP BY page;
SELECT * FROM finish();
ROLLBACK;
