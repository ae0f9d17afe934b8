-- The tables of the FastAPI peer's reads: the events of the scheduler's :calendars, a pattern, as a team with its own
-- tables would store them, with each column as the answer shows it. One table has the events and one their time, with
-- an index that finds conflicting events. The possible starts of an event of half an hour are stored, so that a search
-- for slots can stop at ten. Filled at once and vacuumed.
CREATE TABLE booked AS
SELECT id, event_name, attendees, event_location, calendars, attendee_calendars, date, start_time, wished_start,
       extract(epoch FROM duration)::int AS duration, not_before, not_after, priority, check_attendees,
       extract(epoch FROM hold_for)::int AS hold_for, description, metadata,
       start_timestamp, end_timestamp, 'scheduled' AS status, placement, attachments, series,
       recurrence, recurrence_id, expires_at, time_zone, date_trunc('second', created_at) AS created_at,
       date_trunc('second', updated_at) AS updated_at, version
  FROM jb_event_view WHERE calendars[1] LIKE :'calendars';
ALTER TABLE booked ADD PRIMARY KEY (id);
CREATE INDEX ON booked ((calendars[1]), start_timestamp, id);

CREATE VIEW booked_now AS
SELECT id, event_name, attendees, event_location, calendars, attendee_calendars, date, start_time, wished_start, duration,
       not_before, not_after, priority, check_attendees, hold_for, description, metadata,
       start_timestamp, end_timestamp,
       CASE WHEN status <> 'scheduled' THEN status
            WHEN now() < start_timestamp THEN 'pending'
            WHEN now() < end_timestamp THEN 'in_progress'
            ELSE 'completed' END AS status,
       placement, attachments, series, recurrence, recurrence_id, expires_at, time_zone, created_at,
       updated_at, version
  FROM booked;

CREATE TABLE booked_calendar AS SELECT id, name FROM jb_calendar WHERE name LIKE :'calendars';
ALTER TABLE booked_calendar ADD PRIMARY KEY (name);
CREATE TABLE booked_time AS
SELECT c.id AS calendar, tstzrange(start_timestamp, end_timestamp) AS during
  FROM booked JOIN booked_calendar AS c ON c.name = calendars[1];
ALTER TABLE booked_time ADD EXCLUDE USING gist (calendar WITH =, during WITH &&);

CREATE TABLE booked_start AS
SELECT start FROM generate_series(:'monday'::timestamptz, :'monday'::timestamptz + interval '30 days', '5 minutes') AS start
 WHERE extract(isodow FROM start) < 6 AND start::time >= '08:00' AND start::time <= '16:30';
ALTER TABLE booked_start ADD PRIMARY KEY (start);
VACUUM ANALYZE booked, booked_calendar, booked_time, booked_start;
