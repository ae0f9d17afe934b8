-- Promise: jb_update changes any field, and a value that is equal to the present one changes nothing. With replace, the
-- answer of jb_event_json changes nothing, and a wish that is left out is cleared. An unchanged result is accepted, any other
-- result is refused.
-- Could break: every field has its own reader, and a round trip through JSON must lose none of them.
\i test/regress/sql/frame/open.psql
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:00', attendees => '{Ann,Bob}', event_location => 'Room 1', calendars => '{room:a}', priority => 70); --> 1
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-25 09:00+01', calendars => '{room:a}'); --> 2
SELECT event_id FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}'); --> 3
SELECT event_id FROM jb_schedule('In a window', '1 hour', not_before => '2026-11-26 10:00+01', not_after => '2026-11-26 12:00+01', calendars => '{room:a}'); --> 4
-- a waiting event
SELECT event_id FROM jb_schedule('Waiting', '1 hour', not_before => '2026-11-27 10:00+01', not_after => '2026-11-27 11:00+01', calendars => '{room:a}'); --> 5
SELECT outcome FROM jb_schedule('Takes its place', '1 hour', '2026-11-27', '10:00', calendars => '{room:a}'); --> placed
-- a cancelled event
SELECT event_id FROM jb_schedule('Cancelled', '1 hour', '2026-11-30', '09:00', calendars => '{room:a}'); --> 7
SELECT outcome FROM jb_cancel(7); --> cancelled

-- ---- an event as read is written back: nothing changes ----
SELECT test.stored() AS before \gset
SELECT e.id, placement, status, outcome, u.version FROM generate_series(1, 7) AS event, jb_event(event) e,
       jb_update(e.id, jb_event_json(e)::jsonb, replace => true) u; --> 1|fixed|pending|unchanged|1
--> 2|fixed|pending|unchanged|1
--> 3|automatic|pending|unchanged|1
--> 4|automatic|pending|unchanged|1
--> 5|automatic|waiting|unchanged|2
--> 6|fixed|pending|unchanged|1
--> 7|fixed|cancelled|unchanged|2
SELECT e.id, outcome FROM generate_series(1, 7) AS event, jb_event(event) e, jb_update(e.id, jb_event_json(e)::jsonb) u; --> 1|unchanged
--> 2|unchanged
--> 3|unchanged
--> 4|unchanged
--> 5|unchanged
--> 6|unchanged
--> 7|unchanged
SELECT outcome FROM jb_update(1, '{}'); --> unchanged
SELECT outcome FROM jb_update(1, NULL); --> unchanged
SELECT test.stored() = :'before' AS nothing_changed; --> t
-- also by the clock: in progress, then completed
SELECT test.clock('2026-11-24 09:30+01'); --> 2026-11-24 09:30:00+01
SELECT status, outcome FROM jb_event(1) e, jb_update(1, jb_event_json(e)::jsonb, replace => true) u; --> in_progress|unchanged
SELECT test.clock('2026-11-24 12:00+01'); --> 2026-11-24 12:00:00+01
SELECT status, outcome FROM jb_event(1) e, jb_update(1, jb_event_json(e)::jsonb, replace => true) u; --> completed|unchanged
SELECT test.stored() = :'before' AS nothing_changed; --> t
SELECT test.clock('2026-11-23 07:00+01'); --> 2026-11-23 07:00:00+01

-- ---- one field at a time ----
SELECT change, outcome, u.version
  FROM (VALUES ('{"event_name": "Renamed"}'::jsonb), ('{"attendees": ["Cyd"]}'), ('{"attendees": null}'), ('{"event_location": "Room 2"}'),
               ('{"event_location": null}'), ('{"priority": 20}'), ('{"priority": null}')) AS changes (change),
       jb_update(1, change) u; --> {"event_name": "Renamed"}|updated|2
--> {"attendees": ["Cyd"]}|updated|3
--> {"attendees": null}|updated|4
--> {"event_location": "Room 2"}|updated|5
--> {"event_location": null}|updated|6
--> {"priority": 20}|updated|7
--> {"priority": null}|updated|8
SELECT event_name, attendees, event_location, priority, start_timestamp FROM jb_event(1); --> Renamed|{}||50|2026-11-24 09:00:00+01
SELECT seq, kind, fields FROM jb_history(1); --> 1|placed|{}
--> 10|updated|{event_name}
--> 11|updated|{attendees}
--> 12|updated|{attendees}
--> 13|updated|{event_location}
--> 14|updated|{event_location}
--> 15|updated|{priority}
--> 16|updated|{priority}
-- the same again changes nothing
SELECT outcome, version FROM jb_update(1, '{"event_name": "Renamed", "attendees": [], "event_location": "", "priority": 50}'); --> unchanged|8
-- a change of neither time nor calendar never moves an event, though an earlier place is free
SELECT outcome FROM jb_schedule('Blocks', '1 hour', '2026-11-23', '08:00', calendars => '{room:a}'); --> placed
SELECT event_id, start_timestamp FROM jb_schedule('As soon as possible', '1 hour', calendars => '{room:a}') \gset soon_
SELECT outcome FROM jb_cancel(8); --> cancelled
SELECT outcome, start_timestamp FROM jb_update(:soon_event_id, '{"event_name": "Still there", "priority": 99}'); --> updated|2026-11-23 09:00:00+01
-- a change of the duration moves it
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:soon_event_id, '{"duration": 1800}'); --> updated|2026-11-23 08:00:00+01|2026-11-23 08:30:00+01
SELECT seq, kind, fields, old_range = new_range AS same_range FROM jb_history(:soon_event_id); --> 18|placed|{}|null
--> 20|updated|{event_name,priority}|t
--> 21|moved|{duration,start_timestamp,end_timestamp}|f

-- ---- time ----
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"start_time": "10:00"}'); --> updated|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"start_time": "11-30-00", "date": "2026-12-01"}'); --> updated|2026-12-01 11:30:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"start_timestamp": "2026-12-01T09:00:00+01:00"}'); --> updated|2026-12-01 09:00:00+01
SELECT date, start_time, wished_start FROM jb_event(1); --> null|null|2026-12-01 09:00:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-12-02"}'); --> updated|2026-12-02 09:00:00+01
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"duration": "45 minutes"}'); --> updated|2026-12-02 09:00:00+01|2026-12-02 09:45:00+01
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"duration": "PT50M"}'); --> updated|2026-12-02 09:00:00+01|2026-12-02 09:50:00+01
-- null: the calendar's default
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(1, '{"duration": null}'); --> updated|2026-12-02 09:00:00+01|2026-12-02 09:30:00+01
-- start_time cleared: automatic, on the event's date; date cleared too: anywhere
SELECT outcome, start_timestamp FROM jb_update(1, '{"start_time": null}'); --> updated|2026-12-02 08:00:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": null}'); --> updated|2026-11-23 08:30:00+01
SELECT placement, date, start_time, wished_start FROM jb_event(1); --> automatic|null|null|null
-- a window narrows the choice, null opens it again
SELECT outcome, start_timestamp FROM jb_update(1, '{"not_before": "2026-12-03T12:00:00+01:00", "not_after": "2026-12-03T13:00:00+01:00"}'); --> updated|2026-12-03 12:00:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"not_before": null, "not_after": null}'); --> updated|2026-11-23 08:30:00+01
-- name and time in one call
SELECT outcome, start_timestamp FROM jb_update(1, '{"event_name": "Both", "date": "2026-12-04", "start_time": "09:00"}'); --> updated|2026-12-04 09:00:00+01
SELECT seq, kind, fields FROM jb_history(1) ORDER BY seq DESC LIMIT 1; --> 33|moved|{event_name,date,start_time,start_timestamp,end_timestamp}
-- a refused time refuses the name too
SELECT outcome, reason, rejection_id IS NOT NULL AS recorded FROM jb_update(1, '{"event_name": "Neither", "start_time": "12:00", "date": "2026-11-20"}'); --> rejected|in_the_past|t
SELECT event_name, start_timestamp FROM jb_event(1); --> Both|2026-12-04 09:00:00+01

-- ---- replace: a field that is left out is cleared ----
SELECT outcome, start_timestamp FROM jb_update(1, '{"event_name": "Only a name"}', replace => true); --> updated|2026-11-23 08:30:00+01
SELECT event_name, attendees, event_location, date, start_time, wished_start, duration, calendars, priority, placement FROM jb_event(1);
--> Only a name|{}||null|null|null|00:30:00|{room:a}|50|automatic
-- options and calendars stay
SELECT outcome, start_timestamp FROM jb_update(4, '{"event_name": "In a window"}', replace => true); --> updated|2026-11-26 10:00:00+01
SELECT not_before, not_after, duration FROM jb_event(4); --> 2026-11-26 10:00:00+01|2026-11-26 12:00:00+01|00:30:00
-- without a name the request is invalid: must fail
SELECT state, message FROM test.refusal($$SELECT jb_update(1, '{"date": "2026-12-04"}', replace => true)$$); --> 22023|invalid event_name "": it must not be empty
-- an event that was wished as an instant keeps it by either of the two names, and loses it without both
SELECT outcome FROM jb_update(2, '{"event_name": "By instant", "duration": 1800, "start_timestamp": "2026-11-25T09:00:00+01:00"}', replace => true); --> unchanged
SELECT outcome FROM jb_update(2, '{"event_name": "By instant", "duration": 1800, "wished_start": "2026-11-25T08:00:00Z"}', replace => true); --> unchanged
SELECT outcome FROM jb_update(2, '{"event_name": "By instant", "duration": 1800}', replace => true); --> updated
SELECT placement FROM jb_event(2); --> automatic

-- a start named alone is a wish, even if the event stands there already: the event stays where it is
SELECT event_id FROM jb_schedule('Stays', '1 hour', '2026-12-08', '15:00', calendars => '{room:a}') \gset stays_
SELECT outcome, start_timestamp FROM jb_update(:stays_event_id, '{"event_name": "Stays", "duration": 3600, "start_timestamp": "2026-12-08T15:00:00+01:00"}', replace => true);
--> updated|2026-12-08 15:00:00+01
SELECT placement, date, start_time, wished_start FROM jb_event(:stays_event_id); --> fixed|null|null|2026-12-08 15:00:00+01
SELECT outcome FROM jb_update(:stays_event_id, '{"event_name": "Stays", "duration": 3600, "start_timestamp": "2026-12-08T15:00:00+01:00"}', replace => true); --> unchanged
SELECT outcome FROM jb_update(:stays_event_id, '{"start_timestamp": "2026-12-08T14:00:00Z"}'); --> unchanged
-- that fixes an automatic event where it is
SELECT event_id, start_timestamp FROM jb_schedule('Pinned', '1 hour', '2026-12-08', calendars => '{room:a}') \gset pinned_
SELECT outcome, start_timestamp FROM jb_update(:pinned_event_id, jsonb_build_object('start_timestamp', :'pinned_start_timestamp'::timestamptz)); --> updated|2026-12-08 08:00:00+01
SELECT placement, date, start_time, wished_start FROM jb_event(:pinned_event_id); --> fixed|null|null|2026-12-08 08:00:00+01
-- a client that leaves out the nulls of an event that it has read changes nothing
SELECT event_id FROM jb_schedule('Sparse', '1 hour', '2026-12-08', calendars => '{room:a}') \gset sparse_
SELECT e.placement, u.outcome FROM unnest(ARRAY[1, 2, 4, :sparse_event_id, :stays_event_id, :pinned_event_id]) AS event, jb_event(event) e,
       jb_update(e.id, jsonb_strip_nulls(jb_event_json(e)::jsonb), replace => true) u; --> automatic|unchanged
--> automatic|unchanged
--> automatic|unchanged
--> automatic|unchanged
--> fixed|unchanged
--> fixed|unchanged
-- a client that clears the start of an event that it has read gives the start back to the scheduler
SELECT u.outcome, u.start_timestamp FROM jb_event(:stays_event_id) e, jb_update(e.id, jb_event_json(e)::jsonb || '{"start_timestamp": null}', replace => true) u; --> updated|2026-11-23 09:30:00+01
SELECT outcome FROM jb_reschedule(:stays_event_id, '2026-12-08', '15:00'); --> updated
SELECT u.outcome, u.start_timestamp FROM jb_event(:stays_event_id) e, jb_update(e.id, jb_event_json(e)::jsonb || '{"start_time": null}', replace => true) u; --> updated|2026-12-08 10:00:00+01

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
  ) AS wrong (claim, changes), test.refusal(format('SELECT jb_update(1, %L)', changes)); --> id|22023|invalid id "2": it is a result and cannot be changed
--> version|22023|invalid version "1": it is a result and cannot be changed
--> end_timestamp|22023|invalid end_timestamp "2026-12-01T00:00:00+00:00": it needs a start_timestamp beside it
--> placement|22023|invalid placement "held": it is a result and cannot be changed
--> time_zone|22023|invalid time_zone "UTC": the first calendar is in Europe/Berlin
--> wished_start|22023|invalid wished_start "2026-12-01T00:00:00Z": it is a result and cannot be changed
--> created_at|22023|invalid created_at "2026-12-01T00:00:00Z": it is a result and cannot be changed
--> updated_at|22023|invalid updated_at "null": it is a result and cannot be changed

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
  ]) AS changes, test.refusal(format('SELECT jb_update(1, %L)', changes)); --> []|22023|invalid request "[]": it must be a JSON object
--> "text"|22023|invalid request "text": it must be a JSON object
--> 17|22023|invalid request "17": it must be a JSON object
--> null|22023|invalid request "null": it must be a JSON object
--> true|22023|invalid request "true": it must be a JSON object
--> {"nonsense": 1}|22023|invalid nonsense "1": there is no such field
--> {"event_name": null}|22023|invalid event_name "": it must not be empty
--> {"event_name": ""}|22023|invalid event_name "": it must not be empty
--> {"event_name": 5}|22023|invalid event_name "5": it must be a text
--> {"attendees": "Ann"}|22023|invalid attendees "Ann": it must be a list of texts
--> {"attendees": [1]}|22023|invalid attendees[0] "1": it must be a text
--> {"attendees": [null]}|22023|invalid attendees[0] "null": it must be a text
--> {"event_location": []}|22023|invalid event_location "[]": it must be a text
--> {"calendars": null}|22023|invalid calendars "0": there must be 1 to 100
--> {"calendars": []}|22023|invalid calendars "0": there must be 1 to 100
--> {"calendars": ["room:a", "room:a"]}|22023|invalid calendars "room:a": it is named twice
--> {"calendars": "room:a"}|22023|invalid calendars "room:a": it must be a list of texts
--> {"calendars": ["room:nowhere"]}|22023|invalid calendars "room:nowhere": there is no such calendar
--> {"date": "2026-02-30"}|22023|invalid date "2026-02-30": it must be an existing date written YYYY-MM-DD
--> {"date": "24.12.2026"}|22023|invalid date "24.12.2026": it must be an existing date written YYYY-MM-DD
--> {"date": "2026-1-1"}|22023|invalid date "2026-1-1": it must be an existing date written YYYY-MM-DD
--> {"date": 20261224}|22023|invalid date "20261224": it must be an existing date written YYYY-MM-DD
--> {"date": "infinity"}|22023|invalid date "infinity": it must be an existing date written YYYY-MM-DD
--> {"date": "0000-01-01"}|22023|invalid date "0000-01-01": it must be an existing date written YYYY-MM-DD
--> {"date": "2026-12-24", "start_time": "25:00"}|22023|invalid start_time "25:00": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS
--> {"date": "2026-12-24", "start_time": "24:00:00"}|22023|invalid start_time "24:00:00": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS
--> {"date": "2026-12-24", "start_time": "9:00"}|22023|invalid start_time "9:00": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS
--> {"date": "2026-12-24", "start_time": 900}|22023|invalid start_time "900": it must be a time from 00:00:00 to 23:59:59 written HH:MM:SS
--> {"start_time": "09:00"}|22023|invalid start_time "09:00:00": it needs date beside it
--> {"start_timestamp": "2026-12-24T09:00:00"}|22023|invalid start_timestamp "2026-12-24T09:00:00": it must be an RFC 3339 time with its offset
--> {"start_timestamp": "2026-12-24"}|22023|invalid start_timestamp "2026-12-24": it must be an RFC 3339 time with its offset
--> {"start_timestamp": "infinity"}|22023|invalid start_timestamp "infinity": it must be an RFC 3339 time with its offset
--> {"start_timestamp": "2026-12-24T24:00:00Z"}|22023|invalid start_timestamp "2026-12-24T24:00:00Z": it must be an RFC 3339 time with its offset
--> {"start_timestamp": 1766570400}|22023|invalid start_timestamp "1766570400": it must be an RFC 3339 time with its offset
--> {"start_timestamp": "2026-12-24T09:00:00Z", "date": "2026-12-24"}|22023|invalid start_timestamp "2026-12-24T09:00:00+00:00": it contradicts date and start_time
--> {"duration": 0}|22023|invalid duration "0": it must be from 1 second to 366 days
--> {"duration": -60}|22023|invalid duration "-60": it must be from 1 second to 366 days
--> {"duration": 0.5}|22023|invalid duration "0.5": fractions of a second are not allowed
--> {"duration": 1e300}|22023|invalid duration "1e+300": it must be from 1 second to 366 days
--> {"duration": 31622401}|22023|invalid duration "31622401": it must be from 1 second to 366 days
--> {"duration": "1 month"}|22023|invalid duration "1 month": months and years have no fixed length
--> {"duration": "soon"}|22023|invalid duration "soon": it must be whole seconds as a number, or a length such as 30 minutes
--> {"duration": true}|22023|invalid duration "true": it must be whole seconds as a number, or a length such as 30 minutes
--> {"duration": 9223372036854775808}|22023|invalid duration "9223372036854775808": it must be from 1 second to 366 days
--> {"not_before": "2026-12-24T09:00:00Z", "not_after": "2026-12-24T09:00:00Z"}|22023|invalid not_after "2026-12-24T09:00:00+00:00": it must be after not_before
--> {"date": "2026-12-24", "start_time": "09:00", "not_before": "2026-12-24T08:00:00Z"}|22023|invalid not_before "2026-12-24T08:00:00+00:00": a window narrows automatic events only
--> {"priority": -1}|22023|invalid priority "-1": it must be from 0 to 100
--> {"priority": 101}|22023|invalid priority "101": it must be from 0 to 100
--> {"priority": 50.5}|22023|invalid priority "50.5": it must be a whole number
--> {"priority": "high"}|22023|invalid priority "high": it must be a whole number
--> {"status": "done"}|22023|invalid status "done": there is no such status
--> {"status": 1}|22023|invalid status "1": it must be a text
--> {"status": null}|22023|invalid status "null": it must be a text
--> {"status": "cancelled", "date": "2026-12-24"}|22023|invalid status "cancelled": status and time cannot change in one call
--> {"dry_run": "yes"}|22023|invalid dry_run "yes": it must be true or false
--> {"allow_past": 1}|22023|invalid allow_past "1": it must be true or false
-- several faults are told together
SELECT state, detail FROM test.refusal($$SELECT jb_update(1, '{"event_name": "", "duration": 0, "nonsense": {"deep": [1]}, "priority": 101, "id": 7}')$$);
--> 22023|[{"field":"duration","value":"0","message":"it must be from 1 second to 366 days"},{"field":"id","value":"7","message":"it is a result and cannot be changed"},{"field":"nonsense","value":"{\"deep\":[1]}","message":"there is no such field"},{"field":"event_name","value":"","message":"it must not be empty"},{"field":"priority","value":"101","message":"it must be from 0 to 100"}]
-- a number that no double holds: must fail
SELECT state, message FROM test.refusal(format('SELECT jb_update(1, %L)', '{"duration": 1' || repeat('0', 400) || '}')); --> 22P02|could not read the JSON value: a number in it is out of range

-- ---- versions and dry runs ----
SELECT version AS before FROM jb_event(1) \gset
SELECT outcome, version - :before AS counted_up FROM jb_update(1, '{"event_name": "Once"}', expected_version => :before); --> updated|1
-- must fail: the event has changed since
SELECT state FROM test.refusal(format($$SELECT jb_update(1, '{"event_name": "Twice"}', expected_version => %s)$$, :before)); --> JB412
-- must fail with that too when an event is written back as it was read before
SELECT jb_event_json(e) AS json FROM jb_event(3) e \gset old_
SELECT outcome FROM jb_update(3, '{"event_name": "Changed meanwhile"}'); --> updated
SELECT state, message FROM test.refusal(format('SELECT jb_update(3, %L, replace => true, expected_version => 1)', :'old_json')); --> JB412|event 3 has version 2, not 1
-- must fail also for a change that would change nothing
SELECT state FROM test.refusal($$SELECT jb_update(3, '{}', expected_version => 1)$$); --> JB412
SELECT test.stored() AS stored \gset
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-12-04", "start_time": "15:00"}', dry_run => true); --> updated|2026-12-04 15:00:00+01
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-12-04", "start_time": "15:00", "dry_run": true}'); --> updated|2026-12-04 15:00:00+01
SELECT outcome, reason, rejection_id FROM jb_update(1, '{"date": "2026-11-04", "start_time": "15:00"}', dry_run => true); --> rejected|in_the_past|null
SELECT test.stored() = :'stored' AS nothing_changed; --> t
-- a past time is allowed where the caller says so
SELECT outcome, start_timestamp FROM jb_update(1, '{"date": "2026-11-04", "start_time": "15:00", "allow_past": true}'); --> updated|2026-11-04 15:00:00+01

-- ---- an instant that waits ----
SELECT outcome, event_id FROM jb_schedule('Next in line', '1 hour', start_timestamp => '2026-11-27 10:00+01', calendars => '{room:a}', on_no_slot => 'wait') \gset waits_
SELECT :'waits_outcome' AS outcome; --> waiting
-- its start is null and its wish is not: written back, the event still waits for its own time
SELECT outcome, start_timestamp FROM jb_update(:waits_event_id, jb_event_json(jb_event(:waits_event_id))::jsonb, replace => true); --> unchanged|null
SELECT outcome FROM jb_cancel(:waits_event_id); --> cancelled
SELECT outcome FROM jb_update(:waits_event_id, jb_event_json(jb_event(:waits_event_id))::jsonb, replace => true); --> unchanged
-- ---- a hold that is ended, and renamed in the same call ----
SELECT event_id AS held FROM jb_schedule('Held', '1 hour', start_timestamp => '2026-12-01 10:00+01', calendars => '{room:a}', hold_for => '10 minutes') \gset
SELECT outcome FROM jb_update(:held, '{"status": "expired", "event_name": "Given up"}'); --> updated
SELECT event_name, status FROM jb_event(:held); --> Given up|expired
-- ---- after a change of zone ----
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "Europe/Berlin"}'); --> room:moved
SELECT event_id FROM jb_schedule('At nine', '1 hour', '2026-12-15', '09:00', calendars => '{room:moved}') \gset nine_
SELECT name FROM jb_calendar_set('room:moved', '{"time_zone": "America/New_York"}'); --> room:moved
-- the event wishes for its moment: what a GET gave is what it was
SELECT date, start_time, wished_start FROM jb_event(:nine_event_id); --> null|null|2026-12-15 09:00:00+01
SELECT outcome, start_timestamp FROM jb_update(:nine_event_id, (SELECT jb_event_json(v)::jsonb FROM jb_event_view v WHERE v.id = :nine_event_id), replace => true); --> unchanged|2026-12-15 09:00:00+01
-- a date alone leaves the time of day at which the event stands
SELECT outcome, start_timestamp FROM jb_update(:nine_event_id, '{"date": "2026-12-16", "dry_run": true}'); --> updated|2026-12-16 09:00:00+01
-- date and start_time are on the clock of the calendar, also where they are those of the first wish
SELECT message FROM test.refusal(format($$SELECT jb_update(%s, '{"date": "2026-12-15", "start_time": "09:00", "time_zone": "Europe/Berlin"}')$$, :nine_event_id));
--> invalid time_zone "Europe/Berlin": the first calendar is in America/New_York
SELECT outcome, start_timestamp FROM jb_update(:nine_event_id, '{"date": "2026-12-15", "start_time": "09:00", "time_zone": "America/New_York"}'); --> updated|2026-12-15 15:00:00+01

-- Promise: jb_reschedule moves an event by the rules of placing with its own time set aside. A field that is not named keeps
-- its value; where the call is rejected, the event stays exactly where it was.
-- Could break: an event is in its own way; a half named wish loses its other half; a rejection leaves the event unclaimed.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT name FROM jb_calendar_set('room:b', '{"time_zone": "America/New_York", "default_duration": "15 minutes"}'); --> room:b
SET SESSION AUTHORIZATION regress_secretary;
SELECT event_id FROM jb_schedule('Fixed', '1 hour', '2026-11-24', '09:00', calendars => '{room:a}'); --> 1
SELECT event_id FROM jb_schedule('Rock', '1 hour', '2026-11-24', '12:00', calendars => '{room:a}'); --> 2
SELECT event_id, start_timestamp FROM jb_schedule('Automatic', '1 hour', '2026-11-24', calendars => '{room:a}'); --> 3|2026-11-24 08:00:00+01
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-25 09:00+01', calendars => '{room:a}'); --> 4

-- ---- a fixed event ----
-- a start_time alone keeps the date
SELECT outcome, event_id, start_timestamp, end_timestamp, version FROM jb_reschedule(1, start_time => '10:00'); --> updated|1|2026-11-24 10:00:00+01|2026-11-24 11:00:00+01|2
-- a date alone keeps the wall clock
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, '2026-11-26'); --> 2026-11-26 10:00:00+01|2026-11-26 11:00:00+01|3
-- both
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, '2026-11-24', '14:00'); --> 2026-11-24 14:00:00+01|2026-11-24 15:00:00+01|4
-- a duration alone keeps the start; its own time is not in its way
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, duration => '3 hours'); --> 2026-11-24 14:00:00+01|2026-11-24 17:00:00+01|5
SELECT start_timestamp, end_timestamp, version FROM jb_reschedule(1, start_time => '13:00'); --> 2026-11-24 13:00:00+01|2026-11-24 16:00:00+01|6
-- an instant replaces date and start_time
SELECT start_timestamp, version FROM jb_reschedule(1, start_timestamp => '2026-11-24 14:30+01'); --> 2026-11-24 14:30:00+01|7
SELECT date, start_time, wished_start FROM jb_event(1); --> null|null|2026-11-24 14:30:00+01
-- and date and start_time replace the instant
SELECT start_timestamp, version FROM jb_reschedule(1, '2026-11-24', '14:00'); --> 2026-11-24 14:00:00+01|8
SELECT date, start_time, wished_start FROM jb_event(1); --> 2026-11-24|14:00:00|null
-- an event that was wished as an instant: a start_time alone keeps its local date
SELECT start_timestamp FROM jb_reschedule(4, start_time => '10:00'); --> 2026-11-25 10:00:00+01
SELECT date, start_time, wished_start FROM jb_event(4); --> 2026-11-25|10:00:00|null
-- the wish as it is changes nothing
SELECT outcome, version FROM jb_reschedule(1, '2026-11-24', '14:00', duration => '3 hours'); --> unchanged|8
SELECT outcome, version FROM jb_reschedule(1); --> unchanged|8

-- ---- rejected, the event stays ----
SELECT outcome, event_id, start_timestamp, reason, conflicts, rejection_id, version FROM jb_reschedule(1, start_time => '11:30'); --> rejected|1|null|conflict|{2}|1|8
SELECT outcome, reason FROM jb_reschedule(1, '2026-11-22'); --> rejected|in_the_past
SELECT start_timestamp, end_timestamp, date, start_time, version FROM jb_event(1); --> 2026-11-24 14:00:00+01|2026-11-24 17:00:00+01|2026-11-24|14:00:00|8
SELECT outcome FROM jb_schedule('In its old place', '1 hour', '2026-11-24', '15:00', calendars => '{room:a}'); --> rejected
-- the rejection keeps the wish
SELECT event_id, reason, request FROM jb_rejections() LIMIT 1;
--> 1|conflict|{"date": "2026-11-24", "duration": 10800, "priority": 50, "attendees": [], "calendars": ["room:a"], "time_zone": "Europe/Berlin", "event_name": "Fixed", "start_time": "11:30:00", "event_location": ""}
-- longer than its place allows
SELECT outcome, conflicts FROM jb_reschedule(4, '2026-11-24', '11:00', duration => '61 minutes'); --> rejected|{2}

-- ---- an automatic event ----
-- a date alone places it again on that date
SELECT start_timestamp FROM jb_reschedule(3, '2026-11-25'); --> 2026-11-25 08:00:00+01
-- a longer duration: the earliest place for that
SELECT start_timestamp, end_timestamp FROM jb_reschedule(3, duration => '90 minutes'); --> 2026-11-25 08:00:00+01|2026-11-25 09:30:00+01
-- a shorter one: the earliest again
SELECT start_timestamp, end_timestamp FROM jb_reschedule(3, duration => '15 minutes'); --> 2026-11-25 08:00:00+01|2026-11-25 08:15:00+01
-- a start makes it fixed
SELECT start_timestamp FROM jb_reschedule(3, start_time => '09:00'); --> 2026-11-25 09:00:00+01
SELECT placement, date, start_time FROM jb_event(3); --> fixed|2026-11-25|09:00:00
-- make_automatic gives the start back to the scheduler, on the event's date
SELECT start_timestamp FROM jb_reschedule(3, make_automatic => true); --> 2026-11-25 08:00:00+01
SELECT placement, date, start_time FROM jb_event(3); --> automatic|2026-11-25|null
-- an event that was wished as an instant is given back without a date
SELECT start_timestamp FROM jb_reschedule(3, start_timestamp => '2026-11-27 12:00+01'); --> 2026-11-27 12:00:00+01
SELECT start_timestamp FROM jb_reschedule(3, make_automatic => true); --> 2026-11-23 08:00:00+01
SELECT placement, date, start_time, wished_start FROM jb_event(3); --> automatic|null|null|null
-- again: nothing to do
SELECT outcome FROM jb_reschedule(3, make_automatic => true); --> unchanged
-- a day without hours
SELECT outcome, reason, event_id FROM jb_reschedule(3, '2026-11-28'); --> rejected|outside_hours|3
SELECT start_timestamp FROM jb_event(3); --> 2026-11-23 08:00:00+01

-- ---- to another calendar ----
SELECT outcome, start_timestamp, time_zone FROM jb_reschedule(4, calendars => '{room:b}'); --> updated|2026-11-25 16:00:00+01|America/New_York
-- the wall clock is that of the new calendar
SELECT calendars, date, start_time, jb_timestamp_text(start_timestamp, time_zone) AS there FROM jb_event(4); --> {room:b}|2026-11-25|10:00:00|2026-11-25T10:00:00-05:00
-- the old place is free, both histories tell of the move
SELECT outcome FROM jb_schedule('In its old place', '30 minutes', '2026-11-25', '10:00', calendars => '{room:a}'); --> placed
SELECT calendar, kind, old_range, new_range, old_status, new_status, fields FROM jb_history(4); --> room:a|placed|null|["2026-11-25 09:00:00+01","2026-11-25 09:30:00+01")|null|scheduled|{}
--> room:a|moved|["2026-11-25 09:00:00+01","2026-11-25 09:30:00+01")|["2026-11-25 10:00:00+01","2026-11-25 10:30:00+01")|scheduled|scheduled|{date,start_time,wished_start,start_timestamp,end_timestamp}
--> room:a|moved|["2026-11-25 10:00:00+01","2026-11-25 10:30:00+01")|null|scheduled|null|{calendars,start_timestamp,end_timestamp}
--> room:b|moved|null|["2026-11-25 16:00:00+01","2026-11-25 16:30:00+01")|null|scheduled|{calendars,start_timestamp,end_timestamp}
-- an instant stays the same instant
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-11-26 09:00+01', calendars => '{room:a}') \gset instant_
SELECT start_timestamp FROM jb_reschedule(:instant_event_id, calendars => '{room:b}'); --> 2026-11-26 09:00:00+01
-- the time is taken there: the event stays here
SELECT event_id FROM jb_schedule('Also', '30 minutes', start_timestamp => '2026-11-26 09:00+01', calendars => '{room:a}') \gset also_
SELECT outcome, reason, conflicts = ARRAY[:instant_event_id::bigint] AS by_it FROM jb_reschedule(:also_event_id, calendars => '{room:b}'); --> rejected|conflict|t
SELECT calendars, version FROM jb_event(:also_event_id); --> {room:a}|1

-- ---- by the clock ----
-- an event that has begun may change its duration only
SELECT test.clock('2026-11-24 14:30+01'); --> 2026-11-24 14:30:00+01
SELECT jb_status(1); --> in_progress
SELECT state, message, hint FROM test.refusal($$SELECT jb_reschedule(1, start_time => '16:00')$$); -- must fail
--> 55000|event 1 is in_progress and cannot be moved; only its duration may change|An event that has begun can end earlier or later, or become completed.
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, make_automatic => true)$$); -- must fail --> 55000|event 1 is in_progress and cannot be moved; only its duration may change
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, calendars => '{room:b}')$$); -- must fail --> 55000|event 1 is in_progress and cannot be moved; only its duration may change
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(1, duration => '40 minutes'); --> updated|2026-11-24 14:00:00+01|2026-11-24 14:40:00+01
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(1, duration => '2 hours'); --> updated|2026-11-24 14:00:00+01|2026-11-24 16:00:00+01
-- and may not end in the past
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, duration => '30 minutes')$$); -- must fail
--> 55000|event 1 is in_progress and cannot end in the past; set its status to completed instead
-- an event that has ended, or was cancelled, stays
SELECT test.clock('2026-11-24 18:00+01'); --> 2026-11-24 18:00:00+01
SELECT jb_status(1), jb_status(2); --> completed|completed
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, '2026-11-30')$$); -- must fail --> 55000|event 1 is completed and cannot be moved
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(1, duration => '3 hours')$$); -- must fail --> 55000|event 1 is completed and cannot be moved
SELECT outcome FROM jb_cancel(4); --> cancelled
SELECT state, message FROM test.refusal($$SELECT jb_reschedule(4, '2026-11-30')$$); -- must fail --> 55000|event 4 is cancelled and cannot be moved

-- ---- versions and dry runs ----
SELECT version FROM jb_event(:also_event_id); --> 1
SELECT state, message, detail, hint FROM test.refusal(format('SELECT jb_reschedule(%s, %L, expected_version => 2)', :also_event_id, '2026-11-30')); -- must fail
--> JB412|event 7 has version 1, not 2|It was changed after it was read.|Read the event again and repeat the change on what it is now.
SELECT outcome, version FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-27 09:00+01', expected_version => 1); --> updated|2
SELECT test.stored() AS before \gset
SELECT outcome, start_timestamp, version FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-30 09:00+01', dry_run => true); --> updated|2026-11-30 09:00:00+01|3
SELECT outcome, reason, rejection_id FROM jb_reschedule(:also_event_id, start_timestamp => '2026-11-20 09:00+01', dry_run => true); --> rejected|in_the_past|null
SELECT test.stored() = :'before' AS nothing_changed; --> t

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
  ) AS wrong (claim, call), test.refusal('SELECT ' || call); --> start_time without a date|22023|invalid start_time "09:00:00": it needs event_date beside it
--> two starts|22023|invalid start_timestamp "2026-11-30T08:00:00+00:00": it contradicts event_date and start_time
--> make_automatic and a start|22023|invalid make_automatic "true": it contradicts a start
--> make_automatic and instant|22023|invalid make_automatic "true": it contradicts a start
--> no duration|22023|invalid duration "00:00:00": it must be from 1 second to 366 days
--> months|22023|invalid duration "1 mon": months and years have no fixed length
--> 24:00|22023|invalid start_time "24:00:00": it must be from 00:00:00 to 23:59:59
--> infinite date|22023|invalid event_date "after year 9999": it must lie in the years 0001 to 9999
--> infinite start|22023|invalid start_timestamp "after year 9999": it must lie in the years 0001 to 9999
--> unknown calendar|22023|invalid calendars "room:nowhere": there is no such calendar
--> no calendar|22023|invalid calendars "0": there must be 1 to 100
--> null for a calendar|22023|invalid calendars[0] "NULL": it must not be null
SELECT test.stored() = :'before' AS nothing_changed; --> t
\i test/regress/sql/frame/close.psql
