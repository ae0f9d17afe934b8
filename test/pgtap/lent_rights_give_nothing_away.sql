-- Promise: code that runs for somebody else sees no calendar that its own user may not see, and gives nobody a right
-- that its own user may not give. This holds for a SECURITY DEFINER function that its caller trusts, and for a trigger
-- that another user's foreign key fires (rule 13.11).
-- Could break: a right is checked by the session's role alone, which is the caller's wherever the code comes from.
BEGIN;
SELECT no_plan();
CREATE ROLE test_alice LOGIN IN ROLE jb_manager;
CREATE ROLE test_mallory LOGIN IN ROLE jb_manager;
GRANT ALL ON SCHEMA public TO test_alice, test_mallory;
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SELECT jb_default_rights_set('nothing') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_alice;
SELECT jb_calendar_set('room:alice', '{"time_zone": "UTC"}') \g /dev/null
SELECT jb_schedule('Secret', '1 hour', '2026-11-24', '10:00', calendars => '{room:alice}') \g /dev/null
RESET SESSION AUTHORIZATION;

CREATE TABLE public.told (call text, state text, said text);
GRANT ALL ON public.told TO PUBLIC;
CREATE TABLE public.calls AS SELECT unnest(ARRAY[
  $$jb_grant('room:alice', 'principal:test_mallory', 'manage')$$, $$jb_revoke('room:alice', 'principal:test_alice')$$,
  $$jb_grants_set('room:alice', '[{"grantee": "principal:test_mallory", "rights": ["manage"]}]')$$, $$jb_feed_create('room:alice')$$,
  $$jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour', calendars => '{room:alice}')$$,
  $$jb_poll_create_json('{"title": "x", "from": "2026-12-01T00:00:00Z", "to": "2026-12-02T00:00:00Z", "duration": 600, "calendars": ["room:alice"]}')$$]) AS call;
GRANT SELECT ON public.calls TO PUBLIC;
CREATE FUNCTION public.tells() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  c text;
  said text;
BEGIN
  FOR c IN SELECT call FROM public.calls LOOP
    BEGIN
      EXECUTE 'SELECT ' || c INTO said;
      INSERT INTO public.told VALUES (c, '00000', said);
    EXCEPTION WHEN OTHERS THEN INSERT INTO public.told VALUES (c, sqlstate, sqlerrm);
    END;
  END LOOP;
  INSERT INTO public.told SELECT 'events', count(*)::text, '' FROM jb_event_view UNION ALL SELECT 'calendars', count(*)::text, '' FROM jb_calendar_view
    UNION ALL SELECT 'changes', count(*)::text, '' FROM jb_change UNION ALL SELECT 'sight', jb_sight('{room:alice}'), '';
END $$;

-- ---- a function ----
SET LOCAL SESSION AUTHORIZATION test_mallory;
CREATE FUNCTION public.helps() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN PERFORM public.tells(); END';
SET LOCAL SESSION AUTHORIZATION test_alice;
SELECT public.helps() \g /dev/null
SELECT set_eq('SELECT call, state FROM told', $$SELECT call, CASE WHEN call ~ 'poll' THEN '22023' ELSE 'P0002' END FROM calls
  UNION VALUES ('events', '0'), ('calendars', '0'), ('changes', '0'), ('sight', NULL)$$, 'somebody else''s function sees nothing of the caller''s, and gives nothing of it away');
SELECT is((SELECT array_agg(grantee) FROM jb_grants('room:alice')), '{principal:test_alice}', 'the grants are what they were');

-- ---- a foreign key's cascade ----
RESET SESSION AUTHORIZATION;
TRUNCATE told;
SET LOCAL SESSION AUTHORIZATION test_mallory;
CREATE TABLE public.parent (id int PRIMARY KEY);
CREATE TABLE public.child (id int REFERENCES public.parent ON DELETE CASCADE);
GRANT ALL ON public.parent TO test_alice;
INSERT INTO public.parent VALUES (1);
INSERT INTO public.child VALUES (1);
CREATE FUNCTION public.bites() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM public.tells(); RETURN OLD; END';
CREATE TRIGGER bites BEFORE DELETE ON public.child FOR EACH ROW EXECUTE FUNCTION public.bites();
SET LOCAL SESSION AUTHORIZATION test_alice;
DELETE FROM public.parent;
SELECT set_eq('SELECT call, state FROM told', $$SELECT call, CASE WHEN call ~ 'poll' THEN '22023' ELSE 'P0002' END FROM calls
  UNION VALUES ('events', '0'), ('calendars', '0'), ('changes', '0'), ('sight', NULL)$$, 'nor does a trigger that another table''s foreign key sets off');

-- ---- who lends what both have, and the extension's owner, who counts as nobody ----
RESET SESSION AUTHORIZATION;
TRUNCATE told;
DELETE FROM calls WHERE call !~ 'jb_grant\(';
SET LOCAL SESSION AUTHORIZATION test_alice;
SELECT jb_grant('room:alice', 'principal:test_mallory', 'manage') \g /dev/null
SELECT public.helps() \g /dev/null
SELECT set_eq($$SELECT call, state FROM told WHERE call <> 'changes'$$, $$VALUES ('jb_grant(''room:alice'', ''principal:test_mallory'', ''manage'')', '00000'), ('events', '1'), ('calendars', '1'), ('sight', 'read')$$,
              'what both may is done');
RESET SESSION AUTHORIZATION;
TRUNCATE told;
CREATE FUNCTION public.serves() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN PERFORM public.tells(); END';
SELECT jb_grants_set('room:alice', '[{"grantee": "principal:test_alice", "rights": ["read"]}]') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_alice;
SELECT public.serves() \g /dev/null
SELECT set_eq($$SELECT call, state FROM told WHERE call <> 'changes'$$, $$VALUES ('jb_grant(''room:alice'', ''principal:test_mallory'', ''manage'')', '42501'), ('events', '1'), ('calendars', '1'), ('sight', 'read')$$,
              'a function of the extension''s owner does what its caller may, and no more');
RESET SESSION AUTHORIZATION;

-- ---- a certificate ----
SET LOCAL SESSION AUTHORIZATION test_mallory;
CREATE FUNCTION public.certifies() RETURNS void LANGUAGE sql SECURITY DEFINER AS $$SELECT public.jb_principal_set('CN=x', 'CN=mallory', 'test_alice', 'manager')$$;
RESET SESSION AUTHORIZATION;
SELECT throws_ok('SELECT public.certifies()', '42501', NULL, 'nor does a function become another principal when the owner calls it');

-- ---- a booking page, and what lets others into a poll ----
SET LOCAL SESSION AUTHORIZATION test_alice;
SELECT jb_calendar_set('provider:alice', '{}') \g /dev/null
SELECT jb_calendar_set('provider:open', '{"public_booking": true}') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT jb_grants_set('room:alice', '[{"grantee": "principal:test_alice", "rights": ["manage"]}]') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_alice;
SELECT poll_id AS poll, token FROM jb_poll_create('x', '2026-12-01', '2026-12-02', '1 hour', calendars => '{room:alice}') \gset
SET LOCAL SESSION AUTHORIZATION test_mallory;
CREATE FUNCTION public.lends(call text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
  said text;
BEGIN
  EXECUTE 'SELECT ' || call INTO said;
  RETURN said;
END $$;
SET LOCAL SESSION AUTHORIZATION test_alice;
CREATE FUNCTION pg_temp.lent(call text) RETURNS text LANGUAGE sql AS $$SELECT format('SELECT public.lends(%L)', call)$$;
SELECT throws_ok(pg_temp.lent($$public.jb_calendar_set('provider:alice', '{"public_booking": true}')$$), '42501', NULL, 'nor does it open a booking page');
SELECT throws_ok(pg_temp.lent($$public.jb_calendar_set('provider:new', '{"public_booking": true}')$$), '42501', NULL, 'not even of a calendar that it makes');
SELECT is(public.lends($$(public.jb_calendar_set('provider:open', '{"public_booking": true, "min_notice": 60}')).public_booking$$), 'true', 'but it changes other settings');
SELECT throws_ok(pg_temp.lent(format('public.jb_poll_invite(%s, %L)', :poll, 'Mole')), 'P0002', NULL, 'it invites nobody to a poll of its caller');
SELECT throws_ok(pg_temp.lent(format('public.jb_poll_set_public(%s, true)', :poll)), 'P0002', NULL, 'it opens none to everybody');
SELECT is(public.lends(format('(public.jb_poll_invite(%s, %L, %L)).participant', :poll, 'Ben', :'token')), 'Ben', 'unless the caller hands out the organiser''s token');
SELECT is((SELECT (jb_poll_invite(:poll, 'Carl')).participant), 'Carl', 'the maker does');
SELECT jb_grant('room:alice', 'principal:test_mallory', 'read') \g /dev/null
SELECT throws_ok(pg_temp.lent(format('public.jb_poll_invite(%s, %L)', :poll, 'Mole')), '42501', NULL, 'who may read the calendar may not invite either');
SELECT jb_grant('room:alice', 'principal:test_mallory', 'book') \g /dev/null
SELECT is(public.lends(format('(public.jb_poll_invite(%s, %L)).participant', :poll, 'Dora')), 'Dora', 'who may book on it does');
RESET SESSION AUTHORIZATION;

-- ---- bookings ask as before: whoever calls another's function lends it the right to book ----
SELECT jb_grants_set('room:alice', '[{"grantee": "principal:test_alice", "rights": ["manage"]}]') \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_mallory;
CREATE FUNCTION public.books() RETURNS text LANGUAGE sql SECURITY DEFINER AS $$SELECT outcome FROM public.jb_schedule('x', '1 hour', '2026-11-25', '10:00', calendars => '{room:alice}')$$;
SET LOCAL SESSION AUTHORIZATION test_alice;
SELECT is(public.books(), 'placed', 'a booking asks the caller alone');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
