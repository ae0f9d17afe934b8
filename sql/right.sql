\i sql/frame/open.psql
-- A calendar grants rights by name; whoever it names has exactly what was granted, and everybody else what the database
-- gives.
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('room:b', '{}') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;

-- a right is added to those that are there, in one order; a grantee is revoked whole
SELECT * FROM jb_grant('room:a', 'principal:anna', 'book');
SELECT * FROM jb_grant('room:a', 'principal:anna', 'read');
SELECT * FROM jb_grant('room:a', 'principal:anna', 'read');
SELECT * FROM jb_grant('room:a', 'role:regress_viewer', 'busy');
SELECT * FROM jb_grants('room:a');
SELECT jb_grantee_json(g) FROM jb_grants('room:a') g;
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
SELECT * FROM test.refusal($$SELECT jb_cancel(1)$$); -- 42501: room:a
SELECT * FROM test.refusal($$SELECT jb_delete(1)$$); -- 42501

-- ---- an announcement tells nothing but that there is something to read ----
RESET SESSION AUTHORIZATION;
SELECT reason FROM jb_schedule('Taken', '1 hour', '2026-11-24', '09:00', calendars => '{room:own}');
SELECT id, reason FROM jb_rejections();
SET SESSION AUTHORIZATION regress_viewer;
SELECT count(*) AS of_others FROM jb_rejections();
RESET SESSION AUTHORIZATION;
\i sql/frame/close.psql
