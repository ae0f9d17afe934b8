-- Promise: a rolled-back call uses up no number of a calendar, and no user's code sees what a call sets for its own
-- statements. A call reads the clock once; an impossible outcome is refused, and so is a setting that was not granted.
-- Could break: a sequence gives a number for good; a foreign key's trigger runs within the statement that fires it.
BEGIN;
SELECT no_plan();
CREATE ROLE test_manager LOGIN IN ROLE jb_manager;
GRANT ALL ON SCHEMA public TO test_manager;
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';

-- ---- numbers of calendars ----
SELECT jb_calendar_set('room:a', '{}') IS NOT NULL AS made \g /dev/null
CREATE FUNCTION pg_temp.makes(name text, is_kept bool) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  number int;
BEGIN
  PERFORM jb_calendar_set(name, '{}');
  SELECT id INTO number FROM jb_calendar c WHERE c.name = $1;
  IF NOT is_kept THEN
    PERFORM jb_calendar_delete(name);
    RAISE EXCEPTION USING ERRCODE = 'P0001';
  END IF;
  RETURN number;
EXCEPTION WHEN raise_exception THEN RETURN NULL;
END $$;
SELECT id AS first FROM jb_calendar WHERE name = 'room:a' \gset
SELECT count(pg_temp.makes('room:b', false)) FROM generate_series(1, 50) \g /dev/null
SELECT is(pg_temp.makes('room:b', true), :first + 1, 'fifty calls that are taken back burn no number');
SELECT jb_calendar_delete('room:b') \g /dev/null
SELECT is(pg_temp.makes('room:c', true), :first + 2, 'and the number of a calendar that is deleted is given to no other');
SELECT cmp_ok((SELECT count(*) FROM jb_calendar_number), '<=', 2::bigint, 'of the numbers that were given only the last are kept');

-- ---- the planner's settings ----
CREATE TABLE public.mine (calendar int REFERENCES jb_calendar ON DELETE CASCADE);
INSERT INTO public.mine SELECT id FROM jb_calendar WHERE name = 'room:c';
CREATE TABLE public.noted (said text);
CREATE FUNCTION public.notes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO public.noted SELECT concat_ws(' ', current_setting('enable_seqscan'), current_setting('enable_bitmapscan'), current_setting('enable_sort'), current_setting('jit'));
  RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER notes AFTER DELETE ON public.mine FOR EACH ROW EXECUTE FUNCTION public.notes();
CREATE TRIGGER notes BEFORE UPDATE ON jb_calendar FOR EACH ROW EXECUTE FUNCTION public.notes();
SET LOCAL jit = on;
SELECT jb_calendar_set('room:c', '{"slot_increment": "10 minutes"}') IS NOT NULL, jb_calendar_delete('room:c') \g /dev/null
SELECT cmp_ok((SELECT count(*) FROM noted), '>=', 2::bigint, 'triggers of users run within the scheduler''s statements');
SELECT is_empty($$SELECT said FROM noted WHERE said <> 'on on on on'$$, 'and plan by the settings of the session');

-- ---- one call, one clock (rule 2.1.8), though a trigger of a user has it go on ----
CREATE FUNCTION public.ticks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('jb_scheduler.now', (public.jb_now() + interval '1 hour')::text, true);
  RETURN NEW;
END $$;
SELECT jb_calendar_set(name, '{"hours": {"monday": [{"start": "00:00", "end": "24:00"}]}}') FROM unnest('{room:d,room:e,provider:p}'::text[]) AS name \g /dev/null
SELECT jb_calendar_set('provider:p', '{"public_booking": true}') \g /dev/null
SELECT event_id AS early FROM jb_schedule('Early', '1 hour', start_timestamp => '2026-11-23 15:00+01', calendars => '{room:d}', hold_for => '30 minutes') \gset
SELECT event_id AS late FROM jb_schedule('Late', '1 hour', start_timestamp => '2026-11-23 15:00+01', calendars => '{room:e}', hold_for => '90 minutes') \gset
SET LOCAL jb_scheduler.now = '2026-11-23 07:45+01';
CREATE TRIGGER ticks BEFORE UPDATE ON jb_event FOR EACH ROW EXECUTE FUNCTION public.ticks();
SELECT jb_expire(calendars => '{room:d,room:e}') \g /dev/null
SELECT is(jb_now(), '2026-11-23 08:45+01', 'the clock went on');
SELECT is((SELECT string_agg(concat_ws(' ', event_name, status, to_char(updated_at AT TIME ZONE 'Europe/Berlin', 'HH24:MI')), ', ' ORDER BY id) FROM jb_event WHERE id IN (:early, :late)),
  'Early expired 07:45, Late held 07:00', 'what fell due meanwhile is left to the next call');
CREATE TRIGGER ticks BEFORE INSERT OR UPDATE ON jb_booking_link FOR EACH ROW EXECUTE FUNCTION public.ticks();
SELECT is((SELECT outcome FROM jb_booking_make('p', '{"client": "Ann", "contact": "ann@example.org", "start_timestamp": "2026-11-23T16:00:00+01:00"}')), 'placed', 'a visitor books');
SELECT is((SELECT count(*) FROM jb_booking_link l JOIN jb_event e ON e.id = l.event_id WHERE l.made_at = e.created_at), 1::bigint, 'and booking and event were made at one time');
DROP TRIGGER ticks ON jb_booking_link;
DROP TRIGGER ticks ON jb_event;
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';

-- ---- outcomes ----
SELECT throws_ok($$SELECT jb_outcome_json(jsonb_populate_record(NULL::jb_outcome, '{"outcome": "placed"}'), true)$$, '22023', NULL, 'an answer without its event is refused');
SELECT isnt(jb_outcome_json(jsonb_populate_record(NULL::jb_outcome, '{"outcome": "placed"}'))::text, NULL, 'a row is shown as it is');

-- ---- settings that are given on (PostgreSQL 15) ----
SET LOCAL SESSION AUTHORIZATION test_manager;
SELECT throws_ok('SET LOCAL jb_scheduler.rejections_per_day = 0', '42501', NULL, 'nobody lifts the bound of rejections');
RESET SESSION AUTHORIZATION;
GRANT SET ON PARAMETER jb_scheduler.rejections_per_day TO test_manager;
SET LOCAL SESSION AUTHORIZATION test_manager;
SELECT lives_ok('SET LOCAL jb_scheduler.rejections_per_day = 0', 'but to whom a superuser gave that setting');
SELECT throws_ok($$SET LOCAL jb_scheduler.now = '2030-01-01'$$, '42501', NULL, 'and no other one');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
ROLLBACK;
