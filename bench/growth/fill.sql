-- The data that can grow, :n of each, each on its own calendars. The rows are written in bulk as the functions would
-- leave them; otherwise a sweep of every function at four sizes would spend its time on bookings.
SET synchronous_commit = off;
SET client_min_messages = warning;
SELECT count(jb_calendar_set(name, '{"time_zone": "UTC", "horizon": "3660 days", "hours": {"monday": [{"start": "00:00", "end": "24:00"}], "tuesday": [{"start": "00:00", "end": "24:00"}], "wednesday": [{"start": "00:00", "end": "24:00"}], "thursday": [{"start": "00:00", "end": "24:00"}], "friday": [{"start": "00:00", "end": "24:00"}], "saturday": [{"start": "00:00", "end": "24:00"}], "sunday": [{"start": "00:00", "end": "24:00"}]}}'))
  FROM (SELECT unnest('{empty,later,earlier,ended,held,due,waiting,snapshot,dense,gaps,chosen,coach:a,client:a,coach:empty,client:empty,provider:a,provider:empty}'::text[])
        UNION ALL SELECT 'room:' || i FROM generate_series(1, 100) AS i) AS named (name);

-- :n events, by default a quarter of an hour apart, from an instant on.
CREATE FUNCTION put(n int, first bigint, calendars text[], status text, at timestamptz, expires_at timestamptz = NULL,
                    every interval = '15 min', length interval = '10 min') RETURNS void LANGUAGE sql AS $$
  INSERT INTO jb_event (id, event_name, start_timestamp, end_timestamp, attendees, event_location, calendars, duration, priority, status, expires_at, created_at, updated_at)
  OVERRIDING SYSTEM VALUE
  SELECT first + i, 'Event', at + i * every, at + i * every + length, '{anna}', '', calendars, length, 0, status, expires_at, jb_now(), jb_now()
    FROM generate_series(0, n - 1) AS i;
  INSERT INTO jb_claim SELECT c.id, e.id, tstzrange(e.start_timestamp, e.end_timestamp) FROM jb_event e JOIN jb_calendar c ON c.name = ANY (e.calendars)
   WHERE e.id >= first AND e.id < first + n AND e.status IN ('scheduled', 'held');
  UPDATE jb_calendar_lock SET watched = watched + n
   WHERE id IN (SELECT id FROM jb_calendar WHERE name = ANY (calendars)) AND status IN ('held', 'waiting');
$$;
SELECT put(:n, 10000000, '{later}', 'scheduled', '2030-01-02Z'), put(:n, 20000000, '{earlier}', 'scheduled', timestamptz '2030-01-01Z' - :n * interval '15 min'),
       put(:n, 30000000, '{ended}', 'cancelled', '2030-01-02Z'), put(:n, 40000000, '{held}', 'held', '2030-01-02Z', '2040-01-01Z'),
       put(:n, 50000000, '{due}', 'held', '2030-01-02Z', '2029-12-31Z'), put(:n, 60000000, '{coach:a,client:a}', 'scheduled', '2030-01-02Z'),
       put(:n, 70000000, '{provider:a}', 'scheduled', '2030-01-02Z');
SELECT put(:n, 80000000, '{waiting}', 'waiting', '2030-01-02Z');
-- For lists: many events in one month, the time that 'later' has free, and events that could also be on 'empty'.
SELECT put(:n, 90000000, '{dense}', 'scheduled', '2030-01-02Z', every => '40 s', length => '20 s'),
       put(:n, 100000000, '{gaps}', 'scheduled', '2030-01-02 00:10Z', length => '5 min'), put(:n, 110000000, '{chosen}', 'scheduled', '2030-01-02Z');
UPDATE jb_event SET one_of = '[{"calendars": ["chosen", "empty"], "count": 1, "choose": "first", "weights": [1, 1], "per": "week", "same": false, "chosen": ["chosen"]}]'
 WHERE calendars = '{chosen}';
UPDATE jb_event SET start_timestamp = NULL, end_timestamp = NULL, start_time = '09:00', date = '2035-01-01' WHERE status = 'waiting';
UPDATE jb_event SET metadata = jsonb_build_object('order', 'A-' || id - 10000000, 'tenant', 'x') WHERE calendars = '{later}';
INSERT INTO jb_watched (calendar, event_id, due_at, room, needs, rank, since)
SELECT c.id, e.id, coalesce(e.expires_at, '2035-01-01 09:00:01Z'), CASE WHEN e.status = 'waiting' THEN tstzrange('2035-01-01 09:00Z', '2035-01-01 09:10Z') END, 0, 0, e.created_at
  FROM jb_event e JOIN jb_calendar c ON c.name = e.calendars[1] WHERE e.status IN ('held', 'waiting');
SELECT setval('jb_event_id_seq', 900000000);

-- A row in a user's own table for each event of 'later'; new rows are booked on 'empty'.
CREATE TABLE own_rows (duration interval, start_timestamp timestamptz, event_id bigint, outcome text, calendars text[] DEFAULT '{empty}');
INSERT INTO own_rows SELECT duration, start_timestamp, id, 'placed', calendars FROM jb_event WHERE calendars = '{later}';
CREATE INDEX ON own_rows (event_id);
CREATE TRIGGER place BEFORE INSERT OR UPDATE ON own_rows FOR EACH ROW EXECUTE FUNCTION jb_place_row('event_name:=Row');
-- The names of imported events: some that a file would have, and some that no later file has had.
INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id)
SELECT c.id, 'uid-' || i, '', 10000000 + i FROM jb_calendar c, generate_series(0, least(:n, 1000) - 1) AS i WHERE c.name = 'later';
INSERT INTO jb_imported (calendar, uid, recurrence_id, event_id, said, gone)
SELECT c.id, 'gone-' || i, '', 20000000 + i, '', true FROM jb_calendar c, generate_series(0, :n - 1) AS i WHERE c.name = 'earlier';

-- Bookings, each its own transaction, for a calendar that an open snapshot covers meanwhile.
CREATE PROCEDURE book(n int) LANGUAGE plpgsql AS $$
BEGIN
  FOR i IN 1..n LOOP
    PERFORM jb_schedule('Event', '10 min', start_timestamp => timestamptz '2030-01-02Z' + i * interval '15 min', calendars => '{snapshot}');
    COMMIT;
  END LOOP;
END $$;

-- The history of 'later', rejections, idempotency keys, the schedules of a poll, calendars.
INSERT INTO jb_change_log (calendar, seq, at, principal, event_id, version, kind, fields, id, new_status, old_values)
SELECT c.id, i, '2029-12-01Z', 'p', 10000000, i + 1, 'updated', '{event_name}', i, 'scheduled',
       CASE WHEN (i + 1) % 32 = 0 THEN '{"event_name": "Old", "calendars": ["later"], "attendee_calendars": []}' ELSE '{"event_name": "Old"}' END::jsonb
  FROM jb_calendar c, generate_series(1, :n) AS i WHERE c.name = 'later';
UPDATE jb_event SET version = :n + 1 WHERE id = 10000000;
SELECT setval('jb_change_id_seq', :n);
UPDATE jb_calendar_lock SET change_seq = :n WHERE id = (SELECT id FROM jb_calendar WHERE name = 'later');
INSERT INTO jb_rejection (at, calendars, reason, detail, request, principal, conflicts, principal_seq)
SELECT '2029-12-30Z', '{empty}', 'taken', '', '{}', session_user, '{}', i FROM generate_series(1, :n) AS i;
INSERT INTO jb_rejection_calendar SELECT 'empty', id FROM jb_rejection;
INSERT INTO jb_idempotency (principal, key, fingerprint, at) SELECT 'p', i::text, '', '2029-12-31Z' FROM generate_series(1, :n) AS i;
SELECT poll_id FROM jb_poll_create('Poll', '2030-02-01Z', '2030-02-05Z', '1 hour', calendars => '{empty}', public => true) \gset
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT :poll_id, 'Guest ' || p, 'guest ' || p, true, sha256(''), '{[2030-02-01 08:00Z,2030-02-01 10:00Z)}', '{}', jb_now() FROM generate_series(1, least(:n, 10000)) AS p;
UPDATE jb_poll SET participant_count = n, answer_count = n, uninvited_count = 0, interval_count = n, uninvited_interval_count = 0
  FROM (SELECT count(*) AS n FROM jb_poll_participant) AS p;
INSERT INTO jb_calendar (id, name, time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, check_attendees, default_duration, strict, created_at, updated_at)
SELECT (SELECT max(id) FROM jb_calendar_number) + i, 'other:' || i, time_zone, hours, slot_increment, min_notice, horizon, buffer_before, buffer_after, settled_within, check_attendees, default_duration, strict, created_at, updated_at
  FROM jb_calendar, generate_series(1, least(:n, 16000)) AS i WHERE name = 'empty';
INSERT INTO jb_calendar_lock (id) SELECT id FROM jb_calendar WHERE name LIKE 'other:%';
INSERT INTO jb_calendar_number SELECT max(id) FROM jb_calendar ON CONFLICT DO NOTHING;
SELECT count(jb_rebuild(name)) FROM unnest('{later,earlier,held,due,dense,gaps,chosen,coach:a,client:a,provider:a}'::text[]) AS name;
SELECT jb_schedule('One', '1 hour', '2030-01-01', '09:00', calendars => '{empty}'), jb_feed_create('later');
-- Rooms without time on the first day.
SELECT jb_schedule('Block', '1 day', start_timestamp => '2030-01-01Z', calendars => ARRAY['room:' || i]) FROM generate_series(1, 100) AS i;
VACUUM ANALYZE;

-- The median of some calls in microseconds, each undone. The first two are left out, as their plans and caches are new.
CREATE FUNCTION microseconds(call text, rounds int, sees_nothing bool) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
  taken  float8[] = '{}';
  before timestamptz;
BEGIN
  IF sees_nothing THEN
    PERFORM jb_default_rights_set('nothing'), set_config('session_authorization', 'jb_viewer', true);
  END IF;
  FOR i IN 1..rounds + 2 LOOP
    BEGIN
      before := clock_timestamp();
      EXECUTE call;
      taken := taken || extract(epoch FROM clock_timestamp() - before)::float8 * 1e6;
      RAISE EXCEPTION USING ERRCODE = 'ZZUND';
    EXCEPTION WHEN SQLSTATE 'ZZUND' THEN NULL;
    END;
  END LOOP;
  IF sees_nothing THEN
    RESET SESSION AUTHORIZATION;
    PERFORM jb_default_rights_set('all by role');
  END IF;
  RETURN (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY t) FROM unnest(taken[3:]) AS t);
END $$;
