-- Promise: every request and event that could not be placed leaves one durable record with its reason and its wish; an
-- error, a dry run and a rollback leave none.
-- Could break: the record is written but holds another wish than the request's, or a wish that cannot be requested again.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('Rock', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');

-- ---- a rejection of each kind ----
SELECT reason, rejection_id, detail FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}', attendees => '{Ann}', event_location => 'Room 1', priority => 80);
SELECT reason, rejection_id, detail FROM jb_schedule('By instant', '1 hour', start_timestamp => '2026-11-20 09:00+01', calendars => '{room:a}');
SELECT reason, rejection_id, detail FROM jb_schedule('Automatic', '9 hours', '2026-11-24', calendars => '{room:a}');
SELECT reason, rejection_id, detail FROM jb_schedule('In a window', '2 hours', not_before => '2026-11-24 08:00+01', not_after => '2026-11-24 10:30+01', calendars => '{room:a}');
SELECT reason, rejection_id, detail FROM jb_reschedule(1, '2026-11-22');
-- with the wish, in the calendar's zone
SELECT id, at, event_id, calendars, reason, request, principal FROM jb_rejections();
-- with the facts, so that no program has to read them out of the sentence
SELECT id, reason, conflicts, facts, alternatives FROM jb_rejections();
-- the wish can be requested again as it is; placed, once the time is free
SELECT outcome FROM jb_cancel(1);
SELECT r.id, s.outcome, s.start_timestamp FROM jb_rejections(0, 1) r, jb_schedule_all(r.request) s;
SELECT r.id, s.outcome, s.reason FROM jb_rejections(1, 1) r, jb_schedule_all(r.request) s;
-- the view of a rejection, as GET /rejections answers it
SELECT jb_rejection_json(r) FROM jb_rejections(2, 1) r;

-- ---- reading on ----
SELECT array_agg(id) FROM jb_rejections(2);
SELECT array_agg(id) FROM jb_rejections(2, 2);
SELECT array_agg(id) FROM jb_rejections(-9223372036854775808);
SELECT array_agg(id) FROM jb_rejections(9223372036854775807);
-- by cursors, which are ids here
SELECT (r.rejection).id, r.cursor, to_jsonb(r.rejection) = to_jsonb(o) AS is_whole FROM jb_rejections_all(jb_rejections_cursor(2)) AS r JOIN jb_rejections() AS o ON o.id = (r.rejection).id;
SELECT array_agg((r.rejection).id) FROM jb_rejections_all(max_rows => 2) AS r;
SELECT count(*) FROM jb_rejections_all(jb_rejections_cursor());
-- must fail
SELECT state, message FROM test.refusal($$SELECT jb_rejections_all('1,2')$$);
SELECT state, message FROM test.refusal($$SELECT jb_rejections_all('-1')$$);
SELECT state, message FROM test.refusal($$SELECT jb_rejections_cursor(1001)$$);

-- ---- calls that leave no record ----
SELECT test.stored() AS before \gset
-- must fail
SELECT state FROM test.refusal($$SELECT jb_schedule('', '1 hour')$$);
SELECT state FROM test.refusal($$SELECT jb_cancel(7, expected_version => 99)$$);
-- dry runs
SELECT outcome, reason, rejection_id FROM jb_schedule('Tried', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', dry_run => true);
SELECT outcome, reason, rejection_id FROM jb_schedule_all('[{"event_name": "Tried", "duration": 60, "date": "2026-11-20", "calendars": ["room:a"]}]', dry_run => true);
-- rolled back
BEGIN;
SELECT outcome, rejection_id FROM jb_schedule('Undone', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}');
ROLLBACK;
BEGIN;
SAVEPOINT try;
SELECT outcome, rejection_id FROM jb_schedule('Undone', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}');
ROLLBACK TO try;
COMMIT;
SELECT test.stored() = :'before' AS nothing_changed;
-- they hold nothing back: the next rejection is read although ids before it were lost
SELECT rejection_id FROM jb_schedule('After them', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}');
SELECT array_agg(id) FROM jb_rejections(6);
-- a rejection that is not yet committed is seen by its own transaction
BEGIN;
SELECT rejection_id FROM jb_schedule('Open', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}') \gset
SELECT id = :rejection_id AS seen FROM jb_rejections(:rejection_id - 1);
COMMIT;
-- options are part of the wish where they were given
SELECT reason FROM jb_schedule('All of them', '9 hours', '2026-11-24', attendees => '{room:b}', check_attendees => true, hold_for => '10 minutes', preempt => true, calendars => '{room:a}');
SELECT reason FROM jb_schedule('Recorded', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', allow_past => true);
SELECT reason FROM jb_schedule('Recorded over it', '1 hour', '2026-11-20', '09:30', calendars => '{room:a}', allow_past => true);
SELECT reason, request -> 'check_attendees' AS check_attendees, request -> 'hold_for' AS hold_for, request -> 'preempt' AS preempt, request -> 'allow_past' AS allow_past
  FROM jb_rejections(:rejection_id);
SELECT v.verdict, v.reason FROM jb_rejections(:rejection_id + 1) r, jb_explain_request(r.request) v;
-- ---- a principal leaves so many within 24 hours and no more ----
-- must fail: 42501
SET jb_scheduler.rejections_per_day = 0;
SELECT (jb_schedule('Placed', '1 hour', '2026-11-27', '09:00', calendars => '{room:a}')).event_id AS placed \gset
RESET SESSION AUTHORIZATION;
SET jb_scheduler.rejections_per_day = 3;
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_schedule('Often', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', idempotency_key => 'k1'));
-- those that are taken back do not count
BEGIN;
SELECT count(jb_schedule('Taken back', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}')) FROM generate_series(1, 2);
ROLLBACK;
SELECT count(jb_schedule('Often', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', idempotency_key => 'k' || i)) FROM generate_series(2, 3) AS i;
SELECT test.stored() AS before \gset
SELECT * FROM test.refusal($$SELECT jb_schedule('Often', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}')$$); -- JB429
SELECT state FROM test.refusal(format('SELECT jb_reschedule(%s, %L)', :placed, '2026-11-22'));
SELECT state FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "One", "duration": 60, "calendars": ["room:a"]}, {"event_name": "Often", "duration": 60, "date": "2026-11-20", "calendars": ["room:a"]}]')$$);
SELECT test.stored() = :'before' AS nothing_changed;
-- a dry run records nothing
SELECT outcome FROM jb_schedule('Tried', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', dry_run => true);
-- a booking still succeeds, also where it takes an event's place: that is not a rejected request
SELECT outcome FROM jb_schedule('Movable', '1 hour', not_before => '2026-11-27 12:00+01', not_after => '2026-11-27 13:00+01', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('In its place', '1 hour', '2026-11-27', '12:00', calendars => '{room:a}');
SELECT reason, principal FROM jb_rejections() ORDER BY id DESC LIMIT 1;
-- others have a number of their own, and a day later there is room again
RESET SESSION AUTHORIZATION;
SELECT outcome FROM jb_schedule('Of another', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}');
SELECT test.clock('2026-11-24 07:00:01+01') AS later;
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_schedule('Again', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}');
RESET SESSION AUTHORIZATION;
RESET jb_scheduler.rejections_per_day;
SET SESSION AUTHORIZATION regress_secretary;
-- ---- of one calendar ----
SELECT reason FROM jb_schedule('On ceo', '25 hours', '2026-11-24');
SELECT reason FROM jb_schedule('On both', '25 hours', '2026-11-24', calendars => '{ceo,room:a}');
SELECT array_agg(request ->> 'event_name' ORDER BY id) FROM jb_rejections(calendar => 'ceo');
SELECT request ->> 'event_name' AS event_name FROM jb_rejections(max_rows => 1, calendar => 'ceo');
SELECT array_agg(l.id ORDER BY l.id) = (SELECT array_agg(r.id ORDER BY r.id) FROM jb_rejections() r WHERE 'room:a' = ANY (r.calendars)) AS same FROM jb_rejections(calendar => 'room:a') l;
SELECT count(*) FROM jb_rejections((SELECT max(id) FROM jb_rejections()), calendar => 'ceo');
SELECT count(*) FROM jb_rejections(calendar => 'room:none');
-- a purge forgets them there, too
SELECT test.clock('2026-12-24 07:00+01');
SET SESSION AUTHORIZATION regress_manager;
SELECT rejections > 0 AS purged FROM jb_purge('0');
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM jb_rejection_calendar;
\i test/regress/sql/frame/close.psql
