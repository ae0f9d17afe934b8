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
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule('earliest', '1 hour', one_of => :'rooms');
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule('two of five', '2 hours', calendars => '{van}', one_of => '[{"calendars": ["anna", "ben", "cleo", "dora", "emil"], "count": 2}, {"calendars": ["room:a", "room:b"]}]');
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM generate_series(1, 3) AS n, jb_schedule('two more ' || n, '2 hours', '2026-11-23', '08:00', one_of => '[{"calendars": ["anna", "ben", "cleo", "dora", "emil"], "count": 2}]') ORDER BY n;
SELECT event ->> 'one_of' FROM jb_schedule('as shown', '1 hour', '2026-11-24', one_of => '[{"calendars": ["ROOM:b", "room:a"], "weights": [2, 1], "choose": "least_busy", "per": "day"}, {"calendars": ["anna"]}]');

-- ---- the least busy by weight ----
SELECT event #>> '{one_of,0,chosen,0}' AS chosen, min(start_timestamp), count(*), sum(end_timestamp - start_timestamp)
  FROM generate_series(1, 12) AS n, jb_schedule('visit ' || n, '1 hour', not_before => '2026-12-07 00:00+01', one_of => '[{"calendars": ["anna", "ben", "cleo"], "choose": "least_busy", "weights": [2, 1, 1]}]') GROUP BY 1 ORDER BY 1;
SELECT event #>> '{one_of,0,chosen}' AS chosen, start_timestamp FROM jb_schedule('per day', '1 hour', '2026-12-07', one_of => '[{"calendars": ["ben", "cleo", "dora"], "count": 2, "choose": "least_busy", "per": "day"}]');

-- ---- a fixed event takes rooms whose events may move, fewest moves first; whoever gives way goes to a colleague ----
SELECT event_id AS automatic, event ->> 'calendars' AS calendars FROM jb_schedule('gives way', '1 hour', '2026-12-14', one_of => '[{"calendars": ["dora", "emil"]}]') \gset
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars, moves FROM jb_schedule('over it', '1 hour', '2026-12-14', '08:00', calendars => '{dora}');
SELECT calendars, one_of -> 0 -> 'chosen' AS chosen, start_timestamp FROM jb_event(:automatic);
SELECT kind, fields FROM jb_changes('emil') WHERE event_id = :automatic ORDER BY seq DESC LIMIT 1;
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars, moves FROM jb_schedule('fewest moves', '2 hours', '2026-12-14', '08:00', one_of => '[{"calendars": ["dora", "emil"]}]');
SELECT outcome, start_timestamp FROM (VALUES ('room:b', '30 minutes'), ('room:b', '30 minutes'), ('room:c', '1 hour')) AS v (name, length), jb_schedule('there', length::interval, '2026-12-15', calendars => ARRAY[name]);
SELECT outcome, event ->> 'calendars' AS calendars, moves FROM jb_schedule('one move, not two', '1 hour', '2026-12-15', '08:00', one_of => '[{"calendars": ["room:b", "room:c"]}]');

-- ---- too few are open ----
SELECT outcome FROM unnest('{room:a,room:b}'::text[]) AS name, jb_schedule('fixed in ' || name, '1 hour', '2026-12-16', '10:00', calendars => ARRAY[name]);
SELECT outcome, reason, facts, conflicts, alternatives[1] FROM jb_schedule('three of four', '1 hour', '2026-12-16', '10:30', one_of => '[{"calendars": ["room:a", "room:b", "room:c", "room:d"], "count": 3}]');
SELECT outcome, reason, detail FROM jb_schedule('on a Saturday', '10 hours', '2026-12-16', one_of => :'rooms');

-- ---- what is offered is what is booked ----
SELECT slot FROM jb_slots('1 hour', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]', from_time => '2026-12-16 09:30+01', max_rows => 3) AS slot;
SELECT duration, start_timestamp FROM jb_lead_time('{1 hour,9 hours}', '{van}', one_of => :'rooms');
SELECT outcome, start_timestamp FROM jb_schedule('as offered', '1 hour', not_before => '2026-12-16 09:30+01', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]');
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
SELECT outcome FROM jb_update(:id, (SELECT jb_event_json(e)::jsonb FROM jb_event(:id) AS e));
SELECT outcome FROM jb_update(:id, (SELECT jb_event_json(e)::jsonb FROM jb_event(:id) AS e), replace => true);
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"one_of": [{"calendars": ["room:a", "room:b", "room:c", "room:d"], "chosen": ["room:c"]}]}');
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"event_name": "still on room:c"}');
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_reschedule(:id, start_timestamp => '2027-01-12 09:00+01');
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_reschedule(:id, one_of => '[{"calendars": ["room:d", "room:b"]}]');
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"calendars": ["van"]}');
SELECT outcome, event ->> 'calendars' AS calendars, event -> 'one_of' AS one_of FROM jb_update(:id, '{"one_of": null}');
SELECT r.state, r.detail FROM test.refusal(format('SELECT jb_update(%s, ''{"one_of": [{"calendars": ["room:a", "room:d"]}]}'')', :id)) AS r;
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"calendars": [], "one_of": [{"calendars": ["room:a", "room:b"]}, {"calendars": ["anna", "ben"]}]}');
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_update(:id, '{"one_of": [{"calendars": ["anna", "room:a"]}]}');

-- ---- a waiting event is on all of its candidates, and any of them wakes it ----
SELECT outcome FROM unnest('{room:c,room:d}'::text[]) AS name, jb_schedule('all day in ' || name, '9 hours', '2027-01-18', '08:00', calendars => ARRAY[name]);
SELECT outcome, event_id AS waiting, event ->> 'calendars' AS calendars, event #>> '{one_of,0,chosen}' AS chosen FROM jb_schedule('waits', '1 hour', '2027-01-18', one_of => '[{"calendars": ["room:c", "room:d"]}]', on_no_slot => 'wait');
SELECT max(id) AS waiting FROM jb_event \gset
SELECT outcome, moves FROM jb_cancel((SELECT id FROM jb_event WHERE event_name = 'all day in room:d'));
SELECT status, start_timestamp, calendars, one_of -> 0 -> 'chosen' AS chosen FROM jb_event(:waiting);

-- ---- series, a list of requests, offers, holds ----
SELECT outcome, cardinality(events) AS events FROM jb_schedule('weekly', '1 hour', '2027-02-01', '10:00', one_of => :'rooms', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3');
SELECT outcome FROM jb_schedule('in its way', '1 hour', '2027-03-08', '10:00', calendars => '{room:a}');
SELECT outcome, cardinality(events) AS events FROM jb_schedule('chooses each time', '1 hour', '2027-03-01', '10:00', one_of => '[{"calendars": ["room:a", "room:b"]}]', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3');
SELECT start_timestamp, calendars FROM jb_event_view WHERE event_name = 'chooses each time' ORDER BY 1;
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars FROM jb_schedule_all(format('[{"event_name": "one", "date": "2027-02-02", "one_of": %1$s}, {"event_name": "two", "date": "2027-02-02", "one_of": %1$s}, {"event_name": "three", "date": "2027-02-02", "calendars": ["room:a"]}]', :'rooms')::jsonb);
SELECT outcome, start_timestamp, event ->> 'calendars' AS calendars, alternatives FROM jb_schedule_all('{"event_name": "an offer", "date": "2027-02-03", "duration": 3600, "one_of": [{"calendars": ["dora", "emil"]}], "offer": 3}');
SELECT start_timestamp, status, calendars FROM jb_event_view WHERE event_name = 'an offer' ORDER BY 1;
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_schedule('a hold', '1 hour', '2027-02-04', one_of => :'rooms', hold_for => '1 hour');
SELECT outcome, event ->> 'calendars' AS calendars FROM jb_confirm((SELECT max(id) FROM jb_event));

-- ---- who displaces several leaves each its time where a colleague is free then, before any of them takes another time ----
SELECT outcome, event ->> 'calendars' AS calendars FROM unnest('{08:00,09:00}'::time[]) AS at, jb_schedule('patient at ' || at, '1 hour', '2027-04-12', not_before => timestamp '2027-04-12' + at, not_after => timestamp '2027-04-12' + at + '3 hours', one_of => '[{"calendars": ["anna", "ben"]}]');
SELECT outcome FROM jb_schedule('ben at eight', '1 hour', '2027-04-12', '08:00', calendars => '{ben}');
SELECT outcome, m.old_start_timestamp, m.new_start_timestamp, m.old_calendars, m.new_calendars FROM jb_schedule('anna is ill', '2 hours', '2027-04-12', '08:00', calendars => '{anna}') AS s, unnest(s.moves) AS m ORDER BY 2;

-- ---- a calendar gives back what a change of its settings takes away ----
SET SESSION AUTHORIZATION regress_manager;
SELECT r.event_id IS NOT NULL AS moved, r.old_calendars, r.new_calendars FROM jb_calendar_set('dora', '{"hours": {}}'), jb_replan('dora') AS r WHERE r.old_calendars IS NOT NULL;
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
SELECT r.state, r.detail FROM test.refusal(format('SELECT jb_schedule(''x'', ''1 hour'', one_of => %L)', jsonb_build_array(jsonb_build_object('calendars', ARRAY(SELECT 'room:' || n FROM generate_series(1, 101) AS n))))) AS r;
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

-- ---- whom a call keeps out of its time, the next call tries again, though another candidate is taken for good ----
SELECT outcome FROM unnest('{cleo,emil}'::text[]) AS name, jb_schedule('fixed on ' || name, '1 hour', '2027-05-10', '08:00', calendars => ARRAY[name]);
SELECT outcome FROM jb_schedule('kept out', '1 hour', '2027-05-10', '08:00', one_of => '[{"calendars": ["cleo", "emil"]}]', on_no_slot => 'wait');
SELECT outcome FROM jb_reschedule((SELECT max(id) FROM jb_event WHERE event_name = 'fixed on emil'), make_automatic => true);
SELECT outcome FROM jb_schedule('the next call', '1 hour', '2027-05-11', '08:00', calendars => '{emil}');
SELECT event_name, start_timestamp, calendars FROM jb_event_view WHERE event_name IN ('kept out', 'fixed on emil') ORDER BY 1;

-- ---- a hidden candidate answers like one that does not exist; who proposes, proposes on candidates ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_grant(name, 'role:regress_manager', 'manage'), jb_grant(name, 'role:regress_secretary', gives) FROM (VALUES ('room:a', 'book'), ('room:a', 'read'), ('room:d', 'book'), ('dora', 'busy'), ('room:c', 'propose')) AS g (name, gives) \g /dev/null
SELECT jb_grant('room:a', 'role:regress_viewer', 'read') \g /dev/null
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_viewer;
SELECT calendars, reason, facts, detail FROM jb_rejections() WHERE request ->> 'event_name' = 'three of four';
SET SESSION AUTHORIZATION regress_secretary;
SELECT r.state, replace(r.message, name, 'NAME') AS message, replace(r.detail, name, 'NAME') AS detail FROM (VALUES ('nowhere'), ('emil')) AS c (name),
  unnest(ARRAY['SELECT jb_schedule(''x'', ''1 hour'', one_of => ''[{"calendars": ["room:a", "%s"]}]'')', 'SELECT jb_slots(''1 hour'', one_of => ''[{"calendars": ["room:a", "%s"]}]'')',
               'SELECT jb_update(1, ''{"one_of": [{"calendars": ["room:a", "%s"]}]}'')']) WITH ORDINALITY AS s (statement, n), test.refusal(format(statement, name)) AS r ORDER BY n, name;
SELECT r.state, r.message FROM test.refusal('SELECT jb_schedule(''x'', ''1 hour'', one_of => ''[{"calendars": ["room:a", "dora"]}]'')') AS r;
SELECT outcome, event ->> 'calendars' AS calendars, event ->> 'proposed_on' AS proposed_on FROM jb_schedule('a proposal', '1 hour', '2027-02-08', one_of => '[{"calendars": ["room:c", "room:d"]}]');

RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;

-- ---- a table's row ----
CREATE TEMP TABLE visit (id int PRIMARY KEY, places jsonb, begins timestamptz, taken text[], outcome text, event_id bigint);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION jb_place_row('duration:=1 hour', 'calendars:=van', 'start_timestamp=begins', 'one_of=places');
INSERT INTO visit VALUES (1, '[{"calendars": ["room:a", "room:b"]}]'), (2, '[{"calendars": ["room:a", "room:b"]}]');
SELECT v.begins, v.outcome, e.calendars FROM visit v JOIN jb_event_view e ON e.id = v.event_id ORDER BY v.id;
UPDATE visit SET places = '[{"calendars": ["emil", "room:b"]}]' WHERE id = 1;
SELECT v.begins, v.outcome, e.calendars FROM visit v JOIN jb_event_view e ON e.id = v.event_id ORDER BY v.id;
