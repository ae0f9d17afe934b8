-- A session of half an hour with one coach and one client.
\set n :n + 1
\set start 4102444800 + :run * 31536000 + :n * 1800
SELECT * FROM jb_session_create('coached', 'coached', to_timestamp(:start::float8), 30);
