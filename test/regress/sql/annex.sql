-- Promise: a feature in PL/pgSQL reads its requests, refuses them and answers repeated ones as the functions of the extension
-- do, and lists the calendars and events of one kind.
-- Could break: a request may hold anything, and what an annex can do, any role can try.
\i test/regress/sql/frame/open.psql

-- ---- reading a request ----
RESET SESSION AUTHORIZATION;
CREATE TYPE loan AS (item text, tags text[], start timestamptz, day date, at time, lasts interval, copies int, is_urgent bool, extra jsonb);
CREATE TYPE odd AS (ids bigint, place point);
SET SESSION AUTHORIZATION regress_viewer;
SELECT r.* FROM jb_request_read(NULL::loan, '{"item": "Beamer", "tags": ["a", "b"], "start": "2026-11-24T09:00:00+01:00", "day": "2026-11-24", "at": "09:30",
  "lasts": 5400, "copies": 2, "is_urgent": true, "extra": {"deep": [1, null]}}') r;
-- what is not named stays; what cannot be read is null, and a fault
SELECT r.fields, f.* FROM jb_request_read(ROW('Tripod', '{x}', NULL, '2026-01-01', NULL, '1 hour', 7, false, '1')::loan, '{"loan": {"copies": "many", "at": null, "colour": 1}}', 'loan') r,
  unnest(r.faults) f;
SELECT r.faults FROM unnest(ARRAY['[]', '"x"', 'null', '{"loan": 1}', '{"loan": {}, "more": {}}', '{}']::jsonb[]) body, jb_request_read(NULL::loan, body, 'loan') r;
SELECT (r.faults[1]).* FROM jb_request_read(NULL::loan, '[1]', required => '{item}') r;
-- what is required and missing; a null is a value that cannot be read
SELECT f.* FROM jb_request_read(NULL::loan, '{"copies": null}', required => '{item,copies}') r, unnest(r.faults) f;
SELECT r.fields FROM jb_request_read(NULL::odd, '{"ids": 9007199254740993}') r;
SELECT state, message FROM test.refusal($$SELECT jb_request_read(NULL::odd, '{"ids": 1, "place": "(1,2)"}')$$); -- must fail: point is no type of a request
SELECT state FROM test.refusal($$SELECT jb_request_read(NULL::int, '{}')$$); -- must fail: int has no columns

-- ---- refusing ----
SELECT jb_refuse('{}'), jb_refuse(NULL), jb_refuse('{NULL}'); -- nothing
SELECT * FROM test.refusal($$SELECT jb_refuse(ARRAY[jb_fault('copies', '9', 'there are 3', 'Ask for fewer.'), jb_fault('item', NULL, 'it is required')])$$); -- must fail
SELECT hint FROM test.refusal($$SELECT jb_refuse(ARRAY[jb_fault('date', 'x', 'it is none')])$$); -- must fail: a field of events has its own hint

-- ---- calendars by prefix ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_make('Item:b'), jb_calendar_make('item:B'), jb_calendar_make('item:a'), jb_calendar_make('itemised');
SELECT state, message FROM test.refusal($$SELECT jb_calendar_make('a b')$$); -- must fail
SELECT name FROM jb_calendar_set('item:a', '{"time_zone": "Europe/Berlin"}');
SELECT name FROM jb_calendars('item:');
SELECT name FROM jb_calendars('item', max_rows => 1);
SELECT name FROM jb_calendars('item', after => 'item:a');
SELECT state, message FROM test.refusal($$SELECT jb_calendars('item', max_rows => 0)$$); -- must fail

-- ---- events by prefix: of all that the caller may read, whatever the case of their calendars' names ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_schedule('one', '1 hour', start_timestamp => '2026-11-24 09:00+01', calendars => '{item:a}', metadata => '{"to": "Ann"}');
SELECT outcome FROM jb_schedule('both', '1 hour', start_timestamp => '2026-11-24 08:00+01', calendars => '{Item:b,item:a}');
SELECT outcome FROM jb_schedule('elsewhere', '1 hour', start_timestamp => '2026-11-24 08:00+01', calendars => '{itemised}');
SELECT outcome FROM jb_schedule('no time', '1 hour', calendars => '{item:a}', on_no_slot => 'wait', not_before => '2026-11-24 08:00+01', not_after => '2026-11-24 09:30+01');
SELECT event_name, status FROM jb_events(calendars => '{item:*}');
SELECT event_name FROM jb_events(calendars => '{ITEM:*}', metadata => '{"to": "Ann"}');
SELECT event_name FROM jb_events(calendars => '{item:*}', q => 'BO', status => '{pending}');
SELECT string_agg(event_name, ' ') FROM jb_events(calendars => '{*}');
SELECT event_name FROM jb_events(calendars => '{item:*}', max_rows => 1);
SELECT event_name FROM jb_events(calendars => '{item:*}', after => (SELECT jb_event_cursor(e) FROM jb_events(calendars => '{item:*}', max_rows => 1) e), max_rows => 1);
SELECT event ->> 'event_name' AS name FROM jb_events_json(calendars => '{item:*}', from_time => '2026-11-24 08:30+01', to_time => '2026-11-24 09:00+01');
SELECT state, message FROM unnest(ARRAY['{a b*}', '{item:*,ceo}', '{**}']) c, test.refusal(format('SELECT jb_events(calendars => %L)', c)) r; -- must fail
RESET SESSION AUTHORIZATION;
SELECT grantee FROM jb_grant('item:a', 'principal:regress_secretary', 'busy');
SELECT jb_default_rights_set('nothing');
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_name FROM jb_events(calendars => '{item:*}'); -- none: a busy time has no name
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role');
SET SESSION AUTHORIZATION regress_secretary;

-- ---- keys ----
SELECT jb_key_take('k', '["loan", 1]') IS NULL AS is_mine;
SELECT jb_key_keep('k', ARRAY[o]) FROM jb_schedule('keyed', '1 hour', start_timestamp => '2026-11-25 09:00+01', calendars => '{itemised}') o;
SELECT k.event_id, k.outcome FROM unnest(jb_key_take('k', '["loan", 1]')) k;
SELECT state, message FROM test.refusal($$SELECT jb_key_take('k', '["loan", 2]')$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_schedule('other', '1 hour', idempotency_key => 'k')$$); -- must fail: a key stands for one request
SELECT jb_key_take(NULL, '1') IS NULL AS is_mine, jb_key_keep(NULL, '{}');
SELECT state, message FROM unnest(ARRAY['{}', '{NULL}', '{NULL,NULL}']) AS outcomes, test.refusal(format('SELECT jb_key_keep(''k'', %L)', outcomes)); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_key_keep('k', jb_key_take('k', '["loan", 1]'))$$); -- must fail: it has its answer
SELECT state, message FROM test.refusal($$SELECT jb_key_keep('unknown', jb_key_take('k', '["loan", 1]'))$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_key_take(' ', '1')$$); -- must fail
BEGIN;
SELECT jb_key_take('open', '1') IS NULL AS is_mine;
SELECT state, message FROM test.refusal($$SELECT jb_key_take('open', '1')$$); -- must fail: there is no answer yet
ROLLBACK;
SELECT state FROM test.refusal($$SELECT jb_key_take('k', '["loan", 1]', 'somebody else')$$); -- must fail: only the gateway names others
\i test/regress/sql/frame/close.psql
