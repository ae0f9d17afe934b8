-- Promise: a series is placed in all its occurrences or in none, each at the same time on the wall clock. A change reaches
-- one of its events, that event and those that follow, or all of them.
-- Could break: an occurrence may stand in the way of another of its series, move the same automatic event as another, or
-- lie on the other side of a clock change.
\i test/regress/sql/frame/open.psql
SELECT test.clock('2026-10-01 07:00+02') \g /dev/null

-- ---- placing ----
-- across the clock change of 2026-10-25, and around an automatic event, which moves once
SELECT outcome, event_id, start_timestamp FROM jb_schedule('Report', '1 hour', '2026-10-26', calendars => '{room:a}');
SELECT outcome, event_id, start_timestamp, events, skipped, (moves[1]).new_start_timestamp, cardinality(moves) FROM
  jb_schedule('Stand-up', '30 minutes', '2026-10-12', '08:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=4');
SELECT id, date, start_time, start_timestamp, series, recurrence, placement FROM jb_event_view WHERE series = 2 ORDER BY id;
-- the series as GET shows it is no change
SELECT outcome FROM jb_update(3, jb_event_json(jb_event(3))::jsonb, replace => true);
-- with exceptions, and from an instant: the wall clock of its calendar counts
SELECT outcome, start_timestamp, cardinality(events) FROM
  jb_schedule('Lunch', '1 hour', start_timestamp => '2026-10-23 10:00+00', calendars => '{room:a}',
              recurrence => E'RRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261024T120000,20261025T120000');
SELECT start_timestamp FROM jb_event_view WHERE event_name = 'Lunch' ORDER BY 1;

-- ---- all or none ----
SELECT test.stored() AS before \gset
SELECT count(*) AS rejections FROM jb_rejections();
-- the third occurrence has no place; at 11:00 the whole series would have one
SELECT outcome, event_id, reason, detail, conflicts, events, alternatives FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;
SELECT outcome, rejection_id IS NOT NULL AS recorded FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
SELECT reason, detail, request ->> 'recurrence' AS recurrence FROM jb_rejections();
SELECT count(*) FROM jb_event_view WHERE event_name = 'Course';
SELECT outcome, cardinality(events) FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '11:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', dry_run => true);
-- skip leaves out the occurrences that have no place
SELECT outcome, cardinality(events), skipped FROM
  jb_schedule('Course', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', on_no_slot => 'skip');
SELECT outcome, reason, detail FROM
  jb_schedule('Nowhere', '1 hour', '2026-10-21', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2', on_no_slot => 'skip');
-- occurrences stand in each other's way
SELECT outcome, reason, detail, conflicts FROM
  jb_schedule('Days', '25 hours', '2026-11-10', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3');
-- the horizon always binds a series
SELECT outcome, reason, detail FROM
  jb_schedule('Years', '1 hour', '2026-11-10', '12:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=YEARLY;COUNT=3', on_no_slot => 'skip');

-- ---- changing ----
-- one event of the series
SELECT outcome, event_id, events FROM jb_reschedule(4, start_time => '09:00');
SELECT id, start_timestamp FROM jb_event_view WHERE series = 2 ORDER BY id;
-- the event and those that follow, by a day and to another time; each may take its neighbour's place
SELECT outcome, event_id, start_timestamp, events FROM jb_reschedule(3, event_date => '2026-10-20', start_time => '15:00', scope => 'following');
SELECT outcome, events FROM jb_reschedule(2, event_date => '2026-10-19', scope => 'all');
SELECT id, date, start_time, start_timestamp, version FROM jb_event_view WHERE series = 2 ORDER BY id;
-- again all events or none
SELECT jb_schedule('Visit', '1 hour', '2026-11-03', '16:00', calendars => '{room:a}') \g /dev/null
SELECT test.stored() AS before \gset
SELECT outcome, event_id, reason, detail, conflicts FROM jb_reschedule(2, start_time => '16:00', scope => 'all', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;
SELECT outcome, event_id, reason FROM jb_reschedule(2, start_time => '16:00', scope => 'all');
SELECT event_id, reason, detail FROM jb_rejections() ORDER BY id DESC LIMIT 1;
SELECT id, start_timestamp FROM jb_event_view WHERE series = 2 ORDER BY id;
-- any field
SELECT outcome, events FROM jb_update(3, '{"event_location": "Room 7", "scope": "following"}');
SELECT id, event_location FROM jb_event_view WHERE series = 2 ORDER BY id;
-- an event that has begun stays, and so does a cancelled one
SELECT outcome, events FROM jb_cancel(5);
SELECT test.clock('2026-10-20 15:30+02') \g /dev/null
SELECT outcome, event_id, events FROM jb_cancel(4, scope => 'all');
SELECT id, status FROM jb_event_view WHERE series = 2 ORDER BY id;
SELECT outcome, events FROM jb_cancel(4, scope => 'all');
-- an event without a series is a series of one
SELECT outcome, events FROM jb_cancel(1, scope => 'all');
-- holds
SELECT outcome, events FROM jb_schedule('Offer', '1 hour', '2026-11-10', '08:00', calendars => '{room:a}', hold_for => '1 hour', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') offer;
SELECT min(id) AS offer FROM jb_event_view WHERE event_name = 'Offer' \gset
SELECT outcome FROM jb_deny(:offer + 1);
SELECT outcome, cardinality(events) FROM jb_confirm(:offer, scope => 'all');
SELECT status, count(*) FROM jb_event_view WHERE event_name = 'Offer' GROUP BY 1 ORDER BY 1;

-- ---- each event keeps the fields that a change does not name ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:b', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT events[1] AS one, events[2] AS two, events[3] AS three
  FROM jb_schedule('Lesson', '1 hour', '2026-12-01', '10:00', calendars => '{room:b}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \gset
-- whichever event is named, all move by a day; the event that was given back to the scheduler stays automatic, the others fixed
SELECT outcome, start_timestamp FROM jb_reschedule(:two, make_automatic => true);
SELECT outcome, cardinality(events) FROM jb_reschedule(:two, '2026-12-03', scope => 'all');
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id;
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, '2026-12-01', scope => 'all');
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id;
-- so does an event that was displaced meanwhile, and waits: it is not put to midnight
SELECT outcome, cardinality(moves) FROM jb_schedule('All Wednesday', '9 hours', '2026-12-02', '08:00', calendars => '{room:b}');
SELECT status FROM jb_event(:two);
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, '2026-12-08', scope => 'all');
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id;
-- a new time of day is for all events, and so is giving the start back to the scheduler
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, start_time => '11:00', scope => 'all');
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id;
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, make_automatic => true, scope => 'all');
SELECT date, start_time, start_timestamp, placement FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id;

-- ---- a waiting event follows where its date does ----
SELECT outcome, cardinality(moves) FROM jb_schedule('All of the 9th', '9 hours', '2026-12-09', '08:00', calendars => '{room:b}');
SELECT status FROM jb_event(:two);
SELECT outcome, events = ARRAY[:one, :two, :three]::bigint[] AS all_three FROM jb_cancel(:one, scope => 'following', dry_run => true);
SELECT outcome, events = ARRAY[:two, :three]::bigint[] AS it_and_the_next FROM jb_cancel(:two, scope => 'following');
SELECT status FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id;

-- ---- a completed event is not written again ----
SELECT outcome, events = ARRAY[:one]::bigint[] AS it_alone FROM jb_update(:one, '{"event_location": "Hall", "priority": 60, "scope": "all"}');
SELECT status, event_location, priority FROM jb_event_view WHERE event_name = 'Lesson' ORDER BY id;
-- but a completed event that is named is written: a record may be corrected
SELECT outcome, events = ARRAY[:one, :two]::bigint[] AS it_and_what_is_ahead FROM jb_update(:two, '{"event_location": "Yard", "scope": "all"}');

-- ---- a long series on a fine increment ----
-- a second apart, thousands of other starts of its date are open, but no more than 5,000 occurrences are tried for them
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('room:fine', '{"time_zone": "Europe/Berlin", "slot_increment": 1, "horizon": "1200 days"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
SELECT outcome FROM jb_schedule('First', '1 hour', '2026-12-01', '10:00', calendars => '{room:fine}');
SET statement_timeout = '5s';
SELECT outcome, reason, coalesce(cardinality(alternatives), 0) AS alternatives FROM
  jb_schedule('Daily', '1 hour', '2026-12-01', '10:00', calendars => '{room:fine}', recurrence => 'RRULE:FREQ=DAILY;COUNT=1000', dry_run => true);
RESET statement_timeout;

-- ---- an occurrence that was never made is not named ----
-- the second occurrence overlaps the first, and an event that exists
SELECT event_id FROM jb_schedule('Guest', '1 hour', '2027-01-12', '20:00', calendars => '{room:b}') \gset guest_
SELECT outcome, conflicts = ARRAY[:guest_event_id]::bigint[] AS by_the_guest, replace(detail, ' ' || :guest_event_id || '.', ' GUEST.') AS detail
  FROM jb_schedule('Days', '25 hours', '2027-01-11', '12:00', calendars => '{room:b}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3', dry_run => true);

-- ---- the horizon binds a series that moves, too ----
SELECT events[1] AS one, events[2] AS two
  FROM jb_schedule('Rare', '1 hour', '2026-12-28', '10:00', calendars => '{room:b}', recurrence => 'RRULE:FREQ=DAILY;INTERVAL=30;COUNT=2') \gset
SELECT test.stored() AS before \gset
SELECT outcome, event_id = :two AS the_second, reason, detail FROM jb_reschedule(:one, '2027-10-01', scope => 'all', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;
SELECT outcome, cardinality(events) FROM jb_reschedule(:one, '2027-09-01', scope => 'all');
-- a single event of the series may go where any fixed event may
SELECT outcome, start_timestamp FROM jb_reschedule(:two, '2028-01-10');

-- ---- bad input ----
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2')$$);
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY')$$);
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'FREQ=DAILY;COUNT=2')$$);
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2', on_no_slot => 'wait')$$);
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', on_no_slot => 'skip')$$);
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', start_timestamp => '2027-10-31 01:30+00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2')$$);
SELECT * FROM test.refusal($$SELECT jb_schedule('x', '1 hour', '2026-11-20', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2')$$);
SELECT * FROM test.refusal($$SELECT jb_schedule_all('[{"event_name": "x", "calendars": ["room:a"]}, {"event_name": "y", "calendars": ["room:a"], "recurrence": "RRULE:FREQ=DAILY;COUNT=2"}]')$$);
SELECT * FROM test.refusal($$SELECT jb_cancel(1, scope => 'some')$$);
SELECT * FROM test.refusal($$SELECT jb_update(1, '{"scope": "some"}')$$);
-- an occurrence that has begun stays when the others are cancelled, and ends only by its own name
SELECT outcome FROM jb_schedule('Running', '1 hour', '2026-12-20', '22:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=3') \g /dev/null
SELECT test.clock('2026-12-21 22:30+01') \g /dev/null
SELECT outcome, cardinality(events) FROM jb_cancel((SELECT max(id) FROM jb_event WHERE event_name = 'Running'), scope => 'all');
SELECT start_timestamp, status FROM jb_events('room:a', '2026-11-01') WHERE event_name = 'Running' ORDER BY 1;
SELECT outcome FROM jb_cancel((SELECT id FROM jb_event WHERE event_name = 'Running' AND start_timestamp = '2026-12-21 22:00+01'), scope => 'all');

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
  jb_update(:two, '{"date": "2026-12-02", "recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", "scope": "following"}', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;
SELECT outcome, start_timestamp, events = ARRAY[:two, :three, :four]::bigint[] AS three FROM
  jb_update(:two, '{"date": "2026-12-02", "recurrence": "RRULE:FREQ=WEEKLY;COUNT=3", "scope": "following"}');
SELECT * FROM test.weeks(:two);
SELECT kind, fields FROM jb_history(:three) ORDER BY version;
-- each is what was asked for: the event as GET shows it is no change, and a later change reaches the new series only
SELECT outcome FROM jb_update(:two, jb_event_json(jb_event(:two))::jsonb, replace => true);
SELECT outcome, cardinality(events) FROM jb_update(:three, '{"event_location": "Hall", "scope": "all"}');

-- ---- more often: who stands at a start stays, what is missing is booked with what the event has ----
SELECT outcome, cardinality(events) FROM
  jb_update(:two, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6", "scope": "following", "attendees": ["Ann"]}', dry_run => true);
SELECT outcome, cardinality(events) FROM
  jb_update(:two, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=6", "scope": "following", "attendees": ["Ann"]}');
SELECT * FROM test.weeks(:two);
SELECT DISTINCT event_location, attendees FROM jb_event_view WHERE series = :two;

-- ---- less often: what is over ends; the time that it leaves is free ----
SELECT outcome, cardinality(events) FROM jb_update(:two, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=2", "scope": "following", "duration": 7200}');
SELECT * FROM test.weeks(:two);
SELECT DISTINCT duration FROM jb_event_view WHERE series = :two AND status = 'pending';
SELECT outcome FROM jb_schedule('Where one was', '1 hour', '2026-12-16', '10:00', calendars => '{room:a}');

-- ---- an event of no series becomes the first of one, whatever the scope ----
SELECT event_id AS lone FROM jb_schedule('Lone', '1 hour', '2027-01-11', '09:00', calendars => '{room:a}', metadata => '{"order": 7}') \gset
SELECT outcome, event_id = :lone AS it, events[1] = :lone AS is_first, cardinality(events) FROM jb_update(:lone, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=3"}');
SELECT * FROM test.weeks(:lone);
SELECT DISTINCT metadata FROM jb_event_view WHERE series = :lone;

-- ---- events go to each other's places; an automatic one that is in the way moves once ----
SELECT event_id AS auto FROM jb_schedule('Report', '1 hour', '2027-01-14', calendars => '{room:a}') \gset
SELECT outcome, start_timestamp, cardinality(events), (moves[1]).event_id = :auto AS moved, cardinality(moves) FROM
  jb_update(:lone, '{"start_time": "08:30", "date": "2027-01-12", "recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}');
SELECT * FROM test.weeks(:lone);

-- ---- all or none ----
SELECT event_id AS visit FROM jb_schedule('Visit', '1 hour', '2027-01-16', '08:00', calendars => '{room:a}') \gset
SELECT test.stored() AS before \gset
SELECT outcome, event_id = :lone AS it, reason, detail, conflicts = ARRAY[:visit]::bigint[] AS by_the_visit, events, rejection_id FROM
  jb_update(:lone, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=30", "scope": "following"}', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;
SELECT outcome, reason, rejection_id IS NOT NULL AS recorded FROM jb_update(:lone, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=30", "scope": "following"}');
SELECT event_id = :lone AS it, reason, request ->> 'recurrence' AS rule FROM jb_rejections() ORDER BY id DESC LIMIT 1;
SELECT * FROM test.weeks(:lone);
-- the new ones stand in each other's way: no id is named that nobody can look up
SELECT outcome, reason, conflicts = ARRAY[:lone]::bigint[] AS by_the_first FROM
  jb_update(:lone, '{"duration": 90000, "recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}', dry_run => true);
-- beyond the horizon
SELECT outcome, reason, detail FROM jb_update(:lone, '{"recurrence": "RRULE:FREQ=YEARLY;COUNT=3", "scope": "following"}', dry_run => true);

-- ---- an automatic one of the series stands where another one goes: it gives way, and stays of the series ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:always', jsonb_build_object('time_zone', 'Europe/Berlin', 'hours',
  (SELECT jsonb_object_agg(day, '[{"start": "00:00", "end": "24:00"}]'::jsonb) FROM unnest('{monday,tuesday,wednesday,thursday,friday,saturday,sunday}'::text[]) AS day)));
SET SESSION AUTHORIZATION regress_secretary;
SELECT events[1] AS one, events[2] AS two FROM
  jb_schedule('Night', '30 hours', '2027-01-23', '10:00', calendars => '{room:always}', recurrence => 'RRULE:FREQ=DAILY;INTERVAL=2;COUNT=2') \gset
SELECT outcome, start_timestamp FROM jb_update(:two, '{"date": null, "start_time": null, "not_before": "2027-01-25T10:00:00+01:00"}');
SELECT outcome, start_timestamp, cardinality(events), (moves[1]).event_id = :two AS two_gives_way, cardinality(moves) FROM
  jb_update(:one, '{"date": "2027-01-24", "recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}');
SELECT * FROM test.weeks(:one);

-- ---- what has begun, was cancelled or is on another day than the rule said ----
SELECT events[1] AS one, events[2] AS two, events[3] AS three, events[4] AS four FROM
  jb_schedule('Shift', '1 hour', '2027-02-01', '10:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=4') \gset
SELECT outcome FROM jb_cancel(:three);
SELECT outcome FROM jb_reschedule(:four, '2027-02-04', '15:00');
SELECT test.clock('2027-02-01 10:30+01') \g /dev/null
SELECT state, message FROM test.refusal(format('SELECT jb_update(%s, %L)', :one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}'));
SELECT outcome, events[1] = :two AS two, events[2] = :four AS four, cardinality(events) FROM
  jb_update(:two, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}');
SELECT * FROM test.weeks(:two);

-- ---- a hold stays a hold, and new ones are held as it is ----
SELECT events[1] AS one FROM jb_schedule('Offer', '1 hour', '2027-02-08', '08:00', calendars => '{room:a}', hold_for => '1 hour', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset
SELECT outcome FROM jb_confirm(:one);
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=3", "scope": "following"}');
SELECT * FROM test.weeks(:one);

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
SELECT outcome, event ->> 'recurrence_id' AS recurrence_id FROM jb_reschedule(:two, start_time => '16:00');
SELECT outcome FROM jb_reschedule(:one, event_date => '2027-02-16', scope => 'all');
SELECT * FROM test.ids('Board');
-- a cut: the first two stay behind, and their rule ends with them
SELECT outcome, cardinality(events) FROM jb_update(:three, '{"recurrence": "RRULE:FREQ=WEEKLY;COUNT=2", "scope": "following"}');
SELECT * FROM test.ids('Board');
-- an event that stays is another version: whoever knows its rule hears of it
SELECT kind, fields FROM jb_history(:one) ORDER BY version DESC LIMIT 1;
-- scope all, from the last one: all that lie ahead, which move as it does
SELECT outcome, start_timestamp, event_id = :two AS it, cardinality(events) FROM
  jb_update(:two, '{"date": "2027-02-25", "start_time": "15:00", "recurrence": "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2", "scope": "all"}', dry_run => true);
SELECT outcome, start_timestamp, event_id = :two AS it, cardinality(events) FROM
  jb_update(:two, '{"date": "2027-02-25", "start_time": "15:00", "recurrence": "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2", "scope": "all"}');
SELECT * FROM test.ids('Board');
-- what has begun stays of the former series, and its rule ends with it
SELECT events[1] AS one, events[3] AS three FROM
  jb_schedule('Desk', '1 hour', '2027-02-15', '10:00', calendars => '{room:a}', recurrence => E'RRULE:FREQ=DAILY;COUNT=5\nEXDATE:20270216T100000,20270219T100000') \gset
SELECT test.clock('2027-02-15 10:30+01') \g /dev/null
SELECT outcome, cardinality(events) FROM jb_update(:three, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=WE,FR;COUNT=3", "scope": "all"}');
SELECT * FROM test.ids('Desk');
-- what was moved before the first event stays of the former series, too, with a rule that gives its start
SELECT events[1] AS one, events[3] AS three FROM
  jb_schedule('Before', '1 hour', '2027-03-10', '16:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome FROM jb_reschedule(:three, '2027-03-09', '16:00');
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}', dry_run => true);
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "following"}');
SELECT * FROM test.ids('Before');
SELECT kind, fields FROM jb_history(:three) ORDER BY version DESC LIMIT 1;
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"event_location": "Hall", "scope": "all"}');
-- what was cancelled shows the rule of the series that it is of, and so becomes another version
SELECT events[1] AS one, events[2] AS two FROM
  jb_schedule('Ended', '1 hour', '2027-03-15', '16:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=2') \gset
SELECT outcome FROM jb_cancel(:two);
SELECT outcome, cardinality(events) FROM jb_update(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2", "scope": "all"}');
SELECT * FROM test.ids('Ended');
-- a hold of the series that ended unseen on another calendar is over
SELECT events[1] AS one, events[2] AS two FROM
  jb_schedule('Unseen', '1 hour', '2027-03-15', '18:00', calendars => '{room:always}', hold_for => '1 hour', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset
SELECT outcome FROM jb_confirm(:one);
SELECT outcome FROM jb_update(:two, '{"calendars": ["room:a"], "start_time": "15:00"}');
SELECT test.clock('2027-02-15 12:30+01') \g /dev/null
SELECT outcome, events = ARRAY[:one]::bigint[] AS one FROM jb_update(:one, '{"event_location": "Hall", "scope": "all"}');
SELECT * FROM test.ids('Unseen');
-- it is a result
SELECT * FROM test.change(:three, '{"recurrence_id": "2027-02-18T10:00:00+01:00"}');
SELECT state FROM test.refusal($$SELECT jb_schedule_all('{"event_name": "x", "recurrence_id": "2027-02-18T10:00:00+01:00"}')$$);
SELECT events[1] AS one FROM jb_schedule('Last', '1 hour', '2027-03-08', '08:00', calendars => '{room:a}', recurrence => 'RRULE:FREQ=DAILY;COUNT=2') \gset

-- ---- bad input ----
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4"}');
SELECT * FROM test.change(:one, '{"recurrence": null, "scope": "following"}');
SELECT * FROM test.change(:one, '{"recurrence": 7, "scope": "following"}');
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY", "scope": "following"}');
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2", "scope": "following"}');
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=2\nEXDATE:20270208T080000", "scope": "following"}');
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=1001", "scope": "following"}');
SELECT * FROM test.change(:one, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4", "scope": "following", "status": "cancelled"}');
SELECT * FROM test.change(:auto, '{"recurrence": "RRULE:FREQ=DAILY;COUNT=4"}');
-- ---- a series that goes to a calendar in another zone is at the same time of day there, however its start is given ----
SET SESSION AUTHORIZATION regress_manager;
SELECT jb_calendar_set('zone:ber', '{"time_zone": "Europe/Berlin"}'), jb_calendar_set('zone:tok', '{"time_zone": "Asia/Tokyo"}') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
CREATE FUNCTION pg_temp.walls(first bigint) RETURNS text LANGUAGE sql AS $$
  SELECT string_agg(to_char(e.start_timestamp AT TIME ZONE (jb_calendar(e.calendars[1])).time_zone, 'DD HH24:MI'), ', ' ORDER BY e.start_timestamp) FROM jb_event_view e WHERE e.series = (SELECT s.series FROM jb_event_view s WHERE s.id = first)
$$;
SELECT event_id AS named FROM jb_schedule('By date', '1 hour', '2027-04-05', '10:00', calendars => '{zone:ber}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok"], "start_timestamp": "2027-04-05T10:00:00+09:00", "scope": "all"}');
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:ber"], "start_timestamp": "2027-04-06T11:00:00+02:00", "scope": "all"}');
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok"], "date": "2027-04-05", "start_time": "10:00", "scope": "all"}');
SELECT event_id AS named FROM jb_schedule('By instant', '1 hour', start_timestamp => '2027-05-03T10:00+02', calendars => '{zone:ber,zone:tok}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok", "zone:ber"], "start_timestamp": "2027-05-03T10:00:00+09:00", "scope": "all"}');
SELECT event_id AS named FROM jb_schedule('Whole days', days => 1, start_timestamp => '2027-03-08T00:00+01', calendars => '{zone:ber}', recurrence => 'RRULE:FREQ=WEEKLY;COUNT=3') \gset
SELECT outcome, pg_temp.walls(:named) FROM jb_update(:named, '{"calendars": ["zone:tok"], "start_timestamp": "2027-03-08T00:00:00+09:00", "scope": "following"}');
\i test/regress/sql/frame/close.psql
