-- Promise: files and addresses go with an event: they come back byte for byte, are listed with name and size, are in the
-- history, and go when the event goes. A number is never given twice.
-- Could break: a file is dumped into every listing, a number leads to another file, a name breaks out of a header.
\i test/regress/sql/frame/open.psql
SELECT event_id, version FROM jb_schedule('Board', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
SELECT attachments FROM jb_event(1);

-- ---- attach ----
SELECT outcome, event_id, version FROM jb_attach(1, '{"name": "agenda.txt", "media_type": "text/plain; charset=utf-8", "data": "R3LDvMOfZQ=="}');
SELECT outcome, version FROM jb_attach(1, '{"name": "minutes", "url": "https://example.org/minutes?week=48"}');
SELECT outcome, version FROM jb_attach(1, '{"name": "scan.bin"}', '\x00ff0a27005c');
SELECT attachments FROM jb_event(1);
SELECT n, name, media_type, convert_from(data, 'UTF8') AS data, url FROM jb_attachment(1, 1);
SELECT n, name, media_type, data, url FROM jb_attachment(1, 2);
SELECT n, name, media_type, data FROM jb_attachment(1, 3);
-- as encode() writes base64, with line breaks
SELECT outcome FROM jb_attach(1, jsonb_build_object('name', 'long.bin', 'data', encode(decode(repeat('00112233445566778899', 50), 'hex'), 'base64')));
SELECT data = decode(repeat('00112233445566778899', 50), 'hex') AS is_the_same FROM jb_attachment(1, 4);

-- ---- with a new event ----
SELECT outcome, event_id FROM jb_schedule('Two files', '1 hour', calendars => '{room:a}',
  attachments => ARRAY['{"name": "a.txt", "data": "YQ=="}', '{"name": "b", "url": "http://example.org"}']::jsonb[]);
SELECT attachments -> 0 ->> 'size' AS size, attachments -> 1 ->> 'url' AS url, version FROM jb_event(2);
SELECT outcome, event_id FROM jb_schedule_all('[{"event_name": "By JSON", "calendars": ["room:a"], "attachments": [{"name": "a.txt", "data": "YWI="}]},
  {"event_name": "None", "calendars": ["room:a"], "attachments": null}]');
SELECT id, jsonb_array_length(attachments) AS number FROM jb_event_view WHERE id > 2 ORDER BY id;
SELECT outcome, event_id FROM jb_schedule('Tried', '1 hour', calendars => '{room:a}', attachments => ARRAY['{"name": "a", "data": "YQ=="}']::jsonb[], dry_run => true);
SELECT outcome, event_id FROM jb_schedule('Refused', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', attachments => ARRAY['{"name": "a", "data": "YQ=="}']::jsonb[]);
SELECT event_id, count(*) FROM jb_attachment GROUP BY event_id ORDER BY event_id;

-- ---- detach ----
SELECT outcome, version FROM jb_detach(1, 4);
SELECT state, message, hint FROM test.refusal('SELECT jb_attachment(1, 4)');
SELECT state, message FROM test.refusal('SELECT jb_detach(1, 4)');
SELECT outcome FROM jb_attach(1, '{"name": "new", "data": "YQ=="}');
SELECT jsonb_path_query_array(attachments, '$[*].n') AS numbers FROM jb_event(1);

-- ---- history, and the versions ----
SELECT seq, version, kind, fields, old_range = new_range AS stayed FROM jb_history(1) ORDER BY seq;
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x", "data": "YQ=="}', expected_version => 3)$$);
SELECT state, message FROM test.refusal($$SELECT jb_detach(1, 1, expected_version => 3)$$);
SELECT outcome FROM jb_detach(1, 5, expected_version => 7);

-- ---- an update takes what GET gave, and leaves the attachments alone ----
SELECT outcome FROM jb_event(1) e, jb_update(1, jb_event_json(e)::jsonb, replace => true);
SELECT outcome FROM jb_update(1, '{"event_name": "Board of directors"}');
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"attachments": []}')$$);
SELECT jsonb_path_query_array(attachments, '$[*].name') AS names FROM jb_event(1);

-- ---- what is refused, all of it at once, and changes nothing ----
SELECT test.stored() AS before \gset
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_attach(1, '{"name": "a/b", "media_type": "text", "data": "YQ", "size": 1}')$$);
SELECT given, state, message FROM unnest(ARRAY[
  '[]', '{}', '{"name": "x"}', '{"name": null, "data": "YQ=="}', '{"name": 1, "data": "YQ=="}', '{"name": "..", "data": "YQ=="}', '{"name": "a\nb", "data": "YQ=="}', '{"name": "a\\b", "data": "YQ=="}', '{"name": "\u00a0", "data": "YQ=="}',
  '{"name": "x", "data": ""}', '{"name": "x", "data": "YQ=="   , "url": "https://a.example"}', '{"name": "x", "data": "Y Q = ="}', '{"name": "x", "data": "YQ==YQ=="}', '{"name": "x", "data": "Y==="}', '{"name": "x", "data": "!"}',
  '{"name": "x", "url": "javascript:alert(1)"}', '{"name": "x", "url": "data:text/html,x"}', '{"name": "x", "url": "file:///etc/passwd"}', '{"name": "x", "url": "https:///x"}', '{"name": "x", "url": "//example.org"}', '{"name": "x", "url": "https://example.org/a b"}', '{"name": "x", "url": "HTTPS://example.org"}',
  '{"name": "x", "data": "YQ==", "media_type": "text/html\r\nSet-Cookie: a=b"}', '{"name": "x", "data": "YQ==", "media_type": "text/"}'
]) AS given, test.refusal(format('SELECT jb_attach(1, %L, expected_version => -1)', given));
SELECT length(given ->> 'name') AS length, state, left(message, 14) AS message FROM (VALUES (jsonb_build_object('name', repeat('ü', 256), 'data', 'YQ==')), (jsonb_build_object('name', 'x', 'url', 'https://example.org/' || repeat('x', 1981)))) AS v (given), test.refusal(format('SELECT jb_attach(1, %L)', given));
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x", "data": "YQ=="}', '\x00')$$);
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x"}', decode(repeat('00', 10 * 1024 * 1024 + 1), 'hex'))$$);
SELECT state, message FROM test.refusal($$SELECT jb_attach(99, '{"name": "x", "data": "YQ=="}')$$);
SELECT state, message FROM test.refusal($$SELECT jb_attachment(99, 1)$$);
SELECT state, message FROM test.refusal($$SELECT jb_attachment(1, NULL)$$);
SELECT state, message, detail FROM test.refusal($$SELECT jb_schedule('x', attachments => ARRAY['{"name": "a", "data": "YQ=="}', '{"name": "", "data": "?"}', NULL]::jsonb[])$$);
SELECT state, message FROM test.refusal($$SELECT jb_schedule('x', attachments => array_fill('{"name": "a", "data": "YQ=="}'::jsonb, '{101}'))$$);
SELECT state, message FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "x", "attachments": {}}, {"event_name": "x", "attachments": [{"name": "a"}]}]')$$);
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- 10 MiB, and a hundred of them ----
SELECT outcome FROM jb_attach(2, '{"name": "large.bin", "media_type": "application/pdf"}', decode(repeat('5a', 10 * 1024 * 1024), 'hex'));
SELECT octet_length(data) AS size, md5(data) = md5(decode(repeat('5a', 10 * 1024 * 1024), 'hex')) AS is_the_same FROM jb_attachment(2, 3);
SELECT count(DISTINCT outcome) FROM generate_series(4, 100) AS i, jb_attach(2, jsonb_build_object('name', 'x' || i, 'data', 'YQ=='));
SELECT state, message FROM test.refusal($$SELECT jb_attach(2, '{"name": "one more", "data": "YQ=="}')$$);

-- ---- a series multiplies attachments: all series of a call may have 100 MiB ----
SELECT encode(decode(repeat('5a', 1024 * 1024), 'hex'), 'base64') AS mib \gset
SELECT test.stored() AS before \gset
SELECT state, message, hint FROM test.refusal(format('SELECT jb_schedule(%L, %L, %L, %L, calendars => %L, recurrence => %L, attachments => ARRAY[%L]::jsonb[])',
  'x', '1 hour', '2027-01-04', '09:00', '{room:a}', 'RRULE:FREQ=DAILY;COUNT=101', jsonb_build_object('name', 'a', 'data', :'mib')));
SELECT state, message FROM test.refusal(format('SELECT jb_schedule(%L, %L, %L, %L, calendars => %L, recurrence => %L, attachments => ARRAY[%L]::jsonb[], dry_run => true)',
  'x', '1 hour', '2027-01-04', '09:00', '{room:a}', 'RRULE:FREQ=DAILY;COUNT=101', jsonb_build_object('name', 'a', 'data', :'mib')));
-- in a batch each series counts, but for those that are only tried, and the series that is too much is named
SELECT jsonb_build_object('event_name', 'x', 'duration', 3600, 'date', '2027-01-04', 'start_time', '09:00', 'calendars', ARRAY['room:a'],
  'recurrence', 'RRULE:FREQ=DAILY;COUNT=60', 'attachments', jsonb_build_array(jsonb_build_object('name', 'a', 'data', :'mib'))) AS sixty \gset
SELECT state, message FROM test.refusal(format('SELECT jb_schedule_all(%L)',
  jsonb_build_array(:'sixty'::jsonb || '{"dry_run": true}', :'sixty'::jsonb, :'sixty'::jsonb || '{"start_time": "11:00"}')));
SELECT test.stored() = :'before' AS nothing_changed;
-- the address of a file has no weight; a hundred files of one MiB are allowed
SELECT outcome FROM jb_schedule('x', '1 hour', '2027-01-04', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=150',
  attachments => ARRAY['{"name": "a", "url": "https://example.org"}']::jsonb[], dry_run => true);
SELECT outcome FROM jb_schedule('x', '1 hour', '2027-01-04', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=100',
  attachments => ARRAY[jsonb_build_object('name', 'a', 'data', :'mib')], dry_run => true);

-- ---- attachments go with their event ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(1), jb_delete(2);
SELECT event_id, count(*) FROM jb_attachment GROUP BY event_id ORDER BY event_id;
SELECT image -> 'attachments' -> 0 AS first FROM jb_history(1) WHERE kind = 'deleted';
SELECT state FROM test.refusal('SELECT jb_attachment(1, 1)');
\i test/regress/sql/frame/close.psql
