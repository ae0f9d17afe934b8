\echo Use "ALTER EXTENSION jb_scheduler UPDATE TO '1.1'" to load this file. \quit
-- The difference between extension/schema in version 1.0 and in version 1.1. CONTRIBUTING.md tells how each kind of
-- change is written here. test/tap/upgrade.t compares an upgraded database with a fresh database, to the last catalogue
-- entry.

-- Locks ---------------------------------------------------------------------------------------------------------
-- The tables that calls use and this script alters are taken together. Some calls open jb_calendar first, others open
-- it after one of the other tables: so the script waits for jb_calendar alone, and lets go of it where it would have to
-- wait for another table.

DO $locks$
BEGIN
  LOOP
    BEGIN
      LOCK TABLE @extschema@.jb_calendar;
      LOCK TABLE @extschema@.jb_calendar_view, @extschema@.jb_event, @extschema@.jb_change_log, @extschema@.jb_rejection, @extschema@.jb_poll NOWAIT;
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      PERFORM pg_catalog.pg_sleep(0.01);
    END;
  END LOOP;
END
$locks$;

-- Names (00-roles.sql, and all of them) ---------------------------------------------------------------------------
-- From version 1.1 on no name is looked up in the extension's own schema: functions pin pg_catalog as their
-- search_path, and name the extension's objects with their schema.

SELECT pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);

-- Remembers the objects of version 1.0: the part "Grants" below sets the rights of new objects only.
SELECT pg_catalog.set_config('jb_upgrade.before', (
  SELECT string_agg(concat(d.classid, ' ', d.objid), ',')
    FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
   WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'jb_scheduler'), true);

DO $paths$
DECLARE
  ours regprocedure;
BEGIN
  FOR ours IN
    SELECT p.oid FROM pg_proc p
      JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid AND e.extname = 'jb_scheduler'
     WHERE EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search\_path=%')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SET search_path = pg_catalog, pg_temp', ours);
  END LOOP;
END
$paths$;

CREATE OR REPLACE FUNCTION @extschema@.jb_principal_of(issuer text, subject text, OUT principal text, OUT role text) RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT p.principal, p.role FROM @extschema@.jb_principal p WHERE p.issuer = $1 AND p.subject = $2;
END;

-- What the views ask of each row. They run with the rights of whoever reads the view, and remember what they have read.
CREATE FUNCTION @extschema@.jb_sight(calendars text[], attendee_calendars text[] = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_sight';
COMMENT ON FUNCTION @extschema@.jb_sight(text[], text[]) IS
  'How much the caller sees of an event on these calendars: read, or busy, where it is a busy time; null for nothing.';

CREATE FUNCTION @extschema@.jb_may(calendar text, "right" text) RETURNS bool
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_may';
COMMENT ON FUNCTION @extschema@.jb_may(text, text) IS
  'Whether the caller has a right on a calendar, which may not exist.';

CREATE FUNCTION @extschema@.jb_seen(calendars text[]) RETURNS text[]
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_seen';
COMMENT ON FUNCTION @extschema@.jb_seen(text[]) IS
  'Those of the calendars on which the caller has a right.';

DROP INDEX @extschema@.jb_event_unclaimed;
CREATE INDEX jb_event_ended ON @extschema@.jb_event USING gist
  (array_to_tsvector(calendars || attendee_calendars || ('=' || status)), tstzrange(start_timestamp, end_timestamp))
  WHERE start_timestamp IS NOT NULL AND status NOT IN ('scheduled', 'held');
CREATE INDEX jb_event_timeless ON @extschema@.jb_event USING gist
  (array_to_tsvector(calendars || attendee_calendars || ('=' || status)), int8range(id, id, '[]'))
  WHERE start_timestamp IS NULL AND status NOT IN ('scheduled', 'held');

-- Data of one's own (14-event.sql, 30-schedule.sql) ----------------------------------------------------------------
-- The functions have arguments more.

ALTER TABLE @extschema@.jb_event ADD COLUMN description text, ADD COLUMN metadata jsonb;
CREATE INDEX jb_event_metadata ON @extschema@.jb_event USING gin (metadata jsonb_path_ops) WITH (fastupdate = off)
  WHERE metadata IS NOT NULL;

CREATE OR REPLACE VIEW @extschema@.jb_event_view WITH (security_barrier) AS
SELECT e.id,
       CASE WHEN s.reads THEN e.event_name END AS event_name,
       CASE WHEN s.reads THEN e.attendees ELSE '{}' END AS attendees,
       CASE WHEN s.reads THEN e.event_location END AS event_location,
       CASE WHEN s.reads THEN e.calendars ELSE s.seen END AS calendars,
       CASE WHEN s.reads THEN coalesce(e.attendee_calendars, '{}') ELSE '{}' END AS attendee_calendars,
       CASE WHEN s.reads THEN e.check_attendees END AS check_attendees,
       CASE WHEN s.reads THEN e.date END AS date, CASE WHEN s.reads THEN e.start_time END AS start_time,
       CASE WHEN s.reads THEN e.wished_start END AS wished_start,
       CASE WHEN s.reads THEN e.duration ELSE e.end_timestamp - e.start_timestamp END AS duration,
       CASE WHEN s.reads THEN e.not_before END AS not_before, CASE WHEN s.reads THEN e.not_after END AS not_after,
       CASE WHEN s.reads THEN e.priority END AS priority, CASE WHEN s.reads THEN e.hold_for END AS hold_for,
       e.start_timestamp, e.end_timestamp,
       CASE WHEN e.status = 'held' AND e.expires_at <= clock.now THEN 'expired'
            WHEN e.status <> 'scheduled' AND s.reads THEN e.status
            WHEN clock.now < e.start_timestamp THEN 'pending'
            WHEN clock.now < e.end_timestamp THEN 'in_progress'
            ELSE 'completed'
       END AS status,
       CASE WHEN NOT s.reads THEN NULL
            WHEN e.start_time IS NULL AND e.wished_start IS NULL THEN 'automatic' ELSE 'fixed' END AS placement,
       CASE WHEN s.reads THEN
         coalesce((SELECT jsonb_agg(jsonb_build_object('n', a.n, 'name', a.name, 'media_type', a.media_type,
                                                       'size', octet_length(a.data), 'url', a.url) ORDER BY a.n)
                     FROM @extschema@.jb_attachment a WHERE a.event_id = e.id AND a.name IS NOT NULL), '[]')
         ELSE '[]' END AS attachments,
       CASE WHEN s.reads THEN e.series END AS series,
       CASE WHEN s.reads THEN (SELECT r.recurrence FROM @extschema@.jb_series r WHERE r.id = e.series) END AS recurrence,
       CASE WHEN s.reads THEN e.expires_at END AS expires_at,
       (SELECT c.time_zone FROM @extschema@.jb_calendar c
         WHERE c.name = CASE WHEN s.reads THEN e.calendars[1] ELSE s.seen[1] END) AS time_zone,
       CASE WHEN s.reads THEN e.created_at END AS created_at, CASE WHEN s.reads THEN e.updated_at END AS updated_at,
       CASE WHEN s.reads THEN e.version END AS version, CASE WHEN s.reads THEN e.description END AS description,
       CASE WHEN s.reads THEN e.metadata END AS metadata
  FROM @extschema@.jb_event e
  CROSS JOIN (SELECT @extschema@.jb_now() AS now) AS clock
  CROSS JOIN LATERAL (
        SELECT sight.of = 'read' AS reads, sight.of = 'busy' AS knows,
               CASE WHEN sight.of = 'busy' THEN @extschema@.jb_seen(e.calendars || e.attendee_calendars) END AS seen
          FROM (SELECT @extschema@.jb_sight(e.calendars, e.attendee_calendars) AS of) AS sight OFFSET 0) AS s
 WHERE s.reads OR (s.knows AND (e.status = 'scheduled' OR (e.status = 'held' AND e.expires_at > clock.now)));
COMMENT ON VIEW @extschema@.jb_event_view IS
  'The events that the caller may read, with wish, result and status by the clock; date and start_time are wall clock in time_zone, that of the first calendar. Of the others that take time on a calendar of which the caller may know when it is taken, only when, with the calendars that the caller may know of.';

DROP FUNCTION @extschema@.jb_schedule(text, interval, date, time, timestamptz, text[], text, text[], timestamptz,
                                      timestamptz, int, bool, text, bool, interval, text, jsonb[], bool, bool, text, text);
CREATE FUNCTION @extschema@.jb_schedule(event_name text, duration interval = NULL, event_date date = NULL, start_time time = NULL,
                            start_timestamp timestamptz = NULL, attendees text[] = '{}', event_location text = '',
                            calendars text[] = '{ceo}', not_before timestamptz = NULL, not_after timestamptz = NULL,
                            priority int = 50, preempt bool = false, on_no_slot text = 'reject',
                            check_attendees bool = NULL, hold_for interval = NULL, recurrence text = NULL,
                            attachments jsonb[] = '{}', allow_past bool = false,
                            dry_run bool = false, description text = NULL, metadata jsonb = NULL,
                            idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_schedule';
COMMENT ON FUNCTION @extschema@.jb_schedule IS
  'Places an event, fixed where event_date and start_time or start_timestamp say, else automatic in the earliest open slot; where there is no place the outcome is rejected, or waiting, and says why, and invalid input raises 22023; a recurrence makes a series, all of whose occurrences are placed or none.';

CREATE OR REPLACE FUNCTION @extschema@.jb_event_cursor(event @extschema@.jb_event_view) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN concat(date_part('epoch', $1.start_timestamp)::bigint, ',', $1.id);

CREATE OR REPLACE FUNCTION @extschema@.jb_availability_json(availability @extschema@.jb_availability) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object(
    'date', $1.date, 'spans', $1.spans, 'overridden', $1.overridden,
    'open', coalesce((SELECT json_agg(@extschema@.jb_range_json(o.range, $1.time_zone) ORDER BY o.range) FROM unnest($1.open) AS o (range)), '[]'),
    'time_zone', $1.time_zone);
END;

CREATE OR REPLACE FUNCTION @extschema@.jb_moves_json(moves @extschema@.jb_move[], time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_moves_json';

CREATE OR REPLACE FUNCTION @extschema@.jb_skipped_json(skipped @extschema@.jb_skipped[], time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_skipped_json';

CREATE OR REPLACE FUNCTION @extschema@.jb_poll_schedule_json(schedule @extschema@.jb_poll_schedule) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object('participant', $1.participant, 'schedule',
           CASE WHEN $1.yes IS NOT NULL THEN coalesce(
             (SELECT json_agg(json_build_object('start', @extschema@.jb_timestamp_text(lower(r.during), $1.time_zone),
                                                'end', @extschema@.jb_timestamp_text(upper(r.during), $1.time_zone),
                                                'preference', r.preference) ORDER BY r.during)
                FROM (SELECT unnest($1.yes), 'yes' UNION ALL SELECT unnest($1.if_need_be), 'if_need_be')
                  AS r (during, preference)), '[]') END,
           'answered_at', @extschema@.jb_timestamp_text($1.answered_at, $1.time_zone));
END;

ALTER TABLE @extschema@.jb_poll
  ADD COLUMN participant_count int,
  ADD COLUMN answer_count int,
  ADD COLUMN uninvited_count int,
  ADD COLUMN interval_count int,
  ADD COLUMN uninvited_interval_count int,
  ADD COLUMN show_answers bool NOT NULL DEFAULT false,
  ADD COLUMN version bigint NOT NULL DEFAULT 1;
UPDATE @extschema@.jb_poll p
   SET (participant_count, answer_count, uninvited_count, interval_count, uninvited_interval_count) =
       (SELECT count(*), count(n.yes), count(*) FILTER (WHERE NOT n.invited), coalesce(sum(i.n), 0),
               coalesce(sum(i.n) FILTER (WHERE NOT n.invited), 0)
          FROM @extschema@.jb_poll_participant n
         CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM unnest(n.yes)) + (SELECT count(*) FROM unnest(n.if_need_be)) AS n) AS i
         WHERE n.poll_id = p.id);
COMMENT ON TABLE @extschema@.jb_poll IS
  'The polls: frame, duration and daily hours of the event that each is about, and the event that closed it; organiser_token is a hash; the counts are those of its participants, null where nobody has counted; show_answers: participants see each other''s schedules.';

CREATE OR REPLACE FUNCTION @extschema@.jb_poll_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
  SELECT 'values in range', p.calendars[1], p.event_id, format('Poll %s holds a value that no function would have stored.', p.id)
    FROM @extschema@.jb_poll p
   WHERE NOT (char_length(p.title) BETWEEN 1 AND 500
              AND p.from_time < p.to_time
              AND p.to_time - p.from_time <= interval '366 days'
              AND p.duration BETWEEN interval '1 second' AND p.to_time - p.from_time
              AND p.daily_from < p.daily_to
              AND cardinality(p.calendars) BETWEEN 1 AND 100
              AND octet_length(p.organiser_token) = 32
              AND CASE p.status WHEN 'open' THEN p.event_id IS NULL AND p.closed_at IS NULL
                                WHEN 'closed' THEN p.event_id IS NOT NULL AND p.closed_at IS NOT NULL
                                ELSE false END)
  UNION ALL
  SELECT DISTINCT 'participants belong to polls', NULL, NULL::bigint, format('Poll %s does not exist, but has participants.', n.poll_id)
    FROM @extschema@.jb_poll_participant n
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_poll p WHERE p.id = n.poll_id)
  UNION ALL
  SELECT DISTINCT 'values in range', p.calendars[1], p.event_id, format('A participant of poll %s holds a value that no function would have stored.', p.id)
    FROM @extschema@.jb_poll_participant n JOIN @extschema@.jb_poll p ON p.id = n.poll_id
   WHERE NOT (char_length(n.name) BETWEEN 1 AND 200
              AND octet_length(n.token) = 32
              AND num_nulls(n.yes, n.if_need_be, n.answered_at) IN (0, 3)
              AND (n.yes && n.if_need_be) IS NOT TRUE)
  UNION ALL
  SELECT DISTINCT 'schedules lie in the frame', p.calendars[1], p.event_id, format('A schedule of poll %s leaves the frame.', p.id)
    FROM @extschema@.jb_poll_participant n JOIN @extschema@.jb_poll p ON p.id = n.poll_id
   WHERE NOT tstzmultirange(tstzrange(p.from_time, p.to_time)) @> (n.yes + n.if_need_be)
  UNION ALL
  SELECT 'participants are counted', p.calendars[1], p.event_id, format('The counts of poll %s are not those of its participants.', p.id)
    FROM @extschema@.jb_poll p
   CROSS JOIN LATERAL (
         SELECT count(*) AS participants, count(n.yes) AS answers, count(*) FILTER (WHERE NOT n.invited) AS uninvited,
                coalesce(sum(i.n), 0) AS intervals, coalesce(sum(i.n) FILTER (WHERE NOT n.invited), 0) AS uninvited_intervals
           FROM @extschema@.jb_poll_participant n
          CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM unnest(n.yes)) + (SELECT count(*) FROM unnest(n.if_need_be)) AS n) AS i
          WHERE n.poll_id = p.id) AS found
   WHERE num_nulls(p.participant_count, p.answer_count, p.uninvited_count, p.interval_count, p.uninvited_interval_count) < 5
     AND (p.participant_count, p.answer_count, p.uninvited_count, p.interval_count, p.uninvited_interval_count)
         IS DISTINCT FROM (found.participants, found.answers, found.uninvited, found.intervals, found.uninvited_intervals)
  UNION ALL
  SELECT 'polls are closed by events', p.calendars[1], p.event_id, format('The event that closed poll %s does not exist, and no history tells where it went.', p.id)
    FROM @extschema@.jb_poll p
   WHERE p.event_id IS NOT NULL
     AND NOT EXISTS (SELECT FROM @extschema@.jb_event e WHERE e.id = p.event_id)
     AND NOT EXISTS (SELECT FROM @extschema@.jb_change_log l WHERE l.event_id = p.event_id AND l.version > 1 AND l.new_status IS NULL)
     AND NOT EXISTS (SELECT FROM unnest(p.calendars) AS k (name) LEFT JOIN @extschema@.jb_calendar c ON c.name = k.name
                      WHERE c.id IS NULL OR c.created_at > p.closed_at OR c.purged_seq > 0);
END;

-- Changes of all calendars (14-event.sql, 16-change.sql) -----------------------------------------------------------
-- schema/16-change.sql explains this part. Changes from before the update keep no number: they are read by calendar and by
-- event.

ALTER TABLE @extschema@.jb_event ADD COLUMN first_change bigint;
ALTER TABLE @extschema@.jb_calendar ADD COLUMN purged_change bigint;

-- Whether a provider has a booking page (10-calendar.sql).
ALTER TABLE @extschema@.jb_calendar ADD COLUMN public_booking bool NOT NULL DEFAULT false;
-- What people read in the place of its name, and the colour beside it (10-calendar.sql).
ALTER TABLE @extschema@.jb_calendar ADD COLUMN display_name text, ADD COLUMN color text;
CREATE OR REPLACE VIEW @extschema@.jb_calendar_default AS
SELECT coalesce(
         (SELECT split_part(setting, '=', 2)
            FROM pg_catalog.pg_db_role_setting s
            JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
            CROSS JOIN unnest(s.setconfig) AS setting
           WHERE d.datname = current_database() AND s.setrole = 0 AND lower(setting) LIKE 'timezone=%'),
         (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'TimeZone')) AS time_zone,
       jsonb_build_object('monday', span, 'tuesday', span, 'wednesday', span, 'thursday', span, 'friday', span,
                          'saturday', '[]'::jsonb, 'sunday', '[]'::jsonb) AS hours,
       interval '5 minutes' AS slot_increment,
       interval '0' AS min_notice,
       interval '366 days' AS horizon,
       interval '0' AS buffer_before,
       interval '0' AS buffer_after,
       interval '0' AS settled_within,
       NULL::int AS max_events_per_day,
       false AS check_attendees,
       NULL::interval AS confirm_within,
       interval '30 minutes' AS default_duration,
       false AS strict,
       false AS public_booking,
       NULL::text AS display_name,
       NULL::text AS color
  FROM (SELECT '[{"start": "08:00:00", "end": "17:00:00"}]'::jsonb AS span) AS weekday;

CREATE INDEX jb_calendar_purged ON @extschema@.jb_calendar (purged_change);
ALTER TABLE @extschema@.jb_change_log ADD COLUMN id bigint, ADD COLUMN first_change bigint;
CREATE SEQUENCE @extschema@.jb_change_id_seq OWNED BY @extschema@.jb_change_log.id;
DROP INDEX @extschema@.jb_change_log_event;
CREATE INDEX jb_change_log_event ON @extschema@.jb_change_log (event_id) WHERE id IS NULL OR version > 1;
CREATE INDEX jb_change_log_id ON @extschema@.jb_change_log (id);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_change_id_seq', '');
-- What every booking locks and changes stands in a narrow row of its own (10-calendar.sql).
CREATE TABLE @extschema@.jb_calendar_lock (
  id          int     PRIMARY KEY,
  watched     int     NOT NULL DEFAULT 0,
  change_seq  bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50);
COMMENT ON TABLE @extschema@.jb_calendar_lock IS
  'One row per calendar: its lock, and change_seq, its gap-free sequence.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_calendar_lock', '');
INSERT INTO @extschema@.jb_calendar_lock (id, watched, change_seq) SELECT id, watched, change_seq FROM @extschema@.jb_calendar;

CREATE OR REPLACE VIEW @extschema@.jb_calendar_view WITH (security_barrier) AS
SELECT name, time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within,
       max_events_per_day, check_attendees, confirm_within, default_duration, strict,
       k.change_seq, created_at, updated_at, public_booking, display_name, color
  FROM @extschema@.jb_calendar JOIN @extschema@.jb_calendar_lock k USING (id) WHERE @extschema@.jb_may(name, 'busy');
COMMENT ON VIEW @extschema@.jb_calendar_view IS
  'The calendars on which the caller has a right, with their settings and change_seq, the number of the last change on each.';
CREATE OR REPLACE FUNCTION @extschema@.jb_calendar_json(calendar @extschema@.jb_calendar_view) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'name', $1.name, 'time_zone', $1.time_zone, 'hours', $1.hours,
  'slot_increment', extract(epoch FROM $1.slot_increment)::bigint,
  'min_notice', extract(epoch FROM $1.min_notice)::bigint,
  'horizon', extract(epoch FROM $1.horizon)::bigint,
  'buffer_before', extract(epoch FROM $1.buffer_before)::bigint,
  'buffer_after', extract(epoch FROM $1.buffer_after)::bigint,
  'settled_within', extract(epoch FROM $1.settled_within)::bigint,
  'max_events_per_day', $1.max_events_per_day, 'check_attendees', $1.check_attendees,
  'confirm_within', extract(epoch FROM $1.confirm_within)::bigint,
  'default_duration', extract(epoch FROM $1.default_duration)::bigint, 'strict', $1.strict,
  'public_booking', $1.public_booking,
  'display_name', $1.display_name, 'color', $1.color);

-- A calendar that is made again under a name goes on with its seq (10-calendar.sql).
CREATE TABLE @extschema@.jb_calendar_past (
  name           text   PRIMARY KEY,
  change_seq     bigint NOT NULL,
  purged_change  bigint            -- the greatest number of a change (jb_change_log.id) that went with it
);
COMMENT ON TABLE @extschema@.jb_calendar_past IS
  'The names of deleted calendars that had a history, the change_seq that each had reached, and the number of its last change.';
CREATE INDEX jb_calendar_past_purged ON @extschema@.jb_calendar_past (purged_change);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_calendar_past', '');

-- What is kept of held and waiting events, so that no writer has to read those that are neither due nor helped by the time
-- that opens: when somebody must look at the event, or earlier; where and how long it could stand, while it waits (needs is
-- in seconds, 0 for any but an automatic event); and its turn (rank is the priority, negated).
CREATE TABLE @extschema@.jb_watched (
  calendar  int         NOT NULL,
  event_id  bigint      NOT NULL,
  due_at    timestamptz NOT NULL,
  room      tstzrange,
  needs     bigint      NOT NULL,
  rank      int         NOT NULL,
  since     timestamptz NOT NULL,
  PRIMARY KEY (event_id, calendar)
);
COMMENT ON TABLE @extschema@.jb_watched IS
  'The held and waiting events on each of their calendars: when they fall due, and which open time could place them.';
CREATE INDEX jb_watched_due ON @extschema@.jb_watched (calendar, due_at);
CREATE INDEX jb_watched_next ON @extschema@.jb_watched (due_at);
CREATE INDEX jb_watched_turn ON @extschema@.jb_watched (calendar, rank, since, event_id) WHERE needs > 0;
CREATE INDEX jb_watched_fixed ON @extschema@.jb_watched USING gist (calendar, room) WHERE room IS NOT NULL AND needs = 0;
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_watched', '');

-- Whatever waits is looked at by the next writer on its calendars, who works out when it falls due, and where it could stand.
INSERT INTO @extschema@.jb_watched (calendar, event_id, due_at, room, needs, rank, since)
SELECT c.id, e.id, CASE WHEN e.status = 'held' THEN coalesce(e.expires_at, e.updated_at) ELSE e.updated_at END,
       CASE WHEN e.status = 'waiting' THEN '(,)'::tstzrange END,
       CASE WHEN e.status = 'waiting' AND e.start_time IS NULL AND e.wished_start IS NULL
            THEN extract(epoch FROM e.duration)::bigint ELSE 0 END,
       -e.priority, e.created_at
  FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)
  JOIN @extschema@.jb_calendar c ON c.name = k.name
 WHERE e.status IN ('held', 'waiting');

-- Shards
-- A shard is a database that holds some of the calendars of one name space (docs/cluster.md). Which shard a calendar
-- belongs to follows from its name alone, and which shard made an id from the id: no list has to be kept, or to be
-- right in the moment of a booking. A dump keeps the position of a sequence, but not its increment: so the row below is
-- kept, and jb_id_problems() compares.

CREATE TABLE @extschema@.jb_sharding (
  shards    int    PRIMARY KEY,
  shard     int,
  first_id  bigint NOT NULL
);
COMMENT ON TABLE @extschema@.jb_sharding IS
  'How many shards there are, and which of them this database is, null for none of them; ids from first_id on tell their shard, older ids are shard 0''s. Without a row the database is no shard.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_sharding', '');

CREATE FUNCTION @extschema@.jb_shard(calendar text) RETURNS int
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_shard';
COMMENT ON FUNCTION @extschema@.jb_shard(text) IS
  'The shard that a calendar belongs to: the first four bytes of the SHA-256 of what follows the last @ of its name, modulo the number of shards; 0 for a name without @, and where there are no shards.';

CREATE FUNCTION @extschema@.jb_shard_set(shard int, shards int, first_id bigint = NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_shard_set';
COMMENT ON FUNCTION @extschema@.jb_shard_set(int, int, bigint) IS
  'Makes this database shard number shard of so many, numbered from 0, for ever: from first_id on it gives ids that leave shard as their remainder. Returns first_id, which is without it the id after the last one that has been given. After a restore it is called again with the same numbers. A null shard makes it none of them that knows the shards.';

-- Rows that came without their sequence, by a dump of a part or by logical replication: each call that makes a row would be
-- 23505 until the sequence has passed them. Nobody else may read the sequences. Ids of deleted events stand in the history.
CREATE FUNCTION @extschema@.jb_id_problems() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
  SELECT 'ids are new', NULL, NULL::bigint, format('The next %s gets the id %s, but %s has been given.', n.kind, n.next, n.given)
    FROM (SELECT 'calendar' AS kind, s.last_value + s.is_called::int AS next, (SELECT max(c.id) FROM @extschema@.jb_calendar c) AS given
            FROM @extschema@.jb_calendar_id_seq s
           UNION ALL
          SELECT 'event', s.last_value + s.is_called::int,
                 greatest((SELECT max(e.id) FROM @extschema@.jb_event e), (SELECT max(l.event_id) FROM @extschema@.jb_change_log l))
            FROM @extschema@.jb_event_id_seq s
           UNION ALL
          SELECT 'change', s.last_value + s.is_called::int, (SELECT max(l.id) FROM @extschema@.jb_change_log l)
            FROM @extschema@.jb_change_id_seq s
           UNION ALL
          SELECT 'rejection', s.last_value + s.is_called::int, (SELECT max(r.id) FROM @extschema@.jb_rejection r)
            FROM @extschema@.jb_rejection_id_seq s
           UNION ALL
          SELECT 'poll', s.last_value + s.is_called::int, (SELECT max(p.id) FROM @extschema@.jb_poll p)
            FROM @extschema@.jb_poll_id_seq s) n
   WHERE n.next <= n.given
  UNION ALL
  SELECT 'calendars stand on their shard', c.name, NULL, format('The calendar belongs to shard %s of %s, this database is shard %s.', @extschema@.jb_shard(c.name), s.shards, s.shard)
    FROM @extschema@.jb_sharding s JOIN @extschema@.jb_calendar c ON @extschema@.jb_shard(c.name) <> s.shard
  UNION ALL
  SELECT 'ids tell their shard', i.calendar, i.event_id, format('%s %s would be looked for on shard %s of %s, this database is shard %s.', i.kind, i.id, CASE WHEN i.id < s.first_id THEN 0 ELSE i.id % s.shards END, s.shards, s.shard)
    FROM @extschema@.jb_sharding s
    JOIN (SELECT 'Event' AS kind, e.id, e.calendars[1] AS calendar, e.id AS event_id FROM @extschema@.jb_event e
           UNION ALL
          SELECT 'Rejection', r.id, r.calendars[1], NULL FROM @extschema@.jb_rejection r
           UNION ALL
          SELECT 'Poll', p.id, p.calendars[1], NULL FROM @extschema@.jb_poll p) i
      ON CASE WHEN i.id < s.first_id THEN 0 ELSE i.id % s.shards END <> s.shard
  UNION ALL
  SELECT 'ids tell their shard', NULL, NULL::bigint, format('The next %s gets an id of another shard: jb_shard_set(%s, %s) mends it.', q.kind, s.shard, s.shards)
    FROM @extschema@.jb_sharding s
    JOIN (SELECT 'event' AS kind, n.last_value + CASE WHEN n.is_called THEN i.seqincrement ELSE 0 END AS next, i.seqincrement
            FROM @extschema@.jb_event_id_seq n, pg_sequence i WHERE i.seqrelid = '@extschema@.jb_event_id_seq'::regclass
           UNION ALL
          SELECT 'rejection', n.last_value + CASE WHEN n.is_called THEN i.seqincrement ELSE 0 END, i.seqincrement
            FROM @extschema@.jb_rejection_id_seq n, pg_sequence i WHERE i.seqrelid = '@extschema@.jb_rejection_id_seq'::regclass
           UNION ALL
          SELECT 'poll', n.last_value + CASE WHEN n.is_called THEN i.seqincrement ELSE 0 END, i.seqincrement
            FROM @extschema@.jb_poll_id_seq n, pg_sequence i WHERE i.seqrelid = '@extschema@.jb_poll_id_seq'::regclass) q
      ON q.seqincrement <> s.shards OR q.next < s.first_id OR q.next % s.shards <> s.shard
   WHERE s.shard IS NOT NULL;
END;
COMMENT ON FUNCTION @extschema@.jb_id_problems() IS
  'The sequences whose next id has been given before, and on a shard the calendars, ids and sequences that are another shard''s; no row when there are none.';

CREATE OR REPLACE FUNCTION @extschema@.jb_check() RETURNS SETOF @extschema@.jb_problem
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp SET jit = off
BEGIN ATOMIC
  -- Compared pair by pair in order of time, without the index that enforces it.
  SELECT 'no overlap', c.name, n.event_id, format('%s overlaps event %s.', n.during, n.before_id)
    FROM (SELECT calendar, event_id, during,
                 max(upper(during)) OVER earlier AS busy_until, lag(event_id) OVER (PARTITION BY calendar ORDER BY lower(during), upper(during)) AS before_id
            FROM @extschema@.jb_claim
          WINDOW earlier AS (PARTITION BY calendar ORDER BY lower(during), upper(during)
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) n
    LEFT JOIN @extschema@.jb_calendar c ON c.id = n.calendar
   WHERE lower(n.during) < n.busy_until
  UNION ALL
  -- A claim holds the event and the buffers of the calendar when it was made.
  SELECT 'claims match events', coalesce(c.name, wanted.name), coalesce(l.event_id, wanted.id),
         format('The claim is %s, the event asks for %s.', coalesce(l.during::text, 'absent'), coalesce(wanted.during::text, 'none'))
    FROM @extschema@.jb_claim l
    JOIN @extschema@.jb_calendar c ON c.id = l.calendar
    FULL JOIN (SELECT e.id, k.name,
                      CASE WHEN e.start_timestamp <= e.end_timestamp THEN tstzrange(e.start_timestamp, e.end_timestamp) END AS during
                 FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)
                WHERE e.status IN ('scheduled', 'held')) wanted
      ON wanted.id = l.event_id AND wanted.name = c.name
   WHERE NOT coalesce(format('%s %s', extract(epoch FROM lower(wanted.during) - lower(l.during))::bigint,
                             extract(epoch FROM upper(l.during) - upper(wanted.during))::bigint)
                      = ANY (coalesce(c.buffers_used, '{0 0}')), false)
  UNION ALL
  SELECT 'claims stand on calendars', l.calendar::text, l.event_id, 'The claim''s calendar does not exist.'
    FROM @extschema@.jb_claim l
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_calendar c WHERE c.id = l.calendar)
  UNION ALL
  SELECT 'events stand on calendars', k.name, e.id, 'The event''s calendar does not exist.'
    FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_calendar c WHERE c.name = k.name)
  UNION ALL
  SELECT DISTINCT 'attachments belong to events', NULL, a.event_id, 'The attachment''s event does not exist.'
    FROM @extschema@.jb_attachment a
   WHERE NOT EXISTS (SELECT FROM @extschema@.jb_event e WHERE e.id = a.event_id)
  UNION ALL
  SELECT 'events belong to series', e.calendars[1], e.id, 'The event''s series does not exist.'
    FROM @extschema@.jb_event e
   WHERE e.series IS NOT NULL AND NOT EXISTS (SELECT FROM @extschema@.jb_series s WHERE s.id = e.series)
  UNION ALL
  SELECT 'values in range', e.calendars[1], e.id, 'The event holds a value that no function would have stored.'
    FROM @extschema@.jb_event e
   WHERE NOT (char_length(e.event_name) BETWEEN 1 AND 500
              AND char_length(e.event_location) <= 1000
              AND (e.description IS NULL OR char_length(e.description) <= 8000)
              AND (e.metadata IS NULL OR jsonb_typeof(e.metadata) = 'object')
              AND cardinality(e.calendars) BETWEEN 1 AND 100
              AND array_position(e.calendars || e.attendees, NULL) IS NULL
              AND e.duration BETWEEN interval '1 second' AND interval '366 days'
              AND e.priority BETWEEN 0 AND 100
              AND (e.start_time IS NULL OR e.date IS NOT NULL)
              AND (e.wished_start IS NULL OR e.date IS NULL)
              AND (e.status <> 'held' OR e.expires_at IS NOT NULL)
              AND CASE WHEN e.status IN ('scheduled', 'held', 'denied') THEN coalesce(e.start_timestamp < e.end_timestamp, false)
                       WHEN e.status = 'waiting' THEN e.start_timestamp IS NULL AND e.end_timestamp IS NULL
                       WHEN e.status IN ('cancelled', 'expired')
                       THEN coalesce(e.start_timestamp < e.end_timestamp, e.start_timestamp IS NULL AND e.end_timestamp IS NULL)
                       ELSE false
                  END)
  UNION ALL
  SELECT 'calendars have locks', coalesce(c.name, k.id::text), NULL,
         CASE WHEN c.id IS NULL THEN 'The lock''s calendar does not exist.' ELSE 'The calendar has no lock: nobody can book on it.' END
    FROM @extschema@.jb_calendar c FULL JOIN @extschema@.jb_calendar_lock k USING (id)
   WHERE c.id IS NULL OR k.id IS NULL
  UNION ALL
  SELECT 'watched events are counted', c.name, NULL, format('watched is %s, but %s events are held or wait.', k.watched, coalesce(w.n, 0))
    FROM @extschema@.jb_calendar c JOIN @extschema@.jb_calendar_lock k USING (id)
    LEFT JOIN (SELECT k.name, count(*) AS n
                 FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)
                WHERE e.status IN ('held', 'waiting') GROUP BY k.name) w ON w.name = c.name
   WHERE k.watched <> coalesce(w.n, 0)
  UNION ALL
  SELECT 'watched events are found', coalesce(c.name, w.calendar::text), coalesce(w.event_id, e.id),
         CASE WHEN e.id IS NULL THEN 'The event is neither held nor waits on this calendar, but is watched.'
              WHEN w.event_id IS NULL THEN 'The event is held or waits, but nobody would look at it when it falls due.'
              ELSE format('The event is looked at from %s on, but its hold ends at %s.', w.due_at, e.expires_at) END
    FROM @extschema@.jb_watched w
    FULL JOIN (SELECT h.id, h.status, h.expires_at, c.id AS calendar
                 FROM @extschema@.jb_event h CROSS JOIN unnest(h.calendars || h.attendee_calendars) AS k (name)
                 JOIN @extschema@.jb_calendar c ON c.name = k.name
                WHERE h.status IN ('held', 'waiting')) e ON e.id = w.event_id AND e.calendar = w.calendar
    LEFT JOIN @extschema@.jb_calendar c ON c.id = coalesce(w.calendar, e.calendar)
   WHERE e.id IS NULL OR w.event_id IS NULL OR (e.status = 'held' AND w.due_at > e.expires_at)
  UNION ALL
  SELECT 'values in range', c.name, NULL, 'The calendar''s name is not 1 to 200 of A-Z a-z 0-9 . _ : @ + -.'
    FROM @extschema@.jb_calendar c
   WHERE c.name !~ '^[A-Za-z0-9._:@+-]{1,200}$'
  UNION ALL
  SELECT 'overrides stand on calendars', coalesce(c.name, o.calendar::text), NULL,
         CASE WHEN c.id IS NULL THEN 'The calendar of hours by date does not exist.'
              WHEN o.calendar IS NULL THEN 'The calendar is marked for hours by date that do not exist.'
              ELSE 'The calendar is not marked for its hours by date: nothing reads them.' END
    FROM (SELECT DISTINCT calendar FROM @extschema@.jb_override) o
    FULL JOIN @extschema@.jb_calendar c ON c.id = o.calendar
   WHERE c.id IS NULL OR (c.overrides_version IS NULL) <> (o.calendar IS NULL)
  UNION ALL
  SELECT t.* FROM @extschema@.jb_tree_problems() t
  UNION ALL
  SELECT w.* FROM @extschema@.jb_wall_clock_problems() w WHERE w.rule = 'wall clock is kept'
  UNION ALL
  SELECT p.* FROM @extschema@.jb_poll_problems() p UNION ALL SELECT i.* FROM @extschema@.jb_id_problems() i
  UNION ALL
  SELECT 'sequence without a hole', c.name, NULL,
         format('change_seq is %s, purged up to %s, but %s changes are stored, the last %s.', k.change_seq, c.purged_seq, s.n, s.last)
    FROM @extschema@.jb_calendar c JOIN @extschema@.jb_calendar_lock k USING (id)
    LEFT JOIN (SELECT calendar, count(*) AS n, min(seq) AS first, max(seq) AS last FROM @extschema@.jb_change_log GROUP BY calendar) s
      ON s.calendar = c.id
   WHERE coalesce(s.n, 0) <> k.change_seq - c.purged_seq
      OR (s.n > 0 AND (s.first <> c.purged_seq + 1 OR s.last <> k.change_seq))
  UNION ALL
  -- Nothing may come before what a reader of all changes has seen.
  SELECT 'changes are numbered as they follow', c.name, l.event_id, format('Change %s has the number %s, the one before %s.', l.seq, l.id, l.before_id)
    FROM (SELECT calendar, seq, event_id, id, lag(id) OVER (PARTITION BY calendar ORDER BY seq) AS before_id FROM @extschema@.jb_change_log) l
    JOIN @extschema@.jb_calendar c ON c.id = l.calendar
   WHERE l.before_id IS NOT NULL AND (l.id > l.before_id) IS NOT TRUE
  UNION ALL
  -- The last change of an event on a calendar shows it as it is now; null status: it is no longer there.
  SELECT 'history replays to the present', coalesce(h.name, now.name), coalesce(h.event_id, now.id),
         format('History ends with %s %s, the event is %s %s.', coalesce(h.new_status, 'nothing'), h.new_range,
                coalesce(now.status, 'nothing'), now.during)
    FROM (SELECT DISTINCT ON (l.calendar, l.event_id) c.name, l.event_id, l.new_status, l.new_range
            FROM @extschema@.jb_change_log l JOIN @extschema@.jb_calendar c ON c.id = l.calendar
           ORDER BY l.calendar, l.event_id, l.seq DESC) h
    FULL JOIN (SELECT e.id, k.name, e.status,
                      CASE WHEN e.start_timestamp IS NOT NULL AND (e.start_timestamp > e.end_timestamp) IS NOT TRUE
                           THEN tstzrange(e.start_timestamp, e.end_timestamp) END AS during
                 FROM @extschema@.jb_event e CROSS JOIN unnest(e.calendars || e.attendee_calendars) AS k (name)) now
      ON now.id = h.event_id AND now.name = h.name
    LEFT JOIN @extschema@.jb_calendar c ON c.name = now.name
   WHERE (h.new_status IS DISTINCT FROM now.status OR h.new_range IS DISTINCT FROM now.during)
     AND (h.event_id IS NOT NULL OR c.purged_seq = 0)
  UNION ALL
  SELECT 'history replays to the present', c.name, l.event_id,
         format('Change %s begins with %s %s, the one before ended with %s %s.', l.seq, coalesce(l.old_status, 'nothing'),
                l.old_range, coalesce(l.before_status, 'nothing'), l.before_range)
    FROM (SELECT calendar, seq, event_id, old_status, old_range, lag(new_status) OVER before AS before_status,
                 lag(new_range) OVER before AS before_range, lag(seq) OVER before AS before_seq
            FROM @extschema@.jb_change_log
          WINDOW before AS (PARTITION BY calendar, event_id ORDER BY seq)) l
    JOIN @extschema@.jb_calendar c ON c.id = l.calendar
   WHERE (l.old_status IS DISTINCT FROM l.before_status OR l.old_range IS DISTINCT FROM l.before_range)
     AND (l.before_seq IS NOT NULL OR c.purged_seq = 0);
END;
COMMENT ON FUNCTION @extschema@.jb_check() IS
  'What is stored against what must hold: no overlap, claims equal to events, values in range, wall clocks where they were wished, schedules in the frames of their polls, ids that are new, calendars on their shard, change sequences without a hole, history that replays to the present; no row on a sound database.';

ALTER TABLE @extschema@.jb_calendar DROP COLUMN change_seq, DROP COLUMN watched, RESET (fillfactor);
COMMENT ON TABLE @extschema@.jb_calendar IS
  'One row per calendar: its settings.';

CREATE OR REPLACE FUNCTION @extschema@.jb_health(OUT version text, OUT server_version text, OUT worker text, OUT now timestamptz)
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT (SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'jb_scheduler'),
         current_setting('server_version'), (SELECT state FROM @extschema@.jb_worker()), @extschema@.jb_now();
END;

CREATE FUNCTION @extschema@.jb_due(until timestamptz = NULL, OUT calendar text, OUT due timestamptz) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_due';
COMMENT ON FUNCTION @extschema@.jb_due(timestamptz) IS
  'For each calendar that an event which is held or waits names first, when something falls due there: a deadline, the moment from which an event waits for nothing any more, or from which the horizon may have brought time for the event; with until, only what falls due by then, and one row more, of what falls due next.';

DROP FUNCTION @extschema@.jb_due();

-- Rows of one's own tables ----------------------------------------------------------------------------------------

COMMENT ON FUNCTION @extschema@.jb_place_row() IS
  'A trigger BEFORE INSERT, UPDATE or DELETE FOR EACH ROW: it books the row, changes its event, or cancels it, and writes start_timestamp, end_timestamp and event_id back, null where the row was rejected; its arguments name the columns of duration, calendars, start and end, or are field=column, field:=constant, on_delete:=delete and on_rejection:=error.';

-- It has no search_path of its own, since triggers of the caller's table run in it as in the caller's own UPDATE.
CREATE FUNCTION @extschema@.jb_follow_rows(own_table regclass, events bigint[] = NULL) RETURNS bigint
LANGUAGE c VOLATILE PARALLEL UNSAFE
AS 'MODULE_PATHNAME', 'jb_follow_rows';
COMMENT ON FUNCTION @extschema@.jb_follow_rows(regclass, bigint[]) IS
  'Writes into the rows of a table with the trigger jb_place_row where their events are by now, and what became of them, of all rows or of those of some events, with the rights of the caller; returns how many rows were behind.';

-- Polls -----------------------------------------------------------------------------------------------------------
-- A poll is closed as long as its event stands.

CREATE OR REPLACE VIEW @extschema@.jb_poll_view AS
SELECT p.id, p.title, p.from_time, p.to_time, p.duration, p.daily_from, p.daily_to, p.time_zone, p.calendars, p.public,
       CASE WHEN booked.stands THEN 'closed' ELSE 'open' END AS status, CASE WHEN booked.stands THEN p.event_id END AS event_id,
       p.created_by, p.created_at, CASE WHEN booked.stands THEN p.closed_at END AS closed_at,
       coalesce(p.participant_count,
                (SELECT count(*) FROM @extschema@.jb_poll_participant n WHERE n.poll_id = p.id)::int) AS participant_count,
       coalesce(p.answer_count,
                (SELECT count(n.yes) FROM @extschema@.jb_poll_participant n WHERE n.poll_id = p.id)::int) AS answer_count,
       p.show_answers, p.version
  FROM @extschema@.jb_poll p
 CROSS JOIN LATERAL (
       SELECT p.status = 'closed' AND EXISTS (
                SELECT FROM @extschema@.jb_event e
                 WHERE e.id = p.event_id AND e.status NOT IN ('expired', 'denied', 'cancelled')
                   AND NOT (e.status = 'held' AND e.expires_at <= @extschema@.jb_now())) AS stands) AS booked;
COMMENT ON VIEW @extschema@.jb_poll_view IS
  'The polls without their tokens, with the numbers of their participants and of the schedules that were left; one whose event has expired, was denied, cancelled or deleted is open again, and has no event.';

CREATE TABLE @extschema@.jb_poll_event (
  event_id  bigint PRIMARY KEY,
  poll_id   bigint NOT NULL
);
COMMENT ON TABLE @extschema@.jb_poll_event IS
  'Every event that a poll was ever booked as.';
CREATE INDEX jb_poll_event_poll ON @extschema@.jb_poll_event (poll_id);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_poll_event', '');
INSERT INTO @extschema@.jb_poll_event (event_id, poll_id)
SELECT p.event_id, p.id FROM @extschema@.jb_poll p WHERE p.event_id IS NOT NULL ON CONFLICT DO NOTHING;

COMMENT ON FUNCTION @extschema@.jb_poll_book(bigint, timestamptz, text, bool, text, text) IS
  'Places the poll''s event as a fixed one on its calendars, at start_timestamp or at the earliest start of the best recommendation, with who is free then as attendees, and closes the poll; rejected, it stays open; it is open again once the event has expired, was denied, cancelled or deleted.';

CREATE INDEX jb_poll_participant_token ON @extschema@.jb_poll_participant (poll_id, token);

CREATE TYPE @extschema@.jb_invitation AS (
  poll_id          bigint,
  title            text,
  from_time        timestamptz,
  to_time          timestamptz,
  duration         interval,
  daily_from       time,
  daily_to         time,
  time_zone        text,
  public           bool,
  show_answers     bool,
  status           text,
  participant      text,
  yes              tstzmultirange,
  if_need_be       tstzmultirange,
  answered_at      timestamptz,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  event_status     text
);
COMMENT ON TYPE @extschema@.jb_invitation IS
  'A poll as a participant sees it: what it asks, the participant''s own name and schedule, null without a participant''s token, and when it was booked, null while it is open.';

CREATE FUNCTION @extschema@.jb_poll_invitation(poll_id bigint, token text = NULL) RETURNS @extschema@.jb_invitation
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_poll_invitation';
COMMENT ON FUNCTION @extschema@.jb_poll_invitation(bigint, text) IS
  'One poll as the participant with this token sees it, with the schedule that this participant has left; without a token a public poll as everybody sees it; with the organiser''s token as somebody who has left none.';

CREATE FUNCTION @extschema@.jb_poll_others(poll_id bigint, token text = NULL) RETURNS SETOF @extschema@.jb_poll_schedule
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_poll_others';
COMMENT ON FUNCTION @extschema@.jb_poll_others(bigint, text) IS
  'The schedules that the other participants have left, by name, the first 100 of them, for a participant of a poll that shows its answers; none of any other poll, and none without a token.';

CREATE OR REPLACE FUNCTION @extschema@.jb_poll_json(poll @extschema@.jb_poll_view) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'id', $1.id, 'title', $1.title,
  'from', @extschema@.jb_timestamp_text($1.from_time, $1.time_zone), 'to', @extschema@.jb_timestamp_text($1.to_time, $1.time_zone),
  'duration', extract(epoch FROM $1.duration)::bigint, 'daily_from', $1.daily_from, 'daily_to', $1.daily_to,
  'time_zone', $1.time_zone, 'calendars', $1.calendars, 'public', $1.public, 'status', $1.status,
  'event_id', $1.event_id, 'participant_count', $1.participant_count, 'answer_count', $1.answer_count,
  'created_by', $1.created_by, 'created_at', @extschema@.jb_timestamp_text($1.created_at, $1.time_zone),
  'closed_at', @extschema@.jb_timestamp_text($1.closed_at, $1.time_zone), 'show_answers', $1.show_answers);

COMMENT ON FUNCTION @extschema@.jb_poll_create_json(jsonb, text) IS
  'The same from a JSON object as POST /polls takes it: title, from, to, duration, daily_from, daily_to, time_zone, calendars, public, show_answers.';

CREATE FUNCTION @extschema@.jb_invitation_json(invitation @extschema@.jb_invitation) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object(
    'id', $1.poll_id, 'title', $1.title,
    'from', @extschema@.jb_timestamp_text($1.from_time, $1.time_zone), 'to', @extschema@.jb_timestamp_text($1.to_time, $1.time_zone),
    'duration', extract(epoch FROM $1.duration)::bigint, 'daily_from', $1.daily_from, 'daily_to', $1.daily_to,
    'time_zone', $1.time_zone, 'public', $1.public, 'show_answers', $1.show_answers, 'status', $1.status,
    'answer', @extschema@.jb_poll_schedule_json(ROW($1.poll_id, $1.participant, $1.yes, $1.if_need_be, $1.answered_at, $1.time_zone, NULL)::@extschema@.jb_poll_schedule),
    'event', CASE WHEN $1.start_timestamp IS NOT NULL THEN json_build_object(
      'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, $1.time_zone),
      'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, $1.time_zone), 'status', $1.event_status) END);
END;
COMMENT ON FUNCTION @extschema@.jb_invitation_json(@extschema@.jb_invitation) IS
  'A poll as GET /polls/:id/invitation answers it, without the others'' schedules.';

-- iCalendar out -------------------------------------------------------------------------------------------------
-- schema/54-feed.sql explains this part.

CREATE TABLE @extschema@.jb_feed (
  calendar    int         PRIMARY KEY,
  shows       text        NOT NULL,
  token       bytea       NOT NULL UNIQUE,
  created_by  text        NOT NULL,
  created_at  timestamptz NOT NULL
);
COMMENT ON TABLE @extschema@.jb_feed IS
  'The public feeds: which calendar can be read by a token alone, and how much of it; token is a hash.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_feed', '');

CREATE VIEW @extschema@.jb_feed_view WITH (security_barrier) AS
SELECT c.name AS calendar, f.shows, f.created_by, f.created_at FROM @extschema@.jb_feed f JOIN @extschema@.jb_calendar c ON c.id = f.calendar
 WHERE @extschema@.jb_may(c.name, 'manage');
COMMENT ON VIEW @extschema@.jb_feed_view IS
  'The calendars that the caller manages and that have a public feed, what it shows (events or busy), and who made it when.';

COMMENT ON FUNCTION @extschema@.jb_changes(text, bigint, int) IS
  'The changes of a calendar whose seq is greater than after, in order and without a gap, without after from the first that is kept; P0002 when there is no such calendar, JB410 when some of them have been purged, or after is greater than change_seq.';

COMMENT ON FUNCTION @extschema@.jb_poll_answer(bigint, text, jsonb, text) IS
  'Leaves or replaces a participant''s schedule, a JSON list of start, end and preference (yes or if_need_be) within the poll''s frame, with the participant''s or the organiser''s token; in a public poll a new name needs none and is given one; all schedules of a poll hold at most 100,000 intervals, and it has at most 10,000 participants; who was not invited has half of each at most.';

COMMENT ON FUNCTION @extschema@.jb_provider_slots(text, date, interval, int) IS
  'The slots that begin on a date and could be reserved with a provider now, as jb_slots finds them, of the duration or else of the provider''s default; P0002 when there is no such provider.';

COMMENT ON FUNCTION @extschema@.jb_status(bigint) IS
  'The status of an event by the clock: pending, in_progress or completed while it is scheduled, else held, waiting, cancelled, denied or expired; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_feed_create(calendar text, shows text = 'events', principal text = NULL) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_feed_create';
COMMENT ON FUNCTION @extschema@.jb_feed_create(text, text, text) IS
  'Makes the public feed of a calendar and returns its token, which is told this once and ends an earlier one; shows is events (names and places, not who attends) or busy (only when something is).';

CREATE FUNCTION @extschema@.jb_feed_read(token text, free_busy bool = false) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 10000
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_feed_read';
COMMENT ON FUNCTION @extschema@.jb_feed_read(text, bool) IS
  'The calendar that a public feed''s token opens, as iCalendar, with as much as the feed shows; P0002 for any other token.';

CREATE FUNCTION @extschema@.jb_feed_tag(token text) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_feed_tag';
COMMENT ON FUNCTION @extschema@.jb_feed_tag(text) IS
  'The same as jb_icalendar_tag, of the calendar that a public feed''s token opens.';

-- iCalendar in --------------------------------------------------------------------------------------------------
-- schema/56-import.sql explains this part.

CREATE TABLE @extschema@.jb_imported (
  calendar       int    NOT NULL,
  uid            text   NOT NULL,
  recurrence_id  text   NOT NULL,
  event_id       bigint NOT NULL,
  original_start timestamptz,
  sequence       int,
  stamped_at     timestamptz,
  said           text,
  gone           bool   NOT NULL DEFAULT false,
  PRIMARY KEY (calendar, uid, recurrence_id)
);
COMMENT ON TABLE @extschema@.jb_imported IS
  'Which event, or series by its id, was imported into a calendar under which UID; recurrence_id, empty for most, is an occurrence of a series, with its original_start; sequence, stamped_at and said are the state of the file''s event that was followed last, said a digest of each part, empty where the event took no time; gone: a file that was the whole calendar did not have it.';
CREATE INDEX jb_imported_event ON @extschema@.jb_imported (event_id);
CREATE INDEX jb_imported_present ON @extschema@.jb_imported (calendar, uid) WHERE NOT gone;
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_imported', '');

CREATE TYPE @extschema@.jb_import_row AS (
  n                int,
  line             int,
  uid              text,
  recurrence_id    text,
  event_name       text,
  outcome          text,
  event_id         bigint,
  start_timestamp  timestamptz,
  end_timestamp    timestamptz,
  reason           text,
  detail           text,
  conflicts        bigint[],
  moves            @extschema@.jb_move[],
  alternatives     tstzrange[],
  rejection_id     bigint,
  version          bigint,
  time_zone        text,
  events           bigint[],
  skipped          @extschema@.jb_skipped[],
  facts            jsonb
);
COMMENT ON TYPE @extschema@.jb_import_row IS
  'What became of one VEVENT, the nth of its file, which begins in this line: an outcome as of jb_schedule, updated or cancelled where it was followed, or unchanged (it was imported before), skipped (it has no place and was left out), ignored (it takes no time), invalid (it cannot be read), with detail saying why; n and line are null for an event that was cancelled since the file does not have it.';

CREATE FUNCTION @extschema@.jb_import(calendar text, ics text, after int = NULL, max_rows int = NULL, sync bool = false,
                          cancel_missing bool = false, on_no_slot text = 'reject', dry_run bool = false,
                          idempotency_key text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_import_row
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_import';
COMMENT ON FUNCTION @extschema@.jb_import(text, text, int, int, bool, bool, text, bool, text, text) IS
  'Places the events of an iCalendar file (RFC 5545) on a calendar as fixed ones, past ones too, in the order of the file and those of one UID once; with sync those that were imported before become what the file says by now, with cancel_missing those that it does not have are cancelled, and with on_no_slot skip what has no place is left out without a rejection; at most 1,000 of them, or max_rows after the nth; P0002 when there is no such calendar, 22023 for what is no iCalendar file, with the line.';

CREATE FUNCTION @extschema@.jb_import_json(import @extschema@.jb_import_row) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'n', $1.n, 'line', $1.line, 'uid', $1.uid, 'recurrence_id', $1.recurrence_id, 'event_name', $1.event_name,
  'outcome', $1.outcome, 'event_id', $1.event_id,
  'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, $1.time_zone),
  'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, $1.time_zone),
  'reason', $1.reason, 'detail', $1.detail, 'conflicts', $1.conflicts,
  'moves', CASE WHEN cardinality($1.moves) > 0 THEN @extschema@.jb_moves_json($1.moves, $1.time_zone) ELSE '[]' END,
  'alternatives',
  CASE WHEN cardinality($1.alternatives) > 0 THEN @extschema@.jb_ranges_json($1.alternatives, $1.time_zone) ELSE '[]' END,
  'rejection_id', $1.rejection_id, 'version', $1.version, 'events', coalesce($1.events, '{}'),
  'skipped',
  CASE WHEN cardinality($1.skipped) > 0 THEN @extschema@.jb_skipped_json($1.skipped, $1.time_zone) ELSE '[]' END,
  'facts', $1.facts);
COMMENT ON FUNCTION @extschema@.jb_import_json(@extschema@.jb_import_row) IS
  'A row of jb_import as POST /calendars/:name/import answers it.';

-- Rejections of a calendar (19-rejection.sql) -----------------------------------------------------------------------

CREATE TABLE @extschema@.jb_rejection_calendar (
  calendar  text    NOT NULL,
  id        bigint  NOT NULL,
  PRIMARY KEY (calendar, id)
);
COMMENT ON TABLE @extschema@.jb_rejection_calendar IS
  'The ids of the rejections of each calendar.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_rejection_calendar', '');
INSERT INTO @extschema@.jb_rejection_calendar SELECT DISTINCT k.name, r.id FROM @extschema@.jb_rejection r, unnest(r.calendars) AS k (name);

-- JSON (04-clock.sql, 15-event_json.sql) ---------------------------------------------------------------------------
-- The library writes it now.

CREATE OR REPLACE FUNCTION @extschema@.jb_event_json(event @extschema@.jb_event_view) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_event_json';

CREATE OR REPLACE FUNCTION @extschema@.jb_range_json(range tstzrange, time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_range_json';

CREATE OR REPLACE FUNCTION @extschema@.jb_ranges_json(ranges tstzrange[], time_zone text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_ranges_json';

-- Refusals (02-outcome.sql, 16-rejection.sql, 27-explain.sql, 40-json.sql, 42-outcome.sql) --------------------------
-- A refusal now has its facts beside its sentence. Rejections from before the update have no facts.

ALTER TYPE @extschema@.jb_outcome ADD ATTRIBUTE facts jsonb;
COMMENT ON TYPE @extschema@.jb_outcome IS
  'What a writing call did: placed, held, waiting or rejected, or updated, cancelled, confirmed, denied, unchanged; where it found no place also why, what is in the way and where the request would fit, and the facts of the reason; time_zone is that of the first calendar; event is the event as the call left it, or, of a dry run, as it is, null where there is none; events are those of a series that the call placed or changed, skipped the occurrences that it left out.';

ALTER TABLE @extschema@.jb_rejection
  ADD COLUMN conflicts bigint[] NOT NULL DEFAULT '{}',
  ADD COLUMN facts jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN alternatives tstzrange[] NOT NULL DEFAULT '{}';
COMMENT ON TABLE @extschema@.jb_rejection IS
  'The requests and events that could not be placed, with the reason, the events in the way, the facts of the reason and what was offered instead; each is announced on channel jb_rejected.';

ALTER TYPE @extschema@.jb_verdict ADD ATTRIBUTE facts jsonb;
COMMENT ON TYPE @extschema@.jb_verdict IS
  'What became of some starts, passed_over, or later than one that is open, of an event that is in_the_way, of an occurrence that is skipped, or, in the last row, of the request: placed, held, waiting or rejected; candidate is the starts that this holds for, or the event''s own time, time_zone that of the first calendar, and facts what the reason says of its starts.';

DROP FUNCTION @extschema@.jb_explain(text, interval, date, time, timestamptz, text[], text, text[], timestamptz,
                                     timestamptz, int, bool, text, bool, interval, text, jsonb[], bool, bool, text, text, int);

CREATE FUNCTION @extschema@.jb_explain(event_name text, duration interval = NULL, event_date date = NULL,
                           start_time time = NULL, start_timestamp timestamptz = NULL, attendees text[] = '{}',
                           event_location text = '', calendars text[] = '{ceo}', not_before timestamptz = NULL,
                           not_after timestamptz = NULL, priority int = 50, preempt bool = false,
                           on_no_slot text = 'reject', check_attendees bool = NULL, hold_for interval = NULL,
                           recurrence text = NULL, attachments jsonb[] = '{}', allow_past bool = false,
                           dry_run bool = false, description text = NULL, metadata jsonb = NULL,
                           idempotency_key text = NULL, principal text = NULL, max_rows int = 100, aside bigint = NULL)
RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_explain';
COMMENT ON FUNCTION @extschema@.jb_explain IS
  'What jb_schedule would answer to the same arguments, in the last row, and before it the starts that an automatic event was passed over at, or the events that a fixed one cannot move, each with the reason; as if the event aside were not there; writes nothing.';

CREATE OR REPLACE FUNCTION @extschema@.jb_outcome_json(outcome @extschema@.jb_outcome) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'jb_outcome_json';
COMMENT ON FUNCTION @extschema@.jb_outcome_json(@extschema@.jb_outcome) IS
  'An outcome as JSON, with the event as the call left it.';

CREATE OR REPLACE FUNCTION @extschema@.jb_verdict_json(verdict @extschema@.jb_verdict) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'candidate', @extschema@.jb_range_json($1.candidate, $1.time_zone), 'verdict', $1.verdict, 'reason', $1.reason,
  'calendar', $1.calendar, 'conflicts', $1.conflicts,
  'moves', CASE WHEN cardinality($1.moves) > 0 THEN @extschema@.jb_moves_json($1.moves, $1.time_zone) ELSE '[]' END,
  'detail', $1.detail, 'facts', $1.facts);

-- Retention -----------------------------------------------------------------------------------------------------
-- schema/36-purge.sql explains this part.

DROP FUNCTION @extschema@.jb_purge(interval);
CREATE FUNCTION @extschema@.jb_purge(older_than interval, max_rows int = NULL, OUT changes bigint, OUT rejections bigint,
                         OUT idempotency_keys bigint, OUT more bool)
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_purge';
COMMENT ON FUNCTION @extschema@.jb_purge(interval, int) IS
  'Forgets history and rejections older than this, and idempotency keys of more than 30 days, and tells how many of each; events stay, whatever their age; all of it, or about max_rows rows, and then more tells whether to call again; the calendars concerned are locked until the transaction ends.';

-- Each piece is a transaction of its own: a booking waits for one piece at most, and what is forgotten stays forgotten if
-- the next piece fails. A procedure that commits can have neither its owner's rights nor a search_path of its own; this
-- one does nothing but call jb_purge.
CREATE PROCEDURE @extschema@.jb_purge_in_pieces(older_than interval, max_rows int = 5000, INOUT changes bigint = NULL,
                                    INOUT rejections bigint = NULL, INOUT idempotency_keys bigint = NULL)
LANGUAGE c
AS 'MODULE_PATHNAME', 'jb_purge_in_pieces';
COMMENT ON PROCEDURE @extschema@.jb_purge_in_pieces(interval, int, bigint, bigint, bigint) IS
  'Forgets what jb_purge forgets, about max_rows rows in each transaction, so that no booking waits for longer than one of them takes; tells how many of each, and goes on where it stopped when it is called again.';

-- Whose calendar it is (08-right.sql, and all that reads) -----------------------------------------------------------
-- schema/08-right.sql explains this part. Every function that reads, or changes a calendar, says who asks.

DROP FUNCTION @extschema@.jb_metrics(text[]);
DROP FUNCTION @extschema@.jb_slot_json(tstzrange, text);
DROP FUNCTION @extschema@.jb_lead_json(@extschema@.jb_lead, text);
DROP FUNCTION @extschema@.jb_provider_slot_json(tstzrange, text);
DROP FUNCTION @extschema@.jb_rejection_json(@extschema@.jb_rejection);
DROP FUNCTION @extschema@.jb_coach_json(@extschema@.jb_coach);
DROP FUNCTION @extschema@.jb_client_json(@extschema@.jb_client);
DROP FUNCTION @extschema@.jb_event(bigint);
DROP FUNCTION @extschema@.jb_status(bigint);
DROP FUNCTION @extschema@.jb_attachment(bigint, int);
DROP FUNCTION @extschema@.jb_events(text, timestamptz, timestamptz, text[], text, text, int);
DROP FUNCTION @extschema@.jb_calendar(text);
DROP FUNCTION @extschema@.jb_calendars();
DROP FUNCTION @extschema@.jb_availability(text, date, date);
DROP FUNCTION @extschema@.jb_slots(interval, text[], timestamptz, timestamptz, int);
DROP FUNCTION @extschema@.jb_lead_time(interval[], text[]);
DROP FUNCTION @extschema@.jb_busy(text, timestamptz, timestamptz);
DROP FUNCTION @extschema@.jb_explain_request(jsonb, int);
DROP FUNCTION @extschema@.jb_changes(text, bigint, int);
DROP FUNCTION @extschema@.jb_history(bigint);
DROP FUNCTION @extschema@.jb_events_at(text, bigint);
DROP FUNCTION @extschema@.jb_rejections(bigint, int);
DROP FUNCTION @extschema@.jb_event_json_now(bigint);
DROP FUNCTION @extschema@.jb_sessions(text, text, timestamptz, timestamptz, text, int);
DROP FUNCTION @extschema@.jb_appointments(text, text, text[], timestamptz, timestamptz, text, int);
DROP FUNCTION @extschema@.jb_provider_slots(text, date, interval, int);
DROP FUNCTION @extschema@.jb_poll(bigint, text);
DROP FUNCTION @extschema@.jb_polls(bigint, int);
DROP FUNCTION @extschema@.jb_poll_schedules(bigint, text);
DROP FUNCTION @extschema@.jb_poll_ranking(bigint, int, text);
DROP FUNCTION @extschema@.jb_poll_invite(bigint, text, text);
DROP FUNCTION @extschema@.jb_poll_delete(bigint, text);
DROP FUNCTION @extschema@.jb_calendar_set(text, jsonb);
DROP FUNCTION @extschema@.jb_calendar_delete(text);
DROP FUNCTION @extschema@.jb_rebuild(text);
DROP FUNCTION @extschema@.jb_availability_set(text, date, jsonb);
DROP FUNCTION @extschema@.jb_coach_create(text);
DROP FUNCTION @extschema@.jb_client_create(text);
DROP FUNCTION @extschema@.jb_provider_availability_add(text, date, jsonb);
DROP FUNCTION @extschema@.jb_provider_availability_post(text, jsonb);
DROP FUNCTION @extschema@.jb_provider_availability_remove(text, date);

CREATE TABLE @extschema@.jb_grant (
  calendar  int    NOT NULL,
  grantee   text   NOT NULL,
  rights    text[] NOT NULL,
  PRIMARY KEY (calendar, grantee)
);
COMMENT ON TABLE @extschema@.jb_grant IS
  'Who is named on which calendar, with the rights that were granted: busy, read, book, manage.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_grant', '');

CREATE TABLE @extschema@.jb_default_rights (
  gives  text PRIMARY KEY
);
COMMENT ON TABLE @extschema@.jb_default_rights IS
  'What a calendar gives to those that it does not name: nothing, or, without a row, all by role.';
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_default_rights', '');

CREATE FUNCTION @extschema@.jb_rights_changed() RETURNS trigger
LANGUAGE c VOLATILE PARALLEL UNSAFE
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_rights_changed';
COMMENT ON FUNCTION @extschema@.jb_rights_changed() IS
  'The trigger that tells every backend that grants have changed.';
CREATE TRIGGER jb_rights_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.jb_grant
  FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.jb_rights_changed();
CREATE TRIGGER jb_rights_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON @extschema@.jb_default_rights
  FOR EACH STATEMENT EXECUTE FUNCTION @extschema@.jb_rights_changed();

CREATE TYPE @extschema@.jb_grantee AS (
  grantee  text,
  rights   text[]
);
COMMENT ON TYPE @extschema@.jb_grantee IS
  'Somebody whom a calendar names: principal:NAME or role:NAME, and the rights that were granted.';

-- Reading rights ------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_rights(calendar text, principal text = NULL) RETURNS text[]
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_rights';
COMMENT ON FUNCTION @extschema@.jb_rights(text, text) IS
  'What the caller may do with a calendar, besides what the role must allow: busy, read, book, manage; P0002 when there is no such calendar.';

CREATE FUNCTION @extschema@.jb_grants(calendar text, principal text = NULL) RETURNS SETOF @extschema@.jb_grantee
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_grants';
COMMENT ON FUNCTION @extschema@.jb_grants(text, text) IS
  'Whom a calendar names, by grantee, for whoever manages it; P0002 when there is no such calendar.';

CREATE FUNCTION @extschema@.jb_default_rights() RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_default_rights';
COMMENT ON FUNCTION @extschema@.jb_default_rights() IS
  'What a calendar gives to those that it does not name: all by role, or nothing.';

-- Giving rights -------------------------------------------------------------------------------------------------

CREATE FUNCTION @extschema@.jb_grant(calendar text, grantee text, "right" text, principal text = NULL) RETURNS @extschema@.jb_grantee
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_grant';
COMMENT ON FUNCTION @extschema@.jb_grant(text, text, text, text) IS
  'Names a grantee, principal:NAME or role:NAME, on a calendar, with one right more: busy (when it is taken), read, book or manage (all of it), and returns what the grantee has there now.';

CREATE FUNCTION @extschema@.jb_revoke(calendar text, grantee text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_revoke';
COMMENT ON FUNCTION @extschema@.jb_revoke(text, text, text) IS
  'Names a grantee on a calendar no longer; whether it did.';

CREATE FUNCTION @extschema@.jb_grants_set(calendar text, grants jsonb, principal text = NULL) RETURNS SETOF @extschema@.jb_grantee
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_grants_set';
COMMENT ON FUNCTION @extschema@.jb_grants_set(text, jsonb, text) IS
  'Makes a list of {"grantee", "rights"} all that a calendar grants, and returns it.';

CREATE FUNCTION @extschema@.jb_default_rights_set(gives text) RETURNS text
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_default_rights_set';
COMMENT ON FUNCTION @extschema@.jb_default_rights_set(text) IS
  'Says what every calendar gives to those that it does not name, all by role or nothing, and returns it; for the extension''s owner.';

CREATE FUNCTION @extschema@.jb_grantee_json(grantee @extschema@.jb_grantee) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object('grantee', $1.grantee, 'rights', $1.rights);
COMMENT ON FUNCTION @extschema@.jb_grantee_json(@extschema@.jb_grantee) IS
  'A grantee as GET /calendars/:name/grants answers it and PUT takes it.';

CREATE FUNCTION @extschema@.jb_time_zone(calendar text, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_time_zone';
COMMENT ON FUNCTION @extschema@.jb_time_zone(text, text) IS
  'The time zone of a calendar; null where there is none of this name.';

CREATE FUNCTION @extschema@.jb_event(event_id bigint, principal text = NULL) RETURNS @extschema@.jb_event_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 100
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_event_one';
COMMENT ON FUNCTION @extschema@.jb_event(bigint, text) IS
  'One event, wish and result, with its status by the clock; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_status(event_id bigint, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_status';
COMMENT ON FUNCTION @extschema@.jb_status(bigint, text) IS
  'The status of an event by the clock: pending, in_progress or completed while it is scheduled, else held, waiting, cancelled, denied or expired; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_attachment(event_id bigint, n int, principal text = NULL) RETURNS @extschema@.jb_attachment
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_attachment_one';
COMMENT ON FUNCTION @extschema@.jb_attachment(bigint, int, text) IS
  'One attachment of an event with its bytes, or its url; P0002 when there is none of this number.';

CREATE FUNCTION @extschema@.jb_events(calendar text = 'ceo', from_time timestamptz = @extschema@.jb_now(), to_time timestamptz = NULL,
                          status text[] = NULL, attendee text = NULL, after text = NULL, max_rows int = 100,
                          calendars text[] = NULL, metadata jsonb = NULL, q text = NULL, principal text = NULL)
RETURNS SETOF @extschema@.jb_event_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_events';
COMMENT ON FUNCTION @extschema@.jb_events(text, timestamptz, timestamptz, text[], text, text, int, text[], jsonb, text, text) IS
  'The events of a calendar, or of several where calendars names them, that overlap from_time to to_time, by start, then id, those that wait last; status, attendee, metadata (what an event''s metadata contains) and q (words that begin words of its name, place or description) narrow the list, and after, the jb_event_cursor of the last row seen, goes on with it.';

CREATE FUNCTION @extschema@.jb_calendar(calendar text, principal text = NULL) RETURNS @extschema@.jb_calendar_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 100
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_calendar_one';
COMMENT ON FUNCTION @extschema@.jb_calendar(text, text) IS
  'The settings of a calendar; those of a new one for ''ceo'' before its first booking; P0002 when there is none of this name.';

CREATE FUNCTION @extschema@.jb_calendars(principal text = NULL) RETURNS SETOF @extschema@.jb_calendar_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_calendars';
COMMENT ON FUNCTION @extschema@.jb_calendars(text) IS
  'All calendars with their settings, by name.';

CREATE FUNCTION @extschema@.jb_day_start(calendar text, date date, principal text = NULL) RETURNS timestamptz
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_day_start';
COMMENT ON FUNCTION @extschema@.jb_day_start(text, date, text) IS
  'When a date begins on the clock of a calendar, or of a new one where there is none of this name; null for a null date.';

CREATE FUNCTION @extschema@.jb_availability(calendar text, from_date date = NULL, to_date date = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_availability
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_availability';
COMMENT ON FUNCTION @extschema@.jb_availability(text, date, date, text) IS
  'The hours of a calendar on each date from from_date (today) to to_date (six days later), both included, at most 3,660 of them; claims are not looked at; P0002 when there is none of this name.';

CREATE FUNCTION @extschema@.jb_slots(duration interval, calendars text[] = '{ceo}', from_time timestamptz = NULL,
                         to_time timestamptz = NULL, max_rows int = 10, principal text = NULL)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_slots';
COMMENT ON FUNCTION @extschema@.jb_slots(interval, text[], timestamptz, timestamptz, int, text) IS
  'The earliest slots, start and end, in which jb_schedule would place an automatic event of this duration on these calendars now; between from_time (now) and to_time (the horizon).';

CREATE FUNCTION @extschema@.jb_lead_time(durations interval[], calendars text[] = '{ceo}', principal text = NULL) RETURNS SETOF @extschema@.jb_lead
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_lead_time';
COMMENT ON FUNCTION @extschema@.jb_lead_time(interval[], text[], text) IS
  'How overbooked these calendars are: for each of up to 100 durations, in order, the earliest slot that jb_slots offers, and how long it is until then.';

CREATE FUNCTION @extschema@.jb_busy(calendar text, from_time timestamptz, to_time timestamptz, principal text = NULL) RETURNS tstzmultirange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_busy';
COMMENT ON FUNCTION @extschema@.jb_busy(text, timestamptz, timestamptz, text) IS
  'The time that is claimed on a calendar between from_time and to_time, at most 3,660 days apart, buffers included; P0002 when there is no such calendar.';

CREATE FUNCTION @extschema@.jb_explain_request(request jsonb, max_rows int = 100, aside bigint = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_explain_request';
COMMENT ON FUNCTION @extschema@.jb_explain_request(jsonb, int, bigint, text) IS
  'jb_explain of one event as POST /events takes it.';

CREATE FUNCTION @extschema@.jb_explain_event(event_id bigint, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_verdict
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_explain_event';
COMMENT ON FUNCTION @extschema@.jb_explain_event(bigint, int, text) IS
  'jb_explain of an event''s own wish, as if the event were not there: why the event stands where it stands, or waits; an event that has begun is explained as fixed at its time.';

CREATE FUNCTION @extschema@.jb_changes(calendar text, after bigint = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_change
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_changes';
COMMENT ON FUNCTION @extschema@.jb_changes(text, bigint, int, text) IS
  'The changes of a calendar whose seq is greater than after, in order and without a gap, without after from the first that is kept; P0002 when there is no such calendar, JB410 when some of them have been purged, or after is greater than change_seq.';

CREATE FUNCTION @extschema@.jb_changes_all(after text = NULL, max_rows int = 100,
                                        principal text = NULL, OUT change @extschema@.jb_change, OUT cursor text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_changes_all';
COMMENT ON FUNCTION @extschema@.jb_changes_all(text, int, text) IS
  'The changes of all calendars after a cursor, each with the cursor after it, without after from the first that is kept: a reader who goes on from the last cursor misses nothing and gets nothing twice, in whatever order transactions commit; JB410 where changes that the reader has not seen have been purged or went with a deleted calendar, or the cursor is from another database or from a later state of this one.';

CREATE FUNCTION @extschema@.jb_changes_cursor(last int = 0, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_changes_cursor';
COMMENT ON FUNCTION @extschema@.jb_changes_cursor(int, text) IS
  'The cursor after which jb_changes_all has the last changes, as many as last says, and all later ones.';

CREATE FUNCTION @extschema@.jb_history(event_id bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_change
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_history';
COMMENT ON FUNCTION @extschema@.jb_history(bigint, text) IS
  'The changes of one event, oldest first, also of a deleted one; P0002 when there never was one of this id, or all of a deleted one has been purged.';

CREATE FUNCTION @extschema@.jb_events_at(calendar text, seq bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_event_at
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_events_at';
COMMENT ON FUNCTION @extschema@.jb_events_at(text, bigint, text) IS
  'The events of a calendar as they stood after its change seq, by start, then id; P0002 when there is no such calendar, 22023 when there is no such change yet, JB410 when history is purged beyond it.';

CREATE FUNCTION @extschema@.jb_rejections(after bigint = NULL, max_rows int = 100, calendar text = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_rejection
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_rejections';
COMMENT ON FUNCTION @extschema@.jb_rejections(bigint, int, text, text) IS
  'The rejections whose id is greater than after, of all calendars or of one, in order of id, up to the first whose transaction is still open, so that a reader who goes on from the last id seen misses nothing.';

CREATE FUNCTION @extschema@.jb_event_json_now(event_id bigint, principal text = NULL) RETURNS json
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_event_json_now';
COMMENT ON FUNCTION @extschema@.jb_event_json_now(bigint, text) IS
  'An event as GET /events/:id answers it, as it stands at this moment of the transaction; null when there is none of this id.';

CREATE FUNCTION @extschema@.jb_sessions(coach_hash_id text = NULL, client_hash_id text = NULL, from_time timestamptz = NULL,
                            to_time timestamptz = NULL, after text = NULL, max_rows int = 100, principal text = NULL)
RETURNS SETOF @extschema@.jb_session
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_sessions';
COMMENT ON FUNCTION @extschema@.jb_sessions(text, text, timestamptz, timestamptz, text, int, text) IS
  'The sessions, past ones too, of a coach, a client or all, that overlap from_time to to_time, by start, then id; after, the jb_event_cursor of the last one seen, goes on with the list.';

CREATE FUNCTION @extschema@.jb_appointments(provider_id text = NULL, client text = NULL, status text[] = NULL,
                                from_time timestamptz = @extschema@.jb_now(), to_time timestamptz = NULL, after text = NULL,
                                max_rows int = 100, principal text = NULL)
RETURNS SETOF @extschema@.jb_appointment
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_appointments';
COMMENT ON FUNCTION @extschema@.jb_appointments(text, text, text[], timestamptz, timestamptz, text, int, text) IS
  'The appointments that overlap from_time to to_time, of a provider or all, by start, then id; client and status narrow the list, and after, the jb_event_cursor of the last one seen, goes on with it.';

CREATE FUNCTION @extschema@.jb_provider_slots(provider_id text, on_date date, duration interval = NULL, max_rows int = 100,
                                        principal text = NULL)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_provider_slots';
COMMENT ON FUNCTION @extschema@.jb_provider_slots(text, date, interval, int, text) IS
  'The slots that begin on a date and could be reserved with a provider now, as jb_slots finds them, of the duration or else of the provider''s default; P0002 when there is no such provider.';

CREATE FUNCTION @extschema@.jb_poll(poll_id bigint, token text = NULL, principal text = NULL) RETURNS @extschema@.jb_poll_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_poll_one';
COMMENT ON FUNCTION @extschema@.jb_poll(bigint, text, text) IS
  'One poll, for a secretary or with the organiser''s token; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_polls(after bigint = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_poll_view
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_polls';
COMMENT ON FUNCTION @extschema@.jb_polls(bigint, int, text) IS
  'The polls whose id is greater than after, in order of id.';

CREATE FUNCTION @extschema@.jb_poll_schedules(poll_id bigint, token text = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_poll_schedule
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_poll_schedules';
COMMENT ON FUNCTION @extschema@.jb_poll_schedules(bigint, text, text) IS
  'The participants of a poll by name, each with the schedule that was left, for a secretary or with the organiser''s token.';

CREATE FUNCTION @extschema@.jb_poll_ranking(poll_id bigint, max_rows int = 10, token text = NULL, principal text = NULL) RETURNS SETOF @extschema@.jb_recommendation
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_poll_ranking';
COMMENT ON FUNCTION @extschema@.jb_poll_ranking(bigint, int, text, text) IS
  'The best recommendations of a poll: more participants first, then more of them with yes, then the earlier; exact to the second, for a secretary or with the organiser''s token.';

CREATE FUNCTION @extschema@.jb_poll_invite(poll_id bigint, participant text, token text = NULL, principal text = NULL) RETURNS @extschema@.jb_poll_token
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_poll_invite';
COMMENT ON FUNCTION @extschema@.jb_poll_invite(bigint, text, text, text) IS
  'Adds a participant to an open poll and returns that participant''s token, told this once, for the organiser to hand on; a name that is there already is refused.';

CREATE FUNCTION @extschema@.jb_poll_revoke(poll_id bigint, participant text, token text = NULL, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_poll_revoke';
COMMENT ON FUNCTION @extschema@.jb_poll_revoke(bigint, text, text, text) IS
  'Takes a participant off a poll, open or closed, with the schedule that was left, and returns true: the participant''s token opens nothing any more; for a secretary or with the organiser''s token; P0002 when there is none of this name.';

CREATE FUNCTION @extschema@.jb_poll_delete(poll_id bigint, token text = NULL, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_poll_delete';
COMMENT ON FUNCTION @extschema@.jb_poll_delete(bigint, text, text) IS
  'Removes a poll with its schedules, open or closed, and returns true; the event that it booked stays; P0002 when there is none of this id.';

CREATE FUNCTION @extschema@.jb_icalendar(calendar text, from_time timestamptz = NULL, to_time timestamptz = NULL,
                             free_busy bool = false, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER COST 10000
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_icalendar';
COMMENT ON FUNCTION @extschema@.jb_icalendar(text, timestamptz, timestamptz, bool, text) IS
  'A calendar as iCalendar (RFC 5545), from 90 days ago on unless from_time and to_time say else, of which one that holds more than 10,000 events is 22023; with free_busy only when it is taken, from today to its horizon; P0002 when there is no such calendar.';

CREATE FUNCTION @extschema@.jb_icalendar_tag(calendar text, principal text = NULL) RETURNS text
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_icalendar_tag';
COMMENT ON FUNCTION @extschema@.jb_icalendar_tag(text, text) IS
  'A word that stays the same as long as jb_icalendar gives the same text for a calendar: its ETag.';

CREATE FUNCTION @extschema@.jb_calendar_set(calendar text, settings jsonb, principal text = NULL) RETURNS @extschema@.jb_calendar_view
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_calendar_set';
COMMENT ON FUNCTION @extschema@.jb_calendar_set(text, jsonb, text) IS
  'Makes a calendar or changes its settings (time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, max_events_per_day, check_attendees, confirm_within, default_duration, strict, public_booking, display_name, color), where a key left out keeps its value and null restores the default; nothing that is placed moves.';

CREATE FUNCTION @extschema@.jb_calendar_delete(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_calendar_delete';
COMMENT ON FUNCTION @extschema@.jb_calendar_delete(text, text) IS
  'Removes a calendar without events, and its history; 55000 while events stand on it, P0002 when there is none of this name.';

CREATE FUNCTION @extschema@.jb_rebuild(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_rebuild';
COMMENT ON FUNCTION @extschema@.jb_rebuild(text, text) IS
  'Makes the day tree of a calendar anew from its hours and claims, under its lock; true, or P0002 when there is none of this name.';

CREATE FUNCTION @extschema@.jb_availability_set(calendar text, on_date date, spans jsonb, principal text = NULL) RETURNS @extschema@.jb_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_availability_set';
COMMENT ON FUNCTION @extschema@.jb_availability_set(text, date, jsonb, text) IS
  'Gives a date hours of its own, as a list of {"start", "end"} in wall clock: an empty one closes it, NULL brings the weekly pattern back; nothing that is placed moves; P0002 when there is no calendar of this name.';

CREATE FUNCTION @extschema@.jb_feed_revoke(calendar text, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_feed_revoke';
COMMENT ON FUNCTION @extschema@.jb_feed_revoke(text, text) IS
  'Ends the public feed of a calendar, whose token opens nothing any more, and returns true; P0002 when it has none.';

CREATE FUNCTION @extschema@.jb_coach_create(coach_hash_id text, principal text = NULL) RETURNS @extschema@.jb_coach
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_coach_create';
COMMENT ON FUNCTION @extschema@.jb_coach_create(text, text) IS
  'Makes a coach, which is a calendar with the default settings; 22023 when there is one of this coach_hash_id.';

CREATE FUNCTION @extschema@.jb_client_create(client_hash_id text, principal text = NULL) RETURNS @extschema@.jb_client
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_client_create';
COMMENT ON FUNCTION @extschema@.jb_client_create(text, text) IS
  'Makes a client, which is a calendar with the default settings; 22023 when there is one of this client_hash_id.';

CREATE FUNCTION @extschema@.jb_provider_availability_add(provider_id text, on_date date, slots jsonb, principal text = NULL)
RETURNS @extschema@.jb_provider_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_provider_availability_add';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_add(text, date, jsonb, text) IS
  'Opens a date for a dictionary from starts to ends, {"09:00": "12:00"}, besides what is open already; makes the provider''s calendar where there is none, and leaves the settings of one that exists.';

CREATE FUNCTION @extschema@.jb_provider_availability_post(provider_id text, request jsonb, principal text = NULL)
RETURNS @extschema@.jb_provider_availability
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_provider_availability_post';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_post(text, jsonb, text) IS
  'Opens a date as jb_provider_availability_add does, from a request as POST /providers/:id/availability takes it, with all that is wrong in it told at once.';

CREATE FUNCTION @extschema@.jb_provider_availability_remove(provider_id text, on_date date, principal text = NULL) RETURNS bool
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_provider_availability_remove';
COMMENT ON FUNCTION @extschema@.jb_provider_availability_remove(text, date, text) IS
  'Closes a date of a provider, and returns true; what is reserved on it stays; P0002 when there is no such provider.';

CREATE FUNCTION @extschema@.jb_version(event_id bigint, principal text = NULL) RETURNS bigint
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_version';
COMMENT ON FUNCTION @extschema@.jb_version(bigint, text) IS
  'The version of an event, for If-Match; null where there is none of this id.';

CREATE FUNCTION @extschema@.jb_changes_after(calendar text, last int, principal text = NULL) RETURNS bigint
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_changes_after';
COMMENT ON FUNCTION @extschema@.jb_changes_after(text, int, text) IS
  'The seq after which jb_changes has the last changes of a calendar, as many as last says, of those that are kept; P0002 when there is no such calendar.';

CREATE FUNCTION @extschema@.jb_rejections_after(last int, calendar text = NULL, principal text = NULL) RETURNS bigint
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_rejections_after';
COMMENT ON FUNCTION @extschema@.jb_rejections_after(int, text, text) IS
  'The id after which jb_rejections has the last rejections, as many as last says, of all calendars or of one; 0 where there are no more.';

CREATE FUNCTION @extschema@.jb_rejections_all(after text = NULL, max_rows int = 100,
                                           principal text = NULL, OUT rejection @extschema@.jb_rejection, OUT cursor text)
RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_rejections_all';
COMMENT ON FUNCTION @extschema@.jb_rejections_all(text, int, text) IS
  'The rejections of all calendars as jb_rejections has them, each with the cursor after it, which is its id, and through the proxy of several shards one id for each shard.';

CREATE FUNCTION @extschema@.jb_rejections_cursor(last int = 0, principal text = NULL) RETURNS text
LANGUAGE sql STABLE PARALLEL RESTRICTED
SET search_path = pg_catalog, pg_temp
RETURN @extschema@.jb_rejections_after(last => $1, principal => $2)::text;
COMMENT ON FUNCTION @extschema@.jb_rejections_cursor(int, text) IS
  'The cursor after which jb_rejections_all has the last rejections, as many as last says, and all later ones.';

CREATE FUNCTION @extschema@.jb_session(session_id bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_session
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_session_one';
COMMENT ON FUNCTION @extschema@.jb_session(bigint, text) IS
  'One session; no row where the event is none.';

CREATE FUNCTION @extschema@.jb_coaches(after text = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_coach
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_coaches';
COMMENT ON FUNCTION @extschema@.jb_coaches(text, int, text) IS
  'The coaches whose coach_hash_id is greater than after, in the order of bytes.';

CREATE FUNCTION @extschema@.jb_clients(after text = NULL, max_rows int = 100, principal text = NULL) RETURNS SETOF @extschema@.jb_client
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_clients';
COMMENT ON FUNCTION @extschema@.jb_clients(text, int, text) IS
  'The clients whose client_hash_id is greater than after, in the order of bytes.';

CREATE FUNCTION @extschema@.jb_appointment(appointment_id bigint, principal text = NULL) RETURNS SETOF @extschema@.jb_appointment
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_appointment_one';
COMMENT ON FUNCTION @extschema@.jb_appointment(bigint, text) IS
  'One appointment; no row where the event is none.';

CREATE FUNCTION @extschema@.jb_last_numbers(calendars text[], rejections_after bigint = NULL, polls bigint[] = NULL,
                                OUT calendar text, OUT last bigint, OUT poll bigint) RETURNS SETOF record
LANGUAGE c STABLE PARALLEL RESTRICTED SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_last_numbers';
COMMENT ON FUNCTION @extschema@.jb_last_numbers(text[], bigint, bigint[]) IS
  'For the gateway, which wakes its long polls by them: the change_seq of each calendar, null where it is gone; for an empty name a number that changes with the changes of all calendars; the version of each poll, null where it is gone; and beside neither the last rejection after rejections_after that can be read.';

CREATE FUNCTION @extschema@.jb_metrics(calendars text[] = '{}', OUT metric text, OUT calendar text, OUT value float8)
RETURNS SETOF record
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
SET max_parallel_workers_per_gather = 0
BEGIN ATOMIC
  SELECT 'jb_events_held', NULL, count(*) FILTER (WHERE e.status = 'held' AND e.expires_at > @extschema@.jb_now())::float8
    FROM @extschema@.jb_event e WHERE e.status IN ('held', 'waiting')
  UNION ALL
  SELECT 'jb_events_waiting', NULL, count(*) FILTER (WHERE e.status = 'waiting')::float8
    FROM @extschema@.jb_event e WHERE e.status IN ('held', 'waiting')
  UNION ALL
  SELECT 'jb_worker_up', NULL, (w.state <> 'off')::int::float8 FROM @extschema@.jb_worker() AS w
  UNION ALL
  SELECT 'jb_worker_lag_seconds', NULL, greatest(0, coalesce(extract(epoch FROM @extschema@.jb_now() - min(d.due)), 0))::float8
    FROM @extschema@.jb_due(@extschema@.jb_now()) AS d
  UNION ALL
  SELECT 'jb_first_free_seconds', c.name, extract(epoch FROM l.lead)::float8
    FROM (SELECT DISTINCT u.name FROM unnest($1) AS u (name)
           WHERE (u.name = 'ceo' OR EXISTS (SELECT FROM @extschema@.jb_calendar k WHERE k.name = u.name))
             AND @extschema@.jb_may(u.name, 'busy')) AS c,
         @extschema@.jb_lead_time('{30 minutes}'::interval[], ARRAY[c.name]) AS l
   WHERE l.lead IS NOT NULL;
END;
COMMENT ON FUNCTION @extschema@.jb_metrics(text[]) IS
  'What a monitoring system asks every few seconds: how many events are held and wait, whether the worker runs and for how many seconds something has been overdue, and how many until the first free 30 minutes of each of these calendars that is there and of which the caller may know.';

CREATE FUNCTION @extschema@.jb_slot_json(slot tstzrange, calendar text, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT @extschema@.jb_range_json($1, (@extschema@.jb_calendar($2, $3)).time_zone);
END;
COMMENT ON FUNCTION @extschema@.jb_slot_json(tstzrange, text, text) IS
  'A slot as GET /slots answers it, in the zone of the calendar.';

CREATE FUNCTION @extschema@.jb_lead_json(lead @extschema@.jb_lead, calendar text, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object(
    'duration', extract(epoch FROM $1.duration)::bigint,
    'start_timestamp', @extschema@.jb_timestamp_text($1.start_timestamp, c.time_zone),
    'end_timestamp', @extschema@.jb_timestamp_text($1.end_timestamp, c.time_zone),
    'lead', extract(epoch FROM $1.lead)::bigint)
    FROM @extschema@.jb_calendar($2, $3) AS c;
END;
COMMENT ON FUNCTION @extschema@.jb_lead_json(@extschema@.jb_lead, text, text) IS
  'A lead as GET /lead-time answers it, in the zone of the calendar.';

CREATE FUNCTION @extschema@.jb_provider_slot_json(slot tstzrange, provider_id text, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object('date', substr(s.starts, 1, 10), 'start_time', substr(s.starts, 12, 8),
                           'start_timestamp', s.starts, 'end_timestamp', @extschema@.jb_timestamp_text(upper($1), s.time_zone))
    FROM (SELECT c.time_zone, @extschema@.jb_timestamp_text(lower($1), c.time_zone) AS starts FROM @extschema@.jb_calendar('provider:' || $2, $3) c) AS s;
END;
COMMENT ON FUNCTION @extschema@.jb_provider_slot_json(tstzrange, text, text) IS
  'A slot as GET /providers/:id/slots answers it, in the provider''s zone, with the date and start_time that reserve it.';

CREATE FUNCTION @extschema@.jb_rejection_json(rejection @extschema@.jb_rejection, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object(
    'id', $1.id,
    'at', @extschema@.jb_timestamp_text($1.at, z.time_zone),
    'event_id', $1.event_id, 'calendars', $1.calendars, 'reason', $1.reason, 'detail', $1.detail,
    'request', $1.request, 'principal', $1.principal, 'conflicts', $1.conflicts, 'facts', $1.facts,
    'alternatives', coalesce((
      SELECT json_agg(@extschema@.jb_range_json(a.span, z.time_zone) ORDER BY a.place)
        FROM unnest($1.alternatives) WITH ORDINALITY AS a (span, place)), '[]'))
    FROM (SELECT coalesce(@extschema@.jb_time_zone($1.calendars[1], $2), 'UTC') AS time_zone) AS z;
END;
COMMENT ON FUNCTION @extschema@.jb_rejection_json(@extschema@.jb_rejection, text) IS
  'A rejection as GET /rejections answers it.';

CREATE FUNCTION @extschema@.jb_coach_json(coach @extschema@.jb_coach, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object('coach_hash_id', $1.coach_hash_id, 'created_at', @extschema@.jb_timestamp_text($1.created_at, z.time_zone),
                           'updated_at', @extschema@.jb_timestamp_text($1.updated_at, z.time_zone))
    FROM (SELECT coalesce(@extschema@.jb_time_zone('coach:' || $1.coach_hash_id, $2),
                          (SELECT d.time_zone FROM @extschema@.jb_calendar_default d)) AS time_zone) AS z;
END;
COMMENT ON FUNCTION @extschema@.jb_coach_json(@extschema@.jb_coach, text) IS
  'A coach as GET /api/v1/coaches answers it.';

CREATE FUNCTION @extschema@.jb_client_json(client @extschema@.jb_client, principal text = NULL) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
BEGIN ATOMIC
  SELECT json_build_object('client_hash_id', $1.client_hash_id, 'created_at', @extschema@.jb_timestamp_text($1.created_at, z.time_zone),
                           'updated_at', @extschema@.jb_timestamp_text($1.updated_at, z.time_zone))
    FROM (SELECT coalesce(@extschema@.jb_time_zone('client:' || $1.client_hash_id, $2),
                          (SELECT d.time_zone FROM @extschema@.jb_calendar_default d)) AS time_zone) AS z;
END;
COMMENT ON FUNCTION @extschema@.jb_client_json(@extschema@.jb_client, text) IS
  'A client as GET /api/v1/clients answers it.';

-- What the views show, and who may read what they are made of.
CREATE OR REPLACE VIEW @extschema@.jb_change WITH (security_barrier) AS
SELECT c.name AS calendar, l.seq, l.at, CASE WHEN s.reads THEN l.principal END AS principal,
       CASE WHEN s.reads THEN l.event_id END AS event_id, CASE WHEN s.reads THEN l.version END AS version,
       CASE WHEN s.reads THEN l.kind END AS kind,
       CASE WHEN s.reads OR l.old_status IN ('scheduled', 'held') THEN l.old_range END AS old_range,
       CASE WHEN s.reads OR l.new_status IN ('scheduled', 'held') THEN l.new_range END AS new_range,
       CASE WHEN s.reads THEN l.old_status END AS old_status, CASE WHEN s.reads THEN l.new_status END AS new_status,
       CASE WHEN s.reads THEN l.fields ELSE '{}' END AS fields, CASE WHEN s.reads THEN l.image END AS image, c.time_zone
  FROM @extschema@.jb_calendar c
  JOIN @extschema@.jb_change_log l ON l.calendar = c.id
  CROSS JOIN LATERAL (SELECT @extschema@.jb_may(c.name, 'read') AS reads OFFSET 0) AS s
 WHERE s.reads OR @extschema@.jb_may(c.name, 'busy');
COMMENT ON VIEW @extschema@.jb_change IS
  'The changes of the calendars that the caller may read, gap-free in seq on each; ranges and statuses are those stored, null where the event was not on the calendar. Of those of which the caller may know when they are taken, only the ranges.';

CREATE OR REPLACE VIEW @extschema@.jb_coach WITH (security_barrier) AS
SELECT substr(c.name, 7) AS coach_hash_id, c.created_at, c.updated_at FROM @extschema@.jb_calendar c
 WHERE c.name LIKE 'coach:%' AND @extschema@.jb_may(c.name, 'busy');
COMMENT ON VIEW @extschema@.jb_coach IS
  'The coaches of whom the caller may know: each is the calendar coach: and coach_hash_id.';

CREATE OR REPLACE VIEW @extschema@.jb_client WITH (security_barrier) AS
SELECT substr(c.name, 8) AS client_hash_id, c.created_at, c.updated_at FROM @extschema@.jb_calendar c
 WHERE c.name LIKE 'client:%' AND @extschema@.jb_may(c.name, 'busy');
COMMENT ON VIEW @extschema@.jb_client IS
  'The clients of whom the caller may know: each is the calendar client: and client_hash_id.';

CREATE OR REPLACE VIEW @extschema@.jb_session WITH (security_barrier) AS
SELECT e.id, substr(e.calendars[1], 7) AS coach_hash_id, substr(e.calendars[2], 8) AS client_hash_id,
       e.start_timestamp AS start,
       trim_scale(extract(epoch FROM e.end_timestamp - e.start_timestamp) / 60) AS duration,
       e.created_at, e.updated_at
  FROM @extschema@.jb_event e
 WHERE e.calendars[1] LIKE 'coach:%' AND e.calendars[2] LIKE 'client:%' AND cardinality(e.calendars) = 2
   AND (e.status = 'scheduled' OR (e.status = 'held' AND e.expires_at > @extschema@.jb_now()))
   AND @extschema@.jb_sight(e.calendars, e.attendee_calendars) = 'read';
COMMENT ON VIEW @extschema@.jb_session IS
  'The sessions that the caller may read, events on one coach''s and one client''s calendar that hold their time, with duration in minutes; a cancelled one is none any more.';

CREATE OR REPLACE VIEW @extschema@.jb_provider_availability WITH (security_barrier) AS
SELECT substr(c.name, 10) AS provider_id, o.date AS availability_date, @extschema@.jb_slot_dictionary(o.spans) AS available_slots
  FROM @extschema@.jb_override o JOIN @extschema@.jb_calendar c ON c.id = o.calendar
 WHERE c.name LIKE 'provider:%' AND o.spans <> '[]' AND @extschema@.jb_may(c.name, 'busy');
COMMENT ON VIEW @extschema@.jb_provider_availability IS
  'The dates that the providers of whom the caller may know have opened, each with its open spans; what is reserved is not looked at.';

CREATE OR REPLACE VIEW @extschema@.jb_appointment WITH (security_barrier) AS
SELECT substr(e.calendars[1], 10) AS provider_id, e.id AS appointment_id, e.attendees[1] AS client,
       (e.start_timestamp AT TIME ZONE c.time_zone)::date AS date,
       (e.start_timestamp AT TIME ZONE c.time_zone)::time AS start_time,
       e.end_timestamp - e.start_timestamp AS duration,
       CASE WHEN e.status = 'scheduled' THEN 'CONFIRMED'
            WHEN e.status <> 'held' THEN upper(e.status)
            WHEN e.expires_at <= clock.now THEN 'EXPIRED'
            ELSE 'PENDING'
       END AS status,
       e.expires_at, e.start_timestamp, e.end_timestamp, e.created_at, e.updated_at
  FROM @extschema@.jb_event e
  JOIN @extschema@.jb_calendar c ON c.name = e.calendars[1]
 CROSS JOIN (SELECT @extschema@.jb_now() AS now) AS clock
 WHERE e.calendars[1] LIKE 'provider:%' AND cardinality(e.calendars) = 1
   AND @extschema@.jb_sight(e.calendars, e.attendee_calendars) = 'read';
COMMENT ON VIEW @extschema@.jb_appointment IS
  'The appointments that the caller may read, events on one provider''s calendar, with status PENDING (held), CONFIRMED, DENIED, EXPIRED, CANCELLED or WAITING; date and start_time are wall clock in the provider''s zone.';

CREATE VIEW @extschema@.jb_rejection_view WITH (security_barrier) AS
SELECT r.id, r.at, r.calendars, r.reason FROM @extschema@.jb_rejection r WHERE @extschema@.jb_sight(r.calendars) = 'read';
COMMENT ON VIEW @extschema@.jb_rejection_view IS
  'When which calendars had a rejection, and the reason, of those that the caller may read.';

ALTER FUNCTION @extschema@.jb_check() SECURITY DEFINER;
ALTER FUNCTION @extschema@.jb_tree_problems() SECURITY DEFINER;
ALTER FUNCTION @extschema@.jb_wall_clock_problems() SECURITY DEFINER;

-- Booking pages (48-booking.sql, 46-appointment.sql, 47-appointment_json.sql) ----------------------------------------
-- schema/48-booking.sql explains this part.

DROP FUNCTION @extschema@.jb_appointment_status_set(bigint, text, bool, bigint, bool, text, text);
CREATE FUNCTION @extschema@.jb_appointment_status_set(appointment_id bigint, status text, if_still_free bool = false,
                                          expected_version bigint = NULL, dry_run bool = false, reply text = NULL,
                                          idempotency_key text = NULL, principal text = NULL)
RETURNS @extschema@.jb_outcome
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_appointment_status_set';
COMMENT ON FUNCTION @extschema@.jb_appointment_status_set(bigint, text, bool, bigint, bool, text, text, text) IS
  'Makes an appointment CONFIRMED, DENIED or EXPIRED, with a word of reply to the client; past its deadline a confirmation is rejected with hold_expired, unless if_still_free is true and its time is free; P0002 when the event is no appointment.';

CREATE OR REPLACE FUNCTION @extschema@.jb_appointment_json(event json) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN json_build_object(
  'appointment_id', ($1 ->> 'id')::bigint, 'provider_id', substr($1 -> 'calendars' ->> 0, 10),
  'client', $1 -> 'attendees' ->> 0,
  'date', coalesce(substr($1 ->> 'start_timestamp', 1, 10), $1 ->> 'date'),
  'start_time', coalesce(substr($1 ->> 'start_timestamp', 12, 8), $1 ->> 'start_time'),
  'duration', coalesce(extract(epoch FROM ($1 ->> 'end_timestamp')::timestamptz - ($1 ->> 'start_timestamp')::timestamptz)::bigint,
                       ($1 ->> 'duration')::bigint),
  'status', CASE $1 ->> 'status' WHEN 'held' THEN 'PENDING' WHEN 'pending' THEN 'CONFIRMED'
                                 WHEN 'in_progress' THEN 'CONFIRMED' WHEN 'completed' THEN 'CONFIRMED'
                                 ELSE upper($1 ->> 'status') END,
  'expires_at', $1 ->> 'expires_at',
  'start_timestamp', $1 ->> 'start_timestamp', 'end_timestamp', $1 ->> 'end_timestamp',
  'created_at', $1 ->> 'created_at', 'updated_at', $1 ->> 'updated_at',
  'contact', $1 -> 'metadata' ->> 'contact', 'note', $1 ->> 'description', 'reply', $1 -> 'metadata' ->> 'reply');

CREATE TABLE @extschema@.jb_booking_link (
  token     bytea       PRIMARY KEY,
  event_id  bigint      UNIQUE,   -- null only within the transaction that books
  calendar  int         NOT NULL,
  visitor   bytea       NOT NULL,
  request   bytea       NOT NULL,
  made_at   timestamptz NOT NULL
);
COMMENT ON TABLE @extschema@.jb_booking_link IS
  'The bookings by public pages: which token opens which event, and whose it is; token, visitor and request are hashes.';
CREATE INDEX jb_booking_link_visitor ON @extschema@.jb_booking_link (calendar, visitor);
SELECT pg_catalog.pg_extension_config_dump('@extschema@.jb_booking_link', '');

CREATE TYPE @extschema@.jb_booking AS (
  outcome       text,
  reason        text,
  alternatives  tstzrange[],
  token         text,
  version       bigint,
  booking       json,
  calendar      text,
  change_seq    bigint,
  expires_at    timestamptz
);
COMMENT ON TYPE @extschema@.jb_booking IS
  'What a visitor''s call did, as in jb_outcome, with the reason and the alternatives of a rejection; the token where the call has made one; and the booking, an appointment without its id, with its version, its calendar, the last change there, and of a hold its deadline.';

CREATE FUNCTION @extschema@.jb_booking_json(event json) RETURNS json
LANGUAGE sql STABLE PARALLEL SAFE
RETURN (@extschema@.jb_appointment_json($1)::jsonb - 'appointment_id')::json;
COMMENT ON FUNCTION @extschema@.jb_booking_json(json) IS
  'A booking as its visitor sees it, from its event as jb_event_json gives it: an appointment without its id.';

CREATE FUNCTION @extschema@.jb_booking_page(provider_id text) RETURNS json
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_booking_page';
COMMENT ON FUNCTION @extschema@.jb_booking_page(text) IS
  'What the booking page of a provider tells its visitors: zone, duration, notice and time to confirm; P0002 where the provider''s calendar does not say public_booking, and where there is none.';

CREATE FUNCTION @extschema@.jb_booking_slots(provider_id text, from_time timestamptz = NULL, max_rows int = 100, token text = NULL)
RETURNS SETOF tstzrange
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_booking_slots';
COMMENT ON FUNCTION @extschema@.jb_booking_slots(text, timestamptz, int, text) IS
  'The next slots that a visitor could book with a provider, from from_time on, or, with the token of a booking, those to which it could move; P0002 as jb_booking_page.';

CREATE FUNCTION @extschema@.jb_booking_make(provider_id text, request jsonb, token text = NULL) RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_booking_make';
COMMENT ON FUNCTION @extschema@.jb_booking_make(text, jsonb, text) IS
  'Books one of the slots of a provider for a visitor: client, contact, start_timestamp and a note; under a token of the visitor''s own the same call again answers the same booking, JB422 for another one; JB429 where there are as many bookings as there may be.';

CREATE FUNCTION @extschema@.jb_booking(provider_id text, token text) RETURNS @extschema@.jb_booking
LANGUAGE c STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'jb_booking';
COMMENT ON FUNCTION @extschema@.jb_booking(text, text) IS
  'The booking that a token opens, as it stands now; P0002 for any other token.';

CREATE FUNCTION @extschema@.jb_booking_move(provider_id text, token text, start_timestamp timestamptz) RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_booking_move';
COMMENT ON FUNCTION @extschema@.jb_booking_move(text, text, timestamptz) IS
  'Moves the booking that a token opens to another slot of the provider; rejected, it stays where it was; 55000 while the provider has no booking page.';

CREATE FUNCTION @extschema@.jb_booking_cancel(provider_id text, token text) RETURNS @extschema@.jb_booking
LANGUAGE c VOLATILE PARALLEL UNSAFE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET enable_seqscan = off
AS 'MODULE_PATHNAME', 'jb_booking_cancel';
COMMENT ON FUNCTION @extschema@.jb_booking_cancel(text, text) IS
  'Cancels the booking that a token opens; once more is unchanged.';

-- Grants (90-grants.sql) ----------------------------------------------------------------------------------------
-- New objects are their owner's alone, as in a fresh database. Rights that somebody was given on older objects stay;
-- only the USAGE on types that PostgreSQL gives to everybody is revoked.

DO $rights$
DECLARE
  taken text;
BEGIN
  FOR taken IN
    WITH ours AS (
      SELECT d.classid, d.objid,
             concat(d.classid, ' ', d.objid) <> ALL (string_to_array(current_setting('jb_upgrade.before'), ',')) AS is_new
        FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid
       WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e' AND e.extname = 'jb_scheduler'),
    things (kind, name, owner, acl, shorthand, is_new) AS (
      SELECT 'ROUTINE', p.oid::regprocedure::text, p.proowner, p.proacl, 'f'::"char", ours.is_new
        FROM ours JOIN pg_proc p ON ours.classid = 'pg_proc'::regclass AND p.oid = ours.objid
      UNION ALL
      SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass::text, c.relowner, c.relacl,
             CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", ours.is_new
        FROM ours JOIN pg_class c ON ours.classid = 'pg_class'::regclass AND c.oid = ours.objid AND c.relkind IN ('r', 'v', 'S')
      UNION ALL
      SELECT 'TYPE', t.oid::regtype::text, t.typowner, t.typacl, 'T', ours.is_new
        FROM ours JOIN pg_type t ON ours.classid = 'pg_type'::regclass AND t.oid = ours.objid
       WHERE t.typcategory <> 'A' AND t.oid NOT IN (SELECT reltype FROM pg_class WHERE relkind <> 'c'))
    SELECT format('REVOKE ALL ON %s %s FROM %s CASCADE', t.kind, t.name,
                  CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END)
      FROM things t CROSS JOIN LATERAL aclexplode(coalesce(t.acl, acldefault(t.shorthand, t.owner))) a
     WHERE a.grantee <> t.owner AND (t.is_new OR (t.kind = 'TYPE' AND a.grantee = 0))
  LOOP
    EXECUTE taken;
  END LOOP;
END
$rights$;

SELECT pg_catalog.set_config('search_path', '@extschema@, pg_temp', true);

GRANT USAGE ON TYPE
  jb_move, jb_skipped, jb_outcome, jb_availability, jb_lead, jb_event_at, jb_verdict, jb_problem, jb_poll_token,
  jb_poll_schedule, jb_recommendation, jb_import_row, jb_grantee, jb_invitation
TO jb_viewer;

-- iCalendar. A public feed opens a calendar to the public: making a feed is a setting.
GRANT SELECT ON jb_feed_view, jb_rejection_view TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_import_json(jb_import_row) TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_explain TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_schedule TO jb_secretary;
GRANT EXECUTE ON FUNCTION jb_import(text, text, int, int, bool, bool, text, bool, text, text) TO jb_secretary;
GRANT EXECUTE ON FUNCTION jb_follow_rows(regclass, bigint[]) TO jb_secretary;
GRANT EXECUTE ON FUNCTION jb_purge(interval, int) TO jb_manager;
GRANT EXECUTE ON PROCEDURE jb_purge_in_pieces(interval, int, bigint, bigint, bigint) TO jb_manager;
GRANT EXECUTE ON FUNCTION jb_feed_create(text, text, text) TO jb_manager;
GRANT EXECUTE ON FUNCTION jb_feed_read(text, bool), jb_feed_tag(text) TO jb_viewer, jb_guest;

-- Rights on calendars, and what says who asks.
GRANT EXECUTE ON FUNCTION
  jb_event(bigint, text), jb_status(bigint, text), jb_attachment(bigint, int, text),
  jb_events(text, timestamptz, timestamptz, text[], text, text, int, text[], jsonb, text, text),
  jb_calendar(text, text), jb_calendars(text), jb_day_start(text, date, text),
  jb_availability(text, date, date, text), jb_slots(interval, text[], timestamptz, timestamptz, int, text),
  jb_lead_time(interval[], text[], text), jb_busy(text, timestamptz, timestamptz, text), jb_explain_request,
  jb_explain_event(bigint, int, text), jb_changes(text, bigint, int, text), jb_changes_all(text, int, text),
  jb_changes_cursor(int, text), jb_history(bigint, text), jb_events_at(text, bigint, text),
  jb_rejections(bigint, int, text, text), jb_slot_json(tstzrange, text, text), jb_lead_json(jb_lead, text, text),
  jb_event_json_now(bigint, text), jb_rejection_json(jb_rejection, text), jb_poll(bigint, text, text),
  jb_poll_schedules(bigint, text, text), jb_poll_ranking(bigint, int, text, text),
  jb_poll_invite(bigint, text, text, text), jb_poll_revoke(bigint, text, text, text), jb_poll_delete(bigint, text, text),
  jb_icalendar(text, timestamptz, timestamptz, bool, text), jb_icalendar_tag(text, text),
  jb_sessions(text, text, timestamptz, timestamptz, text, int, text), jb_coach_json(jb_coach, text),
  jb_client_json(jb_client, text), jb_appointments(text, text, text[], timestamptz, timestamptz, text, int, text),
  jb_provider_slots(text, date, interval, int, text), jb_provider_slot_json(tstzrange, text, text),
  jb_sight(text[], text[]), jb_may(text, text), jb_seen(text[]), jb_rights(text, text), jb_default_rights(),
  jb_grantee_json(jb_grantee), jb_time_zone(text, text), jb_version(bigint, text), jb_changes_after(text, int, text),
  jb_rejections_after(int, text, text), jb_rejections_all(text, int, text), jb_rejections_cursor(int, text),
  jb_session(bigint, text), jb_coaches(text, int, text),
  jb_clients(text, int, text), jb_appointment(bigint, text), jb_shard(text)
TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_polls(bigint, int, text)
TO jb_secretary;
GRANT EXECUTE ON FUNCTION
  jb_calendar_set(text, jsonb, text), jb_calendar_delete(text, text), jb_rebuild(text, text),
  jb_availability_set(text, date, jsonb, text), jb_due(timestamptz), jb_metrics(text[]), jb_feed_revoke(text, text),
  jb_coach_create(text, text), jb_client_create(text, text), jb_provider_availability_add(text, date, jsonb, text),
  jb_provider_availability_post(text, jsonb, text), jb_provider_availability_remove(text, date, text),
  jb_grants(text, text), jb_grant(text, text, text, text), jb_revoke(text, text, text),
  jb_grants_set(text, jsonb, text)
TO jb_manager;
GRANT EXECUTE ON FUNCTION
  jb_metrics(text[]), jb_last_numbers(text[], bigint, bigint[])
TO jb_gateway;

-- Tables are the owner's alone by now: the views show of them what the caller may know. What looks at everything tells
-- of everything.
REVOKE SELECT ON jb_calendar, jb_override, jb_event, jb_series, jb_attachment, jb_claim, jb_tree, jb_change_log, jb_rejection
FROM jb_viewer;
REVOKE EXECUTE ON FUNCTION jb_check(), jb_tree_problems(), jb_wall_clock_problems(), jb_poll_problems() FROM jb_viewer;
GRANT EXECUTE ON FUNCTION jb_check(), jb_tree_problems(), jb_wall_clock_problems(), jb_poll_problems(), jb_id_problems() TO jb_manager;

-- A guest may hold the token of a poll's organiser.
GRANT EXECUTE ON FUNCTION
  jb_poll(bigint, text, text), jb_poll_schedules(bigint, text, text), jb_poll_ranking(bigint, int, text, text),
  jb_poll_invite(bigint, text, text, text), jb_poll_book(bigint, timestamptz, text, bool, text, text),
  jb_poll_revoke(bigint, text, text, text), jb_poll_delete(bigint, text, text), jb_poll_json(jb_poll_view), jb_recommendation_json(jb_recommendation),
  jb_outcome_json(jb_outcome), jb_moves_json(jb_move[], text), jb_skipped_json(jb_skipped[], text)
TO jb_guest;
GRANT EXECUTE ON FUNCTION jb_poll_invitation(bigint, text), jb_poll_others(bigint, text), jb_invitation_json(jb_invitation) TO jb_viewer, jb_guest;

-- Booking pages. The functions check the provider's setting and the visitor's token themselves.
GRANT USAGE ON TYPE jb_booking TO jb_viewer;
GRANT EXECUTE ON FUNCTION
  jb_booking_page(text), jb_booking_slots(text, timestamptz, int, text), jb_booking_make(text, jsonb, text),
  jb_booking(text, text), jb_booking_move(text, text, timestamptz), jb_booking_cancel(text, text)
TO jb_viewer, jb_guest;
GRANT EXECUTE ON FUNCTION jb_booking_json(json) TO jb_viewer;
GRANT EXECUTE ON FUNCTION jb_range_json(tstzrange, text), jb_ranges_json(tstzrange[], text) TO jb_guest;
GRANT EXECUTE ON FUNCTION jb_appointment_status_set(bigint, text, bool, bigint, bool, text, text, text) TO jb_secretary;
