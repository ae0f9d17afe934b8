-- Promise: the extension works from any schema, for a caller with any search_path, next to objects of the same names.
-- DROP EXTENSION removes all of it except the roles, which belong to the cluster.
-- Could break: C++ runs its statements with unqualified names, so the functions' pinned path must name the schema.
SET client_min_messages = warning;
DROP EXTENSION jb_scheduler;
CREATE SCHEMA "Odd schema";
CREATE EXTENSION jb_scheduler SCHEMA "Odd schema";
CREATE ROLE test_somebody LOGIN IN ROLE jb_manager;
-- another user's objects, first in the path, that would capture an unqualified name
CREATE SCHEMA trap AUTHORIZATION test_somebody;
SET ROLE test_somebody;
CREATE TABLE trap.jb_event (id bigint, event_name text);
CREATE TABLE trap.jb_calendar (name text);
CREATE TABLE trap.jb_rejection (id bigint);
CREATE FUNCTION trap.jb_now() RETURNS timestamptz LANGUAGE sql AS $$SELECT '2000-01-01'::timestamptz$$;
CREATE FUNCTION trap.lower(tstzrange) RETURNS timestamptz LANGUAGE sql AS $$SELECT 'infinity'::timestamptz$$;
CREATE FUNCTION trap.equal(text, text) RETURNS bool LANGUAGE plpgsql AS $$BEGIN RAISE 'trapped'; END$$;
CREATE OPERATOR trap.= (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.equal);
RESET ROLE;

BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL SESSION AUTHORIZATION test_somebody;
SET LOCAL search_path = trap, pg_temp, public;
CREATE TEMP TABLE jb_claim (calendar int, event_id bigint, during tstzrange);
SELECT is((SELECT outcome FROM "Odd schema".jb_schedule('Booked', '1 hour', '2026-11-24', '09:00')), 'placed', 'it books');
SELECT is((SELECT outcome FROM "Odd schema".jb_schedule('Refused', '1 hour', '2026-11-24', '09:30')), 'rejected', 'it refuses');
SELECT is((SELECT outcome FROM "Odd schema".jb_update(1, '{"event_name": "Renamed"}')), 'updated', 'it updates');
SELECT is((SELECT outcome FROM "Odd schema".jb_reschedule(1, start_time => '10:00')), 'updated', 'it moves');
SELECT is((SELECT e.event_name FROM "Odd schema".jb_events('ceo', '2026-11-23') e), 'Renamed', 'it lists');
SELECT is((SELECT "Odd schema".jb_event_json(e) ->> 'start_time' FROM "Odd schema".jb_event(1) e), '10:00:00', 'it writes JSON');
SELECT is((SELECT ("Odd schema".jb_outcome_json(o) -> 'event' ->> 'id') FROM "Odd schema".jb_schedule('Other', '1 hour', '2026-11-25') o), '2', 'an outcome too');
SELECT is((SELECT count(*) FROM "Odd schema".jb_slots('1 hour', max_rows => 2)), 2::bigint, 'it finds slots');
SELECT is((SELECT count(*) FROM "Odd schema".jb_rejections()), 1::bigint, 'it reads rejections');
SELECT is((SELECT count(*) FROM "Odd schema".jb_history(1)), 3::bigint, 'it reads history');
SELECT is((SELECT name FROM "Odd schema".jb_calendar_set('room:a', '{}')), 'room:a', 'it makes a calendar');
SELECT is((SELECT count(*) FROM "Odd schema".jb_calendars()), 2::bigint, 'it lists them');
SELECT ok("Odd schema".jb_calendar_delete('room:a'), 'it deletes one');
SELECT is((SELECT count(*) FROM "Odd schema".jb_health()), 1::bigint, 'it is in health');
SELECT poll_id, token FROM "Odd schema".jb_poll_create('Meeting', '2026-11-24', '2026-11-25', '1 hour', public => true) \gset
SELECT is((SELECT yes FROM "Odd schema".jb_poll_answer(:poll_id, 'Ann', '[{"start": "2026-11-24T15:00:00Z", "end": "2026-11-24T16:00:00Z"}]')), '{[2026-11-24 15:00Z,2026-11-24 16:00Z)}'::tstzmultirange, 'it takes a poll''s answer');
SELECT is((SELECT outcome FROM "Odd schema".jb_poll_book(:poll_id)), 'placed', 'and books the best');
SELECT is((SELECT verdict FROM "Odd schema".jb_explain('Where', '1 hour') ORDER BY verdict LIMIT 1), 'later', 'it explains');
SELECT is("Odd schema".jb_proof(1) ->> 'is_proved', 'true', 'it proves');
RESET SESSION AUTHORIZATION;
CREATE TABLE public.own (start_timestamp timestamptz, event_id bigint);
GRANT INSERT, SELECT ON public.own TO PUBLIC;
CREATE TRIGGER place BEFORE INSERT ON public.own FOR EACH ROW EXECUTE FUNCTION "Odd schema".jb_place_row();
CREATE ROLE test_stranger;
SET LOCAL ROLE test_stranger;
SELECT throws_ok('INSERT INTO public.own DEFAULT VALUES', '42501', 'permission denied for schema Odd schema', 'who may not even use the schema books no row');
SET LOCAL SESSION AUTHORIZATION test_somebody;
SET LOCAL search_path = trap, pg_temp, public;
SELECT lives_ok('INSERT INTO public.own DEFAULT VALUES', 'it books the rows of a table');
SELECT is((SELECT count(*) FROM public.own JOIN "Odd schema".jb_event_view v ON v.id = event_id AND v.event_name = 'own'), 1::bigint, 'with the table''s name for a name');
SELECT is((SELECT outcome FROM "Odd schema".jb_cancel(1)), 'cancelled', 'it cancels');
SELECT ok("Odd schema".jb_delete(1), 'it deletes');
SELECT is((SELECT count(*) FROM "Odd schema".jb_check()), 0::bigint, 'it finds itself sound');
SET LOCAL search_path = '';
SELECT s.outcome FROM "Odd schema".jb_schedule('Booked', '1 hour', '2026-11-26', '09:00') s \gset
SET LOCAL search_path = public;
SELECT is(:'outcome'::text, 'placed', 'without any path too');
RESET SESSION AUTHORIZATION;
SELECT throws_ok('DROP EXTENSION jb_scheduler', '2BP01', NULL, 'it does not go from under a trigger');
DROP TABLE public.own;
SELECT lives_ok('DROP EXTENSION jb_scheduler', 'it goes');
SELECT hasnt_table('Odd schema', 'jb_event', 'and takes its tables along');
SELECT has_role('jb_manager', 'the roles stay');
SELECT lives_ok('CREATE EXTENSION jb_scheduler', 'and are found there when it comes again');
SELECT * FROM finish();
ROLLBACK;
DROP OWNED BY test_somebody;
DROP ROLE test_somebody;
