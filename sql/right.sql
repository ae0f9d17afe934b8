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
\i sql/frame/close.psql
