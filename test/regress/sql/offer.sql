-- Promise: an offer holds several times for one answer. Confirming one of them frees the others, and its deadline frees all.
\i test/regress/sql/frame/open.psql

SELECT outcome, cardinality(events), event ->> 'offer_id' AS offer_id FROM jb_schedule_all('[{"event_name": "Talk", "duration": 3600, "calendars": ["room:a"], "offer": 3, "apart": 2}]');
SELECT id, start_timestamp, status, offer_id, expires_at - jb_now() AS within FROM jb_event_view ORDER BY start_timestamp;
SELECT outcome, event_id FROM jb_schedule('waits', '1 hour', start_timestamp => '2026-11-25 08:00+01', calendars => '{room:a}', on_no_slot => 'wait');

-- one is chosen; a dry run tells which are freed, and what moves into their time
SELECT outcome, events, moves, basis IS NOT NULL AS has_basis FROM jb_confirm(1, dry_run => true);
SELECT basis FROM jb_confirm(1, dry_run => true) \gset
SELECT outcome, events, moves FROM jb_confirm(1, basis => :'basis');
SELECT id, status FROM jb_event_view ORDER BY id;
SELECT event_id, kind, fields FROM jb_changes('room:a', 3) ORDER BY seq;
SELECT * FROM test.refusal($$SELECT jb_confirm(2)$$); -- 55000

-- all lapse
SELECT outcome FROM jb_schedule_all('[{"event_name": "Lapses", "duration": 600, "calendars": ["room:a"], "offer": 2, "hold_for": 60}]');
SELECT test.clock(jb_now() + interval '1 minute') \g /dev/null
SELECT status FROM jb_event_view WHERE event_name = 'Lapses';
SELECT outcome FROM jb_confirm((SELECT max(id) FROM jb_event));

-- all or nothing
SELECT outcome, reason, cardinality(events) FROM jb_schedule_all('[{"event_name": "Long", "duration": 28800, "calendars": ["room:a"], "date": "2026-12-01", "offer": 2}]');
SELECT request -> 'offer' AS offer FROM jb_rejections() ORDER BY id DESC LIMIT 1;

-- what is offered has one deadline, and changes like any hold
SELECT event_id AS first FROM jb_schedule_all('[{"event_name": "Moves", "duration": 600, "calendars": ["room:a"], "offer": 2}]') \gset
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :first, '{"hold_for": 60}')); -- 22023
SELECT outcome FROM jb_update(:first, '{"start_timestamp": "2026-12-03T10:00:00+01:00"}');
SELECT outcome FROM jb_update(:first, (SELECT jb_event_json(e)::jsonb FROM jb_event(:first) e), replace => true);
SELECT outcome, cardinality(events) FROM jb_confirm(:first);

-- a list confirms one of an offer, and leaves the others alone
SELECT event_id AS first FROM jb_schedule_all('[{"event_name": "Listed", "duration": 600, "calendars": ["room:a"], "not_before": "2026-12-10T10:00:00+01:00", "offer": 3}]') \gset
SELECT * FROM test.refusal(format('SELECT jb_update_all(%L)', (SELECT jsonb_agg(jsonb_build_object('id', id, 'status', 'pending')) FROM jb_event WHERE offer[1] = :first))); -- 22023
SELECT * FROM test.refusal(format('SELECT jb_update_all(%L)', jsonb_build_array(jsonb_build_object('id', :first, 'event_name', 'Another'), jsonb_build_object('id', :first + 1, 'status', 'pending')))); -- 22023
SELECT * FROM test.refusal(format('SELECT jb_update(%s, %L)', :first, '{"date": "2026-12-04", "start_time": "10:00", "recurrence": "RRULE:FREQ=DAILY;COUNT=2"}')); -- 22023

-- once all have lapsed, only one can be confirmed late
SELECT test.clock(jb_now() + interval '1 day') \g /dev/null
SELECT outcome, alternatives FROM jb_confirm(:first, if_still_free => true);
SELECT outcome, reason, conflicts = ARRAY[:first]::bigint[] AS by_the_first FROM jb_confirm(:first + 1, if_still_free => true);

-- a window that ends before all have a place; a dry run shows all times
SELECT outcome, reason, detail FROM jb_schedule_all('[{"event_name": "Short", "calendars": ["room:a"], "offer": 3, "apart": 2, "not_before": "2026-12-07T08:00:00+01:00", "not_after": "2026-12-08T12:00:00+01:00"}]');
SELECT outcome, start_timestamp, alternatives FROM jb_schedule_all('[{"event_name": "Tried", "calendars": ["room:a"], "offer": 3, "apart": 1, "not_before": "2026-12-07T08:00:00+01:00", "dry_run": true}]');

-- what cannot be offered
SELECT * FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "a", "offer": 1000}, {"event_name": "b", "offer": 1}, {"event_name": "c", "offer": 2, "apart": 400}, {"event_name": "d", "apart": 1}, {"event_name": "e", "offer": 2, "start_timestamp": "2026-12-03T10:00:00+01:00"}, {"event_name": "f", "offer": 2, "preempt": true}, {"event_name": "g", "offer": 2, "on_no_slot": "wait"}, {"event_name": "h", "offer": "two"}, {"event_name": "i", "offer": 2, "date": "2026-12-03", "apart": 1}]')$$);
SELECT * FROM jb_check();
