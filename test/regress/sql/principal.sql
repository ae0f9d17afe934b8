-- Promise: every change names who made it: the session's user, or the principal that the gateway names; no other user may
-- name another principal.
-- Could break: SECURITY DEFINER hides the caller, SET ROLE changes the current user, and a name could be forged.
\i test/regress/sql/frame/open.psql

-- ---- the session's user, whatever role it plays ----
SELECT outcome FROM jb_schedule('Mine', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> placed
SET ROLE jb_secretary;
SELECT outcome FROM jb_cancel(1); --> cancelled
RESET ROLE;
SELECT kind, principal FROM jb_history(1); --> placed|regress_secretary
--> cancelled|regress_secretary
-- a user may name itself
SELECT outcome FROM jb_schedule('Also mine', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', principal => 'regress_secretary'); --> placed
-- but no other principal: each of these must fail
SELECT call, state, message
  FROM unnest(ARRAY[
    $$jb_schedule('x', '1 hour', principal => 'Ann')$$, $$jb_schedule('x', '1 hour', principal => '')$$, $$jb_schedule('x', '1 hour', dry_run => true, principal => 'Ann')$$,
    $$jb_schedule_all('[]', principal => 'Ann')$$, $$jb_reschedule(2, '2026-11-25', principal => 'Ann')$$, $$jb_update(2, '{}', principal => 'Ann')$$, $$jb_cancel(2, principal => 'Ann')$$
  ]) AS call, test.refusal('SELECT ' || call); --> jb_schedule('x', '1 hour', principal => 'Ann')|42501|role "regress_secretary" may not name principal "Ann"
--> jb_schedule('x', '1 hour', principal => '')|42501|role "regress_secretary" may not name principal ""
--> jb_schedule('x', '1 hour', dry_run => true, principal => 'Ann')|42501|role "regress_secretary" may not name principal "Ann"
--> jb_schedule_all('[]', principal => 'Ann')|42501|role "regress_secretary" may not name principal "Ann"
--> jb_reschedule(2, '2026-11-25', principal => 'Ann')|42501|role "regress_secretary" may not name principal "Ann"
--> jb_update(2, '{}', principal => 'Ann')|42501|role "regress_secretary" may not name principal "Ann"
--> jb_cancel(2, principal => 'Ann')|42501|role "regress_secretary" may not name principal "Ann"
SET SESSION AUTHORIZATION regress_manager;
SELECT state, message, detail, hint FROM test.refusal($$SELECT jb_delete(2, principal => 'Ann')$$); -- must fail
--> 42501|role "regress_manager" may not name principal "Ann"|Only a session user that is a member of jb_gateway may name another principal.|Leave principal out: it is the session's user then.

-- ---- the gateway names the principal that it has let in ----
SET SESSION AUTHORIZATION jb_gateway;
-- without a role the gateway may do nothing: must fail
SELECT state FROM test.refusal($$SELECT jb_cancel(2, principal => 'Ann')$$); --> 42501
BEGIN;
SET LOCAL ROLE jb_secretary;
SELECT outcome FROM jb_update(2, '{"event_name": "Renamed"}', principal => 'Ann'); --> updated
SELECT rejection_id FROM jb_schedule('Past', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', principal => repeat('ä', 200)) \gset
COMMIT;
BEGIN;
SET LOCAL ROLE jb_secretary;
SELECT seq, kind, principal FROM jb_history(2); --> 3|placed|regress_secretary
--> 4|updated|Ann
SELECT char_length(principal) FROM jb_rejections(:rejection_id - 1, 1); --> 200
-- the name may not be empty, and not longer than 200 characters: each of these must fail
SELECT state, message FROM test.refusal($$SELECT jb_cancel(2, principal => '')$$); --> 22023|invalid principal "": it must be 1 to 200 characters long
SELECT state FROM test.refusal($$SELECT jb_cancel(2, principal => repeat('p', 201))$$); --> 22023
-- names that the scheduler gives to callers without a certificate are theirs alone: each of these must fail
SELECT call, state, message FROM unnest(ARRAY[$$jb_schedule('x', '1 hour', calendars => '{room:a}', principal => 'booking page')$$, $$jb_cancel(2, principal => 'organiser of poll 7')$$, $$jb_events('room:a', principal => 'organiser of poll 7')$$]) AS call, test.refusal('SELECT ' || call);
--> jb_schedule('x', '1 hour', calendars => '{room:a}', principal => 'booking page')|22023|invalid principal "booking page": the scheduler gives this name to callers without a certificate
--> jb_cancel(2, principal => 'organiser of poll 7')|22023|invalid principal "organiser of poll 7": the scheduler gives this name to callers without a certificate
--> jb_events('room:a', principal => 'organiser of poll 7')|22023|invalid principal "organiser of poll 7": the scheduler gives this name to callers without a certificate
-- the role that the gateway has taken decides what it may do, not the principal that it names: must fail
SELECT state FROM test.refusal($$SELECT jb_delete(2, principal => 'Ann')$$); --> 42501
COMMIT;
-- an application that is a member of jb_gateway may name others too
RESET SESSION AUTHORIZATION;
GRANT jb_gateway TO regress_secretary;
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_cancel(2, principal => 'Bob'); --> cancelled
SELECT seq, principal FROM jb_history(2) ORDER BY seq DESC LIMIT 1; --> 5|Bob

-- ---- the list of certificates ----
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_principal_set('CN=CA', 'CN=ann', 'Ann', 'secretary'); -->
SELECT jb_principal_set('CN=CA', 'CN=bob', 'Bob', 'viewer'); -->
-- a manager writes the list and does not read it: must fail
SELECT state FROM test.refusal('SELECT * FROM jb_principal'); --> 42501
SELECT state FROM test.refusal($$SELECT jb_principal_of('CN=CA', 'CN=ann')$$); --> 42501
-- each of these must fail
SELECT call, state, message
  FROM unnest(ARRAY[
    $$jb_principal_set('', 'CN=ann', 'Ann', 'viewer')$$, $$jb_principal_set(NULL, NULL, 'Ann', 'viewer')$$, $$jb_principal_set('CN=CA', 'CN=ann', '', 'viewer')$$, $$jb_principal_set('CN=CA', 'CN=ann', 'booking page', 'viewer')$$, $$jb_principal_set('CN=CA', 'CN=ann', 'organiser of poll 12', 'viewer')$$, $$jb_principal_set('CN=CA', 'CN=ann', NULL, 'viewer')$$,
    $$jb_principal_set('CN=CA', 'CN=ann', repeat('p', 201), 'viewer')$$, $$jb_principal_set('CN=CA', 'CN=ann', 'Ann', 'superuser')$$, $$jb_principal_set('CN=CA', 'CN=ann', 'Ann', '')$$
  ]) AS call, test.refusal('SELECT ' || call); --> jb_principal_set('', 'CN=ann', 'Ann', 'viewer')|22023|invalid issuer "": it must not be empty
--> jb_principal_set(NULL, NULL, 'Ann', 'viewer')|22023|invalid issuer "": it must not be empty
--> jb_principal_set('CN=CA', 'CN=ann', '', 'viewer')|22023|invalid principal "": it must be 1 to 200 characters long
--> jb_principal_set('CN=CA', 'CN=ann', 'booking page', 'viewer')|22023|invalid principal "booking page": the scheduler gives this name to callers without a certificate
--> jb_principal_set('CN=CA', 'CN=ann', 'organiser of poll 12', 'viewer')|22023|invalid principal "organiser of poll 12": the scheduler gives this name to callers without a certificate
--> jb_principal_set('CN=CA', 'CN=ann', NULL, 'viewer')|22023|invalid principal "": it must be 1 to 200 characters long
--> jb_principal_set('CN=CA', 'CN=ann', repeat('p', 201), 'viewer')|22023|invalid principal "pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp…": it must be 1 to 200 characters long
--> jb_principal_set('CN=CA', 'CN=ann', 'Ann', 'superuser')|22023|invalid role "superuser": it must be manager, secretary or viewer
--> jb_principal_set('CN=CA', 'CN=ann', 'Ann', '')|22023|invalid role "": it must be manager, secretary or viewer
SET SESSION AUTHORIZATION jb_gateway;
SELECT * FROM jb_principal_of('CN=CA', 'CN=ann'); --> Ann|secretary
-- both issuer and subject count
SELECT count(*) FROM jb_principal_of('CN=Another CA', 'CN=ann'); --> 0
SELECT count(*) FROM jb_principal_of(NULL, NULL); --> 0
-- entered again: the new role counts; a null role shuts the principal out, also a principal that was not on the list
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_principal_set('CN=CA', 'CN=ann', 'Ann', 'manager'); -->
SELECT jb_principal_set('CN=CA', 'CN=bob', 'Bob', NULL); -->
SELECT jb_principal_set('CN=CA', 'CN=nobody', NULL, NULL); -->
SET SESSION AUTHORIZATION jb_gateway;
SELECT subject, principal, role FROM unnest('{CN=ann,CN=bob,CN=nobody}'::text[]) AS subject, jb_principal_of('CN=CA', subject); --> CN=ann|Ann|manager
\i test/regress/sql/frame/close.psql
