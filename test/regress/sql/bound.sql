-- Promise: a grant's bounds hold in every call of its holder, and a refusal names them. A proposal is held, moves nobody, and is
-- confirmed by somebody else.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:b', '{}') \g /dev/null
SELECT jb_grant(c, 'role:regress_manager', 'manage') FROM unnest('{room:a,room:b}'::text[]) AS c \g /dev/null

-- bounds that contradict each other, or the rights
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'read', max_priority => 40)$$); -- 22023: without book
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'book', max_priority => 101, max_held => -1)$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'book', may_preempt => true, may_move => false)$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'propose', may_move => true)$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'role:x', 'manage', max_held => 1)$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "role:x", "rights": ["book"], "max_priority": "high", "until": 5, "may_move": 1}, {"grantee": "role:y", "rights": ["busy"], "max_held": 1}, {"grantee": "role:z", "rights": ["book"], "priority": 1}]')$$); -- 22023
SELECT count(*) FROM jb_grants('room:a');

-- what is left out stays; null, and a list of all grants, take it away
SELECT * FROM jb_grant('room:b', 'role:x', 'book', max_priority => 40, until => '2026-12-24 12:00+01');
SELECT * FROM jb_grant('room:b', 'role:x', 'read', may_move => false);
SELECT row_to_json(g) FROM jb_grants_set('room:b', '[{"grantee": "role:x", "rights": ["book"], "max_priority": null, "max_held": 3}]', keep_others => true) g WHERE grantee = 'role:x';
SELECT * FROM jb_grant('room:b', 'role:x', 'manage'); -- which only its end bounds
SELECT * FROM jb_grants_set('room:b', '[{"grantee": "role:x", "rights": ["book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]');

-- priority, pre-emption, moves
SELECT jb_grant('room:a', 'principal:regress_secretary', 'read'), jb_grant('room:a', 'principal:regress_secretary', 'book', max_priority => 40, may_move => false, max_held => 2, until => '2026-11-30 07:00+01') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome, start_timestamp FROM jb_schedule('gives way', '1 hour', calendars => '{room:a}', priority => 0, not_before => '2026-11-23 10:00+01');
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal($$SELECT jb_schedule('urgent', '1 hour', calendars => '{room:a}', priority => 41)$$); -- 42501: max_priority
SELECT * FROM test.refusal($$SELECT jb_schedule('urgent', '1 hour', calendars => '{room:a}', priority => 40, preempt => true)$$); -- 42501: may_preempt
SELECT * FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "a", "calendars": ["room:a"], "priority": 1}, {"event_name": "b", "calendars": ["room:a"], "priority": 50}]')$$); -- 42501
SELECT outcome, reason, detail, conflicts FROM jb_schedule('in its way', '1 hour', calendars => '{room:a}', priority => 40, start_timestamp => '2026-11-23 10:00+01');
SELECT facts FROM jb_rejections() WHERE event_id IS NULL;
SELECT verdict, reason, facts ->> 'stays' AS stays FROM jb_explain('in its way', '1 hour', calendars => '{room:a}', priority => 40, start_timestamp => '2026-11-23 10:00+01');
SELECT outcome, event_id FROM jb_schedule('waits for it', '1 hour', calendars => '{room:a}', priority => 40, start_timestamp => '2026-11-23 10:00+01', on_no_slot => 'wait');
SELECT outcome FROM jb_import('room:a', E'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20261123T120000Z\r\nDURATION:PT1H\r\nPRIORITY:1\r\nSUMMARY:urgent\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n');
SELECT priority FROM jb_event_view WHERE event_name = 'urgent';
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_expire('{room:a}') AS nobody_moves_for_what_waits, status FROM jb_event_view WHERE event_name = 'waits for it';
SELECT outcome, cardinality(moves) FROM jb_schedule('moves it', '1 hour', calendars => '{room:a}', priority => 0, start_timestamp => '2026-11-23 10:30+01');

-- a change is bound by what it changes
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update((SELECT id FROM jb_event WHERE event_name = 'moves it'), '{"event_location": "upstairs"}');
SELECT * FROM test.refusal($$SELECT jb_update((SELECT id FROM jb_event WHERE event_name = 'moves it'), '{"priority": 100}')$$); -- 42501: max_priority

-- holds
SELECT outcome FROM jb_schedule_all('[{"event_name": "held 1", "calendars": ["room:a"], "priority": 1, "hold_for": 3600}, {"event_name": "held 2", "calendars": ["room:a"], "priority": 1, "hold_for": 3600}]');
SELECT * FROM test.refusal($$SELECT jb_schedule('held 3', '1 hour', calendars => '{room:a}', priority => 1, hold_for => '1 hour')$$); -- 42501: max_held
SELECT outcome FROM jb_cancel((SELECT id FROM jb_event WHERE event_name = 'held 2'));
SELECT * FROM test.refusal($$SELECT jb_schedule('held weekly', '1 hour', calendars => '{room:a}', priority => 1, hold_for => '1 hour', start_timestamp => '2026-11-24 10:00+01', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2')$$); -- 42501: max_held
SELECT outcome FROM jb_schedule('held 3', '1 hour', calendars => '{room:a}', priority => 1, hold_for => '1 hour');

-- the end
SELECT test.clock('2026-11-30 06:59:59+01') \g /dev/null
SELECT jb_rights('room:a');
SELECT test.clock('2026-11-30 07:00+01') \g /dev/null
SELECT * FROM test.refusal($$SELECT jb_schedule('late', '1 hour', calendars => '{room:a}', priority => 1)$$); -- 42501: until
SELECT * FROM test.refusal($$SELECT jb_rights('room:a')$$);
SELECT count(*) FROM jb_event_view;

-- proposals
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["propose"], "max_priority": 60}, {"grantee": "role:regress_manager", "rights": ["manage"]}]') \g /dev/null
SELECT jb_grants_set('room:b', '[{"grantee": "principal:regress_secretary", "rights": ["book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event ->> 'status' AS status, event ->> 'held_by' AS held_by, event -> 'proposed_on' AS proposed_on, (event ->> 'expires_at')::timestamptz - jb_now() AS within
  FROM jb_schedule('proposed', '1 hour', calendars => '{room:b,room:a}');
SELECT max(id) AS proposed FROM jb_event \gset
SELECT * FROM test.refusal(format('SELECT jb_confirm(%s)', :proposed)); -- 42501: its maker
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :proposed, '{"event_name": "another"}')); -- 42501
SELECT * FROM test.refusal($$SELECT jb_schedule('too high', '1 hour', calendars => '{room:a}', priority => 61)$$); -- 42501: max_priority
SELECT outcome, (event ->> 'expires_at')::timestamptz - jb_now() AS within FROM jb_schedule('withdrawn', '1 hour', calendars => '{room:a}', hold_for => '2 hours');
SELECT outcome FROM jb_cancel((SELECT max(id) FROM jb_event));
SET SESSION AUTHORIZATION regress_manager;
SELECT proposed_on FROM jb_events('room:a', status => '{held}') WHERE proposed_on IS NOT NULL;
SELECT jb_event_json(e)::jsonb ->> 'held_by' AS held_by, jb_event_json(e)::jsonb -> 'proposed_on' AS proposed_on FROM jb_event(:proposed) e;
SELECT outcome FROM jb_update(:proposed, (SELECT jb_event_json(e)::jsonb FROM jb_event(:proposed) e), replace => true);
SELECT outcome, event ->> 'status' AS status, event -> 'proposed_on' AS proposed_on FROM jb_confirm(:proposed);

-- its maker changes nothing of it, on whichever calendar it was proposed; nor does anybody who may not book there
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing'), jb_calendar_set('room:c', '{}') \g /dev/null
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["propose"], "max_priority": 40}, {"grantee": "role:regress_manager", "rights": ["manage"]}]') \g /dev/null
SELECT jb_grants_set('room:c', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"]}, {"grantee": "principal:regress_viewer", "rights": ["read", "book"]}]') \g /dev/null
GRANT jb_secretary TO regress_viewer;
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, event_id AS block FROM jb_schedule('block', '1 hour', start_timestamp => '2026-12-02 10:00+01', calendars => '{room:c}') \gset
SELECT outcome, event_id AS waits, event -> 'priority' AS priority FROM jb_schedule('waits', '1 hour', start_timestamp => '2026-12-02 10:00+01', calendars => '{room:c}', attendees => '{room:a}', check_attendees => true, on_no_slot => 'wait') \gset
SELECT :'outcome' AS outcome, :priority AS priority;
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"hold_for": null, "start_timestamp": "2026-12-02T12:00:00+01:00"}')); -- 42501
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"priority": 100}')); -- 42501
SELECT outcome FROM jb_cancel(:block);
SELECT status, proposed_on FROM jb_event(:waits);
SET SESSION AUTHORIZATION regress_viewer;
SELECT * FROM test.refusal(format('SELECT jb_confirm(%s)', :waits)); -- 42501: without a right on room:a
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"event_name": "mine"}')); -- 42501
-- whoever may book everywhere changes it, and it stays a proposal
RESET SESSION AUTHORIZATION;
SELECT jb_grant(c, 'principal:regress_viewer', r) FROM unnest('{room:a,room:c}'::text[]) AS c, unnest('{read,book}'::text[]) AS r \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome, event ->> 'status' AS status, event ->> 'hold_for' AS hold_for FROM jb_update(:waits, '{"hold_for": null, "description": "secret"}');
-- its maker withdraws it without reading what others have written into it
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:c', 'principal:regress_secretary'), jb_revoke('room:a', 'principal:regress_secretary') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :waits, '{"status": "cancelled"}')); -- P0002
SELECT outcome, event FROM jb_cancel(:waits, dry_run => true);
SELECT outcome, event FROM jb_cancel(:waits);
-- what was confirmed is a proposal no longer, even if it waits again
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["read", "propose"]}]', keep_others => true) \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS waits FROM jb_schedule('confirmed', '1 hour', start_timestamp => '2026-12-03 10:00+01', calendars => '{room:a}') \gset
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome, event -> 'proposed_on' AS proposed_on FROM jb_confirm(:waits);
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_cancel(%s)', :waits)); -- 42501

-- a bound holds where an event comes to a calendar, gets occurrences, and among the changes of a list
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:a', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"], "max_priority": 40, "max_held": 1, "may_move": false}]') \g /dev/null
SELECT jb_grants_set('room:c', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"]}]') \g /dev/null
SELECT event_id AS high FROM jb_schedule('high', '1 hour', start_timestamp => '2026-12-04 10:00+01', calendars => '{room:a}', priority => 100) \gset
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS comes FROM jb_schedule('comes', '1 hour', start_timestamp => '2026-12-04 12:00+01', calendars => '{room:c}', priority => 100) \gset
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :comes, '{"calendars": ["room:a"]}')); -- 42501: max_priority
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :comes, '{"attendees": ["room:a"], "check_attendees": true}')); -- 42501: max_priority
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :high, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4"}')); -- 42501: max_priority
SELECT array_agg(event_id) AS held FROM jb_schedule_all('[{"event_name": "held", "calendars": ["room:c"], "hold_for": 3600}, {"event_name": "held", "calendars": ["room:c"], "hold_for": 3600}]') \gset
SELECT * FROM test.refusal(format('SELECT jb_update_all(%L)', (SELECT jsonb_agg(jsonb_build_object('id', id, 'calendars', '["room:a"]'::jsonb, 'priority', 1)) FROM unnest(:'held'::bigint[]) AS id))); -- 42501: max_held
SELECT outcome FROM jb_update((:'held'::bigint[])[1], '{"calendars": ["room:a"], "priority": 1}');
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', (:'held'::bigint[])[1], '{"start_timestamp": "2026-12-07T10:00:00+01:00", "recurrence": "RRULE:FREQ=DAILY;COUNT=4"}')); -- 42501: max_held

-- a poll that its organiser's token books is bound by its maker's grants, on its attendees' calendars, too
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set(c, '{"check_attendees": true, "time_zone": "Europe/Berlin"}') FROM unnest('{poll:c,pb}'::text[]) AS c \g /dev/null
SELECT jb_grants_set('pb', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"], "max_priority": 10, "may_move": false}]') \g /dev/null
SELECT jb_grants_set('poll:c', '[{"grantee": "principal:regress_secretary", "rights": ["read", "book"]}]') \g /dev/null
SELECT outcome FROM jb_schedule('automatic', '1 hour', calendars => '{pb}', priority => 0, not_before => '2026-12-08 10:00+01');
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Meeting', '2026-12-08 09:00+01', '2026-12-08 18:00+01', '1 hour', calendars => '{poll:c}') \gset
SELECT token AS invited FROM jb_poll_invite(:poll, 'pb') \gset
SELECT jb_poll_answer(:poll, 'pb', '[{"start": "2026-12-08T10:00:00+01:00", "end": "2026-12-08T11:00:00+01:00"}]', :'invited') \g /dev/null
SELECT outcome, reason, moves FROM jb_poll_book(:poll, token => :'organiser');
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome, reason, moves FROM jb_poll_book(:poll, token => :'organiser');

-- a series is withdrawn as a whole by a maker who may not read it, once and again
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:c', '[{"grantee": "principal:regress_secretary", "rights": ["propose"]}, {"grantee": "principal:regress_viewer", "rights": ["read", "book"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS weekly FROM jb_schedule('weekly', '1 hour', start_timestamp => '2026-12-09 10:00-08', calendars => '{room:c}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, cardinality(events), event ->> 'event_name' AS event_name, event ->> 'status' AS status FROM jb_cancel(:weekly, scope => 'all');
SELECT outcome FROM jb_cancel(:weekly);

-- what stood aside for its maker moves others for whoever repeats it; an attendee's yes to one time is no yes to another
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('pb', '[{"grantee": "principal:regress_viewer", "rights": ["read", "book"]}, {"grantee": "principal:regress_secretary", "rights": ["read", "propose"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT event_id AS offered FROM jb_schedule_all('{"event_name": "offered", "calendars": ["pb"], "duration": 1800, "not_before": "2026-12-10T08:00:00+01:00", "offer": 2}') \gset
SELECT outcome FROM jb_confirm(:offered);
SELECT outcome FROM jb_schedule('automatic', '1 hour', calendars => '{pb}', not_before => '2026-12-17 08:00+01');
SELECT outcome, cardinality(moves) FROM jb_update(:offered, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=2"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS once FROM jb_schedule('once', '1 hour', start_timestamp => '2026-12-11 10:00+01', calendars => '{poll:c}', attendees => '{pb}') \gset
RESET SESSION AUTHORIZATION;
SELECT jb_grant('poll:c', 'principal:regress_viewer', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT outcome FROM jb_confirm(:once);
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :once, '{"start_timestamp": "2026-12-11T12:00:00+01:00"}')); -- 42501
SELECT outcome FROM jb_update(:once, '{"event_location": "upstairs"}');
RESET SESSION AUTHORIZATION;
SELECT * FROM jb_check();
