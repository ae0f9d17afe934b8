-- Promise: a calendar grants rights by name. Whoever it names has exactly what was granted, and everybody else what the database
-- gives.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:b', '{}') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;

-- a right is added to those that are there, in one order; a grantee is revoked whole
SELECT * FROM jb_grant('room:a', 'principal:anna', 'book'); --> principal:anna|{book}|null|null|null|null|null
SELECT * FROM jb_grant('room:a', 'principal:anna', 'read'); --> principal:anna|{read,book}|null|null|null|null|null
SELECT * FROM jb_grant('room:a', 'principal:anna', 'read'); --> principal:anna|{read,book}|null|null|null|null|null
SELECT * FROM jb_grant('room:a', 'role:regress_viewer', 'busy'); --> role:regress_viewer|{busy}|null|null|null|null|null
SELECT * FROM jb_grants('room:a'); --> principal:anna|{read,book}|null|null|null|null|null
--> role:regress_viewer|{busy}|null|null|null|null|null
SELECT row_to_json(g) FROM jb_grants('room:a') g; --> {"grantee":"principal:anna","rights":["read","book"],"max_priority":null,"may_preempt":null,"may_move":null,"max_held":null,"until":null}
--> {"grantee":"role:regress_viewer","rights":["busy"],"max_priority":null,"may_preempt":null,"may_move":null,"max_held":null,"until":null}
SELECT jb_revoke('room:a', 'principal:anna'); --> t
SELECT jb_revoke('room:a', 'principal:anna') AS was_named_no_longer; --> f
SELECT * FROM jb_grants('room:a'); --> role:regress_viewer|{busy}|null|null|null|null|null

-- a list replaces all, or changes nothing
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:anna", "rights": ["read", "book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]');
--> principal:anna|{read,book}|null|null|null|null|null
--> role:regress_manager|{manage}|null|null|null|null|null
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "anna", "rights": ["see"]}, {"grantee": "role:", "rights": []}, {"rights": ["read"], "x": 1}, 5]')$$); -- 22023
--> 22023|invalid grants[0].rights[0] "see": it must be busy, read, propose, book or manage|[{"field":"grants[0].rights[0]","value":"see","message":"it must be busy, read, propose, book or manage"},{"field":"grants[0].grantee","value":"anna","message":"it must be principal:NAME or role:NAME"},{"field":"grants[1].rights","value":"[]","message":"there must be at least one right"},{"field":"grants[1].grantee","value":"role:","message":"it must be principal:NAME or role:NAME"},{"field":"grants[2].x","value":"1","message":"there is no such field"},{"field":"grants[2].grantee","value":"","message":"it must be principal:NAME or role:NAME"},{"field":"grants[3]","value":"5","message":"it must be a JSON object of grantee, rights and bounds"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "role:x", "rights": ["read"]}, {"grantee": "role:x", "rights": ["book"]}]')$$); -- 22023
--> 22023|invalid grants[1].grantee "role:x": it is named twice|[{"field":"grants[1].grantee","value":"role:x","message":"it is named twice"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '{}')$$); -- 22023
--> 22023|invalid grants "{}": it must be a list of at most 1000 objects of grantee, rights and bounds|[{"field":"grants","value":"{}","message":"it must be a list of at most 1000 objects of grantee, rights and bounds"}]|Correct every field that is named and call again.
SELECT count(*) FROM jb_grants('room:a'); --> 2

-- what cannot be granted, or asked
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'anna', 'read')$$); -- 22023
--> 22023|invalid grantee "anna": it must be principal:NAME or role:NAME|[{"field":"grantee","value":"anna","message":"it must be principal:NAME or role:NAME"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:anna', 'see')$$); -- 22023
--> 22023|invalid right "see": it must be busy, read, propose, book or manage|[{"field":"right","value":"see","message":"it must be busy, read, propose, book or manage"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:' || repeat('x', 201), 'read')$$); -- 22023
--> 22023|invalid grantee "principal:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…": it must be principal:NAME or role:NAME|[{"field":"grantee","value":"principal:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…","message":"it must be principal:NAME or role:NAME"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:booking page', 'read')$$); -- 22023
--> 22023|invalid grantee "principal:booking page": the scheduler gives this name to callers without a certificate|[{"field":"grantee","value":"principal:booking page","message":"the scheduler gives this name to callers without a certificate"}]|Correct every field that is named and call again.
SELECT count(*) FROM jb_grants_set('room:a', (SELECT jsonb_agg(jsonb_build_object('grantee', 'principal:' || n, 'rights', '["read", "manage"]'::jsonb)) FROM generate_series(1, 999) n) || '[{"grantee": "role:regress_manager", "rights": ["manage"]}]');
--> 1000
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:1000', 'read')$$); -- 22023: 1,000 are there
--> 22023|invalid grantee "principal:1000": the calendar names 1000 grantees already, and may name no more|[{"field":"grantee","value":"principal:1000","message":"the calendar names 1000 grantees already, and may name no more"}]|Correct every field that is named and call again.
SELECT rights FROM jb_grant('room:a', 'principal:1', 'book'); --> {read,book,manage}
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "principal:1000", "rights": ["read"]}]', keep_others => true)$$); -- 22023
--> 22023|invalid grants "1": the calendar would name more than 1000 grantees|[{"field":"grants","value":"1","message":"the calendar would name more than 1000 grantees"}]|Correct every field that is named and call again.
SELECT count(*) FROM jb_grants_set('room:a', '[{"grantee": "principal:1000", "rights": ["read"]}, {"grantee": "principal:1", "rights": []}]', keep_others => true); --> 1000
SELECT count(*) FROM jb_grants_set('room:a', '[{"grantee": "principal:anna", "rights": ["read", "book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]'); --> 2
-- what is changed of some, and nothing of others
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:ben", "rights": ["book", "read"]}]', keep_others => true); --> principal:anna|{read,book}|null|null|null|null|null
--> principal:ben|{read,book}|null|null|null|null|null
--> role:regress_manager|{manage}|null|null|null|null|null
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:ben", "rights": ["busy"]}, {"grantee": "principal:nobody", "rights": []}]', keep_others => true);
--> principal:anna|{read,book}|null|null|null|null|null
--> principal:ben|{busy}|null|null|null|null|null
--> role:regress_manager|{manage}|null|null|null|null|null
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:ben", "rights": []}]', keep_others => true); --> principal:anna|{read,book}|null|null|null|null|null
--> role:regress_manager|{manage}|null|null|null|null|null
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "role:x", "rights": []}, {"grantee": "role:x", "rights": ["book"]}]', keep_others => true)$$); -- 22023
--> 22023|invalid grants[1].grantee "role:x": it is named twice|[{"field":"grants[1].grantee","value":"role:x","message":"it is named twice"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_grant('room:c', 'principal:anna', 'read')$$); -- P0002
--> P0002|calendar "room:c" does not exist||jb_calendars() lists those that exist; jb_calendar_set() makes one.
SELECT * FROM test.refusal($$SELECT jb_revoke('room:c', 'principal:anna')$$); -- P0002 --> P0002|calendar "room:c" does not exist||jb_calendars() lists those that exist; jb_calendar_set() makes one.
SELECT * FROM test.refusal($$SELECT jb_grants('room:c')$$); -- P0002 --> P0002|calendar "room:c" does not exist||jb_calendars() lists those that exist; jb_calendar_set() makes one.
SELECT * FROM test.refusal($$SELECT jb_rights('room:c')$$); -- P0002 --> P0002|calendar "room:c" does not exist||jb_calendars() lists those that exist; jb_calendar_set() makes one.
SELECT * FROM test.refusal($$SELECT jb_rights('room:a', principal => 'anna')$$); -- 42501: no gateway
--> 42501|role "regress_manager" may not name principal "anna"|Only a session user that is a member of jb_gateway may name another principal.|Leave principal out: it is the session's user then.

-- who is named has exactly what was granted, by each name that is the caller's
SELECT jb_rights('room:a'), jb_rights('room:b'); --> {busy,read,propose,book,manage}|{busy,read,propose,book,manage}
SELECT jb_grants_set('room:a', '[{"grantee": "role:jb_secretary", "rights": ["book"]}, {"grantee": "principal:regress_secretary", "rights": ["read"]}]') \g /dev/null
SELECT jb_rights('room:a') AS a_manager_is_a_secretary_too; --> {busy,book}
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_rights('room:a'); --> {busy,read,book}
SET SESSION AUTHORIZATION regress_viewer;
SELECT jb_rights('room:a') AS a_viewer_is_not_named; --> {busy,read,propose,book,manage}
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:anna', 'read')$$); -- 42501: it manages no longer
--> 42501|calendar "room:a" does not grant the right to manage||Ask whoever manages the calendar for the right manage.

-- what those have that are not named is the owner's to say
SELECT * FROM test.refusal($$SELECT jb_default_rights_set('nothing')$$); -- 42501 --> 42501|permission denied for function jb_default_rights_set||
RESET SESSION AUTHORIZATION;
SELECT jb_rights('room:a') AS the_owner_may_everything; --> {busy,read,propose,book,manage}
SELECT jb_default_rights(); --> all by role
SELECT * FROM test.refusal($$SELECT jb_default_rights_set('some')$$); -- 22023
--> 22023|invalid gives "some": it must be nothing or all by role|[{"field":"gives","value":"some","message":"it must be nothing or all by role"}]|Correct every field that is named and call again.
SELECT jb_default_rights_set('nothing'); --> nothing
SELECT jb_default_rights(); --> nothing
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_rights('room:a') AS named_as_before; --> {busy,book}
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role'); --> all by role
SELECT count(*) FROM jb_default_rights; --> 0

-- a deleted calendar takes its grants along
SELECT jb_grant('room:b', 'principal:anna', 'read') \g /dev/null
SELECT jb_calendar_delete('room:b'), jb_calendar_set('room:b', '{}') IS NOT NULL \g /dev/null
SELECT * FROM jb_grants('room:b');

-- ---- under nothing: whoever makes a calendar manages it, others do not find it ----
SELECT jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT (jb_calendar_set('room:own', '{"time_zone": "Europe/Berlin"}')).name; --> room:own
SELECT * FROM jb_grants('room:own'); --> principal:regress_manager|{manage}|null|null|null|null|null
SELECT outcome, event_id FROM jb_schedule('Own', '1 hour', '2026-11-24', '09:00', calendars => '{room:own}'); --> placed|1
-- ceo is made by the first booking, and managed by who books it
SELECT outcome FROM jb_schedule('First', '1 hour', '2026-11-24', '09:00'); --> placed
SELECT * FROM jb_grants('ceo'); --> principal:regress_manager|{manage}|null|null|null|null|null
SET SESSION AUTHORIZATION regress_secretary;
SELECT name FROM jb_calendars(); --> room:a
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:own}')$$); -- 22023
--> 22023|invalid calendars "room:own": there is no such calendar|[{"field":"calendars","value":"room:own","message":"there is no such calendar"}]|Name existing calendars; jb_calendars() lists them.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:none}')$$); -- 22023, the same
--> 22023|invalid calendars "room:none": there is no such calendar|[{"field":"calendars","value":"room:none","message":"there is no such calendar"}]|Name existing calendars; jb_calendars() lists them.
SELECT * FROM test.refusal($$SELECT jb_cancel(1)$$); -- P0002 --> P0002|event 1 does not exist||jb_events() lists the events of a calendar.
SELECT * FROM test.refusal($$SELECT jb_calendar_set('room:own', '{}')$$); -- 42501: a secretary sets nothing --> 42501|permission denied for function jb_calendar_set||

-- ---- reading and booking are two rights ----
SET SESSION AUTHORIZATION regress_manager;
SELECT rights FROM jb_grant('room:own', 'role:regress_secretary', 'read'); --> {read}
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_name FROM jb_event(1); --> Own
SELECT * FROM test.refusal($$SELECT jb_cancel(1)$$); -- 42501 --> 42501|calendar "room:own" does not grant the right to book||Ask whoever manages the calendar for the right book.
SELECT * FROM test.refusal($$SELECT jb_update(1, '{"event_name": "x"}')$$); -- 42501
--> 42501|calendar "room:own" does not grant the right to book||Ask whoever manages the calendar for the right book.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:own}')$$); -- 42501
--> 42501|calendar "room:own" does not grant the right to book||Ask whoever manages the calendar for the right book.
-- an attendee who is a calendar that may only be read is told; one that may not be known is only a name
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:a', '[{"grantee": "role:regress_secretary", "rights": ["read", "book"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{room:own}', check_attendees => true)$$); -- 42501
--> 42501|calendar "room:own" does not grant the right to book||Ask whoever manages the calendar for the right book.
SELECT outcome FROM jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{ceo}', check_attendees => true); --> placed
SELECT count(*) AS of_ceo FROM jb_event_view WHERE 'ceo' = ANY (attendee_calendars); --> 0

-- ---- an event on two calendars is changed by who may book on both ----
SET SESSION AUTHORIZATION regress_manager;
SELECT rights FROM jb_grant('room:own', 'role:regress_secretary', 'book'); --> {read,book}
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update(1, '{"calendars": ["room:own", "room:a"]}'); --> updated
SET SESSION AUTHORIZATION regress_manager;
SELECT event_name, calendars FROM jb_event(1); --> Own|{room:own,room:a}
SELECT * FROM test.refusal($$SELECT jb_update(1, '{"event_name": "x"}')$$); -- 42501: room:a
--> 42501|calendar "room:a" does not grant the right to book||Ask whoever manages the calendar for the right book.
SELECT state, message FROM test.refusal($$SELECT jb_explain_event(1)$$); -- 42501: when room:a is taken is not told --> 42501|calendar "room:a" does not grant the right to see when it is taken
-- whoever manages one of them cancels it, and does nothing else to it; it is deleted by whoever manages all of them
SELECT jb_revoke('room:own', 'role:regress_secretary') \g /dev/null
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"event_name": "x", "status": "cancelled"}')$$); -- 42501: room:a --> 42501|calendar "room:a" does not grant the right to book
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x", "url": "https://example.org/"}')$$); -- 42501: room:a --> 42501|calendar "room:a" does not grant the right to book
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"calendars": ["room:own"]}')$$); -- 42501: room:a --> 42501|calendar "room:a" does not grant the right to book
SELECT state, message FROM test.refusal($$SELECT jb_delete(1)$$); -- 42501: room:a --> 42501|calendar "room:a" does not grant the right to manage
BEGIN;
SELECT outcome FROM jb_cancel(1); --> cancelled
SELECT outcome FROM jb_cancel(1); --> unchanged
SELECT count(*) AS busy FROM jb_busy('room:own', '2026-11-24', '2026-11-25'); --> 1
ROLLBACK;
BEGIN;
SELECT outcome FROM jb_update_all('[{"id": 1, "cancel": true}]'); --> cancelled
ROLLBACK;
-- nor does anybody delete what is on another's calendar by putting it on an own one, too
RESET SESSION AUTHORIZATION;
SELECT jb_grant('room:a', 'principal:regress_manager', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_update(1, '{"calendars": ["room:a", "room:own"]}'); --> updated
SELECT state, message FROM test.refusal($$SELECT jb_delete(1)$$); -- 42501: room:a --> 42501|calendar "room:a" does not grant the right to manage
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:a', 'principal:regress_manager'), jb_grant('room:own', 'role:regress_secretary', 'read'), jb_grant('room:own', 'role:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;

-- ---- of a series, too, no event is taken off a calendar on which its changer may not book ----
SELECT (jb_calendar_set('anna', '{"time_zone": "Europe/Berlin"}')).name; --> anna
SELECT events[1] AS first, events[2] AS second FROM jb_schedule('Daily', '1 hour', '2026-12-01', '09:00', calendars => '{room:own}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset
SELECT outcome FROM jb_update(:second, '{"calendars": ["anna"], "scope": "one"}'); --> updated
SELECT jb_grant('anna', 'principal:regress_secretary', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :first, '{"calendars": ["room:own", "room:a"], "scope": "all"}')); -- 42501: anna
--> 42501|calendar "anna" does not grant the right to book

-- ---- a calendar that is named like an attendee tells its manager when, and binds nobody (rules 13.3 and 13.4) ----
RESET SESSION AUTHORIZATION;
CREATE ROLE regress_trapper LOGIN IN ROLE jb_manager;
SET SESSION AUTHORIZATION regress_trapper;
SELECT (jb_calendar_set('ben@clinic.example', '{"time_zone": "Europe/Berlin"}')).name; --> ben@clinic.example
SELECT jb_grant('ben@clinic.example', 'principal:regress_manager', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id AS visit, outcome FROM jb_schedule('Secret visit', '1 hour', '2026-12-03', '09:00', calendars => '{room:own}', attendees => '{ben@clinic.example}', check_attendees => true) \gset
SELECT events[1] AS weekly, events[2] AS later FROM jb_schedule('Secret visits', '1 hour', '2026-12-04', '09:00', calendars => '{room:own}', attendees => '{ben@clinic.example}', check_attendees => true, recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2') \gset
SELECT jb_delete(:later); --> t
SET SESSION AUTHORIZATION regress_trapper;
SELECT event_name, calendars, attendee_calendars, description, start_timestamp FROM jb_events('ben@clinic.example'); --> null|{ben@clinic.example}|{}|null|2026-12-03 09:00:00+01
--> null|{ben@clinic.example}|{}|null|2026-12-04 09:00:00+01
SELECT * FROM test.refusal(format('SELECT jb_event(%s)', :visit)); -- P0002 --> P0002|event 6 does not exist||jb_events() lists the events of a calendar.
SELECT * FROM test.refusal(format('SELECT jb_cancel(%s)', :visit)); -- P0002 --> P0002|event 6 does not exist||jb_events() lists the events of a calendar.
SELECT * FROM test.refusal(format('SELECT jb_delete(%s)', :visit)); -- P0002 --> P0002|event 6 does not exist||jb_events() lists the events of a calendar.
SELECT * FROM test.refusal(format('SELECT jb_history(%s)', :visit)); -- P0002 --> P0002|event 6 does not exist||jb_events() lists the events of a calendar.
SELECT seq, event_id, principal, kind, old_range, new_range, fields, image FROM jb_changes('ben@clinic.example'); --> 1|null|null|null|null|["2026-12-03 09:00:00+01","2026-12-03 10:00:00+01")|{}|null
--> 2|null|null|null|null|["2026-12-04 09:00:00+01","2026-12-04 10:00:00+01")|{}|null
--> 3|null|null|null|null|["2026-12-11 09:00:00+01","2026-12-11 10:00:00+01")|{}|null
--> 4|null|null|null|["2026-12-11 09:00:00+01","2026-12-11 10:00:00+01")|null|{}|null
SELECT * FROM jb_events_at('ben@clinic.example', 3); --> null|2026-12-03 09:00:00+01|2026-12-03 10:00:00+01|null
--> null|2026-12-04 09:00:00+01|2026-12-04 10:00:00+01|null
--> null|2026-12-11 09:00:00+01|2026-12-11 10:00:00+01|null
SELECT regexp_count(ics, 'SUMMARY:Busy') AS busy, regexp_count(ics, 'Secret') AS secret FROM jb_icalendar('ben@clinic.example') ics; --> 2|0
SELECT jb_feed_create('ben@clinic.example') AS feed \gset
SELECT regexp_count(ics, 'SUMMARY:Busy') AS busy, regexp_count(ics, 'Secret') AS secret FROM jb_feed_read(:'feed') ics; --> 2|0
-- a feed shows what whoever made it may read
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('room:own', 'principal:regress_trapper', 'read') \g /dev/null
SELECT regexp_count(ics, 'SUMMARY:Busy') AS busy, regexp_count(ics, 'SUMMARY:Secret') AS secret FROM jb_feed_read(:'feed') ics; --> 0|2
SELECT jb_revoke('room:own', 'principal:regress_trapper'); --> t
-- without the right that the booker had, the booker still changes what was booked, and takes the attendee off
SET SESSION AUTHORIZATION regress_trapper;
SELECT jb_grants_set('ben@clinic.example', '[{"grantee": "principal:regress_manager", "rights": ["busy"]}, {"grantee": "principal:regress_trapper", "rights": ["manage"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome, start_timestamp FROM jb_update(:visit, '{"start_time": "11:00"}'); --> updated|2026-12-03 11:00:00+01
SELECT (jb_event(:visit)).attendee_calendars; --> {ben@clinic.example}
SELECT outcome FROM jb_update(:visit, '{"attendees": ["ben@clinic.example", "Carl"]}'); --> updated
SELECT (jb_event(:visit)).attendee_calendars; --> {ben@clinic.example}
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :weekly, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", "scope": "following"}')); -- 42501: new events claim it anew
--> 42501|calendar "ben@clinic.example" does not grant the right to book
-- a calendar that is made later, and that the booker may not book, keeps nobody from saying the attendees again
SELECT event_id AS talk FROM jb_schedule('Talk', '1 hour', '2026-12-03', '16:00', calendars => '{room:own}', attendees => '{dan@clinic.example}', check_attendees => true) \gset
SET SESSION AUTHORIZATION regress_trapper;
SELECT (jb_calendar_set('dan@clinic.example', '{"time_zone": "Europe/Berlin"}')).name; --> dan@clinic.example
SELECT jb_grant('dan@clinic.example', 'principal:regress_manager', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_update(:talk, '{"start_time": "17:00", "attendees": ["dan@clinic.example", "Carl"], "check_attendees": true}'); --> updated
SELECT attendees, attendee_calendars FROM jb_event(:talk); --> {dan@clinic.example,Carl}|{}
SELECT outcome FROM jb_update(:visit, '{"attendees": []}'); --> updated
SELECT (jb_event(:visit)).attendee_calendars; --> {}
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :visit, '{"attendees": ["ben@clinic.example"]}')); -- 42501: it is added
--> 42501|calendar "ben@clinic.example" does not grant the right to book
SELECT outcome FROM jb_cancel(:visit); --> cancelled
-- who names the calendar shows its manager what is there
SET SESSION AUTHORIZATION regress_trapper;
SELECT jb_grant('ben@clinic.example', 'principal:regress_manager', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id AS visit, outcome FROM jb_schedule('Plain visit', '1 hour', '2026-12-03', '14:00', calendars => '{room:own,ben@clinic.example}') \gset
SET SESSION AUTHORIZATION regress_trapper;
SELECT event_name FROM jb_events('ben@clinic.example') WHERE event_name IS NOT NULL; --> Plain visit

-- ---- an event is explained without the attendees' calendars on which its reader has no right (rule 13.6) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_schedule('Away', '10 hours', '2026-12-09', '00:00', calendars => '{ben@clinic.example}'); --> placed
SELECT event_id AS late, start_timestamp FROM jb_schedule('Late', '1 hour', '2026-12-09', calendars => '{room:own}', attendees => '{ben@clinic.example}', check_attendees => true) \gset
SELECT candidate, verdict, reason, facts FROM jb_explain_event(:late) WHERE verdict = 'passed_over';
--> ["2026-11-23 07:00:00+01","2026-12-09 00:00:00+01")|passed_over|outside_window|{"limit": "2026-12-09T00:00:00+01:00"}
--> ["2026-12-09 00:00:00+01","2026-12-09 08:00:00+01")|passed_over|outside_hours|{"limit": "2026-12-09T08:00:00+01:00", "calendar": "room:own", "duration": 3600}
--> ["2026-12-09 08:00:00+01","2026-12-09 10:00:00+01")|passed_over|conflict|{"limit": "2026-12-09T10:00:00+01:00", "calendar": "ben@clinic.example"}
SELECT jb_grant('room:own', 'role:regress_viewer', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*) AS passed_over FROM jb_explain_event(:late) WHERE verdict = 'passed_over'; --> 2
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('room:own', 'role:regress_viewer'); --> t

-- ---- a poll is made by whoever may book, and its token books as long as its maker may (rule 13.3) ----
SELECT jb_grants_set('anna', '[{"grantee": "principal:regress_manager", "rights": ["manage"]}, {"grantee": "principal:regress_secretary", "rights": ["busy"]}]') \g /dev/null
SELECT outcome FROM jb_schedule('Moves', '2 hours', '2026-12-08', calendars => '{anna}'); --> placed
SET SESSION AUTHORIZATION regress_secretary;
\set poll_of_anna '{"title": "Meet", "from": "2026-12-08T08:00:00+01:00", "to": "2026-12-09T08:00:00+01:00", "duration": 3600, "calendars": ["anna"]}'
SELECT * FROM test.refusal(format('SELECT jb_poll_create_json(%L)', :'poll_of_anna')); -- 42501
--> 42501|calendar "anna" does not grant the right to book||Ask whoever manages the calendar for the right book.
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('Meet', '2026-12-08 08:00+01', '2026-12-09 08:00+01', '1 hour', calendars => '{room:own,anna}')$$); -- 42501
--> 42501|calendar "anna" does not grant the right to book
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('anna', 'principal:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS poll, token FROM jb_poll_create_json(:'poll_of_anna') \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grants_set('anna', '[{"grantee": "principal:regress_manager", "rights": ["manage"]}, {"grantee": "principal:regress_secretary", "rights": ["busy"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :poll, '2026-12-08 09:00+01', :'token')); -- 42501
--> 42501|poll 1 cannot be booked by its organiser's token|Calendar "anna" no longer grants the right to book to whoever made the poll.|Ask somebody with the right book on its calendars, who needs no token.
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L, dry_run => true)', :poll, '2026-12-08 09:00+01', :'token')); -- 42501 --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L)', :poll, '2026-12-08 09:00+01')); -- 42501 --> 42501
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('anna', 'principal:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, cardinality(moves) AS moves FROM jb_poll_book(:poll, '2026-12-08 09:00+01', :'token'); --> placed|1
-- a participant whose calendar the maker may not book claims none, whoever holds the token
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('anna', '{"check_attendees": true}'), jb_calendar_set('carl', '{}') \g /dev/null
SELECT jb_grant('carl', 'principal:regress_secretary', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS poll, token FROM jb_poll_create_json(:'poll_of_anna') \gset
SELECT jb_poll_invite(:poll, 'carl') IS NOT NULL AS invited, jb_poll_answer(:poll, 'carl', '[{"start": "2026-12-08T12:00:00+01:00", "end": "2026-12-08T13:00:00+01:00"}]', :'token') IS NOT NULL AS answered \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id FROM jb_poll_book(:poll, token => :'token') \gset
SELECT attendees, attendee_calendars FROM jb_event(:event_id); --> {carl}|{}
-- of a certificate that is let in no more, or as a viewer, of a role that is no more: neither books
RESET SESSION AUTHORIZATION;
SELECT jb_principal_set('CN=ca', 'CN=carl', 'carl', 'secretary'), jb_grant('anna', 'principal:carl', 'book'), jb_grant('anna', 'principal:regress_passing', 'book') \g /dev/null
CREATE ROLE regress_passing LOGIN IN ROLE jb_secretary;
SET SESSION AUTHORIZATION jb_gateway;
SET ROLE jb_secretary;
SELECT poll_id AS poll, token FROM jb_poll_create_json(:'poll_of_anna', principal => 'carl') \gset
RESET ROLE;
SET SESSION AUTHORIZATION regress_passing;
SELECT poll_id AS passing, token AS passing_token FROM jb_poll_create_json(:'poll_of_anna') \gset
RESET SESSION AUTHORIZATION;
SELECT jb_principal_set('CN=ca', 'CN=carl', 'carl', 'viewer') \g /dev/null
SELECT state, message, detail FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :poll, '2026-12-08 15:00+01', :'token')); -- 42501
--> 42501|poll 3 cannot be booked by its organiser's token|Whoever made the poll is let in no more, or may not book.
SELECT jb_principal_set('CN=ca', 'CN=carl', NULL, NULL) \g /dev/null
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :poll, '2026-12-08 15:00+01', :'token')); -- 42501 --> 42501
SELECT jb_principal_set('CN=ca', 'CN=carl', 'carl', 'manager') \g /dev/null
SELECT outcome FROM jb_poll_book(:poll, '2026-12-08 15:00+01', :'token'); --> placed
DROP ROLE regress_passing;
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :passing, '2026-12-08 17:00+01', :'passing_token')); -- 42501 --> 42501

-- ---- another's poll is read with read, and changed with book (rule 9.3) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT poll_id AS poll, token FROM jb_poll_create_json(:'poll_of_anna') \gset
SELECT jb_poll_invite(:poll, 'Dora') IS NOT NULL AS invited \g /dev/null
SELECT jb_grants_set('anna', '[{"grantee": "principal:regress_manager", "rights": ["manage"]}, {"grantee": "principal:regress_secretary", "rights": ["read"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT title, calendars FROM jb_poll(:poll); --> Meet|{anna}
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, 'Eve')); -- 42501
--> 42501|calendar "anna" does not grant the right to book|Ask whoever manages the calendar for the right book.
SELECT state FROM test.refusal(format('SELECT jb_poll_revoke(%s, %L)', :poll, 'Dora')); -- 42501 --> 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll)); -- 42501 --> 42501
SELECT jb_poll_revoke(:poll, 'Dora', :'token') AS with_the_token; --> t
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('anna', 'principal:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT (jb_poll_invite(:poll, 'Eve')).participant, jb_poll_delete(:poll) AS with_book; --> Eve|t
SELECT poll_id AS poll FROM jb_poll_create_json(:'poll_of_anna') \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('anna', 'principal:regress_secretary'); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_poll_delete(:poll) AS by_its_maker; --> t

-- ---- who gives a calendar the name of a deleted one reads nothing of what was there (rule 13.4) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT (jb_calendar_set('room:gone', '{"time_zone": "Europe/Berlin"}')).name; --> room:gone
SELECT event_id AS gone FROM jb_schedule('Secret', '1 hour', '2026-12-10', '09:00', calendars => '{room:gone}') \gset
SELECT outcome FROM jb_schedule('Secret too', '1 hour', '2026-12-10', '09:00', calendars => '{room:gone}'); --> rejected
SELECT outcome FROM jb_schedule('Secret too', '1 hour', '2026-12-10', '09:00', calendars => '{room:gone,room:own}'); --> rejected
SELECT poll_id AS poll, token FROM jb_poll_create('Secret poll', '2026-12-10 08:00+01', '2026-12-10 18:00+01', '1 hour', calendars => '{room:gone}') \gset
SELECT jb_delete(:gone), jb_calendar_delete('room:gone'); --> t|t
SET SESSION AUTHORIZATION regress_trapper;
SELECT (jb_calendar_set('room:gone', '{"time_zone": "Europe/Berlin"}')).name; --> room:gone
SELECT count(at) AS rejections FROM jb_rejections(); --> 0
SELECT count(*) AS of_the_calendar FROM jb_rejections(calendar => 'room:gone'); --> 0
SELECT count(*) AS in_the_view FROM jb_rejection_view; --> 0
SELECT count(*) AS polls FROM jb_polls(); --> 0
SELECT state FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll)); -- P0002 --> P0002
SET SESSION AUTHORIZATION regress_manager;
SELECT request ->> 'event_name' AS event_name, calendars FROM jb_rejections() WHERE request ->> 'event_name' LIKE 'Secret%'; --> Secret too|{}
--> Secret too|{room:own}
SELECT title, calendars FROM jb_poll(:poll); --> Secret poll|{}
SELECT * FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :poll, '2026-12-10 09:00+01', :'token')); -- 55000
--> 55000|poll 7 cannot be booked: its calendars were deleted||Book by jb_schedule() on calendars that are there.
RESET SESSION AUTHORIZATION;
SELECT count(*) AS the_owner_sees FROM jb_rejection_view WHERE calendars = '{}'; --> 1

-- ---- an announcement tells nothing but that there is something to read ----
SELECT reason FROM jb_schedule('Taken', '1 hour', '2026-11-24', '09:00', calendars => '{room:own}'); --> conflict
SELECT id, reason FROM jb_rejections(); --> 1|conflict
--> 2|conflict
--> 3|conflict
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(reason) AS of_others FROM jb_rejections(); --> 0

-- ---- a rejection shows neither an event nor a setting that its reader may not read (rule 13.6) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT (jb_calendar_set('room:hidden', '{"time_zone": "Europe/Berlin", "horizon": "30 days", "max_events_per_day": 1}')).name; --> room:hidden
SELECT (jb_calendar_set('room:shown', '{"time_zone": "Europe/Berlin"}')).name; --> room:shown
SELECT jb_grant('room:shown', 'principal:regress_viewer', 'read') \g /dev/null
SELECT event_id AS hidden FROM jb_schedule('Secret talk', '1 hour', '2026-12-11', '09:00', calendars => '{room:hidden}') \gset
SELECT outcome FROM jb_schedule('Shown talk', '1 hour', '2026-12-11', '09:00', calendars => '{room:shown}'); --> placed
SELECT outcome, reason FROM jb_update(:hidden, '{"calendars": ["room:shown"]}'); --> rejected|conflict
SELECT outcome, reason FROM jb_update_all(jsonb_build_array(jsonb_build_object('id', :hidden, 'calendars', '{room:shown}'::text[]))); --> rejected|conflict
SELECT outcome, reason FROM jb_schedule('Both', '1 hour', '2026-12-11', calendars => '{room:shown,room:hidden}'); --> rejected|over_limit
SELECT outcome, reason FROM jb_schedule('Both', '1 hour', '2027-03-11', calendars => '{room:shown,room:hidden}'); --> rejected|beyond_horizon
SELECT event_id = :hidden AS of_the_event, reason, facts FROM jb_rejections(calendar => 'room:shown');
--> t|conflict|{"end_timestamp": "2026-12-11T10:00:00+01:00", "start_timestamp": "2026-12-11T09:00:00+01:00"}
--> t|conflict|{"end_timestamp": "2026-12-11T10:00:00+01:00", "start_timestamp": "2026-12-11T09:00:00+01:00"}
--> null|over_limit|{"limit": "2026-12-12T00:00:00+01:00", "calendar": "room:hidden", "end_timestamp": "2026-12-12T00:00:00+01:00", "start_timestamp": "2026-12-11T00:00:00+01:00", "max_events_per_day": 1}
--> null|beyond_horizon|{"limit": "2026-12-23T07:00:00+01:00", "end_timestamp": "2027-03-11T01:00:00+01:00", "start_timestamp": "2027-03-11T00:00:00+01:00"}
SET SESSION AUTHORIZATION regress_viewer;
SELECT event_id, calendars, reason, detail, facts FROM jb_rejections(calendar => 'room:shown') WHERE at IS NOT NULL; --> null|{room:shown,room:hidden}|over_limit|A calendar does not allow it.|{}
--> null|{room:shown,room:hidden}|beyond_horizon|A calendar does not allow it.|{}
SELECT count(*) AS of_the_event FROM jb_rejections() r WHERE r::text LIKE '%Secret talk%' OR r.event_id = :hidden; --> 0
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('room:shown', 'principal:regress_viewer') \g /dev/null

-- ---- however many are hidden, a call looks at a thousand, and its last row tells where to go on ----
RESET SESSION AUTHORIZATION;
INSERT INTO jb_rejection (at, calendars, reason, detail, request, principal)
SELECT jb_now(), '{room:own}', 'conflict', '', '{}', CASE i WHEN 2500 THEN 'regress_viewer' ELSE 'other' END FROM generate_series(1, 3000) AS i;
INSERT INTO jb_rejection_calendar SELECT 'room:own', id FROM jb_rejection WHERE principal IN ('regress_viewer', 'other');
SELECT max(id) AS last FROM jb_rejection \gset
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*), count(at) AS shown, max(id) AS goes_on FROM jb_rejections(); --> 1|0|1000
CREATE TEMP TABLE asked AS
WITH RECURSIVE page AS (
  SELECT 0 AS n, NULL::bigint AS id, 0::bigint AS shown
  UNION ALL
  SELECT page.n + 1, r.id, r.shown FROM page CROSS JOIN LATERAL (SELECT max(f.id) AS id, count(f.at) AS shown FROM jb_rejections(page.id) f) r
   WHERE page.n = 0 OR page.id IS NOT NULL)
SELECT * FROM page;
SELECT count(*) - 2 AS calls, sum(shown) AS shown, max(id) = :last AS to_the_end FROM asked; --> 4|1|t
SELECT count(rejection) AS shown, count(*) AS rows, max(cursor) AS goes_on FROM jb_rejections_all(); --> 0|1|1000
-- a calendar that may not be read is searched as one that is not there
SELECT array_agg(r.id) = (SELECT array_agg(o.id) FROM jb_rejections(calendar => 'room:none') o) AS same, count(at) AS shown FROM jb_rejections(calendar => 'room:own') r; --> t|0
SELECT jb_rejections_after(10, 'room:own') = jb_rejections_after(10, 'room:none') AS same; --> t
-- from the end, too, it looks at the last thousand
SELECT :last - jb_rejections_after(10) AS looked_at, :last - jb_rejections_after(0) AS beyond_the_end; --> 1000|0
-- a page that ends at the thousandth goes on, too: each comes once
RESET SESSION AUTHORIZATION;
INSERT INTO jb_rejection (at, calendars, reason, detail, request, principal)
SELECT jb_now(), '{room:own}', 'conflict', '', '{}', CASE i WHEN 1 THEN 'other' ELSE 'regress_viewer' END FROM generate_series(1, 2500) AS i;
SET SESSION AUTHORIZATION regress_viewer;
WITH RECURSIVE page AS (
  SELECT :last::bigint AS id, true AS goes_on, 0::bigint AS shown
  UNION ALL
  SELECT r.* FROM page CROSS JOIN LATERAL (SELECT max(f.id), count(*) = 1000 OR count(f.at) < count(*), count(f.at) FROM jb_rejections(page.id, 1000) f) r
   WHERE page.goes_on)
SELECT sum(shown) AS shown FROM page; --> 2499
SELECT count(at) AS last_thousand FROM jb_rejections(jb_rejections_after(1000), 1000); --> 1000
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:many', '{"time_zone": "UTC"}') \g /dev/null
SELECT outcome, reason, count(*) FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Short', 'duration', 60, 'calendars', '{room:many}'::text[],
  'start_timestamp', timestamptz '2027-03-02Z' + i * interval '1 minute')) FROM generate_series(1, 1000) AS i)) GROUP BY 1, 2; --> placed|null|1000
SELECT count((change).seq) AS last_thousand FROM jb_changes_all(jb_changes_cursor(1000), 1000); --> 1000
-- a move tells that time is taken or free on calendars on which the caller has a right, and nothing of others
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set(room, '{"time_zone": "UTC"}') FROM unnest('{room:mine,room:shut}'::text[]) AS room \g /dev/null
SELECT event_id AS mine FROM jb_schedule('Mine', '1 hour', start_timestamp => '2027-04-06 10:00Z', calendars => '{room:mine}') \gset
SELECT event_id AS both FROM jb_schedule('Both', '1 hour', start_timestamp => '2027-04-06 10:00Z', calendars => '{room:mine,room:shut}', on_no_slot => 'wait') \gset
SELECT outcome FROM jb_schedule('Shut', '1 hour', not_before => '2027-04-06 10:00Z', calendars => '{room:shut}'); --> placed
SELECT jb_grant('room:mine', 'principal:regress_secretary', 'book'), jb_grant('room:mine', 'principal:regress_secretary', 'read'), jb_grant('room:shut', 'principal:nobody', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, moves FROM jb_cancel(:mine); --> cancelled|{"(1021,,,\"2027-04-06 12:00:00+02\",\"2027-04-06 13:00:00+02\",,)"}
RESET SESSION AUTHORIZATION;
SELECT event_name, start_timestamp FROM jb_events('room:shut', '2027-04-06', '2027-04-07') ORDER BY 2; --> Both|2027-04-06 12:00:00+02
--> Shut|2027-04-06 13:00:00+02
DROP OWNED BY regress_trapper;
DROP ROLE regress_trapper;
\i test/regress/sql/frame/close.psql
