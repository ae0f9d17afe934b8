-- Promise: jb_update changes any field, and a value that is equal to the present one changes nothing. With replace, the
-- answer of jb_event_json changes nothing, and a wish that is left out is cleared. An unchanged result is accepted, any other
-- result is refused.
-- Could break: every field has its own reader, and a round trip through JSON must lose none of them.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:00', attendees => '{Ann,Bob}', event_location => 'Room 1', calendars => '{room:a}', priority => 70);
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-25 09:00+01', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('In a window', '1 hour', not_before => '2026-11-26 10:00+01', not_after => '2026-11-26 12:00+01', calendars => '{room:a}');
-- a waiting event
SELECT event_id FROM jb_schedule('Waiting', '1 hour', not_before => '2026-11-27 10:00+01', not_after => '2026-11-27 11:00+01', calendars => '{room:a}');
SELECT outcome FROM jb_schedule('Takes its place', '1 hour', '2026-11-27', '10:00', calendars => '{room:a}');
-- a cancelled event
SELECT event_id FROM jb_schedule('Cancelled', '1 hour', '2026-11-30', '09:00', calendars => '{room:a}');
SELECT outcome FROM jb_cancel(7);

-- ---- an event as read is written back: nothing changes ----
SELECT test.stored() AS before \gset
SELECT e.id, placement, status, outcome, u.version FROM generate_series(1, 7) AS event, jb_event(event) e,
       jb_update(e.id, jb_event_json(e)::jsonb, replace => true) u;
SELECT e.id, outcome FROM generate_series(1, 7) AS event, jb_event(event) e, jb_update(e.id, jb_event_json(e)::jsonb) u;
SELECT outcome FROM jb_update(1, '{}');
SELECT outcome FROM jb_update(1, NULL);
SELECT test.stored() = :'before' AS nothing_changed;
-- also by the clock: in progress, then completed
SELECT test.clock('2026-11-24 09:30+01');
SELECT status, outcome FROM jb_event(1) e, jb_update(1, jb_event_json(e)::jsonb, replace => true) u;
SELECT test.clock('2026-11-24 12:00+01');
SELECT status, outcome FROM jb_event(1) e, jb_update(1, jb_event_json(e)::jsonb, replace => true) u;
SELECT test.stored() = :'before' AS nothing_changed;
SELECT test.clock('2026-11-23 07:00+01');

-- ---- one field at a time ----
SELECT change, outcome, u.version
  FROM (VALUES ('{"event_name": "Renamed"}'::jsonb), ('{"attendees": ["Cyd"]}'), ('{"attendees": null}'), ('{"event_location": "Room 2"}'),
               ('{"event_location": null}'), ('{"priority": 20}'), ('{"priority": null}')) AS changes (change),
       jb_update(1, change) u;
SELECT event_name, attendees, event_location, priority, start_timestamp FROM jb_event(1);
SELECT seq, kind, fields FROM jb_history(1);
-- the same again changes nothing
SELECT outcome, version FROM jb_update(1, '{"event_name": "Renamed", "attendees": [], "event_location": "", "priority": 50}');
-- a change of neither time nor calendar never moves an event, though an earlier place is free
SELECT outcome FROM jb_schedule('Blocks', '1 hour', '2026-11-23', '08:00', calendars => '{room:a}');
SELECT event_id, start_timestamp FROM jb_schedule('As soon as possible', '1 hour', calendars => '{room:a}') \gset soon_
SELECT outcome FROM jb_cancel(8);
SELECT outcome, start_timestamp FROM jb_update(:soon_event_id, '{"event_name": "Still there", "priority": 99}');
-- a change of the duration moves it
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:soon_event_id, '{"duration": 1800}');
SELECT seq, kind, fields, old_range = new_range AS same_range FROM jb_history(:soon_event_id);

-- ---- time ----
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"start_time": "10:00"}');
SELECT outcome, start_timestamp FROM jb_update(1, '{"start_time": "11-30-00", "date": "2026-12-01"}');
SELECT outcome, start_timestamp FROM jb_update(1, '{"start_timestamp": "2026-12-01T09:00:00+01:00"}');
SELECT date, start_time, wished_start FROM jb_event(1);
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-12-02"}');
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"duration": "45 minutes"}');
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"duration": "PT50M"}');
-- null: the calendar's default
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"duration": null}');
-- start_time cleared: automatic, on the event's date; date cleared too: anywhere
SELECT outcome, start_timestamp FROM jb_update(1, '{"start_time": null}');
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": null}');
SELECT placement, date, start_time, wished_start FROM jb_event(1);
-- a window narrows the choice, null opens it again
SELECT outcome, start_timestamp FROM jb_update(1, '{"not_before": "2026-12-03T12:00:00+01:00", "not_after": "2026-12-03T13:00:00+01:00"}');
SELECT outcome, start_timestamp FROM jb_update(1, '{"not_before": null, "not_after": null}');
-- name and time in one call
SELECT outcome, start_timestamp FROM jb_update(1, '{"event_name": "Both", "date": "2026-12-04", "start_time": "09:00"}');
SELECT seq, kind, fields FROM jb_history(1) ORDER BY seq DESC LIMIT 1;
-- a refused time refuses the name too
SELECT outcome, reason, rejection_id IS NOT NULL AS recorded FROM jb_update(1, '{"event_name": "Neither", "start_time": "12:00", "date": "2026-11-20"}');
SELECT event_name, start_timestamp FROM jb_event(1);

-- ---- replace: a field that is left out is cleared ----
SELECT outcome, start_timestamp FROM jb_update(1, '{"event_name": "Only a name"}', replace => true);
SELECT event_name, attendees, event_location, date, start_time, wished_start, duration, calendars, priority, placement FROM jb_event(1);
-- options and calendars stay
SELECT outcome, start_timestamp FROM jb_update(4, '{"event_name": "In a window"}', replace => true);
SELECT not_before, not_after, duration FROM jb_event(4);
-- without a name the request is invalid: must fail
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"date": "2026-12-04"}', replace => true)$$);
-- an event that was wished as an instant keeps it by either of the two names, and loses it without both
SELECT outcome FROM jb_update(2, '{"event_name": "By instant", "duration": 1800, "start_timestamp": "2026-11-25T09:00:00+01:00"}', replace => true);
SELECT outcome FROM jb_update(2, '{"event_name": "By instant", "duration": 1800, "wished_start": "2026-11-25T08:00:00Z"}', replace => true);
SELECT outcome FROM jb_update(2, '{"event_name": "By instant", "duration": 1800}', replace => true);
SELECT placement FROM jb_event(2);

-- a start named alone is a wish, even if the event stands there already: the event stays where it is
SELECT event_id FROM jb_schedule('Stays', '1 hour', '2026-12-08', '15:00', calendars => '{room:a}') \gset stays_
SELECT outcome, start_timestamp FROM jb_update(:stays_event_id, '{"event_name": "Stays", "duration": 3600, "start_timestamp": "2026-12-08T15:00:00+01:00"}', replace => true);
SELECT placement, date, start_time, wished_start FROM jb_event(:stays_event_id);
SELECT outcome FROM jb_update(:stays_event_id, '{"event_name": "Stays", "duration": 3600, "start_timestamp": "2026-12-08T15:00:00+01:00"}', replace => true);
SELECT outcome FROM jb_update(:stays_event_id, '{"start_timestamp": "2026-12-08T14:00:00Z"}');
-- that fixes an automatic event where it is
SELECT event_id, start_timestamp FROM jb_schedule('Pinned', '1 hour', '2026-12-08', calendars => '{room:a}') \gset pinned_
SELECT outcome, start_timestamp FROM jb_update(:pinned_event_id, jsonb_build_object('start_timestamp', :'pinned_start_timestamp'::timestamptz));
SELECT placement, date, start_time, wished_start FROM jb_event(:pinned_event_id);
-- a client that leaves out the nulls of an event that it has read changes nothing
SELECT event_id FROM jb_schedule('Sparse', '1 hour', '2026-12-08', calendars => '{room:a}') \gset sparse_
SELECT e.placement, u.outcome FROM unnest(ARRAY[1, 2, 4, :sparse_event_id, :stays_event_id, :pinned_event_id]) AS event, jb_event(event) e,
       jb_update(e.id, jsonb_strip_nulls(jb_event_json(e)::jsonb), replace => true) u;
-- a client that clears the start of an event that it has read gives the start back to the scheduler
SELECT u.outcome, u.start_timestamp FROM jb_event(:stays_event_id) e, jb_update(e.id, jb_event_json(e)::jsonb || '{"start_timestamp": null}', replace => true) u;
SELECT outcome FROM jb_reschedule(:stays_event_id, '2026-12-08', '15:00');
SELECT u.outcome, u.start_timestamp FROM jb_event(:stays_event_id) e, jb_update(e.id, jb_event_json(e)::jsonb || '{"start_time": null}', replace => true) u;

-- ---- unchanged results are taken, and each of these must fail ----
SELECT claim, state, message
  FROM (VALUES
    ('id',            '{"id": 2}'::jsonb),
    ('version',       '{"version": 1}'),
    ('end_timestamp', '{"end_timestamp": "2026-12-01T00:00:00Z"}'),
    ('placement',     '{"placement": "held"}'),
    ('time_zone',     '{"time_zone": "UTC"}'),
    ('wished_start',  '{"wished_start": "2026-12-01T00:00:00Z"}'),
    ('created_at',    '{"created_at": "2026-12-01T00:00:00Z"}'),
    ('updated_at',    '{"updated_at": null}')
  ) AS wrong (claim, changes), test.refusal(format('SELECT jb_update(1, %L)', changes));

-- ---- invalid: each of these must fail ----
SELECT changes, state, message
  FROM unnest(ARRAY[
    '[]', '"text"', '17', 'null', 'true',
    '{"nonsense": 1}', '{"event_name": null}', '{"event_name": ""}', '{"event_name": 5}', '{"attendees": "Ann"}', '{"attendees": [1]}', '{"attendees": [null]}',
    '{"event_location": []}', '{"calendars": null}', '{"calendars": []}', '{"calendars": ["room:a", "room:a"]}', '{"calendars": "room:a"}', '{"calendars": ["room:nowhere"]}',
    '{"date": "2026-02-30"}', '{"date": "24.12.2026"}', '{"date": "2026-1-1"}', '{"date": 20261224}', '{"date": "infinity"}', '{"date": "0000-01-01"}',
    '{"date": "2026-12-24", "start_time": "25:00"}', '{"date": "2026-12-24", "start_time": "24:00:00"}', '{"date": "2026-12-24", "start_time": "9:00"}', '{"date": "2026-12-24", "start_time": 900}',
    '{"start_time": "09:00"}', '{"start_timestamp": "2026-12-24T09:00:00"}', '{"start_timestamp": "2026-12-24"}', '{"start_timestamp": "infinity"}', '{"start_timestamp": "2026-12-24T24:00:00Z"}', '{"start_timestamp": 1766570400}',
    '{"start_timestamp": "2026-12-24T09:00:00Z", "date": "2026-12-24"}',
    '{"duration": 0}', '{"duration": -60}', '{"duration": 0.5}', '{"duration": 1e300}', '{"duration": 31622401}', '{"duration": "1 month"}', '{"duration": "soon"}', '{"duration": true}', '{"duration": 9223372036854775808}',
    '{"not_before": "2026-12-24T09:00:00Z", "not_after": "2026-12-24T09:00:00Z"}', '{"date": "2026-12-24", "start_time": "09:00", "not_before": "2026-12-24T08:00:00Z"}',
    '{"priority": -1}', '{"priority": 101}', '{"priority": 50.5}', '{"priority": "high"}',
    '{"status": "done"}', '{"status": 1}', '{"status": null}', '{"status": "cancelled", "date": "2026-12-24"}', '{"dry_run": "yes"}', '{"allow_past": 1}'
  ]) AS changes, test.refusal(format('SELECT jb_update(1, %L)', changes));
-- several faults are told together
SELECT state, detail FROM test.refusal($$SELECT jb_update(1, '{"event_name": "", "duration": 0, "nonsense": {"deep": [1]}, "priority": 101, "id": 7}')$$);
-- a number that no double holds: must fail
SELECT state, message FROM test.refusal(format('SELECT jb_update(1, %L)', '{"duration": 1' || repeat('0', 400) || '}'));

-- ---- versions and dry runs ----
SELECT version AS before FROM jb_event(1) \gset
SELECT outcome, version - :before AS counted_up FROM jb_update(1, '{"event_name": "Once"}', expected_version => :before);
-- must fail: the event has changed since
SELECT state FROM test.refusal(format($$SELECT jb_update(1, '{"event_name": "Twice"}', expected_version => %s)$$, :before));
-- must fail with that too when an event is written back as it was read before
SELECT jb_event_json(e) AS json FROM jb_event(3) e \gset old_
SELECT outcome FROM jb_update(3, '{"event_name": "Changed meanwhile"}');
SELECT state, message FROM test.refusal(format('SELECT jb_update(3, %L, replace => true, expected_version => 1)', :'old_json'));
-- must fail also for a change that would change nothing
SELECT state FROM test.refusal($$SELECT jb_update(3, '{}', expected_version => 1)$$);
SELECT test.stored() AS stored \gset
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-12-04", "start_time": "15:00"}', dry_run => true);
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-12-04", "start_time": "15:00", "dry_run": true}');
SELECT outcome, reason, rejection_id FROM jb_update(1, '{"date": "2026-11-04", "start_time": "15:00"}', dry_run => true);
SELECT test.stored() = :'stored' AS nothing_changed;
-- a past time is allowed where the caller says so
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-11-04", "start_time": "15:00", "allow_past": true}');

-- ---- an instant that waits ----
SELECT outcome, event_id FROM jb_schedule('Next in line', '1 hour', start_timestamp => '2026-11-27 10:00+01', calendars => '{room:a}', on_no_slot => 'wait') \gset waits_
SELECT :'waits_outcome' AS outcome;
-- its start is null and its wish is not: written back, the event still waits for its own time
SELECT outcome, start_timestamp FROM jb_update(:waits_event_id, jb_event_json(jb_event(:waits_event_id))::jsonb, replace => true);
SELECT outcome FROM jb_cancel(:waits_event_id);
SELECT outcome FROM jb_update(:waits_event_id, jb_event_json(jb_event(:waits_event_id))::jsonb, replace => true);
-- ---- a hold that is ended, and renamed in the same call ----
SELECT event_id AS held FROM jb_schedule('Held', '1 hour', start_timestamp => '2026-12-01 10:00+01', calendars => '{room:a}', hold_for => '10 minutes') \gset
SELECT outcome FROM jb_update(:held, '{"status": "expired", "event_name": "Given up"}');
SELECT event_name, status FROM jb_event(:held);
-- ---- after a change of zone ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Europe/Berlin"}');
SELECT event_id FROM jb_schedule('At nine', '1 hour', '2026-12-15', '09:00', calendars => '{room:moved}') \gset nine_
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "America/New_York"}');
-- the event wishes for its moment: what a GET gave is what it was
SELECT date, start_time, wished_start FROM jb_event(:nine_event_id);
SELECT outcome, start_timestamp FROM jb_update(:nine_event_id, (SELECT jb_event_json(v)::jsonb FROM jb_event_view v WHERE v.id = :nine_event_id), replace => true);
-- a date alone leaves the time of day at which the event stands
SELECT outcome, start_timestamp FROM jb_update(:nine_event_id, '{"date": "2026-12-16", "dry_run": true}');
-- date and start_time are on the clock of the calendar, also where they are those of the first wish
SELECT message FROM test.refusal(format($$SELECT jb_update(%s, '{"date": "2026-12-15", "start_time": "09:00", "time_zone": "Europe/Berlin"}')$$, :nine_event_id));
SELECT outcome, start_timestamp FROM jb_update(:nine_event_id, '{"date": "2026-12-15", "start_time": "09:00", "time_zone": "America/New_York"}');

-- Promise: jb_reschedule moves an event by the rules of placing with its own time set aside. A field that is not named keeps
-- its value; where the call is rejected, the event stays exactly where it was.
-- Could break: an event is in its own way; a half named wish loses its other half; a rejection leaves the event unclaimed.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "America/New_York", "default_duration": "15 minutes"}');
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('Rock', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}');
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}');
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-25 09:00+01', calendars => '{room:a}');

-- ---- a fixed event ----
-- a start_time alone keeps the date
SELECT outcome, event_id, start_timestamp, end_timestamp, version FROM jb_reschedule(1, start_time => '10:00');
-- a date alone keeps the wall clock
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, '2026-11-26');
-- both
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, '2026-11-24', '14:00');
-- a duration alone keeps the start; its own time is not in its way
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, duration => '3 hours');
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, start_time => '13:00');
-- an instant replaces date and start_time
SELECT start_timestamp, version FROM jb_reschedule(1, start_timestamp => '2026-11-24 14:30+01');
SELECT date, start_time, wished_start FROM jb_event(1);
-- and date and start_time replace the instant
SELECT start_timestamp, version FROM jb_reschedule(1, '2026-11-24', '14:00');
SELECT date, start_time, wished_start FROM jb_event(1);
-- an event that was wished as an instant: a start_time alone keeps its local date
SELECT start_timestamp FROM jb_reschedule(4, start_time => '10:00');
SELECT date, start_time, wished_start FROM jb_event(4);
-- the wish as it is changes nothing
SELECT outcome, version FROM jb_reschedule(1, '2026-11-24', '14:00', duration => '3 hours');
SELECT outcome, version FROM jb_reschedule(1);

-- ---- rejected, the event stays ----
SELECT outcome, event_id, start_timestamp, reason, conflicts, rejection_id, version FROM jb_reschedule(1, start_time => '11:30');
SELECT outcome, reason FROM jb_reschedule(1, '2026-11-22');
SELECT start_timestamp, end_timestamp, date, start_time, version FROM jb_event(1);
SELECT outcome FROM jb_schedule('In its old place', '1 hour', '2026-11-24', '15:00', calendars => '{room:a}');
-- the rejection keeps the wish
SELECT event_id, reason, request FROM jb_rejections() LIMIT 1;
-- longer than its place allows
SELECT outcome, conflicts FROM jb_reschedule(4, '2026-11-24', '11:00', duration => '61 minutes');

-- ---- an automatic event ----
-- a date alone places it again on that date
SELECT start_timestamp FROM jb_reschedule(3, '2026-11-25');
-- a longer duration: the earliest place for that
SELECT start_timestamp, end_timestamp FROM jb_reschedule(3, duration => '90 minutes');
-- a shorter one: the earliest again
SELECT start_timestamp, end_timestamp FROM jb_reschedule(3, duration => '15 minutes');
-- a start makes it fixed
SELECT start_timestamp FROM jb_reschedule(3, start_time => '09:00');
SELECT placement, date, start_time FROM jb_event(3);
-- make_automatic gives the start back to the scheduler, on the event's date
SELECT start_timestamp FROM jb_reschedule(3, make_automatic => true);
SELECT placement, date, start_time FROM jb_event(3);
-- an event that was wished as an instant is given back without a date
SELECT start_timestamp FROM jb_reschedule(3, start_timestamp => '2026-11-27 12:00+01');
SELECT start_timestamp FROM jb_reschedule(3, make_automatic => true);
SELECT placement, date, start_time, wished_start FROM jb_event(3);
-- again: nothing to do
SELECT outcome FROM jb_reschedule(3, make_automatic => true);
-- a day without hours
SELECT outcome, reason, event_id FROM jb_reschedule(3, '2026-11-28');
SELECT start_timestamp FROM jb_event(3);

-- ---- to another calendar ----
SELECT outcome, start_timestamp, time_zone FROM jb_reschedule(4, calendars => '{room:b}');
-- the wall clock is that of the new calendar
SELECT calendars, date, start_time, jb_timestamp_text(start_timestamp, time_zone) AS there FROM jb_event(4);
-- the old place is free, both histories tell of the move
SELECT outcome FROM jb_schedule('In its old place', '30 minutes', '2026-11-25', '10:00', calendars => '{room:a}');
SELECT calendar, kind, old_range, new_range, old_status, new_status, fields FROM jb_history(4);
-- an instant stays the same instant
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-26 09:00+01', calendars => '{room:a}') \gset instant_
SELECT start_timestamp FROM jb_reschedule(:instant_event_id, calendars => '{room:b}');
-- the time is taken there: the event stays here
SELECT event_id FROM jb_schedule('Also', '30 minutes', start_timestamp => '2026-11-26 09:00+01', calendars => '{room:a}') \gset also_
SELECT outcome, reason, conflicts = ARRAY[:instant_event_id::bigint] AS by_it FROM jb_reschedule(:also_event_id, calendars => '{room:b}');
SELECT calendars, version FROM jb_event(:also_event_id);

-- ---- by the clock ----
-- an event that has begun may change its duration only
SELECT test.clock('2026-11-24 14:30+01');
SELECT jb_status(1);
SELECT state, message, hint FROM test.refusal($$SELECT jb_reschedule(1, start_time => '16:00')$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, make_automatic => true)$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, calendars => '{room:b}')$$); -- must fail
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(1, duration => '40 minutes');
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(1, duration => '2 hours');
-- and may not end in the past
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, duration => '30 minutes')$$); -- must fail
-- an event that has ended, or was cancelled, stays
SELECT test.clock('2026-11-24 18:00+01');
SELECT jb_status(1), jb_status(2);
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, '2026-11-30')$$); -- must fail
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, duration => '3 hours')$$); -- must fail
SELECT outcome FROM jb_cancel(4);
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(4, '2026-11-30')$$); -- must fail

-- ---- versions and dry runs ----
SELECT version FROM jb_event(:also_event_id);
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_reschedule(%s, %L, expected_version => 2)', :also_event_id, '2026-11-30')); -- must fail
SELECT outcome, version FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-27 09:00+01', expected_version => 1);
SELECT test.stored() AS before \gset
SELECT outcome, start_timestamp, version FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-30 09:00+01', dry_run => true);
SELECT outcome, reason, rejection_id FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-20 09:00+01', dry_run => true);
SELECT test.stored() = :'before' AS nothing_changed;

-- ---- invalid: each of these must fail ----
SELECT claim, state, message
  FROM (VALUES
    ('start_time without a date',  $$jb_reschedule(3, start_time => '09:00')$$),
    ('two starts',                 $$jb_reschedule(3, '2026-11-30', '09:00', '2026-11-30 09:00+01')$$),
    ('make_automatic and a start', $$jb_reschedule(3, '2026-11-30', '09:00', make_automatic => true)$$),
    ('make_automatic and instant', $$jb_reschedule(3, start_timestamp => '2026-11-30 09:00+01', make_automatic => true)$$),
    ('no duration',                $$jb_reschedule(3, duration => '0')$$),
    ('months',                     $$jb_reschedule(3, duration => '1 month')$$),
    ('24:00',                      $$jb_reschedule(3, '2026-11-30', '24:00')$$),
    ('infinite date',              $$jb_reschedule(3, 'infinity')$$),
    ('infinite start',             $$jb_reschedule(3, start_timestamp => 'infinity')$$),
    ('unknown calendar',           $$jb_reschedule(3, calendars => '{room:nowhere}')$$),
    ('no calendar',                $$jb_reschedule(3, calendars => '{}')$$),
    ('null for a calendar',        $$jb_reschedule(3, calendars => '{NULL}')$$)
  ) AS wrong (claim, call), test.refusal('SELECT ' || call);
SELECT test.stored() = :'before' AS nothing_changed;
\i test/regress/sql/frame/close.psql
