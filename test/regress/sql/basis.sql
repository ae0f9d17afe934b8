-- Promise: a dry run returns a basis, and the call with that basis does what the dry run showed, or nothing: it then raises
-- JB412, with the new plan and its basis. What does not change the answer does not make it stale.
-- Could break: what is shown and what is compared are not the same; ids, versions and deadlines count; a basis serves
-- another request or caller; a key fails to recognise a repetition because the basis is another.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}'); --> room:b
SELECT event_id AS automatic FROM jb_schedule('Automatic', '2 hours', '2026-11-24', calendars => '{room:a}') \gset

-- ---- what a dry run shows is what its basis does, whatever else is booked ----
SELECT outcome, moves, basis, version IS NULL AS is_new FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', dry_run => true) \gset tried_
SELECT :'tried_basis' ~ '^b1[0-9a-f]{64}$' AS is_basis; --> t
SELECT outcome, basis FROM jb_schedule('Elsewhere', '1 hour', '2026-11-24', '09:00', calendars => '{room:b}'); --> placed|null
SELECT outcome FROM jb_schedule('Later', '1 hour', '2026-11-25', '09:00', calendars => '{room:a}'); --> placed
SELECT outcome, moves = :'tried_moves' AS as_shown, basis IS NULL AS no_basis, event_id AS fixed FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}', basis => :'tried_basis') \gset
SELECT :'outcome' AS outcome, :'as_shown' AS as_shown, :'no_basis' AS no_basis; --> placed|t|t

-- ---- the plan has changed: nothing is written, and the new plan comes with its basis ----
SELECT basis FROM jb_schedule('Second', '1 hour', '2026-11-24', calendars => '{room:a}', dry_run => true) \gset
SELECT outcome FROM jb_schedule('Between', '1 hour', '2026-11-24', '08:00', calendars => '{room:a}'); --> placed
SELECT test.stored() AS before \gset
SELECT state, message, hint, detail FROM test.refusal(format($$SELECT jb_schedule('Second', '1 hour', '2026-11-24', calendars => '{room:a}', basis => %L)$$, :'basis')) \gset stale_
SELECT :'stale_state' AS state, :'stale_message' AS message, :'stale_hint' AS hint; -- must fail
--> JB412|the plan is no longer the one that was shown|Look at the new plan; to apply it, repeat the call with its basis.
SELECT :'stale_detail'::jsonb ->> 'outcome' AS outcome, (:'stale_detail'::jsonb #> '{outcomes,0}') - 'basis'::text AS plan;
--> stale|{"event": null, "facts": null, "moves": [], "detail": null, "events": [], "reason": null, "outcome": "placed", "skipped": [], "version": null, "event_id": null, "conflicts": [], "alternatives": [], "rejection_id": null, "end_timestamp": "2026-11-24T13:00:00+01:00", "start_timestamp": "2026-11-24T12:00:00+01:00"}
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT :'stale_detail'::jsonb #>> '{basis}' AS basis, :'stale_detail'::jsonb #>> '{outcomes,0,basis}' = :'stale_detail'::jsonb #>> '{basis}' AS same \gset new_
SELECT :'new_same' AS same; --> t
SELECT outcome, start_timestamp FROM jb_schedule('Second', '1 hour', '2026-11-24', calendars => '{room:a}', basis => :'new_basis'); --> placed|2026-11-24 12:00:00+01

-- ---- a dry run with a basis tells whether it still holds ----
SELECT state FROM test.refusal(format($$SELECT jb_schedule('Second', '1 hour', '2026-11-24', calendars => '{room:a}', dry_run => true, basis => %L)$$, :'new_basis')); -- must fail --> JB412

-- ---- the clock moves on: a deadline that counts from now is no part of the plan, a start that has become earlier is ----
SELECT basis AS hold FROM jb_schedule('Held', '1 hour', '2026-11-26', '10:00', calendars => '{room:b}', hold_for => '2 hours', dry_run => true) \gset
SELECT basis AS soon FROM jb_schedule('Soon', '1 hour', calendars => '{room:b}', dry_run => true) \gset
SELECT test.clock('2026-11-23 10:30+01'); --> 2026-11-23 10:30:00+01
SELECT outcome FROM jb_schedule('Held', '1 hour', '2026-11-26', '10:00', calendars => '{room:b}', hold_for => '2 hours', basis => :'hold'); --> held
SELECT state FROM test.refusal(format($$SELECT jb_schedule('Soon', '1 hour', calendars => '{room:b}', basis => %L)$$, :'soon')); -- must fail --> JB412

-- ---- requests as JSON: `dry_run` in them is no part of the request, unless only some of them are tried ----
SELECT basis AS two FROM jb_schedule_all('[{"event_name": "One", "duration": 3600, "calendars": ["room:b"], "metadata": {"n": 1.00000000000000000001}, "dry_run": true}, {"event_name": "Two", "duration": 3600, "calendars": ["room:a"], "dry_run": true}]') LIMIT 1 \gset
SELECT state, replace(message, :'two', '…') AS message FROM test.refusal(format($$SELECT jb_schedule_all('[{"event_name": "One", "duration": 3600, "calendars": ["room:b"], "metadata": {"n": 1.00000000000000000001}, "dry_run": true}, {"event_name": "Two", "duration": 3600, "calendars": ["room:a"]}]', basis => %L)$$, :'two')); -- must fail
--> 22023|invalid basis "…": it is of another request, principal or database
SELECT state FROM test.refusal(format($$SELECT jb_schedule_all('[{"event_name": "One", "duration": 3600, "calendars": ["room:b"], "metadata": {"n": 1.00000000000000000002}}, {"event_name": "Two", "duration": 3600, "calendars": ["room:a"]}]', basis => %L)$$, :'two')); -- must fail
--> 22023
SELECT outcome, start_timestamp FROM jb_schedule_all('[{"event_name": "One", "duration": 3600, "calendars": ["room:b"], "metadata": {"n": 1.00000000000000000001}, "dry_run": false}, {"event_name": "Two", "duration": 3600, "calendars": ["room:a"]}]', basis => :'two');
--> placed|2026-11-23 10:30:00+01
--> placed|2026-11-23 10:30:00+01
SELECT basis AS whole FROM jb_schedule_all('[{"event_name": "One", "duration": 3600, "calendars": ["room:b"], "metadata": {"n": 1.00000000000000000001}, "dry_run": true}, {"event_name": "Two", "duration": 3600, "calendars": ["room:a"]}]', dry_run => true) LIMIT 1 \gset
SELECT outcome, start_timestamp, event_id IS NULL AS only_tried, basis IS NULL AS no_basis FROM jb_schedule_all('[{"event_name": "One", "duration": 3600, "calendars": ["room:b"], "metadata": {"n": 1.00000000000000000001}, "dry_run": true}, {"event_name": "Two", "duration": 3600, "calendars": ["room:a"]}]', basis => :'whole');
--> placed|2026-11-23 11:30:00+01|t|t
--> placed|2026-11-23 11:30:00+01|f|t
SELECT basis AS renamed FROM jb_update(:fixed, '{"start_time": "12:00", "dry_run": true}') \gset
SELECT outcome, start_timestamp FROM jb_update(:fixed, '{"start_time": "12:00"}', basis => :'renamed'); --> updated|2026-11-24 12:00:00+01

-- ---- replanning: every move has the basis of all ----
SELECT name FROM jb_calendar_set('room:c', '{"time_zone": "Europe/Berlin"}'); --> room:c
SELECT event_id AS first FROM jb_schedule('First', '1 hour', '2026-11-24', calendars => '{room:c}') \gset
SELECT outcome FROM jb_schedule('Next', '1 hour', '2026-11-24', calendars => '{room:c}'), generate_series(1, 2); --> placed
--> placed
SELECT outcome FROM jb_cancel(:first); --> cancelled
SELECT count(*) AS moves, count(DISTINCT basis) AS bases, min(basis) AS replan FROM jb_replan('room:c', dry_run => true) \gset
SELECT :moves AS moves, :bases AS bases; --> 1|1
SELECT outcome FROM jb_schedule('In the gap', '15 minutes', '2026-11-24', '08:00', calendars => '{room:c}'); --> placed
SELECT state, (detail::jsonb ->> 'outcome') AS outcome, jsonb_array_length(detail::jsonb -> 'moves') AS moves, detail::jsonb ->> 'basis' AS basis FROM test.refusal(format($$SELECT jb_replan('room:c', basis => %L)$$, :'replan')) \gset
SELECT :'state' AS state, :'outcome' AS outcome, :'moves' AS moves; -- must fail --> JB412|stale|1
SELECT count(*) = :moves AS all_made, count(basis) AS bases FROM jb_replan('room:c', basis => :'basis'); --> t|0

-- ---- a basis that cannot be one, of another request, function or principal ----
SELECT basis FROM jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', dry_run => true) \gset
SELECT state, message FROM test.refusal($$SELECT jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => '')$$); -- must fail
--> 22023|invalid basis "": it must be a basis as a dry run returned it
SELECT state, replace(message, left(:'basis', -1), '…') AS message, detail::jsonb #>> '{0,field}' AS field FROM test.refusal(format($$SELECT jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => %L)$$, left(:'basis', -1))); -- must fail
--> 22023|invalid basis "…": it must be a basis as a dry run returned it|basis
SELECT state FROM test.refusal(format($$SELECT jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => %L)$$, upper(:'basis'))); -- must fail --> 22023
SELECT state FROM test.refusal(format($$SELECT jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => %L)$$, repeat('x', 1000000))); -- must fail --> 22023
SELECT state, replace(message, :'basis', '…') AS message FROM test.refusal(format($$SELECT jb_schedule('Fourth', '1 hour', '2026-11-27', calendars => '{room:a}', basis => %L)$$, :'basis')); -- must fail
--> 22023|invalid basis "…": it is of another request, principal or database
SELECT state FROM test.refusal(format($$SELECT jb_schedule_all('[{"event_name": "Third", "duration": 3600, "date": "2026-11-27", "calendars": ["room:a"]}]', basis => %L)$$, :'basis')); -- must fail
--> 22023
SELECT state FROM test.refusal(format($$SELECT jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => %L)$$, left(:'basis', 34) || repeat('0', 32))); -- must fail --> JB412
SET SESSION AUTHORIZATION regress_secretary;
SELECT state FROM test.refusal(format($$SELECT jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => %L)$$, :'basis')); -- must fail --> 22023
SET SESSION AUTHORIZATION regress_manager;

-- ---- a key is asked first: a repetition is one, whatever its basis, and a stale call leaves the key free ----
SELECT state FROM test.refusal(format($$SELECT jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => %L, idempotency_key => 'third')$$, left(:'basis', 34) || repeat('0', 32))); -- must fail
--> JB412
SELECT outcome, event_id AS third FROM jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => :'basis', idempotency_key => 'third') \gset
SELECT event_id = :third AS the_same, current_setting('jb_scheduler.replayed') AS replayed FROM jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', idempotency_key => 'third');
--> t|on
SELECT event_id = :third AS the_same FROM jb_schedule('Third', '1 hour', '2026-11-27', calendars => '{room:a}', basis => 'forged', idempotency_key => 'third'); --> t

-- ---- what the caller cannot see is no part of the plan: a hidden event moves, and the basis holds ----
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('ceo:1', '{"time_zone": "Europe/Berlin"}'); --> ceo:1
SELECT outcome FROM jb_schedule('Hidden', '1 hour', '2026-11-30', calendars => '{ceo:1,room:b}'); --> placed
SELECT event_id AS waits, outcome FROM jb_schedule('Waits', '1 hour', not_before => '2026-11-30 08:00+01', not_after => '2026-11-30 09:00+01', calendars => '{ceo:1}', on_no_slot => 'wait') \gset
SELECT grantee FROM jb_grants_set('ceo:1', '[{"grantee": "principal:regress_manager", "rights": ["manage"]}]'); --> principal:regress_manager
SELECT grantee FROM jb_grants_set('room:b', '[{"grantee": "principal:regress_secretary", "rights": ["book"]}, {"grantee": "principal:regress_manager", "rights": ["manage"]}]');
--> principal:regress_manager
--> principal:regress_secretary
SELECT jb_default_rights_set('nothing'); --> nothing
SELECT outcome, cardinality(moves) AS moves FROM jb_schedule('Open', '1 hour', '2026-11-30', '08:00', calendars => '{room:b}', dry_run => true); --> placed|2
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, moves, basis FROM jb_schedule('Open', '1 hour', '2026-11-30', '08:00', calendars => '{room:b}', dry_run => true) \gset seen_
SELECT :'seen_outcome' AS outcome, :'seen_moves' AS moves; --> placed|{"(,\"2026-11-30 08:00:00+01\",\"2026-11-30 09:00:00+01\",\"2026-11-30 09:00:00+01\",\"2026-11-30 10:00:00+01\",,)"}
RESET SESSION AUTHORIZATION;
SELECT jb_delete(:waits); --> t
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome, moves = :'seen_moves' AS as_shown FROM jb_schedule('Open', '1 hour', '2026-11-30', '08:00', calendars => '{room:b}', basis => :'seen_basis'); --> placed|t

-- ---- a series: one more occurrence without a place makes it another plan ----
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role'); --> all by role
SET SESSION AUTHORIZATION regress_manager;
SELECT basis AS series FROM jb_schedule('Series', '1 hour', '2026-12-01', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip', dry_run => true) \gset
BEGIN;
SELECT outcome FROM jb_schedule('There', '1 hour', '2026-12-02', '09:00', calendars => '{room:a}'); --> placed
SELECT state, jsonb_array_length(detail::jsonb #> '{outcomes,0,skipped}') AS skipped FROM test.refusal(format($$SELECT jb_schedule('Series', '1 hour', '2026-12-01', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip', basis => %L)$$, :'series')); -- must fail
--> JB412|1
ROLLBACK;
SELECT outcome, array_length(events, 1) AS events FROM jb_schedule('Series', '1 hour', '2026-12-01', '09:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip', basis => :'series');
--> placed|3

-- ---- an event that is on another calendar by now, or on whose place it depends what is done ----
SELECT event_id AS elsewhere FROM jb_schedule('Elsewhere', '1 hour', '2026-12-08', '09:00', calendars => '{room:a}') \gset
SELECT basis AS later FROM jb_reschedule(:elsewhere, start_time => '12:00', dry_run => true) \gset
SELECT outcome FROM jb_reschedule(:elsewhere, calendars => '{room:b}'); --> updated
SELECT state FROM test.refusal(format($$SELECT jb_reschedule(%s, start_time => '12:00', basis => %L)$$, :elsewhere, :'later')); -- must fail --> JB412

-- ---- a start or an end that is now is taken from the clock: it may be later than in the dry run ----
SELECT event_id AS today FROM jb_schedule('Today', '2 hours', '2026-11-23', '16:00', calendars => '{room:b}') \gset
SELECT test.clock('2026-11-23 15:30+01'); --> 2026-11-23 15:30:00+01
SELECT outcome, start_timestamp, basis AS begins FROM jb_update(:today, '{"status": "in_progress"}', dry_run => true) \gset begin_
SELECT test.clock('2026-11-23 15:40+01'); --> 2026-11-23 15:40:00+01
SELECT outcome, start_timestamp FROM jb_update(:today, '{"status": "in_progress"}', basis => :'begin_begins'); --> updated|2026-11-23 15:40:00+01
SELECT test.clock('2026-11-23 15:45+01'); --> 2026-11-23 15:45:00+01
SELECT outcome, end_timestamp, basis AS ends FROM jb_update(:today, '{"status": "completed"}', dry_run => true) \gset end_
SELECT test.clock('2026-11-23 15:50+01'); --> 2026-11-23 15:50:00+01
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:today, '{"status": "completed"}', basis => :'end_ends'); --> updated|2026-11-23 15:40:00+01|2026-11-23 15:50:00+01

-- ---- a version that an item expects is a condition, not a part of the request ----
SELECT basis AS listed FROM jb_update_all(format('[{"id": %s, "start_time": "13:00"}]', :elsewhere)::jsonb, dry_run => true) \gset
SELECT state FROM test.refusal(format($$SELECT jb_update_all('[{"id": %s, "start_time": "13:00", "expected_version": 1}]', basis => %L)$$, :elsewhere, :'listed')); -- must fail --> JB412
SELECT outcome, start_timestamp FROM jb_update_all(format('[{"id": %s, "start_time": "13:00", "expected_version": 2}]', :elsewhere)::jsonb, basis => :'listed'); --> updated|2026-12-08 13:00:00+01

-- ---- a replan that would move nobody any more is stale too, with no moves ----
SELECT event_id AS front FROM jb_schedule('Front', '1 hour', '2026-12-09', calendars => '{room:c}') \gset
SELECT event_id AS behind FROM jb_schedule('Behind', '1 hour', '2026-12-09', calendars => '{room:c}') \gset
SELECT outcome FROM jb_cancel(:front); --> cancelled
SELECT basis AS closing FROM jb_replan('room:c', dry_run => true) LIMIT 1 \gset
SELECT outcome FROM jb_cancel(:behind); --> cancelled
SELECT state, detail::jsonb - 'basis' AS plan FROM test.refusal(format($$SELECT jb_replan('room:c', basis => %L)$$, :'closing')); -- must fail --> JB412|{"moves": [], "outcome": "stale"}

-- ---- a plan too long for an error comes without itself ----
SELECT basis AS long FROM jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Long ' || n, 'duration', 3600, 'calendars', ARRAY['room:a'])) FROM generate_series(1, 400) n), dry_run => true) LIMIT 1 \gset
SELECT outcome FROM jb_schedule('First of all', '1 hour', calendars => '{room:a}'); --> placed
SELECT state, detail FROM test.refusal(format($$SELECT jb_schedule_all((SELECT jsonb_agg(jsonb_build_object('event_name', 'Long ' || n, 'duration', 3600, 'calendars', ARRAY['room:a'])) FROM generate_series(1, 400) n), basis => %L)$$, :'long')); -- must fail
--> JB412|{"outcome" : "stale"}
\i test/regress/sql/frame/close.psql
