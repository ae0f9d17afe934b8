-- The database, and the roles -----------------------------------------------------------------------------------
-- The functions check names and make JSON as UTF-8. In a database of another encoding they could not record a refusal.
--
-- Roles belong to the cluster, not to the database: a second database or a restore finds them there already.
-- jb_guest is the role of callers without a certificate; viewers, secretaries and managers are not members of it.
-- jb_operator maintains the whole database (purges, checks), and reads no calendar.
-- jb_gateway is the front end's login. It is NOINHERIT, so it has no right of its roles until it sets a caller's role.

DO $roles$
DECLARE
  wanted text;
BEGIN
  IF pg_catalog.current_setting('server_encoding') OPERATOR(pg_catalog.<>) 'UTF8' THEN
    RAISE EXCEPTION USING
      ERRCODE = 'feature_not_supported',
      MESSAGE = pg_catalog.format('jb_scheduler cannot work in a database whose encoding is %s',
                                  pg_catalog.current_setting('server_encoding')),
      DETAIL = 'It checks names and makes JSON as UTF-8.',
      HINT = 'Create the database with ENCODING ''UTF8'' TEMPLATE template0.';
  END IF;
  FOREACH wanted IN ARRAY ARRAY['jb_viewer', 'jb_secretary', 'jb_manager', 'jb_guest', 'jb_operator'] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) wanted::pg_catalog.name) THEN
      EXECUTE pg_catalog.format('CREATE ROLE %I NOLOGIN', wanted);
    END IF;
  END LOOP;
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'jb_gateway'::pg_catalog.name) THEN
    CREATE ROLE jb_gateway LOGIN NOINHERIT;
  END IF;
  -- Keeps what callers of HTTPS send, and a refusal quotes, out of the server's log (server/launcher.cpp).
  ALTER ROLE jb_gateway SET jb_scheduler.log_refusals = off;
  GRANT jb_viewer TO jb_secretary;
  GRANT jb_secretary TO jb_manager;
  GRANT jb_viewer, jb_secretary, jb_manager, jb_guest, jb_operator TO jb_gateway;
END
$roles$;

-- Below, unqualified names mean the server's own objects only. So an object planted in the extension's schema cannot
-- replace a function or an operator in a view, an index, a default or a body.
SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
