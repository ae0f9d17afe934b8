-- Promise: the extension is created where it can work, in a database that holds UTF-8, and nowhere else.
-- Could break: in another encoding everything works until a refusal with an umlaut cannot be recorded.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT current_database() AS here \gset
DROP DATABASE IF EXISTS regress_jb_latin1;
CREATE DATABASE regress_jb_latin1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0;
\c regress_jb_latin1
-- the server adds where in its script the extension stopped, since PostgreSQL 18 with the whole statement
\set SHOW_CONTEXT never
CREATE EXTENSION jb_scheduler; -- must fail --> ERROR:  jb_scheduler cannot work in a database whose encoding is LATIN1
--> DETAIL:  It checks names and makes JSON as UTF-8.
--> HINT:  Create the database with ENCODING 'UTF8' TEMPLATE template0.
\set SHOW_CONTEXT errors
\c :here
DROP DATABASE regress_jb_latin1;
\i test/regress/sql/frame/close.psql
