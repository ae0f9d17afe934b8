-- Promise: a page of a calendar's changes, or of its events, costs what the page holds, and not what the calendar
-- holds; an answer to a poll costs what it says, and not what the others have said (rule 14.5).
-- Could break: a LIMIT behind a sort reads everything first; a plan that was made when a table was empty reads all of
-- it for ever; and a call that must count rows to find out whether there is room reads all of them.
BEGIN;
SELECT no_plan();
SET LOCAL jb_scheduler.now = '2026-11-23 07:00+01';
SET LOCAL track_counts = on;

-- From here on this session's plans are made.
SELECT count(*) FROM jb_calendar_set('room:a', '{"hours": {"monday": [{"start": "00:00", "end": "24:00"}]}}');
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

-- The times of all 500 events are looked at, but only the attachments of the page.
INSERT INTO jb_attachment (event_id, n, name, media_type, data)
SELECT id, 1, 'a.txt', 'text/plain', 'x' FROM jb_event WHERE event_name LIKE 'Event %';
SELECT pg_temp.rows_read('jb_event') AS events_before, pg_temp.rows_read('jb_attachment') AS attachments_before \gset
SELECT is((SELECT array_agg(event_name) FROM jb_events('room:a', max_rows => 3)), '{Event 0,Event 1,Event 2}', 'a page of events is the first');
SELECT ok(pg_temp.rows_read('jb_event') - :events_before <= 503, 'the time of each is read once');
SELECT is(pg_temp.rows_read('jb_attachment') - :attachments_before, 3::bigint, 'and no more of those beyond the page');
-- A poll in which guests have taken all places that are left to guests.
SELECT poll_id AS poll, token AS organiser FROM jb_poll_create('Poll', '2026-12-01 08:00+01', '2026-12-05 08:00+01', '1 hour', calendars => '{room:a}', public => true) \gset
INSERT INTO jb_poll_participant (poll_id, name, invited, token, yes, if_need_be, answered_at)
SELECT :poll, 'Guest ' || p, false, sha256(''), '{[2026-12-01 08:00+01,2026-12-01 10:00+01)}', '{}', jb_now() FROM generate_series(1, 5000) AS p;
SELECT token AS anna FROM jb_poll_invite(:poll, 'Anna', :'organiser') \gset
SELECT pg_temp.rows_read('jb_poll_participant') AS participants_before \gset
SELECT throws_ok(format($$SELECT jb_poll_answer(%s, 'Late', '[]')$$, :poll), '22023', NULL, 'a guest too many is refused');
SELECT is(pg_temp.rows_read('jb_poll_participant') - :participants_before, 0::bigint, 'without a look at the others');
SELECT is((SELECT participant FROM jb_poll_answer(:poll, 'Anna', '[]', :'anna')), 'Anna', 'who was invited answers');
SELECT is((SELECT participant_count FROM jb_poll(:poll)), 5001, 'and is counted');
SELECT ok(pg_temp.rows_read('jb_poll_participant') - :participants_before <= 5, 'without a look at the others');
SELECT * FROM finish();
ROLLBACK;
