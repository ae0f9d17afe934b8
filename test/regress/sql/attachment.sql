-- Promise: files and addresses go with an event: they come back byte for byte, are listed with name and size, are in the
-- history, and go when the event goes. A number is never given twice.
-- Could break: a file is dumped into every listing, a number leads to another file, a name breaks out of a header.
\i test/regress/sql/frame/open.psql
SELECT event_id, version FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> 1|1
SELECT attachments FROM jb_event(1); --> []

-- ---- attach ----
SELECT outcome, event_id, version FROM jb_attach(1, '{"name": "agenda.txt", "media_type": "text/plain; charset=utf-8", "data": "R3LDvMOfZQ=="}'); --> updated|1|2
SELECT outcome, version FROM jb_attach(1, '{"name": "minutes", "url": "https://example.org/minutes?week=48"}'); --> updated|3
SELECT outcome, version FROM jb_attach(1, '{"name": "scan.bin"}', '\x00ff0a27005c'); --> updated|4
SELECT attachments FROM jb_event(1);
--> [{"n": 1, "url": null, "name": "agenda.txt", "size": 7, "media_type": "text/plain; charset=utf-8"}, {"n": 2, "url": "https://example.org/minutes?week=48", "name": "minutes", "size": null, "media_type": null}, {"n": 3, "url": null, "name": "scan.bin", "size": 6, "media_type": "application/octet-stream"}]
SELECT n, name, media_type, convert_from(data, 'UTF8') AS data, url FROM jb_attachment(1, 1); --> 1|agenda.txt|text/plain; charset=utf-8|Grüße|null
SELECT n, name, media_type, data, url FROM jb_attachment(1, 2); --> 2|minutes|null|null|https://example.org/minutes?week=48
SELECT n, name, media_type, data FROM jb_attachment(1, 3); --> 3|scan.bin|application/octet-stream|\x00ff0a27005c
-- as encode() writes base64, with line breaks
SELECT outcome FROM jb_attach(1, jsonb_build_object('name', 'long.bin', 'data', encode(decode(repeat('00112233445566778899', 50), 'hex'), 'base64'))); --> updated
SELECT data = decode(repeat('00112233445566778899', 50), 'hex') AS is_the_same FROM jb_attachment(1, 4); --> t

-- ---- with a new event ----
SELECT outcome, event_id FROM jb_schedule('Two files', '1 hour', calendars => '{room:a}',
  attachments => ARRAY['{"name": "a.txt", "data": "YQ=="}', '{"name": "b", "url": "http://example.org"}']::jsonb[]); --> placed|2
SELECT attachments -> 0 ->> 'size' AS size, attachments -> 1 ->> 'url' AS url, version FROM jb_event(2); --> 1|http://example.org|1
SELECT outcome, event_id FROM jb_schedule_all('[{"event_name": "By JSON", "calendars": ["room:a"], "attachments": [{"name": "a.txt", "data": "YWI="}]},
  {"event_name": "None", "calendars": ["room:a"], "attachments": null}]'); --> placed|3
--> placed|4
SELECT id, jsonb_array_length(attachments) AS number FROM jb_event_view WHERE id > 2 ORDER BY id; --> 3|1
--> 4|0
SELECT outcome, event_id FROM jb_schedule('Tried', '1 hour', calendars => '{room:a}', attachments => ARRAY['{"name": "a", "data": "YQ=="}']::jsonb[], dry_run => true); --> placed|null
SELECT outcome, event_id FROM jb_schedule('Refused', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', attachments => ARRAY['{"name": "a", "data": "YQ=="}']::jsonb[]); --> rejected|null
SELECT event_id, count(*) FROM jb_attachment GROUP BY event_id ORDER BY event_id; --> 1|4
--> 2|2
--> 3|1

-- ---- detach ----
SELECT outcome, version FROM jb_detach(1, 4); --> updated|6
SELECT state, message, hint FROM test.refusal('SELECT jb_attachment(1, 4)'); --> P0002|event 1 has no attachment 4|The event's attachments list the numbers that there are.
SELECT state, message FROM test.refusal('SELECT jb_detach(1, 4)'); --> P0002|event 1 has no attachment 4
SELECT outcome FROM jb_attach(1, '{"name": "new", "data": "YQ=="}'); --> updated
SELECT jsonb_path_query_array(attachments, '$[*].n') AS numbers FROM jb_event(1); --> [1, 2, 3, 5]

-- ---- history, and the versions ----
SELECT seq, version, kind, fields, old_range = new_range AS stayed FROM jb_history(1) ORDER BY seq; --> 1|1|placed|{}|null
--> 2|2|updated|{attachments}|t
--> 3|3|updated|{attachments}|t
--> 4|4|updated|{attachments}|t
--> 5|5|updated|{attachments}|t
--> 9|6|updated|{attachments}|t
--> 10|7|updated|{attachments}|t
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x", "data": "YQ=="}', expected_version => 3)$$); --> JB412|event 1 has version 7, not 3
SELECT state, message FROM test.refusal($$SELECT jb_detach(1, 1, expected_version => 3)$$); --> JB412|event 1 has version 7, not 3
SELECT outcome FROM jb_detach(1, 5, expected_version => 7); --> updated

-- ---- an update takes what GET gave, and leaves the attachments alone ----
SELECT outcome FROM jb_event(1) e, jb_update(1, jb_event_json(e)::jsonb, replace => true); --> unchanged
SELECT outcome FROM jb_update(1, '{"event_name": "Board of directors"}'); --> updated
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"attachments": []}')$$); --> 22023|invalid attachments "[]": it is a result and cannot be changed
SELECT jsonb_path_query_array(attachments, '$[*].name') AS names FROM jb_event(1); --> ["agenda.txt", "minutes", "scan.bin"]

-- ---- what is refused, all of it at once, and changes nothing ----
SELECT test.stored() AS before \gset
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_attach(1, '{"name": "a/b", "media_type": "text", "data": "YQ", "size": 1}')$$);
--> 22023|invalid data "YQ": it must be base64 with its padding|[{"field":"data","value":"YQ","message":"it must be base64 with its padding"},{"field":"size","value":"1","message":"there is no such field"},{"field":"name","value":"a/b","message":"it must be the name of a file, without slashes and controls"},{"field":"media_type","value":"text","message":"it must be a media type such as application/pdf"}]|Give base64 of 1 byte to 10 MiB, or a url in its place.
SELECT given, state, message FROM unnest(ARRAY[
  '[]', '{}', '{"name": "x"}', '{"name": null, "data": "YQ=="}', '{"name": 1, "data": "YQ=="}', '{"name": "..", "data": "YQ=="}', '{"name": "a\nb", "data": "YQ=="}', '{"name": "a\\b", "data": "YQ=="}', '{"name": "\u00a0", "data": "YQ=="}',
  '{"name": "x", "data": ""}', '{"name": "x", "data": "YQ=="   , "url": "https://a.example"}', '{"name": "x", "data": "Y Q = ="}', '{"name": "x", "data": "YQ==YQ=="}', '{"name": "x", "data": "Y==="}', '{"name": "x", "data": "!"}',
  '{"name": "x", "url": "javascript:alert(1)"}', '{"name": "x", "url": "data:text/html,x"}', '{"name": "x", "url": "file:///etc/passwd"}', '{"name": "x", "url": "https:///x"}', '{"name": "x", "url": "//example.org"}', '{"name": "x", "url": "https://example.org/a b"}', '{"name": "x", "url": "HTTPS://example.org"}',
  '{"name": "x", "data": "YQ==", "media_type": "text/html\r\nSet-Cookie: a=b"}', '{"name": "x", "data": "YQ==", "media_type": "text/"}'
]) AS given, test.refusal(format('SELECT jb_attach(1, %L, expected_version => -1)', given)); --> []|22023|invalid attachment "[]": it must be a JSON object
--> {}|22023|invalid name "": it must be 1 to 255 characters long
--> {"name": "x"}|22023|invalid data "": data or url is required
--> {"name": null, "data": "YQ=="}|22023|invalid name "null": it must be a text
--> {"name": 1, "data": "YQ=="}|22023|invalid name "1": it must be a text
--> {"name": "..", "data": "YQ=="}|22023|invalid name "..": it must be the name of a file, without slashes and controls
--> {"name": "a\nb", "data": "YQ=="}|22023|invalid name "a
--> b": it must be the name of a file, without slashes and controls
--> {"name": "a\\b", "data": "YQ=="}|22023|invalid name "a\b": it must be the name of a file, without slashes and controls
--> {"name": "\u00a0", "data": "YQ=="}|22023|invalid name " ": it must have a character that is seen
--> {"name": "x", "data": ""}|22023|invalid data "0 bytes": it must be 1 byte to 10 MiB
--> {"name": "x", "data": "YQ=="   , "url": "https://a.example"}|22023|invalid url "https://a.example": it contradicts data
--> {"name": "x", "data": "Y Q = ="}|JB412|event 1 has version 9, not -1
--> {"name": "x", "data": "YQ==YQ=="}|22023|invalid data "YQ==YQ==": it must be base64 with its padding
--> {"name": "x", "data": "Y==="}|22023|invalid data "Y===": it must be base64 with its padding
--> {"name": "x", "data": "!"}|22023|invalid data "!": it must be base64 with its padding
--> {"name": "x", "url": "javascript:alert(1)"}|22023|invalid url "javascript:alert(1)": it must be an http or https address of at most 2000 characters
--> {"name": "x", "url": "data:text/html,x"}|22023|invalid url "data:text/html,x": it must be an http or https address of at most 2000 characters
--> {"name": "x", "url": "file:///etc/passwd"}|22023|invalid url "file:///etc/passwd": it must be an http or https address of at most 2000 characters
--> {"name": "x", "url": "https:///x"}|22023|invalid url "https:///x": it must be an http or https address of at most 2000 characters
--> {"name": "x", "url": "//example.org"}|22023|invalid url "//example.org": it must be an http or https address of at most 2000 characters
--> {"name": "x", "url": "https://example.org/a b"}|22023|invalid url "https://example.org/a b": it must be an http or https address of at most 2000 characters
--> {"name": "x", "url": "HTTPS://example.org"}|JB412|event 1 has version 9, not -1
--> {"name": "x", "data": "YQ==", "media_type": "text/html\r\nSet-Cookie: a=b"}|22023|invalid media_type "text/html
--> Set-Cookie: a=b": it must be a media type such as application/pdf
--> {"name": "x", "data": "YQ==", "media_type": "text/"}|22023|invalid media_type "text/": it must be a media type such as application/pdf
SELECT length(given ->> 'name') AS length, state, left(message, 14) AS message FROM (VALUES (jsonb_build_object('name', repeat('ü', 256), 'data', 'YQ==')), (jsonb_build_object('name', 'x', 'url', 'https://example.org/' || repeat('x', 1981)))) AS v (given), test.refusal(format('SELECT jb_attach(1, %L)', given));
--> 256|22023|invalid name "
--> 1|22023|invalid url "h
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x", "data": "YQ=="}', '\x00')$$); --> 22023|invalid data "": it is given twice
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x"}', decode(repeat('00', 10 * 1024 * 1024 + 1), 'hex'))$$);
--> 22023|invalid data "10485761 bytes": it must be 1 byte to 10 MiB
SELECT state, message FROM test.refusal($$SELECT jb_attach(99, '{"name": "x", "data": "YQ=="}')$$); --> P0002|event 99 does not exist
SELECT state, message FROM test.refusal($$SELECT jb_attachment(99, 1)$$); --> P0002|event 99 does not exist
SELECT state, message FROM test.refusal($$SELECT jb_attachment(1, NULL)$$); --> P0002|event 1 has no attachment NULL
SELECT state, message, detail FROM test.refusal($$SELECT jb_schedule('x', attachments => ARRAY['{"name": "a", "data": "YQ=="}', '{"name": "", "data": "?"}', NULL]::jsonb[])$$);
--> 22023|invalid attachments[1].data "?": it must be base64 with its padding|[{"field":"attachments[1].data","value":"?","message":"it must be base64 with its padding"},{"field":"attachments[1].name","value":"","message":"it must be 1 to 255 characters long"},{"field":"attachments[2]","value":"null","message":"it must be a JSON object"}]
SELECT state, message FROM test.refusal($$SELECT jb_schedule('x', attachments => array_fill('{"name": "a", "data": "YQ=="}'::jsonb, '{101}'))$$);
--> 22023|invalid attachments "101": there must be at most 100
SELECT state, message FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "x", "attachments": {}}, {"event_name": "x", "attachments": [{"name": "a"}]}]')$$);
--> 22023|request 0: invalid attachments "{}": it must be a list of objects
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- 10 MiB, and a hundred of them ----
SELECT outcome FROM jb_attach(2, '{"name": "large.bin", "media_type": "application/pdf"}', decode(repeat('5a', 10 * 1024 * 1024), 'hex')); --> updated
SELECT octet_length(data) AS size, md5(data) = md5(decode(repeat('5a', 10 * 1024 * 1024), 'hex')) AS is_the_same FROM jb_attachment(2, 3); --> 10485760|t
SELECT count(DISTINCT outcome) FROM generate_series(4, 100) AS i, jb_attach(2, jsonb_build_object('name', 'x' || i, 'data', 'YQ==')); --> 1
SELECT state, message FROM test.refusal($$SELECT jb_attach(2, '{"name": "one more", "data": "YQ=="}')$$); --> 22023|invalid attachment "one more": the event has 100 already

-- ---- a series multiplies attachments: all series of a call may have 100 MiB ----
SELECT encode(decode(repeat('5a', 1024 * 1024), 'hex'), 'base64') AS mib \gset
SELECT test.stored() AS before \gset
SELECT state, message, hint FROM test.refusal(format('SELECT jb_schedule(%L, %L, %L, %L, calendars => %L, recurrence => %L, attachments => ARRAY[%L]::jsonb[])',
  'x', '1 hour', '2027-01-04', '09:00', '{room:a}', 'RRULE:FREQ=DAILY;COUNT=101', jsonb_build_object('name', 'a', 'data', :'mib')));
--> 22023|invalid attachments "1048576 bytes": each of the 101 events of the series would have them, and all series of a call may have 100 MiB|Give at most 100 objects of name, media_type, and data in base64 or url; a url where a series is long.
SELECT state, message FROM test.refusal(format('SELECT jb_schedule(%L, %L, %L, %L, calendars => %L, recurrence => %L, attachments => ARRAY[%L]::jsonb[], dry_run => true)',
  'x', '1 hour', '2027-01-04', '09:00', '{room:a}', 'RRULE:FREQ=DAILY;COUNT=101', jsonb_build_object('name', 'a', 'data', :'mib')));
--> 22023|invalid attachments "1048576 bytes": each of the 101 events of the series would have them, and all series of a call may have 100 MiB
-- in a batch each series counts, but for those that are only tried, and the series that is too much is named
SELECT jsonb_build_object('event_name', 'x', 'duration', 3600, 'date', '2027-01-04', 'start_time', '09:00', 'calendars', ARRAY['room:a'],
  'recurrence', 'RRULE:FREQ=DAILY;COUNT=60', 'attachments', jsonb_build_array(jsonb_build_object('name', 'a', 'data', :'mib'))) AS sixty \gset
SELECT state, message FROM test.refusal(format('SELECT jb_schedule_all(%L)',
  jsonb_build_array(:'sixty'::jsonb || '{"dry_run": true}', :'sixty'::jsonb, :'sixty'::jsonb || '{"start_time": "11:00"}')));
--> 22023|request 2: invalid attachments "1048576 bytes": each of the 60 events of the series would have them, and all series of a call may have 100 MiB
SELECT test.stored() = :'before' AS nothing_changed; --> t
-- the address of a file has no weight; a hundred files of one MiB are allowed
SELECT outcome FROM jb_schedule('x', '1 hour', '2027-01-04', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=150',
  attachments => ARRAY['{"name": "a", "url": "https://example.org"}']::jsonb[], dry_run => true); --> placed
SELECT outcome FROM jb_schedule('x', '1 hour', '2027-01-04', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=100',
  attachments => ARRAY[jsonb_build_object('name', 'a', 'data', :'mib')], dry_run => true); --> placed

-- ---- attachments go with their event ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(1), jb_delete(2); --> t|t
SELECT event_id, count(*) FROM jb_attachment GROUP BY event_id ORDER BY event_id; --> 3|1
SELECT image -> 'attachments' -> 0 AS first FROM jb_history(1) WHERE kind = 'deleted'; --> {"n": 1, "url": null, "name": "agenda.txt", "size": 7, "media_type": "text/plain; charset=utf-8"}
SELECT state FROM test.refusal('SELECT jb_attachment(1, 1)'); --> P0002
\i test/regress/sql/frame/close.psql
