-- Promise: row security on a user's own table applies to the trigger jb_place_row and to jb_follow_rows, which run with
-- their caller's rights. Row security on the scheduler's own tables protects nothing, and breaks nothing.
-- Could break: a function with its owner's rights writes a user's table, or reads its own by the caller's policies.
BEGIN;
SELECT no_plan();
CREATE ROLE test_clinic LOGIN IN ROLE jb_manager;
CREATE ROLE test_gym LOGIN IN ROLE jb_manager;
SELECT set_config('jb_scheduler.now', '2026-11-23 07:00+01', true);
SELECT jb_default_rights_set('nothing') \g /dev/null
CREATE TABLE public.lesson (what text, duration interval, start_timestamp timestamptz, end_timestamp timestamptz, calendars text[], event_id bigint, outcome text, tenant text DEFAULT session_user);
CREATE TRIGGER book BEFORE INSERT OR UPDATE OR DELETE ON public.lesson FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name=what');
ALTER TABLE public.lesson ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.lesson USING (tenant = session_user);
GRANT ALL ON public.lesson TO test_clinic, test_gym;
GRANT USAGE ON SCHEMA public TO test_clinic, test_gym;

SET LOCAL SESSION AUTHORIZATION test_gym;
SELECT jb_calendar_set('gym', '{}') \g /dev/null
INSERT INTO public.lesson (what, duration, calendars) VALUES ('Boxing', '1 hour', '{gym}');
SELECT is((SELECT outcome FROM public.lesson), 'placed', 'a row of one''s own is booked');
SET LOCAL SESSION AUTHORIZATION test_clinic;
SELECT jb_calendar_set('clinic', '{}') \g /dev/null
SELECT throws_ok($$INSERT INTO public.lesson (what, duration, calendars) VALUES ('Spy', '1 hour', '{gym}')$$, '22023', NULL, 'not on a calendar without a right');
SELECT throws_ok($$INSERT INTO public.lesson (what, duration, calendars, tenant) VALUES ('Spy', '1 hour', '{clinic}', 'test_gym')$$, '42501', NULL, 'and not past the policy');
SELECT is((SELECT count(*) FROM jb_events('clinic', '-infinity')), 0::bigint, 'which takes the event back');
UPDATE public.lesson SET what = 'Other';
DELETE FROM public.lesson;

RESET SESSION AUTHORIZATION;
SELECT is((SELECT event_name FROM jb_event WHERE calendars = '{gym}'), 'Boxing', 'rows that the policy hides are not changed, nor are their events');
SELECT jb_reschedule(event_id, start_timestamp => '2026-11-25 10:00+01') FROM public.lesson \g /dev/null
SET LOCAL SESSION AUTHORIZATION test_clinic;
SELECT jb_follow_rows('public.lesson') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT isnt((SELECT start_timestamp FROM public.lesson), '2026-11-25 10:00+01'::timestamptz, 'jb_follow_rows brings no row up to date that its caller does not see');
SET LOCAL SESSION AUTHORIZATION test_gym;
SELECT jb_follow_rows('public.lesson') \g /dev/null
SELECT is((SELECT start_timestamp FROM public.lesson), '2026-11-25 10:00+01'::timestamptz, 'but those that it sees');

-- ---- on the scheduler's own tables ----
RESET SESSION AUTHORIZATION;
ALTER TABLE jb_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE jb_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE jb_calendar ENABLE ROW LEVEL SECURITY;
SET LOCAL SESSION AUTHORIZATION test_gym;
SELECT is((SELECT count(*) FROM jb_events('gym', '-infinity')), 1::bigint, 'the functions read past policies');
SELECT is((SELECT count(*) FROM jb_event_view), 1::bigint, 'and so do the views');
SELECT is((jb_schedule('Clash', '1 hour', start_timestamp => '2026-11-25 10:30+01', calendars => '{gym}')).reason, 'conflict', 'so that no event is overlooked');
RESET SESSION AUTHORIZATION;
SELECT is_empty('SELECT * FROM jb_check()', 'and everything is sound');
SELECT * FROM finish();
ROLLBACK;
