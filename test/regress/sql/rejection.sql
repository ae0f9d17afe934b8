-- Promise: every request and event that could not be placed leaves one durable record with its reason and its wish; an
-- error, a dry run and a rollback leave none.
-- Could break: the record is written but holds another wish than the request's, or a wish that cannot be requested again.
\i test/regress/sql/frame/open.psql
SELECT outcome FROM jb_schedule('Rock', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> placed

-- ---- a rejection of each kind ----
SELECT reason, rejection_id, detail FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}', attendees => '{Ann}', event_location => 'Room 1', priority => 80);
--> conflict|1|From 2026-11-24T09:30:00+01:00 to 2026-11-24T10:30:00+01:00 is taken by event 1.
SELECT reason, rejection_id, detail FROM jb_schedule('By instant', '1 hour', start_timestamp => '2026-11-20 09:00+01', calendars => '{room:a}');
--> in_the_past|2|The start 2026-11-20T09:00:00+01:00 lies more than five minutes before now, 2026-11-23T07:00:00+01:00.
SELECT reason, rejection_id, detail FROM jb_schedule('Automatic', '9 hours', '2026-11-24', calendars => '{room:a}');
--> no_open_slot|3|No slot of 09:00:00 is open from 2026-11-24T00:00:00+01:00 to 2026-11-25T00:00:00+01:00.
SELECT reason, rejection_id, detail FROM jb_schedule('In a window', '2 hours', not_before => '2026-11-24 08:00+01', not_after => '2026-11-24 10:30+01', calendars => '{room:a}');
--> no_open_slot|4|No slot of 02:00:00 is open from 2026-11-24T08:00:00+01:00 to 2026-11-24T10:30:00+01:00.
SELECT reason, rejection_id, detail FROM jb_reschedule(1, '2026-11-22'); --> in_the_past|5|The start 2026-11-22T09:00:00+01:00 lies more than five minutes before now, 2026-11-23T07:00:00+01:00.
-- with the wish, in the calendar's zone
SELECT id, at, event_id, calendars, reason, request, principal FROM jb_rejections();
--> 1|2026-11-23 07:00:00+01|null|{room:a}|conflict|{"date": "2026-11-24", "duration": 3600, "priority": 80, "attendees": ["Ann"], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "Fixed", "start_time": "09:30:00", "event_location": "Room 1"}|regress_secretary
--> 2|2026-11-23 07:00:00+01|null|{room:a}|in_the_past|{"duration": 3600, "priority": 50, "attendees": [], "calendars": ["room:a"], "event_name": "By instant", "event_location": "", "start_timestamp": "2026-11-20T09:00:00+01:00"}|regress_secretary
--> 3|2026-11-23 07:00:00+01|null|{room:a}|no_open_slot|{"date": "2026-11-24", "duration": 32400, "priority": 50, "attendees": [], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "Automatic", "event_location": ""}|regress_secretary
--> 4|2026-11-23 07:00:00+01|null|{room:a}|no_open_slot|{"duration": 7200, "priority": 50, "attendees": [], "calendars": ["room:a"], "not_after": "2026-11-24T10:30:00+01:00", "event_name": "In a window", "not_before": "2026-11-24T08:00:00+01:00", "event_location": ""}|regress_secretary
--> 5|2026-11-23 07:00:00+01|1|{room:a}|in_the_past|{"date": "2026-11-22", "duration": 3600, "priority": 50, "attendees": [], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "Rock", "start_time": "09:00:00", "event_location": ""}|regress_secretary
-- with the facts, so that no program has to read them out of the sentence
SELECT id, reason, conflicts, facts, alternatives FROM jb_rejections();
--> 1|conflict|{1}|{"end_timestamp": "2026-11-24T10:30:00+01:00", "start_timestamp": "2026-11-24T09:30:00+01:00"}|{"[\"2026-11-24 10:00:00+01\",\"2026-11-24 11:00:00+01\")","[\"2026-11-24 08:00:00+01\",\"2026-11-24 09:00:00+01\")","[\"2026-11-24 11:00:00+01\",\"2026-11-24 12:00:00+01\")"}
--> 2|in_the_past|{}|{"limit": "2026-11-23T07:00:00+01:00", "end_timestamp": "2026-11-20T10:00:00+01:00", "start_timestamp": "2026-11-20T09:00:00+01:00"}|{"[\"2026-11-23 08:00:00+01\",\"2026-11-23 09:00:00+01\")","[\"2026-11-23 09:00:00+01\",\"2026-11-23 10:00:00+01\")","[\"2026-11-23 10:00:00+01\",\"2026-11-23 11:00:00+01\")"}
--> 3|no_open_slot|{}|{"duration": 32400, "end_timestamp": "2026-11-25T00:00:00+01:00", "start_timestamp": "2026-11-24T00:00:00+01:00"}|{}
--> 4|no_open_slot|{}|{"duration": 7200, "end_timestamp": "2026-11-24T10:30:00+01:00", "start_timestamp": "2026-11-24T08:00:00+01:00"}|{}
--> 5|in_the_past|{}|{"limit": "2026-11-23T07:00:00+01:00", "end_timestamp": "2026-11-22T10:00:00+01:00", "start_timestamp": "2026-11-22T09:00:00+01:00"}|{"[\"2026-11-23 08:00:00+01\",\"2026-11-23 09:00:00+01\")","[\"2026-11-23 09:00:00+01\",\"2026-11-23 10:00:00+01\")","[\"2026-11-23 10:00:00+01\",\"2026-11-23 11:00:00+01\")"}
-- the wish can be requested again as it is; placed, once the time is free
SELECT outcome FROM jb_cancel(1); --> cancelled
SELECT r.id, s.outcome, s.start_timestamp FROM jb_rejections(0, 1) r, jb_schedule_all(r.request) s; --> 1|placed|2026-11-24 09:30:00+01
SELECT r.id, s.outcome, s.reason FROM jb_rejections(1, 1) r, jb_schedule_all(r.request) s; --> 2|rejected|in_the_past
-- the view of a rejection, as GET /rejections answers it
SELECT jb_rejection_json(r) FROM jb_rejections(2, 1) r;
--> {"id" : 3, "at" : "2026-11-23T07:00:00+01:00", "event_id" : null, "calendars" : ["room:a"], "reason" : "no_open_slot", "detail" : "No slot of 09:00:00 is open from 2026-11-24T00:00:00+01:00 to 2026-11-25T00:00:00+01:00.", "request" : {"date": "2026-11-24", "duration": 32400, "priority": 50, "attendees": [], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "Automatic", "event_location": ""}, "principal" : "regress_secretary", "conflicts" : [], "facts" : {"duration": 32400, "end_timestamp": "2026-11-25T00:00:00+01:00", "start_timestamp": "2026-11-24T00:00:00+01:00"}, "alternatives" : []}

-- ---- reading on ----
SELECT array_agg(id) FROM jb_rejections(2); --> {3,4,5,6}
SELECT array_agg(id) FROM jb_rejections(2, 2); --> {3,4}
SELECT array_agg(id) FROM jb_rejections(-9223372036854775808); --> {1,2,3,4,5,6}
SELECT array_agg(id) FROM jb_rejections(9223372036854775807); --> null
-- by cursors, which are ids here
SELECT (r.rejection).id, r.cursor, to_jsonb(r.rejection) = to_jsonb(o) AS is_whole FROM jb_rejections_all(jb_rejections_cursor(2)) AS r JOIN jb_rejections() AS o ON o.id = (r.rejection).id; --> 5|5|t
--> 6|6|t
SELECT array_agg((r.rejection).id) FROM jb_rejections_all(max_rows => 2) AS r; --> {1,2}
SELECT count(*) FROM jb_rejections_all(jb_rejections_cursor()); --> 0
-- must fail
SELECT state, message FROM test.refusal($$SELECT jb_rejections_all('1,2')$$); --> 22023|invalid after "1,2": it must be the cursor of a rejection seen
SELECT state, message FROM test.refusal($$SELECT jb_rejections_all('-1')$$); --> 22023|invalid after "-1": it must be the cursor of a rejection seen
SELECT state, message FROM test.refusal($$SELECT jb_rejections_cursor(1001)$$); --> 22023|invalid last "1001": it must be from 0 to 1000

-- ---- calls that leave no record ----
SELECT test.stored() AS before \gset
-- must fail
SELECT state FROM test.refusal($$SELECT jb_schedule('', '1 hour')$$); --> 22023
SELECT state FROM test.refusal($$SELECT jb_cancel(7, expected_version => 99)$$); --> P0002
-- dry runs
SELECT outcome, reason, rejection_id FROM jb_schedule('Tried', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', dry_run => true); --> rejected|in_the_past|null
SELECT outcome, reason, rejection_id FROM jb_schedule_all('[{"event_name": "Tried", "duration": 60, "date": "2026-11-20", "calendars": ["room:a"]}]', dry_run => true); --> rejected|in_the_past|null
-- rolled back
BEGIN;
SELECT outcome, rejection_id FROM jb_schedule('Undone', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}'); --> rejected|7
ROLLBACK;
BEGIN;
SAVEPOINT try;
SELECT outcome, rejection_id FROM jb_schedule('Undone', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}'); --> rejected|8
ROLLBACK TO try;
COMMIT;
SELECT test.stored() = :'before' AS nothing_changed; --> t
-- they hold nothing back: the next rejection is read although ids before it were lost
SELECT rejection_id FROM jb_schedule('After them', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}'); --> 9
SELECT array_agg(id) FROM jb_rejections(6); --> {9}
-- a rejection that is not yet committed is seen by its own transaction
BEGIN;
SELECT rejection_id FROM jb_schedule('Open', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}') \gset
SELECT id = :rejection_id AS seen FROM jb_rejections(:rejection_id - 1); --> t
COMMIT;
-- options are part of the wish where they were given
SELECT reason FROM jb_schedule('All of them', '9 hours', '2026-11-24', attendees => '{room:b}', check_attendees => true, hold_for => '10 minutes', preempt => true, calendars => '{room:a}');
--> no_open_slot
SELECT reason FROM jb_schedule('Recorded', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', allow_past => true); --> null
SELECT reason FROM jb_schedule('Recorded over it', '1 hour', '2026-11-20', '09:30', calendars => '{room:a}', allow_past => true); --> conflict
SELECT reason, request -> 'check_attendees' AS check_attendees, request -> 'hold_for' AS hold_for, request -> 'preempt' AS preempt, request -> 'allow_past' AS allow_past
  FROM jb_rejections(:rejection_id); --> no_open_slot|true|600|true|null
--> conflict|null|null|null|true
SELECT v.verdict, v.reason FROM jb_rejections(:rejection_id + 1) r, jb_explain_request(r.request) v; --> in_the_way|conflict
--> rejected|conflict
-- ---- a principal leaves so many within 24 hours and no more ----
-- must fail: 42501
SET jb_scheduler.rejections_per_day = 0; --> ERROR:  permission denied to set parameter "jb_scheduler.rejections_per_day"
SELECT (jb_schedule('Placed', '1 hour', '2026-11-27', '09:00', calendars => '{room:a}')).event_id AS placed \gset
RESET SESSION AUTHORIZATION;
SET jb_scheduler.rejections_per_day = 3;
SET SESSION AUTHORIZATION regress_manager;
SELECT count(jb_schedule('Often', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', idempotency_key => 'k1')); --> 1
-- those that are taken back do not count
BEGIN;
SELECT count(jb_schedule('Taken back', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}')) FROM generate_series(1, 2); --> 2
ROLLBACK;
SELECT count(jb_schedule('Often', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', idempotency_key => 'k' || i)) FROM generate_series(2, 3) AS i; --> 2
SELECT test.stored() AS before \gset
SELECT * FROM test.refusal($$SELECT jb_schedule('Often', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}')$$); -- JB429
--> JB429|3 requests of one caller have been rejected within 24 hours|This request has no place either. It is not recorded, and the call changes nothing.|A dry run leaves no record. Try again later, or ask the administrator to raise the limit.
SELECT state FROM test.refusal(format('SELECT jb_reschedule(%s, %L)', :placed, '2026-11-22')); --> JB429
SELECT state FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "One", "duration": 60, "calendars": ["room:a"]}, {"event_name": "Often", "duration": 60, "date": "2026-11-20", "calendars": ["room:a"]}]')$$);
--> JB429
SELECT test.stored() = :'before' AS nothing_changed; --> t
-- a dry run records nothing
SELECT outcome FROM jb_schedule('Tried', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}', dry_run => true); --> rejected
-- a booking still succeeds, also where it takes an event's place: that is not a rejected request
SELECT outcome FROM jb_schedule('Movable', '1 hour', not_before => '2026-11-27 12:00+01', not_after => '2026-11-27 13:00+01', calendars => '{room:a}'); --> placed
SELECT outcome FROM jb_schedule('In its place', '1 hour', '2026-11-27', '12:00', calendars => '{room:a}'); --> placed
SELECT reason, principal FROM jb_rejections() ORDER BY id DESC LIMIT 1; --> displaced|regress_manager
-- others have a number of their own, and a day later there is room again
RESET SESSION AUTHORIZATION;
SELECT outcome FROM jb_schedule('Of another', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}'); --> rejected
SELECT test.clock('2026-11-24 07:00:01+01') AS later; --> 2026-11-24 07:00:01+01
SET SESSION AUTHORIZATION regress_manager;
SELECT outcome FROM jb_schedule('Again', '1 hour', '2026-11-20', '09:00', calendars => '{room:a}'); --> rejected
RESET SESSION AUTHORIZATION;
RESET jb_scheduler.rejections_per_day;
SET SESSION AUTHORIZATION regress_secretary;
-- ---- of one calendar ----
SELECT reason FROM jb_schedule('On ceo', '25 hours', '2026-11-24'); --> outside_hours
SELECT reason FROM jb_schedule('On both', '25 hours', '2026-11-24', calendars => '{ceo,room:a}'); --> outside_hours
SELECT array_agg(request ->> 'event_name' ORDER BY id) FROM jb_rejections(calendar => 'ceo'); --> {"On ceo","On both"}
SELECT request ->> 'event_name' AS event_name FROM jb_rejections(max_rows => 1, calendar => 'ceo'); --> On ceo
SELECT array_agg(l.id ORDER BY l.id) = (SELECT array_agg(r.id ORDER BY r.id) FROM jb_rejections() r WHERE 'room:a' = ANY (r.calendars)) AS same FROM jb_rejections(calendar => 'room:a') l; --> t
SELECT count(*) FROM jb_rejections((SELECT max(id) FROM jb_rejections()), calendar => 'ceo'); --> 0
SELECT count(*) FROM jb_rejections(calendar => 'room:none'); --> 0
-- a purge forgets them there, too
SELECT test.clock('2026-12-24 07:00+01'); --> 2026-12-24 07:00:00+01
SET SESSION AUTHORIZATION regress_manager;
SELECT rejections > 0 AS purged FROM jb_purge('0'); --> t
RESET SESSION AUTHORIZATION;
SELECT count(*) FROM jb_rejection_calendar; --> 0
\i test/regress/sql/frame/close.psql
