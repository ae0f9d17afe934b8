-- Promise: a series is placed in all its occurrences or in none, each at the same time on the wall clock. A change reaches
-- one of its events, that event and those that follow, or all of them.
-- Could break: an occurrence may stand in the way of another of its series, move the same automatic event as another, or
-- lie on the other side of a clock change.
\i test/regress/sql/frame/open.psql
SELECT test.clock('2026-10-01 07:00+02') \g /dev/null

-- ---- placing ----
-- across the clock change of 2026-10-25, and around an automatic event, which moves once
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Report', '1 hour', '2026-10-26', calendars => '{room:a}'); --> placed|1|2026-10-26 08:00:00+01
SELECT outcome, event_id, start_timestamp, events, skipped, (moves[1]).new_start_timestamp, cardinality(moves) FROM
  jb_schedule('Stand-up', '30 minutes', '2026-10-12', '08:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=4');
--> placed|2|2026-10-12 08:00:00+02|{2,3,4,5}|null|2026-10-26 08:30:00+01|1
SELECT id, date, start_time, start_timestamp, series, recurrence, placement FROM jb_event_view WHERE series = 2 ORDER BY id;
--> 2|2026-10-12|08:00:00|2026-10-12 08:00:00+02|2|RRULE:FREQ=WEEKLY;COUNT=4|fixed
--> 3|2026-10-19|08:00:00|2026-10-19 08:00:00+02|2|RRULE:FREQ=WEEKLY;COUNT=4|fixed
--> 4|2026-10-26|08:00:00|2026-10-26 08:00:00+01|2|RRULE:FREQ=WEEKLY;COUNT=4|fixed
--> 5|2026-11-02|08:00:00|2026-11-02 08:00:00+01|2|RRULE:FREQ=WEEKLY;COUNT=4|fixed
-- the series as GET shows it is no change
SELECT outcome FROM jb_update(3, jb_event_json(jb_event(3))::jsonb, replace => true); --> unchanged
-- with exceptions, and from an instant: the wall clock of its calendar counts
SELECT outcome, start_timestamp, cardinality(events) FROM
  jb_schedule('Lunch', '1 hour', start_timestamp => '2026-10-23 10:00+00', calendars => '{room:a}',
              recurrence => E'RRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261024T120000,20261025T120000'); --> placed|2026-10-23 12:00:00+02|3
SELECT start_timestamp FROM jb_event_view WHERE event_name = 'Lunch' ORDER BY 1; --> 2026-10-23 12:00:00+02
--> 2026-10-26 12:00:00+01
--> 2026-10-27 12:00:00+01

-- ---- all or none ----
SELECT test.stored() AS before \gset
SELECT count(*) AS rejections FROM jb_rejections(); --> 0
-- the third occurrence has no place; at 11:00 the whole series would have one
SELECT outcome, event_id, reason, detail, conflicts, events, alternatives FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', dry_run => true);
--> rejected|null|conflict|Occurrence 3 of 3, 2026-10-23 12:00:00: From 2026-10-23T12:00:00+02:00 to 2026-10-23T13:00:00+02:00 is taken by event 6.|{6}|null|{"[\"2026-10-21 11:00:00+02\",\"2026-10-21 12:00:00+02\")","[\"2026-10-21 13:00:00+02\",\"2026-10-21 14:00:00+02\")","[\"2026-10-21 10:00:00+02\",\"2026-10-21 11:00:00+02\")"}
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT outcome, rejection_id IS NOT NULL AS recorded FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3'); --> rejected|t
SELECT reason, detail, request ->> 'recurrence' AS recurrence FROM jb_rejections();
--> conflict|Occurrence 3 of 3, 2026-10-23 12:00:00: From 2026-10-23T12:00:00+02:00 to 2026-10-23T13:00:00+02:00 is taken by event 6.|RRULE:FREQ=DAILY;COUNT=3
SELECT count(*) FROM jb_event_view WHERE event_name = 'Course'; --> 0
SELECT outcome, cardinality(events) FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '11:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', dry_run => true); --> placed|null
-- skip leaves out the occurrences that have no place
SELECT outcome, cardinality(events), skipped FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip');
--> placed|2|{"(\"2026-10-23 12:00:00+02\",\"2026-10-23 13:00:00+02\",conflict,{6})"}
SELECT outcome, reason, detail FROM
  jb_schedule('Nowhere', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2', on_no_slot => 'skip');
--> rejected|conflict|Occurrence 1 of 2, 2026-10-21 12:00:00: From 2026-10-21T12:00:00+02:00 to 2026-10-21T13:00:00+02:00 is taken by event 11.
-- occurrences stand in each other's way
SELECT outcome, reason, detail, conflicts FROM
  jb_schedule('Days', '25 hours', '2026-11-10', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
--> rejected|conflict|Occurrence 2 of 3, 2026-11-11 12:00:00: It overlaps the occurrence before it, or its buffer.|{}
-- the horizon always binds a series
SELECT outcome, reason, detail FROM
  jb_schedule('Years', '1 hour', '2026-11-10', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=YEARLY;COUNT=3', on_no_slot => 'skip');
--> rejected|beyond_horizon|Occurrence 2, 2027-11-10 12:00:00: It would end after the horizon, 2027-10-02T07:00:00+02:00.

-- ---- changing ----
-- one event of the series
SELECT outcome, event_id, events FROM jb_reschedule(4, start_time => '09:00'); --> updated|4|null
SELECT id, start_timestamp FROM jb_event_view WHERE series = 2 ORDER BY id; --> 2|2026-10-12 08:00:00+02
--> 3|2026-10-19 08:00:00+02
--> 4|2026-10-26 09:00:00+01
--> 5|2026-11-02 08:00:00+01
-- the event and those that follow, by a day and to another time; each may take its neighbour's place
SELECT outcome, event_id, start_timestamp, events FROM jb_reschedule(3, event_date => '2026-10-20', start_time => '15:00', scope => 'following'); --> updated|3|2026-10-20 15:00:00+02|{3,4,5}
SELECT outcome, events FROM jb_reschedule(2, event_date => '2026-10-19', scope => 'all'); --> updated|{2,3,4,5}
SELECT id, date, start_time, start_timestamp, version FROM jb_event_view WHERE series = 2 ORDER BY id; --> 2|2026-10-19|08:00:00|2026-10-19 08:00:00+02|2
--> 3|2026-10-27|15:00:00|2026-10-27 15:00:00+01|3
--> 4|2026-11-03|15:00:00|2026-11-03 15:00:00+01|4
--> 5|2026-11-10|15:00:00|2026-11-10 15:00:00+01|3
-- again all events or none
SELECT jb_schedule('Visit', '1 hour', '2026-11-03', '16:00', calendars => '{room:a}') \g /dev/null
SELECT test.stored() AS before \gset
SELECT outcome, event_id, reason, detail, conflicts FROM jb_reschedule(2, start_time => '16:00', scope => 'all', dry_run => true);
--> rejected|4|conflict|Occurrence 3 of 4, 2026-11-03 16:00:00: From 2026-11-03T16:00:00+01:00 to 2026-11-03T16:30:00+01:00 is taken by event 14.|{14}
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT outcome, event_id, reason FROM jb_reschedule(2, start_time => '16:00', scope => 'all'); --> rejected|4|conflict
SELECT event_id, reason, detail FROM jb_rejections() ORDER BY id DESC LIMIT 1;
--> 4|conflict|Occurrence 3 of 4, 2026-11-03 16:00:00: From 2026-11-03T16:00:00+01:00 to 2026-11-03T16:30:00+01:00 is taken by event 14.
SELECT id, start_timestamp FROM jb_event_view WHERE series = 2 ORDER BY id; --> 2|2026-10-19 08:00:00+02
--> 3|2026-10-27 15:00:00+01
--> 4|2026-11-03 15:00:00+01
--> 5|2026-11-10 15:00:00+01
-- any field
SELECT outcome, events FROM jb_update(3, '{"event_location": "Room 7", "scope": "following"}'); --> updated|{3,4,5}
SELECT id, event_location FROM jb_event_view WHERE series = 2 ORDER BY id; --> 2|
--> 3|Room 7
--> 4|Room 7
--> 5|Room 7
-- an event that has begun stays, and so does a cancelled one
SELECT outcome, events FROM jb_cancel(5); --> cancelled|null
SELECT test.clock('2026-10-20 15:30+02') \g /dev/null
SELECT outcome, event_id, events FROM jb_cancel(4, scope => 'all'); --> cancelled|4|{3,4}
SELECT id, status FROM jb_event_view WHERE series = 2 ORDER BY id; --> 2|completed
--> 3|cancelled
--> 4|cancelled
--> 5|cancelled
SELECT outcome, events FROM jb_cancel(4, scope => 'all'); --> unchanged|null
-- an event without a series is a series of one
SELECT outcome, events FROM jb_cancel(1, scope => 'all'); --> cancelled|null
-- holds
SELECT outcome, events FROM jb_schedule('Offer', '1 hour', '2026-11-10', '08:00', calendars => '{room:a}', hold_for => '1 hour', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') offer; --> held|{15,16,17}
SELECT min(id) AS offer FROM jb_event_view WHERE event_name = 'Offer' \gset
SELECT outcome FROM jb_deny(:offer + 1); --> denied
SELECT outcome, cardinality(events) FROM jb_confirm(:offer, scope => 'all'); --> confirmed|2
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Offer' GROUP BY 1 ORDER BY 1; --> denied|1
--> pending|2

-- ---- each event keeps the fields that a change does not name ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT events[1] AS one, events[2] AS two, events[3] AS three
  FROM jb_schedule('Lesson', '1 hour', '2026-12-01', '10:00', calendars => '{room:b}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
-- whichever event is named, all move by a day; the event that was given back to the scheduler stays automatic, the others fixed
SELECT outcome, start_timestamp FROM jb_reschedule(:two, make_automatic => true); --> updated|2026-12-02 08:00:00+01
SELECT outcome, cardinality(events) FROM jb_reschedule(:two, '2026-12-03', scope => 'all'); --> updated|3
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id; --> 2026-12-02|10:00:00|2026-12-02 10:00:00+01|fixed
--> 2026-12-03|null|2026-12-03 08:00:00+01|automatic
--> 2026-12-04|10:00:00|2026-12-04 10:00:00+01|fixed
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, '2026-12-01', scope => 'all'); --> updated|3
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id; --> 2026-12-01|10:00:00|2026-12-01 10:00:00+01|fixed
--> 2026-12-02|null|2026-12-02 08:00:00+01|automatic
--> 2026-12-03|10:00:00|2026-12-03 10:00:00+01|fixed
-- so does an event that was displaced meanwhile, and waits: it is not put to midnight
SELECT outcome, cardinality(moves) FROM jb_schedule('All Wednesday', '9 hours', '2026-12-02', '08:00', calendars => '{room:b}'); --> placed|1
SELECT status FROM jb_event(:two); --> waiting
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, '2026-12-08', scope => 'all'); --> updated|3
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id; --> 2026-12-08|10:00:00|2026-12-08 10:00:00+01|fixed
--> 2026-12-09|null|2026-12-09 08:00:00+01|automatic
--> 2026-12-10|10:00:00|2026-12-10 10:00:00+01|fixed
-- a new time of day is for all events, and so is giving the start back to the scheduler
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, start_time => '11:00', scope => 'all'); --> updated|3
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id; --> 2026-12-08|11:00:00|2026-12-08 11:00:00+01|fixed
--> 2026-12-09|11:00:00|2026-12-09 11:00:00+01|fixed
--> 2026-12-10|11:00:00|2026-12-10 11:00:00+01|fixed
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, make_automatic => true, scope => 'all'); --> updated|3
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id; --> 2026-12-08|null|2026-12-08 08:00:00+01|automatic
--> 2026-12-09|null|2026-12-09 08:00:00+01|automatic
--> 2026-12-10|null|2026-12-10 08:00:00+01|automatic

-- ---- a waiting event follows where its date does ----
SELECT outcome, cardinality(moves) FROM jb_schedule('All of the 9th', '9 hours', '2026-12-09', '08:00', calendars => '{room:b}'); --> placed|1
SELECT status FROM jb_event(:two); --> waiting
SELECT outcome, events = ARRAY[:one, :two, :three]::bigint[] AS all_three FROM jb_cancel(:one, scope => 'following', dry_run => true); --> cancelled|t
SELECT outcome, events = ARRAY[:two, :three]::bigint[] AS it_and_the_next FROM jb_cancel(:two, scope => 'following'); --> cancelled|t
SELECT status FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id; --> pending
--> cancelled
--> cancelled

-- ---- a completed event is not written again ----
SELECT outcome, events = ARRAY[:one]::bigint[] AS it_alone FROM jb_update(:one, '{"event_location": "Hall", "priority": 60, "scope": "all"}'); --> updated|t
SELECT status, event_location, priority FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id; --> pending|Hall|60
--> cancelled||50
--> cancelled||50
-- but a completed event that is named is written: a record may be corrected
SELECT outcome, events = ARRAY[:one, :two]::bigint[] AS it_and_what_is_ahead FROM jb_update(:two, '{"event_location": "Yard", "scope": "all"}'); --> updated|t

-- ---- a long series on a fine increment ----
-- a second apart, thousands of other starts of its date are open, but no more than 5,000 occurrences are tried for them
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:fine', '{"time_zone": "Europe/Berlin", "slot_increment": 1, "horizon": "1200 days"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_schedule('First', '1 hour', '2026-12-01', '10:00', calendars => '{room:fine}'); --> placed
SET statement_timeout = '5s';
SELECT outcome, reason, coalesce(cardinality(alternatives), 0) AS alternatives FROM
  jb_schedule('Daily', '1 hour', '2026-12-01', '10:00', calendars => '{room:fine}', recurrence => 'RRULE:FREQ=DAILY;COUNT=1000', dry_run => true); --> rejected|conflict|0
RESET statement_timeout;

-- ---- an occurrence that was never made is not named ----
-- the second occurrence overlaps the first, and an event that exists
SELECT event_id FROM jb_schedule('Guest', '1 hour', '2027-01-12', '20:00', calendars => '{room:b}') \gset guest_
SELECT outcome, conflicts = ARRAY[:guest_event_id]::bigint[] AS by_the_guest, replace(detail, ' ' || :guest_event_id || '.', ' GUEST.') AS detail
  FROM jb_schedule('Days', '25 hours', '2027-01-11', '12:00', calendars => '{room:b}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', dry_run => true);
--> rejected|t|Occurrence 2 of 3, 2027-01-12 12:00:00: From 2027-01-12T12:00:00+01:00 to 2027-01-13T13:00:00+01:00 is taken by event GUEST.

-- ---- the horizon binds a series that moves, too ----
SELECT events[1] AS one, events[2] AS two
  FROM jb_schedule('Rare', '1 hour', '2026-12-28', '10:00', calendars => '{room:b}', recurrence => 'RRULE:FREQ=DAILY;INTERVAL=30;COUNT=2') \gset
SELECT test.stored() AS before \gset
SELECT outcome, event_id = :two AS the_second, reason, detail FROM jb_reschedule(:one, '2027-10-01', scope => 'all', dry_run => true);
--> rejected|t|beyond_horizon|Occurrence 2 of 2, 2027-10-31 10:00:00: It would end after the horizon, 2027-10-21T15:30:00+02:00.
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, '2027-09-01', scope => 'all'); --> updated|2
-- a single event of the series may go where any fixed event may
SELECT outcome, start_timestamp FROM jb_reschedule(:two, '2028-01-10'); --> updated|2028-01-10 10:00:00+01

-- ---- bad input ----
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2')$$);
--> 22023|invalid recurrence "RRULE:FREQ=DAILY;COUNT=2": a series needs a start: event_date and start_time, or start_timestamp|[{"field":"recurrence","value":"RRULE:FREQ=DAILY;COUNT=2","message":"a series needs a start: event_date and start_time, or start_timestamp"}]|Give RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10 or the like, ended by COUNT or UNTIL, and a date with start_time, or start_timestamp; EXDATE lines may follow.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY')$$);
--> 22023|invalid recurrence "RRULE:FREQ=DAILY": it would never end: COUNT or UNTIL is missing|[{"field":"recurrence","value":"RRULE:FREQ=DAILY","message":"it would never end: COUNT or UNTIL is missing"}]|Give RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10 or the like, ended by COUNT or UNTIL, and a date with start_time, or start_timestamp; EXDATE lines may follow.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'FREQ=DAILY;COUNT=2')$$);
--> 22023|invalid recurrence "FREQ=DAILY;COUNT=2": it is no content line such as RRULE:FREQ=WEEKLY;COUNT=10|[{"field":"recurrence","value":"FREQ=DAILY;COUNT=2","message":"it is no content line such as RRULE:FREQ=WEEKLY;COUNT=10"}]|Give RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10 or the like, ended by COUNT or UNTIL, and a date with start_time, or start_timestamp; EXDATE lines may follow.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2', on_no_slot => 'wait')$$);
--> 22023|invalid on_no_slot "wait": a series does not wait: reject it, or skip what has no place|[{"field":"on_no_slot","value":"wait","message":"a series does not wait: reject it, or skip what has no place"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', on_no_slot => 'skip')$$);
--> 22023|invalid on_no_slot "skip": it leaves out occurrences of a series, and recurrence names none|[{"field":"on_no_slot","value":"skip","message":"it leaves out occurrences of a series, and recurrence names none"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', start_timestamp => '2027-10-31 01:30+00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2')$$);
--> 22023|invalid start_timestamp "2027-10-31T02:30:00+01:00": a series begins at a time of the wall clock, and this one is shown for the second time|[{"field":"start_timestamp","value":"2027-10-31T02:30:00+01:00","message":"a series begins at a time of the wall clock, and this one is shown for the second time"}]|Give an instant with its offset, such as 2026-11-23T09:00:00+01:00, and neither date nor start_time.
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2')$$);
--> 22023|invalid recurrence "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2": the start 2026-11-20T10:00:00 is none of its occurrences: the first one after it is 2026-11-23T10:00:00|[{"field":"recurrence","value":"RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2","message":"the start 2026-11-20T10:00:00 is none of its occurrences: the first one after it is 2026-11-23T10:00:00"}]|Give RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10 or the like, ended by COUNT or UNTIL, and a date with start_time, or start_timestamp; EXDATE lines may follow.
SELECT * FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "x", "calendars": ["room:a"]}, {"event_name": "y", "calendars": ["room:a"], "recurrence": "RRULE:FREQ=DAILY;COUNT=2"}]')$$);
--> 22023|request 1: invalid recurrence "RRULE:FREQ=DAILY;COUNT=2": a series needs a start: date and start_time, or start_timestamp|[{"index":1,"field":"recurrence","value":"RRULE:FREQ=DAILY;COUNT=2","message":"a series needs a start: date and start_time, or start_timestamp"}]|Give RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10 or the like, ended by COUNT or UNTIL, and a date with start_time, or start_timestamp; EXDATE lines may follow.
SELECT * FROM test.refusal($$SELECT jb_cancel(1, scope => 'some')$$);
--> 22023|invalid scope "some": it must be one, following or all|[{"field":"scope","value":"some","message":"it must be one, following or all"}]|Correct every field that is named and call again.
SELECT * FROM test.refusal($$SELECT jb_update(1, '{"scope": "some"}')$$);
--> 22023|invalid scope "some": it must be one, following or all|[{"field":"scope","value":"some","message":"it must be one, following or all"}]|Correct every field that is named and call again.
-- an occurrence that has begun stays when the others are cancelled, and ends only by its own name
SELECT outcome FROM jb_schedule('Running', '1 hour', '2026-12-20', '22:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \g /dev/null
SELECT test.clock('2026-12-21 22:30+01') \g /dev/null
SELECT outcome, cardinality(events) FROM jb_cancel((SELECT max(id) FROM jb_event WHERE event_name = 'Running'), scope => 'all'); --> cancelled|1
SELECT start_timestamp, status FROM jb_events('room:a', '2026-11-01') WHERE event_name = 'Running' ORDER BY 1; --> 2026-12-20 22:00:00+01|completed
--> 2026-12-21 22:00:00+01|in_progress
--> 2026-12-22 22:00:00+01|cancelled
SELECT outcome FROM jb_cancel((SELECT id FROM jb_event WHERE event_name = 'Running' AND start_timestamp = '2026-12-21 22:00+01'), scope => 'all'); --> cancelled

-- Promise: an event and those that follow it in its series get another rule whole or not at all: who stands at a start of
-- the rule stays, the others go to the starts that are left, what is over ends, what is missing is booked.
-- Could break: an event that stays may be in the way of one that goes, the events before keep the rule that they had, a
-- trial may leave an id, and what finds no place must leave every other event where it was.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
CREATE FUNCTION test.weeks(series bigint) RETURNS TABLE (id text, start_timestamp timestamptz, status text, version bigint, rule text)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  SELECT CASE WHEN e.id = $1 THEN 'first' WHEN e.series = $1 THEN 'of it' ELSE 'other' END, e.start_timestamp, e.status, e.version, e.recurrence
    FROM jb_event_view e WHERE e.event_name = (SELECT v.event_name FROM jb_event_view v WHERE v.id = $1) ORDER BY e.start_timestamp, e.id
$$;
CREATE FUNCTION test.change(id bigint, changes text) RETURNS TABLE (state text, message text) LANGUAGE sql AS $$
  SELECT r.state, r.message FROM test.refusal(format('SELECT jb_update(%s, %L)', id, changes)) r $$;
SET SESSION AUTHORIZATION regress_secretary;

-- ---- from the second of four on, on another weekday: events and their ids stay, the first keeps its rule ----
SELECT events[1] AS one, events[2] AS two, events[3] AS three, events[4] AS four FROM
  jb_schedule('Jour fixe', '1 hour', '2026-11-24', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=4') \gset
SELECT test.stored() AS before \gset
SELECT outcome, start_timestamp, events = ARRAY[:two, :three, :four]::bigint[] AS three FROM
  jb_update(:two, '{"date": "2026-12-02", "recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", "scope": "following"}', dry_run => true); --> updated|2026-12-02 10:00:00+01|t
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT outcome, start_timestamp, events = ARRAY[:two, :three, :four]::bigint[] AS three FROM
  jb_update(:two, '{"date": "2026-12-02", "recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", "scope": "following"}'); --> updated|2026-12-02 10:00:00+01|t
SELECT * FROM test.weeks(:two); --> other|2026-11-24 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;UNTIL=20261124T090000Z
--> first|2026-12-02 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;COUNT=3
--> of it|2026-12-09 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;COUNT=3
--> of it|2026-12-16 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;COUNT=3
SELECT kind, fields FROM jb_history(:three) ORDER BY version; --> placed|{}
--> moved|{date,recurrence,start_timestamp,end_timestamp}
-- each is what was asked for: the event as GET shows it is no change, and a later change reaches the new series only
SELECT outcome FROM jb_update(:two, jb_event_json(jb_event(:two))::jsonb, replace => true); --> unchanged
SELECT outcome, cardinality(events) FROM jb_update(:three, '{"event_location": "Hall", "scope": "all"}'); --> updated|3

-- ---- more often: who stands at a start stays, what is missing is booked with what the event has ----
SELECT outcome, cardinality(events) FROM
  jb_update(:two, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6", "scope": "following", "attendees": ["Ann"]}', dry_run => true); --> updated|3
SELECT outcome, cardinality(events) FROM
  jb_update(:two, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6", "scope": "following", "attendees": ["Ann"]}'); --> updated|6
SELECT * FROM test.weeks(:two); --> other|2026-11-24 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;UNTIL=20261124T090000Z
--> first|2026-12-02 10:00:00+01|pending|4|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6
--> of it|2026-12-04 10:00:00+01|pending|1|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6
--> of it|2026-12-09 10:00:00+01|pending|4|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6
--> of it|2026-12-11 10:00:00+01|pending|1|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6
--> of it|2026-12-16 10:00:00+01|pending|4|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6
--> of it|2026-12-18 10:00:00+01|pending|1|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6
SELECT DISTINCT event_location, attendees FROM jb_event_view WHERE series = :two; --> Hall|{Ann}

-- ---- less often: what is over ends; the time that it leaves is free ----
SELECT outcome, cardinality(events) FROM jb_update(:two, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=2", "scope": "following", "duration": 7200}'); --> updated|6
SELECT * FROM test.weeks(:two); --> other|2026-11-24 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;UNTIL=20261124T090000Z
--> first|2026-12-02 10:00:00+01|pending|5|RRULE:FREQ=WEEKLY;COUNT=2
--> of it|2026-12-04 10:00:00+01|cancelled|3|RRULE:FREQ=WEEKLY;COUNT=2
--> of it|2026-12-09 10:00:00+01|pending|5|RRULE:FREQ=WEEKLY;COUNT=2
--> of it|2026-12-11 10:00:00+01|cancelled|3|RRULE:FREQ=WEEKLY;COUNT=2
--> of it|2026-12-16 10:00:00+01|cancelled|6|RRULE:FREQ=WEEKLY;COUNT=2
--> of it|2026-12-18 10:00:00+01|cancelled|3|RRULE:FREQ=WEEKLY;COUNT=2
SELECT DISTINCT duration FROM jb_event_view WHERE series = :two AND status = 'pending'; --> 02:00:00
SELECT outcome FROM jb_schedule('Where one was', '1 hour', '2026-12-16', '10:00', calendars => '{room:a}'); --> placed

-- ---- an event of no series becomes the first of one, whatever the scope ----
SELECT event_id AS lone FROM jb_schedule('Lone', '1 hour', '2027-01-11', '09:00', calendars => '{room:a}', metadata => '{"order": 7}') \gset
SELECT outcome, event_id = :lone AS it, events[1] = :lone AS is_first, cardinality(events) FROM jb_update(:lone, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=3"}'); --> updated|t|t|3
SELECT * FROM test.weeks(:lone); --> first|2027-01-11 09:00:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-01-12 09:00:00+01|pending|1|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-01-13 09:00:00+01|pending|1|RRULE:FREQ=DAILY;COUNT=3
SELECT DISTINCT metadata FROM jb_event_view WHERE series = :lone; --> {"order": 7}

-- ---- events go to each other's places; an automatic one that is in the way moves once ----
SELECT event_id AS auto FROM jb_schedule('Report', '1 hour', '2027-01-14', calendars => '{room:a}') \gset
SELECT outcome, start_timestamp, cardinality(events), (moves[1]).event_id = :auto AS moved, cardinality(moves) FROM
  jb_update(:lone, '{"start_time": "08:30", "date": "2027-01-12", "recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}'); --> updated|2027-01-12 08:30:00+01|3|t|1
SELECT * FROM test.weeks(:lone); --> first|2027-01-12 08:30:00+01|pending|3|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-01-13 08:30:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-01-14 08:30:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=3

-- ---- all or none ----
SELECT event_id AS visit FROM jb_schedule('Visit', '1 hour', '2027-01-16', '08:00', calendars => '{room:a}') \gset
SELECT test.stored() AS before \gset
SELECT outcome, event_id = :lone AS it, reason, detail, conflicts = ARRAY[:visit]::bigint[] AS by_the_visit, events, rejection_id FROM
  jb_update(:lone, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=30", "scope": "following"}', dry_run => true);
--> rejected|t|conflict|Occurrence 5 of 30, 2027-01-16 08:30:00: From 2027-01-16T08:30:00+01:00 to 2027-01-16T09:30:00+01:00 is taken by event 13.|t|null|null
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT outcome, reason, rejection_id IS NOT NULL AS recorded FROM jb_update(:lone, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=30", "scope": "following"}'); --> rejected|conflict|t
SELECT event_id = :lone AS it, reason, request ->> 'recurrence' AS rule FROM jb_rejections() ORDER BY id DESC LIMIT 1; --> t|conflict|RRULE:FREQ=DAILY;COUNT=30
SELECT * FROM test.weeks(:lone); --> first|2027-01-12 08:30:00+01|pending|3|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-01-13 08:30:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-01-14 08:30:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=3
-- the new ones stand in each other's way: no id is named that nobody can look up
SELECT outcome, reason, conflicts = ARRAY[:lone]::bigint[] AS by_the_first FROM
  jb_update(:lone, '{"duration": 90000, "recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}', dry_run => true); --> rejected|conflict|t
-- beyond the horizon
SELECT outcome, reason, detail FROM jb_update(:lone, '{"recurrence": "RRULE:FREQ=YEARLY;COUNT=3", "scope": "following"}', dry_run => true);
--> rejected|beyond_horizon|Occurrence 2, 2028-01-12 08:30:00: It would end after the horizon, 2027-11-24T07:00:00+01:00.

-- ---- an automatic one of the series stands where another one goes: it gives way, and stays of the series ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:always', jsonb_build_object('time_zone', 'Europe/Berlin', 'hours',
  (SELECT jsonb_object_agg(day, '[{"start": "00:00", "end": "24:00"}]'::jsonb) FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) AS day))); --> room:always
SET SESSION AUTHORIZATION regress_secretary;
SELECT events[1] AS one, events[2] AS two FROM
  jb_schedule('Night', '30 hours', '2027-01-23', '10:00', calendars => '{room:always}', recurrence => 'RRULE:FREQ=DAILY;INTERVAL=2;COUNT=2') \gset
SELECT outcome, start_timestamp FROM jb_update(:two, '{"date": null, "start_time": null, "not_before": "2027-01-25T10:00:00+01:00"}'); --> updated|2027-01-25 10:00:00+01
SELECT outcome, start_timestamp, cardinality(events), (moves[1]).event_id = :two AS two_gives_way, cardinality(moves) FROM
  jb_update(:one, '{"date": "2027-01-24", "recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}'); --> updated|2027-01-24 10:00:00+01|2|t|1
SELECT * FROM test.weeks(:one); --> first|2027-01-24 10:00:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=2
--> of it|2027-01-25 16:00:00+01|pending|4|RRULE:FREQ=DAILY;COUNT=2

-- ---- what has begun, was cancelled or is on another day than the rule said ----
SELECT events[1] AS one, events[2] AS two, events[3] AS three, events[4] AS four FROM
  jb_schedule('Shift', '1 hour', '2027-02-01', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=4') \gset
SELECT outcome FROM jb_cancel(:three); --> cancelled
SELECT outcome FROM jb_reschedule(:four, '2027-02-04', '15:00'); --> updated
SELECT test.clock('2027-02-01 10:30+01') \g /dev/null
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}'));
--> 55000|event 17 is in_progress and cannot get another rule
SELECT outcome, events[1] = :two AS two, events[2] = :four AS four, cardinality(events) FROM
  jb_update(:two, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}'); --> updated|t|t|2
SELECT * FROM test.weeks(:two); --> other|2027-02-01 10:00:00+01|in_progress|2|RRULE:FREQ=DAILY;UNTIL=20270201T090000Z
--> first|2027-02-02 10:00:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=2
--> other|2027-02-03 10:00:00+01|cancelled|3|RRULE:FREQ=DAILY;UNTIL=20270201T090000Z
--> of it|2027-02-03 10:00:00+01|pending|3|RRULE:FREQ=DAILY;COUNT=2

-- ---- a hold stays a hold, and new ones are held as it is ----
SELECT events[1] AS one FROM jb_schedule('Offer', '1 hour', '2027-02-08', '08:00', calendars => '{room:a}', hold_for => '1 hour', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset
SELECT outcome FROM jb_confirm(:one); --> confirmed
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}'); --> updated|3
SELECT * FROM test.weeks(:one); --> first|2027-02-08 08:00:00+01|pending|3|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-02-09 08:00:00+01|held|2|RRULE:FREQ=DAILY;COUNT=3
--> of it|2027-02-10 08:00:00+01|pending|1|RRULE:FREQ=DAILY;COUNT=3

-- ---- each event keeps the start that its rule gives it; each rule names the events that are left of its series ----
RESET SESSION AUTHORIZATION;
SELECT test.clock('2027-02-14 07:00+01') \g /dev/null
CREATE FUNCTION test.ids(name text) RETURNS TABLE (series text, place bigint, start_timestamp timestamptz, recurrence_id timestamptz, status text, version bigint, recurrence text)
LANGUAGE sql SECURITY DEFINER SET search_path = public AS $$
  SELECT 'series ' || dense_rank() OVER (ORDER BY e.series), rank() OVER (ORDER BY e.id), e.start_timestamp, e.recurrence_id, e.status, e.version, e.recurrence
    FROM jb_event_view e WHERE e.event_name = $1 ORDER BY e.id
$$;
SET SESSION AUTHORIZATION regress_secretary;
SELECT events[1] AS one, events[2] AS two, events[3] AS three, events[4] AS four, events[5] AS five FROM
  jb_schedule('Board', '1 hour', '2027-02-15', '14:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=5') \gset
SELECT outcome, event ->> 'recurrence_id' AS recurrence_id FROM jb_reschedule(:two, start_time => '16:00'); --> updated|2027-02-22T14:00:00+01:00
SELECT outcome FROM jb_reschedule(:one, event_date => '2027-02-16', scope => 'all'); --> updated
SELECT * FROM test.ids('Board'); --> series 1|1|2027-02-16 14:00:00+01|2027-02-15 14:00:00+01|pending|2|RRULE:FREQ=WEEKLY;COUNT=5
--> series 1|2|2027-02-23 16:00:00+01|2027-02-22 14:00:00+01|pending|3|RRULE:FREQ=WEEKLY;COUNT=5
--> series 1|3|2027-03-02 14:00:00+01|2027-03-01 14:00:00+01|pending|2|RRULE:FREQ=WEEKLY;COUNT=5
--> series 1|4|2027-03-09 14:00:00+01|2027-03-08 14:00:00+01|pending|2|RRULE:FREQ=WEEKLY;COUNT=5
--> series 1|5|2027-03-16 14:00:00+01|2027-03-15 14:00:00+01|pending|2|RRULE:FREQ=WEEKLY;COUNT=5
-- a cut: the first two stay behind, and their rule ends with them
SELECT outcome, cardinality(events) FROM jb_update(:three, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=2", "scope": "following"}'); --> updated|3
SELECT * FROM test.ids('Board'); --> series 1|1|2027-02-16 14:00:00+01|2027-02-15 14:00:00+01|pending|3|RRULE:FREQ=WEEKLY;UNTIL=20270222T130000Z
--> series 1|2|2027-02-23 16:00:00+01|2027-02-22 14:00:00+01|pending|4|RRULE:FREQ=WEEKLY;UNTIL=20270222T130000Z
--> series 2|3|2027-03-02 14:00:00+01|2027-03-02 14:00:00+01|pending|3|RRULE:FREQ=WEEKLY;COUNT=2
--> series 2|4|2027-03-09 14:00:00+01|2027-03-09 14:00:00+01|pending|3|RRULE:FREQ=WEEKLY;COUNT=2
--> series 1|5|2027-03-16 14:00:00+01|2027-03-15 14:00:00+01|cancelled|4|RRULE:FREQ=WEEKLY;UNTIL=20270222T130000Z
-- an event that stays is another version: whoever knows its rule hears of it
SELECT kind, fields FROM jb_history(:one) ORDER BY version DESC LIMIT 1; --> updated|{recurrence}
-- scope all, from the last one: all that lie ahead, which move as it does
SELECT outcome, start_timestamp, event_id = :two AS it, cardinality(events) FROM
  jb_update(:two, '{"date": "2027-02-25", "start_time": "15:00", "recurrence": "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2", "scope": "all"}', dry_run => true); --> updated|2027-03-04 15:00:00+01|t|2
SELECT outcome, start_timestamp, event_id = :two AS it, cardinality(events) FROM
  jb_update(:two, '{"date": "2027-02-25", "start_time": "15:00", "recurrence": "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2", "scope": "all"}'); --> updated|2027-03-04 15:00:00+01|t|2
SELECT * FROM test.ids('Board'); --> series 1|1|2027-02-18 15:00:00+01|2027-02-18 15:00:00+01|pending|4|RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2
--> series 1|2|2027-03-04 15:00:00+01|2027-03-04 15:00:00+01|pending|5|RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2
--> series 2|3|2027-03-02 14:00:00+01|2027-03-02 14:00:00+01|pending|3|RRULE:FREQ=WEEKLY;COUNT=2
--> series 2|4|2027-03-09 14:00:00+01|2027-03-09 14:00:00+01|pending|3|RRULE:FREQ=WEEKLY;COUNT=2
--> series 1|5|2027-03-16 14:00:00+01|2027-03-15 14:00:00+01|cancelled|5|RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2
-- what has begun stays of the former series, and its rule ends with it
SELECT events[1] AS one, events[3] AS three FROM
  jb_schedule('Desk', '1 hour', '2027-02-15', '10:00', calendars => '{room:a}', recurrence => E'RRULE:FREQ=DAILY;COUNT=5\nEXDATE:20270216T100000,20270219T100000') \gset
SELECT test.clock('2027-02-15 10:30+01') \g /dev/null
SELECT outcome, cardinality(events) FROM jb_update(:three, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=3", "scope": "all"}'); --> updated|3
SELECT * FROM test.ids('Desk'); --> series 1|1|2027-02-15 10:00:00+01|2027-02-15 10:00:00+01|in_progress|2|RRULE:FREQ=DAILY;UNTIL=20270215T090000Z
--> series 2|2|2027-02-17 10:00:00+01|2027-02-17 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=3
--> series 2|3|2027-02-19 10:00:00+01|2027-02-19 10:00:00+01|pending|2|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=3
--> series 2|4|2027-02-24 10:00:00+01|2027-02-24 10:00:00+01|pending|1|RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=3
-- what was moved before the first event stays of the former series, too, with a rule that gives its start
SELECT events[1] AS one, events[3] AS three FROM
  jb_schedule('Before', '1 hour', '2027-03-10', '16:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome FROM jb_reschedule(:three, '2027-03-09', '16:00'); --> updated
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}', dry_run => true); --> updated|2
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}'); --> updated|2
SELECT * FROM test.ids('Before'); --> series 2|1|2027-03-10 16:00:00+01|2027-03-10 16:00:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=2
--> series 2|2|2027-03-11 16:00:00+01|2027-03-11 16:00:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=2
--> series 1|3|2027-03-09 16:00:00+01|2027-03-24 16:00:00+01|pending|3|RRULE:FREQ=WEEKLY;UNTIL=20270324T150000Z
--> EXDATE:20270310T150000Z
--> EXDATE:20270317T150000Z
SELECT kind, fields FROM jb_history(:three) ORDER BY version DESC LIMIT 1; --> updated|{recurrence}
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"event_location": "Hall", "scope": "all"}'); --> updated|2
-- what was cancelled shows the rule of the series that it is of, and so becomes another version
SELECT events[1] AS one, events[2] AS two FROM
  jb_schedule('Ended', '1 hour', '2027-03-15', '16:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2') \gset
SELECT outcome FROM jb_cancel(:two); --> cancelled
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "all"}'); --> updated|2
SELECT * FROM test.ids('Ended'); --> series 1|1|2027-03-15 16:00:00+01|2027-03-15 16:00:00+01|pending|2|RRULE:FREQ=DAILY;COUNT=2
--> series 1|2|2027-03-22 16:00:00+01|2027-03-22 16:00:00+01|cancelled|3|RRULE:FREQ=DAILY;COUNT=2
--> series 1|3|2027-03-16 16:00:00+01|2027-03-16 16:00:00+01|pending|1|RRULE:FREQ=DAILY;COUNT=2
-- a hold of the series that ended unseen on another calendar is over
SELECT events[1] AS one, events[2] AS two FROM
  jb_schedule('Unseen', '1 hour', '2027-03-15', '18:00', calendars => '{room:always}', hold_for => '1 hour', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset
SELECT outcome FROM jb_confirm(:one); --> confirmed
SELECT outcome FROM jb_update(:two, '{"calendars": ["room:a"], "start_time": "15:00"}'); --> updated
SELECT test.clock('2027-02-15 12:30+01') \g /dev/null
SELECT outcome, events = ARRAY[:one]::bigint[] AS one FROM jb_update(:one, '{"event_location": "Hall", "scope": "all"}'); --> updated|t
SELECT * FROM test.ids('Unseen'); --> series 1|1|2027-03-15 18:00:00+01|2027-03-15 18:00:00+01|pending|3|RRULE:FREQ=DAILY;COUNT=2
--> series 1|2|2027-03-16 15:00:00+01|2027-03-16 18:00:00+01|expired|3|RRULE:FREQ=DAILY;COUNT=2
-- it is a result
SELECT * FROM test.change(:three, '{"recurrence_id": "2027-02-18T10:00:00+01:00"}'); --> 22023|invalid recurrence_id "2027-02-18T10:00:00+01:00": it is a result and cannot be changed
SELECT state FROM test.refusal($$SELECT jb_schedule_all('{"event_name": "x", "recurrence_id": "2027-02-18T10:00:00+01:00"}')$$); --> 22023
SELECT events[1] AS one FROM jb_schedule('Last', '1 hour', '2027-03-08', '08:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset

-- ---- bad input ----
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4"}'); --> 22023|invalid scope "one": another rule is for several events: it must be following or all
SELECT * FROM test.change(:one, '{"recurrence": null, "scope": "following"}'); --> 22023|invalid recurrence "null": a series ends where the events that follow are cancelled
SELECT * FROM test.change(:one, '{"recurrence": 7, "scope": "following"}'); --> 22023|invalid recurrence "7": it must be a text
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY", "scope": "following"}'); --> 22023|invalid recurrence "RRULE:FREQ=DAILY": it would never end: COUNT or UNTIL is missing
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2", "scope": "following"}');
--> 22023|invalid recurrence "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2": the start 2027-03-08T08:00:00 is none of its occurrences: the first one after it is 2027-03-09T08:00:00
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20270208T080000", "scope": "following"}');
--> 22023|invalid recurrence "EXDATE:20270208T080000": it names no occurrence of the rule
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=1001", "scope": "following"}');
--> 22023|invalid recurrence "RRULE:FREQ=DAILY;COUNT=1001": "COUNT=1001": COUNT takes a number from 1 to 1000
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4", "scope": "following", "status": "cancelled"}');
--> 22023|invalid status "cancelled": status and recurrence cannot change in one call
SELECT * FROM test.change(:auto, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4"}'); --> 22023|invalid recurrence "RRULE:FREQ=DAILY;COUNT=4": a series needs a start: date and start_time, or start_timestamp
-- ---- a series that goes to a calendar in another zone is at the same time of day there, however its start is given ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('zone:ber', '{"time_zone": "Europe/Berlin"}'), jb_calendar_set('zone:tok', '{"time_zone": "Asia/Tokyo"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
CREATE FUNCTION pg_temp.walls(first bigint) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(to_char(e.start_timestamp AT TIME ZONE (jb_calendar(e.calendars[1])).time_zone, 'DD HH24:MI'), ', ' ORDER BY e.start_timestamp) FROM jb_event_view e WHERE e.series = (SELECT s.series FROM jb_event_view s WHERE s.id = first)
$$;
SELECT event_id AS named FROM jb_schedule('By date', '1 hour', '2027-04-05', '10:00', calendars => '{zone:ber}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok"], "start_timestamp": "2027-04-05T10:00:00+09:00", "scope": "all"}'); --> updated|05 10:00, 12 10:00, 19 10:00
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:ber"], "start_timestamp": "2027-04-06T11:00:00+02:00", "scope": "all"}'); --> updated|06 11:00, 13 11:00, 20 11:00
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok"], "date": "2027-04-05", "start_time": "10:00", "scope": "all"}'); --> updated|05 10:00, 12 10:00, 19 10:00
SELECT event_id AS named FROM jb_schedule('By instant', '1 hour', start_timestamp => '2027-05-03T10:00+02', calendars => '{zone:ber,zone:tok}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok", "zone:ber"], "start_timestamp": "2027-05-03T10:00:00+09:00", "scope": "all"}');
--> updated|03 10:00, 10 10:00, 17 10:00
SELECT event_id AS named FROM jb_schedule('Whole days', days => 1, start_timestamp => '2027-03-08T00:00+01', calendars => '{zone:ber}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok"], "start_timestamp": "2027-03-08T00:00:00+09:00", "scope": "following"}');
--> updated|08 00:00, 15 00:00, 22 00:00
\i test/regress/sql/frame/close.psql
