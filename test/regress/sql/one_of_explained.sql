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
--> ["2026-11-23 07:00:00+01","2026-11-24 00:00:00+01")|passed_over|outside_window|null|f|It was asked for from 2026-11-24T00:00:00+01:00 on.
--> ["2026-11-24 00:00:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours|null|f|The hours hold no stretch of 01:00:00 that begins before 2026-11-24T08:00:00+01:00.
--> ["2026-11-24 08:00:01+01","2026-11-24 23:00:01+01")|later|null|null|f|An earlier start is open.
--> ["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|not_chosen|conflict|room:a|t|Event 1 is in the way until 2026-11-24T10:00:00+01:00.
--> ["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|not_chosen|conflict|room:b|f|Event 2 is in the way until 2026-11-24T09:00:00+01:00.
--> ["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|placed|null|null|f|It is the earliest start that every rule allows.
SELECT verdict, reason, calendar, detail, facts FROM jb_explain('Least busy', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "choose": "least_busy", "weights": [5, 1, 1]}]') WHERE verdict <> 'passed_over';
--> later|null|null|An earlier start is open.|null
--> not_chosen|comes_later|room:c|Calendar room:c is open too, but comes after room:a: it would be busy for 01:00:00 by weight 1, not for 03:00:00 by weight 5.|{"busy": 3600, "after": {"busy": 10800, "place": 1, "weight": 5, "calendar": "room:a"}, "place": 3, "weight": 1, "calendar": "room:c"}
--> not_chosen|comes_later|room:b|Calendar room:b is open too, but comes after room:a: it would be busy for 02:00:00 by weight 1, not for 03:00:00 by weight 5.|{"busy": 7200, "after": {"busy": 10800, "place": 1, "weight": 5, "calendar": "room:a"}, "place": 2, "weight": 1, "calendar": "room:b"}
--> placed|null|null|It is the earliest start that every rule allows.|null
-- from ten on room a is open too: the longest booked, but by its weight the least busy
SELECT verdict, reason, calendar, detail, facts FROM jb_explain('By weight', '1 hour', not_before => '2026-11-24 10:00+01', not_after => '2026-11-24 20:00+01', one_of => '[{"calendars": ["room:b", "room:c", "room:a"], "choose": "least_busy", "weights": [1, 1, 5], "count": 2}]') WHERE verdict <> 'passed_over';
--> later|null|null|An earlier start is open.|null
--> not_chosen|comes_later|room:b|Calendar room:b is open too, but comes after room:c: it would be busy for 02:00:00 by weight 1, not for 01:00:00 by weight 1.|{"busy": 7200, "after": {"busy": 3600, "place": 2, "weight": 1, "calendar": "room:c"}, "place": 1, "weight": 1, "calendar": "room:b"}
--> placed|null|null|It is the earliest start that every rule allows.|null
-- two lists and a calendar: starts at which too few of a list are open are passed over
SELECT candidate, verdict, reason, calendar, cardinality(conflicts), detail FROM jb_explain('Both', '1 hour', '2026-11-24', calendars => '{anna}', one_of => '[{"calendars": ["room:a", "room:b"], "count": 2}, {"calendars": ["room:c"]}]');
--> ["2026-11-23 07:00:00+01","2026-11-24 00:00:00+01")|passed_over|outside_window|null|0|It was asked for from 2026-11-24T00:00:00+01:00 on.
--> ["2026-11-24 00:00:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours|anna|0|The hours hold no stretch of 01:00:00 that begins before 2026-11-24T08:00:00+01:00.
--> ["2026-11-24 08:00:00+01","2026-11-24 10:00:00+01")|passed_over|conflict|room:a|1|Event 1 is in the way until 2026-11-24T10:00:00+01:00.
--> ["2026-11-24 10:00:01+01","2026-11-24 23:00:01+01")|later|null|null|0|An earlier start is open.
--> ["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|placed|null|null|0|It is the earliest start that every rule allows.
SELECT candidate, verdict, reason, calendar, cardinality(conflicts), detail FROM jb_explain('Two', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 3}]');
--> ["2026-11-23 07:00:00+01","2026-11-24 00:00:00+01")|passed_over|outside_window|null|0|It was asked for from 2026-11-24T00:00:00+01:00 on.
--> ["2026-11-24 00:00:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours|room:a|0|The hours hold no stretch of 01:00:00 that begins before 2026-11-24T08:00:00+01:00.
--> ["2026-11-24 08:00:00+01","2026-11-24 10:00:00+01")|passed_over|conflict|room:a|1|Event 1 is in the way until 2026-11-24T10:00:00+01:00.
--> ["2026-11-24 10:00:01+01","2026-11-24 23:00:01+01")|later|null|null|0|An earlier start is open.
--> ["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|placed|null|null|0|It is the earliest start that every rule allows.
SELECT candidate, verdict, reason, calendar, cardinality(conflicts), detail FROM jb_explain('Two of three', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]', calendars => '{anna}');
--> ["2026-11-23 07:00:00+01","2026-11-24 00:00:00+01")|passed_over|outside_window|null|0|It was asked for from 2026-11-24T00:00:00+01:00 on.
--> ["2026-11-24 00:00:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours|anna|0|The hours hold no stretch of 01:00:00 that begins before 2026-11-24T08:00:00+01:00.
--> ["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|passed_over|conflict|null|2|Too few candidates are open until 2026-11-24T09:00:00+01:00: in the way are events 2, 1.
--> ["2026-11-24 09:00:01+01","2026-11-24 23:00:01+01")|later|null|null|0|An earlier start is open.
--> ["2026-11-24 09:00:00+01","2026-11-24 10:00:00+01")|not_chosen|conflict|room:a|1|Event 1 is in the way until 2026-11-24T10:00:00+01:00.
--> ["2026-11-24 09:00:00+01","2026-11-24 10:00:00+01")|placed|null|null|0|It is the earliest start that every rule allows.

-- ---- a fixed one: fewest moves, and what stays ----
SELECT verdict, reason, calendar, detail, facts FROM jb_explain('Fixed', '1 hour', '2026-11-24', '08:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]');
--> not_chosen|conflict|room:a|From 2026-11-24T08:00:00+01:00 to 2026-11-24T09:00:00+01:00 is taken by event 1.|{"calendar": "room:a", "end_timestamp": "2026-11-24T09:00:00+01:00", "start_timestamp": "2026-11-24T08:00:00+01:00"}
--> not_chosen|comes_later|room:b|Calendar room:b is open too, but comes after room:c: of its events 1 would move, not 0.|{"after": {"place": 3, "calendar": "room:c"}, "moves": 1, "place": 2, "calendar": "room:b"}
--> placed|null|null|Nothing is in its way.|null
SELECT event_id AS other FROM jb_schedule('Other', '1 hour', '2026-11-24', '08:30', calendars => '{room:c}') \gset
SELECT verdict, reason, calendar, conflicts = ARRAY[:other::bigint] AS other, cardinality(moves) FROM jb_explain('Fixed', '1 hour', '2026-11-24', '08:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]');
--> not_chosen|conflict|room:a|f|0
--> not_chosen|conflict|room:c|t|0
--> placed|null|null|f|1
SELECT verdict, reason, calendar, cardinality(conflicts), facts -> 'free' AS free FROM jb_explain('Fixed', '1 hour', '2026-11-24', '08:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "count": 2}]');
--> in_the_way|conflict|room:a|1|null
--> in_the_way|conflict|room:c|1|null
--> not_chosen|conflict|room:a|1|null
--> not_chosen|conflict|room:c|1|null
--> rejected|conflict|null|2|["room:b"]
-- refused at any time: why each candidate is
SELECT candidate, verdict, reason, calendar FROM jb_explain('Long', '12 hours', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b"]}]');
--> ["2026-11-23 07:00:00+01","2026-11-24 00:00:00+01")|passed_over|outside_window|null
--> ["2026-11-24 00:00:00+01","2026-12-02 00:00:00+01")|passed_over|outside_hours|null
--> ["2026-11-24 00:00:00+01","2026-11-25 00:00:00+01")|not_chosen|outside_hours|room:a
--> ["2026-11-24 00:00:00+01","2026-11-25 00:00:00+01")|not_chosen|outside_hours|room:b
--> null|rejected|outside_hours|null
SELECT candidate, verdict, reason, calendar FROM jb_explain('Too long', '2 days', one_of => '[{"calendars": ["room:a", "room:b"]}]') WHERE verdict <> 'passed_over';
--> ["2026-11-23 07:00:00+01","2027-11-24 07:00:00+01")|not_chosen|outside_hours|room:a
--> ["2026-11-23 07:00:00+01","2027-11-24 07:00:00+01")|not_chosen|outside_hours|room:b
--> null|rejected|outside_hours|null
-- as many rows as asked for
SELECT verdict, calendar, detail FROM jb_explain('Few', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]', max_rows => 4);
--> passed_over|null|There are more reasons than rows: ask with not_before from here on.
--> later|null|An earlier start is open.
--> not_chosen|null|There are more candidates than rows.
--> placed|null|It is the earliest start that every rule allows.
SELECT verdict FROM jb_explain('One', '1 hour', '2026-11-24', one_of => '[{"calendars": ["room:a", "room:b", "room:c"]}]', max_rows => 1); --> placed

-- ---- an event's own wish, on all of its candidates ----
SELECT event_id AS own FROM jb_schedule('Own', '1 hour', '2026-11-25', one_of => '[{"calendars": ["room:a", "room:b"]}]') \gset
SELECT verdict, reason, calendar FROM jb_explain_event(:own) WHERE verdict NOT IN ('passed_over', 'later'); --> not_chosen|comes_later|room:b
--> placed|null|null
SELECT jb_verdict_json(v) -> 'facts' FROM jb_explain_event(:own) AS v WHERE verdict = 'not_chosen'; --> {"after": {"place": 1, "calendar": "room:a"}, "place": 2, "calendar": "room:b"}

-- ---- the same for all occurrences ----
SELECT event_id FROM jb_schedule('In the way', '1 hour', '2026-12-02', '10:00', calendars => '{room:a}') \g /dev/null
SELECT event_id AS course, events[2] AS second FROM jb_schedule('Course', '1 hour', '2026-12-01', '10:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "same": true}]', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
SELECT calendars, one_of -> 0 -> 'chosen' AS chosen FROM jb_event WHERE series = :course ORDER BY start_timestamp; --> {room:b}|["room:b"]
--> {room:b}|["room:b"]
--> {room:b}|["room:b"]
SELECT event_id AS wanders FROM jb_schedule('Wanders', '1 hour', '2026-12-01', '10:00', one_of => '[{"calendars": ["room:a", "room:c"]}]', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
SELECT calendars FROM jb_event WHERE series = :wanders ORDER BY start_timestamp; --> {room:a}
--> {room:c}
--> {room:a}
SELECT outcome, reason, facts ->> 'occurrence' AS occurrence, alternatives FROM jb_schedule('No room', '1 hour', '2026-12-01', '10:00', one_of => '[{"calendars": ["room:a", "room:b", "room:c"], "same": true}]', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
--> rejected|conflict|1|{"[\"2026-12-01 09:00:00+01\",\"2026-12-01 10:00:00+01\")","[\"2026-12-01 11:00:00+01\",\"2026-12-01 12:00:00+01\")","[\"2026-12-01 08:00:00+01\",\"2026-12-01 09:00:00+01\")"}
-- moved, all keep the room, though the first of the list is open; other lists are chosen for all of them
SELECT outcome, cardinality(events) FROM jb_reschedule(:course, start_time => '15:00', scope => 'all'); --> updated|3
SELECT DISTINCT calendars FROM jb_event WHERE series = :course; --> {room:b}
SELECT outcome FROM jb_schedule('Fixed', '1 hour', '2026-12-03', '15:00', calendars => '{room:c}'); --> placed
SELECT outcome, cardinality(events) FROM jb_update(:course, '{"one_of": [{"calendars": ["room:c", "room:a"], "same": true}], "scope": "all"}'); --> updated|3
SELECT DISTINCT calendars FROM jb_event WHERE series = :course; --> {room:a}
SELECT outcome, reason FROM jb_update(:second, '{"date": "2026-12-02", "start_time": "10:00"}'); --> rejected|conflict

-- ---- rights ----
RESET SESSION AUTHORIZATION;
SELECT jb_grant(c, 'role:regress_manager', 'manage') FROM unnest('{room:a,room:b,room:c,anna}'::text[]) AS c \g /dev/null
SELECT jb_grant('room:a', 'role:regress_secretary', 'propose'), jb_grant('room:a', 'role:regress_secretary', 'read'), jb_grant('room:b', 'role:regress_secretary', 'book'), jb_grant('room:b', 'role:regress_secretary', 'read', max_priority => 40), jb_grant('room:c', 'role:regress_secretary', 'read') \g /dev/null
SELECT jb_default_rights_set('nothing') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
-- must fail: one that may only be read; one without rights like one that does not exist
SELECT state, message FROM test.refusal($$SELECT jb_schedule('Read', '1 hour', one_of => '[{"calendars": ["room:b", "room:c"]}]')$$); --> 42501|calendar "room:c" does not grant the right to book
SELECT state FROM test.refusal($$SELECT jb_schedule('Hidden', '1 hour', one_of => '[{"calendars": ["room:b", "anna"]}]')$$); --> 22023
SELECT state FROM test.refusal($$SELECT jb_schedule('Nothing', '1 hour', one_of => '[{"calendars": ["room:b", "nobody"]}]')$$); --> 22023
SELECT state, message FROM test.refusal($$SELECT jb_explain('Read', '1 hour', one_of => '[{"calendars": ["room:b", "room:c"]}]')$$); --> 42501|calendar "room:c" does not grant the right to book
-- a bound of one candidate binds the request, and so does a proposal
SELECT state, message FROM test.refusal($$SELECT jb_schedule('Urgent', '1 hour', priority => 41, one_of => '[{"calendars": ["room:b", "room:a"]}]')$$);
--> 42501|calendar "room:b" grants priorities up to 40, not 41
SELECT event_id AS proposed FROM jb_schedule('Proposed', '1 hour', '2026-12-08', '10:00', one_of => '[{"calendars": ["room:a", "room:b"]}]') \gset
SELECT status, calendars, proposed_on, priority FROM jb_event_view WHERE id = :proposed; --> held|{room:a}|{room:a}|40
SELECT event_id AS own FROM jb_schedule('Not proposed', '1 hour', '2026-12-08', '12:00', one_of => '[{"calendars": ["room:b", "room:a"]}]') \gset
SELECT status, calendars, proposed_on FROM jb_event_view WHERE id = :own; --> held|{room:b}|null
SELECT outcome FROM jb_confirm(:own); --> confirmed
SELECT state, message FROM test.refusal(format('SELECT jb_confirm(%s)', :proposed)); --> 42501|whoever proposed event 13 cannot confirm it
-- a change chooses only among those that the caller may book
SELECT outcome FROM jb_reschedule(:own, start_time => '10:00'); --> updated
SELECT calendars FROM jb_event_view WHERE id = :own; --> {room:b}
SELECT state, message FROM test.refusal(format($$SELECT jb_update(%s, '{"one_of": [{"calendars": ["room:b", "room:c"]}]}')$$, :own)); --> 42501|calendar "room:c" does not grant the right to book
SELECT state FROM test.refusal(format($$SELECT jb_update(%s, '{"one_of": [{"calendars": ["room:b", "anna"]}]}')$$, :own)); --> 22023
-- an explanation leaves out the candidates of an event on which the caller has no right
SET SESSION AUTHORIZATION regress_manager;
SELECT event_id AS seen FROM jb_schedule('Seen', '1 hour', '2026-12-09', '10:00', one_of => '[{"calendars": ["room:b", "anna"]}]') \gset
SELECT verdict, calendar FROM jb_explain_event(:seen); --> not_chosen|anna
--> placed|null
SET SESSION AUTHORIZATION regress_secretary;
SELECT verdict, calendar FROM jb_explain_event(:seen); --> placed|null
SELECT outcome FROM jb_cancel(:own); --> cancelled

-- ---- a candidate whose own horizon ends earlier ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('near', '{"horizon": "1 day", "slot_increment": "1 hour"}'),
       jb_calendar_set('far', '{"horizon": "7 days", "hours": {"monday": [], "tuesday": [], "wednesday": [], "thursday": [], "friday": []}}') \g /dev/null
SELECT outcome FROM jb_schedule('Away', '3 days', start_timestamp => jb_now() - interval '1 hour', calendars => '{near}', allow_past => true); --> placed
SELECT candidate, verdict, reason, calendar FROM jb_explain('Later', '1 hour', one_of => '[{"calendars": ["near", "far"]}]');
--> ["2026-11-23 07:00:00+01","2026-11-23 17:00:00+01")|passed_over|outside_hours|null
--> ["2026-11-23 17:00:00+01","2026-11-26 06:00:00+01")|passed_over|conflict|near
--> ["2026-11-26 06:00:00+01","2026-12-04 06:00:00+01")|passed_over|outside_hours|far
--> ["2026-11-23 07:00:00+01","2026-11-24 07:00:00+01")|not_chosen|no_open_slot|near
--> ["2026-11-23 07:00:00+01","2026-11-30 07:00:00+01")|not_chosen|outside_hours|far
--> null|rejected|no_open_slot|near
-- a window that no candidate can reach
SELECT candidate, verdict, reason, calendar FROM jb_explain('Never', '1 hour', '2027-02-21', not_after => '2026-10-09 20:00Z', one_of => '[{"calendars": ["near", "far"]}]');
--> null|not_chosen|in_the_past|near
--> null|not_chosen|in_the_past|far
--> null|rejected|in_the_past|null
\i test/regress/sql/frame/close.psql
