-- Promise: of each of its lists an event gets as many calendars as it needs, by one predicate: what is offered, explained, booked,
-- moved, repeated, held and woken is open on enough candidates at once. What was chosen is shown, and comes back as no change.
-- Could break: a call asks for all candidates, or for the first; the event stays on those that it does not need; a displaced event
-- loses its time though a colleague is free; a change forgets the lists, or chooses anew unasked; a refusal does not say who is
-- free; a list tells that there is a calendar which the caller may not know.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:b,room:c,room:d,anna,ben,cleo,dora,emil,van}'::text[]) AS name \g /dev/null
SELECT jb_calendar_set('tokyo', '{"time_zone": "Asia/Tokyo"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
\set rooms '[{"calendars": ["room:a", "room:b", "room:c", "room:d"]}]'

-- ---- any room of four, two of five ----
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM generate_series(1, 5) AS n, jb_schedule('room ' || n, '1 hour', '2026-11-23', '09:00', one_of => :'rooms') ORDER BY n;
--> placed|2026-11-23 09:00:00+01|["room:a"]
--> placed|2026-11-23 09:00:00+01|["room:b"]
--> placed|2026-11-23 09:00:00+01|["room:c"]
--> placed|2026-11-23 09:00:00+01|["room:d"]
--> rejected|null|null
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule('earliest', '1 hour', one_of => :'rooms'); --> placed|2026-11-23 08:00:00+01|["room:a"]
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule('two of five', '2 hours', calendars => '{van}', one_of => '[{"calendars": ["anna", "ben", "cleo", "dora", "emil"], "count": 2}, {"calendars": ["room:a", "room:b"]}]');
--> placed|2026-11-23 10:00:00+01|["van","anna","ben","room:a"]
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM generate_series(1, 3) AS n, jb_schedule('two more ' || n, '2 hours', '2026-11-23', '08:00', one_of => '[{"calendars": ["anna", "ben", "cleo", "dora", "emil"], "count": 2}]') ORDER BY n;
--> placed|2026-11-23 08:00:00+01|["anna","ben"]
--> placed|2026-11-23 08:00:00+01|["cleo","dora"]
--> rejected|null|null
SELECT event ->> 'one_of' FROM jb_schedule('as shown', '1 hour', '2026-11-24', one_of => '[{"calendars": ["ROOM:b", "room:a"], "weights": [2, 1], "choose": "least_busy", "per": "day"}, {"calendars": ["anna"]}]');
--> [{"calendars" : ["room:b","room:a"], "count" : 1, "choose" : "least_busy", "weights" : [2,1], "per" : "day", "same" : false, "chosen" : ["room:b"]},{"calendars" : ["anna"], "count" : 1, "choose" : "first", "weights" : [1], "per" : "week", "same" : false, "chosen" : ["anna"]}]

-- ---- the least busy by weight ----
SELECT event #>> '{one_of,0,chosen,0}' AS chosen, min(start_timestamp), count(*), sum(end_timestamp - start_timestamp)
  FROM generate_series(1, 12) AS n, jb_schedule('visit ' || n, '1 hour', not_before => '2026-12-07 00:00+01', one_of => '[{"calendars": ["anna", "ben", "cleo"], "choose": "least_busy", "weights": [2, 1, 1]}]') GROUP BY 1 ORDER BY 1;
--> anna|2026-12-07 08:00:00+01|6|06:00:00
--> ben|2026-12-07 08:00:00+01|3|03:00:00
--> cleo|2026-12-07 08:00:00+01|3|03:00:00
SELECT event #>> '{one_of,0,chosen}' AS chosen, start_timestamp FROM jb_schedule('per day', '1 hour', '2026-12-07', one_of => '[{"calendars": ["ben", "cleo", "dora"], "count": 2, "choose": "least_busy", "per": "day"}]');
--> ["ben","dora"]|2026-12-07 11:00:00+01

-- ---- a fixed event takes rooms whose events may move, fewest moves first; whoever gives way goes to a colleague ----
SELECT event_id AS automatic, event ->> 'calendars' AS calendars FROM jb_schedule('gives way', '1 hour', '2026-12-14', one_of => '[{"calendars": ["dora", "emil"]}]') \gset
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars, moves FROM jb_schedule('over it', '1 hour', '2026-12-14', '08:00', calendars => '{dora}');
--> placed|2026-12-14 08:00:00+01|["dora"]|{"(23,\"2026-12-14 08:00:00+01\",\"2026-12-14 09:00:00+01\",\"2026-12-14 08:00:00+01\",\"2026-12-14 09:00:00+01\",{dora},{emil})"}
SELECT calendars, one_of -> 0 -> 'chosen' AS chosen, start_timestamp FROM jb_event(:automatic); --> {emil}|["emil"]|2026-12-14 08:00:00+01
SELECT kind, fields FROM jb_changes('emil') WHERE event_id = :automatic ORDER BY seq DESC LIMIT 1; --> moved|{calendars,one_of}
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars, moves FROM jb_schedule('fewest moves', '2 hours', '2026-12-14', '08:00', one_of => '[{"calendars": ["dora", "emil"]}]');
--> placed|2026-12-14 08:00:00+01|["emil"]|{"(23,\"2026-12-14 08:00:00+01\",\"2026-12-14 09:00:00+01\",\"2026-12-14 09:00:00+01\",\"2026-12-14 10:00:00+01\",{emil},{dora})"}
SELECT outcome, start_timestamp FROM (VALUES ('room:b', '30 minutes'), ('room:b', '30 minutes'), ('room:c', '1 hour')) AS v (name, length), jb_schedule('there', length::interval, '2026-12-15', calendars => ARRAY[name]);
--> placed|2026-12-15 08:00:00+01
--> placed|2026-12-15 08:30:00+01
--> placed|2026-12-15 08:00:00+01
SELECT outcome, event ->> 'calendars' AS calendars, moves FROM jb_schedule('one move, not two', '1 hour', '2026-12-15', '08:00', one_of => '[{"calendars": ["room:b", "room:c"]}]');
--> placed|["room:c"]|{"(28,\"2026-12-15 08:00:00+01\",\"2026-12-15 09:00:00+01\",\"2026-12-15 09:00:00+01\",\"2026-12-15 10:00:00+01\",,)"}

-- ---- too few are open ----
SELECT outcome FROM unnest('{room:a,room:b}'::text[]) AS name, jb_schedule('fixed in ' || name, '1 hour', '2026-12-16', '10:00', calendars => ARRAY[name]); --> placed
--> placed
SELECT outcome, reason, facts, conflicts, alternatives[1] FROM jb_schedule('three of four', '1 hour', '2026-12-16', '10:30', one_of => '[{"calendars": ["room:a", "room:b", "room:c", "room:d"], "count": 3}]');
--> rejected|conflict|{"free": ["room:c", "room:d"], "end_timestamp": "2026-12-16T11:30:00+01:00", "start_timestamp": "2026-12-16T10:30:00+01:00"}|{30,31}|["2026-12-16 11:00:00+01","2026-12-16 12:00:00+01")
SELECT outcome, reason, detail FROM jb_schedule('on a Saturday', '10 hours', '2026-12-16', one_of => :'rooms');
--> rejected|outside_hours|The calendar's hours hold no stretch of 10:00:00 from 2026-12-16T00:00:00+01:00 to 2026-12-17T00:00:00+01:00.

-- ---- what is offered is what is booked ----
SELECT slot FROM jb_slots('1 hour', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]', from_time => '2026-12-16 09:30+01', max_rows => 3) AS slot;
--> ["2026-12-16 11:00:00+01","2026-12-16 12:00:00+01")
--> ["2026-12-16 11:05:00+01","2026-12-16 12:05:00+01")
--> ["2026-12-16 11:10:00+01","2026-12-16 12:10:00+01")
SELECT duration, start_timestamp FROM jb_lead_time('{1 hour,9 hours}', '{van}', one_of => :'rooms'); --> 01:00:00|2026-11-23 08:00:00+01
--> 09:00:00|2026-11-24 08:00:00+01
SELECT outcome, start_timestamp FROM jb_schedule('as offered', '1 hour', not_before => '2026-12-16 09:30+01', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]');
--> placed|2026-12-16 11:00:00+01
DO $$
DECLARE
  lists jsonb; length interval; offered timestamptz; leads timestamptz; booked timestamptz;
BEGIN
  FOR n IN 1 .. 40 LOOP
    lists := format('[{"calendars": ["room:a", "room:c", "room:d"], "count": %s}, {"calendars": ["ben", "anna"], "choose": "%s"}]', 1 + n % 3, CASE WHEN n % 2 = 0 THEN 'first' ELSE 'least_busy' END);
    length := n * interval '7 minutes';
    offered := (SELECT lower(slot) FROM jb_slots(length, '{van}', one_of => lists, max_rows => 1) AS slot);
    leads := (SELECT l.start_timestamp FROM jb_lead_time(ARRAY[length], '{van}', one_of => lists) AS l);
    booked := (jb_schedule('asked ' || n, length, calendars => '{van}', one_of => lists)).start_timestamp;
    ASSERT offered = leads AND offered::date = booked::date AND (offered = booked OR n % 2 = 1 AND offered < booked), format('number %s: %s was offered, and %s booked', n, offered, booked);
  END LOOP;
END $$;

-- ---- changes ----
SELECT event_id AS id FROM jb_schedule('changes', '1 hour', '2027-01-11', one_of => :'rooms') \gset
SELECT outcome FROM jb_update(:id, (SELECT jb_event_json(e)::jsonb FROM jb_event(:id) AS e)); --> unchanged
SELECT outcome FROM jb_update(:id, (SELECT jb_event_json(e)::jsonb FROM jb_event(:id) AS e), replace => true); --> unchanged
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"one_of": [{"calendars": ["room:a", "room:b", "room:c", "room:d"], "chosen": ["room:c"]}]}');
--> updated|2027-01-11 08:00:00+01|["room:c"]
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"event_name": "still on room:c"}'); --> updated|["room:c"]
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_reschedule(:id, start_timestamp => '2027-01-12 09:00+01'); --> updated|2027-01-12 09:00:00+01|["room:a"]
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_reschedule(:id, one_of => '[{"calendars": ["room:d", "room:b"]}]'); --> updated|2027-01-12 09:00:00+01|["room:d"]
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"calendars": ["van"]}'); --> updated|["van","room:d"]
SELECT outcome, event ->> 'calendars' AS calendars, event -> 'one_of' AS one_of FROM jb_update(:id, '{"one_of": null}'); --> updated|["van","room:d"]|null
SELECT r.state, r.detail FROM test.refusal(format('SELECT jb_update(%s, ''{"one_of": [{"calendars": ["room:a", "room:d"]}]}'')', :id)) AS r;
--> 22023|[{"field":"one_of[0].calendars[1]","value":"room:d","message":"calendars names it, too"}]
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"calendars": [], "one_of": [{"calendars": ["room:a", "room:b"]}, {"calendars": ["anna", "ben"]}]}');
--> updated|["room:a","anna"]
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"one_of": [{"calendars": ["anna", "room:a"]}]}'); --> updated|["anna"]

-- ---- a waiting event is on all of its candidates, and any of them wakes it ----
SELECT outcome FROM unnest('{room:c,room:d}'::text[]) AS name, jb_schedule('all day in ' || name, '9 hours', '2027-01-18', '08:00', calendars => ARRAY[name]); --> placed
--> placed
SELECT outcome, event_id AS waiting, event ->> 'calendars' AS calendars, event #>> '{one_of,0,chosen}' AS chosen FROM jb_schedule('waits', '1 hour', '2027-01-18', one_of => '[{"calendars": ["room:c", "room:d"]}]', on_no_slot => 'wait');
--> waiting|76|["room:c","room:d"]|[]
SELECT max(id) AS waiting FROM jb_event \gset
SELECT outcome, moves FROM jb_cancel((SELECT id FROM jb_event WHERE event_name = 'all day in room:d')); --> cancelled|{"(76,,,\"2027-01-18 08:00:00+01\",\"2027-01-18 09:00:00+01\",,)"}
SELECT status, start_timestamp, calendars, one_of -> 0 -> 'chosen' AS chosen FROM jb_event(:waiting); --> pending|2027-01-18 08:00:00+01|{room:d}|["room:d"]

-- ---- series, a list of requests, offers, holds ----
SELECT outcome, cardinality(events) AS events FROM jb_schedule('weekly', '1 hour', '2027-02-01', '10:00', one_of => :'rooms', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3'); --> placed|3
SELECT outcome FROM jb_schedule('in its way', '1 hour', '2027-03-08', '10:00', calendars => '{room:a}'); --> placed
SELECT outcome, cardinality(events) AS events FROM jb_schedule('chooses each time', '1 hour', '2027-03-01', '10:00', one_of => '[{"calendars": ["room:a", "room:b"]}]', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3');
--> placed|3
SELECT start_timestamp, calendars FROM jb_event_view WHERE event_name = 'chooses each time' ORDER BY 1; --> 2027-03-01 10:00:00+01|{room:a}
--> 2027-03-08 10:00:00+01|{room:b}
--> 2027-03-15 10:00:00+01|{room:a}
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule_all(format('[{"event_name": "one", "date": "2027-02-02", "one_of": %1$s}, {"event_name": "two", "date": "2027-02-02", "one_of": %1$s}, {"event_name": "three", "date": "2027-02-02", "calendars": ["room:a"]}]', :'rooms')::jsonb);
--> placed|2027-02-02 08:00:00+01|["room:a"]
--> placed|2027-02-02 08:00:00+01|["room:b"]
--> placed|2027-02-02 08:30:00+01|["room:a"]
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars, alternatives FROM jb_schedule_all('{"event_name": "an offer", "date": "2027-02-03", "duration": 3600, "one_of": [{"calendars": ["dora", "emil"]}], "offer": 3}');
--> held|2027-02-03 08:00:00+01|["dora"]|{"[\"2027-02-03 09:00:00+01\",\"2027-02-03 10:00:00+01\")","[\"2027-02-03 10:00:00+01\",\"2027-02-03 11:00:00+01\")"}
SELECT start_timestamp, status, calendars FROM jb_event_view WHERE event_name = 'an offer' ORDER BY 1; --> 2027-02-03 08:00:00+01|held|{dora}
--> 2027-02-03 09:00:00+01|held|{dora}
--> 2027-02-03 10:00:00+01|held|{dora}
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_schedule('a hold', '1 hour', '2027-02-04', one_of => :'rooms', hold_for => '1 hour'); --> held|["room:a"]
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_confirm((SELECT max(id) FROM jb_event)); --> confirmed|["room:a"]

-- ---- who displaces several leaves each its time where a colleague is free then, before any of them takes another time ----
SELECT outcome, event ->> 'calendars' AS calendars FROM unnest('{08:00,09:00}'::time[]) AS at, jb_schedule('patient at ' || at, '1 hour', '2027-04-12', not_before => timestamp '2027-04-12' + at, not_after => timestamp '2027-04-12' + at + '3 hours', one_of => '[{"calendars": ["anna", "ben"]}]');
--> placed|["anna"]
--> placed|["anna"]
SELECT outcome FROM jb_schedule('ben at eight', '1 hour', '2027-04-12', '08:00', calendars => '{ben}'); --> placed
SELECT outcome, m.old_start_timestamp, m.new_start_timestamp, m.old_calendars, m.new_calendars FROM jb_schedule('anna is ill', '2 hours', '2027-04-12', '08:00', calendars => '{anna}') AS s, unnest(s.moves) AS m ORDER BY 2;
--> placed|2027-04-12 08:00:00+02|2027-04-12 10:00:00+02|null|null
--> placed|2027-04-12 09:00:00+02|2027-04-12 09:00:00+02|{anna}|{ben}

-- ---- a calendar gives back what a change of its settings takes away ----
SET SESSION AUTHORIZATION regress_manager;
SELECT r.event_id IS NOT NULL AS moved, r.old_calendars, r.new_calendars FROM jb_calendar_set('dora', '{"hours": {}}'), jb_replan('dora') AS r WHERE r.old_calendars IS NOT NULL;
--> t|{ben,dora}|{ben,cleo}
--> t|{dora}|{emil}
SET SESSION AUTHORIZATION regress_secretary;

-- ---- bad input, all faults at once ----
SELECT r.state, r.detail FROM (VALUES
  ('[]'), ('{}'), ('[{"calendars": ["room:a"]}, {"calendars": ["room:b"]}, {"calendars": ["room:c"]}, {"calendars": ["room:d"]}, {"calendars": ["anna"]}]'),
  ('[{}]'), ('[7]'), ('[{"calendars": []}]'), ('[{"calendars": "room:a"}]'), ('[{"calendars": ["room:a", "ROOM:A"]}]'), ('[{"calendars": ["room:a", "room:b"]}, {"calendars": ["room:b", "anna"]}]'),
  ('[{"calendars": ["room:a", "no name", 7]}]'), ('[{"calendars": ["room:a", 7], "chosen": [7]}]'),
  ('[{"calendars": ["room:a", "room:b"], "count": 3}]'), ('[{"calendars": ["room:a", "room:b"], "count": 0}]'), ('[{"calendars": ["room:a", "room:b"], "count": 1e300}]'),
  ('[{"calendars": ["room:a", "room:b"], "weights": [0, 1e300], "choose": "any", "per": "year", "same": 1, "chosen": ["anna", "room:a"], "most": 1}]'),
  ('[{"calendars": ["room:a", "room:b"], "weights": [1]}]'), ('[{"calendars": ["room:a", "room:b"], "weights": [1001, 1.5]}]'),
  ('[{"calendars": ["van", "room:b"]}]'), ('[{"calendars": ["room:a", "room:b"], "same": true}]'),
  ('[{"calendars": ["room:a", "nowhere", "room:b"]}]'), ('[{"calendars": ["nowhere"]}]')
) AS s (lists), test.refusal(format('SELECT jb_schedule(''x'', ''1 hour'', calendars => ''{van}'', one_of => %L)', lists)) AS r;
--> 22023|[{"field":"one_of","value":"[]","message":"it must be 1 to 4 lists such as [{\"calendars\": [\"room:1\", \"room:2\"]}]"}]
--> 22023|[{"field":"one_of","value":"{}","message":"it must be 1 to 4 lists such as [{\"calendars\": [\"room:1\", \"room:2\"]}]"}]
--> 22023|[{"field":"one_of","value":"[{\"calendars\":[\"room:a\"]},{\"calendars\":[\"room:b\"]},{\"calendars\":[\"room:c\"]},{\"calendars\":[\"room:d\"]},{\"calendars\":[\"anna\"]}]","message":"it must be 1 to 4 lists such as [{\"calendars\": [\"room:1\", \"room:2\"]}]"}]
--> 22023|[{"field":"one_of[0].calendars","value":"","message":"it is required"}]
--> 22023|[{"field":"one_of[0]","value":"7","message":"it must be a JSON object"}]
--> 22023|[{"field":"one_of[0].calendars","value":"0","message":"there must be 1 to 100"}]
--> 22023|[{"field":"one_of[0].calendars","value":"room:a","message":"it must be a list of texts"}]
--> 22023|[{"field":"one_of[0].calendars[1]","value":"ROOM:A","message":"it is named twice"}]
--> 22023|[{"field":"one_of[1].calendars[0]","value":"room:b","message":"it is named twice"}]
--> 22023|[{"field":"one_of[0].calendars[2]","value":"7","message":"it must be a text"},{"field":"one_of[0].calendars[1]","value":"no name","message":"a calendar's name is 1 to 200 of A-Z a-z 0-9 . _ : @ + -, and does not end in .ics"}]
--> 22023|[{"field":"one_of[0].calendars[1]","value":"7","message":"it must be a text"},{"field":"one_of[0].chosen[0]","value":"7","message":"it must be a text"}]
--> 22023|[{"field":"one_of[0].count","value":"3","message":"it must be from 1 to the number of candidates"}]
--> 22023|[{"field":"one_of[0].count","value":"0","message":"it must be from 1 to the number of candidates"}]
--> 22023|[{"field":"one_of[0].count","value":"1e+300","message":"it must be a whole number"}]
--> 22023|[{"field":"one_of[0].choose","value":"any","message":"it must be first or least_busy"},{"field":"one_of[0].chosen[0]","value":"anna","message":"it is not one of the candidates"},{"field":"one_of[0].most","value":"1","message":"there is no such member"},{"field":"one_of[0].per","value":"year","message":"it must be day, week or month"},{"field":"one_of[0].same","value":"1","message":"it must be true or false"},{"field":"one_of[0].weights[0]","value":"0","message":"it must be from 1 to 1000"},{"field":"one_of[0].weights[1]","value":"1e+300","message":"it must be a whole number"},{"field":"one_of[0].chosen","value":"2","message":"there must be as many as count says"}]
--> 22023|[{"field":"one_of[0].weights","value":"1","message":"there must be one for each candidate"}]
--> 22023|[{"field":"one_of[0].weights[0]","value":"1001","message":"it must be from 1 to 1000"},{"field":"one_of[0].weights[1]","value":"1.5","message":"it must be a whole number"}]
--> 22023|[{"field":"one_of[0].calendars[0]","value":"van","message":"calendars names it, too"}]
--> 22023|[{"field":"one_of[0].same","value":"true","message":"it goes with a series"}]
--> 22023|[{"field":"one_of[0].calendars[1]","value":"nowhere","message":"there is no such calendar"}]
--> 22023|[{"field":"one_of[0].calendars[0]","value":"nowhere","message":"there is no such calendar"}]
SELECT r.state, r.detail FROM test.refusal(format('SELECT jb_schedule(''x'', ''1 hour'', one_of => %L)', jsonb_build_array(jsonb_build_object('calendars', ARRAY(SELECT 'room:' || n FROM generate_series(1, 101) AS n))))) AS r;
--> 22023|[{"field":"one_of[0].calendars","value":"101","message":"there must be 1 to 100"}]
SELECT r.state, r.detail FROM (VALUES
  ('SELECT jb_schedule(''x'', ''1 hour'', one_of => ''[{"calendars": ["room:a", "tokyo"]}]'')'),
  ('SELECT jb_schedule(''x'', ''1 hour'', preempt => true, one_of => ''[{"calendars": ["room:a", "room:b"]}]'')'),
  ('SELECT jb_slots(''1 hour'', one_of => ''[{"calendars": ["room:a", "nowhere", "room:b"]}]'')'),
  ('SELECT jb_slots(''1 hour'', ''{van}'', one_of => ''[{"calendars": ["van"]}]'')'),
  ('SELECT jb_lead_time(''{1 hour}'', one_of => ''[{"calendars": ["room:a"], "count": 2}]'')'),
  ('SELECT jb_explain(''x'', one_of => ''[{"calendars": ["nowhere", "room:a"]}]'')'),
  ('SELECT jb_update(1, ''{"one_of": [{"calendars": ["room:a", "nowhere"], "count": 3}]}'')'),
  ('SELECT jb_reschedule(1, one_of => ''[{"calendars": ["nowhere", "room:a"]}]'')'),
  ('SELECT jb_schedule_all(''[{"event_name": "x"}, {"event_name": "y", "one_of": [{"calendars": ["room:a"], "count": 2}]}]'')')
) AS s (statement), test.refusal(s.statement) AS r;
--> 22023|[{"field":"one_of[0].calendars[1]","value":"tokyo","message":"it is in another zone than the first, and calendars names none whose clock could be read"}]
--> 22023|[{"field":"preempt","value":"true","message":"an event with one_of does not pre-empt"}]
--> 22023|[{"field":"one_of[0].calendars[1]","value":"nowhere","message":"there is no such calendar"}]
--> 22023|[{"field":"one_of[0].calendars[0]","value":"van","message":"calendars names it, too"}]
--> 22023|[{"field":"one_of[0].count","value":"2","message":"it must be from 1 to the number of candidates"}]
--> 22023|[{"field":"one_of[0].calendars[0]","value":"nowhere","message":"there is no such calendar"}]
--> 22023|[{"field":"one_of[0].count","value":"3","message":"it must be from 1 to the number of candidates"},{"field":"one_of[0].calendars[1]","value":"nowhere","message":"there is no such calendar"}]
--> 22023|[{"field":"one_of[0].calendars[0]","value":"nowhere","message":"there is no such calendar"}]
--> 22023|[{"index":1,"field":"one_of[0].count","value":"2","message":"it must be from 1 to the number of candidates"}]

-- ---- whom a call keeps out of its time, the next call tries again, though another candidate is taken for good ----
SELECT outcome FROM unnest('{cleo,emil}'::text[]) AS name, jb_schedule('fixed on ' || name, '1 hour', '2027-05-10', '08:00', calendars => ARRAY[name]); --> placed
--> placed
SELECT outcome FROM jb_schedule('kept out', '1 hour', '2027-05-10', '08:00', one_of => '[{"calendars": ["cleo", "emil"]}]', on_no_slot => 'wait'); --> waiting
SELECT outcome FROM jb_reschedule((SELECT max(id) FROM jb_event WHERE event_name = 'fixed on emil'), make_automatic => true); --> updated
SELECT outcome FROM jb_schedule('the next call', '1 hour', '2027-05-11', '08:00', calendars => '{emil}'); --> placed
SELECT event_name, start_timestamp, calendars FROM jb_event_view WHERE event_name IN ('kept out', 'fixed on emil') ORDER BY 1; --> fixed on emil|2027-05-10 09:00:00+02|{emil}
--> kept out|2027-05-10 08:00:00+02|{emil}

-- ---- a hidden candidate answers like one that does not exist; who proposes, proposes on candidates ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant(name, 'role:regress_manager', 'manage'), jb_grant(name, 'role:regress_secretary', gives) FROM (VALUES ('room:a', 'book'), ('room:a', 'read'), ('room:d', 'book'), ('dora', 'busy'), ('room:c', 'propose')) AS g (name, gives) \g /dev/null
SELECT jb_grant('room:a', 'role:regress_viewer', 'read') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT calendars, reason, facts, detail FROM jb_rejections() WHERE request ->> 'event_name' = 'three of four'; --> {room:a,room:b,room:c,room:d}|conflict|{}|A calendar does not allow it.
SET SESSION AUTHORIZATION regress_secretary;
SELECT r.state, replace(r.message, name, 'NAME') AS message, replace(r.detail, name, 'NAME') AS detail FROM (VALUES ('nowhere'), ('emil')) AS c (name),
  unnest(ARRAY['SELECT jb_schedule(''x'', ''1 hour'', one_of => ''[{"calendars": ["room:a", "%s"]}]'')', 'SELECT jb_slots(''1 hour'', one_of => ''[{"calendars": ["room:a", "%s"]}]'')',
               'SELECT jb_update(1, ''{"one_of": [{"calendars": ["room:a", "%s"]}]}'')']) WITH ORDINALITY AS s (statement, n), test.refusal(format(statement, name)) AS r ORDER BY n, name;
--> 22023|invalid one_of[0].calendars[1] "NAME": there is no such calendar|[{"field":"one_of[0].calendars[1]","value":"NAME","message":"there is no such calendar"}]
--> 22023|invalid one_of[0].calendars[1] "NAME": there is no such calendar|[{"field":"one_of[0].calendars[1]","value":"NAME","message":"there is no such calendar"}]
--> 22023|invalid one_of[0].calendars[1] "NAME": there is no such calendar|[{"field":"one_of[0].calendars[1]","value":"NAME","message":"there is no such calendar"}]
--> 22023|invalid one_of[0].calendars[1] "NAME": there is no such calendar|[{"field":"one_of[0].calendars[1]","value":"NAME","message":"there is no such calendar"}]
--> 22023|invalid one_of[0].calendars[1] "NAME": there is no such calendar|[{"field":"one_of[0].calendars[1]","value":"NAME","message":"there is no such calendar"}]
--> 22023|invalid one_of[0].calendars[1] "NAME": there is no such calendar|[{"field":"one_of[0].calendars[1]","value":"NAME","message":"there is no such calendar"}]
SELECT r.state, r.message FROM test.refusal('SELECT jb_schedule(''x'', ''1 hour'', one_of => ''[{"calendars": ["room:a", "dora"]}]'')') AS r; --> 42501|calendar "dora" does not grant the right to book
SELECT outcome, event ->> 'calendars' AS calendars, event ->> 'proposed_on' AS proposed_on FROM jb_schedule('a proposal', '1 hour', '2027-02-08', one_of => '[{"calendars": ["room:c", "room:d"]}]');
--> held|["room:c"]|["room:c"]

RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a table's row ----
CREATE TEMP TABLE visit (id int PRIMARY KEY, places jsonb, begins timestamptz, taken text[], outcome text, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'calendars:=van', 'start_timestamp=begins', 'one_of=places');
INSERT INTO visit VALUES (1, '[{"calendars": ["room:a", "room:b"]}]'), (2, '[{"calendars": ["room:a", "room:b"]}]');
SELECT v.begins, v.outcome, e.calendars FROM visit v JOIN jb_event_view e ON e.id = v.event_id ORDER BY v.id; --> 2026-11-23 08:00:00+01|placed|{van,room:b}
--> 2026-11-24 08:00:00+01|placed|{van,room:a}
UPDATE visit SET places = '[{"calendars": ["emil", "room:b"]}]' WHERE id = 1;
SELECT v.begins, v.outcome, e.calendars FROM visit v JOIN jb_event_view e ON e.id = v.event_id ORDER BY v.id; --> 2026-11-23 08:00:00+01|placed|{van,emil}
--> 2026-11-24 08:00:00+01|placed|{van,room:a}

-- ---- dates and hours by a candidate's clock, not by that of an attendee's calendar ----
SELECT outcome FROM unnest('{room:a,room:b}'::text[]) AS name, jb_schedule('taken', '1 hour', '2027-03-01', '01:00', calendars => ARRAY[name]); -- 9:00 in Tokyo
--> placed
--> placed
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule('fixed', '1 hour', '2027-03-01', '09:00', one_of => '[{"calendars": ["room:a", "room:b"]}]', attendees => '{tokyo}', check_attendees => true);
--> placed|2027-03-01 09:00:00+01|["room:a"]
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule('automatic', '1 hour', '2027-03-02', within => '{"from": "08:00", "to": "09:00"}', one_of => '[{"calendars": ["room:a", "room:b"]}]', attendees => '{tokyo}', check_attendees => true);
--> placed|2027-03-02 08:00:00+01|["room:a"]
