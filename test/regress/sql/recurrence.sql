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
RESET SESSION AUTHORIZATION;
SELECT test.clock('2027-02-01 10:30+01') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
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
RESET SESSION AUTHORIZATION;
SELECT test.clock('2027-02-15 10:30+01') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
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
RESET SESSION AUTHORIZATION;
SELECT test.clock('2027-02-15 12:30+01') \g /dev/null
SET SESSION AUTHORIZATION regress_secretary;
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
\i test/regress/sql/frame/close.psql
