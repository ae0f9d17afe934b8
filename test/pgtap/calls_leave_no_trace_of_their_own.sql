-- Promise: a call that is rolled back takes no number of a calendar, and what a call sets for its own statements reaches no code of
-- a user; an outcome that no call returns is refused, and a setting is only set by whoever was given it.
-- Could break: a sequence gives a number for good; a foreign key's trigger runs within the statement that sets it off.
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
