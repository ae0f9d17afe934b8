-- Promise: a grant's bounds hold in every call of its holder, and a refusal names them. A proposal is held, moves nobody, and is
-- confirmed by somebody else.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:b', '{}') \g /dev/null
SELECT jb_grant(c, 'role:regress_manager', 'manage') FROM unnest('{room:a,room:b}'::text[]) AS c \g /dev/null

-- bounds that contradict each other, or the rights
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'read', max_priority => 40)$$); -- 22023: without book
--> 22023|invalid max_priority "40": it bounds only propose and book|[{"field":"max_priority","value":"40","message":"it bounds only propose and book"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'book', max_priority => 101, max_held => -1)$$); -- 22023
--> 22023|invalid max_priority "101": it must be from 0 to 100|[{"field":"max_priority","value":"101","message":"it must be from 0 to 100"},{"field":"max_held","value":"-1","message":"it must be from 0 to 1000000"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'book', may_preempt => true, may_move => false)$$); -- 22023
--> 22023|invalid may_preempt "true": who pre-empts makes events move, and may_move is false|[{"field":"may_preempt","value":"true","message":"who pre-empts makes events move, and may_move is false"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'propose', may_move => true)$$); -- 22023
--> 22023|invalid may_move "true": a proposal moves nobody|[{"field":"may_move","value":"true","message":"a proposal moves nobody"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'manage', max_held => 1)$$); -- 22023
--> 22023|invalid max_held "1": manage gives everything, and only until bounds it|[{"field":"max_held","value":"1","message":"manage gives everything, and only until bounds it"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "role:x", "rights": ["book"], "max_priority": "high", "until": 5, "may_move": 1}, {"grantee": "role:y", "rights": ["busy"], "max_held": 1}, {"grantee": "role:z", "rights": ["book"], "priority": 1}]')$$); -- 22023
--> 22023|invalid grants[0].max_priority "high": it must be a whole number|[{"field":"grants[0].max_priority","value":"high","message":"it must be a whole number"},{"field":"grants[0].may_move","value":"1","message":"it must be true or false"},{"field":"grants[0].until","value":"5","message":"it must be an RFC 3339 time with its offset"},{"field":"grants[2].priority","value":"1","message":"there is no such field"}]|Correct every field that is named and call again.
SELECT count(*) FROM jb_grants('room:a'); --> 1

-- what is left out stays; null, and a list of all grants, take it away
SELECT * FROM jb_grant('room:b', 'role:x', 'book', max_priority => 40, until => '2026-12-24 12:00+01'); --> role:x|{book}|40|null|null|null|2026-12-24 12:00:00+01
SELECT * FROM jb_grant('room:b', 'role:x', 'read', may_move => false); --> role:x|{read,book}|40|null|f|null|2026-12-24 12:00:00+01
SELECT row_to_json(g) FROM jb_grants_set('room:b', '[{"grantee": "role:x", "rights": ["book"], "max_priority": null, "max_held": 3}]', keep_others => true) g WHERE grantee = 'role:x';
--> {"grantee":"role:x","rights":["book"],"max_priority":null,"may_preempt":null,"may_move":false,"max_held":3,"until":"2026-12-24T12:00:00+01:00"}
SELECT * FROM jb_grant('room:b', 'role:x', 'manage'); -- which only its end bounds --> role:x|{book,manage}|null|null|null|null|2026-12-24 12:00:00+01
SELECT * FROM jb_grants_set('room:b', '[{"grantee": "role:x", "rights": ["book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]');
--> role:regress_manager|{manage}|null|null|null|null|null
--> role:x|{book}|null|null|null|null|null

-- priority, pre-emption, moves
SELECT jb_grant('room:a', 'principal:regress_secretary', 'read'), jb_grant('room:a', 'principal:regress_secretary', 'book', max_priority => 40, may_move => false, max_held => 2, until => '2026-11-30 07:00+01') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome, start_timestamp FROM jb_schedule('gives way', '1 hour', calendars => '{room:a}', priority => 0, not_before => '2026-11-23 10:00+01'); --> placed|2026-11-23 10:00:00+01
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal($$SELECT jb_schedule('urgent', '1 hour', calendars => '{room:a}', priority => 41)$$); -- 42501: max_priority
--> 42501|calendar "room:a" grants priorities up to 40, not 41|{"calendar" : "room:a", "bound" : "max_priority", "granted" : 40}|Ask for less, or ask whoever manages the calendar for more.
SELECT * FROM test.refusal($$SELECT jb_schedule('urgent', '1 hour', calendars => '{room:a}', priority => 40, preempt => true)$$); -- 42501: may_preempt
--> 42501|calendar "room:a" does not grant that an event pre-empts others|{"calendar" : "room:a", "bound" : "may_preempt", "granted" : false}|Ask for less, or ask whoever manages the calendar for more.
SELECT * FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "a", "calendars": ["room:a"], "priority": 1}, {"event_name": "b", "calendars": ["room:a"], "priority": 50}]')$$); -- 42501
--> 42501|calendar "room:a" grants priorities up to 40, not 50|{"calendar" : "room:a", "bound" : "max_priority", "granted" : 40}|Ask for less, or ask whoever manages the calendar for more.
SELECT outcome, reason, detail, conflicts FROM jb_schedule('in its way', '1 hour', calendars => '{room:a}', priority => 40, start_timestamp => '2026-11-23 10:00+01');
--> rejected|conflict|From 2026-11-23T10:00:00+01:00 to 2026-11-23T11:00:00+01:00 is taken by event 1, which the caller may not move.|{1}
SELECT facts FROM jb_rejections() WHERE event_id IS NULL; --> {"bound": "may_move", "end_timestamp": "2026-11-23T11:00:00+01:00", "start_timestamp": "2026-11-23T10:00:00+01:00"}
SELECT verdict, reason, facts ->> 'stays' AS stays FROM jb_explain('in its way', '1 hour', calendars => '{room:a}', priority => 40, start_timestamp => '2026-11-23 10:00+01');
--> in_the_way|conflict|bound
--> rejected|conflict|null
SELECT outcome, event_id FROM jb_schedule('waits for it', '1 hour', calendars => '{room:a}', priority => 40, start_timestamp => '2026-11-23 10:00+01', on_no_slot => 'wait'); --> waiting|3
SELECT outcome FROM jb_import('room:a', E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261123T120000Z\r\nDURATION:PT1H\r\nPRIORITY:1\r\nSUMMARY:urgent\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n');
--> placed
SELECT priority FROM jb_event_view WHERE event_name = 'urgent'; --> 40
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_expire('{room:a}') AS nobody_moves_for_what_waits, status FROM jb_event_view WHERE event_name = 'waits for it'; --> 0|waiting
SELECT outcome, cardinality(moves) FROM jb_schedule('moves it', '1 hour', calendars => '{room:a}', priority => 0, start_timestamp => '2026-11-23 10:30+01'); --> placed|1

-- a change is bound by what it changes
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE event_name = 'moves it'), '{"event_location": "upstairs"}'); --> updated
SELECT * FROM test.refusal($$SELECT jb_update((SELECT id FROM jb_event WHERE event_name = 'moves it'), '{"priority": 100}')$$); -- 42501: max_priority
--> 42501|calendar "room:a" grants priorities up to 40, not 100|{"calendar" : "room:a", "bound" : "max_priority", "granted" : 40}|Ask for less, or ask whoever manages the calendar for more.

-- holds
SELECT outcome FROM jb_schedule_all('[{"event_name": "held 1", "calendars": ["room:a"], "priority": 1, "hold_for": 3600}, {"event_name": "held 2", "calendars": ["room:a"], "priority": 1, "hold_for": 3600}]');
--> held
--> held
SELECT * FROM test.refusal($$SELECT jb_schedule('held 3', '1 hour', calendars => '{room:a}', priority => 1, hold_for => '1 hour')$$); -- 42501: max_held
--> 42501|calendar "room:a" grants 2 held events at a time; 2 are held|{"calendar" : "room:a", "bound" : "max_held", "granted" : 2}|Ask for less, or ask whoever manages the calendar for more.
SELECT outcome FROM jb_cancel((SELECT id FROM jb_event WHERE event_name = 'held 2')); --> cancelled
SELECT * FROM test.refusal($$SELECT jb_schedule('held weekly', '1 hour', calendars => '{room:a}', priority => 1, hold_for => '1 hour', start_timestamp => '2026-11-24 10:00+01', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2')$$); -- 42501: max_held
--> 42501|calendar "room:a" grants 2 held events at a time; 1 are held|{"calendar" : "room:a", "bound" : "max_held", "granted" : 2}|Ask for less, or ask whoever manages the calendar for more.
SELECT outcome FROM jb_schedule('held 3', '1 hour', calendars => '{room:a}', priority => 1, hold_for => '1 hour'); --> held

-- the end
SELECT test.clock('2026-11-30 06:59:59+01') \g /dev/null
SELECT jb_rights('room:a'); --> {busy,read,book}
SELECT test.clock('2026-11-30 07:00+01') \g /dev/null
SELECT * FROM test.refusal($$SELECT jb_schedule('late', '1 hour', calendars => '{room:a}', priority => 1)$$); -- 42501: until
--> 42501|calendar "room:a" granted rights until 2026-11-30T06:00:00+00:00|{"calendar" : "room:a", "bound" : "until", "granted" : "2026-11-30T06:00:00+00:00"}|Ask for less, or ask whoever manages the calendar for more.
SELECT * FROM test.refusal($$SELECT jb_rights('room:a')$$);
--> 42501|calendar "room:a" granted rights until 2026-11-30T06:00:00+00:00|{"calendar" : "room:a", "bound" : "until", "granted" : "2026-11-30T06:00:00+00:00"}|Ask for less, or ask whoever manages the calendar for more.
SELECT count(*) FROM jb_event_view; --> 0

-- proposals
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["propose"], "max_priority": 60}, {"grantee": "role:regress_manager", "rights": ["manage"]}]') \g /dev/null
SELECT jb_grants_set('room:b', '[{"grantee": "principal:regress_secretary", "rights": ["book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event ->> 'status' AS status, event ->> 'held_by' AS held_by, event -> 'proposed_on' AS proposed_on, (event ->> 'expires_at')::timestamptz - jb_now() AS within
  FROM jb_schedule('proposed', '1 hour', calendars => '{room:b,room:a}'); --> held|held|regress_secretary|["room:a"]|1 day
SELECT max(id) AS proposed FROM jb_event \gset
SELECT * FROM test.refusal(format('SELECT jb_confirm(%s)', :proposed)); -- 42501: its maker --> P0002|event 9 does not exist||jb_events() lists the events of a calendar.
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :proposed, '{"event_name": "another"}')); -- 42501 --> P0002|event 9 does not exist||jb_events() lists the events of a calendar.
SELECT * FROM test.refusal($$SELECT jb_schedule('too high', '1 hour', calendars => '{room:a}', priority => 61)$$); -- 42501: max_priority
--> 42501|calendar "room:a" grants priorities up to 60, not 61|{"calendar" : "room:a", "bound" : "max_priority", "granted" : 60}|Ask for less, or ask whoever manages the calendar for more.
SELECT outcome, (event ->> 'expires_at')::timestamptz - jb_now() AS within FROM jb_schedule('withdrawn', '1 hour', calendars => '{room:a}', hold_for => '2 hours'); --> held|02:00:00
SELECT outcome FROM jb_cancel((SELECT max(id) FROM jb_event)); --> cancelled
SET SESSION AUTHORIZATION regress_manager;
SELECT proposed_on FROM jb_events('room:a', status => '{held}') WHERE proposed_on IS NOT NULL; --> {room:a}
SELECT jb_event_json(e)::jsonb ->> 'held_by' AS held_by, jb_event_json(e)::jsonb -> 'proposed_on' AS proposed_on FROM jb_event(:proposed) e; --> regress_secretary|["room:a"]
SELECT outcome FROM jb_update(:proposed, (SELECT jb_event_json(e)::jsonb FROM jb_event(:proposed) e), replace => true); --> unchanged
SELECT outcome, event ->> 'status' AS status, event -> 'proposed_on' AS proposed_on FROM jb_confirm(:proposed); --> confirmed|pending|null

-- its maker changes nothing of it, on whichever calendar it was proposed; nor does anybody who may not book there
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing'), jb_calendar_set('room:c', '{}') \g /dev/null
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["propose"], "max_priority": 40}, {"grantee": "role:regress_manager", "rights": ["manage"]}]') \g /dev/null
SELECT jb_grants_set('room:c', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"]}, {"grantee": "principal:regress_viewer", "rights": ["read", "book"]}]') \g /dev/null
GRANT jb_secretary TO regress_viewer;
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id AS block FROM jb_schedule('block', '1 hour', start_timestamp => '2026-12-02 10:00+01', calendars => '{room:c}') \gset
SELECT outcome, event_id AS waits, event -> 'priority' AS priority FROM jb_schedule('waits', '1 hour', start_timestamp => '2026-12-02 10:00+01', calendars => '{room:c}', attendees => '{room:a}', check_attendees => true, on_no_slot => 'wait') \gset
SELECT :'outcome' AS outcome, :priority AS priority; --> waiting|40
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"hold_for": null, "start_timestamp": "2026-12-02T12:00:00+01:00"}')); -- 42501
--> 42501|event 12 is a proposal||It is for those to change who may book on the calendars where it was proposed.
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"priority": 100}')); -- 42501
--> 42501|event 12 is a proposal||It is for those to change who may book on the calendars where it was proposed.
SELECT outcome FROM jb_cancel(:block); --> cancelled
SELECT status, proposed_on FROM jb_event(:waits); --> held|{room:a}
SET SESSION AUTHORIZATION regress_viewer;
SELECT * FROM test.refusal(format('SELECT jb_confirm(%s)', :waits)); -- 42501: without a right on room:a
--> 42501|event 12 is a proposal||It is for those to change who may book on the calendars where it was proposed.
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"event_name": "mine"}')); -- 42501
--> 42501|event 12 is a proposal||It is for those to change who may book on the calendars where it was proposed.
-- whoever may book everywhere changes it, and it stays a proposal
RESET SESSION AUTHORIZATION;
SELECT jb_grant(c, 'principal:regress_viewer', r) FROM unnest('{room:a,room:c}'::text[]) AS c, unnest('{read,book}'::text[]) AS r \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome, event ->> 'status' AS status, event ->> 'hold_for' AS hold_for FROM jb_update(:waits, '{"hold_for": null, "description": "secret"}'); --> updated|held|86400
-- its maker withdraws it without reading what others have written into it
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:c', 'principal:regress_secretary'), jb_revoke('room:a', 'principal:regress_secretary') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"status": "cancelled"}')); -- P0002 --> P0002|event 12 does not exist||jb_events() lists the events of a calendar.
SELECT outcome, event FROM jb_cancel(:waits, dry_run => true);
--> cancelled|{"id" : 12, "event_name" : null, "attendees" : [], "event_location" : null, "calendars" : [], "attendee_calendars" : [], "date" : null, "start_time" : null, "wished_start" : null, "duration" : 3600, "not_before" : null, "not_after" : null, "priority" : null, "check_attendees" : null, "hold_for" : null, "description" : null, "metadata" : null, "days" : null, "within" : null, "one_of" : null, "max_attendees" : null, "start_timestamp" : "2026-12-02T01:00:00-08:00", "end_timestamp" : "2026-12-02T02:00:00-08:00", "status" : "held", "placement" : null, "attachments" : [], "series" : null, "recurrence" : null, "recurrence_id" : null, "expires_at" : null, "time_zone" : "America/Los_Angeles", "created_at" : null, "updated_at" : null, "version" : null}
SELECT outcome, event FROM jb_cancel(:waits);
--> cancelled|{"id" : 12, "event_name" : null, "attendees" : [], "event_location" : null, "calendars" : [], "attendee_calendars" : [], "date" : null, "start_time" : null, "wished_start" : null, "duration" : 3600, "not_before" : null, "not_after" : null, "priority" : null, "check_attendees" : null, "hold_for" : null, "description" : null, "metadata" : null, "days" : null, "within" : null, "one_of" : null, "max_attendees" : null, "start_timestamp" : "2026-12-02T01:00:00-08:00", "end_timestamp" : "2026-12-02T02:00:00-08:00", "status" : "cancelled", "placement" : null, "attachments" : [], "series" : null, "recurrence" : null, "recurrence_id" : null, "expires_at" : null, "time_zone" : "America/Los_Angeles", "created_at" : null, "updated_at" : null, "version" : null}
-- what was confirmed is a proposal no longer, even if it waits again
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["read", "propose"]}]', keep_others => true) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS waits FROM jb_schedule('confirmed', '1 hour', start_timestamp => '2026-12-03 10:00+01', calendars => '{room:a}') \gset
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome, event -> 'proposed_on' AS proposed_on FROM jb_confirm(:waits); --> confirmed|null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_cancel(%s)', :waits)); -- 42501 --> 42501|calendar "room:a" does not grant the right to book||Ask whoever manages the calendar for the right book.

-- a bound holds where an event comes to a calendar, gets occurrences, and among the changes of a list
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"], "max_priority": 40, "max_held": 1, "may_move": false}]') \g /dev/null
SELECT jb_grants_set('room:c', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"]}]') \g /dev/null
SELECT event_id AS high FROM jb_schedule('high', '1 hour', start_timestamp => '2026-12-04 10:00+01', calendars => '{room:a}', priority => 100) \gset
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS comes FROM jb_schedule('comes', '1 hour', start_timestamp => '2026-12-04 12:00+01', calendars => '{room:c}', priority => 100) \gset
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :comes, '{"calendars": ["room:a"]}')); -- 42501: max_priority
--> 42501|calendar "room:a" grants priorities up to 40, not 100|{"calendar" : "room:a", "bound" : "max_priority", "granted" : 40}|Ask for less, or ask whoever manages the calendar for more.
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :comes, '{"attendees": ["room:a"], "check_attendees": true}')); -- 42501: max_priority
--> 42501|calendar "room:a" grants priorities up to 40, not 100|{"calendar" : "room:a", "bound" : "max_priority", "granted" : 40}|Ask for less, or ask whoever manages the calendar for more.
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :high, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4"}')); -- 42501: max_priority
--> 42501|calendar "room:a" grants priorities up to 40, not 100|{"calendar" : "room:a", "bound" : "max_priority", "granted" : 40}|Ask for less, or ask whoever manages the calendar for more.
SELECT array_agg(event_id) AS held FROM jb_schedule_all('[{"event_name": "held", "calendars": ["room:c"], "hold_for": 3600}, {"event_name": "held", "calendars": ["room:c"], "hold_for": 3600}]') \gset
SELECT * FROM test.refusal(format('SELECT jb_update_all(%L)', (SELECT jsonb_agg(jsonb_build_object('id', id, 'calendars', '["room:a"]'::jsonb, 'priority', 1)) FROM unnest(:'held'::bigint[]) AS id))); -- 42501: max_held
--> 42501|calendar "room:a" grants 1 held events at a time; 1 are held|{"calendar" : "room:a", "bound" : "max_held", "granted" : 1}|Ask for less, or ask whoever manages the calendar for more.
SELECT outcome FROM jb_update((:'held'::bigint[])[1], '{"calendars": ["room:a"], "priority": 1}'); --> updated
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', (:'held'::bigint[])[1], '{"start_timestamp": "2026-12-07T10:00:00+01:00", "recurrence": "RRULE:FREQ=DAILY;COUNT=4"}')); -- 42501: max_held
--> 42501|calendar "room:a" grants 1 held events at a time; 1 are held|{"calendar" : "room:a", "bound" : "max_held", "granted" : 1}|Ask for less, or ask whoever manages the calendar for more.

-- a poll that its organiser's token books is bound by its maker's grants, on its attendees' calendars, too
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set(c, '{"check_attendees": true, "time_zone": "Europe/Berlin"}') FROM unnest('{poll:c,pb}'::text[]) AS c \g /dev/null
SELECT jb_grants_set('pb', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"], "max_priority": 10, "may_move": false}]') \g /dev/null
SELECT jb_grants_set('poll:c', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"]}]') \g /dev/null
SELECT outcome FROM jb_schedule('automatic', '1 hour', calendars => '{pb}', priority => 0, not_before => '2026-12-08 10:00+01'); --> placed
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Meeting', '2026-12-08 09:00+01', '2026-12-08 18:00+01', '1 hour', calendars => '{poll:c}') \gset
SELECT token AS invited FROM jb_poll_invite(:poll, 'pb') \gset
SELECT jb_poll_answer(:poll, 'pb', '[{"start": "2026-12-08T10:00:00+01:00", "end": "2026-12-08T11:00:00+01:00"}]', :'invited') \g /dev/null
SELECT outcome, reason, moves FROM jb_poll_book(:poll, token => :'organiser'); --> rejected|conflict|{}
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome, reason, moves FROM jb_poll_book(:poll, token => :'organiser'); --> rejected|conflict|{}

-- a series is withdrawn as a whole by a maker who may not read it, once and again
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:c', '[{"grantee": "principal:regress_secretary", "rights": ["propose"]}, {"grantee": "principal:regress_viewer", "rights": ["read", "book"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS weekly FROM jb_schedule('weekly', '1 hour', start_timestamp => '2026-12-09 10:00-08', calendars => '{room:c}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, cardinality(events), event ->> 'event_name' AS event_name, event ->> 'status' AS status FROM jb_cancel(:weekly, scope => 'all'); --> cancelled|3|null|cancelled
SELECT outcome FROM jb_cancel(:weekly); --> unchanged

-- what stood aside for its maker moves others for whoever repeats it; an attendee's yes to one time is no yes to another
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('pb', '[{"grantee": "principal:regress_viewer", "rights": ["read", "book"]}, {"grantee": "principal:regress_secretary", "rights": ["read", "propose"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT event_id AS offered FROM jb_schedule_all('{"event_name": "offered", "calendars": ["pb"], "duration": 1800, "not_before": "2026-12-10T08:00:00+01:00", "offer": 2}') \gset
SELECT outcome FROM jb_confirm(:offered); --> confirmed
SELECT outcome FROM jb_schedule('automatic', '1 hour', calendars => '{pb}', not_before => '2026-12-17 08:00+01'); --> placed
SELECT outcome, cardinality(moves) FROM jb_update(:offered, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=2"}'); --> updated|1
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS once FROM jb_schedule('once', '1 hour', start_timestamp => '2026-12-11 10:00+01', calendars => '{poll:c}', attendees => '{pb}') \gset
RESET SESSION AUTHORIZATION;
SELECT jb_grant('poll:c', 'principal:regress_viewer', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome FROM jb_confirm(:once); --> confirmed
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :once, '{"start_timestamp": "2026-12-11T12:00:00+01:00"}')); -- 42501
--> 42501|calendar "pb" does not grant the right to book||Ask whoever manages the calendar for the right book.
SELECT outcome FROM jb_update(:once, '{"event_location": "upstairs"}'); --> updated
RESET SESSION AUTHORIZATION;
SELECT * FROM jb_check();
