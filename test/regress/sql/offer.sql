-- Promise: an offer holds several times for one answer. Confirming one of them frees the others, and its deadline frees all.
\i test/regress/sql/frame/open.psql

SELECT outcome, cardinality(events), event ->> 'offer_id' AS offer_id FROM jb_schedule_all('[{"event_name": "Talk", "duration": 3600, "calendars": ["room:a"], "offer": 3, "apart": 2}]'); --> held|3|1
SELECT id, start_timestamp, status, offer_id, expires_at - jb_now() AS within FROM jb_event_view ORDER BY start_timestamp; --> 1|2026-11-23 08:00:00+01|held|1|1 day
--> 2|2026-11-25 08:00:00+01|held|1|1 day
--> 3|2026-11-27 08:00:00+01|held|1|1 day
SELECT outcome, event_id FROM jb_schedule('waits', '1 hour', start_timestamp => '2026-11-25 08:00+01', calendars => '{room:a}', on_no_slot => 'wait'); --> waiting|4

-- one is chosen; a dry run tells which are freed, and what moves into their time
SELECT outcome, events, moves, basis IS NOT NULL AS has_basis FROM jb_confirm(1, dry_run => true); --> confirmed|{2,3}|{"(4,,,\"2026-11-25 08:00:00+01\",\"2026-11-25 09:00:00+01\",,)"}|t
SELECT basis FROM jb_confirm(1, dry_run => true) \gset
SELECT outcome, events, moves FROM jb_confirm(1, basis => :'basis'); --> confirmed|{2,3}|{"(4,,,\"2026-11-25 08:00:00+01\",\"2026-11-25 09:00:00+01\",,)"}
SELECT id, status FROM jb_event_view ORDER BY id; --> 1|pending
--> 2|cancelled
--> 3|cancelled
--> 4|pending
SELECT event_id, kind, fields FROM jb_changes('room:a', 3) ORDER BY seq; --> 4|waiting|{}
--> 1|confirmed|{status,wished_start}
--> 2|cancelled|{status}
--> 3|cancelled|{status}
--> 4|placed|{status,start_timestamp,end_timestamp}
SELECT * FROM test.refusal($$SELECT jb_confirm(2)$$); -- 55000 --> 55000|event 2 is cancelled and cannot be confirmed||What has ended or been cancelled stays as it is; book a new event instead.

-- all lapse
SELECT outcome FROM jb_schedule_all('[{"event_name": "Lapses", "duration": 600, "calendars": ["room:a"], "offer": 2, "hold_for": 60}]'); --> held
SELECT test.clock(jb_now() + interval '1 minute') \g /dev/null
SELECT status FROM jb_event_view WHERE event_name = 'Lapses'; --> expired
--> expired
SELECT outcome FROM jb_confirm((SELECT max(id) FROM jb_event)); --> rejected

-- all or nothing
SELECT outcome, reason, cardinality(events) FROM jb_schedule_all('[{"event_name": "Long", "duration": 28800, "calendars": ["room:a"], "date": "2026-12-01", "offer": 2}]');
--> rejected|no_open_slot|null
SELECT request -> 'offer' AS offer FROM jb_rejections() ORDER BY id DESC LIMIT 1; --> 2

-- what is offered has one deadline, and changes like any hold
SELECT event_id AS first FROM jb_schedule_all('[{"event_name": "Moves", "duration": 600, "calendars": ["room:a"], "offer": 2}]') \gset
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :first, '{"hold_for": 60}')); -- 22023
--> 22023|invalid hold_for "00:01:00": the deadline is that of the event's offer|[{"field":"hold_for","value":"00:01:00","message":"the deadline is that of the event's offer"}]|Correct every field that is named and call again.
SELECT outcome FROM jb_update(:first, '{"start_timestamp": "2026-12-03T10:00:00+01:00"}'); --> updated
SELECT outcome FROM jb_update(:first, (SELECT jb_event_json(e)::jsonb FROM jb_event(:first) e), replace => true); --> unchanged
SELECT outcome, cardinality(events) FROM jb_confirm(:first); --> confirmed|1

-- a list confirms one of an offer, and leaves the others alone
SELECT event_id AS first FROM jb_schedule_all('[{"event_name": "Listed", "duration": 600, "calendars": ["room:a"], "not_before": "2026-12-10T10:00:00+01:00", "offer": 3}]') \gset
SELECT * FROM test.refusal(format('SELECT jb_update_all(%L)', (SELECT jsonb_agg(jsonb_build_object('id', id, 'status', 'pending')) FROM jb_event WHERE offer[1] = :first))); -- 22023
--> 22023|request 1: invalid id "11": item 0 of the list confirms another of its offer|[{"index":1,"field":"id","value":"11","message":"item 0 of the list confirms another of its offer"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal(format('SELECT jb_update_all(%L)', jsonb_build_array(jsonb_build_object('id', :first, 'event_name', 'Another'), jsonb_build_object('id', :first + 1, 'status', 'pending')))); -- 22023
--> 22023|request 0: invalid id "10": item 1 of the list confirms another of its offer|[{"index":0,"field":"id","value":"10","message":"item 1 of the list confirms another of its offer"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :first, '{"date": "2026-12-04", "start_time": "10:00", "recurrence": "RRULE:FREQ=DAILY;COUNT=2"}')); -- 22023
--> 22023|invalid recurrence "RRULE:FREQ=DAILY;COUNT=2": what is offered is no series|[{"field":"recurrence","value":"RRULE:FREQ=DAILY;COUNT=2","message":"what is offered is no series"}]|Give RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10 or the like, ended by COUNT or UNTIL, and a date with start_time, or start_timestamp; EXDATE lines may follow.

-- once all have lapsed, only one can be confirmed late
SELECT test.clock(jb_now() + interval '1 day') \g /dev/null
SELECT outcome, alternatives FROM jb_confirm(:first, if_still_free => true); --> confirmed|{}
SELECT outcome, reason, conflicts = ARRAY[:first]::bigint[] AS by_the_first FROM jb_confirm(:first + 1, if_still_free => true); --> rejected|hold_expired|t

-- a window that ends before all have a place; a dry run shows all times
SELECT outcome, reason, detail FROM jb_schedule_all('[{"event_name": "Short", "calendars": ["room:a"], "offer": 3, "apart": 2, "not_before": "2026-12-07T08:00:00+01:00", "not_after": "2026-12-08T12:00:00+01:00"}]');
--> rejected|no_open_slot|No slot of 00:30:00 is open from 2026-12-07T08:00:00+01:00 to 2026-12-08T12:00:00+01:00.
SELECT outcome, start_timestamp, alternatives FROM jb_schedule_all('[{"event_name": "Tried", "calendars": ["room:a"], "offer": 3, "apart": 1, "not_before": "2026-12-07T08:00:00+01:00", "dry_run": true}]');
--> held|2026-12-07 08:00:00+01|{"[\"2026-12-08 08:00:00+01\",\"2026-12-08 08:30:00+01\")","[\"2026-12-09 08:00:00+01\",\"2026-12-09 08:30:00+01\")"}

-- what cannot be offered
SELECT * FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "a", "offer": 1000}, {"event_name": "b", "offer": 1}, {"event_name": "c", "offer": 2, "apart": 400}, {"event_name": "d", "apart": 1}, {"event_name": "e", "offer": 2, "start_timestamp": "2026-12-03T10:00:00+01:00"}, {"event_name": "f", "offer": 2, "preempt": true}, {"event_name": "g", "offer": 2, "on_no_slot": "wait"}, {"event_name": "h", "offer": "two"}, {"event_name": "i", "offer": 2, "date": "2026-12-03", "apart": 1}]')$$);
--> 22023|request 0: invalid offer "1000": it must be from 2 to 5|[{"index":0,"field":"offer","value":"1000","message":"it must be from 2 to 5"},{"index":1,"field":"offer","value":"1","message":"it must be from 2 to 5"},{"index":2,"field":"apart","value":"400","message":"it must be from 0 to 366"},{"index":3,"field":"apart","value":"1","message":"it goes with an offer"},{"index":4,"field":"offer","value":"2","message":"a fixed event has one time only"},{"index":5,"field":"preempt","value":"true","message":"what is offered moves nobody"},{"index":6,"field":"offer","value":"2","message":"an offer neither waits nor skips"},{"index":7,"field":"offer","value":"two","message":"it must be a whole number"},{"index":8,"field":"apart","value":"1","message":"the offer has one date"}]|Correct every field that is named and call again.
SELECT * FROM jb_check();
