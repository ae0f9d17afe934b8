-- Promise: a page of a calendar's changes, or of its events, costs what is on the page, and not what is on the
-- calendar; an answer to a poll costs its own size, and not that of the others' answers (rule 14.5).
-- Could break: a LIMIT behind a sort reads everything first; a plan made for an empty table always reads all of it; and
-- a call that counts rows to find out whether there is room reads all of them.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL track_counts = on;

-- This session's plans are made from here on.
SELECT count(*) FROM jb_calendar_set('room:a', '{"horizon": "3660 days", "hours": {"monday": [{"start": "00:00", "end": "24:00"}]}}');
SELECT is((SELECT count(*) FROM jb_events('room:a')) + (SELECT count(*) FROM jb_changes('room:a')), 0::bigint, 'nothing yet');

SELECT count(*) FROM generate_series(0, 499) AS i,
  jb_schedule('Event ' || i, '15 minutes', start_timestamp => timestamptz '2026-12-01 08:00+01' + i * interval '1 hour', calendars => '{room:a}');
SELECT count(*) FROM generate_series(0, 499, 2) AS i, jb_cancel((SELECT id FROM jb_event WHERE event_name = 'Event ' || i));

CREATE FUNCTION pg_temp.rows_read(of_table text) RETURNS bigint LANGUAGE sql VOLATILE AS
  $$SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = of_table$$;

SELECT pg_temp.rows_read('jb_change_log') AS changes_before \gset
SELECT is((SELECT array_agg(seq) FROM jb_changes('room:a', 300, 5)), '{301,302,303,304,305}', 'a page of changes is those after');
SELECT is(pg_temp.rows_read('jb_change_log') - :changes_before, 5::bigint, 'and no other is read');
SELECT is((SELECT array_agg(seq) FROM jb_changes('room:a', -7, 2)), '{1,2}', 'before the first is the first');
SELECT is((SELECT array_agg(seq) FROM jb_changes('room:a', 748, 100)), '{749,750}', 'the last page is short');
SELECT is((SELECT count(*) FROM jb_changes('room:a', 750)), 0::bigint, 'after the last is nothing');

-- Of 500 events those of the page are read, and a few more to find its end; of the attachments, those of the page.
INSERT INTO jb_attachment (event_id, n, name, media_type, data)
SELECT id, 1, 'a.txt', 'text/plain', 'x' FROM jb_event WHERE event_name LIKE 'Event %';
SELECT pg_temp.rows_read('jb_event') AS events_before, pg_temp.rows_read('jb_attachment') AS attachments_before \gset
SELECT is((SELECT array_agg(event_name) FROM jb_events('room:a', max_rows => 3)), '{Event 0,Event 1,Event 2}', 'a page of events is the first');
SELECT pg_temp.rows_read('jb_event') - :events_before AS of_a_page \gset
SELECT cmp_ok(:of_a_page, '<=', 60, 'the page, and some more, are read');
SELECT is(pg_temp.rows_read('jb_attachment') - :attachments_before, 3::bigint, 'and no more of those beyond the page');

-- Four times as many, and what each kind of list reads of them at both sizes.
CREATE FUNCTION pg_temp.lists() RETURNS TABLE (list text, looks text) LANGUAGE sql AS $$VALUES
  ('the first page', $l$jb_events('room:a', max_rows => 3)$l$),
  ('a later page', $l$jb_events('room:a', max_rows => 3, after => concat(extract(epoch FROM timestamptz '2026-12-13 21:00+01')::bigint, ',0'))$l$),
  ('the page of an empty hour', $l$jb_events('room:a', '2026-11-30Z', '2026-11-30 01:00Z')$l$),
  ('a join by calendar', $l$(VALUES ('room:a')) AS r (name) CROSS JOIN LATERAL jb_events(r.name, '2026-12-01Z', '2026-12-02Z') AS e$l$),
  ('what is cancelled', $l$jb_events('room:a', status => '{cancelled}', max_rows => 3)$l$),
  ('what is denied', $l$jb_events('room:a', status => '{denied}', max_rows => 3)$l$),
  ('what is completed', $l$jb_events('room:a', status => '{completed}', max_rows => 3)$l$),
  ('the sessions of a coach', $l$jb_sessions('a', max_rows => 3)$l$),
  ('the sessions of a client', $l$jb_sessions(client_hash_id => 'a', max_rows => 3)$l$),
  ('all sessions', $l$jb_sessions(max_rows => 3)$l$),
  ('the appointments of a provider', $l$jb_appointments('a', max_rows => 3)$l$),
  ('the denied appointments of a provider', $l$jb_appointments('a', status => '{DENIED}', max_rows => 3)$l$),
  ('all appointments', $l$jb_appointments(max_rows => 3)$l$)
$$;
CREATE FUNCTION pg_temp.reads(looks text) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE before bigint = pg_temp.rows_read('jb_event') + pg_temp.rows_read('jb_claim');
BEGIN
  EXECUTE 'SELECT count(*) FROM ' || looks;
  RETURN pg_temp.rows_read('jb_event') + pg_temp.rows_read('jb_claim') - before;
END $$;
SELECT count(jb_calendar_set(name, '{"time_zone": "UTC"}')) FROM unnest('{coach:a,client:a,provider:a}'::text[]) AS name;
-- As bookings and cancellations would leave them, but at once.
CREATE FUNCTION pg_temp.put(first int, last int, offset_id bigint, calendars text[], status text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO jb_event (id, event_name, start_timestamp, end_timestamp, attendees, event_location, calendars, duration, priority, status, created_at, updated_at)
  OVERRIDING SYSTEM VALUE
  SELECT offset_id + i, 'Event ' || i, at, at + interval '15 minutes', '{anna}', '', calendars, '15 minutes', 0, status, jb_now(), jb_now()
    FROM generate_series(first, last) AS i, LATERAL (SELECT timestamptz '2026-12-01 08:00+01' + i * interval '1 hour' AS at) AS t;
  INSERT INTO jb_claim SELECT c.id, e.id, tstzrange(e.start_timestamp, e.end_timestamp) FROM jb_event e JOIN jb_calendar c ON c.name = ANY (e.calendars)
   WHERE e.id BETWEEN offset_id + first AND offset_id + last AND status = 'scheduled';
$$;
CREATE FUNCTION pg_temp.more(first int, last int) RETURNS void LANGUAGE sql AS $$
  SELECT pg_temp.put(first, last, 100000, '{room:a}', 'scheduled'), pg_temp.put(first, last, 200000, '{room:a}', 'cancelled'),
         pg_temp.put(first, last, 300000, '{coach:a,client:a}', 'scheduled'), pg_temp.put(first, last, 400000, '{provider:a}', 'scheduled')
$$;
SELECT pg_temp.more(500, 749);
CREATE TABLE pg_temp.small AS SELECT list, looks, pg_temp.reads(looks) FROM pg_temp.lists();
SELECT pg_temp.more(750, 2499);
SELECT cmp_ok(pg_temp.reads(looks), '<=', greatest(1.5 * reads, 20)::bigint, list || ' reads as little of four times as many') FROM pg_temp.small;
-- A user's own table, joined by ids: only the events of its rows are read, for a caller who manages them, and for one
-- who may read some of them.
CREATE ROLE test_reader LOGIN IN ROLE jb_viewer;
CREATE TABLE pg_temp.own AS SELECT id AS event_id FROM jb_event WHERE event_name IN ('Event 1', 'Event 3', 'Event 2499') UNION ALL VALUES (987654321), (NULL);
GRANT SELECT ON pg_temp.own TO test_reader;
CREATE FUNCTION pg_temp.joined() RETURNS text LANGUAGE sql AS
  $$SELECT concat_ws(' ', count(o.event_id), count(e.id), count(e.start_timestamp), count(e.event_name)) FROM pg_temp.own o LEFT JOIN LATERAL jb_event_if(o.event_id) AS e ON true$$;
SELECT count(*) AS own, pg_temp.rows_read('jb_event') AS events_before FROM own \gset
SELECT is(pg_temp.joined(), format('%s %s %s %2$s', :own - 1, :own - 2, :own - 2), 'a table is joined with its events, and keeps a row that has none');
SELECT is(pg_temp.rows_read('jb_event') - :events_before, :own - 2::bigint, 'and no other event is read');
SELECT jb_default_rights_set('nothing') \g /dev/null
SELECT jb_grant('room:a', 'principal:test_reader', 'read') \g /dev/null
SELECT count(*) AS read FROM own o JOIN jb_event e ON e.id = o.event_id WHERE e.calendars = '{room:a}' \gset
SET LOCAL SESSION AUTHORIZATION test_reader;
SELECT pg_temp.rows_read('jb_event') AS events_before \gset
SELECT is(pg_temp.joined(), format('%s %s %s %2$s', :own - 1, :read, :read), 'a reader gets what may be read, and no row of what is hidden');
SELECT is(pg_temp.rows_read('jb_event') - :events_before, :own - 2::bigint, 'at the same cost');
RESET SESSION AUTHORIZATION;
SELECT jb_default_rights_set('all by role') \g /dev/null
-- A poll in which guests have taken all places open to guests.
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Poll', '2026-12-01 08:00+01', '2026-12-05 08:00+01', '1 hour', calendars => '{room:a}', public => true) \gset
INSERT INTO jb_poll_participant (poll_id, name, folded, invited, token, yes, if_need_be, answered_at)
SELECT :poll, 'Guest ' || p, 'guest ' || p, false, sha256(''), '{[2026-12-01 08:00+01,2026-12-01 10:00+01)}', '{}', jb_now() FROM generate_series(1, 5000) AS p;
UPDATE jb_poll SET participant_count = 5000, answer_count = 5000, uninvited_count = 5000, interval_count = 5000, uninvited_interval_count = 5000 WHERE id = :poll;
SELECT token AS anna FROM jb_poll_invite(:poll, 'Anna', :'organiser') \gset
SELECT pg_temp.rows_read('jb_poll_participant') AS participants_before \gset
SELECT throws_ok(format($$SELECT jb_poll_answer(%s, 'Late', '[{"start": "2026-12-01T08:00:00+01:00", "end": "2026-12-01T09:00:00+01:00"}]')$$, :poll), '22023', NULL, 'a guest too many is refused');
SELECT is(pg_temp.rows_read('jb_poll_participant') - :participants_before, 0::bigint, 'without a look at the others');
SELECT is((SELECT participant FROM jb_poll_answer(:poll, 'Anna', '[]', :'anna')), 'Anna', 'who was invited answers');
SELECT is((SELECT participant_count FROM jb_poll(:poll)), 5001, 'and is counted');
SELECT ok(pg_temp.rows_read('jb_poll_participant') - :participants_before <= 5, 'without a look at the others');
SELECT * FROM finish();
ROLLBACK;
