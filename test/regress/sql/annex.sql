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
  "lasts": 5400, "copies": 2, "is_urgent": true, "extra": {"deep": [1, null]}}') r; --> (Beamer,"{a,b}","2026-11-24 09:00:00+01",2026-11-24,09:30:00,01:30:00,2,t,"{""deep"": [1, null]}")|{}
-- what is not named stays; what cannot be read is null, and a fault
SELECT r.fields, f.* FROM jb_request_read(ROW('Tripod', '{x}', NULL, '2026-01-01', NULL, '1 hour', 7, false, '1')::loan, '{"loan": {"copies": "many", "at": null, "colour": 1}}', 'loan') r,
  unnest(r.faults) f; --> (Tripod,{x},,2026-01-01,,01:00:00,,f,1)|at|null|it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS|null
--> (Tripod,{x},,2026-01-01,,01:00:00,,f,1)|colour|1|there is no such field|Leave it out, or correct its name: no field of this name is taken here.
--> (Tripod,{x},,2026-01-01,,01:00:00,,f,1)|copies|many|it must be a whole number|null
SELECT r.faults FROM unnest(ARRAY['[]', '"x"', 'null', '{"loan": 1}', '{"loan": {}, "more": {}}', '{}']::jsonb[]) body, jb_request_read(NULL::loan, body, 'loan') r;
--> {"(loan,[],\"the body must be {\"\"loan\"\": {...}}\",\"Give {\"\"loan\"\": {…}}, with any of item, tags, start, day, at, lasts, copies, is_urgent, extra.\")"}
--> {"(loan,x,\"the body must be {\"\"loan\"\": {...}}\",\"Give {\"\"loan\"\": {…}}, with any of item, tags, start, day, at, lasts, copies, is_urgent, extra.\")"}
--> {"(loan,null,\"the body must be {\"\"loan\"\": {...}}\",\"Give {\"\"loan\"\": {…}}, with any of item, tags, start, day, at, lasts, copies, is_urgent, extra.\")"}
--> {"(loan,\"{\"\"loan\"\":1}\",\"the body must be {\"\"loan\"\": {...}}\",\"Give {\"\"loan\"\": {…}}, with any of item, tags, start, day, at, lasts, copies, is_urgent, extra.\")"}
--> {"(loan,\"{\"\"loan\"\":{},\"\"more\"\":{}}\",\"the body must be {\"\"loan\"\": {...}}\",\"Give {\"\"loan\"\": {…}}, with any of item, tags, start, day, at, lasts, copies, is_urgent, extra.\")"}
--> {"(loan,{},\"the body must be {\"\"loan\"\": {...}}\",\"Give {\"\"loan\"\": {…}}, with any of item, tags, start, day, at, lasts, copies, is_urgent, extra.\")"}
SELECT (r.faults[1]).* FROM jb_request_read(NULL::loan, '[1]', required => '{item}') r; --> request|[1]|it must be a JSON object|null
-- what is required and missing; a null is a value that cannot be read
SELECT f.* FROM jb_request_read(NULL::loan, '{"copies": null}', required => '{item,copies}') r, unnest(r.faults) f; --> copies|null|it must be a whole number|null
--> item|NULL|it is required|null
SELECT r.fields FROM jb_request_read(NULL::odd, '{"ids": 9007199254740993}') r; --> (9007199254740993,)
SELECT state, message FROM test.refusal($$SELECT jb_request_read(NULL::odd, '{"ids": 1, "place": "(1,2)"}')$$); -- must fail: point is no type of a request
--> 22023|invalid base "place": a request has no values of its type
SELECT state FROM test.refusal($$SELECT jb_request_read(NULL::int, '{}')$$); -- must fail: int has no columns --> 42809

-- ---- refusing ----
SELECT jb_refuse('{}'), jb_refuse(NULL), jb_refuse('{NULL}'); -- nothing --> ||
SELECT * FROM test.refusal($$SELECT jb_refuse(ARRAY[jb_fault('copies', '9', 'there are 3', 'Ask for fewer.'), jb_fault('item', NULL, 'it is required')])$$); -- must fail
--> 22023|invalid copies "9": there are 3|[{"field":"copies","value":"9","message":"there are 3"},{"field":"item","value":"NULL","message":"it is required"}]|Ask for fewer.
SELECT hint FROM test.refusal($$SELECT jb_refuse(ARRAY[jb_fault('date', 'x', 'it is none')])$$); -- must fail: a field of events has its own hint --> Give a date as YYYY-MM-DD, years 0001 to 9999.

-- ---- calendars by prefix ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_make('Item:b'), jb_calendar_make('item:B'), jb_calendar_make('item:a'), jb_calendar_make('itemised'); --> t|f|t|t
SELECT state, message FROM test.refusal($$SELECT jb_calendar_make('a b')$$); -- must fail
--> 22023|invalid calendar "a b": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
SELECT name FROM jb_calendar_set('item:a', '{"time_zone": "Europe/Berlin"}'); --> item:a
SELECT name FROM jb_calendars('item:'); --> item:a
SELECT name FROM jb_calendars('item', max_rows => 1); --> item:a
SELECT name FROM jb_calendars('item', after => 'item:a'); --> itemised
SELECT state, message FROM test.refusal($$SELECT jb_calendars('item', max_rows => 0)$$); -- must fail --> 22023|invalid max_rows "0": it must be from 1 to 1000

-- ---- events by prefix: of all that the caller may read, whatever the case of their calendars' names ----
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_schedule('one', '1 hour', start_timestamp => '2026-11-24 09:00+01', calendars => '{item:a}', metadata => '{"to": "Ann"}'); --> placed
SELECT outcome FROM jb_schedule('both', '1 hour', start_timestamp => '2026-11-24 08:00+01', calendars => '{Item:b,item:a}'); --> placed
SELECT outcome FROM jb_schedule('elsewhere', '1 hour', start_timestamp => '2026-11-24 08:00+01', calendars => '{itemised}'); --> placed
SELECT outcome FROM jb_schedule('no time', '1 hour', calendars => '{item:a}', on_no_slot => 'wait', not_before => '2026-11-24 08:00+01', not_after => '2026-11-24 09:30+01'); --> waiting
SELECT event_name, status FROM jb_events(calendars => '{item:*}'); --> both|pending
--> one|pending
--> no time|waiting
SELECT event_name FROM jb_events(calendars => '{ITEM:*}', metadata => '{"to": "Ann"}'); --> one
SELECT event_name FROM jb_events(calendars => '{item:*}', q => 'BO', status => '{pending}'); --> both
SELECT string_agg(event_name, ' ') FROM jb_events(calendars => '{*}'); --> both elsewhere one no time
SELECT event_name FROM jb_events(calendars => '{item:*}', max_rows => 1); --> both
SELECT event_name FROM jb_events(calendars => '{item:*}', after => (SELECT jb_event_cursor(e) FROM jb_events(calendars => '{item:*}', max_rows => 1) e), max_rows => 1); --> one
SELECT event ->> 'event_name' AS name FROM jb_events_json(calendars => '{item:*}', from_time => '2026-11-24 08:30+01', to_time => '2026-11-24 09:00+01'); --> both
--> no time
SELECT state, message FROM unnest(ARRAY['{a b*}', '{item:*,ceo}', '{**}']) c, test.refusal(format('SELECT jb_events(calendars => %L)', c)) r; -- must fail
--> 22023|invalid calendars "a b*": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
--> 22023|invalid calendars "item:*": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
--> 22023|invalid calendars "**": a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics
RESET SESSION AUTHORIZATION;
SELECT grantee FROM jb_grant('item:a', 'principal:regress_secretary', 'busy'); --> principal:regress_secretary
SELECT jb_default_rights_set('nothing'); --> nothing
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_name FROM jb_events(calendars => '{item:*}'); -- none: a busy time has no name
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role'); --> all by role
SET SESSION AUTHORIZATION regress_secretary;

-- ---- keys ----
SELECT jb_key_take('k', '["loan", 1]') IS NULL AS is_mine; --> t
SELECT jb_key_keep('k', ARRAY[o]) FROM jb_schedule('keyed', '1 hour', start_timestamp => '2026-11-25 09:00+01', calendars => '{itemised}') o; -->
SELECT k.event_id, k.outcome FROM unnest(jb_key_take('k', '["loan", 1]')) k; --> 5|placed
SELECT state, message FROM test.refusal($$SELECT jb_key_take('k', '["loan", 2]')$$); -- must fail --> JB422|idempotency_key "k" was used with another request
SELECT state, message FROM test.refusal($$SELECT jb_schedule('other', '1 hour', idempotency_key => 'k')$$); -- must fail: a key stands for one request
--> JB422|idempotency_key "k" was used with another request
SELECT jb_key_take(NULL, '1') IS NULL AS is_mine, jb_key_keep(NULL, '{}'); --> t|
SELECT state, message FROM unnest(ARRAY['{}', '{NULL}', '{NULL,NULL}']) AS outcomes, test.refusal(format('SELECT jb_key_keep(''k'', %L)', outcomes)); -- must fail
--> 22023|invalid outcomes "{}": it must have at least one outcome, and no null
--> 22023|invalid outcomes "{NULL}": it must have at least one outcome, and no null
--> 22023|invalid outcomes "{NULL}": it must have at least one outcome, and no null
SELECT state, message FROM test.refusal($$SELECT jb_key_keep('k', jb_key_take('k', '["loan", 1]'))$$); -- must fail: it has its answer --> 55000|idempotency_key "k" has an answer already
SELECT state, message FROM test.refusal($$SELECT jb_key_keep('unknown', jb_key_take('k', '["loan", 1]'))$$); -- must fail --> 55000|idempotency_key "unknown" has not been taken
SELECT state, message FROM test.refusal($$SELECT jb_key_take(' ', '1')$$); -- must fail --> 22023|invalid idempotency_key " ": it must be 1 to 255 printable characters of ASCII, not all blank
BEGIN;
SELECT jb_key_take('open', '1') IS NULL AS is_mine; --> t
SELECT state, message FROM test.refusal($$SELECT jb_key_take('open', '1')$$); -- must fail: there is no answer yet --> 55000|the call under idempotency_key "open" is still under way
ROLLBACK;
SELECT state FROM test.refusal($$SELECT jb_key_take('k', '["loan", 1]', 'somebody else')$$); -- must fail: only the gateway names others --> 42501
\i test/regress/sql/frame/close.psql
