-- Promise: a calendar grants rights by name. Whoever it names has exactly what was granted, and everybody else what the database
-- gives.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:b', '{}') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;

-- a right is added to those that are there, in one order; a grantee is revoked whole
SELECT * FROM jb_grant('room:a', 'principal:anna', 'book');
SELECT * FROM jb_grant('room:a', 'principal:anna', 'read');
SELECT * FROM jb_grant('room:a', 'principal:anna', 'read');
SELECT * FROM jb_grant('room:a', 'role:regress_viewer', 'busy');
SELECT * FROM jb_grants('room:a');
SELECT row_to_json(g) FROM jb_grants('room:a') g;
SELECT jb_revoke('room:a', 'principal:anna');
SELECT jb_revoke('room:a', 'principal:anna') AS was_named_no_longer;
SELECT * FROM jb_grants('room:a');

-- a list replaces all, or changes nothing
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:anna", "rights": ["read", "book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]');
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "anna", "rights": ["see"]}, {"grantee": "role:", "rights": []}, {"rights": ["read"], "x": 1}, 5]')$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "role:x", "rights": ["read"]}, {"grantee": "role:x", "rights": ["book"]}]')$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '{}')$$); -- 22023
SELECT count(*) FROM jb_grants('room:a');

-- what cannot be granted, or asked
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'anna', 'read')$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:anna', 'see')$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:' || repeat('x', 201), 'read')$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:booking page', 'read')$$); -- 22023
SELECT count(*) FROM jb_grants_set('room:a', (SELECT jsonb_agg(jsonb_build_object('grantee', 'principal:' || n, 'rights', '["read", "manage"]'::jsonb)) FROM generate_series(1, 999) n) || '[{"grantee": "role:regress_manager", "rights": ["manage"]}]');
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:1000', 'read')$$); -- 22023: 1,000 are there
SELECT rights FROM jb_grant('room:a', 'principal:1', 'book');
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "principal:1000", "rights": ["read"]}]', keep_others => true)$$); -- 22023
SELECT count(*) FROM jb_grants_set('room:a', '[{"grantee": "principal:1000", "rights": ["read"]}, {"grantee": "principal:1", "rights": []}]', keep_others => true);
SELECT count(*) FROM jb_grants_set('room:a', '[{"grantee": "principal:anna", "rights": ["read", "book"]}, {"grantee": "role:regress_manager", "rights": ["manage"]}]');
-- what is changed of some, and nothing of others
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:ben", "rights": ["book", "read"]}]', keep_others => true);
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:ben", "rights": ["busy"]}, {"grantee": "principal:nobody", "rights": []}]', keep_others => true);
SELECT * FROM jb_grants_set('room:a', '[{"grantee": "principal:ben", "rights": []}]', keep_others => true);
SELECT * FROM test.refusal($$SELECT jb_grants_set('room:a', '[{"grantee": "role:x", "rights": []}, {"grantee": "role:x", "rights": ["book"]}]', keep_others => true)$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_grant('room:c', 'principal:anna', 'read')$$); -- P0002
SELECT * FROM test.refusal($$SELECT jb_revoke('room:c', 'principal:anna')$$); -- P0002
SELECT * FROM test.refusal($$SELECT jb_grants('room:c')$$); -- P0002
SELECT * FROM test.refusal($$SELECT jb_rights('room:c')$$); -- P0002
SELECT * FROM test.refusal($$SELECT jb_rights('room:a', principal => 'anna')$$); -- 42501: no gateway

-- who is named has exactly what was granted, by each name that is the caller's
SELECT jb_rights('room:a'), jb_rights('room:b');
SELECT jb_grants_set('room:a', '[{"grantee": "role:jb_secretary", "rights": ["book"]}, {"grantee": "principal:regress_secretary", "rights": ["read"]}]') \g /dev/null
SELECT jb_rights('room:a') AS a_manager_is_a_secretary_too;
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_rights('room:a');
SET SESSION AUTHORIZATION regress_viewer;
SELECT jb_rights('room:a') AS a_viewer_is_not_named;
SET SESSION AUTHORIZATION regress_manager;
SELECT * FROM test.refusal($$SELECT jb_grant('room:a', 'principal:anna', 'read')$$); -- 42501: it manages no longer

-- what those have that are not named is the owner's to say
SELECT * FROM test.refusal($$SELECT jb_default_rights_set('nothing')$$); -- 42501
RESET SESSION AUTHORIZATION;
SELECT jb_rights('room:a') AS the_owner_may_everything;
SELECT jb_default_rights();
SELECT * FROM test.refusal($$SELECT jb_default_rights_set('some')$$); -- 22023
SELECT jb_default_rights_set('nothing');
SELECT jb_default_rights();
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_rights('room:a') AS named_as_before;
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role');
SELECT count(*) FROM jb_default_rights;

-- a deleted calendar takes its grants along
SELECT jb_grant('room:b', 'principal:anna', 'read') \g /dev/null
SELECT jb_calendar_delete('room:b'), jb_calendar_set('room:b', '{}') IS NOT NULL \g /dev/null
SELECT * FROM jb_grants('room:b');

-- ---- under nothing: whoever makes a calendar manages it, others do not find it ----
SELECT jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT (jb_calendar_set('room:own', '{"time_zone": "Europe/Berlin"}')).name;
SELECT * FROM jb_grants('room:own');
SELECT outcome, event_id FROM jb_schedule('Own', '1 hour', '2026-11-24', '09:00', calendars => '{room:own}');
-- ceo is made by the first booking, and managed by who books it
SELECT outcome FROM jb_schedule('First', '1 hour', '2026-11-24', '09:00');
SELECT * FROM jb_grants('ceo');
SET SESSION AUTHORIZATION regress_secretary;
SELECT name FROM jb_calendars();
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:own}')$$); -- 22023
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:none}')$$); -- 22023, the same
SELECT * FROM test.refusal($$SELECT jb_cancel(1)$$); -- P0002
SELECT * FROM test.refusal($$SELECT jb_calendar_set('room:own', '{}')$$); -- 42501: a secretary sets nothing

-- ---- reading and booking are two rights ----
SET SESSION AUTHORIZATION regress_manager;
SELECT rights FROM jb_grant('room:own', 'role:regress_secretary', 'read');
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_name FROM jb_event(1);
SELECT * FROM test.refusal($$SELECT jb_cancel(1)$$); -- 42501
SELECT * FROM test.refusal($$SELECT jb_update(1, '{"event_name": "x"}')$$); -- 42501
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:own}')$$); -- 42501
-- an attendee who is a calendar that may only be read is told; one that may not be known is only a name
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:a', '[{"grantee": "role:regress_secretary", "rights": ["read", "book"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{room:own}', check_attendees => true)$$); -- 42501
SELECT outcome FROM jb_schedule('x', '1 hour', calendars => '{room:a}', attendees => '{ceo}', check_attendees => true);
SELECT count(*) AS of_ceo FROM jb_event_view WHERE 'ceo' = ANY (attendee_calendars);

-- ---- an event on two calendars is changed by who may book on both ----
SET SESSION AUTHORIZATION regress_manager;
SELECT rights FROM jb_grant('room:own', 'role:regress_secretary', 'book');
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_update(1, '{"calendars": ["room:own", "room:a"]}');
SET SESSION AUTHORIZATION regress_manager;
SELECT event_name, calendars FROM jb_event(1);
SELECT * FROM test.refusal($$SELECT jb_update(1, '{"event_name": "x"}')$$); -- 42501: room:a
SELECT state, message FROM test.refusal($$SELECT jb_explain_event(1)$$); -- 42501: when room:a is taken is not told
-- whoever manages one of them cancels it, and does nothing else to it; it is deleted by whoever manages all of them
SELECT jb_revoke('room:own', 'role:regress_secretary') \g /dev/null
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"event_name": "x", "status": "cancelled"}')$$); -- 42501: room:a
SELECT state, message FROM test.refusal($$SELECT jb_attach(1, '{"name": "x", "url": "https://example.org/"}')$$); -- 42501: room:a
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"calendars": ["room:own"]}')$$); -- 42501: room:a
SELECT state, message FROM test.refusal($$SELECT jb_delete(1)$$); -- 42501: room:a
BEGIN;
SELECT outcome FROM jb_cancel(1);
SELECT outcome FROM jb_cancel(1);
SELECT count(*) AS busy FROM jb_busy('room:own', '2026-11-24', '2026-11-25');
ROLLBACK;
BEGIN;
SELECT outcome FROM jb_update_all('[{"id": 1, "cancel": true}]');
ROLLBACK;
-- nor does anybody delete what is on another's calendar by putting it on an own one, too
RESET SESSION AUTHORIZATION;
SELECT jb_grant('room:a', 'principal:regress_manager', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_update(1, '{"calendars": ["room:a", "room:own"]}');
SELECT state, message FROM test.refusal($$SELECT jb_delete(1)$$); -- 42501: room:a
RESET SESSION AUTHORIZATION;
SELECT jb_revoke('room:a', 'principal:regress_manager'), jb_grant('room:own', 'role:regress_secretary', 'read'), jb_grant('room:own', 'role:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;

-- ---- of a series, too, no event is taken off a calendar on which its changer may not book ----
SELECT (jb_calendar_set('anna', '{"time_zone": "Europe/Berlin"}')).name;
SELECT events[1] AS first, events[2] AS second FROM jb_schedule('Daily', '1 hour', '2026-12-01', '09:00', calendars => '{room:own}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset
SELECT outcome FROM jb_update(:second, '{"calendars": ["anna"], "scope": "one"}');
SELECT jb_grant('anna', 'principal:regress_secretary', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :first, '{"calendars": ["room:own", "room:a"], "scope": "all"}')); -- 42501: anna

-- ---- a calendar that is named like an attendee tells its manager when, and binds nobody (rules 13.3 and 13.4) ----
RESET SESSION AUTHORIZATION;
CREATE ROLE regress_trapper LOGIN IN ROLE jb_manager;
SET SESSION AUTHORIZATION regress_trapper;
SELECT (jb_calendar_set('ben@clinic.example', '{"time_zone": "Europe/Berlin"}')).name;
SELECT jb_grant('ben@clinic.example', 'principal:regress_manager', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id AS visit, outcome FROM jb_schedule('Secret visit', '1 hour', '2026-12-03', '09:00', calendars => '{room:own}', attendees => '{ben@clinic.example}', check_attendees => true) \gset
SELECT events[1] AS weekly, events[2] AS later FROM jb_schedule('Secret visits', '1 hour', '2026-12-04', '09:00', calendars => '{room:own}', attendees => '{ben@clinic.example}', check_attendees => true, recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2') \gset
SELECT jb_delete(:later);
SET SESSION AUTHORIZATION regress_trapper;
SELECT event_name, calendars, attendee_calendars, description, start_timestamp FROM jb_events('ben@clinic.example');
SELECT * FROM test.refusal(format('SELECT jb_event(%s)', :visit)); -- P0002
SELECT * FROM test.refusal(format('SELECT jb_cancel(%s)', :visit)); -- P0002
SELECT * FROM test.refusal(format('SELECT jb_delete(%s)', :visit)); -- P0002
SELECT * FROM test.refusal(format('SELECT jb_history(%s)', :visit)); -- P0002
SELECT seq, event_id, principal, kind, old_range, new_range, fields, image FROM jb_changes('ben@clinic.example');
SELECT * FROM jb_events_at('ben@clinic.example', 3);
SELECT regexp_count(ics, 'SUMMARY:Busy') AS busy, regexp_count(ics, 'Secret') AS secret FROM jb_icalendar('ben@clinic.example') ics;
SELECT jb_feed_create('ben@clinic.example') AS feed \gset
SELECT regexp_count(ics, 'SUMMARY:Busy') AS busy, regexp_count(ics, 'Secret') AS secret FROM jb_feed_read(:'feed') ics;
-- a feed shows what whoever made it may read
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('room:own', 'principal:regress_trapper', 'read') \g /dev/null
SELECT regexp_count(ics, 'SUMMARY:Busy') AS busy, regexp_count(ics, 'SUMMARY:Secret') AS secret FROM jb_feed_read(:'feed') ics;
SELECT jb_revoke('room:own', 'principal:regress_trapper');
-- without the right that the booker had, the booker still changes what was booked, and takes the attendee off
SET SESSION AUTHORIZATION regress_trapper;
SELECT jb_grants_set('ben@clinic.example', '[{"grantee": "principal:regress_manager", "rights": ["busy"]}, {"grantee": "principal:regress_trapper", "rights": ["manage"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome, start_timestamp FROM jb_update(:visit, '{"start_time": "11:00"}');
SELECT (jb_event(:visit)).attendee_calendars;
SELECT outcome FROM jb_update(:visit, '{"attendees": ["ben@clinic.example", "Carl"]}');
SELECT (jb_event(:visit)).attendee_calendars;
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :weekly, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", "scope": "following"}')); -- 42501: new events claim it anew
-- a calendar that is made later, and that the booker may not book, keeps nobody from saying the attendees again
SELECT event_id AS talk FROM jb_schedule('Talk', '1 hour', '2026-12-03', '16:00', calendars => '{room:own}', attendees => '{dan@clinic.example}', check_attendees => true) \gset
SET SESSION AUTHORIZATION regress_trapper;
SELECT (jb_calendar_set('dan@clinic.example', '{"time_zone": "Europe/Berlin"}')).name;
SELECT jb_grant('dan@clinic.example', 'principal:regress_manager', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_update(:talk, '{"start_time": "17:00", "attendees": ["dan@clinic.example", "Carl"], "check_attendees": true}');
SELECT attendees, attendee_calendars FROM jb_event(:talk);
SELECT outcome FROM jb_update(:visit, '{"attendees": []}');
SELECT (jb_event(:visit)).attendee_calendars;
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :visit, '{"attendees": ["ben@clinic.example"]}')); -- 42501: it is added
SELECT outcome FROM jb_cancel(:visit);
-- who names the calendar shows its manager what is there
SET SESSION AUTHORIZATION regress_trapper;
SELECT jb_grant('ben@clinic.example', 'principal:regress_manager', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id AS visit, outcome FROM jb_schedule('Plain visit', '1 hour', '2026-12-03', '14:00', calendars => '{room:own,ben@clinic.example}') \gset
SET SESSION AUTHORIZATION regress_trapper;
SELECT event_name FROM jb_events('ben@clinic.example') WHERE event_name IS NOT NULL;

-- ---- an event is explained without the attendees' calendars on which its reader has no right (rule 13.6) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_schedule('Away', '10 hours', '2026-12-09', '00:00', calendars => '{ben@clinic.example}');
SELECT event_id AS late, start_timestamp FROM jb_schedule('Late', '1 hour', '2026-12-09', calendars => '{room:own}', attendees => '{ben@clinic.example}', check_attendees => true) \gset
SELECT candidate, verdict, reason, facts FROM jb_explain_event(:late) WHERE verdict = 'passed_over';
SELECT jb_grant('room:own', 'role:regress_viewer', 'read') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*) AS passed_over FROM jb_explain_event(:late) WHERE verdict = 'passed_over';
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('room:own', 'role:regress_viewer');

-- ---- a poll is made by whoever may book, and its token books as long as its maker may (rule 13.3) ----
SELECT jb_grants_set('anna', '[{"grantee": "principal:regress_manager", "rights": ["manage"]}, {"grantee": "principal:regress_secretary", "rights": ["busy"]}]') \g /dev/null
SELECT outcome FROM jb_schedule('Moves', '2 hours', '2026-12-08', calendars => '{anna}');
SET SESSION AUTHORIZATION regress_secretary;
\set poll_of_anna '{"title": "Meet", "from": "2026-12-08T08:00:00+01:00", "to": "2026-12-09T08:00:00+01:00", "duration": 3600, "calendars": ["anna"]}'
SELECT * FROM test.refusal(format('SELECT jb_poll_create_json(%L)', :'poll_of_anna')); -- 42501
SELECT state, message FROM test.refusal($$SELECT jb_poll_create('Meet', '2026-12-08 08:00+01', '2026-12-09 08:00+01', '1 hour', calendars => '{room:own,anna}')$$); -- 42501
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('anna', 'principal:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS poll, token FROM jb_poll_create_json(:'poll_of_anna') \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grants_set('anna', '[{"grantee": "principal:regress_manager", "rights": ["manage"]}, {"grantee": "principal:regress_secretary", "rights": ["busy"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT * FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :poll, '2026-12-08 09:00+01', :'token')); -- 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L, dry_run => true)', :poll, '2026-12-08 09:00+01', :'token')); -- 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L)', :poll, '2026-12-08 09:00+01')); -- 42501
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('anna', 'principal:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, cardinality(moves) AS moves FROM jb_poll_book(:poll, '2026-12-08 09:00+01', :'token');
-- a participant whose calendar the maker may not book claims none, whoever holds the token
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('anna', '{"check_attendees": true}'), jb_calendar_set('carl', '{}') \g /dev/null
SELECT jb_grant('carl', 'principal:regress_secretary', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT poll_id AS poll, token FROM jb_poll_create_json(:'poll_of_anna') \gset
SELECT jb_poll_invite(:poll, 'carl') IS NOT NULL AS invited, jb_poll_answer(:poll, 'carl', '[{"start": "2026-12-08T12:00:00+01:00", "end": "2026-12-08T13:00:00+01:00"}]', :'token') IS NOT NULL AS answered \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id FROM jb_poll_book(:poll, token => :'token') \gset
SELECT attendees, attendee_calendars FROM jb_event(:event_id);
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
SELECT jb_principal_set('CN=ca', 'CN=carl', NULL, NULL) \g /dev/null
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :poll, '2026-12-08 15:00+01', :'token')); -- 42501
SELECT jb_principal_set('CN=ca', 'CN=carl', 'carl', 'manager') \g /dev/null
SELECT outcome FROM jb_poll_book(:poll, '2026-12-08 15:00+01', :'token');
DROP ROLE regress_passing;
SELECT state FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :passing, '2026-12-08 17:00+01', :'passing_token')); -- 42501

-- ---- another's poll is read with read, and changed with book (rule 9.3) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT poll_id AS poll, token FROM jb_poll_create_json(:'poll_of_anna') \gset
SELECT jb_poll_invite(:poll, 'Dora') IS NOT NULL AS invited \g /dev/null
SELECT jb_grants_set('anna', '[{"grantee": "principal:regress_manager", "rights": ["manage"]}, {"grantee": "principal:regress_secretary", "rights": ["read"]}]') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT title, calendars FROM jb_poll(:poll);
SELECT state, message, hint FROM test.refusal(format('SELECT jb_poll_invite(%s, %L)', :poll, 'Eve')); -- 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_revoke(%s, %L)', :poll, 'Dora')); -- 42501
SELECT state FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll)); -- 42501
SELECT jb_poll_revoke(:poll, 'Dora', :'token') AS with_the_token;
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant('anna', 'principal:regress_secretary', 'book') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT (jb_poll_invite(:poll, 'Eve')).participant, jb_poll_delete(:poll) AS with_book;
SELECT poll_id AS poll FROM jb_poll_create_json(:'poll_of_anna') \gset
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('anna', 'principal:regress_secretary');
SET SESSION AUTHORIZATION regress_secretary;
SELECT jb_poll_delete(:poll) AS by_its_maker;

-- ---- who gives a calendar the name of a deleted one reads nothing of what was there (rule 13.4) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT (jb_calendar_set('room:gone', '{"time_zone": "Europe/Berlin"}')).name;
SELECT event_id AS gone FROM jb_schedule('Secret', '1 hour', '2026-12-10', '09:00', calendars => '{room:gone}') \gset
SELECT outcome FROM jb_schedule('Secret too', '1 hour', '2026-12-10', '09:00', calendars => '{room:gone}');
SELECT outcome FROM jb_schedule('Secret too', '1 hour', '2026-12-10', '09:00', calendars => '{room:gone,room:own}');
SELECT poll_id AS poll, token FROM jb_poll_create('Secret poll', '2026-12-10 08:00+01', '2026-12-10 18:00+01', '1 hour', calendars => '{room:gone}') \gset
SELECT jb_delete(:gone), jb_calendar_delete('room:gone');
SET SESSION AUTHORIZATION regress_trapper;
SELECT (jb_calendar_set('room:gone', '{"time_zone": "Europe/Berlin"}')).name;
SELECT count(at) AS rejections FROM jb_rejections();
SELECT count(*) AS of_the_calendar FROM jb_rejections(calendar => 'room:gone');
SELECT count(*) AS in_the_view FROM jb_rejection_view;
SELECT count(*) AS polls FROM jb_polls();
SELECT state FROM test.refusal(format('SELECT jb_poll_delete(%s)', :poll)); -- P0002
SET SESSION AUTHORIZATION regress_manager;
SELECT request ->> 'event_name' AS event_name, calendars FROM jb_rejections() WHERE request ->> 'event_name' LIKE 'Secret%';
SELECT title, calendars FROM jb_poll(:poll);
SELECT * FROM test.refusal(format('SELECT jb_poll_book(%s, %L, %L)', :poll, '2026-12-10 09:00+01', :'token')); -- 55000
RESET SESSION AUTHORIZATION;
SELECT count(*) AS the_owner_sees FROM jb_rejection_view WHERE calendars = '{}';

-- ---- an announcement tells nothing but that there is something to read ----
SELECT reason FROM jb_schedule('Taken', '1 hour', '2026-11-24', '09:00', calendars => '{room:own}');
SELECT id, reason FROM jb_rejections();
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(reason) AS of_others FROM jb_rejections();

-- ---- a rejection shows neither an event nor a setting that its reader may not read (rule 13.6) ----
SET SESSION AUTHORIZATION regress_manager;
SELECT (jb_calendar_set('room:hidden', '{"time_zone": "Europe/Berlin", "horizon": "30 days", "max_events_per_day": 1}')).name;
SELECT (jb_calendar_set('room:shown', '{"time_zone": "Europe/Berlin"}')).name;
SELECT jb_grant('room:shown', 'principal:regress_viewer', 'read') \g /dev/null
SELECT event_id AS hidden FROM jb_schedule('Secret talk', '1 hour', '2026-12-11', '09:00', calendars => '{room:hidden}') \gset
SELECT outcome FROM jb_schedule('Shown talk', '1 hour', '2026-12-11', '09:00', calendars => '{room:shown}');
SELECT outcome, reason FROM jb_update(:hidden, '{"calendars": ["room:shown"]}');
SELECT outcome, reason FROM jb_update_all(jsonb_build_array(jsonb_build_object('id', :hidden, 'calendars', '{room:shown}'::text[])));
SELECT outcome, reason FROM jb_schedule('Both', '1 hour', '2026-12-11', calendars => '{room:shown,room:hidden}');
SELECT outcome, reason FROM jb_schedule('Both', '1 hour', '2027-03-11', calendars => '{room:shown,room:hidden}');
SELECT event_id = :hidden AS of_the_event, reason, facts FROM jb_rejections(calendar => 'room:shown');
SET SESSION AUTHORIZATION regress_viewer;
SELECT event_id, calendars, reason, detail, facts FROM jb_rejections(calendar => 'room:shown') WHERE at IS NOT NULL;
SELECT count(*) AS of_the_event FROM jb_rejections() r WHERE r::text LIKE '%Secret talk%' OR r.event_id = :hidden;
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_revoke('room:shown', 'principal:regress_viewer') \g /dev/null

-- ---- however many are hidden, a call looks at a thousand, and its last row tells where to go on ----
RESET SESSION AUTHORIZATION;
INSERT INTO jb_rejection (at, calendars, reason, detail, request, principal)
SELECT jb_now(), '{room:own}', 'conflict', '', '{}', CASE i WHEN 2500 THEN 'regress_viewer' ELSE 'other' END FROM generate_series(1, 3000) AS i;
INSERT INTO jb_rejection_calendar SELECT 'room:own', id FROM jb_rejection WHERE principal IN ('regress_viewer', 'other');
SELECT max(id) AS last FROM jb_rejection \gset
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*), count(at) AS shown, max(id) AS goes_on FROM jb_rejections();
CREATE TEMP TABLE asked AS
WITH RECURSIVE page AS (
  SELECT 0 AS n, NULL::bigint AS id, 0::bigint AS shown
  UNION ALL
  SELECT page.n + 1, r.id, r.shown FROM page CROSS JOIN LATERAL (SELECT max(f.id) AS id, count(f.at) AS shown FROM jb_rejections(page.id) f) r
   WHERE page.n = 0 OR page.id IS NOT NULL)
SELECT * FROM page;
SELECT count(*) - 2 AS calls, sum(shown) AS shown, max(id) = :last AS to_the_end FROM asked;
SELECT count(rejection) AS shown, count(*) AS rows, max(cursor) AS goes_on FROM jb_rejections_all();
-- a calendar that may not be read is searched as one that is not there
SELECT array_agg(r.id) = (SELECT array_agg(o.id) FROM jb_rejections(calendar => 'room:none') o) AS same, count(at) AS shown FROM jb_rejections(calendar => 'room:own') r;
SELECT jb_rejections_after(10, 'room:own') = jb_rejections_after(10, 'room:none') AS same;
-- from the end, too, it looks at the last thousand
SELECT :last - jb_rejections_after(10) AS looked_at, :last - jb_rejections_after(0) AS beyond_the_end;
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
SELECT sum(shown) AS shown FROM page;
SELECT count(at) AS last_thousand FROM jb_rejections(jb_rejections_after(1000), 1000);
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:many', '{"time_zone": "UTC"}') \g /dev/null
SELECT outcome, reason, count(*) FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Short', 'duration', 60, 'calendars', '{room:many}'::text[],
  'start_timestamp', timestamptz '2027-03-02Z' + i * interval '1 minute')) FROM generate_series(1, 1000) AS i)) GROUP BY 1, 2;
SELECT count((change).seq) AS last_thousand FROM jb_changes_all(jb_changes_cursor(1000), 1000);
-- a move tells that time is taken or free on calendars on which the caller has a right, and nothing of others
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set(room, '{"time_zone": "UTC"}') FROM unnest('{room:mine,room:shut}'::text[]) AS room \g /dev/null
SELECT event_id AS mine FROM jb_schedule('Mine', '1 hour', start_timestamp => '2027-04-06 10:00Z', calendars => '{room:mine}') \gset
SELECT event_id AS both FROM jb_schedule('Both', '1 hour', start_timestamp => '2027-04-06 10:00Z', calendars => '{room:mine,room:shut}', on_no_slot => 'wait') \gset
SELECT outcome FROM jb_schedule('Shut', '1 hour', not_before => '2027-04-06 10:00Z', calendars => '{room:shut}');
SELECT jb_grant('room:mine', 'principal:regress_secretary', 'book'), jb_grant('room:mine', 'principal:regress_secretary', 'read'), jb_grant('room:shut', 'principal:nobody', 'busy') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, moves FROM jb_cancel(:mine);
RESET SESSION AUTHORIZATION;
SELECT event_name, start_timestamp FROM jb_events('room:shut', '2027-04-06', '2027-04-07') ORDER BY 2;
DROP OWNED BY regress_trapper;
DROP ROLE regress_trapper;
\i test/regress/sql/frame/close.psql
