-- Promise: jb_explain tells what jb_schedule would answer to the same arguments, and why no earlier start was taken; it
-- writes nothing, and a viewer may ask.
-- Could break: the answer comes from other code than the booking; a reason that holds for the first start of a row does
-- not hold for its last start; a full calendar gives rows without end.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('Morning', '1 hour', '2026-11-23', '08:00', calendars => '{room:a}'); --> 1
SELECT event_id FROM jb_schedule('Noon', '90 minutes', '2026-11-23', '11:33', calendars => '{room:a}'); --> 2
SELECT event_id FROM jb_schedule('Automatic', '1 hour', calendars => '{room:a}', priority => 20); --> 3
SELECT event_id FROM jb_schedule('Held', '2 hours', '2026-11-24', '08:00', calendars => '{room:a}', hold_for => '1 hour'); --> 4
SET SESSION AUTHORIZATION regress_viewer;

-- ---- why not Tuesday at ten? ----
SELECT * FROM jb_explain('Long', '4 hours', calendars => '{room:a}');
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours|room:a|{}|{}|The hours hold no stretch of 04:00:00 that begins before 2026-11-23T08:00:00+01:00.|Europe/Berlin|{"limit": "2026-11-23T08:00:00+01:00", "calendar": "room:a", "duration": 14400}
--> ["2026-11-23 08:00:00+01","2026-11-23 13:03:00+01")|passed_over|conflict|room:a|{2}|{}|Event 2 is in the way until 2026-11-23T13:03:00+01:00.|Europe/Berlin|{"limit": "2026-11-23T13:03:00+01:00", "calendar": "room:a"}
--> ["2026-11-23 13:03:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours|room:a|{}|{}|The hours hold no stretch of 04:00:00 that begins before 2026-11-24T08:00:00+01:00.|Europe/Berlin|{"limit": "2026-11-24T08:00:00+01:00", "calendar": "room:a", "duration": 14400}
--> ["2026-11-24 08:00:00+01","2026-11-24 10:00:00+01")|passed_over|conflict|room:a|{4}|{}|Event 4 is in the way until 2026-11-24T10:00:00+01:00.|Europe/Berlin|{"limit": "2026-11-24T10:00:00+01:00", "calendar": "room:a"}
--> ["2026-11-24 10:00:01+01","2027-11-24 03:00:01+01")|later|null|null|{}|{}|An earlier start is open.|Europe/Berlin|null
--> ["2026-11-24 10:00:00+01","2026-11-24 14:00:00+01")|placed|null|null|{}|{}|It is the earliest start that every rule allows.|Europe/Berlin|null
SELECT verdict, reason, conflicts, detail FROM jb_explain('Long', '8 hours', calendars => '{room:a}') WHERE candidate @> timestamptz '2026-11-24 09:30+01';
--> passed_over|conflict|{4}|Event 4 is in the way until 2026-11-24T10:00:00+01:00.
SELECT verdict, reason, conflicts, detail FROM jb_explain('Long', '8 hours', calendars => '{room:a}') WHERE candidate @> timestamptz '2026-11-24 10:00+01';
--> passed_over|outside_hours|{}|The hours hold no stretch of 08:00:00 that begins before 2026-11-25T08:00:00+01:00.
SELECT verdict, reason, conflicts, detail FROM jb_explain('Short', '1 hour', '2026-11-24', '09:30', calendars => '{room:a}');
--> in_the_way|conflict|{4}|Event 4, from 2026-11-24T08:00:00+01:00 to 2026-11-24T10:00:00+01:00, is held.
--> rejected|conflict|{4}|From 2026-11-24T09:30:00+01:00 to 2026-11-24T10:30:00+01:00 is taken by event 4.
-- that start is allowed, but there is an earlier start
SELECT candidate, verdict, detail FROM jb_explain('Short', '1 hour', calendars => '{room:a}');
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|The hours hold no stretch of 01:00:00 that begins before 2026-11-23T08:00:00+01:00.
--> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|passed_over|Event 1 is in the way until 2026-11-23T09:00:00+01:00.
--> ["2026-11-23 09:00:00+01","2026-11-23 10:00:00+01")|passed_over|Event 3 is in the way until 2026-11-23T10:00:00+01:00.
--> ["2026-11-23 10:00:01+01","2027-11-24 06:00:01+01")|later|An earlier start is open.
--> ["2026-11-23 10:00:00+01","2026-11-23 11:00:00+01")|placed|It is the earliest start that every rule allows.
SELECT candidate, verdict, detail FROM jb_explain('Short', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}');
--> ["2026-11-24 10:00:00+01","2026-11-24 11:00:00+01")|placed|Nothing is in its way.

-- ---- an automatic wish ----
-- on a date: the starts before the date were not asked for, and today has a past
SELECT candidate, verdict, reason, detail FROM jb_explain('Long', '4 hours', '2026-11-24', calendars => '{room:a}');
--> ["2026-11-23 07:00:00+01","2026-11-24 00:00:00+01")|passed_over|outside_window|It was asked for from 2026-11-24T00:00:00+01:00 on.
--> ["2026-11-24 00:00:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours|The hours hold no stretch of 04:00:00 that begins before 2026-11-24T08:00:00+01:00.
--> ["2026-11-24 08:00:00+01","2026-11-24 10:00:00+01")|passed_over|conflict|Event 4 is in the way until 2026-11-24T10:00:00+01:00.
--> ["2026-11-24 10:00:01+01","2026-11-24 20:00:01+01")|later|null|An earlier start is open.
--> ["2026-11-24 10:00:00+01","2026-11-24 14:00:00+01")|placed|null|It is the earliest start that every rule allows.
SELECT candidate, verdict, reason, detail FROM jb_explain('Too long', '6 hours', '2026-11-23', calendars => '{room:a}');
--> ["2026-11-23 00:00:00+01","2026-11-23 07:00:00+01")|passed_over|in_the_past|It is 2026-11-23T07:00:00+01:00 already.
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours|The hours hold no stretch of 06:00:00 that begins before 2026-11-23T08:00:00+01:00.
--> ["2026-11-23 08:00:00+01","2026-11-23 13:03:00+01")|passed_over|conflict|Event 2 is in the way until 2026-11-23T13:03:00+01:00.
--> ["2026-11-23 13:03:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours|The hours hold no stretch of 06:00:00 that begins before 2026-11-24T08:00:00+01:00.
--> null|rejected|no_open_slot|No slot of 06:00:00 is open from 2026-11-23T07:00:00+01:00 to 2026-11-24T00:00:00+01:00.
SELECT candidate, verdict, reason FROM jb_explain('Waits', '6 hours', '2026-11-23', calendars => '{room:a}', on_no_slot => 'wait');
--> ["2026-11-23 00:00:00+01","2026-11-23 07:00:00+01")|passed_over|in_the_past
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours
--> ["2026-11-23 08:00:00+01","2026-11-23 13:03:00+01")|passed_over|conflict
--> ["2026-11-23 13:03:00+01","2026-11-24 08:00:00+01")|passed_over|outside_hours
--> null|waiting|no_open_slot
SELECT candidate, verdict, reason FROM jb_explain('In a window', '1 hour', not_before => '2026-11-23 11:03+01', not_after => '2026-11-23 14:00+01', calendars => '{room:a}');
--> ["2026-11-23 07:00:00+01","2026-11-23 11:05:00+01")|passed_over|outside_window
--> ["2026-11-23 11:05:00+01","2026-11-23 13:03:00+01")|passed_over|conflict
--> null|rejected|no_open_slot
SELECT candidate, verdict, reason, detail FROM jb_explain('Never', '10 hours', calendars => '{room:a}');
--> ["2026-11-23 07:00:00+01","2027-11-26 07:00:00+01")|passed_over|outside_hours|The hours hold no stretch of 10:00:00 that begins before 2027-11-26T07:00:00+01:00.
--> null|rejected|outside_hours|The calendar's hours hold no stretch of 10:00:00 from 2026-11-23T07:00:00+01:00 to 2027-11-24T07:00:00+01:00.
-- an event that would give way is not in the way
SELECT candidate, verdict, reason, conflicts, moves FROM jb_explain('Urgent', '2 hours', not_after => '2026-11-23 11:00+01', calendars => '{room:a}', priority => 90, preempt => true);
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours|{}|{}
--> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|passed_over|conflict|{1}|{}
--> ["2026-11-23 09:00:00+01","2026-11-23 11:00:00+01")|placed|null|{}|{"(3,\"2026-11-23 09:00:00+01\",\"2026-11-23 10:00:00+01\",\"2026-11-23 13:05:00+01\",\"2026-11-23 14:05:00+01\",,)"}
SELECT candidate, verdict, reason, conflicts, moves FROM jb_explain('Not so', '2 hours', not_after => '2026-11-23 11:00+01', calendars => '{room:a}', priority => 10, preempt => true);
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours|{}|{}
--> ["2026-11-23 08:00:00+01","2026-11-23 10:00:00+01")|passed_over|conflict|{3}|{}
--> null|rejected|no_open_slot|{}|{}
-- notice, increment, a full day, buffers, several calendars: each says whose rule it is
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin", "min_notice": "3 hours", "max_events_per_day": 1, "slot_increment": "45 minutes", "buffer_after": "10 minutes"}') \g /dev/null
SELECT event_id FROM jb_schedule('On both', '30 minutes', '2026-11-24', '15:00', calendars => '{room:a,room:b}'); --> 5
SET SESSION AUTHORIZATION regress_viewer;
SELECT candidate, verdict, reason, calendar, conflicts, detail FROM jb_explain('Both', '3 hours', calendars => '{room:b,room:a}');
--> ["2026-11-23 07:00:00+01","2026-11-23 10:30:00+01")|passed_over|too_soon|room:b|{}|The notice asked for ends at 2026-11-23T10:00:00+01:00.
--> ["2026-11-23 10:30:00+01","2026-11-23 13:03:00+01")|passed_over|conflict|room:a|{2}|Event 2 is in the way until 2026-11-23T13:03:00+01:00.
--> ["2026-11-23 13:03:00+01","2026-11-23 13:30:00+01")|passed_over|off_increment|room:b|{}|The next start on the slot increment of 00:45:00 is 2026-11-23T13:30:00+01:00.
--> ["2026-11-23 13:30:01+01","2027-11-24 04:00:01+01")|later|null|null|{}|An earlier start is open.
--> ["2026-11-23 13:30:00+01","2026-11-23 16:30:00+01")|placed|null|null|{}|It is the earliest start that every rule allows.

-- ---- a fixed wish: the events in its way, and why they stay ----
SELECT candidate, verdict, reason, calendar, conflicts, detail FROM jb_explain('All of it', '26 hours', '2026-11-23', '08:00', calendars => '{room:a}');
--> ["2026-11-23 08:00:00+01","2026-11-24 10:00:00+01")|in_the_way|conflict|room:a|{1}|Event 1, from 2026-11-23T08:00:00+01:00 to 2026-11-23T09:00:00+01:00, is fixed.
--> ["2026-11-23 08:00:00+01","2026-11-24 10:00:00+01")|in_the_way|conflict|room:a|{2}|Event 2, from 2026-11-23T11:33:00+01:00 to 2026-11-23T13:03:00+01:00, is fixed.
--> ["2026-11-23 08:00:00+01","2026-11-24 10:00:00+01")|in_the_way|conflict|room:a|{4}|Event 4, from 2026-11-24T08:00:00+01:00 to 2026-11-24T10:00:00+01:00, is held.
--> ["2026-11-23 08:00:00+01","2026-11-24 10:00:00+01")|rejected|conflict|null|{1,2,4}|From 2026-11-23T08:00:00+01:00 to 2026-11-24T10:00:00+01:00 is taken by events 1, 2, 4.
SELECT candidate, verdict, moves, detail FROM jb_explain('Instead', '30 minutes', start_timestamp => '2026-11-23 09:15+01', calendars => '{room:a}', hold_for => '1 hour');
--> ["2026-11-23 09:15:00+01","2026-11-23 09:45:00+01")|held|{"(3,\"2026-11-23 09:00:00+01\",\"2026-11-23 10:00:00+01\",\"2026-11-23 09:45:00+01\",\"2026-11-23 10:45:00+01\",,)"}|What is in its way is automatic and gives way.
SELECT candidate, verdict, reason, detail FROM jb_explain('Yesterday', '1 hour', '2026-11-22', '10:00', calendars => '{room:a}');
--> ["2026-11-22 10:00:00+01","2026-11-22 11:00:00+01")|rejected|in_the_past|The start 2026-11-22T10:00:00+01:00 lies more than five minutes before now, 2026-11-23T07:00:00+01:00.

-- ---- it writes nothing, and reads where nothing can be written ----
SELECT test.stored() AS before \gset
BEGIN READ ONLY;
SELECT candidate, verdict FROM jb_explain('Here', '1 hour', calendars => '{room:a}') WHERE verdict = 'placed'; --> ["2026-11-23 10:00:00+01","2026-11-23 11:00:00+01")|placed
COMMIT;
-- a calendar that its first booking will make; a hold past its deadline, whose end no call has written yet
SELECT verdict, reason FROM jb_explain('First', '1 hour'); --> passed_over|outside_hours
--> later|null
--> placed|null
SELECT test.clock('2026-11-23 08:30+01') \g /dev/null
SELECT candidate, verdict, conflicts FROM jb_explain('After the hold', '1 hour', '2026-11-24', calendars => '{room:a}'); --> ["2026-11-23 08:30:00+01","2026-11-24 00:00:00+01")|passed_over|{}
--> ["2026-11-24 00:00:00+01","2026-11-24 08:00:00+01")|passed_over|{}
--> ["2026-11-24 08:00:01+01","2026-11-24 23:00:01+01")|later|{}
--> ["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|placed|{}
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
SELECT test.stored() = :'before' AS nothing_written; --> t
SET SESSION AUTHORIZATION regress_nobody;
SELECT * FROM jb_explain('Not mine', '1 hour'); --> ERROR:  permission denied for function jb_explain

-- ---- as many rows as asked for ----
SET SESSION AUTHORIZATION regress_viewer;
SELECT candidate, verdict, reason, detail FROM jb_explain('Few', '4 hours', calendars => '{room:a}', max_rows => 3);
--> ["2026-11-23 07:00:00+01","2026-11-24 10:00:00+01")|passed_over|null|There are more reasons than rows: ask with not_before from here on.
--> ["2026-11-24 10:00:01+01","2027-11-24 03:00:01+01")|later|null|An earlier start is open.
--> ["2026-11-24 10:00:00+01","2026-11-24 14:00:00+01")|placed|null|It is the earliest start that every rule allows.
SELECT candidate, verdict FROM jb_explain('One', '4 hours', calendars => '{room:a}', max_rows => 1); --> ["2026-11-24 10:00:00+01","2026-11-24 14:00:00+01")|placed
SELECT candidate, verdict FROM jb_explain('Whole', '26 hours', '2026-11-23', '08:00', calendars => '{room:a}', max_rows => 2); --> ["2026-11-23 08:00:00+01","2026-11-24 10:00:00+01")|in_the_way
--> ["2026-11-23 08:00:00+01","2026-11-24 10:00:00+01")|rejected
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain('None', '1 hour', max_rows => 0)$$);
--> 22023|invalid max_rows "0": it must be from 1 to 1000|[{"field":"max_rows","value":"0","message":"it must be from 1 to 1000"}]

-- ---- what jb_schedule refuses is refused ----
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain(NULL, '1 month', calendars => '{room:a,room:a}', on_no_slot => 'perhaps')$$);
--> 22023|invalid duration "1 mon": months and years have no fixed length|[{"field":"duration","value":"1 mon","message":"months and years have no fixed length"},{"field":"on_no_slot","value":"perhaps","message":"it must be reject, wait or skip"},{"field":"event_name","value":"","message":"it must not be empty"},{"field":"calendars","value":"room:a","message":"it is named twice"}]
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain('Nowhere', '1 hour', calendars => '{room:x}')$$);
--> 22023|invalid calendars "room:x": there is no such calendar|[{"field":"calendars","value":"room:x","message":"there is no such calendar"}]
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain('Alone', '1 hour', start_time => '10:00', calendars => '{room:a}')$$);
--> 22023|invalid start_time "10:00:00": it needs event_date beside it|[{"field":"start_time","value":"10:00:00","message":"it needs event_date beside it"}]
-- the same refusals as JSON, as the gateway asks
SELECT jb_verdict_json(e) FROM jb_explain_request('{"event_name": "Long", "duration": 14400, "calendars": ["room:a"]}', max_rows => 3) AS e;
--> {"candidate" : {"start_timestamp" : "2026-11-23T07:00:00+01:00", "end_timestamp" : "2026-11-24T10:00:00+01:00"}, "verdict" : "passed_over", "reason" : null, "calendar" : null, "conflicts" : [], "moves" : [], "detail" : "There are more reasons than rows: ask with not_before from here on.", "facts" : null}
--> {"candidate" : {"start_timestamp" : "2026-11-24T10:00:01+01:00", "end_timestamp" : "2027-11-24T03:00:01+01:00"}, "verdict" : "later", "reason" : null, "calendar" : null, "conflicts" : [], "moves" : [], "detail" : "An earlier start is open.", "facts" : null}
--> {"candidate" : {"start_timestamp" : "2026-11-24T10:00:00+01:00", "end_timestamp" : "2026-11-24T14:00:00+01:00"}, "verdict" : "placed", "reason" : null, "calendar" : null, "conflicts" : [], "moves" : [], "detail" : "It is the earliest start that every rule allows.", "facts" : null}
SELECT count(*) FROM jb_explain_request(NULL); --> 0
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('{"event_name": 7, "calendars": ["room:x"], "until": "ten"}')$$);
--> 22023|invalid event_name "7": it must be a text|[{"field":"event_name","value":"7","message":"it must be a text"},{"field":"until","value":"ten","message":"there is no such field"},{"field":"calendars","value":"room:x","message":"there is no such calendar"}]
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('{"event_name": "x", "duration": 60, "calendars": ["room:x"]}')$$);
--> 22023|invalid calendars "room:x": there is no such calendar|[{"field":"calendars","value":"room:x","message":"there is no such calendar"}]
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('[{"event_name": "a"}, {"event_name": "b"}]')$$);
--> 22023|invalid request "2 requests": it must be one JSON object|[{"field":"request","value":"2 requests","message":"it must be one JSON object"}]
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('[]')$$);
--> 22023|invalid request "0 requests": it must be one JSON object|[{"field":"request","value":"0 requests","message":"it must be one JSON object"}]
SELECT state, message, detail FROM test.refusal($$SELECT jb_explain_request('"x"')$$);
--> 22023|invalid request "x": it must be a JSON object|[{"field":"request","value":"x","message":"it must be a JSON object"}]

RESET SESSION AUTHORIZATION;
-- ---- a series ----
SELECT jb_schedule('In the way', '1 hour', '2026-12-22', '10:00', calendars => '{room:a}') \g /dev/null
SELECT candidate, verdict, reason, cardinality(conflicts), regexp_replace(detail, 'vent \d+', 'vent N') FROM jb_explain('Course', '1 hour', '2026-12-21', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
--> ["2026-12-22 10:00:00+01","2026-12-22 11:00:00+01")|in_the_way|conflict|1|Event N, from 2026-12-22T10:00:00+01:00 to 2026-12-22T11:00:00+01:00, is fixed.
--> ["2026-12-22 10:00:00+01","2026-12-22 11:00:00+01")|rejected|conflict|1|Occurrence 2 of 3, 2026-12-22 10:00:00: From 2026-12-22T10:00:00+01:00 to 2026-12-22T11:00:00+01:00 is taken by event N.
SELECT candidate, verdict, reason, detail FROM jb_explain('Course', '1 hour', '2026-12-21', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip');
--> ["2026-12-22 10:00:00+01","2026-12-22 11:00:00+01")|skipped|conflict|This occurrence of the series is left out.
--> ["2026-12-21 10:00:00+01","2026-12-21 11:00:00+01")|placed|null|The other occurrences of the series have their places.
SELECT candidate, verdict, reason FROM jb_explain('Years', '1 hour', '2026-12-21', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=YEARLY;COUNT=2');
--> ["2027-12-21 10:00:00+01","2027-12-21 11:00:00+01")|rejected|beyond_horizon
-- ---- two events that share two calendars and meet on one ----
SELECT jb_calendar_set('room:buffer', '{"time_zone": "Europe/Berlin", "buffer_after": "10 minutes"}') \g /dev/null
SELECT jb_schedule('On both', '1 hour', '2026-12-23', '10:00', calendars => '{room:a,room:buffer}') \g /dev/null
SELECT verdict, calendar FROM jb_explain('Next', '1 hour', '2026-12-23', '11:00', calendars => '{room:a,room:buffer}'); --> in_the_way|room:buffer
--> rejected|null
-- ---- two calendars that count their increments from other midnights ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:far', '{"time_zone": "Asia/Kathmandu", "slot_increment": "30 minutes"}') \g /dev/null
SELECT name FROM jb_calendar_set('room:near', '{"time_zone": "Europe/Berlin", "slot_increment": "30 minutes"}') \g /dev/null
SELECT candidate, verdict, reason, calendar, detail FROM jb_explain('Never', '1 hour', '2027-01-12', calendars => '{room:near,room:far}');
--> ["2026-11-23 07:00:00+01","2027-01-12 00:00:00+01")|passed_over|outside_window|null|It was asked for from 2027-01-12T00:00:00+01:00 on.
--> ["2027-01-12 00:00:00+01","2027-01-12 08:00:00+01")|passed_over|outside_hours|room:near|The hours hold no stretch of 01:00:00 that begins before 2027-01-12T08:00:00+01:00.
--> ["2027-01-12 08:00:00+01","2027-01-12 11:30:00+01")|passed_over|off_increment|null|Each start is off the slot increment of one calendar or another.
--> ["2027-01-12 11:30:00+01","2027-01-13 03:15:00+01")|passed_over|outside_hours|room:far|The hours hold no stretch of 01:00:00 that begins before 2027-01-13T03:15:00+01:00.
--> null|rejected|off_increment|null|No start on the slot increment of 00:30:00 leaves 01:00:00 within the hours.
-- ---- why does an event stand where it stands? The event is set aside ----
SELECT name FROM jb_calendar_set('room:why', '{"time_zone": "Europe/Berlin", "max_events_per_day": 2}') \g /dev/null
SELECT event_id AS early FROM jb_schedule('Early', '2 hours', '2026-11-23', '08:00', calendars => '{room:why}') \gset
SELECT event_id AS own FROM jb_schedule('Own', '1 hour', calendars => '{room:why}') \gset
-- without aside the event is in its own way; on a day that it fills itself the answer is another day
SELECT candidate, verdict, reason FROM jb_explain('Own', '1 hour', calendars => '{room:why}', max_rows => 1); --> ["2026-11-24 08:00:00+01","2026-11-24 09:00:00+01")|placed|null
SELECT candidate, verdict, reason, conflicts = ARRAY[:early::bigint] AS early, facts FROM jb_explain('Own', '1 hour', calendars => '{room:why}', aside => :own) WHERE verdict <> 'later';
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours|f|{"limit": "2026-11-23T08:00:00+01:00", "calendar": "room:why", "duration": 3600}
--> ["2026-11-23 08:00:00+01","2026-11-23 10:00:00+01")|passed_over|conflict|t|{"limit": "2026-11-23T10:00:00+01:00", "calendar": "room:why"}
--> ["2026-11-23 10:00:00+01","2026-11-23 11:00:00+01")|placed|null|f|null
SELECT jb_cancel(:early) \g /dev/null
SELECT candidate, verdict, reason FROM jb_explain('Own', '1 hour', calendars => '{room:why}', aside => :own) WHERE verdict <> 'later';
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours
--> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|placed|null
SELECT candidate, verdict FROM jb_explain_request('{"event_name": "Own", "duration": 3600, "calendars": ["room:why"]}', aside => :own) WHERE verdict <> 'later';
--> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over
--> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|placed
-- a fixed wish in the place of the event that is set aside; an event that holds no time, and an event that does not exist
SELECT verdict, moves FROM jb_explain('Over it', '1 hour', '2026-11-23', '10:00', calendars => '{room:why}', aside => :own); --> placed|{}
SELECT verdict FROM jb_explain('Over it', '1 hour', '2026-11-23', '10:00', calendars => '{room:why}', aside => :early) WHERE verdict = 'placed'; --> placed
-- must fail
SELECT state, message FROM test.refusal('SELECT jb_explain(''Own'', ''1 hour'', aside => 99999)'); --> P0002|event 99999 does not exist
-- the same of the event itself, whose wish nobody repeats: the start that has opened since
SELECT candidate, verdict, reason FROM jb_explain_event(:own) WHERE verdict <> 'later'; --> ["2026-11-23 07:00:00+01","2026-11-23 08:00:00+01")|passed_over|outside_hours
--> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|placed|null
SELECT candidate, verdict, reason FROM jb_explain_event(:own, max_rows => 1); --> ["2026-11-23 08:00:00+01","2026-11-23 09:00:00+01")|placed|null
-- a series asks for this occurrence only; a hold is held again; what was confirmed is no hold
SELECT event_id AS first, events[2] AS second FROM jb_schedule('Course', '1 hour', '2026-12-01', '10:00', calendars => '{room:why}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
SELECT candidate, verdict, detail FROM jb_explain_event(:second); --> ["2026-12-02 10:00:00+01","2026-12-02 11:00:00+01")|placed|Nothing is in its way.
SELECT event_id AS held FROM jb_schedule('Held', '1 hour', '2026-12-10', '10:00', calendars => '{room:why}', hold_for => '1 hour') \gset
SELECT candidate, verdict FROM jb_explain_event(:held); --> ["2026-12-10 10:00:00+01","2026-12-10 11:00:00+01")|held
SELECT jb_confirm(:held) \g /dev/null
SELECT candidate, verdict FROM jb_explain_event(:held); --> ["2026-12-10 10:00:00+01","2026-12-10 11:00:00+01")|placed
-- what waits for a fixed time, and for any time of a day
SELECT event_id AS waits FROM jb_schedule('Waits', '1 hour', '2026-12-10', '10:30', calendars => '{room:why}', on_no_slot => 'wait') \gset
SELECT verdict, reason, conflicts = ARRAY[:held::bigint] AS held FROM jb_explain_event(:waits); --> in_the_way|conflict|t
--> rejected|conflict|t
SELECT event_id AS waits FROM jb_schedule('Long', '7 hours', '2026-12-10', calendars => '{room:why}', on_no_slot => 'wait') \gset
SELECT candidate, verdict, reason FROM jb_explain_event(:waits) WHERE verdict = 'rejected'; --> null|rejected|no_open_slot
-- a calendar that came later is not one of the event's, though it has the name of an attendee
SELECT event_id AS guest FROM jb_schedule('Guest', '1 hour', '2026-12-11', calendars => '{room:why}', attendees => '{room:later}', check_attendees => true) \gset
SELECT name FROM jb_calendar_set('room:later', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT jb_schedule('Another', '1 hour', '2026-12-11', calendars => '{room:later}') \g /dev/null
SELECT candidate, verdict FROM jb_explain_event(:guest) WHERE verdict = 'placed'; --> ["2026-12-11 08:00:00+01","2026-12-11 09:00:00+01")|placed
-- cancelled: what would become of its wish now, which its old time does not hinder
SELECT jb_cancel(:guest) \g /dev/null
SELECT candidate, verdict FROM jb_explain_event(:guest) WHERE verdict = 'placed'; --> ["2026-12-11 08:00:00+01","2026-12-11 09:00:00+01")|placed
-- begun, and over: automatic as it was, its start has passed
SELECT test.clock('2026-11-23 10:30+01') \g /dev/null
SELECT candidate, verdict, reason, facts FROM jb_explain_event(:own);
--> ["2026-11-23 10:00:00+01","2026-11-23 11:00:00+01")|rejected|in_the_past|{"limit": "2026-11-23T10:30:00+01:00", "end_timestamp": "2026-11-23T11:00:00+01:00", "start_timestamp": "2026-11-23T10:00:00+01:00"}
SELECT test.clock('2026-11-23 12:00+01') \g /dev/null
SELECT candidate, verdict, reason FROM jb_explain_event(:own); --> ["2026-11-23 10:00:00+01","2026-11-23 11:00:00+01")|rejected|in_the_past
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
-- it reads where nothing can be written, and only for who may see events
SET SESSION AUTHORIZATION regress_viewer;
BEGIN READ ONLY;
SELECT candidate, verdict FROM jb_explain_event(:held); --> ["2026-12-10 10:00:00+01","2026-12-10 11:00:00+01")|placed
COMMIT;
-- must fail
SELECT state, message FROM test.refusal('SELECT jb_explain_event(99999)'); --> P0002|event 99999 does not exist
SELECT state, message FROM test.refusal('SELECT jb_explain_event(NULL)'); --> P0002|event NULL does not exist
SELECT state, message FROM test.refusal(format('SELECT jb_explain_event(%s, 0)', :own)); --> 22023|invalid max_rows "0": it must be from 1 to 1000
SET SESSION AUTHORIZATION regress_nobody;
SELECT count(*) FROM jb_explain_event(:own); --> ERROR:  permission denied for function jb_explain_event
\i test/regress/sql/frame/close.psql
