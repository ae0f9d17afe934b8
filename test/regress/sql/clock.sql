-- Promise: now is the machine's clock in whole seconds; only a superuser, or a role with SET on it, sets another clock.
-- Could break: a user who can set the clock can book the past and end events in progress.
\i test/regress/sql/frame/open.psql
-- the test's clock, floored to its second
SELECT jb_now(); --> 2026-11-23 07:00:00+01
SELECT test.clock('2026-11-23 07:00:59.999999+01'); --> 2026-11-23 07:00:59.999999+01
SELECT jb_now(); --> 2026-11-23 07:00:59+01
-- written in another zone, the same instant
RESET SESSION AUTHORIZATION;
SET jb_scheduler.now = '2026-11-23T07:00:00Z';
SELECT jb_now(); --> 2026-11-23 08:00:00+01
-- empty: the machine's clock
SET jb_scheduler.now = '';
SELECT jb_now() BETWEEN now() - interval '1 second' AND now() + interval '1 hour' AS is_the_machines, extract(microseconds FROM jb_now())::int % 1000000 AS fraction; --> t|0
-- a text that is no time fails where it is read: must fail
SET jb_scheduler.now = 'tomorrow or so';
SELECT jb_now(); --> ERROR:  invalid input syntax for type timestamp with time zone: "tomorrow or so"
RESET jb_scheduler.now;

-- no other user may set it: each of these must fail
SET SESSION AUTHORIZATION regress_manager;
SET jb_scheduler.now = '2000-01-01'; --> ERROR:  permission denied to set parameter "jb_scheduler.now"
SELECT state FROM test.refusal($$SELECT set_config('jb_scheduler.now', '2000-01-01', true)$$); --> 42501
SELECT jb_now() > '2001-01-01' AS still_the_machines; --> t
-- nor before the library is loaded: loading it drops the setting with a warning; where it is preloaded, SET fails here
\c -
SET client_min_messages = error;
SET SESSION AUTHORIZATION regress_manager;
SELECT test.refusal($$SET jb_scheduler.now = '2000-01-01'$$) \g /dev/null
SELECT jb_now() > '2001-01-01' AS still_the_machines; --> t
RESET SESSION AUTHORIZATION;

-- jb_health() tells the setting
SET timezone = 'Europe/Berlin';
SET datestyle = 'ISO';
SELECT test.clock('2026-11-23 07:00+01') \g /dev/null
SELECT h.now, h.version = (SELECT extversion FROM pg_extension WHERE extname = 'jb_scheduler') AS version,
       h.server_version = current_setting('server_version') AS server_version, worker FROM jb_health() h; --> 2026-11-23 07:00:00+01|t|t|off

-- Promise: date and start_time are wall clock of the calendar's zone, on days of 23 and 25 hours too, and a move by date keeps
-- them. How times near a change are read is in test/tap/wall_clock.t, what hours are then in test/core/wall_clock_follows_rfc_5545.cpp.
-- Could break: PostgreSQL's own cast reads a repeated time as the second, and a day is easily taken for 24 hours.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT test.clock('2026-01-01 00:00Z'); --> 2026-01-01 01:00:00+01
SELECT name FROM jb_calendar_set('berlin', '{"time_zone": "Europe/Berlin"}'); --> berlin
SELECT name FROM jb_calendar_set('berlin:always', '{"time_zone": "Europe/Berlin", "hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "00:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}, "slot_increment": "2 hours"}');
--> berlin:always
SELECT name FROM jb_calendar_set('berlin:at-two', '{"time_zone": "Europe/Berlin", "hours": {"sunday": [{"start": "02:00", "end": "03:00"}]}}'); --> berlin:at-two
SET SESSION AUTHORIZATION regress_secretary;
SET timezone = 'UTC';

-- the second 02:30 can be named as an instant; PostgreSQL's own cast reads the wall clock time as this instant
SELECT start_timestamp, '2026-10-25 02:30 Europe/Berlin'::timestamptz = start_timestamp AS is_what_the_cast_says
  FROM jb_schedule('The second', '1 minute', start_timestamp => '2026-10-25 02:30+01', calendars => '{berlin}'); --> 2026-10-25 01:30:00+00|t

-- ---- a date is the whole local day ----
-- 23 hours on 29 March, 25 on 25 October
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('All of it', '23 hours', '2026-03-29', calendars => '{berlin:always}', dry_run => true); --> placed|2026-03-29T00:00:00+01:00|2026-03-30T00:00:00+02:00
SELECT outcome, reason FROM jb_schedule('Too long', '23 hours 1 second', '2026-03-29', calendars => '{berlin:always}', dry_run => true); --> rejected|outside_hours
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Long', '25 hours', '2026-10-25', calendars => '{berlin:always}', dry_run => true); --> placed|2026-10-25T00:00:00+02:00|2026-10-26T00:00:00+01:00
SELECT outcome, jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Too long', '25 hours', '2026-10-26', calendars => '{berlin:always}', dry_run => true); --> rejected|null|null

-- ---- a duration is elapsed time ----
-- an hour that begins at 01:30 ends at 03:30 on the wall clock in spring, at 02:30 in autumn
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Spring', '1 hour', '2026-03-29', '01:30', calendars => '{berlin:always}'); --> 2026-03-29T01:30:00+01:00|2026-03-29T03:30:00+02:00
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts, jb_timestamp_text(end_timestamp, time_zone) AS ends
  FROM jb_schedule('Autumn', '1 hour', '2026-10-25', '01:30', calendars => '{berlin:always}'); --> 2026-10-25T01:30:00+02:00|2026-10-25T02:30:00+02:00

-- ---- moving by date keeps the wall clock ----
SELECT event_id FROM jb_schedule('Weekly', '30 minutes', '2026-03-22', '02:15', calendars => '{berlin:at-two}') \gset weekly_
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:weekly_event_id, '2026-06-21'); --> 2026-06-21T02:15:00+02:00
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:weekly_event_id, '2026-03-29'); --> 2026-03-29T03:15:00+02:00
-- the wish keeps 02:15 all the same
SELECT date, start_time FROM jb_event(:weekly_event_id); --> 2026-03-29|02:15:00
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:weekly_event_id, '2026-04-05'); --> 2026-04-05T02:15:00+02:00
-- an event that was wished as an instant keeps its wall clock too
SELECT event_id FROM jb_schedule('By instant', '30 minutes', start_timestamp => '2026-03-23 08:00Z', calendars => '{berlin:at-two}') \gset instant_
SELECT jb_timestamp_text(start_timestamp, time_zone) AS starts FROM jb_reschedule(:instant_event_id, '2026-03-30'); --> 2026-03-30T09:00:00+02:00
SELECT date, start_time, wished_start FROM jb_event(:instant_event_id); --> 2026-03-30|09:00:00|null

-- Promise: an event in `days` ends at the same time of day so many days later, on the clock that reads its start, whatever the
-- clock does between. Series, moves, holds, rows of a user's own, feeds and imports keep the days; an elapsed duration stays
-- elapsed (rule 2.1.6).
-- Could break: PostgreSQL's '1 day' is taken for 24 hours here, and each road to an end reckons it once more.
\i test/regress/sql/frame/open.psql
RESET SESSION AUTHORIZATION;
SELECT test.clock('2027-03-01 00:00Z'); --> 2027-03-01 01:00:00+01
SELECT name FROM jb_calendar_set('van', '{"time_zone": "Europe/Berlin", "hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "00:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}}');
--> van
SELECT name FROM jb_calendar_set('trailer', '{"time_zone": "America/New_York"}'); --> trailer
SELECT name FROM jb_calendar_set('apia', '{"time_zone": "Pacific/Apia"}'); --> apia
SET SESSION AUTHORIZATION regress_secretary;

-- ---- over both changes of the clock, daily bookings adjoin ----
SELECT outcome, cardinality(events) FROM jb_schedule('March', days => 1, event_date => '2027-03-26', start_time => '00:00', calendars => '{van}', recurrence => 'RRULE:FREQ=DAILY;COUNT=5');
--> placed|5
SELECT outcome, cardinality(events) FROM jb_schedule('October', days => 1, event_date => '2027-10-29', start_time => '00:00', calendars => '{van}', recurrence => 'RRULE:FREQ=DAILY;COUNT=5');
--> placed|5
SELECT event_name, start_timestamp, end_timestamp, duration, days, end_timestamp - start_timestamp AS elapsed,
       start_timestamp = lag(end_timestamp) OVER (PARTITION BY event_name ORDER BY start_timestamp) AS adjoins
  FROM jb_event_view ORDER BY start_timestamp; --> March|2027-03-26 00:00:00+01|2027-03-27 00:00:00+01|null|1|1 day|null
--> March|2027-03-27 00:00:00+01|2027-03-28 00:00:00+01|null|1|1 day|t
--> March|2027-03-28 00:00:00+01|2027-03-29 00:00:00+02|null|1|23:00:00|t
--> March|2027-03-29 00:00:00+02|2027-03-30 00:00:00+02|null|1|1 day|t
--> March|2027-03-30 00:00:00+02|2027-03-31 00:00:00+02|null|1|1 day|t
--> October|2027-10-29 00:00:00+02|2027-10-30 00:00:00+02|null|1|1 day|null
--> October|2027-10-30 00:00:00+02|2027-10-31 00:00:00+02|null|1|1 day|t
--> October|2027-10-31 00:00:00+02|2027-11-01 00:00:00+01|null|1|1 day 01:00:00|t
--> October|2027-11-01 00:00:00+01|2027-11-02 00:00:00+01|null|1|1 day|t
--> October|2027-11-02 00:00:00+01|2027-11-03 00:00:00+01|null|1|1 day|t
SELECT outcome, reason FROM jb_schedule('Late', '1 hour', '2027-10-31', '23:00', calendars => '{van}'); --> rejected|conflict
-- an elapsed duration does not, and the refusal says why; so does that of a change
SELECT outcome, reason, detail, facts FROM jb_schedule('Trailer', '1 day', '2027-03-11', '00:00', calendars => '{trailer}', recurrence => 'RRULE:FREQ=DAILY;COUNT=5');
--> rejected|conflict|Occurrence 5 of 5, 2027-03-15 00:00:00: It overlaps the occurrence before it, or its buffer, because the clock changes. A duration is elapsed time; days in its place end at the same time of day.|{"occurrence": 5, "occurrences": 5, "clock_change": true, "end_timestamp": "2027-03-16T00:00:00-04:00", "start_timestamp": "2027-03-15T00:00:00-04:00"}
SELECT outcome, detail, facts FROM jb_reschedule(1, duration => '1 day', scope => 'all');
--> rejected|Occurrence 4 of 5, 2027-03-29 00:00:00: It overlaps the occurrence before it, or its buffer, because the clock changes. A duration is elapsed time; days in its place end at the same time of day.|{"occurrence": 4, "occurrences": 5, "clock_change": true, "end_timestamp": "2027-03-30T00:00:00+02:00", "start_timestamp": "2027-03-29T00:00:00+02:00"}
SELECT outcome, detail, facts FROM jb_update(1, '{"duration": 86400, "recurrence": "RRULE:FREQ=DAILY;COUNT=4", "scope": "all"}');
--> rejected|Occurrence 4 of 4, 2027-03-29 00:00:00: It overlaps the occurrence before it, or its buffer, because the clock changes. A duration is elapsed time; days in its place end at the same time of day.|{"occurrence": 4, "occurrences": 4, "clock_change": true, "end_timestamp": "2027-03-30T00:00:00+02:00", "start_timestamp": "2027-03-29T00:00:00+02:00"}
-- one that no clock change explains is told as before
SELECT outcome, detail, facts FROM jb_schedule('Long', '25 hours', '2027-05-01', '00:00', calendars => '{van}', recurrence => 'RRULE:FREQ=DAILY;COUNT=5');
--> rejected|Occurrence 2 of 5, 2027-05-02 00:00:00: It overlaps the occurrence before it, or its buffer.|{"occurrence": 2, "occurrences": 5, "end_timestamp": "2027-05-03T01:00:00+02:00", "start_timestamp": "2027-05-02T00:00:00+02:00"}

-- ---- one event ----
SELECT jb_cancel(1, 'all'), jb_cancel(6, 'all') \g /dev/null
-- from a skipped time it lasts to the time that was asked for; into one it ends where the clock goes on
SELECT wish.date, start_timestamp, end_timestamp FROM (VALUES (date '2027-03-27'), ('2027-03-28')) AS wish (date),
       jb_schedule('Night', days => 1, event_date => wish.date, start_time => '02:30', calendars => '{van}'); --> 2027-03-27|2027-03-27 02:30:00+01|2027-03-28 03:30:00+02
--> 2027-03-28|2027-03-28 03:30:00+02|2027-03-29 02:30:00+02
-- from an instant: on the clock of the first calendar
SELECT event_id, start_timestamp, end_timestamp FROM jb_schedule('Instant', days => 1, start_timestamp => '2027-03-13 18:00+01', calendars => '{trailer,van}') \gset instant_
SELECT :'instant_start_timestamp', :'instant_end_timestamp'; --> 2027-03-13 18:00:00+01|2027-03-14 17:00:00+01
-- as text, and back again
SELECT (jb_event_json(jb_event(:instant_event_id))::jsonb) - '{id,created_at,updated_at,version}'::text[];
--> {"date": null, "days": 1, "one_of": null, "series": null, "status": "pending", "within": null, "duration": null, "hold_for": null, "metadata": null, "priority": 50, "attendees": [], "calendars": ["trailer", "van"], "not_after": null, "placement": "fixed", "time_zone": "America/New_York", "event_name": "Instant", "expires_at": null, "not_before": null, "recurrence": null, "start_time": null, "attachments": [], "description": null, "wished_start": "2027-03-13T12:00:00-05:00", "end_timestamp": "2027-03-14T12:00:00-04:00", "max_attendees": null, "recurrence_id": null, "event_location": "", "check_attendees": null, "start_timestamp": "2027-03-13T12:00:00-05:00", "attendee_calendars": []}
SELECT outcome FROM jb_update(:instant_event_id, jb_event_json(jb_event(:instant_event_id))::jsonb, replace => true); --> unchanged

-- ---- moves ----
SELECT event_id FROM jb_schedule('Moves', days => 1, event_date => '2027-03-20', start_time => '12:00', calendars => '{van}', hold_for => '1 hour') \gset m_
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:m_event_id, '2027-10-30'); --> updated|2027-10-30 12:00:00+02|2027-10-31 12:00:00+01
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:m_event_id, days => 3); --> updated|2027-10-30 12:00:00+02|2027-11-02 12:00:00+01
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:m_event_id, duration => '1 day'); --> updated|2027-10-30 12:00:00+02|2027-10-31 11:00:00+01
SELECT duration, days FROM jb_event(:m_event_id); --> 24:00:00|null
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:m_event_id, '{"days": 2}'); --> updated|2027-10-30 12:00:00+02|2027-11-01 12:00:00+01
SELECT duration, days FROM jb_event(:m_event_id); --> null|2
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:m_event_id, '{"days": null}'); --> updated|2027-10-30 12:00:00+02|2027-10-30 12:30:00+02
SELECT duration, days FROM jb_event(:m_event_id); --> 00:30:00|null
SELECT outcome FROM jb_update(:m_event_id, '{"days": 1}'); --> updated
-- an end makes a duration; PUT without either has the calendar's
SELECT outcome, end_timestamp FROM jb_update(:m_event_id, '{"end_timestamp": "2027-10-31T12:00:00+01:00"}'); --> unchanged|2027-10-31 12:00:00+01
SELECT duration, days FROM jb_event(:m_event_id); --> null|1
SELECT outcome FROM jb_update(:m_event_id, '{"days": 1}'); --> unchanged
SELECT outcome, end_timestamp FROM jb_update(:m_event_id, '{"event_name": "Moves", "date": "2027-10-30", "start_time": "12:00"}', replace => true); --> updated|2027-10-30 12:30:00+02
SELECT duration, days FROM jb_event(:m_event_id); --> 00:30:00|null
SELECT outcome FROM jb_update(:m_event_id, '{"days": 1}'); --> updated
-- while it lasts, its days may become others
SELECT outcome, end_timestamp FROM jb_confirm(:m_event_id); --> confirmed|2027-10-31 12:00:00+01
SELECT test.clock('2027-10-30 20:00Z'); --> 2027-10-30 22:00:00+02
SELECT outcome, start_timestamp, end_timestamp FROM jb_reschedule(:m_event_id, days => 2); --> updated|2027-10-30 12:00:00+02|2027-11-01 12:00:00+01
SELECT state, message FROM test.refusal(format('SELECT jb_reschedule(%s, duration => %L)', :m_event_id, '1 hour'));
--> 55000|event 19 is in_progress and cannot end in the past; set its status to completed instead
SELECT test.clock('2027-03-01 00:00Z'); --> 2027-03-01 01:00:00+01
-- the history has both
SELECT fields, old_values ->> 'duration' AS duration, old_values ->> 'days' AS days FROM jb_change_log WHERE event_id = :m_event_id AND fields && '{days,duration}' ORDER BY version;
--> {days,end_timestamp}|null|1
--> {duration,days,end_timestamp}|null|3
--> {duration,days,end_timestamp}|86400|null
--> {duration,days,end_timestamp}|null|2
--> {duration,days,end_timestamp}|1800|null
--> {duration,days,end_timestamp}|null|1
--> {duration,days,end_timestamp}|1800|null
--> {days,end_timestamp}|null|1

-- ---- a refusal offers the same time of day ----
SELECT outcome, reason, alternatives FROM jb_schedule('Instead', days => 1, event_date => '2027-03-28', start_time => '02:00', calendars => '{van}');
--> rejected|conflict|{"[\"2027-03-30 02:00:00+02\",\"2027-03-31 02:00:00+02\")","[\"2027-03-26 02:00:00+01\",\"2027-03-27 02:00:00+01\")","[\"2027-03-31 02:00:00+02\",\"2027-04-01 02:00:00+02\")"}
SELECT verdict, reason, candidate FROM jb_explain('Instead', days => 1, event_date => '2027-03-28', start_time => '02:00', calendars => '{van}');
--> in_the_way|conflict|["2027-03-28 03:00:00+02","2027-03-29 02:00:00+02")
--> in_the_way|conflict|["2027-03-28 03:00:00+02","2027-03-29 02:00:00+02")
--> rejected|conflict|["2027-03-28 03:00:00+02","2027-03-29 02:00:00+02")
-- what waits for its own time takes it
SELECT outcome, event_id FROM jb_schedule('Waits', days => 1, event_date => '2027-03-28', start_time => '02:30', calendars => '{van}', on_no_slot => 'wait') \gset w_
SELECT jb_cancel(id) FROM jb_event_view WHERE event_name = 'Night' AND start_timestamp > '2027-03-28' \g /dev/null
SELECT status, start_timestamp, end_timestamp FROM jb_event(:w_event_id); --> pending|2027-03-28 03:30:00+02|2027-03-29 02:30:00+02

-- ---- each must fail, and change nothing ----
SELECT test.stored() AS before \gset
SELECT call, r.state, r.message, r.hint FROM (VALUES
  ($$jb_schedule('x', days => 0, event_date => '2027-04-01', start_time => '00:00')$$),
  ($$jb_schedule('x', days => 367, event_date => '2027-04-01', start_time => '00:00')$$),
  ($$jb_schedule('x', '1 day', days => 1, event_date => '2027-04-01', start_time => '00:00')$$),
  ($$jb_schedule('x', days => 1, event_date => '2027-04-01')$$),
  ($$jb_schedule('x', days => 1)$$),
  ($$jb_schedule_all('{"event_name": "x", "days": 1.5, "date": "2027-04-01", "start_time": "00:00"}')$$),
  ($$jb_schedule_all('{"event_name": "x", "days": 1, "start_timestamp": "2027-04-01T00:00:00Z", "end_timestamp": "2027-04-02T00:00:00Z"}')$$),
  ($$jb_schedule('x', days => 1, event_date => '2011-12-30', start_time => '10:00', calendars => '{apia}', allow_past => true)$$),
  (format($$jb_reschedule(%s, make_automatic => true)$$, :m_event_id)),
  (format($$jb_reschedule(%s, days => 1, duration => '1 day')$$, :m_event_id)),
  (format($$jb_update(%s, '{"start_time": null, "date": null}')$$, :m_event_id)),
  (format($$jb_update(%s, '{"days": 2, "duration": 3600}')$$, :m_event_id)),
  (format($$jb_update(%s, '{"days": 2, "end_timestamp": "2027-11-02T12:00:00+01:00"}')$$, :m_event_id))) AS c (call), test.refusal('SELECT ' || call) r;
--> jb_schedule('x', days => 0, event_date => '2027-04-01', start_time => '00:00')|22023|invalid days "0": it must be from 1 to 366|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_schedule('x', days => 367, event_date => '2027-04-01', start_time => '00:00')|22023|invalid days "367": it must be from 1 to 366|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_schedule('x', '1 day', days => 1, event_date => '2027-04-01', start_time => '00:00')|22023|invalid days "1": it contradicts duration: one of both says how long it lasts|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_schedule('x', days => 1, event_date => '2027-04-01')|22023|invalid days "1": it needs a start: event_date and start_time, or start_timestamp; an automatic event lasts for a duration|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_schedule('x', days => 1)|22023|invalid days "1": it needs a start: event_date and start_time, or start_timestamp; an automatic event lasts for a duration|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_schedule_all('{"event_name": "x", "days": 1.5, "date": "2027-04-01", "start_time": "00:00"}')|22023|invalid days "1.5": it must be a whole number|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_schedule_all('{"event_name": "x", "days": 1, "start_timestamp": "2027-04-01T00:00:00Z", "end_timestamp": "2027-04-02T00:00:00Z"}')|22023|invalid end_timestamp "2027-04-02T00:00:00+00:00": it contradicts days: one of both says when it ends|Correct every field that is named and call again.
--> jb_schedule('x', days => 1, event_date => '2011-12-30', start_time => '10:00', calendars => '{apia}', allow_past => true)|22023|invalid days "1": the zone leaves this date out: the event would not last|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_reschedule(19, make_automatic => true)|22023|invalid days "2": it needs a start: event_date and start_time, or start_timestamp; an automatic event lasts for a duration|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_reschedule(19, days => 1, duration => '1 day')|22023|invalid days "1": it contradicts duration: one of both says how long it lasts|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_update(19, '{"start_time": null, "date": null}')|22023|invalid days "2": it needs a start: date and start_time, or start_timestamp; an automatic event lasts for a duration|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_update(19, '{"days": 2, "duration": 3600}')|22023|invalid days "2": it contradicts duration: one of both says how long it lasts|Give whole days of the wall clock, 1 to 366, in place of a duration, and a start: a date with start_time, or start_timestamp.
--> jb_update(19, '{"days": 2, "end_timestamp": "2027-11-02T12:00:00+01:00"}')|22023|invalid end_timestamp "2027-11-02T11:00:00+00:00": it contradicts days: one of both says when it ends|Correct every field that is named and call again.
SELECT test.stored() = :'before' AS as_before; --> t
-- with a duration the event may become automatic
SELECT outcome FROM jb_reschedule(:w_event_id, duration => '2 hours', make_automatic => true); --> updated
SELECT placement, duration, days FROM jb_event(:w_event_id); --> automatic|02:00:00|null

-- ---- rows of a user's own ----
RESET SESSION AUTHORIZATION;
SELECT jb_calendar_set('file', '{"time_zone": "Europe/Berlin"}') \g /dev/null
CREATE TABLE test.loan (event_name text, date date, start_time time, days int, duration interval, calendars text[] DEFAULT '{file}', event_id bigint, start_timestamp timestamptz, end_timestamp timestamptz, outcome text);
CREATE TRIGGER place BEFORE INSERT OR UPDATE OR DELETE ON test.loan FOR EACH ROW EXECUTE FUNCTION jb_place_row('start_timestamp=start_timestamp');
INSERT INTO test.loan (event_name, date, start_time, days) VALUES ('Row', '2027-03-27', '12:00', 1) RETURNING outcome, start_timestamp, end_timestamp;
--> placed|2027-03-27 12:00:00+01|2027-03-28 12:00:00+02
UPDATE test.loan SET date = '2027-06-01' RETURNING start_timestamp, end_timestamp, days; --> 2027-06-01 12:00:00+02|2027-06-02 12:00:00+02|1
UPDATE test.loan SET days = NULL, duration = '2 hours' RETURNING start_timestamp, end_timestamp; --> 2027-06-01 12:00:00+02|2027-06-01 14:00:00+02
UPDATE test.loan SET days = 2, duration = NULL RETURNING start_timestamp, end_timestamp; --> 2027-06-01 12:00:00+02|2027-06-03 12:00:00+02
DELETE FROM test.loan;

-- ---- imports, and feeds of what was imported ----
SELECT outcome, event_name
  FROM jb_import('file', E'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:days\r\nSUMMARY:Days\r\nDTSTART;VALUE=DATE:20270327\r\nDTEND;VALUE=DATE:20270329\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:p1d\r\nSUMMARY:P1D\r\nDTSTART;TZID=Europe/Berlin:20271030T120000\r\nDURATION:P1D\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:there\r\nSUMMARY:Elsewhere\r\nDTSTART;TZID=America/New_York:20270313T120000\r\nDURATION:P1D\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:both\r\nSUMMARY:Mixed\r\nDTSTART;TZID=Europe/Berlin:20271026T120000\r\nDURATION:P1DT2H\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:series\r\nSUMMARY:Series\r\nDTSTART;VALUE=DATE:20270401\r\nRRULE:FREQ=DAILY;COUNT=2\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n');
--> placed|Days
--> placed|P1D
--> placed|Elsewhere
--> placed|Mixed
--> placed|Series
SELECT event_name, days, duration, start_timestamp, end_timestamp FROM jb_event_view WHERE calendars = '{file}' AND status = 'pending' ORDER BY start_timestamp;
--> Elsewhere|null|23:00:00|2027-03-13 18:00:00+01|2027-03-14 17:00:00+01
--> Days|2|null|2027-03-27 00:00:00+01|2027-03-29 00:00:00+02
--> Series|1|null|2027-04-01 00:00:00+02|2027-04-02 00:00:00+02
--> Series|1|null|2027-04-02 00:00:00+02|2027-04-03 00:00:00+02
--> Mixed|null|26:00:00|2027-10-26 12:00:00+02|2027-10-27 14:00:00+02
--> P1D|1|null|2027-10-30 12:00:00+02|2027-10-31 12:00:00+01

-- ---- the wall clock of another zone ----
SELECT jb_calendar_set('zoned', '{"time_zone": "Europe/Berlin"}') \g /dev/null
SELECT event_id FROM jb_schedule('Zoned', days => 1, start_timestamp => '2027-03-13 18:00+01', calendars => '{zoned}') \gset z_
SELECT event_id FROM jb_schedule('Of the wall clock', days => 1, event_date => '2027-03-27', start_time => '18:00', calendars => '{zoned}') \gset w_
SELECT jb_calendar_set('zoned', '{"time_zone": "America/New_York"}') \g /dev/null
-- both stay, and go on staying where another calendar joins
SELECT outcome, start_timestamp, end_timestamp FROM jb_update(:z_event_id, '{"calendars": ["zoned", "apia"]}'); --> updated|2027-03-13 18:00:00+01|2027-03-14 18:00:00+01
SELECT days, duration, end_timestamp FROM jb_event(:z_event_id); --> null|24:00:00|2027-03-14 18:00:00+01
SELECT outcome, end_timestamp FROM jb_update(:w_event_id, '{"event_name": "Of the clock"}'); --> updated|2027-03-28 18:00:00+02
SELECT rule, detail FROM jb_wall_clock_problems(); --> wall clock is the calendar's|It stands at 2027-03-27T13:00:00-04:00, its wish is 2027-03-27T18:00:00-04:00.
SELECT rule FROM jb_check();
SELECT old_end_timestamp, new_start_timestamp, new_end_timestamp FROM jb_rezone('zoned'); --> 2027-03-28 18:00:00+02|2027-03-27 23:00:00+01|2027-03-29 00:00:00+02
SELECT count(*) FROM jb_wall_clock_problems(); --> 0
-- ---- no alternative begins where the clock skips the time of day: as an instant it would be booked for other days ----
SELECT test.clock('2027-03-20 08:00+01') \g /dev/null
SET SESSION AUTHORIZATION regress_manager;
SELECT name FROM jb_calendar_set('sundays', '{"time_zone": "Europe/Berlin", "hours": {"sunday": [{"start": "00:00", "end": "24:00"}], "monday": [{"start": "00:00", "end": "24:00"}]}}'); --> sundays
SELECT outcome FROM jb_schedule('Monday', '1 hour', '2027-03-29', '02:30', calendars => '{sundays}'); --> placed
SELECT outcome FROM jb_schedule('Saturday', '1 hour', '2027-03-27', '12:00', calendars => '{sundays}'); --> placed
SELECT a.slot, (jb_schedule('x', days => 1, start_timestamp => lower(a.slot), calendars => '{sundays}', dry_run => true)).outcome
  FROM jb_schedule('D', days => 1, event_date => '2027-03-27', start_time => '02:30', calendars => '{sundays}', dry_run => true) s, unnest(s.alternatives) AS a (slot);
--> ["2027-03-21 02:30:00+01","2027-03-22 02:30:00+01")|placed
--> ["2027-04-04 02:30:00+02","2027-04-05 02:30:00+02")|placed
--> ["2027-04-11 02:30:00+02","2027-04-12 02:30:00+02")|placed
\i test/regress/sql/frame/close.psql
