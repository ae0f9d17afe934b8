-- Promise: an event keeps a description and metadata of its caller's own as they were given. A change of metadata is merged
-- (RFC 7396), a replacement replaces them, and what is there already is no change. They stand in the history, in a
-- deletion's image and in a rejection's request, and are refused where they are too long, too deep or no object.
-- Could break: numbers lose digits where JSON is parsed, and a value that is left in its row is lost where the row is
-- written anew.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('Delivery', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', description => E'Two pallets.\nRing twice.',
                                 metadata => '{"order": "A-17", "price": 10.10, "id": 12345678901234567890123, "stop": {"door": 3, "floor": null}}'); --> 1
SELECT event_id FROM jb_schedule('Without', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}'); --> 2
SELECT outcome FROM jb_schedule_all('[{"event_name": "In a batch", "date": "2026-11-24", "start_time": "11:00", "duration": 3600, "calendars": ["room:a"], "description": "", "metadata": {"n": 0.1234567890123456789}}, {"event_name": "Another", "date": "2026-11-24", "start_time": "12:00", "duration": 3600, "calendars": ["room:a"], "metadata": {}}]');
--> placed
--> placed

-- ---- they are returned as they were given ----
SELECT id, description, metadata FROM generate_series(1, 4) AS n, jb_event(n) ORDER BY id; --> 1|Two pallets.
--> Ring twice.|{"id": 12345678901234567890123, "stop": {"door": 3, "floor": null}, "order": "A-17", "price": 10.10}
--> 2|null|null
--> 3||{"n": 0.1234567890123456789}
--> 4|null|{}
SELECT id, jb_event_json(e)::jsonb -> 'description' AS description, jb_event_json(e)::jsonb -> 'metadata' AS metadata FROM generate_series(1, 4) AS n, jb_event(n) e ORDER BY id;
--> 1|"Two pallets.\nRing twice."|{"id": 12345678901234567890123, "stop": {"door": 3, "floor": null}, "order": "A-17", "price": 10.10}
--> 2|null|null
--> 3|""|{"n": 0.1234567890123456789}
--> 4|null|{}
SELECT (o.event)::jsonb -> 'metadata' AS answered FROM jb_schedule('Answered', '1 hour', '2026-11-24', '13:00', calendars => '{room:a}', metadata => '{"bb": 1, "a": 2.50}') o; --> {"a": 2.50, "bb": 1}

-- ---- an event as read is written back: nothing changes; so does a client that made doubles of small numbers ----
SELECT test.stored() AS before \gset
SELECT e.id, outcome FROM generate_series(1, 5) AS n, jb_event(n) e, jb_update(e.id, jb_event_json(e)::jsonb, replace => true) u ORDER BY 1; --> 1|unchanged
--> 2|unchanged
--> 3|unchanged
--> 4|unchanged
--> 5|unchanged
SELECT outcome FROM jb_update(1, '{"metadata": {}}'); --> unchanged
SELECT outcome FROM jb_update(1, '{"metadata": {"price": 10.1, "gone": null, "stop": {"door": 3.0}}}'); --> unchanged
SELECT outcome FROM jb_update(1, '{"description": "Two pallets.\nRing twice."}'); --> unchanged
SELECT test.stored() = :'before' AS nothing_changed; --> t

-- ---- a change is merged, a null removes, a replacement replaces ----
SELECT change, u.outcome, u.version, (u.event)::jsonb -> 'metadata' AS metadata
  FROM (VALUES ('{"metadata": {"order": "A-18"}}'::jsonb), ('{"metadata": {"stop": {"door": null, "gate": {"no": 4, "code": null}}}}'),
               ('{"metadata": {"stop": "none", "price": null}}'), ('{"metadata": {"stop": {"door": 1}}}'), ('{"metadata": null}'),
               ('{"metadata": {"a": null}}'), ('{"metadata": {"order": "A-19"}, "description": null}')) AS changes (change),
       jb_update(1, change) u; --> {"metadata": {"order": "A-18"}}|updated|2|{"id": 12345678901234567890123, "stop": {"door": 3, "floor": null}, "order": "A-18", "price": 10.10}
--> {"metadata": {"stop": {"door": null, "gate": {"no": 4, "code": null}}}}|updated|3|{"id": 12345678901234567890123, "stop": {"gate": {"no": 4}, "floor": null}, "order": "A-18", "price": 10.10}
--> {"metadata": {"stop": "none", "price": null}}|updated|4|{"id": 12345678901234567890123, "stop": "none", "order": "A-18"}
--> {"metadata": {"stop": {"door": 1}}}|updated|5|{"id": 12345678901234567890123, "stop": {"door": 1}, "order": "A-18"}
--> {"metadata": null}|updated|6|null
--> {"metadata": {"a": null}}|updated|7|{}
--> {"metadata": {"order": "A-19"}, "description": null}|updated|8|{"order": "A-19"}
SELECT outcome FROM jb_update(1, '{"event_name": "Delivery", "date": "2026-11-24", "start_time": "09:00", "duration": 3600, "metadata": {"a": null}, "description": "Anew"}', replace => true);
--> updated
SELECT description, metadata FROM jb_event(1); --> Anew|{"a": null}
-- what a replacement leaves out is cleared
SELECT outcome FROM jb_update(1, '{"event_name": "Delivery", "date": "2026-11-24", "start_time": "09:00", "duration": 3600}', replace => true); --> updated
SELECT description, metadata FROM jb_event(1); --> null|null
SELECT seq, kind, fields FROM jb_history(1) ORDER BY version; --> 1|placed|{}
--> 6|updated|{metadata}
--> 7|updated|{metadata}
--> 8|updated|{metadata}
--> 9|updated|{metadata}
--> 10|updated|{metadata}
--> 11|updated|{metadata}
--> 12|updated|{description,metadata}
--> 13|updated|{description,metadata}
--> 14|updated|{description,metadata}

-- ---- a change of a series is merged into what each of its events has ----
SELECT array_length(events, 1) AS made FROM jb_schedule('Weekly', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3', metadata => '{"course": "B"}') \gset
SELECT id AS first FROM jb_event_view WHERE series IS NOT NULL ORDER BY id LIMIT 1 \gset
SELECT outcome FROM jb_update(:first + 1, '{"metadata": {"chapter": 2}}'); --> updated
SELECT outcome, array_length(events, 1) AS changed FROM jb_update(:first, '{"metadata": {"room": "blue", "course": null}, "scope": "all"}'); --> updated|3
SELECT id - :first AS n, metadata FROM jb_event_view WHERE series = :first ORDER BY id; --> 0|{"room": "blue"}
--> 1|{"room": "blue", "chapter": 2}
--> 2|{"room": "blue"}

-- ---- long ones are kept through every change that leaves them alone, and nobody has to read them ----
SELECT event_id AS long FROM jb_schedule('Long', '1 hour', '2026-11-24', calendars => '{room:a}', description => repeat('äöü€ ', 1600),
                                         metadata => jsonb_build_object('text', repeat('xyz ', 4000))) \gset
SELECT outcome, cardinality(moves) AS moves FROM jb_schedule('Takes its place', '1 hour', start_timestamp => (jb_event(:long)).start_timestamp, calendars => '{room:a}', preempt => true); --> placed|1
SELECT outcome FROM jb_update(:long, '{"event_name": "Renamed"}'); --> updated
SELECT event_name, version, description = repeat('äöü€ ', 1600) AS description, metadata = jsonb_build_object('text', repeat('xyz ', 4000)) AS metadata FROM jb_event(:long); --> Renamed|3|t|t
SELECT outcome, (event)::jsonb -> 'metadata' ->> 'more' AS more, length((event)::jsonb -> 'metadata' ->> 'text') AS text FROM jb_update(:long, '{"metadata": {"more": "yes"}}'); --> updated|yes|16000
SELECT outcome FROM jb_update(:long, jb_event_json(jb_event(:long))::jsonb, replace => true); --> unchanged
SELECT outcome FROM jb_cancel(:long); --> cancelled
SELECT length(description) AS description, metadata ->> 'more' AS more FROM jb_event(:long); --> 8000|yes

-- ---- a deletion keeps them in its image, a rejection in its request ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_delete(:long); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT length(image ->> 'description') AS description, image -> 'metadata' ->> 'more' AS more FROM jb_history(:long) WHERE kind = 'deleted'; --> 8000|yes
SELECT outcome FROM jb_schedule('Refused', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', description => 'No place', metadata => '{"order": "A-20", "price": 1.50}'); --> rejected
SELECT request -> 'description' AS description, request -> 'metadata' AS metadata FROM jb_rejections() WHERE request ->> 'event_name' = 'Refused'; --> "No place"|{"order": "A-20", "price": 1.50}

-- ---- what is refused ----
SELECT state, message, hint FROM test.refusal($$SELECT jb_schedule('x', calendars => '{room:a}', description => repeat('ä', 8001))$$);
--> 22023|invalid description "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…": it must be at most 8000 characters long|Give a text of at most 8000 characters.
SELECT state, left(message, 80) AS message FROM test.refusal(format('SELECT jb_schedule(%L, calendars => %L, metadata => %L)', 'x', '{room:a}', jsonb_build_object('a', repeat('x', 16377))));
--> 22023|invalid metadata "{"a": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
SELECT state FROM test.refusal(format('SELECT jb_schedule(%L, calendars => %L, metadata => %L, dry_run => true)', 'x', '{room:a}', jsonb_build_object('a', repeat('x', 16376)))); --> none
SELECT value, state, message FROM unnest('{[],1,"\"{}\"",null}'::text[]) AS value, test.refusal(format('SELECT jb_schedule(%L, calendars => %L, metadata => %L)', 'x', '{room:a}', coalesce(value, 'null')));
--> []|22023|invalid metadata "[]": it must be a JSON object
--> 1|22023|invalid metadata "1": it must be a JSON object
--> "{}"|22023|invalid metadata ""{}"": it must be a JSON object
--> null|22023|invalid metadata "null": it must be a JSON object
SELECT state, left(message, 40) AS message FROM test.refusal(format('SELECT jb_schedule(%L, calendars => %L, metadata => %L)', 'x', '{room:a}', '{"a":' || repeat('[', 64) || repeat(']', 64) || '}'));
--> 22023|invalid metadata "{"a": [[[[[[[[[[[[[[[[
SELECT value, state, message FROM unnest('{[],7,"\"{}\""}'::jsonb[]) AS value, test.refusal(format('SELECT jb_update(2, %L)', jsonb_build_object('metadata', value)));
--> []|22023|invalid metadata "[]": it must be a JSON object
--> 7|22023|invalid metadata "7": it must be a JSON object
--> "{}"|22023|invalid metadata ""{}"": it must be a JSON object
-- merged into what is there they would be too long
SELECT outcome FROM jb_update(2, jsonb_build_object('metadata', jsonb_build_object('a', repeat('x', 9000)))); --> updated
SELECT state, right(message, 80) AS message FROM test.refusal(format('SELECT jb_update(2, %L)', jsonb_build_object('metadata', jsonb_build_object('b', repeat('x', 9000)))));
--> 22023|xxxxx…": it must be at most 16384 bytes long, blanks between members not counted
SELECT outcome FROM jb_update(2, jsonb_build_object('metadata', jsonb_build_object('a', NULL, 'b', repeat('x', 9000)))); --> updated
\i test/regress/sql/frame/close.psql
