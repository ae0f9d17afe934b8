-- Promise: jb_explain tells of each candidate of a list why it was not chosen, as the booking decided it. All occurrences of a
-- series have the same of a list that asks for it. What the candidates ask of a request binds it, whichever is chosen.
-- Could break: the order is told by another start, or without what decided; a start is passed over although others than the
-- first candidates are open; a displaced or changed occurrence leaves its series' room; a hidden candidate shows.
\i test/regress/sql/frame/open.psql
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set(name, '{"time_zone": "Europe/Berlin"}') FROM unnest('{room:b,room:c,anna}'::text[]) AS name \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id AS fixed FROM jb_schedule('Fixed', '2 hours', '2026-11-24', '08:00', calendars => '{room:a}') \gset
SELECT event_id AS gives_way FROM jb_schedule('Gives way', '1 hour', '2026-11-24', calendars => '{room:b}') \gset

-- ---- why not room a? ----
SELECT candidate, verdict, reason, calendar, conflicts = ARRAY[:fixed::bigint] AS fixed, detail FROM jb_explain('First', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]');
SELECT verdict, reason, calendar, detail, facts FROM jb_explain('Least busy', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "choose": "least_busy", "weights": [5, 1, 1]}]') WHERE verdict <> 'passed_over';
-- from ten on room a is open too: the longest booked, but by its weight the least busy
SELECT verdict, reason, calendar, detail, facts FROM jb_explain('By weight', '1 hour', not_before => '2026-11-24 10:00+01', not_after => '2026-11-24 20:00+01', one_of => '[{"calendars": ["room:b", "room:c", "room:a"], "choose": "least_busy", "weights": [1, 1, 5], "count": 2}]') WHERE verdict <> 'passed_over';
-- two lists and a calendar: starts at which too few of a list are open are passed over
SELECT candidate, verdict, reason, calendar, cardinality(conflicts), detail FROM jb_explain('Both', '1 hour', '2026-11-24', calendars => '{anna}', one_of => '[{"calendars": ["room:a", "room:b"], "count": 2}, {"calendars": ["room:c"]}]');
SELECT candidate, verdict, reason, calendar, cardinality(conflicts), detail FROM jb_explain('Two', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 3}]');
SELECT candidate, verdict, reason, calendar, cardinality(conflicts), detail FROM jb_explain('Two of three', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]', calendars => '{anna}');

-- ---- a fixed one: fewest moves, and what stays ----
SELECT verdict, reason, calendar, detail, facts FROM jb_explain('Fixed', '1 hour', '2026-11-24', '08:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]');
SELECT event_id AS other FROM jb_schedule('Other', '1 hour', '2026-11-24', '08:30', calendars => '{room:c}') \gset
SELECT verdict, reason, calendar, conflicts = ARRAY[:other::bigint] AS other, cardinality(moves) FROM jb_explain('Fixed', '1 hour', '2026-11-24', '08:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]');
SELECT verdict, reason, calendar, cardinality(conflicts), facts -> 'free' AS free FROM jb_explain('Fixed', '1 hour', '2026-11-24', '08:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]');
-- refused at any time: why each candidate is
SELECT candidate, verdict, reason, calendar FROM jb_explain('Long', '12 hours', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b"]}]');
SELECT candidate, verdict, reason, calendar FROM jb_explain('Too long', '2 days', one_of => '[{"calendars": ["room:a", "room:b"]}]') WHERE verdict <> 'passed_over';
-- as many rows as asked for
SELECT verdict, calendar, detail FROM jb_explain('Few', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]', max_rows => 4);
SELECT verdict FROM jb_explain('One', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]', max_rows => 1);

-- ---- an event's own wish, on all of its candidates ----
SELECT event_id AS own FROM jb_schedule('Own', '1 hour', '2026-11-25', one_of => '[{"calendars": ["room:a", "room:b"]}]') \gset
SELECT verdict, reason, calendar FROM jb_explain_event(:own) WHERE verdict NOT IN ('passed_over', 'later');
SELECT jb_verdict_json(v) -> 'facts' FROM jb_explain_event(:own) AS v WHERE verdict = 'not_chosen';

-- ---- the same for all occurrences ----
SELECT event_id FROM jb_schedule('In the way', '1 hour', '2026-12-02', '10:00', calendars => '{room:a}') \g /dev/null
SELECT event_id AS course, events[2] AS second FROM jb_schedule('Course', '1 hour', '2026-12-01', '10:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "same": true}]', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
SELECT calendars, one_of -> 0 -> 'chosen' AS chosen FROM jb_event WHERE series = :course ORDER BY start_timestamp;
SELECT event_id AS wanders FROM jb_schedule('Wanders', '1 hour', '2026-12-01', '10:00', one_of => '[{"calendars": ["room:a", "room:c"]}]', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
SELECT calendars FROM jb_event WHERE series = :wanders ORDER BY start_timestamp;
SELECT outcome, reason, facts ->> 'occurrence' AS occurrence, alternatives FROM jb_schedule('No room', '1 hour', '2026-12-01', '10:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "same": true}]', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
-- moved, all keep the room, though the first of the list is open; other lists are chosen for all of them
SELECT outcome, cardinality(events) FROM jb_reschedule(:course, start_time => '15:00', scope => 'all');
SELECT DISTINCT calendars FROM jb_event WHERE series = :course;
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-12-03', '15:00', calendars => '{room:c}');
SELECT outcome, cardinality(events) FROM jb_update(:course, '{"one_of": [{"calendars": ["room:c", "room:a"], "same": true}], "scope": "all"}');
SELECT DISTINCT calendars FROM jb_event WHERE series = :course;
SELECT outcome, reason FROM jb_update(:second, '{"date": "2026-12-02", "start_time": "10:00"}');

-- ---- rights ----
RESET SESSION AUTHORIZATION;
SELECT jb_grant(c, 'role:regress_manager', 'manage') FROM unnest('{room:a,room:b,room:c,anna}'::text[]) AS c \g /dev/null
SELECT jb_grant('room:a', 'role:regress_secretary', 'propose'), jb_grant('room:a', 'role:regress_secretary', 'read'), jb_grant('room:b', 'role:regress_secretary', 'book'), jb_grant('room:b', 'role:regress_secretary', 'read', max_priority => 40), jb_grant('room:c', 'role:regress_secretary', 'read') \g /dev/null
SELECT jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
-- must fail: one that may only be read; one without rights like one that does not exist
SELECT state, message FROM test.refusal($$SELECT jb_schedule('Read', '1 hour', one_of => '[{"calendars": ["room:b", "room:c"]}]')$$);
SELECT state FROM test.refusal($$SELECT jb_schedule('Hidden', '1 hour', one_of => '[{"calendars": ["room:b", "anna"]}]')$$);
SELECT state FROM test.refusal($$SELECT jb_schedule('Nothing', '1 hour', one_of => '[{"calendars": ["room:b", "nobody"]}]')$$);
SELECT state, message FROM test.refusal($$SELECT jb_explain('Read', '1 hour', one_of => '[{"calendars": ["room:b", "room:c"]}]')$$);
-- a bound of one candidate binds the request, and so does a proposal
SELECT state, message FROM test.refusal($$SELECT jb_schedule('Urgent', '1 hour', priority => 41, one_of => '[{"calendars": ["room:b", "room:a"]}]')$$);
SELECT event_id AS proposed FROM jb_schedule('Proposed', '1 hour', '2026-12-08', '10:00', one_of => '[{"calendars": ["room:a", "room:b"]}]') \gset
SELECT status, calendars, proposed_on, priority FROM jb_event_view WHERE id = :proposed;
SELECT event_id AS own FROM jb_schedule('Not proposed', '1 hour', '2026-12-08', '12:00', one_of => '[{"calendars": ["room:b", "room:a"]}]') \gset
SELECT status, calendars, proposed_on FROM jb_event_view WHERE id = :own;
SELECT outcome FROM jb_confirm(:own);
SELECT state, message FROM test.refusal(format('SELECT jb_confirm(%s)', :proposed));
-- a change chooses only among those that the caller may book
SELECT outcome FROM jb_reschedule(:own, start_time => '10:00');
SELECT calendars FROM jb_event_view WHERE id = :own;
SELECT state, message FROM test.refusal(format($$SELECT jb_update(%s, '{"one_of": [{"calendars": ["room:b", "room:c"]}]}')$$, :own));
SELECT state FROM test.refusal(format($$SELECT jb_update(%s, '{"one_of": [{"calendars": ["room:b", "anna"]}]}')$$, :own));
-- an explanation leaves out the candidates of an event on which the caller has no right
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id AS seen FROM jb_schedule('Seen', '1 hour', '2026-12-09', '10:00', one_of => '[{"calendars": ["room:b", "anna"]}]') \gset
SELECT verdict, calendar FROM jb_explain_event(:seen);
SET SESSION AUTHORIZATION regress_secretary;
SELECT verdict, calendar FROM jb_explain_event(:seen);
SELECT outcome FROM jb_cancel(:own);

-- ---- a candidate whose own horizon ends earlier ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('near', '{"horizon": "1 day", "slot_increment": "1 hour"}'),
       jb_calendar_set('far', '{"horizon": "7 days", "hours": {"monday": [], "tuesday": [], "wednesday": [], "thursday": [], "friday": []}}') \g /dev/null
SELECT outcome FROM jb_schedule('Away', '3 days', start_timestamp => jb_now() - interval '1 hour', calendars => '{near}', allow_past => true);
SELECT candidate, verdict, reason, calendar FROM jb_explain('Later', '1 hour', one_of => '[{"calendars": ["near", "far"]}]');
-- a window that no candidate can reach
SELECT candidate, verdict, reason, calendar FROM jb_explain('Never', '1 hour', '2027-02-21', not_after => '2026-10-09 20:00Z', one_of => '[{"calendars": ["near", "far"]}]');
\i test/regress/sql/frame/close.psql
